//! The values of enums.

use std::collections::BTreeMap;

use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};

use super::Context;
use super::misuse::{is, is_word};
use super::names::{MAX_NAME, long_name};
use super::ranges::Ranges;
use crate::diagnostic::{Diagnostic, code};
use crate::load::locations::{part, step, tag};

pub fn check(context: &mut Context, file: &mut FileDescriptorProto) {
    for (index, enum_) in file.enum_type.iter_mut().enumerate() {
        check_enum(context, enum_, &[tag::FILE_ENUM, step(index)]);
    }
    for (index, message) in file.message_type.iter_mut().enumerate() {
        check_message(context, message, &[tag::FILE_MESSAGE, step(index)]);
    }
}

fn check_message(context: &mut Context, message: &mut DescriptorProto, path: &[i32]) {
    for (index, enum_) in message.enum_type.iter_mut().enumerate() {
        check_enum(
            context,
            enum_,
            &part(path, &[tag::MESSAGE_ENUM, step(index)]),
        );
    }
    for (index, nested) in message.nested_type.iter_mut().enumerate() {
        check_message(
            context,
            nested,
            &part(path, &[tag::MESSAGE_MESSAGE, step(index)]),
        );
    }
}

fn check_enum(context: &mut Context, enum_: &mut EnumDescriptorProto, path: &[i32]) {
    let name = enum_.name().to_owned();
    if enum_.value.is_empty() {
        let diagnostic = Diagnostic::error(
            code::TYPE_EMPTY_ENUM,
            format!("the enum `{name}` has no value"),
        )
        .at(context
            .locations
            .label(&part(path, &[tag::NAME]), "no value"))
        .help(format!("add one, such as `{};`", example(&name)));
        context.push(diagnostic);
        enum_.value.push(prost_types::EnumValueDescriptorProto {
            name: Some(format!("{name}_without_values")),
            number: Some(0),
            options: None,
        });
        return;
    }
    if context.proto3 && enum_.value[0].number() != 0 {
        let diagnostic = Diagnostic::error(
            code::TYPE_ENUM_ZERO,
            format!("the first value of the enum `{name}` must be 0"),
        )
        .at(context.locations.label(
            &part(path, &[tag::ENUM_VALUE, 0, tag::VALUE_NUMBER]),
            "not 0",
        ))
        .help(match enum_.value.iter().find(|value| value.number() == 0) {
            Some(zero) => format!(
                "proto3 takes 0 where a field is not set: move `{} = 0;` to the front",
                zero.name()
            ),
            None => format!(
                "proto3 takes 0 where a field is not set: begin with `{};`",
                example(&name)
            ),
        });
        context.push(diagnostic);
        let first = enum_.value[0].number.replace(0);
        for other in &mut enum_.value[1..] {
            if other.number() == 0 {
                other.number = first;
            }
        }
    }
    check_numbers(context, enum_, path);
    check_reserved(context, enum_, path);
    check_spellings(context, enum_, path);
}

/// Two values that are one once the enum's name and the case are left away, as many languages do. An event group has
/// a rule of its own for it.
fn check_spellings(context: &mut Context, enum_: &EnumDescriptorProto, path: &[i32]) {
    let options = enum_
        .options
        .iter()
        .flat_map(|options| &options.uninterpreted_option);
    let group = options
        .flat_map(|option| &option.name)
        .any(|part| part.name_part.contains("bellwire."));
    if group || (!context.proto3 && sets(enum_, "deprecated_legacy_json_field_conflicts")) {
        return;
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (index, value) in enum_.value.iter().enumerate() {
        let spelling = spelling(enum_.name(), value.name());
        let Some(first) = seen.get(&spelling).copied() else {
            seen.insert(spelling, index);
            continue;
        };
        // The same name was said to be declared twice; an alias may be spelled as it likes.
        if enum_.value[first].number() == value.number() {
            continue;
        }
        let at = |index: usize, text: &str| {
            let path = part(path, &[tag::ENUM_VALUE, step(index), tag::NAME]);
            context.locations.label(&path, text)
        };
        let message = format!(
            "two values of `{}` are `{spelling}` without the enum's name",
            enum_.name()
        );
        let diagnostic = Diagnostic::error(code::TYPE_ENUM_SPELLING, message)
            .at(at(index, "again here"))
            .at(at(first, "first declared here"))
            .help("rename one of the two: languages that strip the enum's name cannot tell them apart");
        context.push(diagnostic);
    }
}

/// protoc's: the enum's name goes, in whatever case and with whatever underscores, unless nothing would be left; then
/// every part begins with a capital and goes on in small letters.
fn spelling(enum_name: &str, value: &str) -> String {
    let prefix = enum_name.replace('_', "").to_ascii_lowercase();
    let mut rest = value;
    let mut letters = prefix.chars().peekable();
    while let Some(letter) = rest.chars().next().filter(|_| letters.peek().is_some()) {
        if letter != '_' && letters.next() != Some(letter.to_ascii_lowercase()) {
            rest = value;
            letters = "!".chars().peekable();
            break;
        }
        rest = &rest[letter.len_utf8()..];
    }
    let stripped = rest.trim_start_matches('_');
    let name = if letters.peek().is_none() && !stripped.is_empty() {
        stripped
    } else {
        value
    };
    let mut capital = true;
    let mut pascal = String::new();
    for letter in name.chars() {
        match letter {
            '_' => capital = true,
            _ if std::mem::take(&mut capital) => pascal.push(letter.to_ascii_uppercase()),
            _ => pascal.push(letter.to_ascii_lowercase()),
        }
    }
    pascal
}

fn example(name: &str) -> String {
    format!(
        "{} = 0",
        crate::names::schema::prefixed(name, "UNSPECIFIED")
    )
}

fn check_numbers(context: &mut Context, enum_: &mut EnumDescriptorProto, path: &[i32]) {
    let read = enum_.options.as_ref();
    if sets(enum_, "allow_alias") || read.is_some_and(|options| options.allow_alias()) {
        return;
    }
    let mut taken: BTreeMap<i32, usize> = BTreeMap::new();
    let mut free = i32::MAX;
    let numbers = enum_.value.iter().map(|value| value.number());
    let mut next = numbers.max().map_or(0, |last| last.saturating_add(1));
    for index in 0..enum_.value.len() {
        let value = &enum_.value[index];
        let Some(first) = taken.get(&value.number()).copied() else {
            taken.insert(value.number(), index);
            continue;
        };
        let at = |index: usize, text: &str| {
            let path = part(path, &[tag::ENUM_VALUE, step(index), tag::VALUE_NUMBER]);
            let text = format!("{text}, by `{}`", enum_.value[index].name());
            context.locations.label(&path, text)
        };
        let diagnostic = Diagnostic::error(
            code::TYPE_DUPLICATE_NUMBER,
            format!(
                "the number {} is used twice in `{}`",
                value.number(),
                enum_.name.as_deref().unwrap_or_default()
            ),
        )
        .at(at(index, "again here"))
        .at(at(first, "first used here"))
        .help(format!(
            "give each value a number of its own: write `{} = {next}`, or say `option allow_alias = true;`",
            value.name()
        ));
        next = next.saturating_add(1);
        context.push(diagnostic);
        while taken.contains_key(&free) {
            free -= 1;
        }
        enum_.value[index].number = Some(free);
        free -= 1;
    }
}

/// Whether an option of protobuf's own is `true`.
fn sets(enum_: &EnumDescriptorProto, name: &str) -> bool {
    let options = enum_.options.iter();
    let mut options = options.flat_map(|options| &options.uninterpreted_option);
    options.any(|option| is(option, name) && is_word(option, "true"))
}

fn check_reserved(context: &mut Context, enum_: &mut EnumDescriptorProto, path: &[i32]) {
    let at = |steps: &[i32], text: &str| context.locations.label(&part(path, steps), text);
    let mut findings = Vec::new();
    let mut numbers = Ranges::default();
    for (index, range) in enum_.reserved_range.iter().enumerate() {
        if range.start() > range.end() {
            let message = format!(
                "{} to {} is no range of numbers",
                range.start(),
                range.end()
            );
            findings.push(
                Diagnostic::error(code::TYPE_INVALID_RANGE, message)
                    .at(at(
                        &[tag::ENUM_RESERVED_RANGE, step(index)],
                        "reserved here",
                    ))
                    .help("a range goes from a smaller number to a larger one"),
            );
        }
        if let Some(first) = numbers.add(range.start(), range.end(), index) {
            findings.push(
                Diagnostic::error(code::TYPE_OVERLAPPING_RANGES, "two reserved ranges overlap")
                    .at(at(&[tag::ENUM_RESERVED_RANGE, step(index)], "again here"))
                    .at(at(
                        &[tag::ENUM_RESERVED_RANGE, step(first)],
                        "first reserved here",
                    ))
                    .help("let each number be in one range"),
            );
        }
    }
    let mut names = BTreeMap::new();
    for (index, name) in enum_.reserved_name.iter().enumerate() {
        if name.len() > MAX_NAME {
            let label = at(&[tag::ENUM_RESERVED_NAME, step(index)], "too long");
            findings.push(long_name(label));
        }
        let first = *names.entry(name.as_str()).or_insert(index);
        if first < index {
            findings.push(
                Diagnostic::error(
                    code::TYPE_RESERVED_TWICE,
                    format!("the name `{name}` is reserved twice"),
                )
                .at(at(&[tag::ENUM_RESERVED_NAME, step(index)], "again here"))
                .at(at(
                    &[tag::ENUM_RESERVED_NAME, step(first)],
                    "first reserved here",
                ))
                .help("remove one of the two"),
            );
        }
    }
    for (index, value) in enum_.value.iter().enumerate() {
        let number = value.number();
        if let Some((range, _)) = numbers.find(number) {
            findings.push(
                Diagnostic::error(
                    code::TYPE_RESERVED,
                    format!("the number {number} is reserved"),
                )
                .at(at(
                    &[tag::ENUM_VALUE, step(index), tag::VALUE_NUMBER],
                    &format!("used by `{}`", value.name()),
                ))
                .at(at(
                    &[tag::ENUM_RESERVED_RANGE, step(range)],
                    "reserved here",
                ))
                .help("take a number that was never used"),
            );
        }
        if let Some(name) = names.get(value.name()).copied() {
            findings.push(
                Diagnostic::error(
                    code::TYPE_RESERVED,
                    format!("the name `{}` is reserved", value.name()),
                )
                .at(at(&[tag::ENUM_VALUE, step(index), tag::NAME], "used here"))
                .at(at(&[tag::ENUM_RESERVED_NAME, step(name)], "reserved here"))
                .help("take another name: this one belonged to a value that was removed"),
            );
        }
    }
    if !findings.is_empty() {
        enum_.reserved_range.clear();
    }
    context.report.extend(findings);
}
