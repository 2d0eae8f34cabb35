//! One figure: what it means, what it is, which records stand behind it, what changed since.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use catalogue::{Catalogue, WHOLE, Window};
use figures::Figure;
use kernel::http::{Shell, page, redirect};
use kernel::{Action, Cx, Error, Lang, Result};
use serde::Deserialize;
use units::Basis;

use crate::explain::{Explanation, Part, explained};
use crate::model::{Column, Refused, Viewer};
use crate::pages::show::what;
use crate::pages::{Rules, basis_words, day, id, read_at, report_url};
use crate::sheet::{figure, sheet};
use crate::store;

#[derive(Template)]
#[template(path = "reports_figure.html")]
struct FigurePage {
    shell: Shell,
    report_url: String,
    value: String,
    /// How much of it aggregate entries say; empty for nothing.
    entered: String,
    counted_in: String,
    definition: String,
    version: String,
    column: String,
    window: String,
    slice: String,
    unit: String,
    basis: String,
    /// The same figure in other borders: words and address.
    others: Vec<(String, String)>,
    legal_basis: String,
    checked: bool,
    frozen: bool,
    /// What the list of records is: of the day of freezing, of now.
    list_words: String,
    records: Vec<RecordRow>,
    /// Of a unit above communes, what each commune says, with the way to its records.
    above: bool,
    communes: Vec<CommuneRow>,
    changes: Vec<SinceRow>,
}

struct CommuneRow {
    name: String,
    value: String,
    url: String,
}

struct RecordRow {
    url: String,
    day: String,
    kind: String,
    area: String,
    amount: String,
    version: u32,
}

struct SinceRow {
    url: String,
    record: String,
    what: String,
}

/// In which borders the figure is asked for; the report's own when it is none.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Borders {
    basis: String,
}

pub(super) async fn show(
    cx: Cx,
    rules: Rules,
    Path((code, report, place)): Path<(String, String, String)>,
    Query(asked): Query<Borders>,
) -> Result<Response> {
    let report = id(&report)?;
    let place: u32 = place.parse().map_err(|_| Error::NotFound)?;
    let in_borders = Basis::from_key(&asked.basis);
    let (unit, _, (explained, basis)) =
        read_at(&cx, &rules, (&code, Action::SeeReports), move |read, desk| {
            let report = store::find(read, desk.room, report)?.ok_or(Refused::NotFound)?;
            let sheet = sheet(read, desk, report)?;
            let mut entry = sheet.entry(place).ok_or(Refused::NotFound)?.clone();
            let basis = in_borders.unwrap_or(sheet.report.basis());
            if basis != sheet.report.basis() {
                // What is asked for in other borders is read now, whatever the report has kept.
                let Figure { indicator, slice, from, to, .. } = entry.figure;
                let window = Window { from, to, period: String::new() };
                entry.figure = figure(read, desk, basis, (&indicator, &slice), &window)?;
                (entry.records, entry.communes) = (None, None);
            }
            let viewer = Viewer::of(desk.scope, &desk.place());
            Ok((explained(read, desk, viewer, (Some(&sheet), basis), &entry)?, basis))
        })
        .await?;
    let (lang, catalogue) = (cx.lang, &rules.0);
    let Explanation { column, as_frozen, .. } = explained;
    if column.of_target() {
        // No record stands behind a target: it opens to where it was set.
        return Ok(redirect(&format!("/units/{code}/targets?year={}", explained.to.year())));
    }
    let table = vietnamese::date::table;
    let record_url = |id: uuid::Uuid| format!("/units/{code}/activities/{id}");
    let kind =
        |id: &str| catalogue.kind(id).map_or_else(|| id.to_owned(), |kind| kind.name.get(lang).to_owned());
    let frozen = explained.frozen_at.is_some();
    let list_words = match (frozen, as_frozen) {
        (false, _) => "reports-figure-records-now",
        (true, true) => "reports-figure-records-frozen",
        (true, false) => "reports-figure-records-other",
    };
    let records = explained.records.iter().map(|record| RecordRow {
        url: record_url(record.id),
        day: match (record.from, record.day) {
            (Some(from), Some(to)) => format!("{} – {}", table(from, lang), table(to, lang)),
            (_, Some(day)) => table(day, lang),
            (_, None) => "–".to_owned(),
        },
        kind: kind(&record.kind),
        area: record.area.clone(),
        amount: record.shown.get(lang).to_owned(),
        version: record.version,
    });
    let changes = explained.changes.iter().map(|since| SinceRow {
        url: record_url(since.id),
        record: match (&since.kind, since.day) {
            (Some(id), Some(on)) => format!("{}, {}", kind(id), day(&cx, on)),
            _ => since.id.to_string(),
        },
        what: what(&cx, since.what, since.counted, since.version),
    });
    let (from, to) = (explained.from, explained.to);
    let commune = |part: &Part| CommuneRow {
        name: vietnamese::text::sentence(&part.name),
        value: part.shown.get(lang).to_owned(),
        url: format!("/units/{}/activities?state=confirmed&from={from}&to={to}", part.code),
    };
    page(&FigurePage {
        shell: cx.shell(explained.label.get(lang), Some(&unit.place())),
        report_url: report_url(&code, explained.report.unwrap_or_default()),
        value: explained.shown.get(lang).to_owned(),
        entered: explained.entered.as_ref().map(|words| words.get(lang).to_owned()).unwrap_or_default(),
        counted_in: explained.counted_in.get(lang).to_owned(),
        definition: explained.definition.get(lang).to_owned(),
        version: match explained.version {
            0 => cx.t("reports-figure-no-version"),
            version => {
                let name = explained.name.get(lang).to_owned();
                cx.ta("reports-figure-version-words", &[("name", name.into()), ("version", version.into())])
            }
        },
        column: cx.t(column.text_key()),
        window: cx.ta(
            "reports-figure-window-words",
            &[("from", day(&cx, explained.from).into()), ("to", day(&cx, explained.to).into())],
        ),
        slice: slice_words(&cx, catalogue, &explained.slice),
        unit: vietnamese::text::sentence(&unit.long_name(lang)),
        basis: basis_words(&cx, basis),
        others: [Basis::AsItIsNow, Basis::AsItWas]
            .into_iter()
            .filter(|other| *other != basis)
            .map(|other| (basis_words(&cx, other), format!("?basis={}", other.key())))
            .collect(),
        legal_basis: explained.legal_basis.clone().unwrap_or_default(),
        checked: explained.checked,
        frozen: frozen && column == Column::Current,
        list_words: cx.t(list_words),
        records: records.collect(),
        above: unit.level != units::Level::Commune,
        communes: explained.communes.iter().map(commune).collect(),
        changes: changes.collect(),
    })
}

/// A slice in words: the whole, a programme, a line, an option of a field.
fn slice_words(cx: &Cx, catalogue: &Catalogue, slice: &str) -> String {
    let lang: Lang = cx.lang;
    let Some((by, value)) = slice.split_once(':') else {
        return if slice == WHOLE { cx.t("reports-slice-whole") } else { slice.to_owned() };
    };
    let found = match by {
        "programme" => catalogue.programme(value).map(|programme| programme.short.get(lang).to_owned()),
        "line" => Some(cx.t(&format!("units-line-{value}"))),
        _ => catalogue
            .kinds()
            .all()
            .filter_map(|kind| kind.field(by))
            .flat_map(|field| field.input.options().iter())
            .find(|option| option.id == value)
            .map(|option| option.label.get(lang).to_owned()),
    };
    found.unwrap_or_else(|| slice.to_owned())
}
