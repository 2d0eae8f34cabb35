//! The product on a store, with a clock the test moves, and people who knock at its door.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use accounts::{Attempt, Hash, Keeper, NewAccount, NewGrant, Password};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use catalogue::Catalogue;
use chungsuc::product;
use db::Db;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use kernel::{Action, App, Clock, Ids, Line, Place, Role, Scope};
use reports::{Desk, Sheet};
use tower::ServiceExt;
use units::NewArea;
use uuid::Uuid;

/// The password of everybody in these tests.
pub(crate) const PASSWORD: &str = "suối trong đầu bản";
/// Since when there are areas and rights.
pub(crate) const SINCE: Date = date(2025, 7, 1);

/// The product on one store.
pub(crate) struct House {
    pub(crate) db: Db,
    pub(crate) rules: Arc<Catalogue>,
    pub(crate) app: App,
    seconds: Arc<AtomicI64>,
    router: Router,
    runtime: tokio::runtime::Runtime,
}

/// Noon of a day in Vietnam.
pub(crate) fn noon(day: Date) -> Timestamp {
    jiff::tz::offset(7).to_timestamp(day.at(12, 0, 0, 0)).unwrap()
}

/// The scope of the test itself.
pub(crate) fn system() -> Scope {
    Scope::system("test")
}

impl House {
    /// The product started anew on its store; ids go on from a number that was not given before.
    pub(crate) fn restarted(db: &Db, today: Date, ids: u32) -> House {
        House::with_ids(db, today, Ids::counting(0xA11 + (u64::from(ids) << 12)))
    }

    /// Puts the product on a store in which units are loaded, or loads them.
    pub(crate) fn on(db: &Db, today: Date) -> House {
        House::with_ids(db, today, Ids::counting(0xA11))
    }

    fn with_ids(db: &Db, today: Date, ids: Ids) -> House {
        if units_missing(db) {
            db.write_now(|tx| units::load_reference(tx, &system())).unwrap();
        }
        let rules = Arc::new(Catalogue::embedded().unwrap());
        let seconds = Arc::new(AtomicI64::new(noon(today).as_second()));
        let read = seconds.clone();
        let clock = Clock::from_fn(move || Timestamp::from_second(read.load(Ordering::SeqCst)).unwrap());
        let app = product::app(db.clone(), clock, ids, false, false);
        let router = product::service(app.clone(), rules.clone());
        let runtime = tokio::runtime::Runtime::new().unwrap();
        House { db: db.clone(), rules, app, seconds, router, runtime }
    }

    /// From now on it is noon of this day.
    pub(crate) fn turn_clock(&self, today: Date) {
        self.seconds.store(noon(today).as_second(), Ordering::SeqCst);
    }

    /// A new id, as a phone makes one.
    pub(crate) fn id(&self) -> Uuid {
        self.app.ids.new_id()
    }

    /// The unit of a code.
    pub(crate) fn place(&self, code: &str) -> Place {
        let today = self.app.clock.today();
        self.db.read_now(|read| units::find_by_code(read, &system(), code, today)).unwrap().unwrap().place()
    }

    /// Writes residential areas down: name and households.
    pub(crate) fn areas(&self, place: &Place, areas: &[(&str, u32)]) -> Vec<Uuid> {
        let room = system().enter(place, Action::Record).unwrap();
        let new: Vec<NewArea> = areas
            .iter()
            .map(|(name, households)| NewArea {
                id: self.id(),
                name: (*name).to_owned(),
                households: Some(*households),
                from_on: SINCE,
            })
            .collect();
        let ids = new.iter().map(|area| area.id).collect();
        self.db
            .write_now(move |tx| {
                new.iter().try_for_each(|area| units::add_area(tx, &room, noon(SINCE), area))
            })
            .unwrap();
        ids
    }

    /// An account with one right, and its first session.
    pub(crate) fn person(
        &self,
        sign_in: &str,
        place: &Place,
        role: Role,
        area: Option<Uuid>,
        line: Option<Line>,
    ) -> Person {
        let (account, grant, at) = (self.id(), self.id(), place.clone());
        let new = NewAccount { name: "Người thử nghiệm".into(), sign_in: sign_in.into() };
        let right = NewGrant { role, area, line, valid_from: SINCE, valid_to: None };
        self.db
            .write_now(move |tx| {
                let scope = system();
                let keeper = Keeper::enter(&scope, &at, noon(SINCE))?;
                keeper.create(tx, account, &new, hash())?;
                keeper.grant(tx, account, grant, &at, &right)
            })
            .unwrap();
        let token = self.session(sign_in, PASSWORD);
        Person { account, sign_in: sign_in.to_owned(), token, lang: "vi" }
    }

    /// Signs in; the session cookie.
    pub(crate) fn session(&self, sign_in: &str, password: &str) -> String {
        let attempt =
            Attempt { name: sign_in.into(), password: password.into(), client: None, device: String::new() };
        let signed_in = accounts::sign_in(&self.db, &self.app.clock, &self.app.ids, attempt);
        self.runtime.block_on(signed_in).unwrap().token
    }

    /// Sends a request as it is.
    pub(crate) fn send(&self, request: Request<Body>) -> Answer {
        let router = self.router.clone();
        self.runtime.block_on(async move {
            let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
            let bytes = to_bytes(body, 64 << 20).await.unwrap().to_vec();
            let body = String::from_utf8_lossy(&bytes).into_owned();
            Answer { status: parts.status, headers: parts.headers, body }
        })
    }

    /// Opens a page.
    pub(crate) fn get(&self, who: &Person, path: &str) -> Answer {
        self.send(who.request(Method::GET, path).body(Body::empty()).unwrap())
    }

    /// Sends a form.
    pub(crate) fn post(&self, who: &Person, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = who
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(urlencoded(form)));
        self.send(request.unwrap())
    }

    /// Sends a form with files `(name, bytes)` as photos.
    pub(crate) fn post_photos(
        &self,
        who: &Person,
        path: &str,
        form: &[(&str, &str)],
        photos: &[(&str, &[u8])],
    ) -> Answer {
        let request = who
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
            .body(Body::from(multipart(form, photos)));
        self.send(request.unwrap())
    }

    /// Sends a form with one file.
    pub(crate) fn upload(
        &self,
        who: &Person,
        path: &str,
        form: &[(&str, &str)],
        (name, bytes): (&str, &[u8]),
    ) -> Answer {
        let request = who
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
            .body(Body::from(parts(form, "file", &[(name, bytes)])));
        self.send(request.unwrap())
    }

    /// A phone of a person makes itself known.
    pub(crate) fn contact(&self, who: &Person, device: Uuid) {
        let body = format!("{{\"device\":\"{device}\"}}");
        let answer = self.send(who.request(Method::POST, "/sync").body(body.into()).unwrap());
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }

    /// The record as it stands.
    pub(crate) fn record(&self, place: &Place, id: Uuid) -> Option<activities::Activity> {
        let room = system().enter(place, Action::SeeActivities).unwrap();
        self.db.read_now(|read| activities::find(read, &room, &self.rules, id)).unwrap()
    }

    /// How many records the unit has.
    pub(crate) fn count(&self, place: &Place) -> i64 {
        let room = system().enter(place, Action::SeeActivities).unwrap();
        self.db.read_now(|read| activities::count(read, &room, &activities::Filter::default())).unwrap()
    }

    /// A figure that is a number.
    pub(crate) fn number(&self, place: &Place, of: (&str, &str), window: (Date, Date)) -> i64 {
        let room = system().enter(place, Action::SeeReports).unwrap();
        let mut registers = |_: &mut db::Read<'_>, _, _| Ok(0);
        let figure = self
            .db
            .read_now(|read| figures::read(read, &room, &self.rules, &mut registers, of, window))
            .unwrap();
        match figure.value {
            figures::Value::Number(number) => number,
            other => panic!("{of:?} is {other:?}"),
        }
    }

    /// Starts the report of a form and period and reads it.
    pub(crate) fn started(&self, here: &Place, form: &'static str, period: &'static str) -> (Uuid, Sheet) {
        let (scope, today) = (system(), self.app.clock.today());
        let unit = self.db.read_now(|read| units::find_by_code(read, &scope, &here.code, today));
        let (unit, room) = (unit.unwrap().unwrap(), scope.enter(here, Action::WriteReports).unwrap());
        let (rules, id, now) = (self.rules.clone(), self.id(), noon(today));
        let sheet = self.db.write_now(move |tx| {
            let desk = Desk { scope: &scope, unit: &unit, room: &room, catalogue: &rules, today };
            let report = reports::start(tx, desk, id, (form, period), now)?;
            reports::sheet(tx, desk, report)
        });
        (id, sheet.unwrap())
    }

    /// Cells say what records say, and the audit chains hold.
    pub(crate) fn verified(&self) {
        verified(&self.db, &self.rules);
    }
}

/// Cells say what records say, and the audit chains hold.
pub(crate) fn verified(db: &Db, rules: &Arc<Catalogue>) -> activities::Checked {
    let checked = db
        .read_now(|read| activities::verify(read, &system(), &supplements::Rulebook::new(rules.clone())))
        .unwrap();
    assert_eq!(checked.differences, []);
    let chain = db.read_now(|read| kernel::audit::verify(read, &system())).unwrap();
    assert_eq!(chain.tampered, []);
    assert!(chain.rows > 0);
    checked
}

fn units_missing(db: &Db) -> bool {
    db.read_now(|read| units::find_by_code(read, &system(), "05089", SINCE)).unwrap().is_none()
}

/// One hash for everybody: making one takes 60 ms.
fn hash() -> &'static Hash {
    static HASH: OnceLock<Hash> = OnceLock::new();
    HASH.get_or_init(|| Password::new(PASSWORD, &[]).unwrap().hash().unwrap())
}

/// Somebody with a session, reading in a language.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) account: Uuid,
    pub(crate) sign_in: String,
    pub(crate) token: String,
    pub(crate) lang: &'static str,
}

impl Person {
    /// The same person reading in another language.
    pub(crate) fn reading(&self, lang: &'static str) -> Person {
        Person { lang, ..self.clone() }
    }

    /// Somebody who is not signed in.
    pub(crate) fn nobody() -> Person {
        Person { account: Uuid::nil(), sign_in: String::new(), token: String::new(), lang: "vi" }
    }

    /// A request with the session.
    pub(crate) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let mut cookies = format!("lang={}", self.lang);
        if !self.token.is_empty() {
            cookies = format!("sid={}; {cookies}", self.token);
        }
        Request::builder().method(method).uri(path).header(header::COOKIE, cookies)
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// Where it leads, for a redirect.
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// Whether a person could read it: a page in a language of ours.
    pub(crate) fn is_page(&self) -> bool {
        let html =
            self.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/html; charset=utf-8");
        html && self.body.contains("<html lang=")
    }

    /// The value of a hidden or visible input, as the browser reads it.
    pub(crate) fn input(&self, name: &str) -> Option<String> {
        let tag = self.body.split("<input").find(|tag| tag.contains(&format!(r#" name="{name}""#)))?;
        let value = tag.split_once(r#"value=""#)?.1.split('"').next()?;
        Some(unescaped(value))
    }

    /// What a person reads, entities read.
    pub(crate) fn text(&self) -> String {
        unescaped(&self.body)
    }
}

pub(crate) fn unescaped(html: &str) -> String {
    let html =
        html.replace("&quot;", "\"").replace("&#34;", "\"").replace("&#39;", "'").replace("&#x27;", "'");
    html.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#38;", "&")
}

/// A form as browsers send it.
pub(crate) fn urlencoded(form: &[(&str, &str)]) -> String {
    let pairs = form
        .iter()
        .map(|(name, value)| format!("{}={}", kernel::http::encode(name), kernel::http::encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// What stands between the parts of a form with files.
pub(crate) const BOUNDARY: &str = "----mot-ranh-gioi";

/// A form with files as browsers send it.
pub(crate) fn multipart(form: &[(&str, &str)], photos: &[(&str, &[u8])]) -> Vec<u8> {
    parts(form, "photos", photos)
}

fn parts(form: &[(&str, &str)], field: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in form {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
    for (name, bytes) in files {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: image/jpeg\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// A photo of one white pixel, PNG.
pub(crate) const PIXEL: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0,
    1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 12, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0xf8,
    0xff, 0xff, 0x3f, 0, 0x05, 0xfe, 0x02, 0xfe, 0x0d, 0xef, 0x46, 0xb8, 0, 0, 0, 0, b'I', b'E', b'N', b'D',
    0xae, 0x42, 0x60, 0x82,
];

/// A patrol as a phone sends it.
pub(crate) fn patrol<'a>(id: &'a str, area: &'a str, day: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("id", id),
        ("based_on", "0"),
        ("kind", "patrol"),
        ("day", day),
        ("area", area),
        ("field.shifts", "2"),
        ("field.participants", "9"),
        ("field.force", "security-team"),
        ("note", "Tuần tra khu vực chợ."),
        ("step", "send"),
    ]
}
