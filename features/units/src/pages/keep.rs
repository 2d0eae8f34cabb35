//! The forms that keep the registers of a unit: residential areas with their households, organisations.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use jiff::civil::Date;
use kernel::http::{FormOption, FormState, Sent, Shell, page, redirect, unprocessable};
use kernel::{Action, Cx, Error, Place, Result};
use uuid::Uuid;
use vietnamese::{date, number};

use crate::areas::{add_area, area, rename_area, set_households};
use crate::model::{NewArea, NewOrganisation, OrganisationKind, Refusal};
use crate::organisations::add_organisation;
use crate::pages::day_problem;
use crate::store::find_by_code;

/// One form of the registers.
#[derive(Template)]
#[template(path = "units_keep.html")]
struct KeepPage {
    shell: Shell,
    action: String,
    /// Id of what is kept, made here, so that sending twice adds one.
    id: Uuid,
    hint: String,
    /// Kinds of organisation; empty on the form of an area.
    kinds: Vec<FormOption>,
    form: FormState,
}

/// What is kept.
#[derive(Clone, Copy)]
enum Kept {
    NewArea,
    Area,
    Organisation,
}

async fn place_of(cx: &Cx, code: &str) -> Result<Place> {
    let (code, today) = (code.to_owned(), cx.today());
    let unit = cx.read(move |read, scope| Ok(find_by_code(read, scope, &code, today)?)).await?;
    let place = unit.ok_or(Error::NotFound)?.place();
    cx.enter(&place, Action::KeepUnit)?;
    Ok(place)
}

fn keep_page(cx: &Cx, place: &Place, kept: Kept, id: Uuid, form: FormState) -> KeepPage {
    let base = format!("/units/{}", place.code);
    let (title, hint, action) = match kept {
        Kept::NewArea => ("units-keep-area-new", "units-keep-name-hint", format!("{base}/areas")),
        Kept::Area => ("units-keep-area-edit", "units-keep-name-hint", format!("{base}/areas/{id}")),
        Kept::Organisation => {
            ("units-keep-organisation-new", "units-keep-organisation-hint", format!("{base}/organisations"))
        }
    };
    let kinds = match kept {
        Kept::Organisation => OrganisationKind::ALL.map(|kind| kind_option(cx, kind, &form)).into(),
        Kept::NewArea | Kept::Area => vec![],
    };
    KeepPage { shell: cx.shell(cx.t(title), Some(place)), action, id, hint: cx.t(hint), kinds, form }
}

fn kind_option(cx: &Cx, kind: OrganisationKind, form: &FormState) -> FormOption {
    let label = cx.t(&format!("units-kind-{}", kind.key().replace('_', "-")));
    FormOption { value: kind.key().to_owned(), label, chosen: form.ticked("kind", kind.key()) }
}

fn blank(cx: &Cx) -> FormState {
    FormState { typed: vec![("from_on".to_owned(), cx.today().to_string())], problems: vec![] }
}

/// `GET /units/{unit}/areas/new`.
pub(super) async fn new_area(cx: Cx, Path(code): Path<String>) -> Result<Response> {
    let place = place_of(&cx, &code).await?;
    let id = cx.app.ids.new_id();
    page(&keep_page(&cx, &place, Kept::NewArea, id, blank(&cx)))
}

/// `GET /units/{unit}/areas/{area}`.
pub(super) async fn edit_area(cx: Cx, Path((code, id)): Path<(String, String)>) -> Result<Response> {
    let place = place_of(&cx, &code).await?;
    let id = Uuid::parse_str(&id).map_err(|_| Error::NotFound)?;
    let (within, today) = (place.clone(), cx.today());
    let found = cx.read(move |read, scope| Ok(area(read, scope, &within, id, today)?)).await?;
    let found = found.ok_or(Error::NotFound)?;
    let mut form = blank(&cx);
    form.typed.push(("name".to_owned(), found.name));
    form.typed.extend(found.households.map(|n| ("households".to_owned(), n.to_string())));
    page(&keep_page(&cx, &place, Kept::Area, id, form))
}

/// `GET /units/{unit}/organisations/new`.
pub(super) async fn new_organisation(cx: Cx, Path(code): Path<String>) -> Result<Response> {
    let place = place_of(&cx, &code).await?;
    let id = cx.app.ids.new_id();
    page(&keep_page(&cx, &place, Kept::Organisation, id, blank(&cx)))
}

/// What was typed, as far as it can be read.
struct Read {
    form: FormState,
    from_on: Option<Date>,
    households: Option<u32>,
}

fn read_form(cx: &Cx, sent: &Sent) -> Read {
    let mut form = FormState { typed: sent.fields.clone(), problems: vec![] };
    let households = match sent.get("households") {
        "" => None,
        typed => match number::parse_count(typed).ok().and_then(|n| u32::try_from(n).ok()) {
            Some(n) => Some(n),
            None => {
                form.add("households", cx.t("units-keep-households-bad"));
                None
            }
        },
    };
    let from_on = match date::parse(sent.get("from_on")) {
        Ok(day) => Some(day),
        Err(problem) => {
            form.add("from_on", day_problem(cx, problem));
            None
        }
    };
    Read { form, from_on, households }
}

/// A refusal beside the field it is about; other failures go on.
fn answer(cx: &Cx, mut page: KeepPage, refusal: Refusal) -> Result<Response> {
    let field = match &refusal {
        Refusal::Name | Refusal::NameTaken => "name",
        Refusal::TooManyHouseholds => "households",
        Refusal::OutsideItsTime => "from_on",
        Refusal::Code | Refusal::SameCommune | Refusal::Missing | Refusal::Denied(_) | Refusal::Store(_) => {
            return Err(refusal.into());
        }
    };
    match Error::from(refusal) {
        Error::Refused(key) => {
            page.form.add(field, cx.t(&key));
            unprocessable(&page)
        }
        other => Err(other),
    }
}

fn saved(place: &Place) -> Response {
    redirect(&format!("/units/{}?done=units-keep-done-saved", place.code))
}

/// `POST /units/{unit}/areas`.
pub(super) async fn create_area(Path(code): Path<String>, sent: Sent) -> Result<Response> {
    let cx = &sent.cx;
    let place = place_of(cx, &code).await?;
    let id = Uuid::parse_str(sent.get("id")).map_err(|_| Error::NotFound)?;
    let Read { form, from_on, households } = read_form(cx, &sent);
    let page = keep_page(cx, &place, Kept::NewArea, id, form);
    let Some(from_on) = from_on.filter(|_| page.form.problems.is_empty()) else {
        return unprocessable(&page);
    };
    let new = NewArea { id, name: sent.get("name").to_owned(), households, from_on };
    let (room, now) = (cx.enter(&place, Action::KeepUnit)?, cx.now);
    match cx.write(move |tx| add_area(tx, &room, now, &new)).await {
        Ok(()) => Ok(saved(&place)),
        Err(refusal) => answer(cx, page, refusal),
    }
}

/// `POST /units/{unit}/areas/{area}`: the name and the households, each from the day on if it changed.
pub(super) async fn update_area(Path((code, id)): Path<(String, String)>, sent: Sent) -> Result<Response> {
    let cx = &sent.cx;
    let place = place_of(cx, &code).await?;
    let id = Uuid::parse_str(&id).map_err(|_| Error::NotFound)?;
    let Read { form, from_on, households } = read_form(cx, &sent);
    let page = keep_page(cx, &place, Kept::Area, id, form);
    let Some(from_on) = from_on.filter(|_| page.form.problems.is_empty()) else {
        return unprocessable(&page);
    };
    let (scope, now, name) = (cx.caller.scope.clone(), cx.now, sent.get("name").to_owned());
    let within = place.clone();
    let written = cx.write(move |tx| {
        let stands = area(tx, &scope, &within, id, from_on)?.ok_or(Refusal::OutsideItsTime)?;
        // The rows stay with the tenant in which the area was born.
        let room = scope.enter(&stands.place(&within), Action::KeepUnit)?;
        if stands.name != name {
            rename_area(tx, &room, now, id, from_on, &name)?;
        }
        match households {
            Some(n) if stands.households != Some(n) => set_households(tx, &room, now, id, from_on, n),
            _ => Ok(()),
        }
    });
    match written.await {
        Ok(()) => Ok(saved(&place)),
        Err(refusal) => answer(cx, page, refusal),
    }
}

/// `POST /units/{unit}/organisations`.
pub(super) async fn create_organisation(Path(code): Path<String>, sent: Sent) -> Result<Response> {
    let cx = &sent.cx;
    let place = place_of(cx, &code).await?;
    let id = Uuid::parse_str(sent.get("id")).map_err(|_| Error::NotFound)?;
    let Read { mut form, from_on, .. } = read_form(cx, &sent);
    let kind = OrganisationKind::ALL.into_iter().find(|kind| kind.key() == sent.get("kind"));
    if kind.is_none() {
        form.add("kind", cx.t("units-keep-kind-missing"));
    }
    let page = keep_page(cx, &place, Kept::Organisation, id, form);
    let (Some(from_on), Some(kind), true) = (from_on, kind, page.form.problems.is_empty()) else {
        return unprocessable(&page);
    };
    let new = NewOrganisation { id, kind, name: sent.get("name").to_owned(), from_on };
    let (room, now) = (cx.enter(&place, Action::KeepUnit)?, cx.now);
    match cx.write(move |tx| add_organisation(tx, &room, now, &new)).await {
        Ok(()) => Ok(saved(&place)),
        Err(refusal) => answer(cx, page, refusal),
    }
}
