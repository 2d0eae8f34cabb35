//! Steps of a submission's life in the store: rule, write and audit in one transaction.
//!
//! Both sides have the step in their chain. The sender's chain comes first, always: its head is a lock where several
//! writers run, and two steps that meet take the locks in the same order.

use catalogue::Catalogue;
use db::{Read, Tx};
use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Action, Place, Room, Scope, audit, local_day};
use reports::Desk;
use units::{Area, Unit};
use uuid::Uuid;

use crate::model::{Key, Refused, State, Submission, words};
use crate::store;

/// Who sends a report and who receives it.
#[derive(Debug, Clone)]
pub struct Way {
    /// The unit that keeps the report.
    pub sender: Unit,
    /// The residential area of the unit that sends; none when the unit itself does.
    pub area: Option<Area>,
    /// Who receives.
    pub superior: Unit,
}

impl Way {
    /// The sender's room and the superior's, for one who acts or reads below.
    pub(crate) fn sender_and_superior(&self, scope: &Scope, action: Action) -> Result<(Room, Room), Refused> {
        let below = self.sender.place();
        Ok((scope.enter(&below, action)?, scope.enter_above(&below, &self.superior.place(), action)?))
    }

    /// What names the submission of a report.
    pub(crate) fn key(&self, report: &reports::Report) -> Key {
        Key { form: report.form.clone(), period: report.window.period.clone(), sender: self.sender_id() }
    }

    /// Id of the area or unit that sends.
    pub(crate) fn sender_id(&self) -> String {
        self.area.as_ref().map_or_else(|| self.sender.id.clone(), |area| area.id.to_string())
    }

    /// Name of the area or unit that sends.
    fn name(&self) -> String {
        match &self.area {
            Some(area) => area.name.clone(),
            None => self.sender.full_name(kernel::Lang::Vi),
        }
    }
}

/// The way up: from a residential area to its commune, from a commune to its province.
///
/// # Errors
/// [`Refused::NoSuperior`] for other units; [`Refused::NotFound`] for an area that is not there; those of the store.
pub fn way(
    read: &mut Read<'_>,
    scope: &Scope,
    sender: &Unit,
    area: Option<Uuid>,
    today: Date,
) -> Result<Way, Refused> {
    if let Some(area) = area {
        let area = units::area(read, scope, &sender.place(), area, today)?.ok_or(Refused::NotFound)?;
        return Ok(Way { sender: sender.clone(), area: Some(area), superior: sender.clone() });
    }
    let above = match (&sender.parent, sender.level) {
        (Some(parent), units::Level::Commune) => units::unit(read, scope, parent, today)?,
        _ => None,
    };
    let superior = above.ok_or(Refused::NoSuperior)?;
    Ok(Way { sender: sender.clone(), area: None, superior })
}

/// Sends a frozen report; the same report again is answered like the first time. `typed` explains what the checks
/// found odd.
///
/// # Errors
/// [`Refused::Open`], [`Refused::Amended`], [`Refused::OtherLine`], [`Refused::Faults`], [`Refused::Unexplained`],
/// [`Refused::AmendFirst`] for a report that came back, [`Refused::TooLong`], [`Refused::PersonalNumber`],
/// [`Refused::NotFound`]; those of the store.
pub fn send(
    tx: &mut Tx<'_>,
    scope: &Scope,
    sender: &Unit,
    catalogue: &Catalogue,
    (report, typed): (Uuid, &str),
    now: Timestamp,
) -> Result<Submission, Refused> {
    let own = scope.enter(&sender.place(), Action::SendReports)?;
    log(tx, &own, now, "submission.send", report)?;
    let report = reports::find(tx, &own, report)?.ok_or(Refused::NotFound)?;
    let way = way(tx, scope, sender, report.area, local_day(now))?;
    let (_, above) = way.sender_and_superior(scope, Action::SendReports)?;
    if above.tenant_key() != own.tenant_key() {
        log(tx, &above, now, "submission.send", report.id)?;
    }
    let desk = Desk { scope, unit: sender, room: &own, catalogue, today: local_day(now) };
    if report.state == reports::State::Open {
        return Err(Refused::Open);
    }
    let there = store::find(tx, &above, &way.key(&report))?;
    if let Some(there) = there.as_ref().filter(|there| there.report == report.id) {
        return if there.state == State::Returned { Err(Refused::AmendFirst) } else { Ok(there.clone()) };
    }
    if reports::amended_by(tx, &own, report.id)?.is_some() {
        return Err(Refused::Amended);
    }
    let sheet = reports::sheet(tx, desk, report)?;
    if !own.serves(reports::line_of(&sheet.form)) {
        return Err(Refused::OtherLine);
    }
    let findings = reports::check(&sheet);
    if findings.iter().any(|finding| finding.reason.blocks()) {
        return Err(Refused::Faults);
    }
    let words = words(typed)?;
    if words.is_empty() && !findings.is_empty() {
        return Err(Refused::Unexplained);
    }
    let report = &sheet.report;
    let (code, name) = (sender.code.clone(), way.name());
    let sent = match there {
        Some(there) => {
            let next = Submission { code, name, ..there.again(report.id, own.account(), now)? };
            store::step(tx, &above, &next)?;
            next
        }
        None => {
            let first = Submission {
                key: way.key(report),
                code,
                name,
                line: reports::line_of(&sheet.form),
                to: report.window.to,
                due: sheet.regime.due(&report.window),
                state: State::Sent,
                version: 1,
                report: report.id,
                accepted: None,
                first_sent: local_day(now),
                changed_at: now,
                changed_by: own.account().to_owned(),
            };
            store::add(tx, &above, &first)?;
            first
        }
    };
    store::put_step(tx, &above, &sent, &words)?;
    Ok(sent)
}

/// What the superior says of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Taken.
    Accept,
    /// Back to the sender, with a reason.
    Return(String),
}

/// Accepts or returns what was sent; `based_on` is the version the person saw. The same again is answered like the
/// first time.
///
/// # Errors
/// [`Refused::NotReceiver`], [`Refused::NotSent`], [`Refused::OwnReport`] for who sent it, [`Refused::OtherLine`], [`Refused::NoReason`], [`Refused::Changed`] when another report was
/// sent or somebody decided meanwhile, [`Refused::Decided`], [`Refused::TooLong`], [`Refused::PersonalNumber`],
/// [`Refused::NotFound`]; those of the store.
pub fn decide(
    tx: &mut Tx<'_>,
    scope: &Scope,
    sender: &Unit,
    (report, based_on): (Uuid, u32),
    verdict: &Verdict,
    now: Timestamp,
) -> Result<Submission, Refused> {
    let below = scope.enter(&sender.place(), Action::ReceiveReports)?;
    let (action, to, typed) = match verdict {
        Verdict::Accept => ("submission.accept", State::Accepted, ""),
        Verdict::Return(reason) => ("submission.return", State::Returned, reason.as_str()),
    };
    log(tx, &below, now, action, report)?;
    let report = reports::find(tx, &below, report)?.ok_or(Refused::NotFound)?;
    let way = way(tx, scope, sender, report.area, local_day(now))?;
    let superior = way.superior.place();
    let room = scope.enter(&superior, Action::ReceiveReports).map_err(|_| Refused::NotReceiver)?;
    if room.tenant_key() != below.tenant_key() {
        log(tx, &room, now, action, report.id)?;
    }
    let there = store::find(tx, &room, &way.key(&report))?.ok_or(Refused::NotSent)?;
    if !room.serves(there.line) {
        return Err(Refused::OtherLine);
    }
    if there.report != report.id || there.version != based_on {
        let again = there.state == to
            && there.report == report.id
            && there.version == based_on + 1
            && there.changed_by == room.account();
        return if again { Ok(there) } else { Err(Refused::Changed) };
    }
    if there.state == State::Sent && there.changed_by == room.account() {
        return Err(Refused::OwnReport);
    }
    let words = words(typed)?;
    if to == State::Returned && words.is_empty() {
        return Err(Refused::NoReason);
    }
    let next = there.decided(to, room.account(), now)?;
    store::step(tx, &room, &next)?;
    store::put_step(tx, &room, &next, &words)?;
    Ok(next)
}

/// Reminds senders of a form and period, once a day each.
///
/// # Errors
/// Those of the store.
pub fn remind(
    tx: &mut Tx<'_>,
    scope: &Scope,
    superior: &Place,
    (form, period): (&str, &str),
    senders: &[String],
    now: Timestamp,
) -> Result<(), Refused> {
    let room = scope.enter(superior, Action::ReceiveReports)?;
    let detail = format!("{form} {period}");
    audit::record(
        tx,
        &room,
        &audit::Entry {
            at: now,
            action: "submission.remind",
            object: &detail,
            detail: &senders.len().to_string(),
        },
    )?;
    for sender in senders {
        let key = Key { form: form.to_owned(), period: period.to_owned(), sender: sender.clone() };
        store::remind(tx, &room, &key, (local_day(now), now))?;
    }
    Ok(())
}

fn log(tx: &mut Tx<'_>, room: &Room, at: Timestamp, action: &str, report: Uuid) -> db::Result<()> {
    audit::record(tx, room, &audit::Entry { at, action, object: &format!("report {report}"), detail: "" })
}
