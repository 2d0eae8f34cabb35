//! The pages of supplements, and how every handler receives the rules of the unit that its address names.

mod entries;
mod entry;
mod preview;
mod rules;
mod show;

use std::ops::Deref;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use catalogue::{Catalogue, Layer, Owner, Problem};
use kernel::http::{Need, Routes, Sent, UploadBody};
use kernel::{Action, App, Cx, Error, Place, Room};
use units::Unit;
use uuid::Uuid;

use crate::actions::Refused;
use crate::model::Supplement;
use crate::rulebook::owner;
use crate::{Rulebook, store};

/// What the capabilities above know, as handlers receive it.
type Around = Extension<Arc<dyn crate::Surroundings>>;

/// The rules in force in the unit that the path's `{unit}` names; the program's where it names none.
///
/// Beside the state it needs the extension [`Rulebook`].
#[derive(Debug, Clone)]
pub struct Rules(pub Arc<Catalogue>);

impl Deref for Rules {
    type Target = Arc<Catalogue>;
    fn deref(&self) -> &Arc<Catalogue> {
        &self.0
    }
}

impl FromRequestParts<App> for Rules {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let broken = |what: &str| Error::Internal(format!("no rules: {what}"));
        let Extension(book) = Extension::<Rulebook>::from_request_parts(parts, app)
            .await
            .map_err(|error| broken(&error.to_string()))?;
        let names = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let Some(code) = names.iter().find_map(|(name, code)| (name == "unit").then(|| code.to_owned()))
        else {
            return Ok(Rules(Arc::clone(book.program())));
        };
        let today = app.clock.today();
        Ok(Rules(app.db.read(move |read| Ok::<_, Error>(book.of_code(read, &code, today)?)).await?))
    }
}

/// The routes of this capability. Beside the state they need the extensions [`Rulebook`] and `Arc<dyn Surroundings>`.
#[must_use]
pub fn routes() -> Routes {
    let (see, keep) = (Need::Action(Action::SeeUnit), Need::Action(Action::KeepCatalogue));
    Routes::default()
        .get("/units/{unit}/catalogue", see, rules::show)
        .post("/units/{unit}/catalogue", keep, rules::create)
        .get("/units/{unit}/catalogue/{supplement}", keep, show::show)
        .post("/units/{unit}/catalogue/{supplement}", keep, show::write)
        .get("/units/{unit}/catalogue/{supplement}/new/{sort}", keep, entries::new)
        .post("/units/{unit}/catalogue/{supplement}/entries/{sort}", keep, entries::add)
        .get("/units/{unit}/catalogue/{supplement}/preview", keep, preview::show)
        .get("/units/{unit}/catalogue/{supplement}/file", keep, show::file)
        .post("/units/{unit}/catalogue/{supplement}/publication", keep, show::publish_draft)
        .post("/units/{unit}/catalogue/{supplement}/dropping", keep, show::give_up)
}

/// Where supplements are kept, by whom, for what sort of unit.
#[derive(Debug, Clone)]
struct Desk {
    unit: Unit,
    place: Place,
    room: Room,
    owner: Owner,
}

/// The unit of an address; only provinces and communes have supplements.
async fn desk(cx: &Cx, code: &str) -> Result<Desk, Error> {
    let (code, today) = (code.to_owned(), cx.today());
    let unit = cx
        .read(move |read, scope| Ok(units::find_by_code(read, scope, &code, today)?))
        .await?
        .ok_or(Error::NotFound)?;
    let place = unit.place();
    let room = cx.enter(&place, Action::KeepCatalogue)?;
    let owner = owner(&place.path).ok_or(Error::NotFound)?;
    Ok(Desk { unit, place, room, owner })
}

/// A supplement of the desk's unit, with the layer it is or would be.
async fn find(cx: &Cx, desk: &Desk, id: &str) -> Result<(Supplement, Layer), Error> {
    let id = Uuid::parse_str(id).map_err(|_| Error::NotFound)?;
    let (desk, today) = (desk.clone(), cx.today());
    cx.read(move |read, _| {
        let supplement = store::find(read, &desk.room, id)?.ok_or(Error::NotFound)?;
        let layer = match supplement.layer(desk.owner) {
            Some(layer) => layer,
            None => {
                let last = store::published(read, &desk.room)?.pop();
                let starts = today.tomorrow().unwrap_or(today);
                Layer {
                    owner: desk.owner,
                    number: last.as_ref().and_then(|last| last.number).unwrap_or_default() + 1,
                    starts: last.and_then(|last| last.starts_on).map_or(starts, |last| last.max(starts)),
                    text: supplement.content.clone(),
                }
            }
        };
        Ok((supplement, layer))
    })
    .await
}

/// The rules of the desk's unit with a layer upon them, or its faults.
async fn laid(cx: &Cx, desk: &Desk, layer: &Layer) -> Result<Result<Catalogue, Vec<Problem>>, Error> {
    let (path, layer) = (desk.place.path.clone(), layer.clone());
    cx.read(move |read, _| match crate::actions::laid(read, &path, &layer) {
        Ok(rules) => Ok(Ok(rules)),
        Err(Refused::Faulty(problems)) => Ok(Err(problems)),
        Err(other) => Err(other.into()),
    })
    .await
}

/// Address of the rules of a unit.
fn rules_url(place: &Place) -> String {
    format!("/units/{}/catalogue", place.code)
}

/// Address of a supplement.
fn supplement_url(place: &Place, id: Uuid) -> String {
    format!("/units/{}/catalogue/{id}", place.code)
}

/// The text of an uploaded file in UTF-8; none when no file came.
fn uploaded(sent: &Sent) -> Option<Result<String, &'static str>> {
    let file = sent.files.iter().find(|file| file.field == "file")?;
    Some(match &file.body {
        UploadBody::Bytes(bytes) => String::from_utf8(bytes.clone()).map_err(|_| "supplements-file-not-text"),
        UploadBody::TooLarge => Err("supplements-refusal-too-long"),
    })
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Rule(refusal) => Error::Refused(refusal.key()),
            Refused::Faulty(_) | Refused::Below(..) => Error::Refused("supplements-faulty".into()),
            Refused::Breaks(_) => Error::Refused("supplements-breaks".into()),
            Refused::NotFound => Error::NotFound,
            Refused::Changed => Error::Conflict,
            Refused::Store(error) => error.into(),
        }
    }
}
