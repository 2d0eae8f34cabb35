//! The stores on both engines, the papers, and the pages through the router.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use catalogue::{Catalogue, Value};
use db::testing::{self, Throwaway};
use figures::Shown;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use kernel::http::{App, SESSION_COOKIE, wrap};
use kernel::{Action, Caller, Clock, Gate, Grant, Ids, Lang, Role, Room, Scope};
use paper::ProfileId;
use tower::ServiceExt;
use units::{Basis, Unit};
use uuid::Uuid;

use crate::model::{Column, Refused, Report, State, Texts, Viewer};
use crate::sheet::{Change, Desk, Sheet, What, changed_since, earlier_texts, sheet};
use crate::{Asked, Format, Printer, Printing, Signer, actions, file_name, paper_of, store};

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
            from: None,
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
            work(
                tx,
                Desk {
                    scope: &scope,
                    unit: &unit,
                    room: &room,
                    catalogue: &catalogue,
                    today: date(2030, 1, 1),
                },
            )
        })
    }

    fn read<T>(&self, work: impl FnOnce(&mut db::Read<'_>, Desk<'_>) -> Result<T, Refused>) -> T {
        let (scope, room) = (self.scope("reads", Role::Officer), self.room("reads", Action::SeeReports));
        let (unit, catalogue, today) = (&self.unit, &self.catalogue, date(2030, 1, 1));
        let desk = Desk { scope: &scope, unit, room: &room, catalogue, today };
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
        self.read(|read, desk| changed_since(read, desk, &sheet))
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
        house.read(|read, desk| {
            for entry in kept.entries.iter().filter(|entry| entry.column == Column::Current) {
                let (of, window) = (&entry.figure, (entry.figure.from, entry.figure.to));
                let of = (of.indicator.as_str(), of.slice.as_str());
                let behind = activities::evidence(read, desk.room, desk.catalogue, of, window)?;
                let behind: Vec<_> = behind.iter().map(|(record, _)| (record.id, record.version)).collect();
                assert_eq!(entry.records, Some(behind), "{of:?}");
            }
            Ok(())
        });

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
        assert_eq!(Viewer::of(&Scope::system("report"), &place), Viewer::Own);
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

// --- papers and the command line

/// A paper as lines: what a reader of any of its formats gets.
fn outline(paper: &paper::Paper) -> String {
    let mut lines = vec![
        format!("parent: {:?}", paper.agency.parent),
        format!("issuer: {}", paper.agency.issuer.join(" / ")),
        format!("standing: {:?}, {}, {}, {:?}", paper.standing, paper.notation, paper.place, paper.date),
        format!("subject: {}", paper.subject),
        format!("addressees: {:?}", paper.addressees),
    ];
    for block in &paper.body {
        match block {
            paper::Block::Heading { text, .. } => lines.push(format!("# {text}")),
            paper::Block::Paragraph(runs) => {
                lines.push(runs.iter().map(|run| run.text.as_str()).collect());
            }
            paper::Block::Item { marker, text } => lines.push(format!("{marker} {text}")),
            paper::Block::Table(table) => {
                let heads: Vec<&str> = table.columns().iter().map(|column| column.title.as_str()).collect();
                lines.push(format!("[{}] {}", table.caption().unwrap_or_default(), heads.join(" | ")));
                for row in table.rows() {
                    let cells: Vec<String> = row.cells.iter().map(cell).collect();
                    lines.push(format!("  {}", cells.join(" | ")));
                }
            }
            paper::Block::PageBreak => lines.push("---".into()),
        }
    }
    for signer in &paper.signers {
        lines.push(format!("signer: {} / {:?}", signer.authority.join(" / "), signer.name));
    }
    lines.push(format!("recipients: {}", paper.recipients.join("; ")));
    lines.join("\n")
}

fn cell(cell: &paper::Cell) -> String {
    match cell {
        paper::Cell::Text(text) => text.clone(),
        paper::Cell::Number { value, scale } => {
            vietnamese::number::decimal(*value, (*scale).into(), Lang::Vi)
        }
        paper::Cell::Date(day) => day.to_string(),
        paper::Cell::Empty => String::new(),
    }
}

/// A frozen third quarter with a text and two sessions, one of them with few people.
fn frozen_quarter(house: &House) -> Sheet {
    house.session(1, 0, date(2026, 8, 1), 1_030, 1..=10);
    house.session(2, 1, date(2026, 5, 1), 4, 1..=3);
    house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
    let words = "Tình hình ổn định.\n\nKết quả:\n- Khu 1: một buổi;\n- Khu 2: chưa có.";
    let texts: Texts = [("situation-text".to_owned(), words.to_owned())].into();
    house
        .write("writes", move |tx, desk| {
            actions::write(tx, desk, (Uuid::from_u128(100), 1), &texts, at(date(2026, 9, 2)))
        })
        .unwrap();
    house.freeze(100, 2, date(2026, 9, 15)).unwrap();
    house.sheet(100)
}

#[test]
fn a_report_prints_as_either_body_writes_it() {
    for house in houses() {
        let sheet = frozen_quarter(&house);
        let print = |style, viewer, signer| {
            let printing = Printing::usual(style, &house.unit, signer);
            paper_of(&sheet, &house.unit, &house.catalogue, viewer, style, &printing).unwrap()
        };
        let committee = print(ProfileId::PeoplesCommittee, Viewer::Own, Signer::Deputy);
        insta::assert_snapshot!("committee", outline(&committee));
        let police = outline(&print(ProfileId::CommunePolice, Viewer::Outside, Signer::Head));
        for line in [
            "parent: Some(\"CÔNG AN TỈNH PHÚ THỌ\")",
            "issuer: CÔNG AN XÃ CAO PHONG",
            "standing: Unnumbered, BC-CAX, Cao Phong, Year(2026)",
            "signer: TRƯỞNG CÔNG AN XÃ / \"\"",
            "  3 | Số hộ được tuyên truyền | hộ | 10 | <5 | 0",
        ] {
            assert!(police.lines().any(|there| there == line), "{line} in\n{police}");
        }
        let front = outline(&print(ProfileId::Front, Viewer::Own, Signer::Head));
        for line in [
            "issuer: ỦY BAN MTTQ VIỆT NAM / XÃ CAO PHONG / BAN THƯỜNG TRỰC",
            "standing: Unnumbered, BC-MTTQ-BTT, Cao Phong, Year(2026)",
            "signer: TM. BAN THƯỜNG TRỰC / CHỦ TỊCH / \"\"",
        ] {
            assert!(front.lines().any(|there| there == line), "{line} in\n{front}");
        }
        assert_eq!(
            file_name(&sheet, &house.unit, ProfileId::PeoplesCommittee, Format::Pdf),
            "bao-cao-quy-iii-2026-cao-phong.pdf"
        );
        let printer: Printer = Arc::new(|_, _, _| Ok(b"%PDF-".to_vec()));
        for format in Format::ALL {
            let bytes = format.render(&committee, &printer, at(date(2026, 9, 15)), "x").unwrap();
            let start: &[u8] = if format == Format::Pdf { b"%PDF-" } else { b"PK\x03\x04" };
            assert!(bytes.starts_with(start), "{format:?}");
        }
        // To a superior by letter: Kính gửi, and Như trên first among the recipients.
        let mut printing = Printing::usual(ProfileId::CommunePolice, &house.unit, Signer::Head);
        printing.addressees = vec!["Công an tỉnh Phú Thọ".into()];
        let letter =
            paper_of(&sheet, &house.unit, &house.catalogue, Viewer::Own, ProfileId::CommunePolice, &printing);
        assert_eq!(letter.unwrap().recipients.first().map(String::as_str), Some("Như trên"));
    }
}

#[test]
fn the_command_line_makes_and_explains_without_storing() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        let (system, now) = (Scope::system("report"), at(date(2026, 11, 24)));
        let made =
            crate::make(&house.db, &system, &house.catalogue, "05089", (QUARTERLY, "2026-Q3"), now).unwrap();
        assert_eq!(shown(&made.sheet, "outreach-attendances", Column::Current), "30");
        assert_eq!((made.sheet.report.id, made.sheet.report.version), (Uuid::nil(), 0));
        let stored = house.read(|read, desk| Ok(store::list(read, desk.room, None, 9)?));
        assert!(stored.is_empty());
        let asked = Asked::Live {
            indicator: "households-reached".into(),
            slice: "form:gathering".into(),
            regime: "quarterly".into(),
            period: "2026-Q3".into(),
            basis: Basis::AsItIsNow,
        };
        let explain =
            |asked: &Asked| crate::explain(&house.db, &system, &house.catalogue, "05089", asked, now);
        let live = explain(&asked).unwrap();
        assert_eq!(live.value, Some(figures::Value::Number(10)));
        for (indicator, slice) in
            [("households-reached", "form:no-such"), ("households-reached", "typo"), ("x", "*")]
        {
            let asked = Asked::Live {
                indicator: indicator.into(),
                slice: slice.into(),
                regime: "quarterly".into(),
                period: "2026-Q3".into(),
                basis: Basis::AsItIsNow,
            };
            assert!(matches!(explain(&asked), Err(Refused::NoRule)), "{indicator} {slice}");
        }
        let records: Vec<_> =
            live.records.iter().map(|r| (r.id.as_u128(), r.version, r.area.as_str(), r.amount)).collect();
        assert_eq!(records, [(1, 2, "Khu 1", Some(10))]);
        assert!(serde_json::to_string(&live).unwrap().contains("\"shown\":{\"vi\":\"10\""));

        // In a frozen report the record answers in the version that was counted, whatever became of it.
        house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        house.freeze(100, 1, date(2026, 9, 15)).unwrap();
        house.send(1, 2, 1, date(2026, 8, 2), 31, 1..=20);
        house.step(1, 3, activities::Step::Confirm, "confirms");
        let place = house
            .sheet(100)
            .entries
            .iter()
            .find(|entry| entry.figure.indicator == "households-reached")
            .unwrap()
            .place;
        let frozen = explain(&Asked::Report { id: Uuid::from_u128(100), place }).unwrap();
        assert_eq!((frozen.value, frozen.as_frozen), (Some(figures::Value::Number(10)), true));
        let [record] = frozen.records.as_slice() else { panic!("{:?}", frozen.records) };
        assert_eq!((record.version, record.area.as_str(), record.amount), (2, "Khu 1", Some(10)));
        assert_eq!(record.day, Some(date(2026, 8, 1)));
        let since: Vec<_> = frozen.changes.iter().map(|c| (c.what, c.counted, c.version)).collect();
        assert_eq!(since, [(What::Changed, Some(2), Some(4))]);
        let missing = explain(&Asked::Report { id: Uuid::from_u128(100), place: 9_999 });
        assert!(matches!(missing, Err(Refused::NotFound)));
    }
}

#[test]
fn an_annual_report_stands_beside_the_targets_of_its_year() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        house.session(2, 1, date(2026, 8, 2), 25, 1..=3);
        let aim = |indicator: &str, amount, based_on| {
            let wanted = targets::Wanted {
                indicator: indicator.into(),
                slice: "*".into(),
                year: 2026,
                amount: Some(amount),
            };
            let (scope, place) = (house.scope("aims", Role::Officer), house.unit.place());
            let (room, catalogue) = (house.room("aims", Action::SetTargets), house.catalogue.clone());
            house
                .db
                .write_now(move |tx| {
                    let at_desk = (&scope, &place, &room);
                    targets::set(tx, at_desk, &catalogue, (&wanted, based_on), at(date(2026, 1, 5)))
                })
                .unwrap();
        };
        aim("outreach-sessions", 3, 0);
        aim("households-reached-ratio", 520, 0);
        house.start(100, ANNUAL, "2026", date(2026, 9, 1)).unwrap();
        house.start(101, ANNUAL, "2025", date(2026, 9, 1)).unwrap();
        let open = house.sheet(100);
        let told = |sheet: &Sheet, indicator| {
            [Column::Current, Column::Target, Column::Reached].map(|column| shown(sheet, indicator, column))
        };
        assert_eq!(told(&open, "outreach-sessions"), ["2", "3", "66,6%"]);
        assert_eq!(told(&open, "households-reached-ratio"), ["13,0%", "52,0%", "25,0%"]);
        assert_eq!(told(&open, "outreach-attendances"), ["55", "–", "–"]);
        // Another table of the same report, and another year, have no targets and no columns of them.
        let has = |sheet: &Sheet, part: &str| {
            sheet.entries.iter().any(|entry| entry.part == part && entry.column.of_target())
        };
        assert!(has(&open, "outreach") && !has(&open, "coverage"));
        assert!(house.sheet(101).entries.iter().all(|entry| !entry.column.of_target()));
        // Frozen, they stay as they were.
        house.freeze(100, 1, date(2026, 12, 16)).unwrap();
        aim("outreach-sessions", 4, 1);
        assert_eq!(house.sheet(100).entries.len(), open.entries.len());
        assert_eq!(told(&house.sheet(100), "outreach-sessions"), ["2", "3", "66,6%"]);
        let printed = paper_of(
            &house.sheet(100),
            &house.unit,
            &house.catalogue,
            Viewer::Own,
            ProfileId::CommunePolice,
            &Printing::usual(ProfileId::CommunePolice, &house.unit, Signer::Head),
        );
        let html = paper::html::render(&printed.unwrap());
        assert!(html.contains("Chỉ tiêu năm") && html.contains("Tỷ lệ đạt (%)") && html.contains("66,6"));
        // A target opens to where it was set, and stands whatever is hidden beside it.
        let place = |column| {
            let of = |entry: &&crate::model::Entry| {
                entry.figure.indicator == "outreach-sessions" && entry.column == column
            };
            open.entries.iter().find(of).unwrap().place
        };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let url = format!("{}/figures/{}", report_path(100), place(Column::Reached));
        let opened = runtime.block_on(house.ask("officer", date(2026, 12, 16), &url, None));
        assert_eq!(opened.location, "/units/05089/targets?year=2026", "{}", opened.body);
        let page = runtime.block_on(house.ask("officer", date(2026, 12, 16), &report_path(100), None));
        whole(&page);
        assert!(page.body.contains("Tỷ lệ đạt") && page.body.contains("66,6%"), "{}", page.body);
    }
}

#[test]
fn a_report_of_a_merged_commune_is_read_in_the_borders_that_were_chosen() {
    for mut house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        let (system, day) = (Scope::system("test"), date(2026, 9, 1));
        let province =
            house.db.read_now(|read| units::find_by_code(read, &system, "25", day)).unwrap().unwrap();
        let new = units::NewCommune {
            code: "05999".into(),
            kind: units::Kind::Commune,
            name: "Hòa Hợp".into(),
            from_on: day,
            basis: "thử nghiệm".into(),
        };
        let (old, given) = (house.unit.id.clone(), system.clone());
        house
            .db
            .write_now(move |tx| {
                units::create_commune(tx, &given, &province.id, &new, &[])?;
                units::succeed(tx, &given, &province.place(), (&old, &new.id()), day)
            })
            .unwrap();
        let find =
            |code: &str, on| house.db.read_now(|read| units::find_by_code(read, &system, code, on)).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let today = date(2026, 9, 16);
        let without = runtime.block_on(house.ask("officer", date(2026, 8, 20), &format!("{LIST}/new"), None));
        assert!(!without.body.contains("name=\"basis\""), "{}", without.body);
        house.unit = find("05999", today).unwrap();
        let ask = |path: &str, form: Option<&[(&str, &str)]>| {
            runtime.block_on(house.ask("officer", today, path, form))
        };
        let list = "/units/05999/reports";
        let page = ask(&format!("{list}/new"), None);
        whole(&page);
        assert!(page.body.contains("name=\"basis\"") && page.body.contains("name=\"ad-hoc-basis\""));
        let mut attendances = Vec::new();
        // Three forms, because each has one report of a period.
        for (number, which, basis, named) in [
            (1, "movement-quarterly 2026-Q3", "as-it-is-now", "địa giới tại thời điểm báo cáo"),
            (2, "movement-half-yearly 2026-H2", "as-it-was", "địa giới tại thời điểm phát sinh"),
            (3, "movement-annual 2026", "restated", "địa giới ngày 31/8/2026"),
        ] {
            let id = Uuid::from_u128(500 + number).to_string();
            let mut form =
                vec![("id", id.as_str()), ("report", which), ("basis", basis), ("basis-day", "31/12/2026")];
            if basis == "restated" {
                let later = ask(list, Some(&form));
                assert_eq!(later.status, StatusCode::UNPROCESSABLE_ENTITY);
                assert!(later.body.contains("#f-basis-day") && later.body.contains("31/12/2026"));
                form[3].1 = "2026-08-31";
            }
            for _ in 0..2 {
                let started = ask(list, Some(&form));
                assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.body);
                assert_eq!(started.location, format!("{list}/{id}?done=reports-done-started"));
            }
            let shown_page = ask(&format!("{list}/{id}"), None);
            assert!(shown_page.body.contains(named), "{}", shown_page.body);
            let preview = ask(&format!("{list}/{id}/preview"), None);
            assert!(preview.body.contains("theo địa giới"), "{}", preview.body);
            attendances.push(shown(&house.sheet(500 + number), "outreach-attendances", Column::Current));
        }
        // Before the merger the record lay in the old commune.
        assert_eq!(attendances, ["30", "0", "0"]);
    }
}

#[test]
fn a_frozen_figure_of_a_province_opens_to_its_communes() {
    for mut house in houses() {
        let totals = |house: &House, id: u128, unit: &Unit, recognised: i64, total: i64| {
            let kind = house.catalogue.kind("recognition-totals").unwrap();
            let content = activities::Content {
                area: activities::WHOLE_UNIT,
                day: date(2026, 9, 10),
                from: Some(date(2026, 9, 1)),
                kind: kind.id.clone(),
                kind_version: kind.version,
                line: None,
                programmes: vec![],
                fields: [
                    ("subject".to_owned(), Value::Choice("area".into())),
                    ("recognised".to_owned(), Value::Count(recognised)),
                    ("total".to_owned(), Value::Count(total)),
                ]
                .into(),
                note: String::new(),
            };
            for (seen, account, step) in
                [(0, "writes", activities::Step::Send(content)), (1, "confirms", activities::Step::Confirm)]
            {
                let grant = Grant { role: Role::Officer, path: "vn/".into(), area: None, line: None };
                let room = Scope::of(account, vec![grant]).enter(&unit.place(), Action::Record).unwrap();
                let (catalogue, of) = (house.catalogue.clone(), (Uuid::from_u128(id), seen));
                house
                    .db
                    .write_now(move |tx| {
                        activities::change(tx, &room, &catalogue, of, step, at(date(2030, 1, 1)))
                    })
                    .unwrap();
            }
        };
        let system = Scope::system("test");
        let find = |house: &House, code: &str| {
            let found = house.db.read_now(|read| units::find_by_code(read, &system, code, date(2026, 9, 1)));
            found.unwrap().unwrap()
        };
        let (other, province) = (find(&house, "05200"), find(&house, "25"));
        totals(&house, 1, &house.unit, 7, 10);
        totals(&house, 2, &other, 2, 6);
        house.unit = province;
        let period = house.catalogue.regime("commune-recognition").unwrap().containing(date(2026, 9, 10));
        let id = Uuid::from_u128(100);
        let (started, after) = (period.period.clone(), period.to.tomorrow().unwrap());
        house
            .write("writes", move |tx, desk| {
                actions::start(tx, desk, id, ("recognition-province", &started), at(date(2026, 9, 11)))
            })
            .unwrap();
        house.freeze(100, 1, after).unwrap();
        let asked = |house: &House, indicator: &str| {
            let sheet = house.sheet(100);
            let of = |entry: &&crate::model::Entry| {
                (entry.figure.indicator.as_str(), entry.figure.slice.as_str()) == (indicator, "subject:area")
                    && entry.column == Column::Current
            };
            let place = sheet.entries.iter().find(of).unwrap().place;
            let asked = Asked::Report { id, place };
            let scope = house.scope("asks", Role::ProvinceStaff);
            crate::explain(&house.db, &scope, &house.catalogue, "25", &asked, at(after)).unwrap()
        };
        let told = |house: &House, indicator: &str| {
            let explained = asked(house, indicator);
            assert!(explained.as_frozen && explained.records.is_empty());
            let shares = explained.communes.iter().map(|part| (part.code.clone(), part.shown.vi.clone()));
            (explained.shown.vi, shares.collect::<Vec<_>>())
        };
        let share = |code: &str, value: &str| (code.to_owned(), value.to_owned());
        let both = |house: &House| (told(house, "recognised"), told(house, "recognised-ratio"));
        let then = both(&house);
        assert_eq!(then.0.0, "9");
        let mut shares = then.0.1.clone();
        shares.sort();
        assert_eq!(shares, [share("05089", "7"), share("05200", "2")]);
        assert!(then.1.1.contains(&share("05089", "70,00%")), "{:?}", then.1);
        // What comes later changes nothing of it.
        totals(&house, 3, &other, 50, 60);
        assert_eq!(both(&house), then);
        let place = house.sheet(100).entries.first().unwrap().place;
        let url = format!("/units/25/reports/{id}/figures/{place}");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let page = runtime.block_on(house.ask("officer", after, &url, None));
        whole(&page);
        assert!(
            page.body.contains("Xã Cao Phong") && page.body.contains("Đúng như lúc chốt"),
            "{}",
            page.body
        );
    }
}

// --- pages

/// The area whose head may come in.
const HEADED: Uuid = Uuid::from_u128(11);

/// Lets accounts in by the name in their cookie.
struct Doorman(kernel::Place);

impl Gate for Doorman {
    fn caller(&self, _: &mut db::Read<'_>, token: &str, _: Timestamp) -> db::Result<Option<Caller>> {
        let (role, path) = match token {
            "officer" => (Role::Officer, self.0.path.clone()),
            "chair" => (Role::Chair, self.0.path.clone()),
            "head" => (Role::AreaHead, self.0.path.clone()),
            "province" => (Role::ProvinceStaff, "vn/p25-20250701/".to_owned()),
            "elsewhere" => (Role::Officer, "vn/p1-20250701/".to_owned()),
            _ => return Ok(None),
        };
        Ok(Some(Caller {
            account: Uuid::from_u128(7),
            tenant: self.0.tenant.clone(),
            session: Uuid::from_u128(8),
            name: "Bùi Thị Thử".into(),
            scope: Scope::of(
                token,
                vec![Grant { role, path, area: (token == "head").then_some(HEADED), line: None }],
            ),
            home: Some(self.0.clone()),
        }))
    }
}

struct Answer {
    status: StatusCode,
    location: String,
    disposition: String,
    body: String,
}

impl House {
    /// Asks as `who` on `day`; a form is sent with POST.
    async fn ask(&self, who: &str, day: Date, path: &str, form: Option<&[(&str, &str)]>) -> Answer {
        let app = App {
            db: self.db.clone(),
            clock: Clock::fixed(at(day)),
            ids: Ids::counting(1),
            gate: Arc::new(Doorman(self.unit.place())),
            https: false,
            demo: false,
        };
        let printer: Printer = Arc::new(|paper, _, _| Ok(format!("%PDF- {}", paper.subject).into_bytes()));
        let router = crate::routes()
            .router
            .layer(axum::Extension(supplements::Rulebook::new(Arc::new(self.catalogue.clone()))))
            .layer(axum::Extension(printer));
        let request = Request::builder()
            .uri(path)
            .header("cookie", format!("{SESSION_COOKIE}={who}"))
            .header("sec-fetch-site", "same-origin");
        let request = match form {
            None => request.method("GET").body(Body::empty()),
            Some(fields) => {
                let body: Vec<String> = fields
                    .iter()
                    .map(|(name, value)| format!("{name}={}", kernel::http::encode(value)))
                    .collect();
                request
                    .method("POST")
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(Body::from(body.join("&")))
            }
        };
        let response = wrap(router, app).oneshot(request.unwrap()).await.unwrap();
        let header = |name: &str| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let (status, location, disposition) =
            (response.status(), header("location"), header("content-disposition"));
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let body = String::from_utf8_lossy(&body).into_owned();
        Answer { status, location, disposition, body }
    }
}

const LIST: &str = "/units/05089/reports";

fn report_path(id: u128) -> String {
    format!("{LIST}/{}", Uuid::from_u128(id))
}

/// No text is missing: a missing one shows as its key in brackets.
fn whole(answer: &Answer) {
    assert!(!answer.body.contains("[reports-"), "{}", answer.body);
}

#[test]
fn a_report_is_started_written_frozen_and_amended_on_its_pages() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let ask = |who: &str, day: Date, path: &str, form: Option<&[(&str, &str)]>| {
            runtime.block_on(house.ask(who, day, path, form))
        };
        let (before, after) = (date(2026, 9, 10), date(2026, 9, 16));
        let new = ask("officer", before, &format!("{LIST}/new"), None);
        whole(&new);
        assert!(new.body.contains("value=\"movement-quarterly 2026-Q3\""), "{}", new.body);
        // The commune exists since 1 July 2025.
        assert!(new.body.contains("movement-annual 2025") && !new.body.contains("movement-annual 2024"));
        let id = Uuid::from_u128(100).to_string();
        let start = [("id", id.as_str()), ("report", "movement-quarterly 2026-Q3")];
        for _ in 0..2 {
            let started = ask("officer", before, LIST, Some(&start));
            assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.body);
            assert_eq!(started.location, format!("{}?done=reports-done-started", report_path(100)));
        }
        let nothing = ask("officer", before, LIST, Some(&[("id", id.as_str())]));
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        let later = [("id", id.as_str()), ("report", "movement-quarterly 2026-Q4")];
        let later = ask("officer", before, LIST, Some(&later));
        assert_eq!(later.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(later.body.contains("15/9/2026"), "{}", later.body);

        let open = ask("officer", before, &report_path(100), None);
        whole(&open);
        assert!(open.body.contains("Có thể chốt số liệu từ ngày 15/9/2026"), "{}", open.body);
        assert!(!open.body.contains(">Chốt số liệu<"));
        let early =
            ask("officer", before, &format!("{}/freezing", report_path(100)), Some(&[("based_on", "1")]));
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(early.body.contains("từ ngày 15/9/2026"), "{}", early.body);

        // Two people write at once: both texts stand on the page and nothing is lost.
        let texts = format!("{}/texts", report_path(100));
        let first = [("based_on", "1"), ("text-situation-text", "Của người thứ nhất")];
        assert_eq!(ask("officer", before, &texts, Some(&first)).status, StatusCode::SEE_OTHER);
        let second = [("based_on", "1"), ("text-situation-text", "Của người <thứ hai>")];
        let stale = ask("officer", before, &texts, Some(&second));
        whole(&stale);
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(
            stale.body.contains("Của người thứ nhất") && stale.body.contains("Của người &#60;thứ hai&#62;")
        );
        assert!(stale.body.contains("name=\"based_on\" value=\"2\""));
        let phone = [("based_on", "2"), ("text-situation-text", "Gọi 0912 345 678")];
        let phone = ask("officer", before, &texts, Some(&phone));
        assert_eq!(phone.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(phone.body.contains("#f-text-situation-text") && phone.body.contains("Gọi 0912 345 678"));

        let ready = ask("chair", after, &report_path(100), None);
        assert!(ready.body.contains("Chốt số liệu</button>"), "{}", ready.body);
        let freezing = format!("{}/freezing", report_path(100));
        for _ in 0..2 {
            let frozen = ask("chair", after, &freezing, Some(&[("based_on", "2")]));
            assert_eq!(frozen.location, format!("{}?done=reports-done-frozen", report_path(100)));
        }
        house.send(1, 2, 0, date(2026, 8, 1), 44, 1..=10);
        house.step(1, 3, activities::Step::Confirm, "confirms");
        let frozen = ask("officer", after, &report_path(100), None);
        whole(&frozen);
        for part in [
            "Đã chốt",
            "đã sửa (lúc chốt là phiên bản 2, nay là phiên bản 4)",
            "Lập báo cáo điều chỉnh",
            "Của người thứ nhất",
        ] {
            assert!(frozen.body.contains(part), "{part} in {}", frozen.body);
        }
        assert!(!frozen.body.contains("<textarea"));
        let list = ask("officer", after, LIST, None);
        whole(&list);
        assert!(list.body.contains("1 bản ghi đã thay đổi") && list.body.contains("Quý III năm 2026"));
        let new_id = Uuid::from_u128(200).to_string();
        let amend = format!("{}/amendment", report_path(100));
        for _ in 0..2 {
            let amended = ask("officer", after, &amend, Some(&[("id", &new_id)]));
            assert_eq!(amended.location, format!("{}?done=reports-done-amended", report_path(200)));
        }
        let preview =
            ask("officer", after, &format!("{}/preview?style=commune-police", report_path(200)), None);
        whole(&preview);
        assert!(preview.body.contains("DỰ THẢO") && preview.body.contains("TRƯỞNG CÔNG AN XÃ"));
        let css = ask("nobody", after, "/reports/preview-styles/commune-police", None);
        assert!(css.status == StatusCode::OK && css.body.contains(".paper"));
        let pdf = ask("officer", after, &format!("{}/export/peoples-committee/pdf", report_path(100)), None);
        assert!(pdf.body.starts_with("%PDF-"));
        assert_eq!(pdf.disposition, "attachment; filename=\"bao-cao-quy-iii-2026-cao-phong.pdf\"");
        let amended =
            ask("officer", after, &format!("{}/export/commune-police/xlsx", report_path(200)), None);
        assert_eq!(
            amended.disposition,
            "attachment; filename=\"bao-cao-dieu-chinh-quy-iii-2026-cong-an-cao-phong.xlsx\""
        );
    }
}

#[test]
fn the_appendix_of_areas_is_frozen_with_the_report_and_hides_small_numbers_outside() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 4, 1..=3);
        house.session(2, 1, date(2026, 8, 2), 30, 1..=20);
        house.start(100, ANNUAL, "2026", date(2026, 12, 1)).unwrap();
        let open = house.sheet(100);
        house.freeze(100, 1, date(2026, 12, 20)).unwrap();
        house.session(3, 0, date(2026, 8, 3), 500, 1..=9);
        let frozen = house.sheet(100);
        assert_eq!(frozen.areas, open.areas);
        let appendix = |viewer| {
            let style = ProfileId::PeoplesCommittee;
            let printing = Printing::usual(style, &house.unit, Signer::Head);
            let paper = paper_of(&frozen, &house.unit, &house.catalogue, viewer, style, &printing).unwrap();
            let [appendix] = paper.appendices.try_into().unwrap();
            assert_eq!(appendix.orientation, paper::Orientation::Landscape);
            assert_eq!(appendix.title, "KẾT QUẢ THEO KHU DÂN CƯ");
            assert!(
                appendix.reference.ends_with("của Ủy ban nhân dân xã Cao Phong)"),
                "{}",
                appendix.reference
            );
            let [paper::Block::Table(table)] = &appendix.blocks[..] else { panic!("one table") };
            let rows = table.rows().iter();
            rows.map(|row| row.cells[..6].iter().map(cell).collect()).collect::<Vec<Vec<String>>>()
        };
        let own = [
            ["1", "Khu 1", "40", "1", "4", "3"],
            ["2", "Khu 2", "60", "1", "30", "20"],
            ["", "Cộng", "100", "2", "34", "23"],
        ];
        assert_eq!(appendix(Viewer::Own), own);
        // The sum less the shown area would give the hidden one away.
        let outside = [
            ["1", "Khu 1", "40", "1", "<5", "<5"],
            ["2", "Khu 2", "60", "1", "–", "–"],
            ["", "Cộng", "100", "2", "34", "23"],
        ];
        assert_eq!(appendix(Viewer::Outside), outside);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let page = runtime.block_on(house.ask("officer", date(2026, 12, 21), &report_path(100), None));
        whole(&page);
        let records = format!(
            "/units/05089/activities?state=confirmed&#38;from=2025-12-15&#38;to=2026-12-14&#38;area={}",
            house.areas[0]
        );
        assert!(page.body.contains(&records), "{records} in {}", page.body);
    }
}

/// What the print page of the police sends for a joint report.
const JOINT: [(&str, &str); 9] = [
    ("addressees", "Công an tỉnh Phú Thọ\r\nỦy ban MTTQ Việt Nam tỉnh Phú Thọ"),
    ("recipients", "Đảng ủy xã\r\nLưu: CAX"),
    ("signer", "deputy"),
    ("office", ""),
    ("name", "Thiếu tá Nguyễn Văn Mẫu"),
    ("second", "front"),
    ("signer-second", "by-order"),
    ("office-second", "ỦY VIÊN THƯỜNG TRỰC"),
    ("name-second", "Đỗ Thị Hai"),
];

/// The joint form based on a version, with some fields typed otherwise.
fn signing<'a>(based_on: &'a str, other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let typed = |name: &str, text: &'a str| {
        other.iter().find(|(field, _)| *field == name).map_or(text, |(_, other)| *other)
    };
    let fields = JOINT.iter().map(|(name, text)| (*name, typed(name, text)));
    std::iter::once(("based_on", based_on)).chain(fields).collect()
}

#[test]
fn signers_and_recipients_are_remembered_for_the_form_and_kept_with_the_number() {
    for house in houses() {
        frozen_quarter(&house);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let day = date(2026, 9, 16);
        let ask = |path: &str, form: Option<&[(&str, &str)]>| {
            runtime.block_on(house.ask("officer", day, path, form))
        };
        let set = format!("{}/signing/commune-police", report_path(100));
        let preview = format!("{}/preview?style=commune-police", report_path(100));
        let usual = ask(&preview, None);
        whole(&usual);
        assert!(!usual.body.contains("Kính gửi:") && usual.body.contains("name=\"based_on\" value=\"0\""));

        // What was typed stays, with what is wrong beside it.
        let wrong = signing("0", &[("recipients", " "), ("office-second", ""), ("name", "Gọi 0912 345 678")]);
        let wrong = ask(&set, Some(&wrong));
        whole(&wrong);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for part in ["#f-recipients", "#f-office-second", "#f-name", "Gọi 0912 345 678", "Đỗ Thị Hai"]
        {
            assert!(wrong.body.contains(part), "{part} in {}", wrong.body);
        }
        // Sent twice is set once; somebody who saw the version before is told, and keeps what was typed.
        for _ in 0..2 {
            let done = ask(&set, Some(&signing("0", &[])));
            assert_eq!(done.location, format!("{preview}&done=reports-done-signed"), "{}", done.body);
        }
        let stale = ask(&set, Some(&signing("0", &[("name", "Đại úy Trần Văn Khác")])));
        whole(&stale);
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(
            stale.body.contains("Đại úy Trần Văn Khác") && stale.body.contains("Thiếu tá Nguyễn Văn Mẫu")
        );
        assert!(stale.body.contains("name=\"based_on\" value=\"1\""));

        let joint = ask(&preview, None);
        whole(&joint);
        for part in [
            "Kính gửi:",
            "<li>- Công an tỉnh Phú Thọ;</li>",
            "<li>- Như trên;</li>",
            "KT. TRƯỞNG CÔNG AN XÃ<br>PHÓ TRƯỞNG CÔNG AN XÃ",
            "TL. CHỦ TỊCH<br>ỦY VIÊN THƯỜNG TRỰC",
            "paper-signers-several",
            "Công an xã Cao Phong và Ủy ban Mặt trận Tổ quốc Việt Nam xã Cao Phong báo cáo",
        ] {
            assert!(joint.body.contains(part), "{part} in {}", joint.body);
        }
        // Another body's papers of the same form are as they were.
        let committee = ask(&format!("{}/preview?style=peoples-committee", report_path(100)), None);
        assert!(!committee.body.contains("Kính gửi:"));

        // The register holds the same signers and recipients; from then on this paper does not change.
        let number = format!("{}/number/commune-police", report_path(100));
        for _ in 0..2 {
            assert_eq!(ask(&number, Some(&[])).location, format!("{preview}&done=reports-done-numbered"));
        }
        let object = format!("report {}", Uuid::from_u128(100));
        let find = |read: &mut db::Read<'_>, desk: Desk<'_>| {
            Ok(registers::find(read, desk.room, "commune-police", &object)?)
        };
        let line = house.read(find).unwrap();
        assert_eq!(
            line.signer,
            "KT. TRƯỞNG CÔNG AN XÃ / PHÓ TRƯỞNG CÔNG AN XÃ: Thiếu tá Nguyễn Văn Mẫu; TL. CHỦ TỊCH / ỦY VIÊN THƯỜNG \
             TRỰC: Đỗ Thị Hai"
        );
        let recipients = "Công an tỉnh Phú Thọ; Ủy ban MTTQ Việt Nam tỉnh Phú Thọ; Đảng ủy xã; Lưu: CAX";
        assert_eq!(
            (line.recipients.as_str(), line.number, line.notation.as_str()),
            (recipients, 1, "BC-CAX")
        );
        let late = ask(&set, Some(&signing("1", &[("name", "Đại úy Trần Văn Khác")])));
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(late.body.contains("Văn bản này đã có số"), "{}", late.body);

        // The next report of the form begins with what was set, and may differ from it.
        house.start(300, QUARTERLY, "2026-Q2", day).unwrap();
        let other = format!("{}/signing/commune-police", report_path(300));
        let done = ask(&other, Some(&signing("1", &[("name", "Đại úy Trần Văn Khác")])));
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let next = ask(&format!("{}/preview?style=commune-police", report_path(300)), None);
        assert!(next.body.contains("Đại úy Trần Văn Khác") && next.body.contains("DỰ THẢO"));
        let kept = ask(&preview, None);
        assert!(kept.body.contains("Thiếu tá Nguyễn Văn Mẫu") && !kept.body.contains("Đại úy Trần Văn Khác"));
        assert!(!kept.body.contains("name=\"based_on\""));
    }
}

#[test]
fn styles_are_those_of_the_bodies_written_down_at_the_unit() {
    for house in houses() {
        house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let preview = || {
            let path = format!("{}/preview", report_path(100));
            let answer = runtime.block_on(house.ask("officer", date(2026, 9, 1), &path, None));
            ["peoples-committee", "commune-police", "front"]
                .map(|style| answer.body.contains(&format!("/preview?style={style}\"")))
        };
        assert_eq!(preview(), [true; 3], "nobody has said which bodies there are");
        for (n, kind) in [(1, units::OrganisationKind::Front), (2, units::OrganisationKind::PeoplesCommittee)]
        {
            let new = units::NewOrganisation {
                id: Uuid::from_u128(n),
                kind,
                name: "Tổ chức".into(),
                from_on: date(2025, 7, 1),
            };
            let room = Scope::system("test").enter(&house.unit.place(), Action::KeepUnit).unwrap();
            house
                .db
                .write_now(move |tx| units::add_organisation(tx, &room, at(date(2026, 8, 1)), &new))
                .unwrap();
        }
        assert_eq!(preview(), [true, false, true]);
    }
}

#[test]
fn a_figure_opens_to_its_records_and_hides_small_numbers_outside() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 4, 1..=3);
        house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let ask = |who: &str, path: &str| runtime.block_on(house.ask(who, date(2026, 9, 1), path, None));
        let sheet = house.sheet(100);
        let entry =
            sheet.entries.iter().find(|entry| entry.figure.indicator == "outreach-attendances").unwrap();
        let figure = format!("{}/figures/{}", report_path(100), entry.place);
        let own = ask("officer", &figure);
        whole(&own);
        let record = format!("/units/05089/activities/{}", Uuid::from_u128(1));
        assert_eq!(own.body.matches(&record).count(), 1);
        assert!(own.body.contains("<b>4</b>lượt người"), "{}", own.body);
        let outside = ask("province", &figure);
        assert!(outside.body.contains("<b>&#60;5</b>") && !outside.body.contains(">4<"), "{}", outside.body);
        let report = ask("province", &report_path(100));
        assert!(report.body.contains("&#60;5") && !report.body.contains("3,0%"), "{}", report.body);
        let preview = ask("province", &format!("{}/preview", report_path(100)));
        assert!(preview.body.contains("&lt;5"), "{}", preview.body);
        // An area head sees reports of the own area only, another commune's officer no such place, and a bad address is no page.
        assert_eq!(ask("head", &report_path(100)).status, StatusCode::NOT_FOUND);
        assert_eq!(ask("elsewhere", &report_path(100)).status, StatusCode::NOT_FOUND);
        for bad in
            ["/units/05089/reports/x", "/units/99999/reports", &format!("{}/figures/0", report_path(100))]
        {
            assert_eq!(ask("officer", bad).status, StatusCode::NOT_FOUND, "{bad}");
        }
    }
}
