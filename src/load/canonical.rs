//! What protoc writes into a descriptor and the parser writes otherwise. Descriptors travel: into generated code, and to
//! whoever compares them with protoc's.

use prost::encoding::{DecodeContext, decode_key, skip_field};
use prost_types::field_descriptor_proto::Type;
use prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, MethodOptions, SourceCodeInfo,
};

use super::comments;
use super::locations::tag;
use super::tokens::{Token, TokenKind, tokens};
use crate::diagnostic::Source;

/// Brings a freshly parsed descriptor into protoc's form.
pub fn canonicalize(file: &mut FileDescriptorProto, source: &Source) {
    file.extension.iter_mut().for_each(default_value);
    file.message_type.iter_mut().for_each(default_values);
    method_blocks(file, source);
    if let Some(info) = &mut file.source_code_info {
        comments::restore(info, source.text());
        negative_ranges(info, source);
    }
}

/// Where one negative number is reserved, its end is said to be its sign.
fn negative_ranges(info: &mut SourceCodeInfo, source: &Source) {
    let mut start = Vec::new();
    for location in &mut info.location {
        match location.path[..] {
            [.., tag::ENUM_RESERVED_RANGE, _, 1] => start.clone_from(&location.span),
            [.., tag::ENUM_RESERVED_RANGE, _, 2] if location.span == start => {
                let range = source.range(&location.span);
                let negative = source.text()[range].starts_with('-');
                if let ([_, start, end], true) = (&mut location.span[..], negative) {
                    *end = *start + 1;
                }
            }
            _ => {}
        }
    }
}

fn default_values(message: &mut DescriptorProto) {
    let fields = message.field.iter_mut().chain(&mut message.extension);
    fields.for_each(default_value);
    message.nested_type.iter_mut().for_each(default_values);
}

/// Floating-point defaults are spelled as C's `printf` does: `1e-05`, `9e+09`.
fn default_value(field: &mut FieldDescriptorProto) {
    // Of a message or an enum the parser does not know yet what it is.
    let of_type = field
        .r#type
        .and_then(|of_type| Type::try_from(of_type).ok());
    let Some(text) = &mut field.default_value else {
        return;
    };
    let Some(value) = text.parse::<f64>().ok().filter(|value| !value.is_nan()) else {
        return;
    };
    match of_type {
        Some(Type::Double) => *text = shortest(value, [15, 17], |text| text.parse() == Ok(value)),
        Some(Type::Float) => {
            let value = value as f32;
            *text = shortest(value.into(), [6, 9], |text| text.parse() == Ok(value));
        }
        _ => {}
    }
}

/// With fewer digits if those say the same, otherwise with more.
fn shortest(value: f64, digits: [usize; 2], same: impl Fn(&str) -> bool) -> String {
    let [few, many] = digits;
    let text = printf_g(value, few);
    if same(&text) {
        text
    } else {
        printf_g(value, many)
    }
}

/// `printf("%.<digits>g")`.
fn printf_g(value: f64, digits: usize) -> String {
    let scientific = format!("{value:.*e}", digits - 1);
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific; // infinite
    };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    match usize::try_from(exponent) {
        Ok(exponent) if exponent < digits => {
            trimmed(&format!("{value:.*}", digits - 1 - exponent)).to_owned()
        }
        Err(_) if exponent >= -4 => {
            let decimals = digits - 1 + exponent.unsigned_abs() as usize;
            trimmed(&format!("{value:.decimals$}")).to_owned()
        }
        _ => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{}e{sign}{:02}", trimmed(mantissa), exponent.abs())
        }
    }
}

/// Without the zeros behind the point that say nothing.
fn trimmed(number: &str) -> &str {
    if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    }
}

/// A method that ends in a block has options, even where the block sets none, and the comment behind it is the one
/// behind the opening brace.
fn method_blocks(file: &mut FileDescriptorProto, source: &Source) {
    let locations = file.source_code_info.iter_mut();
    for location in locations.flat_map(|info| &mut info.location) {
        let [tag::FILE_SERVICE, service, tag::SERVICE_METHOD, method] = *location.path else {
            continue;
        };
        let text = source
            .text()
            .get(source.range(&location.span))
            .unwrap_or_default();
        let is_brace = |token: &Token| token.kind == TokenKind::Symbol('{');
        let Some(brace) = tokens(text).into_iter().find(is_brace) else {
            continue;
        };
        location.trailing_comments = comments::trailing(&text[brace.span.end..]);
        let place = usize::try_from(service)
            .ok()
            .zip(usize::try_from(method).ok());
        let method = place
            .and_then(|(service, method)| file.service.get_mut(service)?.method.get_mut(method));
        if let Some(method) = method {
            method.options.get_or_insert_with(MethodOptions::default);
        }
    }
}

/// Columns as protoc counts them: a tab goes on to the next multiple of eight.
pub fn expand_tabs(info: &mut SourceCodeInfo, source: &Source) {
    let lines: Vec<&[u8]> = source.text().split('\n').map(str::as_bytes).collect();
    let expand = |line: i32, column: &mut i32| {
        let line = usize::try_from(line).ok().and_then(|line| lines.get(line));
        let before = usize::try_from(*column).ok();
        let Some(before) = line.zip(before).and_then(|(line, end)| line.get(..end)) else {
            return;
        };
        *column = before.iter().fold(0, |column, byte| match byte {
            b'\t' => column + TAB - column % TAB,
            _ => column + 1,
        });
    };
    for location in &mut info.location {
        match &mut location.span[..] {
            [line, start, end] => {
                expand(*line, start);
                expand(*line, end);
            }
            [first, start, last, end] => {
                expand(*first, start);
                expand(*last, end);
            }
            _ => {}
        }
    }
}

const TAB: i32 = 8;

/// An encoded file with its source info, which stands among the other fields by its number.
pub fn with_source_info(file: &[u8], info: &SourceCodeInfo) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(file.len() + info.location.len() * 24);
    let (before, after) = file.split_at(end_of_fields_before(file, tag::FILE_SOURCE_INFO));
    encoded.extend_from_slice(before);
    prost::encoding::message::encode(tag::FILE_SOURCE_INFO, info, &mut encoded);
    encoded.extend_from_slice(after);
    encoded
}

/// Where the first field begins whose number is not below that one.
fn end_of_fields_before(message: &[u8], number: u32) -> usize {
    let mut rest = message;
    loop {
        let start = message.len() - rest.len();
        match decode_key(&mut rest) {
            Ok((tag, wire_type)) if tag < number => {
                if skip_field(wire_type, tag, &mut rest, DecodeContext::default()).is_err() {
                    return start;
                }
            }
            _ => return start,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spelled_as_printf_does() {
        let double = |value: f64| shortest(value, [15, 17], |text| text.parse() == Ok(value));
        let float = |value: f32| shortest(value.into(), [6, 9], |text| text.parse() == Ok(value));
        assert_eq!(double(7e22), "7e+22");
        assert_eq!(double(1e-300), "1e-300");
        assert_eq!(double(0.1), "0.1");
        assert_eq!(double(0.12345678901234568), "0.12345678901234568");
        assert_eq!(double(1e9), "1000000000");
        assert_eq!(double(1e15), "1e+15");
        assert_eq!(double(-2.5), "-2.5");
        assert_eq!(double(-0.0), "-0");
        assert_eq!(double(f64::INFINITY), "inf");
        assert_eq!(float(1e-5), "1e-05");
        assert_eq!(float(1e-4), "0.0001");
        assert_eq!(float(9e9), "9e+09");
        assert_eq!(float(1.0 / 3.0), "0.333333343");
    }
}
