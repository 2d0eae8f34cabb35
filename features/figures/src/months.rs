//! The coarse grain: the whole of every indicator in one packed row per tenant and month, for figures of many units in
//! many windows. It is kept in step with the day cells in the same transaction.
//!
//! Every regime but the weekly one begins its windows on day 1, 15 or 16, so a month falls into three pieces: up to the
//! 14th, the 15th, the rest. A number has an amount per piece; what is united and not added has per residential area and
//! piece the set of household numbers as bits, bit 0 for the area itself.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use catalogue::WHOLE;
use db::{Read, Tx, sql};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use kernel::{Room, Scope, audit};
use uuid::Uuid;

use crate::Tally;
use crate::cells::{stored, unpack};
use crate::tally::Seen;

/// How many pieces a month has.
pub(crate) const PIECES: usize = 3;

/// The days of the month that begin a piece.
pub(crate) const BREAKS: [i8; PIECES] = [1, 15, 16];

/// The piece of its month that a day lies in.
fn piece(day: Date) -> usize {
    match day.day() {
        ..15 => 0,
        15 => 1,
        _ => 2,
    }
}

/// First and last day of a piece of a month.
pub(crate) fn days(first: Date, piece: usize) -> (Date, Date) {
    let [_, fifteenth, rest] = [0, 14, 15].map(|days: i64| first.saturating_add(days.days()));
    match piece {
        0 => (first, fifteenth.saturating_sub(1.days())),
        1 => (fifteenth, fifteenth),
        _ => (rest, first.last_of_month()),
    }
}

/// How a month is named in the store.
pub(crate) fn key(day: Date) -> String {
    day.strftime("%Y-%m").to_string()
}

/// Household numbers as bits, the lowest of the first byte being 0: the area itself. No nought at the end.
pub(crate) type Bits<'a> = Cow<'a, [u8]>;

/// A row unpacked.
#[derive(Debug, Default, PartialEq, Eq)]
struct Month<'a> {
    numbers: BTreeMap<&'a str, [i64; PIECES]>,
    sets: BTreeMap<(&'a str, Uuid), [Bits<'a>; PIECES]>,
}

impl<'a> Month<'a> {
    fn unpack(row: &'a [u8]) -> db::Result<Month<'a>> {
        let mut month = Month::default();
        each(row, |part| match part {
            Part::Number(id, amounts) => {
                month.numbers.insert(id, amounts);
            }
            Part::Set(id, area, bits) => {
                month.sets.insert((id, Uuid::from_bytes(*area)), bits.map(Cow::Borrowed));
            }
        })?;
        Ok(month)
    }

    /// The months of the whole slices of a tally.
    fn all_of(tally: &'a Tally) -> BTreeMap<String, Month<'a>> {
        let mut months: BTreeMap<String, Month<'a>> = BTreeMap::new();
        for ((id, _, day), amount) in tally.numbers.iter().filter(|((_, slice, _), _)| slice == WHOLE) {
            months.entry(key(*day)).or_default().add(id, *day, *amount);
        }
        for ((id, _, day, area), seen) in tally.areas.iter().filter(|((_, slice, ..), _)| slice == WHOLE) {
            months.entry(key(*day)).or_default().unite(id, *area, *day, seen);
        }
        months
    }

    fn add(&mut self, id: &'a str, day: Date, amount: i64) {
        let amounts = self.numbers.entry(id).or_default();
        if let Some(sum) = amounts.get_mut(piece(day)) {
            *sum += amount;
        }
    }

    fn unite(&mut self, id: &'a str, area: Uuid, day: Date, seen: &Seen) {
        let households = seen.households.iter().filter(|(_, times)| **times > 0).map(|(number, _)| *number);
        let itself = (seen.records > 0).then_some(0);
        let pieces = self.sets.entry((id, area)).or_default();
        if let Some(bits) = pieces.get_mut(piece(day)) {
            for number in itself.into_iter().chain(households) {
                set(bits.to_mut(), number);
            }
        }
    }

    fn replace(&mut self, id: &'a str, area: Uuid, day: Date, bits: Vec<u8>) {
        let pieces = self.sets.entry((id, area)).or_default();
        if let Some(old) = pieces.get_mut(piece(day)) {
            *old = Cow::Owned(bits);
        }
    }

    /// Forgets what holds nothing, so that two months of the same content are equal.
    fn settled(mut self) -> Month<'a> {
        self.numbers.retain(|_, amounts| *amounts != [0; PIECES]);
        self.sets.retain(|_, pieces| pieces.iter().any(|bits| !bits.is_empty()));
        self
    }

    /// The row: how many numbers, each with its id and three amounts; then each set's id, how many areas, and for each
    /// its id and three times length and bits. Lengths and amounts are varints, amounts zigzag.
    fn pack(&self) -> Vec<u8> {
        let mut row = Vec::with_capacity(2048);
        varint(&mut row, self.numbers.len() as u64);
        for (id, amounts) in &self.numbers {
            text(&mut row, id);
            for amount in amounts {
                varint(&mut row, (amount << 1 ^ amount >> 63).cast_unsigned());
            }
        }
        let ids: BTreeSet<&str> = self.sets.keys().map(|(id, _)| *id).collect();
        for id in ids {
            let areas = self.sets.range((id, Uuid::nil())..=(id, Uuid::max()));
            text(&mut row, id);
            varint(&mut row, areas.clone().count() as u64);
            for ((_, area), pieces) in areas {
                row.extend(area.as_bytes());
                for bits in pieces {
                    varint(&mut row, bits.len() as u64);
                    row.extend_from_slice(bits);
                }
            }
        }
        row
    }
}

/// Sets the bit of a household number; 0 is the area itself.
pub(crate) fn set(bits: &mut Vec<u8>, number: u16) {
    let byte = usize::from(number / 8);
    if bits.len() <= byte {
        bits.resize(byte + 1, 0);
    }
    if let Some(byte) = bits.get_mut(byte) {
        *byte |= 1 << (number % 8);
    }
}

pub(crate) fn text(row: &mut Vec<u8>, id: &str) {
    varint(row, id.len() as u64);
    row.extend(id.as_bytes());
}

pub(crate) fn varint(row: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        row.push(number as u8 | 0x80);
        number >>= 7;
    }
    row.push(number as u8);
}

/// One part of a row, in the order of the row.
pub(crate) enum Part<'a> {
    Number(&'a str, [i64; PIECES]),
    Set(&'a str, &'a [u8; 16], [&'a [u8]; PIECES]),
}

/// Goes over a row.
pub(crate) fn each<'a>(row: &'a [u8], mut visit: impl FnMut(Part<'a>)) -> db::Result<()> {
    let mut rest = Rest(row);
    let broken = || db::Error::Broken("a month of cells cannot be read".into());
    for _ in 0..rest.varint().ok_or_else(broken)? {
        let part = rest.number().ok_or_else(broken)?;
        visit(part);
    }
    while !rest.0.is_empty() {
        rest.sets(&mut visit).ok_or_else(broken)?;
    }
    Ok(())
}

/// What of a row has not been read yet.
pub(crate) struct Rest<'a>(pub(crate) &'a [u8]);

impl<'a> Rest<'a> {
    pub(crate) fn varint(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7F).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
            shift += 7;
        }
    }

    pub(crate) fn take(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.varint()?).ok()?;
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.take()?).ok()
    }

    fn number(&mut self) -> Option<Part<'a>> {
        let id = self.text()?;
        let mut amounts = [0; PIECES];
        for amount in &mut amounts {
            let zigzag = self.varint()?;
            *amount = (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed();
        }
        Some(Part::Number(id, amounts))
    }

    fn sets(&mut self, visit: &mut impl FnMut(Part<'a>)) -> Option<()> {
        let id = self.text()?;
        for _ in 0..self.varint()? {
            let (area, rest) = self.0.split_first_chunk::<16>()?;
            self.0 = rest;
            visit(Part::Set(id, area, [self.take()?, self.take()?, self.take()?]));
        }
        Some(())
    }
}

/// Brings the months to what a change, already written to the day cells, says.
pub(crate) fn write(tx: &mut Tx<'_>, room: &Room, change: &Tally) -> db::Result<()> {
    let numbers = change.numbers.keys().map(|(_, slice, day)| (slice, day));
    let areas = change.areas.keys().map(|(_, slice, day, _)| (slice, day));
    let whole = numbers.chain(areas).filter(|(slice, _)| *slice == WHOLE);
    let months: BTreeSet<Date> = whole.map(|(_, day)| day.first_of_month()).collect();
    for first in months {
        let now = sql!("select content from cell_month where tenant = $1 and month = $2");
        let row: Vec<u8> = tx.find(room, &now, &[key(first).into()])?.unwrap_or_else(|| vec![0]);
        let mut month = Month::unpack(&row)?;
        let within = |slice: &str, day: Date| slice == WHOLE && day.first_of_month() == first;
        for ((id, _, day), amount) in change.numbers.iter().filter(|((_, slice, day), _)| within(slice, *day))
        {
            month.add(id, *day, *amount);
        }
        for ((id, _, day, area), seen) in change.areas.iter().filter(|((_, s, day, _), _)| within(s, *day)) {
            if seen.records < 0 || seen.households.values().any(|times| *times < 0) {
                // Bits do not say how often: what is left is united anew.
                month.replace(id, *area, *day, united(tx, room, id, *area, days(first, piece(*day)))?);
            } else {
                month.unite(id, *area, *day, seen);
            }
        }
        put(tx, room, first, &month.settled())?;
    }
    Ok(())
}

fn put(tx: &mut Tx<'_>, room: &Room, month: Date, content: &Month<'_>) -> db::Result<()> {
    let text = sql!(
        "insert into cell_month (tenant, month, content) values ($1, $2, $3) \
         on conflict (tenant, month) do update set content = excluded.content"
    );
    tx.execute(room, &text, &[key(month).into(), content.pack().into()])?;
    Ok(())
}

/// What the day cells of an area in a piece unite to.
fn united(
    read: &mut Read<'_>,
    room: &Room,
    indicator: &str,
    area: Uuid,
    (from, to): (Date, Date),
) -> db::Result<Vec<u8>> {
    let text = sql!(
        "select households from cell_area where tenant = $1 and indicator = $2 and slice = $3 \
         and day >= $4 and day <= $5 and area_id = $6 and records > 0"
    );
    let values = [indicator.into(), WHOLE.into(), from.into(), to.into(), area.into()];
    let mut bits = Vec::new();
    read.each(room, &text, &values, |households: Vec<u8>| {
        set(&mut bits, 0);
        unpack(&households).into_keys().for_each(|number| set(&mut bits, number));
        Ok(())
    })?;
    Ok(bits)
}

/// The tenants whose months are still to be made from their day cells. A statement over all tenants: only for tasks of
/// the program.
pub fn months_due(read: &mut Read<'_>, scope: &Scope) -> db::Result<Vec<String>> {
    read.all(scope, &sql!("select tenant from cell_month_due order by tenant"), &[])
}

/// Makes the months of a tenant anew from its day cells.
pub fn make_months(tx: &mut Tx<'_>, room: &Room, at: Timestamp) -> db::Result<()> {
    let entry = audit::Entry { at, action: "figures.months", object: "cells", detail: "" };
    audit::record(tx, room, &entry)?;
    tx.execute(room, &sql!("delete from cell_month where tenant = $1"), &[])?;
    let tally = stored(tx, room)?.settled();
    for (month, content) in Month::all_of(&tally) {
        let text = sql!("insert into cell_month (tenant, month, content) values ($1, $2, $3)");
        tx.execute(room, &text, &[month.into(), content.settled().pack().into()])?;
    }
    tx.execute(room, &sql!("delete from cell_month_due where tenant = $1"), &[])?;
    Ok(())
}

/// A part of a month that is not what the records say: indicator, first day, area, stored, recomputed.
pub(crate) type Off = (String, Date, Option<Uuid>, String, String);

/// Compares the months of a tenant with a tally of its confirmed records; how many parts were compared.
pub(crate) fn compare(read: &mut Read<'_>, room: &Room, expected: &Tally) -> db::Result<(usize, Vec<Off>)> {
    let text = sql!("select month, content from cell_month where tenant = $1");
    let rows: BTreeMap<String, Vec<u8>> = read.all(room, &text, &[])?.into_iter().collect();
    let wanted = Month::all_of(expected);
    let (mut count, mut off) = (0, Vec::new());
    let names: BTreeSet<&String> = rows.keys().chain(wanted.keys()).collect();
    let nothing = Month::default();
    for name in names {
        let have = Month::unpack(rows.get(name).map_or(&[0], Vec::as_slice))?;
        let want = wanted.get(name).unwrap_or(&nothing);
        let first: Date =
            format!("{name}-01").parse().map_err(|e| db::Error::Broken(format!("{name}: {e}")))?;
        let numbers: BTreeSet<&str> = have.numbers.keys().chain(want.numbers.keys()).copied().collect();
        for id in numbers {
            count += 1;
            let of = |month: &Month<'_>| month.numbers.get(id).copied().unwrap_or_default();
            if of(&have) != of(want) {
                let words = |month| format!("by piece of the month {:?}", of(month));
                off.push((id.to_owned(), first, None, words(&have), words(want)));
            }
        }
        let sets: BTreeSet<(&str, Uuid)> = have.sets.keys().chain(want.sets.keys()).copied().collect();
        for key in sets {
            count += 1;
            let of = |month: &Month<'_>| {
                let pieces = month.sets.get(&key);
                pieces.map(|pieces| pieces.each_ref().map(|bits| bits.to_vec())).unwrap_or_default()
            };
            if of(&have) != of(want) {
                let words = |month| format!("by piece of the month, as bits {:02x?}", of(month));
                off.push((key.0.to_owned(), first, Some(key.1), words(&have), words(want)));
            }
        }
    }
    Ok((count, off))
}
