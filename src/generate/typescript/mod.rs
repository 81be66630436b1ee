//! TypeScript.

use crate::config::TypeScriptTarget;
use crate::output::Tree;
use crate::schema::Schema;

/// Every file of one TypeScript output folder.
pub fn generate(schema: &Schema, target: &TypeScriptTarget) -> Tree {
    let _ = (schema, target);
    Tree::new()
}
