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
    cut(text, true)
}

/// The same, where `#` is a symbol and begins no comment.
pub fn tokens_and_hashes(text: &str) -> impl Iterator<Item = Token> + '_ {
    cut(text, false)
}

fn cut(text: &str, hash_comments: bool) -> impl Iterator<Item = Token> + '_ {
    let mut position = 0;
    // Byte by byte, because all that a schema is made of but strings and comments is ASCII.
    std::iter::from_fn(move || {
        loop {
            let bytes = &text.as_bytes()[position..];
            position += bytes.iter().take_while(|byte| is_blank(**byte)).count();
            let rest = &text[position..];
            let bytes = rest.as_bytes();
            let (kind, length) = match *bytes.first()? {
                b'#' if hash_comments => (None, line_length(rest)),
                b'/' if bytes.get(1) == Some(&b'/') => (None, line_length(rest)),
                b'/' if bytes.get(1) == Some(&b'*') => {
                    (None, rest.find("*/").map_or(rest.len(), |end| end + 2))
                }
                quote @ (b'"' | b'\'') => (Some(TokenKind::String), string_length(bytes, quote)),
                first if is_word(first) => (Some(TokenKind::Word), word_length(bytes)),
                _ => {
                    let first = rest.chars().next()?;
                    let kind = (!first.is_whitespace()).then_some(TokenKind::Symbol(first));
                    (kind, first.len_utf8())
                }
            };
            let span = position..position + length;
            position = span.end;
            if let Some(kind) = kind {
                return Some(Token { kind, span });
            }
        }
    })
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn word_length(text: &[u8]) -> usize {
    let end = text.iter().position(|byte| !is_word(*byte));
    end.unwrap_or(text.len())
}

fn line_length(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// Up to and with the closing quote.
fn string_length(text: &[u8], quote: u8) -> usize {
    let mut escaped = false;
    for (index, byte) in text.iter().enumerate().skip(1) {
        match byte {
            b'\n' => return index,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            _ if *byte == quote => return index + 1,
            _ => {}
        }
    }
    text.len()
}
