//! The machine with the store is gone and its replica takes over: what was acknowledged is there once, and the program
//! goes on without being started anew.

use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use activities::State;
use chungsuc::demo;
use db::Db;
use kernel::{Action, Clock, Ids, Line, Role};

use crate::cluster::Ground;
use crate::house::{House, patrol, system, urlencoded, verified};
use crate::program::{PROGRAM, Server, get, post};

const CLIENTS: usize = 6;

#[test]
fn a_replica_takes_over_and_nothing_acknowledged_is_lost() {
    let ground = Ground::new();
    let primary = ground.server("primary", 5501, "max_connections = 60");
    primary.start();
    let standby = ground.known("standby", 5502);
    primary.base_backup(&standby.data(), &["--write-recovery-conf"]);
    standby.set("port = 5502");
    standby.start();
    primary.sql("postgres", "alter system set synchronous_standby_names = 'standby'");
    primary.sql("postgres", "select pg_reload_conf()");
    primary.wait("select count(*) from pg_stat_replication where sync_state = 'sync'", "1");
    primary.sql("postgres", "create database chungsuc");

    let url = ground.url(&[5501, 5502], "chungsuc");
    let (today, ids) = (Clock::system().today(), Ids::system());
    let (writer, checker, area) = {
        let house = House::on(&Db::open(&url).unwrap(), today);
        let here = house.place(demo::COMMUNE);
        let area = house.areas(&here, &[("Khu 1", 120)])[0].to_string();
        let writer = house.person("nguoighi", &here, Role::Officer, None, Some(Line::Police));
        let checker = house.person("nguoixacnhan", &here, Role::Officer, None, Some(Line::Front));
        (writer.token, checker.token, area)
    };
    let mut command = Command::new(PROGRAM);
    command.arg("serve").env("CHUNGSUC_URL", &url);
    let server = Server::run(command);
    let address = server.address;
    let (list, day) = (format!("/units/{}/activities", demo::COMMUNE), today.to_string());

    // Everybody sends the same again until it is taken: an error of the network or a page that says so is all they may see.
    let (taken, refusals) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let (done, confirmed) = (AtomicBool::new(false), AtomicU32::new(0));
    let until_taken = |token: &str, path: &str, form: &str| loop {
        match post(address, token, path, form) {
            Ok(reply) if reply.status == 303 => return,
            Ok(reply) => {
                assert_eq!(reply.status, 503, "{}", reply.text);
                refusals.lock().unwrap().push(reply.text);
            }
            Err(error) => panic!("the program is gone: {error}"),
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    let work = || {
        while !done.load(Ordering::Relaxed) {
            let id = ids.new_id();
            until_taken(&writer, &list, &urlencoded(&patrol(&id.to_string(), &area, &day)));
            taken.lock().unwrap().push(id);
            if id.as_u128().is_multiple_of(3) {
                until_taken(
                    &checker,
                    &format!("{list}/confirmations"),
                    &urlencoded(&[("seen", &format!("{id}:1"))]),
                );
                confirmed.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    let wait_for = |more: usize| {
        let (wanted, begun) = (taken.lock().unwrap().len() + more, Instant::now());
        while taken.lock().unwrap().len() < wanted {
            assert!(begun.elapsed() < Duration::from_secs(60), "nothing is taken any more");
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    let mut away = Duration::ZERO;
    std::thread::scope(|threads| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| threads.spawn(work)).collect();
        wait_for(60);
        assert_eq!(get(address, "", "/readyz").unwrap().status, 200);
        let cut = Instant::now();
        primary.kill();
        // Long enough for everybody to see it.
        std::thread::sleep(Duration::from_millis(700));
        assert_eq!(get(address, "", "/readyz").unwrap().status, 503);
        standby.promote();
        wait_for(1);
        away = cut.elapsed();
        wait_for(60);
        assert_eq!(get(address, "", "/readyz").unwrap().status, 200);
        done.store(true, Ordering::Relaxed);
        clients.into_iter().for_each(|client| client.join().unwrap());
    });

    let refusals = refusals.into_inner().unwrap();
    assert!(!refusals.is_empty(), "nobody saw it");
    for page in &refusals {
        // What was typed is there to be sent again, and the number that finds the line in the log.
        let number = page.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap().trim();
        assert!(
            page.contains("Hệ thống đang bận") && page.contains(&format!("<code>{number}</code>")),
            "{page}"
        );
        let typed =
            page.contains(r#"name="note" value="Tuần tra khu vực chợ.""#) || page.contains(r#"name="seen""#);
        assert!(typed && page.contains("Gửi lại nội dung vừa nhập"), "{page}");
        assert!(!page.contains("button main"), "only one way stands out: {page}");
    }
    drop(server);
    let house = House::on(&Db::open(&ground.url(&[5502], "chungsuc")).unwrap(), today);
    let here = house.place(demo::COMMUNE);
    let room = system().enter(&here, Action::SeeActivities).unwrap();
    let taken = taken.into_inner().unwrap();
    for id in &taken {
        let versions = house.db.read_now(|read| activities::versions(read, &room, *id)).unwrap();
        let (state, wanted) = match id.as_u128().is_multiple_of(3) {
            true => (State::Confirmed, 2),
            false => (State::Sent, 1),
        };
        assert_eq!(
            (versions.len(), house.record(&here, *id).map(|r| r.state)),
            (wanted, Some(state)),
            "{id}"
        );
    }
    assert_eq!(house.count(&here), taken.len() as i64, "none twice");
    let checked = verified(&house.db, &house.rules);
    assert_eq!(checked.records, confirmed.into_inner() as usize);
    println!(
        "{} records, {} confirmed, {} times told to try again, away for {away:?}",
        taken.len(),
        checked.records,
        refusals.len()
    );
}
