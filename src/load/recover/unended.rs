//! Strings and comments that do not end.

use std::ops::Range;

use crate::load::tokens::{TokenKind, tokens};

/// The strings that do not end: each from its quote to where it was meant to end.
pub fn strings(text: &str) -> Vec<Range<usize>> {
    let strings: Vec<Range<usize>> = tokens(text)
        .filter(|token| token.kind == TokenKind::String)
        .map(|token| token.span)
        .filter(|string| !is_apostrophe(text, string.start))
        .collect();
    let unended = strings
        .iter()
        .filter(|string| !ends(&text[(*string).clone()]));
    let mut found: Vec<_> = unended
        .map(|string| meant(text, culprit(text, &strings, string)))
        .collect();
    found.dedup();
    found
}

/// Where a line has one quote too few, the last string does not end, but it may be an earlier one that should have: a
/// string that a word follows at once.
fn culprit<'a>(
    text: &str,
    strings: &'a [Range<usize>],
    unended: &'a Range<usize>,
) -> &'a Range<usize> {
    let line = text[..unended.start].rfind('\n').map_or(0, |end| end + 1);
    let runs_into_word = |string: &&Range<usize>| {
        let next = text[string.end..].chars().next();
        string.start >= line
            && string.start < unended.start
            && next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
    };
    strings.iter().find(runs_into_word).unwrap_or(unended)
}

/// Up to where the string was meant to end: before the next field of a message, or what ends its statement.
fn meant(text: &str, string: &Range<usize>) -> Range<usize> {
    let whole = &text[string.clone()];
    let is_end = |c: char| c.is_whitespace() || matches!(c, ';' | ',' | ']' | '}' | ')');
    let field = whole.match_indices(',').find(|(comma, _)| {
        let next = whole[comma + 1..].trim_start();
        let name = next.find(|c: char| !c.is_alphanumeric() && c != '_');
        name.is_some_and(|end| end > 0 && next[end..].starts_with(':'))
    });
    let length = match field {
        Some((comma, _)) => comma,
        None => whole.trim_end_matches(is_end).len(),
    };
    string.start..string.start + length.max(1)
}

/// `user's`, in words that were meant to be a comment.
fn is_apostrophe(text: &str, quote: usize) -> bool {
    text[quote..].starts_with('\'') && text[..quote].ends_with(|c: char| c.is_alphanumeric())
}

/// Whether a string has a closing quote.
fn ends(string: &str) -> bool {
    let mut chars = string.chars();
    let quote = chars.next();
    let mut escaped = false;
    for c in chars {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if Some(c) == quote => return true,
            _ => {}
        }
    }
    false
}

/// Where the comment begins that runs to the end of the file.
pub fn comment(text: &str) -> Option<usize> {
    let mut start = tokens(text).last().map_or(0, |token| token.span.end);
    loop {
        let rest = &text[start..];
        start += rest.len() - rest.trim_start().len();
        let rest = &text[start..];
        if let Some(comment) = rest.strip_prefix("/*") {
            match comment.find("*/") {
                Some(end) => start += end + 4,
                None => return Some(start),
            }
        } else if rest.is_empty() {
            return None;
        } else {
            start += rest.find('\n').unwrap_or(rest.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{comment, strings};

    #[test]
    fn a_string_ends_before_what_ends_its_statement() {
        let text = "import \"a;\nstring user's = 1;\noption (a) = { b: \"c\\\" };\nx = \"whole\";";
        let found: Vec<_> = strings(text)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(found, ["\"a", "\"c\\\""]);
    }

    #[test]
    fn the_string_that_should_have_ended_is_found() {
        let one = |text: &'static str| {
            strings(text)
                .into_iter()
                .map(|range| &text[range])
                .collect::<Vec<_>>()
        };
        assert_eq!(one("{ a: \"b, c: \"d\" }];"), ["\"b"]);
        assert_eq!(one("{ a: \"b\", c: \"d, e: true }];"), ["\"d"]);
    }

    #[test]
    fn a_comment_runs_to_the_end() {
        assert_eq!(comment("a /* b */ c // /*\n"), None);
        assert_eq!(comment("a /* b"), Some(2));
        assert_eq!(comment("a // c\n /* b */ /* c"), Some(16));
    }
}
