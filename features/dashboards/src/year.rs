//! Every indicator over twelve months, of a commune, a province or the country, from one reading of its communes.

use std::collections::BTreeMap;

use catalogue::{Catalogue, Indicator, Window};
use db::Read;
use figures::{Grid, Grids, Group, Hidden, SUPPRESSED, ToKeep, Value, counts_people};
use jiff::civil::Date;
use kernel::{Action, Error, Room, Scope};
use units::{Level, Unit};

use crate::chosen::ACTIVE;
use crate::glance::months;
use crate::province::{own, seen};
use crate::viewer::{SUM_WITHHELD, Viewer};

/// A unit at a glance.
#[derive(Debug)]
pub(crate) struct Year {
    /// Twelve months of the monthly regime, oldest first.
    pub(crate) months: Vec<Window>,
    /// The indicators that hold something, in the order of the catalogue.
    pub(crate) lines: Vec<Line>,
    /// Ids of those that hold nothing in any month.
    pub(crate) empty: Vec<String>,
    /// How many communes there are, and how many had a confirmed activity in each month.
    pub(crate) communes: usize,
    pub(crate) active: Vec<usize>,
    /// The same of each province of the country, in alphabetical order.
    pub(crate) provinces: Vec<Province>,
    /// Communes, or provinces of the country, without one in the last month, in alphabetical order.
    pub(crate) idle: Vec<Unit>,
    /// What the next start should not have to read anew, with the room to keep it in.
    pub(crate) to_keep: Vec<(Room, ToKeep)>,
}

/// A province of the country at a glance.
#[derive(Debug)]
pub(crate) struct Province {
    pub(crate) unit: Unit,
    pub(crate) communes: usize,
    pub(crate) active: Vec<usize>,
}

/// An indicator over all communes.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) indicator: String,
    /// By month; none where it would give a small number away.
    pub(crate) values: Vec<Option<Value>>,
    /// Over the twelve months together.
    pub(crate) together: Option<Value>,
    /// In how many communes, or provinces of the country, it holds something in the last month.
    pub(crate) parts: usize,
}

/// Reads a unit up to the month that holds a day.
pub(crate) fn year(
    read: &mut Read<'_>,
    grids: &Grids,
    (scope, of): (&Scope, &Unit),
    catalogue: &Catalogue,
    (until, today): (Date, Date),
) -> Result<Year, Error> {
    let (months, windows) = twelve_months(catalogue, until)?;
    let (together, last) = (windows.len() - 1, windows.len() - 2);
    let to = months.last().map_or(until, |month| month.to);
    let below = Below::of(read, (scope, of), today)?;
    let rules: Vec<&Indicator> = catalogue.indicators().all_on(to).collect();
    let acts = rules.iter().position(|rule| rule.id == ACTIVE);
    let mut active: Vec<Vec<usize>> = vec![vec![0; months.len()]; below.parts.len()];
    let mut holding: Vec<Vec<usize>> = vec![vec![0; rules.len()]; below.parts.len()];
    let mut idle: Vec<Unit> = Vec::new();
    let found =
        below.read(read, grids, scope, (catalogue, &rules), (&windows, today), |(group, unit), of| {
            let commune = below.parts.get(group).and_then(|parts| parts.units.get(unit));
            let Some(commune) = commune else { return }; // what the province entered itself
            let holds = |window: usize, indicator: usize| counted(of(window, indicator)) != 0;
            for (month, count) in active.get_mut(group).into_iter().flatten().enumerate() {
                *count += usize::from(acts.is_some_and(|acts| holds(month, acts)));
            }
            for (indicator, count) in holding.get_mut(group).into_iter().flatten().enumerate() {
                *count += usize::from(holds(last, indicator));
            }
            if !acts.is_some_and(|acts| holds(last, acts)) {
                idle.push(commune.clone());
            }
        })?;
    let mut lines = Vec::new();
    let mut empty = Vec::new();
    for (indicator, rule) in rules.iter().enumerate() {
        let shown = |window: usize| {
            (!found.hides_sum(window, indicator)).then(|| found.grid.over_all(window, indicator))
        };
        let values: Vec<Option<Value>> = (0..together).map(shown).collect();
        if values.iter().all(|value| value.is_some_and(|value| counted(value) == 0)) {
            empty.push(rule.id.clone());
            continue;
        }
        // All twelve less eleven would be the twelfth.
        let whole = values.iter().all(Option::is_some).then(|| shown(together)).flatten();
        let of_group = holding.iter().map(|of| of.get(indicator).copied().unwrap_or_default());
        let parts = match of.level {
            Level::Country => of_group.filter(|communes| *communes > 0).count(),
            _ => of_group.sum(),
        };
        lines.push(Line { indicator: rule.id.clone(), values, together: whole, parts });
    }
    let mut year = Year {
        lines,
        empty,
        communes: below.parts.iter().map(|parts| parts.units.len()).sum(),
        active: (0..together).map(|month| active.iter().filter_map(|of| of.get(month)).sum()).collect(),
        provinces: Vec::new(),
        idle,
        to_keep: found.to_keep(scope, &below),
        months,
    };
    if of.level == Level::Country {
        let provinces = below.parts.into_iter().zip(active);
        let provinces = provinces.map(|(parts, active)| {
            let communes = parts.units.len();
            Province { unit: parts.unit, communes, active }
        });
        year.provinces = provinces.collect();
        let idle = year.provinces.iter().filter(|province| province.active.last() == Some(&0));
        year.idle = idle.map(|province| province.unit.clone()).collect();
    }
    Ok(year)
}

/// First and last day.
type Days = (Date, Date);

/// The twelve months up to the one that holds a day, and as days with all of them together at the end.
pub(crate) fn twelve_months(catalogue: &Catalogue, until: Date) -> Result<(Vec<Window>, Vec<Days>), Error> {
    let months = months(catalogue, until);
    let (Some(first), Some(last)) = (months.first(), months.last()) else { return Err(Error::NotFound) };
    let windows = months.iter().map(|month| (month.from, month.to));
    let windows = windows.chain([(first.from, last.to)]).collect();
    Ok((months, windows))
}

/// The communes below a unit that the reader may see, by province: one group but for the country. Of a province also what it
/// entered itself.
pub(crate) struct Below {
    pub(crate) parts: Vec<Parts>,
    groups: Vec<Group>,
    /// Whether the reader looks at the whole from outside.
    outside: bool,
}

/// The communes of a unit.
pub(crate) struct Parts {
    pub(crate) unit: Unit,
    pub(crate) units: Vec<Unit>,
    /// Whether the reader looks at the unit from outside.
    outside: bool,
}

impl Below {
    /// In the borders of today.
    pub(crate) fn of(read: &mut Read<'_>, (scope, of): (&Scope, &Unit), today: Date) -> Result<Below, Error> {
        let (heads, communes) = match of.level {
            Level::Commune => (vec![of.clone()], vec![of.clone()]),
            Level::Province => (vec![of.clone()], units::children(read, scope, &of.id, today)?),
            Level::Country => {
                (units::children(read, scope, &of.id, today)?, units::communes(read, scope, today)?)
            }
        };
        let all = communes.len();
        let (communes, made) = seen(read, scope, communes, today)?;
        // A row of the store over some of the communes only would be one that others have to read anew.
        let whole = communes.len() == all && of.level != Level::Commune;
        let outside = |unit: &Unit| Viewer::of(scope, &unit.place()) == Viewer::Outside;
        let empty = |unit: &Unit| Group { keeper: whole.then(|| unit.id.clone()), units: Vec::new() };
        let mut groups: Vec<Group> = heads.iter().map(empty).collect();
        let head = |unit: Unit| Parts { outside: outside(&unit), units: Vec::new(), unit };
        let mut parts: Vec<Parts> = heads.into_iter().map(head).collect();
        let places: BTreeMap<String, usize> =
            parts.iter().enumerate().map(|(at, parts)| (parts.unit.id.clone(), at)).collect();
        for (commune, made) in communes.into_iter().zip(made) {
            let at = places.get(commune.parent.as_deref().unwrap_or_default()).copied().unwrap_or_default();
            if let (Some(parts), Some(group)) = (parts.get_mut(at), groups.get_mut(at)) {
                parts.units.push(commune);
                group.units.push(made);
            }
        }
        if of.level != Level::Commune {
            // Behind its communes, so that these keep their places.
            for (parts, group) in parts.iter().zip(&mut groups) {
                group.units.extend(own(scope, &parts.unit));
            }
        }
        Ok(Below { outside: outside(of), parts, groups })
    }

    /// Reads all figures; `visit` sees those of each commune.
    pub(crate) fn read(
        &self,
        read: &mut Read<'_>,
        grids: &Grids,
        scope: &Scope,
        (catalogue, rules): (&Catalogue, &[&Indicator]),
        (windows, today): (&[(Date, Date)], Date),
        mut visit: impl FnMut((usize, usize), &dyn Fn(usize, usize) -> Value),
    ) -> Result<Found, Error> {
        let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        let people: Vec<bool> = (rules.iter())
            .map(|rule| windows.last().is_some_and(|(_, to)| counts_people(catalogue, rule, *to)))
            .collect();
        let width = windows.len() * ids.len();
        let outside: Vec<Vec<bool>> = (self.parts.iter())
            .map(|parts| {
                let of = |unit: &Unit| Viewer::of(scope, &unit.place()) == Viewer::Outside;
                parts.units.iter().map(of).chain([parts.outside]).collect()
            })
            .collect();
        let mut hidden = vec![Hidden::default(); self.groups.len() * width];
        let asked = ((catalogue, ids.as_slice()), (windows, today));
        let grid = figures::read_grid(read, grids, (scope, &self.groups), asked.0, asked.1, |at, unit| {
            let of = |window, indicator| unit.of(window, indicator);
            visit(at, &of);
            let (group, place) = at;
            if outside.get(group).and_then(|group| group.get(place)) != Some(&true) {
                return;
            }
            let hidden = hidden.get_mut(group * width..(group + 1) * width).unwrap_or_default();
            for (window, hidden) in hidden.chunks_exact_mut(ids.len()).enumerate() {
                for indicator in unit.small(window, &people) {
                    if let Some(hidden) = hidden.get_mut(indicator) {
                        hidden.add(counted(of(window, indicator)));
                    }
                }
            }
        })?;
        let outside = (self.outside, self.parts.iter().map(|parts| parts.outside).collect());
        Ok(Found { grid, hidden, people, windows: windows.len(), outside })
    }
}

/// What was read, with what of it stays hidden.
pub(crate) struct Found {
    pub(crate) grid: Grid,
    /// By group, window and indicator: what is hidden of its communes.
    hidden: Vec<Hidden>,
    people: Vec<bool>,
    windows: usize,
    /// Whether the reader looks from outside: at the whole, at each group.
    outside: (bool, Vec<bool>),
}

impl Found {
    fn below(&self, group: usize, window: usize, indicator: usize) -> Hidden {
        let at = (group * self.windows + window) * self.people.len() + indicator;
        self.hidden.get(at).copied().unwrap_or_default()
    }

    /// What stands for the figure of a group that is not shown; "" for one that is.
    pub(crate) fn hides(&self, group: usize, window: usize, indicator: usize) -> &'static str {
        let counts_people = self.people.get(indicator) == Some(&true);
        if counts_people
            && self.outside.1.get(group) == Some(&true)
            && self.grid.of(group, window, indicator).is_small()
        {
            return SUPPRESSED;
        }
        if counts_people && self.below(group, window, indicator).gives_away() { SUM_WITHHELD } else { "" }
    }

    /// Whether the figure over all groups stays hidden.
    pub(crate) fn hides_sum(&self, window: usize, indicator: usize) -> bool {
        if self.people.get(indicator) != Some(&true) {
            return false;
        }
        let groups = self.outside.1.len();
        let given_away = match groups {
            1 => self.below(0, window, indicator).gives_away(),
            _ => {
                let hidden = (0..groups).filter(|group| !self.hides(*group, window, indicator).is_empty());
                Hidden::given_away_over(hidden.map(|group| self.below(group, window, indicator)))
            }
        };
        given_away || self.outside.0 && self.grid.over_all(window, indicator).is_small()
    }

    /// What is worth keeping, each with its room.
    pub(crate) fn to_keep(&self, scope: &Scope, below: &Below) -> Vec<(Room, ToKeep)> {
        let room = |kept: &ToKeep| {
            let place = below.parts.iter().find(|parts| parts.unit.id == kept.keeper)?.unit.place();
            Some((scope.enter(&place, Action::SeeActivities).ok()?, kept.clone()))
        };
        self.grid.to_keep.iter().filter_map(room).collect()
    }
}

/// What is counted: the number, or what stands above the line.
pub(crate) fn counted(value: Value) -> i64 {
    match value {
        Value::Number(number) => number,
        Value::Ratio { over, .. } => over,
        Value::None => 0,
    }
}
