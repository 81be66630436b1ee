//! Parameters: what a message becomes once it is known to be legal.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};

use prost::Message;

use super::{At, Key, Violations};

/// What a handler takes in place of a message: the same, with all that the message's rules promise in its types.
///
/// Generated for a message with the option `(bellwire.params)`.
pub trait Params: TryFrom<Self::Message, Error = Violations> + Send + 'static {
    /// The message.
    type Message: Message + Default;
}

const UNKNOWN: &str = "value must be one of the defined enum values";

/// A value that must be set.
pub fn given<T>(value: Option<T>, at: At<'_>, found: &mut Violations) -> Option<T> {
    if value.is_none() {
        found.add_once(at, "required", "value is required");
    }
    value
}

/// The value of an enum; a number that it does not have is a violation.
pub fn known<E: TryFrom<i32>>(number: i32, at: At<'_>, found: &mut Violations) -> Option<E> {
    let value = E::try_from(number).ok();
    if value.is_none() {
        found.add_once(at, "enum.defined_only", UNKNOWN);
    }
    value
}

/// A value of an enum that must be set, and known.
pub fn given_known<E: TryFrom<i32>>(
    number: Option<i32>,
    at: At<'_>,
    found: &mut Violations,
) -> Option<E> {
    known(given(number, at, found)?, at, found)
}

/// A value of an enum that may be unset.
pub fn known_option<E: TryFrom<i32>>(
    number: Option<i32>,
    at: At<'_>,
    found: &mut Violations,
) -> Option<Option<E>> {
    match number {
        Some(number) => known(number, at, found).map(Some),
        None => Some(None),
    }
}

/// The same of a list.
pub fn known_list<E: TryFrom<i32>>(
    numbers: Vec<i32>,
    at: At<'_>,
    found: &mut Violations,
) -> Option<Vec<E>> {
    let numbers = numbers.into_iter().enumerate();
    let values: Vec<_> = numbers
        .map(|(index, number)| known(number, at.index(index), found))
        .collect();
    values.into_iter().collect()
}

/// The same of the values of a map.
pub fn known_map<K, E, S>(
    numbers: HashMap<K, i32, S>,
    at: At<'_>,
    found: &mut Violations,
) -> Option<HashMap<K, E, S>>
where
    K: Eq + Hash,
    for<'a> Key<'a>: From<&'a K>,
    E: TryFrom<i32>,
    S: BuildHasher + Default,
{
    let before = found.len();
    let values: Vec<_> = numbers
        .into_iter()
        .map(|(key, number)| {
            let value = known(number, at.key(&key), found)?;
            Some((key, value))
        })
        .collect();
    found.sort_from(before);
    values.into_iter().collect()
}
