//! Dart: classes whose names are those of members that they have, which the form of the output does not escape.

use crate::diagnostic::{Diagnostic, Report, code};
use crate::load::Loaded;
use crate::names::dart::{forbidden_enum, forbidden_message};
use crate::schema::{Origin, Schema};

/// A nested type is `Outer_Inner`, so that only top-level ones count.
pub fn check(schema: &Schema, loaded: &Loaded, report: &mut Report) {
    for file in schema
        .files
        .iter()
        .filter(|file| file.origin == Origin::Owned)
    {
        let messages = file.messages.iter().map(|id| &schema[*id]);
        let messages = messages.map(|message| {
            let class = forbidden_message(&message.name);
            ("message", &message.name, message.span, class)
        });
        let enums = file.enums.iter().map(|id| &schema[*id]);
        let enums = enums.map(|enum_| {
            let class = forbidden_enum(&enum_.name);
            ("enum", &enum_.name, enum_.span, class)
        });
        for (kind, name, span, class) in messages.chain(enums) {
            let Some(class) = class else { continue };
            let label = if class == *name {
                format!("the name of the {kind}")
            } else {
                format!("its class would be `{class}`")
            };
            report.push(
                Diagnostic::error(
                    code::TARGET_RESERVED_NAME,
                    format!("Dart allows no {kind} named `{name}`"),
                )
                .at(loaded.label(span, label))
                .help(
                    "rename it: type names begin with a capital by convention, and those are free",
                ),
            );
        }
    }
}
