//! What an exchange costs the server: phones that come back from a valley at once, against one writer that writes the same
//! records directly; and an exchange in which nothing happened. `cargo bench -p sync`

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use accounts::{Accounts, Attempt, Keeper, NewAccount, NewGrant, Password};
use activities::{Content, Step};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Extension;
use axum::http::Request;
use catalogue::Catalogue;
use db::Db;
use jiff::civil::{Date, date};
use kernel::http::{App, wrap};
use kernel::{Action, Clock, Ids, Place, Role, Scope};
use serde_json::json;
use supplements::Rulebook;
use tower::ServiceExt;
use units::NewArea;
use uuid::Uuid;

type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

const PHONES: usize = 31;
const WAITING: usize = 200;
const DAY: Date = date(2026, 11, 20);
const PASSWORD: &str = "suối trong đầu bản";

struct House {
    db: Db,
    app: App,
    router: Router,
    place: Place,
    areas: Vec<Uuid>,
    rules: Arc<Catalogue>,
    _folder: tempfile::TempDir,
}

fn main() -> Done {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let direct = house()?;
    let begun = Instant::now();
    for n in 0..PHONES * WAITING {
        write(&direct, n)?;
    }
    let alone = begun.elapsed();

    let house = house()?;
    let tokens: Vec<String> = (0..PHONES).map(|n| person(&house, &runtime, n)).collect::<Done<_>>()?;
    let bodies: Vec<String> = (0..PHONES).map(|n| batch(&house, n)).collect();
    let begun = Instant::now();
    runtime.block_on(async {
        let tasks = tokens
            .iter()
            .zip(bodies)
            .map(|(token, body)| tokio::spawn(exchange(house.router.clone(), token.clone(), body)));
        for task in tasks.collect::<Vec<_>>() {
            let (_, answer) = task.await??;
            let taken = answer.matches(r#""is":"taken""#).count();
            if taken != WAITING {
                return Err(format!("{taken} of {WAITING} taken: {answer}").into());
            }
        }
        Done::Ok(())
    })?;
    let together = begun.elapsed();
    println!("{PHONES} phones with {WAITING} waiting records each, at once: {together:?}");
    println!("the same records by one writer directly, each durable: {alone:?}");
    println!("ratio {:.2}, limit 2", together.as_secs_f64() / alone.as_secs_f64());

    let token = tokens.first().ok_or("nobody")?;
    let ask = |body: String| runtime.block_on(exchange(house.router.clone(), token.clone(), body));
    let (_, first) = ask(json!({ "forms": [] }).to_string())?;
    let since = serde_json::from_str::<serde_json::Value>(&first)?["since"].clone();
    let body = json!({ "since": since, "forms": [] }).to_string();
    let mut times = Vec::new();
    let mut bytes = 0;
    for _ in 0..500 {
        let begun = Instant::now();
        let (heads, answer) = ask(body.clone())?;
        times.push(begun.elapsed());
        bytes = heads + answer.len() + body.len();
    }
    times.sort();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    println!(
        "an exchange in which nothing happened: median {median:?}, slowest {:?}, limit {:?}; {bytes} B of both bodies and \
         the answer's head, limit 2000 B",
        times.last().copied().unwrap_or_default(),
        Duration::from_millis(5)
    );
    Ok(())
}

/// A commune with an area for each phone, on a store of its own.
fn house() -> Done<House> {
    let folder = tempfile::tempdir()?;
    let db = Db::open(&format!("sqlite:{}", folder.path().join("bench.db").display()))?;
    let (scope, ids) = (Scope::system("bench"), Ids::counting(7));
    db.write_now(|tx| units::load_reference(tx, &scope))?;
    let place =
        db.read_now(|read| units::find_by_code(read, &scope, "05089", DAY))?.ok_or("no unit")?.place();
    let room = scope.enter(&place, Action::Record)?;
    let noon = jiff::tz::offset(7).to_timestamp(DAY.at(12, 0, 0, 0))?;
    let areas: Vec<Uuid> = (0..PHONES).map(|_| ids.new_id()).collect();
    let made = areas.clone();
    db.write_now(move |tx| {
        made.iter().enumerate().try_for_each(|(n, id)| {
            let from_on = date(2025, 7, 1);
            units::add_area(
                tx,
                &room,
                noon,
                &NewArea { id: *id, name: format!("Khu {n}"), households: Some(90), from_on },
            )
        })
    })?;
    let rules = Arc::new(Catalogue::embedded().map_err(|problems| format!("{problems:?}"))?);
    let clock = Clock::from_fn(move || noon);
    let app = App { db: db.clone(), clock, ids, gate: Arc::new(Accounts), https: false, demo: false };
    let routes =
        activities::routes().with(sync::routes()).router.layer(Extension(Rulebook::new(rules.clone())));
    let forms = sync::Forms::new(routes.clone(), app.clone());
    let router = wrap(routes.layer(Extension(forms)), app.clone());
    Ok(House { db, app, router, place, areas, rules, _folder: folder })
}

/// The head of an area, signed in.
fn person(house: &House, runtime: &tokio::runtime::Runtime, n: usize) -> Done<String> {
    let (scope, now) = (Scope::system("bench"), house.app.clock.now());
    let (account, grant, at) = (house.app.ids.new_id(), house.app.ids.new_id(), house.place.clone());
    let new = NewAccount { name: "Trưởng khu".into(), sign_in: format!("truongkhu{n}") };
    let area = house.areas.get(n).copied();
    let right =
        NewGrant { role: Role::AreaHead, area, line: None, valid_from: date(2025, 7, 1), valid_to: None };
    let hash = Password::new(PASSWORD, &[]).map_err(|weak| weak.key())?.hash()?;
    house.db.write_now(move |tx| {
        let keeper = Keeper::enter(&scope, &at, now)?;
        keeper.create(tx, account, &new, &hash)?;
        keeper.grant(tx, account, grant, &at, &right)
    })?;
    let name = format!("truongkhu{n}");
    let attempt = Attempt { name, password: PASSWORD.into(), client: None, device: String::new() };
    let signed_in = accounts::sign_in(&house.db, &house.app.clock, &house.app.ids, attempt);
    Ok(runtime.block_on(signed_in)?.token)
}

fn batch(house: &House, phone: usize) -> String {
    let forms: Vec<_> = (0..WAITING)
        .map(|n| {
            let id = house.app.ids.new_id();
            let fields = [
                ("id", id.to_string()),
                ("based_on", "0".into()),
                ("kind", "patrol".into()),
                ("day", format!("2026-11-{:02}", 1 + n % 20)),
                ("field.shifts", "2".into()),
                ("field.participants", "9".into()),
                ("field.force", "security-team".into()),
                ("note", format!("Tuần tra khu vực chợ, lượt {n}.")),
                ("step", "send".into()),
            ];
            json!({ "number": n, "to": "/units/05089/activities", "record": id, "fields": fields, "photos": [] })
        })
        .collect();
    json!({ "device": Uuid::from_u128(phone as u128 + 1), "forms": forms }).to_string()
}

async fn exchange(router: Router, token: String, body: String) -> Done<(usize, String)> {
    let request = Request::post("/sync").header("cookie", format!("sid={token}")).body(Body::from(body))?;
    let (head, body) = router.oneshot(request).await?.into_parts();
    if head.status != 200 {
        return Err(format!("an exchange was answered with {}", head.status).into());
    }
    let bytes = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    Ok((bytes, String::from_utf8(to_bytes(body, 16 << 20).await?.to_vec())?))
}

/// The same record as a phone sends, by the same use case, without web and rights.
fn write(house: &House, n: usize) -> Done {
    let kind = house.rules.kind("patrol").ok_or("no such kind")?;
    let fields = kind
        .read(&|field| match field {
            "shifts" => vec!["2".into()],
            "participants" => vec!["9".into()],
            "force" => vec!["security-team".into()],
            _ => vec![],
        })
        .map_err(|problems| format!("{problems:?}"))?;
    let content = Content {
        area: house.areas.get(n % PHONES).copied().unwrap_or_default(),
        from: None,
        day: date(2026, 11, 1 + (n % 20) as i8),
        kind: kind.id.clone(),
        kind_version: kind.version,
        line: None,
        programmes: vec![],
        fields,
        note: format!("Tuần tra khu vực chợ, lượt {n}."),
    };
    let (room, rules) = (Scope::system("bench").enter(&house.place, Action::Record)?, house.rules.clone());
    let (id, now) = (house.app.ids.new_id(), house.app.clock.now());
    house.db.write_now(move |tx| activities::change(tx, &room, &rules, (id, 0), Step::Send(content), now))?;
    Ok(())
}
