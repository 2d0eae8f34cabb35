//! Migrations: numbered SQL files, the same numbers for both engines, forward only, never edited after landing.

use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use crate::engine::Conn;
use crate::{Error, Result};

#[derive(rust_embed::RustEmbed)]
#[folder = "../../migrations/sqlite"]
struct Sqlite;

#[derive(rust_embed::RustEmbed)]
#[folder = "../../migrations/postgres"]
struct Postgres;

/// One migration: number, name, statements.
struct Step {
    number: i64,
    name: String,
    text: String,
}

fn steps<Folder: rust_embed::RustEmbed>() -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    for file in Folder::iter() {
        let broken = || Error::Broken(format!("migration {file} is not NNNN_name.sql in UTF-8"));
        let (number, name) = file.strip_suffix(".sql").and_then(|f| f.split_once('_')).ok_or_else(broken)?;
        let data = Folder::get(&file).ok_or_else(broken)?.data.into_owned();
        let text = String::from_utf8(data).map_err(|_| broken())?;
        steps.push(Step { number: number.parse().map_err(|_| broken())?, name: name.to_owned(), text });
    }
    steps.sort_by_key(|step| step.number);
    Ok(steps)
}

/// The migrations of both engines as `(number, name)`, for the test that they agree.
pub fn schema() -> Result<[Vec<(i64, String)>; 2]> {
    let pairs = |steps: Vec<Step>| steps.into_iter().map(|step| (step.number, step.name)).collect();
    Ok([pairs(steps::<Sqlite>()?), pairs(steps::<Postgres>()?)])
}

/// The text of all migrations of PostgreSQL, whose columns say most about what they hold.
pub(crate) fn postgres_text() -> Result<String> {
    Ok(steps::<Postgres>()?.into_iter().map(|step| step.text + "\n").collect())
}

/// Refuses a database that lacks this program's last migration: it was put back from an older copy meanwhile.
pub(crate) fn standing(conn: &mut Conn) -> Result<()> {
    static LAST: OnceLock<[i64; 2]> = OnceLock::new();
    let [sqlite, postgres] = match LAST.get() {
        Some(last) => *last,
        None => {
            let last = schema()?.map(|steps| steps.last().map_or(0, |(number, _)| *number));
            *LAST.get_or_init(|| last)
        }
    };
    let last = if matches!(conn, Conn::Sqlite(_)) { sqlite } else { postgres };
    match numbers(conn, "select coalesce(max(number), 0) from schema_migration")? {
        there if there >= last => Ok(()),
        there => Err(Error::Unknown(format!("the database is at migration {there}, this program at {last}"))),
    }
}

/// What tells one text from another.
pub(crate) fn checksum(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Applies what is missing, each in a transaction of its own. `lay` is called after each, for tests that lay tables otherwise.
pub(crate) fn up(conn: &mut Conn, lay: &mut dyn FnMut(&mut Conn) -> Result<()>) -> Result<()> {
    let (steps, tables, kind) = match conn {
        Conn::Sqlite(_) => {
            (steps::<Sqlite>()?, "select count(*) from sqlite_master where type = 'table'", "integer")
        }
        Conn::Postgres(_) => (
            steps::<Postgres>()?,
            // What an extension brought along is nobody's data.
            "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace \
             where n.nspname = current_schema() and c.relkind in ('r', 'p') \
             and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')",
            "bigint",
        ),
    };
    let ours = |conn: &mut Conn| numbers(conn, "select count(*) from schema_migration").is_ok();
    // Another server may begin with the same empty database at the same moment: what looks wrong is asked again.
    if !ours(conn) {
        let made = match numbers(conn, tables)? {
            0 => conn.batch(&format!(
                "create table schema_migration (number {kind} primary key, name text not null, checksum text not null)"
            )),
            _ => Err(Error::Unknown("this database was not made by Chung Sức; choose an empty one".into())),
        };
        if made.is_err() && !ours(conn) {
            return made;
        }
    }
    let last = steps.last().map_or(0, |step| step.number);
    if numbers(conn, "select coalesce(max(number), 0) from schema_migration")? > last {
        return Err(Error::Unknown(
            "this database was written by a newer Chung Sức; update this program".into(),
        ));
    }
    for step in steps {
        let checksum = checksum(&step.text);
        if is_applied(conn, &step, &checksum)? {
            continue;
        }
        // The number comes first: it makes another server that migrates too wait here, and then find it taken.
        let applied = conn.batch(&format!(
            "begin; insert into schema_migration (number, name, checksum) values ({}, '{}', '{checksum}'); {} ; commit",
            step.number, step.name, step.text
        ));
        match applied {
            Ok(()) => lay(conn)?,
            Err(error) => {
                // Nothing to take back where the engine has done so itself; the first failure is the one to say.
                let _ = conn.batch("rollback");
                if !is_applied(conn, &step, &checksum)? {
                    return Err(error);
                }
            }
        }
    }
    Ok(())
}

/// Whether a step was applied; refused when what was applied under its number is something else.
fn is_applied(conn: &mut Conn, step: &Step, checksum: &str) -> Result<bool> {
    match applied(conn, step.number)? {
        Some(stored) if stored == checksum => Ok(true),
        Some(_) => {
            let text = format!("migration {:04} of this database differs from this program's", step.number);
            Err(Error::Unknown(text))
        }
        None => Ok(false),
    }
}

fn numbers(conn: &mut Conn, text: &str) -> Result<i64> {
    match conn {
        Conn::Sqlite(conn) => Ok(conn.query_row(text, [], |row| row.get(0))?),
        Conn::Postgres(server) => {
            let mut number = None;
            server.each(text, Vec::new(), &mut |row| {
                number = Some(row.try_get(0)?);
                Ok(())
            })?;
            number.ok_or(Error::Missing)
        }
    }
}

fn applied(conn: &mut Conn, number: i64) -> Result<Option<String>> {
    let text = format!("select checksum from schema_migration where number = {number}");
    match conn {
        Conn::Sqlite(conn) => match conn.query_row(&text, [], |row| row.get(0)) {
            Ok(checksum) => Ok(Some(checksum)),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(error) => Err(error.into()),
        },
        Conn::Postgres(server) => {
            let mut checksum = None;
            server.each(&text, Vec::new(), &mut |row| {
                checksum = Some(row.try_get(0)?);
                Ok(())
            })?;
            Ok(checksum)
        }
    }
}
