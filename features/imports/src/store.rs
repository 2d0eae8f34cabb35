//! Imports in the store: one function per statement.

use catalogue::Catalogue;
use db::{Read, Tx, sql};
use jiff::Timestamp;
use kernel::{Line as OfSuperiors, Room, Scope};
use uuid::Uuid;
use vietnamese::legacy::Encoding;

use crate::mapping::{self, Mapping};
use crate::model::{Import, State};
use crate::run::{Going, Run};
use crate::sheet::Line;

db::row! {
    struct ImportRow {
        id: Uuid,
        version: u32,
        state: String,
        kind: String,
        file_name: String,
        headers: String,
        mapping: String,
        encoding: Option<String>,
        created_by: String,
        created_at: Timestamp,
        kept: Option<u32>,
    }
}

impl ImportRow {
    fn into_import(self, catalogue: &Catalogue, run: Option<Run>) -> db::Result<Import> {
        let state = State::from_key(&self.state).ok_or(db::Error::Shape { column: 2, wanted: "a state" })?;
        let headers: Vec<String> = from_json(&self.headers)?;
        let kind = catalogue.kind(&self.kind);
        let mapping = kind.map_or_else(
            || vec![None; headers.len()],
            |kind| mapping::from_json(kind, &self.mapping, headers.len()),
        );
        Ok(Import {
            id: self.id,
            version: self.version,
            state,
            kind: self.kind,
            file_name: self.file_name,
            headers,
            mapping,
            encoding: self.encoding.as_deref().and_then(Encoding::from_key),
            created_by: self.created_by,
            created_at: self.created_at,
            kept: self.kept.unwrap_or_default(),
            run,
        })
    }
}

fn from_json<T: serde::de::DeserializeOwned>(json: &str) -> db::Result<T> {
    serde_json::from_str(json).map_err(|e| db::Error::Broken(format!("a stored import cannot be read: {e}")))
}

fn to_json<T: serde::Serialize>(value: &T) -> db::Result<String> {
    serde_json::to_string(value).map_err(|e| db::Error::Broken(e.to_string()))
}

/// One import.
pub(crate) fn find(
    read: &mut Read<'_>,
    room: &Room,
    catalogue: &Catalogue,
    id: Uuid,
) -> db::Result<Option<Import>> {
    let text = sql!(
        "select id, version, state, kind, file_name, headers, mapping, encoding, created_by, created_at, \
         kept from import where tenant = $1 and id = $2"
    );
    let row: Option<ImportRow> = read.find(room, &text, &[id.into()])?;
    let run = run(read, room, id)?;
    row.map(|row| row.into_import(catalogue, run)).transpose()
}

/// The newest imports.
pub(crate) fn newest(
    read: &mut Read<'_>,
    room: &Room,
    catalogue: &Catalogue,
    limit: u32,
) -> db::Result<Vec<Import>> {
    let text = sql!(
        "select id, version, state, kind, file_name, headers, mapping, encoding, created_by, created_at, \
         kept from import where tenant = $1 order by created_at desc, id desc limit $2"
    );
    let rows: Vec<ImportRow> = read.all(room, &text, &[limit.into()])?;
    let running = runs(read, room)?;
    let mut imports = Vec::new();
    for row in rows {
        let run = if running.contains(&row.id) { run(read, room, row.id)? } else { None };
        imports.push(row.into_import(catalogue, run)?);
    }
    Ok(imports)
}

/// Adds an import in its first version; whether it was not there yet.
pub(crate) fn add(tx: &mut Tx<'_>, room: &Room, import: &Import) -> db::Result<bool> {
    let text = sql!(
        "insert into import (tenant, id, kind, file_name, state, version, headers, mapping, encoding, created_by, \
         created_at, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) on conflict do nothing"
    );
    let values = [
        import.id.into(),
        (&import.kind).into(),
        (&import.file_name).into(),
        import.state.key().into(),
        import.version.into(),
        to_json(&import.headers)?.into(),
        mapping::to_json(&import.mapping).into(),
        import.encoding.map(Encoding::key).into(),
        (&import.created_by).into(),
        import.created_at.into(),
    ];
    Ok(tx.execute(room, &text, &values)? == 1)
}

/// Writes the next version of an import over the one before it. `Conflict` when another write was first.
pub(crate) fn set(tx: &mut Tx<'_>, room: &Room, import: &Import, at: Timestamp) -> db::Result<()> {
    let text = sql!(
        "update import set version = $3, state = $4, headers = $5, mapping = $6, encoding = $7, kept = $8, \
         changed_at = $9 where tenant = $1 and id = $2 and version = cast($3 as bigint) - 1"
    );
    let values = [
        import.id.into(),
        import.version.into(),
        import.state.key().into(),
        to_json(&import.headers)?.into(),
        mapping::to_json(&import.mapping).into(),
        import.encoding.map(Encoding::key).into(),
        import.kept.into(),
        at.into(),
    ];
    match tx.execute(room, &text, &values)? {
        1 => Ok(()),
        _ => Err(db::Error::Conflict("another version was written first".into())),
    }
}

/// Adds a row of a sheet.
pub(crate) fn add_row(tx: &mut Tx<'_>, room: &Room, import: Uuid, row: &Line) -> db::Result<()> {
    let text = sql!("insert into import_row (tenant, import_id, number, cells) values ($1, $2, $3, $4)");
    tx.execute(room, &text, &[import.into(), row.number.into(), to_json(&row.cells)?.into()])?;
    Ok(())
}

/// The rows of a sheet, in order.
pub(crate) fn rows(read: &mut Read<'_>, room: &Room, import: Uuid) -> db::Result<Vec<Line>> {
    let text =
        sql!("select number, cells from import_row where tenant = $1 and import_id = $2 order by number");
    let mut rows = Vec::new();
    read.each(room, &text, &[import.into()], |(number, cells): (u32, String)| {
        rows.push(Line { number, cells: from_json(&cells)? });
        Ok(())
    })?;
    Ok(rows)
}

/// The rows of a sheet after one of them, in order.
pub(crate) fn rows_after(
    read: &mut Read<'_>,
    room: &Room,
    import: Uuid,
    after: u32,
    limit: u32,
) -> db::Result<Vec<Line>> {
    let text = sql!(
        "select number, cells from import_row where tenant = $1 and import_id = $2 and number > $3 \
         order by number limit $4"
    );
    let mut rows = Vec::new();
    read.each(
        room,
        &text,
        &[import.into(), after.into(), limit.into()],
        |(number, cells): (u32, String)| {
            rows.push(Line { number, cells: from_json(&cells)? });
            Ok(())
        },
    )?;
    Ok(rows)
}

/// How many rows a sheet has.
pub(crate) fn count_rows(read: &mut Read<'_>, room: &Room, import: Uuid) -> db::Result<u32> {
    let text = sql!("select count(*) from import_row where tenant = $1 and import_id = $2");
    read.one(room, &text, &[import.into()])
}

/// Writes the cells of a row again, in another encoding.
pub(crate) fn set_cells(tx: &mut Tx<'_>, room: &Room, import: Uuid, row: &Line) -> db::Result<()> {
    let text = sql!("update import_row set cells = $4 where tenant = $1 and import_id = $2 and number = $3");
    tx.execute(room, &text, &[import.into(), row.number.into(), to_json(&row.cells)?.into()])?;
    Ok(())
}

/// Notes which record was made of a row.
pub(crate) fn set_record(
    tx: &mut Tx<'_>,
    room: &Room,
    import: Uuid,
    row: u32,
    activity: Uuid,
) -> db::Result<()> {
    let text =
        sql!("update import_row set activity_id = $4 where tenant = $1 and import_id = $2 and number = $3");
    tx.execute(room, &text, &[import.into(), row.into(), activity.into()])?;
    Ok(())
}

/// Rows after one of them and the records that were made of them, in order.
pub(crate) fn records_after(
    read: &mut Read<'_>,
    room: &Room,
    import: Uuid,
    after: u32,
    limit: u32,
) -> db::Result<Vec<(u32, Uuid)>> {
    let text = sql!(
        "select number, activity_id from import_row where tenant = $1 and import_id = $2 and number > $3 \
         and activity_id is not null order by number limit $4"
    );
    read.all(room, &text, &[import.into(), after.into(), limit.into()])
}

/// How many records were made of an import.
pub(crate) fn made(read: &mut Read<'_>, room: &Room, import: Uuid) -> db::Result<u32> {
    let text = sql!("select count(activity_id) from import_row where tenant = $1 and import_id = $2");
    read.one(room, &text, &[import.into()])
}

db::row! {
    struct RunRow {
        going: String,
        account: String,
        line: Option<String>,
        left_out: String,
        reason: String,
        after_row: u32,
        done: u32,
        kept: u32,
        total: u32,
        started_at: Timestamp,
    }
}

/// What is being done with an import.
pub(crate) fn run(read: &mut Read<'_>, room: &Room, import: Uuid) -> db::Result<Option<Run>> {
    let text = sql!(
        "select step, account, line, left_out, reason, after_row, done, kept, total, started_at \
         from import_run where tenant = $1 and import_id = $2"
    );
    let Some(row): Option<RunRow> = read.find(room, &text, &[import.into()])? else { return Ok(None) };
    Ok(Some(Run {
        import,
        going: Going::from_key(&row.going).ok_or(db::Error::Shape { column: 0, wanted: "a way" })?,
        account: row.account,
        line: row.line.as_deref().and_then(OfSuperiors::from_key),
        left_out: from_json(&row.left_out)?,
        reason: row.reason,
        after: row.after_row,
        done: row.done,
        kept: row.kept,
        total: row.total,
        started_at: row.started_at,
    }))
}

/// The imports of a tenant with which something is being done.
pub(crate) fn runs(read: &mut Read<'_>, room: &Room) -> db::Result<Vec<Uuid>> {
    let text = sql!("select import_id from import_run where tenant = $1 order by started_at, import_id");
    read.all(room, &text, &[])
}

/// The tenants with such imports.
pub(crate) fn tenants_with_runs(read: &mut Read<'_>, scope: &Scope) -> db::Result<Vec<String>> {
    read.all(scope, &sql!("select distinct tenant from import_run order by tenant"), &[])
}

/// Keeps what is begun.
pub(crate) fn put_run(tx: &mut Tx<'_>, room: &Room, run: &Run) -> db::Result<()> {
    let text = sql!(
        "insert into import_run (tenant, import_id, step, account, line, left_out, reason, after_row, done, kept, \
         total, started_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    );
    let values = [
        run.import.into(),
        run.going.key().into(),
        (&run.account).into(),
        run.line.map(OfSuperiors::key).into(),
        to_json(&run.left_out)?.into(),
        (&run.reason).into(),
        run.after.into(),
        run.done.into(),
        run.kept.into(),
        run.total.into(),
        run.started_at.into(),
    ];
    tx.execute(room, &text, &values).map(drop)
}

/// Notes how far it is.
pub(crate) fn set_run(tx: &mut Tx<'_>, room: &Room, run: &Run) -> db::Result<()> {
    let text = sql!(
        "update import_run set after_row = $3, done = $4, kept = $5 where tenant = $1 and import_id = $2"
    );
    let values = [run.import.into(), run.after.into(), run.done.into(), run.kept.into()];
    tx.execute(room, &text, &values).map(drop)
}

/// Takes an import in hand until a moment, unless another worker has it; whether it is there and was free.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    room: &Room,
    import: Uuid,
    worker: Uuid,
    (now, until): (Timestamp, Timestamp),
) -> db::Result<bool> {
    let text = sql!(
        "update import_run set worker = $3, held_until = $4 where tenant = $1 and import_id = $2 \
         and (worker is null or worker = $3 or held_until <= $5)"
    );
    let values = [import.into(), worker.into(), until.into(), now.into()];
    Ok(tx.execute(room, &text, &values)? > 0)
}

/// Forgets what is at its end, or ends here.
pub(crate) fn drop_run(tx: &mut Tx<'_>, room: &Room, import: Uuid) -> db::Result<()> {
    let text = sql!("delete from import_run where tenant = $1 and import_id = $2");
    tx.execute(room, &text, &[import.into()]).map(drop)
}

/// The kinds whose sheets were mapped in this unit.
///
/// # Errors
/// Those of the store.
pub fn mapped_kinds(read: &mut Read<'_>, room: &Room) -> db::Result<Vec<String>> {
    read.all(room, &sql!("select distinct kind from import_mapping where tenant = $1 order by kind"), &[])
}

/// How a sheet with these headers was read last time, as stored.
pub(crate) fn remembered(
    read: &mut Read<'_>,
    room: &Room,
    kind: &str,
    signature: &str,
) -> db::Result<Option<String>> {
    let text = sql!("select mapping from import_mapping where tenant = $1 and kind = $2 and signature = $3");
    read.find(room, &text, &[kind.into(), signature.into()])
}

/// Remembers how a sheet with these headers is read.
pub(crate) fn remember(
    tx: &mut Tx<'_>,
    room: &Room,
    kind: &str,
    signature: &str,
    mapping: &Mapping,
    at: Timestamp,
) -> db::Result<()> {
    let text = sql!(
        "insert into import_mapping (tenant, kind, signature, mapping, changed_at) values ($1, $2, $3, $4, $5) \
         on conflict (tenant, kind, signature) do update set mapping = excluded.mapping, changed_at = excluded.changed_at"
    );
    tx.execute(room, &text, &[kind.into(), signature.into(), mapping::to_json(mapping).into(), at.into()])?;
    Ok(())
}
