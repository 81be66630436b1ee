//! Dart: types that a message's class mentions and that one of its members hides, for both have one name.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Report, code};
use crate::load::Loaded;
use crate::names::dart::{DECLARED, Names};
use crate::schema::{Field, Message, MessageId, Origin, Schema, Type};

pub fn check(schema: &Schema, loaded: &Loaded, report: &mut Report) {
    // Members begin with a small letter, as hardly any type does, and naming everything is work.
    let messages = schema.messages.iter().map(|message| &message.name);
    let mut types = messages.chain(schema.enums.iter().map(|enum_| &enum_.name));
    if !types.any(|name| is_small(name)) {
        return;
    }
    let names = Names::of(schema);
    for (index, message) in schema.messages.iter().enumerate() {
        if schema[message.file].origin != Origin::Owned || message.map_entry {
            continue;
        }
        let members = members(message, MessageId(index), &names);
        for field in message.fields.iter().chain(&message.extensions) {
            let class = mentioned(schema, message, field, &names);
            let Some(class) = class.filter(|class| members.contains(class)) else {
                continue;
            };
            report.push(
                Diagnostic::error(
                    code::TARGET_COLLISION,
                    format!("the type of `{}` and a member of its message are both `{class}` in Dart", field.name),
                )
                .at(loaded.label(field.span, format!("here, `{class}` is the member")))
                .help("rename the type: type names begin with a capital by convention, and no member does"),
            );
        }
    }
}

fn is_small(name: &str) -> bool {
    let name = name.trim_start_matches('_');
    !name.starts_with(|first: char| first.is_ascii_uppercase())
}

/// What the message's class declares. What it inherits hides nothing.
fn members<'a>(message: &Message, id: MessageId, names: &'a Names) -> BTreeSet<&'a str> {
    let members = names.members(id);
    let fields = members.fields.iter();
    let fields = fields.flat_map(|field| [&field.getter, &field.has, &field.clear, &field.ensure]);
    let oneofs = members.oneofs.iter();
    let oneofs = oneofs.flat_map(|oneof| [&oneof.which, &oneof.clear]);
    let mut declared: BTreeSet<&str> = fields.chain(oneofs).map(String::as_str).collect();
    let extensions = message.extensions.iter();
    declared.extend(extensions.map(|extension| names.extension(message.file, extension)));
    declared.extend(DECLARED);
    declared
}

/// The class of a field's type where the file of the message has it too. Those of other files have a prefix.
fn mentioned<'a>(
    schema: &Schema,
    message: &Message,
    field: &Field,
    names: &'a Names,
) -> Option<&'a str> {
    match field.ty {
        Type::Message(id) | Type::Group(id) if schema[id].map_entry => {
            let value = schema[id].fields.iter().find(|field| field.number == 2)?;
            mentioned(schema, message, value, names)
        }
        Type::Message(id) | Type::Group(id) => {
            (schema[id].file == message.file).then(|| names.message(id))
        }
        Type::Enum(id) => (schema[id].file == message.file).then(|| names.enumeration(id)),
        _ => None,
    }
}
