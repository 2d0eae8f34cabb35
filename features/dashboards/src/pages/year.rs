//! Every indicator of a commune, a province or the country over twelve months, and the communes or provinces without activity.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use catalogue::{Catalogue, WHOLE, Window};
use figures::{Grids, Value};
use kernel::http::{Shell, encode, page};
use kernel::{Action, Cx, Error, Lang, Result};
use targets::Target;
use units::{Level, Unit};
use vietnamese::text;

use crate::aims::{target_words, targets_url, year_of};
use crate::charts::Spark;
use crate::chosen::Period;
use crate::pages::{dashboard_url, figure_url, keep};
use crate::viewer::SUM_WITHHELD;
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
    /// Whose parts these are, in the keys of the texts: `province` or `country`; "" for a commune.
    over: &'static str,
    /// What is said of the communes of a province or the country.
    communes: Option<Communes>,
    /// The provinces of the country.
    provinces: Vec<ProvinceRow>,
    /// Back to the commune's dashboard; "" for others.
    back: String,
    lines: Vec<LineRow>,
    /// The heading of the targets; "" when there is none.
    target: String,
    target_url: String,
    /// Names of the indicators that hold nothing.
    empty: Vec<String>,
}

impl YearPage {
    /// A text that a province and the country have each their own of.
    fn said(&self, what: &str) -> String {
        match self.over {
            "country" => self.shell.t(&format!("dashboards-country-{what}")),
            _ => self.shell.t(&format!("dashboards-province-{what}")),
        }
    }
}

struct ProvinceRow {
    name: String,
    url: String,
    spark: Spark,
    /// How many communes had activity in the last month, of how many.
    active: String,
}

struct Month {
    short: String,
    long: String,
}

struct Link {
    name: String,
    url: String,
}

struct Communes {
    /// How many there are.
    all: String,
    idle_count: String,
    idle: Vec<Link>,
    /// Those with activity, by month.
    spark: Spark,
    by_month: Vec<String>,
    /// In the last month.
    last: String,
}

struct LineRow {
    name: String,
    unit: String,
    url: String,
    spark: Spark,
    /// With the address to which it opens; "" above communes, where rows open as a whole.
    values: Vec<(String, String)>,
    together: String,
    /// The target of the year; "" for none.
    target: String,
    parts: String,
}

pub(super) async fn show(
    cx: &Cx,
    (rules, grids): (&Arc<Catalogue>, Grids),
    unit: Unit,
    period: &Period,
) -> Result<Response> {
    let (until, today) = (period.window.to.min(cx.today()), cx.today());
    let catalogue = Arc::clone(rules);
    let window = period.window.clone();
    let (unit, mut found, targets) = cx
        .read(move |read, scope| {
            let found = year(read, &grids, (scope, &unit), &catalogue, (until, today))?;
            let room = scope.enter(&unit.place(), Action::SeeActivities)?;
            let mut targets = match year_of(&catalogue, &window, today) {
                Some((year, _)) => targets::of_year(read, &room, year)?,
                None => Vec::new(),
            };
            targets.retain(|target| target.slice == WHOLE);
            Ok((unit, found, targets))
        })
        .await?;
    keep(cx, std::mem::take(&mut found.to_keep));
    page(&year_page(cx, rules, &unit, (&found, &targets))?)
}

fn year_page(
    cx: &Cx,
    catalogue: &Catalogue,
    unit: &Unit,
    (found, targets): (&Year, &[Target]),
) -> Result<YearPage> {
    let (lang, above) = (cx.lang, unit.level != Level::Commune);
    let over = match unit.level {
        Level::Commune => "",
        Level::Province => "province",
        Level::Country => "country",
    };
    let monthly = catalogue.regime("monthly").ok_or(Error::NotFound)?;
    let last = found.months.last().ok_or(Error::NotFound)?;
    let dashboard = |code: &str, window: &Window| dashboard_url(code, &monthly.id, &window.period);
    let view = if above { "" } else { "&view=year" };
    let to_month = |window: &Window| format!("{}{view}", dashboard(&unit.code, window));
    let next = monthly.next(last);
    let lines = found.lines.iter().filter_map(|line| {
        let rule = catalogue.indicators().on(&line.indicator, last.to)?;
        let show =
            |value: &Option<Value>| value.map_or_else(|| SUM_WITHHELD.to_owned(), |value| value.show(lang));
        let opens = |month: &Window| match above {
            true => String::new(),
            false => figure_url(&unit.code, &rule.id, &monthly.id, &month.period),
        };
        Some(LineRow {
            name: rule.name.get(lang).to_owned(),
            unit: rule.unit.get(lang).to_owned(),
            url: match above {
                true => format!("{}&indicator={}", to_month(last), encode(&rule.id)),
                false => String::new(),
            },
            spark: Spark::new(&line.values.iter().map(tall).collect::<Vec<_>>()),
            values: line
                .values
                .iter()
                .zip(&found.months)
                .map(|(of, month)| (show(of), opens(month)))
                .collect(),
            together: show(&line.together),
            target: targets
                .iter()
                .find(|target| target.indicator == line.indicator)
                .map(|target| target_words(catalogue, target, last.to, lang))
                .unwrap_or_default(),
            parts: count(line.parts, lang),
        })
    });
    let lines = lines.collect();
    let names = found.empty.iter().filter_map(|id| catalogue.indicators().on(id, last.to));
    let months = found.months.iter().map(|month| Month {
        short: format!("{}/{:02}", month.to.month(), month.to.year() % 100),
        long: monthly.label(month, lang),
    });
    let month = text::sentence(&monthly.label(last, lang)).into();
    Ok(YearPage {
        shell: cx.shell(cx.t("dashboards-title"), Some(&unit.place())),
        lead: match unit.level {
            Level::Commune => cx.ta("dashboards-year-lead-commune", &[("month", month)]),
            Level::Province => {
                let communes = found.communes as i64;
                cx.ta("dashboards-province-lead", &[("month", month), ("count", communes.into())])
            }
            Level::Country => {
                let (provinces, communes) = (found.provinces.len() as i64, count(found.communes, lang));
                let counts = [("provinces", provinces.into()), ("count", communes.into()), ("month", month)];
                cx.ta("dashboards-country-lead", &counts)
            }
        },
        over,
        provinces: (found.provinces.iter())
            .map(|province| ProvinceRow {
                name: text::sentence(&province.unit.full_name(lang)),
                url: dashboard(&province.unit.code, last),
                spark: Spark::new(&province.active.iter().map(|number| *number as i64).collect::<Vec<_>>()),
                active: format!(
                    "{}/{}",
                    count(province.active.last().copied().unwrap_or_default(), lang),
                    count(province.communes, lang)
                ),
            })
            .collect(),
        before: to_month(&monthly.previous(last)),
        after: if next.from <= cx.today() { to_month(&next) } else { String::new() },
        months: months.collect(),
        communes: above.then(|| communes(found, lang, |commune| dashboard(&commune.code, last))),
        back: if above { String::new() } else { dashboard(&unit.code, last) },
        lines,
        target: match targets.first() {
            Some(target) => cx.ta("dashboards-column-target", &[("year", target.year.to_string().into())]),
            None => String::new(),
        },
        target_url: targets.first().map(|of| targets_url(&unit.code, of.year)).unwrap_or_default(),
        empty: names.map(|rule| rule.name.get(lang).to_owned()).collect(),
    })
}

fn communes(found: &Year, lang: Lang, url: impl Fn(&Unit) -> String) -> Communes {
    let active = count(found.active.last().copied().unwrap_or_default(), lang);
    let link = |commune: &Unit| Link { name: text::sentence(&commune.full_name(lang)), url: url(commune) };
    Communes {
        all: count(found.communes, lang),
        idle_count: count(found.idle.len(), lang),
        idle: found.idle.iter().map(link).collect(),
        spark: Spark::new(&found.active.iter().map(|number| *number as i64).collect::<Vec<_>>()),
        by_month: found.active.iter().map(|number| count(*number, lang)).collect(),
        last: active,
    }
}

fn count(number: usize, lang: Lang) -> String {
    vietnamese::number::count(number as i64, lang)
}

/// The height of a bar, before it is scaled.
fn tall(value: &Option<Value>) -> i64 {
    match value {
        Some(Value::Number(number)) => *number,
        Some(Value::Ratio { scaled, .. }) => *scaled,
        Some(Value::None) | None => 0,
    }
}
