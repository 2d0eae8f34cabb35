//! The reports of a unit, and starting one.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use catalogue::{Catalogue, Form, Regime, Window};
use jiff::civil::Date;
use kernel::http::{FormOption, FormState, Sent, Shell, encode, page, redirect, unprocessable};
use kernel::{Action, Areas, Cx, Error, Lang, Result, Room};
use serde::Deserialize;
use units::{Basis, Unit};
use uuid::Uuid;
use vietnamese::text;

use crate::actions::{self, Wanted};
use crate::model::{Refused, Report, State, line_of};
use crate::pages::{Rules, basis_words, day, enter, id, list_url, read_at, refused, report_url, write_at};
use crate::sheet::{changed_since, rules as rules_of, sheet};
use crate::store;

/// How many reports a page of the list shows.
const PAGE: u32 = 20;
/// How many windows back a report can be started from the form.
const WINDOWS: usize = 4;

#[derive(Debug, Deserialize)]
pub(super) struct ListQuery {
    /// Cut-off and id of the last report of the page before.
    #[serde(default)]
    after: String,
    /// The residential area whose reports are asked for; those of the whole unit without one.
    #[serde(default)]
    area: String,
}

/// The residential area whose reports are meant: the one asked for, else that of somebody who sees single areas.
fn area_of(room: &Room, asked: &str) -> Result<Option<Uuid>> {
    let asked = if asked.is_empty() { None } else { Some(id(asked)?) };
    let own = match room.areas() {
        Areas::All => None,
        Areas::Only(areas) => areas.first().copied(),
    };
    let area = asked.or(own);
    room.narrowed(area).map_err(|_| Error::NotFound)?;
    Ok(area)
}

#[derive(Template)]
#[template(path = "reports_list.html")]
struct ListPage {
    shell: Shell,
    new_url: String,
    register_url: String,
    send_url: String,
    targets_url: String,
    rows: Vec<ListRow>,
    next: String,
}

struct ListRow {
    url: String,
    period: String,
    form: String,
    frozen: bool,
    due: String,
    late: bool,
    /// Whether it amends another, and whether another amends it.
    amends: bool,
    amended: bool,
    /// How many records changed since it was frozen, in words; "" for none.
    changed: String,
}

/// A report with what the list says of it.
struct Listed {
    report: Report,
    period: String,
    form: String,
    due: Date,
    amended: bool,
    changed: usize,
}

pub(super) async fn list(
    cx: Cx,
    rules: Rules,
    Path(code): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let after = query.after.split_once('.').and_then(|(day, id)| Some((day.parse().ok()?, id.parse().ok()?)));
    let lang = cx.lang;
    let (unit, room) = enter(&cx, &code, Action::SeeReports).await?;
    let area = area_of(&room, &query.area)?;
    let (_, _, mut listed) = read_at(&cx, &rules, (&code, Action::SeeReports), move |read, desk| {
        let mut listed = Vec::new();
        let reports = match area {
            Some(area) => store::list_of_area(read, desk.room, area, after, PAGE + 1)?,
            None => store::list(read, desk.room, after, PAGE + 1)?,
        };
        for report in reports {
            let (form, regime) = rules_of(desk.catalogue, &report)?;
            let amended = store::amended_by(read, desk.room, report.id)?.is_some();
            let changed = if report.state == State::Frozen && !amended {
                let sheet = sheet(read, desk, report.clone())?;
                changed_since(read, desk, &sheet)?.len()
            } else {
                0
            };
            listed.push(Listed {
                period: text::sentence(&regime.label(&report.window, lang)),
                form: form.name.get(lang).to_owned(),
                due: regime.due(&report.window),
                amended,
                changed,
                report,
            });
        }
        Ok(listed)
    })
    .await?;
    let more = listed.len() > PAGE as usize;
    listed.truncate(PAGE as usize);
    let next = match listed.last().filter(|_| more) {
        Some(last) => {
            let after = format!("{}.{}", last.report.window.to, last.report.id);
            format!("{}?after={}{}", list_url(&code), encode(&after), of_area("&area=", area))
        }
        None => String::new(),
    };
    let place = unit.place();
    let can_start = cx.caller.scope.can(&place, Action::WriteReports) && unit.level != units::Level::Country;
    page(&ListPage {
        shell: cx.shell(cx.t("reports-list-title"), Some(&place)),
        targets_url: format!("/units/{code}/targets"),
        register_url: format!("/units/{code}/register"),
        send_url: format!("/units/{code}/submissions"),
        new_url: if can_start {
            format!("{}/new{}", list_url(&code), of_area("?area=", area))
        } else {
            String::new()
        },
        rows: listed.into_iter().map(|listed| list_row(&cx, &code, listed)).collect(),
        next,
    })
}

/// The part of an address that names an area; "" without one.
fn of_area(before: &str, area: Option<Uuid>) -> String {
    area.map_or_else(String::new, |area| format!("{before}{area}"))
}

fn list_row(cx: &Cx, code: &str, listed: Listed) -> ListRow {
    let frozen = listed.report.state == State::Frozen;
    ListRow {
        url: report_url(code, listed.report.id),
        period: listed.period,
        form: listed.form,
        frozen,
        due: day(cx, listed.due),
        late: !frozen && listed.due < cx.today(),
        amends: listed.report.amends.is_some(),
        amended: listed.amended,
        changed: match listed.changed {
            0 => String::new(),
            count => cx.ta("reports-changed-count", &[("count", count.into())]),
        },
    }
}

#[derive(Template)]
#[template(path = "reports_new.html")]
struct NewPage {
    shell: Shell,
    action: String,
    id: Uuid,
    /// What can be started, by regime.
    groups: Vec<Group>,
    /// The forms whose days somebody asks for.
    ad_hoc: Vec<FormOption>,
    /// The residential area, for a report of one; "" for one of the whole unit.
    area: String,
    /// The borders to choose from, for each of the two forms; none where they make no difference.
    bases: Vec<FormOption>,
    ad_hoc_bases: Vec<FormOption>,
    form: FormState,
}

/// The reports of a regime that can be started, the latest first.
struct Group {
    name: String,
    options: Vec<FormOption>,
    /// Whether one of them is chosen.
    open: bool,
}

/// A form's fields of the basis: which, and the day of one that is restated.
type BasisFields = [&'static str; 2];
const BASIS: BasisFields = ["basis", "basis-day"];
const AD_HOC_BASIS: BasisFields = ["ad-hoc-basis", "ad-hoc-basis-day"];
/// What a form calls the borders of a day that is named beside it.
const RESTATED: &str = "restated";

#[derive(Debug, Deserialize)]
pub(super) struct NewQuery {
    #[serde(default)]
    area: String,
}

pub(super) async fn new(
    cx: Cx,
    rules: Rules,
    Path(code): Path<String>,
    Query(query): Query<NewQuery>,
) -> Result<Response> {
    let id = cx.app.ids.new_id();
    let shown = new_page(&cx, &rules, &code, (id, &query.area), FormState::default()).await?;
    page(&shown)
}

async fn new_page(
    cx: &Cx,
    rules: &Rules,
    code: &str,
    (id, asked): (Uuid, &str),
    form: FormState,
) -> Result<NewPage> {
    let today = cx.today();
    let (_, room) = enter(cx, code, Action::WriteReports).await?;
    let area = area_of(&room, asked)?;
    let (unit, room, (there, history)) =
        read_at(cx, &rules.0, (code, Action::WriteReports), move |read, desk| {
            let (mut there, mut since) = (BTreeSet::new(), today);
            for (form, regime, window) in sensible(desk.catalogue, (desk.unit, area), desk.room, today) {
                since = since.min(regime.same_last_year(&window).from);
                if !store::of_period(read, desk.room, (&form.id, area), &window.period)?.is_empty() {
                    there.insert(choice(form, &window));
                }
            }
            // An area keeps its records wherever it lies.
            let history = area.is_none() && desk.has_history(read, (since, today))?;
            Ok((there, history))
        })
        .await?;
    let typed = form.value("report").to_owned();
    let mut groups: Vec<Group> = Vec::new();
    for (form, regime, window) in sensible(&rules.0, (&unit, area), &room, today) {
        let value = choice(form, &window);
        if there.contains(&value) {
            continue;
        }
        // The first of all is what the person came for, most often.
        let chosen = if typed.is_empty() { groups.is_empty() } else { value == typed };
        let option = FormOption { label: label(form, regime, &window, cx.lang), value, chosen };
        let name = regime.name.get(cx.lang);
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => {
                group.open |= chosen;
                group.options.push(option);
            }
            None => groups.push(Group { name: name.to_owned(), open: chosen, options: vec![option] }),
        }
    }
    let asked_for = |of: &&Form| {
        let recurs = rules.0.regime(&of.regime).is_none_or(Regime::recurs);
        !recurs && actions::is_for(of, &unit, area) && room.serves(line_of(of))
    };
    let ad_hoc = rules.0.forms().all_on(today).filter(asked_for).map(|of| FormOption {
        value: of.id.clone(),
        label: of.name.get(cx.lang).to_owned(),
        chosen: true,
    });
    let ad_hoc = ad_hoc.collect();
    let bases = |[field, _]: BasisFields| if history { bases(cx, form.value(field)) } else { Vec::new() };
    Ok(NewPage {
        shell: cx.shell(cx.t("reports-new-title"), Some(&unit.place())),
        action: list_url(code),
        id,
        groups,
        ad_hoc,
        area: of_area("", area),
        bases: bases(BASIS),
        ad_hoc_bases: bases(AD_HOC_BASIS),
        form,
    })
}

/// The borders a report can be read in: those of now unless others were chosen.
fn bases(cx: &Cx, typed: &str) -> Vec<FormOption> {
    let (now, then) = (Basis::AsItIsNow, Basis::AsItWas);
    let choices = [
        (now.key(), basis_words(cx, now)),
        (then.key(), basis_words(cx, then)),
        (RESTATED.to_owned(), cx.t("reports-new-basis-restated")),
    ];
    let typed = if typed.is_empty() { now.key() } else { typed.to_owned() };
    let option = |(value, label): (String, String)| FormOption { chosen: value == typed, value, label };
    choices.into_iter().map(option).collect()
}

/// The basis that a form asks for; what is wrong with it otherwise.
fn basis(cx: &Cx, sent: &Sent, [field, day]: BasisFields) -> std::result::Result<Basis, String> {
    match sent.get(field) {
        "" => Ok(Basis::AsItIsNow),
        RESTATED => match vietnamese::date::parse(sent.get(day)) {
            Ok(named) if named <= cx.today() => Ok(Basis::Restated(named)),
            _ => Err(cx.t("reports-new-basis-no-day")),
        },
        key => Basis::from_key(key).ok_or_else(|| cx.t("reports-new-basis-no-day")),
    }
}

/// The forms a unit writes, each with its window of today and the last ones in which the unit existed: those of the
/// caller's own line first, then the latest cut-off first.
fn sensible<'a>(
    catalogue: &'a Catalogue,
    (unit, area): (&Unit, Option<Uuid>),
    room: &Room,
    today: Date,
) -> Vec<(&'a Form, &'a Regime, Window)> {
    let mut found = Vec::new();
    let fits = |form: &&Form| actions::is_for(form, unit, area) && room.serves(line_of(form));
    for form in catalogue.forms().all_on(today).filter(fits) {
        let regime = catalogue.regime(&form.regime).filter(|regime| regime.recurs());
        let Some(regime) = regime else { continue };
        let windows =
            std::iter::successors(Some(regime.containing(today)), |window| Some(regime.previous(window)));
        for window in windows.take(WINDOWS).filter(|window| window.to >= unit.born_on) {
            // The window's own version of the form may differ from today's.
            if let Some(form) = catalogue.forms().on(&form.id, window.from) {
                found.push((form, regime, window));
            }
        }
    }
    let others = |form: &Form| line_of(form).is_none() || line_of(form) != room.line();
    found.sort_by_key(|(form, _, window)| (others(form), std::cmp::Reverse(window.to)));
    found
}

fn choice(form: &Form, window: &Window) -> String {
    format!("{} {}", form.id, window.period)
}

fn label(form: &Form, regime: &Regime, window: &Window, lang: Lang) -> String {
    format!("{}: {}", form.name.get(lang), regime.label(window, lang))
}

pub(super) async fn create(rules: Rules, Path(code): Path<String>, sent: Sent) -> Result<Response> {
    let cx = &sent.cx;
    let (new, asked) = (id(sent.get("id"))?, sent.get("area"));
    let (_, room) = enter(cx, &code, Action::WriteReports).await?;
    let area = area_of(&room, asked)?;
    let days = format!("{} {}..{}", sent.get("form"), sent.get("from"), sent.get("to"));
    let which = if sent.get("form").is_empty() { sent.get("report") } else { &days };
    let fields = if sent.get("form").is_empty() { BASIS } else { AD_HOC_BASIS };
    let mut state = FormState { typed: sent.fields.clone(), problems: Vec::new() };
    let chosen = which.split_once(' ');
    if chosen.is_none() {
        state.add("report", cx.t("reports-new-choose"));
    }
    let basis = basis(cx, &sent, fields).map_err(|wrong| state.add(fields[1], wrong));
    let (Some((form, period)), Ok(basis)) = (chosen, basis) else {
        return unprocessable(&new_page(cx, &rules, &code, (new, asked), state).await?);
    };
    let (form, period, now) = (form.to_owned(), period.to_owned(), cx.now);
    let (unit, started) = write_at(cx, &rules, (&code, Action::WriteReports), move |tx, desk| {
        let wanted = Wanted { form: &form, area, period: &period, basis };
        actions::start_of(tx, desk, new, wanted, now)
    })
    .await?;
    match started {
        Ok(report) => Ok(redirect(&format!("{}?done=reports-done-started", report_url(&code, report.id)))),
        Err(Refused::AlreadyThere(there)) => Ok(redirect(&report_url(&code, there))),
        Err(Refused::Period(_)) if !sent.get("form").is_empty() => {
            state.add("from", cx.t("reports-new-days"));
            unprocessable(&new_page(cx, &rules, &code, (new, asked), state).await?)
        }
        Err(other) => {
            refused(cx, &unit.place(), other, format!("{}/new{}", list_url(&code), of_area("?area=", area)))
        }
    }
}
