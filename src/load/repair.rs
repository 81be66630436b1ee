//! What protobuf allows and the parser does not: the text is parsed in a form that the parser takes, and the descriptor
//! brought back to what the text says.

use std::ops::Range;

use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};

use super::locations::{self, Paths, part, step, tag};
use super::tokens::{Token, TokenKind, tokens};
use crate::diagnostic::Source;

/// The text to parse, and what was replaced in it.
#[derive(Debug)]
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

    /// Makes room for what one finding of the parser is about; false where that is a mistake in the schema.
    pub fn mend(&mut self, said: &str, span: &Range<usize>) -> bool {
        let Some((range, replacement)) = replacement(&self.text, said, span) else {
            return false;
        };
        let start = self.original(range.start);
        if self.edits.iter().any(|edit| edit.start == start) {
            return false;
        }
        self.text.replace_range(range.clone(), &replacement);
        self.edits.push(Edit {
            start,
            removed: range.len(),
            inserted: replacement.len(),
        });
        self.edits.sort_by_key(|edit| edit.start);
        true
    }

    /// The text with one more stretch replaced by one as long.
    pub fn replace(&mut self, text: String) {
        self.text = text;
    }

    /// The place in the file of a place in the parser's text.
    pub fn original(&self, offset: usize) -> usize {
        let mut moved = 0; // how far the parser's text is ahead of the file
        for edit in &self.edits {
            let start = edit.start.wrapping_add(moved);
            if offset <= start {
                break;
            }
            if offset < start + edit.inserted {
                return edit.start + (offset - start).min(edit.removed);
            }
            moved = moved.wrapping_add(edit.inserted).wrapping_sub(edit.removed);
        }
        offset.wrapping_sub(moved)
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
            text.restore_number(
                &mut extension.number,
                &[tag::FILE_EXTENSION, step(index), tag::FIELD_NUMBER],
            );
        }
        file.source_code_info = Some(info);
    }

    fn restore_positions(&self, file: &mut FileDescriptorProto, source: &Source) {
        let parsed = Source::new("", self.text.as_str());
        let locations = file.source_code_info.iter_mut();
        for location in locations.flat_map(|info| &mut info.location) {
            let range = parsed.range(&location.span);
            let (start, end) = (self.original(range.start), self.original(range.end));
            location.span = source.span(start..end);
        }
    }
}

/// What stands in the parser's way, and what to parse instead.
fn replacement(text: &str, said: &str, span: &Range<usize>) -> Option<(Range<usize>, String)> {
    let found = text.get(span.clone())?;
    if said.contains("may not be negative") {
        is_float_word(found.trim_start_matches('-').trim())
            .then(|| (span.start..span.start + 1, " ".to_owned()))
    } else if said.contains("integer is too large") {
        large_number(text, span, found)
    } else if said.contains("invalid identifier") {
        reserved_name(span, found)
    } else if said.contains("message numbers must be") {
        decimal(found).map(|_| (span.clone(), format!("{:0>1$}", 1, found.len())))
    } else if said.contains("'to', ',' or ';'") && found == "[" {
        single_extension(text, span)
    } else {
        None
    }
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
    let (digits, exponent) = format!("{value:e}")
        .split_once('e')
        .map(|(digits, exponent)| (digits.to_owned(), exponent.to_owned()))?;
    let decimals = digits.split_once('.').map_or(0, |(_, rest)| rest.len());
    let exponent = exponent.parse::<usize>().ok()?.checked_sub(decimals)?;
    let replaced = format!("{}e{exponent}", digits.replace('.', ""));
    (replaced.len() <= found.len()).then(|| (span.clone(), format!("{replaced:<0$}", found.len())))
}

/// Whether a value that stands there is one of an option, and not the number of a field.
fn is_in_option(text: &str, offset: usize) -> bool {
    let before: Vec<Token> = tokens(&text[..offset]).collect();
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

/// A reserved name may be any string.
fn reserved_name(span: &Range<usize>, found: &str) -> Option<(Range<usize>, String)> {
    let inside = found.len().checked_sub(2).filter(|inside| *inside > 0)?;
    found
        .starts_with(['"', '\''])
        .then(|| (span.start + 1..span.end - 1, "x".repeat(inside)))
}

/// `extensions 5 [ … ]` is parsed as `extensions 5 to 5 [ … ]`.
fn single_extension(text: &str, span: &Range<usize>) -> Option<(Range<usize>, String)> {
    let before: Vec<Token> = tokens(&text[..span.start]).collect();
    let number = before
        .last()
        .filter(|token| token.kind == TokenKind::Word)?;
    let statement = before
        .iter()
        .rev()
        .find(|token| matches!(token.kind, TokenKind::Symbol(';' | '{' | '}')))?;
    let keyword = before
        .iter()
        .find(|token| token.span.start >= statement.span.end)?;
    let number = number.span.clone();
    (&text[keyword.span.clone()] == "extensions")
        .then(|| (number.end..number.end, format!(" to {}", &text[number])))
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
            let path = part(path, &[tag::MESSAGE_FIELD, step(index), tag::FIELD_NUMBER]);
            self.restore_number(&mut field.number, &path);
        }
        for (index, extension) in message.extension.iter_mut().enumerate() {
            let path = part(
                path,
                &[tag::MESSAGE_EXTENSION, step(index), tag::FIELD_NUMBER],
            );
            self.restore_number(&mut extension.number, &path);
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
            if inside.len() == name.len() && name.bytes().all(|byte| byte == b'x') {
                *name = inside.to_owned();
            }
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
