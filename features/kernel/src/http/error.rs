//! The one error of the web layer: the only place that chooses a status, shows an error page and logs.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::access::Denied;
use crate::{Lang, Texts};

/// Result of a handler.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request was not answered as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in, or the session ended; what was typed goes along to the sign-in page and back.
    #[error("not signed in")]
    SignIn {
        /// Where to go on.
        next: String,
        /// The fields of a form that was sent.
        typed: Vec<(String, String)>,
    },
    /// Signed in, but not for this.
    #[error("forbidden")]
    Forbidden,
    /// There is no such thing within the caller's reach.
    #[error("not found")]
    NotFound,
    /// A rule says no; the key of the text that says what and what to do.
    #[error("refused: {0}")]
    Refused(String),
    /// Somebody else changed it meanwhile.
    #[error("changed meanwhile")]
    Conflict,
    /// Try again.
    #[error("busy")]
    Busy,
    /// The store cannot be reached; whether something was kept is not known. Try again.
    #[error("{0}")]
    Away(String),
    /// The store has no room; nothing was kept.
    #[error("the disk is full")]
    Full,
    /// More than the server takes at once.
    #[error("too large")]
    TooLarge,
    /// Our fault.
    #[error("{0}")]
    Internal(String),
}

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::Missing => Error::NotFound,
            db::Error::Conflict(_) => Error::Conflict,
            db::Error::Busy => Error::Busy,
            db::Error::Away(_) => Error::Away(error.to_string()),
            db::Error::Full => Error::Full,
            other => Error::Internal(other.to_string()),
        }
    }
}

impl From<Denied> for Error {
    fn from(_: Denied) -> Self {
        Error::Forbidden
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Error::Internal(error.to_string())
    }
}

impl Error {
    /// What its page says: what is wrong, and what to do.
    pub fn text(&self, lang: Lang) -> String {
        Texts::get().text(lang, self.outcome().1, &[])
    }

    /// Status and the key of the text.
    pub(crate) fn outcome(&self) -> (StatusCode, &str) {
        match self {
            Error::SignIn { .. } => (StatusCode::UNAUTHORIZED, "kernel-error-sign-in"),
            Error::Forbidden => (StatusCode::FORBIDDEN, "kernel-error-forbidden"),
            Error::NotFound => (StatusCode::NOT_FOUND, "kernel-error-not-found"),
            Error::Refused(key) => (StatusCode::UNPROCESSABLE_ENTITY, key),
            Error::Conflict => (StatusCode::CONFLICT, "kernel-error-conflict"),
            Error::Busy | Error::Away(_) => (StatusCode::SERVICE_UNAVAILABLE, "kernel-error-busy"),
            Error::Full => (StatusCode::INSUFFICIENT_STORAGE, "kernel-error-full"),
            Error::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "kernel-error-too-large"),
            Error::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "kernel-error-internal"),
        }
    }
}

/// The error travels to the layers around all routes, which know the language and show the page.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.outcome().0.into_response();
        response.extensions_mut().insert(std::sync::Arc::new(self));
        response
    }
}
