//! Calls on the server's executor, apart from the threads that serve HTTP: a handler that blocks its thread then stops
//! no other call.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::{mpsc, oneshot};

use crate::{Call, Code, Failure, Fault, Outcome, Payload, Reply, ReplyStream, Server};

/// How many items of a stream are made before HTTP takes them.
const WINDOW: usize = 8;

/// Runs a call on the server's executor, where it has one. Dropping this, or the stream that it answers with, drops the
/// call.
pub(super) async fn run(server: Server, call: Call) -> Outcome {
    let Some(executor) = server.executor() else {
        return call.await;
    };
    let (sender, answer) = oneshot::channel();
    executor.spawn(Box::pin(drive(call, sender)));
    answer.await.unwrap_or_else(|_| Err(dropped()))
}

fn dropped() -> Fault {
    Fault::new(Code::Unavailable, "the executor dropped the call")
}

async fn drive(call: Call, mut answer: oneshot::Sender<Outcome>) {
    let mut call = Quiet(Some(call));
    let outcome = poll_fn(|cx| match answer.poll_closed(cx) {
        Poll::Ready(()) => Poll::Ready(None),
        Poll::Pending => call.poll(|call| call.poll(cx)).map(Some),
    });
    match outcome.await {
        None => {}
        Some(Ok(Reply::Stream(items))) => {
            let (sender, receiver) = mpsc::channel(WINDOW);
            let taken = ReplyStream::new(Taken(Some(receiver)));
            if answer.send(Ok(Reply::Stream(taken))).is_ok() {
                forward(items, &sender).await;
            }
        }
        // Nobody may be there any more.
        Some(outcome) => drop(answer.send(outcome)),
    }
}

/// One item; None is the end.
type Item = Option<Result<Payload, Failure<Payload>>>;

/// Makes items as there is room for them, until somebody no longer wants them.
async fn forward(items: ReplyStream, sender: &mpsc::Sender<Item>) {
    let mut items = Quiet(Some(items));
    loop {
        let mut room = pin!(sender.reserve());
        let room = poll_fn(|cx| match room.as_mut().poll(cx) {
            Poll::Ready(room) => Poll::Ready(Ok(room)),
            Poll::Pending => items.poll(|items| items.get_mut().poll_ended(cx)).map(Err),
        });
        let item = match room.await {
            Ok(Err(_)) => return,
            Ok(Ok(room)) => {
                let mut closed = pin!(sender.closed());
                let item = poll_fn(|cx| match closed.as_mut().poll(cx) {
                    Poll::Ready(()) => Poll::Ready(None),
                    Poll::Pending => items.poll(|items| items.poll_next(cx)).map(Some),
                });
                let Some(item) = item.await else { return };
                let ended = !matches!(item, Some(Ok(_)));
                room.send(item);
                if ended {
                    return;
                }
                continue;
            }
            Err(fault) => Some(Err(Failure::Fault(fault))),
        };
        // The handler's stream is gone before its caller hears of the end, and whether it does or not.
        drop(items);
        drop(sender.send(item).await);
        return;
    }
}

/// The items on the side of HTTP.
struct Taken(Option<mpsc::Receiver<Item>>);

impl Stream for Taken {
    type Item = Result<Payload, Failure<Payload>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(receiver) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let item = std::task::ready!(receiver.poll_recv(cx));
        let item = item.unwrap_or_else(|| Some(Err(dropped().into())));
        if !matches!(item, Some(Ok(_))) {
            self.0 = None;
        }
        Poll::Ready(item)
    }
}

/// Code of a handler that nobody may want any more, and which may panic as it goes.
struct Quiet<T>(Option<T>);

impl<T: Unpin> Quiet<T> {
    fn poll<R>(&mut self, poll: impl FnOnce(Pin<&mut T>) -> Poll<R>) -> Poll<R> {
        match &mut self.0 {
            Some(code) => poll(Pin::new(code)),
            None => Poll::Pending,
        }
    }
}

impl<T> Drop for Quiet<T> {
    fn drop(&mut self) {
        let code = self.0.take();
        let _ = catch_unwind(AssertUnwindSafe(|| drop(code)));
    }
}
