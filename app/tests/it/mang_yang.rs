//! Published figures typed in as records come out as published: outreach of the district of Mang Yang (Gia Lai) from
//! January to the middle of August 2022, as a newspaper of the province printed them. Here they are the work of the
//! commune that has the name today, in one window, because nothing of 2022 belongs to it.

use activities::{Content, Step, change, confirm_many};
use axum::http::StatusCode;
use db::testing;
use figures::Value;
use jiff::civil::{Date, date};
use kernel::{Action, Line, Place, Role};
use reports::Column;
use serde_json::json;
use uuid::Uuid;

use crate::house::{House, noon, system};

const DAY: Date = date(2026, 8, 15);
const TODAY: Date = date(2026, 8, 20);
const PERIOD: &str = "2026-Q3";
const WINDOW: (Date, Date) = (date(2026, 6, 15), date(2026, 9, 14));

/// Row of the quarterly report, slice, number as published.
const PUBLISHED: [(&str, &str, i64); 7] = [
    ("outreach-sessions", "form:launch", 101),
    ("outreach-attendances", "form:launch", 11_368),
    ("loudspeaker-car-runs", "*", 30),
    ("bulletins", "*", 6),
    ("materials", "*", 1_406),
    ("commitment-persons", "topic:traffic-safety", 21),
    ("shares", "*", 1_200),
];

/// What was written down: kind and answers as typed.
fn records() -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    // 101 sessions with 11,368 attendances: 100 of 112 people and one of 168.
    let mut records: Vec<_> = std::iter::repeat_n(112, 100)
        .chain([168])
        .map(|attendees: u32| {
            let answers = vec![
                ("form", "launch".into()),
                ("topic", "movement".into()),
                ("attendees", attendees.to_string()),
            ];
            ("outreach-session", answers)
        })
        .collect();
    let typed = |pairs: &[(&'static str, &str)]| {
        pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect::<Vec<_>>()
    };
    records.push((
        "communication",
        typed(&[("topic", "law"), ("loudspeaker-car-runs", "30"), ("bulletins", "6")]),
    ));
    // As people here write thousands.
    records.push((
        "communication",
        typed(&[("topic", "online-fraud"), ("leaflets", "1.406"), ("shares", "1.200")]),
    ));
    records.push(("commitment-signing", typed(&[("topic", "traffic-safety"), ("persons", "21")])));
    records
}

/// The commune of today, found as people type it.
fn mang_yang(house: &House) -> Place {
    let found =
        house.db.read_now(|read| units::search(read, &system(), "mang yang gia lai", TODAY, 5)).unwrap();
    let place = found.first().expect("the commune of Mang Yang").place();
    assert!(place.name.contains("Mang Yang"), "{}", place.name);
    place
}

fn as_published(house: &House, here: &Place) {
    for (indicator, slice, published) in PUBLISHED {
        assert_eq!(house.number(here, (indicator, slice), WINDOW), published, "{indicator} {slice}");
    }
    // The same as rows of the quarterly report.
    let (_, sheet) = house.started(here, "movement-quarterly", PERIOD);
    for (indicator, slice, published) in PUBLISHED {
        let rows: Vec<_> = sheet
            .entries
            .iter()
            .filter(|entry| entry.figure.indicator == indicator && entry.figure.slice == slice)
            .collect();
        let now: Vec<_> = rows.iter().filter(|entry| entry.column == Column::Current).collect();
        let [entry] = now.as_slice() else { panic!("{indicator} {slice} is {} rows", now.len()) };
        assert_eq!(entry.figure.value, Value::Number(published), "{indicator} {slice}");
        // Nothing of it is of the quarter before, or of last year.
        for other in rows.iter().filter(|entry| entry.column != Column::Current) {
            assert_eq!(other.figure.value, Value::Number(0), "{indicator} {slice} {:?}", other.column);
        }
    }
    house.verified();
}

#[test]
fn typed_into_the_pages() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let here = mang_yang(&house);
        let area = house.areas(&here, &[("Làng Đê Kôn", 120)])[0].to_string();
        let writer = house.person("canbo.congan", &here, Role::Officer, None, Some(Line::Police));
        let checker = house.person("canbo.mattran", &here, Role::Officer, None, Some(Line::Front));
        let url = format!("/units/{}/activities", here.code);
        let mut seen = Vec::new();
        for (kind, answers) in records() {
            let id = house.id().to_string();
            let named: Vec<(String, String)> =
                answers.into_iter().map(|(name, value)| (format!("field.{name}"), value)).collect();
            let mut form = vec![("id", id.as_str()), ("kind", kind), ("day", "15/8/2026"), ("area", &area)];
            form.extend(named.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            let answer = house.post(&writer, &url, &form);
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{kind}: {}", answer.body);
            seen.push(format!("{id}:1"));
        }
        // Nothing counts before somebody else has confirmed it.
        for (indicator, slice, _) in PUBLISHED {
            assert_eq!(house.number(&here, (indicator, slice), WINDOW), 0);
        }
        let form: Vec<(&str, &str)> = seen.iter().map(|seen| ("seen", seen.as_str())).collect();
        let answer = house.post(&checker, &format!("{url}/confirmations"), &form);
        assert!(answer.location().contains("left=0"), "{}", answer.location());
        as_published(&house, &here);
        // The report's page shows them as people here write them.
        let list = house.get(&checker, &format!("/units/{}/reports", here.code));
        let report = list.body.split("/reports/").find_map(|rest| {
            let id = rest.split(['"', '?', '/']).next()?;
            Uuid::parse_str(id).ok()
        });
        let page = house.get(&checker, &format!("/units/{}/reports/{}", here.code, report.unwrap()));
        for shown in ["11.368", "1.406", "1.200", "101"] {
            assert!(page.body.contains(shown), "{shown} is not on the page");
        }
        let page =
            house.get(&checker.reading("en"), &format!("/units/{}/reports/{}", here.code, report.unwrap()));
        assert!(page.body.contains("11,368"));
    }
}

#[test]
fn written_through_the_store() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let here = mang_yang(&house);
        let area = house.areas(&here, &[("Làng Đê Kôn", 120)])[0];
        let room = |account: &str, action| {
            let grant =
                kernel::Grant { role: Role::Officer, path: here.path.clone(), area: None, line: None };
            kernel::Scope::of(account, vec![grant]).enter(&here, action).unwrap()
        };
        let mut seen = Vec::new();
        for (kind, answers) in records() {
            let kind = house.rules.kind(kind).unwrap();
            let choices = ["outreach-session", "communication"].contains(&kind.id.as_str());
            let answers: serde_json::Map<_, _> = answers
                .into_iter()
                .map(|(name, value)| {
                    let value = if name == "topic" && choices { json!([value]) } else { json!(value) };
                    (name.to_owned(), value)
                })
                .collect();
            let content = Content {
                area,
                day: DAY,
                from: None,
                kind: kind.id.clone(),
                kind_version: kind.version,
                line: Some(Line::Police),
                programmes: vec![],
                fields: kind.from_json(&answers.into()).unwrap(),
                note: String::new(),
            };
            let (id, rules, writer) = (house.id(), house.rules.clone(), room("writer", Action::Record));
            house
                .db
                .write_now(move |tx| change(tx, &writer, &rules, (id, 0), Step::Send(content), noon(DAY)))
                .unwrap();
            seen.push((id, 1));
        }
        let (rules, checker, all) = (house.rules.clone(), room("checker", Action::Confirm), seen.len());
        let confirmed =
            house.db.write_now(move |tx| confirm_many(tx, &checker, &rules, &seen, noon(TODAY))).unwrap();
        assert_eq!((confirmed.done, confirmed.refused.len()), (all, 0));
        as_published(&house, &here);
    }
}
