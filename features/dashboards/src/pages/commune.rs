//! The dashboard of a commune, or of the areas its reader covers.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use catalogue::{Catalogue, Window};
use figures::{Hidden, SUPPRESSED, WITHHELD};
use kernel::http::{Shell, page};
use kernel::{Areas, Cx, Result, Room};
use units::Unit;
use vietnamese::{number, text};

use crate::aims::targets_url;
use crate::charts::Bars;
use crate::chosen::Period;
use crate::glance::{AreaLine, Desk, Due, Glance, Row, due_next, glance};
use crate::pages::{Ways, dashboard_url, day, figure_url};
use crate::viewer::{Viewer, has_star};

/// How many areas, and reports that are due, stand open one by one; more are folded.
const FEW: usize = 4;
/// How many areas are named as the most active.
const MOST_ACTIVE: usize = 3;

#[derive(Template)]
#[template(path = "dashboards_commune.html")]
struct CommunePage {
    shell: Shell,
    /// The period in words.
    lead: String,
    /// The areas covered, when it is not the whole commune.
    only: String,
    ways: Ways,
    columns: [String; 3],
    /// The heading of the targets; "" when there is none.
    target: String,
    rows: Vec<FigureLine>,
    /// Every indicator over twelve months; "" for who covers single areas.
    year: String,
    /// Large numbers with their words: reached, committed, never reached.
    coverage: Vec<(String, String)>,
    coverage_note: String,
    areas: Vec<AreaRow>,
    /// Whether there are too many areas to stand open on a phone.
    folded: bool,
    /// Names of the areas with most activities and without any; "" when there is none.
    most: String,
    without: String,
    due: Vec<DueRow>,
    /// Those that are due after the first few.
    due_later: Vec<DueRow>,
    charts: Vec<Chart>,
    months: Vec<Month>,
}

impl CommunePage {
    /// Whether a figure has the star that the page then explains.
    fn starred(&self) -> bool {
        self.rows.iter().flat_map(|row| &row.cells).any(|cell| has_star(&cell.value))
    }
}

struct FigureLine {
    name: String,
    unit: String,
    cells: Vec<Cell>,
    /// The target of the year and how far it is; "" for none.
    aim: String,
    aim_url: String,
}

struct Cell {
    column: String,
    value: String,
    url: String,
}

struct AreaRow {
    name: String,
    records: String,
    households: String,
    reached: String,
    committed: String,
    never: String,
}

struct DueRow {
    form: String,
    period: String,
    cut_off: String,
    due: String,
}

struct Chart {
    name: String,
    total: String,
    bars: Bars,
    values: Vec<String>,
}

struct Month {
    short: String,
    long: String,
}

pub(super) async fn show(
    cx: &Cx,
    rules: &Arc<Catalogue>,
    (unit, room): (Unit, Room),
    period: Period,
) -> Result<Response> {
    let (catalogue, today, asked) = (Arc::clone(rules), cx.today(), period.clone());
    let (unit, room, read) = cx
        .read(move |read, scope| {
            let desk = Desk { scope, unit: &unit, room: &room, catalogue: &catalogue };
            let read = glance(read, desk, &asked, today)?;
            Ok((unit, room, read))
        })
        .await?;
    page(&commune_page(cx, rules, (&unit, &room), &period, &read))
}

fn commune_page(
    cx: &Cx,
    catalogue: &Catalogue,
    (unit, room): (&Unit, &Room),
    period: &Period,
    read: &Glance,
) -> CommunePage {
    let (lang, place) = (cx.lang, unit.place());
    let viewer = Viewer::of(&cx.caller.scope, &place);
    let Period { regime, window } = period;
    let columns = [
        cx.t("dashboards-column-now"),
        cx.t("dashboards-column-before"),
        cx.t("dashboards-column-last-year"),
    ];
    let windows = [window.clone(), regime.previous(window), regime.same_last_year(window)];
    let line = |row: &Row| {
        let line = figure_line(cx, catalogue, viewer, (unit, &regime.id), row, (&columns, &windows))?;
        let aim =
            read.aims.iter().find(|aim| row.first().is_some_and(|of| of.indicator == aim.target.indicator));
        Some(match aim {
            Some(aim) => FigureLine {
                aim: aim.words(cx, catalogue, viewer, false),
                aim_url: targets_url(&unit.code, aim.target.year),
                ..line
            },
            None => line,
        })
    };
    let (coverage, coverage_note) = coverage(cx, viewer, &read.areas);
    let mut by_records: Vec<&AreaLine> = read.areas.iter().filter(|area| area.records > 0).collect();
    by_records.sort_by_key(|area| std::cmp::Reverse(area.records));
    let most: Vec<String> = by_records
        .iter()
        .take(MOST_ACTIVE)
        .map(|area| format!("{} ({})", area.name, number::count(area.records, lang)))
        .collect();
    let without: Vec<&str> =
        read.areas.iter().filter(|area| area.records == 0).map(|area| area.name.as_str()).collect();
    let names: Vec<&str> = read.areas.iter().map(|area| area.name.as_str()).collect();
    let year = match room.areas() {
        Areas::All => format!("{}&view=year", dashboard_url(&unit.code, &regime.id, &window.period)),
        Areas::Only(_) => String::new(),
    };
    let only = match room.areas() {
        Areas::All => String::new(),
        Areas::Only(_) => cx.ta("dashboards-only", &[("areas", names.join(", ").into())]),
    };
    let monthly = catalogue.regime("monthly");
    let month = |month: &Window| Month {
        short: month.period.clone(),
        long: monthly.map(|monthly| monthly.period_name(month, lang)).unwrap_or_default(),
    };
    let mut due: Vec<DueRow> =
        due_next(catalogue, room.areas(), cx.today()).iter().map(|due| due_row(cx, due)).collect();
    let due_later = due.split_off(due.len().min(FEW));
    CommunePage {
        shell: cx.shell(cx.t("dashboards-title"), Some(&place)),
        year,
        lead: text::sentence(&regime.label(window, lang)),
        only,
        ways: Ways::of(cx, catalogue, &unit.code, period, ""),
        rows: read.rows.iter().filter_map(line).collect(),
        target: match read.aims.first() {
            Some(aim) => cx.ta("dashboards-column-target", &[("year", aim.target.year.to_string().into())]),
            None => String::new(),
        },
        columns,
        coverage,
        coverage_note,
        folded: read.areas.len() > FEW,
        areas: read.areas.iter().map(|area| area_row(cx, viewer, area)).collect(),
        most: most.join(", "),
        without: without.join(", "),
        due,
        due_later,
        charts: charts(cx, &read.areas),
        months: read.months.iter().map(month).collect(),
    }
}

fn figure_line(
    cx: &Cx,
    catalogue: &Catalogue,
    viewer: Viewer,
    (unit, regime): (&Unit, &str),
    row: &Row,
    (columns, windows): (&[String; 3], &[Window; 3]),
) -> Option<FigureLine> {
    let lang = cx.lang;
    let rule = catalogue.indicator(&row.first()?.indicator)?;
    let cells = row.iter().zip(columns).zip(windows).map(|((figure, column), window)| Cell {
        column: column.clone(),
        value: viewer.figure(catalogue, figure, lang),
        url: figure_url(&unit.code, &figure.indicator, regime, &window.period),
    });
    Some(FigureLine {
        name: rule.name.get(lang).to_owned(),
        unit: rule.unit.get(lang).to_owned(),
        cells: cells.collect(),
        aim: String::new(),
        aim_url: String::new(),
    })
}

/// Large numbers of the coverage, and what they are counted on.
fn coverage(cx: &Cx, viewer: Viewer, areas: &[AreaLine]) -> (Vec<(String, String)>, String) {
    let sum = |of: fn(&AreaLine) -> i64, hides: fn(&AreaLine, Viewer) -> bool| {
        let hidden: Hidden = areas.iter().filter(|area| hides(area, viewer)).map(of).collect();
        let sum = areas.iter().map(of).sum();
        if hidden.gives_away() && !viewer.hides(sum) {
            WITHHELD.to_owned()
        } else {
            viewer.count(sum, cx.lang)
        }
    };
    let never = |area: &AreaLine| area.never().unwrap_or_default();
    let tiles = vec![
        (sum(|area| area.reached, hides_reach), cx.t("dashboards-reached")),
        (
            sum(|area| area.committed, |area, viewer| viewer.hides(area.committed)),
            cx.t("dashboards-committed"),
        ),
        (sum(never, hides_reach), cx.t("dashboards-never")),
    ];
    let households: i64 = areas.iter().filter_map(|area| area.households).sum();
    let unknown = areas.iter().filter(|area| area.households.is_none()).count();
    let note = cx.ta(
        "dashboards-coverage-note",
        &[
            ("households", number::count(households, cx.lang).into()),
            ("areas", areas.len().to_string().into()),
            ("unknown", unknown.to_string().into()),
        ],
    );
    (tiles, note)
}

/// Whether an area's households reached and never reached are hidden: each is the area's number less the other.
fn hides_reach(area: &AreaLine, viewer: Viewer) -> bool {
    viewer.hides(area.reached) || area.never().is_some_and(|never| viewer.hides(never))
}

fn area_row(cx: &Cx, viewer: Viewer, area: &AreaLine) -> AreaRow {
    let lang = cx.lang;
    let unknown = || "–".to_owned();
    let (reached, never) = if hides_reach(area, viewer) {
        let told = |count: i64| if viewer.hides(count) { SUPPRESSED } else { WITHHELD }.to_owned();
        (told(area.reached), area.never().map_or_else(unknown, told))
    } else {
        let count = |count| number::count(count, lang);
        (count(area.reached), area.never().map_or_else(unknown, count))
    };
    AreaRow {
        name: area.name.clone(),
        records: number::count(area.records, lang),
        households: area.households.map_or_else(unknown, |households| number::count(households, lang)),
        reached,
        committed: viewer.count(area.committed, lang),
        never,
    }
}

fn due_row(cx: &Cx, due: &Due<'_>) -> DueRow {
    DueRow {
        form: due.form.name.get(cx.lang).to_owned(),
        period: text::sentence(&due.regime.period_name(&due.window, cx.lang)),
        cut_off: day(cx, due.window.to),
        due: day(cx, due.on),
    }
}

fn charts(cx: &Cx, areas: &[AreaLine]) -> Vec<Chart> {
    let most = areas.iter().flat_map(|area| &area.sessions).copied().max().unwrap_or_default();
    let chart = |(place, area): (usize, &AreaLine)| {
        let values: Vec<String> =
            area.sessions.iter().map(|sessions| number::count(*sessions, cx.lang)).collect();
        let total = cx.ta(
            "dashboards-sessions-total",
            &[("count", number::count(area.sessions.iter().sum(), cx.lang).into())],
        );
        let title = cx.ta("dashboards-sessions-of", &[("area", area.name.clone().into())]);
        let desc = cx.ta("dashboards-sessions-desc", &[("values", values.join(", ").into())]);
        let bars = Bars::new(place, title, desc, &area.sessions, most);
        Chart { name: area.name.clone(), total, bars, values }
    };
    areas.iter().enumerate().map(chart).collect()
}
