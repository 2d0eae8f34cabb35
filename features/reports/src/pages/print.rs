//! The report as a paper: preview and files.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::http::{Shell, page};
use kernel::{Action, Cx, Error, Result};
use paper::{Layout, Paper, ProfileId};
use serde::Deserialize;
use units::Unit;
use uuid::Uuid;

use crate::document::{Format, Printer, Printing, Signer, file_name, paper_of, style_from_key, style_key};
use crate::model::{Refused, Viewer};
use crate::pages::{Rules, id, read_at, report_url, told};
use crate::sheet::{Sheet, sheet};
use crate::store;

#[derive(Debug, Deserialize)]
pub(super) struct PrintQuery {
    #[serde(default)]
    style: String,
    #[serde(default)]
    signer: String,
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

async fn paper(
    cx: &Cx,
    rules: &Rules,
    (code, report): (&str, Uuid),
    (style, signer): (ProfileId, Signer),
) -> Result<(Unit, Sheet, Paper)> {
    let (unit, _, sheet) = read_at(cx, &rules.0, (code, Action::SeeReports), move |read, desk| {
        let report = store::find(read, desk.room, report)?.ok_or(Refused::NotFound)?;
        sheet(read, desk, report)
    })
    .await?;
    let viewer = Viewer::of(&cx.caller.scope, &unit.place());
    let printing = Printing::usual(style, &unit, signer);
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
    let (unit, _, paper) = paper(&cx, &rules, (&code, report), (style, signer)).await?;
    let url = report_url(&code, report);
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
        shell: cx.shell(cx.t("reports-preview-title"), Some(&unit.place())),
        style_sheet: format!("/reports/preview-styles/{}", style_key(style)),
        choices: choices.collect(),
        exports: Format::ALL.into_iter().map(export).collect(),
        paper: paper::html::render(&paper),
        report_url: url,
    })
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
