//! Options that are for readers of the source alone: `[retention = RETENTION_SOURCE]`.

use std::collections::HashMap;

use super::wire::{records, write_length_delimited};
use crate::schema::{Field, MessageId, Schema, Type};

/// Knows which options to leave out.
pub struct Retention<'a> {
    schema: &'a Schema,
    /// Every extension by what it extends and its number; empty where no option has source retention.
    extensions: HashMap<(MessageId, i32), &'a Field>,
}

impl<'a> Retention<'a> {
    pub fn new(schema: &'a Schema) -> Self {
        let fields = schema.messages.iter().flat_map(|message| &message.fields);
        let extensions = || {
            let nested = schema
                .messages
                .iter()
                .flat_map(|message| &message.extensions);
            schema
                .files
                .iter()
                .flat_map(|file| &file.extensions)
                .chain(nested)
        };
        let needed = fields.chain(extensions()).any(|field| field.source_only);
        let keyed = |field: &'a Field| Some(((field.extendee?, field.number), field));
        let extensions = extensions().filter(|_| needed).filter_map(keyed).collect();
        Self { schema, extensions }
    }

    /// What compiled programs see of an encoded options message, such as `FieldOptions`.
    pub fn strip(&self, options: &str, bytes: &[u8]) -> Vec<u8> {
        let kept = without_declarations(options, bytes);
        if self.extensions.is_empty() {
            return kept;
        }
        let full_name = format!("google.protobuf.{options}");
        let known = |id: &usize| self.schema.messages[*id].full_name == full_name;
        match (0..self.schema.messages.len()).find(known) {
            Some(id) => self.strip_message(MessageId(id), &kept),
            None => kept,
        }
    }

    /// protoc does not look into groups.
    fn strip_message(&self, id: MessageId, bytes: &[u8]) -> Vec<u8> {
        let mut kept = Vec::with_capacity(bytes.len());
        for record in records(bytes) {
            let field = self.field(id, record.number);
            match field.map(|field| field.ty) {
                _ if field.is_some_and(|field| field.source_only) => {}
                Some(Type::Message(inner)) => {
                    let payload = self.strip_message(inner, record.payload);
                    write_length_delimited(&mut kept, record.number, &payload);
                }
                _ => kept.extend_from_slice(record.raw),
            }
        }
        kept
    }

    fn field(&self, id: MessageId, number: u32) -> Option<&'a Field> {
        let number = i32::try_from(number).ok()?;
        let declared = self.schema[id]
            .fields
            .iter()
            .find(|field| field.number == number);
        declared.or_else(|| self.extensions.get(&(id, number)).copied())
    }
}

/// What an extension range declares of its extensions has source retention, also where no schema imports
/// `descriptor.proto`, which says so.
fn without_declarations(options: &str, bytes: &[u8]) -> Vec<u8> {
    let declares = |number: u32| options == "ExtensionRangeOptions" && matches!(number, 2 | 3);
    let kept = records(bytes).filter(|record| !declares(record.number));
    kept.flat_map(|record| record.raw).copied().collect()
}
