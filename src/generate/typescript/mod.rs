//! TypeScript: per schema file the messages (`_pb.ts`) and, where it has groups, their client (`_bellwire.ts`).

mod client;
mod imports;
mod messages;
mod modules;

use crate::config::TypeScriptTarget;
use crate::output::Tree;
use crate::schema::Schema;

/// Every file of one TypeScript output folder.
pub fn generate(schema: &Schema, target: &TypeScriptTarget) -> Tree {
    let mut tree = messages::files(schema, target);
    tree.extend(client::files(schema, target));
    tree
}

/// Text as a double-quoted literal.
fn string_literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for letter in text.chars() {
        match letter {
            '\\' => literal.push_str("\\\\"),
            '"' => literal.push_str("\\\""),
            '\r' => literal.push_str("\\r"),
            '\n' => literal.push_str("\\n"),
            _ => literal.push(letter),
        }
    }
    literal.push('"');
    literal
}
