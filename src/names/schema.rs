//! The names that belong to no language: those of events and notifications.

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// The name of an event or notification: the value's name without the enum's, in UpperCamelCase.
///
/// `SignIn`, `SIGN_IN` and `USER_EVENT_SIGN_IN` of `UserEvent` are all `SignIn`.
pub fn event(enum_name: &str, value_name: &str) -> String {
    strip_prefix(enum_name, value_name).to_upper_camel_case()
}

/// The identity of an event or notification: `package.Group/Event`.
pub fn path(group_full_name: &str, event: &str) -> String {
    format!("{group_full_name}/{event}")
}

/// A value's name as it would be with the enum's name before it: `USER_EVENT_EXPORT`.
pub fn prefixed(enum_name: &str, value_name: &str) -> String {
    format!(
        "{}_{}",
        enum_name.to_shouty_snake_case(),
        strip_prefix(enum_name, value_name).to_shouty_snake_case()
    )
}

/// A value that says that there is none: `UNSPECIFIED` or `UNKNOWN` at the end, in any case.
pub fn is_placeholder(enum_name: &str, value_name: &str) -> bool {
    let name = strip_prefix(enum_name, value_name).to_ascii_uppercase();
    name.ends_with("UNSPECIFIED") || name.ends_with("UNKNOWN")
}

/// Takes the enum's name off, where it stands before an underscore (`USER_EVENT_SIGN_IN`, `UserEvent_SignIn`) or
/// before a capital (`UserEventSignIn`), and something is left that can start a name.
fn strip_prefix<'a>(enum_name: &str, value_name: &'a str) -> &'a str {
    if !begins_alike(enum_name, value_name) {
        return value_name;
    }
    let shouty = enum_name.to_shouty_snake_case();
    let snake = enum_name.to_snake_case();
    for prefix in [shouty.as_str(), snake.as_str(), enum_name] {
        let Some(rest) = value_name.strip_prefix(prefix) else {
            continue;
        };
        let name = rest.trim_start_matches('_');
        let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
        let separate = name.len() < rest.len()
            || (prefix == enum_name && name.starts_with(|c: char| c.is_ascii_uppercase()));
        if starts && separate {
            return name;
        }
    }
    value_name
}

/// Whether one name begins with the letters of another, in any case and with any underscores.
fn begins_alike(start: &str, name: &str) -> bool {
    let letters = |name: &str| name.replace('_', "").to_ascii_lowercase();
    letters(name).starts_with(&letters(start))
}

/// Whether a name can start an identifier in every language.
pub fn is_usable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// What two names of one group must not share: the spelling in which case tells the least.
pub fn method_key(name: &str) -> String {
    name.to_snake_case().replace('_', "")
}

/// What a client calls: `UserEventSignIn`, in TypeScript and Dart alike.
pub fn client(group: &str, event: &str) -> String {
    format!("{group}{}", event.to_upper_camel_case())
}

/// What a client listens with: `UserNotificationListener`, in TypeScript and Dart alike.
pub fn listener(group: &str) -> String {
    format!("{group}Listener")
}
