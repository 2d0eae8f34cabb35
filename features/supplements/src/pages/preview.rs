//! What a draft would show, on the records of the last period: read only.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use axum::response::Response;
use catalogue::{Catalogue, Layer, Part, Register, Text, WHOLE, Window};
use figures::Tally;
use jiff::civil::Date;
use kernel::http::{Shell, page};
use kernel::{Action, Cx, Error, Place, Room};
use units::Level;
use vietnamese::date;

use crate::pages::rules::origin;
use crate::pages::show::fault;
use crate::pages::{Around, Desk, desk, find, rules_url, supplement_url};
use crate::rulebook::layers;

/// The regime whose last window that has ended is shown.
const REGIME: &str = "quarterly";

#[derive(Template)]
#[template(path = "supplements_preview.html")]
struct PreviewPage {
    shell: Shell,
    window: String,
    tables: Vec<Table>,
    faults: Vec<String>,
    back: String,
    rules: String,
}

struct Table {
    key: String,
    title: String,
    rows: Vec<Row>,
}

struct Row {
    label: String,
    unit: String,
    origin: String,
    now: String,
    next: String,
}

/// What a unit's records say under the rules of now and of then.
struct Compared {
    now: Catalogue,
    next: Catalogue,
    tally_now: Tally,
    tally_next: Tally,
    registers: (i64, i64),
    /// Whether whoever looks is of another unit than those that recorded.
    outside: bool,
}

/// `GET …/preview`.
pub(super) async fn show(
    cx: Cx,
    Path((code, id)): Path<(String, String)>,
    Extension(around): Around,
) -> Result<Response, Error> {
    let desk = desk(&cx, &code).await?;
    let (supplement, layer) = find(&cx, &desk, &id).await?;
    let today = cx.today();
    let (at, asker, draft) = (desk.clone(), cx.clone(), layer.clone());
    let compared = cx
        .read(move |read, scope| {
            let all = layers(read, &at.place.path)?;
            let before: Vec<Layer> = all.into_iter().filter(|other| *other != draft).collect();
            let now = match Catalogue::with(&before) {
                Ok(now) => now,
                Err(problems) => return Ok(Err(problems)),
            };
            let window = last_window(&now, today)?;
            // As if it held during the whole window.
            let mut held: Vec<Layer> = before.into_iter().chain([draft]).collect();
            held.sort_by_key(|layer| (layer.owner, layer.number));
            for layer in &mut held {
                layer.starts = layer.starts.min(window.from);
            }
            let next = match Catalogue::with(&held) {
                Ok(next) => next,
                Err(problems) => return Ok(Err(problems)),
            };
            let (mut tally_now, mut tally_next) = (Tally::default(), Tally::default());
            let mut registers = (0, 0);
            for (place, room) in places(read, scope, &asker, &at, today)? {
                let mut visit = |record: &figures::Record| {
                    tally_now.add(record, &now);
                    tally_next.add(record, &next);
                };
                around.records(read, &room, &now, (window.from, window.to), &mut visit)?;
                let households = units::households_total(read, scope, &place, window.to)?;
                registers = (registers.0 + households.households, registers.1 + i64::from(households.areas));
            }
            let (tally_now, tally_next) = (tally_now.settled(), tally_next.settled());
            let outside = !asker.caller.scope.can(&at.place, Action::Record);
            Ok(Ok((Compared { now, next, tally_now, tally_next, registers, outside }, window)))
        })
        .await?;
    let back = supplement_url(&desk.place, supplement.id);
    let mut shown = PreviewPage {
        shell: cx.shell(cx.t("supplements-preview-title"), Some(&desk.place)),
        window: String::new(),
        tables: vec![],
        faults: vec![],
        back,
        rules: rules_url(&desk.place),
    };
    match compared {
        Err(problems) => shown.faults = problems.iter().map(|problem| fault(&cx, problem)).collect(),
        Ok((compared, window)) => {
            shown.window = cx.ta(
                "supplements-preview-window",
                &[
                    ("from", date::short(window.from, cx.lang).into()),
                    ("to", date::short(window.to, cx.lang).into()),
                ],
            );
            shown.tables = tables(&cx, &compared, &layer, &window)?;
        }
    }
    page(&shown)
}

/// The last window of the regime that has ended.
fn last_window(rules: &Catalogue, today: Date) -> Result<Window, Error> {
    let regime = rules.regime(REGIME).ok_or(Error::NotFound)?;
    let running = regime.containing(today);
    Ok(regime.containing(running.from.yesterday().unwrap_or(running.from)))
}

/// The communes whose records are read: the unit itself, or those of the province that the caller may see.
fn places(
    read: &mut db::Read<'_>,
    scope: &kernel::Scope,
    cx: &Cx,
    desk: &Desk,
    today: Date,
) -> Result<Vec<(Place, Room)>, Error> {
    let communes = match desk.unit.level {
        Level::Province => units::children(read, scope, &desk.place.tenant, today)?,
        Level::Commune | Level::Country => vec![desk.unit.clone()],
    };
    communes.iter().map(|unit| Ok((unit.place(), cx.enter(&unit.place(), Action::SeeActivities)?))).collect()
}

fn tables(cx: &Cx, compared: &Compared, layer: &Layer, window: &Window) -> Result<Vec<Table>, Error> {
    let own = |id: &str| layer.text.contains(&format!("\"{id}\"")) && catalogue::Owner::of(id).is_some();
    let mut tables = Vec::new();
    let indicators: Vec<_> =
        compared.next.indicators().all_on(window.to).filter(|rule| own(&rule.id)).collect();
    if !indicators.is_empty() {
        let rows = indicators.iter().map(|rule| row(cx, compared, window, (&rule.id, WHOLE), &rule.name));
        tables.push(Table {
            key: "indicators".to_owned(),
            title: cx.t("supplements-indicators"),
            rows: rows.collect::<Result<_, _>>()?,
        });
    }
    for form in compared.next.forms().all_on(window.to).filter(|form| own(&form.id)) {
        let mut rows = Vec::new();
        for part in form.sections.iter().flat_map(|section| &section.body) {
            let Part::Figures { rows: of, .. } = part else { continue };
            for one in of {
                let name = compared.next.indicators().on(&one.indicator, window.to).map(|rule| &rule.name);
                if let Some(label) = one.label.as_ref().or(name) {
                    rows.push(row(cx, compared, window, (&one.indicator, &one.slice), label)?);
                }
            }
        }
        tables.push(Table { key: form.id.clone(), title: form.name.get(cx.lang).to_owned(), rows });
    }
    Ok(tables)
}

fn row(cx: &Cx, compared: &Compared, window: &Window, of: (&str, &str), label: &Text) -> Result<Row, Error> {
    let (households, areas) = compared.registers;
    let registers = |what: Register, _| match what {
        Register::Households => households,
        Register::Areas => areas,
    };
    let span = (window.from, window.to);
    let now = compared.tally_now.figure(&compared.now, registers, of, span)?;
    let next = compared.tally_next.figure(&compared.next, registers, of, span)?;
    let rule = compared.next.indicators().on(of.0, window.to);
    // Small numbers of people stay inside the unit that recorded them.
    let words = |figure: &figures::Figure| match rule {
        Some(rule) if compared.outside => figure.show_outside(rule, cx.lang).words(),
        _ => figure.show(cx.lang),
    };
    Ok(Row {
        label: label.get(cx.lang).to_owned(),
        unit: rule.map(|rule| rule.unit.get(cx.lang).to_owned()).unwrap_or_default(),
        origin: origin(cx, of.0),
        now: words(&now),
        next: words(&next),
    })
}
