//! What a proxy or a watcher asks: whether the process lives, and whether requests should come here.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::http::{App, Need, Routes};

pub(crate) const ALIVE: &str = "/healthz";
pub(crate) const READY: &str = "/readyz";
/// How long the store may take to answer.
const PATIENCE: Duration = Duration::from_secs(1);

static STOPPING: AtomicBool = AtomicBool::new(false);

/// From now on this program says that requests should go elsewhere.
pub fn say_stopping() {
    STOPPING.store(true, Ordering::Relaxed);
}

/// The routes of whoever watches.
pub fn health() -> Routes {
    Routes::default().get(ALIVE, Need::Nothing, alive).get(READY, Need::Nothing, ready)
}

async fn alive() -> Response {
    plain(StatusCode::OK, "alive")
}

async fn ready(State(app): State<App>) -> Response {
    if STOPPING.load(Ordering::Relaxed) {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "stopping");
    }
    match tokio::time::timeout(PATIENCE, app.db.ready()).await {
        Ok(Ok(())) => plain(StatusCode::OK, "ready"),
        Ok(Err(error)) => {
            // Anybody may ask: where the store is stands in the log only.
            tracing::warn!(%error, "not ready");
            plain(StatusCode::SERVICE_UNAVAILABLE, "the store is not ready")
        }
        Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, "the store does not answer"),
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, format!("{text}\n")).into_response()
}
