//! XLSX read back by calamine.

use std::io::{Cursor, Read as _};

use calamine::{Data, Reader as _, Xlsx, open_workbook_from_rs};

use crate::sample;

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    open_workbook_from_rs(Cursor::new(bytes)).unwrap()
}

#[test]
fn numbers_are_numbers_and_days_are_days() {
    let mut book = open(paper::xlsx::render(&sample::report()).unwrap());
    assert_eq!(book.sheet_names(), ["Biểu 01", "Biểu 02", "Biểu 03"]);
    let sheet = book.worksheet_range("Biểu 02").unwrap();
    let row: Vec<_> = (0..7).map(|column| sheet.get_value((3, column)).unwrap().clone()).collect();
    assert_eq!(row[1], Data::String("Khu Mẫu 1".into()));
    assert_eq!(row[2], Data::Float(97.0));
    assert_eq!(row[4], Data::Float(85.8));
    let Data::DateTime(day) = &row[5] else { panic!("not a day: {:?}", row[5]) };
    assert_eq!(day.as_f64().to_bits(), 46_267f64.to_bits(), "2 September 2026");
    assert_eq!(row[6], Data::Empty);
    assert_eq!(sheet.height(), 3 + 31);
}

#[test]
fn common_headings_stand_above_their_columns() {
    let mut book = open(paper::xlsx::render(&sample::report()).unwrap());
    let sheet = book.worksheet_range("Biểu 01").unwrap();
    let at = |row, column| sheet.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    assert_eq!(at(0, 0), "Kết quả chủ yếu trong quý III năm 2026");
    assert_eq!([at(2, 1), at(2, 2), at(3, 2), at(3, 3)], ["Nội dung", "Số lượng", "Quý II", "Quý III"]);
    assert_eq!(at(4, 1), "Buổi tuyên truyền");
    let untitled = book.worksheet_range("Biểu 02").unwrap();
    let title = untitled.get_value((0, 0)).map(ToString::to_string);
    assert_eq!(title.as_deref(), Some("KẾT QUẢ TUYÊN TRUYỀN TẠI CÁC KHU DÂN CƯ"), "the appendix's title");
}

#[test]
fn sheets_print_on_a4_landscape_one_page_wide_with_titles() {
    let bytes = paper::xlsx::render(&sample::report()).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let sheet = part("xl/worksheets/sheet2.xml");
    assert!(sheet.contains("<pageSetup paperSize=\"9\" fitToHeight=\"0\" orientation=\"landscape\""));
    assert!(sheet.contains("<pageSetUpPr fitToPage=\"1\"/>"));
    let book = part("xl/workbook.xml");
    assert!(book.contains("_xlnm.Print_Titles\" localSheetId=\"1\">'Biểu 02'!$3:$3<"), "{book}");
    let styles = part("xl/styles.xml");
    assert!(styles.contains("<sz val=\"12\"/>") && styles.contains("<name val=\"Times New Roman\"/>"));
}

#[test]
fn a_paper_without_tables_is_no_workbook() {
    let refused = paper::xlsx::render(&sample::letter());
    assert!(matches!(refused, Err(paper::xlsx::XlsxError::NoTable)));
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    let once = paper::xlsx::render(&sample::report()).unwrap();
    assert_eq!(once, paper::xlsx::render(&sample::report()).unwrap());
}
