//! Blocks in which every statement counts, and which must have one: those of `extend` and `oneof`. The parser is lax.

use std::sync::Arc;

use super::tokens::{Token, TokenKind};
use crate::diagnostic::{Diagnostic, Label, Source, code};

/// Empty statements in such blocks, and `extend` blocks without a field.
pub fn check(source: &Arc<Source>, tokens: &[Token]) -> Vec<Diagnostic> {
    let text = source.text();
    let mut found = Vec::new();
    for start in 0..tokens.len() {
        if let Some((keyword, open)) = block(text, tokens, start) {
            found.extend(check_block(source, keyword, &tokens[open..]));
        }
    }
    found
}

/// Whether a block begins there: its keyword, and where its `{` is.
fn block<'a>(text: &'a str, tokens: &[Token], start: usize) -> Option<(&'a str, usize)> {
    let begins = start == 0 || is_end(tokens[start - 1].kind);
    let keyword = &text[tokens[start].span.clone()];
    if !begins || !matches!(keyword, "extend" | "oneof") {
        return None;
    }
    let name = tokens[start + 1..]
        .iter()
        .take_while(|token| matches!(token.kind, TokenKind::Word | TokenKind::Symbol('.')))
        .count();
    let open = start + 1 + name;
    (name > 0 && tokens.get(open)?.kind == TokenKind::Symbol('{')).then_some((keyword, open))
}

/// What stands before a statement.
fn is_end(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Symbol(';' | '{' | '}'))
}

fn check_block(source: &Arc<Source>, keyword: &str, tokens: &[Token]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if keyword == "extend"
        && tokens
            .get(1)
            .is_some_and(|next| next.kind == TokenKind::Symbol('}'))
    {
        found.push(
            Diagnostic::error(code::SYNTAX_EMPTY_EXTEND, "this `extend` declares nothing")
                .at(Label::new(
                    source,
                    tokens[1].span.clone(),
                    "no field before this",
                ))
                .help("declare a field, or remove the block"),
        );
    }
    let mut depth = 0_usize;
    for pair in tokens.windows(2) {
        match pair[0].kind {
            TokenKind::Symbol('{' | '[') => depth += 1,
            TokenKind::Symbol('}' | ']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        let behind_group = pair[0].kind == TokenKind::Symbol('}');
        let empty = pair[1].kind == TokenKind::Symbol(';') && is_end(pair[0].kind);
        if empty && depth == 1 && !(behind_group && is_option_value(tokens, &pair[0])) {
            found.push(
                Diagnostic::error(
                    code::SYNTAX_EMPTY_STATEMENT,
                    format!("the block of `{keyword}` takes no empty statement"),
                )
                .at(Label::new(
                    source,
                    pair[1].span.clone(),
                    "nothing ends here",
                ))
                .help("remove the `;`"),
            );
        }
    }
    found
}

/// `option x = { … };` has its `;` behind a `}` too.
fn is_option_value(tokens: &[Token], close: &Token) -> bool {
    let end = tokens
        .iter()
        .position(|token| token == close)
        .unwrap_or_default();
    let mut depth = 0_usize;
    for (index, token) in tokens[..=end].iter().enumerate().rev() {
        match token.kind {
            TokenKind::Symbol('}') => depth += 1,
            TokenKind::Symbol('{') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            let before = index.checked_sub(1).map(|before| tokens[before].kind);
            return before == Some(TokenKind::Symbol('='));
        }
    }
    false
}
