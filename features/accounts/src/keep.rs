//! Keeping accounts: who has one, with which rights.

use std::collections::BTreeMap;

use db::{Read, Tx, sql};
use jiff::{Timestamp, civil::Date};
use kernel::{Action, Grant, Line, Place, Role, Room, Scope, audit};
use uuid::Uuid;
use vietnamese::text::nfc;

use crate::{DIRECTORY, Hash, Refusal, SessionRow, own};

/// Somebody who may keep the accounts of a place, at an instant.
///
/// Every change writes its audit entry first: the head of the chain is also the lock that keeps two keepers of a
/// tenant apart. A refused change leaves nothing behind, because the refusal ends the transaction.
#[derive(Debug)]
pub struct Keeper<'a> {
    scope: &'a Scope,
    place: &'a Place,
    room: Room,
    at: Timestamp,
}

/// A person to be given an account.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// As colleagues know them.
    pub name: String,
    /// What they type to sign in; kept in lower case.
    pub sign_in: String,
}

/// A right to be given.
#[derive(Debug, Clone)]
pub struct NewGrant {
    /// As what.
    pub role: Role,
    /// The one residential area, for an area head and only then. The caller has looked up that it is the unit's.
    pub area: Option<Uuid>,
    /// For which line; an officer has one.
    pub line: Option<Line>,
    /// First day.
    pub valid_from: Date,
    /// Last day, if it is known.
    pub valid_to: Option<Date>,
}

/// An account with its grants, those of the past too.
#[derive(Debug, Clone)]
pub struct Account {
    /// Id.
    pub id: Uuid,
    /// What the person types to sign in.
    pub sign_in: String,
    /// As colleagues know them.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Its grants, oldest first.
    pub grants: Vec<GrantRow>,
}

/// A grant as it is stored.
#[derive(Debug, Clone)]
pub struct GrantRow {
    /// Id.
    pub id: Uuid,
    /// The right.
    pub grant: Grant,
    /// Official code of its unit on the day it was given.
    pub code: String,
    /// First day.
    pub valid_from: Date,
    /// Last day; a grant that was ended on its first day has one before it.
    pub valid_to: Option<Date>,
}

impl GrantRow {
    /// Whether the right has ended before a day.
    pub fn is_over(&self, day: Date) -> bool {
        self.valid_to.is_some_and(|last| last < day)
    }
}

/// An account found by its sign-in name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The tenant that keeps it.
    pub tenant: String,
    /// Its id.
    pub account: Uuid,
}

/// The roles that are given at a unit: area heads, officers and chairs at a commune, province staff above it.
pub fn roles_at(place: &Place) -> &'static [Role] {
    // vn/province/commune/
    if place.path.matches('/').count() >= 3 {
        &[Role::AreaHead, Role::Officer, Role::Chair, Role::Administrator, Role::Auditor]
    } else {
        &[Role::ProvinceStaff, Role::Administrator, Role::Auditor]
    }
}

impl<'a> Keeper<'a> {
    /// Enters a place to keep its accounts.
    pub fn enter(scope: &'a Scope, place: &'a Place, at: Timestamp) -> Result<Keeper<'a>, kernel::Denied> {
        let room = scope.enter(place, Action::ManageAccounts)?;
        Ok(Keeper { scope, place, room, at })
    }

    /// Makes an account, without any right yet. Its sign-in name must never have been somebody's.
    pub fn create(
        &self,
        tx: &mut Tx<'_>,
        id: Uuid,
        new: &NewAccount,
        password: &Hash,
    ) -> Result<(), Refusal> {
        let name = person(&new.name)?;
        let sign_in = sign_in_name(&new.sign_in)?;
        self.record(tx, "account.create", id, "")?;
        let fresh = tx.execute(
            &self.scope.own(DIRECTORY),
            &sql!(
                "insert into sign_in_name (tenant, name, account_tenant, account_id) values ($1, $2, $3, $4) \
                 on conflict (tenant, name) do nothing"
            ),
            &[sign_in.as_str().into(), self.room.tenant_key().into(), id.into()],
        )?;
        if fresh == 0 {
            return Err(Refusal::SignInTaken);
        }
        tx.execute(
            &self.room,
            &sql!(
                "insert into account (tenant, id, sign_in, name, password, created_at) \
                 values ($1, $2, $3, $4, $5, $6)"
            ),
            &[id.into(), sign_in.into(), name.into(), password.stored().into(), self.at.into()],
        )?;
        Ok(())
    }

    /// Gives an account of this place a right at a unit of the keeper's own subtree: never a wider one, never to
    /// oneself.
    pub fn grant(
        &self,
        tx: &mut Tx<'_>,
        account: Uuid,
        id: Uuid,
        at: &Place,
        new: &NewGrant,
    ) -> Result<(), Refusal> {
        self.scope.enter(at, Action::ManageAccounts)?;
        self.not_oneself(account)?;
        if !roles_at(at).contains(&new.role) {
            return Err(Refusal::RoleElsewhere);
        }
        if new.area.is_some() != (new.role == Role::AreaHead) {
            return Err(Refusal::Area);
        }
        if new.role == Role::Officer && new.line.is_none() {
            return Err(Refusal::Line);
        }
        if new.valid_to.is_some_and(|last| last < new.valid_from) {
            return Err(Refusal::Days);
        }
        self.record(tx, "account.grant", account, &format!("{} {}", new.role.key(), at.path))?;
        self.open_account(tx, account)?;
        tx.execute(
            &self.room,
            &sql!(
                "insert into access_grant \
                 (tenant, id, account_id, role, unit_path, unit_code, area_id, line, valid_from, valid_to) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            ),
            &[
                id.into(),
                account.into(),
                new.role.key().into(),
                at.path.as_str().into(),
                at.code.as_str().into(),
                new.area.into(),
                new.line.map(Line::key).into(),
                new.valid_from.into(),
                new.valid_to.into(),
            ],
        )?;
        Ok(())
    }

    /// Ends a right at once: its last day becomes yesterday. One that has ended already stays as it is.
    pub fn end_grant(&self, tx: &mut Tx<'_>, account: Uuid, grant: Uuid) -> Result<(), Refusal> {
        self.not_oneself(account)?;
        self.record(tx, "account.grant-end", account, &format!("grant {grant}"))?;
        self.within_reach(tx, account)?;
        let today = kernel::local_day(self.at);
        let yesterday = today.yesterday().map_err(|error| Refusal::Broken(error.to_string()))?;
        let ended = tx.execute(
            &self.room,
            &sql!(
                "update access_grant set valid_to = $4 \
                 where tenant = $1 and account_id = $2 and id = $3 and (valid_to is null or valid_to >= $5)"
            ),
            &[account.into(), grant.into(), yesterday.into(), today.into()],
        )?;
        if ended == 0 { Err(Refusal::Missing) } else { Ok(()) }
    }

    /// Gives an account a new password and ends its sessions.
    pub fn set_password(&self, tx: &mut Tx<'_>, account: Uuid, password: &Hash) -> Result<(), Refusal> {
        self.record(tx, "account.password", account, "")?;
        self.open_account(tx, account)?;
        self.within_reach(tx, account)?;
        own::store_password(tx, &self.room, account, password)?;
        own::revoke_all(tx, &self.room, account, None, self.at)?;
        Ok(())
    }

    /// Closes an account for good and ends its sessions. Its name and what it did stay readable in the records.
    pub fn close(&self, tx: &mut Tx<'_>, account: Uuid) -> Result<(), Refusal> {
        self.not_oneself(account)?;
        self.record(tx, "account.close", account, "")?;
        self.open_account(tx, account)?;
        self.within_reach(tx, account)?;
        tx.execute(
            &self.room,
            &sql!("update account set closed_at = $3 where tenant = $1 and id = $2"),
            &[account.into(), self.at.into()],
        )?;
        own::revoke_all(tx, &self.room, account, None, self.at)?;
        Ok(())
    }

    /// Ends one session of an account.
    pub fn revoke(&self, tx: &mut Tx<'_>, account: Uuid, session: Uuid) -> Result<(), Refusal> {
        self.record(tx, "session.revoke", account, &format!("session {session}"))?;
        self.within_reach(tx, account)?;
        own::revoke_one(tx, &self.room, account, session, self.at)
    }

    /// The sessions of an account that still stand, newest first.
    pub fn sessions(&self, read: &mut Read<'_>, account: Uuid) -> db::Result<Vec<SessionRow>> {
        own::standing(read, &self.room, account, self.at)
    }

    /// The accounts that this place keeps, those of communes that went into it included; open ones first, by given name
    /// as Vietnamese lists are.
    pub fn accounts(&self, read: &mut Read<'_>) -> db::Result<Vec<Account>> {
        let mut accounts = Vec::new();
        for room in self.rooms(read)? {
            accounts.append(&mut kept_in(read, &room)?);
        }
        accounts.sort_by_cached_key(|account| {
            (account.closed_at.is_some(), vietnamese::order::given_name_sort_key(&account.name), account.id)
        });
        Ok(accounts)
    }

    /// The keeper of the rows of an account: of this place, or of a commune that went into it.
    pub fn of(mut self, read: &mut Read<'_>, account: Uuid) -> Result<Keeper<'a>, Refusal> {
        for room in self.rooms(read)? {
            let there = sql!("select count(*) from account where tenant = $1 and id = $2");
            if read.one::<i64>(&room, &there, &[account.into()])? > 0 {
                self.room = room;
                return Ok(self);
            }
        }
        Err(Refusal::Missing)
    }

    /// The rooms of this place and of the communes that went into it.
    fn rooms(&self, read: &mut Read<'_>) -> db::Result<Vec<Room>> {
        let today = kernel::local_day(self.at);
        let tenants = units::carried_on(read, self.scope, &self.place.tenant, today)?;
        let enter = |tenant| {
            let there = Place { tenant, ..self.place.clone() };
            self.scope.enter(&there, Action::ManageAccounts).map_err(|_| db::Error::Missing)
        };
        tenants.into_iter().map(enter).collect()
    }

    /// One account of this place, open or closed.
    pub fn account(&self, read: &mut Read<'_>, account: Uuid) -> Result<Account, Refusal> {
        self.accounts(read)?.into_iter().find(|one| one.id == account).ok_or(Refusal::Missing)
    }

    fn record(&self, tx: &mut Tx<'_>, action: &str, account: Uuid, detail: &str) -> db::Result<()> {
        let object = format!("account {account}");
        audit::record(tx, &self.room, &audit::Entry { at: self.at, action, object: &object, detail })
    }

    fn not_oneself(&self, account: Uuid) -> Result<(), Refusal> {
        if self.scope.account() == account.to_string() { Err(Refusal::OwnAccount) } else { Ok(()) }
    }

    fn open_account(&self, read: &mut Read<'_>, account: Uuid) -> Result<(), Refusal> {
        let open: Option<bool> = read.find(
            &self.room,
            &sql!("select closed_at is null from account where tenant = $1 and id = $2"),
            &[account.into()],
        )?;
        match open {
            None => Err(Refusal::Missing),
            Some(false) => Err(Refusal::Closed),
            Some(true) => Ok(()),
        }
    }

    /// Who may reset a password can act as that account; so the account may hold no right that the keeper could not
    /// have given.
    fn within_reach(&self, read: &mut Read<'_>, account: Uuid) -> Result<(), Refusal> {
        let paths: Vec<String> = read.all(
            &self.room,
            &sql!(
                "select unit_path from access_grant \
                 where tenant = $1 and account_id = $2 and (valid_to is null or valid_to >= $3)"
            ),
            &[account.into(), kernel::local_day(self.at).into()],
        )?;
        let grant = |path| Grant { role: Role::Auditor, path, area: None, line: None };
        let mut grants: Vec<Grant> = paths.into_iter().map(grant).collect();
        units::follow(read, self.scope, &mut grants, kernel::local_day(self.at))?;
        for Grant { path, .. } in grants {
            let there = Place { path, ..self.place.clone() };
            self.scope.enter(&there, Action::ManageAccounts).map_err(|_| Refusal::Wider)?;
        }
        Ok(())
    }
}

/// The accounts that one tenant keeps.
fn kept_in(read: &mut Read<'_>, room: &Room) -> db::Result<Vec<Account>> {
    let rows: Vec<AccountRow> = read.all(
        room,
        &sql!("select id, sign_in, name, created_at, closed_at from account where tenant = $1 order by id"),
        &[],
    )?;
    let mut grants: BTreeMap<Uuid, Vec<GrantRow>> = BTreeMap::new();
    let all: Vec<StoredGrant> = read.all(
        room,
        &sql!(
            "select id, account_id, role, unit_path, unit_code, area_id, line, valid_from, valid_to \
             from access_grant where tenant = $1 order by valid_from, id"
        ),
        &[],
    )?;
    for stored in all {
        grants.entry(stored.account_id).or_default().extend(stored.into_row());
    }
    let accounts = rows.into_iter().map(|AccountRow { id, sign_in, name, created_at, closed_at }| {
        let grants = grants.remove(&id).unwrap_or_default();
        Account { id, sign_in, name, created_at, closed_at, grants }
    });
    Ok(accounts.collect())
}

db::row! {
    struct AccountRow {
        id: Uuid,
        sign_in: String,
        name: String,
        created_at: Timestamp,
        closed_at: Option<Timestamp>,
    }
}

db::row! {
    struct StoredGrant {
        id: Uuid,
        account_id: Uuid,
        role: String,
        unit_path: String,
        unit_code: String,
        area_id: Option<Uuid>,
        line: Option<String>,
        valid_from: Date,
        valid_to: Option<Date>,
    }
}

impl StoredGrant {
    /// A role that this program does not know gives no right.
    fn into_row(self) -> Option<GrantRow> {
        let grant = right(&self.role, self.unit_path, self.area_id, self.line.as_deref())?;
        let (valid_from, valid_to) = (self.valid_from, self.valid_to);
        Some(GrantRow { id: self.id, grant, code: self.unit_code, valid_from, valid_to })
    }
}

/// A right from its stored columns; none when the role is not of this program.
pub(crate) fn right(role: &str, path: String, area: Option<Uuid>, line: Option<&str>) -> Option<Grant> {
    let role = Role::from_key(role)?;
    // An area head whose area got lost heads none, rather than all.
    let area = if role == Role::AreaHead { Some(area?) } else { area };
    Some(Grant { role, path, area, line: line.and_then(Line::from_key) })
}

/// The account of a sign-in name, however it was typed.
pub fn find(read: &mut Read<'_>, scope: &Scope, sign_in: &str) -> db::Result<Option<Found>> {
    let found: Option<(String, Uuid)> = read.find(
        &scope.own(DIRECTORY),
        &sql!("select account_tenant, account_id from sign_in_name where tenant = $1 and name = $2"),
        &[vietnamese::text::fold(sign_in).into()],
    )?;
    Ok(found.map(|(tenant, account)| Found { tenant, account }))
}

/// The names behind account ids, as logs and records show them. Those kept by `tenant` cost one statement each, others
/// three; ids of no account are left out.
pub fn names(
    read: &mut Read<'_>,
    scope: &Scope,
    tenant: &str,
    accounts: impl IntoIterator<Item = Uuid>,
) -> db::Result<BTreeMap<Uuid, String>> {
    let mut names = BTreeMap::new();
    for account in accounts {
        if names.contains_key(&account) {
            continue;
        }
        let mut name = name_of(read, &scope.own(tenant), account)?;
        if name.is_none() {
            let home: Option<String> = read.find(
                &scope.own(DIRECTORY),
                &sql!(
                    "select account_tenant from sign_in_name where tenant = $1 and account_id = $2 \
                     order by name limit 1"
                ),
                &[account.into()],
            )?;
            if let Some(home) = home {
                name = name_of(read, &scope.own(&home), account)?;
            }
        }
        if let Some(name) = name {
            names.insert(account, name);
        }
    }
    Ok(names)
}

fn name_of(read: &mut Read<'_>, room: &Room, account: Uuid) -> db::Result<Option<String>> {
    read.find(room, &sql!("select name from account where tenant = $1 and id = $2"), &[account.into()])
}

/// A person's name as it is stored.
pub(crate) fn person(typed: &str) -> Result<String, Refusal> {
    let name = nfc(typed).split_whitespace().collect::<Vec<_>>().join(" ");
    let fitting = (1..=100).contains(&name.chars().count());
    if fitting && vietnamese::scan::personal_numbers(&name).is_empty() {
        Ok(name)
    } else {
        Err(Refusal::Name)
    }
}

/// A sign-in name as it is stored: folded, so that it can be typed with and without marks.
pub(crate) fn sign_in_name(typed: &str) -> Result<String, Refusal> {
    let name = vietnamese::text::fold(typed);
    let signs = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c));
    let letter = name.chars().any(|c| c.is_ascii_lowercase());
    let numbers = !vietnamese::scan::personal_numbers(&name).is_empty();
    if signs && letter && !numbers && (3..=40).contains(&name.len()) {
        Ok(name)
    } else {
        Err(Refusal::SignInShape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_in_names_are_folded_and_hold_no_numbers_of_people() {
        assert_eq!(sign_in_name(" Đức.NV ").unwrap(), "duc.nv");
        for bad in ["ab", "nguyen van a", "a@b.vn", "0912345678", "duc0912345678", "…", &"a".repeat(41)] {
            assert!(sign_in_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_name_is_one_line_without_numbers_of_people() {
        assert_eq!(person("  Nguyễn  Văn\nĐức ").unwrap(), "Nguyễn Văn Đức");
        assert!(person(" ").is_err() && person("Đức 0912345678").is_err());
    }

    #[test]
    fn an_area_head_without_an_area_has_no_right() {
        assert!(right("area_head", "vn/".into(), None, None).is_none());
        assert!(right("governor", "vn/".into(), None, None).is_none());
        assert!(right("chair", "vn/".into(), None, None).is_some());
    }
}
