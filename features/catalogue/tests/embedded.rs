//! The rules that come with the program.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use catalogue::{
    Catalogue, Condition, Field, FieldError, FieldProblem, Fields, FigureRow, Form, Indicator, Input,
    Measure, Part, Select, SliceBy, Value,
};
use serde_json::json;
use std::collections::BTreeSet;

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
        ("weapons-handover", json!({ "fireworks": 0 }), "guns"),
        ("people-information", json!({ "valuable": 0, "other": 0 }), "valuable"),
        ("digital-channel", json!({ "channel": "zalo-oa" }), "new-followers"),
        (
            "commendation",
            json!({ "level": "commune", "award": "letter", "occasion": "sudden" }),
            "collectives",
        ),
    ] {
        let problems = catalogue.kind(kind).unwrap().from_json(&answers).unwrap_err();
        assert!(
            matches!(problems.as_slice(), [FieldProblem { field, what: FieldError::OneNeeded { .. } }] if field == first),
            "{kind}: {problems:?}"
        );
    }
}

/// A kind whose answers reach no report would be work for nothing.
#[test]
fn every_number_that_is_asked_for_is_counted_and_reported() {
    let catalogue = embedded();
    let mut reported: BTreeSet<&str> =
        catalogue.forms().all().flat_map(rows).map(|row| row.indicator.as_str()).collect();
    for id in reported.clone() {
        reported.extend(catalogue.indicator(id).unwrap().measure.parts());
    }
    let unused: Vec<&str> = catalogue.indicators().all().map(|indicator| indicator.id.as_str()).collect();
    let unused: Vec<&&str> = unused.iter().filter(|id| !reported.contains(*id)).collect();
    assert_eq!(unused, Vec::<&&str>::new(), "in no report");
    for kind in catalogue.kinds().all() {
        for field in kind.fields.iter().filter(|field| !field.input.options().is_empty() || is_number(field))
        {
            let read = catalogue.indicators().all().any(|indicator| {
                let fed = |field: &Field| field.feeds.as_ref() == Some(&indicator.id);
                let reads = indicator.measure.select().is_some_and(|select| select.kinds.contains(&kind.id))
                    || kind.fields.iter().any(fed);
                reads
                    && match &indicator.measure {
                        Measure::Sum { field: summed, .. } if is_number(field) => {
                            *summed == field.id || fed(field)
                        }
                        _ => {
                            fed(field)
                                || indicator.slices.contains(&SliceBy::Field(field.id.clone()))
                                || conditions(indicator).any(|condition| condition.field == field.id)
                        }
                    }
            });
            assert!(read, "nothing reads {} of {}", field.id, kind.id);
        }
    }
}

/// No answer can describe a person: there are numbers, choices from a list and marks of households, and no line of
/// text at all. What is about crime, disputes or those who erred has no free note either.
#[test]
fn no_question_asks_about_people_beyond_how_many() {
    let catalogue = embedded();
    for kind in catalogue.kinds().all() {
        for field in &kind.fields {
            assert!(!matches!(field.input, Input::Text { .. }), "{} of {}", field.id, kind.id);
        }
    }
    let delicate = [
        "mediation",
        "people-information",
        "reintegration",
        "security-team-work",
        "weapons-handover",
        "digital-channel",
    ];
    for id in delicate {
        let kind = catalogue.kind(id).unwrap();
        assert!(!kind.note, "{id} offers a note");
        assert!(
            kind.fields.iter().all(|field| is_number(field) || matches!(field.input, Input::Choice { .. })),
            "{id} asks for something else than numbers"
        );
    }
    // Small numbers of these point at somebody.
    for kind in ["mediation", "people-information"] {
        let counts: Vec<_> =
            catalogue.indicators().all().filter(|indicator| reads(indicator, kind)).collect();
        assert!(!counts.is_empty() && counts.iter().all(|indicator| indicator.people), "{kind}");
    }
    assert!(catalogue.indicator("information-items").unwrap().people);
    assert!(catalogue.indicator("reintegration-help").unwrap().people);
    assert!(catalogue.indicator("channel-messages-security").unwrap().people);
}

/// Every kind is work done in an area, but for five that are figures about something else.
#[test]
fn an_area_with_any_work_done_is_an_active_area() {
    let catalogue = embedded();
    let active = &catalogue.indicator("areas-with-record").unwrap().measure.select().unwrap().kinds;
    let others = catalogue
        .kinds()
        .all()
        .filter(|kind| !kind.aggregate)
        .map(|kind| kind.id.as_str())
        .filter(|id| !active.iter().any(|kind| kind == id));
    assert_eq!(
        others.collect::<Vec<_>>(),
        ["people-information", "digital-channel", "commendation", "scheme-grading", "exemplar"]
    );
}

/// Valuable items are part of all items however they are typed, and the same opinion is not in two rows.
#[test]
fn parts_never_exceed_their_whole() {
    let catalogue = embedded();
    let record = |kind: &'static str, answers: serde_json::Value| {
        (kind, catalogue.kind(kind).unwrap().from_json(&answers).unwrap())
    };
    let records = [
        record("people-information", json!({ "valuable": 7, "other": 0 })),
        record("people-information", json!({ "valuable": 0, "other": "12" })),
        record(
            "listening-forum",
            json!({ "attendees": 120, "answered-on-spot": 18, "answered-in-writing": 2 }),
        ),
        record("reintegration", json!({ "help": "job", "people": 3 })),
        record("reintegration", json!({ "help": "loan", "people": 2, "loans": "50.000.000" })),
        record("core-team", json!({ "team": "mediation-team", "work": "founded", "teams": 4 })),
        record("core-team", json!({ "team": "mediation-team", "work": "dissolved", "teams": 1 })),
    ];
    for (indicator, slice, value) in [
        ("information-items", "*", 19),
        ("information-valuable", "*", 7),
        ("opinions", "*", 20),
        ("opinions-answered-in-writing", "*", 2),
        ("reintegration-help", "*", 5),
        ("reintegration-help", "help:job", 3),
        ("reintegration-loans", "*", 50_000_000),
        ("core-teams-founded", "team:mediation-team", 4),
        ("core-teams-founded", "team:security-team", 0),
        ("core-teams-dissolved", "team:mediation-team", 1),
    ] {
        let rule = catalogue.indicator(indicator).unwrap();
        assert_eq!(worked_out(&catalogue, rule, slice, &records), value, "{indicator} {slice}");
    }
}

fn is_number(field: &Field) -> bool {
    matches!(field.input, Input::Count { .. } | Input::Money { .. })
}

fn reads(indicator: &Indicator, kind: &str) -> bool {
    let direct = indicator.measure.select().is_some_and(|select| select.kinds == [kind]);
    direct && !matches!(indicator.measure, Measure::AreasWith { .. })
}

fn conditions(indicator: &Indicator) -> impl Iterator<Item = &Condition> {
    indicator.measure.select().into_iter().flat_map(|select| &select.conditions)
}

fn rows(form: &Form) -> impl Iterator<Item = &FigureRow> {
    form.sections.iter().flat_map(|section| &section.body).flat_map(|part| match part {
        Part::Figures { rows, .. } => rows.as_slice(),
        Part::Areas { columns, .. } => columns.as_slice(),
        Part::Narrative { .. } => &[],
    })
}

fn has_row(form: &Form, indicator: &str, slice: &str) -> bool {
    rows(form).any(|row| row.indicator == indicator && row.slice == slice)
}

/// A count, sum or total straight from the records.
fn worked_out(catalogue: &Catalogue, indicator: &Indicator, slice: &str, records: &[(&str, Fields)]) -> i64 {
    let selected = |select: &Select| {
        let read = records.iter().filter(|(kind, _)| select.kinds.iter().any(|id| id == kind));
        let meets = |fields: &Fields, Condition { field, one_of }: &Condition| {
            one_of.iter().any(|option| in_slice(fields, &format!("{field}:{option}")))
        };
        read.map(|(_, fields)| fields)
            .filter(|fields| {
                in_slice(fields, slice) && select.conditions.iter().all(|one| meets(fields, one))
            })
            .collect::<Vec<_>>()
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
