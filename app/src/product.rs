//! The product: the list of capabilities, and what they are handed.

use std::sync::Arc;

use axum::{Extension, Router};
use catalogue::Catalogue;
use db::Db;
use kernel::http::{Routes, wrap};
use kernel::{App, Clock, Ids};

/// Every route of the product.
pub fn routes() -> Routes {
    Routes::default()
        .with(accounts::routes())
        .with(units::routes())
        .with(activities::routes())
        .with(imports::routes())
        .with(dashboards::routes())
        .with(registers::routes())
        .with(reports::routes())
        .with(submissions::routes())
        .with(sync::routes())
}

/// What a server holds.
pub fn app(db: Db, clock: Clock, ids: Ids, https: bool, demo: bool) -> App {
    App { db, clock, ids, gate: Arc::new(accounts::Accounts), https, demo }
}

/// The server's one service.
pub fn service(app: App, catalogue: Arc<Catalogue>) -> Router {
    let router = routes().router.layer(Extension(catalogue)).layer(Extension(printer()));
    wrap(router, app)
}

/// Prints a paper as PDF; the one place that links the typesetter.
pub fn printer() -> reports::Printer {
    Arc::new(|paper, at, id| {
        pdf::render(paper, &pdf::Stamp { at, id: id.to_owned() }).map_err(|error| error.to_string())
    })
}
