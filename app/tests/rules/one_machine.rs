//! What holds on one machine only, and is relied on nowhere: rules 15 to 21 of a distributed engine that are not about a
//! statement's text alone. `docs/operations/scale-out.md` says which rule is held where.

use std::collections::BTreeSet;

use crate::source;

/// The number of a rule, and what is wrong.
type Finding = (u8, String);

/// Places that look like a break of rules 15 to 21 and are none, with the reason.
const ALLOWED: [(&str, &str, &str); 2] = [
    (
        "crates/db/src/pool.rs",
        "isolation level",
        "one snapshot for a page: of one commune also on a distributed engine; what spans communes is read from cells that \
         only add up, and what leaves the house is frozen first",
    ),
    (
        "crates/db/src/pool.rs",
        "set local",
        "a setting for the machine that is spoken to, made anew by every write",
    ),
];

/// Rules 15 to 21, where they are about what the program does around its statements.
fn around(path: &str, text: &str, constraints: &BTreeSet<String>) -> Vec<Finding> {
    const BANNED: [(u8, &str, &str); 8] = [
        (15, "prepare transaction", "transactions in two phases are the engine's own"),
        (18, "serializable", "stopped as XX000, which nobody tries again: version columns"),
        (17, "isolation level", "there is no snapshot over two machines"),
        (19, "current_setting", "settings do not reach the other machines"),
        (19, "row level security", "says nothing where settings do not arrive: name the tenant"),
        (19, "create policy", "says nothing where settings do not arrive: name the tenant"),
        (19, "set local", "settings do not reach the other machines"),
        (20, "advisory", "a lock of one machine: a row says who has it"),
    ];
    let mut found = Vec::new();
    for (line, literal) in source::literals(text) {
        let lower = literal.to_lowercase();
        for (rule, banned, why) in BANNED {
            let allowed = ALLOWED.iter().any(|(place, of, _)| *place == path && *of == banned);
            if lower.contains(banned) && !allowed {
                found.push((rule, format!("{path}:{line}: `{banned}`: {why}")));
            }
        }
        if constraints.contains(&literal) || lower.contains("on conflict on constraint") {
            found.push((
                21,
                format!("{path}:{line}: `{literal}`: constraints have other names on other machines"),
            ));
        }
    }
    for (number, line) in text.lines().enumerate() {
        if [".constraint()", ".table()"].iter().any(|call| line.contains(call)) {
            found.push((
                21,
                format!("{path}:{}: a distributed engine does not say which constraint", number + 1),
            ));
        }
    }
    found
}

/// The names of all constraints, as the migrations give them.
fn constraints() -> BTreeSet<String> {
    let files = source::files();
    let migrations = files.iter().filter(|file| file.path.starts_with("migrations/postgres/"));
    let name =
        |line: &str| line.trim_start().strip_prefix("constraint ")?.split(' ').next().map(str::to_owned);
    let names: BTreeSet<String> = migrations.flat_map(|file| file.text.lines().filter_map(name)).collect();
    assert!(names.len() > 50, "only {} constraints found", names.len());
    names
}

#[test]
fn nothing_relies_on_what_holds_on_one_machine_only() {
    let (shipped, constraints) = (source::shipped(), constraints());
    // `testing.rs` lays the tables of tests and ships nothing.
    let files = || shipped.iter().filter(|file| file.path != "crates/db/src/testing.rs");
    let found: Vec<String> =
        files().flat_map(|file| around(&file.path, &file.text, &constraints)).map(|(_, why)| why).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    for (path, text, _) in ALLOWED {
        let needed = files().any(|file| file.path == path && file.text.contains(text));
        assert!(needed, "{path} no longer has `{text}`: take the exception away");
    }
}

#[test]
fn each_rule_catches_what_it_is_for() {
    let constraints = BTreeSet::from(["area_key".to_owned()]);
    let bad = [
        (15, "conn.batch(\"PREPARE TRANSACTION 'one'\")"),
        (17, "conn.batch(\"begin isolation level repeatable read\")"),
        (18, "conn.batch(\"begin transaction isolation level serializable\")"),
        (19, "sql!(\"select id from area where tenant = current_setting('app.tenant')\")"),
        (19, "batch(\"alter table area enable row level security\")"),
        (20, "sql!(\"select pg_advisory_lock($1)\")"),
        (21, "if db.constraint() == Some(name) {"),
        (21, "if text == \"area_key\" {"),
        (21, "sql!(\"insert into area (tenant) values ($1) on conflict on constraint area_key do nothing\")"),
    ];
    for (rule, text) in bad {
        assert!(
            around("x.rs", text, &constraints).iter().any(|(of, _)| *of == rule),
            "rule {rule} lets through: {text}"
        );
    }
    for text in ["// advisory", "sql!(\"select id from area where tenant = $1\")", "let area_key = 1;"] {
        assert_eq!(around("x.rs", text, &constraints), [], "{text}");
    }
}
