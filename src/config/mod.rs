//! What a run is asked to do: `bellwire.yaml`, or the same said in code by a build script.

mod check;
mod file;
mod locate;
mod mistakes;
mod select;
mod walk;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use crate::diagnostic::{Code, Diagnostic, Label, Report, Source};

/// The name under which a configuration is looked for.
pub const FILE: &str = "bellwire.yaml";

/// The globs of a configuration that gives none: every schema under a root.
pub const ALL_SCHEMAS: &str = "**/*.proto";

/// A whole configuration. Paths in `bellwire.yaml` are relative to the folder of the file; here they are as the
/// process may open them.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Folders in which imports are looked up, in order.
    pub roots: Vec<PathBuf>,
    /// Globs, relative to a root, of the files to generate code for.
    pub schemas: Vec<String>,
    /// Services that are event groups without saying so themselves, each with its error type.
    pub services: BTreeMap<String, ServiceConfig>,
    pub rust: Vec<RustTarget>,
    pub typescript: Vec<TypeScriptTarget>,
    pub dart: Vec<DartTarget>,
    pub parser: Parser,
    /// The file that this was read from, for findings about it; None where it was said in code.
    pub source: Option<Arc<Source>>,
}

/// What reads the text of schemas.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Parser {
    #[default]
    Protox,
    /// For a second opinion; it is slower, and knows neither comments nor, for the most part, positions. Only in a
    /// compiler that is built with the feature `protobuf-parse`.
    ProtobufParse,
}

/// A service that the configuration makes an event group.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a map such as `{ error: MESSAGE }`")]
pub struct ServiceConfig {
    /// The message type of the group's domain errors.
    pub error: String,
}

/// One crate's share of the Rust output.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a map such as `{ out: FOLDER }`")]
pub struct RustTarget {
    /// The output folder.
    pub out: PathBuf,
    /// The packages to write; empty for those of all owned and imported files that are not in `extern_paths`.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Packages that another crate generates, each with its path there: `common.v1` → `notes_common::common::v1`.
    #[serde(default, rename = "extern", deserialize_with = "file::unique_map")]
    pub extern_paths: BTreeMap<String, String>,
    /// A function that makes the error of a group of what is wrong with an input: `crate::error::illegal`. Without one,
    /// `From<bellwire::Violations>` does.
    #[serde(default)]
    pub violations: Option<String>,
}

/// One folder of TypeScript output.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a map such as `{ out: FOLDER }`")]
pub struct TypeScriptTarget {
    /// The output folder.
    pub out: PathBuf,
    /// What generated files write behind the path of another generated file.
    #[serde(default)]
    pub import_extension: ImportExtension,
    /// Whether every message and enum gets a type of its JSON form too: `UserJson` beside `User`.
    #[serde(default)]
    pub json_types: bool,
    /// Whether an enum is an object and a type of the same name, which is all that a compiler has to erase: for
    /// `erasableSyntaxOnly`, and for Node where it runs TypeScript itself.
    #[serde(default)]
    pub erasable_syntax: bool,
    /// Whether a file leaves out what it imports for its options alone, such as the rules of `buf.validate`, so that a
    /// page does not download the description of options that it never looks at.
    #[serde(default)]
    pub elide_option_imports: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportExtension {
    /// `./user_pb`, for bundlers.
    #[default]
    None,
    /// `./user_pb.js`, for Node and `tsc`.
    Js,
    /// `./user_pb.ts`, for runtimes that read TypeScript.
    Ts,
}

/// One folder of Dart output.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a map such as `{ out: FOLDER }`")]
pub struct DartTarget {
    /// The output folder.
    pub out: PathBuf,
}

impl Config {
    /// Reads a `bellwire.yaml`.
    ///
    /// # Errors
    /// One diagnostic where the file cannot be read; all that is wrong where it does not have the form of a configuration.
    pub fn read(path: &Path) -> Result<Self, Report> {
        file::read(path)
    }

    /// Whether the configuration can be carried out: its folders exist, its globs are globs, its outputs are apart.
    pub fn check(&self) -> Vec<Diagnostic> {
        check::check(self)
    }

    /// Whether the roots exist.
    pub fn check_roots(&self) -> Vec<Diagnostic> {
        check::roots(self)
    }

    /// The import names of every file that is to be compiled, sorted. A glob that matches nothing is an error.
    pub fn select(&self, report: &mut Report) -> Vec<String> {
        select::select(self, report)
    }

    /// The folders in which a new file could be one to compile.
    pub fn schema_folders(&self) -> BTreeSet<PathBuf> {
        select::folders(self)
    }

    /// A finding about the value that `path` (keys, and positions in lists) leads to.
    pub fn error_at_value(
        &self,
        path: &[&str],
        code: Code,
        message: impl Into<String>,
    ) -> Diagnostic {
        self.error(code, message, |text| locate::value(text, path))
    }

    /// A finding about the key that `path` ends with.
    pub fn error_at_key(
        &self,
        path: &[&str],
        code: Code,
        message: impl Into<String>,
    ) -> Diagnostic {
        self.error(code, message, |text| locate::key(text, path))
    }

    fn error(
        &self,
        code: Code,
        message: impl Into<String>,
        locate: impl Fn(&str) -> std::ops::Range<usize>,
    ) -> Diagnostic {
        let diagnostic = Diagnostic::error(code, message);
        match &self.source {
            Some(source) => diagnostic.at(Label::new(source, locate(source.text()), "")),
            None => diagnostic,
        }
    }

    /// Every output folder, with the path of its value in `bellwire.yaml`.
    pub(crate) fn outs(&self) -> impl Iterator<Item = (&'static str, usize, &Path)> {
        let rust = self
            .rust
            .iter()
            .enumerate()
            .map(|(i, target)| ("rust", i, target.out.as_path()));
        let typescript = self
            .typescript
            .iter()
            .enumerate()
            .map(|(i, target)| ("typescript", i, target.out.as_path()));
        let dart = self
            .dart
            .iter()
            .enumerate()
            .map(|(i, target)| ("dart", i, target.out.as_path()));
        rust.chain(typescript).chain(dart)
    }
}
