//! The search page and the page of a unit.

mod keep;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use jiff::civil::Date;
use kernel::http::{Need, Routes, Shell, page};
use kernel::{Action, Cx, Error, Lang, Place, Result};
use serde::Deserialize;
use vietnamese::{date, number, text};

use crate::areas::{areas_of, sum};
use crate::former::former;
use crate::model::{Area, Level, Organisation, Unit};
use crate::organisations::organisations_of;
use crate::store::{children, find_by_code, history, search};

/// How many units a search shows.
const MOST_FOUND: usize = 50;

/// How many communes of the time before it shows.
const MOST_FORMER: usize = 20;

/// The routes of this capability.
#[must_use]
pub fn routes() -> Routes {
    let (see, keep) = (Need::Action(Action::SeeUnit), Need::Action(Action::KeepUnit));
    Routes::default()
        .get("/units", Need::Person, find)
        .get("/units/{unit}", see, show)
        .get("/units/{unit}/areas/new", keep, keep::new_area)
        .post("/units/{unit}/areas", keep, keep::create_area)
        .get("/units/{unit}/areas/{area}", keep, keep::edit_area)
        .post("/units/{unit}/areas/{area}", keep, keep::update_area)
        .get("/units/{unit}/organisations/new", keep, keep::new_organisation)
        .post("/units/{unit}/organisations", keep, keep::create_organisation)
}

#[derive(Debug, Deserialize)]
struct FindQuery {
    #[serde(default)]
    q: String,
}

/// Units that match what was typed.
#[derive(Template)]
#[template(path = "units_find.html")]
struct FindPage {
    shell: Shell,
    typed: String,
    found: Vec<Found>,
    /// Said when the list was cut off.
    more: String,
    /// Communes of the time before with that name, and where they went.
    former: Vec<FormerRow>,
}

/// A commune that was until 30 June 2025.
struct FormerRow {
    name: String,
    /// In words, with the address of those that the reader may see.
    now: Vec<Found>,
    /// Whether it was split.
    split: bool,
}

/// A unit in a list; units outside the caller's subtree have no page to go to.
struct Found {
    name: String,
    code: String,
    url: String,
}

async fn find(cx: Cx, Query(query): Query<FindQuery>) -> Result<Response> {
    let (today, typed) = (cx.today(), query.q.trim().to_owned());
    let words = typed.clone();
    let (mut found, before) = cx
        .read(move |read, scope| {
            let found = search(read, scope, &words, today, MOST_FOUND + 1)?;
            let mut before = Vec::new();
            for one in former(&words, MOST_FORMER) {
                let mut now = Vec::new();
                for successor in &one.successors {
                    now.extend(find_by_code(read, scope, &successor.code, today)?);
                }
                before.push((one, now));
            }
            Ok((found, before))
        })
        .await?;
    let more = if found.len() > MOST_FOUND {
        cx.ta("units-find-more", &[("count", MOST_FOUND.into())])
    } else {
        String::new()
    };
    found.truncate(MOST_FOUND);
    let found = found.iter().map(|unit| listed(&cx, unit, &unit.long_name(cx.lang))).collect();
    let former = before.into_iter().map(|(one, now)| FormerRow {
        name: format!("{}, {}, {}", one.name, one.district, one.province),
        now: now.iter().map(|unit| listed(&cx, unit, &unit.long_name(cx.lang))).collect(),
        split: one.successors.len() > 1,
    });
    let former = former.collect();
    page(&FindPage { shell: cx.shell(cx.t("units-find-title"), None), typed, found, more, former })
}

fn listed(cx: &Cx, unit: &Unit, name: &str) -> Found {
    let reachable = cx.caller.scope.can(&unit.place(), Action::SeeUnit);
    let url = if reachable { format!("/units/{}", unit.code) } else { String::new() };
    Found { name: text::sentence(name), code: unit.code.clone(), url }
}

#[derive(Debug, Deserialize)]
struct ShowQuery {
    #[serde(default)]
    on: String,
    done: Option<String>,
}

/// A unit on a day: what is below it, who takes part, what it has been.
#[derive(Template)]
#[template(path = "units_show.html")]
struct ShowPage {
    shell: Shell,
    url: String,
    /// The unit above, in words.
    within: String,
    code: String,
    /// The day as the form sends it, and as people read it.
    on: String,
    on_words: String,
    on_problem: String,
    below: Vec<Found>,
    is_commune: bool,
    /// Whether the reader keeps the registers.
    keeps: bool,
    /// Whether the reader rearranges units.
    rearranges: bool,
    areas: Vec<AreaRow>,
    total: String,
    /// Said when areas have no number of households.
    unknown: String,
    organisations: Vec<OrganisationRow>,
    history: Vec<HistoryRow>,
}

struct AreaRow {
    /// Where it is changed; empty when the reader may not.
    url: String,
    name: String,
    households: String,
}

struct OrganisationRow {
    name: String,
    line: String,
}

struct HistoryRow {
    from_on: String,
    name: String,
    basis: String,
    checked: bool,
}

/// What the page of a unit reads.
struct Loaded {
    unit: Unit,
    place: Place,
    below: Vec<Unit>,
    areas: Vec<Area>,
    organisations: Vec<Organisation>,
    history: Vec<Unit>,
}

async fn show(cx: Cx, Path(code): Path<String>, Query(query): Query<ShowQuery>) -> Result<Response> {
    let today = cx.today();
    let (on, on_problem) = match query.on.trim() {
        "" => (today, String::new()),
        typed => match date::parse(typed) {
            Ok(on) => (on, String::new()),
            Err(problem) => (today, day_problem(&cx, problem)),
        },
    };
    let wanted = code.clone();
    let unit = cx
        .read(move |read, scope| Ok(find_by_code(read, scope, &wanted, today)?))
        .await?
        .ok_or(Error::NotFound)?;
    let place = unit.place();
    cx.enter(&place, Action::SeeUnit)?;
    let loaded = cx.read(move |read, scope| {
        let is_commune = unit.level == Level::Commune;
        Ok(Loaded {
            below: children(read, scope, &unit.id, on)?,
            areas: if is_commune { areas_of(read, scope, &place, on)? } else { Vec::new() },
            organisations: organisations_of(read, scope, &place, on)?,
            history: history(read, scope, &unit.id)?,
            unit,
            place,
        })
    });
    let loaded = loaded.await?;
    let mut shown = show_page(&cx, loaded, on, on_problem);
    shown.shell = shown.shell.with_flash(query.done.as_deref());
    page(&shown)
}

fn show_page(cx: &Cx, loaded: Loaded, on: Date, on_problem: String) -> ShowPage {
    let Loaded { unit, place, below, areas, organisations, history } = loaded;
    let lang = cx.lang;
    let keeps = cx.caller.scope.can(&place, Action::KeepUnit);
    let households = sum(&areas);
    let unknown = match households.unknown {
        0 => String::new(),
        count => cx.ta("units-show-unknown", &[("count", count.into())]),
    };
    let within = match (unit.parent_kind, &unit.parent_name) {
        (Some(kind), Some(name)) => text::sentence(&kind.with_name(name, lang)),
        _ => String::new(),
    };
    ShowPage {
        shell: cx.shell(text::sentence(&unit.full_name(lang)), Some(&place)),
        url: format!("/units/{}", unit.code),
        within,
        on: on.to_string(),
        on_words: date::short(on, lang),
        on_problem,
        below: below.iter().map(|child| listed(cx, child, &child.full_name(lang))).collect(),
        is_commune: unit.level == Level::Commune,
        keeps,
        rearranges: cx.caller.scope.can(&place, Action::RearrangeUnits),
        areas: areas.into_iter().map(|area| area_row(area, keeps.then_some(&unit.code), lang)).collect(),
        total: number::count(households.households, lang),
        unknown,
        organisations: organisations
            .into_iter()
            .map(|organisation| organisation_row(cx, organisation))
            .collect(),
        history: history.iter().map(|span| history_row(span, lang)).collect(),
        code: unit.code,
    }
}

fn area_row(area: Area, kept_in: Option<&String>, lang: Lang) -> AreaRow {
    let url = kept_in.map(|code| format!("/units/{code}/areas/{}", area.id)).unwrap_or_default();
    let households = area.households.map_or_else(|| "–".to_owned(), |n| number::count(n.into(), lang));
    AreaRow { url, name: area.name, households }
}

fn organisation_row(cx: &Cx, organisation: Organisation) -> OrganisationRow {
    let line = organisation.kind.line().map(|line| cx.t(&format!("units-line-{}", line.key())));
    OrganisationRow { name: organisation.name, line: line.unwrap_or_default() }
}

fn history_row(span: &Unit, lang: Lang) -> HistoryRow {
    HistoryRow {
        from_on: date::table(span.from_on, lang),
        name: text::sentence(&span.long_name(lang)),
        basis: span.basis.clone(),
        checked: span.checked,
    }
}

fn day_problem(cx: &Cx, problem: date::DateProblem) -> String {
    use date::DateProblem as P;
    match problem {
        P::Empty | P::NotADate | P::ShortYear { .. } => cx.t("units-day-form"),
        P::YearOutOfRange { .. } => cx.t("units-day-year"),
        P::NoSuchMonth { .. } | P::NoSuchDay { .. } => cx.t("units-day-none"),
    }
}
