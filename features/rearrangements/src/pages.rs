//! The pages: what was and is prepared, the form, one rearrangement with the totals before and after.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use catalogue::Catalogue;
use db::Read;
use jiff::civil::Date;
use kernel::http::{FormOption, FormState, Need, Routes, Sent, Shell, page, redirect, unprocessable};
use kernel::{Action, Cx, Error, Place, Result, Scope};
use serde::Deserialize;
use supplements::Rules;
use units::{Kind, Unit};
use uuid::Uuid;
use vietnamese::{date, number, text};

use crate::actions::{self, Desk, Draft};
use crate::model::{Into, Made, Plan, Rearrangement, Refused, State};
use crate::preview::{Column, Preview, Row};
use crate::store;

/// What can happen, in the order of the form.
const WHAT: [&str; 4] = ["merge", "split", "move", "change"];

/// The routes of this capability. Beside the state they need the extension `supplements::Rulebook`.
#[must_use]
pub fn routes() -> Routes {
    let need = Need::Action(Action::RearrangeUnits);
    Routes::default()
        .get("/units/{unit}/rearrangements", need, list)
        .get("/units/{unit}/rearrangements/new", need, new)
        .post("/units/{unit}/rearrangements", need, create)
        .get("/units/{unit}/rearrangements/{rearrangement}", need, show)
        .post("/units/{unit}/rearrangements/{rearrangement}/application", need, apply)
        .post("/units/{unit}/rearrangements/{rearrangement}/reversal", need, undo)
}

async fn unit_of(cx: &Cx, code: &str) -> Result<Unit> {
    let (code, today) = (code.to_owned(), cx.today());
    let unit = cx.read(move |read, scope| Ok(units::find_by_code(read, scope, &code, today)?)).await?;
    let unit = unit.ok_or(Error::NotFound)?;
    cx.enter(&unit.place(), Action::RearrangeUnits)?;
    Ok(unit)
}

fn url_of(unit: &Unit) -> String {
    format!("/units/{}/rearrangements", unit.code)
}

fn id_of(text: &str) -> Result<Uuid> {
    Uuid::parse_str(text).map_err(|_| Error::NotFound)
}

#[derive(Template)]
#[template(path = "rearrangements_list.html")]
struct ListPage {
    shell: Shell,
    url: String,
    rows: Vec<ListRow>,
}

struct ListRow {
    url: String,
    words: String,
    on: String,
    basis: String,
    state: String,
}

/// What happens, in words: `Sáp nhập: xã Cao Phong, xã Thu Cúc`.
fn words(cx: &Cx, found: &Rearrangement, names: &str) -> String {
    format!("{}: {names}", cx.t(&format!("rearrangements-what-{}", found.plan.key())))
}

/// The names of the communes that a plan touches, as they were before, and what it makes.
fn names(
    read: &mut Read<'_>,
    scope: &Scope,
    found: &Rearrangement,
    lang: kernel::Lang,
) -> db::Result<String> {
    let mut names = Vec::new();
    for commune in found.plan.before() {
        let spans = units::history(read, scope, &commune)?;
        let then = spans.iter().rev().find(|span| span.from_on < found.on).or(spans.first());
        names.extend(then.map(|unit| unit.full_name(lang)));
    }
    let made = match &found.plan {
        Plan::Merge { into: Into::New(made), .. } | Plan::Split { into: made, .. } => {
            Some((&made.kind, &made.name))
        }
        Plan::Change { kind, name, .. } => Some((kind, name)),
        Plan::Merge { .. } | Plan::Move { .. } => None,
    };
    let names = names.join(", ");
    Ok(match made {
        Some((kind, name)) => {
            let kind = crate::model::kind(kind).unwrap_or(Kind::Commune);
            format!("{names} → {}", kind.with_name(name, lang))
        }
        None => names,
    })
}

async fn list(cx: Cx, Path(code): Path<String>) -> Result<Response> {
    let unit = unit_of(&cx, &code).await?;
    let (place, lang) = (unit.place(), cx.lang);
    let there = cx.read(move |read, scope| {
        let room = scope.enter(&place, Action::RearrangeUnits)?;
        let mut rows = Vec::new();
        for found in store::list(read, &room)? {
            let names = names(read, scope, &found, lang)?;
            rows.push((found, names));
        }
        Ok(rows)
    });
    let url = url_of(&unit);
    let rows = there.await?.into_iter().map(|(found, names)| ListRow {
        url: format!("{url}/{}", found.id),
        words: words(&cx, &found, &names),
        on: date::table(found.on, cx.lang),
        state: cx.t(&format!("rearrangements-state-{}", found.state.key())),
        basis: found.basis,
    });
    let rows = rows.collect();
    page(&ListPage { shell: cx.shell(cx.t("rearrangements-title"), Some(&unit.place())), url, rows })
}

#[derive(Template)]
#[template(path = "rearrangements_new.html")]
struct NewPage {
    shell: Shell,
    action: String,
    /// Made here, so that sending twice prepares one.
    id: Uuid,
    what: Vec<FormOption>,
    kinds: Vec<FormOption>,
    form: FormState,
}

fn new_page(cx: &Cx, unit: &Unit, id: Uuid, form: FormState) -> NewPage {
    let option = |field: &str, value: &str, label: String| FormOption {
        value: value.to_owned(),
        label,
        chosen: form.ticked(field, value),
    };
    let what = WHAT.map(|what| option("what", what, cx.t(&format!("rearrangements-what-{what}"))));
    let kinds = [Kind::Commune, Kind::Ward, Kind::SpecialZone]
        .map(|kind| option("kind", kind.key(), text::sentence(kind.word(cx.lang))));
    NewPage {
        shell: cx.shell(cx.t("rearrangements-new"), Some(&unit.place())),
        action: url_of(unit),
        id,
        what: what.into(),
        kinds: kinds.into(),
        form,
    }
}

async fn new(cx: Cx, Path(code): Path<String>) -> Result<Response> {
    let unit = unit_of(&cx, &code).await?;
    let id = cx.app.ids.new_id();
    page(&new_page(&cx, &unit, id, FormState::default()))
}

/// What was typed, before communes and areas are looked up.
#[derive(Clone)]
struct Typed {
    what: String,
    communes: Vec<String>,
    areas: Vec<String>,
    to: String,
    made: Made,
}

/// The place of a commune below the unit, by its code, on a day.
fn commune(read: &mut Read<'_>, scope: &Scope, unit: &Unit, code: &str, on: Date) -> Result<Place, Unread> {
    let found = units::find_by_code(read, scope, code, on).map_err(Error::from)?;
    let found = found.filter(|found| found.level == units::Level::Commune);
    let below = found.filter(|found| found.path.starts_with(&unit.path));
    Ok(below.ok_or_else(|| Unread::Code(code.to_owned()))?.place())
}

/// What of a form names nothing.
enum Unread {
    Code(String),
    Area(String),
    Other(Error),
}

impl From<Error> for Unread {
    fn from(error: Error) -> Self {
        Unread::Other(error)
    }
}

/// Looks up what was typed.
fn plan(
    read: &mut Read<'_>,
    scope: &Scope,
    unit: &Unit,
    typed: &Typed,
    before: Date,
) -> Result<Plan, Unread> {
    let mut communes = Vec::new();
    for code in &typed.communes {
        communes.push(commune(read, scope, unit, code, before)?);
    }
    let first = communes.first().cloned().ok_or_else(|| Unread::Code(String::new()))?;
    let mut areas = Vec::new();
    if !typed.areas.is_empty() {
        let there = units::areas_of(read, scope, &first, before).map_err(Error::from)?;
        for name in &typed.areas {
            let wanted = text::exact_key(name);
            let area = there.iter().find(|area| text::exact_key(&area.name) == wanted);
            areas.push(area.ok_or_else(|| Unread::Area(name.clone()))?.id);
        }
    }
    let to = match typed.to.as_str() {
        "" => None,
        code => Some(commune(read, scope, unit, code, before)?.tenant),
    };
    Ok(match typed.what.as_str() {
        "split" => Plan::Split { commune: first.tenant, areas, into: typed.made.clone() },
        "move" => {
            Plan::Move { commune: first.tenant, areas, to: to.ok_or_else(|| Unread::Code(String::new()))? }
        }
        "change" => {
            let Made { kind, name, .. } = typed.made.clone();
            Plan::Change { commune: first.tenant, kind, name }
        }
        _ => {
            let into = to.map_or_else(|| Into::New(typed.made.clone()), Into::There);
            Plan::Merge { communes: communes.into_iter().map(|place| place.tenant).collect(), into }
        }
    })
}

async fn create(Path(code): Path<String>, rules: Rules, sent: Sent) -> Result<Response> {
    let cx = &sent.cx;
    let unit = unit_of(cx, &code).await?;
    let id = Uuid::parse_str(sent.get("id")).unwrap_or_else(|_| cx.app.ids.new_id());
    let mut form = FormState { typed: sent.fields.clone(), problems: vec![] };
    let list = |field: &str| -> Vec<String> {
        let parts = sent.get(field).split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    };
    let typed = Typed {
        what: sent.get("what").to_owned(),
        communes: list("communes"),
        areas: list("areas"),
        to: sent.get("to").to_owned(),
        made: Made {
            code: sent.get("code").to_owned(),
            kind: sent.get("kind").to_owned(),
            name: sent.get("name").to_owned(),
        },
    };
    if !WHAT.contains(&typed.what.as_str()) {
        form.add("what", cx.t("rearrangements-what-wanted"));
    }
    if typed.communes.is_empty() {
        form.add("communes", cx.t("rearrangements-communes-wanted"));
    }
    if typed.what == "move" && typed.to.is_empty() {
        form.add("to", cx.t("rearrangements-to-wanted"));
    }
    let on = date::parse(sent.get("on")).map_err(|_| form.add("on", cx.t("rearrangements-day-wanted"))).ok();
    let Some(on) = on.filter(|_| form.problems.is_empty()) else {
        return unprocessable(&new_page(cx, &unit, id, form));
    };
    let (given, wanted) = (unit.clone(), typed.clone());
    let before = on.yesterday().unwrap_or(on);
    let looked = cx.read(move |read, scope| Ok(plan(read, scope, &given, &wanted, before))).await?;
    let plan = match looked {
        Ok(plan) => plan,
        Err(Unread::Other(error)) => return Err(error),
        Err(Unread::Code(code)) => {
            let field = if code == typed.to { "to" } else { "communes" };
            form.add(field, cx.ta("rearrangements-no-commune", &[("code", code.into())]));
            return unprocessable(&new_page(cx, &unit, id, form));
        }
        Err(Unread::Area(name)) => {
            form.add("areas", cx.ta("rearrangements-no-area", &[("name", name.into())]));
            return unprocessable(&new_page(cx, &unit, id, form));
        }
    };
    let draft = Draft { id, plan, on, basis: sent.get("basis").to_owned() };
    let written = write_at(cx, &rules.0, &unit, move |tx, desk| actions::draft(tx, desk, draft)).await;
    match written {
        Ok(found) => Ok(redirect(&format!("{}/{}", url_of(&unit), found.id))),
        Err(refused) => {
            let Some(key) = refused.key() else { return Err(refused.into()) };
            let field = match refused {
                Refused::NoBasis => "basis",
                Refused::Kind => "kind",
                Refused::Units(units::Refusal::OutsideItsTime) => "on",
                _ => "what",
            };
            form.add(field, cx.t(key));
            unprocessable(&new_page(cx, &unit, id, form))
        }
    }
}

async fn write_at<T: Send + 'static>(
    cx: &Cx,
    rules: &Arc<Catalogue>,
    unit: &Unit,
    work: impl FnOnce(&mut db::Tx<'_>, Desk<'_>) -> Result<T, Refused> + Send + 'static,
) -> Result<T, Refused> {
    let (scope, unit, catalogue) = (cx.caller.scope.clone(), unit.clone(), Arc::clone(rules));
    let now = cx.app.clock.now();
    cx.write(move |tx| work(tx, Desk { scope: &scope, unit: &unit, catalogue: &catalogue, now })).await
}

/// One rearrangement.
#[derive(Template)]
#[template(path = "rearrangements_show.html")]
struct ShowPage {
    shell: Shell,
    url: String,
    list_url: String,
    words: String,
    on: String,
    basis: String,
    state: String,
    version: u32,
    /// The totals of a draft, before and after.
    before: Vec<Head>,
    after: Vec<Head>,
    rows: Vec<Row>,
    /// Why it could not be applied as it stands.
    problem: String,
    /// Whether the reader may apply it, and whether that is for somebody else to do.
    applies: bool,
    own: bool,
    undoes: bool,
}

struct Head {
    name: String,
    areas: String,
    households: String,
}

fn heads(columns: &[Column], lang: kernel::Lang) -> Vec<Head> {
    let head = |column: &Column| Head {
        name: text::sentence(&column.name),
        areas: number::count(column.areas.into(), lang),
        households: number::count(column.households, lang),
    };
    columns.iter().map(head).collect()
}

#[derive(Debug, Deserialize)]
struct ShowQuery {
    done: Option<String>,
}

async fn show(
    cx: Cx,
    Path((code, id)): Path<(String, String)>,
    Query(query): Query<ShowQuery>,
    rules: Rules,
) -> Result<Response> {
    let unit = unit_of(&cx, &code).await?;
    shown(&cx, &rules, &unit, id_of(&id)?, query.done.as_deref(), None).await
}

/// What a dry run ends in, so that its transaction is taken back.
enum Dry {
    Run(Box<Preview>),
    Refused(Refused),
}

impl From<db::Error> for Dry {
    fn from(error: db::Error) -> Self {
        Dry::Refused(error.into())
    }
}

/// The page of a rearrangement; a draft is applied and taken back at once to show what it would do.
async fn shown(
    cx: &Cx,
    rules: &Rules,
    unit: &Unit,
    id: Uuid,
    done: Option<&str>,
    refused: Option<&Refused>,
) -> Result<Response> {
    let (place, lang) = (unit.place(), cx.lang);
    let (found, names) = cx
        .read(move |read, scope| {
            let room = scope.enter(&place, Action::RearrangeUnits)?;
            let found = store::find(read, &room, id)?.ok_or(Error::NotFound)?;
            let names = names(read, scope, &found, lang)?;
            Ok((found, names))
        })
        .await?;
    let mut problem = refused.and_then(Refused::key).map(|key| cx.t(key)).unwrap_or_default();
    let mut preview = None;
    if found.state == State::Draft {
        let (scope, given, catalogue) = (cx.caller.scope.clone(), unit.clone(), Arc::clone(&rules.0));
        let (now, of) = (cx.app.clock.now(), found.clone());
        let ran: Result<(), Dry> = cx
            .write(move |tx| {
                let desk = Desk { scope: &scope, unit: &given, catalogue: &catalogue, now };
                Err(match actions::preview(tx, desk, &of) {
                    Ok(preview) => Dry::Run(Box::new(preview)),
                    Err(refused) => Dry::Refused(refused),
                })
            })
            .await;
        match ran {
            Err(Dry::Run(ran)) => preview = Some(ran),
            Err(Dry::Refused(refused)) => match refused.key() {
                Some(key) if problem.is_empty() => problem = cx.t(key),
                Some(_) => {}
                None => return Err(refused.into()),
            },
            Ok(()) => {}
        }
    }
    let own = found.drafted_by == cx.caller.scope.account();
    let list_url = url_of(unit);
    let shown = ShowPage {
        shell: cx.shell(cx.t("rearrangements-one"), Some(&unit.place())).with_flash(done),
        url: format!("{list_url}/{id}"),
        list_url,
        words: words(cx, &found, &names),
        on: date::short(found.on, lang),
        basis: found.basis.clone(),
        state: cx.t(&format!("rearrangements-state-{}", found.state.key())),
        version: found.version,
        before: preview.as_ref().map(|preview| heads(&preview.before, lang)).unwrap_or_default(),
        after: preview.as_ref().map(|preview| heads(&preview.after, lang)).unwrap_or_default(),
        rows: preview.as_ref().map(|preview| preview.rows(&rules.0, lang)).unwrap_or_default(),
        applies: preview.is_some() && !own,
        own: preview.is_some() && own,
        undoes: found.state == State::Applied,
        problem,
    };
    if refused.is_some() { unprocessable(&shown) } else { page(&shown) }
}

async fn apply(Path((code, id)): Path<(String, String)>, rules: Rules, sent: Sent) -> Result<Response> {
    step(&code, &id, &rules, &sent, "applied", actions::apply).await
}

async fn undo(Path((code, id)): Path<(String, String)>, rules: Rules, sent: Sent) -> Result<Response> {
    step(&code, &id, &rules, &sent, "undone", actions::undo).await
}

async fn step(
    code: &str,
    id: &str,
    rules: &Rules,
    sent: &Sent,
    done: &str,
    work: impl FnOnce(&mut db::Tx<'_>, Desk<'_>, (Uuid, u32)) -> Result<Rearrangement, Refused> + Send + 'static,
) -> Result<Response> {
    let (cx, id) = (&sent.cx, id_of(id)?);
    let unit = unit_of(cx, code).await?;
    let seen: u32 = sent.get("version").parse().unwrap_or_default();
    match write_at(cx, &rules.0, &unit, move |tx, desk| work(tx, desk, (id, seen))).await {
        Ok(_) => Ok(redirect(&format!("{}/{id}?done=rearrangements-done-{done}", url_of(&unit)))),
        Err(refused) if refused.key().is_some() => shown(cx, rules, &unit, id, None, Some(&refused)).await,
        Err(refused) => Err(refused.into()),
    }
}
