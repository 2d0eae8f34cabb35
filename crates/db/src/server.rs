//! A connection to PostgreSQL. What costs there is not the work but the way: so a transaction begins with its first
//! request, and writes whose answer nobody needs travel with the next one.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use futures_util::TryStreamExt;
use futures_util::future::{MaybeDone, maybe_done};
use tokio::runtime::Runtime;
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use tokio_postgres::{Client, Config, NoTls, Row, Statement};

use crate::probe::{self, Probe};
use crate::{Error, Permit, Result, Value};

/// What the driver says.
type Answer<T = ()> = std::result::Result<T, tokio_postgres::Error>;

/// How long a server may take to let us in, and to say that it got what we sent, when the URL says nothing else: one
/// whose machine is gone says nothing at all.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Server {
    client: Client,
    /// Drives the connection while somebody waits for it.
    runtime: Runtime,
    prepared: HashMap<String, Statement>,
    /// How the transaction begins, as long as nothing of it was sent.
    begin: Option<&'static str>,
    /// Writes that go with the next request.
    waiting: Vec<(Statement, Vec<Parameter>)>,
    /// It let nobody write, or is gone.
    lost: bool,
    /// Watches over transactions, in tests.
    pub(crate) probe: Option<Probe>,
}

impl Server {
    pub(crate) fn connect(url: &str) -> Result<Server> {
        let broken = |error: std::io::Error| Error::Broken(error.to_string());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(broken)?;
        let client = runtime.block_on(async {
            let mut config: Config = url.parse()?;
            if config.get_connect_timeout().is_none() {
                config.connect_timeout(PATIENCE);
            }
            if config.get_tcp_user_timeout().is_none() {
                config.tcp_user_timeout(PATIENCE);
            }
            let (client, connection) = config.connect(NoTls).await?;
            // Its end is seen by the client: every request fails from then on.
            tokio::spawn(connection);
            Answer::Ok(client)
        })?;
        Ok(Server {
            client,
            runtime,
            prepared: HashMap::new(),
            begin: None,
            waiting: Vec::new(),
            lost: false,
            probe: None,
        })
    }

    /// Whether the connection is of no more use. Nobody drives a connection that waits for its next use, so what
    /// came meanwhile, its end too, is looked at first.
    pub(crate) fn is_lost(&self) -> bool {
        self.runtime.block_on(async {
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
        });
        self.lost || self.client.is_closed()
    }

    /// What the driver said, in our words.
    fn heard<T>(&mut self, answer: Answer<T>) -> Result<T> {
        let answer = answer.map_err(Error::from);
        self.lost |= matches!(answer, Err(Error::Away(_)));
        answer
    }

    /// Statements without parameters, outside of the transactions below.
    pub(crate) fn batch(&mut self, text: &str) -> Result<()> {
        let answer = self.runtime.block_on(self.client.batch_execute(text));
        self.heard(answer)
    }

    pub(crate) fn begin(&mut self, how: &'static str) {
        self.begin = Some(how);
        self.waiting.clear();
    }

    /// Commits what was done or leaves it; nothing when nothing was sent.
    pub(crate) fn end(&mut self, keep: bool) -> Result<()> {
        if !keep {
            self.waiting.clear();
        }
        if self.begin.is_some() && self.waiting.is_empty() {
            self.begin = None;
            return Ok(());
        }
        let fault = match self.probe.take() {
            Some(probe) if keep => self.touched_more_than(&probe)?,
            probe => {
                self.probe = probe.map(|_| Probe::default());
                None
            }
        };
        let keep = keep && fault.is_none();
        self.send(|client| client.batch_execute(if keep { "commit" } else { "rollback" }))?;
        fault.map_or(Ok(()), |fault| Err(Error::Broken(fault)))
    }

    /// What the transaction touched beyond the tenants it named.
    fn touched_more_than(&mut self, probe: &Probe) -> Result<Option<String>> {
        let mut locked = Vec::new();
        self.each(probe::LOCKED, Vec::new(), &mut |row| {
            locked.push((row.try_get(0)?, row.try_get(1)?));
            Ok(())
        })?;
        self.probe = Some(Probe::default());
        Ok(probe.fault(&locked))
    }

    pub(crate) fn prepare(&mut self, text: &str) -> Result<Statement> {
        if let Some(statement) = self.prepared.get(text) {
            return Ok(statement.clone());
        }
        let answer = self.runtime.block_on(self.client.prepare(text));
        let statement = self.heard(answer)?;
        self.prepared.insert(text.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(crate) fn each(
        &mut self,
        text: &str,
        values: Vec<Parameter>,
        visit: &mut dyn FnMut(&Row) -> Result<()>,
    ) -> Result<()> {
        let statement = self.prepare(text)?;
        self.send(|client| async move {
            let mut rows = pin!(client.query_raw(&statement, values).await?);
            while let Some(row) = rows.try_next().await? {
                let visited = visit(&row);
                if visited.is_err() {
                    return Ok(visited);
                }
            }
            Ok(Ok(()))
        })?
    }

    pub(crate) fn execute(&mut self, text: &str, values: Vec<Parameter>) -> Result<u64> {
        let statement = self.prepare(text)?;
        self.send(|client| async move { client.execute_raw(&statement, values).await })
    }

    /// Sent with the next request, at the latest with the commit, which then says what went wrong.
    pub(crate) fn later(&mut self, text: &str, values: Vec<Parameter>) -> Result<()> {
        let statement = self.prepare(text)?;
        self.waiting.push((statement, values));
        Ok(())
    }

    /// Sends what waits and then the request, without waiting in between, and takes all answers.
    fn send<'a, T, Asked>(&'a mut self, request: impl FnOnce(&'a Client) -> Asked) -> Result<T>
    where
        Asked: Future<Output = Answer<T>>,
    {
        type Sent<'a> = Pin<Box<dyn Future<Output = Answer> + 'a>>;
        let Server { client, runtime, begin, waiting, .. } = self;
        let client: &'a Client = client;
        let mut before: Vec<MaybeDone<Sent<'a>>> = Vec::new();
        if let Some(begin) = begin.take() {
            before.push(maybe_done(Box::pin(client.batch_execute(begin))));
        }
        for (statement, values) in waiting.drain(..) {
            before.push(maybe_done(Box::pin(async move {
                client.execute_raw(&statement, values).await.map(drop)
            })));
        }
        let answer: Answer<Option<T>> = runtime.block_on(async {
            let mut last = pin!(maybe_done(request(client)));
            poll_fn(|cx| {
                // A request is sent when it is first polled, so this order is the order of sending.
                let mut ready = true;
                for sent in &mut before {
                    ready &= Pin::new(sent).poll(cx).is_ready();
                }
                ready &= last.as_mut().poll(cx).is_ready();
                if ready { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
            // The first that failed says why; those behind it only that the transaction has failed.
            for sent in &mut before {
                Pin::new(sent).take_output().transpose()?;
            }
            last.as_mut().take_output().transpose()
        });
        let answer = answer.map_err(Error::from);
        self.lost |= matches!(answer, Err(Error::Away(_)));
        answer?.ok_or_else(|| Error::Broken("a request was not answered".into()))
    }
}

/// A parameter of a statement, or the same parameter of many rows.
#[derive(Debug)]
pub(crate) enum Parameter {
    One(Value),
    Many(Vec<Value>),
}

impl ToSql for Parameter {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Parameter::One(value) => value.to_sql(ty, out),
            Parameter::Many(values) => values.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        <Value as ToSql>::accepts(ty) || <Vec<Value> as ToSql>::accepts(ty)
    }

    to_sql_checked!();
}

/// How many parameters at the front are the same in all rows of a statement for many: the tenant, which must stand in
/// its text as one value, or a distributed engine would not know that all rows are one tenant's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shared(usize);

impl Shared {
    pub(crate) fn of(permit: &impl Permit) -> Shared {
        Shared(usize::from(permit.tenant().is_some()))
    }
}

/// Rows as columns, but for what they share.
pub(crate) fn columns(rows: &[Vec<Value>], Shared(shared): Shared) -> Vec<Parameter> {
    let first = rows.first().map(Vec::as_slice).unwrap_or_default();
    let one = first.iter().take(shared).cloned().map(Parameter::One);
    let many = (shared..first.len())
        .map(|n| Parameter::Many(rows.iter().filter_map(|row| row.get(n)).cloned().collect()));
    one.chain(many).collect()
}

impl Server {
    /// The text of an insert of one row, for many: its rows come as one list for each column.
    pub(crate) fn insert_of_many(&mut self, text: &str, Shared(shared): Shared) -> Result<String> {
        let types = self.prepare(text)?.params().to_vec();
        let one = (1..=types.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let given = (1..=types.len()).map(|n| {
            if n <= shared { format!("${n}::{}", name_of(&types, n)) } else { format!("given.c{n}") }
        });
        let select = format!(
            "select {} from {} as given ({})",
            given.collect::<Vec<_>>().join(", "),
            lists(&types, shared),
            names(&types, shared)
        );
        let many = text.replacen(&format!("values ({one})"), &select, 1);
        if many == text {
            return Err(Error::Broken(format!("not an insert of one row: {text}")));
        }
        Ok(many)
    }

    /// The text of a question for one key, for many: before its columns stands the number of the key, from 1.
    pub(crate) fn question_of_many(&mut self, text: &str, Shared(shared): Shared) -> Result<String> {
        let types = self.prepare(text)?.params().to_vec();
        let mut one = (shared + 1..=types.len())
            .rev()
            .fold(text.to_owned(), |text, n| text.replace(&format!("${n}"), &format!("asked.c{n}")));
        // The first row of each key is asked for. Said to the server, it looks each key up, where it would else read the
        // whole of a small table and join; not behind several tenants, which a distributed engine joins on its machines.
        if shared > 0 && !one.contains(" limit ") {
            one += " limit 1";
        }
        Ok(format!(
            "select asked.n, found.* from {} with ordinality as asked ({}, n) cross join lateral ({one}) as found",
            lists(&types, shared),
            names(&types, shared)
        ))
    }
}

fn name_of(types: &[Type], n: usize) -> &str {
    types.get(n - 1).map_or("text", Type::name)
}

fn names(types: &[Type], shared: usize) -> String {
    (shared + 1..=types.len()).map(|n| format!("c{n}")).collect::<Vec<_>>().join(", ")
}

fn lists(types: &[Type], shared: usize) -> String {
    let lists: Vec<String> =
        (shared + 1..=types.len()).map(|n| format!("${n}::{}[]", name_of(types, n))).collect();
    format!("unnest({})", lists.join(", "))
}
