//! The types of messages and enums in JSON, as `toJson` of `@bufbuild/protobuf` returns them.

use std::collections::BTreeSet;

use serde::Serialize;

use super::comments::Doc;
use super::file::Scope;
use super::message::field_doc;
use super::types::{map_key_type, wrapped};
use crate::generate::typescript::string_literal;
use crate::schema::{Cardinality, EnumId, Field, MessageId, Type};

/// An alias, or the fields of an object.
#[derive(Serialize)]
pub struct JsonView {
    doc: String,
    name: String,
    alias: Option<String>,
    fields: Vec<FieldView>,
}

#[derive(Serialize)]
struct FieldView {
    doc: String,
    name: String,
    of_type: String,
}

/// The type of a message, with the same comment as the message itself.
pub fn message(scope: &mut Scope, id: MessageId, doc: &Doc) -> JsonView {
    let name = scope.own.message_json(id).to_owned();
    let alias = special_form(scope, id);
    let message = &scope.schema[id];
    let fields = message.fields.iter().filter(|_| alias.is_none());
    let fields = fields.map(|field| FieldView {
        doc: field_doc(scope, field).block(2),
        name: property_name(&field.json_name),
        of_type: field_type(scope, field),
    });
    JsonView {
        doc: doc.block(0),
        name,
        fields: fields.collect(),
        alias,
    }
}

/// The names of an enum's values.
pub fn enumeration(scope: &Scope, id: EnumId, doc: &Doc) -> JsonView {
    let enumeration = &scope.schema[id];
    let mut seen = BTreeSet::new();
    let names = enumeration.values.iter().map(|value| value.name.as_str());
    let names = names.filter(|name| seen.insert(*name)).map(string_literal);
    let alias = match enumeration.full_name.as_str() {
        "google.protobuf.NullValue" => "null".to_owned(),
        _ => names.collect::<Vec<_>>().join(" | "),
    };
    JsonView {
        doc: doc.block(0),
        name: scope.own.enumeration_json(id).to_owned(),
        alias: Some(alias),
        fields: Vec::new(),
    }
}

/// The messages that JSON has a form of its own for.
fn special_form(scope: &mut Scope, id: MessageId) -> Option<String> {
    let message = &scope.schema[id];
    if let Some(scalar) = wrapped(message) {
        return Some(scalar_type(scalar).to_owned());
    }
    let form = match message.full_name.strip_prefix("google.protobuf.")? {
        "Any" => "{\n  \"@type\"?: string;\n}".to_owned(),
        "Timestamp" | "Duration" | "FieldMask" => "string".to_owned(),
        "Struct" => scope.runtime_type("JsonObject"),
        "Value" => scope.runtime_type("JsonValue"),
        "ListValue" => scope.runtime_type("JsonValue") + "[]",
        "Empty" => "Record<string, never>".to_owned(),
        _ => return None,
    };
    Some(form)
}

fn field_type(scope: &mut Scope, field: &Field) -> String {
    match (field.cardinality, field.ty) {
        (Cardinality::Map, Type::Message(entry)) => {
            let [key, value] = [0, 1].map(|index| scope.schema[entry].fields[index].ty);
            let value = value_type(scope, value);
            format!("{{ [key: {}]: {value} }}", map_key_type(key))
        }
        (Cardinality::Repeated, ty) => match value_type(scope, ty) {
            union if union.contains('|') => format!("({union})[]"),
            single => single + "[]",
        },
        (_, ty) => value_type(scope, ty),
    }
}

fn value_type(scope: &mut Scope, ty: Type) -> String {
    match ty {
        Type::Message(id) | Type::Group(id) => scope.message_json(id),
        Type::Enum(id) => scope.enumeration_json(id),
        scalar => scalar_type(scalar).to_owned(),
    }
}

/// What JSON's numbers cannot hold is text.
fn scalar_type(scalar: Type) -> &'static str {
    match scalar {
        Type::Double | Type::Float => "number | \"NaN\" | \"Infinity\" | \"-Infinity\"",
        Type::Bool => "boolean",
        Type::Int32 | Type::Uint32 | Type::Sint32 | Type::Fixed32 | Type::Sfixed32 => "number",
        _ => "string",
    }
}

/// A name of the schema's own choice may be no identifier.
fn property_name(json_name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$';
    let starts_well = json_name.starts_with(|first: char| !first.is_ascii_digit());
    if starts_well && json_name.chars().all(plain) {
        json_name.to_owned()
    } else {
        string_literal(json_name)
    }
}
