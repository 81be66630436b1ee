//! What a message must hold to, as plain Rust: an implementation of `bellwire::Validate`.

mod expression;
mod fields;
pub mod literal;
mod members;
mod tests;
mod value;

use std::collections::BTreeSet;

use serde::Serialize;

use super::paths::Paths;
use crate::schema::rules::{FieldRules, Ignore, MessageRules};
use crate::schema::{Cardinality, MessageId, Schema, Type};

use fields::Writer;
pub use members::{Member, Shape, field_name};
pub use value::Repr;

#[derive(Serialize)]
pub struct ValidateView {
    name: String,
    allow_deprecated: &'static str,
    patterns: Vec<PatternView>,
    lines: Vec<String>,
}

/// A regular expression, compiled once.
#[derive(Serialize)]
struct PatternView {
    name: String,
    text: String,
}

impl ValidateView {
    /// None for a message that nothing is demanded of.
    pub fn new(id: MessageId, checked: &Checked, paths: &Paths) -> Option<Self> {
        if !checked.contains(id) {
            return None;
        }
        let schema = paths.schema;
        let message = &schema[id];
        let none = MessageRules::default();
        let rules = schema.rules.get(&id).unwrap_or(&none);
        let writer = Writer::new(id, rules, checked, paths);
        let (lines, patterns) = writer.message();
        let uses_deprecated =
            message.deprecated || message.fields.iter().any(|field| field.deprecated);
        Some(Self {
            name: paths.message(Some(id)),
            allow_deprecated: match uses_deprecated {
                true => "#[allow(deprecated)]",
                false => "",
            },
            patterns: patterns
                .into_iter()
                .map(|(name, pattern)| PatternView {
                    name,
                    text: literal::text(&pattern),
                })
                .collect(),
            lines,
        })
    }
}

/// The messages that have a rule, or a field whose message has one.
#[derive(Debug, Default)]
pub struct Checked(BTreeSet<MessageId>);

impl Checked {
    pub fn new(schema: &Schema) -> Self {
        let mut checked = Self::default();
        let demanding = schema.rules.iter().filter(|(_, rules)| demands(rules));
        checked.0.extend(demanding.map(|(id, _)| *id));
        if checked.0.is_empty() {
            return checked;
        }
        // Messages refer to each other in circles: repeated until nothing is new.
        loop {
            let before = checked.0.len();
            for index in 0..schema.messages.len() {
                let id = MessageId(index);
                if !schema[id].map_entry && checked.reaches(schema, id) {
                    checked.0.insert(id);
                }
            }
            if checked.0.len() == before {
                return checked;
            }
        }
    }

    pub fn contains(&self, id: MessageId) -> bool {
        self.0.contains(&id)
    }

    fn reaches(&self, schema: &Schema, id: MessageId) -> bool {
        let rules = schema.rules.get(&id);
        let fields = schema[id].fields.iter().enumerate();
        fields
            .filter_map(|(index, field)| {
                let rules = rules.and_then(|rules| rules.fields.get(&index));
                element(schema, field.cardinality, field.ty, rules)
            })
            .any(|message| self.contains(message))
    }
}

/// The message that a field, or an element of it, holds and that is checked with it.
fn element(
    schema: &Schema,
    cardinality: Cardinality,
    ty: Type,
    rules: Option<&FieldRules>,
) -> Option<MessageId> {
    let always =
        |rules: Option<&FieldRules>| rules.is_some_and(|rules| rules.ignore == Ignore::Always);
    if always(rules) {
        return None;
    }
    let elements = rules.and_then(|rules| rules.values.as_deref());
    let ty = match (cardinality, ty) {
        (Cardinality::Singular, ty) => ty,
        _ if always(elements) => return None,
        (Cardinality::Repeated, ty) => ty,
        (Cardinality::Map, Type::Message(entry)) => schema[entry].fields.get(1)?.ty,
        (Cardinality::Map, _) => return None,
    };
    match ty {
        Type::Message(id) | Type::Group(id) => Some(id),
        _ => None,
    }
}

/// Rules that leave nothing to check are none.
fn demands(rules: &MessageRules) -> bool {
    !rules.checks.is_empty()
        || !rules.oneofs.is_empty()
        || !rules.required_oneofs.is_empty()
        || rules.fields.values().any(field_demands)
}

fn field_demands(rules: &FieldRules) -> bool {
    rules.ignore != Ignore::Always
        && (rules.required
            || !rules.checks.is_empty()
            || rules.keys.as_deref().is_some_and(field_demands)
            || rules.values.as_deref().is_some_and(field_demands))
}
