//! Dart: what protoc-gen-dart's own options ask for and cannot have.

use crate::diagnostic::{Diagnostic, Report, code};
use crate::load::Loaded;
use crate::names::dart::{Names, misnamed};
use crate::schema::{Message, MessageId, Origin, Schema};

pub fn check(schema: &Schema, loaded: &Loaded, report: &mut Report) {
    let named = |message: &Message| message.fields.iter().any(|field| field.dart_name.is_some());
    // Naming everything is work, and few schemas have such an option.
    let names = schema.messages.iter().any(named).then(|| Names::of(schema));
    for (index, message) in schema.messages.iter().enumerate() {
        if schema[message.file].origin != Origin::Owned {
            continue;
        }
        if let Some(mixin) = &message.dart_mixin {
            report.push(mixed_in(loaded, message, mixin));
        }
        if let Some(names) = &names {
            check_fields(loaded, message, names, MessageId(index), report);
        }
    }
}

fn check_fields(
    loaded: &Loaded,
    message: &Message,
    names: &Names,
    id: MessageId,
    report: &mut Report,
) {
    let members = &names.members(id).fields;
    for (field, members) in message.fields.iter().zip(members) {
        let Some(why) = misnamed(field, members) else {
            continue;
        };
        let name = field.dart_name.as_deref().unwrap_or_default();
        report.push(
            Diagnostic::error(
                code::TARGET_DART_OPTION,
                format!("`(dart_options.dart_name)`: `{name}` {why}"),
            )
            .at(loaded.label(field.span, "the field that it would name"))
            .help("give another name, or leave the option out: without it, a name that is taken gets a suffix"),
        );
    }
}

fn mixed_in(loaded: &Loaded, message: &Message, mixin: &str) -> Diagnostic {
    Diagnostic::error(
        code::TARGET_DART_OPTION,
        format!("messages cannot be given the mixin `{mixin}`"),
    )
    .at(loaded.label(message.span, "`(dart_options.mixin)` asks for one here"))
    .help("put what it adds into an extension on the message, and `option (dart_options.mixin) = \"\";` into the message, or remove the option")
}
