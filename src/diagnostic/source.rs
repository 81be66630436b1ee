use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// The longest line that is shown, in bytes. What is longer is no text that a person wrote.
const LONGEST_LINE: usize = 2000;

/// A text that diagnostics point into.
#[derive(Debug)]
pub struct Source {
    /// The path as the person knows it.
    name: String,
    text: String,
    /// Where each line starts, in bytes; the first is 0.
    lines: Vec<usize>,
}

impl Source {
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let lines = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(index, _)| index + 1))
            .collect();
        Self {
            name: name.into(),
            text,
            lines,
        }
    }

    /// The path as the person knows it.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The byte offset of a line and a column, both counted from 0 and in bytes; the nearest one that exists.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let start = self.lines.get(line).copied().unwrap_or(self.text.len());
        self.floor(start.saturating_add(column))
    }

    /// The bytes of a descriptor's span: line, column and end, or line, column, last line and end.
    pub fn range(&self, span: &[i32]) -> Range<usize> {
        let number =
            |index: usize| usize::try_from(span.get(index).copied().unwrap_or(0)).unwrap_or(0);
        let start = self.offset(number(0), number(1));
        let end = match span.len() {
            4 => self.offset(number(2), number(3)),
            _ => self.offset(number(0), number(2)),
        };
        start..end.max(start)
    }

    /// The other way round.
    pub fn span(&self, range: Range<usize>) -> Vec<i32> {
        let number = |value: usize| i32::try_from(value).unwrap_or(i32::MAX);
        let place = |offset: usize| {
            let line = self.line(offset);
            (number(line), number(offset - self.lines[line]))
        };
        let (first, start) = place(range.start);
        let (last, end) = place(range.end);
        if first == last {
            vec![first, start, end]
        } else {
            vec![first, start, last, end]
        }
    }

    /// Line and column of a byte offset, both counted from 1, the column in characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let offset = self.floor(offset);
        let line = self.line(offset);
        (
            line + 1,
            self.text[self.lines[line]..offset].chars().count() + 1,
        )
    }

    /// The nearest range that can be sliced out of the text.
    pub fn clamp(&self, range: Range<usize>) -> Range<usize> {
        let start = self.floor(range.start);
        start..self.floor(range.end).max(start)
    }

    /// Whether the range and the lines around it are short enough to be shown.
    pub fn is_showable(&self, range: &Range<usize>) -> bool {
        let last = (self.line(range.end) + 1).min(self.lines.len() - 1);
        (self.line(range.start).saturating_sub(1)..=last).all(|line| {
            let end = self.lines.get(line + 1).copied().unwrap_or(self.text.len());
            end - self.lines[line] <= LONGEST_LINE
        })
    }

    /// The line, counted from 0, that a byte offset is on.
    fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset) - 1
    }

    fn floor(&self, offset: usize) -> usize {
        floor(&self.text, offset)
    }
}

/// Where the character begins that an offset is in; the end of the text for one beyond it.
pub fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// As miette's own for strings, with the path as name and the column counted from the start of the line. That one reads a
/// text from its start to find a line; here it is handed the text from that line on.
impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let first = self
            .line(span.offset())
            .saturating_sub(context_lines_before);
        let skipped = self.lines[first];
        let inside = SourceSpan::new((span.offset() - skipped).into(), span.len());
        let rest = &self.text[skipped..];
        let inner = rest.read_span(&inside, context_lines_before, context_lines_after)?;
        let shown = inner.span();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            SourceSpan::new((shown.offset() + skipped).into(), shown.len()),
            inner.line() + first,
            inner.column(),
            inner.line_count() + first,
        )))
    }
}
