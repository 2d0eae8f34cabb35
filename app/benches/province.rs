//! Every indicator of every commune of a province over twelve months, from the packed months, against the same figures
//! added up from the records by SQL on the same store.
//! `cargo bench -p chungsuc --bench province`

#[expect(dead_code, reason = "each benchmark uses its part")]
mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use activities::State;
use catalogue::{Catalogue, Measure, Select};
use chungsuc::demo;
use common::{Done, folder, head, line, median, models, note, rules, say, timed, unit, url, write};
use db::Db;
use figures::{Grids, Group, Made, Value};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Action, Ids, Place, Room, Scope, audit};

/// Records in the store, and over how many years they lie: as dense as five million over five years, and a third of the disk.
const RECORDS: usize = 2_000_000;
const YEARS: usize = 2;
/// Server time at the median, in milliseconds.
const LIMIT: f64 = 30.0;
/// How many times as long SQL over the records must take.
const TIMES: f64 = 200.0;
const MONTHS: usize = 12;
/// Communes of 148 in which something is written between two looks.
const CHANGED: usize = 15;

fn main() -> Done {
    head("province");
    let rules = rules()?;
    let data = kept(&rules)?;
    let db = Db::open(&url(&data))?;
    let (scope, province) = (Scope::system("bench"), unit(&db, demo::PROVINCE)?);
    let communes = db.read_now(|read| units::children(read, &scope, &province.id, common::LAST))?;
    let places: Vec<Place> = communes.iter().map(units::Unit::place).collect();
    let rooms = places.iter().map(|place| scope.enter(place, Action::SeeActivities));
    let rooms: Vec<Room> = rooms.collect::<Result<_, _>>()?;
    let made = rooms
        .iter()
        .map(|room| Made { rooms: vec![room.clone()], makeup: units::Makeup::whole(room.tenant_key()) });
    let group = [Group { keeper: None, units: made.collect() }];
    let windows = months(&rules)?;
    let ids: Vec<&str> = rules.indicators().all_on(common::LAST).map(|rule| rule.id.as_str()).collect();
    say(&format!(
        "{} communes × {MONTHS} months × {} indicators, {RECORDS} records over {YEARS} years; SQLite file, in the page \
         cache",
        rooms.len(),
        ids.len()
    ));
    let look = |grids: &Grids| {
        timed(|| Ok(db.read_now(|read| all(read, (&rules, grids), (&scope, &group), &ids, &windows))?))
    };
    let mut times = Vec::new();
    let mut sums = BTreeMap::new();
    for _ in 0..15 {
        let (ms, read) = look(&Grids::default())?;
        times.push(ms);
        sums = read;
    }
    let first = median(&mut times);
    note("all figures of the province, nothing kept in memory, median of 15", first, "ms");
    let grids = Grids::default();
    look(&grids)?;
    // As on a working day: meanwhile something was written in some communes. The last is what the limits are for.
    let mut measured = first;
    for (changed, limit) in [(0, None), (1, None), (CHANGED, Some(LIMIT))] {
        let mut times = Vec::new();
        for _ in 0..60 {
            for room in rooms.iter().take(changed) {
                written(&db, room)?;
            }
            let (ms, read) = look(&grids)?;
            if read != sums {
                return Err("what is kept in memory is not what the store says".into());
            }
            times.push(ms);
        }
        measured = median(&mut times);
        let what = format!("… {changed} communes changed since, median of 60");
        match limit {
            Some(limit) => line(&what, (measured, "ms"), limit, "server time"),
            None => note(&what, measured, "ms"),
        }
        let slowest = times.last().copied().unwrap_or_default();
        note("  … the slowest", slowest, "ms");
    }
    drop(db);
    let (ms, from_records) = timed(|| by_sql(&data, &rules, (&places, &ids), &windows))?;
    for (id, sum) in &from_records {
        if sums.get(id.as_str()) != Some(sum) {
            return Err(format!("{id}: {:?} from cells, {sum} from records", sums.get(id.as_str())).into());
        }
    }
    say(&format!("{} indicators add up to the same from the records", from_records.len()));
    line("the same figures from the records by SQL", (TIMES * measured, "ms"), ms, "200 times as long");
    note("… SQL over the records", ms / 1000.0, "s");
    note("… as many times as long", ms / measured, "times");
    Ok(())
}

/// Something is written in a commune: its audit log goes on.
fn written(db: &Db, room: &Room) -> Done {
    let (room, at) = (room.clone(), common::LAST.at(12, 0, 0, 0).in_tz("Asia/Ho_Chi_Minh")?.timestamp());
    let entry = move |tx: &mut db::Tx<'_>| {
        let entry = audit::Entry { at, action: "activity.keep", object: "bench", detail: "" };
        audit::record(tx, &room, &entry)
    };
    db.write_now(entry)?;
    Ok(())
}

/// The last twelve months of the monthly regime.
fn months(rules: &Catalogue) -> Done<Vec<(Date, Date)>> {
    let monthly = rules.regime("monthly").ok_or("no monthly regime")?;
    let mut window = monthly.containing(common::LAST);
    let mut windows = Vec::new();
    for _ in 0..MONTHS {
        windows.push((window.from, window.to));
        window = monthly.previous(&window);
    }
    windows.reverse();
    Ok(windows)
}

/// Reads everything and looks at every value; the sum of each indicator that is a number, over communes and months.
fn all<'a>(
    read: &mut db::Read<'_>,
    (rules, grids): (&Catalogue, &Grids),
    (scope, group): (&Scope, &[Group]),
    ids: &[&'a str],
    windows: &[(Date, Date)],
) -> db::Result<BTreeMap<&'a str, i64>> {
    let mut sums = BTreeMap::new();
    let asked = ((scope, group), (rules, ids), (windows, common::LAST));
    figures::read_grid(read, grids, asked.0, asked.1, asked.2, |_, unit| {
        for window in 0..windows.len() {
            for (indicator, id) in ids.iter().enumerate() {
                if let Value::Number(number) = unit.of(window, indicator) {
                    *sums.entry(*id).or_insert(0) += number;
                }
            }
        }
    })?;
    Ok(sums)
}

/// The same from the records, by index, commune by commune: per kind one statement that adds up all its numbers by
/// month, and per set one that counts what is distinct.
fn by_sql(
    data: &Path,
    rules: &Catalogue,
    (communes, ids): (&[Place], &[&str]),
    windows: &[(Date, Date)],
) -> Done<BTreeMap<String, i64>> {
    let conn = rusqlite::Connection::open(data.join("chungsuc.db"))?;
    let month = windows.iter().enumerate().fold(String::from("case"), |case, (n, (from, to))| {
        format!("{case} when day between '{from}' and '{to}' then {n}")
    }) + " end";
    let (first, last) = (windows.first().ok_or("no window")?.0, windows.last().ok_or("no window")?.1);
    let within = format!("tenant = ?1 and state = 'confirmed' and day between '{first}' and '{last}'");
    let mut by_kind: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut statements = Vec::new();
    for id in ids {
        let Some(rule) = rules.indicator(id) else { continue };
        match &rule.measure {
            Measure::Count { select } => numbers(&mut by_kind, id, select, "1"),
            Measure::Sum { select, field } => {
                numbers(
                    &mut by_kind,
                    id,
                    select,
                    &format!("coalesce(content ->> '$.fields.\"{field}\"', 0)"),
                );
            }
            Measure::AreasWith { select } | Measure::Households { select, .. } => {
                let kinds: Vec<String> = select.kinds.iter().map(|kind| format!("'{kind}'")).collect();
                let (also, distinct) = match &rule.measure {
                    Measure::Households { field, .. } => (
                        format!(", json_each(content, '$.fields.\"{field}\"') as household"),
                        "area_id, household.value",
                    ),
                    _ => (String::new(), "area_id"),
                };
                let text = format!(
                    "select count(*) from (select distinct {month}, {distinct} from activity{also} \
                     where {within} and kind in ({}) and {})",
                    kinds.join(", "),
                    conditions(select)
                );
                statements.push((vec![(*id).to_owned()], text));
            }
            _ => {}
        }
    }
    for (kind, columns) in by_kind {
        let (ids, adds): (Vec<_>, Vec<_>) =
            columns.into_iter().map(|(id, add)| (id, format!("sum({add})"))).unzip();
        let adds = adds.join(", ");
        let text = format!("select {adds} from activity where {within} and kind = '{kind}' group by {month}");
        statements.push((ids, text));
    }
    let mut sums = BTreeMap::new();
    for (ids, text) in statements {
        let mut statement = conn.prepare(&text)?;
        for commune in communes {
            let mut rows = statement.query([&commune.tenant])?;
            while let Some(row) = rows.next()? {
                for (column, id) in ids.iter().enumerate() {
                    let sum = row.get::<_, Option<i64>>(column)?.unwrap_or_default();
                    *sums.entry(id.clone()).or_insert(0) += sum;
                }
            }
        }
    }
    Ok(sums)
}

fn numbers(by_kind: &mut BTreeMap<String, Vec<(String, String)>>, id: &str, select: &Select, amount: &str) {
    for kind in &select.kinds {
        let add = format!("case when {} then {amount} else 0 end", conditions(select));
        by_kind.entry(kind.clone()).or_default().push((id.to_owned(), add));
    }
}

/// What a record must answer to be counted.
fn conditions(select: &Select) -> String {
    let one = |condition: &catalogue::Condition| {
        let options: Vec<String> = condition.one_of.iter().map(|option| format!("'{option}'")).collect();
        format!(
            "exists (select 1 from json_each(content, '$.fields.\"{}\"') as option where \
             case option.value when 1 then 'yes' when 0 then 'no' else option.value end in ({}))",
            condition.field,
            options.join(", ")
        )
    };
    let all: Vec<String> = select.conditions.iter().map(one).collect();
    if all.is_empty() { "1".to_owned() } else { all.join(" and ") }
}

/// The kept store: one commune by the product's own functions, and its rows copied to every other commune of the
/// province. Each commune has the same areas and records under its own key, so `verify` holds for every one.
fn kept(rules: &Catalogue) -> Done<PathBuf> {
    let kept = folder().join(format!("province-1-{RECORDS}"));
    if kept.exists() && Db::open(&url(&kept)).is_ok() {
        return Ok(kept);
    }
    let partial = folder().join("province-partial");
    for old in [&kept, &partial] {
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
    }
    fs::create_dir_all(&partial)?;
    say(&format!("making a province of {RECORDS} records …"));
    let (ms, ()) = timed(|| {
        let db = Db::open(&url(&partial))?;
        let communes = first_commune(&db, rules)?;
        drop(db);
        copy(&partial, &communes)
    })?;
    say(&format!("made in {:.0} s", ms / 1000.0));
    fs::rename(partial, &kept)?;
    Ok(kept)
}

/// Fills the commune of the demo with its share; the tenants of all communes, that one first.
fn first_commune(db: &Db, rules: &Catalogue) -> Done<Vec<String>> {
    let scope = Scope::system("bench");
    db.write_now(|tx| units::load_reference(tx, &Scope::system("bench")))?;
    let made = demo::make(db, rules)?.records;
    let (home, province) = (unit(db, demo::COMMUNE)?, unit(db, demo::PROVINCE)?);
    let mut communes = db.read_now(|read| units::children(read, &scope, &province.id, common::LAST))?;
    communes.sort_by_key(|commune| (commune.id != home.id, commune.code.clone()));
    let share = RECORDS.div_ceil(communes.len());
    let models = models(db, rules)?;
    let (place, ids) = (home.place(), Ids::counting(0xBE00));
    let pair = [ids.new_id(), ids.new_id()];
    let wanted: Vec<_> = (0..share.saturating_sub(made))
        .filter_map(|n| {
            let model = models.get(n % models.len())?;
            // Two years of models, moved back by two, four … where there are more years, and by some days within the month.
            let back = i64::try_from(n / models.len() * 2 % YEARS).ok()?;
            let day =
                common::moved(model.content.day, n / models.len() + 1).checked_sub(back.years()).ok()?;
            let state = if back == 0 { model.state } else { State::Confirmed };
            Some((activities::Content { day, ..model.content.clone() }, state))
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

fn copy(folder: &Path, communes: &[String]) -> Done {
    let conn = rusqlite::Connection::open(folder.join("chungsuc.db"))?;
    // The store above closes its writer in its own time.
    conn.execute_batch(
        "pragma busy_timeout = 60000; pragma synchronous = off; pragma cache_size = -500000;",
    )?;
    let (first, others) = communes.split_first().ok_or("no commune")?;
    for tenant in others {
        for table in [
            "area",
            "area_name",
            "area_commune",
            "area_households",
            "activity",
            "cell",
            "cell_area",
            "cell_month",
        ] {
            let mut columns =
                conn.prepare("select name from pragma_table_info(?1) where name <> 'tenant'")?;
            let columns: Vec<String> =
                columns.query_map([table], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let columns = columns.join(", ");
            let values = columns.replace("commune", "?1");
            conn.execute(
                &format!("insert into {table} (tenant, {columns}) select ?1, {values} from {table} where tenant = ?2"),
                [tenant, first],
            )?;
        }
    }
    Ok(())
}
