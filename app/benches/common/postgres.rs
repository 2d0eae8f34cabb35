//! A PostgreSQL of a benchmark's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Done, folder};

/// A throw-away PostgreSQL with its settings as shipped (durable), ended with this value.
pub(crate) struct Postgres {
    bin: PathBuf,
    data: PathBuf,
    socket: PathBuf,
}

impl Postgres {
    /// Starts one with nothing in it.
    pub(crate) fn start() -> Done<Postgres> {
        let newest = fs::read_dir("/usr/lib/postgresql")?.filter_map(|entry| Some(entry.ok()?.path())).max();
        let bin = newest.ok_or("PostgreSQL is not installed")?.join("bin");
        let here = folder().join("postgres");
        if here.exists() {
            let old = Postgres { bin: bin.clone(), data: here.join("data"), socket: here.join("socket") };
            drop(old);
            fs::remove_dir_all(&here)?;
        }
        let (data, socket) = (here.join("data"), here.join("socket"));
        for folder in [&data, &socket] {
            fs::create_dir_all(folder)?;
            // Nothing happens when this is not root: then the folders are ours already.
            let _ = Command::new("chown").arg("postgres").arg(folder).output();
        }
        let text = Path::new;
        run(
            &bin.join("initdb"),
            &[
                text("-D"),
                &data,
                text("-U"),
                text("postgres"),
                text("-A"),
                text("trust"),
                text("-E"),
                text("UTF8"),
            ],
        )?;
        let options = format!("-c listen_addresses='' -c unix_socket_directories='{}'", socket.display());
        let log = data.join("log");
        run(
            &bin.join("pg_ctl"),
            &[text("-D"), &data, text("-w"), text("-l"), &log, text("-o"), text(&options), text("start")],
        )?;
        Ok(Postgres { bin, data, socket })
    }

    /// Where a database of it is.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@{}/{database}", self.socket.display().to_string().replace('/', "%2F"))
    }

    /// A plain connection.
    pub(crate) fn client(&self, database: &str) -> Done<postgres::Client> {
        Ok(postgres::Client::connect(&self.url(database), postgres::NoTls)?)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = run(
            &self.bin.join("pg_ctl"),
            &[Path::new("-D"), &self.data, Path::new("-m"), Path::new("fast"), Path::new("stop")],
        );
    }
}

/// PostgreSQL does not run as root: then as its own account.
fn run(program: &Path, arguments: &[&Path]) -> Done {
    let root = fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    let mut command = if root {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    let output = command.args(arguments).current_dir("/").stdout(std::process::Stdio::null()).output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
    }
}
