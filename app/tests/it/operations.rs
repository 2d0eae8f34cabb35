//! The program as those see it who keep it running: its log, its health, its counts, its end, its being replaced.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Method;
use chungsuc::demo;
use db::{Db, testing};
use jiff::civil::date;
use kernel::{Clock, Ids, Line, Role};

use crate::house::{House, Person, patrol, system, urlencoded, verified};
use crate::program::{PROGRAM, Reply, Server, exchange, get, post, store, text};

/// Somebody who may record in the demo commune, and an area of it.
fn writer(folder: &Path) -> (String, String) {
    let url = format!("sqlite:{}", store(folder).display());
    let today = Clock::system().today();
    let house = House::on(&Db::open(&url).unwrap(), today);
    let here = house.place(demo::COMMUNE);
    let areas = house.db.read_now(|read| units::areas_of(read, &system(), &here, today)).unwrap();
    let writer = house.person("nguoighi", &here, Role::Officer, None, Some(Line::Police));
    (writer.token, areas[3].id.to_string())
}

/// A form as it goes over the wire, head and body.
fn record(address: SocketAddr, token: &str, area: &str, id: &str) -> (String, String) {
    let form = urlencoded(&patrol(id, area, &Clock::system().today().to_string()));
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: sid={token}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        list(),
        form.len()
    );
    (head, form)
}

fn list() -> String {
    format!("/units/{}/activities", demo::COMMUNE)
}

#[test]
fn a_request_keeps_the_number_that_the_proxy_gave_it() {
    let db = testing::sqlite();
    let house = House::on(&db, date(2026, 11, 24));
    let number = |given: Option<&str>| {
        let mut request = Person::nobody().request(Method::GET, "/sign-in");
        if let Some(given) = given {
            request = request.header("x-request-id", given);
        }
        let answer = house.send(request.body(Body::empty()).unwrap());
        answer.headers["x-request-id"].to_str().unwrap().to_owned()
    };
    for good in ["0af7651916cd43dd8448eb211c80319c", "01920000-0000-7000-8000-00000000abcd"] {
        assert_eq!(number(Some(good)), good);
    }
    for bad in ["1234567", &"a".repeat(65), "Nguyen Van A", "{\"level\":\"ERROR\"}"] {
        assert!(!number(Some(bad)).contains(bad), "{bad}");
    }
    assert!(number(None) != number(None));
}

#[test]
fn the_log_and_the_counts_hold_routes_and_nothing_of_people() {
    let folder = crate::program::demo();
    let (token, _) = writer(folder.path());
    let log = folder.path().join("log");
    let metrics = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--data", text(folder.path()), "--log", "json"]);
    command.args(["--metrics", &metrics.to_string()]);
    let server = Server::telling(command, std::fs::File::create(&log).unwrap().into());

    let page = format!("{}?text=suoitrong", list());
    let request = format!(
        "GET {page} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: sid={token}\r\nx-request-id: tu-proxy-0001\r\n\r\n",
        server.address
    );
    let reply = exchange(server.address, &request).unwrap();
    assert!(reply.status == 200 && reply.text.contains("x-request-id: tu-proxy-0001"), "{}", reply.text);
    let refused = post(server.address, "", "/sign-in", "name=khongcoai&password=matkhausai").unwrap();
    assert_eq!(refused.status, 422);
    assert_eq!(get(server.address, "", "/khong-co-trang-nay").unwrap().status, 404);
    for (path, said) in [("/healthz", "alive"), ("/readyz", "ready")] {
        let reply = get(server.address, "", path).unwrap();
        assert!(reply.status == 200 && reply.text.ends_with(&format!("{said}\n")), "{}", reply.text);
    }

    let lines = std::fs::read_to_string(&log).unwrap();
    for secret in ["suoitrong", token.as_str(), "khongcoai", "matkhausai", "khong-co-trang-nay", "healthz"] {
        assert!(!lines.contains(secret), "{secret} in the log:\n{lines}");
    }
    let lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let requests: Vec<_> = lines.iter().filter(|line| line["message"] == "request").collect();
    assert_eq!(requests.len(), 3);
    assert_eq!(
        (&requests[0]["method"], &requests[0]["route"], &requests[0]["status"], &requests[0]["request_id"]),
        (&"GET".into(), &"/units/{unit}/activities".into(), &200.into(), &"tu-proxy-0001".into())
    );
    assert!(requests[0]["ms"].as_f64().is_some_and(|ms| ms > 0.0 && ms < 60_000.0));
    assert_eq!((&requests[2]["route"], &requests[2]["status"]), (&"none".into(), &404.into()));

    assert_eq!(get(server.address, "", "/metrics").unwrap().status, 404, "never on the public port");
    let counts = get(metrics, "", "/metrics").unwrap();
    assert!(counts.text.contains("text/plain; version=0.0.4"));
    for line in [
        r#"chungsuc_request_seconds_count{method="GET",route="/units/{unit}/activities",status="2xx"} 1"#,
        r#"chungsuc_request_seconds_count{method="POST",route="/sign-in",status="4xx"} 1"#,
        r#"chungsuc_events_total{event="sign_in_refused"} 1"#,
        r#"chungsuc_build_info{version=""#,
        "chungsuc_store_group_writes_count ",
        "chungsuc_store_connections_in_use 0",
        "process_resident_memory_bytes ",
        "process_cpu_seconds_total ",
        "process_open_fds ",
    ] {
        assert!(counts.text.contains(line), "{line}:\n{}", counts.text);
    }
    let reads = counts
        .text
        .lines()
        .find_map(|line| line.strip_prefix(r#"chungsuc_store_seconds_count{kind="read"} "#));
    assert!(reads.is_some_and(|reads| reads.parse::<u32>().unwrap() > 3), "{}", counts.text);
}

#[test]
fn who_is_told_to_stop_says_so_goes_on_for_a_while_and_finishes_what_runs() {
    let folder = crate::program::demo();
    let (token, area) = writer(folder.path());
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--data", text(folder.path()), "--drain", "1"]);
    let mut server = Server::run(command);
    let address = server.address;
    let ready =
        || get(address, "", "/readyz").map(|reply| (reply.status, reply.text.ends_with("stopping\n")));
    assert_eq!(ready().unwrap(), (200, false));

    // Half of a form is there.
    let ids = Ids::system();
    let (head, form) = record(address, &token, &area, &ids.new_id().to_string());
    let (begin, rest) = form.split_at(form.len() / 2);
    let mut running = TcpStream::connect(address).unwrap();
    running.write_all((head + begin).as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(50));

    let told = Instant::now();
    server.terminate();
    while ready().unwrap() == (200, false) {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(ready().unwrap(), (503, true), "the proxy is sent elsewhere");
    assert_eq!(get(address, &token, &list()).unwrap().status, 200, "who comes all the same is served");
    while TcpStream::connect(address).is_ok() {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(told.elapsed() >= Duration::from_secs(1), "it goes on for as long as it was told to");
    running.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    running.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert_eq!(server.ended(), Some(0));
}

#[test]
fn an_asset_under_the_address_of_another_program_is_kept_by_nobody() {
    let house = House::on(&testing::sqlite(), date(2026, 11, 24));
    let kept = |path: &str| {
        let answer = house.get(&Person::nobody(), path);
        assert_eq!(answer.status, 200, "{path}");
        answer.headers["cache-control"].to_str().unwrap().to_owned()
    };
    assert_eq!(kept(kernel::http::asset_url("app.css")), "public, max-age=31536000, immutable");
    assert_eq!(kept("/assets/0123456789ab/app.css"), "no-store");
}

#[test]
fn who_has_come_in_is_heard_before_the_program_stops() {
    let folder = crate::program::demo();
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--data", text(folder.path())]);
    let mut server = Server::run(command);
    let mut silent = TcpStream::connect(server.address).unwrap();
    std::thread::sleep(Duration::from_millis(50));
    server.terminate();
    while TcpStream::connect(server.address).is_ok() {
        std::thread::sleep(Duration::from_millis(5));
    }
    silent.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    let mut answer = String::new();
    silent.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(server.ended(), Some(0));
}

#[test]
fn systemd_hears_that_the_program_is_ready_awake_and_stopping() {
    let folder = crate::program::demo();
    let path = folder.path().join("notify");
    let systemd = UnixDatagram::bind(&path).unwrap();
    systemd.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--data", text(folder.path())]);
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "100000");
    let mut server = Server::run(command);
    let hear = || {
        let mut said = [0; 64];
        let length = systemd.recv(&mut said).unwrap();
        String::from_utf8_lossy(&said[..length]).into_owned()
    };
    assert_eq!(hear(), "READY=1");
    for _ in 0..4 {
        assert_eq!(hear(), "WATCHDOG=1");
    }
    server.terminate();
    while hear() != "STOPPING=1" {}
    assert_eq!(server.ended(), Some(0));
}

#[test]
fn two_servers_start_at_once_on_an_empty_database() {
    for _ in 0..3 {
        let empty = testing::empty();
        let start = || {
            let mut command = Command::new(PROGRAM);
            command.arg("serve").env("CHUNGSUC_URL", &empty);
            let mut server = Server::run(command);
            let ready = get(server.address, "", "/readyz").unwrap().status;
            server.terminate();
            (ready, server.ended())
        };
        let both = std::thread::scope(|threads| {
            [threads.spawn(start), threads.spawn(start)].map(|server| server.join().unwrap())
        });
        assert_eq!(both, [(200, Some(0)); 2], "ready, and ended as it was told to");
    }
}

/// The program under a socket that somebody else holds, as systemd does it: the socket is file 3, and two variables say so.
fn under(socket: &TcpListener, folder: &Path) -> Child {
    let socket: OwnedFd = socket.try_clone().unwrap().into();
    let script = "exec 3<&0 </dev/null; export LISTEN_PID=$$ LISTEN_FDS=1; exec \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh", PROGRAM, "serve", "--data", text(folder)]).env("CHUNGSUC_LOG", "error");
    command.stdin(Stdio::from(socket)).stdout(Stdio::null()).spawn().unwrap()
}

#[test]
fn nobody_is_refused_while_the_program_is_replaced() {
    const REPLACED: u32 = 4;
    let folder = crate::program::demo();
    let (token, area) = writer(folder.path());
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = socket.local_addr().unwrap();
    let mut program = under(&socket, folder.path());
    let (done, answered, ids) = (AtomicBool::new(false), AtomicU32::new(0), Ids::system());
    let work = |n: usize| {
        let mut taken = Vec::new();
        while !done.load(Ordering::Relaxed) {
            let reply: std::io::Result<Reply> = if n == 0 {
                let id = ids.new_id();
                let (head, form) = record(address, &token, &area, &id.to_string());
                taken.push(id);
                exchange(address, &(head + &form))
            } else {
                get(address, &token, &list())
            };
            match reply {
                Ok(Reply { status: 200 | 303, .. }) => answered.fetch_add(1, Ordering::Relaxed),
                Ok(Reply { status, text }) => return Err(format!("{status}: {text}")),
                Err(error) => return Err(error.to_string()),
            };
        }
        Ok(taken)
    };
    let failed = std::thread::scope(|threads| {
        let work = &work;
        let clients: Vec<_> = (0..3).map(|n| threads.spawn(move || work(n))).collect();
        for _ in 0..REPLACED {
            let before = answered.load(Ordering::Relaxed);
            let patience = Instant::now() + Duration::from_secs(60);
            while answered.load(Ordering::Relaxed) < before + 20 && Instant::now() < patience {
                std::thread::sleep(Duration::from_millis(5));
            }
            let asked = Command::new("kill").args(["-TERM", &program.id().to_string()]).status().unwrap();
            assert!(asked.success() && program.wait().unwrap().success());
            program = under(&socket, folder.path());
        }
        let before = answered.load(Ordering::Relaxed);
        let patience = Instant::now() + Duration::from_secs(60);
        while answered.load(Ordering::Relaxed) < before + 3 && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(5));
        }
        done.store(true, Ordering::Relaxed);
        clients.into_iter().map(|client| client.join().unwrap()).collect::<Result<Vec<_>, String>>()
    });
    program.kill().unwrap();
    program.wait().unwrap();
    let taken = failed.expect("no request fails").concat();
    let house = House::on(
        &Db::open(&format!("sqlite:{}", store(folder.path()).display())).unwrap(),
        Clock::system().today(),
    );
    let here = house.place(demo::COMMUNE);
    assert!(taken.iter().all(|id| house.record(&here, *id).is_some()));
    verified(&house.db, &house.rules);
    println!("{} answers, {} records, {REPLACED} times replaced", answered.into_inner(), taken.len());
}
