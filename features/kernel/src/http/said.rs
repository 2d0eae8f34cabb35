//! What an answer to a form says beyond its page, for a sender that shows no page: the exchange with a phone.

use axum::response::Response;

use crate::http::Problem;

/// Why a form was not taken, in the sender's language. Travels with the response, not in it.
#[derive(Debug, Clone)]
pub enum Said {
    /// What is wrong with what was typed.
    Problems(Vec<Problem>),
    /// Somebody wrote another version meanwhile.
    Conflict {
        /// The version that stands.
        version: u32,
        /// Where the two differ.
        sides: Vec<Side>,
    },
}

/// An answer of a form that two people gave differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Name of the field.
    pub field: String,
    /// What it is called.
    pub label: String,
    /// What this form says.
    pub mine: String,
    /// What stands there.
    pub theirs: String,
}

impl Said {
    /// The response, with this beside it.
    #[must_use]
    pub fn with(self, mut response: Response) -> Response {
        response.extensions_mut().insert(self);
        response
    }
}
