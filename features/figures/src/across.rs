//! One figure of many units at once, and over all of them: a statement per part of the definition, not per unit.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::{Catalogue, Register};
use db::{Read, Sql, Value as Parameter};
use jiff::civil::Date;
use kernel::{Areas, Room, Scope};
use units::Makeup;
use uuid::Uuid;

use crate::Figure;
use crate::cells::unpack;
use crate::figure::{Cells, compute};
use crate::over::{self, Over};

/// How many units one statement takes; the largest province has fewer communes.
const WIDTH: usize = 200;

/// A unit that is read beside others: what makes it up, with the rooms of all of it, which are the proof that the
/// caller may.
#[derive(Debug, Clone)]
pub struct Made {
    /// As of `units::rooms_over`.
    pub rooms: Vec<Room>,
    /// In borders that hold for every day.
    pub makeup: Makeup,
}

/// Which tenants are wholly of which unit, by its place, and the units that have areas taken out or added: these are
/// read one by one.
pub(crate) struct Together<'a> {
    pub(crate) tenants: BTreeMap<&'a str, usize>,
    pub(crate) parted: Vec<usize>,
}

impl<'a> Together<'a> {
    /// Refused with [`db::Error::Missing`] when a room covers single areas, or one is missing.
    pub(crate) fn of(units: &'a [Made]) -> db::Result<Together<'a>> {
        let mut together = Together { tenants: BTreeMap::new(), parted: Vec::new() };
        for (unit, Made { rooms, makeup }) in units.iter().enumerate() {
            let entered = |tenant: &String| {
                rooms.iter().any(|room| room.tenant_key() == tenant && room.areas() == &Areas::All)
            };
            if !makeup.tenants().iter().all(entered) {
                return Err(db::Error::Missing);
            }
            match makeup.sections.as_slice() {
                [whole] if whole.with.is_empty() && whole.without.is_empty() => {
                    together.tenants.extend(whole.tenants.iter().map(|tenant| (tenant.as_str(), unit)));
                }
                _ => together.parted.push(unit),
            }
        }
        Ok(together)
    }

    /// Parameters of a statement over all tenants that are wholly of one unit.
    pub(crate) fn batches(&self, more: &[Parameter]) -> Vec<Vec<Parameter>> {
        tenant_batches(self.tenants.keys().copied(), more)
    }
}

/// A figure of several units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Across {
    /// Of each unit, in the order asked for.
    pub each: Vec<Figure>,
    /// Over all of them: sums are added up, and a ratio is that of the added parts.
    pub over_all: Figure,
}

/// What the register of a unit, by its place among those asked for, holds on a day; read by the capability that keeps
/// units.
pub type RegistersOf<'a> = dyn FnMut(&mut Read<'_>, usize, Register, Date) -> db::Result<i64> + 'a;

/// Reads a figure of every unit. A room that covers single areas is no proof for its unit and refused with
/// [`db::Error::Missing`].
pub fn read_across(
    read: &mut Read<'_>,
    (scope, units): (&Scope, &[Made]),
    catalogue: &Catalogue,
    registers: &mut RegistersOf<'_>,
    (indicator, slice): (&str, &str),
    (from, to): (Date, Date),
) -> db::Result<Across> {
    let mut cells = Several {
        read,
        scope,
        units,
        together: Together::of(units)?,
        of: None,
        registers,
        numbers: BTreeMap::new(),
        distincts: BTreeMap::new(),
    };
    let mut each = Vec::new();
    for unit in 0..units.len() {
        cells.of = Some(unit);
        each.push(compute(&mut cells, catalogue, indicator, slice, from, to)?);
    }
    cells.of = None;
    let over_all = compute(&mut cells, catalogue, indicator, slice, from, to)?;
    Ok(Across { each, over_all })
}

/// Indicator and slice.
type Key = (String, String);

/// The cells of several units in one window, fetched for all of them when the first is asked for.
struct Several<'a, 'r, 'f> {
    read: &'a mut Read<'r>,
    scope: &'a Scope,
    units: &'a [Made],
    together: Together<'a>,
    /// The unit asked for; all of them when none.
    of: Option<usize>,
    registers: &'a mut RegistersOf<'f>,
    /// By unit: sums, and how much of each aggregate entries say.
    numbers: BTreeMap<Key, Vec<(i64, i64)>>,
    /// By unit: areas and households.
    distincts: BTreeMap<Key, Vec<(i64, i64)>>,
}

impl Several<'_, '_, '_> {
    fn fetch_numbers(
        &mut self,
        (indicator, slice): (&str, &str),
        (from, to): (Date, Date),
    ) -> db::Result<Vec<(i64, i64)>> {
        let mut sums = vec![(0, 0); self.units.len()];
        let of = |tenant: &str| self.together.tenants.get(tenant).copied();
        for values in self.together.batches(&[indicator.into(), slice.into(), from.into(), to.into()]) {
            self.read.each(self.scope, &numbers_text(), &values, |(tenant, sum): (String, i64)| {
                if let Some(both) = of(&tenant).and_then(|unit| sums.get_mut(unit)) {
                    both.0 += sum;
                }
                Ok(())
            })?;
            let spans = spans_text();
            self.read.each(self.scope, &spans, &values, |row: (String, Uuid, Date, i64)| {
                let (tenant, _, first, amount) = row;
                if let Some(both) = of(&tenant).filter(|_| first >= from).and_then(|unit| sums.get_mut(unit))
                {
                    *both = (both.0 + amount, both.1 + amount);
                }
                Ok(())
            })?;
        }
        self.add_parted(&mut sums, |over| over.number(indicator, slice, from, to))?;
        Ok(sums)
    }

    fn fetch_distincts(
        &mut self,
        (indicator, slice): (&str, &str),
        (from, to): (Date, Date),
    ) -> db::Result<Vec<(i64, i64)>> {
        let mut areas: BTreeMap<(usize, Uuid), BTreeSet<u16>> = BTreeMap::new();
        let of = |tenant: &str| self.together.tenants.get(tenant).copied();
        for values in self.together.batches(&[indicator.into(), slice.into(), from.into(), to.into()]) {
            let text = areas_text();
            self.read.each(self.scope, &text, &values, |row: (String, Uuid, Vec<u8>)| {
                let (tenant, area, bytes) = row;
                if let Some(unit) = of(&tenant) {
                    areas.entry((unit, area)).or_default().extend(unpack(&bytes).into_keys());
                }
                Ok(())
            })?;
        }
        let mut counts = vec![(0, 0); self.units.len()];
        for ((unit, _), households) in areas {
            if let Some(both) = counts.get_mut(unit) {
                *both = (both.0 + 1, both.1 + households.len() as i64);
            }
        }
        self.add_parted(&mut counts, |over| over.distinct(indicator, slice, from, to))?;
        Ok(counts)
    }

    /// Reads the units that have areas taken out or added.
    fn add_parted(
        &mut self,
        sums: &mut [(i64, i64)],
        mut ask: impl FnMut(&mut Over<'_, '_, '_>) -> db::Result<(i64, i64)>,
    ) -> db::Result<()> {
        for unit in &self.together.parted {
            if let (Some(sum), Some(made)) = (sums.get_mut(*unit), self.units.get(*unit)) {
                *sum = over::cells(self.read, self.scope, &made.makeup, &mut ask)?;
            }
        }
        Ok(())
    }

    /// Of the unit asked for, or added up.
    fn asked(&self, fetched: &[(i64, i64)]) -> (i64, i64) {
        match self.of {
            Some(unit) => fetched.get(unit).copied().unwrap_or_default(),
            None => fetched.iter().fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1)),
        }
    }
}

impl Cells for Several<'_, '_, '_> {
    fn number(&mut self, indicator: &str, slice: &str, from: Date, to: Date) -> db::Result<(i64, i64)> {
        let key = (indicator.to_owned(), slice.to_owned());
        if !self.numbers.contains_key(&key) {
            let fetched = self.fetch_numbers((indicator, slice), (from, to))?;
            self.numbers.insert(key.clone(), fetched);
        }
        Ok(self.numbers.get(&key).map(|fetched| self.asked(fetched)).unwrap_or_default())
    }

    fn distinct(&mut self, indicator: &str, slice: &str, from: Date, to: Date) -> db::Result<(i64, i64)> {
        let key = (indicator.to_owned(), slice.to_owned());
        if !self.distincts.contains_key(&key) {
            let fetched = self.fetch_distincts((indicator, slice), (from, to))?;
            self.distincts.insert(key.clone(), fetched);
        }
        Ok(self.distincts.get(&key).map(|fetched| self.asked(fetched)).unwrap_or_default())
    }

    fn register(&mut self, what: Register, on: Date) -> db::Result<i64> {
        let mut sum = 0;
        for unit in (0..self.units.len()).filter(|unit| self.of.is_none_or(|of| of == *unit)) {
            sum += (self.registers)(self.read, unit, what, on)?;
        }
        Ok(sum)
    }
}

/// The parameters of statements over many tenants that make up units whose rooms the caller has entered: the tenants,
/// the places left over filled with the first, and more.
pub(crate) fn tenant_batches<'a>(
    tenants: impl IntoIterator<Item = &'a str>,
    more: &[Parameter],
) -> Vec<Vec<Parameter>> {
    let tenants: Vec<&str> = tenants.into_iter().collect();
    let batches = tenants.chunks(WIDTH).map(|batch| {
        let first = batch.first().into_iter().cycle();
        let keys = batch.iter().chain(first).take(WIDTH).map(|tenant| (*tenant).into());
        keys.chain(more.iter().cloned()).collect()
    });
    batches.collect()
}

/// A statement over many tenants: `$1` to `$200` are theirs, and what `rest` names `{1}`, `{2}` … comes after.
fn among(select: &str, rest: &str) -> Sql {
    let places: Vec<String> = (1..=WIDTH).map(|place| format!("${place}")).collect();
    let rest = (1..=4).fold(rest.to_owned(), |rest, more| {
        rest.replace(&format!("{{{more}}}"), &format!("${}", WIDTH + more))
    });
    Sql::composed(format!("{select} where tenant in ({}) and {rest}", places.join(", ")))
}

pub(crate) fn numbers_text() -> Sql {
    among(
        "select tenant, cast(coalesce(sum(amount), 0) as bigint) from cell",
        "indicator = {1} and slice = {2} and day >= {3} and day <= {4} group by tenant",
    )
}

/// The cells of aggregate entries whose last day lies in a window.
pub(crate) fn spans_text() -> Sql {
    among(
        "select tenant, area_id, first_day, amount from cell_span",
        "indicator = {1} and slice = {2} and last_day >= {3} and last_day <= {4}",
    )
}

/// The same of every indicator.
pub(crate) fn all_spans_text() -> Sql {
    among(
        "select tenant, indicator, first_day, last_day, amount from cell_span",
        "slice = {1} and last_day >= {2} and last_day <= {3} order by tenant",
    )
}

pub(crate) fn areas_text() -> Sql {
    among(
        "select tenant, area_id, households from cell_area",
        "indicator = {1} and slice = {2} and day >= {3} and day <= {4} and records > 0",
    )
}

/// The packed months from one to another.
pub(crate) fn months_text() -> Sql {
    among(
        "select tenant, month, content from cell_month",
        "month >= {1} and month <= {2} order by tenant, month",
    )
}

/// The number cells of a slice in a window, tenant by tenant.
pub(crate) fn day_numbers_text() -> Sql {
    among(
        "select tenant, indicator, day, amount from cell",
        "slice = {1} and day >= {2} and day <= {3} order by tenant",
    )
}

/// The area cells of a slice in a window, tenant by tenant.
pub(crate) fn day_areas_text() -> Sql {
    among(
        "select tenant, indicator, day, area_id, households from cell_area",
        "slice = {1} and day >= {2} and day <= {3} and records > 0 order by tenant",
    )
}

/// The statements of this capability that are put together, for the statement test. They go over the rows of the
/// tenants whose rooms the caller has entered.
#[must_use]
pub fn composed_statements() -> Vec<Sql> {
    vec![
        numbers_text(),
        spans_text(),
        all_spans_text(),
        areas_text(),
        months_text(),
        day_numbers_text(),
        day_areas_text(),
    ]
}
