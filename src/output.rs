//! The only writer.

use std::collections::BTreeMap;

/// The files of one output folder: path (relative to it, `/` between folders) → text.
pub type Tree = BTreeMap<String, String>;
