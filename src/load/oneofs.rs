//! The oneofs that protobuf makes for `optional` fields of proto3, under protoc's names.

use std::collections::BTreeSet;

use prost_types::{DescriptorProto, FileDescriptorProto};

/// Names them, so that none has the name of a field or of a oneof that is written.
pub fn name(file: &mut FileDescriptorProto) {
    file.message_type.iter_mut().for_each(name_in_message);
}

fn name_in_message(message: &mut DescriptorProto) {
    message.nested_type.iter_mut().for_each(name_in_message);
    if !message.field.iter().any(|field| field.proto3_optional()) {
        return;
    }
    let optional = message.field.iter().filter(|field| field.proto3_optional());
    let made: BTreeSet<usize> = optional
        .filter_map(|field| usize::try_from(field.oneof_index?).ok())
        .collect();
    let written = message.oneof_decl.iter().enumerate();
    let written = written.filter(|(index, _)| !made.contains(index));
    let mut names: BTreeSet<String> = message
        .field
        .iter()
        .map(|field| field.name().to_owned())
        .chain(written.map(|(_, oneof)| oneof.name().to_owned()))
        .collect();
    for field in message.field.iter().filter(|field| field.proto3_optional()) {
        let index = field
            .oneof_index
            .and_then(|index| usize::try_from(index).ok());
        let Some(oneof) = index.and_then(|index| message.oneof_decl.get_mut(index)) else {
            continue;
        };
        let mut name = field.name().to_owned();
        if !name.starts_with('_') {
            name.insert(0, '_');
        }
        while names.contains(&name) {
            name.insert(0, 'X');
        }
        names.insert(name.clone());
        oneof.name = Some(name);
    }
}
