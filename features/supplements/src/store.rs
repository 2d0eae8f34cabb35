//! Supplements in the store: one function per statement.

use std::collections::BTreeMap;

use db::{Read, Tx, sql};
use jiff::Timestamp;
use kernel::{Room, Scope};
use uuid::Uuid;

use crate::model::Supplement;

/// One supplement.
///
/// # Errors
/// Those of the store.
pub fn find(read: &mut Read<'_>, room: &Room, id: Uuid) -> db::Result<Option<Supplement>> {
    let text = sql!(
        "select id, version, state, number, starts_on, title, content, account, changed_at from supplement \
         where tenant = $1 and id = $2"
    );
    read.find(room, &text, &[id.into()])
}

/// Every supplement of a unit, what was changed last first.
///
/// # Errors
/// Those of the store.
pub fn all(read: &mut Read<'_>, room: &Room) -> db::Result<Vec<Supplement>> {
    let text = sql!(
        "select id, version, state, number, starts_on, title, content, account, changed_at from supplement \
         where tenant = $1 order by changed_at desc, id"
    );
    read.all(room, &text, &[])
}

/// The publications of a unit, in order.
pub(crate) fn published(read: &mut Read<'_>, room: &Room) -> db::Result<Vec<Supplement>> {
    let text = sql!(
        "select id, version, state, number, starts_on, title, content, account, changed_at from supplement \
         where tenant = $1 and number > 0 order by number"
    );
    read.all(room, &text, &[])
}

/// The number of a unit's last publication; 0 when there is none.
pub(crate) fn last_number(read: &mut Read<'_>, room: &Room) -> db::Result<u32> {
    let text = sql!("select coalesce(max(number), 0) from supplement where tenant = $1");
    read.one(room, &text, &[])
}

/// The number of each unit's last publication, as every machine has it: rules are there for everybody to read.
pub(crate) fn last_numbers(read: &mut Read<'_>, scope: &Scope) -> db::Result<BTreeMap<String, u32>> {
    let all: Vec<(String, u32)> =
        read.all(scope, &sql!("select tenant, number from supplement_last order by tenant"), &[])?;
    Ok(all.into_iter().collect())
}

/// The same, as the publications themselves say: a statement over all tenants.
pub(crate) fn published_numbers(read: &mut Read<'_>, scope: &Scope) -> db::Result<Vec<(String, u32)>> {
    let text =
        sql!("select tenant, max(number) from supplement where number > 0 group by tenant order by tenant");
    read.all(scope, &text, &[])
}

/// Says on every machine which publication is the unit's last.
pub(crate) fn set_last_number(tx: &mut Tx<'_>, room: &Room, number: u32) -> db::Result<()> {
    let text = sql!(
        "insert into supplement_last (tenant, number) values ($1, $2) \
         on conflict (tenant) do update set number = excluded.number where supplement_last.number < excluded.number"
    );
    tx.execute(room, &text, &[number.into()])?;
    Ok(())
}

/// Adds a draft in its first version; whether it was not there yet.
pub(crate) fn add(tx: &mut Tx<'_>, room: &Room, new: &Supplement) -> db::Result<bool> {
    let text = sql!(
        "insert into supplement (tenant, id, version, state, number, starts_on, title, content, account, changed_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing"
    );
    Ok(tx.execute(room, &text, &values(new, new.changed_at))? == 1)
}

/// Writes the next version over the one before it. `Conflict` when another write was first.
pub(crate) fn set(tx: &mut Tx<'_>, room: &Room, next: &Supplement) -> db::Result<()> {
    let text = sql!(
        "update supplement set version = $3, state = $4, number = $5, starts_on = $6, title = $7, content = $8, \
         account = $9, changed_at = $10 where tenant = $1 and id = $2 and version = cast($3 as bigint) - 1"
    );
    match tx.execute(room, &text, &values(next, next.changed_at))? {
        1 => Ok(()),
        _ => Err(db::Error::Conflict("another version was written first".into())),
    }
}

fn values(supplement: &Supplement, at: Timestamp) -> [db::Value; 9] {
    [
        supplement.id.into(),
        supplement.version.into(),
        supplement.state.key().into(),
        supplement.number.into(),
        supplement.starts_on.into(),
        (&supplement.title).into(),
        (&supplement.content).into(),
        (&supplement.account).into(),
        at.into(),
    ]
}
