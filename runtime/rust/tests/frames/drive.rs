//! Drives one session with whatever bytes there are, and checks what must hold all the same.

use std::panic;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bellwire::wire::bellwire::v1::client_frame::Kind;
use bellwire::wire::bellwire::v1::server_frame::Kind as Answer;
use bellwire::wire::bellwire::v1::{Call, ClientFrame, Hello, ServerFrame};
use bellwire::{
    Bytes, Delivery, EventGroup, EventGroupInfo, EventInfo, EventKind, Hub, Limits,
    NotificationGroupInfo, NotificationInfo, Reply, ReplyFuture, ReplyStream, Request, Server,
    Session, Task,
};
use prost::Message;

const fn event(path: &'static str, kind: EventKind) -> EventInfo {
    EventInfo {
        path,
        kind,
        input: None,
        output: None,
        timeout: None,
        fingerprint: 1,
    }
}

static EVENTS: EventGroupInfo = EventGroupInfo {
    name: "f.E",
    error: "f.Problem",
    events: &[
        event("f.E/Echo", EventKind::Unary),
        event("f.E/Panic", EventKind::Unary),
        event("f.E/Never", EventKind::Unary),
        event("f.E/Items", EventKind::Stream),
    ],
    descriptors: &[],
};

const fn notification(path: &'static str, keyed: bool, delivery: Delivery) -> NotificationInfo {
    NotificationInfo {
        path,
        payload: None,
        keyed,
        delivery,
        debounce: None,
        fingerprint: 1,
    }
}

static NOTIFICATIONS: NotificationGroupInfo = NotificationGroupInfo {
    name: "f.N",
    notifications: &[
        notification("f.N/Plain", false, Delivery::Every),
        notification("f.N/Keyed", true, Delivery::Latest),
    ],
    descriptors: &[],
};

struct Group(Hub);

impl EventGroup for Group {
    fn info(&self) -> &'static EventGroupInfo {
        &EVENTS
    }

    fn call(&self, request: Request) -> ReplyFuture {
        let payload = request.payload().clone();
        match request.event_index() {
            0 => {
                self.0.send(&NOTIFICATIONS.notifications[0], None, &());
                self.0.send(&NOTIFICATIONS.notifications[1], Some("k"), &());
                Box::pin(async move { Ok(Reply::Message(payload.into())) })
            }
            1 => Box::pin(async { panic::resume_unwind(Box::new("a handler's panic")) }),
            2 => Box::pin(std::future::pending()),
            _ => {
                let items = payload
                    .into_iter()
                    .map(|byte| Ok(Bytes::from(vec![byte]).into()));
                let items = futures::stream::iter(items);
                Box::pin(async { Ok(Reply::Stream(ReplyStream::new(items))) })
            }
        }
    }
}

/// Polls every task once; those that have not ended stay.
fn run(tasks: &Mutex<Vec<Task>>) {
    let mut cx = Context::from_waker(Waker::noop());
    let mut taken = std::mem::take(&mut *tasks.lock().expect("whole"));
    taken.retain_mut(|task| task.as_mut().poll(&mut cx).is_pending());
    tasks.lock().expect("whole").append(&mut taken);
}

/// Whether the session is open; adds the answers that end calls to `ended`.
fn pull(session: &Session, ended: &mut Vec<u64>) -> bool {
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        match session.poll_batch(64, &mut cx) {
            Poll::Pending => return true,
            Poll::Ready(None) => return false,
            Poll::Ready(Some(batch)) => ended.extend(batch.into_iter().filter_map(|frame| {
                let frame = ServerFrame::decode(frame).expect("the core's frames are well-formed");
                match frame.kind.expect("of a known kind") {
                    Answer::Ok(ok) => Some(ok.id),
                    Answer::Error(error) => Some(error.id),
                    Answer::End(end) => Some(end.id),
                    Answer::Fault(fault) => Some(fault.id),
                    _ => None,
                }
            })),
        }
    }
}

fn frame(kind: Kind) -> Bytes {
    let frame = ClientFrame {
        kind: Some(kind),
        payload: Bytes::new(),
    };
    frame.encode_to_vec().into()
}

/// Bytes as frames: each follows its length in one byte, and the last is what is left.
fn frames(mut data: &[u8]) -> Vec<Bytes> {
    let mut frames = Vec::new();
    while let Some((&length, rest)) = data.split_first() {
        let (frame, rest) = rest.split_at(rest.len().min(length.into()));
        frames.push(Bytes::copy_from_slice(frame));
        data = rest;
    }
    frames
}

/// The other way round, for a corpus.
#[allow(
    dead_code,
    reason = "the fuzz target reads a corpus and does not make one"
)]
pub fn join(frames: &[Bytes]) -> Vec<u8> {
    let mut data = Vec::new();
    for frame in frames {
        data.push(u8::try_from(frame.len()).expect("a short frame"));
        data.extend_from_slice(frame);
    }
    data
}

/// Gives the frames to a session, and checks that the server comes out of it as it went in.
pub fn drive(data: &[u8]) {
    let hub = Hub::new();
    hub.register(&NOTIFICATIONS);
    let tasks: Arc<Mutex<Vec<Task>>> = Arc::default();
    let executor = Arc::clone(&tasks);
    let server = Server::builder()
        .hub(hub.clone())
        .limits(
            Limits::default()
                .with_calls_per_session(8)
                .with_queue_length(4),
        )
        .executor(move |task| executor.lock().expect("whole").push(task))
        .group(Group(hub.clone()))
        .build()
        .expect("one group");
    let session = server.open_pulled().expect("the first session");
    let mut ended = Vec::new();
    let mut calls = 0;
    for frame in frames(data) {
        let kind = ClientFrame::decode(frame.clone())
            .ok()
            .and_then(|frame| frame.kind);
        calls += usize::from(matches!(kind, Some(Kind::Call(_))));
        session.receive(frame);
        run(&tasks);
        if calls % 3 == 0 {
            pull(&session, &mut ended);
        }
    }
    let open = pull(&session, &mut ended);
    let answers = ended.iter().filter(|id| **id != 0).count();
    assert!(answers <= calls, "{answers} answers to {calls} calls");
    if open {
        still_answers(&session, &tasks);
    }
    drop(session);
    run(&tasks);
    run(&tasks);
    assert_eq!(
        tasks.lock().expect("whole").len(),
        0,
        "a call outlives its session"
    );
    assert_eq!(
        (
            server.running_calls(),
            server.open_sessions(),
            hub.subscription_count()
        ),
        (0, 0, 0)
    );
}

fn still_answers(session: &Session, tasks: &Mutex<Vec<Task>>) {
    let id = 0x1234_5678_9abc;
    let hello = Hello {
        protocol: 1,
        uses: Vec::new(),
    };
    session.receive(frame(Kind::Hello(hello)));
    let call = Call {
        id,
        path: "f.E/Echo".to_owned(),
        ..Call::default()
    };
    session.receive(frame(Kind::Call(call)));
    run(tasks);
    let mut ended = Vec::new();
    pull(session, &mut ended);
    assert!(ended.contains(&id), "the session does not answer any more");
}
