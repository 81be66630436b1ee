//! How things are called in Dart: its keywords, and the one rule that escapes them.
//!
//! For messages, enums and extensions the names are those of protoc-gen-dart, so that an app can switch to Bellwire
//! without touching its code. A name that is taken gets a suffix, and which one depends on the kind of thing and on
//! what was named before it; so the names of a whole file are given at once, in that plugin's order.

mod client;
mod spelling;
mod taken;
#[cfg(test)]
mod tests;
mod words;

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

pub use self::client::{
    callback, group_constant, listener, notification_constant, payload_parameter, request,
};
use self::spelling::{camel, lower_first, public, upper_first};
pub use self::spelling::{is_class_style, is_member_style, json_name_implies};
pub use self::taken::Taken;
use self::taken::{ext_suffixes, underscore_suffixes, unused, unused_with};
pub use self::words::DECLARED;
use self::words::{
    BUILT_IN_IDENTIFIERS, ENUM_MEMBERS, FORBIDDEN_TYPES, MESSAGE_MEMBERS, RESERVED_WORDS,
};
use crate::schema::{
    Cardinality, Enum, EnumId, Field, File, FileId, Message, MessageId, Schema, Type,
};

/// The member of an enum that makes values for numbers without one. No name of a schema has a `$`.
pub const OR_UNKNOWN: &str = "$_orUnknown";

/// The Dart names of everything in a schema. Those of a file are worked out when the first of them is asked for.
pub struct Names<'a> {
    schema: &'a Schema,
    files: Vec<OnceLock<FileNames>>,
}

/// The names of what one file declares.
#[derive(Default)]
struct FileNames {
    classes: FxHashMap<MessageId, String>,
    enums: FxHashMap<EnumId, EnumNames>,
    members: FxHashMap<MessageId, MemberNames>,
    /// Empty where the file has no extensions of its own.
    extension_class: String,
    /// By full name.
    extensions: FxHashMap<String, String>,
}

#[derive(Debug)]
struct EnumNames {
    class: String,
    /// In the order of [`Enum::values`].
    values: Vec<String>,
}

/// What a message's class has for its fields and oneofs.
#[derive(Debug)]
pub struct MemberNames {
    /// In the order of [`Message::fields`].
    pub fields: Vec<FieldNames>,
    /// In the order of [`Message::oneofs`].
    pub oneofs: Vec<OneofNames>,
}

/// The members for one field. A repeated field has the getter alone, and only one with a message has `ensure`.
#[derive(Debug, Clone, Default)]
pub struct FieldNames {
    pub getter: String,
    pub has: String,
    pub clear: String,
    pub ensure: String,
}

/// What there is for one oneof.
#[derive(Debug)]
pub struct OneofNames {
    /// The Dart enum of its cases.
    pub class: String,
    pub which: String,
    pub clear: String,
}

impl<'a> Names<'a> {
    /// Names everything.
    pub fn of(schema: &'a Schema) -> Self {
        Self {
            schema,
            files: schema.files.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// A message's class.
    pub fn message(&self, id: MessageId) -> &str {
        &self.of_file(self.schema[id].file).classes[&id]
    }

    /// An enum's class.
    pub fn enumeration(&self, id: EnumId) -> &str {
        &self.of_file(self.schema[id].file).enums[&id].class
    }

    /// The constants of an enum's values, in the order of [`Enum::values`].
    pub fn values(&self, id: EnumId) -> &[String] {
        &self.of_file(self.schema[id].file).enums[&id].values
    }

    /// The members of a message's class.
    pub fn members(&self, id: MessageId) -> &MemberNames {
        &self.of_file(self.schema[id].file).members[&id]
    }

    /// The class that holds a file's top-level extensions.
    pub fn extension_class(&self, id: FileId) -> &str {
        &self.of_file(id).extension_class
    }

    /// The static field of an extension that a file declares.
    pub fn extension(&self, file: FileId, extension: &Field) -> &str {
        &self.of_file(file).extensions[&extension.full_name]
    }

    fn of_file(&self, id: FileId) -> &FileNames {
        self.files[id.0].get_or_init(|| FileNames::of(self.schema, &self.schema[id]))
    }
}

impl FileNames {
    fn of(schema: &Schema, file: &File) -> Self {
        let mut names = Self::default();
        let mut taken = Taken::never(&[FORBIDDEN_TYPES, BUILT_IN_IDENTIFIERS, RESERVED_WORDS]);
        for enumeration in &file.enums {
            names.add_enum(&schema[*enumeration], *enumeration, "", &mut taken);
        }
        for message in &file.messages {
            names.add_classes(schema, *message, "", &mut taken);
        }
        for message in &file.messages {
            names.add_members(schema, *message, &mut taken);
        }
        // The plugin names clients here, which are not written, but whose names it does not give again.
        for service in &file.services {
            unused(&public(&service.name), &mut taken, &underscore_suffixes());
        }
        if !file.extensions.is_empty() {
            let class = extension_class(&file.path);
            names.extension_class = unused(&class, &mut taken, &ext_suffixes());
            names.add_extensions(schema, &file.extensions);
        }
        names
    }

    fn add_enum(&mut self, enumeration: &Enum, id: EnumId, parent: &str, taken: &mut Taken) {
        let class = unused(
            &nested(parent, &enumeration.name),
            taken,
            &underscore_suffixes(),
        );
        let mut taken = Taken::never(&[ENUM_MEMBERS, RESERVED_WORDS]);
        taken.add(&class);
        let values = enumeration
            .values
            .iter()
            .map(|value| {
                unused(&public(&value.name), &mut taken, &|attempt| {
                    "_".repeat(attempt + 1)
                })
            })
            .collect();
        self.enums.insert(id, EnumNames { class, values });
    }

    fn add_classes(&mut self, schema: &Schema, id: MessageId, parent: &str, taken: &mut Taken) {
        let message = &schema[id];
        let class = unused(
            &nested(parent, &message.name),
            taken,
            &underscore_suffixes(),
        );
        for enumeration in &message.enums {
            self.add_enum(&schema[*enumeration], *enumeration, &class, taken);
        }
        for inner in &message.messages {
            self.add_classes(schema, *inner, &class, taken);
        }
        self.classes.insert(id, class);
        self.add_extensions(schema, &message.extensions);
    }

    fn add_members(&mut self, schema: &Schema, id: MessageId, classes: &mut Taken) {
        let names = MemberNames::of(schema, &schema[id], &self.classes[&id], classes);
        self.members.insert(id, names);
        for inner in &schema[id].messages {
            self.add_members(schema, *inner, classes);
        }
    }

    fn add_extensions(&mut self, schema: &Schema, extensions: &[Field]) {
        let mut taken = Taken::never(&[MESSAGE_MEMBERS, RESERVED_WORDS]);
        for extension in extensions {
            let names = field_names(schema, extension, &mut taken);
            self.extensions
                .insert(extension.full_name.clone(), names.getter);
        }
    }
}

impl MemberNames {
    /// Fields take their names in the order of their numbers, those first whose names the schema gives, then oneofs.
    fn of(schema: &Schema, message: &Message, class: &str, classes: &mut Taken) -> Self {
        let mut taken = Taken::never(&[MESSAGE_MEMBERS, RESERVED_WORDS]);
        taken.add(class);
        let mut order: Vec<usize> = (0..message.fields.len()).collect();
        order.sort_by_key(|index| {
            let field = &message.fields[*index];
            (field.dart_name.is_none(), field.number)
        });
        let mut fields = vec![FieldNames::default(); message.fields.len()];
        for index in order {
            fields[index] = field_names(schema, &message.fields[index], &mut taken);
        }
        let oneofs = message
            .oneofs
            .iter()
            .map(|oneof| {
                let suffixes = underscore_suffixes();
                let camel = camel(&oneof.name);
                let spell = |name: &str| [["which", name].concat(), ["clear", name].concat()];
                let [which, clear] = unused_with(&camel, &mut taken, &suffixes, &spell);
                OneofNames {
                    class: unused(&nested(class, &camel), classes, &suffixes),
                    which,
                    clear,
                }
            })
            .collect();
        Self { fields, oneofs }
    }
}

/// Why a field cannot have the name that its schema gives it with `(dart_options.dart_name)`, if it cannot.
pub fn misnamed(field: &Field, names: &FieldNames) -> Option<&'static str> {
    let name = field.dart_name.as_ref()?;
    let mut chars = name.chars();
    let spelled = chars.next().is_some_and(|first| first.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
    match (spelled, names.getter == *name) {
        (false, _) => Some("is no name of a member in Dart"),
        (true, false) => Some("is taken, by another field or by what every message has"),
        (true, true) => None,
    }
}

/// The constant of a oneof's case, from the name of its field's getter.
pub fn oneof_case(getter: &str) -> String {
    unused(
        getter,
        &mut Taken::never(&[&["default", "index", "values"]]),
        &underscore_suffixes(),
    )
}

/// The variable that a constructor builds its message in, where the fields have these getters.
pub fn result_variable(getters: &[FieldNames]) -> &'static str {
    if getters.iter().any(|names| names.getter == "result") {
        r"result$"
    } else {
        "result"
    }
}

/// The class that a top-level message with this name would have, where Dart cannot have it: a class cannot declare a
/// member of its own name, nor a library a class in place of `main`.
pub fn forbidden_message(name: &str) -> Option<String> {
    Some(public(name)).filter(|class| class == "main" || DECLARED.contains(&class.as_str()))
}

/// As for messages.
pub fn forbidden_enum(name: &str) -> Option<String> {
    Some(public(name)).filter(|class| matches!(class.as_str(), "main" | "valueOf" | "values"))
}

/// The prefix under which a generated file imports another, from the other's path; unused by what is in `taken`, which
/// it joins.
pub fn import_prefix(path: &str, taken: &mut Taken) -> String {
    let stem: String = stem(path)
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    let stem = stem.trim_matches('_');
    let stem = if stem.starts_with(|c: char| c.is_ascii_lowercase()) {
        stem.to_owned()
    } else {
        format!("x{stem}")
    };
    unused(&format!("${stem}"), taken, &|attempt| {
        (attempt + 2).to_string()
    })
}

fn field_names(schema: &Schema, field: &Field, taken: &mut Taken) -> FieldNames {
    let message = matches!(field.ty, Type::Message(_) | Type::Group(_));
    let suffixes = |attempt: usize| format!("_{}", field.number).repeat(attempt + 1);
    let name = match (&field.dart_name, field.ty) {
        (Some(name), _) => upper_first(name),
        // The field of a group carries the name of its type in lower case, so the type says more.
        (None, Type::Group(group)) => camel(&schema[group].name),
        (None, _) => camel(&field.name),
    };
    let getter = |name: &str| public(&lower_first(name));
    if field.cardinality != Cardinality::Singular {
        let [getter] = unused_with(&name, taken, &suffixes, &|name| [getter(name)]);
        return FieldNames {
            getter,
            ..FieldNames::default()
        };
    }
    let spell = |name: &str| {
        let ensure = match message {
            true => ["ensure", name].concat(),
            false => String::new(),
        };
        [
            getter(name),
            ["has", name].concat(),
            ["clear", name].concat(),
            ensure,
        ]
    };
    let [getter, has, clear, ensure] = unused_with(&name, taken, &suffixes, &spell);
    FieldNames {
        getter,
        has,
        clear,
        ensure,
    }
}

fn nested(parent: &str, name: &str) -> String {
    public(&if parent.is_empty() {
        name.to_owned()
    } else {
        format!("{parent}_{name}")
    })
}

fn extension_class(path: &str) -> String {
    let legal: String = stem(path)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    upper_first(&public(&legal))
}

/// `user` of `user/v1/user.proto`.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
