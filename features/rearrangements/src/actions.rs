//! Preparing, applying and taking back: rule, write and audit in one transaction. What is applied writes lineage and
//! names; no record and no cell is touched, but for the cells of areas that move alone, which are kept apart from then on.

use std::collections::BTreeSet;

use catalogue::Catalogue;
use db::Tx;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use kernel::{Action, Areas, Place, Room, Scope, audit, local_day};
use units::{Apart, Unit};
use uuid::Uuid;

use crate::model::{Into, Plan, Rearrangement, Refused, State, kind};
use crate::preview::{Preview, totals};
use crate::store;

/// Where rearrangements are prepared, by whom, with which rules.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// Who.
    pub scope: &'a Scope,
    /// The unit in which everything lies that they touch: a province, or a commune for what is its own.
    pub unit: &'a Unit,
    /// The rules, for what is shown before and after.
    pub catalogue: &'a Catalogue,
    /// Now.
    pub now: Timestamp,
}

impl Desk<'_> {
    pub(crate) fn place(&self) -> Place {
        self.unit.place()
    }

    /// The room of a tenant below the unit, by the rights over the unit.
    pub(crate) fn room(&self, tenant: &str) -> Result<Room, kernel::Denied> {
        let place = Place { tenant: tenant.to_owned(), ..self.place() };
        self.scope.enter(&place, Action::RearrangeUnits)
    }

    fn log(
        &self,
        tx: &mut Tx<'_>,
        tenant: &str,
        action: &str,
        id: Uuid,
        detail: &str,
    ) -> Result<(), Refused> {
        let room = self.room(tenant)?;
        if room.areas() != &Areas::All {
            return Err(kernel::Denied.into());
        }
        let object = format!("rearrangement {id}");
        Ok(audit::record(tx, &room, &audit::Entry { at: self.now, action, object: &object, detail })?)
    }
}

/// What is to be prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Id, made where it was typed; the same again changes nothing.
    pub id: Uuid,
    /// What happens.
    pub plan: Plan,
    /// From which day.
    pub on: Date,
    /// The act it rests on.
    pub basis: String,
}

/// Prepares a rearrangement. Nothing happens yet.
///
/// # Errors
/// [`Refused`]: too little, no act, a commune that is not below the unit on the day before.
pub fn draft(tx: &mut Tx<'_>, desk: Desk<'_>, new: Draft) -> Result<Rearrangement, Refused> {
    desk.log(tx, &desk.unit.id, "rearrangement.draft", new.id, new.plan.key())?;
    let room = desk.room(&desk.unit.id)?;
    if let Some(there) = store::find(tx, &room, new.id)? {
        return if there.plan == new.plan { Ok(there) } else { Err(Refused::Changed) };
    }
    new.plan.check()?;
    let basis = vietnamese::text::nfc(new.basis.trim());
    if basis.is_empty() || basis.chars().count() > 200 {
        return Err(Refused::NoBasis);
    }
    for commune in new.plan.before() {
        let there = units::unit(tx, desk.scope, &commune, new.on.saturating_sub(1.day()))?;
        let there = there.ok_or(units::Refusal::OutsideItsTime)?;
        if there.level != units::Level::Commune || !there.path.starts_with(&desk.unit.path) {
            return Err(Refused::NotFound);
        }
    }
    let made = new.plan.made(new.on, &basis)?.map(|made| made.id());
    let touches: Vec<String> = new.plan.before().into_iter().chain(made).collect();
    let rearrangement = Rearrangement {
        id: new.id,
        plan: new.plan,
        on: new.on,
        basis,
        state: State::Draft,
        version: 1,
        drafted_by: desk.scope.account().to_owned(),
        drafted_at: desk.now,
        applied_by: None,
        applied_at: None,
        undone_by: None,
        undone_at: None,
    };
    store::add(tx, &room, &rearrangement, &touches)?;
    Ok(rearrangement)
}

/// Applies what was prepared. A repeated application is answered like the first. Whoever prepared it does not apply it;
/// on the command line, where nobody is signed in, the dry run stands in for the second person.
///
/// # Errors
/// [`Refused`]: another version, the same hand, or a step that the units no longer allow.
pub fn apply(tx: &mut Tx<'_>, desk: Desk<'_>, (id, seen): (Uuid, u32)) -> Result<Rearrangement, Refused> {
    let found = begin(tx, desk, "rearrangement.apply", (id, seen))?;
    if found.state == State::Applied && found.version == seen + 1 {
        return Ok(found);
    }
    if found.state != State::Draft || found.version != seen {
        return Err(Refused::Changed);
    }
    let account = desk.scope.account();
    if found.drafted_by == account && !account.starts_with("system:") {
        return Err(Refused::SameHand);
    }
    perform(tx, desk, &found)?;
    let next = Rearrangement {
        state: State::Applied,
        version: found.version + 1,
        applied_by: Some(account.to_owned()),
        applied_at: Some(desk.now),
        ..found
    };
    store::step(tx, &desk.room(&desk.unit.id)?, &next)?;
    Ok(next)
}

/// What applying would do to the totals: it is done and taken back at once.
///
/// # Errors
/// As [`apply`].
pub fn preview(tx: &mut Tx<'_>, desk: Desk<'_>, found: &Rearrangement) -> Result<Preview, Refused> {
    let before = totals(tx, desk, &found.plan.before(), found.on.saturating_sub(1.day()))?;
    perform(tx, desk, found)?;
    let made = found.plan.made(found.on, &found.basis)?.map(|made| made.id());
    let after: Vec<String> = found.plan.before().into_iter().chain(made).collect();
    let after = totals(tx, desk, &after, found.on)?;
    Ok(Preview { before, after })
}

/// Takes an applied rearrangement back, so that it is as if it had never been.
///
/// # Errors
/// [`Refused::Later`] when others build on it, [`Refused::Written`] when the commune it made has work of its own, or the
/// one that took areas in has records about them; another version.
pub fn undo(tx: &mut Tx<'_>, desk: Desk<'_>, (id, seen): (Uuid, u32)) -> Result<Rearrangement, Refused> {
    let found = begin(tx, desk, "rearrangement.undo", (id, seen))?;
    if found.state == State::Undone && found.version == seen + 1 {
        return Ok(found);
    }
    let Some(applied_at) =
        found.applied_at.filter(|_| found.state == State::Applied && found.version == seen)
    else {
        return Err(Refused::Changed);
    };
    let room = desk.room(&desk.unit.id)?;
    let made = found.plan.made(found.on, &found.basis)?.map(|made| made.id());
    for commune in found.plan.before().iter().chain(&made) {
        if let Some(later) = store::later(tx, &room, (id, applied_at), commune)? {
            return Err(Refused::Later(later));
        }
    }
    if let Some(made) = &made {
        // Whatever is written in a commune is in its log first.
        let log = audit::newest(tx, &desk.room(made)?, i64::MAX, 50)?;
        let ours =
            |entry: &audit::Logged| entry.at == applied_at || entry.action.starts_with("rearrangement.");
        if !log.iter().all(ours) {
            return Err(Refused::Written);
        }
    }
    take_back(tx, desk, &found)?;
    let next = Rearrangement {
        state: State::Undone,
        version: found.version + 1,
        undone_by: Some(desk.scope.account().to_owned()),
        undone_at: Some(desk.now),
        ..found
    };
    store::step(tx, &room, &next)?;
    Ok(next)
}

/// Logs a step with the unit and every commune it touches. First, because the heads of their audit chains are the
/// locks of their cells where several writers run.
fn begin(
    tx: &mut Tx<'_>,
    desk: Desk<'_>,
    action: &str,
    (id, seen): (Uuid, u32),
) -> Result<Rearrangement, Refused> {
    desk.log(tx, &desk.unit.id, action, id, &seen.to_string())?;
    let found = store::find(tx, &desk.room(&desk.unit.id)?, id)?.ok_or(Refused::NotFound)?;
    let made = found.plan.made(found.on, &found.basis)?.map(|made| made.id());
    let touched: BTreeSet<String> = found.plan.before().into_iter().chain(made).collect();
    for commune in touched.iter().filter(|commune| **commune != desk.unit.id) {
        desk.log(tx, commune, action, id, &seen.to_string())?;
    }
    Ok(found)
}

/// The province above a commune.
fn above(tx: &mut Tx<'_>, desk: Desk<'_>, commune: &str, on: Date) -> Result<String, Refused> {
    let there = units::unit(tx, desk.scope, commune, on)?.ok_or(units::Refusal::OutsideItsTime)?;
    there.parent.ok_or(Refused::NotFound)
}

fn perform(tx: &mut Tx<'_>, desk: Desk<'_>, found: &Rearrangement) -> Result<(), Refused> {
    let (scope, place, on) = (desk.scope, desk.place(), found.on);
    let before = on.saturating_sub(1.day());
    let mut apart = Apart::default();
    match &found.plan {
        Plan::Merge { communes, into } => {
            let successor = match into {
                Into::There(id) => id.clone(),
                Into::New(made) => {
                    let new = made.commune(on, &found.basis)?;
                    let first = communes.first().ok_or(Refused::TooLittle)?;
                    let province = above(tx, desk, first, before)?;
                    units::create_commune(tx, scope, &province, &new, communes)?;
                    new.id()
                }
            };
            for commune in communes {
                apart.join(units::succeed(tx, scope, &place, (commune, &successor), on)?);
            }
        }
        Plan::Split { commune, areas, into } => {
            let new = into.commune(on, &found.basis)?;
            let province = above(tx, desk, commune, before)?;
            units::create_commune(tx, scope, &province, &new, &[])?;
            move_areas(tx, desk, (commune, areas, &new.id()), on, &mut apart)?;
        }
        Plan::Move { commune, areas, to } => move_areas(tx, desk, (commune, areas, to), on, &mut apart)?,
        Plan::Change { commune, kind: key, name } => {
            units::change_commune(tx, scope, commune, on, (kind(key)?, name, &found.basis))?;
        }
    }
    let rights = (scope, &place);
    Ok(activities::settle_apart(tx, rights, Action::RearrangeUnits, desk.catalogue, &apart)?)
}

fn move_areas(
    tx: &mut Tx<'_>,
    desk: Desk<'_>,
    (from, areas, to): (&str, &[Uuid], &str),
    on: Date,
    apart: &mut Apart,
) -> Result<(), Refused> {
    for area in areas {
        let keeper = keeper(tx, desk, from, *area, on)?;
        let (room, into) = (desk.room(&keeper)?, desk.room(to)?);
        apart.join(units::move_area(tx, desk.scope, &room, &into, desk.now, (*area, on))?);
    }
    Ok(())
}

/// The tenant that keeps the rows of an area of a commune.
fn keeper(tx: &mut Tx<'_>, desk: Desk<'_>, commune: &str, area: Uuid, on: Date) -> Result<String, Refused> {
    let place = Place { tenant: commune.to_owned(), ..desk.place() };
    let found = units::area(tx, desk.scope, &place, area, on)?.ok_or(Refused::NotFound)?;
    Ok(found.tenant)
}

fn take_back(tx: &mut Tx<'_>, desk: Desk<'_>, found: &Rearrangement) -> Result<(), Refused> {
    let (scope, place, on) = (desk.scope, desk.place(), found.on);
    let mut apart = Apart::default();
    let into = match &found.plan {
        Plan::Merge { communes, into } => {
            let successor = match into {
                Into::There(id) => id.clone(),
                Into::New(made) => made.commune(on, &found.basis)?.id(),
            };
            for commune in communes.iter().rev() {
                apart.join(units::undo_succeed(tx, scope, &place, (commune, &successor), on)?);
            }
            successor
        }
        Plan::Split { areas, into: made, .. } => {
            let to = made.commune(on, &found.basis)?.id();
            bring_back(tx, desk, (areas, &to), on, &mut apart)?;
            to
        }
        Plan::Move { areas, to, .. } => {
            bring_back(tx, desk, (areas, to), on, &mut apart)?;
            to.clone()
        }
        Plan::Change { commune, .. } => {
            units::undo_change(tx, scope, commune, on)?;
            return Ok(());
        }
    };
    // Records that the commune wrote about what it took in would say nothing about where it lies any more.
    for (_, area) in apart.removed.iter().filter(|(tenant, _)| *tenant == into) {
        let filter = activities::Filter { area: Some(*area), ..activities::Filter::default() };
        if activities::count(tx, &desk.room(&into)?, &filter)? > 0 {
            return Err(Refused::Written);
        }
    }
    activities::settle_apart(tx, (scope, &place), Action::RearrangeUnits, desk.catalogue, &apart)?;
    if found.plan.made(on, &found.basis)?.is_some() {
        units::remove_commune(tx, scope, &into)?;
    }
    Ok(())
}

fn bring_back(
    tx: &mut Tx<'_>,
    desk: Desk<'_>,
    (areas, to): (&[Uuid], &str),
    on: Date,
    apart: &mut Apart,
) -> Result<(), Refused> {
    for area in areas {
        let room = desk.room(&keeper(tx, desk, to, *area, on)?)?;
        apart.join(units::undo_move(tx, desk.scope, &room, (*area, on))?);
    }
    Ok(())
}

/// The last day of what is shown before and after: today, or the day itself when it is still to come.
pub(crate) fn last_day(desk: Desk<'_>, on: Date) -> Date {
    local_day(desk.now).max(on)
}
