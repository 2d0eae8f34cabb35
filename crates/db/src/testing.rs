//! Throw-away stores for tests. Every store test runs on both engines:
//!
//! ```no_run
//! for db in db::testing::both() {
//!     // … the same assertions …
//! }
//! ```
//!
//! PostgreSQL is the server at `CHUNGSUC_TEST_POSTGRES` (a URL whose user may create databases); the script
//! `tests/postgres` starts one that lives under `target/`, and that is also where these helpers look when the
//! variable is not set.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Db;

/// A store that goes away with this value.
#[derive(Debug)]
pub struct Throwaway {
    db: Db,
    url: String,
    _folder: Option<tempfile::TempDir>,
}

impl Deref for Throwaway {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Throwaway {
    /// Where it is, for opening it a second time.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// One empty, migrated store per engine.
pub fn both() -> [Throwaway; 2] {
    [sqlite(), postgres()]
}

/// An empty, migrated SQLite store in a temporary folder.
#[expect(clippy::expect_used, reason = "a test without a store cannot go on")]
pub fn sqlite() -> Throwaway {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    Throwaway { db: Db::open(&url).expect("an empty SQLite store"), url, _folder: Some(folder) }
}

/// An empty, migrated PostgreSQL database of its own.
#[expect(clippy::expect_used, reason = "a test without a store cannot go on")]
pub fn postgres() -> Throwaway {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("CHUNGSUC_TEST_POSTGRES").unwrap_or_else(|_| {
        let target = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/pg");
        let socket = target.canonicalize().unwrap_or(target).display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{socket}/postgres")
    });
    let mut admin = crate::server::Server::connect(&server)
        .expect("a PostgreSQL server for tests; start one with `tests/postgres start`");
    let name = format!("t_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    admin.batch(&format!("create database {name}")).expect("a fresh database");
    let (front, _) = server.rsplit_once('/').expect("a URL with a database");
    let url = format!("{front}/{name}");
    Throwaway { db: Db::open(&url).expect("an empty PostgreSQL store"), url, _folder: None }
}
