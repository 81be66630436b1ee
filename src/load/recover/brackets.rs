//! Blocks in brackets that are not braces: `message Name ( … )`.

use std::ops::Range;

use crate::load::tokens::{Token, TokenKind, tokens};

/// A block that stands in other brackets.
#[derive(Debug)]
pub struct Block<'a> {
    pub keyword: &'a str,
    pub name: &'a str,
    pub open: Range<usize>,
    /// None where a brace closes it, or nothing does.
    pub close: Option<Range<usize>>,
}

/// Such blocks in order, so many at most.
pub fn blocks(text: &str, most: usize) -> Vec<Block<'_>> {
    let words: Vec<Token> = tokens(text).collect();
    let word = |token: &Token| &text[token.span.clone()];
    let block = |(index, three): (usize, &[Token])| {
        let [keyword, name, open] = three else {
            return None;
        };
        let close = match open.kind {
            TokenKind::Symbol('(') => ')',
            TokenKind::Symbol('[') => ']',
            _ => return None,
        };
        let is_block = matches!(word(keyword), "message" | "enum" | "service" | "oneof")
            && name.kind == TokenKind::Word
            && begins_statement(words[..index].last());
        // `message Name(Base) {` is something else.
        let behind = words[index + 3..].get(2).map(|word| word.kind);
        let is_block = is_block && behind != Some(TokenKind::Symbol('{'));
        is_block.then(|| Block {
            keyword: word(keyword),
            name: word(name),
            open: open.span.clone(),
            close: closing(&words[index + 2..], close),
        })
    };
    let found = words.windows(3).enumerate().filter_map(block);
    found.take(most).collect()
}

fn begins_statement(before: Option<&Token>) -> bool {
    before.is_none_or(|before| {
        matches!(
            before.kind,
            TokenKind::Symbol(';' | '{' | '}' | '(' | '[' | ')' | ']')
        )
    })
}

/// What closes the first of the words, if it is that.
fn closing(words: &[Token], close: char) -> Option<Range<usize>> {
    let mut depth = 0_usize;
    for word in words {
        match word.kind {
            TokenKind::Symbol('(' | '[' | '{') => depth += 1,
            TokenKind::Symbol(')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (word.kind == TokenKind::Symbol(close)).then(|| word.span.clone());
        }
    }
    None
}
