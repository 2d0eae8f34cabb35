//! A target and the rules of setting it. No I/O.

use catalogue::{Indicator, Measure};
use figures::Value;
use vietnamese::number;

/// What is to be reached in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Id of the indicator.
    pub indicator: String,
    /// The slice, `*` for the whole.
    pub slice: String,
    /// The year.
    pub year: i64,
    /// Version, from 1.
    pub version: u32,
    /// The number; of a ratio times `10^scale`; none when it was taken back.
    pub amount: Option<i64>,
    /// Whether a unit above set it.
    pub superior: bool,
    /// Account of whoever set it.
    pub account: String,
}

impl Target {
    /// The number as a value of its indicator.
    #[must_use]
    pub fn value(&self, rule: Option<&Indicator>) -> Value {
        match (self.amount, rule.map(|rule| &rule.measure)) {
            (None, _) => Value::None,
            (Some(scaled), Some(Measure::Ratio { scale, percent, .. })) => {
                Value::Ratio { scaled, scale: *scale, percent: *percent, over: 0, under: 0 }
            }
            (Some(number), _) => Value::Number(number),
        }
    }

    /// How far a value has come towards it: per cent with one decimal, never rounded up. Its parts are those of the
    /// value, so that it is hidden wherever the value is.
    #[must_use]
    pub fn reached(&self, value: Value) -> Value {
        let (number, over, under) = match value {
            Value::Number(number) => (number, number, number),
            Value::Ratio { scaled, over, under, .. } => (scaled, over, under),
            Value::None => return Value::None,
        };
        let Some(wanted) = self.amount.filter(|wanted| *wanted > 0) else { return Value::None };
        let tenths = i128::from(number) * 1000 / i128::from(wanted);
        let scaled = i64::try_from(tenths).unwrap_or(i64::MAX);
        Value::Ratio { scaled, scale: 1, percent: true, over, under }
    }
}

/// What somebody wants to be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Id of the indicator.
    pub indicator: String,
    /// The slice, `*` for the whole.
    pub slice: String,
    /// The year.
    pub year: i64,
    /// The number; of a ratio times `10^scale`; none takes the target back.
    pub amount: Option<i64>,
}

/// Why a target is not set; each has a text `targets-refusal-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A unit above set it.
    #[error("superior")]
    Superior,
    /// There is no such indicator in that year, or it is what the register holds.
    #[error("no-indicator")]
    NoIndicator,
    /// Not a number that the indicator can reach.
    #[error("not-a-number")]
    NotANumber,
}

impl Refusal {
    /// Every refusal, for the test that each has its text.
    pub const ALL: [Refusal; 3] = [Refusal::Superior, Refusal::NoIndicator, Refusal::NotANumber];

    /// The key of its text.
    #[must_use]
    pub fn key(self) -> String {
        format!("targets-refusal-{self}")
    }
}

/// Whether work can reach the indicator: what the register holds is no result of work.
pub(crate) fn reachable(rule: &Indicator) -> bool {
    !matches!(rule.measure, Measure::Register { .. })
}

/// The number as typed: a count, or of a ratio a decimal with a comma or a point; nothing typed is none.
///
/// # Errors
/// [`Refusal::NotANumber`].
pub fn parse(rule: &Indicator, typed: &str) -> Result<Option<i64>, Refusal> {
    let typed = typed.trim().trim_end_matches('%').trim_end();
    if typed.is_empty() {
        return Ok(None);
    }
    let Measure::Ratio { scale, .. } = rule.measure else {
        return number::parse_count(typed).map(Some).map_err(|_| Refusal::NotANumber);
    };
    let (whole, rest) = typed.split_once([',', '.']).unwrap_or((typed, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let places = scale as usize;
    if whole.is_empty() || !digits(whole) || !digits(rest) || rest.len() > places {
        return Err(Refusal::NotANumber);
    }
    format!("{whole}{rest:0<places$}").parse().map(Some).map_err(|_| Refusal::NotANumber)
}
