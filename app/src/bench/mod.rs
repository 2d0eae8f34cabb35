//! A load as the workload model has it: made-up communes in a store of their own, servers on this machine, clients that record,
//! confirm and read, and the engine alone doing the same rows.

mod load;
mod model;
mod people;

use std::time::Duration;

use db::{Db, Write};
use serde::Serialize;

pub use load::{Bounds, Load, Scene, Seen, Visit};
pub use model::{Model, Size};
pub use people::{Commune, is_there, make};

/// How long the engine alone is measured at most.
const BARE: Duration = Duration::from_secs(10);

/// Why there is no load.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The store holds somebody's work.
    #[error("this store holds somebody's accounts; take an empty one: what is made up never mixes with work")]
    Somebodys,
    /// The communes could not be made, or nobody can sign in.
    #[error("{0}")]
    Made(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] db::Error),
}

/// How long requests of one kind took, in milliseconds.
#[derive(Debug, Clone, Serialize)]
pub struct Latency {
    /// Which.
    pub visit: Visit,
    /// How many were answered.
    pub answers: usize,
    /// Half of them faster.
    pub p50: f64,
    /// 95 of 100 faster.
    pub p95: f64,
    /// 99 of 100 faster.
    pub p99: f64,
    /// The slowest.
    pub max: f64,
}

/// What a scene came to.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Which.
    pub scene: Scene,
    /// How long it lasted, in seconds.
    pub seconds: f64,
    /// Answers a second.
    pub answers_a_second: f64,
    /// Of each kind.
    pub latencies: Vec<Latency>,
    /// What went wrong, and how often.
    pub errors: Vec<(String, u64)>,
    /// The kind of request that the workload model counts, how many a second it expects, and how many there were.
    pub counted: Visit,
    /// What the model expects, a second.
    pub expected_a_second: f64,
    /// What there were, a second.
    pub counted_a_second: f64,
    /// Against the engine alone, where something was written.
    pub bare: Option<Bare>,
}

/// The engine alone, doing the same rows.
#[derive(Debug, Clone, Serialize)]
pub struct Bare {
    /// Rows of one write, on average, rounded.
    pub rows: u64,
    /// Bytes of a row, indexes and all.
    pub bytes: usize,
    /// Writes a second of the program.
    pub ours_a_second: f64,
    /// Writes a second of the engine alone, from as many clients.
    pub bare_a_second: f64,
}

impl Report {
    /// Puts together what clients saw.
    #[must_use]
    pub fn of(scene: Scene, seen: &Seen, (model, size): (&Model, Size), bare: Option<Bare>) -> Report {
        let seconds = seen.lasted.as_secs_f64();
        let (expected_a_second, counted) = scene.demand(model, size);
        Report {
            scene,
            seconds,
            answers_a_second: seen.answers() as f64 / seconds,
            latencies: seen.took.iter().map(|(visit, took)| latency(*visit, took)).collect(),
            errors: seen.errors.clone().into_iter().collect(),
            counted,
            expected_a_second,
            counted_a_second: seen.count(counted) as f64 / seconds,
            bare,
        }
    }
}

fn latency(visit: Visit, took: &[Duration]) -> Latency {
    let mut took = took.to_vec();
    took.sort_unstable();
    let at = |share: f64| {
        let place = (took.len() as f64 * share).ceil() as usize;
        took.get(place.saturating_sub(1)).map_or(0.0, |took| took.as_secs_f64() * 1000.0)
    };
    Latency { visit, answers: took.len(), p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1.0) }
}

/// Plays a scene and lets the engine alone do the same rows.
///
/// # Errors
/// Those of [`Load::play`] and of the store.
pub fn run(db: &Db, load: &Load<'_>, scene: Scene, of: (&Model, Size)) -> Result<Report, Failure> {
    let before = db.size()?;
    let seen = load.play(scene)?;
    let writes = seen.count(Visit::Record) + seen.count(Visit::Confirm);
    let bare = match writes as u64 {
        0 => None,
        writes => {
            let after = db.size()?;
            let rows = after.rows.saturating_sub(before.rows);
            let bytes = after.bytes.saturating_sub(before.bytes) / rows.max(1);
            let write = Write { rows: rows.div_ceil(writes).max(1), bytes: bytes as usize };
            let lasting = load.bounds.lasting.min(BARE);
            let bare_a_second = db.bare(load.bounds.clients, write, lasting)?;
            let ours_a_second = writes as f64 / seen.lasted.as_secs_f64();
            Some(Bare { rows: write.rows, bytes: write.bytes, ours_a_second, bare_a_second })
        }
    };
    Ok(Report::of(scene, &seen, of, bare))
}
