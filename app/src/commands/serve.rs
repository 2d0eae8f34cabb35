//! `serve` and `demo`.

use std::future::IntoFuture;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::serve::ListenerExt;
use clap::Args;
use db::Db;
use kernel::{Clock, Ids};
use prometheus_client::encoding::prometheus_text::{CONTENT_TYPE, encode};
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tracing_subscriber::EnvFilter;

use super::door::Door;
use super::{Failure, Outcome, Store, catalogue, err, metrics, out, say, systemd};
use crate::{bench, demo, product};

#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    store: Store,
    #[command(flatten)]
    listen: Listen,
}

#[derive(Debug, Args)]
struct Listen {
    /// Address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Behind a proxy that speaks HTTPS: cookies are for HTTPS only.
    #[arg(long)]
    https: bool,
    /// Address of the source of this program, linked on every page (AGPL-3.0, section 13).
    #[arg(long, value_name = "URL", env = "CHUNGSUC_SOURCE_URL", value_parser = web_address)]
    source_url: Option<String>,
    /// How log lines are written.
    #[arg(long, value_enum, default_value_t = Log::Text)]
    log: Log,
    /// Address, of this machine or a network of machines only, on which Prometheus reads what is counted.
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    /// When told to stop: how long requests are still taken while `/readyz` sends the proxy elsewhere.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    drain: u64,
    /// When told to stop: how long running requests have to finish.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    finish: u64,
}

/// How log lines are written, on standard error.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Log {
    /// For people.
    Text,
    /// One object a line, for machines.
    Json,
}

impl Log {
    fn start(self) {
        let filter = EnvFilter::try_from_env("CHUNGSUC_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
        let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
        match self {
            Log::Text => lines.with_ansi(std::io::stderr().is_terminal()).init(),
            Log::Json => lines.json().flatten_event(true).init(),
        }
    }
}

/// An address that a link may lead to.
fn web_address(text: &str) -> Result<String, String> {
    match ["https://", "http://"].iter().any(|start| text.starts_with(start)) {
        true => Ok(text.to_owned()),
        false => Err("an address begins with https:// or http://".to_owned()),
    }
}

impl Serve {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let db = self.store.make()?;
        serve(db, &self.listen, || {})
    }
}

#[derive(Debug, Args)]
pub(super) struct Demo {
    #[command(flatten)]
    store: Store,
    #[command(flatten)]
    listen: Listen,
    /// Make the data and exit.
    #[arg(long)]
    no_serve: bool,
}

#[derive(serde::Serialize)]
struct DemoAnswer {
    made: Option<demo::Made>,
    accounts: Vec<demo::DemoAccount>,
}

impl Demo {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let db = self.store.make()?;
        let made = if demo::is_there(&db)? {
            None
        } else {
            err("demo: making two years of records …");
            let made = demo::make(&db, &*catalogue()?)?;
            db.analyze()?;
            Some(made)
        };
        let answer = DemoAnswer { made, accounts: demo::accounts() };
        let mut lines = vec!["Dữ liệu mô phỏng / synthetic data. Đăng nhập / sign in:".to_owned()];
        lines.extend(
            answer.accounts.iter().map(|a| format!("  {:<12} {:<24} {}", a.sign_in, a.password, a.name)),
        );
        if self.no_serve {
            say(self.store.json, &answer, &lines.join("\n"));
            return Ok(Outcome::Done);
        }
        let address = self.listen.listen;
        serve(db, &self.listen, || {
            lines.insert(0, format!("Chung Sức: http://{address}/"));
            say(self.store.json, &answer, &lines.join("\n"));
        })
    }
}

/// Serves until told to stop, then lets running requests finish.
fn serve(db: Db, listen: &Listen, ready: impl FnOnce()) -> Result<Outcome, Failure> {
    listen.log.start();
    let catalogue = catalogue()?;
    if let Some(address) = &listen.source_url {
        kernel::http::offer_source(address);
    }
    let demo = demo::is_there(&db)? || bench::is_there(&db)?;
    // What was begun before this program, or another on the same database, was stopped goes on to its end.
    let (book, clock, ids) = (supplements::Rulebook::new(catalogue.clone()), Clock::system(), Ids::system());
    let worker = imports::Worker { id: ids.new_id(), db: db.clone(), book, clock: clock.clone() };
    worker.watch().map_err(Failure::Server)?;
    supplements::keep_list(db.clone()).map_err(Failure::Server)?;
    let app = product::app(db, clock.clone(), ids, listen.https, demo);
    let service = product::service(app, catalogue).into_make_service_with_connect_info::<SocketAddr>();
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::Server)?;
    let ended = runtime.block_on(async {
        let failed = |address| move |e| Failure::Listen(address, e);
        if let Some(address) = listen.metrics {
            let listener = TcpListener::bind(address).await.map_err(failed(address))?;
            tokio::spawn(axum::serve(listener, counts(metrics::registry(clock.now()))).into_future());
        }
        let listener = match systemd::socket().map_err(Failure::Server)? {
            Some(listener) => TcpListener::from_std(listener).map_err(Failure::Server)?,
            None => TcpListener::bind(listen.listen).await.map_err(failed(listen.listen))?,
        };
        let address = listener.local_addr().map_err(Failure::Server)?;
        ready();
        tracing::info!(%address, "listening");
        systemd::say("READY=1");
        tokio::spawn(systemd::stay_awake());
        let (door, keeper) = Door::new(listener);
        let (say_closed, closed) = oneshot::channel();
        let drain = Duration::from_secs(listen.drain);
        let until_closed = async move {
            stop().await;
            tracing::info!("stopping");
            kernel::http::say_stopping();
            systemd::say("STOPPING=1");
            // Told a second time, it does not wait for the proxy.
            let _ = tokio::time::timeout(drain, stop()).await;
            keeper.shut().await;
            let _ = say_closed.send(());
        };
        // Only of a tapped listener are callers' addresses told.
        let door = door.tap_io(|_| {});
        let serving = axum::serve(door, service).with_graceful_shutdown(until_closed).into_future();
        let too_long = async {
            if closed.await.is_err() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(Duration::from_secs(listen.finish)).await;
        };
        tokio::select! {
            ended = serving => ended.map_err(Failure::Server),
            () = too_long => {
                tracing::warn!(seconds = listen.finish, "requests that have not finished are cut");
                Ok(())
            }
        }
    });
    // A transaction that was cut leaves nothing.
    runtime.shutdown_timeout(Duration::from_secs(1));
    ended?;
    out("");
    Ok(Outcome::Done)
}

/// `GET /metrics`, for a listener of its own: the public port never answers it.
fn counts(registry: Registry) -> Router {
    let registry = Arc::new(registry);
    let show = move || async move {
        let mut text = String::new();
        match encode(&mut text, &registry) {
            Ok(()) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    };
    Router::new().route("/metrics", get(show))
}

/// Ends when the system asks the program to.
async fn stop() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
