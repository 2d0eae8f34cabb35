//! What makes up a unit: the tenants whose rows lie in it, for which days, and the single areas that lie elsewhere than
//! their tenant. A merger, split or move writes lineage only; every figure of the past is read through it.
//!
//! A record lies where its area lies. That is where its tenant lies, but for the areas of `area_apart`. A commune that
//! is no more lies where its successor lies; one that is not yet lies where it will first be, so that nothing falls
//! between two units whatever day the borders are asked of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use db::{Read, sql};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Action, Denied, Place, Room, Scope};
use uuid::Uuid;

use crate::model::{Level, Unit};

/// In which borders a figure is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Basis {
    /// Each day in the borders of that day.
    AsItWas,
    /// Every day in the borders of today.
    AsItIsNow,
    /// Every day in the borders of a named one.
    Restated(Date),
}

impl Basis {
    /// The stored name: `as-it-was`, `as-it-is-now`, `restated-2026-07-01`.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            Basis::AsItWas => "as-it-was".to_owned(),
            Basis::AsItIsNow => "as-it-is-now".to_owned(),
            Basis::Restated(day) => format!("restated-{day}"),
        }
    }

    /// The basis of a stored name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Basis> {
        match key {
            "as-it-was" => Some(Basis::AsItWas),
            "as-it-is-now" => Some(Basis::AsItIsNow),
            _ => key.strip_prefix("restated-")?.parse().ok().map(Basis::Restated),
        }
    }

    /// The day whose borders hold on `day`.
    #[must_use]
    pub fn borders(self, day: Date, today: Date) -> Date {
        match self {
            Basis::AsItWas => day,
            Basis::AsItIsNow => today,
            Basis::Restated(named) => named,
        }
    }
}

/// What makes up a unit over a window: sections of days, each with its own composition, without gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Makeup {
    /// In order of day. Only `AsItWas` has more than one.
    pub sections: Vec<Section>,
}

/// Days over which a unit is made of the same parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Tenants that lie in the unit.
    pub tenants: BTreeSet<String>,
    /// Areas whose records with one of these tenants lie elsewhere.
    pub without: BTreeSet<(String, Uuid)>,
    /// Areas whose records with another tenant lie here.
    pub with: BTreeSet<(String, Uuid)>,
}

impl Section {
    /// Whether a record of an area with a tenant lies in the unit.
    #[must_use]
    pub fn holds(&self, tenant: &str, area: Uuid) -> bool {
        let key = (tenant.to_owned(), area);
        if self.tenants.contains(tenant) { !self.without.contains(&key) } else { self.with.contains(&key) }
    }

    /// The section's days within a window; none when they do not meet.
    #[must_use]
    pub fn within(&self, from: Date, to: Date) -> Option<(Date, Date)> {
        let (from, to) = (self.from.max(from), self.to.min(to));
        (from <= to).then_some((from, to))
    }
}

impl Makeup {
    /// Of one tenant alone, whatever the day.
    #[must_use]
    pub fn whole(tenant: &str) -> Makeup {
        let section = Section {
            from: Date::MIN,
            to: Date::MAX,
            tenants: BTreeSet::from([tenant.to_owned()]),
            without: BTreeSet::new(),
            with: BTreeSet::new(),
        };
        Makeup { sections: vec![section] }
    }

    /// The tenant that is the whole unit, whatever the day; none when it is made of more, or of parts.
    #[must_use]
    pub fn one(&self) -> Option<&str> {
        let [section] = self.sections.as_slice() else { return None };
        let parts = !section.with.is_empty() || !section.without.is_empty();
        let mut tenants = section.tenants.iter();
        tenants.next().filter(|_| !parts && tenants.next().is_none()).map(String::as_str)
    }

    /// Every tenant that has rows in the unit on some day, those of single areas too.
    #[must_use]
    pub fn tenants(&self) -> BTreeSet<String> {
        let whole = self.sections.iter().flat_map(|section| &section.tenants);
        let single = self.sections.iter().flat_map(|section| &section.with).map(|(tenant, _)| tenant);
        whole.chain(single).cloned().collect()
    }

    /// Whether a record lies in the unit.
    #[must_use]
    pub fn holds(&self, tenant: &str, area: Uuid, day: Date) -> bool {
        self.sections.iter().any(|s| (s.from..=s.to).contains(&day) && s.holds(tenant, area))
    }
}

/// What became of communes.
#[derive(Debug, Default, Clone)]
pub(crate) struct Lineage(BTreeMap<String, (String, Date)>);

impl Lineage {
    /// All of it: a row for each commune that is no more.
    pub(crate) fn read(read: &mut Read<'_>, scope: &Scope) -> db::Result<Lineage> {
        let rows: Vec<(String, String, Date)> =
            read.all(scope, &sql!("select predecessor, successor, from_on from unit_succession"), &[])?;
        let rows =
            rows.into_iter().map(|(predecessor, successor, from_on)| (predecessor, (successor, from_on)));
        Ok(Lineage(rows.collect()))
    }

    /// The commune that a commune is on a day.
    pub(crate) fn on<'a>(&'a self, commune: &'a str, day: Date) -> &'a str {
        let mut now = commune;
        while let Some((successor, from_on)) = self.0.get(now)
            && *from_on <= day
        {
            now = successor;
        }
        now
    }

    /// A commune and those that carry it on, one after the other, whatever the day.
    pub(crate) fn line<'a>(&'a self, commune: &'a str) -> impl Iterator<Item = &'a str> {
        std::iter::successors(Some(commune), |now| self.0.get(*now).map(|(successor, _)| successor.as_str()))
    }

    /// The communes that are this one on a day, itself included if it is.
    pub(crate) fn that_are(&self, commune: &str, day: Date) -> BTreeSet<String> {
        let all = self.0.keys().map(String::as_str).chain([commune]);
        all.filter(|one| self.on(one, day) == commune).map(str::to_owned).collect()
    }

    /// The communes that are this one on some day: whose line of successors passes through it, and itself.
    pub(crate) fn ever(&self, commune: &str) -> BTreeSet<String> {
        let passes = |one: &&String| self.line(one).any(|now| now == commune);
        self.0.keys().filter(passes).cloned().chain([commune.to_owned()]).collect()
    }
}

/// Where communes lie below a unit.
enum Inside {
    /// The unit is a commune.
    Commune(String),
    /// The unit is above communes: the spans of every commune that was ever below it, with whether it was then.
    Above(BTreeMap<String, Vec<(Date, Date, bool)>>),
}

impl Inside {
    fn read(read: &mut Read<'_>, scope: &Scope, unit: &Unit) -> db::Result<Inside> {
        if unit.level == Level::Commune {
            return Ok(Inside::Commune(unit.id.clone()));
        }
        let text = sql!(
            "select u.id, v.from_on, v.until_on, v.path from unit u join unit_version v on v.unit = u.id \
             where u.level = 'commune' and u.id in (select w.unit from unit_version w where w.parent = $1 \
             or w.parent in (select x.unit from unit_version x where x.parent = $1)) order by u.id, v.from_on"
        );
        let mut spans: BTreeMap<String, Vec<(Date, Date, bool)>> = BTreeMap::new();
        let below = format!("/{}/", unit.id);
        read.each(
            scope,
            &text,
            &[(&unit.id).into()],
            |(id, from, until, path): (String, Date, Date, String)| {
                let inside = format!("/{path}").contains(&below);
                spans.entry(id).or_default().push((from, until, inside));
                Ok(())
            },
        )?;
        Ok(Inside::Above(spans))
    }

    /// Whether a commune lies in the unit on a day; before its first day as on it, after its last day as on that.
    fn holds(&self, commune: &str, day: Date) -> bool {
        match self {
            Inside::Commune(id) => id == commune,
            Inside::Above(spans) => spans.get(commune).is_some_and(|spans| {
                let then = spans.iter().rev().find(|(from, ..)| *from <= day).or(spans.first());
                then.is_some_and(|(_, _, inside)| *inside)
            }),
        }
    }
}

/// Everything that decides what lies in one unit.
pub(crate) struct Borders {
    lineage: Arc<Lineage>,
    inside: Inside,
    /// The unit's own tenant when it is above communes: what it entered itself lies in it too.
    own: Option<String>,
    /// Communes that may lie in the unit on some day.
    communes: BTreeSet<String>,
    /// Area by tenant of its records → where it lies, by day.
    apart: BTreeMap<(String, Uuid), BTreeMap<Date, String>>,
}

impl Borders {
    pub(crate) fn read(read: &mut Read<'_>, scope: &Scope, unit: &Unit) -> db::Result<Borders> {
        let lineage = Arc::new(Lineage::read(read, scope)?);
        let inside = Inside::read(read, scope, unit)?;
        let roots: Vec<String> = match &inside {
            Inside::Commune(id) => vec![id.clone()],
            Inside::Above(spans) => spans.keys().cloned().collect(),
        };
        let communes: BTreeSet<String> = match roots.as_slice() {
            [one] => lineage.ever(one),
            many if lineage.0.is_empty() => many.iter().cloned().collect(),
            many => many.iter().flat_map(|root| lineage.ever(root)).collect(),
        };
        let own = matches!(inside, Inside::Above(_)).then(|| unit.id.clone());
        let mut borders = Borders { lineage, inside, own, communes, apart: BTreeMap::new() };
        borders.read_apart(read, scope)?;
        Ok(borders)
    }

    /// Of a commune its own rows are asked for, of a unit above all there are: a row for each area that ever moved.
    fn read_apart(&mut self, read: &mut Read<'_>, scope: &Scope) -> db::Result<()> {
        let apart = &mut self.apart;
        let mut keep = |key: (String, Uuid), from_on: Date, commune: String| {
            apart.entry(key).or_default().insert(from_on, commune);
        };
        match &self.inside {
            Inside::Above(_) => {
                each_apart(read, scope, &mut keep)?;
                let communes = &self.communes;
                apart.retain(|(tenant, _), places| {
                    communes.contains(tenant) || places.values().any(|place| communes.contains(place))
                });
            }
            Inside::Commune(_) => {
                let text = sql!(
                    "select a.tenant, a.area, a.from_on, a.commune from area_apart a where a.tenant = $1 \
                     union select a.tenant, a.area, a.from_on, a.commune from area_apart b \
                     join area_apart a on a.tenant = b.tenant and a.area = b.area where b.commune = $1"
                );
                for commune in &self.communes {
                    let values = [commune.into()];
                    read.each(scope, &text, &values, |row: (String, Uuid, Date, String)| {
                        let (tenant, area, from_on, place) = row;
                        keep((tenant, area), from_on, place);
                        Ok(())
                    })?;
                }
            }
        }
        Ok(())
    }

    /// Of each of several communes; what is the same for all is read once, and only what concerns a commune is looked at
    /// for it.
    fn of_communes(read: &mut Read<'_>, scope: &Scope, communes: &[Unit]) -> db::Result<Vec<Borders>> {
        let lineage = Arc::new(Lineage::read(read, scope)?);
        let mut ever: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for gone in lineage.0.keys() {
            for now in lineage.line(gone).skip(1) {
                ever.entry(now).or_default().insert(gone.clone());
            }
        }
        let mut apart: BTreeMap<(String, Uuid), BTreeMap<Date, String>> = BTreeMap::new();
        each_apart(read, scope, |key, from_on, commune| {
            apart.entry(key).or_default().insert(from_on, commune);
        })?;
        let mut touched: BTreeMap<&str, BTreeSet<&(String, Uuid)>> = BTreeMap::new();
        for (key, places) in &apart {
            for commune in places.values().chain([&key.0]) {
                touched.entry(commune).or_default().insert(key);
            }
        }
        let borders = communes.iter().map(|commune| {
            let mut communes = ever.get(commune.id.as_str()).cloned().unwrap_or_default();
            communes.insert(commune.id.clone());
            let touching = communes.iter().filter_map(|commune| touched.get(commune.as_str())).flatten();
            let apart = touching.filter_map(|key| Some(((*key).clone(), apart.get(*key)?.clone()))).collect();
            let (lineage, inside) = (Arc::clone(&lineage), Inside::Commune(commune.id.clone()));
            Borders { lineage, inside, own: None, communes, apart }
        });
        Ok(borders.collect())
    }

    fn holds(&self, commune: &str, day: Date) -> bool {
        self.inside.holds(self.lineage.on(commune, day), day)
    }

    /// The communes, those that are no more included, that lie in the unit in the borders of a day.
    pub(crate) fn communes_on(&self, day: Date) -> BTreeSet<String> {
        self.communes.iter().filter(|commune| self.holds(commune, day)).cloned().collect()
    }

    /// What lies in the unit over some days, in the borders of one.
    fn section(&self, (from, to): (Date, Date), borders: Date) -> Section {
        let mut tenants = self.communes_on(borders);
        tenants.extend(self.own.clone());
        let (mut with, mut without) = (BTreeSet::new(), BTreeSet::new());
        for (key, places) in &self.apart {
            let place = places.range(..=borders).next_back().or_else(|| places.first_key_value());
            let here = place.is_some_and(|(_, commune)| self.holds(commune, borders));
            match (tenants.contains(&key.0), here) {
                (true, false) => without.insert(key.clone()),
                (false, true) => with.insert(key.clone()),
                _ => false,
            };
        }
        Section { from, to, tenants, without, with }
    }

    /// Days after the first of a window on which the borders of the unit may change.
    fn changes(&self, (from, to): (Date, Date)) -> BTreeSet<Date> {
        let ends = self.communes.iter().filter_map(|commune| self.lineage.0.get(commune)).map(|(_, on)| *on);
        let moves = self.apart.values().flat_map(|places| places.keys().copied());
        let spans = match &self.inside {
            Inside::Commune(_) => Vec::new(),
            Inside::Above(spans) => spans.values().flatten().map(|(from, ..)| *from).collect(),
        };
        ends.chain(moves).chain(spans).filter(|day| from < *day && *day <= to).collect()
    }

    pub(crate) fn makeup(&self, basis: Basis, (from, to): (Date, Date), today: Date) -> Makeup {
        if basis != Basis::AsItWas {
            return Makeup { sections: vec![self.section((from, to), basis.borders(from, today))] };
        }
        let begins: Vec<Date> = [from].into_iter().chain(self.changes((from, to))).collect();
        let mut sections: Vec<Section> = Vec::new();
        for (at, begin) in begins.iter().enumerate() {
            let end = begins.get(at + 1).map_or(to, |next| next.saturating_sub(1.day()));
            let section = self.section((*begin, end), *begin);
            match sections.last_mut() {
                Some(last) if same_parts(last, &section) => last.to = section.to,
                _ => sections.push(section),
            }
        }
        Makeup { sections }
    }
}

/// Visits every area that ever lay elsewhere than the tenant of its records, with each place it came to.
fn each_apart(
    read: &mut Read<'_>,
    scope: &Scope,
    mut visit: impl FnMut((String, Uuid), Date, String),
) -> db::Result<()> {
    let text = sql!("select tenant, area, from_on, commune from area_apart");
    read.each(scope, &text, &[], |(tenant, area, from_on, commune): (String, Uuid, Date, String)| {
        visit((tenant, area), from_on, commune);
        Ok(())
    })
}

fn same_parts(a: &Section, b: &Section) -> bool {
    a.tenants == b.tenants && a.with == b.with && a.without == b.without
}

/// The rooms of everything that makes up a unit, for what is read there record by record: the rights are those of the
/// unit. Which of a tenant's records lie in the unit [`Makeup::holds`] says.
///
/// # Errors
/// [`Denied`] when the caller may not do this at the unit.
pub fn rooms_over(
    scope: &Scope,
    place: &Place,
    action: Action,
    makeup: &Makeup,
) -> Result<Vec<Room>, Denied> {
    let enter = |tenant| scope.enter(&Place { tenant, ..place.clone() }, action);
    makeup.tenants().into_iter().map(enter).collect()
}

/// What makes up a unit over a window, on a basis.
///
/// # Errors
/// Those of the store.
pub fn makeup(
    read: &mut Read<'_>,
    scope: &Scope,
    unit: &Unit,
    basis: Basis,
    window: (Date, Date),
    today: Date,
) -> db::Result<Makeup> {
    Ok(Borders::read(read, scope, unit)?.makeup(basis, window, today))
}

/// Every tenant whose records may lie in a unit on some day: itself, what it took in, what areas came from.
///
/// # Errors
/// Those of the store.
pub fn tenants_ever(read: &mut Read<'_>, scope: &Scope, unit: &Unit) -> db::Result<BTreeSet<String>> {
    let borders = Borders::read(read, scope, unit)?;
    let apart = borders.apart.keys().map(|(tenant, _)| tenant);
    Ok(borders.communes.iter().chain(&borders.own).chain(apart).cloned().collect())
}

/// [`makeup`] of several communes, in their order: what is the same for all is read once.
///
/// # Errors
/// Those of the store.
pub fn makeups(
    read: &mut Read<'_>,
    scope: &Scope,
    communes: &[Unit],
    basis: Basis,
    window: (Date, Date),
    today: Date,
) -> db::Result<Vec<Makeup>> {
    let borders = Borders::of_communes(read, scope, communes)?;
    Ok(borders.iter().map(|borders| borders.makeup(basis, window, today)).collect())
}
