//! What generated code calls between bytes and a handler's types. Not for people: it changes with the generator.

use std::any::type_name;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use futures_core::Stream;
use prost::Message;

use crate::rules::Params;
use crate::{
    Context, Failure, Fault, Payload, Reply, ReplyFuture, ReplyStream, Request, Validate,
    Violations,
};

/// Answers a unary event.
pub fn unary<I, O, E, F>(
    request: Request,
    handle: impl FnOnce(Context, I) -> F + Send + 'static,
) -> ReplyFuture
where
    I: Message + Default + 'static,
    O: Message,
    E: Message + 'static,
    F: Future<Output = Result<O, E>> + Send,
{
    accepted_unary(request, Ok, handle)
}

/// Answers a unary event whose input has rules. The handler never sees an illegal one: it becomes the group's error.
pub fn checked_unary<I, O, E, F>(
    request: Request,
    refuse: impl FnOnce(Violations) -> E + Send + 'static,
    handle: impl FnOnce(Context, I) -> F + Send + 'static,
) -> ReplyFuture
where
    I: Message + Default + Validate + 'static,
    O: Message,
    E: Message + 'static,
    F: Future<Output = Result<O, E>> + Send,
{
    accepted_unary(request, |input| valid(input).map_err(refuse), handle)
}

/// Answers a unary event whose handler takes parameters that are parsed from the input.
pub fn parsed_unary<P, O, E, F>(
    request: Request,
    refuse: impl FnOnce(Violations) -> E + Send + 'static,
    handle: impl FnOnce(Context, P) -> F + Send + 'static,
) -> ReplyFuture
where
    P: Params,
    O: Message,
    E: Message + 'static,
    F: Future<Output = Result<O, E>> + Send,
{
    accepted_unary(request, |input| P::try_from(input).map_err(refuse), handle)
}

fn accepted_unary<I, P, O, E, F>(
    request: Request,
    accept: impl FnOnce(I) -> Result<P, E> + Send + 'static,
    handle: impl FnOnce(Context, P) -> F + Send + 'static,
) -> ReplyFuture
where
    I: Message + Default + 'static,
    O: Message,
    E: Message + 'static,
    F: Future<Output = Result<O, E>> + Send,
{
    Box::pin(async move {
        let input = decode_input(&request)?;
        let room = request.room;
        let input = match accept(input) {
            Ok(input) => input,
            Err(error) => return Ok(Reply::Error(Payload::encode(&error, room))),
        };
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
    I: Message + Default + 'static,
    O: Message,
    E: Message + 'static,
    S: Stream<Item = Result<O, E>> + Send + 'static,
    F: Future<Output = Result<S, E>> + Send,
{
    accepted_stream(request, Ok, handle)
}

/// Answers a stream event whose input has rules, as [`checked_unary`] does.
pub fn checked_stream<I, O, E, S, F>(
    request: Request,
    refuse: impl FnOnce(Violations) -> E + Send + 'static,
    handle: impl FnOnce(Context, I) -> F + Send + 'static,
) -> ReplyFuture
where
    I: Message + Default + Validate + 'static,
    O: Message,
    E: Message + 'static,
    S: Stream<Item = Result<O, E>> + Send + 'static,
    F: Future<Output = Result<S, E>> + Send,
{
    accepted_stream(request, |input| valid(input).map_err(refuse), handle)
}

/// Answers a stream event whose handler takes parameters that are parsed from the input.
pub fn parsed_stream<P, O, E, S, F>(
    request: Request,
    refuse: impl FnOnce(Violations) -> E + Send + 'static,
    handle: impl FnOnce(Context, P) -> F + Send + 'static,
) -> ReplyFuture
where
    P: Params,
    O: Message,
    E: Message + 'static,
    S: Stream<Item = Result<O, E>> + Send + 'static,
    F: Future<Output = Result<S, E>> + Send,
{
    accepted_stream(request, |input| P::try_from(input).map_err(refuse), handle)
}

fn accepted_stream<I, P, O, E, S, F>(
    request: Request,
    accept: impl FnOnce(I) -> Result<P, E> + Send + 'static,
    handle: impl FnOnce(Context, P) -> F + Send + 'static,
) -> ReplyFuture
where
    I: Message + Default + 'static,
    O: Message,
    E: Message + 'static,
    S: Stream<Item = Result<O, E>> + Send + 'static,
    F: Future<Output = Result<S, E>> + Send,
{
    Box::pin(async move {
        let input = decode_input(&request)?;
        let room = request.room;
        let input = match accept(input) {
            Ok(input) => input,
            Err(error) => return Ok(Reply::Error(Payload::encode(&error, room))),
        };
        match handle(request.context, input).await {
            Ok(items) => Ok(Reply::Stream(ReplyStream::new(Encoded {
                items: Box::pin(items),
                room,
            }))),
            Err(error) => Ok(Reply::Error(Payload::encode(&error, room))),
        }
    })
}

fn valid<I: Validate>(input: I) -> Result<I, Violations> {
    input.validate().map(|()| input)
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
