//! The report as a paper: preview and files.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::http::{Sent, Shell, page, redirect};
use kernel::{Action, Cx, Error, Result};
use paper::{Layout, Paper, ProfileId, Standing};
use serde::Deserialize;
use units::Unit;
use uuid::Uuid;

use crate::document::{
    Format, Printer, Printing, Signer, file_name, notation, paper_of, style_from_key, style_key,
};
use crate::model::{Refused, State, Viewer};
use crate::pages::{Rules, id, read_at, refused, report_url, told, write_at};
use crate::sheet::{Sheet, sheet};
use crate::store;

#[derive(Debug, Deserialize)]
pub(super) struct PrintQuery {
    #[serde(default)]
    style: String,
    #[serde(default)]
    signer: String,
    done: Option<String>,
}

impl PrintQuery {
    fn signer(&self) -> Signer {
        Signer::from_key(&self.signer).unwrap_or(Signer::Head)
    }
}

#[derive(Template)]
#[template(path = "reports_preview.html")]
struct PreviewPage {
    shell: Shell,
    report_url: String,
    style_sheet: String,
    /// Where the paper gets its number; empty when it has one, is a draft, or the reader may not.
    number_url: String,
    signer: &'static str,
    choices: Vec<PreviewChoice>,
    exports: Vec<(String, String)>,
    paper: String,
}

/// Another style or signer to look at.
struct PreviewChoice {
    label: String,
    url: String,
    current: bool,
}

/// A report's name in the register.
fn object(report: Uuid) -> String {
    format!("report {report}")
}

async fn paper(
    cx: &Cx,
    rules: &Rules,
    (code, report): (&str, Uuid),
    (style, signer): (ProfileId, Signer),
) -> Result<(Unit, Sheet, Paper)> {
    let (unit, _, (sheet, entry)) = read_at(cx, &rules.0, (code, Action::SeeReports), move |read, desk| {
        let entry = registers::find(read, desk.room, style_key(style), &object(report))?;
        let report = store::find(read, desk.room, report)?.ok_or(Refused::NotFound)?;
        Ok((sheet(read, desk, report)?, entry))
    })
    .await?;
    let viewer = Viewer::of(&cx.caller.scope, &unit.place());
    let mut printing = Printing::usual(style, &unit, signer);
    printing.issued = entry.map(|entry| (entry.number, entry.issued_on));
    let paper = paper_of(&sheet, &unit, &rules.0, viewer, style, &printing)
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok((unit, sheet, paper))
}

pub(super) async fn preview(
    cx: Cx,
    rules: Rules,
    Path((code, report)): Path<(String, String)>,
    Query(query): Query<PrintQuery>,
) -> Result<Response> {
    let (report, signer) = (id(&report)?, query.signer());
    let style = style_from_key(&query.style).unwrap_or(ProfileId::PeoplesCommittee);
    let (unit, sheet, paper) = paper(&cx, &rules, (&code, report), (style, signer)).await?;
    let url = report_url(&code, report);
    let unnumbered = sheet.report.state == State::Frozen && paper.standing == Standing::Unnumbered;
    let numbers = unnumbered && cx.caller.scope.can(&unit.place(), Action::WriteReports);
    let choices = ProfileId::ALL.into_iter().flat_map(|of| Signer::ALL.map(|by| (of, by))).map(|(of, by)| {
        let style_words = cx.t(&format!("reports-style-{}", style_key(of)));
        let signer_words = cx.t(&format!("reports-signer-{}", by.key()));
        PreviewChoice {
            label: format!("{style_words}, {signer_words}"),
            url: format!("{url}/preview?style={}&signer={}", style_key(of), by.key()),
            current: (of, by) == (style, signer),
        }
    });
    let export = |format: Format| {
        let to = format!("{url}/export/{}/{}?signer={}", style_key(style), format.key(), signer.key());
        (format.key().to_uppercase(), to)
    };
    page(&PreviewPage {
        shell: cx.shell(cx.t("reports-preview-title"), Some(&unit.place())).with_flash(query.done.as_deref()),
        number_url: if numbers { format!("{url}/number/{}", style_key(style)) } else { String::new() },
        signer: signer.key(),
        style_sheet: format!("/reports/preview-styles/{}", style_key(style)),
        choices: choices.collect(),
        exports: Format::ALL.into_iter().map(export).collect(),
        paper: paper::html::render(&paper),
        report_url: url,
    })
}

/// Gives the paper of a frozen report the next number of the body's series, and today as its day.
pub(super) async fn number(
    rules: Rules,
    Path((code, report, style)): Path<(String, String, String)>,
    sent: Sent,
) -> Result<Response> {
    let cx = &sent.cx;
    let (report, style) = (id(&report)?, style_from_key(&style).ok_or(Error::NotFound)?);
    let signer = Signer::from_key(sent.get("signer")).unwrap_or(Signer::Head);
    let (today, now) = (cx.today(), cx.now);
    let (unit, taken) = write_at(cx, &rules.0, (&code, Action::WriteReports), move |tx, desk| {
        let stored = store::find(tx, desk.room, report)?.ok_or(Refused::NotFound)?;
        if stored.state != State::Frozen {
            return Err(Refused::Open);
        }
        let sheet = sheet(tx, desk, stored)?;
        let printing = Printing::usual(style, desk.unit, signer);
        let paper = paper_of(&sheet, desk.unit, desk.catalogue, Viewer::Own, style, &printing)
            .map_err(|error| db::Error::Broken(error.to_string()))?;
        let new = registers::NewEntry {
            series: style_key(style).to_owned(),
            object: object(report),
            notation: notation(&sheet, desk.unit, style),
            issued_on: today,
            subject: format!("Báo cáo {}", paper.subject),
            signer: printing.authority.join(" / "),
            recipients: printing.recipients.join("; "),
        };
        Ok(registers::take(tx, desk.room, &new, now)?)
    })
    .await?;
    let url = report_url(&code, report);
    match taken {
        Ok(_) => {
            let (style, signer) = (style_key(style), signer.key());
            Ok(redirect(&format!("{url}/preview?style={style}&signer={signer}&done=reports-done-numbered")))
        }
        Err(why) => refused(cx, &unit.place(), why, url),
    }
}

/// The style sheet of the preview: the content security policy forbids inline style.
pub(super) async fn preview_style(Path(style): Path<String>) -> Result<Response> {
    let style = style_from_key(&style).ok_or(Error::NotFound)?;
    let css = paper::html::preview_css(Layout::of(style));
    Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response())
}

pub(super) async fn export(
    cx: Cx,
    rules: Rules,
    Extension(printer): Extension<Printer>,
    Path((code, report, style, format)): Path<(String, String, String, String)>,
    Query(query): Query<PrintQuery>,
) -> Result<Response> {
    let report = id(&report)?;
    let style = style_from_key(&style).ok_or(Error::NotFound)?;
    let format = Format::from_key(&format).ok_or(Error::NotFound)?;
    let (unit, sheet, paper) = paper(&cx, &rules, (&code, report), (style, query.signer())).await?;
    // A frozen report gives the same file every time.
    let at = sheet.report.frozen_at.unwrap_or(cx.now);
    let paper_id = format!("{report}/{}/{}", style_key(style), sheet.report.version);
    let work = move || format.render(&paper, &printer, at, &paper_id);
    let rendered =
        tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))?;
    match rendered {
        Ok(bytes) => {
            let name = file_name(&sheet, &unit, style, format);
            let headers = [
                (header::CONTENT_TYPE, format.media_type().to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
            ];
            Ok((headers, bytes).into_response())
        }
        Err(reason) => {
            let message = cx.ta("reports-refused-print", &[("reason", reason.into())]);
            told(&cx, &unit.place(), message, report_url(&code, report))
        }
    }
}
