//! What must happen when something goes wrong at the boundary, over every way to a core: one table of scenarios.
//!
//! A scenario is written once, against a generated client; the macro at the end makes a test of it for each way.

#![cfg(feature = "connect")]

mod fixture;
#[path = "scenarios/http.rs"]
mod http;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bellwire::{
    Bytes, CallOptions, Code, Connection, EventGroupInfo, EventInfo, EventKind, Failure, Fault,
    Limits, Server, Transport, connect,
};
use futures::{FutureExt, StreamExt};

use fixture::generated::common::v1::Problem;
use fixture::generated::fixture::v1::{CountRequest, ECHO_EVENT, EchoEventClient};
use fixture::{Core, core_with, eventually, problem, text};
use http::Http;

/// The largest payload of the scenarios, in bytes.
const PAYLOAD: usize = 1 << 20;

/// A core, and one way to it.
struct Way<T> {
    core: Core,
    transport: T,
}

impl<T: Transport> Way<T> {
    fn client(&self) -> EchoEventClient<T> {
        EchoEventClient::new(self.transport.clone())
    }

    fn within(&self, timeout: Duration) -> EchoEventClient<T> {
        self.client()
            .with_options(CallOptions::default().with_timeout(timeout))
    }
}

fn core() -> Core {
    core_with(Limits::default().with_payload_bytes(PAYLOAD))
}

async fn in_process() -> Way<Server> {
    let core = core();
    let transport = core.server.clone();
    Way { core, transport }
}

async fn over_frames() -> Way<Connection> {
    let core = core();
    let transport = Connection::in_process(&core.server, |_| {}).expect("it opens");
    Way { core, transport }
}

async fn over_connect() -> Way<Http> {
    let core = core();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let transport = Http::new(listener.local_addr().expect("bound"));
    let router = connect::router(core.server.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    Way { core, transport }
}

#[track_caller]
fn fault<T: std::fmt::Debug>(result: Result<T, Failure<Problem>>) -> Fault {
    result.unwrap_err().fault().expect("a fault")
}

async fn a_call_ends_in_its_output_or_in_its_error<T: Transport>(way: Way<T>) {
    let client = way.client();
    assert_eq!(client.say(&text("hello")).await, Ok(text("hello")));
    assert_eq!(client.nothing().await, Ok(()));
    assert_eq!(
        client.say(&text("")).await,
        Err(Failure::Error(problem("nothing was said")))
    );
}

async fn bad_bytes_are_a_fault_and_the_next_call_works<T: Transport>(way: Way<T>) {
    let options = CallOptions::default();
    for bytes in [&[0xff; 3][..], &[0x0a, 200], &[0x0a, 2, 0xff, 0xfe]] {
        let bytes = Bytes::from_static(bytes);
        let outcome = way
            .transport
            .call(&ECHO_EVENT.events[0], bytes, options.clone())
            .await;
        assert_eq!(outcome.unwrap_err().code, Code::InvalidArgument);
    }
    assert_eq!(way.client().nothing().await, Ok(()));
}

async fn an_event_that_the_core_does_not_have_is_a_fault<T: Transport>(way: Way<T>) {
    static OTHER: EventGroupInfo = EventGroupInfo {
        name: "fixture.v1.EchoEvent",
        error: "common.v1.Problem",
        events: &[EventInfo {
            path: "fixture.v1.EchoEvent/Sing",
            kind: EventKind::Unary,
            input: None,
            output: None,
            timeout: None,
            fingerprint: 1,
        }],
        descriptors: &[],
    };
    let outcome = way
        .transport
        .call(&OTHER.events[0], Bytes::new(), CallOptions::default())
        .await;
    assert_eq!(outcome.unwrap_err().code, Code::Unimplemented);
    assert_eq!(way.client().nothing().await, Ok(()));
}

async fn a_panic_is_a_fault_with_its_message<T: Transport>(way: Way<T>) {
    let client = way.client();
    for (when, said) in [
        ("now", "before the first await"),
        ("later", "after the first await: later"),
    ] {
        let fault = fault(client.panic(&text(when)).await);
        assert_eq!(fault.code, Code::Internal);
        assert!(fault.message.contains(said), "{fault}");
    }
    assert_eq!(client.nothing().await, Ok(()));
}

async fn the_deadline_answers_for_a_handler_that_never_does<T: Transport>(way: Way<T>) {
    let fault = fault(way.client().never().await);
    assert_eq!(fault.code, Code::DeadlineExceeded);
    eventually("it is dropped", || way.core.probe.alive() == 0).await;
    assert_eq!(way.core.probe.dropped(), 1);
    assert_eq!(way.client().nothing().await, Ok(()));
}

async fn a_caller_may_hurry<T: Transport>(way: Way<T>) {
    let began = Instant::now();
    let fault = fault(way.within(Duration::from_millis(20)).wait().await);
    assert_eq!(fault.code, Code::DeadlineExceeded);
    assert!(began.elapsed() >= Duration::from_millis(15));
    eventually("it is dropped", || way.core.probe.alive() == 0).await;
}

async fn a_caller_who_goes_away_cancels_its_calls<T: Transport>(way: Way<T>) {
    let client = way.client();
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.wait().await })
        })
        .collect();
    eventually("all run", || way.core.probe.alive() == 20).await;
    calls.iter().for_each(|call| call.abort());
    eventually("all are dropped", || way.core.probe.alive() == 0).await;
    eventually("their tasks see it", || {
        way.core.probe.cancelled.load(Ordering::SeqCst) == 20
    })
    .await;
    eventually("none runs", || way.core.server.running_calls() == 0).await;
    assert_eq!(client.nothing().await, Ok(()));
}

async fn a_stream_keeps_its_order_and_ends_once<T: Transport>(way: Way<T>) {
    let client = way.client();
    let count = |to, fail| CountRequest { to, fail };
    let items: Vec<_> = client
        .count(&count(1_000, false))
        .await
        .expect("it starts")
        .map(|item| item.expect("a number").number)
        .collect()
        .await;
    assert_eq!(items, (1..=1_000).collect::<Vec<_>>());

    let items: Vec<_> = client
        .count(&count(2, true))
        .await
        .expect("it starts")
        .collect()
        .await;
    assert_eq!(items.len(), 3, "nothing follows an error: {items:?}");
    assert_eq!(
        items[2],
        Err(Failure::Error(problem("cannot count further")))
    );
}

async fn a_stream_that_is_stopped_early_is_dropped<T: Transport>(way: Way<T>) {
    let mut items = way.client().tick().await.expect("it starts");
    let first = items.next().await.expect("an item").expect("a number");
    assert_eq!(first.number, 1);
    assert_eq!(way.core.probe.alive(), 1);
    drop(items);
    eventually("it is dropped", || way.core.probe.alive() == 0).await;
    eventually("nothing runs", || way.core.server.running_calls() == 0).await;
}

/// In-process a stream makes what is polled, over frames what there is credit for; over HTTP its buffers are the bound.
async fn an_unread_stream_is_bounded<T: Transport>(way: Way<T>, bound: u64) {
    let many = CountRequest {
        to: 10_000_000,
        fail: false,
    };
    let mut items = way.client().count(&many).await.expect("it starts");
    assert!(items.next().await.is_some_and(|item| item.is_ok()));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let made = way.core.probe.counted.load(Ordering::SeqCst);
    assert!(
        made <= bound,
        "{made} items were made for one that was read"
    );
}

async fn a_thousand_calls_at_once_all_end<T: Transport>(way: Way<T>) {
    let client = way.client();
    let calls = (0..1_000).map(|number| {
        let client = client.clone();
        async move {
            let said = text(number.to_string() + "!");
            assert_eq!(client.say(&said).await, Ok(said));
        }
    });
    futures::future::join_all(calls).await;
}

/// In-process and over frames the others go on meanwhile, since each call is a task of its own. Over HTTP the thread that
/// blocks may be the one that would wait for the sockets of others (tokio has one for all), so they wait as long at most.
async fn a_handler_that_blocks_its_thread_does_not_stop_the_others<T: Transport>(
    way: Way<T>,
    meanwhile: bool,
) {
    let say = |said: &'static str| {
        let client = way.client();
        tokio::spawn(async move { client.say(&text(said)).await })
    };
    let blocked = say("block");
    eventually("it blocks", || {
        way.core.probe.blocked.load(Ordering::SeqCst)
    })
    .await;
    let others: Vec<_> = (0..20).map(|_| say("other")).collect();
    if meanwhile {
        // But for one at most, which tokio has chosen as the next of the very thread that blocks.
        eventually("the others are answered", || {
            others.iter().filter(|other| other.is_finished()).count() >= 19
        })
        .await;
        assert!(!blocked.is_finished(), "the others waited for it");
    } else {
        std::thread::sleep(Duration::from_millis(50));
    }
    way.core.probe.unblock();
    assert_eq!(blocked.await.expect("no panic"), Ok(text("block")));
    for other in others {
        assert_eq!(other.await.expect("no panic"), Ok(text("other")));
    }
}

async fn payloads_of_every_size_work_up_to_the_limit<T: Transport>(way: Way<T>) {
    let client = way.client();
    for length in [1, 2, 127, 128, 65_536, PAYLOAD - 4] {
        let said = text("a".repeat(length));
        assert_eq!(client.say(&said).await, Ok(said));
    }
    let fault = fault(client.say(&text("a".repeat(PAYLOAD))).await);
    assert_eq!(fault.code, Code::ResourceExhausted);
    assert!(fault.message.contains("payload_bytes"), "{fault}");
    assert_eq!(client.nothing().await, Ok(()));
}

async fn a_shutdown_lets_calls_end<T: Transport>(way: Way<T>) {
    let waiting = tokio::spawn({
        let client = way.client();
        async move { client.wait().await }
    });
    eventually("it runs", || way.core.probe.alive() == 1).await;
    let server = way.core.server.clone();
    let mut stopped = Box::pin(server.shutdown(Duration::from_secs(60)));
    assert_eq!(stopped.as_mut().now_or_never(), None);
    let late = fault(way.client().nothing().await);
    assert_eq!(late.code, Code::Unavailable);
    way.core.probe.go.add_permits(1);
    stopped.await;
    assert_eq!(waiting.await.expect("no panic"), Ok(text("done")));
    assert_eq!(way.core.server.running_calls(), 0);
}

async fn a_shutdown_without_grace_answers_everybody<T: Transport>(way: Way<T>) {
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let client = way.client();
            tokio::spawn(async move { client.wait().await })
        })
        .collect();
    let mut ticks = way.client().tick().await.expect("it starts");
    eventually("all run", || way.core.probe.alive() == 11).await;
    // In-process a stream ends when it is polled, so it must be while the server waits for it.
    let last = tokio::spawn(async move {
        loop {
            match ticks.next().await {
                Some(Ok(_)) => {}
                last => break last,
            }
        }
    });
    way.core.server.shutdown(Duration::ZERO).await;
    for call in calls {
        let fault = fault(call.await.expect("no panic"));
        assert_eq!(fault.code, Code::Unavailable);
    }
    let last = last.await.expect("no panic").expect("not merely an end");
    assert_eq!(fault(last).code, Code::Unavailable);
    assert_eq!(way.core.server.running_calls(), 0);
    assert_eq!(way.core.probe.alive(), 0);
}

/// Makes a module of tests of each way, with a test of each scenario.
macro_rules! scenarios {
    ($($scenario:ident)*) => {
        scenarios!(in_process 1 true; $($scenario)*);
        scenarios!(over_frames 64 true; $($scenario)*);
        // What HTTP/1.1 has in its buffers, at a few bytes for an item.
        scenarios!(over_connect 500_000 false; $($scenario)*);
    };
    ($way:ident $bound:literal $meanwhile:literal; $($scenario:ident)*) => {
        mod $way {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $scenario() {
                    super::$scenario(super::$way().await).await;
                }
            )*

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn an_unread_stream_is_bounded() {
                super::an_unread_stream_is_bounded(super::$way().await, $bound).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn a_handler_that_blocks_its_thread_does_not_stop_the_others() {
                let way = super::$way().await;
                super::a_handler_that_blocks_its_thread_does_not_stop_the_others(way, $meanwhile)
                    .await;
            }
        }
    };
}

scenarios! {
    a_call_ends_in_its_output_or_in_its_error
    bad_bytes_are_a_fault_and_the_next_call_works
    an_event_that_the_core_does_not_have_is_a_fault
    a_panic_is_a_fault_with_its_message
    the_deadline_answers_for_a_handler_that_never_does
    a_caller_may_hurry
    a_caller_who_goes_away_cancels_its_calls
    a_stream_keeps_its_order_and_ends_once
    a_stream_that_is_stopped_early_is_dropped
    a_thousand_calls_at_once_all_end
    payloads_of_every_size_work_up_to_the_limit
    a_shutdown_lets_calls_end
    a_shutdown_without_grace_answers_everybody
}
