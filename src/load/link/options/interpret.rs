//! The rules for options that the pool does not know, and what it knows otherwise: how their names are looked up, what
//! must be set, and what a value may say.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use prost_types::source_code_info::Location;
use prost_types::uninterpreted_option::NamePart;
use prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, SourceCodeInfo, UninterpretedOption,
};

use super::content::{missing, required};
use super::places::is_map;
use super::scope::scope_of;
use super::unknown::{
    alternatives, listed, of_package, unknown_extension, unknown_field, unknown_option,
};
use super::{rules, support, target};
use crate::diagnostic::{Diagnostic, Label, Source, code};
use crate::load::LoadedFile;
use crate::load::link::shapes::Shapes;
use crate::load::link::symbols::{Kind, Lookup, Want, parent};
use crate::load::link::undisguised;
use crate::load::literal;
use crate::load::locations::tag;
use crate::schema::Origin;

/// An option as a schema says it.
pub struct Statement {
    pub path: Vec<i32>,
    pub span: Range<usize>,
    pub option: UninterpretedOption,
}

impl Statement {
    /// Whether it sets protobuf's own option of that name, or a part of it.
    pub fn is(&self, name: &str) -> bool {
        let first = self.option.name.first();
        first.is_some_and(|first| !first.is_extension && first.name_part == name)
    }
}

/// What became of a file's options.
#[derive(Default)]
pub struct Interpreted {
    pub findings: Vec<Diagnostic>,
    /// The paths of the options that are wrong, in order.
    pub wrong: Vec<Vec<i32>>,
    /// Options in the form in which the pool reads them as protobuf does.
    pub changes: Vec<(Vec<i32>, UninterpretedOption)>,
    /// One of them sets a map.
    pub maps: bool,
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
    let mut interpreted = Interpreted {
        findings: support::check(&statements, shapes, file),
        ..Interpreted::default()
    };
    // Messages that options set in parts, by element and name: their fields must be complete in the end.
    let mut parts: BTreeMap<(Vec<i32>, String), Parts> = BTreeMap::new();
    for Statement { path, span, option } in statements {
        let element = &path[..path.len() - 2];
        let (scope, options_type) = scope_of(shapes.descriptor, element);
        let mut interpreter = Interpreter {
            shapes,
            file,
            scope: &scope,
            element,
            names: Vec::new(),
            statement: span.clone(),
            target: target::of(options_type),
            findings: Vec::new(),
            maps: false,
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
        interpreted.maps |= interpreter.maps;
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

/// Of so many parts may the name of an option be: each is a level of nesting for whoever reads the message.
const MAX_PARTS: usize = 101;

/// One option statement.
pub(super) struct Interpreter<'a> {
    pub(super) shapes: Shapes<'a>,
    pub(super) file: &'a LoadedFile,
    pub(super) scope: &'a str,
    /// The path of the element's options.
    pub(super) element: &'a [i32],
    /// What leads to the message whose field is looked at: the parts of the option's name, then those of fields in its value.
    pub(super) names: Vec<String>,
    pub(super) statement: Range<usize>,
    /// What the element is, as `targets` of a field has it.
    pub(super) target: &'static str,
    pub(super) findings: Vec<Diagnostic>,
    /// A field that is set is a map.
    pub(super) maps: bool,
}

impl<'a> Interpreter<'a> {
    /// Goes along the parts of the option's name, then into its value. `set` is told each field that is set in a
    /// message: the name so far, the message, the field.
    fn option(
        &mut self,
        option: &mut UninterpretedOption,
        options_type: &str,
        set: &mut dyn FnMut(&str, &str, &str),
    ) {
        if option.name.len() > MAX_PARTS {
            return self.too_deep();
        }
        if let [first, ..] = &option.name[..]
            && !first.is_extension
        {
            match first.name_part.as_str() {
                "features" => return self.features(),
                "uninterpreted_option" => return self.uninterpreted(),
                "php_generic_services" if options_type.ends_with(".FileOptions") => {
                    return self.gone();
                }
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
                    Err(finding) => {
                        let Some(name) = self.field_named(&part.name_part, &message) else {
                            return self.findings.push(*finding);
                        };
                        part.name_part = name;
                        part.is_extension = false;
                        self.field(&message, &part.name_part)
                    }
                }
            } else {
                self.field(&message, &part.name_part)
            };
            let Some(field) = field else {
                return self.unknown_part(&option.name, index, &message);
            };
            let extended = field.extendee().trim_start_matches('.');
            if part.is_extension && extended != message {
                // The pool says that it does not belong here; its value is beside the point.
                return;
            }
            if !part.is_extension {
                part.name_part = field.name().to_owned();
            }
            self.names.push(part.name_part.clone());
            self.see(field, |this| this.name_span());
            if index > 0 {
                set(&prefix, &message, field.name());
            }
            prefix += ".";
            prefix += &option.name[index].name_part;
            if index + 1 == count {
                self.value(option, field);
            } else {
                message = type_name(field).to_owned();
            }
        }
    }

    fn too_deep(&mut self) {
        let label = self.label(self.name_span(), "too long");
        self.findings.push(
            Diagnostic::error(
                code::SYNTAX_TOO_DEEP,
                format!("the name of this option has more than {MAX_PARTS} parts"),
            )
            .at(label)
            .help("flatten the message that the option is: no value needs this many levels"),
        );
    }

    fn field(&self, message: &str, name: &str) -> Option<&'a FieldDescriptorProto> {
        let fields = &self.shapes.message(message)?.field;
        fields
            .iter()
            .find(|field| undisguised(field.name()) == name)
    }

    /// A field of the message may be named in full, as if it were an extension.
    fn field_named(&self, name: &str, message: &str) -> Option<String> {
        let symbols = self.shapes.symbols;
        let found = symbols.lookup(name, self.scope, Want::Anything, &self.file.visible);
        let Lookup::Found(full_name, definition) = found else {
            return None;
        };
        let (outer, name) = full_name.rsplit_once('.')?;
        (definition.kind == Kind::Field && outer == message).then(|| name.to_owned())
    }

    /// A field that is set.
    pub(super) fn see(
        &mut self,
        field: &FieldDescriptorProto,
        span: impl Fn(&Self) -> Range<usize>,
    ) {
        self.maps |= is_map(field, self.shapes);
        let options = field.options.iter();
        let options = options.flat_map(|options| &options.uninterpreted_option);
        if support::excludes(options, self.proto3()) {
            self.later(field.name(), span(self));
        }
        // protoc asks that of the files that it is to compile.
        let owned = self.file.origin == Origin::Owned;
        if let Some(targets) = target::misses(field, self.target).filter(|_| owned) {
            let targets = listed(targets);
            let label = self.label(span(self), "set here");
            self.findings.push(
                Diagnostic::error(
                    code::OPTION_MISUSED,
                    format!("`{}` is not for this kind of element", field.name()),
                )
                .at(label)
                .help(format!("its declaration has it for {targets}")),
            );
        }
    }

    pub(super) fn proto3(&self) -> bool {
        self.shapes.descriptor.syntax() == "proto3"
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
            let span = literal::part(text, self.statement.clone(), index);
            self.unknown_field(message, shape, part, span, false)
        };
        self.findings.push(finding);
    }

    /// A message has no field of that name.
    pub(super) fn unknown_field(
        &self,
        full_name: &str,
        message: &DescriptorProto,
        name: &str,
        span: Range<usize>,
        in_value: bool,
    ) -> Diagnostic {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let rule = match (
            self.shapes.field(&self.element[..self.element.len() - 1]),
            &names[..],
        ) {
            (Some(field), [".buf.validate.field", path @ ..])
                if full_name.starts_with("buf.validate.") =>
            {
                let place = rules::Place {
                    shapes: self.shapes,
                    field,
                    path,
                    in_value,
                };
                place.instead(name)
            }
            _ => None,
        };
        let fields = message.field.iter().map(|field| undisguised(field.name()));
        let help = rule.unwrap_or_else(|| alternatives(name, "fields", fields));
        unknown_field(full_name, name, self.label(span, "here"), help)
    }

    /// The full name of the extension that a name means in a scope, where a message is extended.
    pub(super) fn extension(
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
            Lookup::Found(full_name, definition) if definition.kind == Kind::Package => {
                let inside = self.shapes.symbols.visible(&[Kind::Extension], &self.file.visible);
                let inside = inside.filter(|option| parent(option) == full_name && self.extends(option, extended));
                Err(Box::new(of_package(&full_name, inside, self.label(span(), "a package"))))
            }
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
                let fits = |name: &str| self.extends(name, extended);
                let symbols = self.shapes.symbols;
                Err(Box::new(unknown_extension(self.file, symbols, name, span(), in_value, &fits)))
            }
        }
    }

    /// Whether an extension is of that message, as far as it is known.
    fn extends(&self, extension: &str, message: &str) -> bool {
        let extension = self.shapes.extension(extension);
        extension.is_none_or(|extension| extension.extendee().trim_start_matches('.') == message)
    }

    pub(super) fn name_span(&self) -> Range<usize> {
        literal::name(self.file.source.text(), self.statement.clone())
    }

    pub(super) fn label(&self, span: Range<usize>, text: &str) -> Label {
        Label::new(&self.file.source, span, text)
    }
}

pub(super) fn type_name(field: &FieldDescriptorProto) -> &str {
    field.type_name().trim_start_matches('.')
}
