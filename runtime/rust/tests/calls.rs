//! Every call ends, exactly once, whatever its handler does.

mod fixture;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bellwire::{
    BuildError, Bytes, CallOptions, Code, Failure, Fault, Limits, Reply, Server, testing,
};
use futures::{FutureExt, StreamExt};
use prost::Message;

use fixture::generated::common::v1::Problem;
use fixture::generated::fixture::v1::{CountRequest, EchoEventClient, EchoEventService};
use fixture::{Core, Echo, core, eventually, problem, text};

fn client(core: &Core) -> EchoEventClient<Server> {
    EchoEventClient::new(core.server.clone())
}

#[track_caller]
fn fault<T: std::fmt::Debug>(result: Result<T, Failure<Problem>>) -> Fault {
    result.unwrap_err().fault().expect("a fault")
}

#[tokio::test]
async fn a_call_ends_in_its_output_or_in_its_error() {
    let client = client(&core());
    assert_eq!(client.say(&text("hello")).await, Ok(text("hello")));
    assert_eq!(client.nothing().await, Ok(()));
    assert_eq!(
        client.say(&text("")).await,
        Err(Failure::Error(problem("nothing was said")))
    );
}

#[tokio::test]
async fn an_unknown_event_and_undecodable_bytes_are_faults_and_the_next_call_works() {
    let core = core();
    let outcome = core
        .server
        .call(
            "fixture.v1.EchoEvent/Sing",
            Bytes::new(),
            CallOptions::default(),
        )
        .await;
    assert_eq!(outcome.unwrap_err().code, Code::Unimplemented);

    let bytes = Bytes::from_static(&[0xff; 3]);
    let outcome = core
        .server
        .call("fixture.v1.EchoEvent/Say", bytes, CallOptions::default())
        .await;
    let fault = outcome.unwrap_err();
    assert_eq!(fault.code, Code::InvalidArgument);
    assert!(fault.message.contains("fixture.v1.Text"), "{fault}");

    assert_eq!(
        client(&core).say(&text("still here")).await,
        Ok(text("still here"))
    );
}

#[tokio::test]
async fn a_panic_is_a_fault_before_and_after_the_first_await() {
    let client = client(&core());
    let before = fault(client.panic(&text("now")).await);
    assert_eq!(before.code, Code::Internal);
    assert!(
        before.message.contains("before the first await"),
        "{before}"
    );
    let after = fault(client.panic(&text("later")).await);
    assert_eq!(after.code, Code::Internal);
    assert!(
        after.message.contains("after the first await: later"),
        "{after}"
    );
    assert_eq!(client.nothing().await, Ok(()));
}

#[tokio::test]
async fn a_deadline_answers_for_a_handler_and_drops_it() {
    let core = core();
    // On a busy machine its time may be up before it runs.
    while core.probe.dropped() == 0 {
        let started = Instant::now();
        let fault = fault(client(&core).never().await);
        assert_eq!(fault.code, Code::DeadlineExceeded);
        assert!(started.elapsed() >= Duration::from_millis(100));
        assert_eq!(core.probe.alive(), 0);
    }
}

#[tokio::test]
async fn a_caller_may_ask_for_another_deadline_up_to_the_servers() {
    let core = core();
    let within = |time| client(&core).with_options(CallOptions::default().with_timeout(time));
    let hurried = within(Duration::from_millis(5));
    assert_eq!(fault(hurried.wait().await).code, Code::DeadlineExceeded);
    // Longer than the schema says.
    let (patient, started) = (within(Duration::from_millis(150)), Instant::now());
    assert_eq!(fault(patient.never().await).code, Code::DeadlineExceeded);
    assert!(started.elapsed() >= Duration::from_millis(150));

    let server = Server::builder()
        .limits(Limits::default().with_max_timeout(Duration::from_millis(5)))
        .group(EchoEventService::new(Echo::default()))
        .build()
        .expect("one group");
    let patient = CallOptions::default().with_timeout(Duration::from_secs(3600));
    let client = EchoEventClient::new(server).with_options(patient);
    assert_eq!(fault(client.wait().await).code, Code::DeadlineExceeded);
}

#[tokio::test]
async fn a_call_whose_deadline_has_passed_does_not_reach_its_handler() {
    let core = core();
    for time in [Duration::ZERO, Duration::from_nanos(1)] {
        for event in ["Nothing", "Count"] {
            let options = CallOptions::default().with_timeout(time);
            let path = format!("fixture.v1.EchoEvent/{event}");
            let call = core.server.call(&path, Bytes::new(), options);
            // Clocks have their grain.
            let called = Instant::now();
            while called.elapsed() <= time {}
            let fault = call.now_or_never().expect("at once").unwrap_err();
            assert_eq!(fault.code, Code::DeadlineExceeded);
        }
    }
    assert_eq!(core.probe.called.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_deadline_covers_a_stream_to_its_end() {
    let core = core();
    let mut time = Duration::from_millis(100);
    // On a busy machine it may be up before the first item.
    loop {
        let options = CallOptions::default().with_timeout(time);
        let items = match client(&core).with_options(options).tick().await {
            Ok(items) => items.collect().await,
            Err(failure) => vec![Err(failure)],
        };
        let (last, before) = items.split_last().expect("an end");
        assert!(before.iter().all(Result::is_ok));
        assert_eq!(fault(last.clone()).code, Code::DeadlineExceeded);
        assert_eq!(core.probe.alive(), 0);
        if !before.is_empty() {
            break;
        }
        time *= 2;
    }
}

#[tokio::test]
async fn a_dropped_call_drops_its_handler_and_tells_its_tasks() {
    let core = core();
    let client = client(&core);
    let mut call = Box::pin(client.wait());
    assert!(call.as_mut().now_or_never().is_none());
    assert_eq!(core.probe.alive(), 1);
    drop(call);
    assert_eq!((core.probe.alive(), core.probe.dropped()), (0, 1));
    eventually("the task of the call sees it", || {
        core.probe.cancelled.load(Ordering::SeqCst) == 1
    })
    .await;
}

#[tokio::test]
async fn a_call_that_ends_by_itself_is_not_cancelled() {
    let core = core();
    core.probe.go.add_permits(1);
    assert_eq!(client(&core).wait().await, Ok(text("done")));
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(core.probe.cancelled.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_stream_keeps_its_order_and_ends_once() {
    let client = client(&core());
    let items: Vec<_> = client
        .count(&CountRequest {
            to: 100,
            fail: false,
        })
        .await
        .expect("it starts")
        .collect()
        .await;
    let numbers: Vec<_> = items
        .into_iter()
        .map(|item| item.expect("a number").number)
        .collect();
    assert_eq!(numbers, (1..=100).collect::<Vec<_>>());

    let items: Vec<_> = client
        .count(&CountRequest { to: 2, fail: true })
        .await
        .expect("it starts")
        .collect()
        .await;
    assert_eq!(items.len(), 3, "nothing follows an error: {items:?}");
    assert_eq!(
        items[2],
        Err(Failure::Error(problem("cannot count further")))
    );

    let refused = client.count(&CountRequest { to: 0, fail: false }).await;
    assert_eq!(
        refused.err().and_then(Failure::error),
        Some(problem("nothing to count"))
    );
}

#[tokio::test]
async fn a_stream_that_is_stopped_early_is_dropped_in_the_handler() {
    let core = core();
    let mut items = client(&core).tick().await.expect("it starts");
    assert_eq!(
        items
            .next()
            .await
            .and_then(Result::ok)
            .map(|item| item.number),
        Some(1)
    );
    assert_eq!(core.probe.alive(), 1);
    drop(items);
    assert_eq!(core.probe.alive(), 0);
}

#[tokio::test]
async fn a_waiting_handler_does_not_stop_the_others() {
    let core = core();
    let client = client(&core);
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.wait().await }
    });
    eventually("the handler waits", || core.probe.alive() == 1).await;
    for _ in 0..100 {
        assert_eq!(client.nothing().await, Ok(()));
    }
    core.probe.go.add_permits(1);
    assert_eq!(waiting.await.expect("no panic"), Ok(text("done")));
}

#[tokio::test]
async fn a_payload_beyond_the_limit_is_refused_by_name() {
    let server = Server::builder()
        .limits(Limits::default().with_payload_bytes(64))
        .group(EchoEventService::new(Echo::default()))
        .build()
        .expect("one group");
    let client = EchoEventClient::new(server);
    assert!(client.say(&text("a".repeat(62))).await.is_ok());
    let fault = fault(client.say(&text("a".repeat(63))).await);
    assert_eq!(fault.code, Code::ResourceExhausted);
    assert!(fault.message.contains("payload_bytes"), "{fault}");
}

#[test]
fn a_group_cannot_be_registered_twice() {
    let built = Server::builder()
        .group(EchoEventService::new(Echo::default()))
        .group(EchoEventService::new(Echo::default()))
        .build();
    assert_eq!(
        built.err(),
        Some(BuildError::DuplicateGroup("fixture.v1.EchoEvent"))
    );
}

#[tokio::test]
async fn a_server_can_be_tested_around_one_group() {
    let server = testing::server(EchoEventService::new(Echo::default()));
    let payload = text("bytes").encode_to_vec().into();
    match server
        .call("fixture.v1.EchoEvent/Say", payload, CallOptions::default())
        .await
    {
        Ok(Reply::Message(output)) => assert_eq!(*output, *text("bytes").encode_to_vec()),
        outcome => panic!("{outcome:?}"),
    }
}
