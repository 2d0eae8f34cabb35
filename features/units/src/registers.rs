//! What the register of areas holds for many tenants on many days at once.
//!
//! The rows of an area are steps in time. Added up by tenant and day in the store they are few, so that a province over a
//! year is four statements and not one per commune and day.

use std::collections::{BTreeMap, BTreeSet};

use db::{Read, Sql, Value, sql};
use jiff::civil::Date;
use kernel::Scope;
use uuid::Uuid;

use crate::model::{Households, OPEN};

/// How many tenants one statement takes; the largest province has fewer communes.
const WIDTH: usize = 200;

/// By how much a register changes on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RegisterStep {
    /// The day.
    pub on: Date,
    /// Areas.
    pub areas: i64,
    /// Areas of which the households are known.
    pub known: i64,
    /// Households.
    pub households: i64,
}

impl RegisterStep {
    /// What steps come to on a day.
    #[must_use]
    pub fn count(steps: &[RegisterStep], on: Date) -> Households {
        let (mut areas, mut known, mut households) = (0, 0, 0);
        for step in steps.iter().filter(|step| step.on <= on) {
            areas += step.areas;
            known += step.known;
            households += step.households;
        }
        let count = |number: i64| u32::try_from(number).unwrap_or_default();
        Households { households, areas: count(areas), unknown: count(areas - known) }
    }
}

/// How the areas whose rows are kept in each of several tenants grew, in the order asked for: wherever the areas lie
/// ([`Makeup`](crate::Makeup) says it). The caller has entered their rooms.
///
/// # Errors
/// Those of the store.
pub fn register_steps(
    read: &mut Read<'_>,
    scope: &Scope,
    tenants: &[&str],
) -> db::Result<Vec<Vec<RegisterStep>>> {
    let mut steps: BTreeMap<String, BTreeMap<Date, RegisterStep>> = BTreeMap::new();
    let mut add = |tenant: String, on: Date, areas: i64, known: i64, households: i64| {
        let step = steps.entry(tenant).or_default().entry(on).or_default();
        step.on = on;
        step.areas += areas;
        step.known += known;
        step.households += households;
    };
    let mut ended: BTreeSet<String> = BTreeSet::new();
    for keys in batches(tenants) {
        read.each(scope, &areas_text(), &keys, |row: (String, Date, Date, i64)| {
            let (tenant, born_on, until_on, areas) = row;
            if until_on < OPEN {
                add(tenant.clone(), until_on, -areas, 0, 0);
                ended.insert(tenant.clone());
            }
            add(tenant, born_on, areas, 0, 0);
            Ok(())
        })?;
        read.each(scope, &households_text(), &keys, |row: (String, Date, i64, i64)| {
            let (tenant, on, known, households) = row;
            add(tenant, on, 0, known, households);
            Ok(())
        })?;
    }
    // Most tenants never had one.
    let ended: Vec<&str> = ended.iter().map(String::as_str).collect();
    for keys in batches(&ended) {
        read.each(scope, &ended_households_text(), &keys, |row: (String, Date, i64, i64)| {
            let (tenant, on, known, households) = row;
            add(tenant, on, 0, -known, -households);
            Ok(())
        })?;
    }
    let of = |tenant: &&str| steps.get(*tenant).map(|steps| steps.values().copied().collect());
    Ok(tenants.iter().map(|tenant| of(tenant).unwrap_or_default()).collect())
}

/// The same of a single area, if its rows are kept in a tenant.
///
/// # Errors
/// Those of the store.
pub fn register_steps_of_area(
    read: &mut Read<'_>,
    scope: &Scope,
    (tenant, area): (&str, Uuid),
) -> db::Result<Vec<RegisterStep>> {
    let values = [tenant.into(), area.into()];
    let text = sql!("select born_on, until_on from area where tenant = $1 and id = $2");
    let Some((born_on, until_on)): Option<(Date, Date)> = read.find(scope, &text, &values)? else {
        return Ok(Vec::new());
    };
    let text = sql!(
        "select from_on, households from area_households where tenant = $1 and area = $2 order by from_on"
    );
    let known: Vec<(Date, i64)> = read.all(scope, &text, &values)?;
    let mut steps = vec![RegisterStep { on: born_on, areas: 1, known: 0, households: 0 }];
    let mut before = None;
    for (on, households) in &known {
        let more = households - before.unwrap_or_default();
        steps.push(RegisterStep { on: *on, areas: 0, known: before.is_none().into(), households: more });
        before = Some(*households);
    }
    if until_on < OPEN {
        let last = known.iter().rfind(|(on, _)| *on < until_on);
        let households = -last.map_or(0, |(_, households)| *households);
        steps.push(RegisterStep { on: until_on, areas: -1, known: -i64::from(last.is_some()), households });
    }
    Ok(steps)
}

fn among(text: &str) -> Sql {
    let places: Vec<String> = (1..=WIDTH).map(|place| format!("${place}")).collect();
    Sql::composed(text.replace("{tenants}", &places.join(", ")))
}

/// The parameters of statements that name as many tenants as they have places.
fn batches<'t>(tenants: &'t [&str]) -> impl Iterator<Item = Vec<Value>> + 't {
    tenants.chunks(WIDTH).map(|batch| {
        let keys = batch.iter().chain(batch.first().into_iter().cycle()).take(WIDTH);
        keys.map(|tenant| (*tenant).into()).collect()
    })
}

fn areas_text() -> Sql {
    among(
        "select tenant, born_on, until_on, count(*) from area where tenant in ({tenants}) \
         group by tenant, born_on, until_on",
    )
}

fn households_text() -> Sql {
    among(
        "select tenant, from_on, cast(sum(first) as bigint), cast(sum(more) as bigint) from ( \
         select tenant, from_on, case when lag(households) over steps is null then 1 else 0 end as first, \
         households - coalesce(lag(households) over steps, 0) as more \
         from area_households where tenant in ({tenants}) \
         window steps as (partition by tenant, area order by from_on)) as step group by tenant, from_on",
    )
}

/// Of areas that ended, what they had at last. Apart from [`areas_text`]: a distributed engine has `area` on every machine,
/// and joins to the left of it only what is.
fn ended_households_text() -> Sql {
    among(
        "select h.tenant, a.until_on, count(*), cast(coalesce(sum(h.households), 0) as bigint) from area_households h \
         join area a on a.tenant = h.tenant and a.id = h.area \
         where h.tenant in ({tenants}) and a.until_on < '9999-12-31' and h.from_on = (select max(x.from_on) \
           from area_households x where x.tenant = h.tenant and x.area = h.area and x.from_on < a.until_on) \
         group by h.tenant, a.until_on",
    )
}

/// The statements of this file, for the statement test.
pub(crate) fn composed_statements() -> Vec<Sql> {
    vec![areas_text(), households_text(), ended_households_text()]
}
