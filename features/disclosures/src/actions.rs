//! Deciding what is public: rule, write and audit in one transaction.

use db::{Read, Tx};
use jiff::{Timestamp, ToSpan};
use kernel::audit;
use reports::{Desk, Public, Report, Sheet};
use uuid::Uuid;

use crate::model::{Disclosure, Refused, State, content, heading, public};
use crate::store;

/// Makes the figures of a frozen report public; `based_on` is the version that the person saw, 0 for none. Of a report
/// that amends one which is public, the new figures take the place of the former. The same again is answered like the
/// first time.
///
/// # Errors
/// [`Refused::Open`], [`Refused::Amended`], [`Refused::Nothing`], [`Refused::OtherLine`], [`Refused::Changed`],
/// [`Refused::NotFound`]; those of the store.
pub fn disclose(
    tx: &mut Tx<'_>,
    desk: Desk<'_>,
    (id, based_on): (Uuid, u32),
    now: Timestamp,
) -> Result<Disclosure, Refused> {
    log(tx, desk, now, "disclosure.open", id)?;
    let report = reports::find(tx, desk.room, id)?.ok_or(Refused::NotFound)?;
    let there = store::find(tx, desk.room, id)?;
    if let Some(there) = there.as_ref().filter(|there| there.state == State::Public) {
        return Ok(there.clone());
    }
    if there.as_ref().map_or(0, |there| there.version) != based_on {
        return Err(Refused::Changed);
    }
    fits(&report)?;
    if reports::amended_by(tx, desk.room, id)?.is_some() {
        return Err(Refused::Amended);
    }
    let sheet = reports::sheet(tx, desk, report)?;
    if !desk.room.serves(reports::line_of(&sheet.form)) {
        return Err(Refused::OtherLine);
    }
    let others = others(tx, desk, &sheet)?;
    let content = content(&sheet, &others, desk.catalogue);
    if content.tables.is_empty() {
        return Err(Refused::Nothing);
    }
    let disclosed = Disclosure {
        report: id,
        version: based_on + 1,
        state: State::Public,
        heading: heading(&sheet, desk.unit),
        content: Some(content),
        account: desk.room.account().to_owned(),
        changed_at: now,
    };
    match there {
        Some(_) => store::set(tx, desk.room, &disclosed)?,
        None => store::add(tx, desk.room, &disclosed)?,
    }
    // The former figures are no longer what the unit says.
    if let Some(former) = sheet.report.amends {
        let former = store::find(tx, desk.room, former)?;
        if let Some(former) = former.filter(|former| former.state == State::Public) {
            take_back(tx, desk, former, now)?;
        }
    }
    Ok(disclosed)
}

/// Withdraws what is public of a report; `based_on` is the version that the person saw. The same again is answered like
/// the first time.
///
/// # Errors
/// [`Refused::OtherLine`], [`Refused::Changed`], [`Refused::NotFound`]; those of the store.
pub fn withdraw(
    tx: &mut Tx<'_>,
    desk: Desk<'_>,
    (id, based_on): (Uuid, u32),
    now: Timestamp,
) -> Result<Disclosure, Refused> {
    log(tx, desk, now, "disclosure.withdraw", id)?;
    let report = reports::find(tx, desk.room, id)?.ok_or(Refused::NotFound)?;
    let there = store::find(tx, desk.room, id)?.ok_or(Refused::NotFound)?;
    if there.state == State::Withdrawn {
        return Ok(there);
    }
    if there.version != based_on {
        return Err(Refused::Changed);
    }
    let form = desk.catalogue.forms().version(&report.form, report.form_version).ok_or(Refused::NotFound)?;
    if !desk.room.serves(reports::line_of(form)) {
        return Err(Refused::OtherLine);
    }
    take_back(tx, desk, there, now)
}

fn take_back(
    tx: &mut Tx<'_>,
    desk: Desk<'_>,
    there: Disclosure,
    now: Timestamp,
) -> Result<Disclosure, Refused> {
    let next = Disclosure {
        version: there.version + 1,
        state: State::Withdrawn,
        content: None,
        account: desk.room.account().to_owned(),
        changed_at: now,
        ..there
    };
    store::set(tx, desk.room, &next)?;
    Ok(next)
}

/// How far back the columns of a report go beyond its own window, in days: to the same period of last year.
const BACK: i64 = 366;
/// No window is longer, in days.
const LONGEST: i64 = 366;

/// What else everybody reads of the unit over the days of a sheet; not what the sheet takes the place of.
pub(crate) fn others(read: &mut Read<'_>, desk: Desk<'_>, sheet: &Sheet) -> Result<Vec<Public>, Refused> {
    let window = &sheet.report.window;
    let first = window.from.saturating_sub(BACK.days());
    let last = window.to.saturating_add((BACK + LONGEST).days());
    let mut others = Vec::new();
    for (id, heading) in store::latest(read, desk.room)? {
        let itself = id == sheet.report.id || Some(id) == sheet.report.amends;
        if itself || heading.to < first || heading.to > last {
            continue;
        }
        let Some(content) = store::find(read, desk.room, id)?.and_then(|public| public.content) else {
            continue;
        };
        let Some(report) = reports::find(read, desk.room, id)? else { continue };
        others.extend(public(reports::sheet(read, desk, report)?, &content));
    }
    Ok(others)
}

/// Whether reports like this are made public at all.
pub(crate) fn fits(report: &Report) -> Result<(), Refused> {
    if report.area.is_some() {
        return Err(Refused::Nothing);
    }
    if report.state == reports::State::Open {
        return Err(Refused::Open);
    }
    Ok(())
}

fn log(tx: &mut Tx<'_>, desk: Desk<'_>, at: Timestamp, action: &str, report: Uuid) -> db::Result<()> {
    audit::record(
        tx,
        desk.room,
        &audit::Entry { at, action, object: &format!("report {report}"), detail: "" },
    )
}
