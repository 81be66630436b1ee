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
    members: Vec<MemberView>,
    json: Option<JsonView>,
    schema_doc: String,
    schema: String,
    gen_message: String,
    /// What describes the constant's type beside the shape.
    json_type: Option<String>,
    message_desc: String,
    arguments: String,
}

/// A field, or a oneof, which then has cases.
#[derive(Default, Serialize)]
struct MemberView {
    doc: String,
    name: String,
    of_type: String,
    optional: bool,
    cases: Vec<CaseView>,
}

/// A field of a oneof.
#[derive(Serialize)]
struct CaseView {
    doc: String,
    name: String,
    of_type: String,
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
        members: members(scope, id),
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
fn members(scope: &mut Scope, id: MessageId) -> Vec<MemberView> {
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

fn field_member(scope: &mut Scope, parent: MessageId, field: &Field) -> MemberView {
    MemberView {
        doc: field_doc(scope, field).block(2),
        name: property(&camel_case(&field.name)),
        of_type: field_type(scope, field, Some(parent)),
        optional: may_be_absent(field),
        cases: Vec::new(),
    }
}

fn oneof_member<'a>(
    scope: &mut Scope,
    parent: MessageId,
    oneof: &Oneof,
    fields: impl Iterator<Item = &'a Field>,
) -> MemberView {
    let from = format!("oneof {}", oneof.full_name);
    let cases = fields.map(|field| CaseView {
        doc: field_doc(scope, field).block(4),
        // A string rather than a property, so that nothing needs escaping.
        name: camel_case(&field.name),
        of_type: field_type(scope, field, Some(parent)),
    });
    let cases = cases.collect();
    MemberView {
        doc: Doc::of(&oneof.comments, &from)
            .deprecated(scope.deprecated(Some(parent)))
            .block(2),
        name: property(&camel_case(&oneof.name)),
        cases,
        ..MemberView::default()
    }
}

pub fn field_doc(scope: &Scope, field: &Field) -> Doc {
    let declaration = declaration::field(scope.schema, scope.file, field);
    Doc::of(&field.comments, &format!("field: {declaration};")).deprecated(field.deprecated)
}
