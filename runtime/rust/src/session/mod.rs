//! Sessions of frames: how a frontend talks to a server where no standard protocol reaches.
//!
//! [`Server::open`] gives a [`Session`], the server's end of one frontend. The frontend's frames go into
//! [`Session::receive`]; the server's come out of a [`Sink`], or in batches out of [`Session::poll_batch`]. The frames are
//! those of `schemas/bellwire/wire.proto`.

mod call;
mod connection;
pub(crate) mod frame;
mod inbox;
mod outbox;
mod table;

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;

pub use self::connection::{Connection, Told};
pub(crate) use self::frame::ROOM;
use self::outbox::Link;
pub(crate) use self::table::Sessions;
use crate::wire::bellwire::v1::Call;
use crate::{Code, Failure, Fault, Payload, Server, SessionId};

/// Where the frames of a session go.
///
/// Any closure that takes a frame and says whether anybody is there is one that is always ready.
pub trait Sink: Send + Sync + 'static {
    /// Takes one frame, without waiting. False where nobody is there any more, which closes the session.
    ///
    /// No two threads are in here at once for one session.
    fn send(&self, frame: Bytes) -> bool;

    /// Whether the other end keeps up. While it does not, answers and notifications wait in the session, within its
    /// limits, until [`Session::flush`] is called.
    fn is_ready(&self) -> bool {
        true
    }
}

impl<F: Fn(Bytes) -> bool + Send + Sync + 'static> Sink for F {
    fn send(&self, frame: Bytes) -> bool {
        self(frame)
    }
}

/// The server's end of one frontend. Dropping it closes it: its calls are cancelled, its subscriptions forgotten.
///
/// A frame that another thread is handing over at that moment may still reach the sink, and none after it.
///
/// # Order
///
/// Frames are taken in the order in which they are received. Answers and stream items come out in the order in which
/// they are made. A notification that is sent before a call is answered, by its handler for one, comes out before the
/// answer; exceptions are a debounced notification while it is held back, and one that was lost. A notification that is
/// sent after an answer may come out before it. A subscription holds from when its frame was received, and is over when
/// the frame that ends it was: a pong says that everything before its ping was done. It stands among the notifications
/// where the ping did: those that come behind it were sent after the ping was received, and those that come before it were
/// sent before.
pub struct Session(Arc<Link>);

impl Server {
    /// Opens a session, whose frames are pushed into this sink.
    ///
    /// # Errors
    ///
    /// `FAILED_PRECONDITION` for a server without an [executor](crate::ServerBuilder::executor), `RESOURCE_EXHAUSTED`
    /// where [`Limits::sessions`](crate::Limits::sessions) are open, `UNAVAILABLE` once it shuts down.
    pub fn open(&self, sink: impl Sink) -> Result<Session, Fault> {
        self.open_link(Some(Box::new(sink)))
    }

    /// Opens a session, whose frames are pulled by [`Session::poll_batch`].
    ///
    /// # Errors
    ///
    /// Those of [`Server::open`].
    pub fn open_pulled(&self) -> Result<Session, Fault> {
        self.open_link(None)
    }

    fn open_link(&self, sink: Option<Box<dyn Sink>>) -> Result<Session, Fault> {
        if self.executor().is_none() {
            let message = "the server has no executor for the calls of sessions: give it one by \
                           `ServerBuilder::executor` or `Server::run_calls_on`";
            return Err(Fault::new(Code::FailedPrecondition, message));
        }
        if self.is_closing() {
            return Err(crate::lifecycle::shutting_down());
        }
        let link = self
            .sessions()
            .register(self.limits().sessions, |id| Link::new(self, id, sink))?;
        Ok(Session(link))
    }

    /// How many sessions of frames are open.
    pub fn open_sessions(&self) -> usize {
        self.sessions().len()
    }
}

impl Session {
    /// Names the session; handlers see it in their [`Context`](crate::Context).
    pub fn id(&self) -> SessionId {
        self.0.id
    }

    /// Takes one frame of the frontend, in part or whole nonsense included. It does not wait for anything that the
    /// frame starts. After the session was closed it does nothing.
    pub fn receive(&self, frame: impl Into<Bytes>) {
        inbox::receive(&self.0, frame.into());
        self.0.flush();
    }

    /// Makes a call whose answer does not go with the session's other frames, for a carrier that has a way back for each
    /// call of its own. `answer` is given the answer, exactly once: at once where the call is refused, and when the
    /// session closes at the latest.
    ///
    /// Everything else about the call is as if it had been [received](Self::receive) in a frame: a frame can cancel it,
    /// for one. The event is not one that answers with a stream; that is refused with `FAILED_PRECONDITION`. A
    /// notification that is sent before the call is answered may come out after the answer.
    pub fn call(
        &self,
        call: Call,
        payload: impl Into<Bytes>,
        answer: impl FnOnce(Result<Payload, Failure<Payload>>) + Send + 'static,
    ) {
        inbox::start(&self.0, call, payload.into(), Some(Box::new(answer)));
    }

    /// Hands what waits to the sink, as far as it is ready. For a sink that was not and is again.
    pub fn flush(&self) {
        self.0.flush();
    }

    /// Takes what waits for the frontend: frames in order, as many as fit into this many bytes and at least one. None
    /// once the session is closed.
    ///
    /// One task at a time pulls: only the last one that polled is woken.
    pub fn poll_batch(&self, max_bytes: usize, cx: &mut Context<'_>) -> Poll<Option<Vec<Bytes>>> {
        self.0.poll_batch(max_bytes, cx)
    }

    /// See [`Session::poll_batch`].
    pub async fn batch(&self, max_bytes: usize) -> Option<Vec<Bytes>> {
        poll_fn(|cx| self.poll_batch(max_bytes, cx)).await
    }

    /// Whether it was closed: by its sink, or for a client that broke the rules beyond repair.
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Session").field(&self.0.id.0).finish()
    }
}
