//! TypeScript: names that the messages' standard form does not escape and the language forbids.

use crate::diagnostic::{Diagnostic, Report, code};
use crate::load::Loaded;
use crate::names::typescript::is_forbidden_type;
use crate::schema::{Origin, Schema, Span};

/// A nested type is `Outer_Inner`, so that only top-level ones count.
pub fn check(schema: &Schema, loaded: &Loaded, report: &mut Report) {
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

fn reserved(loaded: &Loaded, kind: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        code::TARGET_RESERVED_NAME,
        format!("TypeScript allows no type named `{name}`"),
    )
    .at(loaded.label(span, format!("the name of the {kind}")))
    .help("rename it: type names begin with a capital by convention, and those are free")
}
