//! From a checked schema to the text of every output file. Pure: nothing is read and nothing can fail.
//!
//! One module per target. Each builds views (finished strings) and lets the templates under `generators/` place them;
//! no target's module imports another's.

pub mod dart;
pub mod rust;
mod templates;
pub mod typescript;
pub mod units;
