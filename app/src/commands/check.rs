//! `verify`, `audit verify`, `catalogue check`.

use std::path::PathBuf;

use catalogue::Catalogue;
use clap::{Args, Subcommand};
use kernel::{Scope, audit};

use super::{Failure, Outcome, Store, out, rulebook, say};

#[derive(Debug, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    store: Store,
}

impl Verify {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let (db, rules) = (self.store.open()?, rulebook()?);
        let scope = Scope::system("verify");
        let checked = db.read_now(|read| activities::verify(read, &scope, &rules))?;
        let mut lines = vec![format!(
            "verify: {} cells compared, {} confirmed records, {} units: {} differences",
            checked.cells,
            checked.records,
            checked.tenants,
            checked.differences.len()
        )];
        lines.extend(checked.differences.iter().map(|d| {
            format!(
                "  {} {} {} {}{}: stored {}, records say {}",
                d.tenant,
                d.indicator,
                d.slice,
                d.day,
                d.area.map(|area| format!(" area {area}")).unwrap_or_default(),
                d.stored,
                d.recomputed
            )
        }));
        say(self.store.json, &checked, &lines.join("\n"));
        Ok(if checked.differences.is_empty() { Outcome::Done } else { Outcome::Found })
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Recompute the chain of every unit.
    Verify(AuditVerify),
}

#[derive(Debug, Args)]
pub(super) struct AuditVerify {
    #[command(flatten)]
    store: Store,
}

#[derive(serde::Serialize)]
struct AuditAnswer {
    rows: u64,
    tampered: Vec<TamperedRow>,
}

#[derive(serde::Serialize)]
struct TamperedRow {
    tenant: String,
    seq: i64,
}

impl Audit {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let Audit::Verify(AuditVerify { store }) = self;
        let db = store.open()?;
        let verified = db.read_now(|read| audit::verify(read, &Scope::system("audit-verify")))?;
        let tampered: Vec<TamperedRow> =
            verified.tampered.into_iter().map(|t| TamperedRow { tenant: t.tenant, seq: t.seq }).collect();
        let mut lines =
            vec![format!("audit: {} rows checked, {} chains broken", verified.rows, tampered.len())];
        lines.extend(
            tampered.iter().map(|t| format!("  {}: the chain does not hold at row {}", t.tenant, t.seq)),
        );
        let clean = tampered.is_empty();
        say(store.json, &AuditAnswer { rows: verified.rows, tampered }, &lines.join("\n"));
        Ok(if clean { Outcome::Done } else { Outcome::Found })
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum CatalogueCommand {
    /// Read a folder of catalogue files; every fault with file, line and reason.
    Check(CatalogueCheck),
}

#[derive(Debug, Args)]
pub(super) struct CatalogueCheck {
    /// The folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Print for machines.
    #[arg(long)]
    json: bool,
}

#[derive(serde::Serialize)]
struct CatalogueAnswer {
    kinds: usize,
    indicators: usize,
    forms: usize,
    problems: Vec<String>,
}

impl CatalogueCommand {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let CatalogueCommand::Check(CatalogueCheck { folder, json }) = self;
        let (answer, clean) = match Catalogue::load(&folder) {
            Ok(rules) => {
                let (kinds, indicators) = (rules.kinds().all().count(), rules.indicators().all().count());
                (
                    CatalogueAnswer {
                        kinds,
                        indicators,
                        forms: rules.forms().all().count(),
                        problems: vec![],
                    },
                    true,
                )
            }
            Err(problems) => {
                let problems = problems.iter().map(ToString::to_string).collect();
                (CatalogueAnswer { kinds: 0, indicators: 0, forms: 0, problems }, false)
            }
        };
        if json {
            say(true, &answer, "");
        } else if clean {
            out(&format!(
                "catalogue: {} kinds, {} indicators, {} forms: no fault",
                answer.kinds, answer.indicators, answer.forms
            ));
        } else {
            out(&answer.problems.join("\n"));
        }
        Ok(if clean { Outcome::Done } else { Outcome::Found })
    }
}
