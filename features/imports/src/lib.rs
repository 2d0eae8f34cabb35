//! Imports: records from the sheets people already have, XLSX, XLS, ODS and CSV.
//!
//! A sheet is read and kept as it was typed; its columns are named (guessed from the headers, changed by the person,
//! remembered for the next time); a dry run says which rows are good, which cells are wrong and what was probably
//! meant, and which rows look like a record that is there already. Only then are its rows sent, all in one
//! transaction, under ids that depend on the import and the row alone, so that applying twice changes nothing. The
//! importer is the author: an officer other than them confirms, as always. An import is undone as a whole.
//!
//! | File | Holds |
//! |---|---|
//! | `sheet` | a file as a table |
//! | `template` | the sheet to fill in, with the kind's questions |
//! | `mapping` | which column answers which question |
//! | `check` | the dry run |
//! | `model` | an import and its states |
//! | `store` | imports in the store |
//! | `actions` | what is done with them, each in one transaction |
//! | `pages` | list, upload, one import, the wrong cells as CSV |

mod actions;
pub mod check;
pub mod mapping;
mod model;
mod pages;
pub mod sheet;
mod store;
pub mod template;
#[cfg(test)]
mod tests;

pub use actions::{Choice, Desk, Refused, Undone};
pub use model::{Import, Refusal, State, record_id};
pub use pages::routes;
pub use store::mapped_kinds;
