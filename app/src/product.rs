//! The product: the list of capabilities, and what they are handed.

use std::sync::Arc;

use axum::{Extension, Router};
use catalogue::Catalogue;
use db::{Db, Read};
use jiff::civil::Date;
use kernel::http::{Routes, health, wrap};
use kernel::{App, Clock, Ids, Room};
use supplements::{Broken, Rulebook, Surroundings};

/// Every route of the product.
pub fn routes() -> Routes {
    health()
        .with(accounts::routes())
        .with(units::routes())
        .with(supplements::routes())
        .with(activities::routes())
        .with(imports::routes())
        .with(dashboards::routes())
        .with(rearrangements::routes())
        .with(targets::routes())
        .with(registers::routes())
        .with(reports::routes())
        .with(submissions::routes())
        .with(disclosures::routes())
        .with(sync::routes())
}

/// What a server holds.
pub fn app(db: Db, clock: Clock, ids: Ids, https: bool, demo: bool) -> App {
    App { db, clock, ids, gate: Arc::new(accounts::Accounts), https, demo }
}

/// The server's one service.
pub fn service(app: App, catalogue: Arc<Catalogue>) -> Router {
    let router = routes()
        .router
        .layer(Extension(Rulebook::new(catalogue)))
        .layer(Extension(surroundings()))
        .layer(Extension(printer()))
        .layer(Extension(disclosures::Kept::default()));
    // What waited on a phone goes to the same handlers as the forms of pages.
    let forms = sync::Forms::new(router.clone(), app.clone());
    wrap(router.layer(Extension(forms)), app)
}

/// What rules are asked about: records, reports and sheets.
pub fn surroundings() -> Arc<dyn Surroundings> {
    Arc::new(Product)
}

#[derive(Debug)]
struct Product;

impl Surroundings for Product {
    fn records(
        &self,
        read: &mut Read<'_>,
        room: &Room,
        rules: &Catalogue,
        window: (Date, Date),
        visit: &mut dyn FnMut(&figures::Record),
    ) -> db::Result<()> {
        activities::each_counted(read, room, rules, window, visit)
    }

    fn broken_by(
        &self,
        read: &mut Read<'_>,
        room: &Room,
        now: &Catalogue,
        next: &Catalogue,
    ) -> db::Result<Vec<Broken>> {
        let running = reports::changed_by(read, room, now, next)?.into_iter();
        let mut broken: Vec<Broken> = running
            .map(|reports::Running { form, period, until, indicator }| Broken::Report {
                form,
                period,
                until,
                indicator,
            })
            .collect();
        for id in imports::mapped_kinds(read, room)? {
            let (Some(now), Some(next)) = (now.kind(&id), next.kind(&id)) else { continue };
            if next.fields.iter().any(|field| field.required && now.field(&field.id).is_none()) {
                broken.push(Broken::Sheets { kind: next.name.clone() });
            }
        }
        Ok(broken)
    }
}

/// Prints a paper as PDF; the one place that links the typesetter.
pub fn printer() -> reports::Printer {
    Arc::new(|paper, at, id| {
        pdf::render(paper, &pdf::Stamp { at, id: id.to_owned() }).map_err(|error| error.to_string())
    })
}
