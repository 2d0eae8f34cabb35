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
    Done, copied, evening, head, line, median, models, note, room, rules, say, timed, unit, url, write,
};
use db::{Db, Engine};
use jiff::ToSpan;
use kernel::{Action, Ids, Place, Room, Scope};
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

/// A commune with records that wait, and who may confirm them.
struct Waiting {
    db: Db,
    rules: Arc<Catalogue>,
    room: Room,
    waiting: Vec<(Uuid, Content)>,
}

impl Waiting {
    fn new(db: &Db) -> Done<Waiting> {
        let rules = Arc::new(rules()?);
        let place: Place = unit(db, demo::COMMUNE)?.place();
        let ids = Ids::counting(0x7E57);
        let models = models(db, &rules)?;
        let count = CROWDS.iter().map(|crowd| ROUNDS * per_round(*crowd)).sum();
        let waiting: Vec<(Uuid, Content)> =
            models.iter().cycle().take(count).map(|model| (ids.new_id(), model.content.clone())).collect();
        let (pair, room) = ([ids.new_id(), ids.new_id()], room(&place, ids.new_id(), Action::Confirm)?);
        let (rules_too, all) = (rules.clone(), waiting.clone());
        db.write_now(move |tx| {
            all.into_iter().try_for_each(|record| write(tx, &place, &rules_too, pair, record, State::Sent))
        })?;
        Ok(Waiting { db: db.clone(), rules, room, waiting })
    }

    fn take(&mut self, count: usize) -> Vec<(Uuid, Content)> {
        self.waiting.split_off(self.waiting.len().saturating_sub(count))
    }
}

/// Confirms one record: facts, cells, audit entry, durable.
fn confirm(db: &Db, rules: &Arc<Catalogue>, room: &Room, (id, content): (Uuid, Content)) -> Done {
    let (rules, room, at) = (rules.clone(), room.clone(), evening(content.day) + 2.hours());
    let next = db.write_now(move |tx| {
        activities::change(tx, &room, &rules, (id, 1), Step::Confirm, at)
            .map_err(|why| db::Error::Broken(why.to_string()))
    })?;
    if next.state == State::Confirmed { Ok(()) } else { Err("not confirmed".into()) }
}

fn against(engine: &str, db: &Db, mut insert: impl FnMut() -> Done) -> Done {
    let mut waiting = Waiting::new(db)?;
    for crowd in CROWDS {
        let (mut bare, mut ours, mut bare_rate, mut rate) = (vec![], vec![], vec![], vec![]);
        for _ in 0..ROUNDS {
            let mut round = 0.0;
            for _ in 0..EACH {
                let (ms, ()) = timed(&mut insert)?;
                bare.push(ms);
                round += ms;
            }
            bare_rate.push(EACH as f64 / round * 1000.0);
            let records = waiting.take(per_round(crowd));
            let count = records.len() as f64;
            let (ms, times) = timed(|| confirmed_by(&waiting, crowd, &records))?;
            ours.extend(times);
            rate.push(count / ms * 1000.0);
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
            note(&format!("{engine}: confirmations per second by {crowd} at once"), rate, "/s");
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

/// Confirms the records by so many at once; how long each took.
fn confirmed_by(waiting: &Waiting, crowd: usize, records: &[(Uuid, Content)]) -> Done<Vec<f64>> {
    let each = records.len().div_ceil(crowd);
    let running: Vec<_> = records
        .chunks(each)
        .map(|part| {
            let (part, db) = (part.to_vec(), waiting.db.clone());
            let (rules, room) = (waiting.rules.clone(), waiting.room.clone());
            thread::spawn(move || -> Done<Vec<f64>> {
                part.into_iter()
                    .map(|record| timed(|| confirm(&db, &rules, &room, record)).map(|(ms, ())| ms))
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
    db.analyze()?;
    against("PostgreSQL", &db, || {
        bare.execute(&insert, &[&"một dòng"])?;
        Ok(())
    })
}
