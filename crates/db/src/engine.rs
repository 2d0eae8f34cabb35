//! One connection of either engine, and the calls a store function makes on it.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};

use crate::value::{postgres_row, sqlite_row};
use crate::{Error, FromRow, Permit, Result, Row, Sql, Value};

/// A connection.
pub(crate) enum Conn {
    Sqlite(rusqlite::Connection),
    Postgres { client: Box<postgres::Client>, prepared: HashMap<String, postgres::Statement> },
}

impl Conn {
    pub(crate) fn batch(&mut self, text: &str) -> Result<()> {
        match self {
            Conn::Sqlite(conn) => conn.execute_batch(text)?,
            Conn::Postgres { client, .. } => client.batch_execute(text)?,
        }
        Ok(())
    }

    fn each(&mut self, text: &str, values: &[Value], visit: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        match self {
            Conn::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(&sqlite_text(text))?;
                let columns = statement.column_count();
                let mut rows = statement.query(rusqlite::params_from_iter(values))?;
                while let Some(row) = rows.next()? {
                    visit(sqlite_row(row, columns)?)?;
                }
            }
            Conn::Postgres { client, prepared } => {
                let statement = prepare(client, prepared, text)?;
                let mut rows = client.query_raw(&statement, values)?;
                while let Some(row) = postgres::fallible_iterator::FallibleIterator::next(&mut rows)? {
                    visit(postgres_row(&row)?)?;
                }
            }
        }
        Ok(())
    }

    fn execute(&mut self, text: &str, values: &[Value]) -> Result<u64> {
        match self {
            Conn::Sqlite(conn) => {
                let changed =
                    conn.prepare_cached(&sqlite_text(text))?.execute(rusqlite::params_from_iter(values))?;
                Ok(changed as u64)
            }
            Conn::Postgres { client, prepared } => {
                let statement = prepare(client, prepared, text)?;
                let values: Vec<&(dyn postgres::types::ToSql + Sync)> =
                    values.iter().map(|v| v as _).collect();
                Ok(client.execute(&statement, &values)?)
            }
        }
    }

    /// Prepares without running: the number of parameters.
    pub(crate) fn check(&mut self, text: &str) -> Result<usize> {
        match self {
            Conn::Sqlite(conn) => Ok(conn.prepare(&sqlite_text(text))?.parameter_count()),
            Conn::Postgres { client, .. } => Ok(client.prepare(text)?.params().len()),
        }
    }
}

/// `$1` is a *named* parameter to SQLite; `?1` is the first.
fn sqlite_text(text: &str) -> String {
    text.replace('$', "?")
}

fn prepare(
    client: &mut postgres::Client,
    prepared: &mut HashMap<String, postgres::Statement>,
    text: &str,
) -> Result<postgres::Statement> {
    if let Some(statement) = prepared.get(text) {
        return Ok(statement.clone());
    }
    let statement = client.prepare(text)?;
    prepared.insert(text.to_owned(), statement.clone());
    Ok(statement)
}

/// Reading calls, inside one snapshot.
pub struct Read<'a> {
    pub(crate) conn: &'a mut Conn,
}

impl std::fmt::Debug for Read<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Read")
    }
}

impl Read<'_> {
    /// Every row.
    pub fn all<R: FromRow>(&mut self, permit: &impl Permit, sql: &Sql, values: &[Value]) -> Result<Vec<R>> {
        let mut rows = Vec::new();
        self.each(permit, sql, values, |row: R| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The first row, if there is one.
    pub fn find<R: FromRow>(
        &mut self,
        permit: &impl Permit,
        sql: &Sql,
        values: &[Value],
    ) -> Result<Option<R>> {
        let mut rows = self.all(permit, sql, values)?;
        Ok(if rows.is_empty() { None } else { Some(rows.swap_remove(0)) })
    }

    /// The first row; [`Error::Missing`] if there is none.
    pub fn one<R: FromRow>(&mut self, permit: &impl Permit, sql: &Sql, values: &[Value]) -> Result<R> {
        self.find(permit, sql, values)?.ok_or(Error::Missing)
    }

    /// Row by row, in constant memory.
    pub fn each<R: FromRow>(
        &mut self,
        permit: &impl Permit,
        sql: &Sql,
        values: &[Value],
        mut visit: impl FnMut(R) -> Result<()>,
    ) -> Result<()> {
        self.conn.each(sql.text(), &bound(permit, values), &mut |row| visit(R::from_row(row)?))
    }
}

/// Reading and writing calls, inside one transaction.
#[derive(Debug)]
pub struct Tx<'a>(pub(crate) Read<'a>);

impl<'a> Deref for Tx<'a> {
    type Target = Read<'a>;
    fn deref(&self) -> &Read<'a> {
        &self.0
    }
}

impl<'a> DerefMut for Tx<'a> {
    fn deref_mut(&mut self) -> &mut Read<'a> {
        &mut self.0
    }
}

impl Tx<'_> {
    /// Runs a write; the number of rows it touched.
    pub fn execute(&mut self, permit: &impl Permit, sql: &Sql, values: &[Value]) -> Result<u64> {
        self.0.conn.execute(sql.text(), &bound(permit, values))
    }
}

/// The parameters, with the permit's tenant as the first.
fn bound(permit: &impl Permit, values: &[Value]) -> Vec<Value> {
    permit.tenant().map(Value::from).into_iter().chain(values.iter().cloned()).collect()
}
