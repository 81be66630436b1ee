//! `feature_support`: from which edition up to which an option may be used. proto2 and proto3 are the editions before
//! those that have a year.

use std::collections::BTreeMap;
use std::ops::Range;

use prost_types::{FieldDescriptorProto, FileDescriptorProto, UninterpretedOption};

use super::interpret::{Statement, type_name};
use super::value::{self, Name, Value};
use crate::diagnostic::{Diagnostic, Label, code};
use crate::load::link::shapes::{Shapes, at};
use crate::load::locations::tag;
use crate::load::{LoadedFile, newer};

const OPTION: &str = "feature_support";

/// What is said of an option, or of a value of it.
#[derive(Debug, Clone, Default)]
struct Support {
    introduced: Option<i32>,
    deprecated: Option<i32>,
    removed: Option<i32>,
    warns: bool,
    explains: bool,
}

impl Support {
    /// None where nothing is said.
    fn of<'a>(options: impl IntoIterator<Item = &'a UninterpretedOption>) -> Option<Self> {
        let mut support = None;
        for option in options {
            let [first, rest @ ..] = &option.name[..] else {
                continue;
            };
            if first.is_extension || first.name_part != OPTION {
                continue;
            }
            let support = support.get_or_insert_with(Self::default);
            match (rest, &option.aggregate_value) {
                ([field], _) => {
                    let word = option.identifier_value.as_deref();
                    support.set(&field.name_part, word.unwrap_or_default());
                }
                ([], Some(text)) => support.read(text),
                _ => {}
            }
        }
        support
    }

    fn read(&mut self, text: &str) {
        let text = format!("= {{ {text} }}");
        for field in value::parse(&text, 0..text.len()).unwrap_or_default() {
            if let (Name::Field(name), Value::Scalar { text, .. }) = (&field.name, &field.value) {
                self.set(name, text);
            }
        }
    }

    fn set(&mut self, field: &str, word: &str) {
        match field {
            "edition_introduced" => self.introduced = edition(word),
            "edition_deprecated" => self.deprecated = edition(word),
            "edition_removed" => self.removed = edition(word),
            "deprecation_warning" => self.warns = true,
            "removal_error" => self.explains = true,
            _ => {}
        }
    }

    /// Of a value, which has what is not said of it from the option.
    fn within(&self, value: &Self) -> Self {
        Self {
            introduced: value.introduced.or(self.introduced),
            deprecated: value.deprecated.or(self.deprecated),
            removed: value.removed.or(self.removed),
            warns: value.warns || self.warns,
            explains: value.explains || self.explains,
        }
    }

    fn fault(&self) -> Option<&'static str> {
        let introduced = self.introduced.unwrap_or(0);
        let fault = match self.deprecated {
            Some(deprecated) if deprecated < introduced => "deprecated before it is introduced",
            Some(_) if !self.warns => "deprecated without a `deprecation_warning`",
            None if self.warns => "not deprecated, and has a `deprecation_warning`",
            _ => match self.removed {
                Some(removed) if self.deprecated.unwrap_or(0) >= removed => {
                    "deprecated when it is removed already"
                }
                Some(removed) if removed < introduced => "removed before it is introduced",
                Some(removed) if removed != introduced && !self.explains => {
                    "removed without a `removal_error`"
                }
                None if self.explains => "not removed, and has a `removal_error`",
                _ => return None,
            },
        };
        Some(fault)
    }

    /// Whether a value goes beyond the option.
    fn exceeds(&self, option: &Self) -> bool {
        let later = |own: Option<i32>, bound: Option<i32>| {
            bound.is_some_and(|bound| own.unwrap_or(0) > bound)
        };
        self.introduced.unwrap_or(0) < option.introduced.unwrap_or(0)
            || later(self.removed, option.removed)
            || later(self.deprecated, option.deprecated)
    }

    fn excludes(&self, edition: i32) -> bool {
        edition < self.introduced.unwrap_or(0)
            || self.removed.is_some_and(|removed| edition >= removed)
    }
}

/// By its name or its number.
fn edition(word: &str) -> Option<i32> {
    let editions = newer::descriptor()?.enum_type.iter();
    let mut editions = editions.filter(|editions| editions.name() == "Edition");
    let mut values = editions.next()?.value.iter();
    let named = values.find(|value| value.name() == word);
    named.map_or_else(|| word.parse().ok(), |value| Some(value.number()))
}

/// Whether a file of this syntax may not use a field with these options.
pub fn excludes<'a>(
    options: impl IntoIterator<Item = &'a UninterpretedOption>,
    proto3: bool,
) -> bool {
    let Some(support) = Support::of(options) else {
        return false;
    };
    let edition = edition(if proto3 {
        "EDITION_PROTO3"
    } else {
        "EDITION_PROTO2"
    });
    edition.is_some_and(|edition| support.excludes(edition))
}

/// What is wrong with what a file says of its options and their values.
pub fn check(statements: &[Statement], shapes: Shapes, file: &LoadedFile) -> Vec<Diagnostic> {
    let mut elements: BTreeMap<&[i32], (Vec<&UninterpretedOption>, Range<usize>)> = BTreeMap::new();
    for statement in statements.iter().filter(|statement| statement.is(OPTION)) {
        let [element @ .., _, _, _] = &statement.path[..] else {
            continue;
        };
        let (options, _) = elements
            .entry(element)
            .or_insert_with(|| (Vec::new(), statement.span.clone()));
        options.push(&statement.option);
    }
    let mut findings = Vec::new();
    for (element, (options, span)) in elements {
        let Some(support) = Support::of(options) else {
            continue;
        };
        let fault = support.fault().or_else(|| {
            let field = field_at(shapes.descriptor, element)?;
            value_fault(&support, field, shapes)
        });
        findings.extend(fault.map(|fault| {
            Diagnostic::error(
                code::OPTION_WRONG_VALUE,
                format!("this option is {fault}"),
            )
            .at(Label::new(&file.source, span, "said here"))
            .help("an option is introduced, then deprecated with a warning, then removed with an explanation")
        }));
    }
    findings
}

/// The values of an option that is an enum.
fn value_fault(
    support: &Support,
    field: &FieldDescriptorProto,
    shapes: Shapes,
) -> Option<&'static str> {
    let (enum_, _) = shapes.enum_(type_name(field))?;
    enum_.value.iter().find_map(|value| {
        let options = value.options.as_ref()?;
        let own = Support::of(&options.uninterpreted_option)?;
        let own = support.within(&own);
        let exceeds = own.exceeds(support);
        own.fault()
            .or_else(|| exceeds.then_some("not there for as long as one of its values"))
    })
}

/// The field or extension of that path.
fn field_at<'a>(file: &'a FileDescriptorProto, path: &[i32]) -> Option<&'a FieldDescriptorProto> {
    match *path {
        [tag::FILE_EXTENSION, index] => at(&file.extension, index),
        [tag::FILE_MESSAGE, first, ref rest @ ..] => {
            let (outer, field) = rest.split_at(rest.len().checked_sub(2)?);
            let mut message = at(&file.message_type, first)?;
            for steps in outer.chunks(2) {
                message = at(&message.nested_type, *steps.get(1)?)?;
            }
            match *field {
                [tag::MESSAGE_FIELD, index] => at(&message.field, index),
                [tag::MESSAGE_EXTENSION, index] => at(&message.extension, index),
                _ => None,
            }
        }
        _ => None,
    }
}
