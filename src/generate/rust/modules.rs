//! The module tree: `user.v1` becomes `user::v1`.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::names::rust::snake;

/// What strict lints may find in code whose names, sizes and comments a schema decides, wherever a user puts it: fields
/// without a comment, values with a prefix, a group with more events than a function should have lines.
const SCHEMA_DECIDES: &str = "\
#[allow(
clippy::doc_markdown,
clippy::enum_variant_names,
clippy::large_enum_variant,
clippy::module_inception,
clippy::struct_excessive_bools,
clippy::struct_field_names,
clippy::too_many_lines,
clippy::trivially_copy_pass_by_ref,
clippy::unreadable_literal,
missing_docs,
reason = \"the schema decides\"
)]
";

/// The file of one package. No package name holds a hyphen, so the special names meet none.
pub fn file_name(package: &str) -> String {
    match package {
        "" => "no-package.rs".to_owned(),
        "mod" => "mod-package.rs".to_owned(),
        package => format!("{package}.rs"),
    }
}

/// The tree as nested `mod` items. Each package's file is included where its module stands, so that the tree works both
/// as a file `mod.rs` and when it is included itself.
pub fn render(packages: &[&str]) -> String {
    let mut root = Module::default();
    for package in packages {
        root.insert(package);
    }
    root.render(SCHEMA_DECIDES)
}

#[derive(Default)]
struct Module {
    /// The package whose module this is, if it is more than a way to others.
    package: Option<String>,
    children: BTreeMap<String, Module>,
}

impl Module {
    fn insert(&mut self, package: &str) {
        let mut module = self;
        for segment in package.split('.').filter(|segment| !segment.is_empty()) {
            module = module.children.entry(segment.to_owned()).or_default();
        }
        module.package = Some(package.to_owned());
    }

    /// The module's content, in which each module below has these attributes.
    fn render(&self, attributes: &str) -> String {
        let mut text = String::new();
        if let Some(package) = &self.package {
            let _ = writeln!(text, "include!({:?});", file_name(package));
        }
        for (segment, child) in &self.children {
            let docs = match &child.package {
                Some(package) => format!("/// The schema package `{package}`."),
                None => format!("/// Schema packages below `{segment}`."),
            };
            let _ = writeln!(
                text,
                "{docs}\n{attributes}pub mod {} {{\n{}}}",
                snake(segment),
                child.render("")
            );
        }
        text
    }
}
