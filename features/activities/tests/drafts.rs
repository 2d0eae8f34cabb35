//! Nobody sees another's draft, in a list or in its number, whatever is asked for.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use activities::{Content, Filter, State, Step, change, count, list};
use catalogue::{Catalogue, Fields, Value};
use db::testing;
use jiff::civil::date;
use kernel::{Action, Grant, Place, Role, Room, Scope};
use uuid::Uuid;

fn room(account: &str, area: Option<Uuid>) -> Room {
    let tenant = "c00001-20250701".to_owned();
    let path = format!("vn/p25-20250701/{tenant}/");
    let role = if area.is_some() { Role::AreaHead } else { Role::Officer };
    let grant = Grant { role, path: path.clone(), area, line: None };
    let place = Place { tenant, path, code: "00001".into(), name: String::new() };
    Scope::of(account, vec![grant]).enter(&place, Action::Record).unwrap()
}

fn content(n: u128) -> Content {
    let topic = Value::Choices([if n.is_multiple_of(2) { "law" } else { "drugs" }.to_owned()].into());
    Content {
        area: Uuid::from_u128(1 + n % 2),
        day: date(2026, 9, 1 + (n % 5) as i8),
        from: None,
        kind: "communication".into(),
        kind_version: 1,
        line: None,
        programmes: if n.is_multiple_of(3) { vec!["new-rural".into()] } else { vec![] },
        fields: Fields::from([("topic".into(), topic), ("leaflets".into(), Value::Count(7))]),
        note: if n.is_multiple_of(4) { "chợ phiên".into() } else { String::new() },
    }
}

#[test]
fn the_number_is_that_of_the_list_and_others_drafts_are_in_neither() {
    let rules = Catalogue::embedded().unwrap();
    let now = date(2026, 9, 10).at(8, 0, 0, 0).in_tz("Asia/Ho_Chi_Minh").unwrap().timestamp();
    for db in testing::stores() {
        let (mine, other) = (room("mine", None), room("other", None));
        let rules_too = rules.clone();
        db.write_now(move |tx| {
            for n in 0..40_u128 {
                let room = if n % 4 < 2 { &mine } else { &other };
                let step = if n < 20 { Step::Keep(content(n)) } else { Step::Send(content(n)) };
                change(tx, room, &rules_too, (Uuid::from_u128(1000 + n), 0), step, now).unwrap();
            }
            Ok::<(), db::Error>(())
        })
        .unwrap();
        let mut found = 0;
        for bits in 0_u32..128 {
            let on = |bit: u32| bits & (1 << bit) != 0;
            for state in [None, Some(State::Draft), Some(State::Sent)] {
                let filter = Filter {
                    state,
                    kind: on(0).then(|| "communication".to_owned()),
                    area: on(1).then(|| Uuid::from_u128(2)),
                    programme: on(2).then(|| "new-rural".to_owned()),
                    from: on(3).then_some(date(2026, 9, 2)),
                    to: on(4).then_some(date(2026, 9, 4)),
                    text: if on(5) { "cho phien".to_owned() } else { String::new() },
                };
                let room = room("mine", on(6).then(|| Uuid::from_u128(2)));
                let (counted, listed) = db
                    .read_now(|read| {
                        let counted = count(read, &room, &filter)?;
                        Ok::<_, db::Error>((counted, list(read, &room, &rules, &filter, None, 100)?))
                    })
                    .unwrap();
                assert_eq!(counted, listed.len() as i64, "{filter:?}");
                let hidden = |of: &activities::Activity| of.state == State::Draft && of.author != "mine";
                assert!(!listed.iter().any(|listed| hidden(&listed.activity)), "{filter:?}");
                found += counted;
            }
            if bits == 0 {
                // 20 sent, and 10 of 20 drafts: under no state, as drafts, as sent.
                assert_eq!(found, 30 + 10 + 20);
            }
        }
    }
}
