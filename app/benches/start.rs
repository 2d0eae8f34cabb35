//! Starting the program on a store of a million records, and the memory it holds.
//! `cargo bench -p chungsuc --bench start`

#[expect(dead_code, reason = "each benchmark uses its part")]
mod common;

use chungsuc::demo;
use common::{Client, Done, Server, copied, head, line, median, note, say};

const RECORDS: usize = 1_000_000;
/// From the start of the process to its first answer.
const START_MS: f64 = 300.0;
/// Memory of the server, MB.
const MEMORY_MB: f64 = 120.0;

fn main() -> Done {
    head("start");
    let data = copied(RECORDS, "start")?;
    let mut starts = Vec::new();
    for _ in 0..9 {
        starts.push(Server::start(&data)?.started);
    }
    let slowest = starts.iter().copied().fold(0.0, f64::max);
    line(
        "start to the first answer, 1,000,000 records, file in the page cache (median of 9)",
        (median(&mut starts), "ms"),
        START_MS,
        "limit",
    );
    note("  the slowest", slowest, "ms");
    let server = Server::start(&data)?;
    line("memory after the start (VmRSS)", (server.memory()?, "MB"), MEMORY_MB, "limit");
    let mut clients = Vec::new();
    for account in demo::accounts() {
        clients.push(Client::signed_in(server.port, account.sign_in)?);
    }
    line("memory after seven people signed in", (server.memory()?, "MB"), MEMORY_MB, "limit");
    let paths = [
        "/",
        "/units/05089",
        "/units/05089/activities",
        "/units/05089/activities?state=sent",
        "/units/05089/activities?q=tuan%20tra",
        "/units/05089/activities/new",
        "/units/05089/activities/new?kind=outreach-session",
        "/units/05089/reports",
        "/units/05089/accounts",
        "/units/05089/audit",
        "/account",
    ];
    let mut answered = 0;
    for n in 0..2000 {
        let count = clients.len();
        let client = clients.get_mut(n % count).ok_or("no client")?;
        answered +=
            usize::from(client.get(paths.get(n % paths.len()).copied().unwrap_or("/"))?.status == 200);
    }
    line("memory after 2,000 mixed requests of seven people", (server.memory()?, "MB"), MEMORY_MB, "limit");
    say(&format!("  of these {answered} showed a page, the others said that the person may not"));
    let port = server.port;
    let crowd: Vec<_> = (0..32)
        .map(|_| {
            std::thread::spawn(move || -> Done {
                let mut client = Client::signed_in(port, "congan")?;
                (0..50).try_for_each(|_| client.get("/units/05089/activities").map(|_| ()))
            })
        })
        .collect();
    for client in crowd {
        client.join().map_err(|_| "a client stopped")??;
    }
    line("memory after 32 people at once, 1,600 lists", (server.memory()?, "MB"), MEMORY_MB, "limit");
    Ok(())
}
