//! Escapes in strings that protoc takes and the parsers here do not: the pair that UTF-16 has for a character beyond 16
//! bits, octal numbers beyond a byte, of which the lowest eight bits count, and numbers beyond those of characters.

use std::ops::Range;

use super::tokens::{TokenKind, tokens};

/// How long `\uD83C` is.
const LENGTH: usize = 6;

/// What begins there, and an escape that says the same.
pub fn other(text: &str, start: usize) -> Option<(Range<usize>, String)> {
    pair(text, start)
        .or_else(|| octal(text, start))
        .or_else(|| beyond(text, start))
}

/// A number of 21 bits that no character has is taken as it is written.
fn beyond(text: &str, start: usize) -> Option<(Range<usize>, String)> {
    let range = start..start + 10;
    let digits = text.get(range.clone())?.strip_prefix("\\U")?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    let is_beyond = (0x11_0000..0x20_0000).contains(&number);
    is_beyond.then(|| (range, format!("\\\\U{number:08x}")))
}

fn octal(text: &str, start: usize) -> Option<(Range<usize>, String)> {
    let range = start..start + 4;
    let digits = text.get(range.clone())?.strip_prefix('\\')?;
    let number = u32::from_str_radix(digits, 8).ok()?;
    (number > 0o377).then(|| (range, format!("\\{:03o}", number & 0xff)))
}

fn pair(text: &str, start: usize) -> Option<(Range<usize>, String)> {
    let middle = start + LENGTH;
    let high = unit(text, start).filter(|unit| (0xd800..0xdc00).contains(unit))?;
    let low = unit(text, middle).filter(|unit| (0xdc00..0xe000).contains(unit))?;
    let character = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    Some((start..middle + LENGTH, format!("\\U{character:08X}")))
}

/// The text with every such escape in its other form.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(escape) = rest.find('\\') {
        let (before, escaped) = rest.split_at(escape);
        plain.push_str(before);
        let length = match other(escaped, 0) {
            Some((range, character)) => {
                plain.push_str(&character);
                range.end
            }
            None => {
                // With what it escapes, which may be a backslash.
                let length = 1 + escaped[1..].chars().next().map_or(0, char::len_utf8);
                plain.push_str(&escaped[..length]);
                length
            }
        };
        rest = &escaped[length..];
    }
    plain + rest
}

/// What a row of strings says, each with its quotes. Bytes that are no UTF-8 become the character for that.
pub fn unquoted(strings: &str) -> String {
    let mut bytes = Vec::with_capacity(strings.len());
    for token in tokens(strings).filter(|token| token.kind == TokenKind::String) {
        let inside = plain(&strings[token.span.start + 1..token.span.end]);
        let quote = &strings[token.span.start..=token.span.start];
        unescape(inside.strip_suffix(quote).unwrap_or(&inside), &mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn unescape(text: &str, bytes: &mut Vec<u8>) {
    let mut rest = text;
    while let Some((before, escaped)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let kind = escaped.chars().next().unwrap_or('\\');
        let behind = &escaped[kind.len_utf8().min(escaped.len())..];
        let digits = |text: &str, most: usize, radix: u32| {
            let digits = text.chars().take(most).take_while(|c| c.is_digit(radix));
            let length = digits.count();
            (
                u32::from_str_radix(&text[..length], radix).unwrap_or(0),
                length,
            )
        };
        let number = |length: usize| char::from_u32(digits(behind, length, 16).0);
        let mut encoded = [0; 4];
        let (said, length): (&[u8], usize) = match kind {
            'a' => (b"\x07", 0),
            'b' => (b"\x08", 0),
            'f' => (b"\x0c", 0),
            'n' => (b"\n", 0),
            'r' => (b"\r", 0),
            't' => (b"\t", 0),
            'v' => (b"\x0b", 0),
            '0'..='7' => {
                let (number, length) = digits(escaped, 3, 8);
                encoded[0] = number as u8;
                (&encoded[..1], length - 1)
            }
            'x' | 'X' => {
                let (number, length) = digits(behind, 2, 16);
                encoded[0] = number as u8;
                (&encoded[..1], length)
            }
            'u' => (character(number(4), &mut encoded), 4),
            'U' => (character(number(8), &mut encoded), 8),
            other => (character(Some(other), &mut encoded), 0),
        };
        bytes.extend_from_slice(said);
        rest = behind.get(length..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest.as_bytes());
}

fn character(c: Option<char>, encoded: &mut [u8; 4]) -> &[u8] {
    c.unwrap_or(char::REPLACEMENT_CHARACTER)
        .encode_utf8(encoded)
        .as_bytes()
}

/// Whether half a pair stands there.
pub fn is_half(text: &str, start: usize) -> bool {
    unit(text, start).is_some_and(|unit| (0xd800..0xe000).contains(&unit))
}

/// The number of a `\u` escape.
fn unit(text: &str, start: usize) -> Option<u32> {
    let digits = text.get(start..start + LENGTH)?.strip_prefix("\\u")?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{plain, unquoted};

    #[test]
    fn a_row_of_strings_is_one() {
        assert_eq!(
            unquoted(r#""a\n" 'b"\x61\101' "\u00e4\\""#),
            "a\nb\"aA\u{e4}\\"
        );
    }

    #[test]
    fn only_what_needs_it_is_changed() {
        assert_eq!(plain(r"a\uD83C\uDDFAb\n"), r"a\U0001F1FAb\n");
        assert_eq!(plain(r"\401\377"), r"\001\377");
        assert_eq!(plain(r"\U0011ABCD"), r"\\U0011abcd");
        for text in [
            r"\\uD83C\uDDFA",
            r"\uD83C",
            r"\uDDFA\uD83C",
            r"\u00e9",
            "\\",
        ] {
            assert_eq!(plain(text), text);
        }
    }
}
