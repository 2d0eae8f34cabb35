//! The dashboard of a province: every indicator over twelve months, and the communes without activity.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use catalogue::{Catalogue, Window};
use figures::Value;
use kernel::http::{Shell, encode, page};
use kernel::{Cx, Error, Result};
use units::Unit;
use vietnamese::text;

use crate::charts::Spark;
use crate::chosen::Period;
use crate::pages::dashboard_url;
use crate::year::{Year, year};

#[derive(Template)]
#[template(path = "dashboards_year.html")]
struct YearPage {
    shell: Shell,
    lead: String,
    before: String,
    /// "" when the month after has not begun.
    after: String,
    months: Vec<Month>,
    /// Communes with activity in the last month, and what stands below the number.
    active: String,
    active_words: String,
    idle_count: String,
    idle: Vec<Link>,
    /// Communes with activity, by month.
    communes: LineRow,
    lines: Vec<LineRow>,
    /// Names of the indicators that hold nothing.
    empty: Vec<String>,
}

struct Month {
    short: String,
    long: String,
}

struct Link {
    name: String,
    url: String,
}

struct LineRow {
    name: String,
    unit: String,
    url: String,
    spark: Spark,
    values: Vec<String>,
    together: String,
    communes: String,
}

/// What stands for a number that is withheld.
const WITHHELD: &str = "·";

pub(super) async fn show(cx: &Cx, rules: &Arc<Catalogue>, unit: Unit, period: &Period) -> Result<Response> {
    let (until, today) = (period.window.to.min(cx.today()), cx.today());
    let catalogue = Arc::clone(rules);
    let (unit, found) = cx
        .read(move |read, scope| {
            let found = year(read, (scope, &unit), &catalogue, (until, today))?;
            Ok((unit, found))
        })
        .await?;
    page(&year_page(cx, rules, &unit, &found)?)
}

fn year_page(cx: &Cx, catalogue: &Catalogue, unit: &Unit, found: &Year) -> Result<YearPage> {
    let lang = cx.lang;
    let monthly = catalogue.regime("monthly").ok_or(Error::NotFound)?;
    let last = found.months.last().ok_or(Error::NotFound)?;
    let to_month = |window: &Window| dashboard_url(&unit.code, &monthly.id, &window.period);
    let next = monthly.next(last);
    let count = |number: usize| vietnamese::number::count(number as i64, lang);
    let active = found.active.last().copied().unwrap_or_default();
    let lines = found.lines.iter().filter_map(|line| {
        let rule = catalogue.indicators().on(&line.indicator, last.to)?;
        let show =
            |value: &Option<Value>| value.map_or_else(|| WITHHELD.to_owned(), |value| value.show(lang));
        let tall = |value: &Option<Value>| match value {
            Some(Value::Number(number)) => *number,
            Some(Value::Ratio { scaled, .. }) => *scaled,
            Some(Value::None) | None => 0,
        };
        Some(LineRow {
            name: rule.name.get(lang).to_owned(),
            unit: rule.unit.get(lang).to_owned(),
            url: format!("{}&indicator={}", to_month(last), encode(&rule.id)),
            spark: Spark::new(&line.values.iter().map(tall).collect::<Vec<_>>()),
            values: line.values.iter().map(show).collect(),
            together: show(&line.together),
            communes: count(line.communes),
        })
    });
    let lines: Vec<LineRow> = lines.collect();
    let names = found.empty.iter().filter_map(|id| catalogue.indicators().on(id, last.to));
    Ok(YearPage {
        shell: cx.shell(cx.t("dashboards-title"), Some(&unit.place())),
        lead: cx.ta(
            "dashboards-year-lead",
            &[
                ("month", text::sentence(&monthly.label(last, lang)).into()),
                ("count", (found.communes as i64).into()),
            ],
        ),
        before: to_month(&monthly.previous(last)),
        after: if next.from <= cx.today() { to_month(&next) } else { String::new() },
        months: found
            .months
            .iter()
            .map(|month| Month {
                short: format!("{}/{:02}", month.to.month(), month.to.year() % 100),
                long: monthly.label(month, lang),
            })
            .collect(),
        active: format!("{}/{}", count(active), count(found.communes)),
        active_words: cx.t("dashboards-year-active"),
        idle_count: count(found.idle.len()),
        idle: found
            .idle
            .iter()
            .map(|commune| Link {
                name: text::sentence(&commune.full_name(lang)),
                url: dashboard_url(&commune.code, &monthly.id, &last.period),
            })
            .collect(),
        communes: LineRow {
            name: cx.t("dashboards-year-active-row"),
            unit: String::new(),
            url: String::new(),
            spark: Spark::new(&found.active.iter().map(|n| *n as i64).collect::<Vec<_>>()),
            values: found.active.iter().map(|number| count(*number)).collect(),
            together: String::new(),
            communes: count(active),
        },
        lines,
        empty: names.map(|rule| rule.name.get(lang).to_owned()).collect(),
    })
}
