//! Fields as the schema declares them, for the comment above what they became.

use crate::names::typescript::camel_case;
use crate::schema::{Cardinality, EnumValue, Field, File, JsType, Presence, Schema, Syntax, Type};

/// A field or an extension, without its semicolon: `optional string name = 1 [default = "x"]`. Options of the user's
/// own are left out.
pub fn field(schema: &Schema, file: &File, field: &Field) -> String {
    let label = label(file, field);
    let of_type = type_name(schema, field);
    let number = field.number.to_string();
    let declared = [label, &of_type, " ", &field.name, " = ", &number].concat();
    match options(field) {
        options if options.is_empty() => declared,
        options => format!("{declared} [{}]", options.join(", ")),
    }
}

/// A value of an enum, without its semicolon.
pub fn enum_value(value: &EnumValue) -> String {
    let options = if value.deprecated {
        " [deprecated = true]"
    } else {
        ""
    };
    format!("{} = {}{options}", value.name, value.number)
}

fn label(file: &File, field: &Field) -> &'static str {
    match (field.cardinality, field.presence) {
        (Cardinality::Map, _) => "",
        (Cardinality::Repeated, _) => "repeated ",
        (Cardinality::Singular, Presence::Required) => "required ",
        _ if field.proto3_optional => "optional ",
        _ if file.syntax == Syntax::Proto2 && field.oneof.is_none() => "optional ",
        _ => "",
    }
}

fn type_name(schema: &Schema, field: &Field) -> String {
    match (field.cardinality, field.ty) {
        (Cardinality::Map, Type::Message(entry)) => {
            let [key, value] = [0, 1].map(|index| type_name(schema, &schema[entry].fields[index]));
            format!("map<{key}, {value}>")
        }
        (_, Type::Message(id) | Type::Group(id)) => schema[id].full_name.clone(),
        (_, Type::Enum(id)) => schema[id].full_name.clone(),
        (_, scalar) => scalar_name(scalar).to_owned(),
    }
}

fn scalar_name(scalar: Type) -> &'static str {
    match scalar {
        Type::Double => "double",
        Type::Float => "float",
        Type::Int64 => "int64",
        Type::Uint64 => "uint64",
        Type::Int32 => "int32",
        Type::Fixed64 => "fixed64",
        Type::Fixed32 => "fixed32",
        Type::Bool => "bool",
        Type::String => "string",
        Type::Bytes => "bytes",
        Type::Uint32 => "uint32",
        Type::Sfixed32 => "sfixed32",
        Type::Sfixed64 => "sfixed64",
        Type::Sint32 => "sint32",
        Type::Sint64 => "sint64",
        Type::Message(_) | Type::Group(_) => "message",
        Type::Enum(_) => "enum",
    }
}

fn options(field: &Field) -> Vec<String> {
    let default = field.default.as_ref().map(|text| match field.ty {
        // Of the quotes in it, the official form escapes the first.
        Type::String | Type::Bytes => format!("default = \"{}\"", text.replacen('"', "\\\"", 1)),
        _ => format!("default = {text}"),
    });
    // An extension's JSON name is not the schema's to choose.
    let named = field.extendee.is_none() && field.json_name != camel_case(&field.name);
    [
        field
            .packed_declared
            .map(|packed| format!("packed = {packed}")),
        default,
        named.then(|| format!("json_name = \"{}\"", field.json_name)),
        field
            .js_type
            .map(|js_type| format!("jstype = {}", js_type_name(js_type))),
        // Declared as `false` it is shown as `true` in the official form.
        field
            .deprecated_declared
            .then(|| "deprecated = true".to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn js_type_name(js_type: JsType) -> &'static str {
    match js_type {
        JsType::Normal => "JS_NORMAL",
        JsType::String => "JS_STRING",
        JsType::Number => "JS_NUMBER",
    }
}
