//! Which messages can lack something that they must have.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::{Message, MessageId, Presence, Schema, Type};

/// Every message with a required field, in itself or at any depth; what may be extended may be extended by one.
pub fn incomplete(schema: &Schema) -> BTreeSet<MessageId> {
    let mut holders: BTreeMap<MessageId, Vec<MessageId>> = BTreeMap::new();
    let mut pending = Vec::new();
    for (index, message) in schema.messages.iter().enumerate() {
        let id = MessageId(index);
        if by_itself(message) {
            pending.push(id);
        }
        for field in &message.fields {
            if let Type::Message(inner) | Type::Group(inner) = field.ty {
                holders.entry(inner).or_default().push(id);
            }
        }
    }
    let mut incomplete = BTreeSet::new();
    while let Some(id) = pending.pop() {
        if incomplete.insert(id) {
            pending.extend(holders.get(&id).into_iter().flatten());
        }
    }
    incomplete
}

fn by_itself(message: &Message) -> bool {
    let mut fields = message.fields.iter();
    !message.extension_ranges.is_empty() || fields.any(|field| field.presence == Presence::Required)
}
