//! Where days, windows and places meet.

use activities::State;
use axum::http::StatusCode;
use db::testing;
use jiff::civil::{Date, date};
use kernel::{Line, Place, Role};
use uuid::Uuid;

use crate::house::{House, Person, patrol, system};

/// A commune with areas and the people who write and confirm.
struct Setting {
    here: Place,
    areas: Vec<Uuid>,
    writer: Person,
    checker: Person,
}

fn setting(house: &House) -> Setting {
    let here = house.place("05089");
    let areas = house.areas(&here, &[("Khu 1", 40), ("Khu 2", 60), ("Khu 3", 50)]);
    let writer = house.person("nguoighi", &here, Role::Officer, None, Some(Line::Police));
    let checker = house.person("nguoixacnhan", &here, Role::Officer, None, Some(Line::Front));
    Setting { here, areas, writer, checker }
}

impl Setting {
    fn list(&self) -> String {
        format!("/units/{}/activities", self.here.code)
    }

    /// A patrol of a day in an area, written and confirmed.
    fn patrolled(&self, house: &House, area: usize, day: &str) -> Uuid {
        let (id, area) = (house.id(), self.areas[area].to_string());
        let answer = house.post(&self.writer, &self.list(), &patrol(&id.to_string(), &area, day));
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{day}: {}", answer.body);
        self.confirm(house, id, 1);
        id
    }

    fn confirm(&self, house: &House, id: Uuid, version: u32) {
        let seen = format!("{id}:{version}");
        let answer = house.post(&self.checker, &format!("{}/confirmations", self.list()), &[("seen", &seen)]);
        assert!(answer.location().contains("left=0"), "{}", answer.location());
        assert_eq!(house.record(&self.here, id).unwrap().state, State::Confirmed);
    }

    /// Patrol shifts (two a record) of the unit in a window.
    fn shifts(&self, house: &House, window: (Date, Date)) -> i64 {
        house.number(&self.here, ("patrol-shifts", "*"), window)
    }
}

#[test]
fn the_middle_of_december_parts_two_annual_figures() {
    for db in testing::stores() {
        let house = House::on(&db, date(2027, 1, 10));
        let setting = setting(&house);
        setting.patrolled(&house, 0, "13/12/2026");
        setting.patrolled(&house, 0, "16/12/2026");
        let yearly = house.rules.regime("yearly").unwrap();
        let windows = ["2026", "2027"].map(|year| yearly.window(year).unwrap());
        assert_eq!(windows[0].to, date(2026, 12, 14));
        for window in &windows {
            assert_eq!(setting.shifts(&house, (window.from, window.to)), 2, "{}", window.period);
        }
        // On the two days of the border themselves.
        setting.patrolled(&house, 1, "14/12/2026");
        setting.patrolled(&house, 1, "15/12/2026");
        setting.patrolled(&house, 1, "15/12/2026");
        let of = |n: usize| setting.shifts(&house, (windows[n].from, windows[n].to));
        assert_eq!((of(0), of(1)), (4, 6));
        // The calendar year is no window of any report, and still adds up from the days.
        assert_eq!(setting.shifts(&house, (date(2026, 1, 1), date(2026, 12, 31))), 10);
        house.verified();
    }
}

#[test]
fn the_29th_of_february_is_a_day_every_fourth_year() {
    for db in testing::stores() {
        let house = House::on(&db, date(2028, 3, 1));
        let setting = setting(&house);
        let id = setting.patrolled(&house, 0, "29/2/2028");
        assert_eq!(house.record(&setting.here, id).unwrap().content.day, date(2028, 2, 29));
        let leap = (date(2028, 2, 29), date(2028, 2, 29));
        assert_eq!(setting.shifts(&house, leap), 2);

        let (id, area) = (house.id(), setting.areas[0].to_string());
        for (day, who, words) in [
            ("29/2/2027", &setting.writer, "Không có ngày “29/2/2027”"),
            ("2027-02-29", &setting.writer.reading("en"), "There is no day “2027-02-29”"),
        ] {
            let answer = house.post(who, &setting.list(), &patrol(&id.to_string(), &area, day));
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
            assert!(answer.text().contains(words), "{day}: {}", answer.body);
            assert_eq!(answer.input("day").as_deref(), Some(day));
        }
        assert!(house.record(&setting.here, id).is_none());
    }
}

#[test]
fn a_record_corrected_to_another_area_moves_alone() {
    let window = (date(2026, 9, 1), date(2026, 9, 30));
    for db in testing::stores() {
        let house = House::on(&db, date(2026, 9, 20));
        let setting = setting(&house);
        let id = setting.patrolled(&house, 0, "1/9/2026");
        setting.patrolled(&house, 2, "2/9/2026");
        let areas = || house.number(&setting.here, ("areas-with-record", "*"), window);
        let shifts = || setting.shifts(&house, window);
        assert_eq!((areas(), shifts()), (2, 4));

        // From area 1 to area 2: until it is confirmed again it counts nowhere.
        let correct = |to: usize, based_on: &str| {
            let (text, area) = (id.to_string(), setting.areas[to].to_string());
            let mut form = patrol(&text, &area, "1/9/2026");
            form.iter_mut().filter(|(name, _)| *name == "based_on").for_each(|(_, value)| *value = based_on);
            let answer = house.post(&setting.writer, &format!("{}/{id}", setting.list()), &form);
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        };
        correct(1, "2");
        assert_eq!((areas(), shifts()), (1, 2));
        setting.confirm(&house, id, 3);
        assert_eq!((areas(), shifts()), (2, 4));
        assert_eq!(house.record(&setting.here, id).unwrap().content.area, setting.areas[1]);
        house.verified();

        // To the area that has a record already: the commune's shifts stay, one area fewer has a record.
        correct(2, "4");
        setting.confirm(&house, id, 5);
        assert_eq!((areas(), shifts()), (1, 4));
        house.verified();

        // The versions show where it was.
        let page = house.get(&setting.writer, &format!("{}/{id}/versions", setting.list()));
        for name in ["Khu 1", "Khu 2", "Khu 3"] {
            assert!(page.text().contains(name), "{name}");
        }
    }
}

#[test]
fn a_record_keeps_the_name_its_area_had_on_its_day() {
    for db in testing::stores() {
        let house = House::on(&db, date(2026, 10, 10));
        let setting = setting(&house);
        let old = setting.patrolled(&house, 0, "30/9/2026");
        let (renamed, at) = (setting.areas[0], house.app.clock.now());
        let room = system().enter(&setting.here, kernel::Action::Record).unwrap();
        house
            .db
            .write_now(move |tx| units::rename_area(tx, &room, at, renamed, date(2026, 10, 1), "Khu Bưng 1"))
            .unwrap();
        let new = setting.patrolled(&house, 0, "1/10/2026");
        let page = |id: Uuid| house.get(&setting.writer, &format!("{}/{id}", setting.list()));
        let old_page = page(old);
        assert!(old_page.text().contains("<dd>Khu 1</dd>"), "{}", old_page.body);
        assert!(!old_page.text().contains("Khu Bưng 1"));
        assert!(page(new).text().contains("<dd>Khu Bưng 1</dd>"));
        // One area, whatever it is called.
        let window = (date(2026, 9, 1), date(2026, 10, 31));
        assert_eq!(house.number(&setting.here, ("areas-with-record", "*"), window), 1);
        assert_eq!(setting.shifts(&house, window), 4);
        house.verified();
    }
}
