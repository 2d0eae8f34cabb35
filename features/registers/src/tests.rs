//! Numbers without gap and without double, on both engines.

use db::testing;
use jiff::civil::date;
use kernel::{Action, Grant, Place, Role, Room, Scope};

use crate::{NewEntry, entries, find, take};

const CLERKS: usize = 2;
const PAPERS: usize = 5_000;

fn room(account: &str) -> Room {
    let path = "vn/p25-20250701/c05089-20250701/".to_owned();
    let place = Place {
        tenant: "c05089-20250701".into(),
        path: path.clone(),
        code: "05089".into(),
        name: String::new(),
    };
    let grant = Grant { role: Role::Officer, path, area: None, line: None };
    Scope::of(account, vec![grant]).enter(&place, Action::WriteReports).unwrap()
}

fn paper(object: String, year: i16) -> NewEntry {
    NewEntry {
        series: "peoples-committee".into(),
        object,
        notation: "BC-UBND".into(),
        issued_on: date(year, 11, 24),
        subject: "Báo cáo".into(),
        signer: "CHỦ TỊCH".into(),
        recipients: "Lưu: VT".into(),
    }
}

fn now() -> jiff::Timestamp {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

#[test]
fn two_clerks_taking_numbers_at_once_leave_no_gap_and_no_double() {
    for db in testing::stores() {
        std::thread::scope(|threads| {
            for clerk in 0..CLERKS {
                let db = (*db).clone();
                threads.spawn(move || {
                    let room = room(&format!("clerk {clerk}"));
                    for n in 0..PAPERS {
                        let (room, new) = (room.clone(), paper(format!("paper {clerk} {n}"), 2026));
                        // Every tenth attempt fails after taking its number: that number must come again.
                        if n % 10 == 0 {
                            let (room, new) = (room.clone(), new.clone());
                            let failed: db::Result<()> = db.write_now(move |tx| {
                                take(tx, &room, &new, now())?;
                                Err(db::Error::Missing)
                            });
                            assert!(failed.is_err());
                        }
                        db.write_now(move |tx| take(tx, &room, &new, now())).unwrap();
                    }
                });
            }
        });
        let lines = db.read_now(|read| entries(read, &room("reader"), "peoples-committee", 2026)).unwrap();
        let numbers: Vec<u32> = lines.iter().map(|line| line.number).collect();
        assert_eq!(numbers, (1..=(CLERKS * PAPERS) as u32).collect::<Vec<_>>());
    }
}

#[test]
fn a_paper_keeps_its_number_and_each_year_begins_at_one() {
    for db in testing::stores() {
        let taken = |object: &str, year| {
            let new = paper(object.to_owned(), year);
            db.write_now(move |tx| take(tx, &room("clerk"), &new, now())).unwrap().number
        };
        assert_eq!(taken("a", 2026), 1);
        assert_eq!(taken("b", 2026), 2);
        assert_eq!(taken("a", 2026), 1);
        assert_eq!(taken("c", 2027), 1);
        let found =
            db.read_now(|read| find(read, &room("clerk"), "peoples-committee", "b")).unwrap().unwrap();
        assert_eq!((found.number, found.issued_on), (2, date(2026, 11, 24)));
        assert_eq!(db.read_now(|read| find(read, &room("clerk"), "commune-police", "b")).unwrap(), None);
    }
}
