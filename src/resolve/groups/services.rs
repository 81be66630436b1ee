//! Services that are event groups.

use prost_reflect::{FileDescriptor, MethodDescriptor, ServiceDescriptor};

use super::events::{event_fingerprint, ignored};
use super::{Context, types};
use crate::diagnostic::{Diagnostic, code};
use crate::load::locations::{part, tag};
use crate::names::schema as names;
use crate::resolve::options::{EventGroupOptions, EventOptions};
use crate::schema::{Event, EventGroup, GroupForm, MessageId, Method};

pub fn build(context: &mut Context, file: &FileDescriptor) -> Vec<EventGroup> {
    file.services()
        .enumerate()
        .filter_map(|(index, descriptor)| group(context, index, &descriptor))
        .collect()
}

/// None for a service that is not marked.
fn group(
    context: &mut Context,
    index: usize,
    descriptor: &ServiceDescriptor,
) -> Option<EventGroup> {
    let service = &context.schema[context.file].services[index];
    let path = part(descriptor.path(), &[tag::SERVICE_OPTIONS]);
    let option = context.option(&descriptor.options(), "service", &path, service.span);
    let configured = context.config.services.get(&service.full_name);
    let error = match (option, configured) {
        (Some((_, site)), Some(_)) => {
            let message = format!(
                "the service `{}` is marked here and under `services:` in the configuration",
                service.full_name
            );
            let diagnostic = Diagnostic::error(code::CONFIG_SERVICE_TWICE, message)
                .at(context.loaded.label(site.name(), "marked here too"))
                .help("keep the option and remove the entry of the configuration, or the other way round");
            context.push(diagnostic);
            None
        }
        (Some((option, site)), None) => {
            let name = EventGroupOptions::new(&option).error;
            types::error(
                context,
                &name,
                &service.full_name,
                || site.name(),
                || site.field("error", 1),
            )
        }
        (None, Some(config)) => configured_error(context, &service.full_name, &config.error),
        (None, None) => return None,
    };
    let methods = service.methods.iter().zip(descriptor.methods()).enumerate();
    let events: Vec<_> = methods
        .filter_map(|(position, (method, descriptor))| {
            event(context, index, position, method, &descriptor, error)
        })
        .collect();
    Some(EventGroup {
        name: service.name.clone(),
        full_name: service.full_name.clone(),
        file: context.file,
        form: GroupForm::Service(index),
        comments: service.comments.clone(),
        deprecated: service.deprecated,
        // Only to let the checks see the group: without an error type nothing is generated.
        error: error.or_else(|| service.methods.first().map(|method| method.output))?,
        events,
        span: service.span,
    })
}

/// The configuration's error type: a full name, which need not be imported by the service's file.
fn configured_error(context: &mut Context, service: &str, name: &str) -> Option<MessageId> {
    let found = context.ids.message(name.trim_start_matches('.'));
    if found.is_none() {
        let near = crate::names::nearest(
            name,
            context
                .schema
                .messages
                .iter()
                .map(|message| message.full_name.as_str()),
        );
        let help = match near.as_slice() {
            [] => "write the full name of a message in one of the schemas".to_owned(),
            near => format!("did you mean {}?", near.join(" or ")),
        };
        let message =
            format!("there is no message `{name}`, which is to be the error type of `{service}`");
        let path = ["services", service, "error"];
        let diagnostic = context
            .config
            .error_at_value(&path, code::CONFIG_SERVICE_ERROR, message);
        context.push(diagnostic.help(help));
    }
    found
}

/// None for a method that is left out.
fn event(
    context: &mut Context,
    service: usize,
    position: usize,
    method: &Method,
    descriptor: &MethodDescriptor,
    error: Option<MessageId>,
) -> Option<Event> {
    let full_name = &context.schema[context.file].services[service].full_name;
    let path = part(descriptor.path(), &[tag::METHOD_OPTIONS]);
    let mut timeout = None;
    if let Some((option, site)) =
        context.option(&descriptor.options(), "method", &path, method.span)
    {
        let options = EventOptions::new(&option);
        if options.ignore {
            if !options.timeout.is_empty() {
                ignored(
                    context,
                    &method.name,
                    "timeout",
                    site.field("timeout", 1),
                    site.field("ignore", 2),
                    "event",
                );
            }
            return None;
        }
        timeout = context.duration(&options.timeout, "timeout", || site.field("timeout", 1));
    }
    if method.client_streaming {
        let diagnostic = Diagnostic::error(code::EVENT_CLIENT_STREAM, format!("the event `{}` takes a stream", method.name))
            .at(context.loaded.label(method.span, "takes a stream"))
            .help("take a single message, or leave the method out with `option (bellwire.method) = { ignore: true };`");
        context.push(diagnostic);
    }
    let schema = context.schema;
    let some = |id: MessageId| (schema[id].full_name != "google.protobuf.Empty").then_some(id);
    if method.server_streaming && some(method.output).is_none() {
        let diagnostic = Diagnostic::error(
            code::EVENT_STREAM_WITHOUT_OUTPUT,
            format!("the event `{}` is a stream of nothing", method.name),
        )
        .at(context
            .loaded
            .label(method.span, "returns a stream of `google.protobuf.Empty`"))
        .help("return a stream of a message of your own");
        context.push(diagnostic);
    }
    let mut event = Event {
        name: method.name.clone(),
        source_name: method.name.clone(),
        path: names::path(full_name, &method.name),
        number: i32::try_from(position).unwrap_or(i32::MAX),
        comments: method.comments.clone(),
        deprecated: method.deprecated,
        input: some(method.input),
        output: some(method.output),
        stream: method.server_streaming,
        timeout,
        fingerprint: 0,
        span: method.span,
    };
    event.fingerprint = event_fingerprint(schema, &event, error);
    Some(event)
}
