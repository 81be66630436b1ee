//! The files that the compiler carries, so that importing them always works.

use prost_types::FileDescriptorProto;
use protox::file::{FileResolver, GoogleFileResolver};

use super::newer;
use crate::schema::Origin;

/// A file that the compiler carries.
pub enum Embedded {
    Text(&'static str),
    /// Parsed already, without source info.
    Descriptor(Box<FileDescriptorProto>),
}

const TEXTS: &[(&str, &str)] = &[
    (
        "bellwire/options.proto",
        include_str!("../../schemas/bellwire/options.proto"),
    ),
    (
        "bellwire/frames.proto",
        include_str!("../../schemas/bellwire/frames.proto"),
    ),
    (
        "bellwire/wire.proto",
        include_str!("../../schemas/bellwire/wire.proto"),
    ),
    // protovalidate's, as it publishes it.
    (
        "buf/validate/validate.proto",
        include_str!("../../schemas/buf/validate/validate.proto"),
    ),
];

/// Links the well-known files ahead: whatever imports Bellwire's options asks for one, after all else is parsed.
pub fn prepare() {
    drop(GoogleFileResolver::new());
}

/// The carried file of that import name.
pub fn find(name: &str) -> Option<(Origin, Embedded)> {
    if let Some((_, text)) = TEXTS.iter().find(|(embedded, _)| *embedded == name) {
        return Some((Origin::Embedded, Embedded::Text(text)));
    }
    if !is_carried(name) {
        return None;
    }
    let descriptor = if name == newer::DESCRIPTOR {
        newer::descriptor()?.clone()
    } else {
        let file = GoogleFileResolver::new().open_file(name).ok()?;
        file.file_descriptor_proto().clone()
    };
    Some((
        Origin::WellKnown,
        Embedded::Descriptor(Box::new(descriptor)),
    ))
}

/// Whether the compiler carries the file of that import name.
pub fn is_carried(name: &str) -> bool {
    names().any(|carried| carried == name)
}

/// The import names of every carried file.
pub fn names() -> impl Iterator<Item = &'static str> {
    const WELL_KNOWN: [&str; 12] = [
        "google/protobuf/any.proto",
        "google/protobuf/api.proto",
        "google/protobuf/compiler/plugin.proto",
        "google/protobuf/descriptor.proto",
        "google/protobuf/duration.proto",
        "google/protobuf/empty.proto",
        "google/protobuf/field_mask.proto",
        "google/protobuf/source_context.proto",
        "google/protobuf/struct.proto",
        "google/protobuf/timestamp.proto",
        "google/protobuf/type.proto",
        "google/protobuf/wrappers.proto",
    ];
    TEXTS.iter().map(|(name, _)| *name).chain(WELL_KNOWN)
}
