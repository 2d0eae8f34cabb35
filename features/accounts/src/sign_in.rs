//! Coming in: a name, a password, and patience after wrong ones.
//!
//! Wrong attempts are counted in the store, by sign-in name and by client, so that a block holds over restarts and
//! for every server. While a block lasts nothing is verified, counted or logged: whoever keeps hammering costs reads
//! only, and learns nothing, because unknown names are counted and blocked like known ones.

use db::{Db, Read, Tx, sql};
use jiff::{SignedDuration, Timestamp};
use kernel::{Caller, Clock, Ids, Room, Scope, audit};
use uuid::Uuid;

use crate::secret::{Token, digest, fits_aside};
use crate::{DIRECTORY, Found, Refusal, keep, own};

/// Wrong attempts on one sign-in name until it is blocked.
const NAME_LIMIT: i64 = 5;
/// Wrong attempts from one client until it is blocked: a whole commune office shares one address.
const CLIENT_LIMIT: i64 = 25;
/// The first block, in seconds; each further wrong attempt doubles it …
const FIRST_BLOCK: i64 = 60;
/// … up to this.
const LONGEST_BLOCK: i64 = 3600;
/// After so long without a wrong attempt the count starts anew.
const FORGET: SignedDuration = SignedDuration::from_hours(24);
/// Longer than any password that was ever accepted, in bytes.
const LONGEST_TYPED: usize = 4096;

/// Somebody at the door.
#[derive(Clone)]
pub struct Attempt {
    /// The sign-in name as typed.
    pub name: String,
    /// The password as typed.
    pub password: String,
    /// What tells clients apart (an address), if it is known.
    pub client: Option<String>,
    /// Browser and system in words.
    pub device: String,
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Attempt")
    }
}

/// Let in.
pub struct SignedIn {
    /// The value of the session cookie; nowhere else.
    pub token: String,
    /// Who.
    pub account: Uuid,
    /// The tenant that keeps the account.
    pub tenant: String,
    /// When the session ends by itself.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedIn({})", self.account)
    }
}

/// Not let in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Name and password do not belong together, or the account is closed; it is not said which.
    #[error("name or password is not right")]
    Wrong,
    /// Too many wrong attempts.
    #[error("blocked until {until}")]
    Blocked {
        /// When the next attempt is heard.
        until: Timestamp,
    },
    /// Our fault.
    #[error(transparent)]
    Failed(#[from] Refusal),
}

impl From<db::Error> for SignInError {
    fn from(error: db::Error) -> Self {
        SignInError::Failed(error.into())
    }
}

/// Lets somebody in, or not.
pub async fn sign_in(db: &Db, clock: &Clock, ids: &Ids, attempt: Attempt) -> Result<SignedIn, SignInError> {
    let keys = Keys::of(&attempt);
    let (asked, now) = (keys.clone(), clock.now());
    let known = db.read(move |read| look(read, &asked, &attempt.name, now)).await?;
    let stored = known.as_ref().map(|known| known.password.clone());
    let short = attempt.password.len() <= LONGEST_TYPED;
    let typed = if short { attempt.password } else { String::new() };
    let right = fits_aside(typed, stored).await? && short;
    let (now, session) = (clock.now(), ids.new_id());
    match known {
        Some(known) if right => {
            let token = Token::new(&known.found.tenant)?;
            let device = attempt.device;
            db.write(move |tx| let_in(tx, &keys, &known, token, session, &device, now)).await
        }
        known => {
            let until = db.write(move |tx| turn_away(tx, &keys, known.as_ref(), now)).await?;
            Err(until.map_or(SignInError::Wrong, |until| SignInError::Blocked { until }))
        }
    }
}

/// What the caller proved to know.
pub(crate) struct Proof {
    /// The stored password that the typed one fits.
    pub(crate) password: String,
    /// The own sign-in name.
    pub(crate) sign_in: String,
}

/// Whether the caller knows the own password. Wrong ones count as at the door, so that a session left open is no way
/// to guess it.
pub(crate) async fn prove(
    db: &Db,
    clock: &Clock,
    caller: &Caller,
    typed: String,
) -> Result<Proof, SignInError> {
    let (room, account, now) = (caller.scope.own(&caller.tenant), caller.account, clock.now());
    let (sign_in, password, keys) = db
        .read(move |read| {
            let (sign_in, password): (String, String) = read.one(
                &room,
                &sql!("select sign_in, password from account where tenant = $1 and id = $2"),
                &[account.into()],
            )?;
            let keys = Keys { name: name_key(&sign_in), client: None };
            check_block(read, &keys, now)?;
            Ok::<_, SignInError>((sign_in, password, keys))
        })
        .await?;
    if fits_aside(typed, Some(password.clone())).await? {
        return Ok(Proof { password, sign_in });
    }
    let known = Known { found: Found { tenant: caller.tenant.clone(), account }, password };
    let now = clock.now();
    let until = db.write(move |tx| turn_away(tx, &keys, Some(&known), now)).await?;
    Err(until.map_or(SignInError::Wrong, |until| SignInError::Blocked { until }))
}

/// Under which keys an attempt is counted.
#[derive(Clone)]
struct Keys {
    name: String,
    client: Option<String>,
}

impl Keys {
    fn of(attempt: &Attempt) -> Keys {
        Keys {
            name: name_key(&attempt.name),
            client: attempt.client.as_ref().map(|client| format!("client:{}", digest(client))),
        }
    }
}

fn name_key(sign_in: &str) -> String {
    format!("name:{}", digest(&vietnamese::text::fold(sign_in)))
}

/// An open account and its stored password.
struct Known {
    found: Found,
    password: String,
}

/// The door itself, before it is known who comes.
fn door(tenant: &str) -> Room {
    Scope::system("sign-in").own(tenant)
}

fn look(read: &mut Read<'_>, keys: &Keys, name: &str, now: Timestamp) -> Result<Option<Known>, SignInError> {
    check_block(read, keys, now)?;
    let scope = Scope::system("sign-in");
    let Some(found) = keep::find(read, &scope, name)? else { return Ok(None) };
    let password = own::stored_password(read, &scope.own(&found.tenant), found.account)?;
    Ok(password.map(|password| Known { found, password }))
}

fn check_block(read: &mut Read<'_>, keys: &Keys, now: Timestamp) -> Result<(), SignInError> {
    let client = keys.client.as_deref().unwrap_or(&keys.name);
    let until: Option<Timestamp> = read.find(
        &door(DIRECTORY),
        &sql!(
            "select blocked_until from sign_in_failure \
             where tenant = $1 and key in ($2, $3) and blocked_until > $4 order by blocked_until desc, key limit 1"
        ),
        &[keys.name.as_str().into(), client.into(), now.into()],
    )?;
    until.map_or(Ok(()), |until| Err(SignInError::Blocked { until }))
}

fn let_in(
    tx: &mut Tx<'_>,
    keys: &Keys,
    known: &Known,
    token: Token,
    session: Uuid,
    device: &str,
    now: Timestamp,
) -> Result<SignedIn, SignInError> {
    // Attempts that ran beside this one may have closed the door meanwhile, or a keeper may have.
    check_block(tx, keys, now)?;
    let Found { tenant, account } = &known.found;
    let room = Scope::of(account.to_string(), Vec::new()).own(tenant);
    let object = format!("account {account}");
    audit::record(
        tx,
        &room,
        &audit::Entry { at: now, action: "session.start", object: &object, detail: "" },
    )?;
    if own::stored_password(tx, &room, *account)?.as_ref() != Some(&known.password) {
        return Err(SignInError::Wrong);
    }
    let expires_at = now.checked_add(own::STANDS).map_err(|error| Refusal::Broken(error.to_string()))?;
    tx.execute(
        &room,
        &sql!(
            "insert into session (tenant, token_hash, id, account_id, created_at, seen_at, expires_at, device) \
             values ($1, $2, $3, $4, $5, $5, $6, $7)"
        ),
        &[token.hash().into(), session.into(), account.into(), now.into(), expires_at.into(), device.into()],
    )?;
    tx.execute(
        &door(DIRECTORY),
        &sql!("delete from sign_in_failure where tenant = $1 and key = $2"),
        &[keys.name.as_str().into()],
    )?;
    Ok(SignedIn { token: token.into_text(), account: *account, tenant: tenant.clone(), expires_at })
}

/// Counts a wrong attempt; until when the next one is not heard, if it is not.
fn turn_away(
    tx: &mut Tx<'_>,
    keys: &Keys,
    known: Option<&Known>,
    now: Timestamp,
) -> Result<Option<Timestamp>, SignInError> {
    check_block(tx, keys, now)?;
    kernel::count("sign_in_refused");
    // What was typed into the name is not logged: it may be a password.
    let (tenant, object) = match known {
        Some(known) => (known.found.tenant.as_str(), format!("account {}", known.found.account)),
        None => (DIRECTORY, String::new()),
    };
    let entry = audit::Entry { at: now, action: "session.refused", object: &object, detail: "" };
    audit::record(tx, &door(tenant), &entry)?;
    let forgotten = now.checked_sub(FORGET).map_err(|error| Refusal::Broken(error.to_string()))?;
    tx.execute(
        &door(DIRECTORY),
        &sql!("delete from sign_in_failure where tenant = $1 and failed_at < $2"),
        &[forgotten.into()],
    )?;
    let name = count(tx, &keys.name, NAME_LIMIT, now)?;
    let client = match &keys.client {
        Some(client) => count(tx, client, CLIENT_LIMIT, now)?,
        None => None,
    };
    Ok(name.max(client))
}

/// Counts under one key; the end of the block, if there is one now.
fn count(tx: &mut Tx<'_>, key: &str, limit: i64, now: Timestamp) -> Result<Option<Timestamp>, SignInError> {
    let failures: i64 = tx.one(
        &door(DIRECTORY),
        &sql!(
            "insert into sign_in_failure (tenant, key, failures, failed_at) values ($1, $2, 1, $3) \
             on conflict (tenant, key) do update \
             set failures = sign_in_failure.failures + 1, failed_at = excluded.failed_at returning failures"
        ),
        &[key.into(), now.into()],
    )?;
    let Some(block) = block(failures, limit) else { return Ok(None) };
    let until = now.checked_add(block).map_err(|error| Refusal::Broken(error.to_string()))?;
    tx.execute(
        &door(DIRECTORY),
        &sql!("update sign_in_failure set blocked_until = $3 where tenant = $1 and key = $2"),
        &[key.into(), until.into()],
    )?;
    Ok(Some(until))
}

/// How long the block after so many wrong attempts lasts.
fn block(failures: i64, limit: i64) -> Option<SignedDuration> {
    let doublings = u32::try_from(failures.saturating_sub(limit).min(10)).ok()?;
    Some(SignedDuration::from_secs((FIRST_BLOCK << doublings).min(LONGEST_BLOCK)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_double_from_a_minute_to_an_hour() {
        let minutes = |failures| block(failures, 5).map(|block| block.as_mins());
        assert_eq!(minutes(4), None);
        let doubling: Vec<i64> = (5..=13).filter_map(minutes).collect();
        assert_eq!(doubling, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(minutes(i64::MAX), Some(60));
    }
}
