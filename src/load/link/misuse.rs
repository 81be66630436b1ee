//! Options of protobuf's own on elements that they are not for.

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
    UninterpretedOption,
};

use super::Context;
use super::json_names::json_name;
use super::undisguised;
use crate::diagnostic::{Diagnostic, code};
use crate::load::locations::{part, step, tag};

/// What a file of proto3 may extend.
const OPTIONS: [&str; 10] = [
    ".google.protobuf.FileOptions",
    ".google.protobuf.MessageOptions",
    ".google.protobuf.FieldOptions",
    ".google.protobuf.OneofOptions",
    ".google.protobuf.ExtensionRangeOptions",
    ".google.protobuf.EnumOptions",
    ".google.protobuf.EnumValueOptions",
    ".google.protobuf.ServiceOptions",
    ".google.protobuf.MethodOptions",
    ".google.protobuf.StreamOptions",
];

pub fn check(context: &mut Context, file: &mut FileDescriptorProto) {
    for (index, message) in file.message_type.iter_mut().enumerate() {
        check_message(context, message, &[tag::FILE_MESSAGE, step(index)]);
    }
    for (index, enum_) in file.enum_type.iter().enumerate() {
        check_enum(context, enum_, &[tag::FILE_ENUM, step(index)]);
    }
    check_extensions(context, &file.extension, &[tag::FILE_EXTENSION]);
}

fn check_message(context: &mut Context, message: &mut DescriptorProto, path: &[i32]) {
    let options = message.options.as_ref();
    let options = options.map_or(&[][..], |options| &options.uninterpreted_option);
    let at = |name, value: Option<&str>| {
        let said = |option: &UninterpretedOption| {
            is(option, name) && value.is_none_or(|value| is_word(option, value))
        };
        let index = options.iter().position(said)?;
        let path = part(
            path,
            &[tag::MESSAGE_OPTIONS, tag::UNINTERPRETED, step(index)],
        );
        Some(context.locations.label(&path, "set here"))
    };
    let mut findings = Vec::new();
    if let Some(label) = at("map_entry", None) {
        findings.push(
            Diagnostic::error(
                code::OPTION_MISUSED,
                "`map_entry` cannot be set in a schema",
            )
            .at(label)
            .help("declare a field of type `map<Key, Value>`"),
        );
    }
    let set = at("message_set_wire_format", Some("true"));
    if let Some(label) = set.filter(|_| context.proto3) {
        findings.push(
            Diagnostic::error(code::OPTION_MISUSED, "proto3 has no message sets")
                .at(label)
                .help("remove the option, or declare the message in a proto2 file"),
        );
    }
    if context.proto3 && !message.extension_range.is_empty() {
        let label = context.locations.label(
            &part(path, &[tag::MESSAGE_EXTENSION_RANGE, 0]),
            "numbers for extensions",
        );
        findings.push(
            Diagnostic::error(code::OPTION_MISUSED, "a message of proto3 cannot be extended")
                .at(label)
                .help("use a field of type `google.protobuf.Any`, or declare the message in a proto2 file"),
        );
    }
    context.report.extend(findings);
    mend_map_entry(message);
    for (index, field) in message.field.iter().enumerate() {
        check_field(
            context,
            field,
            &part(path, &[tag::MESSAGE_FIELD, step(index)]),
        );
    }
    check_extensions(
        context,
        &message.extension,
        &part(path, &[tag::MESSAGE_EXTENSION]),
    );
    for (index, enum_) in message.enum_type.iter().enumerate() {
        check_enum(
            context,
            enum_,
            &part(path, &[tag::MESSAGE_ENUM, step(index)]),
        );
    }
    for (index, nested) in message.nested_type.iter_mut().enumerate() {
        check_message(
            context,
            nested,
            &part(path, &[tag::MESSAGE_MESSAGE, step(index)]),
        );
    }
}

/// A message that claims to be a map's entry and is none would mislead the pool. Another harmless option in its place
/// keeps the positions of the others.
fn mend_map_entry(message: &mut DescriptorProto) {
    let options = message
        .options
        .iter_mut()
        .flat_map(|options| &mut options.uninterpreted_option);
    for option in options.filter(|option| is(option, "map_entry")) {
        option.name[0].name_part = "deprecated".to_owned();
    }
}

fn check_extensions(context: &mut Context, extensions: &[FieldDescriptorProto], path: &[i32]) {
    for (index, extension) in extensions.iter().enumerate() {
        let path = part(path, &[step(index)]);
        let json = part(&path, &[tag::FIELD_JSON_NAME]);
        let named = context.locations.get(&json).is_some();
        if named && undisguised(extension.json_name()) != json_name(extension.name()) {
            let label = context.locations.label(&json, "set here");
            context.push(
                Diagnostic::error(code::OPTION_MISUSED, "an extension has no `json_name`")
                    .at(label)
                    .help("remove it: in JSON an extension is `[full.name]`"),
            );
        }
        if context.proto3 && !OPTIONS.contains(&extension.extendee()) {
            let label = context
                .locations
                .label(&part(&path, &[tag::FIELD_EXTENDEE]), "extended here");
            context.push(
                Diagnostic::error(
                    code::OPTION_MISUSED,
                    "a file of proto3 can only extend protobuf's options",
                )
                .at(label)
                .help("declare the extension in a proto2 file, or use a field of type `google.protobuf.Any`"),
            );
        }
        check_field(context, extension, &path);
    }
}

fn check_field(context: &mut Context, field: &FieldDescriptorProto, path: &[i32]) {
    let Some(options) = &field.options else {
        return;
    };
    let ty = field.r#type();
    let message = ty == Type::Message;
    let packable = !matches!(ty, Type::Message | Type::Group | Type::String | Type::Bytes);
    let long = matches!(
        ty,
        Type::Int64 | Type::Uint64 | Type::Sint64 | Type::Fixed64 | Type::Sfixed64
    );
    let repeated = field.label() == Label::Repeated;
    for (index, option) in options.uninterpreted_option.iter().enumerate() {
        let (wrong, help) =
            if is(option, "packed") && is_word(option, "true") && !(packable && repeated) {
                (
                    "only repeated numbers, bools and enums can be packed",
                    "remove `packed`",
                )
            } else if (is(option, "lazy") || is(option, "unverified_lazy"))
                && is_word(option, "true")
                && !message
            {
                ("only messages can be parsed lazily", "remove the option")
            } else if is(option, "unverified_lazy")
                && is_word(option, "true")
                && field.extendee.is_some()
            {
                ("an extension is not lazy without checks", "write `lazy`")
            } else if is(option, "jstype") && !is_word(option, "JS_NORMAL") && !long {
                ("only 64-bit integers have a `jstype`", "remove `jstype`")
            } else {
                continue;
            };
        let path = part(path, &[tag::FIELD_OPTIONS, tag::UNINTERPRETED, step(index)]);
        let label = context
            .locations
            .label(&path, format!("not for `{}`", field.name()));
        context.push(
            Diagnostic::error(code::OPTION_MISUSED, wrong)
                .at(label)
                .help(help),
        );
    }
}

/// An enum that allows aliases and has none, or says that it does not allow them, which goes without saying.
fn check_enum(context: &mut Context, enum_: &EnumDescriptorProto, path: &[i32]) {
    let options = enum_.options.as_ref();
    let options = options.map_or(&[][..], |options| &options.uninterpreted_option);
    let alias = options.iter().position(|option| is(option, "allow_alias"));
    let Some(index) = alias else { return };
    if is_word(&options[index], "false") {
        let path = part(path, &[tag::ENUM_OPTIONS, tag::UNINTERPRETED, step(index)]);
        let label = context.locations.label(&path, "says nothing");
        context.push(
            Diagnostic::error(
                code::OPTION_MISUSED,
                format!(
                    "`{}` allows no aliases without this option too",
                    enum_.name()
                ),
            )
            .at(label)
            .help("remove `allow_alias`"),
        );
        return;
    }
    if !is_word(&options[index], "true") {
        return;
    }
    let mut numbers: Vec<i32> = enum_.value.iter().map(|value| value.number()).collect();
    numbers.sort_unstable();
    if numbers.windows(2).any(|pair| pair[0] == pair[1]) {
        return;
    }
    let path = part(path, &[tag::ENUM_OPTIONS, tag::UNINTERPRETED, step(index)]);
    let label = context
        .locations
        .label(&path, "no two values share a number");
    context.push(
        Diagnostic::error(
            code::OPTION_MISUSED,
            format!("`{}` allows aliases and has none", enum_.name()),
        )
        .at(label)
        .help("remove `allow_alias`"),
    );
}

pub fn is(option: &UninterpretedOption, name: &str) -> bool {
    matches!(option.name.as_slice(), [part] if !part.is_extension && part.name_part == name)
}

pub fn is_word(option: &UninterpretedOption, word: &str) -> bool {
    option.identifier_value.as_deref() == Some(word)
}
