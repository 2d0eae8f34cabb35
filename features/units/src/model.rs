//! Units, areas and organisations as the rest of the product sees them.

use db::{FromValue, Value};
use jiff::civil::Date;
use kernel::{Lang, Line, Place};
use uuid::Uuid;

/// The last day a span can reach: still open.
pub(crate) const OPEN: Date = jiff::civil::date(9999, 12, 31);

/// A level of administration. Since 1 July 2025 there are two below the country (Law 72/2025/QH15;
/// `checked = false`: read in summaries).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The country.
    Country,
    /// A province or a city under the central government.
    Province,
    /// A commune, ward or special zone.
    Commune,
}

/// What a unit is; it may change without any change of code or borders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The country.
    Country,
    /// Tỉnh.
    Province,
    /// Thành phố (trực thuộc trung ương).
    City,
    /// Xã.
    Commune,
    /// Phường.
    Ward,
    /// Đặc khu.
    SpecialZone,
}

impl Level {
    const ALL: [Self; 3] = [Self::Country, Self::Province, Self::Commune];

    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Province => "province",
            Self::Commune => "commune",
        }
    }
}

impl Kind {
    const ALL: [Self; 6] =
        [Self::Country, Self::Province, Self::City, Self::Commune, Self::Ward, Self::SpecialZone];

    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Province => "province",
            Self::City => "city",
            Self::Commune => "commune",
            Self::Ward => "ward",
            Self::SpecialZone => "special_zone",
        }
    }

    /// The official word before the name, or the English one after it. Empty for the country.
    #[must_use]
    pub const fn word(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Country, _) => "",
            (Self::Province, Lang::Vi) => "tỉnh",
            (Self::Province, Lang::En) => "province",
            (Self::City, Lang::Vi) => "thành phố",
            (Self::City, Lang::En) => "city",
            (Self::Commune, Lang::Vi) => "xã",
            (Self::Commune, Lang::En) => "commune",
            (Self::Ward, Lang::Vi) => "phường",
            (Self::Ward, Lang::En) => "ward",
            (Self::SpecialZone, Lang::Vi) => "đặc khu",
            (Self::SpecialZone, Lang::En) => "special zone",
        }
    }

    /// The kind of an official word, as the shipped lists write it.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind != Self::Country && kind.word(Lang::Vi) == word)
    }

    /// A kind with its name: `xã Cao Phong`, `Cao Phong commune`.
    #[must_use]
    pub fn with_name(self, name: &str, lang: Lang) -> String {
        match (self, lang) {
            (Self::Country, _) => name.to_owned(),
            (_, Lang::Vi) => format!("{} {name}", self.word(lang)),
            (_, Lang::En) => format!("{name} {}", self.word(lang)),
        }
    }
}

impl FromValue for Level {
    const WANTED: &'static str = "a level of administration";
    fn from_value(value: Value) -> Option<Self> {
        let key = String::from_value(value)?;
        Self::ALL.into_iter().find(|level| level.key() == key)
    }
}

impl FromValue for Kind {
    const WANTED: &'static str = "a kind of unit";
    fn from_value(value: Value) -> Option<Self> {
        let key = String::from_value(value)?;
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

db::row! {
    /// A unit as it is in one span of days.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Unit {
        /// Internal id, for ever: `c05089-20250701`. Of a commune also the tenant of its rows.
        pub id: String,
        /// Official code: `05089`; `vn` for the country. Another unit may have carried it before.
        pub code: String,
        /// Level.
        pub level: Level,
        /// Kind in this span.
        pub kind: Kind,
        /// Name without its kind, in this span.
        pub name: String,
        /// Id of the unit above; none for the country.
        pub parent: Option<String>,
        /// Kind of the unit above, in this span.
        pub parent_kind: Option<Kind>,
        /// Name of the unit above, in this span.
        pub parent_name: Option<String>,
        /// Ids from the country down to this unit, each followed by `/`.
        pub path: String,
        /// The day the unit came to be.
        pub born_on: Date,
        /// First day of this span.
        pub from_on: Date,
        /// Day after the last day of this span; 9999-12-31 while it is open.
        pub until_on: Date,
        /// The act this state rests on: `1676/NQ-UBTVQH15`; may be empty.
        pub basis: String,
        /// Whether the day it came into force is certain (several lists agree); see `data/NOTICE.md`.
        pub checked: bool,
    }
}

impl Unit {
    /// `xã Cao Phong`, `Cao Phong commune`.
    #[must_use]
    pub fn full_name(&self, lang: Lang) -> String {
        self.kind.with_name(&self.name, lang)
    }

    /// With the unit above, which tells namesakes apart: `xã Cao Phong, tỉnh Phú Thọ`. The country is left out.
    #[must_use]
    pub fn long_name(&self, lang: Lang) -> String {
        match (self.parent_kind, &self.parent_name) {
            (Some(kind), Some(name)) if kind != Kind::Country => {
                format!("{}, {}", self.full_name(lang), kind.with_name(name, lang))
            }
            _ => self.full_name(lang),
        }
    }

    /// The unit as an address of rights.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            tenant: self.id.clone(),
            path: self.path.clone(),
            code: self.code.clone(),
            name: self.full_name(Lang::Vi),
        }
    }
}

db::row! {
    /// A residential area (khu, xóm, bản, thôn, tổ dân phố) on one day.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Area {
        /// Id, made where the area was first written down.
        pub id: Uuid,
        /// Name with its prefix, as people there say it: `Khu 4`, `xóm Chằng Ngoài`.
        pub name: String,
        /// How many households it counts; none when nobody has said.
        pub households: Option<u32>,
        /// The tenant that keeps its rows: the commune in which it was born.
        pub tenant: String,
        /// The commune it belongs to on that day.
        pub commune: String,
        /// The day it came to be.
        pub born_on: Date,
    }
}

impl Area {
    /// The address whose room may change this area: the rights are those of the commune it belongs to, the rows
    /// those of the tenant that keeps it.
    #[must_use]
    pub fn place(&self, commune: &Place) -> Place {
        Place { tenant: self.tenant.clone(), ..commune.clone() }
    }
}

/// A residential area to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewArea {
    /// Its id, made by the caller; adding the same id again changes nothing.
    pub id: Uuid,
    /// Name with its prefix.
    pub name: String,
    /// How many households, if known.
    pub households: Option<u32>,
    /// The first day it exists.
    pub from_on: Date,
}

/// How many households a commune counts on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Households {
    /// Sum over the areas that have said.
    pub households: i64,
    /// How many areas there are.
    pub areas: u32,
    /// How many of them have not said; while this is not 0 the sum is too small.
    pub unknown: u32,
}

/// What takes part in the movement at a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrganisationKind {
    /// Công an.
    Police,
    /// Ủy ban Mặt trận Tổ quốc Việt Nam.
    Front,
    /// Ủy ban nhân dân.
    PeoplesCommittee,
    /// Đảng ủy.
    PartyCommittee,
    /// Hội Liên hiệp Phụ nữ.
    Women,
    /// Hội Nông dân.
    Farmers,
    /// Đoàn Thanh niên Cộng sản Hồ Chí Minh.
    Youth,
    /// Hội Cựu chiến binh.
    Veterans,
    /// Công đoàn.
    TradeUnion,
    /// Trường học, cơ sở giáo dục.
    School,
    /// Doanh nghiệp.
    Enterprise,
    /// Tổ bảo vệ an ninh, trật tự (Law 30/2023/QH15).
    SecurityTeam,
}

impl OrganisationKind {
    /// Every kind, in the order in which they are listed.
    pub const ALL: [Self; 12] = [
        Self::PartyCommittee,
        Self::PeoplesCommittee,
        Self::Police,
        Self::Front,
        Self::Women,
        Self::Farmers,
        Self::Youth,
        Self::Veterans,
        Self::TradeUnion,
        Self::SecurityTeam,
        Self::School,
        Self::Enterprise,
    ];

    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Police => "police",
            Self::Front => "front",
            Self::PeoplesCommittee => "peoples_committee",
            Self::PartyCommittee => "party_committee",
            Self::Women => "women",
            Self::Farmers => "farmers",
            Self::Youth => "youth",
            Self::Veterans => "veterans",
            Self::TradeUnion => "trade_union",
            Self::School => "school",
            Self::Enterprise => "enterprise",
            Self::SecurityTeam => "security_team",
        }
    }

    /// The line of superiors it reports to. The Party committee leads all lines and schools and enterprises are
    /// partners: they have none of the four that reports are cut by.
    #[must_use]
    pub const fn line(self) -> Option<Line> {
        match self {
            Self::Police | Self::SecurityTeam => Some(Line::Police),
            Self::Front => Some(Line::Front),
            Self::PeoplesCommittee => Some(Line::Government),
            Self::Women | Self::Farmers | Self::Youth | Self::Veterans | Self::TradeUnion => {
                Some(Line::Union)
            }
            Self::PartyCommittee | Self::School | Self::Enterprise => None,
        }
    }
}

impl FromValue for OrganisationKind {
    const WANTED: &'static str = "a kind of organisation";
    fn from_value(value: Value) -> Option<Self> {
        let key = String::from_value(value)?;
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

db::row! {
    /// An organisation at a unit.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Organisation {
        /// Id.
        pub id: Uuid,
        /// What it is; says the line.
        pub kind: OrganisationKind,
        /// Official name: `Công an xã Cao Phong`.
        pub name: String,
        /// First day.
        pub from_on: Date,
    }
}

/// An organisation to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrganisation {
    /// Its id, made by the caller; adding the same id again changes nothing.
    pub id: Uuid,
    /// What it is.
    pub kind: OrganisationKind,
    /// Official name.
    pub name: String,
    /// First day.
    pub from_on: Date,
}

/// Why a change of areas or organisations was not made.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The name is empty, or longer than 120 characters.
    #[error("a name has 1 to 120 characters")]
    Name,
    /// Another area of the commune has this name on that day.
    #[error("another residential area of the commune has this name")]
    NameTaken,
    /// More households than any residential area has.
    #[error("a residential area has at most {MOST_HOUSEHOLDS} households")]
    TooManyHouseholds,
    /// The day lies before the area came to be or after it ended.
    #[error("the residential area did not exist on that day")]
    OutsideItsTime,
    /// The area is already there.
    #[error("the residential area already belongs to that commune")]
    SameCommune,
    /// Not an official code, or another unit has it on that day.
    #[error("the code is not free on that day, or is not five digits")]
    Code,
    /// There is no such area or organisation in this tenant.
    #[error("there is no such thing here")]
    Missing,
    /// The caller may not do this here.
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] db::Error),
}

/// More than the largest residential areas of the cities have; a larger number is a slip.
pub(crate) const MOST_HOUSEHOLDS: u32 = 20_000;

impl From<Refusal> for kernel::Error {
    fn from(refusal: Refusal) -> Self {
        let key = match refusal {
            Refusal::Missing => return Self::NotFound,
            Refusal::Denied(denied) => return denied.into(),
            Refusal::Store(error) => return error.into(),
            Refusal::Name => "units-refused-name",
            Refusal::NameTaken => "units-refused-name-taken",
            Refusal::TooManyHouseholds => "units-refused-households",
            Refusal::Code => "units-refused-code",
            Refusal::OutsideItsTime => "units-refused-outside-its-time",
            Refusal::SameCommune => "units-refused-same-commune",
        };
        Self::Refused(key.to_owned())
    }
}

/// A name as it is stored: NFC, without spaces at its ends.
pub(crate) fn name(typed: &str) -> Result<String, Refusal> {
    let name = vietnamese::text::nfc(typed.trim());
    if (1..=120).contains(&name.chars().count()) { Ok(name) } else { Err(Refusal::Name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_names_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_value(Value::from(kind.key())), Some(kind));
        }
        for level in Level::ALL {
            assert_eq!(Level::from_value(Value::from(level.key())), Some(level));
        }
        for kind in OrganisationKind::ALL {
            assert_eq!(OrganisationKind::from_value(Value::from(kind.key())), Some(kind));
        }
        assert_eq!(Kind::from_value(Value::from("xã")), None);
    }

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(name(" Khu 4 ").unwrap(), "Khu 4");
        assert!(matches!(name("  "), Err(Refusal::Name)));
        assert!(matches!(name(&"x".repeat(121)), Err(Refusal::Name)));
    }
}
