//! Rules of numbers, and bounds of all that has an order.

use prost_reflect::{DynamicMessage, Value as Dynamic};

use super::fields::{check, unknown};
use super::site::Site;
use super::words::{What, listed, shown};
use super::{Resolver, flag, list};
use crate::schema::rules::{Bound, Check, Range, Test, Value};

/// The rules of the type of that name.
pub fn read(
    resolver: &mut Resolver,
    set: &str,
    rules: &DynamicMessage,
    site: &Site,
    checks: &mut Vec<Check>,
) {
    let mut bounds = Bounds::new(set, What::Value);
    for (field, value) in rules.fields() {
        let site = site.field(&field);
        let name = field.name();
        match name {
            "const" => checks.push(equal(set, &number(value), What::Value, &site)),
            "in" | "not_in" => {
                let values: Vec<_> = list(value).iter().map(number).collect();
                checks.push(among(set, name, values, What::Value, &site));
            }
            "lt" | "lte" | "gt" | "gte" => bounds.take(name, number(value), &site),
            "finite" if flag(value) => {
                checks.push(check(
                    format!("{set}.finite"),
                    "must be finite",
                    Test::Finite,
                    &site,
                ));
            }
            "finite" | "example" => {}
            _ => unknown(resolver, set, name, &site),
        }
    }
    checks.extend(bounds.check());
}

pub fn number(value: &Dynamic) -> Value {
    match value {
        Dynamic::Bool(value) => Value::Bool(*value),
        Dynamic::I32(value) | Dynamic::EnumNumber(value) => Value::Int(i64::from(*value)),
        Dynamic::I64(value) => Value::Int(*value),
        Dynamic::U32(value) => Value::Uint(u64::from(*value)),
        Dynamic::U64(value) => Value::Uint(*value),
        Dynamic::F32(value) => Value::Float(*value),
        Dynamic::F64(value) => Value::Double(*value),
        Dynamic::String(value) => Value::Text(value.clone()),
        Dynamic::Bytes(value) => Value::Bytes(value.to_vec()),
        _ => Value::Int(0),
    }
}

/// `const`
pub fn equal(set: &str, value: &Value, of: What, site: &Site) -> Check {
    let message = format!("must equal {}", shown(value, of));
    check(
        format!("{set}.const"),
        message,
        Test::Equal(value.clone()),
        site,
    )
}

/// `in` and `not_in`
pub fn among(set: &str, name: &str, values: Vec<Value>, of: What, site: &Site) -> Check {
    let list = listed(&values, of);
    let (message, test) = match name {
        "in" => (format!("must be in list {list}"), Test::In(values)),
        _ => (format!("must not be in list {list}"), Test::NotIn(values)),
    };
    check(format!("{set}.{name}"), message, test, site)
}

/// `lt`, `lte`, `gt` and `gte`, which make one check.
pub struct Bounds<'s, 'a> {
    set: &'s str,
    of: What,
    lower: Option<Bound>,
    upper: Option<Bound>,
    site: Option<Site<'a>>,
}

impl<'s, 'a> Bounds<'s, 'a> {
    pub fn new(set: &'s str, of: What) -> Self {
        Self {
            set,
            of,
            lower: None,
            upper: None,
            site: None,
        }
    }

    pub fn take(&mut self, name: &str, value: Value, site: &Site<'a>) {
        let inclusive = name.ends_with('e');
        let bound = Some(Bound { value, inclusive });
        match name.starts_with('l') {
            true => self.upper = bound,
            false => self.lower = bound,
        }
        self.site.get_or_insert_with(|| site.clone());
    }

    pub fn check(self) -> Option<Check> {
        let site = self.site?;
        let shown = |bound: &Bound| shown(&bound.value, self.of);
        let above = self.lower.as_ref().map(|bound| match bound.inclusive {
            true => ("gte", format!("greater than or equal to {}", shown(bound))),
            false => ("gt", format!("greater than {}", shown(bound))),
        });
        let below = self.upper.as_ref().map(|bound| match bound.inclusive {
            true => ("lte", format!("less than or equal to {}", shown(bound))),
            false => ("lt", format!("less than {}", shown(bound))),
        });
        let range = Range {
            lower: self.lower,
            upper: self.upper,
        };
        let (id, message) = match (above, below) {
            (Some((above, more)), Some((below, less))) if range.is_outside() => (
                format!("{above}_{below}_exclusive"),
                format!("{more} or {less}"),
            ),
            (Some((above, more)), Some((below, less))) => {
                (format!("{above}_{below}"), format!("{more} and {less}"))
            }
            (Some((id, bound)), None) | (None, Some((id, bound))) => (id.to_owned(), bound),
            (None, None) => return None,
        };
        let id = format!("{}.{id}", self.set);
        Some(check(
            id,
            format!("must be {message}"),
            Test::Range(range),
            &site,
        ))
    }
}
