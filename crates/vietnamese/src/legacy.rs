//! Texts typed before Unicode: TCVN3 (fonts `.VnTime`) and VNI (fonts `VNI-Times`).
//!
//! Such a text looks like `TiÕng ViÖt` or `Tieáng Vieät` when it is read as Latin letters, and nothing in the file
//! says so. [`detect`] asks whether the odd words become Vietnamese syllables; [`decode`] makes them so. TCVN3 has one
//! code for each of the 67 small letters and 7 capitals, its other 60 capitals were made by the font; VNI writes a
//! base letter and a mark, 134 letters in all.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;

/// An encoding before Unicode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// TCVN 5712:1993 VN3, also called ABC.
    Tcvn3,
    /// VNI for Windows.
    Vni,
}

impl Encoding {
    /// Every encoding.
    pub const ALL: [Encoding; 2] = [Encoding::Tcvn3, Encoding::Vni];

    /// The stored name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Encoding::Tcvn3 => "tcvn3",
            Encoding::Vni => "vni",
        }
    }

    /// The encoding of a stored name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Encoding> {
        Encoding::ALL.into_iter().find(|encoding| encoding.key() == key)
    }
}

/// Codes of TCVN3, as Latin-1 shows them.
const TCVN3: [(char, char); 74] = [
    ('µ', 'à'),
    ('¶', 'ả'),
    ('·', 'ã'),
    ('¸', 'á'),
    ('¹', 'ạ'),
    ('¨', 'ă'),
    ('»', 'ằ'),
    ('¼', 'ẳ'),
    ('½', 'ẵ'),
    ('¾', 'ắ'),
    ('Æ', 'ặ'),
    ('©', 'â'),
    ('Ç', 'ầ'),
    ('È', 'ẩ'),
    ('É', 'ẫ'),
    ('Ê', 'ấ'),
    ('Ë', 'ậ'),
    ('®', 'đ'),
    ('Ì', 'è'),
    ('Î', 'ẻ'),
    ('Ï', 'ẽ'),
    ('Ð', 'é'),
    ('Ñ', 'ẹ'),
    ('ª', 'ê'),
    ('Ò', 'ề'),
    ('Ó', 'ể'),
    ('Ô', 'ễ'),
    ('Õ', 'ế'),
    ('Ö', 'ệ'),
    ('×', 'ì'),
    ('Ø', 'ỉ'),
    ('Ü', 'ĩ'),
    ('Ý', 'í'),
    ('Þ', 'ị'),
    ('ß', 'ò'),
    ('á', 'ỏ'),
    ('â', 'õ'),
    ('ã', 'ó'),
    ('ä', 'ọ'),
    ('«', 'ô'),
    ('å', 'ồ'),
    ('æ', 'ổ'),
    ('ç', 'ỗ'),
    ('è', 'ố'),
    ('é', 'ộ'),
    ('¬', 'ơ'),
    ('ê', 'ờ'),
    ('ë', 'ở'),
    ('ì', 'ỡ'),
    ('í', 'ớ'),
    ('î', 'ợ'),
    ('ï', 'ù'),
    ('ñ', 'ủ'),
    ('ò', 'ũ'),
    ('ó', 'ú'),
    ('ô', 'ụ'),
    ('\u{ad}', 'ư'),
    ('õ', 'ừ'),
    ('ö', 'ử'),
    ('÷', 'ữ'),
    ('ø', 'ứ'),
    ('ù', 'ự'),
    ('ú', 'ỳ'),
    ('û', 'ỷ'),
    ('ü', 'ỹ'),
    ('ý', 'ý'),
    ('þ', 'ỵ'),
    ('¡', 'Ă'),
    ('¢', 'Â'),
    ('£', 'Ê'),
    ('¤', 'Ô'),
    ('¥', 'Ơ'),
    ('¦', 'Ư'),
    ('§', 'Đ'),
];

/// Letters that VNI writes as one small character; the capitals are the capitals of these.
const VNI_ALONE: [(char, char); 8] =
    [('ñ', 'đ'), ('ô', 'ơ'), ('ö', 'ư'), ('í', 'í'), ('ì', 'ì'), ('æ', 'ỉ'), ('ó', 'ĩ'), ('ò', 'ị')];
/// `ỵ`, the one letter with `y` and a dot below.
const VNI_Y_DOT: (char, char) = ('î', 'ỵ');
/// Marks of VNI with the letter they make of a base: tones alone, then the hat, then the breve (`a` only).
const VNI_TONES: [(char, char); 5] =
    [('ù', '\u{301}'), ('ø', '\u{300}'), ('û', '\u{309}'), ('õ', '\u{303}'), ('ï', '\u{323}')];
const VNI_HAT: [(char, &str); 6] = [
    ('â', "\u{302}"),
    ('á', "\u{302}\u{301}"),
    ('à', "\u{302}\u{300}"),
    ('å', "\u{302}\u{309}"),
    ('ã', "\u{302}\u{303}"),
    ('ä', "\u{302}\u{323}"),
];
const VNI_BREVE: [(char, &str); 6] = [
    ('ê', "\u{306}"),
    ('é', "\u{306}\u{301}"),
    ('è', "\u{306}\u{300}"),
    ('ú', "\u{306}\u{309}"),
    ('ü', "\u{306}\u{303}"),
    ('ë', "\u{306}\u{323}"),
];

/// The text in Unicode. A text that holds letters no such encoding has (`ế`) is Unicode already and stays.
#[must_use]
pub fn decode(text: &str, from: Encoding) -> String {
    if text.chars().any(|c| ('\u{100}'..='\u{1eff}').contains(&c)) {
        return text.to_owned();
    }
    match from {
        Encoding::Tcvn3 => text.split_inclusive(between_words).map(tcvn3_word).collect(),
        Encoding::Vni => vni(text),
    }
}

/// The encoding in which most of the odd words of these texts are Vietnamese; none for texts that are not odd.
#[must_use]
pub fn detect<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Encoding> {
    let mut odd = 0_usize;
    let mut found = [0_usize; 2];
    for text in texts {
        let words = text.split(between_words).filter(|word| !word.is_ascii());
        for word in words.filter(|word| !is_syllable(word)) {
            if word.chars().any(|c| c > '\u{ff}') {
                continue;
            }
            odd += 1;
            for (count, encoding) in found.iter_mut().zip(Encoding::ALL) {
                *count += usize::from(is_syllable(&decode(word, encoding)));
            }
        }
    }
    let (most, encoding) = found.into_iter().zip(Encoding::ALL).max_by_key(|(count, _)| *count)?;
    let clear = found.iter().filter(|count| **count == most).count() == 1;
    (clear && most >= 2 && most * 10 >= odd * 7).then_some(encoding)
}

/// White space, digits and ASCII punctuation: everything else may be a letter in disguise.
fn between_words(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\u{a0}' || c.is_ascii_digit() || c.is_ascii_punctuation()
}

/// In a word of two capitals or more and no small letter, the letters without a code of their own are capitals too;
/// after a single capital (`Sè`) they are small.
fn tcvn3_word(word: &str) -> String {
    let plain = |capital: bool| {
        word.chars().filter(|c| c.is_ascii_alphabetic() && c.is_ascii_uppercase() == capital).count()
    };
    let capitals = plain(true) >= 2 && plain(false) == 0;
    let letter = |c: char| TCVN3.iter().find(|(code, _)| *code == c).map_or(c, |(_, letter)| *letter);
    let decoded = word.chars().map(letter);
    if capitals { decoded.flat_map(char::to_uppercase).collect() } else { decoded.collect() }
}

fn vni(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3 / 2);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let base = vni_alone(c).unwrap_or(c);
        match chars.peek().and_then(|mark| vni_pair(base, *mark)) {
            Some(letter) => {
                chars.next();
                out.push_str(&letter);
            }
            None => out.push(base),
        }
    }
    out
}

fn vni_alone(c: char) -> Option<char> {
    let small = c.to_lowercase().next()?;
    let (_, letter) = VNI_ALONE.iter().chain([&VNI_Y_DOT]).find(|(code, _)| *code == small)?;
    if c.is_uppercase() { letter.to_uppercase().next() } else { Some(*letter) }
}

/// A base letter and a mark; the case is that of the base, whichever mark was typed.
fn vni_pair(base: char, mark: char) -> Option<String> {
    let (small, mark) = (base.to_lowercase().next()?, mark.to_lowercase().next()?);
    let of = |marks: &[(char, &str)]| {
        marks.iter().find(|(code, _)| *code == mark).map(|(_, marks)| (*marks).to_owned())
    };
    let tone = VNI_TONES.iter().find(|(code, _)| *code == mark).map(|(_, tone)| tone.to_string());
    let marks = match small {
        'a' => tone.or_else(|| of(&VNI_HAT)).or_else(|| of(&VNI_BREVE)),
        'e' | 'o' => tone.or_else(|| of(&VNI_HAT)),
        'u' | 'ơ' | 'ư' | 'y' => tone,
        _ => None,
    }?;
    Some(format!("{base}{marks}").nfc().collect())
}

/// Whether a word is a possible syllable: an onset and a rhyme of the language, one tone at most, no capital after a
/// small letter (`rÊt` is none).
fn is_syllable(word: &str) -> bool {
    let humped = word.chars().zip(word.chars().skip(1)).any(|(a, b)| a.is_lowercase() && b.is_uppercase());
    if humped {
        return false;
    }
    let mut tones = 0;
    let letters: String = word
        .nfd()
        .flat_map(char::to_lowercase)
        .filter(|c| {
            let tone = matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}');
            tones += u32::from(tone);
            !tone
        })
        .nfc()
        .collect();
    tones <= 1
        && ONSETS
            .split(' ')
            .chain([""])
            .any(|onset| letters.strip_prefix(onset).is_some_and(|rest| rhymes().contains(rest)))
}

const ONSETS: &str = "ngh ng nh n gh gi g kh k th tr t ph p qu ch c b d đ h l m r s v x";

const RHYMES: &str = "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu \
    o oa oac oach oai oam oan oang oanh oao oat oay oăc oăm oăn oăng oăt oe oen oeo oet oi om on ong op ot ooc oong oc \
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc ui um un ung uôc uôi uôm uôn uông uôt uơ up ut \
    uê uêch uênh uy uya uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu \
    y yêm yên yêng yêt yêu";

fn rhymes() -> &'static BTreeSet<&'static str> {
    static RHYME_SET: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    RHYME_SET.get_or_init(|| RHYMES.split_whitespace().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The 134 letters beyond ASCII: 67 small, 67 capital.
    fn letters() -> Vec<char> {
        let mut letters = vec!['đ', 'Đ'];
        for vowel in "aăâeêioôơuưy".chars() {
            for tone in ["", "\u{300}", "\u{309}", "\u{303}", "\u{301}", "\u{323}"] {
                let letter: String = format!("{vowel}{tone}").nfc().collect();
                let letter = letter.chars().next().unwrap();
                if !letter.is_ascii() {
                    letters.push(letter);
                    letters.extend(letter.to_uppercase());
                }
            }
        }
        assert_eq!(letters.len(), 134);
        letters
    }

    /// The other direction, from the tables, for tests only.
    fn encode(letter: char, to: Encoding) -> String {
        let small = letter.to_lowercase().next().unwrap();
        match to {
            Encoding::Tcvn3 => {
                let code = |of: char| TCVN3.iter().find(|(_, letter)| *letter == of).map(|(code, _)| *code);
                code(letter).or_else(|| code(small)).unwrap_or(letter).to_string()
            }
            Encoding::Vni => {
                let mut codes: Vec<String> =
                    VNI_ALONE.iter().chain([&VNI_Y_DOT]).map(|(c, _)| c.to_string()).collect();
                for base in "aeouyôö".chars() {
                    let marks = VNI_TONES
                        .iter()
                        .map(|(c, _)| *c)
                        .chain(VNI_HAT.iter().chain(&VNI_BREVE).map(|(c, _)| *c));
                    codes.extend(marks.map(|mark| format!("{base}{mark}")));
                }
                let code = codes
                    .into_iter()
                    .find(|code| vni(code) == small.to_string())
                    .unwrap_or(letter.to_string());
                if letter.is_uppercase() { code.to_uppercase() } else { code }
            }
        }
    }

    #[test]
    fn every_letter_has_its_code() {
        for letter in letters() {
            let vni_code = encode(letter, Encoding::Vni);
            assert!(vni_code != letter.to_string() || "íìÍÌ".contains(letter), "{letter}");
            assert_eq!(decode(&vni_code, Encoding::Vni), letter.to_string());
            // A toned capital of TCVN3 shows among capitals only.
            let word = format!(
                "{}{}",
                if letter.is_uppercase() { "TH" } else { "th" },
                encode(letter, Encoding::Tcvn3)
            );
            let expected: String = word.chars().take(2).chain([letter]).collect();
            assert_eq!(decode(&word, Encoding::Tcvn3), expected, "{word}");
        }
        let codes: BTreeSet<char> = TCVN3.iter().map(|(code, _)| *code).collect();
        let decoded: BTreeSet<char> = TCVN3.iter().map(|(_, letter)| *letter).collect();
        assert_eq!((codes.len(), decoded.len()), (74, 74));
    }

    #[test]
    fn texts_are_decoded() {
        for (encoding, typed, text) in [
            (Encoding::Tcvn3, "TiÕng ViÖt rÊt hay", "Tiếng Việt rất hay"),
            (
                Encoding::Tcvn3,
                "Ngµy thùc hiÖn; Sè l\u{ad}ît ng\u{ad}êi dù",
                "Ngày thực hiện; Số lượt người dự",
            ),
            (Encoding::Tcvn3, "§¹i ®oµn kÕt", "Đại đoàn kết"),
            (Encoding::Tcvn3, "TRÇN QUèC", "TRẦN QUỐC"),
            (Encoding::Vni, "Tieáng Vieät raát hay", "Tiếng Việt rất hay"),
            (Encoding::Vni, "Ngaøy thöïc hieän; Soá löôït ngöôøi döï", "Ngày thực hiện; Số lượt người dự"),
            (Encoding::Vni, "ÑAÏI ÑOAØN KEÁT, Aùo, yù kieán, kyõ, mî", "ĐẠI ĐOÀN KẾT, Áo, ý kiến, kỹ, mỵ"),
        ] {
            assert_eq!(decode(typed, encoding), text);
            assert_eq!(detect([typed]), Some(encoding), "{typed}");
        }
    }

    #[test]
    fn what_is_unicode_or_another_language_is_left() {
        for text in [
            "Ngày thực hiện; Số lượt người dự; Khu dân cư; Ghi chú; xã, hộ, và là",
            "và là tôi có xã hội ta hãy cho bà con",
            "Le français, l’élève, à l’hôtel, où, déjà, garçon, naïve, Noël",
            "Über schöne Mädchen, größer, Käse, fünf Füße",
            "Buổi tuyên truyền 25/9/2026 tại Khu 1: 120 lượt người",
            "plain ASCII 123",
            "",
        ] {
            assert_eq!(detect([text]), None, "{text}");
        }
        assert_eq!(decode("Tiếng Việt", Encoding::Vni), "Tiếng Việt");
    }

    proptest! {
        #[test]
        fn vietnamese_syllables_survive(words in proptest::collection::vec("(đường|Khẩu|người|nghĩa|tuyên|truyền|giữ|gìn|quốc|Ủy|ỷ|hộ|xã|lưới)", 1..9)) {
            let text = words.join(" ");
            for encoding in Encoding::ALL {
                let typed: String = text.chars().map(|c| if c.is_ascii() { c.to_string() } else { encode(c, encoding) }).collect();
                let back = decode(&typed, encoding);
                match encoding {
                    Encoding::Vni => prop_assert_eq!(&back, &text),
                    // TCVN3 alone cannot say that a lone toned letter was a capital.
                    Encoding::Tcvn3 => prop_assert_eq!(back.to_lowercase(), text.to_lowercase()),
                }
            }
        }

        #[test]
        fn anything_can_be_asked(text in "\\PC*") {
            for encoding in Encoding::ALL {
                let _ = decode(&text, encoding);
            }
            let _ = detect([text.as_str()]);
        }
    }
}
