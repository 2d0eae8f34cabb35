//! Twenty phones on a network that loses, delays, doubles and reorders, a server that dies within batches and starts anew:
//! every answer is what the protocol's model says, and at the end everything written is there once, in order.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use db::Db;
use jiff::civil::{Date, date};
use kernel::{Line, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::exchange::{exchange, sent_piece};
use crate::house::{House, PIXEL, Person, patrol, verified};
use crate::protocol::{Answer, Form, Phone, Server};

const TODAY: Date = date(2026, 11, 24);
const LIST: &str = "/units/05089/activities";
const DAY: &str = "24/11/2026";
const PHONES: usize = 20;

/// Chance from a seed: a failed run can be run again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    fn percent(&mut self, of: usize) -> bool {
        self.below(100) < of
    }
}

/// A phone with its person; `phone` is what the model knows of it.
struct Carried {
    who: Person,
    area: String,
    phone: Phone,
    since: String,
    /// How many forms were written about each record, which is the version the next one is based on.
    versions: BTreeMap<u128, u32>,
    /// Photos of forms: id, and how much the server said it has.
    photos: BTreeMap<u32, (Uuid, usize)>,
    numbers: u32,
}

/// A request under way.
struct Request {
    whose: usize,
    batch: Vec<Form>,
    bodies: Vec<Value>,
    since: String,
}

struct World<'a> {
    url: &'a str,
    house: House,
    model: Server,
    phones: Vec<Carried>,
    late: Vec<Request>,
    chance: Chance,
    texts: u32,
    officer: Person,
    checker: Person,
    /// Record → texts in the order in which they were written.
    written: BTreeMap<u128, Vec<u32>>,
    /// Texts written anew before anybody could know whether they had arrived.
    replaced: BTreeSet<u32>,
    with_photo: BTreeSet<u128>,
    counts: BTreeMap<&'static str, usize>,
}

impl World<'_> {
    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// One step of the world; `until` later phones only send.
    fn step(&mut self) {
        let at = self.chance.below(PHONES);
        match self.chance.below(100) {
            0..30 => self.write(at),
            30..45 => self.correct(at),
            45..48 => self.write_anew(at),
            48..78 => self.send(at),
            78..88 => self.confirm(),
            88..91 => self.give_back(),
            91..97 => self.deliver_late(),
            97..99 => self.phones[at].phone.look_at(),
            _ if self.chance.percent(40) => self.restart(),
            _ => self.send(at),
        }
    }

    fn write(&mut self, at: usize) {
        let record = self.house.id().as_u128();
        self.add(at, record, 0);
        if self.chance.percent(2) {
            let id = self.house.id();
            let number = self.phones[at].numbers;
            self.phones[at].photos.insert(number, (id, 0));
            self.with_photo.insert(record);
        }
        self.count("written");
    }

    fn correct(&mut self, at: usize) {
        let records: Vec<(u128, u32)> = self.phones[at]
            .versions
            .iter()
            .rev()
            .take(5)
            .map(|(record, version)| (*record, *version))
            .collect();
        if records.is_empty() {
            return self.write(at);
        }
        let (record, version) = records[self.chance.below(records.len())];
        self.add(at, record, version);
        self.count("corrected");
    }

    fn add(&mut self, at: usize, record: u128, based_on: u32) {
        self.texts += 1;
        let (text, fault) = (self.texts, self.chance.percent(3));
        let carried = &mut self.phones[at];
        carried.numbers += 1;
        carried.versions.insert(record, based_on + 1);
        let number = carried.numbers;
        carried.phone.waiting.push(Form { number, writer: at as u8, record, based_on, text, fault });
        self.written.entry(record).or_default().push(text);
    }

    /// The person opens a form that waits and writes something else; it may have arrived already.
    fn write_anew(&mut self, at: usize) {
        let waiting = self.phones[at].phone.waiting.len();
        if waiting == 0 {
            return self.write(at);
        }
        let chosen = self.chance.below(waiting);
        if !self.phones[at].phone.may_write_anew(self.phones[at].phone.waiting[chosen].number) {
            return self.write(at);
        }
        self.texts += 1;
        let (text, form) = (self.texts, &mut self.phones[at].phone.waiting[chosen]);
        self.replaced.insert(form.text);
        let texts = self.written.get_mut(&form.record).unwrap();
        let place = texts.iter().position(|of| *of == form.text).unwrap();
        texts[place] = text;
        form.text = text;
        self.count("written anew");
    }

    fn request(&self, at: usize) -> Request {
        let carried = &self.phones[at];
        let batch: Vec<Form> = carried.phone.batch().into_iter().take(50).collect();
        let bodies = batch.iter().map(|form| body(form, carried)).collect();
        Request { whose: at, batch, bodies, since: carried.since.clone() }
    }

    fn send(&mut self, at: usize) {
        let request = self.request(at);
        self.count("exchanges");
        match self.chance.below(100) {
            // Lost on the way, or only late.
            0..10 => {}
            10..18 => self.late.push(request),
            // Comes; the answer is lost.
            18..28 => drop(self.deliver(&request, None)),
            // The server dies within the batch.
            28..32 => {
                let until = self.chance.below(request.batch.len() + 1);
                drop(self.deliver(&request, Some(until)));
                self.restart();
            }
            fate => {
                let answer = self.deliver(&request, None);
                self.hear(at, &request, &answer);
                if fate < 40 {
                    self.late.push(request);
                }
            }
        }
    }

    fn deliver_late(&mut self) {
        if !self.late.is_empty() {
            let chosen = self.chance.below(self.late.len());
            let request = self.late.swap_remove(chosen);
            self.deliver(&request, None);
            self.count("late or twice");
        }
    }

    /// What the server says, which is what the model says.
    fn deliver(&mut self, request: &Request, until: Option<usize>) -> Value {
        let until = until.unwrap_or(request.batch.len());
        let who = self.phones[request.whose].who.clone();
        let (status, answer) = exchange(&self.house, &who, &request.since, &request.bodies[..until]);
        assert_eq!(status, 200, "{answer}");
        // A form whose photo is not here is not tried; the model knows no photos.
        let answers = answer["answers"].as_array().unwrap();
        let is = |number: u32| {
            let found = answers.iter().find(|answer| answer["number"] == number);
            found.map(|answer| answer["is"].as_str().unwrap().to_owned())
        };
        let photos: BTreeSet<u128> = (request.batch.iter())
            .filter(|form| is(form.number).as_deref() == Some("photos"))
            .map(|form| form.record)
            .collect();
        let tried: Vec<Form> =
            request.batch[..until].iter().filter(|form| !photos.contains(&form.record)).cloned().collect();
        for (number, said) in self.model.exchange(&tried, tried.len()) {
            let answer = answers.iter().find(|answer| answer["number"] == number).unwrap();
            assert_eq!(heard(answer), said, "{answer} for {:?}", request.batch);
        }
        answer
    }

    fn hear(&mut self, at: usize, request: &Request, answer: &Value) {
        let answers = answer["answers"].as_array().unwrap();
        let mut said = Vec::new();
        for answer in answers {
            let number = answer["number"].as_u64().unwrap() as u32;
            if answer["is"] == "photos" {
                let (photo, _) = self.phones[at].photos[&number];
                let have = answer["have"][0].as_u64().unwrap() as usize;
                self.carry(at, number, photo, have);
            } else {
                said.push((number, heard(answer)));
            }
        }
        let carried = &mut self.phones[at];
        carried.phone.hear(&request.batch, &said);
        answer["since"].as_str().unwrap().clone_into(&mut carried.since);
    }

    /// Carries a photo a piece further; the link may break, or carry a piece twice.
    fn carry(&mut self, at: usize, number: u32, photo: Uuid, mut have: usize) {
        while have < PIXEL.len() && !self.chance.percent(30) {
            let end = (have + 25).min(PIXEL.len());
            for _ in 0..1 + usize::from(self.chance.percent(20)) {
                sent_piece(&self.house, &self.phones[at].who, photo, have, &PIXEL[have..end]);
            }
            have = end;
        }
        self.phones[at].photos.insert(number, (photo, have));
    }

    /// A record that is here, by chance.
    fn any(&mut self) -> Option<u128> {
        let records = &self.model.records;
        let there: Vec<u128> = records
            .iter()
            .rev()
            .filter(|(_, versions)| !versions.is_empty())
            .take(40)
            .map(|(id, _)| *id)
            .collect();
        (!there.is_empty()).then(|| there[self.chance.below(there.len())])
    }

    fn confirm(&mut self) {
        let Some(record) = self.any() else { return };
        let version = self.model.records[&record].len();
        let seen = format!("{}:{version}", Uuid::from_u128(record));
        let answer = self.house.post(&self.checker, &format!("{LIST}/confirmations"), &[("seen", &seen)]);
        if answer.location().contains("left=0") && self.version(record) == version + 1 {
            self.model.step(record, 200);
            self.count("confirmed");
        }
    }

    fn give_back(&mut self) {
        let Some(record) = self.any() else { return };
        let version = self.model.records[&record].len();
        let path = format!("{LIST}/{}/return", Uuid::from_u128(record));
        let form = [("based_on", version.to_string()), ("reason", "Cần ghi rõ hơn.".into())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if self.house.post(&self.officer, &path, &form).status == 303 {
            self.model.step(record, 201);
            self.count("given back");
        }
    }

    fn version(&self, record: u128) -> usize {
        let here = self.house.place("05089");
        self.house.record(&here, Uuid::from_u128(record)).map_or(0, |record| record.version as usize)
    }

    /// The server starts anew on what is on the disk.
    fn restart(&mut self) {
        self.house = House::restarted(&Db::open(self.url).unwrap(), TODAY, self.texts);
        self.count("restarts");
    }

    /// From now on the network carries everything.
    fn settle(&mut self) {
        for _ in 0..30 {
            for at in 0..PHONES {
                self.phones[at].phone.look_at();
                let request = self.request(at);
                let answer = self.deliver(&request, None);
                self.hear(at, &request, &answer);
            }
            if self.phones.iter().all(|carried| carried.phone.waiting.is_empty()) {
                return;
            }
        }
        panic!("something waits for ever");
    }
}

fn body(form: &Form, carried: &Carried) -> Value {
    let (id, based_on) = (Uuid::from_u128(form.record).to_string(), form.based_on.to_string());
    let note = format!("Lần {}.{}", form.text, if form.fault { " Gọi 0912 345 678." } else { "" });
    let mut fields = patrol(&id, &carried.area, DAY);
    for (name, value) in &mut fields {
        match *name {
            "based_on" => *value = &based_on,
            "note" => *value = &note,
            _ => {}
        }
    }
    let to = if form.based_on == 0 { LIST.to_owned() } else { format!("{LIST}/{id}") };
    let photo = carried.photos.get(&form.number);
    let photos: Vec<Value> =
        photos_of(photo).map(|id| json!({ "id": id, "name": "a.png", "size": PIXEL.len() })).collect();
    json!({ "number": form.number, "to": to, "record": id, "fields": fields, "photos": photos })
}

fn photos_of(photo: Option<&(Uuid, usize)>) -> impl Iterator<Item = Uuid> {
    photo.map(|(id, _)| *id).into_iter()
}

fn heard(answer: &Value) -> Answer {
    match answer["is"].as_str().unwrap() {
        "taken" => Answer::Taken,
        "refused" => Answer::Refused,
        "conflict" => Answer::Conflict(answer["version"].as_u64().unwrap() as u32),
        "behind" => Answer::Behind,
        other => panic!("{other}: {answer}"),
    }
}

/// Plays `operations` and judges the end.
fn play(db: &db::testing::Throwaway, operations: usize, seed: u64) {
    let begun = Instant::now();
    let house = House::on(db, TODAY);
    let here = house.place("05089");
    let names: Vec<String> = (1..=PHONES).map(|n| format!("Khu {n}")).collect();
    let names: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 60)).collect();
    let areas = house.areas(&here, &names);
    // Most are heads of an area, some officers who write for any.
    let phones = (0..PHONES).map(|n| {
        let (role, area, line) = match n {
            0..16 => (Role::AreaHead, Some(areas[n]), None),
            _ => (Role::Officer, None, Some(Line::Front)),
        };
        Carried {
            who: house.person(&format!("may{n}"), &here, role, area, line),
            area: areas[n].to_string(),
            phone: Phone::default(),
            since: String::new(),
            versions: BTreeMap::new(),
            photos: BTreeMap::new(),
            numbers: 0,
        }
    });
    let phones = phones.collect();
    let officer = house.person("canbo", &here, Role::Officer, None, Some(Line::Police));
    let checker = house.person("xacnhan", &here, Role::Officer, None, Some(Line::Government));
    let mut world = World {
        url: db.url(),
        house,
        model: Server::default(),
        phones,
        late: Vec::new(),
        chance: Chance(seed),
        texts: 0,
        officer,
        checker,
        written: BTreeMap::new(),
        replaced: BTreeSet::new(),
        with_photo: BTreeSet::new(),
        counts: BTreeMap::new(),
    };
    for _ in 0..operations {
        world.step();
    }
    world.settle();
    // What is still under way comes at last, and changes nothing.
    let before = world.model.clone();
    while !world.late.is_empty() {
        world.deliver_late();
    }
    assert_eq!(world.model, before, "something late was taken");

    let room = crate::house::system().enter(&here, kernel::Action::SeeActivities).unwrap();
    let mut noted = 0;
    for (record, texts) in &world.written {
        let id = Uuid::from_u128(*record);
        let versions = world.house.db.read_now(|read| activities::versions(read, &room, id)).unwrap();
        let stored: Vec<(String, Option<u32>)> = versions
            .iter()
            .map(|version| {
                let content: Value = serde_json::from_str(&version.content).unwrap();
                let text = content["note"].as_str().unwrap().trim_start_matches("Lần ").trim_end_matches('.');
                let wrote = version.step == "send";
                (version.step.clone(), wrote.then(|| text.parse().unwrap()))
            })
            .collect();
        let of_model: Vec<Option<u32>> = world.model.records[record].iter().map(|(_, text)| *text).collect();
        assert_eq!(stored.iter().map(|(_, text)| *text).collect::<Vec<_>>(), of_model);
        let sent: Vec<u32> = stored.iter().filter_map(|(_, text)| *text).collect();
        assert_eq!(sent.iter().collect::<BTreeSet<_>>().len(), sent.len(), "{id} was written twice");
        let lasting: Vec<u32> = sent
            .iter()
            .copied()
            .filter(|text| !world.replaced.contains(text) || texts.contains(text))
            .collect();
        assert_eq!(&lasting, texts, "{id}");
        noted += lasting.len();
    }
    for record in &world.with_photo {
        let page = world.house.get(&world.officer, &format!("{LIST}/{}", Uuid::from_u128(*record)));
        let photos: BTreeSet<&str> =
            page.body.split("/photos/").skip(1).filter_map(|rest| rest.split(['?', '"']).next()).collect();
        assert_eq!(photos.len(), 1, "{}", page.body);
    }
    assert_eq!(world.house.count(&here), world.written.len() as i64);
    verified(&world.house.db, &world.house.rules);
    let counts = &world.counts;
    assert!(counts["restarts"] > 10 * operations / 10_000 && counts["late or twice"] > operations / 100);
    println!(
        "{operations} operations, {} records, {noted} forms, {} photos, {counts:?}, {:?}",
        world.written.len(),
        world.with_photo.len(),
        begun.elapsed()
    );
}

#[test]
fn ten_thousand_operations_of_twenty_phones_lose_nothing_and_double_nothing() {
    play(&db::testing::sqlite(), 10_000, 0x5EED);
}

#[test]
fn the_same_on_postgresql() {
    play(&db::testing::postgres(), 1_500, 0xBEEF);
}
