//! `user`: accounts from the command line.

use accounts::{Keeper, NewAccount, NewGrant, Password};
use clap::{Args, Subcommand};
use kernel::{Clock, Ids, Line, Place, Role, Scope};
use uuid::Uuid;

use super::{Failure, Outcome, Store, say};

#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Make an account with one right; the generated password is printed once.
    Add(Add),
    /// List the accounts of a unit.
    List(Of),
    /// Give an account a new generated password, printed once.
    Password(Which),
    /// Close an account.
    Close(Which),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    #[command(flatten)]
    of: Of,
    /// What the person types to sign in.
    #[arg(long)]
    sign_in: String,
    /// As colleagues know the person.
    #[arg(long)]
    name: String,
    /// administrator, officer, chair, area_head, province_staff or auditor.
    #[arg(long, default_value = "administrator")]
    role: String,
    /// Name of the residential area, for an area head.
    #[arg(long)]
    area: Option<String>,
    /// police, front, government or union, for an officer.
    #[arg(long)]
    line: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Of {
    #[command(flatten)]
    store: Store,
    /// Official code of the unit.
    #[arg(long)]
    unit: String,
}

#[derive(Debug, Args)]
pub(super) struct Which {
    #[command(flatten)]
    of: Of,
    /// Sign-in name.
    #[arg(long)]
    sign_in: String,
}

#[derive(serde::Serialize)]
struct Given<'a> {
    sign_in: &'a str,
    password: &'a str,
}

#[derive(serde::Serialize)]
struct Listed {
    sign_in: String,
    name: String,
    closed: bool,
    roles: Vec<&'static str>,
}

fn refused(why: impl std::fmt::Display) -> Failure {
    Failure::Refused(why.to_string())
}

impl Of {
    fn place(&self, db: &db::Db, scope: &Scope, clock: &Clock) -> Result<Place, Failure> {
        let unit = db.read_now(|read| units::find_by_code(read, scope, &self.unit, clock.today()))?;
        Ok(unit.ok_or_else(|| refused(format!("there is no unit with the code {}", self.unit)))?.place())
    }
}

impl User {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let (scope, clock, ids) = (Scope::system("command-line"), Clock::system(), Ids::system());
        match self {
            User::Add(add) => add.run(scope, &clock, &ids),
            User::List(of) => list(&of, &scope, &clock),
            User::Password(which) => {
                let password = Password::generate().map_err(refused)?;
                let hash = password.hash().map_err(refused)?;
                which.change(scope, &clock, move |keeper, tx, account| {
                    keeper.set_password(tx, account, &hash)
                })?;
                let given = Given { sign_in: &which.sign_in, password: password.text() };
                say(which.of.store.json, &given, &format!("{}  {}", given.sign_in, given.password));
                Ok(Outcome::Done)
            }
            User::Close(which) => {
                which.change(scope, &clock, |keeper, tx, account| keeper.close(tx, account))?;
                say(which.of.store.json, &which.sign_in, &format!("{}: closed", which.sign_in));
                Ok(Outcome::Done)
            }
        }
    }
}

impl Add {
    fn run(self, scope: Scope, clock: &Clock, ids: &Ids) -> Result<Outcome, Failure> {
        let db = self.of.store.open()?;
        let place = self.of.place(&db, &scope, clock)?;
        let role =
            Role::from_key(&self.role).ok_or_else(|| refused(format!("there is no role {}", self.role)))?;
        let line = match &self.line {
            Some(key) => Some(Line::from_key(key).ok_or_else(|| refused(format!("there is no line {key}")))?),
            None => None,
        };
        let area = match &self.area {
            Some(name) => Some(area(&db, &scope, &place, name, clock)?),
            None => None,
        };
        let password = Password::generate().map_err(refused)?;
        let hash = password.hash().map_err(refused)?;
        let (account, grant, at) = (ids.new_id(), ids.new_id(), clock.now());
        let new = NewAccount { name: self.name, sign_in: self.sign_in.clone() };
        let right = NewGrant { role, area, line, valid_from: clock.today(), valid_to: None };
        db.write_now(move |tx| {
            let keeper = Keeper::enter(&scope, &place, at).map_err(refused)?;
            keeper.create(tx, account, &new, &hash).map_err(refused)?;
            keeper.grant(tx, account, grant, &place, &right).map_err(refused)
        })?;
        let given = Given { sign_in: &self.sign_in, password: password.text() };
        say(self.of.store.json, &given, &format!("{}  {}", given.sign_in, given.password));
        Ok(Outcome::Done)
    }
}

fn area(db: &db::Db, scope: &Scope, place: &Place, name: &str, clock: &Clock) -> Result<Uuid, Failure> {
    let areas = db.read_now(|read| units::areas_of(read, scope, place, clock.today())).map_err(refused)?;
    let found = areas.iter().find(|area| area.name == name);
    Ok(found.ok_or_else(|| refused(format!("{} has no residential area {name}", place.name)))?.id)
}

fn list(of: &Of, scope: &Scope, clock: &Clock) -> Result<Outcome, Failure> {
    let db = of.store.open()?;
    let place = of.place(&db, scope, clock)?;
    let keeper = Keeper::enter(scope, &place, clock.now()).map_err(refused)?;
    let accounts = db.read_now(|read| keeper.accounts(read))?;
    let today = clock.today();
    let listed: Vec<Listed> = accounts
        .into_iter()
        .map(|account| Listed {
            roles: account
                .grants
                .iter()
                .filter(|g| g.valid_from <= today && !g.is_over(today))
                .map(|g| g.grant.role.key())
                .collect(),
            closed: account.closed_at.is_some(),
            sign_in: account.sign_in,
            name: account.name,
        })
        .collect();
    let line = |l: &Listed| {
        format!(
            "{:<20} {:<30} {}{}",
            l.sign_in,
            l.name,
            l.roles.join(", "),
            if l.closed { " (closed)" } else { "" }
        )
    };
    say(of.store.json, &listed, &listed.iter().map(line).collect::<Vec<_>>().join("\n"));
    Ok(Outcome::Done)
}

impl Which {
    fn change(
        &self,
        scope: Scope,
        clock: &Clock,
        work: impl FnOnce(&Keeper<'_>, &mut db::Tx<'_>, Uuid) -> Result<(), accounts::Refusal> + Send + 'static,
    ) -> Result<(), Failure> {
        let db = self.of.store.open()?;
        let place = self.of.place(&db, &scope, clock)?;
        let found = db.read_now(|read| accounts::find(read, &scope, &self.sign_in))?;
        let found = found.filter(|found| found.tenant == place.tenant);
        let account =
            found.ok_or_else(|| refused(format!("{} has no account {}", place.name, self.sign_in)))?.account;
        let at = clock.now();
        db.write_now(move |tx| {
            let keeper = Keeper::enter(&scope, &place, at).map_err(refused)?;
            work(&keeper, tx, account).map_err(refused)
        })
    }
}
