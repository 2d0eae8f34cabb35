//! Who holds a session.

use db::{Read, sql};
use jiff::Timestamp;
use kernel::{Caller, Gate, Grant, Scope};
use uuid::Uuid;

use crate::keep::right;
use crate::secret::Token;

/// Answers the web kit's question who is calling.
#[derive(Debug, Clone, Copy, Default)]
pub struct Accounts;

db::row! {
    struct Holder {
        session: Uuid,
        account: Uuid,
        name: String,
        role: Option<String>,
        path: Option<String>,
        area: Option<Uuid>,
        line: Option<String>,
    }
}

impl Gate for Accounts {
    /// One statement for the session with the account and its grants of today, one for where they hold since communes
    /// went into others, one for the home unit.
    fn caller(&self, read: &mut Read<'_>, token: &str, now: Timestamp) -> db::Result<Option<Caller>> {
        let Some((tenant, token)) = Token::parse(token) else { return Ok(None) };
        let today = kernel::local_day(now);
        let rows: Vec<Holder> = read.all(
            &Scope::of("", Vec::new()).own(tenant),
            &sql!(
                "select s.id, a.id, a.name, g.role, g.unit_path, g.area_id, g.line from session s \
                 join account a on a.tenant = $1 and a.id = s.account_id and a.closed_at is null \
                 left join access_grant g on g.tenant = $1 and g.account_id = s.account_id \
                 and g.valid_from <= $4 and (g.valid_to is null or g.valid_to >= $4) \
                 where s.tenant = $1 and s.token_hash = $2 and s.revoked_at is null and s.expires_at > $3 \
                 order by g.valid_from, g.id"
            ),
            &[token.hash().into(), now.into(), today.into()],
        )?;
        let mut who = None;
        let mut grants: Vec<Grant> = Vec::with_capacity(rows.len());
        for row in rows {
            if let (Some(role), Some(path)) = (row.role, row.path) {
                grants.extend(right(&role, path, row.area, row.line.as_deref()));
            }
            who.get_or_insert((row.session, row.account, row.name));
        }
        let Some((session, account, name)) = who else { return Ok(None) };
        units::follow(read, &Scope::of("", Vec::new()), &mut grants, today)?;
        // Where one records comes before where one looks on.
        grants.sort_by_key(|grant| grant.role);
        let home = grants.first().map(|grant| grant.path.clone());
        let scope = Scope::of(account.to_string(), grants);
        let home = match home {
            Some(path) => crate::places::at_path(read, &scope, &path, today)?,
            None => None,
        };
        Ok(Some(Caller { account, tenant: tenant.to_owned(), session, name, scope, home }))
    }
}
