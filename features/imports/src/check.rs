//! The dry run: what each row would become, which cells are wrong and what was probably meant, and which rows look like
//! a record that is there already. Pure.

use std::collections::BTreeMap;

use activities::{Content, WHOLE_UNIT};
use catalogue::{Catalogue, FieldError, Fields, Input, Kind, Value};
use jiff::civil::Date;
use kernel::Line as OfSuperiors;
use units::Area;
use uuid::Uuid;
use vietnamese::date::{self, DateProblem};
use vietnamese::text::{exact_key, search_key};
use vietnamese::{Lang, scan};

use crate::mapping::{Mapping, Target};
use crate::sheet::Line;

/// What rows are checked against.
#[derive(Debug)]
pub struct Ground<'a> {
    /// The rules.
    pub catalogue: &'a Catalogue,
    /// Id of the kind of activity.
    pub kind: &'a str,
    /// The areas of the commune on each day that the sheet names, and today.
    pub areas: &'a BTreeMap<Date, Vec<Area>>,
    /// The present day.
    pub today: Date,
    /// On whose behalf the person works.
    pub line: Option<OfSuperiors>,
    /// Records of the kind that are there already.
    pub known: &'a [Known],
    /// The language in which suggestions are made.
    pub lang: Lang,
}

/// A record that is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Which.
    pub id: Uuid,
    /// Where.
    pub area: Uuid,
    /// When.
    pub day: Date,
    /// Its main number, see [`main_number`].
    pub main: Option<i64>,
    /// Of what it is a total, see [`subject`].
    pub subject: Option<String>,
}

/// What the dry run found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Rows that can be records, in order.
    pub good: Vec<GoodRow>,
    /// Cells that are wrong, in order of rows.
    pub bad: Vec<BadCell>,
    /// How many rows have wrong cells.
    pub bad_rows: usize,
    /// Good rows that look like something that is there already.
    pub suspects: Vec<Suspect>,
}

/// A row that can be a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodRow {
    /// Its number in the file.
    pub number: u32,
    /// The record.
    pub content: Content,
}

/// A cell that is wrong, or missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCell {
    /// Number of its row in the file.
    pub row: u32,
    /// Its column, from 0; none when no column answers this.
    pub column: Option<usize>,
    /// What it answers.
    pub target: Target,
    /// What was typed.
    pub typed: String,
    /// What is wrong.
    pub wrong: Wrong,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

/// What can be wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Not a day.
    Day(DateProblem),
    /// A day that has not come.
    Future,
    /// The last day of an aggregate entry is before its first.
    Backwards,
    /// The kind of activity could not be recorded on that day.
    KindNotThen,
    /// No area is named.
    AreaMissing,
    /// No area has this name on that day.
    AreaUnknown,
    /// More than one area could be meant.
    AreaAmbiguous,
    /// No programme has this name.
    Programme,
    /// A phone or identity number in the note.
    PersonalNumber,
    /// A question is answered wrongly.
    Field(FieldError),
}

/// A good row that looks like something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// Number of the row.
    pub row: u32,
    /// What it looks like.
    pub like: Like,
}

/// What a row looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Like {
    /// A record.
    Record(Uuid),
    /// A row above it.
    Row(u32),
}

/// The days that rows name, for looking up the areas of those days.
#[must_use]
pub fn days(rows: &[Line], mapping: &Mapping, today: Date) -> std::collections::BTreeSet<Date> {
    let column = column_of(mapping, &Target::Day);
    let named = rows.iter().filter_map(|row| date::parse(row.cells.get(column?)?).ok());
    named.filter(|day| *day <= today).chain([today]).collect()
}

/// Checks every row.
#[must_use]
pub fn check(ground: &Ground<'_>, rows: &[Line], mapping: &Mapping) -> Checked {
    let mut checked = Checked::default();
    let mut seen: BTreeMap<(Uuid, Date, Option<String>), Vec<Measured>> = BTreeMap::new();
    for known in ground.known {
        let key = (known.area, known.day, known.subject.clone());
        seen.entry(key).or_default().push((Like::Record(known.id), known.main));
    }
    for row in rows {
        let (content, bad) = read_row(ground, row, mapping);
        checked.bad_rows += usize::from(!bad.is_empty());
        checked.bad.extend(bad);
        let Some(content) = content else { continue };
        let kind = ground.catalogue.kinds().version(&content.kind, content.kind_version);
        let main = kind.and_then(|kind| main_number(kind, &content.fields));
        let subject = kind.and_then(|kind| subject(kind, &content.fields));
        let there = seen.entry((content.area, content.day, subject)).or_default();
        if let Some((like, _)) = there.iter().find(|(_, other)| near(*other, main)) {
            checked.suspects.push(Suspect { row: row.number, like: *like });
        }
        there.push((Like::Row(row.number), main));
        checked.good.push(GoodRow { number: row.number, content });
    }
    checked
}

/// The number that says how large an activity was: the first count its kind asks for that was answered, else how many
/// households.
#[must_use]
pub fn main_number(kind: &Kind, fields: &Fields) -> Option<i64> {
    let answers = || kind.fields.iter().filter_map(|field| fields.get(&field.id));
    let count =
        answers().find_map(|value| if let Value::Count(number) = value { Some(*number) } else { None });
    count.or_else(|| {
        answers().find_map(|value| match value {
            Value::Households(numbers) => i64::try_from(numbers.len()).ok(),
            _ => None,
        })
    })
}

/// Of what an aggregate entry is a total: its choices. Totals of different things are never the same entry; of single
/// records people often write down another form or topic the second time.
#[must_use]
pub fn subject(kind: &Kind, fields: &Fields) -> Option<String> {
    let chosen = fields.iter().filter(|(_, value)| matches!(value, Value::Choice(_) | Value::Choices(_)));
    kind.aggregate.then(|| chosen.map(|(id, value)| format!("{id}={};", value.typed().join(","))).collect())
}

/// Equal, or not further apart than a tenth of the larger.
fn near(one: Option<i64>, other: Option<i64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => {
            let (one, other) = (i128::from(one), i128::from(other));
            (one - other).abs() * 10 <= one.max(other)
        }
        (None, None) => true,
        _ => false,
    }
}

fn column_of(mapping: &Mapping, target: &Target) -> Option<usize> {
    mapping.iter().position(|of| of.as_ref() == Some(target))
}

/// Something that is there, with its main number.
type Measured = (Like, Option<i64>);

/// A row as a record, or its wrong cells.
fn read_row(ground: &Ground<'_>, row: &Line, mapping: &Mapping) -> (Option<Content>, Vec<BadCell>) {
    let cell = |target: &Target| {
        let column = column_of(mapping, target);
        (column, column.and_then(|column| row.cells.get(column)).map_or("", String::as_str))
    };
    let mut bad = Vec::new();
    let mut refuse = |target: Target, wrong: Wrong, suggestion: Option<String>| {
        let (column, typed) = cell(&target);
        bad.push(BadCell { row: row.number, column, typed: typed.to_owned(), target, wrong, suggestion });
    };
    let typed_day = cell(&Target::Day).1;
    let day = match date::parse(typed_day) {
        Ok(day) if day > ground.today => {
            refuse(Target::Day, Wrong::Future, None);
            None
        }
        Ok(day) => Some(day),
        Err(problem) => {
            let meant = meant_day(typed_day, &problem).filter(|day| *day <= ground.today);
            refuse(Target::Day, Wrong::Day(problem), meant.map(|day| date::table(day, Lang::Vi)));
            None
        }
    };
    let kind = ground.catalogue.kinds().on(ground.kind, day.unwrap_or(ground.today));
    let aggregate = kind.is_some_and(|kind| kind.aggregate);
    let from = match aggregate.then(|| date::parse(cell(&Target::From).1)) {
        Some(Ok(from)) if day.is_some_and(|day| from > day) => {
            refuse(Target::From, Wrong::Backwards, None);
            None
        }
        Some(Ok(from)) => Some(from),
        Some(Err(problem)) => {
            let meant = meant_day(cell(&Target::From).1, &problem);
            refuse(Target::From, Wrong::Day(problem), meant.map(|day| date::table(day, Lang::Vi)));
            None
        }
        None => None,
    };
    let none = Vec::new();
    let areas = ground.areas.get(&day.unwrap_or(ground.today)).unwrap_or(&none);
    let typed_area = cell(&Target::Area).1;
    let whole = aggregate && is_whole(typed_area);
    let area = match find_area(areas, typed_area) {
        Ok(area) => Some(area),
        Err(_) if whole => None,
        Err(wrong) => {
            let nearest = nearest(typed_area, areas.iter().map(|area| area.name.as_str()));
            refuse(Target::Area, wrong, nearest.map(str::to_owned));
            None
        }
    };
    let Some(kind) = kind else {
        refuse(Target::Day, Wrong::KindNotThen, None);
        return (None, bad);
    };
    let programmes = match column_of(mapping, &Target::Programmes) {
        // As the form: what the kind usually serves is chosen unless somebody chooses otherwise.
        None => Ok(kind.programmes.clone()),
        Some(_) => programmes(ground, cell(&Target::Programmes).1, day.unwrap_or(ground.today)),
    };
    if let Err(meant) = &programmes {
        refuse(Target::Programmes, Wrong::Programme, meant.clone());
    }
    let note = cell(&Target::Note).1.to_owned();
    if !scan::personal_numbers(&note).is_empty() {
        refuse(Target::Note, Wrong::PersonalNumber, None);
    }
    let answers = |id: &str| {
        kind.field(id)
            .map_or_else(Vec::new, |field| answers(&field.input, cell(&Target::Field(id.to_owned())).1))
    };
    let fields = match kind.read(&answers) {
        Ok(fields) => {
            let last = area.and_then(|area| area.households).and_then(|n| u16::try_from(n).ok());
            for problem in last.map(|last| kind.households_beyond(&fields, last)).unwrap_or_default() {
                refuse(Target::Field(problem.field), Wrong::Field(problem.what), None);
            }
            Some(fields)
        }
        Err(problems) => {
            for problem in problems {
                let typed = cell(&Target::Field(problem.field.clone())).1;
                let field = kind.field(&problem.field);
                let meant =
                    field.and_then(|field| meant_answer(&field.input, typed, &problem.what, ground.lang));
                refuse(Target::Field(problem.field), Wrong::Field(problem.what), meant);
            }
            None
        }
    };
    let place = area.map(|area| area.id).or_else(|| whole.then_some(WHOLE_UNIT));
    let content = match (place, day, fields, programmes) {
        (Some(area), Some(day), Some(fields), Ok(mut programmes)) if bad.is_empty() => {
            programmes.sort();
            programmes.dedup();
            Some(Content {
                area,
                day,
                from,
                kind: kind.id.clone(),
                kind_version: kind.version,
                line: ground.line,
                programmes,
                fields,
                note,
            })
        }
        _ => None,
    };
    (content, bad)
}

/// The day that a wrong one was probably meant to be: two digits of a year, month before day, a time behind it.
fn meant_day(typed: &str, problem: &DateProblem) -> Option<Date> {
    match problem {
        DateProblem::ShortYear { year } if (0..=99).contains(year) => {
            let mark = typed.rfind(|c: char| !c.is_ascii_digit())?;
            date::parse(&format!("{}{}", typed.get(..=mark)?, 2000 + year)).ok()
        }
        DateProblem::NoSuchMonth { .. } => {
            let mark = typed.chars().find(|c| !c.is_ascii_digit())?;
            let [month, day, year] = typed.split(mark).collect::<Vec<_>>().try_into().ok()?;
            date::parse(&format!("{day}{mark}{month}{mark}{year}")).ok()
        }
        DateProblem::NotADate => {
            let word = |word: &str| date::parse(word.trim_matches([',', '.', '(', ')'])).ok();
            typed.split_whitespace().find_map(word)
        }
        _ => None,
    }
}

/// Whether a cell says the unit as a whole: it is empty, or says so in words.
fn is_whole(typed: &str) -> bool {
    let words =
        ["", "toan don vi", "toan xa", "toan phuong", "toan tinh", "toan thanh pho", "the whole unit"];
    words.contains(&search_key(typed).as_str())
}

/// The area of a name: as written, else without marks if only one can be meant.
fn find_area<'a>(areas: &'a [Area], typed: &str) -> Result<&'a Area, Wrong> {
    if typed.is_empty() {
        return Err(Wrong::AreaMissing);
    }
    // Letter by letter first: keys are dear, and most sheets are written with care.
    let mut written = areas.iter().filter(|area| area.name == typed);
    if let (Some(area), None) = (written.next(), written.next()) {
        return Ok(area);
    }
    let (exact, loose) = (exact_key(typed), search_key(typed));
    let mut same = areas.iter().filter(|area| exact_key(&area.name) == exact).peekable();
    let mut like: Box<dyn Iterator<Item = &Area>> = if same.peek().is_some() {
        Box::new(same)
    } else {
        Box::new(areas.iter().filter(|area| search_key(&area.name) == loose))
    };
    match (like.next(), like.next()) {
        (Some(area), None) => Ok(area),
        (Some(_), Some(_)) => Err(Wrong::AreaAmbiguous),
        _ => Err(Wrong::AreaUnknown),
    }
}

/// Ids of the programmes named in a cell; what was probably meant when one is not known.
fn programmes(ground: &Ground<'_>, typed: &str, day: Date) -> Result<Vec<String>, Option<String>> {
    let running: Vec<_> = ground.catalogue.programmes().all_on(day).collect();
    let named = typed.split([';', '\n']).map(str::trim).filter(|name| !name.is_empty());
    named
        .map(|name| {
            let key = search_key(name);
            let is = |text: &catalogue::Text| [&text.vi, &text.en].iter().any(|text| search_key(text) == key);
            let found = running.iter().find(|p| p.id == name || is(&p.short) || is(&p.name));
            let names = running.iter().map(|p| p.short.get(ground.lang));
            found.map(|p| p.id.clone()).ok_or_else(|| nearest(name, names).map(str::to_owned))
        })
        .collect()
}

/// A cell as the answers a form would send: options by what they are called, yes and no by what people write.
fn answers(input: &Input, typed: &str) -> Vec<String> {
    match input {
        Input::YesNo => vec![yes_or_no(typed).unwrap_or(typed).to_owned()],
        Input::Choice { .. } => vec![option(input, typed).unwrap_or(typed).to_owned()],
        Input::Choices { .. } => options(input, typed),
        _ => vec![typed.to_owned()],
    }
}

fn yes_or_no(typed: &str) -> Option<&'static str> {
    match search_key(typed).as_str() {
        "co" | "x" | "yes" | "true" | "1" | "dung" => Some("yes"),
        "khong" | "no" | "false" | "0" => Some("no"),
        _ => None,
    }
}

/// The option that is called so in either language.
fn option<'a>(input: &'a Input, typed: &str) -> Option<&'a str> {
    let mut options = input.options().iter();
    let is = |text: &str| text == typed;
    if let Some(option) = options.find(|o| is(&o.id) || is(&o.label.vi) || is(&o.label.en)) {
        return Some(&option.id);
    }
    let (exact, loose) = (exact_key(typed), search_key(typed));
    let called = |same: &dyn Fn(&str) -> bool| {
        let mut options = input.options().iter();
        options.find(|option| same(&option.label.vi) || same(&option.label.en))
    };
    let found =
        called(&|label| exact_key(label) == exact).or_else(|| called(&|label| search_key(label) == loose));
    found.map(|option| option.id.as_str())
}

/// Options behind each other, with semicolons, or with commas although labels hold commas too: the longest that is
/// known is taken first. A piece that is no option stays as it was typed.
fn options(input: &Input, typed: &str) -> Vec<String> {
    let mut found = Vec::new();
    for piece in typed.split([';', '\n']).map(str::trim).filter(|piece| !piece.is_empty()) {
        if let Some(id) = option(input, piece) {
            found.push(id.to_owned());
            continue;
        }
        let parts: Vec<&str> = piece.split(',').collect();
        let mut from = 0;
        while from < parts.len() {
            let longest = (from + 1..=parts.len()).rev().find_map(|to| {
                let joined = parts.get(from..to)?.join(",");
                option(input, joined.trim()).map(|id| (to, id.to_owned()))
            });
            let (to, id) = longest.unwrap_or_else(|| {
                (from + 1, parts.get(from).map(|part| part.trim().to_owned()).unwrap_or_default())
            });
            found.push(id);
            from = to;
        }
    }
    found
}

/// What a wrong answer was probably meant to be.
fn meant_answer(input: &Input, typed: &str, wrong: &FieldError, lang: Lang) -> Option<String> {
    match (wrong, input) {
        (FieldError::UnknownOption { typed }, Input::Choice { .. } | Input::Choices { .. }) => {
            let labels = input.options().iter().map(|option| option.label.get(lang));
            nearest(typed, labels).map(str::to_owned)
        }
        // `120 người`: the number alone, if it is one.
        (FieldError::NotANumber { .. }, Input::Count { .. } | Input::Money { .. }) => {
            let number = typed.trim().trim_end_matches(|c: char| !c.is_ascii_digit());
            let number = number.trim_start_matches(|c: char| !c.is_ascii_digit());
            vietnamese::number::parse_count(number).ok().map(|n| vietnamese::number::count(n, Lang::Vi))
        }
        _ => None,
    }
}

/// The name that is most like what was typed, marks and spaces aside, if it is like it at all.
fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let letters = |name: &str| search_key(name).chars().filter(|c| *c != ' ').collect::<Vec<char>>();
    let key = letters(typed);
    if key.is_empty() {
        return None;
    }
    let scored = names.map(|name| {
        let other = letters(name);
        let (short, long) = (key.len().min(other.len()), key.len().max(other.len()));
        // What is a part of the other is near, however much longer that is.
        let part = short >= 3 && (contains(&other, &key) || contains(&key, &other));
        let far = distance(&key, &other);
        (if part { far.min(1 + (long - short) / 8) } else { far }, long, name)
    });
    let near = scored.filter(|(far, long, _)| *far <= (*long / 3).max(1));
    near.min_by_key(|(far, _, _)| *far).map(|(_, _, name)| name)
}

fn contains(long: &[char], short: &[char]) -> bool {
    !short.is_empty() && long.windows(short.len()).any(|window| window == short)
}

/// How many letters must be added, left out or changed.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, a) in one.iter().enumerate() {
        let mut diagonal = row;
        let mut left = row + 1;
        let mut line = vec![left];
        for (above, b) in last.iter().skip(1).zip(other) {
            left = (diagonal + usize::from(a != b)).min(above + 1).min(left + 1);
            diagonal = *above;
            line.push(left);
        }
        last = line;
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_counted() {
        let far = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        for (a, b, n) in
            [("", "", 0), ("abc", "", 3), ("khu 13", "khu 1 3", 1), ("kitten", "sitting", 3), ("ab", "ba", 2)]
        {
            assert_eq!((far(a, b), far(b, a)), (n, n), "{a} {b}");
        }
    }

    #[test]
    fn the_nearest_name_is_suggested_and_none_that_is_far() {
        let names = ["Khu 1", "Khu 2", "Khu 1 3", "Xóm Chằng Ngoài"];
        assert_eq!(nearest("Khu 13", names.into_iter()), Some("Khu 1 3"));
        assert_eq!(nearest("chang ngoai", names.into_iter()), Some("Xóm Chằng Ngoài"));
        assert_eq!(nearest("Hà Nội", names.into_iter()), None);
        assert_eq!(nearest("", names.into_iter()), None);
    }

    #[test]
    fn near_is_a_tenth() {
        for (one, other, is) in [
            (100, 100, true),
            (100, 90, true),
            (100, 89, false),
            (0, 0, true),
            (1, 0, false),
            (i64::MAX, i64::MAX - 1, true),
        ] {
            assert_eq!(near(Some(one), Some(other)), is, "{one} {other}");
        }
        assert!(near(None, None) && !near(None, Some(1)));
    }

    #[test]
    fn probable_days_are_found() {
        for (typed, meant) in [
            ("5/9/26", Some("2026-09-05")),
            ("9/25/2026", Some("2026-09-25")),
            ("8h, 05/09/2026", Some("2026-09-05")),
            ("hôm qua", None),
            ("31/2/2026", None),
        ] {
            let problem = date::parse(typed).unwrap_err();
            assert_eq!(meant_day(typed, &problem).map(|day| day.to_string()).as_deref(), meant, "{typed}");
        }
    }
}
