//! Published figures that nobody ever wrote down one by one come in as aggregate entries, on sheets as people type
//! them, and come out of the reports with the same figures and percentages, marked for what they are.

use axum::http::StatusCode;
use db::testing;
use figures::Value;
use jiff::civil::{Date, date};
use kernel::{Line, Place, Role};
use reports::{Column, Sheet};
use rust_xlsxwriter::Workbook;
use uuid::Uuid;

use crate::house::{House, Person};

const TODAY: Date = date(2026, 8, 20);

/// A sheet as typed: headers, then rows; what is a number is written as one.
fn xlsx(lines: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(lines) {
        for (column, cell) in (0..).zip(*line) {
            match cell.parse::<u32>() {
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_) => sheet.write_string(row, column, *cell).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

/// Two officers of a unit: who brings the sheet, and who confirms.
fn officers(house: &House, here: &Place) -> (Person, Person) {
    let person = |name: &str, line| {
        house.person(&format!("{name}.{}", here.code), here, Role::Officer, None, Some(line))
    };
    (person("nhap", Line::Police), person("xacnhan", Line::Front))
}

/// Uploads a sheet, looks at the dry run, applies it, and has it confirmed by somebody else.
fn brought(house: &House, here: &Place, kind: &str, lines: &[&[&str]], good: usize) {
    let (writer, checker) = officers(house, here);
    let imports = format!("/units/{}/imports", here.code);
    let template = house.get(&writer, &format!("{imports}/template/{kind}"));
    assert_eq!(template.status, StatusCode::OK);
    let answer = house.upload(&writer, &imports, &[("kind", kind)], ("so-lieu.xlsx", &xlsx(lines)));
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let one = answer.location().to_owned();
    let dry = house.get(&writer, &one);
    assert!(dry.body.contains(&format!("<b>{good}</b>")), "{}", dry.text());
    let answer = house.post(&writer, &format!("{one}/application"), &[("based_on", "1")]);
    assert!(answer.location().contains("done="), "{}", answer.body);
    let import: Uuid = one.rsplit('/').next().unwrap().parse().unwrap();
    let seen: Vec<String> =
        (2..2 + good as u32).map(|row| format!("{}:1", imports::record_id(import, row))).collect();
    let form: Vec<(&str, &str)> = seen.iter().map(|seen| ("seen", seen.as_str())).collect();
    let answer = house.post(&checker, &format!("/units/{}/activities/confirmations", here.code), &form);
    assert!(answer.location().contains("left=0"), "{} {}", answer.status, answer.location());
}

/// The report of a form and period, started, and its page as an officer of the unit reads it.
fn report(house: &House, here: &Place, form: &'static str, period: &'static str) -> (Sheet, String) {
    let (id, sheet) = house.started(here, form, period);
    let (role, line) = match form {
        "recognition-province" => (Role::ProvinceStaff, None),
        _ => (Role::Officer, Some(Line::Police)),
    };
    let reader = house.person(&format!("doc.{}", here.code), here, role, None, line);
    let page = house.get(&reader, &format!("/units/{}/reports/{id}", here.code));
    assert_eq!(page.status, StatusCode::OK);
    (sheet, page.text())
}

/// The figure in a row's own column, with what aggregate entries say of it.
fn figure(sheet: &Sheet, indicator: &str, slice: &str) -> (Value, i64) {
    let entry = sheet.entries.iter().find(|entry| {
        let figure = &entry.figure;
        entry.column == Column::Current && figure.indicator == indicator && figure.slice == slice
    });
    let figure = &entry.unwrap_or_else(|| panic!("{indicator} {slice} is no row")).figure;
    (figure.value, figure.entered)
}

/// Recognition as “Safe in security and order” in the province of Bắc Ninh, 2023: recognised, of how many, and the
/// percentage in hundredths. <https://ngaynay.vn/bac-ninh-trien-khai-hieu-qua-phong-trao-toan-dan-bao-ve-an-ninh-to-quoc-post143142.html>
const BAC_NINH: [(&str, &str, i64, i64, i64); 8] = [
    ("of-province", "Cơ quan, doanh nghiệp, cơ sở giáo dục do cấp tỉnh quản lý", 194, 213, 9108),
    ("commune", "Xã", 69, 70, 9857),
    ("ward", "phường", 48, 52, 9231),
    ("town", "Thị trấn (trước 01/7/2025)", 4, 4, 10_000),
    ("agency", "Cơ quan", 269, 270, 9963),
    ("enterprise", "Doanh nghiệp", 83, 94, 8830),
    ("school", "Cơ sở giáo dục", 173, 173, 10_000),
    ("area", "Khu dân cư", 709, 730, 9712),
];

#[test]
fn the_recognition_table_of_bac_ninh() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        // Nobody records at a province: the sheet of the whole province is entered where records are, in one commune,
        // and the province's report adds its communes up.
        let (province, here) = (house.place("24"), house.place("09187"));
        let typed: Vec<[String; 5]> = BAC_NINH
            .iter()
            .map(|(_, name, recognised, total, _)| {
                let days = ["16/11/2022".to_owned(), "15/11/2023".to_owned()];
                let [from, to] = days;
                [from, to, (*name).to_owned(), recognised.to_string(), total.to_string()]
            })
            .collect();
        let header = ["Từ ngày", "Đến ngày", "Đối tượng", "Số được công nhận", "Tổng số"];
        let rows: Vec<Vec<&str>> = typed.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        let lines: Vec<&[&str]> =
            std::iter::once(&header[..]).chain(rows.iter().map(Vec::as_slice)).collect();
        brought(&house, &here, "recognition-totals", &lines, 8);
        let (sheet, page) = report(&house, &province, "recognition-province", "2023");
        for (subject, _, recognised, total, share) in BAC_NINH {
            let slice = format!("subject:{subject}");
            assert_eq!(figure(&sheet, "recognised", &slice), (Value::Number(recognised), recognised));
            assert_eq!(figure(&sheet, "recognition-subjects", &slice), (Value::Number(total), total));
            let (ratio, entered) = figure(&sheet, "recognised-ratio", &slice);
            let Value::Ratio { scaled, scale: 2, percent: true, .. } = ratio else { panic!("{ratio:?}") };
            assert_eq!((scaled, entered), (share, recognised + total), "{subject}");
            let shown = format!("{},{:02}%", share / 100, share % 100);
            assert!(page.contains(&shown), "{shown} is not on the page");
        }
        // Communes, wards and towns together: 121 of 126.
        assert_eq!(figure(&sheet, "recognised-communes", "*").0, Value::Number(121));
        assert_eq!(figure(&sheet, "recognition-communes", "*").0, Value::Number(126));
        assert!(page.contains("96,03%"));
        assert!(page.contains("nhập tổng hợp"), "the page says what was entered as a total");
        house.verified();
    }
}

#[test]
fn three_published_sets() {
    for db in testing::stores() {
        let house = House::on(&db, TODAY);
        // Quảng Phú (Đà Nẵng), festival of 16 August 2025: over 200 people, 19 gifts.
        // <https://baodanang.vn/phuong-quang-phu-to-chuc-ngay-hoi-toan-dan-bao-ve-an-ninh-to-quoc-3299537.html>
        let quang_phu = house.place("20356");
        let lines: [&[&str]; 2] = [
            &[
                "Từ ngày",
                "Đến ngày",
                "Ngày hội",
                "Số điểm tổ chức ngày hội",
                "Số lượt người dự ngày hội",
                "Số suất quà trao tại ngày hội",
                "Ghi chú",
            ],
            &[
                "16/8/2025",
                "16/8/2025",
                "Ngày hội Toàn dân bảo vệ an ninh Tổ quốc",
                "1",
                "200",
                "19",
                "Báo đăng: hơn 200 người.",
            ],
        ];
        brought(&house, &quang_phu, "festival-totals", &lines, 1);
        let (sheet, page) = report(&house, &quang_phu, "movement-annual", "2025");
        assert_eq!(figure(&sheet, "festivals", "festival:security"), (Value::Number(1), 1));
        assert_eq!(figure(&sheet, "festival-attendances", "festival:security"), (Value::Number(200), 200));
        assert_eq!(figure(&sheet, "festival-gifts", "*"), (Value::Number(19), 19));
        assert!(page.contains("nhập tổng hợp"));
        // Chợ Quán (Hồ Chí Minh City), festival of 18 August 2025, and Vạn Thắng, the year 2025: collectives and people
        // commended. The paper does not say which of two communes called Vạn Thắng it is.
        // <https://ngaynay.vn/ngay-hoi-toan-dan-bao-ve-an-ninh-to-quoc-2025-tai-phuong-cho-quan-post163464.html>
        // <https://baomoi.net.vn/xa-van-thang-trien-khai-phong-trao-toan-dan-bao-ve-an-ninh-to-quoc-nam-2026-c54434156.epi>
        for (code, days, collectives, people) in
            [("27301", ["18/8/2025", "18/8/2025"], 20, 11), ("22516", ["15/12/2024", "14/12/2025"], 4, 12)]
        {
            let here = house.place(code);
            let numbers = [collectives.to_string(), people.to_string()];
            let lines: [&[&str]; 2] = [
                &["từ ngày", "đến ngày", "Số tập thể được khen", "Số cá nhân được khen"],
                &[days[0], days[1], &numbers[0], &numbers[1]],
            ];
            brought(&house, &here, "commendation-totals", &lines, 1);
            let (sheet, _) = report(&house, &here, "movement-annual", "2025");
            assert_eq!(
                figure(&sheet, "commended-collectives", "*"),
                (Value::Number(collectives), collectives)
            );
            assert_eq!(figure(&sheet, "commended-individuals", "*"), (Value::Number(people), people));
        }
        house.verified();
    }
}
