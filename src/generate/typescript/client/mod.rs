//! `<file>_bellwire.ts`: a function per event, a listener per notification group.

mod event;
mod file;
mod layout;
mod listener;
mod notification;

use rayon::prelude::*;

use crate::config::TypeScriptTarget;
use crate::generate::templates::Templates;
use crate::generate::typescript::modules;
use crate::names::typescript::Symbols;
use crate::output::Tree;
use crate::schema::{File, FileId, Schema};

/// The `_bellwire.ts` of every owned file that has groups.
pub fn files(schema: &Schema, symbols: &[Symbols], target: &TypeScriptTarget) -> Tree {
    let templates = Templates::new(&[
        (
            "client",
            include_str!("../../../../generators/ts/client.ts.hbs"),
        ),
        (
            "section",
            include_str!("../../../../generators/ts/section.ts.hbs"),
        ),
        (
            "definition",
            include_str!("../../../../generators/ts/definition.ts.hbs"),
        ),
        (
            "listener",
            include_str!("../../../../generators/ts/listener.ts.hbs"),
        ),
    ]);
    let render = |(id, file): (FileId, &File)| {
        let view = file::view(schema, symbols, id, target.import_extension)?;
        let path = format!("{}.ts", modules::client_module(file));
        Some((path, templates.render("client", &view)))
    };
    let files: Vec<_> = schema.owned_files().collect();
    files.into_par_iter().filter_map(render).collect()
}
