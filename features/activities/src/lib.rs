//! Activities: what was done, written down once by the person who did it.
//!
//! A record of an aggregate kind is a total over a span of days, of an area or of the whole unit; everything said here
//! holds for it too.
//!
//! A record goes `draft → sent → confirmed | returned`; it can be withdrawn with a reason at any time and is never
//! deleted. Only confirmed records count upwards. Every step makes a version; a write names the version it was based
//! on, and a repeated write is recognised, so a phone may send twice.

mod actions;
mod index;
mod model;
mod pages;
mod photo;
mod record;
mod store;

pub use actions::{Confirmed, NewPhoto, Refused, change, confirm_many};
pub use index::{Brief, Index, Indexes};
pub use model::{Activity, Content, Refusal, State, Step, WHOLE_UNIT, line_for, records};
pub use pages::routes;
pub use photo::{Photo, PhotoProblem};
pub use record::{
    Checked, Doubles, Entries, doubles, each_counted, entries, evidence, evidence_over, fill_cells,
    settle_apart, tally, verify,
};
pub use store::{
    Filter, Listed, Version, count, count_over, find, list, list_over, list_statements, versions,
};
