//! One exchange: forms in, what became of each and what changed since out.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Extension};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use kernel::http::{App, BODY_LIMIT, Said, encode};
use kernel::{Action, Cx, Error};
use serde::Serialize;
use supplements::Rulebook;
use tower::ServiceExt;

use crate::devices::{self, Contact};
use crate::model::{Asked, Form, Outcome, Side, Since, Turns};
use crate::pages::news::{self, News};
use crate::store;

/// Most forms of one exchange; a phone with more goes on with the next.
const MOST: usize = 200;

/// How wrong a phone's clock may be.
const CLOCK: SignedDuration = SignedDuration::from_hours(20);

/// The forms of the product: the router that pages use, without the layers that make pages of failures.
#[derive(Debug, Clone)]
pub struct Forms(Router);

impl Forms {
    /// Of every capability's routes.
    pub fn new(routes: Router<App>, app: App) -> Forms {
        Forms(routes.layer(DefaultBodyLimit::max(BODY_LIMIT)).with_state(app))
    }
}

/// The answer to a phone that was revoked: nothing was taken.
#[derive(Serialize)]
struct Wipe {
    wipe: bool,
}

#[derive(Serialize)]
struct Answer {
    /// How the phone names itself when nobody is signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    answers: Vec<Answered>,
    #[serde(flatten)]
    news: News,
}

#[derive(Serialize)]
struct Answered {
    number: i64,
    #[serde(flatten)]
    outcome: Outcome,
}

/// `POST /sync`.
pub(super) async fn exchange(
    headers: HeaderMap,
    cx: Cx,
    Extension(forms): Extension<Forms>,
    Extension(book): Extension<Rulebook>,
    body: Bytes,
) -> Result<Response, Error> {
    let asked: Asked =
        serde_json::from_slice(&body).map_err(|_| Error::Refused("sync-refused-exchange".into()))?;
    let since = Since::parse(&asked.since);
    if let Some(id) = asked.device {
        let (caller, now) = (cx.caller.clone(), cx.now);
        match cx.read(move |read, _| Ok(devices::contact(read, &caller, id, now)?)).await? {
            Contact::Nothing => {}
            Contact::Note => {
                let (caller, name) = (cx.caller.clone(), accounts::device_words(&headers));
                cx.write(move |tx| devices::note(tx, &caller, (id, &name), now)).await?;
            }
            Contact::Wipe => return json(&Wipe { wipe: true }),
        }
    }
    let ahead = asked.now.map_or(0, |now| now - cx.now.as_millisecond());
    let ahead = SignedDuration::from_millis(ahead);
    let mut exchange = Exchange { ahead, cx, headers, forms, led: BTreeMap::new() };
    let (mut answers, mut turns) = (Vec::new(), Turns::default());
    for form in asked.forms.iter().take(MOST) {
        let outcome = if turns.may(&form.record) { exchange.take(form).await? } else { Outcome::Behind };
        turns.note(&form.record, &outcome);
        answers.push(Answered { number: form.number, outcome });
        if turns.over() {
            break;
        }
    }
    let Exchange { cx, led, .. } = exchange;
    let mut news = news::since(&cx, book, since).await?;
    let moved = led.into_values().filter_map(|(_, moved)| moved);
    news.said.extend(moved.map(|unit| cx.ta("sync-said-led", &[("unit", unit.into())])));
    let device = asked.device.map(|id| devices::address(&cx.caller.tenant, id));
    json(&Answer { device, answers, news })
}

fn json(answer: &impl Serialize) -> Result<Response, Error> {
    let json = serde_json::to_string(answer).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}

/// What is at hand while forms are taken.
struct Exchange {
    cx: Cx,
    /// By how much the phone's clock is ahead.
    ahead: SignedDuration,
    headers: HeaderMap,
    forms: Forms,
    /// Code in a form's address → the code it goes to today, and that unit's name when it is another.
    led: BTreeMap<String, (String, Option<String>)>,
}

impl Exchange {
    /// Puts one form to the handler of its page.
    async fn take(&mut self, form: &Form) -> Result<Outcome, Error> {
        let Some(to) = self.address(&form.to).await? else {
            return Ok(Outcome::Refused { why: vec![self.cx.t("sync-refused-address")] });
        };
        if let Some(day) = self.doubtful_day(form) {
            let day = vietnamese::date::table(day, self.cx.lang);
            return Ok(Outcome::Refused {
                why: vec![self.cx.ta("sync-refused-clock", &[("day", day.into())])],
            });
        }
        let (mut have, mut photos) = (Vec::new(), Vec::new());
        for photo in &form.photos {
            let (room, account, id) =
                (self.cx.caller.scope.own(&self.cx.caller.tenant), self.cx.caller.account, photo.id);
            let (came, bytes) = self
                .cx
                .read(move |read, _| {
                    Ok((store::have(read, &room, account, id)?, store::photo(read, &room, account, id)?))
                })
                .await?;
            have.push(u64::try_from(came).unwrap_or_default());
            // Of a form that was taken before, only that they came is left.
            if !bytes.is_empty() {
                photos.push((photo, bytes));
            }
        }
        if form.photos.iter().zip(&have).any(|(photo, have)| *have != photo.size) {
            return Ok(Outcome::Photos { have });
        }
        let (kind, body) = encoded(form, &photos);
        let mut request = Request::post(&to)
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body))
            .map_err(|_| Error::Refused("sync-refused-exchange".into()))?;
        for name in [header::COOKIE, header::HeaderName::from_static("x-person")] {
            if let Some(value) = self.headers.get(&name) {
                request.headers_mut().insert(name, value.clone());
            }
        }
        // On a task of its own: a handler that panics leaves the other forms alone.
        let response = tokio::spawn(self.forms.0.clone().oneshot(request)).await;
        let outcome = match response {
            Ok(Ok(response)) => self.outcome(&response, form)?,
            Ok(Err(never)) => match never {},
            Err(_) => Outcome::Failed { why: Error::Internal(String::new()).text(self.cx.lang) },
        };
        if matches!(outcome, Outcome::Taken { .. }) && !form.photos.is_empty() {
            let (room, account) = (self.cx.caller.scope.own(&self.cx.caller.tenant), self.cx.caller.account);
            let ids: Vec<_> = form.photos.iter().map(|photo| photo.id).collect();
            let dropped: Result<(), Error> = self
                .cx
                .write(move |tx| {
                    ids.iter().try_for_each(|id| store::drop_photo(tx, &room, account, *id))?;
                    Ok(())
                })
                .await;
            dropped?;
        }
        Ok(outcome)
    }

    /// The day on which a form was really written, when the phone's clock is wrong and the form has the day that the
    /// clock gave it: nobody typed that day.
    fn doubtful_day(&self, form: &Form) -> Option<Date> {
        let at = Timestamp::from_millisecond(form.at?).ok()?;
        let typed = form.fields.iter().find(|(name, _)| name == "day").map(|(_, day)| day.as_str())?;
        let given = vietnamese::date::parse(typed).ok()? == kernel::local_day(at);
        let written = at.checked_sub(self.ahead).ok()?;
        // One that was written before the clock went wrong would come from the future, or have to be sent from it.
        let then = if self.ahead.is_positive() { at > self.cx.now } else { written <= self.cx.now };
        (given && then && self.ahead.abs() > CLOCK).then(|| kernel::local_day(written))
    }

    /// Where a form goes today: units merge, and areas move to others, while it waits.
    async fn address(&mut self, to: &str) -> Result<Option<String>, Error> {
        let Some((code, rest)) = to.strip_prefix("/units/").and_then(|rest| rest.split_once('/')) else {
            return Ok(None);
        };
        if !code.bytes().all(|c| c.is_ascii_alphanumeric()) || rest.contains(['?', '#', '%']) {
            return Ok(None);
        }
        if !self.led.contains_key(code) {
            let (asked, today, home) = (code.to_owned(), self.cx.today(), self.cx.caller.home.clone());
            let led = self
                .cx
                .read(move |read, scope| {
                    let unit = units::led_to(read, scope, &asked, today)?.map(|unit| unit.place());
                    let mine = |place: &kernel::Place| scope.can(place, Action::Record);
                    // Not the person's unit any more: perhaps the area went to where their rights went.
                    let there = unit.filter(&mine).or(home.filter(&mine));
                    Ok(there.map(|there| {
                        let moved = (there.code != asked).then(|| there.name.clone());
                        (there.code, moved)
                    }))
                })
                .await?;
            self.led.insert(code.to_owned(), led.unwrap_or((code.to_owned(), None)));
        }
        Ok(self.led.get(code).map(|(code, _)| format!("/units/{code}/{rest}")))
    }

    /// What the answer of a page's handler means for a form that waited.
    fn outcome(&self, response: &Response, form: &Form) -> Result<Outcome, Error> {
        if response.status() == StatusCode::SEE_OTHER {
            let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
            return Ok(Outcome::Taken { at: to.unwrap_or_default().to_owned() });
        }
        match response.extensions().get::<Said>() {
            Some(Said::Problems(problems)) => {
                return Ok(Outcome::Refused { why: problems.iter().map(|p| p.text.clone()).collect() });
            }
            Some(Said::Conflict { version, sides }) => {
                let new = form.fields.iter().any(|(name, value)| name == "based_on" && value == "0");
                if sides.is_empty() && new {
                    // Somebody took it in from a hand-over: what the person wrote is here.
                    return Ok(Outcome::Taken { at: form.to.clone() });
                }
                let sides = sides.iter().cloned().map(|side| Side {
                    field: side.field,
                    label: side.label,
                    mine: side.mine,
                    theirs: side.theirs,
                });
                return Ok(Outcome::Conflict { version: *version, sides: sides.collect() });
            }
            None => {}
        }
        let lang = self.cx.lang;
        Ok(match response.extensions().get::<Arc<Error>>().map(|error| &**error) {
            Some(Error::SignIn { .. }) => {
                return Err(Error::SignIn { next: "/phone".into(), typed: Vec::new() });
            }
            Some(error @ (Error::Busy | Error::Away(_) | Error::Full)) => {
                Outcome::Later { why: error.text(lang) }
            }
            Some(Error::Forbidden | Error::NotFound) => {
                Outcome::Refused { why: vec![self.cx.t("sync-refused-no-right")] }
            }
            Some(error @ Error::Internal(_)) => {
                tracing::error!(%error, "a form of a phone failed");
                Outcome::Failed { why: error.text(lang) }
            }
            Some(error) => Outcome::Refused { why: vec![error.text(lang)] },
            None => Outcome::Refused { why: vec![self.cx.t("sync-refused-address")] },
        })
    }
}

/// The body that the form's page would send.
fn encoded(form: &Form, photos: &[(&crate::model::Photo, Vec<u8>)]) -> (String, Vec<u8>) {
    if photos.is_empty() {
        let pair = |(name, value): &(String, String)| format!("{}={}", encode(name), encode(value));
        let pairs: Vec<String> = form.fields.iter().map(pair).collect();
        return ("application/x-www-form-urlencoded".into(), pairs.join("&").into_bytes());
    }
    // No text of a person holds this: it is made of an id.
    let boundary = format!("----{}", photos.first().map(|(photo, _)| photo.id.simple()).unwrap_or_default());
    let quoted = |name: &str| name.replace(['"', '\r', '\n', '\\'], "_");
    let mut body = Vec::new();
    for (name, value) in &form.fields {
        let head =
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n", quoted(name));
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
    for (photo, bytes) in photos {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"{}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n",
            quoted(&photo.name)
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}
