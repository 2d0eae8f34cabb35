//! Answers read from forms and from JSON: what is taken, what is refused and why.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use catalogue::{Catalogue, FieldError, FieldProblem, Fields, Kind, Lang, Value};
use serde_json::json;
use std::collections::BTreeSet;

const RULES: &str = r#"
[[kind]]
id = "all-inputs"
version = 1
valid_from = 2026-01-01
name = { vi = "Mọi kiểu", en = "All inputs" }
help = { vi = "Để thử.", en = "For tests." }
checked = false

[[kind.field]]
id = "people"
label = { vi = "Số lượt người", en = "Attendances" }
help = { vi = "Đếm.", en = "Count." }
unit = { vi = "lượt người", en = "attendances" }
required = true
input = "count"
min = 1
max = 5000

[[kind.field]]
id = "value"
label = { vi = "Trị giá", en = "Value" }
help = { vi = "Bằng đồng.", en = "In đồng." }
input = "money"
max = 1000000000

[[kind.field]]
id = "place"
label = { vi = "Nơi", en = "Place" }
help = { vi = "Nhà văn hóa, sân trường.", en = "Hall, school yard." }
input = "text"
max_chars = 30

[[kind.field]]
id = "held"
label = { vi = "Đã tổ chức", en = "Held" }
help = { vi = "Có hoặc không.", en = "Yes or no." }
input = "yes-no"

[[kind.field]]
id = "form"
label = { vi = "Hình thức", en = "Form" }
help = { vi = "Chọn một.", en = "Choose one." }
input = "choice"
options = [{ id = "mobile", vi = "Lưu động", en = "Mobile" }, { id = "hall", vi = "Tập trung", en = "In a hall" }]

[[kind.field]]
id = "topic"
label = { vi = "Nội dung", en = "Topics" }
help = { vi = "Chọn nhiều.", en = "Choose any." }
input = "choices"
options = [{ id = "law", vi = "Pháp luật", en = "Law" }, { id = "drugs", vi = "Ma túy", en = "Drugs" }]

[[kind.field]]
id = "households"
label = { vi = "Hộ", en = "Households" }
help = { vi = "Ví dụ 1-20, 25.", en = "For example 1-20, 25." }
input = "households"
"#;

fn kind() -> Kind {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rules.toml"), RULES).unwrap();
    Catalogue::load(folder.path()).unwrap().kind("all-inputs").unwrap().clone()
}

/// The form with one answer besides the required one.
fn read(field: &str, typed: &[&str]) -> Result<Fields, Vec<FieldProblem>> {
    kind().read(&|id| match id {
        id if id == field => typed.iter().map(|value| (*value).to_owned()).collect(),
        "people" => vec!["12".to_owned()],
        _ => Vec::new(),
    })
}

fn set<T: Ord + Clone>(items: &[T]) -> BTreeSet<T> {
    items.iter().cloned().collect()
}

#[test]
fn good_answers_are_taken_as_people_type_them() {
    let strings = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
    for (field, typed, value) in [
        ("people", vec!["1.234"], Value::Count(1234)),
        ("people", vec![" 1 234 "], Value::Count(1234)),
        ("people", vec!["5000"], Value::Count(5000)),
        ("value", vec!["2.500.000 đồng"], Value::Count(2_500_000)),
        ("value", vec!["2500000đ"], Value::Count(2_500_000)),
        ("value", vec!["0"], Value::Count(0)),
        ("place", vec!["  Nhà văn hóa\n khu 3 "], Value::Text("Nhà văn hóa khu 3".to_owned())),
        ("place", vec!["Nha\u{300}"], Value::Text("Nhà".to_owned())),
        ("held", vec!["no", "yes"], Value::YesNo(true)),
        ("held", vec!["no"], Value::YesNo(false)),
        ("form", vec!["hall"], Value::Choice("hall".to_owned())),
        ("topic", vec!["drugs", "law", "law"], Value::Choices(strings(&["law", "drugs"]))),
        ("households", vec!["1-3, 25"], Value::Households(set(&[1, 2, 3, 25]))),
        ("households", vec!["7", "9"], Value::Households(set(&[7, 9]))),
    ] {
        assert_eq!(read(field, &typed).unwrap().get(field), Some(&value), "{field}: {typed:?}");
    }
}

#[test]
fn bad_answers_are_refused_with_their_reason() {
    use FieldError as E;
    let text = |typed: &str| typed.to_owned();
    for (field, typed, what) in [
        ("people", vec![], E::Missing),
        ("people", vec!["  "], E::Missing),
        ("people", vec!["mười"], E::NotANumber { typed: text("mười") }),
        ("people", vec!["12a"], E::NotANumber { typed: text("12a") }),
        ("people", vec!["1.5"], E::NotANumber { typed: text("1.5") }),
        ("people", vec!["1,234"], E::NotANumber { typed: text("1,234") }),
        ("people", vec!["0"], E::TooSmall { min: 1 }),
        ("people", vec!["-5"], E::TooSmall { min: 1 }),
        ("people", vec!["5001"], E::TooLarge { max: 5000 }),
        ("people", vec!["99999999999999999999"], E::TooLarge { max: 5000 }),
        ("value", vec!["50 triệu"], E::NotANumber { typed: text("50 triệu") }),
        ("value", vec!["1000000001"], E::TooLarge { max: 1_000_000_000 }),
        ("place", vec!["một hai ba bốn năm sáu bảy tám chín"], E::TooLong { max: 30 }),
        ("place", vec!["gọi 0912 345 678"], E::PersonalNumber { found: text("0912 345 678") }),
        ("place", vec!["CCCD 025099001234"], E::PersonalNumber { found: text("025099001234") }),
        ("held", vec!["maybe"], E::UnknownOption { typed: text("maybe") }),
        ("form", vec!["xe loa"], E::UnknownOption { typed: text("xe loa") }),
        ("topic", vec!["law", "other"], E::UnknownOption { typed: text("other") }),
        ("households", vec!["1-20, hai"], E::BadHouseholds { typed: text("hai") }),
        ("households", vec!["20-1"], E::BadHouseholds { typed: text("20-1") }),
        ("households", vec!["0"], E::BadHouseholds { typed: text("0") }),
        ("households", vec!["1-2-3"], E::BadHouseholds { typed: text("1-2-3") }),
        ("households", vec!["-5"], E::BadHouseholds { typed: text("-5") }),
        ("households", vec!["1-10000"], E::HouseholdBeyond { number: 10_000, max: 9_999 }),
        ("households", vec!["99999999999999999999999"], E::HouseholdBeyond { number: u64::MAX, max: 9_999 }),
    ] {
        let problem = FieldProblem { field: field.to_owned(), what };
        assert_eq!(read(field, &typed), Err(vec![problem]), "{field}: {typed:?}");
    }
}

#[test]
fn every_problem_of_a_form_is_told_at_once() {
    let refused = kind().read(&|id| match id {
        "form" => vec!["x".to_owned()],
        "value" => vec!["y".to_owned()],
        _ => Vec::new(),
    });
    let fields: Vec<String> = refused.unwrap_err().into_iter().map(|problem| problem.field).collect();
    assert_eq!(fields, ["people", "value", "form"]);
}

#[test]
fn json_goes_out_naturally_and_comes_back() {
    let answers = json!({
        "people": 120, "value": 2_500_000, "place": "Nhà văn hóa", "held": true, "form": "hall",
        "topic": ["drugs", "law"], "households": [1, 2, 25],
    });
    let fields = kind().from_json(&answers).unwrap();
    assert_eq!(serde_json::to_value(&fields).unwrap(), answers);
    assert_eq!(
        kind().from_json(&json!({ "people": "1.200", "households": "1-2,25", "form": null })).unwrap().len(),
        2
    );
}

#[test]
fn bad_json_is_refused_with_its_reason() {
    use FieldError as E;
    for (answers, field, what) in [
        (json!({ "people": 1.234 }), "people", E::NotANumber { typed: "1.234".to_owned() }),
        (json!({ "people": [1] }), "people", E::WrongShape),
        (json!({ "people": true }), "people", E::WrongShape),
        (json!({ "people": 0 }), "people", E::TooSmall { min: 1 }),
        (json!({ "people": 18_446_744_073_709_551_615_u64 }), "people", E::TooLarge { max: 5000 }),
        (json!({ "people": 1, "households": [1, -2] }), "households", E::WrongShape),
        (json!({ "people": 1, "households": [0] }), "households", E::BadHouseholds { typed: "0".to_owned() }),
        (json!({ "people": 1, "topic": ["law", 3] }), "topic", E::WrongShape),
        (json!({ "people": 1, "place": 7 }), "place", E::WrongShape),
        (json!({ "people": 1, "held": 1 }), "held", E::WrongShape),
        (json!({ "people": 1, "ethnicity": "x" }), "ethnicity", E::UnknownField),
    ] {
        let problem = FieldProblem { field: field.to_owned(), what };
        assert_eq!(kind().from_json(&answers), Err(vec![problem]), "{answers}");
    }
    assert_eq!(kind().from_json(&json!([])).unwrap_err().len(), 7);
}

#[test]
fn households_past_the_last_one_of_the_area_are_named() {
    let fields = read("households", &["1-20, 146"]).unwrap();
    assert_eq!(kind().households_beyond(&fields, 146), Vec::new());
    let what = FieldError::HouseholdBeyond { number: 146, max: 145 };
    assert_eq!(
        kind().households_beyond(&fields, 145),
        vec![FieldProblem { field: "households".to_owned(), what }]
    );
}

#[test]
fn answers_are_shown_in_both_languages() {
    let kind = kind();
    for (field, value, vi, en) in [
        ("people", Value::Count(11_368), "11.368 lượt người", "11,368 attendances"),
        ("value", Value::Count(2_500_000), "2.500.000 đồng", "2,500,000 đồng"),
        ("held", Value::YesNo(true), "Có", "Yes"),
        ("form", Value::Choice("mobile".to_owned()), "Lưu động", "Mobile"),
        (
            "topic",
            Value::Choices(set(&["drugs".to_owned(), "law".to_owned()])),
            "Pháp luật; Ma túy",
            "Law; Drugs",
        ),
        ("households", Value::Households(set(&[1, 2, 3, 25])), "4 hộ: 1-3, 25", "4 households: 1-3, 25"),
        ("households", Value::Households(set(&[25])), "1 hộ: 25", "1 household: 25"),
        ("form", Value::Choice("gone".to_owned()), "gone", "gone"),
    ] {
        assert_eq!(kind.show(field, &value, Lang::Vi), vi);
        assert_eq!(kind.show(field, &value, Lang::En), en);
    }
}
