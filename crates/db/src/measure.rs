//! What the stores of this program count of themselves, for whoever watches it.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Bounds of the times of one call, seconds: from a row in memory to what nobody waits for.
const SECONDS: [f64; 11] = [0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.1, 0.5, 2.5, 10.0];
/// Bounds of how many writes shared a commit.
const WRITES: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// The counts of all stores of this program.
#[derive(Debug)]
pub(crate) struct Measures {
    pub(crate) reads: Calls,
    pub(crate) writes: Calls,
    pub(crate) groups: Histogram,
    /// Connections that were found broken.
    pub(crate) lost: Counter,
    in_use: Gauge,
}

/// Calls of one kind.
#[derive(Debug)]
pub(crate) struct Calls {
    pub(crate) waited: Histogram,
    pub(crate) took: Histogram,
}

impl Calls {
    fn new() -> Calls {
        Calls { waited: Histogram::new(SECONDS), took: Histogram::new(SECONDS) }
    }
}

impl Measures {
    pub(crate) fn get() -> &'static Measures {
        static MEASURES: OnceLock<Measures> = OnceLock::new();
        MEASURES.get_or_init(|| Measures {
            reads: Calls::new(),
            writes: Calls::new(),
            groups: Histogram::new(WRITES),
            lost: Counter::default(),
            in_use: Gauge::default(),
        })
    }
}

/// A time being taken: observed when this value goes.
pub(crate) struct Timed {
    of: &'static Histogram,
    since: Instant,
}

impl Timed {
    pub(crate) fn new(of: &'static Histogram) -> Timed {
        Timed { of, since: Instant::now() }
    }
}

impl Drop for Timed {
    fn drop(&mut self) {
        observe(self.of, self.since.elapsed());
    }
}

pub(crate) fn observe(histogram: &Histogram, time: Duration) {
    histogram.observe(time.as_secs_f64());
}

/// A connection in somebody's hands.
pub(crate) struct InUse;

impl InUse {
    pub(crate) fn new() -> InUse {
        Measures::get().in_use.inc();
        InUse
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        Measures::get().in_use.dec();
    }
}

/// Adds what stores count to what a program shows.
pub fn register(registry: &mut Registry) {
    let Measures { reads, writes, groups, lost, in_use } = Measures::get();
    for (kind, calls) in [("read", reads), ("write", writes)] {
        let registry = registry.sub_registry_with_label(("kind".into(), kind.into()));
        registry.register(
            "store_wait_seconds",
            "How long a call of the store waited for its turn",
            calls.waited.clone(),
        );
        registry.register(
            "store_seconds",
            "How long a call of the store took, its commit included",
            calls.took.clone(),
        );
    }
    registry.register(
        "store_group_writes",
        "How many writes shared a commit of a SQLite store",
        groups.clone(),
    );
    registry.register("store_connections_lost", "Connections to the store found broken", lost.clone());
    registry.register("store_connections_in_use", "Connections to the store in use now", in_use.clone());
}
