//! The pages of imports: the list with the upload, one import, its wrong cells as CSV.

mod list;
mod problems;
mod show;

use kernel::http::{Need, Routes};
use kernel::{Action, Cx, Error, Place};
pub(crate) use supplements::Rules;
use uuid::Uuid;

use crate::{Desk, Refused};

/// The routes of this capability. All of them ask for a room to record in that covers the whole commune: whoever
/// records for single areas is refused.
pub fn routes() -> Routes {
    let record = Need::Action(Action::Import);
    Routes::default()
        .get("/units/{unit}/imports", record, list::list)
        .post("/units/{unit}/imports", record, list::create)
        .get("/units/{unit}/imports/template/{kind}", record, list::template)
        .get("/units/{unit}/imports/{import}", record, show::show)
        .post("/units/{unit}/imports/{import}/mapping", record, show::map)
        .post("/units/{unit}/imports/{import}/conversion", record, show::convert)
        .post("/units/{unit}/imports/{import}/application", record, show::apply)
        .post("/units/{unit}/imports/{import}/undo", record, show::undo)
        .get("/units/{unit}/imports/{import}/problems.csv", record, show::problems)
}

/// The unit of an address, and a desk there.
async fn desk(cx: &Cx, code: &str, rules: &Rules) -> Result<(Place, Desk), Error> {
    let (code, today) = (code.to_owned(), cx.today());
    let place = cx
        .read(move |read, scope| {
            Ok(units::find_by_code(read, scope, &code, today)?.ok_or(Error::NotFound)?.place())
        })
        .await?;
    let room = cx.enter(&place, Action::Import)?;
    let desk = Desk::new(cx.caller.scope.clone(), place.clone(), room, rules.0.clone(), cx.now)?;
    Ok((place, desk))
}

/// Address of the list of a unit.
fn list_url(place: &Place) -> String {
    format!("/units/{}/imports", place.code)
}

/// An id in an address; a bad one is a page that is not there.
fn id(text: &str) -> Result<Uuid, Error> {
    Uuid::parse_str(text).map_err(|_| Error::NotFound)
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Rule(refusal) => Error::Refused(refusal.key()),
            Refused::Record { refusal, .. } => Error::Refused(refusal.key()),
            Refused::NotGoodNow(_) => Error::Refused("imports-refusal-not-good-now".into()),
            Refused::ChangedSince(_) => Error::Refused("imports-refusal-changed-since".into()),
            Refused::NotFound => Error::NotFound,
            Refused::Changed => Error::Conflict,
            Refused::Denied(denied) => denied.into(),
            Refused::Areas(refusal) => refusal.into(),
            Refused::Store(error) => error.into(),
        }
    }
}
