//! What one Dart file imports: noted while its views are built, as they refer to types.

use std::collections::BTreeMap;

use super::layout;
use super::reach::Reach;
use crate::names::dart::{self as names, Names, Taken};
use crate::schema::{EnumId, File, FileId, MessageId, Origin, Schema};

/// The prefix of Bellwire's runtime.
pub const BELLWIRE: &str = "$bellwire";

/// Everything comes under a prefix with a `$`, which no name of a schema has; so none can hide another.
pub struct Imports<'a> {
    pub schema: &'a Schema,
    pub names: &'a Names<'a>,
    pub reach: &'a Reach,
    pub file: FileId,
    /// Whether the file's own messages and enums stand in the file that is written.
    own: bool,
    /// Under their prefixes.
    libraries: BTreeMap<&'static str, &'static str>,
    prefixes: BTreeMap<FileId, String>,
    taken: Taken,
    own_enums: bool,
}

impl<'a> Imports<'a> {
    /// For the file of a `.proto`'s messages.
    pub fn of_messages(
        schema: &'a Schema,
        names: &'a Names<'a>,
        reach: &'a Reach,
        file: FileId,
    ) -> Self {
        let taken = Taken::from(["$core", "$fixnum", "$pb", BELLWIRE]);
        Self {
            schema,
            names,
            reach,
            file,
            own: true,
            libraries: BTreeMap::new(),
            prefixes: BTreeMap::new(),
            taken,
            own_enums: false,
        }
    }

    /// For the file of a `.proto`'s groups, which imports the messages.
    pub fn of_client(
        schema: &'a Schema,
        names: &'a Names<'a>,
        reach: &'a Reach,
        file: FileId,
    ) -> Self {
        Self {
            own: false,
            ..Self::of_messages(schema, names, reach, file)
        }
    }

    /// A type of `dart:core`.
    pub fn core(&mut self, name: &str) -> String {
        self.libraries.insert("$core", "dart:core");
        ["$core.", name].concat()
    }

    /// Notes that a declaration is marked as deprecated, where it is.
    pub fn deprecated(&mut self, deprecated: bool) -> bool {
        if deprecated {
            self.core("Deprecated");
        }
        deprecated
    }

    /// Notes that the file uses `package:protobuf`, as `$pb`.
    pub fn use_protobuf(&mut self) {
        self.libraries
            .insert("$pb", "package:protobuf/protobuf.dart");
    }

    pub fn int64(&mut self) -> String {
        self.libraries
            .insert("$fixnum", "package:fixnum/fixnum.dart");
        "$fixnum.Int64".to_owned()
    }

    /// A type of what Bellwire's runtime has for messages.
    pub fn runtime(&mut self, name: &str) -> String {
        self.libraries
            .insert(BELLWIRE, "package:bellwire/messages.dart");
        format!("{BELLWIRE}.{name}")
    }

    /// Notes that the file uses Bellwire's runtime.
    pub fn use_bellwire(&mut self) {
        self.libraries
            .insert(BELLWIRE, "package:bellwire/bellwire.dart");
    }

    /// A message's class, as this file calls it.
    pub fn message(&mut self, id: MessageId) -> String {
        let class = self.names.message(id);
        self.qualified(self.schema[id].file, class)
    }

    /// An enum's class, as this file calls it.
    pub fn enumeration(&mut self, id: EnumId) -> String {
        let file = self.schema[id].file;
        if self.own && file == self.file {
            self.own_enums = true;
        }
        let class = self.names.enumeration(id);
        self.qualified(file, class)
    }

    fn qualified(&mut self, file: FileId, class: &str) -> String {
        if self.own && file == self.file {
            return class.to_owned();
        }
        let (schema, taken) = (self.schema, &mut self.taken);
        let prefix = self
            .prefixes
            .entry(file)
            .or_insert_with(|| names::import_prefix(&schema[file].path, taken));
        [prefix.as_str(), ".", class].concat()
    }

    /// The import statements, a line each: of Dart, of packages, of other generated files, with empty lines between.
    pub fn statements(&self) -> String {
        let mut imports: BTreeMap<(u8, String), String> = BTreeMap::new();
        let mut add = |uri: String, prefix: Option<&str>| {
            let rank = if uri.starts_with("dart:") {
                0
            } else {
                u8::from(!uri.starts_with("package:")) + 1
            };
            let statement = import(&uri, prefix);
            imports.insert((rank, uri), statement);
        };
        for (prefix, uri) in &self.libraries {
            add((*uri).to_owned(), Some(prefix));
        }
        for (file, prefix) in &self.prefixes {
            add(self.uri(*file, ".pb.dart"), Some(prefix));
        }
        if self.own_enums {
            add(self.uri(self.file, ".pbenum.dart"), None);
        }
        let mut lines = Vec::new();
        let mut previous = None;
        for ((rank, _), statement) in imports {
            if previous.is_some_and(|previous| previous != rank) {
                lines.push(String::new());
            }
            previous = Some(rank);
            lines.push(statement);
        }
        lines.join("\n")
    }

    /// How this file refers to the Dart file of a `.proto`.
    pub fn uri(&self, target: FileId, extension: &str) -> String {
        uri(self.schema, self.file, target, extension)
    }
}

/// How a Dart file of one `.proto` refers to one of another.
pub fn uri(schema: &Schema, from: FileId, to: FileId, extension: &str) -> String {
    let (from, to) = (&schema[from], &schema[to]);
    let path = dart_path(to, extension);
    if to.origin == Origin::WellKnown && from.origin != Origin::WellKnown {
        format!("package:bellwire/{path}")
    } else {
        relative(&from.path, &path)
    }
}

/// The path of a `.proto`'s Dart file.
pub fn dart_path(file: &File, extension: &str) -> String {
    let stem = file.path.strip_suffix(".proto").unwrap_or(&file.path);
    format!("{stem}{extension}")
}

fn import(uri: &str, prefix: Option<&str>) -> String {
    let Some(prefix) = prefix else {
        return format!("import '{uri}';");
    };
    let line = format!("import '{uri}' as {prefix};");
    if layout::fits(0, &line, 0) {
        line
    } else {
        format!("import '{uri}'\n    as {prefix};")
    }
}

/// The way from the folder of one path to another.
fn relative(from: &str, to: &str) -> String {
    let from: Vec<&str> = from.split('/').collect();
    let to: Vec<&str> = to.split('/').collect();
    let folders = &from[..from.len() - 1];
    let shared = folders
        .iter()
        .zip(&to[..to.len() - 1])
        .take_while(|(a, b)| a == b)
        .count();
    let mut steps = vec![".."; folders.len() - shared];
    steps.extend(&to[shared..]);
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn relative_paths() {
        assert_eq!(relative("a/b/c.proto", "a/b/d.pb.dart"), "d.pb.dart");
        assert_eq!(
            relative("a/b/c.proto", "a/x/y/d.pb.dart"),
            "../x/y/d.pb.dart"
        );
        assert_eq!(relative("c.proto", "a/d.pb.dart"), "a/d.pb.dart");
        assert_eq!(relative("a/b.proto", "d.pb.dart"), "../d.pb.dart");
    }
}
