//! One `_pb.ts` file as its template sees it.

use serde::Serialize;

use super::comments::Doc;
use super::descriptor::{self, Options};
use super::enumeration::{self, EnumView};
use super::extension::{self, ExtensionView};
use super::imported::imported;
use super::message::{self, MessageView};
use super::preamble;
use super::service::{self, ServiceView};
use crate::config::TypeScriptTarget;
use crate::generate::templates::Templates;
use crate::generate::typescript::imports::Imports;
use crate::generate::typescript::modules::{self, CODEGEN, Module, RUNTIME};
use crate::generate::typescript::{SchemaSymbols, string_literal};
use crate::names::typescript::Symbols;
use crate::schema::{EnumId, File, FileId, MessageId, Schema};

#[derive(Serialize)]
pub struct FileView {
    preamble: String,
    imports: String,
    doc: String,
    constant: String,
    gen_file: String,
    file_desc: String,
    arguments: String,
    /// Each as its template says it.
    declarations: String,
}

/// What a file declares.
enum Declaration {
    Message(MessageView),
    Enum(EnumView),
    Service(ServiceView),
    Extension(ExtensionView),
}

impl Declaration {
    /// Filled by itself, so that a template looks names up in little.
    fn render(&self, templates: &Templates) -> String {
        let mut text = match self {
            Self::Message(view) => templates.render("message", view),
            Self::Enum(view) => templates.render("enum", view),
            Self::Service(view) => templates.render("service", view),
            Self::Extension(view) => templates.render("extension", view),
        };
        if text.ends_with('\n') {
            text.pop();
        }
        text
    }
}

/// A file while its view is built: what things are called in it, and what it imports so far.
pub struct Scope<'a> {
    pub schema: &'a Schema,
    pub file: &'a File,
    /// What this file exports.
    pub own: &'a Symbols,
    /// What every file exports.
    symbols: &'a SchemaSymbols<'a>,
    imports: Imports,
    pub json_types: bool,
    pub erasable_syntax: bool,
}

impl Scope<'_> {
    pub fn message(&mut self, id: MessageId) -> String {
        let file = self.schema[id].file;
        let name = self.symbols.of(file).message(id);
        self.imports
            .type_of(&Module::of_messages(&self.schema[file]), name)
    }

    /// The constant that describes a message, where only its type is of interest.
    pub fn message_schema(&mut self, id: MessageId) -> String {
        let file = self.schema[id].file;
        let name = self.symbols.of(file).message_schema(id);
        self.imports
            .type_of(&Module::of_messages(&self.schema[file]), name)
    }

    pub fn enumeration(&mut self, id: EnumId) -> String {
        let file = self.schema[id].file;
        let name = self.symbols.of(file).enumeration(id);
        self.imports
            .type_of(&Module::of_messages(&self.schema[file]), name)
    }

    /// The type of a message in JSON.
    pub fn message_json(&mut self, id: MessageId) -> String {
        let file = self.schema[id].file;
        let name = self.symbols.of(file).message_json(id);
        self.imports
            .type_of(&Module::of_messages(&self.schema[file]), name)
    }

    /// The type of an enum in JSON.
    pub fn enumeration_json(&mut self, id: EnumId) -> String {
        let file = self.schema[id].file;
        let name = self.symbols.of(file).enumeration_json(id);
        self.imports
            .type_of(&Module::of_messages(&self.schema[file]), name)
    }

    pub fn runtime_type(&mut self, name: &str) -> String {
        self.imports.type_of(&Module::package(RUNTIME), name)
    }

    pub fn codegen_type(&mut self, name: &str) -> String {
        self.imports.type_of(&Module::package(CODEGEN), name)
    }

    pub fn codegen_value(&mut self, name: &str) -> String {
        self.imports.value(&Module::package(CODEGEN), name)
    }

    /// The arguments of a call that finds a declaration in the file's descriptor.
    pub fn arguments(&self, path: &[usize]) -> String {
        path.iter().fold(self.own.file.clone(), |arguments, index| {
            format!("{arguments}, {index}")
        })
    }

    /// Whether a message, or anything that it lies in, is deprecated.
    pub fn deprecated(&self, message: Option<MessageId>) -> bool {
        message.map_or(self.file.deprecated, |id| {
            let message = &self.schema[id];
            message.deprecated || self.deprecated(message.parent)
        })
    }

    fn file(&mut self, id: FileId) -> String {
        self.imports.value(
            &Module::of_messages(&self.schema[id]),
            &self.symbols.of(id).file,
        )
    }
}

/// Names are asked for in the order in which the templates place them, because imports follow that order.
pub fn view(
    schema: &Schema,
    symbols: &SchemaSymbols,
    options: &Options,
    id: FileId,
    target: &TypeScriptTarget,
    templates: &Templates,
) -> FileView {
    let (file, own) = (&schema[id], symbols.of(id));
    let imports = Imports::new(
        modules::messages_module(file),
        target.import_extension,
        own.exports(),
    );
    let mut scope = Scope {
        schema,
        file,
        own,
        symbols,
        imports,
        json_types: target.json_types,
        erasable_syntax: target.erasable_syntax,
    };
    let gen_file = scope.codegen_type("GenFile");
    let file_desc = scope.codegen_value("fileDesc");
    let imported = imported(schema, file, target);
    let arguments = file_arguments(&mut scope, options, &imported);
    let declarations = declarations(&mut scope);
    FileView {
        preamble: preamble::preamble(file, target),
        imports: scope.imports.statements(),
        doc: Doc::new(format!("Describes the file {}.", file.path))
            .deprecated(file.deprecated)
            .block(0),
        constant: own.file.clone(),
        gen_file,
        file_desc,
        arguments,
        declarations: declarations
            .iter()
            .map(|declaration| declaration.render(templates))
            .collect::<Vec<_>>()
            .join("\n\n"),
    }
}

/// The descriptor, and where there are any, the files that it builds on.
fn file_arguments(scope: &mut Scope, options: &Options, imported: &[FileId]) -> String {
    let descriptor = string_literal(&descriptor::embedded(options, &scope.file.descriptor));
    let imported: Vec<_> = imported.iter().map(|&id| scope.file(id)).collect();
    if imported.is_empty() {
        descriptor
    } else {
        format!("{descriptor}, [{}]", imported.join(", "))
    }
}

fn declarations(scope: &mut Scope) -> Vec<Declaration> {
    let file = scope.file;
    let mut declarations = Vec::new();
    message_declarations(scope, &file.messages, &[], &mut declarations);
    for (index, &id) in file.enums.iter().enumerate() {
        declarations.push(Declaration::Enum(enumeration::view(scope, id, &[index])));
    }
    for (index, service) in file.services.iter().enumerate() {
        declarations.push(Declaration::Service(service::view(scope, service, index)));
    }
    for (index, extension) in file.extensions.iter().enumerate() {
        let name = &scope.own.extensions[index];
        declarations.push(Declaration::Extension(extension::view(
            scope,
            extension,
            None,
            name,
            &[index],
        )));
    }
    declarations
}

/// Each message, then all that it holds. `path` leads to where they stand; map entries do not count in it.
fn message_declarations(
    scope: &mut Scope,
    ids: &[MessageId],
    path: &[usize],
    declarations: &mut Vec<Declaration>,
) {
    let schema = scope.schema;
    let shown = ids.iter().copied().filter(|&id| !schema[id].map_entry);
    for (index, id) in shown.enumerate() {
        let (message, path) = (&schema[id], [path, &[index]].concat());
        declarations.push(Declaration::Message(message::view(scope, id, &path)));
        message_declarations(scope, &message.messages, &path, declarations);
        for (index, &id) in message.enums.iter().enumerate() {
            declarations.push(Declaration::Enum(enumeration::view(
                scope,
                id,
                &[path.as_slice(), &[index]].concat(),
            )));
        }
        for (index, extension) in message.extensions.iter().enumerate() {
            let name = &scope.own.nested_extensions(id)[index];
            let path = [path.as_slice(), &[index]].concat();
            declarations.push(Declaration::Extension(extension::view(
                scope,
                extension,
                Some(id),
                name,
                &path,
            )));
        }
    }
}
