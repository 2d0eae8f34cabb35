//! A report, its figures and the rules of its life. No I/O.

use std::collections::BTreeMap;

use catalogue::{Catalogue, Compare, Form, Indicator, Part, Text, Window};
use figures::{Figure, Shown, Value, counts_people};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use kernel::access::may;
use kernel::{Action, Lang, Line, Place, Scope};
use serde::{Deserialize, Serialize};
use units::Basis;
use uuid::Uuid;

use crate::signing::Printing;

/// Where a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Being written; its figures are read when they are looked at.
    Open,
    /// Its figures stand as they were and nothing of it changes any more.
    Frozen,
}

impl State {
    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Frozen => "frozen",
        }
    }
}

impl db::FromValue for State {
    const WANTED: &'static str = "a state of a report";
    fn from_value(value: db::Value) -> Option<Self> {
        let key = String::from_value(value)?;
        [State::Open, State::Frozen].into_iter().find(|state| state.key() == key)
    }
}

/// The stored name of the usual basis: borders as they stand when the report is made.
pub const AS_IT_IS_NOW: &str = "as-it-is-now";

/// A report without its texts and figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Id, made by the page that started it; nil for one that is not stored.
    pub id: Uuid,
    /// Id of its form.
    pub form: String,
    /// Version of its form.
    pub form_version: u32,
    /// The residential area it is of; none for one of the whole unit.
    pub area: Option<Uuid>,
    /// The days it counts.
    pub window: Window,
    /// The stored name of the basis: in which borders its figures are read.
    pub basis: String,
    /// State.
    pub state: State,
    /// Version, from 1; 0 for one that is not stored.
    pub version: u32,
    /// The report it amends.
    pub amends: Option<Uuid>,
    /// Account that started it.
    pub created_by: String,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Account that froze it.
    pub frozen_by: Option<String>,
    /// When it was frozen.
    pub frozen_at: Option<Timestamp>,
}

impl Report {
    /// In which borders its figures are read.
    #[must_use]
    pub fn basis(&self) -> Basis {
        Basis::from_key(&self.basis).unwrap_or(Basis::AsItIsNow)
    }

    /// The first day on which it may be frozen: the day after its cut-off.
    #[must_use]
    pub fn can_freeze_from(&self) -> Date {
        self.window.to.saturating_add(1.day())
    }
}

/// The line of superiors that asks for a form; none when it is everybody's.
#[must_use]
pub fn line_of(form: &Form) -> Option<Line> {
    form.line.as_deref().and_then(Line::from_key)
}

/// Which of a row's figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Of the report's own window.
    Current,
    /// Of the window before.
    Previous,
    /// Of the same window a year earlier.
    LastYear,
    /// What is to be reached in the year.
    Target,
    /// How much of that is reached.
    Reached,
}

impl Column {
    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Column::Current => "current",
            Column::Previous => "previous",
            Column::LastYear => "last_year",
            Column::Target => "target",
            Column::Reached => "reached",
        }
    }

    /// Key of the text above it.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Column::Current => "reports-column-current",
            Column::Previous => "reports-column-previous",
            Column::LastYear => "reports-column-last-year",
            Column::Target => "reports-column-target",
            Column::Reached => "reports-column-reached",
        }
    }

    /// Key of the text above a figure on a phone, where three stand side by side.
    #[must_use]
    pub const fn short_text_key(self) -> &'static str {
        match self {
            Column::Previous => "reports-column-previous-short",
            Column::LastYear => "reports-column-last-year-short",
            Column::Target => "reports-column-target-short",
            Column::Current | Column::Reached => self.text_key(),
        }
    }

    /// Whether it is about what is to be reached, not about records.
    #[must_use]
    pub const fn of_target(self) -> bool {
        matches!(self, Column::Target | Column::Reached)
    }

    /// The columns of a table that sets its values against others: always current, previous, last year, target, reached.
    #[must_use]
    pub fn of(compare: &[Compare]) -> Vec<Column> {
        let mut columns = vec![Column::Current];
        columns.extend(compare.contains(&Compare::Previous).then_some(Column::Previous));
        columns.extend(compare.contains(&Compare::LastYear).then_some(Column::LastYear));
        if compare.contains(&Compare::Target) {
            columns.extend([Column::Target, Column::Reached]);
        }
        columns
    }
}

impl db::FromValue for Column {
    const WANTED: &'static str = "a column of a report";
    fn from_value(value: db::Value) -> Option<Self> {
        let key = String::from_value(value)?;
        let all = [Column::Current, Column::Previous, Column::LastYear, Column::Target, Column::Reached];
        all.into_iter().find(|column| column.key() == key)
    }
}

/// A text in both languages, as stored beside a frozen figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Words {
    /// In one language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

impl From<&Text> for Words {
    fn from(text: &Text) -> Self {
        Words { vi: text.vi.clone(), en: text.en.clone() }
    }
}

/// What a figure meant on the day it was read: kept beside a frozen value, so that the answer stays the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// The row's label: its own, or the indicator's name.
    pub label: Words,
    /// Name of the indicator.
    pub name: Words,
    /// What it is counted in.
    pub unit: Words,
    /// How it is counted.
    pub definition: Words,
    /// The paper that asks for it.
    pub legal_basis: Option<String>,
    /// Whether that paper was seen in full.
    pub checked: bool,
    /// Whether it counts people or households, itself or through its parts.
    pub people: bool,
}

/// One figure of a report in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the report, from 1: by part, row, column.
    pub place: u32,
    /// Id of the form's part.
    pub part: String,
    /// Row in the part, from 1.
    pub row: u32,
    /// Column.
    pub column: Column,
    /// The figure.
    pub figure: Figure,
    /// What it meant.
    pub definition: Definition,
    /// Every record behind it with its version; only stored for the frozen report's own window.
    pub records: Option<Vec<(Uuid, u32)>>,
    /// In their place, of a unit above communes, what each commune says.
    pub communes: Option<Vec<Share>>,
}

/// What a commune says of a figure of the unit above it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Its official code.
    pub code: String,
    /// Its full name.
    pub name: String,
    /// Its figure.
    pub value: Value,
}

/// A place for a figure in a form.
#[derive(Debug, Clone)]
pub(crate) struct Slot<'a> {
    pub(crate) place: u32,
    pub(crate) part: &'a str,
    pub(crate) row: u32,
    pub(crate) column: Column,
    pub(crate) indicator: &'a str,
    pub(crate) slice: &'a str,
    pub(crate) label: Option<&'a Text>,
}

/// Every place for a figure in a form, in order.
pub(crate) fn slots(form: &Form) -> Vec<Slot<'_>> {
    let mut slots = Vec::new();
    for part in form.sections.iter().flat_map(|section| &section.body) {
        let Part::Figures { id, rows, compare, .. } = part else { continue };
        for (row, figure) in (1..).zip(rows) {
            for column in Column::of(compare) {
                slots.push(Slot {
                    place: slots.len() as u32 + 1,
                    part: id,
                    row,
                    column,
                    indicator: &figure.indicator,
                    slice: &figure.slice,
                    label: figure.label.as_ref(),
                });
            }
        }
    }
    slots
}

/// What an indicator means on a day; when it did not exist then, what it means in its latest version.
pub(crate) fn definition(
    catalogue: &Catalogue,
    indicator: &str,
    label: Option<&Text>,
    on: Date,
) -> Definition {
    let Some(rule) = catalogue.indicators().on(indicator, on).or_else(|| catalogue.indicator(indicator))
    else {
        let id = Words { vi: indicator.to_owned(), en: indicator.to_owned() };
        let nothing = Words { vi: String::new(), en: String::new() };
        return Definition {
            label: label.map_or_else(|| id.clone(), Words::from),
            name: id,
            unit: nothing.clone(),
            definition: nothing,
            legal_basis: None,
            checked: false,
            people: true,
        };
    };
    Definition {
        label: label.unwrap_or(&rule.name).into(),
        name: (&rule.name).into(),
        unit: (&rule.unit).into(),
        definition: (&rule.definition).into(),
        legal_basis: rule.legal_basis.clone(),
        checked: rule.checked,
        people: counts_people(catalogue, rule, on),
    }
}

/// The rule that a figure was counted by, else its latest version; none when the catalogue has lost it.
pub(crate) fn rule_of<'a>(catalogue: &'a Catalogue, figure: &Figure) -> Option<&'a Indicator> {
    let indicators = catalogue.indicators();
    indicators.version(&figure.indicator, figure.version).or_else(|| indicators.latest(&figure.indicator))
}

/// Who looks at a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// Somebody of the unit that recorded: sees every figure.
    Own,
    /// Somebody above or beside it: small numbers of people are hidden.
    Outside,
}

impl Viewer {
    /// The viewer behind a scope: of the unit when a right over its reports was given at the unit itself, or when it
    /// is the program on the unit's own machine (the command line).
    #[must_use]
    pub fn of(scope: &Scope, place: &Place) -> Viewer {
        let own = |grant: &kernel::Grant| {
            (grant.path == place.path || grant.path.is_empty()) && may(grant.role, Action::SeeReports)
        };
        if scope.grants().iter().any(own) { Viewer::Own } else { Viewer::Outside }
    }

    /// A figure as this viewer sees it.
    #[must_use]
    pub fn shown(self, catalogue: &Catalogue, figure: &Figure, definition: &Definition, lang: Lang) -> Shown {
        if self == Viewer::Own || !definition.people {
            return Shown::Value(figure.show(lang));
        }
        match rule_of(catalogue, figure) {
            Some(rule) => figure.show_outside(&Indicator { people: true, ..rule.clone() }, lang),
            None if figure.value == Value::None => Shown::Value(figure.show(lang)),
            // Without its definition nobody can say what the number counts.
            None => Shown::Suppressed,
        }
    }

    /// How much of a figure aggregate entries say, in words; none when they say nothing of it. From outside the part
    /// of a figure of people is not told: it could be small where the figure is not.
    #[must_use]
    pub fn entered(self, figure: &Figure, definition: &Definition, lang: Lang) -> Option<String> {
        let told = self == Viewer::Own || !definition.people;
        let text = |key: &str, args: &[kernel::Arg<'_>]| kernel::Texts::get().text(lang, key, args);
        match figure.value {
            _ if figure.entered == 0 => None,
            Value::Number(number) if number == figure.entered => Some(text("reports-entered-all", &[])),
            Value::Number(_) if told => {
                let number = vietnamese::number::count(figure.entered, lang);
                Some(text("reports-entered-part", &[("n", number.into())]))
            }
            _ => Some(text("reports-entered-some", &[])),
        }
    }
}

/// What an amount adds to a figure, as a number.
pub(crate) fn amount(amount: &figures::Amount) -> i64 {
    match amount {
        figures::Amount::Number(number) => *number,
        figures::Amount::Households(households) => households.len() as i64,
        figures::Amount::Area => 1,
    }
}

/// Whether rows of a table are not to be added up: a record that serves several programmes stands in each of their rows
/// and once in the whole.
#[must_use]
pub fn overlaps(rows: &[catalogue::FigureRow]) -> bool {
    rows.iter().any(|row| row.slice.starts_with("programme:"))
}

/// The text parts of a form: id, prompt, most characters.
pub(crate) fn narratives(form: &Form) -> impl Iterator<Item = (&str, &Text, usize)> {
    form.sections.iter().flat_map(|section| &section.body).filter_map(|part| match part {
        Part::Narrative { id, prompt, max_chars, .. } => Some((id.as_str(), prompt, *max_chars)),
        Part::Figures { .. } | Part::Areas { .. } => None,
    })
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextProblem {
    /// More characters than the form takes.
    TooLong {
        /// The most it takes.
        most: usize,
        /// How many there are.
        typed: usize,
    },
    /// A phone number or identity number stands in it.
    PersonalNumber {
        /// The number as typed.
        number: String,
    },
}

/// Checks texts by part; a part the form does not have is left out.
///
/// # Errors
/// Every problem, with its part, in the order of the form.
pub fn check_texts(form: &Form, typed: &Texts) -> Result<Texts, Vec<(String, TextProblem)>> {
    let (mut texts, mut problems) = (Texts::new(), Vec::new());
    for (part, _, most) in narratives(form) {
        let Some(text) = typed.get(part) else { continue };
        let count = text.chars().count();
        if count > most {
            problems.push((part.to_owned(), TextProblem::TooLong { most, typed: count }));
        } else if let Some(found) = vietnamese::scan::personal_numbers(text).into_iter().next() {
            problems.push((part.to_owned(), TextProblem::PersonalNumber { number: found.text }));
        }
        texts.insert(part.to_owned(), text.clone());
    }
    if problems.is_empty() { Ok(texts) } else { Err(problems) }
}

/// Texts by part of the form; a part nobody wrote is absent.
pub type Texts = BTreeMap<String, String>;

/// Why something was not done with a report.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is no such unit, report or figure within the caller's reach.
    #[error("there is no such unit, report or figure here")]
    NotFound,
    /// The catalogue has no such form for units of this level and windows of this time.
    #[error("there is no such form for this unit and this period")]
    NoForm,
    /// The catalogue has no such indicator, or no such period regime.
    #[error("there is no such indicator or regime in the catalogue")]
    NoRule,
    /// A period that the form's regime cannot read.
    #[error(transparent)]
    Period(#[from] catalogue::PeriodProblem),
    /// The window has not begun.
    #[error("the period begins only on {begins}")]
    NotBegun {
        /// Its first day.
        begins: Date,
    },
    /// There is a report of this form and period, or an amended report of this report, already: this one.
    #[error("there is one already")]
    AlreadyThere(Uuid),
    /// The cut-off has not passed.
    #[error("it can be frozen from {from}")]
    TooEarly {
        /// The first day on which it can be frozen.
        from: Date,
    },
    /// Frozen reports do not change.
    #[error("the report is frozen")]
    Frozen,
    /// Only a frozen report is amended.
    #[error("the report is still open")]
    Open,
    /// Somebody wrote another version meanwhile: this one, with its texts.
    #[error("changed meanwhile")]
    Changed(Box<(Report, Texts)>),
    /// The form is another line's.
    #[error("the form belongs to another line of superiors")]
    OtherLine,
    /// The report has faults that keep it from being frozen.
    #[error("the report has faults")]
    Faults,
    /// Somebody set other signers or recipients meanwhile: these, in this version.
    #[error("signers were changed meanwhile")]
    Signed(Box<(u32, Printing)>),
    /// The paper has its number: it says what it said.
    #[error("the paper has its number")]
    Issued,
    /// Texts that cannot be kept.
    #[error("some texts cannot be kept")]
    Texts(Vec<(String, TextProblem)>),
    /// The caller may not do this here.
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] db::Error),
}

impl From<units::Refusal> for Refused {
    fn from(refusal: units::Refusal) -> Self {
        match refusal {
            units::Refusal::Denied(denied) => Refused::Denied(denied),
            units::Refusal::Store(error) => Refused::Store(error),
            _ => Refused::NotFound,
        }
    }
}
