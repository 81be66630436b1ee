//! Braces without a partner. Where one is missing, indentation says: a schema is laid out by people.

use std::ops::Range;

use crate::load::tokens::{TokenKind, tokens};

/// A brace without a partner.
#[derive(Debug, PartialEq, Eq)]
pub enum Lone {
    /// A `{`, and where a `}` would close it.
    Open { at: usize, close: usize },
    /// A `}`.
    Close { at: usize },
}

/// A word of the text, as far as layout is concerned.
struct Placed {
    kind: TokenKind,
    span: Range<usize>,
    line: usize,
    /// The column that its line begins at.
    indent: usize,
    is_first: bool,
}

/// The braces without a partner, in order of where they are noticed.
pub fn lone(text: &str) -> Vec<Lone> {
    let words = placed(text);
    if count(&words) == (0, 0) {
        return Vec::new();
    }
    // A brace too few here and one too many there are two mistakes, if statements at the outside lie between them.
    let mut found = Vec::new();
    let mut start = 0;
    for index in 1..=words.len() {
        if words.get(index).is_none_or(|word| is_outermost(text, word)) {
            found.extend(lone_in(&words[start..index]));
            start = index;
        }
    }
    found
}

/// Whether a word begins a statement that stands in no block.
fn is_outermost(text: &str, word: &Placed) -> bool {
    let keyword = &text[word.span.clone()];
    let keywords = [
        "message", "enum", "service", "extend", "import", "package", "option",
    ];
    word.is_first && word.indent == 0 && keywords.contains(&keyword)
}

fn lone_in(words: &[Placed]) -> Vec<Lone> {
    let (mut missing, mut extra) = count(words);
    let mut open: Vec<&Placed> = Vec::new();
    let mut found = Vec::new();
    for (index, word) in words.iter().enumerate() {
        while missing > 0
            && let Some(brace) = open.pop_if(|brace| ends(brace, word))
        {
            missing -= 1;
            found.push(Lone::Open {
                at: brace.span.start,
                close: end_of(brace, &words[..index]),
            });
        }
        match word.kind {
            TokenKind::Symbol('{') => open.push(word),
            TokenKind::Symbol('}') => {
                let misplaced = |brace: &&Placed| {
                    word.is_first && word.indent > brace.indent && word.line > brace.line
                };
                if open.is_empty() || (extra > 0 && open.last().is_some_and(misplaced)) {
                    extra = extra.saturating_sub(1);
                    found.push(Lone::Close {
                        at: word.span.start,
                    });
                } else {
                    open.pop();
                }
            }
            _ => {}
        }
    }
    let end = |brace: &Placed| Lone::Open {
        at: brace.span.start,
        close: end_of(brace, words),
    };
    found.extend(open.into_iter().rev().map(end));
    found
}

/// How many braces are not closed, and how many close nothing.
fn count(words: &[Placed]) -> (usize, usize) {
    let mut open = 0_usize;
    let mut extra = 0;
    for word in words {
        match word.kind {
            TokenKind::Symbol('{') => open += 1,
            TokenKind::Symbol('}') if open == 0 => extra += 1,
            TokenKind::Symbol('}') => open -= 1,
            _ => {}
        }
    }
    (open, extra)
}

/// Whether a block should have ended before a word: it begins a line, no deeper than the line that the block began on.
fn ends(brace: &Placed, word: &Placed) -> bool {
    let is_close = word.kind == TokenKind::Symbol('}');
    let is_outside = match word.kind {
        TokenKind::Word => word.indent <= brace.indent,
        _ => is_close && word.indent < brace.indent,
    };
    word.is_first && word.line > brace.line && is_outside
}

/// Behind the last of the words; what ends the line of the brace stays outside.
fn end_of(brace: &Placed, words: &[Placed]) -> usize {
    let is_end = |word: &&Placed| {
        word.line == brace.line && matches!(word.kind, TokenKind::Symbol(';' | ']'))
    };
    let behind = words.iter().rev().take_while(is_end).count();
    words[..words.len() - behind]
        .last()
        .map_or(brace.span.end, |word| word.span.end)
}

fn placed(text: &str) -> Vec<Placed> {
    let mut line = 0;
    let mut line_start = 0;
    let mut indent = 0;
    let mut last = 0;
    let mut words = Vec::new();
    for token in tokens(text) {
        let between = &text[last..token.span.start];
        let is_first = words.is_empty() || between.contains('\n');
        if let Some(end) = between.rfind('\n') {
            line += between.matches('\n').count();
            line_start = last + end + 1;
        }
        if is_first {
            indent = token.span.start - line_start;
        }
        last = token.span.end;
        words.push(Placed {
            kind: token.kind,
            span: token.span,
            line,
            indent,
            is_first,
        });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{Lone, lone};

    #[test]
    fn what_is_balanced_has_none() {
        assert_eq!(lone("message A {\nmessage B {}\n  } enum C {\n}"), []);
    }

    #[test]
    fn indentation_says_what_is_not_closed() {
        let text =
            "message A {\n  message B {\n    int32 b = 1;\n  int32 c = 2;\n}\nmessage D {}\n";
        let at = text.find("{\n    int32").expect("there");
        let close = text.find("\n  int32 c").expect("there");
        assert_eq!(lone(text), [Lone::Open { at, close }]);
    }

    #[test]
    fn the_end_of_a_line_stays_outside() {
        let text = "enum A {\n  option (a) = { b: 1 ;\n  A = 0;\n}\n";
        let at = text.find("{ b").expect("there");
        let close = text.find(" ;").expect("there");
        assert_eq!(lone(text), [Lone::Open { at, close }]);
    }

    #[test]
    fn what_is_not_closed_at_the_end_is_closed_there() {
        let text = "message A {\n  message B {\n";
        let (a, b) = (10, 24);
        assert_eq!(
            lone(text),
            [
                Lone::Open { at: b, close: 25 },
                Lone::Open { at: a, close: 25 }
            ]
        );
    }

    #[test]
    fn indentation_says_what_closes_nothing() {
        let text = "message A {\n  int32 a = 1;\n  }\n  int32 b = 2;\n}\n";
        assert_eq!(lone(text), [Lone::Close { at: 29 }]);
        assert_eq!(lone("message A {}\n}\n"), [Lone::Close { at: 13 }]);
    }
}
