//! Files that are written beside their place and then renamed to it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempPath;

/// What the name of a temporary begins and ends with.
const PREFIX: &str = ".bellwire-";
const SUFFIX: &str = ".tmp";

/// A temporary that is this old belongs to no run that is still going on.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// The whole content of a file, beside it; closed, since a process may hold only so many files open. It is gone once
/// this is dropped.
pub struct Temporary(TempPath);

impl Temporary {
    /// With the permissions of any new file.
    pub fn new(folder: &Path, content: &[u8]) -> io::Result<Self> {
        #[allow(unused_mut)] // elsewhere than on Unix
        let mut builder = builder();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        Self::write(&builder, folder, content)
    }

    /// For this user alone.
    #[cfg(feature = "cli")]
    pub fn private(folder: &Path, content: &[u8]) -> io::Result<Self> {
        Self::write(&builder(), folder, content)
    }

    fn write(
        builder: &tempfile::Builder<'_, '_>,
        folder: &Path,
        content: &[u8],
    ) -> io::Result<Self> {
        let (mut file, path) = builder.tempfile_in(folder)?.into_parts();
        file.write_all(content)?;
        close(file)?;
        Ok(Self(path))
    }

    /// Makes it the file itself, in one step.
    pub fn publish(self, target: &Path) -> io::Result<()> {
        self.0.persist(target).map_err(|error| error.error)
    }
}

/// A disk across a network may say only here that a file did not fit.
fn close(file: File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::fd::IntoRawFd as _;
        // SAFETY: the descriptor is this file's, which is given up.
        unsafe { rustix::io::try_close(file.into_raw_fd()) }?;
    }
    #[cfg(not(unix))]
    drop(file);
    Ok(())
}

fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    builder
}

/// Says to other runs, as long as it lives, that one has temporaries below a folder. It ends with the process, however
/// that ends. Where a system has no locks for folders, nobody is told.
pub struct Presence {
    _lock: Option<File>,
}

impl Presence {
    /// In a folder that exists. Removes first, from `folders`, the temporaries that runs left which did not come to their
    /// end; what cannot be removed stays.
    pub fn new<'a>(folder: &Path, folders: impl IntoIterator<Item = &'a PathBuf>) -> Self {
        let lock = File::open(folder).ok();
        let is_alone = lock.as_ref().is_some_and(|lock| lock.try_lock().is_ok());
        for folder in folders {
            sweep(folder, is_alone);
        }
        if let Some(lock) = &lock {
            let _ = lock.lock_shared();
        }
        Self { _lock: lock }
    }
}

fn sweep(folder: &Path, is_alone: bool) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_temporary = name.starts_with(PREFIX) && name.ends_with(SUFFIX);
        if is_temporary && (is_alone || is_old(&entry)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_old(entry: &fs::DirEntry) -> bool {
    let metadata = entry.metadata();
    let age = metadata
        .and_then(|metadata| metadata.modified())
        .ok()
        .and_then(|modified| modified.elapsed().ok());
    age > Some(ABANDONED)
}
