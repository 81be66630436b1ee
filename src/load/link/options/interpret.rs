//! The rules for options that the pool does not know, and what it knows otherwise: how their names are looked up, what
//! must be set, and what a value may say.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use prost_types::field_descriptor_proto::{Label as Cardinality, Type};
use prost_types::source_code_info::Location;
use prost_types::uninterpreted_option::NamePart;
use prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, SourceCodeInfo, UninterpretedOption,
};

use super::unknown::{alternatives, listed, unknown_extension, unknown_option};
use super::value::{self, Field, Name, Value};
use crate::diagnostic::{Diagnostic, Label, Source, code};
use crate::load::LoadedFile;
use crate::load::link::shapes::{Shapes, at};
use crate::load::link::symbols::{Kind, Lookup, Want, join, parent};
use crate::load::literal;
use crate::load::locations::tag;
use crate::load::repair::is_float_word;

/// Where the content of a `google.protobuf.Any` may come from.
const ANY_DOMAINS: [&str; 2] = ["type.googleapis.com", "type.googleprod.com"];

/// An option as a schema says it.
pub struct Statement {
    path: Vec<i32>,
    span: Range<usize>,
    option: UninterpretedOption,
}

/// What became of a file's options.
#[derive(Default)]
pub struct Interpreted {
    pub findings: Vec<Diagnostic>,
    /// The paths of the options that are wrong, in order.
    pub wrong: Vec<Vec<i32>>,
    /// Options in the form in which the pool reads them as protobuf does.
    pub changes: Vec<(Vec<i32>, UninterpretedOption)>,
}

/// Every option of the file.
pub fn statements(
    file: &mut FileDescriptorProto,
    info: &SourceCodeInfo,
    source: &Source,
) -> Vec<Statement> {
    let statement = |location: &Location| {
        Some(Statement {
            option: super::elements::option_at(file, &location.path)?.clone(),
            path: location.path.clone(),
            span: source.range(&location.span),
        })
    };
    info.location
        .iter()
        .filter(|location| matches!(location.path[..], [.., tag::UNINTERPRETED, _]))
        .filter_map(statement)
        .collect()
}

/// Looks the names of options up and checks their values.
pub fn interpret(statements: Vec<Statement>, shapes: Shapes, file: &LoadedFile) -> Interpreted {
    let mut interpreted = Interpreted::default();
    // Messages that options set in parts, by element and name: their fields must be complete in the end.
    let mut parts: BTreeMap<(Vec<i32>, String), Parts> = BTreeMap::new();
    for Statement { path, span, option } in statements {
        let element = &path[..path.len() - 2];
        let (scope, options_type) = scope_of(shapes.descriptor, element);
        let mut interpreter = Interpreter {
            shapes,
            file,
            scope: &scope,
            statement: span.clone(),
            findings: Vec::new(),
        };
        let mut changed = option.clone();
        interpreter.option(&mut changed, options_type, &mut |prefix, message, field| {
            let key = (element.to_vec(), prefix.to_owned());
            let parts = parts.entry(key).or_insert_with(|| Parts {
                path: path.clone(),
                message: message.to_owned(),
                fields: BTreeSet::new(),
                statement: span.clone(),
            });
            parts.fields.insert(field.to_owned());
        });
        if !interpreter.findings.is_empty() {
            interpreted.findings.append(&mut interpreter.findings);
            interpreted.wrong.push(path);
        } else if changed != option {
            interpreted.changes.push((path, changed));
        }
    }
    for parts in parts.into_values() {
        let message = shapes.message(&parts.message);
        let missing = message.map_or_else(Vec::new, |message| missing(message, &parts.fields));
        if !missing.is_empty() {
            let span = literal::name(file.source.text(), parts.statement);
            let finding = required(&file.source, span, &parts.message, &missing);
            interpreted.findings.push(finding);
            interpreted.wrong.push(parts.path);
        }
    }
    interpreted.wrong.sort();
    interpreted.wrong.dedup();
    interpreted
}

/// What several options of one element set in one message.
struct Parts {
    path: Vec<i32>,
    message: String,
    fields: BTreeSet<String>,
    statement: Range<usize>,
}

/// The scope in which an element's options look names up, which is what the element lies in, and the message that
/// declares them.
pub(super) fn scope_of(file: &FileDescriptorProto, element: &[i32]) -> (String, &'static str) {
    let mut scope = file.package().to_owned();
    match *element {
        [tag::FILE_OPTIONS] => (scope, "google.protobuf.FileOptions"),
        [tag::FILE_ENUM, _, tag::ENUM_OPTIONS] => (scope, "google.protobuf.EnumOptions"),
        [tag::FILE_ENUM, ..] => (scope, "google.protobuf.EnumValueOptions"),
        [tag::FILE_EXTENSION, ..] => (scope, "google.protobuf.FieldOptions"),
        [tag::FILE_SERVICE, _, tag::SERVICE_OPTIONS] => (scope, "google.protobuf.ServiceOptions"),
        [tag::FILE_SERVICE, index, ..] => {
            let service = at(&file.service, index);
            scope = join(&scope, service.map_or("", |service| service.name()));
            (scope, "google.protobuf.MethodOptions")
        }
        [tag::FILE_MESSAGE, index, ref rest @ ..] => {
            message_scope(scope, at(&file.message_type, index), rest)
        }
        _ => (scope, "google.protobuf.FileOptions"),
    }
}

fn message_scope(
    scope: String,
    message: Option<&DescriptorProto>,
    path: &[i32],
) -> (String, &'static str) {
    let inner = join(&scope, message.map_or("", |message| message.name()));
    match *path {
        [tag::MESSAGE_OPTIONS] => (scope, "google.protobuf.MessageOptions"),
        [tag::MESSAGE_EXTENSION_RANGE, ..] => (scope, "google.protobuf.ExtensionRangeOptions"),
        [tag::MESSAGE_ONEOF, ..] => (inner, "google.protobuf.OneofOptions"),
        [tag::MESSAGE_ENUM, _, tag::ENUM_OPTIONS] => (inner, "google.protobuf.EnumOptions"),
        [tag::MESSAGE_ENUM, ..] => (inner, "google.protobuf.EnumValueOptions"),
        [tag::MESSAGE_MESSAGE, index, ref rest @ ..] => {
            let nested = message.and_then(|message| at(&message.nested_type, index));
            message_scope(inner, nested, rest)
        }
        _ => (inner, "google.protobuf.FieldOptions"),
    }
}

/// One option statement.
struct Interpreter<'a> {
    shapes: Shapes<'a>,
    file: &'a LoadedFile,
    scope: &'a str,
    statement: Range<usize>,
    findings: Vec<Diagnostic>,
}

impl Interpreter<'_> {
    /// Goes along the parts of the option's name, then into its value. `set` is told each field that is set in a
    /// message: the name so far, the message, the field.
    fn option(
        &mut self,
        option: &mut UninterpretedOption,
        options_type: &str,
        set: &mut dyn FnMut(&str, &str, &str),
    ) {
        if let [first, ..] = &option.name[..]
            && !first.is_extension
        {
            match first.name_part.as_str() {
                "features" => return self.features(),
                "uninterpreted_option" => return self.uninterpreted(),
                _ => {}
            }
        }
        let mut message = options_type.to_owned();
        let mut prefix = String::new();
        let count = option.name.len();
        for index in 0..count {
            let part = &mut option.name[index];
            let field = if part.is_extension {
                match self.extension(
                    &part.name_part,
                    self.scope,
                    &message,
                    || self.name_span(),
                    false,
                ) {
                    Ok(full_name) => {
                        let field = self.shapes.extension(&full_name);
                        part.name_part = format!(".{full_name}");
                        field
                    }
                    Err(finding) => return self.findings.push(*finding),
                }
            } else {
                let shape = self.shapes.message(&message);
                shape.and_then(|shape| {
                    shape
                        .field
                        .iter()
                        .find(|field| field.name() == part.name_part)
                })
            };
            let Some(field) = field else {
                return self.unknown_part(&option.name, index, &message);
            };
            if index > 0 {
                set(&prefix, &message, field.name());
            }
            prefix = format!("{prefix}.{}", option.name[index].name_part);
            if index + 1 == count {
                self.value(option, field);
            } else {
                message = type_name(field).to_owned();
            }
        }
    }

    /// A part of an option's name is no field of the message that the parts before it lead to.
    fn unknown_part(&mut self, parts: &[NamePart], index: usize, message: &str) {
        // The pool says what has no fields at all.
        let Some(shape) = self.shapes.message(message) else {
            return;
        };
        let part = &parts[index].name_part;
        let text = self.file.source.text();
        let finding = if index == 0 {
            let whole: Vec<_> = parts.iter().map(|part| part.name_part.as_str()).collect();
            unknown_option(
                self.file,
                self.shapes.symbols,
                &whole,
                shape,
                self.name_span(),
            )
        } else {
            let label = self.label(literal::last_word(text, self.name_span(), part), "here");
            let fields = shape.field.iter().map(|field| field.name());
            Diagnostic::error(
                code::OPTION_UNKNOWN_FIELD,
                format!("`{message}` has no field `{part}`"),
            )
            .at(label)
            .help(alternatives(part, "fields", fields))
        };
        self.findings.push(finding);
    }

    /// `features` came with editions.
    fn features(&mut self) {
        let label = self.label(self.name_span(), "only in files of an edition");
        self.findings.push(
            Diagnostic::error(code::OPTION_MISUSED, "`features` is an option of editions")
                .at(label)
                .help("remove it: proto2 and proto3 files have the features of their syntax"),
        );
    }

    /// A field of every options message, for the compiler alone.
    fn uninterpreted(&mut self) {
        let label = self.label(self.name_span(), "not for schemas");
        self.findings.push(
            Diagnostic::error(
                code::OPTION_MISUSED,
                "`uninterpreted_option` cannot be set in a schema",
            )
            .at(label)
            .help("set the option that you mean by its own name"),
        );
    }

    /// The full name of the extension that a name means in a scope, where a message is extended.
    fn extension(
        &self,
        name: &str,
        scope: &str,
        extended: &str,
        span: impl Fn() -> Range<usize>,
        in_value: bool,
    ) -> Result<String, Box<Diagnostic>> {
        // A value is read as the text format has it, where names are whole and without a leading dot.
        if name.is_empty() || in_value && name.starts_with('.') {
            return Err(Box::new(
                Diagnostic::error(
                    code::OPTION_UNKNOWN_FIELD,
                    "this is no name of an extension",
                )
                .at(self.label(span(), "here"))
                .help("write the whole name between the brackets, without a leading dot, such as `[my.extension]: 1`"),
            ));
        }
        let found = self
            .shapes
            .symbols
            .lookup(name, scope, Want::Anything, &self.file.visible);
        match found {
            Lookup::Found(full_name, definition) if definition.kind == Kind::Extension => Ok(full_name),
            Lookup::Found(full_name, definition) => Err(Box::new(
                Diagnostic::error(
                    code::OPTION_UNKNOWN,
                    format!("`{full_name}` is {}, not an option", definition.kind.describe()),
                )
                .at(self.label(span(), "this name"))
                .help(format!(
                    "the innermost thing of that name counts: write a leading dot and the whole name, such as `(.my.{name})`"
                )),
            )),
            _ => {
                let fits = |name: &str| {
                    let extension = self.shapes.extension(name);
                    extension.is_none_or(|extension| {
                        extension.extendee().trim_start_matches('.') == extended
                    })
                };
                let symbols = self.shapes.symbols;
                Err(Box::new(unknown_extension(self.file, symbols, name, span(), in_value, &fits)))
            }
        }
    }

    fn value(&mut self, option: &mut UninterpretedOption, field: &FieldDescriptorProto) {
        match field.r#type() {
            Type::Float | Type::Double => self.float(option),
            Type::Uint32 | Type::Uint64 | Type::Fixed32 | Type::Fixed64 => self.unsigned(),
            Type::Message | Type::Group => {
                let Some(mut fields) =
                    value::parse(self.file.source.text(), self.statement.clone())
                else {
                    return;
                };
                let before = value::write(&fields);
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
        let negative = text[span].starts_with('-');
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
                    }
                    shape
                }
                Name::Extension(name) => {
                    match self.extension(
                        name,
                        parent(full_name),
                        full_name,
                        || field.span.clone(),
                        true,
                    ) {
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
            let Some(shape) = shape else { continue };
            set.insert(shape.name().to_owned());
            let is_message = matches!(shape.r#type(), Type::Message | Type::Group);
            if is_message && !field.colon && matches!(field.value, Value::List(_)) {
                field.colon = true;
            }
            let place = field.span.clone();
            self.field_value(shape, &mut field.value, place);
        }
        let missing = missing(message, &set);
        if !missing.is_empty() {
            let span = span(self);
            self.findings
                .push(required(&self.file.source, span, full_name, &missing));
        }
    }

    fn field_value(&mut self, field: &FieldDescriptorProto, value: &mut Value, span: Range<usize>) {
        match value {
            Value::List(values) => {
                for value in values {
                    self.field_value(field, value, span.clone());
                }
            }
            Value::Message(fields) => self.message(type_name(field), fields, &|_| span.clone()),
            Value::Scalar { text, span } if field.r#type() == Type::Enum => {
                self.enum_number(type_name(field), text, span.clone());
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

    /// A closed enum has the numbers of its values alone.
    fn enum_number(&mut self, full_name: &str, text: &str, span: Range<usize>) {
        let Some((enum_, true)) = self.shapes.enum_(full_name) else {
            return;
        };
        let Some(number) = integer(text) else { return };
        if enum_.value.iter().any(|value| value.number() == number) {
            return;
        }
        let names: Vec<_> = enum_.value.iter().map(|value| value.name()).collect();
        let label = self.label(span, "no value has this number");
        self.findings.push(
            Diagnostic::error(
                code::OPTION_UNKNOWN_FIELD,
                format!("`{full_name}` has no value {number}"),
            )
            .at(label)
            .help(format!("its values are {}", listed(names))),
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

    fn name_span(&self) -> Range<usize> {
        literal::name(self.file.source.text(), self.statement.clone())
    }

    fn label(&self, span: Range<usize>, text: &str) -> Label {
        Label::new(&self.file.source, span, text)
    }
}

/// As in C, of 32 bits: decimal, octal or hexadecimal.
fn integer(text: &str) -> Option<i32> {
    let digits = text.trim_start_matches('-').trim_start();
    let lower = digits.to_ascii_lowercase();
    let number = match (lower.strip_prefix("0x"), lower.strip_prefix('0')) {
        (Some(hex), _) => i64::from_str_radix(hex, 16),
        (_, Some(octal)) if !octal.is_empty() => i64::from_str_radix(octal, 8),
        _ => lower.parse(),
    };
    let number = number.ok()?;
    i32::try_from(if text.starts_with('-') {
        -number
    } else {
        number
    })
    .ok()
}

/// By its name, or that of a group's message.
fn find_field<'a>(message: &'a DescriptorProto, name: &str) -> Option<&'a FieldDescriptorProto> {
    message.field.iter().find(|field| {
        let is_group = field.r#type() == Type::Group;
        field.name() == name || is_group && type_name(field).rsplit('.').next() == Some(name)
    })
}

pub(super) fn type_name(field: &FieldDescriptorProto) -> &str {
    field.type_name().trim_start_matches('.')
}

/// The required fields that are not set.
fn missing<'a>(message: &'a DescriptorProto, set: &BTreeSet<String>) -> Vec<&'a str> {
    let required = message
        .field
        .iter()
        .filter(|field| field.label() == Cardinality::Required);
    required
        .map(|field| field.name())
        .filter(|name| !set.contains(*name))
        .collect()
}

fn required(
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
