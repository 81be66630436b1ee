//! Enums that are event groups.

use prost_reflect::{EnumDescriptor, EnumValueDescriptor, FileDescriptor};

use super::{Context, types};
use crate::diagnostic::{Diagnostic, code};
use crate::load::locations::{part, tag};
use crate::names::schema as names;
use crate::resolve::elements::{all_enums, values};
use crate::resolve::fingerprint::{self, Shape};
use crate::resolve::options::{EventGroupOptions, EventOptions};
use crate::schema::{EnumId, EnumValue, Event, EventGroup, GroupForm, MessageId, Schema, Span};

pub fn build(context: &mut Context, file: &FileDescriptor) -> Vec<EventGroup> {
    let mut groups = Vec::new();
    for descriptor in all_enums(file) {
        let Some(id) = context.ids.enum_(descriptor.full_name()) else {
            continue;
        };
        let enum_ = &context.schema[id];
        let path = part(descriptor.path(), &[tag::ENUM_OPTIONS]);
        if let Some((option, site)) =
            context.option(&descriptor.options(), "events", &path, enum_.span)
        {
            let name = EventGroupOptions::new(&option).error;
            let error = types::error(
                context,
                &name,
                &enum_.full_name,
                || site.name(),
                || site.field("error", 1),
            );
            groups.extend(group(context, id, &descriptor, error));
        }
    }
    groups
}

/// None without an error type, when its events are looked at all the same.
fn group(
    context: &mut Context,
    id: EnumId,
    descriptor: &EnumDescriptor,
    error: Option<MessageId>,
) -> Option<EventGroup> {
    let enum_ = &context.schema[id];
    let events: Vec<_> = enum_
        .values
        .iter()
        .zip(values(descriptor))
        .filter_map(|(value, descriptor)| event(context, id, value, &descriptor, error))
        .collect();
    Some(EventGroup {
        name: enum_.name.clone(),
        full_name: enum_.full_name.clone(),
        file: context.file,
        form: GroupForm::Enum(id),
        comments: enum_.comments.clone(),
        deprecated: enum_.deprecated,
        // Only to let the checks see the group: without an error type nothing is generated.
        error: error
            .or_else(|| events.iter().find_map(|event| event.input.or(event.output)))
            .or(any_message(context.schema))?,
        events,
        span: enum_.span,
    })
}

fn any_message(schema: &Schema) -> Option<MessageId> {
    (!schema.messages.is_empty()).then_some(MessageId(0))
}

/// None for a value that is no event.
fn event(
    context: &mut Context,
    group: EnumId,
    value: &EnumValue,
    descriptor: &EnumValueDescriptor,
    error: Option<MessageId>,
) -> Option<Event> {
    let enum_ = &context.schema[group];
    let path = part(descriptor.path(), &[tag::VALUE_OPTIONS]);
    let found = context.option(&descriptor.options(), "event", &path, value.span);
    let placeholder = value.number == 0 && names::is_placeholder(&enum_.name, &value.name);
    let Some((option, site)) = found else {
        if placeholder {
            return None;
        }
        let mut event = plain(context, group, value);
        event.fingerprint = event_fingerprint(context.schema, &event, error);
        return Some(event);
    };
    let options = EventOptions::new(&option);
    let said = [
        ("input", 1, !options.input.is_empty()),
        ("output", 2, !options.output.is_empty()),
        ("stream", 3, options.stream),
        ("timeout", 4, !options.timeout.is_empty()),
    ];
    if options.ignore {
        if let Some((field, number, _)) = said.iter().find(|(_, _, said)| *said) {
            ignored(
                context,
                &value.name,
                field,
                site.field(field, *number),
                site.field("ignore", 5),
                "event",
            );
        }
        return None;
    }
    let mut event = plain(context, group, value);
    event.input = types::message(context, &options.input, &enum_.full_name, || {
        site.field("input", 1)
    });
    event.output = types::message(context, &options.output, &enum_.full_name, || {
        site.field("output", 2)
    });
    event.timeout = context.duration(&options.timeout, "timeout", || site.field("timeout", 4));
    event.stream = options.stream;
    if options.stream && options.output.is_empty() {
        let diagnostic = Diagnostic::error(
            code::EVENT_STREAM_WITHOUT_OUTPUT,
            format!("the event `{}` is a stream of nothing", value.name),
        )
        .at(context
            .loaded
            .label(site.field("stream", 3), "a stream, and no `output`"))
        .help("name the message that the stream sends: `output: \"MyItem\"`");
        context.push(diagnostic);
    }
    event.fingerprint = event_fingerprint(context.schema, &event, error);
    Some(event)
}

/// The event of a value without an option, before it has a fingerprint.
fn plain(context: &Context, group: EnumId, value: &EnumValue) -> Event {
    let enum_ = &context.schema[group];
    let name = names::event(&enum_.name, &value.name);
    Event {
        path: names::path(&enum_.full_name, &name),
        name,
        source_name: value.name.clone(),
        number: value.number,
        comments: value.comments.clone(),
        deprecated: value.deprecated,
        input: None,
        output: None,
        stream: false,
        timeout: None,
        fingerprint: 0,
        span: value.span,
    }
}

/// An ignored value that says what only a real one can mean.
pub fn ignored(
    context: &mut Context,
    name: &str,
    field: &str,
    span: Span,
    ignore: Span,
    kind: &str,
) {
    let diagnostic = Diagnostic::error(
        code::EVENT_IGNORED_OPTIONS,
        format!("`{name}` is ignored and has a `{field}`"),
    )
    .at(context.loaded.label(span, "never used"))
    .at(context.loaded.label(ignore, "because of this"))
    .help(format!(
        "remove one of the two: an ignored value is no {kind}"
    ));
    context.push(diagnostic);
}

pub fn event_fingerprint(schema: &Schema, event: &Event, error: Option<MessageId>) -> u64 {
    let full_name = |id: Option<MessageId>| id.map(|id| schema[id].full_name.as_str());
    fingerprint::of(&Shape {
        path: &event.path,
        kind: if event.stream { "stream" } else { "unary" },
        input: full_name(event.input),
        output: full_name(event.output),
        error: full_name(error),
        keyed: false,
    })
}
