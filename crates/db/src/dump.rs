//! The rows of a tenant as they are, table by table: for carrying a unit from one machine to another.
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

/// A table of tenants' rows, with its columns but for `tenant`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Name.
    pub name: String,
    /// Columns, in order.
    pub columns: Vec<Column>,
}

/// The tables of tenants' rows, in the order in which they were made: a table refers to earlier ones only.
///
/// # Errors
/// [`crate::Error::Broken`] for a migration that is not text.
pub fn tables() -> Result<Vec<Table>> {
    let mut tables: Vec<Table> = Vec::new();
    let mut tenants = false;
    for line in migrate::postgres_text()?.lines() {
        let words: Vec<&str> = line.trim().trim_end_matches([',', ';']).split_whitespace().collect();
        match *words.as_slice() {
            ["create", "table", name, "("] => {
                tables.push(Table { name: name.to_owned(), columns: Vec::new() });
                tenants = false;
            }
            ["tenant", "text", ..] => tenants = true,
            ["alter", "table", name, "add", "column", column, kind, ..] => {
                if let (Some(kind), Some(table)) = (kind_of(kind), tables.iter_mut().find(|t| t.name == name))
                {
                    table.columns.push(Column { name: column.to_owned(), kind });
                }
            }
            [name, kind, ..] if tenants && line.starts_with("    ") => {
                if let (Some(kind), Some(table)) = (kind_of(kind), tables.last_mut()) {
                    table.columns.push(Column { name: name.to_owned(), kind });
                }
            }
            _ => {}
        }
    }
    // A table of no tenant's rows has kept no columns.
    tables.retain(|table| !table.columns.is_empty());
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

    /// Every row of the tenant. What was made earlier comes earlier where the table knows it, because a row may refer
    /// to another of its table.
    fn select(&self) -> Sql {
        let made = self.columns.iter().any(|column| column.name == "created_at");
        let order = if made { " order by created_at" } else { "" };
        Sql::composed(format!("select {} from {} where tenant = $1{order}", self.names(), self.name))
    }

    fn insert(&self) -> Sql {
        let places: Vec<String> = (2..self.columns.len() + 2).map(|place| format!("${place}")).collect();
        Sql::composed(format!(
            "insert into {} (tenant, {}) values ($1, {})",
            self.name,
            self.names(),
            places.join(", ")
        ))
    }

    fn any(&self) -> Sql {
        Sql::composed(format!("select count(*) from {} where tenant = $1", self.name))
    }

    /// The statements of this table, for the statement test.
    #[must_use]
    pub fn statements(&self) -> [Sql; 3] {
        [self.select(), self.insert(), self.any()]
    }

    /// Whether the tenant has no row here.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn is_empty(&self, read: &mut Read<'_>, permit: &impl Permit) -> Result<bool> {
        Ok(read.one::<i64>(permit, &self.any(), &[])? == 0)
    }

    /// Every row of the tenant, one by one, in constant memory.
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

    /// Writes one row of the tenant.
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
        assert!(
            table("unit").is_none() && table("commune_guest").is_none(),
            "reference tables are no tenant's"
        );
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
