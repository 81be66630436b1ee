//! How bytes travel in commands: frames behind one another, and what a call says beside its input.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use percent_encoding::percent_decode_str;
use tauri::ipc::InvokeBody;

use super::calls::Outcome;
use crate::session::frame;
use crate::wire::bellwire::v1::{Call, Metadata};
use crate::{Code, Failure, Fault, Payload};

/// What a command is about, with a space between the parts: the session, the number of a call or a pull, a call's event.
/// A header for each would cost a small call several microseconds more.
const ADDRESS: &str = "bellwire-address";
const TIMEOUT: &str = "bellwire-timeout-ms";
/// `key=value`, joined by `&`, keys and values percent-encoded.
const METADATA: &str = "bellwire-metadata";

/// The first byte of an answer that holds frames: whether the session is open.
const CLOSED: u8 = 0;
const OPEN: u8 = 1;

/// The first byte of a call's answer: what the message behind it is.
const FAULT: u8 = 0;
const OK: u8 = 1;
const ERROR: u8 = 2;

/// The body's bytes. Where the webview cannot carry bytes, they come as an array of numbers.
pub(super) fn bytes(body: &InvokeBody) -> Result<Bytes, Fault> {
    match body {
        InvokeBody::Raw(bytes) => Ok(Bytes::copy_from_slice(bytes)),
        InvokeBody::Json(json) => {
            let numbers = json.as_array().ok_or_else(no_bytes)?;
            let byte = |number: &serde_json::Value| u8::try_from(number.as_u64()?).ok();
            let bytes: Option<Vec<u8>> = numbers.iter().map(byte).collect();
            bytes.map(Bytes::from).ok_or_else(no_bytes)
        }
    }
}

fn no_bytes() -> Fault {
    Fault::new(Code::InvalidArgument, "the body of a command is bytes")
}

/// The session that a command is about: the page's own name for itself, a dot, and which of the page's sessions it is.
pub(super) fn session(headers: &HeaderMap) -> Result<&str, Fault> {
    address(headers, 0)
}

/// Counts the calls of a session, and its pulls, from 1.
pub(super) fn number(headers: &HeaderMap) -> Result<u64, Fault> {
    let number = address(headers, 1)?;
    number.parse().map_err(|_| invalid(ADDRESS))
}

fn address(headers: &HeaderMap, part: usize) -> Result<&str, Fault> {
    let part = text(headers, ADDRESS)?.splitn(3, ' ').nth(part);
    part.ok_or_else(|| invalid(ADDRESS))
}

/// A header's text.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Fault> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.ok_or_else(|| invalid(name))
}

fn invalid(name: &str) -> Fault {
    let message = format!("the header `{name}` is missing or wrong");
    Fault::new(Code::InvalidArgument, message)
}

/// What the headers of a command say of a call.
pub(super) fn call_of(headers: &HeaderMap) -> Result<Call, Fault> {
    let optional = |name| headers.contains_key(name).then(|| text(headers, name));
    call(
        number(headers)?,
        address(headers, 2)?,
        optional(TIMEOUT).transpose()?,
        optional(METADATA).transpose()?,
    )
}

/// A call with this number, of the event with this path.
pub(super) fn call(
    id: u64,
    path: &str,
    timeout: Option<&str>,
    entries: Option<&str>,
) -> Result<Call, Fault> {
    let milliseconds = |text: &str| text.parse().map_err(|_| invalid(TIMEOUT));
    Ok(Call {
        id,
        path: path.to_owned(),
        metadata: entries.map(metadata).transpose()?.unwrap_or_default(),
        timeout_ms: timeout.map(milliseconds).transpose()?,
        credit: 0,
    })
}

fn metadata(text: &str) -> Result<Vec<Metadata>, Fault> {
    let decode = |part: &str| {
        let decoded = percent_decode_str(part).decode_utf8();
        decoded.map(String::from).map_err(|_| invalid(METADATA))
    };
    let entry = |entry: &str| {
        let (key, value) = entry.split_once('=').ok_or_else(|| invalid(METADATA))?;
        let (key, value) = (decode(key)?, decode(value)?);
        Ok(Metadata { key, value })
    };
    text.split('&').map(entry).collect()
}

/// The frames of a body, each behind its length in four bytes, the least significant first.
pub(super) fn frames(mut body: Bytes) -> Result<Vec<Bytes>, Fault> {
    let mut frames = Vec::new();
    while !body.is_empty() {
        let length = body
            .get(..4)
            .and_then(|length| length.try_into().ok())
            .map(|length| u32::from_le_bytes(length) as usize)
            .filter(|length| *length <= body.len() - 4)
            .ok_or_else(|| Fault::new(Code::InvalidArgument, "a frame is cut off"))?;
        let rest = body.split_off(4 + length);
        frames.push(body.slice(4..));
        body = rest;
    }
    Ok(frames)
}

/// The answer of a session that is open: frames, written as they are read by [`frames`].
pub(super) fn open(frames: &[Bytes]) -> Vec<u8> {
    answer(OPEN, frames)
}

/// The answer of a session that is not open, or not any longer, and why.
pub(super) fn closed(why: Option<Bytes>) -> Vec<u8> {
    answer(CLOSED, why.as_slice())
}

fn answer(status: u8, frames: &[Bytes]) -> Vec<u8> {
    let length = frames.iter().map(|frame| 4 + frame.len()).sum::<usize>();
    let mut answer = Vec::with_capacity(1 + length);
    answer.push(status);
    for frame in frames {
        // A frame is far from 4 GiB: what handlers answer lies in memory twice before it gets here.
        let length = u32::try_from(frame.len()).unwrap_or(u32::MAX);
        answer.extend_from_slice(&length.to_le_bytes());
        answer.extend_from_slice(frame);
    }
    answer
}

/// The answer to a call: what it is, in one byte, and the message itself.
pub(super) fn answered(outcome: Outcome) -> Vec<u8> {
    let (status, message) = match outcome {
        Ok(output) => (OK, output),
        Err(Failure::Error(error)) => (ERROR, error),
        Err(Failure::Fault(fault)) => {
            let fault = frame::wire_fault(0, &fault);
            (FAULT, Payload::encode(&fault, 1))
        }
    };
    message.behind(1, |room| room[0] = status).into()
}

/// How long a pull waits before it is answered with nothing, so that no request hangs for ever.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// How many bytes of frames one pull takes, unless the first frame alone is larger.
pub(super) const BATCH: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};
    use serde_json::json;

    use super::*;

    #[test]
    fn bytes_come_raw_or_as_numbers() {
        let numbers = |json| bytes(&InvokeBody::Json(json));
        assert_eq!(
            bytes(&InvokeBody::Raw(vec![1, 2])).expect("bytes"),
            [1, 2][..]
        );
        assert_eq!(numbers(json!([1, 255])).expect("bytes"), [1, 255][..]);
        assert_eq!(numbers(json!([])).expect("bytes"), [][..]);
        for json in [
            json!([256]),
            json!([-1]),
            json!([1.5]),
            json!({}),
            json!(null),
        ] {
            assert_eq!(
                numbers(json).expect_err("no bytes").code,
                Code::InvalidArgument
            );
        }
    }

    #[test]
    fn frames_are_read_as_they_are_written_and_never_beyond_the_end() {
        let written = [
            Bytes::from_static(b"one"),
            Bytes::new(),
            Bytes::from_static(b"three"),
        ];
        let body = Bytes::from(open(&written)).slice(1..);
        assert_eq!(frames(body.clone()).expect("whole"), written);
        for end in 0..body.len() {
            let part = frames(body.slice(..end));
            assert!(part.map_or(true, |frames| frames.len() < 3));
        }
        assert!(frames(Bytes::from_static(&[0xff; 7])).is_err());
    }

    #[test]
    fn an_answer_is_a_status_and_a_message() {
        let message = || Payload::from(Bytes::from_static(b"text"));
        assert_eq!(answered(Ok(message())), b"\x01text");
        assert_eq!(answered(Err(Failure::Error(message()))), b"\x02text");
        let fault = Fault::new(Code::NotFound, "nobody");
        let answer = answered(Err(fault.into()));
        assert_eq!(answer, b"\0\x10\x05\x1a\x06nobody");
    }

    #[test]
    fn headers_say_what_a_call_is() {
        let said = |pairs: &[(&'static str, &'static str)]| {
            let headers = pairs.iter().map(|&(name, value)| {
                let name = HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            });
            call_of(&headers.collect())
        };
        let whole = said(&[
            (ADDRESS, "page.1 7 a.B/C"),
            (TIMEOUT, "50"),
            (METADATA, "x-who=ada%26co&x-mood=%C3%BC"),
        ]);
        let whole = whole.expect("a call");
        assert_eq!((whole.id, whole.timeout_ms), (7, Some(50)));
        let metadata = whole.metadata.iter().map(|one| (&*one.key, &*one.value));
        assert!(metadata.eq([("x-who", "ada&co"), ("x-mood", "ü")]));
        let plain = said(&[(ADDRESS, "page.1 7 a.B/C")]).expect("a call");
        assert_eq!((plain.timeout_ms, plain.metadata.len()), (None, 0));
        for wrong in [
            &[][..],
            &[(ADDRESS, "page.1")],
            &[(ADDRESS, "page.1 7")],
            &[(ADDRESS, "page.1 -1 a.B/C")],
            &[(ADDRESS, "page.1  a.B/C")],
            &[(ADDRESS, "page.1 7 a.B/C"), (TIMEOUT, "soon")],
            &[(ADDRESS, "page.1 7 a.B/C"), (METADATA, "x-who")],
            &[(ADDRESS, "page.1 7 a.B/C"), (METADATA, "x=%ff")],
        ] {
            assert_eq!(
                said(wrong).expect_err("a fault").code,
                Code::InvalidArgument
            );
        }
    }
}
