//! The Rust runtime of Bellwire.
