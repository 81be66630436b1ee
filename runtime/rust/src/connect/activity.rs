//! The requests that are under way on one connection, from their heads to the last byte of their answers.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::response::Response;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::watch;
use tower::Service;
use tower_http::timeout::TimeoutBody;

/// A router that counts. Its requests know where they come from, and end in an error where they do not come on.
#[derive(Clone)]
pub(super) struct Counted {
    router: Router,
    peer: SocketAddr,
    patience: Duration,
    running: watch::Sender<usize>,
}

impl Counted {
    /// With the number of requests that are under way.
    pub(super) fn new(
        router: Router,
        peer: SocketAddr,
        patience: Duration,
    ) -> (Self, watch::Receiver<usize>) {
        let (running, watched) = watch::channel(0);
        let counted = Self {
            router,
            peer,
            patience,
            running,
        };
        (counted, watched)
    }
}

impl<B> Service<Request<B>> for Counted
where
    B: HttpBody<Data = Bytes, Error: Into<axum::BoxError>> + Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request<Body>>::poll_ready(&mut self.router, cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let running = Running::new(&self.running);
        let mut request = request.map(|body| Body::new(TimeoutBody::new(self.patience, body)));
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let answer = self.router.call(request);
        Box::pin(async move {
            let response = answer.await?;
            Ok(response.map(|body| Body::new(Answer { body, running })))
        })
    }
}

/// A request that is under way.
struct Running(watch::Sender<usize>);

impl Running {
    fn new(running: &watch::Sender<usize>) -> Self {
        running.send_modify(|running| *running += 1);
        Self(running.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.send_modify(|running| *running -= 1);
    }
}

/// An answer's body, which is dropped once it is written.
struct Answer {
    body: Body,
    #[expect(dead_code, reason = "held until the end")]
    running: Running,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
