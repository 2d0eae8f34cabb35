//! Every statement of the product: understood by both engines, and kept to the house SQL.

use std::collections::{BTreeMap, BTreeSet};

use db::{Db, Sql, testing};
use kernel::{Action, Place, Scope};

use crate::source::{self, File};
use crate::{distribution, schema};

/// Statements over the rows of all tenants, each reviewed: they return tenant keys only (and numbers of publications), and run
/// only in tasks of the program (`verify`, `audit verify`, imports that go on, the list of publications) under the scope of the system.
const COUNTRY_WIDE: [&str; 6] = [
    "select distinct tenant from activity order by tenant",
    "select tenant from cell union select tenant from cell_span union select tenant from cell_area",
    "select tenant from cell_month_due order by tenant",
    "select distinct tenant from import_run order by tenant",
    "select tenant, max(number) from supplement where number > 0 group by tenant order by tenant",
    "select tenant from audit union select tenant from audit_head order by 1",
];

/// Files that put statements together, each with a function that offers every combination to [`all`].
const COMPOSERS: [&str; 4] = [
    "features/activities/src/store.rs",
    "features/figures/src/across.rs",
    "features/units/src/registers.rs",
    "features/units/src/store.rs",
];

/// Tables that are not a tenant's, though `commune_guest`, `area_apart` and `supplement_last` name tenants.
pub(crate) const REFERENCE: [&str; 7] = [
    "unit",
    "unit_version",
    "unit_succession",
    "commune_guest",
    "area_apart",
    "supplement_last",
    "schema_migration",
];

struct Statement {
    /// `path:line`, or the function that composed it.
    origin: String,
    text: String,
}

/// The statements written with `sql!`, in one file.
fn written(file: &File) -> Vec<Statement> {
    let (mut statements, mut line, mut before) = (Vec::new(), 1, None::<&str>);
    for piece in file.text.split("sql!(") {
        let comment = before.and_then(|before| before.lines().last());
        if before.is_some() && !comment.is_some_and(|line| line.trim_start().starts_with("//!")) {
            let (offset, text) = source::literals(piece).swap_remove(0);
            statements.push(Statement { origin: format!("{}:{}", file.path, line + offset - 1), text });
        }
        line += piece.matches('\n').count();
        before = Some(piece);
    }
    statements
}

/// Every statement that ships.
fn all() -> Vec<Statement> {
    let mut statements: Vec<Statement> = source::shipped().iter().flat_map(written).collect();
    assert!(statements.len() > 50, "only {} statements found", statements.len());
    let place =
        Place {
            tenant: "c1".into(), path: "vn/p1/c1/".into(), code: "00001".into(), name: "xã Một".into()
        };
    let room = Scope::system("rules").enter(&place, Action::SeeActivities).unwrap();
    let composed = activities::list_statements(&room).into_iter().map(|sql| ("activities::list", sql));
    let composed = composed.chain(units::composed_statements().into_iter().map(|sql| ("units", sql)));
    let composed =
        composed.chain(figures::composed_statements().into_iter().map(|sql| ("figures::across", sql)));
    let carried = [db::dump::tables().unwrap(), db::dump::reference_tables().unwrap()].concat();
    let carried = carried.iter().flat_map(db::dump::Table::statements).map(|sql| ("db::dump", sql));
    let composed = composed.chain(carried);
    statements.extend(
        composed.map(|(origin, sql)| Statement { origin: origin.to_owned(), text: sql.text().to_owned() }),
    );
    statements
}

fn parameters(text: &str) -> BTreeSet<usize> {
    text.split('$')
        .skip(1)
        .map(|after| after.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap())
        .collect()
}

fn refuse(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn both_engines_understand_every_statement() {
    let stores = [testing::sqlite(), testing::plain()];
    let mut faults = Vec::new();
    for Statement { origin, text } in all() {
        let named = parameters(&text);
        let wanted: BTreeSet<usize> = (1..=named.len()).collect();
        if named != wanted {
            faults.push(format!("{origin}: parameters {named:?} leave a gap"));
        }
        for store in &stores {
            let db: &Db = store;
            match db.check(&Sql::composed(text.clone())) {
                Ok(count) if count == named.len() => {}
                Ok(count) => faults.push(format!("{origin}: {:?} sees {count} parameters", db.engine())),
                Err(error) => faults.push(format!("{origin}: {:?}: {error}\n    {text}", db.engine())),
            }
        }
    }
    refuse(&faults);
}

#[test]
fn statements_are_composed_only_where_every_combination_is_tested() {
    let composing: Vec<String> = source::shipped()
        .into_iter()
        .filter(|file| !file.path.starts_with("crates/db/"))
        .filter(|file| ["Sql::composed(", "Sql::literal("].iter().any(|call| file.text.contains(call)))
        .map(|file| file.path)
        .collect();
    assert_eq!(composing, COMPOSERS, "offer the combinations to `all` and name the file here");
}

#[test]
fn statements_keep_to_the_house_sql() {
    const BANNED: [(&str, &str); 24] = [
        ("now()", "times are parameters"),
        ("current_", "times are parameters"),
        ("random()", "chance is a parameter"),
        ("gen_random", "ids are parameters"),
        ("nextval", "ids are parameters"),
        ("rowid", "SQLite only"),
        (" ilike ", "PostgreSQL only: search the folded column"),
        (" glob ", "SQLite only"),
        (" collate ", "order by a sort key made by us"),
        (" date(", "days are text"),
        ("datetime(", "instants are text"),
        ("strftime", "instants are text"),
        ("julianday", "days are text"),
        ("extract(", "days are text"),
        ("date_trunc", "days are text"),
        ("::", "PostgreSQL only: cast(x as y)"),
        ("returning *", "name the columns"),
        ("select *", "name the columns"),
        ("->", "no JSON operators"),
        ("json", "no JSON functions"),
        ("array", "no arrays"),
        ("any(", "no arrays"),
        (" offset ", "page by key: an offset reads what it skips"),
        ("insert or ", "SQLite only: on conflict"),
    ];
    let mut faults = Vec::new();
    for Statement { origin, text } in all() {
        let mut fault = |why: &str| faults.push(format!("{origin}: {why}\n    {text}"));
        for (banned, why) in BANNED {
            if text.contains(banned) {
                fault(&format!("`{banned}`: {why}"));
            }
        }
        if text.to_lowercase() != text {
            fault("lower case");
        }
        for sum in ["sum(", "avg("] {
            if text.contains(sum) && !text.contains("cast(") {
                fault("PostgreSQL's sum is numeric: cast(coalesce(sum(x), 0) as bigint)");
            }
        }
    }
    refuse(&faults);
}

/// A mention of a table or view: the keyword before it, its name, the name its columns carry (alias or itself).
fn mentions(text: &str) -> Vec<(&str, &str, &str)> {
    let words: Vec<&str> = text.split([' ', '(', ')', '\n']).filter(|word| !word.is_empty()).collect();
    let mut found = Vec::new();
    for (at, pair) in words.windows(2).enumerate() {
        let (keyword, name) = (pair[0], pair[1]);
        let before = at.checked_sub(1).and_then(|at| words.get(at)).copied();
        // `on conflict … do update set` names no table.
        if !["from", "join", "into", "update"].contains(&keyword) || before == Some("do") {
            continue;
        }
        const AFTER: [&str; 13] = [
            "where",
            "set",
            "on",
            "order",
            "union",
            "tenant,",
            "group",
            "limit",
            "join",
            "left",
            "values",
            "returning",
            "as",
        ];
        let alias = words.get(at + 2).filter(|word| !AFTER.contains(word) && keyword != "into").copied();
        found.push((keyword, name, alias.unwrap_or(name)));
    }
    found
}

/// Table or view → the capability whose migration made it.
fn owners() -> BTreeMap<String, String> {
    let mut owners = BTreeMap::new();
    for file in source::files() {
        let Some(name) = file.path.strip_prefix("migrations/postgres/") else { continue };
        let feature = name.split_once('_').unwrap().1.trim_end_matches(".sql");
        let feature = if feature == "ground_floor" { "kernel" } else { feature };
        for line in file.text.lines() {
            for made in ["create table ", "create view "] {
                if let Some(rest) = line.strip_prefix(made) {
                    let table = rest.split([' ', '(']).next().unwrap();
                    owners.insert(table.to_owned(), feature.to_owned());
                }
            }
        }
    }
    owners
}

#[test]
fn every_statement_keeps_to_the_rules_of_distribution() {
    let schema = schema::known();
    let (mut faults, mut country_wide) = (Vec::new(), BTreeSet::new());
    for Statement { origin, text } in all() {
        if COUNTRY_WIDE.contains(&text.as_str()) {
            country_wide.insert(text);
            continue;
        }
        let mut found = distribution::faults(&schema, &text);
        // A province's figures and registers name a list of tenants, each a room that the caller entered (`read_across`,
        // `read_grid`, `register_steps`).
        if text.contains("tenant in (") && !["figures::across", "units"].contains(&origin.as_str()) {
            found.push("only reviewed statements name several tenants".to_owned());
        }
        faults.extend(found.into_iter().map(|fault| format!("{origin}: {fault}\n    {text}")));
    }
    refuse(&faults);
    assert_eq!(country_wide.len(), COUNTRY_WIDE.len(), "a reviewed statement is no longer there");
}

#[test]
fn mentions_of_tables_are_seen() {
    let found = mentions(
        "select a.id from area a left join area_name n on n.tenant = $1 where a.id in (select id from session)",
    );
    assert_eq!(found, [("from", "area", "a"), ("join", "area_name", "n"), ("from", "session", "session")]);
    let found = mentions(
        "insert into cell (tenant, day) values ($1, $2) on conflict (tenant) do update set day = $2",
    );
    assert_eq!(found, [("into", "cell", "cell")]);
    assert_eq!(mentions("update report set state = $2 where tenant = $1"), [("update", "report", "report")]);
}

#[test]
fn a_table_is_touched_only_by_the_capability_that_owns_it() {
    let owners = owners();
    let mut faults = Vec::new();
    for file in source::shipped() {
        let Some(feature) = file.path.strip_prefix("features/").and_then(|path| path.split('/').next())
        else {
            let statements = written(&file);
            assert!(statements.is_empty(), "{}: only capabilities hold statements", file.path);
            continue;
        };
        for Statement { origin, text } in written(&file) {
            for (_, name, _) in mentions(&text) {
                match owners.get(name) {
                    Some(owner) if owner == feature => {}
                    Some(owner) => faults.push(format!("{origin}: {name} belongs to {owner}; use its door")),
                    None => faults.push(format!("{origin}: no migration makes {name}")),
                }
            }
        }
    }
    refuse(&faults);
}
