//! Files, messages, enums and services: what protobuf knows without Bellwire's options.

use prost_reflect::{
    DescriptorPool, DynamicMessage, EnumDescriptor, EnumValueDescriptor, FileDescriptor,
    MessageDescriptor, ReflectMessage,
};
use prost_types::field_descriptor_proto::{Label, Type as ProtoType};
use prost_types::field_options::JsType as ProtoJsType;
use prost_types::method_options::IdempotencyLevel;
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
    ServiceDescriptorProto,
};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::load::locations::{Locations, part, step, tag};
use crate::load::{Loaded, LoadedFile, join, own_number, undisguised};
use crate::schema::{
    Cardinality, Comments, Enum, EnumId, EnumValue, Field, File, FileId, Idempotency, Import,
    JsType, Message, MessageId, Method, Oneof, Presence, Schema, Service, Span, Syntax, Type,
};

/// Builds everything but the groups, and the table of ids.
pub fn build(loaded: &Loaded) -> (Schema, Ids) {
    let mut ids = Ids::default();
    let linked: Vec<Option<FileDescriptor>> = loaded
        .files
        .iter()
        .map(|file| loaded.pool.get_file_by_name(&file.path))
        .collect();
    let mut firsts = Vec::with_capacity(linked.len());
    for (index, file) in linked.iter().enumerate() {
        firsts.push((MessageId(ids.messages.len()), EnumId(ids.enums.len())));
        if let Some(file) = file {
            ids.add_file(FileId(index), file.file_descriptor_proto());
        }
    }
    let build = |(index, first): (usize, (MessageId, EnumId))| {
        let file = &loaded.files[index];
        match &linked[index] {
            Some(linked) => {
                Builder::new(FileId(index), loaded, linked, &ids, first).file(file, linked)
            }
            None => (stub(file), Vec::new(), Vec::new()),
        }
    };
    let built: Vec<_> = firsts.into_par_iter().enumerate().map(build).collect();
    let mut schema = Schema {
        files: Vec::with_capacity(built.len()),
        messages: Vec::with_capacity(ids.messages.len()),
        enums: Vec::with_capacity(ids.enums.len()),
        ..Schema::default()
    };
    for (file, messages, enums) in built {
        schema.files.push(file);
        schema.messages.extend(messages);
        schema.enums.extend(enums);
    }
    (schema, ids)
}

/// Stands for a file that is not sound, so that the others keep their ids.
fn stub(file: &LoadedFile) -> File {
    File {
        path: file.path.clone(),
        package: String::new(),
        syntax: Syntax::Proto3,
        origin: file.origin,
        imports: Vec::new(),
        syntax_comments: Comments::default(),
        package_comments: Comments::default(),
        deprecated: false,
        messages: Vec::new(),
        enums: Vec::new(),
        extensions: Vec::new(),
        services: Vec::new(),
        descriptor: Vec::new(),
    }
}

/// The id of every message and enum by full name, given in the order in which [`Builder`] comes to them.
#[derive(Default)]
pub struct Ids {
    messages: FxHashMap<String, MessageId>,
    enums: FxHashMap<String, EnumId>,
    files: FxHashMap<String, FileId>,
}

impl Ids {
    pub fn message(&self, full_name: &str) -> Option<MessageId> {
        self.messages.get(full_name).copied()
    }

    pub fn enum_(&self, full_name: &str) -> Option<EnumId> {
        self.enums.get(full_name).copied()
    }

    fn add_file(&mut self, id: FileId, file: &FileDescriptorProto) {
        self.files.insert(file.name().to_owned(), id);
        for message in &file.message_type {
            self.add_message(file.package(), message);
        }
        self.add_enums(file.package(), &file.enum_type);
    }

    fn add_message(&mut self, scope: &str, message: &DescriptorProto) {
        let full_name = join(scope, message.name());
        self.messages
            .insert(full_name.clone(), MessageId(self.messages.len()));
        for nested in &message.nested_type {
            self.add_message(&full_name, nested);
        }
        self.add_enums(&full_name, &message.enum_type);
    }

    fn add_enums(&mut self, scope: &str, enums: &[EnumDescriptorProto]) {
        for enum_ in enums {
            self.enums
                .insert(join(scope, enum_.name()), EnumId(self.enums.len()));
        }
    }
}

/// Every enum of a file, nested ones included.
pub fn all_enums(file: &FileDescriptor) -> Vec<EnumDescriptor> {
    let mut enums: Vec<EnumDescriptor> = file.enums().collect();
    let mut open: Vec<MessageDescriptor> = file.messages().collect();
    while let Some(message) = open.pop() {
        enums.extend(message.child_enums());
        open.extend(message.child_messages());
    }
    enums
}

/// The values of an enum as the schema lists them. Those of the descriptor itself come in the order of their numbers.
pub fn values(enum_: &EnumDescriptor) -> Vec<EnumValueDescriptor> {
    let mut values: Vec<_> = enum_.values().collect();
    values.sort_by(|one, other| one.path().cmp(other.path()));
    values
}

/// What an option of protoc-gen-dart says, where the schema has it.
fn dart_option(
    pool: &DescriptorPool,
    options: Option<DynamicMessage>,
    name: &str,
) -> Option<String> {
    let extension = pool.get_extension_by_name(&format!("dart_options.{name}"))?;
    let options = options?;
    if extension.containing_message() != options.descriptor() || !options.has_extension(&extension)
    {
        return None;
    }
    let value = options.get_extension(&extension);
    value.as_str().map(str::to_owned)
}

/// Where a message or enum stands among the others.
#[derive(Clone, Copy)]
struct Place<'a> {
    scope: &'a str,
    parent: Option<MessageId>,
    index: usize,
}

/// Builds one file. The ids of its messages and enums follow those of the files before.
struct Builder<'a> {
    id: FileId,
    locations: Locations<'a>,
    proto3: bool,
    pool: &'a DescriptorPool,
    ids: &'a Ids,
    first: (MessageId, EnumId),
    messages: Vec<Message>,
    enums: Vec<Enum>,
}

impl<'a> Builder<'a> {
    fn new(
        id: FileId,
        loaded: &'a Loaded,
        linked: &'a FileDescriptor,
        ids: &'a Ids,
        first: (MessageId, EnumId),
    ) -> Self {
        let descriptor = linked.file_descriptor_proto();
        let locations = loaded.locations(id);
        Self {
            id,
            locations,
            proto3: descriptor.syntax() == "proto3",
            pool: &loaded.pool,
            ids,
            first,
            messages: Vec::new(),
            enums: Vec::new(),
        }
    }

    fn file(
        mut self,
        loaded: &LoadedFile,
        linked: &FileDescriptor,
    ) -> (File, Vec<Message>, Vec<Enum>) {
        let file = linked.file_descriptor_proto();
        let package = file.package().to_owned();
        let messages = self.messages(&package, None, &file.message_type, &[tag::FILE_MESSAGE]);
        let enums = self.enums(&package, None, &file.enum_type, &[tag::FILE_ENUM]);
        let extensions = self.extensions(&package, &file.extension, &[tag::FILE_EXTENSION]);
        let services = file
            .service
            .iter()
            .enumerate()
            .map(|(index, service)| self.service(&package, index, service))
            .collect();
        let built = File {
            path: loaded.path.clone(),
            syntax: if self.proto3 {
                Syntax::Proto3
            } else {
                Syntax::Proto2
            },
            origin: loaded.origin,
            imports: self.imports(file, loaded.imports.len()),
            syntax_comments: self.comments(&[tag::FILE_SYNTAX]),
            package_comments: self.comments(&[tag::FILE_PACKAGE]),
            deprecated: file
                .options
                .as_ref()
                .is_some_and(|options| options.deprecated()),
            messages,
            enums,
            extensions,
            services,
            descriptor: Vec::new(),
            package,
        };
        (built, self.messages, self.enums)
    }

    /// Its own; those that follow are for the pool.
    fn imports(&self, file: &FileDescriptorProto, own: usize) -> Vec<Import> {
        let marked = |list: &[i32], index: usize| list.contains(&step(index));
        file.dependency
            .iter()
            .take(own)
            .enumerate()
            .filter_map(|(index, name)| {
                Some(Import {
                    file: *self.ids.files.get(name)?,
                    public: marked(&file.public_dependency, index),
                    weak: marked(&file.weak_dependency, index),
                })
            })
            .collect()
    }

    fn messages(
        &mut self,
        scope: &str,
        parent: Option<MessageId>,
        messages: &[DescriptorProto],
        path: &[i32],
    ) -> Vec<MessageId> {
        messages
            .iter()
            .enumerate()
            .map(|(index, message)| {
                self.message(
                    Place {
                        scope,
                        parent,
                        index,
                    },
                    message,
                    &part(path, &[step(index)]),
                )
            })
            .collect()
    }

    fn message(&mut self, place: Place, message: &DescriptorProto, path: &[i32]) -> MessageId {
        let full_name = join(place.scope, message.name());
        let own = self.messages.len();
        let id = MessageId(self.first.0.0 + own);
        let options = message.options.as_ref();
        let built = Message {
            name: message.name().to_owned(),
            full_name: full_name.clone(),
            file: self.id,
            parent: place.parent,
            index: place.index,
            comments: self.comments(path),
            deprecated: options.is_some_and(|options| options.deprecated()),
            map_entry: options.is_some_and(|options| options.map_entry()),
            dart_mixin: self.dart_mixin(&full_name),
            message_set: options.is_some_and(|options| options.message_set_wire_format()),
            fields: self.fields(&full_name, message, path),
            oneofs: self.oneofs(&full_name, message, path),
            messages: Vec::new(),
            enums: Vec::new(),
            extensions: self.extensions(
                &full_name,
                &message.extension,
                &part(path, &[tag::MESSAGE_EXTENSION]),
            ),
            extension_ranges: message
                .extension_range
                .iter()
                .map(|range| range.start()..range.end())
                .collect(),
            span: self.name_span(path),
        };
        self.messages.push(built);
        let messages = self.messages(
            &full_name,
            Some(id),
            &message.nested_type,
            &part(path, &[tag::MESSAGE_MESSAGE]),
        );
        let enums = self.enums(
            &full_name,
            Some(id),
            &message.enum_type,
            &part(path, &[tag::MESSAGE_ENUM]),
        );
        self.messages[own].messages = messages;
        self.messages[own].enums = enums;
        id
    }

    fn fields(&self, scope: &str, message: &DescriptorProto, path: &[i32]) -> Vec<Field> {
        let entries: Vec<&str> = message
            .nested_type
            .iter()
            .filter(|nested| {
                nested
                    .options
                    .as_ref()
                    .is_some_and(|options| options.map_entry())
            })
            .map(|nested| nested.name())
            .collect();
        let field = |(index, field): (usize, &FieldDescriptorProto)| {
            let mut built = self.field(
                scope,
                field,
                &part(path, &[tag::MESSAGE_FIELD, step(index)]),
            )?;
            let entry = field
                .type_name()
                .strip_prefix('.')
                .and_then(|name| name.strip_prefix(scope));
            let entry = entry.and_then(|name| name.strip_prefix('.'));
            if built.cardinality == Cardinality::Repeated
                && entry.is_some_and(|name| entries.contains(&name))
            {
                built.cardinality = Cardinality::Map;
            }
            Some(built)
        };
        let mut fields = Vec::with_capacity(message.field.len());
        fields.extend(message.field.iter().enumerate().filter_map(field));
        fields
    }

    fn extensions(
        &self,
        scope: &str,
        extensions: &[FieldDescriptorProto],
        path: &[i32],
    ) -> Vec<Field> {
        extensions
            .iter()
            .enumerate()
            .filter_map(|(index, field)| self.field(scope, field, &part(path, &[step(index)])))
            .collect()
    }

    /// None only for a type that the linker did not resolve, which it never leaves.
    fn field(&self, scope: &str, field: &FieldDescriptorProto, path: &[i32]) -> Option<Field> {
        let ty = self.ty(field)?;
        let options = field.options.clone().unwrap_or_default();
        let cardinality = match field.label() {
            Label::Repeated => Cardinality::Repeated,
            Label::Optional | Label::Required => Cardinality::Singular,
        };
        let packable = !matches!(
            ty,
            Type::String | Type::Bytes | Type::Message(_) | Type::Group(_)
        );
        let extendee = field
            .extendee
            .as_deref()
            .and_then(|name| self.message_id(name));
        Some(Field {
            name: undisguised(field.name()).to_owned(),
            full_name: join(scope, undisguised(field.name())),
            json_name: undisguised(field.json_name()).to_owned(),
            json_name_declared: self
                .locations
                .get(&part(path, &[tag::FIELD_JSON_NAME]))
                .is_some(),
            number: own_number(field.json_name()).unwrap_or(field.number()),
            cardinality,
            ty,
            presence: self.presence(field, ty, extendee.is_some()),
            packed: cardinality == Cardinality::Repeated
                && packable
                && options.packed.unwrap_or(self.proto3),
            packed_declared: options.packed,
            default: field.default_value.clone(),
            oneof: match field.proto3_optional() {
                true => None,
                false => field
                    .oneof_index
                    .and_then(|index| usize::try_from(index).ok()),
            },
            js_type: options.jstype.map(|_| match options.jstype() {
                ProtoJsType::JsNormal => JsType::Normal,
                ProtoJsType::JsString => JsType::String,
                ProtoJsType::JsNumber => JsType::Number,
            }),
            deprecated: options.deprecated(),
            deprecated_declared: options.deprecated.is_some(),
            proto3_optional: field.proto3_optional(),
            source_only: field.options.is_some() && self.is_source_only(scope, field),
            dart_name: match field.options {
                Some(_) => dart_option(self.pool, self.field_options(scope, field), "dart_name"),
                None => None,
            },
            extendee,
            comments: self.comments(path),
            span: self.name_span(path),
        })
    }

    fn is_source_only(&self, scope: &str, field: &FieldDescriptorProto) -> bool {
        const RETENTION_SOURCE: i32 = 2;
        self.field_options(scope, field)
            .and_then(|options| options.get_field_by_name("retention")?.as_enum_number())
            .is_some_and(|retention| retention == RETENTION_SOURCE)
    }

    /// By reflection, since the descriptor's own types know neither `retention` nor custom options.
    fn field_options(&self, scope: &str, field: &FieldDescriptorProto) -> Option<DynamicMessage> {
        if field.extendee.is_some() {
            let extension = self.pool.get_extension_by_name(&join(scope, field.name()));
            return extension.map(|extension| extension.options());
        }
        let message = self.pool.get_message_by_name(scope)?;
        let field = message.get_field_by_name(field.name())?;
        Some(field.options())
    }

    /// The empty string on a message turns off what its file says.
    fn dart_mixin(&self, message: &str) -> Option<String> {
        self.pool.get_extension_by_name("dart_options.mixin")?;
        let message = self.pool.get_message_by_name(message)?;
        let file = message.parent_file();
        let own = dart_option(self.pool, Some(message.options()), "mixin");
        own.or_else(|| dart_option(self.pool, Some(file.options()), "default_mixin"))
            .filter(|mixin| !mixin.is_empty())
    }

    fn presence(&self, field: &FieldDescriptorProto, ty: Type, extension: bool) -> Presence {
        match field.label() {
            Label::Required => Presence::Required,
            Label::Repeated => Presence::Implicit,
            Label::Optional => {
                let message = matches!(ty, Type::Message(_) | Type::Group(_));
                let told = message || extension || field.oneof_index.is_some() || !self.proto3;
                if told {
                    Presence::Explicit
                } else {
                    Presence::Implicit
                }
            }
        }
    }

    fn ty(&self, field: &FieldDescriptorProto) -> Option<Type> {
        Some(match field.r#type() {
            ProtoType::Double => Type::Double,
            ProtoType::Float => Type::Float,
            ProtoType::Int64 => Type::Int64,
            ProtoType::Uint64 => Type::Uint64,
            ProtoType::Int32 => Type::Int32,
            ProtoType::Fixed64 => Type::Fixed64,
            ProtoType::Fixed32 => Type::Fixed32,
            ProtoType::Bool => Type::Bool,
            ProtoType::String => Type::String,
            ProtoType::Group => Type::Group(self.message_id(field.type_name())?),
            ProtoType::Message => Type::Message(self.message_id(field.type_name())?),
            ProtoType::Bytes => Type::Bytes,
            ProtoType::Uint32 => Type::Uint32,
            ProtoType::Enum => Type::Enum(
                *self
                    .ids
                    .enums
                    .get(field.type_name().trim_start_matches('.'))?,
            ),
            ProtoType::Sfixed32 => Type::Sfixed32,
            ProtoType::Sfixed64 => Type::Sfixed64,
            ProtoType::Sint32 => Type::Sint32,
            ProtoType::Sint64 => Type::Sint64,
        })
    }

    fn message_id(&self, type_name: &str) -> Option<MessageId> {
        self.ids
            .messages
            .get(type_name.trim_start_matches('.'))
            .copied()
    }

    /// The synthetic oneofs of proto3 `optional` come last, so that leaving them out moves no index.
    fn oneofs(&self, scope: &str, message: &DescriptorProto, path: &[i32]) -> Vec<Oneof> {
        let synthetic = |index: usize| {
            message
                .field
                .iter()
                .any(|field| field.proto3_optional() && field.oneof_index == Some(step(index)))
        };
        message
            .oneof_decl
            .iter()
            .enumerate()
            .filter(|(index, _)| !synthetic(*index))
            .map(|(index, oneof)| {
                let path = part(path, &[tag::MESSAGE_ONEOF, step(index)]);
                Oneof {
                    name: oneof.name().to_owned(),
                    full_name: join(scope, oneof.name()),
                    comments: self.comments(&path),
                    span: self.name_span(&path),
                }
            })
            .collect()
    }

    fn enums(
        &mut self,
        scope: &str,
        parent: Option<MessageId>,
        enums: &[EnumDescriptorProto],
        path: &[i32],
    ) -> Vec<EnumId> {
        enums
            .iter()
            .enumerate()
            .map(|(index, enum_)| {
                self.enum_(
                    Place {
                        scope,
                        parent,
                        index,
                    },
                    enum_,
                    &part(path, &[step(index)]),
                )
            })
            .collect()
    }

    fn enum_(&mut self, place: Place, enum_: &EnumDescriptorProto, path: &[i32]) -> EnumId {
        let values = enum_.value.iter().enumerate().map(|(index, value)| {
            let path = part(path, &[tag::ENUM_VALUE, step(index)]);
            EnumValue {
                name: value.name().to_owned(),
                number: value.number(),
                comments: self.comments(&path),
                deprecated: value
                    .options
                    .as_ref()
                    .is_some_and(|options| options.deprecated()),
                span: self.name_span(&path),
            }
        });
        let built = Enum {
            name: enum_.name().to_owned(),
            full_name: join(place.scope, enum_.name()),
            file: self.id,
            parent: place.parent,
            index: place.index,
            comments: self.comments(path),
            deprecated: enum_
                .options
                .as_ref()
                .is_some_and(|options| options.deprecated()),
            closed: !self.proto3,
            values: values.collect(),
            span: self.name_span(path),
        };
        self.enums.push(built);
        EnumId(self.first.1.0 + self.enums.len() - 1)
    }

    fn service(&self, package: &str, index: usize, service: &ServiceDescriptorProto) -> Service {
        let path = [tag::FILE_SERVICE, step(index)];
        let methods = service
            .method
            .iter()
            .enumerate()
            .filter_map(|(index, method)| {
                let path = part(&path, &[tag::SERVICE_METHOD, step(index)]);
                let options = method.options.clone().unwrap_or_default();
                Some(Method {
                    name: method.name().to_owned(),
                    input: self.message_id(method.input_type())?,
                    output: self.message_id(method.output_type())?,
                    client_streaming: method.client_streaming(),
                    server_streaming: method.server_streaming(),
                    idempotency: match options.idempotency_level() {
                        IdempotencyLevel::IdempotencyUnknown => Idempotency::Unknown,
                        IdempotencyLevel::NoSideEffects => Idempotency::NoSideEffects,
                        IdempotencyLevel::Idempotent => Idempotency::Idempotent,
                    },
                    comments: self.comments(&path),
                    deprecated: options.deprecated(),
                    span: self.name_span(&path),
                })
            });
        Service {
            name: service.name().to_owned(),
            full_name: join(package, service.name()),
            comments: self.comments(&path),
            deprecated: service
                .options
                .as_ref()
                .is_some_and(|options| options.deprecated()),
            methods: methods.collect(),
            span: self.name_span(&path),
        }
    }

    fn name_span(&self, path: &[i32]) -> Span {
        let range = self.locations.range(&part(path, &[tag::NAME]));
        Span {
            file: self.id,
            start: range.start,
            end: range.end,
        }
    }

    fn comments(&self, path: &[i32]) -> Comments {
        let Some(location) = self.locations.get(path) else {
            return Comments::default();
        };
        Comments {
            detached: location.leading_detached_comments.clone(),
            leading: location.leading_comments.clone(),
            trailing: location.trailing_comments.clone(),
        }
    }
}
