//! What a commune owes its superior, and what a province received.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use catalogue::Level;
use jiff::ToSpan;
use kernel::http::{FormOption, Shell, encode, page};
use kernel::{Action, Areas, Cx, Error, Result};
use serde::Deserialize;
use units::Unit;
use vietnamese::text;

use crate::actions::way;
use crate::duties::{Standing, duties, standing};
use crate::model::{Key, State, Submission};
use crate::pages::{Badge, Rules, day, line_seen, submission_url, unit_of};
use crate::store;

/// The most of a state that the list of a body shows.
const MOST: u32 = 200;
/// How many days a reminder is shown.
const REMINDED: i64 = 60;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct HomeQuery {
    state: String,
    form: String,
}

pub(super) async fn show(
    cx: Cx,
    rules: Rules,
    Path(code): Path<String>,
    Query(query): Query<HomeQuery>,
) -> Result<Response> {
    let unit = unit_of(&cx, &code).await?;
    match unit.level {
        units::Level::Commune => owed(&cx, &rules, unit).await,
        units::Level::Province => received(&cx, &rules, unit, query).await,
        units::Level::Country => Err(Error::NotFound),
    }
}

#[derive(Template)]
#[template(path = "submissions_owed.html")]
struct OwedPage {
    shell: Shell,
    lead: String,
    reports_url: String,
    /// The board of the residential areas' notes; "" for who sees single areas.
    notes_url: String,
    rows: Vec<OwedRow>,
}

struct OwedRow {
    period: String,
    form: String,
    due: String,
    badge: Badge,
    late: bool,
    /// Where it was sent; "" while it was not.
    url: String,
    /// When the superior reminded; "" for never.
    reminded: String,
}

async fn owed(cx: &Cx, rules: &Rules, unit: Unit) -> Result<Response> {
    let place = unit.place();
    let room = cx.enter(&place, Action::SeeReports)?;
    let (today, given) = (cx.today(), unit.clone());
    // Who sees one residential area owes its notes; who sees the commune, the commune's reports.
    let area = match room.areas() {
        Areas::All => None,
        Areas::Only(areas) => areas.first().copied(),
    };
    let level = if area.is_some() { Level::Area } else { Level::Commune };
    let owed = duties(&rules.0, level, unit.born_on, today);
    let owed: Vec<_> = owed.into_iter().filter(|duty| room.serves(reports::line_of(duty.form))).collect();
    let since = owed.iter().map(|duty| duty.window.to).min().unwrap_or(today);
    let (superior, sent, reminders) = cx
        .read(move |read, scope| {
            let way = way(read, scope, &given, area, today)?;
            let (_, above) = way.sender_and_superior(scope, Action::SeeReports)?;
            let (sender, from) = (way.sender_id(), today.saturating_sub(REMINDED.days()));
            let sent = store::of_sender(read, &above, &sender, since)?;
            Ok((way.superior, sent, store::reminders_of(read, &above, &sender, from)?))
        })
        .await?;
    let sent: BTreeMap<(String, String), Submission> = sent
        .into_iter()
        .map(|one| {
            let Key { form, period, .. } = one.key.clone();
            ((form, period), one)
        })
        .collect();
    let reminders: BTreeMap<(String, String), _> =
        reminders.into_iter().map(|(form, period, on)| ((form, period), on)).collect();
    let mut rows: Vec<(Standing, OwedRow)> = Vec::new();
    for duty in &owed {
        let key = (duty.form.id.clone(), duty.window.period.clone());
        let there = sent.get(&key);
        let stands = standing(there, &duty.window, duty.due, today);
        let row = OwedRow {
            period: text::sentence(&duty.regime.label(&duty.window, cx.lang)),
            form: duty.form.name.get(cx.lang).to_owned(),
            due: day(cx, duty.due),
            badge: Badge::of(cx, stands),
            late: there.is_some_and(Submission::late),
            url: there.map(|there| submission_url(&unit.code, there.report)).unwrap_or_default(),
            reminded: match reminders.get(&key).filter(|_| stands.owes()) {
                Some(on) => cx.ta("submissions-reminded", &[("day", day(cx, *on).into())]),
                None => String::new(),
            },
        };
        rows.push((stands, row));
    }
    // What presses first; within that the order of the cut-offs stays.
    rows.sort_by_key(|(stands, _)| *stands);
    let receiver = superior.full_name(cx.lang);
    page(&OwedPage {
        shell: cx.shell(cx.t("submissions-owed-title"), Some(&place)),
        lead: cx.ta("submissions-owed-lead", &[("receiver", receiver.into())]),
        reports_url: format!("/units/{}/reports", unit.code),
        notes_url: if area.is_none() {
            format!("/units/{}/submissions/board", unit.code)
        } else {
            String::new()
        },
        rows: rows.into_iter().map(|(_, row)| row).collect(),
    })
}

#[derive(Template)]
#[template(path = "submissions_received.html")]
struct ReceivedPage {
    shell: Shell,
    board_url: String,
    action: String,
    states: Vec<StateLink>,
    state: String,
    forms: Vec<FormOption>,
    rows: Vec<ReceivedRow>,
    more: bool,
}

struct StateLink {
    badge: Badge,
    count: i64,
    url: String,
    current: bool,
}

struct ReceivedRow {
    sender: String,
    form: String,
    period: String,
    due: String,
    changed: String,
    late: bool,
    url: String,
}

async fn received(cx: &Cx, rules: &Rules, unit: Unit, query: HomeQuery) -> Result<Response> {
    let place = unit.place();
    let room = cx.enter(&place, Action::SeeReports)?;
    let state = State::from_key(&query.state).unwrap_or(State::Sent);
    let form = if rules.0.form(&query.form).is_some() { query.form } else { String::new() };
    let line = line_seen(&room);
    let (given, asked) = (room, form.clone());
    let (counts, mut found) = cx
        .read(move |read, _| {
            let mut counts = Vec::new();
            for state in State::ALL {
                counts.push(store::count(read, &given, state, (&asked, line))?);
            }
            Ok((counts, store::in_state(read, &given, state, (&asked, line), MOST + 1)?))
        })
        .await?;
    let more = found.len() > MOST as usize;
    found.truncate(MOST as usize);
    let action = format!("/units/{}/submissions", unit.code);
    let states = State::ALL.into_iter().zip(counts).map(|(of, count)| StateLink {
        badge: Badge::of(cx, standing_of(of)),
        count,
        url: format!("{action}?state={}&form={}", of.key(), encode(&form)),
        current: of == state,
    });
    let mut ids: Vec<&str> = Vec::new();
    for form in rules.0.forms().all().filter(|form| form.level == Level::Commune) {
        if !ids.contains(&form.id.as_str()) {
            ids.push(&form.id);
        }
    }
    let forms = ids.into_iter().filter_map(|id| rules.0.form(id)).map(|of| FormOption {
        value: of.id.clone(),
        label: of.name.get(cx.lang).to_owned(),
        chosen: of.id == form,
    });
    page(&ReceivedPage {
        shell: cx.shell(cx.t("submissions-received-title"), Some(&place)),
        board_url: format!("{action}/board"),
        states: states.collect(),
        state: state.key().to_owned(),
        forms: forms.collect(),
        rows: found.iter().map(|one| received_row(cx, rules, one)).collect(),
        more,
        action,
    })
}

fn standing_of(state: State) -> Standing {
    match state {
        State::Sent => Standing::Sent,
        State::Returned => Standing::Returned,
        State::Accepted => Standing::Accepted,
    }
}

fn received_row(cx: &Cx, rules: &Rules, one: &Submission) -> ReceivedRow {
    let form = rules.0.form(&one.key.form);
    let regime = form.and_then(|form| rules.0.regime(&form.regime));
    let window = regime.and_then(|regime| regime.window(&one.key.period).ok().map(|window| (regime, window)));
    ReceivedRow {
        sender: one.name.clone(),
        form: form.map_or(one.key.form.as_str(), |form| form.name.get(cx.lang)).to_owned(),
        period: match window {
            Some((regime, window)) => text::sentence(&regime.period_name(&window, cx.lang)),
            None => one.key.period.clone(),
        },
        due: day(cx, one.due),
        changed: day(cx, kernel::local_day(one.changed_at)),
        late: one.late(),
        url: submission_url(&one.code, one.report),
    }
}
