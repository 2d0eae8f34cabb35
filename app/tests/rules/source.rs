//! The files of the project, and what stands in them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A text file that git knows, or will know when it is added.
pub(crate) struct File {
    /// From the root of the project, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every text file, apart from what `.gitignore` names.
pub(crate) fn files() -> Vec<File> {
    let list = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git, to know which files are the project's");
    assert!(list.status.success(), "{}", String::from_utf8_lossy(&list.stderr));
    let mut files: Vec<File> = String::from_utf8(list.stdout)
        .unwrap()
        .split_terminator('\0')
        .filter_map(|path| {
            // A file that git still lists may be gone from the folder; a picture or font is no text.
            let text = String::from_utf8(std::fs::read(root().join(path)).ok()?).ok()?;
            Some(File { path: path.to_owned(), text })
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    assert!(files.len() > 100, "only {} files: is this the project?", files.len());
    files
}

/// The Rust sources that ship: without files and modules of tests.
pub(crate) fn shipped() -> Vec<File> {
    let mut files = files();
    files.retain(|file| {
        file.path.ends_with(".rs")
            && file.path.contains("/src/")
            && !file.path.contains("/tests/")
            && !file.path.ends_with("/tests.rs")
    });
    for file in &mut files {
        if let Some(tests) = file.text.find("#[cfg(test)]\nmod tests {") {
            file.text.truncate(tests);
        }
    }
    files
}

/// Every string literal of a Rust source outside comments, with its line, as the compiler reads it.
pub(crate) fn literals(source: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut chars = source.chars();
    let mut line = 1;
    while let Some(char) = chars.next() {
        let mut ahead = chars.clone();
        match char {
            '\n' => line += 1,
            '/' if ahead.next() == Some('/') => {
                chars.by_ref().find(|char| *char == '\n');
                line += 1;
            }
            // A character in quotes; anything else after ' is a lifetime.
            '\'' => match (ahead.next(), ahead.next(), ahead.next()) {
                (Some('\\'), Some(_), Some('\'')) => drop(chars.nth(2)),
                (Some(_), Some('\''), _) => drop(chars.nth(1)),
                _ => {}
            },
            'r' => {
                let hashes = ahead.by_ref().take_while(|char| *char == '#').count();
                let raw = chars.clone().nth(hashes) == Some('"');
                if raw {
                    chars.nth(hashes);
                    let text = raw_literal(&mut chars, hashes);
                    let lines = text.matches('\n').count();
                    found.push((line, text));
                    line += lines;
                }
            }
            '"' => {
                let before = chars.as_str();
                let text = literal(&mut chars);
                found.push((line, text));
                let length = before.len() - chars.as_str().len();
                line += before.bytes().take(length).filter(|byte| *byte == b'\n').count();
            }
            _ => {}
        }
    }
    found
}

fn raw_literal(chars: &mut std::str::Chars<'_>, hashes: usize) -> String {
    let end = format!("\"{}", "#".repeat(hashes));
    let (text, _) = chars.as_str().split_once(&end).expect("a raw literal ends");
    chars.nth(text.chars().count() + hashes);
    text.to_owned()
}

fn literal(chars: &mut std::str::Chars<'_>) -> String {
    let mut text = String::new();
    while let Some(char) = chars.next() {
        match char {
            '"' => return text,
            '\\' => match chars.next() {
                // The line goes on where the next one begins to say something.
                Some('\n') => *chars = chars.as_str().trim_start().chars(),
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                other => text.extend(other),
            },
            other => text.push(other),
        }
    }
    panic!("a literal ends: {text}")
}

#[test]
fn literals_are_read_as_the_compiler_reads_them() {
    let source = "a(\"one \\\n     two\"); // \"not this\"\nb('\"', \"say \\\"x\\\"\", r#\"raw \"y\"\"#);\nlet c: &'static str = \"\";";
    let texts = literals(source);
    let expected = [(1, "one two"), (3, "say \"x\""), (3, "raw \"y\""), (4, "")];
    assert_eq!(texts, expected.map(|(line, text)| (line, text.to_owned())));
}
