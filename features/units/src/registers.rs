//! What the register of areas holds for many communes on many days at once.
//!
//! The rows of an area are steps in time. Added up by commune and day in the store they are few, so that a province
//! over a year is three statements and not one per commune and day.

use std::collections::BTreeMap;

use db::{Read, Sql, Value};
use jiff::civil::Date;
use kernel::{Action, Place, Scope};

use crate::areas::households_total;
use crate::model::{Households, Refusal};

/// How many communes one statement takes; the largest province has fewer.
const WIDTH: usize = 200;

/// How many areas and households each commune counts on each day, in the order asked for.
///
/// # Errors
/// [`Refusal::Denied`] when the caller may not see one of the communes, or those of the store.
pub fn registers(
    read: &mut Read<'_>,
    scope: &Scope,
    communes: &[Place],
    days: &[Date],
) -> Result<Vec<Vec<Households>>, Refusal> {
    for commune in communes {
        scope.enter(commune, Action::SeeUnit)?;
    }
    let mut steps: BTreeMap<String, Vec<Step>> = BTreeMap::new();
    let mut moved: Vec<String> = Vec::new();
    for batch in communes.chunks(WIDTH) {
        let keys = batch.iter().chain(batch.first().into_iter().cycle()).take(WIDTH);
        let keys: Vec<Value> = keys.map(|commune| (&commune.tenant).into()).collect();
        moved.extend(read.all::<String>(scope, &moved_text(), &keys)?);
        for text in [born_text(), households_text(), ended_text()] {
            read.each(
                scope,
                &text,
                &keys,
                |(tenant, on, areas, known, households): (_, Date, i64, i64, i64)| {
                    steps.entry(tenant).or_default().push(Step { on, areas, known, households });
                    Ok(())
                },
            )?;
        }
    }
    let mut counts = Vec::new();
    for commune in communes {
        let of_day = |day: &Date| {
            if moved.contains(&commune.tenant) {
                return households_total(read, scope, commune, *day);
            }
            let steps = steps.get(&commune.tenant).into_iter().flatten().filter(|step| step.on <= *day);
            let sum = steps.fold(Step::default(), |sum, step| Step {
                on: sum.on,
                areas: sum.areas + step.areas,
                known: sum.known + step.known,
                households: sum.households + step.households,
            });
            let count = |number: i64| u32::try_from(number).unwrap_or_default();
            Ok(Households {
                households: sum.households,
                areas: count(sum.areas),
                unknown: count(sum.areas - sum.known),
            })
        };
        counts.push(days.iter().map(of_day).collect::<Result<_, Refusal>>()?);
    }
    Ok(counts)
}

/// By how much a commune's counts change on a day.
#[derive(Debug, Default)]
struct Step {
    on: Date,
    areas: i64,
    known: i64,
    households: i64,
}

fn among(text: &str) -> Sql {
    let places: Vec<String> = (1..=WIDTH).map(|place| format!("${place}")).collect();
    Sql::composed(text.replace("{tenants}", &places.join(", ")))
}

/// Communes whose areas are not simply those that were born there, or that went into another: they are counted one by one.
fn moved_text() -> Sql {
    among(
        "select commune from area_commune where tenant in ({tenants}) and commune <> tenant \
         union select tenant from area_commune where tenant in ({tenants}) and commune <> tenant \
         union select commune from commune_guest where commune in ({tenants}) \
         union select successor from unit_succession where successor in ({tenants}) \
         union select predecessor from unit_succession where predecessor in ({tenants})",
    )
}

fn born_text() -> Sql {
    among(
        "select tenant, born_on, count(*), cast(0 as bigint), cast(0 as bigint) from area \
         where tenant in ({tenants}) group by tenant, born_on",
    )
}

fn households_text() -> Sql {
    among(
        "select tenant, from_on, cast(0 as bigint), cast(sum(first) as bigint), cast(sum(more) as bigint) from ( \
         select tenant, from_on, case when lag(households) over steps is null then 1 else 0 end as first, \
         households - coalesce(lag(households) over steps, 0) as more \
         from area_households where tenant in ({tenants}) \
         window steps as (partition by tenant, area order by from_on)) as step group by tenant, from_on",
    )
}

fn ended_text() -> Sql {
    among(
        "select a.tenant, a.until_on, cast(-count(*) as bigint), cast(-count(h.households) as bigint), \
         cast(-coalesce(sum(h.households), 0) as bigint) from area a \
         left join area_households h on h.tenant = a.tenant and h.area = a.id and h.from_on = (select max(x.from_on) \
           from area_households x where x.tenant = a.tenant and x.area = a.id and x.from_on < a.until_on) \
         where a.tenant in ({tenants}) and a.until_on < '9999-12-31' group by a.tenant, a.until_on",
    )
}

/// The statements of this file, for the statement test.
pub(crate) fn composed_statements() -> Vec<Sql> {
    vec![moved_text(), born_text(), households_text(), ended_text()]
}
