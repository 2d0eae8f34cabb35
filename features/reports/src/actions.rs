//! Steps of a report's life in the store: rule, write and audit in one transaction.

use db::{Read, Tx};
use jiff::Timestamp;
use kernel::{Areas, Denied, Room, audit};
use uuid::Uuid;

use crate::checks::check;
use crate::model::{AS_IT_IS_NOW, Refused, Report, State, Texts, check_texts, line_of};
use crate::sheet::{self, Desk, Sheet};
use crate::store;

/// Starts a report of `form` for `period`. The same id again answers with the report that is there.
///
/// # Errors
/// [`Refused::NoForm`], [`Refused::Period`], [`Refused::NotBegun`], [`Refused::AlreadyThere`] when the form has a
/// report for the period; those of the store.
pub fn start(
    tx: &mut Tx<'_>,
    desk: Desk<'_>,
    id: Uuid,
    (form, period): (&str, &str),
    now: Timestamp,
) -> Result<Report, Refused> {
    log(tx, desk.room, now, "report.start", id, &format!("{form} {period}"))?;
    let latest = desk.catalogue.form(form).ok_or(Refused::NoForm)?;
    let window = desk.catalogue.regime(&latest.regime).ok_or(Refused::NoForm)?.window(period)?;
    let form = desk.catalogue.forms().on(form, window.from).ok_or(Refused::NoForm)?;
    if !is_for(form, desk.unit) {
        return Err(Refused::NoForm);
    }
    serves(desk, form)?;
    if window.from > kernel::local_day(now) {
        return Err(Refused::NotBegun { begins: window.from });
    }
    if let Some(there) = store::find(tx, desk.room, id)? {
        let same = there.form == form.id && there.window == window && there.amends.is_none();
        return if same { Ok(there) } else { Err(Refused::AlreadyThere(there.id)) };
    }
    if let Some(there) = store::of_period(tx, desk.room, &form.id, &window.period)?.into_iter().next() {
        return Err(Refused::AlreadyThere(there.id));
    }
    let report = Report {
        id,
        form: form.id.clone(),
        form_version: form.version,
        window,
        basis: AS_IT_IS_NOW.to_owned(),
        state: State::Open,
        version: 1,
        amends: None,
        created_by: desk.room.account().to_owned(),
        created_at: now,
        changed_at: now,
        frozen_by: None,
        frozen_at: None,
    };
    store::add(tx, desk.room, &report)?;
    Ok(report)
}

/// Whether units of this level write the form.
pub(crate) fn is_for(form: &catalogue::Form, unit: &units::Unit) -> bool {
    match form.level {
        catalogue::Level::Commune => unit.level == units::Level::Commune,
        catalogue::Level::Province => unit.level == units::Level::Province,
        catalogue::Level::Area | catalogue::Level::Country => false,
    }
}

/// Whether the caller works for the line of a form.
fn serves(desk: Desk<'_>, form: &catalogue::Form) -> Result<(), Refused> {
    if desk.room.serves(line_of(form)) { Ok(()) } else { Err(Refused::OtherLine) }
}

/// Writes texts of an open report; parts that are not named stay. Texts that stand there already change nothing, so
/// a repeated write is answered like the first.
///
/// # Errors
/// [`Refused::Changed`] when somebody wrote another version meanwhile, [`Refused::Frozen`], [`Refused::Texts`],
/// [`Refused::NotFound`]; those of the store.
pub fn write(
    tx: &mut Tx<'_>,
    desk: Desk<'_>,
    (id, based_on): (Uuid, u32),
    typed: &Texts,
    now: Timestamp,
) -> Result<Report, Refused> {
    log(tx, desk.room, now, "report.write", id, &based_on.to_string())?;
    let report = store::find(tx, desk.room, id)?.ok_or(Refused::NotFound)?;
    let (form, _) = sheet::rules(desk.catalogue, &report)?;
    let stored = store::texts(tx, desk.room, id)?;
    let differs = |part: &String, text: &String| stored.get(part).map_or("", String::as_str) != text.as_str();
    if !typed.iter().any(|(part, text)| differs(part, text)) {
        return Ok(report);
    }
    if report.state == State::Frozen {
        return Err(Refused::Frozen);
    }
    serves(desk, form)?;
    if report.version != based_on {
        return Err(Refused::Changed(Box::new((report, stored))));
    }
    let texts = check_texts(form, typed).map_err(Refused::Texts)?;
    for (part, text) in texts.iter().filter(|(part, text)| differs(part, text)) {
        store::put_text(tx, desk.room, id, (part, text), now)?;
    }
    let next = Report { version: report.version + 1, changed_at: now, ..report };
    store::step(tx, desk.room, &next)?;
    Ok(next)
}

/// Freezes a report: its figures, their definitions and the records behind them are kept as they are now. A repeated
/// freeze is answered like the first.
///
/// # Errors
/// [`Refused::TooEarly`] up to and on the cut-off day, [`Refused::Faults`] when [`check`] finds what blocks,
/// [`Refused::Changed`], [`Refused::Frozen`] when somebody else froze it, [`Refused::NotFound`]; those of the store.
pub fn freeze(
    tx: &mut Tx<'_>,
    desk: Desk<'_>,
    (id, based_on): (Uuid, u32),
    now: Timestamp,
) -> Result<Report, Refused> {
    // First: the head of the audit chain is the tenant's write lock, so no record changes until this is kept.
    log(tx, desk.room, now, "report.freeze", id, &based_on.to_string())?;
    if desk.room.areas() != &Areas::All {
        // Somebody who sees single areas cannot vouch for the records of all.
        return Err(Denied.into());
    }
    let report = store::find(tx, desk.room, id)?.ok_or(Refused::NotFound)?;
    if report.state == State::Frozen {
        let again =
            report.version == based_on + 1 && report.frozen_by.as_deref() == Some(desk.room.account());
        return if again { Ok(report) } else { Err(Refused::Frozen) };
    }
    let from = report.can_freeze_from();
    if kernel::local_day(now) < from {
        return Err(Refused::TooEarly { from });
    }
    if report.version != based_on {
        let texts = store::texts(tx, desk.room, id)?;
        return Err(Refused::Changed(Box::new((report, texts))));
    }
    let sheet = sheet::sheet(tx, desk, report)?;
    serves(desk, &sheet.form)?;
    if check(&sheet).iter().any(|finding| finding.reason.blocks()) {
        return Err(Refused::Faults);
    }
    let Sheet { report, entries, .. } = sheet;
    for entry in sheet::with_records(tx, desk, report.basis(), &report.window, entries)? {
        store::put_figure(tx, desk.room, id, &entry)?;
    }
    let frozen = Report {
        state: State::Frozen,
        version: report.version + 1,
        changed_at: now,
        frozen_by: Some(desk.room.account().to_owned()),
        frozen_at: Some(now),
        ..report
    };
    store::step(tx, desk.room, &frozen)?;
    Ok(frozen)
}

/// Starts a report that amends a frozen one: same form and period, its texts copied, its figures read anew. The same
/// new id again answers with the report that is there.
///
/// # Errors
/// [`Refused::Open`], [`Refused::AlreadyThere`] when it was amended before, [`Refused::NotFound`]; those of the store.
pub fn amend(
    tx: &mut Tx<'_>,
    desk: Desk<'_>,
    id: Uuid,
    new: Uuid,
    now: Timestamp,
) -> Result<Report, Refused> {
    log(tx, desk.room, now, "report.amend", id, &new.to_string())?;
    let amended = store::find(tx, desk.room, id)?.ok_or(Refused::NotFound)?;
    if let Some(there) = store::find(tx, desk.room, new)? {
        return if there.amends == Some(id) { Ok(there) } else { Err(Refused::AlreadyThere(there.id)) };
    }
    if amended.state == State::Open {
        return Err(Refused::Open);
    }
    serves(desk, sheet::rules(desk.catalogue, &amended)?.0)?;
    if let Some(there) = store::amended_by(tx, desk.room, id)? {
        return Err(Refused::AlreadyThere(there));
    }
    let report = Report {
        id: new,
        state: State::Open,
        version: 1,
        amends: Some(id),
        created_by: desk.room.account().to_owned(),
        created_at: now,
        changed_at: now,
        frozen_by: None,
        frozen_at: None,
        ..amended
    };
    store::add(tx, desk.room, &report)?;
    for (part, text) in store::texts(tx, desk.room, id)? {
        store::put_text(tx, desk.room, new, (&part, &text), now)?;
    }
    Ok(report)
}

fn log(tx: &mut Tx<'_>, room: &Room, at: Timestamp, action: &str, id: Uuid, detail: &str) -> db::Result<()> {
    audit::record(tx, room, &audit::Entry { at, action, object: &format!("report {id}"), detail })
}

/// The unit that a code names on a day.
pub(crate) fn unit(
    read: &mut Read<'_>,
    scope: &kernel::Scope,
    code: &str,
    on: jiff::civil::Date,
) -> Result<units::Unit, Refused> {
    units::find_by_code(read, scope, code, on)?.ok_or(Refused::NotFound)
}
