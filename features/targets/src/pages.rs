//! The targets of a unit and a year, beside what was reached.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use catalogue::{Catalogue, Indicator, Measure, Register, WHOLE, Window};
use db::Read;
use figures::{Figure, Shown, Value};
use jiff::civil::Date;
use kernel::http::{FormOption, FormState, Need, Routes, Sent, Shell, page, redirect, unprocessable};
use kernel::{Action, Areas, Cx, Error, Lang, Place, Scope};
use serde::Deserialize;
use supplements::Rules;
use units::{Basis, Level, Unit};
use vietnamese::number;

use crate::actions::{Refused, YEARLY, set};
use crate::model::{Refusal, Target, Wanted, parse, reachable};
use crate::store;

/// The routes of this capability. Beside the state they need the extension [`supplements::Rulebook`].
pub fn routes() -> Routes {
    Routes::default().get("/units/{unit}/targets", Need::Action(Action::SeeReports), show).post(
        "/units/{unit}/targets",
        Need::Action(Action::SetTargets),
        write,
    )
}

#[derive(Deserialize)]
struct TargetsQuery {
    year: Option<i64>,
    #[serde(default)]
    indicator: String,
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "targets.html")]
struct TargetsPage {
    shell: Shell,
    url: String,
    year: i64,
    years: Vec<YearLink>,
    window: String,
    rows: Vec<TargetLine>,
    /// Whether the reader may set targets here.
    sets: bool,
    /// Indicators to choose from.
    indicators: Vec<FormOption>,
    form: FormState,
    /// Indicator whose target is being set; empty for none.
    asked: String,
    asked_name: String,
    asked_unit: String,
    based_on: u32,
}

struct YearLink {
    label: String,
    url: String,
    current: bool,
}

struct TargetLine {
    name: String,
    unit: String,
    target: String,
    result: String,
    reached: String,
    /// Where the result stands instead, above communes.
    dashboard: String,
    superior: bool,
    url: String,
}

/// What the page reads.
struct Loaded {
    place: Place,
    /// Whether it is above communes.
    above: bool,
    targets: Vec<(Target, Option<Figure>)>,
    asked: Option<Target>,
}

/// `GET /units/{unit}/targets`.
async fn show(
    cx: Cx,
    rules: Rules,
    Path(code): Path<String>,
    Query(query): Query<TargetsQuery>,
) -> Result<Response, Error> {
    let year = query.year.unwrap_or_else(|| cx.today().year().into());
    let mut shown = targets_page(&cx, &rules, &code, year, &query.indicator, None).await?;
    shown.shell = shown.shell.with_flash(query.done.as_deref());
    page(&shown)
}

async fn targets_page(
    cx: &Cx,
    rules: &Rules,
    code: &str,
    year: i64,
    asked: &str,
    form: Option<FormState>,
) -> Result<TargetsPage, Error> {
    let regime = rules.regime(YEARLY).ok_or(Error::NotFound)?;
    let window = regime.window(&year.to_string()).map_err(|_| Error::NotFound)?;
    let (catalogue, asker, code, of) = (rules.0.clone(), cx.clone(), code.to_owned(), asked.to_owned());
    let span = window.clone();
    let loaded = cx
        .read(move |read, scope| {
            let today = asker.today();
            let unit = units::find_by_code(read, scope, &code, today)?.ok_or(Error::NotFound)?;
            let place = unit.place();
            let room = asker.enter(&place, Action::SeeReports)?;
            let mut targets = Vec::new();
            for target in store::of_year(read, &room, year)? {
                let result = result(read, (scope, &unit, &room), &catalogue, &target, (&span, today))?;
                targets.push((target, result));
            }
            let asked = if of.is_empty() { None } else { store::find(read, &room, (&of, WHOLE), year)? };
            Ok(Loaded { place, above: unit.level != Level::Commune, targets, asked })
        })
        .await?;
    Ok(view(cx, rules, loaded, (year, &window), asked, form))
}

/// What a commune reached in the window, in the borders of today. None for an indicator that is no more, for somebody who
/// covers single areas, and above communes: there the dashboard says it, with what a sum would give away.
fn result(
    read: &mut Read<'_>,
    (scope, unit, room): (&Scope, &Unit, &kernel::Room),
    catalogue: &Catalogue,
    target: &Target,
    (window, today): (&Window, Date),
) -> Result<Option<Figure>, Error> {
    let is_there = catalogue.indicators().on(&target.indicator, window.to).is_some();
    if !is_there || unit.level != Level::Commune || room.areas() != &Areas::All {
        return Ok(None);
    }
    let makeup = units::makeup(read, scope, unit, Basis::AsItIsNow, (Date::MIN, Date::MAX), today)?;
    let mut registers = |read: &mut Read<'_>, what, on: Date| {
        let count = units::register(read, scope, unit, today, on.min(today))
            .map_err(|error| db::Error::Broken(format!("the register of units cannot be read: {error}")))?;
        Ok(match what {
            Register::Households => count.households,
            Register::Areas => count.areas.into(),
        })
    };
    let of = (target.indicator.as_str(), target.slice.as_str());
    let days = (window.from, window.to);
    Ok(Some(figures::read_over(read, (scope, room), &makeup, catalogue, &mut registers, of, days)?))
}

fn view(
    cx: &Cx,
    rules: &Rules,
    Loaded { place, above, targets, asked: there }: Loaded,
    (year, window): (i64, &Window),
    asked: &str,
    form: Option<FormState>,
) -> TargetsPage {
    let (lang, scope) = (cx.lang, &cx.caller.scope);
    let url = format!("/units/{}/targets", place.code);
    let sets = scope.can(&place, Action::SetTargets);
    let rule = |id: &str| rules.indicators().on(id, window.to);
    let own = scope.grants().iter().any(|grant| grant.path == place.path || grant.path.is_empty());
    let rows = targets.iter().map(|(target, figure)| {
        let rule = rule(&target.indicator);
        let shown = match (figure, rule) {
            (Some(figure), Some(rule)) if !own => figure.show_outside(rule, lang),
            (Some(figure), _) => Shown::Value(figure.show(lang)),
            _ => Shown::Value("–".to_owned()),
        };
        let hidden = shown == Shown::Suppressed;
        TargetLine {
            name: rule.map_or(target.indicator.clone(), |rule| rule.name.get(lang).to_owned()),
            unit: rule.map(|rule| rule.unit.get(lang).to_owned()).unwrap_or_default(),
            target: words(rule, target.amount.unwrap_or_default(), lang),
            result: shown.words(),
            reached: if hidden { "–".to_owned() } else { reached(cx, figure.as_ref(), target) },
            dashboard: match above {
                true => format!(
                    "/units/{}/dashboard?regime={YEARLY}&period={year}&indicator={}",
                    place.code, target.indicator
                ),
                false => String::new(),
            },
            superior: target.superior,
            url: format!("{url}?year={year}&indicator={}#set", target.indicator),
        }
    });
    let chosen = rule(asked).filter(|rule| reachable(rule) && sets);
    let typed = there.as_ref().and_then(|target| target.amount).map(|amount| words(chosen, amount, lang));
    let form = form.unwrap_or_else(|| FormState {
        typed: typed.map(|amount| ("amount".to_owned(), amount)).into_iter().collect(),
        problems: vec![],
    });
    let indicators = rules.indicators().all_on(window.to).filter(|rule| reachable(rule));
    let indicators = indicators.map(|rule| FormOption {
        value: rule.id.clone(),
        label: rule.name.get(lang).to_owned(),
        chosen: rule.id == asked,
    });
    let day = |day| vietnamese::date::table(day, lang);
    TargetsPage {
        shell: cx.shell(cx.t("targets-title"), Some(&place)),
        years: [year - 1, year, year + 1]
            .map(|of| YearLink {
                label: of.to_string(),
                url: format!("{url}?year={of}"),
                current: of == year,
            })
            .into(),
        window: format!("{} – {}", day(window.from), day(window.to)),
        year,
        rows: rows.collect(),
        sets,
        indicators: indicators.collect(),
        asked: chosen.map(|rule| rule.id.clone()).unwrap_or_default(),
        asked_name: chosen.map(|rule| rule.name.get(lang).to_owned()).unwrap_or_default(),
        asked_unit: chosen.map(|rule| rule.unit.get(lang).to_owned()).unwrap_or_default(),
        based_on: there.map_or(0, |target| target.version),
        form,
        url,
    }
}

/// A target in words.
fn words(rule: Option<&Indicator>, amount: i64, lang: Lang) -> String {
    match rule.map(|rule| &rule.measure) {
        Some(Measure::Ratio { scale, .. }) => number::decimal(amount, *scale, lang),
        _ => number::count(amount, lang),
    }
}

/// How far a number has come, per cent; whether a ratio is reached.
fn reached(cx: &Cx, figure: Option<&Figure>, target: &Target) -> String {
    let Some(wanted) = target.amount else { return "–".to_owned() };
    match figure.map(|figure| figure.value) {
        Some(value @ Value::Number(_)) => target.reached(value).show(cx.lang),
        Some(Value::Ratio { scaled, .. }) => {
            cx.t(if scaled >= wanted { "targets-reached" } else { "targets-not-reached" })
        }
        _ => "–".to_owned(),
    }
}

/// `POST /units/{unit}/targets`: sets one, or takes it back when the number is empty.
async fn write(Path(code): Path<String>, rules: Rules, sent: Sent) -> Result<Response, Error> {
    let cx = &sent.cx;
    let (asker, of) = (cx.clone(), code.clone());
    let place = cx
        .read(move |read, scope| {
            Ok(units::find_by_code(read, scope, &of, asker.today())?.ok_or(Error::NotFound)?.place())
        })
        .await?;
    let room = cx.enter(&place, Action::SetTargets)?;
    let year: i64 = sent.get("year").parse().map_err(|_| Error::NotFound)?;
    let based_on: u32 = sent.get("based_on").parse().map_err(|_| Error::Conflict)?;
    let indicator = sent.get("indicator").to_owned();
    let typed = rules.indicator(&indicator).ok_or(Refusal::NoIndicator);
    let amount = typed.and_then(|rule| parse(rule, sent.get("amount")));
    let refused = match amount {
        Ok(amount) => {
            let wanted = Wanted { indicator: indicator.clone(), slice: WHOLE.to_owned(), year, amount };
            let (scope, catalogue, now) = (cx.caller.scope.clone(), rules.0.clone(), cx.now);
            let written = cx
                .write(move |tx| set(tx, (&scope, &place, &room), &catalogue, (&wanted, based_on), now))
                .await;
            match written {
                Ok(_) => {
                    let url = format!("/units/{code}/targets?year={year}&done=targets-done-set");
                    return Ok(redirect(&url));
                }
                Err(Refused::Rule(refusal)) => refusal,
                Err(Refused::Changed) => return Err(Error::Conflict),
                Err(Refused::Store(error)) => return Err(error.into()),
            }
        }
        Err(refusal) => refusal,
    };
    let mut form = FormState { typed: sent.fields.clone(), problems: vec![] };
    form.add("amount", cx.t(&refused.key()));
    unprocessable(&targets_page(cx, &rules, &code, year, &indicator, Some(form)).await?)
}
