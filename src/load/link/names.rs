//! Declares every name of a file, and finds those declared twice.

use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};

use super::Context;
use super::symbols::{Definition, Kind, join, parent};
use crate::diagnostic::{Diagnostic, Label, code};
use crate::load::locations::{part, step, tag};
use crate::names::schema::prefixed;

/// So many messages deep protobuf does not go.
const MAX_DEPTH: usize = 32;

/// The longest package name, and the most dots in one, that protobuf takes.
const MAX_PACKAGE: usize = 511;
const MAX_PACKAGE_DOTS: usize = 100;

/// The longest full name that protobuf takes.
pub const MAX_NAME: usize = 65_535;

pub fn declare(context: &mut Context, file: &mut FileDescriptorProto) {
    if is_long(file.package()) {
        context.push(long_package(context));
        // Each name in it would be as long, and each lookup would go through all its parts.
        file.package = None;
    }
    let package = file.package().to_owned();
    declare_package(context, &package);
    for (index, message) in file.message_type.iter_mut().enumerate() {
        declare_message(
            context,
            &package,
            message,
            &[tag::FILE_MESSAGE, step(index)],
        );
    }
    for (index, enum_) in file.enum_type.iter_mut().enumerate() {
        declare_enum(context, &package, enum_, &[tag::FILE_ENUM, step(index)]);
    }
    for (index, extension) in file.extension.iter_mut().enumerate() {
        declare_name(
            context,
            &package,
            &mut extension.name,
            Kind::Extension,
            &[tag::FILE_EXTENSION, step(index)],
        );
    }
    for (index, service) in file.service.iter_mut().enumerate() {
        let path = [tag::FILE_SERVICE, step(index)];
        let scope = declare_name(context, &package, &mut service.name, Kind::Service, &path);
        for (index, method) in service.method.iter_mut().enumerate() {
            let path = part(&path, &[tag::SERVICE_METHOD, step(index)]);
            declare_name(context, &scope, &mut method.name, Kind::Method, &path);
        }
    }
}

fn is_long(package: &str) -> bool {
    package.len() > MAX_PACKAGE || package.matches('.').count() > MAX_PACKAGE_DOTS
}

fn long_package(context: &Context) -> Diagnostic {
    let label = context.locations.label(&[tag::FILE_PACKAGE], "too long");
    Diagnostic::error(code::TYPE_LONG_PACKAGE, "the package's name is too long")
        .at(label)
        .help(format!(
            "at most {MAX_PACKAGE} characters and {MAX_PACKAGE_DOTS} dots"
        ))
}

/// Declares a package and all that it lies in.
fn declare_package(context: &mut Context, package: &str) {
    if package.is_empty() {
        return;
    }
    let ends = package
        .match_indices('.')
        .map(|(end, _)| end)
        .chain([package.len()]);
    for end in ends {
        let range = context.locations.range(&[tag::FILE_PACKAGE]);
        let definition = Definition {
            kind: Kind::Package,
            file: context.file,
            range,
            path: Vec::new(),
            owner: None,
        };
        if let Err(clash) = context.symbols.add(&package[..end], definition) {
            let [first, _] = *clash;
            let name = &package[..end];
            let diagnostic = Diagnostic::error(
                code::TYPE_DUPLICATE,
                format!(
                    "the package `{name}` has the name of {} in `{}`",
                    first.kind.describe(),
                    context.import_name(first.file)
                ),
            )
            .at(context
                .locations
                .label(&[tag::FILE_PACKAGE], "this package"))
            .at(context.defined(&first, format!("`{name}` is {}", first.kind.describe())))
            .help("rename one of the two");
            context.push(diagnostic);
        }
    }
}

fn declare_message(
    context: &mut Context,
    scope: &str,
    message: &mut DescriptorProto,
    path: &[i32],
) {
    let entry = message
        .options
        .as_ref()
        .is_some_and(|options| options.map_entry());
    let kind = if entry { Kind::MapEntry } else { Kind::Message };
    // The parser counts messages, protoc the entries of maps too.
    if entry && path.len() / 2 >= MAX_DEPTH {
        let label = context.locations.label(path, "its entries are messages");
        context.push(
            Diagnostic::error(code::SYNTAX_TOO_DEEP, "this map is nested too deeply")
                .at(label)
                .help("move inner messages to the outside"),
        );
    }
    let scope = &declare_name(context, scope, &mut message.name, kind, path);
    for (index, field) in message.field.iter_mut().enumerate() {
        let path = part(path, &[tag::MESSAGE_FIELD, step(index)]);
        declare_name(context, scope, &mut field.name, Kind::Field, &path);
    }
    for (index, oneof) in message.oneof_decl.iter_mut().enumerate() {
        let path = part(path, &[tag::MESSAGE_ONEOF, step(index)]);
        declare_name(context, scope, &mut oneof.name, Kind::Oneof, &path);
    }
    for (index, nested) in message.nested_type.iter_mut().enumerate() {
        declare_message(
            context,
            scope,
            nested,
            &part(path, &[tag::MESSAGE_MESSAGE, step(index)]),
        );
    }
    for (index, enum_) in message.enum_type.iter_mut().enumerate() {
        declare_enum(
            context,
            scope,
            enum_,
            &part(path, &[tag::MESSAGE_ENUM, step(index)]),
        );
    }
    for (index, extension) in message.extension.iter_mut().enumerate() {
        let path = part(path, &[tag::MESSAGE_EXTENSION, step(index)]);
        declare_name(context, scope, &mut extension.name, Kind::Extension, &path);
    }
}

fn declare_enum(context: &mut Context, scope: &str, enum_: &mut EnumDescriptorProto, path: &[i32]) {
    let full_name = declare_name(context, scope, &mut enum_.name, Kind::Enum, path);
    if !context.proto3 {
        let first = enum_.value.first().map_or(0, |value| value.number());
        context.closed_enums.insert(full_name.clone(), first);
    }
    for (index, value) in enum_.value.iter_mut().enumerate() {
        let path = part(path, &[tag::ENUM_VALUE, step(index)]);
        declare(
            context,
            scope,
            &mut value.name,
            Kind::EnumValue,
            Some(&full_name),
            &path,
        );
    }

    fn declare(
        context: &mut Context,
        scope: &str,
        name: &mut Option<String>,
        kind: Kind,
        owner: Option<&str>,
        path: &[i32],
    ) {
        declare_owned(context, scope, name, kind, owner, path);
    }
}

fn declare_name(
    context: &mut Context,
    scope: &str,
    name: &mut Option<String>,
    kind: Kind,
    path: &[i32],
) -> String {
    declare_owned(context, scope, name, kind, None, path)
}

/// Declares one name and gives back the full one. A name that is taken is reported and replaced by a free one.
fn declare_owned(
    context: &mut Context,
    scope: &str,
    name: &mut Option<String>,
    kind: Kind,
    owner: Option<&str>,
    path: &[i32],
) -> String {
    let definition = Definition {
        kind,
        file: context.file,
        range: context.locations.range(&part(path, &[tag::NAME])),
        path: path.to_vec(),
        owner: owner.map(str::to_owned),
    };
    let own = name.get_or_insert_default();
    let full_name = join(scope, own);
    if full_name.len() > MAX_NAME {
        context.push(long_name(context.defined(&definition, "too long")));
    }
    let Err(clash) = context.symbols.add(&full_name, definition) else {
        return full_name;
    };
    let [first, definition] = *clash;
    let diagnostic = duplicate(context, &full_name, &first, &definition);
    context.push(diagnostic);
    // Where it stands tells it from others that were replaced: there may be thousands of one name.
    let mut number = 2 + path.iter().map(|step| i64::from(*step)).sum::<i64>();
    loop {
        let free = format!("{own}_{number}");
        let full_name = join(scope, &free);
        if context.symbols.add(&full_name, definition.clone()).is_ok() {
            *own = free;
            return full_name;
        }
        number += 1;
    }
}

pub fn long_name(place: Label) -> Diagnostic {
    Diagnostic::error(code::TYPE_LONG_NAME, "this name is too long")
        .at(place)
        .help(format!(
            "at most {MAX_NAME} bytes, with the package and all that it lies in"
        ))
}

fn duplicate(
    context: &Context,
    full_name: &str,
    first: &Definition,
    again: &Definition,
) -> Diagnostic {
    let name = full_name.rsplit('.').next().unwrap_or(full_name);
    let scope = match parent(full_name) {
        "" => "in files without a package".to_owned(),
        scope => format!("in `{scope}`"),
    };
    let message = match (first.kind, again.kind) {
        (a, b) if a == b => format!("`{name}` is declared twice {scope}"),
        (a, b) => format!(
            "`{name}` is both {} and {} {scope}",
            a.describe(),
            b.describe()
        ),
    };
    let said = |definition: &Definition, start: &str| match &definition.owner {
        Some(owner) => format!(
            "{start}, as a value of `{}`",
            owner.rsplit('.').next().unwrap_or(owner)
        ),
        None => start.to_owned(),
    };
    let elsewhere = if first.file == again.file {
        String::new()
    } else {
        format!(" in `{}`", context.import_name(first.file))
    };
    Diagnostic::error(code::TYPE_DUPLICATE, message)
        .at(context.defined(again, said(again, "again here")))
        .at(context.defined(
            first,
            said(first, &format!("first declared here{elsewhere}")),
        ))
        .help(help(name, first, again))
}

/// Enum values live beside their enum, not in it, which nobody expects.
fn help(name: &str, first: &Definition, again: &Definition) -> String {
    let spelling = |definition: &Definition| {
        let owner = definition.owner.as_deref()?;
        let enum_name = owner.rsplit('.').next().unwrap_or(owner);
        Some((enum_name.to_owned(), prefixed(enum_name, name)))
    };
    let beside = "protobuf puts the values of an enum beside the enum, not into it";
    match (spelling(first), spelling(again)) {
        (Some(_), Some(_)) if first.owner == again.owner => "rename one of the two".to_owned(),
        (Some((_, a)), Some((_, b))) => {
            format!("{beside}: write `{a}` and `{b}`; events keep their names")
        }
        (Some((enum_name, prefixed)), None) | (None, Some((enum_name, prefixed))) => {
            format!("{beside}: write `{prefixed}` in `{enum_name}`; an event keeps its name")
        }
        (None, None) => "rename one of the two".to_owned(),
    }
}
