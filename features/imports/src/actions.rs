//! What is done with an import before it is applied, each in one transaction: kept, its columns named, converted; and
//! the dry run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use activities::{Filter, State as RecordState};
use catalogue::{Catalogue, Kind};
use db::{Read, Tx};
use jiff::Timestamp;
use kernel::{Areas, Denied, Lang, Place, Room, Scope, audit};
use uuid::Uuid;
use vietnamese::legacy::{self, Encoding};

use crate::check::{self, Checked, Ground, Known};
use crate::mapping::{self, Mapping};
use crate::model::{Import, Refusal, State, record_id};
use crate::run::open;
use crate::sheet::{Line, Sheet};
use crate::store;

/// Records of a page while looking for those that are there already.
const PAGE: u32 = 500;

/// Whoever works on imports of a commune, where, and when.
#[derive(Debug, Clone)]
pub struct Desk {
    scope: Scope,
    place: Place,
    room: Room,
    catalogue: Arc<Catalogue>,
    now: Timestamp,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// A rule says no.
    #[error(transparent)]
    Rule(#[from] Refusal),
    /// Records of the import were changed since: the row and the record of each. Nothing was taken back.
    #[error("{} records were changed since", .0.len())]
    ChangedSince(Vec<(u32, Uuid)>),
    /// A record refuses the step, although the dry run let it pass.
    #[error("row {row}: {refusal}")]
    Record {
        /// Number of the row in the file.
        row: u32,
        /// Why.
        refusal: activities::Refusal,
    },
    /// A row that was good when the import began is so no more.
    #[error("row {0} is not good any more")]
    NotGoodNow(u32),
    /// There is no such import within the caller's reach.
    #[error("not found")]
    NotFound,
    /// Somebody changed the import meanwhile.
    #[error("changed meanwhile")]
    Changed,
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The areas of the commune cannot be read.
    #[error(transparent)]
    Areas(#[from] units::Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] db::Error),
}

impl Desk {
    /// Sits down: `room` was entered to record, and covers the whole commune.
    ///
    /// # Errors
    /// [`Denied`] for a room of single areas.
    pub fn new(
        scope: Scope,
        place: Place,
        room: Room,
        catalogue: Arc<Catalogue>,
        now: Timestamp,
    ) -> Result<Desk, Denied> {
        match room.areas() {
            Areas::All => Ok(Desk { scope, place, room, catalogue, now }),
            Areas::Only(_) => Err(Denied),
        }
    }

    pub(crate) fn room(&self) -> &Room {
        &self.room
    }

    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    fn kind(&self, id: &str) -> Result<&Kind, Refused> {
        self.catalogue.kind(id).ok_or(Refused::NotFound)
    }

    /// One import.
    ///
    /// # Errors
    /// [`Refused::NotFound`], or the store's.
    pub fn find(&self, read: &mut Read<'_>, id: Uuid) -> Result<Import, Refused> {
        store::find(read, &self.room, &self.catalogue, id)?.ok_or(Refused::NotFound)
    }

    /// The newest imports, newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn newest(&self, read: &mut Read<'_>, limit: u32) -> db::Result<Vec<Import>> {
        store::newest(read, &self.room, &self.catalogue, limit)
    }

    /// The rows of an import.
    ///
    /// # Errors
    /// Those of the store.
    pub fn rows(&self, read: &mut Read<'_>, id: Uuid) -> db::Result<Vec<Line>> {
        store::rows(read, &self.room, id)
    }

    /// How many rows an import has, and how many records were made of them.
    ///
    /// # Errors
    /// Those of the store.
    pub fn counts(&self, read: &mut Read<'_>, id: Uuid) -> db::Result<(u32, u32)> {
        Ok((store::count_rows(read, &self.room, id)?, store::made(read, &self.room, id)?))
    }

    /// How columns with these headers are read: as last time, else as guessed.
    fn mapping_of(&self, read: &mut Read<'_>, kind: &Kind, headers: &[String]) -> db::Result<Mapping> {
        let signature = mapping::signature(headers);
        Ok(match store::remembered(read, &self.room, &kind.id, &signature)? {
            Some(json) => mapping::from_json(kind, &json, headers.len()),
            None => mapping::guess(kind, headers),
        })
    }

    /// Keeps a sheet that was read. The same id again changes nothing.
    ///
    /// # Errors
    /// [`Refused::NotFound`] without such a kind, or the store's.
    pub fn keep(
        &self,
        tx: &mut Tx<'_>,
        id: Uuid,
        kind: &str,
        file_name: &str,
        sheet: &Sheet,
    ) -> Result<Import, Refused> {
        let kind = self.kind(kind)?;
        self.log(tx, "import.read", id, &format!("{} {}", kind.id, sheet.rows.len()))?;
        let import = Import {
            id,
            version: 1,
            state: State::Read,
            kind: kind.id.clone(),
            file_name: file_name.to_owned(),
            mapping: self.mapping_of(tx, kind, &sheet.headers)?,
            headers: sheet.headers.clone(),
            encoding: None,
            created_by: self.room.account().to_owned(),
            created_at: self.now,
            kept: 0,
            run: None,
        };
        if store::add(tx, &self.room, &import)? {
            for row in &sheet.rows {
                store::add_row(tx, &self.room, id, row)?;
            }
        }
        self.find(tx, id)
    }

    /// Says what the columns answer, now and the next time such a sheet comes.
    ///
    /// # Errors
    /// [`Refusal::TwoColumns`], [`Refusal::NotNow`], [`Refused::Changed`].
    pub fn set_mapping(
        &self,
        tx: &mut Tx<'_>,
        seen: (Uuid, u32),
        mapping: Mapping,
    ) -> Result<Import, Refused> {
        self.log(tx, "import.mapping", seen.0, &seen.1.to_string())?;
        let import = open(self.find(tx, seen.0)?, seen.1)?;
        let named: Vec<_> = mapping.iter().flatten().collect();
        if named.iter().collect::<BTreeSet<_>>().len() != named.len() {
            return Err(Refusal::TwoColumns.into());
        }
        let mut next = Import { version: import.version + 1, mapping, ..import };
        next.mapping.resize(next.headers.len(), None);
        store::set(tx, &self.room, &next, self.now)?;
        let signature = mapping::signature(&next.headers);
        store::remember(tx, &self.room, &next.kind, &signature, &next.mapping, self.now)?;
        Ok(next)
    }

    /// Converts every text from an older encoding.
    ///
    /// # Errors
    /// [`Refusal::NotNow`] when it was converted already, [`Refused::Changed`].
    pub fn convert(&self, tx: &mut Tx<'_>, seen: (Uuid, u32), from: Encoding) -> Result<Import, Refused> {
        self.log(tx, "import.convert", seen.0, from.key())?;
        let import = open(self.find(tx, seen.0)?, seen.1)?;
        if import.encoding.is_some() {
            return Err(Refusal::NotNow.into());
        }
        for row in store::rows(tx, &self.room, import.id)? {
            let cells: Vec<String> = row.cells.iter().map(|cell| legacy::decode(cell, from)).collect();
            if cells != row.cells {
                store::set_cells(tx, &self.room, import.id, &Line { cells, ..row })?;
            }
        }
        let headers: Vec<String> = import.headers.iter().map(|header| legacy::decode(header, from)).collect();
        let mapping = self.mapping_of(tx, self.kind(&import.kind)?, &headers)?;
        let next = Import { version: import.version + 1, headers, mapping, encoding: Some(from), ..import };
        store::set(tx, &self.room, &next, self.now)?;
        Ok(next)
    }

    /// What applying would do. Reads only.
    ///
    /// # Errors
    /// Those of the store.
    pub fn dry_run(
        &self,
        read: &mut Read<'_>,
        import: &Import,
        rows: &[Line],
        lang: Lang,
    ) -> Result<Checked, Refused> {
        let days = check::days(rows, &import.mapping, kernel::local_day(self.now));
        let own: BTreeSet<Uuid> = rows.iter().map(|row| record_id(import.id, row.number)).collect();
        let known = self.known(read, &import.kind, (days.first().copied(), days.last().copied()), &own)?;
        self.check(read, import, rows, (&known, lang))
    }

    /// Which of some rows can be records, without looking for what is there already.
    pub(crate) fn check_rows(
        &self,
        read: &mut Read<'_>,
        import: &Import,
        rows: &[Line],
    ) -> Result<Checked, Refused> {
        self.check(read, import, rows, (&[], Lang::Vi))
    }

    fn check(
        &self,
        read: &mut Read<'_>,
        import: &Import,
        rows: &[Line],
        (known, lang): (&[Known], Lang),
    ) -> Result<Checked, Refused> {
        let today = kernel::local_day(self.now);
        let mut areas = BTreeMap::new();
        for day in check::days(rows, &import.mapping, today) {
            areas.insert(day, units::areas_of(read, &self.scope, &self.place, day)?);
        }
        let ground = Ground {
            catalogue: &self.catalogue,
            kind: &import.kind,
            areas: &areas,
            today,
            line: activities::line_for(&self.room, self.kind(&import.kind)?),
            known,
            lang,
        };
        Ok(check::check(&ground, rows, &import.mapping))
    }

    /// How many of the first rows of aggregate entries may count something twice; each record's page says it later for
    /// every one.
    ///
    /// # Errors
    /// Those of the store.
    pub fn doubled(&self, read: &mut Read<'_>, import: &Import, checked: &Checked) -> db::Result<usize> {
        let mut doubled = 0;
        for row in checked.good.iter().take(PAGE as usize) {
            let of = (record_id(import.id, row.number), &row.content);
            let doubles = activities::doubles(read, &self.room, &self.catalogue, of)?;
            doubled += usize::from(!doubles.is_none());
        }
        Ok(doubled)
    }

    /// Records of a kind within some days that are neither withdrawn nor of this import.
    fn known(
        &self,
        read: &mut Read<'_>,
        kind: &str,
        (from, to): (Option<jiff::civil::Date>, Option<jiff::civil::Date>),
        own: &BTreeSet<Uuid>,
    ) -> db::Result<Vec<Known>> {
        let filter = Filter { kind: Some(kind.to_owned()), from, to, ..Filter::default() };
        let (mut known, mut after) = (Vec::new(), None);
        loop {
            let listed = activities::list(read, &self.room, &self.catalogue, &filter, after, PAGE)?;
            after = listed.last().map(|last| (last.activity.content.day, last.activity.id));
            let more = listed.len() == PAGE as usize;
            for activity in listed.into_iter().map(|listed| listed.activity) {
                if activity.state == RecordState::Withdrawn || own.contains(&activity.id) {
                    continue;
                }
                let content = &activity.content;
                let kind = self.catalogue.kinds().version(&content.kind, content.kind_version);
                known.push(Known {
                    id: activity.id,
                    area: content.area,
                    day: content.day,
                    main: kind.and_then(|kind| check::main_number(kind, &content.fields)),
                    subject: kind.and_then(|kind| check::subject(kind, &content.fields)),
                });
            }
            if !more {
                return Ok(known);
            }
        }
    }

    pub(crate) fn log(&self, tx: &mut Tx<'_>, action: &str, id: Uuid, detail: &str) -> db::Result<()> {
        let object = format!("import {id}");
        audit::record(tx, &self.room, &audit::Entry { at: self.now, action, object: &object, detail })
    }
}

pub(crate) fn refused_row(row: u32, refused: activities::Refused) -> Refused {
    match refused {
        activities::Refused::Rule(activities::Refusal::PersonalNumber) => Refusal::PersonalNumber.into(),
        activities::Refused::Rule(refusal) => Refused::Record { row, refusal },
        activities::Refused::NotFound => Refused::NotFound,
        activities::Refused::Changed(_) => Refused::Changed,
        activities::Refused::Store(error) => error.into(),
    }
}
