//! Rules of one sort, in file order, found by id, by version or by the day they hold on.

use crate::{Form, Indicator, Kind, Programme};
use jiff::civil::Date;

/// A rule that has versions with disjoint validity.
pub trait Rule {
    /// Its id.
    fn id(&self) -> &str;
    /// Its version.
    fn version(&self) -> u32;
    /// The first day it holds.
    fn valid_from(&self) -> Date;
    /// The last day it holds; `None` while in force.
    fn valid_to(&self) -> Option<Date>;
    /// Whether it holds on a day.
    fn holds_on(&self, day: Date) -> bool {
        self.valid_from() <= day && self.valid_to().is_none_or(|last| day <= last)
    }
}

macro_rules! rule {
    ($($name:ident),*) => { $(
        impl Rule for $name {
            fn id(&self) -> &str { &self.id }
            fn version(&self) -> u32 { self.version }
            fn valid_from(&self) -> Date { self.valid_from }
            fn valid_to(&self) -> Option<Date> { self.valid_to }
        }
    )* };
}
rule!(Kind, Programme, Indicator, Form);

/// Rules of one sort, in the order the files give them (files by name, entries from top to bottom).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelf<T> {
    rules: Vec<T>,
}

impl<T: Rule> Shelf<T> {
    pub(crate) fn new(rules: Vec<T>) -> Self {
        Shelf { rules }
    }

    /// Every version of every rule.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        self.rules.iter()
    }

    /// The rules that hold on a day: at most one version of each.
    pub fn all_on(&self, day: Date) -> impl Iterator<Item = &T> {
        self.rules.iter().filter(move |rule| rule.holds_on(day))
    }

    /// The version of a rule that holds on a day.
    pub fn on(&self, id: &str, day: Date) -> Option<&T> {
        self.rules.iter().find(|rule| rule.id() == id && rule.holds_on(day))
    }

    /// A given version of a rule, as a record or a frozen report names it.
    pub fn version(&self, id: &str, version: u32) -> Option<&T> {
        self.rules.iter().find(|rule| rule.id() == id && rule.version() == version)
    }

    /// The latest version of a rule, whether or not it is in force.
    pub fn latest(&self, id: &str) -> Option<&T> {
        self.rules.iter().filter(|rule| rule.id() == id).max_by_key(|rule| rule.valid_from())
    }
}
