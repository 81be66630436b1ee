//! The peer: the scheme of AppFlowy and of what else stands on allo-isolate, written as lean as it allows.
//!
//! Dart opens a port for a call, and hands over an envelope with the event's name and its encoded input. The envelope with
//! the encoded output is posted to that port, as external typed data. `Any` has the shape of both envelopes.

use std::collections::HashMap;
use std::sync::LazyLock;

use allo_isolate::{Isolate, ZeroCopyBuffer};
use bellwire::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use prost::{DecodeError, Message};
use prost_types::Any;

use crate::fixture::generated::fixture::v1::Blob;
use crate::runtime;

type Handler = fn(Bytes) -> BoxFuture<'static, Result<Vec<u8>, DecodeError>>;

static HANDLERS: LazyLock<HashMap<&str, Handler>> =
    LazyLock::new(|| HashMap::from([("Keep", keep as Handler)]));

fn keep(input: Bytes) -> BoxFuture<'static, Result<Vec<u8>, DecodeError>> {
    async move { Ok(Blob::decode(input)?.encode_to_vec()) }.boxed()
}

/// Calls an event, whose answer is posted to a port.
///
/// # Safety
///
/// `input` points to `length` bytes, which nobody writes to during the call.
#[unsafe(no_mangle)]
unsafe extern "C" fn bench_call(port: i64, input: *const u8, length: usize) {
    // SAFETY: the caller vouches for it.
    let input = unsafe { std::slice::from_raw_parts(input, length) };
    let request = Any::decode(input).unwrap_or_default();
    runtime().spawn(async move {
        let output = match HANDLERS.get(&*request.type_url) {
            Some(handler) => handler(request.value.into()).await.ok(),
            None => None,
        };
        let response = Any {
            type_url: output.as_ref().map_or("fault", |_| "").to_owned(),
            value: output.unwrap_or_default(),
        };
        Isolate::new(port).post(ZeroCopyBuffer(response.encode_to_vec()));
    });
}
