//! Small numbers of people and households stay inside the unit that recorded them, and so does what would give them away.

use catalogue::{Catalogue, Indicator};
use jiff::civil::Date;

/// Under this many people or households a number is not shown outside its unit.
const SMALL: i64 = 5;

/// What stands for a small number.
pub const SUPPRESSED: &str = "<5";
/// What stands for a number that is not small and would give a small one away.
pub const WITHHELD: &str = "–";

/// How a figure is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// The value in words of the language.
    Value(String),
    /// Fewer than 5 people or households, outside the unit that recorded them.
    Suppressed,
    /// Not so few, but beside what else is shown it would say of how few another figure is.
    Withheld,
}

impl Shown {
    /// In words.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Shown::Value(text) => text,
            Shown::Suppressed => SUPPRESSED.to_owned(),
            Shown::Withheld => WITHHELD.to_owned(),
        }
    }
}

/// Whether a number of people or households is not shown outside its unit. Nobody is nobody: 0 is shown.
#[must_use]
pub fn is_small(number: i64) -> bool {
    (1..SMALL).contains(&number)
}

/// Whether an indicator counts people or households, itself or through a part: a share of a small number gives the
/// number away as well.
pub fn counts_people(catalogue: &Catalogue, rule: &Indicator, on: Date) -> bool {
    let part =
        |id: &str| catalogue.indicators().on(id, on).is_some_and(|part| counts_people(catalogue, part, on));
    rule.people || rule.measure.parts().into_iter().any(part)
}

/// The numbers below a sum that its reader does not see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hidden {
    many: i64,
    sum: i64,
}

impl Hidden {
    /// One more.
    pub fn add(&mut self, number: i64) {
        self.many += 1;
        self.sum += number;
    }

    /// Whether the sum less its shown parts says what the hidden ones are: there is one, or each is the least or the most
    /// that a hidden number can be.
    #[must_use]
    pub fn gives_away(self) -> bool {
        let Hidden { many, sum } = self;
        many > 0 && (many == 1 || sum <= many || sum >= (SMALL - 1) * many)
    }

    /// Whether the sum over groups gives away what is hidden below those that are not shown: single numbers, or what those
    /// of a group come to.
    pub fn given_away_over(groups: impl IntoIterator<Item = Hidden>) -> bool {
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

/// A number among others that are shown together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside {
    /// The number.
    pub number: i64,
    /// How it stands: small and suppressed, or withheld; none while it is shown.
    pub hidden: Option<Why>,
    /// Whether it stands so for everybody already and cannot be hidden any more.
    pub public: bool,
}

impl Beside {
    /// What its sign says that it can be.
    fn seen(&self) -> Range {
        match self.hidden {
            None => (self.number, self.number),
            Some(Why::Suppressed) => (1, SMALL - 1),
            Some(Why::Withheld) => (0, ANY),
        }
    }
}

/// Why a number is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It is small.
    Suppressed,
    /// It would give a small one away.
    Withheld,
}

/// A number that parts add up to, by their places in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The whole.
    pub whole: usize,
    /// Its parts, as far as they are in the list.
    pub parts: Vec<usize>,
}

/// Withholds of numbers that stand together what would give a suppressed one away, and no more than that. What is public
/// stays: nothing helps against what it gives away by itself.
pub fn withhold(numbers: &mut [Beside], sums: &[Sum]) {
    let sums: Vec<Facts<'_>> = sums.iter().map(|sum| Facts::of(numbers, sum)).collect();
    let mut withheld: Vec<(usize, Option<Why>)> = Vec::new();
    // Each turn hides one number more, or one more so that nothing is said of it.
    while let Some(next) = given_away(numbers, &sums).map(|known| in_its_way(numbers, &sums, known)) {
        withheld.push((next, set(numbers, next, Some(Why::Withheld))));
    }
    // What was withheld first may not be needed any more since the last was.
    for (at, before) in withheld {
        set(numbers, at, before);
        if given_away(numbers, &sums).is_some() {
            set(numbers, at, Some(Why::Withheld));
        }
    }
}

/// Sets how a number stands; how it stood.
fn set(numbers: &mut [Beside], at: usize, hidden: Option<Why>) -> Option<Why> {
    numbers.get_mut(at).and_then(|number| std::mem::replace(&mut number.hidden, hidden))
}

/// What everybody knows of a sum: parts may leave something over that stands in no row, or count something twice.
struct Facts<'a> {
    sum: &'a Sum,
    parts_are_within: bool,
    parts_are_all: bool,
}

impl<'a> Facts<'a> {
    fn of(numbers: &[Beside], sum: &'a Sum) -> Facts<'a> {
        let number = |at: &usize| numbers.get(*at).map_or(0, |beside| beside.number);
        let (whole, parts): (i64, i64) = (number(&sum.whole), sum.parts.iter().map(number).sum());
        Facts { sum, parts_are_within: parts <= whole, parts_are_all: parts >= whole }
    }

    fn holds(&self, at: usize) -> bool {
        self.sum.whole == at || self.sum.parts.contains(&at)
    }
}

/// The least and the most that a number can be.
type Range = (i64, i64);

/// More than any number is, and little enough to be added up.
const ANY: i64 = i64::MAX >> 16;

/// How often what is known is gone over: a table of a report is done with after two or three.
const ROUNDS: usize = 100;

/// What somebody can work out who sees the numbers that are shown: narrows what each can be for as long as that says more.
fn work_out(known: &mut [Range], sums: &[Facts<'_>]) {
    let of = |known: &[Range], at: usize| known.get(at).copied().unwrap_or((0, ANY));
    for _ in 0..ROUNDS {
        let before = known.to_vec();
        for Facts { sum: Sum { whole, parts }, parts_are_within, parts_are_all } in sums {
            let add = |sum: Range, at: &usize| (sum.0 + of(known, *at).0, sum.1 + of(known, *at).1);
            let (least, most) = parts.iter().fold((0, 0), add);
            let (mut low, mut high) = of(known, *whole);
            if *parts_are_within {
                low = low.max(least);
            }
            if *parts_are_all {
                high = high.min(most);
            }
            for at in std::iter::once(whole).chain(parts) {
                let mut range = of(known, *at);
                if at == whole {
                    range = (low, high);
                } else {
                    let others = (least - range.0, most - range.1);
                    if *parts_are_within {
                        range.1 = range.1.min(high - others.0);
                    }
                    if *parts_are_all {
                        range.0 = range.0.max(low - others.1);
                    }
                }
                known.iter_mut().skip(*at).take(1).for_each(|known| *known = range);
            }
        }
        if before == known || known.iter().any(|(least, most)| least > most) {
            return;
        }
    }
}

/// The first suppressed number that can be worked out.
fn given_away(numbers: &[Beside], sums: &[Facts<'_>]) -> Option<usize> {
    let mut known: Vec<Range> = numbers.iter().map(|beside| beside.seen()).collect();
    work_out(&mut known, sums);
    let told =
        |(beside, (least, most)): (&Beside, &Range)| beside.hidden == Some(Why::Suppressed) && least >= most;
    numbers.iter().zip(&known).position(told)
}

/// What to withhold next so that a number cannot be worked out: the whole of one of its sums, else the least other part;
/// else the same of the sums that tell of what is hidden in those; at last itself, of which not even that it is small is
/// said then.
fn in_its_way(numbers: &[Beside], sums: &[Facts<'_>], known: usize) -> usize {
    let hidden = |at: usize| numbers.get(at).and_then(|beside| beside.hidden);
    let number = |at: usize| numbers.get(at).map_or(0, |beside| beside.number);
    let can_be =
        |at: &usize| numbers.get(*at).is_some_and(|beside| beside.hidden.is_none() && !beside.public);
    let mut asked = vec![known];
    let mut next = 0;
    while let Some(at) = asked.get(next).copied() {
        let touching = || sums.iter().filter(|facts| facts.holds(at)).map(|facts| facts.sum);
        let wholes = touching().map(|sum| sum.whole).find(can_be);
        let parts = touching().flat_map(|sum| &sum.parts).copied();
        let least = parts.filter(|part| can_be(part) && number(*part) > 0).min_by_key(|part| number(*part));
        if let Some(found) = wholes.or(least) {
            return found;
        }
        for sum in touching() {
            let more = std::iter::once(sum.whole).chain(sum.parts.iter().copied());
            let more: Vec<usize> = more.filter(|at| hidden(*at).is_some() && !asked.contains(at)).collect();
            asked.extend(more);
        }
        next += 1;
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_sum_is_withheld_when_it_gives_hidden_numbers_away() {
        let gives_away = |hidden: &[i64]| hidden.iter().copied().collect::<Hidden>().gives_away();
        let away: [&[i64]; 4] = [&[3], &[1, 1], &[4, 4], &[1, 1, 1]];
        assert!(away.iter().all(|hidden| gives_away(hidden)));
        let safe: [&[i64]; 3] = [&[], &[1, 2], &[2, 3, 4]];
        assert!(!safe.iter().any(|hidden| gives_away(hidden)));
        // Over groups of which each is hidden already.
        let over = |groups: &[&[i64]]| {
            let groups = groups.iter().map(|group| group.iter().copied().collect::<Hidden>());
            Hidden::given_away_over(groups)
        };
        // One group; single numbers that are all the least; two groups that are both four.
        assert!(over(&[&[1, 3]]) && over(&[&[1, 1], &[1]]) && over(&[&[2, 2], &[1, 3]]));
        assert!(!over(&[]) && !over(&[&[3], &[2]]) && !over(&[&[1], &[4]]));
    }

    fn beside(numbers: impl IntoIterator<Item = i64>) -> Vec<Beside> {
        let of =
            |number| Beside { number, hidden: is_small(number).then_some(Why::Suppressed), public: false };
        numbers.into_iter().map(of).collect()
    }

    fn hidden(numbers: &[Beside]) -> String {
        let sign = |beside: &Beside| match beside.hidden {
            None => beside.number.to_string(),
            Some(Why::Suppressed) => SUPPRESSED.to_owned(),
            Some(Why::Withheld) => WITHHELD.to_owned(),
        };
        numbers.iter().map(sign).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_would_give_a_small_number_away_is_withheld_with_it() {
        let seen = |numbers: &[i64], sums: &[(usize, &[usize])]| {
            let mut numbers = beside(numbers.iter().copied());
            let sums: Vec<Sum> =
                sums.iter().map(|(whole, parts)| Sum { whole: *whole, parts: parts.to_vec() }).collect();
            withhold(&mut numbers, &sums);
            hidden(&numbers)
        };
        // One small part: the whole less the others.
        assert_eq!(seen(&[103, 100, 3], &[(0, &[1, 2])]), "– 100 <5");
        // Two of which nothing more is known stay beside their whole.
        assert_eq!(seen(&[105, 100, 3, 2], &[(0, &[1, 2, 3])]), "105 100 <5 <5");
        assert_eq!(seen(&[108, 100, 4, 4], &[(0, &[1, 2, 3])]), "– 100 <5 <5");
        // Something is in no row.
        assert_eq!(seen(&[110, 100, 3], &[(0, &[1, 2])]), "110 100 <5");
        // Nobody is nobody.
        assert_eq!(seen(&[100, 100, 0], &[(0, &[1, 2])]), "100 100 0");
        // The whole is known anyway: the other part is withheld.
        assert_eq!(seen(&[103, 100, 3, 60, 43], &[(0, &[1, 2]), (0, &[3, 4])]), "103 – <5 60 43");
        // A whole that is a part of another one with nothing else hidden is known anyway.
        assert_eq!(seen(&[103, 100, 3, 150, 47], &[(0, &[1, 2]), (3, &[0, 4])]), "103 – <5 150 47");
    }

    #[test]
    fn what_is_public_stays_and_the_new_number_gives_way() {
        // Three months of a quarter: 100 and 40 are public, so is that there were a few in the third.
        let sum = [Sum { whole: 0, parts: vec![1, 2, 3] }];
        let seen = |public: [bool; 4]| {
            let mut numbers = beside([143, 100, 40, 3]);
            numbers.iter_mut().zip(public).for_each(|(number, public)| number.public = public);
            withhold(&mut numbers, &sum);
            hidden(&numbers)
        };
        assert_eq!(seen([false, true, true, true]), "– 100 40 <5");
        // The quarter and two months were first: the month that is left is the new one.
        assert_eq!(seen([true, true, true, false]), "143 100 40 –");
        assert_eq!(seen([true, false, true, false]), "143 – 40 <5");
    }

    /// Whether there are numbers within these ranges of which all is true that everybody knows: one is tried after the
    /// other.
    fn possible(mut ranges: Vec<Range>, sums: &[Facts<'_>]) -> bool {
        work_out(&mut ranges, sums);
        if ranges.iter().any(|(least, most)| least > most) {
            return false;
        }
        let open = (0..ranges.len()).filter(|at| ranges[*at].0 < ranges[*at].1);
        let Some(at) = open.min_by_key(|at| ranges[*at].1 - ranges[*at].0) else { return true };
        let (least, most) = ranges[at];
        (least..=most.min(least + 50)).any(|number| {
            let mut ranges = ranges.clone();
            ranges[at] = (number, number);
            possible(ranges, sums)
        })
    }

    proptest! {
        /// Totals of numbers that are each broken down twice: nobody works out a suppressed number.
        #[test]
        fn nobody_works_out_a_small_number(
            tops in prop::collection::vec(prop::collection::vec(0i64..9, 1..5), 1..4),
            cut in 1i64..6,
        ) {
            // The total; then each whole, its parts, and the same whole in two other parts.
            let mut numbers = vec![0];
            let mut sums = vec![Sum { whole: 0, parts: Vec::new() }];
            for parts in &tops {
                let whole: i64 = parts.iter().sum();
                let at = numbers.len();
                numbers[0] += whole;
                numbers.push(whole);
                sums[0].parts.push(at);
                numbers.extend(parts);
                sums.push(Sum { whole: at, parts: (at + 1..numbers.len()).collect() });
                let other = numbers.len();
                numbers.extend([whole / cut, whole - whole / cut]);
                sums.push(Sum { whole: at, parts: vec![other, other + 1] });
            }
            let mut numbers = beside(numbers);
            withhold(&mut numbers, &sums);
            let facts: Vec<Facts<'_>> = sums.iter().map(|sum| Facts::of(&numbers, sum)).collect();
            for (at, beside) in numbers.iter().enumerate().filter(|(_, of)| of.hidden == Some(Why::Suppressed)) {
                let another = (1..SMALL).filter(|number| *number != beside.number).any(|number| {
                    let mut ranges: Vec<Range> = numbers.iter().map(Beside::seen).collect();
                    ranges[at] = (number, number);
                    possible(ranges, &facts)
                });
                prop_assert!(another, "{} can be worked out of {}", beside.number, hidden(&numbers));
            }
        }
    }
}
