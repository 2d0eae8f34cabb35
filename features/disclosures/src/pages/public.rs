//! What everybody reads, without account, cookie or script.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use db::Read;
use jiff::civil::Date;
use kernel::http::{App, Shell, ShellPlace, page};
use kernel::{Error, Lang, Result, Scope, Texts};
use serde::Deserialize;
use uuid::Uuid;
use vietnamese::{date, text};

use crate::model::{Disclosure, Heading, State as Standing};
use crate::pages::kept::{self, Kept};
use crate::pages::{TableView, list_url, public_url, tables};
use crate::store;

/// The language is in the address: one address is one page for every proxy.
#[derive(Debug, Deserialize)]
pub(super) struct Language {
    #[serde(default)]
    lang: String,
}

impl Language {
    fn get(&self) -> Lang {
        if self.lang == "en" { Lang::En } else { Lang::Vi }
    }
}

#[derive(Template)]
#[template(path = "disclosures_list.html")]
struct ListPage {
    shell: Shell,
    other: String,
    heading: String,
    rows: Vec<RowView>,
}

struct RowView {
    url: String,
    period: String,
    form: String,
}

#[derive(Template)]
#[template(path = "disclosures_public.html")]
struct PublicPage {
    shell: Shell,
    other: String,
    heading: String,
    form: String,
    frozen_on: String,
    public_since: String,
    tables: Vec<TableView>,
    list_url: String,
}

#[derive(Template)]
#[template(path = "disclosures_gone.html")]
struct GonePage {
    shell: Shell,
    other: String,
    list_url: String,
}

/// The address of a page in its language, and of the same in the other.
fn addresses(path: &str, lang: Lang) -> (String, String) {
    let english = format!("{path}?lang=en");
    if lang == Lang::En { (english, path.to_owned()) } else { (path.to_owned(), english) }
}

/// The frame; its title also says whose page it is, for whoever gets the address from somebody.
fn shell(app: &App, lang: Lang, heading: &str, (path, place): (String, ShellPlace)) -> Shell {
    let mut shell = Shell::new(lang, format!("{heading}, {}", place.name), path);
    shell.demo = app.demo;
    shell.place = Some(place);
    shell
}

/// The unit that an address names by its code of today, or by its id, which outlives codes and mergers.
fn whose(read: &mut Read<'_>, named: &str, today: Date) -> db::Result<Option<units::Unit>> {
    let scope = Scope::system("public");
    match units::find_by_code(read, &scope, named, today)? {
        Some(unit) => Ok(Some(unit)),
        None => Ok(units::history(read, &scope, named)?.pop()),
    }
}

/// `GET /public/{unit}`: what a unit has made public.
pub(super) async fn list(
    State(app): State<App>,
    Extension(kept): Extension<Kept>,
    Path(named): Path<String>,
    Query(language): Query<Language>,
    headers: HeaderMap,
) -> Result<Response> {
    let (lang, today, given) = (language.get(), app.clock.today(), app.clone());
    let sent = app.db.read(move |read| {
        let unit = whose(read, &named, today)?.ok_or(Error::NotFound)?;
        let room = Scope::system("public").own(&unit.id);
        let name = unit.full_name(lang);
        let (key, stamp) =
            (kept::key(&unit.id, None, lang), format!("{} {name}", store::decisions(read, &room)?));
        if let Some(sent) = kept.get(&key, &stamp) {
            return Ok(sent);
        }
        let row = |(report, heading): (Uuid, Heading)| RowView {
            url: addresses(&public_url(&unit.id, report), lang).0,
            period: text::sentence(heading.period.get(lang)),
            form: heading.form.get(lang).to_owned(),
        };
        let rows = store::latest(read, &room)?.into_iter().map(row).collect();
        let (path, other) = addresses(&list_url(&unit.id), lang);
        let heading = Texts::get().text(lang, "disclosures-list-title", &[]);
        let place = ShellPlace { name, url: path.clone() };
        let shell = shell(&given, lang, &heading, (path, place));
        kept.make(key, stamp, &ListPage { shell, other, heading, rows })
    });
    Ok(sent.await?.answer(&headers))
}

/// `GET /public/{unit}/{report}`: the figures of a report. Of a page that is made already one row is read.
pub(super) async fn one(
    State(app): State<App>,
    Extension(kept): Extension<Kept>,
    Path((tenant, report)): Path<(String, String)>,
    Query(language): Query<Language>,
    headers: HeaderMap,
) -> Result<Response> {
    let (lang, given) = (language.get(), app.clone());
    let report = Uuid::parse_str(&report).map_err(|_| Error::NotFound)?;
    let address = tenant.clone();
    let sent = app.db.read(move |read| {
        let room = Scope::system("public").own(&tenant);
        let (version, state) = store::standing(read, &room, report)?.ok_or(Error::NotFound)?;
        if state == Standing::Withdrawn {
            return Ok(None);
        }
        let (key, stamp) = (kept::key(&tenant, Some(report), lang), version.to_string());
        if let Some(sent) = kept.get(&key, &stamp) {
            return Ok(Some(sent));
        }
        let disclosure = store::find(read, &room, report)?.ok_or(Error::NotFound)?;
        let Some(shown) = public_page(&given, lang, &tenant, disclosure) else { return Ok(None) };
        kept.make(key, stamp, &shown).map(Some)
    });
    match sent.await? {
        Some(sent) => Ok(sent.answer(&headers)),
        None => gone(&app, lang, &address, report),
    }
}

fn public_page(app: &App, lang: Lang, tenant: &str, disclosure: Disclosure) -> Option<PublicPage> {
    let Disclosure { report, heading, content, changed_at, .. } = disclosure;
    let (path, other) = addresses(&public_url(tenant, report), lang);
    let list_url = addresses(&list_url(tenant), lang).0;
    let place = ShellPlace { name: heading.unit.get(lang).to_owned(), url: list_url.clone() };
    let period = text::sentence(heading.period.get(lang));
    Some(PublicPage {
        shell: shell(app, lang, &period, (path, place)),
        other,
        heading: period,
        form: heading.form.get(lang).to_owned(),
        frozen_on: date::short(heading.frozen_on, lang),
        public_since: date::short(kernel::local_day(changed_at), lang),
        tables: tables(&content?, lang),
        list_url,
    })
}

/// Says that figures were withdrawn or amended.
fn gone(app: &App, lang: Lang, tenant: &str, report: Uuid) -> Result<Response> {
    let (path, other) = addresses(&public_url(tenant, report), lang);
    let mut shell = Shell::outside(lang, "disclosures-gone-title", path);
    shell.demo = app.demo;
    let mut response = page(&GonePage { shell, other, list_url: addresses(&list_url(tenant), lang).0 })?;
    *response.status_mut() = StatusCode::GONE;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
    Ok(response)
}
