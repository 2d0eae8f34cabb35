//! What Prometheus reads of a running program.

use std::fmt;

use jiff::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

/// What a program that was started at this time counts of itself.
pub(super) fn registry(started: Timestamp) -> Registry {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Process { started }));
    let ours = registry.sub_registry_with_prefix("chungsuc");
    ours.register("build", "The version of the program", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
    kernel::register(ours);
    db::register(ours);
    registry
}

/// What the system says of this process, under the names that every dashboard knows.
#[derive(Debug)]
struct Process {
    started: Timestamp,
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut gauge = |name: &str, help: &str, value: Option<f64>| {
            let Some(value) = value else { return Ok(()) };
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)
        };
        gauge("process_resident_memory_bytes", "Memory in use", status("VmRSS:").map(|kib| kib * 1024.0))?;
        gauge("process_threads", "Threads", status("Threads:"))?;
        gauge("process_open_fds", "Open files and connections", open_files())?;
        let started = self.started.as_duration().as_secs_f64();
        gauge("process_start_time_seconds", "Since when it runs, seconds since 1970", Some(started))?;
        if let Some(seconds) = cpu_seconds() {
            let cpu = ConstCounter::new(seconds);
            let kind = cpu.metric_type();
            cpu.encode(encoder.encode_descriptor(
                "process_cpu_seconds",
                "Time of the processor",
                None,
                kind,
            )?)?;
        }
        Ok(())
    }
}

/// A number of `/proc/self/status`.
fn status(name: &str) -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
}

fn open_files() -> Option<f64> {
    Some(std::fs::read_dir("/proc/self/fd").ok()?.count() as f64)
}

/// User and system time; the kernel counts them in hundredths of a second.
fn cpu_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program stands in brackets and may hold anything.
    let (_, after) = text.rsplit_once(") ")?;
    let mut times = after.split(' ').skip(11).map(str::parse::<f64>);
    Some((times.next()?.ok()? + times.next()?.ok()?) / 100.0)
}
