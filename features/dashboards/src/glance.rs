//! The state of a commune, or of the residential areas that the reader covers.

use std::collections::{BTreeMap, BTreeSet};

use activities::Activity;
use catalogue::{Catalogue, Form, Level, Regime, Register, WHOLE, Window};
use db::Read;
use figures::{Amount, AreaCell, Figure, Tally};
use jiff::civil::{Date, date};
use kernel::{Action, Areas, Error, Room, Scope};
use units::{Area, Basis, Makeup, Unit};
use uuid::Uuid;

use crate::aims::{Aim, year_of};
use crate::chosen::{ACTIVE, COMMITTED, INDICATORS, Period, REACHED, SESSIONS};

/// How many months the bars go back.
const MONTHS: usize = 12;
/// Before every record.
const EVER: Date = date(1900, 1, 1);

/// Where a dashboard is read, by whom, with which rules.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Desk<'a> {
    pub(crate) scope: &'a Scope,
    pub(crate) unit: &'a Unit,
    pub(crate) room: &'a Room,
    pub(crate) catalogue: &'a Catalogue,
}

/// The figures and areas of the part of a commune that a room covers.
pub(crate) struct State<'a> {
    desk: Desk<'a>,
    /// Everything that makes up the commune in the borders of today.
    rooms: Vec<Room>,
    makeup: Makeup,
    /// What the records say, when the room covers single areas; the cells say it for the whole commune.
    tally: Option<Tally>,
    /// The areas covered, by day.
    areas: BTreeMap<Date, Vec<Area>>,
}

impl<'a> State<'a> {
    /// Opens the state for figures of windows, and of single days.
    pub(crate) fn open(
        read: &mut Read<'_>,
        desk: Desk<'a>,
        today: Date,
        windows: &[(Date, Date)],
    ) -> Result<State<'a>, Error> {
        let (basis, ever) = (Basis::AsItIsNow, (Date::MIN, Date::MAX));
        let makeup = units::makeup(read, desk.scope, desk.unit, basis, ever, today)?;
        let rooms = units::rooms_over(desk.scope, &desk.unit.place(), Action::SeeActivities, &makeup)?;
        let tally = match desk.room.areas() {
            Areas::All => None,
            Areas::Only(_) => Some(activities::tally(read, (&rooms, &makeup), desk.catalogue, windows)?),
        };
        let mut areas = BTreeMap::new();
        for (_, day) in windows {
            let place = desk.unit.place();
            areas.insert(*day, units::areas_covered(read, desk.scope, &place, desk.room.areas(), *day)?);
        }
        Ok(State { desk, rooms, makeup, tally, areas })
    }

    /// A figure of the whole of an indicator.
    pub(crate) fn figure(&self, read: &mut Read<'_>, indicator: &str, window: &Window) -> db::Result<Figure> {
        let register = |what: Register, on: Date| {
            let areas = self.areas.get(&on).map(Vec::as_slice).unwrap_or_default();
            match what {
                Register::Areas => areas.len() as i64,
                Register::Households => areas.iter().filter_map(|area| area.households).map(i64::from).sum(),
            }
        };
        let (catalogue, of, days) = (self.desk.catalogue, (indicator, WHOLE), (window.from, window.to));
        match &self.tally {
            Some(tally) => tally.figure(catalogue, register, of, days),
            None => {
                let mut ask = |_: &mut Read<'_>, what: Register, on: Date| Ok(register(what, on));
                let desk = (self.desk.scope, self.desk.room);
                figures::read_over(read, desk, &self.makeup, catalogue, &mut ask, of, days)
            }
        }
    }

    fn cells(&self, read: &mut Read<'_>, indicator: &str, days: (Date, Date)) -> db::Result<Vec<AreaCell>> {
        figures::area_cells(read, (&self.rooms, &self.makeup), (indicator, WHOLE), days)
    }

    /// The records behind a figure of the whole of an indicator.
    pub(crate) fn evidence(
        &self,
        read: &mut Read<'_>,
        indicator: &str,
        days: (Date, Date),
    ) -> db::Result<Vec<(Activity, Amount)>> {
        let of = (indicator, WHOLE);
        activities::evidence_over(read, (&self.rooms, &self.makeup), self.desk.catalogue, of, days)
    }

    /// The areas covered on the last day of a window, in order of name.
    fn areas_on(&self, day: Date) -> &[Area] {
        self.areas.get(&day).map(Vec::as_slice).unwrap_or_default()
    }
}

/// An indicator's figures: of the period, of the one before, of the same one last year.
pub(crate) type Row = [Figure; 3];

/// A residential area at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AreaLine {
    pub(crate) name: String,
    /// Confirmed activities in the period.
    pub(crate) records: i64,
    /// Households it counts, if it has said.
    pub(crate) households: Option<i64>,
    /// Distinct households reached by outreach up to the end of the period, and those that signed a commitment.
    pub(crate) reached: i64,
    pub(crate) committed: i64,
    /// Outreach sessions of each of the last months.
    pub(crate) sessions: Vec<i64>,
}

impl AreaLine {
    /// Households never reached; none while nobody has said how many there are.
    pub(crate) fn never(&self) -> Option<i64> {
        self.households.map(|households| (households - self.reached).max(0))
    }
}

/// Everything a dashboard of a commune shows.
#[derive(Debug, Clone)]
pub(crate) struct Glance {
    pub(crate) rows: Vec<Row>,
    /// The commune's targets for indicators of the rows; none for who covers single areas.
    pub(crate) aims: Vec<Aim>,
    pub(crate) areas: Vec<AreaLine>,
    /// The months of [`AreaLine::sessions`], oldest first.
    pub(crate) months: Vec<Window>,
}

/// Reads the dashboard of a commune, or of the areas that the room covers.
pub(crate) fn glance(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    period: &Period,
    today: Date,
) -> Result<Glance, Error> {
    let Period { regime, window } = period;
    let windows = [window.clone(), regime.previous(window), regime.same_last_year(window)];
    // The register of a running period is that of today.
    let register_on = window.to.min(today);
    let year = year_of(desk.catalogue, window, today).filter(|_| desk.room.areas() == &Areas::All);
    let so_far = year.iter().map(|(_, so_far)| so_far);
    let days = windows.iter().chain(so_far).map(|window| (window.from, window.to));
    let days: Vec<_> = days.chain([(register_on, register_on)]).collect();
    let state = State::open(read, desk, today, &days)?;
    let mut rows = Vec::new();
    for indicator in INDICATORS {
        if desk.catalogue.indicator(indicator).is_some() {
            let [now, before, last_year] = &windows;
            rows.push([
                state.figure(read, indicator, now)?,
                state.figure(read, indicator, before)?,
                state.figure(read, indicator, last_year)?,
            ]);
        }
    }
    let mut aims = Vec::new();
    if let Some((year, so_far)) = &year {
        for target in targets::of_year(read, desk.room, *year)? {
            if target.slice == WHOLE && INDICATORS.contains(&target.indicator.as_str()) {
                let so_far = state.figure(read, &target.indicator, so_far)?;
                aims.push(Aim { target, so_far });
            }
        }
    }
    let months = months(desk.catalogue, register_on);
    let areas = area_lines(read, &state, (window, register_on), &months)?;
    Ok(Glance { rows, aims, areas, months })
}

/// The last months of the monthly regime up to a day, oldest first.
pub(crate) fn months(catalogue: &Catalogue, day: Date) -> Vec<Window> {
    let Some(monthly) = catalogue.regime("monthly") else { return Vec::new() };
    let back = std::iter::successors(Some(monthly.containing(day)), |window| Some(monthly.previous(window)));
    let mut months: Vec<Window> = back.take(MONTHS).collect();
    months.reverse();
    months
}

fn area_lines(
    read: &mut Read<'_>,
    state: &State<'_>,
    (window, on): (&Window, Date),
    months: &[Window],
) -> db::Result<Vec<AreaLine>> {
    let active = state.cells(read, ACTIVE, (window.from, window.to))?;
    let reached = households(state.cells(read, REACHED, (EVER, window.to))?);
    let committed = households(state.cells(read, COMMITTED, (EVER, window.to))?);
    let since = months.first().map_or(window.from, |first| first.from);
    let until = months.last().map_or(window.to, |last| last.to);
    let sessions = state.cells(read, SESSIONS, (since, until))?;
    let line = |area: &Area| AreaLine {
        name: area.name.clone(),
        records: active.iter().filter(|cell| cell.area == area.id).map(|cell| cell.records).sum(),
        households: area.households.map(i64::from),
        reached: reached.get(&area.id).map_or(0, |households| households.len() as i64),
        committed: committed.get(&area.id).map_or(0, |households| households.len() as i64),
        sessions: months
            .iter()
            .map(|month| {
                let there = sessions.iter().filter(|cell| cell.area == area.id && month.contains(cell.day));
                there.map(|cell| cell.records).sum()
            })
            .collect(),
    };
    Ok(state.areas_on(on).iter().map(line).collect())
}

/// Distinct households by area.
fn households(cells: Vec<AreaCell>) -> BTreeMap<Uuid, BTreeSet<u16>> {
    let mut households: BTreeMap<Uuid, BTreeSet<u16>> = BTreeMap::new();
    for cell in cells {
        households.entry(cell.area).or_default().extend(cell.households);
    }
    households
}

/// A report that is due next.
#[derive(Debug)]
pub(crate) struct Due<'a> {
    pub(crate) form: &'a Form,
    pub(crate) regime: &'a Regime,
    pub(crate) window: Window,
    pub(crate) on: Date,
}

/// The next report of each form that a commune writes, or of those that residential areas do when the reader covers
/// some only, by the day it is due.
pub(crate) fn due_next<'a>(catalogue: &'a Catalogue, areas: &Areas, today: Date) -> Vec<Due<'a>> {
    let level = match areas {
        Areas::All => Level::Commune,
        Areas::Only(_) => Level::Area,
    };
    let forms = catalogue.forms().all_on(today).filter(|form| form.level == level);
    let mut due: Vec<Due<'_>> = forms
        .filter_map(|form| {
            let regime = catalogue.regime(&form.regime).filter(|regime| regime.recurs())?;
            let open = regime.containing(today);
            // The period before may be over and its report not yet due.
            let before = regime.previous(&open);
            let window = if regime.due(&before) >= today { before } else { open };
            let on = regime.due(&window);
            Some(Due { form, regime, window, on })
        })
        .collect();
    due.sort_by(|a, b| (a.on, &a.form.id).cmp(&(b.on, &b.form.id)));
    due
}
