//! The rules in force in a unit.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use catalogue::{Catalogue, Layer, Owner, Problem};
use db::Read;
use jiff::civil::Date;
use kernel::{Room, Scope};

use crate::store;

/// The units whose publications a catalogue holds, each with the number of its last one.
type Held = Vec<(String, u32)>;

/// The rules of every unit: those of the program, and upon them what its province and it have published.
///
/// What was put together is kept; which publications there are is asked of the store each time, so that several servers
/// on one store say the same. That is one short list, which every machine of a distributed engine has.
#[derive(Debug, Clone)]
pub struct Rulebook {
    program: Arc<Catalogue>,
    built: Arc<Mutex<BTreeMap<Held, Arc<Catalogue>>>>,
}

impl Rulebook {
    /// Over the program's rules.
    #[must_use]
    pub fn new(program: Arc<Catalogue>) -> Rulebook {
        Rulebook { program, built: Arc::default() }
    }

    /// The program's own rules.
    #[must_use]
    pub fn program(&self) -> &Arc<Catalogue> {
        &self.program
    }

    /// The rules of the unit with this path ([`kernel::Place::path`]), and beside them those of other communes whose
    /// records lie in it.
    ///
    /// # Errors
    /// Those of the store; broken, when a publication no longer fits the program's rules.
    pub fn of(&self, read: &mut Read<'_>, path: &str) -> db::Result<Arc<Catalogue>> {
        let last = store::last_numbers(read, &Scope::system("rules"))?;
        let others = others(read, path, &last)?;
        let (mut all, rules) = self.built(read, path, held(path, &last))?;
        if others.is_empty() {
            return Ok(rules);
        }
        let mut beside = BTreeMap::new();
        for (tenant, path) in others {
            let (held, rules) = self.built(read, &path, held(&path, &last))?;
            beside.insert(tenant, rules);
            all.extend(held);
        }
        // Under a name that no unit's own rules have.
        all.insert(0, (path.to_owned(), 0));
        if let Some(built) = self.built.lock().unwrap_or_else(PoisonError::into_inner).get(&all) {
            return Ok(Arc::clone(built));
        }
        let built = Arc::new(Catalogue::clone(&rules).beside(beside));
        self.keep(all, &built);
        Ok(built)
    }

    /// The rules of a unit alone, and the publications that they hold.
    fn built(&self, read: &mut Read<'_>, path: &str, held: Held) -> db::Result<(Held, Arc<Catalogue>)> {
        if held.is_empty() {
            return Ok((held, Arc::clone(&self.program)));
        }
        if let Some(built) = self.built.lock().unwrap_or_else(PoisonError::into_inner).get(&held) {
            return Ok((held, Arc::clone(built)));
        }
        let layers = layers(read, path)?;
        let built = Catalogue::with(&layers).map_err(|problems| {
            let words: Vec<String> = problems.iter().map(Problem::to_string).collect();
            db::Error::Broken(format!("the supplements of {path} do not fit: {}", words.join("; ")))
        })?;
        // Kept under what was read: on a distributed engine that may be a moment behind what every machine says.
        let read = Owner::ALL.map(|owner| layers.iter().rfind(|layer| layer.owner == owner));
        let of = |(room, layer): (&Room, Option<&Layer>)| Some((room.tenant_key().to_owned(), layer?.number));
        let held: Held = chain(path).iter().zip(read).filter_map(of).collect();
        let built = Arc::new(built);
        self.keep(held.clone(), &built);
        Ok((held, built))
    }

    /// The catalogue of a unit replaces its former one.
    fn keep(&self, held: Held, built: &Arc<Catalogue>) {
        let mut kept = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|other, _| !other.iter().map(|(unit, _)| unit).eq(held.iter().map(|(unit, _)| unit)));
        kept.insert(held, Arc::clone(built));
    }

    /// The rules of the unit that carries an official code on a day; the program's when none does.
    ///
    /// # Errors
    /// Those of [`Rulebook::of`].
    pub fn of_code(&self, read: &mut Read<'_>, code: &str, on: Date) -> db::Result<Arc<Catalogue>> {
        match units::find_by_code(read, &Scope::system("rules"), code, on)? {
            Some(unit) => self.of(read, &unit.path),
            None => Ok(Arc::clone(&self.program)),
        }
    }

    /// The rules for the records of a tenant, which may be a unit of former days.
    ///
    /// # Errors
    /// Those of [`Rulebook::of`].
    pub fn of_tenant(&self, read: &mut Read<'_>, tenant: &str) -> db::Result<Arc<Catalogue>> {
        match units::history(read, &Scope::system("rules"), tenant)?.pop() {
            Some(unit) => self.of(read, &unit.path),
            None => Ok(Arc::clone(&self.program)),
        }
    }
}

/// Whose supplements a unit of this depth has: the country none, a province its own, a commune its own.
pub(crate) fn owner(path: &str) -> Option<Owner> {
    path.split_terminator('/').count().checked_sub(2).and_then(|depth| Owner::ALL.get(depth)).copied()
}

/// The units whose supplements hold in a unit, from the larger to the smaller. Rules are there for everybody to read.
fn chain(path: &str) -> Vec<Room> {
    let scope = Scope::system("rules");
    path.split_terminator('/').skip(1).take(Owner::ALL.len()).map(|unit| scope.own(unit)).collect()
}

/// The publications that hold in a unit, by the number of each unit's last.
fn held(path: &str, last: &BTreeMap<String, u32>) -> Held {
    let number = |room: &Room| Some((room.tenant_key().to_owned(), *last.get(room.tenant_key())?));
    chain(path).iter().filter_map(number).collect()
}

/// Other communes that have published something and whose records lie in a unit, with their paths. Asked only where
/// somebody else has published at all.
fn others(
    read: &mut Read<'_>,
    path: &str,
    last: &BTreeMap<String, u32>,
) -> db::Result<Vec<(String, String)>> {
    let (scope, mut others) = (Scope::system("rules"), Vec::new());
    let own: Vec<&str> = path.split_terminator('/').collect();
    let publishing: Vec<&String> = last.keys().filter(|tenant| !own.contains(&tenant.as_str())).collect();
    let unit = match own.last() {
        Some(unit) if own.len() > 1 && !publishing.is_empty() => units::history(read, &scope, unit)?.pop(),
        _ => None,
    };
    let Some(unit) = unit else { return Ok(others) };
    let ever = units::tenants_ever(read, &scope, &unit)?;
    for tenant in publishing.into_iter().filter(|tenant| ever.contains(*tenant)) {
        if let Some(there) = units::history(read, &scope, tenant)?.pop() {
            others.push((tenant.clone(), there.path));
        }
    }
    Ok(others)
}

/// Every publication that holds in a unit.
pub(crate) fn layers(read: &mut Read<'_>, path: &str) -> db::Result<Vec<Layer>> {
    let mut layers = Vec::new();
    for (room, owner) in chain(path).iter().zip(Owner::ALL) {
        layers.extend(store::published(read, room)?.iter().filter_map(|supplement| supplement.layer(owner)));
    }
    Ok(layers)
}
