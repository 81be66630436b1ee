//! A call while it runs: what makes every call end, exactly once, whatever its handler does.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use futures_timer::Delay;
use tracing::Span;

use crate::{Cancellation, Fault, Outcome, Reply, ReplyFuture};

/// A call while it runs. Dropping it cancels the call: its handler's future is dropped.
///
/// It runs on whatever polls it, and it always ends: a panic of the handler is a fault, and so is a deadline that
/// passes.
#[must_use = "a call does nothing unless it is polled"]
pub struct Call(State);

enum State {
    Running { handler: ReplyFuture, guard: Guard },
    Refused(Fault),
    Done,
}

impl Call {
    pub(crate) fn running(handler: ReplyFuture, guard: Guard) -> Self {
        Self(State::Running { handler, guard })
    }

    pub(crate) fn refused(fault: Fault) -> Self {
        Self(State::Refused(fault))
    }
}

impl Future for Call {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        let this = self.get_mut();
        if let State::Running { handler, guard } = &mut this.0 {
            let Poll::Ready(polled) = guard.poll(cx, |cx| handler.as_mut().poll(cx)) else {
                return Poll::Pending;
            };
            let State::Running { handler, guard } = std::mem::replace(&mut this.0, State::Done)
            else {
                unreachable!("the call was running")
            };
            return Poll::Ready(finish(polled, handler, guard));
        }
        match std::mem::replace(&mut this.0, State::Done) {
            State::Refused(fault) => Poll::Ready(Err(fault)),
            State::Running { .. } | State::Done => panic!("`Call` polled after it ended"),
        }
    }
}

/// The end of a call whose handler answered, or was stopped by its guard.
fn finish(polled: Result<Outcome, Fault>, handler: ReplyFuture, mut guard: Guard) -> Outcome {
    // What the handler still holds may panic as it goes.
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(handler)));
    match (polled, dropped) {
        (Err(fault), _) => Err(fault),
        (Ok(_), Err(panic)) => Err(Fault::from_panic(&*panic)),
        (Ok(Ok(Reply::Stream(items))), Ok(())) => Ok(Reply::Stream(items.guarded(guard))),
        (Ok(outcome), Ok(())) => {
            guard.finish();
            outcome
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}

/// Stands between a caller and the handler's code: turns panics and a passed deadline into faults, and cancels the
/// call where it is dropped before its end.
pub(crate) struct Guard {
    deadline: Option<Delay>,
    /// None once the call has ended by itself.
    cancellation: Option<Cancellation>,
    span: Span,
}

impl Guard {
    pub(crate) fn new(context: &crate::Context) -> Self {
        let event = context.event().path;
        let span = match context.session() {
            Some(session) => tracing::info_span!("call", event, session = session.0),
            None => tracing::info_span!("call", event),
        };
        Self {
            deadline: context
                .deadline()
                .map(|deadline| Delay::new(deadline.saturating_duration_since(Instant::now()))),
            cancellation: Some(context.cancellation().clone()),
            span,
        }
    }

    /// Polls the handler's code.
    pub(crate) fn poll<T>(
        &mut self,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<Result<T, Fault>> {
        if let Some(deadline) = &mut self.deadline
            && Pin::new(deadline).poll(cx).is_ready()
        {
            return Poll::Ready(Err(Fault::deadline_exceeded()));
        }
        let _entered = self.span.enter();
        match catch_unwind(AssertUnwindSafe(|| poll(cx))) {
            Ok(polled) => polled.map(Ok),
            Err(panic) => Poll::Ready(Err(Fault::from_panic(&*panic))),
        }
    }

    /// The call ended by itself, so there is nothing to cancel.
    pub(crate) fn finish(&mut self) {
        if let Some(cancellation) = self.cancellation.take() {
            cancellation.recycle();
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(cancellation) = &self.cancellation {
            cancellation.cancel();
        }
    }
}
