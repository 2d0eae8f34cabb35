//! One indicator over the communes of a province, without a statement per commune and indicator.

use std::collections::BTreeMap;

use catalogue::{Catalogue, Register, WHOLE, Window};
use db::Read;
use figures::{Across, Figure, Shown, Value};
use jiff::civil::Date;
use kernel::{Action, Error, Lang, Place, Room, Scope};
use units::{Households, Unit};

use crate::viewer::{Viewer, counts_people, gives_away};

/// A commune with its figure.
#[derive(Debug, Clone)]
pub(crate) struct Commune {
    pub(crate) unit: Unit,
    pub(crate) figure: Figure,
    /// Whether it is too small to be shown to this reader.
    pub(crate) hidden: bool,
}

/// An indicator over a province.
#[derive(Debug, Clone)]
pub(crate) struct Spread {
    /// The communes that the reader may see, in alphabetical order.
    pub(crate) communes: Vec<Commune>,
    pub(crate) over_all: Figure,
    /// Whether the figure over all would give hidden ones away.
    pub(crate) hides_sum: bool,
}

/// Reads an indicator over the communes of a province on the window's last day, or today while it runs.
pub(crate) fn spread(
    read: &mut Read<'_>,
    (scope, province): (&Scope, &Unit),
    catalogue: &Catalogue,
    indicator: &str,
    window: &Window,
    today: Date,
) -> Result<Spread, Error> {
    let (mut units, mut rooms, mut places) = (Vec::new(), Vec::new(), BTreeMap::new());
    for unit in units::children(read, scope, &province.id, window.to.min(today))? {
        if let Ok(room) = scope.enter(&unit.place(), Action::SeeActivities) {
            places.insert(room.tenant_key().to_owned(), unit.place());
            rooms.push(room);
            units.push(unit);
        }
    }
    let mut counts: BTreeMap<String, Households> = BTreeMap::new();
    let mut registers = |read: &mut Read<'_>, room: &Room, what: Register, on: Date| {
        let tenant = room.tenant_key();
        let count = match (counts.get(tenant), places.get(tenant)) {
            (Some(count), _) => *count,
            (None, Some(place)) => register(read, scope, place, on)?,
            (None, None) => Households::default(),
        };
        counts.insert(tenant.to_owned(), count);
        Ok(match what {
            Register::Households => count.households,
            Register::Areas => count.areas.into(),
        })
    };
    let of = (indicator, WHOLE);
    let Across { each, over_all } =
        figures::read_across(read, (scope, &rooms), catalogue, &mut registers, of, (window.from, window.to))?;
    let communes: Vec<Commune> = units
        .into_iter()
        .zip(each)
        .map(|(unit, figure)| {
            let viewer = Viewer::of(scope, &unit.place());
            let hidden = viewer.shown(catalogue, &figure, Lang::Vi) == Shown::Suppressed;
            Commune { unit, figure, hidden }
        })
        .collect();
    let people = catalogue
        .indicators()
        .on(indicator, window.to)
        .is_some_and(|rule| counts_people(catalogue, rule, window.to));
    let hides_sum = people && sum_gives_away(&communes);
    Ok(Spread { communes, over_all, hides_sum })
}

fn register(read: &mut Read<'_>, scope: &Scope, place: &Place, on: Date) -> db::Result<Households> {
    units::households_total(read, scope, place, on).map_err(|refusal| match refusal {
        units::Refusal::Store(error) => error,
        other => db::Error::Broken(format!("the register of units cannot be read: {other}")),
    })
}

/// Whether the figure over all would give hidden figures away.
fn sum_gives_away(communes: &[Commune]) -> bool {
    let hidden: Vec<i64> = communes.iter().filter(|commune| commune.hidden).map(counted).collect();
    gives_away(&hidden)
}

fn counted(commune: &Commune) -> i64 {
    match commune.figure.value {
        Value::Number(number) => number,
        Value::Ratio { over, .. } => over,
        Value::None => 0,
    }
}
