//! The phone's page and worker, the exchange, and photos in pieces.

mod exchange;
mod news;
mod phone;
mod photos;

pub use exchange::Forms;
use kernel::http::{Need, Routes};

/// The routes of this capability.
pub fn routes() -> Routes {
    Routes::default()
        .get("/phone", Need::Nothing, phone::show)
        .get("/phone/pages", Need::Person, phone::pages)
        .get("/worker.js", Need::Nothing, phone::worker)
        .get("/manifest.webmanifest", Need::Nothing, phone::manifest)
        .post("/sync", Need::Person, exchange::exchange)
        .post("/sync/photos/{photo}", Need::Person, photos::add)
}
