//! A commune and its province add to the catalogue: in the browser, from a day on, and no figure of before moves.

use axum::http::StatusCode;
use catalogue::Catalogue;
use db::testing;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use kernel::{Action, Line, Place, Role};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use supplements::{Refused, Rulebook};
use uuid::Uuid;

use crate::house::{Answer, House, PASSWORD, Person, patrol, system};

const TODAY: Date = date(2026, 11, 24);

struct Setting {
    here: Place,
    areas: Vec<Uuid>,
    officer: Person,
    other: Person,
    staff: Person,
}

fn setting(house: &House) -> Setting {
    let here = house.place("05089");
    let areas = house.areas(&here, &[("Khu 1", 40), ("Khu 2", 60)]);
    let officer = house.person("canbo", &here, Role::Officer, None, Some(Line::Police));
    let other = house.person("canbokhac", &here, Role::Officer, None, Some(Line::Front));
    let staff = house.person("canbotinh", &house.place("25"), Role::ProvinceStaff, None, None);
    Setting { here, areas, officer, other, staff }
}

/// Begins a supplement of a unit; its address.
pub(crate) fn begun(house: &House, who: &Person, code: &str) -> String {
    let (rules, id) = (format!("/units/{code}/catalogue"), house.id().to_string());
    let answer = house.post(who, &rules, &[("id", &id), ("title", "Bổ sung quý I")]);
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    // The same form a second time begins nothing.
    let again = house.post(who, &rules, &[("id", &id), ("title", "Bổ sung quý I")]);
    assert_eq!(again.location(), answer.location());
    answer.location().to_owned()
}

/// Sends a form of a supplement with the version it shows.
pub(crate) fn step(house: &House, who: &Person, url: &str, path: &str, form: &[(&str, &str)]) -> Answer {
    let version = house.get(who, url).input("based_on").unwrap_or_default();
    let form: Vec<(&str, &str)> =
        [("based_on", version.as_str())].into_iter().chain(form.iter().copied()).collect();
    house.post(who, &format!("{url}{path}"), &form)
}

/// One question about patrols and an indicator that adds it up.
fn filled(house: &House, who: &Person, url: &str, prefix: &str) {
    let field = [("kind", "patrol"), ("label_vi", "Số đèn hỏng"), ("input", "count"), ("unit_vi", "đèn")];
    let added = step(house, who, url, "/entries/field", &field);
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
    let of = format!("patrol {prefix}so-den-hong");
    let indicator = [
        ("name_vi", "Đèn hỏng đã báo"),
        ("unit_vi", "đèn"),
        ("definition_vi", "Cộng số đèn hỏng."),
        ("measure", "sum"),
        ("sum_of", of.as_str()),
    ];
    let added = step(house, who, url, "/entries/indicator", &indicator);
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
}

fn rules(house: &House, place: &Place) -> std::sync::Arc<Catalogue> {
    let book = Rulebook::new(house.rules.clone());
    house.db.read_now(|read| book.of(read, &place.path)).unwrap()
}

#[test]
fn a_commune_adds_a_question_and_an_indicator_and_sees_its_figure() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let Setting { here, areas, officer, other, staff } = setting(&house);
        let list = format!("/units/{}/activities", here.code);
        let url = begun(&house, &officer, &here.code);
        filled(&house, &officer, &url, "xa-");
        let shown = house.get(&officer, &url);
        assert!(shown.text().contains("Tuần tra: Số đèn hỏng") && shown.text().contains("Đèn hỏng đã báo"));
        // A draft holds nowhere; its preview shows the figure beside that of now.
        assert!(!house.get(&officer, &format!("{list}/new?kind=patrol")).text().contains("Số đèn hỏng"));
        let preview = house.get(&officer, &format!("{url}/preview"));
        assert!(preview.status == StatusCode::OK && preview.text().contains("Đèn hỏng đã báo"));
        // Not today: whoever is writing now keeps the rules of today.
        let early = step(&house, &officer, &url, "/publication", &[("starts", "2026-11-24")]);
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(early.text().contains("sau ngày hôm nay"));
        let published = step(&house, &officer, &url, "/publication", &[("starts", "2026-11-25")]);
        assert_eq!(published.status, StatusCode::SEE_OTHER, "{}", published.text());
        assert_eq!(house.get(&officer, &format!("{url}/file")).status, StatusCode::OK);
        // What is published is never changed.
        let changed = house.post(&officer, &url, &[("based_on", "4"), ("title", "Khác"), ("content", "")]);
        assert_eq!(changed.status, StatusCode::UNPROCESSABLE_ENTITY);

        let before = house.id().to_string();
        let area = areas[0].to_string();
        let sent = house.post(&officer, &list, &patrol(&before, &area, "24/11/2026"));
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        house.turn_clock(date(2026, 11, 25));
        assert!(house.get(&officer, &format!("{list}/new?kind=patrol")).text().contains("Số đèn hỏng"));
        let after = house.id().to_string();
        let mut form = patrol(&after, &area, "25/11/2026");
        form.push(("field.xa-so-den-hong", "7"));
        assert_eq!(house.post(&officer, &list, &form).status, StatusCode::SEE_OTHER);
        let seen = [("seen", format!("{before}:1")), ("seen", format!("{after}:1"))];
        let seen: Vec<(&str, &str)> = seen.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let confirmed = house.post(&other, &format!("{list}/confirmations"), &seen);
        assert!(confirmed.location().contains("left=0"), "{}", confirmed.location());
        // The record of yesterday is read with the questions it was written under.
        assert_eq!(house.get(&officer, &format!("{list}/{before}")).status, StatusCode::OK);
        assert!(house.get(&officer, &format!("{list}/{after}")).text().contains("Số đèn hỏng"));
        let figure = |who: &Person, code: &str| {
            let of = "indicator=xa-den-hong-da-bao&slice=*&regime=quarterly&period=2026-Q4";
            house.get(who, &format!("/units/{code}/dashboard/figures?{of}"))
        };
        let opened = figure(&officer, &here.code);
        assert!(opened.status == StatusCode::OK && opened.body.contains(&after), "{}", opened.text());
        // A commune's own indicator is of that commune only.
        assert_eq!(figure(&staff, "25").status, StatusCode::NOT_FOUND);
        house.verified();
    }
}

/// A server of the version before publishes without entering it in the list that this one asks.
#[test]
fn what_an_older_server_published_holds_once_a_server_has_looked() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let Setting { here, officer, .. } = setting(&house);
        let url = begun(&house, &officer, &here.code);
        filled(&house, &officer, &url, "xa-");
        let published = step(&house, &officer, &url, "/publication", &[("starts", "2026-11-25")]);
        assert_eq!(published.status, StatusCode::SEE_OTHER, "{}", published.text());
        let holds = || rules(&house, &here).indicator("xa-den-hong-da-bao").is_some();
        assert!(holds());
        let list = db::dump::tables().unwrap().into_iter().find(|table| table.name == "supplement_last");
        let room = system().own(&here.tenant);
        house.db.write_now(move |tx| list.unwrap().clear(tx, &room)).unwrap();
        assert!(!holds());
        assert_eq!(supplements::enter_missing(&house.db).unwrap(), 1);
        assert!(holds());
        assert_eq!(supplements::enter_missing(&house.db).unwrap(), 0);
    }
}

#[test]
fn what_a_province_adds_holds_in_its_communes_and_nowhere_else() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let Setting { here, officer, staff, .. } = setting(&house);
        let url = begun(&house, &staff, "25");
        filled(&house, &staff, &url, "tinh-");
        let published = step(&house, &staff, &url, "/publication", &[("starts", "2026-12-01")]);
        assert_eq!(published.status, StatusCode::SEE_OTHER, "{}", published.text());
        let own = begun(&house, &officer, &here.code);
        filled(&house, &officer, &own, "xa-");
        let published = step(&house, &officer, &own, "/publication", &[("starts", "2026-12-01")]);
        assert_eq!(published.status, StatusCode::SEE_OTHER, "{}", published.text());
        let has = |place: &Place, id: &str| rules(&house, place).indicator(id).is_some();
        let (province, elsewhere) = (house.place("25"), house.place("52"));
        assert!(has(&here, "tinh-den-hong-da-bao") && has(&here, "xa-den-hong-da-bao"));
        assert!(has(&province, "tinh-den-hong-da-bao") && !has(&province, "xa-den-hong-da-bao"));
        assert!(!has(&elsewhere, "tinh-den-hong-da-bao"));
        // With nothing laid upon them they are the program's own, and not a copy.
        assert!(std::sync::Arc::ptr_eq(&rules(&house, &elsewhere), &house.rules));
        let listed = house.get(&officer, &format!("/units/{}/catalogue", here.code)).text();
        assert!(listed.contains("Đèn hỏng đã báo") && listed.contains("từ 01/12/2026"));
    }
}

/// A commune that asks more about patrols has such a record; then the record's area goes to another commune, and later the
/// whole commune does. What the record says is read, shown, counted and changed under the rules it was written under.
#[test]
fn records_that_came_from_elsewhere_keep_the_rules_they_were_written_under() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let Setting { here, areas, officer, other, .. } = setting(&house);
        let (there, province) = (house.place("05200"), house.place("25"));
        let taker = house.person("canbonhan", &there, Role::Officer, None, Some(Line::Police));
        let url = begun(&house, &officer, &here.code);
        filled(&house, &officer, &url, "xa-");
        step(&house, &officer, &url, "/publication", &[("starts", "2026-11-25")]);
        house.turn_clock(date(2026, 11, 25));
        let mut written = Vec::new();
        for area in &areas {
            let (id, area) = (house.id(), area.to_string());
            let text = id.to_string();
            let mut form = patrol(&text, &area, "25/11/2026");
            form.push(("field.xa-so-den-hong", "7"));
            let list = format!("/units/{}/activities", here.code);
            assert_eq!(house.post(&officer, &list, &form).status, StatusCode::SEE_OTHER);
            let seen =
                house.post(&other, &format!("{list}/confirmations"), &[("seen", &format!("{text}:1"))]);
            assert!(seen.location().contains("left=0"), "{}", seen.location());
            written.push(id);
        }
        // Under the rules of another commune such a record cannot be read at all.
        let room = system().enter(&here, Action::SeeActivities).unwrap();
        let blind = house.db.read_now(|read| activities::find(read, &room, &house.rules, written[0]));
        assert!(blind.is_err(), "{blind:?}");

        let unit =
            |code| house.db.read_now(|read| units::find_by_code(read, &system(), code, TODAY)).unwrap();
        let (from, to) = (unit("05089").unwrap().id, unit("05200").unwrap().id);
        let moves =
            rearrangements::Plan::Move { commune: from.clone(), areas: vec![areas[0]], to: to.clone() };
        rearranged(&house, &province, moves, date(2026, 11, 26));
        house.turn_clock(date(2026, 11, 26));
        looked_at(&house, &taker, &there, &[written[0]]);
        let merger =
            rearrangements::Plan::Merge { communes: vec![from], into: rearrangements::Into::There(to) };
        rearranged(&house, &province, merger, date(2026, 11, 27));
        house.turn_clock(date(2026, 11, 27));
        looked_at(&house, &taker, &there, &written);

        // Returned by those who took it in: the cells of where it lies lose exactly what it had added.
        let record = format!("/units/{}/activities/{}", there.code, written[1]);
        let back =
            house.post(&taker, &format!("{record}/return"), &[("based_on", "2"), ("reason", "ghi sai")]);
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text());
        assert!(house.get(&taker, &format!("{record}/versions")).text().contains("Số đèn hỏng"));
        house.verified();
    }
}

/// Prepares and applies a rearrangement of a province.
pub(crate) fn rearranged(house: &House, province: &Place, plan: rearrangements::Plan, on: Date) {
    let draft = rearrangements::Draft { id: house.id(), plan, on, basis: "12/NQ".into() };
    let (rules, scope, now) = (rules(house, province), system(), house.app.clock.now());
    let unit = house.db.read_now(|read| units::find_by_code(read, &scope, &province.code, TODAY)).unwrap();
    let unit = unit.unwrap();
    let applied = house.db.write_now(move |tx| {
        let desk = rearrangements::Desk { scope: &scope, unit: &unit, catalogue: &rules, now };
        let found = rearrangements::draft(tx, desk, draft)?;
        rearrangements::apply(tx, desk, (found.id, found.version))
    });
    applied.unwrap();
}

/// Records stand in the list, on their own pages, in the export, on the dashboard and in a report of where they lie.
fn looked_at(house: &House, who: &Person, place: &Place, records: &[Uuid]) {
    let base = format!("/units/{}", place.code);
    let page = |path: &str| {
        let answer = house.get(who, &format!("{base}{path}"));
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer
    };
    let report = house.id().to_string();
    let new = [("id", report.as_str()), ("report", "movement-quarterly 2026-Q4")];
    let started = house.post(who, &format!("{base}/reports"), &new);
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text());
    // The one that was started the first time, the second time.
    page(started.location().strip_prefix(&base).unwrap());
    let of = "indicator=patrol-shifts&slice=*&regime=quarterly&period=2026-Q4";
    let (list, figure) = (page("/activities").body, page(&format!("/dashboard/figures?{of}")).body);
    page("/activities/export/csv");
    page("/dashboard");
    for record in records.iter().map(Uuid::to_string) {
        assert!(list.contains(&record) && figure.contains(&record), "{record}");
        assert!(page(&format!("/activities/{record}")).text().contains("Số đèn hỏng"));
    }
}

#[test]
fn bad_entries_and_files_are_told_where_and_why() {
    let db = testing::sqlite();
    let house = House::on(&db, TODAY);
    let Setting { here, officer, .. } = setting(&house);
    let url = begun(&house, &officer, &here.code);
    let bad = [("kind", "patrol"), ("label_vi", "Tôn giáo của chủ hộ"), ("input", "count")];
    let answer = step(&house, &officer, &url, "/entries/field", &bad);
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("f-label_vi-error") && answer.text().contains("Tôn giáo của chủ hộ"));
    let faulty = "[[indicator]]\nid = \"xa-a\"\n";
    let kept = step(&house, &officer, &url, "", &[("title", "Thử"), ("content", faulty)]);
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    assert!(house.get(&officer, &url).text().contains("xa-1.toml, dòng 1: missing field"));
    let refused = step(&house, &officer, &url, "/publication", &[("starts", "2026-12-01")]);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("xa-1.toml, dòng 1"));
}

#[test]
fn a_change_within_the_period_of_an_open_report_is_refused_with_the_reason() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let Setting { here, officer, .. } = setting(&house);
        let url = begun(&house, &officer, &here.code);
        filled(&house, &officer, &url, "xa-");
        let form = [("name_vi", "Báo cáo đèn"), ("regime", "quarterly"), ("rows", "xa-den-hong-da-bao")];
        let added = step(&house, &officer, &url, "/entries/form", &form);
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
        step(&house, &officer, &url, "/publication", &[("starts", "2026-11-25")]);
        house.turn_clock(date(2026, 12, 20));
        let report = house.id().to_string();
        let reports = format!("/units/{}/reports", here.code);
        let new = [("id", report.as_str()), ("report", "xa-bao-cao-den 2027-Q1")];
        let started = house.post(&officer, &reports, &new);
        assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text());
        // The same indicator counted otherwise, within the quarter that is being reported and after it.
        let next = begun(&house, &officer, &here.code);
        let content = r#"[[indicator]]
id = "xa-den-hong-da-bao"
name = { vi = "Đèn hỏng đã báo", en = "Lamps" }
unit = { vi = "ca", en = "shifts" }
definition = { vi = "Cộng số ca.", en = "Shifts added up." }
checked = false
people = false
measure = "sum"
kinds = ["patrol"]
field = "shifts"
"#;
        step(&house, &officer, &next, "", &[("title", "Cách tính mới"), ("content", content)]);
        let refused = step(&house, &officer, &next, "/publication", &[("starts", "2027-02-01")]);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Báo cáo đèn") && refused.text().contains("Đèn hỏng đã báo"));
        let published = step(&house, &officer, &next, "/publication", &[("starts", "2027-03-15")]);
        assert_eq!(published.status, StatusCode::SEE_OTHER, "{}", published.text());
    }
}

/// What can happen on a day.
#[derive(Debug, Clone)]
enum Deed {
    Publish { province: bool, days: i8, sum: bool },
    Patrol { area: usize, back: i8, lamps: u8 },
    Night,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        (any::<bool>(), -1_i8..4, any::<bool>()).prop_map(|(province, days, sum)| Deed::Publish {
            province,
            days,
            sum
        }),
        (0_usize..2, 0_i8..3, any::<u8>()).prop_map(|(area, back, lamps)| Deed::Patrol { area, back, lamps }),
        (0_usize..2, 0_i8..3, any::<u8>()).prop_map(|(area, back, lamps)| Deed::Patrol { area, back, lamps }),
        Just(Deed::Night),
    ];
    proptest::collection::vec(deed, 1..25)
}

/// A supplement that asks one more question and has one more version of an indicator.
fn content(prefix: &str, n: usize, sum: bool) -> String {
    let measure = if sum {
        format!("measure = \"sum\"\nkinds = [\"patrol\"]\nfield = \"{prefix}lamps-{n}\"")
    } else {
        "measure = \"count\"\nkinds = [\"patrol\"]".to_owned()
    };
    format!(
        "[[addition]]\nkind = \"patrol\"\n\n[[addition.field]]\nid = \"{prefix}lamps-{n}\"\nlabel = {{ vi = \"Đèn\", en = \"Lamps\" }}\n\
         help = {{ vi = \"Đếm.\", en = \"Count.\" }}\ninput = \"count\"\nmax = 999\n\n[[indicator]]\nid = \"{prefix}lamps\"\n\
         name = {{ vi = \"Đèn\", en = \"Lamps\" }}\nunit = {{ vi = \"đèn\", en = \"lamps\" }}\n\
         definition = {{ vi = \"Cộng.\", en = \"Sum.\" }}\nchecked = false\npeople = false\n{measure}\n"
    )
}

#[test]
fn whatever_is_published_no_cell_is_other_than_the_records_say() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        let Setting { here, areas, mut officer, mut other, .. } = setting(&house);
        let (province, list) = (house.place("25"), format!("/units/{}/activities", here.code));
        let (around, mut today, mut published) = (chungsuc::product::surroundings(), TODAY, 0);
        let mut runner = TestRunner::deterministic();
        for _ in 0..12 {
            let deeds = deeds().new_tree(&mut runner).unwrap().current();
            for (n, deed) in deeds.into_iter().enumerate() {
                match deed {
                    Deed::Night => {
                        today = today.saturating_add(1.day());
                        house.turn_clock(today);
                        // Sessions end; people sign in again.
                        officer.token = house.session(&officer.sign_in, PASSWORD);
                        other.token = house.session(&other.sign_in, PASSWORD);
                    }
                    Deed::Publish { province: above, days, sum } => {
                        let place = if above { province.clone() } else { here.clone() };
                        let prefix = if above { "tinh-" } else { "xa-" };
                        let text = content(prefix, published * 100 + n, sum);
                        let room = system().enter(&place, Action::KeepCatalogue).unwrap();
                        let (id, now, around) = (house.id(), house.app.clock.now(), around.clone());
                        let starts = today.saturating_add(i64::from(days).days());
                        let done = house.db.write_now(move |tx| {
                            supplements::keep(tx, &room, (id, 0), ("Thử", &text), now)?;
                            supplements::publish(tx, (&place, &room), (id, 1), starts, &*around, now)
                        });
                        match done {
                            Ok(_) => published += 1,
                            Err(Refused::Rule(_) | Refused::Faulty(_)) => {}
                            Err(other) => panic!("{other:?}"),
                        }
                    }
                    Deed::Patrol { area, back, lamps } => {
                        let (id, area) = (house.id().to_string(), areas[area].to_string());
                        let day = today.saturating_sub(i64::from(back).days()).to_string();
                        let kind = rules(&house, &here).kinds().on("patrol", today).unwrap().clone();
                        let mut form: Vec<(String, String)> = patrol(&id, &area, &day)
                            .into_iter()
                            .map(|(name, value)| (name.to_owned(), value.to_owned()))
                            .collect();
                        for field in kind.fields.iter().filter(|field| field.id.contains("lamps")) {
                            form.push((format!("field.{}", field.id), lamps.to_string()));
                        }
                        let form: Vec<(&str, &str)> =
                            form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                        let sent = house.post(&officer, &list, &form);
                        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
                        let seen = format!("{id}:1");
                        let seen = [("seen", seen.as_str())];
                        let confirmed = house.post(&other, &format!("{list}/confirmations"), &seen);
                        assert!(confirmed.location().contains("left=0"), "{}", confirmed.location());
                    }
                }
                house.verified();
            }
        }
        assert!(published > 10, "only {published} publications");
    }
}
