//! What prost writes, Dart reads and writes back: the same messages, and with what it does not know.
//!
//! `tests/dart/echo.dart` is told a message's name and its bytes in hex, line by line, and answers with bytes in hex.

use std::fmt::Debug;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use compile_rust::maps::rust::maps::v1::{Keys, Values};
use compile_rust::oneofs::rust::oneofs::v1::{Scalars, scalars::Value};
use prost::Message;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[test]
fn dart_reads_what_prost_writes_and_writes_it_back() {
    let setup = tool("setup", &[]);
    if !setup.status.success() {
        let reason = String::from_utf8_lossy(&setup.stderr);
        println!("SKIPPED: {}", reason.trim());
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{reason}");
        return;
    }
    let scalars = scalars();
    let (keys, values) = (keys(), values());
    let mut vectors: Vec<(&str, Vec<u8>)> = Vec::new();
    vectors.extend(scalars.iter().map(|it| ("Scalars", it.encode_to_vec())));
    vectors.push(("Keys", keys.encode_to_vec()));
    vectors.push(("Values", values.encode_to_vec()));
    vectors.push(("Scalars", UNKNOWN.to_vec()));

    let echoed = echo(&vectors);
    assert_eq!(echoed.len(), vectors.len());
    for (message, bytes) in scalars.iter().zip(&echoed) {
        same(message, bytes);
    }
    same(&keys, &echoed[scalars.len()]);
    same(&values, &echoed[scalars.len() + 1]);
    assert_eq!(
        echoed[scalars.len() + 2],
        UNKNOWN,
        "what is unknown is kept"
    );
}

/// Fields that `Scalars` does not have, of every wire type.
const UNKNOWN: &[u8] = &[
    0xc0, 0x3e, 0x07, 0xc9, 0x3e, 1, 2, 3, 4, 5, 6, 7, 8, 0xd2, 0x3e, 2, 8, 9, 0xdd, 0x3e, 1, 2, 3,
    4,
];

/// Every kind of field, at its extremes. Without a `sint64` beyond 2^62, which package:protobuf misreads.
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
            Value::Sint64Value(number.into()),
        ]);
    }
    for number in [0, 1, -1, i64::MIN, i64::MAX, (1 << 53) + 1] {
        values.extend([Value::Int64Value(number), Value::Sfixed64Value(number)]);
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

/// Without a zero of 64 bits, which prost leaves out of a map's entry and package:protobuf 4.0 then fails on.
fn keys() -> Keys {
    let text = || "x".to_owned();
    Keys {
        int32_key: [i32::MIN, 0, i32::MAX].map(|key| (key, text())).into(),
        int64_key: [i64::MIN, 1, i64::MAX].map(|key| (key, text())).into(),
        uint64_key: [1, u64::MAX].map(|key| (key, text())).into(),
        sint32_key: [i32::MIN, 0, i32::MAX].map(|key| (key, text())).into(),
        bool_key: [true, false].map(|key| (key, text())).into(),
        string_key: [(String::new(), String::new())].into(),
        ..Keys::default()
    }
}

/// Without a number that the enum does not have, which package:protobuf 4.0 turns into the enum's first value.
fn values() -> Values {
    let key = || "k".to_owned();
    Values {
        double_value: [(key(), f64::INFINITY)].into(),
        int64_value: [(key(), i64::MIN)].into(),
        uint64_value: [(key(), u64::MAX)].into(),
        kind_value: [(key(), 1)].into(),
        message_value: [(key(), Values::default())].into(),
        ..Values::default()
    }
}

/// NaN is not equal to itself, so messages are compared by how they are shown.
fn same<M: Message + Default + Debug>(message: &M, bytes: &[u8]) {
    let echoed = M::decode(bytes).expect("Dart writes messages");
    let equal = echoed.encoded_len() == message.encoded_len()
        && (echoed.encode_to_vec() == message.encode_to_vec()
            || sorted(&echoed) == sorted(message));
    assert!(equal, "{message:?}\nbecame\n{echoed:?}");
}

/// The entries of maps come in any order.
fn sorted(message: &impl Debug) -> Vec<String> {
    let mut lines: Vec<String> = format!("{message:#?}").lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

fn echo(vectors: &[(&str, Vec<u8>)]) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut lines = String::new();
    for (name, bytes) in vectors {
        let _ = write!(lines, "{name} ");
        for byte in bytes {
            let _ = write!(lines, "{byte:02x}");
        }
        lines.push('\n');
    }
    let vectors = folder.join("vectors.txt");
    std::fs::write(&vectors, lines).expect("the temporary folder can be written");
    let program = folder.join("echo.dill");
    let [vectors, program] = [&vectors, &program].map(|path| path.to_str().expect("UTF-8"));
    said(tool("compile", &["tests/dart/echo.dart", program]));
    let answer = said(tool("run", &[program, vectors]));
    answer.lines().map(bytes_of).collect()
}

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex"))
        .collect()
}

/// Runs one of `tools/dart`.
fn tool(name: &str, arguments: &[&str]) -> Output {
    Command::new(format!("{ROOT}/tools/dart/{name}"))
        .args(arguments)
        .current_dir(ROOT)
        .output()
        .unwrap_or_else(|error| panic!("tools/dart/{name}: {error}"))
}

/// What a program printed, which must have succeeded.
fn said(output: Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}{error}");
    printed.into_owned()
}
