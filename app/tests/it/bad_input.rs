//! Whatever people and machines send: an answer that says in their language what is wrong, nothing typed lost, no
//! failure of ours, nothing written twice.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use chungsuc::product;
use db::testing;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use kernel::{Line, Place, Role};
use uuid::Uuid;

use crate::house::{Answer, BOUNDARY, House, PASSWORD, PIXEL, Person, patrol, urlencoded};

const TODAY: Date = date(2026, 11, 24);
/// The area has as many households.
const HOUSEHOLDS: u32 = 40;

/// A form by name and value.
type Form = Vec<(&'static str, String)>;

struct Setting {
    here: Place,
    area: String,
    officer: Person,
    other: Person,
}

fn setting(house: &House) -> Setting {
    let here = house.place("05089");
    let areas = house.areas(&here, &[("Khu 1", HOUSEHOLDS), ("Khu 2", 60)]);
    let officer = house.person("canbo.congan", &here, Role::Officer, None, Some(Line::Police));
    let other = house.person("canbo.mattran", &here, Role::Officer, None, Some(Line::Front));
    Setting { here, area: areas[0].to_string(), officer, other }
}

impl Setting {
    fn list(&self) -> String {
        format!("/units/{}/activities", self.here.code)
    }

    /// A right patrol.
    fn patrol(&self, id: Uuid) -> Form {
        let (id, day) = (id.to_string(), TODAY.to_string());
        patrol(&id, &self.area, &day).into_iter().map(|(name, value)| (name, value.to_owned())).collect()
    }

    /// A right outreach session.
    fn session(&self, id: Uuid) -> Form {
        let mut form = self.patrol(id);
        form.retain(|(name, _)| !name.starts_with("field."));
        form.iter_mut()
            .filter(|(name, _)| *name == "kind")
            .for_each(|(_, kind)| *kind = "outreach-session".into());
        for (name, value) in [
            ("field.form", "gathering"),
            ("field.topic", "drugs"),
            ("field.attendees", "35"),
            ("field.households", "1-20"),
        ] {
            form.push((name, value.to_owned()));
        }
        form
    }
}

fn with(mut form: Form, field: &str, value: &str) -> Form {
    let old = form.iter_mut().find(|(name, _)| *name == field).unwrap_or_else(|| panic!("no field {field}"));
    old.1 = value.to_owned();
    form
}

fn pairs(form: &Form) -> Vec<(&str, &str)> {
    form.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// Every typed value is in the page again, where the person typed it.
fn still_typed(page: &Answer, form: &Form) {
    for (name, value) in form {
        let html = page.text();
        let there = match *name {
            "step" => true,
            "based_on" | "id" | "kind" | "day" | "field.shifts" | "field.participants"
            | "field.attendees" | "field.households" => page.input(name).as_deref() == Some(value),
            "note" => html.contains(&format!("{value}</textarea>")),
            _ => html.split('<').any(|tag| {
                tag.contains(&format!(r#"value="{value}""#))
                    && (tag.contains(" checked") || tag.contains(" selected"))
            }),
        };
        assert!(there, "{name} = “{value}” is gone from the page");
    }
}

/// The summary links to the field, and says the words.
fn named(page: &Answer, field: &str, words: &str) {
    let html = page.text();
    let link =
        html.split(&format!("<a href=\"#f-{field}\">")).nth(1).and_then(|rest| rest.split("</a>").next());
    assert!(link.is_some_and(|text| text.contains(words)), "{field}: no “{words}” in {link:?}");
}

#[test]
fn what_is_wrong_with_a_form_is_said_beside_the_field_and_nothing_is_lost() {
    let db = testing::sqlite();
    let house = House::on(&db, TODAY);
    let setting = setting(&house);
    let id = house.id();
    let (patrol, session) = (setting.patrol(id), setting.session(id));
    let note = "Liên hệ tổ trưởng 0912 345 678 khi cần.";
    for (form, field, typed, vi, en) in [
        (&patrol, "day", "31/2/2026", "Không có ngày “31/2/2026”", "There is no day “31/2/2026”"),
        (&patrol, "day", "hôm qua", "“hôm qua” không phải là ngày", "“hôm qua” is not a date"),
        (&patrol, "day", "", "không phải là ngày", "is not a date"),
        (&patrol, "day", "1/9/26", "Năm của “1/9/26” không đúng", "The year of “1/9/26” is wrong"),
        (&patrol, "day", "25/11/2026", "Ngày thực hiện chưa đến", "That day has not come"),
        (&patrol, "field.shifts", "501", "Số ca tuần tra: không quá 500", "Patrol shifts: at most 500"),
        (&patrol, "field.shifts", "0", "Số ca tuần tra: phải từ 1", "Patrol shifts: at least 1"),
        (&patrol, "field.shifts", "", "Số ca tuần tra: chưa có", "Patrol shifts: missing"),
        (
            &patrol,
            "field.shifts",
            "hai ca",
            "Số ca tuần tra: “hai ca” không phải",
            "Patrol shifts: “hai ca” is not",
        ),
        (&patrol, "field.shifts", "99999999999999999999", "Số ca tuần tra:", "Patrol shifts:"),
        (&patrol, "field.shifts", "1,5", "Số ca tuần tra:", "Patrol shifts:"),
        (&patrol, "note", note, "số điện thoại", "phone or identity number"),
        (
            &session,
            "field.households",
            "1-20, 41",
            "không có hộ số 41; khu có 40 hộ",
            "no household 41; the area has 40",
        ),
        (&session, "field.households", "một đến năm", "không hiểu “một”", "cannot read “một”"),
        (
            &session,
            "field.attendees",
            "50001",
            "Số lượt người dự: không quá 50.000",
            "Attendances: at most 50,000",
        ),
    ] {
        let form = with(form.clone(), field, typed);
        for (who, words) in [(&setting.officer, vi), (&setting.officer.reading("en"), en)] {
            for multipart in [false, true] {
                let answer = if multipart {
                    house.post_photos(who, &setting.list(), &pairs(&form), &[])
                } else {
                    house.post(who, &setting.list(), &pairs(&form))
                };
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} = {typed}");
                assert!(answer.body.contains(&format!("<html lang=\"{}\"", who.lang)));
                named(&answer, field, words);
                still_typed(&answer, &form);
            }
        }
    }
    // What cannot be shown again, because it is none of the choices.
    for (field, typed, vi) in [
        ("area", "", "Chưa chọn khu dân cư"),
        ("area", "01920000-0000-7000-8000-000000000001", "Chưa chọn khu dân cư"),
        ("field.force", "quan-doi-la", "“quan-doi-la” không có trong danh mục"),
    ] {
        let answer =
            house.post(&setting.officer, &setting.list(), &pairs(&with(patrol.clone(), field, typed)));
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} = {typed}");
        named(&answer, field, vi);
    }
    let answer =
        house.post(&setting.officer, &setting.list(), &pairs(&with(patrol.clone(), "kind", "khong-co")));
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("Hãy chọn lại loại việc"));
    assert_eq!(house.count(&setting.here), 0, "something wrong was kept");
}

#[test]
fn photos_that_cannot_be_kept_are_named_and_the_text_stays() {
    let db = testing::sqlite();
    let house = House::on(&db, TODAY);
    let setting = setting(&house);
    let id = house.id();
    let form = setting.patrol(id);
    let mut broken = PIXEL.to_vec();
    broken.truncate(50);
    let large = [PIXEL, &vec![0; 10 * 1024 * 1024]].concat();
    let pixels = vec![("anh.png", PIXEL); 9];
    let one = |name, bytes| vec![(name, bytes)];
    for (photos, vi, en) in [
        (one("hỏng.png", broken.as_slice()), "Ảnh “hỏng.png” bị hỏng", "“hỏng.png” is damaged"),
        (one("lớn.png", large.as_slice()), "Ảnh “lớn.png” lớn hơn 10 MB", "“lớn.png” is larger than 10 MB"),
        (
            one("kế hoạch.docx", b"PK\x03\x04 no"),
            "“kế hoạch.docx” không phải là ảnh",
            "is not a JPEG, PNG or WebP",
        ),
        (one("<b>.jpg", b"<script>"), "“<b>.jpg” không phải là ảnh", "“<b>.jpg” is not"),
        (pixels, "Chỉ gửi được tối đa 8 ảnh", "At most 8 photos"),
    ] {
        for (who, words) in [(&setting.officer, vi), (&setting.officer.reading("en"), en)] {
            let answer = house.post_photos(who, &setting.list(), &pairs(&form), &photos);
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{vi}");
            named(&answer, "photos", words);
            still_typed(&answer, &form);
            assert!(!answer.body.contains("<b>"), "a name of a file is read as HTML");
        }
    }
    // More than the server takes at once.
    let most: Vec<(&str, &[u8])> = vec![("lớn.png", large.as_slice()); 7];
    let answer = house.post_photos(&setting.officer, &setting.list(), &pairs(&form), &most);
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.is_page() && answer.text().contains("ảnh"), "{}", answer.body);
    assert_eq!(house.count(&setting.here), 0);
    // The same form with a right photo is taken.
    let answer = house.post_photos(&setting.officer, &setting.list(), &pairs(&form), &[("anh.png", PIXEL)]);
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

#[test]
fn a_stale_form_shows_both_sides() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let setting = setting(&house);
        let id = house.id();
        let url = format!("{}/{id}", setting.list());
        let first = setting.patrol(id);
        assert_eq!(
            house.post(&setting.officer, &setting.list(), &pairs(&first)).status,
            StatusCode::SEE_OTHER
        );
        let theirs = with(with(first.clone(), "based_on", "1"), "note", "Của người kia: đi thêm xóm Bãi.");
        assert_eq!(house.post(&setting.other, &url, &pairs(&theirs)).status, StatusCode::SEE_OTHER);
        let mine = with(with(first, "based_on", "1"), "note", "Của tôi: bốn người.");
        let mine = with(mine, "field.participants", "4");
        for (who, words) in
            [(&setting.officer, "Có người vừa sửa"), (&setting.officer.reading("en"), "Somebody has just")]
        {
            let answer = house.post(who, &url, &pairs(&mine));
            assert_eq!(answer.status, StatusCode::CONFLICT);
            assert!(answer.text().contains(words));
            assert!(answer.text().contains("Của người kia: đi thêm xóm Bãi."), "theirs is not shown");
            let mut shown = mine.clone();
            // Sending again is then based on theirs.
            shown = with(shown, "based_on", "2");
            still_typed(&answer, &shown);
        }
        assert_eq!(house.record(&setting.here, id).unwrap().version, 2);
        let again = with(mine, "based_on", "2");
        assert_eq!(house.post(&setting.officer, &url, &pairs(&again)).status, StatusCode::SEE_OTHER);
        let record = house.record(&setting.here, id).unwrap();
        assert_eq!((record.version, record.content.note.as_str()), (3, "Của tôi: bốn người."));
        house.verified();
    }
}

#[test]
fn a_session_that_ends_while_typing_loses_nothing() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let setting = setting(&house);
        let id = house.id();
        let mut form = setting.patrol(id);
        form.push(("field.force", "residents".into()));
        let form = with(form, "note", "Có dấu: “&<>\" và\nhai dòng");
        // Thirty days later, without signal until then.
        house.turn_clock(TODAY.saturating_add(31.days()));
        let answer = house.post_photos(&setting.officer, &setting.list(), &pairs(&form), &[]);
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.is_page());
        // The browser sends every field of that page with name and password.
        let kept = inputs(&answer);
        for (name, value) in &form {
            let kept_as = (format!("kept.{name}"), value.clone());
            assert!(kept.contains(&kept_as), "{kept_as:?} is not in {kept:?}");
        }
        assert_eq!(answer.input("next").as_deref(), Some(setting.list().as_str()));
        let mut sign_in: Vec<(&str, &str)> =
            kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        sign_in.retain(|(name, _)| !["name", "password"].contains(name));
        // A slip with the password loses nothing either.
        let wrong = [&sign_in[..], &[("name", "canbo.congan"), ("password", "nhầm rồi nhé")]].concat();
        let answer = house.post(&Person::nobody(), "/sign-in", &wrong);
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(inputs(&answer).contains(&("kept.note".into(), "Có dấu: “&<>\" và\nhai dòng".into())));
        let right = [&sign_in[..], &[("name", "canbo.congan"), ("password", PASSWORD)]].concat();
        let answer = house.post(&Person::nobody(), "/sign-in", &right);
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert!(answer.body.contains(&format!("action=\"{}\"", setting.list())), "{}", answer.body);
        let cookie = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
        let token = cookie.strip_prefix("sid=").unwrap().split(';').next().unwrap().to_owned();
        let offered = inputs(&answer);
        let offered: Vec<(&str, &str)> = offered
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| form.iter().any(|(field, _)| field == name))
            .collect();
        assert_eq!(offered, pairs(&form));
        let again = Person { token, ..setting.officer.clone() };
        assert_eq!(house.post(&again, &setting.list(), &offered).status, StatusCode::SEE_OTHER);
        let record = house.record(&setting.here, id).unwrap();
        assert_eq!(record.content.note, "Có dấu: “&<>\" và\nhai dòng");
        // A secret that was typed does not travel.
        let secret = [("current", PASSWORD), ("password", "mật khẩu mới tinh")];
        let answer = house.post(&setting.officer, "/account/password", &secret);
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(!answer.text().contains(PASSWORD) && !answer.text().contains("mật khẩu mới tinh"));
    }
}

/// Every input of a page with its value, in order.
fn inputs(page: &Answer) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let value = tag.split_once(&format!("{name}=\""))?.1.split('"').next()?;
        Some(crate::house::unescaped(value))
    };
    let tags = page.body.split("<input ").skip(1).filter_map(|rest| rest.split('>').next());
    tags.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?))).collect()
}

#[test]
fn a_form_of_another_site_is_refused() {
    let db = testing::sqlite();
    let house = House::on(&db, TODAY);
    let setting = setting(&house);
    let form = setting.patrol(house.id());
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://la.example")]
    {
        let request = Request::builder()
            .method(Method::POST)
            .uri(setting.list())
            .header(header::HOST, "chungsuc.example")
            .header(header::COOKIE, format!("sid={}; lang=en", setting.officer.token))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(name, value)
            .body(Body::from(urlencoded(&pairs(&form))));
        let answer = house.send(request.unwrap());
        assert!(answer.is_page(), "{name}: {value}: {}", answer.body);
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {value}");
        assert!(answer.text().contains("another site"), "{name}: {value}");
    }
    assert_eq!(house.count(&setting.here), 0);
}

#[test]
fn a_form_sent_twice_makes_one_record() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let setting = setting(&house);
        let id = house.id();
        let form = setting.patrol(id);
        let answers: Vec<Answer> = std::thread::scope(|threads| {
            let sent: Vec<_> = (0..6)
                .map(|_| threads.spawn(|| house.post(&setting.officer, &setting.list(), &pairs(&form))))
                .collect();
            sent.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for answer in answers {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
            assert!(answer.location().contains(&id.to_string()));
        }
        assert_eq!(house.count(&setting.here), 1);
        assert_eq!(house.record(&setting.here, id).unwrap().version, 1);
        // Another content under the same id is a conflict, not a second record and not a silent loss.
        let other = with(form, "note", "Việc khác hẳn.");
        let answer = house.post(&setting.officer, &setting.list(), &pairs(&other));
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.text().contains("Việc khác hẳn.") && answer.text().contains("Tuần tra khu vực chợ."));
        assert_eq!(house.count(&setting.here), 1);
    }
}

#[test]
fn text_is_stored_composed_and_without_control_characters() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let setting = setting(&house);
        let decomposed = "Tuye\u{302}n truye\u{302}\u{300}n \u{110}a\u{300} B\u{103}\u{301}c";
        for (typed, stored) in [
            (decomposed, "Tuyên truyền Đà Bắc"),
            ("mở\u{0} cổng\u{7}\u{1b}[31m", "mở cổng[31m"),
            ("dòng một\r\ndòng hai\t", "dòng một\ndòng hai"),
            ("a\u{202e}b", "ab"),
            ("💥 mở cổng 🌾", "💥 mở cổng 🌾"),
        ] {
            for multipart in [false, true] {
                let id = house.id();
                let form = with(setting.patrol(id), "note", typed);
                let answer = if multipart {
                    house.post_photos(&setting.officer, &setting.list(), &pairs(&form), &[])
                } else {
                    house.post(&setting.officer, &setting.list(), &pairs(&form))
                };
                assert_eq!(answer.status, StatusCode::SEE_OTHER, "{typed:?}: {}", answer.body);
                assert_eq!(house.record(&setting.here, id).unwrap().content.note, stored, "{typed:?}");
            }
        }
        // Found however it is typed.
        for query in ["Tuye%CC%82n+truye%CC%82%CC%80n", "tuyen+truyen+da+bac", "TUY%C3%8AN"] {
            let page = house.get(&setting.officer, &format!("{}?q={query}", setting.list()));
            assert!(page.body.contains("Khu 1"), "{query}");
        }
        let page = house.get(&setting.officer, &format!("{}?q=khong+co+dau", setting.list()));
        assert!(!page.body.contains(&format!("{}/0", setting.list())));
    }
}

#[test]
fn very_long_texts_are_refused_in_words() {
    let db = testing::sqlite();
    let house = House::on(&db, TODAY);
    let setting = setting(&house);
    let form = with(setting.patrol(house.id()), "note", &"dài ".repeat(50_000));
    for (who, words) in [
        (&setting.officer, "dài quá 2.000 ký tự"),
        (&setting.officer.reading("en"), "longer than 2,000 characters"),
    ] {
        let answer = house.post(who, &setting.list(), &pairs(&form));
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        named(&answer, "note", words);
    }
    assert_eq!(house.count(&setting.here), 0);
    let long = "9".repeat(100_000);
    for field in ["day", "field.shifts", "id", "area", "kind", "based_on", "step"] {
        let answer = house.post(
            &setting.officer,
            &setting.list(),
            &pairs(&with(setting.patrol(house.id()), field, &long)),
        );
        assert!(answer.is_page() || field == "step" || field == "based_on", "{field}: {}", answer.status);
        assert!(!answer.status.is_server_error(), "{field}: {}", answer.status);
    }
}

/// What stands in the place of a parameter of an address.
const GARBAGE: [&str; 12] = [
    "x",
    "0",
    "-1",
    "%00",
    "05089%00",
    "%ff%fe",
    "%F0%9F%92%A5",
    "..%2f..%2fetc%2fpasswd",
    "'%20or%20'1'='1",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
];

/// Parameters behind an address, of every page, with values that none expects.
const QUERIES: [&str; 9] = [
    "q=%00&after=%00&from=%00&to=%00&state=%00&kind=%00&area=%00&programme=%00&before=%00&on=%00&style=%00&next=%00",
    "q=%ff&after=%ff&from=31/2/2026&to=h%C3%B4m+qua&left=-1&before=-9223372036854775809&on=31/2/2026",
    "after=2026-09-01_x&left=99999999999999&before=x",
    "after=9999-99-99_00000000-0000-0000-0000-000000000000&before=0",
    "q=%25%25%25_%27%22%3B--&programme=%25&kind=%27",
    "done=%3Cscript%3E&done=activities-done-sent&q=a&q=b",
    "small&small=1&kind=patrol&kind=patrol",
    "style=khong-co&signer=%00&addressee=%00&on=0000-00-00",
    "=&&&===%",
];

fn acceptable(answer: &Answer) -> bool {
    let moved = answer.status.is_redirection() && !answer.location().is_empty();
    !answer.status.is_server_error() && (answer.status.is_success() || moved || answer.is_page())
}

#[test]
fn no_address_and_no_query_makes_the_server_fail() {
    let routes = product::routes().list;
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let setting = setting(&house);
        let id = house.id();
        assert_eq!(
            house.post(&setting.officer, &setting.list(), &pairs(&setting.patrol(id))).status,
            StatusCode::SEE_OTHER
        );
        let administrator = house.person("quantri", &setting.here, Role::Administrator, None, None);
        let auditor = house.person("kiemtra", &setting.here, Role::Auditor, None, None);
        let people = [&setting.officer, &administrator, &auditor];
        let mut wrong = Vec::new();
        let mut asked = 0;
        let mut note = |what: String, answer: &Answer| {
            asked += 1;
            if !acceptable(answer) {
                let body: String = answer.body.chars().take(80).collect();
                wrong.push(format!("{what}: {} {body}", answer.status));
            }
        };
        for route in routes.iter().filter(|route| !route.path.starts_with("/sign-out")) {
            for garbage in GARBAGE {
                for unit in [setting.here.code.as_str(), garbage] {
                    let path = filled(route.path, unit, garbage);
                    for who in people {
                        let answer = if route.method == "GET" {
                            house.get(who, &path)
                        } else {
                            house.post(who, &path, &[("based_on", "1"), ("reason", "x"), ("seen", garbage)])
                        };
                        note(format!("{} {path}", route.method), &answer);
                    }
                }
            }
            let path = filled(route.path, &setting.here.code, &id.to_string());
            for query in QUERIES.iter().filter(|_| route.method == "GET") {
                for who in people {
                    let path = format!("{path}?{query}");
                    note(format!("GET {path}"), &house.get(who, &path));
                }
            }
        }
        let most = 40;
        assert!(
            wrong.is_empty(),
            "{} of {asked} on {:?}\n{}",
            wrong.len(),
            db.engine(),
            wrong.iter().take(most).cloned().collect::<Vec<_>>().join("\n")
        );
    }
}

fn filled(path: &str, unit: &str, other: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{unit}" => unit,
        part if part.starts_with('{') => other,
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn no_body_makes_the_server_fail() {
    let multipart = format!("multipart/form-data; boundary={BOUNDARY}");
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("application/x-www-form-urlencoded", b"\xff\xfe=\x00&%zz=%00&=&&&".to_vec()),
        (
            "application/x-www-form-urlencoded",
            b"id=%00&kind=patrol&day=%00&area=%00&note=%00&seen=%00:1".to_vec(),
        ),
        ("application/x-www-form-urlencoded", vec![b'&'; 100_000]),
        ("application/json", br#"{"id":1}"#.to_vec()),
        ("text/plain", b"id=1".to_vec()),
        ("multipart/form-data", b"id=1".to_vec()),
        (&multipart, b"--khac\r\n\r\n".to_vec()),
        (
            &multipart,
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n").into_bytes(),
        ),
        (&multipart, vec![0xff; 10_000]),
    ];
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let setting = setting(&house);
        let mut wrong = Vec::new();
        for route in
            product::routes().list.iter().filter(|route| route.method == "POST" && route.path != "/sign-out")
        {
            let path = filled(route.path, &setting.here.code, &house.id().to_string());
            for (kind, body) in &bodies {
                let request = Request::builder()
                    .method(Method::POST)
                    .uri(&path)
                    .header(header::COOKIE, format!("sid={}", setting.officer.token))
                    .header(header::CONTENT_TYPE, *kind)
                    .body(Body::from(body.clone()));
                let answer = house.send(request.unwrap());
                if !acceptable(&answer) {
                    wrong.push(format!("{path} with {kind}: {} {}", answer.status, answer.body));
                }
            }
        }
        // Sessions that are none.
        for sid in
            ["", ".", "x.y", "%00", &format!("c05089-20250701.{}", "0".repeat(64)), &"a".repeat(20_000)]
        {
            let who = Person { token: sid.to_owned(), ..Person::nobody() };
            let answer = house.get(&who, &setting.list());
            if !answer.location().starts_with("/sign-in") {
                wrong.push(format!(
                    "session “{}”: {}",
                    sid.chars().take(20).collect::<String>(),
                    answer.status
                ));
            }
        }
        // Addresses and methods that are none.
        for (method, path) in
            [("GET", "/khong-co"), ("DELETE", "/units/05089"), ("PUT", "/"), ("POST", "/units")]
        {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
            let answer = house.send(request);
            if !answer.is_page() {
                wrong.push(format!("{method} {path}: {} is no page", answer.status));
            }
        }
        assert!(wrong.is_empty(), "{} on {:?}\n{}", wrong.len(), db.engine(), wrong.join("\n"));
    }
}
