//! What a request goes through on its way to the protocol, and its answer on the way back.
//!
//! It is one service rather than a layer for each step, since each of axum's layers costs every call six allocations.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::Response;
use connectrpc::ConnectRpcService;
use tower::Service;

use super::answer;
use super::dispatcher::Edge;
use super::intake::Intake;
use super::origin::{self, Origins};

#[derive(Clone)]
pub(super) struct Gate {
    pub protocol: ConnectRpcService<Edge>,
    pub origins: Arc<Origins>,
    /// The largest body of a request, in bytes.
    pub limit: usize,
}

impl Service<Request> for Gate {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let version = request.version();
        if let Some(origin) = self.origins.refused(&request) {
            let refusal = origin::refusal(origin);
            let intake = Intake::unread(request);
            return Box::pin(async move { Ok(intake.answer_last(version, refusal).await) });
        }
        let intake = Intake::watch(&mut request, self.limit);
        let answer = self.protocol.call(request);
        Box::pin(async move {
            let Ok(response) = answer.await;
            let response = answer::complete(response);
            Ok(match intake {
                Some(intake) => intake.answer_last(version, response).await,
                None => response,
            })
        })
    }
}
