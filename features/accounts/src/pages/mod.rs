//! The pages of this capability.

mod audit;
mod own;
mod sign_in;
mod unit;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use jiff::{Timestamp, tz};
use kernel::http::{Need, Routes, cookie};
use kernel::{Action, Cx, Error, Lang, Place, Result};
use uuid::Uuid;
use vietnamese::date;

/// The routes of this capability.
pub fn routes() -> Routes {
    let keep = Need::Action(Action::ManageAccounts);
    Routes::default()
        .get("/", Need::Person, own::home)
        .get("/sign-in", Need::Nothing, sign_in::show)
        .post("/sign-in", Need::Nothing, sign_in::create)
        .post("/sign-out", Need::Nothing, sign_in::delete)
        .get("/account", Need::Person, own::show)
        .post("/account/password", Need::Person, own::update_password)
        .post("/account/sessions/{id}/revocation", Need::Person, own::revoke_session)
        .get("/units/{unit}/accounts", keep, unit::list)
        .get("/units/{unit}/accounts/new", keep, unit::new)
        .post("/units/{unit}/accounts", keep, unit::create)
        .post("/units/{unit}/accounts/{id}/closure", keep, unit::close)
        .post("/units/{unit}/accounts/{id}/password", keep, unit::new_password)
        .get("/units/{unit}/audit", Need::Action(Action::SeeAudit), audit::list)
}

/// The place of the address, as it is today.
async fn place_of(cx: &Cx, code: String) -> Result<Place> {
    let today = cx.today();
    cx.read(move |read, scope| crate::places::of_code(read, scope, &code, today)?.ok_or(Error::NotFound))
        .await
}

/// An id of the address.
fn id_of(text: &str) -> Result<Uuid> {
    Uuid::try_parse(text).map_err(|_| Error::NotFound)
}

/// Date and time of day in Vietnam: `07:05, 24/11/2026`.
fn local_time(at: Timestamp, lang: Lang) -> String {
    let local = tz::offset(7).to_datetime(at);
    format!("{:02}:{:02}, {}", local.hour(), local.minute(), date::table(local.date(), lang))
}

/// The language of somebody who is not signed in.
fn lang_of(headers: &HeaderMap) -> Lang {
    cookie(headers, kernel::http::LANG_COOKIE).and_then(Lang::from_tag).unwrap_or(Lang::Vi)
}

/// Nobody keeps a page that shows a password.
fn kept_nowhere(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
