//! Where in a YAML file a value stands.
//!
//! The YAML reader gives no positions with values, but it says where a value that could not be read stands. So a place
//! is found by walking to it and refusing what is there: the reader's own knowledge, and no second reading of YAML.

use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The bytes of the value that `path` leads to: keys, and positions in lists. Position 0 of a lone map is that map.
/// Where the path ends early, what it does lead to.
pub fn value(text: &str, path: &[&str]) -> Range<usize> {
    (0..=path.len())
        .rev()
        .find_map(|end| {
            place(
                text,
                Walk {
                    path: &path[..end],
                    key: false,
                },
            )
        })
        .unwrap_or(0..0)
}

/// The bytes of the key that `path` ends with.
pub fn key(text: &str, path: &[&str]) -> Range<usize> {
    place(text, Walk { path, key: true }).unwrap_or_else(|| value(text, path))
}

/// The word that an error of the reader is about.
pub fn error(text: &str, error: &serde_yaml::Error) -> Range<usize> {
    error.location().map_or(0..0, |location| {
        word(text, location.line(), location.column())
    })
}

fn place(text: &str, walk: Walk<'_>) -> Option<Range<usize>> {
    let found = walk
        .deserialize(serde_yaml::Deserializer::from_str(text))
        .err()?;
    found
        .location()
        .map(|location| word(text, location.line(), location.column()))
}

/// What starts at a line and a column, both counted from 1, the column in characters: a scalar, or a list or map that
/// ends on the line.
pub fn word(text: &str, line: usize, column: usize) -> Range<usize> {
    let before: usize = text
        .split_inclusive('\n')
        .take(line - 1)
        .map(str::len)
        .sum();
    let rest = text.get(before..).unwrap_or_default();
    let start = before
        + rest
            .chars()
            .take(column - 1)
            .map(char::len_utf8)
            .sum::<usize>();
    let line = text
        .get(start..)
        .unwrap_or_default()
        .lines()
        .next()
        .unwrap_or_default();
    let closed = |end: char| line[1..].find(end).map(|end| end + 2);
    let length = match line.chars().next() {
        Some(quote @ ('"' | '\'')) => closed(quote),
        Some('[') => closed(']'),
        Some('{') => closed('}'),
        _ => line.find([',', ']', '}', '#']),
    };
    let word = &line[..length.unwrap_or(line.len())];
    let word = word
        .split_once(": ")
        .filter(|_| !word.ends_with(['}', ']']))
        .map_or(word, |(key, _)| key);
    start..start + word.trim_end().trim_end_matches(':').len()
}

/// Walks to a place and fails there; a walk that succeeds has found nothing.
struct Walk<'a> {
    path: &'a [&'a str],
    /// Stop at the last key rather than at its value.
    key: bool,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.path {
            [] => deserializer.deserialize_any(Refuse),
            _ => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or a map")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        for _ in 0..self.path[0].parse().unwrap_or(usize::MAX) {
            if list.next_element::<IgnoredAny>()?.is_none() {
                return Ok(());
            }
        }
        let walk = Walk {
            path: &self.path[1..],
            ..self
        };
        list.next_element_seed(walk)?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let [wanted, rest @ ..] = self.path else {
            return Ok(());
        };
        if *wanted == "0" && !rest.is_empty() {
            return Walk { path: rest, ..self }.visit_map(map);
        }
        let refused = self.key && rest.is_empty();
        while let Some(found) = map.next_key_seed(Key { wanted, refused })? {
            if found {
                map.next_value_seed(Walk {
                    path: rest,
                    key: self.key,
                })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// Compares a key with the wanted one, and fails at it where the walk ends there.
struct Key<'a> {
    wanted: &'a str,
    refused: bool,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<bool, E> {
        match key == self.wanted {
            true if self.refused => Err(E::custom("found")),
            found => Ok(found),
        }
    }
}

/// Takes nothing, so that the reader says where it stands.
struct Refuse;

impl Visitor<'_> for Refuse {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing")
    }
}

#[cfg(test)]
mod tests {
    use super::{key, value};

    const TEXT: &str = r#"
roots: [ schemas, "ünd so" ]
targets:
  rust:
    - out: a
      packages:
        - one.v1 # why
  dart: { out: 'b' }
"#;

    fn at(path: &[&str]) -> &'static str {
        &TEXT[value(TEXT, path)]
    }

    #[test]
    fn finds_values() {
        assert_eq!(at(&["roots", "0"]), "schemas");
        assert_eq!(at(&["roots", "1"]), "\"ünd so\"");
        assert_eq!(at(&["targets", "rust", "0", "out"]), "a");
        assert_eq!(at(&["targets", "rust", "0", "packages", "0"]), "one.v1");
        assert_eq!(at(&["targets", "dart", "0", "out"]), "'b'");
    }

    #[test]
    fn finds_keys() {
        assert_eq!(
            &TEXT[key(TEXT, &["targets", "rust", "0", "packages"])],
            "packages"
        );
        assert_eq!(&TEXT[key(TEXT, &["targets"])], "targets");
    }

    #[test]
    fn falls_back_to_what_is_there() {
        assert_eq!(at(&["targets", "rust", "0", "extern", "one.v1"]), "out");
        assert_eq!(value("", &["roots"]), 0..0);
    }
}
