//! What generated code calls between bytes and a handler's types. Not for people: it changes with the generator.

use std::any::type_name;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use futures_core::Stream;
use prost::Message;

use crate::{Context, Failure, Fault, Payload, Reply, ReplyFuture, ReplyStream, Request};

/// Answers a unary event.
pub fn unary<I, O, E, F>(
    request: Request,
    handle: impl FnOnce(Context, I) -> F + Send + 'static,
) -> ReplyFuture
where
    I: Message + Default,
    O: Message,
    E: Message,
    F: Future<Output = Result<O, E>> + Send,
{
    Box::pin(async move {
        let input = decode_input(&request)?;
        let room = request.room;
        match handle(request.context, input).await {
            Ok(output) => Ok(Reply::Message(Payload::encode(&output, room))),
            Err(error) => Ok(Reply::Error(Payload::encode(&error, room))),
        }
    })
}

/// Answers a stream event.
pub fn stream<I, O, E, S, F>(
    request: Request,
    handle: impl FnOnce(Context, I) -> F + Send + 'static,
) -> ReplyFuture
where
    I: Message + Default,
    O: Message,
    E: Message,
    S: Stream<Item = Result<O, E>> + Send + 'static,
    F: Future<Output = Result<S, E>> + Send,
{
    Box::pin(async move {
        let input = decode_input(&request)?;
        let room = request.room;
        match handle(request.context, input).await {
            Ok(items) => Ok(Reply::Stream(ReplyStream::new(Encoded {
                items: Box::pin(items),
                room,
            }))),
            Err(error) => Ok(Reply::Error(Payload::encode(&error, room))),
        }
    })
}

/// Answers a number that is no event of the group, which a server never calls.
pub fn unknown(request: &Request) -> ReplyFuture {
    let fault = Fault::unknown_event(request.event().path);
    Box::pin(std::future::ready(Err(fault)))
}

fn decode_input<I: Message + Default>(request: &Request) -> Result<I, Fault> {
    I::decode(request.payload.clone())
        .map_err(|error| Fault::undecodable(request.event().input.unwrap_or("nothing"), &error))
}

pub(crate) fn decode_reply<M: Message + Default>(payload: Payload) -> Result<M, Fault> {
    M::decode(payload.into_bytes()).map_err(|error| {
        Fault::new(
            crate::Code::Internal,
            format!("the answer is no `{}`: {error}", type_name::<M>()),
        )
    })
}

pub(crate) fn encode(message: &impl Message) -> Bytes {
    message.encode_to_vec().into()
}

/// A handler's stream, encoded item by item.
struct Encoded<S> {
    items: Pin<Box<S>>,
    room: usize,
}

impl<O: Message, E: Message, S: Stream<Item = Result<O, E>>> Stream for Encoded<S> {
    type Item = Result<Payload, Failure<Payload>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        let room = self.room;
        self.items.as_mut().poll_next(cx).map(|item| {
            item.map(|item| match item {
                Ok(output) => Ok(Payload::encode(&output, room)),
                Err(error) => Err(Failure::Error(Payload::encode(&error, room))),
            })
        })
    }
}
