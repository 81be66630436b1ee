//! What a file imports in its descriptor.

use std::collections::BTreeSet;

use crate::config::TypeScriptTarget;
use crate::schema::{Field, File, FileId, MessageId, Schema, Type};

/// The imports of a file, in their order, without those that only its options need where the target leaves them out.
pub fn imported(schema: &Schema, file: &File, target: &TypeScriptTarget) -> Vec<FileId> {
    let all = file.imports.iter().map(|import| import.file);
    // A descriptor names its public and weak imports by their positions among all.
    let by_position = file
        .imports
        .iter()
        .any(|import| import.public || import.weak);
    if !target.elide_option_imports || by_position {
        return all.collect();
    }
    let used = used(schema, file);
    all.filter(|&import| gives(schema, import, &used)).collect()
}

/// Whether an import declares something that is used, itself or by what it imports publicly.
fn gives(schema: &Schema, import: FileId, used: &BTreeSet<FileId>) -> bool {
    let mut public = schema[import].imports.iter().filter(|import| import.public);
    used.contains(&import) || public.any(|import| gives(schema, import.file, used))
}

/// Where the types stand that a file's declarations are made of.
fn used(schema: &Schema, file: &File) -> BTreeSet<FileId> {
    let mut used = BTreeSet::new();
    extensions(schema, &file.extensions, &mut used);
    messages(schema, &file.messages, &mut used);
    let methods = file.services.iter().flat_map(|service| &service.methods);
    for id in methods.flat_map(|method| [method.input, method.output]) {
        used.insert(schema[id].file);
    }
    used
}

fn messages(schema: &Schema, ids: &[MessageId], used: &mut BTreeSet<FileId>) {
    for &id in ids {
        let message = &schema[id];
        used.extend(
            message
                .fields
                .iter()
                .filter_map(|field| home(schema, field)),
        );
        extensions(schema, &message.extensions, used);
        messages(schema, &message.messages, used);
    }
}

fn extensions(schema: &Schema, extensions: &[Field], used: &mut BTreeSet<FileId>) {
    for extension in extensions {
        used.extend(home(schema, extension));
        used.extend(extension.extendee.map(|id| schema[id].file));
    }
}

/// The file of a field's type.
fn home(schema: &Schema, field: &Field) -> Option<FileId> {
    match field.ty {
        Type::Message(id) | Type::Group(id) => Some(schema[id].file),
        Type::Enum(id) => Some(schema[id].file),
        _ => None,
    }
}
