//! Names and addresses of hosts, and what contains them.

use super::letters::{DIGIT, LABEL, LOCAL, all, sets};
use super::{is_ip, is_ipv4, is_ipv6};

/// An email address as HTML defines it.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    !local.is_empty() && all(local.as_bytes(), LOCAL) && labels(domain).is_some()
}

/// The name of a host: labels between dots, of which the last is no number; a dot may stand at the end.
#[must_use]
pub fn is_hostname(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    name.len() <= 253 && labels(name).is_some_and(|last| last & DIGIT == 0)
}

/// Labels between dots, each of up to 63 letters, digits and hyphens, the latter inside. Gives the sets that all letters
/// of the last are in; None where one is wrong.
fn labels(text: &str) -> Option<u8> {
    let mut length = 0;
    let mut before = b'.';
    let mut common = u8::MAX;
    for byte in text.bytes() {
        if byte == b'.' {
            if length == 0 || length > 63 || before == b'-' {
                return None;
            }
            length = 0;
            common = u8::MAX;
        } else {
            let sets = sets(byte);
            if sets & LABEL == 0 || (length == 0 && byte == b'-') {
                return None;
            }
            length += 1;
            common &= sets;
        }
        before = byte;
    }
    (length > 0 && length <= 63 && before != b'-').then_some(common)
}

/// A host by its name or its address.
#[must_use]
pub fn is_address(text: &str) -> bool {
    is_hostname(text) || is_ip(text)
}

/// `example.com:80`, `[::1]:80`
#[must_use]
pub fn is_host_and_port(text: &str) -> bool {
    is_host_and_any_port(text, true)
}

/// The same, with or without a port unless one is required.
#[must_use]
pub fn is_host_and_any_port(text: &str, port_required: bool) -> bool {
    if let Some(rest) = text.strip_prefix('[') {
        let Some((address, rest)) = rest.rsplit_once(']') else {
            return false;
        };
        return is_ipv6(address)
            && match rest.strip_prefix(':') {
                Some(port) => is_port(port),
                None => rest.is_empty() && !port_required,
            };
    }
    let is_host = |host: &str| is_hostname(host) || is_ipv4(host);
    match text.rsplit_once(':') {
        Some((host, port)) => is_host(host) && is_port(port),
        None => !port_required && is_host(text),
    }
}

/// A number below 65536 without a leading zero.
fn is_port(text: &str) -> bool {
    (text.len() == 1 || !text.starts_with('0'))
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails() {
        for text in ["a@b", "a.b+c@example.com", "!#$%&'*+/=?^_`{|}~-@x.y"] {
            assert!(is_email(text), "{text}");
        }
        for text in [
            "", "@b", "a@", "a b@c", "a@-b", "a@b-", "a@b..c", "a@b@c", "\u{e9}@b", "a@b.",
            "\"a\"@b", "a,b@c",
        ] {
            assert!(!is_email(text), "{text}");
        }
    }

    #[test]
    fn hosts() {
        for text in ["a", "a.b.", "1a.b1", "a.1.b", "A-b.C"] {
            assert!(is_hostname(text), "{text}");
        }
        for text in ["", ".", "a..b", "-a", "a-", "a.1", "a_b", "1", "\u{e9}"] {
            assert!(!is_hostname(text), "{text}");
        }
        assert!(is_host_and_port("[::1]:0"));
        assert!(is_host_and_port("a.b:65535"));
        for text in [
            "a.b",
            "a.b:",
            "a.b:65536",
            "a.b:01",
            "::1:80",
            "[::1]",
            "[::1]80",
            "[::1]a:80",
            "[1.2.3.4]:80",
            ":80",
            "a.b:+1",
        ] {
            assert!(!is_host_and_port(text), "{text}");
        }
        assert!(is_host_and_any_port("[::1]", false));
        assert!(!is_host_and_any_port("", false));
    }
}
