//! Over HTTP, with a million records in the store: what a record, a list and every page cost the server, and what
//! every page weighs. `cargo bench -p chungsuc --bench http`

#[expect(dead_code, reason = "each benchmark uses its part")]
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::thread;

use chungsuc::{demo, product};
use common::{Client, Done, LAST, Server, copied, head, line, median, note, say, timed, unit, url};
use db::Db;
use kernel::access::may;
use kernel::http::Need;
use kernel::{Ids, Role, Scope};

/// Records in the store.
const RECORDS: usize = 1_000_000;
/// CPU of the server for one record or one list, milliseconds.
const CPU_MS: f64 = 1.0;
/// Time to answer any page, milliseconds.
const PAGE_MS: f64 = 10.0;
/// Compressed weight of a page on the first visit, bytes.
const PAGE_BYTES: f64 = 50_000.0;
/// The list of the commune.
const LIST: &str = "/units/05089/activities";

fn main() -> Done {
    head("http");
    let data = copied(RECORDS, "http")?;
    let communes = communes(&data)?;
    let server = Server::start(&data)?;
    say(&format!(
        "store: {RECORDS} records over the 148 communes of a province, {} each; SQLite file; client and server on one \
         machine over TCP, the client's CPU is not counted",
        common::SHARE
    ));
    // First: sending records leaves one area with thousands in one month.
    pages(&server)?;
    creates(&server)?;
    lists(&server)?;
    first_lists(&server, &communes)?;
    let mut head = client(&server, Role::AreaHead)?;
    let (_, wall) = measured(&server, 50, |_| ok(&mut head, "/units/05089/dashboard"))?;
    note("dashboard of the area that now has 5,000 more records in one month: until the answer", wall, "ms");
    Ok(())
}

/// The codes of the communes of the province that hold records.
fn communes(data: &Path) -> Done<Vec<String>> {
    let (db, scope) = (Db::open(&url(data))?, Scope::system("bench"));
    let province = unit(&db, demo::PROVINCE)?;
    let communes = db.read_now(|read| units::children(read, &scope, &province.id, LAST))?;
    Ok(communes.into_iter().map(|commune| commune.code).collect())
}

fn client(server: &Server, role: Role) -> Done<Client> {
    let account = demo::accounts().into_iter().find(|account| account.role == role.key());
    Client::signed_in(server.port, account.ok_or("the demo has nobody in this role")?.sign_in)
}

/// CPU of the server and wall time, per call, in milliseconds.
fn measured(server: &Server, times: usize, mut call: impl FnMut(usize) -> Done) -> Done<(f64, f64)> {
    for n in 0..times / 10 {
        call(n)?;
    }
    let (cpu, mut walls) = (server.cpu()?, Vec::with_capacity(times));
    for n in 0..times {
        walls.push(timed(|| call(n))?.0);
    }
    Ok(((server.cpu()? - cpu) / times as f64, median(&mut walls)))
}

/// Sends one record as the form of an area head does.
fn create(client: &mut Client, id: &str, n: usize) -> Done {
    let day = format!("2026-11-{:02}", 1 + n % 20);
    let answer = client.post(
        LIST,
        &[
            ("id", id),
            ("based_on", "0"),
            ("kind", "outreach-session"),
            ("day", &day),
            ("field.form", "gathering"),
            ("field.topic", "online-fraud"),
            ("field.topic", "drugs"),
            ("field.attendees", "64"),
            ("field.households", "1-40"),
            ("field.documents", "40"),
            ("programmes", "joint-programme"),
            ("programmes", "security-emulation"),
            ("programmes", "crime-prevention-campaign"),
            ("note", "Tuyên truyền thủ đoạn lừa đảo mới; bà con hỏi nhiều về tài khoản ngân hàng."),
            ("step", "send"),
        ],
    )?;
    if answer.status == 303 {
        Ok(())
    } else {
        Err(format!("a record was answered with {}", answer.status).into())
    }
}

fn confirm(client: &mut Client, id: &str) -> Done {
    let answer = client
        .post("/units/05089/activities/confirmations", &[("seen", &format!("{id}:1")), ("single", "yes")])?;
    if answer.status == 303 { Ok(()) } else { Err(format!("a confirmation: {}", answer.status).into()) }
}

fn creates(server: &Server) -> Done {
    let peers = "peers publish 6 to 154 ms";
    let ids = Ids::counting(0xCAFE);
    let mut area = client(server, Role::AreaHead)?;
    let mut officer = client(server, Role::Officer)?;
    let (cpu, wall) = measured(server, 2000, |n| create(&mut area, &ids.new_id().to_string(), n))?;
    line(
        "create: an area head sends a record (session, role, audit, commit): CPU of the server",
        (cpu, "ms"),
        CPU_MS,
        peers,
    );
    note("  the same, until the answer (one durable commit each)", wall, "ms");
    let (both, wall) = measured(server, 1000, |n| {
        let id = ids.new_id().to_string();
        create(&mut area, &id, n)?;
        confirm(&mut officer, &id)
    })?;
    line(
        "create + confirm by an officer (facts, cells, second audit entry): CPU of the server",
        (both, "ms"),
        CPU_MS,
        peers,
    );
    note("  the same, until both answers", wall, "ms");
    let (threads, each) = (8, 250);
    let cpu = server.cpu()?;
    let (ms, ()) = timed(|| {
        let run = |_| {
            let (ids, port) = (ids.clone(), server.port);
            thread::spawn(move || -> Done {
                let mut client = Client::signed_in(port, "truongkhu1")?;
                (0..each).try_for_each(|n| create(&mut client, &ids.new_id().to_string(), n))
            })
        };
        let running: Vec<_> = (0..threads).map(run).collect();
        running.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a client stopped")?)
    })?;
    let all = f64::from(threads) * each as f64;
    line(
        "create from 8 connections at once, signing in included: CPU of the server",
        ((server.cpu()? - cpu) / all, "ms"),
        CPU_MS,
        peers,
    );
    note("  records per second", all / ms * 1000.0, "/s");
    Ok(())
}

fn lists(server: &Server) -> Done {
    let mut officer = client(server, Role::Officer)?;
    let mut area = client(server, Role::AreaHead)?;
    let mut floor = Client::to(server.port)?;
    let (cpu, _) = measured(server, 1000, |_| floor.get("/assets/none/none").map(|_| ()))?;
    note("floor: a request that finds nothing, with its page: CPU of the server", cpu, "ms");
    for (what, query) in [
        ("no filter", ""),
        ("state", "?state=sent"),
        ("kind", "?kind=patrol"),
        ("kind, days", "?kind=patrol&from=2026-07-01&to=2026-09-30"),
        ("state, days", "?state=confirmed&from=2026-01-01&to=2026-09-30"),
        ("programme", "?programme=joint-programme"),
        ("text", "?q=tuan%20tra"),
        ("text that is nowhere", "?q=khongcogi"),
    ] {
        let path = format!("{LIST}{query}");
        let (cpu, wall) = measured(server, 500, |_| ok(&mut officer, &path))?;
        line(
            &format!("list of 50 of the commune, exact count, filter: {what}: CPU of the server"),
            (cpu, "ms"),
            CPU_MS,
            "limit",
        );
        note("  until the answer", wall, "ms");
    }
    let (cpu, _) = measured(server, 500, |_| ok(&mut area, LIST))?;
    line(
        "list of 50 of one area, exact count, as its head sees it: CPU of the server",
        (cpu, "ms"),
        CPU_MS,
        "limit",
    );
    officer.compressed = false;
    let (cpu, _) = measured(server, 500, |_| ok(&mut officer, LIST))?;
    line(
        "list of 50, no filter, not compressed (a proxy does that): CPU of the server",
        (cpu, "ms"),
        CPU_MS,
        "limit",
    );
    Ok(())
}

/// What a list costs that nobody has asked for since the start: then the records of the commune are read once.
fn first_lists(server: &Server, communes: &[String]) -> Done {
    let mut province = client(server, Role::ProvinceStaff)?;
    let others: Vec<&String> = communes.iter().filter(|code| *code != demo::COMMUNE).take(100).collect();
    let cpu = server.cpu()?;
    let mut walls = Vec::new();
    for code in &others {
        walls.push(timed(|| ok(&mut province, &format!("/units/{code}/activities")))?.0);
    }
    let cpu = (server.cpu()? - cpu) / others.len() as f64;
    note("the first list of a commune since the start (of 100 communes): CPU of the server", cpu, "ms");
    line("  until the answer", (median(&mut walls), "ms"), PAGE_MS, "limit");
    note("  memory of the server then", server.memory()?, "MB");
    Ok(())
}

fn ok(client: &mut Client, path: &str) -> Done {
    let answer = client.get(path)?;
    if answer.status == 200 {
        Ok(())
    } else {
        Err(format!("{path} was answered with {}", answer.status).into())
    }
}

/// Every page of the product, by its table of routes; one that cannot be asked for here is named.
fn pages(server: &Server) -> Done {
    let ids = Ids::counting(0xFACE);
    let record = ids.new_id().to_string();
    create(&mut client(server, Role::AreaHead)?, &record, 0)?;
    let mut clients = BTreeMap::new();
    for role in Role::ALL {
        clients.insert(role, client(server, role)?);
    }
    let mut nobody = Client::to(server.port)?;
    let account = account_id(clients.get_mut(&Role::Administrator).ok_or("no administrator")?)?;
    let values = [("{unit}", "05089"), ("{activity}", &record), ("{id}", &account)];
    let mut asked = Vec::new();
    for route in product::routes().list.into_iter().filter(|route| route.method == "GET") {
        let path = values.iter().fold(route.path.to_owned(), |path, (name, value)| path.replace(name, value));
        let role = Role::ALL.into_iter().find(|role| match route.need {
            Need::Action(action) => may(*role, action),
            Need::Nothing | Need::Person => true,
        });
        asked.push((path, role.filter(|_| route.need != Need::Nothing)));
    }
    asked.push((format!("{LIST}/new?kind=outreach-session"), Some(Role::AreaHead)));
    let province = format!("/units/{}/dashboard", demo::PROVINCE);
    asked.extend(
        ["", "?view=year"].map(|more| (format!("/units/05089/dashboard{more}"), Some(Role::Officer))),
    );
    asked.extend(["", "?view=year"].map(|more| (format!("{province}{more}"), Some(Role::ProvinceStaff))));
    for (path, role) in asked {
        let client = role.and_then(|role| clients.get_mut(&role)).unwrap_or(&mut nobody);
        let status = if path.contains('{') { 0 } else { client.get(&path)?.status };
        if status != 200 {
            say(&format!("not measured: {path} ({status})"));
            continue;
        }
        let (cpu, wall) = measured(server, 100, |_| ok(client, &path))?;
        let who = role.map_or("nobody", Role::key);
        let short = path.replace(&record, "RECORD").replace(&account, "ACCOUNT");
        line(&format!("page {short} ({who}): until the answer"), (wall, "ms"), PAGE_MS, "limit");
        note("  CPU of the server", cpu, "ms");
        line(
            "  weight on the first visit, compressed, headers too",
            (first_visit(client, &path)?, "B"),
            PAGE_BYTES,
            "limit",
        );
    }
    Ok(())
}

/// The id of an account of the commune, from the list that the administrator sees.
fn account_id(administrator: &mut Client) -> Done<String> {
    administrator.compressed = false;
    let list = administrator.get("/units/05089/accounts")?;
    administrator.compressed = true;
    let html = String::from_utf8(list.body)?;
    let (_, after) = html.split_once("/units/05089/accounts/0").ok_or("no account is listed")?;
    Ok(format!("0{}", after.split(['"', '?', '/']).next().unwrap_or_default()))
}

/// Page, style sheet, scripts and what they import, icon: as they cross the wire.
fn first_visit(client: &mut Client, path: &str) -> Done<f64> {
    let weight = client.get(path)?.weight;
    let mut waiting: BTreeSet<String> = named(client, path, "\"/assets/", '"')?;
    let (mut seen, mut total) = (BTreeSet::new(), weight);
    while let Some(asset) = waiting.pop_first() {
        total += client.get(&asset)?.weight;
        let base = asset.rsplit_once('/').map_or("", |(base, _)| base).to_owned();
        if asset.ends_with(".js") {
            let imports = named(client, &asset, "from \"./", '"')?;
            waiting.extend(
                imports.iter().map(|import| format!("{base}/{}", import.trim_start_matches("from \"./"))),
            );
        }
        seen.insert(asset);
        waiting.retain(|asset| !seen.contains(asset));
    }
    Ok(total as f64)
}

/// What follows `start` (with what of it is a path) up to `end`, in a text that is asked for plainly.
fn named(client: &mut Client, path: &str, start: &str, end: char) -> Done<BTreeSet<String>> {
    client.compressed = false;
    let text = String::from_utf8(client.get(path)?.body)?;
    client.compressed = true;
    let kept = start.trim_start_matches('"');
    let parts = text.split(start).skip(1).filter_map(|part| part.split(end).next());
    Ok(parts.map(|part| format!("{kept}{part}")).collect())
}
