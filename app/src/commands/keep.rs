//! `backup` and `restore` of an embedded store. A PostgreSQL store is backed up with PostgreSQL's own tools.

use std::path::PathBuf;

use clap::Args;
use kernel::{Scope, audit};

use super::{Failure, Outcome, Store, rulebook, say};

#[derive(Debug, Args)]
pub(super) struct Backup {
    #[command(flatten)]
    store: Store,
    /// File to write; must not exist.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

#[derive(serde::Serialize)]
struct BackupAnswer {
    file: PathBuf,
    bytes: u64,
}

impl Backup {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let db = self.store.open()?;
        if self.to.exists() {
            return Err(Failure::Refused(format!("{} exists; choose a new file", self.to.display())));
        }
        // Written beside, then named: a file with the final name is always whole.
        let beside = self.to.with_extension("part");
        let _ = std::fs::remove_file(&beside);
        db.copy_to(&beside)?;
        let file = |e| Failure::File(self.to.clone(), e);
        std::fs::File::open(&beside).and_then(|f| f.sync_all()).map_err(file)?;
        std::fs::rename(&beside, &self.to).map_err(file)?;
        let bytes = std::fs::metadata(&self.to).map_err(file)?.len();
        let line = format!("backup: {} ({bytes} bytes)", self.to.display());
        say(self.store.json, &BackupAnswer { file: self.to, bytes }, &line);
        Ok(Outcome::Done)
    }
}

#[derive(Debug, Args)]
pub(super) struct Restore {
    #[command(flatten)]
    store: Store,
    /// The backup.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
}

#[derive(serde::Serialize)]
struct RestoreAnswer {
    records: usize,
    cells: usize,
    differences: usize,
    audit_rows: u64,
    chains_broken: usize,
}

impl Restore {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let target = self.store.file();
        if target.exists() {
            return Err(Failure::StoreThere(self.store.data));
        }
        let file = |path: &PathBuf| {
            let path = path.clone();
            move |e| Failure::File(path, e)
        };
        std::fs::create_dir_all(&self.store.data).map_err(file(&self.store.data))?;
        // Copied beside, then named: what has the name of a store is whole.
        let beside = target.with_extension("part");
        std::fs::copy(&self.from, &beside).map_err(file(&self.from))?;
        std::fs::File::open(&beside).and_then(|f| f.sync_all()).map_err(file(&beside))?;
        std::fs::rename(&beside, &target).map_err(file(&target))?;
        let db = self.store.open().inspect_err(|_| {
            // Not a store of ours: the folder is empty again, for the right backup.
            let _ = std::fs::remove_file(&target);
        })?;
        let (scope, rules) = (Scope::system("restore"), rulebook()?);
        let checked = db.read_now(|read| activities::verify(read, &scope, &rules))?;
        let chain = db.read_now(|read| audit::verify(read, &scope))?;
        let answer = RestoreAnswer {
            records: checked.records,
            cells: checked.cells,
            differences: checked.differences.len(),
            audit_rows: chain.rows,
            chains_broken: chain.tampered.len(),
        };
        let line = format!(
            "restore: {} confirmed records, {} cells with {} differences, {} audit rows with {} broken chains",
            answer.records, answer.cells, answer.differences, answer.audit_rows, answer.chains_broken
        );
        let clean = answer.differences == 0 && answer.chains_broken == 0;
        say(self.store.json, &answer, &line);
        Ok(if clean { Outcome::Done } else { Outcome::Found })
    }
}
