//! The register as a page that can be printed in full.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use kernel::http::{Need, Routes, Shell, encode, page};
use kernel::{Action, Cx, Error};
use serde::Deserialize;

use crate::store;

/// The routes of this capability.
pub fn routes() -> Routes {
    Routes::default().get("/units/{unit}/register", Need::Action(Action::SeeReports), show)
}

#[derive(Deserialize)]
struct RegisterQuery {
    #[serde(default)]
    series: String,
    year: Option<i64>,
}

#[derive(Template)]
#[template(path = "register.html")]
struct RegisterPage {
    shell: Shell,
    series: Vec<SeriesLink>,
    lines: Vec<RegisterLine>,
    back: String,
}

struct SeriesLink {
    label: String,
    url: String,
    current: bool,
}

struct RegisterLine {
    number: String,
    day: String,
    subject: String,
    signer: String,
    recipients: String,
}

/// `GET /units/{unit}/register`.
async fn show(
    cx: Cx,
    Path(code): Path<String>,
    Query(query): Query<RegisterQuery>,
) -> Result<Response, Error> {
    let asker = cx.clone();
    let (place, years, chosen, entries) = cx
        .read(move |read, scope| {
            let unit = units::find_by_code(read, scope, &code, asker.today())?.ok_or(Error::NotFound)?;
            let place = unit.place();
            let room = asker.enter(&place, Action::SeeReports)?;
            let years = store::years(read, &room)?;
            let asked = |(series, year): &&(String, i64)| {
                *series == query.series && query.year.is_none_or(|asked| asked == *year)
            };
            let chosen = years.iter().find(asked).or(years.first()).cloned();
            let entries = match &chosen {
                Some((series, year)) => store::entries(read, &room, series, *year)?,
                None => vec![],
            };
            Ok((place, years, chosen, entries))
        })
        .await?;
    let base = format!("/units/{}", place.code);
    let series = years.into_iter().map(|series| SeriesLink {
        label: format!("{} {}", cx.t(&format!("registers-series-{}", series.0)), series.1),
        url: format!("{base}/register?series={}&year={}", encode(&series.0), series.1),
        current: Some(&series) == chosen.as_ref(),
    });
    let lines = entries.into_iter().map(|entry| RegisterLine {
        // Below ten a nought stands before (Decree 30/2020, Annex I).
        number: format!("{:02}/{}", entry.number, entry.notation),
        day: vietnamese::date::table(entry.issued_on, cx.lang),
        subject: entry.subject,
        signer: entry.signer,
        recipients: entry.recipients,
    });
    page(&RegisterPage {
        shell: cx.shell(cx.t("registers-title"), Some(&place)),
        series: series.collect(),
        lines: lines.collect(),
        back: format!("{base}/reports"),
    })
}
