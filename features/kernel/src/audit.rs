//! The audit log: every change, and every read of personal data, in the transaction that made it.
//!
//! One chain per tenant: each row's hash covers the row and the hash before it, and the head row keeps the length, so
//! an edited, removed, re-ordered or cut-off row shows. Nobody edits it through the program; who edits the file is
//! found by [`verify`].

use db::{Read, Tx, sql};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::{Room, Scope};

/// What happened.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// When.
    pub at: Timestamp,
    /// What was done: `activity.confirm`.
    pub action: &'a str,
    /// To what: `activity 0199…`.
    pub object: &'a str,
    /// What an auditor needs beyond that; no free text that people typed.
    pub detail: &'a str,
}

/// Appends an entry to the chain of the room's tenant.
pub fn record(tx: &mut Tx<'_>, room: &Room, entry: &Entry<'_>) -> db::Result<()> {
    let step = sql!("update audit_head set seq = seq + 1 where tenant = $1 returning seq, hash");
    let head: Option<(i64, String)> = tx.find(room, &step, &[])?;
    let (seq, previous) = match head {
        Some(head) => head,
        None => {
            let first = sql!(
                "insert into audit_head (tenant, seq, hash) values ($1, 0, '') on conflict (tenant) do nothing"
            );
            tx.execute(room, &first, &[])?;
            tx.one(room, &step, &[])?
        }
    };
    let row = Line {
        seq,
        at: db::Value::from(entry.at),
        account: room.account().to_owned(),
        action: entry.action.to_owned(),
        object: entry.object.to_owned(),
        detail: entry.detail.to_owned(),
    };
    let hash = row.hash(room.tenant_key(), &previous);
    tx.later(
        room,
        &sql!(
            "insert into audit (tenant, seq, at, account, action, object, detail, hash) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        &[
            seq.into(),
            row.at,
            row.account.into(),
            row.action.into(),
            row.object.into(),
            row.detail.into(),
            hash.as_str().into(),
        ],
    )?;
    tx.later(room, &sql!("update audit_head set hash = $2 where tenant = $1"), &[hash.into()])
}

/// What a row's hash covers.
struct Line {
    seq: i64,
    at: db::Value,
    account: String,
    action: String,
    object: String,
    detail: String,
}

impl Line {
    fn hash(&self, tenant: &str, previous: &str) -> String {
        let at = match &self.at {
            db::Value::Text(at) => at.as_str(),
            _ => "",
        };
        let mut hasher = Sha256::new();
        let seq = self.seq.to_string();
        for part in [tenant, &seq, at, &self.account, &self.action, &self.object, &self.detail, previous] {
            // Lengths keep neighbouring parts from being shifted into each other.
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

db::row! {
    /// A row of the log, for the auditor's page.
    #[derive(Debug, Clone)]
    pub struct Logged {
        /// Place in the chain.
        pub seq: i64,
        /// When.
        pub at: Timestamp,
        /// Who.
        pub account: String,
        /// What.
        pub action: String,
        /// To what.
        pub object: String,
        /// More.
        pub detail: String,
    }
}

/// The newest entries before `before` (a place in the chain), newest first.
pub fn newest(read: &mut Read<'_>, room: &Room, before: i64, limit: u32) -> db::Result<Vec<Logged>> {
    read.all(
        room,
        &sql!(
            "select seq, at, account, action, object, detail from audit \
             where tenant = $1 and seq < $2 order by seq desc limit $3"
        ),
        &[before.into(), limit.into()],
    )
}

/// The place of the last entry of the room's chain; nothing of the tenant is written without a new one.
pub fn last(read: &mut Read<'_>, room: &Room) -> db::Result<i64> {
    let head = read.find(room, &sql!("select seq from audit_head where tenant = $1"), &[])?;
    Ok(head.unwrap_or_default())
}

/// The heads of the chains of several tenants whose rooms the caller has entered, in their order: the beginning of the
/// last hash, which is another after any write, and the same in no other history. Nought where there is no entry.
pub fn heads(read: &mut Read<'_>, scope: &Scope, tenants: &[&str]) -> db::Result<Vec<u64>> {
    let keys: Vec<Vec<db::Value>> = tenants.iter().map(|tenant| vec![(*tenant).into()]).collect();
    let text = sql!("select hash from audit_head where tenant = $1");
    let found: Vec<Option<String>> = read.find_each(scope, &text, &keys)?;
    let number = |hash: String| u64::from_str_radix(hash.get(..16)?, 16).ok();
    Ok(found.into_iter().map(|hash| hash.and_then(number).unwrap_or_default()).collect())
}

/// To what the entries after a place were done, oldest first.
pub fn objects_after(read: &mut Read<'_>, room: &Room, place: i64) -> db::Result<Vec<String>> {
    let text = sql!("select object from audit where tenant = $1 and seq > $2 order by seq");
    read.all(room, &text, &[place.into()])
}

/// The first place where a chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tampered {
    /// Whose chain.
    pub tenant: String,
    /// The first row that does not fit.
    pub seq: i64,
}

/// What [`verify`] found.
#[derive(Debug, Default)]
pub struct Verified {
    /// How many rows were checked.
    pub rows: u64,
    /// Where chains do not hold.
    pub tampered: Vec<Tampered>,
}

/// Recomputes every chain.
pub fn verify(read: &mut Read<'_>, scope: &Scope) -> db::Result<Verified> {
    let tenants = sql!("select tenant from audit union select tenant from audit_head order by 1");
    let mut verified = Verified::default();
    for tenant in read.all::<String>(scope, &tenants, &[])? {
        let room = scope.own(&tenant);
        if let Some(seq) = first_break(read, &room, &mut verified.rows)? {
            verified.tampered.push(Tampered { tenant, seq });
        }
    }
    Ok(verified)
}

fn first_break(read: &mut Read<'_>, room: &Room, rows: &mut u64) -> db::Result<Option<i64>> {
    let (mut expected, mut previous, mut broken) = (1, String::new(), None);
    let text = sql!(
        "select seq, at, account, action, object, detail, hash from audit where tenant = $1 order by seq"
    );
    read.each(room, &text, &[], |mut row: db::Row| {
        let line = Line {
            seq: row.take(0)?,
            at: row.take::<String>(1)?.into(),
            account: row.take(2)?,
            action: row.take(3)?,
            object: row.take(4)?,
            detail: row.take(5)?,
        };
        let hash: String = row.take(6)?;
        *rows += 1;
        if broken.is_none() && (line.seq != expected || line.hash(room.tenant_key(), &previous) != hash) {
            broken = Some(expected.min(line.seq));
        }
        expected = line.seq + 1;
        previous = hash;
        Ok(())
    })?;
    let head: Option<(i64, String)> =
        read.find(room, &sql!("select seq, hash from audit_head where tenant = $1"), &[])?;
    let end = (expected - 1, previous);
    Ok(broken.or(if head.as_ref() == Some(&end) { None } else { Some(end.0.max(1)) }))
}
