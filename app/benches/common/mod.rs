//! What the benchmarks share: the machine in words, one line per measurement, a store of a province made once and
//! kept, the real program as a child process, a browser's side of HTTP.

pub(crate) mod postgres;

use std::error::Error;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use activities::{Activity, Content, Filter, State, Step};
use catalogue::Catalogue;
use chungsuc::demo;
use db::{Db, Tx};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use kernel::{Action, Grant, Ids, Place, Role, Room, Scope};
use reports::{Desk, Report, Sheet};
use uuid::Uuid;

/// The program's own: what runs in the process of a benchmark costs what it costs there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Result of a benchmark.
pub(crate) type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Changes when what the stores hold changes; a kept store of another version is made anew.
const VERSION: &str = "1";
/// Communes of the province of the demo.
const COMMUNES: usize = 148;
/// Records of one commune, so that a whole province holds a million: about nine years of the workload model.
pub(crate) const SHARE: usize = 1_000_000_usize.div_ceil(COMMUNES);
/// The last day with records.
pub(crate) const LAST: Date = date(2026, 11, 20);
/// The first.
const FIRST: Date = date(2024, 11, 15);

// ---------------------------------------------------------------------------------------------------- what is printed

/// Names the machine and what else it was doing.
pub(crate) fn head(name: &str) {
    let of = |file: &str, key: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
        line.split_once(':').map_or_else(String::new, |(_, value)| value.trim().to_owned())
    };
    let memory: u64 = of("/proc/meminfo", "MemTotal").trim_end_matches(" kB").parse().unwrap_or_default();
    let first = |file: &str| fs::read_to_string(file).unwrap_or_default().trim().to_owned();
    let rustc = Command::new("rustc").arg("--version").output().map(|out| out.stdout).unwrap_or_default();
    say(&format!(
        "{name}: {}, {} cores, {} GiB, Linux {}, {}; load {}",
        of("/proc/cpuinfo", "model name"),
        thread::available_parallelism().map_or(1, usize::from),
        memory / 1024 / 1024,
        first("/proc/sys/kernel/osrelease"),
        String::from_utf8_lossy(&rustc).trim(),
        first("/proc/loadavg"),
    ));
}

/// One measurement: what, measured, limit or peer, the ratio of the two (below 1 is within the limit).
pub(crate) fn line(what: &str, (measured, unit): (f64, &str), limit: f64, against: &str) {
    let ratio = measured / limit;
    let verdict = if ratio <= 1.0 { "within" } else { "MISSED" };
    say(&format!(
        "{what:<88} {measured:>10.3} {unit:<6} limit {limit:>9.3} ({against}) RATIO {ratio:.2} {verdict}"
    ));
}

/// A measurement that has no limit of its own.
pub(crate) fn note(what: &str, measured: f64, unit: &str) {
    say(&format!("{what:<88} {measured:>10.3} {unit}"));
}

#[expect(clippy::print_stdout, reason = "what a benchmark is for")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// The middle one.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// How long something takes, in milliseconds.
pub(crate) fn timed<T>(work: impl FnOnce() -> Done<T>) -> Done<(f64, T)> {
    let start = Instant::now();
    let value = work()?;
    Ok((start.elapsed().as_secs_f64() * 1000.0, value))
}

// --------------------------------------------------------------------------------------------------------- the stores

/// Where kept things are.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench-data")
}

/// The URL of the store in a folder.
pub(crate) fn url(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("chungsuc.db").display())
}

/// A kept store of so many records: the demo commune first, then whole communes of its province, [`SHARE`] each.
pub(crate) fn kept(records: usize) -> Done<PathBuf> {
    let kept = folder().join(format!("{VERSION}-{records}"));
    if kept.exists() && Db::open(&url(&kept)).is_ok() {
        return Ok(kept);
    }
    let partial = folder().join("partial");
    for old in [&kept, &partial] {
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
    }
    fs::create_dir_all(&partial)?;
    say(&format!("making a store of {records} records …"));
    let (ms, ()) = timed(|| fill(&Db::open(&url(&partial))?, records))?;
    say(&format!("made in {:.0} s", ms / 1000.0));
    rusqlite::Connection::open(partial.join("chungsuc.db"))?.query_row(
        "pragma wal_checkpoint(truncate)",
        [],
        |_| Ok(()),
    )?;
    fs::rename(partial, &kept)?;
    Ok(kept)
}

/// A copy of a kept store, for a benchmark that writes.
pub(crate) fn copied(records: usize, name: &str) -> Done<PathBuf> {
    let (kept, copy) = (kept(records)?, folder().join(name));
    if copy.exists() {
        fs::remove_dir_all(&copy)?;
    }
    fs::create_dir_all(&copy)?;
    fs::copy(kept.join("chungsuc.db"), copy.join("chungsuc.db"))?;
    Ok(copy)
}

/// The rules of the program.
pub(crate) fn rules() -> Done<Catalogue> {
    Catalogue::embedded().map_err(|problems| format!("{problems:?}").into())
}

/// A unit of the demo.
pub(crate) fn unit(db: &Db, code: &str) -> Done<units::Unit> {
    let scope = Scope::system("bench");
    let unit = db.read_now(|read| units::find_by_code(read, &scope, code, LAST))?;
    unit.ok_or_else(|| format!("no unit {code}").into())
}

/// The room of somebody of the commune.
pub(crate) fn room(place: &Place, account: Uuid, action: Action) -> Result<Room, kernel::Denied> {
    let grant = Grant { role: Role::Officer, path: place.path.clone(), area: None, line: None };
    Scope::of(account.to_string(), vec![grant]).enter(place, action)
}

/// What the demo's records say, with where they ended up; what other records are copied from.
pub(crate) fn models(db: &Db, rules: &Catalogue) -> Done<Vec<Activity>> {
    let scope = Scope::system("bench");
    let room = scope.enter(&unit(db, demo::COMMUNE)?.place(), Action::SeeActivities)?;
    let listed =
        db.read_now(|read| activities::list(read, &room, rules, &Filter::default(), None, u32::MAX))?;
    Ok(listed.into_iter().map(|listed| listed.activity).collect())
}

/// Everything by the product's own functions, one transaction per commune.
fn fill(db: &Db, records: usize) -> Done {
    let (rules, scope) = (rules()?, Scope::system("bench"));
    db.write_now(|tx| units::load_reference(tx, &Scope::system("bench")))?;
    let mut left = records.saturating_sub(demo::make(db, &rules)?.records);
    let (home, province) = (unit(db, demo::COMMUNE)?, unit(db, demo::PROVINCE)?);
    let mut models = models(db, &rules)?;
    models.sort_by_key(|model| model.id);
    let made = records - left;
    let areas = |place: &Place| db.read_now(|read| units::areas_of(read, &scope, place, LAST));
    let home_areas: Vec<Uuid> = areas(&home.place())?.iter().map(|area| area.id).collect();
    let mut communes = db.read_now(|read| units::children(read, &scope, &province.id, LAST))?;
    communes.sort_by_key(|commune| (commune.id != home.id, commune.code.clone()));
    for (number, commune) in communes.iter().enumerate() {
        let (place, ids) = (commune.place(), Ids::counting(0xBE00 + number as u64));
        let share = left.min(if number == 0 { SHARE - made } else { SHARE });
        if share == 0 {
            break;
        }
        if number > 0 {
            let (place, ids) = (place.clone(), ids.clone());
            db.write_now(move |tx| make_areas(tx, &place, &ids))?;
        }
        let areas: Vec<Uuid> = areas(&place)?.iter().map(|area| area.id).collect();
        let wanted: Vec<(Content, State)> = (0..share)
            .filter_map(|n| {
                let model = models.get(n % models.len())?;
                let area = home_areas.iter().position(|area| *area == model.content.area)?;
                let day = moved(model.content.day, n / models.len() + 1);
                Some((Content { area: *areas.get(area)?, day, ..model.content.clone() }, model.state))
            })
            .collect();
        left -= wanted.len();
        let (rules, pair) = (rules.clone(), [ids.new_id(), ids.new_id()]);
        db.write_now(move |tx| {
            for (content, state) in wanted {
                write(tx, &place, &rules, pair, (ids.new_id(), content), state)?;
            }
            Ok::<(), db::Error>(())
        })?;
    }
    if left > 0 { Err(format!("{left} records found no commune").into()) } else { Ok(()) }
}

/// A report of a commune that nobody has started: its figures are read from the cells.
pub(crate) fn sheet(
    db: &Db,
    rules: &Catalogue,
    unit: &units::Unit,
    (form, period): (&str, &str),
) -> Done<Sheet> {
    let form = rules.form(form).ok_or("no such form")?;
    let report = Report {
        id: Uuid::nil(),
        form: form.id.clone(),
        form_version: form.version,
        area: None,
        window: rules.regime(&form.regime).ok_or("no such regime")?.window(period)?,
        basis: reports::AS_IT_IS_NOW.to_owned(),
        state: reports::State::Open,
        version: 0,
        amends: None,
        created_by: String::new(),
        created_at: evening(LAST),
        changed_at: evening(LAST),
        frozen_by: None,
        frozen_at: None,
    };
    let scope = Scope::system("bench");
    let room = scope.enter(&unit.place(), Action::SeeReports)?;
    let desk = Desk { scope: &scope, unit, room: &room, catalogue: rules, today: LAST };
    Ok(db.read_now(|read| reports::sheet(read, desk, report))?)
}

fn broken(why: impl std::fmt::Display) -> db::Error {
    db::Error::Broken(why.to_string())
}

/// The areas of the demo's commune, in another.
pub(crate) fn make_areas(tx: &mut Tx<'_>, place: &Place, ids: &Ids) -> db::Result<()> {
    let room = Scope::system("bench").enter(place, Action::Record).map_err(broken)?;
    for area in units::synthetic_areas(demo::COMMUNE) {
        let households = Some(area.households);
        let new = units::NewArea { id: ids.new_id(), name: area.name, households, from_on: FIRST };
        units::add_area(tx, &room, evening(FIRST), &new).map_err(broken)?;
    }
    Ok(())
}

/// Sends a record as the first account, and confirms or returns it as the second where its model was.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    place: &Place,
    rules: &Catalogue,
    [author, checker]: [Uuid; 2],
    (id, content): (Uuid, Content),
    state: State,
) -> db::Result<()> {
    let at = evening(content.day);
    let sends = room(place, author, Action::Record).map_err(broken)?;
    activities::change(tx, &sends, rules, (id, 0), Step::Send(content), at).map_err(broken)?;
    let step = match state {
        State::Confirmed => Step::Confirm,
        State::Returned => Step::Return("Đề nghị kiểm tra lại số lượng và bổ sung ảnh.".into()),
        _ => return Ok(()),
    };
    let checks = room(place, checker, Action::Confirm).map_err(broken)?;
    activities::change(tx, &checks, rules, (id, 1), step, at + 1.hours()).map_err(broken)?;
    Ok(())
}

/// Another day of the same month.
pub(crate) fn moved(day: Date, times: usize) -> Date {
    let (from, to) = (day.first_of_month().max(FIRST), day.last_of_month().min(LAST));
    let days = i64::from(to.day()) - i64::from(from.day()) + 1;
    let place = i64::from(day.day()) - i64::from(from.day());
    from.saturating_add(((place + 5 * times as i64) % days).days())
}

/// Eight in the evening.
pub(crate) fn evening(day: Date) -> Timestamp {
    jiff::tz::offset(7).to_timestamp(day.at(20, 0, 0, 0)).unwrap_or_default()
}

// -------------------------------------------------------------------------------------------------- the program itself

/// The real program, serving a store; ended with this value.
pub(crate) struct Server {
    child: Child,
    /// Its port on this machine.
    pub(crate) port: u16,
    /// Milliseconds from its start to its first answer.
    pub(crate) started: f64,
}

impl Server {
    /// Starts it and waits for the first answered request.
    pub(crate) fn start(data: &Path) -> Done<Server> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let start = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_chungsuc"))
            .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"])
            .arg(data)
            .env("CHUNGSUC_LOG", "error")
            .stdout(Stdio::null())
            .spawn()?;
        let mut server = Server { child, port, started: 0.0 };
        while start.elapsed() < Duration::from_secs(60) {
            let answered = Client::to(port).and_then(|mut client| client.get("/sign-in"));
            if answered.is_ok_and(|answer| answer.status == 200) {
                server.started = start.elapsed().as_secs_f64() * 1000.0;
                return Ok(server);
            }
            thread::sleep(Duration::from_millis(1));
        }
        Err("the server does not answer".into())
    }

    /// CPU time of all its threads so far, in milliseconds, both user and system; steps of 10 ms.
    pub(crate) fn cpu(&self) -> Done<f64> {
        cpu_of(&self.child.id().to_string())
    }

    /// Memory it holds now (`VmRSS`), in MB.
    pub(crate) fn memory(&self) -> Done<f64> {
        memory(&self.child.id().to_string(), "VmRSS")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// CPU time of a process so far, in milliseconds, both user and system; steps of 10 ms.
pub(crate) fn cpu_of(process: &str) -> Done<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = stat.rsplit_once(')').ok_or("an unknown /proc/PID/stat")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
    Ok(ticks.sum::<Result<f64, _>>()? * 10.0)
}

/// A line of `/proc/…/status`, in MB.
pub(crate) fn memory(process: &str, line: &str) -> Done<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let kib = status
        .lines()
        .find_map(|text| text.strip_prefix(line)?.strip_prefix(':')?.trim().strip_suffix(" kB"));
    Ok(kib.ok_or("no such line in /proc/PID/status")?.parse::<f64>()? / 1000.0 * 1.024)
}

/// A browser: one kept connection, one session.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    cookie: String,
    /// Whether answers are asked for as a browser does, compressed.
    pub(crate) compressed: bool,
    /// Bytes of the last question and its answer, headers too.
    pub(crate) weighed: usize,
}

/// What came back.
pub(crate) struct Answer {
    /// Status.
    pub(crate) status: u16,
    /// Status line and headers.
    head: String,
    /// Body, still compressed if it was.
    pub(crate) body: Vec<u8>,
    /// Bytes on the wire, headers too.
    pub(crate) weight: usize,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let named =
            |line: &&str| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        self.head.lines().find(named)?.split_once(':').map(|(_, value)| value.trim())
    }
}

impl Client {
    /// Connects.
    pub(crate) fn to(port: u16) -> Done<Client> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        Ok(Client { stream: BufReader::new(stream), cookie: String::new(), compressed: true, weighed: 0 })
    }

    /// Connects and signs in with an account of the demo.
    pub(crate) fn signed_in(port: u16, name: &str) -> Done<Client> {
        let mut client = Client::to(port)?;
        let answer = client.post("/sign-in", &[("name", name), ("password", demo::PASSWORD)])?;
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        client.cookie = cookie.ok_or_else(|| format!("{name} is not let in: {}", answer.status))?.to_owned();
        Ok(client)
    }

    /// Asks for a page.
    pub(crate) fn get(&mut self, path: &str) -> Done<Answer> {
        self.send("GET", path, "", &[])
    }

    /// Sends a form as pages with files do.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Done<Answer> {
        const BOUNDARY: &str = "----ChungSuc7MA4YWxkTrZu0gW";
        if path == "/sign-in" || fields.iter().any(|(name, _)| *name == "seen") {
            let pairs: Vec<String> =
                fields.iter().map(|(n, v)| format!("{n}={}", kernel::http::encode(v))).collect();
            return self.send("POST", path, "application/x-www-form-urlencoded", pairs.join("&").as_bytes());
        }
        let mut body = String::new();
        for (name, value) in fields {
            body += &format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        body += &format!("--{BOUNDARY}--\r\n");
        self.send("POST", path, &format!("multipart/form-data; boundary={BOUNDARY}"), body.as_bytes())
    }

    /// An exchange of a phone; the answer is asked for as it is.
    pub(crate) fn exchange(&mut self, asked: &serde_json::Value) -> Done<serde_json::Value> {
        self.compressed = false;
        let answer = self.send("POST", "/sync", "application/json", asked.to_string().as_bytes())?;
        if answer.status == 200 {
            Ok(serde_json::from_slice(&answer.body)?)
        } else {
            Err(format!("an exchange: {}", answer.status).into())
        }
    }

    /// A photo in one piece.
    pub(crate) fn piece(&mut self, photo: Uuid, bytes: &[u8]) -> Done {
        let answer =
            self.send("POST", &format!("/sync/photos/{photo}?from=0"), "application/octet-stream", bytes)?;
        if answer.status == 200 { Ok(()) } else { Err(format!("a photo: {}", answer.status).into()) }
    }

    fn send(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> Done<Answer> {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nsec-fetch-site: same-origin\r\n");
        if self.compressed {
            head += "accept-encoding: gzip, deflate, br\r\n";
        }
        if !self.cookie.is_empty() {
            head += &format!("cookie: {}\r\n", self.cookie);
        }
        if method == "POST" {
            head += &format!("content-type: {kind}\r\ncontent-length: {}\r\n", body.len());
        }
        head += "\r\n";
        self.stream.get_mut().write_all(&[head.as_bytes(), body].concat())?;
        let answer = self.answer()?;
        self.weighed = head.len() + body.len() + answer.weight;
        Ok(answer)
    }

    fn answer(&mut self) -> Done<Answer> {
        let mut answer = Answer { status: 0, head: String::new(), body: Vec::new(), weight: 0 };
        while !answer.head.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut answer.head)? == 0 {
                return Err("the connection was closed".into());
            }
        }
        answer.status = answer.head.split(' ').nth(1).ok_or("no status")?.parse()?;
        answer.weight = answer.head.len();
        if let Some(length) = answer.header("content-length") {
            answer.body = vec![0; length.parse()?];
            self.stream.read_exact(&mut answer.body)?;
            answer.weight += answer.body.len();
        } else if answer.header("transfer-encoding").is_some() {
            loop {
                let mut size = String::new();
                self.stream.read_line(&mut size)?;
                let length = usize::from_str_radix(size.trim(), 16)?;
                let mut chunk = vec![0; length + 2];
                self.stream.read_exact(&mut chunk)?;
                answer.weight += size.len() + chunk.len();
                chunk.truncate(length);
                answer.body.extend(chunk);
                if length == 0 {
                    break;
                }
            }
        }
        Ok(answer)
    }
}
