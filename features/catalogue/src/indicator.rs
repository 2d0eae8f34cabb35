//! Indicators: what is counted, how, and by what it can be broken down.

use crate::text::Text;
use jiff::civil::Date;
use serde::Deserialize;

/// A figure's definition. A figure is a definition, a unit and a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Its lasting name in data, for example `outreach-sessions`.
    pub id: String,
    /// The version; a frozen report keeps it beside the value.
    pub version: u32,
    /// The first day whose records it counts.
    pub valid_from: Date,
    /// The last such day; `None` while in force.
    pub valid_to: Option<Date>,
    /// Its name as printed in reports.
    pub name: Text,
    /// What it is counted in.
    pub unit: Text,
    /// How it is counted, shown to whoever opens the figure.
    pub definition: Text,
    /// The paper that asks for it, if one does.
    pub legal_basis: Option<String>,
    /// Whether that paper was seen in full.
    pub checked: bool,
    /// Whether it counts people or households: values under 5 are then suppressed outside the recording unit, and so
    /// is a ratio or total one of whose parts is suppressed.
    pub people: bool,
    /// How it is measured.
    pub measure: Measure,
    /// By what it can be broken down, beyond the whole (`*`).
    pub slices: Vec<SliceBy>,
}

/// How an indicator is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// The number of selected records.
    Count {
        /// Which records.
        select: Select,
    },
    /// The sum of one count or money field over the selected records.
    Sum {
        /// Which records.
        select: Select,
        /// The field added up.
        field: String,
    },
    /// The number of distinct households in a field of the selected records.
    Households {
        /// Which records.
        select: Select,
        /// The field that lists households.
        field: String,
    },
    /// The number of distinct residential areas with at least one selected record.
    AreasWith {
        /// Which records.
        select: Select,
    },
    /// What the unit register holds on the last day of the window.
    Register {
        /// What is counted in it.
        what: Register,
    },
    /// The sum of other indicators.
    Total {
        /// Ids of the indicators added up.
        of: Vec<String>,
    },
    /// One indicator divided by another. Ratios are never averaged: their parts are added up first.
    Ratio {
        /// Id of the indicator above the line.
        numerator: String,
        /// Id of the indicator below the line.
        denominator: String,
        /// Whether the result is multiplied by 100 and shown with a per-cent sign.
        percent: bool,
        /// Decimal places kept.
        scale: u32,
        /// How the last place is rounded.
        rounding: Rounding,
    },
}

impl Measure {
    /// The records it reads; `None` for a measure made of other indicators or of the register.
    pub fn select(&self) -> Option<&Select> {
        match self {
            Measure::Count { select }
            | Measure::Sum { select, .. }
            | Measure::Households { select, .. }
            | Measure::AreasWith { select } => Some(select),
            Measure::Register { .. } | Measure::Total { .. } | Measure::Ratio { .. } => None,
        }
    }

    /// Ids of the indicators it is made of, in order.
    pub fn parts(&self) -> Vec<&str> {
        match self {
            Measure::Total { of } => of.iter().map(String::as_str).collect(),
            Measure::Ratio { numerator, denominator, .. } => vec![numerator, denominator],
            _ => Vec::new(),
        }
    }
}

/// Which records an indicator reads: of any of the kinds, meeting every condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Select {
    /// Ids of kinds.
    pub kinds: Vec<String>,
    /// Conditions, all of which must hold.
    pub conditions: Vec<Condition>,
}

/// A choice field holds one of the options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The choice field.
    pub field: String,
    /// Ids of options, any of which will do.
    pub one_of: Vec<String>,
}

/// What the register of units is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Register {
    /// Households of the unit's residential areas.
    Households,
    /// Residential areas of the unit.
    Areas,
}

/// How the last kept place of a ratio is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// To the nearest, halves away from nought.
    HalfUp,
    /// Up: for thresholds, so that 70 % of 25 areas is 18.
    Ceil,
    /// Down.
    Floor,
}

/// By what an indicator can be broken down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SliceBy {
    /// By programme: slices `programme:ID`.
    Programme,
    /// By the line of the recording organisation: slices `line:police`, `line:front` …
    Line,
    /// By the options of a choice field: slices `FIELD:option`.
    Field(String),
}

/// The slice that holds everything.
pub const WHOLE: &str = "*";

/// The lines an organisation can belong to, as slices name them.
pub const LINES: [&str; 4] = ["police", "front", "government", "union"];
