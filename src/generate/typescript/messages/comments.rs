//! Documentation comments, made of the schema's comments and of what a declaration comes from.

use crate::schema::Comments;

/// The documentation of one element.
#[derive(Debug)]
pub struct Doc {
    text: String,
}

impl Doc {
    /// What the schema says before and behind an element, then where the element comes from: `message a.B`.
    pub fn of(comments: &Comments, from: &str) -> Self {
        let mut text = String::new();
        for comment in [&comments.leading, &comments.trailing]
            .into_iter()
            .flatten()
        {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&normalized(comment));
            if text.ends_with('\n') {
                text.pop();
            }
        }
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        let lines: Vec<_> = text
            .split('\n')
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        Self {
            text: lines.join("\n") + "@generated from " + from,
        }
    }

    /// Text of our own.
    pub fn new(text: String) -> Self {
        Self { text }
    }

    /// Adds the mark of what should not be used any more.
    pub fn deprecated(mut self, deprecated: bool) -> Self {
        if deprecated {
            self.text.push_str("\n@deprecated");
        }
        self
    }

    /// As a comment block, indented by so many spaces, without a line break at its end.
    pub fn block(&self, indent: usize) -> String {
        let indent = " ".repeat(indent);
        let mut block = format!("{indent}/**\n");
        for line in self.text.split('\n') {
            block.push_str(&indent);
            block.push_str(if line.is_empty() { " *" } else { " * " });
            block.push_str(&line.replace("*/", "*\\/"));
            block.push('\n');
        }
        block + &indent + " */"
    }
}

/// A comment as the lines between `//` markers would hold it: each with `//` before it, and one empty line behind.
pub fn line_comment(comment: &str) -> String {
    let text = normalized(comment);
    let lines = text.strip_suffix('\n').unwrap_or(&text).split('\n');
    lines
        .map(|line| format!("//{line}\n"))
        .chain(["\n".to_owned()])
        .collect()
}

/// A comment with every kind of line break as `\n`.
fn normalized(comment: &str) -> String {
    comment
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n")
}
