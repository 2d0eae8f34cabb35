//! The board of a body: which of its units sent a form of a period, which are late, which are missing.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use catalogue::{Catalogue, Form, Level, Regime, Window};
use jiff::civil::Date;
use kernel::http::{FormOption, Sent, Shell, encode, page, redirect};
use kernel::{Action, Cx, Error, Lang, Result, Room};
use serde::Deserialize;
use units::Unit;
use vietnamese::text;

use crate::actions;
use crate::duties::{Standing, duties, standing};
use crate::model::{Refused, Submission};
use crate::pages::{Badge, Rules, day, submission_url, told, unit_of};
use crate::store;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct BoardQuery {
    form: String,
    period: String,
    standing: String,
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "submissions_board.html")]
struct BoardPage {
    shell: Shell,
    url: String,
    form: String,
    period: String,
    forms: Vec<FormOption>,
    /// The window in words, with its due day; "" when the body asks for no form.
    lead: String,
    before: String,
    after: String,
    tiles: Vec<Tile>,
    late: usize,
    rows: Vec<BoardRow>,
    /// How many would be reminded; 0 for one who may not.
    remind: usize,
    remind_url: String,
    message: String,
}

struct Tile {
    badge: Badge,
    count: usize,
    url: String,
    current: bool,
}

struct BoardRow {
    name: String,
    /// Of the submission; "" when there is none.
    url: String,
    badge: Badge,
    sent: String,
    late: bool,
    reminded: String,
}

/// A form and a period of a body's board.
struct Asked<'a> {
    form: &'a Form,
    regime: &'a Regime,
    window: Window,
}

/// The forms that the units below a body send it.
fn level_below(unit: &Unit) -> Option<Level> {
    match unit.level {
        units::Level::Province => Some(Level::Commune),
        units::Level::Commune => Some(Level::Area),
        units::Level::Country => None,
    }
}

/// What is asked for; without words of it, the form whose period ended last. Only windows that have begun.
fn asked<'a>(
    catalogue: &'a Catalogue,
    room: &Room,
    unit: &Unit,
    (form, period): (&str, &str),
    today: Date,
) -> Option<Asked<'a>> {
    let owed = duties(catalogue, level_below(unit)?, Date::MIN, today);
    let mut fits = owed.into_iter().filter(|duty| room.serves(reports::line_of(duty.form)));
    let duty = if form.is_empty() {
        fits.find(|duty| duty.window.to < today)?
    } else {
        fits.find(|duty| duty.form.id == form && duty.window.to < today)?
    };
    let window = if period.is_empty() { duty.window } else { duty.regime.window(period).ok()? };
    (window.from <= today).then_some(Asked { form: duty.form, regime: duty.regime, window })
}

/// A unit or residential area on the board.
struct Below {
    sender: String,
    name: String,
    submission: Option<Submission>,
    stands: Standing,
    reminded: Option<Date>,
}

/// The units of a province, or the areas of a commune, that the room covers: id and name, in order.
fn senders(
    read: &mut db::Read<'_>,
    scope: &kernel::Scope,
    room: &Room,
    (unit, lang): (&Unit, Lang),
    on: Date,
) -> std::result::Result<Vec<(String, String)>, Refused> {
    if unit.level == units::Level::Commune {
        let areas = units::areas_of(read, scope, &unit.place(), on)?;
        let covered = areas.into_iter().filter(|area| room.covers(area.id).is_ok());
        return Ok(covered.map(|area| (area.id.to_string(), area.name)).collect());
    }
    let units = units::children(read, scope, &unit.id, on)?;
    Ok(units.into_iter().map(|unit| (unit.id.clone(), unit.full_name(lang))).collect())
}

/// The senders below a body with what they sent: three statements, whatever their number.
fn below(
    read: &mut db::Read<'_>,
    scope: &kernel::Scope,
    room: &Room,
    unit: (&Unit, Lang),
    (form, window, due): (&str, &Window, Date),
    today: Date,
) -> std::result::Result<Vec<Below>, Refused> {
    // Those that were there when the period ended: who was merged since had to report.
    let senders = senders(read, scope, room, unit, window.to.min(today))?;
    let mut sent: BTreeMap<String, Submission> = store::of_period(read, room, form, &window.period)?
        .into_iter()
        .map(|one| (one.key.sender.clone(), one))
        .collect();
    let reminded: BTreeMap<String, Date> =
        store::reminded(read, room, form, &window.period)?.into_iter().collect();
    let below = senders.into_iter().map(|(sender, name)| {
        let submission = sent.remove(&sender);
        let stands = standing(submission.as_ref(), window, due, today);
        Below { reminded: reminded.get(&sender).copied(), submission, stands, sender, name }
    });
    Ok(below.collect())
}

pub(super) async fn show(
    cx: Cx,
    rules: Rules,
    Path(code): Path<String>,
    Query(query): Query<BoardQuery>,
) -> Result<Response> {
    let unit = unit_of(&cx, &code).await?;
    let shown = board_page(&cx, &rules, &unit, &query, String::new()).await?;
    page(&shown)
}

async fn board_page(
    cx: &Cx,
    rules: &Rules,
    unit: &Unit,
    query: &BoardQuery,
    message: String,
) -> Result<BoardPage> {
    let (place, today, lang) = (unit.place(), cx.today(), cx.lang);
    let room = cx.enter(&place, Action::SeeReports)?;
    let url = format!("/units/{}/submissions/board", unit.code);
    let shell = cx.shell(cx.t("submissions-board-title"), Some(&place)).with_flash(query.done.as_deref());
    let Some(asked) = asked(&rules.0, &room, unit, (&query.form, &query.period), today) else {
        if !query.form.is_empty() && message.is_empty() {
            return Err(Error::NotFound);
        }
        return Ok(BoardPage {
            shell,
            url,
            form: String::new(),
            period: String::new(),
            forms: Vec::new(),
            lead: String::new(),
            before: String::new(),
            after: String::new(),
            tiles: Vec::new(),
            late: 0,
            rows: Vec::new(),
            remind: 0,
            remind_url: String::new(),
            message,
        });
    };
    let Asked { form, regime, window } = asked;
    let due = regime.due(&window);
    let (given, at, id, of) = (room.clone(), unit.clone(), form.id.clone(), window.clone());
    let below = cx
        .read(move |read, scope| Ok(below(read, scope, &given, (&at, lang), (&id, &of, due), today)?))
        .await?;
    let to = |period: &str, standing: &str| {
        format!("{url}?form={}&period={}&standing={standing}", encode(&form.id), encode(period))
    };
    let chosen = Standing::ALL.into_iter().find(|standing| standing.key() == query.standing);
    let count = |standing: Standing| below.iter().filter(|below| below.stands == standing).count();
    let tiles = Standing::ALL.into_iter().filter(|of| count(*of) > 0).map(|of| Tile {
        badge: Badge::of(cx, of),
        count: count(of),
        url: to(&window.period, of.key()),
        current: chosen == Some(of),
    });
    let row = |below: &Below| BoardRow {
        name: below.name.clone(),
        url: below
            .submission
            .as_ref()
            .map(|sent| submission_url(&sent.code, sent.report))
            .unwrap_or_default(),
        badge: Badge::of(cx, below.stands),
        sent: below.submission.as_ref().map(|sent| day(cx, sent.first_sent)).unwrap_or_default(),
        late: below.submission.as_ref().is_some_and(Submission::late),
        reminded: below.reminded.map(|on| day(cx, on)).unwrap_or_default(),
    };
    let next = regime.next(&window);
    let asked_of = |form: &&Form| {
        let recurs = rules.0.regime(&form.regime).is_some_and(Regime::recurs);
        recurs && Some(form.level) == level_below(unit) && room.serves(reports::line_of(form))
    };
    let forms = rules.0.forms().all_on(today).filter(asked_of);
    let forms = forms.map(|of| FormOption {
        value: of.id.clone(),
        label: of.name.get(lang).to_owned(),
        chosen: of.id == form.id,
    });
    let may_remind = cx.caller.scope.can(&place, Action::ReceiveReports);
    let label = regime.label(&window, lang);
    Ok(BoardPage {
        shell,
        form: form.id.clone(),
        period: window.period.clone(),
        forms: forms.collect(),
        lead: cx.ta(
            "submissions-board-lead",
            &[("period", text::sentence(&label).into()), ("due", day(cx, due).into())],
        ),
        before: to(&regime.previous(&window).period, ""),
        after: if next.from <= today { to(&next.period, "") } else { String::new() },
        tiles: tiles.collect(),
        late: below.iter().filter_map(|below| below.submission.as_ref()).filter(|sent| sent.late()).count(),
        rows: below.iter().filter(|below| chosen.is_none_or(|of| of == below.stands)).map(row).collect(),
        remind: if may_remind { below.iter().filter(|below| asks(below.stands)).count() } else { 0 },
        remind_url: format!("/units/{}/submissions/reminders", unit.code),
        message,
        url,
    })
}

/// Who is reminded: whose period is over and whose report is not with the body.
fn asks(standing: Standing) -> bool {
    matches!(standing, Standing::Due | Standing::Overdue | Standing::Returned)
}

/// Reminds every unit whose report is missing.
pub(super) async fn remind(rules: Rules, Path(code): Path<String>, sent: Sent) -> Result<Response> {
    let cx = &sent.cx;
    let unit = unit_of(cx, &code).await?;
    let place = unit.place();
    let room = cx.enter(&place, Action::ReceiveReports)?;
    let (today, now, lang, scope) = (cx.today(), cx.now, cx.lang, cx.caller.scope.clone());
    let (form, period) = (sent.get("form").to_owned(), sent.get("period").to_owned());
    let Some(asked) = asked(&rules.0, &room, &unit, (&form, &period), today) else {
        let message = told(cx, Refused::NoForm)?;
        let shown = board_page(cx, &rules, &unit, &BoardQuery::default(), message).await?;
        return kernel::http::unprocessable(&shown);
    };
    let Asked { form, regime, window } = asked;
    let (id, due) = (form.id.clone(), regime.due(&window));
    let back = format!(
        "/units/{code}/submissions/board?form={}&period={}&done=submissions-done-reminded",
        encode(&id),
        encode(&window.period)
    );
    cx.write(move |tx| {
        let below = below(tx, &scope, &room, (&unit, lang), (&id, &window, due), today)?;
        let missing: Vec<String> =
            below.into_iter().filter(|below| asks(below.stands)).map(|below| below.sender).collect();
        actions::remind(tx, &scope, &place, (&id, &window.period), &missing, now)
    })
    .await?;
    Ok(redirect(&back))
}
