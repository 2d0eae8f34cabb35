//! Organisations that take part in the movement at a unit, each on its line of superiors.

use db::{Read, Tx, sql};
use jiff::Timestamp;
use jiff::civil::Date;
use kernel::audit::{self, Entry};
use kernel::{Action, Areas, Denied, Place, Room, Scope};
use uuid::Uuid;

use crate::model::{NewOrganisation, OPEN, Organisation, OrganisationKind, Refusal, name};

/// The organisations at a unit on a day, in the customary order of their kinds.
///
/// # Errors
/// [`Refusal::Denied`] when the caller may not see the unit, or those of the store.
pub fn organisations_of(
    read: &mut Read<'_>,
    scope: &Scope,
    place: &Place,
    on: Date,
) -> Result<Vec<Organisation>, Refusal> {
    let room = scope.enter(place, Action::SeeUnit)?;
    let mut organisations: Vec<Organisation> = read.all(
        &room,
        &sql!(
            "select id, kind, name, from_on from organisation \
             where tenant = $1 and from_on <= $2 and until_on > $2 order by id"
        ),
        &[on.into()],
    )?;
    organisations.sort_by_cached_key(|organisation| {
        let rank = OrganisationKind::ALL.iter().position(|kind| *kind == organisation.kind);
        (rank, vietnamese::order::numbered_sort_key(&organisation.name), organisation.id)
    });
    Ok(organisations)
}

/// Writes an organisation down at the room's unit. The same id again changes nothing.
///
/// # Errors
/// [`Refusal`]: the name, or a caller who covers single areas only.
pub fn add_organisation(
    tx: &mut Tx<'_>,
    room: &Room,
    at: Timestamp,
    new: &NewOrganisation,
) -> Result<(), Refusal> {
    whole_unit(room)?;
    let added = tx.execute(
        room,
        &sql!(
            "insert into organisation (tenant, id, kind, name, from_on, until_on) values ($1, $2, $3, $4, $5, $6) \
             on conflict do nothing"
        ),
        &[
            new.id.into(),
            new.kind.key().into(),
            name(&new.name)?.into(),
            new.from_on.into(),
            OPEN.into(),
        ],
    )?;
    if added == 0 {
        return Ok(());
    }
    log(tx, room, at, "organisation.add", new.id, &format!("{} from {}", new.kind.key(), new.from_on))
}

/// Ends an organisation: from this day on it is no more.
///
/// # Errors
/// [`Refusal`]: the day, no such organisation in the room, or a caller who covers single areas only.
pub fn end_organisation(
    tx: &mut Tx<'_>,
    room: &Room,
    at: Timestamp,
    organisation: Uuid,
    on: Date,
) -> Result<(), Refusal> {
    whole_unit(room)?;
    let ended = tx.execute(
        room,
        &sql!(
            "update organisation set until_on = $3 where tenant = $1 and id = $2 and from_on <= $3 and until_on > $3"
        ),
        &[organisation.into(), on.into()],
    )?;
    if ended == 0 {
        return Err(Refusal::Missing);
    }
    log(tx, room, at, "organisation.end", organisation, &format!("on {on}"))
}

fn whole_unit(room: &Room) -> Result<(), Denied> {
    if room.areas() == &Areas::All { Ok(()) } else { Err(Denied) }
}

fn log(
    tx: &mut Tx<'_>,
    room: &Room,
    at: Timestamp,
    action: &str,
    id: Uuid,
    detail: &str,
) -> Result<(), Refusal> {
    Ok(audit::record(tx, room, &Entry { at, action, object: &format!("organisation {id}"), detail })?)
}
