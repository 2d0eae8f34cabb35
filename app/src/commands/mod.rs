//! The command line. Exit codes: 0 done, 1 not done (the message says why), 2 wrong usage, 3 a check found something.

mod bench;
mod carry;
mod check;
mod door;
mod keep;
mod metrics;
mod moving;
mod papers;
mod serve;
mod systemd;
mod units;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use catalogue::Catalogue;
use clap::{Args, Parser, Subcommand};
use db::Db;
use kernel::{Clock, Scope};
use supplements::Rulebook;

/// Chung Sức: phong trào Toàn dân bảo vệ an ninh Tổ quốc, ghi một lần, dùng cho mọi báo cáo.
#[derive(Debug, Parser)]
#[command(name = "chungsuc", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve(serve::Serve),
    /// Make the demo commune (synthetic data) if it is not there, and run the server.
    Demo(serve::Demo),
    /// Write a report's three files (PDF, DOCX, XLSX).
    Report(papers::Report),
    /// Say what a figure is made of.
    Explain(papers::Explain),
    /// Recompute every cell from the records and compare.
    Verify(check::Verify),
    /// The audit log.
    #[command(subcommand)]
    Audit(check::Audit),
    /// Write a consistent copy of an embedded store while it is in use.
    Backup(keep::Backup),
    /// Put a backup into an empty data folder, and check it.
    Restore(keep::Restore),
    /// Write everything a unit owns as JSON lines: no accounts, no passwords, no sessions.
    Export(carry::Export),
    /// Bring in what `export` wrote, where the unit has nothing yet; its figures are made anew and are the same.
    Import(carry::Import),
    /// Bring everything, or one unit, to another store, also of the other engine, and compare both.
    Move(moving::Move),
    /// Accounts, from the command line; the first administrator is made only here.
    #[command(subcommand)]
    User(user::User),
    /// Units: lists, history, mergers with a dry run.
    #[command(subcommand)]
    Units(units::UnitsCommand),
    /// Puts a made-up load on servers of this machine, in an empty store of its own, and measures.
    Bench(bench::Bench),
    /// The catalogue of rules.
    #[command(subcommand)]
    Catalogue(check::CatalogueCommand),
}

/// Which store.
#[derive(Debug, Args)]
struct Store {
    /// Folder of the embedded store.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// A PostgreSQL store instead: postgres://…
    #[arg(long, value_name = "URL", env = "CHUNGSUC_URL")]
    url: Option<String>,
    /// Print for machines.
    #[arg(long)]
    json: bool,
}

impl Store {
    fn url(&self) -> String {
        self.url.clone().unwrap_or_else(|| format!("sqlite:{}", self.file().display()))
    }

    fn file(&self) -> PathBuf {
        self.data.join("chungsuc.db")
    }

    /// Opens the store, makes it when it is not there, brings an older one's cells up to date, and loads the units.
    fn make(&self) -> Result<Db, Failure> {
        if self.url.is_none() {
            std::fs::create_dir_all(&self.data).map_err(|e| Failure::File(self.data.clone(), e))?;
        }
        let db = Db::open(&self.url())?;
        prepare(&db)?;
        Ok(db)
    }

    /// Opens a store that must be there.
    fn open(&self) -> Result<Db, Failure> {
        if self.url.is_none() && !self.file().exists() {
            return Err(Failure::NoStore(self.data.clone()));
        }
        self.make()
    }
}

/// How often what the program does with a store at its start is tried, when another does the same at that moment.
const ATTEMPTS: u32 = 5;

/// Brings an older store's cells up to date, and loads the units.
fn prepare(db: &Db) -> Result<(), Failure> {
    for _ in 1..ATTEMPTS {
        match prepare_once(db) {
            // Another server has just written the same, and then nothing is left to do.
            Err(db::Error::Conflict(_) | db::Error::Busy) => {}
            done => return Ok(done?),
        }
    }
    Ok(prepare_once(db)?)
}

fn prepare_once(db: &Db) -> db::Result<()> {
    let scope = Scope::system("start");
    for tenant in db.read_now(|read| figures::months_due(read, &scope))? {
        let (room, now) = (scope.own(&tenant), Clock::system().now());
        db.write_now(move |tx| figures::make_months(tx, &room, now))?;
    }
    let loaded = db.write_now(move |tx| ::units::load_reference(tx, &scope))?;
    if loaded.versions > 0 { db.analyze() } else { Ok(()) }
}

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("there is no store in {0}; `chungsuc demo` or `chungsuc serve` makes one")]
    NoStore(PathBuf),
    #[error("there is a store in {0} already; restore into an empty folder")]
    StoreThere(PathBuf),
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    #[error(transparent)]
    Store(#[from] db::Error),
    #[error("the demo could not be made: {0}")]
    Demo(#[from] crate::demo::DemoError),
    #[error("{0}")]
    Refused(String),
    #[error("the catalogue has faults:\n{0}")]
    Catalogue(String),
    #[error("cannot listen on {0}: {1}")]
    Listen(std::net::SocketAddr, std::io::Error),
    #[error("the server stopped: {0}")]
    Server(std::io::Error),
    #[error(transparent)]
    Bench(#[from] crate::bench::Failure),
}

/// How a command ended when nothing failed.
enum Outcome {
    Done,
    /// A check found something; it has been printed.
    Found,
}

/// Runs a command line.
pub fn run(cli: Cli) -> ExitCode {
    let outcome = match cli.command {
        Command::Serve(command) => command.run(),
        Command::Demo(command) => command.run(),
        Command::Report(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::Verify(command) => command.run(),
        Command::Audit(command) => command.run(),
        Command::Backup(command) => command.run(),
        Command::Restore(command) => command.run(),
        Command::Export(command) => command.run(),
        Command::Import(command) => command.run(),
        Command::Move(command) => command.run(),
        Command::Bench(command) => command.run(),
        Command::User(command) => command.run(),
        Command::Units(command) => command.run(),
        Command::Catalogue(command) => command.run(),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(3),
        Err(failure) => {
            err(&format!("chungsuc: {failure}"));
            ExitCode::FAILURE
        }
    }
}

/// The rules of every unit, upon those this program carries.
fn rulebook() -> Result<Rulebook, Failure> {
    Ok(Rulebook::new(catalogue()?))
}

/// The rules this program carries.
fn catalogue() -> Result<Arc<Catalogue>, Failure> {
    let listed = |problems: Vec<catalogue::Problem>| {
        Failure::Catalogue(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    };
    Catalogue::embedded().map(Arc::new).map_err(listed)
}

/// A line for people, or the value for machines.
fn say(json: bool, value: &impl serde::Serialize, line: &str) {
    if json {
        out(&serde_json::to_string(value).unwrap_or_default());
    } else {
        out(line);
    }
}

#[expect(clippy::print_stdout, reason = "the command line's answer")]
fn out(line: &str) {
    println!("{line}");
}

#[expect(clippy::print_stderr, reason = "progress and failures, beside the answer")]
fn err(line: &str) {
    eprintln!("{line}");
}
