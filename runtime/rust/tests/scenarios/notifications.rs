//! What happens to notifications.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;

use futures::StreamExt;

use crate::fixture::{Core, eventually, text};
use crate::way::{Ears, Heard, Listen, Way};

const SAID: &str = "fixture.v1.EchoNotification/Said";
const CHANGED: &str = "fixture.v1.EchoNotification/Changed";

pub async fn a_notification_reaches_who_listens_to_its_key<T: Listen>(way: Way<T>) {
    let mut one = way.transport.listen(CHANGED, Some("one")).await;
    let mut all = way.transport.listen(CHANGED, None).await;
    for key in ["two", "one"] {
        way.core.notifier.changed(key, &text(key));
    }
    let heard = |key: &str| Some(Heard::Said(Some(key.to_owned()), key.to_owned()));
    assert_eq!(one.next().await, heard("one"));
    assert_eq!(all.next().await, heard("two"));
    assert_eq!(all.next().await, heard("one"));
}

pub async fn a_listener_that_goes_away_leaves_nothing_behind<T: Listen>(way: Way<T>) {
    let hub = way.core.server.hub();
    let mut listening = Vec::new();
    for _ in 0..20 {
        listening.push(way.transport.listen(SAID, None).await);
    }
    assert_eq!(hub.subscription_count(), 20);
    drop(listening);
    // A host over HTTP may only see that a socket is closed when it writes.
    eventually("nobody is subscribed", || {
        way.core.notifier.said(&text("anybody?"));
        hub.subscription_count() == 0
    })
    .await;
}

/// What is sent once a subscription is acknowledged comes; of what is sent before, an end of it or nothing.
pub async fn a_notification_is_heard_or_was_sent_before_the_subscription<T: Listen>(way: Way<T>) {
    let speaker = Speaker::start(&way.core);
    for _ in 0..10 {
        let ears = way.transport.listen(SAID, None).await;
        speaker.is_heard_from(0, ears).await;
    }
}

/// The same for who takes a subscription back and subscribes again at once; nothing of the time before is heard.
pub async fn who_comes_back_at_once_hears_nothing_of_before<T: Listen>(way: Way<T>) {
    let speaker = Speaker::start(&way.core);
    for _ in 0..10 {
        // The last number may be on its way still.
        let now = || speaker.sent.load(Ordering::SeqCst) - 1;
        let (before, ears) = way.transport.listen_again(SAID, now).await;
        speaker.is_heard_from(before, ears).await;
    }
}

/// Says one number after the other, as fast as it can.
struct Speaker {
    sent: Arc<AtomicU64>,
    enough: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Speaker {
    fn start(core: &Core) -> Self {
        let (sent, enough) = (
            Arc::new(AtomicU64::new(0)),
            Arc::new(AtomicBool::new(false)),
        );
        let thread = std::thread::spawn({
            let (notifier, sent, enough) = (core.notifier.clone(), sent.clone(), enough.clone());
            move || {
                while !enough.load(Ordering::SeqCst) {
                    let number = sent.fetch_add(1, Ordering::SeqCst);
                    notifier.said(&text(number.to_string()));
                    std::thread::yield_now();
                }
            }
        });
        Self {
            sent,
            enough,
            thread: Some(thread),
        }
    }

    /// Who was just acknowledged hears all that is said from now on, and what came before only from a number on.
    async fn is_heard_from(&self, earliest: u64, mut ears: Ears) {
        let acknowledged = self.sent.load(Ordering::SeqCst);
        let mut expected = None;
        // Up to where something was lost: the speaker does not wait.
        for _ in 0..50 {
            let Some(Heard::Said(None, said)) = ears.next().await else {
                break;
            };
            let number: u64 = said.parse().expect("a number");
            match expected {
                None => assert!(
                    (earliest..=acknowledged).contains(&number),
                    "{number} is the first of {earliest} to {acknowledged}"
                ),
                Some(expected) => assert_eq!(number, expected),
            }
            expected = Some(number + 1);
        }
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        self.enough.store(true, Ordering::SeqCst);
        let thread = self.thread.take().map(JoinHandle::join);
        assert!(thread.is_none_or(|ended| ended.is_ok()));
    }
}

/// Whatever a way has in its buffers, the queue is bounded, and what is lost is counted.
pub async fn a_slow_listener_is_told_what_it_lost<T: Listen>(way: Way<T>) {
    const SENT: u64 = 20_000;
    let mut ears = way.transport.listen(SAID, None).await;
    // More than a socket holds.
    let padding = "a".repeat(2_000);
    for number in 0..SENT {
        way.core.notifier.said(&text(format!("{number} {padding}")));
    }
    let (mut next, mut lost) = (0, 0);
    while next < SENT {
        match ears.next().await.expect("more") {
            Heard::Lost(count) => {
                lost += count;
                next += count;
            }
            Heard::Said(_, said) => {
                let number: u64 = said
                    .split(' ')
                    .next()
                    .expect("a number")
                    .parse()
                    .expect("one");
                assert_eq!(number, next, "after {lost} were lost");
                next += 1;
            }
        }
    }
    assert_eq!(next, SENT);
    assert!(lost > 0, "nothing was lost");
}

/// Where listeners are functions rather than tasks, `sessions.rs` has the same.
pub async fn a_listener_that_panics_does_not_stop_the_others<T: Listen>(way: Way<T>) {
    let mut panics = way.transport.listen(SAID, None).await;
    let mut listens = way.transport.listen(SAID, None).await;
    let panics = tokio::spawn(async move {
        panics.next().await;
        panic!("a listener's")
    });
    let heard = |said: &str| Some(Heard::Said(None, said.to_owned()));
    way.core.notifier.said(&text("one"));
    assert_eq!(listens.next().await, heard("one"));
    let reported: Result<(), _> = panics.await;
    assert!(reported.is_err_and(|error| error.is_panic()));
    way.core.notifier.said(&text("two"));
    assert_eq!(listens.next().await, heard("two"));
    eventually("only the other is subscribed", || {
        way.core.notifier.said(&text("anybody?"));
        way.core.server.hub().subscription_count() == 1
    })
    .await;
}

pub async fn subscriptions_that_come_and_go_leave_nothing_behind<T: Listen>(way: Way<T>) {
    let open = way.transport.come_and_go(CHANGED, 100_000).await;
    assert_eq!(way.core.server.hub().subscription_count(), 0);
    drop(open);
}
