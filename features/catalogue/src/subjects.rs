//! Subjects no field may ask about: people are not the data.

use crate::Text;

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
pub fn forbidden_subject(id: &str, label: &Text) -> Option<&'static str> {
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
