//! Escapes in strings that protoc takes and the parsers here do not: the pair that UTF-16 has for a character beyond 16
//! bits, and octal numbers beyond a byte, of which the lowest eight bits count.

use std::ops::Range;

/// How long `\uD83C` is.
const LENGTH: usize = 6;

/// What begins there, and an escape that says the same.
pub fn other(text: &str, start: usize) -> Option<(Range<usize>, String)> {
    pair(text, start).or_else(|| octal(text, start))
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
    use super::plain;

    #[test]
    fn only_what_needs_it_is_changed() {
        assert_eq!(plain(r"a\uD83C\uDDFAb\n"), r"a\U0001F1FAb\n");
        assert_eq!(plain(r"\401\377"), r"\001\377");
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
