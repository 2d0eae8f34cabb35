//! Every ordering of a small protocol: requests lost, late, twice; answers lost; the server dying within a batch; the
//! phone starting anew; other people's steps and the person's own changes in between.

mod protocol;

use std::collections::{BTreeMap, HashSet};

use protocol::{Form, Phone, Server};

#[derive(Clone, PartialEq, Eq, Hash)]
struct World {
    server: Server,
    phones: Vec<Phone>,
    /// Which request a phone waits for.
    asked: Vec<Option<usize>>,
    /// Requests under way: whose, what, how often the network may still deliver it.
    network: Vec<(usize, Vec<Form>, u8)>,
    /// Requests that may still be sent.
    sends: u8,
    /// Steps of others that may still come: record.
    steps: Vec<u128>,
    /// Forms that the person may still write anew while they wait: phone, number, the new text.
    edits: Vec<(usize, u32, u32)>,
    /// Texts that were written anew → what they became.
    became: BTreeMap<u32, u32>,
}

/// Which texts must be in a record at last, in this order, once each; others of the same writer at most once.
struct Wanted {
    record: u128,
    texts: Vec<u32>,
}

fn form(writer: u8, number: u32, record: u128, based_on: u32, fault: bool) -> Form {
    Form { number, writer, record, based_on, text: u32::from(writer) * 100 + number, fault }
}

fn phone(forms: Vec<Form>) -> Phone {
    Phone { waiting: forms, ..Phone::default() }
}

fn world(phones: Vec<Phone>, sends: u8, steps: Vec<u128>, edits: Vec<(usize, u32, u32)>) -> World {
    let asked = vec![None; phones.len()];
    let (server, network, became) = (Server::default(), vec![], BTreeMap::new());
    World { server, phones, asked, network, sends, steps, edits, became }
}

impl World {
    /// Everything that can happen next.
    fn next(&self) -> Vec<World> {
        let mut next = Vec::new();
        for (at, phone) in self.phones.iter().enumerate() {
            let batch = phone.batch();
            if self.asked[at].is_none() && !batch.is_empty() && self.sends > 0 {
                let mut world = self.clone();
                world.sends -= 1;
                world.asked[at] = Some(world.network.len());
                world.network.push((at, batch, 2));
                next.push(world);
            }
            // It gives up, or starts anew: what waits is on the disk.
            if self.asked[at].is_some() {
                let mut world = self.clone();
                world.asked[at] = None;
                next.push(world);
            }
            if !phone.look.is_empty() {
                let mut world = self.clone();
                world.phones[at].look_at();
                next.push(world);
            }
        }
        for (at, (whose, batch, left)) in self.network.iter().enumerate().filter(|(_, (.., left))| *left > 0)
        {
            for until in 1..=batch.len() {
                let mut world = self.clone();
                world.network[at].2 = left - 1;
                let answers = world.server.exchange(batch, until);
                next.push(world.clone());
                // Heard only when all of it was reached, and the phone still waits for it.
                if until == batch.len() && self.asked[*whose] == Some(at) {
                    world.asked[*whose] = None;
                    world.phones[*whose].hear(batch, &answers);
                    next.push(world);
                }
            }
        }
        for at in 0..self.steps.len() {
            let mut world = self.clone();
            let record = world.steps.remove(at);
            if world.server.records.get(&record).is_some_and(|versions| !versions.is_empty()) {
                world.server.step(record, 9);
                next.push(world);
            }
        }
        for at in 0..self.edits.len() {
            let mut world = self.clone();
            let (whose, number, text) = world.edits.remove(at);
            if !world.phones[whose].may_write_anew(number) {
                continue;
            }
            if let Some(form) = world.phones[whose].waiting.iter_mut().find(|form| form.number == number) {
                world.became.insert(std::mem::replace(&mut form.text, text), text);
                next.push(world);
            }
        }
        next
    }

    /// The network behaves from now on: everything arrives.
    fn settled(&self) -> Server {
        let mut world = self.clone();
        for _ in 0..20 {
            for phone in &mut world.phones {
                phone.look_at();
                let batch = phone.batch();
                phone.hear(&batch, &world.server.exchange(&batch, batch.len()));
            }
        }
        assert!(world.phones.iter().all(|phone| phone.waiting.is_empty()), "something waits for ever");
        world.server
    }

    fn judge(&self, wanted: &[Wanted]) {
        let server = self.settled();
        for Wanted { record, texts } in wanted {
            let texts: Vec<u32> = texts.iter().map(|text| *self.became.get(text).unwrap_or(text)).collect();
            let versions = &server.records[record];
            let written: Vec<u32> = versions.iter().filter_map(|(_, text)| *text).collect();
            let once: HashSet<u32> = written.iter().copied().collect();
            assert_eq!(once.len(), written.len(), "written twice: {written:?}");
            let found: Vec<u32> = written.into_iter().filter(|text| texts.contains(text)).collect();
            assert_eq!(found, texts, "lost, or out of order");
        }
    }
}

/// Visits every world that can be reached.
fn explore(first: World, wanted: &[Wanted]) -> usize {
    let (mut seen, mut open) = (HashSet::from([first.clone()]), vec![first]);
    while let Some(world) = open.pop() {
        world.judge(wanted);
        open.extend(world.next().into_iter().filter(|next| seen.insert(next.clone())));
    }
    seen.len()
}

#[test]
fn one_phone_whatever_the_network_does() {
    // Two forms about one record, the second a correction, and one that is refused first about another.
    let forms = vec![form(1, 1, 1, 0, false), form(1, 2, 1, 1, false), form(1, 3, 2, 0, true)];
    let wanted = [Wanted { record: 1, texts: vec![101, 102] }, Wanted { record: 2, texts: vec![103] }];
    let worlds = explore(world(vec![phone(forms)], 3, vec![1], vec![]), &wanted);
    println!("{worlds} worlds");
    assert!(worlds > 500, "{worlds}");
}

#[test]
fn a_form_that_is_written_anew_while_it_may_be_under_way() {
    let forms = vec![form(1, 1, 1, 0, false), form(1, 2, 1, 1, false)];
    // What was written first may have arrived or not; what stands at last arrives.
    let wanted = [Wanted { record: 1, texts: vec![101, 102] }];
    let edits = vec![(0, 1, 140), (0, 2, 150)];
    let worlds = explore(world(vec![phone(forms)], 3, vec![1], edits), &wanted);
    println!("{worlds} worlds");
    assert!(worlds > 500, "{worlds}");
}

#[test]
fn two_phones_on_one_record() {
    let head = vec![form(1, 1, 1, 0, false), form(1, 2, 1, 1, false)];
    let officer = vec![form(2, 1, 2, 0, false), form(2, 2, 1, 1, false)];
    let texts = [(1, vec![101, 102]), (1, vec![202]), (2, vec![201])];
    let wanted = texts.map(|(record, texts)| Wanted { record, texts });
    // The officer's correction is of the version that the head's first form makes, so that one comes first.
    let mut first = world(vec![phone(head), phone(officer)], 3, vec![], vec![]);
    first.server.exchange(&first.phones[0].batch()[..1], 1);
    let worlds = explore(first, &wanted);
    println!("{worlds} worlds");
    assert!(worlds > 500, "{worlds}");
}
