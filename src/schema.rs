//! The schema as everything after `resolve` sees it: types only, no passes.
//!
//! Every reference is resolved: a name that could not be found is a diagnostic of `resolve` and never reaches this
//! module. Elements live in arenas of [`Schema`] and refer to each other by index.

pub mod cel;
pub mod rules;

use std::ops::Index;
use std::time::Duration;

/// A whole compilation: every file that was loaded, imports included.
#[derive(Debug, Default)]
pub struct Schema {
    /// In dependency order: a file stands behind all that it imports. Files that do not depend on each other are
    /// ordered by path.
    pub files: Vec<File>,
    /// Every message of every file, nested ones and map entries included.
    pub messages: Vec<Message>,
    /// Every enum of every file, nested ones included.
    pub enums: Vec<Enum>,
    /// Ordered by file, then by position.
    pub event_groups: Vec<EventGroup>,
    /// Ordered by file, then by position.
    pub notification_groups: Vec<NotificationGroup>,
    /// What `buf.validate` options demand of messages.
    pub rules: rules::Rules,
    /// The messages that become parameters, each with the name of its struct.
    pub params: std::collections::BTreeMap<MessageId, Params>,
}

/// Index into [`Schema::files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub usize);

/// Index into [`Schema::messages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub usize);

/// Index into [`Schema::enums`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumId(pub usize);

impl Index<FileId> for Schema {
    type Output = File;
    fn index(&self, id: FileId) -> &File {
        &self.files[id.0]
    }
}

impl Index<MessageId> for Schema {
    type Output = Message;
    fn index(&self, id: MessageId) -> &Message {
        &self.messages[id.0]
    }
}

impl Index<EnumId> for Schema {
    type Output = Enum;
    fn index(&self, id: EnumId) -> &Enum {
        &self.enums[id.0]
    }
}

impl Schema {
    /// Every file with its id, in dependency order.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &File)> {
        self.files
            .iter()
            .enumerate()
            .map(|(index, file)| (FileId(index), file))
    }

    /// The files that the user asked to compile.
    pub fn owned_files(&self) -> impl Iterator<Item = (FileId, &File)> {
        self.files()
            .filter(|(_, file)| file.origin == Origin::Owned)
    }

    /// The event groups that one file declares.
    pub fn event_groups_of(&self, file: FileId) -> impl Iterator<Item = &EventGroup> {
        self.event_groups
            .iter()
            .filter(move |group| group.file == file)
    }

    /// The notification groups that one file declares.
    pub fn notification_groups_of(&self, file: FileId) -> impl Iterator<Item = &NotificationGroup> {
        self.notification_groups
            .iter()
            .filter(move |group| group.file == file)
    }
}

/// A stretch of a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub file: FileId,
    /// Byte offsets into the file's text.
    pub start: usize,
    pub end: usize,
}

/// One `.proto` file.
#[derive(Debug)]
pub struct File {
    /// As an import statement names it: relative to a root, `/` between folders.
    pub path: String,
    /// Without a leading dot; empty where the file declares none.
    pub package: String,
    /// For headers of generated files only; what it means for a field is said by the field.
    pub syntax: Syntax,
    pub origin: Origin,
    /// In the order of their import statements.
    pub imports: Vec<Import>,
    /// Of the `syntax` statement.
    pub syntax_comments: Comments,
    /// Of the `package` statement.
    pub package_comments: Comments,
    pub deprecated: bool,
    /// Top-level messages, in order.
    pub messages: Vec<MessageId>,
    /// Top-level enums, in order.
    pub enums: Vec<EnumId>,
    /// Top-level extensions, in order.
    pub extensions: Vec<Field>,
    pub services: Vec<Service>,
    /// The `google.protobuf.FileDescriptorProto`, encoded, without source info and with custom options as they stand on
    /// the wire. Empty where the configuration has no target.
    pub descriptor: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    Proto2,
    Proto3,
}

/// Where a file came from, and so whether code is generated for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Named by the user: code is generated for it.
    Owned,
    /// Found under a root because an owned file needs it.
    Imported,
    /// `google/protobuf/*`, from the copies that the compiler carries; every target has these in a library.
    WellKnown,
    /// `bellwire/*` and others that the compiler carries and no target has in a library.
    Embedded,
}

#[derive(Debug, Clone, Copy)]
pub struct Import {
    pub file: FileId,
    pub public: bool,
    pub weak: bool,
}

/// Comments as the source has them: markers (`//`, `/*`, leading `*`) removed, everything else kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comments {
    pub detached: Vec<String>,
    pub leading: Option<String>,
    pub trailing: Option<String>,
}

/// A message; its `full_name` is unique within the schema.
#[derive(Debug)]
pub struct Message {
    /// `Inner`
    pub name: String,
    /// `package.Outer.Inner`, without a leading dot.
    pub full_name: String,
    pub file: FileId,
    pub parent: Option<MessageId>,
    /// Position among the siblings of its parent or file, map entries counted, as in the descriptor.
    pub index: usize,
    pub comments: Comments,
    pub deprecated: bool,
    /// The message is the synthetic entry of a map field, which no target shows.
    pub map_entry: bool,
    /// What protoc-gen-dart would mix in: `(dart_options.mixin)`, or else its file's `(dart_options.default_mixin)`.
    pub dart_mixin: Option<String>,
    pub message_set: bool,
    pub fields: Vec<Field>,
    /// Without the synthetic ones of proto3 `optional`.
    pub oneofs: Vec<Oneof>,
    pub messages: Vec<MessageId>,
    pub enums: Vec<EnumId>,
    /// Extensions declared inside this message, whatever they extend.
    pub extensions: Vec<Field>,
    /// Ranges open to extensions, as `start..end`.
    pub extension_ranges: Vec<std::ops::Range<i32>>,
    /// Of the name.
    pub span: Span,
}

/// A field of a message, or an extension.
#[derive(Debug)]
pub struct Field {
    /// As written.
    pub name: String,
    /// `package.Message.field`; for an extension `package.scope.name`.
    pub full_name: String,
    /// The JSON name: protoc's camelCase of `name`, unless the schema gives another.
    pub json_name: String,
    /// The schema gives a `json_name` of its own.
    pub json_name_declared: bool,
    pub number: i32,
    pub cardinality: Cardinality,
    pub ty: Type,
    /// Whether an unset field can be told from one set to its default.
    pub presence: Presence,
    /// Encoded packed.
    pub packed: bool,
    /// What the schema says about `packed`.
    pub packed_declared: Option<bool>,
    /// proto2's default as the descriptor spells it.
    pub default: Option<String>,
    /// Index into [`Message::oneofs`].
    pub oneof: Option<usize>,
    /// What the schema says about `jstype`.
    pub js_type: Option<JsType>,
    pub deprecated: bool,
    /// The schema says something about `deprecated`, be it `false`.
    pub deprecated_declared: bool,
    /// Declared with proto3's `optional`.
    pub proto3_optional: bool,
    /// An option that compiled programs do not see: `retention = RETENTION_SOURCE`.
    pub source_only: bool,
    /// `(dart_options.dart_name)`, by which protoc-gen-dart names the field's members.
    pub dart_name: Option<String>,
    /// For an extension: what it extends.
    pub extendee: Option<MessageId>,
    pub comments: Comments,
    /// Of the name.
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cardinality {
    Singular,
    Repeated,
    /// The field's `ty` is the entry message; key and value are its fields 1 and 2.
    Map,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// proto3 scalars without `optional`, and everything repeated.
    Implicit,
    /// proto3 `optional`, all of proto2's singular fields, messages, and members of a oneof.
    Explicit,
    /// proto2 `required`.
    Required,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Double,
    Float,
    Int64,
    Uint64,
    Int32,
    Fixed64,
    Fixed32,
    Bool,
    String,
    Bytes,
    Uint32,
    Sfixed32,
    Sfixed64,
    Sint32,
    Sint64,
    Message(MessageId),
    /// A proto2 group: a message between start and end tags.
    Group(MessageId),
    Enum(EnumId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsType {
    Normal,
    String,
    Number,
}

#[derive(Debug)]
pub struct Oneof {
    pub name: String,
    pub full_name: String,
    pub comments: Comments,
    pub span: Span,
}

/// An enum, event and notification groups included; its `full_name` is unique within the schema.
#[derive(Debug)]
pub struct Enum {
    pub name: String,
    /// `package.Outer.Kind`, without a leading dot.
    pub full_name: String,
    pub file: FileId,
    pub parent: Option<MessageId>,
    /// Position among the siblings of its parent or file.
    pub index: usize,
    pub comments: Comments,
    pub deprecated: bool,
    /// proto2's enums: an unknown number is no value of theirs.
    pub closed: bool,
    /// In the order of declaration; several may share a number.
    pub values: Vec<EnumValue>,
    pub span: Span,
}

#[derive(Debug)]
pub struct EnumValue {
    pub name: String,
    pub number: i32,
    pub comments: Comments,
    pub deprecated: bool,
    pub span: Span,
}

#[derive(Debug)]
pub struct Service {
    pub name: String,
    pub full_name: String,
    pub comments: Comments,
    pub deprecated: bool,
    pub methods: Vec<Method>,
    pub span: Span,
}

#[derive(Debug)]
pub struct Method {
    pub name: String,
    pub input: MessageId,
    pub output: MessageId,
    pub client_streaming: bool,
    pub server_streaming: bool,
    pub idempotency: Idempotency,
    pub comments: Comments,
    pub deprecated: bool,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    Unknown,
    NoSideEffects,
    Idempotent,
}

/// What a frontend may ask of the core: an enum with `(bellwire.events)`, or a marked service.
#[derive(Debug)]
pub struct EventGroup {
    /// `UserEvent`
    pub name: String,
    /// `user.v1.UserEvent`
    pub full_name: String,
    pub file: FileId,
    pub form: GroupForm,
    pub comments: Comments,
    pub deprecated: bool,
    /// The message type of the group's domain errors.
    pub error: MessageId,
    pub events: Vec<Event>,
    pub span: Span,
}

/// What an event group is in the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupForm {
    Enum(EnumId),
    /// Index into [`File::services`] of the group's file.
    Service(usize),
}

/// One request that a frontend may send.
#[derive(Debug)]
pub struct Event {
    /// `SignIn`: UpperCamelCase for enum groups, verbatim for services.
    pub name: String,
    /// As the schema spells it: `SIGN_IN`, `USER_EVENT_SIGN_IN`.
    pub source_name: String,
    /// Its identity: `user.v1.UserEvent/SignIn`. Every language embeds this very string.
    pub path: String,
    /// The enum value's number; for a service the method's position.
    pub number: i32,
    pub comments: Comments,
    pub deprecated: bool,
    /// None where the event takes nothing.
    pub input: Option<MessageId>,
    /// None where the event answers with nothing.
    pub output: Option<MessageId>,
    /// The answer is a stream of `output`, which then is never None.
    pub stream: bool,
    /// For the whole call, a stream's last item included.
    pub timeout: Option<Duration>,
    /// See `bellwire.v1.Fingerprint` in wire.proto.
    pub fingerprint: u64,
    pub span: Span,
}

/// What the core tells its frontends unasked: an enum with `(bellwire.notifications)`.
#[derive(Debug)]
pub struct NotificationGroup {
    /// `UserNotification`
    pub name: String,
    /// `user.v1.UserNotification`
    pub full_name: String,
    pub file: FileId,
    pub enum_id: EnumId,
    pub comments: Comments,
    pub deprecated: bool,
    pub notifications: Vec<Notification>,
    pub span: Span,
}

/// What handlers take in place of a message.
#[derive(Debug)]
pub struct Params {
    /// `ExportParams`
    pub name: String,
    /// Of the name in the option.
    pub span: Span,
}

/// One kind of notification.
#[derive(Debug)]
pub struct Notification {
    /// `ProfileUpdate`
    pub name: String,
    /// As the schema spells it.
    pub source_name: String,
    /// Its identity: `user.v1.UserNotification/ProfileUpdate`.
    pub path: String,
    pub number: i32,
    pub comments: Comments,
    pub deprecated: bool,
    /// None where it carries nothing.
    pub payload: Option<MessageId>,
    /// It is about one thing among many, named by a key.
    pub keyed: bool,
    pub delivery: Delivery,
    /// How long a value is held back until none has followed it.
    pub debounce: Option<Duration>,
    /// See `bellwire.v1.Fingerprint` in wire.proto.
    pub fingerprint: u64,
    pub span: Span,
}

/// What a slow subscriber gets to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Every value in order, up to the bound of the queue.
    Every,
    /// Only the newest value per key.
    Latest,
}
