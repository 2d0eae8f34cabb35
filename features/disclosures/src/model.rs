//! What the public sees of a report, and when. No I/O.

use catalogue::{Catalogue, Part};
use figures::Why;
use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Lang, Texts, local_day};
use reports::{Entry, Public, Seen, Sheet, Words};
use serde::{Deserialize, Serialize};
use units::Unit;
use uuid::Uuid;

/// Whether everybody may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Everybody may.
    Public,
    /// Nobody may any more.
    Withdrawn,
}

impl State {
    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            State::Public => "public",
            State::Withdrawn => "withdrawn",
        }
    }
}

impl db::FromValue for State {
    const WANTED: &'static str = "a state of a disclosure";
    fn from_value(value: db::Value) -> Option<Self> {
        let key = String::from_value(value)?;
        [State::Public, State::Withdrawn].into_iter().find(|state| state.key() == key)
    }
}

/// A report made public, or withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// The report.
    pub report: Uuid,
    /// Version, from 1.
    pub version: u32,
    /// State.
    pub state: State,
    /// Which report of whom it is.
    pub heading: Heading,
    /// What everybody reads; none once it is withdrawn.
    pub content: Option<Content>,
    /// Account that decided last.
    pub account: String,
    /// When.
    pub changed_at: Timestamp,
}

/// Which report of whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// Full name of the unit, as it was called then.
    pub unit: Words,
    /// Name of the form.
    pub form: Words,
    /// The period.
    pub period: Words,
    /// Its last day.
    pub to: Date,
    /// The day on which the figures were frozen.
    pub frozen_on: Date,
}

/// The tables of a report as everybody reads them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// In the order of the form.
    pub tables: Vec<Table>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// What is above it.
    pub caption: Words,
    /// Whether its rows are not to be added up: one record may stand in several.
    pub overlaps: bool,
    /// The words above its columns of figures, and short ones where three stand side by side.
    pub columns: Vec<(Words, Words)>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// One row: an indicator with its figures, and what they mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Label.
    pub label: Words,
    /// What it is counted in.
    pub unit: Words,
    /// How it is counted.
    pub definition: Words,
    /// The paper that asks for it.
    pub legal_basis: Option<String>,
    /// Whether that paper was seen in full.
    pub checked: bool,
    /// One figure for each column.
    pub cells: Vec<Cell>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The value in words, hidden where it could point at somebody or would give such a one away.
    pub value: Words,
    /// How much of it aggregate entries say.
    pub entered: Option<Words>,
}

/// Which report of whom a sheet is.
#[must_use]
pub fn heading(sheet: &Sheet, unit: &Unit) -> Heading {
    let (report, regime) = (&sheet.report, &sheet.regime);
    Heading {
        unit: both(|lang| unit.full_name(lang)),
        form: both(|lang| sheet.form.name.get(lang).to_owned()),
        period: both(|lang| regime.label(&report.window, lang)),
        to: report.window.to,
        frozen_on: local_day(report.frozen_at.unwrap_or(report.changed_at)),
    }
}

/// What everybody reads of a sheet who also reads others of the unit: its tables of figures as from outside the unit. Texts
/// are left out, because they may name somebody; so are tables of residential areas, because they are small.
#[must_use]
pub fn content(sheet: &Sheet, others: &[Public], catalogue: &Catalogue) -> Content {
    let seen = sheet.seen_beside(others, catalogue);
    let part = |part: &Part| match part {
        Part::Figures { id, caption, rows, .. } => Some(Table {
            caption: caption.into(),
            overlaps: reports::overlaps(rows),
            columns: sheet.row(id, 1).map(|entry| columns(entry.column)).collect(),
            rows: (1..).zip(rows).filter_map(|(number, _)| row(sheet.row(id, number), &seen)).collect(),
        }),
        Part::Narrative { .. } | Part::Areas { .. } => None,
    };
    Content {
        tables: sheet.form.sections.iter().flat_map(|section| &section.body).filter_map(part).collect(),
    }
}

/// A sheet of which everybody reads this content; none when its form has other figures by now.
#[must_use]
pub(crate) fn public(sheet: Sheet, content: &Content) -> Option<Public> {
    let figures = sheet.form.sections.iter().flat_map(|section| &section.body).flat_map(|part| match part {
        Part::Figures { id, rows, .. } => {
            (1..).zip(rows).flat_map(|(number, _)| sheet.row(id, number)).collect::<Vec<_>>()
        }
        Part::Narrative { .. } | Part::Areas { .. } => Vec::new(),
    });
    let figures: Vec<&Entry> = figures.collect();
    let cells: Vec<&Cell> =
        content.tables.iter().flat_map(|table| &table.rows).flat_map(|row| &row.cells).collect();
    if figures.len() != cells.len() {
        return None;
    }
    let hidden = figures.into_iter().zip(cells).filter_map(|(entry, cell)| {
        let why = match cell.value.vi.as_str() {
            figures::SUPPRESSED => Why::Suppressed,
            figures::WITHHELD => Why::Withheld,
            _ => return None,
        };
        Some((entry.place, why))
    });
    let hidden = hidden.collect();
    Some(Public { sheet, hidden })
}

fn row<'a>(entries: impl Iterator<Item = &'a Entry>, seen: &Seen<'_>) -> Option<Row> {
    let entries: Vec<&Entry> = entries.collect();
    let meaning = &entries.first()?.definition;
    Some(Row {
        label: meaning.label.clone(),
        unit: meaning.unit.clone(),
        definition: meaning.definition.clone(),
        legal_basis: meaning.legal_basis.clone(),
        checked: meaning.checked,
        cells: entries.iter().map(|entry| cell(entry, seen)).collect(),
    })
}

fn columns(column: reports::Column) -> (Words, Words) {
    (text(column.text_key()), text(column.short_text_key()))
}

fn cell(entry: &Entry, seen: &Seen<'_>) -> Cell {
    let entered = seen.entered(entry, Lang::Vi);
    Cell {
        value: both(|lang| seen.shown(entry, lang).words()),
        entered: entered.map(|vi| Words { vi, en: seen.entered(entry, Lang::En).unwrap_or_default() }),
    }
}

fn both(words: impl Fn(Lang) -> String) -> Words {
    Words { vi: words(Lang::Vi), en: words(Lang::En) }
}

fn text(key: &str) -> Words {
    both(|lang| Texts::get().text(lang, key, &[]))
}

/// Why something was not made public or withdrawn.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is no such report within the caller's reach, or nothing was made public of it.
    #[error("there is no such report here")]
    NotFound,
    /// Only a frozen report is made public.
    #[error("the report is still open")]
    Open,
    /// It was amended: the amended report is the one to make public.
    #[error("the report was amended")]
    Amended,
    /// It is the note of a residential area, or a form without figures.
    #[error("nothing of such a report is made public")]
    Nothing,
    /// The form is another line's.
    #[error("the form belongs to another line of superiors")]
    OtherLine,
    /// Somebody decided otherwise meanwhile.
    #[error("changed meanwhile")]
    Changed,
    /// The caller may not do this here.
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] db::Error),
}

impl From<reports::Refused> for Refused {
    fn from(refused: reports::Refused) -> Self {
        match refused {
            reports::Refused::Denied(denied) => Refused::Denied(denied),
            reports::Refused::Store(error) => Refused::Store(error),
            _ => Refused::NotFound,
        }
    }
}
