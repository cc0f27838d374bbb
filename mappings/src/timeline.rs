//! Versions on a line of time: which one holds at a moment.

use model::Moment;

/// At least one version, each from an instant on. Before the first, the first.
#[derive(Debug)]
pub(crate) struct Timeline<T> {
    first: (Moment, T),
    /// In the order of their instants, all after the first's.
    later: Vec<(Moment, T)>,
}

impl<T> Timeline<T> {
    /// Puts versions in order.
    pub(crate) fn of(mut first: (Moment, T), mut others: Vec<(Moment, T)>) -> Self {
        for other in &mut others {
            if other.0 < first.0 {
                std::mem::swap(other, &mut first);
            }
        }
        others.sort_by_key(|(from, _)| *from);
        Timeline { first, later: others }
    }

    /// The version whose instant is the latest not after `moment`; before the first: the first.
    pub(crate) fn at(&self, moment: Moment) -> &T {
        let begun = self.later.partition_point(|(from, _)| *from <= moment);
        let last = begun.checked_sub(1).and_then(|place| self.later.get(place));
        &last.unwrap_or(&self.first).1
    }

    /// Every version with its instant, earliest first.
    pub(crate) fn versions(&self) -> impl Iterator<Item = (Moment, &T)> {
        std::iter::once(&self.first).chain(&self.later).map(|(from, version)| (*from, version))
    }
}

#[cfg(test)]
impl<T> Timeline<T> {
    pub(crate) fn into_first(self) -> T {
        self.first.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_holds_from_its_instant_until_the_next_whatever_the_order_of_reading() {
        let orders = [[10, 20, 30], [30, 20, 10], [20, 30, 10]];
        for [first, second, third] in orders {
            let entry = |from| (Moment(from), from);
            let line = Timeline::of(entry(first), vec![entry(second), entry(third)]);
            let held = [i64::MIN, 9, 10, 19, 20, 29, 30, i64::MAX].map(|at| *line.at(Moment(at)));
            assert_eq!(held, [10, 10, 10, 10, 20, 20, 30, 30]);
            let all: Vec<i64> = line.versions().map(|(from, _)| from.0).collect();
            assert_eq!(all, [10, 20, 30]);
        }
    }

    #[test]
    fn one_version_holds_always() {
        let line = Timeline::of((Moment(10), "only"), Vec::new());
        assert_eq!((line.at(Moment(0)), line.at(Moment(11))), (&"only", &"only"));
    }
}
