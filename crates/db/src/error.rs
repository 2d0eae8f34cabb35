//! What can go wrong between us and the store.

/// A failure of the store. Rules never depend on names of constraints: a distributed engine does not report them.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row that had to be there is not.
    #[error("the row is not there")]
    Missing,
    /// A unique or foreign key refused the write.
    #[error("the write conflicts with what is stored: {0}")]
    Conflict(String),
    /// Another writer holds what we need; trying again helps.
    #[error("the store is busy")]
    Busy,
    /// The server is not to be reached, or lets nobody write now; trying again helps once it is back or another has
    /// taken over. Whether a write whose commit was under way was kept is not known: it is sent again with the same id.
    #[error("the store cannot be reached: {0}")]
    Away(String),
    /// The disk is full: nothing of this write was kept.
    #[error("the disk is full")]
    Full,
    /// The database is not ours, or newer than this program.
    #[error("{0}")]
    Unknown(String),
    /// A value did not have the shape the row wants.
    #[error("column {column} of a row is not {wanted}")]
    Shape {
        /// Position of the column, from 0.
        column: usize,
        /// What was wanted.
        wanted: &'static str,
    },
    /// Anything else; the engine's own words.
    #[error("the store failed: {0}")]
    Broken(String),
}

/// Result of a store call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::ConstraintViolation) => Error::Conflict(error.to_string()),
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Error::Busy,
            Some(Code::DiskFull) => Error::Full,
            _ if matches!(error, rusqlite::Error::QueryReturnedNoRows) => Error::Missing,
            _ => Error::Broken(error.to_string()),
        }
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let text = error
            .as_db_error()
            .map_or_else(|| error.to_string(), |e| format!("{}: {}", e.code().code(), e.message()));
        match error.code().map(tokio_postgres::error::SqlState::code) {
            Some("23505" | "23503" | "23514" | "23502") => Error::Conflict(text),
            Some("40001" | "40P01" | "55P03") => Error::Busy,
            Some("53100") => Error::Full,
            Some(code) if is_away(code) => Error::Away(text),
            None if is_lost(&error) => {
                let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
                Error::Away(text + &cause.unwrap_or_default())
            }
            _ => Error::Broken(text),
        }
    }
}

/// Connection failures, a server that stops, starts or has no place left, and one that became a replica.
fn is_away(code: &str) -> bool {
    code.starts_with("08") || matches!(code, "57P01" | "57P02" | "57P03" | "53300" | "25006")
}

/// Whether the driver, not the server, says that there is no connection.
fn is_lost(error: &tokio_postgres::Error) -> bool {
    let source = std::error::Error::source(error);
    error.is_closed() || source.is_some_and(|source| source.is::<std::io::Error>())
}
