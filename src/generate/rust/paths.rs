//! Where a message is found in Rust, by the rules that prost-build follows for the messages themselves.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::config::RustTarget;
use crate::names::rust::{snake, type_name};
use crate::schema::{EnumId, FileId, MessageId, Origin, Schema};

/// The packages that one target writes, in order: those that it names, or all that the user's files need and no other
/// crate has.
pub fn written_packages<'a>(schema: &'a Schema, target: &'a RustTarget) -> Vec<&'a str> {
    if !target.packages.is_empty() {
        let named: BTreeSet<_> = target.packages.iter().map(String::as_str).collect();
        return named
            .into_iter()
            .filter(|package| has_files(schema, package))
            .collect();
    }
    let packages: BTreeSet<_> = schema
        .files()
        .filter(|(_, file)| matches!(file.origin, Origin::Owned | Origin::Imported))
        .map(|(_, file)| file.package.as_str())
        .filter(|package| extern_path(target, package).is_none())
        .collect();
    packages.into_iter().collect()
}

fn has_files(schema: &Schema, package: &str) -> bool {
    schema.files().any(|(_, file)| file.package == package)
}

/// The longest configured prefix of a full name, as the Rust path that stands for it, and what follows it.
fn extern_path<'a, 'n>(target: &'a RustTarget, full_name: &'n str) -> Option<(&'a str, &'n str)> {
    target
        .extern_paths
        .iter()
        .filter_map(|(package, path)| {
            let rest = full_name.strip_prefix(package.as_str())?;
            let rest = if rest.is_empty() {
                rest
            } else {
                rest.strip_prefix('.')?
            };
            Some((package.len(), path.as_str(), rest))
        })
        .max_by_key(|(length, _, _)| *length)
        .map(|(_, path, rest)| (path, rest))
}

/// Paths as the module of one package writes them.
pub struct Paths<'a> {
    pub schema: &'a Schema,
    target: &'a RustTarget,
    package: &'a str,
    /// The types that the package itself declares at the top of its module.
    declared: BTreeSet<String>,
}

/// Names of the prelude as emitted code writes them: plain, or by their full path where the package declares a type of
/// that name.
#[derive(Debug, Clone, Serialize)]
pub struct Prelude {
    pub result: String,
    option: String,
    some: String,
    ok: String,
    err: String,
    send: String,
    sync: String,
}

impl Prelude {
    /// What a handler gives for a stream: `impl Stream<Item = Result<Output, Error>> + Send + use<Self>`.
    pub fn stream(&self, output: &str, error: &str) -> String {
        let Self { result, send, .. } = self;
        format!("impl ::bellwire::Stream<Item = {result}<{output}, {error}>> + {send} + use<Self>")
    }
}

impl<'a> Paths<'a> {
    pub fn new(schema: &'a Schema, target: &'a RustTarget, package: &'a str) -> Self {
        let files = || {
            schema
                .files()
                .map(|(_, file)| file)
                .filter(|file| file.package == package)
        };
        let messages = files()
            .flat_map(|file| &file.messages)
            .map(|id| &schema[*id].name);
        let enums = files()
            .flat_map(|file| &file.enums)
            .map(|id| &schema[*id].name);
        let params = schema
            .params
            .iter()
            .filter(|(id, _)| schema[schema[**id].file].package == package)
            .map(|(_, params)| &params.name);
        let declared = messages
            .chain(enums)
            .chain(params)
            .map(|name| type_name(name))
            .collect();
        Self {
            schema,
            target,
            package,
            declared,
        }
    }

    /// A name of the prelude, with its module in case the package declares such a name.
    fn core(&self, module: &str, name: &str) -> String {
        match self.declared.contains(name) {
            true => format!("::core::{module}::{name}"),
            false => name.to_owned(),
        }
    }

    pub fn prelude(&self) -> Prelude {
        let name = |module, name| self.core(module, name);
        Prelude {
            result: name("result", "Result"),
            option: name("option", "Option"),
            some: name("option::Option", "Some"),
            ok: name("result::Result", "Ok"),
            err: name("result::Result", "Err"),
            send: name("marker", "Send"),
            sync: name("marker", "Sync"),
        }
    }

    /// The type of a message; `()` for none.
    pub fn message(&self, message: Option<MessageId>) -> String {
        let Some(id) = message else {
            return "()".to_owned();
        };
        let message = &self.schema[id];
        self.type_path(&message.full_name, message.file)
    }

    /// What a handler takes for an input of this type.
    pub fn params_or_message(&self, id: MessageId) -> String {
        let Some(params) = self.schema.params.get(&id) else {
            return self.message(Some(id));
        };
        // Parameters stand at the top of the module of the message's package.
        let file = self.schema[id].file;
        let name = match self.schema[file].package.as_str() {
            "" => params.name.clone(),
            package => format!("{package}.{}", params.name),
        };
        self.type_path(&name, file)
    }

    /// What makes a group's error of violations.
    pub fn refuse(&self) -> String {
        let from = "::core::convert::From::from".to_owned();
        self.target.violations.clone().unwrap_or(from)
    }

    /// A variant of `Option`.
    pub fn some(&self) -> String {
        self.core("option::Option", "Some")
    }

    /// An optional type.
    pub fn option(&self, of: &str) -> String {
        format!("{}<{of}>", self.core("option", "Option"))
    }

    /// The type of an enum.
    pub fn enum_type(&self, id: EnumId) -> String {
        let enum_ = &self.schema[id];
        self.type_path(&enum_.full_name, enum_.file)
    }

    /// The type of a message or an enum, or the enum of a oneof, that a file declares.
    pub fn type_path(&self, name: &str, file: FileId) -> String {
        if let Some((path, rest)) = extern_path(self.target, name) {
            return format!("{}::{}", path, rust_path(rest));
        }
        match name.strip_prefix("google.protobuf.") {
            Some(name) if self.schema[file].origin == Origin::WellKnown => well_known(name),
            _ => self.relative(name),
        }
    }

    /// The static that holds the descriptors of the whole module tree.
    pub fn descriptor_set(&self) -> String {
        format!(
            "{}DESCRIPTOR_SET",
            "super::".repeat(segments(self.package).count())
        )
    }

    fn relative(&self, full_name: &str) -> String {
        let here: Vec<_> = segments(self.package).collect();
        let there: Vec<_> = full_name.split('.').collect();
        let scopes = &there[..there.len() - 1];
        let common = here
            .iter()
            .zip(scopes)
            .take_while(|(here, there)| here == there)
            .count();
        let up = "super::".repeat(here.len() - common);
        let path = rust_path(&there[common..].join("."));
        // A plain name could be taken for a type parameter of the glue.
        if up.is_empty() && matches!(path.as_str(), "H" | "T") {
            format!("self::{path}")
        } else {
            format!("{up}{path}")
        }
    }
}

fn segments(package: &str) -> impl Iterator<Item = &str> {
    package.split('.').filter(|segment| !segment.is_empty())
}

/// `a.b.Type` → `a::b::Type`
fn rust_path(name: &str) -> String {
    let mut parts: Vec<_> = name.split('.').collect();
    let last = parts.pop().unwrap_or_default();
    let mut path: Vec<_> = parts.into_iter().map(snake).collect();
    path.push(type_name(last));
    path.join("::")
}

/// A type of `google.protobuf`: prost's crate has them, wrappers as the types that they wrap.
fn well_known(name: &str) -> String {
    match name {
        "Empty" => "()".to_owned(),
        "BoolValue" => "bool".to_owned(),
        "BytesValue" => "::prost::alloc::vec::Vec<u8>".to_owned(),
        "DoubleValue" => "f64".to_owned(),
        "FloatValue" => "f32".to_owned(),
        "Int32Value" => "i32".to_owned(),
        "Int64Value" => "i64".to_owned(),
        "StringValue" => "::prost::alloc::string::String".to_owned(),
        "UInt32Value" => "u32".to_owned(),
        "UInt64Value" => "u64".to_owned(),
        _ => format!("::prost_types::{}", rust_path(name)),
    }
}
