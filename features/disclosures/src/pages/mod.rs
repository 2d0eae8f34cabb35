//! The pages of disclosures: deciding, and what everybody reads.

mod kept;
mod one;
mod public;

use kernel::http::{Need, Routes};
use kernel::{Action, Lang};
use reports::Words;
use uuid::Uuid;

pub use kept::Kept;

use crate::model::{Content, Row, Table};

/// The routes of this capability. Beside the state they need the extensions [`supplements::Rulebook`] and [`Kept`].
#[must_use]
pub fn routes() -> Routes {
    let decide = Need::Action(Action::DiscloseReports);
    Routes::default()
        .get("/units/{unit}/reports/{report}/disclosure", decide, one::show)
        .post("/units/{unit}/reports/{report}/disclosure", decide, one::disclose)
        .post("/units/{unit}/reports/{report}/disclosure/withdrawal", decide, one::withdraw)
        .get("/public/{unit}", Need::Nothing, public::list)
        .get("/public/{unit}/{report}", Need::Nothing, public::one)
}

/// Where everybody reads the figures of a report. It names the unit by its id, which outlives codes and mergers.
fn public_url(tenant: &str, report: Uuid) -> String {
    format!("/public/{tenant}/{report}")
}

/// Where everybody reads what a unit has made public.
fn list_url(unit: &str) -> String {
    format!("/public/{unit}")
}

/// A table in one language.
struct TableView {
    caption: String,
    overlaps: bool,
    columns: Vec<String>,
    rows: Vec<RowView>,
}

struct RowView {
    label: String,
    unit: String,
    definition: String,
    legal_basis: String,
    checked: bool,
    cells: Vec<CellView>,
}

struct CellView {
    column: String,
    value: String,
    entered: String,
}

/// Tables in one language.
fn tables(content: &Content, lang: Lang) -> Vec<TableView> {
    let text = |words: &Words| words.get(lang).to_owned();
    let row = |row: &Row, columns: &[(Words, Words)]| RowView {
        label: text(&row.label),
        unit: text(&row.unit),
        definition: text(&row.definition),
        legal_basis: row.legal_basis.clone().unwrap_or_default(),
        checked: row.checked,
        cells: columns
            .iter()
            .zip(&row.cells)
            .map(|((_, short), cell)| CellView {
                column: text(short),
                value: text(&cell.value),
                entered: cell.entered.as_ref().map(text).unwrap_or_default(),
            })
            .collect(),
    };
    let table = |table: &Table| TableView {
        caption: text(&table.caption),
        overlaps: table.overlaps,
        columns: table.columns.iter().map(|(long, _)| text(long)).collect(),
        rows: table.rows.iter().map(|of| row(of, &table.columns)).collect(),
    };
    content.tables.iter().map(table).collect()
}
