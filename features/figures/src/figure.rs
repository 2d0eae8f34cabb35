//! Figures: definition × unit × window → value.

use std::collections::BTreeSet;

use catalogue::{Catalogue, Indicator, Measure, Register, Rounding, WHOLE};
use db::{Read, sql};
use jiff::civil::Date;
use kernel::Room;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vietnamese::{Lang, number};

use crate::Tally;
use crate::cells::unpack;
use crate::hiding::{Shown, is_small};

/// The value of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A number of things.
    Number(i64),
    /// A ratio: `scaled / 10^scale`, from its two parts, which roll up where the ratio does not.
    Ratio {
        /// The ratio times `10^scale`.
        scaled: i64,
        /// Decimal places.
        scale: u32,
        /// Whether it is a percentage.
        percent: bool,
        /// Above the line.
        over: i64,
        /// Below the line.
        under: i64,
    },
    /// There is none: the indicator did not exist then, or nothing stands below the line.
    None,
}

impl Value {
    /// The value in words of the language.
    pub fn show(self, lang: Lang) -> String {
        match self {
            Value::Number(n) => number::count(n, lang),
            Value::Ratio { scaled, scale, percent, .. } => {
                let text = number::decimal(scaled, scale, lang);
                if percent { format!("{text}%") } else { text }
            }
            Value::None => "–".to_owned(),
        }
    }

    /// Whether it is so small, or made of so small a part, that it is not shown outside its unit when it counts people.
    pub fn is_small(self) -> bool {
        match self {
            Value::Number(n) => is_small(n),
            Value::Ratio { over, under, .. } => is_small(over) || is_small(under),
            Value::None => false,
        }
    }

    fn number(self) -> i64 {
        if let Value::Number(n) = self { n } else { 0 }
    }
}

/// A figure as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// Indicator.
    pub indicator: String,
    /// Version of its definition, 0 when it did not exist on the last day of the window.
    pub version: u32,
    /// Slice.
    pub slice: String,
    /// First day of the window.
    pub from: Date,
    /// Last day of the window.
    pub to: Date,
    /// Value.
    pub value: Value,
    /// How much of it aggregate entries say; of a ratio, how much of both its parts together.
    #[serde(default)]
    pub entered: i64,
}

impl Figure {
    /// The figure in words, as its own unit sees it.
    pub fn show(&self, lang: Lang) -> String {
        self.value.show(lang)
    }

    /// The figure as somebody outside the unit that recorded it sees it.
    pub fn show_outside(&self, indicator: &Indicator, lang: Lang) -> Shown {
        if indicator.people && self.value.is_small() {
            Shown::Suppressed
        } else {
            Shown::Value(self.show(lang))
        }
    }
}

/// What the unit's register holds on a day; read by the capability that keeps units.
pub type Registers<'a> = dyn FnMut(&mut Read<'_>, Register, Date) -> db::Result<i64> + 'a;

/// Reads a figure of the room's unit.
pub fn read(
    read: &mut Read<'_>,
    room: &Room,
    catalogue: &Catalogue,
    registers: &mut Registers<'_>,
    (indicator, slice): (&str, &str),
    (from, to): (Date, Date),
) -> db::Result<Figure> {
    let mut cells = Stored { read, room, registers };
    compute(&mut cells, catalogue, indicator, slice, from, to)
}

impl Tally {
    /// The same figure from records in memory; registers as given.
    pub fn figure(
        &self,
        catalogue: &Catalogue,
        registers: impl Fn(Register, Date) -> i64,
        (indicator, slice): (&str, &str),
        (from, to): (Date, Date),
    ) -> db::Result<Figure> {
        let mut cells = InMemory { tally: self, registers };
        compute(&mut cells, catalogue, indicator, slice, from, to)
    }
}

/// Where a figure's parts come from.
pub(crate) trait Cells {
    /// The sum, and how much of it aggregate entries say.
    fn number(&mut self, indicator: &str, slice: &str, from: Date, to: Date) -> db::Result<(i64, i64)>;
    /// Distinct areas and distinct households.
    fn distinct(&mut self, indicator: &str, slice: &str, from: Date, to: Date) -> db::Result<(i64, i64)>;
    fn register(&mut self, what: Register, on: Date) -> db::Result<i64>;
}

struct Stored<'a, 'r, 'f> {
    read: &'a mut Read<'r>,
    room: &'a Room,
    registers: &'a mut Registers<'f>,
}

impl Cells for Stored<'_, '_, '_> {
    fn number(&mut self, indicator: &str, slice: &str, from: Date, to: Date) -> db::Result<(i64, i64)> {
        let text = sql!(
            "select (select cast(coalesce(sum(amount), 0) as bigint) from cell \
             where tenant = $1 and indicator = $2 and slice = $3 and day >= $4 and day <= $5), \
             (select cast(coalesce(sum(amount), 0) as bigint) from cell_span where tenant = $1 and indicator = $2 \
             and slice = $3 and last_day >= $4 and last_day <= $5 and first_day >= $4)"
        );
        let values = [indicator.into(), slice.into(), from.into(), to.into()];
        let (single, entered): (i64, i64) = self.read.one(self.room, &text, &values)?;
        Ok((single + entered, entered))
    }

    fn distinct(&mut self, indicator: &str, slice: &str, from: Date, to: Date) -> db::Result<(i64, i64)> {
        let text = sql!(
            "select area_id, households from cell_area where tenant = $1 and indicator = $2 and slice = $3 \
             and day >= $4 and day <= $5 and records > 0"
        );
        let (mut areas, mut households) = (BTreeSet::new(), BTreeSet::new());
        let values = [indicator.into(), slice.into(), from.into(), to.into()];
        self.read.each(self.room, &text, &values, |(area, bytes): (Uuid, Vec<u8>)| {
            areas.insert(area);
            households.extend(unpack(&bytes).into_keys().map(|household| (area, household)));
            Ok(())
        })?;
        Ok((areas.len() as i64, households.len() as i64))
    }

    fn register(&mut self, what: Register, on: Date) -> db::Result<i64> {
        (self.registers)(self.read, what, on)
    }
}

struct InMemory<'a, F> {
    tally: &'a Tally,
    registers: F,
}

impl<F: Fn(Register, Date) -> i64> Cells for InMemory<'_, F> {
    fn number(&mut self, indicator: &str, slice: &str, from: Date, to: Date) -> db::Result<(i64, i64)> {
        Ok(self.tally.number(indicator, slice, from, to))
    }
    fn distinct(&mut self, indicator: &str, slice: &str, from: Date, to: Date) -> db::Result<(i64, i64)> {
        Ok(self.tally.distinct(indicator, slice, from, to))
    }
    fn register(&mut self, what: Register, on: Date) -> db::Result<i64> {
        Ok((self.registers)(what, on))
    }
}

pub(crate) fn compute(
    cells: &mut impl Cells,
    catalogue: &Catalogue,
    indicator: &str,
    slice: &str,
    from: Date,
    to: Date,
) -> db::Result<Figure> {
    let version = catalogue.indicators().on(indicator, to).map_or(0, |rule| rule.version);
    let mut entered = 0;
    let value = plan(catalogue, indicator, slice, to).value(&mut |leaf| match *leaf {
        Leaf::Number(id, slice) => {
            let (sum, of_entries) = cells.number(id, slice, from, to)?;
            entered += of_entries;
            Ok(sum)
        }
        Leaf::Areas(id, slice) => Ok(cells.distinct(id, slice, from, to)?.0),
        Leaf::Households(id, slice) => Ok(cells.distinct(id, slice, from, to)?.1),
        Leaf::Register(what) => cells.register(what, to),
    })?;
    Ok(Figure { indicator: indicator.to_owned(), version, slice: slice.to_owned(), from, to, value, entered })
}

/// A definition with its parts looked up: what a figure is made of.
#[derive(Debug, Clone)]
pub(crate) enum Plan<L> {
    Leaf(L),
    Total(Vec<Plan<L>>),
    Ratio {
        over: Box<Plan<L>>,
        under: Box<Plan<L>>,
        percent: bool,
        scale: u32,
        rounding: Rounding,
    },
    /// The indicator did not exist then.
    Nothing,
}

/// What is read, of an indicator and slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaf<'a> {
    Number(&'a str, &'a str),
    Areas(&'a str, &'a str),
    Households(&'a str, &'a str),
    Register(Register),
}

/// What a slice of an indicator is made of on a day.
pub(crate) fn plan<'a>(catalogue: &'a Catalogue, id: &str, slice: &'a str, on: Date) -> Plan<Leaf<'a>> {
    let Some(rule) = catalogue.indicators().on(id, on) else { return Plan::Nothing };
    match &rule.measure {
        Measure::Total { of } => Plan::Total(of.iter().map(|id| plan(catalogue, id, slice, on)).collect()),
        Measure::Ratio { numerator, denominator, percent, scale, rounding } => {
            // The register is not sliced: a slice's share is taken of the whole.
            let whole = catalogue.indicators().on(denominator, on).is_some_and(|rule| rule.slices.is_empty());
            Plan::Ratio {
                over: Box::new(plan(catalogue, numerator, slice, on)),
                under: Box::new(plan(catalogue, denominator, if whole { WHOLE } else { slice }, on)),
                percent: *percent,
                scale: *scale,
                rounding: *rounding,
            }
        }
        Measure::Count { .. } | Measure::Sum { .. } => Plan::Leaf(Leaf::Number(&rule.id, slice)),
        Measure::Households { .. } => Plan::Leaf(Leaf::Households(&rule.id, slice)),
        Measure::AreasWith { .. } => Plan::Leaf(Leaf::Areas(&rule.id, slice)),
        Measure::Register { what } => Plan::Leaf(Leaf::Register(*what)),
    }
}

impl<L> Plan<L> {
    /// The value, from what is read.
    pub(crate) fn value(&self, leaf: &mut impl FnMut(&L) -> db::Result<i64>) -> db::Result<Value> {
        Ok(match self {
            Plan::Leaf(of) => Value::Number(leaf(of)?),
            Plan::Total(parts) => {
                let mut sum = 0;
                for part in parts {
                    if let Value::Number(n) = part.value(leaf)? {
                        sum += n;
                    }
                }
                Value::Number(sum)
            }
            Plan::Ratio { over, under, percent, scale, rounding } => {
                match (over.value(leaf)?, under.value(leaf)?) {
                    (Value::Number(over), Value::Number(under)) if under != 0 => {
                        let scaled = divide(over, under, *percent, *scale, *rounding);
                        Value::Ratio { scaled, scale: *scale, percent: *percent, over, under }
                    }
                    _ => Value::None,
                }
            }
            Plan::Nothing => Value::None,
        })
    }

    /// Whether the value is small: no ratio is worked out for that, because this is asked for every commune of the country.
    pub(crate) fn is_small(&self, leaf: &mut impl FnMut(&L) -> db::Result<i64>) -> db::Result<bool> {
        Ok(match self {
            Plan::Leaf(of) => is_small(leaf(of)?),
            Plan::Ratio { over, under, .. } => {
                let (over, under) = (over.value(leaf)?.number(), under.value(leaf)?.number());
                under != 0 && (is_small(over) || is_small(under))
            }
            whole => whole.value(leaf)?.is_small(),
        })
    }

    /// The same with other leaves.
    pub(crate) fn map<M>(self, leaf: &mut impl FnMut(L) -> M) -> Plan<M> {
        match self {
            Plan::Leaf(of) => Plan::Leaf(leaf(of)),
            Plan::Total(parts) => Plan::Total(parts.into_iter().map(|part| part.map(leaf)).collect()),
            Plan::Ratio { over, under, percent, scale, rounding } => Plan::Ratio {
                over: Box::new(over.map(leaf)),
                under: Box::new(under.map(leaf)),
                percent,
                scale,
                rounding,
            },
            Plan::Nothing => Plan::Nothing,
        }
    }
}

/// `over / under` (× 100) × `10^scale`, in whole numbers.
fn divide(over: i64, under: i64, percent: bool, scale: u32, rounding: Rounding) -> i64 {
    let factor = 10_i128.pow(scale) * if percent { 100 } else { 1 };
    let (top, under) = (i128::from(over) * factor, i128::from(under));
    let (whole, rest) = (top.div_euclid(under), top.rem_euclid(under));
    let up = match rounding {
        Rounding::Ceil => rest != 0,
        Rounding::Floor => false,
        Rounding::HalfUp => rest * 2 >= under.abs(),
    };
    i64::try_from(whole + i128::from(up)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_round_as_their_definition_says() {
        // Bắc Ninh 2023, published: 194 of 213 is 91.08 %, 709 of 730 is 97.12 %.
        assert_eq!(divide(194, 213, true, 2, Rounding::HalfUp), 9108);
        assert_eq!(divide(709, 730, true, 2, Rounding::HalfUp), 9712);
        assert_eq!(divide(1, 3, true, 0, Rounding::Ceil), 34);
        assert_eq!(divide(1, 3, true, 0, Rounding::Floor), 33);
        assert_eq!(divide(1, 2, false, 0, Rounding::HalfUp), 1);
    }
}
