//! `<file>_pb.ts`: messages and enums, byte for byte as the official plugin `protoc-gen-es` writes them.

pub mod comments;
mod declaration;
mod descriptor;
mod enumeration;
mod extension;
mod file;
mod imported;
mod json;
mod message;
mod preamble;
mod service;
mod types;

use rayon::iter::ParallelIterator;

use crate::config::TypeScriptTarget;
use crate::generate::templates::Templates;
use crate::generate::typescript::{SchemaSymbols, modules};
use crate::generate::units::{Earlier, Unit, in_parallel, made};
use crate::output::Tree;
use crate::schema::{FileId, Origin, Schema};

/// The `_pb.ts` of every owned file, and of every file that those need and no library has.
pub fn files(
    schema: &Schema,
    symbols: &SchemaSymbols,
    target: &TypeScriptTarget,
    earlier: &dyn Earlier,
) -> Tree {
    let templates = Templates::new(&[
        (
            "messages",
            include_str!("../../../../generators/ts/messages.ts.hbs"),
        ),
        (
            "message",
            include_str!("../../../../generators/ts/message.ts.hbs"),
        ),
        (
            "enum",
            include_str!("../../../../generators/ts/enum.ts.hbs"),
        ),
        (
            "json",
            include_str!("../../../../generators/ts/json.ts.hbs"),
        ),
        (
            "service",
            include_str!("../../../../generators/ts/service.ts.hbs"),
        ),
        (
            "extension",
            include_str!("../../../../generators/ts/extension.ts.hbs"),
        ),
    ]);
    let options = descriptor::Options::new(schema);
    let render = |id: FileId| {
        let path = format!("{}.ts", modules::messages_module(&schema[id]));
        let view = file::view(schema, symbols, &options, id, target, &templates);
        vec![(path, templates.render("messages", &view))]
    };
    let files = |id: FileId| {
        let unit = Unit {
            out: &target.out,
            kind: "messages",
            files: &[id],
            facts: "",
        };
        made(earlier, &unit, || render(id))
    };
    let generated = in_parallel(generated(schema, target));
    generated.flat_map_iter(files).collect()
}

/// What to write: the owned files, and the embedded ones among all that they import and that their clients name.
fn generated(schema: &Schema, target: &TypeScriptTarget) -> Vec<FileId> {
    let mut needed = vec![false; schema.files.len()];
    // A file stands behind all that it imports, so one walk from the back reaches everything.
    for (id, file) in schema.files.iter().enumerate().rev() {
        needed[id] |= file.origin == Origin::Owned;
        if needed[id] {
            let imported = imported::imported(schema, file, target);
            let named = named_by_groups(schema, FileId(id));
            imported
                .into_iter()
                .chain(named)
                .for_each(|file| needed[file.0] = true);
        }
    }
    let written = |id: FileId| matches!(schema[id].origin, Origin::Owned | Origin::Embedded);
    (0..schema.files.len())
        .map(FileId)
        .filter(|&id| needed[id.0] && written(id))
        .collect()
}

/// The files of the messages that the events and notifications of a file go by.
fn named_by_groups(schema: &Schema, id: FileId) -> impl Iterator<Item = FileId> {
    let groups = schema.event_groups_of(id);
    let of_events = groups.flat_map(|group| {
        let events = group.events.iter();
        let messages = events
            .flat_map(|event| [event.input, event.output])
            .flatten();
        messages.chain([group.error])
    });
    let groups = schema.notification_groups_of(id);
    let notifications = groups.flat_map(|group| &group.notifications);
    of_events
        .chain(notifications.filter_map(|notification| notification.payload))
        .map(|message| schema[message].file)
}
