//! What changed since a phone last asked: the person's records, the pages to read again, and what to say about it.

use std::collections::BTreeSet;
use std::sync::Arc;

use activities::Activity;
use catalogue::Catalogue;
use db::Read;
use jiff::civil::Date;
use kernel::http::asset_url;
use kernel::{Action, Areas, Cx, Error, Lang, Place, Room, Scope, audit};
use serde::Serialize;
use sha2::{Digest, Sha256};
use supplements::Rulebook;
use units::Basis;
use uuid::Uuid;

use crate::model::Since;

/// How far back a phone that knows nothing is told of, in entries of the audit log.
const BACK: i64 = 20_000;
/// Most records told of at once, the newest; the list has the others.
const MOST: usize = 500;

/// What an answer says beside the forms.
#[derive(Debug, Default, Serialize)]
pub(super) struct News {
    /// What the next exchange names.
    pub(super) since: String,
    /// The page the person begins with.
    pub(super) home: String,
    /// Records of the person that something happened to, as they stand.
    pub(super) records: Vec<Told>,
    /// Pages to read again.
    pub(super) pages: Vec<String>,
    /// Whether these are all pages of use: others are of a time before.
    pub(super) all: bool,
    /// What happened to unit, rights and rules, in words.
    pub(super) said: Vec<String>,
}

/// A record as the phone shows it.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    id: Uuid,
    at: String,
    title: String,
    day: Date,
    state: &'static str,
    reason: String,
}

/// What a phone of this person keeps.
pub(super) struct Kept {
    /// What is asked for when something is written down; changes with rules and rights only.
    pub(super) forms: Vec<String>,
    /// What shows how things stand.
    pub(super) views: Vec<String>,
    /// The rules in force there.
    pub(super) rules: Option<Arc<Catalogue>>,
}

/// The pages of a person, the most needed first.
pub(super) fn kept(
    read: &mut Read<'_>,
    (scope, home): (&Scope, Option<&Place>),
    book: &Rulebook,
    today: Date,
) -> db::Result<Kept> {
    let Some(home) = home else { return Ok(Kept { forms: vec![], views: vec![], rules: None }) };
    let (unit, rules) = (format!("/units/{}", home.code), book.of(read, &home.path)?);
    let mut forms = Vec::new();
    if let Ok(room) = scope.enter(home, Action::Record) {
        let new = format!("{unit}/activities/new");
        forms.push(new.clone());
        let kinds = rules.kinds_on(today).filter(|kind| activities::records(&room, kind));
        forms.extend(kinds.map(|kind| format!("{new}?kind={}", kind.id)));
    }
    let ways = [
        ("activities", Action::SeeActivities),
        ("dashboard", Action::SeeActivities),
        ("reports", Action::SeeReports),
    ];
    let open = ways.iter().filter(|(_, action)| scope.can(home, *action));
    let mut views: Vec<String> = open.map(|(way, _)| format!("{unit}/{way}")).collect();
    if let Ok(room) = scope.enter(home, Action::SeeReports) {
        let latest = reports::latest(read, &room)?;
        views.extend(latest.map(|report| format!("{unit}/reports/{}", report.id)));
    }
    // With its areas and how many households each counts.
    views.push(unit);
    Ok(Kept { forms, views, rules: Some(rules) })
}

/// What happened since.
pub(super) async fn since(cx: &Cx, book: Rulebook, known: Option<Since>) -> Result<News, Error> {
    let (home, today, lang) = (cx.caller.home.clone(), cx.today(), cx.lang);
    let before = known.clone();
    let (now, kept, records) = cx
        .read(move |read, scope| {
            let kept = kept(read, (scope, home.as_ref()), &book, today)?;
            let mut now = Since {
                rights: short(&format!("{:?}", scope.grants())),
                program: short(asset_url("app.js")),
                day: today.to_string(),
                ..Since::default()
            };
            let mut records = Vec::new();
            if let (Some(home), Some(rules)) = (&home, &kept.rules) {
                let kinds = rules.kinds_on(today).map(|kind| format!("{} {},", kind.id, kind.version));
                now.rules = short(&kinds.collect::<String>());
                now.home.clone_from(&home.code);
                records = told(read, (scope, home), rules, (before.as_ref(), &mut now), (today, lang))?;
            }
            Ok((now, kept, records))
        })
        .await?;
    let mut news =
        News { since: now.to_string(), home: accounts::first_page(&cx.caller), records, ..News::default() };
    let old = known.unwrap_or_default();
    let (moved, rights, rules) = (old.home != now.home, old.rights != now.rights, old.rules != now.rules);
    news.all = moved || rights || rules || old.program != now.program;
    if news.all {
        news.pages = [kept.forms, kept.views].concat();
    } else if old.places != now.places || old.day != now.day {
        news.pages = kept.views;
    }
    // A phone that knew nothing is told nothing: it has no page from before.
    if old != Since::default() {
        let unit = cx.caller.home.as_ref().map(|home| home.name.clone()).unwrap_or_default();
        if moved {
            news.said.push(cx.ta("sync-said-home", &[("unit", unit.into())]));
        } else if rights {
            news.said.push(cx.t("sync-said-rights"));
        } else if rules {
            news.said.push(cx.t("sync-said-rules"));
        }
    }
    Ok(news)
}

/// The person's records that the audit log names since the places a phone knows; notes up to where that is.
fn told(
    read: &mut Read<'_>,
    (scope, home): (&Scope, &Place),
    rules: &Catalogue,
    (known, now): (Option<&Since>, &mut Since),
    (today, lang): (Date, Lang),
) -> Result<Vec<Told>, Error> {
    let mut records = Vec::new();
    let Some(unit) = units::find_by_code(read, scope, &home.code, today)? else { return Ok(records) };
    let makeup = units::makeup(read, scope, &unit, Basis::AsItIsNow, (today, today), today)?;
    for tenant in makeup.tenants() {
        let there = Place { tenant, ..home.clone() };
        let Ok(room) = scope.enter(&there, Action::SeeActivities) else { continue };
        let head = audit::last(read, &room)?;
        let place = known.and_then(|known| known.places.get(&there.tenant)).copied();
        // A place that is not there yet is of a store that was since restored from an older copy.
        let place = place.filter(|place| *place <= head).unwrap_or((head - BACK).max(0));
        now.places.insert(there.tenant.clone(), head);
        if place == head {
            continue;
        }
        let objects = audit::objects_after(read, &room, place)?;
        let ids = objects.iter().filter_map(|object| Uuid::parse_str(object.strip_prefix("activity ")?).ok());
        for id in ids.collect::<BTreeSet<_>>() {
            let record = activities::find(read, &room, rules, id)?;
            records.extend(record.filter(|record| own(&room, record)).map(|record| {
                let content = &record.content;
                let own = rules.of_tenant(room.tenant_key());
                let kind = own.kinds().version(&content.kind, content.kind_version);
                Told {
                    id,
                    at: format!("/units/{}/activities/{id}", home.code),
                    title: kind.map_or(content.kind.clone(), |kind| kind.name.get(lang).to_owned()),
                    day: content.day,
                    state: record.state.key(),
                    reason: record.reason.clone().unwrap_or_default(),
                }
            }));
        }
    }
    records.sort_by_key(|told| std::cmp::Reverse((told.day, told.id)));
    records.truncate(MOST);
    Ok(records)
}

/// Whether a record is the person's: written by them, or of the areas they answer for.
fn own(room: &Room, record: &Activity) -> bool {
    record.author == room.account() || matches!(room.areas(), Areas::Only(_))
}

fn short(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
