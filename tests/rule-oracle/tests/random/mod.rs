//! Random messages, most of whose values are near what rules speak of.

use std::hash::{DefaultHasher, Hash, Hasher};

use prost_reflect::{
    Cardinality, DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, Value,
};

/// Numbers that look random, and are the same in every run.
pub struct Random(u64);

const TEXTS: &[&str] = &[
    "",
    "a",
    "ab",
    "new",
    "paid",
    "trial",
    "other",
    "+1",
    "ada@example.org",
    "a@b",
    "a b@c",
    "example.org",
    "-",
    "DE",
    "2f1b9c1e-0a52-4d3a-9a3c-0123456789ab",
    "2F1B9C1E-0A52-4D3A-9A3C-0123456789AG",
    "long enough",
    "naïve café",
    "a_b c-d",
    "type.googleapis.com/account.v1.Address",
    "a.b",
    "a",
    "b",
    "\u{1f600}\u{1f600}",
];
const NUMBERS: &[i32] = &[
    0,
    1,
    -1,
    2,
    4,
    5,
    10,
    16,
    17,
    18,
    60,
    149,
    150,
    3600,
    1_000_000,
    -1_000_000,
    i32::MAX,
    i32::MIN,
];
const FLOATS: &[f32] = &[
    0.0,
    -0.0,
    0.5,
    1.0,
    -1.0,
    1.5,
    f32::NAN,
    f32::INFINITY,
    f32::NEG_INFINITY,
];

impl Random {
    pub fn new(seed: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        seed.hash(&mut hasher);
        Self(hasher.finish() | 1)
    }

    /// Below `bound`.
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap_or_default()
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// A message that nests no deeper than so.
    pub fn message(&mut self, descriptor: &MessageDescriptor, depth: usize) -> DynamicMessage {
        let mut message = DynamicMessage::new(descriptor.clone());
        for field in descriptor.fields() {
            let nests = matches!(field.kind(), Kind::Message(_));
            // Of a oneof, the last one to be set stays.
            if self.below(5) == 0 || (nests && depth == 0) {
                continue;
            }
            let value = self.field(&field, depth);
            message.set_field(&field, value);
        }
        message
    }

    fn field(&mut self, field: &FieldDescriptor, depth: usize) -> Value {
        if field.is_map() {
            let Kind::Message(entry) = field.kind() else {
                return Value::Bool(false);
            };
            let (key, value) = (entry.map_entry_key_field(), entry.map_entry_value_field());
            let count = self.below(3);
            let entries = (0..count).filter_map(|_| {
                let key = match self.value(&key.kind(), depth) {
                    Value::Bool(key) => MapKey::Bool(key),
                    Value::I32(key) => MapKey::I32(key),
                    Value::I64(key) => MapKey::I64(key),
                    Value::U32(key) => MapKey::U32(key),
                    Value::U64(key) => MapKey::U64(key),
                    Value::String(key) => MapKey::String(key),
                    _ => return None,
                };
                Some((key, self.value(&value.kind(), depth)))
            });
            return Value::Map(entries.collect());
        }
        match field.cardinality() {
            Cardinality::Repeated => {
                let count = self.below(5);
                Value::List(
                    (0..count)
                        .map(|_| self.value(&field.kind(), depth))
                        .collect(),
                )
            }
            _ => self.value(&field.kind(), depth),
        }
    }

    fn value(&mut self, kind: &Kind, depth: usize) -> Value {
        let number = self.one(NUMBERS);
        match kind {
            Kind::Bool => Value::Bool(number % 2 == 0),
            Kind::Double => Value::F64(self.one(FLOATS).into()),
            Kind::Float => Value::F32(self.one(FLOATS)),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(number),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(number.into()),
            Kind::Uint32 | Kind::Fixed32 => Value::U32(number.unsigned_abs()),
            Kind::Uint64 | Kind::Fixed64 => Value::U64(number.unsigned_abs().into()),
            Kind::Enum(_) => Value::EnumNumber(number.rem_euclid(4)),
            Kind::String => Value::String(self.one(TEXTS).to_owned()),
            Kind::Bytes => {
                let length = self.one(&[0, 1, 4, 16, 32]);
                Value::Bytes(vec![7; length].into())
            }
            Kind::Message(message) => {
                Value::Message(self.message(message, depth.saturating_sub(1)))
            }
        }
    }
}
