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
    /// A service is named that there is not.
    CONFIG_UNKNOWN_SERVICE = "bellwire::config::unknown_service";
    /// The error type of a service is no message.
    CONFIG_SERVICE_ERROR = "bellwire::config::service_error";
    /// A service is an event group by the schema and by the configuration.
    CONFIG_SERVICE_TWICE = "bellwire::config::service_twice";
    /// A target is to have a package that no schema declares.
    CONFIG_UNKNOWN_PACKAGE = "bellwire::config::unknown_package";
    /// A Rust target needs a package that it neither writes nor takes from another crate.
    CONFIG_MISSING_EXTERN = "bellwire::config::missing_extern";

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
    /// Characters that mean nothing.
    SYNTAX_INVALID_TOKEN = "bellwire::syntax::invalid_token";
    /// A number is too large or not well formed.
    SYNTAX_NUMBER = "bellwire::syntax::invalid_number";
    /// A string is not well formed.
    SYNTAX_STRING = "bellwire::syntax::invalid_string";
    /// A comment is not well formed.
    SYNTAX_COMMENT = "bellwire::syntax::invalid_comment";
    /// The `syntax` statement names one that there is not.
    SYNTAX_UNKNOWN = "bellwire::syntax::unknown_syntax";
    /// A file is written in an edition.
    SYNTAX_EDITION = "bellwire::syntax::edition";
    /// A name is not one.
    SYNTAX_NAME = "bellwire::syntax::invalid_name";
    /// A statement stands twice that may stand once.
    SYNTAX_TWICE = "bellwire::syntax::statement_twice";
    /// A value is of the wrong kind.
    SYNTAX_WRONG_VALUE = "bellwire::syntax::wrong_value";
    /// A field cannot have a default value.
    SYNTAX_DEFAULT = "bellwire::syntax::default_value";
    /// A field has a label or a kind that it cannot have there.
    SYNTAX_LABEL = "bellwire::syntax::field_label";
    /// A map has a key of the wrong type.
    SYNTAX_MAP_KEY = "bellwire::syntax::map_key";
    /// A oneof has no field.
    SYNTAX_EMPTY_ONEOF = "bellwire::syntax::empty_oneof";
    /// An `extend` declares no field.
    SYNTAX_EMPTY_EXTEND = "bellwire::syntax::empty_extend";
    /// A `;` stands where no statement may be empty.
    SYNTAX_EMPTY_STATEMENT = "bellwire::syntax::empty_statement";
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
    /// A file and one for the lite runtime share what they may not.
    IMPORT_LITE = "bellwire::import::lite";

    /// A name is declared twice in one scope.
    TYPE_DUPLICATE = "bellwire::type::duplicate";
    /// A type name means nothing.
    TYPE_UNKNOWN = "bellwire::type::unknown";
    /// A type name means something in a file that is not imported.
    TYPE_NOT_IMPORTED = "bellwire::type::not_imported";
    /// A name means something that cannot be used as a type there.
    TYPE_NOT_A_TYPE = "bellwire::type::not_a_type";
    /// A proto3 field is of a proto2 enum.
    TYPE_CLOSED_ENUM = "bellwire::type::closed_enum";
    /// A field number is out of range.
    TYPE_INVALID_NUMBER = "bellwire::type::invalid_number";
    /// A number is used twice.
    TYPE_DUPLICATE_NUMBER = "bellwire::type::duplicate_number";
    /// Two fields have one name in JSON.
    TYPE_DUPLICATE_JSON_NAME = "bellwire::type::duplicate_json_name";
    /// A name or number is used that is reserved.
    TYPE_RESERVED = "bellwire::type::reserved";
    /// A name is reserved twice.
    TYPE_RESERVED_TWICE = "bellwire::type::reserved_twice";
    /// A range of numbers is empty or out of bounds.
    TYPE_INVALID_RANGE = "bellwire::type::invalid_range";
    /// Two ranges of numbers overlap.
    TYPE_OVERLAPPING_RANGES = "bellwire::type::overlapping_ranges";
    /// An extension has a number that its message does not keep for extensions.
    TYPE_EXTENSION_NUMBER = "bellwire::type::extension_number";
    /// An extension is not as its message declares it, or the declaration is not well formed.
    TYPE_EXTENSION_DECLARATION = "bellwire::type::extension_declaration";
    /// A message set has a field, or an extension that is not an optional message.
    TYPE_MESSAGE_SET = "bellwire::type::message_set";
    /// An enum has no value.
    TYPE_EMPTY_ENUM = "bellwire::type::empty_enum";
    /// A proto3 enum does not begin with zero.
    TYPE_ENUM_ZERO = "bellwire::type::enum_zero";
    /// Two values of an enum are one without the enum's name.
    TYPE_ENUM_SPELLING = "bellwire::type::enum_spelling";
    /// A package has a name that is too long.
    TYPE_LONG_PACKAGE = "bellwire::type::long_package";
    /// A name is too long.
    TYPE_LONG_NAME = "bellwire::type::long_name";
    /// One of protobuf's rules is broken that has no code of its own.
    TYPE_INVALID = "bellwire::type::invalid";

    /// There is no such option.
    OPTION_UNKNOWN = "bellwire::option::unknown";
    /// An option's value sets a field, or names an enum value, that there is not.
    OPTION_UNKNOWN_FIELD = "bellwire::option::unknown_field";
    /// An option's value is not of its type.
    OPTION_WRONG_VALUE = "bellwire::option::wrong_value";
    /// An option is set twice.
    OPTION_TWICE = "bellwire::option::set_twice";
    /// A message that an option sets lacks a required field.
    OPTION_REQUIRED = "bellwire::option::required_field";
    /// An option stands on a kind of element that it is not for.
    OPTION_MISPLACED = "bellwire::option::misplaced";

    /// One of protobuf's own options stands on an element that it is not for.
    OPTION_MISUSED = "bellwire::option::misused";

    /// A type name in an option means nothing.
    EVENT_UNKNOWN_TYPE = "bellwire::event::unknown_type";
    /// A type name in an option means something in a file that is not imported.
    EVENT_NOT_IMPORTED = "bellwire::event::not_imported";
    /// A type name in an option means something that is not a message.
    EVENT_NOT_A_MESSAGE = "bellwire::event::not_a_message";
    /// An event group has no error type.
    EVENT_NO_ERROR_TYPE = "bellwire::event::no_error_type";
    /// A `timeout` or `debounce` is not a duration.
    EVENT_INVALID_DURATION = "bellwire::event::invalid_duration";
    /// A stream has nothing to send.
    EVENT_STREAM_WITHOUT_OUTPUT = "bellwire::event::stream_without_output";
    /// An ignored value says more than that.
    EVENT_IGNORED_OPTIONS = "bellwire::event::ignored_with_options";
    /// An event's option stands outside an event group, or a notification's outside a notification group.
    EVENT_OUTSIDE_GROUP = "bellwire::event::outside_group";
    /// An event's option stands in a notification group, or the other way round.
    EVENT_WRONG_OPTION = "bellwire::event::wrong_option";
    /// An enum is both kinds of group.
    EVENT_BOTH_GROUPS = "bellwire::event::both_groups";
    /// A method of an event group takes a stream.
    EVENT_CLIENT_STREAM = "bellwire::event::client_stream";
    /// Two events or notifications of one group have one name.
    EVENT_DUPLICATE = "bellwire::event::duplicate";
    /// Two events or notifications of one group have one number.
    EVENT_DUPLICATE_NUMBER = "bellwire::event::duplicate_number";
    /// A group has nothing in it.
    EVENT_EMPTY_GROUP = "bellwire::event::empty_group";
    /// A name has nothing to make an event's name of.
    EVENT_UNUSABLE_NAME = "bellwire::event::unusable_name";

    /// A rule of `buf.validate` cannot be enforced.
    RULE_UNSUPPORTED = "bellwire::rule::unsupported";
    /// A rule of `buf.validate` is for another type.
    RULE_WRONG_TYPE = "bellwire::rule::wrong_type";
    /// The pattern of a rule is no regular expression.
    RULE_INVALID_PATTERN = "bellwire::rule::invalid_pattern";
    /// A `oneof` rule of a message names no fields, unknown ones, or one twice.
    RULE_INVALID_ONEOF = "bellwire::rule::invalid_oneof";
    /// No value can hold to a rule, or to two of them.
    RULE_UNSATISFIABLE = "bellwire::rule::unsatisfiable";

    /// Parameters have no name, or one that no Rust struct can have.
    PARAMS_INVALID_NAME = "bellwire::params::invalid_name";

    /// A file is imported for which no code is generated.
    TARGET_NOT_GENERATED = "bellwire::target::not_generated";
    /// Two elements would have one name in a target language.
    TARGET_COLLISION = "bellwire::target::collision";
    /// Two things would be one Rust module.
    TARGET_MODULE_COLLISION = "bellwire::target::module_collision";
    /// A target language allows no such name, and the form of the output does not escape it.
    TARGET_RESERVED_NAME = "bellwire::target::reserved_name";
    /// An option of protoc-gen-dart asks for what cannot be.
    TARGET_DART_OPTION = "bellwire::target::dart_option";
}
