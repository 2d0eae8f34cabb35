//! Disclosures in the store: one function per statement.

use std::io::Read as _;

use db::{Read, Tx, sql};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use kernel::Room;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::{Content, Disclosure, Heading, State};

/// The most that the list of a unit shows: four reports a month for over four years.
const MOST: i64 = 200;

db::row! {
    struct DisclosureRow {
        report: Uuid,
        version: u32,
        state: State,
        heading: String,
        content: Option<Vec<u8>>,
        account: String,
        changed_at: Timestamp,
    }
}

/// What was decided about a report.
pub(crate) fn find(read: &mut Read<'_>, room: &Room, report: Uuid) -> db::Result<Option<Disclosure>> {
    let text = sql!(
        "select report_id, version, state, heading, content, account, changed_at from disclosure \
         where tenant = $1 and report_id = $2"
    );
    let Some(row) = read.find::<DisclosureRow>(room, &text, &[report.into()])? else { return Ok(None) };
    Ok(Some(Disclosure {
        report: row.report,
        version: row.version,
        state: row.state,
        heading: parsed(&row.heading)?,
        content: row.content.as_deref().map(unpacked).transpose()?,
        account: row.account,
        changed_at: row.changed_at,
    }))
}

/// Version and state of what was decided about a report: all that a page needs that is made already.
pub(crate) fn standing(read: &mut Read<'_>, room: &Room, report: Uuid) -> db::Result<Option<(u32, State)>> {
    let text = sql!("select version, state from disclosure where tenant = $1 and report_id = $2");
    read.find(room, &text, &[report.into()])
}

/// How often a unit decided anything: rows stay and their versions only grow.
pub(crate) fn decisions(read: &mut Read<'_>, room: &Room) -> db::Result<i64> {
    let text = sql!("select cast(coalesce(sum(version), 0) as bigint) from disclosure where tenant = $1");
    read.one(room, &text, &[])
}

/// What a unit has made public, the latest periods first.
pub(crate) fn latest(read: &mut Read<'_>, room: &Room) -> db::Result<Vec<(Uuid, Heading)>> {
    let text = sql!(
        "select report_id, heading from disclosure where tenant = $1 and state = 'public' \
         order by to_on desc, report_id desc limit $2"
    );
    let rows: Vec<(Uuid, String)> = read.all(room, &text, &[MOST.into()])?;
    rows.into_iter().map(|(report, heading)| Ok((report, parsed(&heading)?))).collect()
}

/// Keeps the first decision about a report.
pub(crate) fn add(tx: &mut Tx<'_>, room: &Room, new: &Disclosure) -> db::Result<()> {
    let text = sql!(
        "insert into disclosure (tenant, report_id, version, state, to_on, heading, content, account, changed_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    tx.execute(room, &text, &values(new)?).map(drop)
}

/// Keeps the next decision. `Conflict` when another was first.
pub(crate) fn set(tx: &mut Tx<'_>, room: &Room, next: &Disclosure) -> db::Result<()> {
    let text = sql!(
        "update disclosure set version = $3, state = $4, to_on = $5, heading = $6, content = $7, account = $8, \
         changed_at = $9 where tenant = $1 and report_id = $2 and version = cast($3 as bigint) - 1"
    );
    match tx.execute(room, &text, &values(next)?)? {
        1 => Ok(()),
        _ => Err(db::Error::Conflict("another decision was first".into())),
    }
}

fn values(disclosure: &Disclosure) -> db::Result<[db::Value; 8]> {
    Ok([
        disclosure.report.into(),
        disclosure.version.into(),
        disclosure.state.key().into(),
        disclosure.heading.to.into(),
        written(&disclosure.heading)?.into(),
        disclosure.content.as_ref().map(packed).transpose()?.into(),
        (&disclosure.account).into(),
        disclosure.changed_at.into(),
    ])
}

fn broken(why: impl std::fmt::Display) -> db::Error {
    db::Error::Broken(format!("a disclosure: {why}"))
}

fn written(what: &impl Serialize) -> db::Result<String> {
    serde_json::to_string(what).map_err(broken)
}

fn parsed<T: for<'a> Deserialize<'a>>(text: &str) -> db::Result<T> {
    serde_json::from_str(text).map_err(broken)
}

/// Seventy kilobytes of words that repeat each other become nine.
fn packed(content: &Content) -> db::Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    serde_json::to_writer(&mut packer, content).map_err(broken)?;
    packer.finish().map_err(broken)
}

fn unpacked(bytes: &[u8]) -> db::Result<Content> {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).map_err(broken)?;
    parsed(&text)
}
