//! The import statements of one module, in the order and form of `protoc-gen-es`.

use std::cmp::Ordering;

use rustc_hash::{FxHashMap, FxHashSet};

use super::modules::Module;
use super::string_literal;
use crate::config::ImportExtension;

/// Collects what a module uses of others. A name that the module already has is imported under another.
///
/// Statements stand in the order of first use, so views must ask for names in the order in which templates place
/// them.
#[derive(Debug)]
pub struct Imports {
    /// The importing module, without its extension.
    importer: String,
    extension: ImportExtension,
    taken: FxHashSet<String>,
    sources: Vec<Source>,
    /// Of each module, its place in `sources`.
    places: FxHashMap<Module, usize>,
}

#[derive(Debug)]
struct Source {
    module: Module,
    symbols: FxHashMap<String, Symbol>,
}

#[derive(Debug)]
struct Symbol {
    /// What the importing module calls it.
    local: String,
    /// Used as a value somewhere, so that `import type` would not do.
    value: bool,
}

impl Imports {
    /// For a module that declares `exports` itself.
    pub fn new<'a>(
        importer: String,
        extension: ImportExtension,
        exports: impl Iterator<Item = &'a str>,
    ) -> Self {
        Self {
            importer,
            extension,
            taken: exports.map(str::to_owned).collect(),
            sources: Vec::new(),
            places: FxHashMap::default(),
        }
    }

    /// What to call something that is used as a type.
    pub fn type_of(&mut self, module: &Module, name: &str) -> String {
        self.symbol(module, name).local.clone()
    }

    /// What to call something that is used as a value.
    pub fn value(&mut self, module: &Module, name: &str) -> String {
        let symbol = self.symbol(module, name);
        symbol.value = true;
        symbol.local.clone()
    }

    fn symbol(&mut self, module: &Module, name: &str) -> &mut Symbol {
        let Self {
            importer,
            taken,
            sources,
            places,
            ..
        } = self;
        let place = places.get(module).copied().unwrap_or_else(|| {
            sources.push(Source {
                module: module.clone(),
                symbols: FxHashMap::default(),
            });
            places.insert(module.clone(), sources.len() - 1);
            sources.len() - 1
        });
        let symbols = &mut sources[place].symbols;
        symbols.entry(name.to_owned()).or_insert_with(|| {
            let itself = matches!(module, Module::Sibling(path) if path == importer);
            Symbol {
                local: if itself {
                    name.to_owned()
                } else {
                    take(taken, name)
                },
                value: false,
            }
        })
    }

    /// The statements, each with its line break.
    pub fn statements(&self) -> String {
        let foreign = self
            .sources
            .iter()
            .filter(|source| source.module != Module::Sibling(self.importer.clone()));
        foreign.map(|source| self.statements_of(source)).collect()
    }

    fn statements_of(&self, source: &Source) -> String {
        let specifier = string_literal(&source.module.specifier(&self.importer, self.extension));
        [("import type", false), ("import", true)]
            .into_iter()
            .filter_map(|(keyword, value)| {
                let names = names(
                    source
                        .symbols
                        .iter()
                        .filter(|(_, symbol)| symbol.value == value),
                );
                (!names.is_empty()).then(|| format!("{keyword} {{ {names} }} from {specifier};\n"))
            })
            .collect()
    }
}

/// `name`, or the first of `name$1`, `name$2` … that is free.
fn take(taken: &mut FxHashSet<String>, name: &str) -> String {
    let free = std::iter::once(name.to_owned())
        .chain((1..).map(|count| format!("{name}${count}")))
        .find(|candidate| !taken.contains(candidate))
        .unwrap_or_default();
    taken.insert(free.clone());
    free
}

fn names<'a>(symbols: impl Iterator<Item = (&'a String, &'a Symbol)>) -> String {
    let mut symbols: Vec<_> = symbols.collect();
    symbols.sort_by(|(a, _), (b, _)| collate(a, b));
    let names = symbols
        .into_iter()
        .map(|(name, symbol)| match &symbol.local {
            local if local == name => name.clone(),
            local => format!("{name} as {local}"),
        });
    names.collect::<Vec<_>>().join(", ")
}

/// Orders identifiers as Unicode's root collation does: `_`, `$`, digits, letters; the case of letters counts only
/// where nothing else tells two names apart, and then the lower one comes first.
fn collate(a: &str, b: &str) -> Ordering {
    fn alphabet(letter: u8) -> (u8, u8) {
        match letter {
            b'_' => (0, 0),
            b'$' => (1, 0),
            b'0'..=b'9' => (2, letter),
            _ => (3, letter.to_ascii_lowercase()),
        }
    }
    let by_letter = a.bytes().map(alphabet).cmp(b.bytes().map(alphabet));
    // In ASCII the capitals come first.
    by_letter.then_with(|| b.cmp(a))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_sorted_as_collation_does() {
        let mut names = [
            "b", "B", "a1", "a", "A", "a_", "a$", "Z", "_", "aB", "AB", "Ab", "ab",
        ];
        names.sort_by(|a, b| collate(a, b));
        assert_eq!(
            names,
            [
                "_", "a", "A", "a_", "a$", "a1", "ab", "aB", "Ab", "AB", "b", "B", "Z"
            ]
        );
    }

    #[test]
    fn an_import_gives_way_to_what_the_module_exports() {
        let mut imports = Imports::new(
            "a_pb".to_owned(),
            ImportExtension::Js,
            ["Message"].into_iter(),
        );
        let runtime = Module::package("runtime");
        assert_eq!(imports.type_of(&runtime, "Message"), "Message$1");
        assert_eq!(
            imports.value(&Module::Sibling("x/b_pb".to_owned()), "Message"),
            "Message$2"
        );
        assert_eq!(
            imports.type_of(&Module::Sibling("a_pb".to_owned()), "Message"),
            "Message"
        );
        assert_eq!(
            imports.statements(),
            "import type { Message as Message$1 } from \"runtime\";\n\
             import { Message as Message$2 } from \"./x/b_pb.js\";\n"
        );
    }
}
