//! Messages and enums, by prost-build.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message;
use prost_build::Module;
use prost_types::field_descriptor_proto::Type;
use prost_types::source_code_info::Location;
use prost_types::{DescriptorProto, FileDescriptorProto};

use super::rustdoc::doc_comment;
use crate::config::RustTarget;
use crate::names::rust as names;
use crate::schema::{FileId, Origin, Schema};

/// The code of the messages of these files, by package. Whatever they import must be among them, because prost-build
/// looks up every type that a field names.
pub fn generate(
    schema: &Schema,
    target: &RustTarget,
    files: &BTreeSet<FileId>,
) -> BTreeMap<String, String> {
    let mut docs = Docs::default();
    let mut packages = BTreeMap::new();
    let mut requests = Vec::new();
    for file in files.iter().map(|file| &schema[*file]) {
        let mut descriptor = decode(&file.descriptor);
        docs.take_from(&mut descriptor);
        mark_enum_maps(&mut descriptor.message_type);
        // Only the trait of a service is of interest, and that is ours.
        descriptor.service.clear();
        let module = Module::from_protobuf_package_name(&file.package);
        if matches!(file.origin, Origin::Owned | Origin::Imported) {
            packages.insert(module.clone(), file.package.clone());
        }
        requests.push((module, descriptor));
    }
    let mut config = prost_build::Config::new();
    config.format(false);
    // A decoded field is then a slice of the bytes that it came in, and is not copied.
    config.bytes(["."]);
    for (package, path) in &target.extern_paths {
        config.extern_path(format!(".{package}"), path.as_str());
    }
    let modules = config
        .generate(requests)
        .unwrap_or_else(|error| unreachable!("a checked schema has only valid names: {error}"));
    modules
        .into_iter()
        .filter_map(|(module, code)| {
            let code = docs.put_into(&code);
            Some((packages.get(&module)?.clone(), unmarked(code)))
        })
        .collect()
}

/// What stands around the name of a map's field that prost-build would name otherwise than `names::enum_map` does.
const NAME_MARKS: [&str; 2] = ["bellwire_name_", "_bellwire_end"];

fn mark_enum_maps(messages: &mut [DescriptorProto]) {
    for message in messages {
        let holds_enums = |entry: &DescriptorProto| {
            let is_entry = entry.options.as_ref().is_some_and(|it| it.map_entry());
            is_entry && entry.field.iter().any(|field| field.r#type() == Type::Enum)
        };
        let entries: Vec<_> = message
            .nested_type
            .iter()
            .filter(|entry| holds_enums(entry))
            .collect();
        for field in &mut message.field {
            let is_map = entries.iter().any(|entry| {
                let of = field.type_name().rsplit('.').next();
                field.r#type() == Type::Message && of == Some(entry.name())
            });
            if is_map && names::enum_map(field.name()) != names::snake(field.name()) {
                let [start, end] = NAME_MARKS;
                field.name = Some(format!("{start}{}{end}", field.name()));
            }
        }
        mark_enum_maps(&mut message.nested_type);
    }
}

fn unmarked(mut code: String) -> String {
    let [start, end] = NAME_MARKS;
    while let Some(from) = code.find(start) {
        let name = from + start.len();
        let Some(length) = code[name..].find(end) else {
            break;
        };
        let to = name + length + end.len();
        let plain = names::enum_map(&code[name..name + length]);
        code.replace_range(from..to, &plain);
    }
    code
}

/// A descriptor, as `load` encoded it.
pub fn decode(descriptor: &[u8]) -> FileDescriptorProto {
    FileDescriptorProto::decode(descriptor)
        .unwrap_or_else(|error| unreachable!("the descriptor was encoded by load: {error}"))
}

/// Comments are kept out of prost-build's hands, since it passes Markdown on almost as it is, and panics on some of it:
/// it sees a number for each, in whose place the doc comment is put afterwards.
#[derive(Default)]
struct Docs(Vec<String>);

const MARK: &str = "bellwire-doc-";

impl Docs {
    fn take_from(&mut self, file: &mut FileDescriptorProto) {
        let elements = elements(file);
        let info = file.source_code_info.get_or_insert_default();
        info.location
            .retain(|location| elements.contains_key(&location.path));
        let mut seen = std::collections::BTreeSet::new();
        info.location
            .retain(|location| seen.insert(location.path.clone()));
        for path in elements.keys().filter(|path| !seen.contains(*path)) {
            info.location.push(Location {
                path: path.clone(),
                ..Location::default()
            });
        }
        for location in &mut info.location {
            let source = elements[&location.path].as_deref();
            let docs = doc_comment(
                [
                    location.leading_comments.as_deref(),
                    location.trailing_comments.as_deref(),
                ],
                source.map(|name| format!("Schema: `{name}`.")).as_deref(),
            );
            *location = Location {
                path: std::mem::take(&mut location.path),
                ..Location::default()
            };
            if !docs.is_empty() {
                location.leading_comments = Some(format!(" {MARK}{}", self.0.len()));
                self.0.push(docs);
            }
        }
    }

    /// Puts the comments in their places, and takes prost-build's own at the head out.
    fn put_into(&self, code: &str) -> String {
        let mut text = String::with_capacity(code.len());
        for line in code.lines().filter(|line| !line.starts_with("// ")) {
            let docs = line
                .trim_start()
                .strip_prefix("///")
                .and_then(|comment| comment.trim_start().strip_prefix(MARK))
                .and_then(|number| self.0.get(number.trim_end().parse::<usize>().ok()?));
            text.push_str(docs.map_or(line, String::as_str));
            text.push('\n');
        }
        text
    }
}

/// The location paths of what prost-build documents, with the full name where the comment is to say it.
fn elements(file: &FileDescriptorProto) -> BTreeMap<Vec<i32>, Option<String>> {
    let mut elements = BTreeMap::new();
    let scope = file.package().to_owned();
    messages(&file.message_type, &[4], &scope, &mut elements);
    enums(&file.enum_type, &[5], &scope, &mut elements);
    elements
}

fn messages(
    messages_here: &[prost_types::DescriptorProto],
    path: &[i32],
    scope: &str,
    elements: &mut BTreeMap<Vec<i32>, Option<String>>,
) {
    for (path, message) in numbered(path, messages_here) {
        let name = join(scope, message.name());
        for (path, _) in numbered(&below(&path, 2), &message.field) {
            elements.insert(path, None);
        }
        for (path, oneof) in numbered(&below(&path, 8), &message.oneof_decl) {
            elements.insert(path, Some(join(&name, oneof.name())));
        }
        messages(&message.nested_type, &below(&path, 3), &name, elements);
        enums(&message.enum_type, &below(&path, 4), &name, elements);
        elements.insert(path, Some(name));
    }
}

fn enums(
    enums_here: &[prost_types::EnumDescriptorProto],
    path: &[i32],
    scope: &str,
    elements: &mut BTreeMap<Vec<i32>, Option<String>>,
) {
    for (path, enumeration) in numbered(path, enums_here) {
        for (path, _) in numbered(&below(&path, 2), &enumeration.value) {
            elements.insert(path, None);
        }
        elements.insert(path, Some(join(scope, enumeration.name())));
    }
}

fn numbered<'a, T>(path: &[i32], items: &'a [T]) -> impl Iterator<Item = (Vec<i32>, &'a T)> {
    let path = path.to_vec();
    (0..)
        .zip(items)
        .map(move |(index, item)| (below(&path, index), item))
}

fn below(path: &[i32], step: i32) -> Vec<i32> {
    let mut path = path.to_vec();
    path.push(step);
    path
}

fn join(scope: &str, name: &str) -> String {
    if scope.is_empty() {
        name.to_owned()
    } else {
        format!("{scope}.{name}")
    }
}
