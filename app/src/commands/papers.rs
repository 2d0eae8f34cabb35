//! `report` and `explain`.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use clap::Args;
use db::Db;
use jiff::Timestamp;
use kernel::{Clock, Scope};
use paper::ProfileId;
use reports::{Asked, Format, Printer, Viewer, style_from_key, style_key};
use supplements::Rulebook;
use units::Unit;
use uuid::Uuid;

use super::{Failure, Outcome, Store, err, out, rulebook, say};
use crate::product;

#[derive(Debug, Args)]
pub(super) struct Report {
    #[command(flatten)]
    store: Store,
    /// Official code of the unit.
    #[arg(long)]
    unit: String,
    /// Of every commune of the province that --unit names: PDF and DOCX, on all cores.
    #[arg(long)]
    all_communes: bool,
    /// Id of the form: movement-quarterly, movement-annual.
    #[arg(long)]
    form: String,
    /// Period: 2026-Q3, 2026.
    #[arg(long)]
    period: String,
    /// Style profile: peoples-committee, commune-police or front.
    #[arg(long, default_value = "peoples-committee")]
    style: String,
    /// Formats: pdf, docx, xlsx; all three when not given, PDF and DOCX of all communes.
    #[arg(long = "format", value_name = "FORMAT", value_delimiter = ',')]
    formats: Vec<String>,
    /// Folder for the files.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(serde::Serialize)]
struct ReportAnswer {
    files: Vec<PathBuf>,
}

/// What became of the reports of all communes.
#[derive(serde::Serialize)]
struct CommunesAnswer {
    communes: usize,
    files: usize,
    failed: Vec<CommuneFailure>,
    threads: usize,
    seconds: f64,
    /// One report's files made alone, on one core.
    one_report_seconds: f64,
    /// All of them against one alone times their number.
    ratio: f64,
}

#[derive(serde::Serialize)]
struct CommuneFailure {
    unit: String,
    name: String,
    reason: String,
}

/// What a paper is made with.
struct Press {
    db: Db,
    rules: Rulebook,
    scope: Scope,
    now: Timestamp,
    printer: Printer,
    style: ProfileId,
    form: String,
    period: String,
    formats: Vec<Format>,
    out: PathBuf,
}

fn refused(why: impl std::fmt::Display) -> Failure {
    Failure::Refused(why.to_string())
}

impl Report {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let style = style_from_key(&self.style)
            .ok_or_else(|| refused(format!("there is no style {}", self.style)))?;
        let asked: Option<Vec<Format>> = self.formats.iter().map(|name| Format::from_key(name)).collect();
        let formats = match asked.ok_or_else(|| refused("the formats are pdf, docx and xlsx"))? {
            none if none.is_empty() && self.all_communes => vec![Format::Pdf, Format::Docx],
            none if none.is_empty() => Format::ALL.to_vec(),
            some => some,
        };
        let press = Press {
            db: self.store.open()?,
            rules: rulebook()?,
            scope: Scope::system("report"),
            now: Clock::system().now(),
            printer: product::printer(),
            style,
            form: self.form,
            period: self.period,
            formats,
            out: self.out,
        };
        std::fs::create_dir_all(&press.out).map_err(|e| Failure::File(press.out.clone(), e))?;
        if self.all_communes {
            return all_communes(&press, &self.unit, self.store.json);
        }
        let files = press.write(&self.unit, "")?;
        let lines: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        say(self.store.json, &ReportAnswer { files }, &lines.join("\n"));
        Ok(Outcome::Done)
    }
}

impl Press {
    /// Writes a unit's report. A file is there whole or not at all, whenever the program is killed.
    fn write(&self, unit: &str, lead: &str) -> Result<Vec<PathBuf>, Failure> {
        let Press { db, scope, style, now, .. } = self;
        let rules = &*db.read_now(|read| self.rules.of_code(read, unit, kernel::local_day(*now)))?;
        let made =
            reports::make(db, scope, rules, unit, (&self.form, &self.period), *now).map_err(refused)?;
        let printing = reports::remembered(db, scope, rules, &made, *style, *now).map_err(refused)?;
        let paper = reports::paper_of(&made.sheet, &made.unit, rules, Viewer::Own, *style, &printing)
            .map_err(refused)?;
        let id = format!("{unit} {} {} {}", self.form, self.period, style_key(*style));
        let mut files = Vec::new();
        for format in &self.formats {
            let bytes = format.render(&paper, &self.printer, *now, &id).map_err(refused)?;
            let name = format!("{lead}{}", reports::file_name(&made.sheet, &made.unit, *style, *format));
            let (file, partial) = (self.out.join(&name), self.out.join(format!(".{name}.partial")));
            std::fs::write(&partial, bytes)
                .and_then(|()| std::fs::rename(&partial, &file))
                .map_err(|e| Failure::File(file.clone(), e))?;
            files.push(file);
        }
        Ok(files)
    }
}

/// Writes the reports of every commune of a province; those that fail are named and do not stop the others.
fn all_communes(press: &Press, province: &str, json: bool) -> Result<Outcome, Failure> {
    let today = kernel::local_day(press.now);
    let communes =
        press.db.read_now(|read| match units::find_by_code(read, &press.scope, province, today)? {
            Some(province) => units::children(read, &press.scope, &province.id, today),
            None => Ok(Vec::new()),
        })?;
    let Some(first) = communes.first() else {
        return Err(refused(format!("{province} names no unit with communes")));
    };
    let write = |unit: &Unit| press.write(&unit.code, &format!("{}-", unit.code));
    // Once to read fonts and rules, once to know what one report takes; a failure is told with the others.
    let _ = write(first);
    let start = Instant::now();
    let _ = write(first);
    let one_report_seconds = start.elapsed().as_secs_f64();

    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(communes.len());
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let failed = Mutex::new(Vec::new());
    let start = Instant::now();
    let work = || {
        while let Some(unit) = communes.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(failure) = write(unit) {
                err(&format!("{} {}: {failure}", unit.code, unit.name));
                let failure = CommuneFailure {
                    unit: unit.code.clone(),
                    name: unit.name.clone(),
                    reason: failure.to_string(),
                };
                failed.lock().unwrap_or_else(PoisonError::into_inner).push(failure);
            }
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if done.is_multiple_of(10) || done == communes.len() {
                err(&format!("{done}/{}", communes.len()));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    let mut failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.sort_by(|a, b| a.unit.cmp(&b.unit));
    let answer = CommunesAnswer {
        communes: communes.len(),
        files: (communes.len() - failed.len()) * press.formats.len(),
        threads,
        seconds,
        one_report_seconds,
        ratio: seconds / (one_report_seconds * communes.len() as f64),
        failed,
    };
    let line = format!(
        "{} files of {} communes in {seconds:.1} s on {threads} cores; one report alone takes {one_report_seconds:.3} s, \
         so that is {:.2} of one times {}",
        answer.files, answer.communes, answer.ratio, answer.communes
    );
    say(json, &answer, &line);
    match answer.failed.len() {
        0 => Ok(Outcome::Done),
        some => Err(refused(format!("{some} of {} reports were not written", answer.communes))),
    }
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    #[command(flatten)]
    store: Store,
    /// Official code of the unit.
    #[arg(long)]
    unit: String,
    /// Indicator, for a figure as it is now.
    #[arg(long, required_unless_present = "report")]
    indicator: Option<String>,
    /// Slice: *, programme:ID, line:police, FIELD:option.
    #[arg(long, default_value = "*")]
    slice: String,
    /// Period regime.
    #[arg(long, default_value = "quarterly")]
    regime: String,
    /// Period: 2026-Q3.
    #[arg(long, required_unless_present = "report")]
    period: Option<String>,
    /// In which borders: as-it-is-now, as-it-was, restated-2026-07-01.
    #[arg(long, default_value = "as-it-is-now")]
    basis: String,
    /// A stored report instead: its id …
    #[arg(long, requires = "place")]
    report: Option<Uuid>,
    /// … and the figure's place in it, from 1.
    #[arg(long)]
    place: Option<u32>,
}

impl Explain {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let (db, rules, scope) = (self.store.open()?, rulebook()?, Scope::system("explain"));
        let asked = match (self.report, self.place) {
            (Some(id), Some(place)) => Asked::Report { id, place },
            _ => Asked::Live {
                indicator: self.indicator.unwrap_or_default(),
                slice: self.slice,
                regime: self.regime,
                period: self.period.unwrap_or_default(),
                basis: units::Basis::from_key(&self.basis)
                    .ok_or_else(|| Failure::Refused(format!("{}: not a basis", self.basis)))?,
            },
        };
        let now = Clock::system().now();
        let rules = db.read_now(|read| rules.of_code(read, &self.unit, kernel::local_day(now)))?;
        let explained = reports::explain(&db, &scope, &rules, &self.unit, &asked, now).map_err(refused)?;
        if self.store.json {
            say(true, &explained, "");
            return Ok(Outcome::Done);
        }
        let e = &explained;
        out(&format!("{} ({}): {} {}", e.label.vi, e.unit, e.shown.vi, e.counted_in.vi));
        out(&format!("{} v{} {} {} – {} {}", e.indicator, e.version, e.slice, e.from, e.to, e.basis));
        out(&e.definition.vi);
        for record in &e.records {
            let day = record.day.map(|day| day.to_string()).unwrap_or_default();
            out(&format!(
                "  {} v{} {day} {} {} {}",
                record.id, record.version, record.area, record.kind, record.shown.vi
            ));
        }
        for part in &e.communes {
            out(&format!("  {} {}: {}", part.code, part.name, part.shown.vi));
        }
        for change in &e.changes {
            out(&format!(
                "  changed since: {} {:?} {:?} → {:?}",
                change.id, change.what, change.counted, change.version
            ));
        }
        err(&format!("{} records", e.records.len()));
        Ok(Outcome::Done)
    }
}
