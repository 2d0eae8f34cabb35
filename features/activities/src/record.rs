//! The records behind the figures: what a figure opens to, and whether the cells say what the records say.

use std::collections::BTreeSet;

use catalogue::Catalogue;
use db::Read;
use figures::{Amount, Difference, Tally};
use jiff::civil::Date;
use kernel::{Areas, Room, Scope};

use crate::model::Activity;
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

/// Recomputes all cells from the records and compares.
pub fn verify(read: &mut Read<'_>, scope: &Scope, catalogue: &Catalogue) -> db::Result<Checked> {
    let mut tenants = figures::tenants(read, scope)?;
    tenants.extend(store::tenants(read, scope)?);
    let mut checked = Checked { tenants: tenants.len(), ..Checked::default() };
    for tenant in tenants {
        let room = scope.own(&tenant);
        let mut tally = Tally::default();
        store::each_of_tenant(read, &room, catalogue, |activity| {
            checked.records += 1;
            tally.add(&activity.content.record(), catalogue);
        })?;
        let (cells, differences) = figures::compare(read, &room, &tally.settled())?;
        checked.cells += cells;
        checked.differences.extend(differences);
    }
    Ok(checked)
}
