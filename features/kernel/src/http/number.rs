//! The number of a request: it comes from the proxy in front or is made here, is given back with the answer, stands in
//! the log, and is what a person reads on the page of a failure.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;

use crate::http::App;
use crate::measures::{self, UnderWay};

/// Where a proxy says it, and we say it back.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The number of a request.
#[derive(Debug, Clone)]
pub(crate) struct Number(HeaderValue);

impl Number {
    /// What the proxy says, when it is a number as proxies make them: whatever a person puts there stands in our log.
    fn of(headers: &HeaderMap, app: &App) -> Number {
        let given = headers.get(HEADER).filter(|value| {
            let well_formed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
            (8..=64).contains(&value.len()) && value.as_bytes().iter().all(well_formed)
        });
        let made = || {
            let id = app.ids.new_id().simple().to_string();
            HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("unknown"))
        };
        Number(given.cloned().unwrap_or_else(made))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

/// The pattern of the route that a request goes to: what is logged and counted, where an address would name people's work.
pub(crate) fn route(request: &Request) -> String {
    request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned()
}

/// Numbers a request, and says and counts how it was answered.
pub(crate) async fn note(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let (since, _under_way) = (Instant::now(), UnderWay::new());
    let (number, route) = (Number::of(request.headers(), &app), route(&request));
    let method = match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    };
    request.extensions_mut().insert(number.clone());
    let mut response = next.run(request).await;
    let (took, status) = (since.elapsed(), response.status().as_u16());
    measures::answered(method, &route, status, took);
    let ms = (took.as_secs_f64() * 10_000.0).round() / 10.0;
    // Whoever watches asks every few seconds; nobody wants to read that.
    if matches!(route.as_str(), super::health::ALIVE | super::health::READY) {
        tracing::debug!(method, route, status, ms, request_id = number.as_str(), "request");
    } else {
        tracing::info!(method, route, status, ms, request_id = number.as_str(), "request");
    }
    response.headers_mut().insert(HEADER, number.0);
    response
}
