//! Carrying out a plan: all temporaries, then all renames.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::plan::{Change, Kind, Plan, read_file, says_it_is_ours};
use super::temporary::{Presence, Temporary};
use super::{Error, manifest};

/// What a run did to the disk, manifests not counted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    pub written: usize,
    pub removed: usize,
    pub unchanged: usize,
}

/// Brings the disk to where the plan wants it.
///
/// Almost all that can fail (folders, space, permissions) fails while temporaries are written, and then they and the
/// folders made for them are removed again: such a run leaves what it found. Where it fails later, or is killed, a file
/// is its old self or its new one, whole. A manifest names a file before the file appears and until it is gone, so that
/// the next run knows whose it is.
pub fn write(plan: &Plan) -> Result<Written, Error> {
    let mut folders = NewFolders::default();
    for (target, ..) in texts(plan) {
        if let Some(folder) = target.parent() {
            folders.create(folder)?;
        }
    }
    let _present = enter(plan)?;
    let staged = stage(plan)?;
    plan.changes.iter().try_for_each(look_again)?;
    folders.keep();
    finish(plan, staged).map_err(Error::unfinished)?;
    Ok(summary(plan))
}

/// Everything from the first rename on.
fn finish(plan: &Plan, staged: Vec<Staged>) -> Result<(), Error> {
    for file in staged {
        file.publish()?;
    }
    for change in &plan.changes {
        if let Kind::Remove { .. } = change.kind {
            remove(&change.root, &change.path)?;
        }
    }
    let mut manifests = plan.changes.iter().filter(|change| change.is_manifest());
    manifests.try_for_each(release)
}

fn summary(plan: &Plan) -> Written {
    let files = plan.changes.iter().filter(|change| !change.is_manifest());
    let (removed, written): (Vec<_>, Vec<_>) =
        files.partition(|change| matches!(change.kind, Kind::Remove { .. }));
    Written {
        written: written.len(),
        removed: removed.len(),
        unchanged: plan.unchanged,
    }
}

/// The files that are to be written. The manifests come first.
fn texts(plan: &Plan) -> impl Iterator<Item = (PathBuf, &Change, &str)> {
    let (manifests, files): (Vec<_>, Vec<_>) =
        plan.changes.iter().partition(|change| change.is_manifest());
    manifests
        .into_iter()
        .chain(files)
        .filter_map(|change| match &change.kind {
            Kind::Create { text } | Kind::Replace { text, .. } => {
                Some((change.target(), change, text.as_str()))
            }
            Kind::Remove { .. } => None,
        })
}

/// Looks after every output folder in which something changes, and says that there will be temporaries.
fn enter(plan: &Plan) -> Result<Vec<Presence>, Error> {
    let roots: BTreeSet<_> = plan.changes.iter().map(|change| &change.root).collect();
    let enter = |root: &PathBuf| {
        let owned = manifest::read(root)?;
        let changes = plan.changes.iter().filter(|change| change.root == *root);
        let paths = changes.map(|change| &change.path).chain(&owned);
        let mut folders: BTreeSet<PathBuf> = paths
            .filter_map(|path| root.join(path).parent().map(Path::to_owned))
            .collect();
        // Where the manifest lies.
        folders.insert(root.clone());
        Ok(Presence::new(root, &folders))
    };
    roots.into_iter().map(enter).collect()
}

/// Writes a temporary for every file of the plan. A manifest still names what the last run owned.
fn stage(plan: &Plan) -> Result<Vec<Staged>, Error> {
    let mut files = Vec::new();
    for (target, change, text) in texts(plan) {
        let text = match change.is_manifest() {
            true => Cow::Owned(claim(change, text)?),
            false => Cow::Borrowed(text),
        };
        files.push((target, text));
    }
    files
        .into_par_iter()
        .map(|(target, text)| Staged::new(target, &text))
        .collect::<Vec<_>>() // so that of several errors the first is told
        .into_iter()
        .collect()
}

/// Where there was nothing, another run may have been faster, and its manifest names the file; but so may a person, and
/// that file stays.
fn look_again(change: &Change) -> Result<(), Error> {
    let target = change.target();
    if !matches!(change.kind, Kind::Create { .. }) {
        return Ok(());
    }
    match read_file(&target)? {
        Some(there)
            if !says_it_is_ours(&there)
                && !manifest::read(&change.root)?.contains(&change.path) =>
        {
            Err(Error::ForeignFile { path: target })
        }
        _ => Ok(()),
    }
}

/// The manifest that names both what the last run owned and what this one will.
fn claim(change: &Change, text: &str) -> Result<String, Error> {
    let mut paths = manifest::read(&change.root)?;
    paths.extend(manifest::paths(text).map(str::to_owned));
    Ok(manifest::render(&paths))
}

/// Brings a manifest from what [`claim`] wrote to its own text.
fn release(change: &Change) -> Result<(), Error> {
    let (Kind::Create { text } | Kind::Replace { text, .. }) = &change.kind else {
        return Ok(());
    };
    if read_file(&change.target())?.as_deref() == Some(text.as_bytes()) {
        return Ok(());
    }
    Staged::new(change.target(), text)?.publish()
}

/// The new text of a file, complete, beside the old.
struct Staged {
    temporary: Temporary,
    target: PathBuf,
}

impl Staged {
    fn new(target: PathBuf, text: &str) -> Result<Self, Error> {
        let folder = target.parent().unwrap_or(Path::new("."));
        match Temporary::new(folder, text.as_bytes()) {
            Ok(temporary) => Ok(Self { temporary, target }),
            Err(error) => Err(Error::io("write", &target, error)),
        }
    }

    fn publish(self) -> Result<(), Error> {
        let published = self.temporary.publish(&self.target);
        published.map_err(|error| Error::io("write", &self.target, error))
    }
}

/// The folders that a run had to make, removed again unless the run comes through.
#[derive(Default)]
struct NewFolders(Vec<PathBuf>);

impl NewFolders {
    fn create(&mut self, folder: &Path) -> Result<(), Error> {
        let missing = folder
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        let missing: Vec<_> = missing.map(Path::to_owned).collect();
        for folder in missing.into_iter().rev() {
            match fs::create_dir(&folder) {
                Ok(()) => self.0.push(folder),
                // Another run was faster.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Error::io("create", &folder, error)),
            }
        }
        Ok(())
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for NewFolders {
    fn drop(&mut self) {
        // A folder that another run has filled in the meantime is not empty and stays.
        for folder in self.0.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Removes a file and the folders that it leaves empty, up to and including the output folder.
fn remove(root: &Path, path: &str) -> Result<(), Error> {
    let target = root.join(path);
    match fs::remove_file(&target) {
        // Another run was faster.
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Error::io("remove", &target, error));
        }
        _ => {}
    }
    let folders = target
        .ancestors()
        .skip(1)
        .take_while(|folder| folder.starts_with(root));
    for folder in folders {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}
