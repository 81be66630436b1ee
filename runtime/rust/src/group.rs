//! A group of events that one handler answers, and how it becomes part of a server.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower::util::ServiceExt;
use tower::{BoxError, Layer, Service};

use crate::{EventGroupInfo, Fault, Outcome, Reply, Request};

/// A handler's answer while it is being made.
pub type ReplyFuture = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// A group of events and the handler that answers them: what a generated `…Service` is.
pub trait EventGroup: Send + Sync + 'static {
    /// The group's schema.
    fn info(&self) -> &'static EventGroupInfo;

    /// Answers one call of the event at [`Request::event_index`].
    fn call(&self, request: Request) -> ReplyFuture;
}

/// An [`EventGroup`] as a `tower` service, which layers wrap.
pub struct GroupService<G>(Arc<G>);

impl<G> Clone for GroupService<G> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<G: EventGroup> Service<Request> for GroupService<G> {
    type Response = Reply;
    type Error = Fault;
    type Future = ReplyFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> ReplyFuture {
        self.0.call(request)
    }
}

/// A group whose type, layers included, is forgotten.
pub(crate) trait ErasedGroup: Send + Sync {
    fn call(&self, request: Request) -> ReplyFuture;
}

impl<G: EventGroup> ErasedGroup for G {
    fn call(&self, request: Request) -> ReplyFuture {
        EventGroup::call(self, request)
    }
}

struct LayeredGroup<S>(S);

impl<S> ErasedGroup for LayeredGroup<S>
where
    S: Service<Request, Response = Reply, Error: Into<BoxError>, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    fn call(&self, request: Request) -> ReplyFuture {
        let service = self.0.clone();
        Box::pin(async move {
            service
                .oneshot(request)
                .await
                .map_err(|error| Fault::from_layer(error.into()))
        })
    }
}

/// The layers that stand around a group, if any: the one place where their types are erased.
pub trait Layers<G>: sealed::Sealed {
    #[doc(hidden)]
    fn wrap(&self, group: G) -> Erased;
}

/// A group whose type is forgotten.
pub struct Erased(pub(crate) Box<dyn ErasedGroup>);

/// No layers: a call reaches its group directly.
#[derive(Debug, Clone, Copy)]
pub struct Unlayered;

/// One layer, or several as a `tower` stack.
#[derive(Debug, Clone)]
pub struct Layered<L>(pub(crate) L);

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Unlayered {}
    impl<L> Sealed for super::Layered<L> {}
}

impl<G: EventGroup> Layers<G> for Unlayered {
    fn wrap(&self, group: G) -> Erased {
        Erased(Box::new(group))
    }
}

impl<G: EventGroup, L> Layers<G> for Layered<L>
where
    L: Layer<GroupService<G>>,
    L::Service: Service<Request, Response = Reply, Error: Into<BoxError>, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    fn wrap(&self, group: G) -> Erased {
        Erased(Box::new(LayeredGroup(
            self.0.layer(GroupService(Arc::new(group))),
        )))
    }
}
