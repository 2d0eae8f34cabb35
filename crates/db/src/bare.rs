//! The engine alone, to measure the program against: rows of the same size with the same durability, and nothing else.

use std::ops::Range;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::dump::{self, Table};
use crate::engine::Conn;
use crate::pool::{Beside, Db};
use crate::server::{Parameter, Server};
use crate::{Result, Value};

/// What a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Rows of all tenants.
    pub rows: u64,
    /// Bytes on the disk, indexes and all.
    pub bytes: u64,
}

/// What a write of the bare engine is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Write {
    /// Rows inserted in one transaction.
    pub rows: u64,
    /// Bytes of a row.
    pub bytes: usize,
}

impl Db {
    /// What the store holds. Counts every row, so it takes longer the more there are.
    ///
    /// # Errors
    /// Those of the store.
    pub fn size(&self) -> Result<Size> {
        let mut conn = self.beside(Beside::Store)?;
        let bytes = match &conn {
            Conn::Sqlite(_) => "select page_count * page_size from pragma_page_count(), pragma_page_size()",
            Conn::Postgres(_) => "select pg_database_size(current_database())",
        };
        let count = |Table { name, .. }: &Table| format!("(select count(*) from {name})");
        let counts: Vec<String> = dump::tables()?.iter().map(count).collect();
        let rows = number(&mut conn, &format!("select {}", counts.join(" + ")))?;
        Ok(Size { rows, bytes: number(&mut conn, bytes)? })
    }

    /// How many writes a second the engine alone takes, from so many clients at once; one where it has one writer. What is
    /// written is removed again.
    ///
    /// # Errors
    /// Those of the store.
    pub fn bare(&self, clients: usize, write: Write, lasting: Duration) -> Result<f64> {
        let mut first = self.beside(Beside::Scratch)?;
        first.batch(
            "drop table if exists bare_row; \
             create table bare_row (client bigint not null, number bigint not null, body text not null, \
             constraint bare_row_key primary key (client, number))",
        )?;
        let clients = if matches!(first, Conn::Sqlite(_)) { 1 } else { clients };
        let begun = Instant::now();
        let written = std::thread::scope(|threads| {
            let insert =
                |client| move || insert(self.beside(Beside::Scratch)?, client, write, begun + lasting);
            let workers: Vec<_> = (0..clients).map(|client| threads.spawn(insert(client as i64))).collect();
            workers.into_iter().map(|worker| worker.join().unwrap_or(Ok(0))).sum::<Result<u64>>()
        })?;
        let took = begun.elapsed();
        first.batch("drop table bare_row")?;
        Ok(written as f64 / took.as_secs_f64())
    }
}

const INSERT: &str = "insert into bare_row (client, number, body) values ($1, $2, $3)";

/// Inserts until it is time to stop; how many transactions it made.
fn insert(mut conn: Conn, client: i64, write: Write, until: Instant) -> Result<u64> {
    let body = "a".repeat(write.bytes);
    let (mut done, mut number) = (0, 0);
    while Instant::now() < until {
        let numbers = number..number + write.rows as i64;
        number = numbers.end;
        match &mut conn {
            Conn::Sqlite(conn) => in_file(conn, client, numbers, &body)?,
            Conn::Postgres(server) => on_server(server, client, numbers, &body)?,
        }
        done += 1;
    }
    Ok(done)
}

fn in_file(conn: &mut Connection, client: i64, numbers: Range<i64>, body: &str) -> Result<()> {
    let tx = conn.transaction()?;
    for number in numbers {
        tx.prepare_cached(INSERT)?.execute((client, number, body))?;
    }
    Ok(tx.commit()?)
}

fn on_server(server: &mut Server, client: i64, numbers: Range<i64>, body: &str) -> Result<()> {
    server.begin("begin");
    for number in numbers {
        let values = [Value::from(client), number.into(), body.into()];
        server.later(INSERT, values.map(Parameter::One).into())?;
    }
    server.end(true)
}

fn number(conn: &mut Conn, text: &str) -> Result<u64> {
    let mut found = 0_i64;
    match conn {
        Conn::Sqlite(conn) => found = conn.query_row(text, [], |row| row.get(0))?,
        Conn::Postgres(server) => server.each(text, Vec::new(), &mut |row| {
            found = row.try_get(0)?;
            Ok(())
        })?,
    }
    Ok(found.unsigned_abs())
}
