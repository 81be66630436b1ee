//! What is emitted compiles, without a warning, and no comment of a schema becomes a doctest.
//!
//! Linted as strictly as clippy can, save for what a schema itself decides: its prose, the length of its lists, the
//! size of its messages, and what prost leaves to the caller.

#![deny(warnings)]
#![warn(clippy::pedantic)]
#![allow(
    clippy::doc_markdown,
    clippy::too_many_lines,
    clippy::large_enum_variant,
    clippy::must_use_candidate
)]
#![allow(clippy::unreadable_literal)]

include!(concat!(env!("OUT_DIR"), "/cases.rs"));
