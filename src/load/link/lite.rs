//! Files of the lite runtime, `option optimize_for = LITE_RUNTIME;`, and what they may share with others.

use prost_types::file_options::OptimizeMode;
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto};

use super::Context;
use super::misuse::{is, is_word};
use crate::diagnostic::{Diagnostic, code};
use crate::load::locations::{part, step, tag};

pub fn check(context: &mut Context, file: &FileDescriptorProto) {
    if !is_lite(file) {
        import(context, file);
        return;
    }
    context.lite.insert(context.file);
    extensions(context, &file.extension, &[tag::FILE_EXTENSION]);
    for (index, message) in file.message_type.iter().enumerate() {
        check_message(context, message, &[tag::FILE_MESSAGE, step(index)]);
    }
    services(context, file);
}

fn is_lite(file: &FileDescriptorProto) -> bool {
    file.options.as_ref().is_some_and(|options| {
        let mut said = options.uninterpreted_option.iter();
        options.optimize_for() == OptimizeMode::LiteRuntime
            || said.any(|option| is(option, "optimize_for") && is_word(option, "LITE_RUNTIME"))
    })
}

/// Only a lite file imports one.
fn import(context: &mut Context, file: &FileDescriptorProto) {
    for (index, name) in file.dependency.iter().enumerate() {
        let is_lite = |id: &crate::schema::FileId| context.import_name(*id) == name;
        if !context.lite.iter().any(is_lite) {
            continue;
        }
        let label = context
            .locations
            .label(&[tag::FILE_IMPORT, step(index)], "a lite file");
        context.push(
            Diagnostic::error(
                code::IMPORT_LITE,
                format!("`{name}` is for the lite runtime, and this file is not"),
            )
            .at(label)
            .help("write `option optimize_for = LITE_RUNTIME;` in both files, or in neither"),
        );
    }
}

fn check_message(context: &mut Context, message: &DescriptorProto, path: &[i32]) {
    extensions(
        context,
        &message.extension,
        &part(path, &[tag::MESSAGE_EXTENSION]),
    );
    for (index, nested) in message.nested_type.iter().enumerate() {
        check_message(
            context,
            nested,
            &part(path, &[tag::MESSAGE_MESSAGE, step(index)]),
        );
    }
}

/// A lite file extends messages of lite files.
fn extensions(context: &mut Context, extensions: &[FieldDescriptorProto], path: &[i32]) {
    for (index, extension) in extensions.iter().enumerate() {
        let message = extension.extendee().trim_start_matches('.');
        let Some(definition) = context.symbols.get(message).cloned() else {
            continue;
        };
        if context.lite.contains(&definition.file) {
            continue;
        }
        let label = context.locations.label(
            &part(path, &[step(index), tag::FIELD_EXTENDEE]),
            "extended here, in a lite file",
        );
        let diagnostic = Diagnostic::error(
            code::IMPORT_LITE,
            format!("a lite file cannot extend `{message}`, which is not of a lite file"),
        )
        .at(label)
        .at(context.defined(&definition, "declared here"))
        .help("declare the extension in a file without `optimize_for = LITE_RUNTIME`");
        context.push(diagnostic);
    }
}

/// The lite runtime has no generic services.
fn services(context: &mut Context, file: &FileDescriptorProto) {
    let said = file.options.iter();
    let said = said.flat_map(|options| &options.uninterpreted_option);
    let wrong = said.enumerate().find(|(_, option)| {
        let generic = is(option, "cc_generic_services") || is(option, "java_generic_services");
        generic && is_word(option, "true")
    });
    let (Some((index, _)), false) = (wrong, file.service.is_empty()) else {
        return;
    };
    let path = [tag::FILE_OPTIONS, tag::UNINTERPRETED, step(index)];
    let label = context.locations.label(&path, "set here");
    context.push(
        Diagnostic::error(
            code::OPTION_MISUSED,
            "a file for the lite runtime has no generic services",
        )
        .at(label)
        .help("remove this option, or `optimize_for = LITE_RUNTIME`"),
    );
}
