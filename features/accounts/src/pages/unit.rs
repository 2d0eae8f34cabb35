//! The accounts that a unit keeps.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use db::Read;
use jiff::civil::Date;
use kernel::http::{FormOption, FormState, Sent, Shell, page, unprocessable};
use kernel::{Action, Cx, Line, Place, Result, Role, Scope};
use uuid::Uuid;
use vietnamese::date;

use super::{kept_nowhere, local_time, place_of};
use crate::{Account, GrantRow, Keeper, NewAccount, NewGrant, Password, Refusal, keep, places, roles_at};

/// Everybody with an account here.
#[derive(Template)]
#[template(path = "accounts_list.html")]
struct ListPage {
    shell: Shell,
    base: String,
    people: Vec<Person>,
}

struct Person {
    id: String,
    name: String,
    sign_in: String,
    rights: Vec<String>,
    /// When it was closed; empty while it is open.
    closed: String,
    oneself: bool,
}

pub(super) async fn list(cx: Cx, Path(unit): Path<String>) -> Result<Response> {
    let place = place_of(&cx, unit).await?;
    cx.enter(&place, Action::ManageAccounts)?;
    let (now, today, here) = (cx.now, cx.today(), place.clone());
    let (accounts, names) = cx
        .read(move |read, scope| {
            let accounts = Keeper::enter(scope, &here, now)?.accounts(read)?;
            let grants = accounts.iter().flat_map(|account| &account.grants);
            let names = Names::of(read, scope, &here, today, grants)?;
            Ok((accounts, names))
        })
        .await?;
    let person = |account: Account| Person {
        oneself: account.id == cx.caller.account,
        id: account.id.to_string(),
        rights: account
            .grants
            .iter()
            .filter(|row| !row.is_over(today))
            .map(|row| right(&cx, row, &names))
            .collect(),
        closed: account.closed_at.map_or_else(String::new, |at| local_time(at, cx.lang)),
        name: account.name,
        sign_in: account.sign_in,
    };
    let people = accounts.into_iter().map(person).collect();
    let shell = cx.shell(cx.t("accounts-list-title"), Some(&place));
    page(&ListPage { shell, base: base(&place), people })
}

/// What areas and units other than the page's own are called.
pub(super) struct Names {
    areas: BTreeMap<Uuid, String>,
    units: BTreeMap<String, String>,
}

impl Names {
    /// The names that these grants need.
    pub(super) fn of<'g>(
        read: &mut Read<'_>,
        scope: &Scope,
        here: &Place,
        today: Date,
        grants: impl Iterator<Item = &'g GrantRow>,
    ) -> Result<Names, Refusal> {
        let mut units = BTreeMap::new();
        for path in grants.map(|row| &row.grant.path).filter(|path| **path != here.path) {
            if !units.contains_key(path)
                && let Some(there) = places::at_path(read, scope, path, today)?
            {
                units.insert(path.clone(), there.name);
            }
        }
        let areas = units::areas_of(read, scope, here, today)?;
        Ok(Names { areas: areas.into_iter().map(|area| (area.id, area.name)).collect(), units })
    }
}

/// A right in words: role, area, other unit, line, days.
pub(super) fn right(cx: &Cx, row: &GrantRow, names: &Names) -> String {
    let mut parts = vec![role_text(cx, row.grant.role)];
    parts.extend(row.grant.area.and_then(|area| names.areas.get(&area)).cloned());
    parts.extend(names.units.get(&row.grant.path).cloned());
    parts.extend(row.grant.line.map(|line| line_text(cx, line)));
    if row.valid_from > cx.today() {
        let day = date::short(row.valid_from, cx.lang);
        parts.push(cx.ta("accounts-list-from", &[("day", day.into())]));
    }
    if let Some(last) = row.valid_to {
        parts.push(cx.ta("accounts-list-to", &[("day", date::short(last, cx.lang).into())]));
    }
    parts.join(" – ")
}

fn role_text(cx: &Cx, role: Role) -> String {
    cx.t(&format!("kernel-role-{}", role.key().replace('_', "-")))
}

fn line_text(cx: &Cx, line: Line) -> String {
    cx.t(&format!("accounts-line-{}", line.key()))
}

pub(super) fn base(place: &Place) -> String {
    format!("/units/{}/accounts", place.code)
}

/// A new account.
#[derive(Template)]
#[template(path = "accounts_new.html")]
struct NewPage {
    shell: Shell,
    base: String,
    choices: Choices,
    form: FormState,
}

pub(super) async fn new(cx: Cx, Path(unit): Path<String>) -> Result<Response> {
    let place = place_of(&cx, unit).await?;
    cx.enter(&place, Action::ManageAccounts)?;
    page(&new_page(&cx, &place, FormState::default()).await?)
}

async fn new_page(cx: &Cx, place: &Place, form: FormState) -> Result<NewPage> {
    let choices = Choices::of(cx, place, &form).await?;
    let mut shell = cx.shell(cx.t("accounts-new-title"), Some(place));
    shell.path = format!("{}/new", base(place));
    Ok(NewPage { shell, base: base(place), choices, form })
}

/// What a right is made of.
pub(super) struct Choices {
    pub(super) roles: Vec<FormOption>,
    /// Empty above the commune.
    pub(super) areas: Vec<FormOption>,
    pub(super) lines: Vec<FormOption>,
}

impl Choices {
    /// The choices at a place, with those of the form ticked.
    pub(super) async fn of(cx: &Cx, place: &Place, form: &FormState) -> Result<Choices> {
        let (today, here) = (cx.today(), place.clone());
        let areas = cx.read(move |read, scope| Ok(units::areas_of(read, scope, &here, today)?)).await?;
        let option = |field: &str, value: String, label: String| FormOption {
            chosen: form.ticked(field, &value),
            value,
            label,
        };
        let roles = roles_at(place).iter();
        Ok(Choices {
            roles: roles.map(|role| option("role", role.key().to_owned(), role_text(cx, *role))).collect(),
            areas: areas.into_iter().map(|area| option("area", area.id.to_string(), area.name)).collect(),
            lines: Line::ALL.map(|line| option("line", line.key().to_owned(), line_text(cx, line))).into(),
        })
    }
}

/// A password to hand over, shown once.
#[derive(Template)]
#[template(path = "accounts_password.html")]
struct PasswordPage {
    shell: Shell,
    base: String,
    name: String,
    sign_in: String,
    password: String,
}

pub(super) async fn create(Path(unit): Path<String>, sent: Sent) -> Result<Response> {
    let cx = &sent.cx;
    let place = place_of(cx, unit).await?;
    cx.enter(&place, Action::ManageAccounts)?;
    let mut form = FormState { typed: sent.fields.clone(), problems: vec![] };
    let wanted = wanted(&sent, &place);
    let wanted = match wanted {
        Ok(wanted) => Some(wanted),
        Err(refusals) => {
            for refusal in refusals {
                note(cx, &mut form, refusal)?;
            }
            None
        }
    };
    if let Some((account, grant)) = wanted {
        let password = Password::generate()?;
        let text = password.text().to_owned();
        let hash = password.hash_aside().await?;
        let (scope, here, now, today) = (cx.caller.scope.clone(), place.clone(), cx.now, cx.today());
        let (id, grant_id) = (cx.app.ids.new_id(), cx.app.ids.new_id());
        let written = cx
            .write(move |tx| {
                check_area(tx, &scope, &here, grant.area, today)?;
                let keeper = Keeper::enter(&scope, &here, now)?;
                keeper.create(tx, id, &account, &hash)?;
                keeper.grant(tx, id, grant_id, &here, &grant)?;
                keeper.account(tx, id)
            })
            .await;
        match written {
            Ok(made) => {
                let shell = cx.shell(cx.t("accounts-created-title"), Some(&place));
                return handed_over(shell, &place, &made, text);
            }
            Err(refusal) => note(cx, &mut form, refusal)?,
        }
    }
    unprocessable(&new_page(cx, &place, form).await?)
}

/// What was asked for, or everything that is wrong with it.
fn wanted(sent: &Sent, place: &Place) -> Result<(NewAccount, NewGrant), Vec<Refusal>> {
    let account = NewAccount { name: sent.get("name").to_owned(), sign_in: sent.get("sign_in").to_owned() };
    let mut refusals: Vec<Refusal> =
        [keep::person(&account.name).err(), keep::sign_in_name(&account.sign_in).err()]
            .into_iter()
            .flatten()
            .collect();
    match wanted_grant(sent, place) {
        Ok(grant) if refusals.is_empty() => Ok((account, grant)),
        Ok(_) => Err(refusals),
        Err(refusal) => {
            refusals.push(refusal);
            Err(refusals)
        }
    }
}

/// The right that was asked for: from today on, to the day in `valid_to` when there is one.
pub(super) fn wanted_grant(sent: &Sent, place: &Place) -> Result<NewGrant, Refusal> {
    let role = Role::from_key(sent.get("role")).filter(|role| roles_at(place).contains(role));
    let role = role.ok_or(Refusal::RoleElsewhere)?;
    let line = Line::from_key(sent.get("line"));
    // An area chosen beside another role is a slip of the form, not a right.
    let area = match role {
        Role::AreaHead => Some(Uuid::try_parse(sent.get("area")).map_err(|_| Refusal::Area)?),
        _ => None,
    };
    if role == Role::Officer && line.is_none() {
        return Err(Refusal::Line);
    }
    let valid_to = match sent.get("valid_to") {
        "" => None,
        typed => Some(typed.parse().or_else(|_| date::parse(typed)).map_err(|_| Refusal::Days)?),
    };
    Ok(NewGrant { role, area, line, valid_from: sent.cx.today(), valid_to })
}

/// An area of a right is one of the unit's today.
pub(super) fn check_area(
    read: &mut Read<'_>,
    scope: &Scope,
    here: &Place,
    area: Option<Uuid>,
    today: Date,
) -> Result<(), Refusal> {
    match area {
        Some(area) => units::area(read, scope, here, area, today)?.map(drop).ok_or(Refusal::Area),
        None => Ok(()),
    }
}

/// Puts a refusal beside its field; one that is not about the form ends the request.
pub(super) fn note(cx: &Cx, form: &mut FormState, refusal: Refusal) -> Result<()> {
    match refusal.problem() {
        Some((field, key)) => {
            form.add(field, cx.t(key));
            Ok(())
        }
        None => Err(refusal.into()),
    }
}

pub(super) fn handed_over(
    shell: Shell,
    place: &Place,
    account: &Account,
    password: String,
) -> Result<Response> {
    let (name, sign_in) = (account.name.clone(), account.sign_in.clone());
    Ok(kept_nowhere(page(&PasswordPage { shell, base: base(place), name, sign_in, password })?))
}

impl From<units::Refusal> for Refusal {
    fn from(refusal: units::Refusal) -> Self {
        match refusal {
            units::Refusal::Denied(denied) => denied.into(),
            units::Refusal::Store(error) => error.into(),
            _ => Refusal::Area,
        }
    }
}
