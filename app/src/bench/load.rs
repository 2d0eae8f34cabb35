//! People at work and residents reading, as clients of running servers: each does the next thing as soon as the last one is
//! answered.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use kernel::Ids;
use serde::Serialize;
use ureq::Agent;
use uuid::Uuid;

use super::people::{Commune, PASSWORD};
use super::{Failure, Model, Size};

/// Communes among which one client goes round, and heads of residential areas of each.
const COMMUNES: usize = 3;
const HEADS: usize = 2;
/// How long an answer may take before it counts as an error.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Scene {
    /// An ordinary evening: heads of areas record, officers confirm what has come together.
    Recording,
    /// The evening before 20 November: everybody also looks at where the commune stands and at its reports.
    Deadline,
    /// A festival evening: residents read.
    Festival,
}

impl Scene {
    /// How many of the scene's main requests a second the workload model expects, and what these are.
    #[must_use]
    pub fn demand(self, model: &Model, size: Size) -> (f64, Visit) {
        match self {
            Scene::Recording => (model.records_a_second(size), Visit::Record),
            Scene::Deadline => (model.evaluations_a_second(size), Visit::Record),
            Scene::Festival => (model.requests_of_a_festival(size), Visit::Page),
        }
    }
}

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visit {
    /// A head opens the form of a record.
    Form,
    /// A head sends a record.
    Record,
    /// An officer confirms ten records.
    Confirm,
    /// Somebody looks at the commune's dashboard.
    Dashboard,
    /// An officer looks at the list of reports.
    Reports,
    /// A resident, without an account, opens a page.
    Page,
}

/// How much of it.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Clients at once.
    pub clients: usize,
    /// How long.
    pub lasting: Duration,
    /// Records after which nobody sends another.
    pub records: u64,
}

/// What clients saw.
#[derive(Debug, Default)]
pub struct Seen {
    /// How long each answer took.
    pub took: BTreeMap<Visit, Vec<Duration>>,
    /// What went wrong, and how often.
    pub errors: BTreeMap<String, u64>,
    /// How long all of it lasted.
    pub lasted: Duration,
}

impl Seen {
    /// Answers.
    #[must_use]
    pub fn answers(&self) -> usize {
        self.took.values().map(Vec::len).sum()
    }

    /// Answers of one kind.
    #[must_use]
    pub fn count(&self, visit: Visit) -> usize {
        self.took.get(&visit).map_or(0, Vec::len)
    }

    fn add(&mut self, other: Seen) {
        for (visit, took) in other.took {
            self.took.entry(visit).or_default().extend(took);
        }
        for (error, times) in other.errors {
            *self.errors.entry(error).or_default() += times;
        }
    }
}

/// A load on servers of this machine.
#[derive(Debug)]
pub struct Load<'a> {
    /// Where the servers listen.
    pub servers: &'a [SocketAddr],
    /// Who takes part.
    pub communes: &'a [Commune],
    /// The day of the records.
    pub day: Date,
    /// Ids of the records.
    pub ids: &'a Ids,
    /// How much.
    pub bounds: Bounds,
}

impl Load<'_> {
    /// Plays a scene. Everybody is signed in before the clock starts.
    ///
    /// # Errors
    /// When somebody cannot sign in.
    pub fn play(&self, scene: Scene) -> Result<Seen, Failure> {
        let clients: Vec<Client<'_>> =
            (0..self.bounds.clients).map(|n| self.client(n, scene)).collect::<Result<_, _>>()?;
        let (sent, begun) = (AtomicU64::new(0), Instant::now());
        let until = begun + self.bounds.lasting;
        let mut seen = Seen::default();
        std::thread::scope(|threads| {
            let mut working = Vec::new();
            for mut client in clients {
                let sent = &sent;
                working.push(threads.spawn(move || {
                    while Instant::now() < until && client.turn(scene, sent) {}
                    client.seen
                }));
            }
            working.into_iter().flat_map(|client| client.join()).for_each(|part| seen.add(part));
        });
        seen.lasted = begun.elapsed();
        Ok(seen)
    }

    fn client(&self, n: usize, scene: Scene) -> Result<Client<'_>, Failure> {
        let config = Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent: Agent =
            config.max_redirects_will_error(false).timeout_global(Some(PATIENCE)).build().into();
        let server = self.servers[n % self.servers.len()];
        let mut client =
            Client { load: self, agent, server, posts: Vec::new(), turn: n, seen: Seen::default() };
        if scene != Scene::Festival {
            // Clients stand apart from each other in the list, so that a province takes part, not its first communes.
            let apart = self.communes.len().div_ceil(self.bounds.clients * COMMUNES);
            let numbers: std::collections::BTreeSet<usize> =
                (0..COMMUNES).map(|k| (n * COMMUNES + k) * apart % self.communes.len()).collect();
            for number in numbers {
                let post = client.post_of(&self.communes[number])?;
                client.posts.push(post);
            }
        }
        Ok(client)
    }
}

/// The people of a commune for whom a client acts.
struct Post<'a> {
    commune: &'a Commune,
    heads: Vec<String>,
    officer: String,
    unconfirmed: Vec<Uuid>,
}

struct Client<'a> {
    load: &'a Load<'a>,
    agent: Agent,
    server: SocketAddr,
    posts: Vec<Post<'a>>,
    turn: usize,
    seen: Seen,
}

impl<'a> Client<'a> {
    fn post_of(&mut self, commune: &'a Commune) -> Result<Post<'a>, Failure> {
        let heads = (0..HEADS.min(commune.areas.len())).map(|n| self.sign_in(&commune.head(n)));
        let heads = heads.collect::<Result<_, _>>()?;
        Ok(Post { commune, heads, officer: self.sign_in(&commune.officer())?, unconfirmed: Vec::new() })
    }

    fn sign_in(&self, name: &str) -> Result<String, Failure> {
        let url = format!("http://{}/sign-in", self.server);
        let answer = self.agent.post(url).send_form([("name", name), ("password", PASSWORD)]);
        let answer = answer.map_err(|error| Failure::Made(format!("{name}: {error}")))?;
        let cookies = answer.headers().get_all("set-cookie").iter().flat_map(|value| value.to_str());
        let session = cookies.filter_map(|cookie| cookie.strip_prefix("sid=")?.split(';').next()).next();
        session.map(str::to_owned).ok_or_else(|| Failure::Made(format!("{name}: cannot sign in")))
    }

    /// The next thing; whether there is another after it.
    fn turn(&mut self, scene: Scene, sent: &AtomicU64) -> bool {
        self.turn += 1;
        let turn = self.turn;
        if scene == Scene::Festival {
            self.get(Visit::Page, "", &self.load.communes[turn % self.load.communes.len()].public);
            return true;
        }
        if sent.fetch_add(1, Ordering::Relaxed) >= self.load.bounds.records {
            return false;
        }
        let at = turn % self.posts.len();
        let post = &self.posts[at];
        let (unit, head) =
            (format!("/units/{}", post.commune.code), turn / self.posts.len() % post.heads.len());
        let (token, officer, area) =
            (post.heads[head].clone(), post.officer.clone(), post.commune.areas[head]);
        let (id, day) = (self.load.ids.new_id(), self.load.day.to_string());
        self.get(Visit::Form, &token, &format!("{unit}/activities/new?kind=patrol"));
        let (id_text, area) = (id.to_string(), area.to_string());
        let form = [
            ("id", id_text.as_str()),
            ("based_on", "0"),
            ("kind", "patrol"),
            ("day", &day),
            ("area", &area),
            ("field.shifts", "1"),
            ("field.participants", "4"),
            ("field.force", "security-team"),
            ("note", "Tuần tra khu vực chợ."),
            ("step", "send"),
        ];
        if self.send(Visit::Record, &token, &format!("{unit}/activities"), &form) {
            self.posts[at].unconfirmed.push(id);
        }
        if self.posts[at].unconfirmed.len() >= 10 {
            let ids = std::mem::take(&mut self.posts[at].unconfirmed);
            let seen: Vec<String> = ids.iter().map(|id| format!("{id}:1")).collect();
            let form: Vec<(&str, &str)> = seen.iter().map(|seen| ("seen", seen.as_str())).collect();
            self.send(Visit::Confirm, &officer, &format!("{unit}/activities/confirmations"), &form);
        }
        if scene == Scene::Deadline {
            self.get(Visit::Dashboard, &token, &format!("{unit}/dashboard"));
            self.get(Visit::Reports, &officer, &format!("{unit}/reports"));
        }
        true
    }

    fn get(&mut self, visit: Visit, token: &str, path: &str) -> bool {
        let request = self.agent.get(format!("http://{}{path}", self.server));
        let begun = Instant::now();
        let answer = request.header("cookie", format!("sid={token}")).call();
        self.note(visit, begun, answer, 200)
    }

    fn send(&mut self, visit: Visit, token: &str, path: &str, form: &[(&str, &str)]) -> bool {
        let request = self.agent.post(format!("http://{}{path}", self.server));
        let begun = Instant::now();
        let answer = request.header("cookie", format!("sid={token}")).send_form(form.iter().copied());
        self.note(visit, begun, answer, 303)
    }

    /// Writes down how long an answer took to its last byte, or what was wrong with it; whether it was as wanted.
    fn note(
        &mut self,
        visit: Visit,
        begun: Instant,
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
        wanted: u16,
    ) -> bool {
        let whole = answer.and_then(|mut answer| {
            answer.body_mut().read_to_vec()?;
            Ok(answer.status().as_u16())
        });
        let wrong = match whole {
            Ok(status) if status == wanted => {
                self.seen.took.entry(visit).or_default().push(begun.elapsed());
                return true;
            }
            Ok(status) => format!("{visit:?}: {status}"),
            Err(error) => format!("{visit:?}: {error}"),
        };
        *self.seen.errors.entry(wrong).or_default() += 1;
        false
    }
}
