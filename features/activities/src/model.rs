//! A record, its states, and the rules of its steps. No I/O.

use catalogue::{Fields, Kind};
use jiff::civil::Date;
use kernel::{Line, Room};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Being written; seen by its author only.
    Draft,
    /// Waiting for the commune.
    Sent,
    /// Counts.
    Confirmed,
    /// Back with its author, with a reason.
    Returned,
    /// Taken back, with a reason; kept, not counted.
    Withdrawn,
}

impl State {
    /// Every state.
    pub const ALL: [State; 5] =
        [State::Draft, State::Sent, State::Confirmed, State::Returned, State::Withdrawn];

    /// The stored name.
    pub fn key(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Sent => "sent",
            State::Confirmed => "confirmed",
            State::Returned => "returned",
            State::Withdrawn => "withdrawn",
        }
    }

    /// The state of a stored name.
    pub fn from_key(key: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// In place of a residential area: the unit as a whole. Only rooms of all areas cover it.
pub const WHOLE_UNIT: Uuid = Uuid::nil();

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Content {
    /// Residential area where it was done, or [`WHOLE_UNIT`] for an aggregate entry of the unit as a whole.
    pub area: Uuid,
    /// Day on which it was done; of an aggregate entry the last day of its span.
    pub day: Date,
    /// First day of the span that an aggregate entry is a total over; none for what was done on one day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Id of its kind.
    pub kind: String,
    /// Version of the kind whose questions were answered.
    pub kind_version: u32,
    /// Line on whose behalf it was done.
    #[serde(serialize_with = "line_key")]
    pub line: Option<Line>,
    /// Ids of the programmes it serves, sorted.
    pub programmes: Vec<String>,
    /// Answers.
    pub fields: Fields,
    /// Free text, about the work and not about people.
    pub note: String,
}

#[expect(clippy::ref_option, reason = "the shape serde calls")]
fn line_key<S: serde::Serializer>(line: &Option<Line>, out: S) -> Result<S::Ok, S::Error> {
    line.map(Line::key).serialize(out)
}

/// [`Content`] as stored, before its answers are read with the kind's questions.
#[derive(Deserialize)]
pub(crate) struct RawContent {
    pub(crate) area: Uuid,
    pub(crate) day: Date,
    #[serde(default)]
    pub(crate) from: Option<Date>,
    pub(crate) kind: String,
    pub(crate) kind_version: u32,
    pub(crate) line: Option<String>,
    pub(crate) programmes: Vec<String>,
    pub(crate) fields: serde_json::Value,
    pub(crate) note: String,
}

/// A record as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// Id made where the record was born.
    pub id: Uuid,
    /// Version, from 1.
    pub version: u32,
    /// State.
    pub state: State,
    /// Account of whoever wrote the present content.
    pub author: String,
    /// What it says.
    pub content: Content,
    /// Why it was returned or withdrawn.
    pub reason: Option<String>,
}

impl Activity {
    /// The record as the engine counts it: only when confirmed.
    pub fn counted(&self) -> Option<figures::Record> {
        (self.state == State::Confirmed).then(|| self.content.record())
    }
}

impl Content {
    /// The content as the engine sees it.
    pub fn record(&self) -> figures::Record {
        figures::Record {
            area: self.area,
            day: self.day,
            from: self.from,
            kind: self.kind.clone(),
            line: self.line,
            programmes: self.programmes.clone(),
            fields: self.fields.clone(),
        }
    }
}

/// A step of a record's life.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Written or corrected, and kept as a draft.
    Keep(Content),
    /// Written or corrected, and sent.
    Send(Content),
    /// Found right.
    Confirm,
    /// Given back, with what is wrong.
    Return(String),
    /// Taken back, with why.
    Withdraw(String),
}

impl Step {
    /// The stored name.
    pub fn key(&self) -> &'static str {
        match self {
            Step::Keep(_) => "keep",
            Step::Send(_) => "send",
            Step::Confirm => "confirm",
            Step::Return(_) => "return",
            Step::Withdraw(_) => "withdraw",
        }
    }
}

/// Why a step is not taken; each has a text `activities-refusal-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The record is not in a state from which this step leads on.
    #[error("not-now")]
    NotNow,
    /// Nobody confirms what they wrote.
    #[error("own")]
    Own,
    /// A return or withdrawal says why.
    #[error("no-reason")]
    NoReason,
    /// Nothing can have been done tomorrow.
    #[error("future")]
    Future,
    /// An aggregate entry has a span that does not end before it begins, other records have none; and only an aggregate
    /// entry is of the whole unit.
    #[error("span")]
    Span,
    /// Only people of other lines record this kind.
    #[error("other-line")]
    OtherLine,
    /// A phone number or identity number stands in a text.
    #[error("personal-number")]
    PersonalNumber,
    /// A note or a reason of more than `LONGEST` characters.
    #[error("too-long")]
    TooLong,
}

/// The longest note or reason, characters.
pub(crate) const LONGEST: usize = 2_000;

impl Refusal {
    /// Every refusal, for the test that each has its text.
    pub const ALL: [Refusal; 8] = [
        Refusal::NotNow,
        Refusal::Own,
        Refusal::NoReason,
        Refusal::Future,
        Refusal::Span,
        Refusal::OtherLine,
        Refusal::PersonalNumber,
        Refusal::TooLong,
    ];

    /// The key of its text.
    pub fn key(self) -> String {
        format!("activities-refusal-{self}")
    }
}

/// The line on whose behalf the caller records a kind: where only some lines do, one of these.
#[must_use]
pub fn line_for(room: &Room, kind: &Kind) -> Option<Line> {
    let own = kind.lines.iter().filter_map(|line| Line::from_key(line)).find(|line| room.works_for(*line));
    own.or(room.line())
}

/// Whether the caller is one who records a kind.
#[must_use]
pub fn records(room: &Room, kind: &Kind) -> bool {
    kind.is_for(line_for(room, kind).map(Line::key))
}

/// Whether a free text may be kept.
pub(crate) fn fit(text: &str) -> Result<(), Refusal> {
    if text.chars().count() > LONGEST {
        Err(Refusal::TooLong)
    } else if !vietnamese::scan::personal_numbers(text).is_empty() {
        Err(Refusal::PersonalNumber)
    } else {
        Ok(())
    }
}

/// The record after a step by `account` on `today`.
pub(crate) fn take(
    activity: Option<&Activity>,
    id: Uuid,
    step: Step,
    account: &str,
    today: Date,
) -> Result<Activity, Refusal> {
    use State as S;
    let state = activity.map(|activity| activity.state);
    let version = activity.map_or(0, |activity| activity.version) + 1;
    let written = |content: Content, state: State| {
        if content.day > today {
            return Err(Refusal::Future);
        }
        if content.from.is_some_and(|from| from > content.day)
            || (content.area == WHOLE_UNIT && content.from.is_none())
        {
            return Err(Refusal::Span);
        }
        fit(&content.note)?;
        Ok(Activity { id, version, state, author: account.to_owned(), content, reason: None })
    };
    let moved = |state: State, reason: Option<String>| match activity {
        Some(activity) => Ok(Activity { version, state, reason, ..activity.clone() }),
        None => Err(Refusal::NotNow),
    };
    let reasoned = |reason: String| {
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            Err(Refusal::NoReason)
        } else {
            fit(&reason)?;
            Ok(Some(reason))
        }
    };
    match (step, state) {
        (Step::Keep(content), None | Some(S::Draft | S::Returned)) => written(content, S::Draft),
        // A correction after confirmation waits for a new confirmation.
        (Step::Send(content), None | Some(S::Draft | S::Sent | S::Returned | S::Confirmed)) => {
            written(content, S::Sent)
        }
        (Step::Confirm, Some(S::Sent)) => {
            if activity.is_some_and(|activity| activity.author == account) {
                return Err(Refusal::Own);
            }
            moved(S::Confirmed, None)
        }
        (Step::Return(reason), Some(S::Sent | S::Confirmed)) => moved(S::Returned, reasoned(reason)?),
        (Step::Withdraw(reason), Some(S::Draft | S::Sent | S::Returned | S::Confirmed)) => {
            moved(S::Withdrawn, reasoned(reason)?)
        }
        _ => Err(Refusal::NotNow),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn content() -> Content {
        Content {
            area: Uuid::from_u128(1),
            day: date(2026, 9, 1),
            from: None,
            kind: "outreach-session".into(),
            kind_version: 1,
            line: None,
            programmes: vec![],
            fields: Fields::new(),
            note: String::new(),
        }
    }

    fn after(steps: &[(Step, &str)]) -> Result<Activity, Refusal> {
        let mut activity = None;
        for (step, account) in steps {
            activity = Some(take(activity.as_ref(), Uuid::nil(), step.clone(), account, date(2026, 9, 2))?);
        }
        activity.ok_or(Refusal::NotNow)
    }

    #[test]
    fn a_record_is_sent_returned_corrected_and_confirmed() {
        let activity = after(&[
            (Step::Send(content()), "head"),
            (Step::Return("thiếu số người".into()), "officer"),
            (Step::Send(content()), "head"),
            (Step::Confirm, "officer"),
        ])
        .unwrap();
        assert_eq!((activity.state, activity.version, activity.reason), (State::Confirmed, 4, None));
        assert_eq!(activity.author, "head");
    }

    #[test]
    fn nobody_confirms_what_they_wrote() {
        let own = [(Step::Send(content()), "officer"), (Step::Confirm, "officer")];
        assert_eq!(after(&own), Err(Refusal::Own));
        // Correcting another's record makes one its author.
        let corrected =
            [(Step::Send(content()), "head"), (Step::Send(content()), "officer"), (Step::Confirm, "officer")];
        assert_eq!(after(&corrected), Err(Refusal::Own));
    }

    #[test]
    fn a_correction_after_confirmation_waits_again() {
        let steps =
            [(Step::Send(content()), "head"), (Step::Confirm, "officer"), (Step::Send(content()), "head")];
        assert_eq!(after(&steps).unwrap().state, State::Sent);
    }

    #[test]
    fn what_is_withdrawn_stays_withdrawn() {
        let gone = [(Step::Send(content()), "head"), (Step::Withdraw("ghi trùng".into()), "head")];
        for step in [Step::Send(content()), Step::Keep(content()), Step::Confirm, Step::Withdraw("x".into())]
        {
            let steps: Vec<_> = gone.iter().cloned().chain([(step, "officer")]).collect();
            assert_eq!(after(&steps), Err(Refusal::NotNow));
        }
    }

    #[test]
    fn a_draft_cannot_be_confirmed_and_reasons_are_needed() {
        assert_eq!(
            after(&[(Step::Keep(content()), "head"), (Step::Confirm, "officer")]),
            Err(Refusal::NotNow)
        );
        let silent = [(Step::Send(content()), "head"), (Step::Return("  ".into()), "officer")];
        assert_eq!(after(&silent), Err(Refusal::NoReason));
    }

    #[test]
    fn the_future_and_personal_numbers_are_refused() {
        let tomorrow = Content { day: date(2026, 9, 3), ..content() };
        assert_eq!(after(&[(Step::Send(tomorrow), "head")]), Err(Refusal::Future));
        let backwards = Content { from: Some(date(2026, 9, 2)), ..content() };
        assert_eq!(after(&[(Step::Send(backwards), "head")]), Err(Refusal::Span));
        let nowhere = Content { area: WHOLE_UNIT, ..content() };
        assert_eq!(after(&[(Step::Send(nowhere), "head")]), Err(Refusal::Span));
        let phone = Content { note: "gọi 0912 345 678".into(), ..content() };
        assert_eq!(after(&[(Step::Send(phone), "head")]), Err(Refusal::PersonalNumber));
    }
}
