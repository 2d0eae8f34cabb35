//! Steps of a record's life in the store: rule, write, audit and cells in one transaction.

use catalogue::Catalogue;
use db::Tx;
use jiff::Timestamp;
use kernel::{Line, Room, access::Denied, audit};
use uuid::Uuid;

use crate::model::{Activity, Content, Refusal, Step, take};
use crate::photo::Photo;
use crate::store::{self, Version};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// A rule says no.
    #[error(transparent)]
    Rule(#[from] Refusal),
    /// There is no such record within the caller's reach.
    #[error("not found")]
    NotFound,
    /// Somebody wrote another version meanwhile: this one.
    #[error("changed meanwhile")]
    Changed(Box<Activity>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] db::Error),
}

impl From<Denied> for Refused {
    fn from(_: Denied) -> Self {
        Refused::NotFound
    }
}

/// A photo to add, with the id it was given where it was taken.
#[derive(Debug, Clone)]
pub struct NewPhoto {
    /// Id.
    pub id: Uuid,
    /// Picture.
    pub photo: Photo,
}

/// Takes a step on the record `id`. `based_on` is the version the person saw, 0 for a new record. A repeated step is
/// recognised by the version it made, also when others went on from there, and answered with the record as it stands.
///
/// The room decides who may: it was entered to record, or to confirm.
pub fn change(
    tx: &mut Tx<'_>,
    room: &Room,
    catalogue: &Catalogue,
    (id, based_on): (Uuid, u32),
    step: Step,
    now: Timestamp,
) -> Result<Activity, Refused> {
    let catalogue = catalogue.of_tenant(room.tenant_key());
    // First, because the head of the audit chain is the tenant's write lock where several writers run.
    let object = format!("activity {id}");
    let action = format!("activity.{}", step.key());
    audit::record(
        tx,
        room,
        &audit::Entry { at: now, action: &action, object: &object, detail: &based_on.to_string() },
    )?;
    let current = store::find(tx, room, catalogue, id)?;
    if based_on > 0 && current.is_none() {
        return Err(Refused::NotFound);
    }
    if let Some(current) = &current
        && current.version != based_on
    {
        let made = store::version(tx, room, id, based_on.saturating_add(1))?;
        let again = match made {
            Some(made) => {
                let content = store::read_content(&made.content, catalogue)?;
                is_result((&made, &content), &step, room, made.version == current.version)
            }
            None => false,
        };
        return if again { Ok(current.clone()) } else { Err(Refused::Changed(Box::new(current.clone()))) };
    }
    if let Step::Keep(content) | Step::Send(content) = &step {
        room.covers(content.area)?;
        let kind = catalogue.kinds().version(&content.kind, content.kind_version);
        if kind.is_some_and(|kind| kind.aggregate != content.from.is_some()) {
            return Err(Refusal::Span.into());
        }
        if kind.is_some_and(|kind| !kind.is_for(content.line.map(Line::key))) {
            return Err(Refusal::OtherLine.into());
        }
    }
    let name = step.key();
    let next = take(current.as_ref(), id, step, room.account(), kernel::local_day(now))?;
    store::put(tx, room, catalogue, &next, name, now)?;
    let (before, after) = (current.as_ref().and_then(Activity::counted), next.counted());
    if before.is_some() || after.is_some() {
        figures::apply(tx, room, catalogue, before.as_ref(), after.as_ref())?;
    }
    Ok(next)
}

/// Whether a version is what this step made: then the step comes a second time. What others did since, nobody repeats but
/// who did it.
fn is_result((made, content): (&Version, &Content), step: &Step, room: &Room, last: bool) -> bool {
    let own = made.account == room.account();
    made.step == step.key()
        && match step {
            // What the person typed; under which version of the questions may have changed between the two times.
            Step::Keep(sent) | Step::Send(sent) => {
                let questions = Content { kind_version: content.kind_version, ..sent.clone() };
                own && Content { line: content.line, ..questions } == *content
            }
            Step::Confirm => own || last,
            Step::Return(why) | Step::Withdraw(why) => {
                (own || last) && made.reason.as_deref() == Some(why.trim())
            }
        }
}

/// What a bulk confirmation did.
#[derive(Debug, Default)]
pub struct Confirmed {
    /// How many were confirmed, or had been already.
    pub done: usize,
    /// Which were not, and why.
    pub refused: Vec<(Uuid, Refused)>,
}

/// Confirms records in bulk; each as `(id, version seen)`. What a rule refuses is left and named, the rest is done.
pub fn confirm_many(
    tx: &mut Tx<'_>,
    room: &Room,
    catalogue: &Catalogue,
    seen: &[(Uuid, u32)],
    now: Timestamp,
) -> Result<Confirmed, Refused> {
    let mut seen = seen.to_vec();
    seen.sort_unstable();
    seen.dedup_by_key(|(id, _)| *id);
    let mut confirmed = Confirmed::default();
    for (id, version) in seen {
        match change(tx, room, catalogue, (id, version), Step::Confirm, now) {
            Ok(_) => confirmed.done += 1,
            Err(Refused::Store(error)) => return Err(error.into()),
            Err(refused) => confirmed.refused.push((id, refused)),
        }
    }
    Ok(confirmed)
}

/// Adds and takes off photos of a record, within the transaction of the step that asked for it.
pub(crate) fn photos(
    tx: &mut Tx<'_>,
    room: &Room,
    activity: Uuid,
    add: &[NewPhoto],
    remove: &[Uuid],
    now: Timestamp,
) -> Result<(), Refused> {
    if add.is_empty() && remove.is_empty() {
        return Ok(());
    }
    let detail = format!("+{} -{}", add.len(), remove.len());
    let object = format!("activity {activity}");
    audit::record(
        tx,
        room,
        &audit::Entry { at: now, action: "activity.photos", object: &object, detail: &detail },
    )?;
    let there = store::photos(tx, room, activity)?;
    for new in add.iter().filter(|new| !there.contains(&new.id)) {
        store::add_photo(tx, room, (activity, new.id), &new.photo, now)?;
    }
    for id in remove {
        store::remove_photo(tx, room, activity, *id, now)?;
    }
    Ok(())
}
