//! The pages of this capability.

mod account;
mod audit;
mod own;
mod sign_in;
mod unit;

pub use own::first_page;
pub use sign_in::device_words;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use jiff::{Timestamp, tz};
use kernel::http::{Need, Routes, cookie};
use kernel::{Action, Cx, Error, Lang, Place, Result};
use uuid::Uuid;
use vietnamese::date;

use crate::SessionRow;

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
        .get("/units/{unit}/accounts/{id}", keep, account::show)
        .post("/units/{unit}/accounts/{id}/grants", keep, account::grant)
        .post("/units/{unit}/accounts/{id}/grants/{grant}/end", keep, account::end_grant)
        .post("/units/{unit}/accounts/{id}/sessions/{session}/revocation", keep, account::revoke_session)
        .post("/units/{unit}/accounts/{id}/password", keep, account::new_password)
        .post("/units/{unit}/accounts/{id}/closure", keep, account::close)
        .get("/units/{unit}/audit", Need::Action(Action::SeeAudit), audit::list)
}

/// A session on a page.
struct Session {
    id: String,
    device: String,
    since: String,
    seen: String,
    until: String,
    /// Whether it is the caller's present one.
    present: bool,
}

impl Session {
    fn of(cx: &Cx, row: SessionRow) -> Session {
        Session {
            id: row.id.to_string(),
            device: if row.device.is_empty() { cx.t("accounts-own-device-unknown") } else { row.device },
            since: local_time(row.created_at, cx.lang),
            seen: local_time(row.seen_at, cx.lang),
            until: local_time(row.expires_at, cx.lang),
            present: row.id == cx.caller.session,
        }
    }
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
