//! Which column answers which question. No I/O.

use std::collections::BTreeSet;

use catalogue::Kind;
use kernel::{Lang, Texts};
use sha2::{Digest, Sha256};
use vietnamese::text::search_key;

/// What a column says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The first day of the span of an aggregate entry.
    From,
    /// The day on which it was done; of an aggregate entry the last day of its span.
    Day,
    /// The residential area.
    Area,
    /// The programmes it serves.
    Programmes,
    /// The free text.
    Note,
    /// The answer to the question with this id.
    Field(String),
}

impl Target {
    /// The stored name.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Target::From => "from".to_owned(),
            Target::Day => "day".to_owned(),
            Target::Area => "area".to_owned(),
            Target::Programmes => "programmes".to_owned(),
            Target::Note => "note".to_owned(),
            Target::Field(id) => format!("field.{id}"),
        }
    }

    /// Every target that sheets of a kind can fill, in the order of its template.
    #[must_use]
    pub fn all(kind: &Kind) -> Vec<Target> {
        let fields = kind.fields.iter().map(|field| Target::Field(field.id.clone()));
        let note = kind.note.then_some(Target::Note);
        let from = kind.aggregate.then_some(Target::From);
        from.into_iter()
            .chain([Target::Day, Target::Area])
            .chain(fields)
            .chain([Target::Programmes])
            .chain(note)
            .collect()
    }

    /// The target of a stored name, if the kind has it.
    #[must_use]
    pub fn from_key(kind: &Kind, key: &str) -> Option<Target> {
        Target::all(kind).into_iter().find(|target| target.key() == key)
    }

    /// What the column is called.
    #[must_use]
    pub fn label(&self, kind: &Kind, lang: Lang) -> String {
        match self {
            Target::Field(id) => kind.field(id).map_or(id.clone(), |field| field.label.get(lang).to_owned()),
            Target::Day if kind.aggregate => Texts::get().text(lang, "imports-column-until", &[]),
            other => Texts::get().text(lang, &format!("imports-column-{}", other.key()), &[]),
        }
    }

    /// The keys by which headers are recognised: the label in both languages, the id, and words people use.
    fn words(&self, kind: &Kind) -> Vec<String> {
        let also: &[&str] = match self {
            Target::From => &["từ", "ngày đầu"],
            Target::Day if kind.aggregate => &["đến", "ngày cuối"],
            Target::Day => &["ngày", "ngày tháng", "ngày tháng năm", "thời gian"],
            Target::Area => {
                &["khu", "thôn", "xóm", "bản", "tổ dân phố", "địa bàn", "địa điểm", "nơi thực hiện"]
            }
            Target::Programmes => &["chương trình", "phong trào"],
            Target::Note => &["note", "ghi chú khác"],
            Target::Field(id) => &[id.as_str()],
        };
        let labels = [self.label(kind, Lang::Vi), self.label(kind, Lang::En)];
        labels.iter().map(String::as_str).chain(also.iter().copied()).map(search_key).collect()
    }
}

/// The target of each column; none for a column that is not read.
pub type Mapping = Vec<Option<Target>>;

/// Whether a header is one that sheets of this kind have.
#[must_use]
pub fn is_known(kind: &Kind, header: &str) -> bool {
    let key = search_key(header);
    Target::all(kind).iter().any(|target| target.words(kind).contains(&key))
}

/// Guesses the columns from their headers: the same words first, then headers that say more or less than the label;
/// of those the one that shares most words. No target twice.
#[must_use]
pub fn guess(kind: &Kind, headers: &[String]) -> Mapping {
    let keys: Vec<String> = headers.iter().map(|header| search_key(header)).collect();
    let targets: Vec<(Target, Vec<String>)> =
        Target::all(kind).into_iter().map(|target| (target.clone(), target.words(kind))).collect();
    let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
    for (column, key) in keys.iter().enumerate().filter(|(_, key)| !key.is_empty()) {
        for (place, (_, words)) in targets.iter().enumerate() {
            let score = words.iter().map(|word| likeness(key, word)).max().unwrap_or_default();
            if score > 0 {
                pairs.push((score, column, place));
            }
        }
    }
    // The best first; of equals the column and the question that stand first.
    pairs.sort_by_key(|(score, column, place)| (std::cmp::Reverse(*score), *column, *place));
    let mut mapping: Mapping = vec![None; headers.len()];
    let mut taken = BTreeSet::new();
    for (_, column, place) in pairs {
        let free = mapping.get(column).is_some_and(Option::is_none);
        if free
            && !taken.contains(&place)
            && let (Some(cell), Some((target, _))) = (mapping.get_mut(column), targets.get(place))
        {
            *cell = Some(target.clone());
            taken.insert(place);
        }
    }
    mapping
}

/// A thousand for the same words, else how many words are shared when one side says all that the other says.
fn likeness(header: &str, label: &str) -> usize {
    if header == label {
        return 1000;
    }
    let (ours, theirs): (BTreeSet<&str>, BTreeSet<&str>) =
        (header.split(' ').collect(), label.split(' ').collect());
    let shared = ours.intersection(&theirs).count();
    if shared >= 2 && (shared == ours.len() || shared == theirs.len()) { shared } else { 0 }
}

/// What sheets with the same headers have in common.
#[must_use]
pub fn signature(headers: &[String]) -> String {
    let mut hasher = Sha256::new();
    for header in headers {
        let key = search_key(header);
        hasher.update((key.len() as u64).to_be_bytes());
        hasher.update(key.as_bytes());
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// As stored: a JSON list of names.
#[must_use]
pub fn to_json(mapping: &Mapping) -> String {
    let keys: Vec<Option<String>> = mapping.iter().map(|target| target.as_ref().map(Target::key)).collect();
    serde_json::Value::from(keys).to_string()
}

/// Reads what [`to_json`] wrote; targets that the kind no longer has are no targets.
#[must_use]
pub fn from_json(kind: &Kind, json: &str, columns: usize) -> Mapping {
    let keys: Vec<Option<String>> = serde_json::from_str(json).unwrap_or_default();
    let mut mapping: Mapping =
        keys.into_iter().map(|key| key.and_then(|key| Target::from_key(kind, &key))).collect();
    mapping.resize(columns, None);
    mapping
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalogue::Catalogue;

    fn guessed(kind: &str, headers: &[&str]) -> Vec<String> {
        let rules = Catalogue::embedded().unwrap();
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        let mapping = guess(rules.kind(kind).unwrap(), &headers);
        mapping.into_iter().map(|target| target.map(|target| target.key()).unwrap_or_default()).collect()
    }

    #[test]
    fn headers_people_write_are_recognised() {
        assert_eq!(
            guessed(
                "outreach-session",
                &[
                    "STT",
                    "Ngày tháng",
                    "Thôn",
                    "Nội dung tuyên truyền",
                    "Hình thức",
                    "Số người dự",
                    "Ghi chú"
                ]
            ),
            ["", "day", "area", "field.topic", "field.form", "field.attendees", "note"]
        );
        assert_eq!(
            guessed(
                "outreach-session",
                &["Day", "Residential area", "attendees", "Topics", "households reached"]
            ),
            ["day", "area", "field.attendees", "field.topic", "field.households"]
        );
    }

    #[test]
    fn no_question_is_answered_by_two_columns() {
        assert_eq!(guessed("patrol", &["Ngày", "Ngày tháng", "Khu", "Xóm"]), ["day", "", "area", ""]);
    }

    #[test]
    fn every_label_of_every_kind_is_recognised_in_both_languages() {
        let rules = Catalogue::embedded().unwrap();
        for kind in rules.kinds().all() {
            for lang in [Lang::Vi, Lang::En] {
                let targets = Target::all(kind);
                let headers: Vec<String> = targets.iter().map(|target| target.label(kind, lang)).collect();
                assert!(headers.iter().all(|header| !header.starts_with('[') && is_known(kind, header)));
                let mapping = guess(kind, &headers);
                assert_eq!(
                    mapping,
                    targets.into_iter().map(Some).collect::<Vec<_>>(),
                    "{} {lang:?}",
                    kind.id
                );
                assert_eq!(from_json(kind, &to_json(&mapping), mapping.len()), mapping);
            }
        }
    }
}
