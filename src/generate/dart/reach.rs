//! What messages have in them, at any depth.

use std::collections::{BTreeMap, BTreeSet};

use super::well_known;
use crate::schema::{EnumId, Field, FileId, MessageId, Origin, Presence, Schema, Type};

/// What a class must know of everything that its message can hold.
pub struct Reach {
    /// Messages that can lack a required field; what may be extended may be extended by one.
    pub incomplete: BTreeSet<MessageId>,
    /// Messages with a `sint64`, which `package:protobuf` does not read rightly.
    pub sint64: BTreeSet<MessageId>,
    /// Messages with a well-known type that has a form of its own in JSON.
    pub json_form: BTreeSet<MessageId>,
    /// Enums that are values of maps, where `package:protobuf` has no place for a number that they do not know.
    pub map_values: BTreeSet<EnumId>,
}

impl Reach {
    pub fn of(schema: &Schema) -> Self {
        let fields = all_fields(schema);
        let with = |holds: &dyn Fn(&Field) -> bool| {
            let held = fields.iter().filter(|(_, field)| holds(field));
            held.map(|(holder, _)| *holder).collect::<Vec<_>>()
        };
        let holders = holders(&fields);
        let mut can_lack = with(&|field| field.presence == Presence::Required);
        can_lack.extend(ids(schema).filter(|id| !schema[*id].extension_ranges.is_empty()));
        let json_forms = ids(schema).filter(|id| well_known::has_json_form(&schema[*id].full_name));
        Self {
            incomplete: reaching(can_lack, &holders),
            sint64: reaching(with(&|field| field.ty == Type::Sint64), &holders),
            json_form: reaching(json_forms.collect(), &holders),
            map_values: map_values(schema),
        }
    }
}

impl Reach {
    /// What is known of the messages and enums of each file, as text that tells any two states of it apart.
    pub fn by_file(&self, schema: &Schema) -> BTreeMap<FileId, String> {
        let Self {
            incomplete,
            sint64,
            json_form,
            map_values,
        } = self;
        let mut facts: BTreeMap<FileId, String> = BTreeMap::new();
        for (kind, messages) in [("r", incomplete), ("s", sint64), ("j", json_form)] {
            for id in messages {
                let message = &schema[*id];
                let facts = facts.entry(message.file).or_default();
                facts.extend([kind, " ", &message.full_name, "\n"]);
            }
        }
        for id in map_values {
            let enumeration = &schema[*id];
            let facts = facts.entry(enumeration.file).or_default();
            facts.extend(["m ", &enumeration.full_name, "\n"]);
        }
        facts
    }
}

fn ids(schema: &Schema) -> impl Iterator<Item = MessageId> {
    (0..schema.messages.len()).map(MessageId)
}

/// Every field with the message that holds it, which for an extension is what it extends.
fn all_fields(schema: &Schema) -> Vec<(MessageId, &Field)> {
    let fields = ids(schema).flat_map(|id| schema[id].fields.iter().map(move |field| (id, field)));
    let in_files = schema.files().flat_map(|(_, file)| &file.extensions);
    let in_messages = schema.messages.iter().flat_map(|it| &it.extensions);
    let extensions = in_files.chain(in_messages);
    fields
        .chain(extensions.filter_map(|field| Some((field.extendee?, field))))
        .collect()
}

/// For every message, those that have a field of it.
fn holders(fields: &[(MessageId, &Field)]) -> BTreeMap<MessageId, Vec<MessageId>> {
    let mut holders: BTreeMap<MessageId, Vec<MessageId>> = BTreeMap::new();
    for (holder, field) in fields {
        if let Type::Message(inner) | Type::Group(inner) = field.ty {
            holders.entry(inner).or_default().push(*holder);
        }
    }
    holders
}

/// These messages, and all that hold one of them at any depth.
fn reaching(
    mut pending: Vec<MessageId>,
    holders: &BTreeMap<MessageId, Vec<MessageId>>,
) -> BTreeSet<MessageId> {
    let mut found = BTreeSet::new();
    while let Some(id) = pending.pop() {
        if found.insert(id) {
            pending.extend(holders.get(&id).into_iter().flatten());
        }
    }
    found
}

/// The well-known enums are generated once for all, and not for what a schema does with them.
fn map_values(schema: &Schema) -> BTreeSet<EnumId> {
    let entries = schema.messages.iter().filter(|message| message.map_entry);
    let enums = entries.filter_map(|entry| match entry.fields.last()?.ty {
        Type::Enum(id) => Some(id),
        _ => None,
    });
    enums
        .filter(|id| schema[schema[*id].file].origin != Origin::WellKnown)
        .collect()
}
