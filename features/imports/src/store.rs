//! Imports in the store: one function per statement.

use catalogue::Catalogue;
use db::{Read, Tx, sql};
use jiff::Timestamp;
use kernel::Room;
use uuid::Uuid;
use vietnamese::legacy::Encoding;

use crate::mapping::{self, Mapping};
use crate::model::{Import, State};
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
    }
}

impl ImportRow {
    fn into_import(self, catalogue: &Catalogue) -> db::Result<Import> {
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
        "select id, version, state, kind, file_name, headers, mapping, encoding, created_by, created_at \
         from import where tenant = $1 and id = $2"
    );
    let row: Option<ImportRow> = read.find(room, &text, &[id.into()])?;
    row.map(|row| row.into_import(catalogue)).transpose()
}

/// The newest imports.
pub(crate) fn newest(
    read: &mut Read<'_>,
    room: &Room,
    catalogue: &Catalogue,
    limit: u32,
) -> db::Result<Vec<Import>> {
    let text = sql!(
        "select id, version, state, kind, file_name, headers, mapping, encoding, created_by, created_at \
         from import where tenant = $1 order by created_at desc, id desc limit $2"
    );
    let rows: Vec<ImportRow> = read.all(room, &text, &[limit.into()])?;
    rows.into_iter().map(|row| row.into_import(catalogue)).collect()
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
        "update import set version = $3, state = $4, headers = $5, mapping = $6, encoding = $7, changed_at = $8 \
         where tenant = $1 and id = $2 and version = cast($3 as bigint) - 1"
    );
    let values = [
        import.id.into(),
        import.version.into(),
        import.state.key().into(),
        to_json(&import.headers)?.into(),
        mapping::to_json(&import.mapping).into(),
        import.encoding.map(Encoding::key).into(),
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

/// Rows and the records that were made of them, in order.
pub(crate) fn records(read: &mut Read<'_>, room: &Room, import: Uuid) -> db::Result<Vec<(u32, Uuid)>> {
    let text = sql!(
        "select number, activity_id from import_row \
         where tenant = $1 and import_id = $2 and activity_id is not null order by number"
    );
    read.all(room, &text, &[import.into()])
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
