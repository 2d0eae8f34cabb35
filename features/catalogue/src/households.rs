//! Lists of household numbers as people write them: `1-20, 25`.

use crate::FieldError;
use std::collections::BTreeSet;

/// The largest household number an area can have: far above the largest area, small enough to list.
pub const LAST_HOUSEHOLD: u16 = 9_999;

/// Reads a list of numbers and ranges, separated by commas, semicolons or spaces.
pub(crate) fn parse(typed: &str) -> Result<BTreeSet<u16>, FieldError> {
    let typed = typed.replace(['–', '—'], "-");
    let mut households = BTreeSet::new();
    for piece in close_up(&typed).split([',', ';', ' ']).filter(|piece| !piece.is_empty()) {
        let (first, last) = match piece.split_once('-') {
            Some((first, last)) => (number(first, piece)?, number(last, piece)?),
            None => (number(piece, piece)?, number(piece, piece)?),
        };
        if last < first {
            return Err(FieldError::BadHouseholds { typed: piece.to_owned() });
        }
        households.extend(first..=last);
    }
    Ok(households)
}

/// Writes a set of numbers as the shortest such list.
pub(crate) fn show(households: &BTreeSet<u16>) -> String {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for &number in households {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let runs = runs.into_iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}-{last}"),
    });
    runs.collect::<Vec<_>>().join(", ")
}

/// `1 - 20` becomes `1-20`; every other white space becomes one space.
fn close_up(typed: &str) -> String {
    let spaced = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    spaced.replace(" -", "-").replace("- ", "-")
}

fn number(digits: &str, piece: &str) -> Result<u16, FieldError> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FieldError::BadHouseholds { typed: piece.to_owned() });
    }
    match digits.parse::<u64>() {
        Ok(0) => Err(FieldError::BadHouseholds { typed: piece.to_owned() }),
        Ok(number) => match u16::try_from(number) {
            Ok(number) if number <= LAST_HOUSEHOLD => Ok(number),
            _ => Err(FieldError::HouseholdBeyond { number, max: LAST_HOUSEHOLD }),
        },
        Err(_) => Err(FieldError::HouseholdBeyond { number: u64::MAX, max: LAST_HOUSEHOLD }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_shown_reads_back(households in proptest::collection::btree_set(1..=LAST_HOUSEHOLD, 0..200)) {
            prop_assert_eq!(parse(&show(&households)), Ok(households));
        }
    }

    #[test]
    fn lists_are_read_as_people_write_them() {
        for typed in ["1-3, 25", "1 - 3;25", " 3 2 1 25 ", "1–3,25", "01-03,\n25", "1-2,2-3,25"] {
            assert_eq!(parse(typed), Ok(BTreeSet::from([1, 2, 3, 25])), "{typed}");
        }
        assert_eq!(show(&BTreeSet::from([1, 2, 4, 5, 6, 9])), "1, 2, 4-6, 9");
    }
}
