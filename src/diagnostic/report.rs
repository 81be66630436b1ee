use std::collections::BTreeSet;
use std::fmt::Write as _;

use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};
use textwrap::{WordSeparator, WordSplitter};

use super::shown::parts;
use super::{Diagnostic, Severity, wrap};

/// Everything that a run found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub diagnostics: Vec<Diagnostic>,
}

/// How a report looks.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    pub color: bool,
    pub unicode: bool,
    /// Columns after which text is wrapped.
    pub width: usize,
}

impl Report {
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Every finding, in order if sorted.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// How many findings of this severity there are.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    }

    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// As a file or a pipe gets to see it, the same on every machine.
    pub fn plain(&self) -> String {
        self.render(Style {
            color: false,
            unicode: false,
            width: 100,
        }) + &self.summary()
    }

    /// What a process that found this ends with: 0 for nothing but warnings, 1 for errors in the schemas, 2 for wrong
    /// use, a wrong configuration, or a disk that does not do what it should.
    pub fn exit_code(&self) -> u8 {
        let errors = self
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error);
        errors
            .map(|error| if error.code.is_misuse() { 2 } else { 1 })
            .max()
            .unwrap_or(0)
    }

    /// `3 errors and 1 warning in 2 files` on a line; nothing where nothing was found.
    pub fn summary(&self) -> String {
        let counts = [
            (self.count(Severity::Error), "error"),
            (self.count(Severity::Warning), "warning"),
        ];
        let found: Vec<_> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| some(*count, name))
            .collect();
        if found.is_empty() {
            return String::new();
        }
        let labels = self
            .diagnostics
            .iter()
            .filter_map(|diagnostic| diagnostic.labels.first());
        let files: BTreeSet<_> = labels.map(|label| label.source.name()).collect();
        let place = if files.is_empty() {
            String::new()
        } else {
            format!(" in {}", some(files.len(), "file"))
        };
        format!("{}{place}\n", found.join(" and "))
    }

    /// Orders by file and position, what has none first, and drops what was said twice.
    pub fn sort(&mut self) {
        let key = |diagnostic: &Diagnostic| {
            let place = diagnostic
                .labels
                .first()
                .map(|label| (label.source.name().to_owned(), label.span.start));
            (place, diagnostic.code.0, diagnostic.message.clone())
        };
        self.diagnostics.sort_by_cached_key(key);
        self.diagnostics.dedup_by(|a, b| key(a) == key(b));
    }

    /// Every finding in its order, one block of text each.
    pub fn render(&self, style: Style) -> String {
        let theme = GraphicalTheme {
            characters: if style.unicode {
                ThemeCharacters::unicode()
            } else {
                ThemeCharacters::ascii()
            },
            styles: if style.color {
                ThemeStyles::ansi()
            } else {
                ThemeStyles::none()
            },
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(style.width)
            .with_word_separator(WordSeparator::AsciiSpace)
            .with_word_splitter(WordSplitter::NoHyphenation)
            .with_break_words(false)
            .with_links(false);
        let mut text = String::new();
        for diagnostic in &self.diagnostics {
            // Rendering fails only where writing does, and a string always takes what is written.
            let (shown, elsewhere) = parts(diagnostic, style.width);
            let _ = handler.render_report(&mut text, &shown);
            for place in &elsewhere {
                let _ = handler.render_report(&mut text, place);
            }
            let _ = writeln!(text);
        }
        wrap::release(&text)
    }
}

/// `1 error`, `2 errors`
fn some(count: usize, name: &str) -> String {
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

impl From<Diagnostic> for Report {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            diagnostics: vec![diagnostic],
        }
    }
}

impl Extend<Diagnostic> for Report {
    fn extend<T: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: T) {
        self.diagnostics.extend(diagnostics);
    }
}
