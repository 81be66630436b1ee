//! One file from the disk, or from those that the compiler carries.

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::LoadedFile;
use super::embedded::{self, Embedded};
use crate::diagnostic::{Diagnostic, Label, Source, code};
use crate::names::nearest;
use crate::schema::Origin;

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 16 << 20;

/// Reads the file of that import name; `Ok(None)` where there is none.
///
/// A file that the compiler carries comes before one under a root, unless the person asks to compile it.
pub fn read(
    path: &str,
    origin: Origin,
    roots: &[PathBuf],
) -> Result<Option<LoadedFile>, Diagnostic> {
    let Some(disk) = place(path, origin, roots)? else {
        return Ok(carried(path));
    };
    let name = display(&disk);
    let text = read_text(&disk, &name)?;
    let source = Arc::new(Source::new(name, text));
    Ok(Some(LoadedFile::new(path, origin, Some(disk), source)))
}

/// The text that `read` would give the file of that import name; `Ok(None)` where it would not read it from a disk.
pub fn text(path: &str, origin: Origin, roots: &[PathBuf]) -> Result<Option<String>, Diagnostic> {
    place(path, origin, roots)?
        .map(|disk| read_text(&disk, &display(&disk)))
        .transpose()
}

/// Where on a disk the file of that import name stands. Where it cannot be seen whether it stands under a root, none of
/// the roots behind that is asked.
fn place(path: &str, origin: Origin, roots: &[PathBuf]) -> Result<Option<PathBuf>, Diagnostic> {
    if origin != Origin::Owned && embedded::is_carried(path) {
        return Ok(None);
    }
    for disk in roots.iter().map(|root| root.join(path)) {
        let metadata = metadata(&disk).map_err(|error| unreadable(&disk, &error))?;
        if metadata.is_some_and(|metadata| metadata.is_file()) {
            return Ok(Some(disk));
        }
    }
    Ok(None)
}

/// What stands at a path, links followed; None where that is nothing.
pub fn metadata(path: &Path) -> io::Result<Option<fs::Metadata>> {
    match fs::metadata(path) {
        Err(error) if is_nothing(&error) => Ok(None),
        result => result.map(Some),
    }
}

/// The error says that there is nothing at a path, and not that it cannot be seen what is there.
pub fn is_nothing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

pub fn carried(path: &str) -> Option<LoadedFile> {
    let (origin, embedded) = embedded::find(path)?;
    let (text, parsed) = match embedded {
        Embedded::Text(text) => (text, None),
        Embedded::Descriptor(descriptor) => ("", Some(*descriptor)),
    };
    let mut file = LoadedFile::new(path, origin, None, Arc::new(Source::new(path, text)));
    file.parsed = parsed.map(Arc::new);
    Some(file)
}

/// The text of a file, without a byte order mark.
fn read_text(disk: &Path, name: &str) -> Result<String, Diagnostic> {
    let mut bytes = Vec::new();
    fs::File::open(disk)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(disk, &error))?;
    if bytes.len() as u64 > MAX_BYTES {
        let message = format!("`{name}` is larger than {} MiB", MAX_BYTES >> 20);
        return Err(Diagnostic::error(code::FILE_TOO_LARGE, message)
            .help("split the schema into several files"));
    }
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(name, &error))?;
    Ok(text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text))
}

/// A file or a folder that is there and cannot be read.
pub fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    let help = match error.kind() {
        ErrorKind::PermissionDenied => "check its permissions",
        _ => "check that the path is a readable file or folder",
    };
    let message = format!("cannot read `{}`: {error}", display(path));
    Diagnostic::error(code::FILE_UNREADABLE, message).help(help)
}

/// Shows the line with the first bad byte.
fn not_utf8(name: &str, error: &std::string::FromUtf8Error) -> Diagnostic {
    let start = error.utf8_error().valid_up_to();
    let source = Arc::new(Source::new(name, String::from_utf8_lossy(error.as_bytes())));
    Diagnostic::error(code::FILE_NOT_UTF8, format!("`{name}` is not UTF-8"))
        .at(Label::new(&source, start..start + 3, "not UTF-8 from here"))
        .help("save the file as UTF-8")
}

/// A path as the person wrote it, without a leading `./`.
fn display(path: &Path) -> String {
    let path = path.strip_prefix(".").unwrap_or(path);
    path.display().to_string()
}

/// The file that the person asked to compile is under no root.
pub fn not_found(path: &str, roots: &[PathBuf]) -> Diagnostic {
    Diagnostic::error(code::FILE_NOT_FOUND, format!("there is no file `{path}`"))
        .help(format!("it was looked for under {}", list_roots(roots)))
}

/// The import name of a file on disk: its path relative to the first root that holds it.
pub fn import_name(file: &Path, roots: &[PathBuf]) -> Result<String, Diagnostic> {
    let shown = file.display();
    if !file.is_file() {
        return Err(no_file(file, roots));
    }
    let absolute = normalize(file);
    let relative = roots.iter().find_map(|root| {
        absolute
            .strip_prefix(normalize(root))
            .ok()
            .map(Path::to_owned)
    });
    let Some(relative) = relative else {
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        return Err(Diagnostic::error(
            code::FILE_OUTSIDE_ROOTS,
            format!("`{shown}` lies under no root"),
        )
        .help(format!(
            "add the folder that its imports start from, such as `-I {}`",
            folder.display()
        )));
    };
    let parts: Option<Vec<_>> = relative
        .components()
        .map(|part| part.as_os_str().to_str())
        .collect();
    parts.map(|parts| parts.join("/")).ok_or_else(|| {
        Diagnostic::error(
            code::FILE_NOT_UTF8,
            format!("the name of `{shown}` is not UTF-8"),
        )
        .help("rename the file")
    })
}

/// What was asked for is no file.
fn no_file(file: &Path, roots: &[PathBuf]) -> Diagnostic {
    let shown = file.display();
    if file.is_dir() {
        return Diagnostic::error(code::FILE_NOT_FOUND, format!("`{shown}` is a folder")).help(
            format!(
                "name files, such as `{}`",
                file.join("name.proto").display()
            ),
        );
    }
    let under = roots.iter().map(|root| root.join(file));
    let mut found: Vec<String> = under
        .filter(|path| path.is_file())
        .map(|path| format!("`{}`", display(&path)))
        .collect();
    if found.is_empty() {
        let beside: Vec<String> = file
            .parent()
            .map(|folder| {
                if folder.as_os_str().is_empty() {
                    Path::new(".")
                } else {
                    folder
                }
            })
            .and_then(|folder| folder.read_dir().ok())
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| display(&entry.path()))
            .filter(|path| path.ends_with(".proto"))
            .collect();
        let name = file.to_string_lossy();
        found = nearest(&name, beside.iter().map(String::as_str));
    }
    Diagnostic::error(code::FILE_NOT_FOUND, format!("there is no file `{shown}`")).help(match found
        .as_slice()
    {
        [] => "a file's path starts from the current folder, not from a root".to_owned(),
        found => format!("did you mean {}?", found.join(" or ")),
    })
}

/// An absolute path without `.` and `..`, symbolic links left as they are.
fn normalize(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut normal = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// The roots, for a sentence.
pub fn list_roots(roots: &[PathBuf]) -> String {
    let roots: Vec<_> = roots
        .iter()
        .map(|root| format!("`{}`", root.display()))
        .collect();
    roots.join(", ")
}
