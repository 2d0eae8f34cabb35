//! The demo: commune Cao Phong (05089) with its published 31 areas and 4,543 households, invented names of areas, and
//! two years of invented records. The same on every run. Every page says that the data are synthetic.

use accounts::{Keeper, NewAccount, NewGrant, Password};
use activities::{Content, Step, change};
use catalogue::{Catalogue, Fields, Input, Kind, Part, Value};
use db::{Db, Tx, dump};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use kernel::{Action, Grant, Ids, Line, Place, Role, Scope};
use serde::Serialize;
use units::{Area, NewArea};
use uuid::Uuid;

/// The commune.
pub const COMMUNE: &str = "05089";
/// The province.
pub const PROVINCE: &str = "25";
/// The country.
const COUNTRY: &str = "vn";
/// The password of every demo account; the demo listens on this machine only.
pub const PASSWORD: &str = "cung-nhau-giu-binh-yen";
/// First day with records.
const FIRST: Date = date(2024, 11, 15);
/// Last day with records.
const LAST: Date = date(2026, 11, 20);
/// The form of quarterly reports that all lines share.
pub(crate) const QUARTERLY: &str = "movement-quarterly";
/// The quarter whose report is public, and the month at whose end it was made so.
const DISCLOSED: &str = "2026-Q2";
const DISCLOSED_AFTER: Date = date(2026, 6, 1);
/// Areas exist since the commune does.
const SINCE: Date = date(2025, 7, 1);

/// An account to sign in with.
#[derive(Debug, Clone, Serialize)]
pub struct DemoAccount {
    /// Name of the role.
    pub role: &'static str,
    /// What to type.
    pub sign_in: &'static str,
    /// As colleagues know the person.
    pub name: &'static str,
    /// Password.
    pub password: &'static str,
}

struct Person {
    sign_in: &'static str,
    name: &'static str,
    role: Role,
    line: Option<Line>,
}

const fn person(sign_in: &'static str, name: &'static str, role: Role, line: Option<Line>) -> Person {
    Person { sign_in, name, role, line }
}

/// One account per role, two officers, because nobody confirms what they wrote, and one of the country. Names are of
/// functions, not of people.
const PEOPLE: [Person; 8] = [
    person("truongkhu1", "Trưởng Khu 1", Role::AreaHead, None),
    person("congan", "Cán bộ Công an xã", Role::Officer, Some(Line::Police)),
    person("mattran", "Cán bộ Mặt trận xã", Role::Officer, Some(Line::Front)),
    person("chutich", "Chủ tịch UBND xã", Role::Chair, None),
    person("tinh", "Cán bộ Công an tỉnh", Role::ProvinceStaff, None),
    person("trunguong", "Cán bộ Bộ Công an", Role::ProvinceStaff, None),
    person("quantri", "Người quản trị", Role::Administrator, None),
    person("kiemtra", "Người kiểm tra", Role::Auditor, None),
];

/// Whom to sign in as.
pub fn accounts() -> Vec<DemoAccount> {
    let account =
        |p: &Person| DemoAccount { role: p.role.key(), sign_in: p.sign_in, name: p.name, password: PASSWORD };
    PEOPLE.iter().map(account).collect()
}

/// Why the demo could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] db::Error),
    /// The store holds somebody's work: with the demo's people everybody could come in by a password that all know.
    #[error("this store holds somebody's accounts; take an empty one: what is made up never mixes with work")]
    Somebodys,
    /// A rule refused what the demo writes: a fault of the demo or of the catalogue.
    #[error("the demo was refused: {0}")]
    Refused(String),
}

fn refused(why: impl std::fmt::Display) -> DemoError {
    DemoError::Refused(why.to_string())
}

/// What was made.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Made {
    /// Residential areas.
    pub areas: usize,
    /// Households.
    pub households: u32,
    /// Records.
    pub records: usize,
}

/// The ids of the demo begin to count here, the same in every store.
const IDS: u64 = 0xC0DE;
/// Accounts come among its first ids; so many are looked at.
const FIRST_IDS: usize = 1_000;

/// Whether the demo stands in this store already. A real commune may call somebody as the demo does, but nobody gets an id
/// of the demo's.
pub fn is_there(db: &Db) -> Result<bool, DemoError> {
    let found = db.read_now(|read| accounts::find(read, &Scope::system("demo"), PEOPLE[0].sign_in))?;
    let ids = Ids::counting(IDS);
    Ok(found.is_some_and(|found| (0..FIRST_IDS).any(|_| ids.new_id() == found.account)))
}

/// Whether a store holds nobody's account.
pub(crate) fn is_empty(db: &Db) -> db::Result<bool> {
    let accounts = dump::tables()?.into_iter().find(|table| table.name == "account");
    let accounts = accounts.ok_or_else(|| db::Error::Broken("no table of accounts".to_owned()))?;
    Ok(db.read_now(|read| accounts.tenants(read, &Scope::system("demo")))?.is_empty())
}

/// Makes the demo in an empty store, with units already loaded: all of it in one transaction, or nothing.
///
/// # Errors
/// [`DemoError::Somebodys`] when the store holds any account; those of the store.
pub fn make(db: &Db, catalogue: &Catalogue) -> Result<Made, DemoError> {
    if !is_empty(db)? {
        return Err(DemoError::Somebodys);
    }
    let ids = Ids::counting(IDS);
    let scope = Scope::system("demo");
    let hash = Password::new(PASSWORD, &[]).map_err(refused)?.hash().map_err(refused)?;
    let rules = catalogue.clone();
    db.write_now(move |tx| {
        let place = find(tx, &scope, COMMUNE)?;
        let (province, country) = (find(tx, &scope, PROVINCE)?, find(tx, &scope, COUNTRY)?);
        let areas = make_areas(tx, &scope, &place, &ids)?;
        let people = make_accounts(tx, &scope, (&place, &province, &country), &areas, &hash, &ids)?;
        let households = areas.iter().filter_map(|area| area.households).sum();
        let mut dice = Dice(20_241_115);
        let (mut records, mut month) = (0, FIRST);
        while month <= LAST {
            let next = next_month(month);
            let until = next.yesterday().unwrap_or(LAST).min(LAST);
            for area in &areas {
                for (content, fate) in records_of_month(area, month, until, &rules, &mut dice) {
                    write(tx, &place, &rules, &people, content, ids.new_id(), fate)?;
                    records += 1;
                }
            }
            if month == DISCLOSED_AFTER {
                let report = Ids::counting(0xD15C).new_id();
                disclose(tx, (&scope, &place), &rules, report, DISCLOSED, evening(until))?;
            }
            month = next;
        }
        Ok(Made { areas: areas.len(), households, records })
    })
}

/// Writes the quarterly report of a commune, freezes it and makes its figures public.
///
/// # Errors
/// Those of the store; refused, when there is such a report or its quarter is not over.
pub fn disclose(
    tx: &mut Tx<'_>,
    (scope, place): (&Scope, &Place),
    rules: &Catalogue,
    id: Uuid,
    period: &str,
    now: Timestamp,
) -> Result<(), DemoError> {
    let today = kernel::local_day(now);
    let unit = units::unit(tx, scope, &place.tenant, today)?;
    let unit = unit.ok_or_else(|| refused(format!("there is no unit {}", place.code)))?;
    let room = scope.enter(place, Action::DiscloseReports).map_err(refused)?;
    let desk = reports::Desk { scope, unit: &unit, room: &room, catalogue: rules, today };
    let report = reports::start(tx, desk, id, (QUARTERLY, period), now).map_err(refused)?;
    let sheet = reports::sheet(tx, desk, report).map_err(refused)?;
    let parts = sheet.form.sections.iter().flat_map(|section| &section.body);
    let texts = parts.filter(|part| matches!(part, Part::Narrative { .. }));
    let texts = texts.map(|part| (part.id().to_owned(), "Tình hình ổn định (dữ liệu mô phỏng).".to_owned()));
    let written =
        reports::write(tx, desk, (id, sheet.report.version), &texts.collect(), now).map_err(refused)?;
    reports::freeze(tx, desk, (id, written.version), now).map_err(refused)?;
    disclosures::disclose(tx, desk, (id, 0), now).map_err(refused)?;
    Ok(())
}

fn find(read: &mut db::Read<'_>, scope: &Scope, code: &str) -> Result<Place, DemoError> {
    let unit = units::find_by_code(read, scope, code, SINCE)?;
    Ok(unit.ok_or_else(|| refused(format!("there is no unit {code}")))?.place())
}

fn make_areas(tx: &mut Tx<'_>, scope: &Scope, place: &Place, ids: &Ids) -> Result<Vec<Area>, DemoError> {
    let room = scope.enter(place, Action::Record).map_err(refused)?;
    for area in units::synthetic_areas(COMMUNE) {
        let households = Some(area.households);
        let new = NewArea { id: ids.new_id(), name: area.name, households, from_on: FIRST };
        units::add_area(tx, &room, evening(FIRST), &new).map_err(refused)?;
    }
    units::areas_of(tx, scope, place, SINCE).map_err(refused)
}

/// Accounts that write the records.
struct Writers {
    head: Uuid,
    police: Uuid,
    front: Uuid,
}

fn make_accounts(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (place, province, country): (&Place, &Place, &Place),
    areas: &[Area],
    hash: &accounts::Hash,
    ids: &Ids,
) -> Result<Writers, DemoError> {
    let mut writers = Writers { head: Uuid::nil(), police: Uuid::nil(), front: Uuid::nil() };
    for person in &PEOPLE {
        let at = match (person.role, person.sign_in) {
            (Role::ProvinceStaff, "trunguong") => country,
            (Role::ProvinceStaff, _) => province,
            _ => place,
        };
        let keeper = Keeper::enter(scope, at, evening(FIRST)).map_err(refused)?;
        let account = ids.new_id();
        let new = NewAccount { name: person.name.into(), sign_in: person.sign_in.into() };
        keeper.create(tx, account, &new, hash).map_err(refused)?;
        let area = areas.first().map(|area| area.id).filter(|_| person.role == Role::AreaHead);
        let right =
            NewGrant { role: person.role, area, line: person.line, valid_from: FIRST, valid_to: None };
        keeper.grant(tx, account, ids.new_id(), at, &right).map_err(refused)?;
        match (person.role, person.line) {
            (Role::AreaHead, _) => writers.head = account,
            (Role::Officer, Some(Line::Police)) => writers.police = account,
            (Role::Officer, _) => writers.front = account,
            _ => {}
        }
    }
    Ok(writers)
}

/// Where a record of the demo ends up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Confirmed,
    Waiting,
    Returned,
}

fn write(
    tx: &mut Tx<'_>,
    place: &Place,
    catalogue: &Catalogue,
    writers: &Writers,
    content: Content,
    id: Uuid,
    fate: Fate,
) -> Result<(), DemoError> {
    let room = |account: Uuid, action: Action| {
        let grant = Grant { role: Role::Officer, path: place.path.clone(), area: None, line: None };
        Scope::of(account.to_string(), vec![grant]).enter(place, action).map_err(refused)
    };
    // What a line's officer wrote, the other line's officer confirms.
    let (author, checker) = match content.line {
        Some(Line::Police) => (writers.police, writers.front),
        Some(_) => (writers.front, writers.police),
        None => (writers.head, writers.police),
    };
    let at = evening(content.day);
    change(tx, &room(author, Action::Record)?, catalogue, (id, 0), Step::Send(content), at)
        .map_err(refused)?;
    let step = match fate {
        Fate::Waiting => return Ok(()),
        Fate::Confirmed => Step::Confirm,
        Fate::Returned => Step::Return("Đề nghị kiểm tra lại số lượng và bổ sung ảnh.".into()),
    };
    change(tx, &room(checker, Action::Confirm)?, catalogue, (id, 1), step, at + 1.hours())
        .map_err(refused)?;
    Ok(())
}

/// The records of one area in one month: about two, as the workload model assumes.
fn records_of_month(
    area: &Area,
    from: Date,
    until: Date,
    catalogue: &Catalogue,
    dice: &mut Dice,
) -> Vec<(Content, Fate)> {
    let days = i64::from(until.day()) - i64::from(from.day()) + 1;
    let mut records = Vec::new();
    for _ in 0..dice.below(4) {
        let Ok(day) = from.checked_add(dice.below(days.max(1) as u64).cast_signed().days()) else { continue };
        let kinds: Vec<&Kind> = catalogue.kinds_on(day).filter(|kind| !kind.aggregate).collect();
        // Sessions are the commonest work, then patrols; the first kinds of the catalogue come more often.
        let pick = dice.below(kinds.len() as u64).min(dice.below(kinds.len() as u64));
        let Some(kind) = kinds.get(pick as usize) else { continue };
        let Some(fields) = answers(kind, area, dice) else { continue };
        let mut programmes: Vec<String> =
            kind.programmes.iter().filter(|_| dice.below(3) > 0).cloned().collect();
        programmes.sort();
        let line = match dice.below(4) {
            0 => Some(Line::Police),
            1 => Some(Line::Front),
            _ => None,
        };
        let line = kind.lines.first().and_then(|own| Line::from_key(own)).or(line);
        let recent = day > date(2026, 11, 1);
        let fate = match dice.below(10) {
            0..=4 if recent => Fate::Waiting,
            5 if recent => Fate::Returned,
            _ => Fate::Confirmed,
        };
        let content = Content {
            area: area.id,
            day,
            from: None,
            kind: kind.id.clone(),
            kind_version: kind.version,
            line,
            programmes,
            fields,
            note: "Dữ liệu mô phỏng.".into(),
        };
        records.push((content, fate));
    }
    records
}

/// Plausible answers that the kind accepts: a few throws are enough.
fn answers(kind: &Kind, area: &Area, dice: &mut Dice) -> Option<Fields> {
    let accepted = |fields: Fields| kind.from_json(&serde_json::to_value(&fields).ok()?).ok();
    (0..20).find_map(|_| accepted(throw(kind, area, dice)))
}

/// One throw: sizes by what is asked, never by who.
fn throw(kind: &Kind, area: &Area, dice: &mut Dice) -> Fields {
    let mut fields = Fields::new();
    let last = u64::from(area.households.unwrap_or(1).clamp(1, 999));
    for field in &kind.fields {
        if !field.required && dice.below(3) == 0 {
            continue;
        }
        let value = match &field.input {
            Input::Count { min, max } => {
                let most = match field.id.as_str() {
                    "attendees" => 120,
                    "participants" => 12,
                    "shifts" => 4,
                    "received" | "reconciled" => 3,
                    "views" => 900,
                    "shares" | "leaflets" | "documents" => 150,
                    "households-helped" | "gifts" | "persons" | "working-days" => 25,
                    "houses" | "agencies" | "schools" => 1,
                    _ => 6,
                };
                Value::Count((min + dice.below(most + 1).cast_signed()).min(*max))
            }
            Input::Money { .. } => Value::Count((1 + dice.below(40)).cast_signed() * 500_000),
            Input::Text { .. } => continue,
            Input::YesNo => Value::YesNo(dice.below(2) == 0),
            Input::Choice { options } => {
                let Some(option) = options.get(dice.below(options.len() as u64) as usize) else { continue };
                Value::Choice(option.id.clone())
            }
            Input::Choices { options } => {
                let Some(option) = options.get(dice.below(options.len() as u64) as usize) else { continue };
                Value::Choices([option.id.clone()].into())
            }
            Input::Households => {
                let first = 1 + dice.below(last);
                let end = (first + dice.below(25)).min(last);
                Value::Households((first..=end).filter_map(|n| u16::try_from(n).ok()).collect())
            }
        };
        fields.insert(field.id.clone(), value);
    }
    // Nobody reconciles more than came.
    if let (Some(Value::Count(received)), Some(Value::Count(done))) =
        (fields.get("received").cloned(), fields.get("reconciled").cloned())
    {
        fields.insert("reconciled".into(), Value::Count(done.min(received)));
    }
    fields
}

/// The first day of the month after.
fn next_month(day: Date) -> Date {
    day.first_of_month().checked_add(1.months()).unwrap_or(LAST.tomorrow().unwrap_or(LAST))
}

/// Eight in the evening, when the work is written down.
fn evening(day: Date) -> Timestamp {
    jiff::tz::offset(7).to_timestamp(day.at(20, 0, 0, 0)).unwrap_or_default()
}

/// Repeatable chance (SplitMix64): the demo is the same on every machine.
struct Dice(u64);

impl Dice {
    /// A number below `end`; 0 when `end` is 0.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)).checked_rem(end).unwrap_or(0)
    }
}
