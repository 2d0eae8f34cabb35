//! What concerns oneself: the own password and the own sessions.

use db::{Read, Tx, sql};
use jiff::{SignedDuration, Timestamp};
use kernel::{Caller, Room, audit};
use uuid::Uuid;

use crate::{Hash, Refusal};

/// How long a session stands after signing in: long enough for weeks in a valley without signal.
pub(crate) const STANDS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How old "seen" may be before a visit renews it.
const RENEW: SignedDuration = SignedDuration::from_mins(10);

db::row! {
    /// A signed-in browser.
    #[derive(Debug, Clone)]
    pub struct SessionRow {
        /// Id.
        pub id: Uuid,
        /// When the person signed in.
        pub created_at: Timestamp,
        /// When the person last signed in, opened the first page or the page of the own account, to ten minutes. Other
        /// pages do not write, so that reading costs no write.
        pub seen_at: Timestamp,
        /// When it ends by itself.
        pub expires_at: Timestamp,
        /// Browser and system in words (`Chrome, Android`); empty when the browser does not say.
        pub device: String,
    }
}

/// The caller's sessions that still stand, newest first.
pub fn sessions(read: &mut Read<'_>, caller: &Caller, now: Timestamp) -> db::Result<Vec<SessionRow>> {
    standing(read, &caller.scope.own(&caller.tenant), caller.account, now)
}

/// Ends one of the caller's sessions.
pub fn revoke(tx: &mut Tx<'_>, caller: &Caller, session: Uuid, now: Timestamp) -> Result<(), Refusal> {
    let room = caller.scope.own(&caller.tenant);
    record(tx, &room, caller, "session.revoke", &format!("session {session}"), now)?;
    revoke_one(tx, &room, caller.account, session, now)
}

/// Signs out: ends the caller's present session.
pub fn sign_out(tx: &mut Tx<'_>, caller: &Caller, now: Timestamp) -> Result<(), Refusal> {
    let room = caller.scope.own(&caller.tenant);
    record(tx, &room, caller, "session.end", "", now)?;
    revoke_one(tx, &room, caller.account, caller.session, now)
}

/// Changes the own password and ends the caller's other sessions. `present` is the stored password that was
/// proved to be known (`sign_in::prove`); if it was changed meanwhile, nothing happens.
pub(crate) fn change_password(
    tx: &mut Tx<'_>,
    caller: &Caller,
    present: &str,
    password: &Hash,
    now: Timestamp,
) -> Result<(), Refusal> {
    let room = caller.scope.own(&caller.tenant);
    record(tx, &room, caller, "account.password", "own", now)?;
    if stored_password(tx, &room, caller.account)?.as_deref() != Some(present) {
        return Err(Refusal::WrongPassword);
    }
    store_password(tx, &room, caller.account, password)?;
    revoke_all(tx, &room, caller.account, Some(caller.session), now)?;
    Ok(())
}

/// Whether a visit of this instant should be written down with [`see`].
pub(crate) fn unseen(read: &mut Read<'_>, caller: &Caller, now: Timestamp) -> db::Result<bool> {
    let seen: Option<Timestamp> = read.find(
        &caller.scope.own(&caller.tenant),
        &sql!("select seen_at from session where tenant = $1 and id = $2"),
        &[caller.session.into()],
    )?;
    Ok(seen.is_some_and(|seen| now.duration_since(seen) > RENEW))
}

/// Writes down that the caller was seen. No change of anybody's work, so not in the audit log.
pub(crate) fn see(tx: &mut Tx<'_>, caller: &Caller, now: Timestamp) -> db::Result<()> {
    tx.execute(
        &caller.scope.own(&caller.tenant),
        &sql!("update session set seen_at = $3 where tenant = $1 and id = $2 and seen_at < $3"),
        &[caller.session.into(), now.into()],
    )?;
    Ok(())
}

/// Ends the session of somebody's lost phone, if it still stands; the room was entered to keep devices, and what is done
/// is written down by whoever does it.
pub fn end_session(
    tx: &mut Tx<'_>,
    room: &Room,
    (account, session): (Uuid, Uuid),
    now: Timestamp,
) -> Result<(), Refusal> {
    match revoke_one(tx, room, account, session, now) {
        Err(Refusal::Missing) => Ok(()),
        ended => ended,
    }
}

pub(crate) fn standing(
    read: &mut Read<'_>,
    room: &Room,
    account: Uuid,
    now: Timestamp,
) -> db::Result<Vec<SessionRow>> {
    read.all(
        room,
        &sql!(
            "select id, created_at, seen_at, expires_at, device from session \
             where tenant = $1 and account_id = $2 and revoked_at is null and expires_at > $3 \
             order by created_at desc, id"
        ),
        &[account.into(), now.into()],
    )
}

pub(crate) fn revoke_one(
    tx: &mut Tx<'_>,
    room: &Room,
    account: Uuid,
    session: Uuid,
    now: Timestamp,
) -> Result<(), Refusal> {
    let ended = tx.execute(
        room,
        &sql!(
            "update session set revoked_at = $4 \
             where tenant = $1 and account_id = $2 and id = $3 and revoked_at is null"
        ),
        &[account.into(), session.into(), now.into()],
    )?;
    if ended == 0 { Err(Refusal::Missing) } else { Ok(()) }
}

/// Ends every session of an account but `except`.
pub(crate) fn revoke_all(
    tx: &mut Tx<'_>,
    room: &Room,
    account: Uuid,
    except: Option<Uuid>,
    now: Timestamp,
) -> db::Result<()> {
    tx.execute(
        room,
        &sql!(
            "update session set revoked_at = $4 \
             where tenant = $1 and account_id = $2 and id <> $3 and revoked_at is null"
        ),
        &[account.into(), except.unwrap_or(Uuid::nil()).into(), now.into()],
    )?;
    Ok(())
}

/// The stored password of an open account.
pub(crate) fn stored_password(read: &mut Read<'_>, room: &Room, account: Uuid) -> db::Result<Option<String>> {
    read.find(
        room,
        &sql!("select password from account where tenant = $1 and id = $2 and closed_at is null"),
        &[account.into()],
    )
}

pub(crate) fn store_password(tx: &mut Tx<'_>, room: &Room, account: Uuid, password: &Hash) -> db::Result<()> {
    tx.execute(
        room,
        &sql!("update account set password = $3 where tenant = $1 and id = $2"),
        &[account.into(), password.stored().into()],
    )?;
    Ok(())
}

fn record(
    tx: &mut Tx<'_>,
    room: &Room,
    caller: &Caller,
    action: &str,
    detail: &str,
    at: Timestamp,
) -> db::Result<()> {
    let object = format!("account {}", caller.account);
    audit::record(tx, room, &audit::Entry { at, action, object: &object, detail })
}
