//! Imports: records from the sheets people already have, XLSX, XLS, ODS and CSV.
//!
//! A sheet is read and kept as it was typed; its columns are named (guessed from the headers, changed by the person,
//! remembered for the next time); a dry run says which rows are good, which cells are wrong and what was probably
//! meant, and which rows look like a record that is there already. Only then are its rows sent, a piece in each
//! transaction, under ids that depend on the import and the row alone, so that nothing is written twice. What is begun
//! goes on to its end by itself, also after the program was stopped in between; a row that refuses takes the whole
//! import back. Until then nothing of it counts: the importer is the author, and an officer other than them confirms, as
//! always. An import is undone as a whole, in the same way.
//!
//! | File | Holds |
//! |---|---|
//! | `sheet` | a file as a table |
//! | `template` | the sheet to fill in, with the kind's questions |
//! | `mapping` | which column answers which question |
//! | `check` | the dry run |
//! | `model` | an import and its states |
//! | `store` | imports in the store |
//! | `actions` | what is done with them before they are applied, each in one transaction; the dry run |
//! | `run` | applying and undoing, piece by piece |
//! | `pages` | list, upload, one import, the wrong cells as CSV |

mod actions;
pub mod check;
pub mod mapping;
mod model;
mod pages;
mod run;
pub mod sheet;
mod store;
pub mod template;
#[cfg(test)]
mod tests;

pub use actions::{Desk, Refused};
pub use model::{Import, Refusal, State, record_id};
pub use pages::routes;
pub use run::{Choice, Going, Plan, Progress, Run, Worker};
pub use store::mapped_kinds;
