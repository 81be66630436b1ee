//! The face that a user's `build.rs` sees.

use std::collections::BTreeSet;
use std::env;
use std::fmt;
use std::path::PathBuf;

use crate::config::{self, ALL_SCHEMAS, DartTarget, RustTarget, ServiceConfig, TypeScriptTarget};
use crate::diagnostic::{Diagnostic, Report, Severity, code};
use crate::{Compiled, output};

/// What a `build.rs` has compiled. Paths are relative to the package's folder, as cargo runs build scripts there.
///
/// ```no_run
/// fn main() -> Result<(), bellwire_build::Error> {
///     bellwire_build::Config::new()
///         .root("schemas")
///         .dart_when_feature("dart", "../app/lib/gen")
///         .typescript_when_feature("ts", "../web/src/gen")
///         .compile()
/// }
/// ```
///
/// The Rust code goes to `OUT_DIR`, from where one line brings it in:
///
/// ```text
/// include!(concat!(env!("OUT_DIR"), "/mod.rs"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Config {
    config: config::Config,
    rust: RustTarget,
    /// What could not be read; told by [`Config::compile`].
    broken: Option<Report>,
    file: Option<PathBuf>,
}

impl Config {
    /// A configuration said in code.
    pub fn new() -> Self {
        Self::default()
    }

    /// A `bellwire.yaml`. What is said in code comes on top of it. Without a Rust target in the file, none is added.
    pub fn from_file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let (config, broken) = match config::Config::read(&path) {
            Ok(config) => (config, None),
            Err(report) => (config::Config::default(), Some(report)),
        };
        Self {
            config,
            rust: RustTarget::default(),
            broken,
            file: Some(path),
        }
    }

    /// Adds a folder in which schemas and imports are looked up.
    pub fn root(mut self, folder: impl Into<PathBuf>) -> Self {
        self.config.roots.push(folder.into());
        self
    }

    /// Adds a glob, relative to a root, of schemas to generate code for. Without one, every schema under a root.
    pub fn schemas(mut self, glob: impl Into<String>) -> Self {
        self.config.schemas.push(glob.into());
        self
    }

    /// Makes a service an event group although it does not say so itself; `error` is the message type of its errors.
    pub fn service(mut self, name: impl Into<String>, error: impl Into<String>) -> Self {
        self.config.services.insert(
            name.into(),
            ServiceConfig {
                error: error.into(),
            },
        );
        self
    }

    /// Puts the Rust code into this folder, one that is checked in for example, rather than into `OUT_DIR`.
    pub fn rust_out(mut self, folder: impl Into<PathBuf>) -> Self {
        self.rust.out = folder.into();
        self
    }

    /// Adds a package to those that Rust code is generated for. Without one, every package of the schemas.
    pub fn package(mut self, name: impl Into<String>) -> Self {
        self.rust.packages.push(name.into());
        self
    }

    /// Names the function that makes a group's error of what is wrong with an input; without one,
    /// `From<bellwire::Violations>` does.
    #[must_use]
    pub fn violations(mut self, path: impl Into<String>) -> Self {
        self.rust.violations = Some(path.into());
        self
    }

    /// Takes the Rust code of a package from another crate: `.extern_path("app.v1", "::notes_app::generated::app::v1")`.
    pub fn extern_path(mut self, package: impl Into<String>, path: impl Into<String>) -> Self {
        self.rust.extern_paths.insert(package.into(), path.into());
        self
    }

    /// Adds a folder of Dart code.
    pub fn dart_out(mut self, folder: impl Into<PathBuf>) -> Self {
        self.config.dart.push(DartTarget { out: folder.into() });
        self
    }

    /// Adds a folder of Dart code where a cargo feature of the package is on: `cargo build --features dart`.
    pub fn dart_when_feature(self, feature: &str, folder: impl Into<PathBuf>) -> Self {
        if has_feature(feature) {
            self.dart_out(folder)
        } else {
            self
        }
    }

    /// Leaves the Dart targets of the file away unless a cargo feature of the package is on.
    pub fn dart_needs_feature(mut self, feature: &str) -> Self {
        self.config.dart.retain(|_| has_feature(feature));
        self
    }

    /// Adds a folder of TypeScript code.
    pub fn typescript_out(self, folder: impl Into<PathBuf>) -> Self {
        self.typescript_target(TypeScriptTarget {
            out: folder.into(),
            ..TypeScriptTarget::default()
        })
    }

    /// Adds a folder of TypeScript code with options of its own.
    pub fn typescript_target(mut self, target: TypeScriptTarget) -> Self {
        self.config.typescript.push(target);
        self
    }

    /// Adds a folder of TypeScript code where a cargo feature of the package is on: `cargo build --features ts`.
    pub fn typescript_when_feature(self, feature: &str, folder: impl Into<PathBuf>) -> Self {
        if has_feature(feature) {
            self.typescript_out(folder)
        } else {
            self
        }
    }

    /// Leaves the TypeScript targets of the file away unless a cargo feature of the package is on.
    pub fn typescript_needs_feature(mut self, feature: &str) -> Self {
        self.config.typescript.retain(|_| has_feature(feature));
        self
    }

    /// Generates, and tells cargo what it depends on: the schemas that were read, the folders in which a new one
    /// could be, the configuration's file. Files that would not change are left alone.
    ///
    /// # Errors
    /// Everything that is wrong with the schemas, or why the output cannot be written. Return it from `main`: its
    /// `Debug` form, which cargo shows, is the text of the diagnostics.
    pub fn compile(self) -> Result<(), Error> {
        let file = self.file.clone();
        let config = self.finish()?;
        let (plan, compiled) = crate::plan(&config);
        depend(
            file.into_iter()
                .chain(config.schema_folders())
                .chain(compiled.loaded.read().cloned()),
        );
        warn(&compiled);
        match plan {
            Some(plan) => output::write(&plan)
                .map(drop)
                .map_err(|error| Error::from(Diagnostic::from(error))),
            None => Err(Error {
                report: compiled.report,
            }),
        }
    }

    /// With the defaults of what was not said.
    fn finish(self) -> Result<config::Config, Error> {
        let Self {
            mut config,
            mut rust,
            broken,
            file,
        } = self;
        if let Some(report) = broken {
            return Err(Error { report });
        }
        match (file, config.rust.as_mut_slice()) {
            (None, _) => {
                if rust.out.as_os_str().is_empty() {
                    rust.out = out_dir()?;
                }
                config.rust = vec![rust];
            }
            (Some(_), [target]) => target.overlay(rust),
            (Some(_), _) if rust.is_default() => {}
            (Some(_), _) => {
                let message = "the configuration's file does not have exactly one Rust target to say more about";
                let error = Diagnostic::error(code::CONFIG_INVALID, message);
                return Err(error.help("say it in the file").into());
            }
        }
        if config.schemas.is_empty() {
            config.schemas.push(ALL_SCHEMAS.to_owned());
        }
        Ok(config)
    }
}

impl RustTarget {
    fn is_default(&self) -> bool {
        self.out.as_os_str().is_empty()
            && self.packages.is_empty()
            && self.extern_paths.is_empty()
            && self.violations.is_none()
    }

    /// Takes over whatever the other says.
    fn overlay(&mut self, other: Self) {
        if !other.out.as_os_str().is_empty() {
            self.out = other.out;
        }
        self.packages.extend(other.packages);
        self.extern_paths.extend(other.extern_paths);
        self.violations = other.violations.or(self.violations.take());
    }
}

fn out_dir() -> Result<PathBuf, Error> {
    env::var_os("OUT_DIR").map(PathBuf::from).ok_or_else(|| {
        let error = Diagnostic::error(
            code::CONFIG_NO_TARGET,
            "there is no OUT_DIR to put the Rust code into",
        );
        error
            .help("call this from a build.rs, or name a folder with `rust_out`")
            .into()
    })
}

/// Cargo tells a build script the features of its package in this way.
fn has_feature(feature: &str) -> bool {
    env::var_os(format!(
        "CARGO_FEATURE_{}",
        feature.to_uppercase().replace('-', "_")
    ))
    .is_some()
}

/// Cargo runs the script again only when one of these has changed.
fn depend(paths: impl Iterator<Item = PathBuf>) {
    for path in paths.collect::<BTreeSet<_>>() {
        println!("cargo:rerun-if-changed={}", path.display());
    }
}

fn warn(compiled: &Compiled) {
    let warnings = compiled
        .report
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Warning);
    for warning in warnings {
        let place = warning.labels.first().map_or(String::new(), |label| {
            let (line, column) = label.source.position(label.span.start);
            format!("{}:{line}:{column}: ", label.source.name())
        });
        println!("cargo:warning={place}{}", warning.message);
    }
}

/// Why a build script came to nothing.
pub struct Error {
    pub report: Report,
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Self {
        let report = Report::from(diagnostic);
        Self { report }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.report.plain())
    }
}

/// What cargo shows of an error that `main` returns.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the schemas were not compiled\n\n{self}")
    }
}

impl std::error::Error for Error {}
