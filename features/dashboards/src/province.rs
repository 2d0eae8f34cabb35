//! One indicator over the communes of a province, or over the provinces of the country, without a statement per commune
//! and indicator.

use std::collections::BTreeMap;

use catalogue::{Catalogue, Indicator, Register, WHOLE, Window};
use db::Read;
use figures::{Across, Figure, Grids, Hidden, Made, SUPPRESSED, Shown, ToKeep, counts_people};
use jiff::civil::Date;
use kernel::{Action, Error, Lang, Place, Room, Scope};
use units::{Basis, Households, Level, Makeup, Unit};

use crate::viewer::Viewer;
use crate::year::{Below, counted, twelve_months};

/// A commune or province with its figure.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) unit: Unit,
    pub(crate) figure: Figure,
    /// What stands for it where this reader does not see it: too small, or giving away what is; "" where it is shown.
    pub(crate) hidden: &'static str,
}

/// An indicator over a unit.
#[derive(Debug, Clone)]
pub(crate) struct Spread {
    /// The parts that the reader may see, in alphabetical order; at the end what the unit entered itself, if anything.
    pub(crate) parts: Vec<Part>,
    pub(crate) over_all: Figure,
    /// Whether the figure over all would give hidden ones away.
    pub(crate) hides_sum: bool,
    /// What the next start should not have to read anew, with the room to keep it in.
    pub(crate) to_keep: Vec<(Room, ToKeep)>,
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

/// What a unit above communes entered itself: no commune's, and counted in the unit's figures and reports.
pub(crate) fn own(scope: &Scope, of: &Unit) -> Option<Made> {
    let room = scope.enter(&of.place(), Action::SeeActivities).ok()?;
    Some(Made { rooms: vec![room], makeup: Makeup::whole(&of.id) })
}

/// Reads an indicator over the parts of a unit, in the borders of today.
pub(crate) fn spread(
    read: &mut Read<'_>,
    grids: &Grids,
    (scope, of): (&Scope, &Unit),
    catalogue: &Catalogue,
    (indicator, window): (&str, &Window),
    today: Date,
) -> Result<Spread, Error> {
    if of.level == Level::Country {
        return over_provinces(read, grids, (scope, of), catalogue, (indicator, window), today);
    }
    let children = units::children(read, scope, &of.id, today)?;
    let (mut units, mut made) = seen(read, scope, children, today)?;
    if let Some(own) = own(scope, of) {
        units.push(of.clone());
        made.push(own);
    }
    let places: Vec<Place> = units.iter().map(Unit::place).collect();
    let mut counts: BTreeMap<usize, Households> = BTreeMap::new();
    let mut registers = |read: &mut Read<'_>, unit: usize, what: Register, on: Date| {
        let count = match (counts.get(&unit), units.get(unit)) {
            (Some(count), _) => *count,
            // The register of a province is that of its communes.
            (None, Some(unit)) if unit.level == of.level => Households::default(),
            (None, Some(unit)) => register(read, scope, unit, (today, on.min(today)))?,
            (None, None) => Households::default(),
        };
        counts.insert(unit, count);
        Ok(match what {
            Register::Households => count.households,
            Register::Areas => count.areas.into(),
        })
    };
    let asked = ((indicator, WHOLE), (window.from, window.to));
    let Across { each, over_all } =
        figures::read_across(read, (scope, &made), catalogue, &mut registers, asked.0, asked.1)?;
    let mut hidden = Hidden::default();
    let parts: Vec<Part> = (units.iter().zip(&places).zip(each))
        .map(|((unit, place), figure)| {
            let small = Viewer::of(scope, place).shown(catalogue, &figure, Lang::Vi) == Shown::Suppressed;
            if small {
                hidden.add(counted(figure.value));
            }
            Part { unit: unit.clone(), figure, hidden: if small { SUPPRESSED } else { "" } }
        })
        .filter(|part| part.unit.id != of.id || counted(part.figure.value) != 0)
        .collect();
    let people = catalogue
        .indicators()
        .on(indicator, window.to)
        .is_some_and(|rule| counts_people(catalogue, rule, window.to));
    let outside = Viewer::of(scope, &of.place()) == Viewer::Outside;
    let hides_sum = people && (hidden.gives_away() || outside && over_all.value.is_small());
    Ok(Spread { parts, over_all, hides_sum, to_keep: Vec::new() })
}

/// The country's provinces, from one reading of all communes that answers every other indicator too.
fn over_provinces(
    read: &mut Read<'_>,
    grids: &Grids,
    (scope, country): (&Scope, &Unit),
    catalogue: &Catalogue,
    (indicator, window): (&str, &Window),
    today: Date,
) -> Result<Spread, Error> {
    // A month is one of the twelve that the year was read by.
    let (windows, at) = match twelve_months(catalogue, window.to.min(today))? {
        (months, windows) if months.last() == Some(window) => (windows, months.len() - 1),
        // The days of a year so far are those of the year, which the packed months hold as a whole.
        _ => match catalogue.regime(targets::YEARLY).map(|yearly| yearly.containing(window.to)) {
            Some(year) if year.from == window.from && window.to == today => (vec![(year.from, year.to)], 0),
            _ => (vec![(window.from, window.to)], 0),
        },
    };
    let rules: Vec<&Indicator> = catalogue.indicators().all_on(window.to).collect();
    let place = rules.iter().position(|rule| rule.id == indicator).ok_or(Error::NotFound)?;
    let below = Below::of(read, (scope, country), today)?;
    let found = below.read(read, grids, scope, (catalogue, &rules), (&windows, today), |_, _| {})?;
    let version = rules.get(place).map_or(0, |rule| rule.version);
    let figure = |value| Figure {
        indicator: indicator.to_owned(),
        version,
        slice: WHOLE.to_owned(),
        from: window.from,
        to: window.to,
        value,
        entered: 0,
    };
    let part = |(group, parts): (usize, &crate::year::Parts)| Part {
        unit: parts.unit.clone(),
        figure: figure(found.grid.of(group, at, place)),
        hidden: found.hides(group, at, place),
    };
    Ok(Spread {
        parts: below.parts.iter().enumerate().map(part).collect(),
        over_all: figure(found.grid.over_all(at, place)),
        hides_sum: found.hides_sum(at, place),
        to_keep: found.to_keep(scope, &below),
    })
}

/// What the register of a unit held on a day in the borders of another.
fn register(
    read: &mut Read<'_>,
    scope: &Scope,
    unit: &Unit,
    (borders, on): (Date, Date),
) -> db::Result<Households> {
    units::register(read, scope, unit, borders, on).map_err(|refusal| match refusal {
        units::Refusal::Store(error) => error,
        other => db::Error::Broken(format!("the register of units cannot be read: {other}")),
    })
}
