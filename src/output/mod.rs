//! The only writer.
//!
//! A run is planned first: every output folder is compared with the files that it should hold, and whatever speaks
//! against the run is found before anything is touched. A plan is then either carried out ([`write()`]) or shown
//! ([`Plan::diff`]). Files that no manifest names and that do not say that they are ours are never touched.

mod diff;
mod error;
mod manifest;
mod plan;
mod temporary;
mod write;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use error::Error;
pub use manifest::MANIFEST;
pub use plan::{Change, Kind, Plan, Stands, holds, plan, plan_with, read_file};
#[cfg(feature = "cli")]
pub(crate) use temporary::{Presence, Temporary};
pub use write::{Written, write};

/// The files of one output folder: path (relative to it, `/` between folders) → text.
pub type Tree = BTreeMap<String, String>;

/// One output folder and all that belongs into it.
#[derive(Debug, Clone)]
pub struct Output {
    pub root: PathBuf,
    pub tree: Tree,
}
