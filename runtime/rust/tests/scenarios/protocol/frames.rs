//! Mistakes in frames, whichever way they come.

use std::sync::{Arc, Mutex};

use bellwire::wire::bellwire::v1::client_frame::Kind;
use bellwire::wire::bellwire::v1::server_frame::Kind as FromCore;
use bellwire::wire::bellwire::v1::unserved::Reason;
use bellwire::wire::bellwire::v1::{
    Call, Cancel, ClientFrame, Credit, End, Item, Ok as Answered, ServerFrame, Unsubscribe,
};
use bellwire::{Bytes, Code, Connection};
use futures::StreamExt;
use prost::Message;

use super::{CHANGED, Protocol, SAID};
use crate::fixture::generated::fixture::v1::{
    CountRequest, ECHO_EVENT, EchoEventClient, Number, Text,
};
use crate::fixture::{Core, eventually, text};
use crate::way::{Framed, Wire, frame, hello, ping, subscribe, unsubscribe};

impl Wire {
    fn say(&self, kind: Kind) {
        (self.send)(frame(kind));
    }

    fn call(&self, id: u64, event: &str, payload: &impl Message) {
        let call = Call {
            id,
            path: format!("fixture.v1.EchoEvent/{event}"),
            ..Call::default()
        };
        let frame = ClientFrame {
            kind: Some(Kind::Call(call)),
            payload: payload.encode_to_vec().into(),
        };
        (self.send)(frame.encode_to_vec().into());
    }

    /// What comes next, as a short text.
    async fn next(&mut self) -> String {
        let frame = self.frames.next().await.expect("a frame");
        let ServerFrame { kind, payload } = ServerFrame::decode(frame).expect("one of ours");
        let said = Text::decode(payload).map(|said| said.text);
        match kind.expect("a kind") {
            FromCore::Welcome(welcome) => {
                let unserved = welcome.unserved.iter();
                let unserved: Vec<_> = unserved
                    .map(|unserved| format!(", {:?} {}", unserved.reason(), unserved.path))
                    .collect();
                format!("welcome{}", unserved.concat())
            }
            FromCore::Ok(Answered { id }) => format!("ok {id}: {}", said.expect("a text")),
            FromCore::Fault(fault) => {
                format!("fault {}: {}", fault.id, Code::from_number(fault.code))
            }
            FromCore::Notification(_) => format!("notification: {}", said.expect("a text")),
            FromCore::Pong(_) => "pong".to_owned(),
            other => panic!("{other:?}"),
        }
    }

    /// What comes before the answer to a ping: all that was said to what was sent so far.
    async fn before_a_pong(&mut self) -> Vec<String> {
        (self.send)(ping());
        let mut said = Vec::new();
        loop {
            match self.next().await {
                pong if pong == "pong" => return said,
                other => said.push(other),
            }
        }
    }
}

/// A session that said hello.
async fn welcomed(way: &impl Framed) -> Wire {
    let mut wire = way.wire();
    (wire.send)(hello(Vec::new()));
    assert_eq!(wire.next().await, "welcome");
    wire
}

impl<T: Framed> Protocol for T {
    async fn malformed(&self) {
        let mut wire = welcomed(self).await;
        for (bytes, code) in [
            (&[0xff, 0xff][..], Code::InvalidArgument),
            // Nothing at all, as is a kind that is not known.
            (&[], Code::Unimplemented),
            // A length beyond the end.
            (&[0x12, 100, 0x08], Code::InvalidArgument),
            // A path that is no UTF-8.
            (&[0x12, 4, 0x12, 2, 0xff, 0xfe], Code::InvalidArgument),
        ] {
            (wire.send)(Bytes::from_static(bytes));
            assert_eq!(wire.next().await, format!("fault 0: {code}"), "{bytes:?}");
        }
        wire.call(0, "Nothing", &());
        assert_eq!(wire.next().await, "fault 0: INVALID_ARGUMENT");
        (wire.send)(subscribe(1, CHANGED, Some(&"k".repeat(257))));
        assert_eq!(wire.next().await, "fault 0: INVALID_ARGUMENT");
        wire.call(1, "Nothing", &());
        assert_eq!(wire.next().await, "ok 1: ");
    }

    async fn too_early(&self) {
        let mut wire = self.wire();
        wire.call(7, "Nothing", &());
        assert_eq!(wire.next().await, "fault 7: FAILED_PRECONDITION");
        (wire.send)(subscribe(1, SAID, None));
        assert_eq!(wire.next().await, "fault 0: FAILED_PRECONDITION");
        (wire.send)(hello(Vec::new()));
        assert_eq!(wire.next().await, "welcome");
        wire.call(7, "Nothing", &());
        assert_eq!(wire.next().await, "ok 7: ");
    }

    async fn different_schemas(&self, core: &Core) {
        let mut wire = self.wire();
        (wire.send)(hello(super::uses()));
        let (different, unknown) = (Reason::Different, Reason::Unknown);
        assert_eq!(
            wire.next().await,
            format!(
                "welcome, {different:?} {}, {unknown:?} fixture.v1.EchoEvent/Sing, {different:?} {SAID}",
                ECHO_EVENT.events[1].path
            )
        );
        wire.call(1, "Nothing", &());
        assert_eq!(wire.next().await, "fault 1: FAILED_PRECONDITION");
        wire.call(2, "Sing", &());
        assert_eq!(wire.next().await, "fault 2: UNIMPLEMENTED");
        wire.call(3, "Say", &text("fits"));
        assert_eq!(wire.next().await, "ok 3: fits");
        (wire.send)(subscribe(1, SAID, None));
        (wire.send)(subscribe(2, CHANGED, None));
        assert_eq!(wire.before_a_pong().await, [""; 0]);
        core.notifier.said(&text("it could not read this"));
        core.notifier.changed("key", &text("fits"));
        assert_eq!(wire.next().await, "notification: fits");
    }

    async fn cancel_too_late(&self) {
        let mut wire = welcomed(self).await;
        wire.call(1, "Say", &text("done"));
        assert_eq!(wire.next().await, "ok 1: done");
        for _ in 0..2 {
            wire.say(Kind::Cancel(Cancel { id: 1 }));
            wire.say(Kind::Credit(Credit { id: 1, items: 1 }));
        }
        assert_eq!(wire.before_a_pong().await, [""; 0]);
        // The id is free again.
        wire.call(1, "Say", &text("again"));
        assert_eq!(wire.next().await, "ok 1: again");
    }

    /// A core answers once; a frontend, whose other end may be anything, takes the first.
    async fn reply_twice(&self, _: &Core) {
        let sent: Arc<Mutex<Vec<Bytes>>> = Arc::default();
        let frontend = {
            let sent = Arc::clone(&sent);
            let send = move |frame| sent.lock().expect("whole").push(frame);
            Connection::new(&[&ECHO_EVENT], send, |told| panic!("{told:?}"))
        };
        let client = EchoEventClient::new(frontend.clone());
        let reply = |kind, payload: &dyn Fn() -> Vec<u8>| {
            let frame = ServerFrame {
                kind: Some(kind),
                payload: payload().into(),
            };
            frontend.receive(frame.encode_to_vec().into());
        };
        let ok = |id, said: &'static str| {
            reply(FromCore::Ok(Answered { id }), &|| {
                text(said).encode_to_vec()
            });
        };
        let called = |number: usize| {
            let sent = Arc::clone(&sent);
            async move {
                eventually("it calls", || sent.lock().expect("whole").len() > number).await;
            }
        };

        let say = tokio::spawn({
            let client = client.clone();
            async move { client.say(&text("hello")).await }
        });
        called(1).await;
        for said in ["the first", "the second"] {
            ok(1, said);
        }
        ok(77, "to nobody");
        assert_eq!(say.await.expect("no panic"), Ok(text("the first")));
        ok(1, "the third");

        let count = tokio::spawn(async move {
            let request = CountRequest { to: 1, fail: false };
            client.count(&request).await.expect("it starts")
        });
        called(2).await;
        let item = || Number { number: 7 }.encode_to_vec();
        reply(FromCore::Item(Item { id: 2 }), &item);
        reply(FromCore::End(End { id: 2 }), &Vec::new);
        reply(FromCore::Item(Item { id: 2 }), &item);
        reply(FromCore::End(End { id: 2 }), &Vec::new);
        let items: Vec<_> = count.await.expect("no panic").collect().await;
        assert_eq!(items, [Ok(Number { number: 7 })]);
    }

    async fn strange_ids(&self, core: &Core) {
        let mut wire = welcomed(self).await;
        wire.say(Kind::Cancel(Cancel { id: 77 }));
        wire.say(Kind::Credit(Credit { id: 77, items: 1 }));
        wire.say(Kind::Unsubscribe(Unsubscribe { id: 77 }));
        assert_eq!(wire.before_a_pong().await, [""; 0]);

        // An id that is in use is the first one's.
        wire.call(1, "Wait", &());
        wire.call(1, "Say", &text("me too"));
        assert_eq!(wire.next().await, "fault 0: INVALID_ARGUMENT");
        core.probe.go.add_permits(1);
        assert_eq!(wire.next().await, "ok 1: done");
        (wire.send)(subscribe(1, SAID, None));
        (wire.send)(subscribe(1, CHANGED, None));
        assert_eq!(wire.next().await, "fault 0: INVALID_ARGUMENT");
        (wire.send)(unsubscribe(1));
        (wire.send)(unsubscribe(1));
        assert_eq!(wire.before_a_pong().await, [""; 0]);
    }
}
