//! One's own account, and where to go first.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use kernel::http::{FormState, Sent, Shell, page, redirect, unprocessable};
use kernel::{Caller, Cx, Result, Role};
use serde::Deserialize;

use super::{Session, id_of, kept_nowhere, local_time};
use crate::sign_in::prove;
use crate::{Password, SignInError, own, places};

/// `GET /`: to the work of the person's first role.
pub(super) async fn home(cx: Cx) -> Result<Response> {
    note_visit(&cx).await?;
    Ok(redirect(&first_page(&cx.caller)))
}

/// The page a person begins with.
pub fn first_page(caller: &Caller) -> String {
    let role = caller.scope.grants().iter().map(|grant| grant.role).min();
    let (Some(place), Some(role)) = (&caller.home, role) else { return "/account".to_owned() };
    let work = match role {
        Role::AreaHead | Role::Officer => "activities",
        // The country receives no reports; it looks at the whole.
        Role::ProvinceStaff if place.path.matches('/').count() == 1 => "dashboard",
        Role::Chair | Role::ProvinceStaff | Role::Auditor => "reports",
        Role::Administrator => "accounts",
    };
    format!("/units/{}/{work}", place.code)
}

/// The own name, rights, sessions, and the way to another password.
#[derive(Template)]
#[template(path = "accounts_own.html")]
struct OwnPage {
    shell: Shell,
    name: String,
    rights: Vec<String>,
    sessions: Vec<Session>,
    form: FormState,
}

#[derive(Debug, Deserialize)]
pub(super) struct DoneQuery {
    done: Option<String>,
}

pub(super) async fn show(cx: Cx, Query(query): Query<DoneQuery>) -> Result<Response> {
    note_visit(&cx).await?;
    let mut shown = own_page(&cx, FormState::default()).await?;
    shown.shell = shown.shell.with_flash(query.done.as_deref());
    page(&shown)
}

pub(super) async fn update_password(sent: Sent) -> Result<Response> {
    let cx = &sent.cx;
    let caller = cx.caller.clone();
    let mut form = FormState::default();
    let proof = match prove(cx.db(), &cx.app.clock, &caller, sent.get("current").to_owned()).await {
        Ok(proof) => Some(proof),
        Err(SignInError::Wrong) => {
            form.add("current", cx.t("accounts-problem-wrong-password"));
            None
        }
        Err(SignInError::Blocked { until }) => {
            let until = local_time(until, cx.lang);
            form.add("current", cx.ta("accounts-sign-in-blocked", &[("until", until.into())]));
            None
        }
        Err(SignInError::Failed(refusal)) => return Err(refusal.into()),
    };
    let unit = caller.home.as_ref().map_or("", |place| place.name.as_str());
    let sign_in = proof.as_ref().map_or("", |proof| proof.sign_in.as_str());
    match (Password::new(sent.get("password"), &[&caller.name, unit, sign_in]), proof) {
        (Err(weak), _) => form.add("password", cx.t(weak.key())),
        (Ok(_), None) => {}
        (Ok(password), Some(proof)) => {
            let (hash, now) = (password.hash_aside().await?, cx.now);
            cx.write(move |tx| own::change_password(tx, &caller, &proof.password, &hash, now)).await?;
            return Ok(redirect("/account?done=accounts-done-password"));
        }
    }
    Ok(kept_nowhere(unprocessable(&own_page(cx, form).await?)?))
}

pub(super) async fn revoke_session(Path(id): Path<String>, sent: Sent) -> Result<Response> {
    let (session, cx) = (id_of(&id)?, sent.cx);
    let (caller, now) = (cx.caller.clone(), cx.now);
    cx.write(move |tx| own::revoke(tx, &caller, session, now)).await?;
    Ok(redirect("/account?done=accounts-done-session-ended"))
}

async fn own_page(cx: &Cx, form: FormState) -> Result<OwnPage> {
    let (caller, now, today) = (cx.caller.clone(), cx.now, cx.today());
    let (sessions, units) = cx
        .read(move |read, scope| {
            let mut units = Vec::new();
            for grant in scope.grants() {
                units.push(places::at_path(read, scope, &grant.path, today)?);
            }
            Ok((own::sessions(read, &caller, now)?, units))
        })
        .await?;
    let rights = cx.caller.scope.grants().iter().zip(units).map(|(grant, unit)| {
        let role = cx.t(&format!("kernel-role-{}", grant.role.key().replace('_', "-")));
        unit.map_or_else(|| role.clone(), |unit| format!("{role} – {}", unit.name))
    });
    let rights = rights.collect();
    let sessions = sessions.into_iter().map(|row| Session::of(cx, row)).collect();
    let mut shell = cx.shell(cx.t("accounts-own-title"), None);
    shell.path = "/account".to_owned();
    Ok(OwnPage { shell, name: cx.caller.name.clone(), rights, sessions, form })
}

async fn note_visit(cx: &Cx) -> Result<()> {
    let (caller, now) = (cx.caller.clone(), cx.now);
    if cx.read(move |read, _| Ok(own::unseen(read, &caller, now)?)).await? {
        let caller = cx.caller.clone();
        cx.write(move |tx| own::see(tx, &caller, now)).await?;
    }
    Ok(())
}
