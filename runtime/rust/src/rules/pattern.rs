//! Regular expressions.

use std::sync::OnceLock;

use regex::Regex;

/// A regular expression of a rule, compiled at its first use.
#[derive(Debug)]
pub struct Pattern {
    text: &'static str,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern in the syntax of the crate `regex`, which the compiler has tried.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self {
            text,
            regex: OnceLock::new(),
        }
    }

    /// Whether it matches somewhere in a text. One that does not compile, which the compiler would have said, matches
    /// nothing.
    pub fn is_match(&self, text: &str) -> bool {
        let regex = self.regex.get_or_init(|| Regex::new(self.text).ok());
        regex.as_ref().is_some_and(|regex| regex.is_match(text))
    }

    /// The same for bytes, which must be UTF-8.
    pub fn is_match_bytes(&self, bytes: &[u8]) -> bool {
        std::str::from_utf8(bytes).is_ok_and(|text| self.is_match(text))
    }
}
