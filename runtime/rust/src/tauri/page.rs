//! One session of one page.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use futures_timer::Delay;

use super::calls::{Answer, Calls, Delivery};
use super::message::{self, BATCH, PATIENCE};
use crate::wire::bellwire::v1::Call;
use crate::{Code, Failure, Fault, Payload, Session};

/// One session of one page.
pub(super) struct PageSession {
    pub id: String,
    session: Session,
    /// Shared with the calls that run: they must not keep the session.
    calls: Arc<Mutex<Calls>>,
    pulls: Mutex<Pulls>,
}

/// A page pulls one batch after the other. A pull that comes a second time is given its batch again.
#[derive(Default)]
struct Pulls {
    /// The last pull that came.
    number: u64,
    /// How often it came, and others before it: only the last of them is given frames.
    turn: u64,
    /// What the last pull was answered with, if it was.
    batch: Option<Vec<u8>>,
}

impl PageSession {
    pub fn new(id: &str, session: Session) -> Self {
        Self {
            id: id.to_owned(),
            session,
            calls: Arc::default(),
            pulls: Mutex::default(),
        }
    }

    /// The name that the page has for itself.
    pub fn page(&self) -> &str {
        page(&self.id)
    }

    /// Makes a call, unless it was made before.
    pub fn call(&self, call: Call, input: Bytes, answer: Answer) {
        let id = call.id;
        let delivery = lock(&self.calls).deliver(id, answer);
        match delivery {
            Delivery::First => {
                let calls = Arc::clone(&self.calls);
                self.session.call(call, input, move |outcome| {
                    let answer = lock(&calls).take(id);
                    if let Some(answer) = answer {
                        answer(outcome);
                    }
                });
            }
            Delivery::Again(before) => before(Err(twice("its answer goes there"))),
            Delivery::Over(answer) => answer(Err(twice("its answer was lost"))),
        }
    }

    /// Takes frames of the page. Answers with what waits for it by then.
    pub fn send(&self, frames: Vec<Bytes>) {
        for frame in frames {
            self.session.receive(frame);
        }
    }

    /// What waits for the page at this moment.
    pub fn waiting(&self) -> Vec<u8> {
        let mut cx = Context::from_waker(Waker::noop());
        match self.session.poll_batch(BATCH, &mut cx) {
            Poll::Ready(Some(frames)) => message::open(&frames),
            Poll::Ready(None) => message::closed(None),
            Poll::Pending => message::open(&[]),
        }
    }

    /// Whether the session has ended.
    pub fn is_closed(&self) -> bool {
        self.session.is_closed()
    }

    /// Waits for frames, for so long. The wait does not keep the session.
    pub async fn pull(this: Weak<Self>, number: u64) -> Vec<u8> {
        let turn = match this.upgrade().map(|this| this.begin_pull(number)) {
            None => return message::closed(None),
            Some(Begun::Answered(batch)) => return batch,
            Some(Begun::Turn(turn)) => turn,
        };
        let mut patience = pin!(Delay::new(PATIENCE));
        poll_fn(|cx| {
            let Some(this) = this.upgrade() else {
                return Poll::Ready(message::closed(None));
            };
            let waited = patience.as_mut().poll(cx).is_ready();
            this.poll_pull(turn, waited, cx)
        })
        .await
    }

    fn begin_pull(&self, number: u64) -> Begun {
        let mut pulls = lock(&self.pulls);
        if pulls.number == number
            && let Some(batch) = &pulls.batch
        {
            return Begun::Answered(batch.clone());
        }
        pulls.number = number;
        pulls.turn += 1;
        pulls.batch = None;
        Begun::Turn(pulls.turn)
    }

    fn poll_pull(&self, turn: u64, waited: bool, cx: &mut Context<'_>) -> Poll<Vec<u8>> {
        let mut pulls = lock(&self.pulls);
        if pulls.turn != turn {
            // It came again, and is answered there.
            return Poll::Ready(message::open(&[]));
        }
        let batch = match self.session.poll_batch(BATCH, cx) {
            Poll::Ready(Some(frames)) => message::open(&frames),
            Poll::Ready(None) => message::closed(None),
            Poll::Pending if waited => message::open(&[]),
            Poll::Pending => return Poll::Pending,
        };
        pulls.batch = Some(batch.clone());
        Poll::Ready(batch)
    }
}

enum Begun {
    /// By an earlier delivery of the same pull.
    Answered(Vec<u8>),
    Turn(u64),
}

/// The name of the page in the name of a session.
pub(super) fn page(session: &str) -> &str {
    session.split_once('.').map_or(session, |(page, _)| page)
}

fn twice(what: &str) -> Failure<Payload> {
    let message = format!("the call was delivered a second time; {what}");
    Fault::new(Code::Aborted, message).into()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
