//! Lists of values.

use std::collections::HashSet;
use std::hash::Hash;

use bytes::Bytes;

/// Up to how many items are compared in pairs, which needs no memory.
const FEW: usize = 32;

/// A value that CEL compares.
pub trait Unique: PartialEq {
    /// What is equal where two values are; None for one that equals nothing, not even itself.
    fn identity(&self) -> Option<impl Eq + Hash + '_>;
}

macro_rules! unique {
    ($($ty:ty),*) => {
        $(impl Unique for $ty {
            fn identity(&self) -> Option<impl Eq + Hash + '_> {
                Some(self)
            }
        })*
    };
}

unique!(bool, i32, i64, u32, u64, String, Bytes, Vec<u8>);

macro_rules! unique_float {
    ($($ty:ty),*) => {
        $(impl Unique for $ty {
            fn identity(&self) -> Option<impl Eq + Hash + '_> {
                // Adding zero makes the two zeros one.
                (!self.is_nan()).then(|| (self + 0.0).to_bits())
            }
        })*
    };
}

unique_float!(f32, f64);

/// Whether no value is in a list twice. Allocates for more than 32 items.
#[must_use]
pub fn is_unique<T: Unique>(items: &[T]) -> bool {
    if items.len() <= FEW {
        let mut rest = items;
        while let [first, others @ ..] = rest {
            if others.contains(first) {
                return false;
            }
            rest = others;
        }
        return true;
    }
    let mut seen = HashSet::with_capacity(items.len());
    items
        .iter()
        .filter_map(Unique::identity)
        .all(|identity| seen.insert(identity))
}

/// Whether some bytes are somewhere in others.
#[must_use]
pub fn contains(bytes: &[u8], part: &[u8]) -> bool {
    part.is_empty() || bytes.windows(part.len()).any(|window| window == part)
}

/// Whether the paths of a field mask are these, in this order.
#[must_use]
pub fn paths_equal(paths: &[String], these: &[&str]) -> bool {
    paths.iter().map(String::as_str).eq(these.iter().copied())
}

/// Whether every path of a field mask is one of these, or below one.
#[must_use]
pub fn paths_in(paths: &[String], these: &[&str]) -> bool {
    paths.iter().all(|path| is_below(path, these))
}

/// Whether no path of a field mask is one of these, or below one.
#[must_use]
pub fn paths_not_in(paths: &[String], these: &[&str]) -> bool {
    !paths.iter().any(|path| is_below(path, these))
}

fn is_below(path: &str, these: &[&str]) -> bool {
    these.iter().any(|this| {
        path.strip_prefix(this)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}
