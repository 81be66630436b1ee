//! What stands below a folder under the names that a glob describes.
//!
//! Whatever cannot be looked at is an error: a schema that is not seen would be taken for one that is gone.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};

use crate::load;

/// What is hidden is not taken unless it is named.
const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// What cannot be looked at, and why.
pub type Unreadable = (PathBuf, io::Error);

/// The files and folders below a folder that a glob matches; one may come twice.
pub fn walk(folder: &Path, glob: &str) -> Result<Vec<PathBuf>, Unreadable> {
    let parts: Vec<&str> = Path::new(glob)
        .components()
        .filter_map(|component| match component {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    let mut found = Vec::new();
    descend(folder, &parts, &mut found)?;
    Ok(found)
}

fn descend(path: &Path, parts: &[&str], found: &mut Vec<PathBuf>) -> Result<(), Unreadable> {
    let Some((part, rest)) = parts.split_first() else {
        found.push(path.to_owned());
        return Ok(());
    };
    if *part == "**" {
        descend(path, rest, found)?;
        for child in children(path, "*")?.iter().filter(|child| child.is_folder) {
            descend(&child.path, parts, found)?;
        }
    } else if part.contains(['*', '?', '[']) {
        for child in children(path, part)? {
            if child.is_folder || rest.is_empty() {
                descend(&child.path, rest, found)?;
            }
        }
    } else {
        let child = path.join(part);
        if metadata(&child)?.is_some() {
            descend(&child, rest, found)?;
        }
    }
    Ok(())
}

struct Child {
    path: PathBuf,
    is_folder: bool,
}

/// What is in a folder under the names that a glob without `/` matches, sorted.
fn children(folder: &Path, glob: &str) -> Result<Vec<Child>, Unreadable> {
    let unreadable = |error| (folder.to_owned(), error);
    let Ok(pattern) = Pattern::new(glob) else {
        return Ok(Vec::new());
    };
    let entries = match fs::read_dir(folder) {
        Err(error) if load::is_nothing(&error) => return Ok(Vec::new()),
        result => result.map_err(unreadable)?,
    };
    let mut children = Vec::new();
    for entry in entries {
        let entry = entry.map_err(unreadable)?;
        if !pattern.matches_with(&entry.file_name().to_string_lossy(), OPTIONS) {
            continue;
        }
        let path = entry.path();
        let kind = entry.file_type().map_err(|error| (path.clone(), error))?;
        let is_folder = match kind.is_symlink() {
            true => metadata(&path)?.is_some_and(|metadata| metadata.is_dir()),
            false => kind.is_dir(),
        };
        children.push(Child { path, is_folder });
    }
    children.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(children)
}

fn metadata(path: &Path) -> Result<Option<fs::Metadata>, Unreadable> {
    load::metadata(path).map_err(|error| (path.to_owned(), error))
}
