//! A number is the same wherever it stands: on the dashboard, beside its target, in a report; of a commune that took another
//! in, and of a province that entered something itself.

use activities::{Content, Step, WHOLE_UNIT, change, confirm_many};
use db::testing;
use jiff::civil::{Date, date};
use kernel::{Action, Grant, Line, Place, Role, Scope};
use serde_json::json;
use units::Basis;
use uuid::Uuid;

use crate::house::{House, noon, system};
use crate::supplements::rearranged;

const TODAY: Date = date(2026, 11, 24);
const DAY: Date = date(2026, 11, 10);
const SHIFTS: &str = "patrol-shifts";

/// A confirmed patrol record of so many shifts; for the unit as a whole a total over the month before.
fn patrolled(house: &House, place: &Place, area: Uuid, shifts: i64) {
    let whole = area == WHOLE_UNIT;
    let kind = house.rules.kind(if whole { "order-totals" } else { "patrol" }).unwrap();
    let answers = match whole {
        true => json!({ "shifts": shifts }),
        false => json!({ "shifts": shifts, "participants": 9, "force": "security-team" }),
    };
    let content = Content {
        area,
        day: DAY,
        from: whole.then_some(date(2026, 10, 20)),
        kind: kind.id.clone(),
        kind_version: kind.version,
        line: Some(Line::Police),
        programmes: vec![],
        fields: kind.from_json(&answers).unwrap(),
        note: String::new(),
    };
    let room = |account: &str, action| {
        let grant = Grant { role: Role::Officer, path: place.path.clone(), area: None, line: None };
        Scope::of(account, vec![grant]).enter(place, action).unwrap()
    };
    let (id, rules) = (house.id(), house.rules.clone());
    let (writer, checker) = (room("writer", Action::Record), room("checker", Action::Confirm));
    house
        .db
        .write_now(move |tx| {
            change(tx, &writer, &rules, (id, 0), Step::Send(content), noon(DAY))?;
            confirm_many(tx, &checker, &rules, &[(id, 1)], noon(DAY))
        })
        .unwrap();
}

/// What a report of a unit reads over the year.
fn reported(house: &House, code: &str) -> String {
    let (scope, ever) = (system(), (Date::MIN, Date::MAX));
    let window = (date(2025, 12, 15), date(2026, 12, 14));
    let today = house.app.clock.today();
    let figure = house.db.read_now(|read| {
        let unit = units::find_by_code(read, &scope, code, today)?.unwrap();
        let room = scope.enter(&unit.place(), Action::SeeReports).unwrap();
        let makeup = units::makeup(read, &scope, &unit, Basis::AsItIsNow, ever, today)?;
        let mut none = |_: &mut db::Read<'_>, _, _| Ok(0);
        figures::read_over(read, (&scope, &room), &makeup, &house.rules, &mut none, (SHIFTS, "*"), window)
    });
    figure.unwrap().show(kernel::Lang::Vi)
}

#[test]
fn a_number_is_the_same_wherever_it_stands() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let (from, to, province) = (house.place("05089"), house.place("05200"), house.place("25"));
        for (place, shifts) in [(&from, 20), (&to, 30)] {
            let area = house.areas(place, &[("Khu 1", 40)])[0];
            patrolled(&house, place, area, shifts);
        }
        patrolled(&house, &province, WHOLE_UNIT, 450);
        let merger = rearrangements::Plan::Merge {
            communes: vec![from.tenant.clone()],
            into: rearrangements::Into::There(to.tenant.clone()),
        };
        rearranged(&house, &province, merger, date(2026, 11, 26));
        house.turn_clock(date(2026, 11, 26));
        let officer = house.person("canbo", &to, Role::Officer, None, Some(Line::Police));
        let staff = house.person("canbotinh", &province, Role::ProvinceStaff, None, None);
        for (who, code) in [(&officer, "05200"), (&staff, "25")] {
            let url = format!("/units/{code}/targets");
            let aim = [("year", "2026"), ("indicator", SHIFTS), ("amount", "1000"), ("based_on", "0")];
            assert!(house.post(who, &url, &aim).location().contains("done="), "{code}");
        }

        assert_eq!(reported(&house, "05200"), "50");
        let targets = house.get(&officer, "/units/05200/targets?year=2026").text();
        assert!(targets.contains(">50<") && targets.contains("5,0%"), "{targets}");
        let dashboard = house.get(&officer, "/units/05200/dashboard?regime=yearly&period=2026").text();
        assert!(dashboard.contains("1.000 (đạt 5,0%)"), "{dashboard}");

        assert_eq!(reported(&house, "25"), "500");
        let targets = house.get(&staff, "/units/25/targets?year=2026").text();
        let url = format!("/units/25/dashboard?regime=yearly&period=2026&indicator={SHIFTS}");
        assert!(targets.contains(&format!("href=\"{url}\"")), "{targets}");
        let one = house.get(&staff, &url).text();
        assert!(one.contains("<b>500</b>") && one.contains("1.000 (đạt 50,0%)"), "{one}");
        assert!(one.contains("Cấp tỉnh tự nhập") && one.contains(">450"), "{one}");
        // What the province entered makes it no commune: of 147 that are left one had activity, the one that took in the other.
        let year = house.get(&staff, "/units/25/dashboard?regime=monthly&period=2026-11").text();
        assert!(year.contains(">500<"), "{year}");
        assert!(year.contains("<b>1/<wbr>147</b>"), "{year}");
        let country = house.person("canbobo", &house.place("vn"), Role::ProvinceStaff, None, None);
        let all =
            house.get(&country, &format!("/units/vn/dashboard?indicator={SHIFTS}&regime=yearly&period=2026"));
        assert!(all.text().contains("<b>500</b>"), "{}", all.body);
    }
}
