//! The exchange with a phone: what waited goes in through the forms' own handlers, what changed comes back, and whatever
//! the network does to it, everything is there once.

use axum::http::{Method, StatusCode, header};
use db::testing;
use jiff::civil::{Date, date};
use kernel::{Line, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{Answer, House, PIXEL, Person, patrol};

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
    for db in testing::both() {
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
            json!({ "answers": [], "since": since, "records": [], "pages": [], "all": false, "said": [] })
        );
        let headers: usize =
            empty.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        assert!(headers + empty.body.len() < 2_000, "{} + {}", headers, empty.body.len());
        house.verified();
    }
}

#[test]
fn a_form_heard_of_late_is_recognised_after_others_went_on() {
    for db in testing::both() {
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
    for db in testing::both() {
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
    for db in testing::both() {
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
