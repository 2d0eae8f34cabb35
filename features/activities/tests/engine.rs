//! The engine under random work: whatever is written, corrected, moved, confirmed, returned and withdrawn, the cells
//! say what the records say, on both engines.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::collections::BTreeMap;
use std::sync::Arc;

use activities::{
    Activity, Brief, Content, Filter, Indexes, Refused, State, Step, WHOLE_UNIT, change, verify,
};
use catalogue::{Catalogue, Fields, Value};
use db::{Db, sql, testing};
use figures::{Grids, Group, Made, Tally, Value as Figure};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use kernel::{Action, Grant, Line, Place, Role, Room, Scope};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use supplements::Rulebook;
use units::Makeup;
use uuid::Uuid;

const OPERATIONS: usize = 10_000;
const RECORDS: usize = 1_500;
/// After so many operations the lists are compared.
const LOOK: usize = 1_300;

fn place(n: usize) -> Place {
    let tenant = format!("c0000{n}-20250701");
    Place {
        path: format!("vn/p25-20250701/{tenant}/"),
        tenant,
        code: format!("0000{n}"),
        name: String::new(),
    }
}

fn room(place: &Place, account: &str, action: Action) -> Room {
    let grant = Grant { role: Role::Officer, path: place.path.clone(), area: None, line: None };
    Scope::of(account, vec![grant]).enter(place, action).unwrap()
}

/// One random operation on one of a fixed set of records.
#[derive(Debug, Clone)]
enum Operation {
    Write {
        record: usize,
        area: u8,
        day: u16,
        kind: u8,
        size: u16,
        households: (u16, u8),
        tags: u8,
    },
    Confirm(usize),
    Return(usize),
    Withdraw(usize),
    /// The same step once more, as a phone does that did not hear the answer.
    Repeat(usize),
    /// A step based on a version of long ago.
    Stale(usize),
}

fn operation() -> impl Strategy<Value = Operation> {
    let record = 0..RECORDS;
    prop_oneof![
        4 => (record.clone(), 0..6_u8, 0..800_u16, 0..5_u8, 0..500_u16, (1..60_u16, 0..30_u8), any::<u8>()).prop_map(
            |(record, area, day, kind, size, households, tags)| Operation::Write {
                record, area, day, kind, size, households, tags
            }
        ),
        4 => record.clone().prop_map(Operation::Confirm),
        1 => record.clone().prop_map(Operation::Return),
        1 => record.clone().prop_map(Operation::Withdraw),
        1 => record.clone().prop_map(Operation::Repeat),
        1 => record.prop_map(Operation::Stale),
    ]
}

fn content(area: u8, day: u16, kind: u8, size: u16, (first, many): (u16, u8), tags: u8) -> Content {
    let day = date(2024, 11, 20).checked_add(i64::from(day).days()).unwrap();
    let size = i64::from(size);
    let households = Value::Households((first..=first + u16::from(many)).collect());
    let pick = |options: &[&str]| options[usize::from(tags) % options.len()].to_owned();
    let mut fields = Fields::new();
    let kinds = ["outreach-session", "communication", "commitment-signing", "patrol", "outreach-totals"];
    let kind = kinds[usize::from(kind)];
    // Totals over up to three months, of an area or of the whole unit.
    let total = kind == "outreach-totals";
    let from = total.then(|| day.checked_sub((size % 90).days()).unwrap());
    let whole = total && tags.is_multiple_of(2);
    match kind {
        "outreach-session" => {
            fields.insert("form".into(), Value::Choice(pick(&["launch", "gathering", "mobile"])));
            fields
                .insert("topic".into(), Value::Choices([pick(&["law", "drugs"]), "movement".into()].into()));
            fields.insert("attendees".into(), Value::Count(size + 1));
            fields.insert("households".into(), households);
        }
        "communication" => {
            fields.insert("topic".into(), Value::Choices([pick(&["law", "drugs"])].into()));
            fields.insert("leaflets".into(), Value::Count(size + 1));
        }
        "commitment-signing" => {
            fields.insert("topic".into(), Value::Choice("traffic-safety".into()));
            fields.insert("households".into(), households);
            fields.insert("persons".into(), Value::Count(size));
        }
        "outreach-totals" => {
            fields.insert("sessions".into(), Value::Count(size + 1));
            fields.insert("attendees".into(), Value::Count(size * 40));
        }
        _ => {
            fields.insert("shifts".into(), Value::Count(size % 500 + 1));
            fields.insert("participants".into(), Value::Count(size + 1));
            fields.insert("force".into(), Value::Choices(["security-team".into()].into()));
        }
    }
    let mut programmes =
        vec!["joint-programme".to_owned(), "new-rural".to_owned(), "security-emulation".to_owned()];
    programmes.truncate(usize::from(tags) % 4);
    Content {
        area: if whole { WHOLE_UNIT } else { Uuid::from_u128(u128::from(area) + 1) },
        day,
        from,
        kind: kind.into(),
        kind_version: 1,
        line: [None, Some(Line::Police), Some(Line::Front)][usize::from(tags) % 3],
        programmes,
        fields,
        note: String::new(),
    }
}

/// What the records should be, kept beside the store.
#[derive(Default)]
struct Model {
    records: BTreeMap<usize, (Activity, Step, u32)>,
}

fn run(db: &Db, rules: &Catalogue, operations: &[Operation]) -> Model {
    let now: Timestamp = "2027-02-01T08:00:00Z".parse().unwrap();
    let (mut model, indexes) = (Model::default(), Indexes::default());
    for (number, operation) in operations.iter().enumerate() {
        if number % LOOK == 0 || number + 1 == operations.len() {
            lists_equal_the_store(db, rules, &indexes, number);
        }
        let (Operation::Write { record, .. }
        | Operation::Confirm(record)
        | Operation::Return(record)
        | Operation::Withdraw(record)
        | Operation::Repeat(record)
        | Operation::Stale(record)) = operation;
        let place = place(record % 3);
        let id = Uuid::from_u128(1000 + *record as u128);
        let known = model.records.get(record);
        let version = known.map_or(0, |(activity, _, _)| activity.version);
        let (step, based_on, account) = match operation {
            Operation::Write { area, day, kind, size, households, tags, .. } => {
                let content = content(*area, *day, *kind, *size, *households, *tags);
                let step = if size % 8 == 0 { Step::Keep(content) } else { Step::Send(content) };
                (step, version, "head")
            }
            Operation::Confirm(_) => (Step::Confirm, version, "officer"),
            Operation::Return(_) => (Step::Return("xem lại".into()), version, "officer"),
            Operation::Withdraw(_) => (Step::Withdraw("ghi trùng".into()), version, "head"),
            Operation::Repeat(_) => match known {
                Some((_, step, based_on)) => (step.clone(), *based_on, "head"),
                None => continue,
            },
            Operation::Stale(_) if version > 2 => (Step::Send(content(1, 1, 1, 1, (1, 1), 1)), 1, "head"),
            Operation::Stale(_) => continue,
        };
        let action = if account == "officer" { Action::Confirm } else { Action::Record };
        let (room, catalogue, taken) = (room(&place, account, action), rules.clone(), step.clone());
        let result = db.write_now(move |tx| change(tx, &room, &catalogue, (id, based_on), taken, now));
        match result {
            Ok(activity) => {
                assert!(!matches!(operation, Operation::Stale(_)), "a stale write was taken");
                if matches!(operation, Operation::Repeat(_)) {
                    assert_eq!(activity.version, version, "a repeated step made a version");
                } else {
                    assert_eq!(activity.version, version + 1);
                    model.records.insert(*record, (activity, step, based_on));
                }
            }
            Err(Refused::Rule(_)) => {}
            Err(Refused::Changed(current)) => assert_eq!(current.version, version),
            Err(other) => panic!("{operation:?}: {other}"),
        }
    }
    model
}

/// What the index in memory says is what the store says: for each filter, for the whole commune and for one area, page
/// by page. `number` makes some tenants be looked at late, so that both ways of catching up are taken.
fn lists_equal_the_store(db: &Db, rules: &Catalogue, indexes: &Indexes, number: usize) {
    let filter = |change: &dyn Fn(&mut Filter)| {
        let mut filter = Filter::default();
        change(&mut filter);
        filter
    };
    let filters = [
        filter(&|_| {}),
        filter(&|f| f.state = Some(State::Confirmed)),
        filter(&|f| f.state = Some(State::Draft)),
        filter(&|f| f.kind = Some("patrol".into())),
        filter(&|f| f.kind = Some("nothing".into())),
        filter(&|f| f.area = Some(Uuid::from_u128(3))),
        filter(&|f| f.programme = Some("new-rural".into())),
        filter(&|f| f.text = "Tuyên truyền".into()),
        filter(&|f| f.text = "uan tr".into()),
        filter(&|f| {
            f.from = Some(date(2025, 3, 1));
            f.to = Some(date(2026, 2, 28));
            f.state = Some(State::Sent);
            f.programme = Some("joint-programme".into());
        }),
        filter(&|f| {
            f.to = Some(date(2025, 12, 31));
            f.kind = Some("communication".into());
            f.text = "pháp luật".into();
        }),
    ];
    let area_head = |place: &Place| {
        let area = Some(Uuid::from_u128(2));
        let grant = Grant { role: Role::AreaHead, path: place.path.clone(), area, line: None };
        Scope::of("head", vec![grant]).enter(place, Action::SeeActivities).unwrap()
    };
    for n in 0..3 {
        if n == 2 && (number / LOOK).is_multiple_of(2) {
            continue;
        }
        let place = place(n);
        for room in [room(&place, "officer", Action::SeeActivities), area_head(&place)] {
            for filter in &filters {
                let (mut after, mut seen) = (None, 0);
                loop {
                    let ((listed, count), (expected, exact)) = db
                        .read_now(|read| -> db::Result<_> {
                            let indexed = indexes.ask(read, &room, |index| {
                                (index.list(&room, filter, after, 200), index.count(&room, filter))
                            })?;
                            let listed = activities::list(read, &room, rules, filter, after, 200)?;
                            let listed: Vec<Brief> =
                                listed.into_iter().map(|listed| listed.activity.into()).collect();
                            let stored = (listed, activities::count(read, &room, filter)?);
                            Ok((indexed.unwrap(), stored))
                        })
                        .unwrap();
                    assert_eq!(listed, expected, "{filter:?} after {after:?}");
                    assert_eq!(count, exact, "{filter:?}");
                    seen += listed.len();
                    let Some(last) = listed.last() else {
                        assert_eq!(seen as i64, count);
                        break;
                    };
                    after = Some((last.day, last.id));
                }
            }
        }
    }
}

#[test]
fn ten_thousand_random_operations_leave_no_difference() {
    let rules = Catalogue::embedded().unwrap();
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let operations: Vec<Operation> = (0..OPERATIONS)
        .map(|_| {
            operation()
                .new_tree(&mut runner)
                .map(|tree| proptest::strategy::ValueTree::current(&tree))
                .unwrap()
        })
        .collect();
    for db in testing::stores() {
        let model = run(&db, &rules, &operations);
        let confirmed: Vec<&Activity> =
            model.records.values().map(|(a, _, _)| a).filter(|a| a.state == State::Confirmed).collect();
        assert!(confirmed.len() > 30, "the operations confirm too little to prove anything");
        let scope = Scope::system("test");
        let checked =
            db.read_now(|read| verify(read, &scope, &Rulebook::new(Arc::new(rules.clone())))).unwrap();
        assert_eq!(checked.differences, []);
        assert_eq!(checked.records, confirmed.len());
        assert!(checked.cells > 500, "{}", checked.cells);
        assert!(db.read_now(|read| kernel::audit::verify(read, &scope)).unwrap().tampered.is_empty());
        figures_equal_brute_force(&db, &rules, &model);
        grids_equal_brute_force(&db, &rules, &model);
        months_made_anew_are_the_same(&db, &rules);
    }
}

/// Every indicator, over several windows, read from cells, equals the same figure computed from the model's records.
fn figures_equal_brute_force(db: &Db, rules: &Catalogue, model: &Model) {
    let windows = [
        (date(2024, 11, 20), date(2027, 1, 31)),
        (date(2024, 12, 15), date(2025, 12, 14)),
        (date(2026, 6, 15), date(2026, 9, 14)),
        (date(2025, 3, 3), date(2025, 3, 3)),
    ];
    let mut seen = 0;
    for n in 0..3 {
        let place = place(n);
        let room = room(&place, "officer", Action::SeeReports);
        let mut tally = Tally::default();
        for (record, (activity, _, _)) in &model.records {
            if record % 3 == n && activity.state == State::Confirmed {
                tally.add(&activity.content.record(), rules);
            }
        }
        for indicator in rules.indicators().all() {
            for slice in ["*", "programme:new-rural", "line:police", "form:launch"] {
                for (from, to) in windows {
                    let key = (indicator.id.as_str(), slice);
                    let expected = tally.figure(rules, |_, _: Date| 77, key, (from, to)).unwrap();
                    let mut registers = |_: &mut db::Read<'_>, _, _: Date| Ok(77);
                    let read = db
                        .read_now(|read| figures::read(read, &room, rules, &mut registers, key, (from, to)))
                        .unwrap();
                    assert_eq!(read, expected);
                    seen += usize::from(!matches!(read.value, Figure::None | Figure::Number(0)));
                }
            }
        }
    }
    assert!(seen > 200, "only {seen} figures were not nought");
}

/// Every indicator of every unit in many windows at once, read from the packed months and, where a window breaks them,
/// from the day cells, equals the same figure computed from the model's records.
fn grids_equal_brute_force(db: &Db, rules: &Catalogue, model: &Model) {
    let window = |regime: &str, day| {
        let window = rules.regime(regime).unwrap().containing(day);
        (window.from, window.to)
    };
    let months = (0..26).map(|n| window("monthly", date(2024, 11, 20).saturating_add(n.months())));
    let longer = ["quarterly", "yearly", "area-recognition", "commune-recognition"];
    let longer = longer.iter().map(|regime| window(regime, date(2025, 12, 1)));
    let weeks = (0..20).map(|n| window("weekly", date(2025, 3, 3).saturating_add((n * 7).days())));
    let [packed, by_day] = [months.chain(longer).collect::<Vec<_>>(), weeks.collect()];
    let (scope, indicators) = (Scope::system("test"), rules.indicators().all());
    let indicators: Vec<&str> = indicators.map(|indicator| indicator.id.as_str()).collect();
    let rooms = (0..3).map(|n| scope.enter(&place(n), Action::SeeActivities).unwrap());
    let units: Vec<Made> =
        rooms.map(|room| Made { makeup: Makeup::whole(room.tenant_key()), rooms: vec![room] }).collect();
    let groups = [Group { keeper: Some("country".into()), units }];
    let at: jiff::Timestamp = "2027-02-01T05:00:00Z".parse().unwrap();
    // The second time from memory, then with nothing in memory but what the store keeps for the next start.
    let (first, second) = (Grids::default(), Grids::default());
    let looks = [(&first, packed.clone()), (&first, by_day), (&first, packed.clone()), (&second, packed)];
    for (look, (grids, windows)) in looks.into_iter().enumerate() {
        // The residential areas of the model are in no register.
        let register = |_: usize, _, _: Date| 0;
        let mut each: Vec<Vec<Vec<Figure>>> = Vec::new();
        let asked = ((&scope, groups.as_slice()), (rules, indicators.as_slice()));
        let grid = db
            .read_now(|read| {
                figures::read_grid(read, grids, asked.0, asked.1, (&windows, date(2026, 1, 1)), |_, unit| {
                    let of = |window| (0..indicators.len()).map(move |i| unit.of(window, i)).collect();
                    each.push((0..windows.len()).map(of).collect());
                })
            })
            .unwrap();
        assert_eq!(grid.to_keep.len(), [1, 0, 0, 0][look], "what the weeks of the past say is not kept");
        for kept in grid.to_keep.clone() {
            let room = scope.own(&kept.keeper);
            db.write_now(move |tx| figures::keep(tx, &room, &kept, at)).unwrap();
        }
        let (mut seen, mut sums) = (0, BTreeMap::new());
        for (unit, figures) in each.iter().enumerate() {
            let mut tally = Tally::default();
            for (record, (activity, _, _)) in &model.records {
                if record % 3 == unit && activity.state == State::Confirmed {
                    tally.add(&activity.content.record(), rules);
                }
            }
            for (i, indicator) in indicators.iter().enumerate() {
                for (w, days) in windows.iter().enumerate() {
                    let expected =
                        tally.figure(rules, |what, on| register(unit, what, on), (indicator, "*"), *days);
                    let expected = expected.unwrap().value;
                    assert_eq!(figures[w][i], expected, "{indicator} of unit {unit} in {days:?}");
                    if let Figure::Number(number) = expected {
                        *sums.entry((w, i)).or_insert(0) += number;
                        seen += usize::from(number != 0);
                    }
                }
            }
        }
        assert!(seen > 100, "only {seen} figures were not nought");
        for ((w, i), sum) in sums {
            assert_eq!(grid.over_all(w, i), Figure::Number(sum));
        }
    }
}

/// What a start of the program does for a store whose day cells are older than the packed months.
fn months_made_anew_are_the_same(db: &Db, rules: &Catalogue) {
    let scope = Scope::system("test");
    let own = scope.own(&place(0).tenant);
    let lose = own.clone();
    db.write_now(move |tx| {
        tx.execute(&lose, &sql!("delete from cell_month where tenant = $1"), &[])?;
        tx.execute(&lose, &sql!("insert into cell_month_due (tenant) values ($1)"), &[])
    })
    .unwrap();
    assert!(
        !db.read_now(|read| verify(read, &scope, &Rulebook::new(Arc::new(rules.clone()))))
            .unwrap()
            .differences
            .is_empty()
    );
    let due = db.read_now(|read| figures::months_due(read, &scope)).unwrap();
    assert_eq!(due, [own.tenant_key()]);
    let now: Timestamp = "2027-02-01T09:00:00Z".parse().unwrap();
    db.write_now(move |tx| figures::make_months(tx, &own, now)).unwrap();
    assert_eq!(
        db.read_now(|read| verify(read, &scope, &Rulebook::new(Arc::new(rules.clone()))))
            .unwrap()
            .differences,
        []
    );
    assert!(db.read_now(|read| figures::months_due(read, &scope)).unwrap().is_empty());
}

#[test]
fn a_records_answers_read_back_as_typed() {
    let rules = Catalogue::embedded().unwrap();
    for kind in 0..5 {
        let content = content(1, 1, kind, 7, (3, 20), 5);
        let asked = rules.kind(&content.kind).unwrap();
        let typed = |field: &str| content.fields.get(field).map(Value::typed).unwrap_or_default();
        assert_eq!(asked.read(&typed).unwrap(), content.fields);
    }
}

/// A total counts where its days lie wholly inside, beside single records, and the figure says how much it is.
#[test]
fn a_total_counts_only_in_windows_that_hold_all_of_its_days() {
    let rules = Catalogue::embedded().unwrap();
    for db in testing::stores() {
        // 31 days that end on the 300th (a size of eighths stays a draft), and one single session on the 290th.
        let total = Operation::Write {
            record: 0,
            area: 1,
            day: 300,
            kind: 4,
            size: 210,
            households: (1, 1),
            tags: 2,
        };
        let single =
            Operation::Write { record: 3, area: 1, day: 290, kind: 0, size: 9, households: (1, 1), tags: 1 };
        run(&db, &rules, &[total, Operation::Confirm(0), single, Operation::Confirm(3)]);
        let room = room(&place(0), "officer", Action::SeeReports);
        let last = date(2025, 9, 16);
        let first = last.checked_sub(30.days()).unwrap();
        let figure = |from, to| {
            let mut none = |_: &mut db::Read<'_>, _, _: Date| Ok(0);
            let of = ("outreach-sessions", "*");
            let figure =
                db.read_now(|read| figures::read(read, &room, &rules, &mut none, of, (from, to))).unwrap();
            (figure.value, figure.entered)
        };
        assert_eq!(figure(first, last), (Figure::Number(212), 211));
        assert_eq!(figure(first.tomorrow().unwrap(), last), (Figure::Number(1), 0));
        assert_eq!(figure(first, last.yesterday().unwrap()), (Figure::Number(1), 0));
        let of = ("outreach-sessions", "programme:new-rural");
        let behind =
            |window| db.read_now(|read| activities::evidence(read, &room, &rules, of, window)).unwrap().len();
        assert_eq!((behind((first, last)), behind((first.tomorrow().unwrap(), last))), (1, 0));
        let found = db.read_now(|read| activities::entries(read, &room, &rules, (first, last))).unwrap();
        let [(_, doubles)] = found.doubled.as_slice() else { panic!("{found:?}") };
        assert_eq!((doubles.records, doubles.entries, found.beyond.len()), (1, 0, 0));
        let later = (first.tomorrow().unwrap(), last);
        let found = db.read_now(|read| activities::entries(read, &room, &rules, later)).unwrap();
        assert_eq!((found.doubled.len(), found.beyond.len()), (0, 1));
        assert!(
            db.read_now(|read| verify(read, &Scope::system("test"), &Rulebook::new(Arc::new(rules.clone()))))
                .unwrap()
                .differences
                .is_empty()
        );
    }
}

#[test]
fn a_corrupted_cell_is_found_and_named() {
    let rules = Catalogue::embedded().unwrap();
    for db in testing::stores() {
        let write =
            Operation::Write { record: 0, area: 1, day: 300, kind: 0, size: 9, households: (3, 4), tags: 5 };
        run(&db, &rules, &[write, Operation::Confirm(0)]);
        let scope = Scope::system("test");
        assert!(
            db.read_now(|read| verify(read, &scope, &Rulebook::new(Arc::new(rules.clone()))))
                .unwrap()
                .differences
                .is_empty()
        );
        let own = scope.own(&place(0).tenant);
        let changed = db
            .write_now(move |tx| {
                let text = sql!(
                    "update cell set amount = amount + 1 where tenant = $1 and indicator = 'outreach-attendances' \
                     and slice = '*'"
                );
                tx.execute(&own, &text, &[])
            })
            .unwrap();
        assert_eq!(changed, 1);
        let found = db
            .read_now(|read| verify(read, &scope, &Rulebook::new(Arc::new(rules.clone()))))
            .unwrap()
            .differences;
        let [difference] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(difference.tenant, place(0).tenant);
        assert_eq!((difference.indicator.as_str(), difference.slice.as_str()), ("outreach-attendances", "*"));
        assert_eq!(difference.day, date(2025, 9, 16));
        assert_eq!((difference.stored.as_str(), difference.recomputed.as_str()), ("11", "10"));
    }
}

#[test]
fn evidence_holds_exactly_the_records_behind_a_figure() {
    let rules = Catalogue::embedded().unwrap();
    for db in testing::stores() {
        let write = |record, day, kind| Operation::Write {
            record,
            area: 1,
            day,
            kind,
            size: 9,
            households: (3, 4),
            tags: 3,
        };
        let operations = [
            write(0, 300, 0),
            write(3, 301, 0),
            write(6, 700, 0),
            write(9, 300, 3),
            Operation::Confirm(0),
            Operation::Confirm(3),
            Operation::Confirm(6),
            Operation::Confirm(9),
            write(12, 300, 0),
        ];
        run(&db, &rules, &operations);
        let room = room(&place(0), "officer", Action::SeeReports);
        let window = (date(2025, 9, 1), date(2025, 9, 30));
        let behind = db
            .read_now(|read| activities::evidence(read, &room, &rules, ("outreach-sessions", "*"), window))
            .unwrap();
        let ids: Vec<Uuid> = behind.iter().map(|(activity, _)| activity.id).collect();
        assert_eq!(ids, [Uuid::from_u128(1000), Uuid::from_u128(1003)]);
    }
}
