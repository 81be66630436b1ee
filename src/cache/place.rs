//! Where records lie, and whose they are.

use std::env;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

/// The folder of records: what `BELLWIRE_CACHE` names, else `bellwire` in the user's folder for caches.
///
/// None where that variable is `off`, where there is no such folder, and under `CI`, unless the variable names one: a
/// check there is worth what it reads itself, and folders of caches come from elsewhere.
pub fn folder() -> Option<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    match set("BELLWIRE_CACHE") {
        Some(off) if off == "off" => None,
        Some(folder) => Some(PathBuf::from(folder)),
        None if set("CI").is_some() => None,
        None => Some(caches(set)?.join("bellwire")),
    }
}

/// The user's folder for caches, by the custom of the system.
fn caches(set: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let in_home = |folder: &str| set("HOME").map(|home| Path::new(&home).join(folder));
    let folder = if cfg!(windows) {
        set("LOCALAPPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        in_home("Library/Caches")
    } else {
        let told = set("XDG_CACHE_HOME").map(PathBuf::from);
        told.or_else(|| in_home(".cache"))
    };
    folder.filter(|folder| folder.is_absolute())
}

/// What tells this compiler from every other, its next build included.
///
/// Where the system keeps them, that is which file it is and when that file's content or name last changed, which no
/// program can set. Nothing writes into a program that runs.
pub fn compiler() -> Option<Vec<u8>> {
    let program = env::current_exe().ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let file = fs::metadata(&program).ok()?;
        let numbers = [
            file.dev(),
            file.ino(),
            file.size(),
            file.mtime() as u64,
            file.mtime_nsec() as u64,
            file.ctime() as u64,
            file.ctime_nsec() as u64,
        ];
        Some(
            numbers
                .iter()
                .flat_map(|number| number.to_le_bytes())
                .collect(),
        )
    }
    #[cfg(not(unix))]
    fs::read(&program).ok()
}

/// Whether nobody but this user can have written a file.
pub fn is_own(file: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        file.uid() == rustix::process::geteuid().as_raw() && file.mode() & 0o022 == 0
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        true
    }
}
