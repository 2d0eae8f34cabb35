//! From a file to figures and back, on both engines.

use std::collections::BTreeSet;
use std::sync::Arc;

use activities::{Filter, State as RecordState, Step};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use catalogue::{Catalogue, FieldError, Value};
use db::testing::{self, Throwaway};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use kernel::{Action, Grant, Lang, Role, Room, Scope};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Workbook};
use tower::ServiceExt;
use units::Unit;
use uuid::Uuid;
use vietnamese::date::DateProblem;
use vietnamese::legacy::Encoding;

use crate::check::{BadCell, Checked, Like, Wrong};
use crate::mapping::{self, Target};
use crate::sheet::{self, Sheet};
use crate::{Choice, Desk, Import, Progress, Refusal, Refused, State, record_id, template};

mod runs;

const KIND: &str = "outreach-session";
const TODAY: Date = date(2026, 11, 24);
const NAMES: [&str; 3] = ["Khu 1", "Khu 2", "Khu 1 3"];

/// A commune with three residential areas of 40 households.
struct House {
    db: Throwaway,
    rules: Arc<Catalogue>,
    unit: Unit,
}

/// Noon of a day in Viet Nam.
fn at(day: Date) -> Timestamp {
    format!("{day}T05:00:00Z").parse().unwrap()
}

fn area_id(name: &str) -> Uuid {
    Uuid::from_u128(11 + NAMES.iter().position(|known| *known == name).unwrap() as u128)
}

fn house(db: Throwaway) -> House {
    let system = Scope::system("test");
    let given = system.clone();
    db.write_now(move |tx| units::load_reference(tx, &given)).unwrap();
    let unit = db.read_now(|read| units::find_by_code(read, &system, "05089", TODAY)).unwrap().unwrap();
    let room = system.enter(&unit.place(), Action::SeeUnit).unwrap();
    db.write_now(move |tx| {
        for name in NAMES {
            let from_on = date(2025, 7, 1);
            let new = units::NewArea { id: area_id(name), name: name.into(), households: Some(40), from_on };
            units::add_area(tx, &room, at(from_on), &new)?;
        }
        Ok::<_, units::Refusal>(())
    })
    .unwrap();
    House { db, rules: Arc::new(Catalogue::embedded().unwrap()), unit }
}

fn houses() -> impl Iterator<Item = House> {
    testing::stores().into_iter().map(house)
}

impl House {
    fn scope(&self, account: &str) -> Scope {
        let grant = Grant { role: Role::Officer, path: self.unit.path.clone(), area: None, line: None };
        Scope::of(account, vec![grant])
    }

    fn room(&self, account: &str, action: Action) -> Room {
        self.scope(account).enter(&self.unit.place(), action).unwrap()
    }

    fn desk(&self) -> Desk {
        let room = self.room("importer", Action::Record);
        Desk::new(self.scope("importer"), self.unit.place(), room, self.rules.clone(), at(TODAY)).unwrap()
    }

    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut db::Tx<'_>, &Desk) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        let desk = self.desk();
        self.db.write_now(move |tx| work(tx, &desk))
    }

    fn keep(&self, id: u128, kind: &str, sheet: &Sheet) -> Import {
        let (kind, sheet) = (kind.to_owned(), sheet.clone());
        self.write(move |tx, desk| desk.keep(tx, Uuid::from_u128(id), &kind, "so.csv", &sheet)).unwrap()
    }

    fn checked(&self, import: &Import) -> Checked {
        let desk = self.desk();
        self.db
            .read_now(|read| {
                let rows = desk.rows(read, import.id)?;
                desk.dry_run(read, import, &rows, Lang::Vi)
            })
            .unwrap()
    }

    fn begin(&self, import: &Import, skip_bad: bool, take: &[u32]) -> Result<Progress, Refused> {
        let (seen, take) = ((import.id, import.version), take.iter().copied().collect());
        let choice = Choice { skip_bad, take };
        let plan = self.db.read_now(|read| self.desk().plan(read, seen, &choice))?;
        self.write(move |tx, desk| desk.begin(tx, seen, &plan))
    }

    fn to_its_end(&self, import: Uuid, mut progress: Progress) -> Result<Progress, Refused> {
        while !progress.finished {
            progress = self.write(move |tx, desk| desk.go_on(tx, import))?;
        }
        Ok(progress)
    }

    /// How many records were made.
    fn apply(&self, import: &Import, skip_bad: bool, take: &[u32]) -> Result<u32, Refused> {
        let begun = self.begin(import, skip_bad, take)?;
        Ok(self.to_its_end(import.id, begun)?.done)
    }

    fn begin_undo(&self, import: &Import, reason: &str, leave_changed: bool) -> Result<Progress, Refused> {
        let (seen, reason) = ((import.id, import.version), reason.to_owned());
        self.db.read_now(|read| self.desk().plan_undo(read, seen, &reason, leave_changed))?;
        self.write(move |tx, desk| desk.begin_undo(tx, seen, &reason))
    }

    /// How many records were withdrawn, and how many left.
    fn undo(&self, import: &Import, leave_changed: bool) -> Result<(u32, u32), Refused> {
        let begun = self.begin_undo(import, "nhập nhầm tệp", leave_changed)?;
        let end = self.to_its_end(import.id, begun)?;
        Ok((end.done, end.kept))
    }

    fn again(&self, import: &Import) -> Import {
        let desk = self.desk();
        self.db.read_now(|read| desk.find(read, import.id)).unwrap()
    }

    fn records(&self) -> Vec<activities::Activity> {
        let room = self.room("reader", Action::SeeActivities);
        let listed = self
            .db
            .read_now(|read| activities::list(read, &room, &self.rules, &Filter::default(), None, 1000));
        listed.unwrap().into_iter().map(|listed| listed.activity).collect()
    }

    fn confirm(&self, id: Uuid) {
        let (room, rules) = (self.room("officer", Action::Confirm), self.rules.clone());
        self.db
            .write_now(move |tx| activities::change(tx, &room, &rules, (id, 1), Step::Confirm, at(TODAY)))
            .unwrap();
    }

    /// Attendances in the cells of a window of everything.
    fn figure(&self, indicator: &str) -> figures::Value {
        let room = self.room("reader", Action::SeeReports);
        let window = (date(2026, 1, 1), TODAY);
        let mut registers = |_: &mut db::Read<'_>, _, _: Date| Ok(0);
        self.db
            .read_now(|read| {
                figures::read(read, &room, &self.rules, &mut registers, (indicator, "*"), window)
            })
            .unwrap()
            .value
    }
}

fn read(kind: &str, name: &str, bytes: &[u8]) -> Sheet {
    let rules = Catalogue::embedded().unwrap();
    sheet::read(name, bytes, &|header| mapping::is_known(rules.kind(kind).unwrap(), header)).unwrap()
}

const HEADERS: &str =
    "Ngày thực hiện;Khu dân cư;Hình thức;Nội dung;Số lượt người dự;Hộ đã tiếp cận;Ghi chú\n";

fn csv(rows: &[&str]) -> Sheet {
    read(KIND, "so.csv", format!("{HEADERS}{}", rows.join("\n")).as_bytes())
}

#[test]
fn a_filled_template_becomes_the_figures_that_were_typed() {
    for house in houses() {
        for lang in [Lang::Vi, Lang::En] {
            let kind = house.rules.kind(KIND).unwrap();
            let areas = NAMES.map(str::to_owned);
            let mut book = template::book(kind, &areas, lang).unwrap();
            let label = |field: &str, option: usize| {
                kind.field(field).unwrap().input.options()[option].label.get(lang).to_owned()
            };
            let sheet = book.worksheet_from_index(0).unwrap();
            // day, area, form, topic, attendees, households, documents, note
            for (row, attendees) in [(1, 120), (2, 60)] {
                let offset = if lang == Lang::Vi { 0 } else { 10 };
                sheet
                    .write_datetime(row, 0, ExcelDateTime::from_ymd(2026, 9, 4 + offset + row as u8).unwrap())
                    .unwrap();
                sheet.write_string(row, 1, "Khu 1").unwrap();
                sheet.write_string(row, 2, label("form", 1)).unwrap();
                sheet.write_string(row, 3, format!("{}; {}", label("topic", 0), label("topic", 7))).unwrap();
                sheet.write_number(row, 4, f64::from(attendees)).unwrap();
                sheet.write_string(row, 5, "1-20, 25").unwrap();
            }
            let bytes = book.save_to_buffer().unwrap();
            let sheet = read(KIND, "Mau.XLSX", &bytes);
            let import = house.keep(lang as u128 + 1, KIND, &sheet);
            let checked = house.checked(&import);
            assert_eq!((checked.bad.as_slice(), checked.bad_rows, checked.good.len()), (&[][..], 0, 2));
            assert_eq!(checked.suspects, []);
            assert_eq!(house.apply(&import, false, &[]).unwrap(), 2);
        }
        let records = house.records();
        assert_eq!(records.len(), 4);
        for record in &records {
            assert_eq!(
                (record.state, record.version, record.author.as_str()),
                (RecordState::Sent, 1, "importer")
            );
            assert_eq!(record.content.fields["form"], Value::Choice("launch".into()));
            assert_eq!(
                record.content.fields["topic"],
                Value::Choices(["law".to_owned(), "drugs".to_owned()].into())
            );
            assert_eq!(
                record.content.fields["households"],
                Value::Households((1..=20).chain([25]).collect())
            );
        }
        assert_eq!(
            house.figure("outreach-attendances"),
            figures::Value::Number(0),
            "nothing counts before it is confirmed"
        );
        for record in records {
            house.confirm(record.id);
        }
        assert_eq!(house.figure("outreach-attendances"), figures::Value::Number(360));
        assert_eq!(house.figure("outreach-sessions"), figures::Value::Number(4));
    }
}

#[test]
fn the_template_offers_lists_and_hints() {
    let rules = Catalogue::embedded().unwrap();
    for kind in rules.kinds().all() {
        for lang in [Lang::Vi, Lang::En] {
            let bytes = template::xlsx(kind, &NAMES.map(str::to_owned), lang).unwrap();
            let mut book: calamine::Xlsx<_> =
                calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
            let sheets = calamine::Reader::worksheets(&mut book);
            let headers = sheets[0].1.rows().next().unwrap().len();
            assert_eq!(headers, Target::all(kind).len() - 1, "{}", kind.id);
            // A total has a first day before the last, and the whole unit above its areas.
            let (above, column) = if kind.aggregate { (1, 2) } else { (0, 1) };
            let names: Vec<String> = (above..above + 3)
                .map(|row| sheets[1].1.get_value((row, column)).unwrap().to_string())
                .collect();
            assert_eq!(names, NAMES, "{}", kind.id);
        }
    }
}

#[test]
fn every_wrong_cell_is_named_with_what_was_probably_meant() {
    let good = "Tập trung;Chủ trương, chính sách, pháp luật;120;1-20;";
    let cases: [(&str, Target, Wrong, Option<&str>); 16] = [
        (&format!("hôm qua;Khu 1;{good}"), Target::Day, Wrong::Day(DateProblem::NotADate), None),
        (&format!(";Khu 1;{good}"), Target::Day, Wrong::Day(DateProblem::Empty), None),
        (
            &format!("5/9/26;Khu 1;{good}"),
            Target::Day,
            Wrong::Day(DateProblem::ShortYear { year: 26 }),
            Some("05/09/2026"),
        ),
        (
            &format!("9/25/2026;Khu 1;{good}"),
            Target::Day,
            Wrong::Day(DateProblem::NoSuchMonth { month: 25 }),
            Some("25/09/2026"),
        ),
        (&format!("25/11/2026;Khu 1;{good}"), Target::Day, Wrong::Future, None),
        (&format!("5/9/2019;Khu 1;{good}"), Target::Day, Wrong::KindNotThen, None),
        (&format!("5/9/2026;Khu 13;{good}"), Target::Area, Wrong::AreaUnknown, Some("Khu 1 3")),
        (&format!("5/9/2026;;{good}"), Target::Area, Wrong::AreaMissing, None),
        (
            "5/9/2026;Khu 1;Tap trunk;Ma túy;120;;",
            Target::Field("form".into()),
            Wrong::Field(FieldError::UnknownOption { typed: "Tap trunk".into() }),
            Some("Tập trung"),
        ),
        (
            "5/9/2026;Khu 1;Lưu động;ma tuy;120;;",
            Target::Field("topic".into()),
            Wrong::Field(FieldError::UnknownOption { typed: "ma tuy".into() }),
            Some("Ma túy, thuốc lá điện tử"),
        ),
        (
            "5/9/2026;Khu 1;Lưu động;Nội dung khác;120 người;;",
            Target::Field("attendees".into()),
            Wrong::Field(FieldError::NotANumber { typed: "120 người".into() }),
            Some("120"),
        ),
        (
            "5/9/2026;Khu 1;Lưu động;Nội dung khác;0;;",
            Target::Field("attendees".into()),
            Wrong::Field(FieldError::TooSmall { min: 1 }),
            None,
        ),
        (
            "5/9/2026;Khu 1;Lưu động;Nội dung khác;;;",
            Target::Field("attendees".into()),
            Wrong::Field(FieldError::Missing),
            None,
        ),
        (
            "5/9/2026;Khu 1;Lưu động;Nội dung khác;9;nhà ông A;",
            Target::Field("households".into()),
            Wrong::Field(FieldError::BadHouseholds { typed: "nhà".into() }),
            None,
        ),
        (
            "5/9/2026;Khu 1;Lưu động;Nội dung khác;9;41;",
            Target::Field("households".into()),
            Wrong::Field(FieldError::HouseholdBeyond { number: 41, max: 40 }),
            None,
        ),
        (
            "5/9/2026;Khu 1;Lưu động;Nội dung khác;9;;gọi 0912 345 678",
            Target::Note,
            Wrong::PersonalNumber,
            None,
        ),
    ];
    for house in houses() {
        let rows: Vec<&str> = cases.iter().map(|(row, ..)| *row).collect();
        let import = house.keep(1, KIND, &csv(&rows));
        let checked = house.checked(&import);
        assert_eq!((checked.good.len(), checked.bad_rows), (0, cases.len()));
        for (number, (row, target, wrong, suggestion)) in (2..).zip(&cases) {
            let bad: Vec<&BadCell> = checked.bad.iter().filter(|bad| bad.row == number).collect();
            // 2019 lies before the kind and before the areas: both are said.
            let found = bad.iter().find(|bad| bad.target == *target && bad.wrong == *wrong);
            let found = found.unwrap_or_else(|| panic!("{row}: {bad:?}"));
            assert_eq!(found.suggestion.as_deref(), *suggestion, "{row}");
            let typed = row.split(';').nth(found.column.unwrap()).unwrap();
            assert_eq!(found.typed, typed);
        }
        assert!(matches!(house.apply(&import, false, &[]), Err(Refused::Rule(Refusal::BadRows))));
        assert!(matches!(house.apply(&import, true, &[]), Err(Refused::Rule(Refusal::Nothing))));
        assert_eq!((house.records().len(), house.again(&import).state), (0, State::Read));
    }
}

#[test]
fn bad_rows_stop_everything_unless_they_are_left_out_and_applying_twice_changes_nothing() {
    for house in houses() {
        let import = house.keep(
            1,
            KIND,
            &csv(&[
                "5/9/2026;Khu 1;Tập trung;Nội dung khác;120;1-20;",
                "hôm qua;Khu 1;Tập trung;Nội dung khác;50;;",
                "6/9/2026;khu 2;tap trung;noi dung khac;50;;",
            ]),
        );
        assert!(matches!(house.apply(&import, false, &[]), Err(Refused::Rule(Refusal::BadRows))));
        assert_eq!(house.records().len(), 0);
        assert_eq!(house.apply(&import, true, &[]).unwrap(), 2);
        assert_eq!(house.apply(&import, true, &[]).unwrap(), 2);
        let records = house.records();
        assert_eq!(records.len(), 2);
        assert!(records.iter().all(|record| record.version == 1));
        let ids: BTreeSet<Uuid> = records.iter().map(|record| record.id).collect();
        assert_eq!(ids, [record_id(import.id, 2), record_id(import.id, 4)].into());
        // A stale page changes nothing either.
        let stale = house.write(move |tx, desk| desk.set_mapping(tx, (import.id, 1), vec![]));
        assert!(matches!(stale, Err(Refused::Rule(Refusal::NotNow))));
    }
}

#[test]
fn named_columns_are_remembered_for_the_next_sheet() {
    for house in houses() {
        let own = "Lúc nào;Ở đâu;Kiểu;Chủ đề;Đông thế nào\n5/9/2026;Khu 1;Tập trung;Nội dung khác;120\n";
        let sheet = read(KIND, "rieng.csv", own.as_bytes());
        let import = house.keep(1, KIND, &sheet);
        assert_eq!(import.mapping, vec![None; 5]);
        let field = |id: &str| Some(Target::Field(id.into()));
        let named =
            vec![Some(Target::Day), Some(Target::Area), field("form"), field("topic"), field("attendees")];
        let twice = vec![Some(Target::Day), Some(Target::Day)];
        let refused = house.write(move |tx, desk| desk.set_mapping(tx, (import.id, 1), twice));
        assert!(matches!(refused, Err(Refused::Rule(Refusal::TwoColumns))));
        let given = named.clone();
        let next = house.write(move |tx, desk| desk.set_mapping(tx, (import.id, 1), given)).unwrap();
        assert_eq!(house.checked(&next).good.len(), 1);
        assert_eq!(house.keep(2, KIND, &sheet).mapping, named);
        assert_eq!(
            house.keep(3, "patrol", &sheet).mapping,
            vec![None; 5],
            "another kind has other questions"
        );
        let stale = house.write(move |tx, desk| desk.set_mapping(tx, (import.id, 1), vec![]));
        assert!(matches!(stale, Err(Refused::Changed)));
    }
}

#[test]
fn what_looks_like_something_that_is_there_is_left_out_unless_taken() {
    for house in houses() {
        let first = house.keep(1, KIND, &csv(&["5/9/2026;Khu 1;Tập trung;Nội dung khác;100;;"]));
        house.apply(&first, false, &[]).unwrap();
        let import = house.keep(
            2,
            KIND,
            &csv(&[
                "5/9/2026;Khu 1;Lưu động;Nội dung khác;95;;",
                "5/9/2026;Khu 1;Lưu động;Nội dung khác;50;;",
                "5/9/2026;Khu 2;Lưu động;Nội dung khác;100;;",
                "5/9/2026;Khu 2;Tập trung;Nội dung khác;101;;",
                "6/9/2026;Khu 1;Tập trung;Nội dung khác;100;;",
            ]),
        );
        let checked = house.checked(&import);
        let found: Vec<(u32, Like)> =
            checked.suspects.iter().map(|suspect| (suspect.row, suspect.like)).collect();
        assert_eq!(found, [(2, Like::Record(record_id(first.id, 2))), (5, Like::Row(4))]);
        assert_eq!(house.apply(&import, false, &[5]).unwrap(), 4);
        assert_eq!(house.records().len(), 5);
    }
}

#[test]
fn an_import_is_undone_as_a_whole_or_says_what_was_changed_since() {
    let rows = ["5/9/2026;Khu 1;Tập trung;Nội dung khác;120;;", "6/9/2026;Khu 2;Lưu động;Nội dung khác;50;;"];
    for house in houses() {
        let import = house.keep(1, KIND, &csv(&rows));
        assert!(matches!(house.undo(&import, false), Err(Refused::Rule(Refusal::NotNow))));
        house.apply(&import, false, &[]).unwrap();
        let applied = house.again(&import);
        assert!(matches!(house.undo(&import, false), Err(Refused::Changed)), "a stale page");
        let silent = house.begin_undo(&applied, " ", false);
        assert!(matches!(silent, Err(Refused::Rule(Refusal::NoReason))));
        assert_eq!(house.undo(&applied, false).unwrap(), (2, 0));
        assert_eq!(house.undo(&applied, false).unwrap(), (0, 0));
        assert!(house.records().iter().all(|record| record.state == RecordState::Withdrawn));
        assert!(matches!(house.apply(&applied, false, &[]), Err(Refused::Rule(Refusal::NotNow))));

        // What was taken back is no duplicate of what comes again.
        let second = house.keep(2, KIND, &csv(&rows));
        assert_eq!(house.checked(&second).suspects, []);
        house.apply(&second, false, &[]).unwrap();
        let confirmed = record_id(second.id, 3);
        house.confirm(confirmed);
        let second = house.again(&second);
        let before = house.records();
        match house.undo(&second, false) {
            Err(Refused::ChangedSince(changed)) => assert_eq!(changed, [(3, confirmed)]),
            other => panic!("{other:?}"),
        }
        assert_eq!(house.records(), before);
        assert_eq!(house.undo(&second, true).unwrap(), (1, 1));
        let state =
            |row| house.records().into_iter().find(|r| r.id == record_id(second.id, row)).unwrap().state;
        assert_eq!((state(2), state(3)), (RecordState::Withdrawn, RecordState::Confirmed));
        assert_eq!(house.figure("outreach-attendances"), figures::Value::Number(50));
    }
}

#[test]
fn sheets_of_other_programs_are_read() {
    let files: [(&str, &[u8]); 2] = [
        ("so-buoi.xls", include_bytes!("../testdata/so-buoi.xls")),
        ("so-buoi.ods", include_bytes!("../testdata/so-buoi.ods")),
    ];
    let house = house(testing::sqlite());
    for (id, (name, bytes)) in (1..).zip(files) {
        let sheet = read(KIND, name, bytes);
        assert_eq!(sheet.headers.first().unwrap(), "Ngày tháng", "{name}");
        assert_eq!(sheet.rows[0].cells[..2], ["2026-09-05", "Khu 1"], "{name}");
        let import = house.keep(id, KIND, &sheet);
        let checked = house.checked(&import);
        assert_eq!((checked.bad, checked.good.len()), (vec![], 2), "{name}");
        let content = &checked.good[1].content;
        assert_eq!((content.area, content.day), (area_id("Khu 2"), date(2026, 9, 6)));
        assert_eq!(content.fields["topic"], Value::Choices(["loan-sharks".to_owned()].into()));
    }
}

#[test]
fn texts_from_before_unicode_are_converted_on_demand() {
    let vni = "Ngaøy thöïc hieän;Khu daân cö;Hình thöùc;Noäi dung;Soá löôït ngöôøi döï\n5/9/2026;Khu 1;Taäp trung;Ma tuùy, thuoác laù ñieän töû;120\n";
    let latin: Vec<u8> = vni.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let files: [(&str, &[u8], Encoding); 2] = [
        ("so-tcvn3.xls", include_bytes!("../testdata/so-tcvn3.xls"), Encoding::Tcvn3),
        ("so-vni.csv", &latin, Encoding::Vni),
    ];
    for house in houses() {
        for (id, (name, bytes, encoding)) in (1..).zip(files) {
            let sheet = read(KIND, name, bytes);
            let cells = sheet.rows.iter().flat_map(|row| &row.cells).chain(&sheet.headers);
            assert_eq!(vietnamese::legacy::detect(cells.map(String::as_str)), Some(encoding), "{name}");
            let import = house.keep(id, KIND, &sheet);
            assert!(house.checked(&import).good.is_empty());
            let seen = (import.id, import.version);
            let converted = house.write(move |tx, desk| desk.convert(tx, seen, encoding)).unwrap();
            let checked = house.checked(&converted);
            assert_eq!((checked.bad, checked.good.len()), (vec![], 1), "{name}");
            assert_eq!(checked.good[0].content.fields["topic"], Value::Choices(["drugs".to_owned()].into()));
            let seen = (converted.id, converted.version);
            let twice = house.write(move |tx, desk| desk.convert(tx, seen, encoding));
            assert!(matches!(twice, Err(Refused::Rule(Refusal::NotNow))));
        }
    }
}

#[test]
fn who_covers_single_areas_does_not_import() {
    let house = house(testing::sqlite());
    let grant = Grant {
        role: Role::AreaHead,
        path: house.unit.path.clone(),
        area: Some(area_id("Khu 1")),
        line: None,
    };
    let scope = Scope::of("head", vec![grant]);
    let room = scope.enter(&house.unit.place(), Action::Record).unwrap();
    assert!(Desk::new(scope, house.unit.place(), room, house.rules.clone(), at(TODAY)).is_err());
}

/// A row as it is typed: day of the year, area, form, topics, attendances, households.
type Typed = (u16, usize, usize, BTreeSet<usize>, u32, BTreeSet<u16>);

fn typed() -> impl Strategy<Value = Typed> {
    let topics = proptest::collection::btree_set(0..14_usize, 1..5);
    let households = proptest::collection::btree_set(1..=40_u16, 0..12);
    (1..300_u16, 0..NAMES.len(), 0..6_usize, topics, 1..50_000_u32, households)
}

#[test]
fn random_good_sheets_become_exactly_what_was_typed() {
    let house = house(testing::sqlite());
    let kind = house.rules.kind(KIND).unwrap().clone();
    let option = |field: &str, at: usize| kind.field(field).unwrap().input.options()[at].clone();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let next = std::cell::Cell::new(1_000_u128);
    runner
        .run(&(proptest::collection::vec(typed(), 1..12), proptest::bool::ANY), |(rows, as_csv)| {
            next.set(next.get() + 1);
            let (mut text, mut book) = (HEADERS.to_owned(), Workbook::new());
            let sheet = book.add_worksheet();
            for (column, header) in (0..).zip(HEADERS.trim().split(';')) {
                sheet.write_string(0, column, header).unwrap();
            }
            for (row, (day, area, form, topics, attendees, households)) in (1..).zip(&rows) {
                let day = date(2026, 1, 1).checked_add(jiff::Span::new().days(i64::from(*day))).unwrap();
                let topics: Vec<String> = topics.iter().map(|at| option("topic", *at).label.vi).collect();
                let list = households.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
                let cells = [
                    format!("{}/{}/{}", day.day(), day.month(), day.year()),
                    NAMES[*area].to_owned(),
                    option("form", *form).label.vi,
                    topics.join(if as_csv { ", " } else { "; " }),
                    vietnamese::number::count(i64::from(*attendees), Lang::Vi),
                    list,
                ];
                text.push_str(&format!("{}\n", cells.join(";")));
                for (column, cell) in (0..).zip(&cells) {
                    if column == 4 {
                        sheet.write_number(row, column, f64::from(*attendees)).unwrap();
                    } else {
                        sheet.write_string(row, column, cell).unwrap();
                    }
                }
            }
            let read = if as_csv {
                read(KIND, "so.csv", text.as_bytes())
            } else {
                read(KIND, "so.xlsx", &book.save_to_buffer().unwrap())
            };
            let import = house.keep(next.get(), KIND, &read);
            let take: Vec<u32> = (2..100).collect();
            prop_assert_eq!(house.apply(&import, false, &take).unwrap() as usize, rows.len());
            let room = house.room("reader", Action::SeeActivities);
            for (number, (day, area, form, topics, attendees, households)) in (2..).zip(&rows) {
                let id = record_id(import.id, number);
                let record = house
                    .db
                    .read_now(|read| activities::find(read, &room, &house.rules, id))
                    .unwrap()
                    .unwrap();
                let content = record.content;
                prop_assert_eq!(
                    content.day,
                    date(2026, 1, 1).checked_add(jiff::Span::new().days(i64::from(*day))).unwrap()
                );
                prop_assert_eq!(content.area, area_id(NAMES[*area]));
                let mut expected = catalogue::Fields::from([
                    ("form".to_owned(), Value::Choice(option("form", *form).id)),
                    (
                        "topic".to_owned(),
                        Value::Choices(topics.iter().map(|at| option("topic", *at).id).collect()),
                    ),
                    ("attendees".to_owned(), Value::Count(i64::from(*attendees))),
                ]);
                if !households.is_empty() {
                    expected.insert("households".to_owned(), Value::Households(households.clone()));
                }
                prop_assert_eq!(content.fields, expected);
            }
            Ok(())
        })
        .unwrap();
}

/// Lets accounts in by the name in their cookie.
struct Doorman(kernel::Place);

impl kernel::Gate for Doorman {
    fn caller(&self, _: &mut db::Read<'_>, token: &str, _: Timestamp) -> db::Result<Option<kernel::Caller>> {
        let (role, area) = match token {
            "importer" => (Role::Officer, None),
            "head" => (Role::AreaHead, Some(area_id("Khu 1"))),
            _ => return Ok(None),
        };
        Ok(Some(kernel::Caller {
            account: Uuid::from_u128(7),
            tenant: self.0.tenant.clone(),
            session: Uuid::from_u128(8),
            name: "Bùi Thị Thử".into(),
            scope: Scope::of(token, vec![Grant { role, path: self.0.path.clone(), area, line: None }]),
            home: Some(self.0.clone()),
        }))
    }
}

struct Answer {
    status: StatusCode,
    location: String,
    bytes: Vec<u8>,
    body: String,
}

impl House {
    fn ask(&self, who: &str, path: &str, sent: Option<(&str, Vec<u8>)>) -> Answer {
        let app = kernel::App {
            db: (*self.db).clone(),
            clock: kernel::Clock::fixed(at(TODAY)),
            ids: kernel::Ids::system(),
            gate: Arc::new(Doorman(self.unit.place())),
            https: false,
            demo: false,
        };
        let router =
            crate::routes().router.layer(axum::Extension(supplements::Rulebook::new(self.rules.clone())));
        let request = Request::builder()
            .uri(format!("/units/05089/imports{path}"))
            .header("cookie", format!("{}={who}", kernel::http::SESSION_COOKIE));
        let request = match sent {
            None => request.body(Body::empty()),
            Some((kind, body)) => request.method("POST").header("content-type", kind).body(Body::from(body)),
        };
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let response = kernel::http::wrap(router, app).oneshot(request.unwrap()).await.unwrap();
            let status = response.status();
            let location = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
            let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec();
            let body = String::from_utf8_lossy(&bytes).into_owned();
            Answer { status, location: location.unwrap_or_default(), bytes, body }
        })
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("importer", path, None)
    }

    fn post(&self, path: &str, form: &str) -> Answer {
        self.ask("importer", path, Some(("application/x-www-form-urlencoded", form.as_bytes().to_vec())))
    }

    fn upload(&self, who: &str, name: &str, file: &[u8]) -> Answer {
        let mut body =
            format!("--X\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\n{KIND}\r\n").into_bytes();
        let head =
            format!("--X\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        body.extend([head.as_bytes(), file, b"\r\n--X--\r\n"].concat());
        self.ask(who, "", Some(("multipart/form-data; boundary=X", body)))
    }
}

#[test]
fn a_sheet_goes_through_the_pages() {
    for house in houses() {
        let rows =
            "5/9/2026;Khu 1;Tập trung;Nội dung khác;120;;\nhôm qua;Khu 13;Tập trung;Nội dung khác;50;;=1+1\n";
        let sent = house.upload("importer", "số tay.csv", format!("{HEADERS}{rows}").as_bytes());
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let path = sent.location.strip_prefix("/units/05089/imports").unwrap().to_owned();
        let shown = house.get(&path);
        assert_eq!(shown.status, StatusCode::OK);
        for text in [
            "số tay.csv",
            "“hôm qua” không phải là ngày",
            "“Khu 13”",
            "Khu 1 3",
            "B: Khu dân cư",
            "Bỏ qua 1 dòng lỗi",
        ] {
            assert!(shown.body.contains(text), "{text}: {}", shown.body);
        }
        assert!(!shown.body.contains("[imports-"), "a text is missing");
        let problems = house.get(&format!("{path}/problems.csv"));
        assert!(
            problems.body.starts_with("\u{feff}Dòng;")
                && problems.body.contains("3;A: Ngày thực hiện;hôm qua;")
        );

        let twice = house.post(&format!("{path}/mapping"), "based_on=1&column.0=day&column.1=day");
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(twice.body.contains("Có hai cột"));
        let mapped = "based_on=1&column.0=day&column.1=area&column.2=field.form&column.3=field.topic&column.4=field.attendees";
        assert_eq!(house.post(&format!("{path}/mapping"), mapped).status, StatusCode::SEE_OTHER);
        assert_eq!(
            house.post(&format!("{path}/application"), "based_on=1&skip_bad=yes").status,
            StatusCode::CONFLICT
        );
        let refused = house.post(&format!("{path}/application"), "based_on=2");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(house.records().len(), 0);
        let applied = house.post(&format!("{path}/application"), "based_on=2&skip_bad=yes");
        assert_eq!(applied.status, StatusCode::SEE_OTHER, "{}", applied.body);
        let done = house.get(applied.location.strip_prefix("/units/05089/imports").unwrap());
        assert!(
            done.body.contains("Đã nhập 1 bản ghi.") && done.body.contains("đang chờ xác nhận"),
            "{}",
            done.body
        );
        let record = house.records()[0].id;
        house.confirm(record);
        let changed = house.post(&format!("{path}/undo"), "based_on=3&reason=nhầm");
        assert_eq!(changed.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(changed.body.contains(&record.to_string()) && changed.body.contains("leave_changed"));
        assert_eq!(
            house.post(&format!("{path}/undo"), "based_on=3&reason=nhầm&leave_changed=yes").status,
            StatusCode::SEE_OTHER
        );
        assert!(house.get("").body.contains("Đã hoàn tác"));

        // The head of one area may record, but not import.
        for path in ["", "/template/patrol", &path] {
            assert_eq!(house.ask("head", path, None).status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(house.upload("head", "a.csv", HEADERS.as_bytes()).status, StatusCode::FORBIDDEN);
    }
}

#[test]
fn old_texts_are_previewed_side_by_side_and_templates_are_handed_out() {
    let house = house(testing::sqlite());
    let sent = house.upload("importer", "so.xls", include_bytes!("../testdata/so-tcvn3.xls"));
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let path = sent.location.strip_prefix("/units/05089/imports").unwrap().to_owned();
    let shown = house.get(&path).body;
    assert!(shown.contains("TËp trung") && shown.contains("Tập trung") && shown.contains("TCVN3"), "{shown}");
    let converted = house.post(&format!("{path}/conversion"), "based_on=1&encoding=tcvn3");
    assert_eq!(converted.status, StatusCode::SEE_OTHER, "{}", converted.body);
    let shown = house.get(&path).body;
    assert!(!shown.contains("TËp trung") && shown.contains("<b>1</b>dòng nhập được"), "{shown}");

    let made = house.get(&format!("/template/{KIND}"));
    assert_eq!(made.status, StatusCode::OK);
    let again = house.upload("importer", "mau.xlsx", &made.bytes);
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("Không có dòng nào dưới hàng tiêu đề"), "{}", again.body);
    assert_eq!(house.get("/template/khong-co").status, StatusCode::NOT_FOUND);
    assert_eq!(house.upload("importer", "a.pdf", b"x").status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[test]
fn every_reason_has_its_text() {
    let keys =
        Refusal::ALL.map(Refusal::key).into_iter().chain(sheet::Unreadable::ALL.map(sheet::Unreadable::key));
    let states = State::ALL.map(State::key).into_iter().chain(["applying", "undoing"]);
    let states = states.map(|state| format!("imports-state-{state}"));
    let encodings = Encoding::ALL.map(|encoding| format!("imports-encoding-{}", encoding.key()));
    for key in keys.chain(states).chain(encodings) {
        for lang in [Lang::Vi, Lang::En] {
            assert!(!kernel::Texts::get().text(lang, &key, &[]).starts_with('['), "{key}");
        }
    }
}
