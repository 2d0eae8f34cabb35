//! One indicator over the communes of a province, without a statement per commune and indicator.

use std::collections::BTreeMap;

use catalogue::{Catalogue, Register, WHOLE, Window};
use db::Read;
use figures::{Across, Figure, Made, Shown, Value};
use jiff::civil::Date;
use kernel::{Action, Error, Lang, Place, Scope};
use units::{Basis, Households, Unit};

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

/// Those communes that the reader may see, with what makes them up in the borders of today.
pub(crate) fn seen(
    read: &mut Read<'_>,
    scope: &Scope,
    mut communes: Vec<Unit>,
    today: Date,
) -> db::Result<(Vec<Unit>, Vec<Made>)> {
    communes.retain(|unit| scope.can(&unit.place(), Action::SeeActivities));
    let ever = (Date::MIN, Date::MAX);
    let makeups = units::makeups(read, scope, &communes, Basis::AsItIsNow, ever, today)?;
    let made = communes.iter().zip(makeups).map(|(unit, makeup)| {
        let rooms = units::rooms_over(scope, &unit.place(), Action::SeeActivities, &makeup);
        Made { rooms: rooms.unwrap_or_default(), makeup }
    });
    let made = made.collect();
    Ok((communes, made))
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
    let children = units::children(read, scope, &province.id, window.to.min(today))?;
    let (units, made) = seen(read, scope, children, today)?;
    let places: Vec<Place> = units.iter().map(Unit::place).collect();
    let mut counts: BTreeMap<usize, Households> = BTreeMap::new();
    let mut registers = |read: &mut Read<'_>, unit: usize, what: Register, on: Date| {
        let count = match (counts.get(&unit), places.get(unit)) {
            (Some(count), _) => *count,
            (None, Some(place)) => register(read, scope, place, on)?,
            (None, None) => Households::default(),
        };
        counts.insert(unit, count);
        Ok(match what {
            Register::Households => count.households,
            Register::Areas => count.areas.into(),
        })
    };
    let of = (indicator, WHOLE);
    let Across { each, over_all } =
        figures::read_across(read, (scope, &made), catalogue, &mut registers, of, (window.from, window.to))?;
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
