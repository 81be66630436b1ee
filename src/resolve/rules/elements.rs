//! Rules of everything that is neither a number nor text: bool, enums, lists, maps, `Any`, field masks.

use prost_reflect::{DynamicMessage, Value as Dynamic};

use super::fields::{self, Subject, check, unknown};
use super::numbers::{among, equal, number};
use super::site::Site;
use super::words::{What, listed};
use super::{Resolver, flag, list as values, text};
use crate::diagnostic::code;
use crate::schema::EnumId;
use crate::schema::rules::{Check, FieldRules, Size, Test, Unit, Value};

pub fn bool(resolver: &mut Resolver, rules: &DynamicMessage, site: &Site, checks: &mut Vec<Check>) {
    for (field, value) in rules.fields() {
        let site = site.field(&field);
        match field.name() {
            "const" => checks.push(equal("bool", &number(value), What::Value, &site)),
            "example" => {}
            name => unknown(resolver, "bool", name, &site),
        }
    }
}

pub fn enumeration(
    resolver: &mut Resolver,
    id: EnumId,
    rules: &DynamicMessage,
    site: &Site,
    checks: &mut Vec<Check>,
) {
    let set = "enum";
    for (field, value) in rules.fields() {
        let site = site.field(&field);
        let name = field.name();
        match name {
            "const" => checks.push(equal(set, &number(value), What::Value, &site)),
            "in" | "not_in" => {
                let values: Vec<_> = values(value).iter().map(number).collect();
                checks.push(among(set, name, values, What::Value, &site));
            }
            "defined_only" if flag(value) => {
                let message = "value must be one of the defined enum values";
                checks.push(check(
                    "enum.defined_only",
                    message,
                    Test::Defined(id),
                    &site,
                ));
            }
            "defined_only" | "example" => {}
            _ => unknown(resolver, set, name, &site),
        }
    }
}

pub fn any(resolver: &mut Resolver, rules: &DynamicMessage, site: &Site, checks: &mut Vec<Check>) {
    for (field, value) in rules.fields() {
        let site = site.field(&field);
        let urls: Vec<_> = values(value).iter().map(number).collect();
        match field.name() {
            "in" => {
                let message = "type URL must be in the allow list";
                checks.push(check("any.in", message, Test::In(urls), &site));
            }
            "not_in" => {
                let message = "type URL must not be in the block list";
                checks.push(check("any.not_in", message, Test::NotIn(urls), &site));
            }
            name => unknown(resolver, "any", name, &site),
        }
    }
}

pub fn field_mask(
    resolver: &mut Resolver,
    rules: &DynamicMessage,
    site: &Site,
    checks: &mut Vec<Check>,
) {
    for (field, value) in rules.fields() {
        let site = site.field(&field);
        let name = field.name();
        let (message, test) = match name {
            "const" => {
                let paths = value
                    .as_message()
                    .and_then(|mask| mask.get_field_by_name("paths"))
                    .map(|paths| strings(&paths))
                    .unwrap_or_default();
                ("must equal paths ", Test::PathsEqual(paths))
            }
            "in" => ("must only contain paths in ", Test::PathsIn(strings(value))),
            "not_in" => (
                "must not contain any paths in ",
                Test::PathsNotIn(strings(value)),
            ),
            "example" => continue,
            _ => {
                unknown(resolver, "field_mask", name, &site);
                continue;
            }
        };
        let (Test::PathsEqual(paths) | Test::PathsIn(paths) | Test::PathsNotIn(paths)) = &test
        else {
            continue;
        };
        let paths: Vec<_> = paths.iter().cloned().map(Value::Text).collect();
        let message = format!("{message}{}", listed(&paths, What::Value));
        checks.push(check(format!("field_mask.{name}"), message, test, &site));
    }
}

fn strings(value: &Dynamic) -> Vec<String> {
    values(value).iter().map(text).collect()
}

/// The rules of a list, and those of its items.
pub fn list(
    resolver: &mut Resolver,
    rules: &DynamicMessage,
    items: &Subject,
    of_messages: bool,
    site: &Site,
    checks: &mut Vec<Check>,
) -> Option<Box<FieldRules>> {
    let mut its = None;
    for (field, value) in rules.fields() {
        let site = site.field(&field);
        let name = field.name();
        match (name, value) {
            ("min_items", Dynamic::U64(size)) => {
                let message = format!("must contain at least {size} item(s)");
                checks.push(sized(
                    "repeated",
                    name,
                    message,
                    Size::AtLeast(*size),
                    &site,
                ));
            }
            ("max_items", Dynamic::U64(size)) => {
                let message = format!("must contain no more than {size} item(s)");
                checks.push(sized("repeated", name, message, Size::AtMost(*size), &site));
            }
            ("unique", value) if flag(value) && of_messages => {
                let text = "`unique` does not fit a list of messages";
                let diagnostic = resolver
                    .error(code::RULE_WRONG_TYPE, text, site.name(), "of messages")
                    .help("only scalars and enums can be unique");
                resolver.report.push(diagnostic);
            }
            ("unique", value) if flag(value) => {
                let message = "repeated value must contain unique items";
                checks.push(check("repeated.unique", message, Test::Unique, &site));
            }
            ("unique", _) => {}
            ("items", Dynamic::Message(rules)) => {
                its = Some(Box::new(fields::read(resolver, items, rules, &site)));
            }
            _ => unknown(resolver, "repeated", name, &site),
        }
    }
    its
}

type Entries = (Option<Box<FieldRules>>, Option<Box<FieldRules>>);

/// The rules of a map, and those of its keys and values.
pub fn map(
    resolver: &mut Resolver,
    rules: &DynamicMessage,
    [keys, values]: [&Subject; 2],
    site: &Site,
    checks: &mut Vec<Check>,
) -> Entries {
    let mut its = (None, None);
    for (field, value) in rules.fields() {
        let site = site.field(&field);
        let name = field.name();
        match (name, value) {
            ("min_pairs", Dynamic::U64(size)) => {
                let message = format!("map must be at least {size} entries");
                checks.push(sized("map", name, message, Size::AtLeast(*size), &site));
            }
            ("max_pairs", Dynamic::U64(size)) => {
                let message = format!("map must be at most {size} entries");
                checks.push(sized("map", name, message, Size::AtMost(*size), &site));
            }
            ("keys", Dynamic::Message(rules)) => {
                its.0 = Some(Box::new(fields::read(resolver, keys, rules, &site)));
            }
            ("values", Dynamic::Message(rules)) => {
                its.1 = Some(Box::new(fields::read(resolver, values, rules, &site)));
            }
            _ => unknown(resolver, "map", name, &site),
        }
    }
    its
}

fn sized(set: &str, name: &str, message: String, size: Size, site: &Site) -> Check {
    check(
        format!("{set}.{name}"),
        message,
        Test::Size(Unit::Items, size),
        site,
    )
}
