//! PostgreSQL servers of a test's own, in a folder of their own, that may be killed, copied and promoted.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::program::text;

/// How long a server may take to do what it is told.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder in which servers live: their data, their sockets, their archive.
pub(crate) struct Ground(TempDir);

impl Ground {
    pub(crate) fn new() -> Ground {
        // Named shortly, because names of sockets are, and owned by whoever may run servers: never root.
        let folder = tempfile::Builder::new().prefix("cs").tempdir_in("/tmp").unwrap();
        if is_root() {
            assert!(
                Command::new("chown").args(["postgres", text(folder.path())]).status().unwrap().success()
            );
        }
        Ground(folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A new server with settings of its own; not running yet.
    pub(crate) fn server(&self, name: &str, port: u16, settings: &str) -> Cluster<'_> {
        let cluster = self.known(name, port);
        self.tool(
            "initdb",
            &["-D", text(&cluster.data()), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        );
        cluster.set(&format!(
            "listen_addresses = ''\nunix_socket_directories = '{}'\nfsync = off\n",
            text(self.0.path())
        ));
        cluster.set(&format!("port = {port}\n{settings}"));
        cluster
    }

    /// A server whose data are there, or will be.
    pub(crate) fn known(&self, name: &str, port: u16) -> Cluster<'_> {
        Cluster { ground: self, name: name.to_owned(), port }
    }

    /// The URL of a database on one of these servers, whichever takes writes.
    pub(crate) fn url(&self, ports: &[u16], database: &str) -> String {
        let socket = text(self.0.path()).replace('/', "%2F");
        let hosts: Vec<String> = ports.iter().map(|port| format!("{socket}:{port}")).collect();
        format!("postgres://postgres@{}/{database}?target_session_attrs=read-write", hosts.join(","))
    }

    /// Runs one of PostgreSQL's programs as the user that owns the servers; what it printed.
    pub(crate) fn tool(&self, name: &str, arguments: &[&str]) -> String {
        let output = self.log(name);
        let mut command = match is_root() {
            true => {
                let mut command = Command::new("setpriv");
                command.args([
                    "--reuid",
                    "postgres",
                    "--regid",
                    "postgres",
                    "--clear-groups",
                    text(&tool(name)),
                ]);
                command
            }
            false => Command::new(tool(name)),
        };
        // A server that is started keeps what it is given, so no pipe.
        let file = std::fs::File::create(&output).unwrap();
        command
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file);
        let status = command.status().unwrap();
        let said = std::fs::read_to_string(output).unwrap();
        assert!(status.success(), "{name} {arguments:?}: {said}");
        said.trim().to_owned()
    }

    fn log(&self, name: &str) -> PathBuf {
        self.path(&format!("{name}-{}.log", uuid::Uuid::from_u128(u128::from(next()))))
    }
}

fn next() -> u64 {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

/// One server.
pub(crate) struct Cluster<'a> {
    ground: &'a Ground,
    name: String,
    port: u16,
}

impl Cluster<'_> {
    pub(crate) fn data(&self) -> PathBuf {
        self.ground.path(&self.name)
    }

    /// Adds settings; the last one holds.
    pub(crate) fn set(&self, settings: &str) {
        let file = self.data().join("postgresql.conf");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text + settings + "\n").unwrap();
    }

    pub(crate) fn start(&self) {
        let log = self.ground.path(&format!("{}.log", self.name));
        self.ground.tool("pg_ctl", &["-D", text(&self.data()), "-w", "-l", text(&log), "start"]);
    }

    /// Asks a question, or gives an order.
    pub(crate) fn sql(&self, database: &str, sql: &str) -> String {
        let (host, port) = (self.ground.path(""), self.port.to_string());
        let host = text(&host).trim_end_matches('/').to_owned();
        self.ground.tool("psql", &["-h", &host, "-p", &port, "-U", "postgres", "-d", database, "-qAtc", sql])
    }

    /// Copies it while it runs, as `docs/operations/backup.md` says.
    pub(crate) fn base_backup(&self, to: &Path, more: &[&str]) {
        let host = self.ground.path("");
        let from = format!("host={} port={} user=postgres application_name=standby", text(&host), self.port);
        let mut arguments = vec!["-D", text(to), "-d", &from, "--checkpoint=fast", "--no-sync"];
        arguments.extend(more);
        self.ground.tool("pg_basebackup", &arguments);
    }

    pub(crate) fn promote(&self) {
        self.ground.tool("pg_ctl", &["-D", text(&self.data()), "-w", "promote"]);
    }

    /// Ends it as a power cut does.
    pub(crate) fn kill(&self) {
        let Some(process) = self.process() else { return };
        let _ = Command::new("kill").args(["-9", &process]).status();
        let begun = Instant::now();
        while Path::new("/proc").join(&process).exists() {
            assert!(begun.elapsed() < PATIENCE, "it does not die");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until a question is answered as wanted.
    pub(crate) fn wait(&self, sql: &str, wanted: &str) {
        let begun = Instant::now();
        while self.sql("postgres", sql) != wanted {
            assert!(begun.elapsed() < PATIENCE, "{sql} is not {wanted}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn process(&self) -> Option<String> {
        let file = std::fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        let process = file.lines().next()?.to_owned();
        // The number may be another program's by now.
        let name = std::fs::read_to_string(format!("/proc/{process}/comm")).ok()?;
        name.starts_with("postgres").then_some(process)
    }
}

impl Drop for Cluster<'_> {
    fn drop(&mut self) {
        self.kill();
    }
}

fn is_root() -> bool {
    let user = Command::new("id").arg("-u").output().unwrap();
    user.stdout.trim_ascii() == b"0"
}

/// The newest version's.
fn tool(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .map(|version| version.path())
        .max_by_key(|path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()).unwrap_or(0));
    newest.map_or_else(|| PathBuf::from(name), |version| version.join("bin").join(name))
}
