//! What one session knows, and what waits for its frontend.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use rustc_hash::FxHashMap;

use super::call::{Control, Ending};
use super::{Sink, frame};
use crate::hub::Next;
use crate::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use crate::{Code, Fault, Server, SessionId, Subscriber};

/// One session: what its calls, its frontend's frames and its sink share.
pub(crate) struct Link {
    pub id: SessionId,
    pub server: Server,
    pub subscriber: Subscriber,
    /// None where frames are pulled.
    sink: Option<Box<dyn Sink>>,
    state: Mutex<State>,
}

/// What changes during a session. A lock of it is never held while code of others runs.
#[derive(Default)]
pub(super) struct State {
    /// What the client cannot be served, by name; None before its hello.
    pub unserved: Option<BTreeSet<String>>,
    /// The calls that have no answer yet, by their ids.
    pub calls: FxHashMap<u64, Arc<Control>>,
    pub subscriptions: BTreeMap<u64, Subscribed>,
    /// Whether a task watches for notifications.
    pub watched: bool,
    outbox: VecDeque<Outgoing>,
    /// Whether the notifications have come to the mark of the next pong, behind which they wait.
    at_pong: bool,
    /// How many of the frames in the outbox are no items of streams.
    answers: usize,
    puller: Option<Waker>,
    flushing: Flushing,
    closed: bool,
}

/// What one subscription is to: a path, and maybe a key.
pub(super) type Subscribed = (String, Option<String>);

struct Outgoing {
    frame: Bytes,
    /// The call whose item this is.
    item_of: Option<Arc<Control>>,
    is_pong: bool,
}

impl Outgoing {
    fn new(frame: Bytes) -> Self {
        Self {
            frame,
            item_of: None,
            is_pong: false,
        }
    }
}

/// Whether a thread hands frames to the sink. Only one does, so that the order holds.
#[derive(Default, PartialEq)]
enum Flushing {
    #[default]
    No,
    Yes,
    /// It has to look again before it stops.
    Again,
}

impl Link {
    pub fn new(server: &Server, id: SessionId, sink: Option<Box<dyn Sink>>) -> Self {
        Self {
            id,
            server: server.clone(),
            subscriber: server.hub().subscriber(server.limits().queue_length),
            sink,
            state: Mutex::default(),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_closed(&self) -> bool {
        self.state().closed
    }

    /// Says something that is no answer to a call in flight. A client that takes nothing while it makes us say ever more
    /// loses its session.
    pub(super) fn say(&self, frame: Bytes) {
        self.push(|state| state.push(frame));
    }

    /// Says the answer to a ping. A mark among the notifications keeps it in its place: those that are sent from now on
    /// come out behind it.
    pub(super) fn say_pong(&self, frame: Bytes) {
        self.push(|state| {
            if state.closed {
                return;
            }
            self.subscriber.mark(0);
            state.answers += 1;
            state.outbox.push_back(Outgoing {
                is_pong: true,
                ..Outgoing::new(frame)
            });
        });
    }

    fn push(&self, push: impl FnOnce(&mut State)) {
        let limit = self.server.limits().calls_per_session;
        let too_much = {
            let mut state = self.state();
            push(&mut state);
            state.answers > limit.saturating_mul(2).saturating_add(16)
        };
        if too_much {
            self.close();
        }
    }

    /// Ends a call with its answer, unless it has one already.
    pub(super) fn answer(&self, id: u64, control: &Arc<Control>, ending: Ending) {
        let answer = {
            let mut state = self.state();
            if !state.has(id, control) {
                return;
            }
            state.calls.remove(&id);
            match (control.take_answer(), ending) {
                (Some(answer), Ending::Answer(outcome)) => Some((answer, outcome)),
                (_, ending) => {
                    state.push(frame::ending(id, ending));
                    None
                }
            }
        };
        match answer {
            Some((answer, outcome)) => answer(outcome),
            None => self.flush(),
        }
    }

    /// Sends one item of a call's stream, unless the call has ended.
    pub(super) fn item(&self, id: u64, control: &Arc<Control>, frame: impl FnOnce() -> Bytes) {
        {
            let mut state = self.state();
            if !state.has(id, control) {
                return;
            }
            control.item_waits();
            state.outbox.push_back(Outgoing {
                item_of: Some(Arc::clone(control)),
                ..Outgoing::new(frame())
            });
        }
        self.flush();
    }

    /// Hands what waits to the sink, or tells the puller that something does.
    pub fn flush(&self) {
        let Some(sink) = &self.sink else {
            let puller = self.state().puller.take();
            if let Some(puller) = puller {
                puller.wake();
            }
            return;
        };
        {
            let mut state = self.state();
            if state.flushing != Flushing::No {
                state.flushing = Flushing::Again;
                return;
            }
            state.flushing = Flushing::Yes;
        }
        // A panic of the sink must not leave the session half way, nor reach a handler.
        let handed_over = catch_unwind(AssertUnwindSafe(|| self.hand_over(&**sink)));
        if !handed_over.unwrap_or(false) {
            self.close();
        }
    }

    /// False where nobody takes the frames any more.
    fn hand_over(&self, sink: &dyn Sink) -> bool {
        loop {
            let ready = sink.is_ready();
            let next = {
                let mut state = self.state();
                let next = ready.then(|| self.next(&mut state)).flatten();
                if next.is_none() && state.flushing == Flushing::Yes {
                    state.flushing = Flushing::No;
                    return true;
                }
                state.flushing = Flushing::Yes;
                next
            };
            if let Some(next) = next {
                if let Some(control) = next.item_of {
                    control.item_left();
                }
                if !sink.send(next.frame) {
                    return false;
                }
            }
        }
    }

    /// The next frame: notifications first, up to the mark of the next pong. The lock of the state is held while the
    /// queue is asked, so that a notification which was sent before an answer was made cannot come after it.
    fn next(&self, state: &mut State) -> Option<Outgoing> {
        if state.closed {
            return None;
        }
        if !state.at_pong {
            match self.subscriber.try_next() {
                Some(Next::Delivered(delivered)) => {
                    return Some(Outgoing::new(frame::delivered(delivered)));
                }
                Some(Next::Mark(_)) => state.at_pong = true,
                None => {}
            }
        }
        state.pop()
    }

    pub fn poll_batch(&self, max_bytes: usize, cx: &mut Context<'_>) -> Poll<Option<Vec<Bytes>>> {
        let mut taken = Vec::new();
        let mut streams = Vec::new();
        {
            let mut state = self.state();
            if state.closed {
                return Poll::Ready(None);
            }
            let (mut bytes, mut watched) = (0, false);
            while bytes < max_bytes || taken.is_empty() {
                if let Some(next) = self.next(&mut state) {
                    bytes += next.frame.len();
                    taken.push(next.frame);
                    streams.extend(next.item_of);
                } else if taken.is_empty() && !watched {
                    // And look again: a notification may have come before its sender could see who waits.
                    state.puller = Some(cx.waker().clone());
                    self.subscriber.watch(cx);
                    watched = true;
                } else {
                    break;
                }
            }
        }
        streams.iter().for_each(|control| control.item_left());
        match taken.is_empty() {
            true => Poll::Pending,
            false => Poll::Ready(Some(taken)),
        }
    }

    /// Waits for notifications, for a sink.
    pub(super) fn poll_watch(this: &Weak<Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(this) = this.upgrade() else {
            return Poll::Ready(());
        };
        if this.is_closed() {
            return Poll::Ready(());
        }
        this.subscriber.watch(cx);
        this.flush();
        match this.is_closed() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }

    pub(super) fn is_pushed(&self) -> bool {
        self.sink.is_some()
    }

    /// The server has ended: every call has its answer, and there will be no notifications.
    pub(super) fn end(&self, why: &Fault) {
        self.say(frame::fault(0, why));
        self.flush();
        self.subscriber.handle().clear();
        self.state().subscriptions.clear();
    }

    /// Cancels the calls, forgets the subscriptions and what waits.
    pub fn close(&self) {
        let (calls, puller) = {
            let mut state = self.state();
            if std::mem::replace(&mut state.closed, true) {
                return;
            }
            state.outbox = VecDeque::new();
            state.answers = 0;
            state.subscriptions = BTreeMap::new();
            (std::mem::take(&mut state.calls), state.puller.take())
        };
        self.server.sessions().remove(self.id);
        for control in calls.into_values() {
            control.cancel();
            if let Some(answer) = control.take_answer() {
                answer(Err(closed().into()));
            }
        }
        self.subscriber.close();
        if let Some(puller) = puller {
            puller.wake();
        }
    }
}

/// What becomes of a call whose session closes.
pub(super) fn closed() -> Fault {
    Fault::new(Code::Unavailable, "the session is closed")
}

impl State {
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// The calls that count against the limit: those that run, and those whose answers wait.
    pub fn in_flight(&self) -> usize {
        self.calls.len() + self.answers
    }

    pub fn push(&mut self, frame: Bytes) {
        if !self.closed {
            self.answers += 1;
            self.outbox.push_back(Outgoing::new(frame));
        }
    }

    fn pop(&mut self) -> Option<Outgoing> {
        let next = self.outbox.pop_front()?;
        if next.item_of.is_none() {
            self.answers -= 1;
        }
        self.at_pong &= !next.is_pong;
        Some(next)
    }

    /// Whether this call is in flight, and not another that has its id by now.
    fn has(&self, id: u64, control: &Arc<Control>) -> bool {
        self.calls
            .get(&id)
            .is_some_and(|call| Arc::ptr_eq(call, control))
    }
}
