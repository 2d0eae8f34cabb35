//! The same cells, recomputed from records without the store.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::Catalogue;
use jiff::civil::Date;
use uuid::Uuid;

use crate::{Amount, Record, facts};

/// Key of a number cell: indicator, slice, day.
pub(crate) type NumberKey = (String, String, Date);
/// Key of a number cell of a single area.
pub(crate) type ApartKey = (Uuid, NumberKey);
/// Key of a cell of aggregate entries: indicator, slice, first and last day of the span, area or whole unit.
pub(crate) type SpanKey = (String, String, Date, Date, Uuid);
/// Key of an area cell: indicator, slice, day, area.
pub(crate) type AreaKey = (String, String, Date, Uuid);

/// What an area cell holds: how many records, and how often each household number was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) records: i64,
    pub(crate) households: BTreeMap<u16, i64>,
}

/// Cells in memory: of one record, of the difference between two versions, or of a whole store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub(crate) numbers: BTreeMap<NumberKey, i64>,
    pub(crate) spans: BTreeMap<SpanKey, i64>,
    pub(crate) areas: BTreeMap<AreaKey, Seen>,
    /// Areas whose numbers are kept apart too, because they do not lie where their tenant lies, and those numbers.
    pub(crate) apart: BTreeSet<Uuid>,
    pub(crate) numbers_apart: BTreeMap<ApartKey, i64>,
}

impl Tally {
    /// An empty one that keeps the numbers of some areas apart.
    #[must_use]
    pub fn keeping_apart(areas: impl IntoIterator<Item = Uuid>) -> Tally {
        Tally { apart: areas.into_iter().collect(), ..Tally::default() }
    }

    /// Adds what a record says.
    pub fn add(&mut self, record: &Record, catalogue: &Catalogue) {
        self.change(record, catalogue, 1);
    }

    /// Takes what a record says away again.
    pub fn remove(&mut self, record: &Record, catalogue: &Catalogue) {
        self.change(record, catalogue, -1);
    }

    fn change(&mut self, record: &Record, catalogue: &Catalogue, sign: i64) {
        for fact in facts(record, catalogue) {
            match fact.amount {
                Amount::Number(number) => {
                    if let Some(from) = record.from {
                        let key = (fact.indicator, fact.slice, from, record.day, record.area);
                        *self.spans.entry(key).or_default() += sign * number;
                        continue;
                    }
                    let key = (fact.indicator, fact.slice, record.day);
                    if self.apart.contains(&record.area) {
                        *self.numbers_apart.entry((record.area, key.clone())).or_default() += sign * number;
                    }
                    *self.numbers.entry(key).or_default() += sign * number;
                }
                Amount::Area => self.seen(fact.indicator, fact.slice, record).records += sign,
                Amount::Households(numbers) => {
                    let seen = self.seen(fact.indicator, fact.slice, record);
                    seen.records += sign;
                    for number in numbers {
                        *seen.households.entry(number).or_default() += sign;
                    }
                }
            }
        }
    }

    fn seen(&mut self, indicator: String, slice: String, record: &Record) -> &mut Seen {
        self.areas.entry((indicator, slice, record.day, record.area)).or_default()
    }

    /// Forgets cells that hold nothing, so that two tallies of the same content are equal.
    #[must_use]
    pub fn settled(mut self) -> Tally {
        self.numbers.retain(|_, amount| *amount != 0);
        self.numbers_apart.retain(|_, amount| *amount != 0);
        self.spans.retain(|_, amount| *amount != 0);
        for seen in self.areas.values_mut() {
            seen.households.retain(|_, times| *times != 0);
        }
        self.areas.retain(|_, seen| seen.records != 0 || !seen.households.is_empty());
        self
    }

    /// How many cells it holds.
    pub fn len(&self) -> usize {
        self.numbers.len() + self.spans.len() + self.areas.len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.spans.is_empty() && self.areas.is_empty()
    }

    /// The sum of a number indicator over a window, and how much of it aggregate entries say.
    pub(crate) fn number(&self, indicator: &str, slice: &str, from: Date, to: Date) -> (i64, i64) {
        let of = |((id, of, day), amount): (&NumberKey, &i64)| {
            (id == indicator && of == slice && (from..=to).contains(day)).then_some(*amount)
        };
        let entered = |((id, of, first, last, _), amount): (&SpanKey, &i64)| {
            (id == indicator && of == slice && *first >= from && *last <= to).then_some(*amount)
        };
        let entered: i64 = self.spans.iter().filter_map(entered).sum();
        (self.numbers.iter().filter_map(of).sum::<i64>() + entered, entered)
    }

    /// Distinct areas and distinct households over a window.
    pub(crate) fn distinct(&self, indicator: &str, slice: &str, from: Date, to: Date) -> (i64, i64) {
        let (mut areas, mut households) = (BTreeSet::new(), BTreeSet::new());
        for ((id, of, day, area), seen) in &self.areas {
            if id == indicator && of == slice && (from..=to).contains(day) && seen.records > 0 {
                areas.insert(*area);
                households.extend(seen.households.iter().filter(|(_, n)| **n > 0).map(|(h, _)| (*area, *h)));
            }
        }
        (areas.len() as i64, households.len() as i64)
    }
}
