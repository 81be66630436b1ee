//! How a call ends.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::call::Guard;
use crate::{Failure, Fault, Payload};

/// What a handler answers, encoded.
#[derive(Debug)]
pub enum Reply {
    /// The output.
    Message(Payload),
    /// The domain error, as the group declares it.
    Error(Payload),
    /// A stream of outputs.
    Stream(ReplyStream),
}

/// How a call ends: in a reply, which may be a domain error, or in a fault.
pub type Outcome = Result<Reply, Fault>;

/// The outputs of a stream event, encoded, in order.
///
/// It ends after its first failure. Dropping it drops the handler's stream.
#[must_use = "a stream does nothing unless it is polled"]
pub struct ReplyStream {
    items: Option<BoxedItems>,
    guard: Option<Guard>,
}

type BoxedItems = Pin<Box<dyn Stream<Item = Result<Payload, Failure<Payload>>> + Send>>;

impl ReplyStream {
    /// A stream of these items.
    pub fn new(
        items: impl Stream<Item = Result<Payload, Failure<Payload>>> + Send + 'static,
    ) -> Self {
        Self {
            items: Some(Box::pin(items)),
            guard: None,
        }
    }

    pub(crate) fn guarded(mut self, guard: Guard) -> Self {
        self.guard = Some(guard);
        self
    }

    /// Waits for what ends the stream from outside, without asking for an item.
    pub(crate) fn poll_ended(&mut self, cx: &mut Context<'_>) -> Poll<Fault> {
        match &mut self.guard {
            Some(guard) => guard.poll_ended(cx),
            None => Poll::Pending,
        }
    }
}

impl Stream for ReplyStream {
    type Item = Result<Payload, Failure<Payload>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Some(items) = &mut this.items else {
            return Poll::Ready(None);
        };
        let polled = match &mut this.guard {
            Some(guard) => guard.poll(cx, |cx| items.as_mut().poll_next(cx)),
            None => items.as_mut().poll_next(cx).map(Ok),
        };
        let item = match polled {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Ok(item)) => item,
            Poll::Ready(Err(fault)) => Some(Err(Failure::Fault(fault))),
        };
        if !matches!(item, Some(Ok(_))) {
            this.items = None;
            if let Some(mut guard) = this.guard.take() {
                guard.finish_stream(item.as_ref().and_then(|item| item.as_ref().err()));
            }
        }
        Poll::Ready(item)
    }
}

impl fmt::Debug for ReplyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyStream").finish_non_exhaustive()
    }
}
