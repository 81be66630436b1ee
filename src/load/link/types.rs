//! The types that fields, extensions and methods name.

use std::ops::Range;

use prost_types::field_descriptor_proto::{Label as Cardinality, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto};

use super::Context;
use super::meant::{enum_value, meant, not_imported, value_as_type};
use super::symbols::{Kind, Lookup, Want, join, parent};
use crate::diagnostic::{Diagnostic, Label, code};
use crate::load::foreign::SCALARS;
use crate::load::literal;
use crate::load::locations::{part, step, tag};

pub fn resolve(context: &mut Context, file: &mut FileDescriptorProto) {
    let package = file.package().to_owned();
    for (index, message) in file.message_type.iter_mut().enumerate() {
        message_types(
            context,
            &package,
            message,
            &[tag::FILE_MESSAGE, step(index)],
        );
    }
    extension_types(
        context,
        &package,
        &mut file.extension,
        &[tag::FILE_EXTENSION],
    );
    for (index, service) in file.service.iter_mut().enumerate() {
        let scope = join(&package, service.name());
        for (position, method) in service.method.iter_mut().enumerate() {
            let path = [
                tag::FILE_SERVICE,
                step(index),
                tag::SERVICE_METHOD,
                step(position),
            ];
            for (name, part_tag) in [
                (&mut method.input_type, tag::METHOD_INPUT),
                (&mut method.output_type, tag::METHOD_OUTPUT),
            ] {
                let found = find(
                    context,
                    name.as_deref().unwrap_or_default(),
                    &scope,
                    Want::Anything,
                    &|context| context.locations.range(&part(&path, &[part_tag])),
                    &[Kind::Message, Kind::MapEntry],
                );
                // Some message that is always there would do; `Empty` may not be loaded, so the method goes.
                *name = found.map(|(full_name, _)| format!(".{full_name}"));
            }
        }
        service
            .method
            .retain(|method| method.input_type.is_some() && method.output_type.is_some());
    }
}

fn message_types(context: &mut Context, scope: &str, message: &mut DescriptorProto, path: &[i32]) {
    let scope = &join(scope, message.name());
    for (index, field) in message.field.iter_mut().enumerate() {
        field_type(context, scope, field, &|context| {
            context.locations.range(&type_path(path, index))
        });
    }
    extension_types(
        context,
        scope,
        &mut message.extension,
        &part(path, &[tag::MESSAGE_EXTENSION]),
    );
    for (index, nested) in message.nested_type.iter_mut().enumerate() {
        match map_field(scope, &message.field, nested) {
            Some(field) => entry_types(context, scope, nested, &type_path(path, field)),
            None => {
                let path = part(path, &[tag::MESSAGE_MESSAGE, step(index)]);
                message_types(context, scope, nested, &path);
            }
        }
    }
    map_values(context, scope, message, path);
}

fn extension_types(
    context: &mut Context,
    scope: &str,
    extensions: &mut Vec<FieldDescriptorProto>,
    path: &[i32],
) {
    for (index, extension) in extensions.iter_mut().enumerate() {
        let path = part(path, &[step(index)]);
        let type_path = part(&path, &[tag::FIELD_TYPE_NAME]);
        field_type(context, scope, extension, &|context| {
            context.locations.range(&type_path)
        });
        let name = extension.extendee.clone().unwrap_or_default();
        let found = find(
            context,
            &name,
            scope,
            Want::Anything,
            &|context| {
                context
                    .locations
                    .range(&part(&path, &[tag::FIELD_EXTENDEE]))
            },
            &[Kind::Message],
        );
        extension.extendee = found.map(|(full_name, _)| format!(".{full_name}"));
    }
    extensions.retain(|extension| extension.extendee.is_some());
}

/// Resolves a field's type; one that is not found becomes `bool`, so that the rest of the file can be linked.
fn field_type(context: &mut Context, scope: &str, field: &mut FieldDescriptorProto, place: Place) {
    let Some(name) = field.type_name.clone() else {
        return;
    };
    if SCALARS.contains(&field.name()) && is_unknown(context, &name, scope) {
        swapped(context, &name, field, place);
        return leave_open(field);
    }
    let group = field.r#type == Some(Type::Group as i32);
    let kinds = [Kind::Message, Kind::Enum, Kind::MapEntry];
    let Some((full_name, kind)) = find(context, &name, scope, Want::Type, place, &kinds) else {
        return leave_open(field);
    };
    if kind == Kind::MapEntry && !is_own_entry(field, scope, &full_name) {
        let message =
            format!("`{full_name}` is the entry of a map field, which no other field may use");
        let label = label(context, place, "a map's entry");
        context.push(
            Diagnostic::error(code::TYPE_NOT_A_TYPE, message)
                .at(label)
                .help("declare a message of your own"),
        );
    }
    if kind == Kind::Enum && context.proto3 && context.closed_enums.contains_key(&full_name) {
        let message = format!("a field of proto3 cannot be of the proto2 enum `{full_name}`");
        let definition = context.symbols.get(&full_name).cloned();
        let mut diagnostic = Diagnostic::error(code::TYPE_CLOSED_ENUM, message)
            .at(label(context, place, "used here"))
            .help("a proto2 enum knows no unknown numbers, a proto3 field must keep them: move the enum into a proto3 file");
        if let Some(definition) = definition {
            diagnostic = diagnostic.at(context.defined(&definition, "declared in a proto2 file"));
        }
        context.push(diagnostic);
    }
    field.r#type = Some(match kind {
        Kind::Enum => Type::Enum,
        _ if group => Type::Group,
        _ => Type::Message,
    } as i32);
    field.type_name = Some([".", &full_name].concat());
}

/// Makes a field whose type is not known one that can be linked.
fn leave_open(field: &mut FieldDescriptorProto) {
    field.type_name = None;
    field.r#type = Some(Type::Bool as i32);
    field.default_value = None;
    field.options = None;
}

fn is_unknown(context: &Context, name: &str, scope: &str) -> bool {
    let found = context
        .symbols
        .lookup(name, scope, Want::Type, context.visible);
    matches!(found, Lookup::Unknown)
}

/// `name string = 1`.
fn swapped(context: &mut Context, name: &str, field: &FieldDescriptorProto, place: Place) {
    let (ty, number) = (field.name(), field.number());
    let label = label(context, place, "a name");
    context.push(
        Diagnostic::error(code::TYPE_UNKNOWN, "a field's type stands before its name")
            .at(label)
            .help(format!("write `{ty} {name} = {number};`")),
    );
}

fn is_entry(context: &Context, full_name: &str) -> bool {
    let definition = context.symbols.get(full_name);
    definition.is_some_and(|definition| definition.kind == Kind::MapEntry)
}

/// Which of a message's fields is the map of that entry; None for any other message.
fn map_field(
    scope: &str,
    fields: &[FieldDescriptorProto],
    entry: &DescriptorProto,
) -> Option<usize> {
    let options = entry.options.as_ref();
    options.filter(|options| options.map_entry())?;
    let name = format!(".{}", join(scope, entry.name()));
    fields.iter().position(|field| field.type_name() == name)
}

/// The types of a map's keys and values, which have no place of their own in the source info.
fn entry_types(context: &mut Context, scope: &str, entry: &mut DescriptorProto, map: &[i32]) {
    let scope = &join(scope, entry.name());
    for field in &mut entry.field {
        field_type(context, scope, field, &|context| {
            let whole = context.locations.range(map);
            let text = context.locations.source().text();
            literal::map_value(text, whole)
        });
    }
}

fn type_path(message: &[i32], field: usize) -> Vec<i32> {
    part(
        message,
        &[tag::MESSAGE_FIELD, step(field), tag::FIELD_TYPE_NAME],
    )
}

/// The values of a map are zero where nothing is said: their enum begins with zero, in proto2 too.
fn map_values(context: &mut Context, scope: &str, message: &DescriptorProto, path: &[i32]) {
    for entry in &message.nested_type {
        let value = entry.field.iter().find(|field| field.name() == "value");
        let enum_ = value.and_then(|value| value.type_name.as_deref()?.strip_prefix('.'));
        let (Some(enum_), Some(field)) = (enum_, map_field(scope, &message.field, entry)) else {
            continue;
        };
        if context
            .closed_enums
            .get(enum_)
            .is_none_or(|first| *first == 0)
        {
            continue;
        }
        let path = type_path(path, field);
        let sentence =
            format!("the enum `{enum_}` is the value of a map, and does not begin with 0");
        let mut diagnostic = Diagnostic::error(code::TYPE_ENUM_ZERO, sentence)
            .at(context.locations.label(&path, "in this map"))
            .help("let the enum begin with 0, or put it into a message and that into the map");
        if let Some(definition) = context.symbols.get(enum_).cloned() {
            diagnostic = diagnostic.at(context.defined(&definition, "declared here"));
        }
        context.push(diagnostic);
    }
}

/// The parser makes the entry beside the field, named after it.
fn is_own_entry(field: &FieldDescriptorProto, scope: &str, entry: &str) -> bool {
    let squash = |name: &str| name.replace('_', "").to_lowercase();
    field.label() == Cardinality::Repeated
        && parent(entry) == scope
        && squash(entry.rsplit('.').next().unwrap_or(entry))
            == format!("{}entry", squash(field.name()))
}

/// Where the name of a type stands.
type Place<'a> = &'a dyn Fn(&Context) -> Range<usize>;

fn label(context: &Context, place: Place, text: &str) -> Label {
    Label::new(context.locations.source(), place(context), text)
}

/// What a name means; None where that is nothing of these kinds, which is reported.
fn find(
    context: &mut Context,
    name: &str,
    scope: &str,
    want: Want,
    place: Place,
    kinds: &[Kind],
) -> Option<(String, Kind)> {
    let place = |text: &str| label(context, place, text);
    let first = name.split('.').next().unwrap_or(name);
    let group = first == "group" && is_entry(context, scope);
    if group || !kinds.contains(&Kind::Enum) && (SCALARS.contains(&first) || first == "group") {
        let diagnostic = Diagnostic::error(
            code::TYPE_NOT_A_TYPE,
            format!("`{first}` is a type of its own, and a message is needed here"),
        )
        .at(place("used here"))
        .help(match first {
            "group" => format!("write `.{name}` for a message of that name"),
            _ => "use a message with a field of that type".to_owned(),
        });
        context.push(diagnostic);
        return None;
    }
    let found = context.symbols.lookup(name, scope, want, context.visible);
    if let Lookup::Found(full_name, definition) = &found
        && kinds.contains(&definition.kind)
    {
        return Some((full_name.clone(), definition.kind));
    }
    if let Some((value, enum_)) = enum_value(context, name, scope) {
        let diagnostic = value_as_type(context, scope, &value, &enum_, kinds).at(place("a value"));
        let definition = context.symbols.get(&value);
        let declared = definition.map(|definition| context.defined(definition, "declared here"));
        let diagnostic = declared.into_iter().fold(diagnostic, Diagnostic::at);
        context.push(diagnostic);
        return None;
    }
    let diagnostic = match found {
        Lookup::Found(full_name, definition) => {
            let wanted = if kinds.contains(&Kind::Enum) { "a message or an enum" } else { "a message" };
            let message = format!("`{full_name}` is {}, and {wanted} is needed here", definition.kind.describe());
            Diagnostic::error(code::TYPE_NOT_A_TYPE, message)
                .at(place("used here"))
                .at(context.defined(definition, "declared here"))
                .help(match definition.kind {
                    Kind::Enum => format!("use a message with a field of type `{name}`"),
                    _ => "name a type, or write a leading dot and the whole name to pass over what is nearer".to_owned(),
                })
        }
        Lookup::NotImported(full_name, definition) => not_imported(context, &full_name, definition.file, place("used here")),
        Lookup::Shadowed(full_name) => Diagnostic::error(code::TYPE_UNKNOWN, format!("there is no type `{full_name}`"))
            .at(place("unknown type"))
            .help(format!("`{name}` is looked for in the innermost package or message that has its first part; write `.{name}` to start from the outside")),
        Lookup::Unknown => Diagnostic::error(code::TYPE_UNKNOWN, format!("there is no type `{name}`"))
            .at(place("unknown type"))
            .help(meant(context, name, kinds)),
    };
    context.push(diagnostic);
    None
}
