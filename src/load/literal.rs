//! Positions inside an option statement, of which source info knows only the whole.

use std::ops::Range;

use super::tokens::{Token, TokenKind, tokens};

/// The option's name: up to the `=`, without the keyword.
pub fn name(text: &str, statement: Range<usize>) -> Range<usize> {
    let words = words(text, statement.clone());
    let start = match words.first() {
        Some(first) if &text[first.span.clone()] == "option" => 1,
        _ => 0,
    };
    let end = equals(&words).unwrap_or(words.len());
    cover(&words[start.min(end)..end]).unwrap_or(statement)
}

/// The value of an option, or of the field in it that the path of names leads to; the whole value where the path
/// leads nowhere.
pub fn value(text: &str, statement: Range<usize>, path: &[&str]) -> Range<usize> {
    let words = words(text, statement.clone());
    let start = equals(&words).map_or(0, |equals| equals + 1);
    let mut value = trim(&words[start..]);
    for field in path {
        match field_value(text, value, field) {
            Some(inner) => value = inner,
            None => break,
        }
    }
    cover(value).unwrap_or(statement)
}

/// A word inside the option's value, its last occurrence or its first.
pub fn word(text: &str, statement: Range<usize>, word: &str, last: bool) -> Option<Range<usize>> {
    let words = words(text, statement);
    let start = equals(&words)?;
    let mut found = words[start..]
        .iter()
        .filter(|token| &text[token.span.clone()] == word)
        .map(|token| token.span.clone());
    if last {
        found.next_back()
    } else {
        found.next()
    }
}

/// The last such word of an option's name; the whole name where there is none.
pub fn last_word(text: &str, name: Range<usize>, word: &str) -> Range<usize> {
    let words = words(text, name.clone())
        .into_iter()
        .map(|token| token.span);
    let mut found = words.filter(|span| &text[span.clone()] == word);
    found.next_back().unwrap_or(name)
}

/// The first such sign inside the option's value.
pub fn sign(text: &str, statement: Range<usize>, sign: char) -> Option<Range<usize>> {
    let words = words(text, statement);
    let value = &words[equals(&words)? + 1..];
    let found = value
        .iter()
        .find(|token| token.kind == TokenKind::Symbol(sign));
    found.map(|token| token.span.clone())
}

fn words(text: &str, statement: Range<usize>) -> Vec<Token> {
    let offset = statement.start;
    let Some(statement) = text.get(statement) else {
        return Vec::new();
    };
    tokens(statement)
        .map(|token| Token {
            kind: token.kind,
            span: token.span.start + offset..token.span.end + offset,
        })
        .collect()
}

fn equals(words: &[Token]) -> Option<usize> {
    words
        .iter()
        .position(|token| token.kind == TokenKind::Symbol('='))
}

/// Without a closing `;`.
fn trim(words: &[Token]) -> &[Token] {
    match words {
        [
            rest @ ..,
            Token {
                kind: TokenKind::Symbol(';'),
                ..
            },
        ] => rest,
        words => words,
    }
}

/// The value of a field of a `{ … }`: what follows its name up to the next field.
fn field_value<'a>(text: &str, literal: &'a [Token], field: &str) -> Option<&'a [Token]> {
    let mut depth = 0_usize;
    for (index, token) in literal.iter().enumerate() {
        match token.kind {
            TokenKind::Symbol('{' | '[' | '<') => depth += 1,
            TokenKind::Symbol('}' | ']' | '>') => depth = depth.saturating_sub(1),
            TokenKind::Word if depth == 1 && &text[token.span.clone()] == field => {
                let colon = literal
                    .get(index + 1)
                    .is_some_and(|next| next.kind == TokenKind::Symbol(':'));
                let nested = literal
                    .get(index + 1)
                    .is_some_and(|next| is_open(next.kind));
                if colon || nested {
                    let start = index + 1 + usize::from(colon);
                    return Some(&literal[start..start + value_length(&literal[start..])]);
                }
            }
            _ => {}
        }
    }
    None
}

fn is_open(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Symbol('{' | '[' | '<'))
}

/// How many words one value has: all strings of a row, a sign and a word, or all up to the closing bracket.
fn value_length(words: &[Token]) -> usize {
    let strings = words
        .iter()
        .take_while(|token| token.kind == TokenKind::String)
        .count();
    if strings > 0 {
        return strings;
    }
    let mut depth = 0_usize;
    for (index, token) in words.iter().enumerate() {
        match token.kind {
            TokenKind::Symbol('{' | '[' | '<') => depth += 1,
            TokenKind::Symbol('}' | ']' | '>') => depth = depth.saturating_sub(1),
            TokenKind::Symbol('-') => continue,
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    words.len()
}

fn cover(words: &[Token]) -> Option<Range<usize>> {
    Some(words.first()?.span.start..words.last()?.span.end)
}
