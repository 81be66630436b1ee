//! `#` in the value of an option. To a schema it is a sign like any other; but protoc hands a value in braces on as one
//! line to a grammar in which `#` begins a comment, so that all that follows in the value says nothing.

use std::ops::Range;
use std::sync::Arc;

use super::tokens::{Token, TokenKind, tokens_and_hashes};
use crate::diagnostic::{Diagnostic, Label, Source, code};

/// What says nothing, from each `#` to the end of the value: all words but strings that do not end.
pub fn ignored(text: &str) -> Vec<Range<usize>> {
    let commented = comments(text)
        .into_iter()
        .filter(|comment| comment.open.is_none());
    let words = commented.flat_map(|comment| comment.words);
    let ends = |word: &Token| word.kind != TokenKind::String || is_closed(&text[word.span.clone()]);
    words.filter(ends).map(|word| word.span).collect()
}

/// A comment that is longer than its line, which its writer hardly meant; and one that no value can have, because a brace
/// inside of it is to close a part of the value.
pub fn check(source: &Arc<Source>) -> Vec<Diagnostic> {
    let found = comments(source.text()).into_iter();
    found
        .filter_map(|comment| finding(source, &comment))
        .collect()
}

fn finding(source: &Arc<Source>, comment: &Comment) -> Option<Diagnostic> {
    const MESSAGE: &str =
        "the comment that `#` begins ends with the whole value, and not with its line";
    let start = comment.words.first()?.span.start;
    let end = comment.words.last()?.span.end;
    let line = start + source.text()[start..end].find('\n').unwrap_or(end - start);
    let diagnostic = match &comment.open {
        Some(open) => Diagnostic::error(code::SYNTAX_COMMENT, MESSAGE)
            .at(Label::new(source, start..line, "begins here"))
            .at(Label::new(source, open.clone(), "so this is never closed")),
        None => {
            let beyond = comment.words.iter().find(|word| word.span.start > line)?;
            Diagnostic::warning(code::SYNTAX_COMMENT, MESSAGE)
                .at(Label::new(source, start..line, "begins here"))
                .at(Label::new(source, beyond.span.start..end, "says nothing"))
        }
    };
    Some(diagnostic.help("write `//` instead of `#`"))
}

/// From a `#` to the end of the value.
struct Comment {
    words: Vec<Token>,
    /// The brace inside of the value that is open where the comment begins.
    open: Option<Range<usize>>,
}

fn comments(text: &str) -> Vec<Comment> {
    if !text.contains('#') {
        return Vec::new();
    }
    let words: Vec<Token> = tokens_and_hashes(text).collect();
    let mut found = Vec::new();
    let mut rest = words.as_slice();
    while let Some(equals) = rest.windows(2).position(begins_value) {
        rest = &rest[equals + 1..];
        let (comment, length) = comment(rest);
        found.extend(comment);
        rest = &rest[length..];
    }
    found
}

fn begins_value(words: &[Token]) -> bool {
    words[0].kind == TokenKind::Symbol('=') && words[1].kind == TokenKind::Symbol('{')
}

/// The comment in the value that begins with the first word, and the number of the value's words.
fn comment(words: &[Token]) -> (Option<Comment>, usize) {
    let mut open: Vec<&Token> = Vec::new();
    let mut hash = None;
    for (index, word) in words.iter().enumerate() {
        match word.kind {
            TokenKind::Symbol('{') => open.push(word),
            TokenKind::Symbol('}') => {
                open.pop();
            }
            TokenKind::Symbol('#') if hash.is_none() => {
                let inner = open.get(1..).and_then(|inner| inner.last());
                hash = Some((index, inner.map(|inner| inner.span.clone())));
            }
            _ => {}
        }
        if open.is_empty() {
            let comment = hash.map(|(hash, open)| Comment {
                words: words[hash..index].to_vec(),
                open,
            });
            return (comment, index);
        }
    }
    (None, words.len())
}

fn is_closed(string: &str) -> bool {
    string.len() > 1 && string.ends_with(&string[..1])
}
