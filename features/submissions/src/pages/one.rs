//! One submission, for whoever sends it and whoever receives it.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use kernel::http::{FormState, Sent, Shell, page, redirect};
use kernel::{Action, Cx, Error, Place, Result};
use paper::ProfileId;
use reports::{Desk, Viewer, What};
use serde::Deserialize;
use units::Unit;
use uuid::Uuid;
use vietnamese::text;

use crate::actions::{self, Verdict, Way, way};
use crate::duties::standing;
use crate::model::{Passed, Refused, State, Submission};
use crate::pages::{Badge, Rules, day, id, line_words, submission_url, told, unit_of};
use crate::store;

#[derive(Debug, Deserialize)]
pub(super) struct ShowQuery {
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "submissions_one.html")]
struct OnePage {
    shell: Shell,
    url: String,
    report_url: String,
    preview_url: String,
    list_url: String,
    style_sheet: String,
    form_name: String,
    badge: Badge,
    receiver: String,
    line: String,
    due: String,
    /// When it first arrived; "" while it has not.
    first_sent: String,
    late: bool,
    /// Why nothing was done; "" when nothing was refused.
    message: String,
    /// What the checks found odd, or wrong.
    findings: Vec<(String, String)>,
    /// Whether the findings need words.
    explain: bool,
    sends: bool,
    /// Said instead of the button: why it cannot be sent.
    send_later: String,
    decides: bool,
    returns: bool,
    based_on: u32,
    steps: Vec<StepRow>,
    /// What changed since the report that was accepted.
    changes: Vec<ChangeRow>,
    accepted_url: String,
    form: FormState,
    paper: String,
}

struct StepRow {
    badge: Badge,
    day: String,
    account: String,
    words: String,
    report_url: String,
}

struct ChangeRow {
    record: String,
    what: String,
}

/// What the page reads.
struct Loaded {
    way: Way,
    sheet: reports::Sheet,
    submission: Option<Submission>,
    steps: Vec<(Passed, String)>,
    changes: Vec<reports::Change>,
    amended: bool,
    serves: bool,
    style: ProfileId,
    paper: String,
}

pub(super) async fn show(
    cx: Cx,
    rules: Rules,
    Path((code, report)): Path<(String, String)>,
    Query(query): Query<ShowQuery>,
) -> Result<Response> {
    let mut shown = one_page(&cx, &rules, &code, id(&report)?, FormState::default()).await?;
    shown.shell = shown.shell.with_flash(query.done.as_deref());
    page(&shown)
}

async fn load(cx: &Cx, rules: &Rules, unit: &Unit, report: Uuid) -> Result<Loaded> {
    let (catalogue, given, today) = (rules.0.clone(), unit.clone(), cx.today());
    cx.read(move |read, scope| {
        let room = scope.enter(&given.place(), Action::SeeReports)?;
        let desk = Desk { scope, unit: &given, room: &room, catalogue: &catalogue, today };
        let report = reports::find(read, &room, report)?.ok_or(Error::NotFound)?;
        let way = way(read, scope, &given, report.area, today)?;
        let (_, above) = way.sender_and_superior(scope, Action::SeeReports)?;
        let key = way.key(&report);
        let sheet = reports::sheet(read, desk, report)?;
        let submission = store::find(read, &above, &key)?;
        let mut steps = Vec::new();
        for step in store::steps(read, &above, &key)? {
            let account = step.account.parse::<Uuid>().ok();
            let names = accounts::names(read, scope, room.tenant_key(), account)?;
            let name = account.and_then(|account| names.get(&account).cloned()).unwrap_or_default();
            steps.push((step, name));
        }
        // What was accepted may have been overtaken by the records.
        let changes = match submission.as_ref().and_then(|submission| submission.accepted) {
            Some(accepted) if accepted == sheet.report.id => reports::changed_since(read, desk, &sheet)?,
            _ => Vec::new(),
        };
        let viewer = Viewer::of(scope, &given.place());
        let style = reports::style_of(&sheet.form, &room);
        let (_, printing) = reports::printing(read, desk, &sheet.report, style)?;
        let paper = reports::paper_of(&sheet, &given, &catalogue, viewer, style, &printing)
            .map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Loaded {
            amended: reports::amended_by(read, &room, sheet.report.id)?.is_some(),
            serves: room.serves(reports::line_of(&sheet.form)),
            style,
            paper: paper::html::render(&paper),
            way,
            sheet,
            submission,
            steps,
            changes,
        })
    })
    .await
}

async fn one_page(cx: &Cx, rules: &Rules, code: &str, report: Uuid, form: FormState) -> Result<OnePage> {
    let unit = unit_of(cx, code).await?;
    cx.enter(&unit.place(), Action::SeeReports)?;
    let loaded = load(cx, rules, &unit, report).await?;
    let Loaded { way, sheet, submission, steps, changes, amended, serves, style, paper } = loaded;
    let (lang, place, scope) = (cx.lang, unit.place(), &cx.caller.scope);
    let superior: Place = way.superior.place();
    let seen = sheet.seen(Viewer::of(scope, &place), &rules.0);
    let window = &sheet.report.window;
    let due = sheet.regime.due(window);
    let report_url = format!("/units/{code}/reports/{report}");
    let frozen = sheet.report.state == reports::State::Frozen;
    let current = submission.as_ref().filter(|submission| submission.report == report);
    let found = reports::check(&sheet);
    let blocked = found.iter().any(|finding| finding.reason.blocks());
    let findings = found.iter().map(|finding| {
        let url = match &finding.figure {
            Some(odd) => format!("{report_url}/figures/{}", odd.place),
            None => report_url.clone(),
        };
        (url, reports::finding_words(cx, (&sheet, &seen), finding))
    });
    let may_send = scope.can(&place, Action::SendReports);
    let why_not = match current.map(|current| current.state) {
        _ if !may_send => None,
        _ if !frozen => Some("submissions-send-open"),
        Some(State::Returned) => Some("submissions-send-amend"),
        Some(_) => None,
        None if amended => Some("submissions-send-amended"),
        None if !serves => Some("submissions-refused-other-line"),
        None if blocked => Some("submissions-refused-faults"),
        None => None,
    };
    let may_decide = scope.can(&superior, Action::ReceiveReports)
        && scope
            .enter(&superior, Action::ReceiveReports)
            .is_ok_and(|room| room.serves(reports::line_of(&sheet.form)));
    let state = current.map(|current| current.state);
    Ok(OnePage {
        shell: cx.shell(text::sentence(&sheet.regime.label(window, lang)), Some(&place)),
        url: submission_url(code, report),
        preview_url: format!("{report_url}/preview?style={}", reports::style_key(style)),
        list_url: match (may_decide, &sheet.area) {
            (true, Some(_)) => format!("/units/{code}/submissions/board?form={}", sheet.form.id),
            (true, None) => format!("/units/{}/submissions", superior.code),
            (false, _) => format!("/units/{code}/submissions"),
        },
        style_sheet: format!("/reports/preview-styles/{}", reports::style_key(style)),
        form_name: match &sheet.area {
            Some(area) => format!("{}, {area}", sheet.form.name.get(lang)),
            None => sheet.form.name.get(lang).to_owned(),
        },
        badge: Badge::of(cx, standing(current, window, due, cx.today())),
        receiver: way.superior.full_name(lang),
        line: line_words(cx, reports::line_of(&sheet.form)),
        due: day(cx, due),
        first_sent: submission.as_ref().map(|sent| day(cx, sent.first_sent)).unwrap_or_default(),
        late: submission.as_ref().is_some_and(Submission::late),
        message: String::new(),
        findings: findings.collect(),
        explain: !found.is_empty(),
        sends: may_send && frozen && current.is_none() && why_not.is_none(),
        send_later: why_not.map(|key| cx.t(key)).unwrap_or_default(),
        decides: may_decide && state == Some(State::Sent),
        returns: may_decide && matches!(state, Some(State::Sent | State::Accepted)),
        based_on: submission.as_ref().map_or(0, |submission| submission.version),
        steps: steps.iter().map(|(step, account)| step_row(cx, code, (step, account), report)).collect(),
        changes: changes.iter().map(|change| change_row(cx, rules, change)).collect(),
        accepted_url: submission
            .and_then(|submission| submission.accepted)
            .filter(|accepted| *accepted != report)
            .map(|accepted| submission_url(code, accepted))
            .unwrap_or_default(),
        report_url,
        form,
        paper,
    })
}

fn step_row(cx: &Cx, code: &str, (step, account): (&Passed, &String), shown: Uuid) -> StepRow {
    let standing = match step.state {
        State::Sent => crate::Standing::Sent,
        State::Returned => crate::Standing::Returned,
        State::Accepted => crate::Standing::Accepted,
    };
    StepRow {
        badge: Badge::of(cx, standing),
        day: day(cx, step.day()),
        account: account.clone(),
        words: step.words.clone(),
        report_url: if step.report == shown { String::new() } else { submission_url(code, step.report) },
    }
}

fn change_row(cx: &Cx, rules: &Rules, change: &reports::Change) -> ChangeRow {
    let key = match change.what {
        What::Changed => "submissions-since-changed",
        What::Gone => "submissions-since-gone",
        What::Added => "submissions-since-added",
    };
    let record = change.now.as_ref().map_or_else(
        || change.id.to_string(),
        |now| {
            let kind = rules.0.kind(&now.content.kind).map_or("", |kind| kind.name.get(cx.lang));
            format!("{kind}, {}", day(cx, now.content.day))
        },
    );
    ChangeRow { record, what: cx.t(key) }
}

pub(super) async fn send(
    rules: Rules,
    Path((code, report)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response> {
    let (cx, report, typed) = (&sent.cx, id(&report)?, sent.get("words").to_owned());
    let unit = unit_of(cx, &code).await?;
    cx.enter(&unit.place(), Action::SendReports)?;
    let (catalogue, scope, now) = (rules.0.clone(), cx.caller.scope.clone(), cx.now);
    let done = cx.write(move |tx| actions::send(tx, &scope, &unit, &catalogue, (report, &typed), now)).await;
    answer(&sent, &rules, (&code, report), done, "words", "submissions-done-sent").await
}

pub(super) async fn accept(
    rules: Rules,
    Path((code, report)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response> {
    verdict(&sent, &rules, (&code, id(&report)?), Verdict::Accept, "submissions-done-accepted").await
}

pub(super) async fn give_back(
    rules: Rules,
    Path((code, report)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response> {
    let reason = Verdict::Return(sent.get("reason").to_owned());
    verdict(&sent, &rules, (&code, id(&report)?), reason, "submissions-done-returned").await
}

async fn verdict(
    sent: &Sent,
    rules: &Rules,
    (code, report): (&str, Uuid),
    verdict: Verdict,
    said: &str,
) -> Result<Response> {
    let cx = &sent.cx;
    let based_on = sent.get("based_on").parse().map_err(|_| Error::NotFound)?;
    let unit = unit_of(cx, code).await?;
    cx.enter(&unit.place(), Action::ReceiveReports)?;
    let (scope, now) = (cx.caller.scope.clone(), cx.now);
    let done =
        cx.write(move |tx| actions::decide(tx, &scope, &unit, (report, based_on), &verdict, now)).await;
    answer(sent, rules, (code, report), done, "reason", said).await
}

/// Goes on to the page, or shows it again with what was typed and what is wrong with it.
async fn answer(
    sent: &Sent,
    rules: &Rules,
    (code, report): (&str, Uuid),
    done: std::result::Result<Submission, Refused>,
    field: &str,
    said: &str,
) -> Result<Response> {
    let cx = &sent.cx;
    let refused = match done {
        Ok(_) => return Ok(redirect(&format!("{}?done={said}", submission_url(code, report)))),
        Err(refused) => refused,
    };
    let status = match refused {
        Refused::Changed => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let of_field = matches!(
        refused,
        Refused::Unexplained | Refused::NoReason | Refused::TooLong | Refused::PersonalNumber(_)
    );
    let words = told(cx, refused)?;
    let mut form = FormState { typed: sent.fields.clone(), problems: Vec::new() };
    if of_field {
        form.add(field, words.clone());
    }
    let mut shown = one_page(cx, rules, code, report, form).await?;
    if !of_field {
        shown.message = words;
    }
    let mut response = page(&shown)?;
    *response.status_mut() = status;
    Ok(response)
}
