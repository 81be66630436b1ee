//! What the other side refers to, by numbers.
//!
//! A number may come back twice, late, or never have been given out: a VM that refuses a message may run its finalizer
//! before, later or not at all, and a program may close what it closed before. So things stay owned here, and whoever
//! removes one first has it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

/// Things that the other side has numbers of.
pub struct Handles<T>(Mutex<Option<Table<T>>>);

struct Table<T> {
    last: usize,
    things: FxHashMap<usize, T>,
}

impl<T> Handles<T> {
    pub const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Gives a thing a number, which is never 0.
    pub fn insert(&self, thing: T) -> usize {
        self.locked(|table| {
            loop {
                table.last = table.last.wrapping_add(1);
                if table.last != 0 && !table.things.contains_key(&table.last) {
                    break;
                }
            }
            table.things.insert(table.last, thing);
            table.last
        })
    }

    /// Keeps a thing by a number that no other has, such as its address.
    pub fn insert_as(&self, number: usize, thing: T) {
        self.locked(|table| table.things.insert(number, thing));
    }

    pub fn remove(&self, number: usize) -> Option<T> {
        self.locked(|table| table.things.remove(&number))
    }

    /// Looks at a thing. No other can be looked at meanwhile.
    pub fn with<R>(&self, number: usize, look: impl FnOnce(&T) -> R) -> Option<R> {
        self.locked(|table| table.things.get(&number).map(look))
    }

    /// Looks at each of them.
    pub fn map<R>(&self, mut look: impl FnMut(usize, &T) -> R) -> Vec<R> {
        self.locked(|table| {
            let things = table.things.iter();
            things.map(|(number, thing)| look(*number, thing)).collect()
        })
    }

    fn locked<R>(&self, work: impl FnOnce(&mut Table<T>) -> R) -> R {
        let mut table: MutexGuard<'_, _> = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work(table.get_or_insert_with(|| Table {
            last: 0,
            things: FxHashMap::default(),
        }))
    }
}
