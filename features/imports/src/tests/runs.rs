//! Imports in pieces: stopped in the middle, gone on with, taken back.

use super::*;
use crate::{Going, Worker, store};

/// Records of three rows are one piece in tests; this is three pieces and a bit.
const ROWS: usize = 10;

fn rows() -> Vec<String> {
    (0..ROWS).map(|n| format!("{}/9/2026;Khu 1;Tập trung;Nội dung khác;{};;", n + 1, 100 + n)).collect()
}

fn sheet_of(rows: &[String]) -> Sheet {
    csv(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

impl House {
    fn worker(&self) -> Worker {
        self.worker_at(1, at(TODAY))
    }

    fn worker_at(&self, id: u128, now: jiff::Timestamp) -> Worker {
        Worker {
            id: Uuid::from_u128(id),
            db: (*self.db).clone(),
            book: supplements::Rulebook::new(self.rules.clone()),
            clock: kernel::Clock::fixed(now),
        }
    }

    /// How many records are in each of two states.
    fn standing(&self) -> (usize, usize) {
        let records = self.records();
        let of = |state| records.iter().filter(|record| record.state == state).count();
        (of(RecordState::Sent), of(RecordState::Withdrawn))
    }

    /// The register says that an area has fewer households from a day on.
    fn shrink(&self, area: &str, households: u32) {
        let room = Scope::system("test").enter(&self.unit.place(), Action::SeeUnit).unwrap();
        let (of, from_on) = (area_id(area), date(2026, 1, 1));
        let write =
            move |tx: &mut db::Tx<'_>| units::set_households(tx, &room, at(from_on), of, from_on, households);
        self.db.write_now(write).unwrap();
    }
}

#[test]
fn what_a_stop_leaves_in_the_middle_is_brought_to_its_end() {
    for house in houses() {
        let import = house.keep(1, KIND, &sheet_of(&rows()));
        let begun = house.begin(&import, false, &[]).unwrap();
        assert_eq!((begun.done, begun.total, begun.finished), (3, 10, false));
        // Here the program is stopped. Nothing of it counts; nobody applies it a second time or changes its columns.
        let stopped = house.again(&import);
        assert_eq!((stopped.state, stopped.standing(), house.standing()), (State::Read, "applying", (3, 0)));
        assert_eq!(house.figure("outreach-attendances"), figures::Value::Number(0));
        assert_eq!(house.begin(&import, false, &[]).unwrap().done, 3, "beginning again changes nothing");
        let stale = house.write(move |tx, desk| desk.set_mapping(tx, (import.id, 1), vec![]));
        assert!(matches!(stale, Err(Refused::Rule(Refusal::NotNow))));
        // Another one, in the middle of being undone.
        let other = house.keep(2, KIND, &sheet_of(&rows()));
        house.apply(&other, false, &(2..100).collect::<Vec<u32>>()).unwrap();
        let begun = house.begin_undo(&house.again(&other), "nhập nhầm tệp", false).unwrap();
        assert_eq!((begun.done, begun.finished, house.again(&other).standing()), (3, false, "undoing"));

        house.worker().work().unwrap();
        let (one, other) = (house.again(&import), house.again(&other));
        assert_eq!((one.state, one.version, &one.run), (State::Applied, 2, &None));
        assert_eq!((other.state, other.version, &other.run), (State::Undone, 3, &None));
        assert_eq!(house.standing(), (10, 10));
        let sent: BTreeSet<Uuid> = house
            .records()
            .into_iter()
            .filter(|record| record.state == RecordState::Sent)
            .map(|record| record.id)
            .collect();
        assert_eq!(sent, (2..12).map(|row| record_id(import.id, row)).collect());
        let names: BTreeSet<String> = house.records().into_iter().map(|record| record.author).collect();
        assert_eq!(names, ["importer".to_owned()].into(), "under the name of who began it");
        house.worker().work().unwrap();
        assert_eq!(house.again(&import), one, "there is nothing left to do");
    }
}

#[test]
fn an_import_is_in_the_hands_of_one_worker_until_it_is_not_heard_of_any_more() {
    for house in houses() {
        let import = house.keep(1, KIND, &sheet_of(&rows()));
        house.begin(&import, false, &[]).unwrap();
        let (room, seconds) = (house.room("worker", Action::Import), jiff::SignedDuration::from_secs);
        let (until, now) = (at(TODAY) + seconds(3), at(TODAY));
        let own = room.clone();
        let take =
            move |tx: &mut db::Tx<'_>| store::take(tx, &own, import.id, Uuid::from_u128(7), (now, until));
        assert!(house.db.write_now(take).unwrap(), "a worker that dies");
        for early in [0, 2] {
            house.worker_at(8, now + seconds(early)).work().unwrap();
            assert_eq!((house.again(&import).state, house.standing()), (State::Read, (3, 0)), "left alone");
        }
        house.worker_at(8, now + seconds(3)).work().unwrap();
        assert_eq!((house.again(&import).state, house.standing()), (State::Applied, (10, 0)));
    }
}

#[test]
fn an_import_in_the_middle_is_stopped_and_undone() {
    for house in houses() {
        let import = house.keep(1, KIND, &sheet_of(&rows()));
        house.begin(&import, false, &[]).unwrap();
        house.confirm(record_id(import.id, 3));
        match house.begin_undo(&house.again(&import), "nhập nhầm tệp", false) {
            Err(Refused::ChangedSince(changed)) => assert_eq!(changed, [(3, record_id(import.id, 3))]),
            other => panic!("{other:?}"),
        }
        let begun = house.begin_undo(&house.again(&import), "nhập nhầm tệp", true).unwrap();
        let end = house.to_its_end(import.id, begun).unwrap();
        assert_eq!((end.done, end.kept), (2, 1));
        let undone = house.again(&import);
        assert_eq!((undone.state, undone.kept, undone.run), (State::Undone, 1, None));
        assert_eq!(house.standing(), (0, 2));
    }
}

#[test]
fn a_row_that_is_not_good_any_more_takes_all_of_it_back() {
    for house in houses() {
        let mut rows = rows();
        rows[8] = "1/9/2026;Khu 2;Tập trung;Nội dung khác;55;1-40;".to_owned();
        let import = house.keep(1, KIND, &sheet_of(&rows));
        house.begin(&import, false, &[]).unwrap();
        // Meanwhile the register says that the area has fewer households.
        house.shrink("Khu 2", 10);
        house.worker().work().unwrap();
        assert_eq!((house.again(&import).state, house.standing()), (State::Undone, (0, 6)));
        let room = house.room("reader", Action::SeeActivities);
        let versions =
            house.db.read_now(|read| activities::versions(read, &room, record_id(import.id, 2))).unwrap();
        assert!(
            versions
                .iter()
                .any(|version| version.reason.as_deref().is_some_and(|why| why.contains("dòng 10"))),
            "the records say why"
        );
    }
}

#[test]
fn the_page_shows_how_far_it_is() {
    let house = house(testing::sqlite());
    let import = house.keep(1, KIND, &sheet_of(&rows()));
    house.begin(&import, false, &[]).unwrap();
    let path = format!("/{}", import.id);
    let shown = house.get(&path);
    assert!(
        shown.body.contains("Đang nhập: 3 / 10 bản ghi")
            && shown.body.contains("<progress value=\"3\" max=\"10\"")
            && shown.body.contains("Dừng và hoàn tác"),
        "{}",
        shown.body
    );
    assert!(house.get("").body.contains("Đang nhập"));
    // Undone from the page, to its end within the request.
    let answer = house.post(&format!("{path}/undo"), "based_on=1&reason=nhầm");
    assert!(answer.location.ends_with("done=imports-done-undone"), "{} {}", answer.location, answer.body);
    assert_eq!((house.again(&import).run, house.standing()), (None, (0, 3)));
    assert_eq!(Going::from_key("apply"), Some(Going::Apply));
}
