//! Steps of a supplement's life: rule, write and audit in one transaction.

use catalogue::{Catalogue, Layer, Owner, Problem};
use db::{Read, Tx};
use jiff::{Timestamp, civil::Date};
use kernel::{Place, Room, Scope, audit};
use uuid::Uuid;

use crate::model::{Refusal, State, Supplement, fit, may_start};
use crate::rulebook::{layers, owner};
use crate::store;
use crate::surroundings::{Broken, Surroundings};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// A rule says no.
    #[error(transparent)]
    Rule(#[from] Refusal),
    /// The file has faults.
    #[error("{} faults", .0.len())]
    Faulty(Vec<Problem>),
    /// A commune's own supplements would no longer fit; the commune's name and the faults.
    #[error("the supplements of {0} would no longer fit")]
    Below(String, Vec<Problem>),
    /// It would break what is being worked with.
    #[error("it would break {} things", .0.len())]
    Breaks(Vec<Broken>),
    /// There is no such supplement within the caller's reach.
    #[error("not found")]
    NotFound,
    /// Somebody wrote another version meanwhile.
    #[error("changed meanwhile")]
    Changed,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] db::Error),
}

/// Keeps a draft. `based_on` is the version the person saw, 0 for a new one; the same again is answered like the first.
///
/// # Errors
/// [`Refused`].
pub fn keep(
    tx: &mut Tx<'_>,
    room: &Room,
    (id, based_on): (Uuid, u32),
    (title, content): (&str, &str),
    now: Timestamp,
) -> Result<Supplement, Refused> {
    log(tx, room, "supplement.keep", id, &based_on.to_string(), now)?;
    let title = title.trim();
    fit(title, content)?;
    let next = Supplement {
        id,
        version: based_on + 1,
        state: State::Draft,
        number: None,
        starts_on: None,
        title: title.to_owned(),
        content: content.to_owned(),
        account: room.account().to_owned(),
        changed_at: now,
    };
    if based_on == 0 && store::add(tx, room, &next)? {
        return Ok(next);
    }
    step(tx, room, based_on, next, |before, again| {
        again.state == State::Draft && (&again.title, &again.content) == (&before.title, &before.content)
    })
}

/// Gives a draft up; it stays to be read.
///
/// # Errors
/// [`Refused`].
pub fn drop_draft(
    tx: &mut Tx<'_>,
    room: &Room,
    (id, based_on): (Uuid, u32),
    now: Timestamp,
) -> Result<Supplement, Refused> {
    log(tx, room, "supplement.drop", id, &based_on.to_string(), now)?;
    let there = store::find(tx, room, id)?.ok_or(Refused::NotFound)?;
    let account = room.account().to_owned();
    let next = Supplement { version: based_on + 1, state: State::Dropped, account, changed_at: now, ..there };
    step(tx, room, based_on, next, |_, again| again.state == State::Dropped)
}

/// Publishes a draft: it holds from `starts` on.
///
/// # Errors
/// [`Refused`]; among them every fault that the rules of the unit, or of a commune of the province, would have, and
/// everything that they would break.
pub fn publish(
    tx: &mut Tx<'_>,
    (place, room): (&Place, &Room),
    (id, based_on): (Uuid, u32),
    starts: Date,
    around: &dyn Surroundings,
    now: Timestamp,
) -> Result<Supplement, Refused> {
    log(tx, room, "supplement.publish", id, &format!("{based_on} {starts}"), now)?;
    let owner = owner(&place.path).ok_or(Refused::NotFound)?;
    let there = store::find(tx, room, id)?.ok_or(Refused::NotFound)?;
    let is_result = |_: &Supplement, again: &Supplement| again.starts_on == Some(starts);
    let published = store::published(tx, room)?;
    let number = published.last().and_then(|last| last.number).unwrap_or_default() + 1;
    let account = room.account().to_owned();
    let next = Supplement {
        version: based_on + 1,
        state: State::Published,
        number: Some(number),
        starts_on: Some(starts),
        account,
        changed_at: now,
        ..there.clone()
    };
    if there.state == State::Draft && there.version == based_on {
        let last = published.last().and_then(|last| last.starts_on);
        may_start(starts, kernel::local_day(now), last)?;
        let layer = Layer { owner, number, starts, text: there.content };
        judge(tx, (place, room), &layer, around, kernel::local_day(now))?;
    }
    let published = step(tx, room, based_on, next, is_result)?;
    if let Some(number) = published.number {
        store::set_last_number(tx, room, number)?;
    }
    Ok(published)
}

/// The rules of a unit with one more layer.
pub(crate) fn laid(read: &mut Read<'_>, path: &str, layer: &Layer) -> Result<Catalogue, Refused> {
    let mut all = layers(read, path)?;
    let upon = all.iter().rposition(|other| other.owner <= layer.owner).map_or(0, |at| at + 1);
    all.insert(upon, layer.clone());
    Catalogue::with(&all).map_err(Refused::Faulty)
}

/// Refuses a layer that has faults, or breaks something in its unit or, for a province's, in one of its communes.
fn judge(
    read: &mut Read<'_>,
    (place, room): (&Place, &Room),
    layer: &Layer,
    around: &dyn Surroundings,
    today: Date,
) -> Result<(), Refused> {
    let now = Catalogue::with(&layers(read, &place.path)?).map_err(Refused::Faulty)?;
    let next = laid(read, &place.path, layer)?;
    let mut broken = around.broken_by(read, room, &now, &next)?;
    if layer.owner == Owner::Province {
        let scope = Scope::system("rules");
        for commune in units::children(read, &scope, &place.tenant, today)? {
            let room = scope.own(&commune.id);
            let below = |problems| Refused::Below(commune.full_name(kernel::Lang::Vi), problems);
            // Most communes have no rules of their own: theirs are the province's.
            broken.extend(if store::last_number(read, &room)? == 0 {
                around.broken_by(read, &room, &now, &next)?
            } else {
                let now = Catalogue::with(&layers(read, &commune.path)?).map_err(below)?;
                let next = laid(read, &commune.path, layer).map_err(|refused| match refused {
                    Refused::Faulty(problems) => below(problems),
                    other => other,
                })?;
                around.broken_by(read, &room, &now, &next)?
            });
        }
    }
    if broken.is_empty() { Ok(()) } else { Err(Refused::Breaks(broken)) }
}

/// Writes the next version of a draft, or recognises that this was done before.
fn step(
    tx: &mut Tx<'_>,
    room: &Room,
    based_on: u32,
    next: Supplement,
    is_result: impl Fn(&Supplement, &Supplement) -> bool,
) -> Result<Supplement, Refused> {
    let current = store::find(tx, room, next.id)?.ok_or(Refused::NotFound)?;
    if current.version == next.version && current.account == next.account && is_result(&next, &current) {
        return Ok(current);
    }
    if current.version != based_on {
        return Err(Refused::Changed);
    }
    if current.state != State::Draft {
        return Err(Refusal::NotNow.into());
    }
    store::set(tx, room, &next)?;
    Ok(next)
}

/// First of all, because the head of the audit chain is the tenant's write lock where several writers run.
fn log(tx: &mut Tx<'_>, room: &Room, action: &str, id: Uuid, detail: &str, now: Timestamp) -> db::Result<()> {
    audit::record(tx, room, &audit::Entry { at: now, action, object: &format!("supplement {id}"), detail })
}
