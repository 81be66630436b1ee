//! `google/protobuf/descriptor.proto` of today: the parser's copy with what it lacks, as `newer.proto` says.

use std::sync::OnceLock;

use prost_reflect::DescriptorPool;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};
use protox::file::{FileResolver, GoogleFileResolver};

/// The import name of the file.
pub const DESCRIPTOR: &str = "google/protobuf/descriptor.proto";

/// The file, without source info.
pub fn descriptor() -> Option<&'static FileDescriptorProto> {
    static FILE: OnceLock<Option<FileDescriptorProto>> = OnceLock::new();
    FILE.get_or_init(|| {
        let file = GoogleFileResolver::new().open_file(DESCRIPTOR).ok()?;
        let mut file = file.file_descriptor_proto().clone();
        let newer = protox_parse::parse(DESCRIPTOR, include_str!("newer.proto")).ok()?;
        merge_messages(&mut file.message_type, newer.message_type);
        merge_enums(&mut file.enum_type, newer.enum_type);
        Some(file)
    })
    .as_ref()
}

/// A pool of the file alone.
pub fn pool() -> DescriptorPool {
    let mut pool = DescriptorPool::new();
    if let Some(file) = descriptor() {
        // It is sound, which a test sees.
        let _ = pool.add_file_descriptor_proto(file.clone());
    }
    pool
}

fn merge_messages(messages: &mut Vec<DescriptorProto>, newer: Vec<DescriptorProto>) {
    for newer in newer {
        match messages
            .iter_mut()
            .find(|message| message.name == newer.name)
        {
            Some(message) => merge(message, newer),
            None => messages.push(newer),
        }
    }
}

fn merge(message: &mut DescriptorProto, newer: DescriptorProto) {
    let is_gone = |name: &str| {
        let mut fields = newer.field.iter().map(|field| field.name());
        fields.any(|newer| newer == name) || newer.reserved_name.iter().any(|gone| gone == name)
    };
    message.field.retain(|field| !is_gone(field.name()));
    message.field.extend(newer.field);
    message.reserved_name.extend(newer.reserved_name);
    for range in newer.extension_range {
        let overlaps = |old: &prost_types::descriptor_proto::ExtensionRange| {
            old.start() < range.end() && range.start() < old.end()
        };
        message.extension_range.retain(|old| !overlaps(old));
        message.extension_range.push(range);
    }
    merge_messages(&mut message.nested_type, newer.nested_type);
    merge_enums(&mut message.enum_type, newer.enum_type);
}

fn merge_enums(enums: &mut Vec<EnumDescriptorProto>, newer: Vec<EnumDescriptorProto>) {
    for newer in newer {
        let Some(old) = enums.iter_mut().find(|old| old.name == newer.name) else {
            enums.push(newer);
            continue;
        };
        let is_newer = |name: &str| newer.value.iter().any(|value| value.name() == name);
        old.value.retain(|value| !is_newer(value.name()));
        old.value.extend(newer.value);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_is_sound() {
        let pool = super::pool();
        let options = pool
            .get_message_by_name("google.protobuf.FieldOptions")
            .expect("it is there");
        assert!(options.get_field_by_name("feature_support").is_some());
        let file = pool
            .get_message_by_name("google.protobuf.FileOptions")
            .expect("it is there");
        assert!(file.get_field_by_name("php_generic_services").is_none());
    }
}
