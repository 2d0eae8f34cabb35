//! One pass over what the store holds of several tenants: into sums by tenant, window and leaf.

use std::collections::{BTreeMap, HashMap};

use catalogue::WHOLE;
use db::{Read, Value as Parameter};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::Scope;
use uuid::Uuid;

use crate::across::{all_spans_text, day_areas_text, day_numbers_text, months_text, tenant_batches};
use crate::cells::unpack;
use crate::figure::Leaf;
use crate::months::{self, Part};

/// Whether a window begins and ends between the pieces of packed months.
pub(crate) fn breaks_between_pieces((from, to): (Date, Date)) -> bool {
    let begins = |day: Date| months::BREAKS.contains(&day.day());
    begins(from) && to.tomorrow().is_ok_and(begins)
}

/// Where something is added, as it is read: a row for each tenant.
pub(crate) struct Fold<'a> {
    pub(crate) each: Vec<i64>,
    windows: usize,
    leaves: usize,
    /// Leaf of each number.
    numbers: Named<'a>,
    /// Of each set its own number, and the leaves that count its areas and its households.
    sets: Named<'a>,
    counted: Vec<[Option<usize>; 2]>,
    unions: Unions,
}

/// What is found by name. Rows name things in alphabetical order, so the next one is where the last one was found, or
/// behind it.
#[derive(Default)]
struct Named<'a> {
    /// In alphabetical order.
    all: Vec<(&'a str, usize)>,
    last: usize,
}

impl<'a> Named<'a> {
    fn of(named: BTreeMap<&'a str, usize>) -> Named<'a> {
        Named { all: named.into_iter().collect(), last: 0 }
    }

    fn find(&mut self, id: &str) -> Option<usize> {
        for at in [self.last, self.last + 1] {
            if let Some((name, found)) = self.all.get(at)
                && *name == id
            {
                self.last = at;
                return Some(*found);
            }
        }
        self.last = self.all.binary_search_by(|(name, _)| (*name).cmp(id)).ok()?;
        self.all.get(self.last).map(|(_, found)| *found)
    }
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
    pub(crate) fn new(leaves: &[Leaf<'a>], rows: usize, windows: usize) -> Fold<'a> {
        let mut fold = Fold {
            each: vec![0; rows * windows * leaves.len()],
            windows,
            leaves: leaves.len(),
            numbers: Named::default(),
            sets: Named::default(),
            counted: Vec::new(),
            unions: Unions::default(),
        };
        let (mut numbers, mut sets) = (BTreeMap::new(), BTreeMap::new());
        for (leaf, of) in leaves.iter().enumerate() {
            let (id, counts) = match *of {
                Leaf::Number(id, _) => {
                    numbers.insert(id, leaf);
                    continue;
                }
                Leaf::Areas(id, _) => (id, 0),
                Leaf::Households(id, _) => (id, 1),
                Leaf::Register(_) => continue,
            };
            let set = *sets.entry(id).or_insert(fold.counted.len());
            if set == fold.counted.len() {
                fold.counted.push([None, None]);
            }
            if let Some(count) = fold.counted.get_mut(set).and_then(|counted| counted.get_mut(counts)) {
                *count = Some(leaf);
            }
        }
        (fold.numbers, fold.sets) = (Named::of(numbers), Named::of(sets));
        fold
    }

    /// From the packed months.
    pub(crate) fn months(
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
    pub(crate) fn days(
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
    pub(crate) fn spans(
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
            && let Some(leaf) = self.numbers.find(id)
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
        let Some(set) = self.sets.find(id) else { return };
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
