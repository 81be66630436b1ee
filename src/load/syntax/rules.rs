//! The parser's sentences, and ours in their place.

use crate::diagnostic::{Code, code};

/// How a finding of the parser is said.
pub struct Rule {
    /// A part of the parser's own words.
    pub text: &'static str,
    pub code: Code,
    /// Replaces the parser's words.
    pub message: Option<&'static str>,
    pub help: &'static str,
}

const fn rule(
    text: &'static str,
    code: Code,
    message: Option<&'static str>,
    help: &'static str,
) -> Rule {
    Rule {
        text,
        code,
        message,
        help,
    }
}

pub const NO_LABEL: &str = "fields must have a label";
pub const NOT_IN_ONEOF: &str = "not allowed in a oneof";
pub const EMPTY_ONEOF: &str = "oneof must have at least one field";

pub const OTHER: Rule = rule("", code::SYNTAX, None, "see the language guide of protobuf");

/// The first whose text is found holds.
pub const RULES: &[Rule] = &[
    rule(
        NO_LABEL,
        code::SYNTAX_LABEL,
        Some("a field of proto2 needs a label"),
        "write `optional`, `repeated` or `required` before the type, or `syntax = \"proto3\";` at the top of the file",
    ),
    rule(
        "reached end of file",
        code::SYNTAX,
        None,
        "close what is open: a brace, a bracket, a string or a statement",
    ),
    rule(
        "expected value to be",
        code::SYNTAX_WRONG_VALUE,
        None,
        "give a value of that kind",
    ),
    rule(
        "expected ';'",
        code::SYNTAX,
        None,
        "end the statement with `;`",
    ),
    rule(
        "expected",
        code::SYNTAX,
        None,
        "a field is written `string name = 1;`, an enum value `NAME = 0;`, an option `option name = value;`",
    ),
    rule(
        "invalid token",
        code::SYNTAX_INVALID_TOKEN,
        Some("this means nothing in a schema"),
        "remove it, or put it into a string or a comment",
    ),
    rule(
        "integer is too large",
        code::SYNTAX_NUMBER,
        Some("this number is too large"),
        "numbers go up to 18446744073709551615",
    ),
    rule(
        "invalid string character",
        code::SYNTAX_STRING,
        Some("a string cannot contain this character"),
        "write it as an escape, such as `\\n` or `\\000`",
    ),
    rule(
        "unterminated string",
        code::SYNTAX_STRING,
        Some("this string does not end"),
        "close it with the quote that it began with, on the same line",
    ),
    rule(
        "half a pair",
        code::SYNTAX_STRING,
        Some("this escape is half a character"),
        "write both halves, or the character itself",
    ),
    rule(
        "invalid string escape",
        code::SYNTAX_STRING,
        Some("there is no such escape"),
        "write `\\\\` for a backslash",
    ),
    rule(
        "not valid utf-8",
        code::SYNTAX_STRING,
        Some("the escapes of this string make no UTF-8"),
        "only `bytes` may hold other bytes",
    ),
    rule(
        "nested block comments",
        code::SYNTAX_COMMENT,
        Some("a block comment begins inside of a block comment"),
        "block comments do not nest: the first `*/` ends them all",
    ),
    rule(
        "unknown syntax",
        code::SYNTAX_UNKNOWN,
        None,
        "write `syntax = \"proto3\";` or `syntax = \"proto2\";`",
    ),
    rule(
        "repeated forward slashes",
        code::IMPORT_INVALID,
        Some("this is no path to import"),
        "",
    ),
    rule(
        "invalid identifier",
        code::SYNTAX_NAME,
        Some("this is no name"),
        "a name has letters, digits and underscores, and begins with no digit",
    ),
    rule(
        "invalid group name",
        code::SYNTAX_NAME,
        Some("the name of a group begins with a capital"),
        "begin it with a capital, or use a message and a field",
    ),
    rule(
        "multiple package",
        code::SYNTAX_TWICE,
        Some("a file has one package"),
        "keep one of the two statements",
    ),
    rule(
        "whitespace is required",
        code::SYNTAX_NUMBER,
        Some("a number runs into a name"),
        "begin a name with a letter, and put a space behind a number",
    ),
    rule(
        "'#' comments",
        code::SYNTAX_COMMENT,
        Some("a comment does not begin with `#`"),
        "write `//`",
    ),
    rule(
        "'f' suffix",
        code::SYNTAX_NUMBER,
        Some("a number has no suffix"),
        "write it without the `f`",
    ),
    rule(
        "may not be negative",
        code::SYNTAX_WRONG_VALUE,
        Some("a name cannot be negative"),
        "remove the `-`",
    ),
    rule(
        "message numbers must be",
        code::TYPE_INVALID_NUMBER,
        Some("this is no field number"),
        "field numbers go from 1 to 536870911",
    ),
    rule(
        "enum numbers must be",
        code::TYPE_INVALID_NUMBER,
        Some("this is no number of an enum value"),
        "they go from -2147483648 to 2147483647",
    ),
    rule(
        "may not have default values",
        code::SYNTAX_DEFAULT,
        None,
        "remove the default",
    ),
    rule(
        "default values are not allowed in proto3",
        code::SYNTAX_DEFAULT,
        Some("proto3 has no default values"),
        "remove it: an unset field is zero, or absent with `optional`",
    ),
    rule(
        "not allowed in extensions",
        code::SYNTAX_LABEL,
        None,
        "extend with another kind of field",
    ),
    rule(
        "extension fields may not be required",
        code::SYNTAX_LABEL,
        Some("an extension cannot be required"),
        "write `optional`",
    ),
    rule(
        "map fields cannot have labels",
        code::SYNTAX_LABEL,
        Some("a map has no label"),
        "remove the label: a map is repeated by itself",
    ),
    rule(
        "oneof fields cannot have labels",
        code::SYNTAX_LABEL,
        Some("a field of a oneof has no label"),
        "remove the label",
    ),
    rule(
        "groups are not allowed in proto3",
        code::SYNTAX_LABEL,
        Some("proto3 has no groups"),
        "declare a message and a field of its type",
    ),
    rule(
        "required fields are not allowed",
        code::SYNTAX_LABEL,
        Some("proto3 has no required fields"),
        "remove `required`",
    ),
    rule(
        NOT_IN_ONEOF,
        code::SYNTAX_LABEL,
        None,
        "put it into a message, and the message into the oneof",
    ),
    rule(
        "map field key type",
        code::SYNTAX_MAP_KEY,
        Some("a map's key cannot be of this type"),
        "a key is an integer, a bool or a string",
    ),
    rule(
        EMPTY_ONEOF,
        code::SYNTAX_EMPTY_ONEOF,
        Some("a oneof needs a field"),
        "add one, or remove the oneof",
    ),
    rule(
        "maximum recursion limit",
        code::SYNTAX_TOO_DEEP,
        Some("messages are nested too deeply"),
        "move inner messages to the outside",
    ),
];
