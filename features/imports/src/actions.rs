//! What is done with an import, each in one transaction: kept, its columns named, converted, applied, undone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use activities::{Filter, State as RecordState, Step};
use catalogue::{Catalogue, Kind};
use db::{Read, Tx};
use jiff::Timestamp;
use kernel::{Areas, Denied, Lang, Place, Room, Scope, audit};
use uuid::Uuid;
use vietnamese::legacy::{self, Encoding};

use crate::check::{self, Checked, Ground, Known};
use crate::mapping::{self, Mapping};
use crate::model::{Import, Refusal, State, record_id};
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

/// What a person says when applying.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Whether rows with wrong cells are left out; else one such row stops everything.
    pub skip_bad: bool,
    /// Rows to take although they look like something that is there already; the other such rows are left out.
    pub take: BTreeSet<u32>,
}

/// What an undoing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undone {
    /// Records taken back.
    pub withdrawn: usize,
    /// Records left as they are, because they were changed since.
    pub left: usize,
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

    /// Rows and the records that were made of them.
    ///
    /// # Errors
    /// Those of the store.
    pub fn records(&self, read: &mut Read<'_>, id: Uuid) -> db::Result<Vec<(u32, Uuid)>> {
        store::records(read, &self.room, id)
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
        let import = self.open(tx, seen)?;
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
        let import = self.open(tx, seen)?;
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
        let today = kernel::local_day(self.now);
        let days = check::days(rows, &import.mapping, today);
        let mut areas = BTreeMap::new();
        for day in &days {
            areas.insert(*day, units::areas_of(read, &self.scope, &self.place, *day)?);
        }
        let own: BTreeSet<Uuid> = rows.iter().map(|row| record_id(import.id, row.number)).collect();
        let known = self.known(read, &import.kind, (days.first().copied(), days.last().copied()), &own)?;
        let ground = Ground {
            catalogue: &self.catalogue,
            kind: &import.kind,
            areas: &areas,
            today,
            line: activities::line_for(&self.room, self.kind(&import.kind)?),
            known: &known,
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

    /// Makes records of the good rows, all of them or none; how many. Applying again changes nothing.
    ///
    /// # Errors
    /// [`Refusal::BadRows`], [`Refusal::Nothing`], [`Refusal::NotNow`] after an undoing, [`Refused::Changed`].
    pub fn apply(
        &self,
        tx: &mut Tx<'_>,
        (id, version): (Uuid, u32),
        choice: &Choice,
    ) -> Result<usize, Refused> {
        // First, because the head of the audit chain is the tenant's write lock where several writers run.
        self.log(tx, "import.apply", id, &version.to_string())?;
        let import = self.find(tx, id)?;
        if import.state == State::Applied {
            return Ok(store::records(tx, &self.room, id)?.len());
        }
        let import = self.open(tx, (id, version))?;
        let rows = store::rows(tx, &self.room, id)?;
        let checked = self.dry_run(tx, &import, &rows, Lang::Vi)?;
        if checked.bad_rows > 0 && !choice.skip_bad {
            return Err(Refusal::BadRows.into());
        }
        let suspects: BTreeSet<u32> = checked.suspects.iter().map(|suspect| suspect.row).collect();
        let left_out = |row: u32| suspects.contains(&row) && !choice.take.contains(&row);
        let mut made = 0;
        for row in checked.good.into_iter().filter(|row| !left_out(row.number)) {
            let record = record_id(id, row.number);
            let step = Step::Send(row.content);
            activities::change(tx, &self.room, &self.catalogue, (record, 0), step, self.now)
                .map_err(|refused| refused_row(row.number, refused))?;
            store::set_record(tx, &self.room, id, row.number, record)?;
            made += 1;
        }
        if made == 0 {
            return Err(Refusal::Nothing.into());
        }
        let next = Import { version: import.version + 1, state: State::Applied, ..import };
        store::set(tx, &self.room, &next, self.now)?;
        Ok(made)
    }

    /// Takes back every record of the import that is as it was imported. If others were changed since, it takes back
    /// nothing and names them, unless told to leave those. Undoing again changes nothing.
    ///
    /// # Errors
    /// [`Refused::ChangedSince`], [`Refusal::NoReason`], [`Refusal::NotNow`], [`Refused::Changed`].
    pub fn undo(
        &self,
        tx: &mut Tx<'_>,
        (id, version): (Uuid, u32),
        reason: &str,
        leave_changed: bool,
    ) -> Result<Undone, Refused> {
        self.log(tx, "import.undo", id, &version.to_string())?;
        let import = self.find(tx, id)?;
        match import.state {
            State::Read => return Err(Refusal::NotNow.into()),
            State::Undone => return Ok(Undone { withdrawn: 0, left: 0 }),
            State::Applied if import.version != version => return Err(Refused::Changed),
            State::Applied => {}
        }
        if reason.trim().is_empty() {
            return Err(Refusal::NoReason.into());
        }
        let (mut as_imported, mut changed) = (Vec::new(), Vec::new());
        for (row, record) in store::records(tx, &self.room, id)? {
            let activity =
                activities::find(tx, &self.room, &self.catalogue, record)?.ok_or(Refused::NotFound)?;
            match activity.state {
                // Taken back by hand already.
                RecordState::Withdrawn => {}
                RecordState::Sent if activity.version == 1 => as_imported.push((row, record)),
                _ => changed.push((row, record)),
            }
        }
        if !changed.is_empty() && !leave_changed {
            return Err(Refused::ChangedSince(changed));
        }
        for (row, record) in &as_imported {
            let step = Step::Withdraw(reason.to_owned());
            activities::change(tx, &self.room, &self.catalogue, (*record, 1), step, self.now)
                .map_err(|refused| refused_row(*row, refused))?;
        }
        let next = Import { version: import.version + 1, state: State::Undone, ..import };
        store::set(tx, &self.room, &next, self.now)?;
        Ok(Undone { withdrawn: as_imported.len(), left: changed.len() })
    }

    /// An import that was not applied, in the version that the person saw.
    fn open(&self, tx: &mut Tx<'_>, (id, version): (Uuid, u32)) -> Result<Import, Refused> {
        let import = self.find(tx, id)?;
        match import.state {
            State::Read if import.version == version => Ok(import),
            State::Read => Err(Refused::Changed),
            State::Applied | State::Undone => Err(Refusal::NotNow.into()),
        }
    }

    fn log(&self, tx: &mut Tx<'_>, action: &str, id: Uuid, detail: &str) -> db::Result<()> {
        let object = format!("import {id}");
        audit::record(tx, &self.room, &audit::Entry { at: self.now, action, object: &object, detail })
    }
}

fn refused_row(row: u32, refused: activities::Refused) -> Refused {
    match refused {
        activities::Refused::Rule(activities::Refusal::PersonalNumber) => Refusal::PersonalNumber.into(),
        activities::Refused::Rule(refusal) => Refused::Record { row, refusal },
        activities::Refused::NotFound => Refused::NotFound,
        activities::Refused::Changed(_) => Refused::Changed,
        activities::Refused::Store(error) => error.into(),
    }
}
