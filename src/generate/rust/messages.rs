//! Messages and enums, by prost-build.

use std::collections::{BTreeMap, BTreeSet};

use prost_build::Module;
use prost_types::field_descriptor_proto::Type;
use prost_types::source_code_info::Location;
use prost_types::{DescriptorProto, FileDescriptorProto, SourceCodeInfo};

use super::descriptors::decode;
use super::rustdoc::doc_comment;
use crate::config::RustTarget;
use crate::names::rust as names;
use crate::schema::{Comments, EnumId, File, FileId, MessageId, Origin, Schema};

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
        docs.mark(schema, file, &mut descriptor);
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

/// Comments are kept out of prost-build's hands, since it passes Markdown on almost as it is, and panics on some of it:
/// it sees a number for each, in whose place the doc comment is put afterwards.
#[derive(Default)]
struct Docs(Vec<String>);

const MARK: &str = "bellwire-doc-";

/// The methods that prost-build gives an enum, without the attribute that clippy would see on them.
const NAME_METHODS: [&str; 2] = ["pub fn as_str_name(", "pub fn from_str_name("];

impl Docs {
    /// Gives a file a location for everything that prost-build documents, with a number where there is a comment.
    fn mark(&mut self, schema: &Schema, file: &File, descriptor: &mut FileDescriptorProto) {
        let mut marks = Marks {
            schema,
            docs: &mut self.0,
            info: SourceCodeInfo::default(),
        };
        marks.messages(&[4], &file.messages, &descriptor.message_type);
        marks.enums(&[5], &file.enums);
        descriptor.source_code_info = Some(marks.info);
    }

    /// Puts the comments in their places, and takes prost-build's own at the head out.
    fn put_into(&self, code: &str) -> String {
        let mut text = String::with_capacity(code.len());
        for line in code.lines().filter(|line| !line.starts_with("// ")) {
            let trimmed = line.trim_start();
            let comment = trimmed.strip_prefix("///").map(str::trim_start);
            let docs = comment
                .and_then(|comment| comment.strip_prefix(MARK))
                .and_then(|number| self.0.get(number.trim_end().parse::<usize>().ok()?));
            match docs {
                Some(docs) => text.push_str(docs),
                // What prost-build itself says of an enum's methods.
                None if comment.is_some() => text.push_str(&line.replace("ProtoBuf", "protobuf")),
                None => {
                    if NAME_METHODS.iter().any(|it| trimmed.starts_with(it)) {
                        text.push_str("#[must_use]\n");
                    }
                    text.push_str(line);
                }
            }
            text.push('\n');
        }
        text
    }
}

/// The locations of one file, while they are made.
struct Marks<'a> {
    schema: &'a Schema,
    docs: &'a mut Vec<String>,
    info: SourceCodeInfo,
}

impl Marks<'_> {
    fn messages(&mut self, path: &[i32], ids: &[MessageId], descriptors: &[DescriptorProto]) {
        let schema = self.schema;
        for (index, (id, descriptor)) in (0..).zip(ids.iter().zip(descriptors)) {
            let message = &schema[*id];
            let path = [path, &[index]].concat();
            for (index, field) in (0..).zip(&message.fields) {
                self.add(&path, &[2, index], &field.comments, None);
            }
            for (index, oneof) in (0..).zip(&message.oneofs) {
                let name = Some(oneof.full_name.as_str());
                self.add(&path, &[8, index], &oneof.comments, name);
            }
            // The schema has none of those that stand for `optional`.
            let synthetic = (0..).zip(&descriptor.oneof_decl).skip(message.oneofs.len());
            for (index, _) in synthetic {
                self.add(&path, &[8, index], &Comments::default(), None);
            }
            let within = |step| [path.as_slice(), &[step]].concat();
            self.messages(&within(3), &message.messages, &descriptor.nested_type);
            self.enums(&within(4), &message.enums);
            self.add(&path, &[], &message.comments, Some(&message.full_name));
        }
    }

    fn enums(&mut self, path: &[i32], ids: &[EnumId]) {
        let schema = self.schema;
        for (index, id) in (0..).zip(ids) {
            let enumeration = &schema[*id];
            let path = [path, &[index]].concat();
            for (index, value) in (0..).zip(&enumeration.values) {
                self.add(&path, &[2, index], &value.comments, None);
            }
            let name = Some(enumeration.full_name.as_str());
            self.add(&path, &[], &enumeration.comments, name);
        }
    }

    /// One element, with its full name where the comment is to say it.
    fn add(&mut self, path: &[i32], rest: &[i32], comments: &Comments, name: Option<&str>) {
        let source = name.map(|name| format!("Schema: `{name}`."));
        let comments = [comments.leading.as_deref(), comments.trailing.as_deref()];
        let docs = doc_comment(comments, source.as_deref());
        let mut location = Location {
            path: [path, rest].concat(),
            ..Location::default()
        };
        if !docs.is_empty() {
            location.leading_comments = Some(format!(" {MARK}{}", self.docs.len()));
            self.docs.push(docs);
        }
        self.info.location.push(location);
    }
}
