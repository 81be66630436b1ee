//! A value that is checked: what it is in Rust, and how it is written.

use crate::schema::{EnumId, MessageId, Schema, Type};

/// The Rust type of a value, as far as checks tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repr {
    Bool,
    I32,
    I64,
    U32,
    U64,
    F32,
    F64,
    Enum(EnumId),
    /// A `String`.
    Text,
    /// `Bytes`, or a `Vec<u8>`.
    Bytes,
    Duration,
    Timestamp,
    /// A message of any other type.
    Message(MessageId),
    /// `()`
    Empty,
}

impl Repr {
    pub fn new(schema: &Schema, ty: Type) -> Self {
        match ty {
            Type::Bool => Self::Bool,
            Type::Int32 | Type::Sint32 | Type::Sfixed32 => Self::I32,
            Type::Int64 | Type::Sint64 | Type::Sfixed64 => Self::I64,
            Type::Uint32 | Type::Fixed32 => Self::U32,
            Type::Uint64 | Type::Fixed64 => Self::U64,
            Type::Float => Self::F32,
            Type::Double => Self::F64,
            Type::String => Self::Text,
            Type::Bytes => Self::Bytes,
            Type::Enum(id) => Self::Enum(id),
            Type::Message(id) | Type::Group(id) => match schema[id].full_name.as_str() {
                "google.protobuf.BoolValue" => Self::Bool,
                "google.protobuf.Int32Value" => Self::I32,
                "google.protobuf.Int64Value" => Self::I64,
                "google.protobuf.UInt32Value" => Self::U32,
                "google.protobuf.UInt64Value" => Self::U64,
                "google.protobuf.FloatValue" => Self::F32,
                "google.protobuf.DoubleValue" => Self::F64,
                "google.protobuf.StringValue" => Self::Text,
                "google.protobuf.BytesValue" => Self::Bytes,
                "google.protobuf.Duration" => Self::Duration,
                "google.protobuf.Timestamp" => Self::Timestamp,
                "google.protobuf.Empty" => Self::Empty,
                _ => Self::Message(id),
            },
        }
    }

    pub fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    pub fn is_time(self) -> bool {
        matches!(self, Self::Duration | Self::Timestamp)
    }

    /// The smallest and the largest number of the type.
    pub fn limits(self) -> Option<(i128, i128)> {
        Some(match self {
            Self::I32 | Self::Enum(_) => (i32::MIN.into(), i32::MAX.into()),
            Self::I64 => (i64::MIN.into(), i64::MAX.into()),
            Self::U32 => (0, u32::MAX.into()),
            Self::U64 => (0, u64::MAX.into()),
            _ => return None,
        })
    }
}

/// One value, as an expression.
#[derive(Debug, Clone)]
pub struct Place {
    pub repr: Repr,
    /// `self.email`, or the name of a reference.
    pub name: String,
    /// `name` is a reference.
    pub by_reference: bool,
}

impl Place {
    /// A field of the message.
    pub fn own(repr: Repr, name: String) -> Self {
        Self {
            repr,
            name,
            by_reference: false,
        }
    }

    /// A reference.
    pub fn reference(repr: Repr, name: &str) -> Self {
        Self {
            repr,
            name: name.to_owned(),
            by_reference: true,
        }
    }

    /// A scalar's value.
    pub fn copied(&self) -> String {
        match self.by_reference {
            true => format!("*{}", self.name),
            false => self.name.clone(),
        }
    }

    /// As an argument.
    pub fn borrowed(&self) -> String {
        match self.by_reference {
            true => self.name.clone(),
            false => format!("&{}", self.name),
        }
    }

    /// It has the zero value; `zero` is that of an enum.
    pub fn is_zero(&self, zero: i32) -> String {
        match self.repr {
            Repr::Bool => format!("!{}", self.copied()),
            Repr::I32 | Repr::I64 | Repr::U32 | Repr::U64 => format!("{} == 0", self.copied()),
            Repr::F32 | Repr::F64 => format!("{}.to_bits() == 0", self.name),
            Repr::Enum(_) => format!("{} == {zero}", self.copied()),
            Repr::Text | Repr::Bytes => format!("{}.is_empty()", self.name),
            _ => format!("{} == ::core::default::Default::default()", self.copied()),
        }
    }

    /// It does not have the zero value.
    pub fn is_not_zero(&self, zero: i32) -> String {
        match self.repr {
            Repr::Bool => self.copied(),
            Repr::Text | Repr::Bytes => format!("!{}.is_empty()", self.name),
            _ => self.is_zero(zero).replacen(" == ", " != ", 1),
        }
    }
}

/// The zero value of an enum.
pub fn zero(schema: &Schema, repr: Repr) -> i32 {
    match repr {
        Repr::Enum(id) if schema[id].closed => {
            schema[id].values.first().map_or(0, |value| value.number)
        }
        _ => 0,
    }
}
