//! Vietnamese alphabetical order (CLDR `vi`), as byte keys that a database can sort and compare.
//!
//! Letters decide first (a ă â b c d đ …), then tones (ngang, huyền, hỏi, ngã, sắc, nặng), then case.

use std::sync::LazyLock;

use icu_collator::options::CollatorOptions;
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale_core::locale;

static VIETNAMESE: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| collator(locale!("vi").into()));

static NUMBERED: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| {
    let mut preferences: CollatorPreferences = locale!("vi").into();
    preferences.numeric_ordering = Some(CollationNumericOrdering::True);
    collator(preferences)
});

#[expect(clippy::expect_used, reason = "the collation data of `vi` is compiled into the binary")]
fn collator(preferences: CollatorPreferences) -> CollatorBorrowed<'static> {
    Collator::try_new(preferences, CollatorOptions::default()).expect("collation data for vi")
}

/// The key of a text: comparing keys as bytes is comparing texts in Vietnamese order.
/// The keys belong to this build's collation data: recompute stored keys after an upgrade of `icu_collator`.
#[must_use]
pub fn sort_key(text: &str) -> Vec<u8> {
    let mut key = Vec::new();
    let Ok(()) = VIETNAMESE.write_sort_key_to(text, &mut key);
    key
}

/// As [`sort_key`], with digits compared as numbers: `Khu 2` before `Khu 10`. For names of places and lists that
/// people number by hand; not to be mixed with keys of [`sort_key`].
#[must_use]
pub fn numbered_sort_key(text: &str) -> Vec<u8> {
    let mut key = Vec::new();
    let Ok(()) = NUMBERED.write_sort_key_to(text, &mut key);
    key
}

/// The key of a person's name: the given name (last syllable) first, then the rest from the surname on, as
/// lists of people are ordered in Viet Nam. Names whose last syllable is not the given name (`Y Blăm Niê`)
/// need a sort name of their own.
#[must_use]
pub fn given_name_sort_key(name: &str) -> Vec<u8> {
    let mut syllables: Vec<&str> = name.split_whitespace().collect();
    let given = syllables.pop().unwrap_or_default();
    let mut key = sort_key(given);
    // Lower than any byte of a key, so that a shorter given name comes first.
    key.push(0);
    key.extend(sort_key(&syllables.join(" ")));
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sorted(mut texts: Vec<&str>, key: fn(&str) -> Vec<u8>) -> Vec<&str> {
        texts.sort_by_key(|text| key(text));
        texts
    }

    #[test]
    fn the_alphabet_has_its_order() {
        let alphabet: Vec<&str> =
            "a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y".split(' ').collect();
        let mut shuffled = alphabet.clone();
        shuffled.reverse();
        assert_eq!(sorted(shuffled, sort_key), alphabet);
    }

    #[test]
    fn tones_decide_after_letters() {
        let order = vec!["ma", "mà", "mả", "mã", "má", "mạ", "mà lá", "mă", "mâ", "mb"];
        let mut shuffled = order.clone();
        shuffled.reverse();
        assert_eq!(sorted(shuffled, sort_key), order);
    }

    #[test]
    fn numbered_places_are_ordered_by_their_numbers() {
        let order =
            vec!["Khu 1", "Khu 2", "Khu 6A", "Khu 6B", "Khu 10", "Khu 31", "Xóm 1", "xóm Chằng Ngoài"];
        let mut shuffled = order.clone();
        shuffled.reverse();
        assert_eq!(sorted(shuffled, numbered_sort_key), order);
    }

    #[test]
    fn people_are_ordered_by_given_name() {
        let order = vec![
            "Trần Văn An",
            "Lê Thị Ánh",
            "Bùi Văn Đức",
            "Nguyễn Minh Đức",
            "Nguyễn Văn Đức",
            "Giàng A Páo",
            "",
        ];
        let mut shuffled = order.clone();
        shuffled.reverse();
        let mut expected = order;
        expected.rotate_right(1);
        assert_eq!(sorted(shuffled, given_name_sort_key), expected);
    }

    proptest! {
        #[test]
        fn keys_order_as_the_collator_does(a in "[a-zăâđêôơưàảãáạA-Z ]{0,12}", b in "[a-zăâđêôơưàảãáạA-Z ]{0,12}") {
            prop_assert_eq!(sort_key(&a).cmp(&sort_key(&b)), VIETNAMESE.compare(&a, &b));
        }

        #[test]
        fn the_separator_is_in_no_key(text in "\\PC{0,20}") {
            prop_assert!(!sort_key(&text).contains(&0));
        }
    }
}
