//! Values as Dart writes them.

use super::imports::Imports;
use crate::schema::{Field, Type};

/// A string literal.
pub fn string(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/');
    if text.bytes().all(plain) {
        return ["'", text, "'"].concat();
    }
    let mut literal = String::from("'");
    for c in text.chars() {
        match c {
            '\'' | '\\' | '$' => literal.extend(['\\', c]),
            '\n' => literal += "\\n",
            '\r' => literal += "\\r",
            '\t' => literal += "\\t",
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                literal += &format!("\\u{{{:x}}}", c as u32)
            }
            c => literal.push(c),
        }
    }
    literal + "'"
}

/// What an unset singular field holds, where that is not what `package:protobuf` takes for granted.
pub fn default(field: &Field, imports: &mut Imports) -> Option<String> {
    let text = field.default.as_deref();
    match field.ty {
        Type::Bool => text.filter(|text| *text == "true").map(str::to_owned),
        Type::String => text.filter(|text| !text.is_empty()).map(string),
        Type::Bytes => text
            .filter(|text| !text.is_empty())
            .map(|text| bytes(text, imports)),
        Type::Float | Type::Double => double(text?, imports),
        Type::Int32 | Type::Uint32 | Type::Sint32 | Type::Fixed32 | Type::Sfixed32 => {
            text.filter(|text| *text != "0").map(str::to_owned)
        }
        Type::Int64 | Type::Uint64 | Type::Sint64 | Type::Fixed64 | Type::Sfixed64 => {
            Some(int64(text, imports))
        }
        Type::Message(id) | Type::Group(id) => Some(format!("{}.getDefault", imports.message(id))),
        Type::Enum(id) => {
            let index = text
                .and_then(|text| {
                    imports.schema[id]
                        .values
                        .iter()
                        .position(|value| value.name == text)
                })
                .unwrap_or(0);
            let value = imports.names.values(id).get(index)?;
            Some(format!("{}.{value}", imports.enumeration(id)))
        }
    }
}

fn int64(text: Option<&str>, imports: &mut Imports) -> String {
    match text {
        None | Some("0") => format!("{}.ZERO", imports.int64()),
        Some(number) => format!("$pb.parseLongInt('{number}')"),
    }
}

fn double(text: &str, imports: &mut Imports) -> Option<String> {
    Some(match text {
        "0" | "0.0" => return None,
        "inf" => imports.core("double.infinity"),
        "-inf" => imports.core("double.negativeInfinity"),
        "nan" | "-nan" => imports.core("double.nan"),
        // An integer in Dart, unless it says otherwise.
        number if number.chars().all(|c| c.is_ascii_digit() || c == '-') => format!("{number}.0"),
        number => number.to_owned(),
    })
}

/// The descriptor has bytes escaped as in C.
fn bytes(escaped: &str, imports: &mut Imports) -> String {
    let bytes: Vec<String> = unescape(escaped)
        .iter()
        .map(|byte| format!("0x{byte:02x}"))
        .collect();
    format!("() => <{}>[{}]", imports.core("int"), bytes.join(", "))
}

fn unescape(escaped: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = escaped.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        let Some(kind) = rest.first() else { break };
        let (byte, length) = match kind {
            b'0'..=b'7' => number(rest, 8, 3),
            b'x' | b'X' => {
                let (byte, digits) = number(&rest[1..], 16, 2);
                (byte, digits + 1)
            }
            b'n' => (b'\n', 1),
            b'r' => (b'\r', 1),
            b't' => (b'\t', 1),
            b'a' => (0x07, 1),
            b'b' => (0x08, 1),
            b'f' => (0x0c, 1),
            b'v' => (0x0b, 1),
            other => (*other, 1),
        };
        bytes.push(byte);
        rest = &rest[length..];
    }
    bytes
}

/// The number that at most so many digits spell, as a byte, and how many there were.
fn number(text: &[u8], radix: u32, most: usize) -> (u8, usize) {
    let digits: Vec<u32> = text
        .iter()
        .take(most)
        .map_while(|byte| char::from(*byte).to_digit(radix))
        .collect();
    let value = digits.iter().fold(0, |value, digit| value * radix + digit);
    (value.to_le_bytes()[0], digits.len())
}

#[cfg(test)]
mod tests {
    use super::{string, unescape};

    #[test]
    fn strings_hold_anything() {
        assert_eq!(string("it's ${1}\\\n"), r"'it\'s \${1}\\\n'");
        assert_eq!(string("\u{1}é"), r"'\u{1}é'");
    }

    #[test]
    fn bytes_are_unescaped() {
        assert_eq!(unescape(r#"a\001\x7f\377\"\\\n"#), b"a\x01\x7f\xff\"\\\n");
    }
}
