//! The catalogue as a whole: what is in force, and where a rule is found.

use crate::{Form, Indicator, Kind, Programme, Regime, Shelf};
use jiff::civil::Date;
use std::fmt;

/// All rules, checked against each other. There is no way to have one that was not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    pub(crate) kinds: Shelf<Kind>,
    pub(crate) programmes: Shelf<Programme>,
    pub(crate) indicators: Shelf<Indicator>,
    pub(crate) forms: Shelf<Form>,
    pub(crate) regimes: Vec<Regime>,
}

/// Why a catalogue is refused: where, and the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, as seen from the catalogue's folder.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, in English, with the ids as written.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

impl std::error::Error for Problem {}

impl Catalogue {
    /// All kinds of activity.
    pub fn kinds(&self) -> &Shelf<Kind> {
        &self.kinds
    }

    /// All programmes.
    pub fn programmes(&self) -> &Shelf<Programme> {
        &self.programmes
    }

    /// All indicators.
    pub fn indicators(&self) -> &Shelf<Indicator> {
        &self.indicators
    }

    /// All report forms.
    pub fn forms(&self) -> &Shelf<Form> {
        &self.forms
    }

    /// All period regimes.
    pub fn regimes(&self) -> impl Iterator<Item = &Regime> {
        self.regimes.iter()
    }

    /// The latest version of a kind; for the version of a day or of a record ask [`Catalogue::kinds`].
    pub fn kind(&self, id: &str) -> Option<&Kind> {
        self.kinds.latest(id)
    }

    /// The kinds that can be recorded for a day.
    pub fn kinds_on(&self, day: Date) -> impl Iterator<Item = &Kind> {
        self.kinds.all_on(day)
    }

    /// The latest version of a programme.
    pub fn programme(&self, id: &str) -> Option<&Programme> {
        self.programmes.latest(id)
    }

    /// The latest version of an indicator.
    pub fn indicator(&self, id: &str) -> Option<&Indicator> {
        self.indicators.latest(id)
    }

    /// The latest version of a form.
    pub fn form(&self, id: &str) -> Option<&Form> {
        self.forms.latest(id)
    }

    /// A period regime.
    pub fn regime(&self, id: &str) -> Option<&Regime> {
        self.regimes.iter().find(|regime| regime.id == id)
    }
}
