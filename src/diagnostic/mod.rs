//! What is said to the person: one type for every finding, rendered by miette.

pub mod code;
mod report;
mod shown;
mod source;
mod wrap;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use code::Code;
pub use report::{Report, Style};
pub use source::Source;
pub(crate) use source::floor;

/// One finding: a sentence, the places that it is about, and what to do.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    /// One sentence, without a full stop.
    pub message: String,
    /// The first is where the finding stands; the others explain it, and may be in other files.
    pub labels: Vec<Label>,
    /// What the person may do about it.
    pub help: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    Warning,
    Error,
}

/// A stretch of a source and what is said about it there.
#[derive(Debug, Clone)]
pub struct Label {
    pub source: Arc<Source>,
    /// Byte offsets into the source's text.
    pub span: Range<usize>,
    /// A few words, put under the underlined text.
    pub text: String,
}

impl Label {
    pub fn new(source: &Arc<Source>, span: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            source: Arc::clone(source),
            span: source.clamp(span),
            text: clip(text.into()),
        }
    }
}

impl Diagnostic {
    /// An error without a place; add one with [`Diagnostic::at`].
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: clip(message.into()),
            labels: Vec::new(),
            help: None,
        }
    }

    /// A warning without a place; add one with [`Diagnostic::at`].
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    /// Adds a place; the first one added is where the finding is listed. A further one in a source without text (a
    /// file that the compiler carries as a descriptor) is left out: there is nothing to show.
    pub fn at(mut self, label: Label) -> Self {
        if self.labels.is_empty() || !label.source.text().is_empty() {
            self.labels.push(label);
        }
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(clip(help.into()));
        self
    }
}

/// The longest text of a finding, in characters: names in it come from schemas, which hold anything.
const LONGEST_TEXT: usize = 600;

fn clip(text: String) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}
