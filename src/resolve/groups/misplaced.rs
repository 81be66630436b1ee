//! Options where they mean nothing.

use prost_reflect::{EnumDescriptor, FileDescriptor};

use super::Context;
use crate::diagnostic::{Diagnostic, code};
use crate::load::locations::{part, tag};
use crate::resolve::elements::{all_enums, values};
use crate::resolve::options;

pub fn check(context: &mut Context, file: &FileDescriptor) {
    for descriptor in all_enums(file) {
        enum_options(context, &descriptor);
    }
    method_options(context, file);
}

/// What an enum is, by its options.
#[derive(Clone, Copy, PartialEq)]
enum Group {
    Events,
    Notifications,
    None,
}

fn enum_options(context: &mut Context, descriptor: &EnumDescriptor) {
    let Some(id) = context.ids.enum_(descriptor.full_name()) else {
        return;
    };
    let enum_ = &context.schema[id];
    let path = part(descriptor.path(), &[tag::ENUM_OPTIONS]);
    let events = context.option(&descriptor.options(), "events", &path, enum_.span);
    let notifications = context.option(&descriptor.options(), "notifications", &path, enum_.span);
    let group = match (events, notifications) {
        (Some((_, events)), Some((_, notifications))) => {
            let message = format!(
                "the enum `{}` is both an event group and a notification group",
                enum_.name
            );
            let diagnostic = Diagnostic::error(code::EVENT_BOTH_GROUPS, message)
                .at(context
                    .loaded
                    .label(notifications.name(), "a notification group"))
                .at(context.loaded.label(events.name(), "an event group"))
                .help("split it into two enums");
            context.push(diagnostic);
            return;
        }
        (Some(_), None) => Group::Events,
        (None, Some(_)) => Group::Notifications,
        (None, None) => Group::None,
    };
    for (value, described) in enum_.values.iter().zip(values(descriptor)) {
        let path = part(described.path(), &[tag::VALUE_OPTIONS]);
        for (option, its_group, marker) in [
            ("event", Group::Events, "events"),
            ("notification", Group::Notifications, "notifications"),
        ] {
            if its_group == group {
                continue;
            }
            let Some((_, site)) = context.option(&described.options(), option, &path, value.span)
            else {
                continue;
            };
            let place = site.name();
            let diagnostic = match group {
                Group::None => {
                    let example = if option == "event" {
                        "{ error: \"MyError\" }"
                    } else {
                        "{}"
                    };
                    Diagnostic::error(
                        code::EVENT_OUTSIDE_GROUP,
                        format!("`(bellwire.{option})` stands outside of a group"),
                    )
                    .at(context.loaded.label(place, "means nothing here"))
                    .at(context.loaded.label(enum_.span, "an ordinary enum"))
                    .help(format!(
                        "make the enum a group with `option (bellwire.{marker}) = {example};`"
                    ))
                }
                Group::Events | Group::Notifications => {
                    let (kind, right) = match group {
                        Group::Events => ("an event group", "event"),
                        _ => ("a notification group", "notification"),
                    };
                    Diagnostic::error(
                        code::EVENT_WRONG_OPTION,
                        format!("`(bellwire.{option})` stands in {kind}"),
                    )
                    .at(context.loaded.label(place, "of the other kind of group"))
                    .at(context.loaded.label(enum_.span, kind))
                    .help(format!("write `(bellwire.{right})`"))
                }
            };
            context.push(diagnostic);
        }
    }
}

fn method_options(context: &mut Context, file: &FileDescriptor) {
    for (index, descriptor) in file.services().enumerate() {
        let service = &context.schema[context.file].services[index];
        let marked =
            options::find(&context.loaded.pool, &descriptor.options(), "service").is_some();
        if marked || context.config.services.contains_key(&service.full_name) {
            continue;
        }
        for (method, described) in service.methods.iter().zip(descriptor.methods()) {
            let path = part(described.path(), &[tag::METHOD_OPTIONS]);
            let Some((_, site)) =
                context.option(&described.options(), "method", &path, method.span)
            else {
                continue;
            };
            let diagnostic = Diagnostic::error(code::EVENT_OUTSIDE_GROUP, "`(bellwire.method)` stands outside of a group")
                .at(context.loaded.label(site.name(), "means nothing here"))
                .at(context.loaded.label(service.span, "an ordinary service"))
                .help("make the service a group with `option (bellwire.service) = { error: \"MyError\" };`");
            context.push(diagnostic);
        }
    }
}
