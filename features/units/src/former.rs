//! Communes as they were until 30 June 2025, and where they went: 10,041 of them in 10,571 pairs. They are no units of the
//! store, which begins after them; people still know them by name. Read when they are first looked for.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use vietnamese::text;

const PAIRS: &str = include_str!("../data/former_communes.csv");

/// A commune of the time before, or the like: five island districts and a strip of coast had none.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Former {
    /// Official code; empty for the six that were no commune.
    pub code: String,
    /// Name with its kind: `Phường Trúc Bạch`; that of the district for an island.
    pub name: String,
    /// District with its kind.
    pub district: String,
    /// Province with its kind, as it was.
    pub province: String,
    /// Where it went; the one that took most of it, or all, first.
    pub successors: Vec<Successor>,
}

/// A commune of today that took a former one in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Successor {
    /// Official code.
    pub code: String,
    /// Whether it took in all of it.
    pub whole: bool,
    /// Whether two lists, or the official table, agree.
    pub checked: bool,
}

#[derive(Deserialize)]
struct Pair {
    code: String,
    name: String,
    district: String,
    province: String,
    now: String,
    share: String,
    main: u8,
    sources: String,
}

/// Former communes with what a search looks through.
static FORMER: LazyLock<Vec<(String, Former)>> = LazyLock::new(|| {
    let mut former: Vec<(String, Former)> = Vec::new();
    let mut at: HashMap<[String; 4], usize> = HashMap::new();
    for pair in csv::Reader::from_reader(PAIRS.as_bytes()).deserialize::<Pair>().filter_map(Result::ok) {
        let Pair { code, district, province, .. } = pair;
        let name = if pair.name.is_empty() { district.clone() } else { pair.name };
        let successor =
            Successor { code: pair.now, whole: pair.share == "whole", checked: pair.sources != "1" };
        let key = [&code, &name, &district, &province].map(String::clone);
        let index = *at.entry(key).or_insert_with(|| {
            let search = format!(" {}", text::search_key(&format!("{name} {district} {province}")));
            former.push((search, Former { code, name, district, province, successors: Vec::new() }));
            former.len() - 1
        });
        if let Some((_, one)) = former.get_mut(index) {
            let place = if pair.main == 1 { 0 } else { one.successors.len() };
            one.successors.insert(place, successor);
        }
    }
    former
});

/// Former communes by what people type, as [`search`](crate::search) finds units: words in their order, each from its
/// beginning, or the code. Those whose name begins as typed come first.
#[must_use]
pub fn former(typed: &str, limit: usize) -> Vec<&'static Former> {
    let key = text::search_key(typed);
    if key.is_empty() {
        return Vec::new();
    }
    let exact = text::exact_key(typed);
    let words: Vec<String> = key.split(' ').map(|word| format!(" {word}")).collect();
    let matches = |search: &str| {
        let mut rest = search;
        words.iter().all(|word| match rest.find(word.as_str()) {
            Some(at) => {
                rest = rest.get(at + word.len()..).unwrap_or_default();
                true
            }
            None => false,
        })
    };
    let found = FORMER.iter().filter(|(search, one)| one.code == key || matches(search));
    let mut found: Vec<&Former> = found.map(|(_, one)| one).collect();
    found.sort_by_cached_key(|one| {
        let (name, plain) = (text::exact_key(&one.name), text::search_key(&one.name));
        // The whole name, with its kind (xã, phường, thị trấn) or without.
        let named = |name: &str, typed: &str| {
            let kind = name.strip_suffix(typed).filter(|kind| kind.is_empty() || kind.ends_with(' '));
            kind.is_some_and(|kind| kind.split_whitespace().count() <= 2)
        };
        let rank = if one.code == key || named(&name, &exact) {
            0
        } else if named(&plain, &key) {
            1
        } else {
            2
        };
        (rank, one.code.clone())
    });
    found.truncate(limit);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference;

    #[test]
    fn every_pair_is_there_and_leads_to_a_commune_of_today() {
        let pairs: Vec<Pair> =
            csv::Reader::from_reader(PAIRS.as_bytes()).deserialize().map(Result::unwrap).collect();
        assert_eq!(pairs.len(), 10_571);
        let all = || FORMER.iter().map(|(_, one)| one);
        assert_eq!((all().count(), all().filter(|one| one.code.is_empty()).count()), (10_041, 6));
        let whole = |one: &&Former| one.successors.iter().all(|successor| successor.whole);
        // Of the numbered ones 9,595 went somewhere whole; the six others did too.
        assert_eq!(all().filter(|one| !one.code.is_empty()).filter(whole).count(), 9_595);
        assert_eq!(all().filter(|one| !whole(one)).count(), 440);
        assert!(all().filter(whole).all(|one| one.successors.len() == 1));
        assert_eq!(
            pairs.iter().filter(|pair| pair.main == 1).count(),
            10_041,
            "exactly one main successor each"
        );
        assert_eq!(all().map(|one| one.successors.len()).sum::<usize>(), pairs.len());
        let now: std::collections::HashSet<String> = reference::units()
            .unwrap()
            .into_iter()
            .filter(|unit| unit.level == crate::Level::Commune)
            .map(|unit| unit.code)
            .collect();
        let reached: std::collections::HashSet<&String> = pairs.iter().map(|pair| &pair.now).collect();
        assert!(reached.iter().all(|code| now.contains(*code)), "a successor is no commune of today");
        assert_eq!(reached.len(), now.len(), "a commune of today comes from nowhere");
    }

    #[test]
    fn people_find_what_they_knew() {
        let codes = |typed: &str| -> Vec<(String, Vec<String>)> {
            let codes = |one: &Former| one.successors.iter().map(|to| to.code.clone()).collect();
            former(typed, 3).into_iter().map(|one| (one.name.clone(), codes(one))).collect()
        };
        let truc_bach = vec![("Phường Trúc Bạch".to_owned(), vec!["00004".to_owned()])];
        assert_eq!(codes("Phường Trúc Bạch"), truc_bach);
        assert_eq!(codes("truc bach ba dinh"), truc_bach);
        assert_eq!(codes("bạch long vĩ")[0].0, "Huyện Bạch Long Vĩ");
        assert_eq!(codes("khongcoxanao"), []);
        assert_eq!(codes(" "), []);
        assert_eq!(former("xã", 7).len(), 7);
    }
}
