//! Enums that are notification groups.

use prost_reflect::{EnumDescriptor, EnumValueDescriptor, FileDescriptor};

use super::events::ignored;
use super::{Context, types};
use crate::diagnostic::{Diagnostic, code};
use crate::load::locations::{part, tag};
use crate::names::schema as names;
use crate::resolve::elements::{all_enums, values};
use crate::resolve::fingerprint::{self, Shape};
use crate::resolve::options::NotificationOptions;
use crate::schema::{Delivery, EnumId, EnumValue, Notification, NotificationGroup};

pub fn build(context: &mut Context, file: &FileDescriptor) -> Vec<NotificationGroup> {
    let mut groups = Vec::new();
    for descriptor in all_enums(file) {
        let Some(id) = context.ids.enum_(descriptor.full_name()) else {
            continue;
        };
        let path = part(descriptor.path(), &[tag::ENUM_OPTIONS]);
        if context
            .option(
                &descriptor.options(),
                "notifications",
                &path,
                context.schema[id].span,
            )
            .is_some()
        {
            groups.push(group(context, id, &descriptor));
        }
    }
    groups.sort_by_key(|group| group.span);
    groups
}

fn group(context: &mut Context, id: EnumId, descriptor: &EnumDescriptor) -> NotificationGroup {
    let enum_ = &context.schema[id];
    let described = enum_.values.iter().zip(values(descriptor));
    let notifications = described
        .filter_map(|(value, descriptor)| notification(context, id, value, &descriptor))
        .collect();
    NotificationGroup {
        name: enum_.name.clone(),
        full_name: enum_.full_name.clone(),
        file: context.file,
        enum_id: id,
        comments: enum_.comments.clone(),
        deprecated: enum_.deprecated,
        notifications,
        span: enum_.span,
    }
}

/// None for a value that is no notification.
fn notification(
    context: &mut Context,
    group: EnumId,
    value: &EnumValue,
    descriptor: &EnumValueDescriptor,
) -> Option<Notification> {
    let enum_ = &context.schema[group];
    let path = part(descriptor.path(), &[tag::VALUE_OPTIONS]);
    let found = context.option(&descriptor.options(), "notification", &path, value.span);
    let placeholder = value.number == 0 && names::is_placeholder(&enum_.name, &value.name);
    if found.is_none() && placeholder {
        return None;
    }
    let name = names::event(&enum_.name, &value.name);
    let mut notification = Notification {
        path: names::path(&enum_.full_name, &name),
        name,
        source_name: value.name.clone(),
        number: value.number,
        comments: value.comments.clone(),
        deprecated: value.deprecated,
        payload: None,
        keyed: false,
        delivery: Delivery::Every,
        debounce: None,
        fingerprint: 0,
        span: value.span,
    };
    if let Some((option, site)) = found {
        let options = NotificationOptions::new(&option);
        let said = [
            ("payload", 1, !options.payload.is_empty()),
            ("keyed", 2, options.keyed),
            ("delivery", 3, options.delivery == Some(Delivery::Latest)),
            ("debounce", 4, !options.debounce.is_empty()),
        ];
        if options.ignore {
            if let Some((field, number, _)) = said.iter().find(|(_, _, said)| *said) {
                ignored(
                    context,
                    &value.name,
                    field,
                    site.field(field, *number),
                    site.field("ignore", 5),
                    "notification",
                );
            }
            return None;
        }
        if options.delivery.is_none() {
            let diagnostic = Diagnostic::error(
                code::OPTION_UNKNOWN_FIELD,
                "`bellwire.Delivery` has no value of this number",
            )
            .at(context.loaded.label(site.field("delivery", 3), "here"))
            .help("write `EVERY` or `LATEST`");
            context.push(diagnostic);
        }
        notification.payload = types::message(context, &options.payload, &enum_.full_name, || {
            site.field("payload", 1)
        });
        notification.keyed = options.keyed;
        notification.delivery = options.delivery.unwrap_or(Delivery::Every);
        notification.debounce =
            context.duration(&options.debounce, "debounce", || site.field("debounce", 4));
    }
    notification.fingerprint = fingerprint::of(&Shape {
        path: &notification.path,
        kind: "notification",
        input: None,
        output: notification
            .payload
            .map(|id| context.schema[id].full_name.as_str()),
        error: None,
        keyed: notification.keyed,
    });
    Some(notification)
}
