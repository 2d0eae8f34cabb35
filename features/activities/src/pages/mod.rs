//! The pages of activities: list, form, two sides of a form, one record.

mod conflict;
mod export;
mod form;
mod list;
mod show;

use std::collections::BTreeMap;

use axum::Extension;
use db::Read;
use jiff::civil::Date;
use kernel::http::{Need, Routes};
use kernel::{Action, Cx, Error, Lang, Place, Room, Scope};
pub(crate) use supplements::Rules;
use units::{Area, Basis, Level, Makeup};
use uuid::Uuid;

use crate::actions::Refused;
use crate::index::Indexes;
use crate::model::WHOLE_UNIT;
use crate::store;

/// The routes of this capability.
pub fn routes() -> Routes {
    let see = Need::Action(Action::SeeActivities);
    let record = Need::Action(Action::Record);
    let confirm = Need::Action(Action::Confirm);
    let mut routes = Routes::default()
        .get("/units/{unit}/activities", see, list::list)
        .get("/units/{unit}/activities/new", record, form::new)
        .post("/units/{unit}/activities", record, form::create)
        .get("/units/{unit}/activities/export/{format}", see, export::export)
        .post("/units/{unit}/activities/confirmations", confirm, list::confirm)
        .get("/units/{unit}/activities/{activity}", see, show::show)
        .get("/units/{unit}/activities/{activity}/edit", record, form::edit)
        .post("/units/{unit}/activities/{activity}", record, form::update)
        .post("/units/{unit}/activities/{activity}/return", confirm, show::send_back)
        .post("/units/{unit}/activities/{activity}/withdrawal", record, show::withdraw)
        .get("/units/{unit}/activities/{activity}/versions", see, show::versions)
        .get("/units/{unit}/activities/{activity}/photos/{photo}", see, show::photo);
    routes.router = routes.router.layer(Extension(Indexes::default()));
    routes
}

/// The unit of an address as its lists see it: the rooms of everything that makes it up in the borders of today.
struct Seen {
    place: Place,
    room: Room,
    rooms: Vec<Room>,
    makeup: Makeup,
}

fn seen(read: &mut Read<'_>, cx: &Cx, code: &str) -> Result<Seen, Error> {
    let (scope, today) = (&cx.caller.scope, cx.today());
    let unit = units::find_by_code(read, scope, code, today)?.ok_or(Error::NotFound)?;
    let place = unit.place();
    let room = cx.enter(&place, Action::SeeActivities)?;
    let makeup = units::makeup(read, scope, &unit, Basis::AsItIsNow, (Date::MIN, Date::MAX), today)?;
    let rooms = match unit.level {
        Level::Commune => units::rooms_over(scope, &place, Action::SeeActivities, &makeup)?,
        // A province keeps no records; its communes have lists of their own.
        Level::Province | Level::Country => Vec::new(),
    };
    Ok(Seen { place, room, rooms, makeup })
}

/// The place of an address, and the same with the tenant that keeps a record: the unit's own, or that of a commune which
/// went into it, or the one from which the record's area came. A record that is nowhere is looked for in its own.
fn holding(
    read: &mut Read<'_>,
    scope: &Scope,
    (code, today): (&str, Date),
    id: Uuid,
) -> Result<(Place, Place), Error> {
    let unit = units::find_by_code(read, scope, code, today)?.ok_or(Error::NotFound)?;
    let makeup = units::makeup(read, scope, &unit, Basis::AsItIsNow, (today, today), today)?;
    for tenant in makeup.tenants() {
        let there = Place { tenant, ..unit.place() };
        let Ok(room) = scope.enter(&there, Action::SeeActivities) else { continue };
        let area = store::area_of(read, &room, id)?;
        if area.is_some_and(|area| makeup.holds(&there.tenant, area, today)) {
            return Ok((unit.place(), there));
        }
    }
    Ok((unit.place(), unit.place()))
}

/// The same, looked up on its own.
async fn holding_of(cx: &Cx, code: &str, id: Uuid) -> Result<(Place, Place), Error> {
    let (code, today) = (code.to_owned(), cx.today());
    cx.read(move |read, scope| holding(read, scope, (&code, today), id)).await
}

/// The unit that an address names today, looked up on its own.
async fn place_of(cx: &Cx, code: &str) -> Result<Place, Error> {
    let (code, today) = (code.to_owned(), cx.today());
    let found = cx.read(move |read, scope| Ok(units::find_by_code(read, scope, &code, today)?)).await?;
    Ok(found.ok_or(Error::NotFound)?.place())
}

/// Address of the list of a unit.
fn list_url(place: &Place) -> String {
    format!("/units/{}/activities", place.code)
}

/// Address of a record.
fn activity_url(place: &Place, id: Uuid) -> String {
    format!("/units/{}/activities/{id}", place.code)
}

/// The key under which a phone keeps what is typed: the account, the record (or its kind, while it is new) and the
/// version it is based on.
fn draft_key(cx: &Cx, kind: &str, id: Uuid, based_on: u32) -> String {
    let account = cx.caller.scope.account();
    if based_on == 0 {
        format!("activity-{account}-{kind}")
    } else {
        format!("activity-{account}-{id}-{based_on}")
    }
}

/// Names of areas by id, and of the unit as a whole.
fn names(cx: &Cx, areas: &[Area]) -> BTreeMap<Uuid, String> {
    let areas = areas.iter().map(|area| (area.id, area.name.clone()));
    areas.chain([(WHOLE_UNIT, cx.t("activities-whole-unit"))]).collect()
}

/// The day of a record, or the days of an aggregate entry, as tables show them.
fn days((from, last): (Option<Date>, Date), lang: Lang) -> String {
    match from {
        Some(from) => format!("{} – {}", day(from, lang), day(last, lang)),
        None => day(last, lang),
    }
}

/// A day as tables show it.
fn day(date: Date, lang: Lang) -> String {
    vietnamese::date::table(date, lang)
}

/// An id in an address; a bad one is a page that is not there.
fn id(text: &str) -> Result<Uuid, Error> {
    Uuid::parse_str(text).map_err(|_| Error::NotFound)
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Rule(refusal) => Error::Refused(refusal.key()),
            Refused::NotFound => Error::NotFound,
            Refused::Changed(_) => Error::Conflict,
            Refused::Store(error) => error.into(),
        }
    }
}
