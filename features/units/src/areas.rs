//! Residential areas: the working level of the movement. Their rows stay with the tenant in which they were born;
//! to which commune they belong, what they are called and how many households they count has days.

use std::collections::BTreeSet;

use db::{Read, Tx, sql};
use jiff::Timestamp;
use jiff::civil::Date;
use kernel::audit::{self, Entry};
use kernel::{Action, Areas, Denied, Place, Room, Scope};
use uuid::Uuid;
use vietnamese::{order, text};

use crate::lineage::{Apart, settle};
use crate::makeup::{Borders, Lineage};
use crate::model::{Area, Households, MOST_HOUSEHOLDS, NewArea, OPEN, Refusal, Unit, name};

/// The areas of a commune on a day, wherever their rows are kept, in the order of their names and numbers.
///
/// # Errors
/// [`Refusal::Denied`] when the caller may not see the commune, or those of the store.
pub fn areas_of(read: &mut Read<'_>, scope: &Scope, commune: &Place, on: Date) -> Result<Vec<Area>, Refusal> {
    areas_within(read, scope, commune, on, on)
}

/// Those of them that a caller's right covers: all, or single ones.
///
/// # Errors
/// As [`areas_of`].
pub fn areas_covered(
    read: &mut Read<'_>,
    scope: &Scope,
    commune: &Place,
    covered: &Areas,
    on: Date,
) -> Result<Vec<Area>, Refusal> {
    let Areas::Only(ids) = covered else { return areas_of(read, scope, commune, on) };
    let mut areas = Vec::new();
    for id in ids.iter().collect::<BTreeSet<_>>() {
        areas.extend(area(read, scope, commune, *id, on)?);
    }
    areas.sort_by_cached_key(|area| (order::numbered_sort_key(&area.name), area.id));
    Ok(areas)
}

/// The areas of a day that lie in a commune in the borders of another: those of a commune that was merged since are its
/// successor's in the borders of today.
///
/// # Errors
/// As [`areas_of`].
pub fn areas_within(
    read: &mut Read<'_>,
    scope: &Scope,
    commune: &Place,
    borders: Date,
    on: Date,
) -> Result<Vec<Area>, Refusal> {
    let communes = Lineage::read(read, scope)?.that_are(&commune.tenant, borders);
    areas_in(read, scope, commune, &communes, (borders, on), None)
}

/// The areas of a day that lie in some communes in the borders of another, or the only one asked for. The rights are those
/// of `place`.
pub(crate) fn areas_in(
    read: &mut Read<'_>,
    scope: &Scope,
    place: &Place,
    communes: &BTreeSet<String>,
    (borders, on): (Date, Date),
    only: Option<Uuid>,
) -> Result<Vec<Area>, Refusal> {
    scope.enter(place, Action::SeeUnit)?;
    let (mut areas, mut parts) = (Vec::new(), 0);
    for commune in communes {
        for room in rooms(read, scope, place, commune)? {
            areas.extend(areas_kept_in(read, &room, commune, (borders, on), only)?);
            parts += 1;
        }
    }
    if parts > 1 {
        areas.sort_by_cached_key(|area| (order::numbered_sort_key(&area.name), area.id));
    }
    Ok(areas)
}

/// One area of a commune on a day; none when it does not belong to the commune then.
///
/// # Errors
/// As [`areas_of`].
pub fn area(
    read: &mut Read<'_>,
    scope: &Scope,
    commune: &Place,
    id: Uuid,
    on: Date,
) -> Result<Option<Area>, Refusal> {
    let communes = Lineage::read(read, scope)?.that_are(&commune.tenant, on);
    Ok(areas_in(read, scope, commune, &communes, (on, on), Some(id))?.pop())
}

/// How many households the areas of a commune count on a day.
///
/// # Errors
/// As [`areas_of`].
pub fn households_total(
    read: &mut Read<'_>,
    scope: &Scope,
    commune: &Place,
    on: Date,
) -> Result<Households, Refusal> {
    Ok(sum(&areas_of(read, scope, commune, on)?))
}

/// How many areas and households of a day a unit of any level counts in the borders of another day.
///
/// # Errors
/// As [`areas_of`].
pub fn register(
    read: &mut Read<'_>,
    scope: &Scope,
    unit: &Unit,
    borders: Date,
    on: Date,
) -> Result<Households, Refusal> {
    let communes = Borders::read(read, scope, unit)?.communes_on(borders);
    Ok(sum(&areas_in(read, scope, &unit.place(), &communes, (borders, on), None)?))
}

/// The sum over areas.
pub(crate) fn sum(areas: &[Area]) -> Households {
    areas.iter().fold(Households::default(), |sum, area| Households {
        households: sum.households + area.households.map_or(0, i64::from),
        areas: sum.areas + 1,
        unknown: sum.unknown + u32::from(area.households.is_none()),
    })
}

/// Writes a residential area down in the room's commune. The same id again changes nothing.
///
/// # Errors
/// [`Refusal`]: the name, the households, or a caller who covers single areas only.
pub fn add_area(tx: &mut Tx<'_>, room: &Room, at: Timestamp, new: &NewArea) -> Result<(), Refusal> {
    if room.areas() != &Areas::All {
        return Err(Denied.into());
    }
    let name = name(&new.name)?;
    let added = tx.execute(
        room,
        &sql!(
            "insert into area (tenant, id, born_on, until_on) values ($1, $2, $3, $4) on conflict do nothing"
        ),
        &[new.id.into(), new.from_on.into(), OPEN.into()],
    )?;
    if added == 0 {
        return Ok(());
    }
    let commune = room.tenant_key().to_owned();
    refuse_taken(tx, room, &commune, &name, new.id, new.from_on)?;
    put_commune(tx, room, new.id, new.from_on, &commune)?;
    put_name(tx, room, new.id, new.from_on, &name)?;
    if let Some(households) = new.households {
        put_households(tx, room, new.id, new.from_on, households)?;
    }
    log(tx, room, at, "area.add", new.id, &format!("from {}", new.from_on))
}

/// Gives an area another name from a day on.
///
/// # Errors
/// [`Refusal`]: the name, the day, or no such area in the room.
pub fn rename_area(
    tx: &mut Tx<'_>,
    room: &Room,
    at: Timestamp,
    area: Uuid,
    from_on: Date,
    to: &str,
) -> Result<(), Refusal> {
    let name = name(to)?;
    within_life(tx, room, area, from_on)?;
    let commune = commune_on(tx, room, area, from_on)?;
    refuse_taken(tx, room, &commune, &name, area, from_on)?;
    put_name(tx, room, area, from_on, &name)?;
    log(tx, room, at, "area.rename", area, &format!("from {from_on}"))
}

/// Sets how many households an area counts from a day on.
///
/// # Errors
/// [`Refusal`]: the number, the day, or no such area in the room.
pub fn set_households(
    tx: &mut Tx<'_>,
    room: &Room,
    at: Timestamp,
    area: Uuid,
    from_on: Date,
    households: u32,
) -> Result<(), Refusal> {
    within_life(tx, room, area, from_on)?;
    put_households(tx, room, area, from_on, households)?;
    log(tx, room, at, "area.households", area, &format!("{households} from {from_on}"))
}

/// Moves an area alone to another commune from a day on. `room` keeps the area's rows, `to` is the room of the commune
/// it comes to: the caller must have entered both. The answer says whose cells are kept apart from now on.
///
/// # Errors
/// [`Refusal`]: the day, the name taken in the other commune, already there, or no such area in the room.
pub fn move_area(
    tx: &mut Tx<'_>,
    scope: &Scope,
    room: &Room,
    to: &Room,
    at: Timestamp,
    (area, from_on): (Uuid, Date),
) -> Result<Apart, Refusal> {
    if room.areas() != &Areas::All || to.areas() != &Areas::All {
        return Err(Denied.into());
    }
    within_life(tx, room, area, from_on)?;
    let (commune, lineage) = (to.tenant_key(), Lineage::read(tx, scope)?);
    if lineage.on(&commune_on(tx, room, area, from_on)?, from_on) == commune {
        return Err(Refusal::SameCommune);
    }
    let name = name_on(tx, room, area, from_on)?;
    refuse_taken(tx, to, commune, &name, area, from_on)?;
    put_commune(tx, room, area, from_on, commune)?;
    if commune != room.tenant_key() {
        tx.execute(
            scope,
            &sql!("insert into commune_guest (commune, tenant) values ($1, $2) on conflict do nothing"),
            &[commune.into(), room.tenant_key().into()],
        )?;
    }
    log(tx, room, at, "area.move", area, &format!("to {commune} from {from_on}"))?;
    log(tx, to, at, "area.receive", area, &format!("of {} from {from_on}", room.tenant_key()))?;
    Ok(settle(tx, scope, room, &lineage, area)?)
}

/// Ends an area: from this day on it is no more. Its records stay.
///
/// # Errors
/// [`Refusal`]: the day, or no such area in the room.
pub fn end_area(tx: &mut Tx<'_>, room: &Room, at: Timestamp, area: Uuid, on: Date) -> Result<(), Refusal> {
    if room.areas() != &Areas::All {
        return Err(Denied.into());
    }
    within_life(tx, room, area, on)?;
    tx.execute(
        room,
        &sql!("update area set until_on = $3 where tenant = $1 and id = $2"),
        &[area.into(), on.into()],
    )?;
    log(tx, room, at, "area.end", area, &format!("on {on}"))
}

/// The rooms in which the areas of a commune may be kept: its own, and those of tenants whose areas came to it. The
/// rights are those of `place`.
pub(crate) fn rooms(
    read: &mut Read<'_>,
    scope: &Scope,
    place: &Place,
    commune: &str,
) -> Result<Vec<Room>, Refusal> {
    let guests = sql!("select tenant from commune_guest where commune = $1 order by tenant");
    let guests: Vec<String> = read.all(scope, &guests, &[commune.into()])?;
    let enter = |tenant: String| Ok(scope.enter(&Place { tenant, ..place.clone() }, Action::SeeUnit)?);
    [commune.to_owned()].into_iter().chain(guests).map(enter).collect()
}

/// The areas of a day whose rows one tenant keeps and that lie in a commune in the borders of another day; an area lies
/// before its first day where it lies on it.
fn areas_kept_in(
    read: &mut Read<'_>,
    room: &Room,
    commune: &str,
    (borders, on): (Date, Date),
    only: Option<Uuid>,
) -> db::Result<Vec<Area>> {
    read.all(
        room,
        &sql!(
            "select a.id, n.name, h.households, a.tenant, c.commune, a.born_on from area a \
             join area_name n on n.tenant = $1 and n.area = a.id and n.from_on = (select max(x.from_on) \
               from area_name x where x.tenant = $1 and x.area = a.id and x.from_on <= $2) \
             join area_commune c on c.tenant = $1 and c.area = a.id and c.from_on = (select max(x.from_on) \
               from area_commune x where x.tenant = $1 and x.area = a.id and (x.from_on <= $4 or x.from_on = a.born_on)) \
             left join area_households h on h.tenant = $1 and h.area = a.id and h.from_on = (select max(x.from_on) \
               from area_households x where x.tenant = $1 and x.area = a.id and x.from_on <= $2) \
             where a.tenant = $1 and a.born_on <= $2 and a.until_on > $2 and c.commune = $3 \
             and (a.id = $5 or $5 is null) order by n.sort_key, a.id"
        ),
        &[on.into(), commune.into(), borders.into(), only.into()],
    )
}

/// Whether the area is the room's and exists on a day.
fn within_life(tx: &mut Tx<'_>, room: &Room, area: Uuid, on: Date) -> Result<(), Refusal> {
    room.covers(area)?;
    let life = sql!("select born_on, until_on from area where tenant = $1 and id = $2");
    let (born_on, until_on): (Date, Date) = tx.find(room, &life, &[area.into()])?.ok_or(Refusal::Missing)?;
    if (born_on..until_on).contains(&on) { Ok(()) } else { Err(Refusal::OutsideItsTime) }
}

fn commune_on(tx: &mut Tx<'_>, room: &Room, area: Uuid, on: Date) -> db::Result<String> {
    tx.one(
        room,
        &sql!(
            "select commune from area_commune where tenant = $1 and area = $2 and from_on <= $3 \
             order by from_on desc limit 1"
        ),
        &[area.into(), on.into()],
    )
}

fn name_on(tx: &mut Tx<'_>, room: &Room, area: Uuid, on: Date) -> db::Result<String> {
    tx.one(
        room,
        &sql!(
            "select name from area_name where tenant = $1 and area = $2 and from_on <= $3 \
             order by from_on desc limit 1"
        ),
        &[area.into(), on.into()],
    )
}

/// Two areas of one commune that are kept by one tenant never share a name on the day one gets it.
fn refuse_taken(
    tx: &mut Tx<'_>,
    room: &Room,
    commune: &str,
    name: &str,
    area: Uuid,
    on: Date,
) -> Result<(), Refusal> {
    let wanted = text::exact_key(name);
    let others = areas_kept_in(tx, room, commune, (on, on), None)?;
    if others.iter().any(|other| other.id != area && text::exact_key(&other.name) == wanted) {
        return Err(Refusal::NameTaken);
    }
    Ok(())
}

fn put_commune(tx: &mut Tx<'_>, room: &Room, area: Uuid, from_on: Date, commune: &str) -> db::Result<u64> {
    tx.execute(
        room,
        &sql!(
            "insert into area_commune (tenant, area, from_on, commune) values ($1, $2, $3, $4) \
             on conflict (tenant, area, from_on) do update set commune = excluded.commune"
        ),
        &[area.into(), from_on.into(), commune.into()],
    )
}

fn put_name(tx: &mut Tx<'_>, room: &Room, area: Uuid, from_on: Date, name: &str) -> db::Result<u64> {
    tx.execute(
        room,
        &sql!(
            "insert into area_name (tenant, area, from_on, name, sort_key) values ($1, $2, $3, $4, $5) \
             on conflict (tenant, area, from_on) do update set name = excluded.name, sort_key = excluded.sort_key"
        ),
        &[area.into(), from_on.into(), name.into(), order::numbered_sort_key(name).into()],
    )
}

fn put_households(
    tx: &mut Tx<'_>,
    room: &Room,
    area: Uuid,
    from_on: Date,
    households: u32,
) -> Result<u64, Refusal> {
    if households > MOST_HOUSEHOLDS {
        return Err(Refusal::TooManyHouseholds);
    }
    Ok(tx.execute(
        room,
        &sql!(
            "insert into area_households (tenant, area, from_on, households) values ($1, $2, $3, $4) \
             on conflict (tenant, area, from_on) do update set households = excluded.households"
        ),
        &[area.into(), from_on.into(), households.into()],
    )?)
}

fn log(
    tx: &mut Tx<'_>,
    room: &Room,
    at: Timestamp,
    action: &str,
    area: Uuid,
    detail: &str,
) -> Result<(), Refusal> {
    Ok(audit::record(tx, room, &Entry { at, action, object: &format!("area {area}"), detail })?)
}
