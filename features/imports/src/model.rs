//! An import and the rules of its steps. No I/O.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use vietnamese::legacy::Encoding;

use crate::mapping::Mapping;
use crate::run::{Going, Run};

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Read and checked; nothing was written.
    Read,
    /// Its rows are records.
    Applied,
    /// Its records were taken back.
    Undone,
}

impl State {
    /// Every state.
    pub const ALL: [State; 3] = [State::Read, State::Applied, State::Undone];

    /// The stored name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            State::Read => "read",
            State::Applied => "applied",
            State::Undone => "undone",
        }
    }

    /// The state of a stored name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// A sheet somebody brought along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its id.
    pub id: Uuid,
    /// Version, from 1.
    pub version: u32,
    /// State.
    pub state: State,
    /// Id of the kind of activity its rows are.
    pub kind: String,
    /// Name of the file.
    pub file_name: String,
    /// What stands above its columns.
    pub headers: Vec<String>,
    /// What its columns answer.
    pub mapping: Mapping,
    /// From what its texts were converted.
    pub encoding: Option<Encoding>,
    /// Account of whoever brought it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// How many records an undoing left as they were, because they had been changed.
    pub kept: u32,
    /// What is being done with it, until that is at its end.
    pub run: Option<Run>,
}

impl Import {
    /// The name of its state; of what is being done with it, if something is.
    #[must_use]
    pub fn standing(&self) -> &'static str {
        match self.run.as_ref().map(|run| run.going) {
            Some(Going::Apply) => "applying",
            Some(Going::Undo) => "undoing",
            None => self.state.key(),
        }
    }
}

/// Why a step is not taken; each has a text `imports-refusal-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The import is not in a state from which this step leads on.
    #[error("not-now")]
    NotNow,
    /// Rows are wrong, and nobody said to leave them out.
    #[error("bad-rows")]
    BadRows,
    /// No row would become a record.
    #[error("nothing")]
    Nothing,
    /// Two columns answer one question.
    #[error("two-columns")]
    TwoColumns,
    /// Taking back says why.
    #[error("no-reason")]
    NoReason,
    /// A phone or identity number in the reason.
    #[error("personal-number")]
    PersonalNumber,
}

impl Refusal {
    /// Every refusal, for the test that each has its text.
    pub const ALL: [Refusal; 6] = [
        Refusal::NotNow,
        Refusal::BadRows,
        Refusal::Nothing,
        Refusal::TwoColumns,
        Refusal::NoReason,
        Refusal::PersonalNumber,
    ];

    /// The key of its text.
    #[must_use]
    pub fn key(self) -> String {
        format!("imports-refusal-{self}")
    }
}

/// The id of the record that a row becomes: always the same, so that nothing is written twice.
#[must_use]
pub fn record_id(import: Uuid, row: u32) -> Uuid {
    let mut hasher = Sha256::new();
    hasher.update(import.as_bytes());
    hasher.update(row.to_be_bytes());
    let mut bytes = [0; 16];
    for (byte, from) in bytes.iter_mut().zip(hasher.finalize()) {
        *byte = from;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_one_id_and_no_other_row_has_it() {
        let import = Uuid::from_u128(7);
        assert_eq!(record_id(import, 2), record_id(import, 2));
        let ids: std::collections::BTreeSet<_> = (0..1000).map(|row| record_id(import, row)).collect();
        assert_eq!(ids.len(), 1000);
        assert_ne!(record_id(import, 2), record_id(Uuid::from_u128(8), 2));
        assert_eq!(record_id(import, 2).get_version_num(), 8);
    }
}
