//! Who calls, when, in which language.

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};
use db::{Db, Read, Tx};
use jiff::{Timestamp, civil::Date};
use uuid::Uuid;
use vietnamese::Lang;

use crate::http::{App, Error, NavItem, Shell, ShellPlace, ShellUser};
use crate::{Action, Arg, Place, Role, Room, Scope, Texts};

/// Name of the session cookie.
pub const SESSION_COOKIE: &str = "sid";
/// Header of a form that waited on a phone: the account that wrote it. Somebody else may be signed in there by now.
const PERSON_HEADER: &str = "x-person";
/// Name of the language cookie.
pub const LANG_COOKIE: &str = "lang";

/// The person behind a session.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The account.
    pub account: Uuid,
    /// The tenant that keeps the account.
    pub tenant: String,
    /// The session.
    pub session: Uuid,
    /// As colleagues know them.
    pub name: String,
    /// What they may do today.
    pub scope: Scope,
    /// Where their work is: the first place of their grants.
    pub home: Option<Place>,
}

/// The context of one request of a signed-in person.
#[derive(Debug, Clone)]
pub struct Cx {
    /// What the program holds.
    pub app: App,
    /// Who calls.
    pub caller: Caller,
    /// When.
    pub now: Timestamp,
    /// In which language.
    pub lang: Lang,
    /// The path asked for, with query.
    pub path: String,
}

impl Cx {
    /// The civil day in Vietnam.
    pub fn today(&self) -> Date {
        crate::local_day(self.now)
    }

    /// The store.
    pub fn db(&self) -> &Db {
        &self.app.db
    }

    /// Enters a place for an action; outside one's subtree a place is not found, inside it an action may be forbidden.
    pub fn enter(&self, place: &Place, action: Action) -> Result<Room, Error> {
        self.caller.scope.enter(place, action).map_err(|_| {
            if self.caller.scope.can(place, Action::SeeUnit) { Error::Forbidden } else { Error::NotFound }
        })
    }

    /// A text.
    pub fn t(&self, key: &str) -> String {
        Texts::get().text(self.lang, key, &[])
    }

    /// A text with arguments.
    pub fn ta(&self, key: &str, args: &[Arg<'_>]) -> String {
        Texts::get().text(self.lang, key, args)
    }

    /// Reads with the scope at hand.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Read<'_>, &Scope) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let scope = self.caller.scope.clone();
        self.app.db.read(move |read| work(read, &scope)).await
    }

    /// Writes in one durable transaction.
    pub async fn write<T: Send + 'static, E: From<db::Error> + Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        self.app.db.write(work).await
    }

    /// The frame of a page of a place: title, who, where, and the ways on that this person may go.
    pub fn shell(&self, title: impl Into<String>, place: Option<&Place>) -> Shell {
        let place = place.or(self.caller.home.as_ref());
        let scope = &self.caller.scope;
        let mut nav = Vec::new();
        if let Some(place) = place {
            let base = format!("/units/{}", place.code);
            let ways = [
                ("kernel-nav-dashboard", "/dashboard", Action::SeeActivities, "figures"),
                ("kernel-nav-activities", "/activities", Action::SeeActivities, "list"),
                ("kernel-nav-record", "/activities/new", Action::Record, "new"),
                ("kernel-nav-reports", "/reports", Action::SeeReports, "report"),
                ("kernel-nav-register", "/register", Action::SeeReports, "book"),
                ("kernel-nav-audit", "/audit", Action::SeeAudit, "lock"),
                ("kernel-nav-accounts", "/accounts", Action::ManageAccounts, "people"),
                ("kernel-nav-catalogue", "/catalogue", Action::KeepCatalogue, "book"),
                ("kernel-nav-unit", "", Action::SeeUnit, "place"),
            ];
            let path = self.path.split('?').next().unwrap_or_default();
            // What is sent and received are reports.
            let path = path.replacen(&format!("{base}/submissions"), &format!("{base}/reports"), 1);
            let best = ways
                .iter()
                .filter(|way| path.starts_with(&format!("{base}{}", way.1)))
                .max_by_key(|way| way.1.len())
                .map(|way| way.1);
            for (key, way, action, icon) in ways {
                if scope.can(place, action) {
                    let current = best == Some(way);
                    nav.push(NavItem { label: self.t(key), url: format!("{base}{way}"), current, icon });
                }
            }
        }
        let role = scope.grants().iter().map(|grant| grant.role).min();
        let country = scope.grants().iter().any(|grant| grant.path.matches('/').count() == 1);
        let role = role.map(|role| match role {
            Role::ProvinceStaff if country => self.t("kernel-role-country-staff"),
            role => self.t(&format!("kernel-role-{}", role.key().replace('_', "-"))),
        });
        let mut shell = Shell::new(self.lang, title.into(), self.path.clone());
        shell.user = Some(ShellUser {
            account: self.caller.account.to_string(),
            name: self.caller.name.clone(),
            role: role.unwrap_or_default(),
        });
        shell.place =
            place.map(|place| ShellPlace { name: place.name.clone(), url: format!("/units/{}", place.code) });
        shell.nav = nav;
        shell.demo = self.app.demo;
        shell
    }
}

impl FromRequestParts<App> for Cx {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let path = parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
        let signed_out = || Error::SignIn { next: path.clone(), typed: Vec::new() };
        let token = cookie(&parts.headers, SESSION_COOKIE).ok_or_else(signed_out)?.to_owned();
        let (gate, now) = (app.gate.clone(), app.clock.now());
        let caller = app.db.read(move |read| gate.caller(read, &token, now)).await?.ok_or_else(signed_out)?;
        let writer = parts.headers.get(PERSON_HEADER);
        if writer.is_some_and(|writer| writer.as_bytes() != caller.account.to_string().as_bytes()) {
            return Err(signed_out());
        }
        Ok(Cx { app: app.clone(), caller, now, lang: lang_of(&parts.headers), path })
    }
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The language of a request: the person's choice, else Vietnamese.
pub(crate) fn lang_of(headers: &HeaderMap) -> Lang {
    match cookie(headers, LANG_COOKIE) {
        Some("en") => Lang::En,
        _ => Lang::Vi,
    }
}
