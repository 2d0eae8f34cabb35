//! Figures of many units, in many windows, of many indicators at once, each of the whole: a province over a year.
//!
//! One pass over the packed months when every window begins and ends between their pieces, over the day cells
//! otherwise (a weekly regime, or one that the catalogue opens on another day). What was read of a tenant is kept in
//! memory for as long as nothing of it changes: see [`Grids`].

use std::collections::{BTreeMap, HashMap};

use catalogue::{Catalogue, Register, WHOLE};
use db::{Read, Value as Parameter};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Scope, audit};
use uuid::Uuid;

use crate::Value;
use crate::across::{
    Made, Together, all_spans_text, day_areas_text, day_numbers_text, months_text, tenant_batches,
};
use crate::cells::unpack;
use crate::figure::{Cells, Leaf, Plan, plan};
use crate::grids::{Amounts, Grids, Shape};
use crate::months::{self, Part};
use crate::over;

/// Figures by unit, window and indicator, each numbered in the order asked for.
#[derive(Debug, Clone)]
pub struct Grid {
    /// What is read, by unit, window and leaf, without gaps.
    each: Vec<i64>,
    over_all: Vec<i64>,
    /// By window and indicator.
    plans: Vec<Vec<Plan<usize>>>,
    leaves: usize,
}

impl Grid {
    /// The figure of a unit; [`Value::None`] beyond what was asked for.
    pub fn of(&self, unit: usize, window: usize, indicator: usize) -> Value {
        self.value(&self.each, unit * self.plans.len() + window, (window, indicator))
    }

    /// The figure over all units: sums are added up, and a ratio is that of the added parts.
    pub fn over_all(&self, window: usize, indicator: usize) -> Value {
        self.value(&self.over_all, window, (window, indicator))
    }

    fn value(&self, read: &[i64], row: usize, (window, indicator): (usize, usize)) -> Value {
        let plan = self.plans.get(window).and_then(|plans| plans.get(indicator));
        let leaves = read.get(row * self.leaves..).unwrap_or_default();
        let mut leaf = |leaf: &usize| Ok(leaves.get(*leaf).copied().unwrap_or_default());
        plan.and_then(|plan| plan.value(&mut leaf).ok()).unwrap_or(Value::None)
    }
}

/// Reads the figures of every unit, each of the whole, in windows given by first and last day. A room that covers single
/// areas is no proof for its unit and refused with [`db::Error::Missing`]. `register` says what the register of a unit,
/// by its place among those asked for, held at the end of a window.
pub fn read_grid(
    read: &mut Read<'_>,
    grids: &Grids,
    (scope, units): (&Scope, &[Made]),
    catalogue: &Catalogue,
    register: impl Fn(usize, Register, Date) -> i64,
    indicators: &[&str],
    windows: &[(Date, Date)],
) -> db::Result<Grid> {
    let together = Together::of(units)?;
    let mut leaves: Vec<Leaf<'_>> = Vec::new();
    let mut plans = Vec::new();
    for (_, to) in windows {
        let of = |id: &&str| plan(catalogue, id, WHOLE, *to).map(&mut |leaf| place(&mut leaves, leaf));
        plans.push(indicators.iter().map(of).collect::<Vec<_>>());
    }
    let row = windows.len() * leaves.len();
    let mut each = vec![0; units.len() * row];
    let mut add = |unit: usize, window: usize, leaf: usize, amount: i64| {
        if let Some(sum) = each.get_mut(unit * row + window * leaves.len() + leaf) {
            *sum += amount;
        }
    };
    for (tenant, amounts) in tenants(read, grids, (scope, &together), &leaves, windows)? {
        let Some(unit) = together.tenants.get(tenant) else { continue };
        for (place, amount) in amounts.iter().enumerate().filter(|(_, amount)| **amount != 0) {
            add(*unit, place / leaves.len(), place % leaves.len(), *amount);
        }
    }
    for unit in &together.parted {
        for (window, (from, to)) in windows.iter().enumerate() {
            for (leaf, of) in leaves.iter().enumerate() {
                let Some(Made { makeup, .. }) = units.get(*unit) else { continue };
                let amount = over::cells(read, scope, makeup, |cells| match *of {
                    Leaf::Number(id, slice) => Ok(cells.number(id, slice, *from, *to)?.0),
                    Leaf::Areas(id, slice) => Ok(cells.distinct(id, slice, *from, *to)?.0),
                    Leaf::Households(id, slice) => Ok(cells.distinct(id, slice, *from, *to)?.1),
                    Leaf::Register(_) => Ok(0),
                })?;
                add(*unit, window, leaf, amount);
            }
        }
    }
    for (leaf, of) in leaves.iter().enumerate() {
        if let Leaf::Register(what) = of {
            for unit in 0..units.len() {
                for (window, (_, to)) in windows.iter().enumerate() {
                    add(unit, window, leaf, register(unit, *what, *to));
                }
            }
        }
    }
    let mut over_all = vec![0; row];
    for unit in each.chunks_exact(row.max(1)) {
        over_all.iter_mut().zip(unit).for_each(|(sum, of)| *sum += of);
    }
    Ok(Grid { each, over_all, plans, leaves: leaves.len() })
}

/// What is read of tenants that are wholly of one unit, by window and leaf; registers are none of it.
fn tenants<'t>(
    read: &mut Read<'_>,
    grids: &Grids,
    (scope, together): (&Scope, &Together<'t>),
    leaves: &[Leaf<'_>],
    windows: &[(Date, Date)],
) -> db::Result<Vec<(&'t str, Amounts)>> {
    let asked: Vec<&str> = together.tenants.keys().copied().collect();
    // Read before the cells: what is kept is never newer than its place says.
    let places = audit::lasts(read, scope, &asked)?;
    let shape = Shape::of(leaves, windows);
    let known = grids.known(&shape, asked.iter().copied().zip(&places));
    let (mut amounts, mut stale) = (Vec::new(), Vec::new());
    for ((tenant, place), known) in asked.into_iter().zip(places).zip(known) {
        match known {
            Some(known) => amounts.push((tenant, known)),
            None => stale.push((tenant, place)),
        }
    }
    let span = windows.iter().map(|(from, _)| *from).min().zip(windows.iter().map(|(_, to)| *to).max());
    let Some(span) = span.filter(|_| !stale.is_empty() && !leaves.is_empty()) else { return Ok(amounts) };
    let rows: HashMap<&str, usize> =
        stale.iter().enumerate().map(|(row, (tenant, _))| (*tenant, row)).collect();
    let mut fold = Fold::new(leaves, rows.len(), windows.len());
    if windows.iter().copied().all(breaks_between_pieces) {
        fold.months(read, (scope, &rows), windows, span)?;
    } else {
        fold.days(read, (scope, &rows), windows, span)?;
    }
    fold.spans(read, (scope, &rows), windows, span)?;
    let mut fresh = Vec::new();
    for ((tenant, place), row) in stale.into_iter().zip(fold.each.chunks_exact(windows.len() * leaves.len()))
    {
        let row: Amounts = row.into();
        fresh.push((tenant.to_owned(), place, row.clone()));
        amounts.push((tenant, row));
    }
    grids.keep(shape, fresh);
    Ok(amounts)
}

/// The place of a leaf among those that are read, each once.
fn place<'a>(leaves: &mut Vec<Leaf<'a>>, leaf: Leaf<'a>) -> usize {
    leaves.iter().position(|known| *known == leaf).unwrap_or_else(|| {
        leaves.push(leaf);
        leaves.len() - 1
    })
}

fn breaks_between_pieces((from, to): (Date, Date)) -> bool {
    let begins = |day: Date| months::BREAKS.contains(&day.day());
    begins(from) && to.tomorrow().is_ok_and(begins)
}

/// Where something is added, as it is read: a row for each tenant.
struct Fold<'a> {
    each: Vec<i64>,
    windows: usize,
    leaves: usize,
    /// Leaf of each number.
    numbers: HashMap<&'a str, usize>,
    /// Of each set its own number, and the leaves that count its areas and its households.
    sets: HashMap<&'a str, usize>,
    counted: Vec<[Option<usize>; 2]>,
    unions: Unions,
}

/// The sets of the tenant that is being read: bits by area, window and set.
#[derive(Default)]
struct Unions {
    areas: Vec<[u8; 16]>,
    bits: Vec<Vec<u8>>,
    /// Where the next area is looked for first: rows name areas in one order.
    next: usize,
}

impl<'a> Fold<'a> {
    fn new(leaves: &[Leaf<'a>], rows: usize, windows: usize) -> Fold<'a> {
        let mut fold = Fold {
            each: vec![0; rows * windows * leaves.len()],
            windows,
            leaves: leaves.len(),
            numbers: HashMap::new(),
            sets: HashMap::new(),
            counted: Vec::new(),
            unions: Unions::default(),
        };
        for (leaf, of) in leaves.iter().enumerate() {
            let (id, counts) = match *of {
                Leaf::Number(id, _) => {
                    fold.numbers.insert(id, leaf);
                    continue;
                }
                Leaf::Areas(id, _) => (id, 0),
                Leaf::Households(id, _) => (id, 1),
                Leaf::Register(_) => continue,
            };
            let set = *fold.sets.entry(id).or_insert(fold.counted.len());
            if set == fold.counted.len() {
                fold.counted.push([None, None]);
            }
            if let Some(count) = fold.counted.get_mut(set).and_then(|counted| counted.get_mut(counts)) {
                *count = Some(leaf);
            }
        }
        fold
    }

    /// From the packed months.
    fn months(
        &mut self,
        read: &mut Read<'_>,
        (scope, rows): (&Scope, &HashMap<&str, usize>),
        windows: &[(Date, Date)],
        (from, to): (Date, Date),
    ) -> db::Result<()> {
        let next = |first: &Date| first.checked_add(1.month()).ok();
        let firsts =
            std::iter::successors(Some(from.first_of_month()), next).take_while(|first| *first <= to);
        let pieces: BTreeMap<String, [Vec<usize>; months::PIECES]> = firsts
            .map(|first| {
                let of = |piece| holding(windows, months::days(first, piece).0).collect();
                (months::key(first), [of(0), of(1), of(2)])
            })
            .collect();
        let span: [Parameter; 2] = [months::key(from).into(), months::key(to).into()];
        let mut tenant = Tenant::new(rows);
        for values in tenant_batches(rows.keys().copied(), &span) {
            read.each(scope, &months_text(), &values, |(key, month, row): (String, String, Vec<u8>)| {
                let (Some(unit), Some(pieces)) = (tenant.step(self, &key), pieces.get(&month)) else {
                    return Ok(());
                };
                self.unions.next = 0;
                months::each(&row, |part| match part {
                    Part::Number(id, amounts) => {
                        for (windows, amount) in pieces.iter().zip(amounts) {
                            self.number(unit, windows, id, amount);
                        }
                    }
                    Part::Set(id, area, bits) => self.set(id, area, pieces.iter().zip(bits)),
                })
            })?;
        }
        tenant.close(self);
        Ok(())
    }

    /// From the day cells.
    fn days(
        &mut self,
        read: &mut Read<'_>,
        (scope, rows): (&Scope, &HashMap<&str, usize>),
        windows: &[(Date, Date)],
        (from, to): (Date, Date),
    ) -> db::Result<()> {
        let span: [Parameter; 3] = [WHOLE.into(), from.into(), to.into()];
        let mut tenant = Tenant::new(rows);
        for values in tenant_batches(rows.keys().copied(), &span) {
            let numbers = day_numbers_text();
            read.each(scope, &numbers, &values, |(key, id, day, amount): (String, String, Date, i64)| {
                if let Some(unit) = tenant.step(self, &key) {
                    self.number(unit, &holding(windows, day).collect::<Vec<_>>(), &id, amount);
                }
                Ok(())
            })?;
            let areas = day_areas_text();
            read.each(scope, &areas, &values, |row: (String, String, Date, Uuid, Vec<u8>)| {
                let (key, id, day, area, households) = row;
                if tenant.step(self, &key).is_some() {
                    let mut bits = Vec::new();
                    months::set(&mut bits, 0);
                    unpack(&households).into_keys().for_each(|number| months::set(&mut bits, number));
                    self.set(&id, area.as_bytes(), [(&holding(windows, day).collect(), bits.as_slice())]);
                }
                Ok(())
            })?;
        }
        tenant.close(self);
        Ok(())
    }

    /// From the cells of aggregate entries: in every window that holds all days of one.
    fn spans(
        &mut self,
        read: &mut Read<'_>,
        (scope, rows): (&Scope, &HashMap<&str, usize>),
        windows: &[(Date, Date)],
        (from, to): (Date, Date),
    ) -> db::Result<()> {
        let span: [Parameter; 3] = [WHOLE.into(), from.into(), to.into()];
        for values in tenant_batches(rows.keys().copied(), &span) {
            read.each(scope, &all_spans_text(), &values, |row: (String, String, Date, Date, i64)| {
                let (key, id, first, last, amount) = row;
                let holds = |(_, (from, to)): &(usize, &(Date, Date))| *from <= first && last <= *to;
                let inside: Vec<usize> =
                    windows.iter().enumerate().filter(holds).map(|(window, _)| window).collect();
                if let Some(unit) = rows.get(key.as_str()) {
                    self.number(*unit, &inside, &id, amount);
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn add(&mut self, unit: usize, window: usize, leaf: usize, amount: i64) {
        if let Some(sum) = self.each.get_mut((unit * self.windows + window) * self.leaves + leaf) {
            *sum += amount;
        }
    }

    fn number(&mut self, unit: usize, windows: &[usize], id: &str, amount: i64) {
        if amount != 0
            && let Some(leaf) = self.numbers.get(id).copied()
        {
            windows.iter().for_each(|window| self.add(unit, *window, leaf, amount));
        }
    }

    /// Unites bits of an area of the present tenant with the windows that hold them.
    fn set<'b>(
        &mut self,
        id: &str,
        area: &[u8; 16],
        pieces: impl IntoIterator<Item = (&'b Vec<usize>, &'b [u8])>,
    ) {
        let Some(set) = self.sets.get(id).copied() else { return };
        let (width, unions) = (self.windows * self.counted.len(), &mut self.unions);
        let area = unions.place(area, width);
        for (windows, bits) in pieces {
            for window in windows {
                let place = area * width + window * self.counted.len() + set;
                if let Some(union) = unions.bits.get_mut(place) {
                    unite(union, bits);
                }
            }
        }
    }

    /// Counts the sets of the tenant that has been read, and forgets them.
    fn count(&mut self, unit: usize) {
        let (sets, width) = (self.counted.len(), self.windows * self.counted.len());
        let mut unions = std::mem::take(&mut self.unions);
        for (place, bits) in unions.bits.iter_mut().enumerate().take(unions.areas.len() * width) {
            let Some(first) = bits.first() else { continue };
            let itself = i64::from(first & 1);
            let households = ones(bits) - itself;
            let (window, set) = (place % width / sets, place % sets);
            let leaves = self.counted.get(set).copied().unwrap_or_default();
            for (leaf, count) in leaves.into_iter().zip([itself, households]) {
                leaf.into_iter().for_each(|leaf| self.add(unit, window, leaf, count));
            }
            bits.clear();
        }
        unions.areas.clear();
        self.unions = unions;
    }
}

impl Unions {
    /// The place of an area among those of the tenant.
    fn place(&mut self, area: &[u8; 16], width: usize) -> usize {
        let guess = [self.next, self.next + 1, 0];
        let known = guess.into_iter().find(|place| self.areas.get(*place) == Some(area));
        let known = known.or_else(|| self.areas.iter().position(|of| of == area));
        self.next = known.unwrap_or_else(|| {
            self.areas.push(*area);
            if self.bits.len() < self.areas.len() * width {
                self.bits.resize(self.areas.len() * width, Vec::new());
            }
            self.areas.len() - 1
        });
        self.next
    }
}

fn unite(union: &mut Vec<u8>, bits: &[u8]) {
    if union.len() < bits.len() {
        union.resize(bits.len(), 0);
    }
    union.iter_mut().zip(bits).for_each(|(byte, more)| *byte |= more);
}

fn ones(bits: &[u8]) -> i64 {
    let (words, rest) = bits.as_chunks::<8>();
    let words: u32 = words.iter().map(|word| u64::from_ne_bytes(*word).count_ones()).sum();
    i64::from(words + rest.iter().map(|byte| byte.count_ones()).sum::<u32>())
}

/// The windows that hold a day.
fn holding(windows: &[(Date, Date)], day: Date) -> impl Iterator<Item = usize> {
    let holds = move |(_, (from, to)): &(usize, &(Date, Date))| (*from..=*to).contains(&day);
    windows.iter().enumerate().filter(holds).map(|(window, _)| window)
}

/// Which tenant is being read; what is stored comes tenant by tenant.
struct Tenant<'t> {
    rows: &'t HashMap<&'t str, usize>,
    now: Option<(String, usize)>,
}

impl<'t> Tenant<'t> {
    fn new(rows: &'t HashMap<&'t str, usize>) -> Tenant<'t> {
        Tenant { rows, now: None }
    }

    /// The row of a tenant; the sets of the one before are counted when it is another.
    fn step(&mut self, fold: &mut Fold<'_>, key: &str) -> Option<usize> {
        if let Some((now, unit)) = &self.now
            && now == key
        {
            return Some(*unit);
        }
        let unit = self.rows.get(key).copied()?;
        if let Some((_, before)) = self.now.replace((key.to_owned(), unit)) {
            fold.count(before);
        }
        Some(unit)
    }

    fn close(&mut self, fold: &mut Fold<'_>) {
        if let Some((_, last)) = self.now.take() {
            fold.count(last);
        }
    }
}
