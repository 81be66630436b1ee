//! The service `bellwire.v1.Notifications`: one stream per client, whatever the number of its listeners.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use connectrpc::{CodecFormat, ConnectError, EncodedBody};
use futures_core::Stream;
use futures_timer::Delay;
use prost::Message;

use super::transcode::{Codec, Types};
use crate::cancellation::Waiter;
use crate::hello::{MAX_UNSERVED, PROTOCOL, paths, too_strange, unserved};
use crate::hub::Next;
use crate::wire::bellwire::v1::subscribe_response::Event;
use crate::wire::bellwire::v1::{
    Heartbeat, Lagged, Notification, SubscribeRequest, SubscribeResponse, Subscription, Unserved,
    UpdateRequest, UpdateResponse, Updated, Welcome,
};
use crate::{Code, Delivered, EventKind, Fault, Server, Subscriber, Subscriptions};

pub(super) const SERVICE: &str = "bellwire.v1.Notifications";
pub(super) const SUBSCRIBE: &str = "bellwire.v1.Notifications/Subscribe";
pub(super) const UPDATE: &str = "bellwire.v1.Notifications/Update";

/// How many updates may stand in a stream that is not read.
const MAX_MARKS: usize = 64;

/// How the service's methods answer; None for any other path.
pub(super) fn kind(path: &str) -> Option<EventKind> {
    match path {
        SUBSCRIBE => Some(EventKind::Stream),
        UPDATE => Some(EventKind::Unary),
        _ => None,
    }
}

/// The open notification streams of this process, by their ids.
pub(super) struct Notifications {
    server: Server,
    heartbeat: Duration,
    open: Mutex<BTreeMap<String, Open>>,
}

struct Open {
    subscriptions: Arc<Subscriptions>,
    /// What the client knows in another shape than we do: it could not read it.
    unserved: BTreeSet<String>,
}

impl Notifications {
    pub(super) fn new(server: Server, heartbeat: Duration) -> Self {
        Self {
            server,
            heartbeat,
            open: Mutex::default(),
        }
    }

    /// Opens a stream.
    pub(super) fn subscribe(
        this: &Arc<Self>,
        types: &Types,
        body: Bytes,
        format: CodecFormat,
    ) -> Result<Updates, Fault> {
        let request: SubscribeRequest =
            decode(types, "bellwire.v1.SubscribeRequest", body, format)?;
        let unserved = unserved(&this.server, &request.hello.unwrap_or_default().uses);
        let subscriber = this
            .server
            .hub()
            .subscriber(this.server.limits().queue_length);
        let mut open = Open {
            subscriptions: subscriber.handle(),
            unserved: BTreeSet::new(),
        };
        open.change(&this.server, &unserved, &request.subscriptions)?;
        let id = this.register(open)?;
        Ok(Updates {
            welcome: Some(Welcome {
                protocol: PROTOCOL,
                unserved,
                stream_id: id.clone(),
            }),
            subscriber,
            heartbeat: Delay::new(this.heartbeat),
            codec: types.codec(SERVICE, Some("bellwire.v1.SubscribeResponse")),
            format,
            id,
            stop: Waiter::default(),
            streams: Arc::clone(this),
        })
    }

    /// Changes what a stream is subscribed to.
    pub(super) fn update(
        &self,
        types: &Types,
        body: Bytes,
        format: CodecFormat,
    ) -> Result<Bytes, Fault> {
        let request: UpdateRequest = decode(types, "bellwire.v1.UpdateRequest", body, format)?;
        let unserved = unserved(&self.server, &request.uses);
        let mut streams = self.open();
        let open = streams.get_mut(&request.stream_id).ok_or_else(|| {
            let message = format!(
                "no notification stream `{}` in this process",
                request.stream_id
            );
            Fault::new(Code::FailedPrecondition, message)
        })?;
        if request.number != 0 && open.subscriptions.marks() >= MAX_MARKS {
            let message = format!("the stream has not come to {MAX_MARKS} earlier updates");
            return Err(Fault::new(Code::ResourceExhausted, message));
        }
        open.change(&self.server, &unserved, &request.add)?;
        for subscription in &request.remove {
            open.subscriptions
                .unsubscribe(&subscription.path, subscription.key.as_deref());
        }
        let subscriptions = Arc::clone(&open.subscriptions);
        // A mark wakes whoever waits for it, which may run anything.
        drop(streams);
        if request.number != 0 {
            subscriptions.mark(request.number);
        }
        let answer = UpdateResponse { unserved }.encode_to_vec().into();
        types
            .codec(SERVICE, Some("bellwire.v1.UpdateResponse"))
            .encode(answer, format)
    }

    fn register(&self, open: Open) -> Result<String, Fault> {
        let id = stream_id()?;
        let limit = self.server.limits().notification_streams;
        let mut streams = self.open();
        if streams.len() >= limit {
            let message = format!("{limit} notification streams are open (`notification_streams`)");
            return Err(Fault::new(Code::ResourceExhausted, message));
        }
        streams.insert(id.clone(), open);
        Ok(id)
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<String, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Subscribes to what can be served; what cannot was said by name.
    fn change(
        &mut self,
        server: &Server,
        unserved: &[Unserved],
        add: &[Subscription],
    ) -> Result<(), Fault> {
        if self.unserved.len() + unserved.len() > MAX_UNSERVED {
            return Err(too_strange());
        }
        self.unserved.extend(paths(unserved));
        for subscription in add {
            match self.subscribe(server, subscription) {
                // It is not known, as was said.
                Err(fault) if fault.code == Code::Unimplemented => {}
                subscribed => subscribed?,
            }
        }
        Ok(())
    }

    fn subscribe(&self, server: &Server, of: &Subscription) -> Result<(), Fault> {
        if self.unserved.contains(&of.path) {
            return Ok(());
        }
        let limit = server.limits().subscriptions_per_session;
        if self.subscriptions.len() >= limit {
            let message =
                format!("the stream has {limit} subscriptions (`subscriptions_per_session`)");
            return Err(Fault::new(Code::ResourceExhausted, message));
        }
        self.subscriptions.subscribe(&of.path, of.key.as_deref())
    }
}

/// Names a stream so that no other client can guess it.
fn stream_id() -> Result<String, Fault> {
    let random = || {
        getrandom::u64()
            .map_err(|error| Fault::new(Code::Internal, format!("no random number: {error}")))
    };
    Ok(format!("{:016x}{:016x}", random()?, random()?))
}

fn decode<M: Message + Default>(
    types: &Types,
    name: &'static str,
    body: Bytes,
    format: CodecFormat,
) -> Result<M, Fault> {
    let bytes = types.codec(SERVICE, Some(name)).decode(body, format)?;
    M::decode(bytes).map_err(|error| Fault::undecodable(name, &error))
}

/// What a client gets to see: a welcome, then what it subscribed to. Dropping it forgets the stream.
pub(super) struct Updates {
    welcome: Option<Welcome>,
    subscriber: Subscriber,
    heartbeat: Delay,
    codec: Codec,
    format: CodecFormat,
    id: String,
    stop: Waiter,
    streams: Arc<Notifications>,
}

impl Updates {
    /// The next thing to tell; None once the server has stopped.
    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        if let Some(welcome) = self.welcome.take() {
            return Poll::Ready(Some(Event::Welcome(welcome)));
        }
        if let Poll::Ready(next) = self.subscriber.poll_marked(cx) {
            self.heartbeat.reset(self.streams.heartbeat);
            return Poll::Ready(Some(match next {
                Next::Delivered(delivered) => event(delivered),
                Next::Mark(number) => Event::Updated(Updated { number }),
            }));
        }
        if Pin::new(&mut self.heartbeat).poll(cx).is_ready() {
            self.heartbeat.reset(self.streams.heartbeat);
            return Poll::Ready(Some(Event::Heartbeat(Heartbeat {})));
        }
        let stop = self.streams.server.stop();
        match stop.poll_cancelled(&mut self.stop, cx) {
            true => Poll::Ready(None),
            false => Poll::Pending,
        }
    }
}

fn event(delivered: Delivered) -> Event {
    match delivered {
        Delivered::Notice(notice) => Event::Notification(Notification {
            path: notice.notification.path.to_owned(),
            key: notice.key.as_deref().map(str::to_owned),
            payload: notice.payload.clone(),
        }),
        Delivered::Lagged { path, missed } => Event::Lagged(Lagged {
            path: path.unwrap_or_default().to_owned(),
            missed,
        }),
    }
}

impl Stream for Updates {
    type Item = Result<EncodedBody, ConnectError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        this.poll_event(cx).map(|event| {
            let response = SubscribeResponse {
                event: Some(event?),
            };
            let body = this
                .codec
                .encode(response.encode_to_vec().into(), this.format);
            Some(body.map(EncodedBody::from).map_err(ConnectError::from))
        })
    }
}

impl Drop for Updates {
    fn drop(&mut self) {
        let stop = self.streams.server.stop();
        stop.forget(&mut self.stop);
        self.streams.open().remove(&self.id);
    }
}
