//! The table of a commune's residential areas, one row each.
//!
//! Cells are kept by commune, so the figures of single areas are made from the confirmed records of the window, read
//! once for the whole table. The last row is the commune's own figure: distinct households are not added.

use std::collections::BTreeMap;

use activities::Filter;
use catalogue::{Catalogue, FigureRow, Form, Part, Register, Window};
use db::Read;
use figures::{Figure, Shown, Tally, Value};
use jiff::civil::Date;
use kernel::Lang;
use units::Basis;
use uuid::Uuid;

use crate::model::{Definition, Refused, Report, State, definition};
use crate::seen::Seen;
use crate::sheet::{Desk, figure, listed};
use crate::store;

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaRow {
    /// The area; none for the row of the whole commune and for areas that have left it.
    pub area: Option<Uuid>,
    /// Name of the area; empty for the whole commune.
    pub name: String,
    /// Its figures, one for each column.
    pub figures: Vec<Figure>,
}

/// The tables of areas of a report, by part; a frozen report's are as they were.
pub(crate) type Tables = BTreeMap<String, Vec<AreaRow>>;

/// What stands in the place of areas that belonged to the commune when they recorded.
const FORMER: &str = "Khu dân cư đã chuyển đi";

/// The tables of a report.
pub(crate) fn tables(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    form: &Form,
    report: &Report,
) -> Result<Tables, Refused> {
    match report.state {
        State::Open => live(read, desk, form, report),
        State::Frozen => Ok(store::area_rows(read, desk.room, report.id)?),
    }
}

/// The tables of a form for a report's window, made from the records.
pub(crate) fn live(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    form: &Form,
    report: &Report,
) -> Result<Tables, Refused> {
    let mut tables = Tables::new();
    for (id, _, columns) in parts(form) {
        tables.insert(id.to_owned(), table(read, desk, report.basis(), columns, &report.window)?);
    }
    Ok(tables)
}

/// The tables of areas that a form asks for: id, caption, columns.
pub(crate) fn parts(form: &Form) -> impl Iterator<Item = (&str, &catalogue::Text, &[FigureRow])> {
    form.sections.iter().flat_map(|section| &section.body).filter_map(|part| match part {
        Part::Areas { id, caption, columns } => Some((id.as_str(), caption, columns.as_slice())),
        Part::Narrative { .. } | Part::Figures { .. } => None,
    })
}

fn table(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    basis: Basis,
    columns: &[FigureRow],
    window: &Window,
) -> Result<Vec<AreaRow>, Refused> {
    let filter = Filter {
        state: Some(activities::State::Confirmed),
        from: Some(window.from),
        to: Some(window.to),
        ..Filter::default()
    };
    let mut tallies: BTreeMap<Uuid, Tally> = BTreeMap::new();
    let makeup = desk.makeup(read, basis)?;
    let rooms = desk.rooms(&makeup)?;
    for activity in listed(read, desk, (&rooms, &makeup), &filter)? {
        let record = activity.content.record();
        tallies.entry(record.area).or_default().add(&record, desk.catalogue);
    }
    let days = (window.from, window.to);
    let row = |tally: &Tally, households: i64| -> db::Result<Vec<Figure>> {
        let register = |what: Register, _: Date| match what {
            Register::Households => households,
            Register::Areas => 1,
        };
        let of = |column: &FigureRow| {
            tally.figure(desk.catalogue, register, (&column.indicator, &column.slice), days)
        };
        columns.iter().map(of).collect()
    };
    let mut rows = Vec::new();
    let borders = basis.borders(window.to, desk.today);
    for area in units::areas_within(read, desk.scope, &desk.place(), borders, window.to)? {
        let tally = tallies.remove(&area.id).unwrap_or_default();
        let households = area.households.map_or(0, i64::from);
        rows.push(AreaRow { area: Some(area.id), name: area.name, figures: row(&tally, households)? });
    }
    for (area, tally) in tallies {
        rows.push(AreaRow { area: Some(area), name: FORMER.to_owned(), figures: row(&tally, 0)? });
    }
    let whole: db::Result<Vec<Figure>> = columns
        .iter()
        .map(|column| figure(read, desk, basis, (&column.indicator, &column.slice), window))
        .collect();
    rows.push(AreaRow { area: None, name: String::new(), figures: whole? });
    Ok(rows)
}

/// What the columns mean.
pub(crate) fn definitions(catalogue: &Catalogue, columns: &[FigureRow], report: &Report) -> Vec<Definition> {
    let meaning = |column: &FigureRow| {
        definition(catalogue, &column.indicator, column.label.as_ref(), report.window.to)
    };
    columns.iter().map(meaning).collect()
}

/// The cells of a table as a viewer of its report sees them, row by row. Where a small number of people is hidden in a
/// column, or the sum in another table, the other areas' numbers are withheld with it.
pub(crate) fn shown(
    seen: &Seen<'_>,
    rows: &[AreaRow],
    definitions: &[Definition],
    lang: Lang,
) -> Vec<Vec<Cell>> {
    let of_row = |row: &AreaRow| -> Vec<Shown> {
        let pairs = row.figures.iter().zip(definitions);
        pairs
            .map(|(figure, meaning)| match seen.viewer().shown(seen.catalogue(), figure, meaning, lang) {
                Shown::Value(_) if seen.withholds(figure) => Shown::Withheld,
                shown => shown,
            })
            .collect()
    };
    let all: Vec<Vec<Shown>> = rows.iter().map(of_row).collect();
    let hides = |column: usize| {
        all.iter().any(|row| row.get(column).is_some_and(|shown| *shown == Shown::Suppressed))
    };
    let hidden: Vec<bool> = (0..definitions.len()).map(hides).collect();
    let cell = |row: &AreaRow, column: usize, shown: Shown| match hidden.get(column) {
        Some(true) if row.area.is_some() && shown != Shown::Suppressed => {
            Cell::Words(Shown::Withheld.words())
        }
        _ => match (&shown, row.figures.get(column).map(|figure| figure.value)) {
            (Shown::Value(_), Some(Value::Number(number))) => Cell::Number(number, 0, shown.words()),
            (Shown::Value(_), Some(Value::Ratio { scaled, scale, .. })) => {
                Cell::Number(scaled, u8::try_from(scale).unwrap_or_default(), shown.words())
            }
            _ => Cell::Words(shown.words()),
        },
    };
    let line = |(row, shown): (&AreaRow, Vec<Shown>)| {
        shown.into_iter().enumerate().map(|(column, shown)| cell(row, column, shown)).collect()
    };
    rows.iter().zip(all).map(line).collect()
}

/// A cell as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// `value / 10^scale`, and the same in words.
    Number(i64, u8, String),
    /// Something else in its place.
    Words(String),
}

impl Cell {
    pub(crate) fn words(self) -> String {
        match self {
            Cell::Number(_, _, words) | Cell::Words(words) => words,
        }
    }
}
