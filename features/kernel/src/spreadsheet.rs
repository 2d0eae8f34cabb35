//! What every file for a spreadsheet program keeps to.

/// A cell that a spreadsheet program would run as a formula starts with an apostrophe, so that it is shown.
#[must_use]
pub fn harmless(cell: &str) -> String {
    if cell.trim_start().starts_with(['=', '+', '-', '@']) || cell.starts_with(['\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}
