//! The frontend's end of a session, for frontends in Rust and for tests.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use futures_core::Stream;
use prost::Message;
use rustc_hash::FxHashMap;

use crate::fault::panic_text;
use crate::hello::PROTOCOL;
use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use crate::testing::Direction;
use crate::wire::bellwire::v1::client_frame::Kind;
use crate::wire::bellwire::v1::server_frame::Kind as FromCore;
use crate::wire::bellwire::v1::{
    Call, Cancel, ClientFrame, Credit, Fingerprint, Hello, Lagged, Metadata, Notification,
    ServerFrame, Subscribe, Subscription, Unsubscribe, Welcome,
};
use crate::{
    CallOptions, Code, EventGroupInfo, EventInfo, Failure, Fault, Outcome, Payload, Reply,
    ReplyStream, Server, Transport,
};

/// How many items of a stream may be on their way; half of them are asked for at once.
const CREDIT: u32 = 32;

/// What a session tells its frontend beside the answers to its calls.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Told {
    /// The core has taken the hello.
    Welcome(Welcome),
    /// A notification.
    Notification(Notification),
    /// Notifications were lost.
    Lagged(Lagged),
    /// The answer to a ping. What was sent before the ping was taken comes before it, and what is sent later behind it.
    Pong(u64),
    /// Something is wrong that is no answer to a call.
    Fault(Fault),
}

/// The frontend's end of a session of frames: what generated clients call over.
///
/// Clones are the same end. When the last one is gone, so is what it sends with.
#[derive(Clone)]
pub struct Connection(Arc<Inner>);

struct Inner {
    send: Box<dyn Fn(Bytes) + Send + Sync>,
    told: Box<dyn Fn(Told) + Send + Sync>,
    next: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    calls: FxHashMap<u64, Pending>,
    closed: bool,
}

/// What came for one call and was not taken yet.
#[derive(Default)]
struct Pending {
    answers: VecDeque<Answer>,
    waker: Option<Waker>,
}

enum Answer {
    Item(Bytes),
    Ok(Bytes),
    Error(Bytes),
    Fault(Fault),
    End,
}

impl Connection {
    /// A frontend that sends its frames with `send`, says hello for these groups, and is told with `told` what is no
    /// answer to a call. What comes back is to be given to [`Connection::receive`].
    pub fn new(
        groups: &[&'static EventGroupInfo],
        send: impl Fn(Bytes) + Send + Sync + 'static,
        told: impl Fn(Told) + Send + Sync + 'static,
    ) -> Self {
        let connection = Self(Inner::new(send, told));
        connection.0.send(Kind::Hello(hello(groups)), Bytes::new());
        connection
    }

    /// A frontend in the same process, over a pipe of frames in memory, that says hello for all of the server's groups.
    ///
    /// # Errors
    ///
    /// Those of [`Server::open`].
    pub fn in_process(
        server: &Server,
        told: impl Fn(Told) + Send + Sync + 'static,
    ) -> Result<Self, Fault> {
        Self::watched(server, told, |_, _| {})
    }

    /// The same, for somebody who watches the frames.
    pub(crate) fn watched(
        server: &Server,
        told: impl Fn(Told) + Send + Sync + 'static,
        watch: impl Fn(Direction, &Bytes) + Clone + Send + Sync + 'static,
    ) -> Result<Self, Fault> {
        // Weak, since this end owns the session, and the session its sink.
        let frontend: Arc<OnceLock<Weak<Inner>>> = Arc::default();
        let session = {
            let (frontend, watch) = (Arc::clone(&frontend), watch.clone());
            server.open(move |frame| {
                watch(Direction::Core, &frame);
                let inner = frontend.get().and_then(Weak::upgrade);
                inner.map(|inner| inner.receive(frame)).is_some()
            })?
        };
        let send = move |frame| {
            watch(Direction::Client, &frame);
            session.receive(frame);
        };
        let connection = Self(Inner::new(send, told));
        // It is empty: nothing else sets it.
        let _ = frontend.set(Arc::downgrade(&connection.0));
        let groups: Vec<_> = server.groups().collect();
        connection.0.send(Kind::Hello(hello(&groups)), Bytes::new());
        Ok(connection)
    }

    /// Takes a frame of the core.
    pub fn receive(&self, frame: Bytes) {
        self.0.receive(frame);
    }

    /// Subscribes to a notification, or to one key of it. Gives what to [unsubscribe](Self::unsubscribe) by.
    pub fn subscribe(&self, path: &str, key: Option<&str>) -> u64 {
        let id = self.0.next();
        let subscription = Some(Subscription {
            path: path.to_owned(),
            key: key.map(str::to_owned),
        });
        let subscribe = Subscribe { id, subscription };
        self.0.send(Kind::Subscribe(subscribe), Bytes::new());
        id
    }

    /// Takes a subscription back.
    pub fn unsubscribe(&self, id: u64) {
        self.0
            .send(Kind::Unsubscribe(Unsubscribe { id }), Bytes::new());
    }

    /// Asks for a [pong](Told::Pong) with this number.
    pub fn ping(&self, nonce: u64) {
        let ping = crate::wire::bellwire::v1::Ping { nonce };
        self.0.send(Kind::Ping(ping), Bytes::new());
    }

    /// The way to the core is gone: every call that has no answer ends with `UNAVAILABLE`, and so do later ones.
    pub fn close(&self) {
        let wakers: Vec<_> = {
            let mut state = self.0.state();
            state.closed = true;
            let calls = state.calls.values_mut();
            calls
                .filter_map(|call| {
                    call.answers.push_back(Answer::Fault(gone()));
                    call.waker.take()
                })
                .collect()
        };
        wakers.into_iter().for_each(Waker::wake);
    }

    async fn answer(
        self,
        event: &'static EventInfo,
        payload: Bytes,
        options: CallOptions,
    ) -> Outcome {
        let mut waiting = self.start(event, payload, &options)?;
        match poll_fn(|cx| waiting.poll(cx)).await {
            Answer::Ok(output) => Ok(Reply::Message(output.into())),
            Answer::Error(error) => Ok(Reply::Error(error.into())),
            Answer::Fault(fault) => Err(fault),
            first => Ok(Reply::Stream(ReplyStream::new(Streamed {
                waiting,
                first: Some(first),
                taken: 0,
            }))),
        }
    }

    fn start(
        self,
        event: &'static EventInfo,
        payload: Bytes,
        options: &CallOptions,
    ) -> Result<Waiting, Fault> {
        let metadata = metadata(options)?;
        let id = self.0.next();
        {
            let mut state = self.0.state();
            if state.closed {
                return Err(gone());
            }
            state.calls.insert(id, Pending::default());
        }
        let call = Call {
            id,
            path: event.path.to_owned(),
            metadata,
            timeout_ms: options
                .timeout
                .map(|timeout| u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX)),
            credit: CREDIT,
        };
        self.0.send(Kind::Call(call), payload);
        Ok(Waiting {
            connection: self,
            id,
        })
    }
}

impl Transport for Connection {
    fn call(
        &self,
        event: &'static EventInfo,
        payload: Bytes,
        options: CallOptions,
    ) -> impl Future<Output = Outcome> + Send {
        self.clone().answer(event, payload, options)
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}

impl Inner {
    fn new(
        send: impl Fn(Bytes) + Send + Sync + 'static,
        told: impl Fn(Told) + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            send: Box::new(send),
            told: Box::new(told),
            next: AtomicU64::new(1),
            state: Mutex::default(),
        })
    }

    fn next(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    fn send(&self, kind: Kind, payload: Bytes) {
        let frame = ClientFrame {
            kind: Some(kind),
            payload,
        };
        (self.send)(frame.encode_to_vec().into());
    }

    fn receive(&self, frame: Bytes) {
        let Ok(ServerFrame { kind, payload }) = ServerFrame::decode(frame) else {
            let fault = Fault::new(Code::Internal, "the core sent a malformed frame");
            return self.tell(Told::Fault(fault));
        };
        match kind {
            Some(FromCore::Ok(ok)) => self.answered(ok.id, Answer::Ok(payload)),
            Some(FromCore::Error(error)) => self.answered(error.id, Answer::Error(payload)),
            Some(FromCore::Item(item)) => self.answered(item.id, Answer::Item(payload)),
            Some(FromCore::End(end)) => self.answered(end.id, Answer::End),
            Some(FromCore::Fault(fault)) => {
                let id = fault.id;
                let fault = Fault::new(Code::from_number(fault.code), fault.message);
                match id {
                    0 => self.tell(Told::Fault(fault)),
                    id => self.answered(id, Answer::Fault(fault)),
                }
            }
            Some(FromCore::Welcome(welcome)) => self.tell(Told::Welcome(welcome)),
            Some(FromCore::Notification(notice)) => self.tell(Told::Notification(Notification {
                path: notice.path,
                key: notice.key,
                payload,
            })),
            Some(FromCore::Lagged(lagged)) => self.tell(Told::Lagged(lagged)),
            Some(FromCore::Pong(pong)) => self.tell(Told::Pong(pong.nonce)),
            None => {}
        }
    }

    /// A listener that panics must not take the session with it, since its frames come from the core's own thread.
    fn tell(&self, told: Told) {
        let listened = catch_unwind(AssertUnwindSafe(|| (self.told)(told)));
        if let Err(panic) = listened {
            let said = panic_text(&*panic).unwrap_or("without a message");
            tracing::error!("a listener panicked: {said}");
        }
    }

    /// An answer to a call that has ended, or never was, is nobody's.
    fn answered(&self, id: u64, answer: Answer) {
        let waker = {
            let mut state = self.state();
            let Some(call) = state.calls.get_mut(&id) else {
                return;
            };
            call.answers.push_back(answer);
            call.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// One call that has not ended. Dropping it cancels the call.
struct Waiting {
    connection: Connection,
    id: u64,
}

impl Waiting {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Answer> {
        let mut state = self.connection.0.state();
        let Some(call) = state.calls.get_mut(&self.id) else {
            return Poll::Ready(Answer::End);
        };
        let Some(answer) = call.answers.pop_front() else {
            call.waker = Some(cx.waker().clone());
            return Poll::Pending;
        };
        if !matches!(answer, Answer::Item(_)) {
            state.calls.remove(&self.id);
        }
        Poll::Ready(answer)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let (pending, closed) = {
            let mut state = self.connection.0.state();
            (state.calls.remove(&self.id).is_some(), state.closed)
        };
        if pending && !closed {
            let cancel = Cancel { id: self.id };
            self.connection.0.send(Kind::Cancel(cancel), Bytes::new());
        }
    }
}

/// The items of a stream, as they come. More are asked for as they are taken.
struct Streamed {
    waiting: Waiting,
    first: Option<Answer>,
    taken: u32,
}

impl Stream for Streamed {
    type Item = Result<Payload, Failure<Payload>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let answer = match this.first.take() {
            Some(first) => first,
            None => match this.waiting.poll(cx) {
                Poll::Ready(answer) => answer,
                Poll::Pending => return Poll::Pending,
            },
        };
        Poll::Ready(match answer {
            Answer::Item(output) | Answer::Ok(output) => {
                this.ask_for_more();
                Some(Ok(output.into()))
            }
            Answer::Error(error) => Some(Err(Failure::Error(error.into()))),
            Answer::Fault(fault) => Some(Err(Failure::Fault(fault))),
            Answer::End => None,
        })
    }
}

impl Streamed {
    fn ask_for_more(&mut self) {
        self.taken += 1;
        if self.taken == CREDIT / 2 {
            let credit = Credit {
                id: self.waiting.id,
                items: self.taken,
            };
            self.taken = 0;
            let connection = &self.waiting.connection.0;
            connection.send(Kind::Credit(credit), Bytes::new());
        }
    }
}

fn hello(groups: &[&'static EventGroupInfo]) -> Hello {
    let events = groups.iter().flat_map(|group| group.events);
    Hello {
        protocol: PROTOCOL,
        uses: events
            .map(|event| Fingerprint {
                path: event.path.to_owned(),
                fingerprint: event.fingerprint,
            })
            .collect(),
    }
}

fn metadata(options: &CallOptions) -> Result<Vec<Metadata>, Fault> {
    let headers = options.metadata.iter();
    headers
        .map(|(key, value)| {
            let value = value.to_str().map_err(|_| {
                Fault::new(
                    Code::InvalidArgument,
                    format!("the metadata `{key}` is not text"),
                )
            })?;
            Ok(Metadata {
                key: key.as_str().to_owned(),
                value: value.to_owned(),
            })
        })
        .collect()
}

fn gone() -> Fault {
    Fault::new(Code::Unavailable, "the way to the core is gone")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
