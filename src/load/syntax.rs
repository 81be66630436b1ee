//! What the parser says, said by us.

use std::ops::Range;
use std::sync::Arc;

use miette::Diagnostic as _;

use super::repair::Repaired;
use super::tokens::tokens;
use crate::diagnostic::{Code, Diagnostic, Label, Source, code};

/// All that the parser found, without what it alone takes amiss: that is mended, and then the text is worth another try.
pub fn convert(
    error: &protox_parse::ParseError,
    text: &mut Repaired,
    source: &Arc<Source>,
) -> (bool, Vec<Diagnostic>) {
    let first: &dyn miette::Diagnostic = error;
    let findings: Vec<_> = std::iter::once(first)
        .chain(error.related().into_iter().flatten())
        .map(|finding| (finding, spans(finding)))
        .collect();
    let repaired =
        |finding: &dyn miette::Diagnostic, spans: &[Range<usize>], text: &mut Repaired| {
            let said = finding.to_string();
            spans.first().is_some_and(|span| text.mend(&said, span))
        };
    // From the last to the first, so that the places of those before stay.
    let mut mended = vec![false; findings.len()];
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(findings[*index].1.first().map(|span| span.start)));
    let places: Vec<Vec<Range<usize>>> = findings
        .iter()
        .map(|(_, spans)| {
            let original = |span: &Range<usize>| text.original(span.start)..text.original(span.end);
            spans.iter().map(original).collect()
        })
        .collect();
    for index in order {
        let (finding, spans) = &findings[index];
        mended[index] = repaired(*finding, spans, text);
    }
    let any = mended.contains(&true);
    let mut all: Vec<_> = findings
        .iter()
        .zip(&places)
        .zip(&mended)
        .filter(|(_, mended)| !**mended)
        .map(|(((finding, _), spans), _)| diagnostic(*finding, spans, source))
        .collect();
    // Where a statement could not be read, what the parser says of its rest is no news.
    if any {
        all.retain(|diagnostic| !diagnostic.message.starts_with("expected"));
    }
    // What does not end runs into the end of the file: that says the same again.
    if all.len() > 1 {
        all.retain(|diagnostic| !diagnostic.message.ends_with("reached end of file"));
    }
    (any, all)
}

fn spans(finding: &dyn miette::Diagnostic) -> Vec<Range<usize>> {
    let labels = finding.labels().into_iter().flatten();
    labels.map(|label| span(&label)).collect()
}

fn diagnostic(
    finding: &dyn miette::Diagnostic,
    spans: &[Range<usize>],
    source: &Arc<Source>,
) -> Diagnostic {
    let text = finding.to_string();
    // Two findings of the parser have the same words and differ in their help.
    let words = format!(
        "{text} {}",
        finding
            .help()
            .map(|help| help.to_string())
            .unwrap_or_default()
    );
    let rule = RULES
        .iter()
        .find(|rule| words.contains(rule.text))
        .unwrap_or(&OTHER);
    let message = rule.message.map_or_else(|| sentence(&text), str::to_owned);
    let mut diagnostic = Diagnostic::error(rule.code, message).help(rule.help);
    match *spans {
        [] => {
            let end = source.text().trim_end().len();
            diagnostic = diagnostic.at(Label::new(source, end..end, "the file ends here"));
        }
        [ref first, ref again] => {
            diagnostic = diagnostic.at(Label::new(source, again.clone(), "again here"));
            diagnostic = diagnostic.at(Label::new(source, first.clone(), "first here"));
        }
        [ref here, ..] => {
            diagnostic = diagnostic.at(Label::new(source, here.clone(), label(&text)))
        }
    }
    if let Some(place) = spans
        .first()
        .and_then(|span| missing_semicolon(&text, source, span))
    {
        diagnostic = diagnostic.at(place);
    }
    diagnostic
}

/// The parser quotes with `'`.
fn sentence(text: &str) -> String {
    text.replace('\'', "`")
}

fn label(text: &str) -> &'static str {
    if text.starts_with("expected") && text.contains("but found") {
        "not expected here"
    } else {
        "here"
    }
}

/// A statement that does not end is noticed at the next one: the place to mend is before.
fn missing_semicolon(text: &str, source: &Arc<Source>, found: &Range<usize>) -> Option<Label> {
    let (expected, _) = text.split_once(", but found")?;
    let line = |offset: usize| source.position(offset).0;
    let before = tokens(source.text().get(..found.start)?).last()?.span;
    if !expected.contains("';'") || line(before.end) == line(found.start) {
        return None;
    }
    Some(Label::new(
        source,
        before.end..before.end,
        "a `;` may be missing here",
    ))
}

/// The text with the first missing semicolon in place of white space, so that no position changes; None where none is
/// missing, or where there is no room.
pub fn mend(error: &protox_parse::ParseError, text: &str) -> Option<String> {
    let first: &dyn miette::Diagnostic = error;
    let mut findings = std::iter::once(first).chain(error.related().into_iter().flatten());
    findings.find_map(|finding| {
        let said = finding.to_string();
        let (expected, _) = said.split_once(", but found")?;
        let found = span(&finding.labels()?.next()?).start;
        let room = found
            .checked_sub(1)
            .filter(|room| matches!(text.as_bytes().get(*room), Some(b' ' | b'\t')))?;
        let before = tokens(text.get(..found)?).last()?;
        if !expected.contains("';'") || &text[before.span] == ";" {
            return None;
        }
        Some([&text[..room], ";", &text[found..]].concat())
    })
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
        "put a space between them",
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
