//! What somebody sees of a report's figures. Outside the unit that recorded them small numbers of people are hidden, and so
//! is what would give one away in the same report: a sum whose other parts are shown, a ratio, the part of a target reached.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::{Catalogue, Measure, Part};
use figures::{Beside, Shown, Sum, Value, WITHHELD, Why, is_small};
use kernel::Lang;
use vietnamese::number;

use crate::model::{Column, Definition, Entry, Viewer, rule_of};
use crate::sheet::Sheet;

/// The same figure in whatever table it stands: column, indicator, slice.
type Key<'a> = (Column, &'a str, &'a str);

/// A sheet as a viewer sees it.
#[derive(Debug)]
pub struct Seen<'a> {
    viewer: Viewer,
    catalogue: &'a Catalogue,
    withheld: BTreeSet<Key<'a>>,
}

impl Sheet {
    /// The sheet as a viewer sees it.
    #[must_use]
    pub fn seen<'a>(&'a self, viewer: Viewer, catalogue: &'a Catalogue) -> Seen<'a> {
        let mut seen = Seen { viewer, catalogue, withheld: BTreeSet::new() };
        if viewer == Viewer::Outside {
            seen.withheld = withheld(self, &seen);
        }
        seen
    }
}

fn key(entry: &Entry) -> Key<'_> {
    (entry.column, &entry.figure.indicator, &entry.figure.slice)
}

impl Seen<'_> {
    /// A figure of the sheet.
    #[must_use]
    pub fn shown(&self, entry: &Entry, lang: Lang) -> Shown {
        match self.withholds(key(entry)) {
            true => Shown::Withheld,
            false => self.viewer.shown(self.catalogue, &entry.figure, &entry.definition, lang),
        }
    }

    /// How much of a figure aggregate entries say, in words; none when they say nothing of it.
    #[must_use]
    pub fn entered(&self, entry: &Entry, lang: Lang) -> Option<String> {
        self.viewer.entered(&entry.figure, &entry.definition, lang)
    }

    /// Whether a figure would give away one that is hidden.
    pub(crate) fn withholds(&self, key: Key<'_>) -> bool {
        self.withheld.contains(&key)
    }

    /// Whether anything is hidden from this viewer, so that a face says what the signs mean.
    #[must_use]
    pub fn hides(&self, sheet: &Sheet) -> bool {
        let hidden = |entry: &Entry| !matches!(self.shown(entry, Lang::Vi), Shown::Value(_));
        self.viewer == Viewer::Outside && sheet.entries.iter().any(hidden)
    }

    /// A number that is told beside a figure, in words: hidden when it is small, or when the row of that figure is withheld.
    pub(crate) fn beside(&self, entry: &Entry, number: i64, lang: Lang) -> String {
        let (_, indicator, slice) = key(entry);
        let columns = [Column::Current, Column::Previous, Column::LastYear];
        if columns.into_iter().any(|column| self.withholds((column, indicator, slice))) {
            return WITHHELD.to_owned();
        }
        self.viewer.amount(number, &entry.definition, lang)
    }

    pub(crate) const fn viewer(&self) -> Viewer {
        self.viewer
    }

    pub(crate) const fn catalogue(&self) -> &Catalogue {
        self.catalogue
    }
}

impl Viewer {
    /// Whether what one record adds is hidden from this viewer.
    pub(crate) fn hides(self, amount: i64, definition: &Definition) -> bool {
        self == Viewer::Outside && definition.people && is_small(amount)
    }

    /// What one record adds, as this viewer sees it.
    pub(crate) fn amount(self, amount: i64, definition: &Definition, lang: Lang) -> String {
        if self.hides(amount, definition) { Shown::Suppressed.words() } else { number::count(amount, lang) }
    }
}

/// What would give a hidden figure away.
fn withheld<'a>(sheet: &'a Sheet, seen: &Seen<'a>) -> BTreeSet<Key<'a>> {
    let mut places: BTreeMap<Key<'_>, usize> = BTreeMap::new();
    let mut numbers = Vec::new();
    let mut others = Vec::new();
    for entry in &sheet.entries {
        let hidden = seen.shown(entry, Lang::Vi) == Shown::Suppressed;
        match entry.figure.value {
            Value::Number(number) => {
                places.entry(key(entry)).or_insert(numbers.len());
                numbers.push(Beside { number, hidden: hidden.then_some(Why::Suppressed) });
            }
            Value::Ratio { .. } if !hidden => others.push(entry),
            Value::Ratio { .. } | Value::None => {}
        }
    }
    figures::withhold(&mut numbers, &sums(sheet, seen.catalogue, &places));
    let why = |key: Key<'_>| places.get(&key).and_then(|at| numbers.get(*at)?.hidden);
    let mut withheld: BTreeSet<Key<'_>> =
        places.keys().filter(|key| why(**key) == Some(Why::Withheld)).copied().collect();
    // The parts of a ratio are known together with it.
    for entry in others {
        let (column, indicator, slice) = key(entry);
        let rule = rule_of(seen.catalogue, &entry.figure);
        let parts = rule.map(|rule| rule.measure.parts()).unwrap_or_default();
        let hides = match column {
            Column::Reached => why((Column::Current, indicator, slice)).is_some(),
            _ => parts.into_iter().any(|part| why((column, part, slice)).is_some()),
        };
        if hides {
            withheld.insert(key(entry));
        }
    }
    withheld
}

/// What adds up to what in a sheet: a whole and its slices, a total and the indicators it is of, rows of which the form says
/// so. Programmes are no parts: one record may serve several, or none.
fn sums<'a>(sheet: &'a Sheet, catalogue: &'a Catalogue, places: &BTreeMap<Key<'a>, usize>) -> Vec<Sum> {
    let mut found: BTreeMap<(usize, &str), BTreeSet<usize>> = BTreeMap::new();
    for ((column, indicator, slice), at) in places {
        let by = slice.split_once(':').map(|(by, _)| by).filter(|by| *by != "programme");
        let whole = places.get(&(*column, *indicator, catalogue::WHOLE));
        if let (Some(by), Some(whole)) = (by, whole) {
            found.entry((*whole, by)).or_default().insert(*at);
        }
    }
    for entry in &sheet.entries {
        let (column, _, slice) = key(entry);
        let whole = places.get(&key(entry));
        if let (Some(Measure::Total { of }), Some(whole)) =
            (rule_of(catalogue, &entry.figure).map(|rule| &rule.measure), whole)
        {
            let parts = of.iter().filter_map(|part| places.get(&(column, part.as_str(), slice)));
            found.entry((*whole, "total")).or_default().extend(parts);
        }
    }
    for part in sheet.form.sections.iter().flat_map(|section| &section.body) {
        let Part::Figures { rows, .. } = part else { continue };
        for row in rows.iter().filter(|row| !row.limits.sum_of.is_empty()) {
            let parts = || rows.iter().filter(|other| row.limits.sum_of.contains(&other.name()));
            for column in [Column::Current, Column::Previous, Column::LastYear] {
                let place = |row: &'a catalogue::FigureRow| places.get(&(column, &row.indicator, &row.slice));
                if let Some(whole) = place(row) {
                    found.entry((*whole, "form")).or_default().extend(parts().filter_map(place));
                }
            }
        }
    }
    found.into_iter().map(|((whole, _), parts)| Sum { whole, parts: parts.into_iter().collect() }).collect()
}
