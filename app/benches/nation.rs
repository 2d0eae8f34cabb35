//! The country at once: every indicator over twelve months of 34 provinces, read from 3,321 communes, on stores of both engines
//! that hold of so many records what the page reads: units, areas, packed months, heads of audit chains. The records and day
//! cells themselves, which it does not read, are there for one commune only. And what one figure costs while the records
//! become a hundred times as many.
//! `cargo bench -p chungsuc --bench nation`

#[expect(dead_code, reason = "each benchmark uses its part")]
mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use activities::State;
use catalogue::Catalogue;
use chungsuc::demo;
use common::postgres::Postgres;
use common::{Done, LAST, folder, head, line, median, models, note, rules, say, timed, unit, url, write};
use db::{Db, Read};
use figures::{Grids, Group, Made, ToKeep, Value};
use jiff::civil::Date;
use kernel::{Action, Ids, Place, Scope, audit};
use units::{Basis, Unit};

/// Records in the store, over two years.
const RECORDS: usize = 10_000_000;
/// Stores in which the cost of a figure is compared.
const STORES: [usize; 3] = [100_000, 1_000_000, RECORDS];
/// Reading with a hundred times the records may take so much longer at most.
const FLAT: f64 = 1.5;
/// The figure.
const FIGURE: &str = "outreach-sessions";
/// Server time, in milliseconds.
const LIMIT: f64 = 200.0;
const MONTHS: usize = 12;
/// Communes in which something is written between two looks.
const CHANGED: usize = 200;
const TIMES: usize = 9;

fn main() -> Done {
    head("nation");
    let rules = rules()?;
    let files = STORES.iter().map(|records| Ok(Db::open(&url(&kept(&rules, *records)?))?));
    let files: Vec<Db> = files.collect::<Done<_>>()?;
    figures_of(&files, &rules, "SQLite")?;
    let (largest, records) = (files.last().ok_or("no store")?, RECORDS);
    country(largest, &rules, records, "SQLite file, in the page cache")?;
    let server = match Postgres::start() {
        Ok(server) => server,
        Err(why) => {
            say(&format!("PostgreSQL not measured: {why}"));
            return Ok(());
        }
    };
    let stores: Vec<Db> =
        STORES.iter().map(|records| on_postgres(&server, &rules, *records)).collect::<Done<_>>()?;
    figures_of(&stores, &rules, "PostgreSQL")?;
    let largest = stores.last().ok_or("no store")?;
    country(largest, &rules, records, "PostgreSQL over a socket, settings as shipped, in memory")
}

/// What one figure of a commune, a province and the country costs, by how many records the store holds.
fn figures_of(stores: &[Db], rules: &Catalogue, engine: &str) -> Done {
    let nation =
        Nation { rules, scope: Scope::system("bench"), ids: vec![FIGURE], windows: vec![year(rules)?] };
    let first = stores.first().ok_or("no store")?;
    let (commune, province) = (unit(first, demo::COMMUNE)?, unit(first, demo::PROVINCE)?);
    let mut times: BTreeMap<&str, Vec<Vec<f64>>> = BTreeMap::new();
    for _ in 0..TIMES {
        for (at, db) in stores.iter().enumerate() {
            let mut took = |what, ms| {
                let times = times.entry(what).or_insert_with(|| vec![Vec::new(); stores.len()]);
                if let Some(times) = times.get_mut(at) {
                    times.push(ms);
                }
            };
            let (ms, sheet) =
                timed(|| common::sheet(db, rules, &commune, ("movement-quarterly", "2026-Q3")))?;
            took(
                "a commune, from cells of days, one of all of its quarterly report",
                ms / sheet.entries.len() as f64,
            );
            for (what, again, of) in [
                ("a province, nothing kept anywhere", "a province, asked again", &province.id),
                ("the country, nothing kept anywhere", "the country, asked again", &"vn".to_owned()),
            ] {
                let grids = Grids::default();
                took(what, timed(|| Ok(db.read_now(|read| nation.look(read, of, &grids))?))?.0);
                took(again, timed(|| Ok(db.read_now(|read| nation.look(read, of, &grids))?))?.0);
            }
        }
    }
    for (what, mut times) in times {
        let medians: Vec<f64> = times.iter_mut().map(|times| median(times)).collect();
        let words: Vec<String> =
            STORES.iter().zip(&medians).map(|(records, ms)| format!("{ms:.3} ms at {records}")).collect();
        say(&format!("{engine}: one figure of {what}: {}", words.join(", ")));
        let grown = medians.last().unwrap_or(&0.0) / medians.first().unwrap_or(&1.0);
        line("  a hundred times the records", (grown, "times"), FLAT, "flat within 1.5");
    }
    Ok(())
}

/// The year up to the last day with records.
fn year(rules: &Catalogue) -> Done<(Date, Date)> {
    let windows = months(rules)?;
    let whole = windows.first().zip(windows.last()).map(|(first, last)| (first.0, last.1));
    Ok(whole.ok_or("no months")?)
}

/// Twelve months, the earliest first.
fn months(rules: &Catalogue) -> Done<Vec<(Date, Date)>> {
    let monthly = rules.regime("monthly").ok_or("no monthly regime")?;
    let mut window = monthly.containing(LAST);
    let mut windows = Vec::new();
    for _ in 0..MONTHS {
        windows.push((window.from, window.to));
        window = monthly.previous(&window);
    }
    windows.reverse();
    Ok(windows)
}

/// The sums of every indicator, and what is worth keeping with the place it is kept for.
type Look = (BTreeMap<String, i64>, Vec<(Place, ToKeep)>);

struct Nation<'a> {
    rules: &'a Catalogue,
    scope: Scope,
    ids: Vec<&'a str>,
    windows: Vec<(Date, Date)>,
}

fn country(db: &Db, rules: &Catalogue, records: usize, store: &str) -> Done {
    let mut windows = months(rules)?;
    windows.push(year(rules)?);
    let ids: Vec<&str> = rules.indicators().all_on(LAST).map(|rule| rule.id.as_str()).collect();
    let nation = Nation { rules, scope: Scope::system("bench"), ids, windows };
    let communes = db.read_now(|read| units::communes(read, &nation.scope, LAST))?;
    let count = communes.len();
    say(&format!(
        "{count} communes × {MONTHS} months × {} indicators, {records} records; {store}",
        nation.ids.len()
    ));
    let look = |grids: &Grids| timed(|| Ok(db.read_now(|read| nation.look(read, "vn", grids))?));
    let (ms, (sums, to_keep)) = look(&Grids::default())?;
    note("the country, nothing kept anywhere", ms, "ms");
    let mut size = 0;
    for (place, kept) in to_keep {
        let room = nation.scope.enter(&place, Action::SeeActivities)?;
        size += kept.size();
        db.write_now(move |tx| figures::keep(tx, &room, &kept, common::evening(LAST)))?;
    }
    note("… kept in the store for the next start, 34 rows", size as f64 / 1e6, "MB");
    let warm = Grids::default();
    let mut cold = Vec::new();
    for _ in 0..TIMES {
        let grids = Grids::default();
        let (ms, (same, _)) = look(&grids)?;
        if same != sums {
            return Err("what the store keeps is not what the cells say".into());
        }
        cold.push(ms);
    }
    line("… the first look after a start, median", (median(&mut cold), "ms"), LIMIT, "server time");
    look(&warm)?;
    note("… kept in memory", warm.size() as f64 / 1e6, "MB");
    for changed in [0, CHANGED] {
        let mut times = Vec::new();
        for _ in 0..TIMES {
            for commune in communes.iter().step_by(count.div_ceil(changed.max(1))).take(changed) {
                written(db, &nation.scope.enter(&commune.place(), Action::SeeActivities)?)?;
            }
            let (ms, (same, _)) = look(&warm)?;
            if same != sums {
                return Err("what is kept in memory is not what the cells say".into());
            }
            times.push(ms);
        }
        line(
            &format!("… {changed} communes changed since, median"),
            (median(&mut times), "ms"),
            LIMIT,
            "server time",
        );
    }
    Ok(())
}

impl Nation<'_> {
    /// As the pages of the country and of a province read: units, what makes them up, everything of each commune, added up
    /// by province.
    fn look(&self, read: &mut Read<'_>, of: &str, grids: &Grids) -> db::Result<Look> {
        let scope = &self.scope;
        let (provinces, communes) = match of {
            "vn" => (units::children(read, scope, of, LAST)?, units::communes(read, scope, LAST)?),
            of => (
                units::unit(read, scope, of, LAST)?.into_iter().collect(),
                units::children(read, scope, of, LAST)?,
            ),
        };
        let makeups = units::makeups(read, scope, &communes, Basis::AsItIsNow, (Date::MIN, Date::MAX), LAST)?;
        let mut groups: Vec<Group> =
            provinces.iter().map(|of| Group { keeper: Some(of.id.clone()), units: Vec::new() }).collect();
        let places: BTreeMap<&str, usize> =
            provinces.iter().enumerate().map(|(at, of)| (of.id.as_str(), at)).collect();
        for (commune, makeup) in communes.iter().zip(makeups) {
            let rooms = units::rooms_over(scope, &commune.place(), Action::SeeActivities, &makeup);
            let rooms = rooms.map_err(|e| db::Error::Broken(e.to_string()))?;
            let group = commune.parent.as_deref().and_then(|id| places.get(id)).copied();
            if let Some(group) = group.and_then(|at| groups.get_mut(at)) {
                group.units.push(Made { rooms, makeup });
            }
        }
        // Of every commune it is asked which counts of people are small, as the page does to hide them.
        let counts = |id: &&str| {
            let rule = self.rules.indicators().on(id, LAST);
            rule.is_some_and(|rule| figures::counts_people(self.rules, rule, LAST))
        };
        let people: Vec<bool> = self.ids.iter().map(counts).collect();
        let mut small = 0;
        let (windows, ids) = (self.windows.as_slice(), self.ids.as_slice());
        let asked = ((scope, groups.as_slice()), (self.rules, ids));
        let grid = figures::read_grid(read, grids, asked.0, asked.1, (windows, LAST), |_, unit| {
            for window in 0..windows.len() {
                small += unit.small(window, &people).count() as i64;
            }
        })?;
        let mut sums = BTreeMap::from([("small".to_owned(), small)]);
        for group in 0..groups.len() {
            for window in 0..windows.len() {
                for (at, id) in ids.iter().enumerate() {
                    if let Value::Number(number) = grid.of(group, window, at) {
                        *sums.entry((*id).to_owned()).or_default() += number;
                    }
                }
            }
        }
        let place = |kept: &ToKeep| provinces.iter().find(|of| of.id == kept.keeper).map(Unit::place);
        let to_keep = grid.to_keep.iter().filter_map(|kept| Some((place(kept)?, kept.clone()))).collect();
        Ok((sums, to_keep))
    }
}

/// Something is written in a commune: its audit log goes on.
fn written(db: &Db, room: &kernel::Room) -> Done {
    let (room, at) = (room.clone(), common::evening(LAST));
    db.write_now(move |tx: &mut db::Tx<'_>| {
        audit::record(tx, &room, &audit::Entry { at, action: "activity.keep", object: "bench", detail: "" })
    })?;
    Ok(())
}

/// The kept store: one commune by the product's own functions, and its rows copied to every other commune of the
/// country, as far as the page reads them. Each has the same areas and months under its own key.
fn kept(rules: &Catalogue, records: usize) -> Done<PathBuf> {
    let kept = folder().join(format!("nation-2-{records}"));
    if kept.exists() && Db::open(&url(&kept)).is_ok() {
        // What an earlier run left for the next start.
        rusqlite::Connection::open(kept.join("chungsuc.db"))?.execute("delete from grid_kept", [])?;
        return Ok(kept);
    }
    let partial = folder().join("nation-partial");
    for old in [&kept, &partial] {
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
    }
    fs::create_dir_all(&partial)?;
    say(&format!("making a nation of {records} records …"));
    let (ms, ()) = timed(|| {
        let db = Db::open(&url(&partial))?;
        let communes = first_commune(&db, rules, records)?;
        drop(db);
        copy(&partial, &communes)
    })?;
    say(&format!("made in {:.0} s", ms / 1000.0));
    fs::rename(partial, &kept)?;
    Ok(kept)
}

/// One commune with its share of the records: so many of the demo's, each as often as another. The ids of all communes,
/// this one first.
fn first_commune(db: &Db, rules: &Catalogue, records: usize) -> Done<Vec<String>> {
    let scope = Scope::system("bench");
    db.write_now(|tx| units::load_reference(tx, &Scope::system("bench")))?;
    let home = unit(db, demo::COMMUNE)?;
    let (place, ids) = (home.place(), Ids::counting(0xBE00));
    let given = (place.clone(), ids.clone());
    db.write_now(move |tx| common::make_areas(tx, &given.0, &given.1))?;
    let of_demo = Db::open(&url(&common::kept(10_000)?))?;
    let areas = |db: &Db| db.read_now(|read| units::areas_of(read, &scope, &place, LAST));
    let (from, to) = (areas(&of_demo)?, areas(db)?);
    let mut communes = db.read_now(|read| units::communes(read, &scope, LAST))?;
    communes.sort_by_key(|commune| (commune.id != home.id, commune.code.clone()));
    let (models, share) = (models(&of_demo, rules)?, records.div_ceil(communes.len()));
    let pair = [ids.new_id(), ids.new_id()];
    let wanted: Vec<_> = (0..share)
        .filter_map(|n| {
            let model = models.get(n * (models.len() / share).max(1) % models.len())?;
            let area = from.iter().zip(&to).find(|(from, _)| from.id == model.content.area)?.1.id;
            let day = common::moved(model.content.day, n / models.len() + 1);
            Some((activities::Content { area, day, ..model.content.clone() }, State::Confirmed))
        })
        .collect();
    let rules = rules.clone();
    db.write_now(move |tx| {
        for (content, state) in wanted {
            write(tx, &place, &rules, pair, (ids.new_id(), content), state)?;
        }
        Ok::<(), db::Error>(())
    })?;
    Ok(communes.into_iter().map(|commune| commune.id).collect())
}

/// The same on a database of its own.
fn on_postgres(server: &Postgres, rules: &Catalogue, records: usize) -> Done<Db> {
    let name = format!("nation_{records}");
    server.client("postgres")?.batch_execute(&format!("create database {name}"))?;
    let db = Db::open(&server.url(&name))?;
    let communes = first_commune(&db, rules, records)?;
    let mut client = server.client(&name)?;
    let mut copying = client.transaction()?;
    for table in TABLES {
        let question = "select cast(column_name as text) from information_schema.columns \
                        where table_name = $1 and column_name <> 'tenant' order by ordinal_position";
        let columns = copying.query(question, &[&table])?;
        let text = copy_text(table, &columns.iter().map(|row| row.get(0)).collect::<Vec<String>>());
        let (first, others) = communes.split_first().ok_or("no commune")?;
        for tenant in others {
            copying.execute(&text, &[tenant, first])?;
        }
    }
    copying.commit()?;
    db.analyze()?;
    Ok(db)
}

/// What the pages read.
const TABLES: [&str; 6] =
    ["area", "area_name", "area_commune", "area_households", "cell_month", "audit_head"];

/// Copies the rows of tenant `$2` to tenant `$1`.
fn copy_text(table: &str, columns: &[String]) -> String {
    let (tenant, columns) = ("cast($1 as text)", columns.join(", "));
    let values = columns.replace("commune", tenant);
    format!(
        "insert into {table} (tenant, {columns}) select {tenant}, {values} from {table} where tenant = $2"
    )
}

fn copy(folder: &Path, communes: &[String]) -> Done {
    let conn = rusqlite::Connection::open(folder.join("chungsuc.db"))?;
    // The store above closes its writer in its own time.
    conn.execute_batch(
        "pragma busy_timeout = 60000; pragma synchronous = off; pragma cache_size = -500000;",
    )?;
    let (first, others) = communes.split_first().ok_or("no commune")?;
    for table in TABLES {
        let mut columns = conn.prepare("select name from pragma_table_info(?1) where name <> 'tenant'")?;
        let columns: Vec<String> = columns.query_map([table], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let text = copy_text(table, &columns);
        for tenant in others {
            conn.execute(&text, [tenant, first])?;
        }
    }
    Ok(())
}
