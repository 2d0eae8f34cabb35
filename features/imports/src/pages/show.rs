//! One import: its columns, what the dry run found, applying and undoing.

use std::collections::BTreeMap;
use std::time::Duration;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use catalogue::Kind;
use db::Read;
use kernel::http::{FormOption, Sent, Shell, page, redirect, unprocessable};
use kernel::{Cx, Error, Place, Texts};
use serde::Deserialize;
use supplements::Rulebook;
use tokio::sync::oneshot;
use uuid::Uuid;
use vietnamese::legacy::{self, Encoding};
use vietnamese::number;

use crate::check::{Checked, Like};
use crate::mapping::{Mapping, Target};
use crate::pages::problems::{Problem, csv, in_words};
use crate::pages::{Rules, desk, id, list_url};
use crate::sheet::{Line, column_letter};
use crate::{Choice, Desk, Import, Progress, Refused, State, Worker};

/// Wrong cells and suspects shown; the rest is in the CSV.
const SHOWN: usize = 200;
/// Rows from which samples and previews are taken.
const SAMPLE: usize = 500;
/// How long a request waits for what it began.
const PATIENCE: Duration = Duration::from_secs(2);
/// Lines of the preview of a conversion.
const PREVIEW: usize = 8;

#[derive(Template)]
#[template(path = "imports_show.html")]
struct ImportPage {
    shell: Shell,
    url: String,
    list_url: String,
    state: &'static str,
    version: u32,
    file_name: String,
    kind: String,
    converted: String,
    rows: String,
    /// Key of the encoding it seems to have; empty when it is Unicode.
    encoding: &'static str,
    encoding_name: String,
    /// Texts before and after.
    preview: Vec<(String, String)>,
    columns: Vec<Column>,
    /// Programmes that every record gets because no column names them.
    programmes: String,
    good: usize,
    bad_rows: usize,
    bad: Vec<Problem>,
    bad_more: usize,
    suspects: Vec<SuspectRow>,
    suspects_more: usize,
    /// How many would be written when no suspect is taken.
    sure: usize,
    /// How many records were made.
    made: String,
    /// How many records an undoing left as they were.
    kept: u32,
    /// How far what is being done with it is; nothing when nothing is.
    progress: Option<Bar>,
    /// Rows that may count something twice, in words; empty for none.
    doubled: String,
    /// Records that were changed since, so that nothing was undone.
    changed: Vec<ChangedRow>,
    reason: String,
    /// What went wrong just now.
    problem: String,
}

/// A column and what it may answer.
struct Column {
    name: String,
    letter: String,
    header: String,
    samples: String,
    options: Vec<FormOption>,
}

/// How far something is.
struct Bar {
    done: u32,
    total: u32,
    words: String,
}

struct SuspectRow {
    row: u32,
    words: String,
    /// Address of the record it looks like; empty for a row above.
    url: String,
    like_row: u32,
}

struct ChangedRow {
    row: u32,
    url: String,
}

#[derive(Deserialize)]
pub(crate) struct ShowQuery {
    done: Option<String>,
}

/// What a page of an import is made of.
struct Seen {
    import: Import,
    /// Its rows, as long as nothing was begun with them.
    rows: Vec<Line>,
    /// How many rows it has.
    row_count: u32,
    checked: Checked,
    /// Rows that may count something twice.
    doubled: usize,
    made: u32,
    areas: BTreeMap<Uuid, String>,
}

async fn seen(cx: &Cx, place: &Place, desk: Desk, import: Uuid) -> Result<Seen, Error> {
    let (place, today, lang) = (place.clone(), cx.today(), cx.lang);
    cx.read(move |read, scope| {
        let import = desk.find(read, import)?;
        let open = import.standing() == State::Read.key();
        let rows = if open { desk.rows(read, import.id)? } else { Vec::new() };
        let checked = if open { desk.dry_run(read, &import, &rows, lang)? } else { Checked::default() };
        let doubled = desk.doubled(read, &import, &checked)?;
        let (row_count, made) = desk.counts(read, import.id)?;
        let areas = units::areas_of(read, scope, &place, today)?;
        let mut areas: BTreeMap<Uuid, String> = areas.into_iter().map(|a| (a.id, a.name)).collect();
        areas.insert(activities::WHOLE_UNIT, Texts::get().text(lang, "activities-whole-unit", &[]));
        Ok(Seen { import, rows, row_count, checked, doubled, made, areas })
    })
    .await
}

/// `GET …/imports/{import}`.
pub(crate) async fn show(
    cx: Cx,
    Path((code, import)): Path<(String, String)>,
    Query(query): Query<ShowQuery>,
    rules: Rules,
) -> Result<Response, Error> {
    let (place, desk) = desk(&cx, &code, &rules).await?;
    let seen = seen(&cx, &place, desk, id(&import)?).await?;
    let mut shown = import_page(&cx, &place, &rules, &seen)?;
    shown.shell = shown.shell.with_flash(query.done.as_deref());
    page(&shown)
}

fn import_page(cx: &Cx, place: &Place, rules: &Rules, seen: &Seen) -> Result<ImportPage, Error> {
    let Seen { import, rows, row_count, checked, doubled, made, areas } = seen;
    let kind = rules.kind(&import.kind).ok_or(Error::NotFound)?;
    let list = list_url(place);
    let open = import.standing() == State::Read.key();
    let texts = || {
        let cells = rows.iter().take(SAMPLE).flat_map(|row| &row.cells);
        import.headers.iter().chain(cells).map(String::as_str)
    };
    let found = if open && import.encoding.is_none() { legacy::detect(texts()) } else { None };
    let preview = found.map_or_else(Vec::new, |from| {
        let pairs = texts().map(|text| (text.to_owned(), legacy::decode(text, from)));
        pairs.filter(|(before, after)| before != after).take(PREVIEW).collect()
    });
    let encoding_name = |encoding: Encoding| cx.t(&format!("imports-encoding-{}", encoding.key()));
    let kept = kind.programmes.iter().filter_map(|id| rules.programme(id));
    let names: Vec<&str> = kept.map(|programme| programme.short.get(cx.lang)).collect();
    let by_column = import.mapping.contains(&Some(Target::Programmes));
    let record_url = |record: Uuid| format!("/units/{}/activities/{record}", place.code);
    let contents: BTreeMap<u32, &activities::Content> =
        checked.good.iter().map(|row| (row.number, &row.content)).collect();
    let suspects = checked.suspects.iter().take(SHOWN).map(|suspect| {
        let content = contents.get(&suspect.row);
        let day = content.map(|content| vietnamese::date::table(content.day, cx.lang)).unwrap_or_default();
        let area = content.and_then(|content| areas.get(&content.area)).map_or("", String::as_str);
        let (url, like_row) = match suspect.like {
            Like::Record(record) => (record_url(record), 0),
            Like::Row(row) => (String::new(), row),
        };
        SuspectRow { row: suspect.row, words: format!("{day}, {area}"), url, like_row }
    });
    Ok(ImportPage {
        shell: cx.shell(cx.t("imports-one-title"), Some(place)),
        url: format!("{list}/{}", import.id),
        list_url: list,
        state: import.standing(),
        version: import.version,
        file_name: import.file_name.clone(),
        kind: kind.name.get(cx.lang).to_owned(),
        converted: import.encoding.map(encoding_name).unwrap_or_default(),
        rows: number::count(i64::from(*row_count), cx.lang),
        encoding: found.map_or("", Encoding::key),
        encoding_name: found.map(encoding_name).unwrap_or_default(),
        preview,
        columns: if open { columns(cx, kind, import, rows) } else { vec![] },
        programmes: if by_column { String::new() } else { names.join("; ") },
        good: checked.good.len(),
        bad_rows: checked.bad_rows,
        bad: checked.bad.iter().take(SHOWN).map(|bad| in_words(cx, kind, bad)).collect(),
        bad_more: checked.bad.len().saturating_sub(SHOWN),
        suspects: suspects.collect(),
        suspects_more: checked.suspects.len().saturating_sub(SHOWN),
        doubled: match doubled {
            0 => String::new(),
            n => cx.ta("imports-doubled", &[("n", (*n).into())]),
        },
        sure: checked.good.len() - checked.suspects.len(),
        made: number::count(i64::from(*made), cx.lang),
        kept: import.kept,
        progress: import.run.as_ref().map(|run| {
            let shown = |n: u32| number::count(i64::from(n), cx.lang);
            let args = [("done", shown(run.done).into()), ("total", shown(run.total).into())];
            let words = cx.ta(&format!("imports-progress-{}", run.going.key()), &args);
            Bar { done: run.done + run.kept, total: run.total, words }
        }),
        changed: vec![],
        reason: String::new(),
        problem: String::new(),
    })
}

fn columns(cx: &Cx, kind: &Kind, import: &Import, rows: &[Line]) -> Vec<Column> {
    let targets = Target::all(kind);
    let column = |(place, header): (usize, &String)| {
        let chosen = import.mapping.get(place).and_then(Option::as_ref);
        let options = targets.iter().map(|target| FormOption {
            value: target.key(),
            label: target.label(kind, cx.lang),
            chosen: chosen == Some(target),
        });
        let filled = rows.iter().filter_map(|row| row.cells.get(place)).filter(|cell| !cell.is_empty());
        let samples: Vec<&str> = filled.take(3).map(String::as_str).collect();
        Column {
            name: format!("column.{place}"),
            letter: column_letter(place),
            header: header.clone(),
            samples: samples.join(" · "),
            options: options.collect(),
        }
    };
    import.headers.iter().enumerate().map(column).collect()
}

/// Goes on after a step, or shows the page with what stood in its way.
async fn after(
    cx: &Cx,
    place: &Place,
    (rules, desk, import): (&Rules, Desk, Uuid),
    outcome: Result<&str, Refused>,
    reason: &str,
) -> Result<Response, Error> {
    let refused = match outcome {
        Ok("") => return Ok(redirect(&format!("{}/{import}", list_url(place)))),
        Ok(done) => return Ok(redirect(&format!("{}/{import}?done={done}", list_url(place)))),
        Err(
            refused @ (Refused::Rule(_)
            | Refused::ChangedSince(_)
            | Refused::NotGoodNow(_)
            | Refused::Record { .. }),
        ) => refused,
        Err(other) => return Err(other.into()),
    };
    let seen = seen(cx, place, desk, import).await?;
    let mut shown = import_page(cx, place, rules, &seen)?;
    reason.clone_into(&mut shown.reason);
    shown.problem = match &refused {
        Refused::Rule(refusal) => cx.t(&refusal.key()),
        Refused::Record { row, refusal } => {
            let args = [("row", row.to_string().into()), ("reason", cx.t(&refusal.key()).into())];
            cx.ta("imports-refusal-record", &args)
        }
        Refused::NotGoodNow(row) => cx.ta("imports-refusal-not-good-now", &[("row", row.to_string().into())]),
        _ => cx.t("imports-refusal-changed-since"),
    };
    if let Refused::ChangedSince(changed) = refused {
        let row =
            |(row, record)| ChangedRow { row, url: format!("/units/{}/activities/{record}", place.code) };
        shown.changed = changed.into_iter().map(row).collect();
    }
    unprocessable(&shown)
}

/// The version that the person saw.
fn based_on(sent: &Sent) -> Result<u32, Error> {
    sent.get("based_on").parse().map_err(|_| Error::Conflict)
}

/// `POST …/imports/{import}/mapping`.
pub(crate) async fn map(
    Path((code, import)): Path<(String, String)>,
    rules: Rules,
    sent: Sent,
) -> Result<Response, Error> {
    let (cx, import) = (&sent.cx, id(&import)?);
    let (place, desk) = desk(cx, &code, &rules).await?;
    let version = based_on(&sent)?;
    let (worker, catalogue) = (desk.clone(), rules.0.clone());
    let columns: BTreeMap<usize, String> = sent
        .fields
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("column.")?.parse().ok()?, value.clone())))
        .collect();
    let written = cx
        .write(move |tx| {
            let found = worker.find(tx, import)?;
            let kind = catalogue.kind(&found.kind).ok_or(Refused::NotFound)?;
            let target = |place| columns.get(&place).and_then(|key| Target::from_key(kind, key));
            let mapping: Mapping = (0..found.headers.len()).map(target).collect();
            worker.set_mapping(tx, (import, version), mapping)
        })
        .await;
    after(cx, &place, (&rules, desk, import), written.map(|_| "imports-done-mapped"), "").await
}

/// `POST …/imports/{import}/conversion`.
pub(crate) async fn convert(
    Path((code, import)): Path<(String, String)>,
    rules: Rules,
    sent: Sent,
) -> Result<Response, Error> {
    let (cx, import) = (&sent.cx, id(&import)?);
    let (place, desk) = desk(cx, &code, &rules).await?;
    let version = based_on(&sent)?;
    let from = Encoding::from_key(sent.get("encoding")).ok_or(Error::Conflict)?;
    let worker = desk.clone();
    let written = cx.write(move |tx| worker.convert(tx, (import, version), from)).await;
    after(cx, &place, (&rules, desk, import), written.map(|_| "imports-done-converted"), "").await
}

/// `POST …/imports/{import}/application`.
pub(crate) async fn apply(
    Path((code, import)): Path<(String, String)>,
    rules: Rules,
    Extension(book): Extension<Rulebook>,
    sent: Sent,
) -> Result<Response, Error> {
    let (cx, import) = (&sent.cx, id(&import)?);
    let (place, desk) = desk(cx, &code, &rules).await?;
    let version = based_on(&sent)?;
    let take = sent.all("take").iter().filter_map(|row| row.parse().ok()).collect();
    let choice = Choice { skip_bad: sent.get("skip_bad") == "yes", take };
    let (planner, worker) = (desk.clone(), desk.clone());
    let begun = async {
        let plan = read(cx, move |read| planner.plan(read, (import, version), &choice)).await?;
        let begun = cx.write(move |tx| worker.begin(tx, (import, version), &plan)).await?;
        at_work(cx, book, begun).await
    };
    let done = begun.await.map(|whole| if whole { "imports-done-applied" } else { "" });
    after(cx, &place, (&rules, desk, import), done, "").await
}

/// `POST …/imports/{import}/undo`.
pub(crate) async fn undo(
    Path((code, import)): Path<(String, String)>,
    rules: Rules,
    Extension(book): Extension<Rulebook>,
    sent: Sent,
) -> Result<Response, Error> {
    let (cx, import) = (&sent.cx, id(&import)?);
    let (place, desk) = desk(cx, &code, &rules).await?;
    let version = based_on(&sent)?;
    let (reason, leave) = (sent.get("reason").to_owned(), sent.get("leave_changed") == "yes");
    let (planner, worker, why, because) = (desk.clone(), desk.clone(), reason.clone(), reason.clone());
    let begun = async {
        read(cx, move |read| planner.plan_undo(read, (import, version), &why, leave)).await?;
        let begun = cx.write(move |tx| worker.begin_undo(tx, (import, version), &because)).await?;
        at_work(cx, book, begun).await
    };
    let done = begun.await.map(|whole| if whole { "imports-done-undone" } else { "" });
    after(cx, &place, (&rules, desk, import), done, &reason).await
}

/// Reads, refusing as imports do.
async fn read<T: Send + 'static>(
    cx: &Cx,
    work: impl FnOnce(&mut Read<'_>) -> Result<T, Refused> + Send + 'static,
) -> Result<T, Refused> {
    cx.db().read(work).await
}

/// Leaves what was begun to the worker and waits for it a little, so that a short sheet is answered with its end;
/// whether that was reached.
async fn at_work(cx: &Cx, book: Rulebook, begun: Progress) -> Result<bool, Refused> {
    if begun.finished {
        return Ok(true);
    }
    let (id, clock) = (cx.app.ids.new_id(), cx.app.clock.clone());
    let worker = Worker { id, db: cx.db().clone(), book, clock };
    let (ended, end) = oneshot::channel();
    let started = worker.start(move || ended.send(()).unwrap_or_default());
    started.map_err(|error| db::Error::Broken(format!("no thread for an import: {error}")))?;
    Ok(tokio::time::timeout(PATIENCE, end).await.is_ok())
}

/// `GET …/imports/{import}/problems.csv`: every wrong cell.
pub(crate) async fn problems(
    cx: Cx,
    Path((code, import)): Path<(String, String)>,
    rules: Rules,
) -> Result<Response, Error> {
    let (place, desk) = desk(&cx, &code, &rules).await?;
    let Seen { import, checked, .. } = seen(&cx, &place, desk, id(&import)?).await?;
    let kind = rules.kind(&import.kind).ok_or(Error::NotFound)?;
    let problems: Vec<Problem> = checked.bad.iter().map(|bad| in_words(&cx, kind, bad)).collect();
    let headers =
        ["row", "column", "typed", "reason", "suggestion"].map(|key| cx.t(&format!("imports-problem-{key}")));
    let headers_of_file = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"o-can-sua.csv\""),
    ];
    Ok((headers_of_file, csv(headers, &problems)?).into_response())
}
