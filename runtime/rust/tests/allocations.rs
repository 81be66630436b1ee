//! What a call costs beyond its codec, in allocations.

mod fixture;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use std::sync::{Arc, Mutex};

use bellwire::wire::bellwire::v1::client_frame::Kind;
use bellwire::wire::bellwire::v1::{
    Call, ClientFrame, Hello, Subscribe, Subscription, Unsubscribe,
};
use bellwire::{Bytes, CallOptions, Server, Spawn, Task, testing};
use futures::FutureExt;
use prost::Message;

use fixture::generated::fixture::v1::{Blob, CountRequest, EchoEventService, EchoNotifier, Text};
use fixture::{Echo, text};

/// The system's allocator, which counts for each thread.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
    /// What was allocated and not freed: by this thread, where it does everything itself.
    static LIVE: Cell<isize> = const { Cell::new(0) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[allow(unsafe_code, reason = "an allocator cannot be written without")]
// SAFETY: everything is the system's allocator's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        let _ = BYTES.try_with(|bytes| bytes.set(bytes.get() + layout.size()));
        let _ = LIVE.try_with(|live| live.set(live.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let _ = LIVE.try_with(|live| live.set(live.get() - 1));
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn allocations(work: impl Fn()) -> usize {
    work();
    let before = COUNT.get();
    work();
    COUNT.get() - before
}

fn over_the_codec(server: &Server) -> usize {
    let payload =
        Bytes::from(text("fifty bytes, more or less, as requests often have.").encode_to_vec());
    let codec = allocations(|| {
        let input = Text::decode(payload.clone()).expect("a text");
        black_box(input.encode_to_vec());
    });
    let call = allocations(|| {
        let call = server.call(
            "fixture.v1.EchoEvent/Say",
            payload.clone(),
            CallOptions::default(),
        );
        black_box(
            call.now_or_never()
                .expect("it does not wait")
                .expect("a reply"),
        );
    });
    call - codec
}

#[test]
fn a_call_allocates_at_most_twice() {
    let server = testing::server(EchoEventService::new(Echo::default()));
    assert!(
        over_the_codec(&server) <= 2,
        "{} allocations",
        over_the_codec(&server)
    );
}

#[test]
fn a_call_through_layers_allocates_twice() {
    let server = Server::builder()
        .layer(tower::limit::ConcurrencyLimitLayer::new(8))
        .layer(tower::util::MapRequestLayer::new(
            |request: bellwire::Request| request,
        ))
        .group(EchoEventService::new(Echo::default()))
        .build()
        .expect("one group");
    assert_eq!(over_the_codec(&server), 2);
}

/// Runs tasks when it is told to, on this thread.
#[derive(Clone, Default)]
struct Queue(Arc<Mutex<Vec<Task>>>);

impl Queue {
    /// Polls every task; those that have not ended stay.
    fn run(&self) {
        let tasks = std::mem::take(&mut *self.0.lock().expect("whole"));
        let waiting = tasks
            .into_iter()
            .filter_map(|mut task| match task.as_mut().now_or_never() {
                Some(()) => None,
                None => Some(task),
            });
        let waiting: Vec<_> = waiting.collect();
        self.0.lock().expect("whole").extend(waiting);
    }
}

impl Spawn for Queue {
    fn spawn(&self, task: Task) {
        self.0.lock().expect("whole").push(task);
    }
}

/// A server whose sessions run on this thread alone.
fn framed() -> (Server, Queue) {
    let queue = Queue::default();
    let hub = bellwire::Hub::new();
    let _ = EchoNotifier::new(&hub);
    let server = Server::builder()
        .hub(hub)
        .executor(queue.clone())
        .group(EchoEventService::new(Echo::default()))
        .build()
        .expect("one group");
    (server, queue)
}

fn client_frame(kind: Kind, payload: Bytes) -> Bytes {
    let frame = ClientFrame {
        kind: Some(kind),
        payload,
    };
    frame.encode_to_vec().into()
}

fn hello() -> Bytes {
    let hello = Hello {
        protocol: 1,
        uses: Vec::new(),
    };
    client_frame(Kind::Hello(hello), Bytes::new())
}

fn call(event: &str, payload: &impl Message) -> Bytes {
    let call = Call {
        id: 1,
        path: format!("fixture.v1.EchoEvent/{event}"),
        ..Call::default()
    };
    client_frame(Kind::Call(call), payload.encode_to_vec().into())
}

fn subscribe(id: u64) -> Bytes {
    let subscription = Some(Subscription {
        path: "fixture.v1.EchoNotification/Changed".to_owned(),
        key: Some(format!("key {id}")),
    });
    client_frame(
        Kind::Subscribe(Subscribe { id, subscription }),
        Bytes::new(),
    )
}

fn unsubscribe(id: u64) -> Bytes {
    client_frame(Kind::Unsubscribe(Unsubscribe { id }), Bytes::new())
}

/// A byte for each byte of the reply, and beside them what the call itself takes, whatever its size: in-process the
/// future of its handler; over frames the task, what the session knows of it, and room for the answer's header.
#[test]
fn a_call_allocates_exactly_a_byte_for_a_byte_of_its_payload() {
    let beside = |size: usize| {
        let input = Blob {
            bytes: Bytes::from(vec![7; size]),
        };
        let reply = input.encoded_len();
        [in_process(&input) - reply, over_frames(&input) - reply]
    };
    let small = beside(64 << 10);
    assert_eq!(small, beside(1 << 20));
    assert!(small[0] < 1_024 && small[1] < 2_048, "{small:?} bytes");
}

fn bytes_of(work: impl Fn()) -> usize {
    // The first time, tables grow that are kept.
    work();
    work();
    let before = BYTES.get();
    work();
    BYTES.get() - before
}

fn in_process(input: &Blob) -> usize {
    let server = testing::server(EchoEventService::new(Echo::default()));
    let payload = Bytes::from(input.encode_to_vec());
    bytes_of(|| {
        let path = "fixture.v1.EchoEvent/Keep";
        let call = server.call(path, payload.clone(), CallOptions::default());
        black_box(call.now_or_never().expect("it does not wait")).expect("a reply");
    })
}

fn over_frames(input: &Blob) -> usize {
    let (server, queue) = framed();
    let session = server.open_pulled().expect("it opens");
    session.receive(hello());
    let call = call("Keep", input);
    bytes_of(|| {
        session.receive(call.clone());
        queue.run();
        let batch = session.batch(1).now_or_never().expect("an answer");
        assert!(black_box(batch).is_some());
    })
}

#[test]
fn a_notification_allocates_the_same_for_any_number_of_subscribers() {
    let hub = bellwire::Hub::new();
    let notifier = EchoNotifier::new(&hub);
    let mut subscribed = Vec::new();
    for subscribers in [1, 100, 10_000] {
        while subscribed.len() < subscribers {
            let subscriber = hub.subscriber(4);
            let path = "fixture.v1.EchoNotification/Said";
            subscriber.subscribe(path, None).expect("known");
            subscribed.push(subscriber);
        }
        let said = text("to everybody");
        // Their queues are full, so that none of them grows.
        (0..8).for_each(|_| notifier.said(&said));
        // Its frame in two, what shares it in two, and the list of those whom it goes to.
        assert_eq!(allocations(|| notifier.said(&said)), 5, "{subscribers}");
    }
}

#[test]
fn a_hundred_thousand_subscriptions_leave_nothing_behind() {
    let (server, queue) = framed();
    let session = server.open(|_: Bytes| true).expect("it opens");
    session.receive(hello());
    let pairs = |number: u64| {
        for id in 0..number {
            session.receive(subscribe(id));
            session.receive(unsubscribe(id));
        }
        queue.run();
    };
    pairs(10);
    let before = LIVE.get();
    pairs(100_000);
    assert_eq!(LIVE.get(), before);
    assert_eq!(server.hub().subscription_count(), 0);

    let subscriber = server.hub().subscriber(8);
    let pairs = |number: u32| {
        for id in 0..number {
            let key = Some(if id % 2 == 0 { "even" } else { "odd" });
            let path = "fixture.v1.EchoNotification/Changed";
            subscriber.subscribe(path, key).expect("known");
            subscriber.unsubscribe(path, key);
        }
    };
    pairs(1);
    let before = LIVE.get();
    pairs(100_000);
    assert_eq!(LIVE.get(), before);
}

#[test]
fn a_hundred_thousand_sessions_leave_nothing_behind() {
    let (server, queue) = framed();
    // A stream that waits for credit: it has no timer, which another thread would free.
    let numbers = CountRequest { to: 5, fail: false };
    let (hello, call, subscribe) = (hello(), call("Count", &numbers), subscribe(1));
    let sessions = |number: usize| {
        for round in 0..number {
            let session = match round % 2 {
                0 => server.open(|_: Bytes| true),
                _ => server.open_pulled(),
            };
            let session = session.expect("it opens");
            session.receive(hello.clone());
            // Closed in the middle of a call, and with a subscription.
            session.receive(call.clone());
            session.receive(subscribe.clone());
            queue.run();
            drop(session);
            queue.run();
        }
    };
    sessions(200);
    let before = LIVE.get();
    sessions(100_000);
    assert_eq!(LIVE.get(), before);
    assert_eq!(server.open_sessions(), 0);
    assert_eq!(server.running_calls(), 0);
    assert_eq!(server.hub().subscription_count(), 0);
}

/// However much a request in gzip would become: what comes out of it beyond the limit is not kept.
#[cfg(feature = "connect")]
#[tokio::test]
async fn a_compressed_request_takes_no_more_memory_than_the_limit_is_worth() {
    use connectrpc::compression::{CompressionProvider, GzipProvider};
    use tower::ServiceExt;

    const LIMIT: usize = 1 << 18;
    let server = Server::builder()
        .limits(bellwire::Limits::default().with_payload_bytes(LIMIT))
        .group(EchoEventService::new(Echo::default()))
        .build()
        .expect("one group");
    let router = bellwire::connect::router(server);
    let bomb = GzipProvider::default().compress(&vec![0; 100 * LIMIT]);
    let bomb = bomb.expect("it does");
    assert!(bomb.len() < LIMIT, "it is taken as a whole");
    let pieces: Vec<_> = bomb.chunks(10_000).map(Bytes::copy_from_slice).collect();
    let pieces = futures::stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>));
    let request = axum::extract::Request::post("/fixture.v1.EchoEvent/Keep")
        .header("content-type", "application/proto")
        .header("content-encoding", "gzip")
        .body(axum::body::Body::from_stream(pieces))
        .expect("a request");
    let before = BYTES.get();
    let answer = router.oneshot(request).await.expect("an answer");
    assert_eq!(answer.status(), 429);
    let taken = BYTES.get() - before;
    assert!(taken < 10 * LIMIT, "{taken} bytes");
}
