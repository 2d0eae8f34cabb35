//! On both engines: figures against the cells and the records, small numbers, and the pages through the router.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use catalogue::{Catalogue, Register, Value, WHOLE};
use db::testing::{self, Throwaway};
use figures::{Grids, Value as Amount};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use kernel::http::{App, SESSION_COOKIE, wrap};
use kernel::{Action, Caller, Clock, Gate, Grant, Ids, Role, Scope};
use tower::ServiceExt;
use units::Unit;
use uuid::Uuid;

use crate::charts::Bars;
use crate::chosen::{INDICATORS, Period};
use crate::glance::{Desk, Glance, due_next, glance};
use crate::province::{Spread, spread};
use crate::year::year;

const TODAY: Date = date(2026, 9, 10);
/// Cao Phong and another commune of Phú Thọ.
const CODES: [&str; 2] = ["05089", "04792"];

/// Two communes of one province; the first with two residential areas, the second with one.
struct House {
    db: Throwaway,
    catalogue: Arc<Catalogue>,
    province: Unit,
    communes: [Unit; 2],
    areas: [Uuid; 3],
}

fn houses() -> impl Iterator<Item = House> {
    testing::stores().into_iter().map(|db| {
        let system = Scope::system("test");
        let given = system.clone();
        db.write_now(move |tx| units::load_reference(tx, &given)).unwrap();
        let unit = |code: &str| {
            db.read_now(|read| units::find_by_code(read, &system, code, TODAY)).unwrap().unwrap()
        };
        let communes = CODES.map(unit);
        let house = House {
            province: unit("25"),
            areas: [11, 12, 13].map(Uuid::from_u128),
            catalogue: Arc::new(Catalogue::embedded().unwrap()),
            communes,
            db,
        };
        for (area, (commune, name, households)) in
            house.areas.into_iter().zip([(0, "Khu 1", 40), (0, "Khu 2", 60), (1, "Khu 9", 20)])
        {
            let room = system.enter(&house.communes[commune].place(), Action::SeeUnit).unwrap();
            let from_on = date(2025, 7, 1);
            let new = units::NewArea { id: area, name: name.into(), households: Some(households), from_on };
            house.db.write_now(move |tx| units::add_area(tx, &room, at(from_on), &new)).unwrap();
        }
        house
    })
}

/// Noon of a day in Viet Nam.
fn at(day: Date) -> Timestamp {
    format!("{day}T05:00:00Z").parse().unwrap()
}

impl House {
    fn scope(&self, who: &str) -> Option<Scope> {
        let grant = |role, path: &str, area| Grant { role, path: path.to_owned(), area, line: None };
        let (own, other) = (&self.communes[0].path, &self.communes[1].path);
        let grants = match who {
            "officer" => vec![grant(Role::Officer, own, None)],
            "confirms" => vec![grant(Role::Officer, &self.province.path, None)],
            "head" => vec![grant(Role::AreaHead, own, Some(self.areas[0]))],
            "province" => vec![grant(Role::ProvinceStaff, &self.province.path, None)],
            "ministry" => vec![grant(Role::ProvinceStaff, "vn/", None)],
            "elsewhere" => vec![grant(Role::Officer, other, None)],
            "administrator" => vec![grant(Role::Administrator, own, None)],
            _ => return None,
        };
        Some(Scope::of(who, grants))
    }

    /// A confirmed session.
    fn session(
        &self,
        id: u128,
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
        let place = self.communes[usize::from(area == 2)].place();
        let writes = Scope::system("writes").enter(&place, Action::Record).unwrap();
        let confirms = self.scope("confirms").unwrap().enter(&place, Action::Confirm).unwrap();
        let (catalogue, id) = (self.catalogue.clone(), Uuid::from_u128(id));
        self.db
            .write_now(move |tx| {
                let send = activities::Step::Send(content);
                activities::change(tx, &writes, &catalogue, (id, 0), send, at(date(2030, 1, 1)))?;
                let confirm = activities::Step::Confirm;
                activities::change(tx, &confirms, &catalogue, (id, 1), confirm, at(date(2030, 1, 1)))
            })
            .unwrap();
    }

    fn period(&self, regime: &str, period: &str) -> Period {
        Period::asked(&self.catalogue, regime, period, TODAY).unwrap()
    }

    fn glance(&self, who: &str, period: &Period) -> Glance {
        let scope = self.scope(who).unwrap();
        let unit = &self.communes[0];
        let room = scope.enter(&unit.place(), Action::SeeActivities).unwrap();
        let desk = Desk { scope: &scope, unit, room: &room, catalogue: &self.catalogue };
        self.db.read_now(|read| glance(read, desk, period, TODAY)).unwrap()
    }

    fn spread(&self, indicator: &str, period: &Period) -> Spread {
        self.spread_of(&self.province, "province", indicator, period)
    }

    fn spread_of(&self, unit: &Unit, who: &str, indicator: &str, period: &Period) -> Spread {
        let (scope, grids) = (self.scope(who).unwrap(), Grids::default());
        let asked = (indicator, &period.window);
        let work =
            |read: &mut db::Read<'_>| spread(read, &grids, (&scope, unit), &self.catalogue, asked, TODAY);
        self.db.read_now(work).unwrap()
    }

    /// A page as somebody sees it: status, body, and where it leads.
    fn ask(&self, who: &'static str, path: &str) -> (StatusCode, String, String) {
        let app = App {
            db: testing_db(&self.db),
            clock: Clock::fixed(at(TODAY)),
            ids: Ids::counting(1),
            gate: Arc::new(Door { who, scope: self.scope(who).unwrap() }),
            https: false,
            demo: false,
        };
        let router =
            crate::routes().router.layer(axum::Extension(supplements::Rulebook::new(self.catalogue.clone())));
        let request = Request::get(path)
            .header(header::COOKIE, format!("{SESSION_COOKIE}=x"))
            .body(Body::empty())
            .unwrap();
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let response = wrap(router, app).oneshot(request).await.unwrap();
            let status = response.status();
            let to = response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            (status, String::from_utf8(body.to_vec()).unwrap(), to.unwrap_or_default())
        })
    }
}

fn testing_db(db: &Throwaway) -> db::Db {
    (**db).clone()
}

struct Door {
    who: &'static str,
    scope: Scope,
}

impl Gate for Door {
    fn caller(&self, _: &mut db::Read<'_>, _: &str, _: Timestamp) -> db::Result<Option<Caller>> {
        Ok(Some(Caller {
            account: Uuid::nil(),
            tenant: String::new(),
            session: Uuid::nil(),
            name: self.who.to_owned(),
            scope: self.scope.clone(),
            home: None,
        }))
    }
}

fn numbers(glance: &Glance) -> Vec<[Amount; 3]> {
    glance.rows.iter().map(|row| row.each_ref().map(|figure| figure.value)).collect()
}

/// The page is whole: one heading of the first order, no missing text, no style or script of its own.
fn whole(body: &str) {
    assert_eq!(body.matches("<h1").count(), 1, "{body}");
    assert!(!body.contains("[dashboards-") && !body.contains("style=\""), "{body}");
}

#[test]
fn a_communes_figures_are_those_of_the_cells() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        house.session(2, 1, date(2026, 8, 20), 12, 1..=3);
        house.session(3, 0, date(2026, 5, 20), 7, 5..=14);
        let period = house.period("quarterly", "2026-Q3");
        let read = house.glance("officer", &period);
        assert_eq!(read.rows.len(), INDICATORS.len());
        let scope = house.scope("officer").unwrap();
        let room = scope.enter(&house.communes[0].place(), Action::SeeActivities).unwrap();
        // As the register says: two areas, a hundred households.
        let mut register = |_: &mut db::Read<'_>, what: Register, on: Date| {
            let there = on >= date(2025, 7, 1);
            Ok(match what {
                Register::Areas if there => 2,
                Register::Households if there => 100,
                _ => 0,
            })
        };
        for figure in read.rows.iter().flatten() {
            let same = house.db.read_now(|q| {
                let of = (figure.indicator.as_str(), WHOLE);
                figures::read(q, &room, &house.catalogue, &mut register, of, (figure.from, figure.to))
            });
            assert_eq!(figure, &same.unwrap());
        }
        let of = |indicator: &str| {
            let row = read.rows.iter().find(|row| row[0].indicator == indicator).unwrap();
            row.each_ref().map(|figure| figure.show(kernel::Lang::Vi))
        };
        assert_eq!(of("outreach-sessions"), ["2", "1", "0"]);
        assert_eq!(of("outreach-attendances"), ["42", "7", "0"]);
        assert_eq!(of("households-reached-ratio"), ["13,0%", "10,0%", "0,0%"]);
        let [first, second] = &read.areas[..] else { panic!("two areas") };
        assert_eq!((first.records, first.reached, first.never()), (1, 14, Some(26)));
        assert_eq!((second.records, second.reached, second.never()), (1, 3, Some(57)));
        // The tenth of September is in the September of the monthly regime, the first of August in August.
        assert_eq!(read.months.last().unwrap().period, "2026-09");
        assert_eq!(first.sessions, [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0]);
        assert_eq!(second.sessions, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    }
}

#[test]
fn targets_of_the_year_stand_beside_the_figures() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        house.session(2, 1, date(2026, 2, 20), 12, 1..=3);
        let aim = |unit: &Unit, indicator: &str, amount| {
            let wanted = targets::Wanted {
                indicator: indicator.into(),
                slice: WHOLE.into(),
                year: 2026,
                amount: Some(amount),
            };
            let (scope, place) = (Scope::system("aims"), unit.place());
            let room = scope.enter(&place, Action::SetTargets).unwrap();
            let catalogue = house.catalogue.clone();
            house
                .db
                .write_now(move |tx| {
                    targets::set(tx, (&scope, &place, &room), &catalogue, (&wanted, 0), at(date(2026, 1, 5)))
                })
                .unwrap();
        };
        let url = "/units/05089/dashboard?regime=quarterly&period=2026-Q3";
        let (_, without, _) = house.ask("officer", url);
        assert!(!without.contains("Chỉ tiêu năm"), "{without}");
        aim(&house.communes[0], "outreach-sessions", 8);
        aim(&house.province, "outreach-sessions", 200);
        // The quarter counts one; the year so far two.
        for who in ["officer", "province"] {
            let (_, body, _) = house.ask(who, url);
            whole(&body);
            assert!(body.contains("Chỉ tiêu năm 2026") && body.contains("8 (đạt 25,0%)"), "{body}");
        }
        let (_, head, _) = house.ask("head", url);
        assert!(!head.contains("Chỉ tiêu năm"), "{head}");
        let province = "/units/25/dashboard?regime=quarterly&period=2026-Q3";
        let (_, year, _) = house.ask("province", province);
        whole(&year);
        assert!(
            year.contains("Chỉ tiêu năm 2026") && year.contains("<td class=\"number\">200</td>"),
            "{year}"
        );
        let (_, one, _) = house.ask("province", &format!("{province}&indicator=outreach-sessions"));
        whole(&one);
        assert!(one.contains("200 (đạt 1,0%)"), "{one}");
        // Its communes have theirs beside them.
        assert!(one.contains("data-label=\"Chỉ tiêu năm 2026\">8 (đạt 25,0%)"), "{one}");
    }
}

#[test]
fn an_area_head_sees_the_area_and_nothing_of_the_others() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        let period = house.period("quarterly", "2026-Q3");
        let before = house.glance("head", &period);
        // While the area is the only one with records, its sums are the commune's.
        let commune = house.glance("officer", &period);
        let at = |indicator: &str| INDICATORS.iter().position(|id| *id == indicator).unwrap();
        for sum in ["outreach-sessions", "outreach-attendances"].map(at) {
            assert_eq!(numbers(&before)[sum], numbers(&commune)[sum]);
        }
        // The share is of the area's own 40 households.
        let share = before.rows[at("households-reached-ratio")][0].show(kernel::Lang::Vi);
        assert_eq!(share, "25,0%");
        house.session(2, 1, date(2026, 8, 20), 777, 1..=3);
        let after = house.glance("head", &period);
        assert_eq!(numbers(&after), numbers(&before));
        assert_eq!(after.areas, before.areas);
        assert_eq!(after.areas.iter().map(|area| area.name.as_str()).collect::<Vec<_>>(), ["Khu 1"]);
        let url = "/units/05089/dashboard";
        let (status, body, _) = house.ask("head", url);
        assert_eq!(status, StatusCode::OK);
        whole(&body);
        assert!(body.contains("Khu 1") && !body.contains("Khu 2") && !body.contains("777"), "{body}");
        // What the area owes is its note, not the commune's reports.
        assert!(body.contains("Phiếu phản ánh") && !body.contains("Báo cáo quý về phong trào"), "{body}");
        let figure =
            format!("{url}/figures?indicator=outreach-attendances&slice=*&regime=quarterly&period=2026-Q3");
        let (_, body, _) = house.ask("head", &figure);
        whole(&body);
        assert!(body.contains("<b>30</b>") && !body.contains("777") && !body.contains("Khu 2"), "{body}");
        assert!(
            body.contains(&Uuid::from_u128(1).to_string()) && !body.contains(&Uuid::from_u128(2).to_string())
        );
    }
}

#[test]
fn a_province_adds_up_its_communes_and_hides_small_numbers() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        house.session(2, 1, date(2026, 8, 20), 12, 1..=3);
        house.session(3, 2, date(2026, 8, 2), 3, 1..=3);
        let period = house.period("quarterly", "2026-Q3");
        let of = |spread: &Spread, code: &str| {
            let found = spread.parts.iter().find(|commune| commune.unit.code == code).unwrap();
            (found.figure.value, !found.hidden.is_empty())
        };
        for indicator in INDICATORS {
            let spread = house.spread(indicator, &period);
            assert_eq!(spread.parts.len(), 148);
            let (mut sum, mut parts) = (0, (0, 0));
            for commune in &spread.parts {
                match commune.figure.value {
                    Amount::Number(number) => sum += number,
                    Amount::Ratio { over, under, .. } => parts = (parts.0 + over, parts.1 + under),
                    Amount::None => {}
                }
            }
            match spread.over_all.value {
                Amount::Number(number) => assert_eq!(number, sum, "{indicator}"),
                Amount::Ratio { over, under, .. } => assert_eq!((over, under), parts, "{indicator}"),
                Amount::None => assert_eq!((sum, parts), (0, (0, 0)), "{indicator}"),
            }
            // What the communes themselves read.
            let own = house.glance("officer", &period);
            let row = own.rows.iter().find(|row| row[0].indicator == indicator).unwrap();
            assert_eq!(of(&spread, "05089").0, row[0].value, "{indicator}");
        }
        let sessions = house.spread("outreach-sessions", &period);
        assert_eq!(sessions.over_all.value, Amount::Number(3));
        assert_eq!(of(&sessions, "04792"), (Amount::Number(1), false));
        let attendances = house.spread("outreach-attendances", &period);
        assert_eq!(of(&attendances, "05089"), (Amount::Number(42), false));
        assert_eq!(of(&attendances, "04792"), (Amount::Number(3), true));
        // 45 less 42 would be the hidden 3.
        assert!(attendances.hides_sum && !sessions.hides_sum);

        let url = "/units/25/dashboard?regime=quarterly&period=2026-Q3&indicator=outreach-attendances";
        let (status, body, _) = house.ask("province", url);
        assert_eq!(status, StatusCode::OK);
        whole(&body);
        assert_eq!(body.matches("<rect").count(), 148);
        assert!(body.contains("xã Cao Phong: 42") || body.contains("Xã Cao Phong: 42"), "{body}");
        assert!(body.contains("Phường Tân Hòa: &#60;5") && !body.contains(">45<"), "{body}");
        // The commune's own page and figure hide it from the province as well.
        let figure = "/units/04792/dashboard/figures?indicator=outreach-attendances&slice=*&regime=quarterly&period=2026-Q3";
        let (_, body, _) = house.ask("province", figure);
        assert!(body.contains("<b>&#60;5</b>") && !body.contains(">3<"), "{body}");
        let (_, body, _) = house.ask("elsewhere", figure);
        assert!(body.contains("<b>3</b>"), "{body}");
        // Khu 2 reached 3 households: neither they nor what gives them away is shown above the commune.
        let (_, body, _) = house.ask("province", "/units/05089/dashboard?period=2026-Q3");
        whole(&body);
        let khu_2 = body.split(">Khu 2</th>").nth(1).unwrap().split("</tr>").next().unwrap();
        assert!(khu_2.contains(">60<") && khu_2.contains(">&#60;5<") && !khu_2.contains(">57<"), "{khu_2}");
        assert!(!body.contains("<b>13</b>") && !body.contains("<b>87</b>"), "{body}");
        let (_, body, _) = house.ask("officer", "/units/05089/dashboard?period=2026-Q3");
        assert!(body.contains("<b>13</b>") && body.contains("<b>87</b>") && body.contains(">57<"), "{body}");
    }
}

#[test]
fn a_province_shows_every_indicator_over_twelve_months() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        house.session(2, 1, date(2026, 8, 20), 12, 1..=3);
        house.session(3, 2, date(2026, 8, 2), 3, 1..=3);
        let scope = house.scope("province").unwrap();
        let days = (date(2026, 9, 1), TODAY);
        let grids = Grids::default();
        let read =
            |read: &mut db::Read<'_>| year(read, &grids, (&scope, &house.province), &house.catalogue, days);
        let read = house.db.read_now(read).unwrap();
        assert_eq!(
            (read.months[10].period.as_str(), read.months[11].period.as_str()),
            ("2026-08", "2026-09")
        );
        assert_eq!((read.communes, &read.active[9..], read.idle.len()), (148, [0, 2, 1].as_slice(), 147));
        let line = |id: &str| read.lines.iter().find(|line| line.indicator == id).unwrap();
        let sessions = line("outreach-sessions");
        assert_eq!(sessions.values[10..], [Some(Amount::Number(2)), Some(Amount::Number(1))]);
        assert_eq!((sessions.together, sessions.parts), (Some(Amount::Number(3)), 1));
        // 33 less 30 would be the hidden 3, and so would all twelve months less the eleven others.
        let attendances = line("outreach-attendances");
        assert_eq!(attendances.values[10..], [None, Some(Amount::Number(12))]);
        assert_eq!(attendances.together, None);
        assert!(read.empty.contains(&"festivals".to_owned()));
        for indicator in INDICATORS.iter().filter(|id| !read.empty.contains(&(**id).to_owned())) {
            for (at, month) in [(10, "2026-08"), (11, "2026-09")] {
                let spread = house.spread(indicator, &house.period("monthly", month));
                let value = (!spread.hides_sum).then_some(spread.over_all.value);
                assert_eq!(line(indicator).values[at], value, "{indicator} in {month}");
            }
        }
        let (status, body, _) = house.ask("province", "/units/25/dashboard?regime=monthly&period=2026-09");
        assert_eq!(status, StatusCode::OK);
        whole(&body);
        let url = "/units/25/dashboard?regime=monthly&#38;period=2026-09&#38;indicator=outreach-attendances";
        assert!(body.contains(url) && body.contains("<b>1/<wbr>148</b>") && !body.contains(">33<"), "{body}");
        // A commune's own; each figure opens. An area head has the areas' page only.
        let url = "/units/05089/dashboard?regime=monthly&period=2026-09&view=year";
        let (_, body, _) = house.ask("officer", url);
        whole(&body);
        let figure = "figures?indicator=outreach-attendances&#38;slice=*&#38;regime=monthly&#38;period=2026-08\">30</a>";
        assert!(body.contains(figure) && body.contains("<b>42</b>"), "{body}");
        assert!(!house.ask("head", url).1.contains("<b>42</b>"));
    }
}

#[test]
fn the_country_adds_up_its_provinces_and_hides_small_numbers() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        house.session(2, 1, date(2026, 8, 20), 12, 1..=3);
        house.session(3, 2, date(2026, 8, 2), 3, 1..=3);
        let (scope, grids) = (house.scope("ministry").unwrap(), Grids::default());
        let days = (date(2026, 9, 1), TODAY);
        let country = house.db.read_now(|read| units::unit(read, &scope, "vn", TODAY)).unwrap().unwrap();
        let look = |of: &Unit, grids: &Grids| {
            house.db.read_now(|read| year(read, grids, (&scope, of), &house.catalogue, days)).unwrap()
        };
        let read = look(&country, &grids);
        assert_eq!((read.communes, read.provinces.len(), read.idle.len()), (3321, 34, 33));
        assert_eq!(read.active[9..], [0, 2, 1]);
        let own = read.provinces.iter().find(|province| province.unit.code == "25").unwrap();
        assert_eq!((own.communes, &own.active[9..]), (148, [0, 2, 1].as_slice()));
        // Nobody else has records: what the province shows is what the country shows, and what is hidden there is here.
        let province = look(&house.province, &Grids::default());
        assert_eq!(read.lines.len(), province.lines.len());
        for (line, same) in read.lines.iter().zip(&province.lines) {
            assert_eq!((&line.indicator, &line.values), (&same.indicator, &same.values));
            assert_eq!(line.together, same.together, "{}", line.indicator);
        }
        let sessions = read.lines.iter().find(|line| line.indicator == "outreach-sessions").unwrap();
        assert_eq!((sessions.together, sessions.parts), (Some(Amount::Number(3)), 1));
        // The first look is kept, and read again by a program that has just started.
        assert_eq!(read.to_keep.len(), 34);
        for (room, kept) in read.to_keep {
            house.db.write_now(move |tx| figures::keep(tx, &room, &kept, at(TODAY))).unwrap();
        }
        let started = Grids::default();
        let again = look(&country, &started);
        assert!(again.to_keep.is_empty(), "nothing is read anew");
        house.session(4, 1, date(2026, 9, 2), 20, 1..=9);
        for grids in [&grids, &started, &Grids::default()] {
            let line = look(&country, grids).lines;
            let line = line.into_iter().find(|line| line.indicator == "outreach-sessions").unwrap();
            assert_eq!(line.together, Some(Amount::Number(4)));
        }
        assert!(grids.size() > 3321 * 96 && grids.size() < 3_000_000, "{}", grids.size());

        // One indicator over the provinces, by month and by quarter.
        for (regime, period, sum) in [("monthly", "2026-08", 2), ("quarterly", "2026-Q3", 4)] {
            let spread =
                house.spread_of(&country, "ministry", "outreach-sessions", &house.period(regime, period));
            let of = |code: &str| spread.parts.iter().find(|part| part.unit.code == code).unwrap();
            assert_eq!((spread.parts.len(), of("25").figure.value), (34, Amount::Number(sum)));
            assert_eq!(
                (of("01").figure.value, spread.over_all.value),
                (Amount::Number(0), Amount::Number(sum))
            );
            // The province's sum less what its communes show would be the hidden 3, and so would the country's.
            let period = house.period(regime, period);
            let spread = house.spread_of(&country, "ministry", "outreach-attendances", &period);
            let of = |code: &str| spread.parts.iter().find(|part| part.unit.code == code).unwrap();
            assert_eq!((of("25").hidden, spread.hides_sum), ("·", true));
        }
        let url = "/units/vn/dashboard?regime=monthly&period=2026-09";
        let (status, body, _) = house.ask("ministry", url);
        assert_eq!(status, StatusCode::OK);
        whole(&body);
        for part in [
            "34 tỉnh, thành phố với 3.321 xã, phường, đặc khu",
            "<b>1/<wbr>3.321</b>",
            "/units/25/dashboard?regime=monthly&#38;period=2026-09\">Tỉnh Phú Thọ</a>",
            "/units/vn/dashboard?regime=monthly&#38;period=2026-09&#38;indicator=outreach-sessions",
        ] {
            assert!(body.contains(part), "{part} in {body}");
        }
        let (_, body, _) = house.ask("ministry", &format!("{url}&indicator=outreach-attendances"));
        whole(&body);
        // 34 provinces, and the archipelagos of two.
        assert_eq!(body.matches("<rect").count(), 36);
        assert!(body.contains("Trường Sa – Tỉnh Khánh Hòa: 0"), "{body}");
        for (who, status) in [("province", StatusCode::NOT_FOUND), ("officer", StatusCode::NOT_FOUND)] {
            assert_eq!(house.ask(who, url).0, status, "{who}");
        }
        let figure = "/units/vn/dashboard/figures?indicator=trainings&slice=*&regime=yearly&period=2026";
        let (status, _, to) = house.ask("ministry", figure);
        assert_eq!(
            (status, to.as_str()),
            (StatusCode::SEE_OTHER, "/units/vn/dashboard?regime=yearly&period=2026&indicator=trainings")
        );
    }
}

#[test]
fn pages_open_to_those_who_may() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        let url = "/units/05089/dashboard";
        let (status, body, _) = house.ask("officer", url);
        assert_eq!(status, StatusCode::OK);
        whole(&body);
        for part in [
            "Quý III năm 2026",
            "Khu 2",
            "/units/05089/dashboard/figures?indicator=outreach-sessions&#38;slice=",
            "role=\"img\"",
            "14/9/2026",
        ] {
            assert!(body.contains(part), "{part} in {body}");
        }
        for other in ["?regime=monthly", "?regime=yearly&period=2026", "?regime=nonsense&period=x"] {
            assert_eq!(house.ask("officer", &format!("{url}{other}")).0, StatusCode::OK, "{other}");
        }
        assert_eq!(house.ask("administrator", url).0, StatusCode::FORBIDDEN);
        assert_eq!(house.ask("elsewhere", url).0, StatusCode::NOT_FOUND);
        assert_eq!(house.ask("officer", "/units/25/dashboard").0, StatusCode::NOT_FOUND);
        let figures = format!("{url}/figures?regime=quarterly");
        for bad in
            ["", "&indicator=x&slice=*&period=2026-Q3", "&indicator=outreach-sessions&slice=x&period=2026-Q3"]
        {
            assert_eq!(house.ask("officer", &format!("{figures}{bad}")).0, StatusCode::NOT_FOUND, "{bad}");
        }
        let of_province = "/units/25/dashboard/figures?indicator=trainings&slice=*&regime=yearly&period=2026";
        let (status, _, to) = house.ask("province", of_province);
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert_eq!(to, "/units/25/dashboard?regime=yearly&period=2026&indicator=trainings");
    }
}

#[test]
fn what_is_due_next_is_the_earliest_day_not_past() {
    let catalogue = Catalogue::embedded().unwrap();
    let quarterly = |today: Date| {
        let due = due_next(&catalogue, &kernel::Areas::All, today);
        let found = due.into_iter().find(|due| due.form.id == "movement-quarterly").unwrap();
        (found.window.period, found.on)
    };
    // The third quarter ends on Monday 14 September; its report is due a working day later.
    assert_eq!(quarterly(date(2026, 9, 10)), ("2026-Q3".to_owned(), date(2026, 9, 15)));
    assert_eq!(quarterly(date(2026, 9, 15)), ("2026-Q3".to_owned(), date(2026, 9, 15)));
    assert_eq!(quarterly(date(2026, 9, 16)), ("2026-Q4".to_owned(), date(2026, 12, 15)));
}

#[test]
fn a_map_is_drawn_like_this() {
    let house = houses().next().unwrap();
    house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
    house.session(2, 2, date(2026, 8, 2), 3, 1..=3);
    let mut communes = house.spread("outreach-attendances", &house.period("quarterly", "2026-Q3")).parts;
    communes.retain(|commune| CODES.contains(&commune.unit.code.as_str()));
    let words = |part: &crate::province::Part| format!("{} & {}", part.unit.name, !part.hidden.is_empty());
    let map = crate::charts::Map::new("25", ("Lượt người".into(), "Ô".into()), &communes, words).unwrap();
    insta::assert_snapshot!(map.render().unwrap());
    assert!(crate::charts::Map::new("01", (String::new(), String::new()), &communes, words).is_none());
}

#[test]
fn bars_are_drawn_like_this() {
    let bars = Bars::new(3, "Khu <1>".into(), "0, 1, 14, 28".into(), &[0, 1, 14, 28], 28);
    insta::assert_snapshot!(bars.render().unwrap());
}
