//! Targets on both engines: set by a unit and by the province, versioned, audited, never deleted.

use catalogue::Catalogue;
use db::testing;
use kernel::{Action, Grant, Place, Role, Scope};

use crate::{Refusal, Refused, Target, Wanted, find, of_year, parse, set, versions};

const YEAR: i64 = 2026;

fn place() -> Place {
    let tenant = "c05089-20250701".to_owned();
    let path = format!("vn/p25-20250701/{tenant}/");
    Place { tenant, path, code: "05089".into(), name: String::new() }
}

fn scope(account: &str, role: Role, path: &str) -> Scope {
    Scope::of(account, vec![Grant { role, path: path.to_owned(), area: None, line: None }])
}

fn wanted(indicator: &str, amount: Option<i64>) -> Wanted {
    Wanted { indicator: indicator.into(), slice: "*".into(), year: YEAR, amount }
}

fn done(db: &db::Db, scope: &Scope, wanted: Wanted, based_on: u32) -> Result<Target, Refused> {
    let scope = scope.clone();
    db.write_now(move |tx| {
        let rules = Catalogue::embedded().unwrap();
        let room = scope.enter(&place(), Action::SetTargets).unwrap();
        let now = "2026-02-01T05:00:00Z".parse().unwrap();
        set(tx, (&scope, &place(), &room), &rules, (&wanted, based_on), now)
    })
}

#[test]
fn a_target_is_set_changed_and_taken_back_and_every_version_stays() {
    for db in testing::stores() {
        let officer = scope("officer", Role::Officer, &place().path);
        let province = scope("staff", Role::ProvinceStaff, "vn/p25-20250701/");
        let sessions = |amount| wanted("outreach-sessions", amount);
        assert_eq!(done(&db, &officer, sessions(Some(40)), 0).unwrap().version, 1);
        // The same again is answered like the first; another write on the same version is not.
        assert_eq!(done(&db, &officer, sessions(Some(40)), 0).unwrap().version, 1);
        assert!(matches!(done(&db, &officer, sessions(Some(41)), 0), Err(Refused::Changed)));
        // The province sets it; now only the province changes it.
        let above = done(&db, &province, sessions(Some(60)), 1).unwrap();
        assert_eq!((above.version, above.superior, above.amount), (2, true, Some(60)));
        let own = done(&db, &officer, sessions(Some(30)), 2);
        assert!(matches!(own, Err(Refused::Rule(Refusal::Superior))));
        done(&db, &province, sessions(None), 2).unwrap();
        assert_eq!(done(&db, &officer, sessions(Some(45)), 3).unwrap().version, 4);
        let room = officer.enter(&place(), Action::SeeReports).unwrap();
        let amounts: Vec<_> = db
            .read_now(|read| versions(read, &room, ("outreach-sessions", "*"), YEAR))
            .unwrap()
            .into_iter()
            .map(|target| target.amount)
            .collect();
        assert_eq!(amounts, [Some(40), Some(60), None, Some(45)]);
        for refused in [wanted("areas", Some(3)), wanted("nothing", Some(3))] {
            let refused = done(&db, &officer, refused, 0);
            assert!(matches!(refused, Err(Refused::Rule(Refusal::NoIndicator))));
        }
        done(&db, &officer, wanted("patrol-shifts", Some(9)), 0).unwrap();
        done(&db, &officer, wanted("patrol-shifts", None), 1).unwrap();
        let standing = db.read_now(|read| of_year(read, &room, YEAR)).unwrap();
        assert_eq!(standing.len(), 1, "what was taken back does not stand");
        let taken = db.read_now(|read| find(read, &room, ("patrol-shifts", "*"), YEAR)).unwrap().unwrap();
        assert_eq!(taken.amount, None);
        assert!(db.read_now(|read| of_year(read, &room, YEAR + 1)).unwrap().is_empty());
        let chain = db.read_now(|read| kernel::audit::verify(read, &Scope::system("test"))).unwrap();
        assert!(chain.tampered.is_empty() && chain.rows >= 6);
    }
}

#[test]
fn numbers_are_read_as_people_type_them() {
    let rules = Catalogue::embedded().unwrap();
    let (sessions, share) =
        (rules.indicator("outreach-sessions").unwrap(), rules.indicator("households-reached-ratio").unwrap());
    for (typed, number) in [("1.200", Some(1200)), ("", None), (" 40 ", Some(40))] {
        assert_eq!(parse(sessions, typed), Ok(number), "{typed}");
    }
    for (typed, number) in [("85", Some(850)), ("85,5", Some(855)), ("85.5%", Some(855)), ("", None)] {
        assert_eq!(parse(share, typed), Ok(number), "{typed}");
    }
    for typed in ["-1", "nhiều", "85,55", ",5"] {
        assert_eq!(parse(share, typed), Err(Refusal::NotANumber), "{typed}");
    }
}
