//! Time and chance, handed in so that tests control them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{Timestamp, civil::Date, tz};
use uuid::Uuid;

/// Where the time comes from.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

impl Clock {
    /// The machine's clock.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn system() -> Clock {
        Clock(Arc::new(Timestamp::now))
    }

    /// A clock that stands still.
    pub fn fixed(at: Timestamp) -> Clock {
        Clock(Arc::new(move || at))
    }

    /// A clock read from `time`, which a test moves.
    pub fn from_fn(time: impl Fn() -> Timestamp + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(time))
    }

    /// The instant.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }

    /// The civil day in Vietnam.
    pub fn today(&self) -> Date {
        local_day(self.now())
    }
}

/// The civil day of an instant in Vietnam (UTC+7, no daylight saving).
pub fn local_day(at: Timestamp) -> Date {
    tz::offset(7).to_datetime(at).date()
}

/// Where new ids come from.
#[derive(Clone)]
pub struct Ids(Arc<dyn Fn() -> Uuid + Send + Sync>);

impl std::fmt::Debug for Ids {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ids")
    }
}

impl Ids {
    /// UUIDv7 of the machine's clock and randomness.
    #[expect(clippy::disallowed_methods, reason = "the one place that makes random ids")]
    pub fn system() -> Ids {
        Ids(Arc::new(Uuid::now_v7))
    }

    /// The same ids on every run: UUIDv7 that count up from `seed`, for the demo and for tests.
    pub fn counting(seed: u64) -> Ids {
        let next = AtomicU64::new(0);
        Ids(Arc::new(move || {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let time = (1_735_689_600_000 + n) as u128;
            Uuid::from_u128(time << 80 | 0x7 << 76 | 0b10 << 62 | u128::from(seed) << 32 | u128::from(n))
        }))
    }

    /// A new id.
    pub fn new_id(&self) -> Uuid {
        (self.0)()
    }
}
