//! Types by the names that other languages have for them.

use crate::names::nearest;

/// Messages that protobuf has for everybody, with the files that declare them.
const WELL_KNOWN: [(&str, &str); 17] = [
    ("Any", "any"),
    ("BoolValue", "wrappers"),
    ("BytesValue", "wrappers"),
    ("DoubleValue", "wrappers"),
    ("Duration", "duration"),
    ("Empty", "empty"),
    ("FieldMask", "field_mask"),
    ("FloatValue", "wrappers"),
    ("Int32Value", "wrappers"),
    ("Int64Value", "wrappers"),
    ("ListValue", "struct"),
    ("StringValue", "wrappers"),
    ("Struct", "struct"),
    ("Timestamp", "timestamp"),
    ("UInt32Value", "wrappers"),
    ("UInt64Value", "wrappers"),
    ("Value", "struct"),
];

/// Names of types in Rust, TypeScript, Dart and their neighbours, each list before what protobuf calls them. What is as
/// likely the name of somebody's own message is not among them.
const FOREIGN: [(&[&str], &str); 14] = [
    (
        &[
            "int", "Int", "integer", "Integer", "i8", "i16", "i32", "int8", "int16", "short",
        ],
        "int32",
    ),
    (
        &["i64", "long", "Long", "isize", "bigint", "BigInt"],
        "int64",
    ),
    (
        &["u8", "u16", "u32", "uint", "UInt", "uint8", "uint16"],
        "uint32",
    ),
    (&["u64", "usize", "ulong"], "uint64"),
    (&["f32"], "float"),
    (&["f64", "number", "Number", "num", "real"], "double"),
    (&["boolean", "Boolean"], "bool"),
    (
        &[
            "str", "text", "varchar", "char", "uuid", "Uuid", "UUID", "guid", "Guid", "ID",
        ],
        "string",
    ),
    (
        &[
            "blob",
            "Blob",
            "binary",
            "bytea",
            "Uint8Array",
            "Uint8List",
            "ByteArray",
            "bytearray",
        ],
        "bytes",
    ),
    (
        &[
            "date",
            "Date",
            "datetime",
            "DateTime",
            "Instant",
            "time",
            "SystemTime",
        ],
        "google.protobuf.Timestamp",
    ),
    (
        &["timespan", "TimeSpan", "timedelta"],
        "google.protobuf.Duration",
    ),
    (
        &["object", "json", "Json", "JSON"],
        "google.protobuf.Struct",
    ),
    (&["void", "null", "unit"], "google.protobuf.Empty"),
    (&["unknown", "dynamic"], "google.protobuf.Value"),
];

/// The names of the types that are always there.
pub const SCALARS: [&str; 15] = [
    "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32",
    "fixed64", "sfixed32", "sfixed64", "bool", "string", "bytes",
];

/// The scalar of that name, in whatever case, or that another language calls so.
pub fn scalar(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if SCALARS.contains(&lower.as_str()) {
        return Some(lower);
    }
    translated(name).filter(|ours| !ours.contains('.'))
}

/// What protobuf calls the type that another language calls so.
pub fn translated(name: &str) -> Option<String> {
    let foreign = FOREIGN.iter().find(|(names, _)| names.contains(&name));
    foreign.map(|(_, ours)| (*ours).to_owned()).or_else(|| {
        let short = name.strip_prefix("google.protobuf.").unwrap_or(name);
        let found = WELL_KNOWN
            .iter()
            .find(|(message, _)| message.eq_ignore_ascii_case(short))?;
        Some(format!("google.protobuf.{}", found.0))
    })
}

/// The message that protobuf has for everybody whose name is nearest to that one, and its file.
pub fn nearest_well_known(name: &str) -> Option<(String, String)> {
    let short = name.strip_prefix("google.protobuf.")?;
    let near = nearest(short, WELL_KNOWN.iter().map(|(message, _)| *message));
    let full_name = format!("google.protobuf.{}", near.first()?.trim_matches('`'));
    let file = file_of(&full_name)?;
    Some((full_name, file))
}

/// The file that declares one of the messages that protobuf has for everybody.
pub fn file_of(full_name: &str) -> Option<String> {
    let name = full_name.strip_prefix("google.protobuf.")?;
    let (_, file) = WELL_KNOWN.iter().find(|(message, _)| *message == name)?;
    Some(format!("google/protobuf/{file}.proto"))
}

#[cfg(test)]
mod tests {
    use super::{WELL_KNOWN, file_of, translated};

    #[test]
    fn knows_the_types_of_rust_typescript_and_dart() {
        for (theirs, ours) in [
            ("u32", "uint32"),
            ("Integer", "int32"),
            ("number", "double"),
            ("Uint8List", "bytes"),
            ("DateTime", "google.protobuf.Timestamp"),
            ("Any", "google.protobuf.Any"),
            ("google.protobuf.timestamp", "google.protobuf.Timestamp"),
        ] {
            assert_eq!(translated(theirs).as_deref(), Some(ours), "{theirs}");
        }
        assert_eq!(translated("Profile"), None);
    }

    #[test]
    fn every_well_known_message_is_in_a_file_that_the_compiler_carries() {
        for (message, _) in WELL_KNOWN {
            let file = file_of(&format!("google.protobuf.{message}"));
            assert!(
                file.is_some_and(|file| crate::load::embedded::is_carried(&file)),
                "{message}"
            );
        }
    }
}
