//! The records behind the figures: what a figure opens to, and whether the cells say what the records say.

use std::collections::BTreeSet;

use catalogue::{Catalogue, Fields, Value as Answer};
use db::{Read, Tx};
use figures::{Amount, Difference, Tally};
use jiff::civil::Date;
use kernel::{Action, Areas, Place, Room, Scope};
use supplements::Rulebook;
use units::{Apart, Makeup};
use uuid::Uuid;

use crate::model::{Activity, Content, State, WHOLE_UNIT};
use crate::store::{self, Filter};

/// The confirmed records behind a figure that the room covers, with what each adds; oldest first.
pub fn evidence(
    read: &mut Read<'_>,
    room: &Room,
    catalogue: &Catalogue,
    (indicator, slice): (&str, &str),
    (from, to): (Date, Date),
) -> db::Result<Vec<(Activity, Amount)>> {
    let catalogue = catalogue.of_tenant(room.tenant_key());
    let mut behind = Vec::new();
    for kind in figures::reads_kinds(catalogue, indicator) {
        store::each_confirmed(read, room, catalogue, (&kind, from, to), |activity| {
            let adds = figures::contribution(&activity.content.record(), catalogue, indicator, slice);
            let counts =
                activity.content.record().within((from, to)) && room.covers(activity.content.area).is_ok();
            if let Some(amount) = adds.filter(|_| counts) {
                behind.push((activity, amount));
            }
        })?;
    }
    behind.sort_by_key(|(activity, _)| (activity.content.day, activity.id));
    Ok(behind)
}

/// The records behind a figure of a unit over everything that makes it up: of each room those that lie in the unit.
pub fn evidence_over(
    read: &mut Read<'_>,
    (rooms, makeup): (&[Room], &Makeup),
    catalogue: &Catalogue,
    of: (&str, &str),
    window: (Date, Date),
) -> db::Result<Vec<(Activity, Amount)>> {
    let mut behind = Vec::new();
    for room in rooms {
        let mut there = evidence(read, room, catalogue, of, window)?;
        let lies_here = |content: &Content| makeup.holds(room.tenant_key(), content.area, content.day);
        there.retain(|(activity, _)| lies_here(&activity.content));
        behind.append(&mut there);
    }
    behind.sort_by_key(|(activity, _)| (activity.content.day, activity.id));
    Ok(behind)
}

/// Visits every confirmed record of a window, for figures that are not in the cells.
pub fn each_counted(
    read: &mut Read<'_>,
    room: &Room,
    catalogue: &Catalogue,
    (from, to): (Date, Date),
    visit: &mut dyn FnMut(&figures::Record),
) -> db::Result<()> {
    let catalogue = catalogue.of_tenant(room.tenant_key());
    let kinds: BTreeSet<&str> = catalogue.kinds().all().map(|kind| kind.id.as_str()).collect();
    for kind in kinds {
        store::each_confirmed(read, room, catalogue, (kind, from, to), |activity| {
            visit(&activity.content.record());
        })?;
    }
    Ok(())
}

/// What an aggregate entry may count a second time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Doubles {
    /// Single records, sent or confirmed, within its span and its area that the same figures read.
    pub records: i64,
    /// Other entries of its kind, sent or confirmed, whose spans and areas meet its own.
    pub entries: i64,
}

impl Doubles {
    /// Whether there is none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Doubles::default()
    }
}

/// What an aggregate entry may count a second time: for a warning, because only people know whether it does.
pub fn doubles(
    read: &mut Read<'_>,
    room: &Room,
    catalogue: &Catalogue,
    (id, content): (Uuid, &Content),
) -> db::Result<Doubles> {
    let catalogue = catalogue.of_tenant(room.tenant_key());
    let mut found = Doubles::default();
    let Some(from) = content.from else { return Ok(found) };
    let area = (content.area != WHOLE_UNIT).then_some(content.area);
    let kind = catalogue.kinds().version(&content.kind, content.kind_version);
    let answered = kind
        .into_iter()
        .flat_map(|kind| &kind.fields)
        .filter(|field| matches!(content.fields.get(&field.id), Some(Answer::Count(number)) if *number != 0));
    let read_by: BTreeSet<String> = answered
        .filter_map(|field| field.feeds.as_ref())
        .flat_map(|indicator| figures::reads_kinds(catalogue, indicator))
        .filter(|kind| catalogue.kind(kind).is_some_and(|kind| !kind.aggregate))
        .collect();
    for state in [State::Sent, State::Confirmed] {
        let of = |kind: &String| Filter { state: Some(state), kind: Some(kind.clone()), ..Filter::default() };
        for kind in &read_by {
            let filter = Filter { area, from: Some(from), to: Some(content.day), ..of(kind) };
            found.records += store::count(read, room, &filter)?;
        }
        // A span that meets this one may end after it.
        let filter = Filter { from: Some(from), ..of(&content.kind) };
        for other in store::list(read, room, catalogue, &filter, None, u32::MAX)? {
            let there = &other.activity.content;
            let meets = there.from.is_some_and(|first| first <= content.day)
                && (there.area == content.area || area.is_none() || there.area == WHOLE_UNIT)
                && choices(&there.fields)
                    .all(|(field, option)| content.fields.get(field).is_none_or(|ours| ours == option));
            found.entries += i64::from(meets && other.activity.id != id);
        }
    }
    Ok(found)
}

/// The answers that say of what something is a total.
fn choices(fields: &Fields) -> impl Iterator<Item = (&String, &Answer)> {
    fields.iter().filter(|(_, answer)| matches!(answer, Answer::Choice(_) | Answer::Choices(_)))
}

/// The confirmed aggregate entries of a window: those it counts and may count twice, and those it does not count
/// because their span reaches beyond it.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    /// Counted, with what they may count twice.
    pub doubled: Vec<(Activity, Doubles)>,
    /// Not counted: part of their span lies outside.
    pub beyond: Vec<Activity>,
}

/// Looks at the confirmed aggregate entries of a window, for the warnings of a report.
pub fn entries(
    read: &mut Read<'_>,
    room: &Room,
    catalogue: &Catalogue,
    (from, to): (Date, Date),
) -> db::Result<Entries> {
    let catalogue = catalogue.of_tenant(room.tenant_key());
    let mut found = Entries::default();
    let kinds: BTreeSet<&str> =
        catalogue.kinds().all().filter(|kind| kind.aggregate).map(|kind| kind.id.as_str()).collect();
    for kind in kinds {
        // Also those that end after the window and begin in it.
        let filter = Filter {
            state: Some(State::Confirmed),
            kind: Some(kind.to_owned()),
            from: Some(from),
            ..Filter::default()
        };
        for listed in store::list(read, room, catalogue, &filter, None, u32::MAX)? {
            let activity = listed.activity;
            if activity.content.record().within((from, to)) {
                let doubles = doubles(read, room, catalogue, (activity.id, &activity.content))?;
                if !doubles.is_none() {
                    found.doubled.push((activity, doubles));
                }
            } else if activity.content.from.is_some_and(|first| first <= to) {
                found.beyond.push(activity);
            }
        }
    }
    Ok(found)
}

/// What the confirmed records of the residential areas say that the rooms cover, for figures of single areas in some
/// windows: from the records of those days, on demand, because cells are the commune's.
pub fn tally(
    read: &mut Read<'_>,
    (rooms, makeup): (&[Room], &Makeup),
    catalogue: &Catalogue,
    windows: &[(Date, Date)],
) -> db::Result<Tally> {
    let mut tally = Tally::default();
    for room in rooms {
        let Areas::Only(areas) = room.areas() else { continue };
        let catalogue = catalogue.of_tenant(room.tenant_key());
        for area in areas.iter().collect::<BTreeSet<_>>() {
            for days in joined(windows) {
                store::each_of_area(read, room, catalogue, *area, days, |activity| {
                    if makeup.holds(room.tenant_key(), activity.content.area, activity.content.day) {
                        tally.add(&activity.content.record(), catalogue);
                    }
                })?;
            }
        }
    }
    Ok(tally.settled())
}

/// Windows in order of their days, those that meet as one: no day is read twice.
fn joined(windows: &[(Date, Date)]) -> Vec<(Date, Date)> {
    let mut windows = windows.to_vec();
    windows.sort_unstable();
    let mut joined: Vec<(Date, Date)> = Vec::new();
    for (from, to) in windows {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// Brings the cells that are kept apart to what a move or merger asks for; the rights are those of `place`.
pub fn settle_apart(
    tx: &mut Tx<'_>,
    (scope, place): (&Scope, &Place),
    action: Action,
    catalogue: &Catalogue,
    apart: &Apart,
) -> Result<(), kernel::Error> {
    let room = |tenant: &String| scope.enter(&Place { tenant: tenant.clone(), ..place.clone() }, action);
    for (tenant, area) in &apart.removed {
        figures::drop_apart(tx, &room(tenant)?, *area)?;
    }
    for (tenant, area) in &apart.added {
        let (room, mut tally) = (room(tenant)?, Tally::keeping_apart([*area]));
        let catalogue = catalogue.of_tenant(tenant);
        let add = |activity: Activity| tally.add(&activity.content.record(), catalogue);
        store::each_of_area(tx, &room, catalogue, *area, store::ALL_DAYS, add)?;
        figures::keep_apart(tx, &room, *area, &tally.settled())?;
    }
    Ok(())
}

/// Makes the cells of a unit that has records and no cells yet, as after it was carried here from another machine; how
/// many confirmed records they are made of.
pub fn fill_cells(tx: &mut Tx<'_>, room: &Room, catalogue: &Catalogue) -> db::Result<usize> {
    let (mut tally, mut records) = (Tally::keeping_apart(units::areas_apart(tx, room)?), 0);
    store::each_of_tenant(tx, room, catalogue, |activity| {
        records += 1;
        tally.add(&activity.content.record(), catalogue);
    })?;
    figures::fill(tx, room, &tally.settled())?;
    Ok(records)
}

/// What [`verify`] found.
#[derive(Debug, Default, serde::Serialize)]
pub struct Checked {
    /// Units whose cells were recomputed.
    pub tenants: usize,
    /// Confirmed records read.
    pub records: usize,
    /// Cells compared.
    pub cells: usize,
    /// Cells that are not what the records say.
    pub differences: Vec<Difference>,
}

/// Recomputes all cells from the records, each unit's under its own rules, and compares.
pub fn verify(read: &mut Read<'_>, scope: &Scope, book: &Rulebook) -> db::Result<Checked> {
    let mut tenants = figures::tenants(read, scope)?;
    tenants.extend(store::tenants(read, scope)?);
    let mut checked = Checked { tenants: tenants.len(), ..Checked::default() };
    for tenant in tenants {
        let (room, catalogue) = (scope.own(&tenant), book.of_tenant(read, &tenant)?);
        let mut tally = Tally::keeping_apart(units::areas_apart(read, &room)?);
        store::each_of_tenant(read, &room, &catalogue, |activity| {
            checked.records += 1;
            tally.add(&activity.content.record(), &catalogue);
        })?;
        let (cells, differences) = figures::compare(read, &room, &tally.settled())?;
        checked.cells += cells;
        checked.differences.extend(differences);
    }
    Ok(checked)
}
