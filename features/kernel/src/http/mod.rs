//! The web kit: the path of a request from socket to handler and back.

mod app;
mod assets;
mod cx;
mod error;
mod health;
mod layers;
mod number;
mod page;
mod routes;
mod said;
mod sent;
mod source;

pub use app::{App, Gate};
pub use assets::asset_url;
pub use cx::{Caller, Cx, LANG_COOKIE, SESSION_COOKIE, cookie};
pub use error::{Error, Result};
pub use health::{health, say_stopping};
pub use layers::wrap;
pub use page::{
    Flash, FormOption, FormState, NavItem, Problem, Shell, ShellPlace, ShellUser, page, redirect,
    unprocessable,
};
pub use routes::{Need, Route, Routes};
pub use said::{Said, Side};
pub use sent::{Plain, Sent, Upload, UploadBody, encode, local};
pub use source::offer_source;

/// Largest photo accepted, bytes.
pub const PHOTO_LIMIT: usize = 10 * 1024 * 1024;
/// Largest request accepted, bytes: several photos and the form.
pub const BODY_LIMIT: usize = 64 * 1024 * 1024;
