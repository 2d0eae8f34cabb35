//! Setting a target in the store: audit, rule and write in one transaction.

use catalogue::Catalogue;
use db::Tx;
use jiff::Timestamp;
use kernel::{Action, Place, Room, Scope, access::may, audit};

use crate::model::{Refusal, Target, Wanted, reachable};
use crate::store;

/// The regime whose year a target is of.
pub const YEARLY: &str = "yearly";

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// A rule says no.
    #[error(transparent)]
    Rule(#[from] Refusal),
    /// Somebody set another version meanwhile.
    #[error("changed meanwhile")]
    Changed,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] db::Error),
}

/// Whether the caller sets targets here as a unit above: no such right was given at the unit itself.
pub(crate) fn from_above(scope: &Scope, place: &Place) -> bool {
    let here = |grant: &kernel::Grant| may(grant.role, Action::SetTargets) && grant.path == place.path;
    !scope.grants().iter().any(here)
}

/// Sets a target, changes it, or takes it back. `based_on` is the version the person saw, 0 for a new one. The same
/// again is answered like the first.
///
/// # Errors
/// [`Refusal::Superior`], [`Refusal::NoIndicator`], [`Refusal::NotANumber`], [`Refused::Changed`]; those of the store.
pub fn set(
    tx: &mut Tx<'_>,
    (scope, place, room): (&Scope, &Place, &Room),
    catalogue: &Catalogue,
    (wanted, based_on): (&Wanted, u32),
    now: Timestamp,
) -> Result<Target, Refused> {
    // First, because the head of the audit chain is the tenant's write lock where several writers run.
    let object = format!("target {} {} {}", wanted.year, wanted.indicator, wanted.slice);
    let detail = wanted.amount.map_or_else(|| "–".to_owned(), |amount| amount.to_string());
    let entry = audit::Entry { at: now, action: "target.set", object: &object, detail: &detail };
    audit::record(tx, room, &entry)?;
    let window = catalogue.regime(YEARLY).and_then(|regime| regime.window(&wanted.year.to_string()).ok());
    let rule = window.and_then(|window| catalogue.indicators().on(&wanted.indicator, window.to));
    if !rule.is_some_and(reachable) {
        return Err(Refusal::NoIndicator.into());
    }
    if wanted.amount.is_some_and(|amount| amount < 0) {
        return Err(Refusal::NotANumber.into());
    }
    let now_there = store::find(tx, room, (&wanted.indicator, &wanted.slice), wanted.year)?;
    let superior = from_above(scope, place);
    let version = now_there.as_ref().map_or(0, |there| there.version);
    if let Some(there) = &now_there {
        if there.version == based_on + 1 && there.amount == wanted.amount && there.account == room.account() {
            return Ok(there.clone());
        }
        if there.superior && there.amount.is_some() && !superior {
            return Err(Refusal::Superior.into());
        }
    }
    if version != based_on {
        return Err(Refused::Changed);
    }
    let target = Target {
        indicator: wanted.indicator.clone(),
        slice: wanted.slice.clone(),
        year: wanted.year,
        version: version + 1,
        amount: wanted.amount,
        superior,
        account: room.account().to_owned(),
    };
    store::put(tx, room, &target, now)?;
    Ok(target)
}
