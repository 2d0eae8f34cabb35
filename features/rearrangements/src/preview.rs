//! The totals before and after, side by side.

use catalogue::{Register, WHOLE};
use db::Read;
use figures::{Figure, Shown};
use jiff::civil::Date;
use kernel::{Action, Lang};
use serde::Serialize;
use units::{Basis, Unit};

use crate::actions::{Desk, last_day};
use crate::model::Refused;

/// The indicators that are shown; one that the catalogue has lost is left out.
const INDICATORS: [&str; 8] = [
    "outreach-sessions",
    "outreach-attendances",
    "households-reached",
    "commitment-households",
    "patrol-shifts",
    "review-meetings",
    "areas-with-record-ratio",
    "households-reached-ratio",
];

/// A unit with its totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Official code.
    pub code: String,
    /// Full name.
    pub name: String,
    /// How many areas.
    pub areas: u32,
    /// How many households they count.
    pub households: i64,
    /// Its figures, in the order of the indicators.
    pub figures: Vec<Figure>,
    /// Whether it is the unit that contains the others.
    pub above: bool,
}

/// What is there before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// The communes and the unit above them the day before.
    pub before: Vec<Column>,
    /// The same on the day itself.
    pub after: Vec<Column>,
}

/// An indicator in words: its name, what it says before and after, unit by unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Name of the indicator.
    pub name: String,
    /// By unit, before.
    pub before: Vec<String>,
    /// By unit, after.
    pub after: Vec<String>,
}

impl Preview {
    /// The figures by indicator. Where one is too small to be shown outside its unit, none of its row is: the others
    /// would give it away.
    #[must_use]
    pub fn rows(&self, catalogue: &catalogue::Catalogue, lang: Lang) -> Vec<Row> {
        let all = || self.before.iter().chain(&self.after);
        let Some(first) = all().next() else { return Vec::new() };
        let row = |(at, figure): (usize, &Figure)| {
            let rule = catalogue.indicator(&figure.indicator)?;
            let shown =
                |column: &Column| column.figures.get(at).map(|figure| figure.show_outside(rule, lang));
            let hidden = all().filter(|column| !column.above).any(|c| shown(c) == Some(Shown::Suppressed));
            let words = |column: &Column| match shown(column) {
                Some(Shown::Value(words)) if !hidden => words,
                _ => "–".to_owned(),
            };
            let words = |columns: &[Column]| columns.iter().map(words).collect();
            let name = rule.name.get(lang).to_owned();
            Some(Row { name, before: words(&self.before), after: words(&self.after) })
        };
        first.figures.iter().enumerate().filter_map(row).collect()
    }
}

/// The totals of the year up to today, in the borders of today or of the day when it is still to come.
pub(crate) fn totals(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    communes: &[String],
    on: Date,
) -> Result<Vec<Column>, Refused> {
    let mut columns = Vec::new();
    for commune in communes {
        if let Some(unit) = units::unit(read, desk.scope, commune, on)? {
            columns.push(column(read, desk, &unit, on)?);
        }
    }
    let above = units::unit(read, desk.scope, &desk.unit.id, on)?.ok_or(Refused::NotFound)?;
    if !communes.contains(&above.id) {
        columns.push(Column { above: true, ..column(read, desk, &above, on)? });
    }
    Ok(columns)
}

fn column(read: &mut Read<'_>, desk: Desk<'_>, unit: &Unit, borders: Date) -> Result<Column, Refused> {
    let today = last_day(desk, borders);
    let from = Date::new(today.year(), 1, 1).unwrap_or(today);
    let place = unit.place();
    let room = desk.scope.enter(&place, Action::RearrangeUnits)?;
    let basis = Basis::Restated(borders);
    let makeup = units::makeup(read, desk.scope, unit, basis, (Date::MIN, Date::MAX), today)?;
    let count = units::register(read, desk.scope, unit, borders, today)?;
    let mut registers = |_: &mut Read<'_>, what: Register, _: Date| {
        Ok(match what {
            Register::Households => count.households,
            Register::Areas => count.areas.into(),
        })
    };
    let mut figures = Vec::new();
    for indicator in INDICATORS.into_iter().filter(|id| desk.catalogue.indicator(id).is_some()) {
        let (of, days) = ((indicator, WHOLE), (from, today));
        let rights = (desk.scope, &room);
        figures.push(figures::read_over(read, rights, &makeup, desk.catalogue, &mut registers, of, days)?);
    }
    Ok(Column {
        code: unit.code.clone(),
        name: unit.full_name(Lang::Vi),
        areas: count.areas,
        households: count.households,
        figures,
        above: false,
    })
}
