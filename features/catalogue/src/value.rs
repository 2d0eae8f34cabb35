//! Answers to a kind's questions, and what can be wrong with them.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One answer. As JSON it is the natural thing (a number, a string, `true`, an array); reading it back needs the
/// kind, see [`crate::Kind::from_json`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A count, or an amount of money in đồng.
    Count(i64),
    /// A line of text.
    Text(String),
    /// Yes or no.
    YesNo(bool),
    /// The id of one option.
    Choice(String),
    /// Ids of options.
    Choices(BTreeSet<String>),
    /// Numbers of households in the residential area.
    Households(BTreeSet<u16>),
}

impl Value {
    /// Whether it says that there was nothing: a count of nought, a "no", an empty list.
    pub(crate) fn is_nothing(&self) -> bool {
        match self {
            Value::Count(number) => *number == 0,
            Value::YesNo(yes) => !yes,
            Value::Text(text) | Value::Choice(text) => text.is_empty(),
            Value::Choices(ids) => ids.is_empty(),
            Value::Households(numbers) => numbers.is_empty(),
        }
    }
}

impl Value {
    /// The answer as it would have been typed or ticked: [`crate::Kind::read`] reads it back.
    pub fn typed(&self) -> Vec<String> {
        match self {
            Value::Count(number) => vec![number.to_string()],
            Value::Text(text) => vec![text.clone()],
            Value::YesNo(yes) => vec![if *yes { "yes" } else { "no" }.to_owned()],
            Value::Choice(id) => vec![id.clone()],
            Value::Choices(ids) => ids.iter().cloned().collect(),
            Value::Households(numbers) => vec![crate::households::show(numbers)],
        }
    }
}

/// Answers by field id. A question that was not answered is absent.
pub type Fields = BTreeMap<String, Value>;

/// What is wrong with one answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {what}")]
pub struct FieldProblem {
    /// The field's id.
    pub field: String,
    /// What is wrong.
    pub what: FieldError,
}

/// What can be wrong with an answer. The message to people is the reader's own, in their language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// An answer is needed.
    #[error("an answer is needed")]
    Missing,
    /// None of the fields of which one is needed holds anything; told of the first of them.
    #[error("at least one of these is needed: {}", fields.join(", "))]
    OneNeeded {
        /// The ids of the fields.
        fields: Vec<String>,
    },
    /// Not a whole number; thousands may be grouped with dots.
    #[error("`{typed}` is not a whole number")]
    NotANumber {
        /// What was typed.
        typed: String,
    },
    /// Under the limit.
    #[error("less than {min}")]
    TooSmall {
        /// The smallest answer taken.
        min: i64,
    },
    /// Over the limit.
    #[error("more than {max}")]
    TooLarge {
        /// The largest answer taken.
        max: i64,
    },
    /// Too many characters.
    #[error("longer than {max} characters")]
    TooLong {
        /// The most characters taken.
        max: usize,
    },
    /// Not one of the options.
    #[error("`{typed}` is not one of the options")]
    UnknownOption {
        /// What was sent.
        typed: String,
    },
    /// Not a list of household numbers such as `1-20, 25`.
    #[error("`{typed}` is not a household number or a range of them")]
    BadHouseholds {
        /// The piece of the list that cannot be read.
        typed: String,
    },
    /// A household number past the last one of the area.
    #[error("household {number} is past the last one, {max}")]
    HouseholdBeyond {
        /// The number typed.
        number: u64,
        /// The last household number.
        max: u16,
    },
    /// A phone or identity number in a text.
    #[error("`{found}` looks like a phone or identity number")]
    PersonalNumber {
        /// The number found, as typed.
        found: String,
    },
    /// An answer of the wrong shape, for example an array for a count (JSON only).
    #[error("an answer of the wrong shape")]
    WrongShape,
    /// The kind has no such field (JSON only).
    #[error("no such field")]
    UnknownField,
}
