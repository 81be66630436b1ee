//! TypeScript: per schema file the messages (`_pb.ts`) and, where it has groups, their client (`_bellwire.ts`).

mod client;
mod messages;

use crate::config::TypeScriptTarget;
use crate::output::Tree;
use crate::schema::Schema;

/// Every file of one TypeScript output folder.
pub fn generate(schema: &Schema, target: &TypeScriptTarget) -> Tree {
    let mut tree = messages::files(schema, target);
    tree.extend(client::files(schema, target));
    tree
}
