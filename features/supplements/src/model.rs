//! A supplement and the rules of its life. No I/O.

use catalogue::{Layer, Owner};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

/// Where a supplement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Being written; holds nowhere.
    Draft,
    /// Holds from its first day on.
    Published,
    /// Given up before it was published.
    Dropped,
}

impl State {
    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Published => "published",
            State::Dropped => "dropped",
        }
    }
}

impl db::FromValue for State {
    const WANTED: &'static str = "a state of a supplement";
    fn from_value(value: db::Value) -> Option<Self> {
        let key = String::from_value(value)?;
        [State::Draft, State::Published, State::Dropped].into_iter().find(|state| state.key() == key)
    }
}

db::row! {
    /// A supplement.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Supplement {
        /// Id, made where it was begun.
        pub id: Uuid,
        /// Version, from 1.
        pub version: u32,
        /// State.
        pub state: State,
        /// Its number among the publications of its unit, once published.
        pub number: Option<u32>,
        /// The first day it holds, once published.
        pub starts_on: Option<Date>,
        /// What people call it.
        pub title: String,
        /// The file.
        pub content: String,
        /// Account of whoever wrote this version.
        pub account: String,
        /// When this version was written.
        pub changed_at: Timestamp,
    }
}

impl Supplement {
    /// The layer that it is, once published.
    #[must_use]
    pub fn layer(&self, owner: Owner) -> Option<Layer> {
        let (number, starts) = (self.number?, self.starts_on?);
        Some(Layer { owner, number, starts, text: self.content.clone() })
    }
}

/// Why a step is not taken; each has a text `supplements-refusal-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is published or dropped.
    #[error("not-now")]
    NotNow,
    /// It has no title.
    #[error("no-title")]
    NoTitle,
    /// A title or a file of more characters than are taken.
    #[error("too-long")]
    TooLong,
    /// It would hold today or before.
    #[error("too-early")]
    TooEarly,
    /// It would hold before what was published last.
    #[error("before-last")]
    BeforeLast,
}

impl Refusal {
    /// Every refusal, for the test that each has its text.
    pub const ALL: [Refusal; 5] =
        [Refusal::NotNow, Refusal::NoTitle, Refusal::TooLong, Refusal::TooEarly, Refusal::BeforeLast];

    /// The key of its text.
    #[must_use]
    pub fn key(self) -> String {
        format!("supplements-refusal-{self}")
    }
}

/// The longest title, characters.
pub(crate) const TITLE: usize = 200;
/// The longest file, characters: several times the largest file of the program.
pub(crate) const CONTENT: usize = 400_000;

/// Whether a title and a file may be kept; what a file says is judged when it is published.
pub(crate) fn fit(title: &str, content: &str) -> Result<(), Refusal> {
    if title.is_empty() {
        Err(Refusal::NoTitle)
    } else if title.chars().count() > TITLE || content.chars().count() > CONTENT {
        Err(Refusal::TooLong)
    } else {
        Ok(())
    }
}

/// Whether a supplement published `today` may hold from a day on. Never today: whatever is being written under
/// yesterday's rules is about days that this publication leaves as they are.
pub(crate) fn may_start(starts: Date, today: Date, last: Option<Date>) -> Result<(), Refusal> {
    if starts <= today {
        Err(Refusal::TooEarly)
    } else if last.is_some_and(|last| starts < last) {
        Err(Refusal::BeforeLast)
    } else {
        Ok(())
    }
}
