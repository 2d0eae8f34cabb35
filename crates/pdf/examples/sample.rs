//! Writes the sample papers as PDF, DOCX, XLSX and HTML into `target/papers`, to be looked at.
//!
//! `cargo run -p pdf --example sample`

#[path = "../../paper/tests/it/sample.rs"]
mod sample;

use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/papers");
    fs::create_dir_all(&folder)?;
    let papers = [
        ("report", sample::report()),
        ("draft", sample::police_draft()),
        ("front", sample::front()),
        ("letter", sample::letter()),
    ];
    for (name, paper) in papers {
        let stamp = pdf::Stamp { at: jiff::Timestamp::from_second(1_791_000_000)?, id: name.to_owned() };
        fs::write(folder.join(format!("{name}.pdf")), pdf::render(&paper, &stamp)?)?;
        fs::write(folder.join(format!("{name}.docx")), paper::docx::render(&paper)?)?;
        if let Ok(workbook) = paper::xlsx::render(&paper) {
            fs::write(folder.join(format!("{name}.xlsx")), workbook)?;
        }
        let css = paper::html::preview_css(paper::Layout::of(paper.profile));
        let page = format!(
            "<!doctype html><html lang=\"vi\"><meta charset=\"utf-8\"><title>{name}</title><style>{css}</style>\n{}",
            paper::html::render(&paper)
        );
        fs::write(folder.join(format!("{name}.html")), page)?;
    }
    Ok(())
}
