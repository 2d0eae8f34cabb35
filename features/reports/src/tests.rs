//! The stores on both engines.

use catalogue::{Catalogue, Value};
use db::testing::{self, Throwaway};
use figures::Shown;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use kernel::{Action, Grant, Lang, Role, Room, Scope};
use units::Unit;
use uuid::Uuid;

use crate::model::{Column, Refused, Report, State, Texts, Viewer};
use crate::sheet::{Change, Desk, Sheet, What, changed_since, earlier_texts, sheet};
use crate::{actions, store};

const QUARTERLY: &str = "movement-quarterly";
const ANNUAL: &str = "movement-annual";

/// A commune with two residential areas, an area head, two officers and somebody of the province.
struct House {
    db: Throwaway,
    catalogue: Catalogue,
    unit: Unit,
    areas: [Uuid; 2],
}

fn houses() -> impl Iterator<Item = House> {
    testing::both().into_iter().map(|db| {
        let system = Scope::system("test");
        let given = system.clone();
        db.write_now(move |tx| units::load_reference(tx, &given)).unwrap();
        let unit = db
            .read_now(|read| units::find_by_code(read, &system, "05089", date(2026, 9, 1)))
            .unwrap()
            .unwrap();
        let areas = [Uuid::from_u128(11), Uuid::from_u128(12)];
        let room = system.enter(&unit.place(), Action::SeeUnit).unwrap();
        db.write_now(move |tx| {
            for (area, (name, households)) in areas.into_iter().zip([("Khu 1", 40), ("Khu 2", 60)]) {
                let from_on = date(2025, 7, 1);
                let new =
                    units::NewArea { id: area, name: name.into(), households: Some(households), from_on };
                units::add_area(tx, &room, at(date(2025, 7, 1)), &new)?;
            }
            Ok::<_, units::Refusal>(())
        })
        .unwrap();
        House { db, catalogue: Catalogue::embedded().unwrap(), unit, areas }
    })
}

/// Noon of a day in Viet Nam.
fn at(day: Date) -> Timestamp {
    format!("{day}T05:00:00Z").parse().unwrap()
}

impl House {
    fn scope(&self, account: &str, role: Role) -> Scope {
        let path = match role {
            Role::ProvinceStaff => "vn/".to_owned(),
            _ => self.unit.path.clone(),
        };
        Scope::of(account, vec![Grant { role, path, area: None, line: None }])
    }

    fn room(&self, account: &str, action: Action) -> Room {
        self.scope(account, Role::Officer).enter(&self.unit.place(), action).unwrap()
    }

    /// Writes a session down by one officer and has it confirmed by another.
    fn session(
        &self,
        id: u128,
        area: usize,
        day: Date,
        attendees: i64,
        households: std::ops::RangeInclusive<u16>,
    ) {
        self.send(id, 0, area, day, attendees, households);
        self.step(id, 1, activities::Step::Confirm, "confirms");
    }

    fn send(
        &self,
        id: u128,
        based_on: u32,
        area: usize,
        day: Date,
        attendees: i64,
        households: std::ops::RangeInclusive<u16>,
    ) {
        let content = activities::Content {
            area: self.areas[area],
            day,
            kind: "outreach-session".into(),
            kind_version: self.catalogue.kind("outreach-session").unwrap().version,
            line: None,
            programmes: vec![],
            fields: [
                ("form".to_owned(), Value::Choice("gathering".into())),
                ("topic".to_owned(), Value::Choices(["online-fraud".to_owned()].into())),
                ("attendees".to_owned(), Value::Count(attendees)),
                ("households".to_owned(), Value::Households(households.collect())),
            ]
            .into(),
            note: String::new(),
        };
        self.step(id, based_on, activities::Step::Send(content), "writes");
    }

    fn step(&self, id: u128, based_on: u32, step: activities::Step, account: &str) {
        let action = if step == activities::Step::Confirm { Action::Confirm } else { Action::Record };
        let (room, catalogue) = (self.room(account, action), self.catalogue.clone());
        let now = at(date(2030, 1, 1));
        self.db
            .write_now(move |tx| {
                activities::change(tx, &room, &catalogue, (Uuid::from_u128(id), based_on), step, now)
            })
            .unwrap();
    }

    /// Does something at the desk of an officer.
    fn write<T: Send + 'static>(
        &self,
        account: &str,
        work: impl FnOnce(&mut db::Tx<'_>, Desk<'_>) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        let (scope, room) = (self.scope(account, Role::Officer), self.room(account, Action::FreezeReports));
        let (unit, catalogue) = (self.unit.clone(), self.catalogue.clone());
        self.db.write_now(move |tx| {
            work(tx, Desk { scope: &scope, unit: &unit, room: &room, catalogue: &catalogue })
        })
    }

    fn read<T>(&self, work: impl FnOnce(&mut db::Read<'_>, Desk<'_>) -> Result<T, Refused>) -> T {
        let (scope, room) = (self.scope("reads", Role::Officer), self.room("reads", Action::SeeReports));
        let desk = Desk { scope: &scope, unit: &self.unit, room: &room, catalogue: &self.catalogue };
        self.db.read_now(|read| work(read, desk)).unwrap()
    }

    fn start(&self, id: u128, form: &'static str, period: &'static str, on: Date) -> Result<Report, Refused> {
        self.write("writes", move |tx, desk| {
            actions::start(tx, desk, Uuid::from_u128(id), (form, period), at(on))
        })
    }

    fn freeze(&self, id: u128, based_on: u32, on: Date) -> Result<Report, Refused> {
        self.write("freezes", move |tx, desk| {
            actions::freeze(tx, desk, (Uuid::from_u128(id), based_on), at(on))
        })
    }

    fn sheet(&self, id: u128) -> Sheet {
        self.read(|read, desk| {
            let report = store::find(read, desk.room, Uuid::from_u128(id))?.unwrap();
            sheet(read, desk, report)
        })
    }

    fn changed(&self, id: u128) -> Vec<Change> {
        let sheet = self.sheet(id);
        self.read(|read, desk| Ok(changed_since(read, desk, &sheet)?))
    }
}

/// The figure of an indicator's whole in a report.
fn shown(sheet: &Sheet, indicator: &str, column: Column) -> String {
    let fits = |entry: &&crate::model::Entry| {
        entry.figure.indicator == indicator && entry.figure.slice == "*" && entry.column == column
    };
    sheet.entries.iter().find(fits).unwrap().figure.show(Lang::Vi)
}

#[test]
fn a_report_freezes_after_its_cut_off_only_and_keeps_its_figures() {
    for house in houses() {
        house.session(1, 0, date(2026, 6, 15), 30, 1..=10);
        house.session(2, 1, date(2026, 9, 14), 20, 1..=5);
        house.session(3, 1, date(2026, 9, 15), 99, 1..=50); // the next quarter's
        house.session(4, 0, date(2026, 6, 14), 7, 1..=4); // the quarter's before
        let report = house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        let open = house.sheet(100);
        assert_eq!(shown(&open, "outreach-sessions", Column::Current), "2");
        assert_eq!(shown(&open, "outreach-attendances", Column::Current), "50");
        assert_eq!(shown(&open, "outreach-attendances", Column::Previous), "7");
        assert_eq!(shown(&open, "outreach-attendances", Column::LastYear), "0");
        assert_eq!(shown(&open, "households-reached", Column::Current), "15");
        assert_eq!(shown(&open, "households-reached-ratio", Column::Current), "15,0%");
        assert_eq!(shown(&open, "areas", Column::Current), "2");

        // On the cut-off day itself something may still be done.
        let early = house.freeze(100, report.version, date(2026, 9, 14));
        assert!(matches!(early, Err(Refused::TooEarly { from }) if from == date(2026, 9, 15)), "{early:?}");
        assert_eq!(house.sheet(100).report.state, State::Open);
        let frozen = house.freeze(100, report.version, date(2026, 9, 15)).unwrap();
        assert_eq!((frozen.state, frozen.version), (State::Frozen, 2));
        // The same again is answered alike; another's freeze is not.
        assert_eq!(house.freeze(100, report.version, date(2026, 9, 15)).unwrap(), frozen);
        assert!(matches!(house.freeze(100, 2, date(2026, 9, 15)), Err(Refused::Frozen)));

        let kept = house.sheet(100);
        assert_eq!(kept.entries.len(), open.entries.len());
        for (then, now) in open.entries.iter().zip(&kept.entries) {
            assert_eq!(
                (&then.figure, &then.definition, then.place),
                (&now.figure, &now.definition, now.place)
            );
            assert_eq!(now.records.is_some(), now.column == Column::Current);
        }
        let sessions =
            kept.entries.iter().find(|entry| entry.figure.indicator == "outreach-sessions").unwrap();
        assert_eq!(sessions.records, Some(vec![(Uuid::from_u128(1), 2), (Uuid::from_u128(2), 2)]));
        assert!(house.changed(100).is_empty());

        // Corrected, withdrawn, added: the frozen figures stay and every record is named.
        house.send(1, 2, 0, date(2026, 6, 15), 31, 1..=10);
        house.step(1, 3, activities::Step::Confirm, "confirms");
        house.step(2, 2, activities::Step::Withdraw("ghi trùng".into()), "writes");
        house.session(5, 0, date(2026, 7, 1), 12, 20..=22);
        let after = house.sheet(100);
        assert_eq!(after.entries, kept.entries);
        let changes: Vec<_> =
            house.changed(100).iter().map(|c| (c.id.as_u128(), c.what, c.counted)).collect();
        assert_eq!(changes, [(1, What::Changed, Some(2)), (5, What::Added, None), (2, What::Gone, Some(2))]);
        // The day's cells, meanwhile, say what is so now.
        let next = house.start(101, QUARTERLY, "2026-Q4", date(2026, 9, 15)).unwrap();
        assert_eq!(next.version, 1);
        assert_eq!(shown(&house.sheet(101), "outreach-attendances", Column::Previous), "43");
    }
}

#[test]
fn a_record_moved_to_another_quarter_is_named() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        house.freeze(100, 1, date(2026, 9, 20)).unwrap();
        house.send(1, 2, 0, date(2026, 9, 18), 30, 1..=10);
        house.step(1, 3, activities::Step::Confirm, "confirms");
        let changes = house.changed(100);
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].what, changes[0].now.as_ref().map(|now| now.version)), (What::Gone, Some(4)));
    }
}

#[test]
fn an_amended_report_names_the_one_it_amends_and_reads_anew() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        let words: Texts = [("situation-text".to_owned(), "Ổn định.".to_owned())].into();
        house
            .write("writes", move |tx, desk| {
                actions::write(tx, desk, (Uuid::from_u128(100), 1), &words, at(date(2026, 9, 2)))
            })
            .unwrap();
        let amend = |new: u128| {
            house.write("writes", move |tx, desk| {
                actions::amend(tx, desk, Uuid::from_u128(100), Uuid::from_u128(new), at(date(2026, 10, 1)))
            })
        };
        assert!(matches!(amend(200), Err(Refused::Open)));
        house.freeze(100, 2, date(2026, 9, 20)).unwrap();
        house.send(1, 2, 0, date(2026, 8, 1), 44, 1..=10);
        house.step(1, 3, activities::Step::Confirm, "confirms");
        let amended = amend(200).unwrap();
        assert_eq!(
            (amended.amends, amended.version, amended.state),
            (Some(Uuid::from_u128(100)), 1, State::Open)
        );
        assert_eq!(amend(200).unwrap(), amended);
        assert!(matches!(amend(201), Err(Refused::AlreadyThere(there)) if there == amended.id));
        let sheet = house.sheet(200);
        assert_eq!(sheet.texts.get("situation-text").map(String::as_str), Some("Ổn định."));
        assert_eq!(shown(&sheet, "outreach-attendances", Column::Current), "44");
        assert_eq!(shown(&house.sheet(100), "outreach-attendances", Column::Current), "30");
        // Both can be frozen; the chain goes on from the latest.
        house.freeze(200, 1, date(2026, 10, 2)).unwrap();
        assert!(house.changed(200).is_empty());
    }
}

#[test]
fn december_and_leap_days_fall_into_the_windows_of_the_decree() {
    for house in houses() {
        house.session(1, 0, date(2026, 12, 13), 13, 1..=1);
        house.session(2, 0, date(2026, 12, 16), 16, 1..=1);
        house.start(100, ANNUAL, "2026", date(2026, 12, 20)).unwrap();
        house.start(101, ANNUAL, "2027", date(2026, 12, 20)).unwrap();
        assert_eq!(shown(&house.sheet(100), "outreach-attendances", Column::Current), "13");
        assert_eq!(shown(&house.sheet(101), "outreach-attendances", Column::Current), "16");
        assert_eq!(shown(&house.sheet(101), "outreach-attendances", Column::Previous), "13");
    }
}

#[test]
fn the_29th_of_february_counts_in_its_quarter_and_is_set_against_it_a_year_later() {
    for house in houses() {
        let regime = house.catalogue.regime("quarterly").unwrap().clone();
        let leap = regime.containing(date(2028, 2, 29));
        assert_eq!(
            (leap.period.as_str(), leap.from, leap.to),
            ("2028-Q1", date(2027, 12, 15), date(2028, 3, 14))
        );
        house.session(1, 0, date(2028, 2, 29), 29, 1..=2);
        house.start(100, QUARTERLY, "2028-Q1", date(2028, 3, 1)).unwrap();
        house.start(101, QUARTERLY, "2029-Q1", date(2029, 3, 1)).unwrap();
        assert_eq!(shown(&house.sheet(100), "outreach-attendances", Column::Current), "29");
        assert_eq!(shown(&house.sheet(101), "outreach-attendances", Column::LastYear), "29");
        assert_eq!(shown(&house.sheet(101), "outreach-attendances", Column::Current), "0");
    }
}

#[test]
fn a_stale_text_is_refused_with_what_stands_there_and_a_repeated_one_is_not() {
    for house in houses() {
        house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        let write = |based_on: u32, text: &str| {
            let texts: Texts = [("situation-text".to_owned(), text.to_owned())].into();
            house.write("writes", move |tx, desk| {
                actions::write(tx, desk, (Uuid::from_u128(100), based_on), &texts, at(date(2026, 9, 2)))
            })
        };
        assert_eq!(write(1, "Bản một").unwrap().version, 2);
        assert_eq!(write(1, "Bản một").unwrap().version, 2);
        match write(1, "Bản hai") {
            Err(Refused::Changed(there)) => {
                assert_eq!(there.0.version, 2);
                assert_eq!(there.1.get("situation-text").map(String::as_str), Some("Bản một"));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(write(2, "Bản hai").unwrap().version, 3);
        assert!(matches!(write(3, "gọi 0912 345 678"), Err(Refused::Texts(_))));
        assert!(matches!(write(3, &"a".repeat(4001)), Err(Refused::Texts(_))));
        assert_eq!(house.sheet(100).texts.get("situation-text").map(String::as_str), Some("Bản hai"));
        // What is frozen is not written any more.
        house.freeze(100, 3, date(2026, 9, 15)).unwrap();
        assert!(matches!(write(4, "Bản ba"), Err(Refused::Frozen)));
        // The next quarter shows it beside its own.
        let next = house.start(101, QUARTERLY, "2026-Q4", date(2026, 9, 20)).unwrap();
        let earlier = house.read(|read, desk| {
            let regime = desk.catalogue.regime("quarterly").unwrap();
            Ok(earlier_texts(read, desk, regime, &next)?)
        });
        let (earlier, texts) = earlier.unwrap();
        assert_eq!(earlier.window.period, "2026-Q3");
        assert_eq!(texts.get("situation-text").map(String::as_str), Some("Bản hai"));
    }
}

#[test]
fn a_report_is_started_once() {
    for house in houses() {
        let first = house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        assert_eq!(house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 3)).unwrap(), first);
        let twice = house.start(101, QUARTERLY, "2026-Q3", date(2026, 9, 3));
        assert!(matches!(twice, Err(Refused::AlreadyThere(there)) if there == first.id), "{twice:?}");
        let begins = house.start(102, QUARTERLY, "2026-Q4", date(2026, 9, 14));
        assert!(matches!(begins, Err(Refused::NotBegun { begins }) if begins == date(2026, 9, 15)));
        assert!(matches!(house.start(103, "no-form", "2026-Q4", date(2026, 9, 15)), Err(Refused::NoForm)));
        assert!(matches!(house.start(103, QUARTERLY, "quý ba", date(2026, 9, 15)), Err(Refused::Period(_))));
    }
}

#[test]
fn small_numbers_of_people_are_hidden_outside_the_unit() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 4, 1..=3);
        house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        let place = house.unit.place();
        let outside = Viewer::of(&house.scope("province", Role::ProvinceStaff), &place);
        let own = Viewer::of(&house.scope("officer", Role::Officer), &place);
        assert_eq!((outside, own), (Viewer::Outside, Viewer::Own));
        for round in 0..2 {
            let sheet = house.sheet(100);
            let seen = |viewer: Viewer, indicator: &str| {
                let entry = sheet.entries.iter().find(|entry| entry.figure.indicator == indicator).unwrap();
                viewer.shown(&house.catalogue, &entry.figure, &entry.definition, Lang::Vi)
            };
            let value = |text: &str| Shown::Value(text.to_owned());
            assert_eq!(seen(own, "outreach-attendances"), value("4"));
            assert_eq!(seen(outside, "outreach-attendances"), Shown::Suppressed);
            assert_eq!(seen(outside, "households-reached"), Shown::Suppressed);
            // 3,0 % of 100 households would give the 3 away.
            assert_eq!(seen(own, "households-reached-ratio"), value("3,0%"));
            assert_eq!(seen(outside, "households-reached-ratio"), Shown::Suppressed);
            assert_eq!(seen(outside, "outreach-sessions"), value("1"));
            if round == 0 {
                house.freeze(100, 1, date(2026, 9, 15)).unwrap();
            }
        }
    }
}
