//! Official papers: one document model, one table of layout numbers, DOCX, XLSX and HTML renderers.
//!
//! [`model`] says what a paper holds, [`layout`] how long and large everything is, [`compose`] turns both into
//! lines; [`docx`], [`xlsx`] and [`html`] (and crate `pdf`) print the lines. A renderer decides no number and
//! adds no word, so the formats cannot drift apart.

pub mod compose;
pub mod docx;
pub mod html;
pub mod layout;
pub mod metrics;
pub mod model;
pub mod xlsx;

pub use compose::Composed;
pub use layout::{Layout, ProfileId};
pub use model::{
    Agency, Align, Appendix, Block, Cell, Column, IssueDate, Kind, Level, Orientation, Paper, Row, Run,
    Signer, Standing, Table, paragraph,
};
