//! IP addresses and their prefixes.

use std::net::{Ipv4Addr, Ipv6Addr};

/// An IPv4 or IPv6 address.
#[must_use]
pub fn is_ip(text: &str) -> bool {
    is_ipv4(text) || is_ipv6(text)
}

/// `127.0.0.1`
#[must_use]
pub fn is_ipv4(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

/// `::1`, `fe80::1%en0`
#[must_use]
pub fn is_ipv6(text: &str) -> bool {
    let address = match text.split_once('%') {
        Some((_, zone)) if zone.is_empty() || zone.contains('\0') => return false,
        Some((address, _)) => address,
        None => text,
    };
    address.parse::<Ipv6Addr>().is_ok()
}

/// An address of version 4 or 6, or of any for 0; there are no others.
#[must_use]
pub fn is_ip_version(text: &str, version: i64) -> bool {
    match version {
        0 => is_ip(text),
        4 => is_ipv4(text),
        6 => is_ipv6(text),
        _ => false,
    }
}

/// An address of any version, a slash, and the length of a prefix.
#[must_use]
pub fn is_ip_with_prefixlen(text: &str) -> bool {
    is_ip_prefix_version(text, 0, false)
}

/// `192.168.5.21/16`
#[must_use]
pub fn is_ipv4_with_prefixlen(text: &str) -> bool {
    is_ip_prefix_version(text, 4, false)
}

/// `2001:db8::1/48`
#[must_use]
pub fn is_ipv6_with_prefixlen(text: &str) -> bool {
    is_ip_prefix_version(text, 6, false)
}

/// A prefix of any version: all bits behind it are zero.
#[must_use]
pub fn is_ip_prefix(text: &str) -> bool {
    is_ip_prefix_version(text, 0, true)
}

/// `192.168.0.0/16`
#[must_use]
pub fn is_ipv4_prefix(text: &str) -> bool {
    is_ip_prefix_version(text, 4, true)
}

/// `2001:db8::/48`
#[must_use]
pub fn is_ipv6_prefix(text: &str) -> bool {
    is_ip_prefix_version(text, 6, true)
}

/// An address of version 4 or 6, or of any for 0, with the length of a prefix; if `strict`, all bits behind the prefix
/// are zero.
#[must_use]
pub fn is_ip_prefix_version(text: &str, version: i64, strict: bool) -> bool {
    match version {
        0 => is_prefix4(text, strict) || is_prefix6(text, strict),
        4 => is_prefix4(text, strict),
        6 => is_prefix6(text, strict),
        _ => false,
    }
}

fn is_prefix4(text: &str, strict: bool) -> bool {
    let Some((address, length)) = split(text, 32) else {
        return false;
    };
    address.parse::<Ipv4Addr>().is_ok_and(|address| {
        let host = u32::MAX.checked_shr(length).unwrap_or(0);
        !strict || address.to_bits() & host == 0
    })
}

fn is_prefix6(text: &str, strict: bool) -> bool {
    let Some((address, length)) = split(text, 128) else {
        return false;
    };
    address.parse::<Ipv6Addr>().is_ok_and(|address| {
        let host = u128::MAX.checked_shr(length).unwrap_or(0);
        !strict || address.to_bits() & host == 0
    })
}

/// An address and the length of its prefix, which is at most `most`.
fn split(text: &str, most: u32) -> Option<(&str, u32)> {
    let (address, length) = text.split_once('/')?;
    let is_number = length.bytes().all(|byte| byte.is_ascii_digit())
        && (length.len() == 1 || !length.starts_with('0'));
    let length = length.parse().ok().filter(|length| *length <= most)?;
    is_number.then_some((address, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for text in [
            "127.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "1:2:3:4:5:6:7:8",
            "1::8",
            "::ffff:1.2.3.4",
            "fe80::a%en1",
        ] {
            assert!(is_ip(text), "{text}");
        }
        for text in [
            "",
            "1.2.3",
            "01.2.3.4",
            "256.0.0.1",
            "1:2:3:4::5:6:7:8",
            ":::1",
            "fe80::a%",
            "1:2:3:4:5:6:7",
            "12345::",
            " ::1",
        ] {
            assert!(!is_ip(text), "{text}");
        }
        assert!(!is_ip_version("::1", 4));
        assert!(!is_ip_version("::1", 5));
    }

    #[test]
    fn prefixes() {
        assert!(is_ip_prefix("10.0.0.0/8"));
        assert!(is_ip_prefix("0.0.0.0/0"));
        assert!(!is_ip_prefix("10.0.0.1/8"));
        assert!(is_ip_with_prefixlen("10.0.0.1/8"));
        assert!(is_ip_with_prefixlen("::1/128"));
        for text in [
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0.0/08",
            "10.0.0.0/+8",
            "10.0.0.0/",
            "::1%en0/64",
            "::/129",
        ] {
            assert!(!is_ip_with_prefixlen(text), "{text}");
        }
    }
}
