//! Phones set up for work without signal: one's own, and those of the unit's people.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::{Timestamp, tz};
use kernel::http::{Plain, Sent, Shell, page, redirect};
use kernel::{Action, App, Cx, Error, Lang, Place, Room, Scope};
use serde::Deserialize;
use uuid::Uuid;

use crate::devices::{self, Device};

#[derive(Template)]
#[template(path = "sync_devices.html")]
struct DevicesPage {
    shell: Shell,
    lead: String,
    rows: Vec<Row>,
    /// The phones of the unit, from the page of one's own; empty when the reader may not, or is there.
    unit_url: String,
}

struct Row {
    name: String,
    /// Whose; empty on one's own page.
    person: String,
    set_up: String,
    seen: String,
    /// Text of its state.
    state: String,
    revoked: bool,
    /// Where revoking goes.
    url: String,
}

#[derive(Deserialize)]
pub(super) struct DoneQuery {
    done: Option<String>,
}

/// `GET /phone/devices`.
pub(super) async fn own(cx: Cx, Query(query): Query<DoneQuery>) -> Result<Response, Error> {
    let (room, account) = (cx.caller.scope.own(&cx.caller.tenant), cx.caller.account);
    let found = cx.read(move |read, _| Ok(devices::all(read, &room, Some(account))?)).await?;
    let home = cx.caller.home.as_ref().filter(|home| cx.caller.scope.can(home, Action::KeepDevices));
    page(&DevicesPage {
        shell: cx.shell(cx.t("sync-devices-own-title"), None).with_flash(query.done.as_deref()),
        lead: cx.t("sync-devices-own-lead"),
        rows: found.into_iter().map(|device| row(&cx, device, String::new(), "/phone/devices")).collect(),
        unit_url: home.map(|home| format!("/units/{}/devices", home.code)).unwrap_or_default(),
    })
}

/// `POST /phone/devices/{device}/revocation`.
pub(super) async fn revoke_own(Path(device): Path<String>, sent: Sent) -> Result<Response, Error> {
    let (id, cx) = (id(&device)?, &sent.cx);
    let (room, account, now) = (cx.caller.scope.own(&cx.caller.tenant), cx.caller.account, cx.now);
    cx.write(move |tx| devices::revoke(tx, &room, (id, Some(account)), now)).await?;
    Ok(redirect("/phone/devices?done=sync-done-revoked"))
}

/// `GET /units/{unit}/devices`.
pub(super) async fn of_unit(
    cx: Cx,
    Path(code): Path<String>,
    Query(query): Query<DoneQuery>,
) -> Result<Response, Error> {
    let (asker, today) = (cx.clone(), cx.today());
    let (place, found) = cx
        .read(move |read, scope| {
            let place = units::find_by_code(read, scope, &code, today)?.ok_or(Error::NotFound)?.place();
            let mut found = Vec::new();
            for room in rooms(read, &asker, &place)? {
                for device in devices::all(read, &room, None)? {
                    let names = accounts::names(read, scope, room.tenant_key(), [device.account])?;
                    let name = names.into_values().next().unwrap_or_default();
                    found.push((device, name));
                }
            }
            Ok((place, found))
        })
        .await?;
    let url = format!("/units/{}/devices", place.code);
    page(&DevicesPage {
        shell: cx.shell(cx.t("sync-devices-title"), Some(&place)).with_flash(query.done.as_deref()),
        lead: cx.t("sync-devices-lead"),
        rows: found.into_iter().map(|(device, name)| row(&cx, device, name, &url)).collect(),
        unit_url: String::new(),
    })
}

/// `POST /units/{unit}/devices/{device}/revocation`.
pub(super) async fn revoke_of_unit(
    Path((code, device)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Error> {
    let cx = &sent.cx;
    let (asker, today, asked) = (cx.clone(), cx.today(), id(&device));
    let (place, room) = cx
        .read(move |read, scope| {
            let place = units::find_by_code(read, scope, &code, today)?.ok_or(Error::NotFound)?.place();
            let (rooms, id) = (rooms(read, &asker, &place)?, asked?);
            for room in rooms {
                if devices::find(read, &room, id)?.is_some() {
                    return Ok((place, (room, id)));
                }
            }
            Err(Error::NotFound)
        })
        .await?;
    let ((room, id), now) = (room, cx.now);
    cx.write(move |tx| devices::revoke(tx, &room, (id, None), now)).await?;
    Ok(redirect(&format!("/units/{}/devices?done=sync-done-revoked", place.code)))
}

/// `POST /phone/devices/{device}`: a phone asks, nobody signed in, whether it was revoked; with `wiped` it says that it
/// keeps nothing any more.
pub(super) async fn contact(
    axum::extract::State(app): axum::extract::State<App>,
    Path(device): Path<String>,
    sent: Plain,
) -> Result<Response, Error> {
    let (now, asked) = (app.clock.now(), device.clone());
    let revoked = app.db.read(move |read| devices::revoked(read, &asked)).await?;
    if revoked && sent.get("wiped") == "yes" {
        app.db.write(move |tx| devices::wiped(tx, &device, now)).await?;
    }
    let json = format!("{{\"revoked\":{revoked}}}");
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}

/// The rooms of a place and of the communes that went into it.
fn rooms(read: &mut db::Read<'_>, cx: &Cx, place: &Place) -> Result<Vec<Room>, Error> {
    cx.enter(place, Action::KeepDevices)?;
    let scope: &Scope = &cx.caller.scope;
    let tenants = units::carried_on(read, scope, &place.tenant, cx.today())?;
    let enter = |tenant| cx.enter(&Place { tenant, ..place.clone() }, Action::KeepDevices);
    tenants.into_iter().map(enter).collect()
}

fn row(cx: &Cx, device: Device, person: String, url: &str) -> Row {
    let state = match (device.revoked_at, device.wiped_at) {
        (_, Some(at)) => cx.ta("sync-device-wiped", &[("at", time(at, cx.lang).into())]),
        (Some(at), None) => cx.ta("sync-device-revoked", &[("at", time(at, cx.lang).into())]),
        (None, None) => cx.t("sync-device-in-use"),
    };
    Row {
        name: if device.name.is_empty() { cx.t("sync-device-unknown") } else { device.name },
        person,
        set_up: time(device.set_up_at, cx.lang),
        seen: time(device.seen_at, cx.lang),
        state,
        revoked: device.revoked_at.is_some(),
        url: format!("{url}/{}/revocation", device.id),
    }
}

/// Date and time of day in Vietnam.
fn time(at: Timestamp, lang: Lang) -> String {
    let local = tz::offset(7).to_datetime(at);
    format!("{:02}:{:02}, {}", local.hour(), local.minute(), vietnamese::date::table(local.date(), lang))
}

fn id(text: &str) -> Result<Uuid, Error> {
    Uuid::parse_str(text).map_err(|_| Error::NotFound)
}
