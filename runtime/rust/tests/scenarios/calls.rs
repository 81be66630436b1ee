//! What happens to calls.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bellwire::{
    Bytes, CallOptions, Code, EventGroupInfo, EventInfo, EventKind, Failure, Fault, Transport,
};
use futures::{FutureExt, StreamExt};

use crate::fixture::generated::common::v1::Problem;
use crate::fixture::generated::fixture::v1::{Blob, CountRequest, ECHO_EVENT};
use crate::fixture::{eventually, problem, text};
use crate::way::Way;
use crate::{LARGEST, LOW_LIMIT};

#[track_caller]
fn fault<T: std::fmt::Debug>(result: Result<T, Failure<Problem>>) -> Fault {
    result.unwrap_err().fault().expect("a fault")
}

pub async fn a_call_ends_in_its_output_or_in_its_error<T: Transport>(way: Way<T>) {
    let client = way.client();
    assert_eq!(client.say(&text("hello")).await, Ok(text("hello")));
    assert_eq!(client.nothing().await, Ok(()));
    assert_eq!(
        client.say(&text("")).await,
        Err(Failure::Error(problem("nothing was said")))
    );
}

pub async fn bad_bytes_are_a_fault_and_the_next_call_works<T: Transport>(way: Way<T>) {
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

pub async fn an_event_that_the_core_does_not_have_is_a_fault<T: Transport>(way: Way<T>) {
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

pub async fn a_panic_is_a_fault_with_its_message<T: Transport>(way: Way<T>) {
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

pub async fn the_deadline_answers_for_a_handler_that_never_does<T: Transport>(way: Way<T>) {
    let fault = fault(way.client().never().await);
    assert_eq!(fault.code, Code::DeadlineExceeded);
    eventually("it is dropped", || way.core.probe.alive() == 0).await;
    assert_eq!(way.client().nothing().await, Ok(()));
}

pub async fn a_caller_may_hurry<T: Transport>(way: Way<T>) {
    let began = Instant::now();
    let hurry = CallOptions::default().with_timeout(Duration::from_millis(20));
    let fault = fault(way.client_with(hurry).wait().await);
    assert_eq!(fault.code, Code::DeadlineExceeded);
    assert!(began.elapsed() >= Duration::from_millis(15));
    eventually("it is dropped", || way.core.probe.alive() == 0).await;
}

pub async fn a_call_without_any_time_does_not_reach_its_handler<T: Transport>(way: Way<T>) {
    let client = way.client_with(CallOptions::default().with_timeout(Duration::ZERO));
    let three = CountRequest { to: 3, fail: false };
    for _ in 0..100 {
        assert_eq!(fault(client.nothing().await).code, Code::DeadlineExceeded);
        // Over frames a stream has begun once it is asked for.
        let end = match client.count(&three).await {
            Ok(items) => items.collect::<Vec<_>>().await.pop().expect("an end"),
            Err(failure) => Err(failure),
        };
        assert_eq!(fault(end).code, Code::DeadlineExceeded);
    }
    assert_eq!(way.core.probe.called.load(Ordering::SeqCst), 0);
}

pub async fn a_caller_who_goes_away_cancels_its_calls<T: Transport>(way: Way<T>) {
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

pub async fn a_stream_keeps_its_order_and_ends_once<T: Transport>(way: Way<T>) {
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

pub async fn a_stream_that_is_stopped_early_is_dropped<T: Transport>(way: Way<T>) {
    let mut items = way.client().tick().await.expect("it starts");
    let first = items.next().await.expect("an item").expect("a number");
    assert_eq!(first.number, 1);
    assert_eq!(way.core.probe.alive(), 1);
    drop(items);
    eventually("it is dropped", || way.core.probe.alive() == 0).await;
    eventually("nothing runs", || way.core.server.running_calls() == 0).await;
}

/// In-process a stream makes what is polled, over frames what there is credit for; over HTTP its buffers are the bound.
pub async fn an_unread_stream_is_bounded<T: Transport>(way: Way<T>, bound: u64) {
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

pub async fn a_thousand_calls_at_once_all_end<T: Transport>(way: Way<T>) {
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

/// Each call is a task of its own, and over HTTP it runs on other threads than those that wait for the sockets.
pub async fn a_handler_that_blocks_its_thread_does_not_stop_the_others<T: Transport>(way: Way<T>) {
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
    // But for one at most, which tokio has chosen as the next of the very thread that blocks.
    eventually("the others are answered", || {
        others.iter().filter(|other| other.is_finished()).count() >= 19
    })
    .await;
    assert!(!blocked.is_finished(), "the others waited for it");
    way.core.probe.unblock();
    assert_eq!(blocked.await.expect("no panic"), Ok(text("block")));
    for other in others {
        assert_eq!(other.await.expect("no panic"), Ok(text("other")));
    }
}

/// From nothing to a hundred mebibytes, which is exactly the limit here.
pub async fn payloads_of_every_size_work_up_to_the_limit<T: Transport>(way: Way<T>) {
    let client = way.client();
    for length in [0, 1, 2, 127, 128, 65_536, LARGEST] {
        let blob = blob(length);
        let kept = client.keep(&blob).await;
        assert!(kept == Ok(blob), "{length} bytes do not come back");
    }
    let fault = fault(client.keep(&blob(LARGEST + 1)).await);
    assert_eq!(fault.code, Code::ResourceExhausted);
    assert!(fault.message.contains("payload_bytes"), "{fault}");
    assert_eq!(client.nothing().await, Ok(()));
}

pub async fn a_payload_far_beyond_the_limit_is_a_fault<T: Transport>(way: Way<T>) {
    let fault = fault(way.client().keep(&blob(LARGEST)).await);
    assert_eq!(fault.code, Code::ResourceExhausted, "{fault}");
    let limit = format!("the limit of {} (`payload_bytes`)", LOW_LIMIT);
    assert!(fault.message.contains(&limit), "{fault}");
    assert_eq!(way.client().nothing().await, Ok(()));
}

fn blob(length: usize) -> Blob {
    Blob {
        bytes: vec![7; length].into(),
    }
}

pub async fn a_shutdown_lets_calls_end<T: Transport>(way: Way<T>) {
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

pub async fn a_shutdown_without_grace_answers_everybody<T: Transport>(way: Way<T>) {
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
