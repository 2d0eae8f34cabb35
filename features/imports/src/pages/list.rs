//! The list of imports, the upload, the templates.

use askama::Template;
use axum::extract::{Multipart, Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::tz;
use kernel::http::{FormOption, FormState, Shell, page, redirect, unprocessable};
use kernel::{Action, Cx, Error};
use serde::Deserialize;

use crate::mapping;
use crate::pages::{Rules, desk, list_url};
use crate::sheet::{self, FILE_LIMIT, Unreadable};
use crate::{Import, template as sheets};

/// Imports shown.
const SIZE: u32 = 50;

#[derive(Template)]
#[template(path = "imports_list.html")]
struct ListPage {
    shell: Shell,
    url: String,
    form: FormState,
    kinds: Vec<FormOption>,
    rows: Vec<ListRow>,
}

struct ListRow {
    url: String,
    file_name: String,
    kind: String,
    at: String,
    state: String,
}

#[derive(Deserialize)]
pub(crate) struct ListQuery {
    kind: Option<String>,
}

/// `GET …/imports`.
pub(crate) async fn list(
    cx: Cx,
    Path(code): Path<String>,
    Query(query): Query<ListQuery>,
    rules: Rules,
) -> Result<Response, Error> {
    let typed = query.kind.map(|kind| ("kind".to_owned(), kind)).into_iter().collect();
    page(&list_page(&cx, &code, &rules, FormState { typed, problems: vec![] }).await?)
}

async fn list_page(cx: &Cx, code: &str, rules: &Rules, form: FormState) -> Result<ListPage, Error> {
    let (place, desk) = desk(cx, code, rules).await?;
    let room = cx.enter(&place, Action::Import)?;
    let imports = cx.read(move |read, _| Ok(desk.newest(read, SIZE)?)).await?;
    let kinds = rules.kinds_on(cx.today()).filter(|kind| activities::records(&room, kind));
    let kinds = kinds.map(|kind| FormOption {
        value: kind.id.clone(),
        label: kind.name.get(cx.lang).to_owned(),
        chosen: form.ticked("kind", &kind.id),
    });
    let url = list_url(&place);
    let row = |import: Import| {
        let local = tz::offset(7).to_datetime(import.created_at);
        let day = vietnamese::date::table(local.date(), cx.lang);
        ListRow {
            state: cx.t(&format!("imports-state-{}", import.standing())),
            url: format!("{url}/{}", import.id),
            kind: rules.kind(&import.kind).map_or(import.kind, |kind| kind.name.get(cx.lang).to_owned()),
            file_name: import.file_name,
            at: format!("{day} {:02}:{:02}", local.hour(), local.minute()),
        }
    };
    let rows = imports.into_iter().map(row).collect();
    let shell = cx.shell(cx.t("imports-title"), Some(&place));
    Ok(ListPage { shell, kinds: kinds.collect(), rows, form, url })
}

/// What the upload form sent.
#[derive(Default)]
struct Brought {
    kind: String,
    name: String,
    bytes: Vec<u8>,
    too_large: bool,
}

/// Reads the form; a file beyond the limit is read to its end and dropped.
async fn brought(mut form: Multipart) -> Result<Brought, Error> {
    let mut brought = Brought::default();
    while let Some(mut part) = form.next_field().await.map_err(|_| Error::TooLarge)? {
        match part.name() {
            Some("kind") => brought.kind = part.text().await.map_err(|_| Error::TooLarge)?,
            Some("file") => {
                brought.name = part.file_name().map(vietnamese::text::nfc).unwrap_or_default();
                while let Some(chunk) = part.chunk().await.map_err(|_| Error::TooLarge)? {
                    if brought.bytes.len() + chunk.len() > FILE_LIMIT {
                        brought.too_large = true;
                        brought.bytes.clear();
                    }
                    if !brought.too_large {
                        brought.bytes.extend_from_slice(&chunk);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(brought)
}

/// `POST …/imports`: reads a file, writes no record.
pub(crate) async fn create(
    cx: Cx,
    Path(code): Path<String>,
    rules: Rules,
    form: Multipart,
) -> Result<Response, Error> {
    let (place, desk) = desk(&cx, &code, &rules).await?;
    let Brought { kind, name, bytes, too_large } = brought(form).await?;
    let mut state = FormState { typed: vec![("kind".to_owned(), kind.clone())], problems: vec![] };
    let room = cx.enter(&place, Action::Import)?;
    let known = rules.kinds().on(&kind, cx.today()).filter(|kind| activities::records(&room, kind)).cloned();
    if known.is_none() {
        state.add("kind", cx.t("imports-kind-missing"));
    }
    if name.is_empty() {
        state.add("file", cx.t("imports-file-missing"));
    }
    if let (Some(kind), false) = (known, name.is_empty()) {
        let file_name = name.clone();
        let read = move || {
            if too_large {
                return Err(Unreadable::TooLarge);
            }
            sheet::read(&file_name, &bytes, &|header| mapping::is_known(&kind, header))
        };
        // A file that breaks its reader is a broken file.
        match tokio::task::spawn_blocking(read).await.unwrap_or(Err(Unreadable::Broken)) {
            Ok(sheet) => {
                let id = cx.app.ids.new_id();
                let kind = state.value("kind").to_owned();
                cx.write(move |tx| desk.keep(tx, id, &kind, &name, &sheet)).await?;
                return Ok(redirect(&format!("{}/{id}", list_url(&place))));
            }
            Err(problem) => state.add("file", cx.t(&problem.key())),
        }
    }
    unprocessable(&list_page(&cx, &code, &rules, state).await?)
}

/// `GET …/imports/template/{kind}`: the sheet to fill in.
pub(crate) async fn template(
    cx: Cx,
    Path((code, kind)): Path<(String, String)>,
    rules: Rules,
) -> Result<Response, Error> {
    let (place, _) = desk(&cx, &code, &rules).await?;
    let today = cx.today();
    let kind = rules.kinds().on(&kind, today).cloned().ok_or(Error::NotFound)?;
    let areas = cx.read(move |read, scope| Ok(units::areas_of(read, scope, &place, today)?)).await?;
    let names: Vec<String> = areas.into_iter().map(|area| area.name).collect();
    let (file, lang) = (format!("attachment; filename=\"{}.xlsx\"", kind.id), cx.lang);
    let made = tokio::task::spawn_blocking(move || sheets::xlsx(&kind, &names, lang)).await;
    let bytes = made
        .map_err(|error| Error::Internal(error.to_string()))?
        .map_err(|error| Error::Internal(error.to_string()))?;
    let headers = [
        (header::CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (header::CONTENT_DISPOSITION, file.as_str()),
    ];
    Ok((headers, bytes).into_response())
}
