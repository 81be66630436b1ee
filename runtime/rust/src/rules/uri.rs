//! URIs, by the grammar of RFC 3986, and RFC 6874 for the zones of IPv6 addresses.

use super::is_ipv4;
use std::net::Ipv6Addr;

/// `https://example.com/a?b#c`, `urn:isbn:0451450523`
#[must_use]
pub fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    is_scheme(scheme) && is_behind_scheme(rest)
}

/// A URI, or one without what comes from where it stands: `../a?b`, `//example.com`
#[must_use]
pub fn is_uri_ref(text: &str) -> bool {
    if is_uri(text) {
        return true;
    }
    let (before, suffix) = split(text);
    // A colon in the first segment would end a scheme.
    let first = before.split('/').next().unwrap_or_default();
    let is_path = match before.strip_prefix("//") {
        Some(rest) => is_authority_and_path(rest),
        None => !first.contains(':') && is_path(before),
    };
    is_path && is_suffix(suffix)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

fn is_behind_scheme(text: &str) -> bool {
    let (before, suffix) = split(text);
    let is_path = match before.strip_prefix("//") {
        Some(rest) => is_authority_and_path(rest),
        None => is_path(before),
    };
    is_path && is_suffix(suffix)
}

/// What stands before the query and the fragment, and these.
fn split(text: &str) -> (&str, &str) {
    text.split_at(text.find(['?', '#']).unwrap_or(text.len()))
}

/// `?query#fragment`, either of which may be missing.
fn is_suffix(text: &str) -> bool {
    let (query, fragment) = text.split_once('#').unwrap_or((text, ""));
    let query = query.strip_prefix('?').unwrap_or(query);
    is_made_of(query, |byte| {
        is_path_letter(byte) || matches!(byte, b'/' | b'?')
    }) && is_made_of(fragment, |byte| {
        is_path_letter(byte) || matches!(byte, b'/' | b'?')
    })
}

fn is_authority_and_path(text: &str) -> bool {
    let (authority, path) = text.split_at(text.find('/').unwrap_or(text.len()));
    is_authority(authority) && is_made_of(path, |byte| is_path_letter(byte) || byte == b'/')
}

/// `user:word@host:port`
fn is_authority(text: &str) -> bool {
    let (user, host) = text.split_once('@').unwrap_or(("", text));
    let (host, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let Some((literal, port)) = rest.split_once(']') else {
                return false;
            };
            if !is_literal(literal) {
                return false;
            }
            ("", port)
        }
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let is_port = match port.strip_prefix(':') {
        Some(port) => port.bytes().all(|byte| byte.is_ascii_digit()),
        None => port.is_empty(),
    };
    is_made_of(user, |byte| is_name_letter(byte) || byte == b':')
        && is_registered_name(host)
        && is_port
}

/// Escapes in a name stand for UTF-8.
fn is_registered_name(text: &str) -> bool {
    is_ipv4(text) || (is_made_of(text, is_name_letter) && is_utf8_behind_escapes(text))
}

/// What stands in brackets: an IPv6 address, perhaps with a zone, or one of a future version.
fn is_literal(text: &str) -> bool {
    if let Some(future) = text.strip_prefix(['v', 'V']) {
        return future.split_once('.').is_some_and(|(version, address)| {
            !version.is_empty()
                && version.bytes().all(|byte| byte.is_ascii_hexdigit())
                && !address.is_empty()
                && address
                    .bytes()
                    .all(|byte| is_unreserved(byte) || is_sub_delimiter(byte) || byte == b':')
        });
    }
    let (address, zone) = text.split_once("%25").unwrap_or((text, "none"));
    !zone.is_empty()
        && is_made_of(zone, is_unreserved)
        && is_utf8_behind_escapes(zone)
        && address.parse::<Ipv6Addr>().is_ok()
}

fn is_path(text: &str) -> bool {
    // Two slashes at the start begin an authority.
    !text.starts_with("//") && is_made_of(text, |byte| is_path_letter(byte) || byte == b'/')
}

/// Every byte is a letter of the set, or part of an escape.
fn is_made_of(text: &str, is_letter: impl Fn(u8) -> bool) -> bool {
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => return true,
            [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                rest
            }
            [letter, rest @ ..] if is_letter(*letter) => rest,
            _ => return false,
        };
    }
}

/// Whether the bytes behind the escapes are UTF-8, found out without writing them down.
fn is_utf8_behind_escapes(text: &str) -> bool {
    let mut letter = [0; 4];
    let mut length = 0;
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = unescaped(rest) {
        rest = behind;
        letter[length] = byte;
        length += 1;
        match std::str::from_utf8(&letter[..length]) {
            Ok(_) => length = 0,
            Err(error) if error.error_len().is_none() => {}
            Err(_) => return false,
        }
    }
    length == 0
}

/// The first byte of a text, and what follows.
fn unescaped(text: &[u8]) -> Option<(u8, &[u8])> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    match text {
        [b'%', high, low, rest @ ..] => Some((digit(*high)? << 4 | digit(*low)?, rest)),
        [first, rest @ ..] => Some((*first, rest)),
        [] => None,
    }
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn is_sub_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
    )
}

fn is_name_letter(byte: u8) -> bool {
    is_unreserved(byte) || is_sub_delimiter(byte)
}

fn is_path_letter(byte: u8) -> bool {
    is_name_letter(byte) || matches!(byte, b':' | b'@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris() {
        for text in [
            "https://example.com",
            "a:",
            "urn:isbn:1",
            "ftp://u:p@h:21/a/../b;c?d=/?#e/?",
            "a://[::1%25en0]:1",
            "a://[v1.x]",
            "a:/b//c",
            "a://%c3%a9",
            "mailto:a@b",
        ] {
            assert!(is_uri(text), "{text}");
        }
        for text in [
            "",
            ":",
            "1a:b",
            "//a",
            "a://[::1",
            "a://[::1%en0]",
            "a://b:c",
            "a:%4",
            "a: b",
            "a:b#c#d",
            "a://u@b@c",
            "a://%ff",
            "a:[",
            "a:b\\c",
            "a:\u{e9}",
        ] {
            assert!(!is_uri(text), "{text}");
        }
    }

    #[test]
    fn references() {
        for text in ["", "a", "./a:b", "../a?b#c", "//a/b", "?a", "#a", "/a"] {
            assert!(is_uri_ref(text), "{text}");
        }
        for text in ["1:a", " ", "//[", "a#b#c", "%"] {
            assert!(!is_uri_ref(text), "{text}");
        }
    }
}
