//! What is emitted compiles, without a warning, and no comment of a schema becomes a doctest.
//!
//! Linted as strictly as clippy can; what a schema itself decides, the module tree says.

#![deny(warnings)]
#![warn(clippy::pedantic, missing_debug_implementations, missing_docs)]

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
