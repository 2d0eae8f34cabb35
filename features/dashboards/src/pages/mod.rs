//! The pages of dashboards: the state at a glance, and one figure.

mod commune;
mod figure;
mod province;
mod year;

use axum::Extension;
use axum::extract::{Path, Query};
use axum::response::Response;
use catalogue::{Catalogue, WHOLE};
use figures::{Grids, ToKeep};
use jiff::civil::Date;
use kernel::http::{Need, Routes, encode};
use kernel::{Action, Areas, Cx, Error, Result, Room};
use serde::Deserialize;
pub(crate) use supplements::Rules;
use units::{Level, Unit};

use crate::chosen::{Period, REGIMES};

/// The routes of this capability. Beside the state they need the extension [`supplements::Rulebook`].
#[must_use]
pub fn routes() -> Routes {
    let see = Need::Action(Action::SeeActivities);
    let mut routes = Routes::default().get("/units/{unit}/dashboard", see, dashboard).get(
        "/units/{unit}/dashboard/figures",
        see,
        figure::show,
    );
    routes.router = routes.router.layer(Extension(Grids::default()));
    routes
}

/// What the address asks for; what cannot be read is as if it were not there, except on the page of a figure.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    regime: String,
    period: String,
    indicator: String,
    slice: String,
    view: String,
}

async fn dashboard(
    cx: Cx,
    rules: Rules,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
    Extension(grids): Extension<Grids>,
) -> Result<Response> {
    let unit = unit_of(&cx, &code).await?;
    let room = cx.enter(&unit.place(), Action::SeeActivities)?;
    let period = Period::asked(&rules, &asked.regime, &asked.period, cx.today()).ok_or(Error::NotFound)?;
    match unit.level {
        Level::Commune if asked.view == "year" && room.areas() == &Areas::All => {
            year::show(&cx, (&rules, grids), unit, &period).await
        }
        Level::Commune => commune::show(&cx, &rules, (unit, room), period).await,
        Level::Province | Level::Country if asked.indicator.is_empty() => {
            year::show(&cx, (&rules, grids), unit, &period).await
        }
        Level::Province | Level::Country => {
            province::show(&cx, (&rules, grids), unit, period, asked.indicator).await
        }
    }
}

/// Keeps what was read for the next start, while the page is on its way. Where that fails it only has to be read again.
fn keep(cx: &Cx, kept: Vec<(Room, ToKeep)>) {
    let cx = cx.clone();
    tokio::spawn(async move {
        let now = cx.now;
        for (room, kept) in kept {
            let _ = cx.write(move |tx| figures::keep(tx, &room, &kept, now)).await;
        }
    });
}

/// The unit that an address names today.
async fn unit_of(cx: &Cx, code: &str) -> Result<Unit> {
    let (code, today) = (code.to_owned(), cx.today());
    cx.read(move |read, scope| Ok(units::find_by_code(read, scope, &code, today)?))
        .await?
        .ok_or(Error::NotFound)
}

/// Address of a dashboard in a period.
fn dashboard_url(code: &str, regime: &str, period: &str) -> String {
    format!("/units/{code}/dashboard?regime={}&period={}", encode(regime), encode(period))
}

/// Address of a figure.
fn figure_url(code: &str, indicator: &str, regime: &str, period: &str) -> String {
    format!(
        "/units/{code}/dashboard/figures?indicator={}&slice={}&regime={}&period={}",
        encode(indicator),
        encode(WHOLE),
        encode(regime),
        encode(period)
    )
}

/// A day in running text.
fn day(cx: &Cx, day: Date) -> String {
    vietnamese::date::short(day, cx.lang)
}

/// A way to another period.
struct Way {
    label: String,
    url: String,
    current: bool,
}

/// The ways from a period to others: the regimes, the period before, the one after if it has begun.
struct Ways {
    regimes: Vec<Way>,
    before: String,
    after: String,
}

impl Ways {
    /// `more` is added to each address.
    fn of(cx: &Cx, catalogue: &Catalogue, code: &str, period: &Period, more: &str) -> Ways {
        let Period { regime, window } = period;
        let url = |regime: &str, period: &str| format!("{}{more}", dashboard_url(code, regime, period));
        let regimes = REGIMES.iter().filter_map(|id| {
            let other = catalogue.regime(id)?;
            let label = match *id {
                "monthly" => cx.t("dashboards-regime-monthly"),
                "quarterly" => cx.t("dashboards-regime-quarterly"),
                _ => cx.t("dashboards-regime-yearly"),
            };
            let there = other.containing(window.to.min(cx.today()));
            Some(Way { label, url: url(id, &there.period), current: *id == regime.id })
        });
        let next = regime.next(window);
        let after = if next.from <= cx.today() { url(&regime.id, &next.period) } else { String::new() };
        Ways { regimes: regimes.collect(), before: url(&regime.id, &regime.previous(window).period), after }
    }
}
