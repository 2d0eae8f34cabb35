//! The papers of a whole province by one command.

use std::collections::BTreeSet;
use std::path::Path;

use crate::program::{demo, run, text};

/// Communes of the demo's province.
const COMMUNES: usize = 148;

fn written(folder: &Path) -> BTreeSet<String> {
    std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn one_command_writes_the_report_of_every_commune_and_names_what_it_could_not_write() {
    let (data, out) = (demo(), tempfile::tempdir().unwrap());
    let all = |out: &Path| {
        let made = run(&[
            "report",
            "--all-communes",
            "--unit",
            "25",
            "--form",
            "movement-quarterly",
            "--period",
            "2026-Q3",
            "--format",
            "docx",
            "--data",
            text(data.path()),
            "--out",
            text(out),
            "--json",
        ]);
        let answer: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
        (made.status.code(), answer, String::from_utf8(made.stderr).unwrap())
    };
    let (code, answer, progress) = all(out.path());
    assert_eq!(
        (code, &answer["files"], &answer["failed"]),
        (Some(0), &COMMUNES.into(), &serde_json::json!([]))
    );
    assert!(answer["ratio"].as_f64().unwrap() > 0.0);
    assert!(progress.contains("148/148"), "{progress}");
    let files = written(out.path());
    assert_eq!(files.len(), COMMUNES);
    assert!(files.contains("05089-bao-cao-quy-iii-2026-cao-phong.docx"), "{files:?}");

    // A folder stands in the place of one file: that commune is named, the others are there.
    let again = tempfile::tempdir().unwrap();
    let taken = again.path().join("05089-bao-cao-quy-iii-2026-cao-phong.docx");
    std::fs::create_dir_all(taken.join("x")).unwrap();
    let (code, answer, told) = all(again.path());
    assert_eq!((code, &answer["files"]), (Some(1), &(COMMUNES - 1).into()));
    assert_eq!(answer["failed"].as_array().unwrap().len(), 1);
    assert_eq!(answer["failed"][0]["unit"], "05089");
    assert!(told.contains("1 of 148 reports were not written"), "{told}");
}
