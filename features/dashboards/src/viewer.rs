//! Small numbers of people and households are hidden outside the unit that recorded them.

use catalogue::{Catalogue, Indicator};
use figures::{Figure, Shown};
use jiff::civil::Date;
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

/// Under this many people or households a number is hidden outside.
const SMALL: i64 = 5;
/// What stands for a hidden number.
pub(crate) const HIDDEN: &str = "<5";
/// What stands for a number that is not small and would give a hidden one away.
pub(crate) const WITHHELD: &str = "–";
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
            Shown::Suppressed => HIDDEN.to_owned(),
        }
    }

    /// Whether a count of people or households is hidden from this viewer.
    pub(crate) fn hides(self, count: i64) -> bool {
        self == Viewer::Outside && (1..SMALL).contains(&count)
    }

    /// A count of people or households as this viewer sees it.
    pub(crate) fn count(self, count: i64, lang: Lang) -> String {
        if self.hides(count) { HIDDEN.to_owned() } else { number::count(count, lang) }
    }
}

/// The numbers below a sum that its reader does not see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Hidden {
    many: i64,
    sum: i64,
}

impl Hidden {
    pub(crate) fn add(&mut self, number: i64) {
        self.many += 1;
        self.sum += number;
    }

    /// Whether the sum less its shown parts says what the hidden ones are: there is one, or each is the least or the most
    /// that a hidden number can be.
    pub(crate) fn gives_away(self) -> bool {
        let Hidden { many, sum } = self;
        many > 0 && (many == 1 || sum <= many || sum >= (SMALL - 1) * many)
    }

    /// Whether the sum over groups gives away what is hidden below those that are not shown: single numbers, or what those
    /// of a group come to.
    pub(crate) fn given_away_over(groups: impl IntoIterator<Item = Hidden>) -> bool {
        let (mut each, mut by_group) = (Hidden::default(), Hidden::default());
        for group in groups {
            each.many += group.many;
            each.sum += group.sum;
            by_group.add(group.sum);
        }
        each.gives_away() || by_group.gives_away()
    }
}

impl FromIterator<i64> for Hidden {
    fn from_iter<T: IntoIterator<Item = i64>>(numbers: T) -> Hidden {
        let mut hidden = Hidden::default();
        numbers.into_iter().for_each(|number| hidden.add(number));
        hidden
    }
}

/// Whether an indicator counts people or households, itself or through a part.
pub(crate) fn counts_people(catalogue: &Catalogue, rule: &Indicator, on: Date) -> bool {
    let part =
        |id: &str| catalogue.indicators().on(id, on).is_some_and(|part| counts_people(catalogue, part, on));
    rule.people || rule.measure.parts().into_iter().any(part)
}
