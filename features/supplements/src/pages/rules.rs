//! The rules in force in a unit, whose they are, and the supplements of the unit.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use catalogue::{Owner, Rule, Shelf};
use jiff::civil::Date;
use kernel::http::{FormState, Sent, Shell, page, redirect, unprocessable};
use kernel::{Action, Cx, Error};
use uuid::Uuid;
use vietnamese::date;

use crate::actions::keep;
use crate::model::{State, Supplement};
use crate::pages::{Rules, desk, rules_url, supplement_url, uploaded};
use crate::rulebook::owner;
use crate::store;

#[derive(Template)]
#[template(path = "supplements_rules.html")]
struct RulesPage {
    shell: Shell,
    groups: Vec<Group>,
    supplements: Vec<Row>,
    may_keep: bool,
    url: String,
    /// Id of a new supplement, made here, so that sending twice begins one.
    id: Uuid,
    form: FormState,
}

struct Group {
    key: &'static str,
    title: String,
    rows: Vec<RuleRow>,
}

struct RuleRow {
    name: String,
    origin: String,
    /// From when, when that is still to come.
    from: String,
    basis: String,
    checked: bool,
}

struct Row {
    title: String,
    url: String,
    state: String,
    from: String,
}

/// `GET /units/{unit}/catalogue`.
pub(super) async fn show(cx: Cx, rules: Rules, Path(code): Path<String>) -> Result<Response, Error> {
    page(&rules_page(&cx, &rules, &code, cx.app.ids.new_id(), FormState::default()).await?)
}

async fn rules_page(
    cx: &Cx,
    rules: &Rules,
    code: &str,
    id: Uuid,
    form: FormState,
) -> Result<RulesPage, Error> {
    let (code, today, asker) = (code.to_owned(), cx.today(), cx.clone());
    let (place, supplements) = cx
        .read(move |read, scope| {
            let place = units::find_by_code(read, scope, &code, today)?.ok_or(Error::NotFound)?.place();
            asker.enter(&place, Action::SeeUnit)?;
            let supplements = match asker.enter(&place, Action::KeepCatalogue) {
                Ok(room) => store::all(read, &room)?,
                Err(_) => vec![],
            };
            Ok((place, supplements))
        })
        .await?;
    let may_keep = owner(&place.path).is_some() && cx.caller.scope.can(&place, Action::KeepCatalogue);
    let supplements = supplements.into_iter().map(|supplement| Row {
        url: supplement_url(&place, supplement.id),
        state: state_words(cx, &supplement),
        from: supplement.starts_on.map(|day| date::table(day, cx.lang)).unwrap_or_default(),
        title: supplement.title,
    });
    Ok(RulesPage {
        shell: cx.shell(cx.t("supplements-title"), Some(&place)),
        groups: groups(cx, rules),
        supplements: supplements.collect(),
        may_keep,
        url: rules_url(&place),
        id,
        form,
    })
}

/// Where a supplement stands, in words.
pub(super) fn state_words(cx: &Cx, supplement: &Supplement) -> String {
    match (supplement.state, supplement.starts_on) {
        (State::Draft, _) => cx.t("supplements-state-draft"),
        (State::Dropped, _) => cx.t("supplements-state-dropped"),
        (State::Published, Some(starts)) if starts > cx.today() => cx.t("supplements-state-coming"),
        (State::Published, _) => cx.t("supplements-state-in-force"),
    }
}

/// Whose a rule is, in words.
pub(super) fn origin(cx: &Cx, id: &str) -> String {
    cx.t(match Owner::of(id) {
        None => "supplements-origin-program",
        Some(Owner::Province) => "supplements-origin-province",
        Some(Owner::Commune) => "supplements-origin-commune",
    })
}

fn groups(cx: &Cx, rules: &Rules) -> Vec<Group> {
    let lang = cx.lang;
    let group = |key: &'static str, title: &str, rows| Group { key, title: cx.t(title), rows };
    vec![
        group("kinds", "supplements-kinds", {
            let row = |kind: &catalogue::Kind| {
                let asked =
                    kind.fields.iter().rev().find_map(|field| Owner::of(&field.id).map(|_| &field.id));
                (kind.name.get(lang).to_owned(), kind.legal_basis.clone(), kind.checked, asked.cloned())
            };
            rows(cx, rules.kinds(), row)
        }),
        group("indicators", "supplements-indicators", {
            let row = |rule: &catalogue::Indicator| {
                (rule.name.get(lang).to_owned(), rule.legal_basis.clone(), rule.checked, None)
            };
            rows(cx, rules.indicators(), row)
        }),
        group("forms", "supplements-forms", {
            let row = |rule: &catalogue::Form| {
                (rule.name.get(lang).to_owned(), rule.legal_basis.clone(), rule.checked, None)
            };
            rows(cx, rules.forms(), row)
        }),
        group("programmes", "supplements-programmes", {
            let row = |rule: &catalogue::Programme| {
                (rule.name.get(lang).to_owned(), rule.legal_basis.clone(), rule.checked, None)
            };
            rows(cx, rules.programmes(), row)
        }),
    ]
}

/// Rows of one sort: what holds today or will. `row` gives name, paper, whether it was seen in full, and the id of a
/// question somebody else added.
fn rows<T: Rule>(
    cx: &Cx,
    shelf: &Shelf<T>,
    row: impl Fn(&T) -> (String, Option<String>, bool, Option<String>),
) -> Vec<RuleRow> {
    let today: Date = cx.today();
    let holds = |rule: &&T| rule.valid_to().is_none_or(|last| last >= today);
    let made = shelf.all().filter(holds).map(|rule| {
        let (name, basis, checked, asked) = row(rule);
        let mut origin = origin(cx, rule.id());
        if let (None, Some(field)) = (Owner::of(rule.id()), asked) {
            origin = format!("{origin} + {}", self::origin(cx, &field));
        }
        let from = if rule.valid_from() > today {
            cx.ta("supplements-from", &[("day", date::table(rule.valid_from(), cx.lang).into())])
        } else {
            String::new()
        };
        RuleRow { name, origin, from, basis: basis.unwrap_or_default(), checked }
    });
    made.collect()
}

/// `POST /units/{unit}/catalogue`: begins a supplement, from a file or empty.
pub(super) async fn create(rules: Rules, Path(code): Path<String>, sent: Sent) -> Result<Response, Error> {
    let cx = &sent.cx;
    let desk = desk(cx, &code).await?;
    let id = Uuid::parse_str(sent.get("id")).map_err(|_| Error::Refused("kernel-error-conflict".into()))?;
    let mut form = FormState { typed: sent.fields.clone(), problems: vec![] };
    let title = sent.get("title").to_owned();
    if title.is_empty() {
        form.add("title", cx.t("supplements-refusal-no-title"));
    }
    let content = match uploaded(&sent) {
        Some(Ok(content)) => content,
        Some(Err(key)) => {
            form.add("file", cx.t(key));
            String::new()
        }
        None => String::new(),
    };
    if form.problems.is_empty() {
        let (room, now) = (desk.room.clone(), cx.now);
        let kept = cx.write(move |tx| keep(tx, &room, (id, 0), (&title, &content), now)).await;
        match kept {
            Ok(_) => return Ok(redirect(&supplement_url(&desk.place, id))),
            Err(crate::Refused::Rule(refusal)) => form.add("title", cx.t(&refusal.key())),
            Err(other) => return Err(other.into()),
        }
    }
    unprocessable(&rules_page(cx, &rules, &code, id, form).await?)
}
