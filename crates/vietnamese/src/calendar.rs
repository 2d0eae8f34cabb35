//! The lunar calendar of Viet Nam, public holidays and working days.
//!
//! The lunar calendar is computed, not tabulated. A month begins on the day (UTC+7) of the new moon; the month
//! that holds the winter solstice is the eleventh; when thirteen months lie between two eleventh months, the
//! first of them in which the sun enters no new sign is the leap month. These are the rules Hồ Ngọc Đức
//! described for Viet Nam; the formulas for moon and sun are the series of Meeus, *Astronomical Algorithms*
//! (2nd ed.), chapters 49 and 25. Good from 1968 (before, the North counted at UTC+8) to 2100. Against another
//! implementation every day of 2000 to 2100 was compared by hand: one month differs, that of 9 December 2072,
//! whose new moon is within a minute or two of midnight.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday, date};

use crate::Lang;

/// A day of the lunar calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LunarDate {
    /// The lunar year, numbered as the civil year in which it begins.
    pub year: i16,
    /// 1 (Giêng) to 12 (Chạp).
    pub month: i8,
    /// Whether this is the leap month that follows the month of the same number.
    pub leap: bool,
    /// 1 to 30.
    pub day: i8,
}

/// What a public holiday is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Occasion {
    /// Tết Dương lịch, 1 January.
    NewYear,
    /// Tết Âm lịch, five days.
    LunarNewYear,
    /// Giỗ Tổ Hùng Vương, the tenth of the third lunar month.
    HungKings,
    /// Ngày Chiến thắng, 30 April.
    Victory,
    /// Ngày Quốc tế lao động, 1 May.
    Labour,
    /// Quốc khánh, 2 September and one day beside it.
    National,
    /// Ngày Văn hóa Việt Nam, 24 November, from 2026.
    Culture,
}

impl Occasion {
    /// The name as the Labour Code writes it, or its English translation.
    #[must_use]
    pub const fn name(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::NewYear, Lang::Vi) => "Tết Dương lịch",
            (Self::NewYear, Lang::En) => "New Year's Day",
            (Self::LunarNewYear, Lang::Vi) => "Tết Âm lịch",
            (Self::LunarNewYear, Lang::En) => "Lunar New Year",
            (Self::HungKings, Lang::Vi) => "Ngày Giỗ Tổ Hùng Vương",
            (Self::HungKings, Lang::En) => "Hung Kings' Commemoration Day",
            (Self::Victory, Lang::Vi) => "Ngày Chiến thắng",
            (Self::Victory, Lang::En) => "Victory Day",
            (Self::Labour, Lang::Vi) => "Ngày Quốc tế lao động",
            (Self::Labour, Lang::En) => "International Labour Day",
            (Self::National, Lang::Vi) => "Quốc khánh",
            (Self::National, Lang::En) => "National Day",
            (Self::Culture, Lang::Vi) => "Ngày Văn hóa Việt Nam",
            (Self::Culture, Lang::En) => "Viet Nam Culture Day",
        }
    }
}

/// A day off by law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// What it is for.
    pub occasion: Occasion,
}

/// The public holidays of a civil year, in order of the days.
///
/// Labour Code 45/2019/QH14 Art. 112. `checked = false` in three places, because a yearly notice decides them:
/// - Tết: the day before and the first four days are taken;
/// - Quốc khánh: the second day is 3 September when 2 September is a Monday, Thursday or Sunday, otherwise
///   1 September (the custom of the notices since 2021);
/// - Ngày Văn hóa Việt Nam rests on Resolution 80-NQ/TW of 7 January 2026; the amended Art. 112 was not seen.
#[must_use]
pub fn holidays(year: i16) -> Vec<Holiday> {
    let mut days: Vec<(Option<Date>, Occasion)> = vec![
        (Date::new(year, 1, 1).ok(), Occasion::NewYear),
        (civil(LunarDate { year, month: 3, leap: false, day: 10 }), Occasion::HungKings),
        (Date::new(year, 4, 30).ok(), Occasion::Victory),
        (Date::new(year, 5, 1).ok(), Occasion::Labour),
    ];
    if let Some(tet) = civil(LunarDate { year, month: 1, leap: false, day: 1 }) {
        days.extend(
            (-1..=3)
                .map(|offset| (tet.checked_add(jiff::Span::new().days(offset)).ok(), Occasion::LunarNewYear)),
        );
    }
    if let Ok(national) = Date::new(year, 9, 2) {
        let after = matches!(national.weekday(), Weekday::Monday | Weekday::Thursday | Weekday::Sunday);
        let beside = if after { national.tomorrow() } else { national.yesterday() };
        days.push((Some(national), Occasion::National));
        days.push((beside.ok(), Occasion::National));
    }
    if year >= 2026 {
        days.push((Date::new(year, 11, 24).ok(), Occasion::Culture));
    }
    let mut holidays: Vec<Holiday> =
        days.into_iter().filter_map(|(date, occasion)| Some(Holiday { date: date?, occasion })).collect();
    holidays.sort_unstable();
    holidays
}

/// Whether offices are open: Monday to Friday, no public holiday and no day off in lieu.
///
/// For each holiday that falls on a weekend, the next working day is off in lieu (Labour Code Art. 111(3)).
/// Working days swapped by a yearly notice are not known here (`checked = false`).
#[must_use]
pub fn is_working_day(day: Date) -> bool {
    !is_weekend(day) && !days_off(day.year()).contains(&day)
}

/// The day itself when it is a working day, otherwise the first working day after it: where a deadline moves
/// that falls on a day off (Civil Code 91/2015/QH13 Art. 148(5)).
#[must_use]
pub fn next_working_day(day: Date) -> Date {
    // The last day a date can hold is a Friday and a working day, so this ends.
    let mut day = day;
    while !is_working_day(day) {
        day = day.tomorrow().unwrap_or(Date::MAX);
    }
    day
}

/// The `count`-th working day after `day`; the day itself is not counted, and with 0 it is returned as it is.
#[must_use]
pub fn add_working_days(day: Date, count: u16) -> Date {
    (0..count).fold(day, |day, _| next_working_day(day.tomorrow().unwrap_or(Date::MAX)))
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Holidays of a year with the days off in lieu. No holiday is near enough to New Year's Eve to reach over it.
fn days_off(year: i16) -> BTreeSet<Date> {
    let holidays = holidays(year);
    let mut off: BTreeSet<Date> = holidays.iter().map(|holiday| holiday.date).collect();
    for holiday in holidays.iter().filter(|holiday| is_weekend(holiday.date)) {
        let mut lieu = holiday.date;
        while is_weekend(lieu) || off.contains(&lieu) {
            let Ok(next) = lieu.tomorrow() else { break };
            lieu = next;
        }
        off.insert(lieu);
    }
    off
}

/// The lunar date of a civil day.
#[must_use]
pub fn lunar(day: Date) -> LunarDate {
    let number = day_number(day);
    let moon = moon_of(number);
    let this = Winter::of(day.year());
    let winter = if moon >= this.moon { this } else { Winter::of(day.year().saturating_sub(1)) };
    let place = moon - winter.moon;
    let (place, leap) = match winter.leap_place {
        Some(leap_place) if place >= leap_place => (place - 1, place == leap_place),
        _ => (place, false),
    };
    LunarDate {
        year: if place < 2 { winter.year } else { winter.year.saturating_add(1) },
        month: ((place + 10) % 12 + 1) as i8,
        leap,
        day: (number - first_day(moon) + 1) as i8,
    }
}

/// The civil day of a lunar date; `None` when the lunar calendar has no such day.
#[must_use]
pub fn civil(lunar_date: LunarDate) -> Option<Date> {
    let LunarDate { year, month, leap, day } = lunar_date;
    if !(1..=12).contains(&month) || !(1..=30).contains(&day) {
        return None;
    }
    let winter = Winter::of(if month >= 11 { year } else { year.checked_sub(1)? });
    let place = (i64::from(month) + 1) % 12;
    let place = match winter.leap_place {
        Some(leap_place) if leap => (place + 1 == leap_place).then_some(leap_place)?,
        None if leap => return None,
        Some(leap_place) if place >= leap_place => place + 1,
        _ => place,
    };
    let moon = winter.moon + place;
    let number = first_day(moon) + i64::from(day) - 1;
    if number >= first_day(moon + 1) {
        return None;
    }
    EPOCH.checked_add(jiff::Span::new().try_days(number - EPOCH_NUMBER).ok()?).ok()
}

/// The lunar months from one winter solstice to the next.
struct Winter {
    /// The civil year of the first solstice.
    year: i16,
    /// The moon of the eleventh month, which holds that solstice.
    moon: i64,
    /// How many months after it the leap month comes, if there is one.
    leap_place: Option<i64>,
}

impl Winter {
    fn of(year: i16) -> Self {
        let (moon, next) = (solstice_moon(year), solstice_moon(year.saturating_add(1)));
        let leap_place = (next - moon == 13)
            .then(|| {
                (1..=12).find(|place| sign(first_day(moon + place)) == sign(first_day(moon + place + 1)))
            })
            .flatten();
        Self { year, moon, leap_place }
    }
}

/// The moon in whose month the winter solstice of a civil year falls.
fn solstice_moon(year: i16) -> i64 {
    let new_years_eve = date(year, 12, 31);
    let moon = moon_of(day_number(new_years_eve));
    // Past 270° on its first day: the solstice was in the month before.
    if sign(first_day(moon)) >= 9 { moon - 1 } else { moon }
}

/// Days are counted as Julian day numbers, the number of the day that begins at local midnight.
const EPOCH: Date = date(2000, 1, 1);
const EPOCH_NUMBER: i64 = 2_451_545;

/// Viet Nam is seven hours ahead of UTC; as a part of a day.
const OFFSET: f64 = 7.0 / 24.0;

/// Mean length of a lunar month in days.
const MONTH: f64 = 29.530_588_861;

fn day_number(day: Date) -> i64 {
    EPOCH_NUMBER + i64::from((day - EPOCH).get_days())
}

/// The moon whose month holds the day; moons are counted from the new moon of 6 January 2000.
fn moon_of(number: i64) -> i64 {
    let mut moon = ((number as f64 - 2_451_550.1) / MONTH).floor() as i64 + 1;
    while first_day(moon) > number {
        moon -= 1;
    }
    moon
}

/// The day number of the local day on which a moon is new.
fn first_day(moon: i64) -> i64 {
    let universal = new_moon(moon as f64) - delta_t(2000.0 + moon as f64 / 12.3685);
    (universal + 0.5 + OFFSET).floor() as i64
}

/// Terrestrial minus universal time in days, by the fit of Espenak and Meeus for 2005 to 2050; elsewhere in
/// the range of this module it is off by less than two minutes.
fn delta_t(year: f64) -> f64 {
    let t = year - 2000.0;
    (62.92 + 0.322_17 * t + 0.005_589 * t * t) / 86_400.0
}

/// The instant of a new moon as a Julian ephemeris day (Meeus, chapter 49; planetary terms, together under two
/// minutes, are left out).
fn new_moon(k: f64) -> f64 {
    let t = k / 1236.85;
    let (t2, t3) = (t * t, t * t * t);
    let mean = 2_451_550.097_66 + MONTH * k + 0.000_154_37 * t2 - 0.000_000_15 * t3;
    let e = 1.0 - 0.002_516 * t - 0.000_007_4 * t2;
    let sun = (2.5534 + 29.105_356_7 * k - 0.000_001_4 * t2).to_radians();
    let moon = (201.5643 + 385.816_935_28 * k + 0.010_758_2 * t2 + 0.000_012_38 * t3).to_radians();
    let latitude = (160.7108 + 390.670_502_84 * k - 0.001_611_8 * t2 - 0.000_002_27 * t3).to_radians();
    let node = (124.7746 - 1.563_755_88 * k + 0.002_067_2 * t2).to_radians();
    // Amplitude in days, power of e, multiples of the anomalies of sun and moon and of the moon's latitude.
    const TERMS: [(f64, i32, f64, f64, f64); 18] = [
        (-0.407_20, 0, 0.0, 1.0, 0.0),
        (0.172_41, 1, 1.0, 0.0, 0.0),
        (0.016_08, 0, 0.0, 2.0, 0.0),
        (0.010_39, 0, 0.0, 0.0, 2.0),
        (0.007_39, 1, -1.0, 1.0, 0.0),
        (-0.005_14, 1, 1.0, 1.0, 0.0),
        (0.002_08, 2, 2.0, 0.0, 0.0),
        (-0.001_11, 0, 0.0, 1.0, -2.0),
        (-0.000_57, 0, 0.0, 1.0, 2.0),
        (0.000_56, 1, 1.0, 2.0, 0.0),
        (-0.000_42, 0, 0.0, 3.0, 0.0),
        (0.000_42, 1, 1.0, 0.0, 2.0),
        (0.000_38, 1, 1.0, 0.0, -2.0),
        (-0.000_24, 1, -1.0, 2.0, 0.0),
        (-0.000_07, 0, 2.0, 1.0, 0.0),
        (0.000_04, 0, 0.0, 2.0, -2.0),
        (0.000_04, 0, 3.0, 0.0, 0.0),
        (0.000_03, 0, 1.0, 1.0, -2.0),
    ];
    let periodic: f64 = TERMS
        .iter()
        .map(|(days, power, s, m, f)| days * e.powi(*power) * (s * sun + m * moon + f * latitude).sin())
        .sum();
    mean + periodic - 0.000_17 * node.sin()
}

/// The twelfth of the ecliptic (0 to 11 from the spring equinox) the sun is in when a local day begins. Apparent
/// longitude to about 0.01° (Meeus, chapter 25), a quarter of an hour.
fn sign(number: i64) -> i64 {
    let julian = number as f64 - 0.5 - OFFSET;
    let t = (julian + delta_t(2000.0 + (julian - 2_451_545.0) / 365.25) - 2_451_545.0) / 36_525.0;
    let mean = 280.466_46 + 36_000.769_83 * t + 0.000_303_2 * t * t;
    let anomaly = (357.529_11 + 35_999.050_29 * t - 0.000_153_7 * t * t).to_radians();
    let centre = (1.914_602 - 0.004_817 * t - 0.000_014 * t * t) * anomaly.sin()
        + (0.019_993 - 0.000_101 * t) * (2.0 * anomaly).sin()
        + 0.000_289 * (3.0 * anomaly).sin();
    let node = (125.04 - 1934.136 * t).to_radians();
    let apparent = mean + centre - 0.005_69 - 0.004_78 * node.sin();
    (apparent.rem_euclid(360.0) / 30.0).floor() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lunar_date(year: i16, month: i8, day: i8) -> LunarDate {
        LunarDate { year, month, leap: false, day }
    }

    /// Tết of each year, frozen from two published calendars that agree.
    const TET: [(i16, i8, i8); 31] = [
        (2000, 2, 5),
        (2001, 1, 24),
        (2002, 2, 12),
        (2003, 2, 1),
        (2004, 1, 22),
        (2005, 2, 9),
        (2006, 1, 29),
        (2007, 2, 17),
        (2008, 2, 7),
        (2009, 1, 26),
        (2010, 2, 14),
        (2011, 2, 3),
        (2012, 1, 23),
        (2013, 2, 10),
        (2014, 1, 31),
        (2015, 2, 19),
        (2016, 2, 8),
        (2017, 1, 28),
        (2018, 2, 16),
        (2019, 2, 5),
        (2020, 1, 25),
        (2021, 2, 12),
        (2022, 2, 1),
        (2023, 1, 22),
        (2024, 2, 10),
        (2025, 1, 29),
        (2026, 2, 17),
        (2027, 2, 6),
        (2028, 1, 26),
        (2029, 2, 13),
        (2030, 2, 2),
    ];

    /// The leap months of the same years, from one of them.
    const LEAP: [(i16, i8); 11] = [
        (2001, 4),
        (2004, 2),
        (2006, 7),
        (2009, 5),
        (2012, 4),
        (2014, 9),
        (2017, 6),
        (2020, 4),
        (2023, 2),
        (2025, 6),
        (2028, 5),
    ];

    #[test]
    fn tet_falls_on_the_known_days() {
        for (year, month, day) in TET {
            assert_eq!(civil(lunar_date(year, 1, 1)), Some(date(year, month, day)), "{year}");
            assert_eq!(lunar(date(year, month, day)), lunar_date(year, 1, 1), "{year}");
        }
    }

    #[test]
    fn leap_months_are_the_known_ones() {
        for (year, month) in LEAP {
            let leap = LunarDate { year, month, leap: true, day: 1 };
            let first = civil(leap);
            assert!(first.is_some_and(|first| lunar(first) == leap), "{year}/{month}");
            let others =
                (1..=12).filter(|other| civil(LunarDate { month: *other, ..leap }).is_some()).count();
            assert_eq!(others, 1, "{year} has one leap month");
        }
    }

    #[test]
    fn days_that_the_lunar_calendar_lacks_are_refused() {
        for absent in [
            lunar_date(2026, 0, 1),
            lunar_date(2026, 13, 1),
            lunar_date(2026, 1, 0),
            lunar_date(2026, 1, 31),
            LunarDate { year: 2026, month: 6, leap: true, day: 1 },
        ] {
            assert_eq!(civil(absent), None, "{absent:?}");
        }
        // Tết 2025 followed a twelfth month of 29 days.
        assert_eq!(civil(lunar_date(2024, 12, 30)), None);
        assert_eq!(civil(lunar_date(2024, 12, 29)), Some(date(2025, 1, 28)));
    }

    #[test]
    fn the_holidays_of_2026_are_twelve() {
        use Occasion::{Culture, HungKings, Labour, LunarNewYear, National, NewYear, Victory};
        let days: Vec<(Date, Occasion)> = holidays(2026).iter().map(|h| (h.date, h.occasion)).collect();
        assert_eq!(
            days,
            [
                (date(2026, 1, 1), NewYear),
                (date(2026, 2, 16), LunarNewYear),
                (date(2026, 2, 17), LunarNewYear),
                (date(2026, 2, 18), LunarNewYear),
                (date(2026, 2, 19), LunarNewYear),
                (date(2026, 2, 20), LunarNewYear),
                (date(2026, 4, 26), HungKings),
                (date(2026, 4, 30), Victory),
                (date(2026, 5, 1), Labour),
                (date(2026, 9, 1), National),
                (date(2026, 9, 2), National),
                (date(2026, 11, 24), Culture),
            ]
        );
        assert_eq!(holidays(2025).len(), 11, "no Culture Day before 2026");
    }

    #[test]
    fn days_in_lieu_follow_a_holiday_on_a_weekend() {
        for (day, working) in [
            (date(2026, 4, 24), true),
            (date(2026, 4, 25), false), // Saturday
            (date(2026, 4, 27), false), // in lieu of the Hung Kings' day, a Sunday
            (date(2026, 4, 28), true),
            (date(2026, 11, 24), false),
            (date(2027, 2, 10), false), // in lieu of Tết days on Saturday and Sunday
            (date(2027, 2, 11), false),
            (date(2027, 2, 12), true),
        ] {
            assert_eq!(is_working_day(day), working, "{day}");
        }
    }

    #[test]
    fn working_days_are_counted_over_holidays() {
        for (from, count, to) in [
            (date(2026, 11, 23), 0, date(2026, 11, 23)),
            (date(2026, 11, 23), 1, date(2026, 11, 25)),
            (date(2026, 4, 24), 1, date(2026, 4, 28)),
            (date(2026, 2, 13), 1, date(2026, 2, 23)),
            (date(2026, 11, 2), 5, date(2026, 11, 9)),
        ] {
            assert_eq!(add_working_days(from, count), to, "{from} + {count}");
        }
        assert_eq!(next_working_day(date(2026, 11, 21)), date(2026, 11, 23));
        assert_eq!(next_working_day(date(2026, 11, 23)), date(2026, 11, 23));
        assert_eq!(add_working_days(Date::MAX, 3), Date::MAX);
    }

    proptest! {
        #[test]
        fn lunar_and_civil_are_inverse(days in 0i64..36_500) {
            let day = EPOCH.checked_add(jiff::Span::new().days(days)).unwrap();
            prop_assert_eq!(civil(lunar(day)), Some(day));
        }

        #[test]
        fn one_day_later_is_one_lunar_day_later(days in 0i64..36_500) {
            let day = EPOCH.checked_add(jiff::Span::new().days(days)).unwrap();
            let (before, after) = (lunar(day), lunar(day.tomorrow().unwrap()));
            prop_assert!(after.day == before.day + 1 || (after.day == 1 && before.day >= 29), "{:?} {:?}", before, after);
        }
    }
}
