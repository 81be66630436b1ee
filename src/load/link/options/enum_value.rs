//! Values of enums, by name and by number.

use std::ops::Range;

use super::interpret::Interpreter;
use super::unknown::{alternatives, listed};
use super::value;
use crate::diagnostic::{Diagnostic, code};

impl Interpreter<'_> {
    /// A value that the enum has, if it is a name at all.
    pub(super) fn known_value(&mut self, full_name: &str, text: &str, span: Range<usize>) {
        let Some((enum_, _)) = self.shapes.enum_(full_name) else {
            return;
        };
        let names = || enum_.value.iter().map(|value| value.name());
        if text.is_empty() || names().any(|name| name == text) {
            return;
        }
        let message = format!("`{full_name}` has no value `{text}`");
        let finding = Diagnostic::error(code::OPTION_UNKNOWN_FIELD, message)
            .at(self.label(span, "here"))
            .help(alternatives(text, "values", names()));
        self.findings.push(finding);
    }

    /// A closed enum has the numbers of its values alone.
    pub(super) fn enum_number(&mut self, full_name: &str, text: &str, span: Range<usize>) {
        let Some((enum_, true)) = self.shapes.enum_(full_name) else {
            return;
        };
        let Some(number) = value::integer(text) else {
            return;
        };
        if enum_.value.iter().any(|value| value.number() == number) {
            return;
        }
        let names: Vec<_> = enum_.value.iter().map(|value| value.name()).collect();
        let label = self.label(span, "no value has this number");
        self.findings.push(
            Diagnostic::error(
                code::OPTION_UNKNOWN_FIELD,
                format!("`{full_name}` has no value {number}"),
            )
            .at(label)
            .help(format!("its values are {}", listed(names))),
        );
    }
}
