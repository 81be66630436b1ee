//! Extension declarations: a range of a message may say which extensions it takes.

use std::ops::Range;

use prost_types::field_descriptor_proto::{Label as Cardinality, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto};

use super::Context;
use super::options::value::{self, Field, Name, Value, integer};
use super::symbols::join;
use crate::diagnostic::{Diagnostic, Label, code};
use crate::load::escapes;
use crate::load::foreign::SCALARS;
use crate::load::locations::{part, step, tag};

/// A range that says which extensions it takes.
#[derive(Debug)]
pub struct DeclaredRange {
    numbers: Range<i32>,
    place: Label,
    declarations: Vec<Declaration>,
}

/// `declaration = { number: 1 full_name: ".my.extension" type: "int32" }`
#[derive(Debug, Clone)]
struct Declaration {
    number: Option<i32>,
    full_name: Option<String>,
    ty: Option<String>,
    reserved: bool,
    repeated: bool,
    place: Label,
}

/// Collects the declarations of a file and checks them, then its extensions against those of whatever they extend.
pub fn check(context: &mut Context, file: &FileDescriptorProto) {
    let package = file.package();
    for (index, message) in file.message_type.iter().enumerate() {
        collect(context, package, message, &[tag::FILE_MESSAGE, step(index)]);
    }
    for (index, extension) in file.extension.iter().enumerate() {
        check_extension(
            context,
            package,
            extension,
            &[tag::FILE_EXTENSION, step(index)],
        );
    }
    for (index, message) in file.message_type.iter().enumerate() {
        check_nested(context, package, message, &[tag::FILE_MESSAGE, step(index)]);
    }
}

fn collect(context: &mut Context, scope: &str, message: &DescriptorProto, path: &[i32]) {
    let full_name = join(scope, message.name());
    let mut ranges = Vec::new();
    let mut names: Vec<Declaration> = Vec::new();
    for (index, range) in message.extension_range.iter().enumerate() {
        let path = part(path, &[tag::MESSAGE_EXTENSION_RANGE, step(index)]);
        let Some(declared) = declared_range(context, range, &path) else {
            continue;
        };
        for (index, declaration) in declared.declarations.iter().enumerate() {
            let findings = [
                broken(declaration, &declared.numbers),
                repeated_number(declaration, &declared.declarations[..index]),
                repeated_name(declaration, &names),
            ];
            names.push(declaration.clone());
            context.report.extend(findings.into_iter().flatten());
        }
        ranges.push(declared);
    }
    if !ranges.is_empty() {
        context
            .extensions
            .declarations
            .insert(full_name.clone(), ranges);
    }
    for (index, nested) in message.nested_type.iter().enumerate() {
        collect(
            context,
            &full_name,
            nested,
            &part(path, &[tag::MESSAGE_MESSAGE, step(index)]),
        );
    }
}

/// None where the range takes whatever extension has one of its numbers.
fn declared_range(
    context: &mut Context,
    range: &prost_types::descriptor_proto::ExtensionRange,
    path: &[i32],
) -> Option<DeclaredRange> {
    let options = &range.options.as_ref()?.uninterpreted_option;
    let mut declarations = Vec::new();
    let mut verification = None;
    for (index, option) in options.iter().enumerate() {
        let [name] = &option.name[..] else { continue };
        let path = part(path, &[tag::RANGE_OPTIONS, tag::UNINTERPRETED, step(index)]);
        match name.name_part.as_str() {
            "verification" if !name.is_extension => {
                verification = option.identifier_value.clone();
            }
            "declaration" if !name.is_extension => {
                let statement = context.locations.range(&path);
                let text = context.locations.source().text();
                let fields = value::parse(text, statement).unwrap_or_default();
                declarations.push(declaration(
                    &fields,
                    context.locations.label(&path, "declared here"),
                ));
            }
            _ => {}
        }
    }
    let place = context
        .locations
        .label(path, "this range declares its extensions");
    if verification.as_deref() == Some("UNVERIFIED") && !declarations.is_empty() {
        let message = "a range that declares extensions cannot be unverified";
        context.push(error(
            message.to_owned(),
            place.clone(),
            "remove `verification`",
        ));
    }
    if declarations.is_empty() && verification.as_deref() != Some("DECLARATION") {
        return None;
    }
    Some(DeclaredRange {
        numbers: range.start()..range.end(),
        place,
        declarations,
    })
}

fn declaration(fields: &[Field], place: Label) -> Declaration {
    let find = |wanted: &str| {
        fields
            .iter()
            .find_map(|field| match (&field.name, &field.value) {
                (Name::Field(name), Value::Scalar { text, .. }) if name == wanted => {
                    Some(text.as_str())
                }
                _ => None,
            })
    };
    let string = |name: &str| find(name).map(escapes::unquoted);
    let is_set =
        |name: &str| find(name).is_some_and(|value| matches!(value, "true" | "True" | "t" | "1"));
    Declaration {
        number: find("number").and_then(integer),
        full_name: string("full_name"),
        ty: string("type"),
        reserved: is_set("reserved"),
        repeated: is_set("repeated"),
        place,
    }
}

fn error(message: String, place: Label, help: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code::TYPE_EXTENSION_DECLARATION, message)
        .at(place)
        .help(help)
}

/// What is wrong with one declaration by itself.
fn broken(declaration: &Declaration, range: &Range<i32>) -> Option<Diagnostic> {
    let place = declaration.place.clone();
    let Some(number) = declaration.number else {
        let message = "this declaration has no number".to_owned();
        return Some(error(message, place, "add `number: …`, one of the range"));
    };
    if !range.contains(&number) {
        let message = format!("the range does not have the declared number {number}");
        let help = format!("the range goes from {} to {}", range.start, range.end - 1);
        return Some(error(message, place, help));
    }
    match (&declaration.full_name, &declaration.ty) {
        (None, None) if declaration.reserved => None,
        (Some(name), Some(_)) if !is_full_name(name) => Some(error(
            format!("`{name}` is not the full name of an extension"),
            place,
            "begin it with a dot, then the package: \".my.package.extension\"",
        )),
        (Some(_), Some(ty)) if !is_known(ty) && !is_full_name(ty) => Some(error(
            format!("`{ty}` is not a type"),
            place,
            "write a type such as \"int32\", or a full name that begins with a dot",
        )),
        (Some(_), Some(_)) => None,
        _ if declaration.reserved => Some(error(
            format!("the reserved declaration of {number} has one of `full_name` and `type`"),
            place,
            "give it both, or neither",
        )),
        _ => Some(error(
            format!("the declaration of {number} is not complete"),
            place,
            "give it a `full_name` and a `type`, or mark it `reserved: true`",
        )),
    }
}

/// What protoc takes for a type that no schema declares.
fn is_known(ty: &str) -> bool {
    SCALARS.contains(&ty) || ty == "enum"
}

/// As protoc has it: a part may begin with a digit.
fn is_full_name(name: &str) -> bool {
    let is_word = |word: &str| {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        !word.is_empty() && word.bytes().all(is_letter)
    };
    name.strip_prefix('.')
        .is_some_and(|name| name.split('.').all(is_word))
}

fn repeated_number(declaration: &Declaration, before: &[Declaration]) -> Option<Diagnostic> {
    let number = declaration.number?;
    let first = before.iter().find(|first| first.number == Some(number))?;
    let message = format!("the extension number {number} is declared twice");
    Some(error(message, declaration.place.clone(), "keep one of the two").at(first.place.clone()))
}

fn repeated_name(declaration: &Declaration, before: &[Declaration]) -> Option<Diagnostic> {
    let name = declaration.full_name.as_ref()?;
    let first = before.iter().find(|first| {
        first.full_name.as_ref() == Some(name) && first.number != declaration.number
    })?;
    let message = format!("the extension `{name}` is declared twice");
    Some(error(message, declaration.place.clone(), "keep one of the two").at(first.place.clone()))
}

fn check_nested(context: &mut Context, scope: &str, message: &DescriptorProto, path: &[i32]) {
    let full_name = join(scope, message.name());
    for (index, extension) in message.extension.iter().enumerate() {
        let path = part(path, &[tag::MESSAGE_EXTENSION, step(index)]);
        check_extension(context, &full_name, extension, &path);
    }
    for (index, nested) in message.nested_type.iter().enumerate() {
        let path = part(path, &[tag::MESSAGE_MESSAGE, step(index)]);
        check_nested(context, &full_name, nested, &path);
    }
}

/// An extension is as its number is declared.
fn check_extension(
    context: &mut Context,
    scope: &str,
    extension: &FieldDescriptorProto,
    path: &[i32],
) {
    let message = extension.extendee().trim_start_matches('.');
    let number = extension.number();
    let ranges = context.extensions.declarations.get(message);
    let Some(range) = ranges
        .into_iter()
        .flatten()
        .find(|range| range.numbers.contains(&number))
    else {
        return;
    };
    let declared = range
        .declarations
        .iter()
        .find(|declaration| declaration.number == Some(number));
    let full_name = format!(".{}", join(scope, extension.name()));
    let at = |part_tag| {
        context
            .locations
            .label(&part(path, &[part_tag]), "not as declared")
    };
    let ty = type_of(extension);
    let (sentence, place, help, first) = match declared {
        None => (
            format!("`{message}` declares no extension with the number {number}"),
            at(tag::FIELD_NUMBER),
            "declare it in the range, or take a number that is declared".to_owned(),
            &range.place,
        ),
        Some(declared) if declared.reserved => (
            format!("the extension number {number} of `{message}` is reserved"),
            at(tag::FIELD_NUMBER),
            "take another number".to_owned(),
            &declared.place,
        ),
        Some(declared)
            if declared
                .full_name
                .as_deref()
                .is_some_and(|name| name != full_name) =>
        {
            (
                format!(
                    "the extension number {number} of `{message}` belongs to another extension"
                ),
                at(tag::NAME),
                format!(
                    "it is declared as `{}`",
                    declared.full_name.as_deref().unwrap_or_default()
                ),
                &declared.place,
            )
        }
        Some(declared)
            if declared
                .ty
                .as_deref()
                .is_some_and(|declared| declared != ty) =>
        {
            (
                format!("the extension `{full_name}` has another type than its declaration"),
                at(tag::FIELD_TYPE),
                format!(
                    "it is declared to be of type `{}`",
                    declared.ty.as_deref().unwrap_or_default()
                ),
                &declared.place,
            )
        }
        Some(declared) if declared.repeated != (extension.label() == Cardinality::Repeated) => (
            format!("the extension `{full_name}` has another label than its declaration"),
            at(tag::NAME),
            if declared.repeated {
                "it is declared as repeated"
            } else {
                "it is not declared as repeated"
            }
            .to_owned(),
            &declared.place,
        ),
        Some(_) => return,
    };
    let finding = error(sentence, place, help).at(first.clone());
    context.push(finding);
}

/// As a declaration spells it.
fn type_of(field: &FieldDescriptorProto) -> String {
    match field.r#type() {
        Type::Message | Type::Enum | Type::Group => field.type_name().to_owned(),
        scalar => scalar
            .as_str_name()
            .trim_start_matches("TYPE_")
            .to_ascii_lowercase(),
    }
}
