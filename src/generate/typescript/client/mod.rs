//! `<file>_bellwire.ts`: a function per event, a listener per notification group.

mod event;
mod file;
mod layout;
mod listener;
mod notification;

use crate::config::TypeScriptTarget;
use crate::generate::templates::Templates;
use crate::generate::typescript::modules;
use crate::names::typescript::Symbols;
use crate::output::Tree;
use crate::schema::Schema;

/// The `_bellwire.ts` of every owned file that has groups.
pub fn files(schema: &Schema, target: &TypeScriptTarget) -> Tree {
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
    let symbols: Vec<_> = schema
        .files
        .iter()
        .map(|file| Symbols::of(schema, file, target.json_types))
        .collect();
    let mut tree = Tree::new();
    for (id, file) in schema.owned_files() {
        if let Some(view) = file::view(schema, &symbols, id, target.import_extension) {
            let path = format!("{}.ts", modules::client_module(file));
            tree.insert(path, templates.render("client", &view));
        }
    }
    tree
}
