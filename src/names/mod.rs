//! The only place that spells a target's names. One module per language.

pub mod dart;
mod nearest;
pub mod rust;
pub mod schema;
pub mod typescript;

pub use nearest::nearest;
