//! Enums: a TypeScript enum, or an object and a type in its place, and the constant that describes it.

use serde::Serialize;

use super::comments::Doc;
use super::declaration;
use super::file::Scope;
use super::json::{self, JsonView};
use crate::names::typescript::{enum_prefix, property};
use crate::schema::{EnumId, EnumValue, Syntax};

#[derive(Serialize)]
pub struct EnumView {
    doc: String,
    shape: String,
    erasable: bool,
    /// The type of numbers that the schema has no name for; none where it allows only its own.
    unknown: Option<String>,
    /// Each with its comment.
    values: String,
    json: Option<JsonView>,
    schema_doc: String,
    schema: String,
    gen_enum: String,
    json_type: Option<String>,
    enum_desc: String,
    arguments: String,
}

pub fn view(scope: &mut Scope, id: EnumId, path: &[usize]) -> EnumView {
    let enumeration = &scope.schema[id];
    let from = format!("enum {}", enumeration.full_name);
    let deprecated = enumeration.deprecated || scope.deprecated(enumeration.parent);
    let prefix = enum_prefix(
        &enumeration.name,
        enumeration.values.iter().map(|value| value.name.as_str()),
    );
    let doc = Doc::of(&enumeration.comments, &from).deprecated(deprecated);
    let assignment = if scope.erasable_syntax { ": " } else { " = " };
    EnumView {
        doc: doc.block(0),
        shape: scope.own.enumeration(id).to_owned(),
        erasable: scope.erasable_syntax,
        unknown: (scope.erasable_syntax && scope.file.syntax == Syntax::Proto3)
            .then(|| scope.runtime_type("UnknownEnum")),
        values: enumeration
            .values
            .iter()
            .map(|value| member(value, prefix, assignment))
            .collect::<Vec<_>>()
            .join("\n\n"),
        json: scope.json_types.then(|| json::enumeration(scope, id, &doc)),
        schema_doc: Doc::new(format!("Describes the {from}."))
            .deprecated(deprecated)
            .block(0),
        schema: scope.own.enumeration_schema(id).to_owned(),
        gen_enum: scope.codegen_type("GenEnum"),
        json_type: scope
            .json_types
            .then(|| scope.own.enumeration_json(id).to_owned()),
        enum_desc: scope.codegen_value("enumDesc"),
        arguments: scope.arguments(path),
    }
}

fn member(value: &EnumValue, prefix: usize, assignment: &str) -> String {
    let from = format!("enum value: {};", declaration::enum_value(value));
    let doc = Doc::of(&value.comments, &from)
        .deprecated(value.deprecated)
        .block(2);
    let name = property(&value.name[prefix..]);
    format!("{doc}\n  {name}{assignment}{},", value.number)
}
