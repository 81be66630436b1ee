//! Event groups and notification groups, from the options of enums and services.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{EnumDescriptor, ServiceDescriptor};

use super::duration;
use super::elements::visible;
use super::fingerprint::{self, Shape};
use super::options::{self, EventGroupOptions, EventOptions, NotificationOptions};
use super::scope::{Lookup, Symbol, Symbols};
use crate::config::ServiceConfig;
use crate::diagnostic::{Diagnostic, Report, code};
use crate::load::Loaded;
use crate::names::{nearest, schema as names};
use crate::schema::{
    EnumId, Event, EventGroup, FileId, GroupForm, MessageId, Notification, NotificationGroup,
    Schema, Span,
};

/// Adds the groups of every file.
pub fn build(
    loaded: &Loaded,
    symbols: &Symbols,
    services: &BTreeMap<String, ServiceConfig>,
    schema: &mut Schema,
    report: &mut Report,
) {
    for index in 0..schema.files.len() {
        let file = FileId(index);
        let mut builder = Builder {
            loaded,
            symbols,
            services,
            schema,
            report,
            file,
            visible: visible(schema, file),
        };
        let (events, notifications) = builder.file();
        schema.event_groups.extend(events);
        schema.notification_groups.extend(notifications);
    }
}

struct Builder<'a> {
    loaded: &'a Loaded,
    symbols: &'a Symbols,
    services: &'a BTreeMap<String, ServiceConfig>,
    schema: &'a Schema,
    report: &'a mut Report,
    file: FileId,
    visible: BTreeSet<FileId>,
}

impl Builder<'_> {
    fn file(&mut self) -> (Vec<EventGroup>, Vec<NotificationGroup>) {
        let mut events = Vec::new();
        let mut notifications = Vec::new();
        for (index, enum_) in self.schema.enums.iter().enumerate() {
            if enum_.file != self.file {
                continue;
            }
            let Some(descriptor) = self.loaded.pool.get_enum_by_name(&enum_.full_name) else {
                continue;
            };
            let options = descriptor.options();
            if let Some(option) = options::find(&self.loaded.pool, &options, "events") {
                events.extend(self.event_group(
                    EnumId(index),
                    &descriptor,
                    &EventGroupOptions::new(&option),
                ));
            }
            if options::find(&self.loaded.pool, &options, "notifications").is_some() {
                notifications.push(self.notification_group(EnumId(index), &descriptor));
            }
        }
        for index in 0..self.schema[self.file].services.len() {
            events.extend(self.service_group(index));
        }
        events.sort_by_key(|group| group.span);
        notifications.sort_by_key(|group| group.span);
        (events, notifications)
    }

    fn event_group(
        &mut self,
        id: EnumId,
        descriptor: &EnumDescriptor,
        options: &EventGroupOptions,
    ) -> Option<EventGroup> {
        let enum_ = &self.schema[id];
        let error = self.message(&options.error, &enum_.full_name, enum_.span);
        let mut events = Vec::new();
        for (value, described) in enum_.values.iter().zip(descriptor.values()) {
            let option = options::find(&self.loaded.pool, &described.options(), "event");
            let options = option.as_ref().map(EventOptions::new);
            let placeholder = value.number == 0 && names::is_placeholder(&enum_.name, &value.name);
            if options
                .as_ref()
                .map_or(placeholder, |options| options.ignore)
            {
                continue;
            }
            let options = options.unwrap_or_default();
            let name = names::event(&enum_.name, &value.name);
            let mut event = Event {
                path: names::path(&enum_.full_name, &name),
                name,
                source_name: value.name.clone(),
                number: value.number,
                comments: value.comments.clone(),
                deprecated: value.deprecated,
                input: self.message(&options.input, &enum_.full_name, value.span),
                output: self.message(&options.output, &enum_.full_name, value.span),
                stream: options.stream,
                timeout: duration::parse(&options.timeout),
                fingerprint: 0,
                span: value.span,
            };
            event.fingerprint = self.event_fingerprint(&event, error);
            events.push(event);
        }
        Some(EventGroup {
            name: enum_.name.clone(),
            full_name: enum_.full_name.clone(),
            file: self.file,
            form: GroupForm::Enum(id),
            comments: enum_.comments.clone(),
            deprecated: enum_.deprecated,
            error: error?,
            events,
            span: enum_.span,
        })
    }

    fn service_group(&mut self, index: usize) -> Option<EventGroup> {
        let service = &self.schema[self.file].services[index];
        let descriptor: ServiceDescriptor =
            self.loaded.pool.get_service_by_name(&service.full_name)?;
        let option = options::find(&self.loaded.pool, &descriptor.options(), "service");
        let error = match (option, self.services.get(&service.full_name)) {
            (Some(option), _) => EventGroupOptions::new(&option).error,
            (None, Some(config)) => config.error.clone(),
            (None, None) => return None,
        };
        let error = self.message(&error, &service.full_name, service.span);
        let mut events = Vec::new();
        for (position, (method, described)) in
            service.methods.iter().zip(descriptor.methods()).enumerate()
        {
            let option = options::find(&self.loaded.pool, &described.options(), "method");
            let options = option.as_ref().map(EventOptions::new).unwrap_or_default();
            if options.ignore {
                continue;
            }
            let some = |id: MessageId| {
                (self.schema[id].full_name != "google.protobuf.Empty").then_some(id)
            };
            let mut event = Event {
                name: method.name.clone(),
                source_name: method.name.clone(),
                path: names::path(&service.full_name, &method.name),
                number: i32::try_from(position).unwrap_or(i32::MAX),
                comments: method.comments.clone(),
                deprecated: method.deprecated,
                input: some(method.input),
                output: some(method.output),
                stream: method.server_streaming,
                timeout: duration::parse(&options.timeout),
                fingerprint: 0,
                span: method.span,
            };
            event.fingerprint = self.event_fingerprint(&event, error);
            events.push(event);
        }
        Some(EventGroup {
            name: service.name.clone(),
            full_name: service.full_name.clone(),
            file: self.file,
            form: GroupForm::Service(index),
            comments: service.comments.clone(),
            deprecated: service.deprecated,
            error: error?,
            events,
            span: service.span,
        })
    }

    fn notification_group(&mut self, id: EnumId, descriptor: &EnumDescriptor) -> NotificationGroup {
        let enum_ = &self.schema[id];
        let mut notifications = Vec::new();
        for (value, described) in enum_.values.iter().zip(descriptor.values()) {
            let option = options::find(&self.loaded.pool, &described.options(), "notification");
            let options = option.as_ref().map(NotificationOptions::new);
            let placeholder = value.number == 0 && names::is_placeholder(&enum_.name, &value.name);
            if options
                .as_ref()
                .map_or(placeholder, |options| options.ignore)
            {
                continue;
            }
            let options = options.unwrap_or_default();
            let name = names::event(&enum_.name, &value.name);
            let path = names::path(&enum_.full_name, &name);
            let payload = self.message(&options.payload, &enum_.full_name, value.span);
            let fingerprint = fingerprint::of(&Shape {
                path: &path,
                kind: "notification",
                input: None,
                output: self.full_name(payload),
                error: None,
                keyed: options.keyed,
            });
            notifications.push(Notification {
                name,
                source_name: value.name.clone(),
                path,
                number: value.number,
                comments: value.comments.clone(),
                deprecated: value.deprecated,
                payload,
                keyed: options.keyed,
                delivery: options.delivery,
                debounce: duration::parse(&options.debounce),
                fingerprint,
                span: value.span,
            });
        }
        NotificationGroup {
            name: enum_.name.clone(),
            full_name: enum_.full_name.clone(),
            file: self.file,
            enum_id: id,
            comments: enum_.comments.clone(),
            deprecated: enum_.deprecated,
            notifications,
            span: enum_.span,
        }
    }

    fn event_fingerprint(&self, event: &Event, error: Option<MessageId>) -> u64 {
        fingerprint::of(&Shape {
            path: &event.path,
            kind: if event.stream { "stream" } else { "unary" },
            input: self.full_name(event.input),
            output: self.full_name(event.output),
            error: self.full_name(error),
            keyed: false,
        })
    }

    fn full_name(&self, id: Option<MessageId>) -> Option<&str> {
        id.map(|id| self.schema[id].full_name.as_str())
    }

    /// The message of that name, seen from `scope`; None for an empty name, and for one that is reported.
    fn message(&mut self, name: &str, scope: &str, span: Span) -> Option<MessageId> {
        if name.is_empty() {
            return None;
        }
        match self.symbols.lookup(name, scope, &self.visible) {
            Lookup::Found(_, Symbol::Message(id)) => Some(id),
            Lookup::Found(full_name, symbol) => {
                let message = format!(
                    "`{full_name}` is {}, and a message is needed here",
                    symbol.describe()
                );
                self.report.push(
                    Diagnostic::error(code::EVENT_NOT_A_MESSAGE, message)
                        .at(self.loaded.label(span, "")),
                );
                None
            }
            Lookup::NotImported(full_name, file) => {
                let message = format!("`{full_name}` is not imported");
                let help = format!("add `import \"{}\";`", self.schema[file].path);
                self.report.push(
                    Diagnostic::error(code::EVENT_UNKNOWN_TYPE, message)
                        .at(self.loaded.label(span, ""))
                        .help(help),
                );
                None
            }
            Lookup::Unknown => {
                let near = nearest(name, self.symbols.messages(&self.visible));
                let message = format!("there is no message `{name}`");
                let mut diagnostic = Diagnostic::error(code::EVENT_UNKNOWN_TYPE, message)
                    .at(self.loaded.label(span, ""));
                if !near.is_empty() {
                    diagnostic = diagnostic.help(format!("did you mean {}?", near.join(", ")));
                }
                self.report.push(diagnostic);
                None
            }
        }
    }
}
