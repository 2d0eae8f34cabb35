//! Figures of many units, in many windows, of many indicators at once, each of the whole, added up by group: a province
//! over a year, the country by provinces.
//!
//! One pass over the packed months when every window begins and ends between their pieces, over the day cells
//! otherwise (a weekly regime, or one that the catalogue opens on another day). What was read of a tenant is kept for as
//! long as nothing of it changes: see [`Grids`].

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use catalogue::{Catalogue, Register, WHOLE};
use db::Read;
use jiff::civil::Date;
use kernel::{Scope, audit};
use units::{Makeup, RegisterStep};

use crate::Value;
use crate::across::{Made, Together};
use crate::figure::{Cells, Leaf, Plan, plan};
use crate::fold::{Fold, breaks_between_pieces};
use crate::grids::{Grids, Row, Shape, ToKeep, add, kept, pack};
use crate::hiding::is_small;
use crate::over;

/// Units that are added up.
#[derive(Debug, Clone)]
pub struct Group {
    /// The tenant in which what is read of them may be kept for the next start ([`keep`](crate::keep)).
    pub keeper: Option<String>,
    /// The units.
    pub units: Vec<Made>,
}

/// Figures by group, window and indicator, each numbered in the order asked for.
#[derive(Debug, Clone)]
pub struct Grid {
    /// What is read, by group, window and leaf, without gaps.
    each: Vec<i64>,
    over_all: Vec<i64>,
    /// By window and indicator.
    plans: Vec<Vec<Plan<usize>>>,
    leaves: usize,
    /// What is worth keeping for the next start.
    pub to_keep: Vec<ToKeep>,
}

impl Grid {
    /// The figure over a group: sums are added up, and a ratio is that of the added parts; [`Value::None`] beyond what was
    /// asked for.
    pub fn of(&self, group: usize, window: usize, indicator: usize) -> Value {
        let row = self.plans.len() * self.leaves;
        let amounts = self.each.get(group * row..).unwrap_or_default();
        Counted { amounts, plans: &self.plans, leaves: self.leaves }.of(window, indicator)
    }

    /// The same over all groups.
    pub fn over_all(&self, window: usize, indicator: usize) -> Value {
        Counted { amounts: &self.over_all, plans: &self.plans, leaves: self.leaves }.of(window, indicator)
    }
}

/// What is read of one unit.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    amounts: &'a [i64],
    plans: &'a [Vec<Plan<usize>>],
    leaves: usize,
}

impl Counted<'_> {
    /// Its figure.
    pub fn of(&self, window: usize, indicator: usize) -> Value {
        let plan = self.plans.get(window).and_then(|plans| plans.get(indicator));
        let leaves = self.amounts.get(window * self.leaves..).unwrap_or_default();
        let mut leaf = |leaf: &usize| Ok(leaves.get(*leaf).copied().unwrap_or_default());
        plan.and_then(|plan| plan.value(&mut leaf).ok()).unwrap_or(Value::None)
    }

    /// Which of the wanted indicators [are small](Value::is_small) in a window. Asked of every commune of the country at
    /// once: the window is looked up once, and most indicators are one number.
    pub fn small(&self, window: usize, wanted: &[bool]) -> impl Iterator<Item = usize> {
        let plans = self.plans.get(window).map(Vec::as_slice).unwrap_or_default();
        let leaves = self.amounts.get(window * self.leaves..).unwrap_or_default();
        let amount = |leaf: &usize| leaves.get(*leaf).copied().unwrap_or_default();
        let is_small = move |plan: &Plan<usize>| match plan {
            Plan::Leaf(leaf) => is_small(amount(leaf)),
            other => other.is_small(&mut |leaf| Ok(amount(leaf))).unwrap_or(false),
        };
        let asked = plans.iter().zip(wanted).enumerate();
        asked.filter(move |(_, (plan, wanted))| **wanted && is_small(plan)).map(|(indicator, _)| indicator)
    }
}

/// Reads the figures of every unit, each of the whole, in windows given by first and last day, added up by group. `visit`
/// sees each unit by the places of its group and of it within. The register of a window is that of its last day, or of
/// today while it runs, in the unit's borders. A room that covers single areas is no proof for its unit and refused with
/// [`db::Error::Missing`].
pub fn read_grid(
    read: &mut Read<'_>,
    grids: &Grids,
    (scope, groups): (&Scope, &[Group]),
    (catalogue, indicators): (&Catalogue, &[&str]),
    (windows, today): (&[(Date, Date)], Date),
    mut visit: impl FnMut((usize, usize), &Counted<'_>),
) -> db::Result<Grid> {
    let mut leaves: Vec<Leaf<'_>> = Vec::new();
    let mut plans = Vec::new();
    for (_, to) in windows {
        let of = |id: &&str| plan(catalogue, id, WHOLE, *to).map(&mut |leaf| place(&mut leaves, leaf));
        plans.push(indicators.iter().map(of).collect::<Vec<_>>());
    }
    let registers: Vec<(usize, Register)> = (leaves.iter().enumerate())
        .filter_map(|(leaf, of)| if let Leaf::Register(what) = of { Some((leaf, *what)) } else { None })
        .collect();
    let asked = Asked { leaves: &leaves, windows, shape: Shape::of(&leaves, windows) };
    let parts = Parts::of(read, scope, groups)?;
    let (rows, anew) = asked.rows(read, grids, (scope, groups), &parts)?;

    let leaves = leaves.len();
    let width = windows.len() * leaves;
    let (mut each, mut over_all) = (vec![0; groups.len() * width], vec![0; width]);
    let mut amounts = vec![0; width];
    let mut of_unit = parts.of_unit.iter();
    for (group, of) in groups.iter().enumerate() {
        let sums = each.get_mut(group * width..(group + 1) * width).unwrap_or_default();
        for (unit, names) in (0..of.units.len()).zip(&mut of_unit) {
            amounts.fill(0);
            for row in rows.get(names.clone()).unwrap_or_default() {
                add(&row.amounts, &mut amounts);
                if registers.is_empty() {
                    continue;
                }
                for ((_, to), amounts) in windows.iter().zip(amounts.chunks_exact_mut(leaves)) {
                    let count = RegisterStep::count(&row.steps, (*to).min(today));
                    for (leaf, what) in &registers {
                        if let Some(sum) = amounts.get_mut(*leaf) {
                            *sum += match what {
                                Register::Areas => count.areas.into(),
                                Register::Households => count.households,
                            };
                        }
                    }
                }
            }
            sums.iter_mut().zip(&amounts).for_each(|(sum, of)| *sum += of);
            visit((group, unit), &Counted { amounts: &amounts, plans: &plans, leaves });
        }
        over_all.iter_mut().zip(sums).for_each(|(sum, of)| *sum += *of);
    }
    let mut to_keep = Vec::new();
    if windows.iter().any(|(_, to)| *to >= today) {
        to_keep = asked.worth_keeping(grids, groups, &parts, (&rows, &anew));
    }
    Ok(Grid { each, over_all, plans, leaves, to_keep })
}

/// What is read by itself: the tenants that are wholly of one unit, and the units that have areas taken out or added.
struct Parts<'g> {
    /// A tenant, or a unit's makeup in words.
    names: Vec<String>,
    /// The unit with areas taken out or added; none for a tenant.
    parted: Vec<Option<&'g Makeup>>,
    stamps: Vec<u64>,
    /// The parts of each unit, group by group.
    of_unit: Vec<std::ops::Range<usize>>,
    /// Of each group.
    of_group: Vec<std::ops::Range<usize>>,
}

impl<'g> Parts<'g> {
    fn of(read: &mut Read<'_>, scope: &Scope, groups: &'g [Group]) -> db::Result<Parts<'g>> {
        let (mut names, mut parted) = (Vec::new(), Vec::new());
        let (mut of_unit, mut of_group) = (Vec::new(), Vec::new());
        let mut tenants: Vec<BTreeSet<String>> = Vec::new();
        for group in groups {
            Together::of(&group.units)?;
            let of_this = names.len();
            for Made { makeup, .. } in &group.units {
                let first = names.len();
                match makeup.sections.as_slice() {
                    [whole] if whole.with.is_empty() && whole.without.is_empty() => {
                        for tenant in &whole.tenants {
                            names.push(tenant.clone());
                            parted.push(None);
                            tenants.push([tenant.clone()].into());
                        }
                    }
                    sections => {
                        names.push(format!("{sections:?}"));
                        parted.push(Some(makeup));
                        tenants.push(makeup.tenants());
                    }
                }
                of_unit.push(first..names.len());
            }
            of_group.push(of_this..names.len());
        }
        // Read before the cells: what is kept is never newer than its stamp says.
        let all: Vec<&str> = tenants.iter().flatten().map(String::as_str).collect();
        let mut heads = audit::heads(read, scope, &all)?.into_iter();
        let stamp = |tenants: &BTreeSet<String>| match tenants.len() {
            1 => heads.next().unwrap_or_default(),
            many => {
                let mut hasher = DefaultHasher::new();
                heads.by_ref().take(many).for_each(|head| head.hash(&mut hasher));
                hasher.finish()
            }
        };
        let stamps = tenants.iter().map(stamp).collect();
        Ok(Parts { names, parted, stamps, of_unit, of_group })
    }
}

/// What is asked of each part; registers are kept as their steps and are none of it.
struct Asked<'a> {
    leaves: &'a [Leaf<'a>],
    windows: &'a [(Date, Date)],
    shape: Shape,
}

impl Asked<'_> {
    /// What is read of each part, from memory, from the store or anew; and which were read anew.
    fn rows(
        &self,
        read: &mut Read<'_>,
        grids: &Grids,
        (scope, groups): (&Scope, &[Group]),
        parts: &Parts<'_>,
    ) -> db::Result<(Vec<Row>, Vec<bool>)> {
        let names: Vec<&str> = parts.names.iter().map(String::as_str).collect();
        let mut rows = grids.known(&self.shape, &names);
        let mut fresh = vec![false; names.len()];
        let never_seen = |of: &&std::ops::Range<usize>| {
            rows.get((*of).clone()).is_some_and(|rows| rows.iter().any(Option::is_none))
        };
        let groups = groups.iter().zip(&parts.of_group).filter(|(_, of)| never_seen(of));
        let keepers: Vec<&str> = groups.filter_map(|(group, _)| group.keeper.as_deref()).collect();
        if !keepers.is_empty() {
            let mut kept: HashMap<String, Row> =
                kept(read, scope, &self.shape, &keepers)?.into_iter().collect();
            for ((name, row), fresh) in names.iter().zip(&mut rows).zip(&mut fresh) {
                if row.is_none() {
                    *row = kept.remove(*name);
                    *fresh = row.is_some();
                }
            }
        }
        let holds = |(row, stamp): (&Option<Row>, &u64)| row.as_ref().is_some_and(|row| row.stamp == *stamp);
        let stale: Vec<usize> = rows
            .iter()
            .zip(&parts.stamps)
            .enumerate()
            .filter(|(_, of)| !holds(*of))
            .map(|(at, _)| at)
            .collect();
        let mut anew = vec![false; names.len()];
        for (at, row) in self.read_anew(read, scope, parts, &stale)? {
            for flags in [&mut anew, &mut fresh] {
                flags.iter_mut().skip(at).take(1).for_each(|flag| *flag = true);
            }
            rows.iter_mut().skip(at).take(1).for_each(|place| *place = Some(row.clone()));
        }
        let rows: Vec<Row> = rows.into_iter().flatten().collect();
        let news = names.iter().zip(&rows).zip(&fresh).filter(|(_, fresh)| **fresh);
        grids.keep(&self.shape, news.map(|((name, row), _)| ((*name).to_owned(), row.clone())).collect());
        Ok((rows, anew))
    }

    /// Reads parts from the cells and the register of areas: tenants together, each other unit by itself.
    fn read_anew(
        &self,
        read: &mut Read<'_>,
        scope: &Scope,
        parts: &Parts<'_>,
        stale: &[usize],
    ) -> db::Result<Vec<(usize, Row)>> {
        let Asked { leaves, windows, .. } = *self;
        let registers = leaves.iter().any(|leaf| matches!(leaf, Leaf::Register(_)));
        let row = |at: usize, steps: Vec<RegisterStep>, amounts: &[i64]| {
            let stamp = parts.stamps.get(at).copied().unwrap_or_default();
            (at, Row { stamp, steps: steps.into(), amounts: pack(amounts) })
        };
        let of = |at: &usize| parts.parted.get(*at).copied().flatten();
        let (whole, parted): (Vec<usize>, Vec<usize>) = stale.iter().partition(|at| of(at).is_none());
        let mut found = Vec::new();
        let tenants: Vec<&str> =
            whole.iter().filter_map(|at| parts.names.get(*at)).map(String::as_str).collect();
        let mut steps = vec![Vec::new(); tenants.len()];
        if registers {
            steps = units::register_steps(read, scope, &tenants)?;
        }
        let amounts = self.amounts(read, scope, &tenants)?;
        let width = windows.len() * leaves.len();
        for (number, (at, steps)) in whole.into_iter().zip(steps).enumerate() {
            let amounts = amounts.get(number * width..(number + 1) * width).unwrap_or_default();
            found.push(row(at, steps, amounts));
        }
        for at in parted {
            let Some(makeup) = of(&at) else { continue };
            let mut amounts = Vec::with_capacity(width);
            for (from, to) in windows {
                for of in leaves {
                    amounts.push(over::cells(read, scope, makeup, |cells| match *of {
                        Leaf::Number(id, slice) => Ok(cells.number(id, slice, *from, *to)?.0),
                        Leaf::Areas(id, slice) => Ok(cells.distinct(id, slice, *from, *to)?.0),
                        Leaf::Households(id, slice) => Ok(cells.distinct(id, slice, *from, *to)?.1),
                        Leaf::Register(_) => Ok(0),
                    })?);
                }
            }
            let steps = if registers { steps_of(read, scope, makeup)? } else { Vec::new() };
            found.push(row(at, steps, &amounts));
        }
        Ok(found)
    }

    /// What is read of tenants that are wholly of one unit, by tenant, window and leaf.
    fn amounts(&self, read: &mut Read<'_>, scope: &Scope, tenants: &[&str]) -> db::Result<Vec<i64>> {
        let Asked { leaves, windows, .. } = *self;
        let span = windows.iter().map(|(from, _)| *from).min().zip(windows.iter().map(|(_, to)| *to).max());
        let Some(span) = span.filter(|_| !tenants.is_empty() && !leaves.is_empty()) else {
            return Ok(Vec::new());
        };
        let rows: HashMap<&str, usize> =
            tenants.iter().enumerate().map(|(row, tenant)| (*tenant, row)).collect();
        let mut fold = Fold::new(leaves, rows.len(), windows.len());
        if windows.iter().copied().all(breaks_between_pieces) {
            fold.months(read, (scope, &rows), windows, span)?;
        } else {
            fold.days(read, (scope, &rows), windows, span)?;
        }
        fold.spans(read, (scope, &rows), windows, span)?;
        Ok(fold.each)
    }

    /// The groups of which so much was read anew that the next start should not have to.
    fn worth_keeping(
        &self,
        grids: &Grids,
        groups: &[Group],
        parts: &Parts<'_>,
        (rows, anew): (&[Row], &[bool]),
    ) -> Vec<ToKeep> {
        let mut worth = Vec::new();
        for (group, of) in groups.iter().zip(&parts.of_group) {
            let Some(keeper) = &group.keeper else { continue };
            let many = anew.get(of.clone()).unwrap_or_default().iter().filter(|anew| **anew).count();
            if grids.is_worth(&self.shape, keeper, many, of.len()) {
                let names = parts.names.get(of.clone()).unwrap_or_default().iter().map(String::as_str);
                let rows = names.zip(rows.get(of.clone()).unwrap_or_default());
                worth.push(ToKeep::of(keeper, &self.shape, rows));
            }
        }
        worth
    }
}

/// How the register of a unit grew that is made of tenants with areas taken out and added.
fn steps_of(read: &mut Read<'_>, scope: &Scope, makeup: &Makeup) -> db::Result<Vec<RegisterStep>> {
    // In borders that hold for every day there is one section.
    let Some(section) = makeup.sections.first() else { return Ok(Vec::new()) };
    let tenants: Vec<&str> = section.tenants.iter().map(String::as_str).collect();
    let mut steps = units::register_steps(read, scope, &tenants)?.concat();
    for (tenant, area) in &section.with {
        steps.extend(units::register_steps_of_area(read, scope, (tenant, *area))?);
    }
    for (tenant, area) in &section.without {
        let gone = units::register_steps_of_area(read, scope, (tenant, *area))?;
        steps.extend(gone.into_iter().map(|step| RegisterStep {
            on: step.on,
            areas: -step.areas,
            known: -step.known,
            households: -step.households,
        }));
    }
    Ok(steps)
}

/// The place of a leaf among those that are read, each once.
fn place<'a>(leaves: &mut Vec<Leaf<'a>>, leaf: Leaf<'a>) -> usize {
    leaves.iter().position(|known| *known == leaf).unwrap_or_else(|| {
        leaves.push(leaf);
        leaves.len() - 1
    })
}
