//! Every code that a finding may carry.

use std::fmt;

/// The stable name of one kind of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Declares the codes and the table of them all.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub const $name: Code = Code($text);)*

        /// Every code, in the order of their declaration.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    /// A file cannot be read.
    FILE_UNREADABLE = "bellwire::file::unreadable";
    /// A file is larger than the compiler takes.
    FILE_TOO_LARGE = "bellwire::file::too_large";
    /// A file is not UTF-8.
    FILE_NOT_UTF8 = "bellwire::file::not_utf8";
    /// A pattern of file names is not one.
    FILE_GLOB = "bellwire::file::invalid_glob";
    /// A file named by the person lies under no root.
    FILE_OUTSIDE_ROOTS = "bellwire::file::outside_roots";
    /// A file named by the person does not exist.
    FILE_NOT_FOUND = "bellwire::file::not_found";
    /// A file's name differs from how it is asked for, in case alone.
    FILE_CASE = "bellwire::file::case";

    /// A file is not what the grammar allows.
    SYNTAX = "bellwire::syntax::unexpected";
    /// An option literal or a message is nested more deeply than the compiler takes.
    SYNTAX_TOO_DEEP = "bellwire::syntax::too_deep";

    /// An import names no file.
    IMPORT_NOT_FOUND = "bellwire::import::not_found";
    /// An import is not a relative path with `/` between its parts.
    IMPORT_INVALID = "bellwire::import::invalid_path";
    /// Files import each other in a circle.
    IMPORT_CYCLE = "bellwire::import::cycle";
    /// A file is imported twice.
    IMPORT_DUPLICATE = "bellwire::import::duplicate";

    /// protobuf's rules for types, names and numbers are broken in a way that has no code of its own.
    TYPE_INVALID = "bellwire::type::invalid";

    /// A type name in an option means nothing.
    EVENT_UNKNOWN_TYPE = "bellwire::event::unknown_type";
    /// A type name in an option means something that is not a message.
    EVENT_NOT_A_MESSAGE = "bellwire::event::not_a_message";
    /// An event group has no error type.
    EVENT_NO_ERROR_TYPE = "bellwire::event::no_error_type";
    /// A `timeout` or `debounce` is not a duration.
    EVENT_INVALID_DURATION = "bellwire::event::invalid_duration";
}
