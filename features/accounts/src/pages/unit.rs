//! The accounts that a unit keeps.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use kernel::http::{FormOption, FormState, Sent, Shell, page, redirect, unprocessable};
use kernel::{Action, Cx, Error, Line, Place, Result, Role};
use serde::Deserialize;
use uuid::Uuid;
use vietnamese::date;

use super::{id_of, kept_nowhere, local_time, place_of};
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
    since: String,
    /// When it was closed; empty while it is open.
    closed: String,
    oneself: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct DoneQuery {
    done: Option<String>,
}

pub(super) async fn list(
    cx: Cx,
    Path(unit): Path<String>,
    Query(query): Query<DoneQuery>,
) -> Result<Response> {
    let place = place_of(&cx, unit).await?;
    cx.enter(&place, Action::ManageAccounts)?;
    let (now, today, here) = (cx.now, cx.today(), place.clone());
    let (accounts, names) = cx
        .read(move |read, scope| {
            let accounts = Keeper::enter(scope, &here, now)?.accounts(read)?;
            let mut names: Vec<(String, String)> = Vec::new();
            for path in accounts.iter().flat_map(|account| &account.grants).map(|row| &row.grant.path) {
                if *path != here.path && !names.iter().any(|(known, _)| known == path) {
                    let elsewhere = places::at_path(read, scope, path, today)?;
                    names.push((path.clone(), elsewhere.map_or_else(String::new, |place| place.name)));
                }
            }
            for area in units::areas_of(read, scope, &here, today)? {
                names.push((area.id.to_string(), area.name));
            }
            Ok((accounts, names))
        })
        .await?;
    let named = |key: &str| names.iter().find(|(known, _)| known == key).map(|(_, name)| name.clone());
    let person = |account: Account| Person {
        oneself: account.id == cx.caller.account,
        id: account.id.to_string(),
        rights: account
            .grants
            .iter()
            .filter(|row| row.valid_to.is_none_or(|last| last >= today))
            .map(|row| right(&cx, row, &named))
            .collect(),
        since: local_time(account.created_at, cx.lang),
        closed: account.closed_at.map_or_else(String::new, |at| local_time(at, cx.lang)),
        name: account.name,
        sign_in: account.sign_in,
    };
    let people = accounts.into_iter().map(person).collect();
    let shell = cx.shell(cx.t("accounts-list-title"), Some(&place)).with_flash(query.done.as_deref());
    page(&ListPage { shell, base: base(&place), people })
}

/// A right in words: role, area, other unit, line, days.
fn right(cx: &Cx, row: &GrantRow, named: &impl Fn(&str) -> Option<String>) -> String {
    let mut parts = vec![role_text(cx, row.grant.role)];
    parts.extend(row.grant.area.and_then(|area| named(&area.to_string())));
    parts.extend(named(&row.grant.path).filter(|name| !name.is_empty()));
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

fn base(place: &Place) -> String {
    format!("/units/{}/accounts", place.code)
}

/// A new account.
#[derive(Template)]
#[template(path = "accounts_new.html")]
struct NewPage {
    shell: Shell,
    base: String,
    roles: Vec<FormOption>,
    areas: Vec<FormOption>,
    lines: Vec<FormOption>,
    form: FormState,
}

pub(super) async fn new(cx: Cx, Path(unit): Path<String>) -> Result<Response> {
    let place = place_of(&cx, unit).await?;
    cx.enter(&place, Action::ManageAccounts)?;
    page(&new_page(&cx, &place, FormState::default()).await?)
}

async fn new_page(cx: &Cx, place: &Place, form: FormState) -> Result<NewPage> {
    let (today, here) = (cx.today(), place.clone());
    let areas = cx.read(move |read, scope| Ok(units::areas_of(read, scope, &here, today)?)).await?;
    let option = |field: &str, value: String, label: String| FormOption {
        chosen: form.ticked(field, &value),
        value,
        label,
    };
    let roles =
        roles_at(place).iter().map(|role| option("role", role.key().to_owned(), role_text(cx, *role)));
    let roles = roles.collect();
    let areas = areas.into_iter().map(|area| option("area", area.id.to_string(), area.name)).collect();
    let lines = Line::ALL.map(|line| option("line", line.key().to_owned(), line_text(cx, line))).into();
    let mut shell = cx.shell(cx.t("accounts-new-title"), Some(place));
    shell.path = format!("{}/new", base(place));
    Ok(NewPage { shell, base: base(place), roles, areas, lines, form })
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
                if let Some(area) = grant.area {
                    units::area(tx, &scope, &here, area, today)?.ok_or(Refusal::Area)?;
                }
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
    let role = Role::from_key(sent.get("role")).filter(|role| roles_at(place).contains(role));
    let line = Line::from_key(sent.get("line"));
    // An area chosen beside another role is a slip of the form, not a right.
    let area = match role {
        Some(Role::AreaHead) => Uuid::try_parse(sent.get("area")).ok(),
        _ => None,
    };
    match role {
        None => refusals.push(Refusal::RoleElsewhere),
        Some(Role::AreaHead) if area.is_none() => refusals.push(Refusal::Area),
        Some(Role::Officer) if line.is_none() => refusals.push(Refusal::Line),
        Some(_) => {}
    }
    match role {
        Some(role) if refusals.is_empty() => {
            let valid_from = kernel::local_day(sent.cx.now);
            Ok((account, NewGrant { role, area, line, valid_from, valid_to: None }))
        }
        _ => Err(refusals),
    }
}

/// Puts a refusal beside its field; one that is not about the form ends the request.
fn note(cx: &Cx, form: &mut FormState, refusal: Refusal) -> Result<()> {
    match refusal.problem() {
        Some((field, key)) => {
            form.add(field, cx.t(key));
            Ok(())
        }
        None => Err(refusal.into()),
    }
}

fn handed_over(shell: Shell, place: &Place, account: &Account, password: String) -> Result<Response> {
    let (name, sign_in) = (account.name.clone(), account.sign_in.clone());
    Ok(kept_nowhere(page(&PasswordPage { shell, base: base(place), name, sign_in, password })?))
}

pub(super) async fn new_password(Path((unit, id)): Path<(String, String)>, sent: Sent) -> Result<Response> {
    let (cx, account) = (&sent.cx, id_of(&id)?);
    let place = place_of(cx, unit).await?;
    cx.enter(&place, Action::ManageAccounts)?;
    let password = Password::generate()?;
    let text = password.text().to_owned();
    let hash = password.hash_aside().await?;
    let (scope, here, now) = (cx.caller.scope.clone(), place.clone(), cx.now);
    let changed = cx
        .write(move |tx| {
            let keeper = Keeper::enter(&scope, &here, now)?;
            keeper.set_password(tx, account, &hash)?;
            keeper.account(tx, account)
        })
        .await?;
    let mut shell = cx.shell(cx.t("accounts-new-password-title"), Some(&place));
    shell.path = base(&place);
    handed_over(shell, &place, &changed, text)
}

pub(super) async fn close(Path((unit, id)): Path<(String, String)>, sent: Sent) -> Result<Response> {
    let (cx, account) = (&sent.cx, id_of(&id)?);
    let place = place_of(cx, unit).await?;
    cx.enter(&place, Action::ManageAccounts)?;
    let (scope, here, now) = (cx.caller.scope.clone(), place.clone(), cx.now);
    cx.write(move |tx| Keeper::enter(&scope, &here, now)?.close(tx, account)).await.map_err(Error::from)?;
    Ok(redirect(&format!("{}?done=accounts-done-closed", base(&place))))
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
