//! TypeScript: names that the messages' standard form does not escape and the language forbids.

use crate::diagnostic::{Diagnostic, Report, code};
use crate::load::Loaded;
use crate::names::typescript::{camel_case, is_forbidden_type};
use crate::schema::{Origin, Schema, Span};

pub fn check(schema: &Schema, loaded: &Loaded, report: &mut Report) {
    types(schema, loaded, report);
    properties(schema, loaded, report);
}

/// A nested type is `Outer_Inner`, so that only top-level ones count.
fn types(schema: &Schema, loaded: &Loaded, report: &mut Report) {
    for file in schema
        .files
        .iter()
        .filter(|file| file.origin == Origin::Owned)
    {
        let messages = file
            .messages
            .iter()
            .map(|id| ("message", &schema[*id].name, schema[*id].span));
        let enums = file
            .enums
            .iter()
            .map(|id| ("enum", &schema[*id].name, schema[*id].span));
        for (kind, name, span) in messages
            .chain(enums)
            .filter(|(_, name, _)| is_forbidden_type(name))
        {
            report.push(reserved(loaded, kind, name, span));
        }
    }
}

/// Properties have the names that JSON has, and the form of the output does not quote them.
fn properties(schema: &Schema, loaded: &Loaded, report: &mut Report) {
    let messages = schema.messages.iter().filter(|message| {
        !message.map_entry && schema.files[message.file.0].origin == Origin::Owned
    });
    for message in messages {
        let fields = message.fields.iter();
        let fields = fields.map(|field| ("field", &field.name, field.span));
        let oneofs = message.oneofs.iter();
        let oneofs = oneofs.map(|oneof| ("oneof", &oneof.name, oneof.span));
        for (kind, name, span) in fields.chain(oneofs) {
            let property = camel_case(name);
            if property.starts_with(|first: char| !first.is_ascii_digit()) {
                continue;
            }
            report.push(
                Diagnostic::error(
                    code::TARGET_RESERVED_NAME,
                    format!("TypeScript has no property named `{property}`"),
                )
                .at(loaded.label(span, format!("the name of the {kind}")))
                .help("begin it with a letter"),
            );
        }
    }
}

fn reserved(loaded: &Loaded, kind: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        code::TARGET_RESERVED_NAME,
        format!("TypeScript allows no type named `{name}`"),
    )
    .at(loaded.label(span, format!("the name of the {kind}")))
    .help("rename it: type names begin with a capital by convention, and those are free")
}
