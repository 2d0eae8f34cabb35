//! The papers of a whole province by one command.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::program::{PROGRAM, demo, run, text};

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

/// Whether a DOCX, which is a ZIP, is there to its last byte: it ends with its directory, and that says where it stands.
fn whole(file: &Path) -> bool {
    let bytes = std::fs::read(file).unwrap();
    let Some(end) = bytes.len().checked_sub(22).and_then(|from| bytes.get(from..)) else { return false };
    let number = |from: usize| u32::from_le_bytes(end[from..from + 4].try_into().unwrap()) as usize;
    end.starts_with(b"PK\x05\x06") && number(12) + number(16) + 22 == bytes.len()
}

#[test]
fn a_batch_that_is_killed_leaves_whole_files_only_and_is_run_again_to_its_end() {
    let (data, out) = (demo(), tempfile::tempdir().unwrap());
    let arguments = ["report", "--all-communes", "--unit", "25", "--form", "movement-quarterly"];
    let more = ["--period", "2026-Q3", "--format", "docx", "--data", text(data.path()), "--out"];
    let command = || {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).args(more).arg(out.path()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let papers = || {
        let mut names = written(out.path());
        names.retain(|name| !name.starts_with('.'));
        names
    };
    for files in [5, 60] {
        let (mut process, begun) = (command().spawn().unwrap(), Instant::now());
        // The second time the files of the first are there; it is killed while it writes them anew.
        while papers().len() < files {
            assert!(begun.elapsed() < Duration::from_secs(60) && process.try_wait().unwrap().is_none());
            std::thread::sleep(Duration::from_millis(1));
        }
        process.kill().unwrap();
        process.wait().unwrap();
        let there = papers();
        assert!((files..COMMUNES).contains(&there.len()), "{} files: killed too late", there.len());
        let broken: Vec<&String> = there.iter().filter(|name| !whole(&out.path().join(name))).collect();
        assert_eq!(broken, Vec::<&String>::new());
    }
    assert!(command().status().unwrap().success());
    let names = written(out.path());
    assert_eq!(names.len(), COMMUNES, "nothing is left over: {names:?}");
    assert!(names.iter().all(|name| whole(&out.path().join(name))));
}
