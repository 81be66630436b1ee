//! Extensions, for `.pb.dart`.

use serde::Serialize;

use super::docs::{deprecated, documented, member};
use super::fields;
use super::imports::Imports;
use super::layout::{self, Call};
use super::literal;
use crate::schema::{Cardinality, Field, FileId};

/// The class that holds a file's top-level extensions.
#[derive(Serialize)]
pub struct ExtensionsView {
    docs: String,
    class: String,
    /// Each with its comment.
    extensions: Vec<String>,
    names: Vec<String>,
}

/// The class of a file's top-level extensions.
pub fn of_file(file: FileId, imports: &mut Imports) -> ExtensionsView {
    let (schema, names) = (imports.schema, imports.names);
    let extensions = &schema[file].extensions;
    ExtensionsView {
        docs: format!("/// The extensions that `{}` declares.", schema[file].path),
        class: names.extension_class(file).to_owned(),
        extensions: extensions.iter().map(|field| one(field, imports)).collect(),
        names: extensions
            .iter()
            .map(|field| names.extension(file, field).to_owned())
            .collect(),
    }
}

/// One extension, wherever it is declared, with its comment.
pub fn one(field: &Field, imports: &mut Imports) -> String {
    imports.use_protobuf();
    let (schema, names) = (imports.schema, imports.names);
    let name = names.extension(imports.file, field);
    let ty = fields::element_type(field.ty, imports);
    let constant = fields::type_constant(field);
    let extendee = field
        .extendee
        .map(|id| schema[id].full_name.as_str())
        .unwrap_or_default();
    let mut args = vec![
        format!("'{extendee}'"),
        literal::string(name),
        field.number.to_string(),
        constant.clone(),
    ];
    let constructor = if field.cardinality == Cardinality::Repeated {
        args.push(format!("check: $pb.getCheckFunction({constant})"));
        format!("$pb.Extension<{ty}>.repeated")
    } else {
        args.extend(
            literal::default(field, imports).map(|value| format!("defaultOrMaker: {value}")),
        );
        format!("$pb.Extension<{ty}>")
    };
    args.extend(fields::makers(field.ty, &ty));
    args.extend(fields::proto_name(field));
    let docs = documented(
        2,
        &field.comments,
        &format!("Extension `{}` of `{extendee}`.", field.full_name),
    );
    let deprecated = deprecated(imports.deprecated(field.deprecated), "extension");
    let declaration = layout::variable(
        2,
        "",
        &format!("static final {name}"),
        &Call::new(constructor, args),
        "",
    );
    member(&docs, &deprecated, &declaration)
}
