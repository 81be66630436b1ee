//! A character beyond 16 bits may be written as the pair of escapes that UTF-16 has for it. Parsers here take it as one.

use std::ops::Range;

/// How long `\uD83C` is.
const LENGTH: usize = 6;

/// The pair that begins there, and its character as one escape.
pub fn pair(text: &str, start: usize) -> Option<(Range<usize>, String)> {
    let middle = start + LENGTH;
    let high = unit(text, start).filter(|unit| (0xd800..0xdc00).contains(unit))?;
    let low = unit(text, middle).filter(|unit| (0xdc00..0xe000).contains(unit))?;
    let character = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    Some((start..middle + LENGTH, format!("\\U{character:08X}")))
}

/// The text with every pair as one escape.
pub fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(escape) = rest.find('\\') {
        let (before, escaped) = rest.split_at(escape);
        joined.push_str(before);
        let length = match pair(escaped, 0) {
            Some((range, character)) => {
                joined.push_str(&character);
                range.end
            }
            None => {
                // With what it escapes, which may be a backslash.
                let length = 1 + escaped[1..].chars().next().map_or(0, char::len_utf8);
                joined.push_str(&escaped[..length]);
                length
            }
        };
        rest = &escaped[length..];
    }
    joined + rest
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
    use super::joined;

    #[test]
    fn only_pairs_are_joined() {
        assert_eq!(joined(r"a\uD83C\uDDFAb\n"), r"a\U0001F1FAb\n");
        for text in [
            r"\\uD83C\uDDFA",
            r"\uD83C",
            r"\uDDFA\uD83C",
            r"\u00e9",
            "\\",
        ] {
            assert_eq!(joined(text), text);
        }
    }
}
