//! What a configuration may say and cannot mean.

use std::path::{Component, Path, PathBuf};

use super::{Config, Parser, RustTarget};
use crate::diagnostic::{Diagnostic, code};

pub fn check(config: &Config) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    found.extend(roots(config));
    found.extend(parser(config));
    found.extend(schemas(config));
    found.extend(outputs(config));
    for (index, target) in config.rust.iter().enumerate() {
        found.extend(rust(config, index, target));
    }
    found
}

pub fn roots(config: &Config) -> Vec<Diagnostic> {
    if config.roots.is_empty() {
        let error = config.error_at_value(
            &["roots"],
            code::CONFIG_MISSING_FILE,
            "there is no root to look for schemas in",
        );
        return vec![
            error.help("name the folder that your schemas lie in, such as `roots: [schemas]`"),
        ];
    }
    let missing = config
        .roots
        .iter()
        .enumerate()
        .filter(|(_, root)| !root.is_dir());
    missing
        .map(|(index, root)| {
            let message = format!("the root {} is no folder", root.display());
            config
                .error_at_value(
                    &["roots", &index.to_string()],
                    code::CONFIG_MISSING_FILE,
                    message,
                )
                .help(match config.source {
                    Some(_) => "roots are relative to the folder of the configuration",
                    None => "`-I` names a folder, from the current one",
                })
        })
        .collect()
}

fn parser(config: &Config) -> Option<Diagnostic> {
    if config.parser != Parser::ProtobufParse || cfg!(feature = "protobuf-parse") {
        return None;
    }
    let message = "this compiler is built without the parser `protobuf-parse`";
    let diagnostic = config.error_at_value(&["parser"], code::CONFIG_INVALID, message);
    Some(diagnostic.help("build it with `--features protobuf-parse`, or take `parser` out"))
}

fn schemas(config: &Config) -> Vec<Diagnostic> {
    if config.schemas.is_empty() {
        let error = config.error_at_value(
            &["schemas"],
            code::CONFIG_NO_MATCH,
            "there is no schema to compile",
        );
        return vec![
            error.help("give globs relative to a root, such as `schemas: [\"**/*.proto\"]`"),
        ];
    }
    let globs = config.schemas.iter().enumerate();
    globs
        .filter_map(|(index, glob)| schema(config, &index.to_string(), glob))
        .collect()
}

fn schema(config: &Config, index: &str, glob: &str) -> Option<Diagnostic> {
    let at = ["schemas", index];
    if let Err(error) = glob::Pattern::new(glob) {
        let message = format!("{glob:?} is no glob: {}", error.msg);
        let diagnostic = config.error_at_value(&at, code::CONFIG_BAD_GLOB, message);
        return Some(
            diagnostic.help("`*` stands for part of a name, `**` for any number of folders"),
        );
    }
    let inside = |component| matches!(component, Component::Normal(_) | Component::CurDir);
    if Path::new(glob).components().all(inside) {
        return None;
    }
    let message = format!("{glob:?} leads out of the roots");
    let diagnostic = config.error_at_value(&at, code::CONFIG_OUTSIDE, message);
    Some(diagnostic.help("globs are relative to a root; add the folder to `roots` instead"))
}

/// Two outputs in one folder would own each other's files, and a schema among outputs could be taken for one.
fn outputs(config: &Config) -> Vec<Diagnostic> {
    let outs: Vec<_> = config
        .outs()
        .map(|(target, index, out)| (target, index, out, plain(out)))
        .collect();
    let mut found = Vec::new();
    for (position, (target, index, out, folder)) in outs.iter().enumerate() {
        let at = ["targets", target, &index.to_string(), "out"];
        if out.as_os_str().is_empty() {
            let error = config.error_at_value(
                &at,
                code::CONFIG_INVALID,
                format!("the {target} target has no output folder"),
            );
            found.push(error.help("give one with `out`"));
            continue;
        }
        if let Some(root) = config
            .roots
            .iter()
            .find(|root| plain(root).starts_with(folder))
        {
            let message = format!(
                "the output folder {} contains the root {}",
                out.display(),
                root.display()
            );
            let diagnostic = config.error_at_value(&at, code::CONFIG_OVERLAPPING_OUTPUTS, message);
            found.push(diagnostic.help("keep what is written and what is generated apart"));
        }
        let before = outs[..position]
            .iter()
            .find(|(.., other)| folder.starts_with(other) || other.starts_with(folder));
        if let Some((other, _, other_out, _)) = before {
            let message = format!(
                "the output folders {} ({target}) and {} ({other}) overlap",
                out.display(),
                other_out.display()
            );
            let diagnostic = config.error_at_value(&at, code::CONFIG_OVERLAPPING_OUTPUTS, message);
            found.push(
                diagnostic.help("give every target a folder of its own, none inside of another"),
            );
        }
    }
    found
}

fn rust(config: &Config, index: usize, target: &RustTarget) -> Vec<Diagnostic> {
    let index = index.to_string();
    let mut found = Vec::new();
    if let Some(path) = target.violations.as_deref()
        && syn::parse_str::<syn::Path>(path).is_err()
    {
        let at = ["targets", "rust", &index, "violations"];
        let message = format!("{path:?} is no Rust path");
        let diagnostic = config.error_at_value(&at, code::CONFIG_INVALID, message);
        found.push(diagnostic.help(
            "name a function from `bellwire::Violations` to the group's error, such as `crate::error::illegal`",
        ));
    }
    for (package, path) in &target.extern_paths {
        let at = ["targets", "rust", &index, "extern", package.as_str()];
        if syn::parse_str::<syn::Path>(path).is_err() {
            let message = format!("{path:?} is no Rust path");
            let diagnostic = config.error_at_value(&at, code::CONFIG_INVALID, message);
            found.push(diagnostic.help("write where the crate has the package's module, such as `::notes_common::generated::app::v1`"));
        }
        if target.packages.contains(package) {
            let message = format!(
                "the package {package:?} is both written here and taken from another crate"
            );
            let diagnostic = config.error_at_key(&at, code::CONFIG_INVALID, message);
            found.push(diagnostic.help("take it out of `packages` or out of `extern`"));
        }
    }
    found
}

/// The absolute path without `.` and `..`, links not followed: enough to see that two folders are one or nested.
fn plain(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute
        .components()
        .fold(PathBuf::new(), |mut plain, component| {
            match component {
                Component::ParentDir => drop(plain.pop()),
                Component::CurDir => {}
                other => plain.push(other),
            }
            plain
        })
}
