//! The stores on both engines, the papers, and the pages through the router.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use catalogue::{Catalogue, Value};
use db::testing::{self, Throwaway};
use figures::Shown;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use kernel::http::{App, SESSION_COOKIE, wrap};
use kernel::{Action, Caller, Clock, Gate, Grant, Ids, Lang, Role, Room, Scope};
use paper::ProfileId;
use tower::ServiceExt;
use units::{Basis, Unit};
use uuid::Uuid;

use crate::model::{Column, Refused, Report, State, Texts, Viewer};
use crate::sheet::{Change, Desk, Sheet, What, changed_since, earlier_texts, sheet};
use crate::{Asked, Format, Printer, Printing, Signer, actions, file_name, paper_of, store};

mod borders;
mod freezing;
mod pages;
mod papers;

const QUARTERLY: &str = "movement-quarterly";
const ANNUAL: &str = "movement-annual";

/// A commune with two residential areas, an area head, two officers and somebody of the province.
struct House {
    db: Throwaway,
    catalogue: Catalogue,
    unit: Unit,
    areas: [Uuid; 2],
}

fn houses() -> impl Iterator<Item = House> {
    testing::stores().into_iter().map(|db| {
        let system = Scope::system("test");
        let given = system.clone();
        db.write_now(move |tx| units::load_reference(tx, &given)).unwrap();
        let unit = db
            .read_now(|read| units::find_by_code(read, &system, "05089", date(2026, 9, 1)))
            .unwrap()
            .unwrap();
        let areas = [Uuid::from_u128(11), Uuid::from_u128(12)];
        let room = system.enter(&unit.place(), Action::SeeUnit).unwrap();
        db.write_now(move |tx| {
            for (area, (name, households)) in areas.into_iter().zip([("Khu 1", 40), ("Khu 2", 60)]) {
                let from_on = date(2025, 7, 1);
                let new =
                    units::NewArea { id: area, name: name.into(), households: Some(households), from_on };
                units::add_area(tx, &room, at(date(2025, 7, 1)), &new)?;
            }
            Ok::<_, units::Refusal>(())
        })
        .unwrap();
        House { db, catalogue: Catalogue::embedded().unwrap(), unit, areas }
    })
}

/// Noon of a day in Viet Nam.
fn at(day: Date) -> Timestamp {
    format!("{day}T05:00:00Z").parse().unwrap()
}

impl House {
    fn scope(&self, account: &str, role: Role) -> Scope {
        let path = match role {
            Role::ProvinceStaff => "vn/".to_owned(),
            _ => self.unit.path.clone(),
        };
        Scope::of(account, vec![Grant { role, path, area: None, line: None }])
    }

    fn room(&self, account: &str, action: Action) -> Room {
        self.scope(account, Role::Officer).enter(&self.unit.place(), action).unwrap()
    }

    /// Writes a session down by one officer and has it confirmed by another.
    fn session(
        &self,
        id: u128,
        area: usize,
        day: Date,
        attendees: i64,
        households: std::ops::RangeInclusive<u16>,
    ) {
        self.send(id, 0, area, day, attendees, households);
        self.step(id, 1, activities::Step::Confirm, "confirms");
    }

    fn send(
        &self,
        id: u128,
        based_on: u32,
        area: usize,
        day: Date,
        attendees: i64,
        households: std::ops::RangeInclusive<u16>,
    ) {
        let content = activities::Content {
            area: self.areas[area],
            day,
            from: None,
            kind: "outreach-session".into(),
            kind_version: self.catalogue.kind("outreach-session").unwrap().version,
            line: None,
            programmes: vec![],
            fields: [
                ("form".to_owned(), Value::Choice("gathering".into())),
                ("topic".to_owned(), Value::Choices(["online-fraud".to_owned()].into())),
                ("attendees".to_owned(), Value::Count(attendees)),
                ("households".to_owned(), Value::Households(households.collect())),
            ]
            .into(),
            note: String::new(),
        };
        self.step(id, based_on, activities::Step::Send(content), "writes");
    }

    fn step(&self, id: u128, based_on: u32, step: activities::Step, account: &str) {
        let action = if step == activities::Step::Confirm { Action::Confirm } else { Action::Record };
        let (room, catalogue) = (self.room(account, action), self.catalogue.clone());
        let now = at(date(2030, 1, 1));
        self.db
            .write_now(move |tx| {
                activities::change(tx, &room, &catalogue, (Uuid::from_u128(id), based_on), step, now)
            })
            .unwrap();
    }

    /// Does something at the desk of an officer.
    fn write<T: Send + 'static>(
        &self,
        account: &str,
        work: impl FnOnce(&mut db::Tx<'_>, Desk<'_>) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        let (scope, room) = (self.scope(account, Role::Officer), self.room(account, Action::FreezeReports));
        let (unit, catalogue) = (self.unit.clone(), self.catalogue.clone());
        self.db.write_now(move |tx| {
            work(
                tx,
                Desk {
                    scope: &scope,
                    unit: &unit,
                    room: &room,
                    catalogue: &catalogue,
                    today: date(2030, 1, 1),
                },
            )
        })
    }

    fn read<T>(&self, work: impl FnOnce(&mut db::Read<'_>, Desk<'_>) -> Result<T, Refused>) -> T {
        let (scope, room) = (self.scope("reads", Role::Officer), self.room("reads", Action::SeeReports));
        let (unit, catalogue, today) = (&self.unit, &self.catalogue, date(2030, 1, 1));
        let desk = Desk { scope: &scope, unit, room: &room, catalogue, today };
        self.db.read_now(|read| work(read, desk)).unwrap()
    }

    fn start(&self, id: u128, form: &'static str, period: &'static str, on: Date) -> Result<Report, Refused> {
        self.write("writes", move |tx, desk| {
            actions::start(tx, desk, Uuid::from_u128(id), (form, period), at(on))
        })
    }

    fn freeze(&self, id: u128, based_on: u32, on: Date) -> Result<Report, Refused> {
        self.write("freezes", move |tx, desk| {
            actions::freeze(tx, desk, (Uuid::from_u128(id), based_on), at(on))
        })
    }

    fn sheet(&self, id: u128) -> Sheet {
        self.read(|read, desk| {
            let report = store::find(read, desk.room, Uuid::from_u128(id))?.unwrap();
            sheet(read, desk, report)
        })
    }

    fn changed(&self, id: u128) -> Vec<Change> {
        let sheet = self.sheet(id);
        self.read(|read, desk| changed_since(read, desk, &sheet))
    }
}

/// The figure of an indicator's whole in a report.
fn shown(sheet: &Sheet, indicator: &str, column: Column) -> String {
    let fits = |entry: &&crate::model::Entry| {
        entry.figure.indicator == indicator && entry.figure.slice == "*" && entry.column == column
    };
    sheet.entries.iter().find(fits).unwrap().figure.show(Lang::Vi)
}

/// A cell of a paper in words.
fn cell(cell: &paper::Cell) -> String {
    match cell {
        paper::Cell::Text(text) => text.clone(),
        paper::Cell::Number { value, scale } => {
            vietnamese::number::decimal(*value, (*scale).into(), Lang::Vi)
        }
        paper::Cell::Date(day) => day.to_string(),
        paper::Cell::Empty => String::new(),
    }
}

/// A frozen third quarter with a text and two sessions, one of them with few people.
fn frozen_quarter(house: &House) -> Sheet {
    house.session(1, 0, date(2026, 8, 1), 1_030, 1..=10);
    house.session(2, 1, date(2026, 5, 1), 4, 1..=3);
    house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
    let words = "Tình hình ổn định.\n\nKết quả:\n- Khu 1: một buổi;\n- Khu 2: chưa có.";
    let texts: Texts = [("situation-text".to_owned(), words.to_owned())].into();
    house
        .write("writes", move |tx, desk| {
            actions::write(tx, desk, (Uuid::from_u128(100), 1), &texts, at(date(2026, 9, 2)))
        })
        .unwrap();
    house.freeze(100, 2, date(2026, 9, 15)).unwrap();
    house.sheet(100)
}

/// The area whose head may come in.
const HEADED: Uuid = Uuid::from_u128(11);

/// Lets accounts in by the name in their cookie.
struct Doorman(kernel::Place);

impl Gate for Doorman {
    fn caller(&self, _: &mut db::Read<'_>, token: &str, _: Timestamp) -> db::Result<Option<Caller>> {
        let (role, path) = match token {
            "officer" => (Role::Officer, self.0.path.clone()),
            "chair" => (Role::Chair, self.0.path.clone()),
            "head" => (Role::AreaHead, self.0.path.clone()),
            "province" => (Role::ProvinceStaff, "vn/p25-20250701/".to_owned()),
            "elsewhere" => (Role::Officer, "vn/p1-20250701/".to_owned()),
            _ => return Ok(None),
        };
        Ok(Some(Caller {
            account: Uuid::from_u128(7),
            tenant: self.0.tenant.clone(),
            session: Uuid::from_u128(8),
            name: "Bùi Thị Thử".into(),
            scope: Scope::of(
                token,
                vec![Grant { role, path, area: (token == "head").then_some(HEADED), line: None }],
            ),
            home: Some(self.0.clone()),
        }))
    }
}

struct Answer {
    status: StatusCode,
    location: String,
    disposition: String,
    body: String,
}

impl House {
    /// Asks as `who` on `day`; a form is sent with POST.
    async fn ask(&self, who: &str, day: Date, path: &str, form: Option<&[(&str, &str)]>) -> Answer {
        let app = App {
            db: self.db.clone(),
            clock: Clock::fixed(at(day)),
            ids: Ids::counting(1),
            gate: Arc::new(Doorman(self.unit.place())),
            https: false,
            demo: false,
        };
        let printer: Printer = Arc::new(|paper, _, _| Ok(format!("%PDF- {}", paper.subject).into_bytes()));
        let router = crate::routes()
            .router
            .layer(axum::Extension(supplements::Rulebook::new(Arc::new(self.catalogue.clone()))))
            .layer(axum::Extension(printer));
        let request = Request::builder()
            .uri(path)
            .header("cookie", format!("{SESSION_COOKIE}={who}"))
            .header("sec-fetch-site", "same-origin");
        let request = match form {
            None => request.method("GET").body(Body::empty()),
            Some(fields) => {
                let body: Vec<String> = fields
                    .iter()
                    .map(|(name, value)| format!("{name}={}", kernel::http::encode(value)))
                    .collect();
                request
                    .method("POST")
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(Body::from(body.join("&")))
            }
        };
        let response = wrap(router, app).oneshot(request.unwrap()).await.unwrap();
        let header = |name: &str| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let (status, location, disposition) =
            (response.status(), header("location"), header("content-disposition"));
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let body = String::from_utf8_lossy(&body).into_owned();
        Answer { status, location, disposition, body }
    }
}

const LIST: &str = "/units/05089/reports";

fn report_path(id: u128) -> String {
    format!("{LIST}/{}", Uuid::from_u128(id))
}

/// No text is missing: a missing one shows as its key in brackets.
fn whole(answer: &Answer) {
    assert!(!answer.body.contains("[reports-"), "{}", answer.body);
}
