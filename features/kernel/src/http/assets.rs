//! Style, behaviours and icons, embedded and addressed by their content's hash.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

#[derive(rust_embed::RustEmbed)]
#[folder = "../../assets"]
struct Assets;

/// Name → address. One hash over all assets, because modules import each other by name.
fn addresses() -> &'static BTreeMap<String, String> {
    static ADDRESSES: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    ADDRESSES.get_or_init(|| {
        let mut hasher = Sha256::new();
        for file in Assets::iter().filter_map(|name| Assets::get(&name)) {
            hasher.update(file.metadata.sha256_hash());
        }
        let hash: String = hasher.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Assets::iter().map(|name| (name.to_string(), format!("/assets/{hash}/{name}"))).collect()
    })
}

/// The address of an asset; a name that is not there gives an address that answers 404.
pub fn asset_url(name: &str) -> &'static str {
    addresses().get(name).map_or("/assets/none", String::as_str)
}

/// `GET /assets/{hash}/{name}`: may be kept for ever, because another content has another address. Under the address of
/// another program, which a page of it may ask for while servers are replaced one by one, what this one has is given for
/// now and kept by nobody.
pub(crate) async fn serve(Path((hash, name)): Path<(String, String)>) -> Response {
    let Some(file) = Assets::get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let own = asset_url(&name).split('/').nth(2) == Some(&hash);
    let kept = if own { "public, max-age=31536000, immutable" } else { "no-store" };
    let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, kept)];
    (headers, file.data.into_owned()).into_response()
}
