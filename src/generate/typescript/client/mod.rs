//! `<file>_bellwire.ts`: a function per event, a listener per notification group.

mod event;
mod file;
mod layout;
mod listener;
mod notification;

use rayon::iter::ParallelIterator;

use crate::config::TypeScriptTarget;
use crate::generate::templates::Templates;
use crate::generate::typescript::{SchemaSymbols, modules};
use crate::generate::units::{Earlier, Unit, in_parallel, made};
use crate::output::Tree;
use crate::schema::{File, FileId, Schema};

/// The `_bellwire.ts` of every owned file that has groups.
pub fn files(
    schema: &Schema,
    symbols: &SchemaSymbols,
    target: &TypeScriptTarget,
    earlier: &dyn Earlier,
) -> Tree {
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
        let view = file::view(schema, symbols, id, target.import_extension, &templates)?;
        let path = format!("{}.ts", modules::client_module(file));
        Some((path, templates.render("client", &view)))
    };
    let files = |(id, file): (FileId, &File)| {
        let unit = Unit {
            out: &target.out,
            kind: "client",
            files: &[id],
            facts: "",
        };
        made(earlier, &unit, || render((id, file)).into_iter().collect())
    };
    let owned = in_parallel(schema.owned_files().collect());
    owned.flat_map_iter(files).collect()
}
