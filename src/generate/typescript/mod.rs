//! TypeScript: per schema file the messages (`_pb.ts`) and, where it has groups, their client (`_bellwire.ts`).

mod client;
mod imports;
mod messages;
mod modules;

use std::sync::OnceLock;

use crate::config::TypeScriptTarget;
use crate::generate::units::Earlier;
use crate::names::typescript::Symbols;
use crate::output::Tree;
use crate::schema::{FileId, Schema};

/// What the messages of each file are called, once that is asked: a run that makes few files anew asks of few.
struct SchemaSymbols<'a> {
    schema: &'a Schema,
    json_types: bool,
    files: Vec<OnceLock<Symbols>>,
}

impl SchemaSymbols<'_> {
    fn of(&self, file: FileId) -> &Symbols {
        self.files[file.0]
            .get_or_init(|| Symbols::of(self.schema, &self.schema[file], self.json_types))
    }
}

/// Every file of one TypeScript output folder.
pub fn generate(schema: &Schema, target: &TypeScriptTarget, earlier: &dyn Earlier) -> Tree {
    let symbols = SchemaSymbols {
        schema,
        json_types: target.json_types,
        files: schema.files.iter().map(|_| OnceLock::new()).collect(),
    };
    let (mut tree, clients) = rayon::join(
        || messages::files(schema, &symbols, target, earlier),
        || client::files(schema, &symbols, target, earlier),
    );
    tree.extend(clients);
    tree
}

/// Text as a double-quoted literal.
fn string_literal(text: &str) -> String {
    if !text.contains(['\\', '"', '\r', '\n']) {
        return ["\"", text, "\""].concat();
    }
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
