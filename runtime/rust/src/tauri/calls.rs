//! Which calls a page has made, so that none is made twice.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::{Failure, Payload};

/// How far numbers may come out of order. A page has far fewer calls in flight.
const DISORDER: usize = 4096;

/// Gives a command its answer.
pub(super) type Answer = Box<dyn FnOnce(Outcome) + Send>;

/// How a call ends that has one answer.
pub(super) type Outcome = Result<Payload, Failure<Payload>>;

/// The calls of one session.
///
/// Where a webview fails to carry an answer, Tauri delivers its command a second time, by another way. Such a call must
/// not run again; it has the answer of the first one.
#[derive(Default)]
pub(super) struct Calls {
    waiting: FxHashMap<u64, Answer>,
    seen: Seen,
}

/// What becomes of a call that came.
pub(super) enum Delivery {
    /// It is to be made.
    First,
    /// It runs. The answer goes to this delivery of it; this one, of the delivery before, is free.
    Again(Answer),
    /// It ran, and its answer was given.
    Over(Answer),
}

impl Calls {
    pub fn deliver(&mut self, id: u64, answer: Answer) -> Delivery {
        if self.seen.add(id) {
            self.waiting.insert(id, answer);
            return Delivery::First;
        }
        match self.waiting.get_mut(&id) {
            Some(waiting) => Delivery::Again(std::mem::replace(waiting, answer)),
            None => Delivery::Over(answer),
        }
    }

    /// Who waits for this call's answer.
    pub fn take(&mut self, id: u64) -> Option<Answer> {
        self.waiting.remove(&id)
    }
}

/// The numbers that came, in little memory: they are consecutive, and only nearly in order.
#[derive(Default)]
struct Seen {
    /// All up to here count as seen.
    up_to: u64,
    beyond: BTreeSet<u64>,
}

impl Seen {
    /// False where it was seen before.
    fn add(&mut self, number: u64) -> bool {
        if number <= self.up_to || !self.beyond.insert(number) {
            return false;
        }
        while let Some(&first) = self.beyond.first()
            && (first - 1 == self.up_to || self.beyond.len() > DISORDER)
        {
            self.beyond.pop_first();
            self.up_to = first;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use bytes::Bytes;

    use super::*;

    #[test]
    fn a_number_is_new_once_whatever_the_order() {
        let mut seen = Seen::default();
        for number in [1, 3, 2, 6, 4, 5, 100] {
            assert!(seen.add(number), "{number}");
            assert!(!seen.add(number), "{number}");
        }
        assert_eq!((seen.up_to, seen.beyond.len()), (6, 1));
        assert!(!seen.add(0));
        assert!(seen.add(u64::MAX));
        assert!(seen.add(7));
    }

    #[test]
    fn memory_is_bounded_whatever_the_numbers() {
        let mut seen = Seen::default();
        for number in 0..100_000 {
            seen.add(number * 3 + 2);
        }
        assert_eq!(seen.beyond.len(), DISORDER);
        assert!(!seen.add(1));
        for number in u64::MAX - 10_000..=u64::MAX {
            seen.add(number);
        }
        assert_eq!((seen.up_to, seen.beyond.len()), (u64::MAX, 0));
    }

    #[test]
    fn a_call_that_comes_again_has_the_answer_of_the_first() {
        let told: Arc<Mutex<Vec<&str>>> = Arc::default();
        let answer = |name| -> Answer {
            let told = Arc::clone(&told);
            Box::new(move |_| told.lock().expect("whole").push(name))
        };
        let mut calls = Calls::default();
        assert!(matches!(calls.deliver(1, answer("one")), Delivery::First));
        let Delivery::Again(freed) = calls.deliver(1, answer("two")) else {
            panic!("it runs");
        };
        freed(Ok(Payload::from(Bytes::new())));
        calls.take(1).expect("it waits")(Ok(Payload::from(Bytes::new())));
        assert_eq!(*told.lock().expect("whole"), ["one", "two"]);
        assert!(matches!(
            calls.deliver(1, answer("three")),
            Delivery::Over(_)
        ));
        assert!(calls.take(1).is_none());
    }
}
