//! The catalogue as a whole: what is in force, and where a rule is found.

use crate::check::{self, Drafts};
use crate::draft::{Files, Reader};
use crate::file::File;
use crate::{Form, Indicator, Kind, Layer, Programme, Regime, Shelf};
use jiff::civil::Date;
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// All rules, checked against each other. There is no way to have one that was not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    pub(crate) kinds: Shelf<Kind>,
    pub(crate) programmes: Shelf<Programme>,
    pub(crate) indicators: Shelf<Indicator>,
    pub(crate) forms: Shelf<Form>,
    pub(crate) regimes: Vec<Regime>,
    /// The rules of other tenants whose records lie in the unit: see [`Catalogue::of_tenant`].
    pub(crate) beside: BTreeMap<String, Arc<Catalogue>>,
}

/// The rules that come with the program.
#[derive(RustEmbed)]
#[folder = "../../catalogue"]
struct Embedded;

/// Why a catalogue is refused: where, and the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, as seen from the catalogue's folder.
    pub file: String,
    /// The line, from 1; 0 when the file itself cannot be read.
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
    /// The catalogue that comes with the program.
    ///
    /// # Errors
    /// Every problem of its files; a released program has none, its tests see to that.
    pub fn embedded() -> Result<Catalogue, Vec<Problem>> {
        Catalogue::with(&[])
    }

    /// The catalogue that comes with the program, with layers of a province and a commune upon it: the province's
    /// first, each unit's in the order in which they were published.
    ///
    /// # Errors
    /// Every problem, in the program's files or in a layer.
    pub fn with(layers: &[Layer]) -> Result<Catalogue, Vec<Problem>> {
        let mut names: Vec<String> = Embedded::iter().map(|name| name.into_owned()).collect();
        names.retain(|name| name.ends_with(".toml"));
        names.sort();
        let files = names.into_iter().map(|name| {
            let bytes = Embedded::get(&name).map(|file| file.data.into_owned()).unwrap_or_default();
            (name, bytes)
        });
        Catalogue::build(files.collect(), layers)
    }

    /// The catalogue of a folder: every `.toml` file directly in it, in order of name.
    ///
    /// # Errors
    /// Every problem found, in order of file and line.
    pub fn load(folder: &Path) -> Result<Catalogue, Vec<Problem>> {
        let unreadable = |file: String, error: std::io::Error| {
            vec![Problem { file, line: 0, reason: format!("cannot be read: {error}") }]
        };
        let mut files = Vec::new();
        let entries =
            std::fs::read_dir(folder).map_err(|error| unreadable(folder.display().to_string(), error))?;
        for entry in entries {
            let path = entry.map_err(|error| unreadable(folder.display().to_string(), error))?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let bytes = std::fs::read(&path).map_err(|error| unreadable(name.clone(), error))?;
                files.push((name, bytes));
            }
        }
        files.sort();
        Catalogue::build(files, &[])
    }

    /// Reads and checks files given by name and content.
    fn build(files: Vec<(String, Vec<u8>)>, layers: &[Layer]) -> Result<Catalogue, Vec<Problem>> {
        let mut texts = Vec::new();
        for (name, bytes) in files {
            match String::from_utf8(bytes) {
                Ok(text) => texts.push((name, text)),
                Err(_) => {
                    return Err(vec![Problem { file: name, line: 0, reason: "is not UTF-8".to_owned() }]);
                }
            }
        }
        let own = texts.len();
        texts.extend(layers.iter().map(|layer| (layer.name(), layer.text.clone())));
        let files = Files::new(texts);
        let mut drafts = Drafts::default();
        for (file, text) in files.texts() {
            let layer = file.checked_sub(own).and_then(|at| layers.get(at));
            match toml::from_str::<File>(text) {
                Ok(content) => drafts.add(&Reader { files: &files, file, layer }, content),
                Err(error) => files.refuse(&(file, error.span().unwrap_or(0..0)), error.message()),
            }
        }
        drafts.lay(&files);
        check::check(&files, &drafts);
        let problems = files.into_problems();
        if problems.is_empty() { Ok(drafts.finish()) } else { Err(problems) }
    }

    /// With the rules of other tenants whose records lie in the unit, because it took them in or an area came from them.
    #[must_use]
    pub fn beside(self, others: BTreeMap<String, Arc<Catalogue>>) -> Catalogue {
        Catalogue { beside: others, ..self }
    }

    /// The rules under which the records of a tenant stand that lie in the unit: their own where they have any, else
    /// these.
    #[must_use]
    pub fn of_tenant(&self, tenant: &str) -> &Catalogue {
        self.beside.get(tenant).map_or(self, |own| own)
    }

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
