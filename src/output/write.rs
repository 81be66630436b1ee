//! Carrying out a plan: all temporaries, then all renames.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rayon::prelude::*;
use tempfile::TempPath;

use super::plan::{Change, Kind, Plan, read_file};
use super::{Error, manifest};

/// What the name of a temporary begins and ends with.
const PREFIX: &str = ".bellwire-";
const SUFFIX: &str = ".tmp";

/// What a run did to the disk, manifests not counted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    pub written: usize,
    pub removed: usize,
    pub unchanged: usize,
}

/// Brings the disk to where the plan wants it.
///
/// Whatever can fail (folders, space, permissions) fails while temporaries are written, and then they and the folders
/// made for them are removed again: a failed run leaves what it found. A file is at every moment its old self or its
/// new one. A manifest names a file before the file appears and until it is gone, so that a killed run loses nothing.
pub fn write(plan: &Plan) -> Result<Written, Error> {
    sweep(plan);
    let staged = stage(plan)?;
    for file in staged {
        file.publish()?;
    }
    for change in &plan.changes {
        if let Kind::Remove { .. } = change.kind {
            remove(&change.root, &change.path)?;
        }
    }
    plan.changes
        .iter()
        .filter(|change| change.is_manifest())
        .try_for_each(release)?;
    Ok(summary(plan))
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

/// Writes a temporary for every file of the plan. Of each folder the manifest comes first, and still names what the
/// last run owned.
fn stage(plan: &Plan) -> Result<Vec<Staged>, Error> {
    let mut folders = NewFolders::default();
    let (manifests, files): (Vec<_>, Vec<_>) =
        plan.changes.iter().partition(|change| change.is_manifest());
    let mut files_to_stage = Vec::new();
    for change in manifests.into_iter().chain(files) {
        let (Kind::Create { text } | Kind::Replace { text, .. }) = &change.kind else {
            continue;
        };
        let target = change.target();
        if let Some(folder) = target.parent() {
            folders.create(folder)?;
        }
        let text = if change.is_manifest() {
            Cow::Owned(claim(change, text)?)
        } else {
            Cow::Borrowed(text.as_str())
        };
        files_to_stage.push((target, text));
    }
    let staged = files_to_stage
        .into_par_iter()
        .map(|(target, text)| Staged::new(target, &text))
        .collect::<Vec<_>>() // so that of several errors the first is told
        .into_iter()
        .collect::<Result<_, _>>()?;
    folders.keep();
    Ok(staged)
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

/// A temporary that is this old belongs to no run that is still going on.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// Removes the temporaries that killed runs left beside the files that this one writes. What cannot be removed stays.
fn sweep(plan: &Plan) {
    let targets = plan.changes.iter().map(|change| change.target());
    let folders: BTreeSet<PathBuf> = targets
        .filter_map(|target| target.parent().map(Path::to_owned))
        .collect();
    for entry in folders.iter().flat_map(fs::read_dir).flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let age = entry
            .metadata()
            .and_then(|metadata| metadata.modified())
            .ok()
            .and_then(|modified| modified.elapsed().ok());
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) && age > Some(ABANDONED) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The new text of a file, complete, beside the old; closed, since a process may hold only so many files open.
struct Staged {
    temporary: TempPath,
    target: PathBuf,
}

impl Staged {
    fn new(target: PathBuf, text: &str) -> Result<Self, Error> {
        let failed = |error| Error::io("write", &target, error);
        let folder = target.parent().unwrap_or(Path::new("."));
        let mut temporary = builder().tempfile_in(folder).map_err(failed)?;
        temporary.write_all(text.as_bytes()).map_err(failed)?;
        let temporary = temporary.into_temp_path();
        Ok(Self { temporary, target })
    }

    fn publish(self) -> Result<(), Error> {
        let Self { temporary, target } = self;
        temporary
            .persist(&target)
            .map(drop)
            .map_err(|error| Error::io("write", &target, error.error))
    }
}

/// Temporaries become the files themselves, so they get the permissions of any new file.
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
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
