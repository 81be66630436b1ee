//! Conditions under which a check fails.

use super::literal;
use super::value::{Place, Repr};
use crate::generate::rust::paths::Paths;
use crate::schema::rules::{Bound, Check, Format, Range, Size, Test, Unit, Value};

/// The regular expressions of one message, by the names of their statics.
#[derive(Default)]
pub struct Patterns(pub Vec<(String, String)>);

impl Patterns {
    pub fn name(&mut self, pattern: &str) -> String {
        if let Some((name, _)) = self.0.iter().find(|(_, known)| known == pattern) {
            return name.clone();
        }
        let name = match self.0.len() {
            0 => "PATTERN".to_owned(),
            count => format!("PATTERN_{}", count + 1),
        };
        self.0.push((name.clone(), pattern.to_owned()));
        name
    }
}

/// None for a check that every value passes.
pub fn of_value(
    check: &Check,
    place: &Place,
    paths: &Paths,
    patterns: &mut Patterns,
) -> Option<String> {
    let name = &place.name;
    Some(match &check.test {
        Test::Equal(value) => among(place, std::slice::from_ref(value), false),
        Test::In(values) => among(place, values, false),
        Test::NotIn(values) => among(place, values, true),
        Test::Range(range) => return bounds(place, range),
        Test::Finite => format!("!{name}.is_finite()"),
        Test::Size(unit, size) => return sized(name, *unit, *size),
        Test::Pattern(pattern) => {
            let pattern = patterns.name(pattern);
            let method = match place.repr {
                Repr::Bytes => "is_match_bytes",
                _ => "is_match",
            };
            format!("!{pattern}.{method}({})", place.borrowed())
        }
        Test::Prefix(value) => format!("!{name}.starts_with({})", part(value)),
        Test::Suffix(Value::Text(suffix)) if suffix.starts_with('.') => {
            let suffix = literal::bytes(suffix.as_bytes());
            format!("!{name}.as_bytes().ends_with({suffix})")
        }
        Test::Suffix(value) => format!("!{name}.ends_with({})", part(value)),
        Test::Contains(value @ Value::Bytes(_)) => format!(
            "!::bellwire::rules::contains({}, {})",
            place.borrowed(),
            part(value)
        ),
        Test::Contains(value) => format!("!{name}.contains({})", part(value)),
        Test::NotContains(value) => format!("{name}.contains({})", part(value)),
        Test::Format(format, empty) => formed(*format, empty.is_some(), place),
        Test::Defined(id) => {
            let of = paths.enum_type(*id);
            format!("!{of}::is_valid({})", place.copied())
        }
        Test::Past => "nanos > ::bellwire::rules::now()".to_owned(),
        Test::Future => "nanos < ::bellwire::rules::now()".to_owned(),
        Test::Within(nanos) => format!(
            "(nanos - ::bellwire::rules::now()).abs() > {}",
            literal::int(*nanos)
        ),
        Test::PathsEqual(these) => masked("paths_equal", name, these),
        Test::PathsIn(these) => masked("paths_in", name, these),
        Test::PathsNotIn(these) => masked("paths_not_in", name, these),
        Test::Unique | Test::Expression(_) => return None,
    })
}

/// The same for a list or a map.
pub fn of_container(check: &Check, name: &str) -> Option<String> {
    match &check.test {
        Test::Size(unit, size) => sized(name, *unit, *size),
        Test::Unique => Some(format!("!::bellwire::rules::is_unique(&{name})")),
        _ => None,
    }
}

/// It is one of these, or it is none of them.
fn among(place: &Place, values: &[Value], is_one: bool) -> String {
    let name = &place.name;
    let (operator, joint) = match is_one {
        true => ("==", " || "),
        false => ("!=", " && "),
    };
    if let (Repr::Bool, [Value::Bool(value)]) = (place.repr, values) {
        let not = if *value == is_one { "" } else { "!" };
        return format!("{not}{}", place.copied());
    }
    if place.repr.is_float() {
        let values: Vec<_> = values.iter().map(literal::value).collect();
        let not = if is_one { "" } else { "!" };
        return format!(
            "{not}[{}].contains({})",
            values.join(", "),
            place.borrowed()
        );
    }
    let tests: Vec<_> = values
        .iter()
        .map(|value| match (place.repr, value) {
            (Repr::Message(_), value) => {
                format!("{name}.type_url {operator} {}", literal::value(value))
            }
            (Repr::Text, Value::Text(text)) if text.is_empty() => match is_one {
                true => format!("{name}.is_empty()"),
                false => format!("!{name}.is_empty()"),
            },
            (Repr::Text, value) => format!("{name} {operator} {}", literal::value(value)),
            (Repr::Bytes, value) => format!("{name}[..] {operator} *{}", literal::value(value)),
            (repr, value) if repr.is_time() => {
                format!("nanos {operator} {}", literal::value(value))
            }
            (_, value) => format!("{} {operator} {}", place.copied(), literal::value(value)),
        })
        .collect();
    tests.join(joint)
}

fn bounds(place: &Place, range: &Range) -> Option<String> {
    let is_nan = match place.repr.is_float() {
        true => format!("{}.is_nan() || ", place.name),
        false => String::new(),
    };
    let value = match place.repr.is_time() {
        true => "nanos".to_owned(),
        false => place.copied(),
    };
    let contains = |range: String| match place.repr.is_time() {
        true => format!("({range}).contains(&nanos)"),
        false => format!("({range}).contains({})", place.borrowed()),
    };
    let broken = match (&range.lower, &range.upper) {
        (Some(lower), Some(upper)) if range.is_outside() => {
            // What lies between the upper bound and the lower one is illegal.
            let (low, high) = (literal::value(&lower.value), literal::value(&upper.value));
            match (upper.inclusive, lower.inclusive) {
                _ if !lower.inclusive && is_extreme(place.repr, lower, false) => {
                    above(&value, upper, place.repr)?
                }
                (false, false) => contains(format!("{high}..={low}")),
                (false, true) => contains(format!("{high}..{low}")),
                (true, false) => format!("{value} > {high} && {value} <= {low}"),
                (true, true) => format!("{value} > {high} && {value} < {low}"),
            }
        }
        // A range contains no NaN.
        (Some(lower), Some(upper)) if lower.inclusive => {
            let (low, high) = (literal::value(&lower.value), literal::value(&upper.value));
            let equals = if upper.inclusive { "=" } else { "" };
            return Some(format!("!{}", contains(format!("{low}..{equals}{high}"))));
        }
        (lower, upper) => {
            let lower = lower.as_ref();
            let upper = upper.as_ref();
            let parts = [
                lower.and_then(|bound| below(&value, bound, place.repr)),
                upper.and_then(|bound| above(&value, bound, place.repr)),
            ];
            let parts: Vec<_> = parts.into_iter().flatten().collect();
            match parts.as_slice() {
                [] => return None,
                parts => parts.join(" || "),
            }
        }
    };
    Some(match is_nan.is_empty() {
        false if broken.contains(" && ") => format!("{is_nan}({broken})"),
        _ => format!("{is_nan}{broken}"),
    })
}

/// It is less than a lower bound allows; none where nothing is.
fn below(value: &str, bound: &Bound, repr: Repr) -> Option<String> {
    let low = literal::value(&bound.value);
    match (bound.inclusive, is_extreme(repr, bound, true)) {
        (true, true) => None,
        (false, true) => Some(format!("{value} == {low}")),
        (true, false) => Some(format!("{value} < {low}")),
        (false, false) => Some(format!("{value} <= {low}")),
    }
}

/// It is more than an upper bound allows; none where nothing is.
fn above(value: &str, bound: &Bound, repr: Repr) -> Option<String> {
    let high = literal::value(&bound.value);
    match (bound.inclusive, is_extreme(repr, bound, false)) {
        (true, true) => None,
        (false, true) => Some(format!("{value} == {high}")),
        (true, false) => Some(format!("{value} > {high}")),
        (false, false) => Some(format!("{value} >= {high}")),
    }
}

/// Whether a bound is the least number of its type, or the largest.
fn is_extreme(repr: Repr, bound: &Bound, lower: bool) -> bool {
    let value = match &bound.value {
        Value::Int(value) => i128::from(*value),
        Value::Uint(value) => i128::from(*value),
        _ => return false,
    };
    repr.limits()
        .is_some_and(|(least, most)| value == if lower { least } else { most })
}

/// No message that can be decoded holds more of anything.
const MOST: u64 = i32::MAX as u64;

fn sized(name: &str, unit: Unit, size: Size) -> Option<String> {
    let count = match unit {
        Unit::Characters => format!("{name}.chars().count()"),
        Unit::Bytes | Unit::Items => format!("{name}.len()"),
    };
    Some(match size {
        Size::AtLeast(0) | Size::AtMost(MOST..) => return None,
        Size::AtLeast(1) => format!("{name}.is_empty()"),
        Size::AtMost(0) | Size::Exactly(0) => format!("!{name}.is_empty()"),
        Size::AtLeast(size) => format!("{count} < {}", literal::int(size)),
        // A text has no more characters than bytes, which need no counting.
        Size::AtMost(size) if unit == Unit::Characters => {
            let size = literal::int(size);
            format!("{name}.len() > {size} && {count} > {size}")
        }
        Size::AtMost(size) => format!("{count} > {}", literal::int(size)),
        Size::Exactly(size) => format!("{count} != {}", literal::int(size)),
    })
}

/// Text or bytes that another value begins with, ends with, or contains.
fn part(value: &Value) -> String {
    match value {
        Value::Text(text) => {
            let mut letters = text.chars();
            match (letters.next(), letters.next()) {
                (Some(letter), None) if letter.is_ascii() => format!("{letter:?}"),
                _ => literal::text(text),
            }
        }
        value => literal::value(value),
    }
}

/// `empty_is_said`: the empty value has been dealt with.
fn formed(format: Format, empty_is_said: bool, place: &Place) -> String {
    let name = &place.name;
    let lengths = match format {
        Format::IpBytes => Some(format!("{name}.len() != 4 && {name}.len() != 16")),
        Format::Ipv4Bytes => Some(format!("{name}.len() != 4")),
        Format::Ipv6Bytes | Format::UuidBytes => Some(format!("{name}.len() != 16")),
        _ => None,
    };
    if let (Some(lengths), true) = (lengths, empty_is_said) {
        return lengths;
    }
    let function = match format {
        Format::Email => "is_email",
        Format::Hostname => "is_hostname",
        Format::Ip => "is_ip",
        Format::Ipv4 => "is_ipv4",
        Format::Ipv6 => "is_ipv6",
        Format::Uri => "is_uri",
        Format::UriRef => "is_uri_ref",
        Format::Address => "is_address",
        Format::Uuid => "is_uuid",
        Format::Tuuid => "is_tuuid",
        Format::Ulid => "is_ulid",
        Format::IpWithPrefixlen => "is_ip_with_prefixlen",
        Format::Ipv4WithPrefixlen => "is_ipv4_with_prefixlen",
        Format::Ipv6WithPrefixlen => "is_ipv6_with_prefixlen",
        Format::IpPrefix => "is_ip_prefix",
        Format::Ipv4Prefix => "is_ipv4_prefix",
        Format::Ipv6Prefix => "is_ipv6_prefix",
        Format::HostAndPort => "is_host_and_port",
        Format::ProtobufFqn => "is_protobuf_fqn",
        Format::ProtobufDotFqn => "is_protobuf_dot_fqn",
        Format::HeaderName => "is_header_name",
        Format::HeaderNameLoose => "is_loose_header_name",
        Format::HeaderValue => "is_header_value",
        Format::HeaderValueLoose => "is_loose_header_value",
        Format::IpBytes | Format::Ipv4Bytes | Format::Ipv6Bytes | Format::UuidBytes => "is_empty",
    };
    format!("!::bellwire::rules::{function}({})", place.borrowed())
}

fn masked(function: &str, name: &str, paths: &[String]) -> String {
    let paths: Vec<_> = paths.iter().map(|path| literal::text(path)).collect();
    format!(
        "!::bellwire::rules::{function}(&{name}.paths, &[{}])",
        paths.join(", ")
    )
}
