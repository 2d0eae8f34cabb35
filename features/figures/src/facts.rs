//! What one record says about the indicators: a pure function of the record and the catalogue.

use std::collections::BTreeSet;

use catalogue::{Catalogue, Fields, Indicator, Measure, Select, SliceBy, Value, WHOLE};
use jiff::civil::Date;
use kernel::Line;
use uuid::Uuid;

/// A record as the engine sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Residential area where it was done.
    pub area: Uuid,
    /// Day on which it was done; of an aggregate entry the last day of its span.
    pub day: Date,
    /// First day of the span that an aggregate entry is a total over; none for what was done on one day.
    pub from: Option<Date>,
    /// Id of its kind.
    pub kind: String,
    /// Line on whose behalf it was done.
    pub line: Option<Line>,
    /// Ids of the programmes it serves.
    pub programmes: Vec<String>,
    /// Answers to the kind's questions.
    pub fields: Fields,
}

impl Record {
    /// Whether a window counts it: an aggregate entry only when its span lies wholly inside, because nobody can say
    /// how much of it belongs to a part of its days.
    pub fn within(&self, (from, to): (Date, Date)) -> bool {
        self.from.unwrap_or(self.day) >= from && self.day <= to
    }
}

/// What a record adds to one slice of one indicator, on its day and in its area.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// Id of the indicator.
    pub indicator: String,
    /// `*`, `programme:ID`, `line:police`, `FIELD:option`.
    pub slice: String,
    /// How much.
    pub amount: Amount,
}

/// How much a fact adds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Amount {
    /// A number, added.
    Number(i64),
    /// Household numbers of the area, united.
    Households(BTreeSet<u16>),
    /// The area itself, counted once.
    Area,
}

/// Everything a confirmed record says, in a fixed order.
pub fn facts(record: &Record, catalogue: &Catalogue) -> Vec<Fact> {
    let mut facts = Vec::new();
    for indicator in catalogue.indicators().all_on(record.day) {
        if let Some(amount) = amount(record, catalogue, indicator) {
            for slice in slices(record, indicator) {
                facts.push(Fact { indicator: indicator.id.clone(), slice, amount: amount.clone() });
            }
        }
    }
    facts
}

/// What a record adds to a figure of an indicator and slice; for totals and ratios, to any of their parts.
pub fn contribution(record: &Record, catalogue: &Catalogue, indicator: &str, slice: &str) -> Option<Amount> {
    let rule = catalogue.indicators().on(indicator, record.day)?;
    match &rule.measure {
        Measure::Total { .. } | Measure::Ratio { .. } => {
            rule.measure.parts().into_iter().find_map(|part| contribution(record, catalogue, part, slice))
        }
        _ => {
            let amount = amount(record, catalogue, rule)?;
            slices(record, rule).iter().any(|of| of == slice).then_some(amount)
        }
    }
}

/// The kinds of records that can contribute to an indicator on any day.
pub fn reads_kinds(catalogue: &Catalogue, indicator: &str) -> BTreeSet<String> {
    let mut kinds = BTreeSet::new();
    for rule in catalogue.indicators().all().filter(|rule| rule.id == indicator) {
        kinds.extend(rule.measure.select().into_iter().flat_map(|select| select.kinds.iter().cloned()));
        for part in rule.measure.parts() {
            kinds.extend(reads_kinds(catalogue, part));
        }
    }
    let feeds = |kind: &&catalogue::Kind| kind.fields.iter().any(|f| f.feeds.as_deref() == Some(indicator));
    kinds.extend(catalogue.kinds().all().filter(feeds).map(|kind| kind.id.clone()));
    kinds
}

fn amount(record: &Record, catalogue: &Catalogue, indicator: &Indicator) -> Option<Amount> {
    if let Some(number) = fed(record, catalogue, indicator) {
        return Some(Amount::Number(number));
    }
    if !selected(record, indicator.measure.select()?) {
        return None;
    }
    match &indicator.measure {
        Measure::Count { .. } => Some(Amount::Number(1)),
        Measure::AreasWith { .. } => Some(Amount::Area),
        Measure::Sum { field, .. } => match record.fields.get(field) {
            Some(Value::Count(0)) | None => None,
            Some(Value::Count(number)) => Some(Amount::Number(*number)),
            Some(_) => None,
        },
        Measure::Households { field, .. } => match record.fields.get(field) {
            Some(Value::Households(numbers)) if !numbers.is_empty() => {
                Some(Amount::Households(numbers.clone()))
            }
            _ => None,
        },
        Measure::Register { .. } | Measure::Total { .. } | Measure::Ratio { .. } => None,
    }
}

/// What the fields of an aggregate entry feed to an indicator.
fn fed(record: &Record, catalogue: &Catalogue, indicator: &Indicator) -> Option<i64> {
    record.from?;
    let kind = catalogue.kinds().on(&record.kind, record.day)?;
    let fields = kind.fields.iter().filter(|field| field.feeds.as_ref() == Some(&indicator.id));
    let numbers = fields.filter_map(|field| match record.fields.get(&field.id) {
        Some(Value::Count(number)) => Some(*number),
        _ => None,
    });
    Some(numbers.sum()).filter(|sum: &i64| *sum != 0)
}

fn selected(record: &Record, select: &Select) -> bool {
    select.kinds.contains(&record.kind)
        && select.conditions.iter().all(|condition| {
            chosen(record, &condition.field).iter().any(|option| condition.one_of.contains(option))
        })
}

/// The slices a record stands in: the whole once, and one for each dimension value it has.
fn slices(record: &Record, indicator: &Indicator) -> Vec<String> {
    let mut slices = vec![WHOLE.to_owned()];
    for by in &indicator.slices {
        match by {
            SliceBy::Programme => {
                slices.extend(record.programmes.iter().map(|programme| format!("programme:{programme}")));
            }
            SliceBy::Line => slices.extend(record.line.map(|line| format!("line:{}", line.key()))),
            SliceBy::Field(field) => {
                slices.extend(chosen(record, field).into_iter().map(|option| format!("{field}:{option}")));
            }
        }
    }
    slices
}

fn chosen(record: &Record, field: &str) -> Vec<String> {
    match record.fields.get(field) {
        Some(Value::Choice(option)) => vec![option.clone()],
        Some(Value::Choices(options)) => options.iter().cloned().collect(),
        Some(Value::YesNo(yes)) => vec![if *yes { "yes" } else { "no" }.to_owned()],
        _ => Vec::new(),
    }
}
