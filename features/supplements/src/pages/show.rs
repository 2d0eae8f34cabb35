//! One supplement: what it adds, what is wrong with it, its file, and the steps of its life.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use catalogue::{Catalogue, Layer, Owner, Problem, Rule, Shelf};
use kernel::http::{FormState, Sent, Shell, page, redirect, unprocessable};
use kernel::{Cx, Error};
use serde::Deserialize;
use vietnamese::date;

use crate::actions::{Refused, drop_draft, keep, publish};
use crate::model::{Refusal, State, Supplement};
use crate::pages::entry::Sort;
use crate::pages::rules::state_words;
use crate::pages::{Around, Desk, desk, find, laid, rules_url, supplement_url, uploaded};
use crate::surroundings::Broken;

#[derive(Template)]
#[template(path = "supplements_show.html")]
struct ShowPage {
    shell: Shell,
    version: u32,
    state: String,
    draft: bool,
    from: String,
    /// What it adds, in words, by sort.
    adds: Vec<(String, Vec<String>)>,
    faults: Vec<String>,
    sorts: Vec<(String, String)>,
    url: String,
    back: String,
    form: FormState,
    /// What publishing would break, in words.
    broken: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct ShowQuery {
    done: Option<String>,
}

/// `GET …/catalogue/{supplement}`.
pub(super) async fn show(
    cx: Cx,
    Path((code, id)): Path<(String, String)>,
    Query(query): Query<ShowQuery>,
) -> Result<Response, Error> {
    let desk = desk(&cx, &code).await?;
    let (supplement, layer) = find(&cx, &desk, &id).await?;
    let starts = cx.today().first_of_month().saturating_add(jiff::ToSpan::months(1));
    let typed = vec![
        ("title".to_owned(), supplement.title.clone()),
        ("content".to_owned(), supplement.content.clone()),
        ("starts".to_owned(), starts.max(layer.starts).to_string()),
    ];
    let form = FormState { typed, problems: vec![] };
    let mut shown = show_page(&cx, &desk, (&supplement, &layer), form, vec![]).await?;
    shown.shell = shown.shell.with_flash(query.done.as_deref());
    page(&shown)
}

async fn show_page(
    cx: &Cx,
    desk: &Desk,
    (supplement, layer): (&Supplement, &Layer),
    form: FormState,
    broken: Vec<String>,
) -> Result<ShowPage, Error> {
    let url = supplement_url(&desk.place, supplement.id);
    // What was published was judged then, under the rules of that day.
    let judged = match supplement.state {
        State::Draft => laid(cx, desk, layer).await?,
        State::Published | State::Dropped => Err(vec![]),
    };
    let (adds, faults) = match judged {
        Ok(rules) => (adds(cx, &rules, layer), vec![]),
        Err(problems) => (vec![], problems.iter().map(|problem| fault(cx, problem)).collect()),
    };
    let sorts = Sort::ALL
        .map(|sort| (cx.t(&format!("supplements-new-{}", sort.key())), format!("{url}/new/{}", sort.key())));
    Ok(ShowPage {
        shell: cx.shell(supplement.title.as_str(), Some(&desk.place)),
        version: supplement.version,
        state: state_words(cx, supplement),
        draft: supplement.state == State::Draft,
        from: supplement.starts_on.map(|day| date::short(day, cx.lang)).unwrap_or_default(),
        adds,
        faults,
        sorts: sorts.into(),
        url,
        back: rules_url(&desk.place),
        form,
        broken,
    })
}

/// A fault of the file, with its line. The reason names keys and ids as they are written, which have no translation.
pub(super) fn fault(cx: &Cx, problem: &Problem) -> String {
    let args = [
        ("file", problem.file.as_str().into()),
        ("line", problem.line.to_string().into()),
        ("reason", problem.reason.as_str().into()),
    ];
    cx.ta("supplements-fault", &args)
}

/// The names of what a layer adds.
fn adds(cx: &Cx, rules: &Catalogue, layer: &Layer) -> Vec<(String, Vec<String>)> {
    let lang = cx.lang;
    let questions = rules.kinds().all().filter(|kind| kind.valid_from == layer.starts).flat_map(|kind| {
        let own = kind.fields.iter().filter(|field| Owner::of(&field.id) == Some(layer.owner));
        own.filter(|field| layer.text.contains(&format!("\"{}\"", field.id)))
            .map(|field| format!("{}: {}", kind.name.get(lang), field.label.get(lang)))
            .collect::<Vec<_>>()
    });
    let lists = [
        ("supplements-questions", questions.collect()),
        ("supplements-kinds", named(rules.kinds(), layer, |kind| kind.name.get(lang).to_owned())),
        ("supplements-indicators", named(rules.indicators(), layer, |rule| rule.name.get(lang).to_owned())),
        ("supplements-forms", named(rules.forms(), layer, |rule| rule.name.get(lang).to_owned())),
        ("supplements-programmes", named(rules.programmes(), layer, |rule| rule.name.get(lang).to_owned())),
    ];
    lists
        .into_iter()
        .filter(|(_, names): &(_, Vec<String>)| !names.is_empty())
        .map(|(key, names)| (cx.t(key), names))
        .collect()
}

/// The names of a layer's own rules of one sort.
fn named<T: Rule>(shelf: &Shelf<T>, layer: &Layer, name: impl Fn(&T) -> String) -> Vec<String> {
    let own = |rule: &&T| {
        Owner::of(rule.id()) == Some(layer.owner)
            && rule.valid_from() == layer.starts
            && layer.text.contains(&format!("\"{}\"", rule.id()))
    };
    shelf.all().filter(own).map(name).collect()
}

/// `POST …/catalogue/{supplement}`: title and file as a whole.
pub(super) async fn write(Path((code, id)): Path<(String, String)>, sent: Sent) -> Result<Response, Error> {
    let cx = &sent.cx;
    let desk = desk(cx, &code).await?;
    let (supplement, layer) = find(cx, &desk, &id).await?;
    let based_on: u32 = sent.get("based_on").parse().map_err(|_| Error::Conflict)?;
    let mut form = FormState { typed: sent.fields.clone(), problems: vec![] };
    let title = sent.get("title").to_owned();
    let content = match uploaded(&sent) {
        Some(Ok(content)) => content,
        Some(Err(key)) => {
            form.add("file", cx.t(key));
            String::new()
        }
        None => sent.get("content").to_owned(),
    };
    if form.problems.is_empty() {
        let (room, id, now) = (desk.room.clone(), supplement.id, cx.now);
        match cx.write(move |tx| keep(tx, &room, (id, based_on), (&title, &content), now)).await {
            Ok(_) => return Ok(done(&desk, &supplement, "?done=supplements-done-kept")),
            Err(Refused::Rule(refusal)) => {
                let field = if refusal == Refusal::NoTitle { "title" } else { "content" };
                form.add(field, cx.t(&refusal.key()));
            }
            Err(other) => return Err(other.into()),
        }
    }
    unprocessable(&show_page(cx, &desk, (&supplement, &layer), form, vec![]).await?)
}

fn done(desk: &Desk, supplement: &Supplement, query: &str) -> Response {
    redirect(&format!("{}{query}", supplement_url(&desk.place, supplement.id)))
}

/// `POST …/publication`.
pub(super) async fn publish_draft(
    Path((code, id)): Path<(String, String)>,
    Extension(around): Around,
    sent: Sent,
) -> Result<Response, Error> {
    let cx = &sent.cx;
    let desk = desk(cx, &code).await?;
    let (supplement, layer) = find(cx, &desk, &id).await?;
    let based_on: u32 = sent.get("based_on").parse().map_err(|_| Error::Conflict)?;
    let typed = vec![
        ("title".to_owned(), supplement.title.clone()),
        ("content".to_owned(), supplement.content.clone()),
        ("starts".to_owned(), sent.get("starts").to_owned()),
    ];
    let mut form = FormState { typed, problems: vec![] };
    let mut broken = Vec::new();
    match date::parse(sent.get("starts")) {
        Err(_) => form.add("starts", cx.t("supplements-starts-bad")),
        Ok(starts) => {
            let (at, id, now) = (desk.clone(), supplement.id, cx.now);
            let published = cx
                .write(move |tx| publish(tx, (&at.place, &at.room), (id, based_on), starts, &*around, now))
                .await;
            match published {
                Ok(_) => return Ok(done(&desk, &supplement, "?done=supplements-done-published")),
                Err(Refused::Rule(refusal)) => form.add("starts", cx.t(&refusal.key())),
                Err(Refused::Faulty(problems)) => {
                    form.add("content", cx.t("supplements-faulty"));
                    broken = problems.iter().map(|problem| fault(cx, problem)).collect();
                }
                Err(Refused::Below(commune, problems)) => {
                    form.add("content", cx.ta("supplements-below", &[("commune", commune.into())]));
                    broken = problems.iter().map(|problem| fault(cx, problem)).collect();
                }
                Err(Refused::Breaks(things)) => {
                    form.add("starts", cx.t("supplements-breaks"));
                    broken = things.iter().map(|thing| broken_words(cx, thing)).collect();
                }
                Err(other) => return Err(other.into()),
            }
        }
    }
    unprocessable(&show_page(cx, &desk, (&supplement, &layer), form, broken).await?)
}

fn broken_words(cx: &Cx, broken: &Broken) -> String {
    match broken {
        Broken::Report { form, period, until, indicator } => {
            let args = [
                ("form", form.get(cx.lang).into()),
                ("period", period.as_str().into()),
                ("until", date::short(*until, cx.lang).into()),
                ("indicator", indicator.get(cx.lang).into()),
            ];
            cx.ta("supplements-breaks-report", &args)
        }
        Broken::Sheets { kind } => cx.ta("supplements-breaks-sheets", &[("kind", kind.get(cx.lang).into())]),
    }
}

/// `POST …/dropping`.
pub(super) async fn give_up(Path((code, id)): Path<(String, String)>, sent: Sent) -> Result<Response, Error> {
    let cx = &sent.cx;
    let desk = desk(cx, &code).await?;
    let (supplement, _) = find(cx, &desk, &id).await?;
    let based_on: u32 = sent.get("based_on").parse().map_err(|_| Error::Conflict)?;
    let (room, id, now) = (desk.room.clone(), supplement.id, cx.now);
    cx.write(move |tx| drop_draft(tx, &room, (id, based_on), now)).await?;
    Ok(done(&desk, &supplement, "?done=supplements-done-dropped"))
}

/// `GET …/file`: the file, to be kept or brought to another unit.
pub(super) async fn file(cx: Cx, Path((code, id)): Path<(String, String)>) -> Result<Response, Error> {
    let desk = desk(&cx, &code).await?;
    let (supplement, layer) = find(&cx, &desk, &id).await?;
    let name = format!("attachment; filename=\"{}-{}\"", desk.unit.code, layer.name());
    let headers = [
        (header::CONTENT_TYPE, "application/toml; charset=utf-8"),
        (header::CONTENT_DISPOSITION, name.as_str()),
    ];
    Ok((headers, supplement.content).into_response())
}
