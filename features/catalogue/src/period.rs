//! Period regimes: from which day to which day a report counts, and when it is due.
//!
//! Administrative reports follow Decree 09/2019/NĐ-CP (from the 15th of the month before the period to the 14th of
//! its last month); recognition, team grading and the Front's weekly entry have windows of their own. None of the
//! yearly ones is the calendar year.

use crate::Text;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use vietnamese::{Lang, calendar, date as written};

/// A rule that cuts the calendar into windows without gap or overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regime {
    /// Its lasting name in data, for example `quarterly`.
    pub id: String,
    /// What it is called.
    pub name: Text,
    /// The paper that sets it, if one does.
    pub legal_basis: Option<String>,
    /// Whether that paper was seen in full.
    pub checked: bool,
    /// How the calendar is cut.
    pub step: Step,
    /// How many working days after the last day of a window its report is due.
    pub due: u16,
}

/// How a regime cuts the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Into weeks.
    Week {
        /// The first day of each week.
        starts: Weekday,
    },
    /// Into runs of months that begin on the same day of the month.
    Months {
        /// Months in a window: 1, 3, 6 or 12.
        months: u8,
        /// When a window opens.
        opens: Opens,
    },
    /// Into whatever days somebody asks for (đột xuất): a window is named by its first and last day. Without such a name
    /// the calendar is cut into single days.
    Days,
}

/// When a window opens, as seen from the calendar period it is named after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opens {
    /// How many months before the first calendar month of the period: 1 means December for a year.
    pub months_before: u8,
    /// On which day of that month, from 1 to 28.
    pub day: i8,
}

/// The days one report counts, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Window {
    /// The first day.
    pub from: Date,
    /// The last day: the cut-off.
    pub to: Date,
    /// The period it is named after: `2026-Q3`, `2026-09`, `2026-H1`, `2026`, `2026-W12`, `2026-09-01..2026-09-20`.
    pub period: String,
}

impl Window {
    /// Whether a day falls in the window.
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }
}

/// A period's name that a regime cannot read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodProblem {
    /// Not a name of this regime's kind of period, or a year outside 1900–2999.
    #[error("`{typed}` is not a period of this regime; one is written like `{example}`")]
    Unreadable {
        /// What was given.
        typed: String,
        /// A name the regime reads.
        example: String,
    },
}

/// The years windows are made for. A day outside is answered with the first or the last window.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2999;
const FIRST_DAY: Date = date(1900, 1, 1);
const LAST_DAY: Date = date(2999, 10, 1);

/// A period by number: the year it is named after and its place in that year, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Period {
    year: i32,
    number: i32,
}

impl Regime {
    /// The window of a period written as [`Window::period`] writes it.
    ///
    /// # Errors
    /// [`PeriodProblem`] for any other way of writing it.
    pub fn window(&self, period: &str) -> Result<Window, PeriodProblem> {
        let unreadable = || PeriodProblem::Unreadable {
            typed: period.to_owned(),
            example: self.write(Period { year: 2026, number: 1 }),
        };
        if self.step == Step::Days {
            return days_of(period).ok_or_else(unreadable);
        }
        let read = self.parse(period).ok_or_else(|| PeriodProblem::Unreadable {
            typed: period.to_owned(),
            example: self.write(Period { year: 2026, number: 1 }),
        })?;
        Ok(self.make(read))
    }

    /// Whether its windows come round by themselves; those of the other sort are asked for.
    pub fn recurs(&self) -> bool {
        self.step != Step::Days
    }

    /// The window a day falls in.
    pub fn containing(&self, day: Date) -> Window {
        self.make(self.period_of(day.clamp(FIRST_DAY, LAST_DAY)))
    }

    /// The window after this one.
    pub fn next(&self, window: &Window) -> Window {
        if self.step == Step::Days {
            let first = window.to.saturating_add(1.day());
            return span(first, first.saturating_add(window.to - window.from));
        }
        self.containing(window.to.saturating_add(1.day()))
    }

    /// The window before this one.
    pub fn previous(&self, window: &Window) -> Window {
        if self.step == Step::Days {
            let last = window.from.saturating_sub(1.day());
            return span(last.saturating_sub(window.to - window.from), last);
        }
        self.containing(window.from.saturating_sub(1.day()))
    }

    /// The window of the same name one year earlier; week 53 answers with the last week of that year.
    pub fn same_last_year(&self, window: &Window) -> Window {
        if self.step == Step::Days {
            return span(window.from.saturating_sub(1.year()), window.to.saturating_sub(1.year()));
        }
        let now = self.period_of(window.from);
        let year = now.year - 1;
        let number = match self.step {
            Step::Week { .. } => now.number.min(weeks_in(year)),
            Step::Months { .. } | Step::Days => now.number,
        };
        self.make(Period { year, number })
    }

    /// The day the report of a window is due: [`Regime::due`] working days after the cut-off (public holidays and
    /// Tết are no working days).
    pub fn due(&self, window: &Window) -> Date {
        calendar::add_working_days(window.to, self.due)
    }

    /// The period alone as papers name it, for titles: `quý III năm 2026`.
    pub fn period_name(&self, window: &Window, lang: Lang) -> String {
        if self.step == Step::Days {
            return days_in_words(window, lang);
        }
        self.name_of(self.period_of(window.from), lang)
    }

    /// The window as papers name it: `quý III năm 2026 (từ ngày 15/6/2026 đến ngày 14/9/2026)`.
    pub fn label(&self, window: &Window, lang: Lang) -> String {
        let name = self.period_name(window, lang);
        if self.step == Step::Days {
            return name;
        }
        let (from, to) = (written::short(window.from, lang), written::short(window.to, lang));
        match lang {
            Lang::Vi => format!("{name} (từ ngày {from} đến ngày {to})"),
            Lang::En => format!("{name} (from {from} to {to})"),
        }
    }

    /// The period a day's window is named after.
    fn period_of(&self, day: Date) -> Period {
        match self.step {
            Step::Week { starts } => {
                let opened = day.saturating_sub(i32::from(starts.until(day.weekday())).days());
                let week = opened.saturating_add(3.days()).iso_week_date();
                Period { year: week.year().into(), number: week.week().into() }
            }
            Step::Months { months, opens } => {
                // The calendar month whose own window would be open on this day.
                let late = if day.day() < opens.day { 1 } else { 0 };
                let month = i32::from(day.year()) * 12 + i32::from(day.month()) - 1 - late
                    + i32::from(opens.months_before);
                Period { year: month.div_euclid(12), number: month.rem_euclid(12) / i32::from(months) + 1 }
            }
            Step::Days => Period { year: day.year().into(), number: day.day_of_year().into() },
        }
    }

    fn make(&self, period: Period) -> Window {
        let last_day = self.opening(Period { number: period.number + 1, ..period }).saturating_sub(1.day());
        Window { from: self.opening(period), to: last_day, period: self.write(period) }
    }

    /// The first day of a period. A number past the last one of the year runs on into the next year.
    fn opening(&self, period: Period) -> Date {
        match self.step {
            Step::Week { starts } => {
                // Week 1 is the one whose fourth day is in the ISO week of 4 January.
                let fourth_of_january = date(2000, 1, 4).saturating_add((period.year - 2000).years());
                let monday = fourth_of_january
                    .saturating_sub(i32::from(Weekday::Monday.until(fourth_of_january.weekday())).days());
                let fourth_day = i32::from(Weekday::Monday.until(starts.wrapping_add(3)));
                monday.saturating_add((fourth_day - 3 + 7 * (period.number - 1)).days())
            }
            Step::Months { months, opens } => {
                let month = (period.year - 2000) * 12 + (period.number - 1) * i32::from(months)
                    - i32::from(opens.months_before);
                date(2000, 1, 1)
                    .saturating_add(month.months())
                    .saturating_add((i32::from(opens.day) - 1).days())
            }
            Step::Days => date(2000, 1, 1)
                .saturating_add((period.year - 2000).years())
                .saturating_add((period.number - 1).days()),
        }
    }

    fn write(&self, Period { year, number }: Period) -> String {
        match self.step {
            Step::Week { .. } => format!("{year:04}-W{number:02}"),
            Step::Months { months: 1, .. } => format!("{year:04}-{number:02}"),
            Step::Months { months: 3, .. } => format!("{year:04}-Q{number}"),
            Step::Months { months: 6, .. } => format!("{year:04}-H{number}"),
            Step::Months { .. } => format!("{year:04}"),
            Step::Days => {
                let day = self.opening(Period { year, number });
                format!("{day}..{day}")
            }
        }
    }

    fn parse(&self, typed: &str) -> Option<Period> {
        let (year, rest) = typed.split_at_checked(4)?;
        let year: i16 = year.parse().ok().filter(|year| YEARS.contains(year))?;
        let year = i32::from(year);
        let digits = rest.trim_start_matches(['-', 'W', 'Q', 'H']);
        let number = if digits.is_empty() { 1 } else { digits.parse().ok()? };
        let last = match self.step {
            Step::Week { .. } => weeks_in(year),
            Step::Months { months, .. } => 12 / i32::from(months),
            Step::Days => return None,
        };
        let period = Period { year, number };
        // Only the one way of writing it is taken.
        ((1..=last).contains(&number) && self.write(period) == typed).then_some(period)
    }

    fn name_of(&self, Period { year, number }: Period, lang: Lang) -> String {
        match (self.step, lang) {
            (Step::Week { .. }, Lang::Vi) => format!("tuần {number} năm {year}"),
            (Step::Week { .. }, Lang::En) => format!("week {number} of {year}"),
            (Step::Months { months: 1, .. }, Lang::Vi) => format!("tháng {number} năm {year}"),
            (Step::Months { months: 1, .. }, Lang::En) => format!("month {number} of {year}"),
            (Step::Months { months: 3, .. }, Lang::Vi) => format!("quý {} năm {year}", roman(number)),
            (Step::Months { months: 3, .. }, Lang::En) => format!("quarter {} of {year}", roman(number)),
            (Step::Months { months: 6, .. }, Lang::Vi) if number == 1 => format!("6 tháng đầu năm {year}"),
            (Step::Months { months: 6, .. }, Lang::Vi) => format!("6 tháng cuối năm {year}"),
            (Step::Months { months: 6, .. }, Lang::En) if number == 1 => format!("first half of {year}"),
            (Step::Months { months: 6, .. }, Lang::En) => format!("second half of {year}"),
            (Step::Months { .. }, Lang::Vi) => format!("năm {year}"),
            (Step::Months { .. }, Lang::En) => format!("year {year}"),
            (Step::Days, _) => self.write(Period { year, number }),
        }
    }
}

/// The most days of a window that somebody asks for: a year and its leap day.
const MOST_DAYS: i32 = 366;

/// The window of two days.
fn span(from: Date, to: Date) -> Window {
    Window { from, to, period: format!("{from}..{to}") }
}

/// The window of a name like `2026-09-01..2026-09-20`, written in the one way it is written.
fn days_of(period: &str) -> Option<Window> {
    let (from, to) = period.split_once("..")?;
    let (from, to): (Date, Date) = (from.parse().ok()?, to.parse().ok()?);
    let window = span(from, to);
    let fits = FIRST_DAY <= from && from <= to && to <= LAST_DAY && (to - from).get_days() < MOST_DAYS;
    (fits && window.period == period).then_some(window)
}

fn days_in_words(window: &Window, lang: Lang) -> String {
    let (from, to) = (written::short(window.from, lang), written::short(window.to, lang));
    match lang {
        Lang::Vi if from == to => format!("ngày {from}"),
        Lang::Vi => format!("từ ngày {from} đến ngày {to}"),
        Lang::En if from == to => from,
        Lang::En => format!("from {from} to {to}"),
    }
}

/// The number of ISO weeks in a year, 52 or 53.
fn weeks_in(year: i32) -> i32 {
    date(2000, 12, 28).saturating_add((year - 2000).years()).iso_week_date().week().into()
}

/// A quarter in Roman numerals, as papers write it.
fn roman(quarter: i32) -> &'static str {
    match quarter {
        1 => "I",
        2 => "II",
        3 => "III",
        _ => "IV",
    }
}
