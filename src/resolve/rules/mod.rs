//! protovalidate's rules, from the options of messages, fields and oneofs.
//!
//! A rule becomes a check, or a finding that names it: nothing is left out in silence. Rules are read by the names of
//! their fields, so that one that a newer `validate.proto` adds is refused rather than ignored.

mod cel;
mod elements;
mod fields;
mod message;
mod numbers;
mod pattern;
mod predefined;
mod site;
mod strings;
mod times;
mod words;

use prost_reflect::{
    DynamicMessage, ExtensionDescriptor, MessageDescriptor, ReflectMessage, Value,
};

use super::elements::Ids;
use super::options;
use crate::diagnostic::{Code, Diagnostic, Report, code};
use crate::load::Loaded;
use crate::load::locations::{Locations, tag};
use crate::schema::rules::{MessageRules, Rules};
use crate::schema::{FileId, MessageId, Origin, Schema, Span};
use site::Site;

/// The rules of every message.
pub fn build(loaded: &Loaded, ids: &Ids, schema: &Schema, report: &mut Report) -> Rules {
    let mut rules = Rules::new();
    let extension = |name: &str| {
        loaded
            .pool
            .get_extension_by_name(&format!("buf.validate.{name}"))
    };
    let (Some(message), Some(field), Some(oneof)) =
        (extension("message"), extension("field"), extension("oneof"))
    else {
        return rules;
    };
    for (id, file) in schema.files() {
        let Some(descriptor) = loaded.pool.get_file_by_name(&file.path) else {
            continue;
        };
        let generated = matches!(file.origin, Origin::Owned | Origin::Imported);
        if !generated || !options::may_use(&descriptor, "buf/validate/validate.proto") {
            continue;
        }
        let locations = loaded.locations(id);
        let mut resolver = Resolver {
            loaded,
            ids,
            schema,
            report,
            file: id,
            locations: &locations,
            message: &message,
            field: &field,
            oneof: &oneof,
        };
        for extended in descriptor.extensions() {
            resolver.extension(&extended);
        }
        for declared in descriptor.messages() {
            resolver.messages(&declared, &mut rules);
        }
    }
    rules
}

/// What is known while the rules of one file are read.
struct Resolver<'a> {
    loaded: &'a Loaded,
    ids: &'a Ids,
    schema: &'a Schema,
    report: &'a mut Report,
    file: FileId,
    locations: &'a Locations<'a>,
    /// `buf.validate.message`
    message: &'a ExtensionDescriptor,
    /// `buf.validate.field`
    field: &'a ExtensionDescriptor,
    /// `buf.validate.oneof`
    oneof: &'a ExtensionDescriptor,
}

impl<'a> Resolver<'a> {
    fn messages(&mut self, descriptor: &MessageDescriptor, rules: &mut Rules) {
        for extended in descriptor.child_extensions() {
            self.extension(&extended);
        }
        if let Some(id) = self.ids.message(descriptor.full_name())
            && let Some(its) = self.message_rules(id, descriptor)
        {
            rules.insert(id, its);
        }
        for nested in descriptor.child_messages() {
            self.messages(&nested, rules);
        }
    }

    fn message_rules(
        &mut self,
        id: MessageId,
        descriptor: &MessageDescriptor,
    ) -> Option<MessageRules> {
        let mut rules = MessageRules::default();
        let message = &self.schema[id];
        if let Some(options) = option(&descriptor.options(), self.message) {
            let site = self.site(
                descriptor.path(),
                tag::MESSAGE_OPTIONS,
                self.message,
                message.span,
            );
            message::read(self, id, &options, &site, &mut rules);
        }
        for (index, oneof) in descriptor.oneofs().enumerate() {
            let (Some(options), Some(built)) = (
                option(&oneof.options(), self.oneof),
                message.oneofs.get(index),
            ) else {
                continue;
            };
            let site = self.site(oneof.path(), tag::ONEOF_OPTIONS, self.oneof, built.span);
            if message::oneof_required(self, &options, &site) {
                rules.required_oneofs.push(index);
            }
        }
        for field in descriptor.fields() {
            let number = i32::try_from(field.number()).unwrap_or_default();
            let Some(index) = message
                .fields
                .iter()
                .position(|built| built.number == number)
            else {
                continue;
            };
            let Some(options) = option(&field.options(), self.field) else {
                continue;
            };
            let built = &message.fields[index];
            let site = self.site(field.path(), tag::FIELD_OPTIONS, self.field, built.span);
            let of = fields::Subject::new(self.schema, built);
            let its = fields::read(self, &of, &options, &site);
            rules.fields.insert(index, its);
        }
        let any = !rules.checks.is_empty()
            || !rules.oneofs.is_empty()
            || !rules.required_oneofs.is_empty()
            || !rules.fields.is_empty();
        any.then_some(rules)
    }

    /// An extension is no part of the Rust message, so that a rule on one could not be enforced.
    fn extension(&mut self, extension: &ExtensionDescriptor) {
        if option(&extension.options(), self.field).is_none() {
            return;
        }
        let element = Span {
            file: self.file,
            start: 0,
            end: 0,
        };
        let site = self.site(extension.path(), tag::FIELD_OPTIONS, self.field, element);
        let text = format!(
            "the extension `{}` has rules, which cannot be enforced",
            extension.full_name()
        );
        let diagnostic = self
            .error(
                code::RULE_UNSUPPORTED,
                text,
                site.whole(),
                "rules of an extension",
            )
            .help("Rust code has no place for extensions; make it a field, or take its rules away");
        self.report.push(diagnostic);
    }

    fn site(
        &self,
        element: &[i32],
        options: i32,
        extension: &ExtensionDescriptor,
        name: Span,
    ) -> Site<'a> {
        Site::new(self.file, self.locations, element, options, extension, name)
    }

    fn error(&self, code: Code, text: impl Into<String>, at: Span, label: &str) -> Diagnostic {
        Diagnostic::error(code, text).at(self.loaded.label(at, label))
    }

    /// A rule that there is no code for.
    fn unsupported(&mut self, what: &str, at: Span) {
        let diagnostic = self
            .error(
                code::RULE_UNSUPPORTED,
                format!("{what} cannot be enforced"),
                at,
                "not enforced by Bellwire",
            )
            .help("check it in the handler, and take the rule away: a rule is enforced or it is an error");
        self.report.push(diagnostic);
    }
}

/// What one of protovalidate's options says about an element.
fn option(options: &DynamicMessage, extension: &ExtensionDescriptor) -> Option<DynamicMessage> {
    let extends = extension.containing_message();
    if extends.full_name() != options.descriptor().full_name() || !options.has_extension(extension)
    {
        return None;
    }
    match options.get_extension(extension).as_ref() {
        Value::Message(message) => Some(message.clone()),
        _ => None,
    }
}

fn flag(value: &Value) -> bool {
    value.as_bool().unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The values of a repeated rule.
fn list(value: &Value) -> &[Value] {
    value.as_list().unwrap_or_default()
}
