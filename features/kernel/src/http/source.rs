//! The offer of the source: whoever uses the program over a network may have the source of what runs (AGPL-3.0, section
//! 13). A link to it stands at the foot of every page.

use std::sync::OnceLock;

use askama::Template;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::http::{Error, Shell, cx, page};

/// The page that makes the offer where the operator has named no address.
pub(crate) const OFFER: &str = "/source";

static ADDRESS: OnceLock<String> = OnceLock::new();

/// Names the address of the source of the running program; only the first call counts.
pub fn offer_source(address: &str) {
    let _ = ADDRESS.set(address.to_owned());
}

/// Where the link at the foot of a page leads.
pub(crate) fn source_url() -> &'static str {
    ADDRESS.get().map_or(OFFER, String::as_str)
}

#[derive(Template)]
#[template(path = "source.html")]
struct SourcePage {
    shell: Shell,
    version: &'static str,
    /// None when the operator has not named one.
    address: Option<&'static str>,
}

/// `GET /source`.
pub(crate) async fn show(headers: HeaderMap) -> Result<Response, Error> {
    let shell = Shell::outside(cx::lang_of(&headers), "kernel-source-title", OFFER.to_owned());
    let address = ADDRESS.get().map(String::as_str);
    page(&SourcePage { shell, version: env!("CARGO_PKG_VERSION"), address })
}
