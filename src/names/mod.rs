//! The only place that spells a target's names. One module per language.

pub mod dart;
pub mod rust;
pub mod typescript;
