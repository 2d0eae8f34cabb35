//! The exchange with a phone: what waited goes in through the forms' own handlers, what changed comes back, and whatever
//! the network does to it, everything is there once.

use axum::http::{Method, StatusCode, header};
use db::testing;
use jiff::civil::{Date, date};
use kernel::{Line, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{Answer, House, PIXEL, Person, patrol, system};
use crate::supplements::{begun, step};

const TODAY: Date = date(2026, 11, 24);

/// A form that waits on a phone.
fn waits(number: i64, to: &str, record: &str, fields: &[(&str, &str)]) -> Value {
    json!({ "number": number, "to": to, "record": record, "fields": fields })
}

/// One exchange.
pub(crate) fn exchange(house: &House, who: &Person, since: &str, forms: &[Value]) -> (StatusCode, Value) {
    let answer = sent(house, who, since, forms);
    (answer.status, serde_json::from_str(&answer.body).unwrap_or_default())
}

fn sent(house: &House, who: &Person, since: &str, forms: &[Value]) -> Answer {
    let body = json!({ "since": since, "forms": forms }).to_string();
    house.send(
        who.request(Method::POST, "/sync")
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-person", who.account.to_string())
            .body(body.into())
            .unwrap(),
    )
}

/// Sends a piece of a photo; what the server says.
pub(crate) fn sent_piece(house: &House, who: &Person, photo: Uuid, from: usize, bytes: &[u8]) -> String {
    let path = format!("/sync/photos/{photo}?from={from}");
    house.send(who.request(Method::POST, &path).body(bytes.to_vec().into()).unwrap()).body
}

struct Commune {
    here: kernel::Place,
    areas: Vec<Uuid>,
    head: Person,
    officer: Person,
    list: String,
}

fn commune(house: &House) -> Commune {
    let here = house.place("05089");
    let areas = house.areas(&here, &[("Khu 1", 40), ("Khu 2", 60)]);
    let head = house.person("truongkhu", &here, Role::AreaHead, Some(areas[0]), None);
    let officer = house.person("canbo", &here, Role::Officer, None, Some(Line::Front));
    let list = format!("/units/{}/activities", here.code);
    Commune { here, areas, head, officer, list }
}

#[test]
fn a_batch_is_answered_form_by_form_and_a_second_time_alike() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let Commune { here, areas, head, list, .. } = commune(&house);
        let (good, bad, area) = (house.id().to_string(), house.id().to_string(), areas[0].to_string());
        let wrong: Vec<_> = patrol(&bad, &area, "24/11/2026")
            .into_iter()
            .map(|(name, value)| (name, if name == "field.shifts" { "nhiều" } else { value }))
            .collect();
        let later = patrol(&bad, &area, "23/11/2026");
        let forms = [
            waits(1, &list, &good, &patrol(&good, &area, "24/11/2026")),
            waits(2, &list, &bad, &wrong),
            waits(3, &list, &bad, &later),
        ];
        for again in [false, true] {
            let (status, answer) = exchange(&house, &head, "", &forms);
            assert_eq!(status, StatusCode::OK, "{answer}");
            let answers = &answer["answers"];
            assert_eq!(
                answers[0],
                json!({ "number": 1, "is": "taken", "at": format!("{list}/{good}?done=activities-done-sent") })
            );
            assert_eq!(answers[1]["is"], "refused");
            assert!(answers[1]["why"][0].as_str().unwrap().contains("nhiều"), "{answer}");
            assert_eq!(answers[2], json!({ "number": 3, "is": "behind" }), "{again}");
            assert_eq!(house.count(&here), 1);
        }
        // What was written is told of, once.
        let (_, answer) = exchange(&house, &head, "", &[]);
        assert_eq!(answer["records"][0]["id"], good.as_str());
        assert_eq!(answer["records"][0]["state"], "sent");
        assert!(answer["pages"].as_array().unwrap().len() > 5 && answer["all"] == true, "{answer}");
        let since = answer["since"].as_str().unwrap();
        let empty = sent(&house, &head, since, &[]);
        assert_eq!(
            serde_json::from_str::<Value>(&empty.body).unwrap(),
            json!({ "answers": [], "since": since, "home": list, "records": [], "pages": [], "all": false, "said": [] })
        );
        let headers: usize =
            empty.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        assert!(headers + empty.body.len() < 2_000, "{} + {}", headers, empty.body.len());
        house.verified();
    }
}

#[test]
fn a_form_heard_of_late_is_recognised_after_others_went_on() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let Commune { here, areas, head, officer, list } = commune(&house);
        let (id, area) = (house.id(), areas[0].to_string());
        let text = id.to_string();
        let form = waits(1, &list, &text, &patrol(&text, &area, "24/11/2026"));
        // Taken; the answer is lost; an officer confirms; the phone sends again.
        assert_eq!(exchange(&house, &head, "", std::slice::from_ref(&form)).1["answers"][0]["is"], "taken");
        let seen = format!("{id}:1");
        house.post(&officer, &format!("{list}/confirmations"), &[("seen", &seen)]);
        assert_eq!(exchange(&house, &head, "", &[form]).1["answers"][0]["is"], "taken");
        let record = house.record(&here, id).unwrap();
        assert_eq!((record.version, record.state), (2, activities::State::Confirmed));
        house.verified();
    }
}

#[test]
fn two_sides_of_a_record_are_shown_field_by_field_and_a_choice_is_sent_like_a_form() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let Commune { here, areas, head, officer, list } = commune(&house);
        let (id, area) = (house.id(), areas[0].to_string());
        let text = id.to_string();
        let with = |based_on: &'static str, shifts: &'static str, note: &'static str| {
            let mut form = patrol(&text, &area, "24/11/2026");
            for (name, value) in &mut form {
                match *name {
                    "based_on" => *value = based_on,
                    "field.shifts" => *value = shifts,
                    "note" => *value = note,
                    _ => {}
                }
            }
            form
        };
        house.post(&head, &list, &with("0", "2", "Một."));
        house.post(&officer, &format!("{list}/{id}"), &with("1", "3", "Hai."));
        let to = format!("{list}/{id}");
        let mine = with("1", "4", "Một, sửa.");
        let (_, answer) = exchange(&house, &head, "", &[waits(7, &to, &text, &mine)]);
        assert_eq!(answer["answers"][0]["is"], "conflict", "{answer}");
        assert_eq!(answer["answers"][0]["version"], 2);
        let sides = answer["answers"][0]["sides"].as_array().unwrap();
        let of = |at: usize| (sides[at]["field"].as_str().unwrap(), sides[at]["mine"].as_str().unwrap());
        assert_eq!((sides.len(), of(1)), (2, ("note", "Một, sửa.")), "{answer}");
        // The page shows the same.
        let page = house.post(&head, &to, &mine);
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.body.contains(r#"name="take.note" value="theirs""#), "{}", page.body);
        // Mine for the shifts, theirs for the note.
        let mut chosen = with("2", "4", "Một, sửa.");
        chosen.push(("take.note", "theirs"));
        chosen.push(("take.field.shifts", "mine"));
        for _ in 0..2 {
            let (_, answer) = exchange(&house, &head, "", &[waits(7, &to, &text, &chosen)]);
            assert_eq!(answer["answers"][0]["is"], "taken", "{answer}");
        }
        let record = house.record(&here, id).unwrap();
        assert_eq!((record.version, record.content.note.as_str()), (3, "Hai."));
        let shifts = record.content.fields.get("shifts");
        assert_eq!(shifts, Some(&catalogue::Value::Count(4)));
        let versions = house.get(&head, &format!("{to}/versions")).text();
        assert!(versions.contains("Một.") && versions.contains("Hai."));
    }
}

#[test]
fn a_photo_comes_in_pieces_and_is_kept_once() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let Commune { areas, head, list, .. } = commune(&house);
        let (id, area, photo) = (house.id().to_string(), areas[0].to_string(), house.id());
        let mut form = waits(1, &list, &id, &patrol(&id, &area, "24/11/2026"));
        form["photos"] = json!([{ "id": photo, "name": "anh.png", "size": PIXEL.len() }]);
        let (_, answer) = exchange(&house, &head, "", std::slice::from_ref(&form));
        assert_eq!(answer["answers"][0], json!({ "number": 1, "is": "photos", "have": [0] }));
        let piece = |from: usize, bytes: &[u8]| sent_piece(&house, &head, photo, from, bytes);
        assert_eq!(piece(0, &PIXEL[..20]), r#"{"have":20}"#);
        // Again, out of order, and with nothing in it: nothing changes.
        assert_eq!(piece(0, &PIXEL[..20]), r#"{"have":20}"#);
        assert_eq!(piece(40, &PIXEL[40..]), r#"{"have":20}"#);
        assert_eq!(piece(20, &[]), r#"{"have":20}"#);
        let (_, answer) = exchange(&house, &head, "", std::slice::from_ref(&form));
        assert_eq!(answer["answers"][0]["have"], json!([20]));
        assert_eq!(piece(20, &PIXEL[20..]), format!(r#"{{"have":{}}}"#, PIXEL.len()));
        let (_, answer) = exchange(&house, &head, "", std::slice::from_ref(&form));
        assert_eq!(answer["answers"][0]["is"], "taken", "{answer}");
        // The answer is lost: the form comes again, its photo does not have to.
        let (_, answer) = exchange(&house, &head, "", std::slice::from_ref(&form));
        assert_eq!(answer["answers"][0]["is"], "taken", "{answer}");
        // An older page sends the same form itself.
        let again = patrol(&id, &area, "24/11/2026");
        let page = house.post_photos(&head, &list, &again, &[("anh.png", PIXEL)]);
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let page = house.get(&head, &format!("{list}/{id}"));
        assert_eq!(
            page.body.matches("/photos/").count(),
            1 + page.body.matches("?small").count(),
            "{}",
            page.body
        );
    }
}

#[test]
fn what_is_not_a_form_of_a_unit_is_refused() {
    let db = testing::sqlite();
    let house = House::on(&db, TODAY);
    let Commune { here, head, .. } = commune(&house);
    for to in
        ["/sync", "/sign-out", "/units/05089/../../sign-out", "https://a/", "/units/05089/nothing-here", ""]
    {
        let (status, answer) = exchange(&house, &head, "", &[waits(1, to, "x", &[])]);
        assert_eq!(status, StatusCode::OK);
        assert_eq!(answer["answers"][0]["is"], "refused", "{to}: {answer}");
    }
    let other = Person { account: Uuid::nil(), ..head.clone() };
    assert_eq!(exchange(&house, &other, "", &[]).0, StatusCode::UNAUTHORIZED);
    assert_eq!(house.send(head.request(Method::POST, "/sync").body("{".into()).unwrap()).status, 422);
    assert_eq!(house.count(&here), 0);
}

#[test]
fn a_commune_went_into_another_while_a_form_waited() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let Commune { here, areas, head, list, .. } = commune(&house);
        let (early, late, area) = (house.id().to_string(), house.id().to_string(), areas[0].to_string());
        let before = patrol(&early, &area, "24/11/2026");
        let (_, answer) = exchange(&house, &head, "", &[waits(1, &list, &early, &before)]);
        let since = answer["since"].as_str().unwrap().to_owned();
        let (from, to) = (here.tenant.clone(), house.place("05200").tenant);
        let province = house.place("25");
        let merged = date(2026, 12, 1);
        house.db.write_now(move |tx| units::succeed(tx, &system(), &province, (&from, &to), merged)).unwrap();
        house.turn_clock(date(2026, 12, 5));
        // One that was taken before, whose answer was lost, and a new one: both addressed to what is no more.
        let forms =
            [waits(1, &list, &early, &before), waits(2, &list, &late, &patrol(&late, &area, "30/11/2026"))];
        let (_, answer) = exchange(&house, &head, &since, &forms);
        let there = house.place("05200");
        for (at, id) in [&early, &late].into_iter().enumerate() {
            assert_eq!(answer["answers"][at]["is"], "taken", "{answer}");
            let page = house.get(&head, &format!("/units/05200/activities/{id}"));
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        }
        let said = answer["said"].to_string();
        assert!(said.contains(&there.name) && said.contains("được gửi về"), "{said}");
        assert_eq!(answer["all"], true);
        assert!(answer["pages"].to_string().contains("/units/05200/activities/new?kind=patrol"));
        assert!(!answer["pages"].to_string().contains("05089"));
        let again = exchange(&house, &head, answer["since"].as_str().unwrap(), &[]).1;
        assert_eq!((again["all"].clone(), again["said"].clone()), (json!(false), json!([])));
        house.verified();
    }
}

#[test]
fn rights_and_rules_that_changed_meanwhile_are_explained() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let Commune { here, areas, head, officer, list } = commune(&house);
        let since = exchange(&house, &head, "", &[]).1["since"].as_str().unwrap().to_owned();
        let (area, other) = (areas[0].to_string(), areas[1].to_string());
        // A question is added that must be answered.
        let url = begun(&house, &officer, &here.code);
        let field = [
            ("kind", "patrol"),
            ("label_vi", "Số đèn hỏng"),
            ("input", "count"),
            ("unit_vi", "đèn"),
            ("required", "yes"),
        ];
        let added = step(&house, &officer, &url, "/entries/field", &field);
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
        let published = step(&house, &officer, &url, "/publication", &[("starts", "2026-11-25")]);
        assert_eq!(published.status, StatusCode::SEE_OTHER, "{}", published.text());
        house.turn_clock(date(2026, 11, 26));
        let id = house.id().to_string();
        let form = waits(1, &list, &id, &patrol(&id, &area, "24/11/2026"));
        let (_, answer) = exchange(&house, &head, &since, std::slice::from_ref(&form));
        assert_eq!(answer["answers"][0]["is"], "refused", "{answer}");
        assert!(answer["answers"][0]["why"].to_string().contains("Số đèn hỏng"), "{answer}");
        assert!(answer["said"].to_string().contains("Danh mục loại việc"), "{answer}");
        let since = answer["since"].as_str().unwrap().to_owned();
        let mut corrected = patrol(&id, &area, "24/11/2026");
        corrected.push(("field.xa-so-den-hong", "0"));
        let form = waits(1, &list, &id, &corrected);
        assert_eq!(exchange(&house, &head, &since, &[form]).1["answers"][0]["is"], "taken");

        // The right goes to another area: what was written about the first one is not taken for the second.
        let now = house.app.clock.now();
        let (at, grant) = (here.clone(), house.id());
        let (account, to) = (head.account, areas[1]);
        house
            .db
            .write_now(move |tx| {
                let scope = system();
                let keeper = accounts::Keeper::enter(&scope, &at, now)?;
                let old = keeper.account(tx, account)?.grants[0].id;
                keeper.end_grant(tx, account, old)?;
                let right = accounts::NewGrant {
                    role: Role::AreaHead,
                    area: Some(to),
                    line: None,
                    valid_from: date(2026, 11, 26),
                    valid_to: None,
                };
                keeper.grant(tx, account, grant, &at, &right)
            })
            .unwrap();
        let id = house.id().to_string();
        let mut fields = patrol(&id, &area, "24/11/2026");
        fields.push(("field.xa-so-den-hong", "0"));
        let (_, answer) = exchange(&house, &head, &since, &[waits(1, &list, &id, &fields)]);
        assert!(answer["answers"][0]["why"].to_string().contains("không còn được giao"), "{answer}");
        assert!(answer["said"].to_string().contains("Quyền của tài khoản"), "{answer}");
        let mut own = patrol(&id, &other, "24/11/2026");
        own.push(("field.xa-so-den-hong", "0"));
        assert_eq!(
            exchange(&house, &head, &since, &[waits(2, &list, &id, &own)]).1["answers"][0]["is"],
            "taken"
        );

        // And then there is none.
        let at = here.clone();
        house
            .db
            .write_now(move |tx| {
                let scope = system();
                accounts::Keeper::enter(&scope, &at, now)?.end_grant(tx, account, grant)
            })
            .unwrap();
        let (status, answer) = exchange(&house, &head, &since, &[waits(1, &list, &id, &fields)]);
        assert_eq!(
            (status, answer["answers"][0]["is"].as_str()),
            (StatusCode::OK, Some("refused")),
            "{answer}"
        );
        assert!(answer["answers"][0]["why"].to_string().contains("không còn quyền"), "{answer}");
        assert_eq!(house.count(&here), 2);
        house.verified();
    }
}

#[test]
fn a_revoked_phone_wipes_at_its_next_contact_and_its_session_is_over() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let Commune { here, areas, head, officer, list } = commune(&house);
        let device = house.id();
        let ask = |who: &Person, forms: &[Value]| {
            let body = json!({ "device": device, "forms": forms }).to_string();
            house.send(who.request(Method::POST, "/sync").body(body.into()).unwrap())
        };
        let revoked = |form: &[(&str, &str)]| {
            let path = format!("/phone/devices/{}~{device}", here.tenant);
            house.post(&Person::nobody(), &path, form).body
        };
        let answer: Value = serde_json::from_str(&ask(&head, &[]).body).unwrap();
        assert_eq!(answer["device"], format!("{}~{device}", here.tenant));
        assert_eq!(revoked(&[]), r#"{"revoked":false}"#);
        // Others do not revoke it; the head and the officer see it.
        let own = house.get(&head, "/phone/devices");
        assert!(own.body.contains(&device.to_string()), "{}", own.body);
        assert!(!house.get(&officer, "/phone/devices").body.contains(&device.to_string()));
        let url = format!("/phone/devices/{device}/revocation");
        assert_eq!(house.post(&officer, &url, &[]).status, StatusCode::NOT_FOUND);
        let all = format!("/units/{}/devices", here.code);
        assert_eq!(house.get(&head, &all).status, StatusCode::FORBIDDEN);
        assert!(house.get(&officer, &all).body.contains("Người thử nghiệm"));
        for _ in 0..2 {
            let done = house.post(&officer, &format!("{all}/{device}/revocation"), &[]);
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        }
        assert!(house.get(&officer, &all).text().contains("sẽ tự xóa khi có sóng"));
        // Its session is over. Whoever signs in on it anew sends nothing from it.
        assert_eq!(ask(&head, &[]).status, StatusCode::UNAUTHORIZED);
        let head = Person { token: house.session(&head.sign_in, crate::house::PASSWORD), ..head.clone() };
        let (id, area) = (house.id().to_string(), areas[0].to_string());
        let form = waits(1, &list, &id, &patrol(&id, &area, "24/11/2026"));
        assert_eq!(ask(&head, &[form]).body, r#"{"wipe":true}"#);
        assert_eq!(house.count(&here), 0);
        assert_eq!(revoked(&[("wiped", "yes")]), r#"{"revoked":true}"#);
        assert!(house.get(&officer, &all).text().contains("Đã tự xóa lúc 12:00"));
        house.verified();
    }
}

#[test]
fn a_day_that_a_wrong_clock_gave_is_not_taken_for_one_that_somebody_typed() {
    let db = testing::sqlite();
    let house = House::on(&db, TODAY);
    let Commune { here, areas, head, list, .. } = commune(&house);
    let area = areas[0].to_string();
    let now = house.app.clock.now().as_millisecond();
    let year = 365 * 24 * 3_600_000;
    let answer = |day: &str, clock: i64| {
        let id = house.id().to_string();
        let mut form = waits(1, &list, &id, &patrol(&id, &area, day));
        form["at"] = json!(clock);
        let body = json!({ "now": clock, "forms": [form] }).to_string();
        let answer = house.send(head.request(Method::POST, "/sync").body(body.into()).unwrap());
        serde_json::from_str::<Value>(&answer.body).unwrap()["answers"][0].clone()
    };
    for (day, clock) in [("24/11/2025", now - year), ("24/11/2027", now + year)] {
        let refused = answer(day, clock);
        assert_eq!(refused["is"], "refused", "{refused}");
        assert!(refused["why"][0].as_str().unwrap().contains("24/11/2026"), "{refused}");
        // Corrected by the person, or a clock that is right.
        assert_eq!(answer("24/11/2026", clock)["is"], "taken");
    }
    assert_eq!(answer("24/11/2026", now)["is"], "taken");
    assert_eq!(house.count(&here), 3);
}
