use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic, code};

/// Why an output folder cannot be written, or not safely.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot {action} {}", .path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
        /// It came before anything was changed.
        is_first: bool,
    },
    #[error("{path:?} cannot be the path of a file in {}", .root.display())]
    UnsafePath { root: PathBuf, path: String },
    #[error("{} and {second:?} differ in case alone", .root.join(.first).display())]
    CaseConflict {
        root: PathBuf,
        first: String,
        second: String,
    },
    #[error("{} is a symbolic link", .path.display())]
    SymbolicLink { path: PathBuf },
    #[error("{} stands where {wanted} must be", .path.display())]
    InTheWay { path: PathBuf, wanted: &'static str },
    #[error("{} exists and bellwire did not write it", .path.display())]
    ForeignFile { path: PathBuf },
}

impl Error {
    fn code(&self) -> Code {
        match self {
            Self::Io { .. } => code::OUTPUT_IO,
            Self::UnsafePath { .. } => code::OUTPUT_UNSAFE_PATH,
            Self::CaseConflict { .. } => code::OUTPUT_CASE_CONFLICT,
            Self::SymbolicLink { .. } => code::OUTPUT_SYMBOLIC_LINK,
            Self::InTheWay { .. } => code::OUTPUT_IN_THE_WAY,
            Self::ForeignFile { .. } => code::OUTPUT_FOREIGN_FILE,
        }
    }

    fn help(&self) -> &'static str {
        match self {
            Self::Io { is_first: true, .. } => {
                "nothing was written; see that the folder exists, has room and may be written to"
            }
            Self::Io {
                is_first: false, ..
            } => {
                "other files may be written already, each of them whole; mend this and run `bellwire gen` again"
            }
            Self::UnsafePath { .. } => {
                "nothing is written outside of the output folders; if this comes from the manifest, delete that line"
            }
            Self::CaseConflict { .. } => {
                "on some file systems they are one file; rename the schema file or the package of one of them"
            }
            Self::SymbolicLink { .. } => {
                "links inside an output folder are not followed; put a real folder there, or choose another `out`"
            }
            Self::InTheWay { .. } => "move it away, or choose another `out`",
            Self::ForeignFile { .. } => {
                "it is left alone; move it away, delete it, or choose another `out`, and run `bellwire gen` again"
            }
        }
    }

    pub(super) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            action,
            path: path.to_owned(),
            source,
            is_first: true,
        }
    }

    /// The same, from a run that may have changed something already.
    pub(super) fn unfinished(mut self) -> Self {
        if let Self::Io { is_first, .. } = &mut self {
            *is_first = false;
        }
        self
    }
}

impl From<Error> for Diagnostic {
    fn from(error: Error) -> Self {
        let message = match &error {
            Error::Io { source, .. } => format!("{error}: {source}"),
            _ => error.to_string(),
        };
        Self::error(error.code(), message).help(error.help())
    }
}
