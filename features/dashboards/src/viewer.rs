//! Small numbers of people and households are hidden outside the unit that recorded them.

use catalogue::{Catalogue, Indicator};
use figures::{Figure, SUPPRESSED, Shown, counts_people, is_small};
use kernel::access::may;
use kernel::{Action, Lang, Place, Scope};
use vietnamese::number;

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Viewer {
    /// Somebody of the unit that recorded.
    Own,
    /// Somebody above it.
    Outside,
}

/// What stands for a sum that would give hidden numbers away.
pub(crate) const SUM_WITHHELD: &str = "·";

/// What follows a figure that aggregate entries feed.
const STAR: &str = " *";

/// Whether a figure in words says that aggregate entries feed it.
pub(crate) fn has_star(figure: &str) -> bool {
    figure.ends_with(STAR)
}

impl Viewer {
    /// The viewer behind a scope: of the unit when a right over its activities was given at the unit itself.
    pub(crate) fn of(scope: &Scope, place: &Place) -> Viewer {
        let own = |grant: &kernel::Grant| grant.path == place.path && may(grant.role, Action::SeeActivities);
        if scope.grants().iter().any(own) { Viewer::Own } else { Viewer::Outside }
    }

    /// A figure as this viewer sees it.
    pub(crate) fn shown(self, catalogue: &Catalogue, figure: &Figure, lang: Lang) -> Shown {
        let rule = catalogue.indicators().on(&figure.indicator, figure.to);
        match rule {
            Some(rule) if self == Viewer::Outside => {
                let people = counts_people(catalogue, rule, figure.to);
                figure.show_outside(&Indicator { people, ..rule.clone() }, lang)
            }
            _ => Shown::Value(figure.show(lang)),
        }
    }

    /// The same in words, with a star when aggregate entries feed it; the page then says what it means.
    pub(crate) fn figure(self, catalogue: &Catalogue, figure: &Figure, lang: Lang) -> String {
        match self.shown(catalogue, figure, lang) {
            Shown::Value(text) if figure.entered != 0 => format!("{text}{STAR}"),
            Shown::Value(text) => text,
            hidden => hidden.words(),
        }
    }

    /// Whether a count of people or households is hidden from this viewer.
    pub(crate) fn hides(self, count: i64) -> bool {
        self == Viewer::Outside && is_small(count)
    }

    /// A count of people or households as this viewer sees it.
    pub(crate) fn count(self, count: i64, lang: Lang) -> String {
        if self.hides(count) { SUPPRESSED.to_owned() } else { number::count(count, lang) }
    }
}
