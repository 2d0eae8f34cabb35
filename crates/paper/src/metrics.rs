//! Widths of bold text, for the rules that are as long as the text above them.
//!
//! Advance widths of Liberation Serif Bold 2.1.5 (metric twin of Times New Roman Bold) in thousandths of an em;
//! a test of crate `pdf` compares them with the font file. Vietnamese marks do not change a letter's width, the
//! horn of ơ and ư does.

use unicode_normalization::UnicodeNormalization as _;

/// U+0020 … U+007E.
const ASCII: [u16; 95] = [
    250, 333, 555, 500, 500, 1000, 833, 278, 333, 333, 500, 570, 250, 333, 250, 278, 500, 500, 500, 500, 500,
    500, 500, 500, 500, 500, 333, 333, 570, 570, 570, 500, 930, 722, 667, 722, 722, 667, 611, 778, 778, 389,
    500, 778, 667, 944, 722, 778, 611, 778, 722, 556, 667, 722, 722, 1000, 722, 722, 667, 333, 278, 333, 581,
    500, 333, 500, 556, 444, 556, 444, 333, 500, 556, 278, 333, 556, 278, 833, 556, 500, 556, 556, 444, 389,
    333, 556, 500, 722, 500, 500, 444, 394, 220, 394, 520,
];
const HORN: char = '\u{31B}';
const MM_PER_PT: f64 = 25.4 / 72.0;

/// Width of `text` set bold at `pt` points, in millimetres, without kerning. Characters outside Vietnamese and
/// ASCII count half an em.
#[must_use]
pub fn bold_width_mm(text: &str, pt: f64) -> f64 {
    let thousandths: f64 = text.nfc().map(|c| f64::from(bold_advance(c))).sum();
    thousandths / 1000.0 * pt * MM_PER_PT
}

fn bold_advance(c: char) -> u16 {
    let mut letters = std::iter::once(c).nfd();
    let base = letters.next().unwrap_or(c);
    let horned = letters.any(|mark| mark == HORN);
    match (base, horned) {
        ('o', true) => 554,
        ('u', true) => 600,
        ('O', true) => 778,
        ('U', true) => 796,
        ('đ', _) => 556,
        ('Đ', _) => 722,
        ('—' | '…', _) => 1000,
        ('\u{A0}', _) => 250,
        _ => usize::try_from(u32::from(base).wrapping_sub(0x20))
            .ok()
            .and_then(|place| ASCII.get(place))
            .copied()
            .unwrap_or(500),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_widths() {
        // Measured in the decree's heading: Quốc hiệu 13 pt, Tiêu ngữ 14 pt.
        assert!((bold_width_mm("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13.0) - 95.7).abs() < 0.3);
        assert!((bold_width_mm("Độc lập - Tự do - Hạnh phúc", 14.0) - 60.46).abs() < 0.05);
    }
}
