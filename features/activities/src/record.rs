//! The records behind the figures: what a figure opens to, and whether the cells say what the records say.

use std::collections::BTreeSet;

use catalogue::Catalogue;
use db::{Read, Tx};
use figures::{Amount, Difference, Tally};
use jiff::civil::Date;
use kernel::{Action, Areas, Place, Room, Scope};
use supplements::Rulebook;
use units::{Apart, Makeup};

use crate::model::{Activity, Content};
use crate::store;

/// The confirmed records behind a figure that the room covers, with what each adds; oldest first.
pub fn evidence(
    read: &mut Read<'_>,
    room: &Room,
    catalogue: &Catalogue,
    (indicator, slice): (&str, &str),
    (from, to): (Date, Date),
) -> db::Result<Vec<(Activity, Amount)>> {
    let mut behind = Vec::new();
    for kind in figures::reads_kinds(catalogue, indicator) {
        store::each_confirmed(read, room, catalogue, (&kind, from, to), |activity| {
            let adds = figures::contribution(&activity.content.record(), catalogue, indicator, slice);
            if let Some(amount) = adds.filter(|_| room.covers(activity.content.area).is_ok()) {
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
    let kinds: BTreeSet<&str> = catalogue.kinds().all().map(|kind| kind.id.as_str()).collect();
    for kind in kinds {
        store::each_confirmed(read, room, catalogue, (kind, from, to), |activity| {
            visit(&activity.content.record());
        })?;
    }
    Ok(())
}

/// What the confirmed records of the residential areas say that the room covers, for figures of single areas: from the
/// records, on demand, because cells are the commune's.
pub fn tally(read: &mut Read<'_>, room: &Room, catalogue: &Catalogue) -> db::Result<Tally> {
    let mut tally = Tally::default();
    let mut add = |activity: Activity| tally.add(&activity.content.record(), catalogue);
    match room.areas() {
        Areas::All => store::each_of_tenant(read, room, catalogue, add)?,
        Areas::Only(areas) => {
            for area in areas.iter().collect::<BTreeSet<_>>() {
                store::each_of_area(read, room, catalogue, *area, &mut add)?;
            }
        }
    }
    Ok(tally.settled())
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
        let add = |activity: Activity| tally.add(&activity.content.record(), catalogue);
        store::each_of_area(tx, &room, catalogue, *area, add)?;
        figures::keep_apart(tx, &room, *area, &tally.settled())?;
    }
    Ok(())
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
