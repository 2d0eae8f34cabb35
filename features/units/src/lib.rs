//! Provinces, communes, residential areas and organisations, with their history.
//!
//! A unit is addressed by its official code, but keyed by an internal id that never changes (`c05089-20250701`):
//! codes are re-used after mergers. The id of a commune is also the tenant of the rows born there. What a unit is
//! called, what kind it is and to whom it belongs has days: ask for a unit *on a day*.
//!
//! Residential areas belong to the tenant in which they were born and may move to another commune alone; a move
//! rewrites nothing. How many households an area counts is a number with a day; nothing is known about anybody.
//!
//! | File | Holds |
//! |---|---|
//! | `model` | levels, kinds, units, areas, organisations, refusals |
//! | `reference` | the shipped lists, read from CSV |
//! | `former` | communes as they were until 30 June 2025, and where they went |
//! | `store` | units: loading, finding, searching |
//! | `makeup` | which tenants and areas make up a unit, in the borders of which day |
//! | `lineage` | the steps of which a merger, split or change of name is made, and the same back |
//! | `areas` | residential areas and their households |
//! | `registers` | how many areas and households many tenants count on many days |
//! | `organisations` | who takes part in the movement at a unit |
//! | `pages` | the search page, the page of a unit, the forms that keep its registers |

mod areas;
mod former;
mod lineage;
mod makeup;
mod model;
mod organisations;
mod pages;
mod reference;
mod registers;
mod store;
#[cfg(test)]
mod tests;

pub use areas::{
    add_area, area, areas_covered, areas_of, areas_within, end_area, households_total, move_area, register,
    rename_area, set_households,
};
pub use former::{Former, Successor, former};
pub use lineage::{
    Apart, NewCommune, areas_apart, carried_on, change_commune, create_commune, follow, is_apart, led_to,
    remove_commune, succeed, undo_change, undo_move, undo_succeed,
};
pub use makeup::{Basis, Makeup, Section, makeup, makeups, rooms_over, tenants_ever};
pub use model::{
    Area, Households, Kind, Level, NewArea, NewOrganisation, Organisation, OrganisationKind, Refusal, Unit,
};
pub use organisations::{add_organisation, end_organisation, organisations_of};
pub use pages::routes;
pub use reference::{SyntheticArea, synthetic_areas};
pub use registers::{RegisterStep, register_steps, register_steps_of_area};
pub use store::{
    Loaded, children, communes, composed_statements, find_by_code, history, load_reference, search, unit,
};
