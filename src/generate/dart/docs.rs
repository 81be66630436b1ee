//! Schema comments as Dart doc comments.

use std::borrow::Cow;

use super::layout::pad;
use crate::schema::Comments;

/// A doc comment, indented, `///` included: what the schema says, and then which element it says it of.
pub fn documented(indent: usize, comments: &Comments, origin: &str) -> String {
    let mut lines = text(comments);
    if !lines.is_empty() {
        lines.push(Cow::Borrowed(""));
    }
    lines.push(Cow::Borrowed(origin));
    comment(indent, &lines)
}

/// A doc comment; empty where the schema says nothing.
pub fn docs(indent: usize, comments: &Comments) -> String {
    comment(indent, &text(comments))
}

/// A member of a class: its doc comment and its annotations, as far as it has any, and its declaration.
pub fn member(docs: &str, annotations: &str, declaration: &str) -> String {
    let break_behind = if docs.is_empty() { "" } else { "\n" };
    [docs, break_behind, annotations, "  ", declaration].concat()
}

/// The line that marks a member as deprecated, where it is.
pub fn deprecated(deprecated: bool, kind: &str) -> String {
    match deprecated {
        true => format!("  @$core.Deprecated('This {kind} is deprecated.')\n"),
        false => String::new(),
    }
}

fn comment(indent: usize, lines: &[Cow<str>]) -> String {
    let mut comment = String::new();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            comment.push('\n');
        }
        comment += pad(indent);
        comment += if line.is_empty() { "///" } else { "/// " };
        comment += line;
    }
    comment
}

/// What stands before an element, and then what stands behind it.
fn text(comments: &Comments) -> Vec<Cow<'_, str>> {
    let mut lines = Vec::new();
    for part in [&comments.leading, &comments.trailing]
        .into_iter()
        .flatten()
    {
        let part = block(part);
        if !lines.is_empty() && !part.is_empty() {
            lines.push(Cow::Borrowed(""));
        }
        lines.extend(part);
    }
    lines
}

/// The lines of one comment, without the space that sets the text off its marker, nor empty lines around it.
fn block(comment: &str) -> Vec<Cow<'_, str>> {
    let mut fenced = false;
    let mut lines: Vec<Cow<str>> = split(comment)
        .map(|line| {
            let line = line.strip_prefix(' ').unwrap_or(line);
            fenced ^= line.trim_start().starts_with("```");
            escape(line, fenced)
        })
        .collect();
    let last = lines.iter().rposition(|line| !line.is_empty());
    lines.truncate(last.map_or(0, |last| last + 1));
    let first = lines.iter().position(|line| !line.is_empty());
    lines.drain(..first.unwrap_or(0));
    lines
}

/// Everything that any tool takes for the end of a line ends one, so that no text slips out of its comment.
fn split(comment: &str) -> impl Iterator<Item = &str> {
    let ends = [
        '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}',
    ];
    let mut rest = Some(comment);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(ends) else {
            rest = None;
            return Some(text);
        };
        let length = if text[end..].starts_with("\r\n") {
            2
        } else {
            text[end..].chars().next().map_or(1, char::len_utf8)
        };
        rest = Some(&text[end + length..]);
        Some(&text[..end])
    })
}

/// Dartdoc reads Markdown, where `<` outside of code opens an HTML element. Control characters have no business in a
/// comment.
fn escape(line: &str, fenced: bool) -> Cow<'_, str> {
    let text = line.trim_end();
    if !text.contains(|c: char| matches!(c, '<' | '`') || c.is_control()) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len());
    let mut code = fenced || line.starts_with("    ");
    let mut previous = ' ';
    for c in text.chars() {
        match c {
            '`' if !fenced => code = !code,
            '<' if !code && previous != '\\' => escaped.push('\\'),
            _ => {}
        }
        escaped.push(if c.is_control() && c != '\t' {
            '\u{fffd}'
        } else {
            c
        });
        previous = c;
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leading(text: &str) -> Vec<String> {
        let comments = Comments {
            leading: Some(text.to_owned()),
            ..Comments::default()
        };
        let docs = docs(0, &comments);
        docs.lines().map(str::to_owned).collect()
    }

    #[test]
    fn every_line_stays_a_comment() {
        assert_eq!(
            leading(" a\rb\u{85}c\u{2028}d\r\ne\n"),
            ["/// a", "/// b", "/// c", "/// d", "/// e"]
        );
        assert_eq!(
            leading(" x */ y ${z} \"\"\"\n\n ```\n"),
            ["/// x */ y ${z} \"\"\"", "///", "/// ```"]
        );
    }

    #[test]
    fn angle_brackets_are_no_html() {
        assert_eq!(
            leading(" A List<T>, `List<T>`."),
            ["/// A List\\<T>, `List<T>`."]
        );
    }

    #[test]
    fn code_stays_as_it_is() {
        assert_eq!(
            leading(" ```\n List<T>\n ```\n List<T>"),
            ["/// ```", "/// List<T>", "/// ```", "/// List\\<T>"]
        );
    }

    #[test]
    fn nothing_said_gives_nothing() {
        assert!(leading(" \n").is_empty());
    }
}
