//! Where the modules of a TypeScript output folder lie, and how one names another.

use crate::config::ImportExtension;
use crate::schema::{File, Origin};

/// The runtime of generated clients.
pub const BELLWIRE: &str = "bellwire";
/// The runtime of generated messages.
pub const RUNTIME: &str = "@bufbuild/protobuf";
/// What only generated code needs of it.
pub const CODEGEN: &str = "@bufbuild/protobuf/codegenv2";
const WELL_KNOWN: &str = "@bufbuild/protobuf/wkt";

/// Well-known files that the runtime exports one by one instead of from its collection.
const EXPORTED_ALONE: &[&str] = &[
    "api",
    "c_sharp_features",
    "cpp_features",
    "cpp_file_options",
    "cpp_options",
    "go_features",
    "java_features",
    "json_enumvalue_options",
    "json_options",
    "source_context",
    "type",
];

/// A module that generated code imports from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Module {
    /// Of an npm package, as an import statement names it.
    Package(String),
    /// Of the same output folder: its path there, without the extension.
    Sibling(String),
}

impl Module {
    /// The module that holds the messages of a schema file.
    pub fn of_messages(file: &File) -> Self {
        let stem = stem(&file.path);
        match stem.strip_prefix("google/protobuf/") {
            Some(name) if file.origin == Origin::WellKnown && EXPORTED_ALONE.contains(&name) => {
                Self::Package(format!("{WELL_KNOWN}/{stem}_pb.js"))
            }
            _ if file.origin == Origin::WellKnown => Self::Package(WELL_KNOWN.to_owned()),
            _ => Self::Sibling(messages_module(file)),
        }
    }

    pub fn package(name: &str) -> Self {
        Self::Package(name.to_owned())
    }

    /// How a module of the output folder, itself given without its extension, names this one.
    pub fn specifier(&self, importer: &str, extension: ImportExtension) -> String {
        match self {
            Self::Package(name) => name.clone(),
            Self::Sibling(path) => relative(importer, path) + suffix(extension),
        }
    }
}

/// The path of the module with a file's messages, without the extension: `user/v1/user_pb`.
pub fn messages_module(file: &File) -> String {
    format!("{}_pb", stem(&file.path))
}

/// The path of the module with the client of a file's groups, without the extension: `user/v1/user_bellwire`.
pub fn client_module(file: &File) -> String {
    format!("{}_bellwire", stem(&file.path))
}

/// A schema file's path without `.proto`.
pub fn stem(path: &str) -> &str {
    path.strip_suffix(".proto").unwrap_or(path)
}

fn suffix(extension: ImportExtension) -> &'static str {
    match extension {
        ImportExtension::None => "",
        ImportExtension::Js => ".js",
        ImportExtension::Ts => ".ts",
    }
}

/// `./b` or `../../b`: the way from one module's folder to another module.
fn relative(importer: &str, path: &str) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (importer.split('/').collect(), path.split('/').collect());
    let folders = from.len() - 1;
    let shared = from[..folders]
        .iter()
        .zip(&to)
        .take_while(|(a, b)| a == b)
        .count();
    let mut steps = vec![".."; folders - shared];
    if steps.is_empty() {
        steps.push(".");
    }
    steps.extend(&to[shared..]);
    steps.join("/")
}
