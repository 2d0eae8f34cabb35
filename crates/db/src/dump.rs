//! Rows as they are, table by table: for carrying a unit, or everything, from one store to another.
//!
//! Which tables and columns there are is read from the migrations, so that a new one is carried without being told.

use crate::{Permit, Read, Result, Row, Sql, Tx, Value, migrate};

/// What a column holds, the same in both engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Int,
    /// Yes or no.
    Bool,
    /// Text, also days and instants.
    Text,
    /// Bytes.
    Bytes,
    /// An id.
    Uuid,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Name.
    pub name: String,
    /// Columns, in order; of a table of tenants' rows without `tenant`, which the permit says.
    pub columns: Vec<Column>,
    /// Whether its rows are tenants', or for everybody to read.
    pub tenants: bool,
    /// Whether every machine of a distributed engine holds all of it, though it may name tenants.
    pub everywhere: bool,
}

/// The tables of tenants' rows, in the order in which they were made: a table refers to earlier ones only.
///
/// # Errors
/// [`crate::Error::Broken`] for a migration that is not text.
pub fn tables() -> Result<Vec<Table>> {
    // A table of nothing but tenants says what the program has still to do, and is empty once it has started.
    Ok(all()?.into_iter().filter(|table| table.tenants && !table.columns.is_empty()).collect())
}

/// The tables that are no tenant's, in the order in which they were made.
///
/// # Errors
/// Those of [`tables`].
pub fn reference_tables() -> Result<Vec<Table>> {
    Ok(all()?.into_iter().filter(|table| !table.tenants).collect())
}

pub(crate) fn all() -> Result<Vec<Table>> {
    let mut tables: Vec<Table> = Vec::new();
    for line in migrate::postgres_text()?.lines() {
        let words: Vec<&str> = line.trim().trim_end_matches([',', ';']).split_whitespace().collect();
        match *words.as_slice() {
            ["create", "table", name, "("] => {
                tables.push(Table {
                    name: name.to_owned(),
                    columns: Vec::new(),
                    tenants: false,
                    everywhere: true,
                });
            }
            ["alter", "table", name, "add", "column", column, kind, ..] => {
                if let (Some(kind), Some(table)) = (kind_of(kind), tables.iter_mut().find(|t| t.name == name))
                {
                    table.columns.push(Column { name: column.to_owned(), kind });
                }
            }
            [name, kind, ..] if line.starts_with("    ") => {
                let Some(table) = tables.last_mut() else { continue };
                match kind_of(kind) {
                    Some(_) if name == "tenant" && table.columns.is_empty() => {
                        table.tenants = true;
                        // A tenant that is looked up among the units is a place, not the owner of the row.
                        table.everywhere = line.contains(" references unit ");
                    }
                    Some(kind) => table.columns.push(Column { name: name.to_owned(), kind }),
                    None => {}
                }
            }
            _ => {}
        }
    }
    Ok(tables)
}

fn kind_of(word: &str) -> Option<Kind> {
    Some(match word {
        "bigint" => Kind::Int,
        "boolean" => Kind::Bool,
        "text" => Kind::Text,
        "bytea" => Kind::Bytes,
        "uuid" => Kind::Uuid,
        _ => return None,
    })
}

impl Table {
    fn names(&self) -> String {
        self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Every row. What was made earlier comes earlier where the table knows it, because a row may refer to another of
    /// its table.
    fn select(&self) -> Sql {
        let made = self.columns.iter().any(|column| column.name == "created_at");
        let order = if made { " order by created_at" } else { "" };
        Sql::composed(format!("select {} from {}{}{order}", self.names(), self.name, self.of()))
    }

    fn of(&self) -> &'static str {
        if self.tenants { " where tenant = $1" } else { "" }
    }

    fn insert(&self) -> Sql {
        let tenant = if self.tenants { "tenant, " } else { "" };
        let places: Vec<String> =
            (1..=self.columns.len() + usize::from(self.tenants)).map(|place| format!("${place}")).collect();
        Sql::composed(format!(
            "insert into {} ({tenant}{}) values ({})",
            self.name,
            self.names(),
            places.join(", ")
        ))
    }

    fn any(&self) -> Sql {
        Sql::composed(format!("select count(*) from {}{}", self.name, self.of()))
    }

    /// Whose rows there are: over all tenants, for tasks of the program.
    fn whose(&self) -> Sql {
        Sql::composed(format!("select distinct tenant from {} order by tenant", self.name))
    }

    fn empty_out(&self) -> Sql {
        Sql::composed(format!("delete from {}{}", self.name, self.of()))
    }

    /// The statements of this table, for the statement test.
    #[must_use]
    pub fn statements(&self) -> [Sql; 4] {
        [self.select(), self.insert(), self.any(), self.empty_out()]
    }

    /// The tenants that have rows here; none of a table that is no tenant's.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn tenants(&self, read: &mut Read<'_>, permit: &impl Permit) -> Result<Vec<String>> {
        if self.tenants { read.all(permit, &self.whose(), &[]) } else { Ok(Vec::new()) }
    }

    /// Whether there is no row here, of the tenant if it is a tenants' table.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn is_empty(&self, read: &mut Read<'_>, permit: &impl Permit) -> Result<bool> {
        Ok(read.one::<i64>(permit, &self.any(), &[])? == 0)
    }

    /// Every row, one by one, in constant memory.
    ///
    /// # Errors
    /// Those of the engine and of `visit`.
    pub fn rows(
        &self,
        read: &mut Read<'_>,
        permit: &impl Permit,
        mut visit: impl FnMut(Vec<Value>) -> Result<()>,
    ) -> Result<()> {
        read.each(permit, &self.select(), &[], |row: Row| {
            let typed = row.0.into_iter().zip(&self.columns).map(|(value, column)| column.kind.typed(value));
            visit(typed.collect())
        })
    }

    /// Writes rows, which are new.
    ///
    /// # Errors
    /// Those of the engine, some only at the end of the transaction.
    pub fn put_all(&self, tx: &mut Tx<'_>, permit: &impl Permit, rows: &[Vec<Value>]) -> Result<()> {
        tx.all_later(permit, &self.insert(), rows)
    }

    /// Takes every row away.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn clear(&self, tx: &mut Tx<'_>, permit: &impl Permit) -> Result<()> {
        tx.execute(permit, &self.empty_out(), &[])?;
        Ok(())
    }

    /// Writes one row.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn put(&self, tx: &mut Tx<'_>, permit: &impl Permit, values: &[Value]) -> Result<()> {
        tx.execute(permit, &self.insert(), values)?;
        Ok(())
    }
}

impl Kind {
    /// SQLite keeps ids as bytes and answers as numbers.
    fn typed(self, value: Value) -> Value {
        match (self, value) {
            (Kind::Uuid, Value::Bytes(bytes)) => {
                uuid::Uuid::from_slice(&bytes).map_or(Value::Bytes(bytes), Value::Uuid)
            }
            (Kind::Bool, Value::Int(number)) => Value::Bool(number != 0),
            (_, value) => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_from_the_migrations() {
        let tables = tables().unwrap();
        let table = |name: &str| tables.iter().find(|table| table.name == name);
        let reference: Vec<String> =
            reference_tables().unwrap().into_iter().map(|table| table.name).collect();
        assert_eq!(reference, ["unit", "unit_version", "commune_guest", "unit_succession"]);
        assert!(reference.iter().all(|name| table(name).is_none()), "reference tables are no tenant's");
        let activity = table("activity").unwrap();
        let kinds: Vec<(&str, Kind)> =
            activity.columns.iter().map(|column| (column.name.as_str(), column.kind)).collect();
        assert_eq!(
            kinds.get(..3).unwrap(),
            [("id", Kind::Uuid), ("version", Kind::Int), ("state", Kind::Text)]
        );
        assert_eq!(kinds.last(), Some(&("changed_at", Kind::Text)));
        let place = |name: &str| tables.iter().position(|table| table.name == name).unwrap();
        assert!(place("activity") < place("activity_version") && place("area") < place("area_name"));
    }
}
