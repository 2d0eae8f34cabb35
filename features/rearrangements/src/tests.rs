//! Preparing, applying and taking back on both engines, and the pages through the router.

use std::sync::Arc;

use activities::{Content, Step};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use catalogue::{Catalogue, Value};
use db::testing::{self, Throwaway};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use kernel::http::{App, SESSION_COOKIE, wrap};
use kernel::{Caller, Clock, Gate, Grant, Ids, Lang, Place, Role, Scope};
use tower::ServiceExt;
use units::{NewArea, Unit};
use uuid::Uuid;

use crate::*;

const DAY: Date = date(2026, 10, 1);

fn now() -> Timestamp {
    "2026-11-24T05:00:00Z".parse().unwrap()
}

fn system() -> Scope {
    Scope::system("test")
}

/// A province whose communes 05089 and 05200 each have an area with a confirmed session.
struct House {
    db: Throwaway,
    catalogue: Catalogue,
    province: Unit,
}

fn houses() -> impl Iterator<Item = House> {
    testing::stores().into_iter().map(|db| {
        db.write_now(|tx| units::load_reference(tx, &system())).unwrap();
        let find = |code| {
            let found = db.read_now(|read| units::find_by_code(read, &system(), code, date(2026, 9, 1)));
            found.unwrap().unwrap()
        };
        let province = find("25");
        let communes = ["05089", "05200"].map(find);
        let house = House { db, catalogue: Catalogue::embedded().unwrap(), province };
        for (n, commune) in communes.into_iter().enumerate() {
            let id = Uuid::from_u128(n as u128 + 1);
            let place = commune.place();
            let room = system().enter(&place, kernel::Action::KeepUnit).unwrap();
            let name = format!("Khu {n}");
            let area = NewArea { id, name, households: Some(40), from_on: date(2025, 7, 1) };
            house.db.write_now(move |tx| units::add_area(tx, &room, now(), &area)).unwrap();
            house.session(100 + n as u128, &place, id, 30);
        }
        house
    })
}

impl House {
    fn id(&self, code: &str) -> String {
        let found = self.db.read_now(|read| units::find_by_code(read, &system(), code, date(2026, 9, 1)));
        found.unwrap().unwrap().id
    }

    fn session(&self, id: u128, place: &Place, area: Uuid, attendees: i64) {
        let kind = self.catalogue.kind("outreach-session").unwrap();
        let content = Content {
            area,
            day: date(2026, 9, 10),
            from: None,
            kind: kind.id.clone(),
            kind_version: kind.version,
            line: None,
            programmes: vec![],
            fields: [
                ("form".to_owned(), Value::Choice("gathering".into())),
                ("topic".to_owned(), Value::Choices(["law".to_owned()].into())),
                ("attendees".to_owned(), Value::Count(attendees)),
                ("households".to_owned(), Value::Households((1..=20).collect())),
            ]
            .into(),
            note: String::new(),
        };
        for (seen, account, step) in [(0, "writes", Step::Send(content)), (1, "confirms", Step::Confirm)] {
            let grant = Grant { role: Role::Officer, path: "vn/".into(), area: None, line: None };
            let room = Scope::of(account, vec![grant]).enter(place, kernel::Action::Record).unwrap();
            let catalogue = self.catalogue.clone();
            let given = (Uuid::from_u128(id), seen);
            self.db
                .write_now(move |tx| activities::change(tx, &room, &catalogue, given, step, now()))
                .unwrap();
        }
    }

    /// Does something at the desk of somebody of the province.
    fn at<T: Send + 'static>(
        &self,
        account: &str,
        work: impl FnOnce(&mut db::Tx<'_>, Desk<'_>) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        let path = self.province.path.clone();
        let scope =
            Scope::of(account, vec![Grant { role: Role::ProvinceStaff, path, area: None, line: None }]);
        let (unit, catalogue) = (self.province.clone(), self.catalogue.clone());
        self.db.write_now(move |tx| {
            work(tx, Desk { scope: &scope, unit: &unit, catalogue: &catalogue, now: now() })
        })
    }

    fn draft(&self, id: u128, plan: Plan) -> Rearrangement {
        let new = Draft { id: Uuid::from_u128(id), plan, on: DAY, basis: "12/NQ-UBTVQH16".into() };
        self.at("prepares", move |tx, desk| draft(tx, desk, new)).unwrap()
    }

    fn apply(&self, account: &str, found: &Rearrangement) -> Result<Rearrangement, Refused> {
        let of = (found.id, found.version);
        self.at(account, move |tx, desk| apply(tx, desk, of))
    }

    fn undo(&self, found: &Rearrangement) -> Result<Rearrangement, Refused> {
        let of = (found.id, found.version);
        self.at("applies", move |tx, desk| undo(tx, desk, of))
    }

    /// Two communes become Hòa Hợp, which takes over the code of the first.
    fn merger(&self) -> Plan {
        let made = Made { code: "05089".into(), kind: "commune".into(), name: "Hòa Hợp".into() };
        Plan::Merge { communes: vec![self.id("05089"), self.id("05200")], into: Into::New(made) }
    }

    fn on(&self, code: &str, on: Date) -> Option<Unit> {
        self.db.read_now(|read| units::find_by_code(read, &system(), code, on)).unwrap()
    }

    fn names(&self, code: &str) -> Vec<String> {
        let unit = self.on(code, date(2026, 11, 24)).unwrap();
        let areas =
            self.db.read_now(|read| units::areas_of(read, &system(), &unit.place(), date(2026, 11, 24)));
        areas.unwrap().into_iter().map(|area| area.name).collect()
    }
}

#[test]
fn a_merger_is_prepared_seen_applied_by_another_and_undone() {
    for house in houses() {
        let found = house.draft(1, house.merger());
        assert_eq!(house.draft(1, house.merger()), found);
        let (seen, totals) = (found.clone(), |columns: &[Column]| {
            let one = |c: &Column| (c.name.clone(), c.areas, c.figures[1].show(Lang::Vi));
            columns.iter().map(one).collect::<Vec<_>>()
        });
        // A preview leaves what it did to its caller to take back; here it stands until the next house is built.
        let shown = house.at("prepares", move |tx, desk| preview(tx, desk, &seen)).unwrap();
        let province = ("tỉnh Phú Thọ".to_owned(), 2, "60".to_owned());
        let each = |n: usize| shown.before[n].name.clone();
        assert_eq!(
            totals(&shown.before),
            [(each(0), 1, "30".to_owned()), (each(1), 1, "30".to_owned()), province.clone()]
        );
        assert_eq!(totals(&shown.after), [("xã Hòa Hợp".to_owned(), 2, "60".to_owned()), province]);
    }
    for house in houses() {
        let found = house.draft(1, house.merger());
        assert!(matches!(house.apply("prepares", &found), Err(Refused::SameHand)));
        let applied = house.apply("applies", &found).unwrap();
        assert_eq!(house.apply("applies", &found).unwrap(), applied);
        let (old, new) = (house.on("05089", DAY.yesterday().unwrap()), house.on("05089", DAY));
        assert_eq!((old.unwrap().name.as_str(), new.unwrap().name.as_str()), ("Cao Phong", "Hòa Hợp"));
        assert_eq!(house.names("05089"), ["Khu 0", "Khu 1"]);
        assert_eq!(house.on("05200", DAY), None);
        let undone = house.undo(&applied).unwrap();
        assert_eq!(house.undo(&applied).unwrap(), undone);
        assert_eq!(house.names("05089"), ["Khu 0"]);
        assert_eq!(house.on("05200", DAY).map(|unit| unit.code), Some("05200".to_owned()));
        let verified = house.db.read_now(|read| kernel::audit::verify(read, &system())).unwrap();
        assert!(verified.tampered.is_empty());
    }
}

#[test]
fn what_was_built_on_is_not_undone() {
    for house in houses() {
        let merged = house.apply("applies", &house.draft(1, house.merger())).unwrap();
        let hoa_hop = house.on("05089", DAY).unwrap();
        let later =
            Plan::Change { commune: hoa_hop.id.clone(), kind: "ward".into(), name: "Hòa Hợp".into() };
        let new = Draft { id: Uuid::from_u128(2), plan: later, on: date(2026, 11, 1), basis: "13/NQ".into() };
        let later = house.at("prepares", move |tx, desk| draft(tx, desk, new)).unwrap();
        let of = (later.id, later.version);
        let at = now() + jiff::SignedDuration::from_secs(60);
        let later = house.at("applies", move |tx, desk| apply(tx, Desk { now: at, ..desk }, of)).unwrap();
        assert!(matches!(house.undo(&merged), Err(Refused::Later(id)) if id == later.id));
        house.undo(&later).unwrap();
        // A record of the new commune's own would belong nowhere.
        house.session(200, &hoa_hop.place(), Uuid::from_u128(1), 7);
        let of = (merged.id, merged.version);
        let after = at + jiff::SignedDuration::from_secs(60);
        let refused = house.at("applies", move |tx, desk| undo(tx, Desk { now: after, ..desk }, of));
        assert!(matches!(refused, Err(Refused::Written)), "{refused:?}");
    }
}

#[test]
fn areas_move_and_split_and_come_back_with_their_figures() {
    for house in houses() {
        let (one, two) = (house.id("05089"), house.id("05200"));
        let areas = vec![Uuid::from_u128(1)];
        let plans = [
            Plan::Move { commune: one.clone(), areas: areas.clone(), to: two.clone() },
            Plan::Split {
                commune: one.clone(),
                areas,
                into: Made { code: "05999".into(), kind: "ward".into(), name: "Mới".into() },
            },
        ];
        for (n, plan) in plans.into_iter().enumerate() {
            let applied = house.apply("applies", &house.draft(n as u128 + 1, plan)).unwrap();
            assert_eq!(house.names("05089"), Vec::<String>::new());
            let rulebook = supplements::Rulebook::new(Arc::new(house.catalogue.clone()));
            let checked =
                || house.db.read_now(|read| activities::verify(read, &system(), &rulebook)).unwrap();
            let apart = checked();
            assert!(apart.differences.is_empty(), "{:?}", apart.differences);
            house.undo(&applied).unwrap();
            assert_eq!(house.names("05089"), ["Khu 0"]);
            let back = checked();
            assert!(
                back.differences.is_empty() && back.cells < apart.cells,
                "{} {}",
                back.cells,
                apart.cells
            );
        }
    }
}

#[test]
fn nonsense_is_refused() {
    for house in houses() {
        let (one, province) = (house.id("05089"), house.province.id.clone());
        let made = |code: &str| Made { code: code.into(), kind: "commune".into(), name: "Mới".into() };
        let refused = |plan: Plan, basis: &'static str| {
            let new = Draft { id: Uuid::from_u128(9), plan, on: DAY, basis: basis.into() };
            house.at("prepares", move |tx, desk| draft(tx, desk, new)).unwrap_err()
        };
        let alone = Plan::Merge { communes: vec![one.clone()], into: Into::New(made("05999")) };
        assert!(matches!(refused(alone, "12/NQ"), Refused::TooLittle));
        let itself = Plan::Merge { communes: vec![one.clone()], into: Into::There(one.clone()) };
        assert!(matches!(refused(itself, "12/NQ"), Refused::TooLittle));
        let above = Plan::Change { commune: province, kind: "ward".into(), name: "A".into() };
        assert!(matches!(refused(above, "12/NQ"), Refused::NotFound));
        let elsewhere = Plan::Change { commune: house.id("00004"), kind: "ward".into(), name: "A".into() };
        assert!(matches!(refused(elsewhere, "12/NQ"), Refused::NotFound));
        let odd = Plan::Change { commune: one.clone(), kind: "town".into(), name: "A".into() };
        assert!(matches!(refused(odd, "12/NQ"), Refused::Kind));
        let unnamed = Plan::Change { commune: one.clone(), kind: "ward".into(), name: "A".into() };
        assert!(matches!(refused(unnamed, " "), Refused::NoBasis));
        let taken = Plan::Split { commune: one, areas: vec![Uuid::from_u128(1)], into: made("05212") };
        let taken = house.draft(10, taken);
        assert!(matches!(house.apply("applies", &taken), Err(Refused::Units(units::Refusal::Code))));
    }
}

/// Lets one person of the province in under each of two sessions.
struct Doorman(Place);

impl Gate for Doorman {
    fn caller(&self, _: &mut db::Read<'_>, token: &str, _: Timestamp) -> db::Result<Option<Caller>> {
        let grant = Grant { role: Role::ProvinceStaff, path: self.0.path.clone(), area: None, line: None };
        Ok(["prepares", "applies"].contains(&token).then(|| Caller {
            account: Uuid::from_u128(7),
            tenant: self.0.tenant.clone(),
            session: Uuid::from_u128(8),
            name: "Cán bộ tỉnh".into(),
            scope: Scope::of(token, vec![grant]),
            home: Some(self.0.clone()),
        }))
    }
}

#[test]
fn a_merger_goes_through_the_pages() {
    for house in houses() {
        let db = db::Db::clone(&house.db);
        let gate = Arc::new(Doorman(house.province.place()));
        let app =
            App { db, clock: Clock::fixed(now()), ids: Ids::counting(1), gate, https: false, demo: false };
        let router = routes()
            .router
            .layer(axum::Extension(supplements::Rulebook::new(Arc::new(house.catalogue.clone()))));
        let service = wrap(router, app);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let ask = |who: &str, method: &str, path: &str, form: &str| {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("cookie", format!("{SESSION_COOKIE}={who}"))
                .header("content-type", "application/x-www-form-urlencoded")
                .body(Body::from(form.to_owned()))
                .unwrap();
            runtime.block_on(async {
                let response = service.clone().oneshot(request).await.unwrap();
                let (parts, body) = response.into_parts();
                let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
                let location = parts.headers.get("location").map(|to| to.to_str().unwrap().to_owned());
                (parts.status, location.unwrap_or_default(), String::from_utf8(bytes.to_vec()).unwrap())
            })
        };
        let base = "/units/25/rearrangements";
        let (status, _, body) = ask("prepares", "GET", &format!("{base}/new"), "");
        assert!(status == StatusCode::OK && body.contains("Mã các xã, phường"), "{status} {body}");
        let bad = "what=merge&communes=05089%0A99999&code=05089&kind=commune&name=Hoa&on=2026-10-01&basis=12";
        let (status, _, body) = ask("prepares", "POST", base, bad);
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(body.contains("“99999”") && body.contains("05089\n99999"), "{body}");
        let good = bad.replace("99999", "05200");
        let (status, location, body) = ask("prepares", "POST", base, &good);
        assert_eq!(status, StatusCode::SEE_OTHER, "{body}");
        let (_, _, body) = ask("prepares", "GET", &location, "");
        assert!(body.contains("Số liệu trước và sau") && body.contains("cần một cán bộ khác"), "{body}");
        // Looking at it changed nothing.
        assert_eq!(house.names("05089"), ["Khu 0"]);
        let (status, ..) = ask("prepares", "POST", &format!("{location}/application"), "version=1");
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let (status, done, _) = ask("applies", "POST", &format!("{location}/application"), "version=1");
        assert_eq!(status, StatusCode::SEE_OTHER);
        let (_, _, body) = ask("applies", "GET", &done, "");
        assert!(body.contains("Đã áp dụng."), "{body}");
        assert_eq!(house.names("05089"), ["Khu 0", "Khu 1"]);
        let (status, ..) = ask("applies", "POST", &format!("{location}/reversal"), "version=2");
        assert_eq!(status, StatusCode::SEE_OTHER);
        let (_, _, body) = ask("applies", "GET", base, "");
        assert!(body.contains("Đã hoàn tác"), "{body}");
        assert_eq!(house.names("05089"), ["Khu 0"]);
    }
}
