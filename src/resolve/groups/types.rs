//! The types that options name.

use super::Context;
use crate::diagnostic::{Diagnostic, code};
use crate::load::{Kind, Lookup, Want, foreign};
use crate::names::nearest;
use crate::schema::{MessageId, Span};

/// The message of that name, seen from where the element `from` (a full name) stands; None for an empty name, and for
/// one that is reported. Where the option names it is asked only then.
pub fn message(
    context: &mut Context,
    name: &str,
    from: &str,
    span: impl Fn() -> Span,
) -> Option<MessageId> {
    if name.is_empty() {
        return None;
    }
    let scope = from.rsplit_once('.').map_or("", |(scope, _)| scope);
    let loaded = context.loaded;
    let visible = &loaded.files[context.file.0].visible;
    let place = |text: &str| loaded.label(span(), text);
    let diagnostic = match loaded.symbols.lookup(name, scope, Want::Type, visible) {
        Lookup::Found(full_name, definition) if definition.kind == Kind::Message => {
            return context.ids.message(&full_name);
        }
        Lookup::Found(full_name, definition) => {
            let message = format!("`{full_name}` is {}, and a message is needed here", definition.kind.describe());
            let diagnostic = Diagnostic::error(code::EVENT_NOT_A_MESSAGE, message).at(place("not a message"));
            let diagnostic = match definition.kind {
                Kind::Package | Kind::MapEntry => diagnostic,
                _ => diagnostic.at(loaded.defined(definition, "declared here")),
            };
            diagnostic.help(match definition.kind {
                Kind::Enum => format!("put it into a message: `message {}Value {{ {full_name} value = 1; }}`", last(&full_name)),
                Kind::Package => "name a message of this package".to_owned(),
                Kind::MapEntry => "a map's entry is no message of its own: put the map into a message".to_owned(),
                _ => "name a message".to_owned(),
            })
        }
        Lookup::NotImported(full_name, definition) => {
            let import = &loaded.files[definition.file.0].path;
            Diagnostic::error(code::EVENT_NOT_IMPORTED, format!("`{full_name}` is not imported"))
                .at(place("not visible in this file"))
                .help(format!("add `import \"{import}\";`"))
        }
        Lookup::Shadowed(full_name) => {
            Diagnostic::error(code::EVENT_UNKNOWN_TYPE, format!("there is no message `{full_name}`"))
                .at(place("unknown type"))
                .help(format!("`{name}` is looked for in the innermost package or message that has its first part; write `.{name}` to start from the outside"))
        }
        Lookup::Unknown => {
            let near = nearest(name, loaded.symbols.visible(&[Kind::Message], visible));
            let help = several(name).unwrap_or_else(|| match near.as_slice() {
                [] => meant(name),
                near => format!("did you mean {}?", near.join(" or ")),
            });
            Diagnostic::error(code::EVENT_UNKNOWN_TYPE, format!("there is no message `{name}`")).at(place("unknown type")).help(help)
        }
    };
    context.push(diagnostic);
    None
}

/// What to write for a stream or a list of messages, which options do not name like this.
fn several(name: &str) -> Option<String> {
    if let Some(item) = name.strip_prefix("stream ") {
        return Some(format!(
            "write `\"{}\"`, and `stream: true` beside it",
            item.trim()
        ));
    }
    let list = name
        .strip_prefix("repeated ")
        .or_else(|| name.strip_suffix("[]"));
    list.map(|item| {
        let item = item.trim();
        format!(
            "put the list into a message: `message {item}List {{ repeated {item} items = 1; }}`"
        )
    })
}

/// What to write for something that is no message's name.
fn meant(name: &str) -> String {
    if foreign::translated(name).as_deref() == Some("google.protobuf.Empty") {
        return "leave it out where there is nothing to tell".to_owned();
    }
    let scalar = foreign::scalar(name);
    match (scalar, foreign::translated(name)) {
        (Some(scalar), _) => {
            format!("put it into a message: `message MyMessage {{ {scalar} value = 1; }}`")
        }
        (None, Some(ours)) => match foreign::file_of(&ours) {
            Some(file) => format!("add `import \"{file}\";` and write `\"{ours}\"`"),
            None => format!("write `\"{ours}\"`"),
        },
        (None, None) => "declare the message, or import the file that does".to_owned(),
    }
}

fn last(full_name: &str) -> &str {
    full_name.rsplit('.').next().unwrap_or(full_name)
}

/// The error type of a group, which every group needs.
pub fn error(
    context: &mut Context,
    name: &str,
    group: &str,
    place: impl Fn() -> Span,
    span: impl Fn() -> Span,
) -> Option<MessageId> {
    if name.is_empty() {
        let short = last(group);
        let diagnostic = Diagnostic::error(
            code::EVENT_NO_ERROR_TYPE,
            format!("the event group `{short}` has no error type"),
        )
        .at(context.loaded.label(place(), "no `error` here"))
        .help(
            "name the message that every event of the group fails with: `{ error: \"MyError\" }`",
        );
        context.push(diagnostic);
        return None;
    }
    message(context, name, group, span)
}
