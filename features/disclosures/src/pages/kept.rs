//! Public pages as they are sent: made and compressed once for all their readers.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use kernel::{Lang, Result};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Browsers and proxies may show a page for a minute without asking, and for another while they ask: two minutes after
/// figures were withdrawn nobody is shown them.
const CACHING: &str = "public, max-age=60, stale-while-revalidate=60";

/// The most pages in memory. A nation has more, and whoever asks for all of them gets each made anew: it takes about a
/// millisecond.
const MOST: usize = 1_000;

/// Which page: of whom, one report or the list, in which language.
type Key = (String, Option<Uuid>, &'static str);

/// Public pages in memory, each with what it was made of; what that is now is asked of the store each time, so that
/// several servers on one store say the same.
#[derive(Debug, Clone, Default)]
pub struct Kept(Arc<Mutex<BTreeMap<Key, Arc<Sent>>>>);

/// A page as it is sent.
#[derive(Debug)]
pub(super) struct Sent {
    stamp: String,
    /// Strong tags of both forms: other bytes, another tag.
    tags: [HeaderValue; 2],
    plain: Bytes,
    packed: Bytes,
}

impl Kept {
    /// The page, if it was made of what there is now.
    pub(super) fn get(&self, key: &Key, stamp: &str) -> Option<Arc<Sent>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).filter(|sent| sent.stamp == stamp).cloned()
    }

    /// Makes a page and keeps it in place of the former one.
    pub(super) fn make(&self, key: Key, stamp: String, page: &impl Template) -> Result<Arc<Sent>> {
        let sent = Arc::new(Sent::of(stamp, page.render()?)?);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&sent));
        Ok(sent)
    }
}

/// The key of a page.
pub(super) fn key(tenant: &str, report: Option<Uuid>, lang: Lang) -> Key {
    (tenant.to_owned(), report, if lang == Lang::En { "en" } else { "vi" })
}

impl Sent {
    fn of(stamp: String, html: String) -> Result<Sent> {
        let failed = |what: String| kernel::Error::Internal(format!("a public page: {what}"));
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(html.as_bytes()).map_err(|error| failed(error.to_string()))?;
        let packed = packer.finish().map_err(|error| failed(error.to_string()))?;
        let hash: String =
            Sha256::digest(html.as_bytes()).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        let tag =
            |form| HeaderValue::from_str(&format!("\"{hash}{form}\"")).map_err(|e| failed(e.to_string()));
        Ok(Sent { stamp, tags: [tag("")?, tag("-gzip")?], plain: html.into(), packed: packed.into() })
    }

    /// The answer to a request with these headers: the page, or that the reader has it.
    pub(super) fn answer(&self, asked: &HeaderMap) -> Response {
        let packed = takes_gzip(asked);
        let headers = [
            (header::CACHE_CONTROL, HeaderValue::from_static(CACHING)),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
            (header::ETAG, self.tags[usize::from(packed)].clone()),
        ];
        if self.tags.iter().any(|tag| has(asked, tag)) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let html = [(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))];
        if packed {
            let form = [(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))];
            (headers, html, form, self.packed.clone()).into_response()
        } else {
            (headers, html, self.plain.clone()).into_response()
        }
    }
}

/// The parts of a header that is a list.
fn parts(asked: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let values = asked.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

fn takes_gzip(asked: &HeaderMap) -> bool {
    parts(asked, header::ACCEPT_ENCODING).any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.trim().parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case("gzip") && weight != Some(0.0)
    })
}

/// Whether the reader says to have what a tag names. A proxy that packs pages itself weakens tags.
fn has(asked: &HeaderMap, tag: &HeaderValue) -> bool {
    parts(asked, header::IF_NONE_MATCH)
        .any(|part| part == "*" || part.strip_prefix("W/").unwrap_or(part).as_bytes() == tag.as_bytes())
}
