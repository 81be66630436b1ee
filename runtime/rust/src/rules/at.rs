//! Where in a message a check is.

use std::fmt::{self, Write};

/// A place in a message: a message, a field of it, an item of a list, an entry of a map.
///
/// It is a chain of steps on the stack, written out only where something is violated.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    before: Option<&'a At<'a>>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    /// The message that is checked.
    Root,
    Field(&'a str),
    /// An item of the list that the field is.
    Item(&'a str, usize),
    /// An entry of the map that the field is.
    Entry(&'a str, Key<'a>),
    /// An item of the list that the step before names.
    Index(usize),
    /// An entry of the map that the step before names.
    Key(Key<'a>),
}

/// A map's key.
#[derive(Debug, Clone, Copy)]
pub enum Key<'a> {
    /// `flags[true]`
    Bool(bool),
    /// `counts[-1]`
    Int(i64),
    /// `counts[1]`
    Uint(u64),
    /// `names["one"]`
    Text(&'a str),
}

impl<'a> At<'a> {
    /// The message that is checked.
    #[must_use]
    pub const fn root() -> Self {
        Self {
            before: None,
            step: Step::Root,
        }
    }

    /// A field of the message, or a oneof.
    #[must_use]
    pub const fn field(&'a self, name: &'a str) -> Self {
        self.then(Step::Field(name))
    }

    /// An item of a list that is a field of the message.
    #[must_use]
    pub const fn item(&'a self, name: &'a str, index: usize) -> Self {
        self.then(Step::Item(name, index))
    }

    /// An entry of a map that is a field of the message.
    #[must_use]
    pub fn entry(&'a self, name: &'a str, key: impl Into<Key<'a>>) -> Self {
        self.then(Step::Entry(name, key.into()))
    }

    /// An item of this list.
    #[must_use]
    pub const fn index(&'a self, index: usize) -> Self {
        self.then(Step::Index(index))
    }

    /// An entry of this map.
    #[must_use]
    pub fn key(&'a self, key: impl Into<Key<'a>>) -> Self {
        self.then(Step::Key(key.into()))
    }

    const fn then(&'a self, step: Step<'a>) -> Self {
        Self {
            before: Some(self),
            step,
        }
    }

    fn is_root(&self) -> bool {
        matches!(self.step, Step::Root)
    }
}

/// As protovalidate writes field paths: `user.emails[0]`, `labels["a"].text`; nothing for the message itself.
impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Messages nest no deeper than they can be decoded.
        let before = self.before.filter(|before| !before.is_root());
        if let Some(before) = before {
            write!(f, "{before}")?;
        }
        let dot = if before.is_some() { "." } else { "" };
        match self.step {
            Step::Root => Ok(()),
            Step::Field(name) => write!(f, "{dot}{name}"),
            Step::Item(name, index) => write!(f, "{dot}{name}[{index}]"),
            Step::Entry(name, key) => write!(f, "{dot}{name}[{key}]"),
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Key(key) => write!(f, "[{key}]"),
        }
    }
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(key) => write!(f, "{key}"),
            Self::Int(key) => write!(f, "{key}"),
            Self::Uint(key) => write!(f, "{key}"),
            Self::Text(key) => quoted(key, f),
        }
    }
}

/// With the escapes that field paths have in protobuf-es, and no others.
fn quoted(key: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    for letter in key.chars() {
        match letter {
            '\\' => f.write_str("\\\\")?,
            '"' => f.write_str("\\\"")?,
            '\r' => f.write_str("\\r")?,
            '\n' => f.write_str("\\n")?,
            letter => f.write_char(letter)?,
        }
    }
    f.write_char('"')
}

macro_rules! key {
    ($($variant:ident: $($ty:ty),*;)*) => {
        $($(
            impl From<$ty> for Key<'_> {
                fn from(key: $ty) -> Self {
                    Self::$variant(key.into())
                }
            }

            impl From<&$ty> for Key<'_> {
                fn from(key: &$ty) -> Self {
                    Self::from(*key)
                }
            }
        )*)*
    };
}

key! {
    Bool: bool;
    Int: i32, i64;
    Uint: u32, u64;
}

impl<'a> From<&'a str> for Key<'a> {
    fn from(key: &'a str) -> Self {
        Self::Text(key)
    }
}

impl<'a> From<&'a String> for Key<'a> {
    fn from(key: &'a String) -> Self {
        Self::Text(key)
    }
}
