//! What holds between rules: ids are unique, references lead somewhere, versions do not overlap, nothing is circular,
//! and nothing is added up that would be counted twice.

use crate::draft::{At, Draft, Files, Reader};
use crate::file::{
    File, FormEntry, IndicatorEntry, KindEntry, PartEntry, ProgrammeEntry, RegimeEntry, RowEntry,
};
use crate::layer::{self, Addition};
use crate::{
    Catalogue, Compare, Field, Form, Indicator, Input, Kind, LINES, Measure, Programme, Regime, Rule, Shelf,
    SliceBy, Step, WHOLE,
};
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// Everything read from the files.
#[derive(Debug, Default)]
pub(crate) struct Drafts {
    kinds: Vec<Draft<Kind, KindEntry>>,
    programmes: Vec<Draft<Programme, ProgrammeEntry>>,
    indicators: Vec<Draft<Indicator, IndicatorEntry>>,
    regimes: Vec<Draft<Regime, RegimeEntry>>,
    forms: Vec<Draft<Form, FormEntry>>,
    additions: Vec<Addition>,
    /// The kinds with what layers ask beyond them, once [`Drafts::lay`] has put them together.
    asked: Vec<Kind>,
}

impl Drafts {
    pub(crate) fn add(&mut self, reader: &Reader<'_>, file: File) {
        self.kinds.extend(file.kind.into_iter().map(|entry| reader.kind(entry)));
        self.programmes.extend(file.programme.into_iter().map(|entry| reader.programme(entry)));
        self.indicators.extend(file.indicator.into_iter().map(|entry| reader.indicator(entry)));
        self.regimes.extend(file.regime.into_iter().map(|entry| reader.regime(entry)));
        self.forms.extend(file.form.into_iter().map(|entry| reader.form(entry)));
        self.additions.extend(file.addition.into_iter().filter_map(|entry| reader.addition(entry)));
    }

    /// Lets later publications follow on earlier ones, and puts added questions to their kinds.
    pub(crate) fn lay(&mut self, files: &Files) {
        layer::close(&mut self.kinds, |rule| &mut rule.valid_to);
        layer::close(&mut self.programmes, |rule| &mut rule.valid_to);
        layer::close(&mut self.indicators, |rule| &mut rule.valid_to);
        layer::close(&mut self.forms, |rule| &mut rule.valid_to);
        let kinds: Vec<Kind> = self.kinds.iter().map(|draft| draft.rule.clone()).collect();
        self.asked = layer::ask_more(files, &kinds, &self.additions);
    }

    pub(crate) fn finish(self) -> Catalogue {
        Catalogue {
            kinds: Shelf::new(self.asked),
            programmes: Shelf::new(self.programmes.into_iter().map(|draft| draft.rule).collect()),
            indicators: Shelf::new(self.indicators.into_iter().map(|draft| draft.rule).collect()),
            regimes: self.regimes.into_iter().map(|draft| draft.rule).collect(),
            forms: Shelf::new(self.forms.into_iter().map(|draft| draft.rule).collect()),
            beside: BTreeMap::new(),
        }
    }

    fn indicators_called<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Indicator> {
        self.indicators.iter().map(|draft| &draft.rule).filter(move |rule| rule.id == id)
    }
}

/// Refuses what does not hold between the rules.
pub(crate) fn check(files: &Files, drafts: &Drafts) {
    let check = Check { files, drafts };
    check.versions("kind", &drafts.kinds, |draft| &draft.entry.id);
    check.versions("programme", &drafts.programmes, |draft| &draft.entry.id);
    check.versions("indicator", &drafts.indicators, |draft| &draft.entry.id);
    check.versions("form", &drafts.forms, |draft| &draft.entry.id);
    check.regimes();
    for draft in &drafts.kinds {
        check.kind(draft);
    }
    for draft in &drafts.indicators {
        check.indicator(draft);
    }
    for draft in &drafts.forms {
        check.form(draft);
    }
}

struct Check<'a> {
    files: &'a Files,
    drafts: &'a Drafts,
}

impl Check<'_> {
    fn versions<T: Rule, E>(
        &self,
        what: &str,
        drafts: &[Draft<T, E>],
        id: impl Fn(&Draft<T, E>) -> &Spanned<String>,
    ) {
        for (at, later) in drafts.iter().enumerate() {
            for earlier in drafts.iter().take(at).filter(|earlier| earlier.rule.id() == later.rule.id()) {
                let (name, version) = (later.rule.id(), later.rule.version());
                let (before, there) = (earlier.rule.version(), self.files.name(&earlier.at(id(earlier))));
                let place = later.at(id(later));
                if before == version {
                    self.files
                        .refuse(&place, format!("{what} `{name}` version {version} is already at {there}"));
                } else if overlap(&earlier.rule, &later.rule) {
                    let reason = format!(
                        "{what} `{name}`: the validity of version {version} overlaps that of version {before} at {there}"
                    );
                    self.files.refuse(&place, reason);
                }
            }
        }
    }

    fn regimes(&self) {
        for (at, later) in self.drafts.regimes.iter().enumerate() {
            for earlier in
                self.drafts.regimes.iter().take(at).filter(|earlier| earlier.rule.id == later.rule.id)
            {
                let there = self.files.name(&earlier.at(&earlier.entry.id));
                let reason = format!("regime `{}` is already at {there}", later.rule.id);
                self.files.refuse(&later.at(&later.entry.id), reason);
            }
        }
    }

    fn kind(&self, draft: &Draft<Kind, KindEntry>) {
        for programme in &draft.entry.programmes {
            if !self.drafts.programmes.iter().any(|draft| draft.rule.id == *programme.get_ref()) {
                self.unknown("programme", programme, draft.file);
            }
        }
        for line in draft.entry.lines.iter().flat_map(|lines| lines.get_ref()) {
            if !LINES.contains(&line.get_ref().as_str()) {
                self.unknown("line", line, draft.file);
            }
        }
        for (field, entry) in draft.rule.fields.iter().zip(&draft.entry.field) {
            if draft.rule.aggregate && field.input == Input::Households {
                let reason = "an aggregate kind lists no households: totals cannot say which were the same";
                self.files.refuse(&draft.at(&entry.input), reason);
            }
            if let Some(feeds) = &entry.feeds {
                self.fed(draft, field, feeds);
            }
        }
    }

    /// An indicator that a field of an aggregate kind is added to: one that adds up numbers. What counts each place or
    /// household once cannot take totals in: nobody could say which of them were counted already.
    fn fed(&self, draft: &Draft<Kind, KindEntry>, field: &Field, id: &Spanned<String>) {
        let place = draft.at(id);
        if !draft.rule.aggregate {
            self.files.refuse(&place, "only the fields of a kind with aggregate = true feed an indicator");
        }
        if !matches!(field.input, Input::Count { .. } | Input::Money { .. }) {
            self.files.refuse(&place, format!("field `{}` is no number: it can feed nothing", field.id));
        }
        let mut called = self.drafts.indicators_called(id.get_ref()).peekable();
        if called.peek().is_none() {
            self.unknown("indicator", id, draft.file);
        }
        for indicator in called {
            if !matches!(indicator.measure, Measure::Count { .. } | Measure::Sum { .. }) {
                let reason = format!(
                    "`{}` does not add up records: totals are fed to counts and sums only",
                    indicator.id
                );
                self.files.refuse(&place, reason);
            }
        }
    }

    fn indicator(&self, draft: &Draft<Indicator, IndicatorEntry>) {
        let parts = draft.entry.of.iter().flat_map(|of| of.get_ref());
        for part in parts.chain(&draft.entry.numerator).chain(&draft.entry.denominator) {
            self.part(draft, part);
        }
        for kind in draft.entry.kinds.iter().flat_map(|kinds| kinds.get_ref()) {
            self.selected(draft, kind);
        }
        if let Some(circle) = self.circle(&draft.rule.id) {
            self.files
                .refuse(&draft.at(&draft.entry.measure), format!("made of itself: {}", circle.join(" → ")));
        }
    }

    /// A kind an indicator reads: in force at the same time, with the fields it names, of the right sort.
    fn selected(&self, draft: &Draft<Indicator, IndicatorEntry>, id: &Spanned<String>) {
        let name = id.get_ref();
        let mut called = self.drafts.asked.iter().filter(|kind| kind.id == *name).peekable();
        if called.peek().is_none() {
            return self.unknown("kind", id, draft.file);
        }
        let kinds: Vec<&Kind> = called.filter(|kind| overlap(*kind, &draft.rule)).collect();
        if kinds.is_empty() {
            let reason = format!("kind `{name}` is never in force together with this indicator");
            self.files.refuse(&draft.at(id), reason);
        }
        for kind in kinds {
            if kind.aggregate && !matches!(draft.rule.measure, Measure::Sum { .. }) {
                let reason =
                    format!("kind `{name}` is aggregate: its fields are summed, its records not counted");
                self.files.refuse(&draft.at(id), reason);
            }
            if let Some(field) = &draft.entry.field {
                let (fits, wanted): (fn(&Input) -> bool, _) = match draft.rule.measure {
                    Measure::Households { .. } => {
                        (|input| *input == Input::Households, "a list of households")
                    }
                    _ => (
                        |input| matches!(input, Input::Count { .. } | Input::Money { .. }),
                        "a count or an amount",
                    ),
                };
                self.field(&draft.at(field), kind, field.get_ref(), fits, wanted);
            }
            let choice = |input: &Input| matches!(input, Input::Choice { .. } | Input::Choices { .. });
            for condition in draft.entry.conditions.iter().flat_map(|conditions| conditions.get_ref()) {
                let place = draft.at(&condition.field);
                if self.field(&place, kind, condition.field.get_ref(), choice, "a choice") {
                    for option in condition.one_of.get_ref() {
                        if !has_option(kind, condition.field.get_ref(), option.get_ref()) {
                            let (kind, field, option) =
                                (&kind.id, condition.field.get_ref(), option.as_ref());
                            let reason = format!("field `{field}` of kind `{kind}` has no option `{option}`");
                            self.files.refuse(&place, reason);
                        }
                    }
                }
            }
            for slice in draft
                .entry
                .slices
                .iter()
                .filter(|slice| !matches!(slice.as_ref().as_str(), "programme" | "line"))
            {
                self.field(&draft.at(slice), kind, slice.get_ref(), choice, "a choice");
            }
        }
    }

    /// Whether a kind has a field of the sort wanted; refuses it if not.
    fn field(
        &self,
        place: &At,
        kind: &Kind,
        field: &str,
        fits: impl Fn(&Input) -> bool,
        wanted: &str,
    ) -> bool {
        match kind.field(field) {
            None => {
                let reason = format!("kind `{}` version {} has no field `{field}`", kind.id, kind.version);
                self.files.refuse(place, reason);
                false
            }
            Some(found) if !fits(&found.input) => {
                self.files.refuse(place, format!("field `{field}` of kind `{}` is not {wanted}", kind.id));
                false
            }
            Some(_) => true,
        }
    }

    /// An indicator another one is made of.
    fn part(&self, draft: &Draft<Indicator, IndicatorEntry>, id: &Spanned<String>) {
        let name = id.get_ref();
        let total = matches!(draft.rule.measure, Measure::Total { .. });
        let place = draft.at(id);
        let mut called = self.drafts.indicators_called(name).peekable();
        if called.peek().is_none() {
            return self.unknown("indicator", id, draft.file);
        }
        for part in called {
            if part.people && !draft.rule.people {
                let reason = format!("`{name}` counts people: what is made of it needs people = true");
                self.files.refuse(&place, reason);
            }
            match part.measure {
                Measure::Ratio { .. } => {
                    self.files
                        .refuse(&place, format!("`{name}` is a ratio: ratios are not added up or divided"));
                }
                Measure::Households { .. } | Measure::AreasWith { .. } if total => {
                    let reason = format!("`{name}` counts each place once: a total would count some twice");
                    self.files.refuse(&place, reason);
                }
                // A register has no slices: it stands whole under the line of a ratio.
                Measure::Register { .. } if !total => {}
                _ => {
                    for slice in draft.rule.slices.iter().filter(|slice| !part.slices.contains(slice)) {
                        let reason = format!("`{name}` is not broken down by {}", slice_name(slice));
                        self.files.refuse(&place, reason);
                    }
                }
            }
        }
    }

    /// The way from an indicator back to itself, if there is one.
    fn circle(&self, id: &str) -> Option<Vec<String>> {
        let mut seen = BTreeSet::new();
        let mut ways = vec![vec![id.to_owned()]];
        while let Some(way) = ways.pop() {
            let last = way.last().map_or("", String::as_str);
            for part in self.drafts.indicators_called(last).flat_map(|indicator| indicator.measure.parts()) {
                let further: Vec<String> = way.iter().cloned().chain([part.to_owned()]).collect();
                if part == id {
                    return Some(further);
                }
                if seen.insert(part.to_owned()) {
                    ways.push(further);
                }
            }
        }
        None
    }

    fn form(&self, draft: &Draft<Form, FormEntry>) {
        if !self.drafts.regimes.iter().any(|regime| regime.rule.id == draft.rule.regime) {
            self.unknown("regime", &draft.entry.regime, draft.file);
        }
        if let Some(line) = draft.entry.line.as_ref().filter(|line| !LINES.contains(&line.get_ref().as_str()))
        {
            self.unknown("line", line, draft.file);
        }
        let of_year = |regime: &&Draft<Regime, RegimeEntry>| {
            regime.rule.id == draft.rule.regime && matches!(regime.rule.step, Step::Months { months: 12, .. })
        };
        for part in draft.entry.section.iter().flat_map(|section| &section.part) {
            self.limits(draft, part);
            let target = part.compare.as_ref().filter(|of| of.get_ref().contains(&Compare::Target));
            if let Some(compare) = target.filter(|_| !self.drafts.regimes.iter().any(|of| of_year(&of))) {
                let reason =
                    "targets are yearly: only a form whose regime has windows of a year is set against them";
                self.files.refuse(&draft.at(compare), reason);
            }
        }
        let parts = draft.entry.section.iter().flat_map(|section| &section.part);
        let asked = parts.flat_map(|part| part.rows.iter().chain(&part.columns));
        for row in asked.flat_map(|rows| rows.get_ref()) {
            let mut called = self.drafts.indicators_called(row.indicator.get_ref()).peekable();
            if called.peek().is_none() {
                self.unknown("indicator", &row.indicator, draft.file);
            }
            let Some(slice) = &row.slice else { continue };
            for indicator in called {
                if let Err(reason) = self.slice(indicator, slice.get_ref()) {
                    self.files.refuse(&draft.at(slice), reason);
                }
            }
        }
    }

    /// Whether what a table's rows are checked for can be checked: rows that are there, a window to jump from.
    fn limits(&self, draft: &Draft<Form, FormEntry>, part: &PartEntry) {
        let rows = part.rows.as_ref().map_or(&[][..], |rows| rows.get_ref().as_slice());
        let name = |row: &RowEntry| match row.slice.as_ref().map(|slice| slice.get_ref().as_str()) {
            None | Some(WHOLE) => row.indicator.get_ref().clone(),
            Some(slice) => format!("{} {slice}", row.indicator.get_ref()),
        };
        let names: Vec<String> = rows.iter().map(name).collect();
        let against = part.compare.as_ref().is_some_and(|of| of.get_ref().contains(&Compare::Previous));
        for (row, own) in rows.iter().zip(&names) {
            let sum_of = row.limits.sum_of.iter().flat_map(|rows| rows.get_ref());
            for other in sum_of.chain(&row.limits.within) {
                if other.get_ref() == own || !names.contains(other.get_ref()) {
                    let reason = format!("the table has no other row `{}`", other.get_ref());
                    self.files.refuse(&draft.at(other), reason);
                }
            }
            if let Some(jump) = row.limits.jump.as_ref() {
                if !against {
                    self.files.refuse(&draft.at(jump), "a jump needs compare = [\"previous\"]");
                }
                if *jump.get_ref() < 2 {
                    self.files.refuse(&draft.at(jump), "a jump is at least 2 times");
                }
            }
            if let (Some(least), Some(most)) = (&row.limits.least, &row.limits.most)
                && least.get_ref() > most.get_ref()
            {
                self.files.refuse(&draft.at(most), "most is less than least");
            }
        }
    }

    /// Whether an indicator has a slice; the reason if not.
    fn slice(&self, indicator: &Indicator, slice: &str) -> Result<(), String> {
        if slice == WHOLE {
            return Ok(());
        }
        let Some((by, value)) = slice.split_once(':') else {
            return Err(format!("slice `{slice}` is not `*`, `programme:ID`, `line:LINE` or `FIELD:option`"));
        };
        let (by, known) = match by {
            "programme" => (
                SliceBy::Programme,
                self.drafts.programmes.iter().any(|programme| programme.rule.id == value),
            ),
            "line" => (SliceBy::Line, LINES.contains(&value)),
            field => (SliceBy::Field(field.to_owned()), self.reads_option(indicator, field, value)),
        };
        if !indicator.slices.contains(&by) {
            return Err(format!("indicator `{}` is not broken down by {}", indicator.id, slice_name(&by)));
        }
        if known { Ok(()) } else { Err(format!("slice `{slice}`: there is no `{value}`")) }
    }

    /// Whether a kind read by an indicator, or by those it is made of, offers an option.
    fn reads_option(&self, indicator: &Indicator, field: &str, option: &str) -> bool {
        let mut seen: BTreeSet<&str> = BTreeSet::from([indicator.id.as_str()]);
        let mut waiting = vec![indicator];
        while let Some(indicator) = waiting.pop() {
            let kinds = indicator.measure.select().map_or(&[][..], |select| select.kinds.as_slice());
            let mut read = self.drafts.asked.iter().filter(|kind| kinds.contains(&kind.id));
            if read.any(|kind| has_option(kind, field, option)) {
                return true;
            }
            for draft in &self.drafts.indicators {
                if indicator.measure.parts().contains(&draft.rule.id.as_str()) && seen.insert(&draft.rule.id)
                {
                    waiting.push(&draft.rule);
                }
            }
        }
        false
    }

    fn unknown(&self, what: &str, id: &Spanned<String>, file: usize) {
        self.files.refuse(&(file, id.span()), format!("there is no {what} `{}`", id.get_ref()));
    }
}

fn overlap(a: &impl Rule, b: &impl Rule) -> bool {
    let starts_before_end =
        |a: &dyn Rule, b: &dyn Rule| b.valid_to().is_none_or(|last| a.valid_from() <= last);
    starts_before_end(a, b) && starts_before_end(b, a)
}

fn has_option(kind: &Kind, field: &str, option: &str) -> bool {
    kind.field(field).is_some_and(|field| field.input.options().iter().any(|offered| offered.id == option))
}

fn slice_name(slice: &SliceBy) -> String {
    match slice {
        SliceBy::Programme => "`programme`".to_owned(),
        SliceBy::Line => "`line`".to_owned(),
        SliceBy::Field(field) => format!("`{field}`"),
    }
}
