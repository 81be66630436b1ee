//! The names of fields in JSON.

use std::collections::BTreeMap;

use prost_types::FieldDescriptorProto;

use super::Context;
use super::numbers::First;
use crate::diagnostic::{Diagnostic, code};
use crate::load::locations::{part, tag};

/// Brackets are for extensions, and no name has a null character.
fn unusable_json_name(
    context: &Context,
    field: &FieldDescriptorProto,
    path: &[i32],
    lenient: bool,
) -> Option<Diagnostic> {
    let name = field.json_name();
    let (message, help) = if !lenient && name.starts_with('[') && name.ends_with(']') {
        (
            format!("`{name}` is the JSON name of an extension"),
            "take the brackets away",
        )
    } else if name.contains('\0') {
        (
            "a JSON name has no null character".to_owned(),
            "take the `\\0` away",
        )
    } else {
        return None;
    };
    let place = part(path, &[tag::FIELD_JSON_NAME]);
    let label = context.locations.label(&place, "set here");
    Some(
        Diagnostic::error(code::OPTION_MISUSED, message)
            .at(label)
            .help(help),
    )
}

/// Two fields that are one in JSON. In proto2 that counts where both have a `json_name` that says more than the field's
/// own name does.
pub fn json_name_taken(
    context: &mut Context,
    field: &mut FieldDescriptorProto,
    path: &[i32],
    names: &mut BTreeMap<String, JsonName>,
    lenient: bool,
) {
    let computed = json_name(field.name());
    let is_said = |_: &String| {
        let place = part(path, &[tag::FIELD_JSON_NAME]);
        context.locations.get(&place).is_some()
    };
    let name = field.json_name.clone().filter(is_said);
    let declared = name.as_ref().is_some_and(|name| *name != computed);
    if let Some(diagnostic) = unusable_json_name(context, field, path, lenient) {
        context.push(diagnostic);
    }
    let part_tag = if name.is_some() {
        tag::FIELD_JSON_NAME
    } else {
        tag::NAME
    };
    let name = name.unwrap_or(computed);
    let Some(first) = names.get(&name) else {
        let first = First::new(field, path, part_tag);
        names.insert(name, JsonName { first, declared });
        return;
    };
    if lenient || !(context.proto3 || declared && first.declared) {
        return;
    }
    let label = context.locations.label(
        &part(path, &[part_tag]),
        format!("`{name}` again here, by `{}`", field.name()),
    );
    let diagnostic = Diagnostic::error(
        code::TYPE_DUPLICATE_JSON_NAME,
        format!("two fields are `{name}` in JSON"),
    )
    .at(label)
    .at(first.first.label(context, "first here"))
    .help("rename one of the fields, or give one a `json_name` of its own");
    context.push(diagnostic);
}

/// Whose name in JSON it is, and whether it has it from the schema.
pub struct JsonName {
    first: First,
    declared: bool,
}

/// Two fields of proto3 whose names would be one in JSON, where one of them has a `json_name`: that does not help.
pub fn default_name_taken(
    context: &mut Context,
    field: &FieldDescriptorProto,
    path: &[i32],
    names: &mut BTreeMap<String, JsonName>,
) -> bool {
    let name = json_name(field.name());
    let declared = field
        .json_name
        .as_ref()
        .is_some_and(|declared| *declared != name);
    let Some(first) = names.get(&name) else {
        let first = First::new(field, path, tag::NAME);
        names.insert(name, JsonName { first, declared });
        return false;
    };
    if !declared && !first.declared {
        return false;
    }
    let label = context.locations.label(
        &part(path, &[tag::NAME]),
        format!("`{name}` again here, by `{}`", field.name()),
    );
    let diagnostic = Diagnostic::error(
        code::TYPE_DUPLICATE_JSON_NAME,
        format!("two fields would be `{name}` in JSON without a `json_name`"),
    )
    .at(label)
    .at(first.first.label(context, "first here"))
    .help("rename one of the two: proto3 wants them apart, whatever their `json_name` is");
    context.push(diagnostic);
    true
}

/// protoc's: underscores go, and what follows them becomes a capital.
pub fn json_name(name: &str) -> String {
    let mut capital = false;
    let mut json = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '_' => capital = true,
            _ if std::mem::take(&mut capital) => json.push(c.to_ascii_uppercase()),
            _ => json.push(c),
        }
    }
    json
}
