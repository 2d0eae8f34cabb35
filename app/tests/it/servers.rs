//! Several servers on one database, as behind a proxy that asks the next one when one does not answer: whichever is killed,
//! stopped or replaced meanwhile, what was acknowledged is there once.
//!
//! By hand for longer, and from an older program to this one:
//! `CHUNGSUC_TEST_SECONDS=300 CHUNGSUC_TEST_OLD_PROGRAM=/path/chungsuc cargo test -p chungsuc --test it servers`.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use activities::State;
use chungsuc::demo;
use db::Db;
use kernel::{Action, Clock, Ids};
use uuid::Uuid;

use crate::cluster::{Cluster, Ground};
use crate::house::{House, patrol, system, urlencoded, verified};
use crate::kill::BegunImport;
use crate::program::{PROGRAM, Server, post};

const CLIENTS: usize = 6;
/// Rows of an import that the servers have to bring to its end meanwhile.
const ROWS: u32 = 6_000;
/// How long nobody may be taken by either server.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long the traffic lasts.
fn lasting() -> Duration {
    let seconds =
        std::env::var("CHUNGSUC_TEST_SECONDS").ok().map(|text| text.parse().expect("a number of seconds"));
    Duration::from_secs(seconds.unwrap_or(20))
}

/// A database with the demo in it, made by the given program.
fn with_demo<'a>(ground: &'a Ground, program: &str) -> (Cluster<'a>, String) {
    let cluster = ground.server("store", 5511, "max_connections = 60");
    cluster.start();
    cluster.sql("postgres", "create database chungsuc");
    let url = ground.url(&[5511], "chungsuc");
    let made = Command::new(program).args(["demo", "--no-serve"]).env("CHUNGSUC_URL", &url).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (cluster, url)
}

fn server(program: &str, url: &str) -> Server {
    let mut command = Command::new(program);
    command.arg("serve").env("CHUNGSUC_URL", url);
    Server::run(command)
}

/// The session of a demo account, begun on one server and good on all.
fn signed_in(server: &Server, account: &str) -> String {
    let demo = demo::accounts().into_iter().find(|of| of.sign_in == account).unwrap();
    let form = urlencoded(&[("name", demo.sign_in), ("password", demo.password)]);
    let reply = post(server.address, "", "/sign-in", &form).unwrap();
    let cookie = reply.text.lines().find_map(|line| line.strip_prefix("set-cookie: sid="));
    cookie.unwrap_or_else(|| panic!("{}", reply.text)).split(';').next().unwrap().to_owned()
}

/// People who write and confirm, through whichever server answers.
struct Crowd {
    /// Who writes, and who confirms.
    tokens: [String; 2],
    area: String,
    day: String,
    servers: Mutex<[SocketAddr; 2]>,
    done: AtomicBool,
    taken: Mutex<Vec<Uuid>>,
    tried_again: AtomicU32,
}

impl Crowd {
    fn of(cluster: &Cluster<'_>, servers: &[Server; 2]) -> Crowd {
        let area = "select area from area_name where name like 'Khu 1 (%'";
        Crowd {
            tokens: [signed_in(&servers[0], "congan"), signed_in(&servers[1], "mattran")],
            area: cluster.sql("chungsuc", area),
            day: Clock::system().today().to_string(),
            servers: Mutex::new(servers.each_ref().map(|server| server.address)),
            done: AtomicBool::new(false),
            taken: Mutex::new(Vec::new()),
            tried_again: AtomicU32::new(0),
        }
    }

    /// Sends a form until it is taken. A server that does not answer is all that may go wrong.
    fn until_taken(&self, turn: usize, token: &str, path: &str, form: &str) {
        let begun = Instant::now();
        for turn in turn.. {
            let address = self.servers.lock().unwrap()[turn % 2];
            if let Ok(reply) = post(address, token, path, form) {
                let why = reply.text.lines().find(|line| line.contains("Lỗi")).unwrap_or(&reply.text);
                assert_eq!(reply.status, 303, "{why}");
                return;
            }
            self.tried_again.fetch_add(1, Ordering::Relaxed);
            assert!(begun.elapsed() < PATIENCE, "nobody answers");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn work(&self, ids: &Ids) {
        let list = format!("/units/{}/activities", demo::COMMUNE);
        for turn in 0.. {
            if self.done.load(Ordering::Relaxed) {
                return;
            }
            let id = ids.new_id();
            let record = urlencoded(&patrol(&id.to_string(), &self.area, &self.day));
            self.until_taken(turn, &self.tokens[0], &list, &record);
            if is_confirmed(id) {
                let form = urlencoded(&[("seen", &format!("{id}:1"))]);
                self.until_taken(turn + 1, &self.tokens[1], &format!("{list}/confirmations"), &form);
            }
            self.taken.lock().unwrap().push(id);
        }
    }

    /// Lets everybody work while `meanwhile` does something to the servers.
    fn while_working(&self, meanwhile: impl FnOnce()) {
        let ids = Ids::system();
        std::thread::scope(|threads| {
            let clients: Vec<_> = (0..CLIENTS).map(|_| threads.spawn(|| self.work(&ids))).collect();
            meanwhile();
            self.done.store(true, Ordering::Relaxed);
            clients.into_iter().for_each(|client| client.join().unwrap());
        });
    }

    /// Every record is there as often and as far as it was acknowledged, and every figure and chain agrees with it.
    fn everything_is_there_once(&self, house: &House, before: i64) -> usize {
        let here = house.place(demo::COMMUNE);
        let room = system().enter(&here, Action::SeeActivities).unwrap();
        let taken = self.taken.lock().unwrap();
        for id in taken.iter() {
            let versions = house.db.read_now(|read| activities::versions(read, &room, *id)).unwrap().len();
            let state = house.record(&here, *id).map(|record| record.state);
            let wanted = if is_confirmed(*id) { (2, State::Confirmed) } else { (1, State::Sent) };
            assert_eq!((versions, state), (wanted.0, Some(wanted.1)), "{id}");
        }
        assert_eq!(house.count(&here), before + i64::try_from(taken.len()).unwrap(), "none twice");
        verified(&house.db, &house.rules);
        taken.len()
    }
}

/// Every third one.
fn is_confirmed(id: Uuid) -> bool {
    id.as_u128().is_multiple_of(3)
}

#[test]
fn two_servers_lose_nothing_while_now_this_one_and_now_that_one_is_killed() {
    let ground = Ground::new();
    let (cluster, url) = with_demo(&ground, PROGRAM);
    let house = House::on(&Db::open(&url).unwrap(), Clock::system().today());
    let before = house.count(&house.place(demo::COMMUNE)) + i64::from(ROWS);
    let import = BegunImport::of(&house, ROWS);
    let mut servers = [server(PROGRAM, &url), server(PROGRAM, &url)];
    let crowd = Crowd::of(&cluster, &servers);
    let (begun, mut killed) = (Instant::now(), 0);
    crowd.while_working(|| {
        while begun.elapsed() < lasting() {
            std::thread::sleep(Duration::from_millis(2_500));
            let one = &mut servers[killed % 2];
            match killed / 2 % 2 {
                0 => one.kill(),
                _ => {
                    one.terminate();
                    assert_eq!(one.ended(), Some(0));
                }
            }
            std::thread::sleep(Duration::from_millis(300));
            *one = server(PROGRAM, &url);
            crowd.servers.lock().unwrap()[killed % 2] = one.address;
            killed += 1;
        }
        while import.done().is_some() {
            assert!(begun.elapsed() < lasting() + PATIENCE, "the import does not come to its end");
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    import.is_whole();
    let taken = crowd.everything_is_there_once(&house, before);
    println!(
        "{taken} acknowledged in {:?}, {killed} times killed or stopped, {} times tried again, {ROWS} rows imported",
        begun.elapsed(),
        crowd.tried_again.into_inner()
    );
}

#[test]
fn servers_are_replaced_one_by_one_by_a_newer_program_with_traffic_running() {
    let old = std::env::var("CHUNGSUC_TEST_OLD_PROGRAM").unwrap_or_else(|_| PROGRAM.to_owned());
    let ground = Ground::new();
    let (cluster, url) = with_demo(&ground, &old);
    let before = cluster.sql("chungsuc", "select count(*) from activity").parse().unwrap();
    let mut servers = [server(&old, &url), server(&old, &url)];
    let crowd = Crowd::of(&cluster, &servers);
    let taken = || crowd.taken.lock().unwrap().len();
    crowd.while_working(|| {
        for n in 0..=2 {
            let (wanted, begun) = (taken() + 40, Instant::now());
            while taken() < wanted {
                assert!(begun.elapsed() < PATIENCE, "nothing is taken any more");
                std::thread::sleep(Duration::from_millis(10));
            }
            if let Some(one) = servers.get_mut(n) {
                one.terminate();
                assert_eq!(one.ended(), Some(0));
                // The first of the new ones changes the database under the old one that goes on.
                *one = server(PROGRAM, &url);
                crowd.servers.lock().unwrap()[n] = one.address;
            }
        }
    });
    let house = House::on(&Db::open(&url).unwrap(), Clock::system().today());
    let taken = crowd.everything_is_there_once(&house, before);
    println!("{taken} acknowledged, {} times tried again", crowd.tried_again.into_inner());
}
