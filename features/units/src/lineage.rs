//! The steps of which a rearrangement of communes is made, and the same steps back. They write lineage, never a record;
//! who may, and what belongs together, is said by the capability that reviews them.

use std::collections::{BTreeMap, BTreeSet};

use db::{Read, Tx, sql};
use jiff::civil::Date;
use kernel::{Grant, Place, Room, Scope};
use uuid::Uuid;
use vietnamese::order;

use crate::areas;
use crate::makeup::Lineage;
use crate::model::{Kind, Level, OPEN, Refusal, Unit, name};
use crate::reference::search_text;
use crate::store::{find_by_code, unit};

/// Areas, each with a tenant, whose cells must be kept apart from now on, and those whose cells need not any more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Apart {
    /// From now on.
    pub added: Vec<(String, Uuid)>,
    /// Not any more.
    pub removed: Vec<(String, Uuid)>,
}

impl Apart {
    /// Adds what another step asks for.
    pub fn join(&mut self, mut other: Apart) {
        self.added.append(&mut other.added);
        self.removed.append(&mut other.removed);
    }
}

/// A commune that a rearrangement makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCommune {
    /// Official code; one that is free on the day.
    pub code: String,
    /// Kind.
    pub kind: Kind,
    /// Name without its kind.
    pub name: String,
    /// First day.
    pub from_on: Date,
    /// The act it rests on.
    pub basis: String,
}

impl NewCommune {
    /// Its internal id.
    #[must_use]
    pub fn id(&self) -> String {
        format!("c{}-{}", self.code, self.from_on.strftime("%Y%m%d"))
    }
}

/// Makes a commune below a province. Its code may be that of one that ends on its first day: of `freed`.
///
/// # Errors
/// [`Refusal::Name`], [`Refusal::Code`] when another unit bears the code on the day or it is none, [`Refusal::Missing`]
/// when there is no such province then; those of the store.
pub fn create_commune(
    tx: &mut Tx<'_>,
    scope: &Scope,
    province: &str,
    new: &NewCommune,
    freed: &[String],
) -> Result<(), Refusal> {
    let above = unit(tx, scope, province, new.from_on)?.ok_or(Refusal::Missing)?;
    if new.code.len() != 5 || !new.code.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Refusal::Code);
    }
    let taken = sql!(
        "select u.id from unit u join unit_version v on v.unit = u.id where u.code = $1 and v.until_on > $2"
    );
    let taken: Vec<String> = tx.all(scope, &taken, &[(&new.code).into(), new.from_on.into()])?;
    let id = new.id();
    if taken.iter().any(|bearer| !freed.contains(bearer) || *bearer == id) {
        return Err(Refusal::Code);
    }
    let put = sql!("insert into unit (id, code, level, born_on) values ($1, $2, $3, $4)");
    let values = [(&id).into(), (&new.code).into(), Level::Commune.key().into(), new.from_on.into()];
    tx.execute(scope, &put, &values)?;
    let span = Span { unit: &id, from_on: new.from_on, kind: new.kind, name: &new.name, basis: &new.basis };
    span.put(tx, scope, &above, &format!("{}{id}/", above.path))
}

/// Takes a commune away again that nothing belongs to.
///
/// # Errors
/// Those of the store, also when something still names it.
pub fn remove_commune(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<(), Refusal> {
    tx.execute(scope, &sql!("delete from unit_version where unit = $1"), &[id.into()])?;
    tx.execute(scope, &sql!("delete from unit where id = $1"), &[id.into()])?;
    Ok(())
}

/// Gives a commune another kind or name from a day on.
///
/// # Errors
/// [`Refusal::Name`], [`Refusal::OutsideItsTime`] when it is no commune of that day or has another change after it.
pub fn change_commune(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &str,
    on: Date,
    (kind, called, basis): (Kind, &str, &str),
) -> Result<(), Refusal> {
    let now = unit(tx, scope, id, on)?.ok_or(Refusal::OutsideItsTime)?;
    let parent = now.parent.clone().ok_or(Refusal::Missing)?;
    let above = unit(tx, scope, &parent, on)?.ok_or(Refusal::Missing)?;
    end_span(tx, scope, id, on)?;
    Span { unit: id, from_on: on, kind, name: called, basis }.put(tx, scope, &above, &now.path)
}

/// Takes the change of a day back.
///
/// # Errors
/// [`Refusal::Missing`] when nothing changed on that day, or something since; those of the store.
pub fn undo_change(tx: &mut Tx<'_>, scope: &Scope, id: &str, on: Date) -> Result<(), Refusal> {
    let text = sql!("delete from unit_version where unit = $1 and from_on = $2 and until_on = $3");
    if tx.execute(scope, &text, &[id.into(), on.into(), OPEN.into()])? != 1 {
        return Err(Refusal::Missing);
    }
    reopen_span(tx, scope, id, on)
}

/// Lets a commune go on in another from a day on. Its areas lie there then; nothing of them is rewritten.
///
/// # Errors
/// [`Refusal::OutsideItsTime`] when one of them is not on that day or ends or changes after it; those of the store.
pub fn succeed(
    tx: &mut Tx<'_>,
    scope: &Scope,
    place: &Place,
    (predecessor, successor): (&str, &str),
    on: Date,
) -> Result<Apart, Refusal> {
    if predecessor == successor || unit(tx, scope, successor, on)?.is_none() {
        return Err(Refusal::OutsideItsTime);
    }
    end_span(tx, scope, predecessor, on)?;
    let put = sql!("insert into unit_succession (predecessor, successor, from_on) values ($1, $2, $3)");
    tx.execute(scope, &put, &[predecessor.into(), successor.into(), on.into()])?;
    settle_areas_of(tx, scope, place, predecessor)
}

/// The same back: the commune goes on by itself.
///
/// # Errors
/// [`Refusal::Missing`] when it did not end on that day, or its successor has ended since; those of the store.
pub fn undo_succeed(
    tx: &mut Tx<'_>,
    scope: &Scope,
    place: &Place,
    (predecessor, successor): (&str, &str),
    on: Date,
) -> Result<Apart, Refusal> {
    if Lineage::read(tx, scope)?.line(successor).count() > 1 {
        return Err(Refusal::Missing);
    }
    let text = sql!("delete from unit_succession where predecessor = $1 and successor = $2 and from_on = $3");
    if tx.execute(scope, &text, &[predecessor.into(), successor.into(), on.into()])? != 1 {
        return Err(Refusal::Missing);
    }
    reopen_span(tx, scope, predecessor, on)?;
    settle_areas_of(tx, scope, place, predecessor)
}

/// Takes the move of an area on a day back.
///
/// # Errors
/// [`Refusal::Missing`] when it did not move on that day, or moved again; those of the store.
pub fn undo_move(
    tx: &mut Tx<'_>,
    scope: &Scope,
    room: &Room,
    (area, on): (Uuid, Date),
) -> Result<Apart, Refusal> {
    let text = sql!(
        "select commune, from_on from area_commune where tenant = $1 and area = $2 order by from_on desc"
    );
    let places: Vec<(String, Date)> = tx.all(room, &text, &[area.into()])?;
    let [(to, last), _, ..] = places.as_slice() else { return Err(Refusal::Missing) };
    if *last != on {
        return Err(Refusal::Missing);
    }
    let text = sql!("delete from area_commune where tenant = $1 and area = $2 and from_on = $3");
    tx.execute(room, &text, &[area.into(), on.into()])?;
    let text = sql!("select count(*) from area_commune where tenant = $1 and commune = $2");
    if tx.one::<i64>(room, &text, &[to.into()])? == 0 {
        let text = sql!("delete from commune_guest where tenant = $1 and commune = $2");
        tx.execute(room, &text, &[to.into()])?;
    }
    let lineage = Lineage::read(tx, scope)?;
    Ok(settle(tx, scope, room, &lineage, area)?)
}

/// Settles the areas that lay in a commune at any time.
fn settle_areas_of(tx: &mut Tx<'_>, scope: &Scope, place: &Place, commune: &str) -> Result<Apart, Refusal> {
    let lineage = Lineage::read(tx, scope)?;
    let text = sql!("select distinct area from area_commune where tenant = $1 and commune = $2");
    let mut areas = BTreeMap::new();
    for commune in lineage.ever(commune) {
        for room in areas::rooms(tx, scope, place, &commune)? {
            let there: Vec<Uuid> = tx.all(&room, &text, &[(&commune).into()])?;
            areas.extend(there.into_iter().map(|area| (area, room.clone())));
        }
    }
    let mut apart = Apart::default();
    for (area, room) in areas {
        apart.join(settle(tx, scope, &room, &lineage, area)?);
    }
    Ok(apart)
}

/// Brings `area_apart` to what the history of an area and the lineage of its communes say: every tenant that may have
/// records of the area and does not always lie where it lies.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    scope: &Scope,
    room: &Room,
    lineage: &Lineage,
    area: Uuid,
) -> db::Result<Apart> {
    let text = sql!("select from_on, commune from area_commune where tenant = $1 and area = $2");
    let places: BTreeMap<Date, String> = tx.all(room, &text, &[area.into()])?.into_iter().collect();
    let mut wanted: BTreeSet<&str> = places.values().flat_map(|commune| lineage.line(commune)).collect();
    if places.len() == 1 {
        // It has always lain where the tenant lies in which it was born.
        wanted.remove(room.tenant_key());
    }
    let text = sql!("select distinct tenant from area_apart where area = $1");
    let there: BTreeSet<String> = tx.all(scope, &text, &[area.into()])?.into_iter().collect();
    let delete = sql!("delete from area_apart where tenant = $1 and area = $2");
    let insert = sql!("insert into area_apart (tenant, area, from_on, commune) values ($1, $2, $3, $4)");
    let mut apart = Apart::default();
    for tenant in &there {
        tx.execute(scope, &delete, &[tenant.into(), area.into()])?;
        if !wanted.contains(tenant.as_str()) {
            apart.removed.push((tenant.clone(), area));
        }
    }
    for tenant in wanted {
        for (from_on, commune) in &places {
            tx.execute(scope, &insert, &[tenant.into(), area.into(), (*from_on).into(), commune.into()])?;
        }
        if !there.contains(tenant) {
            apart.added.push((tenant.to_owned(), area));
        }
    }
    Ok(apart)
}

/// The communes that a commune carries on on a day, itself included: whose tenants keep rows of it.
///
/// # Errors
/// Those of the store.
pub fn carried_on(
    read: &mut Read<'_>,
    scope: &Scope,
    commune: &str,
    on: Date,
) -> db::Result<BTreeSet<String>> {
    Ok(Lineage::read(read, scope)?.that_are(commune, on))
}

/// Brings grants to where they hold on a day: a right over a commune that went into another is one over that, a right
/// over a single area goes where the area goes.
///
/// # Errors
/// Those of the store.
pub fn follow(read: &mut Read<'_>, scope: &Scope, grants: &mut [Grant], on: Date) -> db::Result<()> {
    let lineage = Lineage::read(read, scope)?;
    let moved = sql!(
        "select commune from area_apart where tenant = $1 and area = $2 and from_on <= $3 order by from_on desc limit 1"
    );
    for grant in grants {
        let Some(given) = grant.path.trim_end_matches('/').rsplit('/').next().map(str::to_owned) else {
            continue;
        };
        let lies: Option<String> = match grant.area {
            Some(area) => read.find(scope, &moved, &[(&given).into(), area.into(), on.into()])?,
            None => None,
        };
        let now = lineage.on(lies.as_deref().unwrap_or(&given), on);
        if now != given
            && let Some(there) = unit(read, scope, now, on)?
        {
            grant.path = there.path;
        }
    }
    Ok(())
}

/// The unit to which an official code leads on a day: the one that bears it, or the one in which its last bearer goes on.
///
/// # Errors
/// Those of the store.
pub fn led_to(read: &mut Read<'_>, scope: &Scope, code: &str, on: Date) -> db::Result<Option<Unit>> {
    if let Some(unit) = find_by_code(read, scope, code, on)? {
        return Ok(Some(unit));
    }
    let last = sql!("select id from unit where code = $1 order by born_on desc, id limit 1");
    let Some(last): Option<String> = read.find(scope, &last, &[code.into()])? else { return Ok(None) };
    let lineage = Lineage::read(read, scope)?;
    unit(read, scope, lineage.on(&last, on), on)
}

/// The areas whose cells are kept apart in the room's tenant.
///
/// # Errors
/// Those of the store.
pub fn areas_apart(read: &mut Read<'_>, room: &Room) -> db::Result<Vec<Uuid>> {
    read.all(room, &sql!("select distinct area from area_apart where tenant = $1"), &[])
}

/// Whether the cells of an area are kept apart in the room's tenant.
///
/// # Errors
/// Those of the store.
pub fn is_apart(tx: &mut Tx<'_>, room: &Room, area: Uuid) -> db::Result<bool> {
    let text = sql!("select count(*) from area_apart where tenant = $1 and area = $2");
    Ok(tx.one::<i64>(room, &text, &[area.into()])? > 0)
}

/// What a unit is in a span of days.
struct Span<'a> {
    unit: &'a str,
    from_on: Date,
    kind: Kind,
    name: &'a str,
    basis: &'a str,
}

impl Span<'_> {
    /// Writes it as the last span. The act was not seen by this program: not checked.
    fn put(&self, tx: &mut Tx<'_>, scope: &Scope, above: &Unit, path: &str) -> Result<(), Refusal> {
        let name = name(self.name)?;
        let text = sql!(
            "insert into unit_version (unit, from_on, until_on, kind, name, parent, path, basis, checked, search, \
             sort_key) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        );
        let values = [
            self.unit.into(),
            self.from_on.into(),
            OPEN.into(),
            self.kind.key().into(),
            (&name).into(),
            (&above.id).into(),
            path.into(),
            self.basis.into(),
            false.into(),
            search_text(self.kind, &name, &above.full_name(vietnamese::Lang::Vi)).into(),
            order::numbered_sort_key(&name).into(),
        ];
        tx.execute(scope, &text, &values)?;
        Ok(())
    }
}

/// Ends the last span of a unit, which must have begun before.
fn end_span(tx: &mut Tx<'_>, scope: &Scope, id: &str, on: Date) -> Result<(), Refusal> {
    let text =
        sql!("update unit_version set until_on = $2 where unit = $1 and from_on < $2 and until_on = $3");
    match tx.execute(scope, &text, &[id.into(), on.into(), OPEN.into()])? {
        1 => Ok(()),
        _ => Err(Refusal::OutsideItsTime),
    }
}

fn reopen_span(tx: &mut Tx<'_>, scope: &Scope, id: &str, on: Date) -> Result<(), Refusal> {
    let text = sql!("update unit_version set until_on = $3 where unit = $1 and until_on = $2");
    match tx.execute(scope, &text, &[id.into(), on.into(), OPEN.into()])? {
        1 => Ok(()),
        _ => Err(Refusal::Missing),
    }
}
