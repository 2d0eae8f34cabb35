//! What typst may see: one template, four fonts, the data of one paper. No files, no packages, no clock.

use std::sync::OnceLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _};

const FONTS: [&[u8]; 4] = [
    include_bytes!("../fonts/LiberationSerif-Regular.ttf"),
    include_bytes!("../fonts/LiberationSerif-Bold.ttf"),
    include_bytes!("../fonts/LiberationSerif-Italic.ttf"),
    include_bytes!("../fonts/LiberationSerif-BoldItalic.ttf"),
];

/// What all papers share: made once.
struct Shared {
    library: LazyHash<Library>,
    fonts: Vec<Font>,
    book: LazyHash<FontBook>,
    template: Source,
    data: FileId,
}

fn shared() -> Option<&'static Shared> {
    static SHARED: OnceLock<Option<Shared>> = OnceLock::new();
    SHARED
        .get_or_init(|| {
            let fonts: Vec<Font> =
                FONTS.iter().map(|font| Font::new(Bytes::new(*font), 0)).collect::<Option<_>>()?;
            let file =
                |name| Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).ok()?).intern());
            Some(Shared {
                library: LazyHash::new(Library::builder().build()),
                book: LazyHash::new(FontBook::from_fonts(&fonts)),
                fonts,
                template: Source::new(file("paper.typ")?, include_str!("paper.typ").to_owned()),
                data: file("paper.json")?,
            })
        })
        .as_ref()
}

/// The embedded fonts: regular, bold, italic, bold italic.
pub(crate) fn fonts() -> Option<&'static [Font]> {
    shared().map(|shared| shared.fonts.as_slice())
}

/// Whether `font` can draw `c`.
pub(crate) fn covers(font: &Font, c: char) -> bool {
    font.info().coverage.contains(u32::from(c))
}

/// The world of one paper.
pub(crate) struct World {
    shared: &'static Shared,
    data: Bytes,
}

impl World {
    pub(crate) fn new(data: Vec<u8>) -> Option<Self> {
        Some(Self { shared: shared()?, data: Bytes::new(data) })
    }
}

fn not_here(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_with_slash().into())
}

impl typst::World for World {
    fn library(&self) -> &LazyHash<Library> {
        &self.shared.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shared.book
    }

    fn main(&self) -> FileId {
        self.shared.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main() { Ok(self.shared.template.clone()) } else { Err(not_here(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.shared.data { Ok(self.data.clone()) } else { Err(not_here(id)) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shared.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use typst::layout::Abs;
    use typst::text::{FontVariant, FontVariations};

    use super::*;

    /// All letters of Vietnamese that ASCII has not, both cases, precomposed.
    fn letters() -> Vec<char> {
        let tones = ["", "\u{300}", "\u{309}", "\u{303}", "\u{301}", "\u{323}"];
        let vowels = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY";
        let toned = vowels
            .chars()
            .flat_map(|vowel| tones.map(|tone| vietnamese::text::nfc(&format!("{vowel}{tone}"))));
        let mut letters: Vec<char> = toned.flat_map(|text| text.chars().collect::<Vec<_>>()).collect();
        letters.extend(['đ', 'Đ']);
        letters.retain(|letter| !letter.is_ascii());
        letters
    }

    #[test]
    fn the_four_fonts_have_every_letter_of_vietnamese() {
        let letters = letters();
        assert_eq!(letters.len(), 134);
        let fonts = fonts().unwrap();
        assert_eq!(fonts.len(), 4);
        for font in fonts {
            let signs = (' '..='~').chain("–—“”‘’…•°²±×≥≤‰№₫\u{A0}".chars());
            let missing: Vec<char> =
                letters.iter().copied().chain(signs).filter(|c| !covers(font, *c)).collect();
            assert!(missing.is_empty(), "{font:?} lacks {missing:?}");
        }
    }

    #[test]
    fn papers_know_the_true_widths_of_bold_text() {
        let bold = fonts().unwrap()[1].clone();
        let face = bold.instantiate(FontVariant::default(), Abs::pt(10.0), &FontVariations::default());
        for letter in letters().into_iter().chain(' '..='~').chain(['–', '—', '…', '“', '\u{A0}']) {
            let glyph = face.ttf().glyph_index(letter).unwrap();
            let millimetres = face.x_advance(glyph.0).unwrap().get() * 10.0 * 25.4 / 72.0;
            let known = paper::metrics::bold_width_mm(&letter.to_string(), 10.0);
            assert!((millimetres - known).abs() < 0.005, "{letter}: {millimetres} mm, not {known}");
        }
    }
}
