//! One record: what it says, where it stands, what can be done with it, how it came to be.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::http::{Sent, Shell, page, redirect};
use kernel::{Action, Cx, Error};
use serde::Deserialize;
use uuid::Uuid;

use crate::actions::change;
use crate::model::{State, Step};
use crate::pages::form::{in_words, kind_of};
use crate::pages::{Rules, activity_url, day, draft_key, holding, holding_of, id, list_url};
use crate::record::doubles;
use crate::store;

#[derive(Template)]
#[template(path = "activity.html")]
struct ActivityPage {
    shell: Shell,
    id: Uuid,
    version: u32,
    state: &'static str,
    reason: String,
    words: Vec<(String, String)>,
    /// What an aggregate entry may count twice; empty for nothing.
    doubles: String,
    photos: Vec<Uuid>,
    url: String,
    list_url: String,
    /// Key of the draft on the phone that was accepted just now; empty when none was.
    accepted: String,
    may_edit: bool,
    may_withdraw: bool,
    may_confirm: bool,
    may_return: bool,
    /// Waiting, but written by the reader.
    own: bool,
}

#[derive(Deserialize)]
pub(crate) struct ShowQuery {
    done: Option<String>,
}

/// `GET …/activities/{activity}`.
pub(crate) async fn show(
    cx: Cx,
    Path((code, activity)): Path<(String, String)>,
    Query(query): Query<ShowQuery>,
    catalogue: Rules,
) -> Result<Response, Error> {
    let id = id(&activity)?;
    let (rules, asker) = (catalogue.0.clone(), cx.clone());
    let (place, tenant, activity, areas, photos, doubles) = cx
        .read(move |read, scope| {
            let (place, there) = holding(read, scope, (&code, asker.today()), id)?;
            let room = asker.enter(&there, Action::SeeActivities)?;
            let activity = store::find(read, &room, &rules, id)?.ok_or(Error::NotFound)?;
            let areas = units::areas_within(read, scope, &place, asker.today(), activity.content.day)?;
            let photos = store::photos(read, &room, id)?;
            let doubles = doubles(read, &room, &rules, (id, &activity.content))?;
            Ok((place, there.tenant, activity, areas, photos, doubles))
        })
        .await?;
    let catalogue = catalogue.of_tenant(&tenant);
    let kind = kind_of(catalogue, &activity.content)?;
    let can = |action| cx.caller.scope.can(&place, action);
    let own = activity.author == cx.caller.scope.account();
    let open = activity.state != State::Withdrawn;
    let waiting = activity.state == State::Sent;
    let records = can(Action::Record);
    page(&ActivityPage {
        shell: cx.shell(kind.name.get(cx.lang), Some(&place)).with_flash(query.done.as_deref()),
        id,
        version: activity.version,
        state: activity.state.key(),
        reason: activity.reason.clone().unwrap_or_default(),
        doubles: if doubles.is_none() || !open {
            String::new()
        } else {
            let args = [("records", doubles.records.into()), ("entries", doubles.entries.into())];
            cx.ta("activities-doubles", &args)
        },
        words: in_words(&cx, catalogue, &areas, &activity.content),
        photos,
        url: activity_url(&place, id),
        list_url: list_url(&place),
        accepted: match &query.done {
            Some(_) => draft_key(&cx, &kind.id, id, activity.version - 1),
            None => String::new(),
        },
        may_edit: records && open,
        may_withdraw: records && open,
        may_confirm: can(Action::Confirm) && waiting && !own,
        may_return: can(Action::Confirm) && (waiting || activity.state == State::Confirmed),
        own: can(Action::Confirm) && waiting && own,
    })
}

/// `POST …/activities/{activity}/return`.
pub(crate) async fn send_back(
    Path((code, activity)): Path<(String, String)>,
    catalogue: Rules,
    sent: Sent,
) -> Result<Response, Error> {
    let reason = sent.get("reason").to_owned();
    step(&code, &activity, &catalogue, &sent, Action::Confirm, Step::Return(reason), "returned").await
}

/// `POST …/activities/{activity}/withdrawal`.
pub(crate) async fn withdraw(
    Path((code, activity)): Path<(String, String)>,
    catalogue: Rules,
    sent: Sent,
) -> Result<Response, Error> {
    let reason = sent.get("reason").to_owned();
    step(&code, &activity, &catalogue, &sent, Action::Record, Step::Withdraw(reason), "withdrawn").await
}

async fn step(
    code: &str,
    activity: &str,
    catalogue: &Rules,
    sent: &Sent,
    action: Action,
    step: Step,
    done: &str,
) -> Result<Response, Error> {
    let cx = &sent.cx;
    let id = id(activity)?;
    let (place, there) = holding_of(cx, code, id).await?;
    let room = cx.enter(&there, action)?;
    let based_on: u32 = sent.get("based_on").parse().map_err(|_| Error::Conflict)?;
    let (rules, now) = (catalogue.0.clone(), cx.now);
    cx.write(move |tx| change(tx, &room, &rules, (id, based_on), step, now)).await?;
    Ok(redirect(&format!("{}?done=activities-done-{done}", activity_url(&place, id))))
}

#[derive(Template)]
#[template(path = "activity_versions.html")]
struct VersionsPage {
    shell: Shell,
    url: String,
    versions: Vec<VersionColumn>,
}

/// A version beside the one before it.
struct VersionColumn {
    number: u32,
    state: String,
    step: String,
    at: String,
    account: String,
    reason: String,
    lines: Vec<VersionLine>,
}

struct VersionLine {
    label: String,
    value: String,
    /// What stood there before, when it was something else.
    before: Option<String>,
}

/// `GET …/activities/{activity}/versions`.
pub(crate) async fn versions(
    cx: Cx,
    Path((code, activity)): Path<(String, String)>,
    catalogue: Rules,
) -> Result<Response, Error> {
    let id = id(&activity)?;
    let (rules, asker) = (catalogue.0.clone(), cx.clone());
    let (place, tenant, areas, versions, names) = cx
        .read(move |read, scope| {
            let (place, there) = holding(read, scope, (&code, asker.today()), id)?;
            let room = asker.enter(&there, Action::SeeActivities)?;
            let activity = store::find(read, &room, &rules, id)?.ok_or(Error::NotFound)?;
            let areas = units::areas_within(read, scope, &place, asker.today(), activity.content.day)?;
            let versions = store::versions(read, &room, id)?;
            let people = versions.iter().filter_map(|version| Uuid::parse_str(&version.account).ok());
            let names = accounts::names(read, scope, room.tenant_key(), people)?;
            Ok((place, there.tenant, areas, versions, names))
        })
        .await?;
    let catalogue = catalogue.of_tenant(&tenant);
    let mut columns = Vec::new();
    let mut last: Vec<(String, String)> = Vec::new();
    for version in versions {
        let content = store::read_content(&version.content, catalogue)?;
        let words = in_words(&cx, catalogue, &areas, &content);
        let old = |label: &str| last.iter().find(|(of, _)| of == label).map(|(_, value)| value.clone());
        let mut lines: Vec<VersionLine> = words
            .iter()
            .map(|(label, value)| VersionLine {
                label: label.clone(),
                value: value.clone(),
                before: match old(label) {
                    Some(before) if before != *value => Some(before),
                    None if version.version > 1 => Some("–".to_owned()),
                    _ => None,
                },
            })
            .collect();
        let gone = last.iter().filter(|(label, _)| !words.iter().any(|(of, _)| of == label));
        lines.extend(gone.map(|(label, value)| VersionLine {
            label: label.clone(),
            value: "–".to_owned(),
            before: Some(value.clone()),
        }));
        let local = jiff::tz::offset(7).to_datetime(version.at);
        columns.push(VersionColumn {
            number: version.version,
            step: cx.t(&format!("activities-step-{}", version.step)),
            state: version.state,
            at: format!("{} {:02}:{:02}", day(local.date(), cx.lang), local.hour(), local.minute()),
            account: Uuid::parse_str(&version.account)
                .ok()
                .and_then(|id| names.get(&id).cloned())
                .unwrap_or(version.account),
            reason: version.reason.unwrap_or_default(),
            lines,
        });
        last = words;
    }
    columns.reverse();
    let shell = cx.shell(cx.t("activities-versions-title"), Some(&place));
    page(&VersionsPage { shell, url: activity_url(&place, id), versions: columns })
}

#[derive(Deserialize)]
pub(crate) struct PhotoQuery {
    small: Option<String>,
}

/// `GET …/activities/{activity}/photos/{photo}`: the picture; `?small` for lists.
pub(crate) async fn photo(
    cx: Cx,
    Path((code, activity, picture)): Path<(String, String, String)>,
    Query(query): Query<PhotoQuery>,
    catalogue: Rules,
) -> Result<Response, Error> {
    let (activity, picture) = (id(&activity)?, id(&picture)?);
    let (rules, asker, small) = (catalogue.0.clone(), cx.clone(), query.small.is_some());
    let bytes = cx
        .read(move |read, scope| {
            let (_, there) = holding(read, scope, (&code, asker.today()), activity)?;
            let room = asker.enter(&there, Action::SeeActivities)?;
            store::find(read, &room, &rules, activity)?.ok_or(Error::NotFound)?;
            store::photo(read, &room, (activity, picture), small)?.ok_or(Error::NotFound)
        })
        .await?;
    let headers = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "private, max-age=86400")];
    Ok((headers, bytes).into_response())
}
