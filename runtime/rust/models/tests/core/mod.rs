//! A core in a model: its calls are tasks of `shuttle`'s, and its frontend keeps what it is sent.

use bellwire_models::wire::bellwire::v1::client_frame::Kind;
use bellwire_models::wire::bellwire::v1::server_frame::Kind as FromCore;
use bellwire_models::wire::bellwire::v1::{
    Call, ClientFrame, Hello, ServerFrame, Subscribe, Subscription,
};
use bellwire_models::{
    Bytes, Delivery, EventGroup, EventGroupInfo, EventInfo, EventKind, Hub, NotificationGroupInfo,
    NotificationInfo, ReplyFuture, Request, Server, Session, Task, glue,
};
use prost::Message;
use shuttle::sync::atomic::{AtomicUsize, Ordering};
use shuttle::sync::{Arc, Mutex};

/// Tries many interleavings of the threads that a model starts: at random, and with few changes of thread at the worst
/// moments. `BELLWIRE_MODEL_RUNS` says how many; a failure prints its schedule, for `shuttle::replay`.
pub fn check(model: impl Fn() + Send + Sync + 'static) {
    let runs = std::env::var("BELLWIRE_MODEL_RUNS").ok();
    let runs = runs.and_then(|runs| runs.parse().ok()).unwrap_or(200);
    let model = Arc::new(model);
    let again = Arc::clone(&model);
    shuttle::check_random(move || model(), runs);
    shuttle::check_pct(move || again(), runs, 3);
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Number {
    #[prost(uint64, tag = "1")]
    pub number: u64,
}

const fn event(path: &'static str, kind: EventKind) -> EventInfo {
    EventInfo {
        path,
        kind,
        input: Some("model.v1.Number"),
        output: Some("model.v1.Number"),
        timeout: None,
        fingerprint: 1,
    }
}

/// Tells everybody the number, then answers with it.
pub const TELL: &str = "model.v1.Event/Tell";
/// Counts to the number.
pub const COUNT: &str = "model.v1.Event/Count";
/// Never answers.
pub const NEVER: &str = "model.v1.Event/Never";

static EVENTS: EventGroupInfo = EventGroupInfo {
    name: "model.v1.Event",
    error: "model.v1.Number",
    events: &[
        event(TELL, EventKind::Unary),
        event(COUNT, EventKind::Stream),
        event(NEVER, EventKind::Unary),
    ],
    descriptors: &[],
};

const fn notification(path: &'static str, delivery: Delivery) -> NotificationInfo {
    NotificationInfo {
        path,
        payload: Some("model.v1.Number"),
        keyed: false,
        delivery,
        debounce: None,
        fingerprint: 1,
    }
}

pub static NOTIFICATIONS: NotificationGroupInfo = NotificationGroupInfo {
    name: "model.v1.Notification",
    notifications: &[
        notification("model.v1.Notification/Every", Delivery::Every),
        notification("model.v1.Notification/Latest", Delivery::Latest),
    ],
    descriptors: &[],
};

pub static EVERY: &NotificationInfo = &NOTIFICATIONS.notifications[0];
pub static LATEST: &NotificationInfo = &NOTIFICATIONS.notifications[1];

struct Handler(Hub);

impl EventGroup for Handler {
    fn info(&self) -> &'static EventGroupInfo {
        &EVENTS
    }

    fn call(&self, request: Request) -> ReplyFuture {
        match request.event_index() {
            0 => {
                let hub = self.0.clone();
                glue::unary(request, |_, number: Number| async move {
                    hub.send(EVERY, None, &number);
                    Ok::<_, Number>(number)
                })
            }
            1 => glue::stream(request, |_, to: Number| async move {
                let numbers = (1..=to.number).map(|number| Ok::<_, Number>(Number { number }));
                Ok::<_, Number>(futures::stream::iter(numbers))
            }),
            _ => glue::unary(request, |_, _: Number| {
                std::future::pending::<Result<Number, Number>>()
            }),
        }
    }
}

/// Counts one task while it is there.
struct Running(Arc<AtomicUsize>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A core, and how many of its tasks have not ended.
pub fn core() -> (Server, Arc<AtomicUsize>) {
    let hub = hub();
    let tasks: Arc<AtomicUsize> = Arc::default();
    let running = Arc::clone(&tasks);
    let server = Server::builder()
        .hub(hub.clone())
        .executor(move |task: Task| {
            running.fetch_add(1, Ordering::SeqCst);
            let running = Running(Arc::clone(&running));
            drop(shuttle::future::spawn(async move {
                task.await;
                drop(running);
            }));
        })
        .group(Handler(hub))
        .build()
        .expect("one group");
    (server, tasks)
}

pub fn hub() -> Hub {
    let hub = Hub::new();
    hub.register(&NOTIFICATIONS);
    hub
}

/// The frontend's end of a session.
pub struct Frontend {
    pub session: Session,
    sent: Arc<Mutex<Vec<Bytes>>>,
}

impl Frontend {
    pub fn new(server: &Server) -> Self {
        let sent: Arc<Mutex<Vec<Bytes>>> = Arc::default();
        let frames = Arc::clone(&sent);
        let session = server
            .open(move |frame| {
                frames.lock().expect("whole").push(frame);
                true
            })
            .expect("it opens");
        session.receive(hello());
        Self { session, sent }
    }

    /// What came, as short texts, without the welcome.
    pub fn sent(&self) -> Vec<String> {
        let sent = self.sent.lock().expect("whole");
        sent.iter().filter_map(show).collect()
    }
}

pub fn frame(kind: Kind, number: u64) -> Bytes {
    let frame = ClientFrame {
        kind: Some(kind),
        payload: Number { number }.encode_to_vec().into(),
    };
    frame.encode_to_vec().into()
}

pub fn hello() -> Bytes {
    let hello = Hello {
        protocol: 1,
        uses: Vec::new(),
    };
    frame(Kind::Hello(hello), 0)
}

pub fn call(id: u64, path: &str, credit: u32, number: u64) -> Bytes {
    let call = Call {
        id,
        path: path.to_owned(),
        credit,
        ..Call::default()
    };
    frame(Kind::Call(call), number)
}

pub fn subscribe(id: u64) -> Bytes {
    let subscription = Some(Subscription {
        path: EVERY.path.to_owned(),
        key: None,
    });
    frame(Kind::Subscribe(Subscribe { id, subscription }), 0)
}

pub fn show(frame: &Bytes) -> Option<String> {
    let ServerFrame { kind, payload } = ServerFrame::decode(frame.clone()).expect("a frame");
    let number = Number::decode(payload).expect("a number").number;
    Some(match kind.expect("a kind") {
        FromCore::Welcome(_) => return None,
        FromCore::Ok(ok) => format!("{}: ok {number}", ok.id),
        FromCore::Item(item) => format!("{}: item {number}", item.id),
        FromCore::End(end) => format!("{}: end", end.id),
        FromCore::Fault(fault) => format!("{}: fault {}", fault.id, fault.code),
        FromCore::Notification(_) => format!("heard {number}"),
        FromCore::Lagged(lagged) => format!("lost {}", lagged.missed),
        other => format!("{other:?}"),
    })
}
