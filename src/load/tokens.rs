//! The words of a schema's text, as far as brackets, names and strings are concerned.

use std::ops::Range;

/// One word; comments and white space are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    /// Byte offsets into the text.
    pub span: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A name, a keyword or a number.
    Word,
    /// With its quotes; unterminated ones end with their line.
    String,
    Symbol(char),
}

/// Cuts a text into words. It takes any text: what is not a word is a symbol.
pub fn tokens(text: &str) -> impl Iterator<Item = Token> + '_ {
    let mut position = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &text[position..];
            let first = rest.chars().next()?;
            let length = match first {
                _ if first.is_whitespace() => skip(&mut position, first.len_utf8()),
                '#' => skip(&mut position, line_length(rest)),
                '/' if rest.starts_with("//") => skip(&mut position, line_length(rest)),
                '/' if rest.starts_with("/*") => {
                    let length = rest.find("*/").map_or(rest.len(), |end| end + 2);
                    skip(&mut position, length)
                }
                _ => None,
            };
            if length.is_some() {
                continue;
            }
            let (kind, length) = match first {
                '"' | '\'' => (TokenKind::String, string_length(rest, first)),
                _ if is_word(first) => (
                    TokenKind::Word,
                    rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
                ),
                _ => (TokenKind::Symbol(first), first.len_utf8()),
            };
            let span = position..position + length;
            position = span.end;
            return Some(Token { kind, span });
        }
    })
}

fn skip(position: &mut usize, length: usize) -> Option<usize> {
    *position += length;
    Some(length)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn line_length(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// Up to and with the closing quote.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return index,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return index + 1,
            _ => {}
        }
    }
    text.len()
}
