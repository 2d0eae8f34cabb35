//! A figure of a unit over everything that makes it up: a province over its communes, a merged commune over those that
//! it was made of, with single areas taken out and added where they lie elsewhere than the tenant of their records.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::{Catalogue, Register};
use db::{Read, Value as Parameter, sql};
use jiff::civil::Date;
use kernel::{Room, Scope};
use units::{Makeup, Section};
use uuid::Uuid;

use crate::across::{areas_text, numbers_text, spans_text, tenant_batches};
use crate::cells::unpack;
use crate::figure::{Cells, compute};
use crate::{Figure, Registers};

/// Reads a figure of the room's unit over what makes it up: numbers are added up, areas and households united, and a
/// ratio is that of the added parts. The room is the proof that the caller may see the unit and with it its parts.
pub fn read_over(
    read: &mut Read<'_>,
    (scope, _): (&Scope, &Room),
    makeup: &Makeup,
    catalogue: &Catalogue,
    registers: &mut Registers<'_>,
    (indicator, slice): (&str, &str),
    (from, to): (Date, Date),
) -> db::Result<Figure> {
    let mut cells = Over { read, scope, makeup, registers };
    compute(&mut cells, catalogue, indicator, slice, from, to)
}

/// Asks the cells of what makes up a unit, registers aside.
pub(crate) fn cells<T>(
    read: &mut Read<'_>,
    scope: &Scope,
    makeup: &Makeup,
    ask: impl FnOnce(&mut Over<'_, '_, '_>) -> db::Result<T>,
) -> db::Result<T> {
    let mut none = |_: &mut Read<'_>, _: Register, _: Date| Ok(0);
    ask(&mut Over { read, scope, makeup, registers: &mut none })
}

pub(crate) struct Over<'a, 'r, 'f> {
    read: &'a mut Read<'r>,
    scope: &'a Scope,
    makeup: &'a Makeup,
    registers: &'a mut Registers<'f>,
}

/// Indicator and slice with the days of one section.
type Asked<'a> = (&'a str, &'a str, Date, Date);

fn values((indicator, slice, from, to): Asked<'_>) -> [Parameter; 4] {
    [indicator.into(), slice.into(), from.into(), to.into()]
}

impl Over<'_, '_, '_> {
    fn numbers(&mut self, tenants: &BTreeSet<String>, asked: Asked<'_>) -> db::Result<i64> {
        let one = sql!(
            "select cast(coalesce(sum(amount), 0) as bigint) from cell \
             where tenant = $1 and indicator = $2 and slice = $3 and day >= $4 and day <= $5"
        );
        if let (Some(tenant), 1) = (tenants.first(), tenants.len()) {
            let values = [[tenant.into()].as_slice(), &values(asked)].concat();
            return self.read.one(self.scope, &one, &values);
        }
        let mut sum = 0;
        for values in tenant_batches(tenants.iter().map(String::as_str), &values(asked)) {
            self.read.each(self.scope, &numbers_text(), &values, |(_, of): (String, i64)| {
                sum += of;
                Ok(())
            })?;
        }
        Ok(sum)
    }

    /// What aggregate entries say that end in the days of a section and begin in the window: each belongs where its
    /// area, or its tenant as a whole, lies on its last day.
    fn entered(&mut self, section: &Section, asked: Asked<'_>, first: Date) -> db::Result<i64> {
        let others = section.with.iter().map(|(tenant, _)| tenant);
        let tenants: BTreeSet<&str> = section.tenants.iter().chain(others).map(String::as_str).collect();
        let one = sql!(
            "select area_id, first_day, amount from cell_span where tenant = $1 and indicator = $2 and slice = $3 \
             and last_day >= $4 and last_day <= $5"
        );
        let mut sum = 0;
        // By far the most often: a list of two hundred places costs more than what it finds.
        if let (Some(tenant), 1) = (tenants.first(), tenants.len()) {
            let values = [[(*tenant).into()].as_slice(), &values(asked)].concat();
            self.read.each(self.scope, &one, &values, |(area, from, amount): (Uuid, Date, i64)| {
                if from >= first && section.holds(tenant, area) {
                    sum += amount;
                }
                Ok(())
            })?;
            return Ok(sum);
        }
        for values in tenant_batches(tenants, &values(asked)) {
            self.read.each(self.scope, &spans_text(), &values, |row: (String, Uuid, Date, i64)| {
                let (tenant, area, from, amount) = row;
                if from >= first && section.holds(&tenant, area) {
                    sum += amount;
                }
                Ok(())
            })?;
        }
        Ok(sum)
    }

    /// What the records of single areas with a tenant say.
    fn apart(&mut self, areas: &BTreeSet<(String, Uuid)>, asked: Asked<'_>) -> db::Result<i64> {
        let text = sql!(
            "select cast(coalesce(sum(amount), 0) as bigint) from cell_apart where tenant = $1 and area_id = $2 \
             and indicator = $3 and slice = $4 and day >= $5 and day <= $6"
        );
        let mut sum = 0;
        for (tenant, area) in areas {
            let values = [[tenant.into(), area.into()].as_slice(), &values(asked)].concat();
            sum += self.read.one::<i64>(self.scope, &text, &values)?;
        }
        Ok(sum)
    }

    fn unite(
        &mut self,
        section: &Section,
        asked: Asked<'_>,
        areas: &mut BTreeMap<Uuid, BTreeSet<u16>>,
    ) -> db::Result<()> {
        let mut add =
            |area: Uuid, bytes: &[u8]| areas.entry(area).or_default().extend(unpack(bytes).into_keys());
        let one = sql!(
            "select area_id, households from cell_area where tenant = $1 and indicator = $2 and slice = $3 \
             and day >= $4 and day <= $5 and records > 0"
        );
        let of_area = sql!(
            "select households from cell_area where tenant = $1 and indicator = $3 and slice = $4 \
             and day >= $5 and day <= $6 and area_id = $2 and records > 0"
        );
        if let (Some(tenant), 1) = (section.tenants.first(), section.tenants.len()) {
            let values = [[tenant.into()].as_slice(), &values(asked)].concat();
            self.read.each(self.scope, &one, &values, |(area, bytes): (Uuid, Vec<u8>)| {
                if section.without.is_empty() || section.holds(tenant, area) {
                    add(area, &bytes);
                }
                Ok(())
            })?;
        } else {
            for values in tenant_batches(section.tenants.iter().map(String::as_str), &values(asked)) {
                let row = |(tenant, area, bytes): (String, Uuid, Vec<u8>)| {
                    if section.without.is_empty() || section.holds(&tenant, area) {
                        add(area, &bytes);
                    }
                    Ok(())
                };
                self.read.each(self.scope, &areas_text(), &values, row)?;
            }
        }
        for (tenant, area) in &section.with {
            let values = [[tenant.into(), area.into()].as_slice(), &values(asked)].concat();
            self.read.each(self.scope, &of_area, &values, |bytes: Vec<u8>| {
                add(*area, &bytes);
                Ok(())
            })?;
        }
        Ok(())
    }
}

impl Cells for Over<'_, '_, '_> {
    fn number(&mut self, indicator: &str, slice: &str, from: Date, to: Date) -> db::Result<(i64, i64)> {
        let (makeup, first) = (self.makeup, from);
        let (mut sum, mut entered) = (0, 0);
        for (section, from, to) in sections(makeup, from, to) {
            let asked = (indicator, slice, from, to);
            sum += self.numbers(&section.tenants, asked)? + self.apart(&section.with, asked)?
                - self.apart(&section.without, asked)?;
            entered += self.entered(section, asked, first)?;
        }
        Ok((sum + entered, entered))
    }

    fn distinct(&mut self, indicator: &str, slice: &str, from: Date, to: Date) -> db::Result<(i64, i64)> {
        let makeup = self.makeup;
        let mut areas = BTreeMap::new();
        for (section, from, to) in sections(makeup, from, to) {
            self.unite(section, (indicator, slice, from, to), &mut areas)?;
        }
        Ok((areas.len() as i64, areas.values().map(|households| households.len() as i64).sum()))
    }

    fn register(&mut self, what: Register, on: Date) -> db::Result<i64> {
        (self.registers)(self.read, what, on)
    }
}

/// The sections that meet a window, with the days in which they do.
fn sections(makeup: &Makeup, from: Date, to: Date) -> impl Iterator<Item = (&Section, Date, Date)> {
    let days = move |section: &Section| section.within(from, to);
    makeup.sections.iter().filter_map(move |section| days(section).map(|(from, to)| (section, from, to)))
}
