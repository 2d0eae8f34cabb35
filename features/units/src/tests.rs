//! The stores on both engines, and the pages through the router.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use db::testing::{self, Throwaway};
use db::{Db, Read};
use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use kernel::http::{App, SESSION_COOKIE, wrap};
use kernel::{Action, Caller, Clock, Gate, Grant, Ids, Lang, Place, Role, Room, Scope};
use tower::ServiceExt;
use uuid::Uuid;

use crate::*;

const TODAY: Date = date(2026, 11, 24);
const BORN: Date = date(2025, 7, 1);

fn now() -> Timestamp {
    "2026-11-24T01:00:00Z".parse().unwrap()
}

fn scope() -> Scope {
    Scope::system("test")
}

/// Both engines with the shipped units in them.
fn loaded() -> Vec<Throwaway> {
    let stores = testing::stores();
    for db in &stores {
        let loaded = db.write_now(|tx| load_reference(tx, &scope())).unwrap();
        assert_eq!(loaded, Loaded { units: 3356, versions: 3356 + 22 + 1 });
    }
    stores
}

fn at(db: &Db, code: &str, on: Date) -> Option<Unit> {
    db.read_now(|read| find_by_code(read, &scope(), code, on)).unwrap()
}

fn place(db: &Db, code: &str) -> Place {
    at(db, code, TODAY).unwrap().place()
}

fn room(place: &Place) -> Room {
    scope().enter(place, Action::SeeUnit).unwrap()
}

fn names(db: &Db, typed: &str) -> Vec<String> {
    let found = db.read_now(|read| search(read, &scope(), typed, TODAY, 10)).unwrap();
    found.iter().map(|unit| unit.long_name(Lang::Vi)).collect()
}

fn area_names(db: &Db, commune: &Place, on: Date) -> Vec<String> {
    let areas = db.read_now(|read| areas_of(read, &scope(), commune, on)).unwrap();
    areas.into_iter().map(|area| area.name).collect()
}

fn khu(number: u128, households: Option<u32>) -> NewArea {
    NewArea { id: Uuid::from_u128(number), name: format!("Khu {number}"), households, from_on: BORN }
}

fn add(db: &Db, place: &Place, new: NewArea) -> Result<(), Refusal> {
    let room = room(place);
    db.write_now(move |tx| add_area(tx, &room, now(), &new))
}

#[test]
fn loading_again_writes_nothing() {
    for db in loaded() {
        let again = db.write_now(|tx| load_reference(tx, &scope())).unwrap();
        assert_eq!(again, Loaded::default());
    }
}

#[test]
fn a_unit_is_found_by_its_code_on_a_day() {
    for db in loaded() {
        let unit = at(&db, "05089", TODAY).unwrap();
        assert_eq!(unit.id, "c05089-20250701");
        assert_eq!(unit.path, "vn/p25-20250701/c05089-20250701/");
        assert_eq!(unit.long_name(Lang::Vi), "xã Cao Phong, tỉnh Phú Thọ");
        assert_eq!(unit.long_name(Lang::En), "Cao Phong commune, Phú Thọ province");
        assert_eq!(at(&db, "05089", date(2025, 6, 30)), None);
        assert_eq!(at(&db, "05089", BORN).map(|unit| unit.id), Some("c05089-20250701".to_owned()));
        assert_eq!(at(&db, "99999", TODAY), None);
        let by_id = db.read_now(|read| crate::unit(read, &scope(), &unit.id, TODAY)).unwrap();
        assert_eq!(by_id, Some(unit));
    }
}

#[test]
fn a_kind_changes_on_its_day_and_leaves_the_id() {
    for db in loaded() {
        let before = at(&db, "26368", date(2026, 4, 29)).unwrap();
        let after = at(&db, "26368", date(2026, 4, 30)).unwrap();
        assert_eq!(before.long_name(Lang::Vi), "xã Long Thành, tỉnh Đồng Nai");
        assert_eq!(after.long_name(Lang::Vi), "phường Long Thành, thành phố Đồng Nai");
        assert_eq!(before.id, after.id);
        assert!(before.checked && !after.checked);
        let spans = db.read_now(|read| history(read, &scope(), &after.id)).unwrap();
        assert_eq!(spans, [before, after]);
        // Its own kind stays, but its province becomes a city: split where either changes.
        let spans =
            db.read_now(|read| history(read, &scope(), &at(&db, "26428", TODAY).unwrap().id)).unwrap();
        let long: Vec<_> = spans.iter().map(|unit| unit.long_name(Lang::Vi)).collect();
        assert_eq!(long, ["xã Xuân Bắc, tỉnh Đồng Nai", "xã Xuân Bắc, thành phố Đồng Nai"]);
    }
}

#[test]
fn units_below_are_listed_in_order() {
    for db in loaded() {
        let count = |id: &str| db.read_now(|read| children(read, &scope(), id, TODAY)).unwrap();
        assert_eq!(count("vn").len(), 34);
        let communes = count("p25-20250701");
        assert_eq!(communes.len(), 148);
        let mut sorted = communes.clone();
        sorted.sort_by_key(|unit| vietnamese::order::numbered_sort_key(&unit.name));
        let ids = |units: &[Unit]| units.iter().map(|unit| unit.name.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&communes), ids(&sorted));
        assert_eq!(count("c05089-20250701"), []);
    }
}

#[test]
fn people_find_units_as_they_type() {
    for db in loaded() {
        for typed in
            ["Cao Phong", "cao phong", "xã cao phong", "cao phong phu tho", "CAO PHONG, PHÚ THỌ", "05089"]
        {
            assert_eq!(
                names(&db, typed).first().map(String::as_str),
                Some("xã Cao Phong, tỉnh Phú Thọ"),
                "{typed}"
            );
        }
        assert_eq!(names(&db, "phu tho")[0], "tỉnh Phú Thọ");
        assert_eq!(names(&db, "không có xã này"), [""; 0]);
        assert_eq!(names(&db, "%"), [""; 0]);
        assert_eq!(names(&db, " , "), [""; 0]);
        assert_eq!(names(&db, "xã").len(), 10);
    }
}

#[test]
fn exact_marks_come_first_and_namesakes_show_their_province() {
    for db in loaded() {
        let (with, without) = (names(&db, "Mỹ Thọ"), names(&db, "Mỹ Tho"));
        assert!(with[0].contains("Mỹ Thọ,"), "{with:?}");
        assert!(without[0].contains("Mỹ Tho,"), "{without:?}");
        let mut namesakes: Vec<_> = names(&db, "Tân Phú");
        namesakes.retain(|name| name.contains("Tân Phú,"));
        let count = namesakes.len();
        namesakes.dedup();
        assert!(count > 2 && namesakes.len() == count, "{namesakes:?}");
    }
}

#[test]
fn every_spelling_in_use_finds_its_unit() {
    let db = loaded().swap_remove(0);
    let variants = include_str!("../data/name_variants.csv");
    let mut count = 0;
    for row in csv::Reader::from_reader(variants.as_bytes()).records() {
        let row = row.unwrap();
        let found = db.read_now(|read| search(read, &scope(), &row[2], TODAY, 20)).unwrap();
        assert!(found.iter().any(|unit| unit.code == row[0]), "{}", &row[2]);
        count += 1;
    }
    assert_eq!(count, 24);
}

#[test]
fn areas_are_listed_in_order_with_their_households() {
    for db in loaded() {
        let commune = place(&db, "05089");
        for new in [khu(10, Some(100)), khu(2, Some(41)), khu(1, None)] {
            add(&db, &commune, new).unwrap();
        }
        assert_eq!(area_names(&db, &commune, TODAY), ["Khu 1", "Khu 2", "Khu 10"]);
        assert_eq!(area_names(&db, &commune, date(2025, 6, 30)), [""; 0]);
        let total = db.read_now(|read| households_total(read, &scope(), &commune, TODAY)).unwrap();
        assert_eq!(total, Households { households: 141, areas: 3, unknown: 1 });
        assert_eq!(area_names(&db, &place(&db, "07999"), TODAY), [""; 0]);
    }
}

#[test]
fn adding_the_same_area_again_changes_nothing() {
    for db in loaded() {
        let commune = place(&db, "05089");
        add(&db, &commune, khu(1, Some(40))).unwrap();
        let renamed = NewArea { name: "Khu khác".into(), ..khu(1, Some(99)) };
        add(&db, &commune, renamed).unwrap();
        let areas = db.read_now(|read| areas_of(read, &scope(), &commune, TODAY)).unwrap();
        assert_eq!((areas[0].name.as_str(), areas[0].households, areas.len()), ("Khu 1", Some(40), 1));
    }
}

#[test]
fn names_and_households_have_days() {
    for db in loaded() {
        let commune = place(&db, "05089");
        add(&db, &commune, khu(1, Some(40))).unwrap();
        let (id, day) = (Uuid::from_u128(1), date(2026, 3, 1));
        let room = room(&commune);
        db.write_now(move |tx| {
            rename_area(tx, &room, now(), id, day, "Tiểu khu 1")?;
            set_households(tx, &room, now(), id, day, 45)?;
            // Said twice: the last word of a day counts.
            set_households(tx, &room, now(), id, day, 46)
        })
        .unwrap();
        let on = |on| db.read_now(|read| area(read, &scope(), &commune, id, on)).unwrap().unwrap();
        assert_eq!(
            (on(date(2026, 2, 28)).name.as_str(), on(date(2026, 2, 28)).households),
            ("Khu 1", Some(40))
        );
        assert_eq!((on(day).name.as_str(), on(day).households), ("Tiểu khu 1", Some(46)));
    }
}

#[test]
fn an_area_moves_alone_and_its_past_stays() {
    for db in loaded() {
        let (from, to) = (place(&db, "05200"), place(&db, "05212"));
        add(&db, &from, khu(1, Some(40))).unwrap();
        add(&db, &from, khu(2, Some(50))).unwrap();
        add(&db, &to, khu(3, Some(60))).unwrap();
        let (id, day) = (Uuid::from_u128(1), date(2026, 1, 1));
        let (home, other) = (room(&from), room(&to));
        db.write_now(move |tx| move_area(tx, &scope(), &home, &other, now(), (id, day))).unwrap();
        assert_eq!(area_names(&db, &from, date(2025, 12, 31)), ["Khu 1", "Khu 2"]);
        assert_eq!(area_names(&db, &from, day), ["Khu 2"]);
        assert_eq!(area_names(&db, &to, date(2025, 12, 31)), ["Khu 3"]);
        assert_eq!(area_names(&db, &to, day), ["Khu 1", "Khu 3"]);
        let moved = db.read_now(|read| area(read, &scope(), &to, id, day)).unwrap().unwrap();
        assert_eq!(
            (moved.tenant.as_str(), moved.commune.as_str()),
            (from.tenant.as_str(), to.tenant.as_str())
        );
        // Its new commune keeps it up to date, in the rows of the old one.
        let guest = room(&moved.place(&to));
        db.write_now(move |tx| set_households(tx, &guest, now(), id, day, 44)).unwrap();
        let total = db.read_now(|read| households_total(read, &scope(), &to, day)).unwrap();
        assert_eq!(total, Households { households: 104, areas: 2, unknown: 0 });
        // And back.
        let (guest, home) = (room(&moved.place(&to)), room(&from));
        let later = date(2026, 6, 1);
        db.write_now(move |tx| move_area(tx, &scope(), &guest, &home, now(), (id, later))).unwrap();
        assert_eq!(area_names(&db, &from, later), ["Khu 1", "Khu 2"]);
        assert_eq!(area_names(&db, &to, later), ["Khu 3"]);
    }
}

#[test]
fn an_area_that_ended_is_gone_from_that_day() {
    for db in loaded() {
        let commune = place(&db, "05089");
        add(&db, &commune, khu(1, None)).unwrap();
        let (id, room) = (Uuid::from_u128(1), room(&commune));
        let end = date(2026, 7, 1);
        let inner = room.clone();
        db.write_now(move |tx| end_area(tx, &inner, now(), id, end)).unwrap();
        assert_eq!(area_names(&db, &commune, date(2026, 6, 30)), ["Khu 1"]);
        assert_eq!(area_names(&db, &commune, end), [""; 0]);
        let late = db.write_now(move |tx| set_households(tx, &room, now(), id, end, 5));
        assert!(matches!(late, Err(Refusal::OutsideItsTime)), "{late:?}");
        // The name is free again.
        add(&db, &commune, NewArea { from_on: end, id: Uuid::from_u128(9), ..khu(1, None) }).unwrap();
    }
}

#[test]
fn bad_changes_are_refused_and_leave_nothing() {
    for db in loaded() {
        let commune = place(&db, "05089");
        add(&db, &commune, khu(1, None)).unwrap();
        let same_name = NewArea { id: Uuid::from_u128(2), ..khu(1, None) };
        assert!(matches!(add(&db, &commune, same_name), Err(Refusal::NameTaken)));
        assert!(matches!(add(&db, &commune, khu(3, Some(20_001))), Err(Refusal::TooManyHouseholds)));
        let no_name = NewArea { name: "  ".into(), ..khu(4, None) };
        assert!(matches!(add(&db, &commune, no_name), Err(Refusal::Name)));
        assert_eq!(area_names(&db, &commune, TODAY), ["Khu 1"]);
        let (room, other) = (room(&commune), room(&place(&db, "07999")));
        let id = Uuid::from_u128(1);
        let (r, o) = (room.clone(), other.clone());
        let elsewhere = db.write_now(move |tx| set_households(tx, &o, now(), id, TODAY, 5));
        assert!(matches!(elsewhere, Err(Refusal::Missing)), "another tenant's area is not there");
        let early = db.write_now(move |tx| set_households(tx, &r, now(), id, date(2025, 6, 30), 5));
        assert!(matches!(early, Err(Refusal::OutsideItsTime)));
        let r = room.clone();
        let same = db.write_now(move |tx| move_area(tx, &scope(), &r, &room, now(), (id, TODAY)));
        assert!(matches!(same, Err(Refusal::SameCommune)));
    }
}

#[test]
fn an_area_head_changes_only_their_own_area() {
    for db in loaded() {
        let commune = place(&db, "05089");
        add(&db, &commune, khu(1, None)).unwrap();
        add(&db, &commune, khu(2, None)).unwrap();
        let (mine, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let grant = Grant { role: Role::AreaHead, path: commune.path.clone(), area: Some(mine), line: None };
        let head = Scope::of("head", vec![grant]).enter(&commune, Action::SeeUnit).unwrap();
        let room = head.clone();
        db.write_now(move |tx| set_households(tx, &room, now(), mine, TODAY, 5)).unwrap();
        let room = head.clone();
        let refused = db.write_now(move |tx| set_households(tx, &room, now(), other, TODAY, 5));
        assert!(matches!(refused, Err(Refusal::Denied(_))));
        let refused = db.write_now(move |tx| add_area(tx, &head, now(), &khu(3, None)));
        assert!(matches!(refused, Err(Refusal::Denied(_))));
    }
}

#[test]
fn organisations_have_a_line_and_days() {
    for db in loaded() {
        let commune = place(&db, "05089");
        let new = |n: u128, kind, name: &str| NewOrganisation {
            id: Uuid::from_u128(n),
            kind,
            name: name.to_owned(),
            from_on: BORN,
        };
        for organisation in [
            new(1, OrganisationKind::Women, "Hội Liên hiệp Phụ nữ xã Cao Phong"),
            new(2, OrganisationKind::Police, "Công an xã Cao Phong"),
            new(3, OrganisationKind::PartyCommittee, "Đảng ủy xã Cao Phong"),
            new(2, OrganisationKind::Police, "gửi lại lần hai"),
        ] {
            let room = room(&commune);
            db.write_now(move |tx| add_organisation(tx, &room, now(), &organisation)).unwrap();
        }
        let on = |on| {
            let listed = db.read_now(|read| organisations_of(read, &scope(), &commune, on)).unwrap();
            listed.into_iter().map(|o| (o.name, o.kind.line())).collect::<Vec<_>>()
        };
        let party = ("Đảng ủy xã Cao Phong".to_owned(), None);
        let police = ("Công an xã Cao Phong".to_owned(), Some(kernel::Line::Police));
        let women = ("Hội Liên hiệp Phụ nữ xã Cao Phong".to_owned(), Some(kernel::Line::Union));
        assert_eq!(on(TODAY), [party.clone(), police.clone(), women]);
        let room = room(&commune);
        let again = room.clone();
        let women = Uuid::from_u128(1);
        db.write_now(move |tx| end_organisation(tx, &room, now(), women, TODAY)).unwrap();
        assert_eq!(on(TODAY), [party, police]);
        assert_eq!(on(BORN).len(), 3);
        let twice = db.write_now(move |tx| end_organisation(tx, &again, now(), women, TODAY));
        assert!(matches!(twice, Err(Refusal::Missing)));
    }
}

#[test]
fn every_change_is_in_the_audit_log() {
    for db in loaded() {
        let commune = place(&db, "05089");
        add(&db, &commune, khu(1, Some(3))).unwrap();
        let room = room(&commune);
        let inner = room.clone();
        db.write_now(move |tx| set_households(tx, &inner, now(), Uuid::from_u128(1), TODAY, 5)).unwrap();
        let log = db.read_now(|read| kernel::audit::newest(read, &room, i64::MAX, 10)).unwrap();
        let actions: Vec<_> = log.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["area.households", "area.add"]);
    }
}

/// A gate that knows two people by their tokens.
struct Doorman {
    commune: Place,
}

impl Gate for Doorman {
    fn caller(&self, _: &mut Read<'_>, token: &str, _: Timestamp) -> db::Result<Option<Caller>> {
        let path = match token {
            "officer" => self.commune.path.clone(),
            "province" => "vn/p25-20250701/".to_owned(),
            "country" => "vn/".to_owned(),
            _ => return Ok(None),
        };
        let role = if token == "officer" { Role::Officer } else { Role::ProvinceStaff };
        Ok(Some(Caller {
            account: Uuid::from_u128(7),
            tenant: self.commune.tenant.clone(),
            session: Uuid::from_u128(8),
            name: "Bùi Thị Thử".into(),
            scope: Scope::of("7", vec![Grant { role, path, area: None, line: None }]),
            home: Some(self.commune.clone()),
        }))
    }
}

async fn get(db: &Db, token: &str, path: &str) -> (StatusCode, String) {
    ask(db, token, path, None).await
}

/// A page, or what a form answers.
async fn ask(db: &Db, token: &str, path: &str, form: Option<&str>) -> (StatusCode, String) {
    let reading = db.clone();
    let commune = tokio::task::spawn_blocking(move || place(&reading, "05089")).await.unwrap();
    let app = App {
        db: db.clone(),
        clock: Clock::fixed(now()),
        ids: Ids::counting(1),
        gate: Arc::new(Doorman { commune }),
        https: false,
        demo: false,
    };
    let request = match form {
        Some(_) => Request::post(path).header("content-type", "application/x-www-form-urlencoded"),
        None => Request::get(path),
    };
    let body = form.map_or_else(Body::empty, |form| Body::from(form.to_owned()));
    let request = request.header("cookie", format!("{SESSION_COOKIE}={token}")).body(body);
    let response = wrap(routes().router, app).oneshot(request.unwrap()).await.unwrap();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[test]
fn the_registers_are_kept_through_the_forms() {
    for db in loaded() {
        let id = Uuid::from_u128(77);
        let work = async {
            let (status, html) = get(&db, "officer", "/units/05089/areas/new").await;
            assert!(status == StatusCode::OK && html.contains("Thêm khu dân cư"), "{status} {html}");
            let areas = "/units/05089/areas";
            let new =
                format!("id={id}&name=x%C3%B3m+Ch%E1%BA%B1ng+Ngo%C3%A0i&households=92&from_on=2026-01-05");
            for _ in 0..2 {
                assert_eq!(ask(&db, "officer", areas, Some(&new)).await.0, StatusCode::SEE_OTHER);
            }
            let (_, html) = get(&db, "officer", "/units/05089").await;
            assert_eq!(html.matches("xóm Chằng Ngoài").count(), 1);

            let one = format!("{areas}/{id}");
            assert!(get(&db, "officer", &one).await.1.contains("value=\"92\""));
            let change = "name=ti%E1%BB%83u+khu+4&households=95&from_on=2026-06-01";
            assert_eq!(ask(&db, "officer", &one, Some(change)).await.0, StatusCode::SEE_OTHER);
            let (_, before) = get(&db, "officer", "/units/05089?on=2026-05-31").await;
            assert!(before.contains("xóm Chằng Ngoài") && before.contains(">92<"));
            let (_, after) = get(&db, "officer", "/units/05089").await;
            assert!(after.contains("tiểu khu 4") && after.contains(">95<"));

            for (bad, told) in [
                ("name=&households=3&from_on=2026-06-01", "Tên phải có từ 1 đến 120 ký tự"),
                ("name=a&households=ba&from_on=2026-06-01", "Số hộ phải là số nguyên"),
                ("name=a&households=3&from_on=31%2F2%2F2026", "Không có ngày này"),
                ("name=a&households=3&from_on=2025-12-31", "không tồn tại vào ngày này"),
                ("name=a&households=30000&from_on=2026-06-01", "không quá 20.000"),
            ] {
                let (status, html) = ask(&db, "officer", &one, Some(bad)).await;
                assert!(status == StatusCode::UNPROCESSABLE_ENTITY && html.contains(told), "{bad}: {html}");
            }

            let women =
                format!("id={id}&kind=women&name=H%E1%BB%99i+Ph%E1%BB%A5+n%E1%BB%AF&from_on=2026-01-05");
            let organisations = "/units/05089/organisations";
            assert_eq!(ask(&db, "officer", organisations, Some(&women)).await.0, StatusCode::SEE_OTHER);
            assert!(get(&db, "officer", "/units/05089").await.1.contains("Hội Phụ nữ"));
            let unkind = format!("id={id}&name=H%E1%BB%99i&from_on=2026-01-05");
            assert!(ask(&db, "officer", organisations, Some(&unkind)).await.1.contains("Chưa chọn loại"));

            assert_eq!(ask(&db, "province", areas, Some(&new)).await.0, StatusCode::FORBIDDEN);
        };
        tokio::runtime::Runtime::new().unwrap().block_on(work);
    }
}

#[test]
fn the_pages_show_what_is_stored() {
    for db in loaded() {
        let commune = place(&db, "05089");
        add(&db, &commune, khu(1, Some(4543))).unwrap();
        add(&db, &commune, khu(2, None)).unwrap();
        let pages = async {
            let (status, html) = get(&db, "officer", "/units/05089").await;
            assert_eq!(status, StatusCode::OK);
            for part in
                ["<h1>Xã Cao Phong</h1>", "Tỉnh Phú Thọ", "24/11/2026", "4.543", "Khu 2", "1676/NQ-UBTVQH15"]
            {
                assert!(html.contains(part), "{part} in {html}");
            }
            assert!(html.contains("Có 1 khu dân cư chưa có số hộ"));
            assert!(!html.contains('['), "a text is missing");
            let (_, before) = get(&db, "officer", "/units/05089?on=2025-06-30").await;
            assert!(before.contains("Chưa có khu dân cư nào") && !before.contains("4.543"));
            let (_, wrong) = get(&db, "officer", "/units/05089?on=29%2F2%2F2026").await;
            assert!(wrong.contains("Không có ngày này trong lịch."));

            let (status, html) = get(&db, "officer", "/units?q=cao+phong").await;
            assert_eq!(status, StatusCode::OK);
            assert!(html.contains("Xã Cao Phong, tỉnh Phú Thọ") && html.contains("href=\"/units/05089\""));
            let (_, html) = get(&db, "officer", "/units?q=thu+cuc").await;
            assert!(html.contains("Xã Thu Cúc, tỉnh Phú Thọ") && !html.contains("href=\"/units/08545\""));
            let (_, html) = get(&db, "officer", "/units?q=zz%3Cb%3E").await;
            assert!(html.contains("Không tìm thấy đơn vị nào") && !html.contains("<b>"));
            let (_, html) = get(&db, "officer", "/units?q=t").await;
            assert!(html.contains("Chỉ hiện 50 kết quả đầu"));

            let (status, html) = get(&db, "province", "/units/25").await;
            assert_eq!(status, StatusCode::OK);
            let below =
                html.split("id=\"below\"").nth(1).and_then(|rest| rest.split("</ul>").next()).unwrap();
            assert_eq!(below.matches("href=\"/units/").count(), 148);
            let (_, html) = get(&db, "country", "/units/26368").await;
            for part in ["Phường Long Thành", "Xã Long Thành", "30/04/2026", "chưa được đối chiếu"]
            {
                assert!(html.contains(part), "{part} in {html}");
            }
        };
        tokio::runtime::Runtime::new().unwrap().block_on(pages);
    }
}

#[test]
fn nobody_sees_a_unit_outside_their_subtree() {
    let db = loaded().swap_remove(0);
    let pages = async {
        for (token, path, status) in [
            ("officer", "/units/08545", StatusCode::NOT_FOUND),
            ("officer", "/units/25", StatusCode::NOT_FOUND),
            ("officer", "/units/99999", StatusCode::NOT_FOUND),
            ("province", "/units/08545", StatusCode::OK),
            ("province", "/units/01", StatusCode::NOT_FOUND),
            ("nobody", "/units/05089", StatusCode::UNAUTHORIZED),
            ("nobody", "/units?q=a", StatusCode::UNAUTHORIZED),
        ] {
            let (seen, _) = get(&db, token, path).await;
            // Somebody who is not signed in is sent to the sign-in page.
            let sent_away = status == StatusCode::UNAUTHORIZED && seen == StatusCode::SEE_OTHER;
            assert!(seen == status || sent_away, "{token} {path}: {seen}");
        }
    };
    tokio::runtime::Runtime::new().unwrap().block_on(pages);
}

#[test]
fn every_refusal_and_line_has_its_words() {
    let refusals = [
        Refusal::Name,
        Refusal::NameTaken,
        Refusal::TooManyHouseholds,
        Refusal::OutsideItsTime,
        Refusal::SameCommune,
    ];
    let mut keys: Vec<String> = refusals
        .into_iter()
        .map(|refusal| match kernel::Error::from(refusal) {
            kernel::Error::Refused(key) => key,
            other => panic!("{other} is shown without words of its own"),
        })
        .collect();
    keys.extend(kernel::Line::ALL.map(|line| format!("units-line-{}", line.key())));
    for (key, lang) in keys.iter().flat_map(|key| [(key, Lang::Vi), (key, Lang::En)]) {
        let text = kernel::Texts::get().text(lang, key, &[]);
        assert!(!text.starts_with('['), "{key}");
    }
}

#[test]
fn composed_statements_are_understood_by_both_engines() {
    for db in testing::stores() {
        let parameters: Vec<_> = composed_statements().iter().map(|sql| db.check(sql).unwrap()).collect();
        assert_eq!(parameters, [400, 4, 1100, 11, 200, 200, 200]);
    }
}

#[test]
fn registers_of_many_tenants_and_days_are_those_of_each_alone() {
    for db in loaded() {
        let [one, two, three] = ["05089", "07999", "04792"].map(|code| place(&db, code));
        for number in 1..=3 {
            add(&db, &one, khu(number, Some(100 + number as u32))).unwrap();
        }
        add(&db, &one, khu(4, None)).unwrap();
        add(&db, &two, khu(5, Some(70))).unwrap();
        add(&db, &two, khu(6, Some(80))).unwrap();
        add(&db, &three, khu(7, Some(40))).unwrap();
        let (kept, other, third) = (room(&one), room(&two), room(&three));
        db.write_now(move |tx| {
            let area = Uuid::from_u128;
            set_households(tx, &kept, now(), area(1), date(2025, 9, 1), 150)?;
            set_households(tx, &kept, now(), area(1), date(2026, 1, 1), 90)?;
            set_households(tx, &kept, now(), area(4), date(2026, 2, 1), 11)?;
            end_area(tx, &kept, now(), area(1), date(2026, 6, 1))?;
            end_area(tx, &kept, now(), area(2), date(2026, 3, 1))?;
            move_area(tx, &scope(), &other, &third, now(), (area(6), date(2026, 4, 1)))?;
            Ok::<(), Refusal>(())
        })
        .unwrap();
        let communes = ["05089", "07999", "04792"].map(|code| at(&db, code, TODAY).unwrap());
        let days: Vec<Date> =
            (0..20).map(|month| date(2025, 5, 15).saturating_add((month * 31).days())).collect();
        let tenants = communes.each_ref().map(|commune| commune.id.as_str());
        let many = db.read_now(|read| register_steps(read, &scope(), &tenants)).unwrap();
        let moved = db
            .read_now(|read| register_steps_of_area(read, &scope(), (tenants[1], Uuid::from_u128(6))))
            .unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for (number, (commune, mut steps)) in communes.iter().zip(many).enumerate() {
            // The rows of the area that moved stay where it was born.
            match number {
                1 => steps.extend(moved.iter().map(|step| RegisterStep {
                    on: step.on,
                    areas: -step.areas,
                    known: -step.known,
                    households: -step.households,
                })),
                2 => steps.extend(moved.iter().copied()),
                _ => {}
            }
            for day in &days {
                let count = RegisterStep::count(&steps, *day);
                let alone = db.read_now(|read| register(read, &scope(), commune, TODAY, *day)).unwrap();
                assert_eq!(count, alone, "{} on {day}", commune.name);
                seen.insert((count.areas, count.households, count.unknown));
            }
        }
        assert!(seen.len() > 8, "{seen:?}");
    }
}

fn id(db: &Db, code: &str) -> String {
    at(db, code, TODAY).unwrap().id
}

fn keys<const N: usize>(ids: [&str; N]) -> std::collections::BTreeSet<String> {
    ids.map(str::to_owned).into()
}

fn made_up(db: &Db, unit: &Unit, basis: Basis, window: (Date, Date)) -> Vec<Section> {
    db.read_now(|read| makeup(read, &scope(), unit, basis, window, TODAY)).unwrap().sections
}

/// Cao Phong and its neighbour become one new commune on 1 September 2026; Chí Đám goes into it a month later.
fn merged(db: &Db) -> (Unit, [String; 3]) {
    let [one, two, three] = ["05089", "05200", "05212"].map(|code| id(db, code));
    let province = at(db, "25", TODAY).unwrap();
    let new = NewCommune {
        code: "05089".into(),
        kind: Kind::Commune,
        name: "Hòa Hợp".into(),
        from_on: date(2026, 9, 1),
        basis: "thử nghiệm".into(),
    };
    let (ids, parent) = ([one.clone(), two.clone(), three.clone()], province.clone());
    db.write_now(move |tx| {
        let (scope, place) = (scope(), parent.place());
        // The code is free once its bearer ends on that day.
        let early = create_commune(tx, &scope, &parent.id, &new, &[]);
        assert!(matches!(early, Err(Refusal::Code)), "{early:?}");
        let other = NewCommune { code: "05999".into(), ..new.clone() };
        create_commune(tx, &scope, &parent.id, &other, &[])?;
        for predecessor in [&one, &two] {
            succeed(tx, &scope, &place, (predecessor, &other.id()), new.from_on)?;
        }
        succeed(tx, &scope, &place, (&three, &other.id()), date(2026, 10, 1))?;
        Ok::<_, Refusal>(())
    })
    .unwrap();
    (at(db, "05999", TODAY).unwrap(), ids)
}

#[test]
fn a_merged_commune_is_made_of_those_it_was_made_of() {
    for db in loaded() {
        add(&db, &place(&db, "05089"), khu(1, Some(40))).unwrap();
        add(&db, &place(&db, "05200"), khu(2, Some(50))).unwrap();
        let (hoa_hop, [one, two, three]) = merged(&db);
        let own = hoa_hop.id.as_str();
        let window = (date(2026, 1, 1), date(2026, 12, 31));
        let was = made_up(&db, &hoa_hop, Basis::AsItWas, window);
        let parts: Vec<_> = was.iter().map(|s| (s.from, s.to, s.tenants.clone())).collect();
        assert_eq!(
            parts,
            [
                (date(2026, 1, 1), date(2026, 8, 31), keys([own])),
                (date(2026, 9, 1), date(2026, 9, 30), keys([&one, &two, own])),
                (date(2026, 10, 1), date(2026, 12, 31), keys([&one, &two, &three, own])),
            ]
        );
        // Records that the new commune writes about an area of old lie, before the merger, where the area lay.
        let khu_1 = (own.to_owned(), Uuid::from_u128(1));
        assert!(was[0].without.contains(&khu_1) && !was[0].holds(own, khu_1.1));
        assert!(was[1].without.is_empty() && was[1].holds(own, khu_1.1));
        let before = db.read_now(|read| unit(read, &scope(), &one, date(2026, 8, 31))).unwrap().unwrap();
        let [old] = made_up(&db, &before, Basis::Restated(date(2026, 8, 31)), window).try_into().unwrap();
        assert_eq!((old.tenants, old.with), (keys([&one]), [khu_1.clone()].into()));
        let [now] = made_up(&db, &hoa_hop, Basis::AsItIsNow, window).try_into().unwrap();
        assert_eq!(now.tenants, keys([&one, &two, &three, own]));
        // It has ended; what it was on a day is its successor's now.
        assert_eq!(made_up(&db, &before, Basis::AsItIsNow, window)[0].tenants, keys([]));
        let province = at(&db, "25", TODAY).unwrap();
        for basis in [Basis::AsItIsNow, Basis::AsItWas, Basis::Restated(date(2026, 8, 31))] {
            let [all] = made_up(&db, &province, basis, window).try_into().unwrap();
            // Its communes, those that are no more, the new one, and what the province entered itself.
            assert_eq!(all.tenants.len(), 150, "{basis:?}");
            assert!(all.tenants.contains(&province.id), "{basis:?}");
            assert_eq!(all.without.len() + all.with.len(), 0, "{basis:?}");
        }
        // Its areas are those of old, without a row rewritten.
        assert_eq!(area_names(&db, &hoa_hop.place(), TODAY), ["Khu 1", "Khu 2"]);
        let registered = |borders, on| {
            db.read_now(|read| register(read, &scope(), &hoa_hop, borders, on)).unwrap().households
        };
        assert_eq!(registered(TODAY, date(2026, 8, 1)), 90);
        assert_eq!(registered(date(2026, 8, 1), date(2026, 8, 1)), 0);
    }
}

#[test]
fn steps_of_a_rearrangement_are_taken_back_exactly() {
    let everything = |db: &Db| {
        let scope = scope();
        db.read_now(|read| {
            let versions =
                db::sql!("select unit, from_on, until_on from unit_version order by unit, from_on");
            let versions: Vec<(String, Date, String)> = read.all(&scope, &versions, &[])?;
            let apart =
                db::sql!("select tenant, from_on, commune from area_apart order by tenant, from_on, commune");
            let apart: Vec<(String, Date, String)> = read.all(&scope, &apart, &[])?;
            let gone: Vec<String> =
                read.all(&scope, &db::sql!("select predecessor from unit_succession"), &[])?;
            Ok::<_, db::Error>((versions, apart, gone))
        })
        .unwrap()
    };
    for db in loaded() {
        let (here, there) = (place(&db, "05089"), place(&db, "05200"));
        add(&db, &here, khu(1, Some(40))).unwrap();
        add(&db, &here, khu(2, Some(40))).unwrap();
        // One area went to the neighbour by itself before.
        let (home, other) = (room(&here), room(&there));
        let alone = db
            .write_now(move |tx| {
                move_area(tx, &scope(), &home, &other, now(), (Uuid::from_u128(2), date(2026, 1, 1)))
            })
            .unwrap();
        let pair = |place: &Place| (place.tenant.clone(), Uuid::from_u128(2));
        assert_eq!((alone.added, alone.removed), (vec![pair(&here), pair(&there)], vec![]));
        let before = everything(&db);
        let (hoa_hop, [one, two, three]) = merged(&db);
        assert_ne!(everything(&db), before);
        let (id, place) = (hoa_hop.id.clone(), at(&db, "25", TODAY).unwrap().place());
        db.write_now(move |tx| {
            let scope = scope();
            undo_succeed(tx, &scope, &place, (&three, &id), date(2026, 10, 1))?;
            undo_succeed(tx, &scope, &place, (&two, &id), date(2026, 9, 1))?;
            let apart = undo_succeed(tx, &scope, &place, (&one, &id), date(2026, 9, 1))?;
            assert_eq!(apart.removed, [1, 2].map(|n| (id.clone(), Uuid::from_u128(n))));
            remove_commune(tx, &scope, &id)
        })
        .unwrap();
        assert_eq!(everything(&db), before);
        let commune = here.tenant.clone();
        db.write_now(move |tx| {
            let scope = scope();
            change_commune(tx, &scope, &commune, date(2026, 8, 1), (Kind::Ward, "Cao Phong", ""))?;
            let late = change_commune(tx, &scope, &commune, date(2026, 7, 1), (Kind::Ward, "Cao Phong", ""));
            assert!(matches!(late, Err(Refusal::OutsideItsTime)), "{late:?}");
            undo_change(tx, &scope, &commune, date(2026, 8, 1))
        })
        .unwrap();
        assert_eq!(everything(&db), before);
    }
}
