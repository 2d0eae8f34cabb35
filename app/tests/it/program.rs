//! The built program: commands, a server that can be killed, and the plainest of HTTP clients.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_chungsuc");
/// How long a server may take to listen.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a command to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}

/// A folder with the demo in it, a copy of its own.
pub(crate) fn demo() -> TempDir {
    static DEMO: OnceLock<TempDir> = OnceLock::new();
    let made = DEMO.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let made = run(&["demo", "--no-serve", "--data", text(folder.path())]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        folder
    });
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(made.path()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
    }
    folder
}

/// The file of the store in a data folder.
pub(crate) fn store(folder: &Path) -> PathBuf {
    folder.join("chungsuc.db")
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A running server; killed with this value.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Serves a data folder.
    pub(crate) fn start(folder: &Path) -> Server {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--data", text(folder)]);
        Server::run(command)
    }

    /// Runs a command that ends in a server, told at last where to listen.
    pub(crate) fn run(mut command: Command) -> Server {
        command.env("CHUNGSUC_LOG", "error");
        Server::telling(command, Stdio::null())
    }

    /// The same, with its log.
    pub(crate) fn telling(mut command: Command, log: Stdio) -> Server {
        // The system names a free port; nobody else is asked to listen there meanwhile.
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        command.args(["--listen", &address.to_string()]);
        let process = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let mut server = Server { process, address };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert_eq!(server.process.try_wait().unwrap(), None, "the server ended instead of listening");
            assert!(begun.elapsed() < PATIENCE, "the server does not listen");
            std::thread::sleep(Duration::from_millis(3));
        }
        server
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Asks it to end, as systemd does.
    pub(crate) fn terminate(&self) {
        let asked = Command::new("kill").args(["-TERM", &self.id().to_string()]).status().unwrap();
        assert!(asked.success());
    }

    /// How it ended.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        self.process.wait().unwrap().code()
    }

    /// Ends it as a power cut does.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a server answered.
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Head and body.
    pub(crate) text: String,
}

/// Sends a form with a session; an error when the server went away before the whole head of the answer was there.
pub(crate) fn post(address: SocketAddr, token: &str, path: &str, form: &str) -> std::io::Result<Reply> {
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: sid={token}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    exchange(address, &request)
}

/// Opens a page with a session.
pub(crate) fn get(address: SocketAddr, token: &str, path: &str) -> std::io::Result<Reply> {
    exchange(
        address,
        &format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: sid={token}\r\n\r\n"
        ),
    )
}

/// Sends a request and reads the answer until the server closes.
pub(crate) fn exchange(address: SocketAddr, request: &str) -> std::io::Result<Reply> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    let whole = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.split(' ').next()?.parse().ok());
    match (status, text.contains("\r\n\r\n")) {
        (Some(status), true) => Ok(Reply { status, text }),
        _ => Err(whole.err().unwrap_or_else(|| std::io::ErrorKind::UnexpectedEof.into())),
    }
}
