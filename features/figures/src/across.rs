//! One figure of many units at once, and over all of them: a statement per part of the definition, not per unit.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::{Catalogue, Register};
use db::{Read, Sql, Value as Parameter};
use jiff::civil::Date;
use kernel::{Areas, Room, Scope};
use uuid::Uuid;

use crate::Figure;
use crate::cells::unpack;
use crate::figure::{Cells, compute};

/// How many units one statement takes; the largest province has fewer communes.
const WIDTH: usize = 200;

/// A figure of several units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Across {
    /// Of each room's unit, in the order asked for.
    pub each: Vec<Figure>,
    /// Over all of them: sums are added up, and a ratio is that of the added parts.
    pub over_all: Figure,
}

/// What the register of the unit behind a room holds on a day; read by the capability that keeps units.
pub type RegistersOf<'a> = dyn FnMut(&mut Read<'_>, &Room, Register, Date) -> db::Result<i64> + 'a;

/// Reads a figure of every room's unit. The rooms are the proof that the caller may; a room that covers single areas is
/// no proof for its unit and refused with [`db::Error::Missing`].
pub fn read_across(
    read: &mut Read<'_>,
    (scope, rooms): (&Scope, &[Room]),
    catalogue: &Catalogue,
    registers: &mut RegistersOf<'_>,
    (indicator, slice): (&str, &str),
    (from, to): (Date, Date),
) -> db::Result<Across> {
    if rooms.iter().any(|room| room.areas() != &Areas::All) {
        return Err(db::Error::Missing);
    }
    let mut cells = Several {
        read,
        scope,
        rooms,
        of: None,
        registers,
        numbers: BTreeMap::new(),
        distincts: BTreeMap::new(),
    };
    let mut each = Vec::new();
    for room in rooms {
        cells.of = Some(room);
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
    rooms: &'a [Room],
    /// The unit asked for; all of them when none.
    of: Option<&'a Room>,
    registers: &'a mut RegistersOf<'f>,
    /// Sums, and how much of each aggregate entries say.
    numbers: BTreeMap<Key, BTreeMap<String, (i64, i64)>>,
    distincts: BTreeMap<Key, BTreeMap<String, (i64, i64)>>,
}

impl Several<'_, '_, '_> {
    fn parameters(&self, indicator: &str, slice: &str, from: Date, to: Date) -> Vec<Vec<Parameter>> {
        batches(self.rooms, &[indicator.into(), slice.into(), from.into(), to.into()])
    }

    fn fetch_numbers(
        &mut self,
        indicator: &str,
        slice: &str,
        from: Date,
        to: Date,
    ) -> db::Result<BTreeMap<String, (i64, i64)>> {
        let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for values in self.parameters(indicator, slice, from, to) {
            self.read.each(self.scope, &numbers_text(), &values, |(tenant, sum): (String, i64)| {
                sums.entry(tenant).or_default().0 += sum;
                Ok(())
            })?;
            let spans = spans_text();
            self.read.each(self.scope, &spans, &values, |row: (String, Uuid, Date, i64)| {
                let (tenant, _, first, amount) = row;
                if first >= from {
                    let both = sums.entry(tenant).or_default();
                    *both = (both.0 + amount, both.1 + amount);
                }
                Ok(())
            })?;
        }
        Ok(sums)
    }

    fn fetch_distincts(
        &mut self,
        indicator: &str,
        slice: &str,
        from: Date,
        to: Date,
    ) -> db::Result<BTreeMap<String, (i64, i64)>> {
        let mut areas: BTreeMap<String, BTreeMap<Uuid, BTreeSet<u16>>> = BTreeMap::new();
        for values in self.parameters(indicator, slice, from, to) {
            self.read.each(
                self.scope,
                &areas_text(),
                &values,
                |(tenant, area, bytes): (String, Uuid, Vec<u8>)| {
                    let households = areas.entry(tenant).or_default().entry(area).or_default();
                    households.extend(unpack(&bytes).into_keys());
                    Ok(())
                },
            )?;
        }
        let counts = |areas: BTreeMap<Uuid, BTreeSet<u16>>| {
            (areas.len() as i64, areas.values().map(|households| households.len() as i64).sum())
        };
        Ok(areas.into_iter().map(|(tenant, areas)| (tenant, counts(areas))).collect())
    }
}

impl Cells for Several<'_, '_, '_> {
    fn number(&mut self, indicator: &str, slice: &str, from: Date, to: Date) -> db::Result<(i64, i64)> {
        let key = (indicator.to_owned(), slice.to_owned());
        if !self.numbers.contains_key(&key) {
            let fetched = self.fetch_numbers(indicator, slice, from, to)?;
            self.numbers.insert(key.clone(), fetched);
        }
        let fetched = self.numbers.get(&key).into_iter().flatten();
        let asked = fetched.filter(|(tenant, _)| self.of.is_none_or(|room| room.tenant_key() == *tenant));
        Ok(asked.fold((0, 0), |(sum, entered), (_, of)| (sum + of.0, entered + of.1)))
    }

    fn distinct(&mut self, indicator: &str, slice: &str, from: Date, to: Date) -> db::Result<(i64, i64)> {
        let key = (indicator.to_owned(), slice.to_owned());
        if !self.distincts.contains_key(&key) {
            let fetched = self.fetch_distincts(indicator, slice, from, to)?;
            self.distincts.insert(key.clone(), fetched);
        }
        let fetched = self.distincts.get(&key).into_iter().flatten();
        let asked = fetched.filter(|(tenant, _)| self.of.is_none_or(|room| room.tenant_key() == *tenant));
        Ok(asked.fold((0, 0), |(areas, households), (_, of)| (areas + of.0, households + of.1)))
    }

    fn register(&mut self, what: Register, on: Date) -> db::Result<i64> {
        let mut sum = 0;
        for room in self.rooms.iter().filter(|room| self.of.is_none_or(|of| std::ptr::eq(of, *room))) {
            sum += (self.registers)(self.read, room, what, on)?;
        }
        Ok(sum)
    }
}

/// The parameters of statements over many tenants: the tenants, the places left over filled with the first, and more.
pub(crate) fn batches(rooms: &[Room], more: &[Parameter]) -> Vec<Vec<Parameter>> {
    tenant_batches(rooms.iter().map(Room::tenant_key), more)
}

/// The same of tenants that make up a unit whose room the caller has entered.
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
