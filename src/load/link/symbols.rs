//! Every declared name, and what a name means by protobuf's scoping rules.

use std::collections::BTreeSet;
use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::schema::FileId;

/// What kind of thing a full name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Package,
    Message,
    /// The synthetic message of a map field.
    MapEntry,
    Enum,
    EnumValue,
    Field,
    Oneof,
    Extension,
    Service,
    Method,
}

impl Kind {
    /// Names can be looked up inside it.
    fn is_scope(self) -> bool {
        matches!(
            self,
            Self::Package | Self::Message | Self::MapEntry | Self::Enum | Self::Service
        )
    }

    pub fn is_type(self) -> bool {
        matches!(self, Self::Message | Self::MapEntry | Self::Enum)
    }

    /// With its article, for a sentence.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Package => "a package",
            Self::Message => "a message",
            Self::MapEntry => "the entry of a map field",
            Self::Enum => "an enum",
            Self::EnumValue => "an enum value",
            Self::Field => "a field",
            Self::Oneof => "a oneof",
            Self::Extension => "an extension",
            Self::Service => "a service",
            Self::Method => "a method",
        }
    }
}

/// One declaration of a name.
#[derive(Debug, Clone)]
pub struct Definition {
    pub kind: Kind,
    pub file: FileId,
    /// Of the name, in the file's text.
    pub range: Range<usize>,
    /// Of the element, in its file's descriptor; empty for a package.
    pub path: Vec<i32>,
    /// For an enum value the full name of its enum.
    pub owner: Option<String>,
}

/// Every name of a compilation, with its declarations: a package has several.
#[derive(Debug, Default)]
pub struct Symbols {
    /// Declarations stand in the order of their files.
    names: FxHashMap<String, Vec<Definition>>,
}

/// What a lookup is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// A name of one part passes over what is not a type.
    Type,
    /// The first thing of that name counts.
    Anything,
}

/// What a lookup came to.
#[derive(Debug)]
pub enum Lookup<'a> {
    Found(String, &'a Definition),
    /// There is such a thing, in a file that the asking one does not import.
    NotImported(String, &'a Definition),
    /// The first part of the name is found in an inner scope, where the rest is not: the full name that it came to.
    Shadowed(String),
    Unknown,
}

impl Symbols {
    /// Adds a declaration; gives it back, behind one that had the name before, unless both are packages.
    pub fn add(
        &mut self,
        full_name: &str,
        definition: Definition,
    ) -> Result<(), Box<[Definition; 2]>> {
        let Some(definitions) = self.names.get_mut(full_name) else {
            self.names.insert(full_name.to_owned(), vec![definition]);
            return Ok(());
        };
        if let Some(first) = definitions.first()
            && (first.kind != Kind::Package || definition.kind != Kind::Package)
        {
            return Err(Box::new([first.clone(), definition]));
        }
        definitions.push(definition);
        Ok(())
    }

    pub fn get(&self, full_name: &str) -> Option<&Definition> {
        self.names.get(full_name)?.first()
    }

    /// Looks a name up from the inside of `scope` (a full name, or empty), seeing only what `visible` files declare.
    ///
    /// The first part of the name is looked for in the innermost scope first, then outwards; once it is found there,
    /// the rest must be found there too.
    pub fn lookup(
        &self,
        name: &str,
        scope: &str,
        want: Want,
        visible: &BTreeSet<FileId>,
    ) -> Lookup<'_> {
        if let Some(full_name) = name.strip_prefix('.') {
            return self.exact(full_name, visible);
        }
        let first = name.split('.').next().unwrap_or(name);
        let mut fallback = Lookup::Unknown;
        let mut candidate = String::with_capacity(scope.len() + 1 + name.len());
        for parent in scopes(scope) {
            candidate.clear();
            join_to(&mut candidate, parent, first);
            let Some(definition) = self.seen(&candidate, visible) else {
                continue;
            };
            if first.len() == name.len() {
                if want == Want::Anything || definition.kind.is_type() {
                    return Lookup::Found(candidate, definition);
                }
                if matches!(fallback, Lookup::Unknown) {
                    fallback = Lookup::Found(candidate.clone(), definition);
                }
            } else if definition.kind.is_scope() {
                let full_name = join(parent, name);
                return match self.exact(&full_name, visible) {
                    Lookup::Unknown if !parent.is_empty() => Lookup::Shadowed(full_name),
                    other => other,
                };
            }
        }
        if matches!(fallback, Lookup::Unknown) {
            let hidden = scopes(scope).map(|parent| self.exact(&join(parent, name), visible));
            fallback = hidden
                .into_iter()
                .find(|found| matches!(found, Lookup::NotImported(..)))
                .unwrap_or(Lookup::Unknown);
        }
        fallback
    }

    fn exact(&self, full_name: &str, visible: &BTreeSet<FileId>) -> Lookup<'_> {
        match (self.seen(full_name, visible), self.get(full_name)) {
            (Some(definition), _) => Lookup::Found(full_name.to_owned(), definition),
            (None, Some(hidden)) => Lookup::NotImported(full_name.to_owned(), hidden),
            (None, None) => Lookup::Unknown,
        }
    }

    /// The declaration of that name in a visible file.
    fn seen(&self, full_name: &str, visible: &BTreeSet<FileId>) -> Option<&Definition> {
        let definitions = self.names.get(full_name)?;
        if definitions.len() <= visible.len() {
            let mut definitions = definitions.iter();
            return definitions.find(|definition| visible.contains(&definition.file));
        }
        // A package that many files share; each came after those before it.
        visible.iter().find_map(|file| {
            let place = definitions.binary_search_by_key(file, |definition| definition.file);
            Some(&definitions[place.ok()?])
        })
    }

    /// In the order of their names.
    fn sorted(&self, wanted: impl Fn(&str, &[Definition]) -> bool) -> std::vec::IntoIter<&str> {
        let mut names: Vec<&str> = self
            .names
            .iter()
            .filter(|(name, definitions)| wanted(name, definitions))
            .map(|(name, _)| name.as_str())
            .collect();
        names.sort_unstable();
        names.into_iter()
    }

    /// Every name of that kind, in order.
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.sorted(|_, definitions| definitions[0].kind == kind)
    }

    /// The names of a message's fields, in order.
    pub fn fields(&self, message: &str) -> impl Iterator<Item = &str> {
        self.sorted(|name, definitions| {
            definitions[0].kind == Kind::Field && parent(name) == message
        })
        .map(last_part)
    }

    /// The names of an enum's values, in order.
    pub fn values(&self, enum_: &str) -> impl Iterator<Item = &str> {
        self.sorted(|_, definitions| definitions[0].owner.as_deref() == Some(enum_))
            .map(last_part)
    }

    /// Every name of these kinds that `visible` files declare, in order.
    pub fn visible(
        &self,
        kinds: &[Kind],
        visible: &BTreeSet<FileId>,
    ) -> impl Iterator<Item = &str> {
        self.sorted(|_, definitions| {
            let seen = |definition: &Definition| {
                kinds.contains(&definition.kind) && visible.contains(&definition.file)
            };
            definitions.iter().any(seen)
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

/// What a full name lies in; empty for a name of one part.
pub fn parent(full_name: &str) -> &str {
    full_name.rsplit_once('.').map_or("", |(parent, _)| parent)
}

/// What a full name ends in.
fn last_part(full_name: &str) -> &str {
    full_name.rsplit('.').next().unwrap_or(full_name)
}

/// Joins a scope, which may be empty, and a name.
pub fn join(scope: &str, name: &str) -> String {
    let mut joined = String::with_capacity(scope.len() + 1 + name.len());
    join_to(&mut joined, scope, name);
    joined
}

fn join_to(joined: &mut String, scope: &str, name: &str) {
    joined.push_str(scope);
    if !scope.is_empty() {
        joined.push('.');
    }
    joined.push_str(name);
}
