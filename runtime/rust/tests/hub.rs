//! Notifications reach those who asked for them, and nobody waits for anybody.

mod fixture;

use std::time::{Duration, Instant};

use bellwire::{Code, Delivered, Hub, Subscriber, testing};
use futures::{FutureExt, StreamExt};

use fixture::generated::fixture::v1::{EchoNotifier, Number, Text};
use fixture::text;

const SAID: &str = "fixture.v1.EchoNotification/Said";
const CHANGED: &str = "fixture.v1.EchoNotification/Changed";
const TYPED: &str = "fixture.v1.EchoNotification/Typed";
const PROGRESS: &str = "fixture.v1.EchoNotification/Progress";

fn hub() -> (Hub, EchoNotifier) {
    let hub = Hub::new();
    let notifier = EchoNotifier::new(&hub);
    (hub, notifier)
}

/// What waits for a subscriber: notifications by key and text, and losses.
fn take(subscriber: &mut Subscriber) -> Vec<String> {
    std::iter::from_fn(|| subscriber.next().now_or_never().flatten())
        .map(|delivered| show(&delivered))
        .collect()
}

fn show(delivered: &Delivered) -> String {
    match delivered {
        Delivered::Lagged { path, missed } => {
            format!("lost {missed} of {}", path.unwrap_or("several"))
        }
        Delivered::Notice(notice) => {
            let key = notice
                .key
                .as_deref()
                .map(|key| format!("{key}: "))
                .unwrap_or_default();
            match notice.notification.path {
                PROGRESS => {
                    let Number { number } = notice.decode().expect("a number");
                    format!("{key}{number}")
                }
                _ => {
                    let Text { text } = notice.decode().expect("a text");
                    format!("{key}{text}")
                }
            }
        }
    }
}

#[test]
fn every_subscriber_gets_a_notification_and_the_payload_is_encoded_once() {
    let (hub, notifier) = hub();
    let (mut one, mut other) = (hub.subscriber(8), hub.subscriber(8));
    one.subscribe(SAID, None).expect("known");
    other.subscribe(SAID, None).expect("known");
    notifier.said(&text("hello"));
    let payloads =
        [&mut one, &mut other].map(
            |subscriber| match subscriber.next().now_or_never().flatten() {
                Some(Delivered::Notice(notice)) => notice.payload.clone(),
                other => panic!("{other:?}"),
            },
        );
    assert_eq!(payloads[0].as_ptr(), payloads[1].as_ptr());
}

#[test]
fn a_key_filters_and_nothing_comes_twice() {
    let (hub, notifier) = hub();
    let (mut of_a, mut every, mut both) = (hub.subscriber(8), hub.subscriber(8), hub.subscriber(8));
    of_a.subscribe(CHANGED, Some("a")).expect("known");
    every.subscribe(CHANGED, None).expect("known");
    both.subscribe(CHANGED, None).expect("known");
    both.subscribe(CHANGED, Some("a")).expect("known");
    notifier.changed("a", &text("1"));
    notifier.changed("b", &text("2"));
    assert_eq!(take(&mut of_a), ["a: 1"]);
    assert_eq!(take(&mut every), ["a: 1", "b: 2"]);
    assert_eq!(take(&mut both), ["a: 1", "b: 2"]);
}

#[test]
fn a_slow_subscriber_is_told_what_it_lost() {
    let (hub, notifier) = hub();
    let mut slow = hub.subscriber(2);
    slow.subscribe(SAID, None).expect("known");
    for number in 1..=5 {
        notifier.said(&text(number.to_string()));
    }
    assert_eq!(
        take(&mut slow),
        [format!("lost 3 of {SAID}").as_str(), "4", "5"]
    );

    slow.subscribe(CHANGED, None).expect("known");
    notifier.said(&text("1"));
    notifier.changed("a", &text("2"));
    notifier.said(&text("3"));
    notifier.said(&text("4"));
    assert_eq!(take(&mut slow), ["lost 2 of several", "3", "4"]);
}

#[test]
fn the_latest_value_of_a_key_replaces_an_older_one() {
    let (hub, notifier) = hub();
    let mut subscriber = hub.subscriber(2);
    subscriber.subscribe(PROGRESS, None).expect("known");
    for number in 1..=10 {
        notifier.progress("a", &Number { number });
        notifier.progress(
            "b",
            &Number {
                number: number * 10,
            },
        );
    }
    assert_eq!(take(&mut subscriber), ["a: 10", "b: 100"]);
    for key in ["a", "b", "c"] {
        notifier.progress(key, &Number { number: 1 });
    }
    assert_eq!(
        take(&mut subscriber),
        [format!("lost 1 of {PROGRESS}").as_str(), "b: 1", "c: 1"]
    );
}

#[test]
fn what_cannot_be_subscribed_to_is_refused() {
    let (hub, _notifier) = hub();
    let subscriber = hub.subscriber(1);
    let code =
        |path: &str, key: Option<&str>| subscriber.subscribe(path, key).map_err(|fault| fault.code);
    assert_eq!(
        code("fixture.v1.EchoNotification/Sung", None),
        Err(Code::Unimplemented)
    );
    assert_eq!(code(SAID, Some("a")), Err(Code::InvalidArgument));
    assert_eq!(
        code(CHANGED, Some(&"k".repeat(257))),
        Err(Code::InvalidArgument)
    );
    assert_eq!(code(CHANGED, Some(&"k".repeat(256))), Ok(()));
}

#[test]
fn what_is_taken_back_does_not_arrive() {
    let (hub, notifier) = hub();
    let mut subscriber = hub.subscriber(8);
    subscriber.subscribe(SAID, None).expect("known");
    subscriber.subscribe(CHANGED, Some("a")).expect("known");
    notifier.said(&text("1"));
    notifier.changed("a", &text("2"));
    subscriber.unsubscribe(SAID, None);
    notifier.said(&text("3"));
    assert_eq!(take(&mut subscriber), ["a: 2"]);
}

#[test]
fn a_dropped_subscriber_leaves_nothing_behind() {
    let (hub, _notifier) = hub();
    let subscriber = hub.subscriber(1);
    let handle = subscriber.handle();
    for key in 0..100 {
        subscriber
            .subscribe(CHANGED, Some(&key.to_string()))
            .expect("known");
    }
    assert_eq!(hub.subscription_count(), 100);
    drop(subscriber);
    assert_eq!(hub.subscription_count(), 0);
    assert_eq!(
        handle.subscribe(SAID, None).map_err(|fault| fault.code),
        Err(Code::Unavailable)
    );
}

#[tokio::test]
async fn a_debounced_notification_waits_until_it_is_quiet() {
    let (hub, notifier) = hub();
    let mut subscriber = hub.subscriber(8);
    subscriber.subscribe(TYPED, None).expect("known");
    let mut next = async || show(&subscriber.next().await.expect("it never ends"));
    let started = Instant::now();
    notifier.typed("a", &text("h"));
    notifier.typed("b", &text("x"));
    for typed in ["he", "hel", "hell", "hello"] {
        tokio::time::sleep(Duration::from_millis(5)).await;
        notifier.typed("a", &text(typed));
    }
    assert_eq!(next().await, "b: x");
    assert_eq!(next().await, "a: hello");
    assert!(
        started.elapsed() >= Duration::from_millis(20 + 30),
        "it was not held back"
    );
    notifier.typed("a", &text("again"));
    assert_eq!(next().await, "a: again");
}

#[tokio::test]
async fn debounced_notifications_come_in_the_order_in_which_they_were_due() {
    let (hub, notifier) = hub();
    let mut subscriber = hub.subscriber(8);
    subscriber.subscribe(TYPED, None).expect("known");
    for (key, typed) in [("a", "h"), ("b", "x"), ("c", "y"), ("a", "he")] {
        notifier.typed(key, &text(typed));
    }
    tokio::time::sleep(Duration::from_millis(40)).await;
    assert_eq!(take(&mut subscriber), ["b: x", "c: y", "a: he"]);
}

#[tokio::test]
async fn a_waiting_subscriber_is_woken() {
    let (hub, notifier) = hub();
    let mut subscriber = hub.subscriber(1);
    subscriber.subscribe(SAID, None).expect("known");
    let waiting =
        tokio::spawn(async move { subscriber.next().await.map(|delivered| show(&delivered)) });
    tokio::task::yield_now().await;
    notifier.said(&text("wake up"));
    assert_eq!(waiting.await.expect("no panic").as_deref(), Some("wake up"));
}

#[test]
fn a_test_can_look_at_what_was_sent() {
    let (hub, notifier) = hub();
    let mut sent = testing::Notifications::watch(&hub);
    notifier.leaving();
    notifier.changed("a", &text("1"));
    let taken = sent.take();
    let paths: Vec<_> = taken
        .iter()
        .map(|notice| notice.notification.path)
        .collect();
    assert_eq!(paths, ["fixture.v1.EchoNotification/Leaving", CHANGED]);
    assert_eq!(taken[0].decode(), Ok(()));
    assert_eq!(taken[1].decode(), Ok(text("1")));
    let fault = taken[1].decode::<Number>().expect_err("no such message");
    assert_eq!(fault.code, Code::InvalidArgument);
    assert!(sent.take().is_empty());
}

#[test]
fn a_broker_takes_notifications_to_another_process() {
    let (here, notifier) = hub();
    let (there, _notifier) = hub();
    let mut local = here.subscriber(8);
    let mut remote = there.subscriber(8);
    local.subscribe(CHANGED, None).expect("known");
    remote.subscribe(CHANGED, Some("a")).expect("known");
    let broker = there.clone();
    here.forward(move |notice| {
        let delivered = broker.deliver(
            notice.notification.path,
            notice.key.as_deref(),
            notice.payload,
        );
        delivered.expect("known");
    });
    // Both ways, which must not become a circle.
    let back = here.clone();
    there.forward(move |notice| {
        let key = notice.key.as_deref();
        let delivered = back.deliver(notice.notification.path, key, notice.payload);
        delivered.expect("known");
    });
    notifier.changed("a", &text("1"));
    notifier.changed("b", &text("2"));
    assert_eq!(take(&mut local), ["a: 1", "b: 2"]);
    assert_eq!(take(&mut remote), ["a: 1"]);
    let unknown = there.deliver("fixture.v1.EchoNotification/Sung", None, Default::default());
    assert_eq!(unknown.unwrap_err().code, Code::Unimplemented);
}
