//! What the templates place: finished strings.

use std::time::Duration;

use serde::Serialize;

use super::paths::{Paths, Prelude};
use super::rules::Checked;
use super::rustdoc::doc_comment;
use crate::names::rust as names;
use crate::schema::{
    Comments, Delivery, Event, EventGroup, MessageId, Notification, NotificationGroup,
};

#[derive(Serialize)]
pub struct EventGroupView {
    docs: String,
    service_docs: String,
    client_docs: String,
    allow_deprecated: &'static str,
    prelude: Prelude,
    full_name: String,
    error: String,
    error_name: String,
    handler: String,
    service: String,
    client: String,
    info: String,
    descriptors: String,
    single: bool,
    /// What makes the group's error of violations; empty where no input has rules.
    refuse: String,
    events: Vec<EventView>,
}

#[derive(Serialize)]
struct EventView {
    prelude: Prelude,
    docs: String,
    client_docs: String,
    attributes: String,
    index: usize,
    handler: String,
    info: String,
    method: String,
    client_method: String,
    input: Option<String>,
    /// What the handler takes: the input, or its parameters.
    taken: Option<String>,
    /// The function of the runtime that answers the event.
    glue: String,
    /// That function may refuse the input.
    refuses: bool,
    output: String,
    error: String,
    stream: bool,
    path: String,
    input_name: String,
    output_name: String,
    timeout: String,
    fingerprint: String,
}

impl EventGroupView {
    pub fn new(group: &EventGroup, paths: &Paths, checked: &Checked) -> Self {
        let name = &group.full_name;
        let source = format!("Schema: `{name}`.");
        let deprecated =
            group.events.iter().any(|event| {
                event.deprecated || uses_deprecated(paths, [event.input, event.output])
            }) || uses_deprecated(paths, [Some(group.error)]);
        let events: Vec<_> = (0..)
            .zip(&group.events)
            .map(|(index, event)| EventView::new(index, event, group, paths, checked))
            .collect();
        Self {
            refuse: match events.iter().any(|event| event.refuses) {
                true => paths.refuse(),
                false => String::new(),
            },
            docs: element_docs(&group.comments, &source),
            service_docs: doc(&format!("Dispatches the events of `{name}` to a handler.")),
            client_docs: doc(&format!("Calls the events of `{name}`.")),
            allow_deprecated: if deprecated {
                "#[allow(deprecated)]"
            } else {
                ""
            },
            prelude: paths.prelude(),
            full_name: name.clone(),
            error: paths.message(Some(group.error)),
            error_name: paths.schema[group.error].full_name.clone(),
            handler: names::handler(&group.name),
            service: names::service(&group.name),
            client: names::client(&group.name),
            info: names::constant(&group.name),
            descriptors: paths.descriptor_set(),
            single: group.events.len() == 1,
            events,
        }
    }
}

impl EventView {
    fn new(
        index: usize,
        event: &Event,
        group: &EventGroup,
        paths: &Paths,
        checked: &Checked,
    ) -> Self {
        let has_params = event
            .input
            .is_some_and(|input| paths.schema.params.contains_key(&input));
        let has_rules = event.input.is_some_and(|input| checked.contains(input));
        let form = if event.stream { "stream" } else { "unary" };
        let source = format!("Schema: `{}`.", event.path);
        let errors =
            "# Errors\n\nThe handler's domain error, or the fault that kept it from answering.";
        Self {
            prelude: paths.prelude(),
            docs: element_docs(&event.comments, &source),
            client_docs: format!(
                "{}\n///\n{}",
                element_docs(&event.comments, &source),
                doc(errors)
            ),
            attributes: attributes(event.deprecated, &names::handler_method(&event.name)),
            index,
            handler: names::handler(&group.name),
            info: names::constant(&group.name),
            method: names::handler_method(&event.name),
            client_method: names::own_method(&event.name),
            input: event.input.map(|input| paths.message(Some(input))),
            taken: event.input.map(|input| paths.params_or_message(input)),
            glue: match (has_params, has_rules) {
                (true, _) => format!("parsed_{form}"),
                (false, true) => format!("checked_{form}"),
                (false, false) => form.to_owned(),
            },
            refuses: has_params || has_rules,
            output: paths.message(event.output),
            error: paths.message(Some(group.error)),
            stream: event.stream,
            path: event.path.clone(),
            input_name: optional_name(paths, event.input),
            output_name: optional_name(paths, event.output),
            timeout: optional_duration(event.timeout),
            fingerprint: hexadecimal(event.fingerprint),
        }
    }
}

#[derive(Serialize)]
pub struct NotificationGroupView {
    docs: String,
    allow_deprecated: &'static str,
    full_name: String,
    notifier: String,
    info: String,
    descriptors: String,
    single: bool,
    notifications: Vec<NotificationView>,
}

#[derive(Serialize)]
struct NotificationView {
    docs: String,
    attributes: String,
    index: usize,
    info: String,
    method: String,
    payload: Option<String>,
    keyed: bool,
    path: String,
    payload_name: String,
    delivery: &'static str,
    debounce: String,
    fingerprint: String,
}

impl NotificationGroupView {
    pub fn new(group: &NotificationGroup, paths: &Paths) -> Self {
        let deprecated = group
            .notifications
            .iter()
            .any(|notification| uses_deprecated(paths, [notification.payload]));
        Self {
            docs: element_docs(&group.comments, &format!("Schema: `{}`.", group.full_name)),
            allow_deprecated: if deprecated {
                "#[allow(deprecated)]"
            } else {
                ""
            },
            full_name: group.full_name.clone(),
            notifier: names::notifier(&group.name),
            info: names::constant(&group.name),
            descriptors: paths.descriptor_set(),
            single: group.notifications.len() == 1,
            notifications: (0..)
                .zip(&group.notifications)
                .map(|(index, notification)| {
                    NotificationView::new(index, notification, group, paths)
                })
                .collect(),
        }
    }
}

impl NotificationView {
    fn new(
        index: usize,
        notification: &Notification,
        group: &NotificationGroup,
        paths: &Paths,
    ) -> Self {
        Self {
            docs: element_docs(
                &notification.comments,
                &format!("Schema: `{}`.", notification.path),
            ),
            attributes: attributes(
                notification.deprecated,
                &names::own_method(&notification.name),
            ),
            index,
            info: names::constant(&group.name),
            method: names::own_method(&notification.name),
            payload: notification
                .payload
                .map(|payload| paths.message(Some(payload))),
            keyed: notification.keyed,
            path: notification.path.clone(),
            payload_name: optional_name(paths, notification.payload),
            delivery: match notification.delivery {
                Delivery::Every => "Every",
                Delivery::Latest => "Latest",
            },
            debounce: optional_duration(notification.debounce),
            fingerprint: hexadecimal(notification.fingerprint),
        }
    }
}

pub fn element_docs(comments: &Comments, source: &str) -> String {
    doc_comment(
        [comments.leading.as_deref(), comments.trailing.as_deref()],
        Some(source),
    )
}

/// Doc comment lines of text that is ours.
pub fn doc(text: &str) -> String {
    doc_comment([None, None], Some(text))
}

/// What stands before a method: clippy has its own idea of what `from_…` does, and a schema another.
fn attributes(deprecated: bool, method: &str) -> String {
    let mut attributes = String::new();
    if deprecated {
        attributes.push_str("#[deprecated]\n");
    }
    if method == "new" || method.starts_with("from_") || method.starts_with("into_") {
        attributes.push_str(
            "#[allow(clippy::wrong_self_convention, reason = \"the schema names it\")]\n",
        );
    }
    attributes
}

fn uses_deprecated<const N: usize>(paths: &Paths, messages: [Option<MessageId>; N]) -> bool {
    messages
        .into_iter()
        .flatten()
        .any(|message| paths.schema[message].deprecated)
}

fn optional_name(paths: &Paths, message: Option<MessageId>) -> String {
    optional(message.map(|message| format!("{:?}", paths.schema[message].full_name)))
}

fn optional_duration(duration: Option<Duration>) -> String {
    optional(duration.map(
        |duration| match (duration.as_secs(), duration.subsec_nanos()) {
            (seconds, 0) => format!("::core::time::Duration::from_secs({seconds})"),
            (0, nanos) if nanos % 1_000_000 == 0 => {
                format!("::core::time::Duration::from_millis({})", nanos / 1_000_000)
            }
            (seconds, nanos) => format!("::core::time::Duration::new({seconds}, {nanos})"),
        },
    ))
}

fn optional(value: Option<String>) -> String {
    match value {
        Some(value) => format!("Some({value})"),
        None => "None".to_owned(),
    }
}

/// `0x0123_4567_89ab_cdef`
fn hexadecimal(number: u64) -> String {
    let part = |shift: u32| (number >> shift) & 0xffff;
    format!(
        "0x{:04x}_{:04x}_{:04x}_{:04x}",
        part(48),
        part(32),
        part(16),
        part(0)
    )
}
