//! TypeScript and Dart: the functions and classes that a client calls, which share one name space with messages.

use std::collections::BTreeMap;

use super::{Element, Scope};
use crate::config::Config;
use crate::diagnostic::{Report, code};
use crate::load::Loaded;
use crate::names::schema::{client, listener};
use crate::schema::{Origin, Schema};

/// One package is one name space: whoever uses a part of it is likely to import the rest.
pub fn check(schema: &Schema, loaded: &Loaded, config: &Config, report: &mut Report) {
    let language = match (config.typescript.is_empty(), config.dart.is_empty()) {
        (false, false) => "TypeScript and Dart",
        (false, true) => "TypeScript",
        _ => "Dart",
    };
    let mut packages: BTreeMap<&str, Scope> = BTreeMap::new();
    for (id, file) in schema
        .files()
        .filter(|(_, file)| file.origin == Origin::Owned)
    {
        let scope = packages
            .entry(&file.package)
            .or_insert_with(|| Scope::new(language, code::TARGET_COLLISION, loaded));
        for message in file.messages.iter().map(|id| &schema[*id]) {
            scope.take(
                message.name.clone(),
                Element::new("the message", &message.name),
                message.span,
                report,
            );
        }
        for enum_ in file.enums.iter().map(|id| &schema[*id]) {
            scope.take(
                enum_.name.clone(),
                Element::new("the enum", &enum_.name),
                enum_.span,
                report,
            );
        }
        for group in schema.event_groups_of(id) {
            for event in &group.events {
                let element = Element {
                    of: Some(&group.name),
                    ..Element::new("the event", &event.name)
                };
                scope.take(
                    client(&group.name, &event.name),
                    element,
                    event.span,
                    report,
                );
            }
        }
        for group in schema.notification_groups_of(id) {
            let element = Element::new("the listener of", &group.name);
            scope.take(listener(&group.name), element, group.span, report);
        }
    }
}
