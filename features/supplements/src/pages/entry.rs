//! What was typed into a form becomes an entry in the catalogue's format. The catalogue judges the rest.

use catalogue::{LINES, Owner, Text, forbidden_subject};
use kernel::http::FormState;
use vietnamese::{number, text};

/// What can be added with a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A question of a kind.
    Field,
    /// A kind of activity.
    Kind,
    /// An indicator.
    Indicator,
    /// A report form.
    Form,
}

impl Sort {
    pub(crate) const ALL: [Sort; 4] = [Sort::Field, Sort::Kind, Sort::Indicator, Sort::Form];

    /// Its name in addresses and text keys.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Sort::Field => "field",
            Sort::Kind => "kind",
            Sort::Indicator => "indicator",
            Sort::Form => "form",
        }
    }

    pub(crate) fn from_key(key: &str) -> Option<Sort> {
        Sort::ALL.into_iter().find(|sort| sort.key() == key)
    }
}

/// What a question can ask for, as the catalogue names it.
pub(crate) const INPUTS: [&str; 7] = ["count", "yes-no", "choice", "choices", "text", "money", "households"];
/// How an indicator made with a form is measured; totals and ratios are written into the file.
pub(crate) const MEASURES: [&str; 4] = ["count", "sum", "households", "areas-with"];

/// A field of the form and what is wrong with it: `missing`, `number`, `options`, `person`.
pub(crate) type Wrong = Vec<(&'static str, &'static str)>;

/// Longest answers and largest numbers of questions made with a form.
const MOST_CHARS: i64 = 200;
const MOST: i64 = 1_000_000;
const MOST_MONEY: i64 = 100_000_000_000;
/// The longest narrative of a form made here.
const NARRATIVE: usize = 4_000;

/// Writes an entry; `taken` says whether an id is in use.
pub(crate) fn write(
    sort: Sort,
    owner: Owner,
    form: &FormState,
    taken: &dyn Fn(&str) -> bool,
) -> Result<String, Wrong> {
    let mut writer = Writer { owner, form, taken, out: String::new(), wrong: Wrong::new() };
    match sort {
        Sort::Field => writer.field(),
        Sort::Kind => writer.kind(),
        Sort::Indicator => writer.indicator(),
        Sort::Form => writer.report(),
    }
    if writer.wrong.is_empty() { Ok(writer.out) } else { Err(writer.wrong) }
}

/// The field of the form that a key of an entry was made of.
pub(crate) fn field_of(sort: Sort, key: &str) -> &'static str {
    match key {
        "kind" => "kind",
        "kinds" => "kinds",
        "measure" => "measure",
        "field" => "sum_of",
        "options" => "options",
        "max" | "min" | "max_chars" => "max",
        "rows" => "rows",
        "regime" => "regime",
        "checked" | "legal_basis" => "legal_basis",
        "programmes" => "programmes",
        "lines" => "lines",
        "line" => "line",
        "people" => "people",
        _ if sort == Sort::Field => "label_vi",
        _ => "name_vi",
    }
}

struct Writer<'a> {
    owner: Owner,
    form: &'a FormState,
    taken: &'a dyn Fn(&str) -> bool,
    out: String,
    wrong: Wrong,
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn needed(&mut self, field: &'static str) -> String {
        let value = self.form.value(field).trim();
        if value.is_empty() {
            self.wrong.push((field, "missing"));
        }
        value.to_owned()
    }

    /// A text in both languages; without an English one the Vietnamese stands in both.
    fn words(&self, field: &str, or: &str) -> Text {
        let of = |lang: &str| self.form.value(&format!("{field}_{lang}")).trim().to_owned();
        let (vi, en) = (of("vi"), of("en"));
        let vi = if vi.is_empty() { or.to_owned() } else { vi };
        let en = if en.is_empty() { vi.clone() } else { en };
        Text { vi, en }
    }

    fn text(&mut self, key: &str, text: &Text) {
        self.line(&format!("{key} = {}", both(text)));
    }

    /// An id of the owner's, made of words.
    fn id(&self, words: &str) -> String {
        let stem = format!("{}{}", self.owner.prefix(), slug(words));
        let numbered = (2..).map(|n| format!("{stem}-{n}"));
        std::iter::once(stem.clone()).chain(numbered).find(|id| !(self.taken)(id)).unwrap_or_default()
    }

    /// Id, name and the paper of a rule; the paper was not judged by anybody but the unit.
    fn head(&mut self, table: &str) {
        let name = self.needed("name_vi");
        let id = self.id(&name);
        self.line(&format!("[[{table}]]"));
        self.line(&format!("id = {}", quoted(&id)));
        let words = self.words("name", "");
        self.text("name", &words);
        let basis = self.form.value("legal_basis").trim().to_owned();
        if !basis.is_empty() {
            self.line(&format!("legal_basis = {}", quoted(&basis)));
        }
        self.line("checked = false");
    }

    fn list(&mut self, key: &str, field: &str) {
        let chosen: Vec<String> = self
            .form
            .typed
            .iter()
            .filter(|(name, _)| name == field)
            .map(|(_, value)| quoted(value))
            .collect();
        self.line(&format!("{key} = [{}]", chosen.join(", ")));
    }

    fn any(&self, field: &str) -> bool {
        self.form.typed.iter().any(|(name, value)| name == field && !value.is_empty())
    }

    fn field(&mut self) {
        let (kind, label) = (self.needed("kind"), self.needed("label_vi"));
        let input = self.needed("input");
        let words = self.words("label", "");
        let id = self.id(&label);
        if forbidden_subject(&id, &words).is_some() {
            self.wrong.push(("label_vi", "person"));
        }
        self.line("[[addition]]");
        self.line(&format!("kind = {}\n", quoted(&kind)));
        self.line("[[addition.field]]");
        self.line(&format!("id = {}", quoted(&id)));
        self.text("label", &words);
        let help = self.words("help", &label);
        self.text("help", &help);
        let unit = self.words("unit", "");
        if !unit.vi.is_empty() {
            self.text("unit", &unit);
        }
        self.line(&format!("required = {}", self.form.ticked("required", "yes")));
        self.line(&format!("input = {}", quoted(&input)));
        match input.as_str() {
            "count" => self.most("max", MOST),
            "money" => self.most("max", MOST_MONEY),
            "text" => self.most("max_chars", MOST_CHARS),
            "choice" | "choices" => self.options(),
            _ => {}
        }
    }

    fn most(&mut self, key: &str, usual: i64) {
        let most = match self.form.value("max").trim() {
            "" => usual,
            typed => number::parse_count(typed).unwrap_or_else(|_| {
                self.wrong.push(("max", "number"));
                usual
            }),
        };
        self.line(&format!("{key} = {most}"));
    }

    /// One option a line, `Vietnamese | English`.
    fn options(&mut self) {
        let mut ids: Vec<String> = Vec::new();
        let mut lines = Vec::new();
        for line in self.form.value("options").lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (vi, en) = line.split_once('|').map_or((line, line), |(vi, en)| (vi.trim(), en.trim()));
            let stem = slug(vi);
            let numbered = (2..).map(|n| format!("{stem}-{n}"));
            let id = std::iter::once(stem.clone()).chain(numbered).find(|id| !ids.contains(id));
            let id = id.unwrap_or_default();
            let en = if en.is_empty() { vi } else { en };
            lines.push(format!("{{ id = {}, vi = {}, en = {} }}", quoted(&id), quoted(vi), quoted(en)));
            ids.push(id);
        }
        if lines.len() < 2 {
            self.wrong.push(("options", "options"));
        }
        self.line(&format!("options = [{}]", lines.join(", ")));
    }

    fn kind(&mut self) {
        self.head("kind");
        let help = self.words("help", self.form.value("name_vi").trim());
        self.text("help", &help);
        self.list("programmes", "programmes");
        // Of no line chosen it is everybody's.
        if self.any("lines") {
            self.list("lines", "lines");
        }
        self.line("note = true");
    }

    fn indicator(&mut self) {
        self.head("indicator");
        self.needed("unit_vi");
        self.needed("definition_vi");
        let (unit, definition) = (self.words("unit", ""), self.words("definition", ""));
        self.text("unit", &unit);
        self.text("definition", &definition);
        let measure = self.needed("measure");
        let people = self.form.ticked("people", "yes") || measure == "households";
        self.line(&format!("people = {people}"));
        self.line(&format!("measure = {}", quoted(&measure)));
        // A question is chosen together with its kind.
        match (measure.as_str(), self.form.value("sum_of").split_once(' ')) {
            ("sum" | "households", Some((kind, field))) => {
                self.line(&format!("kinds = [{}]", quoted(kind)));
                self.line(&format!("field = {}", quoted(field)));
            }
            ("sum" | "households", None) => self.wrong.push(("sum_of", "missing")),
            _ => {
                if !self.any("kinds") {
                    self.wrong.push(("kinds", "missing"));
                }
                self.list("kinds", "kinds");
            }
        }
        self.line("slices = [\"programme\", \"line\"]");
    }

    fn report(&mut self) {
        self.head("form");
        let name = self.words("name", "");
        let title = Text { vi: format!("{} {{period}}", name.vi), en: format!("{}, {{period}}", name.en) };
        self.text("title", &title);
        let regime = self.needed("regime");
        self.line(&format!("regime = {}", quoted(&regime)));
        let line = self.form.value("line").to_owned();
        if !line.is_empty() {
            self.line(&format!("line = {}", quoted(&line)));
        }
        self.line("paper_kind = \"BC\"\nlevel = \"commune\"\n");
        if !self.any("rows") {
            self.wrong.push(("rows", "missing"));
        }
        let rows: Vec<String> = self
            .form
            .typed
            .iter()
            .filter(|(field, _)| field == "rows")
            .map(|(_, id)| format!("{{ indicator = {} }}", quoted(id)))
            .collect();
        let heading = self.words("heading", &name.vi);
        self.line("[[form.section]]\nid = \"results\"");
        self.text("heading", &heading);
        self.line("\n[[form.section.part]]\nid = \"figures\"\npart = \"figures\"");
        self.text("caption", &heading);
        self.line("compare = [\"previous\", \"last-year\"]");
        self.line(&format!("rows = [{}]", rows.join(", ")));
        let prompt = self.words("prompt", "");
        if !prompt.vi.is_empty() {
            self.line("\n[[form.section.part]]\nid = \"text\"\npart = \"narrative\"");
            self.text("prompt", &prompt);
            self.line(&format!("max_chars = {NARRATIVE}"));
        }
    }
}

/// Letters and digits of a text in the shape of an id.
fn slug(words: &str) -> String {
    let plain: String =
        text::fold(words).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let slug = plain.split_whitespace().take(6).collect::<Vec<_>>().join("-").to_ascii_lowercase();
    if slug.is_empty() || LINES.contains(&slug.as_str()) { format!("muc-{slug}") } else { slug }
}

fn both(text: &Text) -> String {
    format!("{{ vi = {}, en = {} }}", quoted(&text.vi), quoted(&text.en))
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalogue::{Catalogue, Layer, Rule};
    use jiff::civil::date;

    fn typed(pairs: &[(&str, &str)]) -> FormState {
        let own = |text: &&str| (*text).to_owned();
        FormState { typed: pairs.iter().map(|(a, b)| (own(a), own(b))).collect(), problems: vec![] }
    }

    fn written(sort: Sort, pairs: &[(&str, &str)]) -> Result<String, Wrong> {
        write(sort, Owner::Commune, &typed(pairs), &|id| id == "xa-den-hong")
    }

    #[test]
    fn what_is_typed_is_a_catalogue() {
        let text = [
            written(
                Sort::Field,
                &[("kind", "patrol"), ("label_vi", "Đèn hỏng"), ("input", "count"), ("max", "1.000")],
            ),
            written(
                Sort::Field,
                &[
                    ("kind", "patrol"),
                    ("label_vi", "Thời gian \"ca\""),
                    ("input", "choice"),
                    ("options", "Ngày | Day\nĐêm\n"),
                ],
            ),
            written(
                Sort::Kind,
                &[
                    ("name_vi", "Dọn vệ sinh"),
                    ("programmes", "joint-programme"),
                    ("lines", "police"),
                    ("lines", "front"),
                ],
            ),
            written(
                Sort::Indicator,
                &[
                    ("name_vi", "Số đèn hỏng"),
                    ("unit_vi", "đèn"),
                    ("definition_vi", "Cộng."),
                    ("measure", "sum"),
                    ("sum_of", "patrol xa-den-hong-2"),
                ],
            ),
            written(
                Sort::Form,
                &[
                    ("name_vi", "Báo cáo đèn"),
                    ("regime", "quarterly"),
                    ("rows", "xa-so-den-hong"),
                    ("line", "front"),
                    ("prompt_vi", "Viết."),
                ],
            ),
        ]
        .map(Result::unwrap)
        .join("\n");
        let layer = Layer { owner: Owner::Commune, number: 1, starts: date(2027, 1, 1), text };
        let rules = Catalogue::with(&[layer]).unwrap();
        let kind = rules.kinds().on("patrol", date(2027, 1, 1)).unwrap();
        assert!(kind.field("xa-den-hong-2").is_some());
        assert_eq!(kind.field("xa-thoi-gian-ca").unwrap().input.options()[0].label.en, "Day");
        assert_eq!(rules.indicator("xa-so-den-hong").unwrap().version(), 1);
        assert_eq!(rules.form("xa-bao-cao-den").unwrap().line.as_deref(), Some("front"));
        assert_eq!(rules.kind("xa-don-ve-sinh").unwrap().lines, ["police", "front"]);
    }

    #[test]
    fn what_is_missing_is_told_beside_its_field() {
        let wrong =
            written(Sort::Field, &[("label_vi", "Tôn giáo"), ("input", "choice"), ("options", "Một")]);
        assert_eq!(wrong.unwrap_err(), [("kind", "missing"), ("label_vi", "person"), ("options", "options")]);
        let wrong = written(Sort::Indicator, &[("name_vi", "A"), ("measure", "sum")]).unwrap_err();
        assert_eq!(wrong, [("unit_vi", "missing"), ("definition_vi", "missing"), ("sum_of", "missing")]);
    }
}
