//! `report` and `explain`.

use std::path::PathBuf;

use clap::Args;
use kernel::{Clock, Scope};
use reports::{Asked, Format, Printing, Signer, Viewer, style_from_key, style_key};
use uuid::Uuid;

use super::{Failure, Outcome, Store, catalogue, err, out, say};
use crate::product;

#[derive(Debug, Args)]
pub(super) struct Report {
    #[command(flatten)]
    store: Store,
    /// Official code of the unit.
    #[arg(long)]
    unit: String,
    /// Id of the form: movement-quarterly, movement-annual.
    #[arg(long)]
    form: String,
    /// Period: 2026-Q3, 2026.
    #[arg(long)]
    period: String,
    /// Style profile: peoples-committee or commune-police.
    #[arg(long, default_value = "peoples-committee")]
    style: String,
    /// Folder for the three files.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(serde::Serialize)]
struct ReportAnswer {
    files: Vec<PathBuf>,
}

fn refused(why: impl std::fmt::Display) -> Failure {
    Failure::Refused(why.to_string())
}

impl Report {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let style = style_from_key(&self.style)
            .ok_or_else(|| refused(format!("there is no style {}", self.style)))?;
        let (db, rules, clock) = (self.store.open()?, catalogue()?, Clock::system());
        let scope = Scope::system("report");
        let made = reports::make(&db, &scope, &rules, &self.unit, (&self.form, &self.period), clock.now())
            .map_err(refused)?;
        let printing = Printing::usual(style, &made.unit, Signer::Head);
        let paper = reports::paper_of(&made.sheet, &made.unit, &rules, Viewer::Own, style, &printing)
            .map_err(refused)?;
        std::fs::create_dir_all(&self.out).map_err(|e| Failure::File(self.out.clone(), e))?;
        let printer = product::printer();
        let id = format!("{} {} {} {}", self.unit, self.form, self.period, style_key(style));
        let mut files = Vec::new();
        for format in Format::ALL {
            let bytes = format.render(&paper, &printer, clock.now(), &id).map_err(refused)?;
            let file = self.out.join(reports::file_name(&made.sheet, &made.unit, style, format));
            std::fs::write(&file, bytes).map_err(|e| Failure::File(file.clone(), e))?;
            files.push(file);
        }
        let lines: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        say(self.store.json, &ReportAnswer { files }, &lines.join("\n"));
        Ok(Outcome::Done)
    }
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    #[command(flatten)]
    store: Store,
    /// Official code of the unit.
    #[arg(long)]
    unit: String,
    /// Indicator, for a figure as it is now.
    #[arg(long, required_unless_present = "report")]
    indicator: Option<String>,
    /// Slice: *, programme:ID, line:police, FIELD:option.
    #[arg(long, default_value = "*")]
    slice: String,
    /// Period regime.
    #[arg(long, default_value = "quarterly")]
    regime: String,
    /// Period: 2026-Q3.
    #[arg(long, required_unless_present = "report")]
    period: Option<String>,
    /// In which borders: as-it-is-now, as-it-was, restated-2026-07-01.
    #[arg(long, default_value = "as-it-is-now")]
    basis: String,
    /// A stored report instead: its id …
    #[arg(long, requires = "place")]
    report: Option<Uuid>,
    /// … and the figure's place in it, from 1.
    #[arg(long)]
    place: Option<u32>,
}

impl Explain {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let (db, rules, scope) = (self.store.open()?, catalogue()?, Scope::system("explain"));
        let asked = match (self.report, self.place) {
            (Some(id), Some(place)) => Asked::Report { id, place },
            _ => Asked::Live {
                indicator: self.indicator.unwrap_or_default(),
                slice: self.slice,
                regime: self.regime,
                period: self.period.unwrap_or_default(),
                basis: units::Basis::from_key(&self.basis)
                    .ok_or_else(|| Failure::Refused(format!("{}: not a basis", self.basis)))?,
            },
        };
        let now = Clock::system().now();
        let explained = reports::explain(&db, &scope, &rules, &self.unit, &asked, now).map_err(refused)?;
        if self.store.json {
            say(true, &explained, "");
            return Ok(Outcome::Done);
        }
        let e = &explained;
        out(&format!("{} ({}): {} {}", e.label.vi, e.unit, e.shown.vi, e.counted_in.vi));
        out(&format!("{} v{} {} {} – {} {}", e.indicator, e.version, e.slice, e.from, e.to, e.basis));
        out(&e.definition.vi);
        for record in &e.records {
            let day = record.day.map(|day| day.to_string()).unwrap_or_default();
            out(&format!(
                "  {} v{} {day} {} {} {}",
                record.id, record.version, record.area, record.kind, record.shown.vi
            ));
        }
        for change in &e.changes {
            out(&format!(
                "  changed since: {} {:?} {:?} → {:?}",
                change.id, change.what, change.counted, change.version
            ));
        }
        err(&format!("{} records", e.records.len()));
        Ok(Outcome::Done)
    }
}
