//! How a field is stored in the Rust message, by prost-build's rules.

use super::value::{Place, Repr, zero};
use crate::generate::rust::paths::Paths;
use crate::names::rust as names;
use crate::schema::{Cardinality, MessageId, Presence, Schema, Type};

/// A field of a message.
pub struct Member {
    /// What it holds; of a list, its items, of a map, its values.
    pub repr: Repr,
    /// Of a map's keys.
    pub key: Option<Repr>,
    pub shape: Shape,
    /// `self.field`, or `self.oneof`.
    pub access: String,
}

pub enum Shape {
    /// A value, which is zero where it is not set.
    Implicit,
    /// A value that is always set.
    Required,
    Option,
    /// A variant of this path.
    Oneof(String),
    List,
    Map,
}

impl Member {
    /// A field of the message that `base` names.
    pub fn new(paths: &Paths, id: MessageId, index: usize, base: &str) -> Self {
        let schema = paths.schema;
        let message = &schema[id];
        let field = &message.fields[index];
        let mut access = format!("{base}.{}", field_name(schema, id, index));
        let mut repr = Repr::new(schema, field.ty);
        let mut key = None;
        let is_message = matches!(field.ty, Type::Message(_) | Type::Group(_));
        let shape = match (field.cardinality, field.presence) {
            (Cardinality::Repeated, _) => Shape::List,
            (Cardinality::Map, _) => {
                if let Type::Message(entry) = field.ty {
                    let entry = &schema[entry].fields;
                    key = Some(Repr::new(schema, entry[0].ty));
                    repr = Repr::new(schema, entry[1].ty);
                }
                Shape::Map
            }
            (_, Presence::Required) => Shape::Required,
            (_, presence) => match field.oneof.and_then(|oneof| message.oneofs.get(oneof)) {
                Some(oneof) => {
                    access = format!("{base}.{}", names::snake(&oneof.name));
                    let of = paths.type_path(&oneof.full_name, message.file);
                    Shape::Oneof(format!("{of}::{}", names::type_name(&field.name)))
                }
                None if is_message || presence == Presence::Explicit => Shape::Option,
                None => Shape::Implicit,
            },
        };
        Self {
            repr,
            key,
            shape,
            access,
        }
    }

    /// Whether it is set.
    pub fn is_set(&self, paths: &Paths) -> String {
        let access = &self.access;
        match &self.shape {
            Shape::Implicit => self.place().is_not_zero(zero(paths.schema, self.repr)),
            Shape::Required => "true".to_owned(),
            Shape::Option => format!("{access}.is_some()"),
            Shape::Oneof(variant) => format!("matches!({access}, {}({variant}(_)))", paths.some()),
            Shape::List | Shape::Map => format!("!{access}.is_empty()"),
        }
    }

    /// Whether it is not set.
    pub fn is_unset(&self, paths: &Paths) -> String {
        let access = &self.access;
        match &self.shape {
            Shape::Implicit => self.place().is_zero(zero(paths.schema, self.repr)),
            Shape::Required => "false".to_owned(),
            Shape::Option => format!("{access}.is_none()"),
            Shape::Oneof(variant) => format!("!matches!({access}, {}({variant}(_)))", paths.some()),
            Shape::List | Shape::Map => format!("{access}.is_empty()"),
        }
    }

    /// A value that is stored plainly.
    pub fn place(&self) -> Place {
        Place::own(self.repr, self.access.clone())
    }
}

/// The name of a field that is in no oneof.
pub fn field_name(schema: &Schema, id: MessageId, index: usize) -> String {
    let field = &schema[id].fields[index];
    let holds_enums = match (field.cardinality, field.ty) {
        (Cardinality::Map, Type::Message(entry)) => {
            matches!(schema[entry].fields[1].ty, Type::Enum(_))
        }
        _ => false,
    };
    match holds_enums {
        true => names::enum_map(&field.name),
        false => names::snake(&field.name),
    }
}
