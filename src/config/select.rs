//! Which files the globs of a configuration name.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Config;
use super::walk::{self, Unreadable};
use crate::diagnostic::{Diagnostic, Report, code};
use crate::load;

/// The import names of every file that is to be compiled, sorted. A glob that matches nothing is an error, and so is
/// what cannot be looked at.
pub fn select(config: &Config, report: &mut Report) -> Vec<String> {
    let mut names = BTreeSet::new();
    for (index, glob) in config.schemas.iter().enumerate() {
        match schemas(config, index, glob) {
            Ok(names_of_glob) => names.extend(names_of_glob),
            Err(diagnostic) => report.push(diagnostic),
        }
    }
    names.into_iter().collect()
}

fn schemas(config: &Config, index: usize, glob: &str) -> Result<Vec<String>, Diagnostic> {
    let mut matches = Vec::new();
    for root in &config.roots {
        matches.extend(walk::walk(root, glob).map_err(unreadable)?);
    }
    let mut names = Vec::new();
    for path in matches.iter().filter(|path| is_named_as_schema(path)) {
        let metadata = load::metadata(path).map_err(|error| unreadable((path.clone(), error)))?;
        if metadata.is_some_and(|metadata| metadata.is_file()) {
            names.push(load::import_name(path, &config.roots)?);
        }
    }
    match names.is_empty() {
        true => Err(no_match(config, index, glob, &matches)),
        false => Ok(names),
    }
}

fn unreadable((path, error): Unreadable) -> Diagnostic {
    load::unreadable(&path, &error)
}

/// The folders in which a new file could match.
pub fn folders(config: &Config) -> BTreeSet<PathBuf> {
    let under = |root: &PathBuf| {
        let root = root.clone();
        config
            .schemas
            .iter()
            .map(move |glob| root.join(fixed_part(glob)))
    };
    config
        .roots
        .iter()
        .flat_map(under)
        .filter(|folder| folder.is_dir())
        .collect()
}

/// The folders that a glob names without a wildcard.
fn fixed_part(glob: &str) -> PathBuf {
    let folder = glob.rsplit_once('/').map_or("", |(folder, _)| folder);
    folder
        .split('/')
        .take_while(|part| !part.contains(['*', '?', '[']))
        .collect()
}

fn is_named_as_schema(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "proto")
}

fn list(roots: &[PathBuf]) -> String {
    let roots: Vec<_> = roots
        .iter()
        .map(|root| format!("`{}`", root.display()))
        .collect();
    roots.join(", ")
}

/// A glob that begins with the path of a root, without that.
fn below_root<'a>(config: &Config, glob: &'a str) -> Option<&'a str> {
    config.roots.iter().find_map(|root| {
        let last = root.file_name()?.to_str()?;
        glob.strip_prefix(last)?.strip_prefix('/')
    })
}

fn no_match(config: &Config, index: usize, glob: &str, matches: &[PathBuf]) -> Diagnostic {
    let help = match matches.iter().find(|path| path.is_dir()) {
        Some(_) => format!(
            "that is a folder; for the schemas in it write `{}/**/*.proto`",
            glob.trim_end_matches('/')
        ),
        None if glob.contains('\\') => format!("write {:?}", glob.replace('\\', "/")),
        None => match below_root(config, glob) {
            Some(rest) => format!("globs are relative to a root: write {rest:?}"),
            None => format!("it was looked for under {}", list(&config.roots)),
        },
    };
    let message = format!("{glob:?} matches no .proto file");
    config
        .error_at_value(
            &["schemas", &index.to_string()],
            code::CONFIG_NO_MATCH,
            message,
        )
        .help(help)
}
