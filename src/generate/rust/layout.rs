//! The layout of what is emitted: as rustfmt, with its defaults, leaves it.
//!
//! Templates and prost-build write line by line, each line with a whole construct on it. Here the lines are indented,
//! and the few constructs that can be too long are broken.

mod broken;
mod calls;
mod lists;
mod types;

use std::borrow::Cow;

use self::broken::broken;
pub use self::lists::operands;

/// The longest line, in columns. All but comments is ASCII, so that bytes are columns.
const WIDTH: usize = 100;
/// What a bracket indents by.
const STEP: usize = 4;

/// Lays a file out. The comment at its head stays as it is.
pub fn formatted(text: &str) -> String {
    let (head, code) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = code
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .peekable();
    let mut layout = Layout::default();
    layout.text.reserve(text.len() * 3 / 2);
    layout.text.extend([head, "\n"]);
    if lines.peek().is_some() {
        layout.text.push('\n');
    }
    for line in lines {
        layout.push(line);
    }
    layout.text
}

#[derive(Default)]
struct Layout<'a> {
    text: String,
    /// The brackets in which we are.
    open: Vec<Bracket>,
    /// The construct of the line before, and how far that is indented.
    previous: &'a str,
    previous_indent: usize,
}

/// A bracket that the last line of a construct opened: how far that line and the construct are indented.
struct Bracket {
    line: usize,
    construct: usize,
}

impl<'a> Layout<'a> {
    fn push(&mut self, line: &'a str) {
        let is_code = !line.starts_with("//");
        if is_code && line.starts_with([')', ']', '}']) {
            self.close(line);
        } else {
            let indent = self.open.last().map_or(0, |bracket| bracket.line + STEP);
            if indent == self.previous_indent && ends_item(self.previous) && begins_item(line) {
                self.text.push('\n');
            }
            let start = self.text.len();
            self.indent(indent);
            self.text.push_str(&broken(line, indent));
            if is_code && line.ends_with(['(', '[', '{']) {
                let last = self.text[start..].rsplit('\n').next().unwrap_or_default();
                self.open.push(Bracket {
                    line: last.len() - last.trim_start().len(),
                    construct: indent,
                });
            }
            self.previous_indent = indent;
        }
        self.text.push('\n');
        self.previous = line;
    }

    fn close(&mut self, line: &'a str) {
        let Some(bracket) = self.open.pop() else {
            unreachable!("what is emitted has balanced brackets: {line}");
        };
        let construct = bracket.construct;
        if self.previous.ends_with(['(', '[', '{']) {
            self.text.truncate(self.text.trim_end().len());
        } else {
            self.indent(bracket.line);
        }
        // `} else if condition {` closes and opens.
        let lines = match line.strip_prefix("} ") {
            Some(rest) if line.ends_with('{') => {
                self.text.push_str("} ");
                let lines = broken(rest, bracket.line);
                self.open.push(bracket);
                lines
            }
            _ => Cow::Borrowed(line),
        };
        self.text.push_str(&lines);
        self.previous_indent = construct;
    }

    fn indent(&mut self, columns: usize) {
        self.text.extend(std::iter::repeat_n(' ', columns));
    }
}

fn ends_item(line: &str) -> bool {
    !line.starts_with("//") && line.ends_with(['}', ';'])
}

fn begins_item(line: &str) -> bool {
    ["///", "#[", "pub ", "fn ", "impl", "async fn "]
        .iter()
        .any(|start| line.starts_with(start))
}
