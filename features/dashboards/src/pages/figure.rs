//! One figure: what it means, what it is, which records stand behind it.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use catalogue::{Catalogue, Indicator, WHOLE};
use figures::{Amount, Figure, WITHHELD, counts_people};
use kernel::http::{Shell, encode, page, redirect};
use kernel::{Action, Cx, Error, Result};
use units::{Level, Unit};
use vietnamese::{number, text};

use crate::chosen::Period;
use crate::glance::{Desk, State};
use crate::pages::{Asked, Rules, dashboard_url, day, unit_of};
use crate::viewer::{Viewer, has_star};

#[derive(Template)]
#[template(path = "dashboards_figure.html")]
struct FigurePage {
    shell: Shell,
    back: String,
    value: String,
    counted_in: String,
    definition: String,
    version: u32,
    window: String,
    unit: String,
    /// The areas covered, when it is not the whole commune.
    only: String,
    legal_basis: String,
    checked: bool,
    records: Vec<RecordRow>,
}

impl FigurePage {
    /// Whether the figure has the star that the page then explains.
    fn starred(&self) -> bool {
        has_star(&self.value)
    }
}

struct RecordRow {
    url: String,
    kind: String,
    day: String,
    area: String,
    amount: String,
}

/// `GET …/dashboard/figures`: of a commune; the figure of a province or the country opens to its parts, which
/// is its dashboard.
pub(super) async fn show(
    cx: Cx,
    rules: Rules,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let unit = unit_of(&cx, &code).await?;
    let room = cx.enter(&unit.place(), Action::SeeActivities)?;
    let regime = rules.regime(&asked.regime).ok_or(Error::NotFound)?.clone();
    let window = regime.window(&asked.period).map_err(|_| Error::NotFound)?;
    let rule = rules.indicators().on(&asked.indicator, window.to).ok_or(Error::NotFound)?.clone();
    if asked.slice != WHOLE {
        return Err(Error::NotFound);
    }
    let back = dashboard_url(&unit.code, &regime.id, &window.period);
    match unit.level {
        Level::Commune => {}
        Level::Province | Level::Country => {
            return Ok(redirect(&format!("{back}&indicator={}", encode(&rule.id))));
        }
    }
    let (catalogue, period) = (Arc::clone(&rules.0), Period { regime, window });
    let (given, asked) = ((unit.clone(), room.clone()), period.window.clone());
    let today = cx.today();
    let (figure, behind, areas) = cx
        .read(move |read, scope| {
            let (unit, room) = &given;
            let desk = Desk { scope, unit, room, catalogue: &catalogue };
            let state = State::open(read, desk, today, &[(asked.from, asked.to)])?;
            let figure = state.figure(read, &rule.id, &asked)?;
            let behind = state.evidence(read, &rule.id, (asked.from, asked.to))?;
            let mut areas = BTreeMap::new();
            for on in [asked.from, asked.to] {
                let there = units::areas_within(read, scope, &unit.place(), today, on)?;
                areas.extend(
                    there.into_iter().filter(|a| room.covers(a.id).is_ok()).map(|area| (area.id, area.name)),
                );
            }
            Ok((figure, behind, areas))
        })
        .await?;
    let rule = rules.indicators().on(&figure.indicator, figure.to).ok_or(Error::NotFound)?;
    let people = counts_people(&rules, rule, figure.to);
    let viewer = Viewer::of(&cx.caller.scope, &unit.place());
    let lang = cx.lang;
    // One hidden amount is the figure less the others: then none is shown.
    let withheld = people && behind.iter().any(|(_, adds)| viewer.hides(counted(adds)));
    let records = behind.into_iter().map(|(activity, adds)| {
        let (content, amount) = (activity.content, counted(&adds));
        RecordRow {
            url: format!("/units/{}/activities/{}", unit.code, activity.id),
            kind: rules
                .kind(&content.kind)
                .map_or(content.kind.clone(), |kind| kind.name.get(lang).to_owned()),
            day: vietnamese::date::table(content.day, lang),
            area: areas.get(&content.area).cloned().unwrap_or_else(|| "–".to_owned()),
            amount: if withheld { WITHHELD.to_owned() } else { number::count(amount, lang) },
        }
    });
    let only = match room.areas() {
        kernel::Areas::All => String::new(),
        kernel::Areas::Only(_) => {
            let names: Vec<&str> = areas.values().map(String::as_str).collect();
            cx.ta("dashboards-only", &[("areas", names.join(", ").into())])
        }
    };
    let records = records.collect();
    page(&figure_page(&cx, &rules, &unit, (rule, &figure), back, (only, records)))
}

fn counted(adds: &Amount) -> i64 {
    match adds {
        Amount::Number(number) => *number,
        Amount::Households(households) => households.len() as i64,
        Amount::Area => 1,
    }
}

fn figure_page(
    cx: &Cx,
    catalogue: &Catalogue,
    unit: &Unit,
    (rule, figure): (&Indicator, &Figure),
    back: String,
    (only, records): (String, Vec<RecordRow>),
) -> FigurePage {
    let (lang, place) = (cx.lang, unit.place());
    FigurePage {
        shell: cx.shell(rule.name.get(lang), Some(&place)),
        back,
        value: Viewer::of(&cx.caller.scope, &place).figure(catalogue, figure, lang),
        counted_in: rule.unit.get(lang).to_owned(),
        definition: rule.definition.get(lang).to_owned(),
        version: figure.version,
        window: cx.ta(
            "dashboards-window-words",
            &[("from", day(cx, figure.from).into()), ("to", day(cx, figure.to).into())],
        ),
        unit: text::sentence(&unit.long_name(lang)),
        only,
        legal_basis: rule.legal_basis.clone().unwrap_or_default(),
        checked: rule.checked,
        records,
    }
}
