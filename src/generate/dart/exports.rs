//! What one Dart file exports of others: what its `.proto` imports publicly, and its own enums.

use std::collections::BTreeMap;

use super::enums_of;
use super::imports;
use super::layout;
use crate::names::dart::Names;
use crate::schema::{FileId, MessageId, Schema};

/// The two kinds of file that export others of their kind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Messages,
    Enums,
}

impl Kind {
    pub fn extension(self) -> &'static str {
        match self {
            Kind::Messages => ".pb.dart",
            Kind::Enums => ".pbenum.dart",
        }
    }
}

/// The statements, ordered by what they name.
///
/// Two packages may have a class of the same name. Dart refuses to export both, so the first stays: the file's own
/// before others.
pub fn statements(schema: &Schema, names: &Names, id: FileId, kind: Kind) -> Vec<String> {
    let mut statements = BTreeMap::new();
    let mut exported = BTreeMap::new();
    if kind == Kind::Messages && has_enums(schema, id) {
        let uri = imports::uri(schema, id, id, Kind::Enums.extension());
        exported = declared(schema, names, id, Kind::Enums);
        statements.insert((true, uri.clone()), format!("export '{uri}';"));
    }
    for other in public(schema, id, kind) {
        let uri = imports::uri(schema, id, other, kind.extension());
        let mut hidden = Vec::new();
        for (name, file) in visible(schema, names, other, kind) {
            if *exported.entry(name.clone()).or_insert(file) != file {
                hidden.push(name);
            }
        }
        let statement = export(&uri, &hidden);
        statements.insert((!uri.starts_with("package:"), uri), statement);
    }
    statements.into_values().collect()
}

fn export(uri: &str, hidden: &[String]) -> String {
    if hidden.is_empty() {
        return format!("export '{uri}';");
    }
    let line = format!("export '{uri}' hide {};", hidden.join(", "));
    if layout::fits(0, &line, 0) {
        line
    } else {
        format!("export '{uri}'\n    hide {};", hidden.join(", "))
    }
}

/// The public imports that have a file of that kind.
fn public(schema: &Schema, id: FileId, kind: Kind) -> Vec<FileId> {
    let imports = schema[id].imports.iter().filter(|import| import.public);
    imports
        .map(|import| import.file)
        .filter(|file| kind == Kind::Messages || has_enums(schema, *file))
        .collect()
}

/// The classes that whoever imports a file sees, each with the file that declares it.
fn visible(schema: &Schema, names: &Names, id: FileId, kind: Kind) -> BTreeMap<String, FileId> {
    let mut classes = declared(schema, names, id, kind);
    for other in public(schema, id, kind) {
        for (name, file) in visible(schema, names, other, kind) {
            classes.entry(name).or_insert(file);
        }
    }
    classes
}

fn declared(schema: &Schema, names: &Names, id: FileId, kind: Kind) -> BTreeMap<String, FileId> {
    let enums = enums_of(schema, &schema[id]).into_iter();
    let mut classes: Vec<&str> = enums.map(|id| names.enumeration(id)).collect();
    if kind == Kind::Messages {
        let messages = (0..schema.messages.len()).map(MessageId);
        for message in messages.filter(|message| schema[*message].file == id) {
            classes.push(names.message(message));
            let oneofs = &names.members(message).oneofs;
            classes.extend(oneofs.iter().map(|oneof| oneof.class.as_str()));
        }
        if !schema[id].extensions.is_empty() {
            classes.push(names.extension_class(id));
        }
    }
    classes
        .into_iter()
        .map(|class| (class.to_owned(), id))
        .collect()
}

/// Whether a file has enums, at whatever depth.
pub fn has_enums(schema: &Schema, id: FileId) -> bool {
    !enums_of(schema, &schema[id]).is_empty()
}
