//! The made-up communes of a load: their residential areas, and who writes and who confirms in each.

use accounts::{Hash, Keeper, NewAccount, NewGrant, Password};
use catalogue::Catalogue;
use db::{Db, Tx};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use kernel::{Action, Clock, Ids, Line, Place, Role, Scope};
use units::{NewArea, Unit};
use uuid::Uuid;

use super::{Failure, Model, Size};
use crate::demo;

/// The password of all of them; the servers of a load listen on this machine only.
pub(super) const PASSWORD: &str = demo::PASSWORD;
/// How their names to sign in with begin ("simulated"): nobody who works is called so, and by it a store is known to hold a load.
const MADE_UP: &str = "mo-phong.";
/// Since when areas and rights hold.
const SINCE: Date = date(2025, 7, 1);

/// A commune of the load.
#[derive(Debug, Clone)]
pub struct Commune {
    /// Its code.
    pub code: String,
    /// Its residential areas.
    pub areas: Vec<Uuid>,
    /// Where everybody reads what it has made public.
    pub public: String,
}

impl Commune {
    /// The head of a residential area, by its place in the list.
    #[must_use]
    pub fn head(&self, area: usize) -> String {
        head_of(&self.code, area)
    }

    /// The officer of the Fatherland Front, who confirms.
    #[must_use]
    pub fn officer(&self) -> String {
        officer_of(&self.code)
    }
}

fn head_of(code: &str, area: usize) -> String {
    format!("{MADE_UP}truongkhu{}-{code}", area + 1)
}

fn officer_of(code: &str) -> String {
    format!("{MADE_UP}mattran-{code}")
}

/// Whether a store holds the people of a load.
///
/// # Errors
/// Those of the store.
pub fn is_there(db: &Db) -> db::Result<bool> {
    let marked = officer_of(demo::COMMUNE);
    Ok(db.read_now(|read| accounts::find(read, &Scope::system("bench"), &marked))?.is_some())
}

/// The communes of a load, made where they are not there yet, one transaction each. `progress` is told how many of how many
/// are.
///
/// # Errors
/// [`Failure::Somebodys`] when the store holds anybody else's accounts; those of the store.
pub fn make(
    db: &Db,
    size: Size,
    ids: &Ids,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Commune>, Failure> {
    if !is_there(db)? && !demo::is_empty(db)? {
        return Err(Failure::Somebodys);
    }
    let (today, now) = (Clock::system().today(), Clock::system().now());
    let hash = Password::new(PASSWORD, &[])
        .map_err(|weak| Failure::Made(weak.to_string()))?
        .hash()
        .map_err(|refused| Failure::Made(refused.to_string()))?;
    let units = chosen(db, size, today)?;
    let rules = Catalogue::embedded().map_err(|_| Failure::Made("the catalogue has faults".to_owned()))?;
    let mut communes = Vec::with_capacity(units.len());
    for unit in &units {
        let (place, hash, ids, rules) = (unit.place(), hash.clone(), ids.clone(), rules.clone());
        let made = db.write_now(move |tx| {
            let areas = make_one(tx, &place, &hash, &ids, (today, now))?;
            let public = make_public(tx, &place, &rules, &ids, now)?;
            Ok::<_, Failure>(Commune { code: place.code, areas, public })
        })?;
        communes.push(made);
        progress(communes.len(), units.len());
    }
    Ok(communes)
}

/// The commune of the demo first, so that a load that was stopped while it was made is known again.
fn chosen(db: &Db, size: Size, today: Date) -> Result<Vec<Unit>, Failure> {
    let scope = Scope::system("bench");
    db.read_now(|read| {
        let mut find = |code: &str| {
            let unit = units::find_by_code(read, &scope, code, today)?;
            unit.ok_or_else(|| Failure::Made(format!("no unit with the code {code}")))
        };
        let (commune, province, country) = (find(demo::COMMUNE)?, find(demo::PROVINCE)?, find("vn")?);
        let provinces = match size {
            Size::Commune => return Ok(vec![commune]),
            Size::Province => vec![province],
            Size::Nation => units::children(read, &scope, &country.id, today)?,
        };
        let mut chosen = vec![commune];
        for province in provinces {
            let communes = units::children(read, &scope, &province.id, today)?;
            chosen.extend(communes.into_iter().filter(|unit| unit.code != demo::COMMUNE));
        }
        Ok(chosen)
    })
}

fn make_one(
    tx: &mut Tx<'_>,
    place: &Place,
    hash: &Hash,
    ids: &Ids,
    (today, now): (Date, Timestamp),
) -> Result<Vec<Uuid>, Failure> {
    let refused = |refused: &dyn std::fmt::Display| Failure::Made(format!("{}: {refused}", place.code));
    let scope = Scope::system("bench");
    let of = |tx: &mut Tx<'_>| units::areas_of(tx, &scope, place, today).map_err(|e| refused(&e));
    let there = of(tx)?;
    let ids_of = |areas: Vec<units::Area>| areas.iter().map(|area| area.id).collect();
    if !there.is_empty() {
        return Ok(ids_of(there));
    }
    let room = scope.enter(place, Action::Record).map_err(|e| refused(&e))?;
    for n in 1..=Model::plan().areas_of_a_commune() {
        let name = format!("Khu {n} (dữ liệu mô phỏng)");
        let new = NewArea { id: ids.new_id(), name, households: Some(150), from_on: SINCE };
        units::add_area(tx, &room, now, &new).map_err(|e| refused(&e))?;
    }
    let areas: Vec<Uuid> = ids_of(of(tx)?);
    let keeper = Keeper::enter(&scope, place, now).map_err(|e| refused(&e))?;
    let mut engage = |name: String, sign_in: String, right: NewGrant| {
        let account = ids.new_id();
        keeper.create(tx, account, &NewAccount { name, sign_in }, hash).map_err(|e| refused(&e))?;
        keeper.grant(tx, account, ids.new_id(), place, &right).map_err(|e| refused(&e))
    };
    let right = |role, area, line| NewGrant { role, area, line, valid_from: SINCE, valid_to: None };
    engage("Cán bộ Mặt trận".into(), officer_of(&place.code), right(Role::Officer, None, Some(Line::Front)))?;
    for (n, area) in areas.iter().enumerate() {
        let name = format!("Trưởng khu {}", n + 1);
        engage(name, head_of(&place.code, n), right(Role::AreaHead, Some(*area), None))?;
    }
    Ok(areas)
}

/// Makes the figures of the quarter before this one public, unless they are; their address.
fn make_public(
    tx: &mut Tx<'_>,
    place: &Place,
    rules: &Catalogue,
    ids: &Ids,
    now: Timestamp,
) -> Result<String, Failure> {
    let failed = |what: String| Failure::Made(format!("{}: {what}", place.code));
    let regime = rules.form(demo::QUARTERLY).and_then(|form| rules.regime(&form.regime));
    let regime = regime.ok_or_else(|| failed(format!("there is no form {}", demo::QUARTERLY)))?;
    let period = regime.previous(&regime.containing(kernel::local_day(now))).period;
    let scope = Scope::system("bench");
    let room = scope.enter(place, Action::SeeReports).map_err(|denied| failed(denied.to_string()))?;
    let there = reports::of_period(tx, &room, (demo::QUARTERLY, None), &period)?;
    let report = match there.first() {
        Some(report) => report.id,
        None => {
            let id = ids.new_id();
            demo::disclose(tx, (&scope, place), rules, id, &period, now)
                .map_err(|error| failed(error.to_string()))?;
            id
        }
    };
    Ok(format!("/public/{}/{report}", place.tenant))
}
