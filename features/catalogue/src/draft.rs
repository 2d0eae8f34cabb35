//! One entry of a file becomes one rule. What can be wrong with an entry on its own is found here; what needs the
//! other entries is found in [`crate::check`].

use crate::catalogue::Problem;
use crate::file::{
    FieldEntry, FormEntry, IndicatorEntry, InputName, KindEntry, MeasureName, OptionEntry, PartEntry,
    PartName, ProgrammeEntry, RegimeEntry, RowEntry, SectionEntry, StepName, TextEntry, WeekdayName,
};
use crate::{
    Choice, Condition, Field, FigureRow, Form, Indicator, Input, Kind, Layer, Measure, Opens, Part,
    Programme, Regime, Rounding, Section, Select, SliceBy, Step, Text, WHOLE, subjects,
};
use jiff::civil::Weekday;
use std::cell::RefCell;
use std::ops::Range;
use toml::Spanned;

/// A place in the catalogue's files.
pub(crate) type At = (usize, Range<usize>);

/// The files being read and what was found wrong in them.
#[derive(Debug)]
pub(crate) struct Files {
    /// Name and text of each file.
    files: Vec<(String, String)>,
    problems: RefCell<Vec<Problem>>,
}

impl Files {
    pub(crate) fn new(files: Vec<(String, String)>) -> Self {
        Files { files, problems: RefCell::default() }
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = (usize, &str)> {
        self.files.iter().enumerate().map(|(at, (_, text))| (at, text.as_str()))
    }

    pub(crate) fn refuse(&self, (file, span): &At, reason: impl Into<String>) {
        let (name, line) = self.place(*file, span.start);
        self.problems.borrow_mut().push(Problem { file: name, line, reason: reason.into() });
    }

    /// `file:line` of a place, for messages that point to a second one.
    pub(crate) fn name(&self, (file, span): &At) -> String {
        let (name, line) = self.place(*file, span.start);
        format!("{name}:{line}")
    }

    /// The problems in order of file and line, each once.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort();
        problems.dedup();
        problems
    }

    fn place(&self, file: usize, offset: usize) -> (String, usize) {
        let (name, text) =
            self.files.get(file).map_or(("", ""), |(name, text)| (name.as_str(), text.as_str()));
        (name.to_owned(), 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count())
    }
}

/// A rule and the entry it was made from.
#[derive(Debug)]
pub(crate) struct Draft<T, E> {
    pub(crate) file: usize,
    pub(crate) rule: T,
    pub(crate) entry: E,
}

impl<T, E> Draft<T, E> {
    pub(crate) fn at<S>(&self, spanned: &Spanned<S>) -> At {
        (self.file, spanned.span())
    }
}

/// Reads the entries of one file.
pub(crate) struct Reader<'a> {
    pub(crate) files: &'a Files,
    pub(crate) file: usize,
    /// The layer that the file is; none for the program's own files.
    pub(crate) layer: Option<&'a Layer>,
}

impl Reader<'_> {
    pub(crate) fn kind(&self, entry: KindEntry) -> Draft<Kind, KindEntry> {
        let (valid_from, valid_to) =
            self.validity(&entry.id, entry.valid_from.as_ref(), entry.valid_to.as_ref());
        self.grounds(&entry.checked, entry.legal_basis.as_ref());
        self.unique("field", entry.field.iter().map(|field| &field.id));
        for needed in &entry.needs_one_of {
            if !entry.field.iter().any(|field| field.id.get_ref() == needed.get_ref()) {
                self.refuse(needed, format!("there is no field `{}`", needed.get_ref()));
            }
        }
        if let Some(lines) = entry.lines.as_ref().filter(|lines| lines.get_ref().is_empty()) {
            self.refuse(lines, "lines = [] lets nobody record it; without `lines` everybody does");
        }
        let rule = Kind {
            id: self.rule_id(&entry.id),
            version: self.version(&entry.id, entry.version.as_ref()),
            valid_from,
            valid_to,
            name: self.text("name", &entry.name),
            help: self.text("help", &entry.help),
            legal_basis: entry.legal_basis.clone(),
            checked: *entry.checked.get_ref(),
            aggregate: entry.aggregate,
            fields: entry.field.iter().map(|field| self.field(field)).collect(),
            needs_one_of: strings(&entry.needs_one_of),
            programmes: strings(&entry.programmes),
            lines: entry.lines.as_ref().map(|lines| strings(lines.get_ref())).unwrap_or_default(),
            note: entry.note,
        };
        Draft { file: self.file, rule, entry }
    }

    pub(crate) fn field(&self, entry: &FieldEntry) -> Field {
        let id = self.id(&entry.id);
        let label = self.text("label", &entry.label);
        if matches!(id.as_str(), "programme" | "line") {
            self.refuse(
                &entry.id,
                format!("`{id}` is the name of a slice of every figure: no field can have it"),
            );
        }
        if let Some(subject) = subjects::forbidden_subject(&id, &label) {
            let reason = format!(
                "field `{id}` speaks of {subject}: line 8.2 of the design (no dossiers) allows no such field"
            );
            self.refuse(&entry.id, reason);
        }
        Field {
            id,
            label,
            help: self.text("help", &entry.help),
            unit: entry.unit.as_ref().map(|unit| self.text("unit", unit)),
            required: entry.required,
            input: self.input(entry),
            feeds: entry.feeds.as_ref().map(|feeds| feeds.get_ref().clone()),
        }
    }

    fn input(&self, entry: &FieldEntry) -> Input {
        use InputName::{Choice, Choices, Count, Households, Money, Text, YesNo};
        let name = *entry.input.get_ref();
        let mut keys = Keys::new(self, &entry.input, format!("input `{}`", name.as_str()));
        let input = match name {
            Count => {
                let min = entry.min.as_ref().map_or(0, |min| *min.get_ref());
                let max = keys.needed("max", entry.max.as_ref()).copied().unwrap_or(i64::MAX);
                if min > max {
                    self.refuse(&entry.input, format!("min {min} is more than max {max}"));
                }
                Input::Count { min, max }
            }
            Money => {
                let max = keys.needed("max", entry.max.as_ref()).copied().unwrap_or(i64::MAX);
                if max < 0 {
                    self.refuse(&entry.input, format!("min 0 is more than max {max}"));
                }
                Input::Money { max }
            }
            Text => Input::Text { max_chars: self.max_chars(&mut keys, entry.max_chars.as_ref()) },
            YesNo => Input::YesNo,
            Choice => Input::Choice { options: self.options(&mut keys, entry) },
            Choices => Input::Choices { options: self.options(&mut keys, entry) },
            Households => Input::Households,
        };
        keys.foreign("min", entry.min.as_ref(), matches!(name, Count));
        keys.foreign("max", entry.max.as_ref(), matches!(name, Count | Money));
        keys.foreign("max_chars", entry.max_chars.as_ref(), matches!(name, Text));
        keys.foreign("options", entry.options.as_ref(), matches!(name, Choice | Choices));
        input
    }

    fn options(&self, keys: &mut Keys<'_>, entry: &FieldEntry) -> Vec<Choice> {
        let Some(options) = keys.needed("options", entry.options.as_ref()) else { return Vec::new() };
        if options.is_empty() {
            self.refuse(&entry.input, format!("field `{}` has no options", entry.id.get_ref()));
        }
        self.unique("option", options.iter().map(|option| &option.id));
        options.iter().map(|option| self.option(option)).collect()
    }

    fn option(&self, OptionEntry { id, vi, en }: &OptionEntry) -> Choice {
        let label =
            Text { vi: self.language(id, "label", "vi", vi), en: self.language(id, "label", "en", en) };
        Choice { id: self.id(id), label }
    }

    pub(crate) fn programme(&self, entry: ProgrammeEntry) -> Draft<Programme, ProgrammeEntry> {
        let (valid_from, valid_to) =
            self.validity(&entry.id, entry.valid_from.as_ref(), entry.valid_to.as_ref());
        self.grounds(&entry.checked, entry.legal_basis.as_ref());
        let rule = Programme {
            id: self.rule_id(&entry.id),
            version: self.version(&entry.id, entry.version.as_ref()),
            valid_from,
            valid_to,
            name: self.text("name", &entry.name),
            short: self.text("short", &entry.short),
            help: self.text("help", &entry.help),
            parties: entry.parties.iter().map(|party| self.text("parties", party)).collect(),
            legal_basis: entry.legal_basis.clone(),
            checked: *entry.checked.get_ref(),
        };
        Draft { file: self.file, rule, entry }
    }

    pub(crate) fn indicator(&self, entry: IndicatorEntry) -> Draft<Indicator, IndicatorEntry> {
        let (valid_from, valid_to) =
            self.validity(&entry.id, entry.valid_from.as_ref(), entry.valid_to.as_ref());
        self.grounds(&entry.checked, entry.legal_basis.as_ref());
        let people = *entry.people.get_ref();
        if matches!(entry.measure.get_ref(), MeasureName::Households) && !people {
            self.refuse(&entry.people, "an indicator that counts households needs people = true");
        }
        let rule = Indicator {
            id: self.rule_id(&entry.id),
            version: self.version(&entry.id, entry.version.as_ref()),
            valid_from,
            valid_to,
            name: self.text("name", &entry.name),
            unit: self.text("unit", &entry.unit),
            definition: self.text("definition", &entry.definition),
            legal_basis: entry.legal_basis.clone(),
            checked: *entry.checked.get_ref(),
            people,
            measure: self.measure(&entry),
            slices: entry.slices.iter().map(slice_by).collect(),
        };
        self.unique("slice", entry.slices.iter());
        Draft { file: self.file, rule, entry }
    }

    fn measure(&self, entry: &IndicatorEntry) -> Measure {
        use MeasureName::{AreasWith, Count, Households, Ratio, Register, Sum, Total};
        let name = *entry.measure.get_ref();
        let mut keys = Keys::new(self, &entry.measure, format!("measure `{}`", name.as_str()));
        let measure = match name {
            Count => Measure::Count { select: self.select(&mut keys, entry) },
            Sum => Measure::Sum {
                select: self.select(&mut keys, entry),
                field: keys.needed("field", entry.field.as_ref()).cloned().unwrap_or_default(),
            },
            Households => Measure::Households {
                select: self.select(&mut keys, entry),
                field: keys.needed("field", entry.field.as_ref()).cloned().unwrap_or_default(),
            },
            AreasWith => Measure::AreasWith { select: self.select(&mut keys, entry) },
            Register => {
                let what = keys.needed("register", entry.register.as_ref()).copied();
                Measure::Register { what: what.unwrap_or(crate::Register::Areas) }
            }
            Total => {
                let of = keys.needed("of", entry.of.as_ref()).map_or(&[][..], Vec::as_slice);
                if let (Some(list), true) = (&entry.of, of.is_empty()) {
                    self.refuse(list, "a total of nothing: `of` is empty");
                }
                Measure::Total { of: strings(of) }
            }
            Ratio => Measure::Ratio {
                numerator: keys.needed("numerator", entry.numerator.as_ref()).cloned().unwrap_or_default(),
                denominator: keys
                    .needed("denominator", entry.denominator.as_ref())
                    .cloned()
                    .unwrap_or_default(),
                percent: keys.needed("percent", entry.percent.as_ref()).copied().unwrap_or_default(),
                scale: self.scale(&mut keys, entry),
                rounding: keys
                    .needed("rounding", entry.rounding.as_ref())
                    .copied()
                    .unwrap_or(Rounding::HalfUp),
            },
        };
        let selects = matches!(name, Count | Sum | Households | AreasWith);
        let ratio = matches!(name, Ratio);
        keys.foreign("kinds", entry.kinds.as_ref(), selects);
        keys.foreign("where", entry.conditions.as_ref(), selects);
        keys.foreign("field", entry.field.as_ref(), matches!(name, Sum | Households));
        keys.foreign("register", entry.register.as_ref(), matches!(name, Register));
        keys.foreign("of", entry.of.as_ref(), matches!(name, Total));
        keys.foreign("numerator", entry.numerator.as_ref(), ratio);
        keys.foreign("denominator", entry.denominator.as_ref(), ratio);
        keys.foreign("percent", entry.percent.as_ref(), ratio);
        keys.foreign("scale", entry.scale.as_ref(), ratio);
        keys.foreign("rounding", entry.rounding.as_ref(), ratio);
        measure
    }

    /// Decimal places, few enough that a ratio of two counts stays within an `i64` when scaled.
    fn scale(&self, keys: &mut Keys<'_>, entry: &IndicatorEntry) -> u32 {
        let scale = keys.needed("scale", entry.scale.as_ref()).copied().unwrap_or_default();
        match &entry.scale {
            Some(place) if scale > 4 => {
                self.refuse(place, format!("scale {scale} is more than 4 decimal places"))
            }
            _ => {}
        }
        scale
    }

    fn select(&self, keys: &mut Keys<'_>, entry: &IndicatorEntry) -> Select {
        let kinds = keys.needed("kinds", entry.kinds.as_ref()).map_or(&[][..], Vec::as_slice);
        if let (Some(list), true) = (&entry.kinds, kinds.is_empty()) {
            self.refuse(list, "an indicator of no kind: `kinds` is empty");
        }
        self.unique("kind", kinds.iter());
        let conditions =
            entry.conditions.as_ref().map_or(&[][..], |conditions| conditions.get_ref().as_slice());
        let conditions = conditions.iter().map(|condition| {
            if condition.one_of.get_ref().is_empty() {
                self.refuse(&condition.one_of, "a condition that nothing meets: `one_of` is empty");
            }
            Condition {
                field: condition.field.get_ref().clone(),
                one_of: strings(condition.one_of.get_ref()),
            }
        });
        Select { kinds: strings(kinds), conditions: conditions.collect() }
    }

    pub(crate) fn regime(&self, entry: RegimeEntry) -> Draft<Regime, RegimeEntry> {
        self.grounds(&entry.checked, entry.legal_basis.as_ref());
        let rule = Regime {
            id: self.rule_id(&entry.id),
            name: self.text("name", &entry.name),
            legal_basis: entry.legal_basis.clone(),
            checked: *entry.checked.get_ref(),
            step: self.step(&entry),
            due: entry.due,
        };
        Draft { file: self.file, rule, entry }
    }

    fn step(&self, entry: &RegimeEntry) -> Step {
        let name = *entry.step.get_ref();
        let mut keys = Keys::new(self, &entry.step, format!("step `{}`", name.as_str()));
        let step = match name {
            StepName::Week => {
                let starts = keys.needed("starts", entry.starts.as_ref()).map(|starts| starts.weekday());
                Step::Week { starts: starts.unwrap_or(Weekday::Monday) }
            }
            StepName::Months => {
                let months = keys.needed("months", entry.months.as_ref()).copied().unwrap_or(1);
                if let (Some(place), false) = (&entry.months, matches!(months, 1 | 3 | 6 | 12)) {
                    self.refuse(place, format!("months {months} is not 1, 3, 6 or 12"));
                }
                let opens = keys.needed("opens", entry.opens.as_ref());
                let opens = opens.map_or(Opens { months_before: 0, day: 1 }, |opens| Opens {
                    months_before: opens.months_before,
                    day: opens.day,
                });
                if let Some(place) = &entry.opens {
                    if !(1..=28).contains(&opens.day) {
                        self.refuse(place, format!("day {} is not in every month: 1 to 28 are", opens.day));
                    }
                    if opens.months_before > 11 {
                        let reason = format!("months_before {} is more than 11", opens.months_before);
                        self.refuse(place, reason);
                    }
                }
                Step::Months { months, opens }
            }
            StepName::Days => Step::Days,
        };
        keys.foreign("starts", entry.starts.as_ref(), matches!(name, StepName::Week));
        keys.foreign("months", entry.months.as_ref(), matches!(name, StepName::Months));
        keys.foreign("opens", entry.opens.as_ref(), matches!(name, StepName::Months));
        step
    }

    pub(crate) fn form(&self, entry: FormEntry) -> Draft<Form, FormEntry> {
        let (valid_from, valid_to) =
            self.validity(&entry.id, entry.valid_from.as_ref(), entry.valid_to.as_ref());
        self.grounds(&entry.checked, entry.legal_basis.as_ref());
        self.unique("section", entry.section.iter().map(|section| &section.id));
        self.unique("part", entry.section.iter().flat_map(|section| &section.part).map(|part| &part.id));
        let title = self.text("title", &entry.title);
        for text in [&title.vi, &title.en] {
            if text.replace("{period}", "").replace("{unit}", "").contains(['{', '}']) {
                self.refuse(&entry.title, "a title has no other placeholders than {period} and {unit}");
            }
        }
        let rule = Form {
            id: self.rule_id(&entry.id),
            version: self.version(&entry.id, entry.version.as_ref()),
            valid_from,
            valid_to,
            name: self.text("name", &entry.name),
            title,
            legal_basis: entry.legal_basis.clone(),
            checked: *entry.checked.get_ref(),
            regime: entry.regime.get_ref().clone(),
            paper_kind: entry.paper_kind.get_ref().clone(),
            level: entry.level,
            line: entry.line.as_ref().map(|line| line.get_ref().clone()),
            sections: entry.section.iter().map(|section| self.section(section)).collect(),
        };
        Draft { file: self.file, rule, entry }
    }

    fn section(&self, entry: &SectionEntry) -> Section {
        Section {
            id: self.id(&entry.id),
            heading: self.text("heading", &entry.heading),
            body: entry.part.iter().map(|part| self.part(part)).collect(),
        }
    }

    fn part(&self, entry: &PartEntry) -> Part {
        let name = *entry.part.get_ref();
        let mut keys = Keys::new(self, &entry.part, format!("part `{}`", name.as_str()));
        let id = self.id(&entry.id);
        let part = match name {
            PartName::Narrative => Part::Narrative {
                id,
                prompt: self.needed_text(&mut keys, "prompt", entry.prompt.as_ref()),
                max_chars: self.max_chars(&mut keys, entry.max_chars.as_ref()),
                required: entry.required.as_ref().is_some_and(|required| *required.get_ref()),
            },
            PartName::Figures => {
                let rows = keys.needed("rows", entry.rows.as_ref()).map_or(&[][..], Vec::as_slice);
                if let (Some(list), true) = (&entry.rows, rows.is_empty()) {
                    self.refuse(list, "a table without rows");
                }
                Part::Figures {
                    id,
                    caption: self.needed_text(&mut keys, "caption", entry.caption.as_ref()),
                    rows: rows.iter().map(|row| self.row(row)).collect(),
                    compare: keys.needed("compare", entry.compare.as_ref()).cloned().unwrap_or_default(),
                }
            }
            PartName::Areas => {
                let caption = self.needed_text(&mut keys, "caption", entry.caption.as_ref());
                let columns = keys.needed("columns", entry.columns.as_ref()).into_iter().flatten();
                Part::Areas { id, caption, columns: columns.map(|column| self.row(column)).collect() }
            }
        };
        let narrative = matches!(name, PartName::Narrative);
        let figures = matches!(name, PartName::Figures);
        keys.foreign("prompt", entry.prompt.as_ref(), narrative);
        keys.foreign("max_chars", entry.max_chars.as_ref(), narrative);
        keys.foreign("required", entry.required.as_ref(), narrative);
        keys.foreign("caption", entry.caption.as_ref(), !narrative);
        keys.foreign("rows", entry.rows.as_ref(), figures);
        keys.foreign("compare", entry.compare.as_ref(), figures);
        keys.foreign("columns", entry.columns.as_ref(), matches!(name, PartName::Areas));
        part
    }

    fn row(&self, entry: &RowEntry) -> FigureRow {
        FigureRow {
            indicator: entry.indicator.get_ref().clone(),
            slice: entry.slice.as_ref().map_or(WHOLE, |slice| slice.get_ref().as_str()).to_owned(),
            label: entry.label.as_ref().map(|label| self.text("label", label)),
            limits: entry.limits.limits(),
        }
    }

    pub(crate) fn refuse<S>(&self, place: &Spanned<S>, reason: impl Into<String>) {
        self.files.refuse(&(self.file, place.span()), reason);
    }

    pub(crate) fn id(&self, id: &Spanned<String>) -> String {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let text = id.get_ref();
        if text.is_empty() || !text.chars().all(plain) {
            self.refuse(id, format!("`{text}` is not an id: only a-z, 0-9 and hyphens"));
        }
        text.clone()
    }

    /// What was seen in full can be named.
    fn grounds(&self, checked: &Spanned<bool>, legal_basis: Option<&String>) {
        if *checked.get_ref() && legal_basis.is_none_or(|basis| basis.trim().is_empty()) {
            self.refuse(checked, "checked = true needs the legal_basis that was checked");
        }
    }

    fn needed_text(&self, keys: &mut Keys<'_>, key: &str, text: Option<&Spanned<TextEntry>>) -> Text {
        match text {
            Some(text) => self.text(key, text),
            None => {
                keys.needed(key, text);
                Text { vi: String::new(), en: String::new() }
            }
        }
    }

    fn text(&self, key: &str, text: &Spanned<TextEntry>) -> Text {
        let TextEntry { vi, en } = text.get_ref();
        Text { vi: self.language(text, key, "vi", vi), en: self.language(text, key, "en", en) }
    }

    fn language<S>(&self, place: &Spanned<S>, key: &str, language: &str, text: &Option<String>) -> String {
        let text = text.as_deref().unwrap_or_default().trim();
        if text.is_empty() {
            self.refuse(place, format!("{key} has no {language} text"));
        }
        text.to_owned()
    }

    fn max_chars(&self, keys: &mut Keys<'_>, max_chars: Option<&Spanned<usize>>) -> usize {
        let most = keys.needed("max_chars", max_chars).copied().unwrap_or(1);
        match max_chars {
            Some(place) if most == 0 => self.refuse(place, "max_chars is 0: nothing could be written"),
            _ => {}
        }
        most
    }

    /// Refuses ids that come twice in a list.
    fn unique<'i>(&self, what: &str, ids: impl Iterator<Item = &'i Spanned<String>>) {
        let mut seen: Vec<&str> = Vec::new();
        for id in ids {
            if seen.contains(&id.get_ref().as_str()) {
                self.refuse(id, format!("{what} `{}` comes twice", id.get_ref()));
            }
            seen.push(id.get_ref());
        }
    }
}

/// Which keys an entry needs and may have, by what it says it is.
struct Keys<'a> {
    reader: &'a Reader<'a>,
    place: Range<usize>,
    owner: String,
}

impl<'a> Keys<'a> {
    fn new<S>(reader: &'a Reader<'a>, place: &Spanned<S>, owner: String) -> Self {
        Keys { reader, place: place.span(), owner }
    }

    fn needed<'v, S>(&mut self, key: &str, value: Option<&'v Spanned<S>>) -> Option<&'v S> {
        if value.is_none() {
            let at = (self.reader.file, self.place.clone());
            self.reader.files.refuse(&at, format!("{} needs `{key}`", self.owner));
        }
        value.map(Spanned::get_ref)
    }

    fn foreign<S>(&self, key: &str, value: Option<&Spanned<S>>, belongs: bool) {
        if let (Some(value), false) = (value, belongs) {
            self.reader.refuse(value, format!("{} has no `{key}`", self.owner));
        }
    }
}

pub(crate) fn strings(spanned: &[Spanned<String>]) -> Vec<String> {
    spanned.iter().map(|text| text.get_ref().clone()).collect()
}

fn slice_by(name: &Spanned<String>) -> SliceBy {
    match name.get_ref().as_str() {
        "programme" => SliceBy::Programme,
        "line" => SliceBy::Line,
        field => SliceBy::Field(field.to_owned()),
    }
}

impl InputName {
    fn as_str(self) -> &'static str {
        match self {
            InputName::Count => "count",
            InputName::Money => "money",
            InputName::Text => "text",
            InputName::YesNo => "yes-no",
            InputName::Choice => "choice",
            InputName::Choices => "choices",
            InputName::Households => "households",
        }
    }
}

impl MeasureName {
    fn as_str(self) -> &'static str {
        match self {
            MeasureName::Count => "count",
            MeasureName::Sum => "sum",
            MeasureName::Households => "households",
            MeasureName::AreasWith => "areas-with",
            MeasureName::Register => "register",
            MeasureName::Total => "total",
            MeasureName::Ratio => "ratio",
        }
    }
}

impl StepName {
    fn as_str(self) -> &'static str {
        match self {
            StepName::Week => "week",
            StepName::Months => "months",
            StepName::Days => "days",
        }
    }
}

impl PartName {
    fn as_str(self) -> &'static str {
        match self {
            PartName::Narrative => "narrative",
            PartName::Figures => "figures",
            PartName::Areas => "areas",
        }
    }
}

impl WeekdayName {
    fn weekday(self) -> Weekday {
        match self {
            WeekdayName::Monday => Weekday::Monday,
            WeekdayName::Tuesday => Weekday::Tuesday,
            WeekdayName::Wednesday => Weekday::Wednesday,
            WeekdayName::Thursday => Weekday::Thursday,
            WeekdayName::Friday => Weekday::Friday,
            WeekdayName::Saturday => Weekday::Saturday,
            WeekdayName::Sunday => Weekday::Sunday,
        }
    }
}
