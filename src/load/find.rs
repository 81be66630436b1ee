//! Globs to import names.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::read::import_name;
use crate::diagnostic::{Diagnostic, code};

/// The import names of the files under the roots that a glob matches, such as `user/**/*.proto`. Sorted.
pub fn find(roots: &[PathBuf], glob: &str) -> Result<Vec<String>, Diagnostic> {
    let mut names = BTreeSet::new();
    for root in roots {
        let pattern = format!("{}/{glob}", glob::Pattern::escape(&root.to_string_lossy()));
        let paths = glob::glob(&pattern).map_err(|error| {
            Diagnostic::error(
                code::FILE_GLOB,
                format!("`{glob}` is no pattern: {}", error.msg),
            )
            .help("`*` stands for any part of a name, `**` for any folders")
        })?;
        for path in paths {
            let path = path.map_err(|error| {
                let shown = error.path().display().to_string();
                Diagnostic::error(
                    code::FILE_UNREADABLE,
                    format!("cannot read `{shown}`: {}", error.error()),
                )
            })?;
            if path.is_file() {
                names.insert(import_name(&path, std::slice::from_ref(root))?);
            }
        }
    }
    Ok(names.into_iter().collect())
}
