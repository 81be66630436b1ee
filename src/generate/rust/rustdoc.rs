//! A schema's comments as rustdoc: they may hold anything, and must neither end the comment, nor become a test, nor
//! give rustdoc or clippy a reason to warn.
//!
//! Plain text, lists, code spans and code blocks keep their meaning. Everything else that Markdown would read as markup
//! is escaped.

/// The lines of a doc comment, each with its `///`: these comments one after another, and `last` (Markdown of our own) as
/// the last paragraph.
pub fn doc_comment(comments: [Option<&str>; 2], last: Option<&str>) -> String {
    let mut text = String::new();
    for comment in comments.into_iter().flatten() {
        push_paragraph(&mut text, markdown(comment).iter().map(String::as_str));
    }
    push_paragraph(&mut text, last.into_iter().flat_map(str::lines));
    text
}

/// Adds lines, and an empty one before them where they are not the first.
fn push_paragraph<'a>(text: &mut String, lines: impl Iterator<Item = &'a str>) {
    let mut gap = if text.is_empty() { "" } else { "\n///\n" };
    for line in lines {
        text.push_str(gap);
        text.push_str(if line.is_empty() { "///" } else { "/// " });
        text.push_str(line);
        gap = "\n";
    }
}

/// Markdown lines that show a comment, without empty ones at either end.
fn markdown(comment: &str) -> Vec<String> {
    let mut lines = Lines::default();
    for line in comment.replace("\r\n", "\n").split(is_line_break) {
        match line.contains(is_control) {
            true => lines.push(&line.replace(is_control, " ")),
            false => lines.push(line),
        }
    }
    lines.finish()
}

fn is_line_break(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Controls, and the marks that turn the direction of text, which rustc refuses in comments.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[derive(Default)]
struct Lines {
    done: Vec<String>,
    /// The marker that closes the code block in which we are.
    fence: Option<String>,
    /// How far the text of the list item in which we are is indented.
    item: Option<usize>,
}

impl Lines {
    fn push(&mut self, line: &str) {
        let line = line.trim_end();
        if let Some(fence) = &self.fence {
            if closes(fence, line) {
                self.done.push(fence.clone());
                self.fence = None;
            } else {
                self.done.push(line.to_owned());
            }
            return;
        }
        let text = line.trim_start();
        if text.is_empty() {
            self.item = None;
            self.done.push(String::new());
        } else if let Some(fence) = opened_fence(text) {
            self.item = None;
            self.done.push(format!("{fence}text"));
            self.fence = Some(fence);
        } else if let Some((marker, rest)) = list_item(text) {
            // More than three blanks would make a code block.
            let indent = (line.len() - text.len()).min(3);
            let indent = if self.item.is_some() { indent } else { 0 };
            self.item = Some(indent + marker.len() + 1);
            self.done
                .push(format!("{}{marker} {}", " ".repeat(indent), escape(rest)));
        } else {
            self.done.push(format!(
                "{}{}",
                " ".repeat(self.item.unwrap_or(0)),
                escape(text)
            ));
        }
    }

    fn finish(mut self) -> Vec<String> {
        self.done.extend(self.fence);
        let is_text = |line: &String| !line.is_empty();
        let end = self
            .done
            .iter()
            .rposition(is_text)
            .map_or(0, |last| last + 1);
        let start = self.done.iter().position(is_text).unwrap_or(0);
        self.done.truncate(end);
        self.done.drain(..start.min(end));
        self.done
    }
}

/// The marker of a code block that begins on this line: at least three backticks or tildes.
fn opened_fence(text: &str) -> Option<String> {
    let mark = text
        .chars()
        .next()
        .filter(|mark| matches!(mark, '`' | '~'))?;
    let length = text.chars().take_while(|c| *c == mark).count();
    let names_a_language = !text[length..].contains('`');
    (length >= 3 && names_a_language).then(|| mark.to_string().repeat(length))
}

fn closes(fence: &str, line: &str) -> bool {
    let text = line.trim();
    text.len() >= fence.len() && text.chars().all(|c| fence.starts_with(c))
}

/// `- text`, `* text`, `+ text`, `1. text` or `1) text`, as marker and text.
fn list_item(text: &str) -> Option<(&str, &str)> {
    let (marker, rest) = text.split_once(' ')?;
    let digits = marker.trim_end_matches(['.', ')']);
    let numbered = marker.len() == digits.len() + 1
        && (1..=9).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    let rest = rest.trim_start();
    (!rest.is_empty() && (numbered || matches!(marker, "-" | "*" | "+"))).then_some((marker, rest))
}

/// One line of text, in which code spans and web addresses stand out and nothing else is markup that could break.
fn escape(text: &str) -> String {
    let marks = ['[', ']', '<', '>', '\\', '`', '~', '#', ':'];
    if !text.contains(marks) && !text.contains("  ") {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut rest = text;
    let mut blank_before = true;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        if let Some(span) = code_span(rest) {
            escaped.push_str(span);
            length = span.len();
        } else if let Some(address) = Some(rest).filter(|_| blank_before).and_then(web_address) {
            escaped.extend(["<", address, ">"]);
            length = address.len();
        } else {
            match c {
                '[' | ']' | '<' | '>' | '\\' | '`' | '~' => escaped.push('\\'),
                '#' if rest.len() == text.len() => escaped.push('\\'),
                ' ' => length = rest.len() - rest.trim_start_matches(' ').len(),
                _ => {}
            }
            escaped.push(c);
        }
        blank_before = !c.is_alphanumeric();
        rest = &rest[length..];
    }
    escaped
}

/// `` `code` `` at the start of the text, if it closes on the same line.
fn code_span(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('`')?;
    let length = inner.find('`').filter(|length| *length > 0)?;
    let closed = &inner[length + 1..];
    let blank = inner[..length].trim().is_empty();
    (!blank && !closed.starts_with('`')).then(|| &text[..length + 2])
}

/// An `http` or `https` address at the start of the text, without the punctuation of the sentence around it.
fn web_address(text: &str) -> Option<&str> {
    let start = ["http://", "https://"]
        .into_iter()
        .find(|scheme| text.starts_with(scheme))?;
    let end = text
        .find(|c: char| {
            c.is_whitespace()
                || !c.is_ascii()
                || matches!(c, '<' | '>' | '"' | '`' | '(' | ')' | '[' | ']' | '\\')
        })
        .unwrap_or(text.len());
    let address = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'']);
    (address.len() > start.len()).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(comment: &str) -> String {
        doc_comment([Some(comment), None], None)
    }

    #[test]
    fn every_line_end_is_one() {
        assert_eq!(
            doc(" a\rb\r\nc\u{85}d\u{2028}e\n"),
            "/// a\n/// b\n/// c\n/// d\n/// e"
        );
    }

    #[test]
    fn code_is_never_a_test() {
        assert_eq!(doc("a\n\n     panic!()"), "/// a\n///\n/// panic!()");
        assert_eq!(
            doc("```rust\n    x\n```"),
            "/// ```text\n///     x\n/// ```"
        );
        assert_eq!(doc("~~~\nx"), "/// ~~~text\n/// x\n/// ~~~");
        assert_eq!(doc("- ```\n  x"), "/// - \\`\\`\\`\n///   x");
        assert_eq!(doc("-      x"), "/// - x");
    }

    #[test]
    fn markup_is_text() {
        assert_eq!(
            doc("a [b] <c> `[d]` \\e `f"),
            "/// a \\[b\\] \\<c\\> `[d]` \\\\e \\`f"
        );
        assert_eq!(
            doc("see https://a.b/c_d, or (http://e)."),
            "/// see <https://a.b/c_d>, or (<http://e>)."
        );
    }

    #[test]
    fn the_rest_of_a_list_item_is_indented() {
        assert_eq!(
            doc("- a\nb\n1. c\n  d"),
            "/// - a\n///   b\n/// 1. c\n///    d"
        );
    }

    #[test]
    fn comments_follow_each_other_as_paragraphs() {
        assert_eq!(
            doc_comment([Some(" a\n"), Some("b")], Some("c")),
            "/// a\n///\n/// b\n///\n/// c"
        );
        assert_eq!(doc_comment([Some("\n \n"), None], None), "");
    }
}
