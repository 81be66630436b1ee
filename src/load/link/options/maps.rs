//! Options that set maps. The pool keeps a map in no order, protoc writes the entries as the schema has them, and what is
//! generated has to be the same on every run. So such a file's options are read where maps are lists of their entries.

use std::collections::BTreeSet;

use prost::Message;
use prost::encoding::{
    DecodeContext, WireType, decode_key, decode_varint, encode_key, encode_varint, skip_field,
};
use prost_reflect::DescriptorPool;
use prost_types::field_descriptor_proto::Type;
use prost_types::{DescriptorProto, FileDescriptorProto, MessageOptions};

use crate::load::LoadedFile;
use crate::load::locations::tag;

/// The file as it is to be written; None where its options cannot be read so.
pub fn encode(file: &FileDescriptorProto, files: &[LoadedFile]) -> Option<Vec<u8>> {
    let mut lists = DescriptorPool::new();
    let imports = imports(file, files);
    let imported = files.iter().filter(|file| imports.contains(&file.path));
    let imported = imported.filter_map(|file| file.parsed.as_deref());
    for parsed in imported.chain([file]) {
        lists.add_file_descriptor_proto(without_maps(parsed)).ok()?;
    }
    let read = lists.get_file_by_name(file.name())?.encode_to_vec();
    with_maps(&read, &file.message_type, tag::FILE_MESSAGE)
}

/// What a file imports, and those in turn.
fn imports(file: &FileDescriptorProto, files: &[LoadedFile]) -> BTreeSet<String> {
    let mut imports: BTreeSet<String> = file.dependency.iter().cloned().collect();
    // Each stands behind all that it imports.
    for file in files.iter().rev().filter_map(|file| file.parsed.as_ref()) {
        if imports.contains(file.name()) {
            imports.extend(file.dependency.iter().cloned());
        }
    }
    imports
}

fn without_maps(file: &FileDescriptorProto) -> FileDescriptorProto {
    fn clear(message: &mut DescriptorProto) {
        if is_entry(message) {
            message.options = None;
            // A key or a value of zero is there.
            for field in message
                .field
                .iter_mut()
                .filter(|field| field.r#type() != Type::Message)
            {
                field.proto3_optional = Some(true);
            }
        }
        message.nested_type.iter_mut().for_each(clear);
    }
    let mut file = file.clone();
    file.message_type.iter_mut().for_each(clear);
    file
}

pub fn is_entry(message: &DescriptorProto) -> bool {
    let options = message.options.as_ref();
    options.is_some_and(MessageOptions::map_entry)
}

/// An encoded file or message with the messages in it as they are declared.
fn with_maps(bytes: &[u8], declared: &[DescriptorProto], number: i32) -> Option<Vec<u8>> {
    let mut declared = declared.iter();
    let mut whole = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        let field = rest;
        let (found, wire_type) = decode_key(&mut rest).ok()?;
        let mut payload = rest;
        skip_field(wire_type, found, &mut rest, DecodeContext::default()).ok()?;
        if found != number.unsigned_abs() {
            whole.extend_from_slice(&field[..field.len() - rest.len()]);
            continue;
        }
        decode_varint(&mut payload).ok()?;
        let message = declared.next()?;
        let payload = if is_entry(message) {
            entry(message)
        } else {
            let payload = &payload[..payload.len() - rest.len()];
            with_maps(payload, &message.nested_type, tag::MESSAGE_MESSAGE)?
        };
        encode_key(found, WireType::LengthDelimited, &mut whole);
        encode_varint(payload.len() as u64, &mut whole);
        whole.extend(payload);
    }
    Some(whole)
}

/// As the pool would write it.
fn entry(message: &DescriptorProto) -> Vec<u8> {
    let mut entry = message.clone();
    for field in &mut entry.field {
        field.json_name = field.name.clone();
    }
    entry.encode_to_vec()
}
