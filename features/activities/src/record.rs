//! The records behind the figures: what a figure opens to, and whether the cells say what the records say.

use catalogue::Catalogue;
use db::Read;
use figures::{Amount, Difference, Tally};
use jiff::civil::Date;
use kernel::{Room, Scope};

use crate::model::Activity;
use crate::store;

/// The confirmed records behind a figure, with what each adds; oldest first.
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
            if let Some(amount) =
                figures::contribution(&activity.content.record(), catalogue, indicator, slice)
            {
                behind.push((activity, amount));
            }
        })?;
    }
    behind.sort_by_key(|(activity, _)| (activity.content.day, activity.id));
    Ok(behind)
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
