//! Signing in and out.

use std::net::{IpAddr, SocketAddr};

use askama::Template;
use axum::Extension;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use kernel::http::{
    App, FormState, Plain, SESSION_COOKIE, Shell, cookie, local, page, redirect, unprocessable,
};
use kernel::{Error, Gate, Lang, Result};
use serde::Deserialize;

use super::{kept_nowhere, lang_of, local_time};
use crate::{Accounts, Attempt, Refusal, SignInError, own};

/// What the fields of a form that waits for signing in are called before their own name.
const KEPT: &str = "kept.";

#[derive(Debug, Deserialize)]
pub(super) struct NextQuery {
    #[serde(default)]
    next: String,
}

/// Name and password.
#[derive(Template)]
#[template(path = "accounts_sign_in.html")]
struct SignInPage {
    shell: Shell,
    next: String,
    /// Fields of a form that was sent after its session had ended, still with [`KEPT`].
    kept: Vec<(String, String)>,
    form: FormState,
}

/// Signed in again: the form that waited is offered for sending.
#[derive(Template)]
#[template(path = "accounts_send_now.html")]
struct SendNowPage {
    shell: Shell,
    next: String,
    fields: Vec<(String, String)>,
}

fn shell(app: &App, lang: Lang, title_key: &str) -> Shell {
    let mut shell = Shell::outside(lang, title_key, "/sign-in".to_owned());
    shell.demo = app.demo;
    shell
}

pub(super) async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    Query(query): Query<NextQuery>,
) -> Result<Response> {
    let shell = shell(&app, lang_of(&headers), "accounts-sign-in-title");
    page(&SignInPage { shell, next: local(&query.next), kept: vec![], form: FormState::default() })
}

pub(super) async fn create(
    State(app): State<App>,
    headers: HeaderMap,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    sent: Plain,
) -> Result<Response> {
    let lang = lang_of(&headers);
    let next = local(sent.get("next"));
    let kept: Vec<(String, String)> =
        sent.fields().iter().filter(|(name, _)| name.starts_with(KEPT)).cloned().collect();
    let attempt = Attempt {
        name: sent.get("name").to_owned(),
        password: sent.get("password").to_owned(),
        client: client(&headers, peer.map(|Extension(ConnectInfo(peer))| peer.ip())),
        device: device_words(&headers),
    };
    match crate::sign_in(&app.db, &app.clock, &app.ids, attempt).await {
        Ok(signed_in) => {
            let mut response = if kept.is_empty() {
                redirect(&next)
            } else {
                let fields = kept
                    .into_iter()
                    .filter_map(|(name, value)| Some((name.strip_prefix(KEPT)?.to_owned(), value)))
                    .collect();
                let shell = shell(&app, lang, "accounts-send-now-title");
                kept_nowhere(page(&SendNowPage { shell, next, fields })?)
            };
            let lives = own::STANDS.as_secs();
            set_cookie(&mut response, &app, &signed_in.token, lives)?;
            Ok(response)
        }
        Err(SignInError::Failed(refusal)) => Err(refusal.into()),
        Err(refused) => {
            let shell = shell(&app, lang, "accounts-sign-in-title");
            let text = match refused {
                SignInError::Blocked { until } => {
                    shell.t1("accounts-sign-in-blocked", "until", local_time(until, lang))
                }
                _ => shell.t("accounts-sign-in-wrong"),
            };
            let mut form = FormState { typed: sent.fields().to_vec(), problems: vec![] };
            form.add("name", text);
            Ok(kept_nowhere(unprocessable(&SignInPage { shell, next, kept, form })?))
        }
    }
}

/// Signs out. Somebody whose session has ended already gets the same answer.
pub(super) async fn delete(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    if let Some(token) = cookie(&headers, SESSION_COOKIE).map(str::to_owned) {
        let now = app.clock.now();
        let caller = app.db.read(move |read| Accounts.caller(read, &token, now)).await?;
        if let Some(caller) = caller {
            match app.db.write(move |tx| own::sign_out(tx, &caller, now)).await {
                // Signed out from another window at the same moment.
                Ok(()) | Err(Refusal::Missing) => {}
                Err(refusal) => return Err(refusal.into()),
            }
        }
    }
    let mut response = redirect("/sign-in");
    set_cookie(&mut response, &app, "", 0)?;
    Ok(response)
}

fn set_cookie(response: &mut Response, app: &App, token: &str, seconds: i64) -> Result<()> {
    let secure = if app.https { "; Secure" } else { "" };
    let text = format!("{SESSION_COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    let value = HeaderValue::from_str(&text).map_err(|error| Error::Internal(error.to_string()))?;
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(())
}

/// What tells clients apart: the address, of IPv6 the network that a household or office gets (/64). Behind a proxy on
/// this machine it is the address that the proxy saw, the last one of `X-Forwarded-For`; from elsewhere that header is
/// whatever the client likes, and not read.
fn client(headers: &HeaderMap, peer: Option<IpAddr>) -> Option<String> {
    let peer = peer?;
    let behind = if peer.to_canonical().is_loopback() {
        let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
        forwarded
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.rsplit(',').next())
            .and_then(|last| last.trim().parse().ok())
    } else {
        None
    };
    Some(match behind.unwrap_or(peer).to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x}/64", address.to_bits() >> 64),
    })
}

/// Browser and system in words, as far as the browser says: `Chrome, Android`.
pub fn device_words(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let of = |known: &[(&'static str, &'static str)]| {
        known.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name)
    };
    // Most browsers also name the ones they descend from, so the descendants are asked for first.
    let browser = of(&[
        ("coc_coc", "Cốc Cốc"),
        ("Zalo", "Zalo"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = of(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Macintosh", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    [browser, system].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::HeaderName::from_static(name), HeaderValue::from_static(value))])
    }

    #[test]
    fn only_a_proxy_on_this_machine_is_believed() {
        let forwarded = headers("x-forwarded-for", "9.9.9.9, 203.0.113.7");
        let ask = |peer: &str| client(&forwarded, Some(peer.parse().unwrap())).unwrap();
        assert_eq!(ask("127.0.0.1"), "203.0.113.7");
        assert_eq!(ask("::ffff:127.0.0.1"), "203.0.113.7");
        assert_eq!(ask("198.51.100.2"), "198.51.100.2");
        assert_eq!(ask("2001:db8:1:2:3::4"), ask("2001:db8:1:2:5::6"));
        assert_eq!(client(&forwarded, None), None);
    }

    #[test]
    fn devices_are_named_as_people_know_them() {
        let ask = |agent| device_words(&headers("user-agent", agent));
        assert_eq!(
            ask(
                "Mozilla/5.0 (Linux; Android 13; SM-A045F) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
            ),
            "Chrome, Android"
        );
        assert_eq!(
            ask("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0"),
            "Edge, Windows"
        );
        assert_eq!(ask("curl/8.0"), "");
    }
}
