//! One spelling for storing, and keys for finding.
//!
//! Vietnamese has 134 precomposed letters beyond ASCII, several legal places for the tone mark (`hòa`, `hoà`)
//! and two spellings of the final vowel (`lý`, `lí`). Texts are stored as they were typed, only in NFC; the
//! keys made here are for comparing and never shown.

use unicode_normalization::UnicodeNormalization;

/// The five tone marks as combining characters, each with the digit that stands for it in [`exact_key`].
const TONES: [(char, char); 5] =
    [('\u{300}', '1'), ('\u{309}', '2'), ('\u{303}', '3'), ('\u{301}', '4'), ('\u{323}', '5')];

/// Words that a number follows, in lower case.
const NUMBERED: [&str; 21] = [
    "ngày", "tháng", "năm", "quý", "tuần", "kỳ", "đợt", "lần", "số", "phần", "chương", "mục", "điều",
    "khoản", "điểm", "lục", "khu", "tổ", "thôn", "xóm", "ấp",
];
/// Words that follow a number as its measure, in lower case.
const MEASURES: [&str; 14] =
    ["%", "đồng", "nghìn", "triệu", "tỷ", "tỉ", "m", "km", "m²", "km²", "ha", "kg", "giờ", "phút"];

/// Normalises text at the border to NFC, the only form that is stored. Nothing else changes: look-alikes
/// such as the Icelandic `ð` stay and are equalised by the search keys.
#[must_use]
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// The text with its first letter as a capital, for the start of a line or heading: `Xã Cao Phong`.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Running text as it is printed: a number stays on the line of the word that names it (`quý III`, `ngày 20`,
/// `Điều 5`, `điểm a`) and of its measure (`95 %`, `12 triệu`), tied by a no-break space.
#[must_use]
pub fn tied(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = "";
    for (place, word) in text.split(' ').enumerate() {
        if place > 0 {
            out.push(if belongs(before, word) { '\u{A0}' } else { ' ' });
        }
        out.push_str(word);
        before = word;
    }
    out
}

fn belongs(before: &str, word: &str) -> bool {
    let bare = |text: &str| text.trim_matches(|c: char| c.is_ascii_punctuation() && c != '%').to_lowercase();
    let (name, number) = (bare(before), word.trim_end_matches(|c: char| c.is_ascii_punctuation()));
    let digits = number.starts_with(|c: char| c.is_ascii_digit());
    let roman = !number.is_empty() && number.chars().all(|c| "IVXLC".contains(c));
    let named = NUMBERED.contains(&name.as_str()) && (digits || roman);
    let point = name == "điểm" && number.chars().count() == 1 && number.chars().all(char::is_alphabetic);
    let counted = before.starts_with(|c: char| c.is_ascii_digit())
        && before.ends_with(|c: char| c.is_ascii_digit())
        && MEASURES.contains(&bare(word).as_str());
    named || point || counted
}

/// Lower case, without any mark, `đ` as `d`, runs of white space as one space, none at the ends.
/// `"  Nguyễn  Đức"` is `"nguyen duc"`. Punctuation stays; marks of other scripts stay.
#[must_use]
pub fn fold(text: &str) -> String {
    // Lower-casing can bring out a new mark (İ), so marks are dropped after it as well.
    let lower: String = without_marks(text.nfd()).chars().flat_map(char::to_lowercase).collect();
    let plain: String = without_marks(lower.nfd()).chars().map(plain_d).collect();
    collapse(&plain)
}

/// The key under which a name is found by someone who types without marks, with either tone placement,
/// with any apostrophe, and with `i` or `y`: `"Ea H’Leo"` and `"ea h leo"` are one key, so are `Mỹ` and `Mĩ`.
/// Words are letters and digits, separated by single spaces.
#[must_use]
pub fn search_key(text: &str) -> String {
    let words: Vec<String> = words(&fold(text)).map(|word| with_final_i(&word)).collect();
    words.join(" ")
}

/// The key for ranking exact matches higher: lower case with letters and tones, but the tone stands at the
/// end of its word as a digit, so that `hòa` and `hoà` are one key while `hòa` and `hoa` are two.
/// `i` and `y` stay different.
#[must_use]
pub fn exact_key(text: &str) -> String {
    let lower: String = text.nfc().flat_map(char::to_lowercase).collect();
    let words: Vec<String> = words_with_marks(&lower).map(|word| with_tone_last(&word)).collect();
    words.join(" ")
}

/// Drops the combining marks of Latin letters (U+0300 to U+036F); those of other scripts carry vowels.
fn without_marks(decomposed: impl Iterator<Item = char>) -> String {
    decomposed.filter(|c| !is_latin_mark(*c)).collect()
}

fn is_latin_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// `đ` and its look-alikes have no decomposition, so they are named: ð (old OCR, Windows-1252) and ɖ.
fn plain_d(c: char) -> char {
    match c {
        'đ' | 'ð' | 'ɖ' => 'd',
        other => other,
    }
}

fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a folded text: everything but letters and digits separates.
fn words(folded: &str) -> impl Iterator<Item = String> + '_ {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned)
}

/// As [`words`], but a combining mark that stayed alone belongs to its word.
fn words_with_marks(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && !is_latin_mark(c))
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(str::to_owned)
}

/// Writes the `y` that ends an open syllable as `i`: after a consonant, after `qu`, or alone. After another
/// vowel it is a different rhyme (`tay`, `tai`; `thúy`, `thúi`) and stays.
fn with_final_i(word: &str) -> String {
    let Some(stem) = word.strip_suffix('y') else { return word.to_owned() };
    let open = match stem.chars().next_back() {
        None => true,
        Some('u') => stem.ends_with("qu"),
        Some('a' | 'e' | 'i' | 'o' | 'y') => false,
        Some(_) => true,
    };
    if open { format!("{stem}i") } else { word.to_owned() }
}

fn with_tone_last(word: &str) -> String {
    let mut letters = String::new();
    let mut tones = String::new();
    for c in word.nfd() {
        match TONES.iter().find(|(mark, _)| *mark == c) {
            Some((_, digit)) => tones.push(*digit),
            None if matches!(c, 'ð' | 'ɖ') => letters.push('đ'),
            None => letters.push(c),
        }
    }
    letters.nfc().chain(tones.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_stays_with_its_word() {
        let ties = |text: &str| tied(text).replace('\u{A0}', "~");
        for (text, expected) in [
            ("quý III năm 2026", "quý~III năm~2026"),
            ("QUÝ IV NĂM 2026", "QUÝ~IV NĂM~2026"),
            ("(từ ngày 15/6/2026 đến ngày 05 tháng 9)", "(từ ngày~15/6/2026 đến ngày~05 tháng~9)"),
            ("điểm a khoản 2 Điều 5, Phụ lục I.", "điểm~a khoản~2 Điều~5, Phụ lục~I."),
            ("Quyết định số 521/QĐ-TTg", "Quyết định số~521/QĐ-TTg"),
            ("đạt 95,5 %; 12 triệu đồng, 3 km.", "đạt 95,5~%; 12~triệu đồng, 3~km."),
            ("tại Khu 12 và tổ 3", "tại Khu~12 và tổ~3"),
            ("năm nay, ngày một; 31 buổi 5, ha", "năm nay, ngày một; 31 buổi 5, ha"),
            (" hai  dấu cách ", " hai  dấu cách "),
            ("", ""),
        ] {
            assert_eq!(ties(text), expected);
        }
    }

    #[test]
    fn folding_drops_every_mark() {
        for (text, folded) in [
            ("Cao Phong", "cao phong"),
            ("  Nguyễn \u{a0} Đức\tThắng ", "nguyen duc thang"),
            ("ƯỜNG ươ Ợ", "uong uo o"),
            ("Ðắk Lắk, đặc khu", "dak lak, dac khu"),
            ("Ea H’Leo", "ea h’leo"),
            ("İ", "i"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn a_line_starts_with_a_capital() {
        for (text, line) in
            [("xã Cao Phong", "Xã Cao Phong"), ("đặc khu", "Đặc khu"), ("Khu 1", "Khu 1"), ("", "")]
        {
            assert_eq!(sentence(text), line);
        }
    }

    #[test]
    fn all_vietnamese_letters_fold_to_ascii() {
        let vowels = "aăâeêioôơuưy";
        for vowel in vowels.chars() {
            for tone in ["", "\u{300}", "\u{309}", "\u{303}", "\u{301}", "\u{323}"] {
                let letter = nfc(&format!("{vowel}{tone}"));
                assert_eq!(letter.chars().count(), 1, "{letter} is one code point in NFC");
                assert!(fold(&letter).is_ascii(), "{letter}");
                assert!(fold(&letter.to_uppercase()).is_ascii(), "{letter}");
            }
        }
    }

    #[test]
    fn spellings_of_one_word_share_a_search_key() {
        for (one, other) in [
            ("hòa", "hoà"),
            ("Thủy", "THUỶ"),
            ("lý", "lí"),
            ("Quý", "quí"),
            ("Mỹ Tho", "Mĩ Tho"),
            ("Ea H'Leo", "ea h’leo"),
            ("y tế", "i tế"),
            ("Đồng Nai", "dong nai"),
            ("Xóm 6 - Bản Mông", "xom 6 ban mong"),
        ] {
            assert_eq!(search_key(one), search_key(other), "{one} / {other}");
        }
    }

    #[test]
    fn different_rhymes_keep_different_search_keys() {
        for (one, other) in [("tay", "tai"), ("thúy", "thúi"), ("mây", "mai"), ("huyện", "huien")] {
            assert_ne!(search_key(one), search_key(other), "{one} / {other}");
        }
    }

    #[test]
    fn exact_keys_ignore_tone_placement_only() {
        for (one, other) in [("Hòa Bình", "hoà bình"), ("thủy", "thuỷ"), ("ủy", "uỷ"), ("khỏe", "khoẻ")]
        {
            assert_eq!(exact_key(one), exact_key(other), "{one} / {other}");
        }
        for (one, other) in [("hòa", "hoa"), ("hòa", "hóa"), ("mơ", "mo"), ("đa", "da"), ("lý", "lí")]
        {
            assert_ne!(exact_key(one), exact_key(other), "{one} / {other}");
        }
        assert_eq!(exact_key("Phường Nguyệt"), "phương1 nguyêt5");
        assert_eq!(exact_key("Ð"), exact_key("đ"));
    }

    #[test]
    fn decomposed_and_oddly_ordered_marks_are_one_text() {
        assert_eq!(nfc("a\u{323}\u{302}"), "ậ");
        assert_eq!(nfc("u\u{301}\u{31b}"), "ứ");
        assert_eq!(exact_key("hoa\u{300}"), exact_key("hòa"));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC*") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn search_keys_are_stable(text in "\\PC*") {
            let key = search_key(&text);
            prop_assert_eq!(search_key(&key), key);
        }

        #[test]
        fn keys_do_not_depend_on_the_normal_form(text in "[a-zA-ZăâđêôơưĂÂĐÊÔƠƯàảãáạộễ ']{0,20}") {
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(search_key(&decomposed), search_key(&text));
            prop_assert_eq!(exact_key(&decomposed), exact_key(&text));
        }
    }
}
