//! What must change on disk, found without changing anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{Error, MANIFEST, Output, manifest};
use crate::load::is_nothing;

/// Everything that separates the disk from what a run produced.
#[derive(Debug, Default)]
pub struct Plan {
    /// Ordered by output folder as configured, then by path; an output folder's manifest is the last of its folder.
    pub changes: Vec<Change>,
    /// How many files are as they should be, manifests not counted.
    pub unchanged: usize,
}

/// One file that is not as it should be.
#[derive(Debug)]
pub struct Change {
    pub root: PathBuf,
    /// Relative to `root`, `/` between folders.
    pub path: String,
    pub kind: Kind,
}

#[derive(Debug)]
pub enum Kind {
    /// Missing on disk.
    Create { text: String },
    /// Stale on disk.
    Replace { old: Vec<u8>, text: String },
    /// On disk, owned by the last run and not produced by this one.
    Remove { old: Vec<u8> },
}

impl Change {
    /// Where the file is.
    pub fn target(&self) -> PathBuf {
        self.root.join(&self.path)
    }

    pub(super) fn is_manifest(&self) -> bool {
        self.path == MANIFEST
    }
}

/// Whether the disk is known to hold that text, in that output folder at that path, so that it need not be read.
pub type Stands<'a> = &'a (dyn Fn(&Path, &str, &str) -> bool + Sync);

/// Compares every output folder with what belongs into it. Reads only.
pub fn plan(outputs: &[Output]) -> Result<Plan, Error> {
    plan_with(outputs, &|_, _, _| false)
}

/// The same, where a part of what is on the disk is known.
pub fn plan_with(outputs: &[Output], stands: Stands) -> Result<Plan, Error> {
    let mut plan = Plan::default();
    for output in outputs {
        plan_root(output, stands, &mut plan)?;
    }
    Ok(plan)
}

fn plan_root(output: &Output, stands: Stands, plan: &mut Plan) -> Result<(), Error> {
    let Output { root, tree } = output;
    if fs::metadata(root).is_ok_and(|metadata| !metadata.is_dir()) {
        return Err(Error::InTheWay {
            path: root.clone(),
            wanted: "a folder",
        });
    }
    tree.keys().try_for_each(|path| check_path(root, path))?;
    check_case(root, tree.keys())?;

    let owned = manifest::read(root)?;
    let mut folders = BTreeSet::new();
    for path in tree.keys() {
        check_folders(root, path, &mut folders)?;
    }
    let difference = |path: &String, text: &String| match stands(root, path, text) {
        true => Ok(None),
        false => compare(root, path, text, owned.contains(path)),
    };
    let compared: Vec<_> = tree
        .par_iter()
        .map(|(path, text)| (path, difference(path, text)))
        .collect();
    for (path, kind) in compared {
        match kind? {
            Some(kind) => plan.push(root, path, kind),
            None => plan.unchanged += 1,
        }
    }
    for path in owned.iter().filter(|path| !tree.contains_key(*path)) {
        check_folders(root, path, &mut folders)?;
        if let Some(old) = read_file(&root.join(path))? {
            plan.push(root, path, Kind::Remove { old });
        }
    }
    plan_manifest(output, plan)
}

/// Whether a plan for these files would be empty, by what `is` says of a file's bytes. Reads only.
pub fn holds<T: Sync>(
    root: &Path,
    files: &BTreeMap<String, T>,
    is: impl Fn(&T, &[u8]) -> bool + Sync,
) -> Result<bool, Error> {
    let mut folders = BTreeSet::new();
    for path in files.keys() {
        check_path(root, path)?;
        check_folders(root, path, &mut folders)?;
    }
    let manifest = (!files.is_empty()).then(|| manifest::render(files.keys()).into_bytes());
    if read_file(&root.join(MANIFEST))? != manifest {
        return Ok(false);
    }
    let held = |(path, file): (&String, &T)| {
        Ok(read_file(&root.join(path))?.is_some_and(|bytes| is(file, &bytes)))
    };
    files
        .par_iter()
        .map(held)
        .try_reduce(|| true, |one, other| Ok(one && other))
}

/// A folder that holds nothing of ours has no manifest.
fn plan_manifest(output: &Output, plan: &mut Plan) -> Result<(), Error> {
    let Output { root, tree } = output;
    let kind = if tree.is_empty() {
        read_file(&root.join(MANIFEST))?.map(|old| Kind::Remove { old })
    } else {
        compare(root, MANIFEST, &manifest::render(tree.keys()), true)?
    };
    if let Some(kind) = kind {
        plan.push(root, MANIFEST, kind);
    }
    Ok(())
}

impl Plan {
    fn push(&mut self, root: &Path, path: &str, kind: Kind) {
        self.changes.push(Change {
            root: root.to_owned(),
            path: path.to_owned(),
            kind,
        });
    }
}

/// How a file differs from `text`; None where it does not.
fn compare(root: &Path, path: &str, text: &str, owned: bool) -> Result<Option<Kind>, Error> {
    let target = root.join(path);
    let new = || text.to_owned();
    match read_file(&target)? {
        None => Ok(Some(Kind::Create { text: new() })),
        Some(old) if old == text.as_bytes() => Ok(None),
        Some(old) if owned || says_it_is_ours(&old) => Ok(Some(Kind::Replace { old, text: new() })),
        Some(_) => Err(Error::ForeignFile { path: target }),
    }
}

/// A manifest can be lost; the header of a generated file then still says whose it is.
pub(super) fn says_it_is_ours(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]);
    head.lines()
        .take(5)
        .any(|line| line.contains("Code generated by bellwire"))
}

/// The bytes of a plain file, None where there is nothing. Links and folders are refused.
pub fn read_file(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let Some(metadata) = look(path)? else {
        return Ok(None);
    };
    if metadata.is_symlink() {
        return Err(Error::SymbolicLink {
            path: path.to_owned(),
        });
    }
    if !metadata.is_file() {
        return Err(Error::InTheWay {
            path: path.to_owned(),
            wanted: "a file",
        });
    }
    match fs::read(path) {
        // Another run may have removed it since.
        Err(error) if is_nothing(&error) => Ok(None),
        result => result
            .map(Some)
            .map_err(|error| Error::io("read", path, error)),
    }
}

/// What stands at a path, a link itself and not what it leads to; None where that is nothing.
fn look(path: &Path) -> Result<Option<fs::Metadata>, Error> {
    match fs::symlink_metadata(path) {
        Err(error) if is_nothing(&error) => Ok(None),
        result => result
            .map(Some)
            .map_err(|error| Error::io("read", path, error)),
    }
}

/// Refuses a path that would leave its output folder, that means something else on another system, or that a manifest
/// could not name.
pub fn check_path(root: &Path, path: &str) -> Result<(), Error> {
    let named = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    let portable = !path.contains(|c: char| matches!(c, '\\' | ':') || c.is_control());
    if named && portable && !path.starts_with('#') {
        return Ok(());
    }
    Err(Error::UnsafePath {
        root: root.to_owned(),
        path: path.to_owned(),
    })
}

/// Two files whose names differ in case alone are one file on some systems.
fn check_case<'a>(root: &Path, paths: impl Iterator<Item = &'a String>) -> Result<(), Error> {
    let mut seen = BTreeMap::new();
    for path in paths {
        if let Some(first) = seen.insert(path.to_lowercase(), path) {
            return Err(Error::CaseConflict {
                root: root.to_owned(),
                first: first.clone(),
                second: path.clone(),
            });
        }
    }
    Ok(())
}

/// Refuses folders between `root` and a file that are links, and files that stand where a folder must be. The root
/// itself may be a link: the user named it.
fn check_folders<'a>(
    root: &Path,
    path: &'a str,
    checked: &mut BTreeSet<&'a str>,
) -> Result<(), Error> {
    for (end, _) in path.match_indices('/') {
        let folder = &path[..end];
        if !checked.insert(folder) {
            continue;
        }
        let folder = root.join(folder);
        match look(&folder)? {
            Some(metadata) if metadata.is_symlink() => {
                return Err(Error::SymbolicLink { path: folder });
            }
            Some(metadata) if !metadata.is_dir() => {
                return Err(Error::InTheWay {
                    path: folder,
                    wanted: "a folder",
                });
            }
            _ => {}
        }
    }
    Ok(())
}
