//! The pages of submissions: one, what a unit owes or received, the board.

mod board;
mod home;
mod one;

use jiff::civil::Date;
use kernel::http::{Need, Routes};
use kernel::{Action, Cx, Error, Line, Result, Room};
pub(crate) use supplements::Rules;
use units::Unit;
use uuid::Uuid;

use crate::duties::Standing;
use crate::model::{MOST, Refused};

/// The routes of this capability. Beside the state they need the extension [`supplements::Rulebook`].
#[must_use]
pub fn routes() -> Routes {
    let see = Need::Action(Action::SeeReports);
    let receive = Need::Action(Action::ReceiveReports);
    Routes::default()
        .get("/units/{unit}/submissions", see, home::show)
        .get("/units/{unit}/submissions/board", see, board::show)
        .post("/units/{unit}/submissions/reminders", receive, board::remind)
        .get("/units/{unit}/reports/{report}/submission", see, one::show)
        .post("/units/{unit}/reports/{report}/submission", Need::Action(Action::SendReports), one::send)
        .post("/units/{unit}/reports/{report}/submission/return", receive, one::give_back)
        .post("/units/{unit}/reports/{report}/submission/acceptance", receive, one::accept)
}

/// The unit that an address names today.
async fn unit_of(cx: &Cx, code: &str) -> Result<Unit> {
    let (code, today) = (code.to_owned(), cx.today());
    cx.read(move |read, scope| Ok(units::find_by_code(read, scope, &code, today)?))
        .await?
        .ok_or(Error::NotFound)
}

/// Address of the submission of a report.
fn submission_url(code: &str, report: Uuid) -> String {
    format!("/units/{code}/reports/{report}/submission")
}

/// An id in an address; a bad one is a page that is not there.
fn id(text: &str) -> Result<Uuid> {
    Uuid::parse_str(text).map_err(|_| Error::NotFound)
}

/// A day in running text.
fn day(cx: &Cx, day: Date) -> String {
    vietnamese::date::short(day, cx.lang)
}

/// The line whose work a person sees; "" for one who works for all.
fn line_seen(room: &Room) -> &'static str {
    if Line::ALL.iter().all(|line| room.serves(Some(*line))) { "" } else { room.line().map_or("", Line::key) }
}

/// A line in words.
fn line_words(cx: &Cx, line: Option<Line>) -> String {
    line.map_or_else(|| cx.t("submissions-line-none"), |line| cx.t(&format!("units-line-{}", line.key())))
}

/// How something stands, as a badge: its class, icon and words.
struct Badge {
    class: &'static str,
    icon: &'static str,
    words: String,
}

impl Badge {
    fn of(cx: &Cx, standing: Standing) -> Badge {
        let (class, icon) = match standing {
            Standing::Overdue => ("returned", "warn"),
            Standing::Due => ("returned", "clock"),
            Standing::Running => ("draft", "pencil"),
            Standing::Returned => ("returned", "back"),
            Standing::Sent => ("sent", "send"),
            Standing::Accepted => ("confirmed", "check"),
        };
        Badge { class, icon, words: cx.t(&format!("submissions-standing-{}", standing.key())) }
    }
}

/// Why something was not done, in the person's words; failures go on to the error page.
fn told(cx: &Cx, refused: Refused) -> Result<String> {
    let key = match refused {
        Refused::NotFound => return Err(Error::NotFound),
        Refused::Denied(denied) => return Err(denied.into()),
        Refused::Store(error) => return Err(error.into()),
        Refused::PersonalNumber(number) => {
            return Ok(cx.ta("submissions-refused-personal-number", &[("number", number.into())]));
        }
        Refused::TooLong => return Ok(cx.ta("submissions-refused-too-long", &[("most", MOST.into())])),
        Refused::NoSuperior => "submissions-refused-no-superior",
        Refused::Open => "submissions-refused-open",
        Refused::Amended => "submissions-refused-amended",
        Refused::OtherLine => "submissions-refused-other-line",
        Refused::Faults => "submissions-refused-faults",
        Refused::Unexplained => "submissions-refused-unexplained",
        Refused::AmendFirst => "submissions-refused-amend-first",
        Refused::NotReceiver => "submissions-refused-not-receiver",
        Refused::OwnReport => "submissions-refused-own-report",
        Refused::NotSent => "submissions-refused-not-sent",
        Refused::Decided => "submissions-refused-decided",
        Refused::NoReason => "submissions-refused-no-reason",
        Refused::NoForm => "submissions-refused-no-form",
        Refused::Changed => "submissions-refused-changed",
    };
    Ok(cx.t(key))
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Denied(denied) => denied.into(),
            Refused::Store(error) => error.into(),
            Refused::Changed => Error::Conflict,
            _ => Error::NotFound,
        }
    }
}
