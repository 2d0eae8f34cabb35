//! Power cuts: whatever a server has acknowledged is there after it was killed, once, in its state.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use activities::State;
use chungsuc::demo;
use db::Db;
use kernel::{Action, Clock, Ids, Line, Role};
use uuid::Uuid;

use crate::house::{House, patrol, system, urlencoded, verified};
use crate::program::{Server, post, store};

const ROUNDS: u64 = 100;
const CLIENTS: usize = 8;

/// What the people know of their records.
#[derive(Default)]
struct Known {
    /// Heard that it was taken: must be there. Value: whether its confirmation was heard.
    taken: BTreeMap<Uuid, Heard>,
    /// Sent, and nothing heard: sent again in the next round, as phones do.
    unheard: BTreeSet<Uuid>,
}

impl Known {
    fn confirmed(&self) -> usize {
        self.taken.values().filter(|heard| **heard == Heard::Confirmed).count()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    Taken,
    /// A confirmation was sent, and nothing heard.
    PerhapsConfirmed,
    Confirmed,
}

struct Client<'a> {
    address: SocketAddr,
    writer: &'a str,
    checker: &'a str,
    area: &'a str,
    day: &'a str,
    ids: &'a Ids,
    known: &'a Mutex<Known>,
}

impl Client<'_> {
    /// Writes until the server is gone.
    fn work(&self) {
        let url = format!("/units/{}/activities", demo::COMMUNE);
        loop {
            let again = self.known.lock().unwrap().unheard.pop_first();
            let id = again.unwrap_or_else(|| self.ids.new_id());
            let text = id.to_string();
            let form = urlencoded(&patrol(&text, self.area, self.day));
            match post(self.address, self.writer, &url, &form) {
                Ok(reply) => {
                    assert_eq!(reply.status, 303, "{}", reply.text);
                    self.known.lock().unwrap().taken.insert(id, Heard::Taken);
                }
                Err(_) => {
                    self.known.lock().unwrap().unheard.insert(id);
                    return;
                }
            }
            // Every third is confirmed at once by somebody else.
            if !id.as_u128().is_multiple_of(3) {
                continue;
            }
            self.known.lock().unwrap().taken.insert(id, Heard::PerhapsConfirmed);
            let seen = urlencoded(&[("seen", &format!("{id}:1"))]);
            match post(self.address, self.checker, &format!("{url}/confirmations"), &seen) {
                Ok(reply) => {
                    assert!(reply.status == 303 && reply.text.contains("left=0"), "{}", reply.text);
                    self.known.lock().unwrap().taken.insert(id, Heard::Confirmed);
                }
                Err(_) => return,
            }
        }
    }
}

#[test]
fn a_hundred_power_cuts_lose_nothing_that_was_acknowledged() {
    let begun = Instant::now();
    let folder = crate::program::demo();
    let url = format!("sqlite:{}", store(folder.path()).display());
    let today = Clock::system().today();
    let (writer, checker, area, before) = {
        let house = House::on(&Db::open(&url).unwrap(), today);
        let here = house.place(demo::COMMUNE);
        let areas = house.db.read_now(|read| units::areas_of(read, &system(), &here, today)).unwrap();
        let writer = house.person("nguoighi", &here, Role::Officer, None, Some(Line::Police));
        let checker = house.person("nguoixacnhan", &here, Role::Officer, None, Some(Line::Front));
        (writer.token, checker.token, areas[3].id.to_string(), house.count(&here))
    };
    let (known, ids, day) = (Mutex::new(Known::default()), Ids::counting(0xDEAD), today.to_string());
    for round in 0..ROUNDS {
        let mut server = Server::start(folder.path());
        // 20 to 150 ms, every one of them in the end: 59 and 131 have no common divisor. In even rounds from the start,
        // in the others from the first confirmation on, so that a slow machine too is cut in the middle of its work.
        let until_the_cut = Duration::from_millis(20 + round * 59 % 131);
        let confirmed_before = known.lock().unwrap().confirmed();
        std::thread::scope(|threads| {
            for _ in 0..CLIENTS {
                let client = Client {
                    address: server.address,
                    writer: &writer,
                    checker: &checker,
                    area: &area,
                    day: &day,
                    ids: &ids,
                    known: &known,
                };
                threads.spawn(move || client.work());
            }
            let patience = Instant::now() + Duration::from_secs(20);
            let waits = || known.lock().unwrap().confirmed() == confirmed_before && Instant::now() < patience;
            while round % 2 == 1 && waits() {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(until_the_cut);
            server.kill();
        });
    }
    let known = known.into_inner().unwrap();
    let house = House::on(&Db::open(&url).unwrap(), today);
    let here = house.place(demo::COMMUNE);
    let mut wrong = Vec::new();
    for (id, heard) in &known.taken {
        let state = house.record(&here, *id).map(|record| (record.state, record.version));
        let fits = match heard {
            Heard::Taken => state == Some((State::Sent, 1)),
            Heard::Confirmed => state == Some((State::Confirmed, 2)),
            Heard::PerhapsConfirmed => matches!(state, Some((State::Sent, 1) | (State::Confirmed, 2))),
        };
        if !fits {
            wrong.push(format!("{id}: heard {heard:?}, the store has {state:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} lost\n{}", wrong.len(), known.taken.len(), wrong.join("\n"));
    // Once each: what is there beyond the acknowledged was sent and not heard of.
    let there = known.unheard.iter().filter(|id| house.record(&here, **id).is_some()).count();
    let room = system().enter(&here, Action::SeeActivities).unwrap();
    assert_eq!(house.count(&here), before + (known.taken.len() + there) as i64);
    for id in known.taken.keys() {
        let versions = house.db.read_now(|read| activities::versions(read, &room, *id)).unwrap();
        assert!(versions.len() <= 2, "{id} was written {} times", versions.len());
    }
    let confirmed = known.confirmed();
    assert!(
        known.taken.len() > 300 && confirmed >= 50,
        "{} taken, {confirmed} confirmed: too few",
        known.taken.len()
    );
    verified(&house.db, &house.rules);
    println!("{} acknowledged, {confirmed} confirmed, {:?}", known.taken.len(), begun.elapsed());
}

/// Rows of the sheet: more pieces than there are power cuts.
const ROWS: u32 = 12_000;

#[test]
fn an_import_comes_to_its_end_through_power_cuts() {
    let folder = crate::program::demo();
    let url = format!("sqlite:{}", store(folder.path()).display());
    let house = House::on(&Db::open(&url).unwrap(), Clock::system().today());
    let import = BegunImport::of(&house, ROWS);

    // Each server goes on by itself where the one before was cut.
    for cut in 0..5 {
        let from = import.done().expect("cut in the middle");
        let mut server = Server::start(folder.path());
        let patience = Instant::now() + Duration::from_secs(60);
        while import.done() == Some(from) {
            assert!(Instant::now() < patience, "nobody goes on with it");
            std::thread::sleep(Duration::from_millis(5 + cut * 7));
        }
        server.kill();
    }
    let cut_at = import.done().expect("cut in the middle");
    let _server = Server::start(folder.path());
    let patience = Instant::now() + Duration::from_secs(120);
    while import.done().is_some() {
        assert!(Instant::now() < patience, "it does not come to its end");
        std::thread::sleep(Duration::from_millis(20));
    }
    import.is_whole();
    verified(&house.db, &house.rules);
    println!("{ROWS} rows, the last cut after {cut_at}");
}

/// An import of patrols in the demo commune that has begun, for servers to bring to its end.
pub(crate) struct BegunImport<'a> {
    house: &'a House,
    desk: imports::Desk,
    id: Uuid,
    rows: u32,
    /// Records of the commune before it.
    before: i64,
}

impl<'a> BegunImport<'a> {
    pub(crate) fn of(house: &'a House, rows: u32) -> BegunImport<'a> {
        let here = house.place(demo::COMMUNE);
        let areas = house
            .db
            .read_now(|read| units::areas_of(read, &system(), &here, Clock::system().today()))
            .unwrap();
        let text: String = (0..rows)
            .map(|n| format!("{};{};1;{};Người dân\n", vietnamese_day(n), areas[3].name, n % 4000 + 1))
            .collect();
        let sheet = format!(
            "Ngày thực hiện;Khu dân cư;Số ca tuần tra;Số lượt người tham gia;Lực lượng tham gia\n{text}"
        );
        let kind = house.rules.kind("patrol").unwrap();
        let known = |header: &str| imports::mapping::is_known(kind, header);
        let sheet = imports::sheet::read("tuantra.csv", sheet.as_bytes(), &known).unwrap();
        let (id, room, now) =
            (house.id(), system().enter(&here, Action::Import).unwrap(), house.app.clock.now());
        let desk = imports::Desk::new(system(), here.clone(), room, house.rules.clone(), now).unwrap();
        let keeping = desk.clone();
        house.db.write_now(move |tx| keeping.keep(tx, id, "patrol", "tuantra.csv", &sheet)).unwrap();
        let choice = imports::Choice { skip_bad: false, take: (0..rows + 2).collect() };
        let plan = house.db.read_now(|read| desk.plan(read, (id, 1), &choice)).unwrap();
        let before = house.count(&here);
        let beginning = desk.clone();
        let begun = house.db.write_now(move |tx| beginning.begin(tx, (id, 1), &plan)).unwrap();
        assert!(begun.total == rows && !begun.finished);
        BegunImport { house, desk, id, rows, before }
    }

    /// How many records it has made; nothing once it is at its end.
    pub(crate) fn done(&self) -> Option<u32> {
        let import = self.house.db.read_now(|read| self.desk.find(read, self.id)).unwrap();
        import.run.map(|run| run.done)
    }

    /// Every row is one record, once.
    pub(crate) fn is_whole(&self) {
        let import = self.house.db.read_now(|read| self.desk.find(read, self.id)).unwrap();
        assert_eq!(import.state, imports::State::Applied);
        let here = self.house.place(demo::COMMUNE);
        let room = system().enter(&here, Action::SeeActivities).unwrap();
        for row in (2..self.rows + 2).step_by(97) {
            let id = imports::record_id(self.id, row);
            let versions = self.house.db.read_now(|read| activities::versions(read, &room, id)).unwrap();
            assert_eq!(versions.len(), 1, "row {row}");
        }
        assert!(self.house.count(&here) >= self.before + i64::from(self.rows));
    }
}

/// One of the days of a summer, as people write them.
fn vietnamese_day(n: u32) -> String {
    format!("{:02}/{:02}/2026", n % 28 + 1, n / 28 % 3 + 6)
}
