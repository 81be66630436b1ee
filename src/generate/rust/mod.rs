//! Rust.

use crate::config::RustTarget;
use crate::output::Tree;
use crate::schema::Schema;

/// Every file of one Rust output folder.
pub fn generate(schema: &Schema, target: &RustTarget) -> Tree {
    let _ = (schema, target);
    Tree::new()
}
