//! The store's promises, on both engines.

use db::{Error, Permit, Result, Tx, sql, testing};

/// In a test the permit is given, not earned.
struct Tenant(&'static str);
impl Permit for Tenant {
    fn tenant(&self) -> Option<&str> {
        Some(self.0)
    }
}

fn add(tx: &mut Tx<'_>, tenant: &'static str, hash: &str) -> Result<u64> {
    let text = sql!("insert into audit_head (tenant, seq, hash) values ($1, $2, $3)");
    tx.execute(&Tenant(tenant), &text, &[1_i64.into(), hash.into()])
}

/// No tenant: as the program's own tasks.
struct Nobody;
impl Permit for Nobody {
    fn tenant(&self) -> Option<&str> {
        None
    }
}

#[test]
fn a_transaction_that_forgets_the_tenant_is_seen_where_tables_lie_in_parts() {
    let db = testing::partitioned();
    for tenant in ["a", "b", "c", "d"] {
        db.write_now(move |tx| add(tx, tenant, "x")).unwrap();
    }
    let seen = |text: &'static str| {
        let sql = db::Sql::composed(text.to_owned());
        db.read_now(|read| read.all::<String>(&Tenant("a"), &sql, &[]))
    };
    assert_eq!(seen("select hash from audit_head where tenant = $1").unwrap(), ["x"]);
    assert_eq!(
        seen("select h.hash from audit_head h left join audit a on a.tenant = $1 where h.tenant = $1")
            .unwrap(),
        ["x"]
    );
    for forgotten in [
        "select hash from audit_head where tenant = $1 or seq = 7",
        "select hash from audit_head where upper(tenant) = upper($1)",
        "select h.hash from audit_head h left join audit a on a.seq = h.seq where h.tenant = $1",
        "select hash from audit_head where tenant = $1 and exists (select 1 from audit where seq = 7)",
        "select hash from audit_head h where tenant = $1 and seq = (select max(seq) from audit_head)",
        "select h.hash from audit_head h cross join lateral (select 1 from audit a where a.seq = h.seq) l where h.tenant = $1",
    ] {
        let fault = seen(forgotten).unwrap_err().to_string();
        assert!(fault.contains("tenants named") && fault.contains(forgotten), "{fault}");
    }
    let all = db::Sql::composed("update audit_head set seq = 9 where hash = $1".to_owned());
    let write = |permit: Tenant, sql: db::Sql| db.write_now(move |tx| tx.execute(&permit, &sql, &[]));
    assert!(write(Tenant("x"), all).is_err());
    // Statements over all tenants are few, and reviewed.
    let over_all =
        db::Sql::composed("select hash from audit_head where tenant > '' order by tenant".to_owned());
    assert_eq!(db.read_now(|read| read.all::<String>(&Nobody, &over_all, &[])).unwrap().len(), 4);
}

fn hash(db: &db::Db, tenant: &'static str) -> Result<Option<String>> {
    db.read_now(|read| {
        read.find(&Tenant(tenant), &sql!("select hash from audit_head where tenant = $1"), &[])
    })
}

#[test]
fn a_write_that_fails_leaves_nothing() {
    for db in testing::stores() {
        let refused: Result<()> = db.write_now(|tx| {
            add(tx, "a", "x")?;
            Err(Error::Missing)
        });
        assert!(matches!(refused, Err(Error::Missing)));
        assert_eq!(hash(&db, "a").unwrap(), None);
    }
}

#[test]
fn a_second_row_of_the_same_key_is_a_conflict_and_the_store_goes_on() {
    for db in testing::stores() {
        db.write_now(|tx| add(tx, "a", "x")).unwrap();
        assert!(matches!(db.write_now(|tx| add(tx, "a", "y")), Err(Error::Conflict(_))));
        db.write_now(|tx| add(tx, "b", "z")).unwrap();
        assert_eq!(hash(&db, "a").unwrap().as_deref(), Some("x"));
        assert_eq!(hash(&db, "b").unwrap().as_deref(), Some("z"));
    }
}

#[test]
fn writes_that_nobody_waits_for_are_written_in_their_order_or_not_at_all() {
    let step = sql!("update audit_head set hash = $2 where tenant = $1 and hash = $3");
    let insert = sql!("insert into audit_head (tenant, seq, hash) values ($1, $2, $3)");
    for db in testing::stores() {
        let (one, two, text) = (step.clone(), step.clone(), insert.clone());
        db.write_now(move |tx| {
            tx.later(&Tenant("a"), &text, &[1_i64.into(), "x".into()])?;
            tx.later(&Tenant("a"), &one, &["y".into(), "x".into()])?;
            let seen: String =
                tx.one(&Tenant("a"), &sql!("select hash from audit_head where tenant = $1"), &[])?;
            assert_eq!(seen, "y");
            tx.later(&Tenant("a"), &two, &["z".into(), "y".into()])
        })
        .unwrap();
        assert_eq!(hash(&db, "a").unwrap().as_deref(), Some("z"));
        // The last write fails, and nobody calls after it: the end says so, and nothing of the whole is kept.
        let (one, text) = (step.clone(), insert.clone());
        let refused = db.write_now(move |tx| {
            tx.later(&Tenant("a"), &one, &["w".into(), "z".into()])?;
            tx.later(&Tenant("a"), &text, &[1_i64.into(), "x".into()])
        });
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
        assert_eq!(hash(&db, "a").unwrap().as_deref(), Some("z"));
        // What is not kept was perhaps never sent.
        let text = insert.clone();
        let refused: Result<()> = db.write_now(move |tx| {
            tx.later(&Tenant("b"), &text, &[1_i64.into(), "x".into()])?;
            Err(Error::Missing)
        });
        assert!(matches!(refused, Err(Error::Missing)));
        assert_eq!(hash(&db, "b").unwrap(), None);
    }
}

#[test]
fn many_rows_and_many_keys_are_one_call() {
    let add = sql!(
        "insert into cell (tenant, indicator, slice, day, amount) values ($1, $2, $3, $4, $5) \
         on conflict (tenant, indicator, slice, day) do update set amount = cell.amount + excluded.amount"
    );
    for db in testing::stores() {
        let row = |slice: &str, amount: i64| {
            vec!["i".into(), slice.into(), "2026-01-01".into(), db::Value::from(amount)]
        };
        let (first, second) = ([row("a", 1), row("b", 2), row("c", 3)], [row("c", 10), row("a", 20)]);
        let text = add.clone();
        db.write_now(move |tx| {
            tx.all_later(&Tenant("t"), &text, &first)?;
            tx.all_later(&Tenant("t"), &text, &second)?;
            tx.all_later(&Tenant("t"), &text, &[])
        })
        .unwrap();
        let keys: Vec<Vec<db::Value>> = ["c", "none", "a", "b", "a"].map(|key| vec![key.into()]).into();
        let text = sql!("select slice, amount from cell where tenant = $1 and slice = $2");
        let found: Vec<Option<(String, i64)>> =
            db.read_now(|read| read.find_each(&Tenant("t"), &text, &keys)).unwrap();
        let some = |slice: &str, amount| Some((slice.to_owned(), amount));
        assert_eq!(found, [some("c", 13), None, some("a", 21), some("b", 2), some("a", 21)]);
        let others: Vec<Option<(String, i64)>> =
            db.read_now(|read| read.find_each(&Tenant("u"), &text, &keys)).unwrap();
        assert_eq!(others, [const { None }; 5]);
    }
}

#[test]
fn a_write_that_panics_takes_nobody_with_it() {
    let db = testing::sqlite();
    let panicked: Result<()> = db.write_now(|tx| {
        add(tx, "a", "x")?;
        panic!("on purpose")
    });
    assert!(panicked.is_err());
    db.write_now(|tx| add(tx, "b", "y")).unwrap();
    assert_eq!(hash(&db, "a").unwrap(), None);
    assert_eq!(hash(&db, "b").unwrap().as_deref(), Some("y"));
}

#[test]
fn many_writers_at_once_lose_nothing() {
    const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for db in testing::stores() {
        std::thread::scope(|threads| {
            for name in NAMES {
                let db = (*db).clone();
                threads.spawn(move || {
                    db.write_now(|tx| add(tx, name, "0")).unwrap();
                    for n in 1..=50 {
                        let text = sql!("update audit_head set seq = $2 where tenant = $1 and seq = $3");
                        let done = db.write_now(move |tx| {
                            tx.execute(&Tenant(name), &text, &[(n + 1).into(), n.into()])
                        });
                        assert_eq!(done.unwrap(), 1);
                    }
                });
            }
        });
        for name in NAMES {
            let text = sql!("select seq from audit_head where tenant = $1");
            let seq: i64 = db.read_now(|read| read.one::<i64>(&Tenant(name), &text, &[])).unwrap();
            assert_eq!(seq, 51);
        }
    }
}

#[test]
fn a_store_reopens_and_a_foreign_or_newer_one_is_refused() {
    for db in testing::stores() {
        db.write_now(|tx| add(tx, "a", "x")).unwrap();
        let again = db::Db::open(db.url()).unwrap();
        assert_eq!(hash(&again, "a").unwrap().as_deref(), Some("x"));
        db.write_now(|tx| {
            let newer = sql!("insert into schema_migration (number, name, checksum) values (9999, $1, 'x')");
            tx.execute(&Tenant("later"), &newer, &[])
        })
        .unwrap();
        assert!(matches!(db::Db::open(db.url()), Err(Error::Unknown(text)) if text.contains("newer")));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("create table theirs (x integer)").unwrap();
    assert!(matches!(db::Db::open(&format!("sqlite:{}", path.display())), Err(Error::Unknown(_))));
    assert!(matches!(db::Db::open("mysql://x"), Err(Error::Unknown(_))));
}

#[test]
fn both_engines_have_the_same_migrations() {
    let [sqlite, postgres] = db::schema().unwrap();
    assert_eq!(sqlite, postgres);
}
