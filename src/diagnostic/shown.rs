use std::fmt;
use std::sync::Arc;

use super::{Diagnostic, Label, Severity, wrap};

/// What miette shows of a finding at once: one source and the labels in it. The help comes with the last.
#[derive(Debug)]
pub struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    /// Columns of the whole.
    width: usize,
    last: bool,
}

/// A label in another source than the finding's first, shown after it.
#[derive(Debug)]
pub struct Elsewhere<'a> {
    diagnostic: &'a Diagnostic,
    label: &'a Label,
    width: usize,
    last: bool,
}

/// What stands before a sentence on its lines, with the margin behind it, in columns.
const SENTENCE_INDENT: usize = 6;
/// The same of a help.
const HELP_INDENT: usize = 10;

/// Cuts a finding into what can be shown at once.
pub fn parts(diagnostic: &Diagnostic, width: usize) -> (Shown<'_>, Vec<Elsewhere<'_>>) {
    let others: Vec<&Label> = diagnostic
        .labels
        .iter()
        .filter(|label| !is_here(diagnostic, label))
        .collect();
    let count = others.len();
    let elsewhere = others.into_iter().enumerate();
    let elsewhere = elsewhere
        .map(|(index, label)| Elsewhere {
            diagnostic,
            label,
            width,
            last: index + 1 == count,
        })
        .collect();
    (
        Shown {
            diagnostic,
            width,
            last: count == 0,
        },
        elsewhere,
    )
}

fn help(diagnostic: &Diagnostic, width: usize, last: bool) -> Option<Box<dyn fmt::Display + '_>> {
    let help = diagnostic.help.as_ref().filter(|_| last)?;
    Some(Box::new(wrap::hold(
        help,
        width.saturating_sub(HELP_INDENT),
    )))
}

fn is_here(diagnostic: &Diagnostic, label: &Label) -> bool {
    diagnostic
        .labels
        .first()
        .is_some_and(|first| Arc::ptr_eq(&first.source, &label.source))
}

fn is_showable(label: &Label) -> bool {
    label.source.is_showable(&label.span)
}

/// In words, where the text cannot be shown.
fn place(label: Option<&Label>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Some(label) = label else { return Ok(()) };
    let (line, column) = label.source.position(label.span.start);
    write!(
        f,
        ", at {}:{line}:{column}, on lines too long to show",
        label.source.name()
    )
}

fn labeled(label: &Label) -> miette::LabeledSpan {
    let text = (!label.text.is_empty()).then(|| label.text.clone());
    miette::LabeledSpan::new(text, label.span.start, label.span.len())
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.width.saturating_sub(SENTENCE_INDENT);
        f.write_str(&wrap::hold(&self.diagnostic.message, width))?;
        place(
            self.diagnostic
                .labels
                .first()
                .filter(|label| !is_showable(label)),
            f,
        )
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        help(self.diagnostic, self.width, self.last)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.diagnostic
            .labels
            .first()
            .map(|label| &*label.source as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        let first = self.diagnostic.labels.first()?;
        let here = self
            .diagnostic
            .labels
            .iter()
            .filter(|label| is_here(self.diagnostic, label) && is_showable(label));
        Some(Box::new(here.map(|label| {
            match std::ptr::eq(label, first) {
                true => miette::LabeledSpan::new_primary_with_span(
                    (!label.text.is_empty()).then(|| label.text.clone()),
                    (label.span.start, label.span.len()),
                ),
                false => labeled(label),
            }
        })))
    }
}

impl fmt::Display for Elsewhere<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "and in `{}`", self.label.source.name())?;
        place(Some(self.label).filter(|label| !is_showable(label)), f)
    }
}

impl std::error::Error for Elsewhere<'_> {}

impl miette::Diagnostic for Elsewhere<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        help(self.diagnostic, self.width, self.last)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&*self.label.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        let label = Some(self.label).filter(|label| is_showable(label));
        Some(Box::new(label.into_iter().map(labeled)))
    }
}
