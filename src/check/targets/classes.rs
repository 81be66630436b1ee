//! Dart: classes whose names are those of members that they have, which the form of the output does not escape.

use crate::diagnostic::{Diagnostic, Report, code};
use crate::load::Loaded;
use crate::names::dart::{is_forbidden_enum, is_forbidden_message};
use crate::schema::{Origin, Schema};

/// A nested type is `Outer_Inner`, so that only top-level ones count.
pub fn check(schema: &Schema, loaded: &Loaded, report: &mut Report) {
    for file in schema
        .files
        .iter()
        .filter(|file| file.origin == Origin::Owned)
    {
        let messages = file.messages.iter().map(|id| &schema[*id]);
        let messages = messages.filter(|message| is_forbidden_message(&message.name));
        let messages = messages.map(|message| ("message", &message.name, message.span));
        let enums = file.enums.iter().map(|id| &schema[*id]);
        let enums = enums.filter(|enum_| is_forbidden_enum(&enum_.name));
        let enums = enums.map(|enum_| ("enum", &enum_.name, enum_.span));
        for (kind, name, span) in messages.chain(enums) {
            report.push(
                Diagnostic::error(
                    code::TARGET_RESERVED_NAME,
                    format!("Dart allows no {kind} named `{name}`"),
                )
                .at(loaded.label(span, format!("the name of the {kind}")))
                .help(
                    "rename it: type names begin with a capital by convention, and those are free",
                ),
            );
        }
    }
}
