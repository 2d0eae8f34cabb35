//! The phone's page and worker, the exchange, and photos in pieces.

mod devices;
mod exchange;
mod news;
mod phone;
mod photos;

pub use exchange::Forms;
use kernel::Action;
use kernel::http::{Need, Routes};

/// The routes of this capability.
pub fn routes() -> Routes {
    let keep = Need::Action(Action::KeepDevices);
    Routes::default()
        .get("/phone", Need::Nothing, phone::show)
        .get("/phone/pages", Need::Person, phone::pages)
        .get("/worker.js", Need::Nothing, phone::worker)
        .get("/manifest.webmanifest", Need::Nothing, phone::manifest)
        .get("/phone/devices", Need::Person, devices::own)
        .post("/phone/devices/{device}", Need::Nothing, devices::contact)
        .post("/phone/devices/{device}/revocation", Need::Person, devices::revoke_own)
        .get("/units/{unit}/devices", keep, devices::of_unit)
        .post("/units/{unit}/devices/{device}/revocation", keep, devices::revoke_of_unit)
        .post("/sync", Need::Person, exchange::exchange)
        .post("/sync/photos/{photo}", Need::Person, photos::add)
}
