//! Parts of a target's output that an earlier run may have made.

use std::collections::BTreeSet;
use std::path::Path;

use rayon::prelude::*;

use crate::schema::{FileId, Schema};

/// What a part of a target's output is made of. Nothing else may show in it, so that of the same it is always the same.
pub struct Unit<'a> {
    /// The target's output folder.
    pub out: &'a Path,
    /// Which of the target's kinds of parts it is.
    pub kind: &'static str,
    /// These files of the schema, and all that they import.
    pub files: &'a [FileId],
    /// What else of the schema shows in it.
    pub facts: &'a str,
}

/// Path in the output folder, and text, of each file of a unit.
pub type Files = Vec<(String, String)>;

/// What earlier runs made.
pub trait Earlier: Sync {
    /// The files of a unit, where an earlier run made it of the same. They are then in the output.
    fn recall(&self, unit: &Unit) -> Option<Files>;

    /// Takes note of a unit that is made anew.
    fn keep(&self, unit: &Unit, files: &Files);
}

/// There is no earlier run.
pub struct Nothing;

impl Earlier for Nothing {
    fn recall(&self, _: &Unit) -> Option<Files> {
        None
    }

    fn keep(&self, _: &Unit, _: &Files) {}
}

/// The files of a unit, made only where no earlier run did.
pub fn made(earlier: &dyn Earlier, unit: &Unit, make: impl FnOnce() -> Files) -> Files {
    earlier.recall(unit).unwrap_or_else(|| {
        let files = make();
        earlier.keep(unit, &files);
        files
    })
}

/// Goes through the parts of a target one by one, so that the threads that run out of them last do so together.
pub fn in_parallel<T: Send>(parts: Vec<T>) -> impl ParallelIterator<Item = T> {
    parts.into_par_iter().with_max_len(1)
}

/// Files with all that they import.
pub fn with_imports(schema: &Schema, files: impl IntoIterator<Item = FileId>) -> BTreeSet<FileId> {
    let mut open: Vec<FileId> = files.into_iter().collect();
    let mut found = BTreeSet::new();
    while let Some(file) = open.pop() {
        if found.insert(file) {
            open.extend(schema[file].imports.iter().map(|import| import.file));
        }
    }
    found
}
