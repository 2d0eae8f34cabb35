//! The phone's page, its worker, and the list of pages it keeps.

use activities::State;
use askama::Template;
use axum::extract::{Extension, OriginalUri};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use kernel::http::{LANG_COOKIE, Shell, asset_url, cookie, page};
use kernel::{Cx, Error, Lang};
use serde::Serialize;
use supplements::Rulebook;

use crate::pages::news::kept;

/// What the phone needs before anybody is known: style, behaviours, the page that unlocks.
const SHELL: [&str; 11] = [
    "app.css",
    "app.js",
    "draft.js",
    "favicon.svg",
    "handover.js",
    "outbox.js",
    "phone.js",
    "photo.js",
    "qr.js",
    "select-all.js",
    "vault.js",
];

/// The page that sets up, unlocks and shows what this phone keeps. It holds nobody's data: the script fills it from
/// what is on the phone, so it can be kept for everybody.
#[derive(Template)]
#[template(path = "sync_phone.html")]
struct PhonePage {
    shell: Shell,
    /// Names of the states of a record, for its template.
    states: [&'static str; 5],
}

/// `GET /phone`.
pub(super) async fn show(headers: HeaderMap, OriginalUri(uri): OriginalUri) -> Result<Response, Error> {
    let language = if cookie(&headers, LANG_COOKIE) == Some("en") { Lang::En } else { Lang::Vi };
    let shell = Shell::outside(language, "sync-title", uri.path().to_owned());
    page(&PhonePage { shell, states: State::ALL.map(State::key) })
}

/// What a person's phone keeps.
#[derive(Serialize)]
struct Kept {
    /// The account, as pages name it.
    person: String,
    name: String,
    /// Addresses, the most needed first.
    pages: Vec<String>,
}

/// `GET /phone/pages`.
pub(super) async fn pages(cx: Cx, Extension(book): Extension<Rulebook>) -> Result<Response, Error> {
    let (home, today) = (cx.caller.home.clone(), cx.today());
    let kept = cx.read(move |read, scope| Ok(kept(read, (scope, home.as_ref()), &book, today)?)).await?;
    let pages = [kept.forms, kept.views].concat();
    let kept = Kept { person: cx.caller.account.to_string(), name: cx.caller.name.clone(), pages };
    let json = serde_json::to_string(&kept).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}

/// `GET /worker.js`: stands at the root, because a worker serves what lies below it. Its text changes with the assets,
/// and that is how a phone learns of a new version.
pub(super) async fn worker() -> Response {
    let mut shell: Vec<String> = SHELL.iter().map(|name| asset_url(name).to_owned()).collect();
    shell.push("/phone".to_owned());
    let shell = serde_json::to_string(&shell).unwrap_or_default();
    let script = format!("import {{ start }} from \"{}\";\nstart({shell});\n", asset_url("worker.js"));
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], script).into_response()
}

/// `GET /manifest.webmanifest`: makes the pages installable.
pub(super) async fn manifest() -> Response {
    let manifest = serde_json::json!({
        "id": "/",
        "name": "Chung Sức",
        "short_name": "Chung Sức",
        "lang": "vi",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf7f1",
        "theme_color": "#9b1c1f",
        "icons": [
            { "src": asset_url("favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any" },
        ],
    });
    ([(header::CONTENT_TYPE, "application/manifest+json")], manifest.to_string()).into_response()
}
