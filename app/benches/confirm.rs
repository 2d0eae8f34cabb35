//! Confirming a record against inserting a bare row: the same disk, the same durability, alternating rounds.
//! `cargo bench -p chungsuc --bench confirm`

#[expect(dead_code, reason = "each benchmark uses its part")]
mod common;

use std::sync::Arc;
use std::thread;

use activities::{Content, State, Step};
use catalogue::Catalogue;
use chungsuc::demo;
use common::postgres::Postgres;
use common::{
    Done, LAST, copied, evening, head, line, median, models, note, room, rules, say, timed, unit, url, write,
};
use db::{Db, Engine};
use jiff::ToSpan;
use kernel::{Action, Ids, Place, Room, Scope};
use tokio::runtime::Runtime;
use uuid::Uuid;

/// A confirmation against one bare durable insert.
const TIMES: f64 = 3.0;
const ROUNDS: usize = 20;
const EACH: usize = 50;
/// Confirmers at once.
const CROWDS: [usize; 3] = [1, 8, 32];

fn main() -> Done {
    head("confirm");
    let data = copied(10_000, "confirm")?;
    let db = Db::open(&url(&data))?;
    let bare = rusqlite::Connection::open(data.join("bare.db"))?;
    bare.execute_batch("pragma journal_mode = wal; pragma synchronous = full; create table bare (id integer primary key, text text not null) strict")?;
    let mut insert = bare.prepare("insert into bare (text) values (?1)")?;
    against("SQLite", &db, || {
        insert.execute(["một dòng"])?;
        Ok(())
    })?;
    match Postgres::start() {
        Ok(server) => on_postgres(&server),
        Err(why) => {
            say(&format!("PostgreSQL not measured: {why}"));
            Ok(())
        }
    }
}

/// Confirmations of one round.
fn per_round(crowd: usize) -> usize {
    EACH.max(8 * crowd)
}

/// Communes with records that wait, and who may confirm in each. The first is that of the demo.
struct Waiting {
    db: Db,
    rules: Arc<Catalogue>,
    communes: Vec<(Room, Vec<(Uuid, Content)>)>,
}

impl Waiting {
    fn new(db: &Db) -> Done<Waiting> {
        let (rules, scope) = (Arc::new(rules()?), Scope::system("bench"));
        let home = unit(db, demo::COMMUNE)?;
        let province = unit(db, demo::PROVINCE)?;
        let mut communes = db.read_now(|read| units::children(read, &scope, &province.id, LAST))?;
        communes.sort_by_key(|commune| (commune.id != home.id, commune.code.clone()));
        communes.truncate(CROWDS.iter().copied().max().unwrap_or(1));
        let models = models(db, &rules)?;
        let areas = |place: &Place| db.read_now(|read| units::areas_of(read, &scope, place, LAST));
        let of_home = areas(&home.place())?;
        // In the first commune all rounds of all crowds, in the others one client's share.
        let all: usize = CROWDS.iter().map(|crowd| ROUNDS * per_round(*crowd)).sum();
        let share: usize = CROWDS.iter().map(|crowd| ROUNDS * per_round(*crowd).div_ceil(*crowd)).sum();
        let mut waiting = Vec::new();
        for (number, commune) in communes.iter().enumerate() {
            let (place, ids) = (commune.place(), Ids::counting(0x7E57 + number as u64));
            if areas(&place)?.is_empty() {
                let (place, ids) = (place.clone(), ids.clone());
                db.write_now(move |tx| common::make_areas(tx, &place, &ids))?;
            }
            let here = areas(&place)?;
            let moved = |content: &Content| {
                let (_, area) = of_home.iter().zip(&here).find(|(from, _)| from.id == content.area)?;
                Some(Content { area: area.id, ..content.clone() })
            };
            let count = share + if number == 0 { all } else { 0 };
            let contents = models.iter().filter_map(|model| moved(&model.content));
            let contents: Vec<Content> = contents.collect();
            let records: Vec<(Uuid, Content)> =
                contents.iter().cycle().take(count).map(|content| (ids.new_id(), content.clone())).collect();
            let (pair, room) = ([ids.new_id(), ids.new_id()], room(&place, ids.new_id(), Action::Confirm)?);
            let (rules, given) = (rules.clone(), records.clone());
            db.write_now(move |tx| {
                given.into_iter().try_for_each(|record| write(tx, &place, &rules, pair, record, State::Sent))
            })?;
            waiting.push((room, records));
        }
        db.analyze()?;
        Ok(Waiting { db: db.clone(), rules, communes: waiting })
    }

    /// What each of a crowd confirms in a round: all in one commune, or each in one of its own.
    fn take(&mut self, crowd: usize, apart: bool) -> Vec<(Room, Vec<(Uuid, Content)>)> {
        let each = per_round(crowd).div_ceil(crowd);
        let last = self.communes.len().saturating_sub(1);
        let of = (0..crowd).map(|n| if apart { n.min(last) } else { 0 });
        of.filter_map(|at| {
            let (room, records) = self.communes.get_mut(at)?;
            Some((room.clone(), records.split_off(records.len().saturating_sub(each))))
        })
        .collect()
    }
}

/// Confirms one record as a server does: facts, cells, audit entry, durable; no more at once than it has connections.
fn confirm(
    runtime: &Runtime,
    db: &Db,
    rules: &Arc<Catalogue>,
    room: &Room,
    (id, content): (Uuid, Content),
) -> Done {
    let (rules, room, at) = (rules.clone(), room.clone(), evening(content.day) + 2.hours());
    let next = runtime.block_on(db.write(move |tx| {
        activities::change(tx, &room, &rules, (id, 1), Step::Confirm, at)
            .map_err(|why| db::Error::Broken(why.to_string()))
    }))?;
    if next.state == State::Confirmed { Ok(()) } else { Err("not confirmed".into()) }
}

fn against(engine: &str, db: &Db, mut insert: impl FnMut() -> Done) -> Done {
    let mut waiting = Waiting::new(db)?;
    for (crowd, apart) in CROWDS.iter().flat_map(|crowd| [(*crowd, false), (*crowd, true)]) {
        if crowd == 1 && apart {
            continue;
        }
        let (mut bare, mut ours, mut bare_rate, mut rate) = (vec![], vec![], vec![], vec![]);
        for _ in 0..ROUNDS {
            let mut round = 0.0;
            for _ in 0..EACH {
                let (ms, ()) = timed(&mut insert)?;
                bare.push(ms);
                round += ms;
            }
            bare_rate.push(EACH as f64 / round * 1000.0);
            let records = waiting.take(crowd, apart);
            let count: usize = records.iter().map(|(_, records)| records.len()).sum();
            let (ms, times) = timed(|| confirmed_by(&waiting, records))?;
            ours.extend(times);
            rate.push(count as f64 / ms * 1000.0);
        }
        let (bare_ms, ms) = (median(&mut bare), median(&mut ours));
        let (bare_rate, rate) = (median(&mut bare_rate), median(&mut rate));
        if crowd == 1 {
            note(&format!("{engine}: one bare durable insert (median of {})", bare.len()), bare_ms, "ms");
            let what =
                format!("{engine}: confirming one record (median of {}), limit 3 bare inserts", ours.len());
            line(&what, (ms, "ms"), TIMES * bare_ms, "3 x bare");
            say(&format!("  RATIO to one bare insert {:.2}", ms / bare_ms));
        } else {
            let place = if apart { "each in a commune of its own" } else { "all in one commune" };
            note(&format!("{engine}: confirmations per second by {crowd} at once, {place}"), rate, "/s");
            note("  bare inserts per second by one, between the same rounds", bare_rate, "/s");
            let what = "  cost of a confirmation at this rate, limit 3 bare inserts";
            line(what, (1000.0 / rate, "ms"), TIMES * 1000.0 / bare_rate, "3 x bare");
            say(&format!("  RATIO of throughput to one bare inserter {:.2}", rate / bare_rate));
            note("  median until one of them is confirmed", ms, "ms");
        }
    }
    let scope = Scope::system("bench");
    let checked = db.read_now(|read| {
        activities::verify(read, &scope, &supplements::Rulebook::new(waiting.rules.clone()))
    })?;
    say(&format!(
        "  checked afterwards: {} records, {} cells, {} differences",
        checked.records,
        checked.cells,
        checked.differences.len()
    ));
    Ok(())
}

/// Confirms records, one thread for each list; how long each record took.
fn confirmed_by(waiting: &Waiting, records: Vec<(Room, Vec<(Uuid, Content)>)>) -> Done<Vec<f64>> {
    let runtime = Arc::new(Runtime::new()?);
    let running: Vec<_> = records
        .into_iter()
        .map(|(room, part)| {
            let (db, rules, runtime) = (waiting.db.clone(), waiting.rules.clone(), runtime.clone());
            thread::spawn(move || -> Done<Vec<f64>> {
                part.into_iter()
                    .map(|record| timed(|| confirm(&runtime, &db, &rules, &room, record)).map(|(ms, ())| ms))
                    .collect()
            })
        })
        .collect();
    let mut times = Vec::new();
    for thread in running {
        times.extend(thread.join().map_err(|_| "a confirmer stopped")??);
    }
    Ok(times)
}

fn on_postgres(server: &Postgres) -> Done {
    let mut admin = server.client("postgres")?;
    admin.batch_execute("create database bare")?;
    admin.batch_execute("create database ours")?;
    let mut bare = server.client("bare")?;
    bare.batch_execute(
        "create table bare (id bigint generated always as identity primary key, text text not null)",
    )?;
    let fsync: String = bare.query_one("show fsync", &[])?.get(0);
    let insert = bare.prepare("insert into bare (text) values ($1)")?;
    let db = Db::open(&server.url("ours"))?;
    if db.engine() != Engine::Postgres {
        return Err("not a PostgreSQL store".into());
    }
    say(&format!("PostgreSQL over a socket, fsync {fsync}, settings as shipped"));
    db.write_now(|tx| units::load_reference(tx, &Scope::system("bench")))?;
    demo::make(&db, &rules()?)?;
    against("PostgreSQL", &db, || {
        bare.execute(&insert, &[&"một dòng"])?;
        Ok(())
    })
}
