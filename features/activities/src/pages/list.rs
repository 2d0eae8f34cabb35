//! The list of a unit's records, with filters, search and bulk confirmation.

use std::collections::BTreeMap;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query};
use axum::response::Response;
use catalogue::Catalogue;
use db::Read;
use jiff::civil::Date;
use kernel::http::{FormOption, Sent, Shell, encode, page, redirect};
use kernel::{Action, Areas, Cx, Error, Place, Room};
use serde::Deserialize;
use units::Makeup;
use uuid::Uuid;

use crate::actions::{Confirmed, Refused, confirm_many};
use crate::index::{Brief, Indexes};
use crate::model::State;
use crate::pages::{Rules, Seen, activity_url, days, holding, list_url, names, place_of, seen};
use crate::store::{self, Filter};

/// Records of one page.
const SIZE: u32 = 50;

#[derive(Template)]
#[template(path = "activity_list.html")]
struct ListPage {
    shell: Shell,
    url: String,
    new_url: Option<String>,
    /// Where sheets are brought in; empty when the reader may not.
    imports_url: String,
    /// Exact number of records found.
    found: String,
    rows: Vec<ListRow>,
    /// What was found as files: name of the format and address.
    exports: Vec<(&'static str, String)>,
    query: ListQuery,
    filtered: bool,
    states: Vec<FormOption>,
    kinds: Vec<FormOption>,
    areas: Vec<FormOption>,
    programmes: Vec<FormOption>,
    next: String,
    /// Whether rows can be confirmed here.
    confirms: bool,
    /// How many were not confirmed just now.
    left: String,
    /// What waits for this reader: words and address.
    waiting: Vec<(String, String)>,
}

struct ListRow {
    id: Uuid,
    version: u32,
    url: String,
    kind: String,
    day: String,
    area: String,
    state: &'static str,
    reason: String,
    /// May be ticked for confirmation: sent, and by somebody else.
    pickable: bool,
}

/// What the address asks for; anything that is not a filter is ignored.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub(crate) struct ListQuery {
    q: String,
    state: String,
    pub(super) kind: String,
    area: String,
    programme: String,
    from: String,
    to: String,
    after: String,
    done: Option<String>,
    left: Option<u32>,
}

impl ListQuery {
    pub(super) fn filter(&self) -> Filter {
        let given = |text: &String| (!text.is_empty()).then(|| text.clone());
        Filter {
            state: State::from_key(&self.state),
            kind: given(&self.kind),
            area: Uuid::parse_str(&self.area).ok(),
            programme: given(&self.programme),
            from: vietnamese::date::parse(&self.from).ok(),
            to: vietnamese::date::parse(&self.to).ok(),
            text: self.q.clone(),
        }
    }

    /// Where the page before ended: `2026-09-01_ID`.
    fn after(&self) -> Option<(Date, Uuid)> {
        let (day, id) = self.after.split_once('_')?;
        Some((day.parse().ok()?, Uuid::parse_str(id).ok()?))
    }

    /// The address of the page after this one.
    fn next(&self, url: &str, day: Date, id: Uuid) -> String {
        format!("{url}?after={day}_{id}{}", self.as_address())
    }

    /// The filter as the end of an address.
    fn as_address(&self) -> String {
        let mut address = String::new();
        let pairs = [
            ("q", &self.q),
            ("state", &self.state),
            ("kind", &self.kind),
            ("area", &self.area),
            ("programme", &self.programme),
            ("from", &self.from),
            ("to", &self.to),
        ];
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            address.push_str(&format!("&{name}={}", encode(value)));
        }
        address
    }
}

/// What a list shows of the store.
struct Found {
    /// Exact number of records of the filter.
    count: i64,
    /// A page of them, and one more if there is one.
    listed: Vec<Brief>,
    /// How many wait for the commune.
    sent: i64,
    /// How many wait for their author.
    returned: i64,
}

/// From memory when the unit is one tenant and nothing else, else from the store.
fn find(
    read: &mut Read<'_>,
    (rooms, makeup): (&[Room], &Makeup),
    rules: &Catalogue,
    indexes: &Indexes,
    filter: &Filter,
    after: Option<(Date, Uuid)>,
) -> db::Result<Found> {
    let waits = |state| Filter { state: Some(state), ..Filter::default() };
    let (sent, returned) = (waits(State::Sent), waits(State::Returned));
    if let ([room], Some(_)) = (rooms, makeup.one()) {
        let found = indexes.ask(read, room, |index| Found {
            count: index.count(room, filter),
            listed: index.list(room, filter, after, SIZE + 1),
            sent: index.count(room, &sent),
            returned: index.count(room, &returned),
        })?;
        if let Some(found) = found {
            return Ok(found);
        }
    }
    let of = (rooms, makeup);
    let listed = store::list_over(read, of, rules, filter, after, SIZE + 1)?;
    Ok(Found {
        count: store::count_over(read, of, filter)?,
        listed: listed.into_iter().map(|listed| listed.activity.into()).collect(),
        sent: store::count_over(read, of, &sent)?,
        returned: store::count_over(read, of, &returned)?,
    })
}

/// `GET …/activities`.
pub(crate) async fn list(
    cx: Cx,
    Path(code): Path<String>,
    Query(query): Query<ListQuery>,
    catalogue: Rules,
    Extension(indexes): Extension<Indexes>,
) -> Result<Response, Error> {
    let (filter, after, rules, asker) = (query.filter(), query.after(), catalogue.0.clone(), cx.clone());
    let (place, room, areas, found) = cx
        .read(move |read, scope| {
            let Seen { place, room, rooms, makeup } = seen(read, &asker, &code)?;
            let areas = units::areas_of(read, scope, &place, asker.today())?;
            let found = find(read, (&rooms, &makeup), &rules, &indexes, &filter, after)?;
            Ok((place, room, areas, found))
        })
        .await?;
    let Found { count, listed, sent, returned } = found;
    let lang = cx.lang;
    let url = list_url(&place);
    let more = listed.len() > SIZE as usize;
    let shown = listed.get(..SIZE as usize).unwrap_or(&listed);
    let next = match shown.last() {
        Some(last) if more => query.next(&url, last.day, last.id),
        _ => String::new(),
    };
    let may_confirm = cx.caller.scope.can(&place, Action::Confirm);
    let may_import = cx.caller.scope.can(&place, Action::Import);
    let may_record = cx.caller.scope.can(&place, Action::Record);
    let queue = |key: &str, n: i64, state: State| {
        (cx.ta(key, &[("n", n.to_string().into())]), format!("{url}?state={}", state.key()))
    };
    let mut waiting = Vec::new();
    if may_confirm && sent > 0 {
        waiting.push(queue("activities-waiting-sent", sent, State::Sent));
    }
    if may_record && returned > 0 {
        waiting.push(queue("activities-waiting-returned", returned, State::Returned));
    }
    let names = names(&cx, &areas);
    let rows: Vec<ListRow> = shown
        .iter()
        .map(|listed| {
            let kind = catalogue.kinds().version(&listed.kind, listed.kind_version);
            ListRow {
                id: listed.id,
                version: listed.version,
                url: activity_url(&place, listed.id),
                kind: kind.map_or(listed.kind.clone(), |kind| kind.name.get(lang).to_owned()),
                day: days((listed.from, listed.day), lang),
                area: names.get(&listed.area).cloned().unwrap_or_default(),
                state: listed.state.key(),
                reason: listed.reason.clone().unwrap_or_default(),
                pickable: may_confirm && listed.state == State::Sent && listed.author != room.account(),
            }
        })
        .collect();
    let option = |value: String, label: String, now: &str| FormOption { chosen: value == now, value, label };
    let states = State::ALL
        .map(|state| option(state.key().into(), cx.t(&format!("kernel-state-{}", state.key())), &query.state))
        .into();
    let kinds = catalogue.kinds_on(cx.today());
    let kinds = kinds.map(|kind| option(kind.id.clone(), kind.name.get(lang).into(), &query.kind)).collect();
    let programmes = catalogue.programmes().all_on(cx.today());
    let programmes =
        programmes.map(|p| option(p.id.clone(), p.short.get(lang).into(), &query.programme)).collect();
    let areas = match room.areas() {
        Areas::All => areas.iter().map(|a| option(a.id.to_string(), a.name.clone(), &query.area)).collect(),
        Areas::Only(_) => vec![],
    };
    let left = query.left.filter(|left| *left > 0);
    page(&ListPage {
        shell: cx.shell(cx.t("activities-list-title"), Some(&place)).with_flash(query.done.as_deref()),
        new_url: may_record.then(|| format!("{url}/new")),
        imports_url: if may_import { format!("/units/{}/imports", place.code) } else { String::new() },
        waiting,
        found: vietnamese::number::count(count, lang),
        exports: [("CSV", "csv"), ("XLSX", "xlsx")]
            .map(|(name, format)| (name, format!("{url}/export/{format}?{}", query.as_address())))
            .into(),
        filtered: query.filter() != Filter::default(),
        url,
        confirms: rows.iter().any(|row| row.pickable),
        rows,
        states,
        kinds,
        areas,
        programmes,
        next,
        left: left
            .map(|left| cx.ta("activities-confirm-left", &[("n", left.to_string().into())]))
            .unwrap_or_default(),
        query,
    })
}

/// `POST …/activities/confirmations`: fields `seen` as `ID:VERSION`, and `back` to one record or the list.
pub(crate) async fn confirm(
    Path(code): Path<String>,
    catalogue: Rules,
    sent: Sent,
) -> Result<Response, Error> {
    let cx = &sent.cx;
    let place = place_of(cx, &code).await?;
    cx.enter(&place, Action::Confirm)?;
    let seen: Vec<(Uuid, u32)> = sent
        .all("seen")
        .iter()
        .filter_map(|seen| {
            let (id, version) = seen.split_once(':')?;
            Some((Uuid::parse_str(id).ok()?, version.parse().ok()?))
        })
        .collect();
    let Some((first, _)) = seen.first().copied() else {
        return Err(Error::Refused("activities-refusal-nothing-chosen".into()));
    };
    let (rules, now, single) = (catalogue.0.clone(), cx.now, sent.get("single") == "yes");
    let given = place.clone();
    let (scope, today) = (cx.caller.scope.clone(), cx.today());
    let confirmed = cx
        .write(move |tx| {
            let mut kept: BTreeMap<String, Vec<(Uuid, u32)>> = BTreeMap::new();
            for (id, version) in seen {
                let (_, there) = holding(tx, &scope, (&code, today), id)?;
                kept.entry(there.tenant).or_default().push((id, version));
            }
            let mut confirmed = Confirmed::default();
            for (tenant, seen) in kept {
                let room = scope.enter(&Place { tenant, ..given.clone() }, Action::Confirm)?;
                let of_tenant = confirm_many(tx, &room, &rules, &seen, now)?;
                confirmed.done += of_tenant.done;
                confirmed.refused.extend(of_tenant.refused);
            }
            Ok::<_, Error>(confirmed)
        })
        .await?;
    if single {
        // One record on its own page: say why it was not confirmed.
        return match confirmed.refused.into_iter().next() {
            Some((_, refused)) => Err(refused.into()),
            None => Ok(redirect(&format!("{}?done=activities-done-confirmed", activity_url(&place, first)))),
        };
    }
    let left = confirmed.refused.iter().filter(|(_, refused)| !matches!(refused, Refused::NotFound)).count();
    let done = if confirmed.done > 0 { "&done=activities-done-confirmed" } else { "" };
    Ok(redirect(&format!("{}?state=sent&left={left}{done}", list_url(&place))))
}
