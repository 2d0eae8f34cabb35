//! Numbers as officials write and type them: `1.234.567,8`.
//!
//! Dot after thousands, comma before decimals (Accounting Law 03/2003/QH11 Art. 12; `checked = false`: the
//! wording kept in the 2015 law was not seen). Decimals are scaled integers, never floats.

use crate::Lang;

/// What is wrong with a typed count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CountProblem {
    /// Nothing was typed.
    #[error("no number was given")]
    Empty,
    /// A character that does not belong to a whole number.
    #[error("not a whole number")]
    NotANumber,
    /// A separator that may be a decimal mark or a group mark: `1,5`, `1.23`, `1.2345`.
    #[error("it is not clear whether the mark separates decimals or thousands")]
    Ambiguous,
    /// Counts start at nought.
    #[error("a count is not below zero")]
    Negative,
    /// More than fits into a count (9.223.372.036.854.775.807).
    #[error("the number is too large")]
    TooLarge,
}

/// A whole number with its thousands grouped: `1.234.567` or, in English, `1,234,567`.
#[must_use]
pub fn count(value: i64, lang: Lang) -> String {
    decimal(value, 0, lang)
}

/// A decimal from a scaled integer: `decimal(12345, 1, Lang::Vi)` is `1.234,5`. `scale` is the number of
/// decimals; trailing noughts are kept, because they say how exact the number is.
#[must_use]
pub fn decimal(value: i64, scale: u32, lang: Lang) -> String {
    let (group, point) = match lang {
        Lang::Vi => ('.', ','),
        Lang::En => (',', '.'),
    };
    let scale = scale as usize;
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let whole = digits.len() - scale;
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 2);
    if value < 0 {
        out.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at == whole {
            out.push(point);
        } else if at > 0 && at < whole && (whole - at).is_multiple_of(3) {
            out.push(group);
        }
        out.push(digit);
    }
    out
}

/// Reads a count as people type it: `1234`, `1.234`, `1 234` (also with no-break spaces) or `05`.
///
/// # Errors
/// [`CountProblem`]; a text that could be read in two ways is refused, not guessed.
pub fn parse_count(text: &str) -> Result<i64, CountProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(CountProblem::Empty);
    }
    if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
        return parse_count(rest).and(Err(CountProblem::Negative));
    }
    let is_mark = |c: char| matches!(c, '.' | ',' | ' ' | '\u{a0}' | '\u{202f}');
    if text.chars().any(|c| !c.is_ascii_digit() && !is_mark(c))
        || !text.starts_with(|c: char| c.is_ascii_digit())
    {
        return Err(CountProblem::NotANumber);
    }
    if let Some(mark) = text.chars().find(|c| is_mark(*c)) {
        let groups: Vec<&str> = text.split(mark).collect();
        let (first, rest) = groups.split_first().unwrap_or((&"", &[]));
        let grouped = mark != ','
            && (1..=3).contains(&first.len())
            && !first.starts_with('0')
            && rest.iter().all(|group| group.len() == 3 && group.chars().all(|c| c.is_ascii_digit()));
        if !grouped {
            return Err(CountProblem::Ambiguous);
        }
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().map_err(|_| CountProblem::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        for (value, vi, en) in [
            (0, "0", "0"),
            (7, "7", "7"),
            (999, "999", "999"),
            (1000, "1.000", "1,000"),
            (1_234_567, "1.234.567", "1,234,567"),
            (-4_543, "-4.543", "-4,543"),
            (i64::MIN, "-9.223.372.036.854.775.808", "-9,223,372,036,854,775,808"),
        ] {
            assert_eq!(count(value, Lang::Vi), vi);
            assert_eq!(count(value, Lang::En), en);
        }
    }

    #[test]
    fn decimals_come_from_scaled_integers() {
        for (value, scale, text) in [
            (12_345, 1, "1.234,5"),
            (857, 1, "85,7"),
            (5, 2, "0,05"),
            (-5, 1, "-0,5"),
            (123_456_789, 2, "1.234.567,89"),
            (1000, 1, "100,0"),
            (0, 3, "0,000"),
        ] {
            assert_eq!(decimal(value, scale, Lang::Vi), text);
        }
        assert_eq!(decimal(123_456_789, 2, Lang::En), "1,234,567.89");
    }

    #[test]
    fn typed_counts_are_read_or_refused() {
        use CountProblem::{Ambiguous, Empty, Negative, NotANumber, TooLarge};
        for (text, expected) in [
            ("1234", Ok(1234)),
            (" 1.234 ", Ok(1234)),
            ("1 234 567", Ok(1_234_567)),
            ("1\u{a0}234", Ok(1234)),
            ("05", Ok(5)),
            ("0", Ok(0)),
            ("", Err(Empty)),
            ("  ", Err(Empty)),
            ("1,5", Err(Ambiguous)),
            ("1,234", Err(Ambiguous)),
            ("1.23", Err(Ambiguous)),
            ("1.2345", Err(Ambiguous)),
            ("1.234,5", Err(Ambiguous)),
            ("1.234 567", Err(Ambiguous)),
            ("0.123", Err(Ambiguous)),
            ("1234.567", Err(Ambiguous)),
            ("12 hộ", Err(NotANumber)),
            (".5", Err(NotANumber)),
            ("-", Err(Empty)),
            ("-3", Err(Negative)),
            ("-x", Err(NotANumber)),
            ("9.223.372.036.854.775.807", Ok(i64::MAX)),
            ("9.223.372.036.854.775.808", Err(TooLarge)),
        ] {
            assert_eq!(parse_count(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in 0..=i64::MAX) {
            prop_assert_eq!(parse_count(&count(value, Lang::Vi)), Ok(value));
            prop_assert_eq!(parse_count(&value.to_string()), Ok(value));
        }
    }
}
