//! Extensions: the constant that describes each.

use serde::Serialize;

use super::comments::Doc;
use super::declaration;
use super::file::Scope;
use super::types::field_type;
use crate::schema::{Field, MessageId};

#[derive(Serialize)]
pub struct ExtensionView {
    doc: String,
    name: String,
    gen_extension: String,
    extendee: String,
    of_type: String,
    ext_desc: String,
    arguments: String,
}

/// `parent` is the message that the extension is declared in.
pub fn view(
    scope: &mut Scope,
    field: &Field,
    parent: Option<MessageId>,
    name: &str,
    path: &[usize],
) -> ExtensionView {
    let from = format!(
        "extension: {};",
        declaration::field(scope.schema, scope.file, field)
    );
    let deprecated = field.deprecated || scope.deprecated(parent);
    ExtensionView {
        doc: Doc::of(&field.comments, &from)
            .deprecated(deprecated)
            .block(0),
        name: name.to_owned(),
        gen_extension: scope.codegen_type("GenExtension"),
        extendee: field
            .extendee
            .map(|id| scope.message(id))
            .unwrap_or_default(),
        of_type: field_type(scope, field, parent),
        ext_desc: scope.codegen_value("extDesc"),
        arguments: scope.arguments(path),
    }
}
