//! What stands behind a figure, and reports made without being stored: for the figure's page and the command line.

use std::collections::BTreeMap;

use activities::Activity;
use catalogue::{Catalogue, Indicator, LINES, SliceBy, WHOLE, Window};
use db::{Db, Read};
use figures::{Figure, Shown, Value, WITHHELD};
use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Action, Lang, Line, Scope, Texts, local_day};
use paper::ProfileId;
use serde::{Deserialize, Serialize};
use units::{Basis, Unit};
use uuid::Uuid;

use crate::communes::Communes;
use crate::model::{
    AS_IT_IS_NOW, Column, Entry, Refused, Report, Share, State, Viewer, Words, amount, definition,
};
use crate::sheet::{self, Desk, Sheet, What, records_now, rules};
use crate::signing::Printing;
use crate::{actions, areas, store};

/// Everything a figure answers for.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// Official code of the unit.
    pub unit_code: String,
    /// Name of the unit.
    pub unit: String,
    /// The report it stands in, if it was asked for there.
    pub report: Option<Uuid>,
    /// When that report was frozen.
    pub frozen_at: Option<Timestamp>,
    /// Which of the row's figures.
    pub column: Column,
    /// Key of the basis.
    pub basis: String,
    /// Indicator.
    pub indicator: String,
    /// Version of its definition; 0 when it did not exist on the window's last day.
    pub version: u32,
    /// Slice.
    pub slice: String,
    /// The label of its row, or the name of the indicator.
    pub label: Words,
    /// Name of the indicator.
    pub name: Words,
    /// What it is counted in.
    pub counted_in: Words,
    /// How it is counted.
    pub definition: Words,
    /// The paper that asks for it.
    pub legal_basis: Option<String>,
    /// Whether that paper was seen in full.
    pub checked: bool,
    /// First day of the window.
    pub from: Date,
    /// Last day of the window.
    pub to: Date,
    /// The value; none when it is hidden from this reader.
    pub value: Option<Value>,
    /// The value in words.
    pub shown: Words,
    /// How much of it aggregate entries say, in words; none when they say nothing of it.
    pub entered: Option<Words>,
    /// Whether the records are those stored with the frozen report; else they are those of now.
    pub as_frozen: bool,
    /// The records behind it, oldest first.
    pub records: Vec<Behind>,
    /// Of a unit above communes, what each commune says that says something.
    pub communes: Vec<Part>,
    /// What became of records since the report was frozen.
    pub changes: Vec<Since>,
}

/// What a commune says of a figure of the unit above it.
#[derive(Debug, Clone, Serialize)]
pub struct Part {
    /// Its official code.
    pub code: String,
    /// Its full name.
    pub name: String,
    /// Its figure in words; hidden where it would give a small number of people away.
    pub shown: Words,
}

/// A record behind a figure.
#[derive(Debug, Clone, Serialize)]
pub struct Behind {
    /// Its id.
    pub id: Uuid,
    /// The version that counts.
    pub version: u32,
    /// The day of what was done; of an aggregate entry the last of its days.
    pub day: Option<Date>,
    /// The first of the days that an aggregate entry is a total over.
    pub from: Option<Date>,
    /// Name of the residential area.
    pub area: String,
    /// Id of its kind.
    pub kind: String,
    /// What it adds; none when it is hidden from this reader or cannot be told any more.
    pub amount: Option<i64>,
    /// The same in words.
    pub shown: Words,
}

/// What became of a record after its report was frozen.
#[derive(Debug, Clone, Serialize)]
pub struct Since {
    /// Its id.
    pub id: Uuid,
    /// What became of it.
    pub what: What,
    /// The version counted then.
    pub counted: Option<u32>,
    /// Its version now.
    pub version: Option<u32>,
    /// Its state now.
    pub state: Option<&'static str>,
    /// The day of what was done, as it stands now.
    pub day: Option<Date>,
    /// Id of its kind.
    pub kind: Option<String>,
}

impl From<&sheet::Change> for Since {
    fn from(change: &sheet::Change) -> Self {
        let now = change.now.as_ref();
        Since {
            id: change.id,
            what: change.what,
            counted: change.counted,
            version: now.map(|now| now.version),
            state: now.map(|now| now.state.key()),
            day: now.map(|now| now.content.day),
            kind: now.map(|now| now.content.kind.clone()),
        }
    }
}

/// Which figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// As the cells say now.
    Live {
        /// Indicator.
        indicator: String,
        /// Slice, `*` for the whole.
        slice: String,
        /// Id of the period regime.
        regime: String,
        /// Period, as the regime writes it.
        period: String,
        /// In which borders.
        basis: Basis,
    },
    /// In a stored report: as it was when the report is frozen.
    Report {
        /// The report.
        id: Uuid,
        /// The figure's place in it, from 1.
        place: u32,
    },
}

/// Explains a figure of a unit, for the command line.
///
/// # Errors
/// [`Refused::NotFound`], [`Refused::NoRule`] (also for a slice the indicator does not have), [`Refused::Period`], [`Refused::Denied`]; those of the store.
pub fn explain(
    db: &Db,
    scope: &Scope,
    catalogue: &Catalogue,
    unit_code: &str,
    asked: &Asked,
    now: Timestamp,
) -> Result<Explanation, Refused> {
    db.read_now(|read| {
        let unit = actions::unit(read, scope, unit_code, local_day(now))?;
        let room = scope.enter(&unit.place(), Action::SeeReports)?;
        let desk = Desk { scope, unit: &unit, room: &room, catalogue, today: local_day(now) };
        let viewer = Viewer::of(scope, &desk.place());
        match asked {
            Asked::Live { indicator, slice, regime, period, basis } => {
                let regime = catalogue.regime(regime).ok_or(Refused::NoRule)?;
                let window = regime.window(period)?;
                let rule = catalogue.indicators().on(indicator, window.to).ok_or(Refused::NoRule)?;
                if !has_slice(catalogue, rule, slice) {
                    return Err(Refused::NoRule);
                }
                let entry = Entry {
                    place: 0,
                    part: String::new(),
                    row: 0,
                    column: Column::Current,
                    definition: definition(catalogue, indicator, None, window.to),
                    figure: sheet::figure(read, desk, *basis, (indicator, slice), &window)?,
                    records: None,
                    communes: None,
                };
                explained(read, desk, viewer, (None, *basis), &entry)
            }
            Asked::Report { id, place } => {
                let report = store::find(read, &room, *id)?.ok_or(Refused::NotFound)?;
                let sheet = sheet::sheet(read, desk, report)?;
                let entry = sheet.entry(*place).ok_or(Refused::NotFound)?;
                explained(read, desk, viewer, (Some(&sheet), sheet.report.basis()), entry)
            }
        }
    })
}

/// Whether an indicator can be broken down to a slice: a mistyped one would read as nought.
fn has_slice(catalogue: &Catalogue, rule: &Indicator, slice: &str) -> bool {
    let Some((by, value)) = slice.split_once(':') else { return slice == WHOLE };
    rule.slices.iter().any(|slices| match slices {
        SliceBy::Programme => by == "programme" && catalogue.programme(value).is_some(),
        SliceBy::Line => by == "line" && LINES.contains(&value),
        SliceBy::Field(field) => {
            let fields = catalogue.kinds().all().filter_map(|kind| kind.field(field));
            by == field && fields.flat_map(|field| field.input.options()).any(|option| option.id == value)
        }
    })
}

/// Explains one figure, of a report or by itself, that was read on a basis.
pub(crate) fn explained(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    viewer: Viewer,
    (sheet, basis): (Option<&Sheet>, Basis),
    entry: &Entry,
) -> Result<Explanation, Refused> {
    let report = sheet.map(|sheet| &sheet.report);
    let seen = sheet.map(|sheet| sheet.seen(viewer, desk.catalogue));
    let room = match report {
        Some(report) => desk.room.narrowed(report.area)?,
        None => desk.room.clone(),
    };
    let desk = Desk { room: &room, ..desk };
    let (figure, meaning) = (&entry.figure, &entry.definition);
    let shown = |lang| match &seen {
        Some(seen) => seen.shown(entry, lang),
        None => viewer.shown(desk.catalogue, figure, meaning, lang),
    };
    let value = matches!(shown(Lang::Vi), Shown::Value(_)).then_some(figure.value);
    let withheld = shown(Lang::Vi) == Shown::Withheld;
    let changes = sheet::changes(read, desk, basis, &[entry])?;
    Ok(Explanation {
        unit_code: desk.unit.code.clone(),
        unit: desk.unit.full_name(Lang::Vi),
        report: report.map(|report| report.id),
        frozen_at: report.and_then(|report| report.frozen_at),
        column: entry.column,
        basis: basis.key(),
        indicator: figure.indicator.clone(),
        version: figure.version,
        slice: figure.slice.clone(),
        label: meaning.label.clone(),
        name: meaning.name.clone(),
        counted_in: meaning.unit.clone(),
        definition: meaning.definition.clone(),
        legal_basis: meaning.legal_basis.clone(),
        checked: meaning.checked,
        from: figure.from,
        to: figure.to,
        value,
        shown: Words { vi: shown(Lang::Vi).words(), en: shown(Lang::En).words() },
        entered: viewer
            .entered(figure, meaning, Lang::Vi)
            .map(|vi| Words { en: viewer.entered(figure, meaning, Lang::En).unwrap_or_default(), vi }),
        as_frozen: entry.records.is_some() || entry.communes.is_some(),
        communes: parts(read, desk, entry, withheld)?,
        records: behind(read, desk, (viewer, withheld), basis, entry)?,
        changes: changes.iter().map(Since::from).collect(),
    })
}

/// What each commune says of a figure: as stored with it, else as of now. Where a small number of people is hidden, or
/// their sum withheld, the others are withheld with it: the sum less all others would say it.
fn parts(read: &mut Read<'_>, desk: Desk<'_>, entry: &Entry, withheld: bool) -> Result<Vec<Part>, Refused> {
    let shares = match &entry.communes {
        _ if entry.column.of_target() => Vec::new(),
        Some(stored) => stored.clone(),
        None => Communes::open(read, desk, entry.figure.to)?.shares(read, &entry.figure)?,
    };
    let of = |share: &Share| Figure { value: share.value, entered: 0, ..entry.figure.clone() };
    // Whoever sees the unit above is outside each commune.
    let shown =
        |share: &Share, lang| Viewer::Outside.shown(desk.catalogue, &of(share), &entry.definition, lang);
    let hides = withheld || shares.iter().any(|share| shown(share, Lang::Vi) == Shown::Suppressed);
    let told = |share: &Share, lang| match shown(share, lang) {
        Shown::Value(_) if hides => WITHHELD.to_owned(),
        other => other.words(),
    };
    let part = |share: &Share| Part {
        code: share.code.clone(),
        name: share.name.clone(),
        shown: Words { vi: told(share, Lang::Vi), en: told(share, Lang::En) },
    };
    Ok(shares.iter().map(part).collect())
}

/// The records behind a figure: those stored with it, else those of now.
fn behind(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    (viewer, withheld): (Viewer, bool),
    basis: Basis,
    entry: &Entry,
) -> Result<Vec<Behind>, Refused> {
    let figure = &entry.figure;
    if entry.column.of_target() {
        return Ok(Vec::new());
    }
    let areas = area_names(read, desk, (figure.from, figure.to))?;
    let area = |id: Uuid| areas.get(&id).cloned().unwrap_or_else(|| "–".to_owned());
    let told = |amount: Option<i64>| {
        // All amounts together are the figure.
        let amount = amount.filter(|_| !withheld);
        let shown =
            |lang| amount.map_or_else(|| "–".to_owned(), |n| viewer.amount(n, &entry.definition, lang));
        (
            amount.filter(|n| !viewer.hides(*n, &entry.definition)),
            Words { vi: shown(Lang::Vi), en: shown(Lang::En) },
        )
    };
    let of = (figure.indicator.as_str(), figure.slice.as_str());
    let Some(stored) = &entry.records else {
        let makeup = desk.makeup(read, basis)?;
        let (rooms, days) = (desk.rooms(&makeup)?, (figure.from, figure.to));
        let now = activities::evidence_over(read, (&rooms, &makeup), desk.catalogue, of, days)?;
        let record = |(activity, adds): (Activity, figures::Amount)| {
            let (amount, shown) = told(Some(amount(&adds)));
            Behind {
                id: activity.id,
                version: activity.version,
                day: Some(activity.content.day),
                from: activity.content.from,
                area: area(activity.content.area),
                kind: activity.content.kind,
                amount,
                shown,
            }
        };
        return Ok(now.into_iter().map(record).collect());
    };
    let now = records_now(read, desk, basis, (figure.from, figure.to), stored.iter().map(|(id, _)| *id))?;
    let mut records = Vec::new();
    for (id, version) in stored {
        let record = match now.get(id) {
            Some(activity) if activity.version == *version => Some(activity.content.record()),
            _ => as_it_was(read, desk, basis, (*id, *version))?,
        };
        let adds =
            record.as_ref().and_then(|record| figures::contribution(record, desk.catalogue, of.0, of.1));
        let (amount, shown) = told(adds.as_ref().map(amount));
        records.push(Behind {
            id: *id,
            version: *version,
            day: record.as_ref().map(|record| record.day),
            from: record.as_ref().and_then(|record| record.from),
            area: record.as_ref().map_or_else(|| "–".to_owned(), |record| area(record.area)),
            kind: record.map(|record| record.kind).unwrap_or_default(),
            amount,
            shown,
        });
    }
    Ok(records)
}

/// A record's content as its history keeps it.
#[derive(Deserialize)]
struct Kept {
    area: Uuid,
    day: Date,
    #[serde(default)]
    from: Option<Date>,
    kind: String,
    kind_version: u32,
    line: Option<String>,
    programmes: Vec<String>,
    fields: serde_json::Value,
}

/// A record as an earlier version said it; none when that version cannot be read any more.
fn as_it_was(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    basis: Basis,
    (id, version): (Uuid, u32),
) -> Result<Option<figures::Record>, Refused> {
    for room in desk.rooms(&desk.makeup(read, basis)?)? {
        let versions = activities::versions(read, &room, id)?;
        let Some(kept) = versions.iter().find(|kept| kept.version == version) else { continue };
        let Ok(kept) = serde_json::from_str::<Kept>(&kept.content) else { return Ok(None) };
        let rules = desk.catalogue.of_tenant(room.tenant_key());
        let kind = rules.kinds().version(&kept.kind, kept.kind_version);
        return Ok(kind.and_then(|kind| {
            Some(figures::Record {
                area: kept.area,
                day: kept.day,
                from: kept.from,
                fields: kind.from_json(&kept.fields).ok()?,
                kind: kept.kind,
                line: kept.line.as_deref().and_then(Line::from_key),
                programmes: kept.programmes,
            })
        }));
    }
    Ok(None)
}

/// The names of the unit's residential areas at both ends of a window.
fn area_names(
    read: &mut Read<'_>,
    desk: Desk<'_>,
    (from, to): (Date, Date),
) -> Result<BTreeMap<Uuid, String>, Refused> {
    let whole = Texts::get().text(Lang::Vi, "activities-whole-unit", &[]);
    let mut names = BTreeMap::from([(activities::WHOLE_UNIT, whole)]);
    for (borders, on) in [(desk.today, from), (desk.today, to), (from, from), (to, to)] {
        let areas = units::areas_within(read, desk.scope, &desk.place(), borders, on)?;
        names.extend(areas.into_iter().map(|area| (area.id, area.name)));
    }
    Ok(names)
}

/// A report made without being stored.
#[derive(Debug, Clone)]
pub struct Made {
    /// The unit.
    pub unit: Unit,
    /// The report: its id is nil and its version 0.
    pub sheet: Sheet,
}

/// Makes a report from the cells as they are now, with the texts of the stored report of the period if there is one.
/// Nothing is written.
///
/// # Errors
/// [`Refused::NotFound`], [`Refused::NoForm`], [`Refused::Period`], [`Refused::Denied`]; those of the store.
pub fn make(
    db: &Db,
    scope: &Scope,
    catalogue: &Catalogue,
    unit_code: &str,
    (form, period): (&str, &str),
    now: Timestamp,
) -> Result<Made, Refused> {
    let latest = catalogue.form(form).ok_or(Refused::NoForm)?;
    let window: Window = catalogue.regime(&latest.regime).ok_or(Refused::NoForm)?.window(period)?;
    let form = catalogue.forms().on(form, window.from).ok_or(Refused::NoForm)?;
    db.read_now(|read| {
        let unit = actions::unit(read, scope, unit_code, local_day(now))?;
        if !actions::is_for(form, &unit, None) {
            return Err(Refused::NoForm);
        }
        let room = scope.enter(&unit.place(), Action::SeeReports)?;
        let desk = Desk { scope, unit: &unit, room: &room, catalogue, today: local_day(now) };
        let report = Report {
            id: Uuid::nil(),
            form: form.id.clone(),
            form_version: form.version,
            area: None,
            basis: AS_IT_IS_NOW.to_owned(),
            state: State::Open,
            version: 0,
            amends: None,
            created_by: scope.account().to_owned(),
            created_at: now,
            changed_at: now,
            frozen_by: None,
            frozen_at: None,
            window,
        };
        let (form, regime) = rules(catalogue, &report)?;
        let entries = sheet::live(read, desk, report.basis(), (form, regime), &report.window)?;
        let texts = match store::of_period(read, &room, (&report.form, None), &report.window.period)?.first()
        {
            Some(stored) => store::texts(read, &room, stored.id)?,
            None => BTreeMap::new(),
        };
        let areas = areas::live(read, desk, form, &report)?;
        let (form, regime) = (form.clone(), regime.clone());
        let sheet = Sheet { report, form, regime, area: None, entries, areas, texts, amended: None };
        Ok(Made { unit, sheet })
    })
}

/// What the papers of a made report's form say beyond it in a style: what was set last, else the usual words.
///
/// # Errors
/// [`Refused::Denied`]; those of the store.
pub fn remembered(
    db: &Db,
    scope: &Scope,
    catalogue: &Catalogue,
    made: &Made,
    style: ProfileId,
    now: Timestamp,
) -> Result<Printing, Refused> {
    db.read_now(|read| {
        let room = scope.enter(&made.unit.place(), Action::SeeReports)?;
        let desk = Desk { scope, unit: &made.unit, room: &room, catalogue, today: local_day(now) };
        Ok(actions::printing(read, desk, &made.sheet.report, style)?.1)
    })
}
