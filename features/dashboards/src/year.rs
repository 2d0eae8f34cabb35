//! Every indicator over twelve months, of a commune or of a province from one reading of its communes.

use catalogue::{Catalogue, Register, Window};
use db::Read;
use figures::{Grids, Value};
use jiff::civil::Date;
use kernel::{Error, Scope};
use units::{Level, Unit};

use crate::chosen::ACTIVE;
use crate::glance::months;
use crate::province::seen;
use crate::viewer::{Viewer, counts_people, gives_away};

/// A province at a glance.
#[derive(Debug, Clone)]
pub(crate) struct Year {
    /// Twelve months of the monthly regime, oldest first.
    pub(crate) months: Vec<Window>,
    /// The indicators that hold something, in the order of the catalogue.
    pub(crate) lines: Vec<Line>,
    /// Ids of those that hold nothing in any month.
    pub(crate) empty: Vec<String>,
    /// How many communes there are, and how many had a confirmed activity in each month.
    pub(crate) communes: usize,
    pub(crate) active: Vec<usize>,
    /// Communes without one in the last month, in alphabetical order.
    pub(crate) idle: Vec<Unit>,
}

/// An indicator over all communes.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) indicator: String,
    /// By month; none where it would give a small number away.
    pub(crate) values: Vec<Option<Value>>,
    /// Over the twelve months together.
    pub(crate) together: Option<Value>,
    /// In how many communes it holds something in the last month.
    pub(crate) communes: usize,
}

/// Reads a commune, or the communes of a province, up to the month that holds a day.
pub(crate) fn year(
    read: &mut Read<'_>,
    grids: &Grids,
    (scope, of): (&Scope, &Unit),
    catalogue: &Catalogue,
    (until, today): (Date, Date),
) -> Result<Year, Error> {
    let months = months(catalogue, until);
    let (Some(first), Some(last)) = (months.first(), months.last()) else { return Err(Error::NotFound) };
    let communes = match of.level {
        Level::Commune => vec![of.clone()],
        _ => units::children(read, scope, &of.id, last.to.min(today))?,
    };
    let (units, made) = seen(read, scope, communes, today)?;
    let mut windows: Vec<(Date, Date)> = months.iter().map(|month| (month.from, month.to)).collect();
    windows.push((first.from, last.to));
    let together = windows.len() - 1;
    let places: Vec<_> = units.iter().map(Unit::place).collect();
    // The register of a running month is that of today.
    let days: Vec<Date> = windows.iter().map(|(_, to)| (*to).min(today)).collect();
    let counts = units::registers(read, scope, &places, &days)?;
    let register = |unit: usize, what: Register, to: Date| {
        let window = windows.iter().position(|(_, end)| *end == to).unwrap_or_default();
        let count = counts.get(unit).and_then(|counts| counts.get(window)).copied().unwrap_or_default();
        match what {
            Register::Areas => count.areas.into(),
            Register::Households => count.households,
        }
    };
    let rules: Vec<_> = catalogue.indicators().all_on(last.to).collect();
    let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    let grid = figures::read_grid(read, grids, (scope, &made), catalogue, register, &ids, &windows)?;
    let outside: Vec<usize> = (0..units.len())
        .filter(|unit| places.get(*unit).is_some_and(|at| Viewer::of(scope, at) == Viewer::Outside))
        .collect();
    let mut lines = Vec::new();
    let mut empty = Vec::new();
    for (indicator, rule) in rules.iter().enumerate() {
        let people = counts_people(catalogue, rule, last.to);
        let shown = |window: usize| {
            let hidden = outside.iter().filter(|_| people).map(|unit| grid.of(*unit, window, indicator));
            let hidden: Vec<i64> = hidden.filter(|value| value.is_small()).map(counted).collect();
            (!gives_away(&hidden)).then(|| grid.over_all(window, indicator))
        };
        let values: Vec<Option<Value>> = (0..together).map(shown).collect();
        if values.iter().all(|value| value.is_some_and(|value| counted(value) == 0)) {
            empty.push(rule.id.clone());
            continue;
        }
        // All twelve less eleven would be the twelfth.
        let whole = values.iter().all(Option::is_some).then(|| shown(together)).flatten();
        let holds = |unit: &usize| counted(grid.of(*unit, together - 1, indicator)) != 0;
        let communes = (0..units.len()).filter(holds).count();
        lines.push(Line { indicator: rule.id.clone(), values, together: whole, communes });
    }
    let active = ids.iter().position(|id| *id == ACTIVE);
    let acts = |unit: usize, month: usize| active.is_some_and(|of| counted(grid.of(unit, month, of)) > 0);
    let idle = units.iter().enumerate().filter(|(unit, _)| !acts(*unit, together - 1));
    Ok(Year {
        lines,
        empty,
        communes: units.len(),
        active: (0..together)
            .map(|month| (0..units.len()).filter(|unit| acts(*unit, month)).count())
            .collect(),
        idle: idle.map(|(_, unit)| unit.clone()).collect(),
        months,
    })
}

/// What is counted: the number, or what stands above the line.
pub(crate) fn counted(value: Value) -> i64 {
    match value {
        Value::Number(number) => number,
        Value::Ratio { over, .. } => over,
        Value::None => 0,
    }
}
