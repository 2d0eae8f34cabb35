//! The protocol of `docs/sync.md` without network, store or clock: what a server does with a batch, and what a phone does
//! with the answers. The orderings test explores it; the product's network test holds the real server against it.

use std::collections::{BTreeMap, BTreeSet};

/// A form as the protocol sees it. `fault` stands for whatever a rule refuses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Form {
    pub(crate) number: u32,
    pub(crate) writer: u8,
    pub(crate) record: u128,
    pub(crate) based_on: u32,
    pub(crate) text: u32,
    pub(crate) fault: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Answer {
    Taken,
    Refused,
    Conflict(u32),
    Behind,
}

/// Record → its versions: who made each, and what they wrote; nothing for a step that writes nothing (confirm, return).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Server {
    pub(crate) records: BTreeMap<u128, Vec<(u8, Option<u32>)>>,
}

impl Server {
    pub(crate) fn take(&mut self, form: &Form) -> Answer {
        if form.fault {
            return Answer::Refused;
        }
        let versions = self.records.entry(form.record).or_default();
        let based_on = form.based_on as usize;
        if versions.len() == based_on {
            versions.push((form.writer, Some(form.text)));
            return Answer::Taken;
        }
        match versions.get(based_on) {
            Some(made) if *made == (form.writer, Some(form.text)) => Answer::Taken,
            _ => Answer::Conflict(versions.len() as u32),
        }
    }

    /// A batch, of which only the first `until` forms are reached before the server dies.
    pub(crate) fn exchange(&mut self, batch: &[Form], until: usize) -> Vec<(u32, Answer)> {
        let mut stuck = BTreeSet::new();
        let answer = |form: &Form| {
            let answer = if stuck.contains(&form.record) { Answer::Behind } else { self.take(form) };
            if answer != Answer::Taken {
                stuck.insert(form.record);
            }
            (form.number, answer)
        };
        batch.iter().take(until).map(answer).collect()
    }

    /// Somebody else's step that writes nothing.
    pub(crate) fn step(&mut self, record: u128, who: u8) {
        if let Some(versions) = self.records.get_mut(&record) {
            versions.push((who, None));
        }
    }
}

/// What waits on a phone, in order, and what the person has to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Phone {
    pub(crate) waiting: Vec<Form>,
    pub(crate) look: BTreeMap<u32, Answer>,
}

impl Phone {
    /// What is sent: nothing overtakes an earlier form about the same.
    pub(crate) fn batch(&self) -> Vec<Form> {
        let mut stuck = BTreeSet::new();
        let free = |form: &&Form| {
            if self.look.contains_key(&form.number) {
                stuck.insert(form.record);
            }
            !stuck.contains(&form.record)
        };
        self.waiting.iter().filter(free).cloned().collect()
    }

    /// Whether a form that waits may be written anew: the last about its record, or one that was refused. An earlier one may
    /// have arrived, with the later ones after it.
    pub(crate) fn may_write_anew(&self, number: u32) -> bool {
        let Some(form) = self.waiting.iter().find(|form| form.number == number) else { return false };
        let later = self.waiting.iter().any(|other| other.record == form.record && other.number > number);
        !later || self.look.get(&number) == Some(&Answer::Refused)
    }

    /// What was taken leaves the phone; what the person has to look at is marked. An answer about a form that was written
    /// anew since it was sent is about another form.
    pub(crate) fn hear(&mut self, sent: &[Form], answers: &[(u32, Answer)]) {
        for (number, answer) in answers {
            if !sent.iter().any(|form| form.number == *number && self.waiting.contains(form)) {
                continue;
            }
            match answer {
                Answer::Taken => self.waiting.retain(|form| form.number != *number),
                Answer::Refused | Answer::Conflict(_) => drop(self.look.insert(*number, *answer)),
                Answer::Behind => {}
            }
        }
    }

    /// The person corrects what was refused, and keeps their own side of a conflict.
    pub(crate) fn look_at(&mut self) {
        for (number, answer) in std::mem::take(&mut self.look) {
            for form in self.waiting.iter_mut().filter(|form| form.number == number) {
                form.fault = false;
                if let Answer::Conflict(version) = answer {
                    form.based_on = version;
                }
            }
        }
    }
}
