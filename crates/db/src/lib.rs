//! One SQL text, two engines.
//!
//! A store function is written once, as plain SQL with `$1`, `$2` …, and runs on embedded SQLite (one file, one
//! writer that groups concurrent commits, a pool of readers) and on PostgreSQL (by URL). Calls are synchronous:
//! they run on a blocking thread beside the asynchronous web layer ([`Db::read`], [`Db::write`]).
//!
//! No statement runs without a [`Permit`]: the proof, made by the access rules above this crate, that the caller
//! may touch the tenant whose rows the statement names. For a tenant's permit `$1` *is* the tenant and is bound
//! here, so a statement cannot name another one.
//!
//! House SQL, so that one text is enough on both engines and survives distribution by tenant:
//! lower case; explicit columns; `tenant = $1` in every tenant statement and in every join; no date functions, no
//! `now()`, no `random()`, no JSON or array operators: times, ids and folded text are parameters; days are text
//! `YYYY-MM-DD`, instants are text in UTC; sums are cast to `bigint`; a unique tie-break in every `order by … limit`.

mod bare;
pub mod dump;
mod engine;
mod error;
mod measure;
mod migrate;
mod pool;
mod probe;
mod server;
pub mod spread;
mod statement;
pub mod testing;
mod value;

pub use bare::{Size, Write};
pub use engine::{Read, Tx};
pub use error::{Error, Result};
pub use measure::register;
pub use migrate::schema;
pub use pool::{Db, Engine};
pub use statement::{Permit, Sql};
pub use value::{FromRow, FromValue, Row, Value};
