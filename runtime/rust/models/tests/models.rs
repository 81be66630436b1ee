//! What must hold however threads meet: each model runs under many interleavings of its threads. That none of them waits
//! for ever is part of every model, since a thread that nobody wakes is reported as a deadlock.

mod core;

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bellwire_models::wire::bellwire::v1::client_frame::Kind;
use bellwire_models::wire::bellwire::v1::{Cancel, Credit, Ping, Unsubscribe};
use bellwire_models::{Delivered, Subscriber};
use futures::StreamExt;
use shuttle::future::block_on;
use shuttle::sync::atomic::{AtomicUsize, Ordering};
use shuttle::thread;

use crate::core::{
    COUNT, EVERY, Frontend, LATEST, NEVER, Number, TELL, call, check, core, frame, hello, hub,
    show, subscribe,
};

/// Lets every task end.
fn settle(tasks: &AtomicUsize) {
    while tasks.load(Ordering::SeqCst) > 0 {
        thread::yield_now();
    }
}

fn number(delivered: &Delivered) -> Option<u64> {
    use prost::Message;
    match delivered {
        Delivered::Notice(notice) => Some(
            Number::decode(notice.payload.clone())
                .expect("a number")
                .number,
        ),
        Delivered::Lagged { .. } => None,
    }
}

#[test]
fn a_queue_delivers_or_counts_everything_in_order() {
    check(|| {
        let hub = hub();
        let mut subscriber = hub.subscriber(2);
        subscriber.subscribe(EVERY.path, None).expect("known");
        let sender = thread::spawn(move || {
            for number in 1..=6 {
                hub.send(EVERY, None, &Number { number });
            }
        });
        let (mut next, mut wakes) = (1, 0);
        while next <= 6 {
            match block_on(subscriber.next()).expect("it never ends") {
                Delivered::Lagged { missed, .. } => next += missed,
                notice => {
                    assert_eq!(number(&notice), Some(next));
                    next += 1;
                }
            }
            wakes += 1;
        }
        assert!(wakes <= 12);
        sender.join().expect("no panic");
    });
}

#[test]
fn the_latest_value_always_arrives() {
    check(|| {
        let hub = hub();
        let mut subscriber = hub.subscriber(1);
        subscriber.subscribe(LATEST.path, None).expect("known");
        let sender = thread::spawn(move || {
            for number in 1..=4 {
                hub.send(LATEST, None, &Number { number });
            }
        });
        let mut last = 0;
        while last < 4 {
            let heard = block_on(subscriber.next()).expect("it never ends");
            let heard = number(&heard).expect("nothing is lost");
            assert!(heard > last, "{heard} after {last}");
            last = heard;
        }
        sender.join().expect("no panic");
    });
}

#[test]
fn what_is_unsubscribed_is_not_heard_and_leaves_nothing_behind() {
    check(|| {
        let hub = hub();
        let mut subscriber: Subscriber = hub.subscriber(8);
        let sender = thread::spawn({
            let hub = hub.clone();
            move || {
                for number in 1..=3 {
                    hub.send(EVERY, None, &Number { number });
                }
            }
        });
        let handle = subscriber.handle();
        let other = thread::spawn(move || {
            for _ in 0..2 {
                handle.subscribe(EVERY.path, None).expect("known");
                handle.unsubscribe(EVERY.path, None);
            }
        });
        other.join().expect("no panic");
        sender.join().expect("no panic");
        assert_eq!(hub.subscription_count(), 0);
        let mut next = pin!(subscriber.next());
        let heard = block_on(std::future::poll_fn(|cx| {
            Poll::Ready(next.as_mut().poll(cx))
        }));
        // A sender that had looked for its receivers before may still hand its notification over.
        assert!(heard.is_pending() || number(&heard_of(heard)).is_some());
    });
}

fn heard_of(heard: Poll<Option<Delivered>>) -> Delivered {
    match heard {
        Poll::Ready(Some(delivered)) => delivered,
        other => panic!("{other:?}"),
    }
}

#[test]
fn credit_that_comes_in_pieces_brings_every_item_in_order() {
    check(|| {
        let (server, tasks) = core();
        let frontend = Frontend::new(&server);
        frontend.session.receive(call(1, COUNT, 1, 5));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..3 {
                        let credit = Kind::Credit(Credit { id: 1, items: 1 });
                        frontend.session.receive(frame(credit, 0));
                    }
                });
            }
        });
        settle(&tasks);
        let items = (1..=5).map(|number| format!("1: item {number}"));
        let expected: Vec<_> = items.chain(["1: end".to_owned()]).collect();
        assert_eq!(frontend.sent(), expected);
    });
}

#[test]
fn a_call_ends_once_whether_its_answer_or_its_cancel_comes_first() {
    check(|| {
        let (server, tasks) = core();
        let frontend = Frontend::new(&server);
        thread::scope(|scope| {
            for (id, path) in [(1, TELL), (2, NEVER)] {
                let session = &frontend.session;
                scope.spawn(move || {
                    session.receive(call(id, path, 0, 7));
                    session.receive(frame(Kind::Cancel(Cancel { id }), 0));
                });
            }
        });
        settle(&tasks);
        let mut sent = frontend.sent();
        sent.sort();
        assert!(sent[0] == "1: ok 7" || sent[0] == "1: fault 1", "{sent:?}");
        assert_eq!(sent[1..], ["2: fault 1"]);
    });
}

#[test]
fn what_a_handler_tells_comes_before_its_answer() {
    check(|| {
        let (server, _) = core();
        let frontend = Frontend::new(&server);
        frontend.session.receive(subscribe(1));
        thread::scope(|scope| {
            for id in [1, 2] {
                let session = &frontend.session;
                scope.spawn(move || session.receive(call(id, TELL, 0, id)));
            }
        });
        // The task that watches for notifications may be the one that hands them over, and it never ends.
        while frontend.sent().len() < 4 {
            thread::yield_now();
        }
        let sent = frontend.sent();
        let at = |what: String| sent.iter().position(|sent| *sent == what);
        for id in [1, 2] {
            let (heard, answered) = (at(format!("heard {id}")), at(format!("{id}: ok {id}")));
            assert!(heard.is_some() && heard < answered, "{sent:?}");
        }
    });
}

#[test]
fn what_comes_behind_a_pong_was_sent_after_its_ping_and_all_of_it_comes() {
    check(|| {
        let (server, _) = core();
        let frontend = Frontend::new(&server);
        frontend.session.receive(subscribe(1));
        let (hub, sent) = (server.hub().clone(), Arc::new(AtomicUsize::new(0)));
        let sender = thread::spawn({
            let sent = Arc::clone(&sent);
            move || {
                for number in 1..=4 {
                    hub.send(EVERY, None, &Number { number });
                    sent.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
        let session = &frontend.session;
        session.receive(frame(Kind::Unsubscribe(Unsubscribe { id: 1 }), 0));
        let before = sent.load(Ordering::SeqCst);
        session.receive(subscribe(2));
        session.receive(frame(Kind::Ping(Ping { nonce: 1 }), 0));
        sender.join().expect("no panic");
        server.hub().send(EVERY, None, &Number { number: 5 });
        while frontend.sent().last().is_none_or(|last| last != "heard 5") {
            thread::yield_now();
        }
        let sent = frontend.sent();
        let pong = sent.iter().position(|sent| sent.starts_with("Pong"));
        let behind = &sent[pong.expect("a pong") + 1..];
        let all: Vec<_> = (1..=5).map(|number| format!("heard {number}")).collect();
        assert_eq!(behind, &all[5 - behind.len()..], "{sent:?}");
        assert!(behind.len() <= 5 - before, "{before} before {behind:?}");
    });
}

#[test]
fn a_puller_is_woken_by_whatever_comes() {
    check(|| {
        let (server, _) = core();
        let session = server.open_pulled().expect("it opens");
        session.receive(hello());
        session.receive(subscribe(1));
        let hub = server.hub().clone();
        let sender = thread::spawn(move || hub.send(EVERY, None, &Number { number: 9 }));
        session.receive(call(1, TELL, 0, 7));
        let mut pulled = Vec::new();
        while pulled.len() < 3 {
            let batch = block_on(session.batch(1)).expect("it is open");
            pulled.extend(batch.iter().filter_map(show));
        }
        sender.join().expect("no panic");
        pulled.sort();
        assert_eq!(pulled, ["1: ok 7", "heard 7", "heard 9"]);
    });
}

#[test]
fn a_session_that_closes_in_the_middle_of_it_all_leaves_nothing_behind() {
    check(|| {
        let (server, tasks) = core();
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let server = server.clone();
                thread::spawn(move || {
                    let frontend = Frontend::new(&server);
                    frontend.session.receive(subscribe(1));
                    frontend.session.receive(call(1, NEVER, 0, 0));
                    frontend.session.receive(call(2, TELL, 0, 2));
                    frontend.session.receive(call(3, COUNT, 2, 9));
                })
            })
            .collect();
        for thread in threads {
            thread.join().expect("no panic");
        }
        settle(&tasks);
        assert_eq!(server.open_sessions(), 0);
        assert_eq!(server.hub().subscription_count(), 0);
    });
}

#[test]
fn a_shutdown_answers_every_call_and_waits_for_it() {
    check(|| {
        let (server, tasks) = core();
        let frontend = Frontend::new(&server);
        frontend.session.receive(call(1, NEVER, 0, 0));
        thread::scope(|scope| {
            scope.spawn(|| frontend.session.receive(call(2, TELL, 0, 2)));
            scope.spawn(|| block_on(server.shutdown(Duration::ZERO)));
        });
        settle(&tasks);
        let mut sent = frontend.sent();
        sent.sort();
        // The session's own fault has no id.
        assert_eq!(sent.len(), 3, "{sent:?}");
        assert_eq!(sent[..2], ["0: fault 14", "1: fault 14"]);
        assert!(["2: ok 2", "2: fault 14"].contains(&&*sent[2]), "{sent:?}");
        assert!(server.open_pulled().is_err());
    });
}

#[test]
fn a_drain_ends_when_the_last_call_does() {
    check(|| {
        let (server, tasks) = core();
        let frontend = Frontend::new(&server);
        thread::scope(|scope| {
            scope.spawn(|| {
                for id in 1..=2 {
                    frontend.session.receive(call(id, TELL, 0, id));
                }
            });
            // In a model this time is never over.
            scope.spawn(|| block_on(server.shutdown(Duration::from_secs(1))));
        });
        settle(&tasks);
        assert_eq!(server.running_calls(), 0);
        let ended = frontend
            .sent()
            .iter()
            .filter(|sent| !sent.starts_with('0'))
            .count();
        assert_eq!(ended, 2);
    });
}
