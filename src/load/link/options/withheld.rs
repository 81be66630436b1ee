//! Options that protobuf declares and a schema of proto2 or proto3 cannot set.

use super::interpret::Interpreter;
use crate::diagnostic::{Diagnostic, code};

impl Interpreter<'_> {
    /// `features` came with editions.
    pub(super) fn features(&mut self) {
        let label = self.label(self.name_span(), "only in files of an edition");
        self.findings.push(
            Diagnostic::error(code::OPTION_MISUSED, "`features` is an option of editions")
                .at(label)
                .help("remove it: proto2 and proto3 files have the features of their syntax"),
        );
    }

    /// protobuf 27 took it away; the pool knows it still.
    pub(super) fn gone(&mut self) {
        let label = self.label(self.name_span(), "unknown option");
        self.findings.push(
            Diagnostic::error(
                code::OPTION_UNKNOWN,
                "there is no option `php_generic_services` any more",
            )
            .at(label)
            .help("remove it: since protobuf 27 no code is generated for services of PHP"),
        );
    }

    /// A field of every options message, for the compiler alone.
    pub(super) fn uninterpreted(&mut self) {
        let label = self.label(self.name_span(), "not for schemas");
        self.findings.push(
            Diagnostic::error(
                code::OPTION_MISUSED,
                "`uninterpreted_option` cannot be set in a schema",
            )
            .at(label)
            .help("set the option that you mean by its own name"),
        );
    }
}
