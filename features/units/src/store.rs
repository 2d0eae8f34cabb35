//! Units: loading the shipped lists, finding by id or code, searching. All of them are reference tables.

use std::collections::HashSet;

use db::{Read, Sql, Tx, Value, sql};
use jiff::civil::Date;
use kernel::Scope;
use vietnamese::{order, text};

use crate::model::Unit;
use crate::reference::{self, ReferenceVersion};
use crate::registers;

/// How much [`load_reference`] wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Loaded {
    /// New units.
    pub units: u32,
    /// New spans of units.
    pub versions: u32,
}

/// Writes the shipped units that are not stored yet: 1 country, 34 provinces, 3,321 communes. What is stored is
/// not changed, so running it again writes nothing.
///
/// # Errors
/// Those of the store.
pub fn load_reference(tx: &mut Tx<'_>, scope: &Scope) -> db::Result<Loaded> {
    let stored = sql!("select id from unit");
    let stored: HashSet<String> = tx.all(scope, &stored, &[])?.into_iter().collect();
    let spans = sql!("select unit, from_on from unit_version");
    let spans: HashSet<(String, Date)> = tx.all(scope, &spans, &[])?.into_iter().collect();
    let (mut units, mut versions) = (Vec::new(), Vec::new());
    for unit in reference::units()? {
        for version in unit.versions {
            if !spans.contains(&(unit.id.clone(), version.from_on)) {
                versions.push(version_row(&unit.id, version));
            }
        }
        if !stored.contains(&unit.id) {
            units.push(vec![unit.id.into(), unit.code.into(), unit.level.key().into(), unit.born_on.into()]);
        }
    }
    let loaded = Loaded { units: units.len() as u32, versions: versions.len() as u32 };
    insert(tx, scope, INSERT_UNITS, &units)?;
    insert(tx, scope, INSERT_VERSIONS, &versions)?;
    Ok(loaded)
}

fn version_row(unit: &str, version: ReferenceVersion) -> Vec<Value> {
    vec![
        unit.into(),
        version.from_on.into(),
        version.until_on.into(),
        version.kind.key().into(),
        version.name.into(),
        version.parent.into(),
        version.path.into(),
        version.basis.into(),
        version.checked.into(),
        version.search.into(),
        version.sort_key.into(),
    ]
}

/// An insert up to its rows, with the number of its columns.
type Insert = (&'static str, usize);
const INSERT_UNITS: Insert = ("insert into unit (id, code, level, born_on) values ", 4);
const INSERT_VERSIONS: Insert = (
    "insert into unit_version (unit, from_on, until_on, kind, name, parent, path, basis, checked, search, sort_key) \
     values ",
    11,
);

/// Rows of one insert statement; a server is asked a hundred times less often than row by row.
const BATCH: usize = 100;

/// Writes whole batches, and what is left over row by row, so that there are two texts per table.
fn insert(tx: &mut Tx<'_>, scope: &Scope, insert: Insert, rows: &[Vec<Value>]) -> db::Result<()> {
    let (batches, single) = (rows.chunks_exact(BATCH), rows.chunks_exact(BATCH).remainder());
    let (whole, one) = (insert_text(insert, BATCH), insert_text(insert, 1));
    for batch in batches {
        tx.execute(scope, &whole, &batch.concat())?;
    }
    for row in single {
        tx.execute(scope, &one, row)?;
    }
    Ok(())
}

fn insert_text((text, columns): Insert, rows: usize) -> Sql {
    let row = |row: usize| {
        let places: Vec<String> =
            (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    Sql::composed(format!("{text}{}", rows.join(", ")))
}

/// The statements of this capability that are put together, for the statement test.
#[must_use]
pub fn composed_statements() -> Vec<Sql> {
    [INSERT_UNITS, INSERT_VERSIONS]
        .into_iter()
        .flat_map(|insert| [insert_text(insert, BATCH), insert_text(insert, 1)])
        .chain(registers::composed_statements())
        .collect()
}

/// A unit by its internal id, as it is on a day; none when it did not exist then.
///
/// # Errors
/// Those of the store.
pub fn unit(read: &mut Read<'_>, scope: &Scope, id: &str, on: Date) -> db::Result<Option<Unit>> {
    read.find(
        scope,
        &sql!(
            "select id, code, level, kind, name, parent, parent_kind, parent_name, path, born_on, from_on, until_on, \
             basis, checked from unit_v_named where id = $1 and from_on <= $2 and until_on > $2"
        ),
        &[id.into(), on.into()],
    )
}

/// The unit that carries an official code on a day.
///
/// # Errors
/// Those of the store.
pub fn find_by_code(read: &mut Read<'_>, scope: &Scope, code: &str, on: Date) -> db::Result<Option<Unit>> {
    read.find(
        scope,
        &sql!(
            "select id, code, level, kind, name, parent, parent_kind, parent_name, path, born_on, from_on, until_on, \
             basis, checked from unit_v_named where code = $1 and from_on <= $2 and until_on > $2 order by born_on desc"
        ),
        &[code.into(), on.into()],
    )
}

/// The units directly below one, on a day, in alphabetical order.
///
/// # Errors
/// Those of the store.
pub fn children(read: &mut Read<'_>, scope: &Scope, id: &str, on: Date) -> db::Result<Vec<Unit>> {
    read.all(
        scope,
        &sql!(
            "select id, code, level, kind, name, parent, parent_kind, parent_name, path, born_on, from_on, until_on, \
             basis, checked from unit_v_named where parent = $1 and from_on <= $2 and until_on > $2 \
             order by sort_key, code"
        ),
        &[id.into(), on.into()],
    )
}

/// The communes of the country on a day, province by province, in alphabetical order.
///
/// # Errors
/// Those of the store.
pub fn communes(read: &mut Read<'_>, scope: &Scope, on: Date) -> db::Result<Vec<Unit>> {
    read.all(
        scope,
        &sql!(
            "select id, code, level, kind, name, parent, parent_kind, parent_name, path, born_on, from_on, until_on, \
             basis, checked from unit_v_named where level = 'commune' and from_on <= $1 and until_on > $1 \
             order by parent, sort_key, code"
        ),
        &[on.into()],
    )
}

/// Everything a unit has been, oldest first.
///
/// # Errors
/// Those of the store.
pub fn history(read: &mut Read<'_>, scope: &Scope, id: &str) -> db::Result<Vec<Unit>> {
    read.all(
        scope,
        &sql!(
            "select id, code, level, kind, name, parent, parent_kind, parent_name, path, born_on, from_on, until_on, \
             basis, checked from unit_v_named where id = $1 order by from_on"
        ),
        &[id.into()],
    )
}

/// Finds units on a day by what people type: with or without marks, either tone placement, with the province behind
/// (`cao phong phu tho`), or by code. Names that match as typed, marks included, come first.
///
/// # Errors
/// Those of the store.
pub fn search(
    read: &mut Read<'_>,
    scope: &Scope,
    typed: &str,
    on: Date,
    limit: usize,
) -> db::Result<Vec<Unit>> {
    let key = text::search_key(typed);
    if key.is_empty() {
        return Ok(Vec::new());
    }
    let code = key.clone();
    // Words in their order, each from its beginning. A key has no character that `like` would read as a pattern.
    let pattern = format!("% {}%", key.replace(' ', "% "));
    let mut found: Vec<Unit> = read.all(
        scope,
        &sql!(
            "select id, code, level, kind, name, parent, parent_kind, parent_name, path, born_on, from_on, until_on, \
             basis, checked from unit_v_named where (search like $1 or code = $2) and from_on <= $3 and until_on > $3"
        ),
        &[pattern.into(), code.into(), on.into()],
    )?;
    let wanted = Wanted { search: key, exact: text::exact_key(typed) };
    found.sort_by_cached_key(|unit| {
        (wanted.rank(unit), unit.level, order::numbered_sort_key(&unit.name), unit.code.clone())
    });
    found.truncate(limit);
    Ok(found)
}

/// What was typed, for ranking.
struct Wanted {
    search: String,
    exact: String,
}

impl Wanted {
    /// Lower is better: the code; the name or full name with its marks; without marks; as a beginning; anywhere.
    fn rank(&self, unit: &Unit) -> u8 {
        use vietnamese::Lang::Vi;
        let names = [unit.name.clone(), unit.full_name(Vi), unit.long_name(Vi)];
        let exact = names.each_ref().map(|name| text::exact_key(name));
        let plain = names.each_ref().map(|name| text::search_key(name));
        if unit.code == self.search {
            0
        } else if exact.contains(&self.exact) {
            1
        } else if plain.contains(&self.search) {
            2
        } else if exact.iter().any(|name| name.starts_with(&self.exact)) {
            3
        } else if plain.iter().any(|name| name.starts_with(&self.search)) {
            4
        } else {
            5
        }
    }
}
