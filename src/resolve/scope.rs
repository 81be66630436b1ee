//! What a type name means, by protobuf's scoping rules.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::{EnumId, FileId, MessageId};

/// What a full name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbol {
    Package,
    Message(MessageId),
    Enum(EnumId),
    EnumValue,
    Field,
    Oneof,
    Extension,
    Service,
    Method,
}

impl Symbol {
    /// Names can be looked up inside it.
    fn is_scope(self) -> bool {
        matches!(
            self,
            Self::Package | Self::Message(_) | Self::Enum(_) | Self::Service
        )
    }

    /// With its article, for a sentence.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Package => "a package",
            Self::Message(_) => "a message",
            Self::Enum(_) => "an enum",
            Self::EnumValue => "an enum value",
            Self::Field => "a field",
            Self::Oneof => "a oneof",
            Self::Extension => "an extension",
            Self::Service => "a service",
            Self::Method => "a method",
        }
    }
}

/// Every name of a compilation, with the files that declare it: a package has several.
#[derive(Debug, Default)]
pub struct Symbols {
    names: BTreeMap<String, (Symbol, Vec<FileId>)>,
}

/// What a lookup came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Lookup {
    Found(String, Symbol),
    /// There is such a thing, in a file that the asking one does not import.
    NotImported(String, FileId),
    Unknown,
}

impl Symbols {
    pub fn add(&mut self, full_name: &str, symbol: Symbol, file: FileId) {
        let entry = self
            .names
            .entry(full_name.to_owned())
            .or_insert_with(|| (symbol, Vec::new()));
        entry.1.push(file);
    }

    /// Adds a package and all that it lies in.
    pub fn add_package(&mut self, package: &str, file: FileId) {
        for (end, _) in package.match_indices('.') {
            self.add(&package[..end], Symbol::Package, file);
        }
        if !package.is_empty() {
            self.add(package, Symbol::Package, file);
        }
    }

    /// Looks a name up from inside `scope` (a full name, or empty), seeing only what `visible` files declare.
    ///
    /// The first part of the name is looked for in the innermost scope first, then outwards; where it is found, the
    /// rest must be found too. A name of one part passes over what is not a type.
    pub fn lookup(&self, name: &str, scope: &str, visible: &BTreeSet<FileId>) -> Lookup {
        if let Some(full_name) = name.strip_prefix('.') {
            return self.exact(full_name, visible);
        }
        let first = name.split('.').next().unwrap_or(name);
        let mut fallback = Lookup::Unknown;
        for parent in scopes(scope) {
            let candidate = join(parent, first);
            if first.len() == name.len() {
                match self.exact(&candidate, visible) {
                    found @ Lookup::Found(_, Symbol::Message(_)) => return found,
                    other if fallback == Lookup::Unknown => fallback = other,
                    _ => {}
                }
            } else if let Some((symbol, files)) = self.names.get(&candidate) {
                if symbol.is_scope() && files.iter().any(|file| visible.contains(file)) {
                    return self.exact(&join(parent, name), visible);
                }
            }
        }
        if fallback == Lookup::Unknown {
            // Nothing visible: perhaps an import is missing.
            for parent in scopes(scope) {
                if let found @ Lookup::NotImported(..) = self.exact(&join(parent, name), visible) {
                    return found;
                }
            }
        }
        fallback
    }

    fn exact(&self, full_name: &str, visible: &BTreeSet<FileId>) -> Lookup {
        match self.names.get(full_name) {
            None => Lookup::Unknown,
            Some((symbol, files)) if files.iter().any(|file| visible.contains(file)) => {
                Lookup::Found(full_name.to_owned(), *symbol)
            }
            Some((_, files)) => Lookup::NotImported(full_name.to_owned(), files[0]),
        }
    }

    /// Every message that `visible` files declare, by full name.
    pub fn messages<'a>(&'a self, visible: &'a BTreeSet<FileId>) -> impl Iterator<Item = &'a str> {
        self.names.iter().filter_map(|(name, (symbol, files))| {
            (matches!(symbol, Symbol::Message(_))
                && files.iter().any(|file| visible.contains(file)))
            .then_some(name.as_str())
        })
    }
}

/// A scope and all that it lies in, innermost first, the root (empty) last.
fn scopes(scope: &str) -> impl Iterator<Item = &str> {
    let outer = scope.rmatch_indices('.').map(move |(end, _)| &scope[..end]);
    std::iter::once(scope)
        .chain(outer)
        .chain((!scope.is_empty()).then_some(""))
}

/// Joins a scope, which may be empty, and a name.
pub fn join(scope: &str, name: &str) -> String {
    if scope.is_empty() {
        name.to_owned()
    } else {
        format!("{scope}.{name}")
    }
}
