//! The report as a paper: preview and files.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::http::{FormOption, FormState, Sent, Shell, page, redirect, unprocessable};
use kernel::{Action, Cx, Error, Result};
use paper::{Layout, Paper, ProfileId, Standing};
use serde::Deserialize;
use units::{OrganisationKind, Unit};
use uuid::Uuid;

use crate::actions;
use crate::document::{Format, Printer, file_name, paper_of, style_from_key, style_key};
use crate::model::{Refused, State, Viewer, line_of};
use crate::pages::{Rules, id, read_at, refused, report_url, style_of, told, unit_of, write_at};
use crate::sheet::{Desk, Sheet, rules as rules_of, sheet};
use crate::signing::{self, Printing, Signature, Signer, Wrong};
use crate::store;

#[derive(Debug, Deserialize)]
pub(super) struct PrintQuery {
    #[serde(default)]
    style: String,
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "reports_preview.html")]
struct PreviewPage {
    shell: Shell,
    report_url: String,
    style_sheet: String,
    /// Where the paper gets its number; empty when it has one, is a draft, or the reader may not.
    number_url: String,
    choices: Vec<PreviewChoice>,
    exports: Vec<(String, String)>,
    /// False when the paper has its number or the reader may not.
    signs: bool,
    signing: SigningForm,
    paper: String,
}

/// Another style to look at.
struct PreviewChoice {
    label: String,
    url: String,
    current: bool,
}

/// Who signs and to whom it goes.
struct SigningForm {
    url: String,
    /// Whether it comes back with what was typed.
    typed: bool,
    /// Whether somebody else saved other words meanwhile.
    stale: bool,
    based_on: u32,
    form: FormState,
    signers: Vec<FormOption>,
    seconds: Vec<FormOption>,
    second_signers: Vec<FormOption>,
}

/// What the print page reads.
struct Loaded {
    unit: Unit,
    sheet: Sheet,
    version: u32,
    printing: Printing,
    /// The styles of the bodies that are there.
    styles: Vec<ProfileId>,
    paper: Paper,
}

/// The style asked for; without one, the usual one of the form.
async fn load(
    cx: &Cx,
    rules: &Rules,
    (code, report): (&str, Uuid),
    style: Option<ProfileId>,
) -> Result<Loaded> {
    let today = cx.today();
    let (unit, _, (sheet, style, (version, printing), styles)) =
        read_at(cx, &rules.0, (code, Action::SeeReports), move |read, desk| {
            let report = store::find(read, desk.room, report)?.ok_or(Refused::NotFound)?;
            // No body signs the note of an area: there is nothing to choose.
            let usual = style_of(rules_of(desk.catalogue, &report)?.0, desk.room);
            let style = style.filter(|_| report.area.is_none()).unwrap_or(usual);
            let printing = actions::printing(read, desk, &report, style)?;
            Ok((sheet(read, desk, report)?, style, printing, styles(read, desk, today)?))
        })
        .await?;
    let viewer = Viewer::of(&cx.caller.scope, &unit.place());
    let paper = paper_of(&sheet, &unit, &rules.0, viewer, style, &printing)
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Loaded { unit, sheet, version, printing, styles, paper })
}

/// The styles of the bodies written down at the unit; all while none of them is.
fn styles(
    read: &mut db::Read<'_>,
    desk: Desk<'_>,
    today: jiff::civil::Date,
) -> Result<Vec<ProfileId>, Refused> {
    let there = units::organisations_of(read, desk.scope, &desk.place(), today)?;
    let body = |style: &ProfileId| {
        let kind = match style {
            ProfileId::PeoplesCommittee => OrganisationKind::PeoplesCommittee,
            ProfileId::CommunePolice => OrganisationKind::Police,
            ProfileId::Front => OrganisationKind::Front,
        };
        there.iter().any(|organisation| organisation.kind == kind)
    };
    let known: Vec<ProfileId> = ProfileId::ALL.into_iter().filter(body).collect();
    Ok(if known.is_empty() { ProfileId::ALL.to_vec() } else { known })
}

pub(super) async fn preview(
    cx: Cx,
    rules: Rules,
    Path((code, report)): Path<(String, String)>,
    Query(query): Query<PrintQuery>,
) -> Result<Response> {
    let loaded = load(&cx, &rules, (&code, id(&report)?), style_from_key(&query.style)).await?;
    let mut shown = preview_page(&cx, loaded);
    shown.shell = shown.shell.with_flash(query.done.as_deref());
    page(&shown)
}

fn preview_page(cx: &Cx, loaded: Loaded) -> PreviewPage {
    let Loaded { unit, sheet, version, printing, styles, paper, .. } = loaded;
    let (style, url) = (paper.profile, report_url(&unit.code, sheet.report.id));
    let of_body = sheet.report.area.is_none();
    let room = cx.caller.scope.enter(&unit.place(), Action::WriteReports);
    let writes = of_body && room.is_ok_and(|room| room.serves(line_of(&sheet.form)));
    let unnumbered = sheet.report.state == State::Frozen && paper.standing == Standing::Unnumbered;
    let choice = |of: &ProfileId| PreviewChoice {
        label: style_words(cx, *of),
        url: format!("{url}/preview?style={}", style_key(*of)),
        current: *of == style,
    };
    let export = |format: Format| {
        (format.key().to_uppercase(), format!("{url}/export/{}/{}", style_key(style), format.key()))
    };
    let signing_url = format!("{url}/signing/{}", style_key(style));
    PreviewPage {
        shell: cx.shell(cx.t("reports-preview-title"), Some(&unit.place())),
        number_url: if writes && unnumbered {
            format!("{url}/number/{}", style_key(style))
        } else {
            String::new()
        },
        style_sheet: format!("/reports/preview-styles/{}", style_key(style)),
        choices: styles.iter().filter(|_| of_body).map(choice).collect(),
        exports: Format::ALL.into_iter().map(export).collect(),
        signs: writes && printing.issued.is_none(),
        signing: signing_form(cx, signing_url, (style, &styles), version, saved(&printing)),
        paper: paper::html::render(&paper),
        report_url: url,
    }
}

fn style_words(cx: &Cx, style: ProfileId) -> String {
    cx.t(&format!("reports-style-{}", style_key(style)))
}

fn signing_form(
    cx: &Cx,
    url: String,
    (style, styles): (ProfileId, &[ProfileId]),
    based_on: u32,
    form: FormState,
) -> SigningForm {
    let second = |of: &ProfileId| FormOption {
        value: style_key(*of).to_owned(),
        label: style_words(cx, *of),
        chosen: form.value("second") == style_key(*of),
    };
    SigningForm {
        url,
        typed: false,
        stale: false,
        based_on,
        signers: signers(cx, form.value("signer")),
        seconds: styles.iter().filter(|of| **of != style).map(second).collect(),
        second_signers: signers(cx, form.value("signer-second")),
        form,
    }
}

/// As what somebody signs: the head unless another was chosen.
fn signers(cx: &Cx, typed: &str) -> Vec<FormOption> {
    let chosen = Signer::from_key(typed).unwrap_or(Signer::Head);
    let option = |signer: Signer| FormOption {
        value: signer.key().to_owned(),
        label: cx.t(&format!("reports-signer-{}", signer.key())),
        chosen: signer == chosen,
    };
    Signer::ALL.into_iter().map(option).collect()
}

/// What is remembered, as the form would send it.
fn saved(printing: &Printing) -> FormState {
    let mut typed = vec![
        ("addressees".to_owned(), printing.addressees.join("\n")),
        ("recipients".to_owned(), printing.recipients.join("\n")),
    ];
    let mut add = |signature: &Signature, end: &str| {
        typed.push((format!("signer{end}"), signature.signer.key().to_owned()));
        typed.push((format!("office{end}"), signature.office.join("\n")));
        typed.push((format!("name{end}"), signature.name.clone()));
    };
    if let Some(first) = printing.signatures.first() {
        add(first, "");
    }
    if let Some(second) = printing.signatures.get(1) {
        add(second, "-second");
        typed.push(("second".to_owned(), style_key(second.body).to_owned()));
    }
    FormState { typed, problems: Vec::new() }
}

/// Sets who signs the papers of this form in a style and to whom they go.
pub(super) async fn sign(
    rules: Rules,
    Path((code, report, style)): Path<(String, String, String)>,
    sent: Sent,
) -> Result<Response> {
    let cx = &sent.cx;
    let (report, style) = (id(&report)?, style_from_key(&style).ok_or(Error::NotFound)?);
    let based_on = sent.get("based_on").parse().map_err(|_| Error::NotFound)?;
    let place = unit_of(cx, &code).await?.place();
    cx.enter(&place, Action::WriteReports)?;
    let words = match signing::read(style, |field| sent.get(field)) {
        Ok(words) => words,
        Err(problems) => {
            let mut shown = preview_page(cx, load(cx, &rules, (&code, report), Some(style)).await?);
            again(cx, &mut shown.signing, &sent, based_on);
            for (field, wrong) in problems {
                shown.signing.form.add(field, wrong_words(cx, &wrong));
            }
            return unprocessable(&shown);
        }
    };
    let now = cx.now;
    let (_, set) = write_at(cx, &rules, (&code, Action::WriteReports), move |tx, desk| {
        actions::sign(tx, desk, (report, style), (based_on, &words), now)
    })
    .await?;
    let back = format!("{}/preview?style={}", report_url(&code, report), style_key(style));
    match set {
        Ok(()) => Ok(redirect(&format!("{back}&done=reports-done-signed"))),
        Err(Refused::Signed(there)) => {
            let mut shown = preview_page(cx, load(cx, &rules, (&code, report), Some(style)).await?);
            again(cx, &mut shown.signing, &sent, there.0);
            shown.signing.stale = true;
            let mut response = page(&shown)?;
            *response.status_mut() = StatusCode::CONFLICT;
            Ok(response)
        }
        Err(why) => refused(cx, &place, why, back),
    }
}

/// Puts what was typed back into the form.
fn again(cx: &Cx, signing: &mut SigningForm, sent: &Sent, based_on: u32) {
    let form = FormState { typed: sent.fields.clone(), problems: Vec::new() };
    signing.signers = signers(cx, form.value("signer"));
    signing.second_signers = signers(cx, form.value("signer-second"));
    for option in &mut signing.seconds {
        option.chosen = option.value == form.value("second");
    }
    signing.typed = true;
    signing.based_on = based_on;
    signing.form = form;
}

fn wrong_words(cx: &Cx, wrong: &Wrong) -> String {
    match wrong {
        Wrong::Missing => cx.t("reports-signing-missing"),
        Wrong::TooLong(most) => cx.ta("reports-signing-too-long", &[("most", (*most).into())]),
        Wrong::TooMany(most) => cx.ta("reports-signing-too-many", &[("most", (*most).into())]),
        Wrong::PersonalNumber(number) => {
            cx.ta("reports-text-personal-number", &[("number", number.as_str().into())])
        }
        Wrong::NoSuch => cx.t("reports-signing-no-such"),
    }
}

/// Gives the paper of a frozen report the next number of the body's series, and today as its day.
pub(super) async fn number(
    rules: Rules,
    Path((code, report, style)): Path<(String, String, String)>,
    sent: Sent,
) -> Result<Response> {
    let cx = &sent.cx;
    let (report, style) = (id(&report)?, style_from_key(&style).ok_or(Error::NotFound)?);
    let (today, now) = (cx.today(), cx.now);
    let (unit, taken) = write_at(cx, &rules.0, (&code, Action::WriteReports), move |tx, desk| {
        actions::issue(tx, desk, (report, style), today, now)
    })
    .await?;
    let url = report_url(&code, report);
    match taken {
        Ok(_) => {
            Ok(redirect(&format!("{url}/preview?style={}&done=reports-done-numbered", style_key(style))))
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
) -> Result<Response> {
    let report = id(&report)?;
    let style = style_from_key(&style).ok_or(Error::NotFound)?;
    let format = Format::from_key(&format).ok_or(Error::NotFound)?;
    let Loaded { unit, sheet, version, paper, .. } = load(&cx, &rules, (&code, report), Some(style)).await?;
    // A frozen report gives the same file every time.
    let at = sheet.report.frozen_at.unwrap_or(cx.now);
    let paper_id = format!("{report}/{}/{}/{version}", style_key(style), sheet.report.version);
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
