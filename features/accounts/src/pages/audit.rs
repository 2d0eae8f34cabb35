//! The audit log of a place.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use kernel::http::{Shell, page};
use kernel::{Action, Cx, Result, audit};
use serde::Deserialize;
use uuid::Uuid;

use super::{local_time, place_of};
use crate::names;

/// Entries on a page.
const SIZE: u32 = 50;

/// Who did what, newest first.
#[derive(Template)]
#[template(path = "accounts_audit.html")]
struct AuditPage {
    shell: Shell,
    entries: Vec<Entry>,
    newest: String,
    older: String,
}

struct Entry {
    seq: i64,
    at: String,
    who: String,
    what: String,
    object: String,
    detail: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct BeforeQuery {
    #[serde(default)]
    before: String,
}

pub(super) async fn list(
    cx: Cx,
    Path(unit): Path<String>,
    Query(query): Query<BeforeQuery>,
) -> Result<Response> {
    let place = place_of(&cx, unit).await?;
    let room = cx.enter(&place, Action::SeeAudit)?;
    let before = query.before.parse::<i64>().ok();
    let (mut logged, names) = cx
        .read(move |read, scope| {
            let logged = audit::newest(read, &room, before.unwrap_or(i64::MAX), SIZE + 1)?;
            let ids = logged.iter().flat_map(|row| [id_in(&row.account), id_in(&row.object)]).flatten();
            let names = names(read, scope, room.tenant_key(), ids)?;
            Ok((logged, names))
        })
        .await?;
    let more = logged.len() > SIZE as usize;
    logged.truncate(SIZE as usize);
    let base = format!("/units/{}/audit", place.code);
    let last = logged.last().map(|row| row.seq);
    let older = last.filter(|_| more).map_or_else(String::new, |seq| format!("{base}?before={seq}"));
    let newest = before.map_or_else(String::new, |_| base);
    let name = |text: &str| id_in(text).and_then(|id| names.get(&id));
    let entries = logged
        .iter()
        .map(|row| Entry {
            seq: row.seq,
            at: local_time(row.at, cx.lang),
            who: match (name(&row.account), row.account.strip_prefix("system:")) {
                (Some(name), _) => name.clone(),
                (None, Some(task)) => cx.ta("accounts-audit-system", &[("task", task.into())]),
                (None, None) => row.account.clone(),
            },
            what: action_text(&cx, &row.action),
            object: name(&row.object).cloned().unwrap_or_else(|| row.object.clone()),
            detail: row.detail.clone(),
        })
        .collect();
    page(&AuditPage { shell: cx.shell(cx.t("accounts-audit-title"), Some(&place)), entries, newest, older })
}

/// An action in words: each capability writes the text `audit-ACTION` for its actions, with `-` for `.`; one that has
/// none shows as it is stored.
fn action_text(cx: &Cx, action: &str) -> String {
    let text = cx.t(&format!("audit-{}", action.replace('.', "-")));
    if text.starts_with('[') { action.to_owned() } else { text }
}

/// The id of an account in `ID` or `account ID`.
fn id_in(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text.strip_prefix("account ").unwrap_or(text)).ok()
}
