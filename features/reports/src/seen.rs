//! What somebody sees of a report's figures. Outside the unit that recorded them small numbers of people are hidden, and so
//! is what would give one away beside what else is seen: a sum whose other parts are shown, a ratio, the part of a target
//! reached, a quarter whose months are known.

use std::collections::BTreeMap;

use catalogue::{Catalogue, Measure, Part};
use figures::{Beside, Figure, Shown, Sum, Value, WITHHELD, Why, is_small};
use jiff::civil::Date;
use kernel::Lang;
use vietnamese::number;

use crate::model::{Column, Definition, Entry, Viewer, rule_of};
use crate::sheet::Sheet;

/// The same figure in whatever column, table or report it stands: indicator, slice, first and last day.
type Key<'a> = (&'a str, &'a str, Date, Date);

fn key(figure: &Figure) -> Key<'_> {
    (&figure.indicator, &figure.slice, figure.from, figure.to)
}

/// A sheet as a viewer sees it.
#[derive(Debug)]
pub struct Seen<'a> {
    viewer: Viewer,
    catalogue: &'a Catalogue,
    hidden: BTreeMap<Key<'a>, Why>,
}

/// Another sheet that everybody sees, who then cannot be kept from seeing it.
#[derive(Debug)]
pub struct Public {
    /// The sheet.
    pub sheet: Sheet,
    /// Its figures that are not shown, by place.
    pub hidden: BTreeMap<u32, Why>,
}

impl Sheet {
    /// The sheet as a viewer sees it.
    #[must_use]
    pub fn seen<'a>(&'a self, viewer: Viewer, catalogue: &'a Catalogue) -> Seen<'a> {
        let hidden = match viewer {
            Viewer::Own => BTreeMap::new(),
            Viewer::Outside => hidden(self, &[], catalogue),
        };
        Seen { viewer, catalogue, hidden }
    }

    /// The sheet as everybody sees it beside others of the unit.
    #[must_use]
    pub fn seen_beside<'a>(&'a self, others: &'a [Public], catalogue: &'a Catalogue) -> Seen<'a> {
        Seen { viewer: Viewer::Outside, catalogue, hidden: hidden(self, others, catalogue) }
    }
}

impl Seen<'_> {
    /// A figure of the sheet.
    #[must_use]
    pub fn shown(&self, entry: &Entry, lang: Lang) -> Shown {
        let shown = self.viewer.shown(self.catalogue, &entry.figure, &entry.definition, lang);
        let withheld = match (entry.figure.value, entry.column) {
            (_, Column::Target) | (Value::None, _) => false,
            (Value::Number(_), _) => self.withholds(&entry.figure),
            (Value::Ratio { .. }, Column::Reached) => self.hidden.contains_key(&key(&entry.figure)),
            // The parts of a ratio are known together with it.
            (Value::Ratio { .. }, _) => {
                let rule = rule_of(self.catalogue, &entry.figure);
                let (_, slice, from, to) = key(&entry.figure);
                let parts = rule.map(|rule| rule.measure.parts()).unwrap_or_default();
                parts.into_iter().any(|part| self.hidden.contains_key(&(part, slice, from, to)))
            }
        };
        match shown {
            // One that is suppressed may be withheld: then not even that it is small is said.
            Shown::Suppressed if !self.withholds(&entry.figure) => Shown::Suppressed,
            _ if withheld => Shown::Withheld,
            shown => shown,
        }
    }

    /// How much of a figure aggregate entries say, in words; none when they say nothing of it.
    #[must_use]
    pub fn entered(&self, entry: &Entry, lang: Lang) -> Option<String> {
        self.viewer.entered(&entry.figure, &entry.definition, lang)
    }

    /// Whether a number would give away one that is hidden.
    pub(crate) fn withholds(&self, figure: &Figure) -> bool {
        self.hidden.get(&key(figure)) == Some(&Why::Withheld)
    }

    /// Whether anything is hidden from this viewer, so that a face says what the signs mean.
    #[must_use]
    pub fn hides(&self, sheet: &Sheet) -> bool {
        let hidden = |entry: &Entry| !matches!(self.shown(entry, Lang::Vi), Shown::Value(_));
        self.viewer == Viewer::Outside && sheet.entries.iter().any(hidden)
    }

    /// A number that is told beside a figure, in words: hidden when it is small, or when a figure of its row is withheld.
    pub(crate) fn beside(&self, (sheet, entry): (&Sheet, &Entry), number: i64, lang: Lang) -> String {
        if sheet.row(&entry.part, entry.row).any(|entry| self.withholds(&entry.figure)) {
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

/// The numbers of a sheet that are not shown outside, beside others that are public.
fn hidden<'a>(sheet: &'a Sheet, others: &'a [Public], catalogue: &'a Catalogue) -> BTreeMap<Key<'a>, Why> {
    let mut numbers: Vec<Beside> = Vec::new();
    let mut sums = Vec::new();
    let mut all: BTreeMap<Key<'_>, usize> = BTreeMap::new();
    // What is public cannot be hidden any more: first the others.
    let sheets = others.iter().map(|of| (&of.sheet, Some(&of.hidden))).chain([(sheet, None)]);
    let mut places: BTreeMap<Key<'_>, usize> = BTreeMap::new();
    for (sheet, public) in sheets {
        places = BTreeMap::new();
        for entry in sheet.entries.iter().filter(|entry| !entry.column.of_target()) {
            let Value::Number(number) = entry.figure.value else { continue };
            let hidden = match public {
                Some(hidden) => hidden.get(&entry.place).copied(),
                None => {
                    let shown = Viewer::Outside.shown(catalogue, &entry.figure, &entry.definition, Lang::Vi);
                    (shown == Shown::Suppressed).then_some(Why::Suppressed)
                }
            };
            let known = all.get(&key(&entry.figure)).copied();
            // Records may have changed between two reports: then it is another number.
            let same = known.filter(|at| numbers.get(*at).is_some_and(|known| known.number == number));
            let at = same.unwrap_or_else(|| {
                numbers.push(Beside { number, hidden, public: public.is_some() });
                numbers.len() - 1
            });
            all.entry(key(&entry.figure)).or_insert(at);
            places.insert(key(&entry.figure), at);
        }
        sums.extend(sums_of(sheet, catalogue, &places));
    }
    sums.extend(over_time(&all));
    figures::withhold(&mut numbers, &sums);
    let why = |(key, at): (Key<'a>, usize)| Some((key, numbers.get(at)?.hidden?));
    places.into_iter().filter_map(why).collect()
}

/// What adds up to what in a sheet: a whole and its slices, a total and the indicators it is of, rows of which the form says
/// so. Programmes are no parts: one record may serve several, or none.
fn sums_of<'a>(sheet: &'a Sheet, catalogue: &'a Catalogue, places: &BTreeMap<Key<'a>, usize>) -> Vec<Sum> {
    let mut found: BTreeMap<(usize, &str), Vec<usize>> = BTreeMap::new();
    for ((indicator, slice, from, to), at) in places {
        let by = slice.split_once(':').map(|(by, _)| by).filter(|by| *by != "programme");
        let whole = places.get(&(*indicator, catalogue::WHOLE, *from, *to));
        if let (Some(by), Some(whole)) = (by, whole) {
            found.entry((*whole, by)).or_default().push(*at);
        }
    }
    for entry in sheet.entries.iter().filter(|entry| !entry.column.of_target()) {
        let (_, slice, from, to) = key(&entry.figure);
        let rule = rule_of(catalogue, &entry.figure).map(|rule| &rule.measure);
        if let (Some(Measure::Total { of }), Some(whole)) = (rule, places.get(&key(&entry.figure))) {
            let parts = of.iter().filter_map(|part| places.get(&(part.as_str(), slice, from, to)));
            found.insert((*whole, "total"), parts.copied().collect());
        }
    }
    for part in sheet.form.sections.iter().flat_map(|section| &section.body) {
        let Part::Figures { id, rows, .. } = part else { continue };
        for (number, row) in (1..).zip(rows).filter(|(_, row)| !row.limits.sum_of.is_empty()) {
            for whole in sheet.row(id, number) {
                let place = |entry: &'a Entry| places.get(&key(&entry.figure)).copied();
                let parts = (1..).zip(rows).filter(|(_, other)| row.limits.sum_of.contains(&other.name()));
                let parts = parts.filter_map(|(number, _)| {
                    sheet.row(id, number).find(|part| part.column == whole.column).and_then(place)
                });
                if let Some(whole) = place(whole) {
                    found.insert((whole, "form"), parts.collect());
                }
            }
        }
    }
    found.into_iter().map(|((whole, _), parts)| Sum { whole, parts }).collect()
}

/// Windows that others fill without a gap: a quarter and its months, a year and its quarters.
fn over_time(places: &BTreeMap<Key<'_>, usize>) -> Vec<Sum> {
    // First day, last day, place.
    let mut all: BTreeMap<_, Vec<(Date, Date, usize)>> = BTreeMap::new();
    for ((indicator, slice, from, to), at) in places {
        all.entry((*indicator, *slice)).or_default().push((*from, *to, *at));
    }
    let mut sums = Vec::new();
    for windows in all.values() {
        for (from, to, whole) in windows {
            // By the longest that fit, and by the shortest: quarters and months.
            let mut ways: Vec<Vec<usize>> = [true, false]
                .into_iter()
                .filter_map(|longest| {
                    let (mut parts, mut next) = (Vec::new(), *from);
                    while next <= *to {
                        let fits = |(first, last, at): &&(Date, Date, usize)| {
                            *first == next && last <= to && at != whole
                        };
                        let fitting = windows.iter().filter(fits);
                        let (_, last, at) = match longest {
                            true => fitting.max_by_key(|(_, last, _)| *last),
                            false => fitting.min_by_key(|(_, last, _)| *last),
                        }?;
                        parts.push(*at);
                        next = last.tomorrow().ok()?;
                    }
                    Some(parts)
                })
                .collect();
            ways.dedup();
            sums.extend(ways.into_iter().map(|parts| Sum { whole: *whole, parts }));
        }
    }
    sums
}
