//! `<file>_bellwire.ts`: a function per event, a listener per notification group.

use crate::config::TypeScriptTarget;
use crate::output::Tree;
use crate::schema::Schema;

/// The `_bellwire.ts` of every file that has groups.
pub fn files(schema: &Schema, target: &TypeScriptTarget) -> Tree {
    let _ = (schema, target);
    Tree::new()
}
