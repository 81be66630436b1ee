//! What prost, Dart and protobuf-es write, each of the others reads and writes back: the same messages, and with what it
//! does not know.
//!
//! `tests/dart/vectors.dart` and `tests/node/vectors.mjs` make messages of their own, and echo those of a file: a line
//! each, a name and bytes in hex.

mod shared;

use std::fmt::Debug;

use compile_rust::bytes::rust::bytes::v1::Bytes;
use compile_rust::integers::rust::integers::v1::Integers;
use compile_rust::maps::rust::maps::v1::{Keys, Values, values::Inner};
use compile_rust::nested::rust::nested::v1::Outer;
use compile_rust::oneofs::rust::oneofs::v1::{Mixed, Scalars, scalars::Value};
use compile_rust::optional_fields::rust::optional::v1::Fields;
use prost::Message;
use shared::{Peer, Vector, dart, typescript};

#[test]
fn every_language_reads_what_every_other_writes_and_keeps_what_is_unknown() {
    let (Some(dart), Some(typescript)) = (dart(), typescript(CASES)) else {
        return;
    };
    let sources = [
        ("prost", made_by_prost()),
        ("Dart", dart.make(NAMES)),
        ("protobuf-es", typescript.make(NAMES)),
    ];
    for (maker, vectors) in sources {
        assert!(vectors.len() > 50, "{maker} made {}", vectors.len());
        let by_dart = dart.echo(&vectors);
        let by_typescript = typescript.echo(&vectors);
        let by_both = dart.echo(&by_typescript);
        for (echoes, path) in [
            (by_dart, "Dart"),
            (by_typescript, "protobuf-es"),
            (by_both, "protobuf-es and Dart"),
        ] {
            assert_eq!(echoes.len(), vectors.len());
            for (vector, echo) in vectors.iter().zip(&echoes) {
                let (before, after) = (shown(vector), shown(echo));
                assert!(
                    before == after,
                    "{} of {maker}, {:02x?}, became {:02x?} through {path}",
                    vector.name,
                    vector.bytes,
                    echo.bytes
                );
            }
        }
        println!("{} messages of {maker} stayed as they were", vectors.len());
    }
    let unknown = Vector {
        name: "oneofs.v1.Scalars".to_owned(),
        bytes: UNKNOWN.to_vec(),
    };
    let unknown = [unknown];
    for peer in [&dart as &dyn Peer, &typescript] {
        assert_eq!(peer.echo(&unknown)[0].bytes, UNKNOWN);
    }
}

/// Golden cases with the messages below.
const CASES: &[&str] = &[
    "bytes",
    "integers",
    "maps",
    "nested",
    "oneofs",
    "optional_fields",
];

const NAMES: &[&str] = &[
    "bytes.v1.Bytes",
    "integers.v1.Integers",
    "maps.v1.Keys",
    "maps.v1.Values",
    "nested.v1.Outer",
    "oneofs.v1.Mixed",
    "oneofs.v1.Scalars",
    "optional.v1.Fields",
];

/// A message as prost reads it. NaN is not equal to itself, and the entries of maps come in any order, so messages are
/// compared by the lines in which they are shown.
fn shown(vector: &Vector) -> Vec<String> {
    fn lines<M: Message + Default + Debug>(bytes: &[u8]) -> Vec<String> {
        let message = M::decode(bytes).expect("a message");
        let mut lines: Vec<String> = format!("{message:#?}").lines().map(str::to_owned).collect();
        lines.sort();
        lines
    }
    let of_type = match vector.name.as_str() {
        "bytes.v1.Bytes" => lines::<Bytes>,
        "integers.v1.Integers" => lines::<Integers>,
        "maps.v1.Keys" => lines::<Keys>,
        "maps.v1.Values" => lines::<Values>,
        "nested.v1.Outer" => lines::<Outer>,
        "oneofs.v1.Mixed" => lines::<Mixed>,
        "oneofs.v1.Scalars" => lines::<Scalars>,
        "optional.v1.Fields" => lines::<Fields>,
        name => panic!("what is a {name}?"),
    };
    of_type(&vector.bytes)
}

/// Fields that `Scalars` does not have, of every wire type.
const UNKNOWN: &[u8] = &[
    0xc0, 0x3e, 0x07, 0xc9, 0x3e, 1, 2, 3, 4, 5, 6, 7, 8, 0xd2, 0x3e, 2, 8, 9, 0xdd, 0x3e, 1, 2, 3,
    4,
];

fn made_by_prost() -> Vec<Vector> {
    fn vector(name: &str, message: &impl Message) -> Vector {
        Vector {
            name: name.to_owned(),
            bytes: message.encode_to_vec(),
        }
    }
    let mut vectors: Vec<Vector> = scalars()
        .iter()
        .map(|message| vector("oneofs.v1.Scalars", message))
        .collect();
    vectors.extend([
        vector("maps.v1.Keys", &keys()),
        vector("maps.v1.Values", &values()),
        vector("optional.v1.Fields", &fields()),
    ]);
    vectors
}

/// Every kind of field, at its extremes.
fn scalars() -> Vec<Scalars> {
    let mut values = vec![
        Value::BoolValue(true),
        Value::BoolValue(false),
        Value::BytesValue((0..=255).collect::<Vec<u8>>().into()),
        Value::StringValue(String::new()),
        Value::StringValue("grüß dich \u{1f44b}\0".to_owned()),
        Value::StringValue("ü".repeat(1 << 17)),
    ];
    for number in [0, 1, -1, i32::MIN, i32::MAX] {
        values.extend([
            Value::Int32Value(number),
            Value::Sint32Value(number),
            Value::Sfixed32Value(number),
            // Open enums keep numbers that they do not know, negative ones too.
            Value::KindValue(number),
        ]);
    }
    for number in [0, 1, -1, i64::MIN, i64::MAX, (1 << 53) + 1] {
        values.extend([
            Value::Int64Value(number),
            Value::Sint64Value(number),
            Value::Sfixed64Value(number),
        ]);
    }
    for number in [0, 1, u32::MAX] {
        values.extend([Value::Uint32Value(number), Value::Fixed32Value(number)]);
    }
    for number in [0, 1, u64::MAX, 1 << 63] {
        values.extend([Value::Uint64Value(number), Value::Fixed64Value(number)]);
    }
    for number in [
        0.0,
        -0.0,
        f64::NAN,
        f64::INFINITY,
        f64::MIN_POSITIVE,
        -f64::MAX,
    ] {
        values.push(Value::DoubleValue(number));
    }
    for number in [
        0.0,
        -0.0,
        f32::NAN,
        f32::NEG_INFINITY,
        f32::MIN_POSITIVE,
        f32::MAX,
    ] {
        values.push(Value::FloatValue(number));
    }
    let mut messages: Vec<Scalars> = values.into_iter().map(scalar).collect();
    // Before 5.1, package:protobuf reads 64 levels.
    let mut deep = Scalars::default();
    for _ in 0..60 {
        deep = scalar(Value::MessageValue(Box::new(deep)));
    }
    messages.extend([Scalars::default(), deep]);
    messages
}

fn scalar(value: Value) -> Scalars {
    Scalars { value: Some(value) }
}

fn keys() -> Keys {
    let text = || "x".to_owned();
    let (int32, uint32) = ([i32::MIN, 0, i32::MAX], [0, u32::MAX]);
    let (int64, uint64) = ([i64::MIN, 0, i64::MAX], [0, u64::MAX]);
    Keys {
        int32_key: int32.map(|key| (key, text())).into(),
        int64_key: int64.map(|key| (key, text())).into(),
        uint32_key: uint32.map(|key| (key, text())).into(),
        uint64_key: uint64.map(|key| (key, text())).into(),
        sint32_key: int32.map(|key| (key, text())).into(),
        sint64_key: int64.map(|key| (key, text())).into(),
        fixed32_key: uint32.map(|key| (key, text())).into(),
        fixed64_key: uint64.map(|key| (key, text())).into(),
        sfixed32_key: int32.map(|key| (key, text())).into(),
        sfixed64_key: int64.map(|key| (key, text())).into(),
        bool_key: [true, false].map(|key| (key, text())).into(),
        string_key: [(String::new(), String::new())].into(),
        kind: int64.map(|key| (key, -1)).into(),
        message: uint64.map(|key| (key, Values::default())).into(),
        both: int64.map(|key| (key, key)).into(),
        ..Keys::default()
    }
}

fn values() -> Values {
    let key = || "k".to_owned();
    Values {
        double_value: [(key(), f64::INFINITY), (String::new(), 0.0)].into(),
        float_value: [(key(), f32::NAN)].into(),
        int64_value: [(key(), i64::MIN), (String::new(), 0)].into(),
        uint64_value: [(key(), u64::MAX), (String::new(), 0)].into(),
        bytes_value: [(key(), Vec::new().into())].into(),
        // Numbers that the enum does not have.
        kind_value: [(key(), 1), ("a".to_owned(), 77), ("b".to_owned(), i32::MIN)].into(),
        message_value: [(key(), Values::default())].into(),
        inner_value: [(key(), Inner::default())].into(),
        ..Values::default()
    }
}

fn fields() -> Fields {
    Fields {
        explicit: Some(String::new()),
        flag: Some(false),
        big: Some(0),
        bigger: Some(u64::MAX),
        data: Some(Vec::new().into()),
        ratio: Some(-0.0),
        kind: Some(-1),
        message: Some(Box::default()),
        list: vec![Fields::default(); 3],
        packed: vec![0, -1, i32::MAX],
        unpacked: vec![0, -1, i32::MIN],
        ..Fields::default()
    }
}
