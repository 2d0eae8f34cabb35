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
    /// The line of superiors that asks for it, one of [`LINES`](crate::LINES); none when it is everybody's.
    pub line: Option<String>,
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
        /// Whether a report without it cannot be frozen.
        required: bool,
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
    /// A table of the residential areas, one row each: an appendix of the paper, on its side.
    Areas {
        /// Its lasting name in data, unique in the form.
        id: String,
        /// Its caption.
        caption: Text,
        /// Its columns of figures, in order.
        columns: Vec<FigureRow>,
    },
}

impl Part {
    /// Its id, unique in the form.
    pub fn id(&self) -> &str {
        match self {
            Part::Narrative { id, .. } | Part::Figures { id, .. } | Part::Areas { id, .. } => id,
        }
    }
}

/// A row of a table of figures, or a column of a table of areas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureRow {
    /// Id of the indicator.
    pub indicator: String,
    /// The slice: `*`, `programme:ID`, `line:police`, `FIELD:option`.
    pub slice: String,
    /// The row's own label; without one the indicator's name stands.
    pub label: Option<Text>,
    /// What is odd about a value of it.
    pub limits: Limits,
}

impl FigureRow {
    /// The name by which other rows of the table mean it: `outreach-sessions`, `outreach-sessions topic:traffic`.
    pub fn name(&self) -> String {
        if self.slice == crate::WHOLE {
            self.indicator.clone()
        } else {
            format!("{} {}", self.indicator, self.slice)
        }
    }
}

/// What a report is checked for in one row, before it is frozen and before it is sent. A sum that does not agree and
/// a part larger than its whole are errors; the others are warnings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    /// A value this many times the one of the window before, or that part of it, is odd.
    pub jump: Option<u32>,
    /// A smaller value is odd.
    pub least: Option<i64>,
    /// A larger value is odd.
    pub most: Option<i64>,
    /// The row of the table, by [name](FigureRow::name), that this one is a part of.
    pub within: Option<String>,
    /// The rows of the table, by name, that add up to this one; empty for no such rule.
    pub sum_of: Vec<String>,
}

/// What a value is set against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compare {
    /// The window before.
    Previous,
    /// The same window a year earlier.
    LastYear,
    /// What is to be reached in the year; in forms of a year only.
    Target,
}
