//! Calls from Rust: what a generated client is made of.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use prost::Message;

use crate::glue::{decode_reply, encode};
use crate::{CallOptions, Code, EventInfo, Failure, Fault, Outcome, Reply, ReplyStream, Server};

/// A way to a core: in-process it is the [`Server`] itself.
pub trait Transport: Clone + Send + Sync + 'static {
    /// Calls one event with an encoded input.
    fn call(
        &self,
        event: &'static EventInfo,
        payload: Bytes,
        options: CallOptions,
    ) -> impl Future<Output = Outcome> + Send;
}

impl Transport for Server {
    fn call(
        &self,
        event: &'static EventInfo,
        payload: Bytes,
        options: CallOptions,
    ) -> impl Future<Output = Outcome> + Send {
        Server::call(self, event.path, payload, options)
    }
}

/// Calls events over a transport. Generated clients wrap it.
#[derive(Debug, Clone)]
pub struct Client<T> {
    transport: T,
    options: CallOptions,
}

impl<T: Transport> Client<T> {
    /// A client over this transport.
    pub fn new(transport: T) -> Self {
        Self {
            transport,
            options: CallOptions::default(),
        }
    }

    /// The same client, whose calls have these options.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self {
            transport: self.transport.clone(),
            options,
        }
    }

    /// Calls a unary event.
    ///
    /// # Errors
    ///
    /// The handler's domain error, or the fault that kept it from answering.
    pub async fn unary<I, O, E>(
        &self,
        event: &'static EventInfo,
        input: &I,
    ) -> Result<O, Failure<E>>
    where
        I: Message,
        O: Message + Default,
        E: Message + Default,
    {
        match self.send(event, input).await? {
            Reply::Message(output) => Ok(decode_reply(output)?),
            Reply::Error(error) => Err(Failure::Error(decode_reply(error)?)),
            Reply::Stream(_) => Err(unexpected(event, "a stream").into()),
        }
    }

    /// Calls a stream event.
    ///
    /// # Errors
    ///
    /// The domain error with which the handler refused to start, or the fault that kept it from starting.
    pub async fn stream<I, O, E>(
        &self,
        event: &'static EventInfo,
        input: &I,
    ) -> Result<Items<O, E>, Failure<E>>
    where
        I: Message,
        E: Message + Default,
    {
        match self.send(event, input).await? {
            Reply::Stream(items) => Ok(Items {
                items,
                of: PhantomData,
            }),
            Reply::Error(error) => Err(Failure::Error(decode_reply(error)?)),
            Reply::Message(_) => Err(unexpected(event, "a single message").into()),
        }
    }

    async fn send(&self, event: &'static EventInfo, input: &impl Message) -> Outcome {
        let payload = encode(input);
        self.transport
            .call(event, payload, self.options.clone())
            .await
    }
}

fn unexpected(event: &EventInfo, answer: &str) -> Fault {
    Fault::new(
        Code::Internal,
        format!("`{}` answered with {answer}", event.path),
    )
}

/// The outputs of a stream event, decoded, in order. It ends after its first failure; dropping it stops the handler's
/// stream.
#[must_use = "a stream does nothing unless it is polled"]
pub struct Items<O, E> {
    items: ReplyStream,
    of: PhantomData<fn() -> (O, E)>,
}

impl<O: Message + Default, E: Message + Default> Stream for Items<O, E> {
    type Item = Result<O, Failure<E>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.items).poll_next(cx).map(|item| {
            item.map(|item| match item {
                Ok(output) => Ok(decode_reply(output)?),
                Err(Failure::Error(error)) => Err(Failure::Error(decode_reply(error)?)),
                Err(Failure::Fault(fault)) => Err(Failure::Fault(fault)),
            })
        })
    }
}

impl<O, E> fmt::Debug for Items<O, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}
