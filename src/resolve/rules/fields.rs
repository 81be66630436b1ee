//! `FieldRules`: of a field, and of the elements of lists and maps.

use prost_reflect::{DynamicMessage, Value};

use super::site::Site;
use super::{Resolver, elements, flag, list, message, numbers, predefined, strings, times};
use crate::diagnostic::code;
use crate::schema::rules::{Check, FieldRules, Ignore};
use crate::schema::{Cardinality, EnumId, Field, MessageId, Schema, Type, cel};

/// What has the rules.
pub struct Subject {
    /// As messages to a person name it: `the field "email"`.
    pub name: String,
    pub kind: Kind,
    /// As expressions see it.
    pub ty: cel::Type,
}

/// What a value is, to rules.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A scalar, or a wrapper of one: the name of the rules that fit.
    Scalar(&'static str),
    Enum(EnumId),
    Any,
    Duration,
    FieldMask,
    Timestamp,
    /// Any other message.
    Message,
    List(Box<Kind>, cel::Type),
    Map(Box<(Kind, cel::Type)>, Box<(Kind, cel::Type)>),
}

impl Subject {
    pub fn new(schema: &Schema, field: &Field) -> Self {
        let name = format!("the field `{}`", field.name);
        let (kind, ty) = element(schema, field.ty);
        let (kind, ty) = match (field.cardinality, field.ty) {
            (Cardinality::Repeated, _) => (
                Kind::List(Box::new(kind), ty.clone()),
                cel::Type::List(Box::new(ty)),
            ),
            (Cardinality::Map, Type::Message(entry)) => {
                let [key, value] = [0, 1].map(|index| &schema[entry].fields[index]);
                let (key, value) = (element(schema, key.ty), element(schema, value.ty));
                let ty = cel::Type::Map(Box::new(key.1.clone()), Box::new(value.1.clone()));
                (Kind::Map(Box::new(key), Box::new(value)), ty)
            }
            _ => (kind, ty),
        };
        Self { name, kind, ty }
    }

    fn part(&self, what: &str, kind: &Kind, ty: &cel::Type) -> Self {
        Self {
            name: format!("{what} of {}", self.name),
            kind: kind.clone(),
            ty: ty.clone(),
        }
    }
}

/// One value of a type, to rules and to expressions.
fn element(schema: &Schema, ty: Type) -> (Kind, cel::Type) {
    match ty {
        Type::Float => (Kind::Scalar("float"), cel::Type::Double),
        Type::Double => (Kind::Scalar("double"), cel::Type::Double),
        Type::Int32 => (Kind::Scalar("int32"), cel::Type::Int),
        Type::Int64 => (Kind::Scalar("int64"), cel::Type::Int),
        Type::Uint32 => (Kind::Scalar("uint32"), cel::Type::Uint),
        Type::Uint64 => (Kind::Scalar("uint64"), cel::Type::Uint),
        Type::Sint32 => (Kind::Scalar("sint32"), cel::Type::Int),
        Type::Sint64 => (Kind::Scalar("sint64"), cel::Type::Int),
        Type::Fixed32 => (Kind::Scalar("fixed32"), cel::Type::Uint),
        Type::Fixed64 => (Kind::Scalar("fixed64"), cel::Type::Uint),
        Type::Sfixed32 => (Kind::Scalar("sfixed32"), cel::Type::Int),
        Type::Sfixed64 => (Kind::Scalar("sfixed64"), cel::Type::Int),
        Type::Bool => (Kind::Scalar("bool"), cel::Type::Bool),
        Type::String => (Kind::Scalar("string"), cel::Type::String),
        Type::Bytes => (Kind::Scalar("bytes"), cel::Type::Bytes),
        Type::Enum(id) => (Kind::Enum(id), cel::Type::Int),
        Type::Message(id) | Type::Group(id) => message_kind(schema, id),
    }
}

/// Whether a field is a message around one scalar.
pub fn is_wrapper(schema: &Schema, field: &Field) -> bool {
    match field.ty {
        Type::Message(id) => matches!(message_kind(schema, id).0, Kind::Scalar(_)),
        _ => false,
    }
}

fn message_kind(schema: &Schema, id: MessageId) -> (Kind, cel::Type) {
    let scalar = |rules, ty| (Kind::Scalar(rules), ty);
    match schema[id].full_name.as_str() {
        "google.protobuf.FloatValue" => scalar("float", cel::Type::Double),
        "google.protobuf.DoubleValue" => scalar("double", cel::Type::Double),
        "google.protobuf.Int32Value" => scalar("int32", cel::Type::Int),
        "google.protobuf.Int64Value" => scalar("int64", cel::Type::Int),
        "google.protobuf.UInt32Value" => scalar("uint32", cel::Type::Uint),
        "google.protobuf.UInt64Value" => scalar("uint64", cel::Type::Uint),
        "google.protobuf.BoolValue" => scalar("bool", cel::Type::Bool),
        "google.protobuf.StringValue" => scalar("string", cel::Type::String),
        "google.protobuf.BytesValue" => scalar("bytes", cel::Type::Bytes),
        "google.protobuf.Any" => (Kind::Any, cel::Type::Message(id)),
        "google.protobuf.Duration" => (Kind::Duration, cel::Type::Duration),
        "google.protobuf.FieldMask" => (Kind::FieldMask, cel::Type::Message(id)),
        "google.protobuf.Timestamp" => (Kind::Timestamp, cel::Type::Timestamp),
        _ => (Kind::Message, cel::Type::Message(id)),
    }
}

/// The name of the rules that a value takes; None for a message that takes none.
fn fitting(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Scalar(rules) => rules,
        Kind::Enum(_) => "enum",
        Kind::Any => "any",
        Kind::Duration => "duration",
        Kind::FieldMask => "field_mask",
        Kind::Timestamp => "timestamp",
        Kind::List(..) => "repeated",
        Kind::Map(..) => "map",
        Kind::Message => return None,
    })
}

pub fn read(
    resolver: &mut Resolver,
    of: &Subject,
    options: &DynamicMessage,
    site: &Site,
) -> FieldRules {
    let mut rules = FieldRules {
        span: Some(site.whole()),
        ..FieldRules::default()
    };
    let mut expressions = Vec::new();
    for (field, value) in options.fields() {
        let site = site.field(&field);
        match field.name() {
            "required" => rules.required = flag(value),
            "ignore" => match value.as_enum_number() {
                Some(0) => rules.ignore = Ignore::IfUnset,
                Some(1) => rules.ignore = Ignore::IfZero,
                Some(3) => rules.ignore = Ignore::Always,
                _ => resolver.unsupported("this value of `ignore`", site.value()),
            },
            "cel" | "cel_expression" => {
                for (index, rule) in list(value).iter().enumerate() {
                    expressions.extend(message::expression(
                        resolver,
                        rule,
                        &of.ty,
                        &site.item(index),
                    ));
                }
            }
            name => {
                let Value::Message(typed) = value else {
                    resolver.unsupported(&format!("the rule `{name}`"), site.name());
                    continue;
                };
                typed_rules(resolver, of, name, typed, &site, &mut rules);
            }
        }
    }
    // protovalidate's own order: expressions come first.
    expressions.append(&mut rules.checks);
    rules.checks = expressions;
    rules
}

/// The rules of one type: `string`, `repeated`.
fn typed_rules(
    resolver: &mut Resolver,
    of: &Subject,
    name: &str,
    typed: &DynamicMessage,
    site: &Site,
    rules: &mut FieldRules,
) {
    if fitting(&of.kind) != Some(name) {
        wrong_type(resolver, of, name, site);
        return;
    }
    let mut checks = Vec::new();
    match &of.kind {
        Kind::Scalar("string") => strings::string(resolver, typed, site, &mut checks),
        Kind::Scalar("bytes") => strings::bytes(resolver, typed, site, &mut checks),
        Kind::Scalar("bool") => elements::bool(resolver, typed, site, &mut checks),
        Kind::Scalar(_) => numbers::read(resolver, name, typed, site, &mut checks),
        Kind::Enum(id) => elements::enumeration(resolver, *id, typed, site, &mut checks),
        Kind::Any => elements::any(resolver, typed, site, &mut checks),
        Kind::FieldMask => elements::field_mask(resolver, typed, site, &mut checks),
        Kind::Duration => times::duration(resolver, typed, site, &mut checks),
        Kind::Timestamp => times::timestamp(resolver, typed, site, &mut checks),
        Kind::List(kind, ty) => {
            let items = of.part("an item", kind, ty);
            let unique = !matches!(kind.as_ref(), Kind::Scalar(_) | Kind::Enum(_));
            rules.values = elements::list(resolver, typed, &items, unique, site, &mut checks);
        }
        Kind::Map(key, value) => {
            let keys = of.part("a key", &key.0, &key.1);
            let values = of.part("a value", &value.0, &value.1);
            (rules.keys, rules.values) =
                elements::map(resolver, typed, [&keys, &values], site, &mut checks);
        }
        Kind::Message => {}
    }
    predefined::read(resolver, typed, &of.ty, site, &mut checks);
    rules.checks.append(&mut checks);
}

fn wrong_type(resolver: &mut Resolver, of: &Subject, name: &str, site: &Site) {
    let help = match (&of.kind, fitting(&of.kind)) {
        (Kind::List(item, _), _) if fitting(item) == Some(name) => {
            format!("the rules of its items stand under `repeated.items.{name}`")
        }
        (Kind::Map(_, value), _) if fitting(&value.0) == Some(name) => {
            format!("the rules of its values stand under `map.values.{name}`")
        }
        (Kind::Map(key, _), _) if fitting(&key.0) == Some(name) => {
            format!("the rules of its keys stand under `map.keys.{name}`")
        }
        (_, Some(fitting)) => format!("the rules that fit it are `{fitting}`"),
        (_, None) => {
            "a message takes `required` and `ignore` alone; its fields have rules of their own"
                .to_owned()
        }
    };
    let text = format!("the rules `{name}` do not fit {}", of.name);
    let label = format!("rules of `{name}`");
    let diagnostic = resolver
        .error(code::RULE_WRONG_TYPE, text, site.name(), &label)
        .help(help);
    resolver.report.push(diagnostic);
}

/// A rule of a set that is not known.
pub fn unknown(resolver: &mut Resolver, set: &str, name: &str, site: &Site) {
    resolver.unsupported(&format!("the rule `{set}.{name}`"), site.name());
}

/// One check, as most rules give.
pub fn check(
    id: impl Into<String>,
    message: impl Into<String>,
    test: crate::schema::rules::Test,
    site: &Site,
) -> Check {
    Check {
        id: id.into(),
        message: message.into(),
        test,
        span: site.value(),
    }
}
