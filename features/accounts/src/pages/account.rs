//! One account, as its keepers see it.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use kernel::http::{FormState, Sent, Shell, page, redirect, unprocessable};
use kernel::{Action, Cx, Place, Result, Scope};
use serde::Deserialize;
use uuid::Uuid;

use super::unit::{Choices, Names, base, check_area, handed_over, note, right, wanted_grant};
use super::{Session, id_of, local_time, place_of};
use crate::{Keeper, Password, Refusal};

/// Rights, sessions, a new password, the end.
#[derive(Template)]
#[template(path = "accounts_account.html")]
struct AccountPage {
    shell: Shell,
    base: String,
    name: String,
    sign_in: String,
    since: String,
    /// When it was closed; empty while it is open.
    closed: String,
    oneself: bool,
    rights: Vec<Right>,
    sessions: Vec<Session>,
    choices: Choices,
    form: FormState,
}

struct Right {
    id: String,
    text: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct DoneQuery {
    done: Option<String>,
}

pub(super) async fn show(
    cx: Cx,
    Path((unit, id)): Path<(String, String)>,
    Query(query): Query<DoneQuery>,
) -> Result<Response> {
    let place = entered(&cx, unit).await?;
    let mut shown = account_page(&cx, &place, id_of(&id)?, FormState::default()).await?;
    shown.shell = shown.shell.with_flash(query.done.as_deref());
    page(&shown)
}

/// Gives a right.
pub(super) async fn grant(Path((unit, id)): Path<(String, String)>, sent: Sent) -> Result<Response> {
    let (cx, account) = (&sent.cx, id_of(&id)?);
    let place = entered(cx, unit).await?;
    let (today, grant_id) = (cx.today(), cx.app.ids.new_id());
    let given = match wanted_grant(&sent, &place) {
        Ok(grant) => {
            keep(cx, (&place, account), move |tx, scope, here, keeper| {
                check_area(tx, scope, here, grant.area, today)?;
                keeper.grant(tx, account, grant_id, here, &grant)
            })
            .await
        }
        Err(refusal) => Err(refusal),
    };
    match given {
        Ok(()) => Ok(done(&place, account, "accounts-done-granted")),
        Err(refusal) => {
            let mut form = FormState { typed: sent.fields.clone(), problems: vec![] };
            note(cx, &mut form, refusal)?;
            unprocessable(&account_page(cx, &place, account, form).await?)
        }
    }
}

/// Ends a right.
pub(super) async fn end_grant(
    Path((unit, id, grant)): Path<(String, String, String)>,
    sent: Sent,
) -> Result<Response> {
    let (cx, account, grant) = (&sent.cx, id_of(&id)?, id_of(&grant)?);
    let place = entered(cx, unit).await?;
    keep(cx, (&place, account), move |tx, _, _, keeper| keeper.end_grant(tx, account, grant)).await?;
    Ok(done(&place, account, "accounts-done-grant-ended"))
}

/// Signs a device of the person out.
pub(super) async fn revoke_session(
    Path((unit, id, session)): Path<(String, String, String)>,
    sent: Sent,
) -> Result<Response> {
    let (cx, account, session) = (&sent.cx, id_of(&id)?, id_of(&session)?);
    let place = entered(cx, unit).await?;
    keep(cx, (&place, account), move |tx, _, _, keeper| keeper.revoke(tx, account, session)).await?;
    Ok(done(&place, account, "accounts-done-session-ended"))
}

/// Gives a new password, shown once.
pub(super) async fn new_password(Path((unit, id)): Path<(String, String)>, sent: Sent) -> Result<Response> {
    let (cx, account) = (&sent.cx, id_of(&id)?);
    let place = entered(cx, unit).await?;
    let password = Password::generate()?;
    let text = password.text().to_owned();
    let hash = password.hash_aside().await?;
    let changed = keep(cx, (&place, account), move |tx, _, _, keeper| {
        keeper.set_password(tx, account, &hash)?;
        keeper.account(tx, account)
    })
    .await?;
    let mut shell = cx.shell(cx.t("accounts-new-password-title"), Some(&place));
    shell.path = format!("{}/{account}", base(&place));
    handed_over(shell, &place, &changed, text)
}

/// Closes the account.
pub(super) async fn close(Path((unit, id)): Path<(String, String)>, sent: Sent) -> Result<Response> {
    let (cx, account) = (&sent.cx, id_of(&id)?);
    let place = entered(cx, unit).await?;
    keep(cx, (&place, account), move |tx, _, _, keeper| keeper.close(tx, account)).await?;
    Ok(done(&place, account, "accounts-done-closed"))
}

async fn entered(cx: &Cx, unit: String) -> Result<Place> {
    let place = place_of(cx, unit).await?;
    cx.enter(&place, Action::ManageAccounts)?;
    Ok(place)
}

/// Does something as the keeper of an account of the place, in one transaction.
async fn keep<T: Send + 'static>(
    cx: &Cx,
    (place, account): (&Place, Uuid),
    work: impl FnOnce(&mut db::Tx<'_>, &Scope, &Place, &Keeper<'_>) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let (scope, here, now) = (cx.caller.scope.clone(), place.clone(), cx.now);
    cx.write(move |tx| {
        let keeper = Keeper::enter(&scope, &here, now)?.of(tx, account)?;
        work(tx, &scope, &here, &keeper)
    })
    .await
}

fn done(place: &Place, account: Uuid, key: &str) -> Response {
    redirect(&format!("{}/{account}?done={key}", base(place)))
}

async fn account_page(cx: &Cx, place: &Place, id: Uuid, form: FormState) -> Result<AccountPage> {
    let (here, now, today) = (place.clone(), cx.now, cx.today());
    let (account, sessions, names) = cx
        .read(move |read, scope| {
            let keeper = Keeper::enter(scope, &here, now)?.of(read, id)?;
            let account = keeper.account(read, id)?;
            let sessions = keeper.sessions(read, id)?;
            let names = Names::of(read, scope, &here, today, account.grants.iter())?;
            Ok((account, sessions, names))
        })
        .await?;
    let rights = account.grants.iter().filter(|row| !row.is_over(today));
    let rights = rights.map(|row| Right { id: row.id.to_string(), text: right(cx, row, &names) }).collect();
    let mut shell = cx.shell(account.name.clone(), Some(place));
    shell.path = format!("{}/{id}", base(place));
    Ok(AccountPage {
        base: format!("{}/{id}", base(place)),
        name: account.name,
        sign_in: account.sign_in,
        since: local_time(account.created_at, cx.lang),
        closed: account.closed_at.map_or_else(String::new, |at| local_time(at, cx.lang)),
        oneself: id == cx.caller.account,
        rights,
        sessions: sessions.into_iter().map(|row| Session::of(cx, row)).collect(),
        choices: Choices::of(cx, place, &form).await?,
        form,
        shell,
    })
}
