//! Names that are taken, and the suffixes that tell others from them.

use rustc_hash::FxHashSet;

/// Names that are given, beside those that never are.
#[derive(Debug)]
pub struct Taken {
    given: FxHashSet<String>,
    /// Each in order.
    never: &'static [&'static [&'static str]],
}

impl Taken {
    pub fn never(never: &'static [&'static [&'static str]]) -> Self {
        Self {
            given: FxHashSet::default(),
            never,
        }
    }

    pub fn add(&mut self, name: &str) {
        self.given.insert(name.to_owned());
    }

    pub fn contains(&self, name: &str) -> bool {
        let mut never = self.never.iter();
        self.given.contains(name) || never.any(|names| names.binary_search(&name).is_ok())
    }
}

impl FromIterator<String> for Taken {
    fn from_iter<T: IntoIterator<Item = String>>(names: T) -> Self {
        Self {
            given: names.into_iter().collect(),
            never: &[],
        }
    }
}

impl<const N: usize> From<[&str; N]> for Taken {
    fn from(names: [&str; N]) -> Self {
        Self {
            given: names.map(str::to_owned).into_iter().collect(),
            never: &[],
        }
    }
}

/// `_`, `_0`, `_1`, …
pub fn underscore_suffixes() -> impl Fn(usize) -> String {
    |attempt| {
        if attempt == 0 {
            "_".to_owned()
        } else {
            format!("_{}", attempt - 1)
        }
    }
}

/// `Ext`, `2`, `3`, …
pub fn ext_suffixes() -> impl Fn(usize) -> String {
    |attempt| {
        if attempt == 0 {
            "Ext".to_owned()
        } else {
            (attempt + 1).to_string()
        }
    }
}

/// The name with the first suffix that makes it unused, or with none; it joins what is taken.
pub fn unused(name: &str, taken: &mut Taken, suffixes: &dyn Fn(usize) -> String) -> String {
    let [name] = unused_with(name, taken, suffixes, &|name| [name.to_owned()]);
    name
}

/// Likewise where a name brings several identifiers, all of which must be unused. An empty one is none.
pub fn unused_with<const N: usize>(
    name: &str,
    taken: &mut Taken,
    suffixes: &dyn Fn(usize) -> String,
    spell: &dyn Fn(&str) -> [String; N],
) -> [String; N] {
    let mut identifiers = spell(name);
    let mut attempt = 0;
    while identifiers.iter().any(|name| taken.contains(name)) {
        identifiers = spell(&format!("{name}{}", suffixes(attempt)));
        attempt += 1;
    }
    taken.given.reserve(N);
    let given = identifiers.iter().filter(|name| !name.is_empty());
    taken.given.extend(given.cloned());
    identifiers
}
