//! Forms of reports: sections with narrative parts and tables of figures.

use crate::text::Text;
use jiff::civil::Date;
use serde::Deserialize;

/// A report form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Its lasting name in data, for example `movement-quarterly`.
    pub id: String,
    /// The version; a report keeps the version it was made under.
    pub version: u32,
    /// The first day of a window that can be reported on it.
    pub valid_from: Date,
    /// The last such day; `None` while in force.
    pub valid_to: Option<Date>,
    /// What it is called in lists.
    pub name: Text,
    /// The subject line of the paper; `{period}` and `{unit}` are filled in.
    pub title: Text,
    /// The paper that asks for it, if one does.
    pub legal_basis: Option<String>,
    /// Whether that paper was seen in full.
    pub checked: bool,
    /// Id of the regime that gives its windows and due days.
    pub regime: String,
    /// The type sign of the paper, `BC` for a report.
    pub paper_kind: String,
    /// The level of the units that write it.
    pub level: Level,
    /// Its sections, in order.
    pub sections: Vec<Section>,
}

impl Form {
    /// The subject line with its placeholders filled in.
    pub fn title(&self, lang: crate::Lang, period: &str, unit: &str) -> String {
        self.title.get(lang).replace("{period}", period).replace("{unit}", unit)
    }
}

/// The level of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// A residential area.
    Area,
    /// A commune, ward or special zone.
    Commune,
    /// A province.
    Province,
    /// The whole country.
    Country,
}

/// A section of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its lasting name in data.
    pub id: String,
    /// Its heading as printed, number included.
    pub heading: Text,
    /// What stands under it, in order.
    pub body: Vec<Part>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text that the officer writes.
    Narrative {
        /// Its lasting name in data, unique in the form.
        id: String,
        /// What to write about.
        prompt: Text,
        /// The most characters taken.
        max_chars: usize,
    },
    /// A table that fills itself.
    Figures {
        /// Its lasting name in data, unique in the form.
        id: String,
        /// Its caption.
        caption: Text,
        /// Its rows, in order.
        rows: Vec<FigureRow>,
        /// The columns that set the value against another window.
        compare: Vec<Compare>,
    },
}

impl Part {
    /// Its id, unique in the form.
    pub fn id(&self) -> &str {
        match self {
            Part::Narrative { id, .. } | Part::Figures { id, .. } => id,
        }
    }
}

/// A row of a table of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureRow {
    /// Id of the indicator.
    pub indicator: String,
    /// The slice: `*`, `programme:ID`, `line:police`, `FIELD:option`.
    pub slice: String,
    /// The row's own label; without one the indicator's name stands.
    pub label: Option<Text>,
}

/// What a value is set against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compare {
    /// The window before.
    Previous,
    /// The same window a year earlier.
    LastYear,
}
