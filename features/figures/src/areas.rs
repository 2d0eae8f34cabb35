//! Cells kept apart by residential area, read one by one: which areas did something, and which households they reached.

use std::collections::BTreeSet;

use db::{Read, sql};
use jiff::civil::Date;
use kernel::Room;
use units::Makeup;
use uuid::Uuid;

use crate::cells::unpack;

/// What one area's records of one day say to an indicator of distinct areas or households.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaCell {
    /// Day.
    pub day: Date,
    /// Residential area.
    pub area: Uuid,
    /// How many records.
    pub records: i64,
    /// Household numbers they name; empty for an indicator that counts areas.
    pub households: BTreeSet<u16>,
}

/// The area cells of a slice of an indicator of distinct areas or households in a window, over everything that makes up
/// a unit, tenant by tenant and by day; only those of areas that the rooms cover. Other indicators have none.
pub fn area_cells(
    read: &mut Read<'_>,
    (rooms, makeup): (&[Room], &Makeup),
    (indicator, slice): (&str, &str),
    (from, to): (Date, Date),
) -> db::Result<Vec<AreaCell>> {
    let text = sql!(
        "select day, area_id, records, households from cell_area where tenant = $1 and indicator = $2 \
         and slice = $3 and day >= $4 and day <= $5 and records > 0 order by day, area_id"
    );
    let mut cells = Vec::new();
    let values = [indicator.into(), slice.into(), from.into(), to.into()];
    for room in rooms {
        read.each(room, &text, &values, |(day, area, records, bytes): (Date, Uuid, i64, Vec<u8>)| {
            if room.covers(area).is_ok() && makeup.holds(room.tenant_key(), area, day) {
                let households = unpack(&bytes).into_keys().collect();
                cells.push(AreaCell { day, area, records, households });
            }
            Ok(())
        })?;
    }
    Ok(cells)
}
