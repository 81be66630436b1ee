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

impl Code {
    /// The finding is not about the schemas, but about how the compiler was called, or about a disk.
    pub fn is_misuse(self) -> bool {
        let groups = ["bellwire::config::", "bellwire::output::"];
        let files = [FILE_UNREADABLE, FILE_NOT_FOUND, FILE_OUTSIDE_ROOTS];
        groups.iter().any(|group| self.0.starts_with(group)) || files.contains(&self)
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
    /// A configuration, or a folder that it names as a root, is not there.
    CONFIG_MISSING_FILE = "bellwire::config::missing_file";
    /// A configuration does not have the form of one.
    CONFIG_INVALID = "bellwire::config::invalid";
    /// A configuration has a key or a value that means nothing.
    CONFIG_UNKNOWN_KEY = "bellwire::config::unknown_key";
    /// A glob is not one.
    CONFIG_BAD_GLOB = "bellwire::config::bad_glob";
    /// A glob matches no schema.
    CONFIG_NO_MATCH = "bellwire::config::no_match";
    /// A glob leads out of the roots.
    CONFIG_OUTSIDE = "bellwire::config::outside";
    /// Two output folders are one or nested, or one contains the schemas.
    CONFIG_OVERLAPPING_OUTPUTS = "bellwire::config::overlapping_outputs";
    /// There is nothing to generate.
    CONFIG_NO_TARGET = "bellwire::config::no_target";
    /// A target is to have a package that no schema declares.
    CONFIG_UNKNOWN_PACKAGE = "bellwire::config::unknown_package";

    /// An output folder cannot be read or written.
    OUTPUT_IO = "bellwire::output::io";
    /// The path of an output file leads out of its folder.
    OUTPUT_UNSAFE_PATH = "bellwire::output::unsafe_path";
    /// Two output files differ in case alone.
    OUTPUT_CASE_CONFLICT = "bellwire::output::case_conflict";
    /// A symbolic link lies in an output folder.
    OUTPUT_SYMBOLIC_LINK = "bellwire::output::symbolic_link";
    /// A folder stands where a file must be, or the other way round.
    OUTPUT_IN_THE_WAY = "bellwire::output::in_the_way";
    /// A file that is not ours stands where one of ours must be.
    OUTPUT_FOREIGN_FILE = "bellwire::output::foreign_file";

    /// A file cannot be read.
    FILE_UNREADABLE = "bellwire::file::unreadable";
    /// A file is larger than the compiler takes.
    FILE_TOO_LARGE = "bellwire::file::too_large";
    /// A file is not UTF-8.
    FILE_NOT_UTF8 = "bellwire::file::not_utf8";
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
