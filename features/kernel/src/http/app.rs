//! What a running program holds.

use std::sync::Arc;

use db::{Db, Read};
use jiff::Timestamp;

use crate::http::Caller;
use crate::{Clock, Ids};

/// Who holds a session: answered by the capability that keeps accounts.
pub trait Gate: Send + Sync + 'static {
    /// The caller behind a session token, if the session still stands at `now`.
    fn caller(&self, read: &mut Read<'_>, token: &str, now: Timestamp) -> db::Result<Option<Caller>>;
}

/// The state every handler shares.
#[derive(Clone)]
pub struct App {
    /// The store.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// Who is calling.
    pub gate: Arc<dyn Gate>,
    /// Whether cookies are for HTTPS only.
    pub https: bool,
    /// Whether the data are synthetic; every page says so.
    pub demo: bool,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("db", &self.db).finish_non_exhaustive()
    }
}
