//! Guards of the line that people are not the data: numbers that name a person, and subjects no field may ask about.

use crate::Text;

/// The first thing in a text that looks like a phone number or an identity number, as typed.
///
/// Looked for: ten to twelve digits that begin with 0 (phones, citizen identity numbers) and `+84` with nine or ten
/// digits, both also when grouped by single spaces, dots or hyphens; and nine digits in a row (old identity cards)
/// unless followed by `đ`. Dates and grouped amounts of money are left alone.
pub fn personal_number(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let plus = chars.get(at) == Some(&'+');
        let start = if plus { at + 1 } else { at };
        let end = run_end(&chars, start);
        if end == start {
            at += 1;
            continue;
        }
        let run: String = chars.iter().skip(start).take(end - start).collect();
        let after: String = chars.iter().skip(end).collect();
        if names_a_person(&run, plus, &after) {
            return Some(chars.iter().skip(at).take(end - at).collect());
        }
        at = end;
    }
    None
}

/// The end of a run of digits in which groups are separated by single spaces, dots or hyphens.
fn run_end(chars: &[char], start: usize) -> usize {
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let mut end = start;
    while digit(end) || (end > start && matches!(chars.get(end), Some(' ' | '.' | '-')) && digit(end + 1)) {
        end += 1;
    }
    end
}

fn names_a_person(run: &str, plus: bool, after: &str) -> bool {
    let groups: Vec<&str> = run.split([' ', '.', '-']).collect();
    let digits = groups.concat();
    let date = matches!(groups.as_slice(), [day, month, year, ..]
        if day.len() <= 2 && month.len() <= 2 && year.len() == 4);
    let money = after.trim_start().to_lowercase().starts_with('đ');
    match digits.len() {
        _ if date => false,
        11 | 12 if plus => digits.starts_with("84"),
        10..=12 => digits.starts_with('0'),
        9 => groups.len() == 1 && !money,
        _ => false,
    }
}

/// Words of subjects no field may ask about: line 8.2 of the design. Vietnamese words are compared with their marks,
/// because without them half the language would match.
const FORBIDDEN: [(&str, &[&str]); 8] = [
    ("ethnicity", &["ethnic", "ethnicity", "dân tộc"]),
    ("religion", &["religion", "religious", "faith", "belief", "tôn giáo", "tín ngưỡng", "theo đạo"]),
    ("political view", &["political view", "political opinion", "quan điểm chính trị", "chính kiến"]),
    ("criminal record", &["criminal record", "conviction", "tiền án", "tiền sự"]),
    ("health", &["health", "illness", "disability", "sức khỏe", "sức khoẻ", "bệnh", "khuyết tật"]),
    ("name of a person", &["full name", "person name", "name of person", "họ tên", "họ và tên", "tên người"]),
    (
        "identity number",
        &[
            "identity number",
            "id number",
            "citizen id",
            "identity card",
            "căn cước",
            "cccd",
            "cmnd",
            "chứng minh nhân dân",
            "số định danh",
        ],
    ),
    ("phone or address", &["phone", "telephone", "home address", "điện thoại", "địa chỉ nhà"]),
];

/// The forbidden subject that an id or a label speaks of, if any.
pub(crate) fn forbidden_subject(id: &str, label: &Text) -> Option<&'static str> {
    let texts = [words(id), words(&label.vi), words(&label.en)];
    let (subject, _) = FORBIDDEN.iter().find(|(_, terms)| {
        terms.iter().any(|term| texts.iter().any(|text| text.contains(&format!(" {term} "))))
    })?;
    Some(subject)
}

/// A text in lower case, its words separated and enclosed by single spaces.
fn words(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_and_identity_numbers_are_found() {
        for (text, found) in [
            ("gọi 0912345678 nhé", "0912345678"),
            ("gọi 0912 345 678", "0912 345 678"),
            ("0912.345.678", "0912.345.678"),
            ("+84 912 345 678", "+84 912 345 678"),
            ("CCCD 025099001234", "025099001234"),
            ("số 0250 9900 1234.", "0250 9900 1234"),
            ("CMND 131234567 cấp", "131234567"),
            ("bàn 0210 3846 111", "0210 3846 111"),
        ] {
            assert_eq!(personal_number(text).as_deref(), Some(found), "{text}");
        }
    }

    #[test]
    fn counts_dates_money_and_hotlines_are_left_alone() {
        for text in [
            "101 buổi, 11.368 lượt người",
            "kinh phí 1.200.000.000 đồng",
            "kinh phí 500000000 đồng",
            "ngày 08.10.2026 10 giờ",
            "từ 08-10-2026",
            "gọi 113 hoặc 1900 1234",
            "Quyết định 514/QĐ-UBND ngày 26/4/2023",
            "",
        ] {
            assert_eq!(personal_number(text), None, "{text}");
        }
    }

    #[test]
    fn forbidden_subjects_are_recognised_as_whole_words() {
        let label = |vi: &str, en: &str| Text { vi: vi.to_owned(), en: en.to_owned() };
        assert_eq!(forbidden_subject("x", &label("Dân tộc", "People")), Some("ethnicity"));
        assert_eq!(forbidden_subject("full-name", &label("A", "B")), Some("name of a person"));
        assert_eq!(forbidden_subject("x", &label("Số CCCD", "Card")), Some("identity number"));
        assert_eq!(forbidden_subject("posters", &label("Áp phích, pa nô", "Posters")), None);
        assert_eq!(
            forbidden_subject("topics", &label("Nhân dân tộc độ", "Healthy streets")),
            Some("ethnicity")
        );
        assert_eq!(forbidden_subject("topics", &label("Chủ đề", "Healthy streets")), None);
    }
}
