//! Constants in Rust.

use crate::schema::rules::Value;

/// `"text"`
pub fn text(text: &str) -> String {
    format!("\"{}\"", text.escape_default()).replace("\\'", "'")
}

/// `b"bytes"`
pub fn bytes(bytes: &[u8]) -> String {
    format!("b\"{}\"", bytes.escape_ascii()).replace("\\'", "'")
}

pub fn int(value: impl Into<i128>) -> String {
    let value: i128 = value.into();
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(&value.unsigned_abs().to_string()))
}

/// `12_345_678`
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digits.len() > 4 {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

fn float(shown: &str, ty: &str) -> String {
    match shown {
        "inf" => format!("{ty}::INFINITY"),
        "-inf" => format!("{ty}::NEG_INFINITY"),
        "NaN" => format!("{ty}::NAN"),
        _ => {
            let (sign, rest) = match shown.strip_prefix('-') {
                Some(rest) => ("-", rest),
                None => ("", shown),
            };
            match rest.split_once('.') {
                Some((whole, fraction)) => format!("{sign}{}.{fraction}", grouped(whole)),
                None => shown.to_owned(),
            }
        }
    }
}

/// As an operand of a comparison with a scalar.
pub fn value(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => int(*value),
        Value::Uint(value) => int(*value),
        Value::Float(value) => float(&format!("{value:?}"), "f32"),
        Value::Double(value) => float(&format!("{value:?}"), "f64"),
        Value::Text(value) => text(value),
        Value::Bytes(value) => bytes(value),
        Value::Nanos(value) => int(*value),
    }
}
