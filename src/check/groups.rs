//! Event groups and notification groups.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Report, code};
use crate::load::Loaded;
use crate::names::schema::{is_usable, method_key};
use crate::schema::{GroupForm, Schema, Span};

/// What the rules look at, of events and notifications alike.
struct Entry<'a> {
    name: &'a str,
    source_name: &'a str,
    number: i32,
    span: Span,
}

struct Group<'a> {
    name: &'a str,
    /// `event` or `notification`.
    noun: &'static str,
    span: Span,
    /// Its entries have numbers of their own in the schema.
    numbered: bool,
    entries: Vec<Entry<'a>>,
}

pub fn check(schema: &Schema, loaded: &Loaded, report: &mut Report) {
    for group in groups(schema) {
        empty(&group, loaded, report);
        unusable_names(&group, loaded, report);
        duplicate_names(&group, loaded, report);
        duplicate_numbers(&group, loaded, report);
    }
}

fn groups(schema: &Schema) -> impl Iterator<Item = Group<'_>> {
    let events = schema.event_groups.iter().map(|group| Group {
        name: &group.name,
        noun: "event",
        span: group.span,
        numbered: matches!(group.form, GroupForm::Enum(_)),
        entries: group
            .events
            .iter()
            .map(|event| Entry {
                name: &event.name,
                source_name: &event.source_name,
                number: event.number,
                span: event.span,
            })
            .collect(),
    });
    let notifications = schema.notification_groups.iter().map(|group| Group {
        name: &group.name,
        noun: "notification",
        span: group.span,
        numbered: true,
        entries: group
            .notifications
            .iter()
            .map(|entry| Entry {
                name: &entry.name,
                source_name: &entry.source_name,
                number: entry.number,
                span: entry.span,
            })
            .collect(),
    });
    events.chain(notifications)
}

fn empty(group: &Group, loaded: &Loaded, report: &mut Report) {
    if !group.entries.is_empty() {
        return;
    }
    let help = match (group.numbered, group.noun) {
        (false, _) => "add a method, or take the group's option away".to_owned(),
        (true, noun) => format!(
            "add a value that is one: ignored values are none, nor is a zero value without an option that ends in UNSPECIFIED or UNKNOWN; or else take `(bellwire.{noun}s)` away"
        ),
    };
    report.push(
        Diagnostic::error(
            code::EVENT_EMPTY_GROUP,
            format!(
                "the {} group `{}` has no {}",
                group.noun, group.name, group.noun
            ),
        )
        .at(loaded.label(group.span, format!("no {} in it", group.noun)))
        .help(help),
    );
}

fn unusable_names(group: &Group, loaded: &Loaded, report: &mut Report) {
    for entry in group.entries.iter().filter(|entry| !is_usable(entry.name)) {
        let message = format!(
            "`{}` leaves no name for the {}",
            entry.source_name, group.noun
        );
        report.push(
            Diagnostic::error(code::EVENT_UNUSABLE_NAME, message)
                .at(loaded.label(entry.span, format!("would be named `{}`", entry.name)))
                .help("use a name that begins with a letter, such as `SIGN_IN` or `SignIn`"),
        );
    }
}

/// Two names that are one, or that are one where a target writes them in snake_case.
fn duplicate_names(group: &Group, loaded: &Loaded, report: &mut Report) {
    let mut seen: BTreeMap<String, &Entry> = BTreeMap::new();
    for entry in group.entries.iter().filter(|entry| is_usable(entry.name)) {
        let key = method_key(entry.name);
        let Some(first) = seen.get(&key) else {
            seen.insert(key, entry);
            continue;
        };
        let message = match first.name == entry.name {
            true => format!(
                "two {}s of `{}` are named `{}`",
                group.noun, group.name, entry.name
            ),
            false => format!(
                "the {}s `{}` and `{}` of `{}` differ in case alone",
                group.noun, first.name, entry.name, group.name
            ),
        };
        report.push(
            Diagnostic::error(code::EVENT_DUPLICATE, message)
                .at(loaded.label(entry.span, "again here"))
                .at(loaded.label(first.span, "first declared here"))
                .help("rename one of the two"),
        );
    }
}

/// Aliases: protobuf allows them with an option, but an event is one thing.
fn duplicate_numbers(group: &Group, loaded: &Loaded, report: &mut Report) {
    if !group.numbered {
        return;
    }
    let mut seen: BTreeMap<i32, &Entry> = BTreeMap::new();
    for entry in &group.entries {
        let Some(first) = seen.get(&entry.number) else {
            seen.insert(entry.number, entry);
            continue;
        };
        if method_key(first.name) == method_key(entry.name) {
            continue;
        }
        let message = format!(
            "two {}s of `{}` have the number {}",
            group.noun, group.name, entry.number
        );
        report.push(
            Diagnostic::error(code::EVENT_DUPLICATE_NUMBER, message)
                .at(loaded.label(entry.span, "again here"))
                .at(loaded.label(first.span, "first used here"))
                .help(
                    "give each a number of its own, or ignore one of the two: `{ ignore: true }`",
                ),
        );
    }
}
