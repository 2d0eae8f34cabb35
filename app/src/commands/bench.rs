//! `bench`.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use clap::Args;
use kernel::{Clock, Ids};
use serde::Serialize;

use super::{Failure, Outcome, Store, err, say};
use crate::bench::{self, Bounds, Load, Model, Report, Scene, Size};

/// How long a server may take until it listens.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Args)]
pub(super) struct Bench {
    #[command(flatten)]
    store: Store,
    /// How much of the country takes part; the store is filled accordingly.
    #[arg(long, value_enum, default_value_t = Size::Commune)]
    size: Size,
    /// What is going on; all of it, one after the other, when not given.
    #[arg(long, value_enum)]
    scene: Vec<Scene>,
    /// Clients at once.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=512))]
    clients: u16,
    /// How long each scene lasts.
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
    /// Records after which a scene ends, whatever time is left.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    records: u64,
    /// Servers on the same store; an embedded store has one.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    servers: u8,
}

#[derive(Serialize)]
struct Answer {
    communes: usize,
    clients: u16,
    servers: u8,
    scenes: Vec<Report>,
}

impl Bench {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        if self.store.url.is_none() && self.servers > 1 {
            return Err(Failure::Refused(
                "an embedded store has one server; --servers needs --url".to_owned(),
            ));
        }
        let (db, ids) = (self.store.make()?, Ids::system());
        let communes = bench::make(&db, self.size, &ids, &mut |done, all| {
            if done == all || done % 100 == 0 {
                err(&format!("bench: {done} of {all} communes are there"));
            }
        })?;
        db.analyze()?;
        let servers: Vec<Server> = (0..self.servers).map(|_| self.server()).collect::<Result<_, _>>()?;
        let addresses: Vec<SocketAddr> = servers.iter().map(|server| server.address).collect();
        let bounds = Bounds {
            clients: self.clients.into(),
            lasting: Duration::from_secs(self.seconds),
            records: self.records,
        };
        let day = Clock::system().today();
        let load = Load { servers: &addresses, communes: &communes, day, ids: &ids, bounds };
        let (model, mut scenes) = (Model::plan(), Vec::new());
        let all = [Scene::Recording, Scene::Deadline, Scene::Festival];
        for scene in if self.scene.is_empty() { &all[..] } else { &self.scene } {
            err(&format!("bench: {scene:?} …"));
            scenes.push(bench::run(&db, &load, *scene, (&model, self.size))?);
        }
        let lines: Vec<String> = scenes.iter().map(in_words).collect();
        let answer =
            Answer { communes: communes.len(), clients: self.clients, servers: self.servers, scenes };
        say(self.store.json, &answer, &lines.join("\n"));
        let clean = answer.scenes.iter().all(|scene| scene.errors.is_empty());
        Ok(if clean { Outcome::Done } else { Outcome::Found })
    }

    /// A server of this very program, on this machine only.
    fn server(&self) -> Result<Server, Failure> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
        let address = address.map_err(Failure::Server)?;
        let mut command = Command::new(std::env::current_exe().map_err(Failure::Server)?);
        command.args(["serve", "--listen", &address.to_string()]);
        match &self.store.url {
            Some(url) => command.env("CHUNGSUC_URL", url),
            None => command.arg("--data").arg(&self.store.data).env_remove("CHUNGSUC_URL"),
        };
        command.env("CHUNGSUC_LOG", "warn").stdin(Stdio::null()).stdout(Stdio::null());
        let process = command.spawn().map_err(Failure::Server)?;
        let (server, begun) = (Server { process, address }, Instant::now());
        while TcpStream::connect(address).is_err() {
            if begun.elapsed() > PATIENCE {
                return Err(Failure::Refused(format!("no server listens on {address}")));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(server)
    }
}

/// A running server; ended with this value.
struct Server {
    process: Child,
    address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn in_words(report: &Report) -> String {
    let mut lines = vec![format!(
        "{:?}: {:.1} answers a second for {:.1} s, {} errors",
        report.scene,
        report.answers_a_second,
        report.seconds,
        report.errors.iter().map(|(_, times)| times).sum::<u64>()
    )];
    for of in &report.latencies {
        lines.push(format!(
            "  {:<10} {:>7} answers   half in {:.1} ms, 95 % in {:.1}, 99 % in {:.1}, all in {:.1}",
            format!("{:?}", of.visit),
            of.answers,
            of.p50,
            of.p95,
            of.p99,
            of.max
        ));
    }
    lines.extend(report.errors.iter().map(|(error, times)| format!("  {times} x {error}")));
    lines.push(format!(
        "  RATIO to the workload model: {:.1} {:?} a second of {:.3} expected = {:.1}",
        report.counted_a_second,
        report.counted,
        report.expected_a_second,
        report.counted_a_second / report.expected_a_second
    ));
    if let Some(bare) = &report.bare {
        lines.push(format!(
            "  RATIO to the engine alone ({} rows of {} B a write): {:.1} of {:.1} writes a second = {:.3}",
            bare.rows,
            bare.bytes,
            bare.ours_a_second,
            bare.bare_a_second,
            bare.ours_a_second / bare.bare_a_second
        ));
    }
    lines.join("\n")
}
