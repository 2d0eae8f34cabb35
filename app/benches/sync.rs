//! What an exchange costs the server: phones that come back from a valley at once, against one writer that writes the same
//! records directly; and an exchange in which nothing happened. `cargo bench -p chungsuc --bench sync`

#[expect(dead_code, reason = "each benchmark uses its part")]
mod common;

use std::sync::Arc;
use std::thread;

use activities::{Content, Step};
use chungsuc::demo;
use common::{
    Client, Done, LAST, Server, copied, head, line, median, note, room, rules, say, timed, unit, url,
};
use db::Db;
use kernel::{Action, Ids, Scope};
use serde_json::{Value, json};
use uuid::Uuid;

/// Phones that come back at once.
const PHONES: usize = 31;
/// Records that wait on each.
const WAITING: usize = 200;
/// How many times the direct writer's time they may take.
const TIMES: f64 = 2.0;
/// Time of the server for an exchange in which nothing happened, milliseconds.
const EMPTY_MS: f64 = 5.0;
/// Bytes of one both ways.
const EMPTY_BYTES: f64 = 2_000.0;
/// The list of the commune.
const LIST: &str = "/units/05089/activities";
/// A photo of one white pixel, PNG.
const PIXEL: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0,
    1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 12, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0xf8,
    0xff, 0xff, 0x3f, 0, 0x05, 0xfe, 0x02, 0xfe, 0x0d, 0xef, 0x46, 0xb8, 0, 0, 0, 0, b'I', b'E', b'N', b'D',
    0xae, 0x42, 0x60, 0x82,
];

fn main() -> Done {
    head("sync");
    let alone = directly()?;
    note("one writer, each record a durable transaction of its own: all of them", alone, "ms");
    for photos in [false, true] {
        let data = copied(1, "sync")?;
        let server = Server::start(&data)?;
        let together = phones(&server, photos)?;
        let what = if photos { "each with a photo that came before" } else { "without photos" };
        line(
            &format!("{PHONES} phones at once, {WAITING} records each, {what}: until all are taken"),
            (together, "ms"),
            TIMES * alone,
            "twice the one writer",
        );
        if !photos {
            empty(&server)?;
        }
    }
    Ok(())
}

/// Milliseconds for the same records by the same use case, without web and rights.
fn directly() -> Done<f64> {
    let db = Db::open(&url(&copied(1, "sync-direct")?))?;
    let (rules, place, ids) = (Arc::new(rules()?), unit(&db, demo::COMMUNE)?.place(), Ids::counting(0xD1EC));
    let scope = Scope::system("bench");
    let areas = db.read_now(|read| units::areas_of(read, &scope, &place, LAST))?;
    let area = areas.first().ok_or("the demo has no areas")?.id;
    let kind = rules.kind("patrol").ok_or("no such kind")?;
    let (author, now) = (room(&place, ids.new_id(), Action::Record)?, common::evening(LAST));
    let (ms, ()) = timed(|| {
        (0..PHONES * WAITING).try_for_each(|n| {
            let fields = kind
                .read(&|field| match field {
                    "shifts" => vec!["2".into()],
                    "participants" => vec!["9".into()],
                    "force" => vec!["security-team".into()],
                    _ => vec![],
                })
                .map_err(|problems| format!("{problems:?}"))?;
            let content = Content {
                area,
                from: None,
                day: LAST.with().day(day(n)).build()?,
                kind: kind.id.clone(),
                kind_version: kind.version,
                line: None,
                programmes: vec![],
                fields,
                note: text(n),
            };
            let (id, room, rules) = (ids.new_id(), author.clone(), rules.clone());
            db.write_now(move |tx| activities::change(tx, &room, &rules, (id, 0), Step::Send(content), now))?;
            Ok(())
        })
    })?;
    Ok(ms)
}

/// Milliseconds until every phone has heard that all its records were taken. All are of the head of the demo's area.
fn phones(server: &Server, photos: bool) -> Done<f64> {
    let ids = Ids::counting(0xF0E5);
    let mut ready = Vec::new();
    for _ in 0..PHONES {
        let mut client = Client::signed_in(server.port, "truongkhu1")?;
        let forms = (0..WAITING).map(|n| form(&mut client, &ids, n, photos)).collect::<Done<Vec<_>>>()?;
        ready.push((client, json!({ "device": ids.new_id(), "forms": forms })));
    }
    let (ms, ()) = timed(|| {
        let run = |(mut client, asked): (Client, Value)| {
            thread::spawn(move || -> Done {
                let answer = client.exchange(&asked)?;
                let taken = answer["answers"]
                    .as_array()
                    .map_or(0, |all| all.iter().filter(|one| one["is"] == "taken").count());
                if taken == WAITING {
                    Ok(())
                } else {
                    Err(format!("{taken} of {WAITING} taken: {answer}").into())
                }
            })
        };
        let running: Vec<_> = ready.into_iter().map(run).collect();
        running.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a phone stopped")?)
    })?;
    Ok(ms)
}

/// A patrol that waits; its photo, if it has one, is carried at once.
fn form(client: &mut Client, ids: &Ids, n: usize, photo: bool) -> Done<Value> {
    let (id, picture) = (ids.new_id(), ids.new_id());
    if photo {
        client.piece(picture, PIXEL)?;
    }
    let fields = [
        ("id", id.to_string()),
        ("based_on", "0".into()),
        ("kind", "patrol".into()),
        ("day", format!("2026-11-{:02}", day(n))),
        ("field.shifts", "2".into()),
        ("field.participants", "9".into()),
        ("field.force", "security-team".into()),
        ("note", text(n)),
        ("step", "send".into()),
    ];
    let photos =
        if photo { json!([{ "id": picture, "name": "anh.png", "size": PIXEL.len() }]) } else { json!([]) };
    Ok(json!({ "number": n, "to": LIST, "record": id, "fields": fields, "photos": photos }))
}

fn day(n: usize) -> i8 {
    i8::try_from(1 + n % 20).unwrap_or(1)
}

fn text(n: usize) -> String {
    format!("Tuần tra khu vực chợ, lượt {n}.")
}

/// What an exchange in which nothing happened takes and weighs.
fn empty(server: &Server) -> Done {
    let mut client = Client::signed_in(server.port, "truongkhu1")?;
    let device = Uuid::from_u128(7);
    let since = client.exchange(&json!({ "device": device, "forms": [] }))?["since"].clone();
    let asked = json!({ "device": device, "now": 1_795_000_000_000_i64, "since": since, "forms": [] });
    let mut walls = Vec::new();
    for _ in 0..500 {
        walls.push(timed(|| client.exchange(&asked))?.0);
    }
    let cpu = server.cpu()?;
    for _ in 0..500 {
        client.exchange(&asked)?;
    }
    let cpu = (server.cpu()? - cpu) / 500.0;
    line(
        "an exchange in which nothing happened: until the answer",
        (median(&mut walls), "ms"),
        EMPTY_MS,
        "limit",
    );
    line("  the same: CPU of the server", (cpu, "ms"), EMPTY_MS, "limit");
    line("  both ways, headers too", (client.weighed as f64, "B"), EMPTY_BYTES, "limit");
    say("  (a browser's own headers add some 500 B; tests/browser/no-signal.test.mjs counts them)");
    Ok(())
}
