//! What is due when, and how it stands. Derived from forms and regimes when it is read: no job keeps it.

use catalogue::{Catalogue, Form, Level, Regime, Window};
use jiff::civil::Date;

use crate::model::{State, Submission};

/// How many windows back a report that was not sent is still asked for.
const BACK: usize = 2;

/// A report that a sender owes.
#[derive(Debug, Clone)]
pub struct Duty<'a> {
    /// The form.
    pub form: &'a Form,
    /// Its regime.
    pub regime: &'a Regime,
    /// The window.
    pub window: Window,
    /// The day it is due.
    pub due: Date,
}

/// What units of a level owe around a day, the latest cut-off first: of each form the window of the day and the ones
/// just before it, as far as `since`, when the unit came to be.
#[must_use]
pub fn duties(catalogue: &Catalogue, level: Level, since: Date, today: Date) -> Vec<Duty<'_>> {
    let mut found = Vec::new();
    for form in catalogue.forms().all_on(today).filter(|form| form.level == level) {
        let regime = catalogue.regime(&form.regime).filter(|regime| regime.recurs());
        let Some(regime) = regime else { continue };
        let windows =
            std::iter::successors(Some(regime.containing(today)), |window| Some(regime.previous(window)));
        for window in windows.take(BACK + 1).filter(|window| window.to >= since) {
            // The window's own version of the form may differ from today's.
            if let Some(form) = catalogue.forms().on(&form.id, window.from) {
                found.push(Duty { form, regime, due: regime.due(&window), window });
            }
        }
    }
    found.sort_by(|a, b| (b.window.to, &a.form.id).cmp(&(a.window.to, &b.form.id)));
    found
}

/// How a sender stands with a form and period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Not sent, and past its day.
    Overdue,
    /// Came back and was not sent again.
    Returned,
    /// Not sent; its period is over.
    Due,
    /// Not sent; its period runs.
    Running,
    /// Waits for the superior.
    Sent,
    /// Taken.
    Accepted,
}

impl Standing {
    /// Every standing, the most pressing first.
    pub const ALL: [Standing; 6] = [
        Standing::Overdue,
        Standing::Returned,
        Standing::Due,
        Standing::Running,
        Standing::Sent,
        Standing::Accepted,
    ];

    /// The name in addresses and texts.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Standing::Overdue => "overdue",
            Standing::Due => "due",
            Standing::Running => "running",
            Standing::Returned => "returned",
            Standing::Sent => "sent",
            Standing::Accepted => "accepted",
        }
    }

    /// Whether the sender has something to do, or will have.
    #[must_use]
    pub const fn owes(self) -> bool {
        !matches!(self, Standing::Sent | Standing::Accepted)
    }
}

/// How a sender stands on a day.
#[must_use]
pub fn standing(submission: Option<&Submission>, window: &Window, due: Date, today: Date) -> Standing {
    match submission.map(|submission| submission.state) {
        Some(State::Sent) => Standing::Sent,
        Some(State::Returned) => Standing::Returned,
        Some(State::Accepted) => Standing::Accepted,
        None if today > due => Standing::Overdue,
        None if today > window.to => Standing::Due,
        None => Standing::Running,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_is_owed_follows_the_regimes_and_the_day() {
        let catalogue = Catalogue::embedded().unwrap();
        let today = date(2026, 9, 15);
        let duties = duties(&catalogue, Level::Commune, date(2025, 7, 1), today);
        let quarter = duties.iter().find(|duty| duty.window.period == "2026-Q3").unwrap();
        assert_eq!((quarter.window.to, quarter.due), (date(2026, 9, 14), date(2026, 9, 15)));
        let stands = |today| standing(None, &quarter.window, quarter.due, today);
        assert_eq!(stands(date(2026, 9, 14)), Standing::Running);
        assert_eq!(stands(today), Standing::Due);
        assert_eq!(stands(date(2026, 9, 16)), Standing::Overdue);
        assert!(duties.is_sorted_by(|a, b| a.window.to >= b.window.to));
        assert!(duties.iter().all(|duty| duty.window.to >= date(2025, 7, 1)));
    }
}
