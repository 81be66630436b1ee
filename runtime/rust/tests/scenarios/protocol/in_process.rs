//! In-process a call is a function call, so that most mistakes have no form: what stands in their place is checked.

use std::pin::pin;

use bellwire::{Bytes, CallOptions, Code, EventInfo, EventKind, Server, Transport};
use futures::FutureExt;
use prost::Message;

use super::{Protocol, SAID};
use crate::fixture::generated::fixture::v1::ECHO_EVENT;
use crate::fixture::{Core, text};

const SAY: &str = "fixture.v1.EchoEvent/Say";

impl Protocol for Server {
    /// There are no frames: what comes from outside are paths and keys, beside payloads, which another scenario has.
    async fn malformed(&self) {
        for path in ["", "/", "fixture.v1.EchoEvent", "fixture.v1.EchoEvent/Say/"] {
            let call = Server::call(self, path, Bytes::new(), CallOptions::default());
            assert_eq!(call.await.unwrap_err().code, Code::Unimplemented, "{path}");
        }
        let subscriber = self.hub().subscriber(1);
        let long = "k".repeat(257);
        for (path, key, code) in [
            (SAID, Some("it has none"), Code::InvalidArgument),
            (super::CHANGED, Some(&*long), Code::InvalidArgument),
            ("fixture.v1.EchoNotification/", None, Code::Unimplemented),
        ] {
            let refused = subscriber.subscribe(path, key).unwrap_err();
            assert_eq!(refused.code, code, "{path}");
        }
        assert_eq!(self.hub().subscription_count(), 0);
    }

    /// There is no server before it is built. One without groups is the nearest.
    async fn too_early(&self) {
        let empty = Server::builder().build().expect("no groups");
        let call = Server::call(&empty, SAY, Bytes::new(), CallOptions::default());
        assert_eq!(call.await.unwrap_err().code, Code::Unimplemented);
    }

    /// One compiler has seen both sides, so nothing looks at fingerprints; bytes of another shape are refused.
    async fn different_schemas(&self, _: &Core) {
        static OTHER: EventInfo = EventInfo {
            path: SAY,
            kind: EventKind::Unary,
            input: Some("fixture.v1.Number"),
            output: None,
            timeout: None,
            fingerprint: 1,
        };
        let call = |payload| Transport::call(self, &OTHER, payload, CallOptions::default());
        let fits = call(text("a text").encode_to_vec().into()).await;
        assert!(fits.is_ok());
        // A number where the text would be.
        let refused = call(Bytes::from_static(&[0x08, 7])).await.unwrap_err();
        assert_eq!(refused.code, Code::InvalidArgument);
        assert!(refused.message.contains("fixture.v1.Text"), "{refused}");
    }

    /// A call is cancelled as it is dropped.
    async fn cancel_too_late(&self) {
        let path = ECHO_EVENT.events[1].path;
        let mut call = Server::call(self, path, Bytes::new(), CallOptions::default());
        assert!((&mut call).await.is_ok());
        drop(call);
    }

    /// A handler answers as it returns, which it does once: nothing of it is left afterwards.
    async fn reply_twice(&self, core: &Core) {
        let path = ECHO_EVENT.events[3].path;
        let call = Server::call(self, path, Bytes::new(), CallOptions::default());
        let mut call = pin!(call);
        assert!(call.as_mut().now_or_never().is_none(), "it waits");
        assert_eq!(core.probe.alive(), 1);
        core.probe.go.add_permits(1);
        assert!(call.await.is_ok());
        assert_eq!(core.probe.alive(), 0);
    }

    /// There are no ids, but names.
    async fn strange_ids(&self, _: &Core) {
        let subscriber = self.hub().subscriber(1);
        subscriber.unsubscribe(SAID, None);
        subscriber.unsubscribe("nothing.v1.Of/Ours", Some("key"));
        let unknown = self
            .hub()
            .deliver("nothing.v1.Of/Ours", None, Bytes::new())
            .unwrap_err();
        assert_eq!(unknown.code, Code::Unimplemented);
    }
}
