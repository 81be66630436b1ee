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
    docs: String,
    client_docs: String,
    attributes: String,
    index: usize,
    method: String,
    client_method: String,
    /// What the handler takes behind its context: `, input: Input`, or the input's parameters, or nothing.
    taken: String,
    /// What the client takes: `, input: &Input`, or nothing.
    borrowed: String,
    /// What the glue hands over: `input` or `()`.
    received: &'static str,
    /// What it gives to the handler: `, input` or nothing.
    passed: &'static str,
    /// What the client sends: `input` or `&()`.
    sent: &'static str,
    /// The function of the runtime that answers the event.
    glue: String,
    /// What makes an error of violations, for a function that may refuse the input.
    refuse: &'static str,
    /// What a handler gives.
    answer: String,
    /// What a client gets.
    reply: String,
    /// The client's function of the runtime.
    form: &'static str,
    kind: &'static str,
    path: String,
    input_name: String,
    output_name: String,
    timeout: String,
    fingerprint: String,
}

impl EventGroupView {
    pub fn new(group: &EventGroup, paths: &Paths, checked: &Checked) -> Self {
        let name = &group.full_name;
        let prelude = paths.prelude();
        let error = paths.message(Some(group.error));
        let source = format!("Schema: `{name}`.");
        let deprecated =
            group.events.iter().any(|event| {
                event.deprecated || uses_deprecated(paths, [event.input, event.output])
            }) || uses_deprecated(paths, [Some(group.error)]);
        let events: Vec<_> = (0..)
            .zip(&group.events)
            .map(|(index, event)| EventView::new(index, event, &error, &prelude, paths, checked))
            .collect();
        let refuses = events.iter().any(|event| !event.refuse.is_empty());
        Self {
            refuse: match refuses {
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
            prelude,
            full_name: name.clone(),
            error,
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
        error: &str,
        prelude: &Prelude,
        paths: &Paths,
        checked: &Checked,
    ) -> Self {
        let has_params = event
            .input
            .is_some_and(|input| paths.schema.params.contains_key(&input));
        let has_rules = event.input.is_some_and(|input| checked.contains(input));
        let (form, kind) = match event.stream {
            true => ("stream", "Stream"),
            false => ("unary", "Unary"),
        };
        let output = paths.message(event.output);
        let (answer, reply) = match event.stream {
            true => (
                prelude.stream(&output, error),
                format!("::bellwire::Items<{output}, {error}>"),
            ),
            false => (output.clone(), output),
        };
        let docs = element_docs(&event.comments, &format!("Schema: `{}`.", event.path));
        let errors =
            "# Errors\n\nThe handler's domain error, or the fault that kept it from answering.";
        let method = names::handler_method(&event.name);
        let with_input = |some, none| if event.input.is_some() { some } else { none };
        let parameter = |of: Option<String>| of.map(|of| format!(", input: {of}"));
        let taken = event.input.map(|input| paths.params_or_message(input));
        let input = event.input.map(|input| paths.message(Some(input)));
        Self {
            client_docs: format!("{docs}\n///\n{}", doc(errors)),
            docs,
            attributes: attributes(event.deprecated, &method),
            index,
            method,
            client_method: names::own_method(&event.name),
            taken: parameter(taken).unwrap_or_default(),
            borrowed: parameter(input.map(|input| format!("&{input}"))).unwrap_or_default(),
            received: with_input("input", "()"),
            passed: with_input(", input", ""),
            sent: with_input("input", "&()"),
            glue: match (has_params, has_rules) {
                (true, _) => format!("parsed_{form}"),
                (false, true) => format!("checked_{form}"),
                (false, false) => form.to_owned(),
            },
            refuse: match has_params || has_rules {
                true => "refuse, ",
                false => "",
            },
            answer: format!("{}<{answer}, {error}>", prelude.result),
            reply: format!("{}<{reply}, ::bellwire::Failure<{error}>>", prelude.result),
            form,
            kind,
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
    method: String,
    /// What the notifier takes: `, key: &str, payload: &Payload`, either, or nothing.
    taken: String,
    /// The key that it sends: `Some(key)` or `None`.
    key: &'static str,
    /// The payload that it sends: `payload` or `&()`.
    sent: &'static str,
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
                .map(|(index, notification)| NotificationView::new(index, notification, paths))
                .collect(),
        }
    }
}

impl NotificationView {
    fn new(index: usize, notification: &Notification, paths: &Paths) -> Self {
        let method = names::own_method(&notification.name);
        let mut taken = String::new();
        if notification.keyed {
            taken.push_str(", key: &str");
        }
        if let Some(payload) = notification.payload {
            taken.extend([", payload: &", &paths.message(Some(payload))]);
        }
        Self {
            docs: element_docs(
                &notification.comments,
                &format!("Schema: `{}`.", notification.path),
            ),
            attributes: attributes(notification.deprecated, &method),
            index,
            method,
            taken,
            key: match notification.keyed {
                true => "Some(key)",
                false => "None",
            },
            sent: match notification.payload {
                Some(_) => "payload",
                None => "&()",
            },
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
            // clippy asks for `from_mins`, which is younger than the Rust that is needed.
            (seconds, 0) if seconds % 60 == 0 => {
                format!("::core::time::Duration::new({seconds}, 0)")
            }
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
