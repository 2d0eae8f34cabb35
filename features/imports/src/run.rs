//! Applying and undoing, a piece of the rows at a time: each piece is one transaction, so that others write in between
//! and a sheet of any length needs the same memory. What is begun is kept as a row beside the import and goes on to its
//! end, also after the program was stopped in the middle: see [`Worker`].

use std::collections::BTreeSet;
use std::time::Duration;

use activities::{State as RecordState, Step};
use db::{Db, Read, Tx};
use jiff::{SignedDuration, Timestamp};
use kernel::{Action, Clock, Grant, Lang, Line as OfSuperiors, Role, Scope, Texts};
use supplements::Rulebook;
use uuid::Uuid;

use crate::actions::{Desk, Refused, refused_row};
use crate::model::{Import, Refusal, State, record_id};
use crate::store;

/// Rows of one piece. Few in tests, so that small sheets too are written in pieces.
pub(crate) const PIECE: u32 = if cfg!(test) { 3 } else { 1000 };
/// How often a piece that the store refuses is tried; the wait doubles each time.
const ATTEMPTS: u32 = 8;
/// How long others leave an import alone that a worker has in hand: longer than a piece usually takes. If it takes longer, or
/// clocks differ, two of them take turns, because every piece begins where the tenant's last one ended.
const HOLD: SignedDuration = SignedDuration::from_secs(3);
/// How often a server looks for imports that nobody has in hand.
const LOOK: Duration = Duration::from_secs(2);
/// How long it leaves them alone after one that it could not bring to its end.
const REST: Duration = Duration::from_secs(60);

/// Which way an import is going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Going {
    /// Its rows become records.
    Apply,
    /// Its records are taken back.
    Undo,
}

impl Going {
    /// The stored name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Going::Apply => "apply",
            Going::Undo => "undo",
        }
    }

    /// The way of a stored name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Going> {
        [Going::Apply, Going::Undo].into_iter().find(|way| way.key() == key)
    }
}

/// What is being done with an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The import.
    pub import: Uuid,
    /// Which way.
    pub going: Going,
    /// Under whose name, who started it.
    pub account: String,
    /// On whose behalf.
    pub line: Option<OfSuperiors>,
    /// Rows that become no record.
    pub left_out: BTreeSet<u32>,
    /// Why records are taken back.
    pub reason: String,
    /// The last row that is done with.
    pub after: u32,
    /// Records written, or taken back.
    pub done: u32,
    /// Records that an undoing leaves as they are.
    pub kept: u32,
    /// Of how many.
    pub total: u32,
    /// Since when.
    pub started_at: Timestamp,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Records written, or taken back.
    pub done: u32,
    /// Records left as they are, because they were changed since.
    pub kept: u32,
    /// Of how many.
    pub total: u32,
    /// Whether nothing is left to do.
    pub finished: bool,
}

impl Progress {
    fn of(run: &Run, finished: bool) -> Progress {
        Progress { done: run.done, kept: run.kept, total: run.total, finished }
    }
}

/// What a person says when applying.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Whether rows with wrong cells are left out; else one such row stops everything.
    pub skip_bad: bool,
    /// Rows to take although they look like something that is there already; the other such rows are left out.
    pub take: BTreeSet<u32>,
}

/// What applying will do, worked out before anything is written.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    left_out: BTreeSet<u32>,
    total: u32,
}

impl Desk {
    /// Which rows would become records. Reads only.
    ///
    /// # Errors
    /// [`Refusal::BadRows`], [`Refusal::Nothing`], [`Refusal::NotNow`] after an undoing, [`Refused::Changed`].
    pub fn plan(
        &self,
        read: &mut Read<'_>,
        (id, version): (Uuid, u32),
        choice: &Choice,
    ) -> Result<Plan, Refused> {
        let import = self.find(read, id)?;
        if import.state == State::Applied || import.run.is_some() {
            return Ok(Plan::default());
        }
        let import = open(import, version)?;
        let rows = self.rows(read, id)?;
        let checked = self.dry_run(read, &import, &rows, Lang::Vi)?;
        if checked.bad_rows > 0 && !choice.skip_bad {
            return Err(Refusal::BadRows.into());
        }
        let suspects: BTreeSet<u32> = checked.suspects.iter().map(|suspect| suspect.row).collect();
        let taken = |row: &u32| !suspects.contains(row) || choice.take.contains(row);
        let good: BTreeSet<u32> = checked.good.iter().map(|row| row.number).filter(taken).collect();
        if good.is_empty() {
            return Err(Refusal::Nothing.into());
        }
        let left_out = rows.iter().map(|row| row.number).filter(|row| !good.contains(row)).collect();
        Ok(Plan { left_out, total: u32::try_from(good.len()).unwrap_or(u32::MAX) })
    }

    /// Begins to make records of the good rows, and makes those of the first piece. Beginning again changes nothing.
    ///
    /// # Errors
    /// [`Refusal::NotNow`] after an undoing, [`Refused::Changed`], and those of [`Desk::go_on`].
    pub fn begin(
        &self,
        tx: &mut Tx<'_>,
        (id, version): (Uuid, u32),
        plan: &Plan,
    ) -> Result<Progress, Refused> {
        // First, because the head of the audit chain is the tenant's write lock where several writers run.
        self.log(tx, "import.apply", id, &version.to_string())?;
        let import = self.find(tx, id)?;
        if import.state == State::Applied {
            let made = store::made(tx, self.room(), id)?;
            return Ok(Progress { done: made, kept: 0, total: made, finished: true });
        }
        if let Some(run) = &import.run {
            return Ok(Progress::of(run, false));
        }
        let import = open(import, version)?;
        let run = self.start(id, Going::Apply, plan.left_out.clone(), String::new(), plan.total);
        store::put_run(tx, self.room(), &run)?;
        self.piece(tx, import, run)
    }

    /// Whether an import can be undone: every record of it is as it was imported, or the person leaves those that are
    /// not. Reads only.
    ///
    /// # Errors
    /// [`Refused::ChangedSince`], [`Refusal::NoReason`], [`Refusal::NotNow`], [`Refused::Changed`].
    pub fn plan_undo(
        &self,
        read: &mut Read<'_>,
        (id, version): (Uuid, u32),
        reason: &str,
        leave_changed: bool,
    ) -> Result<(), Refused> {
        let import = self.find(read, id)?;
        match (import.state, &import.run) {
            (State::Read, None) => return Err(Refusal::NotNow.into()),
            (State::Undone, _) => return Ok(()),
            _ if import.version != version => return Err(Refused::Changed),
            _ => {}
        }
        if reason.trim().is_empty() {
            return Err(Refusal::NoReason.into());
        }
        let (mut changed, mut after) = (Vec::new(), 0);
        loop {
            let records = store::records_after(read, self.room(), id, after, PIECE)?;
            let Some((last, _)) = records.last().filter(|_| !leave_changed) else { break };
            after = *last;
            for (row, record) in records {
                if self.stands(read, record)? == Stands::Changed {
                    changed.push((row, record));
                }
            }
        }
        if changed.is_empty() { Ok(()) } else { Err(Refused::ChangedSince(changed)) }
    }

    /// Begins to take back every record of the import that is as it was imported, and takes back the first piece; also
    /// while the import is still being applied, which ends there. Beginning again changes nothing.
    ///
    /// # Errors
    /// [`Refusal::NotNow`], [`Refused::Changed`], and those of [`Desk::go_on`].
    pub fn begin_undo(
        &self,
        tx: &mut Tx<'_>,
        (id, version): (Uuid, u32),
        reason: &str,
    ) -> Result<Progress, Refused> {
        self.log(tx, "import.undo", id, &version.to_string())?;
        let import = self.find(tx, id)?;
        match (import.state, &import.run) {
            (State::Read, None) => return Err(Refusal::NotNow.into()),
            (State::Undone, _) => return Ok(Progress { done: 0, kept: 0, total: 0, finished: true }),
            (_, Some(run)) if run.going == Going::Undo => return Ok(Progress::of(run, false)),
            _ if import.version != version => return Err(Refused::Changed),
            _ => {}
        }
        let made = store::made(tx, self.room(), id)?;
        let run = self.start(id, Going::Undo, BTreeSet::new(), reason.to_owned(), made);
        store::drop_run(tx, self.room(), id)?;
        store::put_run(tx, self.room(), &run)?;
        self.piece(tx, import, run)
    }

    /// The next piece of what was begun.
    ///
    /// # Errors
    /// [`Refused::NotGoodNow`], [`Refused::Record`] for a row that can be no record any more: the import is then to be
    /// [turned back](Desk::turn_back). Those of the store.
    pub fn go_on(&self, tx: &mut Tx<'_>, id: Uuid) -> Result<Progress, Refused> {
        self.log(tx, "import.piece", id, "")?;
        let import = self.find(tx, id)?;
        match import.run.clone() {
            Some(run) => self.piece(tx, import, run),
            None => {
                let made = store::made(tx, self.room(), id)?;
                Ok(Progress { done: made, kept: import.kept, total: made, finished: true })
            }
        }
    }

    /// Takes back all of an import that cannot be brought to its end: a row that was good when it began is so no more.
    ///
    /// # Errors
    /// Those of [`Desk::go_on`].
    pub fn turn_back(&self, tx: &mut Tx<'_>, id: Uuid, row: u32) -> Result<Progress, Refused> {
        let import = self.find(tx, id)?;
        let args = [("row", row.to_string().into())];
        let reason = Texts::get().text(Lang::Vi, "imports-turned-back", &args);
        self.begin_undo(tx, (id, import.version), &reason)
    }

    fn start(&self, import: Uuid, going: Going, left_out: BTreeSet<u32>, reason: String, total: u32) -> Run {
        let (account, line) = (self.room().account().to_owned(), self.room().line());
        let started_at = self.now();
        Run { import, going, account, line, left_out, reason, after: 0, done: 0, kept: 0, total, started_at }
    }

    fn piece(&self, tx: &mut Tx<'_>, import: Import, run: Run) -> Result<Progress, Refused> {
        let (going, before) = (run.going, run.after);
        let run = match going {
            Going::Apply => self.apply_piece(tx, &import, run)?,
            Going::Undo => self.undo_piece(tx, run)?,
        };
        // A piece without rows is the end.
        if run.after > before {
            store::set_run(tx, self.room(), &run)?;
            return self.ended(tx, import, &run);
        }
        self.end(tx, import, &run)
    }

    /// Ends at once where no row is left, so that a short sheet is done in its first transaction.
    fn ended(&self, tx: &mut Tx<'_>, import: Import, run: &Run) -> Result<Progress, Refused> {
        let more = match run.going {
            Going::Apply => !store::rows_after(tx, self.room(), import.id, run.after, 1)?.is_empty(),
            Going::Undo => !store::records_after(tx, self.room(), import.id, run.after, 1)?.is_empty(),
        };
        if more { Ok(Progress::of(run, false)) } else { self.end(tx, import, run) }
    }

    fn end(&self, tx: &mut Tx<'_>, import: Import, run: &Run) -> Result<Progress, Refused> {
        let state = match run.going {
            Going::Apply => State::Applied,
            Going::Undo => State::Undone,
        };
        let next = Import { version: import.version + 1, state, kept: run.kept, run: None, ..import };
        store::set(tx, self.room(), &next, self.now())?;
        store::drop_run(tx, self.room(), next.id)?;
        Ok(Progress::of(run, true))
    }

    fn apply_piece(&self, tx: &mut Tx<'_>, import: &Import, mut run: Run) -> Result<Run, Refused> {
        let mut rows = store::rows_after(tx, self.room(), import.id, run.after, PIECE)?;
        run.after = rows.last().map_or(run.after, |row| row.number);
        rows.retain(|row| !run.left_out.contains(&row.number));
        let checked = self.check_rows(tx, import, &rows)?;
        if let Some(bad) = checked.bad.first() {
            return Err(Refused::NotGoodNow(bad.row));
        }
        for row in checked.good {
            let record = record_id(import.id, row.number);
            self.change(tx, row.number, (record, 0), Step::Send(row.content))?;
            store::set_record(tx, self.room(), import.id, row.number, record)?;
            run.done += 1;
        }
        Ok(run)
    }

    fn undo_piece(&self, tx: &mut Tx<'_>, mut run: Run) -> Result<Run, Refused> {
        let records = store::records_after(tx, self.room(), run.import, run.after, PIECE)?;
        run.after = records.last().map_or(run.after, |(row, _)| *row);
        for (row, record) in records {
            match self.stands(tx, record)? {
                Stands::Withdrawn => {}
                Stands::AsImported => {
                    self.change(tx, row, (record, 1), Step::Withdraw(run.reason.clone()))?;
                    run.done += 1;
                }
                Stands::Changed => run.kept += 1,
            }
        }
        Ok(run)
    }

    fn change(&self, tx: &mut Tx<'_>, row: u32, seen: (Uuid, u32), step: Step) -> Result<(), Refused> {
        let changed = activities::change(tx, self.room(), self.catalogue(), seen, step, self.now());
        changed.map(drop).map_err(|refused| refused_row(row, refused))
    }

    fn stands(&self, read: &mut Read<'_>, record: Uuid) -> Result<Stands, Refused> {
        let activity = activities::find(read, self.room(), self.catalogue(), record)?;
        let activity = activity.ok_or(Refused::NotFound)?;
        Ok(match activity.state {
            // Taken back by hand already, or by an earlier piece.
            RecordState::Withdrawn => Stands::Withdrawn,
            RecordState::Sent if activity.version == 1 => Stands::AsImported,
            _ => Stands::Changed,
        })
    }
}

/// What became of a record since it was imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    AsImported,
    Changed,
    Withdrawn,
}

/// An import that was not applied, in the version that the person saw.
pub(crate) fn open(import: Import, version: u32) -> Result<Import, Refused> {
    match import.state {
        _ if import.run.is_some() => Err(Refusal::NotNow.into()),
        State::Read if import.version == version => Ok(import),
        State::Read => Err(Refused::Changed),
        State::Applied | State::Undone => Err(Refusal::NotNow.into()),
    }
}

/// Brings imports that were begun to their end, beside what people are doing. Any number of them may be at work, on one
/// server or several: each import is in the hands of one.
#[derive(Debug, Clone)]
pub struct Worker {
    /// Which one it is.
    pub id: Uuid,
    /// The store.
    pub db: Db,
    /// The rules of every unit.
    pub book: Rulebook,
    /// The time.
    pub clock: Clock,
}

impl Worker {
    /// Brings everything that was begun to its end, in a thread of its own; `then` is called once it is there. The
    /// thread may be killed at any moment: what it has not done, the next one does.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn start(self, then: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
        in_a_thread(move || {
            self.work_or_say();
            then();
        })
    }

    /// Does so for as long as the server runs, also with what another server left in the middle.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn watch(self) -> std::io::Result<()> {
        in_a_thread(move || {
            loop {
                std::thread::sleep(if self.work_or_say() { LOOK } else { REST });
            }
        })
    }

    fn work_or_say(&self) -> bool {
        let done = self.work();
        if let Err(error) = &done {
            tracing::error!(%error, "an import is not at its end");
        }
        done.is_ok()
    }

    /// Brings everything that was begun, and that no other worker has in hand, to its end.
    ///
    /// # Errors
    /// The first import that cannot be, after all others were.
    pub fn work(&self) -> Result<(), Refused> {
        let scope = Scope::system("imports");
        let mut first = Ok(());
        for tenant in self.db.read_now(|read| store::tenants_with_runs(read, &scope))? {
            let room = scope.own(&tenant);
            for import in self.db.read_now(|read| store::runs(read, &room))? {
                let done = self.bring_to_its_end(&tenant, import);
                first = first.and(done);
            }
        }
        first
    }

    fn bring_to_its_end(&self, tenant: &str, import: Uuid) -> Result<(), Refused> {
        let (mut attempt, mut wait) = (0, Duration::from_millis(200));
        loop {
            match self.next(tenant, import) {
                Ok(true) => return Ok(()),
                Ok(false) => attempt = 0,
                Err(error @ Refused::Store(_)) if attempt < ATTEMPTS => {
                    tracing::warn!(%error, %import, "a piece of an import is tried again");
                    std::thread::sleep(wait);
                    (attempt, wait) = (attempt + 1, wait * 2);
                }
                Err(other) => return Err(other),
            }
        }
    }

    /// One piece; whether it was the last, or another worker does the rest.
    fn next(&self, tenant: &str, import: Uuid) -> Result<bool, Refused> {
        if !self.take(tenant, import)? {
            return Ok(true);
        }
        let Some(desk) = self.desk(tenant, import)? else { return Ok(true) };
        kernel::count("import_piece");
        let worker = desk.clone();
        match self.db.write_now(move |tx| worker.go_on(tx, import)) {
            Err(Refused::NotGoodNow(row) | Refused::Record { row, .. }) => {
                Ok(self.db.write_now(move |tx| desk.turn_back(tx, import, row))?.finished)
            }
            other => Ok(other?.finished),
        }
    }

    fn take(&self, tenant: &str, import: Uuid) -> db::Result<bool> {
        let (room, worker, now) = (Scope::system("imports").own(tenant), self.id, self.clock.now());
        self.db.write_now(move |tx| store::take(tx, &room, import, worker, (now, now + HOLD)))
    }

    /// The desk of whoever started it, as far as the work goes on under their name; their right was asked when it began.
    fn desk(&self, tenant: &str, import: Uuid) -> Result<Option<Desk>, Refused> {
        self.db.read_now(|read| {
            let system = Scope::system("imports");
            let Some(run) = store::run(read, &system.own(tenant), import)? else { return Ok(None) };
            let unit = units::history(read, &system, tenant)?.pop().ok_or(Refused::NotFound)?;
            let place = unit.place();
            let grant = Grant { role: Role::Officer, path: place.path.clone(), area: None, line: run.line };
            let scope = Scope::of(run.account, vec![grant]);
            let room = scope.enter(&place, Action::Import)?;
            let rules = self.book.of_tenant(read, tenant)?;
            Ok(Some(Desk::new(scope, place, room, rules, self.clock.now())?))
        })
    }
}

fn in_a_thread(work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    std::thread::Builder::new().name("imports".into()).spawn(work).map(drop)
}
