//! Rules that a province or a commune lays over the program's, from a day on.
//!
//! A layer adds and never takes away: rules of its own, under ids that begin with its own word, and questions added to
//! kinds that are there already. So no layer can meet another, what figures of the whole province read is the same in
//! each of its communes, and a new release of the program cannot be shut out by what a commune added before.
//! Versions and first days are not written in a layer: its number and its start give them.

use crate::draft::{At, Draft, Files, Reader};
use crate::file::AdditionEntry;
use crate::{Field, Kind, Rule};
use jiff::civil::Date;
use toml::Spanned;
use toml::value::Datetime;

/// Whose rules a layer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// A province's, for itself and its communes.
    Province,
    /// A commune's.
    Commune,
}

impl Owner {
    /// Every owner, from the larger unit to the smaller.
    pub const ALL: [Owner; 2] = [Owner::Province, Owner::Commune];

    /// The word that ids of its rules and of its added questions begin with.
    pub fn prefix(self) -> &'static str {
        match self {
            Owner::Province => "tinh-",
            Owner::Commune => "xa-",
        }
    }

    /// The owner of a rule or question, by its id; `None` for what comes with the program.
    pub fn of(id: &str) -> Option<Owner> {
        Owner::ALL.into_iter().find(|owner| id.starts_with(owner.prefix()))
    }

    /// What one more layer adds to the version of a kind it asks more of, so that every mixture of the program's
    /// version and of layers has a number of its own.
    fn stride(self) -> u32 {
        match self {
            Owner::Province => 1_000,
            Owner::Commune => 1_000_000,
        }
    }
}

/// One publication of a unit: a file in the format of the catalogue, without versions and first days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Whose it is.
    pub owner: Owner,
    /// Its number among those of its unit, from 1: the version of the rules in it.
    pub number: u32,
    /// The first day it holds, not before the one published before it.
    pub starts: Date,
    /// Its text.
    pub text: String,
}

impl Layer {
    /// What messages call it: `tinh-1.toml`.
    pub fn name(&self) -> String {
        format!("{}{}.toml", self.owner.prefix(), self.number)
    }
}

/// Questions that a layer adds to a kind.
#[derive(Debug)]
pub(crate) struct Addition {
    file: usize,
    entry: AdditionEntry,
    owner: Owner,
    number: u32,
    starts: Date,
    fields: Vec<Field>,
}

impl Addition {
    pub(crate) fn kind(&self) -> &str {
        self.entry.kind.get_ref()
    }

    pub(crate) fn at(&self) -> At {
        (self.file, self.entry.kind.span())
    }

    /// The fields with the places of their ids.
    fn fields(&self) -> impl Iterator<Item = (&Field, &Spanned<String>)> {
        self.fields.iter().zip(self.entry.field.iter().map(|field| &field.id))
    }
}

impl Reader<'_> {
    /// Questions added to a kind; the program's own files write them into the kind.
    pub(crate) fn addition(&self, entry: AdditionEntry) -> Option<Addition> {
        let place = (self.file, entry.kind.span());
        let Some(layer) = self.layer else {
            self.files.refuse(&place, "questions are added by a province or a commune only");
            return None;
        };
        if entry.field.is_empty() {
            self.files.refuse(&place, "an addition of nothing: it has no field");
        }
        for field in &entry.field {
            self.own(&field.id);
        }
        let fields = entry.field.iter().map(|field| self.field(field)).collect();
        let (owner, number, starts) = (layer.owner, layer.number, layer.starts);
        Some(Addition { file: self.file, entry, owner, number, starts, fields })
    }

    /// What a layer founds carries the word of its owner, and nothing in the program's own files does.
    fn own(&self, id: &Spanned<String>) {
        let (of, here) = (Owner::of(id.get_ref()), self.layer.map(|layer| layer.owner));
        if of != here {
            let reason = match here {
                Some(owner) => {
                    format!("`{}` is not an id of its own: it begins with `{}`", id.get_ref(), owner.prefix())
                }
                None => format!("`{}`: ids that begin so are those of provinces and communes", id.get_ref()),
            };
            self.refuse(id, reason);
        }
    }

    /// The id of a rule, which says whose it is.
    pub(crate) fn rule_id(&self, id: &Spanned<String>) -> String {
        self.own(id);
        self.id(id)
    }

    pub(crate) fn version(&self, id: &Spanned<String>, version: Option<&Spanned<u32>>) -> u32 {
        match version {
            Some(version) if *version.get_ref() == 0 => self.refuse(version, "versions are numbered from 1"),
            _ => self.given(id, "version", version),
        }
        version.map_or(0, |version| *version.get_ref()).max(self.layer.map_or(0, |layer| layer.number))
    }

    /// What the program's files write into each rule and publishing gives to those of a layer.
    fn given<S>(&self, id: &Spanned<String>, key: &str, value: Option<&Spanned<S>>) {
        match (self.layer, value) {
            (None, None) => self.refuse(id, format!("missing field `{key}`")),
            (Some(_), Some(value)) => {
                self.refuse(value, format!("`{key}` is given by publishing: leave it out"))
            }
            _ => {}
        }
    }

    pub(crate) fn validity(
        &self,
        id: &Spanned<String>,
        from: Option<&Spanned<Datetime>>,
        to: Option<&Spanned<Datetime>>,
    ) -> (Date, Option<Date>) {
        self.given(id, "valid_from", from);
        let first = self.layer.map_or_else(|| from.map_or(Date::ZERO, |from| self.day(from)), |l| l.starts);
        let last = to.map(|to| self.day(to));
        if let (Some(place), Some(last)) = (to, last)
            && last < first
        {
            self.refuse(place, format!("valid_to {last} is before valid_from {first}"));
        }
        (first, last)
    }

    fn day(&self, day: &Spanned<Datetime>) -> Date {
        let Datetime { date: Some(date), time: None, offset: None } = day.get_ref() else {
            self.refuse(day, "a day is written like 2026-01-01, without quotes or a time");
            return Date::ZERO;
        };
        // The parser has made sure that the day exists.
        date.to_string().parse().unwrap_or(Date::ZERO)
    }
}

/// Ends each version of a layer's rule on the day before the next begins; the program's files say when theirs end.
pub(crate) fn close<T: Rule, E>(
    drafts: &mut [Draft<T, E>],
    valid_to: impl for<'a> Fn(&'a mut T) -> &'a mut Option<Date>,
) {
    let starts: Vec<(String, Date)> =
        drafts.iter().map(|draft| (draft.rule.id().to_owned(), draft.rule.valid_from())).collect();
    for Draft { rule, .. } in drafts.iter_mut().filter(|draft| Owner::of(draft.rule.id()).is_some()) {
        let later = starts.iter().filter(|(id, from)| id == rule.id() && *from > rule.valid_from());
        let last = later.map(|(_, from)| *from).min().and_then(|next| next.yesterday().ok());
        if last.is_some_and(|last| rule.valid_to().is_none_or(|until| last < until)) {
            *valid_to(rule) = last;
        }
    }
}

/// The kinds with the questions added to them: a version ends where a question is added, and one more begins.
pub(crate) fn ask_more(files: &Files, kinds: &[Kind], additions: &[Addition]) -> Vec<Kind> {
    for addition in additions.iter().filter(|addition| !kinds.iter().any(|kind| kind.id == addition.kind())) {
        files.refuse(&addition.at(), format!("there is no kind `{}`", addition.kind()));
    }
    let mut asked = Vec::new();
    for kind in kinds {
        let (first, last) = (kind.valid_from, kind.valid_to);
        let of: Vec<&Addition> = additions
            .iter()
            .filter(|addition| addition.kind() == kind.id && last.is_none_or(|last| addition.starts <= last))
            .collect();
        let mut starts: Vec<Date> = of.iter().map(|addition| addition.starts.max(first)).collect();
        starts.push(first);
        starts.sort_unstable();
        starts.dedup();
        for (at, from) in starts.iter().enumerate() {
            let next = starts.get(at + 1).and_then(|next| next.yesterday().ok());
            let mut version = Kind { valid_from: *from, valid_to: next.or(last), ..kind.clone() };
            let mut layers = [0; Owner::ALL.len()];
            for addition in of.iter().filter(|addition| addition.starts <= *from) {
                for (field, id) in addition.fields() {
                    if version.field(&field.id).is_some() {
                        let reason = format!("kind `{}` has a field `{}` already", kind.id, field.id);
                        files.refuse(&(addition.file, id.span()), reason);
                    } else {
                        version.fields.push(field.clone());
                    }
                }
                if let Some(number) = layers.get_mut(addition.owner as usize) {
                    *number = addition.number.max(*number);
                }
            }
            let strides = Owner::ALL.iter().zip(layers).map(|(owner, number)| owner.stride() * number);
            version.version += strides.sum::<u32>();
            asked.push(version);
        }
    }
    asked
}
