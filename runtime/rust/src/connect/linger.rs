//! Requests that are answered before they are read: too large, say, or not allowed.
//!
//! HTTP/1.1 closes a connection on which a request was not read to its end, and what the client still sends then takes
//! the answer away from it. So the rest is read and dropped, for a while.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::Version;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::runtime::Handle;

/// For how long.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn read_to_the_end(request: Request) -> Request {
    if request.version() >= Version::HTTP_2 {
        return request;
    }
    request.map(|body| Body::new(Lingering(body)))
}

/// A body that is read to its end even where whoever wanted it is gone.
struct Lingering(Body);

impl HttpBody for Lingering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.0).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        if self.0.is_end_stream() {
            return;
        }
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let mut rest = std::mem::take(&mut self.0);
        runtime.spawn(tokio::time::timeout(PATIENCE, async move {
            while let Some(Ok(_)) = poll_fn(|cx| Pin::new(&mut rest).poll_frame(cx)).await {}
        }));
    }
}
