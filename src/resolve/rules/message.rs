//! Rules of whole messages and of oneofs, and expressions wherever they stand.

use std::collections::BTreeSet;

use prost_reflect::{DynamicMessage, Value as Dynamic};

use super::cel::{self, Scope};
use super::site::Site;
use super::{Resolver, flag, list, text};
use crate::diagnostic::code;
use crate::names::nearest;
use crate::schema::cel::Type;
use crate::schema::rules::{Check, MessageOneof, MessageRules, Test};
use crate::schema::{MessageId, Span};

/// `MessageRules`
pub fn read(
    resolver: &mut Resolver,
    id: MessageId,
    options: &DynamicMessage,
    site: &Site,
    rules: &mut MessageRules,
) {
    for (field, value) in options.fields() {
        let site = site.field(&field);
        for (index, rule) in list(value).iter().enumerate() {
            let site = site.item(index);
            match (field.name(), rule) {
                ("cel" | "cel_expression", rule) => {
                    let check = expression(resolver, rule, &Type::Message(id), &site);
                    rules.checks.extend(check);
                }
                ("oneof", Dynamic::Message(rule)) => {
                    rules.oneofs.extend(oneof(resolver, id, rule, &site));
                }
                (name, _) => {
                    resolver.unsupported(&format!("the rule `{name}` of a message"), site.name());
                }
            }
        }
    }
}

/// `MessageOneofRule`
fn oneof(
    resolver: &mut Resolver,
    id: MessageId,
    rule: &DynamicMessage,
    site: &Site,
) -> Option<MessageOneof> {
    let message = &resolver.schema[id];
    let names: Vec<String> = rule
        .get_field_by_name("fields")
        .map(|names| list(&names).iter().map(text).collect())
        .unwrap_or_default();
    let help = format!("name fields of `{}`, each once", message.name);
    if names.is_empty() {
        let text = "a `oneof` rule names no field";
        invalid(resolver, text, site.value(), "no fields", &help);
        return None;
    }
    let mut fields = Vec::new();
    let mut seen = BTreeSet::new();
    for name in &names {
        let Some(index) = message.fields.iter().position(|field| field.name == *name) else {
            let known = message.fields.iter().map(|field| field.name.as_str());
            let near = nearest(name, known);
            let help = match near.is_empty() {
                true => help.clone(),
                false => format!("did you mean {}?", near.join(" or ")),
            };
            let text = format!("the message `{}` has no field `{name}`", message.name);
            let place = site.string(name);
            invalid(resolver, &text, place, "names an unknown field", &help);
            return None;
        };
        if !seen.insert(index) {
            let text = format!("a `oneof` rule names the field `{name}` twice");
            invalid(resolver, &text, site.value(), "names it twice", &help);
            return None;
        }
        fields.push(index);
    }
    let required = rule
        .get_field_by_name("required")
        .is_some_and(|required| flag(&required));
    Some(MessageOneof { fields, required })
}

fn invalid(resolver: &mut Resolver, text: &str, at: Span, label: &str, help: &str) {
    let diagnostic = resolver
        .error(code::RULE_INVALID_ONEOF, text, at, label)
        .help(help);
    resolver.report.push(diagnostic);
}

/// `OneofRules`
pub fn oneof_required(resolver: &mut Resolver, options: &DynamicMessage, site: &Site) -> bool {
    let mut required = false;
    for (field, value) in options.fields() {
        match field.name() {
            "required" => required = flag(value),
            name => {
                let site = site.field(&field);
                resolver.unsupported(&format!("the rule `{name}` of a oneof"), site.name());
            }
        }
    }
    required
}

/// A `Rule`, or an expression that is one by itself.
pub fn expression(
    resolver: &mut Resolver,
    rule: &Dynamic,
    this: &Type,
    site: &Site,
) -> Option<Check> {
    let scope = Scope::new(this.clone());
    compiled(resolver, rule, scope, site)
}

/// A `Rule` whose expression is seen in a scope.
pub fn compiled(
    resolver: &mut Resolver,
    rule: &Dynamic,
    scope: Scope,
    site: &Site,
) -> Option<Check> {
    let part = |name: &str| match rule {
        Dynamic::Message(rule) => rule
            .get_field_by_name(name)
            .map(|value| text(&value))
            .unwrap_or_default(),
        _ => String::new(),
    };
    let source = match rule {
        Dynamic::String(source) => source.clone(),
        _ => part("expression"),
    };
    let id = match part("id") {
        id if id.is_empty() => source.clone(),
        id => id,
    };
    let message = match part("message") {
        message if message.is_empty() => None,
        message => Some(message),
    };
    match cel::compile(&source, resolver.schema, scope) {
        Ok(verdict) => Some(Check {
            id,
            message: message
                .clone()
                .unwrap_or_else(|| format!("\"{source}\" returned false")),
            test: Test::Expression(match message {
                Some(message) => cel::with_message(verdict, &message),
                None => verdict,
            }),
            span: site.value(),
        }),
        Err(why) => {
            let text = format!("the rule `{id}` cannot be enforced: {why}");
            let diagnostic = resolver
                .error(code::RULE_UNSUPPORTED, text, site.value(), "does not compile to Rust")
                .help(
                    "write it with the standard rules, or check it in the handler and take the rule away; \
                     `bellwire explain rule::unsupported` says which expressions compile",
                );
            resolver.report.push(diagnostic);
            None
        }
    }
}
