//! What protobuf allows and the parser does not: the text is parsed in a form that the parser takes, and the descriptor
//! brought back to what the text says.

use std::collections::BTreeMap;
use std::ops::Range;

use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
};

use super::escapes;
use super::locations::{self, Paths, part, step, tag};
use super::tokens::{Token, TokenKind, tokens};
use crate::diagnostic::{Source, floor};

/// The text to parse, and what was replaced in it.
#[derive(Debug, Clone)]
pub struct Repaired {
    text: String,
    /// In order of their places.
    edits: Vec<Edit>,
}

/// One stretch of the file that the parser sees otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    /// In the file.
    start: usize,
    removed: usize,
    inserted: usize,
    /// In the parser's text.
    parsed: usize,
}

impl Repaired {
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            edits: Vec::new(),
        }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Makes room for what the parser takes amiss: what it says of each place. False where all those are mistakes in
    /// the schema.
    pub fn mend<'a>(&mut self, said: impl IntoIterator<Item = (&'a str, Range<usize>)>) -> bool {
        let replacements: BTreeMap<usize, (Range<usize>, String)> = said
            .into_iter()
            .flat_map(|(said, span)| replacements(&self.text, said, &span))
            .filter(|(range, _)| !self.is_edited(self.original(range.start)))
            .map(|(range, text)| (range.start, (range, text)))
            .collect();
        let mended = !replacements.is_empty();
        self.replace_all(replacements.into_values());
        mended
    }

    fn is_edited(&self, start: usize) -> bool {
        let upto = self.edits.partition_point(|edit| edit.start <= start);
        let last = upto.checked_sub(1).map(|last| &self.edits[last]);
        last.is_some_and(|edit| start < edit.start + edit.removed.max(1))
    }

    /// Puts something where there is nothing in the file.
    pub fn insert(&mut self, offset: usize, text: &str) {
        self.replace(offset..offset, text);
    }

    /// Puts something in place of a stretch.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        self.replace_all([(range, text.to_owned())]);
    }

    /// Replaces stretches that are in order and apart.
    pub fn replace_all(&mut self, replacements: impl IntoIterator<Item = (Range<usize>, String)>) {
        let mut text = String::with_capacity(self.text.len());
        let mut end = 0;
        // Every stretch that is not as in the file, by its place before, and its length now.
        let old = self.edits.iter();
        let mut stretches: Vec<(Range<usize>, usize)> = old
            .map(|edit| (edit.parsed..edit.parsed + edit.inserted, edit.inserted))
            .collect();
        for (range, replacement) in replacements {
            if range.start < end {
                continue;
            }
            text += &self.text[end..range.start];
            text += &replacement;
            end = range.end;
            stretches.push((range, replacement.len()));
        }
        text += &self.text[end..];
        stretches.sort_by_key(|(range, _)| range.start);
        let edits = self.edits_of(&stretches);
        *self = Self { text, edits };
    }

    /// One edit of all stretches that overlap or touch: so edits stay apart, here as in the file.
    fn edits_of(&self, stretches: &[(Range<usize>, usize)]) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut grown = 0_usize; // it wraps where the text has shrunk
        let mut stretches = stretches.iter().peekable();
        while let Some((range, length)) = stretches.next() {
            let mut whole = range.clone();
            let mut added = length.wrapping_sub(range.len());
            while let Some((next, length)) = stretches.next_if(|(next, _)| next.start <= whole.end)
            {
                whole.end = whole.end.max(next.end);
                added = added.wrapping_add(*length).wrapping_sub(next.len());
            }
            let start = self.original(whole.start);
            edits.push(Edit {
                start,
                removed: self.original(whole.end) - start,
                inserted: whole.len().wrapping_add(added),
                parsed: whole.start.wrapping_add(grown),
            });
            grown = grown.wrapping_add(added);
        }
        edits
    }

    /// Leaves a stretch out: white space stands in its place, so that no other place changes.
    pub fn blank(&mut self, range: Range<usize>) {
        let blank = |c: char| {
            if c == '\n' {
                "\n"
            } else {
                &"    "[..c.len_utf8()]
            }
        };
        let spaces: String = self.text[range.clone()].chars().map(blank).collect();
        self.text.replace_range(range, &spaces);
    }

    /// The place in the file of a place in the parser's text.
    pub fn original(&self, offset: usize) -> usize {
        let before = self.edits.partition_point(|edit| edit.parsed < offset);
        let Some(edit) = before.checked_sub(1).map(|last| &self.edits[last]) else {
            return offset;
        };
        let behind = offset - edit.parsed;
        if behind < edit.inserted {
            edit.start + behind.min(edit.removed)
        } else {
            edit.start + edit.removed + (behind - edit.inserted)
        }
    }

    /// Brings the descriptor back to the file: its positions, and the names and numbers that were replaced.
    pub fn restore(&self, file: &mut FileDescriptorProto, source: &Source) {
        if self.edits.is_empty() {
            return;
        }
        self.restore_positions(file, source);
        let Some(info) = file.source_code_info.take() else {
            return;
        };
        let locations = locations::by_path(Some(&info));
        let text = Text {
            source,
            locations: &locations,
        };
        for (index, message) in file.message_type.iter_mut().enumerate() {
            text.restore_message(message, &[tag::FILE_MESSAGE, step(index)]);
        }
        for (index, enum_) in file.enum_type.iter_mut().enumerate() {
            text.restore_enum(enum_, &[tag::FILE_ENUM, step(index)]);
        }
        for (index, extension) in file.extension.iter_mut().enumerate() {
            text.restore_field(extension, &[tag::FILE_EXTENSION, step(index)]);
        }
        file.source_code_info = Some(info);
    }

    fn restore_positions(&self, file: &mut FileDescriptorProto, source: &Source) {
        let parsed = Source::new("", self.text.as_str());
        let locations = file.source_code_info.iter_mut();
        let mut before = 0..0;
        for location in locations.flat_map(|info| &mut info.location) {
            let range = parsed.range(&location.span);
            let mut place = self.original(range.start)..self.original(range.end);
            // The end of a range that the file does not have is its start.
            if place.is_empty() && !range.is_empty() {
                place = before;
            }
            location.span = source.span(place.clone());
            before = place;
        }
    }
}

/// What stands in the parser's way, and what to parse instead.
fn replacements(text: &str, said: &str, span: &Range<usize>) -> Vec<(Range<usize>, String)> {
    let Some(found) = text.get(span.clone()) else {
        return Vec::new();
    };
    let one = if said.contains("may not be negative") {
        is_float_word(found.trim_start_matches('-').trim())
            .then(|| (span.start..span.start + 1, " ".to_owned()))
    } else if said.contains("integer is too large") {
        large_number(text, span, found)
    } else if said.contains("to be a 64-bit integer") {
        let digits = found.trim_start_matches('-').trim_start();
        large_number(text, &(span.end - digits.len()..span.end), digits)
    } else if said.contains("invalid string escape") {
        escapes::other(text, span.start)
    } else if said.starts_with("expected '<'") {
        map_type(text, span.start)
    } else if said.contains("invalid identifier") {
        reserved_name(span, found)
    } else if said.contains("message numbers must be") {
        decimal(found).map(|_| (span.clone(), format!("{:0>1$}", 1, found.len())))
    } else if said.contains("'to', ',' or ';'") && found == "[" {
        return single_extensions(text);
    } else {
        None
    };
    one.into_iter().collect()
}

/// A number as a descriptor holds it; one beyond that becomes the largest, or the smallest.
fn decimal(text: &str) -> Option<i32> {
    let digits = text.trim_start_matches('-');
    let octal = digits.len() > 1 && digits.starts_with('0');
    let number: i64 = text.parse().ok().filter(|_| !octal)?;
    Some(i32::try_from(number).unwrap_or(if number < 0 { i32::MIN } else { i32::MAX }))
}

/// Words that are numbers where a floating-point number is expected.
pub fn is_float_word(word: &str) -> bool {
    matches!(word, "inf" | "nan")
}

/// An integer beyond 64 bits is a floating-point number, in the value of an option.
fn large_number(text: &str, span: &Range<usize>, found: &str) -> Option<(Range<usize>, String)> {
    let decimal = found.bytes().all(|byte| byte.is_ascii_digit()) && !found.starts_with('0');
    if !decimal || !is_in_option(text, span.start) {
        return None;
    }
    let value: f64 = found.parse().ok()?;
    if value.is_infinite() {
        return Some((span.clone(), "1e999".to_owned()));
    }
    let (digits, exponent) = format!("{value:e}")
        .split_once('e')
        .map(|(digits, exponent)| (digits.to_owned(), exponent.to_owned()))?;
    let decimals = digits.split_once('.').map_or(0, |(_, rest)| rest.len());
    let exponent = exponent.parse::<usize>().ok()?.checked_sub(decimals)?;
    let replaced = format!("{}e{exponent}", digits.replace('.', ""));
    (replaced.len() <= found.len()).then(|| (span.clone(), replaced))
}

/// Whether a value that stands there is one of an option, and not the number of a field.
fn is_in_option(text: &str, offset: usize) -> bool {
    let text = &text[nearby(text, offset)..offset];
    let before: Vec<Token> = tokens(text).collect();
    let mut before = before.iter().rev();
    let mut next = before.next();
    if next.is_some_and(|token| token.kind == TokenKind::Symbol('-')) {
        next = before.next();
    }
    match next.map(|token| token.kind) {
        Some(TokenKind::Symbol(':' | ',' | '[')) => true,
        Some(TokenKind::Symbol('=')) => {
            let mut last = "";
            for token in before {
                match token.kind {
                    TokenKind::Word => last = &text[token.span.clone()],
                    TokenKind::Symbol('.' | '(' | ')') => {}
                    TokenKind::Symbol('[' | ',') => return true,
                    _ => break,
                }
            }
            last == "option"
        }
        _ => false,
    }
}

/// The beginning of a line before a place, at a distance that no statement of a person has.
fn nearby(text: &str, offset: usize) -> usize {
    const DISTANCE: usize = 4096;
    let from = floor(text, offset.saturating_sub(DISTANCE));
    match text[from..offset].find('\n') {
        Some(end) if from > 0 => from + end + 1,
        _ => from,
    }
}

/// A reserved name may be any string.
fn reserved_name(span: &Range<usize>, found: &str) -> Option<(Range<usize>, String)> {
    let inside = found.len().checked_sub(2)?;
    found
        .starts_with(['"', '\''])
        .then(|| (span.start + 1..span.end - 1, "x".repeat(inside.max(1))))
}

/// What the parser sees in place of `map` where that is the name of a type.
const MAP_TYPE: &str = "m_p";

/// The word `map` before that place, where the file has a type of that name, or it is the first part of one.
fn map_type(text: &str, found: usize) -> Option<(Range<usize>, String)> {
    let before = text[..found].trim_end();
    let start = before.strip_suffix("map")?.len();
    let declares = |keyword: &str| {
        let mut words = text.match_indices(keyword);
        words.any(|(at, _)| {
            let name = text[at + keyword.len()..].trim_start();
            name.strip_prefix("map")
                .is_some_and(|rest| rest.trim_start().starts_with('{'))
        })
    };
    let is_type = text[found..].starts_with('.') || declares("message ") || declares("enum ");
    is_type.then(|| (start..before.len(), MAP_TYPE.to_owned()))
}

/// Every `extensions 5 [ … ]` is parsed as `extensions 5 to 5 [ … ]`.
fn single_extensions(text: &str) -> Vec<(Range<usize>, String)> {
    let tokens: Vec<Token> = tokens(text).collect();
    let word = |token: &Token| &text[token.span.clone()];
    let mut found = Vec::new();
    for (index, keyword) in tokens.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| tokens[before].kind);
        let begins = matches!(before, None | Some(TokenKind::Symbol(';' | '{' | '}')));
        if !begins || word(keyword) != "extensions" {
            continue;
        }
        let ranges = tokens[index + 1..].iter().take_while(|token| {
            token.kind == TokenKind::Word || token.kind == TokenKind::Symbol(',')
        });
        let last = index + ranges.count();
        let options = tokens.get(last + 1).map(|token| token.kind) == Some(TokenKind::Symbol('['));
        let number = &tokens[last];
        if options
            && number.kind == TokenKind::Word
            && last > index
            && word(&tokens[last - 1]) != "to"
        {
            let end = number.span.end;
            found.push((end..end, format!(" to {}", word(number))));
        }
    }
    found
}

/// What the file says at the places of a descriptor.
struct Text<'a> {
    source: &'a Source,
    locations: &'a Paths<'a>,
}

impl Text<'_> {
    fn restore_message(&self, message: &mut DescriptorProto, path: &[i32]) {
        self.restore_names(
            &mut message.reserved_name,
            &part(path, &[tag::MESSAGE_RESERVED_NAME]),
        );
        for (index, field) in message.field.iter_mut().enumerate() {
            self.restore_field(field, &part(path, &[tag::MESSAGE_FIELD, step(index)]));
        }
        for (index, extension) in message.extension.iter_mut().enumerate() {
            let path = part(path, &[tag::MESSAGE_EXTENSION, step(index)]);
            self.restore_field(extension, &path);
        }
        for (index, range) in message.extension_range.iter_mut().enumerate() {
            let path = part(path, &[tag::MESSAGE_EXTENSION_RANGE, step(index)]);
            self.restore_range(&mut range.start, &mut range.end, &path);
        }
        for (index, range) in message.reserved_range.iter_mut().enumerate() {
            let path = part(path, &[tag::MESSAGE_RESERVED_RANGE, step(index)]);
            self.restore_range(&mut range.start, &mut range.end, &path);
        }
        for (index, nested) in message.nested_type.iter_mut().enumerate() {
            self.restore_message(nested, &part(path, &[tag::MESSAGE_MESSAGE, step(index)]));
        }
        for (index, enum_) in message.enum_type.iter_mut().enumerate() {
            self.restore_enum(enum_, &part(path, &[tag::MESSAGE_ENUM, step(index)]));
        }
    }

    fn restore_enum(&self, enum_: &mut EnumDescriptorProto, path: &[i32]) {
        self.restore_names(
            &mut enum_.reserved_name,
            &part(path, &[tag::ENUM_RESERVED_NAME]),
        );
    }

    /// Those that were made of `x` alone.
    fn restore_names(&self, names: &mut [String], path: &[i32]) {
        for (index, name) in names.iter_mut().enumerate() {
            let said = self.at(&part(path, &[step(index)])).unwrap_or_default();
            let inside = said
                .get(1..said.len().saturating_sub(1))
                .unwrap_or_default();
            if inside.len().max(1) == name.len() && name.bytes().all(|byte| byte == b'x') {
                *name = escapes::unquoted(said);
            }
        }
    }

    fn restore_field(&self, field: &mut FieldDescriptorProto, path: &[i32]) {
        self.restore_number(&mut field.number, &part(path, &[tag::FIELD_NUMBER]));
        let said = self.at(&part(path, &[tag::FIELD_TYPE_NAME]));
        let name = field.type_name.as_mut();
        let name = name.filter(|name| name.split('.').next() == Some(MAP_TYPE));
        if let (Some(name), true) = (name, said.is_some_and(|said| said.starts_with("map"))) {
            name.replace_range(..MAP_TYPE.len(), "map");
        }
    }

    fn restore_number(&self, number: &mut Option<i32>, path: &[i32]) {
        if let Some(said) = self.at(path).and_then(decimal)
            && *number == Some(1)
        {
            *number = Some(said);
        }
    }

    /// The end of a range is not part of it.
    fn restore_range(&self, start: &mut Option<i32>, end: &mut Option<i32>, path: &[i32]) {
        self.restore_number(start, &part(path, &[1]));
        let mut last = end.map(|end| end.saturating_sub(1));
        self.restore_number(&mut last, &part(path, &[2]));
        *end = last.map(|last| last.saturating_add(1));
    }

    fn at(&self, path: &[i32]) -> Option<&str> {
        let location = self.locations.get(path)?;
        self.source.text().get(self.source.range(&location.span))
    }
}

#[cfg(test)]
mod tests {
    use super::Repaired;

    #[test]
    fn places_stay_those_of_the_file() {
        let mut text = Repaired::new("abcdefgh");
        text.insert(3, "1");
        text.insert(3, "2");
        text.replace(6..7, "345");
        text.replace(2..4, "6");
        text.replace(0..1, "78");
        assert_eq!(text.text(), "78b61d345fgh");
        let places: Vec<_> = "bdfgh"
            .chars()
            .map(|c| text.original(text.text().find(c).expect("there")))
            .collect();
        assert_eq!(places, [1, 3, 5, 6, 7]);
    }
}
