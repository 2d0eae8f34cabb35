//! Who may know whom, and what no file may hold.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{self, File};

/// Our crates from low to high, as `ARCHITECTURE.md` says it in one line.
fn order() -> Vec<String> {
    let text = std::fs::read_to_string(source::root().join("ARCHITECTURE.md")).unwrap();
    let line = text.lines().find(|line| line.starts_with("vietnamese <")).expect("the order of the crates");
    line.split(" < ").map(str::to_owned).collect()
}

/// Crate → (`Cargo.toml` path, names it depends on, names it depends on in tests).
fn crates() -> BTreeMap<String, (String, BTreeSet<String>, BTreeSet<String>)> {
    let mut crates = BTreeMap::new();
    for File { path, text } in source::files() {
        let member = ["crates/", "features/", "app/"].iter().any(|folder| path.starts_with(folder));
        if !member || !path.ends_with("/Cargo.toml") {
            continue;
        }
        let (mut name, mut section) = (String::new(), "");
        let (mut needs, mut tests) = (BTreeSet::new(), BTreeSet::new());
        for line in text.lines() {
            if line.starts_with('[') {
                section = line;
            } else if let Some((key, value)) = line.split_once('=') {
                let key = key.trim().trim_end_matches(".workspace").to_owned();
                match section {
                    "[package]" if key == "name" => value.trim().trim_matches('"').clone_into(&mut name),
                    "[dependencies]" | "[build-dependencies]" => drop(needs.insert(key)),
                    "[dev-dependencies]" => drop(tests.insert(key)),
                    _ => {}
                }
            }
        }
        crates.insert(name, (path, needs, tests));
    }
    crates
}

#[test]
fn nobody_knows_a_higher_crate() {
    let (order, crates) = (order(), crates());
    assert_eq!(
        crates.keys().collect::<BTreeSet<_>>(),
        order.iter().collect(),
        "every crate has its place in the order"
    );
    let place = |name: &String| order.iter().position(|of| of == name);
    for (name, (path, needs, tests)) in &crates {
        for need in needs.union(tests) {
            assert!(place(need) < place(name), "{path}: {name} must not know {need}");
            let leaf = path.starts_with("crates/");
            assert!(!leaf || need != "kernel", "{path}: a leaf library knows nothing of the product");
        }
    }
}

#[test]
fn each_foreign_engine_is_known_in_one_place() {
    const ONLY: [(&str, &[&str]); 8] = [
        ("rusqlite", &["db"]),
        ("tokio-postgres", &["db"]),
        ("typst", &["pdf"]),
        ("typst-pdf", &["pdf"]),
        ("pdf", &["chungsuc"]),
        ("fluent-bundle", &["kernel"]),
        ("argon2", &["accounts"]),
        ("image", &["activities"]),
    ];
    let crates = crates();
    for (dependency, allowed) in ONLY {
        let users: Vec<&str> = crates
            .iter()
            .filter(|(_, (_, needs, _))| needs.contains(dependency))
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(users, allowed, "who uses {dependency}");
    }
}

#[test]
fn only_the_ground_floor_gives_permits() {
    let mut givers: Vec<String> = Vec::new();
    for file in source::shipped() {
        for line in file.text.lines().filter(|line| line.trim_start().starts_with("impl")) {
            if line.contains("Permit for ") {
                givers.push(format!("{}: {}", file.path, line.trim()));
            }
        }
    }
    let expected = ["impl Permit for Scope {", "impl Permit for Room {"];
    assert_eq!(givers, expected.map(|line| format!("features/kernel/src/access.rs: {line}")));
}

#[test]
fn the_web_stays_in_pages() {
    const OUTSIDE: [&str; 3] =
        ["app/src/product.rs", "app/src/commands/serve.rs", "app/src/commands/door.rs"];
    for file in source::shipped() {
        let pages = file.path.contains("/src/pages") || file.path.starts_with("features/kernel/src/http/");
        if !pages && !OUTSIDE.contains(&file.path.as_str()) {
            assert!(!file.text.contains("axum::"), "{}: rules and store calls know no web", file.path);
        }
    }
}

#[test]
fn a_file_can_be_read_in_one_sitting() {
    const LINES: usize = 600;
    /// Longer for a reason; none of them may grow.
    const LONGER: [(&str, usize); 2] = [
        // One writer of WordprocessingML, in the order of its schema.
        ("crates/paper/src/docx.rs", 720),
        // One reader per kind of catalogue file, each refusing with file and line.
        ("features/catalogue/src/draft.rs", 640),
    ];
    for file in source::shipped() {
        let longer = LONGER.iter().find(|(path, _)| *path == file.path);
        let (limit, lines) = (longer.map_or(LINES, |(_, limit)| *limit), file.text.lines().count());
        assert!(lines <= limit, "{} has {lines} lines", file.path);
        assert!(
            longer.is_none() || lines > LINES,
            "{} is short enough by now: take it off the list",
            file.path
        );
    }
}

#[test]
fn no_file_names_a_machine_or_a_registry() {
    // Put together here, so that this file does not hold what it looks for.
    let folders = ["work", "home", "root", "Users"].map(|folder| format!("/{folder}/"));
    let starts = [' ', '"', '\'', '`', '(', '=', ':', '<', '\n'];
    for file in source::files() {
        for folder in &folders {
            let pieces: Vec<&str> = file.text.split(folder.as_str()).collect();
            for before in pieces.iter().take(pieces.len() - 1) {
                let before = before.chars().next_back().unwrap_or('\n');
                assert!(!starts.contains(&before), "{} names a path under {folder}", file.path);
            }
        }
        if file.path == "Cargo.lock" {
            let index = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
            for line in file.text.lines().filter(|line| line.starts_with("source = ")) {
                assert_eq!(line, index);
            }
        }
        if file.path.ends_with("package-lock.json") {
            assert!(!file.text.contains("\"resolved\""), "{} names a registry", file.path);
        }
        let host = format!("registry.{}", "npmjs");
        assert!(!file.text.contains(&host), "{} names a registry", file.path);
    }
}
