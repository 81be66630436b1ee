//! Where an element's options look names up, and what declares them.

use prost_types::{DescriptorProto, FileDescriptorProto};

use crate::load::link::shapes::at;
use crate::load::link::symbols::join;
use crate::load::locations::tag;

/// The scope in which an element's options look names up, which is what the element lies in, and the message that
/// declares them.
pub fn scope_of(file: &FileDescriptorProto, element: &[i32]) -> (String, &'static str) {
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
