//! The shape of an event as one number.

use sha2::{Digest, Sha256};

/// What a fingerprint is made of; types are full names.
pub struct Shape<'a> {
    pub path: &'a str,
    /// `unary`, `stream` or `notification`.
    pub kind: &'static str,
    pub input: Option<&'a str>,
    pub output: Option<&'a str>,
    pub error: Option<&'a str>,
    pub keyed: bool,
}

/// The first 8 bytes, big-endian, of SHA-256 over the text that `bellwire.v1.Fingerprint` describes.
pub fn of(shape: &Shape) -> u64 {
    let none = "-";
    let text = [
        shape.path,
        shape.kind,
        shape.input.unwrap_or(none),
        shape.output.unwrap_or(none),
        shape.error.unwrap_or(none),
        if shape.keyed { "keyed" } else { "unkeyed" },
    ]
    .join("\n");
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}
