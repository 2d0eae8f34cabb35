//! The catalogue as it stands in TOML files: every key there is, with the places that messages point to.
//!
//! Keys are kept flat and untagged on purpose: serde loses places inside tagged or flattened values.

use crate::{Compare, Level, Limits, Register, Rounding};
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

/// One file: any number of entries of any sort.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    #[serde(default)]
    pub(crate) kind: Vec<KindEntry>,
    #[serde(default)]
    pub(crate) programme: Vec<ProgrammeEntry>,
    #[serde(default)]
    pub(crate) indicator: Vec<IndicatorEntry>,
    #[serde(default)]
    pub(crate) regime: Vec<RegimeEntry>,
    #[serde(default)]
    pub(crate) form: Vec<FormEntry>,
    #[serde(default)]
    pub(crate) addition: Vec<AdditionEntry>,
}

/// Questions that a province or a commune adds to a kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdditionEntry {
    pub(crate) kind: Spanned<String>,
    #[serde(default)]
    pub(crate) field: Vec<FieldEntry>,
}

/// A text; both languages are asked for by the checker, so that a missing one is named.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextEntry {
    pub(crate) vi: Option<String>,
    pub(crate) en: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KindEntry {
    pub(crate) id: Spanned<String>,
    pub(crate) version: Option<Spanned<u32>>,
    pub(crate) valid_from: Option<Spanned<Datetime>>,
    pub(crate) valid_to: Option<Spanned<Datetime>>,
    pub(crate) name: Spanned<TextEntry>,
    pub(crate) help: Spanned<TextEntry>,
    pub(crate) legal_basis: Option<String>,
    pub(crate) checked: Spanned<bool>,
    #[serde(default)]
    pub(crate) needs_one_of: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) programmes: Vec<Spanned<String>>,
    pub(crate) lines: Option<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    pub(crate) note: bool,
    #[serde(default)]
    pub(crate) aggregate: bool,
    #[serde(default)]
    pub(crate) field: Vec<FieldEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldEntry {
    pub(crate) id: Spanned<String>,
    pub(crate) label: Spanned<TextEntry>,
    pub(crate) help: Spanned<TextEntry>,
    pub(crate) unit: Option<Spanned<TextEntry>>,
    #[serde(default)]
    pub(crate) required: bool,
    pub(crate) input: Spanned<InputName>,
    pub(crate) min: Option<Spanned<i64>>,
    pub(crate) max: Option<Spanned<i64>>,
    pub(crate) max_chars: Option<Spanned<usize>>,
    pub(crate) options: Option<Spanned<Vec<OptionEntry>>>,
    pub(crate) feeds: Option<Spanned<String>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum InputName {
    Count,
    Money,
    Text,
    YesNo,
    Choice,
    Choices,
    Households,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OptionEntry {
    pub(crate) id: Spanned<String>,
    pub(crate) vi: Option<String>,
    pub(crate) en: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProgrammeEntry {
    pub(crate) id: Spanned<String>,
    pub(crate) version: Option<Spanned<u32>>,
    pub(crate) valid_from: Option<Spanned<Datetime>>,
    pub(crate) valid_to: Option<Spanned<Datetime>>,
    pub(crate) name: Spanned<TextEntry>,
    pub(crate) short: Spanned<TextEntry>,
    pub(crate) help: Spanned<TextEntry>,
    pub(crate) parties: Vec<Spanned<TextEntry>>,
    pub(crate) legal_basis: Option<String>,
    pub(crate) checked: Spanned<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IndicatorEntry {
    pub(crate) id: Spanned<String>,
    pub(crate) version: Option<Spanned<u32>>,
    pub(crate) valid_from: Option<Spanned<Datetime>>,
    pub(crate) valid_to: Option<Spanned<Datetime>>,
    pub(crate) name: Spanned<TextEntry>,
    pub(crate) unit: Spanned<TextEntry>,
    pub(crate) definition: Spanned<TextEntry>,
    pub(crate) legal_basis: Option<String>,
    pub(crate) checked: Spanned<bool>,
    pub(crate) people: Spanned<bool>,
    pub(crate) measure: Spanned<MeasureName>,
    pub(crate) kinds: Option<Spanned<Vec<Spanned<String>>>>,
    #[serde(rename = "where")]
    pub(crate) conditions: Option<Spanned<Vec<ConditionEntry>>>,
    pub(crate) field: Option<Spanned<String>>,
    pub(crate) register: Option<Spanned<Register>>,
    pub(crate) of: Option<Spanned<Vec<Spanned<String>>>>,
    pub(crate) numerator: Option<Spanned<String>>,
    pub(crate) denominator: Option<Spanned<String>>,
    pub(crate) percent: Option<Spanned<bool>>,
    pub(crate) scale: Option<Spanned<u32>>,
    pub(crate) rounding: Option<Spanned<Rounding>>,
    #[serde(default)]
    pub(crate) slices: Vec<Spanned<String>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MeasureName {
    Count,
    Sum,
    Households,
    AreasWith,
    Register,
    Total,
    Ratio,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConditionEntry {
    pub(crate) field: Spanned<String>,
    pub(crate) one_of: Spanned<Vec<Spanned<String>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegimeEntry {
    pub(crate) id: Spanned<String>,
    pub(crate) name: Spanned<TextEntry>,
    pub(crate) legal_basis: Option<String>,
    pub(crate) checked: Spanned<bool>,
    pub(crate) step: Spanned<StepName>,
    pub(crate) starts: Option<Spanned<WeekdayName>>,
    pub(crate) months: Option<Spanned<u8>>,
    pub(crate) opens: Option<Spanned<OpensEntry>>,
    pub(crate) due: u16,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StepName {
    Week,
    Months,
    Days,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WeekdayName {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpensEntry {
    pub(crate) months_before: u8,
    pub(crate) day: i8,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FormEntry {
    pub(crate) id: Spanned<String>,
    pub(crate) version: Option<Spanned<u32>>,
    pub(crate) valid_from: Option<Spanned<Datetime>>,
    pub(crate) valid_to: Option<Spanned<Datetime>>,
    pub(crate) name: Spanned<TextEntry>,
    pub(crate) title: Spanned<TextEntry>,
    pub(crate) legal_basis: Option<String>,
    pub(crate) checked: Spanned<bool>,
    pub(crate) regime: Spanned<String>,
    pub(crate) paper_kind: Spanned<String>,
    pub(crate) level: Level,
    pub(crate) line: Option<Spanned<String>>,
    pub(crate) section: Vec<SectionEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SectionEntry {
    pub(crate) id: Spanned<String>,
    pub(crate) heading: Spanned<TextEntry>,
    pub(crate) part: Vec<PartEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartEntry {
    pub(crate) id: Spanned<String>,
    pub(crate) part: Spanned<PartName>,
    pub(crate) prompt: Option<Spanned<TextEntry>>,
    pub(crate) max_chars: Option<Spanned<usize>>,
    pub(crate) required: Option<Spanned<bool>>,
    pub(crate) caption: Option<Spanned<TextEntry>>,
    pub(crate) rows: Option<Spanned<Vec<RowEntry>>>,
    pub(crate) compare: Option<Spanned<Vec<Compare>>>,
    pub(crate) columns: Option<Spanned<Vec<RowEntry>>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PartName {
    Narrative,
    Figures,
    Areas,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowEntry {
    pub(crate) indicator: Spanned<String>,
    pub(crate) slice: Option<Spanned<String>>,
    pub(crate) label: Option<Spanned<TextEntry>>,
    #[serde(default)]
    pub(crate) limits: LimitsEntry,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitsEntry {
    pub(crate) jump: Option<Spanned<u32>>,
    pub(crate) least: Option<Spanned<i64>>,
    pub(crate) most: Option<Spanned<i64>>,
    pub(crate) within: Option<Spanned<String>>,
    pub(crate) sum_of: Option<Spanned<Vec<Spanned<String>>>>,
}

impl LimitsEntry {
    pub(crate) fn limits(&self) -> Limits {
        let sum_of = self.sum_of.iter().flat_map(|rows| rows.get_ref());
        Limits {
            jump: self.jump.as_ref().map(|jump| *jump.get_ref()),
            least: self.least.as_ref().map(|least| *least.get_ref()),
            most: self.most.as_ref().map(|most| *most.get_ref()),
            within: self.within.as_ref().map(|within| within.get_ref().clone()),
            sum_of: sum_of.map(|row| row.get_ref().clone()).collect(),
        }
    }
}
