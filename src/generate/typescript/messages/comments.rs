//! Documentation comments, made of the schema's comments and of what a declaration comes from.

use std::borrow::Cow;

use crate::schema::Comments;

/// The documentation of one element.
#[derive(Debug)]
pub struct Doc {
    text: String,
}

impl Doc {
    /// What the schema says before and behind an element, then where the element comes from: `message a.B`.
    pub fn of(comments: &Comments, from: &str) -> Self {
        let mut said = String::new();
        for comment in [&comments.leading, &comments.trailing]
            .into_iter()
            .flatten()
        {
            if !said.is_empty() {
                said.push_str("\n\n");
            }
            said.push_str(&normalized(comment));
            if said.ends_with('\n') {
                said.pop();
            }
        }
        let mut text = String::with_capacity(said.len() + from.len() + 18);
        if !said.is_empty() {
            for line in said.split('\n').chain([""]) {
                text.push_str(line.strip_prefix(' ').unwrap_or(line));
                text.push('\n');
            }
        }
        text.extend(["@generated from ", from]);
        Self { text }
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
        let text = match self.text.contains("*/") {
            true => Cow::Owned(self.text.replace("*/", "*\\/")),
            false => Cow::Borrowed(&self.text),
        };
        let mut block = String::with_capacity(text.len() + 64);
        block.extend([&indent, "/**\n"]);
        for line in text.split('\n') {
            let star = if line.is_empty() { " *" } else { " * " };
            block.extend([&indent, star, line, "\n"]);
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
fn normalized(comment: &str) -> Cow<'_, str> {
    let others = ['\r', '\u{2028}', '\u{2029}'];
    if !comment.contains(others) {
        return Cow::Borrowed(comment);
    }
    Cow::Owned(comment.replace("\r\n", "\n").replace(others, "\n"))
}
