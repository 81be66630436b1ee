//! Rules of durations and timestamps.

use prost_reflect::{DynamicMessage, Value as Dynamic};

use super::fields::{check, unknown};
use super::numbers::{Bounds, among, equal};
use super::site::Site;
use super::words::{What, shown};
use super::{Resolver, flag, list};
use crate::schema::rules::{Check, Test, Value};

pub fn duration(
    resolver: &mut Resolver,
    rules: &DynamicMessage,
    site: &Site,
    checks: &mut Vec<Check>,
) {
    let set = "duration";
    let mut bounds = Bounds::new(set, What::Value);
    for (field, value) in rules.fields() {
        let site = site.field(&field);
        let name = field.name();
        match name {
            "const" => checks.push(equal(set, &nanos(value), What::Value, &site)),
            "in" | "not_in" => {
                let values: Vec<_> = list(value).iter().map(nanos).collect();
                checks.push(among(set, name, values, What::Value, &site));
            }
            "lt" | "lte" | "gt" | "gte" => bounds.take(name, nanos(value), &site),
            "example" => {}
            _ => unknown(resolver, set, name, &site),
        }
    }
    checks.extend(bounds.check());
}

pub fn timestamp(
    resolver: &mut Resolver,
    rules: &DynamicMessage,
    site: &Site,
    checks: &mut Vec<Check>,
) {
    let set = "timestamp";
    let mut bounds = Bounds::new(set, What::Timestamp);
    for (field, value) in rules.fields() {
        let site = site.field(&field);
        let name = field.name();
        let simple = |message: &str, test| check(format!("{set}.{name}"), message, test, &site);
        match name {
            "const" => checks.push(equal(set, &nanos(value), What::Timestamp, &site)),
            "lt" | "lte" | "gt" | "gte" => bounds.take(name, nanos(value), &site),
            "lt_now" if flag(value) => checks.push(simple("must be less than now", Test::Past)),
            "gt_now" if flag(value) => {
                checks.push(simple("must be greater than now", Test::Future))
            }
            "within" => {
                let within = nanos(value);
                let message = format!("must be within {} of now", shown(&within, What::Value));
                if let Value::Nanos(within) = within {
                    checks.push(simple(&message, Test::Within(within)));
                }
            }
            "lt_now" | "gt_now" | "example" => {}
            _ => unknown(resolver, set, name, &site),
        }
    }
    checks.extend(bounds.check());
}

/// A `google.protobuf.Duration` or `Timestamp`.
pub fn nanos(value: &Dynamic) -> Value {
    let number = |name: &str| {
        let value = value.as_message()?.get_field_by_name(name)?;
        match value.as_ref() {
            Dynamic::I64(value) => Some(i128::from(*value)),
            Dynamic::I32(value) => Some(i128::from(*value)),
            _ => None,
        }
    };
    let seconds = number("seconds").unwrap_or_default();
    Value::Nanos(seconds * 1_000_000_000 + number("nanos").unwrap_or_default())
}
