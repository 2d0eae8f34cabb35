//! A submission and the rules of its life. No I/O.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Line, local_day};
use uuid::Uuid;

/// Where a submission stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// With the superior, not decided.
    Sent,
    /// Back with the sender, with a reason.
    Returned,
    /// Taken.
    Accepted,
}

impl State {
    /// Every state.
    pub const ALL: [State; 3] = [State::Sent, State::Returned, State::Accepted];

    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            State::Sent => "sent",
            State::Returned => "returned",
            State::Accepted => "accepted",
        }
    }

    /// The state of a stored name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.key() == key)
    }
}

impl db::FromValue for State {
    const WANTED: &'static str = "a state of a submission";
    fn from_value(value: db::Value) -> Option<Self> {
        State::from_key(&String::from_value(value)?)
    }
}

/// What names a submission with the body that receives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Id of the form.
    pub form: String,
    /// The period, as its regime writes it.
    pub period: String,
    /// Id of the unit that sends.
    pub sender: String,
}

/// A form and period of a sender, on its way up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// What names it.
    pub key: Key,
    /// Code of the sender when it last sent.
    pub code: String,
    /// Name of the sender when it last sent.
    pub name: String,
    /// The line that asks for the form.
    pub line: Option<Line>,
    /// Cut-off of the period.
    pub to: Date,
    /// The day it is due.
    pub due: Date,
    /// State.
    pub state: State,
    /// Version, from 1.
    pub version: u32,
    /// The report sent last.
    pub report: Uuid,
    /// The report accepted last.
    pub accepted: Option<Uuid>,
    /// The day it first arrived: by it a sender is in time or late.
    pub first_sent: Date,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// Account that changed it.
    pub changed_by: String,
}

impl Submission {
    /// Whether it first arrived after the day it was due.
    #[must_use]
    pub fn late(&self) -> bool {
        self.first_sent > self.due
    }

    /// The submission after another report was sent.
    ///
    /// # Errors
    /// [`Refused::AmendFirst`] for the report that was returned.
    pub(crate) fn again(self, report: Uuid, account: &str, now: Timestamp) -> Result<Submission, Refused> {
        if report == self.report && self.state == State::Returned {
            return Err(Refused::AmendFirst);
        }
        Ok(self.next(State::Sent, account, now).of(report))
    }

    /// The submission after the superior decided.
    ///
    /// # Errors
    /// [`Refused::Decided`] when there is nothing to decide: accepted ones may still be returned, when something is
    /// found later.
    pub(crate) fn decided(self, to: State, account: &str, now: Timestamp) -> Result<Submission, Refused> {
        match (self.state, to) {
            (State::Sent, State::Accepted) => {
                let report = self.report;
                Ok(Submission { accepted: Some(report), ..self.next(to, account, now) })
            }
            (State::Sent | State::Accepted, State::Returned) => Ok(self.next(to, account, now)),
            _ => Err(Refused::Decided),
        }
    }

    fn next(self, state: State, account: &str, now: Timestamp) -> Submission {
        let version = self.version + 1;
        Submission { state, version, changed_at: now, changed_by: account.to_owned(), ..self }
    }

    fn of(self, report: Uuid) -> Submission {
        Submission { report, ..self }
    }
}

/// One step of a submission's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passed {
    /// The version it made.
    pub(crate) version: u32,
    /// The state it led to.
    pub(crate) state: State,
    /// The report it was about.
    pub(crate) report: Uuid,
    /// The sender's explanation of what is odd, or the superior's reason; may be empty.
    pub(crate) words: String,
    /// Account.
    pub(crate) account: String,
    /// When.
    pub(crate) at: Timestamp,
}

impl Passed {
    /// The civil day.
    #[must_use]
    pub(crate) fn day(&self) -> Date {
        local_day(self.at)
    }
}

/// The most characters of an explanation or a reason.
pub(crate) const MOST: usize = 2000;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is no such report or unit.
    #[error("there is no such report or unit")]
    NotFound,
    /// Nobody is above the unit.
    #[error("nobody is above the unit")]
    NoSuperior,
    /// Only a frozen report is sent.
    #[error("the report is still open")]
    Open,
    /// The report was amended: the amended one is sent.
    #[error("the report was amended")]
    Amended,
    /// The form is another line's.
    #[error("the form belongs to another line of superiors")]
    OtherLine,
    /// What blocks a report, found after it was frozen.
    #[error("the report has faults")]
    Faults,
    /// What is odd about the report needs words.
    #[error("what is odd about the report is not explained")]
    Unexplained,
    /// The report came back: an amended one is sent.
    #[error("the report was returned")]
    AmendFirst,
    /// Only the body that receives decides.
    #[error("only the body that receives decides")]
    NotReceiver,
    /// Nobody decides what they sent.
    #[error("nobody decides what they sent")]
    OwnReport,
    /// Nothing was sent of this form and period.
    #[error("it was not sent")]
    NotSent,
    /// There is nothing to decide.
    #[error("it was decided already")]
    Decided,
    /// A return needs a reason.
    #[error("a return needs a reason")]
    NoReason,
    /// More characters than are taken.
    #[error("too many words")]
    TooLong,
    /// A phone number or identity number stands in the words.
    #[error("a personal number stands in the words")]
    PersonalNumber(String),
    /// The body asks for no such form or period.
    #[error("there is no such form or period")]
    NoForm,
    /// Somebody sent or decided meanwhile.
    #[error("changed meanwhile")]
    Changed,
    /// The caller may not do this here.
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] db::Error),
}

impl From<units::Refusal> for Refused {
    fn from(refusal: units::Refusal) -> Self {
        match refusal {
            units::Refusal::Denied(denied) => Refused::Denied(denied),
            units::Refusal::Store(error) => Refused::Store(error),
            _ => Refused::NotFound,
        }
    }
}

impl From<reports::Refused> for Refused {
    fn from(refused: reports::Refused) -> Self {
        match refused {
            reports::Refused::Denied(denied) => Refused::Denied(denied),
            reports::Refused::Store(error) => Refused::Store(error),
            _ => Refused::NotFound,
        }
    }
}

/// Words of a person, trimmed and within bounds.
///
/// # Errors
/// [`Refused::TooLong`], [`Refused::PersonalNumber`].
pub(crate) fn words(typed: &str) -> Result<String, Refused> {
    let typed = typed.trim();
    if typed.chars().count() > MOST {
        return Err(Refused::TooLong);
    }
    match vietnamese::scan::personal_numbers(typed).into_iter().next() {
        Some(found) => Err(Refused::PersonalNumber(found.text)),
        None => Ok(typed.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent() -> Submission {
        let day = jiff::civil::date(2026, 9, 15);
        Submission {
            key: Key { form: "f".into(), period: "2026-Q3".into(), sender: "c1".into() },
            code: "05089".into(),
            name: "xã Cao Phong".into(),
            line: None,
            to: jiff::civil::date(2026, 9, 14),
            due: day,
            state: State::Sent,
            version: 1,
            report: Uuid::from_u128(1),
            accepted: None,
            first_sent: day,
            changed_at: Timestamp::UNIX_EPOCH,
            changed_by: "a".into(),
        }
    }

    #[test]
    fn what_came_back_is_amended_before_it_is_sent_again() {
        let now = Timestamp::UNIX_EPOCH;
        let back = sent().decided(State::Returned, "p", now).unwrap();
        assert!(matches!(back.clone().again(Uuid::from_u128(1), "a", now), Err(Refused::AmendFirst)));
        let again = back.again(Uuid::from_u128(2), "a", now).unwrap();
        assert_eq!((again.state, again.version, again.report), (State::Sent, 3, Uuid::from_u128(2)));
        assert_eq!(again.first_sent, sent().first_sent);
    }

    #[test]
    fn a_decision_is_made_once_but_something_found_later_brings_it_back() {
        let now = Timestamp::UNIX_EPOCH;
        let taken = sent().decided(State::Accepted, "p", now).unwrap();
        assert_eq!(taken.accepted, Some(Uuid::from_u128(1)));
        assert!(matches!(taken.clone().decided(State::Accepted, "p", now), Err(Refused::Decided)));
        let back = taken.decided(State::Returned, "p", now).unwrap();
        assert!(matches!(back.clone().decided(State::Returned, "p", now), Err(Refused::Decided)));
        // What was accepted stays known while the amended report is on its way.
        let again = back.again(Uuid::from_u128(2), "a", now).unwrap();
        assert_eq!(again.accepted, Some(Uuid::from_u128(1)));
    }

    #[test]
    fn late_is_what_first_arrives_after_its_day() {
        assert!(!sent().late());
        assert!(Submission { due: jiff::civil::date(2026, 9, 14), ..sent() }.late());
    }
}
