//! Windows of every regime: they tile the calendar, and the edges are where the law puts them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use catalogue::{Catalogue, Lang, PeriodProblem, Regime, Window};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use vietnamese::calendar;

fn regime(id: &str) -> Regime {
    Catalogue::embedded().unwrap().regime(id).unwrap().clone()
}

fn regimes() -> Vec<Regime> {
    Catalogue::embedded().unwrap().regimes().cloned().collect()
}

fn edges(window: &Window) -> String {
    format!("{} {} {}", window.period, window.from, window.to)
}

#[test]
fn windows_of_every_regime_tile_fifty_years() {
    for regime in regimes() {
        let mut window = regime.containing(date(2000, 1, 1));
        assert!(window.contains(date(2000, 1, 1)), "{}", regime.id);
        while window.to < date(2050, 12, 31) {
            let next = regime.next(&window);
            assert_eq!(next.from, window.to.tomorrow().unwrap(), "{}: {window:?}", regime.id);
            assert!(next.from <= next.to, "{}: {next:?}", regime.id);
            assert_eq!(regime.previous(&next), window, "{}", regime.id);
            assert_eq!(regime.window(&next.period), Ok(next.clone()), "{}", regime.id);
            assert_ne!(next.period, window.period, "{}", regime.id);
            window = next;
        }
    }
}

proptest! {
    #[test]
    fn a_day_is_in_its_window_and_in_no_neighbour(days in 0..36_525_i64) {
        let day = date(1960, 1, 1) + days.days();
        for regime in regimes() {
            let window = regime.containing(day);
            prop_assert!(window.contains(day), "{}: {day} {window:?}", regime.id);
            prop_assert!(!regime.next(&window).contains(day));
            prop_assert!(!regime.previous(&window).contains(day));
        }
    }
}

#[test]
fn edges_are_where_the_law_puts_them() {
    for (id, period, from, to) in [
        ("monthly", "2026-09", date(2026, 8, 15), date(2026, 9, 14)),
        ("monthly", "2026-01", date(2025, 12, 15), date(2026, 1, 14)),
        ("quarterly", "2026-Q1", date(2025, 12, 15), date(2026, 3, 14)),
        ("quarterly", "2026-Q3", date(2026, 6, 15), date(2026, 9, 14)),
        ("half-yearly", "2026-H1", date(2025, 12, 15), date(2026, 6, 14)),
        ("half-yearly", "2026-H2", date(2026, 6, 15), date(2026, 12, 14)),
        ("yearly", "2026", date(2025, 12, 15), date(2026, 12, 14)),
        ("area-recognition", "2026", date(2025, 11, 1), date(2026, 10, 31)),
        ("commune-recognition", "2026", date(2025, 11, 16), date(2026, 11, 15)),
        ("team-grading", "2026", date(2025, 11, 15), date(2026, 11, 14)),
        ("weekly", "2026-W12", date(2026, 3, 16), date(2026, 3, 22)),
        ("weekly", "2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("weekly", "2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
    ] {
        let window = Window { from, to, period: period.to_owned() };
        assert_eq!(regime(id).window(period), Ok(window), "{id} {period}");
    }
}

#[test]
fn thirteenth_and_sixteenth_of_december_are_in_different_years() {
    let yearly = regime("yearly");
    assert_eq!(yearly.containing(date(2026, 12, 13)).period, "2026");
    assert_eq!(yearly.containing(date(2026, 12, 14)).period, "2026");
    assert_eq!(yearly.containing(date(2026, 12, 15)).period, "2027");
    assert_eq!(yearly.containing(date(2026, 12, 16)).period, "2027");
}

#[test]
fn leap_day_is_in_every_regime_once() {
    let found: Vec<String> =
        regimes().iter().map(|regime| edges(&regime.containing(date(2028, 2, 29)))).collect();
    assert_eq!(
        found,
        [
            "2028-W09 2028-02-28 2028-03-05",
            "2028-03 2028-02-15 2028-03-14",
            "2028-Q1 2027-12-15 2028-03-14",
            "2028-H1 2027-12-15 2028-06-14",
            "2028 2027-12-15 2028-12-14",
            "2028 2027-11-01 2028-10-31",
            "2028 2027-11-16 2028-11-15",
            "2028 2027-11-15 2028-11-14",
            "2028-02-29..2028-02-29 2028-02-29 2028-02-29",
        ]
    );
}

#[test]
fn same_window_last_year_has_the_same_name() {
    for (id, period, earlier) in [
        ("quarterly", "2026-Q3", "2025-Q3"),
        ("monthly", "2026-01", "2025-01"),
        ("yearly", "2026", "2025"),
        ("weekly", "2026-W12", "2025-W12"),
        ("weekly", "2026-W53", "2025-W52"),
    ] {
        let regime = regime(id);
        assert_eq!(regime.same_last_year(&regime.window(period).unwrap()).period, earlier, "{id} {period}");
    }
}

#[test]
fn a_period_has_one_way_of_being_written() {
    for (id, typed) in [
        ("quarterly", "2026-Q5"),
        ("quarterly", "2026-Q0"),
        ("quarterly", "2026-q1"),
        ("quarterly", "2026"),
        ("quarterly", "2026-Q1 "),
        ("monthly", "2026-13"),
        ("monthly", "2026-9"),
        ("half-yearly", "2026-H3"),
        ("yearly", "2026-01"),
        ("yearly", "26"),
        ("yearly", "+202"),
        ("yearly", "1899"),
        ("yearly", "3000"),
        ("yearly", "năm 2026"),
        ("weekly", "2025-W53"),
        ("weekly", "2026-W00"),
        ("weekly", ""),
    ] {
        let refused = regime(id).window(typed);
        assert!(matches!(refused, Err(PeriodProblem::Unreadable { .. })), "{id} {typed}: {refused:?}");
    }
    let problem = regime("quarterly").window("quý 3").unwrap_err();
    assert_eq!(problem.to_string(), "`quý 3` is not a period of this regime; one is written like `2026-Q1`");
}

#[test]
fn windows_are_named_as_papers_name_them() {
    let label = |id: &str, period: &str, lang| regime(id).label(&regime(id).window(period).unwrap(), lang);
    for (id, period, vi, en) in [
        (
            "quarterly",
            "2026-Q3",
            "quý III năm 2026 (từ ngày 15/6/2026 đến ngày 14/9/2026)",
            "quarter III of 2026 (from 15 June 2026 to 14 September 2026)",
        ),
        (
            "monthly",
            "2026-10",
            "tháng 10 năm 2026 (từ ngày 15/9/2026 đến ngày 14/10/2026)",
            "month 10 of 2026 (from 15 September 2026 to 14 October 2026)",
        ),
        (
            "half-yearly",
            "2026-H1",
            "6 tháng đầu năm 2026 (từ ngày 15/12/2025 đến ngày 14/6/2026)",
            "first half of 2026 (from 15 December 2025 to 14 June 2026)",
        ),
        (
            "area-recognition",
            "2026",
            "năm 2026 (từ ngày 01/11/2025 đến ngày 31/10/2026)",
            "year 2026 (from 1 November 2025 to 31 October 2026)",
        ),
        (
            "weekly",
            "2026-W12",
            "tuần 12 năm 2026 (từ ngày 16/3/2026 đến ngày 22/3/2026)",
            "week 12 of 2026 (from 16 March 2026 to 22 March 2026)",
        ),
    ] {
        assert_eq!(label(id, period, Lang::Vi), vi);
        assert_eq!(label(id, period, Lang::En), en);
    }
    let quarterly = regime("quarterly");
    assert_eq!(quarterly.period_name(&quarterly.window("2026-Q4").unwrap(), Lang::Vi), "quý IV năm 2026");
}

#[test]
fn due_day_skips_days_off() {
    let due = |id: &str, period: &str| regime(id).due(&regime(id).window(period).unwrap());
    // 14 September 2026 is a Monday, 14 March 2026 a Saturday.
    assert_eq!(due("quarterly", "2026-Q3"), date(2026, 9, 15));
    assert_eq!(due("quarterly", "2026-Q1"), date(2026, 3, 16));
    let slow = Regime { due: 3, ..regime("quarterly") };
    assert_eq!(slow.due(&slow.window("2026-Q3").unwrap()), date(2026, 9, 17));
}

/// At least one working day between cut-off and due day, over Tết and every other holiday.
#[test]
fn every_report_is_due_on_a_working_day_after_its_cut_off() {
    for regime in regimes() {
        assert!(regime.due >= 1, "{}", regime.id);
        let mut window = regime.containing(date(2024, 1, 1));
        while window.to < date(2031, 1, 1) {
            let due = regime.due(&window);
            assert!(due > window.to && calendar::is_working_day(due), "{}: {window:?} {due}", regime.id);
            window = regime.next(&window);
        }
    }
    // The cut-off of 14 February 2026 is a Saturday, and Tết takes the week after the Monday.
    let monthly = regime("monthly");
    let tet = |period: &str| monthly.due(&monthly.window(period).unwrap());
    assert_eq!(tet("2026-02"), date(2026, 2, 23));
    // 2 September and the day off beside it do not touch a cut-off on the 14th.
    assert_eq!(tet("2026-09"), date(2026, 9, 15));
    let weekly = regime("weekly");
    // The week that ends on Sunday 30 August 2026.
    assert_eq!(weekly.due(&weekly.window("2026-W35").unwrap()), date(2026, 8, 31));
}

#[test]
fn an_ad_hoc_window_is_of_the_days_asked_for() {
    let ad_hoc = regime("ad-hoc");
    let window = ad_hoc.window("2026-09-01..2026-09-20").unwrap();
    assert_eq!((window.from, window.to), (date(2026, 9, 1), date(2026, 9, 20)));
    assert_eq!(ad_hoc.previous(&window).period, "2026-08-12..2026-08-31");
    assert_eq!(ad_hoc.next(&window).period, "2026-09-21..2026-10-10");
    assert_eq!(ad_hoc.same_last_year(&window).period, "2025-09-01..2025-09-20");
    assert_eq!(ad_hoc.label(&window, Lang::Vi), "từ ngày 01/9/2026 đến ngày 20/9/2026");
    // The 20th is a Sunday.
    assert_eq!(ad_hoc.due(&window), date(2026, 9, 21));
    for bad in
        ["2026-09-20..2026-09-01", "2026-9-1..2026-09-20", "2026-09-01", "2024-01-01..2026-01-01", "..", ""]
    {
        assert!(ad_hoc.window(bad).is_err(), "{bad}");
    }
}

#[test]
fn days_beyond_the_calendar_are_answered_with_the_last_window() {
    for regime in regimes() {
        for day in [Date::MIN, Date::MAX] {
            let window = regime.containing(day);
            assert!(window.from <= window.to, "{}: {window:?}", regime.id);
            assert_eq!(regime.window(&window.period), Ok(window), "{}", regime.id);
        }
    }
}
