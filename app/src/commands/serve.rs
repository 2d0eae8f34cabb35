//! `serve` and `demo`.

use std::net::SocketAddr;

use clap::Args;
use db::Db;
use kernel::{Clock, Ids};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use super::{Failure, Outcome, Store, catalogue, err, out, say};
use crate::{demo, product};

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
            Some(demo::make(&db, &*catalogue()?)?)
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
    let filter = EnvFilter::try_from_env("CHUNGSUC_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let catalogue = catalogue()?;
    if let Some(address) = &listen.source_url {
        kernel::http::offer_source(address);
    }
    let demo = demo::is_there(&db)?;
    // What was begun before the program was last stopped goes on to its end.
    let (book, clock) = (supplements::Rulebook::new(catalogue.clone()), Clock::system());
    imports::Worker { db: db.clone(), book, clock: clock.clone() }.start(|| {}).map_err(Failure::Server)?;
    let app = product::app(db, clock, Ids::system(), listen.https, demo);
    let service = product::service(app, catalogue);
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::Server)?;
    runtime.block_on(async {
        let listener =
            TcpListener::bind(listen.listen).await.map_err(|e| Failure::Listen(listen.listen, e))?;
        ready();
        tracing::info!(address = %listen.listen, "listening");
        let service = service.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).with_graceful_shutdown(stop()).await.map_err(Failure::Server)
    })?;
    out("");
    Ok(Outcome::Done)
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
