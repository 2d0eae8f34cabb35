//! What is odd or wrong about a report: texts that are missing, figures that do not agree. The rules stand in the
//! form (`required`, `limits`); a form frozen under an older version is checked by that version.

use catalogue::{FigureRow, Part};
use figures::Value;

use crate::model::{Column, Definition, Entry, Words};
use crate::sheet::Sheet;

/// Figures under this number may jump: from 1 to 5 is five times and says nothing.
const MAY_JUMP: i64 = 10;

/// Something to look at before the report leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Id of the form's part.
    pub part: String,
    /// The prompt of the text, or the label of the row.
    pub label: Words,
    /// The figure; none for a text.
    pub figure: Option<Odd>,
    /// What about it.
    pub reason: Reason,
}

/// A figure that is odd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Odd {
    /// Its place in the report.
    pub place: u32,
    /// Its value.
    pub value: i64,
    /// What it means; says who may see small values.
    pub definition: Definition,
}

/// What is wrong or odd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A text that the form requires is not written.
    Missing,
    /// Rows that should add up to it make another sum.
    Sum(i64),
    /// It is larger than the row it is a part of.
    Within {
        /// That row.
        whole: Words,
        /// Its value.
        of: i64,
    },
    /// It is smaller than is likely.
    Least(i64),
    /// It is larger than is likely.
    Most(i64),
    /// It is this many times the last period's, or that part of it.
    Jump {
        /// How many times.
        times: u32,
        /// The last period's value.
        before: i64,
    },
}

impl Reason {
    /// Whether it must be put right; what does not block can be explained.
    #[must_use]
    pub const fn blocks(&self) -> bool {
        matches!(self, Reason::Missing | Reason::Sum(_) | Reason::Within { .. })
    }
}

/// Everything to look at, in the order of the form.
#[must_use]
pub fn check(sheet: &Sheet) -> Vec<Finding> {
    let mut findings = Vec::new();
    for part in sheet.form.sections.iter().flat_map(|section| &section.body) {
        match part {
            Part::Areas { .. } => {}
            Part::Narrative { id, prompt, required, .. } => {
                if *required && sheet.texts.get(id).is_none_or(|text| text.trim().is_empty()) {
                    let label = Words::from(prompt);
                    findings.push(Finding { part: id.clone(), label, figure: None, reason: Reason::Missing });
                }
            }
            Part::Figures { id, rows, .. } => {
                for (number, row) in (1..).zip(rows) {
                    let Some(entry) = entry(sheet, id, number, Column::Current) else { continue };
                    let Some(value) = number_of(entry) else { continue };
                    for reason in reasons(sheet, (id, rows), (number, row), value) {
                        let definition = entry.definition.clone();
                        findings.push(Finding {
                            part: id.clone(),
                            label: definition.label.clone(),
                            figure: Some(Odd { place: entry.place, value, definition }),
                            reason,
                        });
                    }
                }
            }
        }
    }
    findings
}

fn reasons(
    sheet: &Sheet,
    (part, rows): (&str, &[FigureRow]),
    (number, row): (u32, &FigureRow),
    value: i64,
) -> Vec<Reason> {
    let limits = &row.limits;
    let named = |name: &String| {
        let (number, _) = (1..).zip(rows).find(|(_, row)| row.name() == *name)?;
        let entry = entry(sheet, part, number, Column::Current)?;
        Some((entry, number_of(entry)?))
    };
    let mut reasons = Vec::new();
    if !limits.sum_of.is_empty() {
        let sum = limits.sum_of.iter().filter_map(named).map(|(_, value)| value).sum();
        reasons.extend((sum != value).then_some(Reason::Sum(sum)));
    }
    if let Some((whole, of)) = limits.within.as_ref().and_then(named) {
        let whole = whole.definition.label.clone();
        reasons.extend((value > of).then_some(Reason::Within { whole, of }));
    }
    reasons.extend(limits.least.filter(|least| value < *least).map(Reason::Least));
    reasons.extend(limits.most.filter(|most| value > *most).map(Reason::Most));
    if let Some(times) = limits.jump
        && let Some(before) = entry(sheet, part, number, Column::Previous).and_then(number_of)
        && value.max(before) >= MAY_JUMP
    {
        let (small, large) = (value.min(before), value.max(before));
        let jumps = small.saturating_mul(times.into()) <= large;
        reasons.extend(jumps.then_some(Reason::Jump { times, before }));
    }
    reasons
}

fn entry<'a>(sheet: &'a Sheet, part: &'a str, row: u32, column: Column) -> Option<&'a Entry> {
    sheet.row(part, row).find(|entry| entry.column == column)
}

fn number_of(entry: &Entry) -> Option<i64> {
    match entry.figure.value {
        Value::Number(value) => Some(value),
        Value::Ratio { .. } | Value::None => None,
    }
}
