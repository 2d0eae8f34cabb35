//! One report: figures whose every value opens, texts, freezing, amending.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::Part;
use kernel::http::{FormState, Problem, Sent, Shell, page, redirect};
use kernel::{Action, Cx, Error, Result, Room, local_day};
use serde::Deserialize;
use units::Unit;
use uuid::Uuid;
use vietnamese::text;

use crate::actions;
use crate::areas::{self, AreaRow};
use crate::checks::{Finding, check};
use crate::document::{Format, style_key};
use crate::model::{Refused, Report, State, TextProblem, Texts, Viewer, line_of, narratives, overlaps};
use crate::pages::{
    Rules, basis_words, day, finding_words, id, read_at, refused, report_url, style_of, write_at,
};
use crate::seen::Seen;
use crate::sheet::{Change, Sheet, What, changed_since, earlier_texts, sheet};
use crate::store;

#[derive(Debug, Deserialize)]
pub(super) struct ShowQuery {
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "reports_show.html")]
struct ShowPage {
    shell: Shell,
    url: String,
    /// The key of the browser's draft, and whether it was just accepted.
    draft: String,
    accepted: bool,
    /// Whether the form comes back with what was typed.
    typed: bool,
    based_on: u32,
    form_name: String,
    basis: String,
    /// Whether anything is hidden from this reader.
    hides: bool,
    due: String,
    frozen: bool,
    /// When it was frozen and by whom; "" while open.
    frozen_words: String,
    amends_url: String,
    amended_url: String,
    writes: bool,
    freezes: bool,
    /// Said when texts are still empty.
    unwritten: String,
    /// Said instead of the button while the cut-off has not passed.
    freeze_later: String,
    may_amend: bool,
    new_id: Uuid,
    /// Said when records of the window wait for confirmation.
    waiting: String,
    /// Aggregate entries to look at.
    entries: Vec<ChangeRow>,
    changes: Vec<ChangeRow>,
    /// What is wrong with an open report, and what is odd about it.
    faults: Vec<CheckRow>,
    odd: Vec<CheckRow>,
    /// The ways on of a frozen report: to the superior, and to everybody; "" while open.
    send_url: String,
    /// Whether this reader may send it.
    sends: bool,
    disclose_url: String,
    /// Said above texts that somebody else changed meanwhile.
    stale: bool,
    form: FormState,
    sections: Vec<SectionView>,
    exports: Vec<ExportLink>,
    preview_url: String,
}

struct SectionView {
    id: String,
    heading: String,
    parts: Vec<PartView>,
}

/// Text or table; the other is none.
struct PartView {
    text: Option<TextView>,
    table: Option<TableView>,
}

struct TextView {
    /// Name of its field.
    name: String,
    prompt: String,
    /// Whether the report cannot be frozen without it.
    required: bool,
    text: String,
    problem: String,
    /// What somebody else saved meanwhile; "" when it is the same.
    theirs: String,
    /// What the report before says, and which one that is.
    earlier: String,
    earlier_of: String,
}

struct TableView {
    caption: String,
    /// Whether the rows of programmes are not to be added up.
    overlaps: bool,
    columns: Vec<String>,
    rows: Vec<RowView>,
}

struct RowView {
    label: String,
    unit: String,
    cells: Vec<CellView>,
}

struct CellView {
    column: String,
    value: String,
    /// How much of it aggregate entries say; empty for nothing.
    entered: String,
    url: String,
}

/// A record that changed since the report was frozen.
struct ChangeRow {
    url: String,
    record: String,
    what: String,
}

/// Something to look at before the report leaves: the text's field or the figure, and words.
struct CheckRow {
    url: String,
    words: String,
}

struct ExportLink {
    label: String,
    url: String,
}

/// What the page of a report reads.
struct Loaded {
    sheet: Sheet,
    changes: Vec<Change>,
    earlier: Option<(Report, Texts)>,
    amended_by: Option<Uuid>,
    waiting: i64,
    frozen_by: String,
    /// Aggregate entries that may count twice, or are not counted.
    entries: activities::Entries,
}

pub(super) async fn show(
    cx: Cx,
    rules: Rules,
    Path((code, report)): Path<(String, String)>,
    Query(query): Query<ShowQuery>,
) -> Result<Response> {
    let report = id(&report)?;
    let mut shown = show_page(&cx, &rules, &code, report).await?;
    shown.accepted = query.done.as_deref() == Some("reports-done-written");
    shown.shell = shown.shell.with_flash(query.done.as_deref());
    page(&shown)
}

async fn show_page(cx: &Cx, rules: &Rules, code: &str, id: Uuid) -> Result<ShowPage> {
    let (unit, room, loaded) = read_at(cx, &rules.0, (code, Action::SeeReports), move |read, desk| {
        let report = store::find(read, desk.room, id)?.ok_or(Refused::NotFound)?;
        let sheet = sheet(read, desk, report)?;
        let changes = changed_since(read, desk, &sheet)?;
        let span = (sheet.report.window.from, sheet.report.window.to);
        let window = (Some(span.0), Some(span.1));
        let waiting = activities::Filter {
            state: Some(activities::State::Sent),
            area: sheet.report.area,
            from: window.0,
            to: window.1,
            ..activities::Filter::default()
        };
        let open = sheet.report.state == State::Open;
        Ok(Loaded {
            changes,
            entries: activities::entries(read, desk.room, desk.catalogue, span)?,
            earlier: if open { earlier_texts(read, desk, &sheet.regime, &sheet.report)? } else { None },
            amended_by: store::amended_by(read, desk.room, id)?,
            waiting: if open { activities::count(read, desk.room, &waiting)? } else { 0 },
            frozen_by: match sheet.report.frozen_by.as_deref().and_then(|account| account.parse().ok()) {
                Some(account) => accounts::names(read, desk.scope, desk.room.tenant_key(), [account])?
                    .remove(&account)
                    .unwrap_or_default(),
                None => String::new(),
            },
            sheet,
        })
    })
    .await?;
    Ok(view(cx, rules, &unit, &room, loaded))
}

fn view(cx: &Cx, rules: &Rules, unit: &Unit, room: &Room, loaded: Loaded) -> ShowPage {
    let Loaded { sheet, changes, earlier, amended_by, waiting, frozen_by, entries } = loaded;
    let (place, lang) = (unit.place(), cx.lang);
    let report = &sheet.report;
    let url = report_url(&unit.code, report.id);
    let frozen = report.state == State::Frozen;
    let can = |action| cx.caller.scope.can(&place, action);
    let from = report.can_freeze_from();
    let in_time = cx.today() >= from;
    let seen = sheet.seen(Viewer::of(&cx.caller.scope, &place), &rules.0);
    let period = sheet.regime.label(&report.window, lang);
    let style = style_of(&sheet.form, room);
    let export = |format: Format| ExportLink {
        label: format.key().to_uppercase(),
        url: format!("{url}/export/{}/{}", style_key(style), format.key()),
    };
    let serves = room.serves(line_of(&sheet.form));
    let findings = if frozen { Vec::new() } else { check(&sheet) };
    let row = |finding: &Finding| CheckRow {
        url: match &finding.figure {
            Some(odd) => format!("{url}/figures/{}", odd.place),
            None => format!("#f-{}", field(&finding.part)),
        },
        words: finding_words(cx, (&sheet, &seen), finding),
    };
    let rows = |blocks: bool| {
        findings.iter().filter(|finding| finding.reason.blocks() == blocks).map(row).collect::<Vec<_>>()
    };
    let (faults, odd) = (rows(true), rows(false));
    let earlier_of = earlier.as_ref().map(|(report, _)| sheet.regime.label(&report.window, lang));
    let earlier_texts = earlier.map(|(_, texts)| texts).unwrap_or_default();
    ShowPage {
        shell: cx.shell(text::sentence(&period), Some(&place)),
        draft: format!("report-{}", report.id),
        accepted: false,
        typed: false,
        based_on: report.version,
        form_name: match &sheet.area {
            Some(area) => format!("{}, {area}", sheet.form.name.get(lang)),
            None => sheet.form.name.get(lang).to_owned(),
        },
        basis: basis_words(cx, report.basis()),
        hides: seen.hides(&sheet),
        due: day(cx, sheet.regime.due(&report.window)),
        frozen,
        frozen_words: match report.frozen_at {
            Some(at) => {
                let day = day(cx, local_day(at));
                if frozen_by.is_empty() { day } else { format!("{day}, {frozen_by}") }
            }
            None => String::new(),
        },
        amends_url: report.amends.map(|amended| report_url(&unit.code, amended)).unwrap_or_default(),
        amended_url: amended_by.map(|by| report_url(&unit.code, by)).unwrap_or_default(),
        writes: !frozen && serves && can(Action::WriteReports),
        freezes: !frozen && serves && in_time && faults.is_empty() && can(Action::FreezeReports),
        faults,
        odd,
        sends: serves && can(Action::SendReports),
        send_url: if frozen { format!("{url}/submission") } else { String::new() },
        disclose_url: match frozen && report.area.is_none() && can(Action::DiscloseReports) {
            true => format!("{url}/disclosure"),
            false => String::new(),
        },
        unwritten: match empty_texts(&sheet) {
            0 => String::new(),
            count => cx.ta("reports-unwritten", &[("count", count.into())]),
        },
        freeze_later: if !frozen && !in_time && can(Action::FreezeReports) {
            cx.ta("reports-freeze-later", &[("day", day(cx, from).into())])
        } else {
            String::new()
        },
        may_amend: frozen && serves && amended_by.is_none() && can(Action::WriteReports),
        new_id: cx.app.ids.new_id(),
        waiting: match waiting {
            0 => String::new(),
            count => cx.ta("reports-waiting", &[("count", count.into())]),
        },
        entries: entry_rows(cx, rules, unit, &entries),
        changes: changes.iter().map(|change| change_row(cx, rules, unit, change)).collect(),
        stale: false,
        form: FormState::default(),
        sections: sections(cx, &sheet, &seen, &url, (&earlier_texts, earlier_of.as_deref())),
        exports: Format::ALL.into_iter().map(export).collect(),
        preview_url: format!("{url}/preview?style={}", style_key(style)),
        url,
    }
}

/// How many texts of the form nobody has written.
fn empty_texts(sheet: &Sheet) -> usize {
    narratives(&sheet.form).filter(|(part, ..)| sheet.texts.get(*part).is_none_or(String::is_empty)).count()
}

/// What to look at among the aggregate entries.
fn entry_rows(cx: &Cx, rules: &Rules, unit: &Unit, entries: &activities::Entries) -> Vec<ChangeRow> {
    let row = |entry: &activities::Activity, what: String| {
        let kind = rules.0.kind(&entry.content.kind).map_or("", |kind| kind.name.get(cx.lang));
        let from = entry.content.from.unwrap_or(entry.content.day);
        ChangeRow {
            url: format!("/units/{}/activities/{}", unit.code, entry.id),
            record: format!("{kind}, {} – {}", day(cx, from), day(cx, entry.content.day)),
            what,
        }
    };
    let doubled = entries.doubled.iter().map(|(entry, doubles)| {
        let args = [("records", doubles.records.into()), ("entries", doubles.entries.into())];
        row(entry, cx.ta("reports-entry-doubled", &args))
    });
    let beyond = entries.beyond.iter().map(|entry| row(entry, cx.t("reports-entry-beyond")));
    doubled.chain(beyond).collect()
}

fn change_row(cx: &Cx, rules: &Rules, unit: &Unit, change: &Change) -> ChangeRow {
    let record = change.now.as_ref().map_or_else(
        || change.id.to_string(),
        |now| {
            let kind = rules.0.kind(&now.content.kind).map_or("", |kind| kind.name.get(cx.lang));
            format!("{kind}, {}", day(cx, now.content.day))
        },
    );
    ChangeRow {
        url: format!("/units/{}/activities/{}", unit.code, change.id),
        record,
        what: what(cx, change.what, change.counted, change.now.as_ref().map(|now| now.version)),
    }
}

/// What became of a record, in words.
pub(super) fn what(cx: &Cx, what: What, counted: Option<u32>, now: Option<u32>) -> String {
    let key = match what {
        What::Changed => "reports-since-changed",
        What::Gone => "reports-since-gone",
        What::Added => "reports-since-added",
    };
    cx.ta(key, &[("counted", counted.unwrap_or_default().into()), ("now", now.unwrap_or_default().into())])
}

fn sections(
    cx: &Cx,
    sheet: &Sheet,
    seen: &Seen<'_>,
    url: &str,
    (earlier, earlier_of): (&Texts, Option<&str>),
) -> Vec<SectionView> {
    let lang = cx.lang;
    let part = |part: &Part| match part {
        Part::Narrative { id, prompt, required, .. } => {
            let text = TextView {
                name: field(id),
                prompt: prompt.get(lang).to_owned(),
                required: *required,
                text: sheet.texts.get(id).cloned().unwrap_or_default(),
                problem: String::new(),
                theirs: String::new(),
                earlier: earlier.get(id).cloned().unwrap_or_default(),
                earlier_of: earlier_of.unwrap_or_default().to_owned(),
            };
            PartView { text: Some(text), table: None }
        }
        Part::Figures { id, caption, rows: form_rows, .. } => {
            let columns = sheet.row(id, 1).map(|entry| cx.t(entry.column.text_key())).collect();
            let rows = (1..).zip(form_rows).map(|(row, _)| {
                let entries: Vec<_> = sheet.row(id, row).collect();
                let meaning = entries.first().map(|entry| &entry.definition);
                RowView {
                    label: meaning.map(|meaning| meaning.label.get(lang).to_owned()).unwrap_or_default(),
                    unit: meaning.map(|meaning| meaning.unit.get(lang).to_owned()).unwrap_or_default(),
                    cells: entries
                        .into_iter()
                        .map(|entry| CellView {
                            column: cx.t(entry.column.short_text_key()),
                            value: seen.shown(entry, lang).words(),
                            entered: seen.entered(entry, lang).unwrap_or_default(),
                            url: format!("{url}/figures/{}", entry.place),
                        })
                        .collect(),
                }
            });
            let rows = rows.collect();
            let table = TableView {
                caption: caption.get(lang).to_owned(),
                overlaps: overlaps(form_rows),
                columns,
                rows,
            };
            PartView { text: None, table: Some(table) }
        }
        Part::Areas { id, caption, columns } => {
            let caption = caption.get(lang).to_owned();
            let table = area_table(cx, sheet, seen, url, (id, caption, columns));
            PartView { text: None, table: Some(table) }
        }
    };
    let section = |section: &catalogue::Section| SectionView {
        id: section.id.clone(),
        heading: section.heading.get(lang).to_owned(),
        parts: section.body.iter().map(part).collect(),
    };
    sheet.form.sections.iter().map(section).collect()
}

/// A table of areas; its figures open to the records of the area in the window.
fn area_table(
    cx: &Cx,
    sheet: &Sheet,
    seen: &Seen<'_>,
    url: &str,
    (id, caption, columns): (&str, String, &[catalogue::FigureRow]),
) -> TableView {
    let window = &sheet.report.window;
    let meanings = areas::definitions(seen.catalogue(), columns, &sheet.report);
    let rows = sheet.areas.get(id).map(Vec::as_slice).unwrap_or_default();
    let records = url.split("/reports").next().unwrap_or_default();
    let heads: Vec<String> = meanings.iter().map(|meaning| meaning.label.get(cx.lang).to_owned()).collect();
    let line = |(row, cells): (&AreaRow, Vec<areas::Cell>)| {
        let area = row.area.map(|area| format!("&area={area}")).unwrap_or_default();
        let url = format!("{records}/activities?state=confirmed&from={}&to={}{area}", window.from, window.to);
        let cell = |(cell, column): (areas::Cell, &String)| CellView {
            entered: String::new(),
            column: column.clone(),
            value: cell.words(),
            url: url.clone(),
        };
        RowView {
            label: if row.name.is_empty() { cx.t("reports-areas-whole") } else { row.name.clone() },
            unit: String::new(),
            cells: cells.into_iter().zip(&heads).map(cell).collect(),
        }
    };
    let shown = areas::shown(seen, rows, &meanings, cx.lang);
    let rows = rows.iter().zip(shown).map(line).collect();
    TableView { caption, overlaps: false, rows, columns: heads }
}

/// The field of a part's text.
fn field(part: &str) -> String {
    format!("text-{part}")
}

pub(super) async fn write_texts(
    rules: Rules,
    Path((code, report)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response> {
    let (cx, report) = (&sent.cx, id(&report)?);
    let based_on = sent.get("based_on").parse().map_err(|_| Error::NotFound)?;
    let typed: Texts = sent
        .fields
        .iter()
        .filter_map(|(name, text)| Some((name.strip_prefix("text-")?.to_owned(), text.clone())))
        .collect();
    let (texts, now) = (typed.clone(), cx.now);
    let (unit, written) = write_at(cx, &rules, (&code, Action::WriteReports), move |tx, desk| {
        actions::write(tx, desk, (report, based_on), &texts, now)
    })
    .await?;
    let url = report_url(&code, report);
    match written {
        Ok(_) => Ok(redirect(&format!("{url}?done=reports-done-written"))),
        Err(Refused::Changed(there)) => {
            let mut shown = show_page(cx, &rules, &code, report).await?;
            shown.stale = true;
            again(&mut shown, &typed, &BTreeMap::new(), Some(&there.1));
            answer(&shown, StatusCode::CONFLICT)
        }
        Err(Refused::Texts(problems)) => {
            let mut shown = show_page(cx, &rules, &code, report).await?;
            // The person goes on from the version they saw.
            shown.based_on = based_on;
            let problems: BTreeMap<String, String> = problems
                .into_iter()
                .map(|(part, problem)| (field(&part), problem_words(cx, &problem)))
                .collect();
            again(&mut shown, &typed, &problems, None);
            answer(&shown, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(other) => refused(cx, &unit.place(), other, url),
    }
}

/// Puts what was typed back into the page, with its problems and with what others saved.
fn again(shown: &mut ShowPage, typed: &Texts, problems: &BTreeMap<String, String>, theirs: Option<&Texts>) {
    shown.typed = true;
    let texts = shown
        .sections
        .iter_mut()
        .flat_map(|section| &mut section.parts)
        .filter_map(|part| part.text.as_mut());
    for text in texts {
        let part = text.name.trim_start_matches("text-").to_owned();
        if let Some(typed) = typed.get(&part) {
            text.text.clone_from(typed);
        }
        let saved = theirs.and_then(|theirs| theirs.get(&part)).filter(|saved| **saved != text.text);
        text.theirs = saved.cloned().unwrap_or_default();
        if let Some(problem) = problems.get(&text.name) {
            text.problem.clone_from(problem);
            shown.form.problems.push(Problem { field: text.name.clone(), text: problem.clone() });
        }
    }
}

fn answer(shown: &ShowPage, status: StatusCode) -> Result<Response> {
    let mut response = page(shown)?;
    *response.status_mut() = status;
    Ok(response)
}

fn problem_words(cx: &Cx, problem: &TextProblem) -> String {
    match problem {
        TextProblem::TooLong { most, typed } => {
            cx.ta("reports-text-too-long", &[("most", (*most).into()), ("typed", (*typed).into())])
        }
        TextProblem::PersonalNumber { number } => {
            cx.ta("reports-text-personal-number", &[("number", number.as_str().into())])
        }
    }
}

pub(super) async fn freeze(
    rules: Rules,
    Path((code, report)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response> {
    let (cx, report) = (&sent.cx, id(&report)?);
    let based_on = sent.get("based_on").parse().map_err(|_| Error::NotFound)?;
    let now = cx.now;
    let (unit, frozen) = write_at(cx, &rules, (&code, Action::FreezeReports), move |tx, desk| {
        actions::freeze(tx, desk, (report, based_on), now)
    })
    .await?;
    let url = report_url(&code, report);
    match frozen {
        Ok(_) => Ok(redirect(&format!("{url}?done=reports-done-frozen"))),
        Err(other) => refused(cx, &unit.place(), other, url),
    }
}

pub(super) async fn amend(
    rules: Rules,
    Path((code, report)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response> {
    let (cx, report) = (&sent.cx, id(&report)?);
    let (new, now) = (id(sent.get("id"))?, cx.now);
    let (unit, amended) = write_at(cx, &rules, (&code, Action::WriteReports), move |tx, desk| {
        actions::amend(tx, desk, report, new, now)
    })
    .await?;
    match amended {
        Ok(new) => Ok(redirect(&format!("{}?done=reports-done-amended", report_url(&code, new.id)))),
        Err(Refused::AlreadyThere(there)) => Ok(redirect(&report_url(&code, there))),
        Err(other) => refused(cx, &unit.place(), other, report_url(&code, report)),
    }
}
