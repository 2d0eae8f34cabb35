//! What a province and a commune lay over the program's rules: it adds, it never takes away, and what is older keeps
//! its meaning.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use catalogue::{Catalogue, Kind, Layer, Owner, Rule};
use jiff::civil::{Date, date};

const PATROL: &str = "patrol";

fn layer(owner: Owner, number: u32, starts: Date, text: &str) -> Layer {
    Layer { owner, number, starts, text: text.to_owned() }
}

/// One more question about patrols.
fn question(id: &str) -> String {
    format!(
        r#"[[addition]]
kind = "patrol"

[[addition.field]]
id = "{id}"
label = {{ vi = "Số đèn chiếu sáng hỏng", en = "Broken street lamps" }}
help = {{ vi = "Đếm.", en = "Count." }}
input = "count"
max = 500
"#
    )
}

/// An indicator that adds one question up.
fn indicator(id: &str, field: &str) -> String {
    format!(
        r#"[[indicator]]
id = "{id}"
name = {{ vi = "Đèn hỏng", en = "Broken lamps" }}
unit = {{ vi = "đèn", en = "lamps" }}
definition = {{ vi = "Cộng.", en = "Added up." }}
checked = false
people = false
measure = "sum"
kinds = ["patrol"]
field = "{field}"
"#
    )
}

fn problems(layers: &[Layer]) -> Vec<String> {
    Catalogue::with(layers).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

fn patrol(rules: &Catalogue, day: Date) -> &Kind {
    rules.kinds().on(PATROL, day).unwrap()
}

#[test]
fn nothing_laid_is_the_programs_catalogue() {
    assert_eq!(Catalogue::with(&[]).unwrap(), Catalogue::embedded().unwrap());
}

#[test]
fn questions_of_both_units_come_one_after_the_other_and_old_versions_stay() {
    let base = Catalogue::embedded().unwrap();
    let (first, second, third) = (date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1));
    let rules = Catalogue::with(&[
        layer(Owner::Province, 1, second, &question("tinh-lamps")),
        layer(Owner::Commune, 1, first, &question("xa-lamps")),
        layer(Owner::Commune, 2, third, &question("xa-cameras")),
    ])
    .unwrap();
    let old = base.kind(PATROL).unwrap();
    let before = patrol(&rules, date(2026, 11, 30));
    assert_eq!((before.version, &before.fields), (old.version, &old.fields));
    assert_eq!(before.valid_to, Some(date(2026, 11, 30)));
    let added = |day: Date| -> Vec<String> {
        let fields = &patrol(&rules, day).fields;
        let (kept, added) = fields.split_at(old.fields.len());
        assert_eq!(kept, old.fields);
        added.iter().map(|field| field.id.clone()).collect()
    };
    assert_eq!(added(first), ["xa-lamps"]);
    assert_eq!(added(second), ["tinh-lamps", "xa-lamps"]);
    assert_eq!(added(third), ["tinh-lamps", "xa-lamps", "xa-cameras"]);
    let versions: Vec<u32> =
        rules.kinds().all().filter(|kind| kind.id == PATROL).map(|kind| kind.version).collect();
    assert_eq!(versions, [1, 1_000_001, 1_001_001, 2_001_001]);
    // Every other kind is as it was.
    for kind in base.kinds().all().filter(|kind| kind.id != PATROL) {
        assert_eq!(rules.kinds().version(&kind.id, kind.version), Some(kind));
    }
}

#[test]
fn a_later_publication_follows_on_an_earlier_one() {
    let all = question("xa-lamps") + &question("xa-lights") + &indicator("xa-broken", "xa-lamps");
    let next = indicator("xa-broken", "xa-lights");
    let rules = Catalogue::with(&[
        layer(Owner::Commune, 1, date(2026, 12, 1), &all),
        layer(Owner::Commune, 2, date(2027, 1, 1), &next),
    ])
    .unwrap();
    let on = |day| rules.indicators().on("xa-broken", day).map(Rule::version);
    assert_eq!(on(date(2026, 11, 30)), None);
    assert_eq!(on(date(2026, 12, 31)), Some(1));
    assert_eq!(on(date(2027, 1, 1)), Some(2));
}

#[test]
fn a_layer_founds_only_what_carries_its_owners_word() {
    let starts = date(2026, 12, 1);
    let of = |owner, text: &str| problems(&[layer(owner, 1, starts, text)]);
    assert_eq!(of(Owner::Commune, &question("xa-lamps")), Vec::<String>::new());
    assert_eq!(
        of(Owner::Commune, &question("lamps")),
        ["xa-1.toml:5: `lamps` is not an id of its own: it begins with `xa-`"]
    );
    assert_eq!(
        of(Owner::Province, &question("xa-lamps")),
        ["tinh-1.toml:5: `xa-lamps` is not an id of its own: it begins with `tinh-`"]
    );
    // A rule of the program cannot be replaced.
    assert_eq!(
        of(Owner::Commune, &indicator("patrols", "participants")),
        ["xa-1.toml:2: `patrols` is not an id of its own: it begins with `xa-`"]
    );
}

#[test]
fn faults_of_a_layer_are_told_with_line_and_reason() {
    let starts = date(2026, 12, 1);
    let of = |text: &str| problems(&[layer(Owner::Commune, 1, starts, text)]);
    assert_eq!(of(&indicator("xa-x", "none")), ["xa-1.toml:10: kind `patrol` version 1 has no field `none`"]);
    assert_eq!(
        of(&question("xa-lamps").replace("patrol", "nothing")),
        ["xa-1.toml:2: there is no kind `nothing`"]
    );
    assert_eq!(
        of(&(question("xa-lamps") + &question("xa-lamps"))),
        ["xa-1.toml:14: kind `patrol` has a field `xa-lamps` already"]
    );
    assert_eq!(
        of("[[addition]]\nkind = \"patrol\"\n"),
        ["xa-1.toml:2: an addition of nothing: it has no field"]
    );
    let dated = indicator("xa-x", "participants").replace("checked", "version = 3\nchecked");
    assert_eq!(of(&dated), ["xa-1.toml:6: `version` is given by publishing: leave it out"]);
    assert_eq!(of("[[kind"), ["xa-1.toml:1: unclosed array table, expected `]]`"]);
    let ethnicity = question("xa-x").replace("Số đèn chiếu sáng hỏng", "Dân tộc");
    assert_eq!(
        of(&ethnicity),
        [
            "xa-1.toml:5: field `xa-x` speaks of ethnicity: line 8.2 of the design (no dossiers) allows no such field"
        ]
    );
}

#[test]
fn the_programs_own_files_add_no_questions_and_found_nothing_local() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.toml"), question("xa-lamps")).unwrap();
    let reasons: Vec<String> =
        Catalogue::load(folder.path()).unwrap_err().iter().map(|problem| problem.reason.clone()).collect();
    assert_eq!(reasons, ["questions are added by a province or a commune only"]);
    let rules = Catalogue::embedded().unwrap();
    assert!(rules.kinds().all().all(|kind| Owner::of(&kind.id).is_none()));
    assert!(rules.indicators().all().all(|indicator| Owner::of(&indicator.id).is_none()));
}
