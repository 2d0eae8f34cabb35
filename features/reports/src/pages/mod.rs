//! The pages of reports: list, new, one report, one figure, preview and files.

mod figure;
mod list;
mod print;
mod show;

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::{Catalogue, Form};
use db::{Read, Tx};
use jiff::civil::Date;
use kernel::http::{Need, Routes, Shell, page};
use kernel::{Action, Cx, Error, Line, Place, Room};
use paper::ProfileId;
pub(crate) use supplements::Rules;
use units::{Basis, Unit};
use uuid::Uuid;

use crate::checks::{Finding, Reason};
use crate::model::{Refused, line_of};
use crate::seen::Seen;
use crate::sheet::{Desk, Sheet};

/// The routes of this capability. Beside the state they need the extensions [`supplements::Rulebook`] and
/// [`Printer`](crate::Printer).
#[must_use]
pub fn routes() -> Routes {
    let see = Need::Action(Action::SeeReports);
    let write = Need::Action(Action::WriteReports);
    let freeze = Need::Action(Action::FreezeReports);
    Routes::default()
        .get("/units/{unit}/reports", see, list::list)
        .get("/units/{unit}/reports/new", write, list::new)
        .post("/units/{unit}/reports", write, list::create)
        .get("/units/{unit}/reports/{report}", see, show::show)
        .post("/units/{unit}/reports/{report}/texts", write, show::write_texts)
        .post("/units/{unit}/reports/{report}/freezing", freeze, show::freeze)
        .post("/units/{unit}/reports/{report}/amendment", write, show::amend)
        .get("/units/{unit}/reports/{report}/figures/{place}", see, figure::show)
        .get("/units/{unit}/reports/{report}/preview", see, print::preview)
        .post("/units/{unit}/reports/{report}/signing/{style}", write, print::sign)
        .post("/units/{unit}/reports/{report}/number/{style}", write, print::number)
        .get("/units/{unit}/reports/{report}/export/{style}/{format}", see, print::export)
        .get("/reports/preview-styles/{style}", Need::Nothing, print::preview_style)
}

/// The unit that an address names today.
async fn unit_of(cx: &Cx, code: &str) -> Result<Unit, Error> {
    let (code, today) = (code.to_owned(), cx.today());
    cx.read(move |read, scope| Ok(units::find_by_code(read, scope, &code, today)?))
        .await?
        .ok_or(Error::NotFound)
}

/// Enters the unit that an address names.
async fn enter(cx: &Cx, code: &str, action: Action) -> Result<(Unit, Room), Error> {
    let unit = unit_of(cx, code).await?;
    let room = cx.enter(&unit.place(), action)?;
    Ok((unit, room))
}

/// Reads at the unit that an address names.
async fn read_at<T: Send + 'static>(
    cx: &Cx,
    rules: &Arc<Catalogue>,
    (code, action): (&str, Action),
    work: impl FnOnce(&mut Read<'_>, Desk<'_>) -> Result<T, Refused> + Send + 'static,
) -> Result<(Unit, Room, T), Error> {
    let unit = unit_of(cx, code).await?;
    let room = cx.enter(&unit.place(), action)?;
    let (catalogue, given, today) = (Arc::clone(rules), (unit.clone(), room.clone()), cx.today());
    let read = cx.read(move |read, scope| {
        let (unit, room) = &given;
        Ok(work(read, Desk { scope, unit, room, catalogue: &catalogue, today })?)
    });
    let read = read.await?;
    Ok((unit, room, read))
}

/// Writes at the unit that an address names; a refusal comes back for the page to tell.
async fn write_at<T: Send + 'static>(
    cx: &Cx,
    rules: &Arc<Catalogue>,
    (code, action): (&str, Action),
    work: impl FnOnce(&mut Tx<'_>, Desk<'_>) -> Result<T, Refused> + Send + 'static,
) -> Result<(Unit, Result<T, Refused>), Error> {
    let unit = unit_of(cx, code).await?;
    let room = cx.enter(&unit.place(), action)?;
    let (catalogue, scope, given) = (Arc::clone(rules), cx.caller.scope.clone(), unit.clone());
    let today = cx.today();
    let written = cx.write(move |tx| {
        work(tx, Desk { scope: &scope, unit: &given, room: &room, catalogue: &catalogue, today })
    });
    Ok((unit, written.await))
}

/// A basis in words.
fn basis_words(cx: &Cx, basis: Basis) -> String {
    match basis {
        Basis::Restated(on) => cx.ta("reports-basis-restated", &[("day", day(cx, on).into())]),
        Basis::AsItWas | Basis::AsItIsNow => cx.t(&format!("reports-basis-{}", basis.key())),
    }
}

/// Address of the list of a unit.
fn list_url(code: &str) -> String {
    format!("/units/{code}/reports")
}

/// Address of a report.
fn report_url(code: &str, id: Uuid) -> String {
    format!("/units/{code}/reports/{id}")
}

/// The style of the papers of a form: of the body of its line; of a form that is everybody's, of the body the reader
/// works for. No body signs the note of an area: it has the plain style.
#[must_use]
pub fn style_of(form: &Form, room: &Room) -> ProfileId {
    match line_of(form).or(room.line()).filter(|_| form.level != catalogue::Level::Area) {
        Some(Line::Police) => ProfileId::CommunePolice,
        Some(Line::Front) => ProfileId::Front,
        _ => ProfileId::PeoplesCommittee,
    }
}

/// An id in an address; a bad one is a page that is not there.
fn id(text: &str) -> Result<Uuid, Error> {
    Uuid::parse_str(text).map_err(|_| Error::NotFound)
}

/// A finding in words: where, what, what to do. Numbers are hidden as in the report itself.
#[must_use]
pub fn finding_words(cx: &Cx, (sheet, seen): (&Sheet, &Seen<'_>), finding: &Finding) -> String {
    let entry = finding.figure.as_ref().and_then(|odd| sheet.entry(odd.place));
    let number =
        |value: i64| entry.map(|entry| seen.beside((sheet, entry), value, cx.lang)).unwrap_or_default();
    let place = finding.label.get(cx.lang).to_owned();
    let value = finding.figure.as_ref().map(|odd| number(odd.value)).unwrap_or_default();
    let (key, mut args) = match &finding.reason {
        Reason::Missing => ("reports-check-missing", vec![]),
        Reason::Sum(sum) => ("reports-check-sum", vec![("sum", number(*sum).into())]),
        Reason::Within { whole, of } => {
            let whole = whole.get(cx.lang).to_owned();
            ("reports-check-within", vec![("whole", whole.into()), ("of", number(*of).into())])
        }
        Reason::Least(least) => ("reports-check-least", vec![("limit", number(*least).into())]),
        Reason::Most(most) => ("reports-check-most", vec![("limit", number(*most).into())]),
        Reason::Jump { times, before } => {
            ("reports-check-jump", vec![("times", (*times).into()), ("before", number(*before).into())])
        }
    };
    args.extend([("place", place.into()), ("value", value.into())]);
    cx.ta(key, &args)
}

/// A day in running text.
fn day(cx: &Cx, day: Date) -> String {
    vietnamese::date::short(day, cx.lang)
}

/// A page that says why something was not done, and leads back.
#[derive(Template)]
#[template(path = "reports_refused.html")]
struct RefusedPage {
    shell: Shell,
    message: String,
    back: String,
}

/// Tells a refusal on a page of the place; failures go on to the error page.
fn refused(cx: &Cx, place: &Place, refused: Refused, back: String) -> Result<Response, Error> {
    let message = match &refused {
        Refused::TooEarly { from } => cx.ta("reports-refused-too-early", &[("day", day(cx, *from).into())]),
        Refused::NotBegun { begins } => {
            cx.ta("reports-refused-not-begun", &[("day", day(cx, *begins).into())])
        }
        _ => match Error::from(refused) {
            Error::Refused(key) => cx.t(&key),
            Error::Conflict => cx.t("reports-refused-changed"),
            other => return Err(other),
        },
    };
    told(cx, place, message, back)
}

/// The page of a refusal in words.
fn told(cx: &Cx, place: &Place, message: String, back: String) -> Result<Response, Error> {
    let shell = cx.shell(cx.t("reports-refused-title"), Some(place));
    let mut response = page(&RefusedPage { shell, message, back })?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        let key = match refused {
            Refused::NotFound => return Error::NotFound,
            Refused::Changed(_) | Refused::Signed(_) => return Error::Conflict,
            Refused::Denied(denied) => return denied.into(),
            Refused::Store(error) => return error.into(),
            Refused::NoForm | Refused::NoRule => "reports-refused-no-form",
            Refused::Period(_) | Refused::NotBegun { .. } => "reports-refused-period",
            Refused::AlreadyThere(_) => "reports-refused-already-there",
            Refused::TooEarly { .. } => "reports-refused-cut-off",
            Refused::Frozen => "reports-refused-frozen",
            Refused::Open => "reports-refused-open",
            Refused::OtherLine => "reports-refused-other-line",
            Refused::Faults => "reports-refused-faults",
            Refused::Issued => "reports-refused-issued",
            Refused::Texts(_) => "reports-refused-texts",
        };
        Error::Refused(key.to_owned())
    }
}
