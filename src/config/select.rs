//! Which files the globs of a configuration name.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};

use super::Config;
use crate::diagnostic::{Diagnostic, Report, code};
use crate::load;

/// `*` stays within a folder, and what is hidden is not taken unless it is named.
const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// The import names of every file that is to be compiled, sorted. A glob that matches nothing is an error.
pub fn select(config: &Config, report: &mut Report) -> Vec<String> {
    let mut names = BTreeSet::new();
    for (index, glob) in config.schemas.iter().enumerate() {
        let matches: Vec<_> = config
            .roots
            .iter()
            .flat_map(|root| matches(root, glob))
            .collect();
        let schemas: Vec<_> = matches.iter().filter(|path| is_schema(path)).collect();
        if schemas.is_empty() {
            report.push(no_match(config, index, glob, &matches));
        }
        for path in schemas {
            match load::import_name(path, &config.roots) {
                Ok(name) => drop(names.insert(name)),
                Err(diagnostic) => report.push(diagnostic),
            }
        }
    }
    names.into_iter().collect()
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

fn matches(root: &Path, glob: &str) -> Vec<PathBuf> {
    let Some(root) = root.to_str() else {
        return Vec::new();
    };
    let pattern = Path::new(&Pattern::escape(root)).join(glob);
    let paths = pattern
        .to_str()
        .and_then(|pattern| glob::glob_with(pattern, OPTIONS).ok());
    // A folder that cannot be read holds no file that could be read.
    paths.into_iter().flatten().filter_map(Result::ok).collect()
}

fn is_schema(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "proto")
        && path.is_file()
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
