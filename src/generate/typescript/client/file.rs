//! One `_bellwire.ts` file as its template sees it.

use serde::Serialize;

use super::layout;
use super::listener::ListenerView;
use super::{event, listener, notification};
use crate::config::ImportExtension;
use crate::generate::templates::Templates;
use crate::generate::typescript::SchemaSymbols;
use crate::generate::typescript::imports::Imports;
use crate::generate::typescript::messages::comments::{Doc, line_comment};
use crate::generate::typescript::modules::{self, BELLWIRE, Module};
use crate::names::typescript::ClientNames;
use crate::schema::{Comments, FileId, MessageId, Schema};

#[derive(Serialize)]
pub struct FileView {
    path: String,
    imports: String,
    /// Each as its template says it.
    declarations: String,
}

/// What a file declares.
enum Declaration {
    Section(SectionView),
    Definition(DefinitionView),
    Listener(ListenerView),
}

impl Declaration {
    /// Filled by itself, so that a template looks names up in little.
    fn render(&self, templates: &Templates) -> String {
        let mut text = match self {
            Self::Section(view) => templates.render("section", view),
            Self::Definition(view) => templates.render("definition", view),
            Self::Listener(view) => templates.render("listener", view),
        };
        if text.ends_with('\n') {
            text.pop();
        }
        text
    }
}

/// What stands above the events of a group.
#[derive(Serialize)]
struct SectionView {
    comment: String,
}

/// A constant that describes an event or a notification: `export const UserEventSignIn: … = unary({ … });`.
#[derive(Serialize)]
pub struct DefinitionView {
    pub doc: String,
    /// Up to the brace that opens the properties.
    pub head: String,
    /// Each a line, indented, with its comma.
    pub properties: String,
    /// From the brace that closes the properties.
    pub tail: String,
}

/// A file while its view is built: what it imports so far.
pub struct Scope<'a> {
    schema: &'a Schema,
    /// What the messages of every file are called.
    symbols: &'a SchemaSymbols<'a>,
    imports: Imports,
}

impl Scope<'_> {
    /// The type of a message; of nothing, `void`.
    pub fn payload(&mut self, id: Option<MessageId>) -> String {
        id.map_or_else(|| "void".to_owned(), |id| self.message(id))
    }

    pub fn message(&mut self, id: MessageId) -> String {
        let file = self.schema[id].file;
        let name = self.symbols.of(file).message(id);
        self.imports
            .type_of(&Module::of_messages(&self.schema[file]), name)
    }

    /// The constant that describes a message.
    pub fn message_schema(&mut self, id: MessageId) -> String {
        let file = self.schema[id].file;
        let name = self.symbols.of(file).message_schema(id);
        self.imports
            .value(&Module::of_messages(&self.schema[file]), name)
    }

    pub fn runtime_type(&mut self, name: &str) -> String {
        self.imports.type_of(&Module::package(BELLWIRE), name)
    }

    pub fn runtime_value(&mut self, name: &str) -> String {
        self.imports.value(&Module::package(BELLWIRE), name)
    }
}

/// None for a file without events and notifications.
pub fn view(
    schema: &Schema,
    symbols: &SchemaSymbols,
    id: FileId,
    extension: ImportExtension,
    templates: &Templates,
) -> Option<FileView> {
    let names = ClientNames::of(schema, id);
    let importer = modules::client_module(&schema[id]);
    let mut scope = Scope {
        schema,
        symbols,
        imports: Imports::new(importer, extension, names.exports()),
    };
    let mut declarations = Vec::new();
    for (group, names) in schema.event_groups_of(id).zip(&names.events) {
        if !group.events.is_empty() {
            declarations.push(Declaration::Section(section(
                &group.full_name,
                &group.comments,
            )));
        }
        for (event, name) in group.events.iter().zip(names) {
            let view = event::view(&mut scope, group, event, name);
            declarations.push(Declaration::Definition(view));
        }
    }
    for (group, names) in schema.notification_groups_of(id).zip(&names.notifications) {
        for (notification, name) in group.notifications.iter().zip(&names.each) {
            let view = notification::view(&mut scope, group, notification, name);
            declarations.push(Declaration::Definition(view));
        }
        if !group.notifications.is_empty() {
            let view = listener::view(&mut scope, group, names);
            declarations.push(Declaration::Listener(view));
        }
    }
    (!declarations.is_empty()).then(|| FileView {
        path: schema[id].path.clone(),
        imports: layout::imports(&scope.imports.statements()),
        declarations: declarations
            .iter()
            .map(|declaration| declaration.render(templates))
            .collect::<Vec<_>>()
            .join("\n\n"),
    })
}

fn section(group: &str, comments: &Comments) -> SectionView {
    let texts = [&comments.leading, &comments.trailing];
    let comment: String = texts
        .into_iter()
        .flatten()
        .map(|text| format!("//\n{}", line_comment(text).trim_end_matches("\n\n")))
        .map(|text| format!("\n{text}"))
        .collect();
    SectionView {
        comment: layout::trimmed(&format!("// The events of {group}.{comment}")),
    }
}

/// The comment above a declaration.
pub fn doc(comments: &Comments, from: &str, deprecated: bool, indent: usize) -> String {
    let doc = Doc::of(comments, from).deprecated(deprecated);
    layout::trimmed(&doc.block(indent))
}
