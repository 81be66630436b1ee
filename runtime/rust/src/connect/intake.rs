//! What comes of the bodies of requests: one that is too large is cut off, and whatever is left unread is read.
//!
//! A call whose input was cut off goes on with a mark, by which it is refused in the protocol that it came in, with the
//! limit's name.
//!
//! A client may write all of its request before it looks for an answer. HTTP/1.1 takes the answer away from it, since the
//! connection is closed with what was not read. Node's HTTP/2 has no memory left to take an answer while it holds much
//! to write, and connect-node then waits for ever. So the rest is read and dropped, for a while, and answered afterwards.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, Version, header};
use axum::response::Response;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::timeout;

/// How long the rest may take to come, and how long each part of it.
const PATIENCE: Duration = Duration::from_secs(60);
const SILENCE: Duration = Duration::from_secs(10);

/// So few bytes are there at once: they are neither too large nor left unread.
const SMALL: u64 = 16 << 10;

/// What comes before a message where the body is one of several: flags, and a length of four bytes.
const ENVELOPE: usize = 5;

/// What is known of a request's body while its call runs: the mark in the request's extensions.
#[derive(Default)]
pub(super) struct Intake {
    too_large: AtomicBool,
    /// What nobody read.
    rest: Mutex<Option<Body>>,
}

impl Intake {
    /// Watches over a request's body, of which no more than this many bytes are taken; None where there is nothing to
    /// watch.
    pub(super) fn watch(request: &mut Request, limit: usize) -> Option<Arc<Self>> {
        let size = request.body().size_hint();
        if size.upper().is_some_and(|upper| upper <= SMALL) {
            return None;
        }
        let intake = Arc::new(Self::default());
        let body = std::mem::take(request.body_mut());
        let enveloped = is_enveloped(request.headers().get(header::CONTENT_TYPE));
        let compressed = request.headers().contains_key(header::CONTENT_ENCODING);
        let held_back = compressed && !enveloped && size.upper().is_none();
        let mut watched = Watched {
            body,
            left: limit,
            enveloped,
            held: held_back.then(VecDeque::new),
            passed: VecDeque::new(),
            intake: Arc::clone(&intake),
        };
        if size.lower() > limit as u64 {
            *request.body_mut() = Body::from(watched.cut_off());
        } else {
            *request.body_mut() = Body::new(watched);
        }
        request.extensions_mut().insert(Arc::clone(&intake));
        Some(intake)
    }

    /// All of a body that nobody will look at.
    pub(super) fn unread(request: Request) -> Self {
        Self {
            rest: Mutex::new(Some(request.into_body())),
            ..Self::default()
        }
    }

    /// Whether the input of the call is not what was sent.
    pub(super) fn is_too_large(&self) -> bool {
        self.too_large.load(Ordering::SeqCst)
    }

    /// Answers a request once all of it has come.
    pub(super) async fn answer_last(&self, version: Version, response: Response) -> Response {
        let Some(rest) = self.rest().take() else {
            return response;
        };
        let read = timeout(PATIENCE, read_to_the_end(rest)).await;
        if read == Ok(true) || version < Version::HTTP_2 {
            return response;
        }
        // HTTP/2 would end the stream without an error, upon which connect-node waits for ever.
        response.map(|body| Body::new(Cut(body)))
    }

    fn rest(&self) -> std::sync::MutexGuard<'_, Option<Body>> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the messages in a body of this type have lengths.
fn is_enveloped(content: Option<&HeaderValue>) -> bool {
    let content = content.map(HeaderValue::as_bytes).unwrap_or_default();
    content.starts_with(b"application/grpc") || content.starts_with(b"application/connect+")
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

/// A request's body, up to the limit, that hands itself back where it is left unread.
struct Watched {
    body: Body,
    /// How many bytes more are taken.
    left: usize,
    /// Whether the next bytes are those of an envelope.
    enveloped: bool,
    /// What came so far of a body that is compressed as a whole, and whose length nobody said: cut off in its middle it
    /// would be garbage, and refused as that.
    held: Option<VecDeque<Bytes>>,
    /// The same, once all of it came.
    passed: VecDeque<Bytes>,
    intake: Arc<Intake>,
}

impl Watched {
    /// Ends the body here, and gives what an empty input looks like.
    fn cut_off(&mut self) -> Bytes {
        self.held = None;
        self.intake.too_large.store(true, Ordering::SeqCst);
        *self.intake.rest() = Some(std::mem::take(&mut self.body));
        match self.enveloped {
            true => Bytes::from_static(&[0; ENVELOPE]),
            false => Bytes::new(),
        }
    }

    /// Whether more comes than is taken, by what the envelope says or by what came.
    fn is_too_much(&self, data: &[u8]) -> bool {
        let envelope = data.first_chunk::<ENVELOPE>().filter(|_| self.enveloped);
        let declared = envelope.map(|[_, length @ ..]| u32::from_be_bytes(*length) as usize);
        declared.unwrap_or(0).max(data.len()) > self.left
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        loop {
            if let Some(data) = this.passed.pop_front() {
                return Poll::Ready(Some(Ok(Frame::data(data))));
            }
            let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
            match frame.transpose()?.map(Frame::into_data) {
                Some(Ok(data)) if this.is_too_much(&data) => {
                    let empty = this.cut_off();
                    return Poll::Ready(Some(Ok(Frame::data(empty))));
                }
                Some(Ok(data)) => {
                    this.left -= data.len();
                    this.enveloped = false;
                    match &mut this.held {
                        Some(held) => held.push_back(data),
                        None => return Poll::Ready(Some(Ok(Frame::data(data)))),
                    }
                }
                Some(Err(trailers)) if this.held.is_none() => {
                    return Poll::Ready(Some(Ok(trailers)));
                }
                // Nobody looks for trailers behind a body that is compressed as a whole.
                Some(Err(_)) => {}
                None => match this.held.take() {
                    Some(held) => {
                        this.passed = held;
                        this.body = Body::empty();
                    }
                    None => return Poll::Ready(None),
                },
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.held.is_none() && self.passed.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if !self.body.is_end_stream() {
            *self.intake.rest() = Some(std::mem::take(&mut self.body));
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
        let frame = ready!(Pin::new(&mut self.0).poll_frame(cx));
        Poll::Ready(Some(match frame {
            Some(Ok(frame)) if frame.is_data() => Ok(frame),
            Some(Err(error)) => Err(error),
            _ => Err(axum::Error::new("the request took too long to come")),
        }))
    }
}
