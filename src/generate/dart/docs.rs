//! Schema comments as Dart doc comments.

use crate::schema::Comments;

/// The lines of a doc comment, `///` included: what the schema says, and then which element it says it of.
pub fn documented(comments: &Comments, origin: &str) -> Vec<String> {
    let mut lines = text(comments);
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.push(origin.to_owned());
    comment(&lines)
}

/// The lines of a doc comment; none where the schema says nothing.
pub fn docs(comments: &Comments) -> Vec<String> {
    comment(&text(comments))
}

fn comment(lines: &[String]) -> Vec<String> {
    lines
        .iter()
        .map(|line| {
            if line.is_empty() {
                "///".to_owned()
            } else {
                format!("/// {line}")
            }
        })
        .collect()
}

/// What stands before an element, and then what stands behind it.
fn text(comments: &Comments) -> Vec<String> {
    let mut lines = Vec::new();
    for part in [&comments.leading, &comments.trailing]
        .into_iter()
        .flatten()
    {
        let part = block(part);
        if !lines.is_empty() && !part.is_empty() {
            lines.push(String::new());
        }
        lines.extend(part);
    }
    lines
}

/// The lines of one comment, without the space that sets the text off its marker, nor empty lines around it.
fn block(comment: &str) -> Vec<String> {
    let mut fenced = false;
    let lines: Vec<String> = split(comment)
        .map(|line| {
            let line = line.strip_prefix(' ').unwrap_or(line);
            fenced ^= line.trim_start().starts_with("```");
            escape(line, fenced)
        })
        .collect();
    let first = lines.iter().position(|line| !line.is_empty());
    let last = lines.iter().rposition(|line| !line.is_empty());
    match (first, last) {
        (Some(first), Some(last)) => lines[first..=last].to_vec(),
        _ => Vec::new(),
    }
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
fn escape(line: &str, fenced: bool) -> String {
    let mut escaped = String::with_capacity(line.len());
    let mut code = fenced || line.starts_with("    ");
    let mut previous = ' ';
    for c in line.trim_end().chars() {
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
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leading(text: &str) -> Vec<String> {
        docs(&Comments {
            leading: Some(text.to_owned()),
            ..Comments::default()
        })
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
