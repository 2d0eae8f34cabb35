//! Yearly targets (chỉ tiêu, kế hoạch năm): a number that a unit is to reach, per indicator and slice.
//!
//! A unit sets its own; the province sets those of its communes, and what it has set only it changes. A target is taken
//! back by an empty number and is never deleted: every version stays. The result beside it is a figure of the year of
//! regime `yearly`, up to today.

mod actions;
mod model;
mod pages;
mod store;
#[cfg(test)]
mod tests;

pub use actions::{Refused, YEARLY, set};
pub use model::{Refusal, Target, Wanted, parse};
pub use pages::routes;
pub use store::{find, find_each, of_year, versions};
