//! Pages: the frame, forms that come back filled in, the error page.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use vietnamese::Lang;

use crate::http::source::source_url;
use crate::http::{Error, asset_url};
use crate::{Arg, Texts};

/// What the frame (`base.html`) shows around every page.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Language of the page.
    pub language: Lang,
    /// Its tag, for `lang="…"`.
    pub lang: &'static str,
    /// Address of the style sheet.
    pub css: &'static str,
    /// Address of the behaviours.
    pub js: &'static str,
    /// Title of the page and its heading.
    pub title: String,
    /// Who is signed in.
    pub user: Option<ShellUser>,
    /// Where one is.
    pub place: Option<ShellPlace>,
    /// The ways on.
    pub nav: Vec<NavItem>,
    /// What just happened.
    pub flash: Option<Flash>,
    /// The path of this page, for the language switch.
    pub path: String,
    /// Whether to say that the data are synthetic.
    pub demo: bool,
    /// Where the source of the program is offered.
    pub source: &'static str,
}

/// The signed-in person in the frame.
#[derive(Debug, Clone)]
pub struct ShellUser {
    /// The account; what a phone keeps is kept for it.
    pub account: String,
    /// Name.
    pub name: String,
    /// Role, in words.
    pub role: String,
}

/// The place in the frame.
#[derive(Debug, Clone)]
pub struct ShellPlace {
    /// Full name.
    pub name: String,
    /// Its page.
    pub url: String,
}

/// One way on.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// Words.
    pub label: String,
    /// Where to.
    pub url: String,
    /// Whether one is there.
    pub current: bool,
    /// Name of the icon.
    pub icon: &'static str,
}

/// A message after something was done.
#[derive(Debug, Clone)]
pub struct Flash {
    /// `ok` or `problem`.
    pub kind: &'static str,
    /// Words.
    pub text: String,
}

impl Shell {
    /// A bare frame.
    pub fn new(language: Lang, title: String, path: String) -> Shell {
        let lang = match language {
            Lang::Vi => "vi",
            Lang::En => "en",
        };
        let (css, js) = (asset_url("app.css"), asset_url("app.js"));
        Shell {
            language,
            lang,
            css,
            js,
            title,
            user: None,
            place: None,
            nav: vec![],
            flash: None,
            path,
            demo: false,
            source: source_url(),
        }
    }

    /// The frame for somebody who is not signed in.
    pub fn outside(language: Lang, title_key: &str, path: String) -> Shell {
        Shell::new(language, Texts::get().text(language, title_key, &[]), path)
    }

    /// A text.
    pub fn t(&self, key: &str) -> String {
        Texts::get().text(self.language, key, &[])
    }

    /// A text with one argument.
    pub fn t1(&self, key: &str, name: &str, value: impl std::fmt::Display) -> String {
        self.ta(key, &[(name, value.to_string().into())])
    }

    /// A text with arguments.
    pub fn ta(&self, key: &str, args: &[Arg<'_>]) -> String {
        Texts::get().text(self.language, key, args)
    }

    /// The address of an asset.
    pub fn asset(&self, name: &str) -> &'static str {
        asset_url(name)
    }

    /// With a message on top, from a text key; keys come from addresses people may edit, so only ours are shown.
    pub fn with_flash(mut self, key: Option<&str>) -> Shell {
        self.flash = key
            .filter(|key| key.contains("-done-") && key.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
            .map(|key| Flash { kind: "ok", text: self.t(key) })
            .filter(|flash| !flash.text.starts_with('['));
        self
    }
}

/// Renders a page.
pub fn page(template: &impl Template) -> Result<Response, Error> {
    let html = template.render()?;
    Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response())
}

/// Renders a form again, with its problems: status 422.
pub fn unprocessable(template: &impl Template) -> Result<Response, Error> {
    let mut response = page(template)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// Goes on after a form was accepted (303).
pub fn redirect(to: &str) -> Response {
    Redirect::to(to).into_response()
}

/// One problem of a form, in the person's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Name of the field, also the end of its HTML id.
    pub field: String,
    /// What is wrong and what to do.
    pub text: String,
}

/// One choice of a form, as the macros of `macros.html` take them.
#[derive(Debug, Clone)]
pub struct FormOption {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// What was typed into a form, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct FormState {
    /// Field → values, as typed.
    pub typed: Vec<(String, String)>,
    /// Problems, in the order of the form.
    pub problems: Vec<Problem>,
}

impl FormState {
    /// The first value typed into a field.
    pub fn value(&self, field: &str) -> &str {
        self.typed.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value)
    }

    /// Whether a choice was ticked.
    pub fn ticked(&self, field: &str, value: &str) -> bool {
        self.typed.iter().any(|(name, typed)| name == field && typed == value)
    }

    /// The problem of a field, or nothing.
    pub fn problem(&self, field: &str) -> &str {
        self.problems.iter().find(|problem| problem.field == field).map_or("", |problem| &problem.text)
    }

    /// Notes a problem.
    pub fn add(&mut self, field: &str, text: String) {
        self.problems.push(Problem { field: field.to_owned(), text });
    }
}

/// The page of a failure.
#[derive(Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage<'a> {
    pub(crate) shell: Shell,
    pub(crate) message: String,
    /// Number that finds the log line; empty when it would not help.
    pub(crate) request: &'a str,
    /// The form that was not taken, when sending it again may help.
    pub(crate) again: Option<Again>,
}

/// A form that can be sent again as it was typed.
pub(crate) struct Again {
    pub(crate) to: String,
    pub(crate) fields: Vec<(String, String)>,
    /// Whether files came with it, which cannot be sent again from here.
    pub(crate) files: bool,
}

/// The page for a form sent after the session ended: sign in, and what was typed goes on from there.
#[derive(Template)]
#[template(path = "session_ended.html")]
struct SessionEnded<'a> {
    shell: Shell,
    next: &'a str,
    typed: &'a [(String, String)],
}

pub(crate) fn session_ended(lang: Lang, next: &str, typed: &[(String, String)], demo: bool) -> Response {
    let mut shell = Shell::outside(lang, "kernel-session-ended-title", next.to_owned());
    shell.demo = demo;
    match page(&SessionEnded { shell, next, typed }) {
        Ok(mut response) => {
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            response
        }
        Err(_) => StatusCode::UNAUTHORIZED.into_response(),
    }
}
