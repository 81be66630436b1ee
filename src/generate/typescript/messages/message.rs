//! Messages: a type, and the constant that describes it.

use serde::Serialize;

use super::comments::Doc;
use super::declaration;
use super::file::Scope;
use super::json::{self, JsonView};
use super::types::{field_type, may_be_absent};
use crate::generate::typescript::string_literal;
use crate::names::typescript::{camel_case, property};
use crate::schema::{Field, MessageId, Oneof};

#[derive(Serialize)]
pub struct MessageView {
    doc: String,
    shape: String,
    runtime_message: String,
    type_name: String,
    /// Fields and oneofs, each with its comment.
    members: String,
    json: Option<JsonView>,
    schema_doc: String,
    schema: String,
    gen_message: String,
    /// What describes the constant's type beside the shape.
    json_type: Option<String>,
    message_desc: String,
    arguments: String,
}

pub fn view(scope: &mut Scope, id: MessageId, path: &[usize]) -> MessageView {
    let message = &scope.schema[id];
    let from = format!("message {}", message.full_name);
    let deprecated = scope.deprecated(Some(id));
    let schema = scope.own.message_schema(id).to_owned();
    let describes =
        format!("Describes the {from}.\nUse `create({schema})` to create a new message.");
    let doc = Doc::of(&message.comments, &from).deprecated(deprecated);
    MessageView {
        doc: doc.block(0),
        shape: scope.own.message(id).to_owned(),
        runtime_message: scope.runtime_type("Message"),
        type_name: string_literal(&message.full_name),
        members: members(scope, id).join("\n\n"),
        json: scope.json_types.then(|| json::message(scope, id, &doc)),
        schema_doc: Doc::new(describes).deprecated(deprecated).block(0),
        schema,
        gen_message: scope.codegen_type("GenMessage"),
        json_type: scope
            .json_types
            .then(|| scope.own.message_json(id).to_owned()),
        message_desc: scope.codegen_value("messageDesc"),
        arguments: scope.arguments(path),
    }
}

/// The fields in order; a oneof stands where its first field does.
fn members(scope: &mut Scope, id: MessageId) -> Vec<String> {
    let message = &scope.schema[id];
    let mut members = Vec::new();
    for (position, field) in message.fields.iter().enumerate() {
        match field.oneof {
            None => members.push(field_member(scope, id, field)),
            Some(index) => {
                let fields = || {
                    message
                        .fields
                        .iter()
                        .enumerate()
                        .filter(|(_, field)| field.oneof == Some(index))
                };
                if fields().next().is_some_and(|(first, _)| first == position) {
                    members.push(oneof_member(
                        scope,
                        id,
                        &message.oneofs[index],
                        fields().map(|(_, field)| field),
                    ));
                }
            }
        }
    }
    members
}

fn field_member(scope: &mut Scope, parent: MessageId, field: &Field) -> String {
    let doc = field_doc(scope, field).block(2);
    let name = property(&camel_case(&field.name));
    let of_type = field_type(scope, field, Some(parent));
    match may_be_absent(field) {
        true => [&*doc, "\n  ", &name, "?: ", &of_type, " | undefined;"].concat(),
        false => [&*doc, "\n  ", &name, ": ", &of_type, ";"].concat(),
    }
}

fn oneof_member<'a>(
    scope: &mut Scope,
    parent: MessageId,
    oneof: &Oneof,
    fields: impl Iterator<Item = &'a Field>,
) -> String {
    let from = format!("oneof {}", oneof.full_name);
    let doc = Doc::of(&oneof.comments, &from)
        .deprecated(scope.deprecated(Some(parent)))
        .block(2);
    let cases: Vec<String> = fields
        .map(|field| {
            let doc = field_doc(scope, field).block(4);
            let of_type = field_type(scope, field, Some(parent));
            // A string rather than a property, so that nothing needs escaping.
            let case = camel_case(&field.name);
            format!("{doc}\n    value: {of_type};\n    case: \"{case}\";\n")
        })
        .collect();
    let name = property(&camel_case(&oneof.name));
    let cases = cases.join("  } | {\n");
    format!("{doc}\n  {name}: {{\n{cases}  }} | {{ case: undefined; value?: undefined }};")
}

pub fn field_doc(scope: &Scope, field: &Field) -> Doc {
    let declaration = declaration::field(scope.schema, scope.file, field);
    let from = ["field: ", &declaration, ";"].concat();
    Doc::of(&field.comments, &from).deprecated(field.deprecated)
}
