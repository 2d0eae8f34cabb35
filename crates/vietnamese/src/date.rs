//! Days as officials write and type them.
//!
//! In running text and in the header of a paper the day is padded below 10, the month only for January and
//! February: `ngày 05 tháng 9 năm 2026` (Decree 30/2020/NĐ-CP, Annex I; `checked = false`: rule read in
//! secondary sources). Tables pad both, so that columns align.

use jiff::civil::Date;

use crate::Lang;

/// The years a typed date may lie in; outside them it is a slip of the keyboard.
pub const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

/// What is wrong with a typed date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateProblem {
    /// Nothing was typed.
    #[error("no date was given")]
    Empty,
    /// Not of the forms `5/9/2026`, `05-09-2026`, `5.9.2026` or `2026-09-05`.
    #[error("not a date such as 5/9/2026")]
    NotADate,
    /// The year has fewer than four digits (`5/9/26`).
    #[error("the year {year} needs four digits")]
    ShortYear {
        /// The year as typed.
        year: i16,
    },
    /// The year lies outside [`YEARS`].
    #[error("the year {year} is not between 2000 and 2100")]
    YearOutOfRange {
        /// The year as typed.
        year: i16,
    },
    /// There is no such month.
    #[error("there is no month {month}")]
    NoSuchMonth {
        /// The month as typed.
        month: i8,
    },
    /// The month has no such day.
    #[error("there is no day {day}/{month}/{year}")]
    NoSuchDay {
        /// The day as typed.
        day: i8,
        /// The month as typed.
        month: i8,
        /// The year as typed.
        year: i16,
    },
}

/// In running text: `05/9/2026`; in English `5 September 2026`.
#[must_use]
pub fn short(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{:02}/{}/{}", date.day(), vietnamese_month(date), date.year()),
        Lang::En => long_english(date),
    }
}

/// In tables, of one width: `05/09/2026`; in English `05 Sep 2026`, which no reader takes for 9 May.
#[must_use]
pub fn table(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{:02}/{:02}/{}", date.day(), date.month(), date.year()),
        Lang::En => {
            let abbreviated: String = english_month(date).chars().take(3).collect();
            format!("{:02} {abbreviated} {}", date.day(), date.year())
        }
    }
}

/// In the header of a paper: `ngày 05 tháng 9 năm 2026`; in English `5 September 2026`.
#[must_use]
pub fn official(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("ngày {:02} tháng {} năm {}", date.day(), vietnamese_month(date), date.year()),
        Lang::En => long_english(date),
    }
}

/// The month a day lies in: `tháng 9 năm 2026`, `September 2026`.
#[must_use]
pub fn month(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("tháng {} năm {}", vietnamese_month(date), date.year()),
        Lang::En => format!("{} {}", english_month(date), date.year()),
    }
}

/// The calendar quarter a day lies in: `quý III năm 2026`, `Q3 2026`.
#[must_use]
pub fn quarter(date: Date, lang: Lang) -> String {
    let (roman, number) = match date.month() {
        ..=3 => ("I", 1),
        4..=6 => ("II", 2),
        7..=9 => ("III", 3),
        _ => ("IV", 4),
    };
    match lang {
        Lang::Vi => format!("quý {roman} năm {}", date.year()),
        Lang::En => format!("Q{number} {}", date.year()),
    }
}

/// Reads a date as people type it: day first with `/`, `-` or `.`, or ISO 8601 with the year first.
///
/// # Errors
/// [`DateProblem`] names the part that is wrong.
pub fn parse(text: &str) -> Result<Date, DateProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DateProblem::Empty);
    }
    let mark = text.chars().find(|c| !c.is_ascii_digit()).ok_or(DateProblem::NotADate)?;
    let parts: Vec<&str> = text.split(mark).collect();
    let (day, month, year) = match (mark, parts.as_slice()) {
        ('-', [year, month, day]) if year.len() == 4 => (*day, *month, *year),
        ('/' | '-' | '.', [day, month, year]) => (*day, *month, *year),
        _ => return Err(DateProblem::NotADate),
    };
    let year_digits = year.len();
    let (day, month, year): (i8, i8, i16) = (digits(day, 2)?, digits(month, 2)?, digits(year, 4)?);
    if year_digits < 4 {
        return Err(DateProblem::ShortYear { year });
    }
    if !YEARS.contains(&year) {
        return Err(DateProblem::YearOutOfRange { year });
    }
    if !(1..=12).contains(&month) {
        return Err(DateProblem::NoSuchMonth { month });
    }
    Date::new(year, month, day).map_err(|_| DateProblem::NoSuchDay { day, month, year })
}

/// One part of a date: one to `most` ASCII digits.
fn digits<N: std::str::FromStr>(part: &str, most: usize) -> Result<N, DateProblem> {
    if part.is_empty() || part.len() > most || !part.chars().all(|c| c.is_ascii_digit()) {
        return Err(DateProblem::NotADate);
    }
    part.parse().map_err(|_| DateProblem::NotADate)
}

/// Padded for January and February only, where a `1` or `2` could be turned into `11` or `12`.
fn vietnamese_month(date: Date) -> String {
    let month = date.month();
    if month < 3 { format!("{month:02}") } else { month.to_string() }
}

fn long_english(date: Date) -> String {
    format!("{} {} {}", date.day(), english_month(date), date.year())
}

fn english_month(date: Date) -> &'static str {
    match date.month() {
        ..=1 => "January",
        2 => "February",
        3 => "March",
        4 => "April",
        5 => "May",
        6 => "June",
        7 => "July",
        8 => "August",
        9 => "September",
        10 => "October",
        11 => "November",
        _ => "December",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn days_are_written_by_the_rule() {
        for (day, vi_short, vi_table, vi_official) in [
            (date(2026, 9, 5), "05/9/2026", "05/09/2026", "ngày 05 tháng 9 năm 2026"),
            (date(2026, 1, 5), "05/01/2026", "05/01/2026", "ngày 05 tháng 01 năm 2026"),
            (date(2026, 2, 28), "28/02/2026", "28/02/2026", "ngày 28 tháng 02 năm 2026"),
            (date(2026, 6, 29), "29/6/2026", "29/06/2026", "ngày 29 tháng 6 năm 2026"),
            (date(2026, 10, 9), "09/10/2026", "09/10/2026", "ngày 09 tháng 10 năm 2026"),
        ] {
            assert_eq!(short(day, Lang::Vi), vi_short);
            assert_eq!(table(day, Lang::Vi), vi_table);
            assert_eq!(official(day, Lang::Vi), vi_official);
        }
        assert_eq!(short(date(2026, 9, 5), Lang::En), "5 September 2026");
        assert_eq!(table(date(2026, 9, 5), Lang::En), "05 Sep 2026");
        assert_eq!(official(date(2026, 5, 1), Lang::En), "1 May 2026");
    }

    #[test]
    fn periods_are_written_by_the_rule() {
        assert_eq!(month(date(2026, 9, 5), Lang::Vi), "tháng 9 năm 2026");
        assert_eq!(month(date(2026, 2, 1), Lang::Vi), "tháng 02 năm 2026");
        assert_eq!(month(date(2026, 12, 1), Lang::En), "December 2026");
        for (m, vi, en) in [
            (1, "quý I năm 2026", "Q1 2026"),
            (3, "quý I năm 2026", "Q1 2026"),
            (4, "quý II năm 2026", "Q2 2026"),
            (9, "quý III năm 2026", "Q3 2026"),
            (12, "quý IV năm 2026", "Q4 2026"),
        ] {
            assert_eq!(quarter(date(2026, m, 1), Lang::Vi), vi);
            assert_eq!(quarter(date(2026, m, 1), Lang::En), en);
        }
    }

    #[test]
    fn typed_dates_are_read_or_refused_with_the_reason() {
        use DateProblem::{Empty, NoSuchDay, NoSuchMonth, NotADate, ShortYear, YearOutOfRange};
        let fifth = date(2026, 9, 5);
        for (text, expected) in [
            ("5/9/2026", Ok(fifth)),
            ("05/09/2026", Ok(fifth)),
            ("05-09-2026", Ok(fifth)),
            ("5.9.2026", Ok(fifth)),
            (" 2026-09-05 ", Ok(fifth)),
            ("29/2/2028", Ok(date(2028, 2, 29))),
            ("29/2/2026", Err(NoSuchDay { day: 29, month: 2, year: 2026 })),
            ("31/4/2026", Err(NoSuchDay { day: 31, month: 4, year: 2026 })),
            ("0/4/2026", Err(NoSuchDay { day: 0, month: 4, year: 2026 })),
            ("5/13/2026", Err(NoSuchMonth { month: 13 })),
            ("5/0/2026", Err(NoSuchMonth { month: 0 })),
            ("5/9/26", Err(ShortYear { year: 26 })),
            ("5/9/1999", Err(YearOutOfRange { year: 1999 })),
            ("2101-01-01", Err(YearOutOfRange { year: 2101 })),
            ("", Err(Empty)),
            ("hôm qua", Err(NotADate)),
            ("5/9", Err(NotADate)),
            ("5/9-2026", Err(NotADate)),
            ("5//2026", Err(NotADate)),
            ("123/9/2026", Err(NotADate)),
            ("20260905", Err(NotADate)),
            ("+5/9/2026", Err(NotADate)),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(year in 2000i16..=2100, month in 1i8..=12, day in 1i8..=28) {
            let day = date(year, month, day);
            prop_assert_eq!(parse(&short(day, Lang::Vi)), Ok(day));
            prop_assert_eq!(parse(&table(day, Lang::Vi)), Ok(day));
            prop_assert_eq!(parse(&day.to_string()), Ok(day));
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC*") {
            let _ = parse(&text).map_err(|problem| problem.to_string());
        }
    }
}
