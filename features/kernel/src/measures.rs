//! What the running program counts of its requests, for whoever watches it: routes and results, never names, ids or
//! addresses.

use std::sync::OnceLock;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Bounds of the times of one request, seconds.
const SECONDS: [f64; 11] = [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

struct Measures {
    requests: Family<Answered, Histogram>,
    under_way: Gauge,
    events: Family<Event, Counter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Event {
    event: &'static str,
}

fn measures() -> &'static Measures {
    static MEASURES: OnceLock<Measures> = OnceLock::new();
    MEASURES.get_or_init(|| Measures {
        requests: Family::new_with_constructor(|| Histogram::new(SECONDS)),
        under_way: Gauge::default(),
        events: Family::default(),
    })
}

/// Counts something that happened.
pub fn count(event: &'static str) {
    measures().events.get_or_create(&Event { event }).inc();
}

/// Counts a request and how it was answered.
pub(crate) fn answered(method: &'static str, route: &str, status: u16, took: Duration) {
    let status = match status {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    };
    let answered = Answered { method, route: route.to_owned(), status };
    measures().requests.get_or_create(&answered).observe(took.as_secs_f64());
}

/// A request that is being answered; counted as long as this value is there.
pub(crate) struct UnderWay;

impl UnderWay {
    pub(crate) fn new() -> UnderWay {
        measures().under_way.inc();
        UnderWay
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        measures().under_way.dec();
    }
}

/// Adds what requests count to what a program shows.
pub fn register(registry: &mut Registry) {
    let Measures { requests, under_way, events } = measures();
    registry.register(
        "request_seconds",
        "How long requests took until their answer began, by route and result",
        requests.clone(),
    );
    registry.register("requests_under_way", "Requests being answered now", under_way.clone());
    registry.register("events", "What happened, by kind", events.clone());
}
