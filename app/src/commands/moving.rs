//! `move`: what one store holds to another store, also from one engine to the other; then both are compared.
//!
//! The rows of one tenant are one transaction at the destination, so a move that was stopped goes on where it was when it
//! is run again: a tenant is there whole or not at all. Rows go as they are, accounts, cells and the audit log too; caches stay.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;

use clap::Args;
use db::dump::{self, Table};
use db::{Db, Value};
use jiff::Timestamp;
use kernel::{Clock, Room, Scope, audit};
use sha2::{Digest, Sha256};

use super::carry::owned;
use super::{Failure, Outcome, err, prepare, rulebook, say};

/// Most rows, and most bytes of their texts and pictures, that travel at once.
const ROWS: usize = 500;
const BYTES: usize = 1 << 20;
/// Pseudo-tenant of what is looked up before anybody's tenant is known, and its table of sign-in names.
const EVERYWHERE: (&str, &str) = ("@", "sign_in_name");

#[derive(Debug, Args)]
pub(super) struct Move {
    /// Where it is: sqlite:PATH or postgres://… Nobody may write there meanwhile.
    #[arg(long, value_name = "URL")]
    from: String,
    /// Where it shall be; a new store, or one in which a move was stopped, or with `--unit` one without that unit's rows.
    #[arg(long, value_name = "URL")]
    to: String,
    /// Only what one commune owns, its accounts included; everything if not given.
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    /// Print for machines.
    #[arg(long)]
    json: bool,
}

/// What was moved and compared.
#[derive(Debug, Default, PartialEq, Eq, serde::Serialize)]
struct Answer {
    tenants: usize,
    /// Tenants that an earlier run had moved.
    there_already: usize,
    rows: u64,
    /// Tables of tenants whose rows are not the same on both sides.
    unequal: Vec<String>,
    records: usize,
    cells: usize,
    differences: usize,
    audit_rows: u64,
    chains_broken: usize,
}

impl Move {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        if self.from == self.to {
            return Err(Failure::Refused("from and to are the same store".into()));
        }
        if let Some(path) = self.from.strip_prefix("sqlite:").map(PathBuf::from)
            && !path.exists()
        {
            return Err(Failure::NoStore(path));
        }
        let (from, to) = (Db::open(&self.from)?, Db::open(&self.to)?);
        let answer = carry_over(&from, &to, self.unit.as_deref(), Clock::system().now())?;
        let mut line = format!(
            "move: {} tenants, {} of them there already, {} rows; {} confirmed records, {} cells with {} differences, {} audit \
             rows with {} broken chains",
            answer.tenants,
            answer.there_already,
            answer.rows,
            answer.records,
            answer.cells,
            answer.differences,
            answer.audit_rows,
            answer.chains_broken
        );
        for table in &answer.unequal {
            line += &format!("\n  not the same on both sides: {table}");
        }
        let same = answer.unequal.is_empty() && answer.differences == 0 && answer.chains_broken == 0;
        say(self.json, &answer, &line);
        Ok(if same { Outcome::Done } else { Outcome::Found })
    }
}

/// Moves and compares.
fn carry_over(from: &Db, to: &Db, unit: Option<&str>, now: Timestamp) -> Result<Answer, Failure> {
    let (scope, tables) = (Scope::system("move"), owned()?);
    prepare(from)?;
    let tenants = match unit {
        None => {
            let mut tenants = BTreeSet::new();
            for table in &tables {
                tenants.extend(from.read_now(|read| table.tenants(read, &scope))?);
            }
            bring_reference(from, to, &scope)?;
            tenants.into_iter().collect()
        }
        Some(code) => {
            prepare(to)?;
            vec![the_same_unit(from, to, &scope, code, now)?]
        }
    };
    let mut answer = Answer { tenants: tenants.len(), ..Answer::default() };
    for (number, tenant) in (1..).zip(&tenants) {
        let room = scope.own(tenant);
        let mut empty = true;
        for table in &tables {
            empty = empty && to.read_now(|read| table.is_empty(read, &room))?;
        }
        if empty {
            let rows = carry(from, to, &room, &tables, unit.is_some())?;
            answer.rows += rows;
            err(&format!("move: {number} of {}: {tenant}, {rows} rows", tenants.len()));
        } else {
            answer.there_already += 1;
        }
        for table in &tables {
            let [here, there] = [from, to].map(|db| db.read_now(|read| Print::of(read, table, &room)));
            if here? != there? {
                answer.unequal.push(format!("{} of {tenant}", table.name));
            }
        }
    }
    to.analyze()?;
    let rules = rulebook()?;
    let checked = to.read_now(|read| activities::verify(read, &scope, &rules))?;
    let chains = to.read_now(|read| audit::verify(read, &scope))?;
    answer.records = checked.records;
    answer.cells = checked.cells;
    answer.differences = checked.differences.len();
    answer.audit_rows = chains.rows;
    answer.chains_broken = chains.tampered.len();
    Ok(answer)
}

/// Brings the units and their history, which everything else refers to: nothing else may be there yet, or they are the
/// same already.
fn bring_reference(from: &Db, to: &Db, scope: &Scope) -> Result<(), Failure> {
    let tables = dump::reference_tables()?;
    let mut same = true;
    for table in &tables {
        let [here, there] = [from, to].map(|db| db.read_now(|read| Print::of(read, table, scope)));
        same = same && here? == there?;
    }
    if same {
        return Ok(());
    }
    for table in owned()? {
        if !to.read_now(|read| table.tenants(read, scope))?.is_empty() {
            return Err(Failure::Refused(format!(
                "the destination holds other units and rows of its own ({}); choose an empty one, or move one unit",
                table.name
            )));
        }
    }
    let (rows, scope) = (flow(from, scope.clone(), tables.clone()), scope.clone());
    to.write_now(move |tx| {
        tables.iter().rev().try_for_each(|table| table.clear(tx, &scope))?;
        settle(rows, |table, rows| table.put_all(tx, &scope, &rows), &tables).map(drop)
    })
}

/// The commune that bears a code: it must have the same history on both sides, and all that lies in it must be rows of its
/// own, or what others keep of it would be missing there.
fn the_same_unit(from: &Db, to: &Db, scope: &Scope, code: &str, now: Timestamp) -> Result<String, Failure> {
    let today = kernel::local_day(now);
    let history = |db: &Db| {
        db.read_now(|read| {
            let unit = units::find_by_code(read, scope, code, today)?;
            unit.map(|unit| units::history(read, scope, &unit.id)).transpose()
        })
    };
    let (here, there) = (history(from)?, history(to)?);
    let own = |unit: &units::Unit| {
        from.read_now(|read| {
            let moved_away = !units::areas_apart(read, &scope.own(&unit.id))?.is_empty();
            let tenants = units::tenants_ever(read, scope, unit)?;
            Ok::<_, db::Error>(!moved_away && tenants.iter().eq([&unit.id]))
        })
    };
    let Some(unit) = here.as_ref().and_then(|history| history.last()) else {
        return Err(Failure::Refused(format!("no unit has the code {code}")));
    };
    if here != there {
        return Err(Failure::Refused(format!(
            "the unit {code} has another history in the destination; move everything, or bring its units up to date first"
        )));
    }
    if !own(unit)? {
        return Err(Failure::Refused(format!(
            "{code} is no commune by itself: communes or areas came to it or left it; move everything"
        )));
    }
    Ok(unit.id.clone())
}

/// Moves a tenant's rows in one transaction; how many. `alone`: also the sign-in names of its accounts.
fn carry(from: &Db, to: &Db, room: &Room, tables: &[Table], alone: bool) -> Result<u64, Failure> {
    let rows = flow(from, room.clone(), tables.to_vec());
    let names = if alone { names_of(from, room.tenant_key())? } else { Vec::new() };
    let (room, tables) = (room.clone(), tables.to_vec());
    to.write_now(move |tx| {
        let carried = settle(rows, |table, rows| table.put_all(tx, &room, &rows), &tables)?;
        if let Some(table) = tables.iter().find(|table| table.name == EVERYWHERE.1) {
            table.put_all(tx, &Scope::system("move").own(EVERYWHERE.0), &names)?;
        }
        Ok(carried)
    })
}

/// The rows of sign-in names of a tenant's accounts.
fn names_of(db: &Db, tenant: &str) -> Result<Vec<Vec<Value>>, Failure> {
    let mut names = Vec::new();
    for table in dump::tables()?.into_iter().filter(|table| table.name == EVERYWHERE.1) {
        let room = Scope::system("move").own(EVERYWHERE.0);
        db.read_now(|read| {
            table.rows(read, &room, |row| {
                if row.contains(&Value::from(tenant)) {
                    names.push(row);
                }
                Ok(())
            })
        })?;
    }
    Ok(names)
}

/// What travels from the reading thread to the writing one.
enum Load {
    /// Rows of the table with this number.
    Rows(usize, Vec<Vec<Value>>),
    /// There is no more. Without it the reader failed, and nothing is kept.
    End,
}

/// Reads the rows of tables on a thread of its own, a few loads ahead of who writes them.
fn flow<P: db::Permit + Send + 'static>(from: &Db, permit: P, tables: Vec<Table>) -> Receiver<Load> {
    let (send, receive) = mpsc::sync_channel(4);
    let from = from.clone();
    thread::spawn(move || {
        let read = from.read_now(|read| {
            for (number, table) in tables.iter().enumerate() {
                let (mut rows, mut bytes) = (Vec::new(), 0);
                table.rows(read, &permit, |row| {
                    bytes += row.iter().map(weight).sum::<usize>();
                    rows.push(row);
                    if rows.len() >= ROWS || bytes >= BYTES {
                        bytes = 0;
                        pass(&send, Load::Rows(number, std::mem::take(&mut rows)))?;
                    }
                    Ok(())
                })?;
                pass(&send, Load::Rows(number, rows))?;
            }
            pass(&send, Load::End)
        });
        if let Err(error) = read {
            err(&format!("move: reading stopped: {error}"));
        }
    });
    receive
}

fn pass(to: &SyncSender<Load>, load: Load) -> db::Result<()> {
    to.send(load).map_err(|_| db::Error::Broken("nobody writes any more".into()))
}

fn weight(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        _ => 8,
    }
}

/// Hands every load to `put`, in order; how many rows.
fn settle(
    loads: Receiver<Load>,
    mut put: impl FnMut(&Table, Vec<Vec<Value>>) -> db::Result<()>,
    tables: &[Table],
) -> Result<u64, Failure> {
    let mut count = 0;
    for load in loads {
        match load {
            Load::Rows(number, rows) => {
                count += rows.len() as u64;
                if let Some(table) = tables.get(number) {
                    put(table, rows)?;
                }
            }
            Load::End => return Ok(count),
        }
    }
    Err(Failure::Refused("the source could not be read to its end; nothing of this tenant was kept".into()))
}

/// What the rows of a table add up to, whatever their order: the same on both engines.
#[derive(Debug, Default, PartialEq, Eq)]
struct Print {
    rows: u64,
    sum: u128,
}

impl Print {
    fn of(read: &mut db::Read<'_>, table: &Table, permit: &impl db::Permit) -> db::Result<Print> {
        let mut print = Print::default();
        table.rows(read, permit, |row| {
            let mut hash = Sha256::new();
            for value in &row {
                let (kind, bytes): (u8, &[u8]) = match value {
                    Value::Null => (0, &[]),
                    Value::Int(number) => (1, &number.to_le_bytes()),
                    Value::Bool(yes) => (2, &[u8::from(*yes)]),
                    Value::Text(text) => (3, text.as_bytes()),
                    Value::Bytes(bytes) => (4, bytes),
                    Value::Uuid(id) => (5, id.as_bytes()),
                };
                hash.update([kind]);
                hash.update((bytes.len() as u64).to_le_bytes());
                hash.update(bytes);
            }
            let hash = hash.finalize();
            let first = hash.first_chunk::<16>().copied().unwrap_or_default();
            print.rows += 1;
            print.sum = print.sum.wrapping_add(u128::from_le_bytes(first));
            Ok(())
        })?;
        Ok(print)
    }
}

#[cfg(test)]
mod tests {
    use db::testing;

    use super::super::carry::look;
    use super::*;

    /// The demo commune with its accounts, records, cells, reports and audit log.
    fn furnish(db: &Db) {
        let catalogue = super::super::catalogue().unwrap();
        db.write_now(|tx| units::load_reference(tx, &Scope::system("test"))).unwrap();
        crate::demo::make(db, &catalogue).unwrap();
    }

    fn now() -> Timestamp {
        "2026-11-20T05:00:00Z".parse().unwrap()
    }

    fn moved(from: &Db, to: &Db, unit: Option<&str>) -> Answer {
        let answer = carry_over(from, to, unit, now()).unwrap();
        assert_eq!(
            (answer.unequal.as_slice(), answer.differences, answer.chains_broken),
            ([].as_slice(), 0, 0)
        );
        assert!(answer.records > 1000 && answer.cells > 1000 && answer.audit_rows > 2000, "{answer:?}");
        answer
    }

    #[test]
    fn everything_goes_to_the_other_engine_and_back() {
        let [sqlite, postgres] = [testing::sqlite(), testing::postgres()];
        let back = testing::sqlite();
        furnish(&sqlite);
        let there = moved(&sqlite, &postgres, None);
        assert!(there.rows > 10_000 && there.there_already == 0, "{there:?}");
        assert_eq!(moved(&postgres, &back, None), there);
        // Who signs in is known there too.
        assert!(crate::demo::is_there(&back).unwrap());
    }

    #[test]
    fn a_move_that_was_stopped_goes_on() {
        let [sqlite, postgres] = [testing::sqlite(), testing::postgres()];
        furnish(&sqlite);
        let (scope, tables) = (Scope::system("test"), owned().unwrap());
        bring_reference(&sqlite, &postgres, &scope).unwrap();
        let activity = tables.iter().find(|table| table.name == "activity").unwrap();
        let tenant = sqlite.read_now(|read| activity.tenants(read, &scope)).unwrap().remove(0);
        let room = scope.own(&tenant);
        // The source breaks off in the middle of the tenant: nothing of it is kept.
        let (send, cut) = mpsc::sync_channel(4);
        let loads = flow(&sqlite, room.clone(), tables.clone());
        thread::spawn(move || loads.into_iter().take(3).try_for_each(|load| send.send(load)));
        let (writer, given) = (room.clone(), tables.clone());
        let broken = postgres
            .write_now(move |tx| settle(cut, |table, rows| table.put_all(tx, &writer, &rows), &given));
        assert!(matches!(broken, Err(Failure::Refused(_))));
        assert!(postgres.read_now(|read| activity.is_empty(read, &room)).unwrap());
        // One tenant is there whole: the next run does the others, whatever somebody looked at meanwhile.
        look(&postgres, scope.own("p25-20250701"));
        let rows = carry(&sqlite, &postgres, &room, &tables, false).unwrap();
        let rest = moved(&sqlite, &postgres, None);
        assert_eq!(rest.there_already, 1);
        assert!(rest.rows > 0 && rest.rows < rows);
        assert_eq!(moved(&sqlite, &postgres, None).rows, 0);
    }

    #[test]
    fn one_unit_goes_with_its_accounts_where_others_are() {
        for to in [testing::sqlite(), testing::postgres()] {
            let from = testing::sqlite();
            furnish(&from);
            let there = moved(&from, &to, Some("05089"));
            assert_eq!((there.tenants, there.there_already), (1, 0));
            assert!(crate::demo::is_there(&to).unwrap());
            assert_eq!(moved(&from, &to, Some("05089")).there_already, 1);
            assert!(matches!(carry_over(&from, &to, Some("99999"), now()), Err(Failure::Refused(_))));
        }
    }

    #[test]
    fn a_commune_whose_areas_are_kept_elsewhere_does_not_go_alone() {
        let [from, to] = [testing::sqlite(), testing::sqlite()];
        furnish(&from);
        let (scope, today) = (Scope::system("test"), kernel::local_day(now()));
        let place = |code: &str| {
            let unit = from.read_now(|read| units::find_by_code(read, &Scope::system("test"), code, today));
            unit.unwrap().unwrap().place()
        };
        let [here, there] = [place("05089"), place("04792")];
        let area = from.read_now(|read| units::areas_of(read, &scope, &here, today)).unwrap().remove(0).id;
        let [home, away] = [&here, &there].map(|at| scope.enter(at, kernel::Action::KeepUnit).unwrap());
        from.write_now(move |tx| units::move_area(tx, &scope, &home, &away, now(), (area, today))).unwrap();
        for code in ["05089", "04792", "25"] {
            assert!(matches!(carry_over(&from, &to, Some(code), now()), Err(Failure::Refused(_))), "{code}");
        }
    }

    #[test]
    fn rows_that_differ_are_named_and_other_stores_left_alone() {
        let [from, to] = [testing::sqlite(), testing::sqlite()];
        furnish(&from);
        moved(&from, &to, None);
        let id = to.read_now(|read| {
            units::find_by_code(read, &Scope::system("t"), "05089", kernel::local_day(now()))
        });
        let place = id.unwrap().unwrap().place();
        let room = Scope::system("test").enter(&place, kernel::Action::KeepUnit).unwrap();
        let new = units::NewArea {
            id: uuid::Uuid::from_u128(1),
            name: "Khu mới".into(),
            households: None,
            from_on: kernel::local_day(now()),
        };
        to.write_now(move |tx| units::add_area(tx, &room, now(), &new)).unwrap();
        let answer = carry_over(&from, &to, None, now()).unwrap();
        assert!(answer.unequal.iter().any(|table| table.starts_with("area of ")), "{answer:?}");
        // Units that are not those of the source, and rows: nothing is overwritten.
        let new = units::NewCommune {
            code: "99001".into(),
            kind: units::Kind::Commune,
            name: "Mới".into(),
            from_on: kernel::local_day(now()),
            basis: "Nghị quyết thử".into(),
        };
        let other = move |tx: &mut db::Tx<'_>| {
            units::create_commune(tx, &Scope::system("test"), "p25-20250701", &new, &[])
        };
        from.write_now(other).unwrap();
        assert!(matches!(carry_over(&from, &to, None, now()), Err(Failure::Refused(_))));
    }
}
