//! Options that compiled programs do not see, `retention = RETENTION_SOURCE`: protoc leaves them out of what it writes.

use std::collections::{BTreeSet, HashMap};

use prost::encoding::{
    DecodeContext, WireType, decode_key, decode_varint, encode_key, encode_varint, skip_field,
};
use prost_reflect::{DescriptorPool, Kind, MessageDescriptor};

use super::locations::step;
use super::newer;

/// Knows which options stay in the source.
pub struct Retention {
    file: Option<MessageDescriptor>,
    /// The numbers of fields and extensions, by the full name of their message.
    source_only: HashMap<String, BTreeSet<u32>>,
}

impl Retention {
    pub fn new(pool: &DescriptorPool) -> Self {
        const FILE: &str = "google.protobuf.FileDescriptorProto";
        // Where no schema imports the file that declares protobuf's options, none declares others.
        let declared = pool.get_message_by_name(FILE).is_some();
        let own = (!declared).then(newer::pool);
        let pool = own.as_ref().unwrap_or(pool);
        let mut source_only: HashMap<String, BTreeSet<u32>> = HashMap::new();
        let mut add = |message: &MessageDescriptor, number: u32| {
            let message = message.full_name().to_owned();
            source_only.entry(message).or_default().insert(number);
        };
        for message in pool.all_messages() {
            for field in message.fields() {
                let has_options = field.field_descriptor_proto().options.is_some();
                if has_options && stays(&field.options()) {
                    add(&message, field.number());
                }
            }
        }
        for extension in pool.all_extensions() {
            let has_options = extension.field_descriptor_proto().options.is_some();
            if has_options && stays(&extension.options()) {
                add(&extension.containing_message(), extension.number());
            }
        }
        Self {
            file: pool.get_message_by_name(FILE),
            source_only,
        }
    }

    /// An encoded file without what stays in the source, and the paths of that.
    pub fn strip(&self, file: Vec<u8>) -> (Vec<u8>, Vec<Vec<i32>>) {
        let mut stripped = Vec::new();
        let kept = match &self.file {
            Some(descriptor) if !self.source_only.is_empty() => {
                self.message(descriptor, &file, &mut Vec::new(), &mut stripped)
            }
            _ => None,
        };
        (kept.unwrap_or(file), stripped)
    }

    /// None where all of it is kept. protoc does not look into groups.
    fn message(
        &self,
        descriptor: &MessageDescriptor,
        bytes: &[u8],
        path: &mut Vec<i32>,
        stripped: &mut Vec<Vec<i32>>,
    ) -> Option<Vec<u8>> {
        let mut kept = Vec::with_capacity(bytes.len());
        let source_only = self.source_only.get(descriptor.full_name());
        // How many elements of each list there were.
        let mut counts: HashMap<u32, usize> = HashMap::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let record = rest;
            let (number, wire_type) = decode_key(&mut rest).ok()?;
            let behind_key = rest;
            skip_field(wire_type, number, &mut rest, DecodeContext::default()).ok()?;
            let raw = &record[..record.len() - rest.len()];
            path.push(number as i32);
            if source_only.is_some_and(|numbers| numbers.contains(&number)) {
                stripped.push(path.clone());
                path.pop();
                continue;
            }
            let (kind, is_list) = match descriptor.get_field(number) {
                Some(field) => (Some(field.kind()), field.is_list()),
                None => match descriptor.get_extension(number) {
                    Some(extension) => (Some(extension.kind()), extension.is_list()),
                    None => (None, false),
                },
            };
            let inner = kind.and_then(|kind| match kind {
                Kind::Message(inner) if wire_type == WireType::LengthDelimited => Some(inner),
                _ => None,
            });
            if is_list {
                let count = counts.entry(number).or_default();
                path.push(step(*count));
                *count += 1;
            }
            let mut payload = behind_key;
            let changed = inner.as_ref().and_then(|inner| {
                decode_varint(&mut payload).ok()?;
                let payload = &payload[..payload.len() - rest.len()];
                self.message(inner, payload, path, stripped)
            });
            if is_list {
                path.pop();
            }
            match changed {
                // Nothing is left of the options.
                Some(changed) if changed.is_empty() && inner.is_some_and(|it| is_options(&it)) => {
                    stripped.push(path.clone());
                }
                Some(changed) => {
                    encode_key(number, WireType::LengthDelimited, &mut kept);
                    encode_varint(changed.len() as u64, &mut kept);
                    kept.extend(changed);
                }
                None => kept.extend_from_slice(raw),
            }
            path.pop();
        }
        (kept.len() != bytes.len()).then_some(kept)
    }
}

fn is_options(message: &MessageDescriptor) -> bool {
    message.package_name() == "google.protobuf" && message.name().ends_with("Options")
}

/// Whether a field with these options is for the source alone.
fn stays(options: &prost_reflect::DynamicMessage) -> bool {
    const RETENTION_SOURCE: i32 = 2;
    let retention = options.get_field_by_name("retention");
    retention.and_then(|value| value.as_enum_number()) == Some(RETENTION_SOURCE)
}
