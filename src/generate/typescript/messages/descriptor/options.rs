//! The options that compiled programs see, as protoc encodes them.

use std::collections::HashMap;

use super::wire::{Record, records, values, write_length_delimited};
use crate::schema::{Cardinality, Field, MessageId, Schema, Type};

/// Knows every option of a schema.
pub struct Options<'a> {
    schema: &'a Schema,
    /// The messages of `descriptor.proto`, by name; empty where no schema imports it.
    messages: HashMap<&'a str, MessageId>,
    /// Every extension by what it extends and its number.
    extensions: HashMap<(MessageId, i32), &'a Field>,
}

impl<'a> Options<'a> {
    pub fn new(schema: &'a Schema) -> Self {
        let named = |(index, full_name): (usize, &'a String)| {
            Some((
                full_name.strip_prefix("google.protobuf.")?,
                MessageId(index),
            ))
        };
        let names = schema.messages.iter().map(|message| &message.full_name);
        let messages = names.enumerate().filter_map(named).collect();
        let nested = schema
            .messages
            .iter()
            .flat_map(|message| &message.extensions);
        let extensions = schema
            .files
            .iter()
            .flat_map(|file| &file.extensions)
            .chain(nested);
        let keyed = |field: &'a Field| Some(((field.extendee?, field.number), field));
        Self {
            schema,
            messages,
            extensions: extensions.filter_map(keyed).collect(),
        }
    }

    /// An encoded options message, such as `FieldOptions`, without what has source retention.
    pub fn strip(&self, name: &str, bytes: &[u8]) -> Vec<u8> {
        let kept = without_declarations(name, bytes);
        match self.messages.get(name) {
            Some(&id) => self.strip_message(id, &kept),
            None => kept,
        }
    }

    /// protoc does not look into groups.
    fn strip_message(&self, id: MessageId, bytes: &[u8]) -> Vec<u8> {
        let mut kept = Vec::with_capacity(bytes.len());
        let mut rest = records(bytes).peekable();
        while let Some(record) = rest.next() {
            let Some(field) = self.field(id, record.number) else {
                kept.extend_from_slice(record.raw);
                continue;
            };
            match field.ty {
                _ if field.source_only => {}
                Type::Message(inner) => {
                    let payload = self.strip_message(inner, record.payload);
                    write_length_delimited(&mut kept, record.number, &payload);
                }
                _ if is_packable(field) && field.packed != record.length_delimited => {
                    let same = |next: &Record| next.number == record.number;
                    let others = std::iter::from_fn(|| rest.next_if(same));
                    repack(field, std::iter::once(record).chain(others), &mut kept);
                }
                _ => kept.extend_from_slice(record.raw),
            }
        }
        kept
    }

    fn field(&self, id: MessageId, number: u32) -> Option<&'a Field> {
        let number = i32::try_from(number).ok()?;
        let fields = &self.schema[id].fields;
        let declared = fields.iter().find(|field| field.number == number);
        declared.or_else(|| self.extensions.get(&(id, number)).copied())
    }
}

/// What an extension range declares of its extensions has source retention, also where no schema imports
/// `descriptor.proto`, which says so.
fn without_declarations(name: &str, bytes: &[u8]) -> Vec<u8> {
    let declares = |number: u32| name == "ExtensionRangeOptions" && matches!(number, 2 | 3);
    let kept = records(bytes).filter(|record| !declares(record.number));
    kept.flat_map(|record| record.raw).copied().collect()
}

fn is_packable(field: &Field) -> bool {
    let scalar = !matches!(
        field.ty,
        Type::String | Type::Bytes | Type::Message(_) | Type::Group(_)
    );
    scalar && field.cardinality == Cardinality::Repeated
}

/// The engine that links schemas interprets options before it knows which of them are packed.
fn repack<'a>(field: &Field, records: impl Iterator<Item = Record<'a>>, out: &mut Vec<u8>) {
    let number = field.number.unsigned_abs();
    let payload: Vec<u8> = records.flat_map(|record| record.payload).copied().collect();
    if field.packed {
        write_length_delimited(out, number, &payload);
    } else {
        let kind = match field.ty {
            Type::Double | Type::Fixed64 | Type::Sfixed64 => 1,
            Type::Float | Type::Fixed32 | Type::Sfixed32 => 5,
            _ => 0,
        };
        values(&payload, number, kind, out);
    }
}
