//! Deciding whether the figures of a report are public: exactly what everybody would read, and the one button.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use db::Tx;
use kernel::http::{Sent, Shell, page, redirect};
use kernel::{Action, Cx, Error, Result, local_day};
use reports::Desk;
use serde::Deserialize;
use supplements::Rules;
use units::Unit;
use uuid::Uuid;
use vietnamese::{date, text};

use crate::actions::{self, fits, others};
use crate::model::{Disclosure, Heading, Refused, State, content, heading};
use crate::pages::{TableView, list_url, public_url, tables};
use crate::store;

#[derive(Debug, Deserialize)]
pub(super) struct ShowQuery {
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "disclosures_one.html")]
struct OnePage {
    shell: Shell,
    url: String,
    report_url: String,
    form: String,
    /// Why nothing was done; "" when nothing was refused.
    message: String,
    /// Where everybody reads it; "" while it is not public.
    public_url: String,
    /// Since when it is public, or withdrawn; "" when nothing was decided.
    public_since: String,
    withdrawn_on: String,
    list_url: String,
    /// Whether the button stands there: to make it public, or to withdraw it.
    decides: bool,
    /// Said instead of the button: why it cannot be made public.
    not_now: String,
    based_on: u32,
    tables: Vec<TableView>,
}

/// What the page reads.
struct Loaded {
    heading: Heading,
    disclosure: Option<Disclosure>,
    tables: Vec<TableView>,
    serves: bool,
    amended: bool,
}

pub(super) async fn show(
    cx: Cx,
    rules: Rules,
    Path((code, report)): Path<(String, String)>,
    Query(query): Query<ShowQuery>,
) -> Result<Response> {
    let mut shown = one_page(&cx, &rules, &code, id(&report)?, None).await?;
    shown.shell = shown.shell.with_flash(query.done.as_deref());
    page(&shown)
}

async fn one_page(
    cx: &Cx,
    rules: &Rules,
    code: &str,
    report: Uuid,
    refused: Option<Refused>,
) -> Result<OnePage> {
    let unit = unit_of(cx, code).await?;
    let room = cx.enter(&unit.place(), Action::DiscloseReports)?;
    let (catalogue, given, today, lang) = (Arc::clone(rules), unit.clone(), cx.today(), cx.lang);
    let loaded = cx.read(move |read, scope| {
        let desk = Desk { scope, unit: &given, room: &room, catalogue: &catalogue, today };
        let report = reports::find(read, &room, report)?.ok_or(Error::NotFound)?;
        // What is not to be made public is read on its own page only.
        fits(&report)?;
        let sheet = reports::sheet(read, desk, report)?;
        let disclosure = store::find(read, &room, sheet.report.id)?;
        let public = disclosure.as_ref().and_then(|disclosure| disclosure.content.as_ref());
        Ok(Loaded {
            tables: match public {
                Some(public) => tables(public, lang),
                None => tables(&content(&sheet, &others(read, desk, &sheet)?, &catalogue), lang),
            },
            heading: heading(&sheet, &given),
            serves: room.serves(reports::line_of(&sheet.form)),
            amended: reports::amended_by(read, &room, sheet.report.id)?.is_some(),
            disclosure,
        })
    });
    let loaded = loaded.await?;
    let message = refused.map(|refused| told(cx, refused)).transpose()?.unwrap_or_default();
    Ok(view(cx, &unit, report, loaded, message))
}

fn view(cx: &Cx, unit: &Unit, report: Uuid, loaded: Loaded, message: String) -> OnePage {
    let Loaded { heading, disclosure, tables, serves, amended } = loaded;
    let (lang, report_url) = (cx.lang, format!("/units/{}/reports/{report}", unit.code));
    let public = disclosure.as_ref().is_some_and(|disclosure| disclosure.state == State::Public);
    let on = disclosure.as_ref().map(|disclosure| date::short(local_day(disclosure.changed_at), lang));
    let on = on.unwrap_or_default();
    let not_now = if !serves {
        cx.t("disclosures-refused-other-line")
    } else if public {
        String::new()
    } else if amended {
        cx.t("disclosures-refused-amended")
    } else if tables.is_empty() {
        cx.t("disclosures-refused-nothing")
    } else {
        String::new()
    };
    OnePage {
        shell: cx.shell(text::sentence(heading.period.get(lang)), Some(&unit.place())),
        url: format!("{report_url}/disclosure"),
        report_url,
        form: heading.form.get(lang).to_owned(),
        message,
        public_url: if public { public_url(&unit.id, report) } else { String::new() },
        public_since: if public { on.clone() } else { String::new() },
        withdrawn_on: if public { String::new() } else { on },
        list_url: list_url(&unit.code),
        decides: not_now.is_empty(),
        not_now,
        based_on: disclosure.map_or(0, |disclosure| disclosure.version),
        tables,
    }
}

pub(super) async fn disclose(
    rules: Rules,
    Path((code, report)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response> {
    let now = sent.cx.now;
    decide(&rules, (&code, &report), &sent, "disclosures-done-public", move |tx, desk, of| {
        actions::disclose(tx, desk, of, now)
    })
    .await
}

pub(super) async fn withdraw(
    rules: Rules,
    Path((code, report)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response> {
    let now = sent.cx.now;
    decide(&rules, (&code, &report), &sent, "disclosures-done-withdrawn", move |tx, desk, of| {
        actions::withdraw(tx, desk, of, now)
    })
    .await
}

/// Carries out a decision and tells what came of it.
async fn decide(
    rules: &Rules,
    (code, report): (&str, &str),
    sent: &Sent,
    done: &str,
    work: impl FnOnce(&mut Tx<'_>, Desk<'_>, (Uuid, u32)) -> Result<Disclosure, Refused> + Send + 'static,
) -> Result<Response> {
    let (cx, report) = (&sent.cx, id(report)?);
    let based_on: u32 = sent.get("based_on").parse().map_err(|_| Error::NotFound)?;
    let unit = unit_of(cx, code).await?;
    let room = cx.enter(&unit.place(), Action::DiscloseReports)?;
    let (catalogue, scope, today) = (Arc::clone(rules), cx.caller.scope.clone(), cx.today());
    let written = cx.write(move |tx| {
        let desk = Desk { scope: &scope, unit: &unit, room: &room, catalogue: &catalogue, today };
        work(tx, desk, (report, based_on))
    });
    match written.await {
        Ok(_) => Ok(redirect(&format!("/units/{code}/reports/{report}/disclosure?done={done}"))),
        Err(refused @ (Refused::NotFound | Refused::Denied(_) | Refused::Store(_))) => Err(refused.into()),
        Err(refused) => {
            let status = match refused {
                Refused::Changed => StatusCode::CONFLICT,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            let mut response = page(&one_page(cx, rules, code, report, Some(refused)).await?)?;
            *response.status_mut() = status;
            Ok(response)
        }
    }
}

/// The unit that an address names today.
async fn unit_of(cx: &Cx, code: &str) -> Result<Unit> {
    let (code, today) = (code.to_owned(), cx.today());
    cx.read(move |read, scope| Ok(units::find_by_code(read, scope, &code, today)?))
        .await?
        .ok_or(Error::NotFound)
}

/// An id in an address; a bad one is a page that is not there.
fn id(text: &str) -> Result<Uuid> {
    Uuid::parse_str(text).map_err(|_| Error::NotFound)
}

/// The text of a refusal.
fn key(refused: &Refused) -> Option<&'static str> {
    Some(match refused {
        Refused::NotFound | Refused::Denied(_) | Refused::Store(_) => return None,
        Refused::Open => "disclosures-refused-open",
        Refused::Amended => "disclosures-refused-amended",
        Refused::Nothing => "disclosures-refused-nothing",
        Refused::OtherLine => "disclosures-refused-other-line",
        Refused::Changed => "disclosures-refused-changed",
    })
}

/// Why something was not done, in the person's words; failures go on to the error page.
fn told(cx: &Cx, refused: Refused) -> Result<String> {
    key(&refused).map(|key| cx.t(key)).ok_or_else(|| refused.into())
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match (key(&refused), refused) {
            (_, Refused::Denied(denied)) => denied.into(),
            (_, Refused::Store(error)) => error.into(),
            (Some(key), _) => Error::Refused(key.to_owned()),
            (None, _) => Error::NotFound,
        }
    }
}
