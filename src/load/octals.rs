//! Numbers that begin with a zero and another digit: they are octal, and have no fraction and no exponent. The parser is
//! lax.

use std::ops::Range;
use std::sync::Arc;

use super::tokens::{Token, TokenKind};
use crate::diagnostic::{Diagnostic, Label, Source, code};

pub fn check(source: &Arc<Source>, tokens: &[Token]) -> Vec<Diagnostic> {
    let text = source.text();
    let finding = |index| {
        let place = wrong(text, tokens, index)?;
        let number = text[place.clone()].trim_start_matches('0');
        let whole = number.starts_with(|c: char| c.is_ascii_digit());
        let zero = if whole { "" } else { "0" };
        Some(
            Diagnostic::error(
                code::SYNTAX_NUMBER,
                "a number that begins with `0` and a digit is octal, which has no fraction and no exponent",
            )
            .at(Label::new(source, place, "octal"))
            .help(format!("write `{zero}{number}`")),
        )
    };
    (0..tokens.len()).filter_map(finding).collect()
}

/// The place of such a number that begins with that word.
fn wrong(text: &str, tokens: &[Token], index: usize) -> Option<Range<usize>> {
    let Range { start, end } = tokens[index].span;
    if text.as_bytes()[start] != b'0' {
        return None;
    }
    let word = &text[start..end];
    let behind = word.trim_start_matches(|c: char| c.is_ascii_digit());
    if word.len() - behind.len() < 2 {
        return None;
    }
    let is_fraction =
        index > 0 && is_point(&tokens[index - 1]) && tokens[index - 1].span.end == start;
    let has_fraction = tokens
        .get(index + 1)
        .is_some_and(|next| is_point(next) && next.span.start == end);
    let wrong = (behind.is_empty() && has_fraction) || behind.starts_with(['e', 'E']);
    if is_fraction || !wrong {
        return None;
    }
    let point = end + usize::from(has_fraction);
    let digits = tokens
        .get(index + 2)
        .filter(|next| has_fraction && next.kind == TokenKind::Word && next.span.start == point);
    Some(start..digits.map_or(point, |digits| digits.span.end))
}

fn is_point(token: &Token) -> bool {
    token.kind == TokenKind::Symbol('.')
}
