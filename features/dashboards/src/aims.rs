//! Yearly targets beside the figures of a dashboard, with what was reached of them so far.

use catalogue::{Catalogue, Window};
use figures::{Figure, Shown, WITHHELD};
use jiff::civil::Date;
use kernel::{Cx, Lang};
use targets::Target;

use crate::viewer::Viewer;

/// A target, and the figure of its year up to today.
#[derive(Debug, Clone)]
pub(crate) struct Aim {
    pub(crate) target: Target,
    pub(crate) so_far: Figure,
}

/// The year whose targets stand beside a period, and its days so far: that of the period's last day, or of today.
pub(crate) fn year_of(catalogue: &Catalogue, window: &Window, today: Date) -> Option<(i64, Window)> {
    let year = catalogue.regime(targets::YEARLY)?.containing(window.to.min(today));
    Some((year.to.year().into(), Window { to: year.to.min(today), ..year }))
}

/// A target in words.
pub(crate) fn target_words(catalogue: &Catalogue, target: &Target, on: Date, lang: Lang) -> String {
    target.value(catalogue.indicators().on(&target.indicator, on)).show(lang)
}

impl Aim {
    /// `1.200 (đạt 45,0%)`; how far it is stays out where the figure itself is hidden, or `hides` says so.
    pub(crate) fn words(&self, cx: &Cx, catalogue: &Catalogue, viewer: Viewer, hides: bool) -> String {
        let reached =
            Figure { value: self.target.reached(self.so_far.value), entered: 0, ..self.so_far.clone() };
        let reached = match viewer.shown(catalogue, &reached, cx.lang) {
            Shown::Value(words) if !hides => words,
            _ => WITHHELD.to_owned(),
        };
        let target = target_words(catalogue, &self.target, self.so_far.to, cx.lang);
        cx.ta("dashboards-target-reached", &[("target", target.into()), ("reached", reached.into())])
    }
}

/// Where the targets of a year are set.
pub(crate) fn targets_url(code: &str, year: i64) -> String {
    format!("/units/{code}/targets?year={year}")
}
