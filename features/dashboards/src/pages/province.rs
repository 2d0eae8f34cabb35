//! The dashboard of a province or the country: one indicator over its communes or provinces, as a table and as tiles.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use catalogue::{Catalogue, Indicator, WHOLE};
use figures::{Grids, Value};
use kernel::http::{FormOption, Shell, encode, page};
use kernel::{Cx, Error, Lang, Result};
use targets::Target;
use units::{Level, Unit};
use vietnamese::text;

use crate::aims::{Aim, targets_url, year_of};
use crate::charts::{Map, Step, Steps};
use crate::chosen::{INDICATORS, Period};
use crate::pages::{Ways, figure_url, keep};
use crate::province::{Part, Spread, spread};
use crate::viewer::{Viewer, has_star};

/// How many parts stand open, the largest first; more are folded.
const FIRST: usize = 15;

#[derive(Template)]
#[template(path = "dashboards_province.html")]
struct ProvincePage {
    shell: Shell,
    /// Whose parts these are, in the keys of the texts: `province` or `country`.
    over: &'static str,
    lead: String,
    ways: Ways,
    action: String,
    regime: String,
    period: String,
    options: Vec<FormOption>,
    name: String,
    counted_in: String,
    definition: String,
    /// Over all parts; "" when it would give small numbers away.
    sum: String,
    /// The unit's own target of the year and how far it is, with its words and address; "" for none.
    aim: String,
    aim_words: String,
    aim_url: String,
    map: Option<Map>,
    legend: Vec<LegendRow>,
    /// The heading of the parts' targets; "" when there is none.
    target: String,
    rows: Vec<PartRow>,
    /// The parts after the first few.
    others: Vec<PartRow>,
    /// Back to every indicator.
    year: String,
}

impl ProvincePage {
    /// A text that a province and the country have each their own of.
    fn said(&self, what: &str) -> String {
        match self.over {
            "country" => self.shell.t(&format!("dashboards-country-{what}")),
            _ => self.shell.t(&format!("dashboards-province-{what}")),
        }
    }

    /// Whether a figure has the star that the page then explains.
    fn starred(&self) -> bool {
        has_star(&self.sum) || self.rows.iter().chain(&self.others).any(|row| has_star(&row.value))
    }
}

struct LegendRow {
    class: &'static str,
    mark: &'static str,
    words: String,
}

struct PartRow {
    name: String,
    value: String,
    /// The target of the year and how far it is; "" for none.
    aim: String,
    step: &'static str,
    url: String,
    dashboard: String,
}

pub(super) async fn show(
    cx: &Cx,
    (rules, grids): (&Arc<Catalogue>, Grids),
    unit: Unit,
    period: Period,
    indicator: String,
) -> Result<Response> {
    let usual = INDICATORS.first().copied().unwrap_or_default();
    let to = period.window.to;
    let rule = rules.indicators().on(&indicator, to).or_else(|| rules.indicators().on(usual, to));
    let rule = rule.ok_or(Error::NotFound)?;
    let (catalogue, window, id, today) =
        (Arc::clone(rules), period.window.clone(), rule.id.clone(), cx.today());
    let (unit, mut found, aim, aims) = cx
        .read(move |read, scope| {
            let mut found = spread(read, &grids, (scope, &unit), &catalogue, (&id, &window), today)?;
            let (mut aim, mut aims) = (None, BTreeMap::new());
            if let Some((year, so_far)) = year_of(&catalogue, &window, today) {
                let parts = found.parts.iter().map(|part| part.unit.id.as_str()).filter(|id| *id != unit.id);
                let tenants: Vec<&str> = std::iter::once(unit.id.as_str()).chain(parts).collect();
                let set = targets::find_each(read, scope, &tenants, (&id, WHOLE), year)?;
                let set = tenants.iter().zip(set).filter_map(|(id, of)| Some(((*id).to_owned(), of?)));
                let mut each: BTreeMap<String, Target> = set.collect();
                let over_all = each.remove(&unit.id);
                // The days of the year so far are read only where something is asked of them.
                if over_all.is_some() || !each.is_empty() {
                    let year = spread(read, &grids, (scope, &unit), &catalogue, (&id, &so_far), today)?;
                    found.to_keep.extend(year.to_keep);
                    aim = over_all.map(|target| (Aim { target, so_far: year.over_all }, year.hides_sum));
                    for part in year.parts {
                        if let Some(target) = each.remove(&part.unit.id) {
                            let hides = !part.hidden.is_empty();
                            aims.insert(part.unit.id, (Aim { target, so_far: part.figure }, hides));
                        }
                    }
                }
            }
            Ok((unit, found, aim, aims))
        })
        .await?;
    keep(cx, std::mem::take(&mut found.to_keep));
    let mut shown = province_page(cx, rules, &unit, &period, rule, (&found, &aims));
    if let Some((aim, hides)) = aim {
        // The sum stands on the page where it gives nobody away; so does how far it is.
        shown.aim = aim.words(cx, rules, Viewer::Own, hides);
        let year = aim.target.year;
        shown.aim_words = cx.ta("dashboards-column-target", &[("year", year.to_string().into())]);
        shown.aim_url = targets_url(&unit.code, year);
    }
    page(&shown)
}

fn province_page(
    cx: &Cx,
    catalogue: &Catalogue,
    unit: &Unit,
    period: &Period,
    rule: &Indicator,
    (found, aims): (&Spread, &BTreeMap<String, (Aim, bool)>),
) -> ProvincePage {
    let (lang, Period { regime, window }) = (cx.lang, period);
    let over = if unit.level == Level::Country { "country" } else { "province" };
    let steps = Steps::of(&found.parts);
    let name = rule.name.get(lang).to_owned();
    let label = regime.label(window, lang);
    let title = cx.ta(&format!("dashboards-{over}-map-title"), &[("name", name.clone().into())]);
    let words =
        |part: &Part| format!("{}: {}", text::sentence(&part.unit.full_name(lang)), value(part, lang));
    let options = catalogue.indicators().all_on(window.to).map(|other| {
        let label = other.name.get(lang).to_owned();
        FormOption { value: other.id.clone(), label, chosen: other.id == rule.id }
    });
    // The largest first; those that are hidden come after, in the order of their names.
    let mut ranked: Vec<&Part> = found.parts.iter().collect();
    ranked.sort_by_key(|part| if part.hidden.is_empty() { -rank(part.figure.value) } else { i64::MAX });
    let mut rows: Vec<PartRow> = ranked
        .into_iter()
        .map(|part| PartRow {
            name: match part.unit.id == unit.id {
                true => cx.t("dashboards-province-own"),
                false => text::sentence(&part.unit.full_name(lang)),
            },
            value: value(part, lang),
            aim: aims
                .get(&part.unit.id)
                .map(|(aim, hidden)| aim.words(cx, catalogue, Viewer::Own, *hidden))
                .unwrap_or_default(),
            step: steps.step(part).look().1,
            url: match part.unit.id == unit.id {
                true => format!(
                    "/units/{}/activities?state=confirmed&from={}&to={}",
                    unit.code, window.from, window.to
                ),
                false => figure_url(&part.unit.code, &rule.id, &regime.id, &window.period),
            },
            dashboard: crate::pages::dashboard_url(&part.unit.code, &regime.id, &window.period),
        })
        .collect();
    // Provinces are few and stand open together.
    let open = if unit.level == Level::Country { rows.len() } else { FIRST };
    let others = rows.split_off(rows.len().min(open));
    ProvincePage {
        shell: cx.shell(cx.t("dashboards-title"), Some(&unit.place())),
        over,
        lead: text::sentence(&label),
        ways: Ways::of(cx, catalogue, &unit.code, period, &format!("&indicator={}", encode(&rule.id))),
        action: format!("/units/{}/dashboard", unit.code),
        regime: regime.id.clone(),
        period: window.period.clone(),
        options: options.collect(),
        counted_in: rule.unit.get(lang).to_owned(),
        definition: rule.definition.get(lang).to_owned(),
        target: match aims.values().next() {
            Some((aim, _)) => {
                cx.ta("dashboards-column-target", &[("year", aim.target.year.to_string().into())])
            }
            None => String::new(),
        },
        aim: String::new(),
        aim_words: String::new(),
        aim_url: String::new(),
        sum: if found.hides_sum { String::new() } else { found.over_all.show(lang) },
        map: Map::new(&unit.code, (title, cx.t(&format!("dashboards-{over}-map-desc"))), &found.parts, words),
        legend: legend(cx, &steps, &found.parts),
        year: crate::pages::dashboard_url(&unit.code, &regime.id, &window.period),
        rows,
        others,
        name,
    }
}

fn rank(value: Value) -> i64 {
    match value {
        Value::Number(number) => number,
        Value::Ratio { scaled, .. } => scaled,
        Value::None => -1,
    }
}

fn value(part: &Part, lang: Lang) -> String {
    if part.hidden.is_empty() { part.figure.show(lang) } else { part.hidden.to_owned() }
}

fn legend(cx: &Cx, steps: &Steps, parts: &[Part]) -> Vec<LegendRow> {
    let row = |step: Step, words: String| {
        let (class, mark) = step.look();
        LegendRow { class, mark, words }
    };
    let mut legend: Vec<LegendRow> =
        steps.legend(cx.lang).into_iter().map(|(step, words)| row(step, words)).collect();
    let there = |wanted: Step| parts.iter().any(|part| steps.step(part) == wanted);
    if there(Step::Hidden) {
        legend.push(row(Step::Hidden, cx.t("dashboards-legend-hidden")));
    }
    if there(Step::Withheld) {
        legend.push(row(Step::Withheld, cx.t("dashboards-legend-withheld")));
    }
    if there(Step::None) {
        legend.push(row(Step::None, cx.t("dashboards-legend-none")));
    }
    legend
}
