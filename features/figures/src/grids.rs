//! What grids were made of, kept in memory and, for the next start, in the store for as long as it is what the cells say.
//!
//! Nothing is ever stale: every write is audited in its transaction, so the head of a tenant's audit chain says whether
//! its cells are those that were read. The row in the store is a cache of one unit over its communes and nothing else:
//! it is brought up to date by whoever reads, never by those who record, and may be thrown away at any time.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use db::{Read, Tx, sql};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use kernel::{Room, Scope};
use units::RegisterStep;

use crate::figure::Leaf;
use crate::months::{Rest, text, varint};

/// How many bytes are kept in memory at most: a nation of 3,321 communes over a year takes some six million.
const MOST: usize = 48_000_000;

/// How long a row of the store that nobody brings up to date is kept, in days: questions change with the month.
const KEPT_DAYS: i64 = 35;

/// Of how many tenants one must have been read anew before the row of the store is written again.
const WORTH: usize = 10;

/// What was read of a tenant, or of a unit with parts of tenants, by window and leaf.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The heads of the audit chains it was read at.
    pub(crate) stamp: u64,
    /// How the register of areas grew; the windows and days of other questions are read from it too.
    pub(crate) steps: Arc<[RegisterStep]>,
    /// Packed: see [`pack`].
    pub(crate) amounts: Arc<[u8]>,
}

impl Row {
    fn size(&self) -> usize {
        self.amounts.len() + self.steps.len() * size_of::<RegisterStep>() + 96
    }
}

/// What was asked of a tenant: leaves and windows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    leaves: Vec<String>,
    windows: Vec<(Date, Date)>,
}

impl Shape {
    pub(crate) fn of(leaves: &[Leaf<'_>], windows: &[(Date, Date)]) -> Shape {
        Shape { leaves: leaves.iter().map(|leaf| format!("{leaf:?}")).collect(), windows: windows.to_vec() }
    }

    /// All of it, as the beginning of a row of the store says it.
    fn words(&self) -> String {
        format!("{:?} {:?}", self.leaves, self.windows)
    }

    /// Its name in the store.
    fn key(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.words().hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}

/// Of each tenant what was read last, by what was asked.
#[derive(Debug, Clone, Default)]
pub struct Grids(Arc<Mutex<Vec<Kept>>>);

/// The answers to one question, the last asked question last.
#[derive(Debug)]
struct Kept {
    shape: Shape,
    rows: HashMap<String, Row>,
    size: usize,
    /// How many rows of a keeper were read anew since its row of the store was.
    anew: BTreeMap<String, usize>,
}

impl Grids {
    /// How many bytes are kept in memory, the room between them aside.
    #[must_use]
    pub fn size(&self) -> usize {
        self.lock().iter().map(|kept| kept.size).sum()
    }

    /// What is known under each name, whether it still holds or not.
    pub(crate) fn known(&self, shape: &Shape, names: &[&str]) -> Vec<Option<Row>> {
        let mut all = self.lock();
        let at = all.iter().position(|kept| kept.shape == *shape);
        if let Some(at) = at {
            all.get_mut(at..).unwrap_or_default().rotate_left(1);
        }
        let kept = all.last().filter(|_| at.is_some());
        names.iter().map(|name| kept?.rows.get(*name).cloned()).collect()
    }

    /// Keeps what was read, and lets go of the question that was not asked longest.
    pub(crate) fn keep(&self, shape: &Shape, fresh: Vec<(String, Row)>) {
        let mut all = self.lock();
        let kept = Kept::of(&mut all, shape);
        for (name, row) in fresh {
            kept.size += row.size() + name.len();
            if let Some(old) = kept.rows.insert(name, row) {
                kept.size -= old.size();
            }
        }
        while all.iter().map(|kept| kept.size).sum::<usize>() > MOST {
            all.remove(0);
        }
    }

    /// Whether so much of a keeper was read anew by now that its row of the store is worth writing.
    pub(crate) fn is_worth(&self, shape: &Shape, keeper: &str, anew: usize, of: usize) -> bool {
        let mut all = self.lock();
        let so_far = Kept::of(&mut all, shape).anew.entry(keeper.to_owned()).or_default();
        *so_far += anew;
        let worth = *so_far > of / WORTH;
        if worth {
            *so_far = 0;
        }
        worth
    }

    /// What a panic left behind is whole: rows are put in one by one, each with its stamp.
    fn lock(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// The answers to a question, made the last asked.
    fn of<'a>(all: &'a mut Vec<Kept>, shape: &Shape) -> &'a mut Kept {
        let at = all.iter().position(|kept| kept.shape == *shape);
        let kept = at.map(|at| all.remove(at)).unwrap_or_else(|| Kept {
            shape: shape.clone(),
            rows: HashMap::new(),
            size: 0,
            anew: BTreeMap::new(),
        });
        all.push(kept);
        let last = all.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "it was pushed just now")]
        &mut all[last]
    }
}

/// Amounts as zigzag varints; noughts as a nought and how many follow each other.
pub(crate) fn pack(amounts: &[i64]) -> Arc<[u8]> {
    let mut packed = Vec::with_capacity(amounts.len());
    let mut noughts = 0;
    for amount in amounts.iter().chain([&1]) {
        if *amount == 0 {
            noughts += 1;
            continue;
        }
        if noughts > 0 {
            packed.push(0);
            varint(&mut packed, noughts);
            noughts = 0;
        }
        varint(&mut packed, zigzag(*amount));
    }
    // What was added behind the last amount, so that noughts before it were written.
    packed.pop();
    packed.into()
}

/// Adds what was packed to sums of the same shape.
pub(crate) fn add(packed: &[u8], sums: &mut [i64]) {
    let (mut rest, mut place) = (Rest(packed), 0);
    while let Some(number) = rest.varint() {
        if number == 0 {
            place += rest.varint().and_then(|noughts| usize::try_from(noughts).ok()).unwrap_or_default();
            continue;
        }
        if let Some(sum) = sums.get_mut(place) {
            *sum += (number >> 1).cast_signed() ^ -(number & 1).cast_signed();
        }
        place += 1;
    }
}

fn zigzag(amount: i64) -> u64 {
    (amount << 1 ^ amount >> 63).cast_unsigned()
}

/// What was read of the parts of a unit, for the store.
#[derive(Debug, Clone)]
pub struct ToKeep {
    /// The tenant of the unit.
    pub keeper: String,
    shape: String,
    content: Vec<u8>,
}

impl ToKeep {
    /// How many bytes it takes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.content.len()
    }

    pub(crate) fn of<'a>(
        keeper: &str,
        shape: &Shape,
        rows: impl Iterator<Item = (&'a str, &'a Row)>,
    ) -> ToKeep {
        let mut content = Vec::new();
        text(&mut content, &shape.words());
        for (name, row) in rows {
            text(&mut content, name);
            content.extend(row.stamp.to_le_bytes());
            varint(&mut content, row.steps.len() as u64);
            for step in row.steps.iter() {
                text(&mut content, &step.on.to_string());
                for number in [step.areas, step.known, step.households] {
                    varint(&mut content, zigzag(number));
                }
            }
            varint(&mut content, row.amounts.len() as u64);
            content.extend_from_slice(&row.amounts);
        }
        ToKeep { keeper: keeper.to_owned(), shape: shape.key(), content }
    }
}

/// Keeps what was read for the next start, in the tenant of the unit that it is read for. No entry of the audit log: it
/// says nothing that the cells do not.
///
/// # Errors
/// Those of the store.
pub fn keep(tx: &mut Tx<'_>, room: &Room, kept: &ToKeep, at: Timestamp) -> db::Result<()> {
    let old = at.saturating_sub((KEPT_DAYS * 24).hours()).unwrap_or(at);
    tx.execute(room, &sql!("delete from grid_kept where tenant = $1 and kept_at < $2"), &[old.into()])?;
    let text = sql!(
        "insert into grid_kept (tenant, shape, kept_at, content) values ($1, $2, $3, $4) \
         on conflict (tenant, shape) do update set kept_at = excluded.kept_at, content = excluded.content"
    );
    tx.execute(room, &text, &[(&kept.shape).into(), at.into(), kept.content.as_slice().into()])?;
    Ok(())
}

/// What the store keeps of units over their communes.
pub(crate) fn kept(
    read: &mut Read<'_>,
    scope: &Scope,
    shape: &Shape,
    keepers: &[&str],
) -> db::Result<Vec<(String, Row)>> {
    let (key, words) = (shape.key(), shape.words());
    let keys: Vec<Vec<db::Value>> =
        keepers.iter().map(|keeper| vec![(*keeper).into(), (&key).into()]).collect();
    let text = sql!("select content from grid_kept where tenant = $1 and shape = $2");
    let found: Vec<Option<Vec<u8>>> = read.find_each(scope, &text, &keys)?;
    let mut rows = Vec::new();
    for content in found.into_iter().flatten() {
        let mut rest = Rest(&content);
        if rest.text() != Some(&words) {
            continue;
        }
        // What cannot be read to its end was not written by this program; the cells say the same.
        while let Some(row) = row(&mut rest) {
            rows.push(row);
        }
    }
    Ok(rows)
}

fn row(rest: &mut Rest<'_>) -> Option<(String, Row)> {
    let name = rest.text()?.to_owned();
    let (stamp, after) = rest.0.split_first_chunk()?;
    rest.0 = after;
    let stamp = u64::from_le_bytes(*stamp);
    let mut steps = Vec::new();
    for _ in 0..rest.varint()? {
        let on = rest.text()?.parse().ok()?;
        let mut number = || {
            let zigzag = rest.varint()?;
            Some((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed())
        };
        steps.push(RegisterStep { on, areas: number()?, known: number()?, households: number()? });
    }
    Some((name, Row { stamp, steps: steps.into(), amounts: rest.take()?.into() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back_added() {
        let rows: [&[i64]; 5] =
            [&[], &[0, 0, 0], &[1, 0, 0, -5, 300, 0], &[-1 << 40, 0, 1 << 60], &[0, 7, 0]];
        for row in rows {
            let mut sums = vec![2; row.len()];
            add(&pack(row), &mut sums);
            assert_eq!(sums, row.iter().map(|amount| amount + 2).collect::<Vec<i64>>());
        }
        assert_eq!(*pack(&[0; 1300]), [0, 148, 10]);
    }
}
