//! A rearrangement, and why one is refused. No I/O.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use units::{Kind, NewCommune};
use uuid::Uuid;

/// A commune to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Official code.
    pub code: String,
    /// Stored name of its kind: `commune`, `ward`, `special_zone`.
    pub kind: String,
    /// Name without its kind.
    pub name: String,
}

/// Into what communes go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Into {
    /// A new one.
    New(Made),
    /// One that is there: its internal id.
    There(String),
}

/// What is to happen. Communes are named by their internal ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Plan {
    /// Communes go into one.
    Merge {
        /// Which end.
        communes: Vec<String>,
        /// What carries them on.
        into: Into,
    },
    /// Residential areas of a commune become a commune.
    Split {
        /// Which they leave.
        commune: String,
        /// Which leave it.
        areas: Vec<Uuid>,
        /// What they become.
        into: Made,
    },
    /// Residential areas go to another commune by themselves.
    Move {
        /// Which they leave.
        commune: String,
        /// Which leave it.
        areas: Vec<Uuid>,
        /// Where they go.
        to: String,
    },
    /// A commune gets another kind or name.
    Change {
        /// Which.
        commune: String,
        /// Stored name of its kind from then on.
        kind: String,
        /// Its name from then on.
        name: String,
    },
}

impl Made {
    pub(crate) fn commune(&self, on: Date, basis: &str) -> Result<NewCommune, Refused> {
        Ok(NewCommune {
            code: self.code.clone(),
            kind: kind(&self.kind)?,
            name: self.name.clone(),
            from_on: on,
            basis: basis.to_owned(),
        })
    }
}

/// A kind of commune.
pub(crate) fn kind(key: &str) -> Result<Kind, Refused> {
    let kinds = [Kind::Commune, Kind::Ward, Kind::SpecialZone];
    kinds.into_iter().find(|kind| kind.key() == key).ok_or(Refused::Kind)
}

impl Plan {
    /// The stored name of what happens, also the end of its text key.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Plan::Merge { .. } => "merge",
            Plan::Split { .. } => "split",
            Plan::Move { .. } => "move",
            Plan::Change { .. } => "change",
        }
    }

    /// The communes that are there before.
    #[must_use]
    pub fn before(&self) -> Vec<String> {
        let mut before = match self {
            Plan::Merge { communes, into } => {
                let there = match into {
                    Into::There(id) => Some(id.clone()),
                    Into::New(_) => None,
                };
                communes.iter().cloned().chain(there).collect()
            }
            Plan::Split { commune, .. } | Plan::Change { commune, .. } => vec![commune.clone()],
            Plan::Move { commune, to, .. } => vec![commune.clone(), to.clone()],
        };
        before.sort_unstable();
        before.dedup();
        before
    }

    /// The commune that comes to be.
    pub(crate) fn made(&self, on: Date, basis: &str) -> Result<Option<NewCommune>, Refused> {
        match self {
            Plan::Merge { into: Into::New(made), .. } | Plan::Split { into: made, .. } => {
                made.commune(on, basis).map(Some)
            }
            Plan::Merge { .. } | Plan::Move { .. } | Plan::Change { .. } => Ok(None),
        }
    }

    /// Whether it says anything: communes to merge, areas to move.
    pub(crate) fn check(&self) -> Result<(), Refused> {
        let enough = match self {
            Plan::Merge { communes, into: Into::New(_) } => communes.len() > 1,
            Plan::Merge { communes, into: Into::There(id) } => !communes.is_empty() && !communes.contains(id),
            Plan::Split { areas, .. } => !areas.is_empty(),
            Plan::Move { areas, commune, to } => !areas.is_empty() && commune != to,
            Plan::Change { kind: key, name, .. } => {
                kind(key)?;
                !name.trim().is_empty()
            }
        };
        if enough { Ok(()) } else { Err(Refused::TooLittle) }
    }
}

/// Where a rearrangement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Prepared; nothing has happened.
    Draft,
    /// In force from its day.
    Applied,
    /// Taken back; as if it had never been.
    Undone,
}

impl State {
    const ALL: [State; 3] = [State::Draft, State::Applied, State::Undone];

    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Applied => "applied",
            State::Undone => "undone",
        }
    }
}

impl db::FromValue for State {
    const WANTED: &'static str = "a state of a rearrangement";
    fn from_value(value: db::Value) -> Option<Self> {
        let key = String::from_value(value)?;
        State::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// A rearrangement of units: one operation, reviewed before it is applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rearrangement {
    /// Id, made where it was prepared.
    pub id: Uuid,
    /// What happens.
    pub plan: Plan,
    /// The day from which it holds.
    pub on: Date,
    /// The act it rests on: `1676/NQ-UBTVQH15`.
    pub basis: String,
    /// State.
    pub state: State,
    /// Version, from 1.
    pub version: u32,
    /// Account that prepared it.
    pub drafted_by: String,
    /// When.
    pub drafted_at: Timestamp,
    /// Account that applied it.
    pub applied_by: Option<String>,
    /// When.
    pub applied_at: Option<Timestamp>,
    /// Account that took it back.
    pub undone_by: Option<String>,
    /// When.
    pub undone_at: Option<Timestamp>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// A step says no.
    #[error(transparent)]
    Units(#[from] units::Refusal),
    /// There is no such rearrangement, commune or area within the caller's reach.
    #[error("not found")]
    NotFound,
    /// Not a kind of commune.
    #[error("not a kind of commune")]
    Kind,
    /// Nothing to merge or move.
    #[error("a merger has at least two communes; a split or move at least one area")]
    TooLittle,
    /// No act is named.
    #[error("the act it rests on is not named")]
    NoBasis,
    /// It stands elsewhere than the person saw.
    #[error("changed meanwhile")]
    Changed,
    /// Whoever prepared it does not apply it.
    #[error("somebody else than its author applies it")]
    SameHand,
    /// Others build on it: take those back first.
    #[error("a later rearrangement builds on it")]
    Later(Uuid),
    /// The commune that it made, or that took others in, has work of its own since.
    #[error("something was written since that would belong nowhere")]
    Written,
    /// The store, or a reader, failed.
    #[error(transparent)]
    Other(#[from] kernel::Error),
}

impl From<db::Error> for Refused {
    fn from(error: db::Error) -> Self {
        Refused::Other(error.into())
    }
}

impl From<kernel::Denied> for Refused {
    fn from(denied: kernel::Denied) -> Self {
        Refused::Other(denied.into())
    }
}

impl Refused {
    /// The key of its text; none for what is no refusal of a rule.
    #[must_use]
    pub fn key(&self) -> Option<&'static str> {
        Some(match self {
            Refused::Units(units::Refusal::Code) => "rearrangements-refused-code",
            Refused::Units(units::Refusal::OutsideItsTime) => "rearrangements-refused-day",
            Refused::Units(units::Refusal::Name) => "rearrangements-refused-name",
            Refused::Units(units::Refusal::NameTaken) => "rearrangements-refused-name-taken",
            Refused::Units(units::Refusal::SameCommune) | Refused::TooLittle => {
                "rearrangements-refused-too-little"
            }
            Refused::Kind => "rearrangements-refused-kind",
            Refused::NoBasis => "rearrangements-refused-basis",
            Refused::Changed => "rearrangements-refused-changed",
            Refused::SameHand => "rearrangements-refused-same-hand",
            Refused::Later(_) => "rearrangements-refused-later",
            Refused::Written => "rearrangements-refused-written",
            Refused::Units(_) | Refused::NotFound | Refused::Other(_) => return None,
        })
    }
}

impl From<Refused> for kernel::Error {
    fn from(refused: Refused) -> Self {
        match (refused.key(), refused) {
            (Some(key), _) => kernel::Error::Refused(key.to_owned()),
            (None, Refused::Units(refusal)) => refusal.into(),
            (None, Refused::Other(error)) => error,
            (None, _) => kernel::Error::NotFound,
        }
    }
}
