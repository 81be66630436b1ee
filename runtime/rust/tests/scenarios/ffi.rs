//! The C ABI as a transport of generated clients, from the other side of it.

use std::sync::Arc;

use bellwire::{Bytes, CallOptions, Connection, EventInfo, Limits, Outcome, Server, Transport};
use futures::StreamExt;
use futures::channel::mpsc;
use futures::stream::BoxStream;

use crate::dart_vm::{Frame, Isolate, Message, connect, open_port_to, send};
use crate::fixture::core_with;
use crate::fixture::generated::fixture::v1::ECHO_EVENT;
use crate::way::{Ears, Framed, Listen, Way, Wire, heard, hello, ping, subscribe, unsubscribe};

pub async fn over_ffi(limits: Limits) -> Way<Foreign> {
    let core = core_with(limits);
    let transport = Foreign::new(&core.server);
    Way::new(core, transport)
}

/// What a frontend in another language calls and listens through.
#[derive(Clone)]
pub struct Foreign {
    calls: Connection,
    server: Server,
    _isolate: Arc<Isolate>,
}

impl Foreign {
    pub fn new(server: &Server) -> Self {
        let (isolate, calls) = connect(server, &[&ECHO_EVENT], |_| {});
        Self {
            calls,
            server: server.clone(),
            _isolate: isolate,
        }
    }

    /// A session of an isolate of its own. Frames are read as they are taken.
    fn open(&self) -> (Isolate, BoxStream<'static, Bytes>) {
        let (isolate, frames) = self.open_silently();
        send(isolate.session, &hello(Vec::new()));
        (isolate, frames)
    }

    fn open_silently(&self) -> (Isolate, BoxStream<'static, Bytes>) {
        let (sender, frames) = mpsc::unbounded();
        let port = open_port_to(move |message| match message {
            Message::Frame(frame) => sender.unbounded_send(frame).is_ok(),
            Message::Null => true,
        });
        let isolate = Isolate::open_at(port, &self.server);
        (isolate, frames.map(Frame::read).boxed())
    }
}

impl Framed for Foreign {
    fn wire(&self) -> Wire {
        let (isolate, frames) = self.open_silently();
        Wire {
            send: Box::new(move |frame| {
                let isolate = &isolate;
                send(isolate.session, &frame);
            }),
            frames,
        }
    }
}

impl Transport for Foreign {
    fn call(
        &self,
        event: &'static EventInfo,
        payload: Bytes,
        options: CallOptions,
    ) -> impl Future<Output = Outcome> + Send {
        Transport::call(&self.calls, event, payload, options)
    }
}

impl Listen for Foreign {
    async fn listen(&self, path: &str, key: Option<&str>) -> Ears {
        let (isolate, frames) = self.open();
        send(isolate.session, &subscribe(1, path, key));
        send(isolate.session, &ping());
        heard(frames.inspect(move |_| {
            let _ = &isolate;
        }))
        .await
    }

    async fn listen_again(&self, path: &str, now: impl Fn() -> u64 + Send + Sync) -> (u64, Ears) {
        let (isolate, mut frames) = self.open();
        send(isolate.session, &subscribe(1, path, None));
        // A welcome, and the first notification.
        frames.by_ref().take(2).for_each(|_| async {}).await;
        let before = now();
        for frame in [unsubscribe(1), subscribe(2, path, None), ping()] {
            send(isolate.session, &frame);
        }
        let ears = heard(frames.inspect(move |_| {
            let _ = &isolate;
        }));
        (before, ears.await)
    }

    async fn come_and_go(&self, path: &str, times: u64) -> Box<dyn Send> {
        let (isolate, frames) = self.open();
        for id in 0..times {
            send(isolate.session, &subscribe(id, path, Some(&id.to_string())));
            send(isolate.session, &unsubscribe(id));
        }
        send(isolate.session, &ping());
        let frames: Vec<_> = frames.take(2).collect().await;
        assert_eq!(frames.len(), 2, "a welcome and a pong");
        Box::new(isolate)
    }
}
