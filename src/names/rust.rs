//! How things are called in Rust: its keywords, and the one rule that escapes them.
