//! The reporting chain through the router: one activity in the reports of three lines; sent, returned, amended,
//! accepted; who is late, who is reminded.

use axum::http::StatusCode;
use catalogue::Regime;
use chungsuc::demo;
use db::testing;
use jiff::civil::{Date, date};
use kernel::{Action, Line, Place, Role};
use reports::{Column, Desk, Sheet};
use uuid::Uuid;

use crate::house::{Answer, House, PASSWORD, Person, system};

/// The day of the one activity.
const DAY: Date = date(2026, 9, 10);
/// All three windows are over.
pub(crate) const LATER: Date = date(2026, 12, 16);

/// A commune with an officer of each line, a province with staff of the police and of the Front.
pub(crate) struct Chain {
    pub(crate) house: House,
    pub(crate) here: Place,
    area: Uuid,
    pub(crate) police: Person,
    pub(crate) front: Person,
    pub(crate) government: Person,
    province: Person,
    province_front: Person,
}

impl Chain {
    pub(crate) fn on(db: &db::Db) -> Chain {
        let house = House::on(db, date(2026, 9, 12));
        let (here, province) = (house.place(demo::COMMUNE), house.place(demo::PROVINCE));
        let area = house.areas(&here, &[("Khu 1", 40)])[0];
        let officer = |name: &str, line| house.person(name, &here, Role::Officer, None, Some(line));
        let staff = |name: &str, line| house.person(name, &province, Role::ProvinceStaff, None, Some(line));
        Chain {
            police: officer("congan", Line::Police),
            front: officer("mattran", Line::Front),
            government: officer("uyban", Line::Government),
            province: staff("tinh", Line::Police),
            province_front: staff("mattrantinh", Line::Front),
            here,
            area,
            house,
        }
    }

    /// Lets time pass and everybody sign in again: sessions do not last that long.
    pub(crate) fn later(&mut self, day: Date) {
        self.house.turn_clock(day);
        let people = [&mut self.police, &mut self.front, &mut self.government];
        for person in people.into_iter().chain([&mut self.province, &mut self.province_front]) {
            person.token = self.house.session(&person.sign_in, PASSWORD);
        }
    }

    /// Writes a session down by the police officer and has it confirmed by the Front's.
    pub(crate) fn session(&self, based_on: &str, id: Uuid, attendees: &str, programmes: &[&str]) {
        self.session_in((self.area, DAY), based_on, id, (attendees, "1-10"), programmes);
    }

    /// The same with some households.
    pub(crate) fn session_with(
        &self,
        based_on: &str,
        id: Uuid,
        attendees: &str,
        households: &str,
        programmes: &[&str],
    ) {
        self.session_in((self.area, DAY), based_on, id, (attendees, households), programmes);
    }

    /// A session of a day, with ten households.
    pub(crate) fn session_on(&self, day: Date, attendees: &str) {
        self.session_in((self.area, day), "0", self.house.id(), (attendees, "1-10"), &[]);
    }

    fn session_in(
        &self,
        (area, day): (Uuid, Date),
        based_on: &str,
        id: Uuid,
        (attendees, households): (&str, &str),
        programmes: &[&str],
    ) {
        let list = format!("/units/{}/activities", self.here.code);
        let (id, area, day) = (id.to_string(), area.to_string(), day.to_string());
        let mut form = vec![
            ("id", id.as_str()),
            ("based_on", based_on),
            ("kind", "outreach-session"),
            ("day", day.as_str()),
            ("area", area.as_str()),
            ("field.form", "gathering"),
            ("field.topic", "online-fraud"),
            ("field.attendees", attendees),
            ("field.households", households),
            ("step", "send"),
        ];
        form.extend(programmes.iter().map(|programme| ("programmes", *programme)));
        let to = if based_on == "0" { list.clone() } else { format!("{list}/{id}") };
        let sent = self.house.post(&self.police, &to, &form);
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let seen = format!("{id}:{}", based_on.parse::<u32>().unwrap() + 1);
        let confirmed =
            self.house.post(&self.front, &format!("{list}/confirmations"), &[("seen", seen.as_str())]);
        assert!(confirmed.location().contains("left=0"), "{}", confirmed.location());
    }

    pub(crate) fn reports(&self) -> String {
        format!("/units/{}/reports", self.here.code)
    }

    fn regime(&self, form: &str) -> &Regime {
        self.house.rules.regime(&self.house.rules.form(form).unwrap().regime).unwrap()
    }

    /// Starts the report of the period in which a day falls, writes its texts and freezes it.
    pub(crate) fn frozen(&self, who: &Person, form: &str, on: Date) -> Uuid {
        let (id, period) = (self.house.id(), self.regime(form).containing(on).period);
        let which = format!("{form} {period}");
        let started = self.house.post(who, &self.reports(), &[("id", &id.to_string()), ("report", &which)]);
        assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.body);
        self.freeze(who, id);
        id
    }

    /// Writes every text of a report and freezes it.
    pub(crate) fn freeze(&self, who: &Person, id: Uuid) {
        let url = format!("{}/{id}", self.reports());
        let sheet = self.sheet(id);
        let texts: Vec<(String, String)> = sheet
            .form
            .sections
            .iter()
            .flat_map(|section| &section.body)
            .filter(|part| matches!(part, catalogue::Part::Narrative { .. }))
            .map(|part| (format!("text-{}", part.id()), format!("Ổn định, lần {}.", sheet.report.version)))
            .collect();
        let based_on = sheet.report.version.to_string();
        let mut form = vec![("based_on", based_on.as_str())];
        form.extend(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        let written = self.house.post(who, &format!("{url}/texts"), &form);
        assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.body);
        let based_on = self.sheet(id).report.version.to_string();
        let frozen = self.house.post(who, &format!("{url}/freezing"), &[("based_on", &based_on)]);
        assert!(frozen.location().ends_with("done=reports-done-frozen"), "{}", frozen.body);
    }

    fn sheet(&self, id: Uuid) -> Sheet {
        let scope = system();
        let (today, rules) = (self.house.app.clock.today(), self.house.rules.clone());
        let room = scope.enter(&self.here, Action::SeeReports).unwrap();
        self.house
            .db
            .read_now(|read| {
                let unit = units::find_by_code(read, &scope, &self.here.code, today)?.unwrap();
                let desk = Desk { scope: &scope, unit: &unit, room: &room, catalogue: &rules, today };
                let report = reports::find(read, &room, id)?.unwrap();
                reports::sheet(read, desk, report)
            })
            .unwrap()
    }

    fn submission(&self, report: Uuid) -> String {
        format!("{}/{report}/submission", self.reports())
    }

    /// Sends a report; the explanation is for what the checks find odd.
    fn send(&self, who: &Person, report: Uuid) -> Answer {
        self.house.post(who, &self.submission(report), &[("words", "Đợt cao điểm trong kỳ.")])
    }
}

/// The number of an indicator's slice in a frozen report.
fn number(sheet: &Sheet, indicator: &str, slice: &str) -> i64 {
    let entry = sheet.entries.iter().find(|entry| {
        let figure = &entry.figure;
        (figure.indicator.as_str(), figure.slice.as_str(), entry.column)
            == (indicator, slice, Column::Current)
    });
    match entry.unwrap().figure.value {
        figures::Value::Number(number) => number,
        ref other => panic!("{indicator} {slice} is {other:?}"),
    }
}

/// No text is missing: a missing one shows as its key in brackets.
fn whole(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(!answer.body.contains("[submissions-") && !answer.body.contains("[reports-"), "{}", answer.body);
}

#[test]
fn one_activity_stands_in_the_reports_of_three_lines_under_three_regimes() {
    for db in testing::stores() {
        let mut chain = Chain::on(&db);
        // One session for three programmes, and one for the police and the Front alone.
        chain.session("0", chain.house.id(), "136", &["joint-programme", "unity-new-rural", "new-rural"]);
        chain.session("0", chain.house.id(), "20", &["joint-programme"]);
        chain.later(LATER);
        let monthly = chain.frozen(&chain.police, "movement-monthly", DAY);
        let weekly = chain.frozen(&chain.front, "front-weekly", DAY);
        let half = chain.frozen(&chain.government, "new-rural-half-yearly", DAY);
        let sheets = [monthly, weekly, half].map(|id| chain.sheet(id));
        let windows: Vec<&str> = sheets.iter().map(|sheet| sheet.report.window.period.as_str()).collect();
        assert_eq!(windows, ["2026-09", "2026-W37", "2026-H2"]);
        for sheet in &sheets {
            assert_eq!(number(sheet, "outreach-sessions", "*"), 2, "{}", sheet.form.id);
            assert_eq!(number(sheet, "outreach-attendances", "*"), 156, "{}", sheet.form.id);
        }
        let [_, weekly_sheet, half_sheet] = &sheets;
        assert_eq!(number(half_sheet, "outreach-sessions", "programme:new-rural"), 1);
        assert_eq!(number(half_sheet, "outreach-attendances", "programme:new-rural"), 136);
        let by_programme = ["joint-programme", "crime-prevention-campaign", "unity-new-rural", "new-rural"]
            .map(|programme| number(weekly_sheet, "outreach-sessions", &format!("programme:{programme}")));
        assert_eq!(by_programme, [2, 0, 1, 1]);
        // Four over the programmes, two sessions: the page and the paper say why.
        let shown = chain.house.get(&chain.front, &format!("{}/{weekly}", chain.reports()));
        whole(&shown);
        let why = "chỉ tính một lần trong tổng số, nên tổng số không phải là cộng các dòng chương trình";
        assert!(shown.text().contains(why), "{}", shown.body);
        let paper = chain.house.get(&chain.front, &format!("{}/{weekly}/preview", chain.reports()));
        assert!(paper.text().contains(why));
        // Each line sends its own, and nobody another's.
        for (who, report) in [(&chain.police, monthly), (&chain.front, weekly), (&chain.government, half)] {
            let sent = chain.send(who, report);
            assert!(sent.location().ends_with("done=submissions-done-sent"), "{}", sent.body);
        }
        let inbox = format!("/units/{}/submissions", demo::PROVINCE);
        let (police, front) =
            (chain.house.get(&chain.province, &inbox), chain.house.get(&chain.province_front, &inbox));
        whole(&police);
        whole(&front);
        let holds = |answer: &Answer, report: Uuid| answer.body.contains(&report.to_string());
        assert!(holds(&police, monthly) && !holds(&police, weekly) && !holds(&police, half));
        assert!(holds(&front, weekly) && !holds(&front, monthly));
        chain.house.verified();
    }
}

#[test]
fn a_line_writes_and_sends_its_own_forms_only() {
    let mut chain = Chain::on(&testing::sqlite());
    chain.later(LATER);
    let id = chain.house.id().to_string();
    let monthly = [("id", id.as_str()), ("report", "movement-monthly 2026-09")];
    let refused = chain.house.post(&chain.front, &chain.reports(), &monthly);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("thuộc hệ khác"), "{}", refused.body);
    let offered = chain.house.get(&chain.front, &format!("{}/new", chain.reports())).body;
    assert!(!offered.contains("value=\"movement-monthly"));
    // His own line's form stands before what all lines share.
    assert!(
        offered.find("value=\"front-weekly").unwrap() < offered.find("value=\"movement-quarterly").unwrap()
    );
    let report = chain.frozen(&chain.police, "movement-monthly", DAY);
    let refused = chain.send(&chain.front, report);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("thuộc hệ khác"), "{}", refused.body);
}

#[test]
fn a_report_with_faults_is_not_frozen_and_an_odd_figure_is_explained() {
    for db in testing::stores() {
        let mut chain = Chain::on(&db);
        for _ in 0..12 {
            chain.session("0", chain.house.id(), "30", &["joint-programme"]);
        }
        chain.later(LATER);
        let id = chain.house.id();
        let form = [("id", &*id.to_string()), ("report", "movement-monthly 2026-09")];
        chain.house.post(&chain.police, &chain.reports(), &form);
        let url = format!("{}/{id}", chain.reports());
        let page = chain.house.get(&chain.police, &url);
        whole(&page);
        let text = page.text();
        assert!(text.contains("Chưa viết phần “Tình hình nổi lên"), "{text}");
        assert!(text.contains("kỳ này 12, kỳ trước 0, chênh từ 5 lần trở lên"), "{text}");
        assert!(!text.contains("Chốt số liệu</button>"));
        let refused = chain.house.post(&chain.police, &format!("{url}/freezing"), &[("based_on", "1")]);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Báo cáo còn lỗi"), "{}", refused.body);
        chain.freeze(&chain.police, id);
        let refused = chain.house.post(&chain.police, &chain.submission(id), &[("words", " ")]);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Hãy giải trình"), "{}", refused.body);
        let phone = [("words", "Hỏi 0912 345 678 để rõ.")];
        let refused = chain.house.post(&chain.police, &chain.submission(id), &phone);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.text().contains("Hỏi 0912 345 678 để rõ.") && refused.text().contains("Hãy bỏ số này")
        );
        assert!(chain.send(&chain.police, id).location().ends_with("done=submissions-done-sent"));
        let seen = chain.house.get(&chain.province, &chain.submission(id));
        assert!(seen.text().contains("Đợt cao điểm trong kỳ."), "{}", seen.body);
    }
}

#[test]
fn a_report_is_sent_returned_amended_and_accepted() {
    for db in testing::stores() {
        let chain = Chain::on(&db);
        let (house, session) = (&chain.house, chain.house.id());
        chain.session("0", session, "4", &["joint-programme"]);
        house.turn_clock(date(2026, 9, 15));
        let first = chain.frozen(&chain.police, "movement-monthly", DAY);
        let board =
            format!("/units/{}/submissions/board?form=movement-monthly&period=2026-09", demo::PROVINCE);
        let missing = house.get(&chain.province, &board);
        whole(&missing);
        assert!(missing.text().contains("Đến hạn gửi") && missing.text().contains("xã Cao Phong"));

        // A day late it is reminded of, once a day however often the button is pressed.
        house.turn_clock(date(2026, 9, 16));
        let remind = format!("/units/{}/submissions/reminders", demo::PROVINCE);
        for _ in 0..2 {
            let form = [("form", "movement-monthly"), ("period", "2026-09")];
            let reminded = house.post(&chain.province, &remind, &form);
            assert!(reminded.location().ends_with("done=submissions-done-reminded"), "{}", reminded.body);
        }
        let owed = house.get(&chain.police, &format!("/units/{}/submissions", chain.here.code));
        whole(&owed);
        assert!(owed.text().contains("Cấp trên đã nhắc ngày 16/9/2026"), "{}", owed.body);
        assert!(owed.text().contains("Quá hạn chưa gửi"));

        // Sent twice it is there once, and late.
        for _ in 0..2 {
            assert!(chain.send(&chain.police, first).location().ends_with("done=submissions-done-sent"));
        }
        let seen = house.get(&chain.province, &chain.submission(first));
        whole(&seen);
        assert!(seen.text().contains("gửi muộn") && seen.text().contains("Chờ tiếp nhận"), "{}", seen.body);
        // Small numbers of people stay in the commune, here as well.
        assert!(seen.text().contains("<5"), "{}", seen.body);

        // The other line's staff and the commune itself do not decide.
        let verdict = |who: &Person, what: &str, report, based_on: &str, reason: &str| {
            let form = [("based_on", based_on), ("reason", reason)];
            house.post(who, &format!("{}/{what}", chain.submission(report)), &form)
        };
        let refused = verdict(&chain.province_front, "acceptance", first, "1", "");
        assert!(refused.text().contains("thuộc hệ khác"), "{}", refused.body);
        let refused = verdict(&chain.police, "acceptance", first, "1", "");
        assert!(refused.text().contains("Chỉ cơ quan nhận báo cáo"), "{}", refused.body);
        let refused = verdict(&chain.province, "return", first, "1", "");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Hãy nêu lý do trả lại"), "{}", refused.body);
        for _ in 0..2 {
            let returned = verdict(&chain.province, "return", first, "1", "Số người dự chưa khớp.");
            assert!(returned.location().ends_with("done=submissions-done-returned"), "{}", returned.body);
        }
        let stale = verdict(&chain.province, "acceptance", first, "1", "");
        assert_eq!(stale.status, StatusCode::CONFLICT);

        // The commune reads why, corrects the record, amends and sends again.
        let back = house.get(&chain.police, &chain.submission(first));
        whole(&back);
        assert!(back.text().contains("Số người dự chưa khớp.") && back.text().contains("Bị trả lại"));
        let refused = chain.send(&chain.police, first);
        assert!(refused.text().contains("Hãy lập báo cáo điều chỉnh rồi gửi"), "{}", refused.body);
        chain.session("2", session, "44", &["joint-programme"]);
        let second = house.id();
        let amend = format!("{}/{first}/amendment", chain.reports());
        house.post(&chain.police, &amend, &[("id", &second.to_string())]);
        assert!(chain.send(&chain.police, second).text().contains("chưa chốt số liệu"));
        chain.freeze(&chain.police, second);
        assert!(chain.send(&chain.police, second).location().ends_with("done=submissions-done-sent"));
        assert_eq!(number(&chain.sheet(first), "outreach-attendances", "*"), 4);
        assert_eq!(number(&chain.sheet(second), "outreach-attendances", "*"), 44);
        for _ in 0..2 {
            let accepted = verdict(&chain.province, "acceptance", second, "3", "");
            assert!(accepted.location().ends_with("done=submissions-done-accepted"), "{}", accepted.body);
        }
        let taken = house.get(&chain.province, &board);
        assert!(taken.text().contains("Đã tiếp nhận") && taken.body.contains(&second.to_string()));
        let one = format!("{board}&standing=accepted");
        assert_eq!(house.get(&chain.province, &one).body.matches("role=\"rowheader\"").count(), 1);

        // What changes now is listed beside what was accepted.
        assert!(
            !house.get(&chain.province, &chain.submission(second)).text().contains("Thay đổi từ khi chốt")
        );
        chain.session("4", session, "45", &["joint-programme"]);
        let seen = house.get(&chain.province, &chain.submission(second));
        whole(&seen);
        assert!(seen.text().contains("Thay đổi từ khi chốt") && seen.text().contains("10/9/2026"));
        whole(&house.get(&chain.province.reading("en"), &chain.submission(second)));
        whole(&house.get(&chain.police.reading("en"), &format!("/units/{}/submissions", chain.here.code)));
        // Another province sees nothing of it.
        let stranger = house.person("tinhkhac", &house.place("52"), Role::ProvinceStaff, None, None);
        assert_eq!(house.get(&stranger, &chain.submission(second)).status, StatusCode::NOT_FOUND);
        assert_eq!(house.get(&stranger, &board).status, StatusCode::NOT_FOUND);
        chain.house.verified();
    }
}

#[test]
fn a_residential_area_sends_its_note_to_the_commune() {
    for db in testing::stores() {
        let chain = Chain::on(&db);
        let house = &chain.house;
        let other = house.areas(&chain.here, &[("Khu 2", 60)])[0];
        let person = |name: &str, area| house.person(name, &chain.here, Role::AreaHead, Some(area), None);
        let (head, neighbour) = (person("truongkhu1", chain.area), person("truongkhu2", other));
        chain.session("0", house.id(), "30", &["joint-programme"]);
        chain.session_in((other, DAY), "0", house.id(), ("50", "1-10"), &["joint-programme"]);
        house.turn_clock(date(2026, 9, 16));
        // The head writes the note of the own area: there is no other in the list.
        let new = house.get(&head, &format!("{}/new", chain.reports()));
        assert!(
            new.body.contains("value=\"area-monthly 2026-09\"") && !new.body.contains("value=\"movement")
        );
        let id = house.id();
        let form = [("id", &*id.to_string()), ("report", "area-monthly 2026-09")];
        let started = house.post(&head, &chain.reports(), &form);
        assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.body);
        chain.freeze(&head, id);
        // The figures are the area's own, frozen with their records.
        let sheet = chain.sheet(id);
        assert_eq!(sheet.area.as_deref(), Some("Khu 1"));
        assert_eq!(number(&sheet, "outreach-sessions", "*"), 1);
        assert_eq!(number(&sheet, "outreach-attendances", "*"), 30);
        let sessions = sheet.entries.iter().find(|entry| entry.figure.indicator == "outreach-sessions");
        assert_eq!(sessions.unwrap().records.as_ref().unwrap().len(), 1);
        let url = format!("{}/{id}", chain.reports());
        whole(&house.get(&head, &url));
        let paper = house.get(&head, &format!("{url}/preview"));
        let words = paper.text().replace('\u{a0}', " ");
        assert!(words.contains("TRƯỞNG KHU DÂN CƯ") && words.contains("Khu 1, xã Cao Phong"), "{words}");
        assert_eq!(house.get(&neighbour, &url).status, StatusCode::NOT_FOUND);
        let explained = house.get(&head, &format!("{url}/figures/1"));
        assert!(
            explained.text().contains("Khu 1") && !explained.text().contains("Khu 2"),
            "{}",
            explained.body
        );

        assert!(chain.send(&neighbour, id).status == StatusCode::NOT_FOUND);
        assert!(chain.send(&head, id).location().ends_with("done=submissions-done-sent"));
        let board = format!("/units/{}/submissions/board?form=area-monthly&period=2026-09", chain.here.code);
        let seen = house.get(&chain.police, &board);
        whole(&seen);
        assert!(seen.text().contains("Chờ tiếp nhận") && seen.text().contains("Quá hạn chưa gửi"));
        assert!(!house.get(&head, &board).text().contains("Khu 2"));
        let verdict = |what: &str, based_on: &str| {
            let form = [("based_on", based_on), ("reason", "Thiếu buổi họp khu.")];
            house.post(&chain.police, &format!("{}/{what}", chain.submission(id)), &form)
        };
        assert!(verdict("return", "1").location().ends_with("done=submissions-done-returned"));
        let owed = house.get(&head, &format!("/units/{}/submissions", chain.here.code));
        whole(&owed);
        assert!(owed.text().contains("Bị trả lại"), "{}", owed.body);
        assert!(house.get(&head, &chain.submission(id)).text().contains("Thiếu buổi họp khu."));
        let second = house.id();
        let amend = format!("{url}/amendment");
        house.post(&head, &amend, &[("id", &second.to_string())]);
        chain.freeze(&head, second);
        assert!(chain.send(&head, second).location().ends_with("done=submissions-done-sent"));
        let accept = format!("{}/acceptance", chain.submission(second));
        let accepted = house.post(&chain.police, &accept, &[("based_on", "3")]);
        assert!(accepted.location().ends_with("done=submissions-done-accepted"), "{}", accepted.body);
        // An officer may write the note for an area, but not take it from their own hands.
        let third = house.id().to_string();
        let form = [("id", &*third), ("area", &*other.to_string()), ("report", "area-monthly 2026-09")];
        house.post(&chain.police, &chain.reports(), &form);
        let third: Uuid = third.parse().unwrap();
        chain.freeze(&chain.police, third);
        assert!(chain.send(&chain.police, third).location().ends_with("done=submissions-done-sent"));
        let accept = format!("{}/acceptance", chain.submission(third));
        let own = house.post(&chain.police, &accept, &[("based_on", "1")]);
        assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(own.text().contains("không tự tiếp nhận"), "{}", own.body);
        let accepted = house.post(&chain.front, &accept, &[("based_on", "1")]);
        assert!(accepted.location().ends_with("done=submissions-done-accepted"), "{}", accepted.body);
        chain.house.verified();
    }
}

#[test]
fn an_ad_hoc_report_is_of_the_days_asked_for() {
    let mut chain = Chain::on(&testing::sqlite());
    chain.session("0", chain.house.id(), "30", &["joint-programme"]);
    chain.later(LATER);
    let id = chain.house.id();
    let key = id.to_string();
    let ask = |from, to| {
        let form = [("id", &*key), ("form", "movement-ad-hoc"), ("from", from), ("to", to)];
        chain.house.post(&chain.police, &chain.reports(), &form)
    };
    let backwards = ask("2026-09-20", "2026-09-01");
    assert_eq!(backwards.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(backwards.text().contains("ngày đầu không sau ngày cuối"), "{}", backwards.body);
    assert_eq!(backwards.input("from").as_deref(), Some("2026-09-20"));
    for _ in 0..2 {
        let started = ask("2026-09-01", "2026-09-20");
        assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.body);
    }
    chain.freeze(&chain.police, id);
    let sheet = chain.sheet(id);
    assert_eq!(sheet.report.window.period, "2026-09-01..2026-09-20");
    assert_eq!(number(&sheet, "outreach-attendances", "*"), 30);
    assert!(chain.send(&chain.police, id).location().ends_with("done=submissions-done-sent"));
    let received = chain.house.get(&chain.province, &format!("/units/{}/submissions", demo::PROVINCE));
    assert!(received.text().contains("Từ ngày 01/9/2026 đến ngày 20/9/2026"), "{}", received.body);
}

#[test]
fn a_line_signs_and_numbers_its_own_papers_in_its_own_style() {
    let mut chain = Chain::on(&testing::sqlite());
    chain.later(LATER);
    let id = chain.frozen(&chain.front, "front-weekly", DAY);
    let url = format!("{}/{id}", chain.reports());
    let signing = [("based_on", "0"), ("recipients", "Lưu: VT"), ("signer", "head")];
    for (what, form) in [("number", &[][..]), ("signing", &signing)] {
        let refused = chain.house.post(&chain.police, &format!("{url}/{what}/front"), form);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert!(refused.text().contains("thuộc hệ khác"), "{}", refused.body);
    }
    let seen = chain.house.get(&chain.police, &format!("{url}/preview"));
    assert!(!seen.body.contains("/number/") && !seen.body.contains("/signing/"), "{}", seen.body);
    // Whoever looks at it, the paper is the Front's.
    assert!(seen.text().contains("MTTQ VIỆT NAM"), "{}", seen.body);
    let numbered = chain.house.post(&chain.front, &format!("{url}/number/front"), &[]);
    assert!(numbered.location().ends_with("done=reports-done-numbered"), "{}", numbered.body);
    assert!(chain.send(&chain.front, id).location().ends_with("done=submissions-done-sent"));
    let sent = chain.house.get(&chain.province_front, &chain.submission(id));
    whole(&sent);
    // As it was issued, with its number.
    assert!(sent.text().contains("MTTQ VIỆT NAM") && sent.text().contains("01/BC-MTTQ-BTT"), "{}", sent.body);
    assert!(sent.body.contains("/reports/preview-styles/front"), "{}", sent.body);
}

#[test]
fn some_kinds_are_recorded_by_some_lines_only() {
    let chain = Chain::on(&testing::sqlite());
    let house = &chain.house;
    let head = house.person("truongkhu", &chain.here, Role::AreaHead, Some(chain.area), None);
    let list = format!("/units/{}/activities", chain.here.code);
    let (day, area) = (DAY.to_string(), chain.area.to_string());
    let counts = |who: &Person, id: &str, based_on: &str, valuable: &str| {
        let form = [
            ("id", id),
            ("based_on", based_on),
            ("kind", "people-information"),
            ("day", day.as_str()),
            ("area", area.as_str()),
            ("field.valuable", valuable),
            ("field.other", "1"),
            ("step", "send"),
        ];
        let to = if based_on == "0" { list.clone() } else { format!("{list}/{id}") };
        house.post(who, &to, &form)
    };
    let id = house.id().to_string();
    for (who, may) in [(&chain.police, true), (&chain.front, false), (&head, false)] {
        let offered = house.get(who, &format!("{list}/new"));
        assert_eq!(offered.body.contains("kind=people-information"), may, "{}", who.sign_in);
        let direct = house.get(who, &format!("{list}/new?kind=people-information"));
        assert_eq!(direct.body.contains("field.valuable"), may, "{}", who.sign_in);
        if !may {
            let refused = counts(who, &house.id().to_string(), "0", "3");
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", who.sign_in);
            assert!(refused.text().contains("chỉ người của hệ phụ trách"), "{}", refused.body);
            assert_eq!(refused.input("field.valuable").as_deref(), Some("3"));
        }
    }
    let imports = format!("/units/{}/imports", chain.here.code);
    assert!(house.get(&chain.police, &imports).body.contains("value=\"people-information\""));
    assert!(!house.get(&chain.front, &imports).body.contains("value=\"people-information\""));
    assert_eq!(counts(&chain.police, &id, "0", "3").status, StatusCode::SEE_OTHER);
    // Others see it and confirm it; correcting it is the line's.
    let seen = format!("{id}:1");
    let confirmed = house.post(&chain.front, &format!("{list}/confirmations"), &[("seen", seen.as_str())]);
    assert!(confirmed.location().contains("left=0"), "{}", confirmed.location());
    assert_eq!(house.get(&chain.front, &format!("{list}/{id}")).status, StatusCode::OK);
    let edit = house.get(&chain.front, &format!("{list}/{id}/edit"));
    assert_eq!(edit.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", edit.body);
    assert_eq!(counts(&chain.front, &id, "2", "4").status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(counts(&chain.police, &id, "2", "4").status, StatusCode::SEE_OTHER);
    house.verified();
}
