//! Accounts on both engines, and the pages through the router.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use db::Db;
use db::testing::{Throwaway, stores};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use kernel::http::{App, wrap};
use kernel::{Action, Caller, Clock, Gate, Ids, Line, Place, Role, Scope, audit};
use tower::ServiceExt;
use uuid::Uuid;

use crate::{
    Accounts, Attempt, Hash, Keeper, NewAccount, NewGrant, Password, Refusal, SignInError, SignedIn, names,
    own, routes, sign_in,
};

const PASSWORD: &str = "suối trong đầu bản";
const TODAY: Date = date(2026, 11, 24);

fn start() -> Timestamp {
    "2026-11-24T01:00:00Z".parse().unwrap()
}

/// One hash for all: hashing is the slowest thing here.
fn hash() -> Hash {
    static HASH: OnceLock<Hash> = OnceLock::new();
    HASH.get_or_init(|| Password::new(PASSWORD, &[]).unwrap().hash().unwrap()).clone()
}

/// The synchronous PostgreSQL client must not be opened or dropped inside a runtime, so tests enter one only to wait.
fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// A loaded store with a clock that the test moves.
struct House {
    db: Throwaway,
    time: Arc<AtomicI64>,
    ids: Ids,
}

fn houses() -> Vec<House> {
    let house = |db: Throwaway| {
        db.write_now(|tx| units::load_reference(tx, &Scope::system("test"))).unwrap();
        House { db, time: Arc::new(AtomicI64::new(start().as_second())), ids: Ids::counting(7) }
    };
    stores().into_iter().map(house).collect()
}

impl House {
    fn clock(&self) -> Clock {
        let time = self.time.clone();
        Clock::from_fn(move || Timestamp::from_second(time.load(Ordering::Relaxed)).unwrap())
    }

    fn now(&self) -> Timestamp {
        self.clock().now()
    }

    fn pass(&self, time: SignedDuration) {
        self.time.fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    fn place(&self, code: &str) -> Place {
        let scope = Scope::system("test");
        let code = code.to_owned();
        self.db.read_now(|read| units::find_by_code(read, &scope, &code, TODAY)).unwrap().unwrap().place()
    }

    fn keep<T: Send + 'static>(
        &self,
        scope: &Scope,
        place: &Place,
        work: impl FnOnce(&mut db::Tx<'_>, &Keeper<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (scope, place, now) = (scope.clone(), place.clone(), self.now());
        self.db.write_now(move |tx| work(tx, &Keeper::enter(&scope, &place, now)?))
    }

    /// An account with one right from today on, made as on the command line.
    fn account(&self, sign_in: &str, place: &Place, role: Role) -> Uuid {
        let id = self.ids.new_id();
        let new = NewAccount { name: format!("Nguyễn Thị {sign_in}"), sign_in: sign_in.to_owned() };
        let (here, grant_id) = (place.clone(), self.ids.new_id());
        let grant = grant(role);
        self.keep(&Scope::system("user"), place, move |tx, keeper| {
            keeper.create(tx, id, &new, &hash())?;
            keeper.grant(tx, id, grant_id, &here, &grant)
        })
        .unwrap();
        id
    }

    fn try_from(&self, client: &str, name: &str, password: &str) -> Result<SignedIn, SignInError> {
        let attempt = Attempt {
            name: name.into(),
            password: password.into(),
            client: Some(client.into()),
            device: "Chrome, Android".into(),
        };
        wait(sign_in(&self.db, &self.clock(), &self.ids, attempt))
    }

    /// Each time from another client.
    fn try_in(&self, name: &str, password: &str) -> Result<SignedIn, SignInError> {
        self.try_from(&self.ids.new_id().to_string(), name, password)
    }

    fn caller(&self, token: &str) -> Option<Caller> {
        caller(&self.db, token, self.now())
    }

    fn sessions(&self, caller: &Caller) -> usize {
        self.db.read_now(|read| own::sessions(read, caller, self.now())).unwrap().len()
    }

    fn app(&self) -> App {
        App {
            db: (*self.db).clone(),
            clock: self.clock(),
            ids: self.ids.clone(),
            gate: Arc::new(Accounts),
            https: false,
            demo: false,
        }
    }

    fn send(&self, request: Request<Body>) -> (Response<()>, String) {
        let router = wrap(routes().router, self.app());
        wait(async {
            let response = router.oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap();
            let missing = body
                .split('[')
                .skip(1)
                .find(|rest| rest.starts_with("accounts-") || rest.starts_with("audit-"));
            assert_eq!(missing, None, "a text is missing");
            (axum::http::Response::from_parts(parts, ()), body)
        })
    }

    fn get(&self, path: &str, token: &str) -> (Response<()>, String) {
        self.send(
            Request::get(path).header(header::COOKIE, format!("sid={token}")).body(Body::empty()).unwrap(),
        )
    }

    fn post(&self, path: &str, token: &str, form: &str) -> (Response<()>, String) {
        let request = Request::post(path)
            .header(header::COOKIE, format!("sid={token}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form.to_owned())).unwrap())
    }
}

fn caller(db: &Db, token: &str, now: Timestamp) -> Option<Caller> {
    db.read_now(|read| Accounts.caller(read, token, now)).unwrap()
}

fn grant(role: Role) -> NewGrant {
    let area = (role == Role::AreaHead).then(|| Uuid::from_u128(4));
    let line = (role == Role::Officer).then_some(Line::Police);
    NewGrant { role, area, line, valid_from: TODAY, valid_to: None }
}

fn location(response: &Response<()>) -> &str {
    response.headers().get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
}

/// The session that an answer set.
fn session(response: &Response<()>) -> String {
    let cookie = response.headers().get(header::SET_COOKIE).unwrap().to_str().unwrap();
    assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    cookie.strip_prefix("sid=").unwrap().split(';').next().unwrap().to_owned()
}

const SIGN_IN: &str = "name=hoa&password=su%E1%BB%91i+trong+%C4%91%E1%BA%A7u+b%E1%BA%A3n";

#[test]
fn the_right_password_lets_in_and_nothing_else_does() {
    for house in houses() {
        let commune = house.place("05089");
        let id = house.account("hoa", &commune, Role::Officer);
        assert!(matches!(house.try_in("hoa", "suối trong cuối bản"), Err(SignInError::Wrong)));
        assert!(matches!(house.try_in("hoà.khác", PASSWORD), Err(SignInError::Wrong)));
        let signed_in = house.try_in(" Hòa ", PASSWORD).unwrap();
        let caller = house.caller(&signed_in.token).unwrap();
        assert_eq!((caller.account, caller.tenant.as_str()), (id, commune.tenant.as_str()));
        assert_eq!(caller.home.as_ref(), Some(&commune));
        assert_eq!(caller.scope.enter(&commune, Action::Confirm).unwrap().line(), Some(Line::Police));
        assert!(!caller.scope.can(&house.place("08230"), Action::SeeUnit));
        assert!(house.caller(&format!("{}x", signed_in.token)).is_none());
        let other = signed_in.token.replace(&commune.tenant, &house.place("08230").tenant);
        assert!(house.caller(&other).is_none(), "a token is of one tenant");
    }
}

#[test]
fn a_closed_account_stays_out_and_its_name_is_never_given_again() {
    for house in houses() {
        let commune = house.place("05089");
        let id = house.account("hoa", &commune, Role::Officer);
        let token = house.try_in("hoa", PASSWORD).unwrap().token;
        house.keep(&Scope::system("user"), &commune, move |tx, keeper| keeper.close(tx, id)).unwrap();
        assert!(house.caller(&token).is_none());
        assert!(matches!(house.try_in("hoa", PASSWORD), Err(SignInError::Wrong)));
        let again = NewAccount { name: "Bùi Văn Hòa".into(), sign_in: "HOA".into() };
        let elsewhere = house.place("08230");
        let id = house.ids.new_id();
        let refused = house
            .keep(&Scope::system("user"), &elsewhere, move |tx, keeper| {
                keeper.create(tx, id, &again, &hash())
            })
            .unwrap_err();
        assert!(matches!(refused, Refusal::SignInTaken), "{refused}");
        let listed = house.keep(&Scope::system("user"), &elsewhere, |tx, keeper| Ok(keeper.accounts(tx)?));
        assert!(listed.unwrap().is_empty(), "a refused account leaves nothing behind");
    }
}

#[test]
fn wrong_attempts_block_a_name_for_longer_and_longer_even_over_a_restart() {
    for house in houses() {
        house.account("hoa", &house.place("05089"), Role::Officer);
        for name in ["hoa", "nobody"] {
            for attempt in 1..5 {
                let refused = house.try_in(name, "x").unwrap_err();
                assert!(matches!(refused, SignInError::Wrong), "{attempt}: {refused}");
            }
            for minutes in [1, 2, 4, 8, 16, 32, 60, 60] {
                let end = house.now() + SignedDuration::from_mins(minutes);
                let refused = house.try_in(name, "x").unwrap_err();
                assert!(
                    matches!(refused, SignInError::Blocked { until } if until == end),
                    "{minutes}: {refused}"
                );
                house.pass(SignedDuration::from_secs(30));
                // Not even the right password is heard, and asking again does not make it longer.
                let refused = house.try_in(name, PASSWORD).unwrap_err();
                assert!(
                    matches!(refused, SignInError::Blocked { until } if until == end),
                    "{minutes}: {refused}"
                );
                house.pass(end.duration_since(house.now()));
            }
        }
        house.try_in("hoa", "x").unwrap_err();
        let again = Db::open(house.db.url()).unwrap();
        let attempt =
            Attempt { name: "hoa".into(), password: PASSWORD.into(), client: None, device: String::new() };
        let refused = wait(sign_in(&again, &house.clock(), &house.ids, attempt)).unwrap_err();
        assert!(matches!(refused, SignInError::Blocked { .. }), "{refused}");
        house.pass(SignedDuration::from_mins(60));
        house.try_in("hoa", PASSWORD).unwrap();
        let refused = house.try_in("hoa", "x").unwrap_err();
        assert!(matches!(refused, SignInError::Wrong), "a right password starts the count anew: {refused}");
    }
}

#[test]
fn a_client_that_tries_many_names_is_blocked_and_others_are_not() {
    for house in houses() {
        house.account("hoa", &house.place("05089"), Role::Officer);
        for attempt in 1..25 {
            house.try_from("10.0.0.9", &format!("name{attempt}"), "x").unwrap_err();
        }
        let refused = house.try_from("10.0.0.9", "one.more", "x").unwrap_err();
        assert!(matches!(refused, SignInError::Blocked { .. }), "{refused}");
        assert!(matches!(house.try_from("10.0.0.9", "hoa", PASSWORD), Err(SignInError::Blocked { .. })));
        house.try_from("10.0.0.8", "hoa", PASSWORD).unwrap();
        house.pass(SignedDuration::from_hours(25));
        assert!(matches!(house.try_from("10.0.0.9", "one.more", "x"), Err(SignInError::Wrong)));
    }
}

#[test]
fn a_session_survives_a_restart_and_ends_by_time_or_by_hand() {
    for house in houses() {
        house.account("hoa", &house.place("05089"), Role::Officer);
        let (phone, desk) =
            (house.try_in("hoa", PASSWORD).unwrap().token, house.try_in("hoa", PASSWORD).unwrap().token);
        let again = Db::open(house.db.url()).unwrap();
        assert!(caller(&again, &phone, house.now()).is_some());

        let me = house.caller(&desk).unwrap();
        let lost = house.caller(&phone).unwrap().session;
        assert_eq!(house.sessions(&me), 2);
        let (by, now) = (me.clone(), house.now());
        house.db.write_now(move |tx| own::revoke(tx, &by, lost, now)).unwrap();
        assert!(house.caller(&phone).is_none());
        assert_eq!(house.sessions(&me), 1);
        let (by, now) = (me.clone(), house.now());
        let refused = house.db.write_now(move |tx| own::revoke(tx, &by, lost, now)).unwrap_err();
        assert!(matches!(refused, Refusal::Missing), "{refused}");

        house.pass(own::STANDS - SignedDuration::from_secs(1));
        assert!(house.caller(&desk).is_some());
        house.pass(SignedDuration::from_secs(1));
        assert!(house.caller(&desk).is_none());
        assert_eq!(house.sessions(&me), 0);
    }
}

#[test]
fn a_session_of_somebody_else_is_not_ended() {
    for house in houses() {
        let commune = house.place("05089");
        house.account("hoa", &commune, Role::Officer);
        house.account("lan", &commune, Role::Chair);
        let hoa = house.try_in("hoa", PASSWORD).unwrap().token;
        let lan = house.caller(&house.try_in("lan", PASSWORD).unwrap().token).unwrap();
        let (session, now) = (house.caller(&hoa).unwrap().session, house.now());
        let refused = house.db.write_now(move |tx| own::revoke(tx, &lan, session, now)).unwrap_err();
        assert!(matches!(refused, Refusal::Missing), "{refused}");
        assert!(house.caller(&hoa).is_some());
    }
}

#[test]
fn a_right_holds_from_its_first_day_to_its_last_and_ends_at_once() {
    for house in houses() {
        let commune = house.place("05089");
        let id = house.account("hoa", &commune, Role::Auditor);
        let token = house.try_in("hoa", PASSWORD).unwrap().token;
        let later = NewGrant {
            valid_from: date(2026, 11, 25),
            valid_to: Some(date(2026, 11, 26)),
            ..grant(Role::Officer)
        };
        let (grant_id, here) = (house.ids.new_id(), commune.clone());
        let system = Scope::system("user");
        house
            .keep(&system, &commune, move |tx, keeper| keeper.grant(tx, id, grant_id, &here, &later))
            .unwrap();
        let confirms = |house: &House| house.caller(&token).unwrap().scope.can(&commune, Action::Confirm);
        let days: Vec<bool> = (24..=27)
            .map(|_| {
                let may = confirms(&house);
                house.pass(SignedDuration::from_hours(24));
                may
            })
            .collect();
        assert_eq!(days, [false, true, true, false]);

        let account = house.keep(&system, &commune, move |tx, keeper| keeper.account(tx, id)).unwrap();
        let auditor = account.grants.first().unwrap().id;
        house.keep(&system, &commune, move |tx, keeper| keeper.end_grant(tx, id, auditor)).unwrap();
        let caller = house.caller(&token).unwrap();
        assert!(caller.scope.grants().is_empty() && caller.home.is_none());
        let again = house.keep(&system, &commune, move |tx, keeper| keeper.end_grant(tx, id, auditor));
        assert!(matches!(again, Err(Refusal::Missing)));
    }
}

/// Lets one commune go on in another from a day on.
fn succeed(house: &House, predecessor: &Place, successor: &Place, on: Date) {
    let (here, pair) = (successor.clone(), (predecessor.tenant.clone(), successor.tenant.clone()));
    house
        .db
        .write_now(move |tx| {
            units::succeed(tx, &Scope::system("test"), &here, (&pair.0, &pair.1), on).map(|_| ())
        })
        .unwrap();
}

#[test]
fn a_right_over_a_merged_commune_becomes_one_over_its_successor() {
    for house in houses() {
        let (old, new) = (house.place("05089"), house.place("05200"));
        let clerk = house.account("hoa", &old, Role::Officer);
        house.account("quan", &new, Role::Administrator);
        let token = house.try_in("hoa", PASSWORD).unwrap().token;
        let admin = house.try_in("quan", PASSWORD).unwrap().token;
        succeed(&house, &old, &new, date(2026, 11, 25));
        let records = |house: &House| {
            let caller = house.caller(&token).unwrap();
            let home = caller.home.map(|home| home.tenant);
            ([&old, &new].map(|place| caller.scope.can(place, Action::Record)), home)
        };
        assert_eq!(records(&house), ([true, false], Some(old.tenant.clone())));
        assert_eq!(house.get("/units/05200/accounts", &admin).1.matches("Nguyễn Thị hoa").count(), 0);
        house.pass(SignedDuration::from_hours(24));
        assert_eq!(records(&house), ([false, true], Some(new.tenant.clone())));
        // What the old commune wrote is reached from the new one.
        let scope = house.caller(&token).unwrap().scope;
        let kept = Place { tenant: old.tenant.clone(), ..new.clone() };
        assert_eq!(scope.enter(&kept, Action::Record).unwrap().tenant_key(), old.tenant);
        // The new commune keeps the accounts of the old.
        let (_, body) = house.get("/units/05200/accounts", &admin);
        assert!(body.contains("Nguyễn Thị hoa"), "{body}");
        let closed = house.post(&format!("/units/05200/accounts/{clerk}/closure"), &admin, "").0;
        assert_eq!(closed.status(), StatusCode::SEE_OTHER);
        assert!(house.caller(&token).is_none());
    }
}

#[test]
fn a_right_over_one_area_goes_with_the_area() {
    for house in houses() {
        let [from, to, last] = ["05089", "05212", "05200"].map(|code| house.place(code));
        let (khu, system) = (Uuid::from_u128(4), Scope::system("test"));
        let new =
            units::NewArea { id: khu, name: "Khu 4".into(), households: None, from_on: date(2025, 7, 1) };
        let home = system.enter(&from, Action::KeepUnit).unwrap();
        let (room, into, now) = (home.clone(), system.enter(&to, Action::KeepUnit).unwrap(), house.now());
        house.db.write_now(move |tx| units::add_area(tx, &home, now, &new)).unwrap();
        house.account("khu", &from, Role::AreaHead);
        house.account("hoa", &from, Role::Officer);
        let [head, officer] = ["khu", "hoa"].map(|name| house.try_in(name, PASSWORD).unwrap().token);
        house
            .db
            .write_now(move |tx| {
                let day = date(2026, 11, 25);
                units::move_area(tx, &Scope::system("test"), &room, &into, now, (khu, day)).map(|_| ())
            })
            .unwrap();
        succeed(&house, &to, &last, date(2026, 11, 26));
        let records = |house: &House, token: &str| {
            let scope = house.caller(token).unwrap().scope;
            [&from, &to, &last]
                .map(|place| scope.enter(place, Action::Record).is_ok_and(|room| room.covers(khu).is_ok()))
        };
        for n in 0..3 {
            let mut there = [false; 3];
            there[n] = true;
            assert_eq!(records(&house, &head), there);
            // It is the head's right over that area alone, wherever it lies; the officer's stays with the commune.
            let other = house.caller(&head).unwrap().scope.enter([&from, &to, &last][n], Action::Record);
            assert!(other.unwrap().covers(Uuid::from_u128(5)).is_err());
            assert_eq!(records(&house, &officer), [true, false, false]);
            house.pass(SignedDuration::from_hours(24));
        }
    }
}

#[test]
fn an_administrator_gives_no_right_outside_the_own_subtree_and_none_to_oneself() {
    for house in houses() {
        let (commune, other) = (house.place("05089"), house.place("08230"));
        let province = house.place("25");
        assert!(commune.path.starts_with(&province.path));
        let admin = house.account("quan", &commune, Role::Administrator);
        let clerk = house.account("hoa", &commune, Role::Officer);
        let scope = house.caller(&house.try_in("quan", PASSWORD).unwrap().token).unwrap().scope;
        let give = |to: Uuid, at: &Place, role: Role| {
            let (id, at, grant) = (house.ids.new_id(), at.clone(), grant(role));
            house.keep(&scope, &commune, move |tx, keeper| keeper.grant(tx, to, id, &at, &grant))
        };
        assert!(matches!(give(clerk, &province, Role::ProvinceStaff), Err(Refusal::Denied(_))));
        assert!(matches!(give(clerk, &other, Role::Officer), Err(Refusal::Denied(_))));
        assert!(matches!(give(admin, &commune, Role::Officer), Err(Refusal::OwnAccount)));
        assert!(matches!(give(clerk, &commune, Role::ProvinceStaff), Err(Refusal::RoleElsewhere)));
        assert!(matches!(give(Uuid::from_u128(99), &commune, Role::Chair), Err(Refusal::Missing)));
        give(clerk, &commune, Role::Chair).unwrap();
        assert!(Keeper::enter(&scope, &other, house.now()).is_err());
        assert!(Keeper::enter(&scope, &province, house.now()).is_err());

        // Above, somebody gives the clerk a right at the province: the commune may no longer act as the clerk.
        let (id, at) = (house.ids.new_id(), province.clone());
        let above = Scope::system("user");
        house
            .keep(&above, &commune, move |tx, keeper| {
                keeper.grant(tx, clerk, id, &at, &grant(Role::ProvinceStaff))
            })
            .unwrap();
        let reset = house.keep(&scope, &commune, move |tx, keeper| keeper.set_password(tx, clerk, &hash()));
        assert!(matches!(reset, Err(Refusal::Wider)));
        let closed = house.keep(&scope, &commune, move |tx, keeper| keeper.close(tx, clerk));
        assert!(matches!(closed, Err(Refusal::Wider)));
        let closed = house.keep(&scope, &commune, move |tx, keeper| keeper.close(tx, admin));
        assert!(matches!(closed, Err(Refusal::OwnAccount)));
    }
}

#[test]
fn every_change_is_in_the_chain_and_names_are_found_across_tenants() {
    for house in houses() {
        let (commune, province) = (house.place("05089"), house.place("25"));
        let chief = house.account("tinh", &province, Role::Administrator);
        let id = house.account("hoa", &commune, Role::Officer);
        house.try_in("hoa", "x").unwrap_err();
        house.try_in("hoa", PASSWORD).unwrap();
        let scope = house.caller(&house.try_in("tinh", PASSWORD).unwrap().token).unwrap().scope;
        house.keep(&scope, &commune, move |tx, keeper| keeper.set_password(tx, id, &hash())).unwrap();
        let system = Scope::system("test");
        let room = system.own(&commune.tenant);
        let logged = house.db.read_now(|read| audit::newest(read, &room, i64::MAX, 20)).unwrap();
        let actions: Vec<&str> = logged.iter().rev().map(|row| row.action.as_str()).collect();
        let expected =
            ["account.create", "account.grant", "session.refused", "session.start", "account.password"];
        assert_eq!(actions, expected);
        assert_eq!(logged.first().unwrap().account, chief.to_string());
        let found = house
            .db
            .read_now(|read| names(read, &system, &commune.tenant, [chief, id, Uuid::from_u128(5), id]))
            .unwrap();
        assert_eq!(found.into_values().collect::<Vec<_>>(), ["Nguyễn Thị tinh", "Nguyễn Thị hoa"]);
        let verified = house.db.read_now(|read| audit::verify(read, &system)).unwrap();
        assert!(verified.tampered.is_empty() && verified.rows == 8, "{verified:?}");
    }
}

#[test]
fn signing_in_goes_on_to_where_one_wanted_to_go_on_this_site_only() {
    for house in houses() {
        house.account("hoa", &house.place("05089"), Role::Administrator);
        let (response, _) = house.get("/units/05089/accounts?x=1", "");
        assert_eq!(location(&response), "/sign-in?next=%2Funits%2F05089%2Faccounts%3Fx%3D1");
        let (response, body) = house.get(location(&response), "");
        assert_eq!(response.status(), StatusCode::OK);
        assert!(body.contains(r#"name="next" value="/units/05089/accounts?x=1""#), "{body}");

        let form = format!("{SIGN_IN}&next=%2Funits%2F05089%2Faccounts%3Fx%3D1");
        let (response, _) = house.post("/sign-in", "", &form);
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(location(&response), "/units/05089/accounts?x=1");
        let token = session(&response);
        assert_eq!(house.get("/units/05089/accounts?x=1", &token).0.status(), StatusCode::OK);
        assert_eq!(location(&house.get("/", &token).0), "/units/05089/accounts");

        let (response, _) = house.post("/sign-in", "", &format!("{SIGN_IN}&next=https%3A%2F%2Felsewhere"));
        assert_eq!(location(&response), "/");
    }
}

#[test]
fn a_form_sent_after_the_session_ended_is_offered_again() {
    for house in houses() {
        house.account("hoa", &house.place("05089"), Role::Officer);
        let kept =
            "kept.note=%3Cb%3Eh%E1%BB%8Dp+khu&kept.mark=1&kept.mark=2&next=%2Funits%2F05089%2Factivities";
        let (response, body) = house.post("/sign-in", "", &format!("name=hoa&password=sai&{kept}"));
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(response.headers().get(header::SET_COOKIE).is_none());
        assert!(body.contains(r#"name="kept.mark" value="2""#) && body.contains(r#"value="hoa""#), "{body}");
        assert!(!body.contains("sai\"") && body.contains("không đúng"), "{body}");

        let (response, body) = house.post("/sign-in", "", &format!("{SIGN_IN}&{kept}"));
        assert_eq!(response.status(), StatusCode::OK);
        assert!(house.caller(&session(&response)).is_some());
        assert!(body.contains(r#"<form method="post" action="/units/05089/activities">"#), "{body}");
        assert!(!body.contains("<b>") && body.contains("b&#62;họp khu"), "{body}");
        for field in [r#"name="note""#, r#"name="mark" value="1""#, r#"name="mark" value="2""#] {
            assert!(body.contains(field), "{field}: {body}");
        }
        assert!(body.contains("Gửi tiếp") && !body.contains("kept."), "{body}");
    }
}

#[test]
fn a_blocked_person_reads_until_when_and_signing_out_ends_the_session() {
    for house in houses() {
        house.account("hoa", &house.place("05089"), Role::Officer);
        let token = house.try_in("hoa", PASSWORD).unwrap().token;
        for _ in 0..4 {
            house.post("/sign-in", "", "name=hoa&password=sai");
        }
        let (response, body) = house.post("/sign-in", "", "name=hoa&password=sai");
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(body.contains("08:01, 24/11/2026"), "{body}");

        let (response, _) = house.post("/sign-out", &token, "");
        assert_eq!((location(&response), session(&response).as_str()), ("/sign-in", ""));
        assert!(house.caller(&token).is_none());
        assert_eq!(house.post("/sign-out", &token, "").0.status(), StatusCode::SEE_OTHER);
    }
}

#[test]
fn an_administrator_makes_an_account_whose_password_works() {
    for house in houses() {
        let commune = house.place("05089");
        let admin = house.account("quan", &commune, Role::Administrator);
        let token = house.try_in("quan", PASSWORD).unwrap().token;
        let path = "/units/05089/accounts";
        let (response, body) = house.post(path, &token, "name=Bùi+Thị+Mai&sign_in=0912345678&role=officer");
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(body.contains(r#"value="Bùi Thị Mai""#), "{body}");
        for problem in ["#f-sign_in", "#f-line"] {
            assert!(body.contains(problem), "{problem}: {body}");
        }
        assert!(body.contains(r#"value="officer" id="f-role-2" checked"#), "{body}");

        let (response, body) =
            house.post(path, &token, "name=Bùi+Thị+Mai&sign_in=mai.bt&role=officer&line=front");
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers().get(header::CACHE_CONTROL).unwrap(), "no-store");
        let password = |body: &str| {
            let codes: Vec<&str> =
                body.split("<code>").skip(1).filter_map(|part| part.split('<').next()).collect();
            (codes.first().unwrap().to_string(), codes.last().unwrap().to_string())
        };
        let (sign_in, first) = password(&body);
        assert_eq!(sign_in, "mai.bt");
        let mai = house.caller(&house.try_in("mai.bt", &first).unwrap().token).unwrap();
        assert!(mai.scope.can(&commune, Action::Record));

        let (response, body) = house.post(path, &token, "name=Mai+khác&sign_in=Mai.BT&role=chair");
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(body.contains("#f-sign_in"), "{body}");
        let (response, _) = house.post(path, &token, "name=Trưởng+khu&sign_in=khu4&role=area_head");
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let unknown = format!("name=Trưởng+khu&sign_in=khu4&role=area_head&area={}", Uuid::from_u128(1));
        assert_eq!(house.post(path, &token, &unknown).0.status(), StatusCode::UNPROCESSABLE_ENTITY);

        let (_, body) = house.get(path, &token);
        assert!(
            body.contains("Bùi Thị Mai") && body.contains("Cán bộ phong trào – Mặt trận Tổ quốc"),
            "{body}"
        );

        let (response, body) = house.post(&format!("{path}/{}/password", mai.account), &token, "");
        assert_eq!(response.status(), StatusCode::OK);
        let (_, second) = password(&body);
        assert!(house.try_in("mai.bt", &first).is_err());
        let mai_token = house.try_in("mai.bt", &second).unwrap().token;
        let (response, _) = house.post(&format!("{path}/{}/closure", mai.account), &token, "");
        assert_eq!(location(&response), format!("{path}/{}?done=accounts-done-closed", mai.account));
        let (_, body) = house.get(location(&response), &token);
        assert!(body.contains("Đã đóng tài khoản.") && !body.contains("/closure"), "{body}");
        assert!(house.caller(&mai_token).is_none());
        let (response, _) = house.post(&format!("{path}/{admin}/closure"), &token, "");
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[test]
fn pages_of_a_unit_are_for_its_keepers_and_auditors() {
    for house in houses() {
        let commune = house.place("05089");
        house.account("quan", &commune, Role::Administrator);
        house.account("soat", &commune, Role::Auditor);
        let quan = house.try_in("quan", PASSWORD).unwrap().token;
        let soat = house.try_in("soat", PASSWORD).unwrap().token;
        let status = |path: &str, token: &str| house.get(path, token).0.status();
        assert_eq!(status("/units/05089/accounts", &soat), StatusCode::FORBIDDEN);
        assert_eq!(status("/units/08230/accounts", &quan), StatusCode::NOT_FOUND);
        assert_eq!(status("/units/99999/accounts", &quan), StatusCode::NOT_FOUND);
        assert_eq!(status("/units/05089/audit", &quan), StatusCode::FORBIDDEN);
        let (response, body) = house.get("/units/05089/audit", &soat);
        assert_eq!(response.status(), StatusCode::OK);
        assert!(body.contains("Tạo tài khoản") && body.contains("Nguyễn Thị soat"), "{body}");
        assert!(body.contains("Phần mềm (user)") && !body.contains("rel=\"next\""), "{body}");
        for _ in 0..30 {
            let token = house.try_in("quan", PASSWORD).unwrap().token;
            house.post("/sign-out", &token, "");
        }
        let (_, body) = house.get("/units/05089/audit", &soat);
        assert!(body.contains("/units/05089/audit?before=17"), "{body}");
        let (_, body) = house.get("/units/05089/audit?before=17", &soat);
        assert!(body.contains("Giao quyền") && !body.contains("rel=\"next\""), "{body}");
    }
}

#[test]
fn people_change_their_own_password_and_end_their_other_sessions() {
    for house in houses() {
        house.account("hoa", &house.place("05089"), Role::Officer);
        let phone = house.try_in("hoa", PASSWORD).unwrap().token;
        let desk = house.try_in("hoa", PASSWORD).unwrap().token;
        let (response, body) = house.get("/account", &desk);
        assert_eq!(response.status(), StatusCode::OK);
        assert!(
            body.contains("xã Cao Phong") && body.contains("Chrome, Android") && body.contains("(máy này)")
        );

        let (response, body) = house.post("/account/password", &desk, "current=sai&password=caophong2026");
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(body.contains("#f-current") && body.contains("#f-password"), "{body}");
        let current = SIGN_IN.replace("name=hoa&password=", "current=");
        let (response, body) =
            house.post("/account/password", &desk, &format!("{current}&password=nhà+sàn+3+gian"));
        assert_eq!(location(&response), "/account?done=accounts-done-password", "{body}");
        assert!(house.caller(&desk).is_some() && house.caller(&phone).is_none());
        assert!(house.try_in("hoa", PASSWORD).is_err());
        let third = house.try_in("hoa", "nhà sàn 3 gian").unwrap().token;

        let (_, body) =
            house.post("/account/password", &third, "current=nhà+sàn+3+gian&password=hoa.hoa.hoa.1");
        assert!(body.contains("tên đăng nhập.</a>") && !body.contains("#f-current"), "{body}");

        let id = house.caller(&third).unwrap().session;
        let (response, _) = house.post(&format!("/account/sessions/{id}/revocation"), &desk, "");
        assert_eq!(location(&response), "/account?done=accounts-done-session-ended");
        assert!(house.caller(&third).is_none());
        let (_, body) = house.get(location(&response), &desk);
        assert!(body.contains("Đã đăng xuất máy đó."), "{body}");
    }
}

#[test]
fn a_visit_is_written_down_once_in_ten_minutes() {
    for house in houses() {
        house.account("hoa", &house.place("05089"), Role::Officer);
        let token = house.try_in("hoa", PASSWORD).unwrap().token;
        let me = house.caller(&token).unwrap();
        let seen = |house: &House| {
            let rows = house.db.read_now(|read| own::sessions(read, &me, house.now())).unwrap();
            rows.first().unwrap().seen_at
        };
        house.pass(SignedDuration::from_mins(10));
        house.get("/account", &token);
        assert_eq!(seen(&house), start());
        house.pass(SignedDuration::from_mins(1));
        house.get("/", &token);
        assert_eq!(seen(&house), start() + SignedDuration::from_mins(11));
    }
}

#[test]
fn attempts_at_the_same_moment_are_counted_one_by_one() {
    for house in houses() {
        house.account("hoa", &house.place("05089"), Role::Officer);
        let (clock, ids, db) = (house.clock(), house.ids.clone(), (*house.db).clone());
        let outcomes = wait(async move {
            let mut running = tokio::task::JoinSet::new();
            for n in 0..12 {
                let name = if n % 3 == 0 { "nobody" } else { "hoa" };
                let attempt = Attempt {
                    name: name.into(),
                    password: "x".into(),
                    client: Some("10.0.0.1".into()),
                    device: String::new(),
                };
                let (clock, ids, db) = (clock.clone(), ids.clone(), db.clone());
                running.spawn(async move { sign_in(&db, &clock, &ids, attempt).await.err() });
            }
            running.join_all().await
        });
        let wrong = outcomes.iter().filter(|error| matches!(error, Some(SignInError::Wrong))).count();
        let blocked =
            outcomes.iter().filter(|error| matches!(error, Some(SignInError::Blocked { .. }))).count();
        // Four wrong ones on each name, except that "nobody" was tried only four times.
        assert_eq!((wrong, blocked), (8, 4), "{outcomes:?}");
    }
}

#[test]
fn a_keeper_gives_and_ends_rights_and_signs_devices_out() {
    for house in houses() {
        let commune = house.place("05089");
        let admin = house.account("quan", &commune, Role::Administrator);
        let id = house.account("hoa", &commune, Role::Auditor);
        let area = units::NewArea {
            id: Uuid::from_u128(4),
            name: "Khu 4".into(),
            households: None,
            from_on: date(2025, 7, 1),
        };
        let room = Scope::system("test").enter(&commune, Action::SeeUnit).unwrap();
        house.db.write_now(move |tx| units::add_area(tx, &room, start(), &area)).unwrap();
        let token = house.try_in("quan", PASSWORD).unwrap().token;
        let hoa = house.try_in("hoa", PASSWORD).unwrap().token;
        let page = format!("/units/05089/accounts/{id}");

        let (response, body) = house.get(&page, &token);
        assert_eq!(response.status(), StatusCode::OK);
        assert!(body.contains("Khu 4") && body.contains("Chrome, Android"), "{body}");
        let wrong = "role=area_head&valid_to=2026-11-23";
        let (response, body) = house.post(&format!("{page}/grants"), &token, wrong);
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(body.contains("#f-area") && body.contains(r#"value="2026-11-23""#), "{body}");
        let area = format!("role=area_head&area={}", Uuid::from_u128(4));
        let (response, body) =
            house.post(&format!("{page}/grants"), &token, &format!("{area}&valid_to=23/11/2026"));
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(body.contains("#f-valid_to"), "{body}");
        let (response, _) =
            house.post(&format!("{page}/grants"), &token, &format!("{area}&valid_to=2026-11-30"));
        assert_eq!(location(&response), format!("{page}?done=accounts-done-granted"));
        let (_, body) = house.get(location(&response), &token);
        assert!(body.contains("Trưởng khu dân cư – Khu 4 – đến hết 30/11/2026"), "{body}");
        let room = house.caller(&hoa).unwrap().scope.enter(&commune, Action::Record).unwrap();
        assert!(room.covers(Uuid::from_u128(4)).is_ok() && room.covers(Uuid::from_u128(5)).is_err());

        let grants = house.keep(&Scope::system("user"), &commune, move |tx, keeper| keeper.account(tx, id));
        let grants = grants.unwrap().grants;
        let heads = grants.iter().find(|row| row.grant.role == Role::AreaHead).unwrap().id;
        let (response, _) = house.post(&format!("{page}/grants/{heads}/end"), &token, "");
        assert_eq!(location(&response), format!("{page}?done=accounts-done-grant-ended"));
        assert!(!house.caller(&hoa).unwrap().scope.can(&commune, Action::Record));

        let session = house.caller(&hoa).unwrap().session;
        house.post(&format!("{page}/sessions/{session}/revocation"), &token, "");
        assert!(house.caller(&hoa).is_none());

        let own = format!("/units/05089/accounts/{admin}");
        assert!(!house.get(&own, &token).1.contains("<details"), "nobody changes the own rights");
        let (response, body) = house.post(&format!("{own}/grants"), &token, "role=chair");
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(body.contains("Không ai tự đổi quyền"), "{body}");
        assert_eq!(house.get("/units/05089/accounts/none", &token).0.status(), StatusCode::NOT_FOUND);
        let (response, _) = house.post(&format!("{page}/grants"), &hoa, "role=chair");
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    }
}

#[test]
fn an_open_session_is_no_way_to_guess_the_password() {
    for house in houses() {
        house.account("hoa", &house.place("05089"), Role::Officer);
        let token = house.try_in("hoa", PASSWORD).unwrap().token;
        for _ in 0..5 {
            house.post("/account/password", &token, "current=sai&password=nhà+sàn+3+gian");
        }
        let current = SIGN_IN.replace("name=hoa&password=", "current=");
        let (response, body) =
            house.post("/account/password", &token, &format!("{current}&password=nhà+sàn+3+gian"));
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(body.contains("08:01, 24/11/2026"), "{body}");
        assert!(house.caller(&token).is_some());
    }
}
