//! Phones that were set up: known since their first exchange, revoked by their person or by the unit, wiped at the next
//! contact.

use accounts::own;
use db::{Read, Tx, sql};
use jiff::{SignedDuration, Timestamp};
use kernel::{Caller, Room, Scope, audit};
use uuid::Uuid;

/// How old "seen" may be before a contact renews it.
const RENEW: SignedDuration = SignedDuration::from_mins(10);

db::row! {
    /// A phone of a person.
    #[derive(Debug, Clone)]
    pub(crate) struct Device {
        /// Id made on the phone.
        pub(crate) id: Uuid,
        /// Whose.
        pub(crate) account: Uuid,
        /// The session of its last contact.
        pub(crate) session: Uuid,
        /// Browser and system in words.
        pub(crate) name: String,
        /// When.
        pub(crate) set_up_at: Timestamp,
        /// To ten minutes.
        pub(crate) seen_at: Timestamp,
        /// Since when it is to keep nothing.
        pub(crate) revoked_at: Option<Timestamp>,
        /// When it said that it keeps nothing any more.
        pub(crate) wiped_at: Option<Timestamp>,
    }
}

/// One phone.
pub(crate) fn find(read: &mut Read<'_>, room: &Room, id: Uuid) -> db::Result<Option<Device>> {
    let text = sql!(
        "select id, account_id, session_id, name, set_up_at, seen_at, revoked_at, wiped_at from sync_device \
         where tenant = $1 and id = $2"
    );
    read.find(room, &text, &[id.into()])
}

/// The phones of a tenant's people, of one of them when named; the last set up first.
pub(crate) fn all(read: &mut Read<'_>, room: &Room, of: Option<Uuid>) -> db::Result<Vec<Device>> {
    let tenants = sql!(
        "select id, account_id, session_id, name, set_up_at, seen_at, revoked_at, wiped_at from sync_device \
         where tenant = $1 order by set_up_at desc, id"
    );
    let persons = sql!(
        "select id, account_id, session_id, name, set_up_at, seen_at, revoked_at, wiped_at from sync_device \
         where tenant = $1 and account_id = $2 order by set_up_at desc, id"
    );
    match of {
        Some(account) => read.all(room, &persons, &[account.into()]),
        None => read.all(room, &tenants, &[]),
    }
}

/// What a contact of a phone asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contact {
    /// Known, seen a moment ago, with this session.
    Nothing,
    /// To be written down with [`note`].
    Note,
    /// It was revoked.
    Wipe,
}

/// What the contact of a caller's phone asks for.
pub(crate) fn contact(read: &mut Read<'_>, caller: &Caller, id: Uuid, now: Timestamp) -> db::Result<Contact> {
    let known = find(read, &caller.scope.own(&caller.tenant), id)?;
    Ok(match known {
        Some(device) if device.revoked_at.is_some() => Contact::Wipe,
        Some(device) if device.session == caller.session && now.duration_since(device.seen_at) <= RENEW => {
            Contact::Nothing
        }
        _ => Contact::Note,
    })
}

/// Writes a contact down: the first sets the phone up and is in the audit log, the others are no change of anybody's work.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, name): (Uuid, &str),
    now: Timestamp,
) -> db::Result<()> {
    let room = caller.scope.own(&caller.tenant);
    if find(tx, &room, id)?.is_none() {
        let object = format!("device {id}");
        let entry = audit::Entry { at: now, action: "device.set-up", object: &object, detail: "" };
        audit::record(tx, &room, &entry)?;
    }
    let text = sql!(
        "insert into sync_device (tenant, id, account_id, session_id, name, set_up_at, seen_at) \
         values ($1, $2, $3, $4, $5, $6, $6) on conflict (tenant, id) do update set session_id = $4, seen_at = $6"
    );
    let values = [id.into(), caller.account.into(), caller.session.into(), name.into(), now.into()];
    tx.execute(&room, &text, &values)?;
    Ok(())
}

/// Revokes a phone and ends its session. The second time changes nothing.
pub(crate) fn revoke(
    tx: &mut Tx<'_>,
    room: &Room,
    (id, of): (Uuid, Option<Uuid>),
    now: Timestamp,
) -> Result<(), kernel::Error> {
    let object = format!("device {id}");
    audit::record(tx, room, &audit::Entry { at: now, action: "device.revoke", object: &object, detail: "" })?;
    let device = find(tx, room, id)?.ok_or(kernel::Error::NotFound)?;
    if of.is_some_and(|account| account != device.account) {
        return Err(kernel::Error::NotFound);
    }
    let text =
        sql!("update sync_device set revoked_at = $3 where tenant = $1 and id = $2 and revoked_at is null");
    tx.execute(room, &text, &[id.into(), now.into()])?;
    own::end_session(tx, room, (device.account, device.session), now)?;
    Ok(())
}

/// The name by which a phone speaks of itself without anybody signed in.
pub(crate) fn address(tenant: &str, id: Uuid) -> String {
    format!("{tenant}~{id}")
}

/// Whether the phone that speaks was revoked. Nobody is signed in: it may be locked, or its session ended.
pub(crate) fn revoked(read: &mut Read<'_>, address: &str) -> db::Result<bool> {
    let Some((room, id)) = speaking(address) else { return Ok(false) };
    Ok(find(read, &room, id)?.is_some_and(|device| device.revoked_at.is_some()))
}

/// A revoked phone says that it keeps nothing any more.
pub(crate) fn wiped(tx: &mut Tx<'_>, address: &str, now: Timestamp) -> db::Result<()> {
    let Some((room, id)) = speaking(address) else { return Ok(()) };
    let text = sql!(
        "update sync_device set wiped_at = $3 \
         where tenant = $1 and id = $2 and revoked_at is not null and wiped_at is null"
    );
    tx.execute(&room, &text, &[id.into(), now.into()])?;
    Ok(())
}

fn speaking(address: &str) -> Option<(Room, Uuid)> {
    let (tenant, id) = address.split_once('~')?;
    Some((Scope::of("", Vec::new()).own(tenant), Uuid::parse_str(id).ok()?))
}
