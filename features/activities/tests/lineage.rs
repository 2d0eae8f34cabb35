//! Communes merge, split, change their names, areas move alone, records are written and corrected meanwhile: every
//! figure of every unit, read in the borders of each day, of today or of a named day, is what the records say one by
//! one, on both engines.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::{BTreeMap, BTreeSet};

use activities::{Content, Step, change, settle_apart, verify};
use catalogue::{Catalogue, Fields, Register, Value};
use db::{Db, testing};
use figures::{Grids, Group, Made, Record, Tally};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use kernel::{Action, Place, Scope};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use units::{Apart, Basis, Kind, NewArea, NewCommune, Unit};
use uuid::Uuid;

const FIRST: Date = date(2025, 7, 1);
const TODAY: Date = date(2029, 6, 30);
const WINDOWS: [(Date, Date); 3] =
    [(FIRST, TODAY), (date(2025, 12, 15), date(2026, 12, 14)), (date(2026, 3, 3), date(2026, 3, 9))];
const INDICATORS: [&str; 6] = [
    "outreach-attendances",
    "outreach-sessions",
    "households-reached",
    "areas-with-outreach",
    "households-reached-ratio",
    "areas-with-record-ratio",
];

fn scope() -> Scope {
    Scope::system("test")
}

fn now() -> Timestamp {
    "2029-06-30T08:00:00Z".parse().unwrap()
}

/// What happens next; the numbers choose among what there is.
type Choice = (u8, u16, u16, u16);

/// An area as the model knows it.
struct Area {
    id: Uuid,
    born_on: Date,
    households: u32,
    /// The tenant that keeps it.
    tenant: String,
    /// Where it lies, by day.
    communes: BTreeMap<Date, String>,
}

/// A record with the tenant that keeps it.
struct Written {
    id: Uuid,
    tenant: String,
    version: u32,
    content: Content,
    counts: bool,
}

/// What there is, kept beside the store by the simplest rules: a record lies where its area lies.
struct World<'a> {
    db: &'a Db,
    rules: &'a Catalogue,
    grids: Grids,
    /// Province by commune, those that are no more included.
    communes: BTreeMap<String, String>,
    gone: BTreeMap<String, (String, Date)>,
    areas: Vec<Area>,
    records: Vec<Written>,
    /// The day of what happens now; it only goes forward.
    day: Date,
    operations: usize,
}

impl World<'_> {
    fn alive(&self) -> Vec<String> {
        self.communes.keys().filter(|commune| !self.gone.contains_key(*commune)).cloned().collect()
    }

    /// The commune in which an area lies on a day.
    fn lies(&self, area: &Area, day: Date) -> String {
        let place = area.communes.range(..=day).next_back().or(area.communes.first_key_value());
        let mut commune = place.unwrap().1.clone();
        while let Some((successor, _)) = self.gone.get(&commune).filter(|(_, on)| *on <= day) {
            commune = successor.clone();
        }
        commune
    }

    fn unit(&self, id: &str) -> Unit {
        let found = self.db.read_now(|read| units::unit(read, &scope(), id, TODAY)).unwrap();
        // One that is no more, as it was on its last day.
        let last = || self.db.read_now(|read| units::history(read, &scope(), id)).unwrap().pop().unwrap();
        found.unwrap_or_else(last)
    }

    fn place(&self) -> Place {
        let country = self.db.read_now(|read| units::unit(read, &scope(), "vn", TODAY)).unwrap().unwrap();
        country.place()
    }

    /// Does something to the borders and to the cells that must be kept apart for it.
    fn rearrange(
        &self,
        step: impl FnOnce(&mut db::Tx<'_>, &Place) -> Result<Apart, units::Refusal> + Send + 'static,
    ) {
        let (rules, place) = (self.rules.clone(), self.place());
        self.db
            .write_now(move |tx| {
                let apart = step(tx, &place)?;
                settle_apart(tx, (&scope(), &place), Action::SeeUnit, &rules, &apart)
            })
            .unwrap();
    }

    fn new_commune(&mut self, province: &str, n: u16) -> String {
        let new = NewCommune {
            code: format!("9{:04}", self.operations),
            kind: Kind::Commune,
            name: format!("Mới {n}"),
            from_on: self.day,
            basis: String::new(),
        };
        let (id, above) = (new.id(), province.to_owned());
        self.db.write_now(move |tx| units::create_commune(tx, &scope(), &above, &new, &[])).unwrap();
        self.communes.insert(id.clone(), province.to_owned());
        id
    }

    fn succeed(&mut self, predecessor: String, successor: &str) {
        let (pair, day) = ((predecessor.clone(), successor.to_owned()), self.day);
        self.rearrange(move |tx, place| units::succeed(tx, &scope(), place, (&pair.0, &pair.1), day));
        self.gone.insert(predecessor, (successor.to_owned(), self.day));
    }

    fn merge(&mut self, a: u16, b: u16, new: bool) {
        let alive = self.alive();
        let one = alive[usize::from(a) % alive.len()].clone();
        let province = self.communes[&one].clone();
        let of_province = |commune: &&String| self.communes[*commune] == province && **commune != one;
        let others: Vec<String> = alive.iter().filter(of_province).cloned().collect();
        if others.len() < 4 {
            return;
        }
        let two = others[usize::from(b) % others.len()].clone();
        let totals = self.totals();
        if new {
            let into = self.new_commune(&province, a);
            self.succeed(one, &into);
            self.succeed(two, &into);
        } else {
            // There and back and there again: what is taken back leaves nothing.
            let (pair, day) = ((one.clone(), two.clone()), self.day);
            self.succeed(one.clone(), &two);
            self.rearrange(move |tx, place| {
                units::undo_succeed(tx, &scope(), place, (&pair.0, &pair.1), day)
            });
            self.gone.remove(&one);
            assert_eq!(self.totals(), totals);
            self.succeed(one, &two);
        }
        assert_eq!(self.totals(), totals, "a merger changed what the country did");
    }

    fn move_area(&mut self, area: usize, to: String) {
        let (id, tenant, day) = (self.areas[area].id, self.areas[area].tenant.clone(), self.day);
        if self.lies(&self.areas[area], day) == to
            || *self.areas[area].communes.last_key_value().unwrap().0 == day
        {
            return;
        }
        let into = to.clone();
        self.rearrange(move |tx, place| {
            let room = |tenant| scope().enter(&Place { tenant, ..place.clone() }, Action::KeepUnit);
            units::move_area(tx, &scope(), &room(tenant)?, &room(into)?, now(), (id, day))
        });
        self.areas[area].communes.insert(day, to);
    }

    fn add_area(&mut self, n: u16) {
        let alive = self.alive();
        let commune = alive[usize::from(n) % alive.len()].clone();
        let id = Uuid::from_u128(self.areas.len() as u128 + 1);
        let households = u32::from(n % 90) + 10;
        let new = NewArea {
            id,
            name: format!("Khu {}", self.areas.len()),
            households: Some(households),
            from_on: self.day,
        };
        let place = Place { tenant: commune.clone(), ..self.place() };
        let room = scope().enter(&place, Action::KeepUnit).unwrap();
        self.db.write_now(move |tx| units::add_area(tx, &room, now(), &new)).unwrap();
        let communes = [(self.day, commune.clone())].into();
        self.areas.push(Area { id, born_on: self.day, households, tenant: commune, communes });
    }

    fn content(&self, (area, day, size): (u16, u16, u16)) -> Content {
        let households = (1..=size % 9 + 1).map(|n| n + day % 5).collect();
        let fields: Fields = [
            ("form".to_owned(), Value::Choice("gathering".into())),
            ("topic".to_owned(), Value::Choices(["law".to_owned()].into())),
            ("attendees".to_owned(), Value::Count(i64::from(size % 50) + 1)),
            ("households".to_owned(), Value::Households(households)),
        ]
        .into();
        let kind = self.rules.kind("outreach-session").unwrap();
        Content {
            area: self.areas[usize::from(area) % self.areas.len()].id,
            day: FIRST.checked_add((i64::from(day) % 720).days()).unwrap(),
            from: None,
            kind: kind.id.clone(),
            kind_version: kind.version,
            line: None,
            programmes: vec![],
            fields,
            note: String::new(),
        }
    }

    /// Writes a record, or corrects one, or withdraws it.
    fn record(&mut self, (kind, a, b, c): Choice) {
        let there = self.records.len();
        let at = if kind & 32 == 0 { there } else { usize::from(a) % (there + 1) };
        let mut content = self.content((a, b, c));
        let steps = match self.records.get(at) {
            Some(_) if kind % 3 == 0 => vec![Step::Withdraw("ghi trùng".into())],
            Some(old) => {
                // A record stays with its tenant; what is corrected is said of an area that may lie elsewhere by now.
                content.area = if kind % 3 == 1 { old.content.area } else { content.area };
                vec![Step::Send(content.clone()), Step::Confirm]
            }
            None => vec![Step::Send(content.clone()), Step::Confirm],
        };
        if self.records.get(at).is_some_and(|old| !old.counts) {
            return;
        }
        if at == self.records.len() {
            let area = self.areas.iter().find(|area| area.id == content.area).unwrap();
            let tenant = self.lies(area, self.day);
            let id = Uuid::from_u128(10_000 + at as u128);
            self.records.push(Written { id, tenant, version: 0, content, counts: true });
        } else if matches!(steps[0], Step::Withdraw(_)) {
            self.records[at].counts = false;
        } else {
            // Only areas that the tenant may know: its own records never name one that was never there.
            let known = |area: &&Area| {
                area.communes.values().any(|commune| self.line(commune).contains(&self.records[at].tenant))
            };
            if !self.areas.iter().filter(known).any(|area| area.id == content.area) {
                return;
            }
            self.records[at].content = content;
        }
        let Written { id, tenant, version, .. } = &mut self.records[at];
        let place =
            Place { tenant: tenant.clone(), path: "vn/".into(), code: String::new(), name: String::new() };
        for step in steps {
            let account = if step == Step::Confirm { "confirms" } else { "writes" };
            let grant =
                kernel::Grant { role: kernel::Role::Officer, path: "vn/".into(), area: None, line: None };
            let room = Scope::of(account, vec![grant]).enter(&place, Action::Record).unwrap();
            let (rules, given) = (self.rules.clone(), (*id, *version));
            *version =
                self.db.write_now(move |tx| change(tx, &room, &rules, given, step, now())).unwrap().version;
        }
    }

    fn line(&self, commune: &str) -> Vec<String> {
        let line = std::iter::successors(Some(commune.to_owned()), |now| {
            self.gone.get(now).map(|(to, _)| to.clone())
        });
        line.collect()
    }

    fn pass(&mut self, days: i64) {
        self.day = self.day.checked_add(days.days()).unwrap();
    }

    fn step(&mut self, choice: Choice) {
        let (kind, a, b, c) = choice;
        self.operations += 1;
        if kind % 16 < 6 {
            // Nothing ends on the day on which it began.
            self.pass(1);
        }
        match kind % 16 {
            0 => self.merge(a, b, true),
            1 => self.merge(a, b, false),
            2 | 3 => {
                let alive = self.alive();
                let to = alive[usize::from(b) % alive.len()].clone();
                self.move_area(usize::from(a) % self.areas.len(), to);
            }
            4 => {
                // A split: some areas of a commune become a new one.
                let area = usize::from(a) % self.areas.len();
                let commune = self.lies(&self.areas[area], self.day);
                let province = self.communes[&commune].clone();
                let into = self.new_commune(&province, a);
                let lies: Vec<usize> = (0..self.areas.len())
                    .filter(|at| self.lies(&self.areas[*at], self.day) == commune)
                    .collect();
                for at in lies.into_iter().step_by(2) {
                    self.move_area(at, into.clone());
                }
            }
            5 => {
                let alive = self.alive();
                let (id, day) = (alive[usize::from(a) % alive.len()].clone(), self.day);
                let named = (Kind::Ward, format!("Tên {c}"));
                // Refused when it was born or changed on that day; nothing of it matters to a figure.
                let _ = self.db.write_now(move |tx| {
                    units::change_commune(tx, &scope(), &id, day, (named.0, &named.1, ""))
                });
            }
            6 => self.add_area(a),
            7 => self.pass(i64::from(c) % 40 + 1),
            _ => self.record(choice),
        }
    }

    /// What the country did, indicator by indicator.
    fn totals(&self) -> Vec<figures::Value> {
        let country = self.unit("vn");
        let figure = |indicator| self.figure(&country, Basis::AsItIsNow, indicator, (FIRST, TODAY));
        INDICATORS.into_iter().take(4).map(figure).collect()
    }

    fn figure(&self, unit: &Unit, basis: Basis, indicator: &str, (from, to): (Date, Date)) -> figures::Value {
        let read = self.db.read_now(|read| {
            let makeup = units::makeup(read, &scope(), unit, basis, (Date::MIN, Date::MAX), TODAY)?;
            let room = scope().enter(&unit.place(), Action::SeeReports).unwrap();
            let mut registers = |read: &mut db::Read<'_>, what: Register, on: Date| {
                let count = units::register(read, &scope(), unit, basis.borders(on, TODAY), on).unwrap();
                Ok(match what {
                    Register::Households => count.households,
                    Register::Areas => count.areas.into(),
                })
            };
            let of = (indicator, "*");
            figures::read_over(read, (&scope(), &room), &makeup, self.rules, &mut registers, of, (from, to))
        });
        read.unwrap().value
    }

    /// The same from the records, one by one.
    fn counted(&self, unit: &Unit, basis: Basis, indicator: &str, window: (Date, Date)) -> figures::Value {
        let inside = |commune: &str| match unit.level {
            units::Level::Commune => commune == unit.id,
            units::Level::Province => self.communes[commune] == unit.id,
            units::Level::Country => true,
        };
        let mut tally = Tally::default();
        for written in self.records.iter().filter(|written| written.counts) {
            let record: Record = written.content.record();
            let area = self.areas.iter().find(|area| area.id == record.area).unwrap();
            if inside(&self.lies(area, basis.borders(record.day, TODAY))) {
                tally.add(&record, self.rules);
            }
        }
        let register = |what: Register, on: Date| {
            let there = self
                .areas
                .iter()
                .filter(|area| area.born_on <= on && inside(&self.lies(area, basis.borders(on, TODAY))));
            match what {
                Register::Areas => there.count() as i64,
                Register::Households => there.map(|area| i64::from(area.households)).sum(),
            }
        };
        tally.figure(self.rules, register, (indicator, "*"), window).unwrap().value
    }

    /// Compares communes read at once, as a province's dashboard reads them.
    fn check_together(&self, communes: &[Unit], windows: &[(Date, Date)]) {
        let (basis, scope) = (Basis::AsItIsNow, scope());
        let (each, grid, across) = self
            .db
            .read_now(|read| {
                let ever = (Date::MIN, Date::MAX);
                let makeups = units::makeups(read, &scope, communes, basis, ever, TODAY)?;
                let made: Vec<Made> = communes
                    .iter()
                    .zip(makeups)
                    .map(|(unit, makeup)| {
                        let rooms = units::rooms_over(&scope, &unit.place(), Action::SeeReports, &makeup);
                        Made { rooms: rooms.unwrap(), makeup }
                    })
                    .collect();
                let mut counts = BTreeMap::new();
                for (at, unit) in communes.iter().enumerate() {
                    for (_, to) in windows {
                        let count = units::register(read, &scope, unit, TODAY, *to).unwrap();
                        counts.insert((at, *to), count);
                    }
                }
                let register = |unit: usize, what: Register, on: Date| match what {
                    Register::Households => counts[&(unit, on)].households,
                    Register::Areas => counts[&(unit, on)].areas.into(),
                };
                let asked = (&scope, made.as_slice());
                let halves = made.chunks(made.len().div_ceil(2));
                let groups: Vec<Group> =
                    halves.map(|units| Group { keeper: None, units: units.to_vec() }).collect();
                let (scope, rules) = ((&scope, groups.as_slice()), (self.rules, INDICATORS.as_slice()));
                let mut each = Vec::new();
                let grid =
                    figures::read_grid(read, &self.grids, scope, rules, (windows, TODAY), |_, unit| {
                        let of =
                            |window| (0..INDICATORS.len()).map(move |indicator| unit.of(window, indicator));
                        each.push((0..windows.len()).map(|window| of(window).collect()).collect());
                    })?;
                let mut registers = |_: &mut db::Read<'_>, unit: usize, what: Register, on: Date| {
                    Ok(register(unit, what, on))
                };
                let mut across = Vec::new();
                for indicator in INDICATORS {
                    let of = (indicator, "*");
                    across.push(figures::read_across(
                        read,
                        asked,
                        self.rules,
                        &mut registers,
                        of,
                        windows[0],
                    )?);
                }
                Ok::<_, db::Error>((each, grid, across))
            })
            .unwrap();
        let each: Vec<Vec<Vec<figures::Value>>> = each;
        for (at, unit) in communes.iter().enumerate() {
            for (also, indicator) in INDICATORS.iter().enumerate() {
                let window = (at + also) % windows.len();
                let counted = self.counted(unit, basis, indicator, windows[window]);
                assert_eq!(each[at][window][also], counted, "{} {indicator} at once", unit.id);
                assert_eq!(each[at][0][also], across[also].each[at].value, "{} {indicator}", unit.id);
            }
        }
        // What stands above a line and below it is added up over a group, and over all.
        let parts = |value: figures::Value| match value {
            figures::Value::Number(number) => (number, 0),
            figures::Value::Ratio { over, under, .. } => (over, under),
            figures::Value::None => (0, 0),
        };
        let half = communes.len().div_ceil(2);
        for window in 0..windows.len() {
            for (indicator, id) in INDICATORS.iter().enumerate() {
                let mut over_all = (0, 0);
                for (group, of) in each.chunks(half).enumerate() {
                    let add = |sum: (i64, i64), of: (i64, i64)| (sum.0 + of.0, sum.1 + of.1);
                    let sum = of.iter().map(|unit| parts(unit[window][indicator])).fold((0, 0), add);
                    // A unit with nothing below the line has no ratio, and still something above it.
                    if !id.ends_with("ratio") {
                        assert_eq!(parts(grid.of(group, window, indicator)), sum, "{id} of group {group}");
                    }
                    over_all = add(over_all, sum);
                }
                let found = parts(grid.over_all(window, indicator));
                assert!(found == over_all || id.ends_with("ratio"), "{id}: {found:?}, not {over_all:?}");
            }
        }
    }

    /// Compares every unit on every basis over some windows; how many figures were not nought.
    fn check(&self) -> usize {
        let provinces: BTreeSet<&String> = self.communes.values().collect();
        let used =
            self.areas.iter().flat_map(|area| area.communes.values()).flat_map(|commune| self.line(commune));
        let used: BTreeSet<String> = used.collect();
        let units: Vec<Unit> = used.iter().chain(provinces).map(|id| self.unit(id)).collect();
        let communes: Vec<Unit> =
            units.iter().filter(|unit| unit.level == units::Level::Commune).cloned().collect();
        // One window of packed months, and three of which some are not.
        self.check_together(&communes, &WINDOWS[1..2]);
        self.check_together(&communes, &WINDOWS);
        let bases = [
            Basis::AsItWas,
            Basis::AsItIsNow,
            Basis::Restated(FIRST),
            Basis::Restated(date(2026, 2, 1)),
            Basis::Restated(self.day),
        ];
        let mut seen = 0;
        for (at, unit) in units.iter().enumerate() {
            for basis in bases {
                // A province's register is asked commune by commune: two borders of it are enough.
                if unit.level == units::Level::Province
                    && matches!(basis, Basis::Restated(day) if day != self.day)
                {
                    continue;
                }
                for (also, indicator) in INDICATORS.iter().enumerate() {
                    let window = WINDOWS[(at + also) % WINDOWS.len()];
                    let read = self.figure(unit, basis, indicator, window);
                    let counted = self.counted(unit, basis, indicator, window);
                    assert_eq!(read, counted, "{} {basis:?} {indicator} {window:?}", unit.id);
                    seen += usize::from(!matches!(read, figures::Value::None | figures::Value::Number(0)));
                }
            }
        }
        seen
    }
}

#[test]
fn every_figure_in_any_borders_is_what_the_records_say() {
    let rules = Catalogue::embedded().unwrap();
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let choices = proptest::collection::vec(any::<Choice>(), 90).new_tree(&mut runner).unwrap().current();
    for db in testing::stores() {
        db.write_now(|tx| units::load_reference(tx, &scope())).unwrap();
        let mut communes = BTreeMap::new();
        for province in ["25", "52"] {
            let unit =
                db.read_now(|read| units::find_by_code(read, &scope(), province, TODAY)).unwrap().unwrap();
            let below = db.read_now(|read| units::children(read, &scope(), &unit.id, FIRST)).unwrap();
            communes.extend(below.into_iter().take(8).map(|commune| (commune.id, unit.id.clone())));
        }
        let mut world = World {
            grids: Grids::default(),
            db: &db,
            rules: &rules,
            communes,
            gone: BTreeMap::new(),
            areas: Vec::new(),
            records: Vec::new(),
            day: date(2025, 9, 1),
            operations: 0,
        };
        for n in 0..24 {
            world.add_area(n * 7);
        }
        let mut seen = 0;
        for (at, choice) in choices.iter().enumerate() {
            world.step(*choice);
            if at % 45 == 44 {
                seen += world.check();
            }
        }
        assert!(world.gone.len() > 2, "only {} communes went into another", world.gone.len());
        let moved = world.areas.iter().filter(|area| area.communes.len() > 1).count();
        assert!(moved > 2, "only {moved} areas moved");
        assert!(seen > 100, "only {seen} figures were not nought");
        let checked = db
            .read_now(|read| {
                verify(read, &scope(), &supplements::Rulebook::new(std::sync::Arc::new(rules.clone())))
            })
            .unwrap();
        assert_eq!(checked.differences, []);
        assert!(checked.records > 20, "{}", checked.records);
    }
}
