//! What a phone and the server say to each other in an exchange. No I/O.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a phone sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// The phone, by the id it made for itself; none before it was set up.
    #[serde(default)]
    pub(crate) device: Option<Uuid>,
    /// The phone's clock, milliseconds since 1970.
    #[serde(default)]
    pub(crate) now: Option<i64>,
    /// What the last answer called itself; empty for a phone that has none.
    #[serde(default)]
    pub(crate) since: String,
    /// Forms that waited, oldest first.
    #[serde(default)]
    pub(crate) forms: Vec<Form>,
}

/// A form that waited.
#[derive(Debug, Deserialize)]
pub(crate) struct Form {
    /// The phone's own number for it, by which the answer names it.
    pub(crate) number: i64,
    /// Where its page sends it.
    pub(crate) to: String,
    /// What it is about: a later form about the same does not overtake an earlier one.
    pub(crate) record: String,
    /// The phone's clock when it was written down.
    #[serde(default)]
    pub(crate) at: Option<i64>,
    /// Fields in order.
    pub(crate) fields: Vec<(String, String)>,
    /// Photos, sent ahead in pieces.
    #[serde(default)]
    pub(crate) photos: Vec<Photo>,
}

/// A photo of a form.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Photo {
    /// Id made on the phone.
    pub(crate) id: Uuid,
    /// What the phone calls the file.
    pub(crate) name: String,
    /// Bytes.
    pub(crate) size: u64,
}

/// What became of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub(crate) enum Outcome {
    /// It is here, now or since an earlier time.
    Taken {
        /// Where its page goes on.
        at: String,
    },
    /// A rule says no; the person corrects it or hands it over.
    Refused {
        /// Why, in the person's words.
        why: Vec<String>,
    },
    /// Somebody wrote another version meanwhile; the person chooses.
    Conflict {
        /// The version that stands.
        version: u32,
        /// Where the two differ.
        sides: Vec<Side>,
    },
    /// Its photos are not all here.
    Photos {
        /// Bytes of each that are.
        have: Vec<u64>,
    },
    /// Not tried: an earlier form about the same was not taken.
    Behind,
    /// A fault of ours with this form; it waits, and others go on.
    Failed {
        /// What to say.
        why: String,
    },
    /// The server cannot write now; nothing more was tried.
    Later {
        /// What to say.
        why: String,
    },
}

/// An answer that two people gave differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Side {
    /// Name of the field.
    pub(crate) field: String,
    /// What it is called.
    pub(crate) label: String,
    /// What the form says.
    pub(crate) mine: String,
    /// What stands there.
    pub(crate) theirs: String,
}

/// Which forms of a batch are tried: none about something of which an earlier one was not taken, and none at all once the
/// server cannot write.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    stuck: BTreeSet<String>,
    over: bool,
}

impl Turns {
    /// Whether a form about this may be tried now.
    pub(crate) fn may(&self, record: &str) -> bool {
        !self.over && !self.stuck.contains(record)
    }

    /// Whether nothing more is tried.
    pub(crate) fn over(&self) -> bool {
        self.over
    }

    /// Notes what became of a form.
    pub(crate) fn note(&mut self, record: &str, outcome: &Outcome) {
        self.over |= matches!(outcome, Outcome::Later { .. });
        if !matches!(outcome, Outcome::Taken { .. }) {
            self.stuck.insert(record.to_owned());
        }
    }
}

/// Up to where a phone knows: a place in the audit chain of each tenant of the person's unit (a chain has no gaps, however
/// many write at once), and what the pages it keeps were made from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Since {
    /// Official code of the person's unit; empty when there is none.
    pub(crate) home: String,
    /// What the rules of the unit were.
    pub(crate) rules: String,
    /// What the person's rights were.
    pub(crate) rights: String,
    /// Which program made the pages.
    pub(crate) program: String,
    /// The civil day.
    pub(crate) day: String,
    /// Tenant → place in its chain.
    pub(crate) places: BTreeMap<String, i64>,
}

impl std::fmt::Display for Since {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Since { home, rules, rights, program, day, places } = self;
        write!(f, "1|{home}|{rules}|{rights}|{program}|{day}|")?;
        for (tenant, place) in places {
            write!(f, "{tenant}={place},")?;
        }
        Ok(())
    }
}

impl Since {
    /// Reads one; anything else is a phone that knows nothing.
    #[must_use]
    pub(crate) fn parse(text: &str) -> Option<Since> {
        let parts: Vec<&str> = text.split('|').collect();
        let ["1", home, rules, rights, program, day, places] = parts.as_slice() else { return None };
        let mut since = Since {
            home: (*home).to_owned(),
            rules: (*rules).to_owned(),
            rights: (*rights).to_owned(),
            program: (*program).to_owned(),
            day: (*day).to_owned(),
            places: BTreeMap::new(),
        };
        for place in places.split_terminator(',') {
            let (tenant, place) = place.split_once('=')?;
            since.places.insert(tenant.to_owned(), place.parse().ok()?);
        }
        Some(since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_phone_knows_is_read_as_it_was_written() {
        let since = Since {
            home: "05089".into(),
            rules: "ab12".into(),
            rights: "cd34".into(),
            program: "ef56".into(),
            day: "2026-11-27".into(),
            places: [("c05089-20250701".to_owned(), 41), ("c05200-20250701".to_owned(), 7)].into(),
        };
        assert_eq!(Since::parse(&since.to_string()), Some(since));
        assert_eq!(Since::parse(&Since::default().to_string()), Some(Since::default()));
        for bad in ["", "1|a", "2|a|b|c|d|e|", "1|a|b|c|d|e|x=y", "1|a|b|c|d|e|x"] {
            assert_eq!(Since::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn nothing_overtakes_an_earlier_form_about_the_same() {
        let mut turns = Turns::default();
        turns.note("a", &Outcome::Refused { why: vec![] });
        turns.note("b", &Outcome::Taken { at: "/".into() });
        assert!(!turns.may("a") && turns.may("b") && turns.may("c"));
        turns.note("c", &Outcome::Failed { why: String::new() });
        assert!(!turns.may("c") && turns.may("b") && !turns.over());
        turns.note("d", &Outcome::Later { why: String::new() });
        assert!(turns.over() && !turns.may("b"));
    }
}
