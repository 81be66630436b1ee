//! Requests that are answered before they are read: too large, say, or not allowed.
//!
//! A client may write all of its request before it looks for an answer. HTTP/1.1 takes the answer away from it, since the
//! connection is closed with what was not read. Node's HTTP/2 has no memory left to take an answer while it holds much
//! to write, and connect-node then waits for ever. So the rest is read and dropped, for a while, and answered afterwards.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::Version;
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// How long the rest may take to come, and how long each part of it.
const PATIENCE: Duration = Duration::from_secs(60);
const SILENCE: Duration = Duration::from_secs(10);

/// Answers a request once all of it has come.
pub(super) async fn answer_last(request: Request, next: Next) -> Response {
    let version = request.version();
    let (left, mut unread) = oneshot::channel();
    let left = Some(left);
    let response = next
        .run(request.map(|body| Body::new(Watched { body, left })))
        .await;
    let Ok(rest) = unread.try_recv() else {
        return response;
    };
    let read = timeout(PATIENCE, read_to_the_end(rest)).await;
    if read == Ok(true) || version < Version::HTTP_2 {
        return response;
    }
    // HTTP/2 would end the stream without an error, upon which connect-node waits for ever.
    response.map(|body| Body::new(Cut(body)))
}

/// Whether it came to its end.
async fn read_to_the_end(mut body: Body) -> bool {
    loop {
        let frame = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx));
        match timeout(SILENCE, frame).await {
            Ok(Some(Ok(_))) => {}
            Ok(None) => return true,
            Ok(Some(Err(_))) | Err(_) => return false,
        }
    }
}

/// A request's body that hands itself back where whoever wanted it leaves it unread.
struct Watched {
    body: Body,
    left: Option<oneshot::Sender<Body>>,
}

impl HttpBody for Watched {
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

impl Drop for Watched {
    fn drop(&mut self) {
        if !self.body.is_end_stream()
            && let Some(left) = self.left.take()
        {
            // Nobody waits for it where the whole request was given up.
            drop(left.send(std::mem::take(&mut self.body)));
        }
    }
}

/// An answer that ends in an error, without its trailers.
struct Cut(Body);

impl HttpBody for Cut {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = std::task::ready!(Pin::new(&mut self.0).poll_frame(cx));
        Poll::Ready(Some(match frame {
            Some(Ok(frame)) if frame.is_data() => Ok(frame),
            Some(Err(error)) => Err(error),
            _ => Err(axum::Error::new("the request took too long to come")),
        }))
    }
}
