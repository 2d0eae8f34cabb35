//! The rules that come with the program.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use catalogue::{Catalogue, FieldError, FieldProblem, Fields, Form, Indicator, Measure, Part, Select, Value};
use serde_json::json;

fn embedded() -> Catalogue {
    Catalogue::embedded().expect("`embedded_catalogue_is_clean` says what is wrong")
}

#[test]
fn embedded_catalogue_is_clean() {
    let problems = Catalogue::embedded().err().unwrap_or_default();
    assert_eq!(problems.iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn folder_and_program_hold_the_same_rules() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue");
    assert_eq!(Catalogue::load(&folder), Ok(embedded()));
}

#[test]
fn outline_of_the_catalogue() {
    insta::assert_snapshot!(embedded().to_string());
}

/// Two kinds that speak of topics offer the same ones, or slices by topic would not add up.
#[test]
fn outreach_and_communication_share_their_topics() {
    let catalogue = embedded();
    let topics = |kind: &str| catalogue.kind(kind).unwrap().field("topic").unwrap().input.options().to_vec();
    assert_eq!(topics("outreach-session"), topics("communication"));
}

/// Mang Yang district, January to mid-August 2022: the figures it published, entered as records, come out again as
/// rows of the quarterly report.
#[test]
fn published_figures_of_mang_yang_come_out_of_records() {
    let catalogue = embedded();
    let mut records: Vec<(&str, Fields)> = Vec::new();
    let mut add = |kind: &'static str, answers: serde_json::Value| {
        records.push((kind, catalogue.kind(kind).unwrap().from_json(&answers).unwrap()));
    };
    // 101 launch sessions with 11,368 attendances: 100 of 112 people and one of 168.
    for attendees in std::iter::repeat_n(112, 100).chain([168]) {
        add("outreach-session", json!({ "form": "launch", "topic": ["movement"], "attendees": attendees }));
    }
    add("communication", json!({ "topic": ["law"], "loudspeaker-car-runs": 30, "bulletins": "6" }));
    add("communication", json!({ "topic": ["online-fraud"], "leaflets": "1.406", "shares": 1200 }));
    add("commitment-signing", json!({ "topic": "traffic-safety", "persons": 21 }));

    let form = catalogue.form("movement-quarterly").unwrap();
    for (indicator, slice, value) in [
        ("outreach-sessions", "form:launch", 101),
        ("outreach-attendances", "form:launch", 11_368),
        ("loudspeaker-car-runs", "*", 30),
        ("bulletins", "*", 6),
        ("materials", "*", 1_406),
        ("commitment-persons", "topic:traffic-safety", 21),
        ("shares", "*", 1_200),
    ] {
        assert!(has_row(form, indicator, slice), "{indicator} {slice} is a row");
        let indicator = catalogue.indicator(indicator).unwrap();
        assert_eq!(worked_out(&catalogue, indicator, slice, &records), value, "{} {slice}", indicator.id);
    }
}

#[test]
fn a_record_of_nothing_is_refused() {
    let catalogue = embedded();
    for (kind, answers, first) in [
        ("communication", json!({ "topic": ["law"], "posts": 0 }), "loudspeaker-car-runs"),
        ("commitment-signing", json!({ "topic": "drugs" }), "households"),
        ("mediation", json!({ "received": 0, "reconciled": 0 }), "received"),
        ("welfare", json!({ "form": "gifts", "source": "budget" }), "households-helped"),
    ] {
        let problems = catalogue.kind(kind).unwrap().from_json(&answers).unwrap_err();
        assert!(
            matches!(problems.as_slice(), [FieldProblem { field, what: FieldError::OneNeeded { .. } }] if field == first),
            "{kind}: {problems:?}"
        );
    }
}

fn has_row(form: &Form, indicator: &str, slice: &str) -> bool {
    form.sections.iter().flat_map(|section| &section.body).any(|part| match part {
        Part::Figures { rows, .. } => rows.iter().any(|row| row.indicator == indicator && row.slice == slice),
        Part::Narrative { .. } => false,
    })
}

/// A count, sum or total straight from the records.
fn worked_out(catalogue: &Catalogue, indicator: &Indicator, slice: &str, records: &[(&str, Fields)]) -> i64 {
    let selected = |select: &Select| {
        let read = records.iter().filter(|(kind, _)| select.kinds.iter().any(|id| id == kind));
        read.map(|(_, fields)| fields).filter(|fields| in_slice(fields, slice)).collect::<Vec<_>>()
    };
    match &indicator.measure {
        Measure::Count { select } => selected(select).len() as i64,
        Measure::Sum { select, field } => {
            selected(select).iter().map(|fields| amount(fields.get(field))).sum()
        }
        Measure::Total { of } => {
            of.iter().map(|id| worked_out(catalogue, catalogue.indicator(id).unwrap(), slice, records)).sum()
        }
        other => panic!("not a measure of this test: {other:?}"),
    }
}

fn amount(value: Option<&Value>) -> i64 {
    if let Some(Value::Count(number)) = value { *number } else { 0 }
}

fn in_slice(fields: &Fields, slice: &str) -> bool {
    let Some((field, option)) = slice.split_once(':') else { return slice == "*" };
    match fields.get(field) {
        Some(Value::Choice(chosen)) => chosen == option,
        Some(Value::Choices(chosen)) => chosen.contains(option),
        _ => false,
    }
}
