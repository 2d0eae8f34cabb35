//! Migrations after the first ones only add, so that servers of the version before go on while the others are replaced
//! (`docs/operations/upgrade.md`).

use std::collections::BTreeSet;

use crate::source;

/// The last migration from before servers were replaced one by one.
const BEFORE: &str = "0022_imports";

/// What in a migration the program of the version before could stumble over.
fn stumbles(text: &str) -> Vec<String> {
    let bare: Vec<&str> = text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let bare = bare.join(" ").to_lowercase();
    let statements = bare.split(';').map(|of| of.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut made = BTreeSet::new();
    let mut found = Vec::new();
    for statement in statements.filter(|statement| !statement.is_empty()) {
        let words: Vec<&str> = statement.split([' ', '(']).collect();
        let adds = match words[..] {
            ["create", "table", name, ..] => {
                made.insert(name.to_owned());
                true
            }
            ["create", "index", ..] | ["insert", "into", ..] | ["update", ..] => true,
            ["create", "unique", "index", _, "on", table, ..] => made.contains(table),
            ["alter", "table", table, ..] if made.contains(table) => true,
            ["alter", "table", _, "add", "column", ..] => {
                let required = statement.contains("not null") && !statement.contains("default");
                !required && !statement.contains(" check ") && !statement.contains(" unique")
            }
            _ => false,
        };
        if !adds {
            found.push(statement);
        }
    }
    found
}

#[test]
fn migrations_only_add() {
    let mut read = 0;
    for engine in ["sqlite", "postgres"] {
        for file in std::fs::read_dir(source::root().join("migrations").join(engine)).unwrap() {
            let path = file.unwrap().path();
            if path.file_stem().unwrap().to_str().unwrap() > BEFORE {
                read += 1;
                let text = std::fs::read_to_string(&path).unwrap();
                assert_eq!(stumbles(&text), Vec::<String>::new(), "{}", path.display());
            }
        }
    }
    assert!(read >= 2, "the migrations are not where they were");
}

#[test]
fn what_the_version_before_could_stumble_over_is_seen() {
    for bad in [
        "drop table activity",
        "alter table activity drop column note",
        "alter table activity rename column note to remark",
        "alter table activity rename to record",
        "alter table activity alter column note set not null",
        "alter table activity alter column note type bigint",
        "alter table activity add column mood text not null",
        "alter table activity add column mood text check (mood <> '')",
        "alter table activity add constraint activity_note check (note <> '')",
        "create unique index one_note on activity (tenant, note)",
        "delete from activity",
        "create view v as select 1",
        "create table x (tenant text not null); drop table activity",
    ] {
        assert_eq!(stumbles(bad).len(), 1, "{bad}");
    }
    for good in [
        "-- drop table activity\ncreate table mood (tenant text not null, id uuid not null)",
        "create table mood (tenant text); create unique index one on mood (tenant)",
        "alter table activity add column mood text",
        "ALTER TABLE activity\n  ADD COLUMN mood bigint NOT NULL DEFAULT 0;",
        "create index activity_mood on activity (tenant, mood); update activity set mood = 0",
    ] {
        assert_eq!(stumbles(good), Vec::<String>::new(), "{good}");
    }
}
