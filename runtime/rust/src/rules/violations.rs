//! What is wrong with a message.

use std::fmt;

use super::At;

/// A message that has rules, or whose fields have.
///
/// Generated for every message with rules of `buf.validate`, and called before a handler is.
pub trait Validate {
    /// Adds everything that is wrong with the message, which stands at that place, to what was found.
    fn check(&self, at: &At<'_>, found: &mut Violations);

    /// Checks the message by itself. Allocates only if something is wrong.
    ///
    /// # Errors
    ///
    /// Everything that is wrong.
    fn validate(&self) -> Result<(), Violations> {
        let mut found = Violations::default();
        self.check(&At::root(), &mut found);
        match found.is_empty() {
            true => Ok(()),
            false => Err(found),
        }
    }
}

impl<M: Validate> Validate for Box<M> {
    fn check(&self, at: &At<'_>, found: &mut Violations) {
        M::check(self, at, found);
    }
}

/// One rule that a message breaks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Violation {
    /// Where: `user.emails[0]`, as protovalidate writes field paths; empty for a rule of the message as a whole.
    pub field: String,
    /// Which rule: `string.email`, `required`, or the id that the schema gives.
    pub rule_id: &'static str,
    /// What to tell a person, in English: `must be a valid email address`.
    pub message: &'static str,
    /// It is about the key of the map entry, not about its value.
    pub for_key: bool,
}

/// Every rule that a message breaks, in the order of the message's fields. Never empty in an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.0.iter()
    }

    /// Adds one.
    #[cold]
    #[inline(never)]
    pub fn add(&mut self, at: At<'_>, rule_id: &'static str, message: &'static str) {
        self.0.push(Violation {
            field: at.to_string(),
            rule_id,
            message,
            for_key: false,
        });
    }

    /// Adds one that is about the key of a map entry.
    #[cold]
    #[inline(never)]
    pub fn add_key(&mut self, at: At<'_>, rule_id: &'static str, message: &'static str) {
        self.add(at, rule_id, message);
        if let Some(last) = self.0.last_mut() {
            last.for_key = true;
        }
    }

    /// Adds one, unless the same was found before.
    #[cold]
    #[inline(never)]
    pub fn add_once(&mut self, at: At<'_>, rule_id: &'static str, message: &'static str) {
        let field = at.to_string();
        let is_same = |known: &Violation| known.rule_id == rule_id && known.field == field;
        if !self.iter().any(is_same) {
            self.add(at, rule_id, message);
        }
    }

    /// Brings those behind the first `before` into the order of their fields: a map has none of its own.
    pub fn sort_from(&mut self, before: usize) {
        if let Some(added) = self.0.get_mut(before..) {
            added.sort();
        }
    }
}

/// `email: must be a valid email address; age: must be greater than 17`
impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            let joint = if index > 0 { "; " } else { "" };
            write!(f, "{joint}{violation}")?;
        }
        Ok(())
    }
}

/// `email: must be a valid email address`
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.is_empty() {
            true => f.write_str(self.message),
            false => write!(f, "{}: {}", self.field, self.message),
        }
    }
}

impl std::error::Error for Violations {}

impl IntoIterator for Violations {
    type Item = Violation;
    type IntoIter = std::vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
