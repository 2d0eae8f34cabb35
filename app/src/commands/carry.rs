//! `export` and `import`: everything a unit owns as JSON lines, and back on a machine where it has nothing yet.
//!
//! The first line says what it is; every other is one row, `{"table": …, "row": {…}}`, bytes in hexadecimal. Rows are
//! read and written one by one. What is left out is made anew (cells), belongs to people and not to the unit
//! (accounts, rights, sessions), or is the history of a machine (the audit log: it begins with the import).

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use db::Value;
use db::dump::{self, Kind, Table};
use jiff::Timestamp;
use kernel::{Action, Clock, Place, Room, Scope, audit};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use supplements::Rulebook;

use super::{Failure, Outcome, Store, rulebook, say};

/// The format this program writes and reads.
const FORMAT: u32 = 1;

/// Tables that are not carried, by the beginning of their names.
const LEFT_OUT: [&str; 6] = ["cell", "account", "access_grant", "session", "sign_in", "audit"];

/// A cache of figures: a look at a dashboard fills it, so rows of it say nothing about a unit.
const CACHE: &str = "grid_kept";

/// The tables of what tenants own.
pub(super) fn owned() -> db::Result<Vec<Table>> {
    let mut tables = dump::tables()?;
    tables.retain(|table| table.name != CACHE);
    Ok(tables)
}

/// The tables that are carried.
fn carried() -> db::Result<Vec<Table>> {
    let mut tables = owned()?;
    tables.retain(|table| !LEFT_OUT.iter().any(|left_out| table.name.starts_with(left_out)));
    Ok(tables)
}

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    chungsuc: u32,
    /// Number of the last migration: only the same schema is read back.
    schema: i64,
    /// Internal id of the unit, which is also the tenant of its rows.
    unit: String,
    name: String,
    exported_at: Timestamp,
}

/// Every other line.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    table: String,
    row: Map<String, Json>,
}

fn schema() -> db::Result<i64> {
    let [steps, _] = db::schema()?;
    Ok(steps.last().map_or(0, |(number, _)| *number))
}

/// The unit of a code, and a room of all its rows.
fn enter(read: &mut db::Read<'_>, scope: &Scope, code: &str) -> Result<(Place, Room), Failure> {
    let unit = units::find_by_code(read, scope, code, Clock::system().today())?;
    let place = unit.ok_or_else(|| Failure::Refused(format!("no unit has the code {code}")))?.place();
    let room =
        scope.enter(&place, Action::SeeActivities).map_err(|denied| Failure::Refused(denied.to_string()))?;
    Ok((place, room))
}

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    store: Store,
    /// Official code of the unit.
    #[arg(long, value_name = "CODE")]
    unit: String,
    /// File to write; must not exist.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Serialize)]
struct ExportAnswer {
    file: PathBuf,
    rows: u64,
}

impl Export {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let db = self.store.open()?;
        if self.out.exists() {
            return Err(Failure::Refused(format!("{} exists; choose a new file", self.out.display())));
        }
        let file = |error| Failure::File(self.out.clone(), error);
        // Written beside, then named: a file with the final name is always whole.
        let beside = self.out.with_extension("part");
        let mut out = BufWriter::new(File::create(&beside).map_err(file)?);
        let rows = db.read_now(|read| write(read, &self.unit, &mut out))?;
        out.into_inner().map_err(|error| file(error.into_error()))?.sync_all().map_err(file)?;
        std::fs::rename(&beside, &self.out).map_err(file)?;
        let line = format!("export: {rows} rows in {}", self.out.display());
        say(self.store.json, &ExportAnswer { file: self.out, rows }, &line);
        Ok(Outcome::Done)
    }
}

/// Writes a unit's rows; how many.
fn write(read: &mut db::Read<'_>, code: &str, out: &mut impl Write) -> Result<u64, Failure> {
    let (place, room) = enter(read, &Scope::system("export"), code)?;
    let unwritten = |error: std::io::Error| db::Error::Broken(format!("the file cannot be written: {error}"));
    let mut line = |json: serde_json::Result<String>| {
        let json = json.map_err(|error| db::Error::Broken(error.to_string()))?;
        writeln!(out, "{json}").map_err(unwritten)
    };
    let head = Head {
        chungsuc: FORMAT,
        schema: schema()?,
        unit: place.tenant,
        name: place.name,
        exported_at: Clock::system().now(),
    };
    line(serde_json::to_string(&head))?;
    let mut rows = 0;
    for table in carried()? {
        table.rows(read, &room, |values| {
            rows += 1;
            let names = table.columns.iter().map(|column| column.name.clone());
            let row = names.zip(values.iter().map(to_json)).collect();
            line(serde_json::to_string(&Line { table: table.name.clone(), row }))
        })?;
    }
    Ok(rows)
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Int(number) => (*number).into(),
        Value::Bool(yes) => (*yes).into(),
        Value::Text(text) => text.clone().into(),
        Value::Uuid(id) => id.to_string().into(),
        Value::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into(),
    }
}

/// The value of a column that `to_json` wrote.
fn from_json(kind: Kind, json: &Json) -> Option<Value> {
    Some(match (kind, json) {
        (_, Json::Null) => Value::Null,
        (Kind::Int, Json::Number(number)) => Value::Int(number.as_i64()?),
        (Kind::Bool, Json::Bool(yes)) => Value::Bool(*yes),
        (Kind::Text, Json::String(text)) => Value::Text(text.clone()),
        (Kind::Uuid, Json::String(text)) => Value::Uuid(text.parse().ok()?),
        (Kind::Bytes, Json::String(text)) => {
            let (pairs, rest) = text.as_bytes().as_chunks::<2>();
            let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
            Value::Bytes(pairs.iter().map(byte).collect::<Option<Vec<u8>>>().filter(|_| rest.is_empty())?)
        }
        _ => return None,
    })
}

#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(flatten)]
    store: Store,
    /// What `export` wrote.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Serialize)]
struct ImportAnswer {
    unit: String,
    rows: u64,
    records: usize,
    cells: usize,
    differences: usize,
}

impl Import {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let db = self.store.make()?;
        let rules = rulebook()?;
        let (path, scope) = (self.file.clone(), Scope::system("import"));
        let given = rules.clone();
        let (unit, rows, records) = db.write_now(move |tx| read_in(tx, &scope, &given, &path))?;
        let checked = db.read_now(|read| activities::verify(read, &Scope::system("import"), &rules))?;
        let (cells, differences) = (checked.cells, checked.differences.len());
        let line = format!(
            "import: {unit}, {rows} rows, {records} confirmed records, {cells} cells with {differences} differences"
        );
        say(self.store.json, &ImportAnswer { unit, rows, records, cells, differences }, &line);
        Ok(if differences == 0 { Outcome::Done } else { Outcome::Found })
    }
}

/// Reads a file in: all of it, or nothing. The unit, how many rows, and how many confirmed records.
fn read_in(
    tx: &mut db::Tx<'_>,
    scope: &Scope,
    book: &Rulebook,
    path: &PathBuf,
) -> Result<(String, u64, usize), Failure> {
    let clock = Clock::system();
    let file = |error| Failure::File(path.clone(), error);
    let refuse = |number: usize, what: &str| {
        Failure::Refused(format!("{}:{number}: {what}; nothing was brought in", path.display()))
    };
    let mut lines = (1..).zip(BufReader::new(File::open(path).map_err(file)?).lines());
    let (_, first) = lines.next().ok_or_else(|| refuse(1, "the file is empty"))?;
    let head: Head =
        serde_json::from_str(&first.map_err(file)?).map_err(|_| refuse(1, "this is no export of a unit"))?;
    if (head.chungsuc, head.schema) != (FORMAT, schema()?) {
        return Err(refuse(1, "another version of the program wrote this; use that version, then update"));
    }
    let place = units::unit(tx, scope, &head.unit, clock.today())?
        .ok_or_else(|| refuse(1, &format!("there is no unit {}", head.unit)))?
        .place();
    let room = scope.enter(&place, Action::SeeActivities).map_err(|denied| refuse(1, &denied.to_string()))?;
    let entry = audit::Entry {
        at: clock.now(),
        action: "unit.carry",
        object: &head.unit,
        detail: &head.exported_at.to_string(),
    };
    audit::record(tx, &room, &entry)?;
    let tables = carried()?;
    for table in &tables {
        if !table.is_empty(tx, &room)? {
            return Err(refuse(1, &format!("the unit has rows here already ({})", table.name)));
        }
    }
    let mut rows = 0;
    for (number, line) in lines {
        let line: Line =
            serde_json::from_str(&line.map_err(file)?).map_err(|error| refuse(number, &error.to_string()))?;
        let table = tables
            .iter()
            .find(|table| table.name == line.table)
            .ok_or_else(|| refuse(number, &format!("there is no table {}", line.table)))?;
        let value = |column: &dump::Column| {
            let json = line.row.get(&column.name)?;
            from_json(column.kind, json)
        };
        let values: Option<Vec<Value>> = table.columns.iter().map(value).collect();
        let values = values.ok_or_else(|| refuse(number, "a column is missing or of another kind"))?;
        table.put(tx, &room, &values)?;
        rows += 1;
    }
    // Only now: what the unit itself added to the catalogue came with its rows.
    let rules = book.of(tx, &place.path)?;
    let records = activities::fill_cells(tx, &room, &rules)?;
    Ok((head.unit, rows, records))
}

/// Leaves in the cache what a look at a dashboard leaves there.
#[cfg(test)]
pub(super) fn look(db: &db::Db, room: Room) {
    let cache = dump::tables().unwrap().into_iter().find(|table| table.name == CACHE).unwrap();
    let row = ["0".into(), "2026-08-20T05:00:00Z".into(), Value::Bytes(vec![0])];
    db.write_now(move |tx| cache.put(tx, &room, &row)).unwrap();
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use activities::{Content, Step, WHOLE_UNIT, change};
    use catalogue::Catalogue;
    use db::Db;
    use db::testing;
    use jiff::civil::{Date, date};
    use kernel::{Grant, Role};
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    const CODE: &str = "05089";
    const DAY: Date = date(2026, 8, 15);

    fn unit(db: &Db) -> units::Unit {
        let system = Scope::system("test");
        db.write_now(|tx| units::load_reference(tx, &Scope::system("test"))).unwrap();
        db.read_now(|read| units::find_by_code(read, &system, CODE, DAY)).unwrap().unwrap()
    }

    /// What the commune added to the catalogue before [`DAY`].
    const ADDED: &str = r#"
[[addition]]
kind = "outreach-session"

[[addition.field]]
id = "xa-lamps"
label = { vi = "Số đèn chiếu sáng hỏng", en = "Broken street lamps" }
help = { vi = "Đếm.", en = "Count." }
input = "count"
max = 500
"#;

    fn book() -> Rulebook {
        Rulebook::new(Arc::new(Catalogue::embedded().unwrap()))
    }

    /// The rules of the commune, read anew.
    fn rules_in(db: &Db) -> Arc<Catalogue> {
        db.read_now(|read| book().of_code(read, CODE, DAY)).unwrap()
    }

    /// The commune's own question, an area, a session in it that answers the question, a total of the whole commune,
    /// and a report with a text.
    fn furnish(db: &Db) {
        let unit = unit(db);
        let place = unit.place();
        let room = |account: &str, action| {
            let grant = Grant { role: Role::Officer, path: place.path.clone(), area: None, line: None };
            Scope::of(account, vec![grant]).enter(&place, action).unwrap()
        };
        let at = jiff::tz::offset(7).to_timestamp(date(2026, 8, 20).at(12, 0, 0, 0)).unwrap();
        let (keeper, here, before) = (
            room("keeper", Action::KeepCatalogue),
            place.clone(),
            at - jiff::SignedDuration::from_hours(24 * 7),
        );
        db.write_now(move |tx| {
            let id = Uuid::from_u128(8);
            supplements::keep(tx, &keeper, (id, 0), ("Bổ sung", ADDED), before).unwrap();
            let around = crate::product::surroundings();
            supplements::publish(tx, (&here, &keeper), (id, 1), date(2026, 8, 14), &*around, before).unwrap();
            Ok::<(), db::Error>(())
        })
        .unwrap();
        let rules = rules_in(db);
        let area = Uuid::from_u128(7);
        let content = |kind: &str, from, area, answers: serde_json::Value| Content {
            area,
            day: DAY,
            from,
            kind: kind.to_owned(),
            kind_version: rules.kinds().on(kind, DAY).unwrap().version,
            line: None,
            programmes: vec!["new-rural".to_owned()],
            fields: rules.kinds().on(kind, DAY).unwrap().from_json(&answers).unwrap(),
            note: "“Ghi” = \n thử".to_owned(),
        };
        let session = json!({ "form": "launch", "topic": ["law"], "attendees": 90, "households": "1-20", "xa-lamps": 3 });
        let total = json!({ "sessions": 12, "attendees": 800 });
        let contents = [
            content("outreach-session", None, area, session),
            content("outreach-totals", Some(date(2026, 7, 1)), WHOLE_UNIT, total),
        ];
        let (writer, checker) = (room("writer", Action::Record), room("checker", Action::Confirm));
        let (given, scope) = (rules.clone(), Scope::system("test"));
        db.write_now(move |tx| {
            let new = units::NewArea {
                id: area,
                name: "Khu 1".into(),
                households: Some(40),
                from_on: date(2025, 7, 1),
            };
            units::add_area(tx, &writer, at, &new).unwrap();
            for (n, content) in (1..).zip(contents) {
                let id = Uuid::from_u128(n);
                change(tx, &writer, &given, (id, 0), Step::Send(content), at).unwrap();
                change(tx, &checker, &given, (id, 1), Step::Confirm, at).unwrap();
            }
            let desk =
                reports::Desk { scope: &scope, unit: &unit, room: &writer, catalogue: &given, today: DAY };
            reports::start(tx, desk, Uuid::from_u128(9), ("movement-quarterly", "2026-Q3"), at).unwrap();
            Ok::<(), db::Error>(())
        })
        .unwrap();
    }

    /// Every figure of the quarterly report.
    fn figures_of(db: &Db, rules: &Catalogue) -> Vec<figures::Figure> {
        let (of, now) = (("movement-quarterly", "2026-Q3"), "2026-11-20T05:00:00Z".parse().unwrap());
        let made = reports::make(db, &Scope::system("test"), rules, CODE, of, now).unwrap();
        made.sheet.entries.into_iter().map(|entry| entry.figure).collect()
    }

    #[test]
    fn what_a_unit_owns_gives_the_same_figures_on_the_other_engine() {
        let ways = [(testing::sqlite(), testing::postgres()), (testing::postgres(), testing::sqlite())];
        for (from, to) in &ways {
            furnish(from);
            look(from, Scope::system("test").own(&unit(from).id));
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("unit.jsonl");
            let mut out = Vec::new();
            let rows = from.read_now(|read| write(read, CODE, &mut out)).unwrap();
            std::fs::write(&path, &out).unwrap();
            for left_out in ["account", "session", "audit", "cell", CACHE] {
                assert!(!String::from_utf8_lossy(&out).contains(&format!("\"table\":\"{left_out}")));
            }
            look(to, Scope::system("test").own(&unit(to).id));
            let bring = |path: &PathBuf| {
                let path = path.clone();
                to.write_now(move |tx| read_in(tx, &Scope::system("import"), &book(), &path))
            };
            // A line that is cut off brings in nothing at all.
            let cut = folder.path().join("cut.jsonl");
            std::fs::write(&cut, &out[..out.len() - 20]).unwrap();
            assert!(matches!(bring(&cut), Err(Failure::Refused(_))));
            let (_, read, records) = bring(&path).unwrap();
            assert_eq!((read, records), (rows, 2));
            let there = figures_of(to, &rules_in(to));
            assert_eq!(there, figures_of(from, &rules_in(from)));
            assert!(
                there.iter().any(|figure| figure.value == figures::Value::Number(13) && figure.entered == 12)
            );
            let checked = to.read_now(|read| activities::verify(read, &Scope::system("t"), &book())).unwrap();
            assert_eq!((checked.records, checked.differences.len()), (2, 0));
            // Written out again it is the same but for the time.
            let mut again = Vec::new();
            to.read_now(|read| write(read, CODE, &mut again)).unwrap();
            let lines = |bytes: &[u8]| {
                let text = String::from_utf8(bytes.to_vec()).unwrap();
                let mut lines: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
                lines.sort();
                lines
            };
            assert_eq!(lines(&again), lines(&out));
            // A unit that has something already is left alone.
            assert!(matches!(bring(&path), Err(Failure::Refused(_))));
        }
    }
}
