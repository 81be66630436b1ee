//! Dart: messages for `package:protobuf`, and clients for `package:bellwire`.
//!
//! `generators/dart/README.md` says what is emitted and why it looks as it does.

mod client;
mod docs;
mod enums;
mod exports;
mod extensions;
mod fields;
mod files;
mod imports;
mod layout;
mod literal;
mod messages;
mod reach;
mod well_known;

use std::collections::BTreeSet;

use rayon::iter::ParallelIterator;
use serde::Serialize;

use self::client::{EventGroupView, NotificationGroupView};
use self::enums::EnumView;
use self::exports::Kind;
use self::extensions::ExtensionsView;
use self::imports::{Imports, dart_path};
use self::messages::MessageView;
use self::reach::Reach;
use super::templates::Templates;
use super::units::{Earlier, Unit, in_parallel, made, with_imports};
use crate::config::DartTarget;
use crate::names::dart::{self as names, Names, Taken};
use crate::output::Tree;
use crate::schema::{EnumId, File, FileId, MessageId, Origin, Schema};

const TEMPLATES: &[(&str, &str)] = &[
    (
        "header",
        include_str!("../../../generators/dart/header.dart.hbs"),
    ),
    (
        "messages",
        include_str!("../../../generators/dart/messages.dart.hbs"),
    ),
    (
        "message",
        include_str!("../../../generators/dart/message.dart.hbs"),
    ),
    (
        "oneof",
        include_str!("../../../generators/dart/oneof.dart.hbs"),
    ),
    (
        "extensions",
        include_str!("../../../generators/dart/extensions.dart.hbs"),
    ),
    (
        "enums",
        include_str!("../../../generators/dart/enums.dart.hbs"),
    ),
    (
        "enum",
        include_str!("../../../generators/dart/enum.dart.hbs"),
    ),
    (
        "client",
        include_str!("../../../generators/dart/client.dart.hbs"),
    ),
    (
        "request",
        include_str!("../../../generators/dart/request.dart.hbs"),
    ),
    (
        "listener",
        include_str!("../../../generators/dart/listener.dart.hbs"),
    ),
];

/// With it `rebuild` and `deepCopy` are there wherever the messages are.
const EXTENSIONS_EXPORT: &str =
    "export 'package:protobuf/protobuf.dart' show GeneratedMessageGenericExtensions;";

/// Every file of one Dart output folder: those of owned files, and of embedded files that these refer to.
pub fn generate(schema: &Schema, target: &DartTarget, earlier: &dyn Earlier) -> Tree {
    let DartTarget { out } = target;
    let generator = Generator::new(schema);
    let facts = generator.reach.by_file(schema);
    let files = |id: FileId| {
        let reached = with_imports(schema, [id]);
        let facts = reached.iter().filter_map(|file| facts.get(file));
        let unit = Unit {
            out,
            kind: "file",
            files: &[id],
            facts: &facts.map(String::as_str).collect::<String>(),
        };
        made(earlier, &unit, || generator.file(id))
    };
    let written: Vec<FileId> = files::written(schema).into_iter().collect();
    in_parallel(written).flat_map_iter(files).collect()
}

/// The well-known types, `google/protobuf/*`, as Bellwire's Dart package carries them.
pub fn generate_well_known(schema: &Schema) -> Tree {
    let generator = Generator::new(schema);
    schema
        .files()
        .filter(|(_, file)| file.origin == Origin::WellKnown)
        .flat_map(|(id, _)| generator.file(id))
        .collect()
}

/// A file of messages.
#[derive(Serialize)]
struct MessagesView {
    source: String,
    ignores: String,
    imports: String,
    exports: String,
    /// Each as its template says it, with the enums of its oneofs.
    messages: String,
    extensions: Option<ExtensionsView>,
}

/// A file of enums.
#[derive(Serialize)]
struct EnumsView {
    source: String,
    ignores: String,
    imports: String,
    exports: String,
    enums: Vec<EnumView>,
}

/// A file of groups.
#[derive(Serialize)]
struct ClientView {
    source: String,
    ignores: String,
    imports: String,
    exports: String,
    event_groups: Vec<EventGroupView>,
    notification_groups: Vec<NotificationGroupView>,
}

struct Generator<'a> {
    schema: &'a Schema,
    names: Names<'a>,
    reach: Reach,
    templates: Templates,
}

impl<'a> Generator<'a> {
    fn new(schema: &'a Schema) -> Self {
        Self {
            schema,
            names: Names::of(schema),
            reach: Reach::of(schema),
            templates: Templates::new(TEMPLATES),
        }
    }

    /// What is written for a schema file.
    fn file(&self, id: FileId) -> Vec<(String, String)> {
        let file = |suffix, text: String| (dart_path(&self.schema[id], suffix), text + "\n");
        let mut files = vec![file(
            ".pb.dart",
            self.render("messages", &self.messages(id)),
        )];
        if exports::has_enums(self.schema, id) {
            let text = self.render("enums", &self.enums(id));
            files.push(file(".pbenum.dart", text));
        }
        if has_groups(self.schema, id) {
            let text = self.render("client", &self.client(id));
            files.push(file(".bellwire.dart", text));
        }
        files
    }

    /// Without the line break at the end. Templates set declarations off by an empty line behind each, which the last
    /// does not need.
    fn render(&self, template: &str, view: &impl Serialize) -> String {
        let mut text = self.templates.render(template, view);
        text.truncate(text.trim_end().len());
        text
    }

    fn messages(&self, id: FileId) -> MessagesView {
        let file = &self.schema[id];
        let mut imports = Imports::of_messages(self.schema, &self.names, &self.reach, id);
        let messages: Vec<MessageView> = file
            .messages
            .iter()
            .flat_map(|message| messages::views(*message, &mut imports))
            .collect();
        let extensions =
            (!file.extensions.is_empty()).then(|| extensions::of_file(id, &mut imports));
        let mut exports = Vec::new();
        if !messages.is_empty() {
            exports.push(EXTENSIONS_EXPORT.to_owned());
        }
        exports.extend(exports::statements(
            self.schema,
            &self.names,
            id,
            Kind::Messages,
        ));
        MessagesView {
            source: file.path.clone(),
            ignores: ignores(
                file.messages
                    .iter()
                    .flat_map(|message| messages::ignores(*message, &imports)),
            ),
            imports: imports.statements(),
            exports: exports.join("\n"),
            // Filled one by one, so that a template looks names up in little.
            messages: messages
                .iter()
                .map(|message| self.render("message", message))
                .collect::<Vec<_>>()
                .join("\n\n"),
            extensions,
        }
    }

    fn enums(&self, id: FileId) -> EnumsView {
        let file = &self.schema[id];
        let ids = enums_of(self.schema, file);
        let mut imports = Imports::of_messages(self.schema, &self.names, &self.reach, id);
        imports.use_protobuf();
        imports.core("int");
        EnumsView {
            source: file.path.clone(),
            ignores: ignores(
                ids.iter()
                    .flat_map(|id| enums::ignores(self.schema, &self.names, *id)),
            ),
            imports: imports.statements(),
            exports: exports::statements(self.schema, &self.names, id, Kind::Enums).join("\n"),
            enums: ids
                .iter()
                .map(|id| enums::view(self.schema, &self.names, &self.reach, *id))
                .collect(),
        }
    }

    fn client(&self, id: FileId) -> ClientView {
        let file = &self.schema[id];
        let mut imports = Imports::of_client(self.schema, &self.names, &self.reach, id);
        let (events, notifications) = (
            self.schema.event_groups_of(id),
            self.schema.notification_groups_of(id),
        );
        let mut constants: Taken = self.class_names(id).into_iter().collect();
        let event_groups = events
            .map(|group| client::event_group(group, &mut constants, &mut imports))
            .collect();
        let notification_groups = notifications
            .map(|group| client::notification_group(group, &mut constants, &mut imports))
            .collect();
        ClientView {
            source: file.path.clone(),
            ignores: ignores(client::ignores(&self.class_names(id)).into_iter()),
            imports: imports.statements(),
            exports: format!("export '{}';", imports.uri(id, ".pb.dart")),
            event_groups,
            notification_groups,
        }
    }

    fn class_names(&self, id: FileId) -> Vec<String> {
        let requests = self.schema.event_groups_of(id).flat_map(|group| {
            group
                .events
                .iter()
                .map(|event| names::request(&group.name, &event.name))
        });
        let listeners = self
            .schema
            .notification_groups_of(id)
            .map(|group| names::listener(&group.name));
        requests.chain(listeners).collect()
    }
}

fn has_groups(schema: &Schema, id: FileId) -> bool {
    schema.event_groups_of(id).next().is_some()
        || schema.notification_groups_of(id).next().is_some()
}

/// A file's enums: the top-level ones, then those inside messages.
fn enums_of(schema: &Schema, file: &File) -> Vec<EnumId> {
    fn nested(schema: &Schema, message: MessageId, enums: &mut Vec<EnumId>) {
        enums.extend(&schema[message].enums);
        for inner in &schema[message].messages {
            nested(schema, *inner, enums);
        }
    }
    let mut enums = file.enums.clone();
    for message in &file.messages {
        nested(schema, *message, &mut enums);
    }
    enums
}

/// The comments that keep these lints quiet, a line each.
fn ignores(lints: impl Iterator<Item = &'static str>) -> String {
    let lints: BTreeSet<_> = lints.collect();
    let lines = lints
        .iter()
        .map(|lint| format!("// ignore_for_file: {lint}"));
    lines.collect::<Vec<_>>().join("\n")
}
