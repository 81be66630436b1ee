//! What a `_pb.ts` file exports, each under a name of its own.

use std::collections::{HashMap, HashSet};

use super::identifier;
use crate::schema::{EnumId, File, MessageId, Schema};

/// The exported names of one `_pb.ts` file. No two are equal, and none is a reserved word.
///
/// Types come first, then what describes them; the later of two equal names is told apart by `$`, `$1`, `$2` and on.
#[derive(Debug)]
pub struct Symbols {
    /// The constant that describes the file.
    pub file: String,
    /// In the order of [`File::services`].
    pub services: Vec<String>,
    /// In the order of [`File::extensions`].
    pub extensions: Vec<String>,
    messages: HashMap<MessageId, MessageSymbols>,
    enums: HashMap<EnumId, TypeSymbols>,
}

#[derive(Debug, Default)]
struct TypeSymbols {
    shape: String,
    schema: String,
    /// Empty where there are no types of JSON.
    json: String,
}

#[derive(Debug, Default)]
struct MessageSymbols {
    of_type: TypeSymbols,
    /// In the order of [`crate::schema::Message::extensions`].
    extensions: Vec<String>,
}

impl Symbols {
    /// Names all that a file exports, types of JSON among it or not.
    pub fn of(schema: &Schema, file: &File, json_types: bool) -> Self {
        Namer::new(schema, file).name(json_types)
    }

    /// The type of a message.
    pub fn message(&self, id: MessageId) -> &str {
        &self.messages[&id].of_type.shape
    }

    /// The constant that describes a message.
    pub fn message_schema(&self, id: MessageId) -> &str {
        &self.messages[&id].of_type.schema
    }

    /// The type of a message in JSON.
    pub fn message_json(&self, id: MessageId) -> &str {
        &self.messages[&id].of_type.json
    }

    /// The constants of the extensions that a message declares inside itself.
    pub fn nested_extensions(&self, id: MessageId) -> &[String] {
        &self.messages[&id].extensions
    }

    /// The type of an enum.
    pub fn enumeration(&self, id: EnumId) -> &str {
        &self.enums[&id].shape
    }

    /// The constant that describes an enum.
    pub fn enumeration_schema(&self, id: EnumId) -> &str {
        &self.enums[&id].schema
    }

    /// The type of an enum in JSON.
    pub fn enumeration_json(&self, id: EnumId) -> &str {
        &self.enums[&id].json
    }

    /// Every name, in no order.
    pub fn exports(&self) -> impl Iterator<Item = &str> {
        let messages = self.messages.values();
        let extensions = messages.clone().flat_map(|message| &message.extensions);
        let types = messages
            .map(|message| &message.of_type)
            .chain(self.enums.values());
        std::iter::once(&self.file)
            .chain(types.flat_map(|of_type| [&of_type.shape, &of_type.schema, &of_type.json]))
            .chain(extensions)
            .chain(&self.extensions)
            .chain(&self.services)
            .map(String::as_str)
            .filter(|name| !name.is_empty())
    }
}

/// One walk over a file per kind of name, since the order in which names are taken decides who keeps the plain one.
struct Namer<'a> {
    schema: &'a Schema,
    file: &'a File,
    taken: HashSet<String>,
    symbols: Symbols,
}

impl<'a> Namer<'a> {
    fn new(schema: &'a Schema, file: &'a File) -> Self {
        let symbols = Symbols {
            file: String::new(),
            services: Vec::new(),
            extensions: Vec::new(),
            messages: HashMap::new(),
            enums: HashMap::new(),
        };
        Self {
            schema,
            file,
            taken: HashSet::new(),
            symbols,
        }
    }

    fn name(mut self, json_types: bool) -> Symbols {
        self.name_shapes(&self.file.messages, &self.file.enums);
        self.symbols.file = self.take(&file_constant(&self.file.path));
        self.name_schemas(&self.file.messages, &self.file.enums);
        for service in &self.file.services {
            let name = self.take(&service.name);
            self.symbols.services.push(name);
        }
        for extension in &self.file.extensions {
            let name = self.take(&extension.name);
            self.symbols.extensions.push(name);
        }
        if json_types {
            self.name_json(&self.file.messages, &self.file.enums);
        }
        self.symbols
    }

    fn name_shapes(&mut self, messages: &'a [MessageId], enums: &'a [EnumId]) {
        for &id in messages {
            let message = &self.schema[id];
            if message.map_entry {
                continue;
            }
            self.symbols.messages.entry(id).or_default().of_type.shape =
                self.take(&self.joined(&message.full_name));
            self.name_shapes(&message.messages, &message.enums);
        }
        for &id in enums {
            let shape = self.take(&self.joined(&self.schema[id].full_name));
            self.symbols.enums.entry(id).or_default().shape = shape;
        }
    }

    fn name_schemas(&mut self, messages: &'a [MessageId], enums: &'a [EnumId]) {
        for &id in messages {
            let message = &self.schema[id];
            if message.map_entry {
                continue;
            }
            let schema = self.take(&format!("{}Schema", self.joined(&message.full_name)));
            self.symbols.messages.entry(id).or_default().of_type.schema = schema;
            self.name_schemas(&message.messages, &message.enums);
            for extension in &message.extensions {
                let name = self.take(&self.joined(&extension.full_name));
                self.symbols
                    .messages
                    .entry(id)
                    .or_default()
                    .extensions
                    .push(name);
            }
        }
        for &id in enums {
            let schema = self.take(&format!(
                "{}Schema",
                self.joined(&self.schema[id].full_name)
            ));
            self.symbols.enums.entry(id).or_default().schema = schema;
        }
    }

    fn name_json(&mut self, messages: &'a [MessageId], enums: &'a [EnumId]) {
        for &id in messages {
            let message = &self.schema[id];
            if message.map_entry {
                continue;
            }
            let json = self.take(&format!("{}Json", self.joined(&message.full_name)));
            self.symbols.messages.entry(id).or_default().of_type.json = json;
            self.name_json(&message.messages, &message.enums);
        }
        for &id in enums {
            let json = self.take(&format!("{}Json", self.joined(&self.schema[id].full_name)));
            self.symbols.enums.entry(id).or_default().json = json;
        }
    }

    /// A full name without its package, `Outer.Inner` as `Outer_Inner`.
    fn joined(&self, full_name: &str) -> String {
        let package = &self.file.package;
        let local = if package.is_empty() {
            full_name
        } else {
            &full_name[package.len() + 1..]
        };
        local.replace('.', "_")
    }

    fn take(&mut self, ideal: &str) -> String {
        let suffixes = ["".to_owned(), "$".to_owned()]
            .into_iter()
            .chain((1..).map(|count| format!("${count}")));
        let name = suffixes
            .map(|suffix| identifier(&format!("{ideal}{suffix}")))
            .find(|name| !self.taken.contains(name))
            .unwrap_or_default();
        self.taken.insert(name.clone());
        name
    }
}

/// `user/v1/user.proto` → `file_user_v1_user`; what no identifier may hold becomes one underscore per stretch.
fn file_constant(path: &str) -> String {
    let mut name = String::from("file_");
    let mut replaced = false;
    for letter in path.strip_suffix(".proto").unwrap_or(path).chars() {
        let keep = letter.is_ascii_alphanumeric() || letter == '_';
        if keep {
            name.push(letter);
        } else if !replaced {
            name.push('_');
        }
        replaced = !keep;
    }
    name
}
