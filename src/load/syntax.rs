//! What the parser says, said by us.

mod rules;

use std::ops::Range;
use std::sync::Arc;

use miette::Diagnostic as _;

use super::escapes;
use super::tokens::tokens;
use crate::diagnostic::{Diagnostic, Label, Source, code, floor};
use rules::{EMPTY_ONEOF, NO_LABEL, NOT_IN_ONEOF, OTHER, RULES, Rule};

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

    /// The same with places of whole characters of a text: the parser may point into the middle of one, and so may a place
    /// behind which something was put in place of something else.
    pub fn within(mut self, text: &str) -> Self {
        for span in &mut self.spans {
            span.start = floor(text, span.start);
            let end = span.end.clamp(span.start, text.len());
            let mut ends = (end..text.len()).filter(|offset| text.is_char_boundary(*offset));
            span.end = ends.next().unwrap_or(text.len());
        }
        self
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
        self.said.starts_with(NO_LABEL)
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
    // The parser may point into the middle of a character.
    let place = &narrowed(rule, &source.clamp(place.clone()), source.text());
    let help = match rule.code {
        code::IMPORT_INVALID => import_help(&source.text()[place.clone()]),
        code::SYNTAX_WRONG_VALUE => value_help(&message, &source.text()[place.clone()])
            .unwrap_or_else(|| rule.help.to_owned()),
        _ => rule.help.to_owned(),
    };
    let diagnostic = Diagnostic::error(rule.code, message).help(help);
    match others {
        [again, ..] => diagnostic
            .at(Label::new(source, again.clone(), "again here"))
            .at(Label::new(source, place.clone(), "first here")),
        [] => diagnostic.at(Label::new(source, place.clone(), label(finding))),
    }
}

/// What to underline, where the parser names more than what is wrong.
fn narrowed(rule: &Rule, place: &Range<usize>, text: &str) -> Range<usize> {
    let words: Vec<_> = tokens(&text[place.clone()])
        .map(|word| place.start + word.span.start..place.start + word.span.end)
        .collect();
    let word = |index: usize| words.get(index).cloned();
    let narrow = match rule.text {
        NO_LABEL => Some(ty(text, place)),
        NOT_IN_ONEOF if text[place.clone()].starts_with("map") => word(0),
        EMPTY_ONEOF => word(1),
        _ => None,
    };
    narrow.unwrap_or_else(|| place.clone())
}

/// The type that a field begins with, whose parts have dots between them.
pub fn ty(text: &str, field: &Range<usize>) -> Range<usize> {
    let words: Vec<_> = tokens(&text[field.clone()])
        .map(|word| field.start + word.span.start..field.start + word.span.end)
        .collect();
    let is_dot = |index: usize| {
        words
            .get(index)
            .is_some_and(|word| &text[word.clone()] == ".")
    };
    let mut last = usize::from(is_dot(0));
    while is_dot(last + 1) {
        last += 2;
    }
    let last = words.get(last).or(words.first());
    last.map_or_else(|| field.clone(), |last| field.start..last.end)
}

/// How a value is written that one of another kind stands for.
fn value_help(message: &str, written: &str) -> Option<String> {
    let (_, kind) = message.split_once("value to be ")?;
    if kind.starts_with("a string") {
        Some(format!("write it between quotes: `\"{written}\"`"))
    } else if kind.starts_with("either true or false") || kind.contains("bool") {
        Some("write `true` or `false`, without quotes".to_owned())
    } else {
        None
    }
}

/// How a path is imported that has other signs, or parts, than one from a root.
pub fn import_help(written: &str) -> String {
    let path = written.trim_matches(['"', '\'']).replace('\\', "/");
    let parts = path
        .split('/')
        .filter(|part| !matches!(*part, "" | "." | ".."));
    let path = parts.collect::<Vec<_>>().join("/");
    format!("write `import \"{path}\";`: a path from a root, with `/` between its parts")
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

/// `message Name (`
pub fn bracketed(keyword: &str, name: &str) -> Diagnostic {
    let article = if keyword == "enum" { "an" } else { "a" };
    let message = format!("the block of {article} {keyword} stands in braces");
    let help = format!("write `{keyword} {name} {{`, and `}}` behind the last statement");
    Diagnostic::error(code::SYNTAX, message).help(help)
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
