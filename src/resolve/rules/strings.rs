//! Rules of strings and bytes.

use prost_reflect::{DynamicMessage, Value as Dynamic};

use super::fields::{check, unknown};
use super::numbers::{among, number};
use super::site::Site;
use super::words::{What, hexadecimal};
use super::{Resolver, flag, list, pattern, text};
use crate::schema::rules::{Check, Format, Size, Test, Unit, Value};

/// Forms of strings by their rules: what the message calls a legal value, and what it calls one where that is empty
/// (None where the empty value is legal).
const FORMATS: &[(&str, Format, &str, Option<&str>)] = &[
    (
        "email",
        Format::Email,
        "email address",
        Some("email address"),
    ),
    ("hostname", Format::Hostname, "hostname", Some("hostname")),
    ("ip", Format::Ip, "IP address", Some("IP address")),
    ("ipv4", Format::Ipv4, "IPv4 address", Some("IPv4 address")),
    ("ipv6", Format::Ipv6, "IPv6 address", Some("IPv6 address")),
    ("uri", Format::Uri, "URI", Some("URI")),
    ("uri_ref", Format::UriRef, "URI Reference", None),
    (
        "address",
        Format::Address,
        "hostname, or ip address",
        Some("hostname, or ip address"),
    ),
    ("uuid", Format::Uuid, "UUID", Some("UUID")),
    ("tuuid", Format::Tuuid, "trimmed UUID", Some("trimmed UUID")),
    ("ulid", Format::Ulid, "ULID", Some("ULID")),
    (
        "ip_with_prefixlen",
        Format::IpWithPrefixlen,
        "IP prefix",
        Some("IP prefix"),
    ),
    (
        "ipv4_with_prefixlen",
        Format::Ipv4WithPrefixlen,
        "IPv4 address with prefix length",
        Some("IPv4 address with prefix length"),
    ),
    (
        "ipv6_with_prefixlen",
        Format::Ipv6WithPrefixlen,
        "IPv6 address with prefix length",
        Some("IPv6 address with prefix length"),
    ),
    (
        "ip_prefix",
        Format::IpPrefix,
        "IP prefix",
        Some("IP prefix"),
    ),
    (
        "ipv4_prefix",
        Format::Ipv4Prefix,
        "IPv4 prefix",
        Some("IPv4 prefix"),
    ),
    (
        "ipv6_prefix",
        Format::Ipv6Prefix,
        "IPv6 prefix",
        Some("IPv6 prefix"),
    ),
    (
        "host_and_port",
        Format::HostAndPort,
        "host (hostname or IP address) and port pair",
        Some("host and port pair"),
    ),
    (
        "protobuf_fqn",
        Format::ProtobufFqn,
        "fully-qualified Protobuf name",
        Some("fully-qualified Protobuf name"),
    ),
    (
        "protobuf_dot_fqn",
        Format::ProtobufDotFqn,
        "fully-qualified Protobuf name with a leading dot",
        Some("fully-qualified Protobuf name with a leading dot"),
    ),
];

const BYTES_FORMATS: &[(&str, Format, &str)] = &[
    ("ip", Format::IpBytes, "IP address"),
    ("ipv4", Format::Ipv4Bytes, "IPv4 address"),
    ("ipv6", Format::Ipv6Bytes, "IPv6 address"),
    ("uuid", Format::UuidBytes, "UUID"),
];

pub fn string(
    resolver: &mut Resolver,
    rules: &DynamicMessage,
    site: &Site,
    checks: &mut Vec<Check>,
) {
    let strict = rules
        .get_field_by_name("strict")
        .filter(|_| rules.has_field_by_name("strict"));
    let strict = strict.is_none_or(|strict| flag(&strict));
    for (field, value) in rules.fields() {
        let site = site.field(&field);
        let name = field.name();
        let one = |message: String, test| check(format!("string.{name}"), message, test, &site);
        if let Some(size) = string_size(name, value) {
            let (unit, size, message) = size;
            checks.push(one(message, Test::Size(unit, size)));
            continue;
        }
        if let Some((_, format, legal, empty)) = FORMATS.iter().find(|(rule, ..)| *rule == name) {
            if flag(value) {
                checks.push(formed("string", name, *format, legal, *empty, &site));
            }
            continue;
        }
        match name {
            "const" => checks.push(one(
                format!("must equal `{}`", text(value)),
                Test::Equal(number(value)),
            )),
            "in" | "not_in" => {
                let values: Vec<_> = list(value).iter().map(number).collect();
                checks.push(among("string", name, values, What::Value, &site));
            }
            "prefix" => checks.push(one(
                format!("does not have prefix `{}`", text(value)),
                Test::Prefix(number(value)),
            )),
            "suffix" => checks.push(one(
                format!("does not have suffix `{}`", text(value)),
                Test::Suffix(number(value)),
            )),
            "contains" => checks.push(one(
                format!("does not contain substring `{}`", text(value)),
                Test::Contains(number(value)),
            )),
            "not_contains" => checks.push(one(
                format!("contains substring `{}`", text(value)),
                Test::NotContains(number(value)),
            )),
            "pattern" => {
                let message = format!("does not match regex pattern `{}`", text(value));
                if let Some(pattern) = pattern::read(resolver, &text(value), site.value()) {
                    checks.push(one(message, Test::Pattern(pattern)));
                }
            }
            "well_known_regex" => header(resolver, value, strict, &site, checks),
            "strict" | "example" => {}
            _ => unknown(resolver, "string", name, &site),
        }
    }
}

fn string_size(name: &str, value: &Dynamic) -> Option<(Unit, Size, String)> {
    let size = value.as_u64()?;
    let at = |bound: &str, unit: &str| format!("must be {bound}{size} {unit}");
    Some(match name {
        "len" => (Unit::Characters, Size::Exactly(size), at("", "characters")),
        "min_len" => (
            Unit::Characters,
            Size::AtLeast(size),
            at("at least ", "characters"),
        ),
        "max_len" => (
            Unit::Characters,
            Size::AtMost(size),
            at("at most ", "characters"),
        ),
        "len_bytes" => (Unit::Bytes, Size::Exactly(size), at("", "bytes")),
        "min_bytes" => (Unit::Bytes, Size::AtLeast(size), at("at least ", "bytes")),
        "max_bytes" => (Unit::Bytes, Size::AtMost(size), at("at most ", "bytes")),
        _ => return None,
    })
}

fn formed(
    set: &str,
    name: &str,
    format: Format,
    legal: &str,
    empty: Option<&str>,
    site: &Site,
) -> Check {
    let empty = empty.map(|legal| {
        (
            format!("{set}.{name}_empty"),
            format!("value is empty, which is not a valid {legal}"),
        )
    });
    let message = format!("must be a valid {legal}");
    check(
        format!("{set}.{name}"),
        message,
        Test::Format(format, empty),
        site,
    )
}

/// `well_known_regex`
fn header(
    resolver: &mut Resolver,
    value: &Dynamic,
    strict: bool,
    site: &Site,
    checks: &mut Vec<Check>,
) {
    const SET: &str = "string.well_known_regex";
    match value.as_enum_number() {
        Some(0) => {}
        Some(1) => {
            let format = if strict {
                Format::HeaderName
            } else {
                Format::HeaderNameLoose
            };
            let legal = "HTTP header name";
            checks.push(formed(SET, "header_name", format, legal, Some(legal), site));
        }
        Some(2) => {
            let format = if strict {
                Format::HeaderValue
            } else {
                Format::HeaderValueLoose
            };
            checks.push(formed(
                SET,
                "header_value",
                format,
                "HTTP header value",
                None,
                site,
            ));
        }
        _ => resolver.unsupported("this value of `string.well_known_regex`", site.value()),
    }
}

pub fn bytes(
    resolver: &mut Resolver,
    rules: &DynamicMessage,
    site: &Site,
    checks: &mut Vec<Check>,
) {
    for (field, value) in rules.fields() {
        let site = site.field(&field);
        let name = field.name();
        let one = |message: String, test| check(format!("bytes.{name}"), message, test, &site);
        let hex = || match number(value) {
            Value::Bytes(bytes) => hexadecimal(&bytes),
            _ => String::new(),
        };
        if let Some((_, format, legal)) = BYTES_FORMATS.iter().find(|(rule, ..)| *rule == name) {
            if flag(value) {
                checks.push(formed("bytes", name, *format, legal, Some(legal), &site));
            }
            continue;
        }
        let sized = |size| Test::Size(Unit::Bytes, size);
        match (name, value) {
            ("const", _) => {
                checks.push(one(
                    format!("must be {}", hex()),
                    Test::Equal(number(value)),
                ));
            }
            ("in" | "not_in", _) => {
                let values: Vec<_> = list(value).iter().map(number).collect();
                checks.push(among("bytes", name, values, What::Value, &site));
            }
            ("len", Dynamic::U64(size)) => {
                checks.push(one(
                    format!("must be {size} bytes"),
                    sized(Size::Exactly(*size)),
                ));
            }
            ("min_len", Dynamic::U64(size)) => checks.push(one(
                format!("must be at least {size} bytes"),
                sized(Size::AtLeast(*size)),
            )),
            ("max_len", Dynamic::U64(size)) => checks.push(one(
                format!("must be at most {size} bytes"),
                sized(Size::AtMost(*size)),
            )),
            ("prefix", _) => checks.push(one(
                format!("does not have prefix {}", hex()),
                Test::Prefix(number(value)),
            )),
            ("suffix", _) => checks.push(one(
                format!("does not have suffix {}", hex()),
                Test::Suffix(number(value)),
            )),
            ("contains", _) => checks.push(one(
                format!("does not contain {}", hex()),
                Test::Contains(number(value)),
            )),
            ("pattern", _) => {
                let message = format!("must match regex pattern `{}`", text(value));
                if let Some(pattern) = pattern::read(resolver, &text(value), site.value()) {
                    checks.push(one(message, Test::Pattern(pattern)));
                }
            }
            ("example", _) => {}
            _ => unknown(resolver, "bytes", name, &site),
        }
    }
}
