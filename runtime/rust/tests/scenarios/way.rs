//! The ways to a core, and what a frontend hears over each.

#![allow(dead_code, reason = "no test uses all of it")]

use std::pin::Pin;
use std::sync::Arc;

use bellwire::wire::bellwire::v1::client_frame::Kind;
use bellwire::wire::bellwire::v1::server_frame::Kind as FromCore;
use bellwire::wire::bellwire::v1::subscribe_response::Event;
use bellwire::wire::bellwire::v1::{
    ClientFrame, Fingerprint, Hello, Ping, ServerFrame, Subscribe, SubscribeRequest,
    SubscribeResponse, Subscription, Unsubscribe, UpdateRequest, UpdateResponse, Updated, Welcome,
};
use bellwire::{
    Bytes, CallOptions, Connection, Delivered, Fault, Hub, Limits, Server, Session, Subscriber,
    Transport, connect,
};
use futures::stream::BoxStream;
use futures::{FutureExt, Stream, StreamExt, stream};
use prost::Message;
use tokio::runtime::{Builder, Runtime};

use crate::fixture::generated::fixture::v1::{EchoEventClient, Text};
use crate::fixture::{Core, core_on, core_with};
use crate::http::{Http, SUBSCRIBE, UPDATE};

/// A core, and one way to it.
pub struct Way<T> {
    pub core: Core,
    pub transport: T,
    _handlers: Option<Handlers>,
}

/// Threads for handlers alone.
struct Handlers(Option<Runtime>);

impl Drop for Handlers {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl<T: Transport> Way<T> {
    pub fn new(core: Core, transport: T) -> Self {
        Self {
            core,
            transport,
            _handlers: None,
        }
    }

    pub fn client(&self) -> EchoEventClient<T> {
        EchoEventClient::new(self.transport.clone())
    }

    pub fn client_with(&self, options: CallOptions) -> EchoEventClient<T> {
        self.client().with_options(options)
    }
}

pub async fn in_process(limits: Limits) -> Way<Server> {
    let core = core_with(limits);
    let transport = core.server.clone();
    Way::new(core, transport)
}

/// What a frontend over frames calls and listens through.
#[derive(Clone)]
pub struct Frames {
    calls: Connection,
    server: Server,
}

impl Transport for Frames {
    fn call(
        &self,
        event: &'static bellwire::EventInfo,
        payload: Bytes,
        options: CallOptions,
    ) -> impl Future<Output = bellwire::Outcome> + Send {
        Transport::call(&self.calls, event, payload, options)
    }
}

pub async fn over_frames(limits: Limits) -> Way<Frames> {
    let core = core_with(limits);
    let transport = Frames::to(&core.server);
    Way::new(core, transport)
}

pub async fn over_connect(limits: Limits) -> Way<Http> {
    // More than one, however many processors there are: a handler may block one.
    let handlers = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads");
    let handle = handlers.handle().clone();
    let core = core_on(limits, move |task| drop(handle.spawn(task)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let transport = Http::new(listener.local_addr().expect("bound"));
    let router = connect::router(core.server.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut way = Way::new(core, transport);
    way._handlers = Some(Handlers(Some(handlers)));
    way
}

/// What a frontend hears.
#[derive(Debug, PartialEq)]
pub enum Heard {
    /// A notification with its key, if it has one, and the text that it carries, or its bytes.
    Said(Option<String>, String),
    /// So many notifications were lost.
    Lost(u64),
}

/// Ends only with the core. Dropping it is what a frontend does that goes away.
pub type Ears = Pin<Box<dyn Stream<Item = Heard> + Send>>;

/// A way over which notifications come.
pub trait Listen: Transport {
    /// Listens to a notification, or to one key of it, from when this returns.
    fn listen(&self, path: &str, key: Option<&str>) -> impl Future<Output = Ears> + Send;

    /// Listens, and as soon as something was heard takes the subscription back and subscribes again at once, through the
    /// same session or stream. Gives what `now` gave in between.
    fn listen_again(
        &self,
        path: &str,
        now: impl Fn() -> u64 + Send + Sync,
    ) -> impl Future<Output = (u64, Ears)> + Send;

    /// Subscribes and unsubscribes this often, through one session or stream, and leaves it open.
    fn come_and_go(&self, path: &str, times: u64) -> impl Future<Output = Box<dyn Send>> + Send;
}

impl Listen for Server {
    async fn listen(&self, path: &str, key: Option<&str>) -> Ears {
        let subscriber = self.hub().subscriber(self.limits().queue_length);
        subscriber.subscribe(path, key).expect("known");
        delivered(subscriber)
    }

    async fn listen_again(&self, path: &str, now: impl Fn() -> u64 + Send + Sync) -> (u64, Ears) {
        let mut subscriber = self.hub().subscriber(self.limits().queue_length);
        subscriber.subscribe(path, None).expect("known");
        subscriber.next().await;
        subscriber.unsubscribe(path, None);
        let before = now();
        subscriber.subscribe(path, None).expect("known");
        (before, delivered(subscriber))
    }

    async fn come_and_go(&self, path: &str, times: u64) -> Box<dyn Send> {
        let hub: &Hub = self.hub();
        let subscriber = hub.subscriber(8);
        for number in 0..times {
            let key = number.to_string();
            subscriber.subscribe(path, Some(&key)).expect("known");
            subscriber.unsubscribe(path, Some(&key));
        }
        Box::new(subscriber)
    }
}

fn delivered(subscriber: Subscriber) -> Ears {
    Box::pin(subscriber.map(|delivered| match delivered {
        Delivered::Notice(notice) => {
            said(notice.key.as_deref().map(str::to_owned), &notice.payload)
        }
        Delivered::Lagged { missed, .. } => Heard::Lost(missed),
    }))
}

impl Frames {
    pub fn to(server: &Server) -> Self {
        Self {
            calls: Connection::in_process(server, |_| {}).expect("it opens"),
            server: server.clone(),
        }
    }

    /// A session of its own, whose frames are pulled: one that does not pull is a slow one.
    fn open(&self) -> Session {
        let session = self.server.open_pulled().expect("it opens");
        session.receive(hello(Vec::new()));
        session
    }
}

/// A session that was not told anything yet, frame by frame.
pub struct Wire {
    pub send: Box<dyn Fn(Bytes) + Send + Sync>,
    pub frames: BoxStream<'static, Bytes>,
}

/// A way whose protocol is sessions of frames.
pub trait Framed: Listen {
    fn wire(&self) -> Wire;
}

impl Framed for Frames {
    fn wire(&self) -> Wire {
        let session = Arc::new(self.server.open_pulled().expect("it opens"));
        let frames = pulled(Arc::clone(&session));
        let send = Box::new(move |frame| session.receive(frame));
        Wire { send, frames }
    }
}

fn pulled(session: Arc<Session>) -> BoxStream<'static, Bytes> {
    let batches = stream::unfold(session, |session| async {
        let frames = session.batch(1 << 16).await?;
        Some((stream::iter(frames), session))
    });
    batches.flatten().boxed()
}

impl Listen for Frames {
    async fn listen(&self, path: &str, key: Option<&str>) -> Ears {
        let session = self.open();
        session.receive(subscribe(1, path, key));
        session.receive(ping());
        heard(pulled(Arc::new(session))).await
    }

    async fn listen_again(&self, path: &str, now: impl Fn() -> u64 + Send + Sync) -> (u64, Ears) {
        let session = Arc::new(self.open());
        session.receive(subscribe(1, path, None));
        let mut frames = pulled(Arc::clone(&session));
        // A welcome, and the first notification.
        frames.by_ref().take(2).for_each(|_| async {}).await;
        let before = now();
        session.receive(unsubscribe(1));
        session.receive(subscribe(2, path, None));
        session.receive(ping());
        (before, heard(frames).await)
    }

    async fn come_and_go(&self, path: &str, times: u64) -> Box<dyn Send> {
        let session = self.open();
        for id in 0..times {
            session.receive(subscribe(id, path, Some(&id.to_string())));
            session.receive(unsubscribe(id));
        }
        let answers = session.batch(1 << 16).now_or_never().flatten();
        assert_eq!(answers.map(|answers| answers.len()), Some(1), "a welcome");
        Box::new(session)
    }
}

/// What is said in these frames from the answer to a ping on.
pub async fn heard(frames: impl Stream<Item = Bytes> + Send + 'static) -> Ears {
    let mut frames = Box::pin(frames.map(|frame| {
        let frame = ServerFrame::decode(frame).expect("a frame");
        (frame.kind.expect("a kind"), frame.payload)
    }));
    while !matches!(frames.next().await.expect("a pong").0, FromCore::Pong(_)) {}
    Box::pin(frames.filter_map(|(kind, payload)| async move {
        match kind {
            FromCore::Notification(notice) => Some(said(notice.key, &payload)),
            FromCore::Lagged(lagged) => Some(Heard::Lost(lagged.missed)),
            _ => None,
        }
    }))
}

pub fn subscribe(id: u64, path: &str, key: Option<&str>) -> Bytes {
    let subscription = Some(subscription(path, key));
    frame(Kind::Subscribe(Subscribe { id, subscription }))
}

pub fn unsubscribe(id: u64) -> Bytes {
    frame(Kind::Unsubscribe(Unsubscribe { id }))
}

pub fn ping() -> Bytes {
    frame(Kind::Ping(Ping { nonce: 1 }))
}

pub fn hello(uses: Vec<Fingerprint>) -> Bytes {
    frame(Kind::Hello(Hello { protocol: 1, uses }))
}

pub fn frame(kind: Kind) -> Bytes {
    let frame = ClientFrame {
        kind: Some(kind),
        payload: Bytes::new(),
    };
    frame.encode_to_vec().into()
}

impl Http {
    /// A notification stream with its welcome.
    pub async fn open(
        &self,
        hello: Option<Hello>,
        subscriptions: Vec<Subscription>,
    ) -> Result<(Welcome, Ears), Fault> {
        let (welcome, events) = self.events(hello, subscriptions).await?;
        Ok((welcome, heard_of(events)))
    }

    async fn events(
        &self,
        hello: Option<Hello>,
        subscriptions: Vec<Subscription>,
    ) -> Result<(Welcome, BoxStream<'static, Event>), Fault> {
        let request = SubscribeRequest {
            hello,
            subscriptions,
        };
        let mut events = self.items(&SUBSCRIBE, &request).await.map(|item| {
            let response = SubscribeResponse::decode(&*item?).expect("a response");
            Ok(response.event.expect("an event"))
        });
        let welcome = match events.next().await.expect("a welcome") {
            Ok(Event::Welcome(welcome)) => welcome,
            Err(fault) => return Err(fault),
            other => panic!("{other:?}"),
        };
        Ok((welcome, events.map(|event| event.expect("no end")).boxed()))
    }
}

fn heard_of(events: BoxStream<'static, Event>) -> Ears {
    Box::pin(events.filter_map(|event| async {
        match event {
            Event::Notification(notice) => Some(said(notice.key, &notice.payload)),
            Event::Lagged(lagged) => Some(Heard::Lost(lagged.missed)),
            Event::Welcome(_) | Event::Heartbeat(_) | Event::Updated(_) => None,
        }
    }))
}

impl Listen for Http {
    async fn listen(&self, path: &str, key: Option<&str>) -> Ears {
        let subscriptions = vec![subscription(path, key)];
        self.open(None, subscriptions).await.expect("it opens").1
    }

    async fn listen_again(&self, path: &str, now: impl Fn() -> u64 + Send + Sync) -> (u64, Ears) {
        let subscriptions = vec![subscription(path, None)];
        let opened = self.events(None, subscriptions.clone()).await;
        let (welcome, mut events) = opened.expect("it opens");
        events.next().await;
        let before = now();
        let remove = UpdateRequest {
            stream_id: welcome.stream_id.clone(),
            remove: subscriptions.clone(),
            ..UpdateRequest::default()
        };
        let add = UpdateRequest {
            stream_id: welcome.stream_id,
            add: subscriptions,
            number: 7,
            ..UpdateRequest::default()
        };
        for update in [remove, add] {
            self.message(&UPDATE, &update).await;
        }
        let updated = Event::Updated(Updated { number: 7 });
        while events.next().await.expect("no end") != updated {}
        (before, heard_of(events))
    }

    /// A thousand at once, since each request takes a while.
    async fn come_and_go(&self, path: &str, times: u64) -> Box<dyn Send> {
        let (welcome, ears) = self.open(None, Vec::new()).await.expect("it opens");
        let mut numbers = 0..times;
        while !numbers.is_empty() {
            let keys = numbers.by_ref().take(1_000);
            let subscriptions: Vec<_> = keys
                .map(|number| subscription(path, Some(&number.to_string())))
                .collect();
            let request = UpdateRequest {
                stream_id: welcome.stream_id.clone(),
                add: subscriptions.clone(),
                remove: subscriptions,
                ..UpdateRequest::default()
            };
            let answer = self.message(&UPDATE, &request).await;
            UpdateResponse::decode(&*answer).expect("a response");
        }
        Box::new(ears)
    }
}

pub fn subscription(path: &str, key: Option<&str>) -> Subscription {
    Subscription {
        path: path.to_owned(),
        key: key.map(str::to_owned),
    }
}

fn said(key: Option<String>, payload: &[u8]) -> Heard {
    let said = Text::decode(payload).map(|text| text.text);
    Heard::Said(key, said.unwrap_or_else(|_| format!("{payload:?}")))
}
