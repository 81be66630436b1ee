//! Text of simple forms.

use super::letters::{HEX, all};

/// `01234567-89ab-cdef-0123-456789abcdef`
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 36
        && [8, 13, 18, 23].iter().all(|hyphen| bytes[*hyphen] == b'-')
        && all(&bytes[..8], HEX)
        && all(&bytes[9..13], HEX)
        && all(&bytes[14..18], HEX)
        && all(&bytes[19..23], HEX)
        && all(&bytes[24..], HEX)
}

/// A UUID without its hyphens.
#[must_use]
pub fn is_tuuid(text: &str) -> bool {
    text.len() == 32 && all(text.as_bytes(), HEX)
}

/// Crockford's base 32, in either case: 26 digits, the first of which holds three bits.
#[must_use]
pub fn is_ulid(text: &str) -> bool {
    let is_digit = |byte: u8| {
        byte.is_ascii_alphanumeric()
            && !matches!(byte.to_ascii_uppercase(), b'I' | b'L' | b'O' | b'U')
    };
    text.len() == 26 && matches!(text.as_bytes()[0], b'0'..=b'7') && text.bytes().all(is_digit)
}

/// `package.Message`
#[must_use]
pub fn is_protobuf_fqn(text: &str) -> bool {
    text.split('.').all(|name| {
        let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
        name.bytes().next().is_some_and(is_letter)
            && name
                .bytes()
                .all(|byte| is_letter(byte) || byte.is_ascii_digit())
    })
}

/// `.package.Message`
#[must_use]
pub fn is_protobuf_dot_fqn(text: &str) -> bool {
    text.strip_prefix('.').is_some_and(is_protobuf_fqn)
}

/// The name of an HTTP header, or of an HTTP/2 pseudo-header.
#[must_use]
pub fn is_header_name(text: &str) -> bool {
    let name = text.strip_prefix(':').unwrap_or(text);
    // protovalidate's class has a range from `+` to `.`, with the comma in it.
    let is_letter = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'!' | b'#'..=b'\'' | b'*'..=b'.' | b'^'..=b'`' | b'|' | b'~')
    };
    !name.is_empty() && name.bytes().all(is_letter)
}

/// Anything in one line.
#[must_use]
pub fn is_loose_header_name(text: &str) -> bool {
    !text.is_empty() && is_loose_header_value(text)
}

/// The value of an HTTP header.
#[must_use]
pub fn is_header_value(text: &str) -> bool {
    !text
        .bytes()
        .any(|byte| matches!(byte, 0..=8 | 10..=31 | 127))
}

/// Anything in one line, or nothing.
#[must_use]
pub fn is_loose_header_value(text: &str) -> bool {
    !text.bytes().any(|byte| matches!(byte, 0 | b'\n' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids() {
        assert!(is_uuid("01234567-89ab-cdef-0123-456789ABCDEF"));
        assert!(!is_uuid("01234567-89ab-cdef-0123-456789abcdeg"));
        assert!(!is_uuid("0123456789abcdef0123456789abcdef"));
        assert!(is_tuuid("0123456789abcdef0123456789abcdef"));
        assert!(!is_tuuid("0123456789abcdef0123456789abcde"));
        assert!(is_ulid("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
        assert!(!is_ulid("81ARZ3NDEKTSV4RRFFQ69G5FAV"));
        assert!(!is_ulid("01ARZ3NDEKTSV4RRFFQ69G5FAU"));
    }

    #[test]
    fn names() {
        assert!(is_protobuf_fqn("a.b.C_1"));
        assert!(!is_protobuf_fqn("a..b"));
        assert!(!is_protobuf_fqn("a.1b"));
        assert!(is_protobuf_dot_fqn(".a.b"));
        assert!(!is_protobuf_dot_fqn("a.b"));
    }

    #[test]
    fn headers() {
        assert!(is_header_name(":path"));
        assert!(is_header_name("x-a'b`c"));
        assert!(!is_header_name("::path"));
        assert!(!is_header_name("a b"));
        assert!(!is_header_name(":"));
        assert!(is_header_value("a\tb"));
        assert!(!is_header_value("a\nb"));
        assert!(!is_header_value("a\u{7f}b"));
        assert!(is_loose_header_name("a b"));
    }
}
