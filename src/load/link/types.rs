//! The types that fields, extensions and methods name.

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto};

use super::Context;
use super::symbols::{Kind, Lookup, Want, join, parent};
use crate::diagnostic::{Diagnostic, Label as Place, code};
use crate::load::foreign::{self, SCALARS};
use crate::load::locations::{part, step, tag};
use crate::names::nearest;

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
                    &part(&path, &[part_tag]),
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
        field_type(
            context,
            scope,
            field,
            &part(path, &[tag::MESSAGE_FIELD, step(index)]),
        );
    }
    extension_types(
        context,
        scope,
        &mut message.extension,
        &part(path, &[tag::MESSAGE_EXTENSION]),
    );
    for (index, nested) in message.nested_type.iter_mut().enumerate() {
        message_types(
            context,
            scope,
            nested,
            &part(path, &[tag::MESSAGE_MESSAGE, step(index)]),
        );
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
        field_type(context, scope, extension, &path);
        let name = extension.extendee.clone().unwrap_or_default();
        let found = find(
            context,
            &name,
            scope,
            Want::Anything,
            &part(&path, &[tag::FIELD_EXTENDEE]),
            &[Kind::Message],
        );
        extension.extendee = found.map(|(full_name, _)| format!(".{full_name}"));
    }
    extensions.retain(|extension| extension.extendee.is_some());
}

/// Resolves a field's type; one that is not found becomes `bool`, so that the rest of the file can be linked.
fn field_type(context: &mut Context, scope: &str, field: &mut FieldDescriptorProto, path: &[i32]) {
    let Some(name) = field.type_name.clone() else {
        return;
    };
    if SCALARS.contains(&field.name()) && is_unknown(context, &name, scope) {
        swapped(context, &name, field, &part(path, &[tag::FIELD_TYPE_NAME]));
        return leave_open(field);
    }
    let group = field.r#type == Some(Type::Group as i32);
    let type_path = part(path, &[tag::FIELD_TYPE_NAME]);
    let kinds = [Kind::Message, Kind::Enum, Kind::MapEntry];
    let Some((full_name, kind)) = find(context, &name, scope, Want::Type, &type_path, &kinds)
    else {
        return leave_open(field);
    };
    if kind == Kind::MapEntry && !is_own_entry(field, scope, &full_name) {
        let message =
            format!("`{full_name}` is the entry of a map field, which no other field may use");
        let label = context.locations.label(&type_path, "a map's entry");
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
            .at(context.locations.label(&type_path, "used here"))
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
    field.type_name = Some(format!(".{full_name}"));
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
fn swapped(context: &mut Context, name: &str, field: &FieldDescriptorProto, path: &[i32]) {
    let (ty, number) = (field.name(), field.number());
    let label = context.locations.label(path, "a name");
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

/// The values of a map are zero where nothing is said: their enum begins with zero, in proto2 too.
fn map_values(context: &mut Context, scope: &str, message: &DescriptorProto, path: &[i32]) {
    for entry in &message.nested_type {
        let is_entry = entry
            .options
            .as_ref()
            .is_some_and(|options| options.map_entry());
        let value = entry.field.iter().find(|field| field.name() == "value");
        let enum_ = value.and_then(|value| value.type_name.as_deref()?.strip_prefix('.'));
        let Some(enum_) = enum_.filter(|_| is_entry) else {
            continue;
        };
        if context
            .closed_enums
            .get(enum_)
            .is_none_or(|first| *first == 0)
        {
            continue;
        }
        let entry = format!(".{}", join(scope, entry.name()));
        let field = message
            .field
            .iter()
            .position(|field| field.type_name() == entry);
        let path = part(
            path,
            &[
                tag::MESSAGE_FIELD,
                step(field.unwrap_or(0)),
                tag::FIELD_TYPE_NAME,
            ],
        );
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
    field.label() == Label::Repeated
        && parent(entry) == scope
        && squash(entry.rsplit('.').next().unwrap_or(entry))
            == format!("{}entry", squash(field.name()))
}

/// What a name means; None where that is nothing of these kinds, which is reported.
fn find(
    context: &mut Context,
    name: &str,
    scope: &str,
    want: Want,
    path: &[i32],
    kinds: &[Kind],
) -> Option<(String, Kind)> {
    let place = |text: &str| context.locations.label(path, text);
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
    let diagnostic = match found {
        Lookup::Found(full_name, definition) if kinds.contains(&definition.kind) => return Some((full_name, definition.kind)),
        Lookup::Found(full_name, definition) => {
            let wanted = if kinds.contains(&Kind::Enum) { "a message or an enum" } else { "a message" };
            let message = format!("`{full_name}` is {}, and {wanted} is needed here", definition.kind.describe());
            Diagnostic::error(code::TYPE_NOT_A_TYPE, message)
                .at(place("used here"))
                .at(context.defined(definition, "declared here"))
                .help("name a type, or write a leading dot and the whole name to pass over what is nearer")
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

/// What to write for a type that there is not.
fn meant(context: &Context, name: &str, kinds: &[Kind]) -> String {
    if let Some((full_name, file)) = elsewhere(context, name) {
        return import_and_write(name, &full_name, context.import_name(file));
    }
    let visible: Vec<_> = context.symbols.visible(kinds, context.visible).collect();
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    let is_here = visible.iter().any(|known| last(known) == last(name));
    let fits = |ours: &String| !is_here && (kinds.contains(&Kind::Enum) || ours.contains('.'));
    if let Some(ours) = foreign::translated(name).filter(fits) {
        return match foreign::file_of(&ours) {
            Some(file) if is_unseen(context, &ours) => import_and_write(name, &ours, &file),
            _ => format!("write `{ours}`"),
        };
    }
    let near = nearest(name, visible.into_iter().chain(SCALARS));
    match near.as_slice() {
        [] => "declare it, or import the file that does".to_owned(),
        near => format!("did you mean {}?", near.join(" or ")),
    }
}

fn is_unseen(context: &Context, full_name: &str) -> bool {
    let found = context
        .symbols
        .lookup(full_name, "", Want::Type, context.visible);
    !matches!(found, Lookup::Found(..))
}

fn import_and_write(name: &str, full_name: &str, file: &str) -> String {
    let import = format!("add `import \"{file}\";`");
    if name == full_name {
        import
    } else {
        format!("{import} and write `{full_name}`")
    }
}

/// A type of that name in another file of the run, which this one does not import.
fn elsewhere(context: &Context, name: &str) -> Option<(String, crate::schema::FileId)> {
    let ends = |full_name: &str| {
        full_name
            .strip_suffix(name)
            .is_some_and(|scope| scope.is_empty() || scope.ends_with('.'))
    };
    let mut found = context
        .declared
        .iter()
        .filter(|(full_name, file)| ends(full_name) && !context.visible.contains(file));
    let (full_name, file) = found.next()?;
    found.next().is_none().then(|| (full_name.clone(), *file))
}

/// A name that exists, in a file that is not imported.
fn not_imported(
    context: &Context,
    full_name: &str,
    file: crate::schema::FileId,
    place: Place,
) -> Diagnostic {
    Diagnostic::error(
        code::TYPE_NOT_IMPORTED,
        format!("`{full_name}` is not imported"),
    )
    .at(place)
    .help(format!("add `import \"{}\";`", context.import_name(file)))
}
