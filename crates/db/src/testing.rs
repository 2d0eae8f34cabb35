//! Throw-away stores for tests. Every store test runs on both engines:
//!
//! ```no_run
//! for db in db::testing::stores() {
//!     // … the same assertions …
//! }
//! ```
//!
//! PostgreSQL is the server at `CHUNGSUC_TEST_POSTGRES` (a URL whose user may create databases); the script
//! `tests/postgres` starts one that lives under `target/`, and that is also where these helpers look when the
//! variable is not set. `CHUNGSUC_TEST_LAYOUT` says how tables lie on it:
//!
//! | Layout | Tables of tenants' rows |
//! |---|---|
//! | not set | as the migrations make them; and SQLite beside it |
//! | `partitioned` | each in four parts by hash of the tenant; a transaction that touches more parts than it named tenants fails |
//! | `citus` | spread by Citus, which the server must have, as [`crate::spread`] says |

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::engine::Conn;
use crate::server::Server;
use crate::{Db, Result, spread};

/// A store that goes away with this value.
#[derive(Debug)]
pub struct Throwaway {
    db: Db,
    url: String,
    lies: Lies,
}

#[derive(Debug)]
enum Lies {
    In(#[expect(dead_code, reason = "held, so that it goes away with the store")] tempfile::TempDir),
    Database(String),
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        // The many of one run would fill a disk. On Citus a database with shards is not dropped so.
        if let (Lies::Database(name), false) = (&self.lies, Layout::asked() == Layout::Citus) {
            let _ = Server::connect(&server())
                .and_then(|mut admin| admin.batch(&format!("drop database if exists {name} with (force)")));
        }
    }
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

/// The empty, migrated stores that every store test runs on: one per engine, or the one of the layout asked for.
pub fn stores() -> Vec<Throwaway> {
    match Layout::asked() {
        Layout::Plain => vec![sqlite(), postgres()],
        Layout::Partitioned | Layout::Citus => vec![postgres()],
    }
}

/// How tables lie on the PostgreSQL of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Plain,
    Partitioned,
    Citus,
}

impl Layout {
    #[expect(clippy::panic, reason = "a test on another layout than asked for proves nothing")]
    fn asked() -> Layout {
        match std::env::var("CHUNGSUC_TEST_LAYOUT").as_deref() {
            Err(_) | Ok("") => Layout::Plain,
            Ok("partitioned") => Layout::Partitioned,
            Ok("citus") => Layout::Citus,
            Ok(other) => panic!("CHUNGSUC_TEST_LAYOUT is neither partitioned nor citus: {other}"),
        }
    }

    /// Lays the tables that are new since the last migration.
    fn lay(self, conn: &mut Conn) -> Result<()> {
        match self {
            Layout::Plain => Ok(()),
            Layout::Partitioned => {
                let of_tenants = spread::tables()?.of_tenants;
                let names: Vec<String> = of_tenants.iter().map(|name| format!("'{name}'")).collect();
                conn.batch(&PARTITIONED.replace("{names}", &names.join(", ")))
            }
            Layout::Citus => spread::statements()?.iter().try_for_each(|text| conn.batch(text)),
        }
    }
}

/// Puts a table in four parts in the place of each that is whole, with its keys and indexes under their own names.
const PARTITIONED: &str = "
do $$
declare
    kept record;
    whole text;
begin
    create temp table bound on commit drop as
        select cast(cast(conrelid as regclass) as text) as of, conname, contype, pg_get_constraintdef(oid) as is
        from pg_constraint where contype in ('f', 'p', 'u') and conparentid = 0
            and connamespace = cast(current_schema() as regnamespace);
    create temp table indexed on commit drop as
        select tablename as of, indexdef as is from pg_indexes
        where schemaname = current_schema() and indexname not in (select conname from pg_constraint);
    for kept in select * from bound where contype = 'f' loop
        execute format('alter table %s drop constraint %I', kept.of, kept.conname);
    end loop;
    for whole in select relname from pg_class where relkind = 'r' and not relispartition and relname in ({names})
        and relnamespace = cast(current_schema() as regnamespace) loop
        execute format('alter table %I rename to whole', whole);
        execute format('create table %I (like whole including constraints) partition by hash (tenant)', whole);
        drop table whole;
        for part in 0..3 loop
            execute format('create table %I partition of %I for values with (modulus 4, remainder %s)',
                whole || '_' || part, whole, part);
        end loop;
        for kept in select * from bound where of = whole and contype <> 'f' loop
            execute format('alter table %s add constraint %I %s', kept.of, kept.conname, kept.is);
        end loop;
        for kept in select * from indexed where of = whole loop
            execute kept.is;
        end loop;
    end loop;
    for kept in select * from bound where contype = 'f' loop
        execute format('alter table %s add constraint %I %s', kept.of, kept.conname, kept.is);
    end loop;
end $$;
";

/// An empty, migrated SQLite store in a temporary folder.
#[expect(clippy::expect_used, reason = "a test without a store cannot go on")]
pub fn sqlite() -> Throwaway {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    Throwaway { db: Db::open(&url).expect("an empty SQLite store"), url, lies: Lies::In(folder) }
}

/// An empty, migrated PostgreSQL database of its own.
pub fn postgres() -> Throwaway {
    laid(Layout::asked())
}

/// The same with tables as the migrations make them, whatever layout is asked for.
pub fn plain() -> Throwaway {
    laid(Layout::Plain)
}

/// The same with tables in parts and transactions watched, whatever layout is asked for.
pub fn partitioned() -> Throwaway {
    laid(Layout::Partitioned)
}

/// Where an empty PostgreSQL database is that no program has seen.
#[expect(clippy::expect_used, reason = "a test without a store cannot go on")]
pub fn empty() -> String {
    let name = next_name();
    admin().batch(&format!("create database {name}")).expect("a fresh database");
    url_of(&name, Layout::Plain)
}

#[expect(clippy::expect_used, reason = "a test without a store cannot go on")]
fn admin() -> Server {
    Server::connect(&server()).expect("a PostgreSQL server for tests; start one with `tests/postgres start`")
}

fn next_name() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("t_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

#[expect(clippy::expect_used, reason = "a test without a store cannot go on")]
fn laid(layout: Layout) -> Throwaway {
    let (mut admin, name) = (admin(), next_name());
    let made = match layout {
        // Shards are not copied with a database.
        Layout::Citus => admin
            .batch(&format!("create database {name}"))
            .and_then(|()| Server::connect(&url_of(&name, layout))?.batch("create extension citus")),
        Layout::Plain | Layout::Partitioned => {
            let place = if layout == Layout::Plain { &MODELS[0] } else { &MODELS[1] };
            let model = place.get_or_init(|| model(&mut admin, layout).expect("a migrated database"));
            admin.batch(&format!("create database {name} template {model}"))
        }
    };
    made.expect("a fresh database");
    let url = url_of(&name, layout);
    let mut lay = |conn: &mut Conn| layout.lay(conn);
    let db = Db::open_laid(&url, &mut lay, layout == Layout::Partitioned).expect("an empty PostgreSQL store");
    Throwaway { db, url, lies: Lies::Database(name) }
}

/// The databases that the others are copied from, plain and in parts: migrating takes many times as long.
static MODELS: [OnceLock<String>; 2] = [OnceLock::new(), OnceLock::new()];

/// Makes it, unless another test program has: its name says which migrations and layout it holds.
fn model(admin: &mut Server, layout: Layout) -> Result<String> {
    let text = crate::migrate::postgres_text()? + PARTITIONED;
    let name = format!("model_{layout:?}_{:.16}", crate::migrate::checksum(&text)).to_lowercase();
    let own = format!("{name}_{}", std::process::id());
    let there = |admin: &mut Server| -> Result<bool> {
        let mut there = false;
        let question = format!("select 1 from pg_database where datname = '{name}'");
        admin.each(&question, Vec::new(), &mut |_| {
            there = true;
            Ok(())
        })?;
        Ok(there)
    };
    if !there(admin)? {
        admin.batch(&format!("create database {own}"))?;
        // Nobody may be connected to a database that is copied or renamed.
        drop(Db::open_laid(&url_of(&own, layout), &mut |conn: &mut Conn| layout.lay(conn), false)?);
        if admin.batch(&format!("alter database {own} rename to {name}")).is_err() && !there(admin)? {
            return Err(crate::Error::Broken(format!("{own} does not become {name}")));
        }
    }
    Ok(name)
}

fn server() -> String {
    std::env::var("CHUNGSUC_TEST_POSTGRES").unwrap_or_else(|_| {
        let target = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/pg");
        let socket = target.canonicalize().unwrap_or(target).display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{socket}/postgres")
    })
}

fn url_of(name: &str, layout: Layout) -> String {
    let server = server();
    let front = server.rsplit_once('/').map_or("", |(front, _)| front);
    match layout {
        // A plan for all values would lock every part, also for a statement that names the tenant.
        Layout::Partitioned => format!("{front}/{name}?options=-c%20plan_cache_mode%3Dforce_custom_plan"),
        Layout::Plain | Layout::Citus => format!("{front}/{name}"),
    }
}
