//! Reports in the store: one function per statement.

use std::collections::BTreeMap;

use db::{Read, Tx, sql};
use jiff::{Timestamp, civil::Date};
use kernel::Room;
use uuid::Uuid;

use crate::areas::AreaRow;
use crate::model::{Column, Definition, Entry, Report, State, Texts};
use crate::signing::Printing;

db::row! {
    struct ReportRow {
        id: Uuid,
        form: String,
        form_version: u32,
        area: Option<Uuid>,
        period: String,
        from: Date,
        to: Date,
        basis: String,
        state: State,
        version: u32,
        amends: Option<Uuid>,
        created_by: String,
        created_at: Timestamp,
        changed_at: Timestamp,
        frozen_by: Option<String>,
        frozen_at: Option<Timestamp>,
    }
}

impl From<ReportRow> for Report {
    fn from(row: ReportRow) -> Self {
        Report {
            id: row.id,
            form: row.form,
            form_version: row.form_version,
            area: row.area,
            window: catalogue::Window { from: row.from, to: row.to, period: row.period },
            basis: row.basis,
            state: row.state,
            version: row.version,
            amends: row.amends,
            created_by: row.created_by,
            created_at: row.created_at,
            changed_at: row.changed_at,
            frozen_by: row.frozen_by,
            frozen_at: row.frozen_at,
        }
    }
}

/// A report that the room covers: one of the whole unit needs a room of all areas.
///
/// # Errors
/// Those of the store.
pub fn find(read: &mut Read<'_>, room: &Room, id: Uuid) -> db::Result<Option<Report>> {
    let text = sql!(
        "select id, form, form_version, area_id, period, from_on, to_on, basis, state, version, amends, created_by, \
         created_at, changed_at, frozen_by, frozen_at from report where tenant = $1 and id = $2"
    );
    let found = read.find::<ReportRow>(room, &text, &[id.into()])?.map(Report::from);
    Ok(found.filter(|report| room.narrowed(report.area).is_ok()))
}

/// The reports that are being written, of the whole unit and of areas.
pub(crate) fn open(read: &mut Read<'_>, room: &Room) -> db::Result<Vec<Report>> {
    let text = sql!(
        "select id, form, form_version, area_id, period, from_on, to_on, basis, state, version, amends, created_by, \
         created_at, changed_at, frozen_by, frozen_at from report where tenant = $1 and state = 'open' \
         order by to_on, id"
    );
    let rows: Vec<ReportRow> = read.all(room, &text, &[])?;
    Ok(rows.into_iter().map(Report::from).collect())
}

/// The reports of a form and period, of the whole unit or of one area, the latest amendment first.
///
/// # Errors
/// Those of the store.
pub fn of_period(
    read: &mut Read<'_>,
    room: &Room,
    (form, area): (&str, Option<Uuid>),
    period: &str,
) -> db::Result<Vec<Report>> {
    let text = sql!(
        "select id, form, form_version, area_id, period, from_on, to_on, basis, state, version, amends, created_by, \
         created_at, changed_at, frozen_by, frozen_at from report \
         where tenant = $1 and form = $2 and period = $3 order by created_at desc, id desc"
    );
    let rows: Vec<ReportRow> = read.all(room, &text, &[form.into(), period.into()])?;
    Ok(rows.into_iter().map(Report::from).filter(|report| report.area == area).collect())
}

/// The report that amends this one.
///
/// # Errors
/// Those of the store.
pub fn amended_by(read: &mut Read<'_>, room: &Room, id: Uuid) -> db::Result<Option<Uuid>> {
    read.find(room, &sql!("select id from report where tenant = $1 and amends = $2"), &[id.into()])
}

/// The report of the whole unit with the latest cut-off.
pub fn latest(read: &mut Read<'_>, room: &Room) -> db::Result<Option<Report>> {
    Ok(list(read, room, None, 1)?.pop())
}

/// Reports of the whole unit, those of the latest cut-off first, after the report `(cut-off, id)` of the page before.
pub(crate) fn list(
    read: &mut Read<'_>,
    room: &Room,
    after: Option<(Date, Uuid)>,
    limit: u32,
) -> db::Result<Vec<Report>> {
    let (day, id) = after.unwrap_or((Date::MAX, Uuid::max()));
    let text = sql!(
        "select id, form, form_version, area_id, period, from_on, to_on, basis, state, version, amends, created_by, \
         created_at, changed_at, frozen_by, frozen_at from report \
         where tenant = $1 and area_id is null and (to_on < $2 or (to_on = $2 and id < $3)) order by to_on desc, id desc limit $4"
    );
    let rows: Vec<ReportRow> = read.all(room, &text, &[day.into(), id.into(), limit.into()])?;
    Ok(rows.into_iter().map(Report::from).collect())
}

/// Reports of one residential area, in the same order.
pub(crate) fn list_of_area(
    read: &mut Read<'_>,
    room: &Room,
    area: Uuid,
    after: Option<(Date, Uuid)>,
    limit: u32,
) -> db::Result<Vec<Report>> {
    let (day, id) = after.unwrap_or((Date::MAX, Uuid::max()));
    let text = sql!(
        "select id, form, form_version, area_id, period, from_on, to_on, basis, state, version, amends, created_by, \
         created_at, changed_at, frozen_by, frozen_at from report \
         where tenant = $1 and area_id = $5 and (to_on < $2 or (to_on = $2 and id < $3)) \
         order by to_on desc, id desc limit $4"
    );
    let rows: Vec<ReportRow> = read.all(room, &text, &[day.into(), id.into(), limit.into(), area.into()])?;
    Ok(rows.into_iter().map(Report::from).collect())
}

/// Writes a new report.
pub(crate) fn add(tx: &mut Tx<'_>, room: &Room, report: &Report) -> db::Result<()> {
    let text = sql!(
        "insert into report (tenant, id, form, form_version, area_id, period, from_on, to_on, basis, state, version, amends, \
         created_by, created_at, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    );
    let values = [
        report.id.into(),
        (&report.form).into(),
        report.form_version.into(),
        report.area.into(),
        (&report.window.period).into(),
        report.window.from.into(),
        report.window.to.into(),
        (&report.basis).into(),
        report.state.key().into(),
        report.version.into(),
        report.amends.into(),
        (&report.created_by).into(),
        report.created_at.into(),
        report.changed_at.into(),
    ];
    tx.execute(room, &text, &values)?;
    Ok(())
}

/// Brings a report to its next version, with its state. `Conflict` when another write made that version first.
pub(crate) fn step(tx: &mut Tx<'_>, room: &Room, report: &Report) -> db::Result<()> {
    let text = sql!(
        "update report set version = $3, state = $4, changed_at = $5, frozen_by = $6, frozen_at = $7 \
         where tenant = $1 and id = $2 and version = $8 and state = 'open'"
    );
    let values = [
        report.id.into(),
        report.version.into(),
        report.state.key().into(),
        report.changed_at.into(),
        report.frozen_by.clone().into(),
        report.frozen_at.into(),
        (report.version - 1).into(),
    ];
    match tx.execute(room, &text, &values)? {
        1 => Ok(()),
        _ => Err(db::Error::Conflict("another version was written first".into())),
    }
}

/// The texts of a report.
pub(crate) fn texts(read: &mut Read<'_>, room: &Room, report: Uuid) -> db::Result<Texts> {
    let text = sql!("select part, text from report_text where tenant = $1 and report_id = $2 order by part");
    Ok(read.all::<(String, String)>(room, &text, &[report.into()])?.into_iter().collect())
}

/// Writes one text.
pub(crate) fn put_text(
    tx: &mut Tx<'_>,
    room: &Room,
    report: Uuid,
    (part, words): (&str, &str),
    at: Timestamp,
) -> db::Result<()> {
    let text = sql!(
        "insert into report_text (tenant, report_id, part, text, changed_by, changed_at) \
         values ($1, $2, $3, $4, $5, $6) on conflict (tenant, report_id, part) do update set \
         text = excluded.text, changed_by = excluded.changed_by, changed_at = excluded.changed_at"
    );
    let values = [report.into(), part.into(), words.into(), room.account().into(), at.into()];
    tx.execute(room, &text, &values)?;
    Ok(())
}

db::row! {
    struct AreaLine {
        part: String,
        area: Option<Uuid>,
        name: String,
        figures: String,
    }
}

/// The tables of areas of a frozen report, by part.
pub(crate) fn area_rows(
    read: &mut Read<'_>,
    room: &Room,
    report: Uuid,
) -> db::Result<BTreeMap<String, Vec<AreaRow>>> {
    let text = sql!(
        "select part, area_id, name, figures from report_area where tenant = $1 and report_id = $2 \
         order by part, row_number"
    );
    let mut tables: BTreeMap<String, Vec<AreaRow>> = BTreeMap::new();
    for AreaLine { part, area, name, figures } in read.all(room, &text, &[report.into()])? {
        let figures = serde_json::from_str(&figures)
            .map_err(|error| db::Error::Broken(format!("a frozen row cannot be read: {error}")))?;
        tables.entry(part).or_default().push(AreaRow { area, name, figures });
    }
    Ok(tables)
}

/// Writes one row of a table of areas of a report that is being frozen.
pub(crate) fn put_area_row(
    tx: &mut Tx<'_>,
    room: &Room,
    report: Uuid,
    (part, place): (&str, u32),
    row: &AreaRow,
) -> db::Result<()> {
    let text = sql!(
        "insert into report_area (tenant, report_id, part, row_number, area_id, name, figures) \
         values ($1, $2, $3, $4, $5, $6, $7)"
    );
    let figures =
        serde_json::to_string(&row.figures).map_err(|error| db::Error::Broken(error.to_string()))?;
    let values =
        [report.into(), part.into(), place.into(), row.area.into(), (&row.name).into(), figures.into()];
    tx.execute(room, &text, &values)?;
    Ok(())
}

/// What papers of an object (`form ID`, `report ID`) in a style say beyond their report, with its version.
pub(crate) fn signing(
    read: &mut Read<'_>,
    room: &Room,
    (object, style): (&str, &str),
) -> db::Result<Option<(u32, Printing)>> {
    let text =
        sql!("select version, words from report_signing where tenant = $1 and object = $2 and style = $3");
    let row: Option<(u32, String)> = read.find(room, &text, &[object.into(), style.into()])?;
    let broken = |error: serde_json::Error| db::Error::Broken(format!("signers cannot be read: {error}"));
    row.map(|(version, words)| Ok((version, serde_json::from_str(&words).map_err(broken)?))).transpose()
}

/// Writes the next version of it. `Conflict` when another write made that version first.
pub(crate) fn put_signing(
    tx: &mut Tx<'_>,
    room: &Room,
    (object, style): (&str, &str),
    (version, words): (u32, &Printing),
    at: Timestamp,
) -> db::Result<()> {
    let text = sql!(
        "insert into report_signing (tenant, object, style, version, words, changed_by, changed_at) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (tenant, object, style) do update set \
         version = excluded.version, words = excluded.words, changed_by = excluded.changed_by, \
         changed_at = excluded.changed_at where report_signing.version = excluded.version - 1"
    );
    let json = serde_json::to_string(words).map_err(|error| db::Error::Broken(error.to_string()))?;
    let values = [object.into(), style.into(), version.into(), json.into(), room.account().into(), at.into()];
    match tx.execute(room, &text, &values)? {
        1 => Ok(()),
        _ => Err(db::Error::Conflict("another version was written first".into())),
    }
}

db::row! {
    struct EntryRow {
        place: u32,
        part: String,
        row: u32,
        column: Column,
        figure: String,
        definition: String,
        records: Option<String>,
        communes: Option<String>,
    }
}

impl EntryRow {
    fn into_entry(self) -> db::Result<Entry> {
        let broken =
            |error: serde_json::Error| db::Error::Broken(format!("a frozen figure cannot be read: {error}"));
        let definition: Definition = serde_json::from_str(&self.definition).map_err(broken)?;
        Ok(Entry {
            place: self.place,
            part: self.part,
            row: self.row,
            column: self.column,
            figure: serde_json::from_str(&self.figure).map_err(broken)?,
            definition,
            records: self.records.as_deref().map(serde_json::from_str).transpose().map_err(broken)?,
            communes: self.communes.as_deref().map(serde_json::from_str).transpose().map_err(broken)?,
        })
    }
}

/// The figures of a frozen report, in order.
pub(crate) fn figures(read: &mut Read<'_>, room: &Room, report: Uuid) -> db::Result<Vec<Entry>> {
    let text = sql!(
        "select place, part, row_number, column_key, figure, definition, records, communes from report_figure \
         where tenant = $1 and report_id = $2 order by place"
    );
    let rows: Vec<EntryRow> = read.all(room, &text, &[report.into()])?;
    rows.into_iter().map(EntryRow::into_entry).collect()
}

/// Writes one figure of a report that is being frozen.
pub(crate) fn put_figure(tx: &mut Tx<'_>, room: &Room, report: Uuid, entry: &Entry) -> db::Result<()> {
    let broken = |error: serde_json::Error| db::Error::Broken(error.to_string());
    let records = entry.records.as_ref().map(serde_json::to_string).transpose().map_err(broken)?;
    let communes = entry.communes.as_ref().map(serde_json::to_string).transpose().map_err(broken)?;
    let text = sql!(
        "insert into report_figure (tenant, report_id, place, part, row_number, column_key, figure, definition, \
         records, communes) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    );
    let values = [
        report.into(),
        entry.place.into(),
        (&entry.part).into(),
        entry.row.into(),
        entry.column.key().into(),
        serde_json::to_string(&entry.figure).map_err(broken)?.into(),
        serde_json::to_string(&entry.definition).map_err(broken)?.into(),
        records.into(),
        communes.into(),
    ];
    tx.execute(room, &text, &values)?;
    Ok(())
}
