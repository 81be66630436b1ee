//! The numbers and JSON names of fields, and the ranges that a message keeps for others.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use prost_types::field_descriptor_proto::{Label as Cardinality, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto};

use super::Context;
use super::declarations::DeclaredRange;
use super::json_names::{JsonName, default_name_taken, json_name_taken};
use super::misuse::{is, is_word};
use super::names::{MAX_NAME, long_name};
use super::ranges::Ranges;
use super::similar::renumber;
use super::symbols::{Definition, Kind, join};
use crate::diagnostic::{Diagnostic, Label, code};
use crate::load::locations::{part, step, tag};

/// The largest field number.
const MAX: i32 = 536_870_911;

/// So many fields may a message have.
const MAX_FIELDS: usize = 65_535;

/// Numbers that protobuf's own implementations use.
const IMPLEMENTATION: Range<i32> = 19_000..20_000;

/// `DescriptorProto.ReservedRange.end`, and that of `ExtensionRange`.
const RANGE_END: i32 = 2;

/// What is known about extensions across files, by the full name of the extended message.
#[derive(Debug, Default)]
pub struct Extensions {
    /// The numbers that a message leaves to extensions.
    ranges: BTreeMap<String, Vec<Range<i32>>>,
    /// The same, to look numbers up.
    numbers: BTreeMap<String, Ranges>,
    declared: BTreeMap<(String, i32), Definition>,
    /// Ranges that say which extensions they take.
    pub declarations: BTreeMap<String, Vec<DeclaredRange>>,
    /// Messages that hold extensions alone, in the old wire format.
    message_sets: BTreeSet<String>,
    /// Numbers in place of those that the pool does not take, by message.
    others: BTreeSet<(String, i32)>,
}

impl Extensions {
    /// A number that no extension of the message has, within what fields may have.
    fn other_number(&mut self, message: &str) -> Option<i32> {
        let ranges = self.ranges.get(message)?.iter();
        let numbers = ranges.flat_map(|range| (range.start..range.end.min(MAX + 1)).rev());
        let mut free = numbers
            .map(|number| (message.to_owned(), number))
            .filter(|key| !self.declared.contains_key(key) && !self.others.contains(key));
        let other = free.next()?;
        let number = other.1;
        drop(free);
        self.others.insert(other);
        Some(number)
    }
}

pub fn check(context: &mut Context, file: &mut FileDescriptorProto) {
    let package = file.package().to_owned();
    for message in &file.message_type {
        collect_ranges(context, &package, message);
    }
    for (index, message) in file.message_type.iter_mut().enumerate() {
        check_message(
            context,
            &package,
            message,
            &[tag::FILE_MESSAGE, step(index)],
        );
    }
    check_extensions(context, &mut file.extension, &[tag::FILE_EXTENSION]);
}

fn collect_ranges(context: &mut Context, scope: &str, message: &DescriptorProto) {
    let full_name = join(scope, message.name());
    let ranges: Vec<_> = message
        .extension_range
        .iter()
        .map(|range| range.start()..range.end())
        .collect();
    let mut numbers = Ranges::default();
    for (index, range) in ranges.iter().enumerate() {
        numbers.add(range.start, range.end.saturating_sub(1), index);
    }
    for nested in &message.nested_type {
        collect_ranges(context, &full_name, nested);
    }
    if is_message_set(message) {
        context.extensions.message_sets.insert(full_name.clone());
    }
    context
        .extensions
        .numbers
        .insert(full_name.clone(), numbers);
    context.extensions.ranges.insert(full_name, ranges);
}

pub fn is_message_set(message: &DescriptorProto) -> bool {
    let read = message.options.as_ref();
    sets(message, "message_set_wire_format")
        || read.is_some_and(|options| options.message_set_wire_format())
}

/// Whether an option of protobuf's own is `true`.
fn sets(message: &DescriptorProto, name: &str) -> bool {
    let options = message.options.iter();
    let mut options = options.flat_map(|options| &options.uninterpreted_option);
    options.any(|option| is(option, name) && is_word(option, "true"))
}

/// A message set has no fields.
fn set_with_field(
    context: &Context,
    message: &DescriptorProto,
    path: &[i32],
) -> Option<Diagnostic> {
    let field = message.field.first().filter(|_| is_message_set(message))?;
    let label = context.locations.label(
        &part(path, &[tag::MESSAGE_FIELD, 0]),
        "only extensions can be in it",
    );
    Some(
        Diagnostic::error(
            code::TYPE_MESSAGE_SET,
            format!(
                "the message set `{}` has the field `{}`",
                message.name(),
                field.name()
            ),
        )
        .at(label)
        .help("extend the message set with a message that has the field"),
    )
}

fn too_many_fields(
    context: &Context,
    message: &DescriptorProto,
    path: &[i32],
) -> Option<Diagnostic> {
    let count = message.field.len();
    if count <= MAX_FIELDS {
        return None;
    }
    let first = part(path, &[tag::MESSAGE_FIELD, step(MAX_FIELDS)]);
    let name = part(path, &[tag::NAME]);
    Some(
        Diagnostic::error(
            code::TYPE_INVALID,
            format!(
                "`{}` has {count} fields, and {MAX_FIELDS} is the limit",
                message.name()
            ),
        )
        .at(context.locations.label(&name, "too many fields"))
        .at(context.locations.label(&first, "one field too many"))
        .help("move some of the fields into messages of their own"),
    )
}

/// What extends a message set is an optional message.
fn set_with_scalar(
    context: &Context,
    extension: &FieldDescriptorProto,
    message: &str,
    path: &[i32],
) -> Option<Diagnostic> {
    let fits = extension.r#type() == Type::Message && extension.label() == Cardinality::Optional;
    if fits || !context.extensions.message_sets.contains(message) {
        return None;
    }
    let label = context.locations.label(path, "not an optional message");
    Some(
        Diagnostic::error(
            code::TYPE_MESSAGE_SET,
            format!("the message set `{message}` takes optional messages alone"),
        )
        .at(label)
        .help("put the value into a message, and extend with that"),
    )
}

fn check_message(context: &mut Context, scope: &str, message: &mut DescriptorProto, path: &[i32]) {
    let full_name = join(scope, message.name());
    if let Some(finding) = set_with_field(context, message, path) {
        context.push(finding);
    }
    if let Some(finding) = too_many_fields(context, message, path) {
        context.push(finding);
    }
    let reserved = reserved_ranges(context, message, path);
    let mut taken: BTreeMap<i32, First> = BTreeMap::new();
    let mut json_names: BTreeMap<String, JsonName> = BTreeMap::new();
    let mut default_names: BTreeMap<String, JsonName> = BTreeMap::new();
    let mut free = MAX;
    let mut unused = unused_numbers(message, &reserved);
    let lenient = sets(message, "deprecated_legacy_json_field_conflicts");
    let mut names = BTreeMap::new();
    for (index, name) in message.reserved_name.iter().enumerate() {
        names.entry(name.as_str()).or_insert(index);
    }
    // Without one, all names are computed, and one rule is enough.
    let given = message.field.iter().any(|field| field.json_name.is_some());
    for (index, field) in message.field.iter_mut().enumerate() {
        let path = part(path, &[tag::MESSAGE_FIELD, step(index)]);
        let finding = usable_number(context, field, &path)
            .or_else(|| number_in_range(context, field, &path, &reserved))
            .or_else(|| number_taken(context, field, &path, &mut taken));
        if let Some(diagnostic) = finding {
            context.push(suggest(diagnostic, field, unused.next()));
            // A number of its own, so that the file can be linked.
            free = free_number(free, &taken, &reserved);
            field.number = Some(free);
            free -= 1;
        }
        if let Some(diagnostic) = reserved_name(context, field, &names, &path) {
            context.push(diagnostic);
        }
        let computed = context.proto3
            && !lenient
            && given
            && default_name_taken(context, field, &path, &mut default_names);
        if !computed {
            json_name_taken(context, field, &path, &mut json_names, lenient);
        }
    }
    mend_ranges(message);
    check_extensions(
        context,
        &mut message.extension,
        &part(path, &[tag::MESSAGE_EXTENSION]),
    );
    for (index, nested) in message.nested_type.iter_mut().enumerate() {
        check_message(
            context,
            &full_name,
            nested,
            &part(path, &[tag::MESSAGE_MESSAGE, step(index)]),
        );
    }
}

/// The first field of a message that has some number or name.
pub struct First {
    field: String,
    /// Where the schema says so.
    path: Vec<i32>,
}

impl First {
    pub fn new(field: &FieldDescriptorProto, path: &[i32], part_tag: i32) -> Self {
        Self {
            field: field.name().to_owned(),
            path: part(path, &[part_tag]),
        }
    }

    /// A label such as `first here, by …`.
    pub fn label(&self, context: &Context, text: &str) -> Label {
        let text = format!("{text}, by `{}`", self.field);
        context.locations.label(&self.path, text)
    }
}

/// The numbers behind all that the message uses or keeps.
fn unused_numbers(
    message: &DescriptorProto,
    reserved: &Reserved,
) -> impl Iterator<Item = i32> + use<> {
    let used = message.field.iter().map(|field| field.number());
    let kept = reserved
        .ranges
        .iter()
        .map(|(_, range, _)| range.end.saturating_sub(1));
    let is_usual = |number: &i32| (1..MAX).contains(number) && !IMPLEMENTATION.contains(number);
    let last = used.chain(kept).filter(is_usual).max().unwrap_or(0);
    (last + 1..=MAX).filter(|number| !IMPLEMENTATION.contains(number))
}

/// Says which number the field could have.
fn suggest(
    diagnostic: Diagnostic,
    field: &FieldDescriptorProto,
    number: Option<i32>,
) -> Diagnostic {
    match (&diagnostic.help, number) {
        (Some(help), Some(number)) => {
            let help = format!("{help}: write `{} = {number}`", field.name());
            diagnostic.help(help)
        }
        _ => diagnostic,
    }
}

/// The largest number up to `free` that nothing has. A range is passed in one step: it may have half a billion numbers.
fn free_number(mut free: i32, taken: &BTreeMap<i32, First>, reserved: &Reserved) -> i32 {
    while free > 0 {
        match reserved.numbers.find(free) {
            Some((_, first)) => free = first.saturating_sub(1),
            None if taken.contains_key(&free) => free -= 1,
            None => return free,
        }
    }
    1
}

/// The numbers that a message keeps.
struct Reserved {
    /// Of each range the word of a sentence that says what keeps it, the range, and where it is declared.
    ranges: Vec<(&'static str, Range<i32>, Label)>,
    numbers: Ranges,
}

/// Every range of a message, those reported that overlap or are empty.
fn reserved_ranges(context: &mut Context, message: &DescriptorProto, path: &[i32]) -> Reserved {
    let reserved = message
        .reserved_range
        .iter()
        .enumerate()
        .map(|(index, range)| {
            (
                "reserved",
                range.start()..range.end(),
                part(path, &[tag::MESSAGE_RESERVED_RANGE, step(index)]),
            )
        });
    let extensions = message
        .extension_range
        .iter()
        .enumerate()
        .map(|(index, range)| {
            (
                "kept for extensions",
                range.start()..range.end(),
                part(path, &[tag::MESSAGE_EXTENSION_RANGE, step(index)]),
            )
        });
    let mut kept = Reserved {
        ranges: Vec::new(),
        numbers: Ranges::default(),
    };
    for (word, range, path) in reserved.chain(extensions) {
        let label = context.locations.label(&path, format!("{word} here"));
        // Of what is reserved protobuf asks no more than that it is a number, and message sets have more numbers.
        let limit = if word == "reserved" || is_message_set(message) {
            i32::MAX - 1
        } else {
            MAX
        };
        let last = context.locations.text(&part(&path, &[RANGE_END]));
        let decimal = last.filter(|last| !last.starts_with('0'));
        let last = decimal.and_then(|last| last.parse::<i64>().ok());
        let beyond = last.is_some_and(|last| last >= i64::from(i32::MAX));
        if range.start < 1 || range.end <= range.start || range.end - 1 > limit || beyond {
            let message = format!("{} is no range of field numbers", show(&range));
            context.push(
                Diagnostic::error(code::TYPE_INVALID_RANGE, message)
                    .at(label.clone())
                    .help(format!(
                        "a range goes from a smaller number to a larger one, within 1 and {MAX}"
                    )),
            );
        }
        let last = range.end.saturating_sub(1);
        let overlapped = kept.numbers.add(range.start, last, kept.ranges.len());
        if let Some((_, first, place)) = overlapped.map(|first| &kept.ranges[first]) {
            let message = format!("the ranges {} and {} overlap", show(first), show(&range));
            context.push(
                Diagnostic::error(code::TYPE_OVERLAPPING_RANGES, message)
                    .at(label.clone())
                    .at(place.clone())
                    .help("let each number be in one range"),
            );
        }
        kept.ranges.push((word, range, label));
    }
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, name) in message.reserved_name.iter().enumerate() {
        if name.len() > MAX_NAME {
            let path = part(path, &[tag::MESSAGE_RESERVED_NAME, step(index)]);
            context.push(long_name(context.locations.label(&path, "too long")));
        }
        if let Some(first) = names.insert(name, index) {
            let at = |index: usize, text| {
                context.locations.label(
                    &part(path, &[tag::MESSAGE_RESERVED_NAME, step(index)]),
                    text,
                )
            };
            let diagnostic = Diagnostic::error(
                code::TYPE_RESERVED_TWICE,
                format!("the name `{name}` is reserved twice"),
            )
            .at(at(index, "again here"))
            .at(at(first, "first reserved here"))
            .help("remove one of the two");
            context.push(diagnostic);
        }
    }
    kept
}

/// Ranges that were reported would stop the pool.
fn mend_ranges(message: &mut DescriptorProto) {
    message
        .reserved_range
        .retain(|range| range.start() >= 1 && range.end() > range.start());
    message
        .extension_range
        .retain(|range| range.start() >= 1 && range.end() > range.start());
}

/// As in the schema, where both ends count.
fn show(range: &Range<i32>) -> String {
    match range.end - 1 {
        end if end == range.start => format!("{end}"),
        MAX => format!("{} to max", range.start),
        end => format!("{} to {end}", range.start),
    }
}

fn usable_number(
    context: &Context,
    field: &FieldDescriptorProto,
    path: &[i32],
) -> Option<Diagnostic> {
    let number = field.number();
    let (message, help) = if IMPLEMENTATION.contains(&number) {
        (
            "the numbers 19000 to 19999 belong to protobuf itself".to_owned(),
            "take a number outside of them".to_owned(),
        )
    } else if !(1..=MAX).contains(&number) {
        (
            format!("{number} is no field number"),
            format!("field numbers go from 1 to {MAX}"),
        )
    } else {
        return None;
    };
    let label = context.locations.label(
        &part(path, &[tag::FIELD_NUMBER]),
        format!("the number of `{}`", field.name()),
    );
    Some(
        Diagnostic::error(code::TYPE_INVALID_NUMBER, message)
            .at(label)
            .help(help),
    )
}

fn number_in_range(
    context: &Context,
    field: &FieldDescriptorProto,
    path: &[i32],
    reserved: &Reserved,
) -> Option<Diagnostic> {
    let number = field.number();
    let (index, _) = reserved.numbers.find(number)?;
    let (word, range, place) = &reserved.ranges[index];
    let label = context.locations.label(
        &part(path, &[tag::FIELD_NUMBER]),
        format!("used by `{}`", field.name()),
    );
    Some(
        Diagnostic::error(
            code::TYPE_RESERVED,
            if range.len() == 1 {
                format!("the number {number} is {word}")
            } else {
                format!("the number {number} is {word}, as {} are", show(range))
            },
        )
        .at(label)
        .at(place.clone())
        .help("take a number that was never used"),
    )
}

fn number_taken(
    context: &Context,
    field: &FieldDescriptorProto,
    path: &[i32],
    taken: &mut BTreeMap<i32, First>,
) -> Option<Diagnostic> {
    let number = field.number();
    let Some(first) = taken.get(&number) else {
        taken.insert(number, First::new(field, path, tag::FIELD_NUMBER));
        return None;
    };
    let label = context.locations.label(
        &part(path, &[tag::FIELD_NUMBER]),
        format!("again here, by `{}`", field.name()),
    );
    Some(
        Diagnostic::error(
            code::TYPE_DUPLICATE_NUMBER,
            format!("the field number {number} is used twice"),
        )
        .at(label)
        .at(first.label(context, "first used here"))
        .help("give each field of a message a number of its own"),
    )
}

fn reserved_name(
    context: &Context,
    field: &FieldDescriptorProto,
    reserved: &BTreeMap<&str, usize>,
    path: &[i32],
) -> Option<Diagnostic> {
    let index = *reserved.get(field.name())?;
    let message_path = &path[..path.len() - 2];
    Some(
        Diagnostic::error(
            code::TYPE_RESERVED,
            format!("the name `{}` is reserved", field.name()),
        )
        .at(context
            .locations
            .label(&part(path, &[tag::NAME]), "used here"))
        .at(context.locations.label(
            &part(message_path, &[tag::MESSAGE_RESERVED_NAME, step(index)]),
            "reserved here",
        ))
        .help("take another name: this one belonged to a field that was removed"),
    )
}

/// Ranges, as far as a person reads on.
fn listed(ranges: &[Range<i32>]) -> String {
    const MOST: usize = 20;
    let shown: Vec<_> = ranges.iter().take(MOST).map(show).collect();
    let more = if ranges.len() > MOST { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

fn check_extensions(
    context: &mut Context,
    extensions: &mut Vec<FieldDescriptorProto>,
    path: &[i32],
) {
    let mut index = 0;
    extensions.retain_mut(|extension| {
        let path = part(path, &[step(index)]);
        index += 1;
        let message = extension.extendee().trim_start_matches('.').to_owned();
        if let Some(finding) = set_with_scalar(context, extension, &message, &path) {
            context.push(finding);
            return false;
        }
        let path = part(&path, &[tag::FIELD_NUMBER]);
        let label = context
            .locations
            .label(&path, format!("the number of `{}`", extension.name()));
        let number = extension.number();
        let ranges = context
            .extensions
            .ranges
            .get(&message)
            .map_or(&[][..], Vec::as_slice);
        let numbers = context.extensions.numbers.get(&message);
        if numbers.and_then(|numbers| numbers.find(number)).is_none() {
            let help = match ranges {
                [] => format!("`{message}` has no `extensions` statement: it cannot be extended"),
                ranges => format!("it keeps {}", listed(ranges)),
            };
            let sentence = format!("`{message}` does not keep the number {number} for extensions");
            context.push(
                Diagnostic::error(code::TYPE_EXTENSION_NUMBER, sentence)
                    .at(label)
                    .help(help),
            );
            return false;
        }
        let definition = Definition {
            kind: Kind::Extension,
            file: context.file,
            range: label.span.clone(),
            path: Vec::new(),
            owner: None,
        };
        let first = context
            .extensions
            .declared
            .get(&(message.clone(), number))
            .cloned();
        // protoc lets it pass in another file.
        if let Some(first) = first.filter(|first| first.file == context.file) {
            let sentence = format!("`{message}` is extended twice with the number {number}");
            let diagnostic = Diagnostic::error(code::TYPE_DUPLICATE_NUMBER, sentence)
                .at(label)
                .at(context.defined(&first, "first used here"))
                .help("give each extension of a message a number of its own");
            context.push(diagnostic);
            return false;
        }
        context
            .extensions
            .declared
            .insert((message.clone(), number), definition);
        // The pool knows no such number. Only a message set has it.
        if number > MAX {
            let Some(other) = context.extensions.other_number(&message) else {
                return false;
            };
            renumber(extension, other);
        }
        true
    });
}
