//! What an option's value may say: the rules that the pool does not know, and what it reads otherwise.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use prost_types::field_descriptor_proto::{Label as Cardinality, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, UninterpretedOption};

use super::interpret::{Interpreter, type_name};
use super::maps::is_entry;
use super::support;
use super::unknown::listed;
use super::value::{self, Field, Name, Value};
use crate::diagnostic::{Diagnostic, Label, Source, code};
use crate::load::link::numbers::is_message_set;
use crate::load::link::symbols::{Lookup, Want, join, parent};
use crate::load::link::undisguised;
use crate::load::literal;
use crate::load::repair::is_float_word;

/// Where the content of a `google.protobuf.Any` may come from.
const ANY_DOMAINS: [&str; 2] = ["type.googleapis.com", "type.googleprod.com"];

impl Interpreter<'_> {
    pub(super) fn value(&mut self, option: &mut UninterpretedOption, field: &FieldDescriptorProto) {
        match field.r#type() {
            Type::Float | Type::Double => self.float(option),
            Type::Uint32 | Type::Uint64 | Type::Fixed32 | Type::Fixed64 => self.unsigned(),
            Type::Enum => {
                let word = option.identifier_value.as_deref().unwrap_or_default();
                let span = literal::value(self.file.source.text(), self.statement.clone(), &[]);
                self.known_value(type_name(field), word, span.clone());
                self.enum_value(type_name(field), word, span);
            }
            Type::Message | Type::Group => {
                let Some(mut fields) =
                    value::parse(self.file.source.text(), self.statement.clone())
                else {
                    return;
                };
                let before = value::write(&fields);
                let text = self.file.source.text();
                let whole = literal::value(text, self.statement.clone(), &[]);
                self.whole_entry(type_name(field), &mut fields, &whole);
                self.message(type_name(field), &mut fields, &|this| {
                    literal::value(this.file.source.text(), this.statement.clone(), &[])
                });
                let after = value::write(&fields);
                if before != after {
                    option.aggregate_value = Some(after);
                }
            }
            _ => {}
        }
    }

    /// What a message set holds may go by the name of its type, where that declares the extension.
    fn member(&self, name: &str, full_name: &str, set: &DescriptorProto) -> Option<String> {
        let symbols = self.shapes.symbols;
        let scope = parent(full_name);
        let found = symbols.lookup(name, scope, Want::Anything, &self.file.visible);
        let Lookup::Found(ty, _) = found else {
            return None;
        };
        let extensions = self.shapes.message(&ty)?.extension.iter();
        let mut own = extensions.filter(|extension| {
            extension.r#type() == Type::Message
                && extension.label() == Cardinality::Optional
                && extension.extendee().trim_start_matches('.') == full_name
                && type_name(extension) == ty
        });
        let extension = own.next().filter(|_| is_message_set(set))?;
        Some(join(&ty, extension.name()))
    }

    /// Not even zero has a sign.
    fn unsigned(&mut self) {
        let span = literal::value(self.file.source.text(), self.statement.clone(), &[]);
        if self.file.source.text()[span.clone()].starts_with('-') {
            let label = self.label(span, "negative");
            self.findings.push(
                Diagnostic::error(
                    code::OPTION_WRONG_VALUE,
                    "this option takes no negative number",
                )
                .at(label)
                .help("take the `-` away"),
            );
        }
    }

    /// `inf`, `-inf` and `nan` are numbers.
    fn float(&self, option: &mut UninterpretedOption) {
        let Some(word) = option
            .identifier_value
            .as_deref()
            .filter(|word| is_float_word(word))
        else {
            return;
        };
        let text = self.file.source.text();
        let span = literal::value(text, self.statement.clone(), &[]);
        let value = if word == "nan" {
            f64::NAN
        } else {
            f64::INFINITY
        };
        // What is no number has no sign.
        let negative = text[span].starts_with('-') && !value.is_nan();
        option.double_value = Some(if negative { -value } else { value });
        option.identifier_value = None;
    }

    /// One message's value, in which names are looked up from where its type is declared. What is not said here, the pool says.
    fn message(
        &mut self,
        full_name: &str,
        fields: &mut [Field],
        span: &dyn Fn(&Self) -> Range<usize>,
    ) {
        let Some(message) = self.shapes.message(full_name) else {
            return;
        };
        let mut set = BTreeSet::new();
        let mut unknown = false;
        let count = fields.len();
        for field in fields {
            let shape = match &mut field.name {
                Name::Field(name) => {
                    let shape = find_field(message, name);
                    if let Some(group) = shape.filter(|shape| shape.r#type() == Type::Group) {
                        // The pool knows it by its message alone.
                        *name = type_name(group)
                            .rsplit('.')
                            .next()
                            .unwrap_or(name)
                            .to_owned();
                    } else if let Some(shape) = shape {
                        *name = shape.name().to_owned();
                    }
                    shape
                }
                Name::Extension(name) => {
                    let found = self
                        .extension(
                            name,
                            parent(full_name),
                            full_name,
                            || field.span.clone(),
                            true,
                        )
                        .or_else(|finding| self.member(name, full_name, message).ok_or(finding));
                    match found {
                        Ok(found) => {
                            let shape = self.shapes.extension(&found);
                            *name = found;
                            shape
                        }
                        Err(finding) => {
                            self.findings.push(*finding);
                            continue;
                        }
                    }
                }
                Name::Any { domain, message } => {
                    let (domain, message) = (domain.clone(), message.clone());
                    self.any(full_name, &domain, &message, field, count);
                    set.insert("type_url".to_owned());
                    continue;
                }
            };
            let Some(shape) = shape else {
                if let Name::Field(name) = &field.name {
                    let span = field.span.clone();
                    let finding = self.unknown_field(full_name, message, name, span, true);
                    self.findings.push(finding);
                    unknown = true;
                }
                continue;
            };
            self.see(shape, |_| field.span.clone());
            set.insert(shape.name().to_owned());
            let is_message = matches!(shape.r#type(), Type::Message | Type::Group);
            if is_message && !field.colon && matches!(field.value, Value::List(_)) {
                field.colon = true;
            }
            let place = field.span.clone();
            self.names.push(shape.name().to_owned());
            self.field_value(shape, &mut field.value, place);
            self.names.pop();
        }
        let missing = missing(message, &set);
        // What is not known may be meant for what is missing.
        if !missing.is_empty() && !unknown {
            let span = span(self);
            self.findings
                .push(required(&self.file.source, span, full_name, &missing));
        }
    }

    /// A map's entry, at that place, has a key and a value, said or not.
    fn whole_entry(&self, full_name: &str, fields: &mut Vec<Field>, place: &Range<usize>) {
        let entry = self
            .shapes
            .message(full_name)
            .filter(|message| is_entry(message));
        for field in entry.into_iter().flat_map(|entry| &entry.field) {
            let is_said =
                |said: &Field| matches!(&said.name, Name::Field(name) if name == field.name());
            if fields.iter().any(is_said) {
                continue;
            }
            let scalar = |text: &str| Value::Scalar {
                text: text.to_owned(),
                span: place.clone(),
            };
            let zero = match field.r#type() {
                Type::Message => Value::Message(Vec::new()),
                Type::String | Type::Bytes => scalar("''"),
                Type::Bool => scalar("false"),
                Type::Enum => {
                    let values = self.shapes.enum_(type_name(field));
                    let first = values.and_then(|(enum_, _)| enum_.value.first());
                    scalar(first.map_or("0", |first| first.name()))
                }
                _ => scalar("0"),
            };
            fields.push(Field {
                name: Name::Field(field.name().to_owned()),
                span: place.clone(),
                colon: true,
                value: zero,
            });
        }
    }

    fn field_value(&mut self, field: &FieldDescriptorProto, value: &mut Value, span: Range<usize>) {
        match value {
            Value::List(values) => {
                for value in values {
                    self.field_value(field, value, span.clone());
                }
            }
            Value::Message(fields) => {
                self.whole_entry(type_name(field), fields, &span);
                self.message(type_name(field), fields, &|_| span.clone());
            }
            Value::Scalar { text, span } if field.r#type() == Type::Enum => {
                self.enum_number(type_name(field), text, span.clone());
                self.enum_value(type_name(field), text, span.clone());
            }
            Value::Scalar { text, span }
                if matches!(field.r#type(), Type::Float | Type::Double) =>
            {
                self.decimal(text, span.clone());
            }
            Value::Scalar { .. } => {}
        }
    }

    /// A floating-point number in a message's value is decimal, and has no suffix.
    fn decimal(&mut self, text: &str, span: Range<usize>) {
        let digits = text.trim_start_matches('-').trim_start();
        let octal = digits.len() > 1
            && digits.starts_with('0')
            && !digits.starts_with("0.")
            && !digits.starts_with("0e")
            && !digits.starts_with("0E");
        let suffix = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && digits.ends_with(['f', 'F']);
        if octal || suffix {
            let label = self.label(span, "not decimal");
            self.findings.push(
                Diagnostic::error(code::OPTION_WRONG_VALUE, "this is no decimal number")
                    .at(label)
                    .help("write it in digits, without a leading `0` or a suffix, such as `1.5`"),
            );
        }
    }

    /// A value that files of this syntax may use.
    fn enum_value(&mut self, full_name: &str, text: &str, span: Range<usize>) {
        let Some((enum_, _)) = self.shapes.enum_(full_name) else {
            return;
        };
        let value = enum_.value.iter().find(|value| value.name() == text);
        let options = value.and_then(|value| value.options.as_ref()).into_iter();
        let options = options.flat_map(|options| &options.uninterpreted_option);
        if support::excludes(options, self.proto3()) {
            self.later(text, span);
        }
    }

    pub(super) fn later(&mut self, name: &str, span: Range<usize>) {
        let label = self.label(span, "set here");
        self.findings.push(
            Diagnostic::error(
                code::OPTION_MISUSED,
                format!("`{name}` is not for files of this syntax"),
            )
            .at(label)
            .help("its declaration has it for editions of protobuf that come later, or that have passed"),
        );
    }

    /// The content of an `Any`, which stands alone.
    fn any(&mut self, outer: &str, domain: &str, message: &str, field: &mut Field, count: usize) {
        let finding = if outer != "google.protobuf.Any" {
            Some((
                format!("`{outer}` is no `google.protobuf.Any`"),
                "name a field, or an extension without a `/`".to_owned(),
            ))
        } else if !ANY_DOMAINS.contains(&domain) {
            Some((
                format!("types are not looked up at `{domain}`"),
                format!("write `[{}/{message}]`", ANY_DOMAINS[0]),
            ))
        } else if count > 1 {
            Some((
                "an `Any` has one content, and no field beside it".to_owned(),
                "keep one".to_owned(),
            ))
        } else if self.shapes.message(message).is_none() {
            Some((
                format!("there is no message `{message}`"),
                "write its full name, and import the file that declares it".to_owned(),
            ))
        } else {
            None
        };
        if let Some((sentence, help)) = finding {
            let label = self.label(field.span.clone(), "here");
            self.findings.push(
                Diagnostic::error(code::OPTION_WRONG_VALUE, sentence)
                    .at(label)
                    .help(help),
            );
        } else if let Value::Message(fields) = &mut field.value {
            self.message(message, fields, &|_| field.span.clone());
        }
    }
}

/// By its name, or that of a group's message.
fn find_field<'a>(message: &'a DescriptorProto, name: &str) -> Option<&'a FieldDescriptorProto> {
    message.field.iter().find(|field| {
        let is_group = field.r#type() == Type::Group;
        undisguised(field.name()) == name
            || is_group && type_name(field).rsplit('.').next() == Some(name)
    })
}

/// The required fields that are not set.
pub(super) fn missing<'a>(message: &'a DescriptorProto, set: &BTreeSet<String>) -> Vec<&'a str> {
    let required = message
        .field
        .iter()
        .filter(|field| field.label() == Cardinality::Required);
    required
        .map(|field| field.name())
        .filter(|name| !set.contains(*name))
        .collect()
}

pub(super) fn required(
    source: &Arc<Source>,
    span: Range<usize>,
    message: &str,
    missing: &[&str],
) -> Diagnostic {
    let names = listed(missing.iter().copied());
    Diagnostic::error(
        code::OPTION_REQUIRED,
        format!("`{message}` is not complete: it requires {names}"),
    )
    .at(Label::new(source, span, format!("without {names}")))
    .help(format!("set {names} too"))
}
