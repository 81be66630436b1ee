//! The statement around a place in a schema, however broken the schema is.

use std::ops::Range;

use crate::load::tokens::{Token, TokenKind, tokens};

/// A statement that the parser could not read.
#[derive(Debug)]
pub struct Statement<'a> {
    pub text: &'a str,
    /// With its `;` or its block, as far as it has one.
    pub span: Range<usize>,
    /// Its own words: those of a block only up to the `{`.
    pub words: Vec<Token>,
    /// The word that the block around it begins with; empty outside of all blocks.
    pub inside: &'a str,
    /// What the block around it holds.
    pub block: Range<usize>,
}

impl<'a> Statement<'a> {
    /// A word by its position; empty behind the end.
    pub fn word(&self, index: usize) -> &'a str {
        let span = self.words.get(index).map(|word| word.span.clone());
        span.map_or("", |span| &self.text[span])
    }

    /// From its first own word to its last.
    pub fn own_span(&self) -> Range<usize> {
        let end = self.words.last().map(|word| word.span.end);
        self.span.start..end.unwrap_or(self.span.end)
    }

    /// The position of the word at that place, or of the first one behind it.
    pub fn position(&self, offset: usize) -> usize {
        self.words
            .partition_point(|word| word.span.end <= offset && word.span.start < offset)
    }
}

/// A bracket that is open.
struct Open {
    bracket: char,
    /// It holds statements, and not the value of an option.
    is_block: bool,
    /// The first word of the statement that it is part of.
    begins: usize,
    /// Its own word.
    index: usize,
}

/// The innermost statement that a place belongs to.
pub fn around(text: &str, offset: usize) -> Option<Statement<'_>> {
    let words: Vec<Token> = tokens(text).collect();
    let mut open: Vec<Open> = Vec::new();
    // The first word of the statement being read, and how deep a block is whose own words have the place.
    let mut start = 0;
    let mut header: Option<usize> = None;
    for (index, word) in words.iter().enumerate() {
        let reached = offset < word.span.end;
        match word.kind {
            TokenKind::Symbol('{') => {
                let is_block = !is_value(text, &words[start..=index], &open);
                if is_block && reached && header.is_none() {
                    header = Some(open.len());
                }
                open.push(Open {
                    bracket: '{',
                    is_block,
                    begins: start,
                    index,
                });
                if is_block {
                    start = index + 1;
                }
            }
            TokenKind::Symbol('}') => {
                if reached && header.is_none() && start < index && is_in_block(&open) {
                    return Some(statement(text, &words, start..index, &open, offset));
                }
                while open.pop_if(|open| open.bracket != '{').is_some() {}
                match open.pop() {
                    Some(block) if block.is_block => {
                        if header == Some(open.len()) || (reached && header.is_none()) {
                            return Some(statement(
                                text,
                                &words,
                                block.begins..index + 1,
                                &open,
                                offset,
                            ));
                        }
                        start = index + 1;
                    }
                    Some(_) => {}
                    None if reached => {
                        return Some(statement(text, &words, index..index + 1, &open, offset));
                    }
                    None => start = index + 1,
                }
            }
            TokenKind::Symbol(bracket @ ('[' | '(')) => open.push(Open {
                bracket,
                is_block: false,
                begins: start,
                index,
            }),
            TokenKind::Symbol(close @ (']' | ')')) => {
                let bracket = if close == ']' { '[' } else { '(' };
                open.pop_if(|open| open.bracket == bracket);
            }
            TokenKind::Symbol(';') => {
                while open.pop_if(|open| open.bracket != '{').is_some() {}
                if open.last().is_some_and(|open| !open.is_block) {
                    continue;
                }
                if reached && header.is_none() {
                    return Some(statement(text, &words, start..index + 1, &open, offset));
                }
                start = index + 1;
            }
            _ => {}
        }
    }
    let start = header.map_or(start, |depth| open[depth].begins);
    open.truncate(header.unwrap_or(open.len()));
    (start < words.len()).then(|| statement(text, &words, start..words.len(), &open, offset))
}

/// Whether a `{` begins the value of an option: `words` are those of the statement up to it.
fn is_value(text: &str, words: &[Token], open: &[Open]) -> bool {
    let [before @ .., _] = words else {
        return false;
    };
    let keyword = before.first().map_or("", |word| &text[word.span.clone()]);
    let behind = before.last().map(|word| word.kind);
    open.last().is_some_and(|open| !open.is_block)
        || keyword == "option"
        || matches!(behind, Some(TokenKind::Symbol('=' | ':')))
}

fn is_in_block(open: &[Open]) -> bool {
    let innermost = open.iter().rev().find(|open| open.bracket == '{');
    innermost.is_none_or(|open| open.is_block)
}

fn statement<'a>(
    text: &'a str,
    words: &[Token],
    range: Range<usize>,
    open: &[Open],
    offset: usize,
) -> Statement<'a> {
    let own = words[range.clone()]
        .iter()
        .position(|word| word.kind == TokenKind::Symbol('{'))
        .filter(|brace| !is_value(text, &words[range.start..=range.start + brace], open))
        .map_or(range.end, |brace| range.start + brace + 1);
    let anew = |index: &usize| {
        let word = &words[*index];
        word.span.end > offset && begins_anew(text, &words[range.start], word)
    };
    let next = (range.start + 1..own).find(anew);
    let (range, own) = match next {
        Some(next) => (range.start..next, next),
        None => (range, own),
    };
    let around = open.iter().rev().find(|open| open.is_block);
    Statement {
        text,
        span: words[range.start].span.start..words[range.end - 1].span.end,
        words: words[range.start..own].to_vec(),
        inside: around.map_or("", |open| &text[words[open.begins].span.clone()]),
        block: around.map_or(0..text.len(), |open| words[open.index].span.end..text.len()),
    }
}

/// Whether the second word looks like the beginning of the next statement: the first of its line, and not indented
/// deeper than the first word.
fn begins_anew(text: &str, first: &Token, word: &Token) -> bool {
    let column = |word: &Token| {
        let line = &text[..word.span.start];
        let line = &line[line.rfind('\n').map_or(0, |end| end + 1)..];
        line.trim().is_empty().then_some(line.len())
    };
    let is_word = word.kind == TokenKind::Word;
    is_word && column(word).is_some_and(|other| column(first).is_some_and(|own| other <= own))
}

#[cfg(test)]
mod tests {
    use super::around;

    const TEXT: &str = r#"syntax = "proto3"
package a;
message A {
  enum E { ONE 1 }
  string name 1;
  int32 b = [x = { y: 1; z: [2 };
  int64 c =
  bool d = 1
}
message B [ { string b = 1; }
option (a) = { b: "}" ;
"#;

    fn at(part: &str) -> (&'static str, &'static str) {
        let offset = TEXT.find(part).expect("it is there");
        let statement = around(TEXT, offset).expect("a statement");
        (&TEXT[statement.span.clone()], statement.inside)
    }

    #[test]
    fn statements_end_where_people_would_say() {
        assert_eq!(at("package"), ("syntax = \"proto3\"", ""));
        assert_eq!(at("name 1"), ("string name 1;", "message"));
        assert_eq!(at("[2"), ("int32 b = [x = { y: 1; z: [2 };", "message"));
        assert_eq!(at("bool"), ("int64 c =", "message"));
        assert_eq!(at("1 }"), ("ONE 1", "enum"));
        assert_eq!(at("["), ("int32 b = [x = { y: 1; z: [2 };", "message"));
        assert_eq!(at("[ {"), ("message B [ { string b = 1; }", ""));
    }
}
