//! Routes with what they need, so that the permission test knows every one of them.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};

use crate::Action;
use crate::http::App;

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nobody in particular.
    Nothing,
    /// Somebody signed in.
    Person,
    /// This action in the place that the path's `{unit}` names.
    Action(Action),
}

/// A route as the permission test sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path with its `{parameters}`.
    pub path: &'static str,
    /// What it needs.
    pub need: Need,
}

/// The routes of a capability.
#[derive(Debug, Default)]
pub struct Routes {
    /// What the server runs.
    pub router: Router<App>,
    /// What the test checks.
    pub list: Vec<Route>,
}

impl Routes {
    /// A page or file.
    #[must_use]
    pub fn get<T: 'static>(self, path: &'static str, need: Need, handler: impl Handler<T, App>) -> Routes {
        self.add("GET", path, need, get(handler))
    }

    /// A change.
    #[must_use]
    pub fn post<T: 'static>(self, path: &'static str, need: Need, handler: impl Handler<T, App>) -> Routes {
        self.add("POST", path, need, post(handler))
    }

    fn add(
        mut self,
        method: &'static str,
        path: &'static str,
        need: Need,
        handler: MethodRouter<App>,
    ) -> Routes {
        self.router = self.router.route(path, handler);
        self.list.push(Route { method, path, need });
        self
    }

    /// With the routes of another capability.
    #[must_use]
    pub fn with(mut self, other: Routes) -> Routes {
        self.router = self.router.merge(other.router);
        self.list.extend(other.list);
        self
    }
}
