//! Where a rule stands.

use std::ops::Range;

use prost_reflect::{ExtensionDescriptor, FieldDescriptor};

use crate::load::literal;
use crate::load::locations::{Locations, part};
use crate::schema::{FileId, Span};

/// An option, or a part of its value: `(buf.validate.field).string.min_len`.
#[derive(Clone)]
pub struct Site<'a> {
    file: FileId,
    locations: &'a Locations<'a>,
    /// The path of the element's options.
    options: Vec<i32>,
    /// From there to the part: the extension's number, then those of fields.
    numbers: Vec<i32>,
    /// The names of those fields, without the extension's.
    names: Vec<String>,
    /// Where to point if the option is nowhere to be seen.
    element: Span,
}

impl<'a> Site<'a> {
    pub fn new(
        file: FileId,
        locations: &'a Locations<'a>,
        element: &[i32],
        options: i32,
        extension: &ExtensionDescriptor,
        name: Span,
    ) -> Self {
        Self {
            file,
            locations,
            options: part(element, &[options]),
            numbers: vec![number(extension.number())],
            names: Vec::new(),
            element: name,
        }
    }

    /// A field of the part.
    pub fn field(&self, field: &FieldDescriptor) -> Self {
        self.then(field.number(), field.name())
    }

    /// An extension in the part.
    pub fn extension(&self, extension: &ExtensionDescriptor) -> Self {
        self.then(extension.number(), extension.name())
    }

    fn then(&self, step: u32, name: &str) -> Self {
        let mut site = self.clone();
        site.numbers.push(number(step));
        site.names.push(name.to_owned());
        site
    }

    /// One of several values: each has a statement of its own, or all stand in one.
    pub fn item(&self, index: usize) -> Self {
        let mut site = self.clone();
        let step = number(u32::try_from(index).unwrap_or_default());
        if self
            .locations
            .get(&self.path(site.numbers.len(), Some(step)))
            .is_some()
        {
            site.numbers.push(step);
        }
        site
    }

    /// The name that the part has where it is set.
    pub fn name(&self) -> Span {
        let source = self.locations.source();
        let all = self.numbers.len();
        if let Some(location) = self.locations.first_below(&self.path(all, None)) {
            let statement = source.range(&location.span);
            return self.span(literal::part(source.text(), statement, self.names.len()));
        }
        let outer = (1..all).rev();
        let mut set = outer.filter_map(|depth| Some((depth, self.statement(depth)?)));
        let Some((depth, statement)) = set.next() else {
            return self.element;
        };
        self.span(literal::key(
            source.text(),
            statement,
            &self.names_below(depth),
        ))
    }

    /// The value.
    pub fn value(&self) -> Span {
        let source = self.locations.source();
        for depth in (1..=self.numbers.len()).rev() {
            if let Some(statement) = self.statement(depth) {
                let names = self.names_below(depth);
                return self.span(literal::value(source.text(), statement, &names));
            }
        }
        self.element
    }

    /// A string in the value; the whole value where it is not to be seen.
    pub fn string(&self, text: &str) -> Span {
        let value = self.value();
        let inside = self.locations.source().text().get(value.start..value.end);
        let quotes = ['"', '\''].map(|quote| format!("{quote}{text}{quote}"));
        let found = quotes.iter().find_map(|quoted| {
            let start = value.start + inside?.find(quoted.as_str())?;
            Some(self.span(start..start + quoted.len()))
        });
        found.unwrap_or(value)
    }

    /// What sets the whole of so many steps: the first where it is done in several statements.
    fn statement(&self, depth: usize) -> Option<Range<usize>> {
        let location = self
            .locations
            .get(&self.path(depth, None))
            .or_else(|| self.locations.get(&self.path(depth, Some(0))))?;
        Some(self.locations.source().range(&location.span))
    }

    /// The names that lead on from there.
    fn names_below(&self, depth: usize) -> Vec<&str> {
        let names = self.names.iter().skip(depth - 1);
        names.map(String::as_str).collect()
    }

    /// The name of the option.
    pub fn whole(&self) -> Span {
        let source = self.locations.source();
        let prefix = self.path(1, None);
        match self.locations.first_below(&prefix) {
            Some(location) => self.span(literal::name(source.text(), source.range(&location.span))),
            None => self.element,
        }
    }

    fn path(&self, depth: usize, index: Option<i32>) -> Vec<i32> {
        let mut path = part(
            &self.options,
            &self.numbers[..depth.min(self.numbers.len())],
        );
        path.extend(index);
        path
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span {
            file: self.file,
            start: range.start,
            end: range.end,
        }
    }
}

fn number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
