//! A call while it runs: what makes every call end, exactly once, whatever its handler does.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use tracing::Span;
use tracing::field::Empty;

use crate::cancellation::Waiter;
use crate::lifecycle::{Lifecycle, shutting_down};
use crate::sync::Delay;
use crate::{Cancellation, Code, Failure, Fault, Outcome, Payload, Reply, ReplyFuture};

/// A call while it runs. Dropping it cancels the call: its handler's future is dropped.
///
/// It runs on whatever polls it, and it always ends: a panic of the handler is a fault, and so is a deadline that
/// passes, after which no code of the handler runs.
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
        (Err(fault), _) => {
            guard.record(Err(&fault));
            Err(fault)
        }
        (Ok(_), Err(panic)) => {
            let fault = Fault::from_panic(&*panic);
            guard.record(Err(&fault));
            Err(fault)
        }
        (Ok(Ok(Reply::Stream(items))), Ok(())) => Ok(Reply::Stream(items.guarded(guard))),
        (Ok(outcome), Ok(())) => {
            guard.finish(match &outcome {
                Ok(Reply::Message(_) | Reply::Stream(_)) => Ok(OK),
                Ok(Reply::Error(_)) => Ok(ERROR),
                Err(fault) => Err(fault),
            });
            outcome
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}

/// How the span of a call names its output, and its domain error; a fault has the name of its code.
const OK: &str = "OK";
const ERROR: &str = "ERROR";

/// When a call is given up.
struct Deadline {
    at: Instant,
    /// Wakes a call that waits. It may be late: whether the deadline has passed, the clock says.
    timer: Delay,
}

impl Deadline {
    fn new(at: Instant) -> Self {
        let timer = Delay::new(at.saturating_duration_since(Instant::now()));
        Self { at, timer }
    }

    fn passed(&mut self, cx: &mut Context<'_>) -> bool {
        Instant::now() >= self.at || Pin::new(&mut self.timer).poll(cx).is_ready()
    }
}

/// Stands between a caller and the handler's code: turns panics and a passed deadline into faults, and cancels the
/// call where it is dropped before its end.
pub(crate) struct Guard {
    deadline: Option<Deadline>,
    /// None once the call has ended by itself.
    cancellation: Option<Cancellation>,
    lifecycle: Arc<Lifecycle>,
    /// How the end of the server reaches a call that waits.
    stop: Waiter,
    span: Span,
    /// When it began, where somebody looks at spans.
    began: Option<Instant>,
}

impl Guard {
    /// Guards a call, and counts it as one that runs.
    pub(crate) fn new(context: &crate::Context, lifecycle: &Arc<Lifecycle>) -> Self {
        lifecycle.enter();
        let span = tracing::info_span!(
            "call",
            event = context.event().path,
            session = Empty,
            outcome = Empty,
            fault = Empty,
            duration_us = Empty,
        );
        let began = (!span.is_disabled()).then(Instant::now);
        if let Some(session) = context.session() {
            span.record("session", session.0);
        }
        Self {
            deadline: context.deadline().map(Deadline::new),
            cancellation: Some(context.cancellation().clone()),
            lifecycle: Arc::clone(lifecycle),
            stop: Waiter::default(),
            span,
            began,
        }
    }

    /// Polls the handler's code.
    pub(crate) fn poll<T>(
        &mut self,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<Result<T, Fault>> {
        if let Some(fault) = self.passed(cx) {
            return Poll::Ready(Err(fault));
        }
        let polled = {
            let _entered = self.span.enter();
            catch_unwind(AssertUnwindSafe(|| poll(cx)))
        };
        match polled {
            Ok(Poll::Ready(polled)) => Poll::Ready(Ok(polled)),
            Ok(Poll::Pending) => self.poll_stopped(cx).map(Err),
            Err(panic) => Poll::Ready(Err(Fault::from_panic(&*panic))),
        }
    }

    /// Waits for what ends a call from outside, without its handler's code: its deadline, or the end of the server.
    pub(crate) fn poll_ended(&mut self, cx: &mut Context<'_>) -> Poll<Fault> {
        match self.passed(cx) {
            Some(fault) => Poll::Ready(fault),
            None => self.poll_stopped(cx),
        }
    }

    fn passed(&mut self, cx: &mut Context<'_>) -> Option<Fault> {
        let deadline = self.deadline.as_mut()?;
        deadline.passed(cx).then(Fault::deadline_exceeded)
    }

    fn poll_stopped(&mut self, cx: &mut Context<'_>) -> Poll<Fault> {
        match self.lifecycle.stop.poll_cancelled(&mut self.stop, cx) {
            true => Poll::Ready(shutting_down()),
            false => Poll::Pending,
        }
    }

    /// The call ended by itself, so there is nothing to cancel.
    fn finish(&mut self, end: Result<&str, &Fault>) {
        self.record(end);
        if let Some(cancellation) = self.cancellation.take() {
            cancellation.recycle();
        }
    }

    /// The end of a stream: of itself, or with a failure.
    pub(crate) fn finish_stream(&mut self, failure: Option<&Failure<Payload>>) {
        match failure {
            None => self.finish(Ok(OK)),
            Some(Failure::Error(_)) => self.finish(Ok(ERROR)),
            Some(Failure::Fault(fault)) => self.record(Err(fault)),
        }
    }

    /// Tells the call's span how it ended, once: with this outcome, or with a fault.
    fn record(&mut self, end: Result<&str, &Fault>) {
        if let Some(began) = self.began.take() {
            let outcome = end.unwrap_or_else(|fault| fault.code.name());
            self.span.record("outcome", outcome);
            if let Err(fault) = end {
                self.span.record("fault", fault.message.as_str());
            }
            let duration = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
            self.span.record("duration_us", duration);
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.record(Ok(Code::Cancelled.name()));
        self.lifecycle.stop.forget(&mut self.stop);
        if let Some(cancellation) = &self.cancellation {
            cancellation.cancel();
        }
        self.lifecycle.leave();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::task::noop_waker;

    use super::*;
    use crate::{CallOptions, EventInfo, EventKind};

    static EVENT: EventInfo = EventInfo {
        path: "a.B/C",
        kind: EventKind::Stream,
        input: None,
        output: None,
        timeout: None,
        fingerprint: 1,
    };

    #[test]
    fn a_handler_is_not_polled_again_once_its_deadline_has_passed_by_the_clock() {
        let mut context = crate::Context::new(&EVENT, CallOptions::default());
        context.deadline = Instant::now().checked_add(Duration::from_secs(3600));
        let mut guard = Guard::new(&context, &Arc::new(Lifecycle::new()));
        let waker = noop_waker();
        let mut cx = Context::from_waker(&waker);
        let mut polled = 0;
        let mut poll = |guard: &mut Guard| {
            guard.poll(&mut cx, |_| {
                polled += 1;
                Poll::<()>::Pending
            })
        };
        assert!(poll(&mut guard).is_pending());
        // Its timer still waits, as one does that is late.
        guard.deadline.as_mut().expect("it has one").at = Instant::now();
        let Poll::Ready(Err(fault)) = poll(&mut guard) else {
            panic!("it goes on");
        };
        assert_eq!((fault.code, polled), (Code::DeadlineExceeded, 1));
    }
}
