//! The open store: who may read at the same time, and how writes are grouped.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use prometheus_client::metrics::histogram::Histogram;
use rusqlite::config::DbConfig;
use tokio::sync::{Semaphore, SemaphorePermit, oneshot};

use crate::engine::Conn;
use crate::measure::{InUse, Measures, Timed};
use crate::probe::Probe;
use crate::server::Server;
use crate::{Error, Read, Result, Sql, Tx, migrate};

/// Which engine is behind a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one file.
    Sqlite,
    /// A server, by URL.
    Postgres,
}

/// How many blocking reads and writes run at once on PostgreSQL, where they wait for the server. On SQLite they are work of
/// this machine: two for each core and at least four, because each connection keeps pages and statements of its own.
const CONNECTIONS: usize = 16;
/// How a write begins on a server. One that distributes refuses to write what all machines hold behind a question to
/// several of them at once, as a merger of communes does, unless it asks one after the other; to any other the setting is nobody's.
const WRITE: &str = "begin; set local citus.multi_shard_modify_mode = 'sequential'";
/// How many waiting writes share one durable commit on SQLite.
const GROUP: usize = 128;
/// How many prepared statements a SQLite connection keeps.
const STATEMENTS: usize = 256;

/// An open store; cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Shared>);

struct Shared {
    target: Target,
    idle: Mutex<Vec<Conn>>,
    places: Semaphore,
    /// Who asks whether the store is ready: one at a time.
    asking: Arc<Semaphore>,
    /// How many connections are kept when nobody uses them.
    kept: usize,
    /// The one writer of SQLite; PostgreSQL writes from any connection.
    writer: Option<mpsc::Sender<Job>>,
}

impl Drop for Shared {
    /// A connection to a server ends what drives it, and that may not happen inside of asynchronous work, where the last
    /// holder of a store may be: so elsewhere.
    fn drop(&mut self) {
        let idle = std::mem::take(&mut self.idle);
        let _ = std::thread::spawn(move || drop(idle)).join();
    }
}

#[derive(Clone)]
enum Target {
    File(PathBuf),
    Url { url: String, probed: bool },
}

/// One write waiting for the writer.
struct Job {
    run: Box<dyn FnOnce(&mut Tx<'_>) -> Outcome + Send>,
    waits: Timed,
}

/// What a write did, and whom to tell once the group is durable (or is not).
struct Outcome {
    keep: bool,
    tell: Box<dyn FnOnce(Result<()>) + Send>,
    took: Timed,
}

/// What a connection outside of the store's own work is to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    /// The store.
    Store,
    /// Where tables of nobody's may be made: the same server, or a file beside the store's.
    Scratch,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Db").field(&self.engine()).finish()
    }
}

impl Db {
    /// Opens `sqlite:PATH` (made when absent) or `postgres://…`, and brings the schema up to this program's.
    /// Refuses any other URL, a database that is not ours, and one that a newer program has written.
    pub fn open(url: &str) -> Result<Db> {
        Db::open_laid(url, &mut |_| Ok(()), false)
    }

    /// The same, for tests: `lay` is called after each migration and may lay its tables otherwise; `probed` connections
    /// refuse to end a transaction that touched more tenants' rows than it named.
    pub(crate) fn open_laid(
        url: &str,
        lay: &mut dyn FnMut(&mut Conn) -> Result<()>,
        probed: bool,
    ) -> Result<Db> {
        let target = if let Some(path) = url.strip_prefix("sqlite:") {
            Target::File(PathBuf::from(path))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Target::Url { url: url.to_owned(), probed }
        } else {
            return Err(Error::Unknown(format!("neither sqlite:PATH nor postgres://…: {url}")));
        };
        let mut first = connect(&target)?;
        migrate::up(&mut first, lay)?;
        let writer = match &first {
            Conn::Sqlite(_) => Some(start_writer(connect(&target)?)?),
            Conn::Postgres(_) => None,
        };
        let kept = match &target {
            Target::File(_) => std::thread::available_parallelism().map_or(4, |cores| 4.max(2 * cores.get())),
            Target::Url { .. } => CONNECTIONS,
        };
        let (idle, places) = (Mutex::new(vec![first]), Semaphore::new(kept));
        let shared = Shared { target, idle, places, asking: Arc::new(Semaphore::new(1)), kept, writer };
        Ok(Db(Arc::new(shared)))
    }

    /// Which engine this store runs on.
    pub fn engine(&self) -> Engine {
        match self.0.target {
            Target::File(_) => Engine::Sqlite,
            Target::Url { .. } => Engine::Postgres,
        }
    }

    /// Reads inside one snapshot, on a blocking thread.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&mut Read<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let _place = self.place(&Measures::get().reads.waited).await?;
        let db = self.clone();
        match tokio::task::spawn_blocking(move || db.read_now(work)).await {
            Ok(result) => result,
            Err(_) => Err(Error::Broken("a read panicked".into()).into()),
        }
    }

    /// Reads inside one snapshot, here and now (command line, tests).
    pub fn read_now<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Read<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let (_in_use, _took) = (InUse::new(), Timed::new(&Measures::get().reads.took));
        let mut conn = self.checkout()?;
        match &mut conn {
            Conn::Sqlite(_) => conn.batch("begin deferred")?,
            Conn::Postgres(server) => server.begin("begin isolation level repeatable read read only"),
        }
        let result = work(&mut Read { conn: &mut conn });
        match &mut conn {
            Conn::Sqlite(_) => conn.batch("commit")?,
            Conn::Postgres(server) => server.end(true)?,
        }
        self.give_back(conn);
        result
    }

    /// Writes in one durable transaction: kept if `work` returns `Ok` and the engine has it on disk, else nothing is.
    /// On SQLite concurrent writes share a commit; each still stands or falls alone.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        if self.0.writer.is_some() {
            return match self.enqueue(work)?.await {
                Ok(result) => result,
                Err(_) => Err(Error::Broken("a write panicked".into()).into()),
            };
        }
        let _place = self.place(&Measures::get().writes.waited).await?;
        let db = self.clone();
        match tokio::task::spawn_blocking(move || db.write_postgres(work)).await {
            Ok(result) => result,
            Err(_) => Err(Error::Broken("a write panicked".into()).into()),
        }
    }

    /// The same, waiting here (command line, tests). Not from asynchronous code.
    pub fn write_now<T, E>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        if self.0.writer.is_some() {
            return match self.enqueue(work)?.blocking_recv() {
                Ok(result) => result,
                Err(_) => Err(Error::Broken("a write panicked".into()).into()),
            };
        }
        self.write_postgres(work)
    }

    /// Whether the store answers now and holds what this program's migrations make; a newer program's are no harm. Takes
    /// no place, so that a busy store is not taken for one that is gone.
    pub async fn ready(&self) -> Result<()> {
        let closing = |_| Error::Broken("the store is closing".into());
        // One that hangs is not followed by others; it is for the caller to stop waiting.
        let one = self.0.asking.clone().acquire_owned().await.map_err(closing)?;
        let db = self.clone();
        let asked = tokio::task::spawn_blocking(move || {
            let _one = one;
            let mut conn = db.checkout()?;
            migrate::standing(&mut conn)?;
            db.give_back(conn);
            Ok(())
        });
        asked.await.unwrap_or_else(|_| Err(Error::Broken("a read panicked".into())))
    }

    /// Prepares a statement without running it; the number of its parameters. For the statement test.
    pub fn check(&self, sql: &Sql) -> Result<usize> {
        let mut conn = self.checkout()?;
        let count = conn.check(sql.text());
        self.give_back(conn);
        count
    }

    /// Writes a consistent copy of an embedded store to `to`, which must not exist.
    pub fn copy_to(&self, to: &Path) -> Result<()> {
        match self.checkout()? {
            Conn::Sqlite(conn) => {
                conn.execute("vacuum into ?1", [to.to_string_lossy()])?;
                Ok(())
            }
            Conn::Postgres(_) => Err(Error::Unknown("a PostgreSQL store is copied with pg_dump".into())),
        }
    }

    async fn place(&self, waited: &'static Histogram) -> Result<SemaphorePermit<'_>> {
        let _waited = Timed::new(waited);
        self.0.places.acquire().await.map_err(|_| Error::Broken("the store is closing".into()))
    }

    fn enqueue<T, E>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, E>>>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (send, receive) = oneshot::channel();
        let run = Box::new(move |tx: &mut Tx<'_>| {
            let took = Timed::new(&Measures::get().writes.took);
            let result = work(tx);
            let keep = result.is_ok();
            let tell = Box::new(move |durable: Result<()>| {
                // Nobody waiting any more (the client went away) is no failure of the write.
                let _ = send.send(match durable {
                    Ok(()) => result,
                    Err(error) => result.and(Err(error.into())),
                });
            });
            Outcome { keep, tell, took }
        });
        let job = Job { run, waits: Timed::new(&Measures::get().writes.waited) };
        let closed = || Error::Broken("the store is closing".into());
        self.0.writer.as_ref().ok_or_else(closed)?.send(job).map_err(|_| closed())?;
        Ok(receive)
    }

    fn write_postgres<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let (_in_use, _took) = (InUse::new(), Timed::new(&Measures::get().writes.took));
        let mut conn = self.checkout()?;
        if let Conn::Postgres(server) = &mut conn {
            server.begin(WRITE);
        }
        let result = work(&mut Tx(Read { conn: &mut conn }));
        if let Conn::Postgres(server) = &mut conn {
            server.end(result.is_ok())?;
        }
        self.give_back(conn);
        result
    }

    fn checkout(&self) -> Result<Conn> {
        loop {
            let idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            match idle {
                Some(Conn::Postgres(server)) if server.is_lost() => drop(Measures::get().lost.inc()),
                Some(conn) => return Ok(conn),
                None => return connect(&self.0.target),
            }
        }
    }

    /// Tells a server what its tables hold, after much was written at once. Otherwise it finds out by itself, but a minute
    /// later, and until then reads whole tables where it should look things up.
    ///
    /// # Errors
    /// Those of the store.
    pub fn analyze(&self) -> Result<()> {
        match self.beside(Beside::Store)? {
            Conn::Sqlite(_) => Ok(()),
            Conn::Postgres(mut server) => server.batch("analyze"),
        }
    }

    /// A connection of its own, outside of everything that the store does.
    pub(crate) fn beside(&self, what: Beside) -> Result<Conn> {
        match (&self.0.target, what) {
            (Target::File(path), Beside::Scratch) => connect(&Target::File(path.with_extension("scratch"))),
            (target, _) => connect(target),
        }
    }

    /// Only connections that finished their transaction come back; one lost in a panic or error is dropped, and one to
    /// a server that lets nobody write any more is found lost at its next use.
    fn give_back(&self, conn: Conn) {
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < self.0.kept {
            idle.push(conn);
        }
    }
}

fn connect(target: &Target) -> Result<Conn> {
    match target {
        Target::File(path) => {
            let conn = rusqlite::Connection::open(path)?;
            conn.set_prepared_statement_cache_capacity(STATEMENTS);
            // One plan for a statement whatever is bound: otherwise statements near a partial index are compiled anew
            // for every value, which was a third of what a page costs.
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            // FULL: an acknowledged write survives a power cut.
            conn.execute_batch(
                "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; \
                 pragma busy_timeout = 10000; pragma temp_store = memory;",
            )?;
            Ok(Conn::Sqlite(conn))
        }
        Target::Url { url, probed } => {
            let mut server = Server::connect(url)?;
            server.probe = probed.then(Probe::default);
            Ok(Conn::Postgres(Box::new(server)))
        }
    }
}

/// The writer: takes what waits, runs each write in a savepoint of its own, commits once, then tells everybody.
fn start_writer(mut conn: Conn) -> Result<mpsc::Sender<Job>> {
    let (send, receive) = mpsc::channel::<Job>();
    let work = move || {
        while let Ok(first) = receive.recv() {
            let group: Vec<Job> = std::iter::once(first).chain(receive.try_iter().take(GROUP - 1)).collect();
            write_group(&mut conn, group);
        }
    };
    std::thread::Builder::new()
        .name("store writer".into())
        .spawn(work)
        .map_err(|e| Error::Broken(e.to_string()))?;
    Ok(send)
}

fn write_group(conn: &mut Conn, group: Vec<Job>) {
    Measures::get().groups.observe(group.len() as f64);
    let begun = conn.batch("begin immediate");
    if begun.is_err() {
        // Every job of the group is dropped, and with it its answer: the callers see the failure.
        return;
    }
    // One alone stands or falls with the whole.
    let (alone, mut keeps) = (group.len() == 1, true);
    let mut outcomes = Vec::with_capacity(group.len());
    for Job { run, waits } in group {
        drop(waits);
        let begun = if alone { Ok(()) } else { conn.batch("savepoint one") };
        let ran = begun.and_then(|()| {
            catch_unwind(AssertUnwindSafe(|| run(&mut Tx(Read { conn: &mut *conn }))))
                .map_err(|_| Error::Broken("a write panicked".into()))
        });
        let keep = ran.as_ref().is_ok_and(|outcome| outcome.keep);
        let ended = match (alone, keep) {
            (true, _) => {
                keeps = keep;
                Ok(())
            }
            (false, true) => conn.batch("release one"),
            (false, false) => conn.batch("rollback to one; release one"),
        };
        outcomes.extend(ran.map(|outcome| (outcome, ended)));
    }
    let committed = conn.batch(if keeps { "commit" } else { "rollback" });
    if committed.is_err() {
        let _ = conn.batch("rollback");
    }
    for (Outcome { tell, took, .. }, ended) in outcomes {
        let durable = ended.and_then(|()| match &committed {
            Ok(()) => Ok(()),
            Err(Error::Full) => Err(Error::Full),
            Err(error) => Err(Error::Broken(error.to_string())),
        });
        drop(took);
        tell(durable);
    }
}
