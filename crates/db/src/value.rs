//! Values that both engines keep alike.

use jiff::{Timestamp, civil::Date};
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use uuid::Uuid;

use crate::{Error, Result};

/// A parameter or a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// `integer` / `bigint`.
    Int(i64),
    /// `integer` 0 or 1 / `boolean`.
    Bool(bool),
    /// `text`, also days and instants.
    Text(String),
    /// `blob` / `bytea`.
    Bytes(Vec<u8>),
    /// `blob` / `uuid`.
    Uuid(Uuid),
}

macro_rules! into_value {
    ($($from:ty => |$v:ident| $make:expr),* $(,)?) => { $(
        impl From<$from> for Value { fn from($v: $from) -> Self { $make } }
    )* };
}
into_value! {
    i64 => |v| Value::Int(v),
    i32 => |v| Value::Int(v.into()),
    u32 => |v| Value::Int(v.into()),
    u16 => |v| Value::Int(v.into()),
    bool => |v| Value::Bool(v),
    &str => |v| Value::Text(v.to_owned()),
    String => |v| Value::Text(v),
    &String => |v| Value::Text(v.clone()),
    Vec<u8> => |v| Value::Bytes(v),
    &[u8] => |v| Value::Bytes(v.to_vec()),
    Uuid => |v| Value::Uuid(v),
    &Uuid => |v| Value::Uuid(*v),
    Date => |v| Value::Text(v.to_string()),
    Timestamp => |v| Value::Text(instant(v)),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Self {
        v.map_or(Value::Null, Into::into)
    }
}

/// Instants sort as text because they all have this length: `2026-11-24T08:00:00.000Z`.
fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
        Ok(match self {
            Value::Null => ToSqlOutput::Owned(Owned::Null),
            Value::Int(v) => ToSqlOutput::Owned(Owned::Integer(*v)),
            Value::Bool(v) => ToSqlOutput::Owned(Owned::Integer((*v).into())),
            Value::Text(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            Value::Bytes(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            Value::Uuid(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v.as_bytes())),
        })
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(v) => v.to_sql(ty, out),
            Value::Bool(v) => v.to_sql(ty, out),
            Value::Text(v) => v.to_sql(ty, out),
            Value::Bytes(v) => v.to_sql(ty, out),
            Value::Uuid(v) => {
                out.extend_from_slice(v.as_bytes());
                Ok(IsNull::No)
            }
        }
    }

    /// Every column kind of the house; a mismatch is found by the engine and by the statement test.
    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::BOOL, Type::TEXT, Type::VARCHAR, Type::BYTEA, Type::UUID].contains(ty)
    }

    to_sql_checked!();
}

/// One row of an answer.
#[derive(Debug)]
pub struct Row(pub(crate) Vec<Value>);

impl Row {
    /// Takes column `column` (from 0) out of the row.
    pub fn take<T: FromValue>(&mut self, column: usize) -> Result<T> {
        let shape = Error::Shape { column, wanted: T::WANTED };
        let value = self.0.get_mut(column).ok_or(Error::Shape { column, wanted: "present" })?;
        T::from_value(std::mem::replace(value, Value::Null)).ok_or(shape)
    }
}

pub(crate) fn sqlite_row(row: &rusqlite::Row<'_>, columns: usize) -> Result<Row> {
    use rusqlite::types::ValueRef;
    let mut values = Vec::with_capacity(columns);
    for column in 0..columns {
        values.push(match row.get_ref(column)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(v) => Value::Int(v),
            ValueRef::Real(_) => return Err(Error::Shape { column, wanted: "a whole number" }),
            ValueRef::Text(v) => Value::Text(
                String::from_utf8(v.to_vec()).map_err(|_| Error::Shape { column, wanted: "UTF-8" })?,
            ),
            ValueRef::Blob(v) => Value::Bytes(v.to_vec()),
        });
    }
    Ok(Row(values))
}

pub(crate) fn postgres_row(row: &tokio_postgres::Row) -> Result<Row> {
    let mut values = Vec::with_capacity(row.len());
    for (column, info) in row.columns().iter().enumerate() {
        values.push(match *info.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(column)?.into(),
            Type::INT4 => row.try_get::<_, Option<i32>>(column)?.into(),
            Type::BOOL => row.try_get::<_, Option<bool>>(column)?.into(),
            Type::TEXT | Type::VARCHAR => row.try_get::<_, Option<String>>(column)?.into(),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(column)?.into(),
            Type::UUID => row.try_get::<_, Option<Raw16>>(column)?.map(|raw| raw.0).into(),
            _ => return Err(Error::Shape { column, wanted: "of a house kind" }),
        });
    }
    Ok(Row(values))
}

/// A `uuid` column as its 16 bytes.
struct Raw16(Uuid);

impl tokio_postgres::types::FromSql<'_> for Raw16 {
    fn from_sql(_: &Type, raw: &[u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Raw16(Uuid::from_slice(raw)?))
    }
    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }
}

/// A Rust value that a column becomes.
pub trait FromValue: Sized {
    /// What the column must be, for the error.
    const WANTED: &'static str;
    /// `None` when the value has another shape.
    fn from_value(value: Value) -> Option<Self>;
}

macro_rules! from_value {
    ($($to:ty, $wanted:literal, { $($pattern:pat => $make:expr),+ $(,)? })*) => { $(
        impl FromValue for $to {
            const WANTED: &'static str = $wanted;
            fn from_value(value: Value) -> Option<Self> {
                match value { $($pattern => $make,)+ _ => None }
            }
        }
    )* };
}
from_value! {
    i64, "a whole number", { Value::Int(v) => Some(v) }
    u32, "a small whole number", { Value::Int(v) => u32::try_from(v).ok() }
    bool, "yes or no", { Value::Bool(v) => Some(v), Value::Int(v) => Some(v != 0) }
    String, "text", { Value::Text(v) => Some(v) }
    Vec<u8>, "bytes", { Value::Bytes(v) => Some(v) }
    Uuid, "an id", { Value::Uuid(v) => Some(v), Value::Bytes(v) => Uuid::from_slice(&v).ok() }
    Date, "a day", { Value::Text(v) => v.parse().ok() }
    Timestamp, "an instant", { Value::Text(v) => v.parse().ok() }
}

impl<T: FromValue> FromValue for Option<T> {
    const WANTED: &'static str = T::WANTED;
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// A struct or value that a whole row becomes, column by column in order. Made by [`row!`](crate::row), or a single
/// value for one-column answers, or a tuple.
pub trait FromRow: Sized {
    /// Reads the row.
    fn from_row(row: Row) -> Result<Self>;
}

impl FromRow for Row {
    fn from_row(row: Row) -> Result<Self> {
        Ok(row)
    }
}

macro_rules! single {
    ($($t:ty),*) => { $( impl FromRow for $t {
        fn from_row(mut row: Row) -> Result<Self> { row.take(0) }
    } )* };
}
single!(i64, u32, bool, String, Vec<u8>, Uuid, Date, Timestamp, Option<String>, Option<i64>);

macro_rules! tuple {
    ($($t:ident $n:tt),+) => {
        impl<$($t: FromValue),+> FromRow for ($($t,)+) {
            fn from_row(mut row: Row) -> Result<Self> { Ok(($(row.take::<$t>($n)?,)+)) }
        }
    };
}
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);

/// Declares a struct that a row becomes: its fields are the columns of the `select`, in order.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$fmeta:meta])* $fvis:vis $field:ident : $ty:ty),+ $(,)? }) => {
        $(#[$meta])* $vis struct $name { $($(#[$fmeta])* $fvis $field: $ty),+ }
        impl $crate::FromRow for $name {
            fn from_row(mut row: $crate::Row) -> $crate::Result<Self> {
                let mut column = 0..;
                Ok(Self { $($field: row.take::<$ty>(column.next().unwrap_or_default())?),+ })
            }
        }
    };
}
