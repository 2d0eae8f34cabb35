//! `chungsuc bench`: what it says it sent is in the store; and somebody's work is never mixed with what it, or `demo`, makes
//! up.

use db::Db;
use jiff::civil::date;
use kernel::Role;
use serde_json::Value;

use crate::house::{House, system};
use crate::program::{demo, run, store, text};

#[test]
fn what_a_load_says_it_sent_is_in_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let data = text(folder.path());
    let mut sent = 0;
    for times in 1..=2 {
        let output =
            run(&["bench", "--data", data, "--clients", "2", "--seconds", "1", "--records", "15", "--json"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        let scenes = answer["scenes"].as_array().unwrap();
        assert_eq!((scenes.len(), answer["communes"].as_u64()), (3, Some(1)));
        let answers = |scene: &Value, visit: &str| {
            let latencies = scene["latencies"].as_array().unwrap();
            let of = latencies.iter().find(|of| of["visit"] == visit);
            of.map_or(0, |of| of["answers"].as_i64().unwrap())
        };
        for scene in scenes {
            assert_eq!(scene["errors"].as_array().unwrap().len(), 0, "{scene}");
            let records = answers(scene, "record");
            assert!(records <= 15, "no more than it was told to: {scene}");
            assert!(records == 0 || scene["bare"]["bare_a_second"].as_f64().unwrap() > 0.0, "{scene}");
            assert!(scene["counted_a_second"].as_f64().unwrap() > 0.0, "{scene}");
            sent += records;
        }
        let house = House::on(
            &Db::open(&format!("sqlite:{}", store(folder.path()).display())).unwrap(),
            date(2026, 11, 24),
        );
        assert!(sent > 0 && house.count(&house.place(chungsuc::demo::COMMUNE)) == sent, "the {times}. time");
        house.verified();
    }
}

#[test]
fn a_load_is_not_put_on_a_store_with_somebodys_work() {
    let folder = demo();
    let output = run(&["bench", "--data", text(folder.path()), "--seconds", "1"]);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("somebody's accounts"), "{said}");
}

#[test]
fn the_demo_is_not_put_on_a_store_with_somebodys_work() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&format!("sqlite:{}", store(folder.path()).display())).unwrap();
    let house = House::on(&db, date(2026, 11, 24));
    // A head of an area who is called as the demo's.
    let here = house.place(chungsuc::demo::COMMUNE);
    let area = house.areas(&here, &[("Khu 1", 40)])[0];
    let head = house.person("truongkhu1", &here, Role::AreaHead, Some(area), None);
    assert!(!house.get(&head, "/account").text().contains("Dữ liệu mô phỏng"));
    assert!(!chungsuc::demo::is_there(&db).unwrap(), "work is never called synthetic");
    let output = run(&["demo", "--data", text(folder.path()), "--no-serve"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("somebody's accounts"), "{said}");
    let strangers = db.read_now(|read| accounts::find(read, &system(), "quantri")).unwrap();
    assert!(strangers.is_none(), "nobody comes in by the demo's password");
}
