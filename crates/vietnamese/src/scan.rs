//! Finds numbers that point at a person in free text, so that they can be taken out before a record is sent.
//!
//! It errs towards finding: a wrong alarm costs a look, a missed number stays in the record. Dates, amounts with
//! dots and numbers of papers (`124/2021/TT-BCA`) raise none.

/// What a found number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Number of an identity card: 12 digits, or 9 of the old card.
    IdNumber,
    /// Telephone number: `0…`, `84…` or `+84…`.
    Phone,
}

/// A number that points at a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it starts, in characters (not bytes) from the start of the text.
    pub start: usize,
    /// The number as it was written.
    pub text: String,
    /// What it is.
    pub kind: Kind,
}

/// The identity and telephone numbers in a text, in order, not overlapping.
#[must_use]
pub fn personal_numbers(text: &str) -> Vec<Found> {
    let chars: Vec<char> = text.chars().collect();
    let groups = digit_groups(&chars);
    let mut found = Vec::new();
    let mut rest = groups.as_slice();
    while let [first, others @ ..] = rest {
        let hit = if first.continues_number { None } else { longest_match(&chars, rest) };
        match hit {
            Some((used, hit)) => {
                found.push(hit);
                rest = rest.get(used..).unwrap_or_default();
            }
            None => rest = others,
        }
    }
    found
}

/// A run of digits and how it hangs together with its neighbours.
struct Group {
    start: usize,
    digits: String,
    /// A `+` stands before it.
    plus: bool,
    /// Joined to the group before by a mark that may stand inside a number (space, dot, hyphen, bracket).
    joined: bool,
    /// Joined to it by a dot, comma or hyphen: it cannot start a number of its own unless it is long.
    continues_number: bool,
}

/// Longest number in groups: `09 12 34 56 78`.
const MOST_GROUPS: usize = 5;

fn digit_groups(chars: &[char]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut end_of_last = None;
    let mut at = 0;
    while at < chars.len() {
        let length = chars.iter().skip(at).take_while(|c| c.is_ascii_digit()).count();
        if length == 0 {
            at += 1;
            continue;
        }
        let between: String = match end_of_last {
            Some(end) => chars.get(end..at).unwrap_or_default().iter().collect(),
            None => "\n".to_owned(),
        };
        groups.push(Group {
            start: at,
            digits: chars.iter().skip(at).take(length).collect(),
            plus: at.checked_sub(1).and_then(|before| chars.get(before)) == Some(&'+'),
            joined: matches!(between.as_str(), " " | "\u{a0}" | "." | "-" | ") " | ")" | ". " | " - "),
            continues_number: matches!(between.as_str(), "." | "," | "-") && length < 9,
        });
        at += length;
        end_of_last = Some(at);
    }
    groups
}

/// The number that starts at the first group and takes the most groups.
fn longest_match(chars: &[char], groups: &[Group]) -> Option<(usize, Found)> {
    let joined = 1 + groups.iter().skip(1).take_while(|group| group.joined).count().min(MOST_GROUPS - 1);
    (1..=joined).rev().find_map(|used| {
        let (taken, after) = groups.split_at_checked(used)?;
        let (first, last) = (taken.first()?, taken.last()?);
        let end = last.start + last.digits.len();
        let cut_short = after.first().is_some_and(|next| next.continues_number) && used > 1;
        let kind = kind_of(taken, &Surroundings::new(chars, first.start, end))?;
        if cut_short {
            return None;
        }
        let start = if first.plus { first.start - 1 } else { first.start };
        let text = chars.get(start..end)?.iter().collect();
        Some((used, Found { start, text, kind }))
    })
}

/// What stands around a number.
struct Surroundings {
    letter_before: bool,
    letter_after: bool,
    decimals_after: bool,
    money_after: bool,
}

impl Surroundings {
    fn new(chars: &[char], start: usize, end: usize) -> Self {
        let before = start.checked_sub(1).and_then(|at| chars.get(at));
        let mut after = chars.iter().skip(end).copied();
        let next = after.next();
        let word: String = chars
            .iter()
            .skip(end)
            .skip_while(|c| c.is_whitespace())
            .take_while(|c| c.is_alphabetic())
            .flat_map(|c| c.to_lowercase())
            .collect();
        let decimals = after.take_while(char::is_ascii_digit).count();
        Self {
            letter_before: before.is_some_and(|c| c.is_alphabetic()),
            letter_after: next.is_some_and(char::is_alphabetic),
            decimals_after: matches!(next, Some('.' | ',')) && (1..9).contains(&decimals),
            money_after: matches!(
                word.as_str(),
                "đồng" | "đ" | "vnđ" | "vnd" | "triệu" | "tỷ" | "tỉ" | "nghìn"
            ),
        }
    }
}

fn kind_of(groups: &[Group], around: &Surroundings) -> Option<Kind> {
    let digits: String = groups.iter().map(|group| group.digits.as_str()).collect();
    let sizes: Vec<usize> = groups.iter().map(|group| group.digits.len()).collect();
    let plus = groups.first().is_some_and(|group| group.plus);
    let amount = around.money_after && !digits.starts_with('0');
    if around.letter_after || amount {
        return None;
    }
    if is_phone(&digits, &sizes, plus) && !around.decimals_after {
        return Some(Kind::Phone);
    }
    let grouped_as_id = digits.starts_with('0') && sizes.iter().all(|size| *size == 3 || *size == 4);
    let written_as_id = sizes.len() == 1 || grouped_as_id;
    match digits.len() {
        12 if written_as_id => Some(Kind::IdNumber),
        9 if written_as_id && !plus && !around.letter_before && !around.decimals_after => {
            Some(Kind::IdNumber)
        }
        _ => None,
    }
}

/// Mobile numbers have 10 digits (`03`, `05`, `07`, `08`, `09`), landlines 11 (`02`), so had mobiles until 2018
/// (`01`). With the country code `84` the leading nought falls away. Groups must look like those of a telephone
/// number: a day and a month before a year do not.
fn is_phone(digits: &str, sizes: &[usize], plus: bool) -> bool {
    let national = match digits.strip_prefix("84") {
        Some(rest) if !digits.starts_with('0') => rest,
        _ if plus => return false,
        _ => match digits.strip_prefix('0') {
            Some(rest) => rest,
            None => return false,
        },
    };
    // Often written +84 (0) 912 345 678.
    let national = national.strip_prefix('0').unwrap_or(national);
    let right_length = match national.chars().next() {
        Some('3' | '5' | '7' | '8' | '9') => national.len() == 9,
        Some('1' | '2') => national.len() == 10,
        _ => false,
    };
    let (first, rest) = sizes.split_first().unwrap_or((&0, &[]));
    let country_code_apart = *first == 2 && digits.starts_with("84");
    let phone_groups =
        rest.iter().all(|size| (2..=4).contains(size)) || (country_code_apart && rest.len() == 1);
    right_length
        && (rest.is_empty() || ((*first >= 3 || country_code_apart || sizes == [2, 4, 4]) && phone_groups))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(text: &str) -> Vec<(String, Kind)> {
        personal_numbers(text).into_iter().map(|found| (found.text, found.kind)).collect()
    }

    #[test]
    fn personal_numbers_are_found() {
        use Kind::{IdNumber, Phone};
        for (text, number, kind) in [
            ("CCCD 025085001234.", "025085001234", IdNumber),
            ("số 025 085 001 234 cấp năm 2022", "025 085 001 234", IdNumber),
            ("CMND cũ 131234567, cấp", "131234567", IdNumber),
            ("CMND 012 345 678", "012 345 678", IdNumber),
            ("gọi 0912345678 nhé", "0912345678", Phone),
            ("gọi 0912.345.678", "0912.345.678", Phone),
            ("gọi 0912 34 56 78 gặp 2 người", "0912 34 56 78", Phone),
            ("gọi 091-234-5678", "091-234-5678", Phone),
            ("SĐT:0912345678", "0912345678", Phone),
            ("SĐT0912345678", "0912345678", Phone),
            ("+84912345678", "+84912345678", Phone),
            ("+84 912 345 678", "+84 912 345 678", Phone),
            ("+84 912345678", "+84 912345678", Phone),
            ("84912345678", "84912345678", Phone),
            ("máy bàn 0260.3822.123", "0260.3822.123", Phone),
            ("máy bàn (0260) 3822 123", "0260) 3822 123", Phone),
            ("ngày 05/9/2026, 0912345678", "0912345678", Phone),
            ("có 15 0912345678", "0912345678", Phone),
        ] {
            assert_eq!(texts(text), [(number.to_owned(), kind)], "{text}");
        }
    }

    #[test]
    fn several_numbers_are_told_apart() {
        for text in [
            "0912345678, 0987654321",
            "0912345678/0987654321",
            "0912345678,0987654321",
            "0912345678 0987654321",
        ] {
            let found = texts(text);
            assert_eq!(found.len(), 2, "{text}: {found:?}");
        }
    }

    #[test]
    fn ordinary_numbers_raise_no_alarm() {
        for text in [
            "ngày 05/09/2026",
            "ngày 05-09-2026",
            "ngày 05.09.2026 12 hộ",
            "từ 15-12-2025 đến 14-06-2026",
            "2026-09-05 07:30",
            "Thông tư số 124/2021/TT-BCA",
            "Kế hoạch số 05/KH-UBND ngày 09/10/2026",
            "65.500.000 đồng",
            "1.234.567.890 đồng",
            "100.085.001.234 đồng",
            "150000000 đồng",
            "150000000đ",
            "4.543 hộ, 19.507 người",
            "1 234 567 890",
            "113, 114, 115",
            "tổng đài 19001234",
            "mã 05089 và 07999",
            "năm 2025 - 2030",
            "123456789,5 m",
            "",
        ] {
            assert_eq!(texts(text), [], "{text}");
        }
    }

    #[test]
    fn the_start_is_counted_in_characters() {
        let found = personal_numbers("Điện thoại: +84912345678");
        assert_eq!(found.first().map(|found| found.start), Some(12));
    }

    proptest! {
        #[test]
        fn any_text_can_be_scanned(text in "\\PC*") {
            let chars: Vec<char> = text.chars().collect();
            for found in personal_numbers(&text) {
                let there: String = chars.iter().skip(found.start).take(found.text.chars().count()).collect();
                prop_assert_eq!(there, found.text);
            }
        }

        #[test]
        fn every_mobile_number_is_found(number in "0[35789][0-9]{8}", before in "[a-zđ ,.:]{0,8} ", after in " [a-zđ ,.:]{0,8}") {
            prop_assert_eq!(texts(&format!("{before}{number}{after}")), [(number, Kind::Phone)]);
        }
    }
}
