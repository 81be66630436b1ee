//! Ranges of numbers that a schema keeps: which of them has a number, and which of them overlap.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included};

/// So many overlaps of one message or enum are told. Those that come later are as if they were not there: to find them
/// all takes time that grows with the square of their count.
const MAX_OVERLAPS: usize = 100;

/// Ranges by their place in the schema. A number that several of them have belongs to the first.
#[derive(Debug, Default)]
pub struct Ranges {
    /// Stretches that are apart, by their first number: the last number, and the range that they are of.
    stretches: BTreeMap<i32, (i32, usize)>,
    overlaps: usize,
}

impl Ranges {
    /// Adds a range with both its ends; gives the first of those before that it overlaps. One that has no number is none.
    pub fn add(&mut self, first: i32, last: i32, index: usize) -> Option<usize> {
        if first > last || self.overlaps == MAX_OVERLAPS {
            return None;
        }
        let before = self.stretches.range(..=first).next_back();
        let before = before.filter(|(_, (end, _))| *end >= first);
        let within = self.stretches.range((Excluded(first), Included(last)));
        let met: Vec<_> = before
            .into_iter()
            .chain(within)
            .map(|(start, (end, index))| (*start, *end, *index))
            .collect();
        // What no other range has.
        let mut next = Some(first);
        for (start, end, _) in &met {
            if let Some(free) = next.filter(|free| free < start) {
                self.stretches.insert(free, (start - 1, index));
            }
            next = end.checked_add(1).filter(|next| *next <= last);
        }
        if let Some(free) = next {
            self.stretches.insert(free, (last, index));
        }
        self.overlaps += usize::from(!met.is_empty());
        met.iter().map(|(.., index)| *index).min()
    }

    /// The range that has a number, and the first number of those next to it that the range has too.
    pub fn find(&self, number: i32) -> Option<(usize, i32)> {
        let (start, (end, index)) = self.stretches.range(..=number).next_back()?;
        (*end >= number).then_some((*index, *start))
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_OVERLAPS, Ranges};

    #[test]
    fn a_number_belongs_to_the_first_range_that_has_it() {
        let mut ranges = Ranges::default();
        assert_eq!(ranges.add(5, 7, 0), None);
        assert_eq!(ranges.add(10, 12, 1), None);
        assert_eq!(ranges.add(6, 20, 2), Some(0));
        assert_eq!(ranges.add(9, 8, 3), None);
        assert_eq!(ranges.add(i32::MIN, i32::MAX, 4), Some(0));
        let found = |number| ranges.find(number).map(|(index, _)| index);
        let numbers = [i32::MIN, 4, 5, 7, 8, 10, 12, 13, 20, 21, i32::MAX];
        assert_eq!(
            numbers.map(found),
            [4, 4, 0, 0, 2, 1, 1, 2, 2, 4, 4].map(Some)
        );
        assert_eq!(Ranges::default().find(1), None);
    }

    #[test]
    fn overlaps_without_end_are_not_looked_for() {
        let mut ranges = Ranges::default();
        let overlaps = (0..1000).filter(|index| ranges.add(1, 1, *index).is_some());
        assert_eq!(overlaps.count(), MAX_OVERLAPS);
    }
}
