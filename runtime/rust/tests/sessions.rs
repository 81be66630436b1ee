//! Sessions of frames, frame by frame.

mod fixture;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bellwire::wire::bellwire::v1::client_frame::Kind;
use bellwire::wire::bellwire::v1::server_frame::Kind as Answer;
use bellwire::wire::bellwire::v1::unserved::Reason;
use bellwire::wire::bellwire::v1::{
    Call, Cancel, ClientFrame, Credit, Fingerprint, Hello, Metadata, Ping, Pong, ServerFrame,
    Subscribe, Subscription, Unsubscribe, Welcome,
};
use bellwire::{
    Bytes, Code, Connection, Failure, Limits, Payload, Server, Session, Sink, Told, testing,
};
use futures::FutureExt;
use prost::Message;

use fixture::generated::fixture::v1::{
    CountRequest, ECHO_EVENT, EchoEventClient, EchoEventService, Number, Text,
};
use fixture::{Core, Echo, core, core_with, eventually, text};

const SAID: &str = "fixture.v1.EchoNotification/Said";
const CHANGED: &str = "fixture.v1.EchoNotification/Changed";
const PROGRESS: &str = "fixture.v1.EchoNotification/Progress";

/// The frontend's end of a session: what it was sent, as short texts.
struct Frontend {
    session: Session,
    sent: Arc<Mutex<Vec<ServerFrame>>>,
}

impl Frontend {
    fn silent(server: &Server) -> Self {
        let sent: Arc<Mutex<Vec<ServerFrame>>> = Arc::default();
        let frames = Arc::clone(&sent);
        let session = server
            .open(move |frame: Bytes| {
                let frame = ServerFrame::decode(frame).expect("a frame");
                frames.lock().expect("whole").push(frame);
                true
            })
            .expect("it opens");
        Self { session, sent }
    }

    fn new(server: &Server) -> Self {
        let frontend = Self::silent(server);
        frontend.send(hello(&[]), &());
        assert_eq!(frontend.take(), ["welcome 1"]);
        frontend
    }

    fn send(&self, kind: Kind, payload: &impl Message) {
        self.session.receive(encoded(kind, payload));
    }

    fn call(&self, id: u64, event: &str, payload: &impl Message) {
        self.send(call(id, event), payload);
    }

    /// What came since the last time.
    fn take(&self) -> Vec<String> {
        let frames = std::mem::take(&mut *self.sent.lock().expect("whole"));
        frames.into_iter().map(show).collect()
    }

    /// What comes until there are this many.
    async fn next(&self, count: usize) -> Vec<String> {
        eventually("frames come", || {
            self.sent.lock().expect("whole").len() >= count
        })
        .await;
        self.take()
    }
}

fn encoded(kind: Kind, payload: &impl Message) -> Bytes {
    let frame = ClientFrame {
        kind: Some(kind),
        payload: payload.encode_to_vec().into(),
    };
    frame.encode_to_vec().into()
}

fn hello(uses: &[(&str, u64)]) -> Kind {
    Kind::Hello(Hello {
        protocol: 1,
        uses: uses
            .iter()
            .map(|&(path, fingerprint)| Fingerprint {
                path: path.to_owned(),
                fingerprint,
            })
            .collect(),
    })
}

fn call(id: u64, event: &str) -> Kind {
    Kind::Call(Call {
        id,
        path: format!("fixture.v1.EchoEvent/{event}"),
        ..Call::default()
    })
}

fn count(id: u64, credit: u32) -> Kind {
    Kind::Call(Call {
        id,
        path: "fixture.v1.EchoEvent/Count".to_owned(),
        credit,
        ..Call::default()
    })
}

fn subscribe(id: u64, path: &str, key: Option<&str>) -> Kind {
    Kind::Subscribe(Subscribe {
        id,
        subscription: Some(Subscription {
            path: path.to_owned(),
            key: key.map(str::to_owned),
        }),
    })
}

fn show(frame: ServerFrame) -> String {
    let text = || Text::decode(frame.payload.clone()).map_or("?".to_owned(), |text| text.text);
    match frame.kind.expect("a kind") {
        Answer::Welcome(Welcome { unserved, .. }) if !unserved.is_empty() => {
            let unserved: Vec<_> = unserved
                .iter()
                .map(|unserved| format!("{} {:?}", unserved.path, unserved.reason()))
                .collect();
            format!("welcome without {}", unserved.join(", "))
        }
        Answer::Welcome(welcome) => format!("welcome {}", welcome.protocol),
        Answer::Ok(ok) => format!("ok {}: {}", ok.id, text()),
        Answer::Error(error) => format!("error {}: {}", error.id, text()),
        Answer::Fault(fault) => format!("fault {}: {}", fault.id, Code::from_number(fault.code)),
        Answer::Item(item) => {
            let number = Number::decode(frame.payload).expect("a number").number;
            format!("item {}: {number}", item.id)
        }
        Answer::End(end) => format!("end {}", end.id),
        Answer::Notification(notice) => {
            let key = notice.key.map(|key| format!(" {key}")).unwrap_or_default();
            format!("notification{key}: {}", text())
        }
        Answer::Lagged(lagged) => format!("lagged {}", lagged.missed),
        Answer::Pong(Pong { nonce }) => format!("pong {nonce}"),
    }
}

#[tokio::test]
async fn a_call_has_its_answer() {
    let core = core();
    let frontend = Frontend::new(&core.server);
    frontend.call(1, "Say", &text("hello"));
    assert_eq!(frontend.next(1).await, ["ok 1: hello"]);
    frontend.call(2, "Say", &text(""));
    assert_eq!(frontend.next(1).await, ["error 2: nothing was said"]);
    frontend.call(3, "Nothing", &());
    assert_eq!(frontend.next(1).await, ["ok 3: "]);
    frontend.call(4, "Sing", &());
    assert_eq!(frontend.next(1).await, ["fault 4: UNIMPLEMENTED"]);
    frontend.call(5, "Panic", &text("now"));
    assert_eq!(frontend.next(1).await, ["fault 5: INTERNAL"]);
    frontend.call(6, "Never", &());
    assert_eq!(frontend.next(1).await, ["fault 6: DEADLINE_EXCEEDED"]);
    assert_eq!(core.server.running_calls(), 0);
}

#[tokio::test]
async fn metadata_and_the_remaining_time_reach_the_handler() {
    let core = core();
    let frontend = Frontend::new(&core.server);
    let described = |metadata: Vec<Metadata>| {
        Kind::Call(Call {
            id: 1,
            path: "fixture.v1.EchoEvent/Describe".to_owned(),
            metadata,
            timeout_ms: Some(5_000),
            credit: 0,
        })
    };
    let who = |value: &str| Metadata {
        key: "x-who".to_owned(),
        value: value.to_owned(),
    };
    frontend.send(described(vec![who("Ada")]), &());
    assert_eq!(
        frontend.next(1).await,
        ["ok 1: fixture.v1.EchoEvent/Describe by Ada with a deadline"]
    );
    frontend.send(described(vec![who("two\nlines")]), &());
    assert_eq!(frontend.next(1).await, ["fault 1: INVALID_ARGUMENT"]);
}

#[tokio::test]
async fn a_session_that_does_not_say_hello_is_refused() {
    let core = core();
    let frontend = Frontend::silent(&core.server);
    frontend.call(7, "Say", &text("hello"));
    frontend.send(subscribe(1, SAID, None), &());
    assert_eq!(
        frontend.take(),
        [
            "fault 7: FAILED_PRECONDITION",
            "fault 0: FAILED_PRECONDITION"
        ]
    );
    let later = Kind::Hello(Hello {
        protocol: 2,
        uses: Vec::new(),
    });
    frontend.send(later, &());
    assert_eq!(frontend.take(), ["fault 0: FAILED_PRECONDITION"]);
    frontend.send(hello(&[]), &());
    assert_eq!(frontend.take(), ["welcome 1"]);
}

#[tokio::test]
async fn hello_tells_what_cannot_be_served_and_the_rest_works() {
    let core = core();
    let frontend = Frontend::silent(&core.server);
    let (say, nothing) = (&ECHO_EVENT.events[0], &ECHO_EVENT.events[1]);
    frontend.send(
        hello(&[
            (say.path, say.fingerprint),
            (nothing.path, 1),
            (SAID, 1),
            ("gone.v1.Old/Event", 1),
        ]),
        &(),
    );
    let (different, unknown) = (Reason::Different, Reason::Unknown);
    assert_eq!(
        frontend.take(),
        [format!(
            "welcome without {} {different:?}, {SAID} {different:?}, gone.v1.Old/Event {unknown:?}",
            nothing.path
        )]
    );
    frontend.call(1, "Nothing", &());
    assert_eq!(frontend.next(1).await, ["fault 1: FAILED_PRECONDITION"]);
    frontend.call(2, "Say", &text("works"));
    assert_eq!(frontend.next(1).await, ["ok 2: works"]);
    frontend.send(subscribe(1, SAID, None), &());
    core.notifier.said(&text("unseen"));
    assert_eq!(core.server.hub().subscription_count(), 0);
    // What it uses only later, it says later.
    frontend.call(3, "Describe", &());
    let answer = frontend.next(1).await;
    assert!(answer[0].starts_with("ok 3"), "{answer:?}");
    let describe = &ECHO_EVENT.events[7];
    frontend.send(hello(&[(describe.path, 1)]), &());
    frontend.call(4, "Describe", &());
    frontend.call(5, "Nothing", &());
    frontend.call(6, "Say", &text("works"));
    let answers = frontend.next(4).await;
    assert_eq!(
        answers[0],
        format!("welcome without {} {different:?}", describe.path)
    );
    assert_eq!(
        answers[1..3],
        [
            "fault 4: FAILED_PRECONDITION",
            "fault 5: FAILED_PRECONDITION"
        ]
    );
    assert_eq!(answers[3], "ok 6: works");
}

#[tokio::test]
async fn a_cancelled_call_ends_once_and_its_handler_is_dropped() {
    let core = core();
    let frontend = Frontend::new(&core.server);
    frontend.call(1, "Wait", &());
    eventually("it runs", || core.probe.alive() == 1).await;
    frontend.send(Kind::Cancel(Cancel { id: 1 }), &());
    frontend.send(Kind::Cancel(Cancel { id: 1 }), &());
    assert_eq!(frontend.take(), ["fault 1: CANCELLED"]);
    eventually("it is dropped", || core.probe.alive() == 0).await;
    eventually("its task sees it", || {
        core.probe.cancelled.load(Ordering::SeqCst) == 1
    })
    .await;
    assert_eq!(frontend.take(), Vec::<String>::new());
}

#[tokio::test]
async fn a_closed_session_cancels_its_calls_and_forgets_its_subscriptions() {
    let core = core();
    let frontend = Frontend::new(&core.server);
    frontend.send(subscribe(1, SAID, None), &());
    frontend.send(subscribe(2, CHANGED, Some("a")), &());
    for id in 1..=20 {
        frontend.call(id, "Wait", &());
    }
    eventually("all run", || core.probe.alive() == 20).await;
    assert_eq!(core.server.hub().subscription_count(), 2);
    let Frontend { session, sent } = frontend;
    drop(session);
    assert_eq!(core.server.hub().subscription_count(), 0);
    assert_eq!(core.server.open_sessions(), 0);
    eventually("all are dropped", || core.probe.alive() == 0).await;
    eventually("nothing runs", || core.server.running_calls() == 0).await;
    eventually("the sink is gone", || Arc::strong_count(&sent) == 1).await;
    assert!(sent.lock().expect("whole").is_empty());
}

#[tokio::test]
async fn a_sink_without_anybody_closes_the_session() {
    let core = core();
    let there = Arc::new(AtomicBool::new(true));
    let answers = Arc::clone(&there);
    let session = core
        .server
        .open(move |_: Bytes| answers.load(Ordering::SeqCst))
        .expect("it opens");
    session.receive(encoded(hello(&[]), &()));
    session.receive(encoded(call(1, "Wait"), &()));
    session.receive(encoded(subscribe(1, SAID, None), &()));
    eventually("it runs", || core.probe.alive() == 1).await;
    there.store(false, Ordering::SeqCst);
    core.notifier.said(&text("nobody hears"));
    eventually("it is closed", || session.is_closed()).await;
    eventually("its call is dropped", || core.probe.alive() == 0).await;
    assert_eq!(core.server.hub().subscription_count(), 0);
}

#[tokio::test]
async fn a_stream_sends_as_much_as_it_has_credit_for() {
    let core = core();
    let frontend = Frontend::new(&core.server);
    let numbers = CountRequest { to: 5, fail: false };
    frontend.send(count(1, 2), &numbers);
    assert_eq!(frontend.next(2).await, ["item 1: 1", "item 1: 2"]);
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(frontend.take(), Vec::<String>::new());
    frontend.send(Kind::Credit(Credit { id: 1, items: 100 }), &());
    assert_eq!(
        frontend.next(4).await,
        ["item 1: 3", "item 1: 4", "item 1: 5", "end 1"]
    );
    // Credit for a call that has ended is nobody's.
    frontend.send(Kind::Credit(Credit { id: 1, items: 100 }), &());

    frontend.send(count(2, 100), &CountRequest { to: 1, fail: true });
    assert_eq!(
        frontend.next(2).await,
        ["item 2: 1", "error 2: cannot count further"]
    );
    frontend.send(count(3, u32::MAX), &CountRequest { to: 0, fail: false });
    assert_eq!(frontend.next(1).await, ["error 3: nothing to count"]);
}

#[tokio::test]
async fn a_stream_without_credit_meets_its_deadline() {
    let core = core();
    let frontend = Frontend::new(&core.server);
    let tick = Kind::Call(Call {
        id: 1,
        path: "fixture.v1.EchoEvent/Tick".to_owned(),
        timeout_ms: Some(30),
        ..Call::default()
    });
    frontend.send(tick, &());
    assert_eq!(frontend.next(1).await, ["fault 1: DEADLINE_EXCEEDED"]);
    assert_eq!(core.probe.alive(), 0);
}

#[tokio::test]
async fn a_client_that_does_not_pull_bounds_a_stream_whatever_its_credit() {
    let core = core();
    let session = core.server.open_pulled().expect("it opens");
    session.receive(encoded(hello(&[]), &()));
    let numbers = CountRequest {
        to: 1_000,
        fail: false,
    };
    session.receive(encoded(count(1, u32::MAX), &numbers));
    tokio::time::sleep(Duration::from_millis(20)).await;
    let first = session.batch(usize::MAX).await.expect("open");
    assert_eq!(first.len(), 1 + 32, "a welcome, and what may wait");
    let mut frames = first;
    while frames.len() < 1 + 1_000 + 1 {
        frames.extend(session.batch(64).await.expect("open"));
    }
    let shown: Vec<_> = frames
        .into_iter()
        .map(|frame| show(ServerFrame::decode(frame).expect("a frame")))
        .collect();
    let expected: Vec<_> = std::iter::once("welcome 1".to_owned())
        .chain((1..=1_000).map(|number| format!("item 1: {number}")))
        .chain(["end 1".to_owned()])
        .collect();
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn notifications_are_those_that_were_subscribed_to() {
    let core = core();
    let frontend = Frontend::new(&core.server);
    frontend.send(subscribe(1, CHANGED, Some("a")), &());
    frontend.send(subscribe(2, CHANGED, Some("a")), &());
    core.notifier.changed("a", &text("1"));
    core.notifier.changed("b", &text("2"));
    core.notifier.said(&text("3"));
    assert_eq!(frontend.next(1).await, ["notification a: 1"]);

    frontend.send(Kind::Unsubscribe(Unsubscribe { id: 1 }), &());
    core.notifier.changed("a", &text("4"));
    assert_eq!(frontend.next(1).await, ["notification a: 4"]);

    frontend.send(Kind::Unsubscribe(Unsubscribe { id: 2 }), &());
    core.notifier.changed("a", &text("5"));
    frontend.send(Kind::Ping(Ping { nonce: 1 }), &());
    assert_eq!(frontend.take(), ["pong 1"], "nothing comes after its end");

    frontend.send(subscribe(3, "fixture.v1.EchoNotification/Sung", None), &());
    frontend.send(subscribe(4, SAID, Some("no keys")), &());
    frontend.send(subscribe(5, SAID, None), &());
    frontend.send(subscribe(5, SAID, None), &());
    assert_eq!(
        frontend.take(),
        [
            "fault 0: UNIMPLEMENTED",
            "fault 0: INVALID_ARGUMENT",
            "fault 0: INVALID_ARGUMENT"
        ]
    );
}

#[tokio::test]
async fn a_debounced_notification_comes_when_it_has_been_quiet() {
    let core = core();
    let frontend = Frontend::new(&core.server);
    frontend.send(subscribe(1, "fixture.v1.EchoNotification/Typed", None), &());
    for typed in ["h", "he", "hel"] {
        core.notifier.typed("a", &text(typed));
    }
    assert_eq!(frontend.next(1).await, ["notification a: hel"]);
    core.notifier.typed("a", &text("help"));
    assert_eq!(frontend.next(1).await, ["notification a: help"]);
}

/// A sink that can be stopped.
struct Gate {
    open: Arc<AtomicBool>,
    sent: Arc<Mutex<Vec<String>>>,
}

impl Sink for Gate {
    fn send(&self, frame: Bytes) -> bool {
        let frame = ServerFrame::decode(frame).expect("a frame");
        self.sent.lock().expect("whole").push(show(frame));
        true
    }

    fn is_ready(&self) -> bool {
        self.open.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn a_slow_consumer_loses_what_its_queue_cannot_hold_and_is_told() {
    let core = core_with(Limits::default().with_queue_length(3));
    let (open, sent) = (Arc::new(AtomicBool::new(true)), Arc::default());
    let sink = Gate {
        open: Arc::clone(&open),
        sent: Arc::clone(&sent),
    };
    let session = core.server.open(sink).expect("it opens");
    session.receive(encoded(hello(&[]), &()));
    session.receive(encoded(subscribe(1, SAID, None), &()));
    open.store(false, Ordering::SeqCst);
    for number in 1..=10 {
        core.notifier.said(&text(number.to_string()));
    }
    session.receive(encoded(Kind::Ping(Ping { nonce: 1 }), &()));
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(*sent.lock().expect("whole"), ["welcome 1"]);
    open.store(true, Ordering::SeqCst);
    session.flush();
    assert_eq!(
        sent.lock().expect("whole")[1..],
        [
            "lagged 7",
            "notification: 8",
            "notification: 9",
            "notification: 10",
            "pong 1"
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_sent_before_an_answer_comes_before_it() {
    use fixture::generated::fixture::v1::EchoNotifier;
    let core = core();
    let notifier = Arc::new(EchoNotifier::new(core.server.hub()));
    // A layer that notifies before its call is answered.
    let server = Server::builder()
        .hub(core.server.hub().clone())
        .executor(|task| drop(tokio::spawn(task)))
        .layer(tower::util::MapResponseLayer::new(move |reply| {
            notifier.said(&text("before"));
            reply
        }))
        .group(EchoEventService::new(Echo::default()))
        .build()
        .expect("one group");
    let frontend = Frontend::new(&server);
    frontend.send(subscribe(1, SAID, None), &());
    for id in 1..=100 {
        frontend.call(id, "Nothing", &());
        let mut came = frontend.next(1).await;
        while came.len() < 2 {
            came.extend(frontend.next(1).await);
        }
        assert_eq!(
            came,
            ["notification: before".to_owned(), format!("ok {id}: ")]
        );
    }
}

#[tokio::test]
async fn limits_are_named() {
    let limits = Limits::default()
        .with_payload_bytes(64)
        .with_sessions(1)
        .with_calls_per_session(2)
        .with_subscriptions_per_session(1);
    let core = core_with(limits);
    let sent: Arc<Mutex<Vec<ServerFrame>>> = Arc::default();
    let frontend = Frontend {
        session: core
            .server
            .open({
                let sent = Arc::clone(&sent);
                move |frame: Bytes| {
                    let frame = ServerFrame::decode(frame).expect("a frame");
                    sent.lock().expect("whole").push(frame);
                    true
                }
            })
            .expect("the first"),
        sent,
    };
    let message = || match frontend.sent.lock().expect("whole").pop() {
        Some(ServerFrame {
            kind: Some(Answer::Fault(fault)),
            ..
        }) => {
            assert_eq!(Code::from_number(fault.code), Code::ResourceExhausted);
            fault.message
        }
        other => panic!("{other:?}"),
    };
    let fault = core.server.open_pulled().expect_err("one too many");
    assert!(fault.message.contains("`sessions`"), "{fault}");

    frontend.send(hello(&[]), &());
    frontend.call(1, "Say", &text("a".repeat(100)));
    assert!(message().contains("`payload_bytes`"));
    frontend.call(1, "Wait", &());
    frontend.call(2, "Wait", &());
    frontend.call(3, "Nothing", &());
    assert!(message().contains("`calls_per_session`"));
    frontend.send(subscribe(1, SAID, None), &());
    frontend.send(subscribe(2, CHANGED, None), &());
    assert!(message().contains("`subscriptions_per_session`"));
}

#[tokio::test]
async fn answers_that_are_not_pulled_count_as_calls_in_flight() {
    let core = core_with(Limits::default().with_calls_per_session(4));
    let session = core.server.open_pulled().expect("it opens");
    session.receive(encoded(hello(&[]), &()));
    for id in 1..=4 {
        session.receive(encoded(call(id, "Nothing"), &()));
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
    let taken = session.batch(usize::MAX).await.expect("open");
    let shown: Vec<_> = taken
        .into_iter()
        .map(|frame| show(ServerFrame::decode(frame).expect("a frame")))
        .collect();
    assert_eq!(shown.len(), 5, "{shown:?}");
    assert!(
        shown.contains(&"fault 4: RESOURCE_EXHAUSTED".to_owned()),
        "the welcome waits too: {shown:?}"
    );
    for nonce in 0..1_000 {
        session.receive(encoded(Kind::Ping(Ping { nonce }), &()));
    }
    assert!(session.is_closed(), "it takes nothing, and asks for more");
    assert_eq!(session.batch(1).await, None);
}

#[tokio::test]
async fn a_pull_waits_until_there_is_something() {
    let core = core();
    let session = Arc::new(core.server.open_pulled().expect("it opens"));
    session.receive(encoded(hello(&[]), &()));
    assert_eq!(session.batch(1).await.map(|batch| batch.len()), Some(1));
    assert_eq!(session.batch(1).now_or_never(), None);
    session.receive(encoded(subscribe(1, SAID, None), &()));
    for wake in ["notification", "answer"] {
        let pull = tokio::spawn({
            let session = Arc::clone(&session);
            async move { session.batch(1).await }
        });
        tokio::time::sleep(Duration::from_millis(5)).await;
        match wake {
            "answer" => session.receive(encoded(call(1, "Nothing"), &())),
            _ => core.notifier.said(&text("hello")),
        }
        let batch = tokio::time::timeout(Duration::from_secs(60), pull).await;
        assert_eq!(
            batch.expect(wake).expect("no panic").map(|b| b.len()),
            Some(1)
        );
    }
}

/// What a session that is pulled has said, up to now.
fn pull(session: &Session) -> Vec<String> {
    let batch = session.batch(usize::MAX).now_or_never().flatten();
    let frames = batch.unwrap_or_default().into_iter();
    frames
        .map(|frame| show(ServerFrame::decode(frame).expect("a frame")))
        .collect()
}

fn pulled(core: &Core) -> Session {
    let session = core.server.open_pulled().expect("it opens");
    session.receive(encoded(hello(&[]), &()));
    assert_eq!(pull(&session), ["welcome 1"]);
    session
}

fn ping(nonce: u64) -> Bytes {
    encoded(Kind::Ping(Ping { nonce }), &())
}

#[tokio::test]
async fn a_pong_stands_among_the_notifications_where_its_ping_did() {
    let core = core();
    let session = pulled(&core);
    let say = |said: &str| core.notifier.said(&text(said));
    session.receive(encoded(subscribe(1, SAID, None), &()));
    session.receive(ping(1));
    say("1");
    session.receive(ping(2));
    session.receive(encoded(subscribe(2, "unknown", None), &()));
    session.receive(ping(3));
    say("2");
    session.receive(encoded(call(1, "Sing"), &()));
    session.receive(ping(4));
    say("3");
    assert_eq!(
        pull(&session),
        [
            "pong 1",
            "notification: 1",
            "pong 2",
            "fault 0: UNIMPLEMENTED",
            "pong 3",
            "notification: 2",
            "fault 1: UNIMPLEMENTED",
            "pong 4",
            "notification: 3"
        ]
    );
}

#[tokio::test]
async fn who_subscribes_again_hears_nothing_of_before() {
    let core = core_with(Limits::default().with_queue_length(2));
    let session = pulled(&core);
    let say = |said: &str| core.notifier.said(&text(said));
    session.receive(encoded(subscribe(1, SAID, None), &()));
    session.receive(encoded(subscribe(2, CHANGED, None), &()));
    ["1", "2", "3"].into_iter().for_each(say);
    core.notifier.changed("a", &text("4"));
    session.receive(encoded(Kind::Unsubscribe(Unsubscribe { id: 1 }), &()));
    say("5");
    session.receive(encoded(subscribe(3, SAID, None), &()));
    say("6");
    session.receive(ping(1));
    ["7", "8", "9"].into_iter().for_each(say);
    // What was lost before the pong, and what behind it.
    assert_eq!(
        pull(&session),
        [
            "lagged 4",
            "pong 1",
            "lagged 1",
            "notification: 8",
            "notification: 9"
        ]
    );
}

#[tokio::test]
async fn the_latest_value_does_not_pass_over_a_pong() {
    let core = core();
    let session = pulled(&core);
    let progress = |number| core.notifier.progress("a", &Number { number });
    session.receive(encoded(subscribe(1, PROGRESS, None), &()));
    progress(1);
    session.receive(ping(1));
    progress(2);
    progress(3);
    let batch = session.batch(usize::MAX).await.expect("open");
    let kinds: Vec<_> = batch
        .into_iter()
        .map(|frame| ServerFrame::decode(frame).expect("a frame"))
        .map(|frame| match frame.kind.expect("a kind") {
            Answer::Notification(_) => Number::decode(frame.payload).expect("one").number,
            _ => 0,
        })
        .collect();
    assert_eq!(kinds, [0, 3], "the pong, and behind it the newest value");
}

#[tokio::test]
async fn a_session_needs_an_executor_and_one_that_drops_its_tasks_answers() {
    let build = |server: bellwire::ServerBuilder| {
        server
            .group(EchoEventService::new(Echo::default()))
            .build()
            .expect("one group")
    };
    let server = build(Server::builder());
    assert_eq!(
        server.open_pulled().expect_err("no executor").code,
        Code::FailedPrecondition
    );
    server.run_calls_on(drop);
    server.run_calls_on(|_| panic!("it has one"));
    let frontend = Frontend::new(&server);
    frontend.call(1, "Nothing", &());
    assert_eq!(frontend.take(), ["fault 1: UNAVAILABLE"]);
    let server = build(Server::builder().executor(drop));
    server.run_calls_on(|_| panic!("it has one"));
    let frontend = Frontend::new(&server);
    frontend.call(1, "Nothing", &());
    assert_eq!(frontend.take(), ["fault 1: UNAVAILABLE"]);
}

#[tokio::test]
async fn a_thousand_calls_at_once_all_end() {
    let core: Core = core();
    let frontend = Frontend::new(&core.server);
    for id in 1..=1_000 {
        frontend.call(id, "Say", &text(id.to_string()));
    }
    let mut answers = frontend.next(1_000).await;
    answers.sort();
    let mut expected: Vec<_> = (1..=1_000).map(|id| format!("ok {id}: {id}")).collect();
    expected.sort();
    assert_eq!(answers, expected);
}

#[tokio::test]
async fn frames_can_be_recorded_and_replayed() {
    use fixture::generated::fixture::v1::EchoEventClient;

    let core = core();
    let recording = testing::Recording::new();
    let connection = recording.connect(&core.server, |_| {}).expect("it opens");
    connection.subscribe(SAID, None);
    core.notifier.said(&text("heard"));
    eventually("it comes", || recording.to_string().contains("heard")).await;
    let client = EchoEventClient::new(connection);
    client.say(&text("hello")).await.expect("it works");
    client.say(&text("")).await.expect_err("it says nothing");

    let recorded = recording.to_string();
    let lines: Vec<_> = recorded.lines().step_by(2).collect();
    assert_eq!(
        lines,
        [
            "> hello, version 1, 9 uses",
            "< welcome, version 1, 0 unserved",
            "> subscribe 1 fixture.v1.EchoNotification/Said",
            r#"< notification fixture.v1.EchoNotification/Said "\n\x05heard""#,
            r#"> call 2 fixture.v1.EchoEvent/Say "\n\x05hello""#,
            r#"< ok 2 "\n\x05hello""#,
            r#"> call 3 fixture.v1.EchoEvent/Say """#,
            r#"< error 3 "\n\x10nothing was said""#,
        ]
    );

    // What the core says of itself must be said again.
    let silent = recorded.lines().collect::<Vec<_>>();
    let calls = [&silent[..6], &silent[8..]].concat().join("\n") + "\n";
    let replayed = testing::replay(&fixture::core().server, &calls).await;
    assert_eq!(replayed, Ok(calls));
    let nonsense = testing::replay(&core.server, "> hello\n  0g\n").await;
    assert_eq!(nonsense.unwrap_err().code, Code::InvalidArgument);
}

/// Answers that do not go with the other frames, as short texts.
#[derive(Clone, Default)]
struct Answers(Arc<Mutex<Vec<String>>>);

impl Answers {
    fn call(&self, session: &Session, id: u64, event: &str, payload: &impl Message) {
        let (Kind::Call(call), answers) = (call(id, event), Arc::clone(&self.0)) else {
            unreachable!("it is a call")
        };
        session.call(call, payload.encode_to_vec(), move |outcome| {
            let text = |bytes: Payload| Text::decode(&*bytes).expect("a text").text;
            let answer = match outcome {
                Ok(output) => format!("ok {id}: {}", text(output)),
                Err(Failure::Error(error)) => format!("error {id}: {}", text(error)),
                Err(Failure::Fault(fault)) => format!("fault {id}: {}", fault.code),
            };
            answers.lock().expect("whole").push(answer);
        });
    }

    async fn next(&self, count: usize) -> Vec<String> {
        eventually("answers come", || {
            self.0.lock().expect("whole").len() >= count
        })
        .await;
        std::mem::take(&mut self.0.lock().expect("whole"))
    }
}

#[tokio::test]
async fn a_carrier_with_a_way_back_for_each_call_has_the_answer_there() {
    let core = core();
    let (frontend, answers) = (Frontend::silent(&core.server), Answers::default());
    answers.call(&frontend.session, 1, "Say", &text("hello"));
    assert_eq!(answers.next(1).await, ["fault 1: FAILED_PRECONDITION"]);
    frontend.send(hello(&[]), &());
    assert_eq!(frontend.take(), ["welcome 1"]);
    answers.call(&frontend.session, 2, "Say", &text("hello"));
    assert_eq!(answers.next(1).await, ["ok 2: hello"]);
    answers.call(&frontend.session, 3, "Say", &text(""));
    assert_eq!(answers.next(1).await, ["error 3: nothing was said"]);
    answers.call(&frontend.session, 4, "Panic", &text("now"));
    assert_eq!(answers.next(1).await, ["fault 4: INTERNAL"]);
    answers.call(&frontend.session, 5, "Sing", &());
    assert_eq!(answers.next(1).await, ["fault 5: UNIMPLEMENTED"]);
    answers.call(&frontend.session, 6, "Tick", &());
    assert_eq!(answers.next(1).await, ["fault 6: FAILED_PRECONDITION"]);

    answers.call(&frontend.session, 7, "Wait", &());
    answers.call(&frontend.session, 7, "Say", &text("again"));
    assert_eq!(answers.next(1).await, ["fault 7: INVALID_ARGUMENT"]);
    frontend.send(Kind::Cancel(Cancel { id: 7 }), &());
    assert_eq!(answers.next(1).await, ["fault 7: CANCELLED"]);
    assert_eq!(frontend.take(), [""; 0]);

    answers.call(&frontend.session, 8, "Wait", &());
    drop(frontend);
    assert_eq!(answers.next(1).await, ["fault 8: UNAVAILABLE"]);
    eventually("it is dropped", || core.probe.alive() == 0).await;
}

#[tokio::test]
async fn a_listener_that_panics_does_not_keep_later_notifications_away() {
    let core = core();
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let listener = Arc::clone(&heard);
    let connection = Connection::in_process(&core.server, move |told| {
        if let Told::Notification(notice) = told {
            let said = Text::decode(notice.payload).expect("a text").text;
            listener.lock().expect("whole").push(said.clone());
            assert_ne!(said, "one", "a listener's");
        }
    })
    .expect("it opens");
    connection.subscribe(SAID, None);
    for said in ["one", "two"] {
        core.notifier.said(&text(said));
    }
    eventually("both are heard", || {
        *heard.lock().expect("whole") == ["one", "two"]
    })
    .await;
    let client = EchoEventClient::new(connection);
    assert_eq!(client.nothing().await, Ok(()));
}
