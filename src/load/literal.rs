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

/// One of the parts of an option's name, which have dots between them; the whole name where there are fewer.
pub fn part(text: &str, statement: Range<usize>, index: usize) -> Range<usize> {
    let name = name(text, statement);
    let words = words(text, name.clone());
    let mut depth = 0_usize;
    let parts = words.split(|token| {
        match token.kind {
            TokenKind::Symbol('(') => depth += 1,
            TokenKind::Symbol(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && token.kind == TokenKind::Symbol('.')
    });
    parts.skip(index).find_map(cover).unwrap_or(name)
}

/// The name of the field in an option's value that the path of names leads to; as [`value`] where it leads nowhere.
pub fn key(text: &str, statement: Range<usize>, path: &[&str]) -> Range<usize> {
    let Some((last, outer)) = path.split_last() else {
        return name(text, statement);
    };
    let outer = value(text, statement, outer);
    let words = words(text, outer.clone());
    field_name(text, &words, last).map_or(outer, |index| words[index].span.clone())
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

/// The type of the values in `map<key, value>`.
pub fn map_value(text: &str, map: Range<usize>) -> Range<usize> {
    let words = words(text, map.clone());
    let comma = words
        .iter()
        .position(|token| token.kind == TokenKind::Symbol(','));
    // Without the `>`.
    let value = comma.and_then(|comma| words.get(comma + 1..words.len() - 1));
    value.and_then(cover).unwrap_or(map)
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
    let name = field_name(text, literal, field)?;
    let colon = literal.get(name + 1)?.kind == TokenKind::Symbol(':');
    let start = name + 1 + usize::from(colon);
    Some(&literal[start..start + value_length(&literal[start..])])
}

/// Which of the words of a `{ … }` is the name of that field.
fn field_name(text: &str, literal: &[Token], field: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, token) in literal.iter().enumerate() {
        match token.kind {
            TokenKind::Symbol('{' | '[' | '<') => depth += 1,
            TokenKind::Symbol('}' | ']' | '>') => depth = depth.saturating_sub(1),
            TokenKind::Word if depth == 1 && &text[token.span.clone()] == field => {
                let next = literal.get(index + 1).map(|next| next.kind);
                if next.is_some_and(|next| next == TokenKind::Symbol(':') || is_open(next)) {
                    return Some(index);
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
