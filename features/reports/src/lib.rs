//! Periodic reports: figures filled in, frozen, exported, explained.
mod actions;
mod model;
mod sheet;
mod store;
#[cfg(test)]
mod tests;

pub use actions::{amend, freeze, start, write};
pub use model::*;
pub use sheet::*;
