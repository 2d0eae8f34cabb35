//! The engine: records → facts → cells → figures.
//!
//! ```text
//! record (confirmed) --facts(record, catalogue)--> [(area, day, indicator, slice, amount)] --difference--> cells
//! figure = roll-up of cells over units and a window
//! ```
//!
//! [`facts`] is pure. On every change of a record the store applies `facts(new) − facts(old)` to the cells in the
//! same transaction ([`apply`]), so a figure is never stale, and [`read`] and [`read_over`] touch cells only. [`Tally`] recomputes
//! the same cells from records without the store: `verify` compares the two, and figures of a single residential
//! area are read from it.

mod across;
mod areas;
mod cells;
mod facts;
mod figure;
mod fold;
mod grid;
mod grids;
mod hiding;
mod months;
mod over;
mod tally;

pub use across::{Across, Made, RegistersOf, composed_statements, read_across};
pub use areas::{AreaCell, area_cells};
pub use cells::{Difference, apply, compare, drop_apart, fill, keep_apart, tenants};
pub use facts::{Amount, Fact, Record, contribution, facts, reads_kinds};
pub use figure::{Figure, Registers, Value, read};
pub use grid::{Counted, Grid, Group, read_grid};
pub use grids::{Grids, ToKeep, keep};
pub use hiding::{Beside, Hidden, SUPPRESSED, Shown, Sum, WITHHELD, Why, counts_people, is_small, withhold};
pub use months::{make_months, months_due};
pub use over::read_over;
pub use tally::Tally;
