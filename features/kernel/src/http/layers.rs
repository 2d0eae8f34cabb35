//! What every request passes, outside in.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::http::number::{self, Number};
use crate::http::page::{Again, ErrorPage};
use crate::http::sent::Typed;
use crate::http::{App, BODY_LIMIT, Error, Shell, assets, cx, page, sent, source};

/// Nothing from elsewhere, nothing inline.
const CONTENT_SECURITY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Puts the layers around the capabilities' routes.
pub fn wrap(routes: Router<App>, app: App) -> Router {
    let fixed = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(app.clone(), number::note))
        // The page for whatever failed within, a panic too.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(fixed(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "same-origin"))
        // Pages hold people's work: no shared cache keeps them.
        .layer(fixed(header::CACHE_CONTROL, "private, no-cache"))
        .layer(from_fn_with_state(app.clone(), explain_failures))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            Error::Internal("a handler panicked".into()).into_response()
        }))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(60)))
        // A form of another site is refused by what the browser says of its origin; no token that could go stale.
        .layer(from_fn(explain_foreign))
        .layer(CsrfLayer::new())
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(keep_typed));
    routes
        .route("/assets/{hash}/{name}", axum::routing::get(assets::serve))
        .route("/language", axum::routing::post(language))
        .route(source::OFFER, axum::routing::get(source::show))
        .fallback(|| async { Error::NotFound })
        .with_state(app)
        .layer(layers)
}

/// Marks a refusal of the CSRF layer, so that it gets a page like any other failure.
async fn explain_foreign(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let response = next.run(request).await;
    let plain = response.extensions().get::<Arc<Error>>().is_none();
    if !safe && plain && response.status() == StatusCode::FORBIDDEN {
        return Error::Refused("kernel-error-foreign-form".into()).into_response();
    }
    response
}

/// What was typed goes with the failure when sending it again may help, whichever part of a handler failed.
async fn keep_typed(request: Request, next: Next) -> Response {
    let (request, copy) = match sent::copied(request).await {
        Ok(both) => both,
        Err(error) => return error.into_response(),
    };
    let mut response = next.run(request).await;
    let error = response.extensions().get::<Arc<Error>>().map(|error| &**error);
    let helps = matches!(error, Some(Error::Busy | Error::Away(_) | Error::Full));
    if helps
        && let Some(copy) = copy
        && let Some(typed) = sent::typed(copy).await
    {
        response.extensions_mut().insert(typed);
    }
    response
}

/// Turns a failed response into a page in the person's language, and logs our own faults once.
async fn explain_failures(State(app): State<App>, request: Request, next: Next) -> Response {
    let lang = cx::lang_of(request.headers());
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
    let (number, route) = (request.extensions().get::<Number>().cloned(), number::route(&request));
    // No address has a nought character in it, and PostgreSQL has no such text to look for.
    let response =
        if path.contains("%00") { Error::NotFound.into_response() } else { next.run(request).await };
    let error = match response.extensions().get::<Arc<Error>>() {
        Some(error) => error.clone(),
        // What the router says by itself is neither a page nor in anybody's language: too late, an address or query
        // that cannot be read, a method that is not there.
        None if response.status() == StatusCode::SERVICE_UNAVAILABLE && !has_kind(&response) => {
            Arc::new(Error::Busy)
        }
        None if response.status().is_client_error() && !is_html(&response) => Arc::new(Error::NotFound),
        None => return response,
    };
    if let Error::SignIn { next, typed } = &*error {
        if reading {
            return Redirect::to(&format!("/sign-in?next={}", sent::encode(next))).into_response();
        }
        let typed: Vec<_> = typed.iter().filter(|(name, _)| !is_secret(name)).cloned().collect();
        return page::session_ended(lang, next, &typed, app.demo);
    }
    let (status, key) = error.outcome();
    let number = number.as_ref().map_or("", Number::as_str);
    if status.is_server_error() {
        tracing::error!(%error, route, request_id = number, "a request failed");
    }
    let title = if matches!(*error, Error::Refused(_)) { "kernel-error-refused" } else { key };
    let typed = response.extensions().get::<Typed>().cloned();
    let again = typed.and_then(|typed| typed.again(&path));
    let mut shell = Shell::outside(lang, &format!("{title}-title"), path);
    shell.demo = app.demo;
    let message = shell.t(key);
    let request = if status.is_server_error() { number } else { "" };
    match page(&ErrorPage { shell, message, request, again }) {
        Ok(body) => (status, body).into_response(),
        Err(_) => status.into_response(),
    }
}

fn is_html(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

fn has_kind(response: &Response) -> bool {
    response.headers().contains_key(header::CONTENT_TYPE)
}

/// Secrets do not travel in hidden fields.
fn is_secret(name: &str) -> bool {
    name.contains("password") || name == "current"
}

impl Typed {
    /// The form again, for a page from which it can be sent once more.
    fn again(self, to: &str) -> Option<Again> {
        let Typed { fields, files } = self;
        let whole = !fields.is_empty() && !fields.iter().any(|(name, _)| is_secret(name));
        whole.then(|| Again { to: to.to_owned(), fields, files })
    }
}

/// `POST /language`: keeps the choice in a cookie and goes back.
async fn language(sent: sent::Plain) -> Response {
    let lang = if sent.get("lang") == "en" { "en" } else { "vi" };
    let cookie = format!("{}={lang}; Path=/; Max-Age=31536000; SameSite=Lax", cx::LANG_COOKIE);
    let back = sent::local(sent.get("back"));
    ([(header::SET_COOKIE, cookie)], Redirect::to(&back)).into_response()
}
