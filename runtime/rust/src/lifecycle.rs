//! How a server stops, and how many calls it still has.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Poll, Waker};
use std::time::Duration;

use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use crate::sync::{Arc, Delay, Mutex, PoisonError};
use crate::{Cancellation, Code, Fault};

/// How long calls that were told to end may take to go away. One whose handler blocks its thread never does.
const SETTLE: Duration = Duration::from_secs(1);

/// How a server stops: it refuses new calls first, and ends those that run later.
#[derive(Debug)]
pub(crate) struct Lifecycle {
    running: AtomicUsize,
    /// How many calls of sessions have no answer yet, a little longer than they run.
    unanswered: AtomicUsize,
    closing: AtomicBool,
    /// Ends the calls that run, and what else never ends by itself.
    pub stop: Cancellation,
    /// Who waits until no call runs.
    draining: Mutex<Vec<Waker>>,
}

impl Lifecycle {
    pub fn new() -> Self {
        Self {
            running: AtomicUsize::new(0),
            unanswered: AtomicUsize::new(0),
            closing: AtomicBool::new(false),
            stop: Cancellation::new(),
            draining: Mutex::default(),
        }
    }

    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    pub fn running(&self) -> usize {
        self.running.load(Ordering::SeqCst)
    }

    /// One more call runs. It is counted before it looks whether it may, so that none slips through a shutdown.
    pub fn enter(&self) {
        self.running.fetch_add(1, Ordering::SeqCst);
    }

    pub fn leave(&self) {
        self.one_less(&self.running);
    }

    fn one_less(&self, of: &AtomicUsize) {
        if of.fetch_sub(1, Ordering::SeqCst) == 1 && self.is_closing() {
            let wakers =
                std::mem::take(&mut *self.draining.lock().unwrap_or_else(PoisonError::into_inner));
            wakers.into_iter().for_each(Waker::wake);
        }
    }

    pub async fn shut_down(&self, grace: Duration) {
        self.closing.store(true, Ordering::SeqCst);
        self.drained_within(grace).await;
        self.stop.cancel();
        self.drained_within(SETTLE).await;
    }

    async fn drained_within(&self, time: Duration) {
        let mut time = pin!(Delay::new(time));
        poll_fn(|cx| {
            self.draining
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(cx.waker().clone());
            match self.running() + self.unanswered.load(Ordering::SeqCst) {
                0 => Poll::Ready(()),
                _ => time.as_mut().poll(cx),
            }
        })
        .await;
    }
}

/// A call of a session that has no answer yet: a server that stops waits for it.
pub(crate) struct Unanswered(Arc<Lifecycle>);

impl Unanswered {
    pub fn new(lifecycle: &Arc<Lifecycle>) -> Self {
        lifecycle.unanswered.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(lifecycle))
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        self.0.one_less(&self.0.unanswered);
    }
}

/// What a call ends in that a server does not take any more, or ends.
pub(crate) fn shutting_down() -> Fault {
    Fault::new(Code::Unavailable, "the server is shutting down")
}
