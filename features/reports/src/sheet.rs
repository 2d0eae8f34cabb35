//! A report as it is read: its figures from the cells while it is open, from the store once it is frozen; and what
//! has changed since.

use std::collections::{BTreeMap, BTreeSet};

use activities::{Activity, Filter};
use catalogue::{Catalogue, Form, Regime, Register, Window};
use db::Read;
use figures::{Figure, Tally, Value};
use jiff::civil::Date;
use kernel::{Action, Areas, Denied, Lang, Place, Room, Scope};
use units::{Basis, Makeup, Unit};
use uuid::Uuid;

use crate::areas::{self, AreaRow};
use crate::communes::Communes;
use crate::model::{Column, Entry, Refused, Report, Slot, State, Texts, definition, slots};
use crate::store;

/// Where a report is read, by whom, with which rules.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// Who reads: registers of units are asked with it.
    pub scope: &'a Scope,
    /// The unit.
    pub unit: &'a Unit,
    /// Its room.
    pub room: &'a Room,
    /// The rules.
    pub catalogue: &'a Catalogue,
    /// Today, for what is read in the borders as they stand.
    pub today: Date,
}

impl Desk<'_> {
    /// The unit as an address of rights.
    #[must_use]
    pub fn place(&self) -> Place {
        self.unit.place()
    }

    /// What makes up the unit on a basis, over any window.
    pub(crate) fn makeup(&self, read: &mut Read<'_>, basis: Basis) -> db::Result<Makeup> {
        units::makeup(read, self.scope, self.unit, basis, (Date::MIN, Date::MAX), self.today)
    }

    /// Whether it matters, over some days, in which borders the unit is read.
    pub(crate) fn has_history(&self, read: &mut Read<'_>, days: (Date, Date)) -> db::Result<bool> {
        let was = units::makeup(read, self.scope, self.unit, Basis::AsItWas, days, self.today)?;
        Ok(was != units::makeup(read, self.scope, self.unit, Basis::AsItIsNow, days, self.today)?)
    }

    /// The rooms of everything that makes up the unit. Of a unit above communes there are none: its figures open to
    /// its communes, and a year of a province has more records than a report can name.
    pub(crate) fn rooms(&self, makeup: &Makeup) -> Result<Vec<Room>, Denied> {
        let rooms = match self.unit.level {
            units::Level::Commune => {
                units::rooms_over(self.scope, &self.place(), Action::SeeReports, makeup)?
            }
            units::Level::Province | units::Level::Country => Vec::new(),
        };
        match self.room.areas() {
            Areas::All => Ok(rooms),
            // A desk of one residential area reads nothing else, whoever sits at it.
            Areas::Only(areas) => rooms.iter().map(|room| room.narrowed(areas.first().copied())).collect(),
        }
    }
}

/// A whole report.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The report.
    pub report: Report,
    /// Its form, in the version it was made with.
    pub form: Form,
    /// The regime of its windows.
    pub regime: Regime,
    /// Name of the residential area it is of; none for one of the whole unit.
    pub area: Option<String>,
    /// Its figures, in order of place.
    pub entries: Vec<Entry>,
    /// Its tables of residential areas, by part.
    pub areas: BTreeMap<String, Vec<AreaRow>>,
    /// Its texts.
    pub texts: Texts,
    /// The report it amends.
    pub amended: Option<Report>,
}

impl Sheet {
    /// The figures of one row of a part.
    pub fn row<'a>(&'a self, part: &'a str, row: u32) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |entry| entry.part == part && entry.row == row)
    }

    /// Whose report it is, as papers name it: `xã Cao Phong`, `Khu 1, xã Cao Phong`.
    #[must_use]
    pub fn whose(&self, unit: &Unit, lang: Lang) -> String {
        let unit = unit.full_name(lang);
        self.area.as_ref().map_or(unit.clone(), |area| format!("{area}, {unit}"))
    }

    /// The figure in a place.
    #[must_use]
    pub fn entry(&self, place: u32) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.place == place)
    }
}

/// The form and regime of a report.
pub(crate) fn rules<'a>(
    catalogue: &'a Catalogue,
    report: &Report,
) -> Result<(&'a Form, &'a Regime), Refused> {
    let form = catalogue.forms().version(&report.form, report.form_version).ok_or(Refused::NoForm)?;
    let regime = catalogue.regime(&form.regime).ok_or(Refused::NoForm)?;
    Ok((form, regime))
}

/// A stored report with its figures and texts.
///
/// # Errors
/// [`Refused::NoForm`] when the catalogue has lost its form; those of the store.
pub fn sheet(read: &mut Read<'_>, desk: Desk<'_>, report: Report) -> Result<Sheet, Refused> {
    let (form, regime) = rules(desk.catalogue, &report)?;
    let room = desk.room.narrowed(report.area)?;
    let desk = Desk { room: &room, ..desk };
    let area = match report.area {
        Some(area) => Some(area_name(read, desk, area, &report.window)?),
        None => None,
    };
    let entries = match report.state {
        State::Open => live(read, desk, report.basis(), (form, regime), &report.window)?,
        State::Frozen => store::figures(read, desk.room, report.id)?,
    };
    let texts = store::texts(read, desk.room, report.id)?;
    let amended = match report.amends {
        Some(amended) => store::find(read, desk.room, amended)?,
        None => None,
    };
    let areas = areas::tables(read, desk, form, &report)?;
    Ok(Sheet { form: form.clone(), regime: regime.clone(), area, entries, areas, texts, amended, report })
}

/// The name of an area at the end of a window, else at its beginning: it may have ended in between.
fn area_name(read: &mut Read<'_>, desk: Desk<'_>, area: Uuid, window: &Window) -> db::Result<String> {
    for on in [window.to, window.from] {
        let found = units::area(read, desk.scope, &desk.place(), area, on).map_err(register_failed)?;
        if let Some(area) = found {
            return Ok(area.name);
        }
    }
    Ok(area.to_string())
}

/// Every figure of a form for a window: from the cells, or, where the room covers single areas only, from the records of
/// these areas, because cells are the commune's.
pub(crate) fn live(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    basis: Basis,
    (form, regime): (&Form, &Regime),
    window: &Window,
) -> db::Result<Vec<Entry>> {
    let (previous, last_year) = (regime.previous(window), regime.same_last_year(window));
    let mut reader = Reader::open(read, desk, basis)?;
    let slots = slots(form);
    let targets = match slots.iter().any(|slot| slot.column.of_target()) {
        true => targets::of_year(read, desk.room, window.to.year().into())?,
        false => Vec::new(),
    };
    let target = |slot: &Slot<'_>| {
        targets
            .iter()
            .find(|one| (one.indicator.as_str(), one.slice.as_str()) == (slot.indicator, slot.slice))
    };
    // A table without any target has no columns of them.
    let aims: BTreeSet<&str> =
        slots.iter().filter(|slot| target(slot).is_some()).map(|slot| slot.part).collect();
    let mut entries: Vec<Entry> = Vec::new();
    for slot in slots {
        let of = (slot.indicator, slot.slice);
        let figure = match slot.column {
            Column::Current => reader.figure(read, of, window)?,
            Column::Previous => reader.figure(read, of, &previous)?,
            Column::LastYear => reader.figure(read, of, &last_year)?,
            Column::Target | Column::Reached => {
                let row = |entry: &&Entry| (entry.part.as_str(), entry.row) == (slot.part, slot.row);
                let current = entries.iter().find(row).filter(|_| aims.contains(slot.part));
                let Some(Entry { figure: current, .. }) = current else { continue };
                let rule = desk.catalogue.indicators().version(slot.indicator, current.version);
                let value = match (target(&slot), slot.column) {
                    (Some(target), Column::Target) => target.value(rule),
                    (Some(target), _) => target.reached(current.value),
                    (None, _) => Value::None,
                };
                Figure { value, entered: 0, ..current.clone() }
            }
        };
        let mut definition = definition(desk.catalogue, slot.indicator, slot.label, figure.to);
        // A target counts nobody.
        definition.people &= slot.column != Column::Target;
        entries.push(Entry {
            place: slot.place,
            part: slot.part.to_owned(),
            row: slot.row,
            column: slot.column,
            definition,
            figure,
            records: None,
            communes: None,
        });
    }
    Ok(entries)
}

/// One figure of a unit, read from the cells.
pub(crate) fn figure(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    basis: Basis,
    of: (&str, &str),
    window: &Window,
) -> db::Result<Figure> {
    Reader::open(read, desk, basis)?.figure(read, of, window)
}

/// Reads figures of a unit on a basis.
struct Reader<'a> {
    desk: Desk<'a>,
    basis: Basis,
    makeup: Makeup,
    /// What the register of units answered, by day: many figures of a report ask for the same day.
    registers: BTreeMap<Date, units::Households>,
    /// What the records say, where the room covers single areas only: cells are the commune's.
    tally: Option<Tally>,
}

impl<'a> Reader<'a> {
    fn open(read: &mut Read<'_>, desk: Desk<'a>, basis: Basis) -> db::Result<Reader<'a>> {
        let makeup = desk.makeup(read, basis)?;
        let tally = match desk.room.areas() {
            Areas::All => None,
            Areas::Only(_) => Some(tally(read, desk, &makeup)?),
        };
        Ok(Reader { desk, basis, makeup, registers: BTreeMap::new(), tally })
    }

    fn figure(&mut self, read: &mut Read<'_>, of: (&str, &str), window: &Window) -> db::Result<Figure> {
        let (desk, registers) = (self.desk, &mut self.registers);
        let mut ask = |read: &mut Read<'_>, what: Register, on: Date| {
            let count = match registers.get(&on) {
                Some(count) => *count,
                None => {
                    let borders = self.basis.borders(on, desk.today);
                    let count = match desk.room.areas() {
                        Areas::All => units::register(read, desk.scope, desk.unit, borders, on),
                        Areas::Only(areas) => households_of(read, desk, areas, on),
                    };
                    let count = count.map_err(register_failed)?;
                    registers.insert(on, count);
                    count
                }
            };
            Ok(match what {
                Register::Households => count.households,
                Register::Areas => count.areas.into(),
            })
        };
        let (makeup, days) = (&self.makeup, (window.from, window.to));
        if let Some(tally) = &self.tally {
            let counted =
                (ask(read, Register::Households, window.to)?, ask(read, Register::Areas, window.to)?);
            let register = |what, _| match what {
                Register::Households => counted.0,
                Register::Areas => counted.1,
            };
            return tally.figure(desk.catalogue, register, of, days);
        }
        figures::read_over(read, (desk.scope, desk.room), makeup, desk.catalogue, &mut ask, of, days)
    }
}

/// What the confirmed records of the room's areas say.
fn tally(read: &mut Read<'_>, desk: Desk<'_>, makeup: &Makeup) -> db::Result<Tally> {
    let rooms = desk.rooms(makeup).map_err(|denied| db::Error::Broken(denied.to_string()))?;
    let filter = Filter { state: Some(activities::State::Confirmed), ..Filter::default() };
    let mut tally = Tally::default();
    for activity in listed(read, desk, (&rooms, makeup), &filter)? {
        tally.add(&activity.content.record(), desk.catalogue);
    }
    Ok(tally.settled())
}

/// The register of some areas.
fn households_of(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    areas: &[Uuid],
    on: Date,
) -> Result<units::Households, units::Refusal> {
    let mut sum = units::Households::default();
    for area in areas.iter().collect::<BTreeSet<_>>() {
        let Some(area) = units::area(read, desk.scope, &desk.place(), *area, on)? else { continue };
        sum.areas += 1;
        sum.households += i64::from(area.households.unwrap_or_default());
        sum.unknown += u32::from(area.households.is_none());
    }
    Ok(sum)
}

pub(crate) fn register_failed(refusal: units::Refusal) -> db::Error {
    match refusal {
        units::Refusal::Store(error) => error,
        other => db::Error::Broken(format!("the register of units cannot be read: {other}")),
    }
}

/// Adds the identity and version of every record behind the figures of a report's own window. The records are read
/// once for all figures: freezing holds the tenant's write lock. They are those that `activities::evidence` gives
/// figure by figure, a test compares. Of a unit above communes, what each commune says.
pub(crate) fn with_records(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    basis: Basis,
    window: &Window,
    mut entries: Vec<Entry>,
) -> Result<Vec<Entry>, Refused> {
    let makeup = desk.makeup(read, basis)?;
    let rooms = desk.rooms(&makeup)?;
    if rooms.is_empty() {
        let mut communes = Communes::open(read, desk, window.to)?;
        for entry in entries.iter_mut().filter(|entry| entry.column == Column::Current) {
            entry.communes = Some(communes.shares(read, &entry.figure)?);
        }
        return Ok(entries);
    }
    let filter = Filter {
        state: Some(activities::State::Confirmed),
        from: Some(window.from),
        to: Some(window.to),
        ..Filter::default()
    };
    let mut records = listed(read, desk, (&rooms, &makeup), &filter)?;
    records.sort_by_key(|activity| (activity.content.day, activity.id));
    let records: Vec<(Uuid, u32, figures::Record)> = records
        .into_iter()
        .map(|activity| (activity.id, activity.version, activity.content.record()))
        .collect();
    for entry in entries.iter_mut().filter(|entry| entry.column == Column::Current) {
        let (indicator, slice) = (&entry.figure.indicator, &entry.figure.slice);
        let behind = records.iter().filter(|(_, _, record)| {
            record.within((window.from, window.to))
                && figures::contribution(record, desk.catalogue, indicator, slice).is_some()
        });
        entry.records = Some(behind.map(|(id, version, _)| (*id, *version)).collect());
    }
    Ok(entries)
}

/// The records of a filter that lie in the unit.
pub(crate) fn listed(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    (rooms, makeup): (&[Room], &Makeup),
    filter: &Filter,
) -> db::Result<Vec<Activity>> {
    let mut records = Vec::new();
    for room in rooms {
        let there = activities::list(read, room, desk.catalogue, filter, None, u32::MAX)?;
        let there = there.into_iter().map(|listed| listed.activity);
        records.extend(there.filter(|a| makeup.holds(room.tenant_key(), a.content.area, a.content.day)));
    }
    Ok(records)
}

/// What became of a record after its report was frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It counts, in another version.
    Changed,
    /// It does not count any more.
    Gone,
    /// It counts now and did not then.
    Added,
}

/// A record that is not what a frozen report counted.
#[derive(Debug, Clone)]
pub struct Change {
    /// The record.
    pub id: Uuid,
    /// What became of it.
    pub what: What,
    /// The version counted then; none for one that was added.
    pub counted: Option<u32>,
    /// The record as it stands; none when it is out of the reader's reach.
    pub now: Option<Activity>,
}

/// Which records of frozen figures (all of one window) have changed since, in order of day.
pub(crate) fn changes(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    basis: Basis,
    entries: &[&Entry],
) -> Result<Vec<Change>, Refused> {
    let current: Vec<&Entry> = entries.iter().filter(|entry| entry.records.is_some()).copied().collect();
    let Some(first) = current.first() else { return Ok(Vec::new()) };
    let counted: BTreeMap<Uuid, u32> =
        current.iter().filter_map(|entry| entry.records.as_ref()).flatten().copied().collect();
    let window = (first.figure.from, first.figure.to);
    let mut there = records_now(read, desk, basis, window, counted.keys().copied())?;
    let mut changes = Vec::new();
    for (id, version) in counted.iter().map(|(id, version)| (*id, *version)) {
        let now = there.remove(&id);
        let counts = now.as_ref().and_then(Activity::counted).is_some_and(|record| record.within(window));
        if !counts {
            changes.push(Change { id, what: What::Gone, counted: Some(version), now });
        } else if now.as_ref().is_some_and(|now| now.version != version) {
            changes.push(Change { id, what: What::Changed, counted: Some(version), now });
        }
    }
    let asked: BTreeSet<(&str, &str)> =
        current.iter().map(|e| (e.figure.indicator.as_str(), e.figure.slice.as_str())).collect();
    for (id, now) in there {
        let Some(record) = now.counted() else { continue };
        let counts = record.within(window)
            && asked.iter().any(|(indicator, slice)| {
                figures::contribution(&record, desk.catalogue, indicator, slice).is_some()
            });
        if counts {
            changes.push(Change { id, what: What::Added, counted: None, now: Some(now) });
        }
    }
    changes.sort_by_key(|change| (change.now.as_ref().map(|now| now.content.day), change.id));
    Ok(changes)
}

/// The records of a window as they stand, and those of `ids` that have moved out of it.
pub(crate) fn records_now(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    basis: Basis,
    (from, to): (Date, Date),
    ids: impl Iterator<Item = Uuid>,
) -> Result<BTreeMap<Uuid, Activity>, Refused> {
    let filter = Filter { from: Some(from), to: Some(to), ..Filter::default() };
    let makeup = desk.makeup(read, basis)?;
    let rooms = desk.rooms(&makeup)?;
    let listed = listed(read, desk, (&rooms, &makeup), &filter)?;
    let mut records: BTreeMap<Uuid, Activity> =
        listed.into_iter().map(|activity| (activity.id, activity)).collect();
    for id in ids {
        for room in &rooms {
            if !records.contains_key(&id)
                && let Some(moved) = activities::find(read, room, desk.catalogue, id)?
            {
                records.insert(id, moved);
            }
        }
    }
    Ok(records)
}

/// Which records of a frozen report have changed since.
///
/// # Errors
/// Those of the store.
pub fn changed_since(read: &mut Read<'_>, desk: Desk<'_>, sheet: &Sheet) -> Result<Vec<Change>, Refused> {
    let room = desk.room.narrowed(sheet.report.area)?;
    let desk = Desk { room: &room, ..desk };
    changes(read, desk, sheet.report.basis(), &sheet.entries.iter().collect::<Vec<_>>())
}

/// The texts that an earlier report of the same form holds, with its window: of the period before, else of the same
/// period last year.
///
/// # Errors
/// Those of the store.
pub fn earlier_texts(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    regime: &Regime,
    report: &Report,
) -> db::Result<Option<(Report, Texts)>> {
    for window in [regime.previous(&report.window), regime.same_last_year(&report.window)] {
        if let Some(earlier) =
            store::of_period(read, desk.room, (&report.form, report.area), &window.period)?.into_iter().next()
        {
            let texts = store::texts(read, desk.room, earlier.id)?;
            return Ok(Some((earlier, texts)));
        }
    }
    Ok(None)
}
