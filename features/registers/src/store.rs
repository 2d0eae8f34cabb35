//! Taking numbers, and the register they stand in.

use db::{Read, Tx, sql};
use jiff::{Timestamp, civil::Date};
use kernel::{Room, audit};

/// A paper to be entered.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// The body whose series it is: the key of its style profile.
    pub series: String,
    /// What gets the number; asked again, it keeps the one it has.
    pub object: String,
    /// Ký hiệu after the number: `BC-UBND`.
    pub notation: String,
    /// Day of issue.
    pub issued_on: Date,
    /// Tên loại và trích yếu.
    pub subject: String,
    /// Who signs.
    pub signer: String,
    /// Nơi nhận.
    pub recipients: String,
}

db::row! {
    /// A line of the register.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Entry {
        /// Year of the series.
        pub year: i64,
        /// Number in it, from 1.
        pub number: u32,
        /// What got the number.
        pub object: String,
        /// Ký hiệu after the number.
        pub notation: String,
        /// Day of issue.
        pub issued_on: Date,
        /// Tên loại và trích yếu.
        pub subject: String,
        /// Who signs.
        pub signer: String,
        /// Nơi nhận.
        pub recipients: String,
    }
}

/// Enters a paper and gives it the next number of its series; a paper that stands in the register keeps its number.
pub fn take(tx: &mut Tx<'_>, room: &Room, new: &NewEntry, now: Timestamp) -> db::Result<Entry> {
    // First, because the head of the audit chain is the tenant's write lock where several writers run.
    let detail = format!("{} {}", new.series, new.notation);
    audit::record(
        tx,
        room,
        &audit::Entry { at: now, action: "register.take", object: &new.object, detail: &detail },
    )?;
    if let Some(entry) = find(tx, room, &new.series, &new.object)? {
        return Ok(entry);
    }
    let year = i64::from(new.issued_on.year());
    let next = sql!(
        "insert into register_series (tenant, series, year, last) values ($1, $2, $3, 1) \
         on conflict (tenant, series, year) do update set last = register_series.last + 1 returning last"
    );
    let number: u32 = tx.one(room, &next, &[(&new.series).into(), year.into()])?;
    let line = sql!(
        "insert into register_entry (tenant, series, year, number, object, notation, issued_on, subject, signer, \
         recipients, account, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    );
    let values = [
        (&new.series).into(),
        year.into(),
        number.into(),
        (&new.object).into(),
        (&new.notation).into(),
        new.issued_on.into(),
        (&new.subject).into(),
        (&new.signer).into(),
        (&new.recipients).into(),
        room.account().into(),
        now.into(),
    ];
    tx.execute(room, &line, &values)?;
    Ok(Entry {
        year,
        number,
        object: new.object.clone(),
        notation: new.notation.clone(),
        issued_on: new.issued_on,
        subject: new.subject.clone(),
        signer: new.signer.clone(),
        recipients: new.recipients.clone(),
    })
}

/// The line of a paper, if it has a number in the series.
pub fn find(read: &mut Read<'_>, room: &Room, series: &str, object: &str) -> db::Result<Option<Entry>> {
    let text = sql!(
        "select year, number, object, notation, issued_on, subject, signer, recipients from register_entry \
         where tenant = $1 and series = $2 and object = $3"
    );
    read.find(room, &text, &[series.into(), object.into()])
}

/// The lines of a series, in order.
pub fn entries(read: &mut Read<'_>, room: &Room, series: &str, year: i64) -> db::Result<Vec<Entry>> {
    let text = sql!(
        "select year, number, object, notation, issued_on, subject, signer, recipients from register_entry \
         where tenant = $1 and series = $2 and year = $3 order by number"
    );
    read.all(room, &text, &[series.into(), year.into()])
}

/// The series that were begun, as `(series, year)`, the newest year first.
pub fn years(read: &mut Read<'_>, room: &Room) -> db::Result<Vec<(String, i64)>> {
    let text = sql!("select series, year from register_series where tenant = $1 order by year desc, series");
    read.all(room, &text, &[])
}
