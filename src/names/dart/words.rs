//! Dart's keywords, and what classes have or inherit. Each list is in order.

/// Words that are never identifiers, and the names of the types that every library uses.
pub const RESERVED_WORDS: &[&str] = &[
    "assert", "bool", "break", "case", "catch", "class", "const", "continue", "default", "do",
    "double", "else", "enum", "extends", "false", "final", "finally", "for", "if", "in", "int",
    "is", "new", "null", "rethrow", "return", "super", "switch", "this", "throw", "true", "try",
    "var", "void", "while", "with",
];

/// Words that are identifiers, and yet no names of types.
pub const BUILT_IN_IDENTIFIERS: &[&str] = &[
    "abstract",
    "as",
    "covariant",
    "deferred",
    "dynamic",
    "export",
    "extension",
    "external",
    "factory",
    "get",
    "implements",
    "import",
    "interface",
    "late",
    "library",
    "mixin",
    "operator",
    "part",
    "required",
    "set",
    "static",
    "typedef",
];

/// Types that generated classes must not hide.
pub const FORBIDDEN_TYPES: &[&str] = &["Function", "List", "Map"];

/// What a message's class has or inherits.
pub const MESSAGE_MEMBERS: &[&str] = &[
    "GeneratedMessage",
    "List",
    "Object",
    "addExtension",
    "check",
    "clear",
    "clearExtension",
    "clearField",
    "clone",
    "copyWith",
    "create",
    "createEmptyInstance",
    "extensionsAreInitialized",
    "freeze",
    "getDefault",
    "getDefaultForField",
    "getExtension",
    "getField",
    "getFieldOrNull",
    "getTagNumber",
    "hasExtension",
    "hasField",
    "hasRequiredFields",
    "hashCode",
    "info_",
    "isFrozen",
    "isInitialized",
    "mergeFromBuffer",
    "mergeFromCodedBufferReader",
    "mergeFromJson",
    "mergeFromJsonMap",
    "mergeFromMessage",
    "mergeFromProto3Json",
    "mergeUnknownFields",
    "noSuchMethod",
    "notSet",
    "runtimeType",
    "setExtension",
    "setField",
    "toBuilder",
    "toDebugString",
    "toProto3Json",
    "toString",
    "unknownFields",
    "writeToBuffer",
    "writeToCodedBufferWriter",
    "writeToJson",
    "writeToJsonMap",
];

/// What a message's class declares beside what its fields bring.
pub const DECLARED: &[&str] = &[
    "clone",
    "copyWith",
    "create",
    "createEmptyInstance",
    "createRepeated",
    "fromBuffer",
    "fromJson",
    "getDefault",
    "info_",
];

/// What an enum's class has or inherits.
pub const ENUM_MEMBERS: &[&str] = &[
    "List",
    "Object",
    "ProtobufEnum",
    "hashCode",
    "name",
    "noSuchMethod",
    "runtimeType",
    "toString",
    "value",
    "valueOf",
    "values",
];

/// What a listener's class has or inherits.
pub const LISTENER_MEMBERS: &[&str] = &[
    "hashCode",
    "isStarted",
    "noSuchMethod",
    "runtimeType",
    "start",
    "stop",
    "toString",
];

/// What a listener's constructor takes beside callbacks.
pub const LISTENER_PARAMETERS: &[&str] = &[
    "key",
    "onError",
    "onInterrupted",
    "onLagged",
    "onUnserved",
    "transport",
];
