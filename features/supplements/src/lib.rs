//! Supplements (danh mục bổ sung): what a province or a commune adds to the catalogue that comes with the program.
//!
//! A supplement is a file in the catalogue's format: `draft → published`, or dropped. What is published holds from a
//! day after the one on which it was published and is never changed; what comes later follows on it. So everything
//! that was written keeps its meaning, and no cell has to be computed again.
//!
//! [`Rulebook::of`] gives the rules in force in a unit: the program's, with its province's and its own upon them.

mod actions;
mod list;
mod model;
mod pages;
mod rulebook;
mod store;
mod surroundings;

pub use actions::{Refused, drop_draft, keep, publish};
pub use list::{enter_missing, keep_list};
pub use model::{Refusal, State, Supplement};
pub use pages::{Rules, routes};
pub use rulebook::Rulebook;
pub use store::{all, find};
pub use surroundings::{Broken, Surroundings};
