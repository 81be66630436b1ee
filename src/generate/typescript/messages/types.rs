//! The TypeScript types of fields.

use super::file::Scope;
use crate::schema::{Cardinality, EnumId, Field, JsType, Message, MessageId, Type};

/// The type of a field or an extension. `parent` is the message around it, for an extension too.
pub fn field_type(scope: &mut Scope, field: &Field, parent: Option<MessageId>) -> String {
    match (field.cardinality, field.ty) {
        (Cardinality::Map, Type::Message(entry)) => map_type(scope, entry, parent),
        (_, Type::Message(id) | Type::Group(id)) => {
            let singular = field.cardinality == Cardinality::Singular;
            match wrapped(&scope.schema[id]).filter(|_| singular && field.oneof.is_none()) {
                Some(scalar) => scalar_type(scalar, false).to_owned(),
                None => message_type(scope, id, parent) + suffix(field),
            }
        }
        (_, Type::Enum(id)) => enum_type(scope, id) + suffix(field),
        (_, scalar) => {
            scalar_type(scalar, field.js_type == Some(JsType::String)).to_owned() + suffix(field)
        }
    }
}

/// Whether a message may lack the field's property: fields that are messages, and proto3's `optional`.
pub fn may_be_absent(field: &Field) -> bool {
    let message = matches!(field.ty, Type::Message(_) | Type::Group(_));
    field.cardinality == Cardinality::Singular && (message || field.proto3_optional)
}

fn suffix(field: &Field) -> &'static str {
    if field.cardinality == Cardinality::Repeated {
        "[]"
    } else {
        ""
    }
}

fn map_type(scope: &mut Scope, entry: MessageId, parent: Option<MessageId>) -> String {
    let [key, value] = [0, 1].map(|index| scope.schema[entry].fields[index].ty);
    let value = match value {
        Type::Message(id) | Type::Group(id) => message_type(scope, id, parent),
        Type::Enum(id) => enum_type(scope, id),
        scalar => scalar_type(scalar, false).to_owned(),
    };
    format!("{{ [key: {}]: {value} }}", map_key_type(key))
}

/// JavaScript's objects have no other keys; numbers are those that a `number` holds.
pub fn map_key_type(key: Type) -> &'static str {
    match key {
        Type::Int32 | Type::Fixed32 | Type::Uint32 | Type::Sfixed32 | Type::Sint32 => "number",
        _ => "string",
    }
}

/// A message's own type; for `Struct` the JSON object that it stands for, except inside `Value`, which is its parts.
fn message_type(scope: &mut Scope, id: MessageId, parent: Option<MessageId>) -> String {
    let schema = scope.schema;
    let named = |id: MessageId, name: &str| schema[id].full_name == name;
    if named(id, "google.protobuf.Struct")
        && !parent.is_some_and(|parent| named(parent, "google.protobuf.Value"))
    {
        return scope.runtime_type("JsonObject");
    }
    scope.message(id)
}

fn enum_type(scope: &mut Scope, id: EnumId) -> String {
    scope.enumeration(id)
}

/// What a message of `google/protobuf/wrappers.proto` wraps.
pub fn wrapped(message: &Message) -> Option<Type> {
    const NAMES: &[&str] = &[
        "BoolValue",
        "BytesValue",
        "DoubleValue",
        "FloatValue",
        "Int32Value",
        "Int64Value",
        "StringValue",
        "UInt32Value",
        "UInt64Value",
    ];
    let name = message.full_name.strip_prefix("google.protobuf.")?;
    let field = message
        .fields
        .first()
        .filter(|field| field.name == "value" && field.number == 1)?;
    let scalar = !matches!(field.ty, Type::Message(_) | Type::Group(_) | Type::Enum(_));
    (NAMES.contains(&name) && scalar && field.cardinality == Cardinality::Singular)
        .then_some(field.ty)
}

/// The 64-bit integers are `bigint`, or `string` where the schema asks for it.
fn scalar_type(scalar: Type, long_as_string: bool) -> &'static str {
    match scalar {
        Type::String => "string",
        Type::Bool => "boolean",
        Type::Bytes => "Uint8Array",
        Type::Int64 | Type::Uint64 | Type::Fixed64 | Type::Sfixed64 | Type::Sint64
            if long_as_string =>
        {
            "string"
        }
        Type::Int64 | Type::Uint64 | Type::Fixed64 | Type::Sfixed64 | Type::Sint64 => "bigint",
        _ => "number",
    }
}
