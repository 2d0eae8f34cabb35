//! The shipped lists: 34 provinces and 3,321 communes since 1 July 2025 with the changes of kind since then, and
//! invented residential areas for trying out. Where they come from, and what is not certain: `data/NOTICE.md`.

use jiff::civil::{Date, date};
use serde::Deserialize;
use vietnamese::{Lang, order, text};

use crate::model::{Kind, Level, OPEN};

const PROVINCES: &str = include_str!("../data/provinces.csv");
const COMMUNES: &str = include_str!("../data/commune_units.csv");
const SYNTHETIC_AREAS: &str = include_str!("../data/synthetic_residential_areas.csv");

/// Internal id of the country.
pub(crate) const COUNTRY: &str = "vn";

/// A unit to be stored, with what it was and is.
#[derive(Debug)]
pub(crate) struct ReferenceUnit {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) level: Level,
    pub(crate) born_on: Date,
    pub(crate) versions: Vec<ReferenceVersion>,
}

/// One span of a unit.
#[derive(Debug)]
pub(crate) struct ReferenceVersion {
    pub(crate) from_on: Date,
    pub(crate) until_on: Date,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) parent: Option<String>,
    pub(crate) path: String,
    pub(crate) basis: String,
    pub(crate) checked: bool,
    pub(crate) search: String,
    pub(crate) sort_key: Vec<u8>,
}

#[derive(Deserialize)]
struct ProvinceRow {
    code: String,
    name: String,
    kind: String,
    valid_from: Date,
    commune_resolution: String,
    kind_changed_to: Option<String>,
    kind_changed_by: Option<String>,
    kind_changed_on: Option<Date>,
}

#[derive(Deserialize)]
struct CommuneRow {
    code: String,
    name: String,
    kind: String,
    province_code: String,
    valid_from: Date,
    legal_basis: String,
    kind_changed_to: Option<String>,
    kind_changed_by: Option<String>,
    kind_changed_on: Option<Date>,
}

/// A residential area invented for trying out; its name says so.
#[derive(Debug, Clone, Deserialize)]
pub struct SyntheticArea {
    /// Code of the commune.
    pub commune_code: String,
    /// Name, ending in `(dữ liệu mô phỏng)`.
    pub name: String,
    /// How many households.
    pub households: u32,
}

/// The shipped lists do not have the shape this program expects.
#[derive(Debug, thiserror::Error)]
#[error("the shipped list of units is damaged: {0}")]
pub(crate) struct Damaged(String);

impl From<csv::Error> for Damaged {
    fn from(error: csv::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<Damaged> for db::Error {
    fn from(damaged: Damaged) -> Self {
        Self::Broken(damaged.to_string())
    }
}

/// Every unit, parents before children.
pub(crate) fn units() -> Result<Vec<ReferenceUnit>, Damaged> {
    let mut units = vec![country()];
    let mut provinces = Vec::new();
    for row in csv::Reader::from_reader(PROVINCES.as_bytes()).deserialize::<ProvinceRow>() {
        let row = row?;
        let id = format!("p{}-{}", row.code, compact(row.valid_from));
        let path = format!("{COUNTRY}/{id}/");
        let within = kind(&row.kind)?.with_name(&row.name, Lang::Vi);
        let spans = Spans {
            born_on: row.valid_from,
            kind: kind(&row.kind)?,
            basis: row.commune_resolution,
            change: change(row.kind_changed_to, row.kind_changed_by, row.kind_changed_on)?,
        };
        units.push(ReferenceUnit {
            versions: spans.versions(&row.name, COUNTRY, &path, ""),
            id: id.clone(),
            code: row.code.clone(),
            level: Level::Province,
            born_on: row.valid_from,
        });
        provinces.push((row.code, id, within));
    }
    for row in csv::Reader::from_reader(COMMUNES.as_bytes()).deserialize::<CommuneRow>() {
        let row = row?;
        let (_, province, within) = provinces
            .iter()
            .find(|(code, ..)| *code == row.province_code)
            .ok_or_else(|| Damaged(format!("commune {} is in no province", row.code)))?;
        let id = format!("c{}-{}", row.code, compact(row.valid_from));
        let path = format!("{COUNTRY}/{province}/{id}/");
        let spans = Spans {
            born_on: row.valid_from,
            kind: kind(&row.kind)?,
            basis: row.legal_basis,
            change: change(row.kind_changed_to, row.kind_changed_by, row.kind_changed_on)?,
        };
        units.push(ReferenceUnit {
            versions: spans.versions(&row.name, province, &path, within),
            id,
            code: row.code,
            level: Level::Commune,
            born_on: row.valid_from,
        });
    }
    Ok(units)
}

/// The invented residential areas of a commune, by its code; only Cao Phong, Thu Cúc and Chí Đám have some.
#[must_use]
pub fn synthetic_areas(commune_code: &str) -> Vec<SyntheticArea> {
    csv::Reader::from_reader(SYNTHETIC_AREAS.as_bytes())
        .deserialize::<SyntheticArea>()
        .filter_map(Result::ok)
        .filter(|area| area.commune_code == commune_code)
        .collect()
}

/// The country under its name of today, from the day it bears it (2 July 1976).
fn country() -> ReferenceUnit {
    let born_on = date(1976, 7, 2);
    let name = "Việt Nam".to_owned();
    let version = ReferenceVersion {
        from_on: born_on,
        until_on: OPEN,
        kind: Kind::Country,
        parent: None,
        path: format!("{COUNTRY}/"),
        basis: String::new(),
        checked: true,
        search: search_text(Kind::Country, &name, ""),
        sort_key: order::numbered_sort_key(&name),
        name,
    };
    ReferenceUnit {
        id: COUNTRY.to_owned(),
        code: COUNTRY.to_owned(),
        level: Level::Country,
        born_on,
        versions: vec![version],
    }
}

/// What a unit was born as, and the one change of kind the lists know.
struct Spans {
    born_on: Date,
    kind: Kind,
    basis: String,
    change: Option<(Kind, String, Date)>,
}

impl Spans {
    fn versions(self, name: &str, parent: &str, path: &str, within: &str) -> Vec<ReferenceVersion> {
        let version =
            |kind: Kind, basis: String, from_on: Date, until_on: Date, checked: bool| ReferenceVersion {
                from_on,
                until_on,
                kind,
                name: name.to_owned(),
                parent: Some(parent.to_owned()),
                path: path.to_owned(),
                basis,
                checked,
                search: search_text(kind, name, within),
                sort_key: order::numbered_sort_key(name),
            };
        let end_of_first = self.change.as_ref().map_or(OPEN, |(_, _, on)| *on);
        let mut versions = vec![version(self.kind, self.basis, self.born_on, end_of_first, true)];
        // The day a change came into force was not seen in the act itself.
        versions.extend(self.change.map(|(kind, basis, on)| version(kind, basis, on, OPEN, false)));
        versions
    }
}

/// What a search looks through: each word begins after a space.
pub(crate) fn search_text(kind: Kind, name: &str, within: &str) -> String {
    format!(" {}", text::search_key(&format!("{} {within}", kind.with_name(name, Lang::Vi))))
}

fn kind(word: &str) -> Result<Kind, Damaged> {
    Kind::from_word(word).ok_or_else(|| Damaged(format!("no kind of unit is called {word}")))
}

fn change(
    to: Option<String>,
    by: Option<String>,
    on: Option<Date>,
) -> Result<Option<(Kind, String, Date)>, Damaged> {
    match (to, on) {
        (Some(to), Some(on)) => Ok(Some((kind(&to)?, by.unwrap_or_default(), on))),
        (None, None) => Ok(None),
        _ => Err(Damaged("a change of kind needs its kind and its day".to_owned())),
    }
}

fn compact(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_whole() {
        let units = units().unwrap();
        let count = |level| units.iter().filter(|unit| unit.level == level).count();
        assert_eq!((count(Level::Country), count(Level::Province), count(Level::Commune)), (1, 34, 3321));
        let now = |kind| units.iter().filter(|u| u.versions.last().is_some_and(|v| v.kind == kind)).count();
        assert_eq!((now(Kind::Commune), now(Kind::Ward), now(Kind::SpecialZone)), (2599, 709, 13));
        let born = |kind| units.iter().filter(|u| u.versions.first().is_some_and(|v| v.kind == kind)).count();
        assert_eq!((born(Kind::Commune), born(Kind::Ward), born(Kind::SpecialZone)), (2621, 687, 13));
    }

    #[test]
    fn spans_follow_each_other_without_gap() {
        for unit in units().unwrap() {
            assert_eq!(unit.versions.first().map(|v| v.from_on), Some(unit.born_on), "{}", unit.id);
            assert_eq!(unit.versions.last().map(|v| v.until_on), Some(OPEN), "{}", unit.id);
            for pair in unit.versions.windows(2) {
                assert_eq!(pair[0].until_on, pair[1].from_on, "{}", unit.id);
            }
        }
    }

    #[test]
    fn names_are_stored_in_nfc() {
        for unit in units().unwrap() {
            for version in unit.versions {
                assert_eq!(text::nfc(&version.name), version.name);
            }
        }
    }

    #[test]
    fn the_invented_areas_sum_to_the_published_households() {
        let areas = synthetic_areas("05089");
        assert_eq!(areas.len(), 31);
        assert_eq!(areas.iter().map(|area| area.households).sum::<u32>(), 4543);
        assert!(areas.iter().all(|area| area.name.ends_with("(dữ liệu mô phỏng)")));
        assert_eq!(synthetic_areas("00004").len(), 0);
    }
}
