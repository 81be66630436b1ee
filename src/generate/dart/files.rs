//! Which files Dart is written for.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::{Field, FileId, Origin, Schema, Type};

/// The owned files, and the embedded files that these refer to, directly or not.
pub fn written(schema: &Schema) -> BTreeSet<FileId> {
    let references = references(schema);
    let mut wanted: BTreeSet<FileId> = schema.owned_files().map(|(id, _)| id).collect();
    let mut pending: Vec<FileId> = wanted.iter().copied().collect();
    while let Some(file) = pending.pop() {
        for other in references.get(&file).into_iter().flatten() {
            if schema[*other].origin == Origin::Embedded && wanted.insert(*other) {
                pending.push(*other);
            }
        }
    }
    wanted
}

/// For every file, those that its Dart imports or exports. What only options use is not among them.
fn references(schema: &Schema) -> BTreeMap<FileId, BTreeSet<FileId>> {
    let mut references: BTreeMap<FileId, BTreeSet<FileId>> = BTreeMap::new();
    let mut refer = |from: FileId, to: FileId| {
        references.entry(from).or_default().insert(to);
    };
    let of_type = |field: &Field| match field.ty {
        Type::Message(id) | Type::Group(id) => Some(schema[id].file),
        Type::Enum(id) => Some(schema[id].file),
        _ => None,
    };
    for (id, file) in schema.files() {
        let public = file.imports.iter().filter(|import| import.public);
        public.for_each(|import| refer(id, import.file));
        let extended = file.extensions.iter().filter_map(of_type);
        extended.for_each(|other| refer(id, other));
    }
    for message in &schema.messages {
        let fields = message.fields.iter().chain(&message.extensions);
        let types = fields.filter_map(of_type);
        types.for_each(|other| refer(message.file, other));
    }
    for group in &schema.event_groups {
        let events = group.events.iter();
        let carried = events.flat_map(|event| [event.input, event.output]);
        for message in carried.flatten().chain([group.error]) {
            refer(group.file, schema[message].file);
        }
    }
    for group in &schema.notification_groups {
        for message in group.notifications.iter().filter_map(|it| it.payload) {
            refer(group.file, schema[message].file);
        }
    }
    references
}
