//! How things are called in Dart: its keywords, and the one rule that escapes them.
