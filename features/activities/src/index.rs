//! The records of a commune as its list needs them, kept in memory: any filter is counted exactly in well under a
//! millisecond, which no set of indices of the store does for every combination and for parts of words.
//!
//! Nothing is ever stale: every write is audited in its transaction, so the place of the last audit entry says whether
//! an index is what the store holds, and the entries after the index's own place name the records to read again.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use db::{Read, sql};
use jiff::civil::Date;
use kernel::{Room, audit};
use serde::Deserialize;
use uuid::Uuid;

use crate::model::{Activity, Content, State};
use crate::store::Filter;

/// How many records all indexes hold at most, some 200 bytes each. A commune with more has none; the store answers.
const MOST: usize = 100_000;
/// More audit entries than this since the last look, and the commune is read anew.
const BEHIND: i64 = 500;

/// The indexes of the communes whose lists were asked for last.
#[derive(Clone, Default)]
pub struct Indexes(Arc<Mutex<HashMap<String, Slot>>>);

#[derive(Default)]
struct Slot {
    index: Arc<Mutex<Index>>,
    records: usize,
    /// When it was asked for last, counted in requests.
    used: u64,
}

impl std::fmt::Debug for Indexes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Indexes")
    }
}

impl Indexes {
    /// Asks the index of the room's tenant; none when the commune is too large, or when `read` sees an older state of
    /// the store than somebody else has just seen.
    pub fn ask<T>(
        &self,
        read: &mut Read<'_>,
        room: &Room,
        question: impl FnOnce(&Index) -> T,
    ) -> db::Result<Option<T>> {
        let index = self.index_of(room.tenant_key());
        let mut index = lock(&index);
        let present = index.refresh(read, room)?;
        let answer = present.then(|| question(&index));
        self.keep(room.tenant_key(), index.entries.len());
        Ok(answer)
    }

    fn index_of(&self, tenant: &str) -> Arc<Mutex<Index>> {
        let mut slots = lock(&self.0);
        let now = slots.values().map(|slot| slot.used).max().unwrap_or_default() + 1;
        let slot = slots.entry(tenant.to_owned()).or_default();
        slot.used = now;
        slot.index.clone()
    }

    /// Notes the size of an index, and lets go of those that were not asked for longest.
    fn keep(&self, tenant: &str, records: usize) {
        let mut slots = lock(&self.0);
        if let Some(slot) = slots.get_mut(tenant) {
            slot.records = records;
        }
        while slots.values().map(|slot| slot.records).sum::<usize>() > MOST {
            let held = slots.iter().filter(|(_, slot)| slot.records > 0);
            let Some(oldest) = held.min_by_key(|(_, slot)| slot.used).map(|(tenant, _)| tenant.clone())
            else {
                break;
            };
            slots.remove(&oldest);
        }
    }
}

/// What a panic left behind is rebuilt or unchanged: see [`Index::refresh`].
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A record as a list shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Brief {
    /// Id.
    pub id: Uuid,
    /// Number of its version.
    pub version: u32,
    /// Where it stands.
    pub state: State,
    /// Who sent it.
    pub author: String,
    /// Residential area.
    pub area: Uuid,
    /// Day on which it was done, or the last day of a total's span.
    pub day: Date,
    /// First day of the span that a total is over.
    pub from: Option<Date>,
    /// Kind.
    pub kind: String,
    /// Version of the kind.
    pub kind_version: u32,
    /// Why it came back.
    pub reason: Option<String>,
}

impl From<Activity> for Brief {
    fn from(activity: Activity) -> Brief {
        let Activity { id, version, state, author, content, reason } = activity;
        let Content { area, day, from, kind, kind_version, .. } = content;
        Brief { id, version, state, author, area, day, from, kind, kind_version, reason }
    }
}

/// The records of one commune.
#[derive(Default)]
pub struct Index {
    /// The place in the audit log up to which it holds everything; none before it was first read.
    place: Option<i64>,
    /// The commune is too large.
    large: bool,
    /// By day and id.
    entries: Vec<Entry>,
    kinds: Names<(String, u32)>,
    authors: Names<String>,
    programmes: Names<String>,
    texts: Names<String>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("place", &self.place).finish_non_exhaustive()
    }
}

/// A record; what repeats is the number of a name.
struct Entry {
    day: Date,
    from: Option<Date>,
    id: Uuid,
    version: u32,
    state: State,
    area: Uuid,
    kind: u32,
    author: u32,
    programmes: u32,
    text: u32,
    reason: Option<Box<str>>,
}

db::row! {
    struct IndexRow {
        id: Uuid,
        version: u32,
        state: String,
        area: Uuid,
        day: Date,
        kind: String,
        programmes: String,
        author: String,
        search: String,
        reason: Option<String>,
        content: String,
    }
}

/// What the columns of a record do not say.
#[derive(Deserialize)]
struct Unlisted {
    kind_version: u32,
    from: Option<Date>,
}

impl Index {
    /// Brings it up to what `read` sees; whether it then is just that.
    fn refresh(&mut self, read: &mut Read<'_>, room: &Room) -> db::Result<bool> {
        let now = audit::last(read, room)?;
        match self.place {
            _ if self.large => return Ok(false),
            Some(place) if place == now => return Ok(true),
            Some(place) if place > now => return Ok(false),
            // Names are not forgotten one by one.
            Some(place) if now - place <= BEHIND && self.texts.list.len() <= self.entries.len() + 1000 => {
                self.place = None;
                for object in audit::objects_after(read, room, place)? {
                    if let Some(Ok(id)) = object.strip_prefix("activity ").map(Uuid::parse_str) {
                        self.read_again(read, room, id)?;
                    }
                }
            }
            _ => *self = Index::whole(read, room)?,
        }
        self.place = Some(now);
        Ok(!self.large)
    }

    fn whole(read: &mut Read<'_>, room: &Room) -> db::Result<Index> {
        let text = sql!(
            "select id, version, state, area_id, day, kind, programmes, author, search, reason, content \
             from activity where tenant = $1 order by day, id limit $2"
        );
        let mut index = Index::default();
        read.each(room, &text, &[(MOST as i64 + 1).into()], |row: IndexRow| {
            let entry = index.entry(row)?;
            index.entries.push(entry);
            Ok(())
        })?;
        let large = index.entries.len() > MOST;
        Ok(if large { Index { large, ..Index::default() } } else { index })
    }

    fn read_again(&mut self, read: &mut Read<'_>, room: &Room, id: Uuid) -> db::Result<()> {
        let text = sql!(
            "select id, version, state, area_id, day, kind, programmes, author, search, reason, content \
             from activity where tenant = $1 and id = $2"
        );
        let row: Option<IndexRow> = read.find(room, &text, &[id.into()])?;
        if let Some(old) = self.entries.iter().position(|entry| entry.id == id) {
            self.entries.remove(old);
        }
        if let Some(row) = row {
            let entry = self.entry(row)?;
            let place = self.entries.partition_point(|other| (other.day, other.id) < (entry.day, entry.id));
            self.entries.insert(place, entry);
        }
        Ok(())
    }

    fn entry(&mut self, row: IndexRow) -> db::Result<Entry> {
        let broken = |error: serde_json::Error| db::Error::Broken(error.to_string());
        let Unlisted { kind_version, from } = serde_json::from_str(&row.content).map_err(broken)?;
        Ok(Entry {
            day: row.day,
            from,
            id: row.id,
            version: row.version,
            state: State::from_key(&row.state).ok_or(db::Error::Shape { column: 2, wanted: "a state" })?,
            area: row.area,
            kind: self.kinds.number((row.kind, kind_version)),
            author: self.authors.number(row.author),
            programmes: self.programmes.number(row.programmes),
            text: self.texts.number(row.search),
            reason: row.reason.map(String::into_boxed_str),
        })
    }

    /// How many records a filter finds: exact, as [`crate::count`].
    pub fn count(&self, room: &Room, filter: &Filter) -> i64 {
        let fits = self.fits(room, filter);
        self.window(filter).iter().filter(|entry| fits(entry)).count() as i64
    }

    /// Records of a filter, newest first, after the record `(day, id)` of the page before, as [`crate::list`].
    pub fn list(&self, room: &Room, filter: &Filter, after: Option<(Date, Uuid)>, limit: u32) -> Vec<Brief> {
        let (fits, window) = (self.fits(room, filter), self.window(filter));
        let end = after.map_or(window.len(), |after| window.partition_point(|e| (e.day, e.id) < after));
        let before = window.get(..end).unwrap_or_default().iter().rev();
        before
            .filter(|entry| fits(entry))
            .take(limit as usize)
            .filter_map(|entry| self.brief(entry))
            .collect()
    }

    fn brief(&self, entry: &Entry) -> Option<Brief> {
        let (kind, kind_version) = &**self.kinds.list.get(entry.kind as usize)?;
        Some(Brief {
            id: entry.id,
            version: entry.version,
            state: entry.state,
            author: self.authors.list.get(entry.author as usize)?.to_string(),
            area: entry.area,
            day: entry.day,
            from: entry.from,
            kind: kind.clone(),
            kind_version: *kind_version,
            reason: entry.reason.as_deref().map(str::to_owned),
        })
    }

    /// The records of the days asked for.
    fn window(&self, filter: &Filter) -> &[Entry] {
        let from = filter.from.map_or(0, |from| self.entries.partition_point(|entry| entry.day < from));
        let until = self.entries.len();
        let to = filter.to.map_or(until, |to| self.entries.partition_point(|entry| entry.day <= to));
        self.entries.get(from..to).unwrap_or_default()
    }

    /// The other conditions. What repeats is asked once for each name.
    fn fits(&self, room: &Room, filter: &Filter) -> impl Fn(&Entry) -> bool {
        let area = filter.area_in(room);
        let state = filter.state;
        let me = self.authors.list.iter().position(|author| **author == room.account());
        let kinds = filter.kind.as_ref().map(|kind| self.kinds.which(|(of, _)| of == kind));
        let programme = filter.programme.as_ref().map(|programme| format!("|{programme}|"));
        let programmes = programme.map(|programme| self.programmes.which(|all| all.contains(&programme)));
        let key = vietnamese::text::search_key(&filter.text);
        let texts = (!key.is_empty()).then(|| self.texts.which(|text| text.contains(&key)));
        move |entry| {
            state.is_none_or(|state| state == entry.state)
                && area.is_none_or(|area| area == entry.area)
                // Nobody sees another's draft.
                && (entry.state != State::Draft || me == Some(entry.author as usize))
                && chosen(kinds.as_deref(), entry.kind)
                && chosen(programmes.as_deref(), entry.programmes)
                && chosen(texts.as_deref(), entry.text)
        }
    }
}

/// Whether a name is among those that are meant; all are when nothing is asked.
fn chosen(among: Option<&[bool]>, number: u32) -> bool {
    among.is_none_or(|among| among.get(number as usize) == Some(&true))
}

/// Names with their numbers, each once.
struct Names<T> {
    list: Vec<Arc<T>>,
    numbers: HashMap<Arc<T>, u32>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Names { list: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: Eq + Hash> Names<T> {
    fn number(&mut self, name: T) -> u32 {
        if let Some(number) = self.numbers.get(&name) {
            return *number;
        }
        let (name, number) = (Arc::new(name), self.list.len() as u32);
        self.list.push(name.clone());
        self.numbers.insert(name, number);
        number
    }

    /// By number, whether a name is meant.
    fn which(&self, meant: impl Fn(&T) -> bool) -> Vec<bool> {
        self.list.iter().map(|name| meant(name)).collect()
    }
}
