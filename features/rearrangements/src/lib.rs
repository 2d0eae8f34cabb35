//! Rearrangements of units (sắp xếp đơn vị hành chính): communes merge or split, get another kind or name, residential
//! areas move alone.
//!
//! Each is one operation with its day and the act it rests on: prepared, looked at with the totals before and after side
//! by side, applied by a second person, and taken back as long as nothing builds on it. It writes lineage; no record and
//! no cell is rewritten, so it takes no longer when there are a million. Grants follow: a right over a commune that went
//! into another is one over its successor, a right over a single area goes where the area goes.
//!
//! | File | Holds |
//! |---|---|
//! | `model` | plans, states, refusals |
//! | `store` | one function per statement |
//! | `actions` | prepare, preview, apply, undo |
//! | `preview` | the totals before and after |
//! | `pages` | the pages |

mod actions;
mod model;
mod pages;
mod preview;
mod store;
#[cfg(test)]
mod tests;

pub use actions::{Desk, Draft, apply, draft, preview, undo};
pub use model::{Into, Made, Plan, Rearrangement, Refused, State};
pub use pages::routes;
pub use preview::{Column, Preview, Row};
pub use store::{find, list};
