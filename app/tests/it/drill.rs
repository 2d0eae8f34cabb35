//! Restore drills, step by step as `docs/operations/backup.md` says: the store is thrown away and put back as it was at a
//! named instant.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use chungsuc::demo;
use db::{Db, dump};
use jiff::Timestamp;
use kernel::{Action, Clock, Line, Role, audit};
use reports::Desk;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::cluster::Ground;
use crate::house::{House, noon, patrol, system, verified};
use crate::program::{run, store, text};

/// What is written down of a store before it is lost.
#[derive(Debug, PartialEq)]
struct Noted {
    records: i64,
    confirmed: usize,
    cells: usize,
    audit_rows: u64,
    /// Every figure of the year's report, with how it came about.
    figures: String,
    /// Every row of every table.
    rows: String,
}

fn noted(db: &Db) -> Noted {
    let house = House::on(db, Clock::system().today());
    let checked = verified(db, &house.rules);
    let chain = db.read_now(|read| audit::verify(read, &system())).unwrap();
    let records = house.count(&house.place(demo::COMMUNE));
    let (confirmed, cells, audit_rows) = (checked.records, checked.cells, chain.rows);
    Noted { records, confirmed, cells, audit_rows, figures: figures(&house), rows: rows(db) }
}

/// The figures of a report that is begun, read, and forgotten.
fn figures(house: &House) -> String {
    let (scope, today, here) = (system(), house.app.clock.today(), house.place(demo::COMMUNE));
    let unit =
        house.db.read_now(|read| units::find_by_code(read, &scope, &here.code, today)).unwrap().unwrap();
    let (room, rules) = (scope.enter(&here, Action::WriteReports).unwrap(), house.rules.clone());
    let (send, receive) = mpsc::channel();
    let forgotten = house.db.write_now(move |tx| {
        let desk = Desk { scope: &scope, unit: &unit, room: &room, catalogue: &rules, today };
        let id = Uuid::from_u128(0xD211);
        let report = reports::start(tx, desk, id, ("movement-annual", "2026"), noon(today)).unwrap();
        let sheet = reports::sheet(tx, desk, report).unwrap();
        send.send(format!("{:?}", sheet.entries)).unwrap();
        Err::<(), _>(db::Error::Missing)
    });
    assert!(forgotten.is_err());
    receive.recv().unwrap()
}

fn rows(db: &Db) -> String {
    let mut hash = Sha256::new();
    db.read_now(|read| {
        let mut one = |row: Vec<db::Value>| {
            hash.update(format!("{row:?}"));
            Ok(())
        };
        for table in dump::reference_tables()? {
            table.rows(read, &system(), &mut one)?;
        }
        for table in dump::tables()? {
            let mut tenants = table.tenants(read, &system())?;
            tenants.sort();
            for tenant in tenants {
                table.rows(read, &system().own(&tenant), &mut one)?;
            }
        }
        Ok::<_, db::Error>(())
    })
    .unwrap();
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Somebody records; the ids.
fn written(db: &Db, name: &str) -> Vec<Uuid> {
    let today = Clock::system().today();
    // Ids that no earlier writer of the drill gave: their names differ in length.
    let house = House::restarted(db, today, name.len() as u32);
    let here = house.place(demo::COMMUNE);
    let areas = house.db.read_now(|read| units::areas_of(read, &system(), &here, today)).unwrap();
    let writer = house.person(name, &here, Role::Officer, None, Some(Line::Police));
    let (area, day) = (areas[3].id.to_string(), today.to_string());
    let record = |_| {
        let id = house.id();
        let answer = house.post(
            &writer,
            &format!("/units/{}/activities", demo::COMMUNE),
            &patrol(&id.to_string(), &area, &day),
        );
        assert_eq!(answer.status, 303, "{}", answer.body);
        id
    };
    (0..5).map(record).collect()
}

fn there(db: &Db, ids: &[Uuid]) -> usize {
    let house = House::on(db, Clock::system().today());
    let here = house.place(demo::COMMUNE);
    ids.iter().filter(|id| house.record(&here, **id).is_some()).count()
}

#[test]
fn a_dropped_postgresql_store_is_put_back_as_it_was_at_an_instant() {
    let ground = Ground::new();
    let archive = ground.path("archive");
    std::fs::create_dir(&archive).unwrap();
    std::fs::set_permissions(&archive, Permissions::from_mode(0o777)).unwrap();
    let archived = text(&archive);
    let keep =
        format!("archive_mode = on\narchive_command = 'test ! -f {archived}/%f && cp %p {archived}/%f'");
    let url = ground.url(&[5511], "chungsuc");
    let server = ground.server("server", 5511, &keep);
    server.start();
    server.sql("postgres", "create database chungsuc");
    let folder = crate::program::demo();
    let from = format!("sqlite:{}", store(folder.path()).display());
    let moved = run(&["move", "--from", &from, "--to", &url]);
    assert!(moved.status.success(), "{}", String::from_utf8_lossy(&moved.stderr));
    server.base_backup(&ground.path("base"), &[]);

    // Work goes on after the backup; then the instant; then work that shall be forgotten.
    let db = Db::open(&url).unwrap();
    let before = written(&db, "truoc");
    let known = noted(&db);
    let instant = server.sql("postgres", "select clock_timestamp()");
    std::thread::sleep(Duration::from_millis(50));
    let after = written(&db, "saukhi");
    assert_ne!(noted(&db), known);
    drop(db);
    let last = server.sql("postgres", "select pg_walfile_name(pg_switch_wal())");
    server.wait(&format!("select last_archived_wal >= '{last}' from pg_stat_archiver"), "t");

    server.kill();
    std::fs::remove_dir_all(server.data()).unwrap();
    let lost = Instant::now();
    let copied = Command::new("cp").args(["-a", text(&ground.path("base")), text(&server.data())]).status();
    assert!(copied.unwrap().success());
    server.set(&format!(
        "restore_command = 'cp {archived}/%f %p'\nrecovery_target_time = '{instant}'\nrecovery_target_action = promote"
    ));
    std::fs::write(server.data().join("recovery.signal"), "").unwrap();
    server.start();
    server.wait("select pg_is_in_recovery()", "f");
    println!("restored after {:?}", lost.elapsed());

    for check in [vec!["verify", "--url", &url], vec!["audit", "verify", "--url", &url]] {
        assert!(run(&check).status.success());
    }
    let db = Db::open(&url).unwrap();
    assert_eq!((there(&db, &before), there(&db, &after)), (5, 0));
    assert_eq!(noted(&db), known);
}

#[test]
fn a_deleted_file_is_put_back_from_its_copy() {
    let folder = crate::program::demo();
    let (data, elsewhere) = (folder.path(), tempfile::tempdir().unwrap());
    let url = format!("sqlite:{}", store(data).display());
    let copy = elsewhere.path().join("sao-luu.db");
    let before = written(&Db::open(&url).unwrap(), "truoc");
    let known = noted(&Db::open(&url).unwrap());
    assert!(run(&["backup", "--data", text(data), "--to", text(&copy)]).status.success());
    let after = written(&Db::open(&url).unwrap(), "saukhi");
    remove(data);
    let restored = run(&["restore", "--data", text(data), "--from", text(&copy)]);
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    let db = Db::open(&url).unwrap();
    assert_eq!((there(&db, &before), there(&db, &after)), (5, 0));
    assert_eq!(noted(&db), known);
}

/// With litestream, which `tests/run` installs: copied as it is written, and put back as it was at an instant.
#[test]
fn a_deleted_file_is_put_back_as_it_was_at_an_instant() {
    let Some(litestream) = litestream() else {
        assert!(std::env::var_os("CI").is_none(), "in CI litestream is there");
        println!("litestream is not installed: not tried");
        return;
    };
    let folder = crate::program::demo();
    let (data, elsewhere) = (folder.path(), tempfile::tempdir().unwrap());
    let url = format!("sqlite:{}", store(data).display());
    let config = elsewhere.path().join("litestream.yml");
    let replica = elsewhere.path().join("replica");
    let (file, kept) = (store(data), text(&replica));
    std::fs::write(
        &config,
        format!("dbs:\n  - path: {}\n    replica:\n      type: file\n      path: {kept}\n", text(&file)),
    )
    .unwrap();
    let db = Db::open(&url).unwrap();
    let log = std::fs::File::create(elsewhere.path().join("log")).unwrap();
    let mut command = Command::new(&litestream);
    command.args(["replicate", "-config", text(&config)]).stdin(Stdio::null());
    let copier = Copier(command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap());
    let before = written(&db, "truoc");
    let known = noted(&db);
    // It copies every second, and an instant is named to the second.
    std::thread::sleep(Duration::from_millis(2500));
    let instant = Timestamp::from_second(Clock::system().now().as_second()).unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    let after = written(&db, "saukhi");
    std::thread::sleep(Duration::from_millis(2500));
    drop((db, copier));

    remove(data);
    let mut command = Command::new(&litestream);
    command.args(["restore", "-config", text(&config), "-timestamp", &instant.to_string(), text(&file)]);
    let restored = command.output().unwrap();
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    let db = Db::open(&url).unwrap();
    assert_eq!((there(&db, &before), there(&db, &after)), (5, 0));
    assert_eq!(noted(&db), known);
}

struct Copier(Child);

impl Drop for Copier {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn litestream() -> Option<PathBuf> {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/litestream/bin/litestream");
    let path = std::env::var_os("PATH")?;
    std::iter::once(ours)
        .chain(std::env::split_paths(&path).map(|folder| folder.join("litestream")))
        .find(|file| file.exists())
}

/// Everything in a folder is gone.
fn remove(data: &Path) {
    std::fs::remove_dir_all(data).unwrap();
    std::fs::create_dir(data).unwrap();
}
