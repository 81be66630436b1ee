//! Parameters: what a message becomes once it is known to be legal.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};

use prost::Message;

use super::{At, Key, Validate, Violations};

/// What a handler takes in place of a message: the same, with all that the message's rules promise in its types.
///
/// Generated for a message with the option `(bellwire.params)`.
pub trait Params: TryFrom<Self::Message, Error = Violations> + Send + 'static {
    /// The message.
    type Message: Message + Default;

    /// Takes a message that stands at that place and whose rules were checked. What else is wrong is added to what was
    /// found; then there are no parameters.
    fn parse(message: Self::Message, at: &At<'_>, found: &mut Violations) -> Option<Self>;
}

/// Parses a message that has no rules.
///
/// # Errors
///
/// Everything that is wrong.
pub fn parsed<P: Params>(message: P::Message) -> Result<P, Violations> {
    finished(message, Violations::default())
}

/// Checks a message, and parses it.
///
/// # Errors
///
/// Everything that is wrong.
pub fn checked<P: Params<Message: Validate>>(message: P::Message) -> Result<P, Violations> {
    let mut found = Violations::default();
    message.check(&At::root(), &mut found);
    finished(message, found)
}

fn finished<P: Params>(message: P::Message, mut found: Violations) -> Result<P, Violations> {
    match P::parse(message, &At::root(), &mut found) {
        Some(params) if found.is_empty() => Ok(params),
        _ => Err(found),
    }
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
    map_values(numbers, at, found, known)
}

/// The parameters of a message that may be unset.
pub fn parsed_option<P: Params>(
    message: Option<P::Message>,
    at: At<'_>,
    found: &mut Violations,
) -> Option<Option<P>> {
    match message {
        Some(message) => P::parse(message, &at, found).map(Some),
        None => Some(None),
    }
}

/// The parameters of a message that must be set.
pub fn given_parsed<P: Params>(
    message: Option<P::Message>,
    at: At<'_>,
    found: &mut Violations,
) -> Option<P> {
    P::parse(given(message, at, found)?, &at, found)
}

/// The same of a message that is always set.
pub fn parsed_value<P: Params>(
    message: P::Message,
    at: At<'_>,
    found: &mut Violations,
) -> Option<P> {
    P::parse(message, &at, found)
}

/// The same of a list.
pub fn parsed_list<P: Params>(
    messages: Vec<P::Message>,
    at: At<'_>,
    found: &mut Violations,
) -> Option<Vec<P>> {
    let messages = messages.into_iter().enumerate();
    let values: Vec<_> = messages
        .map(|(index, message)| P::parse(message, &at.index(index), found))
        .collect();
    values.into_iter().collect()
}

/// The same of the values of a map.
pub fn parsed_map<K, P, S>(
    messages: HashMap<K, P::Message, S>,
    at: At<'_>,
    found: &mut Violations,
) -> Option<HashMap<K, P, S>>
where
    K: Eq + Hash,
    for<'a> Key<'a>: From<&'a K>,
    P: Params,
    S: BuildHasher + Default,
{
    map_values(messages, at, found, |message, at, found| {
        P::parse(message, &at, found)
    })
}

fn map_values<K, V, T, S>(
    values: HashMap<K, V, S>,
    at: At<'_>,
    found: &mut Violations,
    parse: impl Fn(V, At<'_>, &mut Violations) -> Option<T>,
) -> Option<HashMap<K, T, S>>
where
    K: Eq + Hash,
    for<'a> Key<'a>: From<&'a K>,
    S: BuildHasher + Default,
{
    let before = found.len();
    let values: Vec<_> = values
        .into_iter()
        .map(|(key, value)| {
            let value = parse(value, at.key(&key), found)?;
            Some((key, value))
        })
        .collect();
    found.sort_from(before);
    values.into_iter().collect()
}
