//! Kinds of activity: what a person is asked when they write down what was done.

use crate::text::Text;
use jiff::civil::Date;

/// A kind of activity, for example an outreach session or a patrol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Its lasting name in data and addresses, for example `outreach-session`.
    pub id: String,
    /// The version; a record keeps the version it was written under.
    pub version: u32,
    /// The first day on which activities of this version can have taken place.
    pub valid_from: Date,
    /// The last such day; `None` while in force.
    pub valid_to: Option<Date>,
    /// What it is called.
    pub name: Text,
    /// When to choose it, in one or two sentences.
    pub help: Text,
    /// The paper that asks for it, if one does.
    pub legal_basis: Option<String>,
    /// Whether the legal text was seen in full.
    pub checked: bool,
    /// Whether its records are aggregate entries: totals over a span of days, of a unit that has no single records of them.
    pub aggregate: bool,
    /// The questions, in the order they are asked.
    pub fields: Vec<Field>,
    /// Ids of the fields of which at least one must hold more than nothing; empty when any answers will do.
    pub needs_one_of: Vec<String>,
    /// Ids of the programmes it usually serves, offered first.
    pub programmes: Vec<String>,
    /// The lines whose people alone record it, of [`LINES`](crate::LINES); empty when everybody does.
    pub lines: Vec<String>,
    /// Whether it offers a free-text note (scanned for personal numbers before it is sent).
    pub note: bool,
}

impl Kind {
    /// The field with this id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// Whether somebody who works for this line, or for none, records it.
    pub fn is_for(&self, line: Option<&str>) -> bool {
        self.lines.is_empty() || line.is_some_and(|line| self.lines.iter().any(|own| own == line))
    }
}

/// One question of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its lasting name in data, for example `attendees`.
    pub id: String,
    /// The question.
    pub label: Text,
    /// How to answer it.
    pub help: Text,
    /// What is counted, for example "lượt người".
    pub unit: Option<Text>,
    /// Whether an answer is needed.
    pub required: bool,
    /// What an answer looks like.
    pub input: Input,
    /// Id of the number indicator an answer is added to; in aggregate kinds only.
    pub feeds: Option<String>,
}

/// What an answer looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A whole number of things or of attendances, both limits included.
    Count {
        /// The smallest answer taken.
        min: i64,
        /// The largest answer taken.
        max: i64,
    },
    /// An amount of money in đồng, from nought to the limit, limit included.
    Money {
        /// The largest amount taken, in đồng.
        max: i64,
    },
    /// One line of text about things, never about people.
    Text {
        /// The most characters taken (Unicode scalar values after NFC).
        max_chars: usize,
    },
    /// Yes or no.
    YesNo,
    /// Exactly one of the options.
    Choice {
        /// The options, in the order they are offered.
        options: Vec<Choice>,
    },
    /// Any number of the options.
    Choices {
        /// The options, in the order they are offered.
        options: Vec<Choice>,
    },
    /// Numbers of households in the residential area, for example `1-20, 25`.
    Households,
}

impl Input {
    /// The options of a choice; empty for every other input.
    pub fn options(&self) -> &[Choice] {
        match self {
            Input::Choice { options } | Input::Choices { options } => options,
            _ => &[],
        }
    }
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its lasting name in data, for example `mobile`; slices of figures are named by it.
    pub id: String,
    /// What it is called.
    pub label: Text,
}
