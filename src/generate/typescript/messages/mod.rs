//! `<file>_pb.ts`: messages and enums in the form of the official plugin, `protoc-gen-es`.

use crate::config::TypeScriptTarget;
use crate::output::Tree;
use crate::schema::Schema;

/// The `_pb.ts` of every file to generate.
pub fn files(schema: &Schema, target: &TypeScriptTarget) -> Tree {
    let _ = (schema, target);
    Tree::new()
}
