//! Targets in the store: one function per statement.

use db::{Read, Sql, Tx, sql};
use jiff::Timestamp;
use kernel::{Room, Scope};

use crate::model::Target;

db::row! {
    struct TargetRow {
        indicator: String,
        slice: String,
        year: i64,
        version: u32,
        amount: Option<i64>,
        superior: bool,
        account: String,
    }
}

impl From<TargetRow> for Target {
    fn from(row: TargetRow) -> Self {
        let TargetRow { indicator, slice, year, version, amount, superior, account } = row;
        Target { indicator, slice, year, version, amount, superior, account }
    }
}

/// One target, also one that was taken back.
pub fn find(
    read: &mut Read<'_>,
    room: &Room,
    (indicator, slice): (&str, &str),
    year: i64,
) -> db::Result<Option<Target>> {
    let row: Option<TargetRow> =
        read.find(room, &one_text(), &[indicator.into(), slice.into(), year.into()])?;
    Ok(row.map(Target::from))
}

/// The same target of several tenants whose rooms the caller may enter, in their order; one that was taken back is none.
pub fn find_each(
    read: &mut Read<'_>,
    scope: &Scope,
    tenants: &[&str],
    (indicator, slice): (&str, &str),
    year: i64,
) -> db::Result<Vec<Option<Target>>> {
    let key = |tenant: &&str| vec![(*tenant).into(), indicator.into(), slice.into(), year.into()];
    let keys: Vec<Vec<db::Value>> = tenants.iter().map(key).collect();
    let rows: Vec<Option<TargetRow>> = read.find_each(scope, &one_text(), &keys)?;
    let stands = |target: &Target| target.amount.is_some();
    Ok(rows.into_iter().map(|row| row.map(Target::from).filter(stands)).collect())
}

fn one_text() -> Sql {
    sql!(
        "select indicator, slice, year, version, amount, superior, account from target \
         where tenant = $1 and indicator = $2 and slice = $3 and year = $4"
    )
}

/// The targets of a year that stand.
pub fn of_year(read: &mut Read<'_>, room: &Room, year: i64) -> db::Result<Vec<Target>> {
    let text = sql!(
        "select indicator, slice, year, version, amount, superior, account from target \
         where tenant = $1 and year = $2 and amount is not null order by indicator, slice"
    );
    let rows: Vec<TargetRow> = read.all(room, &text, &[year.into()])?;
    Ok(rows.into_iter().map(Target::from).collect())
}

/// Every version of a target, oldest first.
pub fn versions(
    read: &mut Read<'_>,
    room: &Room,
    (indicator, slice): (&str, &str),
    year: i64,
) -> db::Result<Vec<Target>> {
    let text = sql!(
        "select indicator, slice, year, version, amount, superior, account from target_version \
         where tenant = $1 and indicator = $2 and slice = $3 and year = $4 order by version"
    );
    let rows: Vec<TargetRow> = read.all(room, &text, &[indicator.into(), slice.into(), year.into()])?;
    Ok(rows.into_iter().map(Target::from).collect())
}

/// Writes the present version and the history's row of it. `Conflict` when another write made this version first.
pub(crate) fn put(tx: &mut Tx<'_>, room: &Room, target: &Target, at: Timestamp) -> db::Result<()> {
    let values = [
        (&target.indicator).into(),
        (&target.slice).into(),
        target.year.into(),
        target.version.into(),
        target.amount.into(),
        target.superior.into(),
        (&target.account).into(),
        at.into(),
    ];
    let first = sql!(
        "insert into target (tenant, indicator, slice, year, version, amount, superior, account, at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    let next = sql!(
        "update target set version = $5, amount = $6, superior = $7, account = $8, at = $9 where tenant = $1 \
         and indicator = $2 and slice = $3 and year = $4 and version = cast($5 as bigint) - 1"
    );
    let changed = tx.execute(room, if target.version == 1 { &first } else { &next }, &values)?;
    if changed != 1 {
        return Err(db::Error::Conflict("another version was written first".into()));
    }
    let history = sql!(
        "insert into target_version (tenant, indicator, slice, year, version, amount, superior, account, at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    tx.execute(room, &history, &values)?;
    Ok(())
}
