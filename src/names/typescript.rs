//! How things are called in TypeScript: its keywords, and the one rule that escapes them.
