//! Two people changed one record: where they differ, and what the person chose of it. The page and a phone send the
//! choice the same way, as fields `take.FIELD` with the value `theirs`; whatever is not taken over is replaced.

use std::collections::BTreeSet;
use std::sync::Arc;

use catalogue::Catalogue;
use kernel::http::{Sent, Side};
use kernel::{Cx, Error, Room};
use units::Area;
use uuid::Uuid;

use crate::model::Content;
use crate::pages::form::{named, typed_of};
use crate::store;

/// Where two contents differ, in words.
pub(super) fn sides(
    cx: &Cx,
    catalogue: &Catalogue,
    areas: &[Area],
    mine: &Content,
    theirs: &Content,
) -> Vec<Side> {
    let (mine, theirs) = (named(cx, catalogue, areas, mine), named(cx, catalogue, areas, theirs));
    let words = |of: &[(String, String, String)], field: &str| {
        of.iter().find(|(name, ..)| name == field).map_or("–", |(.., words)| words.as_str()).to_owned()
    };
    let mut seen = BTreeSet::new();
    let all = mine.iter().chain(&theirs).filter(|(field, ..)| seen.insert(field.as_str()));
    all.map(|(field, label, _)| Side {
        field: field.clone(),
        label: label.clone(),
        mine: words(&mine, field),
        theirs: words(&theirs, field),
    })
    .filter(|side| side.mine != side.theirs)
    .collect()
}

/// The form with what it takes over of the version it is based on: also when others went on since, so that a choice sent
/// twice is the same twice.
pub(super) async fn taken_over(
    mut sent: Sent,
    (room, catalogue): (Room, Arc<Catalogue>),
    (id, based_on): (Uuid, u32),
) -> Result<Sent, Error> {
    let chosen = |(name, value): &(String, String)| {
        name.strip_prefix("take.").filter(|_| value == "theirs").map(str::to_owned)
    };
    let mut taken: BTreeSet<String> = sent.fields.iter().filter_map(chosen).collect();
    if taken.contains("day") {
        taken.insert("from".to_owned()); // a span is one answer
    }
    if taken.is_empty() {
        return Ok(sent);
    }
    let theirs = sent.cx.read(move |read, _| {
        if store::find(read, &room, &catalogue, id)?.is_none() {
            return Ok(None);
        }
        let version = store::version(read, &room, id, based_on)?;
        Ok(version
            .map(|version| store::read_content(&version.content, catalogue.of_tenant(room.tenant_key())))
            .transpose()?)
    });
    if let Some(theirs) = theirs.await? {
        sent.fields.retain(|(name, _)| !taken.contains(name));
        sent.fields.extend(typed_of(&theirs).into_iter().filter(|(name, _)| taken.contains(name)));
    }
    Ok(sent)
}
