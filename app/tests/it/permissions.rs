//! Every route × every role × inside and outside its subtree, against the permission matrix.

use axum::http::StatusCode;
use catalogue::Catalogue;
use chungsuc::{demo, product};
use db::{Db, testing};
use jiff::civil::{Date, date};
use kernel::access::may;
use kernel::http::{Need, Route};
use kernel::{Action, Line, Place, Role};

use crate::house::{Answer, House, PIXEL, Person, patrol, system};

const TODAY: Date = date(2026, 11, 24);

/// Real things of the demo commune that addresses name.
#[derive(Clone)]
struct Things {
    /// A record of the area of the area head who is inside, waiting, with a photo.
    own: String,
    photo: String,
    /// The same in another area.
    other: String,
    other_photo: String,
    /// An account of the commune, with a right and two sessions.
    account: String,
    grant: String,
    session: String,
    /// A phone of that account.
    device: String,
    /// A residential area.
    area: String,
    /// An import that was read.
    import: String,
    /// An open report of the commune, and one of the area of the area head who is inside.
    report: String,
    /// A report that is public.
    public: String,
    /// A draft of a supplement.
    supplement: String,
    /// A change of name that was prepared.
    rearrangement: String,
    note: String,
}

/// An address and a form, for a record of the own or of another area; none for a route that this test does not know.
fn example(route: &Route, things: &Things, own: bool) -> Option<(String, Vec<(&'static str, String)>)> {
    let (record, photo) =
        if own { (&things.own, &things.photo) } else { (&things.other, &things.other_photo) };
    let unit = format!("/units/{}", demo::COMMUNE);
    let account = format!("{unit}/accounts/{}", things.account);
    let activities = format!("{unit}/activities");
    let activity = format!("{activities}/{record}");
    let fields = |pairs: &[(&'static str, &str)]| {
        pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect::<Vec<_>>()
    };
    let reports = format!("{unit}/reports");
    let report = format!("{reports}/{}", things.report);
    let none = vec![];
    Some(match (route.method, route.path) {
        ("GET", "/healthz" | "/readyz") => (route.path.to_owned(), none),
        ("GET", "/phone" | "/phone/pages" | "/worker.js" | "/manifest.webmanifest") => {
            (route.path.to_owned(), none)
        }
        ("GET", "/phone/devices") => (route.path.to_owned(), none),
        ("POST", "/phone/devices/{device}") => ("/phone/devices/c05089-20250701~nobody".to_owned(), none),
        // Of a phone that is not the caller's; see `demand`.
        ("POST", "/phone/devices/{device}/revocation") => {
            ("/phone/devices/SPARE/revocation".to_owned(), none)
        }
        ("GET", "/units/{unit}/devices") => (format!("{unit}/devices"), none),
        ("POST", "/units/{unit}/devices/{device}/revocation") => {
            (format!("{unit}/devices/{}/revocation", things.device), none)
        }
        ("POST", "/sync") => (route.path.to_owned(), none),
        ("POST", "/sync/photos/{photo}") => {
            ("/sync/photos/01920000-0000-7000-8000-00000000abcd?from=0".to_owned(), none)
        }
        ("GET", "/" | "/sign-in" | "/account" | "/units") => (route.path.to_owned(), none),
        ("POST", "/sign-in") => (route.path.to_owned(), fields(&[("name", "khongcoai"), ("password", "x")])),
        ("POST", "/sign-out") => (route.path.to_owned(), none),
        ("POST", "/account/password") => {
            (route.path.to_owned(), fields(&[("current", "x"), ("password", "y")]))
        }
        // The caller's own spare session stands in the address; see `knock`.
        ("POST", "/account/sessions/{id}/revocation") => ("/account/sessions/SPARE/revocation".into(), none),
        ("GET", "/units/{unit}") => (unit, none),
        ("GET", "/units/{unit}/dashboard") => (format!("{unit}/dashboard"), none),
        ("GET", "/units/{unit}/dashboard/figures") => {
            let query = "indicator=outreach-sessions&slice=*&regime=quarterly&period=2026-Q3";
            (format!("{unit}/dashboard/figures?{query}"), none)
        }
        ("GET", "/units/{unit}/imports" | "/units/{unit}/imports/template/{kind}") => {
            (route.path.replace("{unit}", demo::COMMUNE).replace("{kind}", "patrol"), none)
        }
        ("GET", "/units/{unit}/rearrangements" | "/units/{unit}/rearrangements/new") => {
            (route.path.replace("{unit}", demo::COMMUNE), none)
        }
        ("POST", "/units/{unit}/rearrangements") => {
            (format!("{unit}/rearrangements"), fields(&[("what", "change")]))
        }
        (_, path) if path.starts_with("/units/{unit}/rearrangements/{rearrangement}") => {
            // Of a version that is not there, so that nothing is renamed.
            let path = path.replace("{unit}", demo::COMMUNE);
            (path.replace("{rearrangement}", &things.rearrangement), fields(&[("version", "9")]))
        }
        ("POST", "/units/{unit}/imports") => (format!("{unit}/imports"), fields(&[("kind", "patrol")])),
        (_, path) if path.starts_with("/units/{unit}/imports/{import}") => {
            let path = path.replace("{unit}", demo::COMMUNE).replace("{import}", &things.import);
            (path, fields(&[("based_on", "99")]))
        }
        ("GET", "/units/{unit}/areas/new" | "/units/{unit}/organisations/new") => {
            (route.path.replace("{unit}", demo::COMMUNE), none)
        }
        ("POST", "/units/{unit}/areas" | "/units/{unit}/organisations") => {
            let form = [("id", "01920000-0000-7000-8000-00000000abce"), ("name", "")];
            (route.path.replace("{unit}", demo::COMMUNE), fields(&form))
        }
        ("GET", "/units/{unit}/areas/{area}") => (format!("{unit}/areas/{}", things.area), none),
        ("POST", "/units/{unit}/areas/{area}") => {
            (format!("{unit}/areas/{}", things.area), fields(&[("name", "")]))
        }
        ("GET", "/units/{unit}/accounts") => (format!("{unit}/accounts"), none),
        ("GET", "/units/{unit}/accounts/new") => (format!("{unit}/accounts/new"), none),
        ("POST", "/units/{unit}/accounts") => {
            let form = [("name", "Người mới"), ("sign_in", "nguoimoi"), ("role", "chair")];
            (format!("{unit}/accounts"), fields(&form))
        }
        ("GET", "/units/{unit}/accounts/{id}") => (account, none),
        ("POST", "/units/{unit}/accounts/{id}/grants") => {
            (format!("{account}/grants"), fields(&[("role", "chair")]))
        }
        ("POST", "/units/{unit}/accounts/{id}/grants/{grant}/end") => {
            (format!("{account}/grants/{}/end", things.grant), none)
        }
        ("POST", "/units/{unit}/accounts/{id}/sessions/{session}/revocation") => {
            (format!("{account}/sessions/{}/revocation", things.session), none)
        }
        ("POST", "/units/{unit}/accounts/{id}/password") => (format!("{account}/password"), none),
        ("POST", "/units/{unit}/accounts/{id}/closure") => (format!("{account}/closure"), none),
        ("GET", "/units/{unit}/audit") => (format!("{unit}/audit"), none),
        ("GET", "/units/{unit}/activities") => (activities, none),
        ("GET", "/units/{unit}/activities/new") => (format!("{activities}/new?kind=patrol"), none),
        ("POST", "/units/{unit}/activities") => {
            (activities, fields(&[("id", "01920000-0000-7000-8000-00000000abcd"), ("kind", "patrol")]))
        }
        ("GET", "/units/{unit}/activities/export/{format}") => (format!("{activities}/export/csv"), none),
        ("POST", "/units/{unit}/activities/confirmations") => {
            (format!("{activities}/confirmations"), vec![("seen", format!("{record}:99"))])
        }
        ("GET", "/units/{unit}/activities/{activity}") => (activity, none),
        ("GET", "/units/{unit}/activities/{activity}/edit") => (format!("{activity}/edit"), none),
        ("POST", "/units/{unit}/activities/{activity}") => {
            let area = if own { "own" } else { "other" };
            let day = TODAY.to_string();
            let mut form: Vec<_> = patrol(record, area, &day)
                .into_iter()
                .map(|(name, value)| (name, value.to_owned()))
                .collect();
            form.retain(|(name, _)| *name != "based_on" && *name != "area");
            form.push(("based_on", "98".into()));
            (activity, form)
        }
        ("POST", "/units/{unit}/activities/{activity}/return") => {
            (format!("{activity}/return"), fields(&[("based_on", "98"), ("reason", "xem lại")]))
        }
        ("POST", "/units/{unit}/activities/{activity}/withdrawal") => {
            (format!("{activity}/withdrawal"), fields(&[("based_on", "98"), ("reason", "ghi trùng")]))
        }
        ("GET", "/units/{unit}/activities/{activity}/versions") => (format!("{activity}/versions"), none),
        ("GET", "/units/{unit}/activities/{activity}/photos/{photo}") => {
            (format!("{activity}/photos/{photo}"), none)
        }
        (_, path) if path.starts_with("/units/{unit}/catalogue") => {
            let path = path.replace("{unit}", demo::COMMUNE).replace("{supplement}", &things.supplement);
            let form = [("id", "01920000-0000-7000-8000-00000000abcf"), ("based_on", "98"), ("title", "")];
            (path.replace("{sort}", "field"), fields(&form))
        }
        ("GET", "/reports/preview-styles/{style}") => {
            ("/reports/preview-styles/peoples-committee".into(), none)
        }
        ("GET", "/units/{unit}/reports") => (reports, none),
        ("GET", "/units/{unit}/reports/new") => (format!("{reports}/new"), none),
        ("POST", "/units/{unit}/reports") => {
            (reports, fields(&[("id", &things.report), ("report", "movement-quarterly 2026-Q3")]))
        }
        ("GET", "/units/{unit}/reports/{report}") => (report, none),
        ("POST", "/units/{unit}/reports/{report}/texts") => {
            (format!("{report}/texts"), fields(&[("based_on", "98"), ("text.situation-text", "Ổn định.")]))
        }
        ("POST", "/units/{unit}/reports/{report}/freezing") => {
            (format!("{report}/freezing"), fields(&[("based_on", "98")]))
        }
        ("POST", "/units/{unit}/reports/{report}/amendment") => {
            (format!("{report}/amendment"), fields(&[("id", "01920000-0000-7000-8000-00000000abce")]))
        }
        ("GET", "/units/{unit}/reports/{report}/figures/{place}") => (format!("{report}/figures/1"), none),
        ("POST", "/units/{unit}/reports/{report}/signing/{style}") => (
            format!("{report}/signing/front"),
            fields(&[("based_on", "98"), ("signer", "head"), ("recipients", "Lưu: VT")]),
        ),
        ("POST", "/units/{unit}/reports/{report}/number/{style}") => {
            (format!("{report}/number/peoples-committee"), none)
        }
        (_, path) if path.starts_with("/units/{unit}/reports/{report}/disclosure") => {
            let path = path.replace("{unit}", demo::COMMUNE).replace("{report}", &things.public);
            (path, fields(&[("based_on", "98")]))
        }
        (_, path) if path.starts_with("/units/{unit}/reports/{report}/submission") => {
            let path = path.replace("{unit}", demo::COMMUNE).replace("{report}", &things.report);
            (path, fields(&[("based_on", "98"), ("reason", "xem lại")]))
        }
        (_, path) if path.starts_with("/units/{unit}/submissions") => {
            let form = [("form", "movement-quarterly"), ("period", "2026-Q3")];
            (path.replace("{unit}", demo::COMMUNE), fields(&form))
        }
        ("GET", "/public/{unit}") => (format!("/public/{}", demo::COMMUNE), none),
        ("GET", "/public/{unit}/{report}") => (format!("/public/c05089-20250701/{}", things.public), none),
        ("GET", "/units/{unit}/targets") => (format!("{unit}/targets"), none),
        ("POST", "/units/{unit}/targets") => (
            format!("{unit}/targets"),
            fields(&[("year", "2026"), ("based_on", "97"), ("indicator", "patrol-shifts"), ("amount", "9")]),
        ),
        ("GET", "/units/{unit}/register") => (format!("{unit}/register"), none),
        ("GET", "/units/{unit}/reports/{report}/preview") => (format!("{report}/preview"), none),
        ("GET", "/units/{unit}/reports/{report}/export/{style}/{format}") => {
            (format!("{report}/export/peoples-committee/xlsx"), none)
        }
        _ => return None,
    })
}

/// One caller: who, and where the rights are.
struct Caller {
    role: Role,
    inside: bool,
    person: Person,
}

fn callers(house: &House, here: &Place, own_area: uuid::Uuid) -> Vec<Caller> {
    // Another commune of the same province; staff of another province.
    let (province, elsewhere) = (house.place(demo::PROVINCE), house.place("52"));
    let neighbour = house
        .db
        .read_now(|read| units::children(read, &system(), &province.tenant, TODAY))
        .unwrap()
        .into_iter()
        .map(|unit| unit.place())
        .find(|place| place.code != here.code)
        .unwrap();
    let foreign_area = house.areas(&neighbour, &[("Khu 1", 40)])[0];
    let mut callers = Vec::new();
    for role in Role::ALL {
        for inside in [true, false] {
            let (place, area) = match (role, inside) {
                (Role::ProvinceStaff, true) => (&province, None),
                (Role::ProvinceStaff, false) => (&elsewhere, None),
                (Role::AreaHead, true) => (here, Some(own_area)),
                (Role::AreaHead, false) => (&neighbour, Some(foreign_area)),
                (_, true) => (here, None),
                (_, false) => (&neighbour, None),
            };
            let line = (role == Role::Officer).then_some(Line::Front);
            let name = format!("{}.{}", role.key().replace('_', ""), if inside { "trong" } else { "ngoai" });
            callers.push(Caller { role, inside, person: house.person(&name, place, role, area, line) });
        }
    }
    callers
}

/// Something to name in addresses.
fn things(house: &House, here: &Place, areas: &[uuid::Uuid]) -> Things {
    let writer = house.person("nguoighi", here, Role::Officer, None, Some(Line::Police));
    let url = format!("/units/{}/activities", here.code);
    let day = TODAY.to_string();
    let written = |area: uuid::Uuid| {
        let id = house.id().to_string();
        let form = patrol(&id, "", &day);
        let area = area.to_string();
        let form: Vec<_> = form
            .into_iter()
            .map(|(name, value)| (name, if name == "area" { area.as_str() } else { value }))
            .collect();
        let answer = house.post_photos(&writer, &url, &form, &[("anh.png", PIXEL)]);
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let page = house.get(&writer, &format!("{url}/{id}"));
        let photo = page.body.split("/photos/").nth(1).unwrap().split(['?', '"']).next().unwrap().to_owned();
        (id, photo)
    };
    let report = house.id().to_string();
    let form = [("id", report.as_str()), ("report", "movement-quarterly 2026-Q3")];
    let started = house.post(&writer, &format!("/units/{}/reports", here.code), &form);
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.body);
    let note = house.id().to_string();
    let area = areas[0].to_string();
    let form = [("id", note.as_str()), ("area", area.as_str()), ("report", "area-monthly 2026-11")];
    let started = house.post(&writer, &format!("/units/{}/reports", here.code), &form);
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.body);
    let ((own, photo), (other, other_photo)) = (written(areas[0]), written(areas[1]));
    let victim = house.person("nguoibidoi", here, Role::Chair, None, None);
    let (now, scope) = (house.app.clock.now(), system());
    let (grant, session) = house
        .db
        .read_now(|read| {
            let keeper = accounts::Keeper::enter(&scope, here, now)?;
            let grant = keeper.account(read, victim.account)?.grants[0].id;
            Ok::<_, accounts::Refusal>((grant, keeper.sessions(read, victim.account)?[0].id))
        })
        .unwrap();
    let device = house.id();
    house.contact(&victim, device);
    Things {
        device: device.to_string(),
        own,
        photo,
        other,
        other_photo,
        account: victim.account.to_string(),
        grant: grant.to_string(),
        session: session.to_string(),
        area: areas[0].to_string(),
        import: an_import(house, here),
        supplement: a_supplement(house, here),
        rearrangement: a_rearrangement(house),
        public: a_public_report(house),
        report,
        note,
    }
}

/// The report that the demo has made public; "" where there is no demo.
fn a_public_report(house: &House) -> String {
    let list = house.get(&Person::nobody(), &format!("/public/{}", demo::COMMUNE)).body;
    let report = list.split("/public/c05089-20250701/").nth(1).and_then(|rest| rest.split('"').next());
    report.unwrap_or_default().to_owned()
}

/// An empty supplement.
fn a_supplement(house: &House, here: &Place) -> String {
    let room = kernel::Scope::system("test").enter(here, Action::KeepCatalogue).unwrap();
    let (id, now) = (house.id(), house.app.clock.now());
    house.db.write_now(move |tx| supplements::keep(tx, &room, (id, 0), ("Thử", ""), now)).unwrap();
    id.to_string()
}

/// A small sheet, read and kept.
fn a_rearrangement(house: &House) -> String {
    let (scope, rules, now) = (system(), house.rules.clone(), house.app.clock.now());
    let unit =
        house.db.read_now(|read| units::find_by_code(read, &scope, demo::COMMUNE, TODAY)).unwrap().unwrap();
    let plan = rearrangements::Plan::Change {
        commune: unit.id.clone(),
        kind: "ward".into(),
        name: "Cao Phong".into(),
    };
    let draft = rearrangements::Draft { id: house.id(), plan, on: TODAY, basis: "12/NQ".into() };
    let drafted = house.db.write_now(move |tx| {
        let desk = rearrangements::Desk { scope: &scope, unit: &unit, catalogue: &rules, now };
        rearrangements::draft(tx, desk, draft)
    });
    drafted.unwrap().id.to_string()
}

fn an_import(house: &House, here: &Place) -> String {
    let scope = kernel::Scope::system("test");
    let room = scope.enter(here, Action::Import).unwrap();
    let desk =
        imports::Desk::new(scope, here.clone(), room, house.rules.clone(), house.app.clock.now()).unwrap();
    let known = |header: &str| imports::mapping::is_known(house.rules.kind("patrol").unwrap(), header);
    let sheet = imports::sheet::read("tuantra.csv", "Ngày;Khu\n1/9/2026;Khu 1\n".as_bytes(), &known).unwrap();
    let id = house.id();
    house.db.write_now(move |tx| desk.keep(tx, id, "patrol", "tuantra.csv", &sheet)).unwrap();
    id.to_string()
}

fn knock(house: &House, route: &Route, who: &Person, path: &str, form: &[(&'static str, String)]) -> Answer {
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let signed_in = !who.token.is_empty();
    let mut who = who.clone();
    let mut path = path.to_owned();
    if signed_in
        && matches!(
            route.path,
            "/sign-out" | "/account/sessions/{id}/revocation" | "/phone/devices/{device}/revocation"
        )
    {
        // What ends a session ends a spare one.
        let spare = house.session(&who.sign_in, crate::house::PASSWORD);
        if route.path == "/sign-out" {
            who.token = spare;
        } else if route.path.starts_with("/phone") {
            who.token = spare;
            let device = house.id();
            house.contact(&who, device);
            path = path.replace("SPARE", &device.to_string());
        } else {
            let (gate, now) = (house.app.gate.clone(), house.app.clock.now());
            let caller = house.db.read_now(|read| gate.caller(read, &spare, now)).unwrap().unwrap();
            path = path.replace("SPARE", &caller.session.to_string());
        }
    }
    match (route.method, route.path) {
        ("GET", _) => house.get(&who, &path),
        // A file travels as multipart.
        (_, "/units/{unit}/imports") => house.post_photos(&who, &path, &form, &[]),
        _ => house.post(&who, &path, &form),
    }
}

/// What the matrix says must come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Must {
    Be(StatusCode),
    /// Whatever, but no refusal for want of a right, and no fault of ours.
    Pass,
    /// To the sign-in page.
    SignIn,
}

impl Must {
    fn holds(self, answer: &Answer) -> bool {
        match self {
            Must::Be(status) => answer.status == status,
            Must::SignIn => {
                answer.status == StatusCode::SEE_OTHER && answer.location().starts_with("/sign-in?next=")
            }
            Must::Pass => {
                let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
                !refused.contains(&answer.status) && !answer.status.is_server_error()
            }
        }
    }
}

fn demand(need: Need, role: Role, inside: bool) -> Must {
    match need {
        Need::Nothing | Need::Person => Must::Pass,
        Need::Action(_) if !inside => Must::Be(StatusCode::NOT_FOUND),
        Need::Action(action) if may(role, action) => Must::Pass,
        Need::Action(_) => Must::Be(StatusCode::FORBIDDEN),
    }
}

fn demand_of_stranger(route: &Route) -> Must {
    match (route.need, route.method) {
        (Need::Nothing, _) => Must::Pass,
        (_, "GET") => Must::SignIn,
        _ => Must::Be(StatusCode::UNAUTHORIZED),
    }
}

fn check_all(db: &Db, engine: &str) -> Vec<String> {
    db.write_now(|tx| units::load_reference(tx, &system())).unwrap();
    demo::make(db, &Catalogue::embedded().unwrap()).unwrap();
    let house = House::on(db, TODAY);
    let here = house.place(demo::COMMUNE);
    let areas = house.db.read_now(|read| units::areas_of(read, &system(), &here, TODAY)).unwrap();
    let areas: Vec<_> = areas.iter().map(|area| area.id).collect();
    let things = things(&house, &here, &areas);
    let heads = Things { report: things.note.clone(), ..things.clone() };
    let callers = callers(&house, &here, areas[0]);
    let routes = product::routes().list;
    assert!(routes.len() > 25, "the list of routes has shrunk to {}", routes.len());
    let (mut wrong, mut asked) = (Vec::new(), 0);
    let mut compare = |route: &Route, who: &str, must: Must, answer: &Answer| {
        asked += 1;
        if !must.holds(answer) {
            let (Route { method, path, need }, status) = (route, answer.status);
            wrong.push(format!("{engine}: {method} {path} ({need:?}) as {who}: must {must:?}, was {status}"));
        }
    };
    for route in &routes {
        let Some((path, form)) = example(route, &things, true) else {
            let unknown =
                Answer { status: StatusCode::IM_A_TEAPOT, headers: Default::default(), body: String::new() };
            compare(
                route,
                "anybody: no example address or form in this test",
                Must::Be(StatusCode::OK),
                &unknown,
            );
            continue;
        };
        let answer = knock(&house, route, &Person::nobody(), &path, &form);
        compare(route, "nobody", demand_of_stranger(route), &answer);
        for caller in &callers {
            let side = if caller.inside { "inside" } else { "outside" };
            let who = format!("{} {side}", caller.role.key());
            let must = demand(route.need, caller.role, caller.inside);
            let head = caller.role == Role::AreaHead && caller.inside;
            let (path, form) =
                if head { example(route, &heads, true).unwrap() } else { (path.clone(), form.clone()) };
            compare(route, &who, must, &knock(&house, route, &caller.person, &path, &form));
            // Another area's record and the commune's report are not there for an area head.
            let bound = matches!(route.need, Need::Action(_));
            if head && bound && (route.path.contains("{activity}") || route.path.contains("{report}")) {
                let (path, form) = example(route, &things, false).unwrap();
                let must = if must == Must::Pass { Must::Be(StatusCode::NOT_FOUND) } else { must };
                let answer = knock(&house, route, &caller.person, &path, &form);
                compare(route, &format!("{who}, another area's record"), must, &answer);
            }
        }
    }
    assert!(!wrong.is_empty() || asked > routes.len() * 13, "only {asked} requests");
    wrong
}

#[test]
fn every_route_asks_what_the_matrix_says_embedded() {
    let wrong = check_all(&testing::sqlite(), "sqlite");
    assert!(wrong.is_empty(), "{} mismatches\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_route_asks_what_the_matrix_says_on_postgresql() {
    let wrong = check_all(&testing::postgres(), "postgres");
    assert!(wrong.is_empty(), "{} mismatches\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_list_of_an_area_head_holds_the_own_area_only() {
    let db = testing::sqlite();
    let house = House::on(&db, TODAY);
    let here = house.place(demo::COMMUNE);
    let areas = house.areas(&here, &[("Khu 1", 40), ("Khu 2", 60)]);
    let things = things(&house, &here, &areas);
    let head = house.person("truongkhu", &here, Role::AreaHead, Some(areas[0]), None);
    let officer = house.person("canbo", &here, Role::Officer, None, Some(Line::Front));
    for query in [String::new(), format!("?area={}", areas[1]), "?state=sent&q=cho".into()] {
        let list = format!("/units/{}/activities{query}", here.code);
        let page = house.get(&head, &list);
        assert!(page.body.contains(&things.own) && !page.body.contains(&things.other), "{list}");
        assert!(house.get(&officer, &list).body.contains(&things.other), "{list}");
    }
    assert!(may(Role::AreaHead, Action::SeeActivities));
}
