//! What is emitted compiles, without a warning, and no comment of a schema becomes a doctest.
//!
//! Linted as strictly as clippy can, save for what a schema itself decides: its prose, the length of its lists, the
//! size of its messages, and what prost leaves to the caller.

#![deny(warnings)]
#![warn(clippy::pedantic, missing_debug_implementations)]
#![allow(
    clippy::doc_markdown,
    clippy::too_many_lines,
    clippy::large_enum_variant
)]
#![allow(clippy::unreadable_literal)]

include!(concat!(env!("OUT_DIR"), "/cases.rs"));

/// What the service of a group whose inputs have rules demands of its error.
impl From<bellwire::Violations> for params::rust::export::v1::Problem {
    fn from(violations: bellwire::Violations) -> Self {
        Self {
            text: violations.to_string(),
        }
    }
}

/// What `violations: crate::illegal` in a configuration names in its place.
#[allow(
    clippy::needless_pass_by_value,
    reason = "the form that the glue calls"
)]
#[must_use]
pub fn illegal(violations: bellwire::Violations) -> params::rust_function::export::v1::Problem {
    params::rust_function::export::v1::Problem {
        text: format!("{} mistakes", violations.len()),
    }
}
