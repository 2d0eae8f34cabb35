//! One connection of either engine, and the calls a store function makes on it.

use std::ops::{Deref, DerefMut};

use crate::server::{Parameter, Server, Shared, columns};
use crate::value::{postgres_row, sqlite_row};
use crate::{Error, FromRow, Permit, Result, Row, Sql, Value};

/// A connection.
pub(crate) enum Conn {
    Sqlite(rusqlite::Connection),
    Postgres(Box<Server>),
}

impl Conn {
    pub(crate) fn batch(&mut self, text: &str) -> Result<()> {
        match self {
            Conn::Sqlite(conn) => Ok(conn.execute_batch(text)?),
            Conn::Postgres(server) => server.batch(text),
        }
    }

    fn each(
        &mut self,
        text: &str,
        values: Vec<Value>,
        visit: &mut dyn FnMut(Row) -> Result<()>,
    ) -> Result<()> {
        match self {
            Conn::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(&sqlite_text(text))?;
                let columns = statement.column_count();
                let mut rows = statement.query(rusqlite::params_from_iter(values))?;
                while let Some(row) = rows.next()? {
                    visit(sqlite_row(row, columns)?)?;
                }
                Ok(())
            }
            Conn::Postgres(server) => {
                server.each(text, parameters(values), &mut |row| visit(postgres_row(row)?))
            }
        }
    }

    fn execute(&mut self, text: &str, values: Vec<Value>) -> Result<u64> {
        match self {
            Conn::Sqlite(conn) => {
                let changed =
                    conn.prepare_cached(&sqlite_text(text))?.execute(rusqlite::params_from_iter(values))?;
                Ok(changed as u64)
            }
            Conn::Postgres(server) => server.execute(text, parameters(values)),
        }
    }

    fn later(&mut self, text: &str, values: Vec<Value>) -> Result<()> {
        match self {
            Conn::Sqlite(_) => self.execute(text, values).map(drop),
            Conn::Postgres(server) => server.later(text, parameters(values)),
        }
    }

    fn all_later(&mut self, text: &str, rows: Vec<Vec<Value>>, shared: Shared) -> Result<()> {
        match self {
            Conn::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(&sqlite_text(text))?;
                rows.into_iter().try_for_each(|row| {
                    statement.execute(rusqlite::params_from_iter(row))?;
                    Ok(())
                })
            }
            Conn::Postgres(server) => {
                let many = server.insert_of_many(text, shared)?;
                server.later(&many, columns(&rows, shared))
            }
        }
    }

    fn find_each(
        &mut self,
        text: &str,
        keys: &[Vec<Value>],
        shared: Shared,
        visit: &mut dyn FnMut(usize, Row) -> Result<()>,
    ) -> Result<()> {
        match self {
            Conn::Sqlite(_) => keys
                .iter()
                .enumerate()
                .try_for_each(|(number, key)| self.each(text, key.clone(), &mut |row| visit(number, row))),
            Conn::Postgres(server) => {
                let many = server.question_of_many(text, shared)?;
                server.each(&many, columns(keys, shared), &mut |row| {
                    let mut row = postgres_row(row)?;
                    let number: i64 = row.take(0)?;
                    row.0.remove(0);
                    visit(usize::try_from(number - 1).unwrap_or(usize::MAX), row)
                })
            }
        }
    }

    /// Prepares without running: the number of parameters.
    pub(crate) fn check(&mut self, text: &str) -> Result<usize> {
        match self {
            Conn::Sqlite(conn) => Ok(conn.prepare(&sqlite_text(text))?.parameter_count()),
            Conn::Postgres(server) => Ok(server.prepare(text)?.params().len()),
        }
    }
}

/// `$1` is a *named* parameter to SQLite; `?1` is the first.
fn sqlite_text(text: &str) -> String {
    text.replace('$', "?")
}

fn parameters(values: Vec<Value>) -> Vec<Parameter> {
    values.into_iter().map(Parameter::One).collect()
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
        let values = self.bound(permit, sql, values);
        self.conn.each(sql.text(), values, &mut |row| visit(R::from_row(row)?))
    }

    /// The first row for each of several keys: on a server one question, not one for each.
    pub fn find_each<R: FromRow>(
        &mut self,
        permit: &impl Permit,
        sql: &Sql,
        keys: &[Vec<Value>],
    ) -> Result<Vec<Option<R>>> {
        let mut found: Vec<Option<R>> = keys.iter().map(|_| None).collect();
        if keys.is_empty() {
            return Ok(found);
        }
        let keys: Vec<Vec<Value>> = keys.iter().map(|key| self.bound(permit, sql, key)).collect();
        self.conn.find_each(sql.text(), &keys, Shared::of(permit), &mut |number, row| {
            if let Some(place) = found.get_mut(number)
                && place.is_none()
            {
                *place = Some(R::from_row(row)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The parameters, with the permit's tenant as the first.
    fn bound(&mut self, permit: &impl Permit, sql: &Sql, values: &[Value]) -> Vec<Value> {
        if let Conn::Postgres(server) = &mut *self.conn
            && let Some(probe) = &mut server.probe
        {
            probe.note(permit.tenant(), sql.text());
        }
        permit.tenant().map(Value::from).into_iter().chain(values.iter().cloned()).collect()
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
        let values = self.0.bound(permit, sql, values);
        self.0.conn.execute(sql.text(), values)
    }

    /// Runs a write that must succeed and whose number of rows nobody needs. A server gets it together with the next
    /// call, and its failure is that call's, or the end's.
    pub fn later(&mut self, permit: &impl Permit, sql: &Sql, values: &[Value]) -> Result<()> {
        let values = self.0.bound(permit, sql, values);
        self.0.conn.later(sql.text(), values)
    }

    /// The same for several rows of one insert, no two of which have the same key.
    pub fn all_later(&mut self, permit: &impl Permit, sql: &Sql, rows: &[Vec<Value>]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let rows = rows.iter().map(|row| self.0.bound(permit, sql, row)).collect();
        self.0.conn.all_later(sql.text(), rows, Shared::of(permit))
    }
}
