//! How things are called in Rust: its keywords, and the one rule that escapes them.
//!
//! Messages, fields and packages follow prost-build to the letter, since their code comes from there.

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// Keywords that a raw identifier may be: `r#type`.
const RAW: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static",
    "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Keywords that no identifier may be.
const FORBIDDEN: &[&str] = &["_", "Self", "crate", "extern", "self", "super"];

/// Methods that a generated client or notifier has besides those of its events.
const OWN_METHODS: &[&str] = &["new", "with_options"];

/// Makes an identifier of any name.
fn escape(name: String) -> String {
    if RAW.contains(&name.as_str()) {
        format!("r#{name}")
    } else if FORBIDDEN.contains(&name.as_str()) {
        format!("{name}_")
    } else if name.starts_with(|first: char| first.is_numeric()) {
        format!("_{name}")
    } else {
        name
    }
}

/// A message, an enum, or the enum of a oneof.
pub fn type_name(name: &str) -> String {
    escape(name.to_upper_camel_case())
}

/// The values of an enum: without the enum's name, where what is left can stand alone.
pub fn variants(enum_name: &str) -> impl Fn(&str) -> String + use<> {
    let prefix = enum_name.to_upper_camel_case();
    move |value| {
        let value = value.to_upper_camel_case();
        let rest = value.strip_prefix(&prefix).unwrap_or(&value);
        let stands_alone = rest.starts_with(|first: char| first.is_uppercase());
        escape(if stands_alone { rest.to_owned() } else { value })
    }
}

/// A field, a segment of a package, or the module of a message's nested types.
pub fn snake(name: &str) -> String {
    escape(snake_case(name))
}

/// Most names of fields are in it already.
fn snake_case(name: &str) -> String {
    let plain = |word: &str| {
        let mut bytes = word.bytes();
        !word.is_empty() && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    match name.split('_').all(plain) {
        true => name.to_owned(),
        false => name.to_snake_case(),
    }
}

/// The field of a map whose values are enums: prost makes names of methods from it, and a raw identifier is part of none.
pub fn enum_map(name: &str) -> String {
    match snake(name).strip_prefix("r#") {
        Some(word) => format!("{word}_"),
        None => snake(name),
    }
}

/// An event's method in the handler trait.
pub fn handler_method(event: &str) -> String {
    snake(event)
}

/// An event's method in the client, or a notification's in the notifier.
pub fn own_method(name: &str) -> String {
    let name = snake_case(name);
    if OWN_METHODS.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        escape(name)
    }
}

/// `UserEvent` → `UserEventHandler`
pub fn handler(group: &str) -> String {
    escape(format!("{}Handler", group.to_upper_camel_case()))
}

/// `UserEvent` → `UserEventService`
pub fn service(group: &str) -> String {
    escape(format!("{}Service", group.to_upper_camel_case()))
}

/// `UserEvent` → `UserEventClient`
pub fn client(group: &str) -> String {
    escape(format!("{}Client", group.to_upper_camel_case()))
}

/// `UserNotification` → `UserNotifier`
pub fn notifier(group: &str) -> String {
    let name = group.to_upper_camel_case();
    let stem = ["Notifications", "Notification"]
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .unwrap_or(&name);
    escape(format!("{stem}Notifier"))
}

/// `UserEvent` → `USER_EVENT`
pub fn constant(group: &str) -> String {
    escape(group.to_shouty_snake_case())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_escaped_as_prost_does() {
        assert_eq!(type_name("Self"), "Self_");
        assert_eq!(type_name("FlowyPB"), "FlowyPb");
        assert_eq!(snake("type"), "r#type");
        assert_eq!(snake("crate"), "crate_");
        assert_eq!(snake("2fa"), "_2fa");
    }

    #[test]
    fn what_is_in_snake_case_stays() {
        for name in ["user_id", "a1_2b", "_a", "a__b", "a_", "", "userID", "Ä_b"] {
            assert_eq!(snake_case(name), name.to_snake_case(), "{name}");
        }
    }

    #[test]
    fn events_do_not_take_the_names_of_a_clients_own_methods() {
        assert_eq!(own_method("New"), "new_");
        assert_eq!(own_method("SignIn"), "sign_in");
        assert_eq!(handler_method("New"), "new");
    }

    #[test]
    fn a_notifier_drops_the_suffix_of_its_group() {
        assert_eq!(notifier("UserNotification"), "UserNotifier");
        assert_eq!(notifier("NoteNotifications"), "NoteNotifier");
        assert_eq!(notifier("Alerts"), "AlertsNotifier");
        assert_eq!(notifier("Notification"), "Notifier");
    }
}
