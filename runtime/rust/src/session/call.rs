//! One call of a session, while it runs.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use futures_core::Stream;

use super::frame;
use super::outbox::Link;
use crate::lifecycle::Unanswered;
use crate::sync::{Arc, Mutex, MutexGuard, PoisonError};
use crate::{Call, Code, Failure, Fault, Payload, Reply, ReplyStream};

/// How many items of one stream may wait for the client to take them, whatever its credit.
const WINDOW: u32 = 32;

/// How many items one stream makes before others have their turn.
const TURN: u32 = 32;

/// Takes the answer to a call.
pub(super) type Answer = Box<dyn FnOnce(Result<Payload, Failure<Payload>>) + Send>;

/// How a call ends.
pub(super) enum Ending {
    Answer(Result<Payload, Failure<Payload>>),
    /// All items of its stream are made.
    StreamOver,
}

/// What the session tells a call that runs.
pub(crate) struct Control {
    told: Mutex<Told>,
    /// Where the answer goes, if not to the other frames of the session.
    answer: Mutex<Option<Answer>>,
}

#[derive(Default)]
struct Told {
    cancelled: bool,
    /// How many items the client still wants.
    credit: u64,
    /// How many items wait for the client to take them.
    waiting: u32,
    waker: Option<Waker>,
}

impl Control {
    pub fn new(credit: u32, answer: Option<Answer>) -> Self {
        Self {
            told: Mutex::new(Told {
                credit: credit.into(),
                ..Told::default()
            }),
            answer: Mutex::new(answer),
        }
    }

    /// Where the answer goes, the first time that somebody asks.
    pub fn take_answer(&self) -> Option<Answer> {
        let mut answer = self.answer.lock().unwrap_or_else(PoisonError::into_inner);
        answer.take()
    }

    pub fn cancel(&self) {
        self.tell(|told| told.cancelled = true);
    }

    pub fn add_credit(&self, items: u32) {
        self.tell(|told| told.credit = told.credit.saturating_add(items.into()));
    }

    /// One of the items that waited was taken.
    pub fn item_left(&self) {
        self.tell(|told| told.waiting = told.waiting.saturating_sub(1));
    }

    /// One item is made, and waits.
    pub fn item_waits(&self) {
        let mut told = self.told();
        told.waiting += 1;
        told.credit = told.credit.saturating_sub(1);
    }

    fn tell(&self, change: impl FnOnce(&mut Told)) {
        let waker = {
            let mut told = self.told();
            change(&mut told);
            told.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// What the call may do now; the task is woken when that changes.
    fn poll(&self, cx: &mut Context<'_>) -> May {
        let mut told = self.told();
        told.waker = Some(cx.waker().clone());
        if told.cancelled {
            May::Stop
        } else if told.credit > 0 && told.waiting < WINDOW {
            May::MakeItem
        } else {
            May::Run
        }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a call may do.
#[derive(PartialEq)]
enum May {
    /// Nothing: nobody waits for it.
    Stop,
    /// Everything but to make an item.
    Run,
    MakeItem,
}

/// One call of a session, while it runs.
pub(super) struct Running {
    pub link: Arc<Link>,
    pub id: u64,
    pub control: Arc<Control>,
    pub work: Work,
    /// For as long as this is.
    pub _unanswered: Unanswered,
}

pub(super) enum Work {
    Call(Call),
    Items(ReplyStream),
    Done,
}

impl Future for Running {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        for _ in 0..TURN {
            let may = this.control.poll(cx);
            if may == May::Stop {
                this.finish();
                return Poll::Ready(());
            }
            let polled = match &mut this.work {
                Work::Call(call) => Pin::new(call).poll(cx).map(|outcome| match outcome {
                    Ok(Reply::Stream(items)) => Step::Stream(items),
                    Ok(Reply::Message(output)) => Step::End(Ending::Answer(Ok(output))),
                    Ok(Reply::Error(error)) => Step::End(Failure::Error(error).into()),
                    Err(fault) => Step::End(fault.into()),
                }),
                Work::Items(items) if may == May::Run => {
                    items.poll_ended(cx).map(|fault| Step::End(fault.into()))
                }
                Work::Items(items) => Pin::new(items).poll_next(cx).map(|item| match item {
                    Some(Ok(output)) => Step::Item(frame::item(this.id, output)),
                    Some(Err(failure)) => Step::End(failure.into()),
                    None => Step::End(Ending::StreamOver),
                }),
                Work::Done => return Poll::Ready(()),
            };
            match polled {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Step::Stream(items)) => this.work = Work::Items(items),
                Poll::Ready(Step::Item(frame)) => {
                    this.link.item(this.id, &this.control, || frame);
                }
                Poll::Ready(Step::End(ending)) => {
                    // What the handler holds is gone before its caller hears of the end.
                    this.finish();
                    this.link.answer(this.id, &this.control, ending);
                    return Poll::Ready(());
                }
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

enum Step {
    Stream(ReplyStream),
    Item(Bytes),
    End(Ending),
}

impl From<Failure<Payload>> for Ending {
    fn from(failure: Failure<Payload>) -> Self {
        Self::Answer(Err(failure))
    }
}

impl From<Fault> for Ending {
    fn from(fault: Fault) -> Self {
        Failure::Fault(fault).into()
    }
}

impl Running {
    /// Drops the handler's code, which may panic as it goes.
    fn finish(&mut self) {
        let work = std::mem::replace(&mut self.work, Work::Done);
        let _ = catch_unwind(AssertUnwindSafe(|| drop(work)));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.work, Work::Done) {
            return;
        }
        self.finish();
        let fault = Fault::new(Code::Unavailable, "the executor dropped the call");
        self.link.answer(self.id, &self.control, fault.into());
    }
}
