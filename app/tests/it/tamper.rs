//! Somebody edits the file behind the program's back; copies are made and put back. The program says so, by name.

use std::path::Path;
use std::process::Output;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use chungsuc::demo;
use db::Db;
use kernel::{Clock, Line, Role};
use rusqlite::Connection;
use serde_json::Value;

use crate::house::{House, patrol, urlencoded, verified};
use crate::program::{Server, post, run, store, text};

/// A finding of a check.
const FOUND: i32 = 3;

/// The rows of the demo commune; it has one tenant.
const COMMUNE: &str = "tenant like 'c05089-%'";

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn check(command: &[&str], folder: &Path) -> (i32, String) {
    let mut arguments = command.to_vec();
    arguments.extend(["--data", text(folder)]);
    let output = run(&arguments);
    (output.status.code().unwrap(), said(&output))
}

/// The same for machines: exit code and the one object it printed.
fn checked(command: &[&str], folder: &Path) -> (i32, Value) {
    let mut arguments = command.to_vec();
    arguments.push("--json");
    let (code, line) = check(&arguments, folder);
    (code, serde_json::from_str(&line).unwrap_or_else(|error| panic!("{command:?}: {error}: {line}")))
}

fn edit(folder: &Path, statement: &str) {
    let changed = Connection::open(store(folder)).unwrap().execute(statement, []).unwrap();
    assert_eq!(changed, 1, "{statement}");
}

#[test]
fn a_changed_cell_is_found_and_named() {
    let folder = crate::program::demo();
    assert_eq!(check(&["verify"], folder.path()).0, 0);
    let key = "tenant, indicator, slice, day";
    let first: (String, String, String, String, i64) = Connection::open(store(folder.path()))
        .unwrap()
        .query_row(
            &format!(
                "select {key}, amount from cell where amount > 0 and slice <> '*' order by {key} limit 1"
            ),
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)),
        )
        .unwrap();
    let (tenant, indicator, slice, day, amount) = first;
    edit(
        folder.path(),
        &format!(
            "update cell set amount = amount + 7 where tenant = '{tenant}' and indicator = '{indicator}' \
             and slice = '{slice}' and day = '{day}'"
        ),
    );
    let (code, words) = check(&["verify"], folder.path());
    assert_eq!(code, FOUND);
    assert!(words.contains("1 differences"), "{words}");
    let line = format!("{tenant} {indicator} {slice} {day}: stored {}, records say {amount}", amount + 7);
    assert!(words.contains(&line), "{line}\n{words}");
    let (code, answer) = checked(&["verify"], folder.path());
    assert_eq!(code, FOUND);
    let [difference] = answer["differences"].as_array().unwrap().as_slice() else { panic!("{answer}") };
    for (name, value) in [("tenant", &tenant), ("indicator", &indicator), ("slice", &slice), ("day", &day)] {
        assert_eq!(difference[name].as_str(), Some(value.as_str()));
    }
}

#[test]
fn a_record_changed_behind_the_program_is_found() {
    let folder = crate::program::demo();
    edit(
        folder.path(),
        "update activity set state = 'withdrawn' where (tenant, id) in \
         (select tenant, id from activity where state = 'confirmed' order by id limit 1)",
    );
    assert_eq!(check(&["verify"], folder.path()).0, FOUND);
}

#[test]
fn every_edit_of_the_audit_log_is_found_at_its_row() {
    let tenant = COMMUNE;
    let length = {
        let folder = crate::program::demo();
        let (code, answer) = checked(&["audit", "verify"], folder.path());
        assert_eq!((code, answer["tampered"].as_array().map(Vec::len)), (0, Some(0)));
        let count = format!("select count(*) from audit where {tenant}");
        Connection::open(store(folder.path()))
            .unwrap()
            .query_row(&count, [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert!(length > 1000);
    let last = length - 1;
    for (what, statement, row) in [
        ("detail", format!("update audit set detail = 'khác' where {tenant} and seq = 70"), 70),
        ("account", format!("update audit set account = 'ai đó' where {tenant} and seq = 1"), 1),
        (
            "time",
            format!("update audit set at = '2020-01-01T00:00:00Z' where {tenant} and seq = {length}"),
            length,
        ),
        ("deleted", format!("delete from audit where {tenant} and seq = 500"), 500),
        ("first deleted", format!("delete from audit where {tenant} and seq = 1"), 1),
        // Of a chain cut short the last row that is left is named.
        ("cut off", format!("delete from audit where {tenant} and seq = {length}"), last),
        ("head", format!("update audit_head set seq = seq + 1 where {tenant}"), length),
    ] {
        let folder = crate::program::demo();
        edit(folder.path(), &statement);
        let (code, words) = check(&["audit", "verify"], folder.path());
        assert_eq!(code, FOUND, "{what}");
        assert!(words.contains(&format!("at row {row}\n")), "{what}: row {row}: {words}");
        let (_, answer) = checked(&["audit", "verify"], folder.path());
        let [tampered] = answer["tampered"].as_array().unwrap().as_slice() else {
            panic!("{what}: {answer}")
        };
        assert_eq!(tampered["seq"], row, "{what}");
        assert!(tampered["tenant"].as_str().unwrap().contains(demo::COMMUNE), "{what}");
    }
}

#[test]
fn a_swapped_pair_of_rows_is_found() {
    let folder = crate::program::demo();
    let connection = Connection::open(store(folder.path())).unwrap();
    for (from, to) in [(20, -1), (21, 20), (-1, 21)] {
        let swap = format!("update audit set seq = {to} where {COMMUNE} and seq = {from}");
        assert_eq!(connection.execute(&swap, []).unwrap(), 1);
    }
    drop(connection);
    let (code, words) = check(&["audit", "verify"], folder.path());
    assert_eq!(code, FOUND);
    assert!(words.contains("at row 20\n"), "{words}");
}

/// Everything that figures and the chain are made of.
fn contents(file: &Path) -> Vec<String> {
    let connection = Connection::open(file).unwrap();
    let mut all = Vec::new();
    for (what, columns) in [
        ("cell", "tenant || indicator || slice || day || amount"),
        ("cell_area", "tenant || indicator || slice || day || hex(area_id) || records || hex(households)"),
        ("audit", "tenant || seq || hash"),
        ("audit_head", "tenant || seq || hash"),
        ("activity_version", "tenant || hex(activity_id) || version || state || content"),
    ] {
        let mut statement = connection.prepare(&format!("select {columns} from {what} order by 1")).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let rows: Vec<String> = rows.map(Result::unwrap).collect();
        assert!(!rows.is_empty(), "{what}");
        all.extend(rows);
    }
    all
}

#[test]
fn a_backup_taken_while_people_write_restores_whole() {
    let folder = crate::program::demo();
    let url = format!("sqlite:{}", store(folder.path()).display());
    let today = Clock::system().today();
    let (token, area) = {
        let house = House::on(&Db::open(&url).unwrap(), today);
        let here = house.place(demo::COMMUNE);
        let system = crate::house::system();
        let areas = house.db.read_now(|read| units::areas_of(read, &system, &here, today)).unwrap();
        let writer = house.person("nguoighi", &here, Role::Officer, None, Some(Line::Police));
        (writer.token, areas[0].id.to_string())
    };
    let server = Server::start(folder.path());
    let (stop, taken) = (AtomicBool::new(false), AtomicUsize::new(0));
    let backup = tempfile::tempdir().unwrap();
    let copy = backup.path().join("giua-chung.db");
    let ids = kernel::Ids::counting(0xBACC);
    let (at_start, output, at_end) = std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                while !stop.load(Ordering::SeqCst) {
                    let (id, day) = (ids.new_id().to_string(), today.to_string());
                    let form = urlencoded(&patrol(&id, &area, &day));
                    let path = format!("/units/{}/activities", demo::COMMUNE);
                    let reply = post(server.address, &token, &path, &form).unwrap();
                    assert_eq!(reply.status, 303, "{}", reply.text);
                    taken.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        while taken.load(Ordering::SeqCst) < 10 {
            std::thread::yield_now();
        }
        let at_start = taken.load(Ordering::SeqCst);
        let output = run(&["backup", "--json", "--data", text(folder.path()), "--to", text(&copy)]);
        let at_end = taken.load(Ordering::SeqCst);
        stop.store(true, Ordering::SeqCst);
        (at_start, output, at_end)
    });
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_str(&said(&output)).unwrap();
    assert_eq!(answer["bytes"].as_u64().unwrap(), std::fs::metadata(&copy).unwrap().len());
    assert!(at_end > at_start, "nobody wrote while the backup was taken");

    // What was acknowledged before it began is in it; what is in it is whole.
    let restored = tempfile::tempdir().unwrap();
    let output = run(&["restore", "--json", "--data", text(restored.path()), "--from", text(&copy)]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_str(&said(&output)).unwrap();
    assert_eq!((answer["differences"].as_u64(), answer["chains_broken"].as_u64()), (Some(0), Some(0)));
    let count = |file: &Path| {
        let all = "select count(*) from activity where state = 'sent' and content like '%khu vực chợ%'";
        Connection::open(file).unwrap().query_row(all, [], |row| row.get::<_, i64>(0)).unwrap() as usize
    };
    let there = count(&store(restored.path()));
    assert!((at_start..=at_end + 4).contains(&there), "{at_start} ≤ {there} ≤ {at_end} + 4");

    // A folder with a store is left alone, and so is a backup that is there.
    let before = std::fs::read(store(restored.path())).unwrap();
    let output = run(&["restore", "--data", text(restored.path()), "--from", text(&copy)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is a store in"), "{output:?}");
    assert_eq!(std::fs::read(store(restored.path())).unwrap(), before);
    let output = run(&["backup", "--data", text(folder.path()), "--to", text(&copy)]);
    assert_eq!(output.status.code(), Some(1));

    // At rest the copy is the same in every figure and every link of the chain.
    let still = backup.path().join("cuoi-ngay.db");
    assert!(run(&["backup", "--data", text(folder.path()), "--to", text(&still)]).status.success());
    drop(server);
    let second = tempfile::tempdir().unwrap();
    assert!(run(&["restore", "--data", text(second.path()), "--from", text(&still)]).status.success());
    assert_eq!(contents(&store(second.path())), contents(&store(folder.path())));
    let house = House::on(&Db::open(&format!("sqlite:{}", store(second.path()).display())).unwrap(), today);
    verified(&house.db, &house.rules);
}

#[test]
fn a_backup_of_something_else_is_not_restored() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("ghi-chu.txt");
    std::fs::write(&notes, "không phải là bản sao lưu").unwrap();
    let target = folder.path().join("moi");
    for from in [notes.as_path(), &folder.path().join("khong-co.db")] {
        let output = run(&["restore", "--data", text(&target), "--from", text(from)]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        // The folder is as empty as before, so that the right backup can be restored next.
        assert!(!store(&target).exists(), "{} is left behind", store(&target).display());
    }
}

#[test]
fn every_command_answers_machines() {
    let folder = crate::program::demo();
    let (code, answer) = checked(&["verify"], folder.path());
    assert_eq!(code, 0);
    assert!(answer["records"].as_u64().unwrap() > 900 && answer["cells"].as_u64().unwrap() > 1000);
    let (code, answer) = checked(&["audit", "verify"], folder.path());
    assert_eq!(code, 0);
    assert!(answer["rows"].as_u64().unwrap() > 1000);
    let (code, answer) = checked(&["demo", "--no-serve"], folder.path());
    assert_eq!((code, &answer["made"]), (0, &Value::Null));
    assert_eq!(answer["accounts"].as_array().unwrap().len(), 8);
    let (code, answer) = checked(&["user", "list", "--unit", demo::COMMUNE], folder.path());
    assert_eq!(code, 0);
    assert!(answer.as_array().unwrap().iter().any(|account| account["sign_in"] == "congan"));
    let name =
        ["user", "add", "--unit", demo::COMMUNE, "--sign-in", "quantri2", "--name", "Người quản trị hai"];
    let (code, answer) = checked(&name, folder.path());
    assert_eq!(code, 0);
    assert!(answer["password"].as_str().unwrap().len() >= 10);
    let name = ["user", "close", "--unit", demo::COMMUNE, "--sign-in", "quantri2"];
    assert_eq!(checked(&name, folder.path()), (0, Value::from("quantri2")));
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalogue");
    let output = run(&["catalogue", "check", "--json", text(&rules)]);
    assert_eq!(output.status.code(), Some(0));
    let answer: Value = serde_json::from_str(&said(&output)).unwrap();
    assert_eq!(answer["problems"].as_array().unwrap().len(), 0);
    // A file that is no catalogue is a finding.
    std::fs::write(folder.path().join("kinds.toml"), "[[kind]]\nid = 5\n").unwrap();
    let output = run(&["catalogue", "check", "--json", text(folder.path())]);
    assert_eq!(output.status.code(), Some(FOUND));
    let answer: Value = serde_json::from_str(&said(&output)).unwrap();
    assert!(!answer["problems"].as_array().unwrap().is_empty());
}
