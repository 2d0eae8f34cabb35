//! What a figure of a unit above communes opens to: the figure of each commune.
//!
//! A year of a province has more records than its report can name, so a frozen figure keeps the communes' figures in
//! their place; the records stand in the communes' own reports. Communes are those of the window's last day, whatever
//! the report's basis: so each record lies in one of them, and sums add up.

use std::collections::BTreeMap;

use catalogue::Register;
use db::Read;
use figures::{Figure, Value};
use jiff::civil::Date;
use units::{Basis, Level, Makeup, Unit};

use crate::model::Share;
use crate::sheet::{Desk, register_failed};

/// The communes of a unit above communes, for reading many figures.
pub(crate) struct Communes<'a> {
    desk: Desk<'a>,
    borders: Date,
    parts: Vec<(Unit, Makeup)>,
    /// What the register of units answered, by part and day.
    registers: BTreeMap<(usize, Date), units::Households>,
}

impl<'a> Communes<'a> {
    /// Those of the last day of a window; none for a unit that is a commune.
    pub(crate) fn open(read: &mut Read<'_>, desk: Desk<'a>, to: Date) -> db::Result<Communes<'a>> {
        let (borders, ever) = (to.min(desk.today), (Date::MIN, Date::MAX));
        let mut parts = Vec::new();
        if desk.unit.level != Level::Commune {
            for unit in units::children(read, desk.scope, &desk.unit.id, borders)? {
                let basis = Basis::Restated(borders);
                let makeup = units::makeup(read, desk.scope, &unit, basis, ever, desk.today)?;
                parts.push((unit, makeup));
            }
            // What the unit entered itself.
            parts.push((desk.unit.clone(), Makeup::whole(desk.room.tenant_key())));
        }
        Ok(Communes { desk, borders, parts, registers: BTreeMap::new() })
    }

    /// What each part says of a figure; those that say nothing are left out.
    pub(crate) fn shares(&mut self, read: &mut Read<'_>, figure: &Figure) -> db::Result<Vec<Share>> {
        let Communes { desk, borders, parts, registers } = self;
        let mut shares = Vec::new();
        for (place, (unit, makeup)) in parts.iter().enumerate() {
            let mut ask = |read: &mut Read<'_>, what: Register, on: Date| {
                let count = match registers.get(&(place, on)) {
                    Some(count) => *count,
                    // The register of the unit above is that of its communes.
                    None if unit.level != Level::Commune => units::Households::default(),
                    None => {
                        let count = units::register(read, desk.scope, unit, *borders, on);
                        *registers.entry((place, on)).or_insert(count.map_err(register_failed)?)
                    }
                };
                Ok(match what {
                    Register::Households => count.households,
                    Register::Areas => count.areas.into(),
                })
            };
            let (of, days) = ((figure.indicator.as_str(), figure.slice.as_str()), (figure.from, figure.to));
            let said = figures::read_over(
                read,
                (desk.scope, desk.room),
                makeup,
                desk.catalogue,
                &mut ask,
                of,
                days,
            )?;
            if !matches!(said.value, Value::None | Value::Number(0)) {
                let (code, name) = (unit.code.clone(), unit.full_name(kernel::Lang::Vi));
                shares.push(Share { code, name, value: said.value });
            }
        }
        Ok(shares)
    }
}
