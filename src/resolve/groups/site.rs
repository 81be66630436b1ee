use crate::load::literal;
use crate::load::locations::{Locations, part};
use crate::schema::{FileId, Span};

/// Where one of Bellwire's options stands.
pub struct Site<'a> {
    pub file: FileId,
    pub locations: &'a Locations<'a>,
    /// The path of the option: that of the element's options, and the extension's number.
    pub path: Vec<i32>,
    /// Where to point if the option is nowhere to be seen: the element's name.
    pub element: Span,
}

impl Site<'_> {
    /// The option's name with its parentheses: `(bellwire.event)`.
    pub fn name(&self) -> Span {
        match self.statement(&self.path) {
            Some(statement) => self.span(literal::name(self.text(), statement)),
            None => self.element,
        }
    }

    /// The value of one of the option's fields; the option's name where the field is not set.
    pub fn field(&self, name: &str, number: i32) -> Span {
        // `(bellwire.event).input = "Foo"` has a statement of its own.
        if let Some(statement) = self.locations.get(&part(&self.path, &[number])) {
            let statement = self.locations.source().range(&statement.span);
            return self.span(literal::value(self.text(), statement, &[]));
        }
        let Some(statement) = self.statement(&self.path) else {
            return self.element;
        };
        let whole = literal::value(self.text(), statement.clone(), &[]);
        let value = literal::value(self.text(), statement, &[name]);
        if value == whole {
            self.name()
        } else {
            self.span(value)
        }
    }

    fn statement(&self, path: &[i32]) -> Option<std::ops::Range<usize>> {
        let source = self.locations.source();
        if let Some(location) = self.locations.get(path) {
            return Some(source.range(&location.span));
        }
        // Set field by field only: the first of them.
        (1..16)
            .find_map(|number| self.locations.get(&part(path, &[number])))
            .map(|location| source.range(&location.span))
    }

    fn text(&self) -> &str {
        self.locations.source().text()
    }

    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span {
            file: self.file,
            start: range.start,
            end: range.end,
        }
    }
}
