//! Periodic reports: figures filled in, frozen, exported, explained.
//!
//! A report is one of a unit, a form and a period. While it is open its figures are read from the cells; once its
//! window has passed it is frozen: every figure is kept with its definition and with the identity and version of
//! every record behind it, so that the answer is the same years later. A frozen report never changes; what changed
//! since is shown, and an amended report takes up from there. The note of a residential area is a report too: it reads the
//! area's own records, in a room that covers nothing else.
//!
//! | File | Holds |
//! |---|---|
//! | `model` | report, figure in its place, definition, who sees small numbers, refusals |
//! | `seen` | what of a report is hidden from whom |
//! | `store` | one function per statement |
//! | `actions` | start, write, freeze, amend, set signers, issue |
//! | `areas` | the table of residential areas |
//! | `communes` | what a figure of a province opens to |
//! | `checks` | what is odd or wrong about a report, before it is frozen and before it is sent |
//! | `sheet` | a report as it is read, and what changed since it was frozen |
//! | `running` | what a change of the rules would do to open reports |
//! | `explain` | a figure with everything behind it; reports made without being stored |
//! | `document` | a report as an official paper, and its files |
//! | `signing` | who signs a paper and to whom it goes |
//! | `pages` | the pages |

mod actions;
mod areas;
mod checks;
mod communes;
mod document;
mod explain;
mod model;
mod pages;
mod running;
mod seen;
mod sheet;
mod signing;
mod store;
#[cfg(test)]
mod tests;

pub use actions::{Wanted, amend, freeze, issue, printing, sign, start, start_of, write};
pub use areas::AreaRow;
pub use checks::{Finding, Reason, check};
pub use document::{Format, Printer, file_name, paper_of, style_from_key, style_key};
pub use explain::{Asked, Behind, Explanation, Made, Part, Since, explain, make, remembered};
pub use model::{
    AS_IT_IS_NOW, Column, Definition, Entry, Refused, Report, Share, State, TextProblem, Texts, Viewer,
    Words, check_texts, line_of, overlaps,
};
pub use pages::{finding_words, routes, style_of};
pub use running::{Running, changed_by};
pub use seen::{Public, Seen};
pub use sheet::{Change, Desk, Sheet, What, changed_since, earlier_texts, sheet};
pub use signing::{Printing, Signature, Signer};
pub use store::{amended_by, find, latest, of_period};
