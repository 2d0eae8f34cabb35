//! Steps of a report's life in the store: rule, write and audit in one transaction.

use db::{Read, Tx};
use jiff::Timestamp;
use kernel::{Room, audit};
use paper::ProfileId;
use units::Basis;
use uuid::Uuid;

use crate::checks::check;
use crate::document::{paper_of, style_key};
use crate::model::{Refused, Report, State, Texts, Viewer, check_texts, line_of};
use crate::sheet::{self, Desk, Sheet};
use crate::signing::{Printing, Signer};
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
    let wanted = Wanted { form, area: None, period, basis: Basis::AsItIsNow };
    start_of(tx, desk, id, wanted, now)
}

/// Which report somebody wants to start.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Id of the form.
    pub form: &'a str,
    /// The residential area it is of; none for one of the whole unit.
    pub area: Option<Uuid>,
    /// The period, as the form's regime writes it.
    pub period: &'a str,
    /// In which borders its figures are read.
    pub basis: Basis,
}

/// Starts a report of the whole unit or of one residential area on a basis, as [`start`] does.
///
/// # Errors
/// Those of [`start`]; [`Refused::Denied`] when the room does not cover it.
pub fn start_of(
    tx: &mut Tx<'_>,
    desk: Desk<'_>,
    id: Uuid,
    Wanted { form, area, period, basis }: Wanted<'_>,
    now: Timestamp,
) -> Result<Report, Refused> {
    let room = desk.room.narrowed(area)?;
    let basis = basis.key();
    log(tx, &room, now, "report.start", id, &format!("{form} {period} {basis}"))?;
    let latest = desk.catalogue.form(form).ok_or(Refused::NoForm)?;
    let window = desk.catalogue.regime(&latest.regime).ok_or(Refused::NoForm)?.window(period)?;
    let form = desk.catalogue.forms().on(form, window.from).ok_or(Refused::NoForm)?;
    if !is_for(form, desk.unit, area) {
        return Err(Refused::NoForm);
    }
    serves(desk, form)?;
    if window.from > kernel::local_day(now) {
        return Err(Refused::NotBegun { begins: window.from });
    }
    if let Some(there) = store::find(tx, desk.room, id)? {
        let same = (&there.form, &there.window, there.area) == (&form.id, &window, area);
        let same = same && there.basis == basis && there.amends.is_none();
        return if same { Ok(there) } else { Err(Refused::AlreadyThere(there.id)) };
    }
    if let Some(there) = store::of_period(tx, desk.room, (&form.id, area), &window.period)?.into_iter().next()
    {
        return Err(Refused::AlreadyThere(there.id));
    }
    let report = Report {
        id,
        form: form.id.clone(),
        form_version: form.version,
        area,
        window,
        basis,
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

/// Whether units of this level, or their areas, write the form.
pub(crate) fn is_for(form: &catalogue::Form, unit: &units::Unit, area: Option<Uuid>) -> bool {
    match (form.level, area) {
        (catalogue::Level::Area, Some(_)) | (catalogue::Level::Commune, None) => {
            unit.level == units::Level::Commune
        }
        (catalogue::Level::Province, None) => unit.level == units::Level::Province,
        _ => false,
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
    let Sheet { report, entries, areas, .. } = sheet;
    // Somebody who sees single areas vouches for the records of these.
    let room = desk.room.narrowed(report.area)?;
    let narrow = Desk { room: &room, ..desk };
    for entry in sheet::with_records(tx, narrow, report.basis(), &report.window, entries)? {
        store::put_figure(tx, desk.room, id, &entry)?;
    }
    for (part, rows) in areas {
        for (place, row) in (1..).zip(&rows) {
            store::put_area_row(tx, desk.room, id, (&part, place), row)?;
        }
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

/// Sets who signs the papers of a report's form in a style, and to whom they go, from now on. The same words again
/// change nothing.
///
/// # Errors
/// [`Refused::Signed`] when somebody set other words meanwhile, [`Refused::Issued`] when this report's paper has its
/// number, [`Refused::OtherLine`], [`Refused::NoForm`] for the note of an area, [`Refused::NotFound`]; those of the
/// store.
pub fn sign(
    tx: &mut Tx<'_>,
    desk: Desk<'_>,
    (id, style): (Uuid, ProfileId),
    (based_on, words): (u32, &Printing),
    now: Timestamp,
) -> Result<(), Refused> {
    let key = style_key(style);
    log(tx, desk.room, now, "report.sign", id, key)?;
    let report = store::find(tx, desk.room, id)?.ok_or(Refused::NotFound)?;
    of_body(desk, &report)?;
    if registers::find(tx, desk.room, key, &object(id))?.is_some() {
        return Err(Refused::Issued);
    }
    let form = form_object(&report.form);
    let there = store::signing(tx, desk.room, (&form, key))?;
    let version = there.as_ref().map_or(0, |(version, _)| *version);
    match there {
        Some((_, there)) if there == *words => Ok(()),
        Some((_, there)) if version != based_on => Err(Refused::Signed(Box::new((version, there)))),
        _ => Ok(store::put_signing(tx, desk.room, (&form, key), (version + 1, words), now)?),
    }
}

/// Gives the paper of a frozen report the next number of the body's series and `on` as its day, and keeps who signs
/// it. A paper that has its number keeps it.
///
/// # Errors
/// [`Refused::Open`], [`Refused::OtherLine`], [`Refused::NoForm`] for the note of an area, [`Refused::NotFound`]; those
/// of the store.
pub fn issue(
    tx: &mut Tx<'_>,
    desk: Desk<'_>,
    (id, style): (Uuid, ProfileId),
    on: jiff::civil::Date,
    now: Timestamp,
) -> Result<registers::Entry, Refused> {
    let key = style_key(style);
    log(tx, desk.room, now, "report.issue", id, key)?;
    let stored = store::find(tx, desk.room, id)?.ok_or(Refused::NotFound)?;
    of_body(desk, &stored)?;
    if stored.state != State::Frozen {
        return Err(Refused::Open);
    }
    let (_, printing) = printing(tx, desk, &stored, style)?;
    let sheet = sheet::sheet(tx, desk, stored)?;
    let paper = paper_of(&sheet, desk.unit, desk.catalogue, Viewer::Own, style, &printing)
        .map_err(|error| db::Error::Broken(error.to_string()))?;
    let new = registers::NewEntry {
        series: key.to_owned(),
        object: object(id),
        notation: paper.notation,
        issued_on: on,
        subject: format!("Báo cáo {}", paper.subject),
        signer: printing.signers_words(desk.unit),
        recipients: printing.recipients_words(),
    };
    let entry = registers::take(tx, desk.room, &new, now)?;
    if store::signing(tx, desk.room, (&object(id), key))?.is_none() {
        store::put_signing(tx, desk.room, (&object(id), key), (1, &printing), now)?;
    }
    Ok(entry)
}

/// Whether the caller works for the line of a report's form; a residential area is no body that has signers and series
/// of its own.
fn of_body(desk: Desk<'_>, report: &Report) -> Result<(), Refused> {
    if report.area.is_some() {
        return Err(Refused::NoForm);
    }
    serves(desk, sheet::rules(desk.catalogue, report)?.0)
}

/// What the paper of a report in a style says beyond the report, and the version of what its form remembers: what it
/// said when it got its number, else what was set last for its form, else the usual words.
///
/// # Errors
/// Those of the store.
pub fn printing(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    report: &Report,
    style: ProfileId,
) -> Result<(u32, Printing), Refused> {
    let key = style_key(style);
    let issued = registers::find(read, desk.room, key, &object(report.id))?;
    let kept = match issued {
        Some(_) => store::signing(read, desk.room, (&object(report.id), key))?,
        None => None,
    };
    let (version, words) = match kept {
        Some(kept) => kept,
        None => store::signing(read, desk.room, (&form_object(&report.form), key))?
            .unwrap_or_else(|| (0, Printing::usual(style, desk.unit, Signer::Head))),
    };
    Ok((version, Printing { issued: issued.map(|entry| (entry.number, entry.issued_on)), ..words }))
}

/// A report's name in the register.
fn object(report: Uuid) -> String {
    format!("report {report}")
}

fn form_object(form: &str) -> String {
    format!("form {form}")
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
