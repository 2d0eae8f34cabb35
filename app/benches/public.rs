//! A public page against nginx serving the same bytes: requests a second, and CPU of the server for one.
//! `cargo bench -p chungsuc --bench public`

#[expect(dead_code, reason = "each benchmark uses its part")]
mod common;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use chungsuc::demo;
use common::{Done, Server, copied, cpu_of, folder, head, note, rules, say, unit, url};
use db::Db;
use kernel::{Clock, Ids, Scope};

/// Connections at once, each asking again as soon as it was answered.
const CONNECTIONS: usize = 16;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);

fn main() -> Done {
    head("public");
    let data = copied(10_000, "public")?;
    let path = public_page(&data)?;
    let server = Server::start(&data)?;
    let nginx = match Nginx::start(server.port, &path) {
        Ok(nginx) => nginx,
        Err(why) => {
            say(&format!("nginx not measured, and nothing without it: {why}"));
            return Ok(());
        }
    };
    say(&format!(
        "{CONNECTIONS} kept connections, {ROUNDS} rounds of {} s each in turn; client and servers on one machine; nginx with one \
         worker per core, no log, files in memory",
        ROUND.as_secs()
    ));
    let gzip = "accept-encoding: gzip\r\n";
    compared("page, gzip", (&server, &nginx), (&path, gzip), ("/gzip", gzip))?;
    compared("page, plain", (&server, &nginx), (&path, ""), ("/plain", ""))?;
    let [ours, theirs] =
        [tag(server.port, &path)?, tag(nginx.port, "/plain")?].map(|tag| format!("if-none-match: {tag}\r\n"));
    compared("not modified", (&server, &nginx), (&path, &ours), ("/plain", &theirs))?;
    Ok(())
}

/// The address of figures that are public in a store, made so when none are.
fn public_page(data: &Path) -> Done<String> {
    let (db, scope, rules) = (Db::open(&url(data))?, Scope::system("bench"), rules()?);
    let place = unit(&db, demo::COMMUNE)?.place();
    let (id, now) = (Ids::system().new_id(), Clock::system().now());
    let address = format!("/public/{}/{id}", place.tenant);
    // Another quarter than the demo's, in stores that were made before it had one.
    db.write_now(move |tx| demo::disclose(tx, (&scope, &place), &rules, id, "2026-Q1", now))?;
    Ok(address)
}

/// What one side did in all rounds.
#[derive(Default)]
struct Did {
    answers: u64,
    seconds: f64,
    cpu_ms: f64,
    bytes: usize,
}

fn compared(
    what: &str,
    (server, nginx): (&Server, &Nginx),
    ours: (&str, &str),
    theirs: (&str, &str),
) -> Done {
    let (mut us, mut them) = (Did::default(), Did::default());
    for _ in 0..ROUNDS {
        them.round(nginx.port, theirs, || nginx.cpu())?;
        us.round(server.port, ours, || server.cpu())?;
    }
    let rate = |did: &Did| did.answers as f64 / did.seconds;
    let cpu = |did: &Did| did.cpu_ms * 1000.0 / did.answers as f64;
    note(&format!("{what}: answers a second, {} bytes with headers", us.bytes), rate(&us), "/s");
    note(&format!("{what}: nginx, {} bytes", them.bytes), rate(&them), "/s");
    say(&format!("{what}: RATIO of answers a second to nginx {:.2}", rate(&us) / rate(&them)));
    say(&format!(
        "{what}: CPU of the server for one answer {:.0} µs, nginx {:.0} µs, RATIO {:.1}",
        cpu(&us),
        cpu(&them),
        cpu(&us) / cpu(&them)
    ));
    Ok(())
}

impl Did {
    fn round(&mut self, port: u16, (path, headers): (&str, &str), cpu: impl Fn() -> Done<f64>) -> Done {
        let asks = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n");
        let (before, begun, ended) = (cpu()?, Instant::now(), AtomicBool::new(false));
        let done: Done<u64> = thread::scope(|scope| {
            let clients: Vec<_> =
                (0..CONNECTIONS).map(|_| scope.spawn(|| asked(port, asks.as_bytes(), &ended))).collect();
            thread::sleep(ROUND);
            ended.store(true, Ordering::Relaxed);
            clients.into_iter().map(|client| client.join().map_err(|_| "a client panicked")?).sum()
        });
        self.answers += done?;
        self.seconds += begun.elapsed().as_secs_f64();
        self.cpu_ms += cpu()? - before;
        self.bytes = answer(&mut TcpStream::connect(("127.0.0.1", port))?, asks.as_bytes(), &mut Vec::new())?;
        Ok(())
    }
}

/// Asks again and again; how often it was answered.
fn asked(port: u16, asks: &[u8], ended: &AtomicBool) -> Done<u64> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    let (mut buffer, mut answers) = (Vec::new(), 0);
    while !ended.load(Ordering::Relaxed) {
        answer(&mut stream, asks, &mut buffer)?;
        answers += 1;
    }
    Ok(answers)
}

/// Asks once and reads the answer to its last byte; how many bytes it had. Says when it was no page.
fn answer(stream: &mut TcpStream, asks: &[u8], buffer: &mut Vec<u8>) -> Done<usize> {
    stream.write_all(asks)?;
    buffer.clear();
    let mut part = [0; 64 * 1024];
    let mut whole = usize::MAX;
    while buffer.len() < whole {
        let read = stream.read(&mut part)?;
        if read == 0 {
            return Err("the connection was closed".into());
        }
        buffer.extend_from_slice(part.get(..read).unwrap_or_default());
        if whole == usize::MAX
            && let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n")
        {
            let head = String::from_utf8_lossy(buffer.get(..end).unwrap_or_default()).to_ascii_lowercase();
            if !head.starts_with("http/1.1 200") && !head.starts_with("http/1.1 304") {
                return Err(head.into());
            }
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            whole = end + 4 + length.map_or(Ok(0), |length| length.trim().parse::<usize>())?;
        }
    }
    Ok(whole)
}

/// The tag that a server gives a page.
fn tag(port: u16, path: &str) -> Done<String> {
    let mut head = Vec::new();
    let asks = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    answer(&mut TcpStream::connect(("127.0.0.1", port))?, asks.as_bytes(), &mut head)?;
    let head = String::from_utf8_lossy(&head).into_owned();
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("etag:"));
    Ok(line.and_then(|line| line.split_once(':')).ok_or("no tag")?.1.trim().to_owned())
}

/// Debian's nginx with files that hold the very bytes; ended with this value.
struct Nginx {
    child: Child,
    port: u16,
}

impl Nginx {
    fn start(ours: u16, page: &str) -> Done<Nginx> {
        let (place, port) = (folder().join("nginx"), TcpListener::bind("127.0.0.1:0")?.local_addr()?.port());
        if place.exists() {
            fs::remove_dir_all(&place)?;
        }
        fs::create_dir_all(&place)?;
        body(ours, page, "", &place.join("plain"))?;
        body(ours, page, "accept-encoding: gzip\r\n", &place.join("gzip"))?;
        fs::set_permissions(&place, fs::Permissions::from_mode(0o755))?;
        let config = place.join("nginx.conf");
        let root = place.display();
        fs::write(
            &config,
            format!(
                "daemon off; worker_processes auto; pid {root}/pid; error_log {root}/errors; user root;\n\
                 events {{ worker_connections 256; }}\n\
                 http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;\n\
                 open_file_cache max=16; default_type \"text/html; charset=utf-8\";\n\
                 server {{ listen 127.0.0.1:{port}; root {root};\n\
                 add_header cache-control \"public, max-age=60\"; add_header vary accept-encoding;\n\
                 location /gzip {{ add_header content-encoding gzip; }} }} }}\n"
            ),
        )?;
        let program =
            ["/usr/sbin/nginx", "/usr/bin/nginx"].map(PathBuf::from).into_iter().find(|p| p.exists());
        let program = program.ok_or("there is no nginx; Debian's package is nginx-light")?;
        let mut nginx = Command::new(program);
        let child = nginx.arg("-c").arg(&config).stderr(Stdio::null()).spawn()?;
        let (nginx, begun) = (Nginx { child, port }, Instant::now());
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if begun.elapsed() > Duration::from_secs(10) {
                return Err(fs::read_to_string(place.join("errors")).unwrap_or_default().into());
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(nginx)
    }

    /// CPU of its workers so far, in milliseconds.
    fn cpu(&self) -> Done<f64> {
        let children = format!("/proc/{0}/task/{0}/children", self.child.id());
        fs::read_to_string(children)?.split_whitespace().map(cpu_of).sum()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Told, not killed: its workers would stay.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// Keeps the body that the program answers with in a file.
fn body(port: u16, page: &str, headers: &str, file: &Path) -> Done {
    let asks = format!("GET {page} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n");
    let mut whole = Vec::new();
    answer(&mut TcpStream::connect(("127.0.0.1", port))?, asks.as_bytes(), &mut whole)?;
    let end = whole.windows(4).position(|four| four == b"\r\n\r\n").ok_or("no answer")?;
    Ok(fs::write(file, whole.get(end + 4..).unwrap_or_default())?)
}
