//! Where a rule stands.

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

    /// The value.
    pub fn value(&self) -> Span {
        let source = self.locations.source();
        for depth in (1..=self.numbers.len()).rev() {
            // The whole option may have been set in several statements, of which the first has to do.
            let location = self
                .locations
                .get(&self.path(depth, None))
                .or_else(|| self.locations.get(&self.path(depth, Some(0))));
            let Some(location) = location else {
                continue;
            };
            let names: Vec<&str> = self
                .names
                .iter()
                .skip(depth - 1)
                .map(String::as_str)
                .collect();
            let statement = source.range(&location.span);
            return self.span(literal::value(source.text(), statement, &names));
        }
        self.element
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

    fn span(&self, range: std::ops::Range<usize>) -> Span {
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
