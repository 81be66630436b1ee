//! The names of what groups become.

use super::spelling::{lower_camel_word, lower_first, public};
use super::taken::{Taken, underscore_suffixes, unused};
use super::words::{
    BUILT_IN_IDENTIFIERS, FORBIDDEN_TYPES, LISTENER_MEMBERS, LISTENER_PARAMETERS, RESERVED_WORDS,
};

/// The class of an event's request, from the names of its group and its own.
pub fn request(group: &str, event: &str) -> String {
    class(&format!("{group}{event}"))
}

/// The constant that holds what a group declares; unused by what is in `taken`, which it joins.
pub fn group_constant(group: &str, taken: &mut Taken) -> String {
    let name = format!("{}Group", lower_first(&public(group)));
    unused(&name, taken, &underscore_suffixes())
}

/// The class of a notification group's listener.
pub fn listener(group: &str) -> String {
    class(&format!("{group}Listener"))
}

/// The listener's callback for a notification.
pub fn callback(notification: &str) -> String {
    let mut taken = Taken::never(&[LISTENER_PARAMETERS]);
    unused(
        &format!("on{notification}"),
        &mut taken,
        &underscore_suffixes(),
    )
}

/// The listener's constant for a notification.
pub fn notification_constant(notification: &str) -> String {
    let name = lower_first(&public(notification));
    let callback = name
        .strip_prefix("on")
        .is_some_and(|rest| rest.starts_with(|c: char| !c.is_ascii_lowercase()));
    let mut taken = Taken::never(&[LISTENER_MEMBERS, LISTENER_PARAMETERS, RESERVED_WORDS]);
    if callback {
        taken.add(&name);
    }
    unused(&name, &mut taken, &underscore_suffixes())
}

/// A callback's parameter for a payload: the type's name in small, without the ending of its kind.
pub fn payload_parameter(class: &str) -> String {
    let stem = class
        .strip_suffix("PB")
        .or_else(|| class.strip_suffix("Pb"))
        .filter(|stem| !stem.is_empty());
    let last = stem
        .unwrap_or(class)
        .rsplit('_')
        .find(|part| part.starts_with(|first: char| first.is_ascii_alphabetic()))
        .unwrap_or("payload");
    unused(
        &lower_camel_word(last),
        &mut Taken::never(&[&["key"], BUILT_IN_IDENTIFIERS, RESERVED_WORDS]),
        &underscore_suffixes(),
    )
}

/// A class that is no message.
fn class(name: &str) -> String {
    let mut taken = Taken::never(&[FORBIDDEN_TYPES, BUILT_IN_IDENTIFIERS, RESERVED_WORDS]);
    unused(&public(name), &mut taken, &underscore_suffixes())
}
