//! Writing a record down, and correcting it.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::{Catalogue, Choice, FieldError, FieldProblem, Fields, Input, Kind};
use jiff::civil::Date;
use kernel::http::{
    FormOption, FormState, Said, Sent, Shell, Side, UploadBody, page, redirect, unprocessable,
};
use kernel::{Action, Areas, Cx, Error, Place, Room};
use serde::Deserialize;
use units::Area;
use uuid::Uuid;
use vietnamese::{date::DateProblem, number};

use crate::actions::{NewPhoto, Refused, change, photos};
use crate::model::{Activity, Content, Refusal, State, Step, WHOLE_UNIT, fit, line_for, records};
use crate::pages::{Rules, activity_url, conflict, day, days, draft_key, holding, id, list_url, names};
use crate::{photo, store};

/// Most photos of one record.
const PHOTOS: usize = 8;

#[derive(Template)]
#[template(path = "activity_kinds.html")]
struct KindsPage {
    shell: Shell,
    kinds: Vec<KindTile>,
}

/// A kind to choose.
struct KindTile {
    name: String,
    help: String,
    url: String,
}

#[derive(Template)]
#[template(path = "activity_form.html")]
struct FormPage {
    shell: Shell,
    /// Where the form goes.
    action: String,
    /// Key under which the phone keeps what is typed.
    draft: String,
    /// Id of the record.
    id: Uuid,
    /// Version it is based on; 0 for a new one.
    based_on: u32,
    kind: String,
    help: String,
    form: FormState,
    /// Whether it is a total over a span of days.
    aggregate: bool,
    /// Choice of the area; empty when there is only one.
    areas: Vec<FormOption>,
    /// The only area, in words.
    area_name: String,
    questions: Vec<Question>,
    programmes: Vec<FormOption>,
    note: bool,
    photos: Vec<Uuid>,
    photo_url: String,
    /// Whether it may still be kept as a draft.
    keeps: bool,
    /// The only area.
    area: Option<Uuid>,
    /// Where somebody else wrote something different meanwhile.
    sides: Vec<Side>,
}

/// A question of the kind, as the form asks it.
struct Question {
    name: String,
    label: String,
    help: String,
    unit: String,
    required: bool,
    /// `number`, `text`, `choice` or `choices`.
    input: &'static str,
    value: String,
    options: Vec<FormOption>,
    problem: String,
}

#[derive(Deserialize)]
pub(crate) struct NewQuery {
    kind: Option<String>,
}

/// `GET …/activities/new`: first the kind, then its questions.
pub(crate) async fn new(
    cx: Cx,
    Path(code): Path<String>,
    Query(query): Query<NewQuery>,
    catalogue: Rules,
) -> Result<Response, Error> {
    let today = cx.today();
    let (place, room, areas) = setting(&cx, &code, None).await?;
    let asked = query.kind.as_deref().and_then(|id| catalogue.kinds().on(id, today));
    let Some(kind) = asked.filter(|kind| records(&room, kind)) else {
        let kinds = catalogue.kinds_on(today).filter(|kind| records(&room, kind)).map(|kind| KindTile {
            name: kind.name.get(cx.lang).to_owned(),
            help: kind.help.get(cx.lang).to_owned(),
            url: format!("{}/new?kind={}", list_url(&place), kind.id),
        });
        let shell = cx.shell(cx.t("activities-new-title"), Some(&place));
        return page(&KindsPage { shell, kinds: kinds.collect() });
    };
    let mut typed = vec![("day".to_owned(), today.to_string())];
    typed.extend(kind.programmes.iter().map(|id| ("programmes".to_owned(), id.clone())));
    let form = FormState { typed, problems: vec![] };
    let record = Draft { id: cx.app.ids.new_id(), based_on: 0, keeps: true, photos: vec![] };
    page(&form_page(&cx, &place, &room, &catalogue, kind, &areas, record, form))
}

/// `GET …/activities/{activity}/edit`.
pub(crate) async fn edit(
    cx: Cx,
    Path((code, activity)): Path<(String, String)>,
    catalogue: Rules,
) -> Result<Response, Error> {
    let id = id(&activity)?;
    let (place, room, areas) = setting(&cx, &code, Some(id)).await?;
    let (rules, within) = (catalogue.0.clone(), room.clone());
    let (activity, photos) = cx
        .read(move |read, _| {
            let activity = store::find(read, &within, &rules, id)?.ok_or(Error::NotFound)?;
            Ok((activity, store::photos(read, &within, id)?))
        })
        .await?;
    if activity.state == State::Withdrawn {
        return Err(Error::Refused(Refusal::NotNow.key()));
    }
    let own = catalogue.of_tenant(room.tenant_key());
    let kind = kind_of(own, &activity.content)?;
    if !records(&room, kind) {
        return Err(Error::Refused(Refusal::OtherLine.key()));
    }
    let form = FormState { typed: typed_of(&activity.content), problems: vec![] };
    let keeps = matches!(activity.state, State::Draft | State::Returned);
    let record = Draft { id, based_on: activity.version, keeps, photos };
    page(&form_page(&cx, &place, &room, own, kind, &areas, record, form))
}

/// `POST …/activities`: a new record.
pub(crate) async fn create(
    Path(code): Path<String>,
    catalogue: Rules,
    sent: Sent,
) -> Result<Response, Error> {
    let id = id(sent.get("id")).map_err(|_| Error::Refused("kernel-error-conflict".into()))?;
    accept(sent, code, id, 0, catalogue).await
}

/// `POST …/activities/{activity}`: a corrected record.
pub(crate) async fn update(
    Path((code, activity)): Path<(String, String)>,
    catalogue: Rules,
    sent: Sent,
) -> Result<Response, Error> {
    let id = id(&activity)?;
    let based_on = sent.get("based_on").parse().map_err(|_| Error::Conflict)?;
    accept(sent, code, id, based_on, catalogue).await
}

async fn accept(
    sent: Sent,
    code: String,
    id: Uuid,
    based_on: u32,
    catalogue: Rules,
) -> Result<Response, Error> {
    let cx = sent.cx.clone();
    let (place, room, areas) = setting(&cx, &code, Some(id)).await?;
    let day = vietnamese::date::parse(sent.get("day")).ok();
    let own = catalogue.of_tenant(room.tenant_key());
    let kind = kind_to_record(own, sent.get("kind"), cx.today(), day)?;
    let (within, rules) = (room.clone(), catalogue.0.clone());
    let sent = conflict::taken_over(sent, (within, rules), (id, based_on)).await?;
    let mut form = FormState { typed: sent.fields.clone(), problems: vec![] };
    let content = read_content(&cx, &room, kind, &areas, &sent, &mut form);
    let keep = sent.get("step") == "keep";
    let pictures = pictures(&cx, id, &sent, &mut form).await;
    let remove: Vec<Uuid> =
        sent.all("remove_photo").iter().filter_map(|text| Uuid::parse_str(text).ok()).collect();
    let content = match content {
        Some(content) if form.problems.is_empty() => content,
        _ => {
            let record = draft(&cx, &room, id, based_on).await?;
            return refuse(&form_page(&cx, &place, &room, own, kind, &areas, record, form));
        }
    };
    let step = if keep { Step::Keep(content.clone()) } else { Step::Send(content.clone()) };
    let (rules, within, now) = (catalogue.0.clone(), room.clone(), cx.now);
    let written: Result<Activity, Refused> = cx
        .write(move |tx| {
            let activity = change(tx, &within, &rules, (id, based_on), step, now)?;
            photos(tx, &within, id, &pictures, &remove, now)?;
            Ok(activity)
        })
        .await;
    match written {
        Ok(activity) => {
            let done = if activity.state == State::Draft { "kept" } else { "sent" };
            Ok(redirect(&format!("{}?done=activities-done-{done}", activity_url(&place, id))))
        }
        Err(Refused::Rule(refusal)) => {
            let field = match refusal {
                Refusal::Future | Refusal::Span => "day",
                Refusal::PersonalNumber | Refusal::TooLong => "note",
                Refusal::NotNow | Refusal::Own | Refusal::NoReason | Refusal::OtherLine => "kind",
            };
            form.add(field, cx.t(&refusal.key()));
            let record = draft(&cx, &room, id, based_on).await?;
            refuse(&form_page(&cx, &place, &room, own, kind, &areas, record, form))
        }
        Err(Refused::Changed(theirs)) => {
            // Both sides on one page; sending again is a decision, and both stay in the history.
            let record = draft(&cx, &room, id, theirs.version).await?;
            let mut page = form_page(&cx, &place, &room, own, kind, &areas, record, form);
            page.form.add("kind", cx.t("activities-changed-meanwhile"));
            page.sides = conflict::sides(&cx, own, &areas, &content, &theirs.content);
            let mut response = unprocessable(&page)?;
            *response.status_mut() = StatusCode::CONFLICT;
            Ok(Said::Conflict { version: theirs.version, sides: page.sides }.with(response))
        }
        Err(other) => Err(other.into()),
    }
}

/// The form again, with what is wrong beside it.
fn refuse(page: &FormPage) -> Result<Response, Error> {
    Ok(Said::Problems(page.form.problems.clone()).with(unprocessable(page)?))
}

/// The kind as it is today, or as it was when the work was done: a phone may have been away since.
fn kind_to_record<'a>(
    catalogue: &'a Catalogue,
    id: &str,
    today: Date,
    done: Option<Date>,
) -> Result<&'a Kind, Error> {
    let kinds = catalogue.kinds();
    let then = done.filter(|day| *day < today).and_then(|day| kinds.on(id, day));
    kinds.on(id, today).or(then).ok_or_else(|| Error::Refused("activities-refusal-no-kind".into()))
}

/// Place, room and areas for writing a record; one that is there is written where it is kept.
async fn setting(cx: &Cx, code: &str, id: Option<Uuid>) -> Result<(Place, Room, Vec<Area>), Error> {
    let (asker, code) = (cx.clone(), code.to_owned());
    cx.read(move |read, scope| {
        let today = asker.today();
        let (place, there) = holding(read, scope, (&code, today), id.unwrap_or_default())?;
        let room = asker.enter(&there, Action::Record)?;
        let areas = units::areas_covered(read, scope, &place, room.areas(), today)?;
        Ok((place, room, areas))
    })
    .await
}

/// What a form is about.
struct Draft {
    id: Uuid,
    based_on: u32,
    keeps: bool,
    photos: Vec<Uuid>,
}

/// A form that comes back, with the photos that are there already.
async fn draft(cx: &Cx, room: &Room, id: Uuid, based_on: u32) -> Result<Draft, Error> {
    let within = room.clone();
    let photos = cx.read(move |read, _| Ok(store::photos(read, &within, id)?)).await?;
    Ok(Draft { id, based_on, keeps: true, photos })
}

#[expect(
    clippy::too_many_arguments,
    reason = "everything a form shows; called from four places of this file only"
)]
fn form_page(
    cx: &Cx,
    place: &Place,
    room: &Room,
    catalogue: &Catalogue,
    kind: &Kind,
    areas: &[Area],
    record: Draft,
    form: FormState,
) -> FormPage {
    let lang = cx.lang;
    let single = areas.len() == 1 && matches!(room.areas(), Areas::Only(_));
    let option = |value: &str, label: &str, field: &str| FormOption {
        value: value.to_owned(),
        label: label.to_owned(),
        chosen: form.ticked(field, value),
    };
    let whole = kind.aggregate && matches!(room.areas(), Areas::All);
    let whole = whole.then(|| option(&WHOLE_UNIT.to_string(), &cx.t("activities-whole-unit"), "area"));
    let chosen_area =
        whole.into_iter().chain(areas.iter().map(|area| option(&area.id.to_string(), &area.name, "area")));
    // The kind's own programmes first, then the others that run today.
    let mut programmes: Vec<_> = catalogue.programmes().all_on(cx.today()).collect();
    programmes.sort_by_key(|programme| !kind.programmes.contains(&programme.id));
    let programmes = programmes.iter().map(|p| option(&p.id, p.short.get(lang), "programmes"));
    let questions = kind.fields.iter().map(|field| {
        let name = format!("field.{}", field.id);
        let (input, choices): (&'static str, &[Choice]) = match &field.input {
            Input::Count { .. } | Input::Money { .. } => ("number", &[]),
            Input::Text { .. } | Input::Households => ("text", &[]),
            Input::YesNo => ("choice", &[]),
            Input::Choice { options } => ("choice", options),
            Input::Choices { options } => ("choices", options),
        };
        let mut options: Vec<_> = choices.iter().map(|c| option(&c.id, c.label.get(lang), &name)).collect();
        if field.input == Input::YesNo {
            options = vec![
                option("yes", &cx.t("activities-yes"), &name),
                option("no", &cx.t("activities-no"), &name),
            ];
        }
        Question {
            label: field.label.get(lang).to_owned(),
            help: field.help.get(lang).to_owned(),
            unit: field.unit.as_ref().map(|unit| unit.get(lang).to_owned()).unwrap_or_default(),
            required: field.required,
            input,
            value: form.value(&name).to_owned(),
            options,
            problem: form.problem(&name).to_owned(),
            name,
        }
    });
    let new = record.based_on == 0;
    let base = activity_url(place, record.id);
    FormPage {
        shell: cx.shell(kind.name.get(lang), Some(place)),
        action: if new { list_url(place) } else { base.clone() },
        draft: draft_key(cx, &kind.id, record.id, record.based_on),
        id: record.id,
        based_on: record.based_on,
        kind: kind.id.clone(),
        help: kind.help.get(lang).to_owned(),
        aggregate: kind.aggregate,
        areas: if single { vec![] } else { chosen_area.collect() },
        area_name: if single {
            areas.first().map(|area| area.name.clone()).unwrap_or_default()
        } else {
            String::new()
        },
        questions: questions.collect(),
        programmes: programmes.collect(),
        note: kind.note,
        photos: record.photos,
        photo_url: format!("{base}/photos"),
        keeps: record.keeps,
        area: areas.first().filter(|_| single).map(|area| area.id),
        sides: vec![],
        form,
    }
}

/// Reads the form into a record's content; notes what is wrong.
fn read_content(
    cx: &Cx,
    room: &Room,
    kind: &Kind,
    areas: &[Area],
    sent: &Sent,
    form: &mut FormState,
) -> Option<Content> {
    let named = sent.get("area");
    let area = match areas {
        [only] if matches!(room.areas(), Areas::Only(_)) && named.is_empty() => Some(only),
        _ => areas.iter().find(|area| area.id.to_string() == named),
    };
    let whole = kind.aggregate && room.areas() == &Areas::All && named == WHOLE_UNIT.to_string();
    if area.is_none() && !whole {
        // A form that waited on a phone may be about an area that is no longer the writer's.
        let lost = matches!(room.areas(), Areas::Only(_)) && !named.is_empty();
        form.add("area", cx.t(if lost { "activities-area-not-yours" } else { "activities-area-missing" }));
    }
    let day = match vietnamese::date::parse(sent.get("day")) {
        Ok(day) => Some(day),
        Err(problem) => {
            form.add("day", day_problem(cx, sent.get("day"), &problem));
            None
        }
    };
    let from = match kind.aggregate.then(|| vietnamese::date::parse(sent.get("from"))) {
        Some(Ok(from)) => {
            if day.is_some_and(|day| from > day) {
                form.add("from", cx.t(&Refusal::Span.key()));
            }
            Some(from)
        }
        Some(Err(problem)) => {
            form.add("from", day_problem(cx, sent.get("from"), &problem));
            None
        }
        None => None,
    };
    let fields = match kind.read(&|field| sent.all(&format!("field.{field}"))) {
        Ok(fields) => {
            let last = area.and_then(|area| area.households).and_then(|n| u16::try_from(n).ok());
            let beyond = last.map(|last| kind.households_beyond(&fields, last)).unwrap_or_default();
            add_problems(cx, kind, beyond, form);
            Some(fields)
        }
        Err(problems) => {
            add_problems(cx, kind, problems, form);
            None
        }
    };
    if let Err(refusal) = fit(sent.get("note")) {
        form.add("note", cx.t(&refusal.key()));
    }
    let mut programmes = sent.all("programmes");
    programmes.sort();
    programmes.dedup();
    programmes.retain(|id| id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    Some(Content {
        area: if whole { WHOLE_UNIT } else { area?.id },
        day: day?,
        from,
        kind: kind.id.clone(),
        kind_version: kind.version,
        line: line_for(room, kind),
        programmes,
        fields: fields?,
        note: sent.get("note").to_owned(),
    })
}

fn day_problem(cx: &Cx, typed: &str, problem: &DateProblem) -> String {
    let key = match problem {
        DateProblem::Empty | DateProblem::NotADate => "activities-day-not-a-date",
        DateProblem::NoSuchDay { .. } | DateProblem::NoSuchMonth { .. } => "activities-day-no-such-day",
        DateProblem::YearOutOfRange { .. } | DateProblem::ShortYear { .. } => "activities-day-year",
    };
    cx.ta(key, &[("typed", typed.to_owned().into())])
}

fn add_problems(cx: &Cx, kind: &Kind, problems: Vec<FieldProblem>, form: &mut FormState) {
    for FieldProblem { field, what } in problems {
        let label = kind.field(&field).map_or(field.as_str(), |field| field.label.get(cx.lang));
        let n = |n: i64| number::count(n, cx.lang);
        let (key, value) = match what {
            FieldError::Missing => ("activities-field-missing", String::new()),
            FieldError::OneNeeded { fields } => {
                let labels =
                    fields.iter().filter_map(|id| kind.field(id)).map(|field| field.label.get(cx.lang));
                ("activities-field-one-needed", labels.collect::<Vec<_>>().join(", "))
            }
            FieldError::NotANumber { typed } => ("activities-field-not-a-number", typed),
            FieldError::TooSmall { min } => ("activities-field-too-small", n(min)),
            FieldError::TooLarge { max } => ("activities-field-too-large", n(max)),
            FieldError::TooLong { max } => ("activities-field-too-long", n(max as i64)),
            FieldError::UnknownOption { typed } => ("activities-field-unknown-option", typed),
            FieldError::BadHouseholds { typed } => ("activities-field-bad-households", typed),
            FieldError::HouseholdBeyond { number, max } => {
                let args = [
                    ("label", label.to_owned().into()),
                    ("value", number.to_string().into()),
                    ("max", max.to_string().into()),
                ];
                form.add(&format!("field.{field}"), cx.ta("activities-field-household-beyond", &args));
                continue;
            }
            FieldError::PersonalNumber { found } => ("activities-field-personal-number", found),
            FieldError::WrongShape | FieldError::UnknownField => ("activities-field-missing", String::new()),
        };
        let args = [("label", label.to_owned().into()), ("value", value.into())];
        form.add(&format!("field.{field}"), cx.ta(key, &args));
    }
}

/// Cleans the photos of a form on a blocking thread; notes which cannot be kept.
async fn pictures(cx: &Cx, id: Uuid, sent: &Sent, form: &mut FormState) -> Vec<NewPhoto> {
    let mut kept = Vec::new();
    if sent.files.len() > PHOTOS {
        form.add("photos", cx.ta("activities-photo-too-many", &[("max", PHOTOS.to_string().into())]));
        return kept;
    }
    for upload in &sent.files {
        let cleaned = match &upload.body {
            UploadBody::TooLarge => Err(photo::PhotoProblem::TooLarge),
            UploadBody::Bytes(bytes) => {
                let bytes = bytes.clone();
                let cleaned = tokio::task::spawn_blocking(move || photo::clean(&bytes)).await;
                cleaned.unwrap_or(Err(photo::PhotoProblem::Broken))
            }
        };
        match cleaned {
            Ok(photo) => kept.push(NewPhoto { id: photo::id(id, &photo), photo }),
            Err(problem) => {
                let args = [("name", upload.name.clone().into())];
                form.add("photos", cx.ta(&format!("activities-photo-{problem}"), &args));
            }
        }
    }
    kept
}

/// The kind whose questions a stored record answered.
pub(crate) fn kind_of<'a>(catalogue: &'a Catalogue, content: &Content) -> Result<&'a Kind, Error> {
    let kind = catalogue.kinds().version(&content.kind, content.kind_version);
    kind.ok_or_else(|| Error::Internal(format!("no kind {} version {}", content.kind, content.kind_version)))
}

/// Content as it would have been typed.
pub(crate) fn typed_of(content: &Content) -> Vec<(String, String)> {
    let mut typed = vec![
        ("day".to_owned(), content.day.to_string()),
        ("area".to_owned(), content.area.to_string()),
        ("note".to_owned(), content.note.clone()),
    ];
    typed.extend(content.from.map(|from| ("from".to_owned(), from.to_string())));
    typed.extend(content.programmes.iter().map(|id| ("programmes".to_owned(), id.clone())));
    for (id, value) in &content.fields {
        typed.extend(value.typed().into_iter().map(|answer| (format!("field.{id}"), answer)));
    }
    typed
}

/// Content as label and words, in the order of the questions.
pub(crate) fn in_words(
    cx: &Cx,
    catalogue: &Catalogue,
    areas: &[Area],
    content: &Content,
) -> Vec<(String, String)> {
    named(cx, catalogue, areas, content).into_iter().map(|(_, label, words)| (label, words)).collect()
}

/// The same, each with the name of its field before it.
pub(crate) fn named(
    cx: &Cx,
    catalogue: &Catalogue,
    areas: &[Area],
    content: &Content,
) -> Vec<(String, String, String)> {
    let area = names(cx, areas).remove(&content.area);
    let (label, when) = match content.from {
        Some(_) => (cx.t("activities-span"), days((content.from, content.day), cx.lang)),
        None => (cx.t("activities-day"), day(content.day, cx.lang)),
    };
    let mut words = vec![("day".to_owned(), label, when)];
    words.push(("area".to_owned(), cx.t("activities-area"), area.unwrap_or_else(|| "–".to_owned())));
    if let Some(kind) = catalogue.kinds().version(&content.kind, content.kind_version) {
        words.extend(kind.fields.iter().filter_map(|field| {
            let value: &catalogue::Value = Fields::get(&content.fields, &field.id)?;
            let label = field.label.get(cx.lang).to_owned();
            Some((format!("field.{}", field.id), label, kind.show(&field.id, value, cx.lang)))
        }));
    }
    let programmes: Vec<&str> = content
        .programmes
        .iter()
        .filter_map(|id| catalogue.programmes().on(id, content.day).or_else(|| catalogue.programme(id)))
        .map(|programme| programme.short.get(cx.lang))
        .collect();
    if !programmes.is_empty() {
        words.push(("programmes".to_owned(), cx.t("activities-programmes"), programmes.join("; ")));
    }
    if !content.note.is_empty() {
        words.push(("note".to_owned(), cx.t("activities-note"), content.note.clone()));
    }
    words
}
