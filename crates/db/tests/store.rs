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

fn hash(db: &db::Db, tenant: &'static str) -> Result<Option<String>> {
    db.read_now(|read| {
        read.find(&Tenant(tenant), &sql!("select hash from audit_head where tenant = $1"), &[])
    })
}

#[test]
fn a_write_that_fails_leaves_nothing() {
    for db in testing::both() {
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
    for db in testing::both() {
        db.write_now(|tx| add(tx, "a", "x")).unwrap();
        assert!(matches!(db.write_now(|tx| add(tx, "a", "y")), Err(Error::Conflict(_))));
        db.write_now(|tx| add(tx, "b", "z")).unwrap();
        assert_eq!(hash(&db, "a").unwrap().as_deref(), Some("x"));
        assert_eq!(hash(&db, "b").unwrap().as_deref(), Some("z"));
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
    for db in testing::both() {
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
    for db in testing::both() {
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
