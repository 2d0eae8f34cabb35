//! The PDF renderer of a paper: PDF/A-2a and PDF/UA-1 in one file, through typst.
//!
//! The words and lengths come from crate `paper` as data (`paper.json`), never as markup. The world that typst
//! sees holds one template and four fonts; it reads no file of the machine and fetches nothing.

mod world;

use paper::{Composed, Layout, Paper};
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use world::World;

/// What the file says of its own making. Given, not taken, so that the same paper gives the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// When it was made.
    pub at: jiff::Timestamp,
    /// A stable id of the paper; its hash becomes the file's identifier.
    pub id: String,
}

/// Why a PDF was not made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The embedded fonts have no sign for a character of the paper; PDF/A forbids a box in its place.
    #[error("phông chữ không có ký tự “{character}” (U+{:04X}) (the font has no such character)", u32::from(*.character))]
    MissingGlyph {
        /// The character.
        character: char,
    },
    /// An embedded font cannot be read.
    #[error("không đọc được phông chữ kèm theo (an embedded font cannot be read)")]
    Fonts,
    /// The paper cannot be handed to the template.
    #[error("không chuyển được văn bản vào mẫu (the paper cannot be handed to the template): {0}")]
    Data(#[from] serde_json::Error),
    /// The template or the export refused the paper.
    #[error("không dàn được trang (the pages cannot be laid out): {0}")]
    Layout(String),
}

/// `paper` as PDF/A-2a + PDF/UA-1.
///
/// # Errors
/// [`PdfError::MissingGlyph`] names the first character without a glyph; the others mean that the program, not
/// the paper, is at fault.
pub fn render(paper: &Paper, stamp: &Stamp) -> Result<Vec<u8>, PdfError> {
    let data = serde_json::json!({ "paper": Composed::of(paper), "layout": Layout::of(paper.profile) });
    let fonts = world::fonts().ok_or(PdfError::Fonts)?;
    if let Some(character) = missing_glyph(&data["paper"], fonts) {
        return Err(PdfError::MissingGlyph { character });
    }
    let world = World::new(serde_json::to_vec(&data)?).ok_or(PdfError::Fonts)?;
    let made = compile(&world, stamp);
    // Without this typst keeps what it worked out for every document it ever made.
    typst::comemo::evict(0);
    made
}

fn compile(world: &World, stamp: &Stamp) -> Result<Vec<u8>, PdfError> {
    let document = typst::compile::<PagedDocument>(world).output.map_err(|errors| refused(&errors))?;
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|error| PdfError::Layout(error.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(stamp.id.clone()),
        creator: Smart::Custom(Some("Chung Sức".to_owned())),
        timestamp: timestamp(stamp.at),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| refused(&errors))
}

fn refused(errors: &[SourceDiagnostic]) -> PdfError {
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    PdfError::Layout(messages.join("; "))
}

fn timestamp(at: jiff::Timestamp) -> Option<Timestamp> {
    let utc = jiff::tz::TimeZone::UTC.to_datetime(at);
    let [month, day, hour, minute, second] = [utc.month(), utc.day(), utc.hour(), utc.minute(), utc.second()];
    let [month, day, hour, minute, second] =
        [month, day, hour, minute, second].map(|part| u8::try_from(part).unwrap_or_default());
    Datetime::from_ymd_hms(i32::from(utc.year()), month, day, hour, minute, second).map(Timestamp::new_utc)
}

/// The first character in any text of `data` that one of the fonts lacks.
fn missing_glyph(data: &serde_json::Value, fonts: &[typst::text::Font]) -> Option<char> {
    match data {
        serde_json::Value::String(text) => {
            text.chars().find(|c| !fonts.iter().all(|font| world::covers(font, *c)))
        }
        serde_json::Value::Array(items) => items.iter().find_map(|item| missing_glyph(item, fonts)),
        serde_json::Value::Object(fields) => fields.values().find_map(|field| missing_glyph(field, fonts)),
        _ => None,
    }
}
