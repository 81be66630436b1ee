//! The file descriptor that a module carries for the runtime: what it can do without is taken out.
//!
//! The work is done on encoded bytes, so that options nobody here knows come through untouched.

mod options;
mod wire;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::names::typescript::camel_case;
pub use options::Options;
use wire::{Record, records, write_length_delimited};

/// A file's descriptor in base64, without its imports (which are passed beside it), its source info, JSON names that
/// follow from field names, and options that compiled programs do not see.
pub fn embedded(options: &Options, descriptor: &[u8]) -> String {
    STANDARD_NO_PAD.encode(strip(options, Part::File, descriptor))
}

/// The messages of `google/protobuf/descriptor.proto`, as far as something is done about them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    File,
    Message,
    Field,
    Extension,
    Oneof,
    ExtensionRange,
    Enum,
    EnumValue,
    Service,
    Method,
    /// An options message, by its name.
    Options(&'static str),
}

/// What lies in a field of a part, by its number.
fn part_within(part: Part, number: u32) -> Option<Part> {
    Some(match (part, number) {
        (Part::File, 4) | (Part::Message, 3) => Part::Message,
        (Part::File, 5) | (Part::Message, 4) => Part::Enum,
        (Part::File, 6) => Part::Service,
        (Part::File, 7) | (Part::Message, 6) => Part::Extension,
        (Part::File, 8) => Part::Options("FileOptions"),
        (Part::Message, 2) => Part::Field,
        (Part::Message, 5) => Part::ExtensionRange,
        (Part::Message, 7) => Part::Options("MessageOptions"),
        (Part::Message, 8) => Part::Oneof,
        (Part::Field | Part::Extension, 8) => Part::Options("FieldOptions"),
        (Part::Oneof, 2) => Part::Options("OneofOptions"),
        (Part::ExtensionRange, 3) => Part::Options("ExtensionRangeOptions"),
        (Part::Enum, 2) => Part::EnumValue,
        (Part::Enum, 3) => Part::Options("EnumOptions"),
        (Part::EnumValue, 3) => Part::Options("EnumValueOptions"),
        (Part::Service, 2) => Part::Method,
        (Part::Service, 3) => Part::Options("ServiceOptions"),
        (Part::Method, 4) => Part::Options("MethodOptions"),
        _ => return None,
    })
}

fn strip(options: &Options, part: Part, bytes: &[u8]) -> Vec<u8> {
    if let Part::Options(name) = part {
        return options.strip(name, bytes);
    }
    let implied_json_name = if part == Part::Field {
        implied_json_name(bytes)
    } else {
        None
    };
    let mut kept = Vec::with_capacity(bytes.len());
    for record in records(bytes) {
        let dropped = match (part, record.number) {
            // dependency, source_code_info
            (Part::File, 3 | 9) => true,
            // json_name
            (Part::Field, 10) => Some(record.payload) == implied_json_name.as_deref(),
            _ => false,
        };
        if dropped {
            continue;
        }
        match part_within(part, record.number) {
            Some(inner) => {
                let inside = strip(options, inner, record.payload);
                // Options of which nothing is left go as a whole.
                if inside.is_empty() && !record.payload.is_empty() {
                    continue;
                }
                write_length_delimited(&mut kept, record.number, &inside);
            }
            None => kept.extend_from_slice(record.raw),
        }
    }
    kept
}

/// The JSON name that a field has unless the schema gives another.
fn implied_json_name(field: &[u8]) -> Option<Vec<u8>> {
    let is_name = |record: &Record| record.number == 1;
    let name = records(field).find(is_name)?.payload;
    Some(camel_case(std::str::from_utf8(name).ok()?).into_bytes())
}
