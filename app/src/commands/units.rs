//! `units`: what there is, what it was, and rearrangements with a dry run.

use ::units::Unit;
use clap::{Args, Subcommand};
use db::Db;
use jiff::civil::Date;
use kernel::{Clock, Ids, Lang, Scope, local_day};
use rearrangements::{Desk, Draft, Into, Made, Plan, Preview, Rearrangement, Refused};
use serde::Serialize;
use uuid::Uuid;

use super::{Failure, Outcome, Store, out, rulebook, say};

#[derive(Debug, Subcommand)]
pub(super) enum UnitsCommand {
    /// The units below one, or those that match a name.
    List(List),
    /// What a unit has been, and what was rearranged there.
    History(History),
    /// Merge communes: shows the totals before and after, and applies it when told to.
    Merge(Merge),
    /// Take an applied rearrangement back.
    Undo(Undo),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    store: Store,
    /// Official code of the unit above; vn for the provinces.
    #[arg(long, default_value = "vn")]
    of: String,
    /// Look for a name instead, as people type it.
    #[arg(long)]
    named: Option<String>,
    /// As on this day: 2026-07-01.
    #[arg(long)]
    on: Option<Date>,
}

#[derive(Debug, Args)]
pub(super) struct History {
    #[command(flatten)]
    store: Store,
    /// Official code.
    code: String,
}

#[derive(Debug, Args)]
pub(super) struct Merge {
    #[command(flatten)]
    store: Store,
    /// Official code of the province.
    #[arg(long)]
    province: String,
    /// Official codes of the communes that end.
    #[arg(long, value_delimiter = ',', required = true)]
    communes: Vec<String>,
    /// Official code of what carries them on: of one that is there, or of a new one with --name.
    #[arg(long)]
    into: String,
    /// Name of the new commune, without its kind.
    #[arg(long)]
    name: Option<String>,
    /// Kind of the new commune: commune, ward, special_zone.
    #[arg(long, default_value = "commune")]
    kind: String,
    /// First day on which it holds.
    #[arg(long)]
    on: Date,
    /// The act it rests on.
    #[arg(long)]
    basis: String,
    /// Apply it; without this it is a dry run.
    #[arg(long)]
    apply: bool,
}

#[derive(Debug, Args)]
pub(super) struct Undo {
    #[command(flatten)]
    store: Store,
    /// Official code of the province.
    #[arg(long)]
    province: String,
    /// Id of the rearrangement; `units history` of the province lists them.
    id: Uuid,
}

impl UnitsCommand {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        match self {
            UnitsCommand::List(command) => command.run(),
            UnitsCommand::History(command) => command.run(),
            UnitsCommand::Merge(command) => command.run(),
            UnitsCommand::Undo(command) => command.run(),
        }
    }
}

/// A unit for machines.
#[derive(Serialize)]
struct UnitAnswer {
    id: String,
    code: String,
    level: &'static str,
    kind: &'static str,
    name: String,
    from: Date,
    until: Date,
    basis: String,
    checked: bool,
}

impl From<&Unit> for UnitAnswer {
    fn from(unit: &Unit) -> Self {
        UnitAnswer {
            id: unit.id.clone(),
            code: unit.code.clone(),
            level: unit.level.key(),
            kind: unit.kind.key(),
            name: unit.name.clone(),
            from: unit.from_on,
            until: unit.until_on,
            basis: unit.basis.clone(),
            checked: unit.checked,
        }
    }
}

fn refused(why: impl std::fmt::Display) -> Failure {
    Failure::Refused(why.to_string())
}

fn unit(db: &Db, scope: &Scope, code: &str, on: Date) -> Result<Unit, Failure> {
    let found = db.read_now(|read| ::units::find_by_code(read, scope, code, on))?;
    found.ok_or_else(|| refused(format!("{code}: no unit bears this code on {on}")))
}

impl List {
    fn run(self) -> Result<Outcome, Failure> {
        let (db, scope) = (self.store.open()?, Scope::system("units"));
        let on = self.on.unwrap_or_else(|| Clock::system().today());
        let found = match &self.named {
            Some(name) => db.read_now(|read| ::units::search(read, &scope, name, on, 50))?,
            None => {
                let above = unit(&db, &scope, &self.of, on)?;
                db.read_now(|read| ::units::children(read, &scope, &above.id, on))?
            }
        };
        let lines: Vec<String> =
            found.iter().map(|unit| format!("{}  {}", unit.code, unit.long_name(Lang::Vi))).collect();
        let answer: Vec<UnitAnswer> = found.iter().map(UnitAnswer::from).collect();
        say(self.store.json, &answer, &lines.join("\n"));
        Ok(Outcome::Done)
    }
}

#[derive(Serialize)]
struct HistoryAnswer {
    spans: Vec<UnitAnswer>,
    rearrangements: Vec<Rearrangement>,
}

impl History {
    fn run(self) -> Result<Outcome, Failure> {
        let (db, scope) = (self.store.open()?, Scope::system("units"));
        let here = unit(&db, &scope, &self.code, Clock::system().today())?;
        let room = scope.own(&here.id);
        let (spans, there) = db.read_now(|read| {
            Ok::<_, db::Error>((
                ::units::history(read, &scope, &here.id)?,
                rearrangements::list(read, &room)?,
            ))
        })?;
        let span = |unit: &Unit| format!("{}  {} ({})", unit.from_on, unit.long_name(Lang::Vi), unit.basis);
        let done = |r: &Rearrangement| {
            format!("{}  {} {} {} ({})", r.on, r.id, r.plan.key(), r.state.key(), r.basis)
        };
        let lines: Vec<String> = spans.iter().map(span).chain(there.iter().map(done)).collect();
        let spans = spans.iter().map(UnitAnswer::from).collect();
        say(self.store.json, &HistoryAnswer { spans, rearrangements: there }, &lines.join("\n"));
        Ok(Outcome::Done)
    }
}

#[derive(Serialize)]
struct MergeAnswer {
    preview: Preview,
    applied: Option<Rearrangement>,
    milliseconds: u128,
}

/// What a dry run ends in, so that its transaction is taken back.
enum Dry {
    Run(Box<Preview>),
    Refused(Refused),
}

impl From<db::Error> for Dry {
    fn from(error: db::Error) -> Self {
        Dry::Refused(error.into())
    }
}

impl Merge {
    fn run(self) -> Result<Outcome, Failure> {
        let (db, scope) = (self.store.open()?, Scope::system("units"));
        let (clock, before) = (Clock::system(), self.on.yesterday().unwrap_or(self.on));
        let province = unit(&db, &scope, &self.province, local_day(clock.now()))?;
        let book = rulebook()?;
        let rules = db.read_now(|read| book.of(read, &province.path))?;
        let mut communes = Vec::new();
        for code in &self.communes {
            communes.push(unit(&db, &scope, code, before)?.id);
        }
        let into = match self.name {
            Some(name) => Into::New(Made { code: self.into, kind: self.kind, name }),
            None => Into::There(unit(&db, &scope, &self.into, before)?.id),
        };
        let draft = Draft {
            id: Ids::system().new_id(),
            plan: Plan::Merge { communes, into },
            on: self.on,
            basis: self.basis,
        };
        let (catalogue, given, who, above) = (rules.clone(), draft.clone(), scope.clone(), province.clone());
        let now = clock.now();
        let ran: Result<(), Dry> = db.write_now(move |tx| {
            let desk = Desk { scope: &who, unit: &above, catalogue: &catalogue, now };
            let ran = rearrangements::draft(tx, desk, given)
                .and_then(|found| rearrangements::preview(tx, desk, &found));
            Err(match ran {
                Ok(preview) => Dry::Run(Box::new(preview)),
                Err(refused) => Dry::Refused(refused),
            })
        });
        let preview = match ran {
            Err(Dry::Run(preview)) => *preview,
            Err(Dry::Refused(why)) => return Err(refused(why)),
            Ok(()) => return Err(refused("the dry run did not run")),
        };
        if !self.store.json {
            print(&preview, &rules);
        }
        let began = std::time::Instant::now();
        let applied = if self.apply {
            let applied = db.write_now(move |tx| {
                let desk = Desk { scope: &scope, unit: &province, catalogue: &rules, now };
                let found = rearrangements::draft(tx, desk, draft)?;
                rearrangements::apply(tx, desk, (found.id, found.version))
            });
            Some(applied.map_err(|why: Refused| refused(why))?)
        } else {
            None
        };
        let milliseconds = began.elapsed().as_millis();
        let line = match &applied {
            Some(applied) => format!("applied in {milliseconds} ms: {}", applied.id),
            None => "dry run: nothing was written; --apply applies it".to_owned(),
        };
        say(self.store.json, &MergeAnswer { preview, applied, milliseconds }, &line);
        Ok(Outcome::Done)
    }
}

/// The totals, a line for each indicator and unit.
fn print(preview: &Preview, rules: &catalogue::Catalogue) {
    for (words, columns) in [("before", &preview.before), ("after", &preview.after)] {
        for column in columns {
            out(&format!(
                "{words}: {} {}: {} areas, {} households",
                column.code, column.name, column.areas, column.households
            ));
            for figure in &column.figures {
                let name = rules.indicator(&figure.indicator).map_or("", |rule| rule.name.vi.as_str());
                out(&format!("    {:>12}  {name}", figure.show(Lang::Vi)));
            }
        }
    }
}

impl Undo {
    fn run(self) -> Result<Outcome, Failure> {
        let (db, scope) = (self.store.open()?, Scope::system("units"));
        let now = Clock::system().now();
        let province = unit(&db, &scope, &self.province, local_day(now))?;
        let book = rulebook()?;
        let rules = db.read_now(|read| book.of(read, &province.path))?;
        let (room, id) = (scope.own(&province.id), self.id);
        let found = db.read_now(|read| rearrangements::find(read, &room, id))?;
        let seen = found.ok_or_else(|| refused(format!("{id}: no such rearrangement")))?.version;
        let undone = db.write_now(move |tx| {
            let desk = Desk { scope: &scope, unit: &province, catalogue: &rules, now };
            rearrangements::undo(tx, desk, (id, seen))
        });
        let undone = undone.map_err(|why: Refused| refused(why))?;
        say(self.store.json, &undone, &format!("undone: {}", undone.id));
        Ok(Outcome::Done)
    }
}
