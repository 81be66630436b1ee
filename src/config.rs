//! What a run is asked to do: `bellwire.yaml`, or the same said in code by a build script.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// A whole configuration. Paths are relative to the folder of the file that they stand in.
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
}

/// A service that the configuration makes an event group.
#[derive(Debug, Clone)]
pub struct ServiceConfig {
    /// The message type of the group's domain errors.
    pub error: String,
}

/// One crate's share of the Rust output.
#[derive(Debug, Clone, Default)]
pub struct RustTarget {
    /// The output folder.
    pub out: PathBuf,
    /// The packages to write; empty for every package of an owned file that is not in `extern_paths`.
    pub packages: Vec<String>,
    /// Packages that another crate generates, each with its path there: `common.v1` → `notes_common::common::v1`.
    pub extern_paths: BTreeMap<String, String>,
}

/// One folder of TypeScript output.
#[derive(Debug, Clone, Default)]
pub struct TypeScriptTarget {
    /// The output folder.
    pub out: PathBuf,
    /// What generated files write behind the path of another generated file.
    pub import_extension: ImportExtension,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
#[derive(Debug, Clone, Default)]
pub struct DartTarget {
    /// The output folder.
    pub out: PathBuf,
}
