//! Cells in the store: changed by differences, compared with a recomputation.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::{Catalogue, WHOLE};
use db::{Read, Tx, Value, sql};
use jiff::civil::Date;
use kernel::{Room, Scope};
use uuid::Uuid;

use crate::tally::{ApartKey, AreaKey, NumberKey, Seen, SpanKey};
use crate::{Record, Tally, months};

/// Brings the cells from what `before` said to what `after` says. `None` is a record that does not count (not yet
/// confirmed, returned, withdrawn).
///
/// The caller writes its audit entry first: on PostgreSQL the head of the audit chain is the write lock of the tenant,
/// and area cells are read, changed and written back.
pub fn apply(
    tx: &mut Tx<'_>,
    room: &Room,
    catalogue: &Catalogue,
    before: Option<&Record>,
    after: Option<&Record>,
) -> db::Result<()> {
    let mut areas: BTreeSet<Uuid> = [before, after].into_iter().flatten().map(|record| record.area).collect();
    for area in areas.clone() {
        if !units::is_apart(tx, room, area)? {
            areas.remove(&area);
        }
    }
    let mut change = Tally::keeping_apart(areas);
    if let Some(record) = after {
        change.add(record, catalogue);
    }
    if let Some(record) = before {
        change.remove(record, catalogue);
    }
    let change = change.settled();
    write(tx, room, &change)?;
    months::write(tx, room, &change)
}

/// Writes the cells of a unit that has none, from the tally of all its records.
pub fn fill(tx: &mut Tx<'_>, room: &Room, tally: &Tally) -> db::Result<()> {
    write(tx, room, tally)?;
    months::write(tx, room, tally)
}

fn write(tx: &mut Tx<'_>, room: &Room, change: &Tally) -> db::Result<()> {
    let add = sql!(
        "insert into cell (tenant, indicator, slice, day, amount) values ($1, $2, $3, $4, $5) \
         on conflict (tenant, indicator, slice, day) do update set amount = cell.amount + excluded.amount"
    );
    let numbers: Vec<Vec<Value>> = (change.numbers.iter())
        .map(|((indicator, slice, day), amount)| {
            vec![indicator.into(), slice.into(), (*day).into(), (*amount).into()]
        })
        .collect();
    tx.all_later(room, &add, &numbers)?;
    write_apart(tx, room, change)?;
    let add = sql!(
        "insert into cell_span (tenant, indicator, slice, first_day, last_day, area_id, amount) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (tenant, indicator, slice, last_day, first_day, area_id) \
         do update set amount = cell_span.amount + excluded.amount"
    );
    for ((indicator, slice, first, last, area), amount) in &change.spans {
        let (first, last, area) = ((*first).into(), (*last).into(), area.into());
        let values = [indicator.into(), slice.into(), first, last, area, (*amount).into()];
        tx.execute(room, &add, &values)?;
    }
    let now = sql!(
        "select records, households from cell_area \
         where tenant = $1 and indicator = $2 and slice = $3 and day = $4 and area_id = $5"
    );
    let put = sql!(
        "insert into cell_area (tenant, indicator, slice, day, area_id, records, households) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (tenant, indicator, slice, day, area_id) \
         do update set records = excluded.records, households = excluded.households"
    );
    let mut areas: Vec<Vec<Value>> = (change.areas.keys())
        .map(|(indicator, slice, day, area)| vec![indicator.into(), slice.into(), (*day).into(), area.into()])
        .collect();
    let stored: Vec<Option<(i64, Vec<u8>)>> = tx.find_each(room, &now, &areas)?;
    for ((row, stored), change) in areas.iter_mut().zip(stored).zip(change.areas.values()) {
        let mut seen =
            stored.map(|(records, bytes)| Seen { records, households: unpack(&bytes) }).unwrap_or_default();
        seen.records += change.records;
        for (household, times) in &change.households {
            *seen.households.entry(*household).or_default() += times;
        }
        row.extend([seen.records.into(), pack(&seen.households).into()]);
    }
    tx.all_later(room, &put, &areas)
}

fn write_apart(tx: &mut Tx<'_>, room: &Room, change: &Tally) -> db::Result<()> {
    let add = sql!(
        "insert into cell_apart (tenant, area_id, indicator, slice, day, amount) values ($1, $2, $3, $4, $5, $6) \
         on conflict (tenant, area_id, indicator, slice, day) do update set amount = cell_apart.amount + excluded.amount"
    );
    let numbers: Vec<Vec<Value>> = (change.numbers_apart.iter())
        .map(|((area, (indicator, slice, day)), amount)| {
            vec![area.into(), indicator.into(), slice.into(), (*day).into(), (*amount).into()]
        })
        .collect();
    tx.all_later(room, &add, &numbers)
}

/// Keeps the cells of an area apart from now on: `tally` holds them, from the area's records with the room's tenant.
pub fn keep_apart(tx: &mut Tx<'_>, room: &Room, area: Uuid, tally: &Tally) -> db::Result<()> {
    drop_apart(tx, room, area)?;
    write_apart(tx, room, tally)
}

/// Keeps the cells of an area apart no longer.
pub fn drop_apart(tx: &mut Tx<'_>, room: &Room, area: Uuid) -> db::Result<()> {
    tx.execute(room, &sql!("delete from cell_apart where tenant = $1 and area_id = $2"), &[area.into()])?;
    Ok(())
}

/// `(number, times)` as two little-endian 16-bit words each.
fn pack(households: &BTreeMap<u16, i64>) -> Vec<u8> {
    let kept = households.iter().filter(|(_, times)| **times > 0);
    kept.flat_map(|(number, times)| {
        let times = u16::try_from(*times).unwrap_or(u16::MAX);
        number.to_le_bytes().into_iter().chain(times.to_le_bytes())
    })
    .collect()
}

pub(crate) fn unpack(bytes: &[u8]) -> BTreeMap<u16, i64> {
    let (words, _) = bytes.as_chunks::<4>();
    words
        .iter()
        .map(|[a, b, c, d]| (u16::from_le_bytes([*a, *b]), u16::from_le_bytes([*c, *d]).into()))
        .collect()
}

/// The tenants that have cells, for [`compare`]. A statement over all tenants: only for tasks of the program.
pub fn tenants(read: &mut Read<'_>, scope: &Scope) -> db::Result<BTreeSet<String>> {
    let text =
        sql!("select tenant from cell union select tenant from cell_span union select tenant from cell_area");
    Ok(read.all::<String>(scope, &text, &[])?.into_iter().collect())
}

/// A cell that is not what its records say.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// Whose cell.
    pub tenant: String,
    /// Indicator.
    pub indicator: String,
    /// Slice.
    pub slice: String,
    /// Day; of a cell of aggregate entries the last of its span.
    pub day: Date,
    /// First day of the span, for cells of aggregate entries.
    pub from: Option<Date>,
    /// Residential area, for cells kept apart by area.
    pub area: Option<Uuid>,
    /// What the store holds.
    pub stored: String,
    /// What the records say.
    pub recomputed: String,
}

/// Compares the cells of a tenant with a tally of its confirmed records; how many cells were compared, and the
/// differences.
pub fn compare(read: &mut Read<'_>, room: &Room, expected: &Tally) -> db::Result<(usize, Vec<Difference>)> {
    let stored = stored(read, room)?.settled();
    let mut differences = Vec::new();
    let mut count = 0;
    let difference =
        |indicator: &str, slice: &str, (from, day), area, stored: String, recomputed: String| Difference {
            tenant: room.tenant_key().to_owned(),
            indicator: indicator.to_owned(),
            slice: slice.to_owned(),
            day,
            from,
            area,
            stored,
            recomputed,
        };
    let keys: BTreeSet<&NumberKey> = stored.numbers.keys().chain(expected.numbers.keys()).collect();
    for key in keys {
        count += 1;
        let amount = |tally: &Tally| tally.numbers.get(key).copied().unwrap_or_default();
        let (have, want) = (amount(&stored), amount(expected));
        if have != want {
            let (have, want) = (have.to_string(), want.to_string());
            differences.push(difference(&key.0, &key.1, (None, key.2), None, have, want));
        }
    }
    let keys: BTreeSet<&SpanKey> = stored.spans.keys().chain(expected.spans.keys()).collect();
    for key in keys {
        count += 1;
        let amount = |tally: &Tally| tally.spans.get(key).copied().unwrap_or_default();
        let (have, want) = (amount(&stored), amount(expected));
        if have != want {
            let (have, want) = (have.to_string(), want.to_string());
            differences.push(difference(&key.0, &key.1, (Some(key.2), key.3), Some(key.4), have, want));
        }
    }
    let keys: BTreeSet<&ApartKey> =
        stored.numbers_apart.keys().chain(expected.numbers_apart.keys()).collect();
    for key in keys {
        count += 1;
        let amount = |tally: &Tally| tally.numbers_apart.get(key).copied().unwrap_or_default();
        let (have, want) = (amount(&stored), amount(expected));
        if have != want {
            let (area, (indicator, slice, day)) = key;
            let (have, want) = (have.to_string(), want.to_string());
            differences.push(difference(indicator, slice, (None, *day), Some(*area), have, want));
        }
    }
    let keys: BTreeSet<&AreaKey> = stored.areas.keys().chain(expected.areas.keys()).collect();
    for key in keys {
        count += 1;
        let seen = |tally: &Tally| tally.areas.get(key).cloned().unwrap_or_default();
        let (have, want) = (seen(&stored), seen(expected));
        if have != want {
            let words = |seen: &Seen| format!("{} records, households {:?}", seen.records, seen.households);
            let (have, want) = (words(&have), words(&want));
            differences.push(difference(&key.0, &key.1, (None, key.2), Some(key.3), have, want));
        }
    }
    let (parts, off) = months::compare(read, room, expected)?;
    for (indicator, month, area, have, want) in off {
        differences.push(difference(&indicator, WHOLE, (None, month), area, have, want));
    }
    Ok((count + parts, differences))
}

pub(crate) fn stored(read: &mut Read<'_>, room: &Room) -> db::Result<Tally> {
    let mut tally = Tally::default();
    let numbers = sql!("select indicator, slice, day, amount from cell where tenant = $1");
    read.each(room, &numbers, &[], |(indicator, slice, day, amount): (String, String, Date, i64)| {
        tally.numbers.insert((indicator, slice, day), amount);
        Ok(())
    })?;
    let apart = sql!("select area_id, indicator, slice, day, amount from cell_apart where tenant = $1");
    read.each(room, &apart, &[], |row: (Uuid, String, String, Date, i64)| {
        let (area, indicator, slice, day, amount) = row;
        tally.numbers_apart.insert((area, (indicator, slice, day)), amount);
        Ok(())
    })?;
    let spans = sql!(
        "select indicator, slice, first_day, last_day, area_id, amount from cell_span where tenant = $1"
    );
    read.each(room, &spans, &[], |row: (String, String, Date, Date, Uuid, i64)| {
        let (indicator, slice, first, last, area, amount) = row;
        tally.spans.insert((indicator, slice, first, last, area), amount);
        Ok(())
    })?;
    let areas =
        sql!("select indicator, slice, day, area_id, records, households from cell_area where tenant = $1");
    read.each(room, &areas, &[], |row: (String, String, Date, Uuid, i64, Vec<u8>)| {
        let (indicator, slice, day, area, records, households) = row;
        tally.areas.insert((indicator, slice, day, area), Seen { records, households: unpack(&households) });
        Ok(())
    })?;
    Ok(tally)
}
