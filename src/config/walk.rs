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
    let mut walk = Walk::default();
    walk.descend(folder, &parts)?;
    Ok(walk.found)
}

#[derive(Default)]
struct Walk {
    found: Vec<PathBuf>,
    /// Where the way down has led through a link: the folders that the links lie in, without links.
    left: Vec<PathBuf>,
}

impl Walk {
    fn descend(&mut self, path: &Path, parts: &[&str]) -> Result<(), Unreadable> {
        let Some((part, rest)) = parts.split_first() else {
            self.found.push(path.to_owned());
            return Ok(());
        };
        if *part == "**" {
            self.descend(path, rest)?;
            for child in children(path, "*")? {
                match child.kind {
                    ChildKind::File => {}
                    ChildKind::Folder => self.descend(&child.path, parts)?,
                    ChildKind::LinkToFolder => self.follow(path, &child.path, parts)?,
                }
            }
        } else if part.contains(['*', '?', '[']) {
            for child in children(path, part)? {
                if rest.is_empty() || child.kind != ChildKind::File {
                    self.descend(&child.path, rest)?;
                }
            }
        } else {
            let child = path.join(part);
            if metadata(&child)?.is_some() {
                self.descend(&child, rest)?;
            }
        }
        Ok(())
    }

    /// Goes through a link, unless it leads back to where the walk is or was on its way here: that has no end.
    fn follow(&mut self, folder: &Path, link: &Path, parts: &[&str]) -> Result<(), Unreadable> {
        self.left.push(real(folder)?);
        let target = real(link)?;
        let followed = match self.left.iter().any(|left| left.starts_with(&target)) {
            true => Ok(()),
            false => self.descend(link, parts),
        };
        self.left.pop();
        followed
    }
}

struct Child {
    path: PathBuf,
    kind: ChildKind,
}

#[derive(PartialEq, Eq)]
enum ChildKind {
    File,
    Folder,
    LinkToFolder,
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
        let leads_to_folder = || Ok(metadata(&path)?.is_some_and(|metadata| metadata.is_dir()));
        let kind = match kind.is_symlink() {
            true if leads_to_folder()? => ChildKind::LinkToFolder,
            false if kind.is_dir() => ChildKind::Folder,
            _ => ChildKind::File,
        };
        children.push(Child { path, kind });
    }
    children.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(children)
}

fn metadata(path: &Path) -> Result<Option<fs::Metadata>, Unreadable> {
    load::metadata(path).map_err(|error| (path.to_owned(), error))
}

/// A folder's path without links.
fn real(path: &Path) -> Result<PathBuf, Unreadable> {
    path.canonicalize()
        .map_err(|error| (path.to_owned(), error))
}
