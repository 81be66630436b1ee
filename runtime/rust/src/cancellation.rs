//! How work learns that nobody waits for it any more.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Arc, Mutex, MutexGuard, PoisonError, thread_local};

/// Tells whether a call was cancelled: its caller went away, its deadline passed, its session closed.
///
/// A handler's own future is dropped then, so a handler needs this only for work that it gave to others: a spawned
/// task, a thread. A call that ends by itself is never cancelled.
///
/// A thread looks now and then, a task waits for it beside its work:
///
/// ```
/// use bellwire::Context;
///
/// fn index(cx: &Context, pages: Vec<String>) {
///     let cancellation = cx.cancellation().clone();
///     std::thread::spawn(move || {
///         for page in pages.iter().take_while(|_| !cancellation.is_cancelled()) {
///             println!("{page}");
///         }
///     });
/// }
///
/// fn fetch(cx: &Context, work: impl Future<Output = ()> + Send + 'static) {
///     let cancelled = cx.cancellation().cancelled();
///     tokio::spawn(async move {
///         tokio::select! {
///             () = cancelled => {} // and the work is dropped
///             () = work => {}
///         }
///     });
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Cancellation(Arc<State>);

#[derive(Debug, Default)]
struct State {
    cancelled: AtomicBool,
    waiting: Mutex<Waiting>,
}

/// The tasks to wake, each under a number of its own so that a dropped waiter leaves nothing behind.
#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    wakers: BTreeMap<u64, Waker>,
}

thread_local! {
    /// States that nobody holds any more, for the next calls: most calls never look at theirs, and an allocation for
    /// each would be a third of what a call costs.
    static SPARE: RefCell<Vec<Arc<State>>> = const { RefCell::new(Vec::new()) };
}

/// How many states a thread keeps.
const MAX_SPARE: usize = 64;

impl Cancellation {
    pub(crate) fn new() -> Self {
        let spare = SPARE.try_with(|spare| spare.borrow_mut().pop());
        Self(spare.ok().flatten().unwrap_or_default())
    }

    /// Gives the state of a call that was not cancelled to a later one, if nobody else holds it.
    pub(crate) fn recycle(mut self) {
        if Arc::get_mut(&mut self.0).is_none_or(|state| *state.cancelled.get_mut()) {
            return;
        }
        let _ = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if spare.len() < MAX_SPARE {
                spare.push(self.0);
            }
        });
    }

    /// Whether the call was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Acquire)
    }

    /// Ends when the call is cancelled, and never otherwise.
    pub fn cancelled(&self) -> Cancelled {
        Cancelled {
            cancellation: self.clone(),
            waiter: Waiter::default(),
        }
    }

    pub(crate) fn cancel(&self) {
        let wakers = {
            let mut waiting = self.waiting();
            self.0.cancelled.store(true, Ordering::Release);
            std::mem::take(&mut waiting.wakers)
        };
        wakers.into_values().for_each(Waker::wake);
    }

    /// Whether it is cancelled. If not, the task is woken when it is.
    pub(crate) fn poll_cancelled(&self, waiter: &mut Waiter, cx: &mut Context<'_>) -> bool {
        if self.is_cancelled() {
            return true;
        }
        if waiter
            .0
            .as_ref()
            .is_some_and(|(_, waker)| waker.will_wake(cx.waker()))
        {
            return false;
        }
        let mut waiting = self.waiting();
        if self.is_cancelled() {
            return true;
        }
        let number = waiter.0.as_ref().map_or_else(
            || {
                waiting.next += 1;
                waiting.next
            },
            |(number, _)| *number,
        );
        waiting.wakers.insert(number, cx.waker().clone());
        waiter.0 = Some((number, cx.waker().clone()));
        false
    }

    /// Wakes this one no more.
    pub(crate) fn forget(&self, waiter: &mut Waiter) {
        if let Some((number, _)) = waiter.0.take() {
            self.waiting().wakers.remove(&number);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The future of [`Cancellation::cancelled`].
#[derive(Debug)]
pub struct Cancelled {
    cancellation: Cancellation,
    waiter: Waiter,
}

/// Under which number a task waits, and how it is woken: a waiter that is polled by the same task again takes no lock.
#[derive(Debug, Default)]
pub(crate) struct Waiter(Option<(u64, Waker)>);

impl Future for Cancelled {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        match this.cancellation.poll_cancelled(&mut this.waiter, cx) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}

impl Drop for Cancelled {
    fn drop(&mut self) {
        let this = &mut *self;
        this.cancellation.forget(&mut this.waiter);
    }
}
