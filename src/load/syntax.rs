//! What the parser says, said by us.

use std::ops::Range;
use std::sync::Arc;

use miette::Diagnostic as _;

use super::escapes;
use crate::diagnostic::{Code, Diagnostic, Label, Source, code};

/// One thing that the parser says.
#[derive(Debug)]
pub struct Finding {
    pub said: String,
    help: String,
    /// In the parser's text.
    pub spans: Vec<Range<usize>>,
}

impl Finding {
    pub fn span(&self) -> Option<Range<usize>> {
        self.spans.first().cloned()
    }

    /// Where it stands; the end of the file is behind everything.
    pub fn start(&self) -> usize {
        self.spans.first().map_or(usize::MAX, |span| span.start)
    }

    /// What was expected and what was found instead, each in the parser's words.
    pub fn expected(&self) -> Option<(&str, &str)> {
        let said = self.said.strip_prefix("expected ")?;
        said.split_once(", but found ")
            .or_else(|| said.split_once(", but reached "))
            .filter(|_| !said.starts_with("value to be"))
    }

    /// The parser has lost its way there: what it says afterwards may be wrong.
    pub fn is_fatal(&self) -> bool {
        self.expected().is_some()
            || self.said == "invalid token"
            || self.said.starts_with("unknown syntax")
    }

    pub fn is_missing_label(&self) -> bool {
        self.said.starts_with("fields must have a label")
    }
}

/// All that the parser found, in its order.
pub fn findings(error: &protox_parse::ParseError) -> Vec<Finding> {
    let first: &dyn miette::Diagnostic = error;
    let all = std::iter::once(first).chain(error.related().into_iter().flatten());
    all.map(|finding| Finding {
        said: finding.to_string(),
        help: finding
            .help()
            .map(|help| help.to_string())
            .unwrap_or_default(),
        spans: finding
            .labels()
            .into_iter()
            .flatten()
            .map(|label| span(&label))
            .collect(),
    })
    .collect()
}

/// Those up to where the parser loses its way.
pub fn reliable(mut findings: Vec<Finding>) -> Vec<Finding> {
    if let Some(fatal) = findings.iter().position(Finding::is_fatal) {
        findings.truncate(fatal + 1);
        // What a word is about to be is no news where the word itself is wrong.
        let start = findings[fatal].start();
        if findings[..fatal]
            .iter()
            .any(|finding| finding.start() == start)
        {
            findings.truncate(fatal);
        }
    }
    findings
}

/// A finding, with its place in the file, and those of whatever else it names.
pub fn diagnostic(
    finding: &Finding,
    place: &Range<usize>,
    others: &[Range<usize>],
    source: &Arc<Source>,
) -> Diagnostic {
    // Two findings of the parser have the same words and differ in their help.
    let words = if escapes::is_half(source.text(), place.start) {
        "half a pair".to_owned()
    } else {
        format!("{} {}", finding.said, finding.help)
    };
    let rule = RULES
        .iter()
        .find(|rule| words.contains(rule.text))
        .unwrap_or(&OTHER);
    let message = rule
        .message
        .map_or_else(|| sentence(&finding.said), str::to_owned);
    let diagnostic = Diagnostic::error(rule.code, message).help(rule.help);
    match others {
        [again, ..] => diagnostic
            .at(Label::new(source, again.clone(), "again here"))
            .at(Label::new(source, place.clone(), "first here")),
        [] => diagnostic.at(Label::new(source, place.clone(), label(finding))),
    }
}

pub fn unended_string() -> Diagnostic {
    Diagnostic::error(code::SYNTAX_STRING, "this string does not end")
        .help("close it with the quote that it begins with, on the same line")
}

pub fn unended_comment() -> Diagnostic {
    Diagnostic::error(code::SYNTAX_COMMENT, "this comment does not end").help("close it with `*/`")
}

pub fn unopened() -> Diagnostic {
    Diagnostic::error(code::SYNTAX, "a `{` is missing before this")
        .help("write `{` before what stands in the braces")
}

pub fn unclosed() -> Diagnostic {
    Diagnostic::error(code::SYNTAX, "this `{` is never closed").help("add the `}` that closes it")
}

pub fn closes_nothing() -> Diagnostic {
    Diagnostic::error(code::SYNTAX, "this `}` closes nothing")
        .help("remove it, or add the `{` that it belongs to")
}

pub fn no_syntax() -> Diagnostic {
    Diagnostic::error(
        code::SYNTAX_LABEL,
        "without a `syntax` statement this file is one of proto2",
    )
    .help("write `syntax = \"proto3\";` at the top of the file")
}

/// The parser quotes with `'`.
pub fn sentence(text: &str) -> String {
    text.replace('\'', "`")
}

fn label(finding: &Finding) -> &'static str {
    match finding.expected() {
        Some(_) if finding.spans.is_empty() => "the file ends here",
        Some(_) => "not expected here",
        None => "here",
    }
}

fn span(label: &miette::LabeledSpan) -> Range<usize> {
    label.offset()..label.offset() + label.len()
}

/// How a finding of the parser is said.
struct Rule {
    /// A part of the parser's own words.
    text: &'static str,
    code: Code,
    /// Replaces the parser's words.
    message: Option<&'static str>,
    help: &'static str,
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

const OTHER: Rule = rule("", code::SYNTAX, None, "see the language guide of protobuf");

/// The first whose text is found holds.
const RULES: &[Rule] = &[
    rule(
        "fields must have a label",
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
        "an import is a path from a root, with `/` between its parts, and no `.`, `..` or empty part",
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
        "not allowed in a oneof",
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
        "oneof must have at least one field",
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
