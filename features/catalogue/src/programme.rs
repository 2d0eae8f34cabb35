//! Programmes, campaigns and emulation movements: tags that let one record count for each of them.

use crate::text::Text;
use jiff::civil::Date;

/// A programme, campaign or emulation movement that activities serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    /// Its lasting name in data, for example `joint-programme`.
    pub id: String,
    /// The version.
    pub version: u32,
    /// The first day of its period, as far as known.
    pub valid_from: Date,
    /// The last day of its period; `None` while open.
    pub valid_to: Option<Date>,
    /// Its full name as printed.
    pub name: Text,
    /// The name used in lists and on buttons.
    pub short: Text,
    /// What it asks for, in one or two sentences.
    pub help: Text,
    /// Who runs it together.
    pub parties: Vec<Text>,
    /// The paper that founded it, if known.
    pub legal_basis: Option<String>,
    /// Whether that paper was seen in full.
    pub checked: bool,
}
