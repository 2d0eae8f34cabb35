//! Both folders of migrations give one schema, and that schema can be distributed by tenant.

use std::collections::{BTreeMap, BTreeSet};

use db::testing::{self, Throwaway};
use db::{FromRow, Sql};
use kernel::Scope;

use crate::distribution::{self, Schema};
use crate::source;
use crate::statements::REFERENCE;

fn ask<R: FromRow>(store: &Throwaway, text: &str) -> Vec<R> {
    let sql = Sql::composed(text.to_owned());
    store.read_now(|read| read.all(&Scope::system("rules"), &sql, &[])).unwrap()
}

/// `(table or view, column, kind, may be null)` in the order of the columns.
type Column = (String, String, String, bool);

fn columns([sqlite, postgres]: &[Throwaway; 2]) -> [Vec<Column>; 2] {
    // A view's columns have no declared kind in SQLite, so views are compared by name alone.
    let sqlite = ask::<(String, String, String, i64)>(
        sqlite,
        "select m.name, c.name, case when m.type = 'view' then 'view' else lower(c.type) end, \
         case when m.type = 'view' or c.\"notnull\" = 1 or c.pk > 0 then 0 else 1 end \
         from sqlite_master m join pragma_table_info(m.name) c \
         where m.type in ('table', 'view') and m.name not like 'sqlite%' order by m.name, c.cid",
    );
    let postgres = ask::<(String, String, String, i64)>(
        postgres,
        "select cast(c.table_name as text), cast(c.column_name as text), \
         case when t.table_type = 'VIEW' then 'view' else cast(c.data_type as text) end, \
         cast(case when t.table_type = 'VIEW' or c.is_nullable = 'NO' then 0 else 1 end as bigint) \
         from information_schema.columns c join information_schema.tables t \
         on t.table_schema = c.table_schema and t.table_name = c.table_name \
         where c.table_schema = current_schema() \
         order by cast(c.table_name as text) collate \"C\", c.ordinal_position",
    );
    [sqlite, postgres].map(|rows| {
        rows.into_iter().map(|(table, name, kind, null)| (table, name, kind, null == 1)).collect()
    })
}

#[test]
fn migrations_have_the_same_numbers_and_names_without_a_gap() {
    let [sqlite, postgres] = db::schema().unwrap();
    assert_eq!(sqlite, postgres);
    let numbers: Vec<i64> = sqlite.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=sqlite.len() as i64).collect::<Vec<_>>());
}

#[test]
fn both_engines_have_the_same_tables_and_columns() {
    const KINDS: [(&str, &str); 7] = [
        ("integer", "bigint"),
        ("integer", "boolean"),
        ("text", "text"),
        ("blob", "bytea"),
        ("blob", "uuid"),
        ("real", "double precision"),
        ("view", "view"),
    ];
    let [sqlite, postgres] = columns(&[testing::sqlite(), testing::plain()]);
    let names = |columns: &[Column]| -> Vec<(String, String, bool)> {
        columns.iter().map(|(table, name, _, null)| (table.clone(), name.clone(), *null)).collect()
    };
    assert_eq!(names(&sqlite), names(&postgres));
    assert!(sqlite.len() > 50, "only {} columns", sqlite.len());
    for ((table, name, ours, _), (_, _, theirs, _)) in sqlite.iter().zip(&postgres) {
        assert!(
            KINDS.contains(&(ours, theirs)),
            "{table}.{name} is {ours} in SQLite and {theirs} in PostgreSQL"
        );
    }
}

/// `(table, primary, unique, columns)`.
type Index = (String, bool, bool, Vec<String>);

/// Rows `(table, index, primary, unique, column)` in order, as indexes.
fn gather(rows: Vec<(String, String, i64, i64, String)>) -> BTreeSet<Index> {
    let mut indexes: BTreeMap<(String, String), Index> = BTreeMap::new();
    for (table, index, primary, unique, column) in rows {
        let found = indexes
            .entry((table.clone(), index))
            .or_insert_with(|| (table, primary == 1, unique == 1, Vec::new()));
        found.3.push(column);
    }
    indexes.into_values().collect()
}

fn indexes([sqlite, postgres]: &[Throwaway; 2]) -> [BTreeSet<Index>; 2] {
    let sqlite = gather(ask(
        sqlite,
        "select m.name, l.name, case when l.origin = 'pk' then 1 else 0 end, l.\"unique\", i.name \
         from sqlite_master m join pragma_index_list(m.name) l join pragma_index_info(l.name) i \
         where m.type = 'table' and m.name <> 'schema_migration' order by m.name, l.name, i.seqno",
    ));
    let postgres = gather(ask(
        postgres,
        "select cast(t.relname as text), cast(c.relname as text), \
         cast(case when i.indisprimary then 1 else 0 end as bigint), \
         cast(case when i.indisunique then 1 else 0 end as bigint), cast(a.attname as text) \
         from pg_index i join pg_class t on t.oid = i.indrelid join pg_class c on c.oid = i.indexrelid \
         join pg_namespace n on n.oid = t.relnamespace \
         cross join lateral unnest(cast(i.indkey as int2[])) with ordinality k (number, place) \
         join pg_attribute a on a.attrelid = t.oid and a.attnum = k.number \
         where n.nspname = current_schema() and t.relname <> 'schema_migration' \
         order by t.relname, c.relname, k.place",
    ));
    [sqlite, postgres]
}

fn tenant_tables(stores: &[Throwaway; 2]) -> BTreeSet<String> {
    let [columns, _] = columns(stores);
    let tables = columns.into_iter().filter(|(_, _, kind, _)| kind != "view").map(|(table, ..)| table);
    tables.filter(|table| !REFERENCE.contains(&table.as_str())).collect()
}

/// The schema as statements are judged by it.
pub(crate) fn known() -> Schema {
    let stores = [testing::sqlite(), testing::plain()];
    let [_, indexes] = indexes(&stores);
    let mut unique: BTreeMap<String, Vec<BTreeSet<String>>> = BTreeMap::new();
    for (table, _, _, columns) in indexes.into_iter().filter(|(_, _, is_unique, _)| *is_unique) {
        unique.entry(table).or_default().push(columns.into_iter().collect());
    }
    let everywhere = db::spread::tables().unwrap().everywhere.into_iter().collect();
    Schema { of_tenants: tenant_tables(&stores), everywhere, unique }
}

#[test]
fn both_engines_have_the_same_keys_and_a_tenants_begin_with_the_tenant() {
    let stores = [testing::sqlite(), testing::plain()];
    let [sqlite, postgres] = indexes(&stores);
    assert_eq!(sqlite, postgres);
    let tables = tenant_tables(&stores);
    assert!(tables.len() > 10, "{tables:?}");
    for table in &tables {
        let primary = sqlite.iter().find(|(of, primary, ..)| of == table && *primary);
        assert!(primary.is_some(), "{table} has no primary key");
    }
    for (table, _, _, columns) in sqlite.iter().filter(|(table, ..)| tables.contains(table)) {
        assert_eq!(columns[0], "tenant", "{table}: a key or index over {columns:?}");
    }
}

/// `(table, referenced table, columns, referenced columns)`.
type Foreign = (String, String, Vec<String>, Vec<String>);

#[test]
fn both_engines_have_the_same_foreign_keys_and_none_crosses_tenants() {
    let stores = [testing::sqlite(), testing::plain()];
    let [sqlite, postgres] = &stores;
    let gather = |rows: Vec<(String, String, String, String, String)>| -> BTreeSet<Foreign> {
        let mut keys: BTreeMap<(String, String), Foreign> = BTreeMap::new();
        for (table, key, other, from, to) in rows {
            let new = (table.clone(), other, vec![], vec![]);
            let found = keys.entry((table, key)).or_insert(new);
            found.2.push(from);
            found.3.push(to);
        }
        keys.into_values().collect()
    };
    let ours = gather(ask(
        sqlite,
        "select m.name, cast(f.id as text), f.\"table\", f.\"from\", f.\"to\" \
         from sqlite_master m join pragma_foreign_key_list(m.name) f \
         where m.type = 'table' order by m.name, f.id, f.seq",
    ));
    let theirs = gather(ask(
        postgres,
        "select cast(t.relname as text), cast(c.oid as text), cast(o.relname as text), cast(a.attname as text), \
         cast(b.attname as text) from pg_constraint c join pg_class t on t.oid = c.conrelid \
         join pg_class o on o.oid = c.confrelid join pg_namespace n on n.oid = t.relnamespace \
         cross join lateral unnest(c.conkey, c.confkey) with ordinality k (ours, theirs, place) \
         join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.ours \
         join pg_attribute b on b.attrelid = c.confrelid and b.attnum = k.theirs \
         where c.contype = 'f' and n.nspname = current_schema() order by t.relname, c.oid, k.place",
    ));
    assert_eq!(ours, theirs);
    assert!(!ours.is_empty());
    let tables = tenant_tables(&stores);
    for (table, other, from, to) in ours.iter().filter(|(_, other, ..)| tables.contains(other)) {
        assert_eq!((from[0].as_str(), to[0].as_str()), ("tenant", "tenant"), "{table} → {other}");
    }
}

#[test]
fn migrations_leave_nothing_to_the_engine() {
    const BANNED: [(&str, &str); 9] = [
        ("trigger", "what happens stands in the function that does it"),
        ("serial", "ids are made where records are born"),
        ("autoincrement", "ids are made where records are born"),
        ("generated", "values are parameters"),
        (" default ", "values are parameters"),
        ("on delete", "nothing is deleted behind the program's back"),
        ("on update", "nothing is changed behind the program's back"),
        ("now()", "times are parameters"),
        ("json", "JSON is text to the store"),
    ];
    let mut seen = 0;
    for file in source::files().iter().filter(|file| file.path.starts_with("migrations/")) {
        seen += 1;
        let lines = file.text.lines().map(|line| line.split("--").next().unwrap_or_default());
        let text: String = lines.collect::<Vec<_>>().join("\n");
        for (banned, why) in BANNED {
            assert!(!text.contains(banned), "{}: `{banned}`: {why}", file.path);
        }
        if file.path.starts_with("migrations/postgres/") {
            assert_eq!(distribution::migration_faults(&file.text), Vec::<String>::new(), "{}", file.path);
        }
        if file.path.starts_with("migrations/sqlite/") {
            let (tables, strict) = (text.matches("create table").count(), text.matches(") strict").count());
            assert_eq!(tables, strict, "{}: every table is strict", file.path);
        }
    }
    assert!(seen >= 10);
}
