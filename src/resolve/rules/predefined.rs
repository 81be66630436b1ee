//! Predefined rules: extensions of the standard rules' messages that carry expressions.

use prost_reflect::{DynamicMessage, ReflectMessage, Value as Dynamic};

use super::cel::Scope;
use super::site::Site;
use super::times::nanos;
use super::{Resolver, list, message, numbers, option};
use crate::schema::cel::{Expr, Kind, Type};
use crate::schema::rules::{Check, Value};

/// The extensions that are set in a message of rules.
pub fn read(
    resolver: &mut Resolver,
    rules: &DynamicMessage,
    this: &Type,
    site: &Site,
    checks: &mut Vec<Check>,
) {
    for (extension, value) in rules.extensions() {
        let site = site.extension(&extension);
        let predefined = resolver
            .loaded
            .pool
            .get_extension_by_name("buf.validate.predefined")
            .and_then(|predefined| option(&extension.options(), &predefined))
            .and_then(|options| options.get_field_by_name("cel").map(|cel| cel.into_owned()));
        let expressions = predefined.as_ref().map(list).unwrap_or_default();
        if expressions.is_empty() {
            let what = format!(
                "the rule `{}`, which has no expression,",
                extension.full_name()
            );
            resolver.unsupported(&what, site.name());
        }
        for rule in expressions {
            let mut scope = Scope::new(this.clone());
            scope.rule = constant(value);
            checks.extend(message::compiled(resolver, rule, scope, &site));
        }
    }
}

/// What `rule` stands for.
fn constant(value: &Dynamic) -> Option<Expr> {
    let scalar = |ty, value| {
        Some(Expr {
            ty,
            kind: Kind::Literal(value),
        })
    };
    match value {
        Dynamic::List(values) => {
            let values: Option<Vec<_>> = values.iter().map(constant).collect();
            let values = values?;
            Some(Expr {
                ty: Type::List(Box::new(values.first()?.ty.clone())),
                kind: Kind::List(values),
            })
        }
        Dynamic::Message(message) => match message.descriptor().full_name() {
            "google.protobuf.Duration" => scalar(Type::Duration, nanos(value)),
            "google.protobuf.Timestamp" => scalar(Type::Timestamp, nanos(value)),
            name if name.ends_with("Value") && name.starts_with("google.protobuf.") => {
                let value = message.get_field_by_name("value")?;
                constant(&value)
            }
            _ => None,
        },
        Dynamic::Map(_) => None,
        _ => match numbers::number(value) {
            Value::Float(value) => scalar(Type::Double, Value::Double(f64::from(value))),
            value => scalar(
                match &value {
                    Value::Bool(_) => Type::Bool,
                    Value::Int(_) => Type::Int,
                    Value::Uint(_) => Type::Uint,
                    Value::Text(_) => Type::String,
                    Value::Bytes(_) => Type::Bytes,
                    _ => Type::Double,
                },
                value,
            ),
        },
    }
}
