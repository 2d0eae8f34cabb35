//! Forms that add one entry to a draft: a question, a kind, an indicator, a report form.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use catalogue::{Catalogue, Input, Layer};
use jiff::civil::Date;
use kernel::http::{FormOption, FormState, Sent, Shell, page, redirect, unprocessable};
use kernel::{Cx, Error, Line};

use crate::actions::{Refused, keep};
use crate::model::Supplement;
use crate::pages::entry::{self, INPUTS, MEASURES, Sort};
use crate::pages::show::fault;
use crate::pages::{Desk, desk, find, laid, supplement_url};

#[derive(Template)]
#[template(path = "supplements_entry.html")]
struct EntryPage {
    shell: Shell,
    sort: &'static str,
    action: String,
    back: String,
    version: u32,
    form: FormState,
    kinds: Vec<FormOption>,
    inputs: Vec<FormOption>,
    programmes: Vec<FormOption>,
    /// Whose people alone record a kind, and to whose superiors a form goes.
    lines: Vec<FormOption>,
    line: Vec<FormOption>,
    measures: Vec<FormOption>,
    questions: Vec<FormOption>,
    regimes: Vec<FormOption>,
    rows: Vec<FormOption>,
    yes: Vec<FormOption>,
    people: Vec<FormOption>,
}

/// `GET …/new/{sort}`.
pub(super) async fn new(
    cx: Cx,
    Path((code, id, sort)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let sort = Sort::from_key(&sort).ok_or(Error::NotFound)?;
    let desk = desk(&cx, &code).await?;
    let (supplement, layer) = find(&cx, &desk, &id).await?;
    match laid(&cx, &desk, &layer).await? {
        Ok(rules) => {
            let form = FormState::default();
            page(&entry_page(&cx, &desk, &supplement, sort, (&rules, layer.starts), form))
        }
        // Faults are shown, and mended, on the page of the supplement.
        Err(_) => Ok(redirect(&supplement_url(&desk.place, supplement.id))),
    }
}

fn entry_page(
    cx: &Cx,
    desk: &Desk,
    supplement: &Supplement,
    sort: Sort,
    (rules, starts): (&Catalogue, Date),
    form: FormState,
) -> EntryPage {
    let lang = cx.lang;
    let option = |field: &str, value: &str, label: &str| FormOption {
        value: value.to_owned(),
        label: label.to_owned(),
        chosen: form.ticked(field, value),
    };
    let kind_field = if sort == Sort::Field { "kind" } else { "kinds" };
    let kinds = rules.kinds().all_on(starts);
    let numbers =
        |input: &Input| matches!(input, Input::Count { .. } | Input::Money { .. } | Input::Households);
    let questions = rules.kinds().all_on(starts).flat_map(|kind| {
        let asked = kind.fields.iter().filter(|field| numbers(&field.input));
        asked.map(|field| {
            let label = format!("{} – {}", kind.name.get(lang), field.label.get(lang));
            option("sum_of", &format!("{} {}", kind.id, field.id), &label)
        })
    });
    let lines = |field: &str| -> Vec<FormOption> {
        Line::ALL
            .iter()
            .map(|line| option(field, line.key(), &cx.t(&format!("units-line-{}", line.key()))))
            .collect()
    };
    let url = supplement_url(&desk.place, supplement.id);
    EntryPage {
        shell: cx.shell(cx.t(&format!("supplements-new-{}", sort.key())), Some(&desk.place)),
        sort: sort.key(),
        action: format!("{url}/entries/{}", sort.key()),
        back: url,
        version: supplement.version,
        kinds: kinds.map(|kind| option(kind_field, &kind.id, kind.name.get(lang))).collect(),
        inputs: INPUTS
            .map(|input| option("input", input, &cx.t(&format!("supplements-input-{input}"))))
            .into(),
        programmes: rules
            .programmes()
            .all_on(starts)
            .map(|programme| option("programmes", &programme.id, programme.short.get(lang)))
            .collect(),
        lines: lines("lines"),
        line: lines("line"),
        measures: MEASURES
            .map(|measure| option("measure", measure, &cx.t(&format!("supplements-measure-{measure}"))))
            .into(),
        questions: questions.collect(),
        regimes: rules.regimes().map(|regime| option("regime", &regime.id, regime.name.get(lang))).collect(),
        rows: rules
            .indicators()
            .all_on(starts)
            .map(|indicator| option("rows", &indicator.id, indicator.name.get(lang)))
            .collect(),
        yes: vec![option("required", "yes", &cx.t("supplements-field-required"))],
        people: vec![option("people", "yes", &cx.t("supplements-field-people"))],
        form,
    }
}

/// `POST …/entries/{sort}`.
pub(super) async fn add(
    Path((code, id, sort)): Path<(String, String, String)>,
    sent: Sent,
) -> Result<Response, Error> {
    let cx = &sent.cx;
    let sort = Sort::from_key(&sort).ok_or(Error::NotFound)?;
    let desk = desk(cx, &code).await?;
    let (supplement, layer) = find(cx, &desk, &id).await?;
    let based_on: u32 = sent.get("based_on").parse().map_err(|_| Error::Conflict)?;
    let mut form = FormState { typed: sent.fields.clone(), problems: vec![] };
    let Ok(rules) = laid(cx, &desk, &layer).await? else {
        return Ok(redirect(&supplement_url(&desk.place, supplement.id)));
    };
    let taken = |id: &str| is_taken(&rules, id) || layer.text.contains(&format!("\"{id}\""));
    match entry::write(sort, desk.owner, &form, &taken) {
        Err(wrong) => {
            for (field, problem) in wrong {
                form.add(field, cx.t(&format!("supplements-wrong-{problem}")));
            }
        }
        Ok(entry) => {
            let text = format!("{}\n{entry}", layer.text).trim_start().to_owned();
            let faults = laid(cx, &desk, &Layer { text: text.clone(), ..layer.clone() }).await?.err();
            for problem in faults.unwrap_or_default() {
                let line = text.lines().nth(problem.line.saturating_sub(1)).unwrap_or_default();
                let key = line.split('=').next().unwrap_or_default().trim();
                form.add(entry::field_of(sort, key), fault(cx, &problem));
            }
            if form.problems.is_empty() {
                let (room, id, now) = (desk.room.clone(), supplement.id, cx.now);
                let title = supplement.title.clone();
                match cx.write(move |tx| keep(tx, &room, (id, based_on), (&title, &text), now)).await {
                    Ok(_) => {
                        let url = supplement_url(&desk.place, id);
                        return Ok(redirect(&format!("{url}?done=supplements-done-added")));
                    }
                    Err(Refused::Rule(refusal)) => {
                        form.add(entry::field_of(sort, ""), cx.t(&refusal.key()));
                    }
                    Err(other) => return Err(other.into()),
                }
            }
        }
    }
    unprocessable(&entry_page(cx, &desk, &supplement, sort, (&rules, layer.starts), form))
}

/// Whether a rule or a question has an id already.
fn is_taken(rules: &Catalogue, id: &str) -> bool {
    rules.kind(id).is_some()
        || rules.indicator(id).is_some()
        || rules.form(id).is_some()
        || rules.programme(id).is_some()
        || rules.regime(id).is_some()
        || rules.kinds().all().any(|kind| kind.field(id).is_some())
}
