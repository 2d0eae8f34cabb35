//! Rearrangements in the store: one function per statement.

use db::{Read, Tx, sql};
use jiff::{Timestamp, civil::Date};
use kernel::Room;
use uuid::Uuid;

use crate::model::{Rearrangement, State};

db::row! {
    struct Stored {
        id: Uuid,
        plan: String,
        on: Date,
        basis: String,
        state: State,
        version: u32,
        drafted_by: String,
        drafted_at: Timestamp,
        applied_by: Option<String>,
        applied_at: Option<Timestamp>,
        undone_by: Option<String>,
        undone_at: Option<Timestamp>,
    }
}

impl Stored {
    fn read(self) -> db::Result<Rearrangement> {
        let plan = serde_json::from_str(&self.plan)
            .map_err(|error| db::Error::Broken(format!("a stored rearrangement cannot be read: {error}")))?;
        Ok(Rearrangement {
            id: self.id,
            plan,
            on: self.on,
            basis: self.basis,
            state: self.state,
            version: self.version,
            drafted_by: self.drafted_by,
            drafted_at: self.drafted_at,
            applied_by: self.applied_by,
            applied_at: self.applied_at,
            undone_by: self.undone_by,
            undone_at: self.undone_at,
        })
    }
}

/// A rearrangement.
pub fn find(read: &mut Read<'_>, room: &Room, id: Uuid) -> db::Result<Option<Rearrangement>> {
    let text = sql!(
        "select id, plan, on_day, basis, state, version, drafted_by, drafted_at, applied_by, applied_at, undone_by, \
         undone_at from rearrangement where tenant = $1 and id = $2"
    );
    read.find::<Stored>(room, &text, &[id.into()])?.map(Stored::read).transpose()
}

/// Those of a unit, the latest day first.
pub fn list(read: &mut Read<'_>, room: &Room) -> db::Result<Vec<Rearrangement>> {
    let text = sql!(
        "select id, plan, on_day, basis, state, version, drafted_by, drafted_at, applied_by, applied_at, undone_by, \
         undone_at from rearrangement where tenant = $1 order by on_day desc, id desc"
    );
    read.all::<Stored>(room, &text, &[])?.into_iter().map(Stored::read).collect()
}

/// Writes a new one.
pub(crate) fn add(tx: &mut Tx<'_>, room: &Room, new: &Rearrangement, touches: &[String]) -> db::Result<()> {
    let text = sql!(
        "insert into rearrangement (tenant, id, plan, on_day, basis, touches, state, version, drafted_by, drafted_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    );
    let plan = serde_json::to_string(&new.plan).map_err(|error| db::Error::Broken(error.to_string()))?;
    let touches = touches.iter().fold("|".to_owned(), |all, id| all + id + "|");
    let values = [
        new.id.into(),
        plan.into(),
        new.on.into(),
        (&new.basis).into(),
        touches.into(),
        new.state.key().into(),
        new.version.into(),
        (&new.drafted_by).into(),
        new.drafted_at.into(),
    ];
    tx.execute(room, &text, &values)?;
    Ok(())
}

/// Brings one to its next version. `Conflict` when another write made that version first.
pub(crate) fn step(tx: &mut Tx<'_>, room: &Room, next: &Rearrangement) -> db::Result<()> {
    let text = sql!(
        "update rearrangement set version = $3, state = $4, applied_by = $5, applied_at = $6, undone_by = $7, \
         undone_at = $8 where tenant = $1 and id = $2 and version = $9"
    );
    let values = [
        next.id.into(),
        next.version.into(),
        next.state.key().into(),
        next.applied_by.clone().into(),
        next.applied_at.into(),
        next.undone_by.clone().into(),
        next.undone_at.into(),
        (next.version - 1).into(),
    ];
    match tx.execute(room, &text, &values)? {
        1 => Ok(()),
        _ => Err(db::Error::Conflict("another version was written first".into())),
    }
}

/// One that was applied after a moment and touches a commune.
pub(crate) fn later(
    read: &mut Read<'_>,
    room: &Room,
    (id, after): (Uuid, Timestamp),
    commune: &str,
) -> db::Result<Option<Uuid>> {
    let text = sql!(
        "select id from rearrangement where tenant = $1 and id <> $2 and state = 'applied' and applied_at > $3 \
         and touches like $4 order by applied_at, id"
    );
    read.find(room, &text, &[id.into(), after.into(), format!("%|{commune}|%").into()])
}
